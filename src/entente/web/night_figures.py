"""The figures of a night: how many boats and people when, by which means they were heard of, how long until help came.

Computed from the pictures of the night and from what was reported and done; nothing is estimated that nobody said: a
count stays an interval, and a boat from which nobody was taken has no time of rescue. Values in, values out.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence

import msgspec

from entente.errors import Text
from entente.maritime.values import ActSaid, Picture, SeaReport
from entente.model.sighting import Means
from entente.web.sea_words import MEANS

# Pictures of one night's curves: enough to see a wave of departures, few enough to draw while somebody waits.
PICTURES = 32


class AtSea(msgspec.Struct, frozen=True, kw_only=True):
    """One moment: open boats, and the people aboard them as an interval; most None: nobody knows."""

    at: dt.datetime
    boats: int
    least: int
    most: int | None
    closed: int


class ByMeans(msgspec.Struct, frozen=True, kw_only=True):
    """How many reports came by one means; echoes: of those, the ones that repeat another."""

    means: Means
    words: Text
    reports: int
    echoes: int


class Waited(msgspec.Struct, frozen=True, kw_only=True):
    """How long one boat waited: from its first report to the last of its people taken off. minutes None: not yet."""

    id: str
    boat: str
    first_at: dt.datetime
    helped_at: dt.datetime | None
    minutes: int | None
    people: int


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """All figures of a night. boats, people: of the last picture; people counted one by one as accounted for."""

    boats: int
    closed: int
    reports: int
    acts: int
    accounted: int
    median_minutes: int | None
    course: tuple[AtSea, ...]
    by_means: tuple[ByMeans, ...]
    waited: tuple[Waited, ...]


def moments_between(since: dt.datetime, until: dt.datetime) -> tuple[dt.datetime, ...]:
    """Evenly spread moments of a night, its end among them."""
    step = (until - since) / PICTURES
    return tuple(since + step * number for number in range(1, PICTURES + 1))


def figures_of(reports: Sequence[SeaReport], acts: Sequence[ActSaid], pictures: Sequence[Picture]) -> Figures:
    """The figures. pictures: of moments of the night, in order; the last one counts for the whole."""
    last = pictures[-1]
    waited = tuple(
        sorted((one for one in (_waited(last, at) for at in range(len(last.boats))) if one), key=_order)
    )
    known = sorted(one.minutes for one in waited if one.minutes is not None)
    return Figures(
        boats=len(last.boats),
        closed=sum(1 for boat in last.boats if boat.state == "closed"),
        reports=len(reports),
        acts=len(acts),
        accounted=sum(boat.ledger.accounted for boat in last.boats),
        median_minutes=known[len(known) // 2] if known else None,
        course=tuple(_course(picture) for picture in pictures),
        by_means=_by_means(reports),
        waited=waited,
    )


def _order(one: Waited) -> tuple[dt.datetime, str]:
    return one.first_at, one.id


def _course(picture: Picture) -> AtSea:
    opened = [boat.ledger.aboard for boat in picture.boats if boat.state == "open"]
    most = [one.at_most for one in opened if one.at_most is not None]
    return AtSea(
        at=picture.at,
        boats=len(opened),
        least=sum(one.at_least for one in opened),
        most=sum(most) if len(most) == len(opened) else None,
        closed=sum(1 for boat in picture.boats if boat.state == "closed"),
    )


def _by_means(reports: Sequence[SeaReport]) -> tuple[ByMeans, ...]:
    counted = Counter(one.seen.means for one in reports)
    echoes = Counter(one.seen.means for one in reports if one.seen.origin)
    return tuple(
        ByMeans(means=means, words=MEANS[means], reports=number, echoes=echoes[means])
        for means, number in sorted(counted.items(), key=lambda one: (-one[1], one[0]))
    )


def _waited(picture: Picture, at: int) -> Waited | None:
    boat = picture.boats[at]
    if boat.first_at is None:
        return None
    helped = [line.at for line in boat.ledger.lines if line.change < 0]
    helped_at = max(helped) if helped else None
    minutes = int((helped_at - boat.first_at).total_seconds() // 60) if helped_at else None
    return Waited(
        id=boat.id,
        boat=boat.name,
        first_at=boat.first_at,
        helped_at=helped_at,
        minutes=max(0, minutes) if minutes is not None else None,
        people=boat.ledger.accounted,
    )
