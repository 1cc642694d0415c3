"""Things that have a place, as a chart or a table takes them: one shape for every format that goes out.

Whoever writes a format (`geo`, `geo_xml`) knows nothing of boats; whoever knows boats (`maritime.plotted`) knows
nothing of formats. A thing without a position stays in the list: no chart can draw it, but it must not be lost.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from entente.errors import Text
from entente.model.moment import Instant
from entente.model.place import Position

PlacedKind = Literal["boat", "report", "act", "contact", "area", "search"]
KIND_OF_PLACED: dict[PlacedKind, Text] = {
    "boat": Text("embarcation", "boat"),
    "report": Text("signalement", "report"),
    "act": Text("acte", "act"),
    "contact": Text("contact AIS", "AIS contact"),
    "area": Text("secteur probable", "probable area"),
    "search": Text("secteur à fouiller", "area to search"),
}


class Field(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing said of what is placed. key: for programs, in lower case; number: where the value is one."""

    key: str
    label: Text
    value: Text
    number: float | None = None


class Placed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One thing. at: when it was where the position says. rings: of an area, (longitude, latitude) as in GeoJSON."""

    id: str
    kind: PlacedKind
    name: str
    position: Position | None = None
    at: Instant | None = None
    fields: tuple[Field, ...] = ()
    rings: tuple[tuple[tuple[float, float], ...], ...] = ()


class Track(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Positions of one thing, in order of time."""

    id: str
    name: str
    points: tuple[tuple[Position, Instant], ...]


class Sheet(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What goes out in one file. at: the moment that it shows."""

    title: Text
    at: Instant
    things: tuple[Placed, ...]
    tracks: tuple[Track, ...] = ()
