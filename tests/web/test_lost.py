"""An address that is no page leads its reader on: neither a form's answer that is reloaded nor a slip is a dead end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from entente.web.doors import ALL_DOORS
from entente.web.lost import page_above

READER = {"Accept": "text/html,application/xhtml+xml"}


@pytest.mark.parametrize(
    ("path", "page"),
    [
        ("/oversight/register", "/oversight"),
        ("/oversight/requests/0123/draft", "/oversight/requests/0123"),
        ("/sign-in/password", "/sign-in"),
        ("/write/preview", "/write"),
        ("/account/password", "/account"),
        ("/sign-out", "/"),
        ("//evil.example/x", "/"),
    ],
)
def test_the_answer_to_a_form_lies_below_the_page_that_it_came_from(path: str, page: str) -> None:
    assert page_above(path, ALL_DOORS) == page


def test_every_door_that_is_only_posted_to_has_a_page_above() -> None:
    pages = {door.path for door in ALL_DOORS if door.method == "GET"}
    for door in ALL_DOORS:
        if door.method == "POST" and not door.path.startswith(
            "/enrol/passkey"
        ):  # a script's own, never an address to be at
            assert page_above(door.path, ALL_DOORS) in pages, door.path


def test_a_reader_who_reloads_is_led_on_and_a_program_is_told_the_number(
    desks: Callable[..., Any], shores: Any
) -> None:
    desk = desks(shores.lille, "Marie")
    led = desk._ask("GET", "/write/preview", headers=READER)
    assert (led.status_code, led.headers["location"]) == (303, "/write")
    assert desk.get("/write/preview").status_code == 405
    lost = desk._ask("GET", "/nowhere/at/all", headers=READER)
    assert lost.status_code == 404
    assert "There is no page at this address." in lost.text
    assert 'href="/"' in lost.text
    assert "no-store" in lost.headers["cache-control"]
    assert desk.get("/nowhere/at/all").text == ""
