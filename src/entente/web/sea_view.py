"""The picture as the page shows it: a line for each boat, and the same as GeoJSON for the chart.

Everything a reader sees of a boat in the list, in the table of positions and on the chart comes from one `Line`, so
that the three never say different things. Pure: the picture and the moment come in, values for templates go out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence, Set
from typing import Any

import msgspec

from entente.errors import Text
from entente.formats.summary import position_words
from entente.maritime.values import Area, Boat, BoatState, Picture, Question
from entente.web.sea_words import (
    GROUPS,
    OLDER,
    PHASES,
    STATES,
    Tone,
    aboard_words,
    age_short,
    count_short,
    joined,
    lead_words,
    tone_of,
)

# Of what nobody has said or done anything for so long, a list of the night has a part of its own.
QUIET_FOR = dt.timedelta(hours=72)
# What a clock's face holds: after an hour it is full, and the words say how much more.
FACE_MIN = 60
# A piece of an area is outlined where it is at least so large beside the largest.
LARGE = 0.1


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One boat of the list. face: minutes of its clock's face that are filled. mark: the shape on the chart.

    beside: those that are probably the same boat, folded beneath it and counted apart.
    """

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
    beside: tuple[Line, ...] = ()


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """Boats in one state, the one that most needs help first. key: state or "older"; is_folded: opened by a key.

    lines: one for each row; what is probably the same boat stands beside the first of it. count: of all hypotheses.
    """

    key: str
    state: BoatState
    title: Text
    lines: tuple[Line, ...]
    count: int
    is_folded: bool = False


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """The picture in the order of the list, ranks as well. older: open boats of which nothing was heard for days."""

    picture: Picture
    older: frozenset[str] = frozenset()


def as_listed(picture: Picture, heard: Set[str]) -> Listed:
    """Live boats first; then those still open of which nothing was heard for days; then what is not searched for.

    heard: reports that came, or that somebody's act named, within that time. None is left out, and none is closed.
    Boats of one row in one part of the list share its rank.
    """
    older = frozenset(
        boat.id
        for boat in picture.boats
        if boat.state == "open"
        and not heard & set(boat.reports)
        and (boat.known_at is None or picture.at - boat.known_at > QUIET_FOR)
    )
    order = {state: place for place, state in enumerate(GROUPS)}
    boats = sorted(picture.boats, key=lambda boat: (order[boat.state], boat.id in older))
    ranks: dict[tuple[str, bool, int | str], int] = {}
    for boat in boats:
        ranks.setdefault(_row(boat, older), len(ranks) + 1)
    ranked = tuple(msgspec.structs.replace(boat, rank=ranks[_row(boat, older)]) for boat in boats)
    return Listed(picture=msgspec.structs.replace(picture, boats=ranked), older=older)


def _row(boat: Boat, older: Set[str]) -> tuple[str, bool, int | str]:
    """What a boat shares with those beside it: its part of the list and its row. A closed boat stands by itself."""
    alone = not boat.row or boat.state.startswith("closed")
    return boat.state, boat.id in older, boat.id if alone else boat.row


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


def groups_of(
    picture: Picture, service: Callable[[str], Text], older: Set[str] = frozenset()
) -> tuple[Group, ...]:
    """The list: live boats, then open ones not heard of for days, then what is disputed, then what is closed."""
    lines = [line_of(boat, picture.at, service) for boat in picture.boats]
    groups = []
    for state, title in GROUPS.items():
        mine = [one for one in lines if one.boat.state == state]
        recent = [one for one in mine if one.boat.id not in older]
        groups.append(_group(state, state, title, recent, older, is_folded=state == "closed"))
        if state == "open":
            quiet = [one for one in mine if one.boat.id in older]
            groups.append(_group("older", state, OLDER, quiet, older, is_folded=True))
    return tuple(group for group in groups if group.lines)


def _group(
    key: str, state: BoatState, title: Text, lines: Sequence[Line], older: Set[str], *, is_folded: bool
) -> Group:
    rows: dict[tuple[str, bool, int | str], list[Line]] = {}
    for one in lines:
        rows.setdefault(_row(one.boat, older), []).append(one)
    heads = tuple(msgspec.structs.replace(row[0], beside=tuple(row[1:])) for row in rows.values())
    return Group(key=key, state=state, title=title, lines=heads, count=len(lines), is_folded=is_folded)


def _open_boats(rows: int, boats: int) -> Text:
    """How many lines there are to read, and how many hypotheses they hold."""
    many = "s" if rows > 1 else ""
    if rows == boats:
        return Text(f"{rows} embarcation{many} ouverte{many}", f"{rows} open boat{many}")
    return Text(
        f"{rows} embarcation{many} probable{many} ({boats} comptées à part)",
        f"{rows} probable boat{many} ({boats} counted apart)",
    )


def people_open(picture: Picture, older: Set[str] = frozenset()) -> Text:
    """How many people are at sea in open boats, as far as anybody said; those not heard of for days are told apart.

    At the least those of each row's fullest boat: what is probably one may be one. At the most, all of them.
    """
    opened = [boat for boat in picture.boats if boat.state == "open"]
    recent = [boat for boat in opened if boat.id not in older]
    apart = len(opened) - len(recent)
    if not opened:
        return Text("Aucune embarcation ouverte", "No open boat")
    if not recent:
        quiet = _open_boats(apart, apart)
        return Text(
            f"{quiet.fr}, sans nouvelles depuis plus de 72 h",
            f"{quiet.en}, not heard of for over 72 h",
        )
    rows: dict[tuple[str, bool, int | str], int] = {}
    for boat in recent:
        row = _row(boat, older)
        rows[row] = max(rows.get(row, 0), boat.ledger.aboard.at_least)
    least = sum(rows.values())
    live = [boat.ledger.aboard for boat in recent]
    most = [one.at_most for one in live if one.at_most is not None]
    parts = [_open_boats(len(rows), len(recent))]
    if len(most) < len(live):
        parts.append(Text(f"au moins {least} personnes", f"at least {least} people"))
    else:
        total = f"{least}" if least == sum(most) else f"{least}–{sum(most)}"
        parts.append(Text(f"{total} personnes", f"{total} people"))
    if apart:
        many = "s" if apart > 1 else ""
        parts.append(
            Text(
                f"{apart} autre{many} embarcation{many} sans nouvelles depuis plus de 72 h",
                f"{apart} more boat{many} not heard of for over 72 h",
            )
        )
    return joined(parts)


# -- for the chart -----------------------------------------------------------------------------------------------------


def _feature(kind: str, geometry: dict[str, Any], **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "geometry": geometry, "properties": {"what": kind, **properties}}


def features(
    picture: Picture,
    service: Callable[[str], Text],
    say: Callable[[Text], str],
    *,
    only: str = "",
    older: Set[str] = frozenset(),
) -> dict[str, Any]:
    """The picture as GeoJSON: a point for each boat with a position, a line for each link between two of them.

    only: the id of one boat, with what it is linked to.
    """
    near = {one for link in picture.links if only in (link.one, link.other) for one in (link.one, link.other)}
    boats = [boat for boat in picture.boats if not only or boat.id == only or boat.id in near]
    places: dict[str, list[float]] = {}
    found: list[dict[str, Any]] = []
    rows: set[int] = set()
    for boat in boats:
        is_beside = bool(boat.row) and boat.row in rows and not boat.state.startswith("closed")
        rows.add(boat.row)
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
                is_older=boat.id in older,
                is_beside=is_beside,
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
