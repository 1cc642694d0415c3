"""That callers are asked what tells most, that only callers are asked, and that some things are asked of nobody."""

from __future__ import annotations

import datetime as dt
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from entente.maritime.associate import associate
from entente.maritime.question_words import ask_text, ask_words
from entente.maritime.questions import information, next_questions
from entente.maritime.values import ActSaid, Question, SeaReport
from entente.model.place import Position
from entente.model.sea_act import Asked, QuestionAnswered, QuestionOwed
from entente.model.sighting import PersonsOnBoard, Sighting

AT = dt.datetime(2031, 10, 18, 23, 0, tzinfo=dt.UTC)


def told(key: str, minutes: float, north_km: float, **seen: object) -> SeaReport:
    place = Position(latitude=51.0 + north_km / 111.2, longitude=1.5, uncertainty_m=300.0)
    sighting = Sighting(**{"means": "call", "position": place, **seen})  # type: ignore[arg-type]
    return SeaReport(id=key, at=AT + dt.timedelta(minutes=minutes), by="FR-PREMAR", seen=sighting)


def asked_of(reports: list[SeaReport], acts: list[ActSaid] | None = None) -> tuple[Question, ...]:
    hypotheses, links = associate(reports, acts or [])
    return next_questions(hypotheses, links, {one.id: one for one in reports}, acts or [])


CALL = told("a", 0, 0.0, callers=("+33639981234",))
OTHER_CALL = told("b", 10, 1.0, callers=("+33639985678",), children=6, colour="orange")


def test_two_calls_that_may_be_of_one_boat_are_told_apart_by_another_telephone_aboard() -> None:
    found = [one for one in asked_of([CALL, OTHER_CALL]) if one.boat == "a"]
    assert (found[0].asked, found[0].other, found[0].caller) == ("phone_digits", "b", "+33639981234")
    assert "quatre derniers chiffres" in found[0].text.fr
    assert "last four digits" in found[0].text.en
    assert "23:10" in found[0].settles.fr
    assert "23:10" in found[0].settles.en
    assert [one.gain_bits for one in found] == sorted((one.gain_bits for one in found), reverse=True)


def test_an_aircraft_overhead_is_asked_about_while_it_is_there() -> None:
    aircraft = told("x", 12, 1.0, means="aircraft")
    now = [one for one in asked_of([CALL, aircraft]) if one.asked == "sees_asset"]
    assert [(one.boat, one.other) for one in now] == [("a", "x")]
    later = told("y", 180, 60.0, callers=("+33639989999",))
    assert not [
        one for one in asked_of([CALL, aircraft, later]) if one.asked == "sees_asset" and one.other == "x"
    ]


def test_nobody_can_be_asked_in_a_boat_without_a_caller() -> None:
    seen = [told("x", 0, 0.0, means="aircraft", colour="orange"), told("y", 8, 0.8, means="ship")]
    assert asked_of(seen) == ()


def test_what_was_answered_is_not_asked_again_and_what_is_owed_says_by_whom() -> None:
    owed = ActSaid(
        id="o",
        at=AT + dt.timedelta(minutes=11),
        by="FR-PREMAR",
        act=QuestionOwed(
            officer="Aude Kerlazan", boat="a", other="b", asked="phone_digits", service="FR-PREMAR"
        ),
    )
    first = asked_of([CALL, OTHER_CALL], [owed])
    mine = next(one for one in first if one.boat == "a" and one.asked == "phone_digits")
    assert (mine.owed_by, mine.record) == ("FR-PREMAR", "o")
    answered = ActSaid(
        id="p",
        at=AT + dt.timedelta(minutes=13),
        by="FR-PREMAR",
        act=QuestionAnswered(
            officer="Aude Kerlazan", boat="a", other="b", asked="phone_digits", answer="0007"
        ),
    )
    again = asked_of([CALL, OTHER_CALL], [owed, answered])
    assert not [one for one in again if one.boat == "a" and one.asked == "phone_digits" and one.other == "b"]


def test_a_boat_that_resembles_no_other_is_asked_what_is_not_known_of_it() -> None:
    found = asked_of([CALL])
    assert [one.asked for one in found] == ["persons", "phone_digits", "children"]
    counted = told(
        "a", 0, 0.0, callers=("+33639981234",), persons_on_board=PersonsOnBoard(40, 40), children=3
    )
    assert [one.asked for one in asked_of([counted])] == ["phone_digits"]


def test_a_pair_on_which_an_officer_spoke_is_not_asked_about() -> None:
    from entente.model.sea_act import Judged

    word = ActSaid(
        id="j",
        at=AT + dt.timedelta(minutes=20),
        by="FR-PREMAR",
        act=Judged(officer="Aude Kerlazan", one="a", other="b", verdict="different"),
    )
    assert not [one for one in asked_of([CALL, OTHER_CALL], [word]) if one.other]


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_an_answer_tells_between_nothing_and_one_bit(same: float, of_one: float, of_two: float) -> None:
    assert 0 <= information(same, of_one, of_two) <= 1 + 1e-9


def test_an_answer_that_both_would_give_tells_nothing_and_an_open_pair_gains_most() -> None:
    assert information(0.5, 0.7, 0.7) < 1e-9
    assert information(0.5, 0.9, 0.1) > information(0.95, 0.9, 0.1) > 0


def test_nobody_is_asked_where_they_come_from_or_what_they_believe() -> None:
    texts = [ask_text(asked, ask_words("ship")) for asked in get_args(Asked)]
    assert all(text.fr.endswith(("?", ".")) and text.en.endswith(("?", ".")) for text in texts)
    spoken = " ".join(text.fr + " " + text.en for text in texts).lower()
    for word in (
        "nationalit",
        "pays",
        "country",
        "religio",
        "ethni",
        "langue",
        "language",
        "passeur",
        "smuggler",
    ):
        assert word not in spoken
