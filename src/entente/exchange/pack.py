"""Putting together what leaves and taking apart what arrived. Pure: rows, parts and keys in, bytes and verdicts out.

The bytes of a payload follow from what is released and from nothing else, so that a message sent again after a crash
has the digest that it had before.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from entente.errors import Malformed, NotPermitted, PeerFault, Text
from entente.exchange.envelope import BatchRelease, Payload, RowRelease
from entente.model.entity import DESIGNATED_CATEGORIES
from entente.model.merkle import Tree, leaf_hash
from entente.model.moment import Instant, can_be_told
from entente.model.report import Statement
from entente.model.signing import KeyRing
from entente.model.strict import bytes_of, unreadable
from entente.model.wire import (
    VERSION,
    Release,
    Seal,
    Verified,
    check_parts,
    encode,
    is_newer_minor,
    read_batch_root,
    row_seal,
    verify_release,
)
from entente.policy.agreement import Agreement
from entente.policy.handling import check_ceiling
from entente.policy.release import CLOSED
from entente.store.store import RecordRow, StoredPart

_LEAF = re.compile(r"[0-9a-f]{64}")
# Versions are counted one by one; what is beyond this fits into no table.
MAX_VERSION = 1_000_000


def pack_release(
    row: RecordRow,
    signed: str,
    batch_tree: Tree | None,
    parts: Sequence[StoredPart],
    audience: tuple[str, ...],
    basis: str,
) -> bytes:
    """Payload bytes of one record. signed: the entry's JWS; batch_tree: where the record is a row of a batch."""
    seal = row_seal(signed, row.header_bytes, row.place, batch_tree) if batch_tree else Seal(jws=signed)
    release = Release(
        entente=VERSION,
        seal=seal,
        parts=tuple(stored.part.content.decode() for stored in parts),
        audience=audience,
        basis=basis,
    )
    return encode(Payload(release=release))


def pack_batch(
    signed: str,
    rows: Sequence[tuple[RecordRow, Sequence[StoredPart] | None]],
    audience: tuple[str, ...],
    basis: str,
) -> bytes:
    """Payload bytes of a whole batch; a row whose parts are None is left out and only its leaf stands for it."""
    released = tuple(
        RowRelease(row.header_bytes.decode(), tuple(stored.part.content.decode() for stored in parts))
        if parts is not None
        else RowRelease(None, (), leaf_hash(row.header_bytes).hex())
        for row, parts in rows
    )
    return encode(
        Payload(
            batch=BatchRelease(entente=VERSION, jws=signed, rows=released, audience=audience, basis=basis)
        )
    )


def unpack(payload: Payload, ring: KeyRing) -> tuple[list[tuple[int, Verified]], tuple[str, ...], str, str]:
    """Returns (place and verified release of each record, audience, basis, what vouches for them all).

    Raises PeerFault or Malformed when any signature, path or part does not hold: then nothing of it is taken.
    """
    if payload.release is not None:
        release = payload.release
        return (
            [(0, verify_release(release, ring))],
            release.audience,
            release.basis,
            encode(release.seal).decode(),
        )
    batch = payload.batch
    if batch is None:
        raise unreadable("a payload holds one release or one batch")
    is_newer_minor(batch.entente)  # refuses another major version before it looks any further
    node, signed = ring.verify(batch.jws)
    root = read_batch_root(signed)
    leaves: list[bytes] = []
    for row in batch.rows:
        if row.header is not None:
            leaves.append(leaf_hash(bytes_of(row.header)))
        elif row.leaf is not None and _LEAF.fullmatch(row.leaf):
            leaves.append(bytes.fromhex(row.leaf))
        else:
            raise unreadable("a row is a header or the leaf that stands for it")
    if root.node != node or root.size != len(leaves) or Tree(leaves).root().hex() != root.root:
        raise PeerFault(
            "row_not_in_batch",
            Text(
                fr="Les lignes reçues ne sont pas le lot que l’émetteur a signé.",
                en="The rows received are not the batch that their originator signed.",
            ),
        )
    verified = [
        (place, check_parts(node, bytes_of(row.header), [bytes_of(part) for part in row.parts]))
        for place, row in enumerate(batch.rows)
        if row.header is not None
    ]
    return verified, batch.audience, batch.basis, batch.jws


def check_sound(verified: Verified) -> None:
    """What no lane takes in, not even that of life: what could not be kept, or would change what this node concludes.

    Raises Malformed or NotPermitted. Closed compartments never leave their node: nothing of a partner's lies in ours.
    """
    header = verified.header
    if (
        not 1 <= header.version <= MAX_VERSION
        or not 1 <= len(header.id) <= 64
        or not can_be_told(header.said_at)
    ):
        raise unreadable("a record has an id, a version and a time with its zone")
    lies_in = {header.compartment, *(getattr(part.value, "compartment", None) for part in verified.parts)}
    if not CLOSED.isdisjoint(lies_in):
        raise NotPermitted(
            "compartment_never_shared",
            Text(
                fr="Rien d’un dossier judiciaire ou d’une victime ne passe d’un nœud à l’autre.",
                en="Nothing of a judicial file or of a victim passes between nodes.",
            ),
        )
    if header.kind in ("hit", "office"):
        raise NotPermitted(
            "kind_not_exchanged",
            Text(
                fr="Chaque nœud tire ses propres rapprochements et garde ses propres affaires.",
                en="Each node draws its own links and keeps its own affairs; it takes none from another.",
            ),
        )
    for part in verified.parts:
        if isinstance(part.value, Statement):
            for entity in part.value.entities:
                if entity.category in DESIGNATED_CATEGORIES:
                    raise NotPermitted(
                        "category_not_designated",
                        Text(
                            fr="Un énoncé ne peut désigner personne comme mis en cause ou condamné.",
                            en="A statement cannot make anybody a suspect or a convicted person.",
                        ),
                    )


def check_welcome(
    verified: Verified, audience: Sequence[str], basis: str, agreement: Agreement, node: str
) -> None:
    """What this node refuses at its own door, though its sender vouched for it. Raises NotPermitted or Malformed."""
    check_sound(verified)
    header = verified.header
    if not header.handling:
        raise Malformed(
            "handling_missing",
            Text(fr="La fiche n’a pas de code de traitement.", en="The record carries no handling code."),
        )
    if not header.matter.strip():
        raise Malformed(
            "matter_missing", Text(fr="La fiche n’a pas d’affaire.", en="The record names no matter.")
        )
    if not basis.strip():
        raise NotPermitted(
            "transfer_missing",
            Text(fr="Le transfert ne nomme pas de base légale.", en="The transfer names no legal basis."),
        )
    check_ceiling(header.handling, agreement.ceilings[agreement.party_of(node)])
    for service in audience:
        if agreement.service(service).node != node:
            raise Malformed(
                "audience_elsewhere",
                Text(
                    fr=f"Le destinataire « {service} » n’est pas de ce nœud.",
                    en=f'The recipient "{service}" is not of this node.',
                ),
            )


class Received(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What this node signs of a message that it took in: where it stood, what it held, and for whom.

    parts: how many parts came of each record, in order; the records' own headers say which could have come.
    """

    entente: str
    node: str
    sender: str
    incarnation: str
    lane: str
    number: int
    message: str
    digest: str
    records: int
    root: str  # over the headers taken, in order
    at: Instant
    audience: tuple[str, ...] = ()
    basis: str = ""
    parts: tuple[int, ...] = ()
    unknown: tuple[str, ...] = ()
