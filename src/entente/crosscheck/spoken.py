"""What officers said of couples, in the order in which it came here: judgements and the words of shared sheets.

The judgement in force stands in `links`; here stands everything that was ever said, since who decides later must see
the word "different" also where its hit has fallen. Memory only, folded from the ledger.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from entente.crosscheck.links import Couple, couple_of
from entente.model.report import Ground, Judgement, RecordRef, Sheet
from entente.store.store import RecordRow


class Word(msgspec.Struct, frozen=True):
    """One judgement or one word of a sheet, with the record that says it."""

    row: RecordRow
    said: Judgement | Sheet


class Talk(msgspec.Struct, frozen=True, kw_only=True):
    """What was said of one hit, oldest first, for one viewer. in_force: the judgement that binds the machine now."""

    judged: tuple[tuple[RecordRow, Judgement], ...] = ()
    sheets: tuple[tuple[RecordRow, Sheet], ...] = ()

    @property
    def mark(self) -> str:
        """Changes when anything is said; says nothing of what."""
        return f"{len(self.judged)}-{len(self.sheets)}"


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One step of the way on which a link through others stands. hit: the record that says it, "" where none does."""

    one: RecordRow
    other: RecordRow
    bits: float
    hit: str


class Between(msgspec.Struct, frozen=True, kw_only=True):
    """What a link through others stands on: its steps in order, and what its two ends say of each other themselves."""

    steps: tuple[Step, ...]
    direct: tuple[Ground, ...]


class Spoken:
    """Every word said of a couple, by couple, by person and by age."""

    def __init__(self) -> None:
        self._words: list[Word] = []
        self._of: dict[Couple, list[Word]] = {}
        self._about: dict[RecordRef, list[Word]] = {}

    def keep(self, row: RecordRow, said: Judgement | Sheet) -> None:
        """Remember one word; a record that is folded again says it once."""
        couple = couple_of(said.one, said.other)
        word = Word(row, said)
        known = self._of.setdefault(couple, [])
        if any(one.row.header.id == row.header.id for one in known):
            return
        known.append(word)
        self._words.append(word)
        for ref in couple:
            self._about.setdefault(ref, []).append(word)

    def of(self, one: RecordRef, other: RecordRef) -> list[Word]:
        """What was said of two, oldest first."""
        return self._of.get(couple_of(one, other), [])

    def about(self, ref: RecordRef) -> list[Word]:
        """What was said of one with any other, oldest first."""
        return self._about.get(ref, [])

    def newest(self) -> Iterator[Word]:
        """Everything, the newest first."""
        return reversed(self._words)
