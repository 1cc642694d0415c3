"""What is asked of the writer in one go: it is kept whole or not at all.

A `Write` is a value: entries with their records and contents, what goes out, what came in, how far a desk has read. The
writer gives sequence and lane numbers. A `cause` names the one thing that an entry answers to, so that a replay says
nothing twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from entente.model.report import Compartment, Lane
from entente.model.wire import Header


class NewContent(msgspec.Struct, frozen=True):
    """One part to be sealed: digest in hex, the compartment it lies in, its exact bytes."""

    digest: str
    compartment: Compartment
    content: bytes


class NewRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A version of a record as this node holds it. audience None: the node's own."""

    header: Header
    header_bytes: bytes
    contents: Sequence[NewContent]
    place: int = 0
    batch: str | None = None
    audience: tuple[str, ...] | None = None
    basis: str | None = None


class NewEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of the ledger. signed: a compact JWS; carried: what it vouches for beside its own content."""

    kind: str
    signed: str
    carried: str = ""
    cause: str | None = None
    records: Sequence[NewRecord] = ()


class NewOutgoing(msgspec.Struct, frozen=True, kw_only=True):
    """One message for a partner's lane: a record, a whole batch, or (neither) a void."""

    partner: str
    lane: Lane
    message: str
    record: str | None = None
    version: int | None = None
    batch: str | None = None
    audience: tuple[str, ...] = ()
    basis: str = ""
    at: str = ""


class NewArrival(msgspec.Struct, frozen=True, kw_only=True):
    """A partner's number that was dealt with: accepted, duplicate, refused (with code) or void."""

    partner: str
    incarnation: str
    lane: Lane
    number: int
    digest: str
    outcome: str
    code: str | None = None
    record: str | None = None


class NewHolder(msgspec.Struct, frozen=True, kw_only=True):
    """What a partner's receipt says of one of our messages."""

    record: str
    version: int
    partner: str
    lane: Lane
    number: int
    step: str
    code: str | None = None
    at: str = ""


class NewLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the register; content is JSON with references and never values."""

    act: str
    officer: str
    service: str
    at: float
    content: str


class Write(msgspec.Struct, frozen=True, kw_only=True):
    """Everything of one act. states: (record, version or None for all) -> its state; erased destroys its keys."""

    entries: Sequence[NewEntry] = ()
    outgoing: Sequence[NewOutgoing] = ()
    arrivals: Sequence[NewArrival] = ()
    receipts: Sequence[tuple[str, str]] = ()
    holders: Sequence[NewHolder] = ()
    places: Mapping[str, str] = msgspec.field(default_factory=dict)
    states: Mapping[tuple[str, int | None], str] = msgspec.field(default_factory=dict)
    lines: Sequence[NewLine] = ()


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What the writer gave: sequence numbers of the entries, lane numbers of the messages, register lines."""

    seqs: tuple[int, ...] = ()
    numbers: tuple[int, ...] = ()
    lines: tuple[int, ...] = ()
