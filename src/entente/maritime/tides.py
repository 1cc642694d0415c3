"""Which way the water runs in the Strait of Dover, and how fast, at any place and time.

A stream is a sum of harmonic constituents whose constants are smooth functions of place: normalised Gaussian weights
over the places of `tides.toml`, where each number has its source. Astronomy is Meeus' mean longitudes and the nodal
corrections of Doodson and Schureman, in our own few lines. East and north are metres a second, times are Unix seconds.
Beyond the places the nearest speak, so that nobody falls off the edge. This is the mean tide: surge, wind-driven
currents and eddies are not in it, and whoever drifts by it must carry an error of its own (`drift.py`).
"""

from __future__ import annotations

import math
import tomllib
from functools import cache
from importlib.resources import files
from typing import Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from entente.maritime import __name__ as _ROOM

Floats = NDArray[np.float64]
Port = Literal["calais", "boulogne", "dunkerque", "dover", "dieppe"]
Constant = tuple[float, float]  # an amplitude or a ratio, and a lag in degrees

WEST, EAST, SOUTH, NORTH = -0.1, 2.95, 49.8, 51.75
CELL_LATITUDE, CELL_LONGITUDE = 0.025, 0.04  # some 2.8 km, small beside the 11 km over which constants change
_KM_IN_LATITUDE, _KM_IN_LONGITUDE = 111.2, 70.0  # at 51 degrees north
_J2000_S = 946_728_000.0  # 2000-01-01 12:00 UTC as Unix seconds
_PATTERNS = 3  # fields of place: M2, M4, and what does not turn


