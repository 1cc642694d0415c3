"""A search plan over the application: an area, legs that a crew can steer, a sector taken, a search reported."""

from __future__ import annotations

import datetime as dt
import html
import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from entente.maritime.search import Asset
from entente.model.place import distance_m, read_position
from entente.model.sea_act import Searched, Tasked
from entente.store import tables

LINE = "0639980571 5053.1N 00131.2E 40 pers moteur arrêté gris"


def report(desk: Any, line: str = LINE) -> str:
    answer = desk.post("/sea/report", line=line, id=str(uuid.uuid4()))
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"].rpartition("/")[2])


def acts(desk: Any, record: str) -> list[Any]:
    log = desk.node.sea_reports(desk.node.access(desk.officer, "veille", matter="SAR"), record)
    return [one.act for one in log if hasattr(one, "act")]


def disclosures(desk: Any) -> int:
    asked = select(tables.register.c.line).where(tables.register.c.act == "disclosure")
    return len(desk.node.store.rows(asked))


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return html.unescape(found[1])


def chances(page: str) -> list[int]:
    """In the area, seen if there, found: in hundredths."""
    part = page.split("search-plan__chances", 1)[1].split("</dl>", 1)[0]
    found = re.findall(r"<dd>(?:less than )?(\d+)\s*%", part)
    assert len(found) == 3, part
    return [int(one) for one in found]


def form(page: str) -> dict[str, str]:
    names = ("once", "sweep", "track", "looked_for", "starts", "ends", "position", "corners", "words")
    part = page.split('id="task"', 1)[1].split("</form>", 1)[0]
    return {name: hidden(part, name) for name in names}


@pytest.fixture
def erwan(shores: Any, desks: Callable[..., Any]) -> Any:
    """A watch-keeper of the French shore, with one boat that was reported an hour ago."""
    return desks(shores.lille, "Erwan", "watch_keeper")


def later(shores: Any, minutes: int) -> None:
    shores.clock.at += dt.timedelta(minutes=minutes)


def test_the_page_of_a_boat_leads_to_its_search_plan_and_the_plan_says_where_and_how(
    shores: Any, erwan: Any
) -> None:
    record = report(erwan)
    later(shores, 30)
    assert f"/sea/boats/{record}/search" in erwan.get(f"/sea/boats/{record}").text
    page = erwan.get(f"/sea/boats/{record}/search?kind=helicopter&minutes=90")
    assert page.status_code == 200
    there, seen, found = chances(page.text)
    assert 0 < found <= min(there, seen)
    corners = [read_position(line) for line in form(page.text)["corners"].splitlines()]
    assert len(corners) == 4
    # Two hours of drift away from where it was said to be, at most, and a little for what was misread.
    said = read_position("5053.1N 00131.2E")
    assert min(distance_m(said, one) for one in corners) < 20_000
    legs = re.findall(r"<tr><th scope=\"row\" class=\"number\">\d+</th>", page.text)
    assert len(legs) >= 2
    assert "SEARCH PLAN" in page.text


def test_legs_take_no_longer_than_the_asset_has(shores: Any, erwan: Any) -> None:
    record = report(erwan)
    later(shores, 20)
    access = erwan.node.access(erwan.officer, "veille", matter="SAR")
    for minutes, transit in ((40, 0), (120, 30)):
        asset = Asset(
            name="SNS 076",
            sweep_width_m=2000.0,
            speed_knots=15.0,
            endurance_s=minutes * 60.0,
            transit_s=transit * 60.0,
        )
        told = erwan.node.search_plan(access, record, asset)
        assert len(told.legs) >= 2
        assert told.legs[0].begins_at - told.begins == dt.timedelta(minutes=transit)
        assert told.legs[-1].ends_at <= told.ends + dt.timedelta(seconds=len(told.legs) * 2)
        for one, other in zip(told.legs, told.legs[1:], strict=False):
            across = distance_m(one.ends, other.begins)
            assert across == pytest.approx(told.rectangle.spacing_m, rel=0.03, abs=5)
            assert distance_m(one.begins, one.ends) == pytest.approx(one.length_m, rel=0.01, abs=5)
            assert (other.course_degrees - one.course_degrees) % 360 == pytest.approx(180, abs=0.2)
        assert [spread.at for spread in told.spreads] == sorted(spread.at for spread in told.spreads)


