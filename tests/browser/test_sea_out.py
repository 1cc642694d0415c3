"""What leaves the watch, in a real browser: drafts read side by side, files, and a warning settled by keyboard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

WATCH = "FR-PREMAR/Kerlazan"
ASKING = {"officer": WATCH, "reason": "veille en mer", "matter": "SAR", "role": "watch_keeper"}
CALL = {
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
            "wording": {"language": "fr", "text": "Moteur en panne, eau à bord."},
            "grade": {"scheme": "admiralty", "source": "F", "information": "6"},
            "checked_on": "2031-11-20",
            "sighting": {
                "phase": "distress",
                "means": "call",
                "position": {"latitude": 50.91, "longitude": 1.46, "uncertainty_m": 900.0},
                "persons_on_board": {"at_least": 40, "at_most": 50},
                "children": 6,
                "engine": "stopped",
                "water": "some",
                "callers": ["06 39 98 04 17"],
                "launched_from": "Plage de Wissant",
                "words": "Nous sommes 45, le moteur est en panne et l’eau monte. Rappelez le 06 39 98 04 17.",
            },
        }
    ],
}
WARNING = {
    "kind": "warning",
    "service": "FR-PREMAR",
    "purpose": "life_saving",
    "matter": "SAR",
    "compartment": "life_saving",
    "handling": ["H0"],
    "warning": {
        "place": "Plage de Wissant",
        "starts": "2031-11-19T21:00:00Z",
        "ends": "2031-11-20T23:00:00Z",
        "confidence": "probable",
        "boats_at_least": 1,
        "boats_at_most": 3,
        "to": ["FR-PREMAR"],
        "officer": WATCH,
    },
}


@pytest.mark.parametrize("language", ["fr", "en"])
def test_drafts_files_and_the_season_are_whole_at_every_width_and_a_warning_is_settled_by_keyboard(
    windows: Any,
    accessible: Callable[[Page], None],
    uncut: Callable[[Page], None],
    picture: Callable[..., None],
    language: str,
) -> None:
    season = windows.season
    season.ask("lille", "record", {"asking": ASKING, "draft": CALL})
    warning = season.ask("lille", "record", {"asking": ASKING, "draft": WARNING})["id"]
    page = windows.officer(WATCH, role="watch_keeper", language=language)
    home = windows.address("lille")

    def good(path: str, name: str) -> None:
        page.goto(home + path)
        accessible(page)
        for width in (390, 768, 1280, 1920):
            page.set_viewport_size({"width": width, "height": 900})
            uncut(page)
        page.set_viewport_size({"width": 1280, "height": 900})
        picture(page, name, night=language == "fr")

    good("/sea/export", "sea-export")
    for into in ("geojson", "kml", "gpx", "csv"):
        page.locator(f"button[formaction='/sea/export/{into}']").focus()
        assert page.evaluate("async path => (await fetch(path)).ok", f"/sea/export/{into}")
    # The boat that has just called, with all that is known of it.
    placed = page.evaluate("async () => (await (await fetch('/sea/export/geojson')).json()).features")
    boat = next(one["id"] for one in placed if one["properties"]["kind"] == "boat" and one["geometry"])
    good(f"/sea/boats/{boat}/sitrep", "sea-sitrep")
    expect(page.locator("pre.draft")).to_have_count(2)
    page.locator("#number").focus()
    page.keyboard.type("3")
    page.keyboard.press("Enter")
    expect(page.locator("pre.draft").first).to_contain_text("SITREP")
    assert "number=3" in page.url
    good(f"/sea/boats/{boat}/mayday", "sea-mayday")
    good("/sea/season", "sea-season")

    settle = page.locator(f"#settle-{warning}")
    boxes = settle.locator("input[name=boat]")
    assert boxes.count() > 0
    boxes.first.focus()
    page.keyboard.press("Space")
    settle.locator("input[value=launched]").focus()
    page.keyboard.press("Space")
    settle.locator("button").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".notice--confirmed")).to_be_visible()
    expect(page.locator(f"#settle-{warning}")).to_have_count(0)
