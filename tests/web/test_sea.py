"""The picture at sea on its pages: the neediest boat first, the same in list, table and chart, and closed to others."""

from __future__ import annotations

import datetime as dt
import hashlib
import html
import json
import re
import tomllib
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entente.errors import Text
from entente.maritime.values import Area, Boat, Ledger, LedgerLine, Picture
from entente.model.place import Position
from entente.model.sea_act import TakenOff
from entente.model.sighting import PersonsOnBoard, Sighting
from entente.web.boat_view import column
from entente.web.night_figures import PICTURES, figures_of, moments_between
from entente.web.sea_view import area_features, as_listed, features, groups_of, line_of, people_open
from entente.web.sea_words import STATES, aboard_words, age_short, count_short, tone_of

AT = dt.datetime(2031, 11, 24, 2, tzinfo=dt.UTC)
MAP = Path(str(files("entente.web").joinpath("static", "map")))
PATHS = ("/sea", "/sea/positions", "/sea/picture.json", "/sea/areas.json", "/sea/names.json", "/sea/night")


def named(service: str) -> Text:
    return Text(service or "?", service or "?")


def ledger(least: int, most: int | None, gone: int = 0) -> Ledger:
    """The people of a boat: said, and as many debited."""
    left = None if most is None else max(0, most - gone)
    return Ledger(
        said=PersonsOnBoard(at_least=least, at_most=most),
        accounted=gone,
        aboard=PersonsOnBoard(
            at_least=min(max(0, least - gone), left if left is not None else least), at_most=left
        ),
        lines=(LedgerLine(source="x", at=AT, text=Text("prises", "taken off"), change=-gone),)
        if gone
        else (),
    )


def boat(name: str = "PK 271", **values: Any) -> Boat:
    """A boat of which one report is known."""
    given_: dict[str, Any] = {
        "id": name, "name": name, "names": (name,), "reports": (name,), "state": "open", "ledger": ledger(28, 33),
        "known_at": AT, "first_at": AT, "rank": 1, "position": Position(latitude=51, longitude=1.5), "position_at": AT,
    }  # fmt: skip
    return Boat(**given_ | values)


def seen(node: Any, access: Any, **values: Any) -> str:
    """One report at sea, its record."""
    given_: dict[str, Any] = {
        "phase": "alert", "means": "call", "position": Position(latitude=50.98, longitude=1.52, uncertainty_m=400),
        "persons_on_board": PersonsOnBoard(at_least=28, at_most=33),
    }  # fmt: skip
    return str(node.report_at_sea(access, Sighting(**given_ | values), "sinking", "en").header.id)


@pytest.fixture
def watch(shores: Any, desks: Callable[..., Any]) -> Any:
    """A watch-keeper at Dover, at a desk and by name."""
    access = shores.dover.access("Claire", "watch", matter="SAR", role="watch_keeper")
    return shores.dover, access, desks(shores.dover, "Claire", "watch_keeper")


# -- who may come in, and what they see --------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PATHS)
def test_only_a_watch_keeper_sees_the_sea(shores: Any, desks: Callable[..., Any], path: str) -> None:
    assert desks(shores.lille, "Erwan", "watch_keeper").get(path).status_code == 200
    assert desks(shores.lille, "Marie", "investigator").get(path).status_code == 403


def test_an_empty_sea_says_what_will_come_and_what_to_do_first(watch: Any) -> None:
    page = watch[2].get("/sea").text
    assert "No boat is open." in page
    assert 'href="/sea/positions"' in page


def test_the_neediest_boat_stands_first_with_its_reasons_and_red_is_for_life_alone(watch: Any) -> None:
    node, access, desk = watch
    seen(node, access, phase="uncertainty", position=Position(latitude=50.6, longitude=1.45))
    worst = seen(node, access, phase="distress", in_water=3, water="swamped", callers=("07700 900111",))
    page = desk.get("/sea").text
    first, second = re.findall(r'<li class="boat boat--(\w+) line" id="boat-([^"]+)"', page)
    assert first == ("life", worst)
    assert second[0] == "quiet"
    assert "3 in the water" in page
    assert page.index("boat__why") < page.index(second[1])


