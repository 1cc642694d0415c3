"""How a night that happened is retold: with invented people, telephones, ships and places, and the same trap.

Each tale (`taken_for_another.py`, `one_or_two_boats.py`) is a list of reports and acts with the true boat of each, and
the moments at which a picture of it is looked at.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import NamedTuple

from entente.exercise.nights.lines import lines_of
from entente.exercise.nights.log import NODES, Entry, place
from entente.maritime.values import ActSaid, SeaReport
from entente.model.sea_act import (
    SeaAct,
)
from entente.model.sighting import Means, PersonsOnBoard, Sighting

GRIS_NEZ, DOVER = "FR-PREMAR", "UK-HMCG"
LIVE, RESCUED = 0, 1


class Replay(NamedTuple):
    """A retold night. live_boat: the boat that must never be hidden; live_until: to what moment people are at sea.

    confirmed_at: when it became known that there is one boat. moments: when a picture is looked at.
    """

    entries: tuple[Entry, ...]
    moments: tuple[dt.datetime, ...]
    live_boat: int
    live_until: dt.datetime
    confirmed_at: dt.datetime | None = None

    def until(self, at: dt.datetime) -> tuple[list[SeaReport], list[ActSaid]]:
        """What had arrived by a moment."""
        said = [entry.said for entry in self.entries if entry.arrives_s <= at.timestamp()]
        return [one for one in said if isinstance(one, SeaReport)], [
            one for one in said if isinstance(one, ActSaid)
        ]

    def boat_of(self) -> dict[str, int]:
        """The true boat of each report."""
        return {entry.said.id: entry.boat for entry in self.entries if isinstance(entry.said, SeaReport)}

    def lines(self) -> Iterator[str]:
        """As `entente sea replay` reads it."""
        return lines_of(self.entries, self.moments)


class Teller:
    """Writes a retold night from minutes after its beginning."""

    def __init__(self, name: str, starts: dt.datetime) -> None:
        self.name, self.starts = name, starts
        self.entries: list[Entry] = []

    def at(self, minute: float) -> dt.datetime:
        return self.starts + dt.timedelta(minutes=minute)

    def call(
        self,
        minute: float,
        boat: int,
        by: str,
        words: str,
        *,
        where: tuple[float, float] | None = None,
        aged: float | None = None,
        people: tuple[int, int] | None = None,
        phone: str = "",
        means: Means = "call",
        **seen: object,
    ) -> str:
        """A report; where: latitude and longitude; aged: how many minutes before it the boat was there."""
        sighting = Sighting(
            means=means,
            words=words,
            position=place(*where) if where else None,
            position_at=None if aged is None else self.at(minute - aged),
            persons_on_board=PersonsOnBoard(at_least=people[0], at_most=people[1]) if people else None,
            callers=(phone,) if phone else (),
            **seen,  # type: ignore[arg-type]
        )
        said = f"{self.name}-{len(self.entries):03d}"
        report = SeaReport(id=said, at=self.at(minute), by=by, seen=sighting, node=NODES[by])
        self.entries.append(Entry(self.at(minute).timestamp(), report, boat))
        return said

    def act(self, minute: float, by: str, act: SeaAct, boat: int) -> str:
        said = f"{self.name}-{len(self.entries):03d}"
        entry = ActSaid(id=said, at=self.at(minute), by=by, act=act, node=NODES[by])
        self.entries.append(Entry(self.at(minute).timestamp(), entry, boat))
        return said

    def moments(self, last: int, every: int) -> tuple[dt.datetime, ...]:
        return tuple(self.at(minute) for minute in range(every, last + 1, every))
