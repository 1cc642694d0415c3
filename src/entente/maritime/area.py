"""Where a boat, or somebody in the water, may be: the area that holds it in 95 of 100 cases, and in 50.

Starts from the first report that says where, lets the particles of `drift.py` go on, and weighs them by each later
report and by each search that found nothing, in the order in which things were, never in that of their arrival: a late
report is played from the start again. A report that nothing else leads to is held to be an error or another course, and
both stay. Without evidence an area never shrinks: what drifts together by the stream alone is not known better for it.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from entente.maritime.cells import density, rings, shares
from entente.maritime.drift import (
    DRIFTING,
    MOTOR,
    MOTOR_AT_FIRST,
    PARTICLES,
    SWAMPED,
    Particles,
    Wind,
    key,
)
from entente.maritime.values import ActSaid, Area, SeaReport
from entente.model.moment import Instant
from entente.model.place import Position
from entente.model.sea_act import Searched

# How wrong positions are: one deviation each way in metres, where nobody said.
POSITION_ERROR_M = {
    "ais": 60.0,
    "sart": 60.0,
    "man_overboard": 100.0,
    "aircraft": 300.0,
    "drone": 250.0,
    "ship": 500.0,
    "patrol": 500.0,
    "call": 600.0,
    "message": 600.0,
    "relayed": 900.0,
    "unknown": 900.0,
}
LEAST_POSITION_ERROR_M = 60.0
SAID_UNCERTAINTY_IN_DEVIATIONS = 2.0  # "within so many metres" is taken as two deviations
# Beside its own error, a place read from a telephone may be old, or a digit of it misread; what is handed on is older:
# (share, further metres).
OLD_OR_WRONG = ((0.79, 0.0), (0.18, 1_600.0), (0.03, 8_000.0))
HANDED_ON = ((0.67, 0.0), (0.28, 3_500.0), (0.05, 8_000.0))
SEEN_BY_EYE = ((0.96, 0.0), (0.04, 2_500.0))
BY_EYE = frozenset({"ais", "sart", "aircraft", "drone", "ship", "patrol", "man_overboard"})
# Share of reports that the way of a boat does not lead to, and how far off they may be.
ASTRAY, ASTRAY_M = 0.02, 25_000.0
SPEED_ERROR_MPS = 0.7  # of a course and speed that were seen
_STATES_BY_ENGINE = {"running": (1.0, 0.1, 0.05), "stopped": (0.1, 1.0, 1.0), "none": (0.05, 1.0, 1.0)}
ROUGHENING_M = 100.0
# After each report a share of particles starts or stops or turns, and errors are drawn anew by so much: what fitted the
# way until now does not bind the way from now on.
TURNS_SHARE, DRAWN_ANEW = 0.06, 0.3
# Whoever searches for a boat sees a person in the water from this far to each side together, at most: the least of the
# widths that IAMSAR gives for one (appendix N, from the air). Taken wider, a search for a boat would hide people.
PERSON_PASSED_M = 185.0
CHECK_S = 1800.0  # how often a spread is held against shrinking
_METRES_IN_LATITUDE = 111_195.0

Mask = NDArray[np.bool_]


class _Search(msgspec.Struct, frozen=True, order=True):
    """A third of a search, at one moment. exponent: so much of W·L/A."""

    at_s: float
    corners: tuple[tuple[float, float], ...]
    exponent: float


def area_of(
    reports: Sequence[SeaReport],
    at: Instant,
    boat_id: str,
    *,
    searched: Sequence[ActSaid | Searched] = (),
    wind: Wind = None,
    person_in_water: bool = False,
) -> Area:
    """The area at a moment, from the reports of one boat in any order and the searches for it.

    What lies after the moment is left aside. Where no report says where, the area is empty: no cells, no rings.
    """
    at_s = at.timestamp()
    particles, since_s = _played(reports, searched, at_s, wind, person_in_water)
    if particles is None:
        return Area(boat=boat_id, at=at, cell_m=0.0, cells=(), within_50=(), within_95=(), area_95_km2=0.0)
    return _drawn(particles, since_s, at, boat_id)


def particles_of(
    reports: Sequence[SeaReport],
    at: Instant,
    *,
    searched: Sequence[ActSaid | Searched] = (),
    wind: Wind = None,
    person_in_water: bool = False,
) -> Particles | None:
    """The particles at a moment, for plots and measurements; None where no report says where."""
    at_s = at.timestamp()
    particles, _ = _played(reports, searched, at_s, wind, person_in_water)
    if particles is not None:
        particles.advance(at_s)
    return particles


def _drawn(particles: Particles, since_s: float, at: Instant, boat_id: str) -> Area:
    """The particles at a moment as an area no smaller than any since the last evidence.

    Streams that run together shrink a spread for a while; that is no knowledge of the boat. Sizes are taken each half
    hour from the evidence on; an area has the largest of them up to the half hour that it lies in.
    """
    at_s = at.timestamp()
    halves = math.ceil((at_s - since_s) / CHECK_S - 1e-9)
    found, least_km2 = None, 0.0
    for half in range(halves + 1):
        check_s = since_s + half * CHECK_S
        if half == halves and check_s > at_s:
            # A copy goes there, so that where one stops on the way leaves no trace in the sizes.
            there = copy.deepcopy(particles)
            there.advance(at_s)
            found = density(there)
        particles.advance(check_s)
        here = density(particles)
        least_km2 = max(least_km2, here.km2(0.95))
        if found is None and half == halves:
            found = here
    assert found is not None
    return Area(
        boat=boat_id,
        at=at,
        cell_m=found.cell_m,
        cells=shares(found),
        within_50=rings(found, found.most_likely(0.50)),
        within_95=rings(found, found.most_likely(0.95, least_km2)),
        area_95_km2=round(least_km2, 3),
    )


def _played(
    reports: Sequence[SeaReport],
    searched: Sequence[ActSaid | Searched],
    at_s: float,
    wind: Wind,
    person_in_water: bool,
) -> tuple[Particles | None, float]:
    """All evidence up to a moment, in the order of the sea. Returns the particles at the last of it, and when."""
    before = [report for report in _once(reports) if report.seen_at.timestamp() <= at_s]
    placed = [report for report in before if report.seen.position is not None]
    if not placed:
        return None, at_s
    first = placed[0]
    particles = _begin(first, wind, person_in_water)
    start_s = particles.at_s
    events: list[tuple[float, int, str, SeaReport | _Search]] = [
        (report.seen_at.timestamp(), 0, report.id, report)
        for report in before
        if report is not first and report.seen_at.timestamp() >= start_s
    ]
    for number, search in enumerate(sorted(set(_searches(searched, person_in_water)))):
        if start_s <= search.at_s <= at_s:
            events.append((search.at_s, 1, f"search {number}", search))
    since_s = start_s
    for when_s, _, name, event in sorted(events, key=lambda each: each[:3]):
        particles.advance(when_s)
        if isinstance(event, _Search):
            inside = held_by(event.corners, particles.latitude, particles.longitude)
            likelihood = np.where(inside, math.exp(-event.exponent), 1.0)
        else:
            likelihood = _said(event, particles, person_in_water)
        astray = event if isinstance(event, SeaReport) and event.seen.position is not None else None
        if astray is not None or np.ptp(likelihood) > 0:
            _weigh(particles, likelihood, astray, name)
            since_s = when_s
    return particles, since_s


def _once(reports: Sequence[SeaReport]) -> list[SeaReport]:
    """By when it was seen and then by id; an echo of what is there already says nothing new about where."""
    ordered = sorted(
        {report.id: report for report in reports}.values(), key=lambda report: (report.seen_at, report.id)
    )
    ids = {report.id for report in ordered}
    heard: set[str] = set()
    kept = []
    for report in ordered:
        origin = report.seen.origin
        if origin and (origin in heard or (origin in ids and origin != report.id)):
            continue
        heard.add(origin)
        kept.append(report)
    return kept


def _begin(report: SeaReport, wind: Wind, person_in_water: bool) -> Particles:
    seen = report.seen
    assert seen.position is not None
    chance = key(report.id, "position")
    latitude, longitude = _scattered(report, chance, PARTICLES)
    share = {"running": 0.97, "stopped": 0.1, "none": 0.05}.get(seen.engine, MOTOR_AT_FIRST)
    return Particles(
        report.id,
        latitude,
        longitude,
        report.seen_at.timestamp(),
        wind=wind,
        engine_share=share,
        is_swamped=seen.water == "swamped",
        is_person=person_in_water,
    )


def _errors(report: SeaReport) -> tuple[float, tuple[tuple[float, float], ...]]:
    """One deviation in metres, and the mixture of further errors as (share, metres)."""
    seen = report.seen
    assert seen.position is not None
    said = seen.position.uncertainty_m
    own = POSITION_ERROR_M[seen.means] if said is None else said / SAID_UNCERTAINTY_IN_DEVIATIONS
    further = SEEN_BY_EYE if seen.means in BY_EYE else HANDED_ON if seen.means == "relayed" else OLD_OR_WRONG
    return max(own, LEAST_POSITION_ERROR_M), further


def _scattered(
    report: SeaReport, chance: np.random.Generator, count: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Where the boat may have been, given what one report says: latitude and longitude."""
    position = report.seen.position
    assert position is not None
    own, mixture = _errors(report)
    shares = np.array([share for share, _ in mixture])
    more = np.array([metres for _, metres in mixture])[chance.choice(len(mixture), count, p=shares)]
    deviation = np.hypot(own, more)
    north, east = chance.standard_normal((2, count)) * deviation
    across = _METRES_IN_LATITUDE * math.cos(math.radians(position.latitude))
    return position.latitude + north / _METRES_IN_LATITUDE, position.longitude + east / across


