"""Making a record of this node: id, version, salts, digests, header, signature.

The one place where chance and the node's key meet a record, used alike for what officers write, for rows of a holding
and for what a desk concludes. Many records are signed at once as one batch.
"""

from __future__ import annotations

import base64
import datetime as dt
import os
from collections.abc import Sequence
from typing import Any

import msgspec

from entente.errors import Malformed, Text
from entente.model.grading import Grade
from entente.model.report import Compartment, Kind, Purpose, Regime
from entente.model.signing import SigningKey
from entente.model.wire import (
    MAX_HEADER_BYTES,
    MAX_PART_BYTES,
    VERSION,
    Header,
    encode,
    header_digest,
    make_part,
    sign_batch,
)
from entente.store.ledger import Refused
from entente.store.write import NewContent, NewEntry, NewRecord


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """A record about to be made: its header's fields and its named values, each with where it lies."""

    kind: Kind
    service: str
    purpose: Purpose
    matter: str
    compartment: Compartment
    handling: tuple[str, ...]
    said_at: dt.datetime
    review_by: dt.date
    erase_by: dt.date
    values: Sequence[tuple[str, Any, Compartment]]
    id: str | None = None
    version: int = 1
    previous: bytes | None = None
    regime: Regime | None = None
    grade: Grade | None = None
    reference: str | None = None
    has_conditions: bool = False
    under_review: bool = False


def new_id(now: dt.datetime) -> str:
    """A UUIDv7 (RFC 9562): milliseconds, then 74 bits of chance."""
    return _id_from(int(now.timestamp() * 1000), os.urandom(10))


def _id_from(milliseconds: int, chance: bytes) -> str:
    value = (milliseconds << 80) | int.from_bytes(chance, "big")
    value = value & ~(0xF << 76) | (0x7 << 76)
    value = value & ~(0x3 << 62) | (0x2 << 62)
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def _make(said: Said, node: str, party: str, now: dt.datetime, batch: str | None, place: int) -> NewRecord:
    # One draw for the salts and the id: each draw is a call into the operating system.
    chance = os.urandom(16 * len(said.values) + 10)
    contents: list[NewContent] = []
    for index, (name, value, compartment) in enumerate(said.values):
        salt = base64.urlsafe_b64encode(chance[16 * index : 16 * index + 16])[:22].decode()
        part = make_part(name, value, salt)
        _check_size(len(part.content), MAX_PART_BYTES)
        contents.append(NewContent(part.digest, compartment, part.content))
    header = Header(
        entente=VERSION,
        kind=said.kind,
        id=said.id or _id_from(int(now.timestamp() * 1000), chance[-10:]),
        version=said.version,
        node=node,
        party=party,
        service=said.service,
        said_at=said.said_at,
        purpose=said.purpose,
        matter=said.matter,
        compartment=said.compartment,
        handling=said.handling,
        review_by=said.review_by,
        erase_by=said.erase_by,
        parts=tuple(sorted(content.digest for content in contents)),
        previous=None if said.previous is None else header_digest(said.previous),
        regime=said.regime,
        grade=said.grade,
        reference=said.reference,
        has_conditions=said.has_conditions,
        under_review=said.under_review,
    )
    header_bytes = encode(header)
    _check_size(len(header_bytes), MAX_HEADER_BYTES)
    return NewRecord(header=header, header_bytes=header_bytes, contents=contents, batch=batch, place=place)


def _check_size(size: int, limit: int) -> None:
    """What no partner would take in is not recorded here either."""
    if size > limit:
        raise Malformed(
            "too_large",
            Text(
                fr=f"Un élément de la fiche dépasse {limit // 1024} Kio.",
                en=f"Something in the record is larger than {limit // 1024} KiB.",
            ),
            Text(fr="Partagez-la en plusieurs fiches.", en="Split it into several records."),
        )


def compose(
    said: Said, key: SigningKey, node: str, party: str, now: dt.datetime, cause: str | None = None
) -> NewEntry:
    """One record, signed by itself."""
    record = _make(said, node, party, now, None, 0)
    return NewEntry(kind="record", signed=key.sign(record.header_bytes), cause=cause, records=(record,))


def compose_batch(
    many: Sequence[Said], key: SigningKey, node: str, party: str, now: dt.datetime, cause: str | None = None
) -> NewEntry:
    """Many records under one signature, in order."""
    batch = new_id(now)
    records = [_make(said, node, party, now, batch, place) for place, said in enumerate(many)]
    signed = sign_batch(batch, node, [record.header_bytes for record in records], now, key)
    return NewEntry(kind="batch", signed=signed, cause=cause, records=records)


def refused_by_desk(key: SigningKey, node: str, desk: str, seq: int, now: dt.datetime) -> NewEntry:
    """What a desk could not take of this node's own ledger: said for good, for a person to look at."""
    refused = Refused(
        entente=VERSION,
        node=node,
        partner=node,
        way="desk",
        lane=desk,
        code="desk_failed",
        text=Text(
            fr=f"Le bureau « {desk} » n’a pas pu prendre l’écriture {seq} et a continué.",
            en=f'The desk "{desk}" could not take entry {seq} and went on.',
        ),
        at=now,
        number=seq,
    )
    return NewEntry(kind="refused", signed=key.sign(encode(refused)))
