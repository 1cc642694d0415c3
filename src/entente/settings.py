"""How a node is set up: a folder with its name, its agreement, its officers and its pinned partners.

    node.toml            name, address to listen on
    agreement.json       what the parties agreed (policy/agreement.py)
    officers.toml        who works here, for which service, in which roles
    partners/NAME.json   a partner's identity as handed over, and where it listens
    partners/left/       those that were withdrawn: their keys still prove what came from them
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

from entente.calling import CallingSettings, Way
from entente.errors import Conflict, Malformed, Text, Unavailable
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


class DirectoryListed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A service's own directory, by which its officers may sign in (OpenID Connect).

    name: what its button says. claim: what in it is the officer's name as listed here. redirect: the page that the
    browser comes back to, where it is not the first of the node's origins. Its secret lies in secrets/directory.toml.
    """

    issuer: str
    client_id: str
    name: str = ""
    claim: str = "preferred_username"
    scopes: tuple[str, ...] = ("openid", "profile")
    redirect: str = ""


class AisSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The [ais] table of node.toml. sources: "tcp://host:port", "udp://host:port"; service: for which it reports."""

    sources: tuple[str, ...] = ()
    service: str = ""


class Listening(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """node.toml: the node's name and where it listens.

    origins: where its officers find its pages ("https://lille.example"), beside this machine's own names.
    calling: how whoever is on duty is called. ais: receivers near the sea.
    """

    node: str
    host: str = "127.0.0.1"
    port: int = 8701
    origins: tuple[str, ...] = ()
    calling: CallingSettings = CallingSettings()
    directory: DirectoryListed | None = None
    ais: AisSettings = AisSettings()


class NodeSettings(msgspec.Struct, frozen=True, kw_only=True):
    """All of a node's settings, read once when it opens."""

    node: str
    host: str
    port: int
    origins: tuple[str, ...]
    agreement: Agreement
    officers: tuple[OfficerListed, ...]
    partners: tuple[PartnerPinned, ...]
    partners_left: tuple[PartnerPinned, ...] = ()
    directory: DirectoryListed | None = None
    directory_secret: str = ""
    calling: CallingSettings = CallingSettings()
    ais: AisSettings = AisSettings()

    @property
    def first_origin(self) -> str:
        """Where officers usually find the pages."""
        return self.origins[0] if self.origins else f"http://{self.node}.localhost:{self.port}"


class _DirectorySecret(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    secret: str = ""


class _Ways(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    ways: tuple[Way, ...] = ()


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
    partners, left = (
        tuple(_read(file, PartnerPinned) for file in sorted(kept.glob("*.json")))
        for kept in (folder / "partners", folder / "partners" / "left")
    )
    secret = folder / "secrets" / "directory.toml"
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
        partners_left=left,
        directory=listening.directory,
        directory_secret=_read(secret, _DirectorySecret).secret if secret.exists() else "",
        calling=_calling(folder, listening.calling),
        ais=listening.ais,
    )


def _calling(folder: Path, listed: CallingSettings) -> CallingSettings:
    """The ways of calling of node.toml, and those of secrets/calling.toml after them."""
    file = folder / "secrets" / "calling.toml"
    ways = (*listed.ways, *(_read(file, _Ways).ways if file.exists() else ()))
    if len({way.name for way in ways}) < len(ways):
        raise Malformed(
            "setting_unreadable",
            Text(
                fr="Deux voies d’appel portent le même nom dans [calling].",
                en="Two ways of calling bear the same name in [calling].",
            ),
        )
    return msgspec.structs.replace(listed, ways=ways)


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


def check_partner(
    identity: dict[str, Any], address: str, node: str, agreement: Agreement, known: tuple[PartnerPinned, ...]
) -> PartnerPinned:
    """A partner's identity as it may be pinned. Raises Malformed, or Conflict where another key is pinned for it."""
    if not address.startswith(("http://", "https://")):
        raise Malformed(
            "address_unreadable",
            Text(fr=f"« {address} » n’est pas une adresse.", en=f'"{address}" is no address.'),
            Text(
                fr="Écrivez par exemple https://dover.example:8702",
                en="Write for example https://dover.example:8702",
            ),
        )
    partner: PartnerPinned = convert({**identity, "address": address}, PartnerPinned)
    if partner.node == node:
        raise Conflict(
            "own_identity",
            Text(fr="C’est l’identité de ce nœud lui-même.", en="That is this node’s own identity."),
            Text(fr="Demandez la sienne au partenaire.", en="Ask the partner for its own."),
        )
    agreement.party_of(partner.node)
    for other in known:
        if other.node == partner.node and (other.signing, other.sealing) != (
            partner.signing,
            partner.sealing,
        ):
            raise Conflict(
                "partner_key_differs",
                Text(
                    fr=f"Une autre clé est épinglée pour {other.node}.",
                    en=f"Another key is pinned for {other.node}.",
                ),
                Text(
                    fr=f"Comparez les empreintes de vive voix, supprimez partners/{other.node}.json, recommencez.",
                    en=f"Compare the fingerprints by voice, then delete partners/{other.node}.json and try again.",
                ),
            )
    return partner


def pin_partner(folder: Path, identity: dict[str, Any], address: str) -> PartnerPinned:
    """Pin a partner's identity and address. Raises Malformed when the identity cannot be read."""
    partner: PartnerPinned = convert({**identity, "address": address}, PartnerPinned)
    (folder / "partners").mkdir(parents=True, exist_ok=True)
    replace_file(folder / "partners" / f"{partner.node}.json", _indented(partner))
    return partner


def move_partner_aside(folder: Path, partner: PartnerPinned) -> None:
    """No longer pin a partner; its keys are kept, since what came from it is still proved by them."""
    kept = folder / "partners" / f"{partner.node}.json"
    aside = folder / "partners" / "left"
    aside.mkdir(parents=True, exist_ok=True)
    if kept.exists():
        # By its key too: a partner may come back with another, and leave again.
        kept.replace(aside / f"{partner.node}-{partner.sealing[:8]}.json")


def write_agreement(folder: Path, agreement: Agreement) -> None:
    """Put another version of the agreement in force for the next start: whole, or not at all."""
    replace_file(folder / "agreement.json", _indented(agreement))


def replace_file(file: Path, content: bytes) -> None:
    """Put content in a file's place: a crash leaves the old one or the new one. Raises Unavailable."""
    beside = file.with_suffix(".new")
    try:
        with beside.open("wb") as handle:
            handle.write(content)
            handle.flush()
            os.fsync(handle.fileno())
        beside.replace(file)
    except OSError as error:
        raise Unavailable(
            "folder_not_written",
            Text(fr=f"{file.name} ne s’écrit pas.", en=f"{file.name} cannot be written."),
            Text(fr="Faites de la place, puis recommencez.", en="Make room, then try again."),
        ) from error


def _indented(value: Any) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=1)
