"""From a rectangle to what a crew steers: legs with turning points and hours; and what others already have in hand.

Parallel legs, the first and the last half a spacing inside the rectangle, as IAMSAR (volume II, chapter 5) lays them
out; each turn half a spacing inside its end. What another asset was given to search and has not yet reported on counts
as searched when a plan is made, and only then: it is no evidence of anything, and no area that is shown knows of it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import msgspec
import numpy as np

from entente.maritime.area import held_by, polygon_m2
from entente.maritime.search import Asset, Rectangle, probability_of_detection
from entente.maritime.tellings import fold_asset
from entente.maritime.values import ActSaid, Area, Boat
from entente.model.moment import Instant
from entente.model.place import METRES_IN_A_NAUTICAL_MILE, Position
from entente.model.sea_act import LookedFor, Searched, SearchOrder, Tasked

# Searches that share less time than this are one after the other.
MEET = dt.timedelta(minutes=5)
# An order without an end is held to take so long; one that nobody reported on is asked about for so long.
TAKES, ASKED_ABOUT = dt.timedelta(hours=4), dt.timedelta(hours=24)
# A fraction of a degree that is a centimetre or so.
_PLACES = 6


class Leg(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One straight way at search speed: where and when it begins and ends, its course (true) and length."""

    number: int
    begins: Position
    ends: Position
    begins_at: Instant
    ends_at: Instant
    course_degrees: float
    length_m: float


