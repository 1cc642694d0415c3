"""The values that the rooms of the sea hand to each other: reports and acts in, hypotheses, boats and a picture out.

All of it is plain data that both shores compute alike from the same set of reports and acts, in whatever order these
came, and that a program outside can read as JSON, a line each (`docs/sea-replay.md`).
"""

from __future__ import annotations

from typing import Literal

import msgspec

from entente.errors import Text
from entente.model.moment import Instant
from entente.model.place import Position
from entente.model.report import Ground
from entente.model.sea_act import Asked, SeaAct, SeaVerdict
from entente.model.sighting import Engine, PersonsOnBoard, Phase, Sighting, Water


class SeaReport(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One report as the picture sees it. at: when it was made. by: the service that recorded it, with its node."""

    id: str
    at: Instant
    by: str
    seen: Sighting
    node: str = ""
    reference: str = ""

    @property
    def seen_at(self) -> Instant:
        """When the boat was where the report says."""
        return self.seen.position_at or self.at


class ActSaid(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One act with its record's id, its time and the service and node that said it."""

    id: str
    at: Instant
    by: str
    act: SeaAct
    node: str = ""


class Link(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What is held of two hypotheses: a verdict, its bits and its grounds in both languages.

    one, other: ids of hypotheses, one < other. by: "" for the machine, else the officer who said so.
    """

    one: str
    other: str
    verdict: SeaVerdict
    bits: float
    grounds: tuple[Ground, ...] = ()
    by: str = ""


class Hypothesis(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Reports that are held to be of one boat. id: that of its first report, by time seen and then by id."""

    id: str
    reports: tuple[str, ...]


class Question(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """The next best thing to ask a caller of a boat, and what it would settle. gain_bits: expected.

    owed_by: the service that owes the asking, once somebody said so; record: that act.
    """

    boat: str
    asked: Asked
    text: Text
    settles: Text
    gain_bits: float
    other: str = ""
    caller: str = ""
    owed_by: str = ""
    record: str = ""


class LedgerLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One line of a ledger of people. change: people debited (below zero) or said to be aboard; source: a record."""

    source: str
    at: Instant
    text: Text
    change: int = 0


class Ledger(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """The people of one boat. said: how many were aboard, as an interval over all reports.

    accounted: taken off, landed, dead or back on the beach. aboard: said less accounted; at_most None: nobody knows.
    missing: people named or counted as missing and not found. resolved: the count that an officer gave, and why.
    """

    said: PersonsOnBoard
    accounted: int
    aboard: PersonsOnBoard
    missing: int = 0
    missing_names: tuple[str, ...] = ()
    resolved: int | None = None
    resolved_by: str = ""
    is_disputed: bool = False
    is_identified: bool = False
    lines: tuple[LedgerLine, ...] = ()


BoatState = Literal["open", "count_disputed", "closed_not_acknowledged", "closed"]


class Lead(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Who leads. offered_to: a service that has not taken it yet; offer: that act's record. contested: two took it."""

    service: str = ""
    since: Instant | None = None
    offered_to: str = ""
    offer: str = ""
    contested: tuple[str, ...] = ()


class Boat(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One boat as the watch sees it. id: its hypothesis. name: as said on the radio ("PK 271").

    names: every name by which it or a report of it was ever called. rank: from 1, who needs help first; why: in words.
    row: its row in that order, from 1; boats that are probably one share a row, and each is counted apart.
    hinders: what stands against closing it, in words; empty when it may be closed. known_at: age of knowledge runs from
    here. closing: the record that closed it.
    """

    id: str
    name: str
    names: tuple[str, ...]
    reports: tuple[str, ...]
    state: BoatState
    ledger: Ledger
    phase: Phase = "none"
    engine: Engine = "unknown"
    water: Water = "unknown"
    in_water: int = 0
    children: int | None = None
    colour: str = ""
    callers: tuple[str, ...] = ()
    position: Position | None = None
    position_at: Instant | None = None
    known_at: Instant | None = None
    first_at: Instant | None = None
    lead: Lead = Lead()
    links: tuple[Link, ...] = ()
    questions: tuple[Question, ...] = ()
    assets: tuple[str, ...] = ()
    hinders: tuple[Text, ...] = ()
    closing: str = ""
    reopened_by: tuple[Text, ...] = ()
    rank: int = 0
    row: int = 0
    urgency: float = 0.0
    why: tuple[Text, ...] = ()


class Picture(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """All boats, the one that most needs help first, as they stand at a moment. raw: what nobody could read yet."""

    at: Instant
    boats: tuple[Boat, ...]
    links: tuple[Link, ...] = ()
    raw: tuple[str, ...] = ()


class Area(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Where a boat, or somebody in the water, may be at a moment.

    cells: squares of `cell_m` metres as (latitude and longitude of the middle, share of probability), largest first.
    within_50, within_95: rings of (longitude, latitude) as GeoJSON has them, that hold so much of it.
    """

    boat: str
    at: Instant
    cell_m: float
    cells: tuple[tuple[float, float, float], ...]
    within_50: tuple[tuple[tuple[float, float], ...], ...]
    within_95: tuple[tuple[tuple[float, float], ...], ...]
    area_95_km2: float
