import math
import os
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from benchmarks import drift as bench
from hypothesis import given, settings
from hypothesis import strategies as st

from entente.maritime import tides

SHARED = Path(os.environ.get("ENTENTE_SHARED", Path(__file__).resolve().parents[3] / "shared"))
TABLES = SHARED / "data" / "currents"
needs_tables = pytest.mark.skipif(not TABLES.is_dir(), reason=f"no tables of the atlas at {TABLES}")


def seconds(*when: int) -> float:
    return datetime(*when, tzinfo=UTC).timestamp()


def test_constituents_turn_at_their_published_speeds() -> None:
    published = {  # degrees an hour, Schureman (1958), table 2
        "M2": 28.9841042,
        "S2": 30.0,
        "N2": 28.4397295,
        "K2": 30.0821373,
        "O1": 13.9430356,
        "K1": 15.0410686,
        "M4": 57.9682084,
        "MS4": 58.9841042,
    }
    # Nodal angles come back to themselves after 18.6 years: over that time they do not count.
    starts, hours = seconds(2020, 1, 1), 18.6129 * 365.25 * 24
    hourly = starts + 3600.0 * np.arange(0, int(hours) + 1)
    for name, (_, angle) in tides.arguments(hourly).items():
        if name == "M6":
            continue
        turned = np.unwrap(angle)
        assert math.degrees(turned[-1] - turned[0]) / (len(hourly) - 1) == pytest.approx(
            published[name], abs=2e-4
        )


def test_nodal_factors_swing_as_schureman_prints_them() -> None:
    years = seconds(2000, 7, 1) + 365.25 * 86400 * np.arange(0, 19)
    factors = {name: factor for name, (factor, _) in tides.arguments(years).items()}
    assert factors["M2"].min() == pytest.approx(0.963, abs=0.002)
    assert factors["M2"].max() == pytest.approx(1.037, abs=0.002)
    assert factors["O1"].min() == pytest.approx(0.81, abs=0.01)
    assert factors["O1"].max() == pytest.approx(1.18, abs=0.01)
    # In June 2006 the moon's node stood at the equinox: O1 was strongest and M2 weakest.
    assert factors["O1"].argmax() in (5, 6)
    assert factors["M2"].argmin() in (5, 6)


def test_springs_follow_new_and_full_moon_by_a_day_or_two() -> None:
    full_moon = seconds(2021, 11, 19, 8, 57)
    days = full_moon + 86400 * np.arange(-7, 8)
    ranges = [np.ptp(tides.tide("dover", day + 600.0 * np.arange(150))) for day in days]
    assert int(np.argmax(ranges)) - 7 in (0, 1, 2)
    assert max(ranges) > 1.25 * min(ranges)


def test_high_water_comes_up_channel_from_dieppe_to_dunkerque() -> None:
    dover = tides.high_water_near("dover", seconds(2031, 11, 24))
    after = {
        port: tides.high_water_near(port, dover) - dover
        for port in ("dieppe", "boulogne", "calais", "dunkerque")
    }
    assert after["dieppe"] < after["boulogne"] < after["calais"] < after["dunkerque"]
    assert after["calais"] / 60 == pytest.approx(25, abs=12)


def test_the_axis_turns_from_north_to_east_along_the_strait() -> None:
    places = {"off Boulogne": (50.80, 1.46), "narrows": (50.95, 1.50), "off Dunkerque": (51.13, 2.30)}
    axes, strengths = {}, {}
    for name, (latitude, longitude) in places.items():
        times = seconds(2031, 11, 1) + 600.0 * np.arange(4320)
        east, north = tides.stream(np.full(len(times), latitude), np.full(len(times), longitude), times)
        values, vectors = np.linalg.eigh(np.cov(east, north))
        axes[name] = math.degrees(math.atan2(vectors[0, 1], vectors[1, 1])) % 180
        strengths[name] = values[1]
    assert 10 < axes["off Boulogne"] < 28 < axes["narrows"] < 50 < axes["off Dunkerque"] < 75
    assert max(strengths, key=lambda name: strengths[name]) == "narrows"


def test_the_stream_sets_north_east_about_high_water_at_dover() -> None:
    high = tides.high_water_near("dover", seconds(2031, 11, 24))
    east, north = tides.stream(np.array([50.95]), np.array([1.5]), high)
    assert east[0] > 0.3
    assert north[0] > 0.3


@given(st.floats(-80, 80), st.floats(-180, 180), st.floats(0, 4e9))
@settings(max_examples=60, deadline=None)
def test_there_is_a_moderate_stream_wherever_and_whenever_one_asks(
    latitude: float, longitude: float, at: float
) -> None:
    east, north = tides.stream(np.array([latitude]), np.array([longitude]), at)
    assert math.hypot(east[0], north[0]) < 3.0


def test_many_times_and_many_places_are_each_as_one() -> None:
    latitude, longitude = np.array([50.6, 51.1, 50.0]), np.array([1.2, 2.0, 0.3])
    times = seconds(2031, 11, 24) + np.array([0.0, 5000.0, 90000.0])
    together = tides.stream(latitude, longitude, times)
    for place in range(3):
        alone = tides.stream(latitude[place : place + 1], longitude[place : place + 1], float(times[place]))
        assert together[0][place] == pytest.approx(alone[0][0], abs=1e-12)
        assert together[1][place] == pytest.approx(alone[1][0], abs=1e-12)


def test_the_grid_says_what_the_formula_says() -> None:
    grid, at = tides.grid(), seconds(2031, 11, 24, 3)
    rows, columns = np.array([20, 40, 60]), np.array([10, 40, 70])
    field = grid.field(grid.turn(np.array([at]))[0])[rows * grid.columns + columns]
    latitude = tides.SOUTH + tides.CELL_LATITUDE * rows
    longitude = tides.WEST + tides.CELL_LONGITUDE * columns
    east, north = tides.stream(latitude, longitude, at)
    assert np.allclose(field.real, east, atol=1e-5)
    assert np.allclose(field.imag, north, atol=1e-5)


@needs_tables
def test_streams_agree_with_points_of_the_atlas_that_were_held_out() -> None:
    found = bench.against_tables(TABLES)
    assert found["points"] == 119
    assert found["points_held_out"] == 59
    for season in ("springs", "neaps"):
        assert found[f"{season}_held_out"]["correlation"] > 0.96
        assert (
            found[f"{season}_held_out"]["vector_rms_mps"]
            < 0.25 * found[f"{season}_held_out"]["stream_rms_mps"]
        )
        assert found[f"{season}_held_out_open_water"]["direction_median_degrees"] < 4
