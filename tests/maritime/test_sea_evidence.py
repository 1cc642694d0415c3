"""That each ground between two boats speaks as it should: how much, which way, and in both languages."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from entente.maritime.motion import NO_WAY_LOG2, log2_densities, still_water
from entente.maritime.phones import fold_number, hubs, shared
from entente.maritime.sea_evidence import Found, compare, count_bits, group_of
from entente.maritime.sea_traits import traits_of
from entente.maritime.sea_weights import pinned_weights
from entente.maritime.sea_words import words
from entente.maritime.values import SeaReport
from entente.model.place import Position
from entente.model.sighting import PersonsOnBoard, Sighting

AT = dt.datetime(2031, 10, 18, 23, 0, tzinfo=dt.UTC)


def told(key: str, minutes: float = 0, north_km: float = 0.0, **seen: object) -> SeaReport:
    place = Position(latitude=51.0 + north_km / 111.2, longitude=1.5, uncertainty_m=150.0)
    sighting = Sighting(**{"means": "call", "position": place, **seen})  # type: ignore[arg-type]
    return SeaReport(id=key, at=AT + dt.timedelta(minutes=minutes), by="FR-PREMAR", seen=sighting)


def grounds(one: SeaReport, other: SeaReport) -> dict[str, float]:
    traits = [traits_of(one), traits_of(other)]
    roots = [each.id for each in traits]
    found = compare(
        group_of([0], traits, roots), group_of([1], traits, roots), traits, roots, pinned_weights()
    )
    return {f"{each.kind}.{each.outcome}": each.bits for each in found}


def density(one: SeaReport, other: SeaReport) -> float:
    return float(log2_densities([traits_of(one)], [traits_of(other)], still_water)[0])


def test_a_boat_may_be_where_its_motor_takes_it_and_no_farther() -> None:
    start = told("a")
    near, far, too_far = (density(start, told("b", 60, km)) for km in (8.0, 16.0, 45.0))
    assert near > far > too_far
    assert too_far == pytest.approx(NO_WAY_LOG2, abs=0.1)


def test_a_density_sums_to_one_boat_but_for_the_wrong_positions() -> None:
    start = told("a", engine="stopped")
    step_km = 1.0
    total = 0.0
    for east in np.arange(-30, 30, step_km):
        others = [
            SeaReport(
                id=f"{east}{north}",
                at=AT + dt.timedelta(hours=1),
                by="FR-PREMAR",
                seen=Sighting(
                    means="call",
                    position=Position(
                        latitude=51.0 + north / 111.195,
                        longitude=1.5 + east / (111.195 * math.cos(math.radians(50.9))),
                        uncertainty_m=1500.0,
                    ),
                ),
            )
            for north in np.arange(-30, 30, step_km)
        ]
        values = log2_densities(
            [traits_of(start)] * len(others), [traits_of(each) for each in others], still_water
        )
        total += float(np.sum(2.0**values)) * step_km**2
    assert total == pytest.approx(1.0, abs=0.08)


def test_a_stopped_engine_keeps_a_boat_near_and_the_stream_carries_it() -> None:
    stopped, running = told("a", engine="stopped"), told("a", engine="running")
    assert density(stopped, told("b", 30, 0.2)) > density(running, told("b", 30, 0.2))
    assert density(stopped, told("b", 30, 5.0)) < density(running, told("b", 30, 5.0))

    def northgoing(latitude, longitude, at_s):  # type: ignore[no-untyped-def]
        return np.zeros_like(latitude), np.ones_like(latitude)

    carried = told("b", 30, 1.8)
    with_stream = log2_densities([traits_of(stopped)], [traits_of(carried)], northgoing)[0]
    assert with_stream > density(stopped, carried)


def test_a_course_that_was_seen_says_where_the_boat_goes_next() -> None:
    north = told("a", course_degrees=0.0, speed_knots=5.0)
    assert density(north, told("b", 40, 6.2)) > density(told("a"), told("b", 40, 6.2))
    assert density(north, told("b", 40, -6.2)) < density(told("a"), told("b", 40, -6.2))


@settings(max_examples=40, deadline=None)
@given(
    st.floats(math.log(2), math.log(120)),
    st.floats(math.log(2), math.log(120)),
    st.floats(0.01, 0.5),
    st.floats(0.01, 0.5),
)
def test_counts_speak_alike_from_either_side_and_never_beyond_their_bounds(
    one: float, other: float, sigma: float, tau: float
) -> None:
    bits = count_bits((one, sigma**2), (other, tau**2))
    assert bits == count_bits((other, tau**2), (one, sigma**2))
    assert -3.0 <= bits <= 2.5


def test_counts_that_fit_speak_for_and_counts_far_apart_against_but_never_alone() -> None:
    same = grounds(
        told("a", persons_on_board=PersonsOnBoard(42, 42)), told("b", persons_on_board=PersonsOnBoard(44, 44))
    )
    far = grounds(
        told("a", persons_on_board=PersonsOnBoard(20, 20)), told("b", persons_on_board=PersonsOnBoard(60, 60))
    )
    assert same["count.agrees"] > 0.5
    assert -3.0 <= far["count.differs"] < -1
    vague = grounds(
        told("a", persons_on_board=PersonsOnBoard(20)), told("b", persons_on_board=PersonsOnBoard(60, 60))
    )
    assert vague["count.differs"] > far["count.differs"]
    assert not any(key.startswith("count") for key in grounds(told("a"), told("b")))


def test_a_number_is_known_again_however_it_is_written_and_its_end_says_less() -> None:
    weights = pinned_weights().bits
    french = grounds(told("a", callers=("+33 6 39 98 12 34",)), told("b", 20, callers=("06.39.98.12.34",)))
    assert french == {"phone.same": weights["phone.same"]}
    # The number of the last call stays on the form of the next.
    again = grounds(told("a", callers=("+33639981234",)), told("b", 4, callers=("+33639981234",)))
    assert again == {"phone.written_again": weights["phone.written_again"]}
    assert weights["phone.written_again"] < pinned_weights().merge_identity_from_bits
    end = grounds(told("a", callers=("…1234",)), told("b", callers=("06 39 98 12 34",)))
    assert end == {"phone.end": weights["phone.end"]}
    relay = grounds(
        told("a", callers=("0639981234",), means="relayed"),
        told("b", callers=("0639981234",), means="relayed"),
    )
    assert relay["phone.relayed_twice"] < weights["phone.relayed_once"] < weights["phone.same"]
    assert grounds(told("a", callers=("0639981234",)), told("b", callers=("0639985678",))) == {
        "phone.different": weights["phone.different"]
    }
    assert fold_number("12") == ""
    assert shared(frozenset(("639981234",)), frozenset(("1234",))) == ((), ("1234",))


def test_one_report_that_stands_alone_makes_no_hub_and_a_third_boat_does() -> None:
    def apart(one: int, other: int) -> bool:
        return one // 10 != other // 10

    assert hubs({"n": [1, 2, 3, 11]}, apart) == frozenset()
    assert hubs({"n": [1, 2, 11, 12]}, apart) == {"n"}
    assert hubs({"n": [1, 11, 21]}, apart) == {"n"}


def test_names_are_known_again_across_alphabets_and_a_first_name_says_little() -> None:
    whole = grounds(told("a", names=("Samira Astrel",)), told("b", names=("ASTREL Samira",)))
    part = grounds(told("a", names=("Samira Astrel",)), told("b", names=("Samira",)))
    assert whole["name.whole"] > 3 * part["name.part"]
    assert grounds(told("a", names=("Samira Astrel",)), told("b", names=("Tovin Lomar",))) == {}


def test_a_mark_supports_and_no_more_than_a_little() -> None:
    assert grounds(told("a", marks=("HX-4040",)), told("b", marks=("hx 4040",))) == {"marks.same": 1.5}


def test_one_transmitter_is_one_boat() -> None:
    one = grounds(told("a", means="ais", marks=("227123450",)), told("b", means="ais", marks=("227123450",)))
    assert one["track.mmsi"] >= 10


def test_colours_that_are_confused_at_night_speak_less_than_orange_and_white() -> None:
    assert grounds(told("a", colour="gris"), told("b", colour="grey"))["colour.grey"] > 0
    shade = grounds(told("a", colour="noire"), told("b", colour="grey"))["colour.shade"]
    assert grounds(told("a", colour="orange"), told("b", colour="blanc"))["colour.other"] < shade < 0


def test_two_seen_at_once_by_one_asset_are_two() -> None:
    one = told("a", 0, 0.0, means="aircraft", engine="running")
    other = told("b", 1, 4.0, means="aircraft", engine="running")
    assert grounds(one, other)["apart.seen"] < -3


def test_every_ground_with_a_weight_has_its_words_in_both_languages() -> None:
    for key, bits in pinned_weights().bits.items():
        kind, _, outcome = key.partition(".")
        asked = outcome.partition(".")[0] if kind == "answer" else "x"
        text = words(Found(kind, outcome, bits, asked, "y"))
        assert text.fr != text.en
        assert "{" not in text.fr + text.en
    for key in (
        "motion.fits",
        "motion.strains",
        "motion.no_way",
        "motion.no_place",
        "count.agrees",
        "count.differs",
    ):
        kind, _, outcome = key.partition(".")
        assert words(Found(kind, outcome, 0.0, "3", "4")).fr


def test_bits_are_kept_in_quarters() -> None:
    assert all(bits * 4 == round(bits * 4) for bits in pinned_weights().bits.values())


def test_a_ground_shows_only_the_end_of_a_number() -> None:
    said = words(Found("phone", "same", 9.0, fold_number("+33639981234")))
    assert "1234" in said.fr
    assert "63998" not in said.fr + said.en
