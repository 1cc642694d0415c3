"""Who may see which of very many links, without asking the rules anew for each.

What the rules know of a record is the same for whole runs of them (one service, one matter, one code): records are
sorted into kinds by just that, and each kind is decided once for each question. Whether an officer accepted
a record's written conditions belongs to that record alone, and is asked of it alone.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from entente.model.report import Compartment
from entente.policy.access import Held


class Kinds:
    """The kinds of records that are remembered: for each record and compartment, what the rules may know of it."""

    def __init__(self) -> None:
        self._kinds: dict[Held, Held] = {}
        self._of: dict[tuple[str, Compartment], Held] = {}

    def keep(self, record: str, where: Compartment, held: Held) -> None:
        """Remember what the rules may know of a record in one compartment."""
        kind = msgspec.structs.replace(held, record="")
        self._of[record, where] = self._kinds.setdefault(kind, kind)

    def knows(self, record: str, where: Compartment) -> bool:
        """Whether a record was kept in that compartment."""
        return (record, where) in self._of

    def forget(self, record: str) -> None:
        """Let go of a record in every compartment."""
        for key in [(record, where) for where in ("intelligence", "judicial") if (record, where) in self._of]:
            del self._of[key]

    def of(self, record: str, where: Compartment) -> Held | None:
        """The kind of a record there; one object for all records of the kind."""
        return self._of.get((record, where))


class Viewer:
    """One person's question: asks the rules once for each kind of record."""

    def __init__(self, kinds: Kinds, may: Callable[[Held], bool]) -> None:
        self._kinds = kinds
        self._may = may
        self._decided: dict[int, bool] = {}

    def sees(self, record: str, where: Compartment) -> bool:
        """Whether this person may read what lies of a record in a compartment."""
        kind = self._kinds.of(record, where)
        if kind is None:
            return False
        if kind.conditions is not None:
            return self._may(msgspec.structs.replace(kind, record=record))
        decided = self._decided.get(id(kind))
        if decided is None:
            decided = self._decided[id(kind)] = self._may(kind)
        return decided
