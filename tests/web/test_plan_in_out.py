"""A spreadsheet into the plan and the plan out of the node, through their pages."""

from __future__ import annotations

import csv
import io
import json
import random
import re
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from benchmarks.plan_merges import Shore
from hypothesis import given, settings
from hypothesis import strategies as st

from entente.plan.drawing import draw
from entente.plan.going_out import PublicMeasure, public, rows, whole

Desks = Callable[..., Any]
HEADS = "Atelier;Mesure;Measure;Responsable français;Échéance;Statut"


@pytest.fixture
def zoe(shores: Any, desks: Desks) -> Any:
    return desks(shores.lille, "Zoé", "coordinator", "en")


def sheet(number: int = 200) -> tuple[bytes, list[int]]:
    """A sheet of so many rows, and the lines whose day cannot be read."""
    lines, bad = [HEADS], []
    for place in range(number):
        day = f"{place % 28 + 1:02}/{place % 12 + 1:02}/2032"
        if place % 20 == 7:
            day = "mi-carême"
            bad.append(place + 2)
        lines.append(f"Atelier {place % 4};Mesure {place};Measure {place};Zone;{day};en cours")
    return "\r\n".join(lines).encode("utf-8-sig"), bad


def looked_at(desk: Any, content: bytes, **values: str) -> Any:
    page = desk._ask(
        "POST",
        "/plan/import",
        data={"csrf": desk.csrf, **values},
        files={"sheet": ("plan-2032.csv", content, "text/csv")},
    )
    return page


def brought(desk: Any, page: str) -> Any:
    """The form that the preview shows, sent as it stands."""
    form = page[page.index('<form class="form" method="post" action="/plan/import">') :]
    form = form[: form.index("</form>")]
    pairs = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form)
    values: dict[str, Any] = {}
    for name, value in pairs:
        if name != "csrf":
            values.setdefault(name, []).append(value)
    return desk.post("/plan/import", do="bring", **values)


def test_two_hundred_rows_with_faults_come_in_and_each_bad_one_is_named_by_line_column_and_reason(
    shores: Any, zoe: Any
) -> None:
    content, bad = sheet()
    page = looked_at(zoe, content)
    assert page.status_code == 200, page.text
    text = page.text
    assert "Measure 0" not in zoe.get("/plan").text
    faults = re.findall(
        r'data-label="Line">(\d+)</th><td data-label="Column">(.*?)</td>.*?data-label="Reason and remedy">(.*?)</td>',
        text,
        re.S,
    )
    assert [int(line) for line, _, _ in faults] == bad
    assert all("Échéance" in column for _, column, _ in faults)
    assert all(len(reason) > 20 for _, _, reason in faults)
    assert brought(zoe, text).status_code == 303
    plan = shores.lille.planning.plan()
    kinds = [item.kind for item in plan.items]
    assert kinds.count("measure") == 200 - len(bad)
    assert kinds.count("workshop") == 4
    shores.carry()
    assert len(shores.dover.planning.plan().items) == len(plan.items)


def test_the_same_sheet_a_second_time_brings_nothing(shores: Any, zoe: Any) -> None:
    content, _ = sheet(12)
    assert brought(zoe, looked_at(zoe, content).text).status_code == 303
    before = len(shores.lille.planning.said())
    page = looked_at(zoe, content).text
    assert "All of this is in the plan already" in page
    assert 'value="bring"' not in page
    assert len(shores.lille.planning.said()) == before


def test_a_column_is_taken_for_what_the_officer_says(shores: Any, zoe: Any) -> None:
    content = "Machin;Measure\r\nFormer;Train\r\n".encode("utf-8-sig")
    page = looked_at(zoe, content, column="Machin", field="measure_fr")
    assert page.status_code == 200
    assert brought(zoe, page.text).status_code == 303
    assert "Former" in json.dumps(whole(shores.lille.planning.plan()), ensure_ascii=False)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "No file is attached"),
        (b"Nothing;Of\r\n1;2\r\n", "No column gives a measure"),
        (b"x" * (1024 * 1024 + 1), "over 1024 KiB"),
    ],
)
def test_a_file_that_is_no_plan_is_refused_and_nothing_comes_in(
    shores: Any, zoe: Any, content: bytes, words: str
) -> None:
    page = looked_at(zoe, content)
    assert page.status_code == 422
    assert words in page.text
    assert shores.lille.planning.said() == ()


def test_what_is_taken_away_as_a_sheet_comes_in_again_as_the_same_and_leaves_a_line_in_the_register(
    shores: Any, zoe: Any, desks: Desks
) -> None:
    content, _ = sheet(12)
    brought(zoe, looked_at(zoe, content).text)
    away = zoe.get("/plan/export.csv")
    assert away.headers["content-type"].startswith("text/csv")
    again = looked_at(zoe, away.content).text
    assert "All of this is in the plan already" in again
    data = zoe.get("/plan/export.json").json()
    assert data["entente_plan"] == 1
    assert len(data["items"]) == len(shores.lille.planning.plan().items)


def test_the_public_extract_is_a_coordinators_and_says_agreed_measures_alone(
    shores: Any, zoe: Any, desks: Desks
) -> None:
    leonard = desks(shores.dover, "Leonard", "coordinator", "en")
    for title in ("Patrols", "Secret one"):
        zoe.post(
            "/plan/new/measure",
            key=title,
            title_fr=f"{title} fr",
            title_en=title,
            owner="FR-PAF",
            due="2032-01-31",
        )
    shores.carry()
    item = next(one.id for one in shores.dover.planning.plan().items if "Patrols" in str(one.fields))
    leonard.post(f"/plan/items/{item}/edit/owner_UK", key="o", owner="UK-IE")
    shores.carry()
    told = zoe.get("/plan/public.json").json()["measures"]
    assert [one["measure_en"] for one in told] == ["Patrols"]
    heads, *lines = list(csv.reader(io.StringIO(zoe.get("/plan/public.csv").content.decode("utf-8-sig"))))
    assert tuple(heads) == PublicMeasure.__struct_fields__
    assert len(lines) == 1
    assert "FR-PAF" not in zoe.get("/plan/public.json").text
    marie = desks(shores.lille, "Marie", "investigator", "en")
    assert marie.get("/plan/public.json").status_code in (403, 404)
    assert "Take the extract" not in marie.get("/plan/export").text


@given(st.integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_the_extract_never_says_what_it_is_not_made_of(seed: int) -> None:

    chance = random.Random(seed)
    shore = Shore("FR", chance)
    for minute in range(150):
        shore.party = chance.choice(("FR", "UK"))
        shore.say(minute)
    plan = draw(shore.held.values())
    allowed = {"", "réalisée", "done", "en cours", "under way"}
    for item in plan.items:
        if item.kind in ("measure", "workshop"):
            field = item.field("title")
            for held in field.current if field else ():
                allowed |= {held.value.text.fr, held.value.text.en}  # type: ignore[union-attr]
    for one in public(plan):
        for name, value in msgspec.to_builtins(one).items():
            assert name == "due" or value in allowed
    assert len(rows(plan)) >= sum(item.kind == "measure" and bool(item.field("title")) for item in plan.items)
