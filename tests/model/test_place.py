"""Positions as they are said at sea, typed into logs and sent as links."""

from __future__ import annotations

import math

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from entente.errors import Malformed
from entente.model.place import Position, distance_m, distance_nm, read_position, show

positions = st.builds(
    Position,
    latitude=st.floats(-90, 90),
    longitude=st.floats(-180, 180),
)
STRAIT = "51°02.400′N 001°28.600′E"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("51°02.4N 001°28.6E", STRAIT),
        ("51 02.4 N 1 28.6 E", STRAIT),
        ("N51 02.400 E001 28.600", STRAIT),
        ("51°02'24\"N 1°28'36\"E", STRAIT),
        ("51º02'24''N 1º28'36''E", STRAIT),
        ("51:02:24N 001:28:36E", STRAIT),
        ("51-02.4N 001-28.6E", STRAIT),
        ("5102.4N 00128.6E", STRAIT),
        ("510224N 0012836E", STRAIT),
        ("1°28.6E 51°02.4N", STRAIT),
        ("Lat 51 02.4 N Long 1 28.6 E", STRAIT),
        ("51° 02,4′ nord, 1° 28,6′ est", STRAIT),
        ("51 02.4 1 28.6", STRAIT),
        ("51°02.4'N 001°28.6'O", "51°02.400′N 001°28.600′W"),
        ("51° 02.4 nord, 1° 28.6 ouest", "51°02.400′N 001°28.600′W"),
        ("50.885, 1.52", "50°53.100′N 001°31.200′E"),
        ("50.885,1.52", "50°53.100′N 001°31.200′E"),
        ("50,885 1,52", "50°53.100′N 001°31.200′E"),
        ("50,885, 1,52", "50°53.100′N 001°31.200′E"),
        ("50,885; -1,52", "50°53.100′N 001°31.200′W"),
        ("-33.5 -70.25", "33°30.000′S 070°15.000′W"),
        ("-0.5 0", "00°30.000′S 000°00.000′E"),
        ("geo:50.885,1.52;u=35", "50°53.100′N 001°31.200′E"),
        ("https://maps.google.com/?q=50.885,1.52", "50°53.100′N 001°31.200′E"),
        ("https://www.google.com/maps?q=50.885%2C1.52&z=3", "50°53.100′N 001°31.200′E"),
        ("https://www.google.com/maps/@50.885,1.52,15z", "50°53.100′N 001°31.200′E"),
        (
            "https://www.google.com/maps/place/x/@50.8,1.5,15z/data=!3d50.885!4d1.52",
            "50°53.100′N 001°31.200′E",
        ),
        ("https://maps.apple.com/?ll=50.885,1.52", "50°53.100′N 001°31.200′E"),
        ("https://www.openstreetmap.org/#map=12/50.885/1.52", "50°53.100′N 001°31.200′E"),
        ("https://www.openstreetmap.org/?mlat=50.885&mlon=1.52#map=12/50.8/1.5", "50°53.100′N 001°31.200′E"),
    ],
)
def test_a_position_is_read_as_it_is_written_and_kept(written: str, shown: str) -> None:
    position = read_position(f" {written}\n")
    assert show(position) == shown
    assert position.written == written
    assert msgspec.json.decode(msgspec.json.encode(position), type=Position) == position


def test_a_position_by_telephone_brings_its_uncertainty() -> None:
    assert read_position("geo:50.885,1.52;crs=wgs84;u=35").uncertainty_m == 35
    assert read_position("50.885, 1.52").uncertainty_m is None


@pytest.mark.parametrize(
    "written",
    [
        "",
        "Ambleteuse",
        "50.885",
        "50,1",  # one number with a comma, or two without
        "50 885 1 52",  # no such minutes
        "51 02 1",
        "51N",
        "51 N 1 N",
        "-51N 1E",
        "91N 1E",
        "51N 181E",
        "51°72N 1E",
        "51°02'61\"N 1°28'36\"E",
        "51'02°N 1'28°E",
        "51.5 02.4 N 1 28 E",
        "nan, 1",
        "geo:50.885,1.52;u=-1",
        "geo:50.885,1.52;crs=moon",
        "https://example.org/",
        "https://example.org/?mlat=nan&mlon=1",
        "5" * 100_000,
    ],
)
def test_a_position_that_is_unclear_is_refused_and_not_guessed(written: str) -> None:
    with pytest.raises(Malformed) as refusal:
        read_position(written)
    assert refusal.value.code == "position_unreadable"
    assert len(refusal.value.text.en) < 3000


@given(positions)
def test_a_position_shown_is_read_back_to_the_thousandth_of_a_minute(position: Position) -> None:
    shown = show(position)
    again = read_position(shown)
    assert show(again) == shown
    assert abs(again.latitude - position.latitude) <= 0.0005001 / 60
    assert abs(again.longitude - position.longitude) <= 0.0005001 / 60
    assert "60.000" not in shown


@given(st.integers(-90_000, 90_000), st.integers(-180_000, 180_000), st.sampled_from([" ", ", ", "; ", ","]))
def test_decimal_degrees_are_read_latitude_first(north: int, east: int, between: str) -> None:
    position = read_position(f"{north / 1000:.3f}{between}{east / 1000:.3f}")
    assert position.latitude == pytest.approx(north / 1000)
    assert position.longitude == pytest.approx(east / 1000)


@pytest.mark.parametrize(
    ("latitude", "longitude", "uncertainty_m"),
    [
        (90.1, 0, None),
        (0, -180.1, None),
        (math.nan, 0, None),
        (0, math.inf, None),
        (0, 0, -1),
        (0, 0, math.nan),
    ],
)
def test_no_value_lies_off_the_globe(latitude: float, longitude: float, uncertainty_m: float | None) -> None:
    with pytest.raises(ValueError, match="not"):
        Position(latitude=latitude, longitude=longitude, uncertainty_m=uncertainty_m)


def test_two_boats_of_the_season_are_two_miles_apart() -> None:
    one, other = Position(latitude=50.897, longitude=1.505), Position(latitude=50.897, longitude=1.450)
    assert distance_nm(one, other) == pytest.approx(2.1, abs=0.05)
    assert distance_m(one, other) == pytest.approx(distance_nm(one, other) * 1852)


def test_a_minute_of_latitude_is_about_a_nautical_mile_and_half_the_globe_is_the_longest_way() -> None:
    equator = Position(latitude=0, longitude=0)
    assert distance_nm(equator, Position(latitude=1 / 60, longitude=0)) == pytest.approx(1, rel=0.002)
    assert distance_m(equator, Position(latitude=0, longitude=180)) == pytest.approx(math.pi * 6_371_008.8)
    assert distance_m(Position(latitude=0, longitude=179.5), Position(latitude=0, longitude=-179.5)) < 112_000


@given(positions, positions)
def test_distance_is_the_same_both_ways_and_nothing_to_itself(one: Position, other: Position) -> None:
    assert distance_m(one, other) == pytest.approx(distance_m(other, one))
    assert distance_m(one, one) == 0
    assert 0 <= distance_m(one, other) <= math.pi * 6_371_009
