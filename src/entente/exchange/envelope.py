"""One message on its way: an outer part that says where it belongs, signed, and an inner part sealed to the recipient.

The outer part names incarnation, lane and number in this partner's log, the message, and the digest of the payload; it
is signed, and bound to the sealed part as associated data, so that neither can be put with another. The sealed part is
HPKE (RFC 9180: X25519, HKDF-SHA256, ChaCha20-Poly1305) to the recipient's current key and is made when sending: a
message is its id and payload digest, not its ciphertext. Pure: keys and bytes come as arguments.
"""

from __future__ import annotations

import base64
import json
import re
from hashlib import sha256
from typing import Any

import msgspec
from pyhpke import AEADId, CipherSuite, KDFId, KEMId, KEMKey
from pyhpke.exceptions import PyHPKEError

from entente.errors import PeerFault, Text
from entente.model.moment import Instant
from entente.model.report import Lane
from entente.model.signing import KeyRing, SigningKey
from entente.model.strict import bytes_of, convert, convert_newer, strict_json, unreadable
from entente.model.wire import Release, encode, is_newer_minor, read_versioned

MAX_PAYLOAD_BYTES = 48 * 1024 * 1024
# Numbers, digests and message ids end in tables of ours: what does not fit there is no envelope.
MAX_NUMBER = 2**53
_DIGEST = re.compile(r"[0-9a-f]{64}")
_MESSAGE = re.compile(r"[0-9A-Za-z_-]{1,64}")
_SUITE = CipherSuite.new(KEMId.DHKEM_X25519_HKDF_SHA256, KDFId.HKDF_SHA256, AEADId.CHACHA20_POLY1305)
_INFO = b"entente/1 envelope"


class Outer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Where a message belongs. digest: SHA-256 of the payload in hex; size in bytes. void: the slot was withdrawn."""

    entente: str
    incarnation: str
    lane: Lane
    number: int
    issuer: str
    recipient: str
    message: str
    digest: str
    size: int
    at: Instant
    void: bool = False


class Envelope(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """outer: compact JWS; sealed: base64 of encapsulated key (32 bytes) and ciphertext, empty for a void."""

    outer: str
    sealed: str = ""


class RowRelease(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One row of a batch: exact header and the parts released; or, withheld, only its leaf hash in hex."""

    header: str | None
    parts: tuple[str, ...] = ()
    leaf: str | None = None


