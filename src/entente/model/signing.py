"""Signatures over exact bytes: Ed25519 as compact JWS.

A node is its pinned key. What was signed is kept as it was signed and never put together again from its meaning: two
programs would disagree on a space. A `KeyRing` knows which keys a node has pinned; it looks a key up by its id and by
nothing that the message says of itself.
"""

from __future__ import annotations

import base64
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from entente.errors import Malformed, PeerFault, Text
from entente.model.strict import strict_json

_REGISTRY = jws.JWSRegistry(algorithms=["Ed25519"])
# A header names every part by a digest of 64 letters; the largest page of a partner stays well below this.
REMEMBERED_BATCHES = 64
MAX_SIGNED_BYTES = 16 * 1024 * 1024
_REGISTRY.max_payload_length = MAX_SIGNED_BYTES


def _bad_signature(code: str, fr: str, en: str) -> PeerFault:
    return PeerFault(code, Text(fr=fr, en=en))


class SigningKey:
    """A node's own key, with the id under which its partners have pinned it ("lille/1")."""

    def __init__(self, key_id: str, key: OKPKey) -> None:
        self.key_id = key_id
        self._key = key
        self._header = {"alg": "Ed25519", "kid": key_id}

    @classmethod
    def generate(cls, key_id: str) -> SigningKey:
        """A new key from the operating system's chance."""
        return cls(key_id, OKPKey.generate_key("Ed25519"))

    @classmethod
    def from_secret(cls, key_id: str, secret: dict[str, Any]) -> SigningKey:
        """The key that `secret()` gave."""
        return cls(key_id, OKPKey.import_key(secret))

    def secret(self) -> dict[str, Any]:
        """The private key as a JWK, for a file that only its owner reads."""
        return dict(self._key.as_dict(private=True))

    def public(self) -> dict[str, Any]:
        """The public key as a JWK."""
        return dict(self._key.as_dict(private=False))

    def sign(self, content: bytes) -> str:
        """Compact JWS over exactly these bytes."""
        return jws.serialize_compact(dict(self._header), content, self._key, registry=_REGISTRY)


class KeyRing:
    """Pinned public keys by key id; the part before the slash is the node that the key speaks for."""

    def __init__(self) -> None:
        self._keys: dict[str, OKPKey] = {}
        self._remembered: dict[str, tuple[str, bytes]] = {}

    def pin(self, key_id: str, public: dict[str, Any]) -> None:
        """Trust a key for the node that its id names."""
        self._remembered.clear()
        self._keys[key_id] = OKPKey.import_key({name: public[name] for name in ("kty", "crv", "x")})

    def verify_batch(self, signed: str) -> tuple[str, bytes]:
        """Like `verify`, for the one signature that thousands of rows share: the last few are remembered."""
        known = self._remembered.get(signed)
        if known is None:
            known = self.verify(signed)
            if len(self._remembered) >= REMEMBERED_BATCHES:
                self._remembered.clear()
            self._remembered[signed] = known
        return known

    def verify(self, signed: str, *, node: str | None = None) -> tuple[str, bytes]:
        """Returns (node, exact bytes signed). Raises PeerFault where no pinned key vouches for them.

        node: the only node whose signature counts here; None takes any pinned one.
        """
        key_id = _key_id(signed)
        signer = key_id.partition("/")[0]
        key = self._keys.get(key_id)
        if key is None or (node is not None and signer != node):
            raise _bad_signature(
                "key_not_pinned",
                f"La clé « {key_id[:80]} » n’est pas épinglée pour ce partenaire.",
                f'The key "{key_id[:80]}" is not pinned for this partner.',
            )
        try:
            verified = jws.deserialize_compact(signed, key, registry=_REGISTRY)
        except (JoseError, ValueError) as error:
            raise _bad_signature(
                "signature_wrong",
                f"La signature de « {signer} » ne correspond pas à ce qui est signé.",
                f'The signature of "{signer}" does not fit what is signed.',
            ) from error
        return signer, verified.payload


def _key_id(signed: str) -> str:
    """The key id that a compact JWS names, before anything about it is believed."""
    unreadable = _bad_signature(
        "signature_unreadable", "Ceci n’est pas une signature lisible.", "This is not a readable signature."
    )
    head = signed.partition(".")[0]
    if not 0 < len(head) <= 1024:
        raise unreadable
    try:
        protected = strict_json(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))
    except (ValueError, Malformed) as error:
        raise unreadable from error
    # "crit" asks for extensions that must be understood (RFC 7515, 4.1.11). We have none.
    if not isinstance(protected, dict) or not isinstance(protected.get("kid"), str) or "crit" in protected:
        raise unreadable
    return str(protected["kid"])
