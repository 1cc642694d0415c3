"""The values of the plan: acts as they were said, items with all that holds of them, and the plan as a whole."""

from __future__ import annotations

import msgspec

from entente.errors import Text
from entente.model.moment import Instant
from entente.model.plan_act import ItemKind, PlanAct, Status, Value


class PlanSaid(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One act with its record's id, its time, and the service and party that said it."""

    id: str
    at: Instant
    by: str
    party: str
    act: PlanAct


class Holding(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One value of a field with who said it, when and why. edit: its record."""

    edit: str
    value: Value
    at: Instant
    by: str
    party: str
    officer: str
    words: str = ""


class FieldState(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A field: what holds, more than one in a conflict, and what held before, oldest first."""

    field: str
    current: tuple[Holding, ...]
    before: tuple[Holding, ...] = ()

    @property
    def is_conflict(self) -> bool:
        """Whether people have to decide between values."""
        return len(self.current) > 1


class Refused(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """An act that does not count, and why. It is shown, never dropped."""

    act: str
    why: Text


class Claim(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One line of the history of a status. stands: whether it holds now; hinders: why a done does not stand."""

    id: str
    status: Status
    at: Instant
    by: str
    party: str
    officer: str
    words: str = ""
    evidence: tuple[str, ...] = ()
    countersigned_by: tuple[str, ...] = ()
    is_current: bool = False
    hinders: tuple[Text, ...] = ()


class Item(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One item of the plan. missing_owners: the parties without an owner that all agree on."""

    id: str
    kind: ItemKind
    under: str
    fields: tuple[FieldState, ...]
    status: Status | None = None
    is_done: bool = False
    claims: tuple[Claim, ...] = ()
    evidence: tuple[str, ...] = ()
    evidence_withdrawn: tuple[str, ...] = ()
    missing_owners: tuple[str, ...] = ()
    divergences: tuple[str, ...] = ()
    signed_by: tuple[str, ...] = ()
    refused: tuple[Refused, ...] = ()

    @property
    def is_agreed(self) -> bool:
        """Whether a measure has an owner on each side; other items need none."""
        return not self.missing_owners

    def field(self, name: str) -> FieldState | None:
        """One field, or None where nobody said anything of it."""
        return next((one for one in self.fields if one.field == name), None)


class Plan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """All items, by id. waiting: acts on something that has not arrived, kept until it does."""

    items: tuple[Item, ...]
    waiting: tuple[str, ...] = ()
    circles: tuple[tuple[str, ...], ...] = ()

    def item(self, id: str) -> Item | None:
        """One item, or None."""
        return next((one for one in self.items if one.id == id), None)
