"""Work that takes longer than a page may: it runs in a thread of its own, and the page asks how far it has come.

One errand of a name at a time for each node: whoever asks again while it runs is shown the same one. What it found is
kept in memory until it is sent again or the node stops; nothing rests on it, since every errand can be sent again.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

from entente.errors import EntenteError, Text, Unavailable
from entente.node import Node

Progress = Callable[[int, int], None]


class Errand:
    """One piece of work: how far it is, and what came of it. fault: why it ended without a result."""

    def __init__(self, begun_at: dt.datetime) -> None:
        self.begun_at = begun_at
        self.done = 0
        self.of = 0
        self.result: Any = None
        self.fault: EntenteError | None = None
        self.is_running = True

    def come(self, done: int, of: int) -> None:
        """Take down how far it has come."""
        self.done, self.of = done, of

    def run(self, work: Callable[[Progress], Any]) -> None:
        """Do it; what goes wrong is kept for the page, in words."""
        try:
            self.result = work(self.come)
        except EntenteError as error:
            self.fault = error
        except Exception as error:  # noqa: BLE001 - a fault of ours must not leave the page waiting for ever
            name = type(error).__name__
            self.fault = Unavailable(
                "errand_failed", Text(fr=f"Interrompu : {name}.", en=f"Interrupted: {name}.")
            )
        finally:
            self.is_running = False


_SENT: WeakKeyDictionary[Node, dict[str, Errand]] = WeakKeyDictionary()
_LOCK = threading.Lock()


def send(node: Node, name: str, work: Callable[[Progress], Any]) -> Errand:
    """Send for something, unless somebody is under way for it already."""
    with _LOCK:
        sent = _SENT.setdefault(node, {})
        known = sent.get(name)
        if known is not None and known.is_running:
            return known
        errand = sent[name] = Errand(node.now())
    threading.Thread(target=errand.run, args=(work,), name=f"errand {name}", daemon=True).start()
    return errand


def sent_for(node: Node, name: str) -> Errand | None:
    """The last errand of that name, running or back."""
    with _LOCK:
        return _SENT.get(node, {}).get(name)
