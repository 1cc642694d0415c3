"""The keys that a node keeps to itself, each in a file that only its owner reads.

signing: speaks for the node. sealing: opens what partners send. compartments: one each, wraps the content keys; a role
that may not open a compartment works in a process that was not given its key. index: makes match keys and search
tokens unguessable. Lost keys cannot be made again: `docs/operate.md` says what to keep where.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, get_args

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from entente.errors import Conflict, Text, Unavailable
from entente.model.report import Compartment
from entente.model.signing import SigningKey

COMPARTMENTS: tuple[Compartment, ...] = get_args(Compartment)


class Secrets:
    """A node's own keys, read once when it opens."""

    def __init__(
        self,
        node: str,
        signing: SigningKey,
        sealing: bytes,
        compartments: dict[Compartment, bytes],
        index: bytes,
        local: str,
    ) -> None:
        self.node = node
        self.signing = signing
        self.sealing = sealing
        self.compartments = compartments
        self.index = index
        self.local = local

    def identity(self) -> dict[str, Any]:
        """What partners pin: node, key id, public keys. Safe to hand on by a way that both sides trust."""
        public = X25519PrivateKey.from_private_bytes(self.sealing).public_key()
        return {
            "node": self.node,
            "key_id": self.signing.key_id,
            "signing": self.signing.public(),
            "sealing": public.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw).hex(),
        }


def _write(file: Path, content: bytes) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as handle:
        handle.write(content)
        handle.flush()
        os.fsync(handle.fileno())


def make_secrets(folder: Path, node: str) -> Secrets:
    """Make a node's keys. Raises Conflict where there are some: they are never overwritten."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if (folder / "signing.json").exists():
        raise Conflict(
            "keys_exist",
            Text(fr=f"Il y a déjà des clés dans {folder}.", en=f"There are keys already in {folder}."),
            Text(fr="Choisissez un autre dossier.", en="Choose another folder."),
        )
    signing = SigningKey.generate(f"{node}/1")
    _write(folder / "sealing.key", os.urandom(32))
    _write(folder / "index.key", os.urandom(32))
    _write(folder / "local.token", os.urandom(24).hex().encode())
    for compartment in COMPARTMENTS:
        _write(folder / f"compartment-{compartment}.key", os.urandom(32))
    # Last: its presence says that the set is whole.
    _write(folder / "signing.json", json.dumps({"key_id": signing.key_id, "key": signing.secret()}).encode())
    return read_secrets(folder, node)


def read_secrets(folder: Path, node: str) -> Secrets:
    """Read a node's keys. Raises Unavailable where one is missing; a missing compartment stays closed."""
    # A node of before this compartment has nothing in it yet, and no key that could be lost.
    for newer in ("office", "plan"):
        if (folder / "signing.json").exists() and not (folder / f"compartment-{newer}.key").exists():
            _write(folder / f"compartment-{newer}.key", os.urandom(32))
    try:
        stored = json.loads((folder / "signing.json").read_bytes())
        return Secrets(
            node=node,
            signing=SigningKey.from_secret(stored["key_id"], stored["key"]),
            sealing=(folder / "sealing.key").read_bytes(),
            compartments={
                compartment: (folder / f"compartment-{compartment}.key").read_bytes()
                for compartment in COMPARTMENTS
                if (folder / f"compartment-{compartment}.key").exists()
            },
            index=(folder / "index.key").read_bytes(),
            local=(folder / "local.token").read_text(),
        )
    except (OSError, ValueError, KeyError) as error:
        raise Unavailable(
            "keys_missing",
            Text(
                fr=f"Les clés du nœud manquent dans {folder}.", en=f"The node's keys are missing in {folder}."
            ),
            Text(fr="Lancez « entente init ».", en='Run "entente init".'),
        ) from error
