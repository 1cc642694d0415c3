"""Asking a node of this machine to do a deed, whether it runs or not.

A running node is asked over the loopback with its token; one that does not run is opened here, does the deed, lets its
desks settle, and is closed again. The answers are the same.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import msgspec

from entente.api.deeds import do
from entente.errors import (
    Conflict,
    EntenteError,
    Malformed,
    NotFound,
    NotPermitted,
    PeerFault,
    Text,
    Unavailable,
)
from entente.node import Node
from entente.store.engine import is_held

# How long a node that holds its folder and does not answer is waited for.
PATIENCE_S = 10.0

KINDS: dict[int, type[EntenteError]] = {
    400: Malformed,
    401: PeerFault,
    403: NotPermitted,
    404: NotFound,
    409: Conflict,
    413: Malformed,
    503: Unavailable,
}


class LocalNode:
    """A node of this machine, by its folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._client: httpx.Client | None = None

    def close(self) -> None:
        """Hang up, where there was a call."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def is_running(self) -> bool:
        """Whether a process serves this folder and answers."""
        where = self._serving()
        if where is None:
            return False
        try:
            return httpx.get(f"{where}/health", timeout=5.0, trust_env=False).status_code == 200
        except httpx.HTTPError:
            return False

    def _serving(self) -> str | None:
        # Without a process that holds the folder, whoever listens there now is somebody else: it hears no token.
        if not is_held(self.folder):
            return None
        try:
            serving = json.loads((self.folder / "serving.json").read_text())
            return f"http://{serving['host']}:{serving['port']}"
        except (OSError, ValueError, KeyError):
            return None

    def ask(self, deed: str, asked: Any = None) -> Any:
        """The answer to a deed; the last line where there are several. Raises EntenteError with the node's reason."""
        answer = None
        for answer in self.ask_lines(deed, asked):  # noqa: B007 - the last one counts
            pass
        return answer

    def ask_lines(self, deed: str, asked: Any = None) -> Iterator[Any]:
        """The answers to a deed, line by line as they come, for long work that tells its progress."""
        body = msgspec.json.encode({} if asked is None else asked)
        # A node that is just starting or stopping holds its folder and does not answer yet, or no more.
        end = time.monotonic() + PATIENCE_S
        while True:
            where = self._serving()
            if where is not None:
                yield from self._ask_running(where, deed, body)
                return
            try:
                node = self._open_here()
                break
            except Conflict as error:
                if error.code != "node_in_use" or time.monotonic() > end:
                    raise
                time.sleep(0.1)
        yield from self._do_here(node, deed, body)

    def _ask_running(self, where: str, deed: str, body: bytes) -> Iterator[Any]:
        if self._client is None:
            self._client = httpx.Client(timeout=httpx.Timeout(600.0, connect=5.0), trust_env=False)
        try:
            token = (self.folder / "secrets" / "local.token").read_text()
            headers = {"Authorization": f"Bearer {token}"}
            with self._client.stream(
                "POST", f"{where}/local/{deed}", content=body, headers=headers
            ) as answer:
                for line in answer.iter_lines():
                    value = msgspec.json.decode(line)
                    if isinstance(value, dict) and "error" in value:
                        raise _error(answer.status_code, value["error"])
                    yield value
                if answer.status_code >= 400:
                    raise Unavailable("refused", Text(fr="Le nœud a refusé.", en="The node refused."))
        except (httpx.HTTPError, OSError, msgspec.DecodeError) as error:
            raise Unavailable(
                "node_away",
                Text(
                    fr=f"Le nœud de {self.folder} ne répond pas ({type(error).__name__}).",
                    en=f"The node of {self.folder} does not answer ({type(error).__name__}).",
                ),
                Text(
                    fr="S’il ne tourne plus, supprimez serving.json dans son dossier et recommencez.",
                    en="If it no longer runs, delete serving.json in its folder and try again.",
                ),
            ) from error

    def _open_here(self) -> Node:
        return Node(self.folder)

    def _do_here(self, node: Node, deed: str, body: bytes) -> Iterator[Any]:
        try:
            for line in do(node, deed, body):
                yield msgspec.json.decode(line)
            if deed != "verify":
                # A node whose files were changed can be verified; its desks would stop at what was changed.
                node.settle()
        finally:
            node.close()


def _error(status: int, said: dict[str, Any]) -> EntenteError:
    text = Text(**said["text"])
    remedy = Text(**said["remedy"]) if said.get("remedy") else None
    return KINDS.get(status, Unavailable)(said["code"], text, remedy)
