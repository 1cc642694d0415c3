"""The score of a picture by the truth of a night: what is hidden is called hidden, what is closed wrongly, wrong."""

from __future__ import annotations

import pytest
from benchmarks.sea_rivals import by_nearest, by_radius, views
from benchmarks.sea_score import Group, Scorer, View, _inside, closable, upper_bound, without_own

from entente.exercise.nights.night import Night, night


@pytest.fixture(scope="module")
def invented() -> Night:
    return night(5)


def _moment(invented: Night) -> float:
    """When most of the boats that were told of are at sea."""
    moments = [invented.starts_s + place * 1800 for place in range(1, 27)]
    scorer = Scorer(invented)
    return max(moments, key=lambda at_s: sum(invented.boats[b].need(at_s) > 0 for b in scorer.reported(at_s)))


def _each_alone(invented: Night, at_s: float, closing: str = "") -> View:
    return View(
        tuple(
            Group(entry.said.id, (entry.said.id,), closing)
            for entry in invented.entries
            if entry.arrives_s <= at_s and hasattr(entry.said, "seen")
        )
    )


def test_reports_that_stand_alone_hide_no_boat(invented: Night) -> None:
    at_s = _moment(invented)
    scorer = Scorer(invented)
    scorer.look(_each_alone(invented, at_s), at_s)
    tally = scorer.dawn(_each_alone(invented, invented.dawn_s))
    assert (tally.masked, tally.wrong) == (0, 0)
    assert tally.live_boats > 3


def test_all_reports_in_one_open_boat_hide_all_live_boats_but_one(invented: Night) -> None:
    at_s = _moment(invented)
    scorer = Scorer(invented)
    together = View((Group("all", tuple(one.reports[0] for one in _each_alone(invented, at_s).groups)),))
    live = [boat for boat in scorer.reported(at_s) if invented.boats[boat].need(at_s)]
    scorer.look(together, at_s)
    assert scorer.dawn(together).masked >= len(live) - 1 > 1


def test_closing_a_boat_with_people_at_sea_is_wrong_and_hides_it(invented: Night) -> None:
    at_s = _moment(invented)
    scorer = Scorer(invented)
    live = {boat for boat in scorer.reported(at_s) if invented.boats[boat].need(at_s)}
    view = _each_alone(invented, at_s, closing="x")
    scorer.look(view, at_s)
    tally = scorer.dawn(_each_alone(invented, invented.dawn_s))
    assert tally.wrong >= len(live) > 0
    assert tally.masked >= len(live)


def test_one_group_that_two_boats_share_evenly_is_given_to_one_of_them() -> None:
    assert len(without_own([1, 2], {1: ["a"], 2: ["a"]})) == 1
    assert without_own([1, 2], {1: ["a", "b"], 2: ["a"]}) == set()
    assert without_own([1, 2, 3], {1: ["a"], 2: ["a", "b"], 3: ["b"]}) != set()
    assert without_own([1], {}) == {1}


def test_the_bound_is_that_of_clopper_and_pearson() -> None:
    assert upper_bound(0, 1000) == pytest.approx(1 - 0.05 ** (1 / 1000), rel=1e-6)
    assert upper_bound(0, 1000) == pytest.approx(3 / 1000, rel=0.01)
    assert upper_bound(1, 100) == pytest.approx(0.04656, abs=2e-4)
    assert upper_bound(0, 0) == upper_bound(5, 5) == 1.0


def test_a_hole_in_an_area_is_outside_it() -> None:
    square = ((0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (0.0, 4.0))
    hole = ((1.0, 1.0), (3.0, 1.0), (3.0, 3.0), (1.0, 3.0))
    assert _inside((square, hole), 0.5, 0.5)
    assert not _inside((square, hole), 2.0, 2.0)
    assert not _inside((square, hole), 5.0, 2.0)


def test_a_boat_that_could_be_closed_has_nobody_at_sea(invented: Night) -> None:
    found = closable(invented)
    assert found
    assert all(invented.boats[boat].need(invented.dawn_s) == 0 for boat in found)
    assert all(invented.boats[boat].lost == 0 for boat in found)


def test_both_rivals_hide_or_close_boats_wrongly_that_single_reports_do_not() -> None:
    wrong = {"radius": 0, "nearest": 0}
    for seed in range(4):
        invented = night(seed)
        moments = [invented.starts_s + place * 1800 for place in range(1, 28)]
        for name, joins in (("radius", by_radius), ("nearest", by_nearest)):
            scorer = Scorer(invented)
            shown = views(invented, joins, moments)
            assert len(shown) == len(moments)
            for at_s, view in zip(moments, shown, strict=True):
                scorer.look(view, at_s)
            tally = scorer.dawn(shown[-1])
            wrong[name] += tally.masked + tally.wrong
    assert min(wrong.values()) > 0
