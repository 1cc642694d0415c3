"""The plot of an indicator: its values in time against where it began and where it is to go.

It draws only what the table beside it shows: a value that is not shown leaves a gap, marked as one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import msgspec

from entente.errors import Language
from entente.plan.indicators import Shown
from entente.plan.reading import number_of
from entente.plan.values import Item

WIDTH, HEIGHT = 640, 220
LEFT, RIGHT, TOP, BOTTOM = 56, 16, 24, 28


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """One value on the plot, in its units. y None: a value that is not shown."""

    x: float
    y: float | None
    label: str


class Plot(msgspec.Struct, frozen=True, kw_only=True):
    """What the picture draws. lines: runs of points between gaps; ticks: (y, label); ends: (x, label)."""

    width: int
    height: int
    left: int
    right: int
    bottom: int
    marks: tuple[Mark, ...]
    lines: tuple[str, ...]
    ticks: tuple[tuple[float, str], ...]
    ends: tuple[tuple[float, str], ...]
    target: float | None
    baseline: float | None


def plot_of(values: Sequence[Shown], item: Item, language: Language) -> Plot | None:
    """The plot of those that stand; None where fewer than two can be drawn, since one point is no course."""
    standing = sorted((one for one in values if one.is_current), key=lambda one: (one.ends, one.id))
    figures = [one.value for one in standing if one.value is not None]
    if len(figures) < 2:
        return None
    target, baseline = number_of(item, "target"), number_of(item, "baseline")
    lowest = min([0.0, *figures, *(one for one in (target, baseline) if one is not None)])
    highest = max([*figures, *(one for one in (target, baseline) if one is not None)])
    highest = highest if highest > lowest else lowest + 1.0
    first, last = standing[0].ends, standing[-1].ends

    def x(day: dt.date) -> float:
        share = (day - first).days / max((last - first).days, 1)
        return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)

    def y(value: float) -> float:
        return round(TOP + (highest - value) / (highest - lowest) * (HEIGHT - TOP - BOTTOM), 1)

    marks = tuple(
        Mark(
            x=x(one.ends),
            y=None if one.value is None else y(one.value),
            label=_figure(one.value or 0.0, language),
        )
        for one in standing
    )
    return Plot(
        width=WIDTH,
        height=HEIGHT,
        left=LEFT,
        right=WIDTH - RIGHT,
        bottom=HEIGHT - BOTTOM,
        marks=marks,
        lines=_runs(marks),
        ticks=tuple((y(at), _figure(at, language)) for at in (lowest, (lowest + highest) / 2, highest)),
        ends=((x(first), _month(first)), (x(last), _month(last))),
        target=None if target is None else y(target),
        baseline=None if baseline is None else y(baseline),
    )


def _runs(marks: Sequence[Mark]) -> tuple[str, ...]:
    runs, run = list[str](), list[str]()
    for mark in marks:
        if mark.y is None:
            if run:
                runs.append(" ".join(run))
            run = []
        else:
            run.append(f"{mark.x},{mark.y}")
    return tuple([*runs, " ".join(run)] if run else runs)


def _figure(value: float, language: Language) -> str:
    written = f"{value:.3g}" if abs(value) < 1000 else f"{value:.0f}"
    return written.replace(".", ",") if language == "fr" else written


def _month(day: dt.date) -> str:
    return f"{day.month:02}.{day.year}"
