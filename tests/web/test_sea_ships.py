"""Ships that AIS hears: faint under the boats and the same in a table, for the watch alone, and no boat of the list."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entente.formats.ais_watch import Contact
from entente.model.place import Position
from entente.web.sea_ships import ship_of

AT = dt.datetime(2031, 11, 24, 2, tzinfo=dt.UTC)


def contact(mmsi: str = "227000117", **values: Any) -> Contact:
    given_: dict[str, Any] = {
        "device": "ship", "at": AT, "position": Position(latitude=50.95, longitude=1.62), "name": "COURLIS",
        "course_degrees": 247.4, "speed_knots": 12.34,
    }  # fmt: skip
    return Contact(mmsi=mmsi, **given_ | values)


@pytest.fixture
def watch(shores: Any, desks: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> Any:
    """A watch-keeper at Dover, whose receiver hears a ship, a lifeboat, and one that sends no position."""
    now = shores.clock.at
    heard = (
        contact(at=now - dt.timedelta(minutes=7)),
        contact("232000118", name="", position=None, at=now),
        contact("232000119", name="LIFEBOAT DOVER", is_rescue=True, at=now, course_degrees=None),
    )
    monkeypatch.setattr(shores.dover.ais, "contacts", lambda: heard)
    return desks(shores.dover, "Claire", "watch_keeper")


def test_ships_are_drawn_where_they_are_with_name_number_and_age_and_those_that_can_help_on_top(
    watch: Any, shores: Any
) -> None:
    found = [one["properties"] for one in watch.get("/sea/ships.json").json()["features"]]
    assert [(one["mmsi"], one["is_rescue"]) for one in found] == [("227000117", False), ("232000119", True)]
    assert found[0]["name"] == "COURLIS"
    assert found[0]["moves"] == "247° 12.3 kn"
    assert shores.clock.at - dt.datetime.fromisoformat(found[0]["since"]) == dt.timedelta(minutes=7)
    assert 'data-ships="/sea/ships.json"' in watch.get("/sea").text


def test_without_a_chart_the_same_ships_stand_in_a_table_and_none_is_left_out(watch: Any) -> None:
    page = watch.get("/sea/ships").text
    rows = re.findall(r'<span class="identifier">(\d{9})</span>', page)
    assert sorted(rows) == ["227000117", "232000118", "232000119"]
    assert rows[0] == "232000119", "who can help stands first"
    assert "7 min" in page
    assert "Ship, in rescue" in page
    assert 'href="/sea/ships"' in watch.get("/sea").text


def test_a_ship_is_no_boat_of_the_list(watch: Any) -> None:
    assert watch.get("/sea/picture.json").json()["features"] == []
    assert "COURLIS" not in watch.get("/sea").text


def test_who_does_not_watch_sees_no_ship(shores: Any, desks: Callable[..., Any]) -> None:
    marie = desks(shores.lille, "Marie")
    assert [marie.get(path).status_code for path in ("/sea/ships", "/sea/ships.json")] == [403, 403]


def test_a_node_without_a_receiver_says_so(shores: Any, desks: Callable[..., Any]) -> None:
    for language, words in (("fr", "n’écoute aucun récepteur"), ("en", "listens to no AIS receiver")):
        desk = desks(shores.lille, "Erwan", "watch_keeper", language)
        assert words in desk.get("/sea/ships").text
        assert desk.get("/sea/ships.json").json() == {"type": "FeatureCollection", "features": []}


@given(course=st.none() | st.floats(0, 360), speed=st.none() | st.floats(0, 102))
def test_a_course_is_three_figures_below_360_and_nothing_is_said_that_was_not_sent(
    course: float | None, speed: float | None
) -> None:
    moves = ship_of(contact(course_degrees=course, speed_knots=speed), AT).moves
    assert (moves is None) == (course is None and speed is None)
    if moves is not None:
        told = re.fullmatch(r"(?:(\d{3})°)? ?(?:([\d.]+) kn)?", moves.en)
        assert told
        assert (told[1] is None) == (course is None)
        assert (told[2] is None) == (speed is None)
        assert told[1] is None or 0 <= int(told[1]) < 360
