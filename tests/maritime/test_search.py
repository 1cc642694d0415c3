import datetime as dt
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from entente.maritime.area import area_of
from entente.maritime.search import Asset, plan, probability_of_detection, sweep_width_m
from entente.maritime.values import Area, SeaReport
from entente.model.place import Position
from entente.model.sighting import Sighting

AT = dt.datetime(2031, 11, 24, 1, 0, tzinfo=dt.UTC)
AREA = area_of(
    [
        SeaReport(
            id="a",
            at=AT,
            by="UK-HMCG",
            seen=Sighting(position=Position(latitude=50.95, longitude=1.45), means="call", engine="stopped"),
        )
    ],
    AT + dt.timedelta(hours=2),
    "a",
)
HELICOPTER = Asset(
    name="helicopter", sweep_width_m=2500.0, speed_knots=80.0, endurance_s=7200.0, transit_s=1200.0
)
SHIP = Asset(name="ship", sweep_width_m=3000.0, speed_knots=18.0, endurance_s=10_800.0, transit_s=1800.0)


def test_sweep_widths_are_those_of_iamsar() -> None:
    assert sweep_width_m("ship", "person_in_water", visibility_nmi=3) == pytest.approx(0.4 * 1852)
    assert sweep_width_m("helicopter", "boat_6_to_7_m", visibility_nmi=10) == pytest.approx(3.2 * 1852)
    assert sweep_width_m("aircraft", "life_raft_25", visibility_nmi=20) == pytest.approx(4.4 * 1852)
    # Table N-7: a small boat is half as easily seen over 15 knots of wind, a quarter over 25.
    calm, fresh, strong = (sweep_width_m("ship", "boat_to_5_m", wind_knots=wind) for wind in (10, 20, 30))
    assert (fresh / calm, strong / calm) == (0.5, 0.25)


def test_detection_is_exponential_in_coverage() -> None:
    assert probability_of_detection(1000, 10_000, 10_000_000) == pytest.approx(1 - math.exp(-1))
    assert probability_of_detection(0, 10_000, 10_000_000) == 0


def test_a_plan_keeps_to_the_time_there_is() -> None:
    for rectangle in plan(AREA, [HELICOPTER, SHIP]).rectangles:
        asset = {"helicopter": HELICOPTER, "ship": SHIP}[rectangle.asset]
        assert rectangle.legs >= 2
        assert rectangle.legs * rectangle.length_m <= asset.track_m * 1.001
        assert rectangle.spacing_m == pytest.approx(rectangle.width_m / rectangle.legs, rel=0.01)
        assert rectangle.pos == pytest.approx(rectangle.containment * rectangle.pod, abs=2e-4)
        expected = probability_of_detection(
            asset.sweep_width_m, asset.track_m, rectangle.length_m * rectangle.width_m
        )
        assert rectangle.pod == pytest.approx(expected, abs=1e-3)


def test_what_is_planned_holds_what_it_says() -> None:
    rectangle = plan(AREA, [HELICOPTER]).rectangles[0]
    corners = [(corner.longitude, corner.latitude) for corner in rectangle.corners]
    inside = 0.0
    for north, east, share in AREA.cells:
        crossings = sum(
            (y1 > north) != (y2 > north) and east < x1 + (north - y1) / (y2 - y1) * (x2 - x1)
            for (x1, y1), (x2, y2) in zip(corners, (*corners[1:], corners[0]), strict=True)
        )
        inside += share * (crossings % 2)
    assert inside == pytest.approx(rectangle.containment, abs=0.03)


def test_more_time_and_more_assets_never_find_less() -> None:
    short = Asset(
        name="helicopter", sweep_width_m=2500.0, speed_knots=80.0, endurance_s=3600.0, transit_s=1200.0
    )
    assert plan(AREA, [short]).pos < plan(AREA, [HELICOPTER]).pos < plan(AREA, [HELICOPTER, SHIP]).pos < 1


def test_a_better_plan_is_not_a_square_round_the_middle() -> None:
    found = plan(AREA, [SHIP]).rectangles[0]
    cells = AREA.cells
    north = sum(one[0] * one[2] for one in cells)
    east = sum(one[1] * one[2] for one in cells)
    for side_m in (5_000, 10_000, 20_000, 40_000):
        half = side_m / 2
        inside = sum(
            share
            for latitude, longitude, share in cells
            if abs(latitude - north) * 111_195 <= half and abs(longitude - east) * 70_000 <= half
        )
        assert found.pos >= 0.97 * inside * probability_of_detection(
            SHIP.sweep_width_m, SHIP.track_m, side_m**2
        )


def test_who_has_no_time_left_or_sees_nothing_gets_no_rectangle() -> None:
    late = Asset(name="late", sweep_width_m=2000.0, speed_knots=20.0, endurance_s=600.0, transit_s=900.0)
    blind = Asset(name="blind", sweep_width_m=0.0, speed_knots=20.0, endurance_s=6000.0)
    assert plan(AREA, [late, blind]).rectangles == ()


def test_nothing_known_gives_nothing_to_search() -> None:
    nowhere = Area(boat="a", at=AT, cell_m=0.0, cells=(), within_50=(), within_95=(), area_95_km2=0.0)
    assert plan(nowhere, [SHIP]).pos == 0


@given(st.floats(100, 6000), st.floats(1, 200), st.floats(0, 20_000), st.floats(0, 20_000))
@settings(max_examples=15, deadline=None)
def test_probabilities_are_probabilities(
    width: float, speed: float, endurance: float, transit: float
) -> None:
    asset = Asset(name="x", sweep_width_m=width, speed_knots=speed, endurance_s=endurance, transit_s=transit)
    found = plan(AREA, [asset, asset])
    assert 0 <= found.pos <= 1
    for rectangle in found.rectangles:
        assert 0 <= rectangle.pos <= min(rectangle.containment, rectangle.pod) <= 1
