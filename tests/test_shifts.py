"""Shifts and the roster: who opens, closes, takes over and enters what; and what the register keeps of it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from entente.errors import Malformed, NotFound, NotPermitted
from entente.node import Node
from entente.store import tables
from entente.store.register import SAME_REASON_A_DAY

Work = Callable[..., Any]


def register(node: Node) -> list[dict[str, Any]]:
    """The register's lines, oldest first."""
    rows = node.store.rows(select(tables.register.c.content).order_by(tables.register.c.line))
    return [json.loads(row.content) for row in rows]


def on_shift(node: Node, at_work: Work, officer: str, **changes: Any) -> tuple[Any, Any]:
    """An officer with a shift open: the shift, and what they read with."""
    shift = node.open_shift(at_work(node, officer, **changes))
    access = node.access(officer, shift.reason, matter=shift.matter, role=shift.role, shift=shift.id)
    return shift, access


# -- opening and closing --------------------------------------------------------------------------------------------


def test_reason_and_matter_are_said_once_for_a_shift(shores: Any, at_work: Work) -> None:
    shift, access = on_shift(shores.lille, at_work, "Marie")
    assert (shift.matter, shift.reason, shift.role) == ("OYAT", "suivi de la filière", "investigator")
    assert shores.lille.duty.rolls.open_shift("Marie") == shift
    assert access.shift == shift.id


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"reason": "ok"}, "reason_missing"),
        ({"reason": "appel du 06 39 98 04 17"}, "reason_holds_value"),
        ({"matter": "ligne 06 39 98 04 17"}, "header_holds_value"),
        ({"matter": "  "}, "matter_missing"),
    ],
)
def test_a_shift_without_a_reason_or_with_a_value_in_it_is_not_opened(
    shores: Any, at_work: Work, changes: dict[str, str], code: str
) -> None:
    with pytest.raises((NotPermitted, Malformed)) as refused:
        shores.lille.open_shift(at_work(shores.lille, "Marie", **changes))
    assert refused.value.code == code
    assert shores.lille.duty.rolls.shifts == {}


def test_opening_a_shift_closes_the_one_before(shores: Any, at_work: Work) -> None:
    first, _ = on_shift(shores.lille, at_work, "Marie")
    second, _ = on_shift(shores.lille, at_work, "Marie", matter="JUDEX")
    assert shores.lille.duty.rolls.shifts[first.id].closed_at is not None
    assert shores.lille.duty.rolls.open_shift("Marie").id == second.id


def test_a_shift_is_closed_once_and_by_its_own_officer(shores: Any, at_work: Work) -> None:
    lille = shores.lille
    shift, access = on_shift(lille, at_work, "Marie")
    with pytest.raises(NotFound):
        lille.close_shift(at_work(lille, "Odile"), shift.id)
    lille.close_shift(access, shift.id, "à savoir", ("un point", "  ", "un autre"), "Odile")
    closed = lille.duty.rolls.shifts[shift.id]
    assert (closed.notes, closed.open_points, closed.handed_to) == (
        "à savoir",
        ("un point", "un autre"),
        "Odile",
    )
    with pytest.raises(NotFound):
        lille.close_shift(access, shift.id)


def test_a_shift_is_handed_to_somebody_who_works_here(shores: Any, at_work: Work) -> None:
    shift, access = on_shift(shores.lille, at_work, "Marie")
    with pytest.raises(NotPermitted, match="officer_unknown"):
        shores.lille.close_shift(access, shift.id, handed_to="Nobody")
    assert shores.lille.duty.rolls.open_shift("Marie") is not None


def test_shifts_stand_after_a_restart_as_they_stood_before(shores: Any, at_work: Work) -> None:
    _, access = on_shift(shores.lille, at_work, "Marie")
    shores.lille.close_shift(access, access.shift, "à savoir", ("un point",))
    on_shift(shores.lille, at_work, "Odile", role="judicial_keeper")
    before = dict(shores.lille.duty.rolls.shifts)
    again = shores.reopen("lille")
    again.duty.catch_up()
    assert again.duty.rolls.shifts == before


# -- taking over ----------------------------------------------------------------------------------------------------


def test_whoever_takes_over_acknowledges_the_hand_over(shores: Any, at_work: Work) -> None:
    lille = shores.lille
    shift, access = on_shift(lille, at_work, "Marie")
    lille.close_shift(access, shift.id, "à savoir")
    taken = lille.open_shift(at_work(lille, "Odile", role="investigator"), shift.id)
    assert taken.takes_over == shift.id
    assert lille.duty.rolls.shifts[shift.id].taken_over_by == taken.id


def test_one_takes_over_what_is_closed_and_of_ones_own_service(shores: Any, at_work: Work) -> None:
    lille = shores.lille
    shift, access = on_shift(lille, at_work, "Marie")
    for officer, asked in (("Odile", shift.id), ("Odile", "no-such-shift")):
        with pytest.raises(NotFound):
            lille.open_shift(at_work(lille, officer), asked)
    lille.close_shift(access, shift.id)
    with pytest.raises(NotFound):
        lille.open_shift(at_work(lille, "Paul"), shift.id)
    assert lille.duty.rolls.shifts[shift.id].taken_over_by is None