def _said(report: SeaReport, particles: Particles, person_in_water: bool) -> NDArray[np.float64]:
    """How well each particle explains a report: density of the place a square metre, by what was seen besides."""
    seen = report.seen
    likelihood = np.ones(particles.count)
    if seen.position is not None:
        own, mixture = _errors(report)
        squared = _squared_m(seen.position, particles)
        likelihood = np.zeros(particles.count)
        for share, more in mixture:
            variance = own**2 + more**2
            likelihood += share * np.exp(-squared / (2 * variance)) / (2 * math.pi * variance)
    if person_in_water:
        return likelihood
    if seen.course_degrees is not None and seen.speed_knots is not None:
        course, speed = math.radians(seen.course_degrees), seen.speed_knots * 0.514444
        off = (particles.speed_east - speed * math.sin(course)) ** 2
        off = off + (particles.speed_north - speed * math.cos(course)) ** 2
        likelihood = likelihood * (0.1 + 0.9 * np.exp(-off.astype(np.float64) / (2 * SPEED_ERROR_MPS**2)))
    of_engine = _STATES_BY_ENGINE.get(seen.engine)
    if of_engine is not None:
        likelihood = likelihood * np.array((*of_engine, 1.0))[particles.state]
    if seen.water == "swamped":
        likelihood = likelihood * np.array((0.05, 0.3, 1.0, 1.0))[particles.state]
    return likelihood


