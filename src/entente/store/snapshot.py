"""The ledger as it stood at one signed head: what `verify` reads while the node goes on writing.

The checkpoint is replaced in the same commit as what it covers, so one read transaction over `ledger.db` shows a head
with exactly its entries, lines and states, however long the reading takes. What is written or changed after it began
is not in it, neither as growth nor as a break: the next reading finds it. Keys and contents lie in files of their own
and are read as they are, since a reader there would keep an erasure from being overwritten; they are committed before
the ledger and destroyed after it, so of what stands below the head only what was erased since can be gone from them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
from sqlalchemy import Connection, func, select

from entente.errors import Text
from entente.store import tables
from entente.store.store import Store


class Broken(Exception):
    """The first thing that does not hold: where it lies, and what is wrong with it in words."""

    def __init__(self, where: str, text: Text) -> None:
        super().__init__(text.en)
        self.where = where
        self.text = text


class Snapshot(msgspec.Struct, frozen=True):
    """The ledger at one head. head: its signed checkpoint. entries: how many lie in the file.

    committed: how many entries this process knew to be durable just before; fewer in the file were taken from it.
    """

    connection: Connection
    head: str | None
    entries: int
    committed: int


@contextmanager
def snapshot(store: Store) -> Iterator[Snapshot]:
    """The ledger as it stands now, for as long as this lasts.

    `Store.roots` would be no head to hold on to: it counts what the writer has in hand and may yet roll back.
    """
    committed = store.size
    with store.engines()["ledger"].connect() as connection:
        # The driver begins nothing by itself (`open_engine`); the first question below fixes what is seen, and the pool
        # ends it when the connection is given back.
        connection.exec_driver_sql("BEGIN")
        head = connection.scalar(select(tables.checkpoint.c.signed).where(tables.checkpoint.c.size == -1))
        entries = connection.scalar(select(func.count()).select_from(tables.entry)) or 0
        yield Snapshot(connection, head, entries, committed)
