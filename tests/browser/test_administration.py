"""Administration in a real Chromium: an officer entered and let go, a key compared, a version read in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

PAGES = ("", "/officers", "/services", "/partners", "/agreement", "/keys", "/programs", "/acts")


@pytest.mark.parametrize(("language", "officer"), [("fr", "FR-ZONE/Vignancour"), ("en", "UK-HO/Tillerton")])
def test_each_page_of_administration_reads_well_at_every_width(
    windows: Any,
    accessible: Callable[[Page], None],
    uncut: Callable[[Page], None],
    picture: Callable[..., None],
    language: str,
    officer: str,
) -> None:
    page = windows.officer(officer, role="administrator", shift=False, language=language)
    home = windows.address("lille" if language == "fr" else "dover")
    for path in PAGES:
        page.goto(f"{home}/administration{path}")
        expect(page.locator("h1")).to_be_visible()
        accessible(page)
        for width in (390, 768, 1280, 1920):
            page.set_viewport_size({"width": width, "height": 900})
            uncut(page)
        picture(page, f"administration{path.replace('/', '-')}")


def test_an_officer_is_entered_given_a_link_and_let_go_with_the_keyboard(
    windows: Any, accessible: Callable[[Page], None], picture: Callable[..., None]
) -> None:
    page = windows.officer("FR-ZONE/Vignancour", role="administrator", shift=False)
    page.goto(f"{windows.address('lille')}/administration/officers")
    page.locator("#name").focus()
    page.keyboard.type("FR-PAF/Ould-Mohamed d’Argenlieu")
    page.locator("#service").select_option("FR-PAF")
    page.locator("#role-investigator").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("FR-PAF/Ould-Mohamed d’Argenlieu")
    assert "Ould" not in page.url
    page.locator("form[action$='/link'] button").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#link")).to_contain_text("/enrol/")
    accessible(page)
    picture(page, "administration-officer")
    page.locator("#reason").focus()
    page.keyboard.type("fin de mission")
    page.keyboard.press("Enter")
    page.wait_for_url("**/administration/officers")
    expect(page.locator("table")).not_to_contain_text("Ould-Mohamed")


def test_a_next_version_is_read_in_words_before_anybody_proposes_it(
    windows: Any, accessible: Callable[[Page], None], picture: Callable[..., None]
) -> None:
    from entente.exercise.agreement import exercise_agreement
    from entente.model.wire import encode

    agreement = exercise_agreement()
    value = (
        encode(agreement)
        .decode()
        .replace(f'"version":{agreement.version}', f'"version":{agreement.version + 1}')
    )
    page = windows.officer("FR-ZONE/Vignancour", role="administrator", shift=False)
    page.goto(f"{windows.address('lille')}/administration/agreement")
    page.locator("#content").fill(value.replace('"OFFICIAL-SENSITIVE"', '"OFFICIAL"'))
    page.locator("form[enctype] button").click()
    expect(page.locator("#agreement-next")).to_contain_text("Ce que changerait la version")
    expect(page.locator("main")).to_contain_text("OFFICIAL au lieu de OFFICIAL-SENSITIVE")
    accessible(page)
    picture(page, "administration-agreement-read")
    page.locator("main a.button--quiet").click()
    expect(page.locator("#agreement-next")).to_have_text("Lire une nouvelle version")
