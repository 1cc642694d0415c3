"""A record: what a service says, once, in one place, in statements that each carry their own grade.

Everything that is said is a record: a report, a sighting, a designation, a hit, a judgement, a correction. What its
originator signs is a `Header` that names each part only by a salted digest; the parts lie in the vault and can be
released one by one, or erased, and the signature stays good over whatever is left (see `wire`). Nothing personal stands
in a header: it outlives erasure.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

import msgspec

from entente.errors import Text
from entente.model.entity import Category, Entity
from entente.model.grading import Grade
from entente.model.moment import Instant
from entente.model.place import Position
from entente.model.plan_act import PlanAct
from entente.model.sea_act import SeaAct
from entente.model.sighting import Sighting

Kind = Literal[
    "report",  # statements of an officer, with their entities
    "sighting",  # a boat or people seen; may lie in intelligence (a beach) or life-saving (at sea)
    "distress",  # goes before everything and is never refused for its form
    "designation",  # a person's category in a matter, by named officers
    "hit",  # two entities may be one: an assessment, with its grounds
    "judgement",  # an officer says same, different or unsure, and why
    "amendment",  # corrects, recalls or erases a record
    "release",  # an officer releases what is already recorded to further recipients
    "holding",  # a table of rows enters; its rows are reports under one signature
    "agreement",  # what two parties agreed: services, ceilings, transfer bases
    "sheet",  # of a hit, on both shores: who acts, who waits, when they meet next; nothing of either file
    "warning",  # a launch is likely: to patrols in words, or sanitised to those who rescue at sea
    "sea_act",  # what is done about a boat at sea: judged, taken off, landed, asked, searched, closed (see `sea_act`)
    "plan_act",  # what is said about the joint plan: opened, edited, claimed, countersigned (see `plan_act`)
    "office",  # what is done inside one house and never leaves it (see `office_act`)
]
Purpose = Literal[
    "life_saving",
    "intelligence",
    "investigation",
    "prosecution",
    "prevention_communication",
    "plan_management",
]
Compartment = Literal["intelligence", "judicial", "victims", "life_saving", "prevention", "plan", "office"]
Regime = Literal["smuggling", "trafficking", "undetermined"]
Basis = Literal["fact", "assessment", "reported"]
Lane = Literal["life", "urgent", "routine", "bulk"]
LANES: tuple[Lane, ...] = ("life", "urgent", "routine", "bulk")

PURPOSE_WORDS: dict[Purpose, Text] = {
    "life_saving": Text("sauvegarde de la vie en mer", "life saving at sea"),
    "intelligence": Text("prévention des infractions et renseignement", "crime prevention and intelligence"),
    "investigation": Text("enquête", "investigation"),
    "prosecution": Text("poursuites", "prosecution"),
    "prevention_communication": Text("communication de prévention", "prevention communication"),
    "plan_management": Text("conduite du plan", "plan management"),
}
COMPARTMENT_WORDS: dict[Compartment, Text] = {
    "intelligence": Text("renseignement", "intelligence"),
    "judicial": Text("dossier judiciaire", "judicial file"),
    "victims": Text("victimes", "victims"),
    "life_saving": Text("sauvegarde de la vie en mer", "life saving"),
    "prevention": Text("prévention", "prevention"),
    "plan": Text("plan commun", "joint plan"),
    "office": Text("affaires du service", "affairs of the house"),
}
REGIME_WORDS: dict[Regime, Text] = {
    "smuggling": Text("trafic illicite de migrants", "smuggling of migrants"),
    "trafficking": Text("traite des êtres humains", "trafficking in human beings"),
    "undetermined": Text("non déterminé", "undetermined"),
}
BASIS_WORDS: dict[Basis, Text] = {
    "fact": Text("fait", "fact"),
    "assessment": Text("appréciation", "assessment"),
    "reported": Text("rapporté", "reported"),
}


class Wording(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Words in the language they were said in; any other language is a translation and says by whom (FACT-6)."""

    language: str
    text: str
    translations: tuple[Translation, ...] = ()


class Translation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One rendering into another language. by: a person or a machine; the original is kept beside it."""

    language: str
    text: str
    by: Literal["person", "machine"]


class Statement(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One thing said, with how sure its issuer is of it.

    id: unique within the record ("s1"). basis: fact, assessment or reported; an assessment names author and grounds
    (FACT-1). completeness and certainty go out with it (FACT-3). compartment: where this statement lies, when
    elsewhere than its record (an engine number seen at a rescue is intelligence; the caller's number is not).
    """

    id: str
    basis: Basis
    wording: Wording
    grade: Grade
    checked_on: dt.date
    completeness: Literal["complete", "partial", "unknown"] = "unknown"
    certainty: Literal["certain", "probable", "possible", "unknown"] = "unknown"
    author: str | None = None
    grounds: str | None = None
    entities: tuple[Entity, ...] = ()
    sighting: Sighting | None = None
    compartment: Compartment | None = None
    reference: str | None = None  # of a row of a holding: its own number in its table

    def __post_init__(self) -> None:
        if self.basis == "assessment" and not (self.author and self.grounds):
            raise ValueError(
                f"statement {self.id} is an assessment: it names its author and what it rests on"
            )


