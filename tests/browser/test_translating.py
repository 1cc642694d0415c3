"""Translating in a browser: from the queue to two texts side by side, a draft, and a second person who approves it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

FRENCH = "Le fourgon est parti avant l’aube, « [illisible] », avec six moteurs."


def _unread(page: Page) -> str:
    """The way to a statement that nobody has begun to translate."""
    for line in page.locator("#main section:last-of-type .line__title a").all()[:12]:
        address = line.get_attribute("href") or ""
        page.goto("/".join(page.url.split("/")[:3]) + address)
        way = page.locator(".statement .button--primary").first
        if way.count() and not page.locator(".statement .tag--confirmed").count():
            return way.get_attribute("href") or ""
        page.go_back()
    raise AssertionError("nothing to translate is left")


def test_a_draft_by_one_officer_is_approved_by_another_and_stands_beside_the_original(
    windows: Any,
    accessible: Callable[[Page], None],
    uncut: Callable[[Page], None],
    picture: Callable[..., None],
) -> None:
    author = windows.officer("FR-OLTIM/Ferlandier", role="investigator", language="fr")
    home = author.url.rstrip("/")
    author.goto(f"{home}/translations")
    accessible(author)
    picture(author, "translations")
    way = _unread(author)
    picture(author, "translation-record")
    accessible(author)
    author.goto(home + way)
    accessible(author)
    for width in (390, 768, 1280, 1920):
        author.set_viewport_size({"width": width, "height": 900})
        uncut(author)
    author.locator("#text").focus()
    author.keyboard.type(FRENCH)
    picture(author, "translation", night=True)
    author.keyboard.press("Tab")
    author.keyboard.press("ArrowDown")
    expect(author.locator("#how-draft")).to_be_checked()
    author.keyboard.press("Enter")
    expect(author.locator(".notice--confirmed")).to_be_visible()
    expect(author.locator(".tag--due").first).to_be_visible()

    second = windows.officer("FR-OLTIM/Quertois", role="investigator", language="en")
    second.goto(f"{home}/translations")
    accessible(second)
    picture(second, "translations")
    second.goto(home + way)
    expect(second.locator(".translation").last).to_contain_text("[illisible]")
    accessible(second)
    picture(second, "translation-draft")
    second.locator("button[value=approved]").press("Enter")
    expect(second.locator(".notice--confirmed")).to_be_visible()
    expect(second.locator(".tag--confirmed").first).to_contain_text("Quertois")
    expect(second.locator("main")).to_contain_text("[illisible]")
    picture(second, "translation-record")
