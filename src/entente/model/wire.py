"""A signed record in parts: what the originator signs, what is released of it, and how either is verified.

"Release only removes" and "sign exact bytes" meet as in selective disclosure (RFC 9901): the originator signs a header
that names each part only by a digest; each part is salted, so that its digest tells nothing to whoever was not given
it. A release is the header, its signature and some of the parts, to the letter. Nobody re-signs, nobody can add, and
what was left out is seen to be left out.

Rows of a holding share one signature: it covers the root of a Merkle tree over their headers, and a row released alone
carries its path.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from hashlib import sha256
from typing import Any, TypeVar

import msgspec

from entente.errors import Malformed, PeerFault, Text
from entente.model.grading import Grade
from entente.model.merkle import Tree, leaf_hash, verify_inclusion
from entente.model.moment import Instant
from entente.model.office_act import OfficeAct
from entente.model.plan_act import PlanAct
from entente.model.report import (
    Amendment,
    Compartment,
    Designation,
    Hit,
    Holding,
    Judgement,
    Kind,
    Purpose,
    Raw,
    Regime,
    Releasing,
    Routing,
    Sheet,
    Statement,
    Warning,
)
from entente.model.sea_act import SeaAct
from entente.model.signing import KeyRing, SigningKey
from entente.model.strict import MAX_UNKNOWN_NAME, bytes_of, convert, convert_newer, strict_json, unreadable

T = TypeVar("T")

VERSION = "1.0"
MAJOR = "1"
MAX_HEADER_BYTES = 256 * 1024
MAX_PART_BYTES = 1024 * 1024
_VERSION = re.compile(r"(?P<major>[0-9]{1,4})\.(?P<minor>[0-9]{1,4})")
_HASH = re.compile(r"[0-9a-f]{64}")


class Header(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What every holder of any part sees, and what outlives erasure. Nothing personal stands here.

    previous: digest of the header of the version before, in hex. parts: digests of the parts in hex, sorted, so that
    their order says nothing. times are UTC, days ISO.
    """

    entente: str
    kind: Kind
    id: str
    version: int
    node: str
    party: str
    service: str
    said_at: Instant
    purpose: Purpose
    matter: str
    compartment: Compartment
    handling: tuple[str, ...]
    review_by: dt.date
    erase_by: dt.date
    parts: tuple[str, ...]
    previous: str | None = None
    regime: Regime | None = None
    grade: Grade | None = None
    reference: str | None = None
    has_conditions: bool = False
    under_review: bool = False


