"""How well two nodes that played the season know what they may know, and nothing more.

Every officer of both shores is asked for hits, in each role held, by the same deed as on any other day; then it is
compared with the truth, to the letter: a pair known to anybody whom the truth does not name has leaked, also where its
two records were released to them one by one; and so has any hit on a record that its viewer may not read.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from entente.errors import NotFound, NotPermitted, Text
from entente.exercise.agreement import exercise_agreement
from entente.exercise.play import played
from entente.exercise.season import Decoy, Season, TruePair
from entente.exercise.shores import NODES, Shores
from entente.model.report import COMPARTMENT_WORDS, Compartment
from entente.policy.agreement import Role

MATTER = "OYAT"
REASON = "Mesure de l’exercice / scoring the exercise"
HITS_ASKED = 1000
# Compartments whose values are in an index at all; the rest is never met with anything.
INDEXED: frozenset[Compartment] = frozenset({"intelligence", "judicial"})

Couple = frozenset[str]
Hit = dict[str, Any]


class Viewer(msgspec.Struct, frozen=True, order=True):
    """An officer in one role: whoever may know something."""

    node: str
    service: str
    role: Role
    officer: str

    def is_named(self, name: str) -> bool:
        """Whether "dover" or "dover/UK-NCA" includes this viewer."""
        return name in (self.node, f"{self.node}/{self.service}")


class PairScored(msgspec.Struct, frozen=True, kw_only=True):
    """One true pair: whether it is known as it should be, to whom, and why or why not."""

    link: str
    one: str
    other: str
    in_clear: bool
    found: bool
    known_to: tuple[str, ...]
    leaked_to: tuple[str, ...]
    why: tuple[Text, ...]


class DecoyScored(msgspec.Struct, frozen=True, kw_only=True):
    """One decoy: whether anything joins it, and what speaks for and against. bits: None where they never met."""

    id: str
    one: str
    other: str
    joined: bool
    bits: float | None
    why: tuple[Text, ...]


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """The season's account. pairs_hit_only: those known to a keeper, or by hit only."""

    pairs_clear: int
    pairs_clear_found: int
    pairs_hit_only: int
    pairs_hit_only_found: int
    pairs_leaked: int
    hits_on_unreadable_records: int
    decoys: int
    decoys_joined: int
    records_exchanged: int
    refused: int
    viewers: int
    pairs: tuple[PairScored, ...]
    lures: tuple[DecoyScored, ...]

    def counts(self) -> dict[str, int]:
        """The figures alone, for a program."""
        return {name: value for name, value in msgspec.structs.asdict(self).items() if isinstance(value, int)}


class _Observed:
    """What each viewer was shown, and what each may read."""

    def __init__(self, shores: Shores, season: Season) -> None:
        self._shores = shores
        self.references = {record: reference for reference, record in played(shores.root).items()}
        agreement = exercise_agreement()
        self.viewers = sorted(
            Viewer(agreement.service(officer.service).node, officer.service, role, officer.id)
            for officer in season.officers
            for role in officer.roles
        )
        self._readable: dict[tuple[Viewer, str], bool] = {}
        self.hits: dict[Viewer, list[Hit]] = {viewer: self._hits(viewer) for viewer in self.viewers}

    def asking(self, viewer: Viewer) -> dict[str, Any]:
        return {"officer": viewer.officer, "role": viewer.role, "matter": MATTER, "reason": REASON}

    def _hits(self, viewer: Viewer) -> list[Hit]:
        try:
            found: list[Hit] = self._shores.ask(
                viewer.node, "hits", {"asking": self.asking(viewer), "limit": HITS_ASKED}
            )
        except NotPermitted:
            return []
        return found

    def may_read(self, viewer: Viewer, record: str) -> bool:
        """Whether a viewer is shown a record by its id or reference."""
        if (viewer, record) not in self._readable:
            try:
                self._shores.ask(viewer.node, "read", {"asking": self.asking(viewer), "record": record})
            except (NotFound, NotPermitted):
                self._readable[viewer, record] = False
            else:
                self._readable[viewer, record] = True
        return self._readable[viewer, record]

    def why_not(self, viewer: Viewer, one: str, other: str) -> dict[str, Any]:
        asked = {"asking": self.asking(viewer), "one": one, "other": other}
        found: dict[str, Any] = self._shores.ask(viewer.node, "why_not", asked)
        return found

    def chain(self, hit: Hit) -> frozenset[str]:
        """The references of all records that a hit joins."""
        between = (self.references.get(ref["record"], ref["record"]) for ref in hit["through"])
        return frozenset((hit["one"]["reference"], hit["other"]["reference"], *between))

    def about(self, couple: Couple) -> dict[Viewer, Hit]:
        """Who was shown a hit of these two records, and which."""
        return {
            viewer: hit
            for viewer, hits in self.hits.items()
            for hit in hits
            if frozenset((hit["one"]["reference"], hit["other"]["reference"])) == couple
        }


