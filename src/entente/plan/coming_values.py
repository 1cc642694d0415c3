"""What an import is before it is done: the steps it would take, what it leaves to people, and on whose behalf.

An item is named by the record of the act that opened it, which is known only once it is recorded. Until then acts name
it by the key of that step; `resolve` puts the record in its place.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import msgspec

from entente.errors import Conflict, Language, Text
from entente.formats.plan_cells import Figure, Standing
from entente.formats.plan_terms import Span, plain_of
from entente.model.plan_act import (
    Bilingual,
    Edited,
    EvidenceGiven,
    Field,
    ItemKind,
    Items,
    Opened,
    Owners,
    Party,
    PlanAct,
    StatusClaimed,
    Value,
    ValueGiven,
    Words,
)
from entente.plan.values import Item

NEW = "new:"


class Step(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One act to record. key: what later steps call it by; line: of the sheet that it comes from."""

    key: str
    line: int
    act: PlanAct


class Note(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the import leaves to people, and why."""

    line: int
    code: str
    text: Text


class Importing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who imports, and what the rows do not say themselves.

    language: of what the sheet says in one language only (notes, evidence). sheet: its name, for the source of values.
    reason: why dates move; without one none does. services: ids of services by the names that sheets use; a name that
    does not stand here goes in as it is written.
    """

    party: Party
    officer: str
    language: Language
    sheet: str
    reason: str = ""
    services: dict[str, str] = {}

    def said(self, text: str) -> Bilingual:
        """What the sheet says in its one language."""
        return Bilingual(fr=text) if self.language == "fr" else Bilingual(en=text)

    def owners(self, written: Owners) -> Owners:
        """Owners by the ids of their services."""
        ids = {plain_of(name): id for name, id in self.services.items()}
        return Owners(
            owner=ids.get(plain_of(written.owner), written.owner),
            alternates=tuple(ids.get(plain_of(name), name) for name in written.alternates),
        )


class Notes:
    """What is left to people, each once."""

    def __init__(self) -> None:
        self._noted: dict[Note, None] = {}

    def add(self, line: int, code: str, fr: str, en: str) -> None:
        """Leave one thing to people."""
        self._noted[Note(line=line, code=code, text=Text(fr, en))] = None

    def in_order(self) -> tuple[Note, ...]:
        """By line."""
        return tuple(sorted(self._noted, key=lambda note: note.line))


class PlanOfImport(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What would be done, for an officer to look at before anything is recorded."""

    steps: tuple[Step, ...]
    notes: tuple[Note, ...]

    def opened(self, kind: ItemKind) -> int:
        """How many items of a kind would begin."""
        return sum(isinstance(step.act, Opened) and step.act.kind == kind for step in self.steps)


def resolve(step: Step, ids: Mapping[str, str]) -> PlanAct:
    """The act with records in place of keys. ids: by key, the record of each step done so far.

    Raises Conflict where the step goes before one that it needs.
    """

    def of(name: str) -> str:
        if not name.startswith(NEW):
            return name
        if name not in ids:
            raise Conflict(
                "step_before_its_item",
                Text(
                    f"L’étape {step.key} attend l’ouverture de {name}.",
                    f"Step {step.key} waits for {name} to be opened.",
                ),
                Text("Suivre l’ordre des étapes.", "Keep to the order of the steps."),
            )
        return ids[name]

    act = step.act
    if isinstance(act, Opened):
        return msgspec.structs.replace(act, under=of(act.under))
    if isinstance(act, ValueGiven):
        return msgspec.structs.replace(act, indicator=of(act.indicator))
    if isinstance(act, Edited) and isinstance(act.value, Items):
        value = Items(items=tuple(of(one) for one in act.value.items))
        return msgspec.structs.replace(act, item=of(act.item), value=value)
    if isinstance(act, Edited | EvidenceGiven | StatusClaimed):
        return msgspec.structs.replace(act, item=of(act.item))
    return act


@dataclasses.dataclass
class Target:
    """An item of the plan, or one that is to be opened, with what the sheet wants of it."""

    key: str
    kind: ItemKind
    under: str
    titles: list[Bilingual]
    item: Item | None = None
    line: int = 0
    source: str = ""
    wants: dict[Field, tuple[Value, int, str]] = dataclasses.field(default_factory=dict)
    links: dict[Field, list[tuple[str, int]]] = dataclasses.field(default_factory=dict)
    status: tuple[Standing, int] | None = None
    evidence: dict[str, int] = dataclasses.field(default_factory=dict)
    values: dict[Span, tuple[Figure, bool, int]] = dataclasses.field(default_factory=dict)

    def is_called(self, title: Bilingual) -> bool:
        """Whether one of its titles is the same in a language in which both are written."""
        return any(
            bool(mine.strip()) and plain_of(mine) == plain_of(other)
            for known in self.titles
            for mine, other in ((known.fr, title.fr), (known.en, title.en))
        )


def texts_held(item: Item, field: Field) -> list[Bilingual]:
    """The texts that a field holds, several in a conflict."""
    state = item.field(field)
    return [held.value.text for held in state.current if isinstance(held.value, Words)] if state else []


def is_held(wanted: Value, held: Value) -> bool:
    """Whether a field already says what a sheet says. What a sheet leaves blank, it does not deny."""
    if isinstance(wanted, Words) and isinstance(held, Words):
        pairs = ((wanted.text.fr, held.text.fr), (wanted.text.en, held.text.en))
        return all(not mine or mine == other for mine, other in pairs)
    if isinstance(wanted, Owners) and isinstance(held, Owners):
        return wanted.owner == held.owner and (not wanted.alternates or wanted.alternates == held.alternates)
    if isinstance(wanted, Items) and isinstance(held, Items):
        return set(wanted.items) == set(held.items)
    return wanted == held
