"""Sealing contents: a key for each record and compartment, wrapped under the compartment's own key.

AES-256-GCM throughout. A content is sealed with its digest as associated data, a key with the place it belongs to, so
that neither can be moved under another name. Destroying the wrapped key erases the content.
"""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from entente.errors import NotPermitted, Text, Unavailable
from entente.model.report import Compartment


class Vault:
    """Opens and seals for the compartments whose keys it was given."""

    def __init__(self, compartments: dict[Compartment, bytes]) -> None:
        self._wraps = {compartment: AESGCM(key) for compartment, key in compartments.items()}

    def opens(self) -> frozenset[Compartment]:
        """The compartments whose keys are here."""
        return frozenset(self._wraps)

    def _wrap(self, compartment: Compartment) -> AESGCM:
        wrap = self._wraps.get(compartment)
        if wrap is None:
            raise NotPermitted(
                "compartment_locked",
                Text(
                    fr=f"Ce processus n’a pas la clé du compartiment « {compartment} ».",
                    en=f'This process was not given the key of the compartment "{compartment}".',
                ),
            )
        return wrap

    def new_key(self, compartment: Compartment, record: str, version: int) -> tuple[bytes, bytes]:
        """Returns (key, wrapped key) for the contents of one record version in one compartment."""
        chance = os.urandom(44)
        key, nonce = chance[:32], chance[32:]
        bound = f"{record}/{version}/{compartment}".encode()
        return key, nonce + self._wrap(compartment).encrypt(nonce, key, bound)

    def open_key(self, compartment: Compartment, record: str, version: int, wrapped: bytes) -> AESGCM:
        """The content key again. Raises Unavailable where the file was tampered with."""
        bound = f"{record}/{version}/{compartment}".encode()
        try:
            return AESGCM(self._wrap(compartment).decrypt(wrapped[:12], wrapped[12:], bound))
        except InvalidTag as error:
            raise _damaged(record) from error


def seal_content(key: bytes, digest: str, content: bytes) -> bytes:
    """Seal one content under its key, bound to its digest in hex."""
    nonce = os.urandom(12)
    return nonce + AESGCM(key).encrypt(nonce, content, bytes.fromhex(digest))


def open_content(key: AESGCM, digest: str, sealed: bytes, record: str) -> bytes:
    """The content again. Raises Unavailable where the file was tampered with."""
    try:
        return key.decrypt(sealed[:12], sealed[12:], bytes.fromhex(digest))
    except InvalidTag as error:
        raise _damaged(record) from error


def _damaged(record: str) -> Unavailable:
    return Unavailable(
        "content_damaged",
        Text(
            fr=f"Le contenu de la fiche {record} ne s’ouvre pas avec sa clé : un fichier a été modifié.",
            en=f"The content of record {record} does not open with its key: a file was changed.",
        ),
        Text(fr="Lancez « entente verify ».", en='Run "entente verify".'),
    )
