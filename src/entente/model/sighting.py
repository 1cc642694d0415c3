"""What was seen or heard of a boat at sea or on a beach.

Unknown is an answer everywhere: a count is an interval, a position may be missing, a phase may be not known. Phases are
those of search and rescue (uncertainty, alert, distress). What names the people aboard (a number that called, a name
that was said) serves to tell boats apart and people found; it lies with life saving and nothing else reads it (PUR-3).
"""

from __future__ import annotations

from typing import Literal

import msgspec

from entente.model.moment import Instant
from entente.model.place import Position

Phase = Literal["none", "uncertainty", "alert", "distress"]
Means = Literal[
    "unknown",
    "call",  # somebody aboard speaks or writes to a rescue service
    "message",
    "relayed",  # somebody elsewhere repeats what somebody aboard said: a relative, a charity, another service
    "patrol",  # seen from a beach or a quay
    "ship",
    "aircraft",
    "drone",
    "ais",
    "sart",  # a search and rescue transmitter
    "man_overboard",
]
Engine = Literal["unknown", "none", "stopped", "running"]
Water = Literal["unknown", "dry", "some", "swamped"]


class PersonsOnBoard(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A count as an interval. at_most None: no upper bound was given."""

    at_least: int = 0
    at_most: int | None = None

    def __post_init__(self) -> None:
        if self.at_least < 0 or (self.at_most is not None and self.at_most < self.at_least):
            raise ValueError(
                "a count of persons is an interval: at least 0, and at most no less than at least"
            )


class Sighting(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One observation. status: what was done, word for word ("recovered", "recovered_incomplete", …).

    position_at: when the boat was where the position says; None: when the report was made. callers: telephone numbers
    that spoke from the boat; names: of people aboard, as said. origin: what this repeats, where it is an echo: the id
    of a report, or any reference that two echoes of one word share. in_water: people seen in the water. colour, hull:
    words of the trade ("grey", "black"; "inflatable", "rigid"), in lower case. marks: hull or engine numbers, which
    support and never suffice. course_degrees: true, over the ground; speed_knots likewise.
    """

    phase: Phase = "none"
    position: Position | None = None
    persons_on_board: PersonsOnBoard | None = None
    children: int | None = None
    missing: int | None = None
    words: str = ""
    status: str = ""
    means: Means = "unknown"
    position_at: Instant | None = None
    callers: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    origin: str = ""
    engine: Engine = "unknown"
    water: Water = "unknown"
    in_water: int | None = None
    colour: str = ""
    hull: str = ""
    marks: tuple[str, ...] = ()
    launched_from: str = ""
    launched_at: Instant | None = None
    course_degrees: float | None = None
    speed_knots: float | None = None

    def __post_init__(self) -> None:
        if self.course_degrees is not None and not 0 <= self.course_degrees <= 360:
            raise ValueError("a course lies between 0 and 360 degrees")
        if self.speed_knots is not None and not 0 <= self.speed_knots < 100:
            raise ValueError("a speed at sea lies between 0 and 100 knots")
        if self.in_water is not None and self.in_water < 0:
            raise ValueError("a count of people in the water is not below zero")
