"""A search plan in a real browser: from the boat's page by keyboard to a plan, a sector taken and a search reported."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

WATCH = "FR-PREMAR/Kerlazan"
ASKING = {"officer": WATCH, "reason": "veille en mer", "matter": "SAR", "role": "watch_keeper"}


def call(phone: str, latitude: float, longitude: float) -> dict[str, Any]:
    """One boat whose engine stopped, as its caller said."""
    return {
        "kind": "distress",
        "service": "FR-PREMAR",
        "purpose": "life_saving",
        "matter": "SAR",
        "compartment": "life_saving",
        "handling": ["H0"],
        "statements": [
            {
                "id": "s1",
                "basis": "reported",
                "wording": {"language": "fr", "text": "Moteur en panne."},
                "grade": {"scheme": "admiralty", "source": "F", "information": "6"},
                "checked_on": "2031-11-20",
                "sighting": {
                    "phase": "distress",
                    "means": "call",
                    "position": {"latitude": latitude, "longitude": longitude, "uncertainty_m": 900.0},
                    "persons_on_board": {"at_least": 40, "at_most": 50},
                    "engine": "stopped",
                    "callers": [phone],
                },
            }
        ],
    }


@pytest.mark.parametrize(
    ("language", "phone", "place"),
    [("fr", "06 39 98 05 81", (50.93, 1.40)), ("en", "06 39 98 05 82", (51.02, 1.52))],
)
def test_a_search_is_planned_given_and_reported_by_keyboard(
    windows: Any,
    accessible: Callable[[Page], None],
    uncut: Callable[[Page], None],
    picture: Callable[..., None],
    language: str,
    phone: str,
    place: tuple[float, float],
) -> None:
    boat = windows.season.ask("lille", "record", {"asking": ASKING, "draft": call(phone, *place)})["id"]
    page = windows.officer(WATCH, role="watch_keeper", language=language)
    page.goto(f"{windows.address('lille')}/sea/boats/{boat}")
    page.locator(".boat-deeds a[href$='/search']").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/search")
    page.locator("#w-0").focus()
    page.keyboard.press("ArrowDown")
    page.locator("#p-kind").select_option("helicopter")
    page.locator("#p-minutes").focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("75")
    page.keyboard.press("Enter")
    page.wait_for_url("**minutes=75**")
    assert page.locator("#w-60").is_checked()
    expect(page.locator("#chart")).to_have_attribute("data-search-shown", "2")
    assert page.locator(".search-plan__legs tbody tr").count() >= 2

    # Given to a helicopter, in its name; the page of the boat says so.
    page.locator("#t-asset").focus()
    page.keyboard.type("Dragon 62")
    page.keyboard.press("Enter")
    expect(page.locator(".notice--confirmed")).to_be_visible()
    page.goto(f"{windows.address('lille')}/sea/boats/{boat}/search?kind=lifeboat&minutes=60&wind=25")
    expect(page.locator("#chart")).to_have_attribute("data-search-shown", "3")
    accessible(page)
    page.emulate_media(color_scheme="dark")
    accessible(page)
    page.emulate_media(color_scheme="light")
    for width in (390, 768, 1024, 1280, 1920):
        page.set_viewport_size({"width": width, "height": 900})
        uncut(page)
    page.set_viewport_size({"width": 1280, "height": 900})
    picture(page, "search-plan", night=True)

    # What it searched is one press away, filled in.
    page.locator("#taken ~ .lines a[href*='/searched']").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/searched?**")
    expect(page.locator("#a-asset")).to_have_value("Dragon 62")
    assert len(page.locator("#a-corners").input_value().splitlines()) == 4
    accessible(page)


def test_without_the_map_the_tables_say_the_same(windows: Any, uncut: Callable[[Page], None]) -> None:
    boat = windows.season.ask(
        "lille", "record", {"asking": ASKING, "draft": call("06 39 98 05 83", 50.86, 1.3)}
    )["id"]
    page = windows.officer(WATCH, role="watch_keeper", language="en", width="phone")
    windows.expected += ["ERR_FAILED", "Failed to load resource", "Failed to fetch"]
    page.route("**/vendor/maplibre*", lambda route: route.abort())
    page.goto(
        f"{windows.address('lille')}/sea/boats/{boat}/search?for=person_in_water&kind=patrol&minutes=120"
    )
    expect(page.locator("#no-chart")).to_be_visible()
    assert page.locator(".search-plan__legs tbody tr").count() >= 2
    expect(page.locator("#plan-text")).to_contain_text("a person in the water")
    uncut(page)
