"""Who is told of a term that is near or has passed, by rule and on both sides alike (PLN-5)."""

from __future__ import annotations

import datetime as dt
import tomllib
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
    """One thing to be told. id: the same on both sides; services: who, for a coordinator none is named here."""

    id: str
    item: str
    due: dt.date
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
    """All that is to be told at a moment. Of a term in conflict the earliest day counts; done is never late."""
    found = []
    day = at.astimezone(dt.UTC).date()
    for item in plan.items:
        field = item.field("due")
        days = [held.value.day for held in field.current if isinstance(held.value, Day)] if field else []
        if not days or item.is_done:
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
                        days_late=(day - due).days,
                        party=party,
                        to=rule.to,
                        services=_services(plan, item, party, rule.to),
                        text=Text(rule.fr, rule.en),
                    )
                )
    return tuple(sorted(found, key=lambda one: one.id))


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
