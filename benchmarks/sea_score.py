"""What a picture of an invented night is worth, by the night's truth: nothing hidden, nothing closed wrongly.

A `View` is what any tracker shows at a moment: groups of reports held to be one boat, most urgent first, open or
closed, and pairs of groups that it holds to be one boat without saying so for certain. A `Tally` counts over nights;
`figures` makes the keys of `benchmarks.sea`, where each is defined.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from itertools import pairwise
from statistics import quantiles
from typing import Any, NamedTuple

from entente.exercise.nights.night import Night
from entente.maritime.values import Area, Picture, SeaReport
from entente.model.sea_act import QuayForm, TakenOff

# An officer needs so long before dawn to close what came ashore.
HANDS_S = 3600.0


class Group(NamedTuple):
    """Reports held to be of one boat. closing: what closed it; "": open. row: its place in the list, or 0."""

    id: str
    reports: tuple[str, ...]
    closing: str = ""
    row: int = 0


class View(NamedTuple):
    """What a tracker shows. linked: ids of two groups that are probably one boat."""

    groups: tuple[Group, ...]
    linked: tuple[tuple[str, str], ...] = ()


def view_of(picture: Picture) -> View:
    """The picture as a view."""
    groups = tuple(
        Group(
            boat.id,
            boat.reports,
            boat.closing or boat.id if boat.state.startswith("closed") else "",
            boat.row,
        )
        for boat in sorted(picture.boats, key=lambda boat: boat.rank)
    )
    linked = tuple(
        (link.one, link.other) for link in picture.links if link.verdict in ("same", "probably_same")
    )
    return View(groups, linked)


def owners(group: Group, boat_of: Mapping[str, int]) -> tuple[int, ...]:
    """The boats that have most reports in a group: one, or several that are even."""
    counted = Counter(boat_of[each] for each in group.reports if each in boat_of)
    most = max(counted.values(), default=0)
    return tuple(boat for boat, count in counted.items() if count == most)


def without_own(boats: Iterable[int], may_own: Mapping[int, Sequence[str]]) -> set[int]:
    """The boats that get no group when each group goes to one boat at most (a largest matching)."""
    given: dict[str, int] = {}

    def place(boat: int, tried: set[str]) -> bool:
        for group in may_own.get(boat, ()):
            if group not in tried:
                tried.add(group)
                if group not in given or place(given[group], tried):
                    given[group] = boat
                    return True
        return False

    return {boat for boat in sorted(boats) if not place(boat, set())}


def _inside(rings: Sequence[Sequence[tuple[float, float]]], longitude: float, latitude: float) -> bool:
    """Even and odd crossings over all rings, so that a hole is outside."""
    crossings = 0
    for ring in rings:
        for (x, y), (next_x, next_y) in pairwise((*ring, ring[0])):
            if (y > latitude) != (next_y > latitude):
                crossings += longitude < x + (latitude - y) / (next_y - y) * (next_x - x)
    return crossings % 2 == 1


def upper_bound(events: int, trials: int, confidence: float = 0.95) -> float:
    """The one-sided upper bound of Clopper and Pearson for a share; about 3 in the number of trials where none."""
    if trials == 0 or events >= trials:
        return 1.0
    low, high = events / trials, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if _at_most(events, trials, middle) > 1 - confidence:
            low = middle
        else:
            high = middle
    return high


def _at_most(events: int, trials: int, share: float) -> float:
    """The chance of so many events or fewer."""
    return sum(
        math.exp(
            math.lgamma(trials + 1)
            - math.lgamma(each + 1)
            - math.lgamma(trials - each + 1)
            + (each * math.log(share) if each else 0.0)
            + (trials - each) * math.log1p(-share)
        )
        for each in range(events + 1)
    )


@dataclass
class Tally:
    """Counts over nights; two add up."""

    nights: int = 0
    boats: int = 0
    live_boats: int = 0
    masked: int = 0
    masked_at: list[str] = field(default_factory=list)
    closings: int = 0
    wrong: int = 0
    wrong_at: list[str] = field(default_factory=list)
    same_pairs: int = 0
    same_right: int = 0
    held_pairs: int = 0
    held_right: int = 0
    linked_pairs: int = 0
    linked_right: int = 0
    true_pairs: int = 0
    hypotheses: int = 0
    open_at_dawn: int = 0
    closable: int = 0
    closed_of_closable: int = 0
    ranks: list[int] = field(default_factory=list)
    ranks_unseen: list[int] = field(default_factory=list)
    rows: int = 0
    asked: int = 0
    answered: int = 0
    within_95: int = 0
    areas: int = 0
    area_km2: float = 0.0
    phones_said: int = 0
    phones_wrong: int = 0
    reports: int = 0
    cpu_s: float = 0.0

    def add(self, other: Tally) -> None:
        """Take another's counts in."""
        for one in fields(self):
            setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))

    def figures(self) -> dict[str, Any]:
        """The keys, rounded where they are shares."""
        precision = self.linked_right / self.linked_pairs if self.linked_pairs else 1.0
        recall = self.linked_right / self.true_pairs if self.true_pairs else 1.0
        ranks, unseen = sorted(self.ranks), sorted(self.ranks_unseen)
        return {
            "nights": self.nights,
            "boats": self.boats,
            "reports_per_boat": _share(self.reports, self.boats),
            "masked_boats": self.masked,
            "masked_boats_bound": round(upper_bound(self.masked, self.live_boats), 6),
            "live_boats": self.live_boats,
            "wrong_closures": self.wrong,
            "wrong_closures_bound": round(upper_bound(self.wrong, self.closings), 6),
            "closings": self.closings,
            "auto_merge_precision": _share(self.same_right, self.same_pairs, 5),
            "merge_precision_with_officers": _share(self.held_right, self.held_pairs, 5),
            "hypotheses_per_boat": _share(self.hypotheses, self.boats),
            "rows_per_boat": _share(self.rows, self.boats),
            "identity_precision": round(precision, 4),
            "identity_recall": round(recall, 4),
            "identity_f1": round(2 * precision * recall / (precision + recall), 4)
            if precision + recall
            else 0.0,
            "area95_coverage": _share(self.within_95, self.areas) if self.areas else None,
            "areas": self.areas,
            "area95_km2_mean": _share(self.area_km2, self.areas, 1),
            "rightly_closed_share": _share(self.closed_of_closable, self.closable),
            "closable_boats": self.closable,
            "open_at_dawn_per_boat": _share(self.open_at_dawn, self.boats),
            "neediest_rank_median": ranks[len(ranks) // 2] if ranks else None,
            "neediest_rank_p95": quantiles(ranks, n=20)[-1] if len(ranks) > 1 else None,
            "neediest_unseen_rank_median": unseen[len(unseen) // 2] if unseen else None,
            "neediest_unseen_rank_p95": quantiles(unseen, n=20)[-1] if len(unseen) > 1 else None,
            "answered_per_boat": _share(self.answered, self.boats),
            "phones_wrong_share": _share(self.phones_wrong, self.phones_said),
            "seconds_per_night": round(self.cpu_s / self.nights, 2) if self.nights else None,
        }


def _share(part: float, whole: float, digits: int = 4) -> float | None:
    return round(part / whole, digits) if whole else None


class Scorer:
    """Scores the views of one night, in order of time."""

    def __init__(self, night: Night) -> None:
        self.night = night
        self.boat_of = night.boat_of
        self.tally = Tally(nights=1, phones_said=night.phones_said, phones_wrong=night.phones_wrong)
        self._first: dict[int, float] = {}
        self._seen: dict[int, list[tuple[float, float]]] = {}
        for entry in night.entries:
            if isinstance(entry.said, SeaReport):
                self._first.setdefault(entry.boat, entry.arrives_s)
                if entry.said.seen.means != "relayed" and not entry.said.seen.status:
                    at_s = entry.said.seen_at.timestamp()
                    self._seen.setdefault(entry.boat, []).append((entry.arrives_s, at_s))
        self._live: set[int] = set()
        self._masked: set[int] = set()
        self._wrong: set[int] = set()
        self._closings: set[str] = set()

    def reported(self, at_s: float) -> list[int]:
        """True boats of which somebody has told by then."""
        return [boat for boat, first_s in self._first.items() if first_s <= at_s and boat >= 0]

    def look(self, view: View, at_s: float) -> None:
        """Score what is shown at one moment."""
        needs = {boat: self.night.boats[boat].need(at_s) for boat in self.reported(at_s)}
        live = {boat for boat, need in needs.items() if need}
        self._live |= live
        may_own: dict[int, list[str]] = {}
        rank_of: dict[int, int] = {}
        for rank, group in enumerate(view.groups, start=1):
            for boat in owners(group, self.boat_of):
                if group.closing:
                    self._closings.add(group.closing)
                    lost = self.night.boats[boat].at(at_s)[2]
                    if (boat in live or lost) and boat not in self._wrong:
                        self._wrong.add(boat)
                        self.tally.wrong_at.append(self._place(boat, at_s))
                else:
                    may_own.setdefault(boat, []).append(group.id)
                    rank_of.setdefault(boat, group.row or rank)
        for boat in without_own(live, may_own) - self._masked:
            self._masked.add(boat)
            self.tally.masked_at.append(self._place(boat, at_s))
        last = len(view.groups) + 1
        for ranks, needed in (
            (self.tally.ranks, {boat: self._told_need(boat, at_s) for boat in live}),
            (self.tally.ranks_unseen, needs),
        ):
            worst = max(needed.values(), default=0.0)
            if worst:
                ranks.append(min(rank_of.get(boat, last) for boat, need in needed.items() if need == worst))

    def _told_need(self, boat: int, at_s: float) -> float:
        """How badly it needed help when somebody last saw it or spoke from it, of what has arrived."""
        seen = [seen_s for arrives_s, seen_s in self._seen.get(boat, ()) if arrives_s <= at_s]
        return self.night.boats[boat].need(min(max(seen, default=at_s), at_s))

    def area(self, area: Area, group: Group, at_s: float) -> None:
        """Whether the boat that owns a group lies within its 95 % area; no area, or nobody at sea: not counted."""
        mine = owners(group, self.boat_of)
        if area.within_95 and len(mine) == 1 and self.night.boats[mine[0]].need(at_s):
            latitude, longitude = self.night.where(mine[0], at_s)
            self.tally.areas += 1
            self.tally.within_95 += _inside(area.within_95, longitude, latitude)
            self.tally.area_km2 += area.area_95_km2

    def auto(self, groups: Iterable[Sequence[str]]) -> None:
        """Score what the machine alone would merge, without any officer's judgement."""
        for reports in groups:
            counted = Counter(self.boat_of[each] for each in reports if each in self.boat_of)
            self.tally.same_pairs += math.comb(sum(counted.values()), 2)
            self.tally.same_right += sum(math.comb(count, 2) for count in counted.values())

    def _place(self, boat: int, at_s: float) -> str:
        minutes = (at_s - self.night.starts_s) / 60
        return f"night {self.night.seed} {self.night.stress}, boat {boat}, minute {minutes:.0f}"

    def dawn(self, view: View) -> Tally:
        """Score the last view for what it says of the whole night, and return the tally."""
        tally, total = self.tally, Counter[int]()
        by_group: dict[str, Counter[int]] = {}
        for group in view.groups:
            counted = Counter(self.boat_of[each] for each in group.reports if each in self.boat_of)
            by_group[group.id] = counted
            total += counted
            tally.held_pairs += math.comb(sum(counted.values()), 2)
            tally.held_right += sum(math.comb(count, 2) for count in counted.values())
        tally.linked_pairs, tally.linked_right = tally.held_pairs, tally.held_right
        for one, other in view.linked:
            if one in by_group and other in by_group and one != other:
                tally.linked_pairs += sum(by_group[one].values()) * sum(by_group[other].values())
                tally.linked_right += sum(
                    by_group[one][boat] * by_group[other][boat] for boat in by_group[one]
                )
        tally.true_pairs = sum(math.comb(count, 2) for count in total.values())
        reported = self.reported(self.night.dawn_s)
        tally.boats, tally.hypotheses, tally.reports = len(reported), len(view.groups), sum(total.values())
        tally.rows = len({group.row or -number for number, group in enumerate(view.groups, start=1)})
        tally.open_at_dawn = sum(not group.closing for group in view.groups)
        for boat in set(reported) & closable(self.night):
            tally.closable += 1
            tally.closed_of_closable += any(
                group.closing and owners(group, self.boat_of) == (boat,) for group in view.groups
            )
        tally.live_boats, tally.closings = len(self._live), len(self._closings)
        tally.masked, tally.wrong = len(self._masked), len(self._wrong)
        return tally


def closable(night: Night) -> set[int]:
    """Boats that an officer with the night's evidence could close an hour before dawn.

    Everybody who boarded was counted off them by acts, the people of each ship were asked who is missing and the newest
    form says nobody, and somebody was identified by a number or a name that the boat itself had given; of a boat that
    gave none, by any.
    """
    counted: Counter[int] = Counter()
    given: dict[int, set[str]] = {}
    read_back: dict[int, set[str]] = {}
    ships: dict[int, set[str]] = {}
    asked: dict[int, set[str]] = {}
    missing: dict[int, int | None] = {}
    for entry in night.entries:
        if entry.arrives_s > night.dawn_s - HANDS_S:
            continue
        if isinstance(entry.said, SeaReport):
            given.setdefault(entry.boat, set()).update((*entry.said.seen.callers, *entry.said.seen.names))
            continue
        act = entry.said.act
        if isinstance(act, TakenOff):
            counted[entry.boat] += act.count
            ships.setdefault(entry.boat, set()).add(act.asset)
        if isinstance(act, QuayForm):
            missing[entry.boat] = act.missing
            if act.missing is not None:
                asked.setdefault(entry.boat, set()).add(act.asset)
        if isinstance(act, QuayForm | TakenOff):
            read_back.setdefault(entry.boat, set()).update((*act.identified.phones, *act.identified.names))
    found = set()
    for boat in night.boats:
        number = boat.number
        gone = sum(left.people for left in boat.left)
        is_whole = boat.boarded > 0 and gone == boat.boarded and abs(counted[number] - gone) <= 2
        said, known = given.get(number, set()), read_back.get(number, set())
        is_known = bool(said & known) if said else bool(known)
        is_asked = ships.get(number, set()) <= asked.get(number, set())
        if is_whole and is_known and is_asked and missing.get(number) == 0:
            found.add(number)
    return found
