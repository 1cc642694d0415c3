"""From hits between pairs to entities: who belongs together, and through whom.

Pure and complete: the same pairs and judgements give the same clusters in any order, so a judgement taken
back restores the state before. An officer's word binds: "same" joins whatever the bits, "different" keeps
two under two roofs even if others link them (the weaker link gives way), "unsure" leaves it to the bits.
One chance link must not weld two large groups: they join when a fair share of their members hit each other.
A link through others is an assessment standing on assessments.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from entente.model.report import Judgement, RecordRef


class Pair(msgspec.Struct, frozen=True):
    """A hit between two entities, reduced to what resolution needs."""

    one: RecordRef
    other: RecordRef
    bits: float


class Cluster(msgspec.Struct, frozen=True):
    """Entities assessed to be one. links: the tree of pairs that holds them together, strongest first."""

    members: tuple[RecordRef, ...]
    links: tuple[Pair, ...]


class Through(msgspec.Struct, frozen=True):
    """A link of two members that stands on others. bits: of its weakest step; refs: those between."""

    one: RecordRef
    other: RecordRef
    bits: float
    refs: tuple[RecordRef, ...]


Couple = tuple[RecordRef, RecordRef]
Scored = tuple[Couple, float]

# Two clusters join on a hit when this share of the couples across them are hits too. Measured on 50,578
# public records with errors: without it one chain of chance hits swallowed 1,896 of them.
SUPPORT_SHARE = 0.3
# A link this strong needs no support (a rare full name with its birth date, a telephone line with a name).
SURE_BITS = 24.0
# Up to so many couples a single hit is support enough: a few records hang together as a chain.
FEW_COUPLES = 12
LOOKS = 2
# What an officer's "same" counts for in the order of joining: before every hit.
JUDGED_SAME_BITS = 1_000.0


def resolve(pairs: Iterable[Pair], judgements: Iterable[Judgement] = ()) -> tuple[Cluster, ...]:
    """The clusters of two or more, in order of their first member.

    judgements: those in force, at most one of a pair; with several of one pair, "different" wins over "same".
    """
    apart: set[Couple] = set()
    together: set[Couple] = set()
    for judgement in judgements:
        couple = _ordered(judgement.one, judgement.other)
        if judgement.verdict == "different":
            apart.add(couple)
        elif judgement.verdict == "same":
            together.add(couple)
    strongest: dict[Couple, float] = {}
    for pair in pairs:
        couple = _ordered(pair.one, pair.other)
        if pair.bits > strongest.get(couple, float("-inf")):
            strongest[couple] = pair.bits
    for couple in together:
        strongest[couple] = JUDGED_SAME_BITS
    order = sorted(
        (item for item in strongest.items() if item[0] not in apart and item[0][0] != item[0][1]),
        key=lambda item: (-item[1], item[0]),
    )
    return _joined(order, frozenset(apart))


def _joined(order: Sequence[Scored], apart: frozenset[Couple]) -> tuple[Cluster, ...]:
    forest = _Forest(order, apart)
    # A second look joins what lacked support only because its neighbours had not yet met.
    for _ in range(LOOKS):
        for (one, other), bits in order:
            forest.try_to_join(one, other, bits)
    return forest.clusters()


class _Forest:
    """Clusters while they grow: members, the links of each one's tree, and how many hits lie between each two."""

    def __init__(self, order: Sequence[Scored], apart: frozenset[Couple]) -> None:
        self._home: dict[RecordRef, int] = {}
        self._members: dict[int, list[RecordRef]] = {}
        self._links: dict[int, list[Pair]] = {}
        self._hits_between: dict[int, dict[int, int]] = {}
        self._foes: dict[RecordRef, set[RecordRef]] = {}
        for one, other in apart:
            self._foes.setdefault(one, set()).add(other)
            self._foes.setdefault(other, set()).add(one)
        for (one, other), _ in order:
            here, there = self._plant(one), self._plant(other)
            self._hits_between[here][there] = 1
            self._hits_between[there][here] = 1

    def _plant(self, ref: RecordRef) -> int:
        number = self._home.get(ref)
        if number is None:
            number = self._home[ref] = len(self._members)
            self._members[number] = [ref]
            self._links[number] = []
            self._hits_between[number] = {}
        return number

    def try_to_join(self, one: RecordRef, other: RecordRef, bits: float) -> None:
        """Put two clusters under one roof if the link bears it and no officer told any two of them apart."""
        larger, smaller = self._home[one], self._home[other]
        if larger == smaller:
            return
        if len(self._members[larger]) < len(self._members[smaller]):
            larger, smaller = smaller, larger
        couples = len(self._members[larger]) * len(self._members[smaller])
        supported = self._hits_between[larger].get(smaller, 0) >= SUPPORT_SHARE * couples
        if not (supported or bits >= SURE_BITS or couples <= FEW_COUPLES):
            return
        if self._foes and any(
            self._home.get(foe) == larger for ref in self._members[smaller] for foe in self._foes.get(ref, ())
        ):
            return
        for ref in self._members[smaller]:
            self._home[ref] = larger
        self._members[larger].extend(self._members.pop(smaller))
        self._links[larger].extend(self._links.pop(smaller))
        self._links[larger].append(Pair(one, other, bits))
        towards = self._hits_between[larger]
        for neighbour, hits in self._hits_between.pop(smaller).items():
            del self._hits_between[neighbour][smaller]
            if neighbour != larger:
                towards[neighbour] = self._hits_between[neighbour][larger] = towards.get(neighbour, 0) + hits

    def clusters(self) -> tuple[Cluster, ...]:
        """Those of two or more, in order of their first member."""
        found = [
            Cluster(
                tuple(sorted(group)),
                tuple(sorted(self._links[number], key=lambda link: (-link.bits, link.one, link.other))),
            )
            for number, group in self._members.items()
            if len(group) > 1
        ]
        return tuple(sorted(found, key=lambda cluster: cluster.members))


def through(cluster: Cluster, one: RecordRef, other: RecordRef) -> Through | None:
    """How two members hang together: the one way along the cluster's tree. None when either is no member."""
    steps: dict[RecordRef, list[tuple[RecordRef, float]]] = {}
    for link in cluster.links:
        steps.setdefault(link.one, []).append((link.other, link.bits))
        steps.setdefault(link.other, []).append((link.one, link.bits))
    came_from: dict[RecordRef, tuple[RecordRef, float] | None] = {one: None}
    waiting = [one] if one in steps else []
    while waiting:
        here = waiting.pop()
        for there, bits in steps[here]:
            if there not in came_from:
                came_from[there] = (here, bits)
                waiting.append(there)
    if other not in came_from or one == other:
        return None
    between: list[RecordRef] = []
    weakest = float("inf")
    here = other
    while (step := came_from[here]) is not None:
        here, bits = step
        weakest = min(weakest, bits)
        between.append(here)
    return Through(one, other, weakest, tuple(reversed(between[:-1])))


def _ordered(one: RecordRef, other: RecordRef) -> Couple:
    return (one, other) if one < other else (other, one)
