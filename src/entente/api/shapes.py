"""What a program sends for each deed and what it is answered, as types: the document and the door read the same ones.

Who acts is never in a body: the token says it. Each body says why and in which matter, since the register keeps both
for a program as for a person. What only this machine may ask (a path of its disk, its clock, its proof) has no shape
here and so no door.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Annotated, Any, Literal

import msgspec

from entente.api.deeds import DEEDS, Asking, NothingAsked
from entente.errors import Text
from entente.exchange.protocol import Step
from entente.maritime.values import Picture
from entente.model.grading import Grade
from entente.model.report import (
    Compartment,
    Draft,
    Ground,
    Judgement,
    Kind,
    Lane,
    Purpose,
    Raw,
    RecordRef,
    Regime,
    Statement,
    Verdict,
)
from entente.node import Node
from entente.policy.agreement import Role

Words = Annotated[str, msgspec.Meta(max_length=1000)]
Short = Annotated[str, msgspec.Meta(max_length=200)]
Id = Annotated[str, msgspec.Meta(max_length=200, description="A record's id, or its service's own number.")]


class Why(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why a deed is done and in which matter; role and purpose are the officer's first role and its usual purpose."""

    reason: Words
    matter: Short = ""
    purpose: Purpose | None = None
    role: Role | None = None


