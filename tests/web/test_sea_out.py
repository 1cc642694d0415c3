"""What leaves the watch by its pages: drafts, files, the record of a season; and no number that was not asked for."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from entente import sea_out
from entente.errors import NotFound, NotPermitted
from entente.formats.masked import COVER
from entente.model.place import Position
from entente.model.report import Draft, Warning
from entente.model.sighting import PersonsOnBoard, Sighting
from entente.node import Node
from entente.policy.access import Access
from entente.store import tables

NUMBER = "06 39 98 04 17"
BEACH = "Plage d’Ambleteuse"
FORMATS = ("geojson", "kml", "gpx", "csv")


def called(node: Node, access: Access, **seen: Any) -> str:
    """A call from a boat; the id of the report as the picture has it."""
    whole: dict[str, Any] = {
        "phase": "distress",
        "means": "call",
        "position": Position(latitude=50.95, longitude=1.48, uncertainty_m=500.0),
        "persons_on_board": PersonsOnBoard(at_least=40, at_most=50),
        "callers": (NUMBER,),
        "words": f"Moteur en panne, rappelez le {NUMBER}",
        "launched_from": BEACH,
        "launched_at": node.now() - dt.timedelta(hours=1),
    } | seen
    row = node.report_at_sea(access, Sighting(**whole), whole["words"], "fr", is_distress=True)
    return next(boat.id for boat in node.picture(access).boats if row.header.id in "".join(boat.reports))


def warned(node: Node, access: Access, **changes: Any) -> str:
    now = node.now()
    whole: dict[str, Any] = {
        "place": BEACH,
        "starts": now - dt.timedelta(hours=2),
        "ends": now + dt.timedelta(hours=2),
        "confidence": "probable",
        "boats_at_least": 1,
        "boats_at_most": 3,
        "to": ("FR-PREMAR",),
        "officer": access.officer,
    } | changes
    draft = Draft(kind="warning", service=access.service, compartment="life_saving", warning=Warning(**whole))
    record = node.record(draft, access).header.id
    node.settle()
    return record


@pytest.fixture
def watch(shores: Any, desks: Callable[..., Any], at_work: Any) -> tuple[Node, Access, Any]:
    """Lille, a watch-keeper's access to it, and their desk in English."""
    node = shores.lille
    return node, at_work(node, "Erwan"), desks(node, "Erwan", "watch_keeper")


def drafts_in(page: str) -> dict[str, str]:
    return dict(re.findall(r'<pre class="draft" lang="(fr|en)"[^>]*>(.*?)</pre>', page, re.DOTALL))


@pytest.mark.parametrize("kind", ["sitrep", "mayday"])
def test_a_draft_stands_in_both_languages_says_to_read_it_and_sends_nothing(watch: Any, kind: str) -> None:
    node, access, desk = watch
    boat = called(node, access)
    size = node.store.size
    page = desk.get(f"/sea/boats/{boat}/{kind}")
    assert page.status_code == 200, page.text
    drafts = drafts_in(page.text)
    assert "BROUILLON" in drafts["fr"]
    assert "DRAFT" in drafts["en"]
    for text in drafts.values():
        assert "50°57.000′N 001°28.800′E" in text
        assert "39 98" not in text
    assert node.store.size == size, "a draft is no record and goes to nobody"
    saved = desk.get(f"/sea/boats/{boat}/{kind}.txt?language=fr")
    assert saved.headers["content-disposition"].endswith('-fr.txt"')
    assert "BROUILLON" in saved.text


def test_a_number_stands_in_a_sitrep_only_when_it_is_asked_for_and_the_register_keeps_that(
    watch: Any,
) -> None:
    node, access, desk = watch
    boat = called(node, access)
    assert f"{COVER} 17" in desk.get(f"/sea/boats/{boat}/sitrep").text
    before = disclosures(node)
    assert NUMBER in desk.get(f"/sea/boats/{boat}/sitrep?numbers=1&number=4").text
    assert disclosures(node) == before + 1
    assert NUMBER not in desk.get(f"/sea/boats/{boat}/mayday?numbers=1").text


def disclosures(node: Node) -> int:
    asked = select(tables.register.c.line).where(tables.register.c.act == "disclosure")
    return len(node.store.rows(asked))


def test_a_boat_that_nobody_knows_has_no_draft(watch: Any) -> None:
    node, access, desk = watch
    called(node, access)
    assert desk.get("/sea/boats/none/sitrep").status_code == 404
    assert desk.get("/sea/boats/none/mayday").status_code == 404


@pytest.mark.parametrize("role", ["investigator", "data_protection_officer"])
def test_nothing_of_the_sea_leaves_for_who_does_not_watch(
    watch: Any, desks: Callable[..., Any], role: str
) -> None:
    node, access, _ = watch
    boat = called(node, access)
    other = desks(node, "Marie" if role == "investigator" else "DPO", role)
    for path in (
        "/sea/export",
        "/sea/export/csv",
        f"/sea/boats/{boat}/sitrep",
        "/sea/season",
        "/sea/season.csv",
    ):
        answer = other.get(path)
        assert answer.status_code in (403, 404), path
        assert "39 98" not in answer.text
        assert "50°57" not in answer.text


def test_the_node_refuses_numbers_to_any_other_role_also_below_the_pages(watch: Any, at_work: Any) -> None:
    node, access, _ = watch
    boat = called(node, access)
    marie = at_work(node, "Marie")
    with pytest.raises(NotPermitted):
        sea_out.export(node, marie, "csv", "fr", with_numbers=True)
    with pytest.raises(NotPermitted):
        sea_out.sitrep_for(node, marie, boat, with_numbers=True)
    with pytest.raises(NotFound):
        sea_out.export(node, marie, "csv", "fr")


