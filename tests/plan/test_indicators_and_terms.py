"""Small numbers are never told, and a term that passed is told on both sides."""

from __future__ import annotations

import datetime as dt
from typing import Any

from entente.model.plan_act import Bilingual, Day, Edited, Opened, ValueGiven
from entente.plan.drawing import draw
from entente.plan.indicators import shown
from entente.plan.late import house_rules, late
from entente.plan.values import PlanSaid

AT = dt.datetime(2031, 4, 2, 9, tzinfo=dt.UTC)


def said(id: str, act: Any) -> PlanSaid:
    return PlanSaid(id=id, at=AT, by="FR-OLTIM", party="FR", act=act)


def value(id: str, number: float, last: int = 1, **changes: Any) -> PlanSaid:
    note = Bilingual(fr="registre", en="register")
    day = dt.date(2031, 1, 1)
    return said(
        id,
        ValueGiven(
            officer="M",
            indicator="i",
            value=number,
            starts=day,
            ends=dt.date(2031, last, 28),
            source=note,
            quality=note,
            **changes,
        ),
    )


def seen(*acts: PlanSaid) -> dict[str, float | None]:
    return {one.id: one.value for one in shown(reversed(acts), "i")}


def test_a_count_under_five_is_never_shown_nor_told_by_a_difference() -> None:
    assert seen(value("a", 4)) == {"a": None}
    assert seen(value("a", 5)) == {"a": 5}
    assert seen(value("a", 4.5, is_count=False)) == {"a": 4.5}
    parts = [value(id, n, part_of="t") for id, n in (("a", 3), ("b", 9), ("c", 28))]
    assert seen(value("t", 40), *parts) == {"t": 40, "a": None, "b": None, "c": 28}
    assert seen(value("j", 40), value("k", 42, 2)) == {"j": None, "k": 42}


def test_a_correction_is_a_new_value_and_the_old_one_stays_as_history() -> None:
    rate = [value("a", 12, is_count=False), value("b", 14, is_count=False, corrects=("a",))]
    assert [(one.id, one.value, one.is_current) for one in shown(rate, "i")] == [
        ("a", 12, False),
        ("b", 14, True),
    ]
    assert seen(value("a", 12), value("b", 14, corrects=("a",))) == {"a": None, "b": 14}


def test_a_term_that_passed_goes_to_the_next_level_on_both_sides() -> None:
    def told(day: int) -> set[tuple[str, str]]:
        due = Edited(officer="M", item="j", field="due", value=Day(day=dt.date(2031, 4, day)))
        plan = draw([said("j", Opened(officer="M", kind="milestone")), said("d", due)])
        return {(one.party, one.to) for one in late(plan, AT + dt.timedelta(days=15), house_rules())}

    assert told(30) == set()
    assert told(20) == {("FR", "owner"), ("UK", "owner")}
    assert told(10) == {("FR", "alternates"), ("UK", "alternates")}
    assert told(2) == told(10) | {("FR", "coordinator"), ("UK", "coordinator")}
