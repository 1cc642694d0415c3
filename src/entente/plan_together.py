"""Several acts on the plan at once: a sheet that comes in, an item with its fields, a sitting of the exercise.

They are checked one after the other against the plan as it would stand by then, and recorded in one commit: all of
them, or none. An act may name one before it in the row as "@3", since no id is known yet. Recorded one by one, each
would wake every desk and every partner anew.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any, cast

import msgspec

from entente.at_plan import AtPlan, _draft, _for_plan
from entente.errors import Conflict, NotPermitted
from entente.model.plan_act import (
    Edited,
    EvidenceGiven,
    Field,
    ItemKind,
    Opened,
    PlanAct,
    Value,
)
from entente.model.report import Draft
from entente.plan.desk import PlanDesk
from entente.plan.drawing import draw
from entente.plan.values import Plan, PlanSaid
from entente.policy.access import Access
from entente.policy.agreement import Agreement
from entente.policy.door import admit
from entente.store.compose import Said, compose, new_id
from entente.store.register import check_reason, line
from entente.store.store import RecordRow
from entente.store.write import Write


class PlanTogether(AtPlan):
    """Acts on the plan in a row."""

    agreement: Agreement
    answering: Callable[[str], RecordRow | None]
    _said: Callable[[Draft, str, tuple[str, ...], dt.datetime, RecordRow | None], Said]

    def say_together(
        self, access: Access, acts: Sequence[PlanAct], cause: str | None = None
    ) -> tuple[str, ...]:
        """Record acts in a row, all or none. Returns the id of each; said twice under one cause, the first ids.

        An act names one before it as "@" and its place, from 0. Raises as `do_in_plan` does for any of them.
        """
        if cause is not None and (before := self._said_before(cause, len(acts))) is not None:
            return before
        mine = _for_plan(access)
        if not self.may_see_plan(access):
            self._look_at_plan(access)
        check_reason(access.reason)
        now, recipients = self._clock(), tuple(sorted(self.exchange.partners))
        # A millisecond apart, so that ids keep the order in which things were said.
        ids = tuple(new_id(now + dt.timedelta(milliseconds=place)) for place in range(len(acts)))
        supposed = _Supposed(self.planning.said(), self.planning.plan())
        entries, lines = [], []
        for place, act in enumerate(acts):
            named = _with_ids(act, ids[:place])
            draft = _draft(access, named, recipients)
            try:
                admit(draft, mine, self.agreement)
            except NotPermitted:
                # As of a single act: an attempt at what a rule forbids is on record too.
                self.store.note(line("refusal", mine, now))
                raise
            supposed.check(named, mine)
            said = self._said(draft, access.officer, recipients, now, None)
            supposed.add(PlanSaid(id=ids[place], at=now, by=access.service, party=access.party, act=named))
            entries.append(
                compose(
                    msgspec.structs.replace(said, id=ids[place]),
                    self.store.secrets.signing,
                    self.store.node,
                    self.store.party,
                    now,
                    f"{cause}/{place}" if cause else None,
                )
            )
            lines.append(line("collection", mine, now, records=[ids[place]]))
        try:
            self.store.commit(Write(entries=entries, lines=lines))
        except Conflict as error:
            first = self._said_before(cause, len(acts)) if cause else None
            if error.code != "already_said" or first is None:
                raise
            return first
        self.planning.catch_up()
        return ids

    def open_in_plan(
        self,
        access: Access,
        kind: ItemKind,
        under: str,
        fields: Sequence[tuple[Field, Value]],
        *,
        cause: str | None = None,
    ) -> str:
        """Enter an item with what is known of it. Returns its id. Entered twice under one cause, it is entered once.

        Each field is an act of its own, so that the other shore may answer one and not another.
        """
        acts: list[PlanAct] = [Opened(officer=access.officer, kind=kind, under=under)]
        acts += [
            Edited(officer=access.officer, item="@0", field=field, value=value) for field, value in fields
        ]
        return self.say_together(access, acts, cause)[0]

    def _said_before(self, cause: str, number: int) -> tuple[str, ...] | None:
        rows = [self.answering(f"{cause}/{place}") for place in range(number)]
        found = tuple(row.header.id for row in rows if row is not None)
        return found if found and len(found) == number else None


class _Supposed:
    """The plan as it would stand after some acts, for checking the next; drawn only where a check needs it."""

    def __init__(self, said: Sequence[PlanSaid], plan: Plan) -> None:
        self._said = list(said)
        self._plan: Plan | None = plan
        self._items = {item.id for item in plan.items}

    def add(self, one: PlanSaid) -> None:
        """After one more act."""
        self._said.append(one)
        self._plan = None
        if isinstance(one.act, Opened):
            self._items.add(one.id)

    def said(self) -> tuple[PlanSaid, ...]:
        """All acts so far."""
        return tuple(self._said)

    def plan(self) -> Plan:
        """The plan that they make."""
        if self._plan is None:
            self._plan = draw(self._said)
        return self._plan

    def check(self, act: PlanAct, access: Access) -> None:
        """Raise what the plan has against the next act."""
        # Most of a sheet only opens and fills; whether an item is there can be told without drawing anything.
        if isinstance(act, Opened) and (not act.under or act.under in self._items):
            return
        if (
            isinstance(act, Edited | EvidenceGiven)
            and act.item in self._items
            and not getattr(act, "over", ())
        ):
            return
        checking = AtPlan()
        checking.planning = cast(PlanDesk, self)
        checking._check_named(act, access)


# What people write is left as they wrote it.
_WORDS = frozenset({"officer", "words", "reference", "fr", "en", "owner", "alternates"})


def _with_ids(act: PlanAct, ids: Sequence[str]) -> PlanAct:
    """An act with the ids of acts before it, in place of "@3"."""
    names = {f"@{place}": id for place, id in enumerate(ids)}

    def named(value: Any) -> Any:
        if isinstance(value, str):
            return names.get(value, value)
        if isinstance(value, dict):
            return {key: each if key in _WORDS else named(each) for key, each in value.items()}
        return [named(each) for each in value] if isinstance(value, list | tuple) else value

    if not ids:
        return act
    return cast(PlanAct, msgspec.convert(named(msgspec.to_builtins(act)), type=cast(Any, PlanAct)))
