"""What an asset should search in the time it has: where, in how many legs, how far apart, and what to expect of it.

Detection is exponential, as IAMSAR (volume II, chapter 4 and appendix N) takes it for searching by eye without great
regularity: POD = 1 - exp(-W·L / A). Sweep widths are from its tables N-4 to N-7. They are for daylight: at night
without lights or infra-red they are far less, and whoever plans says so by a sweep width of their own. The plan
maximises the probability of success over rectangles that lie along the area, two legs at least in each.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from entente.maritime.values import Area
from entente.model.place import METRES_IN_A_NAUTICAL_MILE, Position

AssetKind = Literal["ship", "helicopter", "aircraft"]
Target = Literal["person_in_water", "boat_to_5_m", "boat_6_to_7_m", "boat_10_to_12_m", "life_raft_25"]

# IAMSAR volume II, appendix N: sweep widths in nautical miles by visibility in nautical miles. Ships N-4; helicopters
# N-5 and fixed-wing aircraft N-6, both at 150 m (500 ft). An inflatable of the Strait is 8 to 10 m long and low: it is
# between a boat of 6 m and one of 10 m, and the smaller is the honest choice.
_VISIBILITY_NMI: dict[AssetKind, tuple[float, ...]] = {
    "ship": (3, 5, 10, 15, 20),
    "helicopter": (1, 3, 5, 10, 15, 20),
    "aircraft": (1, 3, 5, 10, 15, 20),
}
_SWEEP_NMI: dict[AssetKind, dict[Target, tuple[float, ...]]] = {
    "ship": {
        "person_in_water": (0.4, 0.5, 0.6, 0.7, 0.7),
        "boat_to_5_m": (1.1, 1.4, 1.9, 2.1, 2.3),
        "boat_6_to_7_m": (2.0, 2.9, 4.3, 5.2, 5.8),
        "boat_10_to_12_m": (2.8, 4.5, 7.6, 9.4, 11.6),
        "life_raft_25": (2.7, 4.2, 5.2, 6.5, 7.5),
    },
    "helicopter": {
        "person_in_water": (0.0, 0.1, 0.1, 0.1, 0.1, 0.1),
        "boat_to_5_m": (0.5, 1.2, 1.6, 2.4, 2.7, 2.8),
        "boat_6_to_7_m": (0.5, 1.4, 1.9, 3.2, 3.9, 4.3),
        "boat_10_to_12_m": (0.8, 2.5, 3.9, 6.2, 7.8, 8.9),
        "life_raft_25": (0.6, 1.8, 2.5, 4.3, 5.0, 5.8),
    },
    "aircraft": {
        "person_in_water": (0.0, 0.1, 0.1, 0.1, 0.1, 0.1),
        "boat_to_5_m": (0.4, 0.9, 1.2, 1.7, 2.0, 2.1),
        "boat_6_to_7_m": (0.4, 1.0, 1.4, 2.4, 3.0, 3.3),
        "boat_10_to_12_m": (0.6, 1.9, 2.9, 4.7, 5.9, 6.7),
        "life_raft_25": (0.5, 1.4, 1.9, 3.2, 3.8, 4.4),
    },
}
# N-7: wind over 15 knots or seas over 0.6 m; wind over 25 knots or seas over 1.2 m.
_WEATHER_SMALL, _WEATHER_OTHER = (1.0, 0.5, 0.25), (1.0, 0.9, 0.9)
_MOST_COVERAGE = 3.0
_MIDDLES, _SIZES, _SHAPES = 24, 10, (1.0, 1.6, 2.6)
_METRES_IN_LATITUDE = 111_195.0


class Asset(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What can search. endurance_s: until it must leave for home; transit_s: until it is there, out of that.

    least_spacing_m: legs nearer to each other than this it cannot hold; 0.0: as near as one likes.
    """

    name: str
    sweep_width_m: float
    speed_knots: float
    endurance_s: float
    transit_s: float = 0.0
    least_spacing_m: float = 0.0

    def __post_init__(self) -> None:
        figures = (
            self.sweep_width_m,
            self.speed_knots,
            self.endurance_s,
            self.transit_s,
            self.least_spacing_m,
        )
        if min(figures) < 0:
            raise ValueError("widths, speeds and times of a search are zero or more")

    @property
    def track_m(self) -> float:
        """How far it can go while it searches."""
        on_scene_s = max(0.0, self.endurance_s - self.transit_s)
        return on_scene_s * self.speed_knots * METRES_IN_A_NAUTICAL_MILE / 3600.0


