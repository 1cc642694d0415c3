"""The boats of an invented night and the people in them, as they truly are: nobody at a desk ever sees this.

Boats leave in waves from the beaches between Dunkerque and Berck, some 200 m from a sister of the same colour; some
run along the coast first and take people aboard from other beaches. Engines fail and sometimes start again, water comes
in, boats swamp, people go into the water and die. People are conserved: whoever boarded is aboard, in the water, lost,
or has left by one of the ways in `Left`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from entente.exercise.nights.cast import Cast
from entente.exercise.nights.physics import ENGLAND, FRANCE, Floats, Sea, metres

STEP_S = 60.0
BEACHES = (
    ("Dunkerque, Malo-les-Bains", 51.056, 2.385),
    ("Loon-Plage", 51.014, 2.150),
    ("Petit-Fort-Philippe", 51.012, 2.095),
    ("Oye-Plage", 51.000, 2.035),
    ("Marck, Les Hemmes", 50.988, 1.965),
    ("Blériot-Plage", 50.966, 1.820),
    ("Sangatte", 50.950, 1.745),
    ("Wissant", 50.897, 1.660),
    ("Audresselles", 50.830, 1.588),
    ("Ambleteuse", 50.810, 1.594),
    ("Wimereux", 50.775, 1.595),
    ("Équihen-Plage", 50.675, 1.562),
    ("Hardelot", 50.633, 1.568),
    ("Le Touquet", 50.525, 1.572),
    ("Stella-Plage", 50.475, 1.568),
    ("Berck", 50.405, 1.550),
)
COLOURS = ("grey", "black", "blue", "green", "white")


class Left(NamedTuple):
    """People who left a boat: how many, when (seconds), how, with what asset."""

    people: int
    at_s: float
    manner: str
    asset: str = ""


@dataclass(slots=True)
class TrueBoat:
    """One boat. people: how many board in all by the end of the coast run. phones: numbers of people aboard."""

    number: int
    beach: str
    launched_s: float
    colour: str
    hull: str
    mark: str
    people: int
    children: int
    phones: tuple[str, ...]
    callers: tuple[str, ...]
    names: tuple[str, ...]
    wave: int
    sister: int = -1
    pickups: list[tuple[float, int]] = field(default_factory=list)  # when and how many
    way: list[tuple[float, float]] = field(default_factory=list)  # places to steer for, in metres
    speed: float = 2.2  # metres a second through the water
    leeway: float = 0.03
    veer: float = 0.0
    boarded: int = 0
    aboard: int = 0
    in_water: int = 0
    lost: int = 0  # dead or missing at sea, not found
    state: str = "ashore"  # motor, stopped, swamped, empty, stranded, beached, landed
    water: str = "dry"
    met: bool = True  # whether anybody met them where they came ashore
    left: list[Left] = field(default_factory=list)
    conditions: list[tuple[float, str, str]] = field(default_factory=list)  # from when: state and water
    history: list[tuple[float, int, int, int]] = field(
        default_factory=list
    )  # from when: aboard, in water, lost
    known_s: float = math.inf
    escorted: bool = False
    goes_on: bool = False  # waves ships away while the engine runs

    @property
    def afloat(self) -> bool:
        """Whether people are at sea with it."""
        return self.aboard + self.in_water > 0 and self.state in ("motor", "stopped", "swamped")

    def note(self, at_s: float) -> None:
        """Keep how many there are from now on."""
        now = (at_s, self.aboard, self.in_water, self.lost)
        condition = (at_s, self.state, self.water)
        if not self.conditions or self.conditions[-1][1:] != condition[1:]:
            self.conditions.append(condition)
        if not self.history or self.history[-1][1:] != now[1:]:
            self.history.append(now)

    def at(self, at_s: float) -> tuple[int, int, int]:
        """Aboard, in the water and lost at a moment."""
        found = (0, 0, 0)
        for since, *rest in self.history:
            if since > at_s:
                break
            found = (rest[0], rest[1], rest[2])
        return found

    def need(self, at_s: float) -> float:
        """How badly it needs help at a moment, from 0 (nobody at sea with it) to 6 (people in the water)."""
        aboard, in_water, _ = self.at(at_s)
        state, water = "ashore", "dry"
        for since, *rest in self.conditions:
            if since > at_s:
                break
            state, water = rest
        if aboard + in_water == 0:
            return 0.0
        if in_water:
            return 6.0
        if state == "swamped" or water == "swamped":
            return 5.0
        return (3.0 if state == "stopped" else 1.0) + (1.0 if water == "some" else 0.0)

    def take(self, count: int, at_s: float, manner: str, asset: str = "") -> int:
        """So many leave, those in the water first. Returns how many there were to leave."""
        wet = min(count, self.in_water)
        dry = min(count - wet, self.aboard)
        self.in_water -= wet
        self.aboard -= dry
        if wet + dry:
            self.left.append(Left(wet + dry, at_s, manner, asset))
        self.note(at_s)
        return wet + dry


def planned_boats(
    random: np.random.Generator, cast: Cast, count: int, mean_people: float, starts_s: float
) -> list[TrueBoat]:
    """Boats in waves over the first seven and a half hours."""
    boats: list[TrueBoat] = []
    wave = 0
    while len(boats) < count:
        size = min(int(random.integers(1, 7)), count - len(boats))
        place = int(random.integers(len(BEACHES)))
        at_s = starts_s + float(random.uniform(0.3, 7.5)) * 3600
        for one in range(size):
            has_sister = one > 0 and random.random() < 0.4
            where = place if has_sister else int(np.clip(place + random.integers(-1, 2), 0, len(BEACHES) - 1))
            when = at_s + float(random.exponential(300 if has_sister else 1800))
            sister = boats[-1] if has_sister else None
            boats.append(_planned(random, cast, len(boats), mean_people, where, when, wave, sister))
        wave += 1
    return boats


def _planned(
    random: np.random.Generator,
    cast: Cast,
    number: int,
    mean_people: float,
    where: int,
    at_s: float,
    wave: int,
    sister: TrueBoat | None,
) -> TrueBoat:
    people = int(np.clip(round(random.normal(mean_people, 12)), 6, 112))
    name, latitude, longitude = BEACHES[where]
    east, north = metres(latitude, longitude)
    if sister is not None:
        name, (east, north) = sister.beach, sister.way[0]
    # Down the beach by 200 m from a sister; by up to a kilometre otherwise.
    along = float(random.uniform(-1_000, 1_000)) if sister is None else 200.0
    start = (
        (east + along * 0.35, north + along * 0.94) if abs(along) != 200.0 else (east + 140.0, north + 143.0)
    )
    phones = cast.phones(max(2, round(people * float(random.uniform(0.12, 0.3)))))
    boat = TrueBoat(
        number=number,
        beach=name,
        launched_s=at_s,
        colour=sister.colour
        if sister is not None
        else str(random.choice(COLOURS, p=(0.42, 0.3, 0.14, 0.08, 0.06))),
        hull="inflatable" if random.random() < 0.96 else "rigid",
        mark=cast.mark(),
        people=people,
        children=int(random.binomial(people, random.uniform(0.03, 0.16))),
        phones=phones,
        callers=phones[: int(random.integers(1, min(5, len(phones)) + 1))],
        names=cast.names(max(3, people // 4)),
        wave=wave,
        sister=-1 if sister is None else sister.number,
        way=[start],
        speed=float(np.clip(random.normal(2.3, 0.5), 1.2, 4.0)),
        leeway=float(random.uniform(0.022, 0.045)),
        veer=float(random.normal(0, 0.35)),
        goes_on=bool(random.random() < 0.12),
    )
    _lay_way(random, boat, where)
    return boat


def _lay_way(random: np.random.Generator, boat: TrueBoat, where: int) -> None:
    """Along the coast to take people aboard, for a third of boats; then over to Kent."""
    is_taxi = random.random() < 0.35
    boat.pickups = [(boat.launched_s, boat.people)]
    if is_taxi:
        first = int(random.integers(2, max(3, boat.people // 4 + 1)))
        stops = int(random.integers(1, 4))
        rest = boat.people - first
        towards = int(random.choice((-1, 1)))
        at_s, boat.pickups = boat.launched_s, [(boat.launched_s, first)]
        for stop in range(stops):
            where = int(np.clip(where + towards, 0, len(BEACHES) - 1))
            _, latitude, longitude = BEACHES[where]
            east, north = metres(latitude, longitude)
            boat.way.append((east - 900.0, north + 500.0))
            share = rest if stop == stops - 1 else int(rest * random.uniform(0.2, 0.6))
            rest -= share
            at_s += 2400.0
            boat.pickups.append((at_s, share))  # the moment is set when the boat gets there
    goal = (float(random.uniform(50.93, 51.16)), float(random.uniform(1.02, 1.34)))
    boat.way.append(metres(*goal))
    boat.way.append(metres(float(random.uniform(50.95, 51.17)), 0.95))


class Fleet:
    """All boats of a night and where they are; `step` moves them by a minute."""

    def __init__(self, random: np.random.Generator, sea: Sea, boats: list[TrueBoat], steps: int) -> None:
        self.random, self.sea, self.boats = random, sea, boats
        self.east = np.array([boat.way[0][0] for boat in boats])
        self.north = np.array([boat.way[0][1] for boat in boats])
        self.track = np.full((steps, len(boats), 2), np.nan)
        self._gust = np.zeros((len(boats), 2))
        self._wander = np.zeros(len(boats))
        self._aim = [1] * len(boats)
        self._due = [1] * len(boats)  # the next pick-up

    def step(self, number: int, at_s: float) -> None:
        """Move, then let things happen."""
        moving = np.array([boat.state in ("motor", "stopped", "swamped", "empty") for boat in self.boats])
        flow_east, flow_north = self.sea.water(self.east, self.north, at_s)
        wind_east, wind_north = self.sea.wind(at_s)
        self._gust = self._gust * 0.97 + self.random.normal(0, 0.022, self._gust.shape)
        self._wander = self._wander * 0.98 + self.random.normal(0, 0.05, len(self.boats))
        own = np.array([self._own(place, wind_east, wind_north) for place in range(len(self.boats))])
        self.east = np.where(
            moving, self.east + (flow_east + own[:, 0] + self._gust[:, 0]) * STEP_S, self.east
        )
        self.north = np.where(
            moving, self.north + (flow_north + own[:, 1] + self._gust[:, 1]) * STEP_S, self.north
        )
        self.track[number, :, 0], self.track[number, :, 1] = self.east, self.north
        french, english = FRANCE.offing(self.east, self.north), ENGLAND.offing(self.east, self.north)
        for place, boat in enumerate(self.boats):
            self._live(place, boat, at_s, french[place], english[place])

    def _own(self, place: int, wind_east: float, wind_north: float) -> tuple[float, float]:
        """What the boat itself adds to the water's way."""
        boat = self.boats[place]
        if boat.state == "motor":
            aim = boat.way[min(self._aim[place], len(boat.way) - 1)]
            to = math.atan2(aim[0] - self.east[place], aim[1] - self.north[place]) + float(
                self._wander[place]
            )
            return boat.speed * math.sin(to) + 0.008 * wind_east, boat.speed * math.cos(
                to
            ) + 0.008 * wind_north
        if boat.state not in ("stopped", "swamped", "empty"):
            return 0.0, 0.0
        share = boat.leeway * {"stopped": 1.0, "swamped": 0.35, "empty": 1.5}[boat.state]
        cos, sin = math.cos(boat.veer), math.sin(boat.veer)
        return share * (wind_east * cos + wind_north * sin), share * (wind_north * cos - wind_east * sin)

    def _chance(self, an_hour: float) -> bool:
        return bool(self.random.random() < an_hour / 60.0)

    def _live(self, place: int, boat: TrueBoat, at_s: float, french: float, english: float) -> None:
        if boat.state == "ashore" and at_s >= boat.launched_s:
            boat.state, boat.boarded, boat.aboard = "motor", boat.pickups[0][1], boat.pickups[0][1]
            boat.note(at_s)
        if boat.state == "empty" and min(french, english) < 0:
            boat.state = "stranded"
        if boat.state not in ("motor", "stopped", "swamped"):
            return
        self._steer(place, boat, at_s)
        if boat.state == "motor" and self._chance(0.10):
            boat.state = "stopped"
        elif (
            boat.state == "stopped"
            and not boat.escorted
            and self._chance(0.5 if boat.water == "dry" else 0.1)
        ):
            boat.state = "motor"
        if boat.water == "dry" and self._chance(0.05 if boat.state == "motor" else 0.16):
            boat.water = "some"
        elif boat.water == "some" and self._chance(0.06 if boat.state == "motor" else 0.18):
            boat.water, boat.state = "swamped", "swamped"
        if boat.state == "swamped":
            self._swamped(boat, at_s)
        boat.note(at_s)
        if english < 0:
            self._ashore(boat, at_s, "landed")
        elif french < 0 and boat.state == "motor" and boat.boarded and not self._chance(0.6):
            self.east[place] -= 120.0  # steers off the beach
            self.north[place] += 60.0
        elif french < 0 and at_s > boat.launched_s + 1800:
            self._ashore(boat, at_s, "returned_to_beach")

    def _steer(self, place: int, boat: TrueBoat, at_s: float) -> None:
        aim = boat.way[min(self._aim[place], len(boat.way) - 1)]
        if boat.state != "motor" or math.hypot(aim[0] - self.east[place], aim[1] - self.north[place]) > 400:
            return
        if self._due[place] < len(boat.pickups):
            count = boat.pickups[self._due[place]][1]
            boat.pickups[self._due[place]] = (at_s, count)
            boat.boarded += count
            boat.aboard += count
            self._due[place] += 1
            boat.note(at_s)
        self._aim[place] = min(self._aim[place] + 1, len(boat.way) - 1)

    def _swamped(self, boat: TrueBoat, at_s: float) -> None:
        if boat.aboard and self._chance(1.2):
            fall = min(boat.aboard, int(self.random.integers(1, 7)))
            boat.aboard -= fall
            boat.in_water += fall
        if boat.in_water:
            drown = int(self.random.binomial(boat.in_water, 0.25 / 60))
            boat.in_water -= drown
            boat.lost += drown
            if boat.in_water and boat.aboard and self._chance(3.0):  # pulled in again
                boat.in_water -= 1
                boat.aboard += 1

    def _ashore(self, boat: TrueBoat, at_s: float, manner: str) -> None:
        boat.state = "landed" if manner == "landed" else "beached"
        boat.met = bool(self.random.random() < (0.8 if manner == "landed" else 0.6))
        boat.take(boat.aboard + boat.in_water, at_s, manner)


def at_place(track: Floats, starts_s: float, boat: int, at_s: float) -> tuple[float, float]:
    """Where a boat was at a moment, in metres: its last minute's place."""
    row = int(np.clip((at_s - starts_s) // STEP_S, 0, len(track) - 1))
    return float(track[row, boat, 0]), float(track[row, boat, 1])
