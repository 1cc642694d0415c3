"""Where a boat or a person goes that nobody sees: particles under tidal stream, wind, leeway and an engine.

Each particle is one way it may have gone. What we do not know of the water, the wind and the engine is drawn for each,
holds for hours, and is drawn anew little by little, so that what is not looked at is known less and less well: the
spread grows until somebody sees something. Random numbers are keyed by the id of a report: two machines draw the same.
Chance lies on a lattice of hours from the start, between which it runs straight, so that steps of a quarter of an hour
and of ten seconds integrate the same equations. Positions are counted in cells of the grid of streams.
"""

from __future__ import annotations

import hashlib
import math
import tomllib
from collections.abc import Callable
from functools import cache
from importlib.resources import files

import msgspec
import numpy as np
from numpy.typing import NDArray

from entente.maritime import __name__ as _ROOM
from entente.maritime.tides import CELL_LATITUDE, CELL_LONGITUDE, SOUTH, WEST, grid

Singles = NDArray[np.float32]
Wind = Callable[[float], tuple[float, float]] | tuple[float, float] | None
"""Towards east and north in m/s at ten metres, the same over the Strait: constant or by Unix time. None: not known."""

PARTICLES = 5000
STEP_S = 900.0
LATTICE_S = 3600.0

# What the model does not know. All may be tuned: they stand for model error, and the honesty of areas hangs on them.
STREAM_ERROR_MPS, STREAM_ERROR_HOURS = 0.10, 4.0  # each component; atlas error, surge, eddies
STREAM_STRENGTH_ERROR = 0.10  # of the whole stream, once for each particle
WIND_ERROR_MPS, WIND_ERROR_HOURS = 1.5, 6.0  # of a wind that is given
WIND_UNKNOWN_MPS, WIND_UNKNOWN_HOURS = 4.0, 24.0  # each component of a wind that nobody gave
WIND_DRIVEN_CURRENT = (
    0.015  # of the wind: the water that leeway is measured against runs before it too (Wu 1983)
)
ENGINE_SPEED_MPS, ENGINE_SPEED_ERROR_MPS = 2.3, 0.65
ENGINE_REDRAWN_AN_HOUR = 0.05  # another course and speed altogether
COURSE_DEGREES, COURSE_ERROR_DEGREES, COURSE_ANY_SHARE = 315.0, 34.0, 0.10  # to England; some go anywhere
COURSE_WANDER_DEGREES, COURSE_WANDER_HOURS = 20.0, 2.0
ENGINE_STOPS_AN_HOUR, ENGINE_STARTS_AN_HOUR, SWAMPS_AN_HOUR = 0.15, 0.35, 0.06
MOTOR_AT_FIRST = 0.6  # share of particles under way where nobody said
LOAD, LOAD_ERROR = 0.75, 0.25  # nought is light, one is deep laden

MOTOR, DRIFTING, SWAMPED, PERSON = 0, 1, 2, 3
_METRES_IN_LATITUDE = 111_195.0
_OBJECTS = ("inflatable_light", "inflatable_laden", "swamped", "person_in_water")


