"""Passkeys, links and one's own account in a real Chromium, with the authenticator that its debugger lends."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

ADMINISTRATORS = {"lille": "FR-ZONE/Vignancour", "dover": "UK-HO/Tillerton"}


def authenticator(page: Page) -> None:
    """A device that recognises its holder and keeps passkeys."""
    debugger = page.context.new_cdp_session(page)
    debugger.send("WebAuthn.enable")
    debugger.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )


def link_for(windows: Any, officer: str, administrator: str, language: str) -> str:
    """A link that the administrator makes on the officer's page."""
    page = windows.officer(administrator, role="administrator", shift=False, language=language)
    page.goto(f"{windows.address('lille' if officer.startswith('FR') else 'dover')}/administration/officers")
    page.get_by_role("link", name=officer, exact=True).click()
    page.locator("form[action$='/link'] button").click()
    return str(page.locator("#link").inner_text())


@pytest.mark.parametrize(("language", "officer"), [("fr", "FR-PAF/Carvenne"), ("en", "UK-NCA/Fairlocke")])
def test_an_officer_makes_a_passkey_from_a_link_signs_out_and_comes_in_by_it(
    windows: Any,
    accessible: Callable[[Page], None],
    uncut: Callable[[Page], None],
    picture: Callable[..., None],
    language: str,
    officer: str,
) -> None:
    node = "lille" if language == "fr" else "dover"
    link = link_for(windows, officer, ADMINISTRATORS[node], language)
    page = windows.window(language=language)
    authenticator(page)
    page.goto(link)
    assert page.url == f"{windows.address(node)}/enrol"
    expect(page.locator("main")).to_contain_text(officer)
    accessible(page)
    for width in (390, 768, 1280, 1920):
        page.set_viewport_size({"width": width, "height": 900})
        uncut(page)
    picture(page, "enrol")
    page.locator("#label").fill("Téléphone de garde")
    page.locator("button[data-passkey=register]").click()
    page.wait_for_url(lambda url: "/enrol" not in url)
    page.goto(f"{windows.address(node)}/account")
    expect(page.locator("main")).to_contain_text("Téléphone de garde")
    accessible(page)
    for width in (390, 768, 1280, 1920):
        page.set_viewport_size({"width": width, "height": 900})
        uncut(page)
    picture(page, "account", night=language == "fr")
    page.locator("form[action='/sign-out'] button").first.click()
    page.wait_for_url("**/sign-in")
    # The offer in the name field may already have signed in; else the button does.
    page.wait_for_timeout(300)
    if page.url.endswith("/sign-in"):
        page.locator("button[data-passkey=sign-in]").click()
    page.wait_for_url(lambda url: "/sign-in" not in url)
    page.goto(f"{windows.address(node)}/account")
    assert page.locator("h1").inner_text() == ("Mon compte" if language == "fr" else "My account")
    expect(page.locator(".masthead__officer")).to_contain_text(officer.rpartition("/")[2])


def test_who_has_no_passkey_is_told_so_and_comes_in_by_password_with_the_keyboard_alone(
    windows: Any,
) -> None:
    link = link_for(windows, "FR-PAF/Carvenne", ADMINISTRATORS["lille"], "fr")
    page = windows.window()
    page.goto(link)
    page.locator("#password").focus()
    page.keyboard.type("tortue vapeur clavecin ourson")
    page.keyboard.press("Tab")
    page.keyboard.type("tortue vapeur clavecin ourson")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/enrol" not in url)
    page.locator("form[action='/sign-out'] button").first.click()
    page.wait_for_url("**/sign-in")
    page.locator("#officer").focus()
    page.keyboard.type("fr-paf/carvenne")
    page.keyboard.press("Tab")
    page.keyboard.type("not this one")
    windows.expected.append("403")
    page.keyboard.press("Enter")
    expect(page.locator(".error-summary")).to_be_visible()
    assert page.locator("#officer").input_value() == "fr-paf/carvenne"
    page.locator("#password").focus()
    page.keyboard.type("tortue vapeur clavecin ourson")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/sign-in" not in url)


def test_without_scripts_the_password_still_opens_the_door(windows: Any) -> None:
    page = windows.window(java_script_enabled=False)
    page.goto(f"{windows.address('lille')}/sign-in")
    windows.expected.append("403")
    page.locator("#officer").fill("FR-PAF/Nobody")
    page.locator("#password").fill("x" * 14)
    page.locator("form[action='/sign-in/password'] button").click()
    assert re.search("ne vont pas ensemble", page.content())