def test_list_table_and_chart_say_the_same(watch: Any) -> None:
    node, access, desk = watch
    seen(node, access)
    (told,) = node.picture(access).boats
    (point,) = [
        one for one in desk.get("/sea/picture.json").json()["features"] if one["properties"]["what"] == "boat"
    ]
    assert point["geometry"] == {"type": "Point", "coordinates": [1.52, 50.98]}
    assert point["properties"]["name"] == told.name
    for path in ("/sea", "/sea/positions"):
        page = desk.get(path).text
        assert told.name in page
        assert "50°58.800′N" in page.replace("'", "′") or path == "/sea"


def test_without_a_script_the_page_holds_the_list_and_the_positions(watch: Any) -> None:
    node, access, desk = watch
    seen(node, access)
    page = desk.get("/sea").text
    assert re.search(r'<div class="chart" id="chart" hidden', page), (
        "the chart shows only once a script made it"
    )
    table = page[page.index("sea-table") :]
    assert re.search(r"50.58[.,]800.*N", table)


def test_where_a_boat_may_be_is_told_for_those_with_a_position_and_for_no_other(watch: Any) -> None:
    node, access, desk = watch
    placed = seen(node, access)
    seen(node, access, position=None, callers=("07700 900112",), phase="uncertainty")
    found = desk.get("/sea/areas.json").json()["features"]
    assert {one["properties"]["boat"] for one in found} == {placed}
    assert {one["properties"]["share"] for one in found} == {50, 95}
    assert all(
        ring[0] == ring[-1] for one in found for shape in one["geometry"]["coordinates"] for ring in shape
    )


def test_a_boat_is_found_by_any_of_its_reports_and_by_no_invented_name(watch: Any) -> None:
    node, access, desk = watch
    report = seen(node, access)
    assert desk.get(f"/sea/boats/{report}").status_code == 200
    assert desk.get("/sea/boats/nobody").status_code == 404
    assert desk.get("/sea/picture.json?boat=nobody").status_code == 404
    assert desk.get("/sea/picture.json?at=yesterday").status_code == 422


def test_the_log_of_a_boat_holds_every_report_and_act_in_both_languages(watch: Any, shores: Any) -> None:
    node, access, desk = watch
    report = seen(node, access, words="water up to our knees")
    shores.clock.at += dt.timedelta(minutes=5)
    act = TakenOff(officer="Claire", boat=report, manner="rescued", count=20, at=node.now(), asset="Seaflier")
    node.do_at_sea(access, act)
    page = desk.get(f"/sea/boats/{report}").text
    log = page[page.index('id="log"') :]
    for words in (
        "water up to our knees",
        "28 à 33 personnes",
        "28 to 33 persons",
        "Seaflier",
        "20 personnes",
        "20 persons",
    ):
        assert words in log
    assert log.index("Seaflier") < log.index("water up to our knees"), "the newest first"
    assert "−20" in page


def test_looking_back_shows_what_was_known_then_and_not_what_came_later(watch: Any, shores: Any) -> None:
    node, access, desk = watch
    seen(node, access)
    before = shores.clock.at
    shores.clock.at += dt.timedelta(minutes=30)
    seen(node, access, position=Position(latitude=50.6, longitude=1.45), callers=("07700 900113",))
    then = desk.get(f"/sea/picture.json?at={before:%Y-%m-%dT%H:%M:%SZ}").json()["features"]
    now = desk.get("/sea/picture.json").json()["features"]
    assert (len(then), len(now)) == (1, 2)
    page = desk.get("/sea/night?minute=0").text
    assert "No boat is open." in page


