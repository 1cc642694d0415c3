"""What somebody aboard answers when they are asked, and whether that is what was told of another boat.

An answer comes from the boat that the telephone is truly in, also where the desk believes it elsewhere, and is now and
then wrong. That a telephone or a name was not the one expected says little: people know few numbers of others.
"""

from __future__ import annotations

import math

import numpy as np

from entente.exercise.nights.boats import TrueBoat
from entente.exercise.nights.night import Night
from entente.exercise.nights.physics import metres
from entente.maritime.values import SeaReport
from entente.model.sighting import Sighting

WRONG = 0.02
_ASSETS, _IN_SIGHT_S = frozenset(("aircraft", "drone", "ship")), 2700.0


class Answers:
    """Answers for everybody aboard, from the truth of a night and its chance."""

    def __init__(self, night: Night, random: np.random.Generator) -> None:
        self.night, self.random = night, random

    def said(
        self, asked: str, aboard: TrueBoat, other: list[SeaReport], truths: set[int], at_s: float
    ) -> tuple[str, bool | None]:
        """What the caller says, and whether it is what was told of the other boat. None: it tells nothing."""
        is_wrong = self.random.random() < WRONG
        told = [report.seen for report in other]
        if asked == "phone_digits":
            said = {phone for seen in told for phone in seen.callers}
            # Those who called are near each other and known; of the others, one number at random.
            near = [phone for phone in aboard.callers if self.random.random() < 0.7]
            silent = sorted(said & set(aboard.phones) - set(aboard.callers))
            near += [phone for phone in silent if self.random.random() < 0.5]
            read = [phone[-4:] for phone in near] or [str(self.random.choice(aboard.phones))[-4:]]
            if is_wrong:
                read[0] = f"{int(self.random.integers(0, 10_000)):04d}"
            # That a telephone was not named says little: people know few numbers of others.
            return ", ".join(read), True if set(read) & {phone[-4:] for phone in said} else None
        if asked == "names":
            names = {name for seen in told for name in seen.names}
            known = sorted(names & set(aboard.names))
            if known and not is_wrong and self.random.random() < 0.8:
                return known[0], True
            return str(self.random.choice(aboard.names)), None
        if asked in ("persons", "children"):
            true = sum(aboard.at(at_s)[:2]) if asked == "persons" else aboard.children
            value = max(
                0, true + int(self.random.integers(-9, 10) if is_wrong else self.random.integers(-1, 2))
            )
            return str(value), _counts_agree(asked, value, told)
        if asked == "colour":
            colour = "white" if is_wrong else aboard.colour
            said = {seen.colour for seen in told if seen.colour}
            return colour, (colour in said) if said else None
        if asked == "engine":
            state = "running" if aboard.need(at_s) < 3 else "stopped"
            if is_wrong:
                state = "running" if state == "stopped" else "stopped"
            engines = [seen.engine for seen in told if seen.engine in ("running", "stopped")]
            return state, (engines[-1] == state) if engines else None
        if asked == "position":
            return self._where(aboard, other, is_wrong, at_s)
        if asked == "sees_asset":
            # Only where something is beside the other boat to be seen: an aircraft, a drone or a ship that told of it.
            beside = any(
                report.seen.means in _ASSETS and at_s - report.seen_at.timestamp() < _IN_SIGHT_S
                for report in other
            )
            is_theirs = aboard.number in truths
            return ("yes" if is_theirs != is_wrong else "no"), (is_theirs != is_wrong) if beside else None
        if asked == "launched_from":
            said = {seen.launched_from for seen in told if seen.launched_from}
            return aboard.beach, (aboard.beach in said) if said else None
        return "", None

    def _where(
        self, aboard: TrueBoat, other: list[SeaReport], is_wrong: bool, at_s: float
    ) -> tuple[str, bool | None]:
        """Where they are by their telephone now; held against the newest place of the other, and its age."""
        latitude, longitude = self.night.where(aboard.number, at_s)
        latitude += 0.2 if is_wrong else float(self.random.normal(0, 0.001))
        said = f"{latitude:.4f}, {longitude:.4f}"
        newest = max(
            (report for report in other if report.seen.position is not None),
            key=lambda one: one.seen_at,
            default=None,
        )
        if newest is None or newest.seen.position is None:
            return said, None
        age_s = abs(at_s - newest.seen_at.timestamp())
        there = metres(newest.seen.position.latitude, newest.seen.position.longitude)
        away_m = math.dist(metres(latitude, longitude), there)
        if away_m > 3_000 + 3.5 * age_s:
            return said, False
        return said, True if away_m < 1_200 + 0.5 * age_s and age_s < 3600 else None


def _counts_agree(asked: str, value: int, told: list[Sighting]) -> bool | None:
    if asked == "children":
        said = [seen.children for seen in told if seen.children is not None]
        return any(abs(one - value) <= 1 for one in said) if said else None
    counts = [seen.persons_on_board for seen in told if seen.persons_on_board is not None]
    if not counts:
        return None
    return any(one.at_least * 0.9 <= value <= (one.at_most or 999) * 1.1 for one in counts)
