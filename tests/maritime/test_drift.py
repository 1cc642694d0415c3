import math

import numpy as np
import pytest
from benchmarks import drift as bench
from hypothesis import given, settings
from hypothesis import strategies as st

from entente.maritime import drift
from entente.maritime.drift import PERSON, Particles

AT = 1_953_244_800.0
METRES = 111_195.0


def start(seed: str = "r1", count: int = 2000, **more: object) -> Particles:
    return Particles(seed, np.full(count, 50.95), np.full(count, 1.45), AT, **more)  # type: ignore[arg-type]


def moved(particles: Particles) -> tuple[float, float]:
    """Metres east and north from the start, on average."""
    across = METRES * math.cos(math.radians(50.95))
    return float((particles.longitude.mean() - 1.45) * across), float(
        (particles.latitude.mean() - 50.95) * METRES
    )


@pytest.mark.parametrize(
    ("towards", "east", "north"), [("north", 0.0, 10.0), ("east", 10.0, 0.0), ("west", -10.0, 0.0)]
)
def test_leeway_goes_before_the_wind(towards: str, east: float, north: float) -> None:
    calm, blown = (start(wind=wind, engine_share=0.0, is_person=True) for wind in ((0.0, 0.0), (east, north)))
    for each in (calm, blown):
        each.advance(AT + 3 * 3600)
    off = np.subtract(moved(blown), moved(calm))
    # One per cent of leeway and 1.5 of the wind's own current, of 10 m/s for three hours: 2.7 km.
    down = (off[0] * east + off[1] * north) / 10.0
    assert down == pytest.approx(2650, rel=0.15)
    assert abs(off[0] * north - off[1] * east) / 10.0 < 0.2 * down


def test_what_goes_right_and_what_goes_left_of_the_wind_part() -> None:
    particles = start(wind=(0.0, 10.0), engine_share=0.0, is_swamped=True)
    right = particles._own[4] > 0
    particles.advance(AT + 3 * 3600)
    assert particles.longitude[right].mean() > particles.longitude[~right].mean() + 0.004


def test_a_deep_laden_inflatable_runs_before_the_wind_more_slowly() -> None:
    ways = []
    for load in (0.0, 1.0):
        particles = start(wind=(0.0, 12.0), engine_share=0.0, load=load)
        still = particles.state == drift.DRIFTING
        particles.advance(AT + 3600)
        ways.append(float(particles.latitude[still].mean()))
    assert (ways[0] - ways[1]) * METRES > 300


def test_every_coefficient_of_leeway_names_its_source() -> None:
    for name, entry in drift.leeway().objects.items():
        assert "Allen" in entry.source, name
        assert entry.downwind[0] > 0, name
        assert entry.right[0] == pytest.approx(-entry.left[0])
    assert drift._table()[3, 0, 0] == pytest.approx(0.0096)  # percent and centimetres became shares and m/s
    assert drift._table()[3, 0, 2] == pytest.approx(0.12)


def test_the_same_words_draw_the_same_way_and_others_another() -> None:
    one, same, other = start("r1"), start("r1"), start("r2")
    for each in (one, same, other):
        each.advance(AT + 4 * 3600)
    assert np.array_equal(one.north, same.north)
    assert np.array_equal(one.state, same.state)
    assert not np.allclose(one.north, other.north)


@given(st.lists(st.floats(1, 6 * 3600), min_size=1, max_size=5))
@settings(max_examples=15, deadline=None)
def test_where_one_looks_on_the_way_hardly_changes_where_it_goes(stops: list[float]) -> None:
    straight, looked_at = start(count=300), start(count=300)
    straight.advance(AT + 6 * 3600)
    for stop in sorted(stops):
        looked_at.advance(AT + stop)
    looked_at.advance(AT + 6 * 3600)
    assert np.abs(straight.latitude - looked_at.latitude).max() * METRES < 150
    assert np.array_equal(straight.state, looked_at.state)


def test_a_spread_grows_hour_by_hour_where_nobody_looks() -> None:
    particles, before = start(), 0.0
    for hour in range(1, 13):
        particles.advance(AT + 3600 * hour)
        spread = math.hypot(float(particles.latitude.std()), 0.63 * float(particles.longitude.std()))
        assert spread > before
        before = spread


def test_weights_sum_to_one_and_a_person_stays_a_person() -> None:
    particles = start(is_person=True)
    particles.advance(AT + 20 * 3600)
    assert (particles.state == PERSON).all()
    assert particles.weight.sum() == pytest.approx(1.0)
    particles.take(np.arange(particles.count)[::-1].copy(), "again")
    assert particles.weight.sum() == pytest.approx(1.0)


def test_a_wind_may_be_a_function_of_time() -> None:
    turning = start(wind=lambda at_s: (0.0, 12.0) if at_s < AT + 1800 else (0.0, -12.0), engine_share=0.0)
    steady = start(wind=(0.0, 12.0), engine_share=0.0)
    for each in (turning, steady):
        each.advance(AT + 3600)
    assert moved(turning)[1] < moved(steady)[1] - 300


def test_coarse_steps_end_where_fine_steps_do() -> None:
    found = bench.against_fine_steps(1000, 24.0, 60.0)
    assert found["mean_error_m"] < 200
    assert found["spread_error"] < 0.05
