"""What could not be read in a table, and where, so that an officer finds the cell again.

A fault is a value and never an exception: a table with twelve bad rows is still a table. A fault that
leaves the row out and one that only flags what is kept (an invalid identifier) are told apart by `is_kept`,
because the first must be mended and the second may be the truth: a number that a witness misread is still
what the witness said.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from entente.errors import Text

SHOWN_CHARACTERS = 80


class Fault(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One cell, or one whole row (column ""), that could not be read. line: as counted in the file."""

    line: int
    column: str
    value_shown: str
    reason: Text
    is_kept: bool = False


class Unread(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A row that is left out of what enters, with every reason; its faults stand on the row's own line."""

    line: int
    faults: tuple[Fault, ...]


def shown(value: object) -> str:
    """A value as a report may show it: on one line, control signs visible, at most 80 characters."""
    text = str(value)
    cut = text[:SHOWN_CHARACTERS]
    plain = "".join(sign if sign.isprintable() else " " if sign.isspace() else "\ufffd" for sign in cut)
    return plain + ("…" if len(text) > SHOWN_CHARACTERS else "")


def row_fault(line: int, cells: Iterable[object], reason: Text) -> Fault:
    """A fault of a row as a whole; what it begins with is shown so that it can be found."""
    beginning = []
    length = 0
    for cell in cells:
        beginning.append("" if cell is None else str(cell)[:SHOWN_CHARACTERS])
        length += len(beginning[-1])
        if length > SHOWN_CHARACTERS:
            break
    return Fault(line, "", shown(" | ".join(beginning)), reason)
