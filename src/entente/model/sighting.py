"""What was seen or heard of a boat at sea or on a beach.

Unknown is an answer everywhere: a count is an interval, a position may be missing, a phase may be not known. Phases are
those of search and rescue (uncertainty, alert, distress).
"""

from __future__ import annotations

from typing import Literal

import msgspec

from entente.model.place import Position

Phase = Literal["none", "uncertainty", "alert", "distress"]


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
    """One observation. status: what was done, word for word ("recovered", "recovered_incomplete", …)."""

    phase: Phase = "none"
    position: Position | None = None
    persons_on_board: PersonsOnBoard | None = None
    children: int | None = None
    missing: int | None = None
    words: str = ""
    status: str = ""
