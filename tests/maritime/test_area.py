import datetime as dt
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from entente.maritime import cells
from entente.maritime.area import area_of, particles_of
from entente.maritime.values import ActSaid, Area, SeaReport
from entente.model.place import Position
from entente.model.sea_act import Searched
from entente.model.sighting import Engine, Means, Sighting

AT = dt.datetime(2031, 11, 24, 1, 0, tzinfo=dt.UTC)


def minutes(count: float) -> dt.datetime:
    return AT + dt.timedelta(minutes=count)


def report(
    name: str,
    at: float,
    latitude: float | None = 50.95,
    longitude: float = 1.45,
    means: Means = "call",
    engine: Engine = "unknown",
    origin: str = "",
) -> SeaReport:
    where = None if latitude is None else Position(latitude=latitude, longitude=longitude)
    return SeaReport(
        id=name,
        at=minutes(at),
        by="FR-PREMAR",
        seen=Sighting(position=where, means=means, engine=engine, origin=origin),
    )


def searched(at: float, *, half: float = 0.03, track_m: float = 40_000.0, found: bool = False) -> ActSaid:
    corners = tuple(
        Position(latitude=50.95 + north * half, longitude=1.45 + east * half * 1.6)
        for north, east in ((-1, -1), (-1, 1), (1, 1), (1, -1))
    )
    act = Searched(
        officer="watch",
        boat="a",
        asset="helicopter",
        corners=corners,
        starts=minutes(at),
        ends=minutes(at + 30),
        sweep_width_m=1500.0,
        track_m=track_m,
        found=found,
    )
    return ActSaid(id=f"s{at}", at=minutes(at + 30), by="FR-PREMAR", act=act)


NIGHT = (
    report("a", 0, 50.95, 1.45),
    report("b", 25, 50.955, 1.46, means="relayed"),
    report("c", 40, 50.96, 1.44, means="ship", engine="stopped"),
    report("d", 70, None, engine="stopped"),
    report("e", 95, 50.97, 1.48, means="call"),
)
SEARCHES = (searched(10), searched(50))


def share_within(area: Area, latitude: tuple[float, float], longitude: tuple[float, float]) -> float:
    return sum(
        share
        for north, east, share in area.cells
        if latitude[0] < north < latitude[1] and longitude[0] < east < longitude[1]
    )


@given(
    st.integers(0, 10_000),
    st.integers(0, 3),
    st.lists(st.integers(0, 600), min_size=2, max_size=3, unique=True),
)
@settings(max_examples=8, deadline=None)
def test_an_area_never_shrinks_without_evidence(seed: int, count: int, times: list[int]) -> None:
    known = [report(f"{seed} {one}", -20.0 * one, 50.95 - 0.01 * one) for one in range(count + 1)]
    sizes = [area_of(known, minutes(at), "x").area_95_km2 for at in sorted(times)]
    assert sizes == sorted(sizes)


@given(st.randoms(use_true_random=False))
@settings(max_examples=6, deadline=None)
def test_any_order_and_any_repeats_give_the_same_area(shuffled: random.Random) -> None:
    expected = area_of(NIGHT, minutes(120), "x", searched=SEARCHES)
    reports, acts = [*NIGHT, *shuffled.choices(NIGHT, k=3)], [*SEARCHES, *shuffled.choices(SEARCHES, k=1)]
    shuffled.shuffle(reports)
    shuffled.shuffle(acts)
    assert area_of(reports, minutes(120), "x", searched=acts) == expected


def test_a_late_report_is_played_from_the_start() -> None:
    early = [each for each in NIGHT if each.id != "b"]
    without = area_of(early, minutes(120), "x")
    late = area_of([*early, NIGHT[1]], minutes(120), "x")
    assert late == area_of(NIGHT, minutes(120), "x")
    assert late != without


def test_what_comes_after_the_moment_is_left_aside() -> None:
    assert area_of(NIGHT, minutes(30), "x") == area_of(NIGHT[:2], minutes(30), "x")


