"""What desks wrote down in an invented night, each with its truth and the moment at which it reached the picture.

The id of a record is a digest of the night and a running number: it says nothing of the boat, of the order or of the
truth. A late report has an early `at` and a late arrival; a wrong clock has a wrong `at`.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import NamedTuple

import numpy as np

from entente.maritime.values import ActSaid, SeaReport
from entente.model.place import Position
from entente.model.sea_act import SeaAct
from entente.model.sighting import Sighting

NODES = {"FR-PREMAR": "gris-nez", "FR-GEND": "gris-nez", "UK-HMCG": "dover", "UK-BF": "dover"}
NOBODY = -1


class Entry(NamedTuple):
    """One report or act. arrives_s: when both shores have it. boat: the number of the true boat, or NOBODY.

    extra: an echo that a stress adds; it is left out of the plain night.
    """

    arrives_s: float
    said: SeaReport | ActSaid
    boat: int
    extra: str = ""


def moment(at_s: float) -> dt.datetime:
    """Seconds as an instant in UTC, to the second."""
    return dt.datetime.fromtimestamp(int(at_s), dt.UTC)


class Log:
    """Takes what is said, in any order."""

    def __init__(self, night: str, random: np.random.Generator) -> None:
        self.night, self.random = night, random
        self.entries: list[Entry] = []
        self.of_boat: dict[int, list[tuple[float, str]]] = {}
        self.seen: dict[str, SeaReport] = {}

    def new_id(self) -> str:
        """The id of the next record."""
        return hashlib.sha256(f"{self.night}/{len(self.entries)}".encode()).hexdigest()[:16]

    def report(
        self,
        at_s: float,
        by: str,
        seen: Sighting,
        boat: int,
        *,
        delay_s: float = 0.0,
        reference: str = "",
        extra: str = "",
    ) -> str:
        """Write a report down; clocks go wrong now and then. Returns its id."""
        said_s = at_s
        chance = self.random.random()
        if chance < 0.003:
            said_s += 3600.0 * (1 if self.random.random() < 0.5 else -1)  # summer time, or none
        elif chance < 0.02:
            said_s += float(self.random.normal(0, 480))
        late_s = float(self.random.uniform(1800, 10_800)) if self.random.random() < 0.04 else delay_s
        report = SeaReport(
            id=self.new_id(), at=moment(said_s), by=by, seen=seen, node=NODES[by], reference=reference
        )
        arrives_s = at_s + late_s + float(self.random.uniform(20, 90))
        self.entries.append(Entry(arrives_s, report, boat, extra))
        self.seen[report.id] = report
        if boat != NOBODY and not extra:
            self.of_boat.setdefault(boat, []).append((arrives_s, report.id))
        return report.id

    def act(self, at_s: float, by: str, act: SeaAct, boat: int) -> str:
        """Write an act down."""
        said = ActSaid(id=self.new_id(), at=moment(at_s), by=by, act=act, node=NODES[by])
        self.entries.append(Entry(at_s + 30.0, said, boat))
        return said.id

    def known(self, boat: int, at_s: float) -> tuple[str, ...]:
        """Reports of a boat that have arrived by then."""
        return tuple(each for arrives_s, each in self.of_boat.get(boat, ()) if arrives_s <= at_s)


def place(latitude: float, longitude: float, uncertainty_m: float | None = None) -> Position:
    """A position as it is written down: to five decimals."""
    return Position(
        latitude=round(float(latitude), 5),
        longitude=round(float(longitude), 5),
        uncertainty_m=None if uncertainty_m is None else float(round(uncertainty_m)),
    )
