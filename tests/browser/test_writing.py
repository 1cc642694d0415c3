"""From the keyboard to the partner's page: words, what is read in them, what will be seen, one press."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

WORDS = {
    "fr": "Appel du 06 39 98 04 17 hier vers 21 h 50. "
    "Fourgon blanc FO-417-IU vu à la Pointe aux Oies, 40 à 50 personnes dans les dunes.",
    "en": "Call from 07700 900417 yesterday at 21:50. "
    "White van FO-417-IU seen at Pointe aux Oies, 40 to 50 people in the dunes.",
}


def _complete(page: Page, reference: str, to: str) -> None:
    page.check("#s1-basis-fact")
    page.locator("#s1-source").select_option(index=2)
    page.locator("#s1-information").select_option(index=2)
    page.check("#regime-smuggling")
    page.check("#handling-2")
    page.check(f"#to-{to}")
    page.fill("#reference", reference)


@pytest.mark.parametrize(
    ("language", "officer", "to", "reference", "reader"),
    [
        ("fr", "FR-OLTIM/Ferlandier", "dover-UK-NCA", "FR-OLT-931", "UK-NCA/Fairlocke"),
        ("en", "UK-NCA/Renwith", "lille-FR-OLTIM", "UK-NCA-931", "FR-OLTIM/Quertois"),
    ],
)
def test_from_the_first_word_to_the_partner_s_page_by_keyboard(
    windows: Any,
    accessible: Callable[[Page], None],
    uncut: Callable[[Page], None],
    picture: Callable[..., None],
    language: str,
    officer: str,
    to: str,
    reference: str,
    reader: str,
) -> None:
    partner = windows.officer(reader, role="investigator", language="en" if language == "fr" else "fr")
    page = windows.officer(officer, role="investigator", language=language)
    page.goto(page.url.rstrip("/") + "/write")
    page.focus("#s1-text")
    page.keyboard.type(WORDS[language])
    expect(page.locator("li[data-state=open]")).not_to_have_count(0)
    opened = page.locator("li[data-state=open]").count()
    page.keyboard.press("Alt+a")
    expect(page.locator("li[data-state=taken]")).to_have_count(1)
    expect(page.locator("#s1-text")).to_be_focused()
    page.keyboard.type(" Rien de plus.")
    page.keyboard.press("Alt+a")
    expect(page.locator("li[data-state=taken]")).to_have_count(2)
    page.keyboard.press("Alt+x")
    expect(page.locator("li[data-state=refused]")).to_have_count(1)
    expect(page.locator("li[data-state]")).to_have_count(opened)
    expect(page.locator("#s1-text")).to_have_value(f"{WORDS[language]} Rien de plus.")
    page.click("button[value='person:0']")
    name = page.locator("input[name$='-name']:visible").last
    expect(name).to_be_focused()
    page.keyboard.type("سۆران دلیرزاد")
    page.locator("input[name$='-written']:visible").last.fill("12")
    page.keyboard.press("Tab")
    expect(page.locator(".write__entity").last.locator(".write__odd")).to_have_count(1)
    accessible(page)
    for width in (390, 768, 1280, 1920):
        page.set_viewport_size({"width": width, "height": 900})
        uncut(page)
    picture(page, "write", night=True)
    # Ctrl+Enter with answers missing: said, linked, nothing lost.
    windows.expected.append("422")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#errors")).to_be_focused()
    accessible(page)
    picture(page, "write-errors")
    expect(page.locator("#s1-text")).to_have_value(f"{WORDS[language]} Rien de plus.")
    _complete(page, reference, to)
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-part='statement/s1']")).to_be_visible()
    expect(page.locator("[data-withheld=routing]")).to_be_visible()
    accessible(page)
    uncut(page)
    picture(page, "write-preview", night=True)
    page.keyboard.press("Escape")
    expect(page.locator("#s1-text")).to_have_value(f"{WORDS[language]} Rien de plus.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#send")).to_be_visible()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.method == "POST" else None)
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/reports/*")
    assert [url.rpartition("/")[2] for url in asked] == ["send"]
    expect(page.locator("h1")).to_have_text(reference)
    expect(partner.locator("#news")).to_contain_text(reference)
    assert page.evaluate("Object.keys(localStorage).filter(one => one.startsWith('entente draft'))") == []


def test_what_was_typed_survives_a_reload_and_a_dropped_line(windows: Any) -> None:
    page = windows.officer("FR-GEND/Ribeyrol", role="investigator")
    page.goto(page.url.rstrip("/") + "/write")
    page.fill("#s1-text", "Trois moteurs dans la dune, sous une bâche.")
    page.click("button[value='thing:0']")
    page.locator("input[name$='-written']:visible").last.fill("FO-417-IU")
    page.wait_for_timeout(450)
    page.reload()
    expect(page.locator("#draft-kept")).to_be_visible()
    expect(page.locator("#s1-text")).to_have_value("Trois moteurs dans la dune, sous une bâche.")
    expect(page.locator("input[name$='-written']:visible")).to_have_value("FO-417-IU")
    other = page.context.new_page()
    other.goto(page.url)
    expect(other.locator("#s1-text")).to_have_value("Trois moteurs dans la dune, sous une bâche.")
    other.close()
    page.click("#draft-drop")
    expect(page.locator("#s1-text")).to_have_value("")
    expect(page.locator("#draft-kept")).to_be_hidden()


def test_the_whole_form_works_without_javascript(windows: Any) -> None:
    page = windows.officer("UK-BF/Wetherden", role="investigator", language="en", java_script_enabled=False)
    page.goto(page.url.rstrip("/") + "/write")
    page.fill("#s1-text", "Van FO-417-IU on the beach")
    page.click("button[value='person:0']")
    page.fill("#s1-e1-name", "Soran Delirzad")
    page.locator("li[data-state=open] button[value^='take:']").first.click()
    page.locator("#s1-e2-i1-written").wait_for()
    assert page.input_value("#s1-e2-i1-written") == "FO-417-IU"
    assert page.input_value("#s1-e1-name") == "Soran Delirzad"
    _complete(page, "UK-BF-931", "lille")
    page.click("#go")
    page.click("#send")
    page.wait_for_url("**/reports/*")
    expect(page.locator("h1")).to_have_text("UK-BF-931")
