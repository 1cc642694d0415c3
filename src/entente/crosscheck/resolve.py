"""From hits between pairs to entities: who belongs together, and through whom.

Pure and complete: the same pairs and judgements give the same clusters in any order, so a judgement taken
back restores the state before. An officer's word binds: "same" joins whatever the bits, "different" keeps
two clusters apart for ever, "unsure" leaves it to the bits. Where the joining of two clusters would put two
under one roof whom an officer told apart, the weaker link gives way. A link through others is an assessment
standing on assessments.
"""

from __future__ import annotations

from collections.abc import Iterable

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


# What an officer's "same" counts for in the order of joining: before every hit.
JUDGED_SAME_BITS = 1_000.0


def resolve(pairs: Iterable[Pair], judgements: Iterable[Judgement] = ()) -> tuple[Cluster, ...]:
    """The clusters of two or more, in order of their first member.

    judgements: those in force, at most one of a pair; with several of one pair, "different" wins over "same".
    """
    apart: set[tuple[RecordRef, RecordRef]] = set()
    together: set[tuple[RecordRef, RecordRef]] = set()
    for judgement in judgements:
        couple = _ordered(judgement.one, judgement.other)
        if judgement.verdict == "different":
            apart.add(couple)
        elif judgement.verdict == "same":
            together.add(couple)
    strongest: dict[tuple[RecordRef, RecordRef], float] = {}
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
    return _joined(order, apart)


def _joined(
    order: list[tuple[tuple[RecordRef, RecordRef], float]], apart: set[tuple[RecordRef, RecordRef]]
) -> tuple[Cluster, ...]:
    home: dict[RecordRef, int] = {}
    members: dict[int, list[RecordRef]] = {}
    links: dict[int, list[Pair]] = {}
    foes: dict[RecordRef, set[RecordRef]] = {}
    for one, other in apart:
        foes.setdefault(one, set()).add(other)
        foes.setdefault(other, set()).add(one)
    for (one, other), bits in order:
        for ref in (one, other):
            if ref not in home:
                home[ref] = len(members)
                members[home[ref]] = [ref]
                links[home[ref]] = []
        larger, smaller = home[one], home[other]
        if larger == smaller:
            continue
        if len(members[larger]) < len(members[smaller]):
            larger, smaller = smaller, larger
        if foes and any(home.get(foe) == larger for ref in members[smaller] for foe in foes.get(ref, ())):
            continue
        for ref in members[smaller]:
            home[ref] = larger
        members[larger].extend(members.pop(smaller))
        links[larger].extend(links.pop(smaller))
        links[larger].append(Pair(one, other, bits))
        members[smaller] = []
        links[smaller] = []
    found = [
        Cluster(
            tuple(sorted(group)),
            tuple(sorted(links[number], key=lambda link: (-link.bits, link.one, link.other))),
        )
        for number, group in members.items()
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


def _ordered(one: RecordRef, other: RecordRef) -> tuple[RecordRef, RecordRef]:
    return (one, other) if one < other else (other, one)
