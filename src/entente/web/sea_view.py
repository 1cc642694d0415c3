"""The picture as the page shows it: a line for each boat, and the same as GeoJSON for the chart.

Everything a reader sees of a boat in the list, in the table of positions and on the chart comes from one `Line`, so
that the three never say different things. Pure: the picture and the moment come in, values for templates go out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec

from entente.errors import Text
from entente.formats.summary import position_words
from entente.maritime.values import Area, Boat, BoatState, Picture, Question
from entente.web.sea_words import (
    GROUPS,
    PHASES,
    STATES,
    Tone,
    aboard_words,
    age_short,
    count_short,
    lead_words,
    tone_of,
)

# What a clock's face holds: after an hour it is full, and the words say how much more.
FACE_MIN = 60
# A piece of an area is outlined where it is at least so large beside the largest.
LARGE = 0.1


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One boat of the list. face: minutes of its clock's face that are filled. mark: the shape on the chart."""

    boat: Boat
    tone: Tone
    mark: str
    count: Text
    count_short: str
    phase: Text
    state: Text
    age: Text
    face: int
    lead: Text
    question: Question | None
    position: Text | None


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """Boats in one state, the one that most needs help first."""

    state: BoatState
    title: Text
    lines: tuple[Line, ...]


def line_of(boat: Boat, at: dt.datetime, service: Callable[[str], Text]) -> Line:
    """A boat as one line."""
    minutes = 0 if boat.known_at is None else max(0, int((at - boat.known_at).total_seconds() // 60))
    return Line(
        boat=boat,
        tone=tone_of(boat),
        mark=boat.phase if boat.state == "open" else boat.state,
        count=aboard_words(boat),
        count_short=count_short(boat.ledger.aboard if boat.ledger.accounted else boat.ledger.said),
        phase=PHASES[boat.phase],
        state=STATES[boat.state],
        age=age_short(boat.known_at, at),
        face=min(FACE_MIN, minutes) if boat.known_at else FACE_MIN,
        lead=lead_words(boat.lead, service),
        question=boat.questions[0] if boat.questions else None,
        position=position_words(boat.position) if boat.position is not None else None,
    )


def groups_of(picture: Picture, service: Callable[[str], Text]) -> tuple[Group, ...]:
    """The list: live boats, then what is disputed, then what is closed; each in the picture's order."""
    lines = [line_of(boat, picture.at, service) for boat in picture.boats]
    return tuple(
        Group(state=state, title=title, lines=tuple(one for one in lines if one.boat.state == state))
        for state, title in GROUPS.items()
        if any(one.boat.state == state for one in lines)
    )


def people_open(picture: Picture) -> Text:
    """How many people are at sea in open boats, as far as anybody said."""
    opened = [boat.ledger.aboard for boat in picture.boats if boat.state == "open"]
    least = sum(one.at_least for one in opened)
    most = [one.at_most for one in opened if one.at_most is not None]
    boats = Text(
        f"{len(opened)} embarcation{'s' if len(opened) > 1 else ''} ouverte{'s' if len(opened) > 1 else ''}",
        f"{len(opened)} open boat{'' if len(opened) == 1 else 's'}",
    )
    if not opened:
        return Text("Aucune embarcation ouverte", "No open boat")
    if len(most) < len(opened):
        return Text(f"{boats.fr}, au moins {least} personnes", f"{boats.en}, at least {least} people")
    total = f"{least}" if least == sum(most) else f"{least}–{sum(most)}"
    return Text(f"{boats.fr}, {total} personnes", f"{boats.en}, {total} people")


# -- for the chart -----------------------------------------------------------------------------------------------------


def _feature(kind: str, geometry: dict[str, Any], **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "geometry": geometry, "properties": {"what": kind, **properties}}


def features(
    picture: Picture, service: Callable[[str], Text], say: Callable[[Text], str], *, only: str = ""
) -> dict[str, Any]:
    """The picture as GeoJSON: a point for each boat with a position, a line for each link between two of them.

    only: the id of one boat, with what it is linked to.
    """
    near = {one for link in picture.links if only in (link.one, link.other) for one in (link.one, link.other)}
    boats = [boat for boat in picture.boats if not only or boat.id == only or boat.id in near]
    places: dict[str, list[float]] = {}
    found: list[dict[str, Any]] = []
    for boat in boats:
        if boat.position is None:
            continue
        shown = line_of(boat, picture.at, service)
        places[boat.id] = [round(boat.position.longitude, 5), round(boat.position.latitude, 5)]
        found.append(
            _feature(
                "boat",
                {"type": "Point", "coordinates": places[boat.id]},
                id=boat.id,
                name=boat.name,
                rank=boat.rank,
                state=boat.state,
                state_words=say(shown.state),
                phase=boat.phase,
                phase_words=say(shown.phase),
                tone=shown.tone,
                mark=shown.mark,
                count=shown.count_short,
                count_words=say(shown.count),
                since=_iso(boat.known_at),
                position_at=_iso(boat.position_at),
                uncertainty_m=boat.position.uncertainty_m,
                is_asked="" if not only or boat.id == only else "linked",
            )
        )
    for link in picture.links:
        if link.verdict == "different" or not {link.one, link.other} <= set(places):
            continue
        line = {"type": "LineString", "coordinates": [places[link.one], places[link.other]]}
        found.append(
            _feature("link", line, verdict=link.verdict, one=link.one, other=link.other, bits=link.bits)
        )
    return {"type": "FeatureCollection", "at": _iso(picture.at), "features": found}


def area_features(areas: Iterable[tuple[Boat, Area]]) -> dict[str, Any]:
    """Where boats may be, as GeoJSON: the larger area before the smaller, so that the smaller lies on top.

    An area is all of it; its edge is the outline of what is large in it, for the eye: specks are tinted, not outlined.
    """
    found: list[dict[str, Any]] = []
    for boat, area in areas:
        common = {"boat": boat.id, "tone": tone_of(boat), "km2": round(area.area_95_km2, 1)}
        for share, rings in ((95, area.within_95), (50, area.within_50)):
            if not rings:
                continue
            sizes = [abs(_twice_area(ring)) for ring in rings]
            large = [ring for ring, size in zip(rings, sizes, strict=True) if size >= max(sizes) * LARGE]
            for kind, drawn in (("area", rings), ("edge", large)):
                shape = {"type": "MultiPolygon", "coordinates": [[_closed(ring)] for ring in drawn]}
                found.append(_feature(kind, shape, share=share, **common))
    return {"type": "FeatureCollection", "features": found}


def _twice_area(ring: Sequence[tuple[float, float]]) -> float:
    return sum(x * v - u * y for (x, y), (u, v) in zip(ring, (*ring[1:], ring[0]), strict=True))


def _closed(ring: Sequence[tuple[float, float]]) -> list[list[float]]:
    points = [[round(x, 5), round(y, 5)] for x, y in ring]
    return points if points[0] == points[-1] else [*points, points[0]]


def _iso(at: dt.datetime | None) -> str:
    return at.astimezone(dt.UTC).isoformat(timespec="seconds") if at is not None else ""
