"""Particles as squares on the sea: how likely the boat is in each, and the rings round so much of it.

A density of particles is blurred a little before it is measured: without that an area fits the particles that happened
to be drawn and holds the boat less often than it says. Shares are rounded, so that two machines draw the same picture.
"""

from __future__ import annotations

import math

import msgspec
import numpy as np
from numpy.typing import NDArray

from entente.maritime.drift import Particles

Rings = tuple[tuple[tuple[float, float], ...], ...]
METRES_IN_LATITUDE = 111_195.0
CELLS_M = (100.0, 250.0, 500.0, 1000.0, 2000.0, 4000.0, 8000.0, 16000.0, 32000.0)
CELLS_ACROSS_MIDDLE, CELLS_ACROSS = 40, 128
BLUR = 0.9  # of Silverman's width in two dimensions

Floats = NDArray[np.float64]


class Density(msgspec.Struct, frozen=True, kw_only=True):
    """A grid of squares. south, west: its corner in degrees; share: rows northwards, columns eastwards; sums to one."""

    south: float
    west: float
    cell_m: float
    degrees_north: float
    degrees_east: float
    share: Floats

    @property
    def cell_km2(self) -> float:
        """Of one square."""
        return self.cell_m**2 / 1e6

    def order(self) -> NDArray[np.intp]:
        """Squares from the likeliest on; of equal ones the south-western first."""
        return np.argsort(-self.share.ravel(), kind="stable")

    def most_likely(self, probability: float, least_km2: float = 0.0) -> NDArray[np.bool_]:
        """The fewest squares that hold so much, and cover at least so much."""
        order = self.order()
        held = np.cumsum(self.share.ravel()[order])
        count = 1 + int(np.searchsorted(held, probability - 1e-9))
        count = min(max(count, math.ceil(least_km2 / self.cell_km2 - 1e-9)), len(order))
        chosen = np.zeros(self.share.size, dtype=bool)
        chosen[order[:count]] = True
        return chosen.reshape(self.share.shape)

    def km2(self, probability: float) -> float:
        """How much sea the likeliest squares cover, between whole squares."""
        sorted_shares = np.sort(self.share.ravel())[::-1]
        held = np.cumsum(sorted_shares)
        count = int(np.searchsorted(held, probability))
        before = held[count - 1] if count else 0.0
        return float((count + (probability - before) / sorted_shares[count]) * self.cell_km2)


def density(particles: Particles) -> Density:
    """Where particles lie, on squares small enough for half of them to be told apart."""
    latitude, longitude = particles.latitude, particles.longitude
    middle_north = float(np.median(latitude))
    degrees_a_metre = 1 / (METRES_IN_LATITUDE * math.cos(math.radians(middle_north)))
    north, east = latitude * METRES_IN_LATITUDE, longitude / degrees_a_metre
    spreads = [np.percentile(each, (0, 16, 84, 100)) for each in (north, east)]
    middle = max(high - low for _, low, high, _ in spreads)
    whole = max(highest - lowest for lowest, _, _, highest in spreads)
    blur = [BLUR * max((high - low) / 2, 30.0) * particles.count ** (-1 / 6) for _, low, high, _ in spreads]
    cell_m = next(
        (
            size
            for size in CELLS_M
            if middle / size <= CELLS_ACROSS_MIDDLE and (whole + 6 * max(blur)) / size <= CELLS_ACROSS - 2
        ),
        CELLS_M[-1],
    )
    bins = []
    for values, (lowest, _, _, highest), width in zip((north, east), spreads, blur, strict=True):
        start = math.floor((lowest - 3 * width) / cell_m)
        count = min(math.ceil((highest + 3 * width) / cell_m) - start, 4 * CELLS_ACROSS)
        bins.append((start, count, np.floor(values / cell_m).astype(np.int64) - start))
    (row_start, rows, row), (column_start, columns, column) = bins
    place = np.clip(row, 0, rows - 1) * columns + np.clip(column, 0, columns - 1)
    share = np.bincount(place, weights=particles.weight, minlength=rows * columns).reshape(rows, columns)
    blurred = _spread(rows, blur[0] / cell_m) @ share @ _spread(columns, blur[1] / cell_m).T
    return Density(
        south=row_start * cell_m / METRES_IN_LATITUDE,
        west=column_start * cell_m * degrees_a_metre,
        cell_m=cell_m,
        degrees_north=cell_m / METRES_IN_LATITUDE,
        degrees_east=cell_m * degrees_a_metre,
        share=blurred / blurred.sum(),
    )


