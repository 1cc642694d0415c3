"""How many boats a night, and how many people in each.

Follows the daily table of boats and people that came ashore in England, where it is given: a day of at least eight
boats is drawn, and as many are added as turned back or were brought back. Without the table, a distribution of the
same shape that is written here, fitted by eye to such days of 2022 to 2026; `Numbers.source` says which one was used.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

FEWEST, MOST = 8, 40
_SINCE = 2022


class Numbers(NamedTuple):
    """(boats, people a boat) of the days to draw from; empty: the built-in distribution. source: which, in a word."""

    days: tuple[tuple[int, float], ...] = ()
    source: str = "built-in"

    def drawn(self, random: np.random.Generator) -> tuple[int, float]:
        """Boats of one night, and the mean of people a boat. More leave than arrive: 1 to 1.6 times."""
        if self.days:
            arrived, people = self.days[int(random.integers(len(self.days)))]
        else:
            arrived = int(FEWEST + random.exponential(4.5))
            people = float(np.clip(random.normal(52, 10), 30, 85))
        return int(np.clip(round(arrived * random.uniform(1.0, 1.6)), FEWEST, MOST)), people


def daily_numbers(lines: Iterable[str]) -> Numbers:
    """The days of the table that count as a night at work; a table without any is refused."""
    days = []
    for row in csv.DictReader(lines):
        boats, people = row["boats_arrived"], row["migrants_arrived"]
        if int(row["n_year"]) >= _SINCE and boats and people and FEWEST <= int(boats) <= MOST:
            days.append((int(boats), int(people) / int(boats)))
    if not days:
        raise ValueError("a table of daily numbers with days of eight boats and more")
    return Numbers(tuple(days), "daily table")