class Spread(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How large an area is at a moment, and its likeliest square."""

    at: Instant
    likeliest: Position
    within_50_km2: float
    within_95_km2: float


class SearchTold(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A plan with all that a watch-keeper reads beside it. at: when it was drawn; begins: when the asset sets out.

    area: at the middle of the time on scene, which the plan is laid over; spreads: at its beginning, middle and end.
    rectangle None: there is nowhere to search, or nothing to see it with. searched, in_hand: what was done, and what
    others were given and have not reported on. is_shared: some of that is searched in the same hours, and left to them.
    """

    boat: Boat
    at: Instant
    looked_for: LookedFor
    asset: Asset
    begins: Instant
    on_scene: Instant
    ends: Instant
    area: Area
    spreads: tuple[Spread, ...]
    rectangle: Rectangle | None
    legs: tuple[Leg, ...]
    searched: tuple[ActSaid, ...]
    in_hand: tuple[ActSaid, ...]
    is_shared: bool = False

    @property
    def order(self) -> SearchOrder | None:
        """What the asset would be given."""
        if self.rectangle is None:
            return None
        return SearchOrder(
            corners=self.rectangle.corners,
            sweep_width_m=round(self.asset.sweep_width_m, 1),
            track_m=self.rectangle.track_m,
            looked_for=self.looked_for,
            starts=self.on_scene,
            ends=self.ends,
        )


def spread_of(area: Area) -> Spread | None:
    """The size of an area and where it is densest; None where nobody said where the boat was."""
    if not area.cells:
        return None
    held, count = 0.0, 0
    for _, _, share in area.cells:
        held, count = held + share, count + 1
        if held >= 0.5:
            break
    latitude, longitude, _ = area.cells[0]
    return Spread(
        at=area.at,
        likeliest=Position(latitude=round(latitude, 5), longitude=round(longitude, 5)),
        within_50_km2=round(min(count * (area.cell_m / 1000) ** 2, area.area_95_km2), 2),
        within_95_km2=round(area.area_95_km2, 2),
    )


def legs_of(rectangle: Rectangle, begins: Instant, speed_knots: float) -> tuple[Leg, ...]:
    """The legs of a rectangle, begun at a moment on scene. speed_knots: above zero."""
    first, along_end, _, beside_end = rectangle.corners
    inset = min(rectangle.spacing_m / 2 / rectangle.length_m, 0.5) if rectangle.length_m else 0.0

    def place(along: float, beside: float) -> Position:
        latitude = first.latitude + along * (along_end.latitude - first.latitude)
        longitude = first.longitude + along * (along_end.longitude - first.longitude)
        return Position(
            latitude=round(latitude + beside * (beside_end.latitude - first.latitude), _PLACES),
            longitude=round(longitude + beside * (beside_end.longitude - first.longitude), _PLACES),
        )

    metres_per_s = speed_knots * METRES_IN_A_NAUTICAL_MILE / 3600.0
    length_m = rectangle.length_m * (1 - 2 * inset)
    legs: list[Leg] = []
    at = begins
    for number in range(rectangle.legs):
        beside = (number + 0.5) / rectangle.legs
        ends = (inset, 1 - inset) if number % 2 == 0 else (1 - inset, inset)
        until = at + dt.timedelta(seconds=round(length_m / metres_per_s))
        back = 180.0 if number % 2 else 0.0
        legs.append(
            Leg(
                number=number + 1,
                begins=place(ends[0], beside),
                ends=place(ends[1], beside),
                begins_at=at,
                ends_at=until,
                course_degrees=round((rectangle.heading_degrees + back) % 360, 1) % 360,
                length_m=round(length_m),
            )
        )
        at = until + dt.timedelta(seconds=round(rectangle.spacing_m / metres_per_s))
    return tuple(legs)


def detection(order: SearchOrder | Searched) -> float:
    """The chance of having seen what was in the area, by what was planned or done (IAMSAR, 1 - exp(-W·L / A))."""
    area_m2 = polygon_m2(tuple((one.latitude, one.longitude) for one in order.corners))
    return probability_of_detection(order.sweep_width_m, order.track_m, area_m2)


def in_hand(acts: Sequence[ActSaid], at: Instant) -> tuple[ActSaid, ...]:
    """Orders to search that nobody has reported on, in order of time; the newest of each asset, of the last day."""
    newest: dict[str, tuple[ActSaid, Tasked]] = {}
    for said in sorted(acts, key=lambda one: (one.at, one.id)):
        if isinstance(said.act, Tasked):
            newest[fold_asset(said.act.asset)] = (said, said.act)
    done = [(fold_asset(one.act.asset), one.act) for one in acts if isinstance(one.act, Searched)]
    found = [
        said
        for asset, (said, task) in newest.items()
        if task.search is not None
        and at - said.at <= ASKED_ABOUT
        and not any(name == asset and act.ends > task.at for name, act in done)
    ]
    return tuple(sorted(found, key=lambda one: (one.at, one.id)))


def still_taken(orders: Sequence[ActSaid], begins: Instant, ends: Instant) -> list[SearchOrder]:
    """Of orders in hand, those that are searched within a time: a plan for that time leaves them what they have.

    What comes later is searched where the boat will have drifted to by then, and takes nothing from now.
    """
    found = []
    for said in orders:
        task = said.act
        if isinstance(task, Tasked) and task.search is not None:
            over = task.search.ends or task.until or task.at + TAKES
            starts = task.search.starts or task.at
            if min(over, ends) - max(starts, begins) > MEET:
                found.append(task.search)
    return found


def left_to_search(area: Area, orders: Sequence[SearchOrder]) -> Area:
    """The area as it would be weighed if the orders had found nothing: for a plan beside them, never to be shown."""
    if not area.cells or not orders:
        return area
    cells = np.array(area.cells)
    for order in orders:
        corners = tuple((one.latitude, one.longitude) for one in order.corners)
        cells[held_by(corners, cells[:, 0], cells[:, 1]), 2] *= 1 - detection(order)
    weighed = sorted(
        ((float(a), float(b), float(share)) for a, b, share in cells), key=lambda cell: (-cell[2], cell)
    )
    return msgspec.structs.replace(area, cells=tuple(weighed))


def area_km2(order: SearchOrder | Searched) -> float:
    """How large a searched area is."""
    return polygon_m2(tuple((one.latitude, one.longitude) for one in order.corners)) / 1e6
