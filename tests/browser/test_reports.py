"""Records in a browser: found by keyboard, read in either language, printed, corrected."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect


@pytest.mark.parametrize(
    ("language", "officer", "received"),
    [("fr", "FR-OLTIM/Ferlandier", "UK-NCA-215"), ("en", "UK-NCA/Fairlocke", "FR-PAF-118")],
)
def test_a_record_is_found_and_read_by_keyboard(
    windows: Any,
    accessible: Callable[[Page], None],
    uncut: Callable[[Page], None],
    picture: Callable[..., None],
    language: str,
    officer: str,
    received: str,
) -> None:
    page = windows.officer(officer, role="investigator", language=language)
    home = page.url.rstrip("/")
    page.goto(f"{home}/reports")
    accessible(page)
    for width in (390, 768, 1280, 1920):
        page.set_viewport_size({"width": width, "height": 900})
        uncut(page)
    picture(page, "reports")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_role("link", name=received, exact=True).focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/reports/*-*")
    expect(page.locator("h1")).to_have_text(received)
    expect(page.locator(".original .original-words").first).to_be_visible()
    accessible(page)
    for width in (390, 768, 1280, 1920):
        page.set_viewport_size({"width": width, "height": 900})
        uncut(page)
    picture(page, "record-received", night=True)


@pytest.mark.parametrize(
    ("language", "officer", "own"),
    [("fr", "FR-PAF/Carvenne", "FR-PAF-140"), ("en", "UK-NCA/Fairlocke", "UK-NCA-230")],
)
def test_an_own_record_shows_its_way_and_is_corrected(
    windows: Any,
    accessible: Callable[[Page], None],
    uncut: Callable[[Page], None],
    picture: Callable[..., None],
    language: str,
    officer: str,
    own: str,
) -> None:
    page = windows.officer(officer, role="investigator", language=language)
    home = page.url.rstrip("/")
    page.goto(f"{home}/reports/{own}")
    expect(page.locator("h1")).to_have_text(own)
    expect(page.locator(".timeline").first).to_be_visible()
    for act in page.locator(".record__act > summary").all():
        act.click()
    accessible(page)
    uncut(page)
    picture(page, "record-own")
    page.emulate_media(media="print")
    expect(page.locator(".list-detail__list")).to_be_hidden()
    expect(page.locator(".print-head")).to_be_visible()
    page.emulate_media(media="screen")
    page.locator("a[href*='/write?correct=']").click()
    expect(page.locator("#s1-text")).not_to_have_value("")
    accessible(page)
    picture(page, "write-correct")


def test_a_distress_is_read_on_the_watch(
    windows: Any, accessible: Callable[[Page], None], picture: Callable[..., None]
) -> None:
    page = windows.officer("UK-HMCG/Polwhere", language="en")
    page.goto(page.url.rstrip("/") + "/reports?kind=distress")
    page.get_by_role("link", name="FR-CROSS-502", exact=True).click()
    expect(page.locator(".tag--life")).to_be_visible()
    accessible(page)
    picture(page, "record-distress")
