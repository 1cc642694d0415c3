"""Who is told of a term that is near or has passed, by rule and on both sides alike (PLN-5).

Notices are drawn from the plan and sent to nobody's node: both shores hold the same plan and the same agreement, so
both draw the same notices under the same ids, and each shows those of its own services. A notice is one thing told
once: its id stays while its term stays, and a term that moved is a new one. It passes over nobody in silence: where a
party has no deputy the owner is told, and where it has no owner its coordinator.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Literal

import msgspec

from entente.errors import Text
from entente.model.plan_act import Day, Owners
from entente.plan.drawing import PARTIES
from entente.plan.values import Item, Plan


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """So many days after a term (before it, where below zero) somebody is told."""

    id: str
    days: int
    to: Literal["owner", "alternates", "coordinator"]
    fr: str
    en: str


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to be told. id: the same on both sides; since: the day from which it is told.

    services: who; `late` names none for a coordinator, `notices` does.
    """

    id: str
    item: str
    due: dt.date
    since: dt.date
    days_late: int
    party: str
    to: str
    services: tuple[str, ...]
    text: Text


def read_rules(written: str) -> tuple[Rule, ...]:
    """Rules from their TOML."""
    return msgspec.convert(tomllib.loads(written)["rule"], tuple[Rule, ...])


def house_rules() -> tuple[Rule, ...]:
    """The rules that come with the program."""
    return read_rules(files("entente.plan").joinpath("late.toml").read_text(encoding="utf-8"))


def late(plan: Plan, at: dt.datetime, rules: tuple[Rule, ...]) -> tuple[Notice, ...]:
    """All that is to be told at a moment, by item, term and rule.

    Of a term in conflict the earliest day counts; what is done or given up is never late.
    """
    found = []
    day = at.astimezone(dt.UTC).date()
    for item in plan.items:
        field = item.field("due")
        days = [held.value.day for held in field.current if isinstance(held.value, Day)] if field else []
        if not days or item.is_done or item.status == "abandoned":
            continue
        due = min(days)
        for rule in rules:
            if (day - due).days < rule.days or (rule.days < 0 and day > due):
                continue
            for party in PARTIES:
                found.append(
                    Notice(
                        id=f"{item.id}/{due}/{rule.id}/{party}",
                        item=item.id,
                        due=due,
                        since=due + dt.timedelta(days=rule.days),
                        days_late=(day - due).days,
                        party=party,
                        to=rule.to,
                        services=_services(plan, item, party, rule.to),
                        text=Text(rule.fr, rule.en),
                    )
                )
    return tuple(sorted(found, key=lambda one: one.id))


def notices(
    plan: Plan,
    today: dt.date,
    coordinators: Mapping[str, Sequence[str]],
    rules: tuple[Rule, ...] | None = None,
) -> tuple[Notice, ...]:
    """All that is told on a day, each with the services that are told, the newest first.

    coordinators: the services that coordinate for each party, as the agreement has it. What falls to nobody because a
    deputy or an owner is missing goes one step up, so that no notice is lost.
    """
    at = dt.datetime.combine(today, dt.time(), dt.UTC)
    found = []
    for one in late(plan, at, house_rules() if rules is None else rules):
        item = plan.item(one.item)
        services, to = one.services, one.to
        if not services and to == "alternates" and item is not None:
            services, to = _services(plan, item, one.party, "owner"), "owner"
        if not services:
            services, to = tuple(sorted(coordinators.get(one.party, ()))), "coordinator"
        found.append(msgspec.structs.replace(one, services=services, to=to))
    return tuple(sorted(found, key=lambda one: (-one.since.toordinal(), one.id)))


def notices_of(
    told: Sequence[Notice], service: str, after: dt.date | None = None, *, is_coordinator: bool = False
) -> tuple[Notice, ...]:
    """Of all notices those that one service is told. after: only what came since that day, for "new for me".

    Of what is told in several steps only the last stands: whoever is told that a term passed two weeks ago need not
    read beside it that it passed. What went to a coordinator for want of an owner needs the role, like the rest.
    """
    last: dict[tuple[str, dt.date], Notice] = {}
    for one in told:
        mine = service in one.services and (one.to != "coordinator" or is_coordinator)
        if mine and (after is None or one.since > after):
            before = last.get((one.item, one.due))
            if before is None or before.since < one.since:
                last[one.item, one.due] = one
    return tuple(one for one in told if last.get((one.item, one.due)) is one)


def _services(plan: Plan, item: Item, party: str, to: str) -> tuple[str, ...]:
    """Owners of the item, or of the nearest item above it that has any."""
    above: Item | None = item
    met: set[str] = set()
    while above is not None and above.id not in met:
        met.add(above.id)
        field = above.field(f"owner_{party}")
        if field:
            held = [one.value for one in field.current if isinstance(one.value, Owners)]
            if to == "owner":
                return tuple(sorted({one.owner for one in held}))
            return (
                tuple(sorted({each for one in held for each in one.alternates})) if to == "alternates" else ()
            )
        above = plan.item(above.under)
    return ()