class _Place(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    latitude: float
    longitude: float
    calibrated: bool
    M2_east: Constant
    M2_north: Constant
    M4_east: Constant
    M4_north: Constant
    residual: tuple[float, float]


class _Diurnal(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    axis_degrees: float
    O1: Constant
    K1: Constant


class _Constants(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    width_km: float
    ratios: dict[str, Constant]
    diurnal: _Diurnal
    ports: dict[Port, dict[str, Constant]]
    places: tuple[_Place, ...]


@cache
def constants() -> _Constants:
    """The harmonic constants with which all is computed."""
    written = files(_ROOM).joinpath("tides.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(written), _Constants)


def arguments(at_s: float | Floats) -> dict[str, tuple[Floats, Floats]]:
    """Of each constituent the factor f and the angle V + u in radians at a time, against Greenwich.

    Mean longitudes of moon, sun, perigee and node after Meeus, Astronomical Algorithms (1998), chapters 22, 25 and 47,
    to the first power of time beyond the mean motion (thousandths of a degree this century). Nodal factors after
    Doodson (1928) and Schureman (1958), as in the Admiralty's harmonic method.
    """
    at = np.asarray(at_s, dtype=np.float64)
    days = (at - _J2000_S) / 86400.0
    century = days / 36525.0
    moon = np.radians(218.3164477 + 481267.88123421 * century - 0.0015786 * century**2)
    sun = np.radians(280.46646 + 36000.76983 * century + 0.0003032 * century**2)
    perigee = np.radians(83.3532465 + 4069.0137287 * century - 0.01032 * century**2)
    node = np.radians(125.04452 - 1934.136261 * century + 0.0020708 * century**2)
    # Hour angle of the mean sun; its half turn at noon matters to diurnal constituents only.
    hour = 2 * math.pi * (at / 86400.0 % 1.0) + math.pi
    quarter = math.pi / 2

    f_m2 = 1.0004 - 0.0373 * np.cos(node) + 0.0002 * np.cos(2 * node)
    u_m2 = np.radians(-2.14 * np.sin(node))
    f_k2 = 1.0241 + 0.2863 * np.cos(node) + 0.0083 * np.cos(2 * node) - 0.0015 * np.cos(3 * node)
    u_k2 = np.radians(-17.74 * np.sin(node) + 0.68 * np.sin(2 * node) - 0.04 * np.sin(3 * node))
    f_o1 = 1.0089 + 0.1871 * np.cos(node) - 0.0147 * np.cos(2 * node) + 0.0014 * np.cos(3 * node)
    u_o1 = np.radians(10.80 * np.sin(node) - 1.34 * np.sin(2 * node) + 0.19 * np.sin(3 * node))
    f_k1 = 1.0060 + 0.1150 * np.cos(node) - 0.0088 * np.cos(2 * node) + 0.0006 * np.cos(3 * node)
    u_k1 = np.radians(-8.86 * np.sin(node) + 0.68 * np.sin(2 * node) - 0.07 * np.sin(3 * node))

    m2 = 2 * (hour - moon + sun) + u_m2
    s2 = 2 * hour
    ones = np.ones_like(at)
    return {
        "M2": (f_m2, m2),
        "S2": (ones, s2),
        "N2": (f_m2, m2 - moon + perigee),
        "K2": (f_k2, 2 * (hour + sun) + u_k2),
        "O1": (f_o1, hour - 2 * moon + sun + quarter + u_o1),
        "K1": (f_k1, hour + sun - quarter + u_k1),
        "M4": (f_m2**2, 2 * m2),
        "MS4": (f_m2, m2 + s2),
        "M6": (f_m2**3, 3 * m2),
    }


def tide(port: Port, at_s: float | Floats) -> Floats:
    """Height of the tide at a port in metres above mean level: for high water, to which tables refer."""
    here = arguments(at_s)
    height = np.zeros(np.shape(at_s))
    for name, (amplitude, lag) in constants().ports[port].items():
        factor, angle = here[name]
        height = height + factor * amplitude * np.cos(angle - math.radians(lag))
    return height


def high_water_near(port: Port, at_s: float) -> float:
    """The time of the high water of a port that lies nearest to a time, to the minute."""
    minutes = np.arange(-420.0, 421.0)
    times = at_s + 60.0 * minutes
    height = tide(port, times)
    peaks = 1 + np.flatnonzero((height[1:-1] >= height[:-2]) & (height[1:-1] > height[2:]))
    return float(times[peaks[np.abs(minutes[peaks]).argmin()]])


def _phasor(constant: Constant) -> complex:
    return constant[0] * complex(math.cos(math.radians(constant[1])), -math.sin(math.radians(constant[1])))


def patterns(latitude: Floats, longitude: Floats) -> NDArray[np.complex128]:
    """What of the constants depends on place: (M2, M4, residual) by (east, north) by point, complex m/s."""
    told = constants()
    places = told.places
    at_places = np.array(
        [
            [
                [_phasor(place.M2_east), _phasor(place.M2_north)],
                [_phasor(place.M4_east), _phasor(place.M4_north)],
                [complex(place.residual[0]), complex(place.residual[1])],
            ]
            for place in places
        ]
    )
    north_km = _KM_IN_LATITUDE * (latitude[..., None] - np.array([place.latitude for place in places]))
    east_km = _KM_IN_LONGITUDE * (longitude[..., None] - np.array([place.longitude for place in places]))
    squared = north_km**2 + east_km**2
    # Less the nearest, so that far outside the weights are a nearest place and not nought by nought.
    weight = np.exp(-(squared - squared.min(axis=-1, keepdims=True)) / (2 * told.width_km**2))
    weight /= weight.sum(axis=-1, keepdims=True)
    return np.asarray(np.einsum("...p,pkc->kc...", weight, at_places))


def turning(at_s: float | Floats) -> tuple[NDArray[np.complex128], NDArray[np.complex128], Floats]:
    """What of the stream depends on time: the phasors by which M2 and M4 turn, and the diurnal stream (m/s)."""
    told, here = constants(), arguments(at_s)

    def of(name: str) -> NDArray[np.complex128]:
        factor, angle = here[name]
        return np.asarray(factor * np.exp(1j * angle))

    semi = of("M2") + sum(_phasor(told.ratios[name]) * of(name) for name in ("S2", "N2", "K2"))
    quarter = of("M4") + _phasor(told.ratios["MS4"]) * of("MS4")
    diurnal = np.real(_phasor(told.diurnal.O1) * of("O1") + _phasor(told.diurnal.K1) * of("K1"))
    return semi, quarter, diurnal


def _sum(fields: NDArray[np.complex128], at_s: float | Floats) -> tuple[Floats, Floats]:
    semi, quarter, diurnal = turning(at_s)
    axis = math.radians(constants().diurnal.axis_degrees)
    both = [
        np.real(fields[0, side] * semi)
        + np.real(fields[1, side] * quarter)
        + fields[2, side].real
        + part * diurnal
        for side, part in ((0, math.sin(axis)), (1, math.cos(axis)))
    ]
    return both[0], both[1]


def stream(latitude: Floats, longitude: Floats, at_s: float | Floats) -> tuple[Floats, Floats]:
    """The tidal stream, east and north, in metres a second; arrays of like shape, at one time or a time each."""
    fields = patterns(np.asarray(latitude, dtype=np.float64), np.asarray(longitude, dtype=np.float64))
    return _sum(fields, at_s)


class StreamGrid:
    """The same stream on a grid, for many particles over many steps: place is paid for once.

    Bilinear between cells; outside the grid its edge speaks. It differs from `stream` by some 2 mm/s.
    """

    def __init__(self) -> None:
        self.rows = round((NORTH - SOUTH) / CELL_LATITUDE) + 1
        self.columns = round((EAST - WEST) / CELL_LONGITUDE) + 1
        latitude, longitude = np.meshgrid(
            SOUTH + CELL_LATITUDE * np.arange(self.rows),
            WEST + CELL_LONGITUDE * np.arange(self.columns),
            indexing="ij",
        )
        fields = patterns(latitude.ravel(), longitude.ravel())
        # Rows by which a real vector (Re, -Im of both phasors, one, diurnal) is multiplied at each time.
        axis = math.radians(constants().diurnal.axis_degrees)
        self._basis = np.stack(
            [
                np.stack([fields[0, side].real for side in (0, 1)], axis=-1).ravel(),
                np.stack([fields[0, side].imag for side in (0, 1)], axis=-1).ravel(),
                np.stack([fields[1, side].real for side in (0, 1)], axis=-1).ravel(),
                np.stack([fields[1, side].imag for side in (0, 1)], axis=-1).ravel(),
                np.stack([fields[2, side].real for side in (0, 1)], axis=-1).ravel(),
                np.tile([math.sin(axis), math.cos(axis)], self.rows * self.columns),
            ]
        ).astype(np.float32)

    def turn(self, at_s: Floats) -> NDArray[np.float32]:
        """What time does to the grid, a row for each time, to be given to `field`."""
        semi, quarter, diurnal = turning(at_s)
        return np.stack(
            [semi.real, -semi.imag, quarter.real, -quarter.imag, np.ones_like(diurnal), diurnal], axis=-1
        ).astype(np.float32)

    def field(self, row: NDArray[np.float32]) -> NDArray[np.complex64]:
        """The stream on the whole grid, cell by cell from the south-west: east + i north, in metres a second."""
        return np.asarray(row @ self._basis).view(np.complex64)


@cache
def grid() -> StreamGrid:
    """The one grid; built once, in some milliseconds."""
    return StreamGrid()
