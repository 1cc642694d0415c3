"""A term that is near or has passed is told by rule: on both sides, once, and past nobody who is missing."""

from __future__ import annotations

import datetime as dt
from typing import Any

from entente.model.plan_act import Day, Edited, Opened, Owners, StatusClaimed
from entente.plan.drawing import draw
from entente.plan.late import notices, notices_of
from entente.plan.values import Plan, PlanSaid

AT = dt.datetime(2031, 4, 2, 9, tzinfo=dt.UTC)
TERM = dt.date(2031, 5, 10)
COORDINATORS = {"FR": ("FR-ZONE",), "UK": ("UK-HO",)}


def said(id: str, act: Any, party: str = "FR") -> PlanSaid:
    by = {"FR": "FR-ZONE", "UK": "UK-HO"}[party]
    return PlanSaid(id=id, at=AT, by=by, party=party, act=act)


def edit(id: str, field: Any, value: Any, party: str = "FR", **changes: Any) -> PlanSaid:
    return said(id, Edited(officer="M", item="m", field=field, value=value, **changes), party)


def measure(*more: PlanSaid) -> list[PlanSaid]:
    return [
        said("m", Opened(officer="M", kind="measure")),
        edit("d", "due", Day(day=TERM)),
        edit("f", "owner_FR", Owners(owner="FR-PAF", alternates=("FR-CRS",))),
        edit("u", "owner_UK", Owners(owner="UK-IE"), "UK"),
        *more,
    ]


def drawn(*more: PlanSaid) -> Plan:
    return draw(measure(*more))


def told(plan: Plan, days: int) -> set[tuple[str, str, tuple[str, ...]]]:
    """(rule, party, services) on a day so many after the term."""
    found = notices(plan, TERM + dt.timedelta(days=days), COORDINATORS)
    return {(one.id.split("/")[2], one.party, one.services) for one in found}


def test_pln_5_a_term_is_told_to_owners_then_deputies_then_both_coordinators_by_service() -> None:
    plan = drawn()
    assert told(plan, -8) == set()
    assert told(plan, -7) == {("near", "FR", ("FR-PAF",)), ("near", "UK", ("UK-IE",))}
    # The British side named no deputy, so the owner is told once more rather than nobody.
    late = {("late", "FR", ("FR-CRS",)), ("late", "UK", ("UK-IE",))}
    assert told(plan, 1) == late
    assert told(plan, 14) == late | {("very_late", "FR", ("FR-ZONE",)), ("very_late", "UK", ("UK-HO",))}


def test_where_a_party_has_no_owner_its_coordinator_is_told_from_the_first() -> None:
    plan = draw([one for one in measure() if one.id != "u"])
    assert told(plan, -3) == {("near", "FR", ("FR-PAF",)), ("near", "UK", ("UK-HO",))}
    near = notices(plan, TERM, COORDINATORS)
    assert notices_of(near, "UK-HO") == ()
    assert [one.party for one in notices_of(near, "UK-HO", is_coordinator=True)] == ["UK"]


def test_both_shores_draw_the_same_notices_from_the_same_acts_in_any_order() -> None:
    here = notices(drawn(), TERM + dt.timedelta(days=20), COORDINATORS)
    acts = measure()
    there = notices(draw([*reversed(acts), *acts]), TERM + dt.timedelta(days=20), COORDINATORS)
    assert here == there
    assert len({one.id for one in here}) == len(here) == 4


def test_a_notice_is_told_once_and_a_term_that_moved_is_told_anew() -> None:
    ids = [
        {one.id for one in notices(drawn(), TERM + dt.timedelta(days=day), COORDINATORS)} for day in (2, 9)
    ]
    assert ids[0] == ids[1]
    later = TERM + dt.timedelta(days=30)
    moved = drawn(edit("d2", "due", Day(day=later), over=("d",), words="the room is let until then"))
    assert told(moved, 2) == set()
    assert not ids[0] & {one.id for one in notices(moved, later + dt.timedelta(days=2), COORDINATORS)}


def test_what_is_new_for_a_service_is_only_its_last_step_and_only_since_it_looked() -> None:
    day = TERM + dt.timedelta(days=15)
    found = notices(drawn(), day, COORDINATORS)
    assert [one.id.split("/")[2] for one in notices_of(found, "UK-IE")] == ["late"]
    assert notices_of(found, "UK-IE", after=TERM + dt.timedelta(days=1)) == ()
    assert len(notices_of(found, "UK-HO", after=TERM, is_coordinator=True)) == 1
    assert notices_of(found, "FR-OLTIM") == ()


def test_nobody_is_told_of_what_was_given_up() -> None:
    given_up = said("c", StatusClaimed(officer="M", item="m", status="abandoned", words="no longer needed"))
    assert told(drawn(given_up), 15) == set()
