"""Setting a node up and running it: its folder, its identity, its partners, and serving until it is stopped.

These touch the files of a node's folder and no record; they are done by who operates the node. Nothing that is there is
ever overwritten: keys that are lost cannot be made again, and a partner's key is not exchanged in silence.
"""

from __future__ import annotations

import json
import socket
import threading
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from entente.api.client import LocalNode
from entente.errors import Conflict, EntenteError, Malformed, Text, Unavailable
from entente.model.fingerprint import fingerprint
from entente.model.strict import convert, strict_json
from entente.policy.agreement import Agreement
from entente.serve import serve as serve_node
from entente.settings import (
    Listening,
    OfficerListed,
    check_partner,
    pin_partner,
    read_settings,
    write_settings,
)
from entente.store.secrets import make_secrets, read_secrets
from entente.terminal.arguments import UsageError
from entente.terminal.page import Page
from entente.terminal.session import DONE, Terminal, open_given


class _Officers(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    officers: tuple[OfficerListed, ...]


# The invented agreement, and the invented officers of a node in it.
Invented = Callable[[str], tuple[Agreement, tuple[OfficerListed, ...]]]


def init(terminal: Terminal, invented: Invented) -> int:
    """Lay a new node out and say what to hand to its partners. invented: what --exercise takes."""
    asked = terminal.asked
    folder: Path = asked.new_folder
    if bool(asked.agreement) == asked.exercise:
        raise UsageError(
            "usage",
            Text(fr="Donnez l’un de : --agreement, --exercise.", en="Give one of: --agreement, --exercise."),
            Text(fr="Voyez « entente init --help ».", en='See "entente init --help".'),
        )
    if (folder / "node.toml").exists():
        raise Conflict(
            "node_exists",
            Text(fr=f"Il y a déjà un nœud dans {folder}.", en=f"There is a node in {folder} already."),
            Text(fr="Choisissez un autre dossier.", en="Choose another folder."),
        )
    agreement, officers = _agreed(terminal, invented)
    agreement.party_of(asked.node)
    for officer in officers:
        _check_officer(officer, agreement, asked.node)
    try:
        identity = make_secrets(folder / "secrets", asked.node).identity()
        write_settings(folder, Listening(node=asked.node, port=asked.port), agreement, officers)
    except OSError as error:
        raise Unavailable(
            "folder_not_written",
            Text(fr=f"Le dossier {folder} ne s’écrit pas.", en=f"The folder {folder} cannot be written."),
        ) from error

    def lay_out(page: Page, made: Any) -> None:
        page.put(
            page.say(
                f"Le nœud {asked.node} est prêt dans {folder}.",
                f"The node {asked.node} is ready in {folder}.",
            )
        )
        page.put(
            page.say(
                f"{len(officers)} agents, port {asked.port}. Ses clés sont dans secrets/ : sauvegardez-les à part, "
                "elles ne se refont pas.",
                f"{len(officers)} officers, port {asked.port}. Its keys are in secrets/: back them up apart, "
                "they cannot be made again.",
            )
        )
        page.blank()
        page.put(
            page.say(
                "Remettez cette identité à chaque partenaire par une voie sûre, et comparez l’empreinte de vive voix :",
                "Hand this identity to each partner by a trusted way, and compare the fingerprint by voice:",
            )
        )
        page.put(fingerprint(made), 2)
        # To be copied as it is: folding it would change it.
        page.lines.append(json.dumps(made))
        page.blank()
        page.put(
            page.say(
                f"Puis : entente partner pin IDENTITÉ.json --address URL --folder {folder}",
                f"Then: entente partner pin IDENTITY.json --address URL --folder {folder}",
            )
        )

    terminal.answer(identity, lay_out)
    return DONE


def _agreed(terminal: Terminal, invented: Invented) -> tuple[Agreement, tuple[OfficerListed, ...]]:
    asked = terminal.asked
    if asked.exercise:
        agreement, officers = invented(asked.node)
    else:
        agreement, officers = convert(_read(asked.agreement), Agreement), ()
    if asked.officers:
        officers = convert(_read(asked.officers), _Officers).officers
    return agreement, officers


def _check_officer(officer: OfficerListed, agreement: Agreement, node: str) -> None:
    service = agreement.service(officer.service)
    wrong = [role for role in officer.roles if role not in service.opens]
    if service.node != node or wrong or not officer.roles:
        raise Malformed(
            "officer_out_of_place",
            Text(
                fr=f"{officer.name} ne peut travailler ici pour {officer.service}"
                + (f" comme {', '.join(wrong)}." if wrong else "."),
                en=f"{officer.name} cannot work here for {officer.service}"
                + (f" as {', '.join(wrong)}." if wrong else "."),
            ),
            Text(
                fr=f"Le service doit être au nœud {node} et connaître le rôle : {', '.join(service.opens)}.",
                en=f"The service must be at the node {node} and know the role: {', '.join(service.opens)}.",
            ),
        )


def _read(file: Path) -> Any:
    content = open_given(str(file))
    if file.suffix != ".toml":
        return strict_json(content)
    try:
        return tomllib.loads(content.decode("utf-8"))
    except ValueError as error:
        raise Malformed(
            "setting_unreadable",
            Text(fr=f"{file} n’est pas du TOML ({error}).", en=f"{file} is not TOML ({error})."),
            Text(fr="Corrigez ce fichier ; rien n’a été fait.", en="Mend this file; nothing was done."),
        ) from error


def partner(terminal: Terminal) -> int:
    """Show the own identity, or pin a partner's."""
    asked = terminal.asked
    settings = terminal.settings()
    if asked.deed == "show":
        identity = read_secrets(terminal.folder() / "secrets", settings.node).identity()
        # Always JSON, so that it can go into a file as it is; the fingerprint is for people.
        terminal.out.write(json.dumps(identity) + "\n")
        if not asked.json:
            terminal.progress(f"empreinte {fingerprint(identity)}", f"fingerprint {fingerprint(identity)}")
            terminal.progress_over()
        return DONE
    if not (asked.identity and asked.address):
        raise UsageError(
            "usage",
            Text(fr="Il manque : IDENTITÉ et --address.", en="Missing: IDENTITY and --address."),
            Text(fr="Voyez « entente partner --help ».", en='See "entente partner --help".'),
        )
    identity = _identity(asked.identity)
    check_partner(identity, asked.address, settings.node, settings.agreement, settings.partners)
    pinned = pin_partner(terminal.folder(), identity, asked.address)

    def lay_out(page: Page, made: Any) -> None:
        page.put(
            page.say(
                f"Partenaire {pinned.node} épinglé, à {pinned.address}. Empreinte à comparer de vive voix :",
                f"Partner {pinned.node} pinned, at {pinned.address}. Fingerprint to compare by voice:",
            )
        )
        page.put(fingerprint(identity), 2)
        if terminal.node().is_running():
            page.put(
                page.say(
                    "Le nœud tourne : relancez-le pour qu’il le connaisse.",
                    "The node runs: restart it so that it knows.",
                )
            )

    terminal.answer(pinned, lay_out)
    return DONE


def _identity(file: Path) -> dict[str, Any]:
    identity = strict_json(open_given(str(file)))
    return identity if isinstance(identity, dict) else {}


def serve(terminal: Terminal) -> int:
    """Run the node until Ctrl-C or SIGTERM, and leave nothing half done."""
    folder = terminal.folder()
    settings = read_settings(folder)
    _check_port(settings.host, settings.port)
    told = threading.Thread(target=_tell_when_up, args=(terminal, folder), daemon=True)
    told.start()
    try:
        serve_node(folder)
    except KeyboardInterrupt:
        pass
    except SystemExit as error:
        raise Unavailable(
            "cannot_listen",
            Text(
                fr=f"Le nœud ne peut pas écouter sur {settings.host}:{settings.port}.",
                en=f"The node cannot listen on {settings.host}:{settings.port}.",
            ),
            Text(fr="Choisissez un autre port : ENTENTE_PORT.", en="Choose another port: ENTENTE_PORT."),
        ) from error
    terminal.progress(
        f"{settings.node} arrêté ; rien n’est perdu.", f"{settings.node} stopped; nothing is lost."
    )
    terminal.progress_over()
    return DONE


def _check_port(host: str, port: int) -> None:
    try:
        with socket.socket() as trying:
            trying.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trying.bind((host, port))
    except (OSError, OverflowError) as error:
        raise Unavailable(
            "port_taken",
            Text(
                fr=f"Le port {port} de {host} est pris ou interdit.",
                en=f"Port {port} of {host} is taken or barred.",
            ),
            Text(
                fr="Arrêtez ce qui l’occupe, ou choisissez-en un autre dans node.toml ou par ENTENTE_PORT.",
                en="Stop what holds it, or choose another in node.toml or by ENTENTE_PORT.",
            ),
        ) from error


def _tell_when_up(terminal: Terminal, folder: Path) -> None:
    node = LocalNode(folder)
    pause = threading.Event()
    for _ in range(600):
        if node.is_running():
            try:
                settings = read_settings(folder)
            except EntenteError:
                return
            address = f"http://{settings.host}:{settings.port}"
            if terminal.asked.json:
                terminal.out.write(json.dumps({"node": settings.node, "address": address}) + "\n")
            else:
                said = Text(
                    f"{settings.node} écoute sur {address} · Ctrl-C pour arrêter",
                    f"{settings.node} listens on {address} · Ctrl-C to stop",
                )
                terminal.out.write(said.say(terminal.language) + "\n")
            terminal.out.flush()
            return
        pause.wait(0.1)
