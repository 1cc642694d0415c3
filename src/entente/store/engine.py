"""Opening the files of a node with the promises that the store makes for them.

WAL with synchronous=FULL: what a commit returned from is on the disk. secure_delete: what is deleted is overwritten.
Reading connections are pooled; there is one writing connection a file, and one process a node (`WriterLock`).
"""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, MetaData, create_engine, event

from entente.errors import Conflict, Text


def open_engine(file: Path, tables: MetaData) -> Engine:
    """An engine over one SQLite file, its tables made where they are missing."""
    engine = create_engine(f"sqlite:///{file}", pool_size=16, max_overflow=32)

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "secure_delete=ON",
            "busy_timeout=10000",
            "temp_store=MEMORY",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    tables.create_all(engine)
    os.chmod(file, 0o600)
    return engine


class Writing:
    """The writing connection of one file: a transaction begins with its first statement."""

    def __init__(self, engine: Engine) -> None:
        self.connection: Connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        self._open = False

    def begin(self) -> Connection:
        """The connection, within a transaction."""
        if not self._open:
            self.connection.exec_driver_sql("BEGIN IMMEDIATE")
            self._open = True
        return self.connection

    def commit(self) -> None:
        """Make what was written durable."""
        if self._open:
            self.connection.exec_driver_sql("COMMIT")
            self._open = False

    def roll_back(self) -> None:
        """Forget what was written since the last commit."""
        if self._open:
            self._open = False
            # SQLite has rolled back by itself after some errors; asking again would be an error of its own.
            if self.connection.connection.driver_connection.in_transaction:  # type: ignore[union-attr]
                self.connection.exec_driver_sql("ROLLBACK")

    def close(self) -> None:
        """Give the connection back."""
        self.roll_back()
        self.connection.close()


class WriterLock:
    """Held by the one process that may write a node's folder; the operating system frees it when that ends."""

    def __init__(self, folder: Path, patience_s: float) -> None:
        self._descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            self._take(patience_s)
        except OSError as error:
            os.close(self._descriptor)
            raise Conflict(
                "node_in_use",
                Text(
                    fr=f"Un autre processus travaille déjà dans {folder}.",
                    en=f"Another process is already working in {folder}.",
                ),
                Text(
                    fr="Adressez-vous au nœud en marche, ou arrêtez-le d’abord.",
                    en="Speak to the running node, or stop it first.",
                ),
            ) from error

    def _take(self, patience_s: float) -> None:
        # Whoever asks `is_held` holds it for a moment, one deed on a stopped node for a second, a running node always.
        end = time.monotonic() + patience_s
        while True:
            try:
                fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except OSError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.02)

    def release(self) -> None:
        """Let the next process in."""
        os.close(self._descriptor)


def is_held(folder: Path) -> bool:
    """Whether a process works in a node's folder now."""
    try:
        descriptor = os.open(folder / "lock", os.O_RDWR)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False
