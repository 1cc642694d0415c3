"""What came of each launch warning: which boats fit it, what an officer settled, and a season counted month by month.

A fit is a proposal: a boat that left near the place within the window. What came of a warning is what a named officer
says, the newest word standing. The season counts those words and claims nothing beyond them: how often a launch
followed of those that were settled, with the interval that so few allow (Wilson, 95 %), how early the warning was, and
which boats nobody foretold. It says nothing of what would have happened without the warning.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, Protocol

import msgspec

from entente.errors import Text
from entente.formats.gazetteer import place_named
from entente.maritime.values import ActSaid, Boat, SeaReport
from entente.model.moment import Instant
from entente.model.place import METRES_IN_A_NAUTICAL_MILE, Position, distance_m
from entente.model.report import Warning
from entente.model.sea_act import WarningSettled
from entente.model.sighting import PersonsOnBoard

Outcome = Literal["launched", "prevented", "nothing_seen", "not_known"]
OUTCOME_WORDS: dict[Outcome, Text] = {
    "launched": Text("départ constaté", "launch seen"),
    "prevented": Text("départ empêché", "launch prevented"),
    "nothing_seen": Text("rien vu", "nothing seen"),
    "not_known": Text("inconnue", "not known"),
}
UNSETTLED = Text("à établir", "to be settled")

# A boat leaves a beach beside the one named as often as from it, and is heard of an hour after.
NEAR_LAUNCH_M = 5 * METRES_IN_A_NAUTICAL_MILE
# Where only a first position at sea is known: as far as a boat comes in the time since the window opened, at most.
MOST_SPEED_MPS = 6.0 * METRES_IN_A_NAUTICAL_MILE / 3600
EARLY = dt.timedelta(hours=1)
LATE = dt.timedelta(hours=6)
# How far from the sea lane a first position may be heard of and still speak of a beach.
MOST_FIRST_M = 25 * METRES_IN_A_NAUTICAL_MILE
Z_95 = 1.959964


class WarningGiven(Protocol):
    """A warning as it reached the watch: its record, when and by whom it was given."""

    @property
    def id(self) -> str: ...
    @property
    def at(self) -> dt.datetime: ...
    @property
    def by(self) -> str: ...
    @property
    def warning(self) -> Warning: ...


class Fit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A boat that may be one that was foretold, and what speaks for it. away_m: from the place that was named."""

    boat: str
    name: str
    away_m: float
    left_at: Instant
    is_said: bool  # a place of launch was said; else it is judged by the first position at sea
    text: Text


