"""The water and the wind of an invented night: what really moves the boats.

Deliberately another sea than the one that the desk computes with, so that a score measured here is not the tracker
marking its own work. One rotating ellipse whose axis turns along the Strait, its own strengths and phases that differ
from night to night, an overtide, eddies that travel, a wind that changes, a thin surface layer that runs before it.
Phases hang on the moon (M2) and the sun (S2) only: the stream sets north-east from about an hour before high water at
Dover. Positions are metres east and north of 50.90° N 1.55° E; degrees are made at the edge.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

LATITUDE, LONGITUDE = 50.90, 1.55
_METRES_A_DEGREE = 111_195.0
_METRES_A_DEGREE_EAST = _METRES_A_DEGREE * math.cos(math.radians(LATITUDE))

# From the north-east to the south-west, as one sails along them; (latitude, longitude) of beaches and heads.
FRENCH_SHORE = (
    (51.090, 2.550),
    (51.055, 2.400),
    (51.050, 2.300),
    (51.012, 2.120),
    (50.985, 1.960),
    (50.968, 1.840),
    (50.948, 1.740),
    (50.895, 1.670),
    (50.868, 1.585),
    (50.808, 1.600),
    (50.730, 1.590),
    (50.630, 1.575),
    (50.520, 1.580),
    (50.400, 1.555),
    (50.220, 1.540),
)
ENGLISH_SHORE = (
    (51.340, 1.430),
    (51.220, 1.403),
    (51.150, 1.390),
    (51.115, 1.300),
    (51.080, 1.180),
    (51.060, 1.080),
    (51.000, 1.000),
    (50.912, 0.980),
    (50.930, 0.780),
    (50.850, 0.590),
)


def metres(latitude: float, longitude: float) -> tuple[float, float]:
    """East and north of the middle."""
    return (longitude - LONGITUDE) * _METRES_A_DEGREE_EAST, (latitude - LATITUDE) * _METRES_A_DEGREE


def degrees(east: float, north: float) -> tuple[float, float]:
    """Latitude and longitude."""
    return LATITUDE + north / _METRES_A_DEGREE, LONGITUDE + east / _METRES_A_DEGREE_EAST


class Shore:
    """A coast as a line; tells how far out to sea a place lies. Below zero: on land."""

    def __init__(self, points: tuple[tuple[float, float], ...], sea_is_right: bool) -> None:
        line = np.array([metres(*point) for point in points])
        self._starts, self._ways = line[:-1], np.diff(line, axis=0)
        self._lengths = (self._ways**2).sum(axis=1)
        self._sign = 1.0 if sea_is_right else -1.0

    def offing(self, east: Floats, north: Floats) -> Floats:
        """Metres from the shore, below zero on land. Each argument one-dimensional."""
        to = np.stack((east, north), axis=-1)[:, None, :] - self._starts[None]
        along = np.clip((to * self._ways).sum(axis=2) / self._lengths, 0.0, 1.0)
        off = to - along[..., None] * self._ways
        distances = np.hypot(off[..., 0], off[..., 1])
        nearest = distances.argmin(axis=1)
        rows = np.arange(len(nearest))
        way, there = self._ways[nearest], to[rows, nearest]
        turned = there[:, 0] * way[:, 1] - there[:, 1] * way[:, 0]
        found: Floats = distances[rows, nearest] * np.sign(turned) * self._sign
        return found


FRANCE = Shore(FRENCH_SHORE, sea_is_right=True)
ENGLAND = Shore(ENGLISH_SHORE, sea_is_right=False)


def _moon_and_sun(at_s: float) -> tuple[float, float]:
    """Arguments of M2 and S2 in radians at a moment (seconds since 1970), from mean longitudes (Meeus, ch. 47, 25)."""
    days = at_s / 86400.0 - 10957.5  # since noon of 1 January 2000
    hours = math.radians((at_s % 86400.0) / 240.0)
    moon = math.radians((218.3164 + 13.17639648 * days) % 360.0)
    sun = math.radians((280.4665 + 0.98564736 * days) % 360.0)
    return 2 * (hours + sun - moon), 2 * hours


class Sea:
    """Stream and wind of one night. All is drawn when it is made; asking changes nothing."""

    def __init__(self, random: np.random.Generator, starts_s: float, ends_s: float) -> None:
        self._starts_s = starts_s
        self._strength = float(np.clip(random.normal(1.0, 0.10), 0.7, 1.3))
        self._late = float(random.normal(0.0, math.radians(7.0)))  # a quarter of an hour of M2
        self._residual = random.normal((0.05, 0.04), 0.05)
        count = int(random.integers(4, 9))
        self._eddies = np.column_stack(
            (
                random.uniform(-45_000, 65_000, count),
                random.uniform(-50_000, 30_000, count),
                random.uniform(2_500, 8_000, count),
                random.normal(0.0, 0.16, count),
                random.normal(0.0, 0.15, count),
                random.normal(0.0, 0.15, count),
            )
        )
        steps = int((ends_s - starts_s) // 600) + 3
        self._wind = np.empty((steps, 2))
        mean = float(np.clip(random.gamma(5.0, 0.85), 0.8, 9.5))
        bearing = float(random.uniform(0, 2 * math.pi))
        middle = np.array((mean * math.sin(bearing), mean * math.cos(bearing)))
        now = middle + random.normal(0, 0.8, 2)
        for step in range(steps):
            self._wind[step] = now
            middle = middle + random.normal(0, 0.12, 2)
            now = now + (middle - now) * 0.25 + random.normal(0, 0.35, 2)

    def wind(self, at_s: float) -> tuple[float, float]:
        """Towards east and north in metres a second, ten metres up; the same over the whole Strait."""
        place = max(0.0, (at_s - self._starts_s) / 600.0)
        step = min(int(place), len(self._wind) - 2)
        share = min(place - step, 1.0)
        now = self._wind[step] * (1 - share) + self._wind[step + 1] * share
        return float(now[0]), float(now[1])

    def water(self, east: Floats, north: Floats, at_s: float) -> tuple[Floats, Floats]:
        """How the surface moves, towards east and north in metres a second."""
        along = np.clip((east * 0.64 + north * 0.77) / 45_000.0, -1.3, 1.3)
        across = (east * 0.77 - north * 0.64) / 1_000.0
        axis = np.radians(44.0 + 15.0 * along)
        inshore = 0.60 + 0.40 * np.exp(-(((across + 12.0) / 17.0) ** 2))
        strength = self._strength * inshore * (1.0 - 0.16 * along**2)
        moon, sun = _moon_and_sun(at_s)
        phase = self._late + np.radians(11.0) * along
        first, second = moon - math.radians(3.0) - phase, sun - math.radians(56.0) - phase
        major = strength * (1.10 * np.cos(first) + 0.36 * np.cos(second) + 0.09 * np.cos(2 * moon - 0.8))
        minor = strength * 0.09 * (1.10 * np.sin(first) + 0.36 * np.sin(second))
        flows_east = major * np.sin(axis) - minor * np.cos(axis) + self._residual[0]
        flows_north = major * np.cos(axis) + minor * np.sin(axis) + self._residual[1]
        passed = at_s - self._starts_s
        for x, y, radius, spin, moves_x, moves_y in self._eddies:
            dx, dy = east - x - moves_x * passed, north - y - moves_y * passed
            turn = spin * np.exp(0.5 - (dx**2 + dy**2) / (2 * radius**2)) / radius
            flows_east = flows_east - turn * dy
            flows_north = flows_north + turn * dx
        # The thin layer that the wind drags, a little to the right of it.
        wind_east, wind_north = self.wind(at_s)
        turned = math.radians(12.0)
        flows_east = flows_east + 0.018 * (wind_east * math.cos(turned) + wind_north * math.sin(turned))
        flows_north = flows_north + 0.018 * (wind_north * math.cos(turned) - wind_east * math.sin(turned))
        return flows_east, flows_north
