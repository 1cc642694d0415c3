"""Two shores that edit one plan apart lose nothing when they meet; `benchmarks.plan` does it ten thousand times."""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest
from benchmarks.plan_merges import faults_of, lost_by_clock, lost_updates, merges, stands

from entente.model.plan_act import Bilingual, Edited, Opened, StatusClaimed, Words
from entente.plan.drawing import draw
from entente.plan.values import FieldState, PlanSaid

AT = dt.datetime(2031, 3, 3, 9, tzinfo=dt.UTC)


@pytest.mark.parametrize("seed", range(6))
def test_pln_7_forty_meetings_lose_no_update_and_both_shores_draw_one_plan(seed: int) -> None:
    found, met = merges(seed, 40)
    assert (found.lost_updates, found.differing, found.structure_differs, found.done_without) == (0, 0, 0, 0)
    assert met["edits"] > 20


def test_the_meetings_reach_what_they_are_to_try() -> None:
    reached: dict[str, int] = {}
    for seed in range(8):
        for name, number in merges(seed, 40)[1].items():
            reached[name] = reached.get(name, 0) + number
    assert all(reached[name] > 10 for name in ("conflicts", "done", "lost_by_clock")), reached


def edit(id: str, words: str, over: tuple[str, ...] = (), minutes: int = 0) -> PlanSaid:
    value = Words(text=Bilingual(fr=words))
    act = Edited(officer="Zoé", item="m", field="title", value=value, over=over)
    return PlanSaid(id=id, at=AT + dt.timedelta(minutes=minutes), by="FR-ZONE", party="FR", act=act)


OPENED = PlanSaid(id="m", at=AT, by="FR-ZONE", party="FR", act=Opened(officer="Zoé", kind="measure"))


def test_an_edit_that_vanishes_is_counted_as_lost() -> None:
    acts = {one.id: one for one in (OPENED, edit("a", "un"), edit("b", "deux", minutes=1))}
    plan = draw(acts.values())
    assert lost_updates(plan, acts) == set()
    (item,) = plan.items
    (field,) = item.fields
    newest = FieldState(field="title", current=field.current[1:], before=field.current[:1])

    by_clock = msgspec.structs.replace(plan, items=(msgspec.structs.replace(item, fields=(newest,)),))
    assert lost_updates(by_clock, acts) == {"a"}
    assert lost_by_clock(acts) == {"a"}
    assert faults_of(plan, by_clock, acts.values()).differing == 1


def test_what_was_replaced_by_one_who_saw_it_is_not_lost() -> None:
    acts = {one.id: one for one in (OPENED, edit("a", "un", minutes=5), edit("b", "deux", ("a",)))}
    assert lost_updates(draw(acts.values()), acts) == set()


def test_a_done_without_evidence_does_not_stand_in_the_count() -> None:
    claim = StatusClaimed(officer="Zoé", item="m", status="done")
    said = PlanSaid(id="c", at=AT, by="FR-ZONE", party="FR", act=claim)
    acts = {one.id: one for one in (OPENED, said)}
    (item,) = draw(acts.values()).items
    assert not stands(item, acts)
