"""What the cross-check remembers of couples: which record says that they may be one, and what was judged of them.

Memory only, folded from the ledger and thrown away with the process. A couple is kept in one order, so that it is the
same couple whichever of its two was met first.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec

from entente.model.report import Judgement, RecordRef

Side = Literal["intelligence", "judicial"]
Couple = tuple[RecordRef, RecordRef]


def couple_of(one: RecordRef, other: RecordRef) -> Couple:
    """The two in their one order."""
    return (one, other) if one < other else (other, one)


class Link(msgspec.Struct, frozen=True):
    """A hit as it is remembered. hit: the record that says it, "" until it is said; through: what it stands on."""

    hit: str
    bits: float
    side: Side
    through: tuple[RecordRef, ...]


class Links:
    """Couples with their links and judgements, and who neighbours whom."""

    def __init__(self) -> None:
        self._links: dict[Couple, Link] = {}
        self._neighbours: dict[RecordRef, set[RecordRef]] = {}
        self._judgements: dict[Couple, Judgement] = {}
        # Which couples each record takes part in, at an end or between, and which one each hit says.
        self._of_record: dict[str, dict[Couple, None]] = {}
        self._of_hit: dict[str, Couple] = {}

    def __contains__(self, couple: Couple) -> bool:
        return couple in self._links

    def keep(self, one: RecordRef, other: RecordRef, link: Link) -> None:
        """Remember a link; a later one of the same couple takes its place."""
        couple = couple_of(one, other)
        self._links[couple] = link
        for record in _records(couple, link):
            self._of_record.setdefault(record, {})[couple] = None
        if link.hit:
            self._of_hit[link.hit] = couple
        self._neighbours.setdefault(one, set()).add(other)
        self._neighbours.setdefault(other, set()).add(one)

    def judge(self, judgement: Judgement) -> None:
        """The latest judgement of a couple is the one in force."""
        self._judgements[couple_of(judgement.one, judgement.other)] = judgement

    def judgement(self, one: RecordRef, other: RecordRef) -> Judgement | None:
        """The judgement in force of a couple."""
        return self._judgements.get(couple_of(one, other))

    def is_said(self, one: RecordRef, other: RecordRef) -> bool:
        """Whether a record says of this couple that it may be one."""
        link = self._links.get(couple_of(one, other))
        return link is not None and bool(link.hit)

    def said(self) -> Iterator[tuple[Couple, Link]]:
        """Every couple of which a record says it, the newest first."""
        return ((couple, link) for couple, link in reversed(self._links.items()) if link.hit)

    def of(self, hit: str) -> tuple[Couple, Link] | None:
        """The couple and link that a hit's record stands for."""
        couple = self._of_hit.get(hit)
        link = self._links.get(couple) if couple else None
        return (couple, link) if couple and link and link.hit == hit else None

    def naming(self, name: str) -> list[tuple[Couple, Link]]:
        """The hit of that name, or the hits that have the record of that name at an end, the newest first."""
        found = self.of(name)
        if found is not None:
            return [found]
        return [
            (couple, self._links[couple])
            for couple in reversed(self._of_record.get(name, {}))
            if self._links[couple].hit and name in (couple[0].record, couple[1].record)
        ]

    def about(self, records: set[str]) -> Iterator[str]:
        """The hits that fall when these records do: those on them, and those that stand on them."""
        couples = {couple: None for record in sorted(records) for couple in self._of_record.get(record, ())}
        for couple in couples:
            if self._links[couple].hit:
                yield self._links[couple].hit

    def forget(self, record: str) -> None:
        """Let go of every link on a record or standing on it."""
        for couple in list(self._of_record.pop(record, ())):
            link = self._links.pop(couple)
            self._of_hit.pop(link.hit, None)
            for other_record in _records(couple, link) - {record}:
                self._of_record.get(other_record, {}).pop(couple, None)
            for one, other in (couple, couple[::-1]):
                self._neighbours.get(one, set()).discard(other)

    def group(self, ref: RecordRef, largest: int) -> set[RecordRef]:
        """Everybody who hangs together with an entity; once there are more than `largest` the search ends."""
        found, waiting = {ref}, [ref]
        while waiting and len(found) <= largest:
            for other in self._neighbours.get(waiting.pop(), ()):
                if other not in found:
                    found.add(other)
                    waiting.append(other)
        return found

    def within(self, group: set[RecordRef]) -> Iterator[tuple[Couple, Link]]:
        """The links between members of a group."""
        for one in group:
            for other in self._neighbours.get(one, ()):
                if one < other and other in group:
                    yield (one, other), self._links[one, other]

    def judged_within(self, group: set[RecordRef]) -> list[Judgement]:
        """The judgements in force between members of a group."""
        return [judgement for couple, judgement in self._judgements.items() if set(couple) <= group]


def _records(couple: Couple, link: Link) -> set[str]:
    return {couple[0].record, couple[1].record, *(ref.record for ref in link.through)}