def test_all_probability_is_somewhere() -> None:
    for at in (0, 95, 240, 720):
        area = area_of(NIGHT, minutes(at), "x", searched=SEARCHES)
        assert sum(share for _, _, share in area.cells) == pytest.approx(1.0, abs=2e-3)
        assert [share for *_, share in area.cells] == sorted(
            (share for *_, share in area.cells), reverse=True
        )


def test_nothing_placed_gives_no_area() -> None:
    area = area_of([report("a", 0, None)], minutes(10), "x")
    assert (area.cells, area.within_95, area.area_95_km2) == ((), (), 0.0)


def test_rings_are_closed_and_the_half_lies_in_the_whole() -> None:
    area = area_of(NIGHT, minutes(200), "x")
    for ring in (*area.within_50, *area.within_95):
        assert ring[0] == ring[-1]
        assert len(ring) >= 5
        assert all(0 < longitude < 3 < 49 < latitude < 53 for longitude, latitude in ring)
    latitudes = {
        level: [point[1] for ring in rings for point in ring] for level, rings in _levels(area).items()
    }
    assert min(latitudes[95]) <= min(latitudes[50]) < max(latitudes[50]) <= max(latitudes[95])


def _levels(area: Area) -> dict[int, tuple[tuple[tuple[float, float], ...], ...]]:
    return {50: area.within_50, 95: area.within_95}


def test_a_search_that_found_nothing_moves_probability_out_of_what_it_searched() -> None:
    where = (50.92, 50.98), (1.402, 1.498)
    before = share_within(area_of(NIGHT[:1], minutes(31), "x"), *where)
    after = share_within(area_of(NIGHT[:1], minutes(31), "x", searched=(searched(0),)), *where)
    found = share_within(area_of(NIGHT[:1], minutes(31), "x", searched=(searched(0, found=True),)), *where)
    assert after < before - 0.1
    assert found == before


def test_the_more_thorough_the_search_the_less_is_left() -> None:
    where = (50.92, 50.98), (1.402, 1.498)
    left = [
        share_within(area_of(NIGHT[:1], minutes(31), "x", searched=(searched(0, track_m=way),)), *where)
        for way in (0.0, 20_000.0, 80_000.0)
    ]
    assert left[0] > left[1] > left[2] > 0


def test_an_echo_says_nothing_new_about_where() -> None:
    echo = report("z", 30, 50.95, 1.45, means="relayed", origin="a")
    assert area_of([NIGHT[0], echo], minutes(60), "x") == area_of([NIGHT[0]], minutes(60), "x")


def test_reports_that_cannot_both_be_right_both_stay() -> None:
    known = [report("a", 0, 50.80, 1.30), report("b", 5, 51.10, 1.75)]
    area = area_of(known, minutes(6), "x")
    assert share_within(area, (50.6, 50.95), (1.0, 1.6)) > 0.1
    assert share_within(area, (50.95, 51.3), (1.5, 2.1)) > 0.1


def test_a_person_in_the_water_is_held_to_drift_and_not_to_steer() -> None:
    known = [report("a", 0, means="aircraft")]
    boat = area_of(known, minutes(180), "x")
    person = area_of(known, minutes(180), "x", person_in_water=True)
    assert person.area_95_km2 < 0.7 * boat.area_95_km2
    particles = particles_of(known, minutes(180), person_in_water=True)
    assert particles is not None
    assert set(particles.state.tolist()) == {3}


def test_squares_that_touch_at_a_corner_have_rings_of_their_own_and_holes_are_filled() -> None:
    chosen = np.array([[1, 1, 1, 0], [1, 0, 1, 0], [1, 1, 1, 0], [0, 0, 0, 1]], dtype=bool)
    grid = cells.Density(
        south=0.0, west=0.0, cell_m=100.0, degrees_north=1.0, degrees_east=1.0, share=chosen / chosen.sum()
    )
    rings = cells.rings(grid, chosen)
    assert rings[0] == ((0, 0), (3, 0), (3, 3), (0, 3), (0, 0))
    assert set(rings[1]) == {(3, 3), (4, 3), (4, 4), (3, 4)}
    assert len(rings) == 2
