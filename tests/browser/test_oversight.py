"""The data protection officer in a real browser: what to look at, the register, the proofs, and a person's request."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

OFFICER = {"fr": "FR-ZONE/Dussolier", "en": "UK-HO/Penmarrow"}


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_officer_sees_what_to_look_at_and_asks_the_register_by_keyboard(
    windows: Any,
    accessible: Callable[[Page], None],
    uncut: Callable[[Page], None],
    picture: Callable[..., None],
    language: str,
) -> None:
    searching = "FR-OLTIM/Ferlandier" if language == "fr" else "UK-NCA/Fairlocke"
    other = windows.officer(searching, role="investigator", language=language)
    other.goto(re.sub(r"(http://[^/]+).*", r"\1/search", other.url))
    other.fill("#q", searching.rpartition("/")[2])
    other.keyboard.press("Enter")
    expect(other.locator("#registered")).to_be_visible()

    page = windows.officer(OFFICER[language], language=language, shift=False)
    page.goto(re.sub(r"(http://[^/]+).*", r"\1/oversight", page.url))
    if "/shift" in page.url:
        page.fill("#matter", "CONTROLE")
        page.fill("#reason", "contrôle du mois" if language == "fr" else "monthly check")
        page.keyboard.press("Enter")
    page.wait_for_url("**/oversight")
    flag = page.locator("#flags ~ ul .line__title a", has_text=searching).first
    expect(flag).to_be_visible()
    accessible(page)
    uncut(page)
    picture(page, "oversight", night=language == "fr")
    flag.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/oversight/flags/*")
    accessible(page)
    picture(page, "oversight-flag")
    page.locator("#lawful").check()
    page.fill("#words", "demandé à l’agent, sans suite" if language == "fr" else "asked the officer, no more")
    page.locator("main form button.button--primary").press("Enter")
    page.wait_for_url("**/oversight")

    page.fill("#officer", searching)
    page.locator("#officer").press("Enter")
    expect(page.locator("#answer table tbody tr").first).to_be_visible()
    assert page.locator("#answer table tbody tr").count() >= 2
    accessible(page)
    for across, down in ((390, 844), (768, 1024), (1280, 900), (1920, 1080)):
        page.set_viewport_size({"width": across, "height": down})
        uncut(page)
    picture(page, "oversight-register")

    page.goto(page.url.replace("/oversight/register", "/oversight/proof"))
    page.locator("main form button.button--primary").press("Enter")
    expect(
        page.locator(".notice--confirmed", has_text="tient" if language == "fr" else "holds")
    ).to_be_visible(timeout=20_000)
    accessible(page)
    uncut(page)
    picture(page, "oversight-proof")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_persons_request_is_entered_searched_and_answered_in_two_letters(
    windows: Any,
    accessible: Callable[[Page], None],
    uncut: Callable[[Page], None],
    picture: Callable[..., None],
    language: str,
) -> None:
    page = windows.officer(OFFICER[language], language=language)
    page.goto(re.sub(r"(http://[^/]+).*", r"\1/oversight/requests/new", page.url))
    if page.url.endswith("new") is False:
        page.fill("#matter", "CONTROLE")
        page.fill("#reason", "demandes reçues" if language == "fr" else "requests received")
        page.keyboard.press("Enter")
        page.wait_for_url("**/requests/new")
    page.fill("#person", "Soran Delirzad" if language == "fr" else "Haji Dlo")
    page.fill("#identifiers", "06 39 98 04 17")
    page.locator("#right-access").check()
    page.fill("#words", "Qu’avez-vous sur moi ?" if language == "fr" else "What do you hold on me?")
    accessible(page)
    uncut(page)
    picture(page, "data-request-new")
    page.locator("main form button.button--primary").press("Enter")
    page.wait_for_url(lambda url: not url.endswith("/new"))
    page.locator("form[action$='/search'] button").press("Enter")
    expect(page.locator("[data-errand] a.button, #decide").first).to_be_visible(timeout=20_000)
    page.reload()
    records = page.locator("article h3[id^=record-]")
    assert records.count() > 0
    accessible(page)
    uncut(page)
    picture(page, "data-request")
    for number in range(records.count()):
        page.locator(f"#outcome-{number}-refuse").check()
        page.locator(f"#ground-{number}").select_option("prejudice_to_investigation")
    page.fill("#contact", "dpo@example.org")
    page.locator("#contact").press("Enter")
    expect(page.locator(".letter")).to_have_count(2)
    accessible(page)
    uncut(page)
    page.locator("button[formaction$='/answer']").press("Enter")
    page.wait_for_url("**/letter")
    accessible(page)
    uncut(page)
    picture(page, "letter")
    page.emulate_media(media="print")
    assert page.locator(".letter + .letter").evaluate("one => getComputedStyle(one).breakBefore") == "page"
    assert not page.locator("#print").is_visible()
    page.emulate_media(media="screen")
    page.goto(re.sub(r"/requests/.*", "/requests", page.url))
    expect(page.locator(".line--seen").first).to_be_visible()
    accessible(page)
    picture(page, "data-requests")
