"""Every page there is, as every role meets it: accessible by day and night, whole at every width, in both languages.

The pages are not listed here: they are found by following links, and held to the table of doors, so that a page that is
added without a way to it, or that nobody may open, is seen. What is not a page (a file, a stream, a deed) is named.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from entente.web.doors import ALL_DOORS

# Who goes on the round: between them they hold every role that has pages, on both shores and in both languages.
ROUNDS = (
    ("FR-OLTIM/Ferlandier", "investigator", "fr"),
    ("UK-NCA/Fairlocke", "judicial_keeper", "en"),
    ("FR-PREMAR/Kerlazan", "watch_keeper", "fr"),
    ("UK-HO/Penmarrow", "data_protection_officer", "en"),
    ("FR-ZONE/Vignancour", "administrator", "fr"),
    ("UK-HO/Ashgrave", "coordinator", "en"),
)
WIDTHS = (390, 768, 1280, 1920)
# Not pages to look at: what a script asks for, a file that is handed out, a stream, a page for who is signed out.
NO_PAGES = re.compile(
    r"/sign-in.*|/enrol.*|/beach-worker\.js|/(beach|sea)/secret|/beach/shell|/live|.*/extract.*|/duty/alarm|/hits/\{hit\}/talk|/sea/night/picture|/sea/export/\{format\}|/sea/boats/\{boat\}/search/\{format\}|/sea/(quay|report)/shell|/sea-worker\.js|.*\.(json|csv|txt|pdf)"
)
# Pages of something that the season does not have: the tests that make it look at its page in the same way.
LOOKED_AT_ELSEWHERE = {
    "/warnings/{record}": "test_warnings",
    "/proposals/{proposal}": "test_proposals",
    "/oversight/requests/{request}": "test_oversight",
    "/oversight/requests/{request}/letter": "test_oversight",
    "/prepare/{request}/{record}": "test_oversight",
    "/oversight/flags/{line}": "test_oversight",
    "/duty/shifts/{shift}": "test_duty",
    "/shift": "test_first_pages",
    "/translations/{record}/{statement}": "test_translating",
    "/sea/boats/{boat}/acknowledge": "test_sea_forms",
    "/sea/boats/{boat}/reopen": "test_sea_forms",
    "/sea/report/{report}": "test_sea_forms",
    "/secret/given": "test_sea_forms",
}
found: dict[str, str] = {}


def door_of(path: str) -> str | None:
    """The door that a path leads through."""
    for door in ALL_DOORS:
        pattern = re.sub(r"\{[^}]+\}", "[^/]+", door.path)
        if door.method == "GET" and re.fullmatch(pattern, path):
            # A fixed path goes before one with a name in it, as the router has it.
            return door.path
    return None


def links(page: Page) -> list[str]:
    """Where one can go from here, on this host."""
    hrefs = page.evaluate("[...document.querySelectorAll('a[href]:not([download])')].map(one => one.href)")
    here = urlsplit(page.url).netloc
    parts = [urlsplit(one) for one in hrefs]
    return [one.path + (f"?{one.query}" if one.query else "") for one in parts if one.netloc == here]


@pytest.mark.parametrize(("name", "role", "language"), ROUNDS, ids=[f"{one}-{two}" for _, one, two in ROUNDS])
def test_every_page_that_a_role_can_reach_is_accessible_and_whole_by_day_and_by_night(
    windows: Any,
    accessible: Callable[[Page], None],
    uncut: Callable[[Page], None],
    name: str,
    role: str,
    language: str,
) -> None:
    page = windows.officer(name, role=role, language=language)
    origin = f"{urlsplit(page.url).scheme}://{urlsplit(page.url).netloc}"
    waiting, walked = ["/", *links(page)], set()
    while waiting:
        path = waiting.pop(0)
        door = door_of(urlsplit(path).path)
        if door is None or door in walked or NO_PAGES.fullmatch(door):
            continue
        walked.add(door)
        answer = page.goto(f"{origin}{path}")
        assert answer is not None
        assert answer.status == 200, path
        assert page.evaluate("document.documentElement.lang") == language
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
            try:
                accessible(page)
            except AssertionError as error:
                raise AssertionError(f"{path} by {theme}: {error}") from error
        page.emulate_media(color_scheme="light")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            try:
                uncut(page)
            except AssertionError as error:
                raise AssertionError(f"{path} at {width}: {error}") from error
        page.set_viewport_size({"width": 1280, "height": 900})
        found[door] = path
        # A door may lead on to the page that is meant.
        found[door_of(urlsplit(page.url).path) or door] = path
        waiting += links(page)
    assert len(walked) >= 4


def test_every_page_was_reached_by_a_link() -> None:
    """Runs after the rounds: a page that no link leads to might as well not be there."""
    if len(found) < 10:
        pytest.fail("the rounds did not run")
    pages = {door.path for door in ALL_DOORS if door.method == "GET" and not NO_PAGES.fullmatch(door.path)}
    assert pages - set(found) - set(LOOKED_AT_ELSEWHERE) == set()
    for door, where in LOOKED_AT_ELSEWHERE.items():
        assert door in pages
        assert "accessible(" in Path(__file__).with_name(f"{where}.py").read_text(encoding="utf-8")