class Rectangle(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What one asset should search. corners: four, in order round it, the first being where it begins.

    heading_degrees: of the first leg, true. spacing_m: between parallel legs. containment: probability that the object
    is in it now, after what assets before it will have searched; pod: of finding it if it is; pos: of finding it.
    """

    asset: str
    corners: tuple[Position, ...]
    heading_degrees: float
    length_m: float
    width_m: float
    legs: int
    spacing_m: float
    track_m: float
    containment: float
    pod: float
    pos: float


class SearchPlan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A rectangle for each asset that has time, in the order given; pos: that any of them finds it."""

    boat: str
    rectangles: tuple[Rectangle, ...]
    pos: float


def sweep_width_m(
    kind: AssetKind, target: Target, *, visibility_nmi: float = 10.0, wind_knots: float = 0.0
) -> float:
    """The corrected sweep width in metres, by daylight; between the columns of the tables in a straight line."""
    width = float(np.interp(visibility_nmi, _VISIBILITY_NMI[kind], _SWEEP_NMI[kind][target]))
    weather = 0 if wind_knots <= 15 else 1 if wind_knots <= 25 else 2
    is_large = target == "boat_10_to_12_m"
    return width * METRES_IN_A_NAUTICAL_MILE * (_WEATHER_OTHER if is_large else _WEATHER_SMALL)[weather]


def probability_of_detection(sweep_width_m: float, track_m: float, area_m2: float) -> float:
    """Of finding what is in an area; IAMSAR volume II, chapter 4: 1 - exp(-coverage)."""
    return 1.0 - math.exp(-sweep_width_m * track_m / area_m2) if area_m2 > 0 else 0.0


def plan(area: Area, assets: Sequence[Asset]) -> SearchPlan:
    """Divide the work: each asset in turn takes the rectangle with the best chance, given what those before it take."""
    if not area.cells:
        return SearchPlan(boat=area.boat, rectangles=(), pos=0.0)
    cells = np.array(area.cells)
    middle = (
        float(np.average(cells[:, 0], weights=cells[:, 2])),
        float(np.average(cells[:, 1], weights=cells[:, 2])),
    )
    across = _METRES_IN_LATITUDE * math.cos(math.radians(middle[0]))
    places = np.column_stack(
        ((cells[:, 1] - middle[1]) * across, (cells[:, 0] - middle[0]) * _METRES_IN_LATITUDE)
    )
    left = cells[:, 2].copy()
    rectangles: list[Rectangle] = []
    for asset in assets:
        if asset.track_m <= 0 or asset.sweep_width_m <= 0:
            continue
        best = _best(places, left, area.cell_m, asset)
        if best is None:
            continue
        turn, centre, length_m, width_m, inside = best
        legs, spacing_m = _legs(length_m, width_m, asset.track_m)
        track_m = min(asset.track_m, legs * length_m)
        pod = probability_of_detection(asset.sweep_width_m, asset.track_m, length_m * width_m)
        containment = float(left[inside].sum())
        left[inside] *= 1 - pod
        ways = ((-1, -1), (1, -1), (1, 1), (-1, 1))
        sides = [
            centre + along * length_m / 2 * turn[0] + beside * width_m / 2 * turn[1] for along, beside in ways
        ]
        rectangles.append(
            Rectangle(
                asset=asset.name,
                corners=tuple(
                    Position(
                        latitude=round(middle[0] + float(side[1]) / _METRES_IN_LATITUDE, 5),
                        longitude=round(middle[1] + float(side[0]) / across, 5),
                    )
                    for side in sides
                ),
                heading_degrees=round(math.degrees(math.atan2(turn[0][0], turn[0][1])) % 360, 1),
                length_m=round(length_m),
                width_m=round(width_m),
                legs=legs,
                spacing_m=round(spacing_m),
                track_m=round(track_m),
                containment=round(containment, 4),
                pod=round(pod, 4),
                pos=round(containment * pod, 4),
            )
        )
    return SearchPlan(boat=area.boat, rectangles=tuple(rectangles), pos=round(1 - float(left.sum()), 4))


_Best = tuple[NDArray[np.float64], NDArray[np.float64], float, float, NDArray[np.bool_]]


def _best(
    places: NDArray[np.float64], left: NDArray[np.float64], cell_m: float, asset: Asset
) -> _Best | None:
    """The rectangle along the longer axis of what is left, or square to it, with the best chance of success.

    Sizes run from an area searched three times over, or as often as legs can lie beside each other, to one searched to
    a ninth of that; middles are the likeliest squares.
    """
    weight = left / left.sum() if left.sum() > 0 else left
    spread = np.cov(places.T, aweights=weight) if len(places) > 1 else np.eye(2)
    longer = np.linalg.eigh(spread)[1][:, 1]
    longer = longer if longer[1] > 0 else -longer
    turn = np.array([longer, [longer[1], -longer[0]]])
    turned = places @ turn.T
    effort_m2 = asset.sweep_width_m * asset.track_m
    middles = np.argsort(-left, kind="stable")[:: max(1, len(left) // (4 * _MIDDLES))][:_MIDDLES]
    centres = np.vstack((turned[middles], np.average(turned, axis=0, weights=weight)[None]))
    best: tuple[float, _Best] | None = None
    most = (
        min(_MOST_COVERAGE, asset.sweep_width_m / asset.least_spacing_m)
        if asset.least_spacing_m
        else _MOST_COVERAGE
    )
    for coverage in np.geomspace(most, most / 9, _SIZES):
        area_m2 = max(effort_m2 / coverage, cell_m**2)
        for shape in (*_SHAPES, *(1 / each for each in _SHAPES[1:])):
            along, beside = math.sqrt(area_m2 * shape), math.sqrt(area_m2 / shape)
            if max(along, beside) > asset.track_m / 2:
                continue
            off = np.abs(turned[None] - centres[:, None])
            inside = (off[..., 0] <= along / 2) & (off[..., 1] <= beside / 2)
            chances = inside @ left * probability_of_detection(asset.sweep_width_m, asset.track_m, area_m2)
            place = int(chances.argmax())
            if best is None or chances[place] > best[0] + 1e-9:
                best = (
                    float(chances[place]),
                    (turn, centres[place] @ turn, along, beside, inside[place])
                    if along >= beside
                    else (turn[::-1], centres[place] @ turn, beside, along, inside[place]),
                )
    return None if best is None or best[0] <= 0 else best[1]


def _legs(length_m: float, width_m: float, track_m: float) -> tuple[int, float]:
    """How many legs along the length fit into the way there is, and how far apart they lie."""
    legs = max(1, int(track_m // length_m))
    return legs, width_m / legs
