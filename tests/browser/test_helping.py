"""Help and the tour in a browser: shown once, by keyboard, skippable; a page of words that prints."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect


def test_the_tour_goes_by_keyboard_in_three_steps_and_does_not_come_back(
    windows: Any, accessible: Callable[[Page], None], picture: Callable[..., None]
) -> None:
    page = windows.officer("FR-PREMAR/Huchedou", language="fr")
    tour = page.locator("[data-tour]")
    expect(tour).to_be_visible()
    # It takes the focus from nobody.
    assert not page.evaluate("document.activeElement.closest('[data-tour]') !== null")
    accessible(page)
    picture(page, "tour")
    expect(tour.locator("[data-step]:visible")).to_have_count(1)
    tour.locator("[data-tour-next]").focus()
    page.keyboard.press("Enter")
    expect(tour.locator("h2:visible")).to_be_focused()
    expect(tour.locator("h2:visible")).to_have_text("Une détresse sonne et appelle")
    page.keyboard.press("ArrowRight")
    expect(tour.locator("[data-tour-next]")).to_be_hidden()
    accessible(page)
    with page.expect_response("**/help/tour"):
        tour.locator("[data-tour-done]").press("Enter")
    expect(tour).to_have_count(0)
    page.reload()
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator("[data-tour]")).to_have_count(0)
    # Whoever wants it again asks for it.
    page.goto(page.url.rstrip("/") + "/help")
    page.locator("button[name=again]").press("Enter")
    expect(page.locator("[data-tour]")).to_be_visible()
    with page.expect_response("**/help/tour"):
        page.locator("[data-tour-next]").press("Escape")
    expect(page.locator("[data-tour]")).to_have_count(0)


@pytest.mark.parametrize(("language", "officer"), [("fr", "FR-PAF/Bastarede"), ("en", "UK-HO/Penmarrow")])
def test_the_page_of_help_says_what_words_mean_and_prints_them_all(
    windows: Any,
    accessible: Callable[[Page], None],
    uncut: Callable[[Page], None],
    picture: Callable[..., None],
    language: str,
    officer: str,
) -> None:
    page = windows.officer(officer, language=language)
    page.goto("/".join(page.url.split("/")[:3]) + "/help")
    expect(page.locator("h1")).to_have_text("Aide" if language == "fr" else "Help")
    expect(page.locator("main")).to_contain_text(
        "trafic illicite de migrants" if language == "fr" else "smuggling of migrants"
    )
    expect(page.locator("[data-print]")).to_be_visible()
    accessible(page)
    for width in (390, 768, 1280, 1920):
        page.set_viewport_size({"width": width, "height": 900})
        uncut(page)
    picture(page, "help", night=True)