def test_the_nights_report_has_every_figure_in_a_table(watch: Any) -> None:
    node, access, desk = watch
    report = seen(node, access)
    act = TakenOff(officer="Claire", boat=report, manner="rescued", count=20, at=node.now(), asset="Seaflier")
    node.do_at_sea(access, act)
    page = desk.get("/sea/night/report").text
    assert "20 people accounted for" in page
    assert page.count("Source: ledger of both shores") == 4
    figures = json.loads(html.unescape(re.findall(r'data-figures="([^"]+)"', page)[0]))
    assert [(one["words"], one["reports"]) for one in figures["by_means"]] == [("call", 1)]
    assert len(figures["course"]) == PICTURES
    assert {"boat", "at", "km2"} == set(desk.get("/sea/night/areas.json").json()["areas"][0])
    assert desk.get("/sea/night?night=tonight").status_code == 422
    assert desk.get("/sea/night?from=2031-09-01T00:00Z&until=2031-09-09T00:00Z").status_code == 422


# -- how it is said ----------------------------------------------------------------------------------------------------


def test_red_is_for_life_at_risk_and_for_nothing_else() -> None:
    assert tone_of(boat(phase="distress")) == "life"
    assert tone_of(boat(phase="uncertainty", in_water=1)) == "life"
    assert tone_of(boat(phase="alert")) == "due"
    for state in ("count_disputed", "closed_not_acknowledged", "closed"):
        assert tone_of(boat(phase="distress", in_water=2, state=state)) != "life"


def test_live_boats_stand_before_all_others_whatever_their_rank() -> None:
    shown = Picture(at=AT, boats=(boat("a", state="closed"), boat("b", state="count_disputed"), boat("c")))
    assert [group.state for group in groups_of(shown, named)] == ["open", "count_disputed", "closed"]


@given(
    ages=st.lists(
        st.tuples(st.integers(0, 40 * 24), st.booleans(), st.sampled_from(list(STATES))), max_size=12
    )
)
def test_a_boat_not_heard_of_for_days_goes_below_the_live_ones_and_is_neither_hidden_nor_closed(
    ages: list[tuple[int, bool, Any]],
) -> None:
    boats = tuple(
        boat(f"b{at}", known_at=AT - dt.timedelta(hours=hours), state=state, rank=at + 1)
        for at, (hours, _, state) in enumerate(ages)
    )
    heard = {f"b{at}" for at, (_, is_heard, _) in enumerate(ages) if is_heard}
    found = as_listed(Picture(at=AT, boats=boats), heard)
    assert {(one.id, one.state) for one in found.picture.boats} == {(one.id, one.state) for one in boats}
    assert [one.rank for one in found.picture.boats] == list(range(1, len(boats) + 1))
    groups = groups_of(found.picture, named, found.older)
    assert [line.boat.rank for group in groups for line in group.lines] == list(range(1, len(boats) + 1))
    for at, (hours, is_heard, state) in enumerate(ages):
        assert (f"b{at}" in found.older) == (state == "open" and hours > 72 and not is_heard)
    opened = [one for one in boats if one.state == "open"]
    told = sum(
        int(one) for one in re.findall(r"(\d+) (?:open|more)", people_open(found.picture, found.older).en)
    )
    assert told == len(opened)


def test_boats_that_are_probably_one_share_a_row_a_number_and_a_sum_and_none_is_left_out(desks: Any) -> None:
    boats = (
        boat("a", row=1, phase="distress"),
        boat("b", row=1, ledger=ledger(20, 25)),
        boat("c", row=2),
        boat("d", row=1, state="count_disputed"),
    )
    found = as_listed(Picture(at=AT, boats=boats), {"a", "b", "c", "d"})
    assert [(one.id, one.rank) for one in found.picture.boats] == [("a", 1), ("b", 1), ("c", 2), ("d", 3)]
    first, *others = groups_of(found.picture, named)
    assert (first.count, [line.boat.id for line in first.lines]) == (3, ["a", "c"])
    assert [line.boat.id for line in first.lines[0].beside] == ["b"]
    assert [[line.boat.id for line in group.lines] for group in others] == [["d"]]
    # As many as the fullest of a row may be all there are; all of them may be others.
    assert people_open(found.picture).en == "2 probable boats (3 counted apart), 56–91 people"
    drawn = features(found.picture, named, lambda text: text.en)["features"]
    beside = {each["properties"]["id"]: each["properties"]["is_beside"] for each in drawn}
    assert beside == {"a": False, "b": True, "c": False, "d": True}


