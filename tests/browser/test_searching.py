"""The search page in a browser: by keyboard from anywhere, both parts, and back to what was found."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

WIDTHS = (390, 768, 1280, 1920)


@pytest.mark.parametrize(("language", "officer"), [("fr", "FR-OLTIM/Ferlandier"), ("en", "UK-NCA/Fairlocke")])
def test_an_officer_searches_by_keyboard_from_anywhere_and_comes_back_to_what_was_found(
    windows: Any,
    accessible: Callable[[Page], None],
    uncut: Callable[[Page], None],
    picture: Callable[..., None],
    language: str,
    officer: str,
) -> None:
    page = windows.officer(officer, role="investigator", language=language)
    page.goto(page.url.split("/", 3)[0] + "//" + page.url.split("/")[2] + "/help")
    page.keyboard.press("/")
    page.wait_for_url("**/search")
    expect(page.locator("#q")).to_be_focused()
    accessible(page)
    picture(page, "search-empty")
    page.keyboard.type("06 39 98 04 17")
    page.keyboard.press("Enter")
    expect(page.locator("#by-name")).to_be_visible()
    expect(page.locator("#found")).to_be_focused()
    expect(page.locator("#registered")).to_be_visible()
    # What was looked for is nowhere in the address, and stays in its field.
    assert page.url.endswith("/search")
    expect(page.locator("#q")).to_have_value("06 39 98 04 17")
    found = page.locator("#found .lines").first.locator(".line")
    assert found.count() >= 1
    accessible(page)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        uncut(page)
    picture(page, "search-found", night=True)
    # A stroke in a text is a stroke.
    page.locator("#q").focus()
    page.keyboard.type(" 12/9")
    expect(page.locator("#q")).to_have_value("06 39 98 04 17 12/9")


def test_the_words_that_were_found_are_marked_and_going_back_finds_them_again(windows: Any) -> None:
    page = windows.officer("UK-NCA/Fairlocke", role="investigator", language="en")
    home = page.url
    page.goto(home.rstrip("/") + "/search")
    page.fill("#q", "moteurs")
    page.keyboard.press("Enter")
    mark = page.locator("#found mark").first
    expect(mark).to_be_visible()
    page.goto(home)
    page.go_back()
    expect(page.locator("#q")).to_have_value("moteurs")
    expect(page.locator("#found mark").first).to_be_visible()


def test_an_error_leads_back_to_its_field_with_all_that_was_typed(
    windows: Any, accessible: Callable[[Page], None]
) -> None:
    page = windows.officer("FR-PAF/Carvenne", language="fr")
    windows.expected.append("422")
    page.goto(page.url.rstrip("/") + "/search")
    page.locator("[role=search] summary").press("Enter")
    page.fill("#matter", "OYAT")
    page.evaluate("document.getElementById('since').type = 'text'")
    page.fill("#since", "hier")
    page.fill("#q", "fourgon")
    page.keyboard.press("Enter")
    expect(page.locator(".error-summary")).to_be_focused()
    accessible(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#since")).to_be_focused()
    expect(page.locator("#q")).to_have_value("fourgon")
    expect(page.locator("#matter")).to_have_value("OYAT")