def score(shores: Shores, season: Season) -> Score:
    """Ask everybody what they know, and compare it with the truth. The season must have been played."""
    observed = _Observed(shores, season)
    pairs = tuple(
        _pair(season, link.id, pair, observed.about(frozenset((pair.one, pair.other))))
        for link in season.links
        for pair in link.pairs
    )
    lures = tuple(_decoy(season, decoy, observed) for decoy in season.decoys)
    status = shores.status()
    unreadable = _unreadable(observed)
    clear = [pair for pair in pairs if pair.in_clear]
    return Score(
        pairs_clear=len(clear),
        pairs_clear_found=sum(pair.found for pair in clear),
        pairs_hit_only=len(pairs) - len(clear),
        pairs_hit_only_found=sum(pair.found for pair in pairs if not pair.in_clear),
        pairs_leaked=sum(bool(pair.leaked_to) for pair in pairs) + unreadable,
        hits_on_unreadable_records=unreadable,
        decoys=len(lures),
        decoys_joined=sum(lure.joined for lure in lures),
        records_exchanged=sum(
            number
            for one in status.values()
            for partner in one["partners"].values()
            for number in partner["arrived"].values()
        )
        # The plan is steered beside the season: each act of it arrived once, on the shore that did not say it.
        - status[NODES[0]]["records"].get("plan_act", 0),
        refused=len(refusals(shores, season)),
        viewers=len(observed.viewers),
        pairs=pairs,
        lures=lures,
    )


def refusals(shores: Shores, season: Season) -> list[dict[str, Any]]:
    """What either node let neither in nor out, oldest first."""
    found: list[dict[str, Any]] = []
    for node in NODES:
        item = next(item for item in season.items if item.node == node and item.role == "investigator")
        asking = {"officer": item.officer, "role": item.role, "matter": MATTER, "reason": REASON}
        found += shores.ask(node, "refusals", asking)
    return sorted(found, key=lambda one: str(one["at"]))


def _pair(season: Season, link: str, pair: TruePair, shown: dict[Viewer, Hit]) -> PairScored:
    known = pair.known
    knowing = {viewer for viewer in shown if _is_expected(pair, viewer)}
    if known.is_clear:
        found = all(any(viewer.is_named(name) for viewer in knowing) for name in known.clear)
    else:
        # Clear to a keeper. What the other shore may learn is a hit only, by a blind question: not counted here.
        found = bool(knowing)
    leaked = [viewer for viewer in shown if viewer not in knowing]
    why: tuple[Text, ...]
    if shown:
        best = max(shown.values(), key=lambda hit: float(hit["bits"]))
        why = (Text(**best["headline"]), *(Text(**ground["text"]) for ground in best["grounds"]))
    else:
        why = (_not_found(season, pair),)
    return PairScored(
        link=link,
        one=pair.one,
        other=pair.other,
        in_clear=known.is_clear,
        found=found,
        known_to=_names(shown),
        leaked_to=_names(leaked),
        why=why,
    )