def test_a_machine_has_no_shift(shores: Any, at_work: Work) -> None:
    with pytest.raises(NotPermitted, match="not_for_this_role"):
        shores.lille.open_shift(at_work(shores.lille, "feed"))


# -- the roster -----------------------------------------------------------------------------------------------------


def test_who_is_on_duty_is_called_from_the_first_minute_to_before_the_last(
    shores: Any, at_work: Work
) -> None:
    lille, now = shores.lille, shores.lille.now()
    erwan = at_work(lille, "Erwan")
    hour = dt.timedelta(hours=1)
    lille.enter_roster(erwan, "Erwan", "watch_keeper", now, now + hour)
    assert [noted.act.on_duty for noted in lille.duty.rolls.on_duty(now)] == ["Erwan"]
    assert lille.duty.rolls.on_duty(now + hour) == []
    assert lille.duty.rolls.on_duty(now - dt.timedelta(seconds=1)) == []


def test_backups_stand_after_the_first_whenever_they_were_entered(shores: Any, at_work: Work) -> None:
    lille, now = shores.lille, shores.lille.now()
    marie, until = at_work(lille, "Marie"), now + dt.timedelta(hours=8)
    lille.enter_roster(marie, "Odile", "investigator", now, until, backup=True)
    lille.enter_roster(marie, "Marie", "investigator", now, until)
    assert [noted.act.on_duty for noted in lille.duty.rolls.on_duty(now)] == ["Marie", "Odile"]


@pytest.mark.parametrize(
    ("officer", "role", "starts_h", "ends_h", "code"),
    [
        ("Paul", "investigator", 0, 8, "roster_of_own_service"),
        ("Marie", "judicial_keeper", 0, 8, "roster_of_own_service"),
        ("Nobody", "investigator", 0, 8, "officer_unknown"),
        ("Marie", "investigator", 8, 8, "roster_times"),
        ("Marie", "investigator", 8, 0, "roster_times"),
        ("Marie", "investigator", 0, 24 * 7 + 1, "roster_times"),
    ],
)
def test_an_entry_that_nobody_could_keep_is_refused(
    shores: Any, at_work: Work, officer: str, role: str, starts_h: int, ends_h: int, code: str
) -> None:
    lille, now = shores.lille, shores.lille.now()
    with pytest.raises((NotPermitted, Malformed)) as refused:
        lille.enter_roster(
            at_work(lille, "Marie"),
            officer,
            role,
            now + dt.timedelta(hours=starts_h),
            now + dt.timedelta(hours=ends_h),
        )
    assert refused.value.code == code
    assert lille.duty.rolls.roster == {}


def test_an_entry_is_withdrawn_by_its_own_service_with_a_reason_and_once(shores: Any, at_work: Work) -> None:
    lille, now = shores.lille, shores.lille.now()
    marie = at_work(lille, "Marie")
    entry = lille.enter_roster(marie, "Odile", "investigator", now, now + dt.timedelta(hours=8))
    with pytest.raises(NotFound):
        lille.withdraw_roster(at_work(lille, "Paul"), entry, "remplacée")
    with pytest.raises(Malformed, match="reason_missing"):
        lille.withdraw_roster(marie, entry, " ")
    lille.withdraw_roster(marie, entry, "remplacée")
    assert lille.duty.rolls.on_duty(now) == []
    with pytest.raises(NotFound):
        lille.withdraw_roster(marie, entry, "remplacée")


# -- the register ---------------------------------------------------------------------------------------------------


def test_what_is_read_in_a_shift_is_registered_with_the_shift_and_its_reason(
    shores: Any, at_work: Work, report: Callable[..., Any]
) -> None:
    lille = shores.lille
    shift, access = on_shift(lille, at_work, "Marie")
    row = lille.record(report(), access)
    lille.read(access, row.header.id)
    line = register(lille)[-1]
    assert line["act"] == "consultation"
    assert (line["shift"], line["reason"], line["matter"]) == (shift.id, "suivi de la filière", "OYAT")
    lille.read(at_work(lille, "Marie", reason="vérification du contrat"), row.header.id)
    assert "shift" not in register(lille)[-1]


def test_reading_all_day_in_one_shift_is_no_boiler_plate(
    shores: Any, at_work: Work, report: Callable[..., Any]
) -> None:
    lille = shores.lille
    _, access = on_shift(lille, at_work, "Marie")
    row = lille.record(report(), access)
    for _ in range(SAME_REASON_A_DAY + 5):
        lille.read(access, row.header.id)
    assert [
        line for line in register(lille) if line["act"] == "flag" and line.get("rule") == "same_reason"
    ] == []


def test_the_same_typed_reason_more_often_than_a_day_holds_is_flagged_once(
    shores: Any, at_work: Work, report: Callable[..., Any]
) -> None:
    lille = shores.lille
    row = lille.record(report(), at_work(lille, "Odile", role="investigator"))
    marie = at_work(lille, "Marie", reason="toujours le même motif")
    for _ in range(SAME_REASON_A_DAY):
        lille.read(marie, row.header.id)
    flags = [line for line in register(lille) if line.get("rule") == "same_reason"]
    assert flags == []
    for _ in range(3):
        lille.read(marie, row.header.id)
    flags = [line for line in register(lille) if line.get("rule") == "same_reason"]
    assert [(flag["officer"], flag["found"]) for flag in flags] == [("Marie", SAME_REASON_A_DAY + 1)]
