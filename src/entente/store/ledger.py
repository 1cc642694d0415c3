"""Entries and checkpoints: the exact bytes that the chain commits to, and how a break in it is found and named.

An entry is a signature and what it carries; its leaf is hashed over both. A checkpoint is the node's signature over how
many entries and register lines there are and the roots over them; the newest one is replaced in the same commit as
what it covers, so that a cut tail is seen. Whoever steals the signing key can write a new history: that is why partners
keep each other's checkpoints.
"""

from __future__ import annotations

import datetime as dt

import msgspec

from entente.errors import Text
from entente.model.merkle import leaf_hash
from entente.model.strict import convert, strict_json


class Checkpoint(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The state of a node's ledger and register at one time. Roots in hex (RFC 6962)."""

    entente: str
    node: str
    incarnation: str
    entries: int
    root: str
    lines: int
    register_root: str
    at: dt.datetime


def entry_leaf(signed: str, carried: str) -> bytes:
    """Leaf hash of an entry."""
    return leaf_hash(f"{signed}\n{carried}".encode())


def line_leaf(content: str) -> bytes:
    """Leaf hash of a register line."""
    return leaf_hash(content.encode())


def read_checkpoint(content: bytes) -> Checkpoint:
    """A checkpoint from the bytes that were signed. Raises Malformed."""
    return convert(strict_json(content), Checkpoint)


class Refused(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What this node signs of something that it did not take in or not let out, and why."""

    entente: str
    node: str
    partner: str
    way: str  # "in", "out", or "desk" for what a desk of ours could not take
    lane: str
    code: str
    text: Text
    at: dt.datetime
    number: int | None = None
    record: str | None = None
    digest: str | None = None
