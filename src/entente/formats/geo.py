"""GeoJSON and CSV of what has a place: for a chart plotter, a map server, a spreadsheet.

GeoJSON is that of RFC 7946: longitude first, rings closed and to the left of the way along them, and what has no
position is a feature whose geometry is null, not a feature that is missing. A CSV cell that a spreadsheet would reckon
with is made text, because it may have been typed by a stranger. Times are UTC everywhere.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from itertools import pairwise
from typing import Any, Literal

from entente.errors import Language, Text
from entente.formats.geo_xml import gpx, kml
from entente.formats.placed import KIND_OF_PLACED, Placed, Sheet, Track
from entente.model.moment import Instant
from entente.model.place import Position, show

GeoFormat = Literal["geojson", "kml", "gpx", "csv"]
MEDIA_TYPES: dict[GeoFormat, str] = {
    "geojson": "application/geo+json",
    "kml": "application/vnd.google-earth.kml+xml",
    "gpx": "application/gpx+xml",
    "csv": "text/csv; charset=utf-8",
}
# A ten-millionth of a degree is a centimetre.
PLACES = 7
Ring = tuple[tuple[float, float], ...]


def write(sheet: Sheet, into: GeoFormat, language: Language, *, bom: bool = True) -> bytes:
    """The sheet in a format. bom: a CSV begins with the mark by which spreadsheets know UTF-8."""
    if into == "geojson":
        return geojson(sheet, language)
    if into == "kml":
        return kml(sheet, language)
    if into == "gpx":
        return gpx(sheet, language)
    return table(sheet, language, bom=bom)


def utc(at: Instant) -> str:
    """A moment as all formats write it: 2031-11-23T02:04:05Z."""
    return at.astimezone(dt.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


# -- GeoJSON ----------------------------------------------------------------------------------------------------------


def geojson(sheet: Sheet, language: Language) -> bytes:
    """One collection: each thing a feature, each track a line."""
    features = [_feature(one, language) for one in sheet.things]
    features += [_line(one) for one in sheet.tracks if len(one.points) > 1]
    whole = {
        "type": "FeatureCollection",
        "name": sheet.title.say(language),
        "at": utc(sheet.at),
        "features": features,
    }
    return json.dumps(whole, ensure_ascii=False, allow_nan=False).encode("utf-8", "replace")


def _point(position: Position) -> list[float]:
    return [round(position.longitude, PLACES), round(position.latitude, PLACES)]


def _feature(one: Placed, language: Language) -> dict[str, Any]:
    geometry: dict[str, Any] | None = None
    if one.rings:
        geometry = {"type": "MultiPolygon", "coordinates": [[_ring(ring)] for ring in one.rings]}
    elif one.position is not None:
        geometry = {"type": "Point", "coordinates": _point(one.position)}
    said: dict[str, Any] = {"name": one.name, "kind": one.kind}
    if one.at is not None:
        said["at"] = utc(one.at)
    if one.position is not None and one.position.uncertainty_m is not None:
        said["uncertainty_m"] = one.position.uncertainty_m
    for field in one.fields:
        said[field.key] = field.value.say(language) if field.number is None else field.number
    return {"type": "Feature", "id": one.id, "geometry": geometry, "properties": said}


def _line(track: Track) -> dict[str, Any]:
    return {
        "type": "Feature",
        "id": f"{track.id}/track",
        "geometry": {
            "type": "LineString",
            "coordinates": [_point(position) for position, _ in track.points],
        },
        "properties": {"name": track.name, "kind": "track", "times": [utc(at) for _, at in track.points]},
    }


def _ring(ring: Ring) -> list[list[float]]:
    """Closed, and against the clock, as RFC 7946 has outer rings."""
    points = [[round(east, PLACES), round(north, PLACES)] for east, north in ring]
    if points[0] != points[-1]:
        points.append(list(points[0]))
    twice_area = sum(one[0] * other[1] - other[0] * one[1] for one, other in pairwise(points))
    return points if twice_area >= 0 else points[::-1]


# -- CSV --------------------------------------------------------------------------------------------------------------

_HEADS: tuple[tuple[str, Text], ...] = (
    ("id", Text("identifiant", "id")),
    ("kind", Text("nature", "kind")),
    ("name", Text("nom", "name")),
    ("latitude", Text("latitude", "latitude")),
    ("longitude", Text("longitude", "longitude")),
    ("position", Text("position", "position")),
    ("uncertainty_m", Text("incertitude (m)", "uncertainty (m)")),
    ("at", Text("heure (UTC)", "time (UTC)")),
)


def table(sheet: Sheet, language: Language, *, bom: bool = True) -> bytes:
    """A line for each thing; a column for each field that any of them has, headed in the language."""
    heads: dict[str, Text] = {}
    for one in sheet.things:
        for field in one.fields:
            heads.setdefault(field.key, field.label)
    rows: list[list[str]] = [[text.say(language) for _, text in (*_HEADS, *heads.items())]]
    for one in sheet.things:
        said = {field.key: field for field in one.fields}
        row = [
            harmless(one.id),
            KIND_OF_PLACED[one.kind].say(language),
            harmless(one.name),
            "" if one.position is None else f"{one.position.latitude:.{PLACES}f}",
            "" if one.position is None else f"{one.position.longitude:.{PLACES}f}",
            "" if one.position is None else show(one.position),
            ""
            if one.position is None or one.position.uncertainty_m is None
            else f"{one.position.uncertainty_m:.0f}",
            "" if one.at is None else utc(one.at),
        ]
        for key in heads:
            found = said.get(key)
            if found is None:
                row.append("")
            elif found.number is not None:
                row.append(f"{found.number:g}")
            else:
                row.append(harmless(found.value.say(language)))
        rows.append(row)
    return rows_as_csv(rows, bom=bom)


def rows_as_csv(rows: list[list[str]], *, bom: bool = True) -> bytes:
    """Rows as RFC 4180 has them. What strangers wrote in a cell has been made harmless before."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode("utf-8-sig" if bom else "utf-8", "replace")


_RECKONS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def harmless(text: str) -> str:
    """A text that no spreadsheet reckons with: it begins with an apostrophe where it would begin a formula."""
    plain = text.replace("\x00", "")
    return f"'{plain}" if plain.lstrip(" \u00a0\u202f\ufeff").startswith(_RECKONS) else plain