def test_what_is_older_than_three_days_is_folded_and_counted_and_an_act_brings_it_back(
    watch: Any, shores: Any
) -> None:
    node, access, desk = watch
    old = seen(node, access, phase="distress", in_water=2)
    shores.clock.at += dt.timedelta(days=12)
    new = seen(node, access, phase="uncertainty", position=Position(latitude=50.6, longitude=1.45))
    page = desk.get("/sea").text
    assert re.findall(r'id="boat-([^"]+)"', page) == [new, old]
    fold = page[page.index('<details class="sea__group" id="older-boats">') :]
    assert re.search(r"Not heard of for over 72 h, still open.*>1<", fold)
    assert f'id="boat-{old}"' in fold
    assert "1 open boat, 28–33 people, 1 more boat not heard of for over 72 h" in html.unescape(page)
    (old_point,) = [
        one["properties"]
        for one in desk.get("/sea/picture.json").json()["features"]
        if one["properties"].get("id") == old
    ]
    assert old_point["is_older"]
    assert desk.post(f"/sea/boats/{old}/reopen", words="a brother called").status_code == 303
    page = desk.get("/sea").text
    assert "older-boats" not in page
    assert re.findall(r'id="boat-([^"]+)"', page) == [old, new]


@given(least=st.integers(0, 80), more=st.integers(0, 40) | st.none())
def test_a_count_is_always_said_as_the_interval_that_it_is(least: int, more: int | None) -> None:
    count = PersonsOnBoard(at_least=least, at_most=None if more is None else least + more)
    said = count_short(count)
    numbers = [int(one) for one in re.findall(r"\d+", said)]
    assert set(numbers) <= {count.at_least, count.at_most}
    assert (said == "?") == (least == 0 and more is None)
    if more:
        assert count.at_most in numbers


@given(minutes=st.integers(0, 10_000))
def test_the_clock_of_a_boat_never_runs_backwards(minutes: int) -> None:
    one = line_of(boat(known_at=AT - dt.timedelta(minutes=minutes)), AT, named)
    later = line_of(boat(known_at=AT - dt.timedelta(minutes=minutes)), AT + dt.timedelta(minutes=1), named)
    assert 0 <= one.face <= later.face <= 60
    assert age_short(None, AT).en == "—"
    assert line_of(boat(known_at=None), AT, named).face == 60


@given(least=st.integers(0, 60), more=st.integers(0, 20), gone=st.lists(st.integers(1, 30), max_size=5))
def test_the_column_of_people_comes_to_what_is_left(least: int, more: int, gone: list[int]) -> None:
    lines = tuple(
        LedgerLine(source=f"s{at}", at=AT, text=Text("x", "x"), change=-one) for at, one in enumerate(gone)
    )
    said = PersonsOnBoard(at_least=least, at_most=least + more)
    steps = column(Ledger(said=said, accounted=sum(gone), aboard=said, lines=lines))
    assert len(steps) == len(gone)
    if gone:
        left = PersonsOnBoard(at_least=max(0, least - sum(gone)), at_most=max(0, least + more - sum(gone)))
        assert steps[-1].left == count_short(left)


def test_what_is_left_aboard_is_said_in_both_languages_and_never_as_nobody_while_somebody_may_be() -> None:
    assert aboard_words(boat(ledger=ledger(40, 50, 50))).en.startswith("nobody left aboard")
    some = aboard_words(boat(ledger=ledger(40, 50, 45)))
    assert "nobody" not in some.en
    assert "plus personne" not in some.fr
    unknown = aboard_words(boat(ledger=ledger(0, None, 12)))
    assert unknown.en.startswith("number left unknown")


