"""Two ways of keeping boats apart that are in use, measured beside ours on the same reports.

The radius rule: what lies within 3 km and an hour of a report of a boat is of that boat; without a place it joins the
boat told of last; a rescue closes the open boat that is nearest. The nearest-neighbour tracker: each boat moves on at
its last velocity, a report joins the nearest boat inside a gate that widens with time, one without a place joins the
boat of the same telephone or is a boat of its own; a rescue closes the nearest track likewise.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

from benchmarks.sea_score import Group, View
from entente.exercise.nights.night import Night
from entente.exercise.nights.physics import metres
from entente.maritime.values import ActSaid, SeaReport
from entente.model.sea_act import TakenOff

RADIUS_M, WINDOW_S = 3_000.0, 3_600.0
GATE_M, GATE_MPS, TRACK_S = 900.0, 0.8, 3 * 3600.0
_PHASES = {"none": 0, "uncertainty": 1, "alert": 2, "distress": 3}


@dataclass(slots=True)
class Track:
    """A boat as a rival has it."""

    id: str
    reports: list[str] = field(default_factory=list)
    points: list[tuple[float, float, float]] = field(default_factory=list)
    phones: set[str] = field(default_factory=set)
    phase: int = 0
    told_s: float = 0.0
    closing: str = ""

    def foreseen(self, at_s: float) -> tuple[float, float]:
        """Where it would be at its last velocity, at most 5 m/s; its last place where it has one point."""
        last_s, east, north = self.points[-1]
        if len(self.points) < 2:
            return east, north
        before_s, before_east, before_north = self.points[-2]
        passed = last_s - before_s
        way_east, way_north = east - before_east, north - before_north
        if passed < 120 or math.hypot(way_east, way_north) / passed > 5:
            return east, north
        share = min(at_s - last_s, 3600.0) / passed
        return east + way_east * share, north + way_north * share


Joins = Callable[[list[Track], SeaReport, float], Track | None]


def by_radius(tracks: list[Track], report: SeaReport, at_s: float) -> Track | None:
    """The boat within 3 km and an hour, or the one told of last for what has no place."""
    position = report.seen.position
    near = [track for track in tracks if not track.closing and abs(at_s - track.told_s) <= WINDOW_S]
    if position is None:
        return max(near, key=lambda track: track.told_s, default=None)
    here = metres(position.latitude, position.longitude)
    best = [
        (math.dist(here, point[1:]), track)
        for track in near
        for point in track.points
        if abs(at_s - point[0]) <= WINDOW_S and math.dist(here, point[1:]) <= RADIUS_M
    ]
    return min(best, key=lambda one: one[0])[1] if best else None


def by_nearest(tracks: list[Track], report: SeaReport, at_s: float) -> Track | None:
    """The nearest foreseen place inside the gate; the same telephone for what has no place."""
    position = report.seen.position
    if position is None:
        callers = set(report.seen.callers)
        return next((track for track in reversed(tracks) if callers & track.phones), None)
    here = metres(position.latitude, position.longitude)
    best: tuple[float, Track] | None = None
    for track in tracks:
        if not track.points or track.closing:
            continue
        gap_s = abs(at_s - track.points[-1][0])
        away = math.dist(here, track.foreseen(at_s))
        if gap_s < TRACK_S and away < GATE_M + GATE_MPS * gap_s and (best is None or away < best[0]):
            best = (away, track)
    return best[1] if best else None


def views(night: Night, joins: Joins, moments: list[float]) -> list[View]:
    """What a rival shows at each moment."""
    tracks: list[Track] = []
    found: list[View] = []
    waiting = sorted(moments)
    for entry in night.entries:
        while waiting and entry.arrives_s > waiting[0]:
            found.append(_shown(tracks))
            waiting.pop(0)
        if isinstance(entry.said, SeaReport):
            _take(tracks, entry.said, joins)
        elif isinstance(entry.said, ActSaid) and isinstance(entry.said.act, TakenOff):
            _close_nearest(tracks, entry.said)
    found.extend(_shown(tracks) for _ in waiting)
    return found


def _take(tracks: list[Track], report: SeaReport, joins: Joins) -> None:
    at_s = report.seen_at.timestamp()
    track = joins(tracks, report, at_s)
    if track is None:
        track = Track(report.id)
        tracks.append(track)
    track.reports.append(report.id)
    track.phones |= set(report.seen.callers)
    track.told_s = max(track.told_s, at_s)
    track.phase = max(track.phase, _PHASES[report.seen.phase])
    if report.seen.position is not None:
        track.points.append((at_s, *metres(report.seen.position.latitude, report.seen.position.longitude)))
        track.points.sort()


def _close_nearest(tracks: list[Track], said: ActSaid) -> None:
    act = said.act
    assert isinstance(act, TakenOff)
    if act.position is None:
        return
    here = metres(act.position.latitude, act.position.longitude)
    at_s = act.at.timestamp()
    still_open = [track for track in tracks if track.points and not track.closing]
    if still_open:
        min(still_open, key=lambda track: math.dist(here, track.foreseen(at_s))).closing = said.id


def _shown(tracks: list[Track]) -> View:
    """Open before closed, the higher phase first, then what was told of last."""
    ordered = sorted(tracks, key=lambda track: (bool(track.closing), -track.phase, -track.told_s))
    return View(tuple(Group(track.id, tuple(track.reports), track.closing) for track in ordered))
