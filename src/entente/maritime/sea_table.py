"""The reports of a night laid side by side: in the order of the sea, with whose word each is and how motion ties them.

Everything here is a function of the set of reports. What depends on one report or on a pair alone is kept in a `Cache`
by ids, because a report never changes; what depends on the whole set (how crowded the sea is, which number is a hub)
is worked out anew each time. The cache changes nothing but the time that it takes.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

import msgspec
import numpy as np

from entente.maritime.binding import Told
from entente.maritime.motion import NO_WAY_LOG2, Floats, Stream, log2_densities
from entente.maritime.phones import hubs, is_end
from entente.maritime.sea_evidence import Found
from entente.maritime.sea_traits import Traits, traits_of, with_answers
from entente.maritime.sea_weights import SeaWeights
from entente.maritime.tides import stream as tidal_stream
from entente.maritime.values import SeaReport

# A boat counts where it was seen within this time, and spreads as boats go.
ABOUT_S = 5400.0
ABOUT_MPS = 1.2
ABOUT_M = 3000.0
# Bits above "only a wrong position explains it" up to which a way counts as none.
NO_WAY_SLACK = 1.0
MOST_KEPT = 4000
NOTHING_TOLD = Told()


class Cache:
    """What was worked out of reports and pairs of them, by ids. Share one as long as the weights stay the same."""

    def __init__(self) -> None:
        self.slots: dict[str, int] = {}
        self.reports: list[SeaReport] = []
        self.traits: list[Traits] = []
        self.motion: Floats = np.empty((0, 0))
        self.found: dict[tuple[tuple[str, ...], ...], tuple[Found, ...]] = {}

    def take_in(self, reports: Sequence[SeaReport], stream: Stream) -> list[int]:
        """Make sure that every report has its traits and its motion to all others. Returns their slots."""
        new = [report for report in reports if report.id not in self.slots]
        is_full = new and len(self.slots) + len(new) > MOST_KEPT
        # A node that goes wrong may give one id to two reports: what was kept of the one says nothing of the other.
        if is_full or any(
            self.reports[self.slots[report.id]] != report for report in reports if report.id in self.slots
        ):
            self.__init__()  # type: ignore[misc]  # forget everything: simpler than choosing
            new = list(reports)
        if len(self.found) > 100 * MOST_KEPT:
            self.found.clear()
        if new:
            known = len(self.traits)
            for report in new:
                self.slots[report.id] = len(self.traits)
                self.reports.append(report)
                self.traits.append(traits_of(report))
            self._move(known, stream)
        return [self.slots[report.id] for report in reports]

    def _move(self, known: int, stream: Stream) -> None:
        size = len(self.traits)
        motion = np.full((size, size), NO_WAY_LOG2)
        motion[:known, :known] = self.motion
        pairs = [
            (one, other)
            for other in range(known, size)
            if self.traits[other].has_place
            for one in range(other)
            if self.traits[one].has_place
        ]
        if pairs:
            in_order = [
                (one, other) if self.traits[one].order <= self.traits[other].order else (other, one)
                for one, other in pairs
            ]
            values = log2_densities(
                [self.traits[one] for one, _ in in_order],
                [self.traits[other] for _, other in in_order],
                stream,
            )
            rows, columns = np.array(pairs).T
            motion[rows, columns] = values
            motion[columns, rows] = values
        self.motion = motion


def _each_once(reports: Sequence[SeaReport]) -> Iterable[SeaReport]:
    """One report for each id; of two that share one and differ, the same one whatever the order."""
    once: dict[str, SeaReport] = {}
    for report in reports:
        known = once.setdefault(report.id, report)
        if known != report:
            once[report.id] = min(known, report, key=msgspec.json.encode)
    return once.values()


class Table:
    """One set of reports. Places in it run in the order of the sea: by time seen, then by id."""

    def __init__(
        self,
        reports: Sequence[SeaReport],
        weights: SeaWeights,
        cache: Cache,
        told: Mapping[str, Told] | None = None,
        stream: Stream = tidal_stream,
    ) -> None:
        distinct = sorted(_each_once(reports), key=lambda one: (one.seen_at, one.id))
        slots = cache.take_in(distinct, stream)
        self.weights = weights
        self.traits: list[Traits] = [
            with_answers(cache.traits[slot], (told or {}).get(cache.traits[slot].id, NOTHING_TOLD))
            for slot in slots
        ]
        self.place_of: dict[str, int] = {one.id: place for place, one in enumerate(self.traits)}
        self.roots = self._roots()
        motion = cache.motion[np.ix_(slots, slots)] if slots else np.empty((0, 0))
        self.motion: list[list[float]] = motion.tolist()
        self.hubs = self._hubs()
        self._crowd(motion)

    def _roots(self) -> list[str]:
        """Whose word each report is: its own, that of the report it repeats, or of an origin that is not here."""
        roots = []
        for one in self.traits:
            root, seen = one.id, {one.id}
            while root in self.place_of:
                origin = self.traits[self.place_of[root]].origin
                if not origin or origin in seen:
                    break
                seen.add(origin)
                root = origin
            roots.append(min(seen) if root in seen and self._is_circle(root) else root)
        return roots

    def _is_circle(self, root: str) -> bool:
        place = self.place_of.get(root)
        return place is not None and bool(self.traits[place].origin)

    def said_s(self, place: int) -> float:
        """When the words of a report were true: for an echo of a report that is here, when that one was."""
        origin = self.place_of.get(self.roots[place], place)
        return min(self.traits[place].at_s, self.traits[origin].at_s)

    def conflict(self, one: int, other: int) -> bool:
        """Whether no boat could have made two reports that both have a place."""
        return (
            self.traits[one].has_place
            and self.traits[other].has_place
            and self.motion[one][other] <= NO_WAY_LOG2 + NO_WAY_SLACK
        )

    def _hubs(self) -> frozenset[str]:
        holders: dict[str, list[int]] = {}
        for place, one in enumerate(self.traits):
            for number in sorted(one.numbers):
                if not is_end(number):
                    holders.setdefault(number, []).append(place)
        several = {number: places for number, places in holders.items() if len(places) > 2}
        return frozenset(hubs(several, self.conflict))

    def _crowd(self, motion: Floats) -> None:
        """Lay out what each report adds to the density of boats at the place and time of each other."""
        size = len(self.traits)
        at_s = np.array([one.at_s for one in self.traits])
        placed = np.array([one.has_place for one in self.traits], dtype=bool)
        x_m = np.array([one.x_m for one in self.traits])
        y_m = np.array([one.y_m for one in self.traits])
        sigma_m = np.array([one.sigma_m for one in self.traits])
        gap_s = np.abs(at_s[:, None] - at_s[None, :])
        about = (gap_s <= ABOUT_S).astype(float)
        self._known = self._known_as_one()
        self._one_with: dict[int, list[int]] = {}
        for place, lead in enumerate(self._known):
            self._one_with.setdefault(lead, []).append(place)
        known = np.array(self._known, dtype=float)
        share = 1.0 / np.maximum((about * (known[:, None] == known[None, :])).sum(axis=1), 1.0)
        variance = (
            sigma_m[:, None] ** 2 + sigma_m[None, :] ** 2 + (ABOUT_MPS * gap_s) ** 2 + ABOUT_M**2
        ) + 1.0
        off = (x_m[:, None] - x_m[None, :]) ** 2 + (y_m[:, None] - y_m[None, :]) ** 2
        adds = about * share[:, None] * np.exp(-0.5 * off / variance) / (2 * math.pi * variance) * 1e6
        adds *= placed[:, None] & placed[None, :]
        self.adds: list[list[float]] = adds.tolist()
        self.density: list[float] = adds.sum(axis=0).tolist() if size else []
        # Boats of which something was heard about that time: where there is no place, it may be any of them.
        self.about: list[float] = (about * share[:, None]).sum(axis=0).tolist() if size else []

    def _known_as_one(self) -> list[int]:
        """Numbers for reports, equal where a telephone or an origin says outright that they are of one boat."""
        leads = list(range(len(self.traits)))

        def lead(place: int) -> int:
            while leads[place] != place:
                place = leads[place]
            return place

        first: dict[str, int] = {}
        for place, one in enumerate(self.traits):
            for mark in (self.roots[place], *sorted(one.numbers - self.hubs), *sorted(one.tracks)):
                if mark in first:
                    left, right = sorted((lead(first[mark]), lead(place)))
                    leads[right] = left
                else:
                    first[mark] = place
        return [lead(place) for place in range(len(leads))]

    def boats_about(self, at: int) -> float:
        """How many boats were about at the time of a report: where it has no place, it may be of any of them."""
        return 2.0 + self.weights.counted_again_share * self.about[at]

    def others_per_km2(self, at: int, of: Sequence[int]) -> float:
        """Boats per km² at the place and time of a report, other than the one whose reports are named.

        Those not heard of yet count too: anywhere, and beside the one named, because boats go in company.
        """
        own = {place for member in of for place in self._one_with[self._known[member]]}
        company = sum(self.adds[place][at] for place in own)
        counted = max(self.density[at] - company, 0.0)
        weights = self.weights
        return (
            weights.unseen_boats_per_km2
            + weights.counted_again_share * counted
            + weights.company_share * company
        )