def _spread(count: int, width: float) -> Floats:
    """A matrix that blurs by so many squares and loses nothing at the edges."""
    off = np.subtract.outer(np.arange(count), np.arange(count))
    kernel = np.exp(-(off**2) / (2 * max(width, 0.05) ** 2))
    return np.asarray(kernel / kernel.sum(axis=0))


def shares(found: Density, least: float = 1e-5) -> tuple[tuple[float, float, float], ...]:
    """Squares as (latitude and longitude of the middle, share), the likeliest first; what is too small is left out."""
    flat = found.share.ravel()
    columns = found.share.shape[1]
    order = found.order()
    order = order[flat[order] >= least]
    kept = flat[order] / flat[order].sum()
    return tuple(
        (
            round(found.south + (place // columns + 0.5) * found.degrees_north, 5),
            round(found.west + (place % columns + 0.5) * found.degrees_east, 5),
            round(float(share), 6),
        )
        for place, share in zip(order.tolist(), kept, strict=True)
    )


def rings(found: Density, chosen: NDArray[np.bool_]) -> Rings:
    """Rings round chosen squares, closed, against the clock, the largest first. Holes are filled.

    Squares that touch at a corner only lie in rings of their own.
    """
    walls = np.pad(chosen, 1)
    edges: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for row, column in np.argwhere(chosen).tolist():
        # With the inside to the left: southern edge eastwards, then round.
        for off_row, off_column, start, end in (
            (-1, 0, (row, column), (row, column + 1)),
            (0, 1, (row, column + 1), (row + 1, column + 1)),
            (1, 0, (row + 1, column + 1), (row + 1, column)),
            (0, -1, (row + 1, column), (row, column)),
        ):
            if not walls[row + 1 + off_row, column + 1 + off_column]:
                edges.setdefault(start, []).append(end)
    loops = []
    while edges:
        start = min(edges)
        loop, came = [start], (0, 1)
        here = start
        while True:
            ends = edges[here]
            # Left at a crossing, so that two squares that share a corner stay two.
            there = min(ends, key=lambda end: _turn(came, (end[0] - here[0], end[1] - here[1])))
            ends.remove(there)
            if not ends:
                del edges[here]
            came, here = (there[0] - here[0], there[1] - here[1]), there
            if here == start:
                break
            loop.append(here)
        area = _twice_area(loop)
        if area > 0:
            loops.append((area, loop))
    loops.sort(key=lambda each: (-each[0], each[1]))
    return tuple(_ring(found, loop) for _, loop in loops)


def _turn(came: tuple[int, int], goes: tuple[int, int]) -> int:
    """-1 to the left, 0 straight on, 1 to the right; steps are (north, east)."""
    return -(came[1] * goes[0] - came[0] * goes[1])


def _twice_area(loop: list[tuple[int, int]]) -> int:
    return sum(
        column * next_row - next_column * row
        for (row, column), (next_row, next_column) in zip(loop, (*loop[1:], loop[0]), strict=True)
    )


def _ring(found: Density, loop: list[tuple[int, int]]) -> tuple[tuple[float, float], ...]:
    corners = [
        here
        for before, here, after in zip((loop[-1], *loop[:-1]), loop, (*loop[1:], loop[0]), strict=True)
        if (here[0] - before[0], here[1] - before[1]) != (after[0] - here[0], after[1] - here[1])
    ]
    points = [
        (
            round(found.west + column * found.degrees_east, 5),
            round(found.south + row * found.degrees_north, 5),
        )
        for row, column in corners
    ]
    return (*points, points[0])
