"""How a node is set up: a folder with its name, its agreement, its officers and its pinned partners.

    node.toml            name, address to listen on
    agreement.json       what the parties agreed (policy/agreement.py)
    officers.toml        who works here, for which service, in which roles
    partners/NAME.json   a partner's identity as handed over, and where it listens
    secrets/             the node's own keys

Values come from the files; ENTENTE_HOST and ENTENTE_PORT in the environment go before node.toml.
"""

from __future__ import annotations

import json
import os
import tomllib
from pathlib import Path
from typing import Any

import msgspec

from entente.errors import Malformed, Text, Unavailable
from entente.model.strict import convert
from entente.policy.agreement import Agreement, Role


class OfficerListed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An officer of this node. roles: the first is the one worked in by default."""

    name: str
    service: str
    roles: tuple[Role, ...]


class PartnerPinned(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A partner's identity as it was handed over by a way that both sides trust, and its address."""

    node: str
    key_id: str
    signing: dict[str, Any]
    sealing: str
    address: str


class Listening(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """node.toml: the node's name and where it listens.

    origins: where its officers find its pages ("https://lille.example"), beside this machine's own names.
    """

    node: str
    host: str = "127.0.0.1"
    port: int = 8701
    origins: tuple[str, ...] = ()


class NodeSettings(msgspec.Struct, frozen=True, kw_only=True):
    """All of a node's settings, read once when it opens."""

    node: str
    host: str
    port: int
    origins: tuple[str, ...]
    agreement: Agreement
    officers: tuple[OfficerListed, ...]
    partners: tuple[PartnerPinned, ...]


class _Officers(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    officers: tuple[OfficerListed, ...] = ()


def read_settings(folder: Path) -> NodeSettings:
    """Read a node's folder. Raises Unavailable where it is none, Malformed where a file cannot be read."""
    if not (folder / "node.toml").exists():
        raise Unavailable(
            "no_node_here",
            Text(fr=f"Il n’y a pas de nœud dans {folder}.", en=f"There is no node in {folder}."),
            Text(
                fr="Lancez « entente init », ou nommez un autre dossier.",
                en='Run "entente init", or name another folder.',
            ),
        )
    listening = _read(folder / "node.toml", Listening)
    officers = (
        _read(folder / "officers.toml", _Officers) if (folder / "officers.toml").exists() else _Officers()
    )
    partners = tuple(_read(file, PartnerPinned) for file in sorted((folder / "partners").glob("*.json")))
    try:
        port = int(os.environ.get("ENTENTE_PORT", listening.port))
    except ValueError as error:
        raise Malformed(
            "setting_unreadable",
            Text(fr="ENTENTE_PORT n’est pas un numéro de port.", en="ENTENTE_PORT is not a port number."),
        ) from error
    return NodeSettings(
        node=listening.node,
        host=os.environ.get("ENTENTE_HOST", listening.host),
        port=port,
        origins=listening.origins,
        agreement=_read(folder / "agreement.json", Agreement),
        officers=officers.officers,
        partners=partners,
    )


def _read(file: Path, to: Any) -> Any:
    try:
        content = file.read_bytes()
        value = tomllib.loads(content.decode()) if file.suffix == ".toml" else json.loads(content)
        return convert(value, to)
    except (OSError, ValueError, Malformed) as error:
        said = error.text.en if isinstance(error, Malformed) else str(error)
        raise Malformed(
            "setting_unreadable",
            Text(fr=f"{file} est illisible : {said}", en=f"{file} cannot be read: {said}"),
            Text(fr="Corrigez ce fichier ; rien n’a été ouvert.", en="Mend this file; nothing was opened."),
        ) from error


def write_settings(
    folder: Path, listening: Listening, agreement: Agreement, officers: tuple[OfficerListed, ...]
) -> None:
    """Lay out the files of a new node; keys and partners come apart."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    (folder / "partners").mkdir(exist_ok=True)
    lines = [f'node = "{listening.node}"', f'host = "{listening.host}"', f"port = {listening.port}", ""]
    if listening.origins:
        lines.insert(3, f"origins = {json.dumps(list(listening.origins))}")
    (folder / "node.toml").write_text("\n".join(lines))
    (folder / "agreement.json").write_bytes(msgspec.json.format(msgspec.json.encode(agreement), indent=1))
    listed = [
        f'[[officers]]\nname = {json.dumps(officer.name, ensure_ascii=False)}\nservice = "{officer.service}"\n'
        f"roles = {json.dumps(list(officer.roles))}\n"
        for officer in officers
    ]
    (folder / "officers.toml").write_text("\n".join(listed), encoding="utf-8")


def pin_partner(folder: Path, identity: dict[str, Any], address: str) -> PartnerPinned:
    """Pin a partner's identity and address. Raises Malformed when the identity cannot be read."""
    partner = convert({**identity, "address": address}, PartnerPinned)
    (folder / "partners").mkdir(parents=True, exist_ok=True)
    (folder / "partners" / f"{partner.node}.json").write_bytes(
        msgspec.json.format(msgspec.json.encode(partner), indent=1)
    )
    return partner
