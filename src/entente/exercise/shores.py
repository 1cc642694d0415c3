"""The two nodes of the exercise as they stand on one machine: laid out, started, quiet, stopped.

Nothing here is special to an exercise but the invented officers: each node is an ordinary folder with its own keys, the
other pinned, and runs as a process of its own that is asked over the loopback like any node. Ports are the usual ones
where they are free and others where not. A process that somebody else started is used, and never stopped.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Any

import msgspec

from entente.api.client import LocalNode
from entente.errors import Malformed, Text, Unavailable
from entente.exercise.agreement import exercise_agreement
from entente.exercise.season import load_season
from entente.settings import Listening, OfficerListed, PartnerPinned, pin_partner, write_settings
from entente.store.secrets import make_secrets

NODES = ("lille", "dover")
HOST = "127.0.0.1"
USUAL_PORT = 8701
PORT_SETTING = "ENTENTE_EXERCISE_PORT"
START_WITHIN_S = 30.0
STOP_WITHIN_S = 45.0
QUIET_WITHIN_S = 120.0
LOOK_EVERY_S = 0.02
LAID_OUT = "laid-out"


def other(node: str) -> str:
    """The node on the other shore."""
    return NODES[1 - NODES.index(node)]


def is_laid_out(root: Path) -> bool:
    """Whether a folder holds both nodes, whole."""
    return (root / LAID_OUT).exists()


def lay_out(root: Path, *, any_port: bool = False) -> None:
    """Make both nodes: folders, keys, agreement, officers, pins. any_port: free ports instead of the usual ones.

    Raises Unavailable when the folder holds something else; what an interrupted run left behind is that too.
    """
    if root.exists() and any(root.iterdir()):
        raise Unavailable(
            "folder_not_empty",
            Text(
                fr=f"Le dossier {root} contient déjà autre chose, ou une mise en place interrompue.",
                en=f"The folder {root} already holds something else, or a set-up that was interrupted.",
            ),
            Text(
                fr="Déplacez-le ou supprimez-le, puis recommencez.", en="Move or delete it, then try again."
            ),
        )
    agreement, season = exercise_agreement(), load_season()
    ports = _ports(any_port=any_port)
    identities: dict[str, dict[str, Any]] = {}
    for node in NODES:
        seated = {service.id for service in agreement.services_of(node)}
        officers = tuple(
            OfficerListed(name=officer.id, service=officer.service, roles=officer.roles)
            for officer in season.officers
            if officer.service in seated
        )
        listening = Listening(node=node, host=HOST, port=ports[node])
        write_settings(root / node, listening, agreement, officers)
        identities[node] = make_secrets(root / node / "secrets", node).identity()
    for node in NODES:
        pin_partner(root / node, identities[other(node)], f"http://{HOST}:{ports[other(node)]}")
    for node in NODES:
        # Before they first talk, so that neither finds the other's clock years away.
        LocalNode(root / node).ask("clock", {"at": season.items[0].at})
    # Last: its presence says that both are whole.
    (root / LAID_OUT).write_text("entente exercise\n", encoding="utf-8")


def _ports(*, any_port: bool) -> dict[str, int]:
    """A port for each node: one above the other from the usual one on, or any that are free."""
    first = 0 if any_port else _first_port()
    ports: dict[str, int] = {}
    held: list[socket.socket] = []
    try:
        for place, node in enumerate(NODES):
            # Both are held until both are known, so that the machine does not give one port twice.
            wanted = first + place if first else 0
            held.append(_bound(wanted) or _bound(0) or socket.socket())
            ports[node] = held[-1].getsockname()[1]
    finally:
        for one in held:
            one.close()
    return ports


def _first_port() -> int:
    try:
        return int(os.environ.get(PORT_SETTING) or USUAL_PORT)
    except ValueError as error:
        raise Malformed(
            "setting_unreadable",
            Text(
                fr=f"{PORT_SETTING} n’est pas un numéro de port.", en=f"{PORT_SETTING} is not a port number."
            ),
            Text(fr="Écrivez un nombre, par exemple 8701.", en="Write a number, for example 8701."),
        ) from error


def _bound(port: int) -> socket.socket | None:
    one = socket.socket()
    try:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        one.bind((HOST, port))
    except (OSError, OverflowError):
        one.close()
        return None
    return one


class _Asked(LocalNode):
    """A node that is asked often and let go of at the end."""

    def close(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None


class Shores:
    """Both nodes of one folder, running while this is open."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.nodes = {node: _Asked(root / node) for node in NODES}
        self._started: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Shores:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def ask(self, node: str, deed: str, asked: Any = None) -> Any:
        """What one node answers to a deed."""
        return self.nodes[node].ask(deed, asked)

    def address(self, node: str) -> str:
        """Where a node listens."""
        listening = self._listening(node)
        return f"http://{listening.host}:{listening.port}"

    def is_running(self) -> bool:
        """Whether both answer."""
        return all(node.is_running() for node in self.nodes.values())

    def start(self) -> None:
        """Start what does not run, and return when both answer. Raises Unavailable when one does not."""
        waiting = [node for node in NODES if not self.nodes[node].is_running()]
        if len(waiting) == len(NODES):
            self._move_from_taken_ports()
        for node in waiting:
            # Left behind by a node that was killed; the lock on the store still keeps a second writer out.
            (self.root / node / "serving.json").unlink(missing_ok=True)
            self._started[node] = self._launch(node)
        deadline = time.monotonic() + START_WITHIN_S
        while not self.is_running():
            for node in waiting:
                if self._started[node].poll() is not None or time.monotonic() > deadline:
                    raise _did_not_start(self.root / node)
            time.sleep(LOOK_EVERY_S)

    def _launch(self, node: str) -> subprocess.Popen[bytes]:
        # The settings of this shell's own node are not those of the exercise's.
        surroundings = {
            name: value for name, value in os.environ.items() if name not in ("ENTENTE_HOST", "ENTENTE_PORT")
        }
        with (self.root / node / "serve.log").open("ab") as log:
            # A session of its own: Ctrl-C reaches us, and we end both in order.
            return subprocess.Popen(
                [sys.executable, "-m", "entente.exercise.seat", str(self.root / node)],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                env=surroundings,
                start_new_session=True,
            )

    def kill(self, node: str) -> None:
        """End a node that we started as a power cut would."""
        process = self._started.pop(node)
        process.kill()
        _gone(process)

    def stop(self) -> None:
        """End what was started here, both at once, and wait until they are gone."""
        for process in self._started.values():
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
        deadline = time.monotonic() + STOP_WITHIN_S
        for process in self._started.values():
            try:
                process.wait(timeout=max(deadline - time.monotonic(), 0.1))
            except subprocess.TimeoutExpired:
                process.kill()
            _gone(process)
        self._started.clear()
        for node in self.nodes.values():
            node.close()

    # -- quiet --------------------------------------------------------------------------------------------------

    def status(self) -> dict[str, dict[str, Any]]:
        """What each node says of itself."""
        return {node: self.ask(node, "status") for node in NODES}

    def wait_until_quiet(self) -> dict[str, dict[str, Any]]:
        """Wait until neither has anything to read, to send or to acknowledge; returns their status.

        Seen twice with nothing appended between: what one sent while the other was being asked is caught too.
        """
        deadline = time.monotonic() + QUIET_WITHIN_S
        before: list[int] | None = None
        while time.monotonic() < deadline:
            status = self.status()
            still = all(
                one["quiet"] and not any(sum(lanes["waiting"].values()) for lanes in one["partners"].values())
                for one in status.values()
            )
            entries = [one["entries"] for one in status.values()]
            if still and entries == before:
                return status
            before = entries if still else None
            if not still:
                time.sleep(LOOK_EVERY_S)
        raise Unavailable(
            "exercise_not_quiet",
            Text(
                fr=f"Les deux nœuds n’ont pas fini d’échanger après {QUIET_WITHIN_S:.0f} s.",
                en=f"The two nodes had not done exchanging after {QUIET_WITHIN_S:.0f} s.",
            ),
            Text(
                fr=f"Voyez {self.root}/*/serve.log, et « entente status » de chacun.",
                en=f'See {self.root}/*/serve.log, and "entente status" of each.',
            ),
        )

    # -- ports --------------------------------------------------------------------------------------------------

    def _listening(self, node: str) -> Listening:
        return msgspec.toml.decode((self.root / node / "node.toml").read_bytes(), type=Listening)

    def _move_from_taken_ports(self) -> None:
        """Listen elsewhere where somebody else took a port since, and tell the other node."""
        if all(_is_free(self._listening(node).port) for node in NODES):
            return
        for node, port in _ports(any_port=True).items():
            listening = msgspec.structs.replace(self._listening(node), port=port)
            lines = [f'node = "{node}"', f'host = "{listening.host}"', f"port = {port}", ""]
            (self.root / node / "node.toml").write_text("\n".join(lines), encoding="utf-8")
            pinned = self.root / other(node) / "partners" / f"{node}.json"
            partner = msgspec.json.decode(pinned.read_bytes(), type=PartnerPinned)
            moved = msgspec.structs.replace(partner, address=f"http://{HOST}:{port}")
            pinned.write_bytes(msgspec.json.format(msgspec.json.encode(moved), indent=1))


def _is_free(port: int) -> bool:
    found = _bound(port)
    if found is not None:
        found.close()
    return found is not None


def _gone(process: subprocess.Popen[bytes]) -> None:
    process.wait()
    if process.stdin is not None:
        process.stdin.close()


def _did_not_start(folder: Path) -> Unavailable:
    log = folder / "serve.log"
    last = log.read_text("utf-8", errors="replace").strip().splitlines()[-1:] if log.exists() else []
    said = last[0] if last else "?"
    return Unavailable(
        "node_did_not_start",
        Text(
            fr=f"Le nœud de {folder} n’a pas démarré : {said}",
            en=f"The node of {folder} did not start: {said}",
        ),
        Text(fr=f"Tout est dans {log}.", en=f"All of it is in {log}."),
    )
