"""Which category a person has in which matter, and since when.

Folded from records and designations only. A category is per person and per matter (CAT-2): the same person may be
suspect in one and victim in another. What a report says stands until a designation by named officers says otherwise.
"""

from __future__ import annotations

import datetime as dt

import msgspec

from entente.model.entity import Category
from entente.model.report import Designation, RecordRef


class Standing(msgspec.Struct, frozen=True):
    """A category, and the act that gave it; by None: as the report itself says."""

    category: Category
    since: dt.datetime | None = None
    by: Designation | None = None


class Persons:
    """Standing of each person, by where they are spoken of and in which matter."""

    def __init__(self) -> None:
        self._standing: dict[tuple[RecordRef, str], list[Standing]] = {}

    def seen(self, ref: RecordRef, matter: str, category: Category) -> None:
        """A report speaks of a person with a category that is no accusation."""
        self._standing.setdefault((ref, matter), [Standing(category)])

    def designate(self, designation: Designation, at: dt.datetime) -> None:
        """Named officers give a person a category in a matter."""
        self._standing.setdefault((designation.about, designation.matter), []).append(
            Standing(designation.category, at, designation)
        )

    def forget(self, record: str) -> None:
        """A record was erased: nothing of its people stays here."""
        for key in [key for key in self._standing if key[0].record == record]:
            del self._standing[key]

    def category(self, ref: RecordRef, matter: str) -> Category:
        """The category in force; "not yet assessed" where nobody has said anything."""
        standing = self._standing.get((ref, matter))
        return standing[-1].category if standing else "not_yet_assessed"

    def history(self, ref: RecordRef, matter: str) -> tuple[Standing, ...]:
        """Every category that a person had in a matter, oldest first."""
        return tuple(self._standing.get((ref, matter), ()))

    def suspects(self) -> int:
        """How many stand designated as suspect."""
        return sum(1 for standing in self._standing.values() if standing[-1].category == "suspect")
