"""Who stands first at sea: rows of boats that are probably one, old news, and silence that is no rescue."""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from entente.maritime.picture import draw
from entente.maritime.urgency import LIVE, Condition, ranked, rows_of, urgency_of
from entente.maritime.values import ActSaid, Boat, Ledger, Link, SeaReport
from entente.model.place import Position
from entente.model.sea_act import TakenOff
from entente.model.sighting import PersonsOnBoard, Sighting

NOW = dt.datetime(2031, 11, 24, 3, 0, tzinfo=dt.UTC)
SOME = PersonsOnBoard(at_least=30, at_most=30)


def boat(name: str, heard_min: int = 5, **known: object) -> Boat:
    return Boat(
        id=name,
        name=name,
        names=(name,),
        reports=(name,),
        state=known.pop("state", "open"),  # type: ignore[arg-type]
        ledger=Ledger(said=SOME, accounted=0, aboard=SOME),
        known_at=NOW - dt.timedelta(minutes=heard_min),
        first_at=NOW - dt.timedelta(minutes=heard_min),
        **known,  # type: ignore[arg-type]
    )


def link(one: str, other: str, verdict: str = "probably_same") -> Link:
    one, other = sorted((one, other))
    return Link(one=one, other=other, verdict=verdict, bits=3.0)  # type: ignore[arg-type]


def test_a_row_stands_where_its_most_urgent_boat_would_and_hides_none() -> None:
    boats = [
        boat("a", phase="uncertainty"),
        boat("b", phase="alert"),
        boat("c", phase="distress", water="swamped"),
    ]
    shown = ranked(boats, {}, [link("a", "c")], NOW)
    assert [(each.id, each.row, each.rank) for each in shown] == [("c", 1, 1), ("a", 1, 2), ("b", 2, 3)]


def test_only_what_is_probably_one_shares_a_row() -> None:
    links = [link("a", "b", "unresolved"), link("b", "c", "different"), link("c", "d"), link("d", "e")]
    rows = rows_of(["a", "b", "c", "d", "e"], links)
    assert rows == {"a": "a", "b": "b", "c": "c", "d": "c", "e": "c"}


@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=12),
    st.permutations(list("abcdefghij")),
)
def test_rows_are_the_same_in_any_order(pairs: list[tuple[int, int]], order: list[str]) -> None:
    names = "abcdefghij"
    links = [link(names[one], names[other]) for one, other in pairs if one != other]
    there = ranked([boat(name) for name in names], {}, links, NOW)
    assert there == ranked([boat(name) for name in order], {}, links[::-1], NOW)
    assert sorted(each.id for each in there) == list(names)
    assert [each.row for each in there] == sorted(each.row for each in there)


def test_a_boat_in_distress_does_not_sink_by_silence() -> None:
    fresh, silent = (
        urgency_of(boat("a", minutes, phase="distress"), Condition(), NOW)[0] for minutes in (5, 170)
    )
    assert silent >= fresh


def test_old_news_of_a_boat_that_made_way_weighs_less_but_never_closes_it() -> None:
    fresh, old = (
        urgency_of(boat("a", minutes, phase="uncertainty", engine="running"), Condition(), NOW)[0]
        for minutes in (5, 600)
    )
    closed = urgency_of(boat("b", state="closed_not_acknowledged"), Condition(), NOW)[0]
    disputed = urgency_of(boat("c", state="count_disputed", phase="distress"), Condition(), NOW)[0]
    assert fresh > old > disputed > closed


def test_said_to_be_rescued_stands_below_the_live_and_above_the_closed() -> None:
    live = urgency_of(boat("a", 600), Condition(), NOW)[0]
    said = urgency_of(boat("b", phase="distress", water="swamped"), Condition(is_said_done=True), NOW)[0]
    closed = urgency_of(boat("c", state="closed"), Condition(), NOW)[0]
    assert live > said > closed


def call(key: str, minutes: float, **seen: object) -> SeaReport:
    told = Sighting(means="call", callers=("+33639981234",), **seen)  # type: ignore[arg-type]
    return SeaReport(id=key, at=NOW + dt.timedelta(minutes=minutes), by="FR-PREMAR", seen=told)


@pytest.mark.parametrize(
    ("seen", "is_lowered"),
    [({}, True), ({"in_water": 3}, False), ({"water": "swamped"}, False)],
    ids=["probably rescued", "people in the water", "swamped"],
)
def test_a_guessed_link_to_a_rescued_boat_never_lowers_who_is_in_the_water(
    seen: dict[str, object], is_lowered: bool
) -> None:
    there = Position(latitude=51.0, longitude=1.5, uncertainty_m=300.0)
    rescued = call("a", 0, position=there, persons_on_board=SOME)
    likely = call("b", 10, persons_on_board=SOME, **seen)
    act = TakenOff(
        officer="Yann Trévidel", boat="a", manner="rescued", count=30, at=NOW + dt.timedelta(minutes=60)
    )
    off = ActSaid(id="t", at=NOW + dt.timedelta(minutes=60), by="FR-PREMAR", act=act)
    drawn = draw([rescued, likely], [off], NOW + dt.timedelta(minutes=90))
    boats = {each.id: each for each in drawn.boats}
    assert [one.verdict for one in drawn.links] == ["probably_same"]
    assert (boats["b"].urgency < LIVE) is is_lowered


def test_one_is_said_in_the_singular_and_several_in_the_plural_in_both_languages() -> None:
    for number, french, english in (
        (
            1,
            ("1 personne à l’eau", "1 personne manquante", "1 enfant"),
            ("1 in the water", "1 missing", "1 child"),
        ),
        (
            3,
            ("3 personnes à l’eau", "3 personnes manquantes", "3 enfants"),
            ("3 in the water", "3 missing", "3 children"),
        ),
    ):
        told = boat("a", in_water=number, children=number)
        ledger = Ledger(said=SOME, accounted=0, aboard=SOME, missing=number)
        _, why = urgency_of(msgspec.structs.replace(told, ledger=ledger), Condition(), NOW)
        assert set(french) <= {text.fr for text in why}
        assert set(english) <= {text.en for text in why}
