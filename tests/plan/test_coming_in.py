"""A sheet enters the plan as acts that an officer could have done: once, in order, and deciding nothing for people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from entente.errors import Conflict
from entente.formats.plan_cells import (
    STATE_WORDS,
    Figure,
    IndicatorRead,
    PlanRow,
    Recommendation,
    Standing,
)
from entente.formats.plan_terms import Span
from entente.model.plan_act import (
    Bilingual,
    Countersigned,
    Day,
    Edited,
    EvidenceGiven,
    ItemKind,
    Items,
    Number,
    Opened,
    Owners,
    StatusClaimed,
    ValueGiven,
    Words,
)
from entente.plan.coming_in import plan_import
from entente.plan.coming_values import Importing, PlanOfImport, resolve
from entente.plan.drawing import draw
from entente.plan.values import Item, PlanSaid

START = dt.datetime(2031, 3, 3, 9, tzinfo=dt.UTC)
BY = {"FR": "FR-DUNES", "UK": "UK-WEX"}
FROM_FRANCE = Importing(party="FR", officer="Inès Vallon", language="fr", sheet="suivi.xlsx")
WITH_REASON = msgspec.structs.replace(FROM_FRANCE, reason="décision du comité")


def fr(words: str) -> Bilingual:
    return Bilingual(fr=words)


def day(written: str) -> Span:
    found = dt.date.fromisoformat(written)
    return Span(kind="day", first=found, last=found)


QUARTER = Span(kind="quarter", first=dt.date(2031, 7, 1), last=dt.date(2031, 9, 30))


def row(line: int = 2, **fields: Any) -> PlanRow:
    titles = ("workshop", "measure", "milestone")
    made = {
        name: fr(value) if name in titles and isinstance(value, str) else value
        for name, value in fields.items()
    }
    return PlanRow(line=line, **made)


def record(said: Sequence[PlanSaid], plan: PlanOfImport, party: str = "FR") -> list[PlanSaid]:
    """Record the steps one after the other, as an office would."""
    ids: dict[str, str] = {}
    made = list(said)
    for step in plan.steps:
        id = f"r{len(made)}"
        act = resolve(step, ids)
        ids[step.key] = id
        made.append(
            PlanSaid(id=id, at=START + dt.timedelta(minutes=len(made)), by=BY[party], party=party, act=act)
        )
    return made


def add(said: list[PlanSaid], act: Any, party: str = "FR") -> str:
    id = f"r{len(said)}"
    said.append(
        PlanSaid(id=id, at=START + dt.timedelta(minutes=len(said)), by=BY[party], party=party, act=act)
    )
    return id


def enter(
    rows: Sequence[PlanRow], said: Sequence[PlanSaid] = (), by: Importing = FROM_FRANCE
) -> list[PlanSaid]:
    return record(said, plan_import(said, rows, by))


def only(said: Sequence[PlanSaid], kind: ItemKind) -> Item:
    (found,) = [item for item in draw(said).items if item.kind == kind]
    return found


def value(item: Item, field: str) -> Any:
    state = item.field(field)
    assert state is not None
    (held,) = state.current
    return held.value


def codes(plan: PlanOfImport) -> list[tuple[int, str]]:
    return [(note.line, note.code) for note in plan.notes]


FULL = row(
    workshop="Prévention",
    measure=Bilingual(fr="Former les loueurs", en="Train the renters"),
    owner_FR=Owners(owner="Service des Dunes", alternates=("Service du Phare",)),
    owner_UK=Owners(owner="Harbour Office of Wexmouth"),
    milestone="Guide publié",
    due=QUARTER,
    status=Standing("reported_done"),
    indicator=IndicatorRead(
        name=fr("Loueurs formés"),
        unit="loueurs",
        baseline=Figure(0.0),
        target=Figure(40.0),
        value=Figure(12.0),
        period=QUARTER,
    ),
    evidence="Compte rendu n° 4",
    note="à revoir",
    recommendation=Recommendation(number="R1", text=fr("Former."), source="Audit du môle", answer="acceptée"),
)


def test_a_row_becomes_items_each_under_its_own() -> None:
    said = enter([FULL])
    workshop, measure = only(said, "workshop"), only(said, "measure")
    milestone, indicator = only(said, "milestone"), only(said, "indicator")
    recommendation = only(said, "recommendation")
    assert (workshop.under, recommendation.under) == ("", "")
    assert measure.under == workshop.id
    assert milestone.under == indicator.under == measure.id
    assert value(measure, "title") == Words(text=Bilingual(fr="Former les loueurs", en="Train the renters"))
    assert value(measure, "owner_FR") == Owners(owner="Service des Dunes", alternates=("Service du Phare",))
    assert value(milestone, "text") == Words(text=fr("à revoir"))
    assert value(indicator, "target") == Number(number=40.0)
    assert value(indicator, "unit") == Words(text=fr("loueurs"))
    assert value(recommendation, "answered_by") == Items(items=(measure.id,))
    assert value(recommendation, "text") == Words(text=fr("Former."))
    assert draw(said).waiting == ()
    assert all(item.refused == () for item in draw(said).items)


def test_a_period_becomes_its_last_day_with_words_that_say_it_was_a_period() -> None:
    milestone = only(enter([FULL]), "milestone")
    assert value(milestone, "due") == Day(day=dt.date(2031, 9, 30))
    state = milestone.field("due")
    assert state is not None
    assert (
        state.current[0].words
        == "T3 2031 : période, dernier jour 2031-09-30 / Q3 2031: a period, last day 2031-09-30"
    )
    plain = only(enter([row(measure="M", due=day("2031-05-01"))]), "measure").field("due")
    assert plain is not None
    assert plain.current[0].words == ""


def test_reported_done_is_under_way_with_words_and_evidence_beside_it() -> None:
    milestone = only(enter([FULL]), "milestone")
    assert milestone.status == "under_way"
    assert not milestone.is_done
    assert [claim.words for claim in milestone.claims] == [
        "déclarée faite, à justifier et à contresigner / reported done, to be evidenced and countersigned"
    ]
    assert len(milestone.evidence) == 1


@pytest.mark.parametrize("state", [*STATE_WORDS])
def test_no_state_of_a_sheet_is_claimed_as_done(state: Any) -> None:
    steps = plan_import([], [row(measure="M", status=Standing(state))], FROM_FRANCE).steps
    (claim,) = [step.act for step in steps if isinstance(step.act, StatusClaimed)]
    assert claim.status != "done"


def test_a_value_comes_with_its_period_its_source_and_the_word_that_nobody_checked_it() -> None:
    said = enter([FULL])
    (act,) = [one.act for one in said if isinstance(one.act, ValueGiven)]
    assert (act.value, act.starts, act.ends) == (12.0, dt.date(2031, 7, 1), dt.date(2031, 9, 30))
    assert act.is_count
    assert act.source.fr == "tableau « suivi.xlsx », ligne 2"
    assert "not verified" in act.quality.en
    share = IndicatorRead(name=fr("Part"), value=Figure(45.0, is_percent=True), period=QUARTER)
    (other,) = [
        one.act for one in enter([row(measure="M", indicator=share)]) if isinstance(one.act, ValueGiven)
    ]
    assert not other.is_count
    loose = msgspec.structs.replace(share, period=None, period_words="mensuel")
    plan = plan_import([], [row(measure="M", indicator=loose)], FROM_FRANCE)
    assert codes(plan) == [(2, "value_without_period")]
    assert not [step for step in plan.steps if isinstance(step.act, ValueGiven)]


def test_only_ones_own_owner_is_named_and_the_other_is_proposed_in_both_languages() -> None:
    plan = plan_import([], [FULL], FROM_FRANCE)
    (note,) = plan.notes
    assert (note.line, note.code) == (2, "proposed_for_other_side")
    assert "Harbour Office of Wexmouth" in note.text.fr
    assert "Harbour Office of Wexmouth" in note.text.en
    assert note.text.fr != note.text.en
    fields = {step.act.field for step in plan.steps if isinstance(step.act, Edited)}
    assert "owner_FR" in fields
    assert "owner_UK" not in fields
    said = record([], plan)
    assert only(said, "measure").missing_owners == ("UK",)
    theirs = msgspec.structs.replace(FROM_FRANCE, party="UK")
    said = record(said, plan_import(said, [FULL], theirs), "UK")
    assert only(said, "measure").is_agreed
    assert plan_import(said, [FULL], FROM_FRANCE).notes == ()


def test_names_of_services_become_their_ids_where_they_are_known() -> None:
    by = msgspec.structs.replace(FROM_FRANCE, services={"service DES dunes": "FR-DUNES"})
    assert value(only(enter([FULL], by=by), "measure"), "owner_FR") == Owners(
        owner="FR-DUNES", alternates=("Service du Phare",)
    )


def test_what_already_stands_by_title_is_not_doubled() -> None:
    said: list[PlanSaid] = []
    workshop = add(said, Opened(officer="Jane Marlow", kind="workshop"))
    title = Words(text=Bilingual(fr="PREVENTION", en="Prevention"))
    add(said, Edited(officer="Jane Marlow", item=workshop, field="title", value=title))
    measure = add(said, Opened(officer="Jane Marlow", kind="measure", under=workshop))
    title = Words(text=Bilingual(fr="Former les loueurs"))
    add(said, Edited(officer="Jane Marlow", item=measure, field="title", value=title))
    plan = plan_import(said, [FULL], FROM_FRANCE)
    assert (plan.opened("workshop"), plan.opened("measure"), plan.opened("milestone")) == (0, 0, 1)
    after = record(said, plan)
    assert only(after, "workshop").id == workshop
    # The sheet brings the English that was missing, and does not quarrel about capitals.
    assert value(only(after, "measure"), "title").text.en == "Train the renters"
    assert value(only(after, "workshop"), "title").text.fr == "PREVENTION"


def test_the_same_title_in_two_workshops_is_two_measures_and_a_bare_title_is_then_nobodys() -> None:
    said = enter([row(2, workshop="A", measure="M"), row(3, workshop="B", measure="M")])
    assert sum(item.kind == "measure" for item in draw(said).items) == 2
    plan = plan_import(said, [row(4, measure="M", note="x")], FROM_FRANCE)
    assert plan.steps == ()
    assert codes(plan) == [(4, "title_twice")]


def test_the_same_sheet_again_does_nothing_and_a_changed_cell_one_edit() -> None:
    said = enter([FULL])
    assert plan_import(said, [FULL], FROM_FRANCE).steps == ()
    changed = msgspec.structs.replace(FULL, note="revu")
    (step,) = plan_import(said, [changed], FROM_FRANCE).steps
    assert isinstance(step.act, Edited)
    assert (step.act.field, len(step.act.over)) == ("text", 1)
    after = record(said, plan_import(said, [changed], FROM_FRANCE))
    assert value(only(after, "milestone"), "text") == Words(text=fr("revu"))
    assert plan_import(after, [changed], FROM_FRANCE).steps == ()


def test_a_date_does_not_move_without_a_reason() -> None:
    said = enter([FULL])
    later = msgspec.structs.replace(FULL, due=day("2031-12-01"))
    plan = plan_import(said, [later], FROM_FRANCE)
    assert plan.steps == ()
    assert (2, "date_without_reason") in codes(plan)
    after = record(said, plan_import(said, [later], WITH_REASON))
    milestone = only(after, "milestone")
    assert value(milestone, "due") == Day(day=dt.date(2031, 12, 1))
    assert milestone.refused == ()


def test_a_new_value_of_the_same_period_corrects_the_old_one() -> None:
    said = enter([FULL])
    assert FULL.indicator is not None
    newer = msgspec.structs.replace(
        FULL, indicator=msgspec.structs.replace(FULL.indicator, value=Figure(15.0))
    )
    (step,) = plan_import(said, [newer], FROM_FRANCE).steps
    assert isinstance(step.act, ValueGiven)
    assert step.act.corrects == tuple(one.id for one in said if isinstance(one.act, ValueGiven))
    after = record(said, plan_import(said, [newer], FROM_FRANCE))
    assert plan_import(after, [newer], FROM_FRANCE).steps == ()


def test_an_import_takes_back_no_done_and_settles_no_conflict() -> None:
    said = enter([row(measure="M", owner_FR=Owners(owner="Service des Dunes"), note="a")])
    measure = only(said, "measure")
    add(
        said,
        Edited(officer="Jane Marlow", item=measure.id, field="owner_UK", value=Owners(owner="UK-WEX")),
        "UK",
    )
    measure = only(said, "measure")
    evidence = add(said, EvidenceGiven(officer="Inès Vallon", item=measure.id, text=fr("rapport")))
    seen = tuple(held.edit for field in measure.fields for held in field.current)
    claim = add(
        said,
        StatusClaimed(officer="Inès Vallon", item=measure.id, status="done", evidence=(evidence,), seen=seen),
    )
    for state in ("in_progress", "reported_done"):
        assert plan_import(said, [row(measure="M", status=Standing(state))], FROM_FRANCE).steps == ()  # type: ignore[arg-type]
    add(said, Countersigned(officer="Jane Marlow", claim=claim), "UK")
    assert only(said, "measure").is_done
    plan = plan_import(said, [row(measure="M", status=Standing("blocked"))], FROM_FRANCE)
    assert plan.steps == ()
    assert codes(plan) == [(2, "done_stands")]
    assert codes(plan_import(said, [row(measure="M", status=Standing("reported_done"))], FROM_FRANCE)) == []
    other = Words(text=fr("b"))
    add(said, Edited(officer="Jane Marlow", item=measure.id, field="text", value=other), "UK")
    conflict = plan_import(said, [row(measure="M", note="c")], FROM_FRANCE)
    assert conflict.steps == ()
    assert codes(conflict) == [(2, "in_conflict")]


def test_recommendations_are_answered_by_measures_that_stand_further_down_too() -> None:
    rows = [
        row(2, recommendation=Recommendation(number="R1", maps_to=("M2", "m1", "Nulle part"))),
        row(3, workshop="A", measure="M1"),
        row(4, workshop="A", measure="M2", depends_on=("M1", "M2")),
    ]
    plan = plan_import([], rows, FROM_FRANCE)
    said = record([], plan)
    by_title = {value(item, "title").text.fr: item.id for item in draw(said).items}
    assert value(only(said, "recommendation"), "answered_by") == Items(items=(by_title["M2"], by_title["M1"]))
    m2 = draw(said).item(by_title["M2"])
    assert m2 is not None
    assert value(m2, "depends_on") == Items(items=(by_title["M1"],))
    assert codes(plan) == [(2, "measure_not_found"), (4, "depends_on_itself")]
    # A later sheet that names one more takes none away.
    more = row(5, workshop="A", measure="M3", recommendation=Recommendation(number="R1"))
    after = enter([more], said)
    assert len(value(only(after, "recommendation"), "answered_by").items) == 3


def test_one_number_in_two_audits_is_two_recommendations() -> None:
    rows = [
        row(2, recommendation=Recommendation(number="1", source="Audit du môle")),
        row(3, recommendation=Recommendation(number="1", source="Enquête du phare")),
    ]
    said = enter(rows)
    assert len(draw(said).items) == 2
    assert plan_import(said, rows, FROM_FRANCE).steps == ()


def test_a_field_said_twice_is_taken_once_and_the_second_is_named() -> None:
    rows = [row(2, measure="M", due=day("2031-05-01")), row(3, measure="M", due=day("2031-06-01"))]
    plan = plan_import([], rows, FROM_FRANCE)
    assert codes(plan) == [(3, "said_twice")]
    assert value(only(record([], plan), "measure"), "due") == Day(day=dt.date(2031, 5, 1))


def test_a_step_before_the_one_that_opens_its_item_is_refused() -> None:
    last = plan_import([], [FULL], FROM_FRANCE).steps[-1]
    with pytest.raises(Conflict):
        resolve(last, {})


TITLES = st.sampled_from(
    [
        Bilingual(fr="A"),
        Bilingual(en="B"),
        Bilingual(fr="A", en="B"),
        Bilingual(fr="a", en="C"),
        Bilingual(fr="D"),
    ]
)
SPANS = st.sampled_from([QUARTER, day("2031-05-01"), day("2031-06-01")])
STANDINGS = st.sampled_from([Standing(state) for state in STATE_WORDS])
COMMON: Any = {
    "line": st.integers(2, 99),
    "due": st.none() | SPANS,
    "status": st.none() | STANDINGS,
    "evidence": st.sampled_from(["", "pièce 1", "pièce 2"]),
    "note": st.sampled_from(["", "n1", "n2"]),
    "depends_on": st.sampled_from([(), ("A",), ("B", "D")]),
    "owner_FR": st.none() | st.sampled_from([Owners(owner="P"), Owners(owner="P", alternates=("Q",))]),
    "owner_UK": st.none() | st.just(Owners(owner="R")),
    "workshop": st.none() | TITLES,
}
RECOMMENDATIONS = st.builds(
    Recommendation,
    number=st.sampled_from(["1", "2"]),
    text=st.none() | TITLES,
    source=st.sampled_from(["", "X", "Y"]),
    answer=st.sampled_from(["", "oui"]),
    maps_to=st.sampled_from([(), ("A",), ("D", "Z")]),
)
INDICATORS = st.builds(
    IndicatorRead,
    name=TITLES,
    unit=st.sampled_from(["", "%", "jours"]),
    target=st.none() | st.just(Figure(9.0)),
    value=st.none() | st.sampled_from([Figure(7.0), Figure(8.0, is_percent=True)]),
    period=st.none() | SPANS,
)
ROWS = st.lists(
    st.builds(
        PlanRow,
        measure=TITLES,
        milestone=st.none() | TITLES,
        indicator=st.none() | INDICATORS,
        recommendation=st.none() | RECOMMENDATIONS,
        **COMMON,
    )
    | st.builds(PlanRow, recommendation=RECOMMENDATIONS, **COMMON),
    max_size=6,
)


@given(ROWS)
@settings(max_examples=200, deadline=None)
def test_whatever_a_sheet_says_a_second_time_changes_nothing(rows: list[PlanRow]) -> None:
    said = enter(rows)
    drawn = draw(said)
    assert plan_import(said, rows, FROM_FRANCE).steps == ()
    assert plan_import(said, rows, WITH_REASON).steps == ()
    assert drawn.waiting == ()
    for item in drawn.items:
        assert item.refused == ()
        assert not item.is_done
        assert not any(field.is_conflict for field in item.fields)
        assert len([claim for claim in item.claims if claim.is_current]) <= 1


@given(ROWS, ROWS)
@settings(max_examples=100, deadline=None)
def test_a_second_sheet_loses_nothing_of_the_first(first: list[PlanRow], second: list[PlanRow]) -> None:
    said = enter(first)
    after = draw(enter(second, said, WITH_REASON))
    assert after.waiting == ()
    for item in draw(said).items:
        kept = after.item(item.id)
        assert kept is not None
        assert not any(field.is_conflict for field in kept.fields)
        for field in item.fields:
            now = kept.field(field.field)
            assert now is not None
            held = {one.edit for one in (*now.current, *now.before)}
            assert {one.edit for one in (*field.current, *field.before)} <= held