class _Object(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    source: str
    downwind: tuple[float, float, float]
    right: tuple[float, float, float]
    left: tuple[float, float, float]


class _Leeway(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    jibes_per_hour: float
    objects: dict[str, _Object]


@cache
def leeway() -> _Leeway:
    """The published coefficients with their sources."""
    written = files(_ROOM).joinpath("leeway.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(written), _Leeway)


@cache
def _table() -> NDArray[np.float32]:
    """Object by (downwind, right, left) by (slope as a share, offset and deviation in m/s)."""
    objects = leeway().objects
    rows = [[objects[name].downwind, objects[name].right, objects[name].left] for name in _OBJECTS]
    return (np.array(rows) / 100.0).astype(np.float32)


def key(*words: str) -> np.random.Generator:
    """Chance that hangs on words alone."""
    digest = hashlib.sha256("\x1f".join(words).encode()).digest()
    return np.random.Generator(np.random.PCG64(int.from_bytes(digest[:16], "big")))


class Particles:
    """An ensemble on its way. east, north: in cells of the grid; state: MOTOR to PERSON; weight: sums to one.

    seed: an id; start_s: Unix time. engine_share: of particles under way; course, speed: of a boat that was seen under
    way. load: from nought (light) to one (deep laden).
    """

    def __init__(
        self,
        seed: str,
        latitude: NDArray[np.float64],
        longitude: NDArray[np.float64],
        start_s: float,
        *,
        wind: Wind = None,
        engine_share: float = MOTOR_AT_FIRST,
        is_swamped: bool = False,
        is_person: bool = False,
        load: float = LOAD,
    ) -> None:
        self.seed, self.start_s, self.at_s, self.wind = seed, start_s, start_s, wind
        self.count = count = len(latitude)
        self.east = ((longitude - WEST) / CELL_LONGITUDE).astype(np.float32)
        self.north = ((latitude - SOUTH) / CELL_LATITUDE).astype(np.float32)
        self.weight = np.full(count, 1.0 / count)
        chance = key(seed, "start")
        self.state = np.where(chance.random(count) < engine_share, MOTOR, DRIFTING).astype(np.int8)
        if is_swamped or is_person:
            self.state[:] = PERSON if is_person else SWAMPED
        self._own = np.empty((7, count), dtype=np.float32)  # strength, load, three of leeway, speed, course
        self._own[0] = chance.normal(1.0, STREAM_STRENGTH_ERROR, count)
        self._own[1] = np.clip(chance.normal(load, LOAD_ERROR, count), 0.0, 1.0)
        self._own[2:4] = chance.normal(0.0, 1.0, (2, count))
        self._own[4] = np.where(chance.random(count) < 0.5, 1.0, -1.0)  # right or left of downwind
        self._own[5], self._own[6] = _engines(chance, count)
        # Ornstein-Uhlenbeck, in units of the deviation: stream east and north, wind east and north, course.
        self._now: Singles = chance.standard_normal((5, count), dtype=np.float32)
        self._next: Singles = self._now
        self._knot = -1
        self.speed_east = np.zeros(count, dtype=np.float32)
        self.speed_north = np.zeros(count, dtype=np.float32)
        self._slip = np.empty((5, count), dtype=np.float32)
        self._refresh(np.arange(count))

    @property
    def latitude(self) -> NDArray[np.float64]:
        """In degrees."""
        return SOUTH + CELL_LATITUDE * self.north.astype(np.float64)

    @property
    def longitude(self) -> NDArray[np.float64]:
        """In degrees."""
        return WEST + CELL_LONGITUDE * self.east.astype(np.float64)

    def take(self, chosen: NDArray[np.intp], start: str) -> None:
        """Keep these, some of them more than once; from now on chance goes on under another key."""
        for name in ("east", "north", "state", "speed_east", "speed_north"):
            setattr(self, name, getattr(self, name)[chosen].copy())
        self._own, self._now, self._next = self._own[:, chosen], self._now[:, chosen], self._next[:, chosen]
        self.weight = np.full(self.count, 1.0 / self.count)
        self.seed, self._slip = start, self._slip[:, chosen]

    def nudge(self, chance: np.random.Generator, metres: float) -> None:
        """Set them a little apart, so that copies of one particle do not stay one."""
        off = chance.standard_normal((2, self.count), dtype=np.float32)
        self.north = self.north + off[0] * np.float32(metres / (_METRES_IN_LATITUDE * CELL_LATITUDE))
        across = _METRES_IN_LATITUDE * CELL_LONGITUDE * math.cos(math.radians(float(self.latitude.mean())))
        self.east = self.east + off[1] * np.float32(metres / across)

    def waver(self, chance: np.random.Generator, share: float, anew: float) -> None:
        """Let a share of those under way or adrift stop, start or turn, and draw the errors of all anew by so much."""
        some = np.flatnonzero((chance.random(self.count) < share) & (self.state <= DRIFTING))
        turn = chance.random(len(some)) < 0.5
        self._own[5, some], self._own[6, some] = _engines(chance, len(some))
        self.state[some] = np.where(turn, MOTOR, DRIFTING)
        kept, fresh = np.float32(math.sqrt(1 - anew**2)), np.float32(anew)
        # Both ends of the hour alike, so that what runs between them stays in one piece.
        off = chance.standard_normal(self._now.shape, dtype=np.float32)
        self._now, self._next = kept * self._now + fresh * off, kept * self._next + fresh * off
        self._refresh(some)

    def put(
        self, some: NDArray[np.intp], latitude: NDArray[np.float64], longitude: NDArray[np.float64]
    ) -> None:
        """Set some of them elsewhere."""
        self.north[some] = (latitude - SOUTH) / CELL_LATITUDE
        self.east[some] = (longitude - WEST) / CELL_LONGITUDE

    def become(self, some: NDArray[np.intp], state: int) -> None:
        """Set some of them to another state, unless they are a person in the water."""
        some = some[self.state[some] != PERSON]
        self.state[some] = state
        self._refresh(some)

    def advance(self, to_s: float, step_s: float = STEP_S) -> None:
        """Let them go on until a time; backwards there is no way."""
        ends = [self.at_s]
        while to_s - ends[-1] > 1e-6:
            # No step strides over a knot of the lattice, where chance turns.
            knot = self.start_s + LATTICE_S * ((ends[-1] - self.start_s + 1e-6) // LATTICE_S + 1)
            ends.append(min(ends[-1] + step_s, to_s, knot))
        bounds = np.array(ends)
        turn = grid().turn((bounds[1:] + bounds[:-1]) / 2)
        for row, end_s in zip(turn, ends[1:], strict=True):
            knot_now = int((self.at_s - self.start_s + 1e-6) // LATTICE_S)
            if knot_now != self._knot:
                self._enter(knot_now)
            self._step(end_s - self.at_s, grid().field(row))
            self.at_s = end_s

    def _enter(self, knot: int) -> None:
        """Draw what the next hour brings: errors run on, engines stop and start, boats swamp, courses change."""
        chance = key(self.seed, str(knot))
        self._now, self._knot = self._next, knot
        wind_hours = WIND_UNKNOWN_HOURS if self.wind is None else WIND_ERROR_HOURS
        hours = np.array([STREAM_ERROR_HOURS] * 2 + [wind_hours] * 2 + [COURSE_WANDER_HOURS])
        kept = np.exp(-LATTICE_S / 3600.0 / hours).astype(np.float32)[:, None]
        fresh = chance.standard_normal((5, self.count), dtype=np.float32)
        self._next = kept * self._now + np.sqrt(np.float32(1) - kept**2) * fresh
        share = LATTICE_S / 3600.0
        drawn = chance.random((2, self.count), dtype=np.float32)
        motor, drifting = self.state == MOTOR, self.state == DRIFTING
        stops = motor & (drawn[0] < ENGINE_STOPS_AN_HOUR * share)
        starts = drifting & (drawn[0] < ENGINE_STARTS_AN_HOUR * share)
        swamps = drifting & (drawn[0] > 1 - SWAMPS_AN_HOUR * share)
        jibes = drawn[1] < leeway().jibes_per_hour * share
        anew = drawn[1] > 1 - ENGINE_REDRAWN_AN_HOUR * share
        self.state[stops], self.state[starts], self.state[swamps] = DRIFTING, MOTOR, SWAMPED
        self._own[4, jibes] *= -1
        self._own[5, anew], self._own[6, anew] = _engines(chance, int(anew.sum()))
        self._refresh(np.flatnonzero(stops | starts | swamps | jibes | anew))

    def _wind_at(self, at_s: float) -> tuple[float, float]:
        if self.wind is None:
            return 0.0, 0.0
        return self.wind(at_s) if callable(self.wind) else self.wind

    def _through_water(self, at_s: float) -> tuple[Singles, Singles]:
        """East and north in m/s against the water of the atlas: its error, the wind's current, leeway, the engine."""
        slope, offset, cross_slope, cross_offset, engine = self._slip
        share = np.float32((at_s - self.start_s) / LATTICE_S - self._knot)
        now = self._now + share * (self._next - self._now)
        deviation = WIND_UNKNOWN_MPS if self.wind is None else WIND_ERROR_MPS
        given_east, given_north = self._wind_at(at_s)
        wind_east, wind_north = given_east + deviation * now[2], given_north + deviation * now[3]
        blows = np.hypot(wind_east, wind_north) + np.float32(1e-6)
        # Offsets go as the unit vector of the wind and fade in a calm, where it has no direction.
        down = slope + WIND_DRIVEN_CURRENT + offset / np.maximum(blows, 2.0)
        cross = cross_slope + cross_offset / np.maximum(blows, 2.0)
        course = self._own[6] + np.float32(math.radians(COURSE_WANDER_DEGREES)) * now[4]
        east = down * wind_east + cross * wind_north + STREAM_ERROR_MPS * now[0] + engine * np.sin(course)
        north = down * wind_north - cross * wind_east + STREAM_ERROR_MPS * now[1] + engine * np.cos(course)
        return east, north

    def _refresh(self, of: NDArray[np.intp]) -> None:
        """Slope and offset downwind, then crosswind to the right, and the speed of the engine, of these particles."""
        table, state, own = _table(), self.state[of], self._own[:, of]
        light = np.where(state <= DRIFTING, 0, np.where(state == SWAMPED, 2, 3))
        laden = np.where(state <= DRIFTING, 1, light)
        of_each = table[light] + own[1][:, None, None] * (table[laden] - table[light])
        # A deviation that grows with wind and one that does not, half each (Breivik and Allen 2008, equation 5).
        beside = np.where((own[4] > 0)[:, None], of_each[:, 1], of_each[:, 2])
        # A boat that holds a course through the water is blown off it less than one that lies across the wind.
        less = np.where(state == MOTOR, np.float32(0.3), np.float32(1))
        self._slip[0, of] = less * (of_each[:, 0, 0] + own[2] * of_each[:, 0, 2] / 20.0)
        self._slip[1, of] = less * (of_each[:, 0, 1] + own[2] * of_each[:, 0, 2] / 2.0)
        self._slip[2, of] = less * (beside[:, 0] + own[3] * beside[:, 2] / 20.0)
        self._slip[3, of] = less * (beside[:, 1] + own[3] * beside[:, 2] / 2.0)
        self._slip[4, of] = np.where(state == MOTOR, own[5], np.float32(0))

    def _step(self, step_s: float, field: NDArray[np.complex64]) -> None:
        """One step by the midpoint: the speed of the step before carries to the middle, where the next is read."""
        east, north = self._through_water(self.at_s + step_s / 2)
        latitude = np.float32(math.radians(SOUTH)) + np.float32(math.radians(CELL_LATITUDE)) * self.north
        per_north = np.float32(1 / (_METRES_IN_LATITUDE * CELL_LATITUDE))
        per_east = np.float32(1 / (_METRES_IN_LATITUDE * CELL_LONGITUDE)) / np.cos(latitude)
        half = np.float32(step_s / 2)
        flow = _interpolated(
            field,
            self.east + half * per_east * self.speed_east,
            self.north + half * per_north * self.speed_north,
        )
        self.speed_east = east + self._own[0] * flow.real
        self.speed_north = north + self._own[0] * flow.imag
        self.east = self.east + np.float32(step_s) * per_east * self.speed_east
        self.north = self.north + np.float32(step_s) * per_north * self.speed_north


def _engines(chance: np.random.Generator, count: int) -> tuple[Singles, Singles]:
    """Speeds through the water in m/s, and courses in radians from north."""
    speed = np.clip(chance.normal(ENGINE_SPEED_MPS, ENGINE_SPEED_ERROR_MPS, count), 0.3, 6.0)
    bound = COURSE_DEGREES + COURSE_ERROR_DEGREES * chance.standard_normal(count)
    course = np.where(chance.random(count) < COURSE_ANY_SHARE, 360.0 * chance.random(count), bound)
    return speed.astype(np.float32), np.radians(course).astype(np.float32)


def _interpolated(field: NDArray[np.complex64], east: Singles, north: Singles) -> NDArray[np.complex64]:
    """The stream between the cells of the grid; beyond it, that of its edge."""
    here = grid()
    east = np.clip(east, np.float32(0), np.float32(here.columns - 1.001))
    north = np.clip(north, np.float32(0), np.float32(here.rows - 1.001))
    column, row = east.astype(np.int32), north.astype(np.int32)
    x, y = east - column.astype(np.float32), north - row.astype(np.float32)
    cell = row * here.columns + column
    below, above = field.take(cell), field.take(cell + here.columns)
    lower = below + x * (field.take(cell + 1) - below)
    upper = above + x * (field.take(cell + here.columns + 1) - above)
    return np.asarray(lower + y * (upper - lower))