def test_somebody_in_the_water_is_planned_for_otherwise_than_the_boat(shores: Any, erwan: Any) -> None:
    record = report(erwan)
    later(shores, 60)
    path = f"/sea/boats/{record}/search?kind=lifeboat&minutes=60"
    boat, person = erwan.get(path + "&for=boat").text, erwan.get(path + "&for=person_in_water").text
    assert float(form(person)["sweep"]) < float(form(boat)["sweep"]) / 2
    assert form(person)["looked_for"] == "person_in_water"
    assert "since the first position" in person
    assert "since the first position" not in boat
    # Where people are said to be in the water, they are what is looked for first.
    wet = report(erwan, "0639980572 5101.1N 00142.2E 10 pers 3 à l’eau")
    assert 'aria-current="page">A person in the water' in erwan.get(f"/sea/boats/{wet}/search").text


def test_what_was_given_to_one_asset_is_left_to_it_and_is_reported_on_with_a_filled_in_form(
    shores: Any, erwan: Any
) -> None:
    record = report(erwan)
    later(shores, 30)
    path = f"/sea/boats/{record}/search?kind=lifeboat&minutes=90"
    first = erwan.get(path).text
    given = form(first)
    tasked = erwan.post(f"/sea/boats/{record}/task", asset="SNS 076", **given)
    assert tasked.status_code == 303, tasked.text
    assert "area to search" in erwan.get(f"/sea/boats/{record}").text
    task = next(one for one in acts(erwan, record) if isinstance(one, Tasked))
    assert task.search is not None
    assert [round(one.latitude, 4) for one in task.search.corners] == [
        round(read_position(line).latitude, 4) for line in given["corners"].splitlines()
    ]
    second = erwan.get(path).text
    assert ">in hand<" in second
    # The same water would find less: the plan goes elsewhere, or says so.
    assert chances(second)[2] < chances(first)[2]
    later(shores, 100)
    page = erwan.get(path).text
    link = re.search(r'href="(/sea/boats/[^"]+/searched\?asset=SNS[^"]*)"', page)
    assert link, "the search of SNS 076 is not asked about"
    filled = erwan.get(html.unescape(link[1])).text
    assert "SNS 076" in filled
    assert given["corners"].splitlines()[0] in html.unescape(filled)
    before = erwan.get(path).text
    done = erwan.post(
        f"/sea/boats/{record}/searched",
        asset="SNS 076",
        corners=given["corners"],
        starts=hidden(filled, "starts"),
        ends=hidden(filled, "ends"),
        sweep=hidden(filled, "sweep"),
        track=hidden(filled, "track"),
        looked_for="boat",
        found="no",
    )
    assert done.status_code == 303, done.text
    searched = next(one for one in acts(erwan, record) if isinstance(one, Searched))
    assert searched.asset == "SNS 076"
    after = erwan.get(path).text
    assert "nothing found" in after
    assert ">in hand<" in before
    assert ">in hand<" not in after


def test_the_other_shore_sees_which_water_is_taken(
    shores: Any, desks: Callable[..., Any], erwan: Any
) -> None:
    claire = desks(shores.dover, "Claire", "watch_keeper")
    record = report(erwan)
    later(shores, 15)
    path = f"/sea/boats/{record}/search?kind=patrol&minutes=120"
    given = form(erwan.get(path).text)
    shores.carry()
    theirs = form(claire.get(path).text)
    assert (theirs["corners"], theirs["position"]) == (given["corners"], given["position"])
    erwan.post(f"/sea/boats/{record}/task", asset="Abeille du Nord", **given)
    shores.carry()
    page = claire.get(path).text
    assert ">in hand<" in page
    assert "Abeille du Nord" in page
    assert form(page)["corners"] != given["corners"]


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("minutes=30&transit=45", "takes all the time"),
        ("kind=helicopter&for=person_in_water&visibility=1", "would see nothing"),
    ],
)
def test_where_nothing_can_be_planned_the_page_says_why_and_still_where_it_may_be(
    shores: Any, erwan: Any, query: str, why: str
) -> None:
    record = report(erwan)
    later(shores, 15)
    page = erwan.get(f"/sea/boats/{record}/search?{query}")
    assert page.status_code == 200
    assert why in page.text
    assert "km²" in page.text
    assert 'id="task"' not in page.text


