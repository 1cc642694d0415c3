"""From a rectangle to legs, and what others have in hand: laid out as a crew steers them, within the time there is."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from entente.maritime.area import area_of
from entente.maritime.search import Asset, Rectangle, plan, probability_of_detection
from entente.maritime.search_assets import search_kinds
from entente.maritime.search_legs import (
    area_km2,
    detection,
    in_hand,
    left_to_search,
    legs_of,
    spread_of,
    still_taken,
)
from entente.maritime.values import ActSaid, SeaReport
from entente.model.place import Position, distance_m
from entente.model.sea_act import Searched, SearchOrder, Tasked
from entente.model.sighting import Sighting

AT = dt.datetime(2031, 11, 24, 1, 0, tzinfo=dt.UTC)
LATER = AT + dt.timedelta(hours=2)
REPORT = SeaReport(
    id="a",
    at=AT,
    by="UK-HMCG",
    seen=Sighting(position=Position(latitude=50.95, longitude=1.45), means="call", engine="stopped"),
)
AREA = area_of([REPORT], LATER, "a")


def best(asset: Asset) -> Rectangle:
    return plan(AREA, [asset]).rectangles[0]


def order(rectangle: Rectangle, asset: Asset, **more: object) -> SearchOrder:
    return SearchOrder(
        corners=rectangle.corners,
        sweep_width_m=asset.sweep_width_m,
        track_m=asset.track_m,
        **more,  # type: ignore[arg-type]
    )


@settings(max_examples=25, deadline=None)
@given(
    speed=st.floats(8, 140),
    hours=st.floats(0.5, 3),
    sweep=st.floats(300, 5000),
)
def test_legs_stay_in_their_rectangle_and_take_the_time_of_their_way(
    speed: float, hours: float, sweep: float
) -> None:
    asset = Asset(name="one", sweep_width_m=sweep, speed_knots=speed, endurance_s=hours * 3600)
    for rectangle in plan(AREA, [asset]).rectangles:
        legs = legs_of(rectangle, AT, speed)
        assert [leg.number for leg in legs] == list(range(1, rectangle.legs + 1))
        assert legs[-1].ends_at - AT <= dt.timedelta(seconds=asset.endurance_s + 2 * len(legs))
        latitudes = [corner.latitude for corner in rectangle.corners]
        longitudes = [corner.longitude for corner in rectangle.corners]
        for leg in legs:
            for end in (leg.begins, leg.ends):
                assert min(latitudes) - 1e-5 <= end.latitude <= max(latitudes) + 1e-5
                assert min(longitudes) - 1e-5 <= end.longitude <= max(longitudes) + 1e-5
            run_s = (leg.ends_at - leg.begins_at).total_seconds()
            assert run_s * speed * 1852 / 3600 == pytest.approx(leg.length_m, abs=speed + 1)
        # Half a spacing inside the corner where it begins, along and beside.
        inside = distance_m(rectangle.corners[0], legs[0].begins)
        along = min(rectangle.spacing_m, rectangle.length_m) / 2
        assert inside == pytest.approx((along**2 + (rectangle.spacing_m / 2) ** 2) ** 0.5, rel=0.03, abs=10)


@pytest.mark.parametrize("code", sorted(search_kinds()))
def test_no_asset_is_given_legs_nearer_to_each_other_than_it_can_hold(code: str) -> None:
    kind = search_kinds()[code]
    area = area_of([REPORT], LATER, "a", person_in_water=True)
    least_m = kind.least_spacing_nmi * 1852
    asset = Asset(
        name=code,
        sweep_width_m=kind.sweep_m("person_in_water", 5, 10),
        speed_knots=kind.speed_knots,
        endurance_s=4 * 3600,
        least_spacing_m=least_m,
    )
    found = plan(area, [asset]).rectangles
    assert found
    assert all(one.spacing_m >= 0.98 * least_m for one in found)


def test_what_one_has_in_hand_is_left_to_it_only_while_both_are_out() -> None:
    asset = Asset(name="one", sweep_width_m=2000, speed_knots=15, endurance_s=7200)
    given_ = order(best(asset), asset, starts=LATER, ends=LATER + dt.timedelta(hours=2))
    task = ActSaid(
        id="t",
        at=AT,
        by="UK-HMCG",
        act=Tasked(officer="o", boat="a", asset="one", service="UK-HMCG", at=AT, search=given_),
    )
    hour = dt.timedelta(hours=1)
    assert still_taken([task], LATER, LATER + hour) == [given_]
    assert still_taken([task], LATER + 2 * hour, LATER + 3 * hour) == []
    assert still_taken([task], LATER - 2 * hour, LATER) == []
    left = left_to_search(AREA, [given_])
    assert sum(cell[2] for cell in left.cells) < sum(cell[2] for cell in AREA.cells)
    assert left.within_95 == AREA.within_95
    assert left_to_search(AREA, []) is AREA
    # In hand until somebody reports on it, and asked about for a day.
    assert in_hand([task], LATER) == (task,)
    done = ActSaid(
        id="s",
        at=LATER + 2 * hour,
        by="UK-HMCG",
        act=Searched(
            officer="o",
            boat="a",
            asset="One",
            corners=given_.corners,
            starts=LATER,
            ends=LATER + 2 * hour,
            sweep_width_m=2000,
            track_m=50_000,
        ),
    )
    assert in_hand([task, done], LATER + 3 * hour) == ()
    assert in_hand([done, task], LATER + 3 * hour) == ()
    assert in_hand([task], AT + dt.timedelta(hours=25)) == ()


def test_who_looked_for_the_boat_has_hardly_looked_for_somebody_in_the_water() -> None:
    asset = Asset(name="one", sweep_width_m=4000, speed_knots=60, endurance_s=7200)
    then = area_of([REPORT], AT + dt.timedelta(hours=1), "a", person_in_water=True)
    middle = sum(longitude * share for _, longitude, share in then.cells)
    west_of = ((50.85, middle - 0.2), (51.05, middle - 0.2), (51.05, middle), (50.85, middle))
    corners = tuple(Position(latitude=latitude, longitude=longitude) for latitude, longitude in west_of)

    def searched(looked_for: str) -> Searched:
        return Searched(
            officer="o",
            boat="a",
            asset="one",
            corners=corners,
            starts=AT + dt.timedelta(minutes=30),
            ends=AT + dt.timedelta(minutes=90),
            sweep_width_m=asset.sweep_width_m,
            track_m=asset.track_m,
            looked_for=looked_for,  # type: ignore[arg-type]
        )

    def share_west(looked_for: str | None) -> float:
        acts = [searched(looked_for)] if looked_for else []
        at = AT + dt.timedelta(minutes=90)
        found = area_of([REPORT], at, "a", searched=acts, person_in_water=True)
        return sum(share for _, longitude, share in found.cells if longitude < middle)

    none, boat, person = share_west(None), share_west("boat"), share_west("person_in_water")
    assert person < 0.7 * none
    assert boat > 0.9 * none


def test_sizes_and_chances_are_those_of_the_area_and_of_iamsar() -> None:
    asset = Asset(name="one", sweep_width_m=2000, speed_knots=15, endurance_s=7200)
    rectangle = best(asset)
    given_ = order(rectangle, asset)
    size_m2 = rectangle.length_m * rectangle.width_m
    assert area_km2(given_) == pytest.approx(size_m2 / 1e6, rel=0.02)
    expected = probability_of_detection(asset.sweep_width_m, asset.track_m, size_m2)
    assert detection(given_) == pytest.approx(expected, rel=0.02)
    spread = spread_of(AREA)
    assert spread is not None
    assert spread.within_50_km2 < spread.within_95_km2 == pytest.approx(AREA.area_95_km2, abs=0.01)
    assert spread_of(area_of([], LATER, "a")) is None


def test_every_kind_of_asset_sees_a_boat_farther_than_a_person_and_less_in_wind() -> None:
    for kind in search_kinds().values():
        boat, person = kind.sweep_m("boat", 5, 10), kind.sweep_m("person_in_water", 5, 10)
        assert 0 < person < boat
        assert kind.sweep_m("boat", 5, 30) == pytest.approx(boat / 4)
        assert 5 <= kind.speed_knots <= 200
        assert 0 < kind.share <= 1
        assert 0 < kind.least_spacing_nmi <= 1
        assert kind.why.fr != kind.why.en
