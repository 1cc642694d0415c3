"""Forms at sea over the application: a line is read, nothing is refused, a boat stays open until all are ashore."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from entente.model.sighting import PersonsOnBoard
from entente.web.sea_fields import FIELDS, fields_of, read_when, say
from entente.web.sea_typed import persons, read_line

LINE = "0639980505 5053.1N 00131.2E 47 pers 2 enf moteur arrêté eau à bord gris il y a 10 min"
NOW = dt.datetime(2031, 11, 20, 3, 30, tzinfo=dt.UTC)
PARIS = ZoneInfo("Europe/Paris")


def said(line: str, **by_hand: str) -> Any:
    form = {**by_hand, "by_hand": " ".join(by_hand)}
    return say(fields_of(form, line, "FR"), line, "", now=NOW, zone=PARIS, language="fr")


# -- the line ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "fields"),
    [
        (
            LINE,
            {
                "callers": "0639980505",
                "position": "5053.1N 00131.2E",
                "persons": "47",
                "children": "2",
                "engine": "stopped",
                "water": "some",
                "colour": "grey",
                "seen": "10 min",
                "means": "call",
            },
        ),
        (
            "07700 900123 50 53.1N 1 31.2E 40-50 people 2 kids engine stopped taking water grey 10 min ago",
            {
                "callers": "07700 900123",
                "position": "50 53.1N 1 31.2E",
                "persons": "40-50",
                "children": "2",
                "engine": "stopped",
                "water": "some",
                "colour": "grey",
                "seen": "10 min",
                "means": "call",
            },
        ),
        (
            "https://maps.google.com/?q=50.885,1.52 une quarantaine dont 3 enfants, 2 personnes à l’eau",
            {
                "position": "50°53.100′N 001°31.200′E",
                "children": "3",
                "in_water": "2",
                "phase": "distress",
            },
        ),
        (
            "partis de Gravelines il y a 3 h, pneumatique noir, pas d’eau, moteur en marche, cap NW 5 nds",
            {
                "launched_from": "Gravelines",
                "launched": "3 h",
                "hull": "inflatable",
                "colour": "black",
                "water": "dry",
                "engine": "running",
                "course": "315",
                "speed": "5",
            },
        ),
        (
            "seen by ferry 50.95, 1.62 about 40 migrants orange lifejackets",
            {"means": "ship", "position": "50.95, 1.62", "persons": "36-44"},
        ),
        (
            "whatsapp s’appelle Rahim Tolo 51°02.4N 001°28.6E ±500 m vers 03h42 1 disparu",
            {
                "means": "message",
                "names": "Rahim Tolo",
                "position": "51°02.4N 001°28.6E",
                "within": "500 m",
                "seen": "03:42",
                "missing": "1",
            },
        ),
        ("sinking, man overboard", {"water": "swamped", "in_water": "1", "phase": "distress"}),
        ("blorp 99 99N rien de lisible", {}),
    ],
)
def test_a_line_of_either_shore_is_read_into_its_fields_and_into_no_other(
    line: str, fields: dict[str, str]
) -> None:
    assert read_line(line).fields == fields


def test_a_place_off_a_headland_becomes_a_position_with_all_that_it_leaves_open() -> None:
    seen = said("6 nm NW de Gris-Nez, 40+ p").seen
    assert seen.position is not None
    assert 50.9 < seen.position.latitude < 51
    assert 1.4 < seen.position.longitude < 1.55
    assert (seen.position.uncertainty_m or 0) >= 1852
    assert seen.persons_on_board == PersonsOnBoard(40)


@settings(max_examples=80)
@given(
    st.text(max_size=200)
    | st.lists(
        st.sampled_from([*LINE.split(), "à l'eau", "0342Z", "±", "parti", "de", "Wissant", "N", "1"]),
        max_size=20,
    ).map(" ".join)
)
def test_no_line_is_refused_and_every_word_of_it_is_read_or_stays(line: str) -> None:
    read = read_line(line)
    assert set(read.fields) <= set(FIELDS)
    for one, next_one in zip(read.parts, read.parts[1:], strict=False):
        assert one.end <= next_one.start
    left = line
    for part in reversed(read.parts):
        left = left[: part.start] + " " + left[part.end :]
    # What no rule took is in the rest, letter for letter.
    for word in re.findall(r"[A-Za-z]{2,}", left):
        assert word in read.rest
    whole = said(line)
    assert line.strip() in whole.words
    # What the line gave can be read as a field: no reading of ours is one that we cannot read.
    assert whole.unread == ()


@given(st.integers(0, 500), st.none() | st.integers(0, 500))
def test_a_count_comes_back_from_its_field_as_it_went(low: int, more: int | None) -> None:
    count = PersonsOnBoard(low, None if more is None else low + more)
    assert said("", persons=persons(count)).seen.persons_on_board == count


@given(st.dictionaries(st.sampled_from(sorted(FIELDS)), st.text(max_size=60), max_size=6))
def test_whatever_is_typed_into_fields_is_a_report_and_nothing_of_it_is_lost(fields: dict[str, str]) -> None:
    whole = said("", **{name: value for name, value in fields.items() if value.strip()})
    for _, words in whole.unread:
        assert words in whole.words


def test_what_a_person_corrected_stands_also_where_they_made_it_empty() -> None:
    seen = said(LINE, persons="30", engine="", children="beaucoup").seen
    assert seen.persons_on_board == PersonsOnBoard(30, 30)
    assert (seen.engine, seen.water, seen.children) == ("unknown", "some", None)
    assert "beaucoup" in seen.words


def test_an_hour_is_of_the_last_day_and_an_age_is_counted_from_when_it_was_typed() -> None:
    assert read_when("04:20", NOW, PARIS) == NOW - dt.timedelta(minutes=10)
    assert read_when("0320 UTC", NOW, PARIS) == NOW - dt.timedelta(minutes=10)
    assert read_when("23:30", NOW, PARIS) == NOW - dt.timedelta(hours=5)
    assert read_when("1 h 20", NOW, PARIS) == NOW - dt.timedelta(minutes=80)
    assert said(LINE).seen.position_at == NOW - dt.timedelta(minutes=10)


# -- sent -------------------------------------------------------------------------------------------------------------


def report(desk: Any, line: str, **fields: str) -> str:
    """Send a report; returns the record."""
    answer = desk.post("/sea/report", line=line, id=str(uuid.uuid4()), **fields)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"].rpartition("/")[2])


def boat_of(desk: Any, record: str) -> Any:
    access = desk.node.access(desk.officer, "veille", matter="SAR")
    return desk.node.boat_at_sea(access, record)


def test_a_report_is_a_boat_of_the_picture_on_both_shores_and_says_what_to_ask(
    shores: Any, desks: Callable[..., Any]
) -> None:
    erwan = desks(shores.lille, "Erwan", "watch_keeper", "fr")
    record = report(erwan, LINE)
    boat = boat_of(erwan, record)
    assert boat.ledger.said == PersonsOnBoard(47, 47)
    assert (boat.engine, boat.water, boat.children, boat.phase) == ("stopped", "some", 2, "distress")
    page = erwan.get(f"/sea/report/{record}").text
    assert boat.name in page
    shores.carry()
    claire = desks(shores.dover, "Claire", "watch_keeper")
    assert boat_of(claire, record).ledger.said == PersonsOnBoard(47, 47)


def test_the_same_report_sent_again_is_one_record(shores: Any, desks: Callable[..., Any]) -> None:
    erwan = desks(shores.lille, "Erwan", "watch_keeper")
    once = str(uuid.uuid4())
    first = erwan.post("/sea/report", line=LINE, id=once)
    again = erwan.post("/sea/report", line=LINE, id=once)
    assert first.headers["location"] == again.headers["location"]


def test_sar_1_nonsense_and_a_wrong_position_are_recorded_with_a_mark_and_never_refused(
    shores: Any, desks: Callable[..., Any]
) -> None:
    erwan = desks(shores.lille, "Erwan", "watch_keeper")
    record = report(erwan, "", position="999N 7E quelque part", persons="énormément")
    page = erwan.get(f"/sea/report/{record}").text
    assert "A part could not be read" in page
    assert "999N 7E quelque part" in page
    assert "énormément" in page
    boat = boat_of(erwan, record)
    assert boat.position is None
    lone = report(erwan, "\ud800 ?".encode("utf-8", "replace").decode())
    assert boat_of(erwan, lone) is not None
    assert erwan.post("/sea/report", line="").status_code == 422


def test_a_line_is_read_for_the_page_while_it_is_typed(shores: Any, desks: Callable[..., Any]) -> None:
    erwan = desks(shores.lille, "Erwan", "watch_keeper")
    read = erwan.post("/sea/line", line=LINE, by_hand="seen", seen="bientôt").json()
    assert read["fields"]["persons"] == "47"
    assert read["position"] == "50°53.100′N 001°31.200′E"
    assert read["unread"] == {"seen": "bientôt"}
    far = erwan.post("/sea/line", line="10.5512, 20.5512").json()
    assert "far from the Strait" in far["odd"][0]


def test_an_investigator_reports_danger_and_reads_no_picture(shores: Any, desks: Callable[..., Any]) -> None:
    marie = desks(shores.lille, "Marie")
    record = report(marie, LINE)
    page = marie.get(f"/sea/report/{record}").text
    assert "Rescue at sea has it" in page
    assert "sea-ask__question" not in page


def test_what_the_caller_answers_is_recorded_and_so_is_silence(
    shores: Any, desks: Callable[..., Any]
) -> None:
    erwan = desks(shores.lille, "Erwan", "watch_keeper")
    report(erwan, "0639980505 50.885, 1.520 environ 40 pers gris")
    record = report(erwan, "0639980517 50.900, 1.530 environ 45 pers noir")
    page = erwan.get(f"/sea/report/{record}").text
    asked = re.search(r'name="asked" value="(\w+)"', page)
    assert asked, "two boats so near leave something to ask"
    sent = erwan.post(f"/sea/report/{record}/answer", asked=asked[1], answer="0505")
    assert sent.status_code == 303
    access = erwan.node.access("Erwan", "veille", matter="SAR")
    acts = [one.act for one in erwan.node.sea_reports(access, record) if hasattr(one, "act")]
    assert [one.answer for one in acts] == ["0505"]
