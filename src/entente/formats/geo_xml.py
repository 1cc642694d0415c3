"""KML 2.2 and GPX 1.1 of what has a place, for chart plotters and for those who look at a map.

Elements stand in the order in which the two schemas want them. What XML cannot hold (signs of control) is left out. KML
keeps what has no position, without a geometry; GPX cannot, so its head says how many could not be drawn, and which.
"""

from __future__ import annotations

import datetime as dt
import re
from xml.etree import ElementTree as ET

from entente.errors import Language, Text
from entente.formats.placed import KIND_OF_PLACED, Placed, Sheet
from entente.model.moment import Instant

KML = "http://www.opengis.net/kml/2.2"
GPX = "http://www.topografix.com/GPX/1/1"
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_UNIT = 7


def clean(text: str) -> str:
    """What XML 1.0 can hold of a text."""
    return _NOT_XML.sub("\ufffd", text)


def _utc(at: Instant) -> str:
    return at.astimezone(dt.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _put(under: ET.Element, named: str, text: str | None = None, **attributes: str) -> ET.Element:
    made = ET.SubElement(under, named, {key: clean(value) for key, value in attributes.items()})
    if text is not None:
        made.text = clean(text)
    return made


def _bytes(root: ET.Element) -> bytes:
    ET.indent(root)
    written: bytes = ET.tostring(root, encoding="utf-8")
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + written + b"\n"


def _named(identifier: str) -> str:
    """An identifier as XML lets one be."""
    return "i-" + re.sub(r"[^A-Za-z0-9._-]", "-", identifier)


# -- KML --------------------------------------------------------------------------------------------------------------


def kml(sheet: Sheet, language: Language) -> bytes:
    """A placemark for each thing and for each track."""
    root = ET.Element("kml", {"xmlns": KML})
    document = _put(root, "Document")
    _put(document, "name", sheet.title.say(language))
    for place, one in enumerate(sheet.things):
        # The same report may stand in two lists: an id is unique in a document.
        mark = _put(document, "Placemark", id=f"{_named(one.id)}.{place}")
        _put(mark, "name", one.name)
        if one.at is not None:
            _put(_put(mark, "TimeStamp"), "when", _utc(one.at))
        extended = _put(mark, "ExtendedData")
        _kml_field(
            extended, "kind", Text("nature", "kind").say(language), KIND_OF_PLACED[one.kind].say(language)
        )
        for field in one.fields:
            _kml_field(extended, field.key, field.label.say(language), field.value.say(language))
        if one.rings:
            several = _put(mark, "MultiGeometry")
            for ring in one.rings:
                outer = _put(_put(_put(several, "Polygon"), "outerBoundaryIs"), "LinearRing")
                closed = ring if ring[0] == ring[-1] else (*ring, ring[0])
                _put(
                    outer,
                    "coordinates",
                    " ".join(f"{east:.{_UNIT}f},{north:.{_UNIT}f}" for east, north in closed),
                )
        elif one.position is not None:
            _put(
                _put(mark, "Point"),
                "coordinates",
                f"{one.position.longitude:.{_UNIT}f},{one.position.latitude:.{_UNIT}f}",
            )
    for track in sheet.tracks:
        if len(track.points) > 1:
            mark = _put(document, "Placemark", id=f"{_named(track.id)}.track")
            _put(mark, "name", track.name)
            _put(
                _put(mark, "LineString"),
                "coordinates",
                " ".join(f"{at.longitude:.{_UNIT}f},{at.latitude:.{_UNIT}f}" for at, _ in track.points),
            )
    return _bytes(root)


def _kml_field(under: ET.Element, key: str, label: str, value: str) -> None:
    made = _put(under, "Data", name=key)
    _put(made, "displayName", label)
    _put(made, "value", value)


# -- GPX --------------------------------------------------------------------------------------------------------------


def gpx(sheet: Sheet, language: Language) -> bytes:
    """A waypoint for each thing that has a position, a track for each track."""
    root = ET.Element("gpx", {"xmlns": GPX, "version": "1.1", "creator": "Entente"})
    head = _put(root, "metadata")
    _put(head, "name", sheet.title.say(language))
    lost = [one.name for one in sheet.things if one.position is None and not one.rings]
    if lost:
        _put(
            head,
            "desc",
            Text(
                f"{len(lost)} sans position, absents de la carte : {', '.join(lost)}",
                f"{len(lost)} without a position, not on the chart: {', '.join(lost)}",
            ).say(language),
        )
    _put(head, "time", _utc(sheet.at))
    for one in sheet.things:
        if one.position is not None:
            _waypoint(root, one, language)
    for track in sheet.tracks:
        if track.points:
            made = _put(root, "trk")
            _put(made, "name", track.name)
            segment = _put(made, "trkseg")
            for position, at in track.points:
                point = _put(
                    segment,
                    "trkpt",
                    lat=f"{position.latitude:.{_UNIT}f}",
                    lon=f"{position.longitude:.{_UNIT}f}",
                )
                _put(point, "time", _utc(at))
    return _bytes(root)


def _waypoint(root: ET.Element, one: Placed, language: Language) -> None:
    if one.position is None:
        return
    made = _put(
        root,
        "wpt",
        lat=f"{one.position.latitude:.{_UNIT}f}",
        lon=f"{one.position.longitude:.{_UNIT}f}",
    )
    if one.at is not None:
        _put(made, "time", _utc(one.at))
    _put(made, "name", one.name)
    mark = Text(" : ", ": ").say(language)
    said = [f"{field.label.say(language)}{mark}{field.value.say(language)}" for field in one.fields]
    if said:
        _put(made, "desc", "\n".join(said))
    _put(made, "type", KIND_OF_PLACED[one.kind].say(language))