class RecordAsked(Why, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Record what is said."""

    draft: Draft


class DistressAsked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A distress with its reason. content: what came, a draft in JSON or any words."""

    content: str
    reason: str = "distress"
    matter: str = "SAR"
    purpose: Purpose | None = None
    role: Role | None = None


class SeaAsked(Why, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """See the picture at sea."""


class ReadAsked(Why, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Read a record, in its newest version unless told otherwise."""

    record: Id
    version: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] | None = None


class SearchAsked(Why, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Search by an identifier or a name, as an officer writes it."""

    written: Annotated[str, msgspec.Meta(min_length=1, max_length=500)]


class HitsAsked(Why, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """See possible links, newest first. about: of one record or hit only."""

    about: Id | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=200)] = 50


class WhyNotAsked(Why, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Hear what speaks for and against two records that are no hit."""

    one: Id
    other: Id


class JudgeAsked(Why, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Judge a hit. because: goes with the judgement; the reason stays in this node's register."""

    hit: Id
    verdict: Verdict
    because: Words


class ReleaseAsked(Why, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Release what is recorded already. recipients: "dover" (a whole party) or "dover/UK-NCA" (one service)."""

    of: Id
    recipients: Annotated[tuple[Short, ...], msgspec.Meta(min_length=1, max_length=50)]
    because: Words
    lane: Lane | None = None


class RefusalsAsked(Why, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """See what this node let neither in nor out."""


# -- answers ----------------------------------------------------------------------------------------------------------


class Header(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A record's header as it is shown: nothing personal stands in it."""

    id: str
    reference: str | None
    version: int
    kind: Kind
    node: str
    service: str
    said_at: dt.datetime
    purpose: Purpose
    matter: str
    compartment: Compartment
    handling: tuple[str, ...]
    grade: Grade | None
    regime: Regime | None
    review_by: dt.date
    erase_by: dt.date
    state: str


class PartRead(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One part of a record that is open to its reader. value: a statement, or the act that the name says."""

    name: str
    value: Any


class Withheld(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One part that is here and not for this reader: the rule that spoke."""

    rule: str
    text: Text


class HolderRead(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A partner's node that holds a version of the record or is to have it, and at which step it stands."""

    partner: str
    version: int
    services: tuple[str, ...]
    lane: Lane
    number: int | None
    step: Step | Literal["numbered", "withdrawn"]
    code: str | None


class RecordRead(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A record as its reader may see it."""

    record: Header
    parts: tuple[PartRead, ...]
    withheld: tuple[Withheld, ...]
    parts_not_here: int
    holders: tuple[HolderRead, ...]


class SeenAtSea(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One report on the picture at sea. raw: what could not be read, as it came."""

    record: Header
    statements: tuple[Statement, ...]
    raw: Raw | None


class Found(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A record that answers to what was searched, and why."""

    record: Header
    entity: str
    bits: float
    grounds: tuple[Ground, ...]


class SideShown(Header, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One of the two records of a hit, and which entity of it is meant."""

    entity: str


class HitRead(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A possible link. It is an assessment of a machine, whatever its bits, and never a fact."""

    id: str
    one: SideShown
    other: SideShown
    basis: Literal["assessment"]
    bits: float
    headline: Text
    grounds: tuple[Ground, ...]
    through: tuple[RecordRef, ...]
    rules: str
    judgement: Judgement | None


class ForAndAgainst(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What speaks for and against two records; empty where they do not meet."""

    grounds: tuple[Ground, ...]
    bits: float


class RefusedRead(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something that was let neither in nor out: references and rules, no contents."""

    entry: int
    entente: str
    node: str
    partner: str
    way: str
    lane: str
    code: str
    text: Text
    at: dt.datetime
    number: int | None = None
    record: str | None = None
    digest: str | None = None


class PartnerStands(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What waits for a partner, and how far we have read in each of its lanes."""

    waiting: dict[str, int]
    arrived: dict[Lane, int]


class NodeStands(msgspec.Struct, frozen=True, kw_only=True):
    """What the node holds and what waits; no contents."""

    node: str
    party: str
    now: dt.datetime
    entries: int
    root: str
    register_lines: int
    records: dict[str, int]
    indexed_to: str
    numbered_to: str
    partners: dict[str, PartnerStands]
    alarms: tuple[Text, ...]
    quiet: bool


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the node answers and has read all, and how far it has come in each partner's lanes."""

    node: str
    quiet: bool
    arrived: dict[str, dict[Lane, int]]


class ErrorSaid(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """code: a stable short word for programs; text: what happened, in both languages; remedy: what to do."""

    code: str
    text: Text
    remedy: Text | None


class Refusal(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The answer to whatever was not done. Nothing was recorded."""

    error: ErrorSaid


# -- the table --------------------------------------------------------------------------------------------------------


class ProgramDeed(msgspec.Struct, frozen=True, kw_only=True):
    """A deed that a program may ask for. weight: how much of its token's rate it takes; 0: never limited."""

    name: str
    asked: Any
    answer: Any
    does: str
    example: dict[str, Any]
    weight: int = 1

    def do(self, node: Node, officer: str, asked: Any) -> Any:
        """Do it in the officer's name. Raises EntenteError with the reason."""
        said = {name: getattr(asked, name) for name in asked.__struct_fields__}
        shape, doing = _deed(self.name)
        if shape is NothingAsked:
            return doing(node, NothingAsked())
        why = {name: said.pop(name) for name in Why.__struct_fields__}
        asking = Asking(officer=officer, **why)
        return doing(node, asking if shape is Asking else shape(asking=asking, **said))


def _deed(name: str) -> tuple[Any, Callable[[Node, Any], Any]]:
    return DEEDS[name]


_WHY = {"reason": "contrat du loueur", "matter": "OYAT"}
_STATEMENT = {
    "id": "s1",
    "basis": "fact",
    "wording": {"language": "fr", "text": "Le fourgon FO 417 IU est loué par « Haji »."},
    "grade": {"scheme": "admiralty", "source": "B", "information": "2"},
    "checked_on": "2031-09-12",
    "entities": [
        {
            "id": "e1",
            "kind": "person",
            "category": "not_yet_assessed",
            "names": [{"written": "Haji", "kind": "alias"}],
            "identifiers": [{"kind": "phone", "written": "06 39 98 04 17"}],
        }
    ],
}
_DRAFT = {
    "kind": "report",
    "service": "FR-OLTIM",
    "purpose": "intelligence",
    "matter": "OYAT",
    "regime": "smuggling",
    "handling": ["H1"],
    "statements": [_STATEMENT],
}

PROGRAM_DEEDS: dict[str, ProgramDeed] = {
    deed.name: deed
    for deed in (
        ProgramDeed(
            name="record",
            asked=RecordAsked,
            answer=Header,
            does="Record what is said, in the name of the token's officer.",
            example=_WHY | {"draft": _DRAFT},
        ),
        ProgramDeed(
            name="distress",
            asked=DistressAsked,
            answer=Header,
            does="Raise a distress. Never refused for its form, and never limited: any body of any type is taken, a "
            "draft in JSON is read, anything else is kept as it came, and every partner hears of it.",
            example={"content": "47 personnes, moteur arrêté, 50.95 N 1.60 E, de l’eau dans le bateau"},
            weight=0,
        ),
        ProgramDeed(
            name="sea",
            asked=SeaAsked,
            answer=tuple[SeenAtSea, ...],
            does="See every distress and life-saving report of both shores, newest first.",
            example={"reason": "veille du détroit", "matter": "SAR"},
            weight=4,
        ),
        ProgramDeed(
            name="picture",
            asked=SeaAsked,
            answer=Picture,
            does="See the boats at sea as both shores hold them, the one that most needs help first.",
            example={"reason": "veille du détroit", "matter": "SAR"},
            weight=4,
        ),
        ProgramDeed(
            name="read",
            asked=ReadAsked,
            answer=RecordRead,
            does="Read a record. Absent and not for you are the same answer.",
            example=_WHY | {"record": "FR-OLT-101"},
        ),
        ProgramDeed(
            name="search",
            asked=SearchAsked,
            answer=tuple[Found, ...],
            does="Search by an identifier or a name. The register keeps that it was searched, not what.",
            example=_WHY | {"written": "06 39 98 04 17"},
            weight=4,
        ),
        ProgramDeed(
            name="hits",
            asked=HitsAsked,
            answer=tuple[HitRead, ...],
            does="See possible links among what the officer may read, with the grounds for and against.",
            example=_WHY | {"limit": 10},
            weight=4,
        ),
        ProgramDeed(
            name="why_not",
            asked=WhyNotAsked,
            answer=ForAndAgainst,
            does="Hear what speaks for and against two records that are no hit.",
            example=_WHY | {"one": "FR-OLT-101", "other": "UK-NCA-201"},
            weight=4,
        ),
        ProgramDeed(
            name="judge",
            asked=JudgeAsked,
            answer=Header,
            does="Say of a hit: same, different or unsure. An officer's token alone may: machines do not judge people.",
            example=_WHY
            | {"hit": "01HITAMBLETEUSE", "verdict": "unsure", "because": "un seul numéro partagé"},
        ),
        ProgramDeed(
            name="release",
            asked=ReleaseAsked,
            answer=Header,
            does="Release what is recorded already to further recipients. An officer's token alone may.",
            example=_WHY
            | {"of": "FR-OLT-101", "recipients": ["dover/UK-NCA"], "because": "même loueur outre-Manche"},
        ),
        ProgramDeed(
            name="refusals",
            asked=RefusalsAsked,
            answer=tuple[RefusedRead, ...],
            does="See what this node let neither in nor out, and why.",
            example={"reason": "suivi des refus du matin"},
        ),
        ProgramDeed(
            name="status",
            asked=NothingAsked,
            answer=NodeStands,
            does="What the node holds, what waits for each partner, and its alarms. No contents.",
            example={},
        ),
    )
}
