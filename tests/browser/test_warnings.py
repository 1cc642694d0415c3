"""Alerts and warnings in a real browser: given, sent on sanitised, heard by the watch, answered with gloves on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

WORDS = {
    "fr": "Un fourgon blanc a déposé des gilets derrière le fort, sur le parking haut.",
    "en": "A white van left life jackets behind the fort, on the upper car park.",
}


def give(page: Page, place: str, words: str, *patrols: str) -> None:
    """Write an alert, up to its last button."""
    page.goto(page.url.split("/", 3)[0] + "//" + page.url.split("/")[2] + "/warnings/new")
    page.fill("#place", place)
    page.fill("#boats_at_most", "3")
    page.check("#confidence-probable")
    page.fill("#words", words)
    for one in patrols:
        page.check(f"input[name=to][value='{one}']")


@pytest.mark.parametrize(
    ("language", "author", "neighbour", "watch"),
    [
        ("fr", "FR-CRS/Trevidel", "UK-IE/Strathbury", "UK-HMCG/Polwhere"),
        ("en", "UK-IE/Strathbury", "FR-PAF/Carvenne", "FR-PREMAR/Kerlazan"),
    ],
)
def test_an_alert_is_given_rescue_is_told_by_one_press_and_each_answer_comes_back(
    windows: Any,
    accessible: Callable[[Page], None],
    uncut: Callable[[Page], None],
    picture: Callable[..., None],
    language: str,
    author: str,
    neighbour: str,
    watch: str,
) -> None:
    def good(page: Page, name: str) -> None:
        accessible(page)
        before = page.viewport_size
        for width in (390, 768, 1280, 1920):
            page.set_viewport_size({"width": width, "height": 900})
            uncut(page)
        assert before is not None
        page.set_viewport_size(before)
        picture(page, name, night=name == "warning")

    beach = {"fr": "Plage de Wissant", "en": "Plage de Sangatte"}[language]
    page = windows.officer(author, language=language)
    windows.expected.append("422")
    give(page, beach, WORDS[language], neighbour.split("/")[0])
    page.fill("#ends", "2031-11-19T03:00")
    page.locator("button[value=preview]").click()
    expect(page.locator(".error-summary")).to_be_visible()
    assert page.input_value("#words") == WORDS[language]
    accessible(page)
    page.fill("#ends", page.input_value("#starts").replace("T0", "T1"))
    page.locator("button[value=preview]").click()
    expect(page.locator("#preview")).to_contain_text(beach)
    assert WORDS[language] not in page.locator("#preview").inner_text()
    good(page, "warning-new")
    page.locator("button[value=alert]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(beach)
    good(page, "warning-before")
    page.locator("#rescue-title").scroll_into_view_if_needed()
    page.locator("form[action$='/rescue'] button").click()
    expect(page.locator("#told")).to_contain_text("HM Coastguard" if language == "en" else "Garde-côtes")

    other = "en" if language == "fr" else "fr"
    keeper = windows.officer(watch, language=other, width="phone")
    line = keeper.locator("#news a[href^='/warnings/']").first
    expect(line).to_be_visible()
    line.click()
    expect(keeper.locator("h1")).to_have_text(beach)
    assert WORDS[language] not in keeper.content()
    good(keeper, "warning-for-rescue")
    keeper.fill("#words", "canot prêt" if other == "fr" else "lifeboat briefed")
    keeper.locator("button[value=acted_on]").click()
    expect(keeper.locator("#told")).to_contain_text("canot prêt" if other == "fr" else "lifeboat briefed")

    patrol = windows.officer(neighbour, language=other, width="phone")
    patrol.goto(patrol.url.rstrip("/") + "/warnings")
    good(patrol, "warnings")
    patrol.locator("#warnings .line", has_text=beach).first.locator("a").click()
    expect(patrol.locator(".original")).to_contain_text(WORDS[language][:20])
    box = patrol.locator("button[value=seen]").bounding_box()
    assert box is not None
    assert box["height"] >= 48
    patrol.locator("button[value=seen]").click()
    # Both come back to the author's page by themselves.
    rescue = page.locator("#told table").nth(1)
    patrols = page.locator("#told table").first
    expect(patrols.locator("time")).to_have_count(2)
    expect(
        rescue.locator(
            "tr", has_text="CROSS" if other == "fr" else "Coastguard" if language == "en" else "Garde"
        )
    )
    expect(rescue.locator("time").nth(3)).to_be_visible()
    # Who could look and was not asked is not in the list of those who were.
    assert "Border Force" not in rescue.inner_text()
    assert "canot prêt" not in page.content()
    assert "lifeboat briefed" not in page.content()
    good(page, "warning")
    page.goto(page.url.rsplit("/", 1)[0])
    expect(page.locator("#warnings")).to_contain_text(beach)
    accessible(page)
