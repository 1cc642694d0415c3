"""accounts.db as a file: opened like the others, one writing connection behind a lock, digests instead of secrets.

Every deed is one transaction that is durable when its method returns. Time and chance are arguments of the class; the
time is the machine's, also in an exercise, because a session that ends in twelve hours ends in twelve real hours.
"""

from __future__ import annotations

import base64
import contextlib
import datetime as dt
import hashlib
import hmac
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import SQLAlchemyError

from entente.errors import Text, Unavailable
from entente.store import account_tables as tables
from entente.store.engine import Writing, open_engine

# More than any hash of it can be guessed through, and one cookie's worth of letters.
TOKEN_BYTES = 32


class AccountFile:
    """The open file. Safe to call at once from many threads."""

    def __init__(
        self, folder: Path, clock: Callable[[], dt.datetime], chance: Callable[[int], bytes] = os.urandom
    ) -> None:
        self._clock = clock
        self._chance = chance
        self._engine = open_engine(folder / "accounts.db", tables.account_tables)
        self._writer = Writing(self._engine)
        self._lock = threading.Lock()
        self._closed = False
        self._pepper = self._read_pepper()

    def close(self) -> None:
        """Close the file; what comes after is told that the node is closing."""
        with self._lock:
            if not self._closed:
                self._closed = True
                self._writer.close()
                self._engine.dispose()

    @contextlib.contextmanager
    def _writing(self) -> Iterator[Connection]:
        """One transaction: committed at the end, rolled back by any error. Raises Unavailable when the disk refuses."""
        with self._lock:
            if self._closed:
                raise _not_now("the node is closing")
            try:
                yield self._writer.begin()
                self._writer.commit()
            except SQLAlchemyError as error:
                self._writer.roll_back()
                raise _not_now(type(error).__name__) from error
            except BaseException:
                self._writer.roll_back()
                raise

    @contextlib.contextmanager
    def _reading(self) -> Iterator[Connection]:
        if self._closed:
            raise _not_now("the node is closing")
        with self._engine.connect() as connection:
            yield connection

    def _read_pepper(self) -> bytes:
        with self._writing() as connection:
            found = connection.scalar(select(tables.pepper.c.value).where(tables.pepper.c.name == "attempts"))
            if found is None:
                found = self._chance(32)
                connection.execute(insert(tables.pepper).values(name="attempts", value=found))
            return bytes(found)

    def _now_s(self) -> float:
        return self._clock().timestamp()

    def _new_token(self) -> str:
        return base64.urlsafe_b64encode(self._chance(TOKEN_BYTES)).rstrip(b"=").decode()

    def _short_digest(self, what: str, of: str) -> str:
        """Three bytes under this file's key: enough to count by, too little to confirm a guessed password with."""
        return hmac.digest(self._pepper, f"{what}\0{of}".encode("utf-8", "replace"), "sha256")[:3].hex()


def digest(token: str) -> str:
    """What is kept of a token. Whatever a browser sends has one, so that a strange token is merely unknown."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def derived(token: str, purpose: str) -> bytes:
    """A secret that only the holder of a token can compute; its digest, which is kept, does not lead to it."""
    return hmac.digest(token.encode("utf-8", "replace"), purpose.encode(), "sha256")


def moment(at_s: float) -> dt.datetime:
    """The instant that a column holds."""
    return dt.datetime.fromtimestamp(at_s, dt.UTC)


def _not_now(why: str) -> Unavailable:
    return Unavailable(
        "accounts_unavailable",
        Text(
            fr=f"Les comptes de ce nœud ne peuvent pas être écrits maintenant ({why}).",
            en=f"The accounts of this node cannot be written now ({why}).",
        ),
        Text(
            fr="Rien n’a été changé ; recommencez, et prévenez l’administrateur si cela dure.",
            en="Nothing was changed; try again, and tell the administrator if it lasts.",
        ),
    )
