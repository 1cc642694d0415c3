"""What is said about the joint plan: opened, edited, claimed, countersigned, flagged, signed.

Each is a record of kind "plan_act". An item is named by the id of the act that opened it. Nothing here overwrites: an
edit names the edits that its author saw, a claim of status and a signature the wording they were made on, so that the
plan can be drawn from the set alone, whatever clocks say and in whatever order acts came.
"""

from __future__ import annotations

import datetime as dt
import math
from typing import Literal

import msgspec

from entente.errors import Language, Text

ItemKind = Literal[
    "workshop",
    "measure",
    "milestone",
    "indicator",
    "risk",
    "recommendation",
    "meeting",
    "agenda_point",
    "sentence",
    "decision",
    "action",
]
Status = Literal["planned", "under_way", "at_risk", "done", "abandoned"]
Party = Literal["FR", "UK"]


class Bilingual(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Words that people write in the plan. One language may be missing for a while; it is then shown as missing."""

    fr: str = ""
    en: str = ""

    def __post_init__(self) -> None:
        if not self.fr.strip() and not self.en.strip():
            raise ValueError("a text has words in one language at least")

    @property
    def is_paired(self) -> bool:
        """Whether both languages are there."""
        return bool(self.fr.strip() and self.en.strip())

    def shown(self) -> Text:
        """Both languages; for the missing one the other's words, marked as to be translated."""
        return Text(
            fr=self.fr if self.fr.strip() else f"[à traduire] {self.en}",
            en=self.en if self.en.strip() else f"[to be translated] {self.fr}",
        )

    def say(self, language: Language) -> str:
        """What is shown in one language."""
        return self.shown().say(language)


class _Value(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, tag_field="is"
):
    """What a field may hold."""


class Words(_Value, frozen=True, kw_only=True, tag="words"):
    """A text in both languages."""

    text: Bilingual


class Day(_Value, frozen=True, kw_only=True, tag="day"):
    """A day of the calendar: a term."""

    day: dt.date


class Owners(_Value, frozen=True, kw_only=True, tag="owners"):
    """The service that owns something for its party, and who stands in for it."""

    owner: str
    alternates: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.owner.strip():
            raise ValueError("an owner is a service")


class Number(_Value, frozen=True, kw_only=True, tag="number"):
    """A figure: a baseline, a target."""

    number: float

    def __post_init__(self) -> None:
        if not math.isfinite(self.number):
            raise ValueError("a figure is finite")


class Items(_Value, frozen=True, kw_only=True, tag="items"):
    """Other items: what a measure depends on, what a recommendation is answered by."""

    items: tuple[str, ...]


Value = Words | Day | Owners | Number | Items
Field = Literal[
    "title",
    "text",
    "owner_FR",
    "owner_UK",
    "due",
    "depends_on",
    "definition",
    "unit",
    "baseline",
    "target",
    "period",
    "position",
    "held_on",
    "place",
    "present",
    "source",
    "likelihood",
    "impact",
    "answered_by",
]
# position: the place among those under the same item, lowest first. likelihood and impact of a risk: from 1 to 5.
HOLDS: dict[str, type[_Value]] = {
    "title": Words,
    "text": Words,
    "owner_FR": Owners,
    "owner_UK": Owners,
    "due": Day,
    "depends_on": Items,
    "definition": Words,
    "unit": Words,
    "baseline": Number,
    "target": Number,
    "period": Words,
    "position": Number,
    "held_on": Day,
    "place": Words,
    "present": Words,
    "source": Words,
    "likelihood": Number,
    "impact": Number,
    "answered_by": Items,
}


class _Act(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, tag_field="act"
):
    """Common to all: the officer who did it, in their own name; words: the reason, or what there is to say."""

    officer: str
    words: str = ""


class Opened(_Act, frozen=True, kw_only=True, tag="opened"):
    """An item begins. under: the item that it belongs to; "" at the top."""

    kind: ItemKind
    under: str = ""


class Edited(_Act, frozen=True, kw_only=True, tag="edited"):
    """A field is given a value. over: the edits of that field that its author saw and replaces."""

    item: str
    field: Field
    value: Value
    over: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not isinstance(self.value, HOLDS[self.field]):
            raise ValueError(f"{self.field} holds {HOLDS[self.field].__name__}")
        if self.field in ("likelihood", "impact") and not 1 <= getattr(self.value, "number", 0) <= 5:
            raise ValueError(f"{self.field} goes from 1 to 5")


class EvidenceGiven(_Act, frozen=True, kw_only=True, tag="evidence_given"):
    """Something that shows what was done on an item. reference: where it is kept."""

    item: str
    text: Bilingual
    reference: str = ""


class EvidenceWithdrawn(_Act, frozen=True, kw_only=True, tag="evidence_withdrawn"):
    """Evidence no longer stands. words: why."""

    evidence: str


class StatusClaimed(_Act, frozen=True, kw_only=True, tag="status_claimed"):
    """Where an item stands, as its author says.

    over: the claims that the author saw and replaces. seen: the edits of the item that held when it was claimed; a
    claim of done falls when another edit holds.
    """

    item: str
    status: Status
    evidence: tuple[str, ...] = ()
    over: tuple[str, ...] = ()
    seen: tuple[str, ...] = ()


class Countersigned(_Act, frozen=True, kw_only=True, tag="countersigned"):
    """The other side agrees with one claim, and with no other."""

    claim: str


class ItemReopened(_Act, frozen=True, kw_only=True, tag="item_reopened"):
    """A claim of done is taken back. words: why."""

    claim: str


class DivergenceFlagged(_Act, frozen=True, kw_only=True, tag="divergence_flagged"):
    """The French and the English of a sentence or decision do not say the same. texts: the edits that it is about."""

    item: str
    texts: tuple[str, ...]


class Signed(_Act, frozen=True, kw_only=True, tag="signed"):
    """A party signs a decision in the wording of one edit."""

    decision: str
    text: str


class ValueGiven(_Act, frozen=True, kw_only=True, tag="value_given"):
    """What an indicator was from a day to a day. corrects: values that this one puts right; they stay as history.

    is_count: of people or files, so that small numbers are not shown. part_of: the value that this is a part of.
    """

    indicator: str
    value: float
    starts: dt.date
    ends: dt.date
    source: Bilingual
    quality: Bilingual
    is_count: bool = True
    part_of: str = ""
    corrects: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not math.isfinite(self.value) or self.ends < self.starts:
            raise ValueError("a value is finite, and a period ends after it began")


PlanAct = (
    Opened
    | Edited
    | EvidenceGiven
    | EvidenceWithdrawn
    | StatusClaimed
    | Countersigned
    | ItemReopened
    | DivergenceFlagged
    | Signed
    | ValueGiven
)