class RecordRef(msgspec.Struct, frozen=True, forbid_unknown_fields=True, order=True):
    """One entity of one record: what a hit, a judgement or a designation points at. Versions may pass by it."""

    record: str
    entity: str


class Designation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A person's category in a matter: an act of two named officers, resting on a statement of fact (CAT-3)."""

    about: RecordRef
    matter: str
    category: Category
    reason: str
    basis_statement: str
    officer: str
    approver: str


class Ground(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One piece of evidence that two entities are one. bits: log2 of the likelihood ratio; below zero against."""

    code: str
    bits: float
    text: Text


class Hit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A machine's assessment that two entities may be one. Never a fact, whatever its bits (FACT-5)."""

    one: RecordRef
    other: RecordRef
    bits: float
    grounds: tuple[Ground, ...]
    rules: str  # which pinned weights spoke
    through: tuple[RecordRef, ...] = ()  # links that this one stands on, where it is not direct


Verdict = Literal["same", "different", "unsure"]


class Judgement(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an officer says of a pair, and why. It binds the machine until another judgement of the pair."""

    one: RecordRef
    other: RecordRef
    verdict: Verdict
    reason: str
    officer: str


class Sheet(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """The shared sheet of a hit: who acts, who waits, when they meet next. The newest word of it stands.

    acts, waits: services of either shore. words: for the other side, of the work and not of the files.
    """

    one: RecordRef
    other: RecordRef
    acts: str
    waits: tuple[str, ...] = ()
    meets_at: Instant | None = None
    words: str = ""
    officer: str


class Warning(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A launch is likely from a place within a window of time. boats: a count as an interval, from one on.

    Sanitised (in the life-saving compartment) it says no more than this; to patrols, statements may stand beside it.
    to: the services that are asked to look, on either shore. of: the alert that a sanitised one was made from.
    """

    place: str
    starts: Instant
    ends: Instant
    confidence: Literal["certain", "probable", "possible", "unknown"]
    boats_at_least: int = 1
    boats_at_most: int | None = None
    position: Position | None = None
    to: tuple[str, ...] = ()
    of: str | None = None
    officer: str = ""

    def __post_init__(self) -> None:
        if self.ends < self.starts:
            raise ValueError("a window begins before it ends")
        if self.boats_at_least < 1 or (
            self.boats_at_most is not None and self.boats_at_most < self.boats_at_least
        ):
            raise ValueError("a count of boats is an interval from one on")


class Amendment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Corrects, recalls or erases a record wherever it is held."""

    record: str
    act: Literal["correct", "recall", "erase"]
    reason: str
    officer: str


class Releasing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """An officer releases what is recorded already. of: a record, or a holding (then all of its rows)."""

    of: str
    recipients: tuple[str, ...]
    reason: str
    officer: str
    lane: Lane | None = None


class Holding(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table that entered: its name, how many rows it gave and left out, and the cause its batches bear."""

    table: str
    rows: int
    left_out: int
    cause: str


class Raw(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A life-saving message that could not be read: what came, to the letter, and from where."""

    came_from: str
    why: str
    text: str


class Routing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """The originator's own business, never released: who wrote it, to whom it goes, how fast.

    recipients: "dover" (the partner's whole party) or "dover/UK-NCA" (one service). lane None: as its kind goes.
    """

    officer: str
    recipients: tuple[str, ...] = ()
    lane: Lane | None = None


class Draft(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What an officer hands in. The node gives it id, version, time and signature, and refuses it with a reason.

    said_at None: now. recipients empty: to nobody. handling: labels as in `docs/terms.md`. private: fields for the
    originator only. act: for the kinds that are acts and not reports.
    """

    kind: Kind
    service: str
    purpose: Purpose | None = None
    matter: str | None = None
    compartment: Compartment = "intelligence"
    regime: Regime | None = None
    handling: tuple[str, ...] = ()
    conditions: str | None = None
    grade: Grade | None = None
    statements: tuple[Statement, ...] = ()
    recipients: tuple[str, ...] = ()
    lane: Lane | None = None
    said_at: Instant | None = None
    review_by: dt.date | None = None
    erase_by: dt.date | None = None
    reference: str | None = None  # the service's own number for it ("FR-OLT-101")
    under_review: bool = (
        False  # a person may be victim and suspect: nothing is shared until officers decide (CAT-5)
    )
    replaces: str | None = None  # the record id of which this is the next version
    designation: Designation | None = None
    judgement: Judgement | None = None
    amendment: Amendment | None = None
    release: Releasing | None = None
    sheet: Sheet | None = None
    warning: Warning | None = None
    sea_act: SeaAct | None = None
    plan_act: PlanAct | None = None
