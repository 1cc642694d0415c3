"""Whether a boat that was seen there, then, could be here, now: a density for each pair of reports.

A boat is carried by the tidal stream along the way between the two places, and goes through the water as small boats
do: it drifts, limps, motors, or motors fast, in a direction that nobody knows. That is a mixture of Gaussians, widened
by how well each place and time was known. A small share goes to positions that are simply wrong, so that one wrong
position never speaks louder than a person. The density depends on the two reports alone and on no other: it may be kept
by their ids. How many other boats are about is weighed where boats are compared (`sea_evidence`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from entente.maritime.sea_traits import Traits

Floats = npt.NDArray[np.float64]
Stream = Callable[[Floats, Floats, Floats], tuple[Floats, Floats]]

# Ways of going through the water: mean speed in m/s, how many headings stand for "any", spread in m/s.
MODES: tuple[tuple[float, int, float], ...] = (
    (0.0, 1, 0.35),  # adrift: wind on tubes and people, nobody knows which way
    (1.2, 8, 0.50),  # limping, or motor and drift in turn
    (2.4, 16, 0.50),  # 5 knots, a laden inflatable with its motor
    (3.6, 18, 0.60),  # 7 knots, lightly laden in calm water
)
# Share of each mode after what was said of the engine; the word fades as an engine is mended or dies.
SHARES: dict[str, tuple[float, float, float, float]] = {
    "unknown": (0.20, 0.27, 0.43, 0.10),
    "running": (0.07, 0.27, 0.54, 0.12),
    "stopped": (0.60, 0.26, 0.12, 0.02),
    "swamped": (0.80, 0.15, 0.04, 0.01),
}
ENGINE_WORD_LASTS_S = 5400.0
# Where they go: most across, some along the coast to pick people up; degrees true.
ACROSS_DEGREES = 315.0
ACROSS_SHARE = 0.5
ACROSS_KAPPA = 1.5
# A place is as good as it was said to be three times in four, else thrice as bad, else wrong.
GROSS_SHARE = 0.25
GROSS_TIMES = 3.0
WRONG_SHARE = 0.02
WRONG_OVER_KM2 = 3000.0
# The stream is known to so much; it turns, so its error stops growing.
STREAM_ERROR_MPS = 0.15
STREAM_ERROR_LASTS_S = 3 * 3600.0
# A course that was seen: how many keep it, for how long, how closely.
COURSE_SHARE = 0.7
COURSE_LASTS_S = 5400.0
COURSE_SPREAD_MPS = 0.45
FASTEST_MPS = 5.5
# Nothing links two places half a day apart.
LONGEST_S = 14 * 3600.0
STEPS_ALONG = 6
AT_ONCE = 20_000

WRONG_DENSITY = WRONG_SHARE / WRONG_OVER_KM2
NO_WAY_LOG2 = math.log2(WRONG_DENSITY)


def still_water(latitude: Floats, longitude: Floats, at_s: Floats) -> tuple[Floats, Floats]:
    """A stream of nothing, for where none is known."""
    return np.zeros_like(latitude), np.zeros_like(latitude)


def _headings() -> list[tuple[float, float, float, float]]:
    """(east m/s, north m/s, spread m/s, share within its mode) with the index of the mode beside it."""
    out = []
    for speed_mps, count, spread in MODES:
        shares = []
        for k in range(count):
            heading = 2 * math.pi * k / count
            across = math.exp(ACROSS_KAPPA * math.cos(heading - math.radians(ACROSS_DEGREES)))
            shares.append((heading, across))
        total = sum(across for _, across in shares)
        for heading, across in shares:
            share = ACROSS_SHARE * across / total + (1 - ACROSS_SHARE) / count
            out.append((speed_mps * math.sin(heading), speed_mps * math.cos(heading), spread, share))
    return out


_COMPONENTS = np.array(_headings())
_MODE_OF = np.concatenate([np.full(count, index) for index, (_, count, _) in enumerate(MODES)])


def log2_densities(earlier: Sequence[Traits], later: Sequence[Traits], stream: Stream) -> Floats:
    """Log2 of the density, per km², with which the later report of the same boat would lie where it does.

    earlier, later: pairs, the first of each seen no later than the second; both have a place. `NO_WAY_LOG2` or barely
    more says that only a wrong position would explain it.
    """
    out = np.empty(len(earlier))
    for start in range(0, len(earlier), AT_ONCE):
        part = slice(start, start + AT_ONCE)
        out[part] = _some(earlier[part], later[part], stream)
    return out


def _some(earlier: Sequence[Traits], later: Sequence[Traits], stream: Stream) -> Floats:
    from_, to = _places(earlier), _places(later)
    gap_s = to[:, 4] - from_[:, 4]
    east_m, north_m = to[:, 2] - from_[:, 2], to[:, 3] - from_[:, 3]
    slack_m = 3 * GROSS_TIMES * np.hypot(from_[:, 5], to[:, 5]) + 1500.0
    near = (gap_s <= LONGEST_S) & (np.hypot(east_m, north_m) <= FASTEST_MPS * gap_s + slack_m)
    density = np.full(len(earlier), WRONG_DENSITY)
    if near.any():
        shares = np.array([_shares(one) for one, is_near in zip(earlier, near, strict=True) if is_near])
        goings = tuple(_goings(side)[near] for side in (earlier, later))
        density[near] += (1 - WRONG_SHARE) * _mixture(
            from_[near], to[near], gap_s[near], (east_m[near], north_m[near]), shares, goings, stream
        )
    rounded: Floats = np.round(np.log2(density) * 64) / 64
    return rounded


def _mixture(
    from_: Floats,
    to: Floats,
    gap_s: Floats,
    off_m: tuple[Floats, Floats],
    shares: Floats,
    goings: tuple[Floats, ...],
    stream: Stream,
) -> Floats:
    carried_east, carried_north = np.zeros_like(gap_s), np.zeros_like(gap_s)
    for step in range(STEPS_ALONG):
        along = (step + 0.5) / STEPS_ALONG
        mean_east, mean_north = stream(
            from_[:, 0] + along * (to[:, 0] - from_[:, 0]),
            from_[:, 1] + along * (to[:, 1] - from_[:, 1]),
            from_[:, 4] + along * gap_s,
        )
        carried_east += mean_east * gap_s / STEPS_ALONG
        carried_north += mean_north * gap_s / STEPS_ALONG
    own_east, own_north = off_m[0] - carried_east, off_m[1] - carried_north
    drift_error = STREAM_ERROR_MPS * np.minimum(gap_s, STREAM_ERROR_LASTS_S)
    place_variance = from_[:, 5] ** 2 + to[:, 5] ** 2
    fade = np.exp(-gap_s / ENGINE_WORD_LASTS_S)[:, None]
    shares = fade * shares + (1 - fade) * np.array(SHARES["unknown"])
    # Turns and stops average out: the longer the gap, the less the mean speed strays from the mode's.
    strays = 1.0 / np.sqrt(1.0 + gap_s / 7200.0)
    density = np.zeros_like(gap_s)
    for (mean_east, mean_north, spread, share), mode in zip(_COMPONENTS, _MODE_OF, strict=True):
        off = (own_east - mean_east * gap_s) ** 2 + (own_north - mean_north * gap_s) ** 2
        goes = (spread * gap_s * strays) ** 2 + drift_error**2
        for part, times in ((1 - GROSS_SHARE, 1.0), (GROSS_SHARE, GROSS_TIMES)):
            variance = goes + times**2 * place_variance
            weight = part * share * shares[:, mode]
            density += weight * np.exp(-0.5 * off / variance) / (2 * math.pi * variance) * 1e6
    for side, going in zip((from_, to), goings, strict=True):
        told = ~np.isnan(going[:, 0])
        if told.any():
            # A boat whose course was seen keeps it for a while, through the water: the stream turns under it.
            mean_east, mean_north = stream(side[:, 0], side[:, 1], side[:, 4])
            off = (own_east - (going[:, 0] - mean_east) * gap_s) ** 2 + (
                own_north - (going[:, 1] - mean_north) * gap_s
            ) ** 2
            variance = (COURSE_SPREAD_MPS * gap_s) ** 2 + drift_error**2 + 2 * place_variance
            keeps = np.where(told, COURSE_SHARE * np.exp(-gap_s / COURSE_LASTS_S), 0.0)
            along_it = np.exp(-0.5 * np.where(told, off, 0.0) / variance) / (2 * math.pi * variance) * 1e6
            density = (1 - keeps) * density + keeps * along_it
    return density


def _places(of: Sequence[Traits]) -> Floats:
    return np.array([(one.latitude, one.longitude, one.x_m, one.y_m, one.at_s, one.sigma_m) for one in of])


def _goings(of: Sequence[Traits]) -> Floats:
    return np.array([one.going or (math.nan, math.nan) for one in of])


def _shares(of: Traits) -> tuple[float, float, float, float]:
    if of.water == "swamped":
        return SHARES["swamped"]
    return SHARES["stopped" if of.engine in ("stopped", "none") else of.engine]