def test_a_link_is_drawn_unless_the_two_are_different_or_one_has_no_place() -> None:
    from entente.maritime.values import Link

    links = tuple(
        Link(one="a", other=other, verdict=verdict, bits=1.0)
        for other, verdict in (("b", "probably_same"), ("c", "different"), ("d", "unresolved"))
    )
    boats = (boat("a"), boat("b"), boat("c"), boat("d", position=None))
    drawn = features(Picture(at=AT, boats=boats, links=links), named, lambda text: text.en)["features"]
    assert [one["properties"]["other"] for one in drawn if one["properties"]["what"] == "link"] == ["b"]


def test_specks_of_an_area_are_tinted_and_only_its_large_pieces_outlined() -> None:
    large = ((1.0, 51.0), (1.2, 51.0), (1.2, 51.2), (1.0, 51.2))
    speck = ((1.5, 51.0), (1.501, 51.0), (1.501, 51.001))
    area = Area(
        boat="a", at=AT, cell_m=250, cells=(), within_50=(), within_95=(large, speck), area_95_km2=300
    )
    fill, edge = area_features([(boat("a"), area)])["features"]
    assert len(fill["geometry"]["coordinates"]) == 2
    assert len(edge["geometry"]["coordinates"]) == 1


def test_a_boat_from_which_nobody_was_taken_has_no_time_of_rescue() -> None:
    helped = boat("a", ledger=ledger(20, 20, 20), first_at=AT - dt.timedelta(minutes=50))
    shown = Picture(at=AT, boats=(helped, boat("b")))
    figures = figures_of((), (), [shown])
    assert [(one.boat, one.minutes) for one in figures.waited] == [("a", 50), ("b", None)]
    assert figures.median_minutes == 50
    assert moments_between(AT, AT + dt.timedelta(hours=10))[-1] == AT + dt.timedelta(hours=10)


# -- what the chart is made of -----------------------------------------------------------------------------------------


def test_the_coast_is_the_one_that_was_cut_with_its_licence_beside_it() -> None:
    said = tomllib.loads((MAP / "COASTLINE.toml").read_text(encoding="utf-8"))["coast"]
    assert hashlib.sha256((MAP / said["file"]).read_bytes()).hexdigest() == said["sha256"]
    assert said["licence"] == "LGPL-3.0-or-later"
    assert all((MAP / name).is_file() for name in said["licence_files"])


def test_the_coast_has_harbours_on_land_and_banks_at_sea() -> None:
    from entente.formats.gazetteer import place_named

    rings = [shape[0] for shape in json.loads((MAP / "coast.json").read_text())["geometry"]["coordinates"]]

    def is_land(name: str) -> bool:
        place = place_named(name)
        assert place is not None
        x, y, inside = place.longitude, place.latitude, False
        for ring in rings:
            for (ax, ay), (bx, by) in zip(ring, [*ring[1:], ring[0]], strict=True):
                if (ay > y) != (by > y) and x < ax + (y - ay) / (by - ay) * (bx - ax):
                    inside = not inside
        return inside

    assert [
        name for name in ("Calais", "Hythe", "Wissant", "Sandwich", "Saint-Omer") if not is_land(name)
    ] == []
    assert [
        name for name in ("Varne", "Le Colbart", "Sandettié", "Goodwin Sands", "South Falls") if is_land(name)
    ] == []


def test_the_scheme_the_limit_and_the_banks_say_that_they_are_indicative() -> None:
    strait = json.loads((MAP / "strait.json").read_text(encoding="utf-8"))
    assert "not for navigation" in strait["note"]
    kinds = {one["properties"]["what"] for one in strait["features"]}
    assert {"lane", "lane_edge", "separation", "limit", "bank", "arrow", "label"} <= kinds
    labels = [one["properties"] for one in strait["features"] if one["properties"]["what"] == "label"]
    assert all(one["fr"] != one["en"] for one in labels)