def test_a_file_holds_every_boat_and_no_number_unless_asked(watch: Any) -> None:
    node, access, desk = watch
    boat = called(node, access)
    unplaced = {"position": None, "callers": ("07700 900123",), "words": "?", "launched_from": ""}
    called(node, access, **unplaced, launched_at=None)
    names = [one.name for one in node.picture(access).boats]
    assert len(names) == 2
    for into in FORMATS:
        for language in ("fr", "en"):
            plain = desk.get(f"/sea/export/{into}?language={language}")
            assert plain.status_code == 200
            assert all(name in plain.text for name in names), into
            log = desk.get(f"/sea/export/{into}?boat={boat}&language={language}")
            for text in (plain.text, log.text):
                assert "39 98" not in text
                assert "900123" not in text
            assert NUMBER in desk.get(f"/sea/export/{into}?language={language}&numbers=1").text
        assert "attachment" in plain.headers["content-disposition"]
        assert names[0] not in plain.headers["content-disposition"]


def test_a_file_of_a_boat_is_its_log_with_the_track(watch: Any) -> None:
    node, access, desk = watch
    boat = called(node, access)
    whole = json.loads(desk.get(f"/sea/export/geojson?boat={boat}").text)
    kinds = [one["properties"]["kind"] for one in whole["features"]]
    assert kinds[:2] == ["boat", "report"]
    assert COVER in json.dumps(whole, ensure_ascii=False)


def test_an_unknown_format_is_said_with_those_that_there_are(watch: Any) -> None:
    answer = watch[2].get("/sea/export/shp")
    assert answer.status_code == 404
    assert "geojson" in answer.text


def test_the_page_of_files_offers_every_format_and_every_boat(watch: Any, desks: Callable[..., Any]) -> None:
    node, access, desk = watch
    called(node, access)
    (boat,) = node.picture(access).boats
    for one in (desk, desks(node, "Erwan", "watch_keeper", "fr")):
        page = one.get("/sea/export").text
        for wanted in ("GeoJSON", "KML", "GPX", "CSV", boat.name):
            assert wanted in page


# -- the season -------------------------------------------------------------------------------------------------------


def test_a_warning_waits_with_what_fits_it_until_an_officer_settles_it_by_name(watch: Any) -> None:
    node, access, desk = watch
    record = warned(node, access)
    boat = called(node, access)
    page = desk.get("/sea/season").text
    assert f'id="settle-{record}"' in page
    assert f'name="boat" value="{boat}"' in page
    answer = desk.post(f"/sea/season/{record}", outcome="launched", boat=[boat], words="seen at dawn")
    assert answer.status_code == 303
    page = desk.get("/sea/season").text
    assert f'id="settle-{record}"' not in page
    assert "launch seen" in page
    assert "Erwan" in page
    told = sea_out.season_for(node, access)
    (came,) = told.season.came
    assert (came.outcome, came.boats, came.settled_by) == ("launched", (boat,), "Erwan")
    assert told.season.missed == ()


def test_a_settlement_that_cannot_stand_says_why_and_settles_nothing(watch: Any) -> None:
    node, access, desk = watch
    record, boat = warned(node, access), called(node, access)
    tried: tuple[tuple[dict[str, Any], int], ...] = (
        ({}, 422),
        ({"outcome": "sunk"}, 422),
        ({"outcome": "launched", "boat": ["none"]}, 404),
        ({"outcome": "nothing_seen", "boat": [boat]}, 422),
    )
    for fields, status in tried:
        answer = desk.post(f"/sea/season/{record}", **fields)
        assert answer.status_code == status, fields
        assert "error-summary" in answer.text
        assert f'href="#settle-{record}"' in answer.text
    assert sea_out.season_for(node, access).season.whole.settled == 0


def test_a_record_that_is_no_warning_of_the_season_cannot_be_settled(watch: Any) -> None:
    node, access, desk = watch
    boat = called(node, access)
    assert desk.post(f"/sea/season/{boat}", outcome="launched").status_code == 404


def test_a_boat_that_no_settled_warning_foretold_is_in_the_record(watch: Any) -> None:
    node, access, desk = watch
    boat = called(node, access)
    assert f'href="/sea/boats/{boat}"' in desk.get("/sea/season").text
    assert sea_out.season_for(node, access).season.missed == (boat,)


def test_the_season_is_a_table_in_both_languages(watch: Any) -> None:
    node, access, desk = watch
    warned(node, access)
    warned(node, access, place='=HYPERLINK("x")')
    for by in ("warning", "month"):
        fr, en = (rows_of(desk.get(f"/sea/season.csv?by={by}&language={one}").text) for one in ("fr", "en"))
        assert [len(row) for row in fr] == [len(row) for row in en]
        assert len({len(row) for row in en}) == 1
        assert fr[0] != en[0]
        assert len(en) == 3
        if by == "warning":
            assert any(cell.startswith("'=HYPER") for row in en for cell in row)
            assert "to be settled" in en[1]
        else:
            assert en[-1][:2] == ["season", "2"]


def rows_of(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.lstrip("\ufeff"))))


def test_days_bound_the_season_and_a_day_that_is_none_is_said(watch: Any) -> None:
    node, access, desk = watch
    record = warned(node, access)
    today = node.now().date().isoformat()
    assert f'id="settle-{record}"' in desk.get(f"/sea/season?since={today}&until={today}").text
    assert f'id="settle-{record}"' not in desk.get("/sea/season?since=2020-01-01&until=2020-02-01").text
    assert desk.get("/sea/season?since=soon").status_code == 422


def test_an_empty_season_says_what_will_be_there(watch: Any) -> None:
    assert "No warning and no boat" in watch[2].get("/sea/season").text