class BatchRelease(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Many rows in one message, under the one signature that their originator gave them."""

    entente: str
    jws: str
    rows: tuple[RowRelease, ...]
    basis: str
    audience: tuple[str, ...] = ()


class Payload(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What is sealed: one release, or one batch of them."""

    release: Release | None = None
    batch: BatchRelease | None = None


class SealingKey:
    """A partner's public key for sealing, or this node's own private one for opening (32 bytes each)."""

    def __init__(self, private: bytes | None = None, public: bytes | None = None) -> None:
        from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

        self._key = KEMKey.from_pyca_cryptography_key(
            X25519PrivateKey.from_private_bytes(private)
            if private is not None
            else X25519PublicKey.from_public_bytes(public or b"")
        )

    def seal(self, payload: bytes, bound: bytes) -> bytes:
        """Seal to this key."""
        encapsulated, context = _SUITE.create_sender_context(self._key, _INFO)
        return encapsulated + context.seal(payload, bound)

    def open(self, sealed: bytes, bound: bytes) -> bytes:
        """Open with this private key. Raises PeerFault when it was not sealed to it or not with this outer part."""
        try:
            context = _SUITE.create_recipient_context(sealed[:32], self._key, _INFO)
            return context.open(sealed[32:], bound)
        except (PyHPKEError, ValueError) as error:
            raise PeerFault(
                "seal_wrong",
                Text(
                    fr="Le pli n’est pas scellé pour ce nœud, ou ne va pas avec son enveloppe.",
                    en="The content is not sealed to this node, or does not belong to its envelope.",
                ),
            ) from error


def close(outer: Outer, payload: bytes, key: SigningKey, to: SealingKey) -> Envelope:
    """Sign the outer part and seal the payload to its recipient."""
    signed = key.sign(encode(outer))
    if outer.void:
        return Envelope(signed)
    return Envelope(signed, base64.b64encode(to.seal(payload, signed.encode())).decode())


def payload_digest(payload: bytes) -> str:
    """What the outer part says of the payload, in hex."""
    return sha256(payload).hexdigest()


def read_outer(envelope: Envelope, ring: KeyRing, issuer: str) -> tuple[Outer, tuple[str, ...]]:
    """Returns (outer part that `issuer` signed, unknown fields of a newer version). Raises PeerFault or Malformed."""
    _, signed = ring.verify(envelope.outer, node=issuer)
    outer, unknown = read_versioned(strict_json(signed), Outer)
    if outer.issuer != issuer:
        raise PeerFault(
            "issuer_wrong",
            Text(
                fr=f"L’enveloppe se dit de « {outer.issuer} », mais « {issuer} » l’a signée.",
                en=f'The envelope says it is from "{outer.issuer}", but "{issuer}" signed it.',
            ),
        )
    if (
        not 1 <= outer.number <= MAX_NUMBER
        or not _DIGEST.fullmatch(outer.digest)
        or not _MESSAGE.fullmatch(outer.message)
    ):
        raise unreadable("an envelope has a number, a message and a digest")
    return outer, unknown


def text_of(value: Any) -> str:
    """Any JSON value as text, for what should have been an envelope and is none."""
    return value if isinstance(value, str) else json.dumps(value)


def raw_of(envelope: Envelope, own: SealingKey) -> bytes:
    """What can be made visible of a message that cannot be read: its content, else what was signed, else all of it."""
    outer = envelope.outer.encode("utf-8", "surrogatepass")
    try:
        return own.open(base64.b64decode(envelope.sealed, validate=True), outer)
    except (PeerFault, ValueError):
        pass
    try:
        middle = envelope.outer.split(".")[1]
        return base64.b64decode(middle + "=" * (-len(middle) % 4), altchars=b"-_", validate=True)
    except (IndexError, ValueError):
        return outer


def open_payload(envelope: Envelope, outer: Outer, own: SealingKey) -> bytes:
    """The payload, opened and held against its digest and size. Raises PeerFault or Malformed."""
    if outer.size > MAX_PAYLOAD_BYTES or len(envelope.sealed) > MAX_PAYLOAD_BYTES * 4 // 3 + 200:
        raise PeerFault(
            "too_large",
            Text(
                fr=f"Le pli dépasse {MAX_PAYLOAD_BYTES // 1024 // 1024} Mio.",
                en=f"The content is larger than {MAX_PAYLOAD_BYTES // 1024 // 1024} MiB.",
            ),
        )
    try:
        sealed = base64.b64decode(envelope.sealed, validate=True)
    except ValueError as error:
        raise unreadable("the sealed part is base64") from error
    payload = own.open(sealed, bytes_of(envelope.outer))
    if len(payload) != outer.size or payload_digest(payload) != outer.digest:
        raise PeerFault(
            "digest_wrong",
            Text(
                fr="Le contenu du pli n’est pas celui que l’enveloppe annonce.",
                en="The content is not what the envelope announces.",
            ),
        )
    return payload


def read_payload(payload: bytes, *, newer: bool) -> tuple[Payload, tuple[str, ...]]:
    """Returns (payload, unknown fields of a newer version). Raises Malformed.

    newer: whether the outer part is of a newer minor version; what is inside says its own as well, and either counts.
    """
    raw = strict_json(payload)
    for inner in raw.values() if isinstance(raw, dict) else ():
        if isinstance(inner, dict) and isinstance(inner.get("entente"), str):
            newer = is_newer_minor(inner["entente"]) or newer
    read, unknown = convert_newer(raw, Payload) if newer else (convert(raw, Payload), ())
    if (read.release is None) == (read.batch is None):
        raise unreadable("a payload holds one release or one batch")
    return read, unknown
