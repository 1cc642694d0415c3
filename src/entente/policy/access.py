"""Who asks, for what, about what: the values on which every decision rests.

No read without an `Access`; nothing is decided from anything that is not in these values. `Held` is what a rule may
know of a record: never its content.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

import msgspec

from entente.errors import Text
from entente.model.report import Compartment, Kind, Purpose
from entente.policy.agreement import Role

Act = Literal[
    "read",  # by a recipient that the originator named, or a service of the originator's own party
    "lead",  # use as a lead in the same matter
    "onward_service",  # give to another service of the same party
    "onward_party",  # give to another party
    "court",  # use in court, court bundle
    "combine",  # link, extract, summary
    "other_purpose",  # another purpose than declared
    "release",  # the originator gives it to a recipient
]


class Access(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A person at work: who, where, in which role, for which purpose, in which matter, and why.

    accepted: ids of the records whose written conditions this person has accepted. shift: the open shift whose reason
    and matter these are; "" where they were said for this one act.
    """

    officer: str
    service: str
    party: str
    node: str
    role: Role
    purpose: Purpose
    matter: str
    reason: str
    accepted: frozenset[str] = frozenset()
    shift: str = ""


class Held(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the rules may know of one record, or of one part of it, on this node.

    audience: where it came from a partner, the services here that the originator named; empty means the whole party.
    None: it is the node's own record. compartment: of the part asked for. under_review: CAT-5 holds automatic release.
    permissions: acts for which the originator gave consent to this party, still in force.
    """

    record: str
    kind: Kind
    party: str
    service: str
    purpose: Purpose
    matter: str
    compartment: Compartment
    handling: tuple[str, ...]
    conditions: str | None = None
    conditions_allow: frozenset[Act] = frozenset()
    audience: tuple[str, ...] | None = None
    erase_by: dt.date | None = None
    erased: bool = False
    under_review: bool = False
    permissions: frozenset[Act] = frozenset()


class Destination(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where a release goes: a node, its party, and one service or (None) the whole party."""

    node: str
    party: str
    service: str | None = None


class Decision(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """yes, no, or ask the originator first. rule: the rule that spoke; text: its reason in both languages."""

    answer: Literal["yes", "ask", "no"]
    rule: str
    text: Text

    @property
    def is_yes(self) -> bool:
        """Whether the act may be done now."""
        return self.answer == "yes"
