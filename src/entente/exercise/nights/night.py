"""One invented night, whole: the sea, the boats, who tells of them, who takes them off, and the truth of all of it.

`night(seed)` is the same for ever for the same numbers of boats. A stress changes what is told and never what happens,
so that two stresses of one seed can be compared boat by boat. Nothing here knows how the picture is made.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from entente.exercise.nights.boats import STEP_S, Fleet, TrueBoat, at_place, planned_boats
from entente.exercise.nights.callers import Callers
from entente.exercise.nights.cast import Cast
from entente.exercise.nights.log import NOBODY, Entry, Log, moment
from entente.exercise.nights.numbers import Numbers
from entente.exercise.nights.physics import Floats, Sea, degrees
from entente.exercise.nights.rescuers import Rescuers
from entente.maritime.values import ActSaid, SeaReport

Stress = Literal["none", "position", "lost", "relays", "phones", "all"]
STRESSES: tuple[Stress, ...] = ("none", "position", "lost", "relays", "phones", "all")
_HOURS = 13.5
_SEASON_STARTS = dt.datetime(2031, 9, 15, 18, 0, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Night:
    """What was said, in the order in which it arrived, and what was true.

    on_scene: of each act of a ship, beach or quay, the report that was made where the people were taken off.
    """

    seed: int
    stress: Stress
    starts_s: float
    dawn_s: float
    entries: tuple[Entry, ...]
    boats: tuple[TrueBoat, ...]
    track: Floats
    on_scene: dict[str, str]
    numbers: str
    phones_said: int
    phones_wrong: int

    @property
    def dawn(self) -> dt.datetime:
        """When the watch ends and the night is measured."""
        return moment(self.dawn_s)

    @property
    def reports(self) -> tuple[SeaReport, ...]:
        """All reports, by arrival."""
        return tuple(entry.said for entry in self.entries if isinstance(entry.said, SeaReport))

    @property
    def acts(self) -> tuple[ActSaid, ...]:
        """All acts that ships, beaches and quays wrote down, by arrival; the watch adds its own."""
        return tuple(entry.said for entry in self.entries if isinstance(entry.said, ActSaid))

    @property
    def boat_of(self) -> dict[str, int]:
        """The true boat of each report and act."""
        return {entry.said.id: entry.boat for entry in self.entries if entry.boat != NOBODY}

    def where(self, boat: int, at_s: float) -> tuple[float, float]:
        """Latitude and longitude of a boat."""
        return degrees(*at_place(self.track, self.starts_s, boat, at_s))


def night(seed: int, numbers: Numbers | None = None, stress: Stress = "none") -> Night:
    """Play one night."""
    world, sea_random, tongues, ships, desk = (
        np.random.Generator(np.random.PCG64(each))
        for each in np.random.SeedSequence([seed, 20311124]).spawn(5)
    )
    starts_s = (_SEASON_STARTS + dt.timedelta(days=int(world.integers(0, 180)))).timestamp()
    dawn_s = starts_s + _HOURS * 3600
    count, people = (numbers or Numbers()).drawn(world)
    cast = Cast(world)
    sea = Sea(sea_random, starts_s, dawn_s)
    boats = planned_boats(world, cast, count, people, starts_s)
    steps = int(_HOURS * 3600 // STEP_S)
    fleet = Fleet(sea_random, sea, boats, steps)
    log = Log(f"night {seed}", desk)
    is_all = stress == "all"
    callers = Callers(
        tongues,
        log,
        fleet,
        cast,
        starts_s,
        position_errors=3.0 if stress == "position" or is_all else 1.0,
        wrong_phones=0.08 if stress == "phones" or is_all else 0.04,
        forwarded=0.8 if stress == "phones" or is_all else 0.3,
    )
    rescuers = Rescuers(ships, log, fleet, boats)
    for step in range(steps):
        at_s = starts_s + step * STEP_S
        fleet.step(step, at_s)
        callers.step(at_s)
        rescuers.step(at_s)
    return Night(
        seed=seed,
        stress=stress,
        starts_s=starts_s,
        dawn_s=dawn_s,
        entries=tuple(
            sorted(filter(_told(stress), log.entries), key=lambda entry: (entry.arrives_s, entry.said.id))
        ),
        boats=tuple(boats),
        track=fleet.track,
        on_scene=rescuers.on_scene,
        numbers=(numbers or Numbers()).source,
        phones_said=callers.phones_said,
        phones_wrong=callers.phones_wrong,
    )


def _told(stress: Stress) -> Callable[[Entry], bool]:
    """Which entries reach anybody under a stress: half of the calls and sightings are lost; echoes double."""

    def kept(entry: Entry) -> bool:
        if entry.extra and stress not in ("relays", "all"):
            return False
        is_lost = (
            stress in ("lost", "all") and isinstance(entry.said, SeaReport) and not entry.said.seen.status
        )
        return not (is_lost and int(entry.said.id[-1], 16) % 2)

    return kept