def _names(viewers: Iterable[Viewer]) -> tuple[str, ...]:
    return tuple(sorted({f"{viewer.node}/{viewer.service} ({viewer.role})" for viewer in viewers}))


def _is_expected(pair: TruePair, viewer: Viewer) -> bool:
    known = pair.known
    named = any(viewer.is_named(name) for name in known.clear)
    return named and (not known.keepers or viewer.role in known.keepers)


def _unreadable(observed: _Observed) -> int:
    """Hits shown to a viewer who may not read one of the two records, or one between them."""
    return sum(
        not all(
            observed.may_read(viewer, record)
            for record in (hit["one"]["id"], hit["other"]["id"], *(ref["record"] for ref in hit["through"]))
        )
        for viewer, hits in observed.hits.items()
        for hit in hits
    )


def _decoy(season: Season, decoy: Decoy, observed: _Observed) -> DecoyScored:
    couple = {decoy.one, decoy.other}
    joining = [hit for hits in observed.hits.values() for hit in hits if couple <= observed.chain(hit)]
    bits: float | None = None
    why: tuple[Text, ...]
    if joining:
        bits = float(joining[0]["bits"])
        why = tuple(Text(**ground["text"]) for ground in joining[0]["grounds"])
    else:
        why = _never_met(season, decoy)
        viewer = next(
            (
                one
                for one in observed.viewers
                if observed.may_read(one, decoy.one) and observed.may_read(one, decoy.other)
            ),
            None,
        )
        said = observed.why_not(viewer, decoy.one, decoy.other) if viewer and not why else None
        if said and said["grounds"]:
            bits = float(said["bits"])
            why = tuple(Text(**ground["text"]) for ground in said["grounds"])
    return DecoyScored(
        id=decoy.id,
        one=decoy.one,
        other=decoy.other,
        joined=bool(joining),
        bits=bits,
        why=why or (NOTHING_IN_COMMON,),
    )


NOTHING_IN_COMMON = Text(
    "Rien de comparable n’est commun aux deux fiches.", "The two records have nothing comparable in common."
)
EXEMPT = Text(
    "De l’aide, non un soupçon : ce contact est exempté de tout recoupement.",
    "Help, not suspicion: this contact is exempt from cross-checking.",
)
BLIND = Text(
    "Aucune des deux rives ne peut se dévoiler : il y faut une question aveugle, qui n’existe pas encore.",
    "Neither shore may disclose its file: that takes a blind question, which does not exist yet.",
)


def _closed(season: Season, references: Iterable[str]) -> tuple[Compartment, ...]:
    """The compartments of these records that are in no index."""
    return tuple(
        sorted(
            {
                season.item(one).draft.compartment
                for one in references
                if not any(
                    (statement.compartment or season.item(one).draft.compartment) in INDEXED
                    for statement in season.item(one).draft.statements
                )
            }
        )
    )


def _out_of_index(compartments: Iterable[Compartment]) -> tuple[Text, ...]:
    return tuple(
        Text(
            fr=f"Jamais mises en présence : aucun index ne contient le compartiment « {COMPARTMENT_WORDS[one].fr} ».",
            en=f'Never met: no index holds the compartment "{COMPARTMENT_WORDS[one].en}".',
        )
        for one in compartments
    )


def _never_met(season: Season, decoy: Decoy) -> tuple[Text, ...]:
    """Why two records are not even compared; empty where they are."""
    references = (decoy.one, decoy.other)
    exempt = any(
        entity.exempt == "humanitarian"
        for one in references
        for statement in season.item(one).draft.statements
        for entity in statement.entities
    )
    return (EXEMPT,) if exempt else _out_of_index(_closed(season, references))


def _not_found(season: Season, pair: TruePair) -> Text:
    """Why a true pair is not known to anybody."""
    closed = _out_of_index(_closed(season, (pair.one, pair.other)))
    if closed:
        return closed[0]
    return NOTHING_IN_COMMON if pair.known.clear else BLIND


__all__ = ["DecoyScored", "PairScored", "Score", "Viewer", "refusals", "score"]
