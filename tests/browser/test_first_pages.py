"""Signing in, the shift, and what is new: the first things that every officer meets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect


@pytest.mark.parametrize(
    ("language", "officer", "arrived"),
    # Officers whom no other test here puts on shift.
    [("fr", "FR-SP/Beaudrecque", "UK-"), ("en", "UK-BF/Ankerby", "FR-")],
)
def test_an_officer_comes_in_says_once_why_and_sees_what_is_new(
    windows: Any,
    accessible: Callable[[Page], None],
    uncut: Callable[[Page], None],
    picture: Callable[..., None],
    language: str,
    officer: str,
    arrived: str,
) -> None:
    page = windows.window(language=language)
    page.goto(f"{windows.address('lille' if language == 'fr' else 'dover')}/")
    assert page.url.endswith("/sign-in")
    accessible(page)
    picture(page, "sign-in")
    page = windows.officer(officer, role="investigator", shift=False, language=language)
    assert page.url.endswith("/shift")
    accessible(page)
    picture(page, "shift")
    page.fill("#matter", "OYAT")
    page.fill("#reason", "suivi de la filière")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Nouveau pour moi" if language == "fr" else "New for me")
    expect(page.locator("#news")).to_contain_text(arrived)
    expect(page.locator("#unseen")).not_to_be_empty()
    accessible(page)
    for width in (390, 768, 1280, 1920):
        page.set_viewport_size({"width": width, "height": 900})
        uncut(page)
    picture(page, "new", night=True)


def test_who_is_signed_out_is_asked_to_sign_in_and_comes_back_to_where_they_went(windows: Any) -> None:
    page = windows.window()
    page.goto(f"{windows.address('lille')}/shift")
    assert page.url.endswith("/sign-in")
    page.locator("form:has(input[value='FR-PAF/Carvenne']) button").first.click()
    page.wait_for_url("**/shift")
