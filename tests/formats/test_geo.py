"""What goes out on charts and in tables: whole, well-formed, in the right place, and with nobody's telephone number."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from entente.errors import Language, Text
from entente.formats.geo import GeoFormat, geojson, harmless, table, write
from entente.formats.geo_xml import GPX, KML, gpx, kml
from entente.formats.masked import COVER, covered, without_numbers
from entente.formats.placed import Field, Placed, Sheet, Track
from entente.model.place import Position

NIGHT = dt.datetime(2031, 11, 23, 2, 47, tzinfo=dt.UTC)
FORMATS: tuple[GeoFormat, ...] = ("geojson", "kml", "gpx", "csv")
LANGUAGES: tuple[Language, Language] = ("fr", "en")
SQUARE = ((1.4, 51.0), (1.4, 51.1), (1.5, 51.1), (1.5, 51.0))

positions = st.builds(
    Position,
    latitude=st.floats(-90, 90, allow_nan=False),
    longitude=st.floats(-180, 180, allow_nan=False),
    uncertainty_m=st.none() | st.floats(0, 5000),
)
moments = st.datetimes(dt.datetime(1990, 1, 1), dt.datetime(2060, 1, 1)).map(
    lambda at: at.replace(tzinfo=dt.UTC)
)
words = st.text(min_size=1, max_size=25)


def a_sheet(**changes: Any) -> Sheet:
    field = Field(key="persons", label=Text("personnes", "persons"), value=Text("40 à 50", "40 to 50"))
    count = Field(key="rank", label=Text("rang", "rank"), value=Text("1", "1"), number=1.0)
    here = Position(latitude=51.04, longitude=1.47, uncertainty_m=300.0)
    there = Position(latitude=51.05, longitude=1.46)
    whole: dict[str, Any] = {
        "title": Text("Situation en mer", "Picture at sea"),
        "at": NIGHT,
        "things": (
            Placed(id="a/1", kind="boat", name="PK 271", position=here, at=NIGHT, fields=(field, count)),
            Placed(id="b", kind="boat", name="PK 272", fields=(field,)),
            Placed(id="a/1", kind="area", name="PK 271 95 %", rings=(SQUARE,)),
        ),
        "tracks": (
            Track(
                id="a/1",
                name="PK 271",
                points=((here, NIGHT), (there, NIGHT + dt.timedelta(minutes=9))),
            ),
        ),
    } | changes
    return Sheet(**whole)


def placed_in(content: bytes, into: GeoFormat) -> list[tuple[str, float, float]]:
    """(name, latitude, longitude) of all points that a reader of that format finds."""
    if into == "geojson":
        return [
            (one["properties"]["name"], one["geometry"]["coordinates"][1], one["geometry"]["coordinates"][0])
            for one in json.loads(content)["features"]
            if one["geometry"] is not None and one["geometry"]["type"] == "Point"
        ]
    if into == "kml":
        found = []
        for mark in ET.fromstring(content).iter(f"{{{KML}}}Placemark"):
            point = mark.find(f"{{{KML}}}Point/{{{KML}}}coordinates")
            if point is not None:
                east, north = (point.text or "").split(",")
                found.append((mark.findtext(f"{{{KML}}}name") or "", float(north), float(east)))
        return found
    if into == "gpx":
        return [
            (one.findtext(f"{{{GPX}}}name") or "", float(one.attrib["lat"]), float(one.attrib["lon"]))
            for one in ET.fromstring(content).iter(f"{{{GPX}}}wpt")
        ]
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    name = "nom" if "nom" in rows[0] else "name"
    return [(one[name], float(one["latitude"]), float(one["longitude"])) for one in rows if one["latitude"]]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("into", FORMATS)
@settings(max_examples=25, deadline=None)
@given(where=st.lists(positions, min_size=1, max_size=6))
def test_every_position_comes_back_to_a_millionth_of_a_degree(
    into: GeoFormat, language: Language, where: list[Position]
) -> None:
    things = tuple(
        Placed(id=f"{place}", kind="report", name=f"n{place}", position=one, at=NIGHT)
        for place, one in enumerate(where)
    )
    read = placed_in(write(a_sheet(things=things, tracks=()), into, language), into)
    assert [name for name, _, _ in read] == [one.name for one in things]
    for (_, north, east), one in zip(read, where, strict=True):
        assert abs(north - one.latitude) < 1e-6
        assert abs(east - one.longitude) < 1e-6


@pytest.mark.parametrize("into", FORMATS)
@settings(max_examples=40, deadline=None)
@given(name=words, said=words, at=moments)
def test_whatever_was_typed_the_file_is_well_formed_and_keeps_all_things(
    into: GeoFormat, name: str, said: str, at: dt.datetime
) -> None:
    field = Field(key="words", label=Text("propos", "words"), value=Text(said, said))
    things = (
        Placed(
            id=name, kind="report", name=name, position=Position(latitude=51, longitude=1), fields=(field,)
        ),
        Placed(id="2", kind="report", name="b", at=at, position=Position(latitude=50, longitude=1)),
    )
    assert len(placed_in(write(a_sheet(things=things, at=at), into, "en"), into)) == 2


def test_geojson_is_that_of_its_standard() -> None:
    whole = json.loads(geojson(a_sheet(), "en"))
    assert whole["type"] == "FeatureCollection"
    for one in whole["features"]:
        assert set(one) >= {"type", "geometry", "properties"}
        assert one["type"] == "Feature"
    point, unplaced, area, track = whole["features"]
    assert point["geometry"]["coordinates"] == [1.47, 51.04], "longitude stands first"
    assert unplaced["geometry"] is None, "a boat without a position is not lost"
    assert point["properties"]["rank"] == 1.0
    assert point["properties"]["at"] == "2031-11-23T02:47:00Z"
    (ring,) = area["geometry"]["coordinates"][0]
    assert ring[0] == ring[-1]
    assert len(ring) >= 4
    turned = sum(one[0] * other[1] - other[0] * one[1] for one, other in pairwise(ring))
    assert turned > 0, "an outer ring goes against the clock"
    assert track["geometry"]["type"] == "LineString"
    assert len(track["geometry"]["coordinates"]) == len(track["properties"]["times"]) == 2


# The order of elements in the two schemas, as far as we write them.
KML_ORDER = ("name", "TimeStamp", "ExtendedData", "Point", "LineString", "MultiGeometry")
GPX_ORDER = ("metadata", "wpt", "trk")
WPT_ORDER = ("time", "name", "desc", "type")


def in_order(element: ET.Element, namespace: str, order: tuple[str, ...]) -> bool:
    places = [order.index(child.tag.removeprefix(f"{{{namespace}}}")) for child in element]
    return places == sorted(places)


def test_kml_has_its_namespace_the_order_of_its_schema_and_ids_that_are_unique() -> None:
    root = ET.fromstring(kml(a_sheet(), "fr"))
    assert root.tag == f"{{{KML}}}kml"
    marks = list(root.iter(f"{{{KML}}}Placemark"))
    assert len(marks) == 4
    assert all(in_order(mark, KML, KML_ORDER) for mark in marks)
    ids = [mark.attrib["id"] for mark in marks]
    assert len(set(ids)) == len(ids)
    assert [mark.findtext(f"{{{KML}}}name") for mark in marks][1] == "PK 272"
    ring = root.find(f".//{{{KML}}}LinearRing/{{{KML}}}coordinates")
    assert ring is not None
    assert (ring.text or "").split()[0] == (ring.text or "").split()[-1]


def test_gpx_has_its_namespace_the_order_of_its_schema_and_says_what_it_cannot_draw() -> None:
    root = ET.fromstring(gpx(a_sheet(), "fr"))
    assert (root.tag, root.attrib["version"]) == (f"{{{GPX}}}gpx", "1.1")
    assert root.attrib["creator"]
    assert in_order(root, GPX, GPX_ORDER)
    assert all(in_order(one, GPX, WPT_ORDER) for one in root.iter(f"{{{GPX}}}wpt"))
    assert "PK 272" in (root.findtext(f"{{{GPX}}}metadata/{{{GPX}}}desc") or "")
    times = [one.findtext(f"{{{GPX}}}time") for one in root.iter(f"{{{GPX}}}trkpt")]
    assert times == ["2031-11-23T02:47:00Z", "2031-11-23T02:56:00Z"]


@pytest.mark.parametrize("into", FORMATS)
def test_both_languages_say_the_same_things_in_the_same_places(into: GeoFormat) -> None:
    fr, en = write(a_sheet(), into, "fr"), write(a_sheet(), into, "en")
    assert placed_in(fr, into) == placed_in(en, into)
    assert "40 à 50" in fr.decode()
    assert "40 to 50" in en.decode()
    assert "40 à 50" not in en.decode()


# -- tables -----------------------------------------------------------------------------------------------------------


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="=+-@\t\r\n \u00a0\u202f\uff1d\x00\ufeffab1", max_size=8))
def test_no_cell_is_a_formula(typed: str) -> None:
    made = harmless(typed)
    assert made.replace("\ufeff", "").strip(" \u00a0\u202f")[:1] not in tuple("=+-@\t\r\n\uff1d") or not made
    assert made.removeprefix("'") in (typed.replace("\x00", ""), typed.replace("\x00", "").removeprefix("'"))


def test_a_cell_that_a_stranger_typed_is_text_and_a_western_longitude_stays_a_number() -> None:
    field = Field(key="words", label=Text("propos", "words"), value=Text("=1+1", "=1+1"))
    name = '=HYPERLINK("http://example.invalid")'
    where = Position(latitude=50.1, longitude=-1.5)
    content = table(
        a_sheet(things=(Placed(id="+1", kind="boat", name=name, position=where, fields=(field,)),)), "en"
    )
    (row,) = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
    assert (row["name"], row["words"], row["id"]) == (f"'{name}", "'=1+1", "'+1")
    assert float(row["longitude"]) == -1.5


def test_a_table_begins_with_the_mark_that_spreadsheets_know_unless_it_is_not_wanted() -> None:
    assert table(a_sheet(), "fr").startswith(b"\xef\xbb\xbf")
    assert not table(a_sheet(), "fr", bom=False).startswith(b"\xef\xbb\xbf")


# -- telephone numbers ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written",
    [
        "appelle du 06 39 98 04 17, moteur en panne",
        "call from +44 7700 900123 now",
        "0033 6 39 98 04 17",
        "06.39.98.04.17/06-39-98-04-18",
        "(0639) 980417",
        "+49 30 23125 123",
        "tél 0639980417.",
        "+93 70 123 4567 mayday",
        "7700900123",
        "٠٦ ٣٩ ٩٨ ٠٤ ١٧",
        "06\u00a039\u202f98 04 17",
    ],
)
def test_no_telephone_number_is_left_in_words(written: str) -> None:
    left = without_numbers(written)
    assert COVER in left
    assert sum(sign.isdigit() for sign in left) <= 2


@pytest.mark.parametrize(
    "written",
    [
        "51°02.400′N 001°28.600′E, 45 personnes dont 6 enfants",
        "vus à 02 h 47 le 23/11/2031",
        "51.0412, 1.4712",
        "MMSI 970011234",
        "eau jusqu’aux genoux, 33 à bord, 2 gilets",
    ],
)
def test_what_saves_a_boat_is_left_as_it_was_said(written: str) -> None:
    assert without_numbers(written) == written


def test_a_number_that_is_known_is_covered_in_whatever_shape_it_stands() -> None:
    known = ("+33639980417",)
    for written in ("6 39 9 8 0 4 17", "le 39980417", "6, 39, 98, 04, 17", "51.04 / 06 39 98 04 17"):
        left = without_numbers(written, known)
        assert "98" not in left
        assert COVER in left
    assert without_numbers("ligne 1234567", ("1234567",)) == f"ligne {COVER}"


@settings(max_examples=120, deadline=None)
@given(
    st.text(max_size=20),
    st.lists(st.sampled_from(["", " ", ".", "-", "\u00a0"]), min_size=4, max_size=4),
    st.text(alphabet=" abcé.,;:!?\n", max_size=20),
)
def test_a_known_number_never_stays_whatever_stands_around_it(
    before: str, gaps: list[str], after: str
) -> None:
    pairs = ["06", "39", "98", "04", "17"]
    number = pairs[0] + "".join(gap + pair for gap, pair in zip(gaps, pairs[1:], strict=True))
    left = without_numbers(f"{before} {number} {after}", ("0639980417",))
    assert number not in left
    figures = "".join(sign for sign in left if sign.isascii() and sign.isdigit())
    assert "39980417" not in figures


def test_among_rescuers_a_number_is_named_by_its_last_two_figures() -> None:
    assert covered("06 39 98 04 17") == f"{COVER} 17"
    assert covered("17") == COVER
