"""The small plan of the season: played through the nodes' own doors, drawn alike on both shores, in two languages."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from entente.exercise.agreement import exercise_agreement
from entente.exercise.plan_of_season import Open, load_plan
from entente.exercise.plan_play import PlanPlayed
from entente.exercise.play import PLAYED, play, played
from entente.exercise.season import Season
from entente.exercise.shores import NODES, Shores, lay_out
from entente.plan.glance import glance
from entente.plan.indicators import shown
from entente.plan.late import notices
from entente.plan.minutes import meeting_of, meetings, structure_of
from entente.plan.own_counts import count_of
from entente.plan.reading import items_of, texts_of, title_of, under
from entente.plan.risks import risks, waiting
from entente.plan.values import Item, Plan, PlanSaid

COORDINATORS = {"lille": "FR-ZONE/Roquebert", "dover": "UK-HO/Ashgrave"}
DAY = dt.date(2031, 11, 20)


def asking(node: str) -> dict[str, Any]:
    return {"officer": COORDINATORS[node], "matter": "PLAN", "reason": "essai de l’exercice"}


def plan_of(shores: Shores, node: str) -> Plan:
    return msgspec.convert(shores.ask(node, "plan", asking(node))["plan"], type=Plan)


@pytest.fixture(scope="module")
def plans(on_20_november: Shores) -> dict[str, Plan]:
    return {node: plan_of(on_20_november, node) for node in NODES}


@pytest.fixture(scope="module")
def plan(plans: dict[str, Plan]) -> Plan:
    return plans["lille"]


@pytest.fixture(scope="module")
def named(on_20_november: Shores, plan: Plan) -> dict[str, Item]:
    """The items of the plan by the names that its script gives them."""
    ids = PlanPlayed(load_plan(), played(on_20_november.root))._ids
    return {name: item for name, id in ids.items() if (item := plan.item(id)) is not None}


def test_both_shores_draw_the_same_plan_with_four_workshops_and_measures_owned_on_both_sides(
    plans: dict[str, Plan], plan: Plan
) -> None:
    assert plans["dover"] == plan
    assert plan.waiting == ()
    workshops = [item for item in plan.items if item.kind == "workshop"]
    assert [title_of(one).en for one in workshops] == [
        "Prevention",
        "Operational intelligence",
        "The sea: rescue and the maritime prefecture",
        "Judicial cross-checks",
    ]
    measures = [item for item in plan.items if item.kind == "measure"]
    assert len(measures) == 12
    assert all(len(under(plan, one.id, "measure")) == 3 for one in workshops)
    assert sum(item.is_agreed for item in measures) == 11
    assert [one.act for item in plan.items for one in item.refused] == []


def test_what_the_plan_shows_is_each_state_that_a_measure_can_be_in(
    plan: Plan, named: dict[str, Item]
) -> None:
    assert named["A3"].missing_owners == ("UK",)
    assert named["B2"].is_done
    assert (named["B3"].is_done, named["B3"].status) == (False, "under_way")
    rows = {row.item: row for row in glance(plan, DAY)}
    kinds = {
        name: {(move.kind, move.party) for move in rows[named[name].id].moves} for name in ("B3", "C2", "C1")
    }
    assert ("countersign", "FR") in kinds["B3"]
    assert {("decide", "FR"), ("decide", "UK")} <= kinds["C2"]
    assert {("late", "FR"), ("late", "UK")} <= kinds["C1"]
    due = named["C2"].field("due")
    assert due is not None
    assert {held.party for held in due.current} == {"FR", "UK"}
    moved = named["A2.m1"].field("due")
    assert moved is not None
    assert len(moved.before) == 1
    assert moved.current[0].words
    assert [item.id for item, _ in waiting(plan)] == [named["D2"].id]
    assert items_of(named["R2"], "answered_by") == (named["C1"].id, named["C3"].id)
    assert items_of(named["R3"], "answered_by") == ()
    assert [one.weight for one in risks(plan)] == [20, 15, 12, 10]


def test_two_meetings_are_written_in_paired_sentences_with_a_divergence_and_a_decision_signed_by_one(
    plan: Plan, named: dict[str, Item]
) -> None:
    held = [meeting_of(plan, item) for item in meetings(plan)]
    assert [one.title.en for one in held] == ["Progress meeting, Dover", "Progress meeting, Lille"]
    for one in held:
        assert structure_of(one, "fr") == structure_of(one, "en")
        assert len(one.of_kind("sentence")) >= 3
        assert all(
            action.owners["FR"] and action.owners["UK"] and action.due for action in one.of_kind("action")
        )
    signed = {
        entry.texts[0].en.split()[0]: entry.signed_by for one in held for entry in one.of_kind("decision")
    }
    assert signed == {"A": ("FR", "UK"), "Each": ("FR",), "Every": ("FR", "UK")}
    assert [entry.id for one in held for entry in one.of_kind("sentence") if entry.is_divergent] == [
        named["M2.1b"].id
    ]


def test_indicators_are_fed_by_hand_and_by_both_nodes_and_show_nothing_small(
    on_20_november: Shores, named: dict[str, Item]
) -> None:
    fed = {name: count_of(named[name]) for name in ("B2.i", "D1.i", "D3.i", "B1.i", "A2.i", "A3.i")}
    assert [name for name, count in fed.items() if count is None] == ["B1.i", "A2.i", "A3.i"]
    september, october = dt.date(2031, 9, 1), dt.date(2031, 10, 1)
    # Of Dover’s October two sources could not be judged: fewer than five, so there is no value of it anywhere.
    assert _shown(on_20_november, named["B2.i"].id) == [
        (september, "FR-ZONE", 100.0, True),
        (september, "UK-HO", 100.0, True),
        (october, "FR-ZONE", 100.0, True),
    ]
    by_hand = [(value, stands) for _, _, value, stands in _shown(on_20_november, named["B1.i"].id)]
    assert by_hand == [(47, True), (41, True), (35, False), (33, True)]
    assert [value for _, _, value, _ in _shown(on_20_november, named["A3.i"].id)] == [14, None]


def _shown(shores: Shores, indicator: str) -> list[tuple[dt.date, str, float | None, bool]]:
    """The values of an indicator as both shores show them: the same."""
    found = []
    for node in NODES:
        said = msgspec.convert(shores.ask(node, "plan", asking(node))["said"], type=tuple[PlanSaid, ...])
        found.append([(one.starts, one.by, one.value, one.is_current) for one in shown(said, indicator)])
    assert found[0] == found[1]
    return found[0]


def test_every_text_of_the_plan_is_in_both_languages_and_every_name_is_of_the_exercise(
    plan: Plan, season: Season
) -> None:
    services = {service.id for service in exercise_agreement().services}
    for item in plan.items:
        for field in item.fields:
            for name in ("title", "text", "definition", "unit", "source", "place", "present"):
                assert all(text.is_paired for text in texts_of(item, name))  # type: ignore[arg-type]
            if field.field.startswith("owner_"):
                for held in field.current:
                    assert {held.value.owner, *held.value.alternates} <= services  # type: ignore[union-attr]
    officers = {officer.id: officer for officer in season.officers}
    for sitting in load_plan():
        assert sitting.role in officers[sitting.officer].roles
    assert {"coordinator"} <= {role for name in COORDINATORS.values() for role in officers[name].roles}


def test_late_terms_are_told_to_both_coordinators_alike(
    plans: dict[str, Plan], named: dict[str, Item]
) -> None:
    coordinators = {"FR": ("FR-ZONE",), "UK": ("UK-HO",)}
    here, there = (notices(plans[node], DAY, coordinators) for node in NODES)
    assert here == there
    told = {
        (one.party, one.services) for one in here if one.item == named["C1"].id and one.to == "coordinator"
    }
    assert told == {("FR", ("FR-ZONE",)), ("UK", ("UK-HO",))}


def test_the_plan_is_played_once_however_often_the_exercise_is_started(
    on_20_november: Shores, season: Season, plan: Plan
) -> None:
    before = {node: on_20_november.ask(node, "status")["records"]["plan_act"] for node in NODES}
    play(season.items, on_20_november, lambda done, of, item: None, load_plan())
    assert {node: on_20_november.ask(node, "status")["records"]["plan_act"] for node in NODES} == before
    opened = [step for sitting in load_plan() for step in sitting.steps if isinstance(step, Open)]
    assert len(plan.items) == len(opened)


def test_a_sitting_that_broke_off_before_it_was_written_down_is_recorded_once(
    tmp_path: Path, season: Season
) -> None:
    root = tmp_path / "season"
    lay_out(root, any_port=True)
    sittings = load_plan()[:2]
    with Shores(root) as shores:
        play(season.items[:3], shores, lambda done, of, item: None, sittings)
        before = plan_of(shores, "lille")
        done = played(root)
        # As if the power had failed after the node had recorded the second sitting and the third item.
        kept = {key: id for key, id in done.items() if not key.startswith("plan/1/")}
        del kept[season.items[2].reference]
        (root / PLAYED).write_text(json.dumps(kept), encoding="utf-8")
        play(season.items[:3], shores, lambda done, of, item: None, sittings)
        assert played(root) == done
        assert plan_of(shores, "lille") == before == plan_of(shores, "dover")
