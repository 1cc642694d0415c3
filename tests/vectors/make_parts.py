"""What the vectors are put together from: published test keys, and one record with its parts, header and seal."""

from __future__ import annotations

import base64
import json
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from entente.model.signing import SigningKey

AT = "2031-10-18T21:50:00Z"
Json = dict[str, Any]
Vector = dict[str, Any]


def base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _seed(words: str) -> bytes:
    return sha256(f"entente vectors: {words}".encode()).digest()


def compact(value: Any) -> str:
    """Compact JSON with letters as they are: the form in which our node writes; a reader takes any."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def digest_of(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def signing_secret(node: str) -> Json:
    """A signing key that everybody knows. Never pin it."""
    private = Ed25519PrivateKey.from_private_bytes(_seed(f"{node} signing"))
    public = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return {
        "kty": "OKP",
        "crv": "Ed25519",
        "x": base64url(public),
        "d": base64url(_seed(f"{node} signing")),
    }


def sealing_secret(node: str) -> bytes:
    """A sealing key that everybody knows."""
    return _seed(f"{node} sealing")


def sealing_public(node: str) -> bytes:
    """Its public half."""
    key = X25519PrivateKey.from_private_bytes(sealing_secret(node))
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


LILLE = SigningKey.from_secret("lille/1", signing_secret("lille"))
DOVER = SigningKey.from_secret("dover/1", signing_secret("dover"))
# A stranger that calls itself Lille: its key is pinned nowhere.
IMPOSTOR = SigningKey.from_secret("lille/1", signing_secret("impostor"))

AGREEMENT: Json = {
    "id": "OYAT",
    "services": [
        {"id": "FR-PAF", "party": "FR", "node": "lille"},
        {"id": "UK-NCA", "party": "UK", "node": "dover"},
        {"id": "UK-BF", "party": "UK", "node": "dover"},
    ],
    "ceilings": {"FR": "DIFFUSION RESTREINTE", "UK": "OFFICIAL-SENSITIVE"},
}


def keys() -> Json:
    """Who is pinned, with which keys, and what the recipient's agreement says."""
    return {
        "about": "Published test keys: anyone can sign and open with them. Never pin one in a real node.",
        "signing": {f"{node}/1": signing_secret(node) for node in ("lille", "dover")},
        "sealing": {
            node: {"private": sealing_secret(node).hex(), "public": sealing_public(node).hex()}
            for node in ("lille", "dover")
        },
        "agreement": AGREEMENT,
    }


def statement(number: int, **changed: Any) -> Json:
    """What a statement part holds."""
    said = {
        "id": f"s{number}",
        "basis": "reported",
        "wording": {"language": "fr", "text": f"Six moteurs chargés près d’Ambleteuse, témoin n° {number}."},
        "grade": {"scheme": "admiralty", "source": "B", "information": "2"},
        "checked_on": "2031-10-18",
        "entities": [
            {
                "id": f"e{number}",
                "kind": "person",
                "names": [{"written": "سۆران دلیرزاد", "kind": "native"}],
                "identifiers": [{"kind": "phone", "written": "06 39 98 04 17", "region": "FR"}],
                "category": "not_yet_assessed",
            }
        ],
    }
    return {**said, **changed}


def part(name: str, value: Any, salt: str | None = None) -> str:
    """The exact text of a part: [salt, name, value]."""
    return compact([salt or sha256(f"salt of {name}".encode()).hexdigest()[:32], name, value])


PARTS = [part(f"statement/s{number}", statement(number)) for number in (1, 2, 3)]
PRIVATE = part("routing", {"officer": "Maëlle Dorvincq", "recipients": ["dover"]})


def header(parts: list[str], **changed: Any) -> Json:
    """A header that names these parts."""
    said = {
        "entente": "1.0",
        "kind": "report",
        "id": "0192f3a0-5c00-7000-8000-000000000001",
        "version": 1,
        "node": "lille",
        "party": "FR",
        "service": "FR-PAF",
        "said_at": AT,
        "purpose": "intelligence",
        "matter": "OYAT",
        "compartment": "intelligence",
        "handling": ["H1"],
        "review_by": "2032-10-18",
        "erase_by": "2033-10-18",
        "parts": sorted(digest_of(one) for one in parts),
    }
    return {**said, **changed}


def release(
    given: list[str],
    signed: str,
    *,
    basis: str = "FR-UK-2031",
    audience: list[str] | None = None,
    version: str = "1.0",
) -> Json:
    """What leaves of a record: the seal, the parts given, the basis."""
    said: Json = {"entente": version, "seal": {"jws": signed}, "parts": given, "basis": basis}
    return {**said, "audience": audience} if audience else said


def sign(value: Any, key: SigningKey = LILLE) -> str:
    """A compact JWS over the text of a value, or over a text as it stands."""
    return key.sign((value if isinstance(value, str) else compact(value)).encode())


ALL = [*PARTS, PRIVATE]
WHOLE = header(ALL)
WHOLE_TEXT = compact(WHOLE)
SIGNED = sign(WHOLE)