class Came(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What came of one warning. outcome None: nobody has settled it. lead_s: from the warning to its window, below zero
    where it came too late. boats, people: of the boats that the officer named; people as an interval.
    """

    warning: str
    given_at: Instant
    given_by: str
    place: str
    starts: Instant
    ends: Instant
    boats_at_least: int
    boats_at_most: int | None
    confidence: str
    lead_s: float
    fits: tuple[Fit, ...] = ()
    outcome: Outcome | None = None
    settled_by: str = ""
    settled_at: Instant | None = None
    boats: tuple[str, ...] = ()
    people: PersonsOnBoard = PersonsOnBoard()

    @property
    def outcome_words(self) -> Text:
        """What came of it, or that it waits for an officer."""
        return UNSETTLED if self.outcome is None else OUTCOME_WORDS[self.outcome]


def what_came(
    warnings: Iterable[WarningGiven],
    boats: Sequence[Boat],
    reports: Iterable[SeaReport],
    acts: Iterable[ActSaid],
) -> tuple[Came, ...]:
    """Each warning with the boats that fit it and what was settled, by the start of its window."""
    by_report = {report: boat for boat in boats for report in boat.reports}
    reports_of: dict[str, list[SeaReport]] = {}
    for one in reports:
        if one.id in by_report:
            reports_of.setdefault(by_report[one.id].id, []).append(one)
    settled: dict[str, ActSaid] = {}
    for said in acts:
        if isinstance(said.act, WarningSettled):
            before = settled.get(said.act.warning)
            if before is None or (before.at, before.id) < (said.at, said.id):
                settled[said.act.warning] = said
    found = [_came(one, boats, reports_of, settled.get(one.id), by_report) for one in warnings]
    return tuple(sorted(found, key=lambda one: (one.starts, one.warning)))


def _came(
    given: WarningGiven,
    boats: Sequence[Boat],
    reports_of: Mapping[str, list[SeaReport]],
    settled: ActSaid | None,
    by_report: Mapping[str, Boat],
) -> Came:
    warning = given.warning
    fits = [fit for boat in boats if (fit := _fit(warning, boat, reports_of.get(boat.id, []))) is not None]
    named: dict[str, Boat] = {}
    outcome: Outcome | None = None
    if settled is not None and isinstance(settled.act, WarningSettled):
        outcome = settled.act.outcome
        if outcome == "launched":
            # Two reports of one boat name it once, also where they were two boats when the officer named them.
            named = {boat.id: boat for one in settled.act.boats if (boat := by_report.get(one)) is not None}
    return Came(
        warning=given.id,
        given_at=given.at,
        given_by=given.by,
        place=warning.place,
        starts=warning.starts,
        ends=warning.ends,
        boats_at_least=warning.boats_at_least,
        boats_at_most=warning.boats_at_most,
        confidence=warning.confidence,
        lead_s=(warning.starts - given.at).total_seconds(),
        fits=tuple(sorted(fits, key=lambda fit: (not fit.is_said, fit.away_m, fit.boat))),
        outcome=outcome,
        settled_by=settled.act.officer if settled is not None else "",
        settled_at=settled.at if settled is not None else None,
        boats=tuple(sorted(named)),
        people=_people(named.values()),
    )


def _people(boats: Iterable[Boat]) -> PersonsOnBoard:
    least, most = 0, 0
    is_open = False
    for boat in boats:
        said = boat.ledger.said
        least += said.at_least
        is_open = is_open or said.at_most is None
        most += said.at_most or 0
    return PersonsOnBoard(at_least=least, at_most=None if is_open else most)


def _fit(warning: Warning, boat: Boat, reports: Sequence[SeaReport]) -> Fit | None:
    """Whether a boat may have left as foretold: by where it is said to have left, else by where it was first seen."""
    where = _place_of(warning)
    if where is None:
        return None
    is_said = False
    for one in sorted(reports, key=lambda one: (one.seen_at, one.id)):
        left = place_named(one.seen.launched_from) if one.seen.launched_from else None
        if left is None:
            continue
        is_said = True
        left_at = one.seen.launched_at or one.seen_at
        until = warning.ends + (dt.timedelta() if one.seen.launched_at else LATE)
        away = distance_m(where, left.position)
        if away <= NEAR_LAUNCH_M and warning.starts - EARLY <= left_at <= until + EARLY:
            return _fitting(boat, away, left_at, is_said=True, is_timed=one.seen.launched_at is not None)
    if is_said:
        # What somebody said of where they left goes before what a position lets one guess.
        return None
    first = next(
        (one for one in sorted(reports, key=lambda one: (one.seen_at, one.id)) if one.seen.position), None
    )
    if first is None or first.seen.position is None:
        return None
    since_s = (first.seen_at - warning.starts).total_seconds()
    away = distance_m(where, first.seen.position)
    reach = min(MOST_FIRST_M, NEAR_LAUNCH_M + max(0.0, since_s) * MOST_SPEED_MPS)
    if warning.starts - EARLY <= first.seen_at <= warning.ends + LATE and away <= reach:
        return _fitting(boat, away, first.seen_at, is_said=False)
    return None


def _fitting(
    boat: Boat, away_m: float, left_at: dt.datetime, *, is_said: bool, is_timed: bool = False
) -> Fit:
    """left_at: when it left, where somebody said so (is_timed); else when it was first heard of."""
    miles = f"{away_m / METRES_IN_A_NAUTICAL_MILE:.1f}"
    when = left_at.astimezone(dt.UTC)
    hour = Text(f"{when:%H} h {when:%M}", f"{when:%H:%M}")
    when_said = (
        Text("vers", "about")
        if is_timed
        else Text("à une heure non dite, signalé à", "at a time not said, heard of at")
    )
    text = (
        Text(
            f"départ dit à {miles.replace('.', ',')} M du lieu, {when_said.fr} {hour.fr} UTC",
            f"said to have left {miles} NM from the place, {when_said.en} {hour.en} UTC",
        )
        if is_said
        else Text(
            f"première position à {miles.replace('.', ',')} M du lieu, à {hour.fr} UTC ; lieu de départ non dit",
            f"first position {miles} NM from the place, at {hour.en} UTC; place of launch not said",
        )
    )
    return Fit(boat=boat.id, name=boat.name, away_m=away_m, left_at=left_at, is_said=is_said, text=text)


def _place_of(warning: Warning) -> Position | None:
    if warning.position is not None:
        return warning.position
    place = place_named(warning.place)
    return None if place is None else place.position


# -- a season ---------------------------------------------------------------------------------------------------------


class Interval(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A share with its 95 % interval after Wilson; None where nothing was counted."""

    share: float
    low: float
    high: float


class Month(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Counts of one month, or of the season (month ""). settled = launched + prevented + nothing_seen + not_known.

    foretold_least, foretold_most: boats that the warnings of the month spoke of; None where one had no upper bound.
    hit_rate: launched of all that were settled and known. missed: boats of the month that no settled warning names.
    """

    month: str
    warnings: int
    settled: int
    launched: int
    prevented: int
    nothing_seen: int
    not_known: int
    foretold_least: int
    foretold_most: int | None
    boats_named: int
    boats: int
    missed: int
    people: PersonsOnBoard
    lead_median_s: float | None
    late: int  # given after their window had opened
    hit_rate: Interval | None


class Season(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The record of a season. came: warning by warning. missed: boats that no settled warning names."""

    came: tuple[Came, ...]
    months: tuple[Month, ...]
    whole: Month
    missed: tuple[str, ...]


def wilson(hits: int, of: int) -> Interval | None:
    """The share of hits with the interval of Wilson (1927) at 95 %. None of nothing."""
    if of == 0:
        return None
    share, square = hits / of, Z_95 * Z_95
    middle = (share + square / (2 * of)) / (1 + square / of)
    half = Z_95 * math.sqrt(share * (1 - share) / of + square / (4 * of * of)) / (1 + square / of)
    return Interval(
        share=share,
        low=0.0 if hits == 0 else max(0.0, middle - half),
        high=1.0 if hits == of else min(1.0, middle + half),
    )


def season(came: Sequence[Came], boats: Sequence[Boat]) -> Season:
    """Count warnings by the month of their window, and boats by the month in which they were first heard of (UTC)."""
    named = {one for each in came for one in each.boats}
    months = sorted(
        {_month(one.starts) for one in came} | {_month(one.first_at) for one in boats if one.first_at}
    )
    return Season(
        came=tuple(came),
        months=tuple(
            _counted(
                month,
                [one for one in came if _month(one.starts) == month],
                [one for one in boats if one.first_at and _month(one.first_at) == month],
                named,
            )
            for month in months
        ),
        whole=_counted("", came, boats, named),
        missed=tuple(sorted(one.id for one in boats if one.id not in named)),
    )


def _month(at: dt.datetime) -> str:
    return f"{at.astimezone(dt.UTC):%Y-%m}"


def _counted(month: str, came: Sequence[Came], boats: Sequence[Boat], named: set[str]) -> Month:
    count = {kind: sum(one.outcome == kind for one in came) for kind in OUTCOME_WORDS}
    leads = sorted(one.lead_s for one in came)
    most = [one.boats_at_most for one in came]
    known = count["launched"] + count["prevented"] + count["nothing_seen"]
    here = {one for each in came for one in each.boats}
    return Month(
        month=month,
        warnings=len(came),
        settled=sum(count.values()),
        launched=count["launched"],
        prevented=count["prevented"],
        nothing_seen=count["nothing_seen"],
        not_known=count["not_known"],
        foretold_least=sum(one.boats_at_least for one in came),
        foretold_most=None if None in most else sum(one or 0 for one in most),
        boats_named=len(here),
        boats=len(boats),
        missed=sum(one.id not in named for one in boats),
        people=_people(boats),
        lead_median_s=_median(leads),
        late=sum(one.lead_s < 0 for one in came),
        hit_rate=wilson(count["launched"], known),
    )


def _median(ordered: Sequence[float]) -> float | None:
    if not ordered:
        return None
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2
