"""Launch warnings and what came of them: a fit is proposed, an officer settles, a season counts and claims no more."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any, Literal

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from entente.formats.gazetteer import place_named
from entente.maritime.foretold import Came, season, what_came, wilson
from entente.maritime.values import ActSaid, Boat, Ledger, SeaReport
from entente.model.place import Position
from entente.model.report import Warning
from entente.model.sea_act import WarningSettled
from entente.model.sighting import PersonsOnBoard, Sighting

EVENING = dt.datetime(2031, 11, 22, 18, 0, tzinfo=dt.UTC)
BEACH = "Plage d’Ambleteuse"
Outcome = Literal["launched", "prevented", "nothing_seen", "not_known"]


class Given(msgspec.Struct, frozen=True):
    """A warning as the desk hands it over."""

    id: str
    at: dt.datetime
    by: str
    warning: Warning


def at(hours: float) -> dt.datetime:
    return EVENING + dt.timedelta(hours=hours)


def a_warning(name: str = "w1", given_h: float = 0.0, **changes: Any) -> Given:
    whole: dict[str, Any] = {
        "place": BEACH,
        "starts": at(4),
        "ends": at(8),
        "confidence": "probable",
        "boats_at_least": 1,
        "boats_at_most": 2,
    } | changes
    return Given(name, at(given_h), "FR-OLTIM", Warning(**whole))


def a_boat(name: str, *reports: str, first: float | None = 6.0, said: int = 40) -> Boat:
    counted = PersonsOnBoard(at_least=said, at_most=said)
    return Boat(
        id=(reports or (name,))[0],
        name=name,
        names=(name,),
        reports=reports or (name,),
        state="open",
        ledger=Ledger(said=counted, accounted=0, aboard=counted),
        first_at=None if first is None else at(first),
    )


def a_report(name: str, hours: float, **seen: Any) -> SeaReport:
    return SeaReport(id=name, at=at(hours), by="FR-PREMAR", seen=Sighting(**seen))


def settled(outcome: Outcome, *boats: str, hours: float = 14, name: str = "a1", of: str = "w1") -> ActSaid:
    act = WarningSettled(officer="K", warning=of, outcome=outcome, boats=boats)
    return ActSaid(id=name, at=at(hours), by="FR-PREMAR", act=act)


def one(*reports: SeaReport, acts: tuple[ActSaid, ...] = (), given_: Given | None = None) -> Came:
    boats = [a_boat(f"PK {place}", report.id) for place, report in enumerate(reports)]
    (came,) = what_came([given_ or a_warning()], boats, reports, acts)
    return came


def test_a_boat_that_is_said_to_have_left_the_beach_within_the_window_fits() -> None:
    came = one(a_report("r1", 7, launched_from=BEACH, launched_at=at(5)))
    (fit,) = came.fits
    assert (fit.boat, fit.is_said, fit.left_at) == ("r1", True, at(5))
    assert (came.outcome, came.outcome_words.en) == (None, "to be settled")


@pytest.mark.parametrize("hours", [2.9, 9.1, 30])
def test_a_boat_that_left_outside_the_window_does_not_fit(hours: float) -> None:
    assert one(a_report("r1", hours + 1, launched_from=BEACH, launched_at=at(hours))).fits == ()


def test_a_boat_that_is_said_to_have_left_elsewhere_does_not_fit_however_near_it_was_seen() -> None:
    near = place_named(BEACH)
    assert near is not None
    assert one(a_report("r1", 6, launched_from="Dunkerque", position=near.position)).fits == ()


def test_an_hour_that_nobody_said_is_not_given_as_the_hour_of_launch() -> None:
    (said,) = one(a_report("r1", 6, launched_from=BEACH, launched_at=at(5))).fits
    (heard,) = one(a_report("r1", 6, launched_from=BEACH)).fits
    assert "vers 23 h 00" in said.text.fr
    assert "heure non dite" in heard.text.fr
    assert "time not said" in heard.text.en


def test_where_no_place_was_said_the_first_position_is_proposed_as_far_as_a_boat_may_have_come() -> None:
    place = place_named(BEACH)
    assert place is not None
    off = Position(latitude=place.latitude + 0.05, longitude=place.longitude - 0.08)
    (fit,) = one(a_report("r1", 5, position=off)).fits
    assert not fit.is_said
    assert "non dit" in fit.text.fr
    far = Position(latitude=place.latitude + 0.3, longitude=place.longitude)
    assert one(a_report("r1", 4.5, position=far)).fits == ()
    # A later position, nearer, is not where it came from.
    assert one(a_report("r1", 4.5, position=far), a_report("r1", 7, position=off)).fits == ()


def test_a_warning_of_a_place_that_nobody_knows_proposes_nothing_and_is_counted() -> None:
    came = one(
        a_report("r1", 6, launched_from=BEACH, launched_at=at(5)), given_=a_warning(place="nowhere known")
    )
    assert came.fits == ()
    assert season([came], []).whole.warnings == 1


def test_nothing_is_settled_before_an_officer_says_so_and_then_it_bears_their_name() -> None:
    report = a_report("r1", 7, launched_from=BEACH, launched_at=at(5))
    assert one(report).boats == ()
    came = one(report, acts=(settled("launched", "r1"),))
    assert (came.outcome, came.boats, came.settled_by) == ("launched", ("r1",), "K")
    assert came.people == PersonsOnBoard(at_least=40, at_most=40)


def test_of_two_words_on_a_warning_the_newest_stands_in_whatever_order_they_came() -> None:
    first = settled("launched", "r1", hours=14, name="a1")
    second = settled("nothing_seen", hours=15, name="a2")
    report = a_report("r1", 7)
    for acts in ((first, second), (second, first)):
        came = one(report, acts=acts)
        assert (came.outcome, came.boats) == ("nothing_seen", ())


def test_two_reports_that_turn_out_to_be_one_boat_count_it_once() -> None:
    boats = [a_boat("PK 1", "r1", "r2")]
    (came,) = what_came(
        [a_warning()], boats, [a_report("r1", 6), a_report("r2", 7)], [settled("launched", "r1", "r2")]
    )
    assert came.boats == ("r1",)
    assert came.people == PersonsOnBoard(at_least=40, at_most=40)


def test_a_boat_that_is_named_where_nothing_launched_is_not_counted_as_foretold() -> None:
    assert one(a_report("r1", 6), acts=(settled("prevented", "r1"),)).boats == ()


def test_the_lead_of_a_warning_runs_to_its_window_and_is_below_zero_where_it_came_too_late() -> None:
    early, late = a_warning("w1"), a_warning("w2", given_h=5)
    came = what_came([early, late], [], [], [])
    assert {one.warning: one.lead_s for one in came} == {"w1": 4 * 3600.0, "w2": -3600.0}
    whole = season(came, []).whole
    assert (whole.late, whole.lead_median_s) == (1, 1.5 * 3600)


def test_a_boat_that_no_warning_foretold_is_missed_and_is_named() -> None:
    boats = [a_boat("PK 1", "r1"), a_boat("PK 2", "r2"), a_boat("PK 3", "r3", first=800)]
    came = what_came([a_warning()], boats, [], [settled("launched", "r1")])
    record = season(came, boats)
    assert record.missed == ("r2", "r3")
    assert [(one.month, one.warnings, one.boats, one.missed) for one in record.months] == [
        ("2031-11", 1, 2, 1),
        ("2031-12", 0, 1, 1),
    ]


def test_a_warning_without_an_upper_bound_leaves_the_sum_without_one() -> None:
    came = what_came([a_warning(), a_warning("w2", boats_at_most=None)], [], [], [])
    assert (season(came, []).whole.foretold_least, season(came, []).whole.foretold_most) == (2, None)


def test_what_is_not_known_counts_neither_for_nor_against() -> None:
    warnings = [a_warning(f"w{number}") for number in range(4)]
    outcomes: tuple[Outcome, ...] = ("launched", "nothing_seen", "not_known")
    acts = [settled(outcome, name=f"a{number}", of=f"w{number}") for number, outcome in enumerate(outcomes)]
    whole = season(what_came(warnings, [], [], acts), []).whole
    assert (whole.warnings, whole.settled, whole.launched) == (4, 3, 1)
    assert whole.hit_rate is not None
    assert whole.hit_rate.share == 0.5


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    # Brown, Cai and DasGupta (2001) and Newcombe (1998): 81 of 263, 15 of 148, 0 of 20, 1 of 29.
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (29, 29, 0.883, 1.0),
    ],
)
def test_the_interval_is_that_of_wilson(hits: int, of: int, low: float, high: float) -> None:
    found = wilson(hits, of)
    assert found is not None
    assert (round(found.low, 4), round(found.high, 4)) == pytest.approx((low, high), abs=2e-4)


def test_no_share_is_claimed_where_nothing_was_settled() -> None:
    assert wilson(0, 0) is None
    assert season(what_came([a_warning()], [], [], []), []).whole.hit_rate is None


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(["launched", "prevented", "nothing_seen", "not_known", None]), max_size=8),
    st.integers(0, 6),
    st.integers(0, 2**32),
)
def test_a_season_adds_up_whatever_happened_and_in_whatever_order_it_is_told(
    outcomes: list[Any], boats: int, seed: int
) -> None:
    warnings = [
        a_warning(f"w{number}", starts=at(4 + 100 * number), ends=at(8 + 100 * number))
        for number in range(len(outcomes))
    ]
    seen = [a_boat(f"PK {number}", f"r{number}", first=4 + 90 * number) for number in range(boats)]
    reports = [a_report(f"r{number}", 6 + 90 * number, launched_from=BEACH) for number in range(boats)]
    acts = [
        settled(
            outcome,
            *(f"r{number}" for number in range(boats) if number % 2),
            name=f"a{place}",
            of=f"w{place}",
        )
        for place, outcome in enumerate(outcomes)
        if outcome is not None
    ]
    record = season(what_came(warnings, seen, reports, acts), seen)
    whole = record.whole
    assert whole.settled == whole.launched + whole.prevented + whole.nothing_seen + whole.not_known
    assert whole.settled <= whole.warnings == sum(one.warnings for one in record.months)
    assert whole.missed == len(record.missed) == sum(one.missed for one in record.months)
    assert whole.boats == sum(one.boats for one in record.months) == boats
    if whole.hit_rate is not None:
        assert 0 <= whole.hit_rate.low <= whole.hit_rate.share <= whole.hit_rate.high <= 1
    shaken = random.Random(seed)
    for told in (warnings, seen, reports, acts):
        shaken.shuffle(told)  # type: ignore[arg-type]
    again = season(what_came(warnings, seen, [*reports, *reports], [*acts, *acts]), seen)
    assert msgspec.json.encode(again) == msgspec.json.encode(record)