class Seal(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """How a header is vouched for: signed itself, or as one row of a signed batch.

    jws: over the header, or over a `BatchRoot`. For a row: header (exact bytes as text), place, and path in hex.
    """

    jws: str
    header: str | None = None
    place: int | None = None
    path: tuple[str, ...] = ()


class BatchRoot(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is signed for many rows at once: how many, and the root over their headers."""

    entente: str
    batch: str
    node: str
    size: int
    root: str
    at: Instant


class Part(msgspec.Struct, frozen=True):
    """One named piece of a record: its exact bytes, and the name and value in them."""

    name: str
    content: bytes
    value: Any = None

    @property
    def digest(self) -> str:
        """What the header holds for it, in hex."""
        return sha256(self.content).hexdigest()


class Release(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What leaves a node of one record. audience: services named by the originator; empty: the whole party.

    basis: the legal basis of the transfer (TRF-1).
    """

    entente: str
    seal: Seal
    parts: tuple[str, ...]
    basis: str
    audience: tuple[str, ...] = ()


# The value that each name of a part holds; names after a slash are free ("statement/s1").
PART_TYPES: dict[str, Any] = {
    "statement": Statement,
    "designation": Designation,
    "judgement": Judgement,
    "amendment": Amendment,
    "hit": Hit,
    "conditions": str,
    "routing": Routing,
    "release": Releasing,
    "holding": Holding,
    "raw": Raw,
    "sheet": Sheet,
    "warning": Warning,
    "sea_act": SeaAct,
    "plan_act": PlanAct,
    "act": OfficeAct,
}

_encoder = msgspec.json.Encoder()


def encode(value: Any) -> bytes:
    """Bytes of one of our values, once; from then on the bytes are what counts."""
    return _encoder.encode(value)


def make_part(name: str, value: Any, salt: str) -> Part:
    """A part with its salt (at least 128 bits of chance as text) in front of it."""
    return Part(name, _encoder.encode((salt, name, value)), value)


def read_part(content: bytes, *, newer: bool = False) -> tuple[Part, tuple[str, ...]]:
    """Returns (part with its checked value, places of unknown fields). Raises Malformed."""
    if len(content) > MAX_PART_BYTES:
        raise unreadable("a part is larger than 1 MiB")
    raw = strict_json(content)
    if not (isinstance(raw, list) and len(raw) == 3 and isinstance(raw[0], str) and isinstance(raw[1], str)):
        raise unreadable("a part is [salt, name, value]")
    if len(raw[0]) < 22:
        raise unreadable("a part's salt has fewer than 128 bits")
    to = PART_TYPES.get(raw[1].partition("/")[0])
    if to is None:
        if newer and len(raw[1]) <= MAX_UNKNOWN_NAME:
            return Part(raw[1], content, raw[2]), (raw[1],)
        raise unreadable(f"no part is called {raw[1][:40]!r}")
    if newer:
        value, unknown = convert_newer(raw[2], to)
        return Part(raw[1], content, value), unknown
    return Part(raw[1], content, convert(raw[2], to)), ()


def part_value(content: bytes) -> Any:
    """The value of a part that this node has checked before. Raises Malformed only where its own disk lies."""
    _, name, raw = msgspec.json.decode(content, type=tuple[str, str, msgspec.Raw])
    to = PART_TYPES.get(name.partition("/")[0])
    try:
        return msgspec.json.decode(raw, type=to) if to is not None else msgspec.json.decode(raw)
    except msgspec.ValidationError:
        return convert_newer(msgspec.json.decode(raw), to)[0] if to is not None else None


def is_newer_minor(version: str) -> bool:
    """Whether a protocol version is one that we read with unknown fields set aside. Raises Malformed if unreadable."""
    # Figures of other scripts are digits to Python, and a number of any length is a number: neither is a version.
    read = _VERSION.fullmatch(version)
    if read is None:
        raise unreadable("no protocol version")
    if read["major"] != MAJOR:
        raise Malformed(
            "version_unknown",
            Text(
                fr=f"La version {version[:12]} du protocole n’est pas connue ici ({VERSION}).",
                en=f"Protocol version {version[:12]} is not known here ({VERSION}).",
            ),
            Text(fr="Mettez à jour l’un des deux nœuds.", en="Update one of the two nodes."),
        )
    return int(read["minor"]) > int(VERSION.partition(".")[2])


def read_versioned(raw: Any, to: type[T]) -> tuple[T, tuple[str, ...]]:
    """A value that names its own version. Returns (value, places of unknown fields of a newer minor one)."""
    if not isinstance(raw, dict) or not isinstance(raw.get("entente"), str):
        raise unreadable("no protocol version")
    if is_newer_minor(raw["entente"]):
        return convert_newer(raw, to)
    return convert(raw, to), ()


def read_header(content: bytes) -> tuple[Header, tuple[str, ...]]:
    """Returns (header, places of unknown fields of a newer minor version). Raises Malformed."""
    if len(content) > MAX_HEADER_BYTES:
        raise unreadable("a header is larger than 256 KiB")
    return read_versioned(strict_json(content), Header)


def header_digest(content: bytes) -> str:
    """Identity of one version of a record, with its id and number, in hex."""
    return sha256(content).hexdigest()


# Parts that are never released: who wrote it and to whom it went is the originator's own business.
PRIVATE_PARTS = frozenset({"routing", "release", "holding", "act"})


def sign_header(header: Header, key: SigningKey) -> tuple[bytes, Seal]:
    """Exact header bytes, and the originator's seal over them."""
    content = _encoder.encode(header)
    return content, Seal(jws=key.sign(content))


def sign_batch(batch: str, node: str, headers: Sequence[bytes], at: dt.datetime, key: SigningKey) -> str:
    """One signature over the headers of many rows, in order."""
    tree = Tree(leaf_hash(header) for header in headers)
    return key.sign(
        _encoder.encode(
            BatchRoot(
                entente=VERSION, batch=batch, node=node, size=len(headers), root=tree.root().hex(), at=at
            )
        )
    )


def row_seal(jws: str, header: bytes, place: int, tree: Tree) -> Seal:
    """The seal of one row alone: the batch's signature and the path to its root."""
    path = tuple(value.hex() for value in tree.inclusion_path(place))
    return Seal(jws=jws, header=header.decode(), place=place, path=path)


def open_seal(seal: Seal, ring: KeyRing) -> tuple[str, bytes]:
    """Returns (node that vouches, exact header bytes). Raises PeerFault or Malformed where nobody does."""
    if seal.header is None:
        return ring.verify(seal.jws)
    node, signed = ring.verify_batch(seal.jws)
    root = read_batch_root(signed)
    header = bytes_of(seal.header)
    if seal.place is None or root.node != node:
        raise unreadable("a row names neither its place nor its batch's own node")
    if not all(_HASH.fullmatch(value) for value in (*seal.path, root.root)):
        raise unreadable("a path is hex")
    path = [bytes.fromhex(value) for value in seal.path]
    if not verify_inclusion(leaf_hash(header), seal.place, root.size, path, bytes.fromhex(root.root)):
        raise PeerFault(
            "row_not_in_batch",
            Text(
                fr="Cette ligne n’appartient pas au lot que l’émetteur a signé.",
                en="This row does not belong to the batch that its originator signed.",
            ),
        )
    return node, header


def read_batch_root(signed: bytes) -> BatchRoot:
    """The root that a batch's signature covers; what a newer minor version adds is left aside. Raises Malformed."""
    return read_versioned(strict_json(signed), BatchRoot)[0]


class Verified(msgspec.Struct, frozen=True, kw_only=True):
    """A release whose originator's signature holds: header, its exact bytes, the parts given, what was left out."""

    header: Header
    header_bytes: bytes
    parts: tuple[Part, ...]
    withheld: int
    unknown: tuple[str, ...]


def verify_release(release: Release, ring: KeyRing) -> Verified:
    """Check a release against its originator's pinned key. Raises PeerFault or Malformed with the reason."""
    is_newer_minor(release.entente)  # refuses another major version before it looks any further
    node, content = open_seal(release.seal, ring)
    return check_parts(node, content, [bytes_of(part) for part in release.parts])


def check_parts(node: str, header_bytes: bytes, contents: Sequence[bytes]) -> Verified:
    """Check parts against a header that `node` vouches for: each stands in it, none twice. Raises as above."""
    header, unknown = read_header(header_bytes)
    if header.node != node:
        raise PeerFault(
            "originator_not_signer",
            Text(
                fr=f"La fiche se dit de « {header.node} », mais « {node} » l’a signée.",
                en=f'The record says it is from "{header.node}", but "{node}" signed it.',
            ),
        )
    newer = is_newer_minor(header.entente)
    promised = set(header.parts)
    parts: list[Part] = []
    seen: set[str] = set()
    for content in contents:
        digest = sha256(content).hexdigest()
        if digest not in promised or digest in seen:
            raise PeerFault(
                "part_not_signed",
                Text(
                    fr="Un élément reçu ne figure pas dans ce que l’émetteur a signé.",
                    en="A part that was received is not in what the originator signed.",
                ),
            )
        seen.add(digest)
        part, unknown_here = read_part(content, newer=newer)
        parts.append(part)
        unknown += unknown_here
    names = [part.name for part in parts]
    if len(set(names)) != len(names):
        raise unreadable("two parts bear one name")
    return Verified(
        header=header,
        header_bytes=header_bytes,
        parts=tuple(parts),
        withheld=len(header.parts) - len(parts),
        unknown=tuple(dict.fromkeys(unknown)),
    )