def _squared_m(position: Position, particles: Particles) -> NDArray[np.float64]:
    north = (particles.latitude - position.latitude) * _METRES_IN_LATITUDE
    across = _METRES_IN_LATITUDE * math.cos(math.radians(position.latitude))
    east = (particles.longitude - position.longitude) * across
    return np.asarray(north**2 + east**2)


def _weigh(
    particles: Particles, likelihood: NDArray[np.float64], astray: SeaReport | None, name: str
) -> None:
    """Bayes, then a drawing anew by weight. astray: a report that may come from where no particle is."""
    weight = particles.weight * likelihood
    total = float(weight.sum())
    elsewhere = 0.0
    if astray is not None:
        # The boat is at the report, by a way that no particle took; or the report is wrong, and the rest stays.
        off = ASTRAY / (math.pi * ASTRAY_M**2)
        elsewhere = off / (off + (1 - ASTRAY) * total)
    if total <= 0:
        return
    chance = key(name, "drawn")
    if elsewhere > 0:
        weight = (1 - elsewhere) * weight / total + elsewhere * 0.5 * particles.weight
    weight = weight / weight.sum()
    steps = (np.arange(particles.count) + chance.random()) / particles.count
    chosen = np.searchsorted(np.cumsum(weight), steps).clip(0, particles.count - 1)
    particles.take(chosen, f"{particles.seed}\x1f{name}")
    particles.nudge(chance, ROUGHENING_M)
    if astray is not None:
        particles.waver(chance, TURNS_SHARE, DRAWN_ANEW)
    if astray is not None and elsewhere > 0.001:
        some = np.flatnonzero(chance.random(particles.count) < elsewhere * 0.5)
        particles.put(some, *_scattered(astray, chance, len(some)))
        if astray.seen.water == "swamped":
            particles.become(some, SWAMPED)
        elif astray.seen.engine in ("stopped", "none"):
            particles.become(some, DRIFTING)
        elif astray.seen.engine == "running":
            particles.become(some, MOTOR)


def _searches(searched: Sequence[ActSaid | Searched], person_in_water: bool) -> list[_Search]:
    found = []
    for one in searched:
        act = one.act if isinstance(one, ActSaid) else one
        if not isinstance(act, Searched) or act.found:
            continue
        corners = tuple((corner.latitude, corner.longitude) for corner in act.corners)
        area_m2 = polygon_m2(corners)
        if area_m2 <= 0:
            continue
        seen_m = act.sweep_width_m
        if person_in_water and act.looked_for != "person_in_water":
            seen_m = min(seen_m, PERSON_PASSED_M)
        exponent = seen_m * act.track_m / area_m2
        starts_s, ends_s = act.starts.timestamp(), act.ends.timestamp()
        for third in (1 / 6, 3 / 6, 5 / 6):
            found.append(_Search(starts_s + third * (ends_s - starts_s), corners, exponent / 3))
    return found


def polygon_m2(corners: tuple[tuple[float, float], ...]) -> float:
    """The area of a polygon of (latitude, longitude), small enough to be flat."""
    across = math.cos(math.radians(sum(latitude for latitude, _ in corners) / len(corners)))
    twice = 0.0
    for (south, west), (north, east) in zip(corners, (*corners[1:], corners[0]), strict=True):
        twice += (west - corners[0][1]) * (north - corners[0][0]) - (east - corners[0][1]) * (
            south - corners[0][0]
        )
    return abs(twice) / 2 * _METRES_IN_LATITUDE**2 * across


def held_by(
    corners: tuple[tuple[float, float], ...], latitude: NDArray[np.float64], longitude: NDArray[np.float64]
) -> Mask:
    """Which points a polygon holds, by the number of edges to the east of each."""
    inside = np.zeros(len(latitude), dtype=bool)
    for (from_lat, from_lon), (to_lat, to_lon) in zip(corners, (*corners[1:], corners[0]), strict=True):
        spans = (from_lat > latitude) != (to_lat > latitude)
        if from_lat == to_lat:
            continue
        crossing = from_lon + (latitude - from_lat) / (to_lat - from_lat) * (to_lon - from_lon)
        inside ^= spans & (longitude < crossing)
    return inside
