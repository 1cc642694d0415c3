"""Duty in a real browser: the alarm rings until somebody has it, the roster by keyboard, a hand-over on one page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

WIDE = (390, 768, 1280, 1920)


def everywhere(page: Page, uncut: Callable[[Page], None]) -> None:
    for width in WIDE:
        page.set_viewport_size({"width": width, "height": 900})
        uncut(page)


@pytest.mark.parametrize(
    ("language", "officer"), [("fr", "FR-PREMAR/Kerlazan"), ("en", "FR-PREMAR/Huchedou")]
)
def test_a_roster_is_kept_by_keyboard_and_shows_the_holes_of_the_watch(
    windows: Any,
    accessible: Callable[[Page], None],
    uncut: Callable[[Page], None],
    picture: Callable[..., None],
    language: str,
    officer: str,
) -> None:
    windows.expected.append("422 (Unprocessable")
    page = windows.officer(officer, language=language)
    page.goto(page.url.rsplit("/", 1)[0] + "/duty")
    expect(page.locator("h1")).to_have_text("Permanence" if language == "fr" else "Duty")
    expect(page.locator(".roster__hole").first).to_be_visible()
    day = page.locator("#from_day").input_value()
    then = (dt.date.fromisoformat(day) + dt.timedelta(days=3)).isoformat()
    page.fill("#from_day", then)
    page.fill("#to_day", then)
    page.fill("#from_time", "08:00" if language == "fr" else "14:00")
    page.fill("#to_time", "07:00")
    page.locator("#to_time").press("Enter")
    # An end before its beginning is refused, and nothing typed is lost.
    summary = page.locator(".error-summary")
    expect(summary).to_be_focused()
    expect(page.locator("#from_day")).to_have_value(then)
    page.fill("#to_time", "13:00" if language == "fr" else "20:00")
    page.locator("#to_time").press("Enter")
    expect(page.locator(".notice--confirmed")).to_be_visible()
    name = officer.rpartition("/")[2]
    entry = page.locator(".roster__entry", has_text=name).first
    expect(entry).to_be_visible()
    accessible(page)
    everywhere(page, uncut)
    picture(page, "duty", night=True)
    entry.locator("summary").press("Enter")
    entry.locator("input[name=reason]").fill("remplacé cette nuit")
    entry.locator("input[name=reason]").press("Enter")
    expect(page.locator(".notice--confirmed")).to_be_visible()
    expect(page.locator(".roster__entry", has_text=name)).to_have_count(0)


def silence(page: Page) -> None:
    """Say "I have it" to everything that rings."""
    while page.locator("#alarm .alarm__button").count():
        before = page.locator("#alarm .alarm__button").count()
        page.locator("#alarm .alarm__button").first.press("Enter")
        expect(page.locator("#alarm .alarm__button")).to_have_count(before - 1)


@pytest.fixture
def distress(season: Any) -> Callable[[str], None]:
    """A distress comes in at Lille, by the door for programs."""

    def rings(words: str) -> None:
        asking = {"officer": "FR-PREMAR/Kerlazan", "reason": "appel reçu", "matter": "SAR"}
        season.ask("lille", "distress", {"asking": asking, "content": words})

    return rings


@pytest.mark.parametrize(
    ("language", "officer", "said"),
    [
        ("fr", "FR-PREMAR/Kerlazan", "Une détresse attend"),
        ("en", "FR-PREMAR/Huchedou", "A distress is waiting"),
    ],
)
def test_a_distress_rings_on_every_page_until_somebody_has_it_and_nothing_typed_is_lost(
    windows: Any,
    distress: Callable[[str], None],
    accessible: Callable[[Page], None],
    uncut: Callable[[Page], None],
    picture: Callable[..., None],
    language: str,
    officer: str,
    said: str,
) -> None:
    page = windows.officer(officer, language=language)
    colleague = windows.officer(
        "FR-PREMAR/Huchedou" if language == "fr" else "FR-PREMAR/Kerlazan", language=language
    )
    home = page.url.rsplit("/", 1)[0]
    page.goto(f"{home}/duty/hand-over")
    # What other tests left ringing is answered first.
    page.wait_for_timeout(1_500)
    silence(page)
    page.fill("#notes", "à moitié écrit")
    sound = page.locator("#sound")
    expect(sound).to_have_attribute("aria-pressed", "false")
    sound.click()
    expect(sound).to_have_text("Son activé" if language == "fr" else "Sound on")
    title = page.title()
    distress(f"embarcation qui prend l’eau, appel {language}")
    band = page.locator("#alarm .alarm__line--life").first
    expect(band).to_be_visible()
    expect(band).to_contain_text(said)
    assert page.title() != title
    rang = page.locator("#alarm").get_attribute("data-rang") or ""
    assert rang.startswith("life")
    accessible(page)
    everywhere(page, uncut)
    picture(page, "alarm", night=True)
    page.set_viewport_size({"width": 1280, "height": 900})
    expect(colleague.locator("#alarm .alarm__line--life").first).to_be_visible()
    silence(page)
    expect(page.locator("#alarm")).to_be_hidden()
    expect(page).to_have_title(title)
    expect(page.locator("#notes")).to_have_value("à moitié écrit")
    # The colleague's page falls silent by itself.
    expect(colleague.locator("#alarm")).to_be_hidden(timeout=8_000)
    # This device remembers that sound is wanted; after a new page the browser waits for a gesture, and says so.
    page.reload()
    expect(page.locator("#sound")).to_have_attribute("aria-pressed", "true")


@pytest.mark.parametrize(
    ("language", "leaves", "comes"),
    [
        ("fr", "FR-OLTIM/Ferlandier", "FR-OLTIM/Quertois"),
        ("en", "UK-II/Colebourne", "UK-II/Marlowick"),
    ],
)
def test_a_shift_is_handed_over_and_taken_over(
    windows: Any,
    accessible: Callable[[Page], None],
    uncut: Callable[[Page], None],
    picture: Callable[..., None],
    language: str,
    leaves: str,
    comes: str,
) -> None:
    page = windows.officer(leaves, role="investigator", language=language)
    page.locator("a[href='/duty/hand-over']").click()
    page.fill("#open_points", "Relire les contrats du loueur\nAttendre la réponse de l’autre rive")
    page.fill("#notes", f"Le fourgon n’a pas reparu ({language}).")
    page.select_option("#handed_to", comes)
    accessible(page)
    everywhere(page, uncut)
    picture(page, "hand-over")
    page.locator("main form .button--primary").press("Enter")
    expect(page.locator(".notice--confirmed")).to_be_visible()
    expect(page.locator(".handed")).to_contain_text(f"({language})")
    accessible(page)
    everywhere(page, uncut)
    if language == "en":
        picture(page, "hand-over-written")
    page.emulate_media(media="print")
    expect(page.locator(".print-sign")).to_be_visible()
    expect(page.locator(".rail")).to_be_hidden()
    page.emulate_media(media="screen")
    page.goto(page.url.rsplit("/", 1)[0])
    accessible(page)
    everywhere(page, uncut)
    if language == "fr":
        picture(page, "shifts")
    after = windows.officer(comes, role="investigator", shift=False, language=language)
    choice = after.locator(".choice", has_text=f"({language})")
    expect(choice.locator("input")).to_be_checked()
    expect(choice).to_contain_text("Relire les contrats du loueur")
    accessible(after)
    everywhere(after, uncut)
    picture(after, "take-over")
    after.fill("#matter", "OYAT")
    after.fill("#reason", "suite de la relève")
    after.locator("main form .button--primary").first.press("Enter")
    after.wait_for_url(lambda url: not url.endswith("/shift"))
    after.goto(page.url)
    expect(after.locator(".tag--confirmed").first).to_be_visible()
