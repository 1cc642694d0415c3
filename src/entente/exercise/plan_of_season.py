"""The small plan that both shores of the exercise steer: what its officers do with it, day by day, in their own words.

Everything in it is invented, the titles of the workshops too: they are data. Steps name items by names of their own
("B2"), since a node gives the id only when it records; a field is written as a person would ("2031-10-31", two
wordings side by side) and becomes a value of the plan here. What an indicator takes from a node's own counts it names
by the count alone, so that its definition stands in one place.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any

import msgspec

from entente.model.plan_act import (
    HOLDS,
    Bilingual,
    Day,
    Field,
    ItemKind,
    Items,
    Number,
    Owners,
    Status,
    Value,
    Words,
)
from entente.plan.own_counts import known_count
from entente.policy.agreement import Role

OF_COUNT = "count "


class _Step(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, tag_field="do"
):
    """One thing that an officer does."""


class Open(_Step, frozen=True, kw_only=True, tag="open"):
    """An item is entered. name: how other steps speak of it."""

    name: str
    kind: ItemKind
    under: str = ""
    fields: dict[Field, Any] = {}


class Edit(_Step, frozen=True, kw_only=True, tag="edit"):
    """A field is given a value over all that holds. beside: an edit that its author had not seen, so both stand."""

    item: str
    field: Field
    value: Any
    name: str = ""
    words: str = ""
    beside: str = ""


class Evidence(_Step, frozen=True, kw_only=True, tag="evidence"):
    """Evidence is given for an item."""

    name: str
    item: str
    text: tuple[str, str]
    reference: str = ""


class Claim(_Step, frozen=True, kw_only=True, tag="claim"):
    """An item is claimed to stand somewhere. evidence: by name."""

    name: str
    item: str
    status: Status
    evidence: tuple[str, ...] = ()
    words: str = ""


class Countersign(_Step, frozen=True, kw_only=True, tag="countersign"):
    """A claim of the other side is countersigned."""

    claim: str


class Flag(_Step, frozen=True, kw_only=True, tag="flag"):
    """The two wordings of a sentence do not say the same."""

    item: str
    words: str


class Sign(_Step, frozen=True, kw_only=True, tag="sign"):
    """A decision is signed in the wording that holds."""

    decision: str


class ByHand(_Step, frozen=True, kw_only=True, tag="value"):
    """A value is entered by hand. corrects: values by name."""

    name: str
    indicator: str
    value: float
    starts: dt.date
    ends: dt.date
    source: tuple[str, str]
    quality: tuple[str, str]
    is_count: bool = True
    corrects: tuple[str, ...] = ()


class OwnValue(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The node gives its own count of a month. is_small: it may refuse, since fewer than five lie in it."""

    indicator: str
    month: dt.date
    is_small: bool = False


Step = Open | Edit | Evidence | Claim | Countersign | Flag | Sign | ByHand


class Sitting(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one officer does with the plan at one time, and why. counts: what the node then counts of itself."""

    at: dt.datetime
    officer: str
    role: Role
    reason: str
    steps: tuple[Step, ...]
    counts: tuple[OwnValue, ...] = ()

    @property
    def service(self) -> str:
        """The officer's service."""
        return self.officer.partition("/")[0]


@lru_cache(maxsize=1)
def load_plan() -> tuple[Sitting, ...]:
    """The plan that ships with the program, in the order of the clock. Raises msgspec.ValidationError if spoilt."""
    content = files("entente.exercise").joinpath("plan_of_season.json").read_bytes()
    return msgspec.json.decode(content, type=tuple[Sitting, ...])


def value_of(field: Field, written: Any, ids: Mapping[str, str]) -> Value:
    """What was written for a field as a value of the plan. ids: of items, by the names that steps give them."""
    kind = HOLDS[field]
    if kind is Words:
        return Words(text=_text(field, written))
    if kind is Day:
        return Day(day=dt.date.fromisoformat(written))
    if kind is Number:
        return Number(number=float(written))
    if kind is Items:
        return Items(items=tuple(ids[one] for one in written))
    owner, *alternates = written
    return Owners(owner=owner, alternates=tuple(alternates))


def _text(field: Field, written: Any) -> Bilingual:
    if isinstance(written, str) and written.startswith(OF_COUNT):
        count = known_count(written.removeprefix(OF_COUNT))
        if field == "source":
            return count.source
        text = count.unit if field == "unit" else count.definition
        return Bilingual(text.fr, text.en)
    fr, en = written
    return Bilingual(fr, en)