def test_a_search_that_is_not_over_is_not_recorded_as_done(erwan: Any) -> None:
    record = report(erwan)
    ahead = (erwan.node.now() + dt.timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    refused = erwan.post(
        f"/sea/boats/{record}/searched",
        asset="SNS 076",
        corners="50 50N 001 20E\n50 55N 001 20E\n50 55N 001 30E",
        ends=ahead,
        sweep="1",
        track="10",
    )
    assert refused.status_code == 422
    assert "not over" in refused.text
    assert not acts(erwan, record)


def test_what_cannot_be_read_is_said_and_stays_where_it_was_typed(erwan: Any) -> None:
    record = report(erwan)
    path = f"/sea/boats/{record}/search"
    for query, typed in (
        ("when=hour&hour=soon", "soon"),
        ("minutes=many", "many"),
        ("sweep=wide", "wide"),
        ("speed=0", "0"),
    ):
        answer = erwan.get(f"{path}?{query}")
        assert answer.status_code == 422, query
        assert 'class="error-summary"' in answer.text
        assert f'value="{typed}"' in answer.text
        assert f'href="#p-{query.rpartition("&")[2].partition("=")[0]}"' in answer.text
    assert erwan.get(f"{path}?begins=2031-01-01T00:00Z").status_code == 422


def test_any_moment_can_be_asked_and_an_hour_is_the_nearest_one(shores: Any, erwan: Any) -> None:
    record = report(erwan)
    later(shores, 10)
    now = erwan.node.now()
    soon, hour = now + dt.timedelta(hours=2), (now + dt.timedelta(hours=3)).strftime("%H:%M UTC")
    page = erwan.get(f"/sea/boats/{record}/search?when=120").text
    assert hidden(page.split('id="task"')[1], "starts") == soon.strftime("%Y-%m-%dT%H:%M:%SZ")
    page = erwan.get(f"/sea/boats/{record}/search?when=hour&hour={hour.replace(' ', '+')}").text
    starts = dt.datetime.fromisoformat(hidden(page.split('id="task"')[1], "starts"))
    assert abs(starts - now - dt.timedelta(hours=3)) < dt.timedelta(minutes=1)


def test_a_boat_of_which_nobody_said_where_it_is_says_what_to_ask(erwan: Any) -> None:
    record = report(erwan, "0639980573 12 pers")
    page = erwan.get(f"/sea/boats/{record}/search")
    assert page.status_code == 200
    assert "Nobody has said yet where it is" in page.text
    assert "question?asked=position" in page.text


@pytest.mark.parametrize(
    ("into", "mark"), [("gpx", b"<trkpt"), ("kml", b"<kml"), ("geojson", b"LineString"), ("csv", b"N 001")]
)
def test_a_plan_goes_to_a_plotter_and_the_register_keeps_that_it_did(
    shores: Any, erwan: Any, into: str, mark: bytes
) -> None:
    record = report(erwan)
    later(shores, 20)
    page = erwan.get(f"/sea/boats/{record}/search").text
    link = re.search(rf'href="(/sea/boats/[^"]+/search/{into}\?[^"]*)"', page)
    assert link
    before = disclosures(erwan)
    answer = erwan.get(html.unescape(link[1]))
    assert answer.status_code == 200
    assert mark in answer.content
    assert b"0639980571" not in answer.content
    assert disclosures(erwan) == before + 1
    assert erwan.get(f"/sea/boats/{record}/search/docx").status_code == 404
