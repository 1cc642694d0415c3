"""The index itself: words and where they stand, in the memory of this process and nowhere else.

Contents lie sealed in the vault; an index of their words on the disk would tell them all, and so would its hashes.
So it is a database without a file, gone with the process and built again from the ledger. One table of words for each
compartment: who opens none of a closed one never asks it, and no word of it costs that reader time.

Places are numbers that grow with the time at which something was said, so that the newest comes first without sorting.
They are made of what they stand for alone: nothing else that is held shifts them.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
import threading
import zlib
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from entente.fulltext.said import Item, document
from entente.model.report import Compartment

# A place: seconds since 1970, then 24 bits of the record, then 6 of which of its statements it is.
_SECOND, _RECORD = 1 << 30, 1 << 6
LAST_PLACE = (1 << 63) - 1
# How much of the index is written anew at a time once something was forgotten: some ten milliseconds.
_PAGES_A_SLICE = 500


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One statement in the index. scope, matter: the marks by which the desk finds it again."""

    place: int
    record: str
    version: int
    statement: str
    compartment: Compartment
    scope: str
    matter: str
    items: list[Item]


def place_of(said_at: dt.datetime, record: str = "", number: int = 0) -> int:
    """Where the number-th statement of a record stands; without a record, before all said from that second on."""
    # A time beyond the year 2242 stands at its end, with room above: a place can always move up by one.
    second = min(max(int(said_at.timestamp()), 0), (1 << 33) - 2)
    spread = (zlib.crc32(record.encode()) >> 8) * _RECORD if record else 0
    return second * _SECOND + spread + min(number, _RECORD - 1)


class Memory:
    """A database in memory that may be asked from many threads at once; each deed holds it for a few milliseconds."""

    def __init__(self, compartments: Iterable[Compartment]) -> None:
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        self._tables = {name: f"words_{name}" for name in sorted(compartments)}
        self._worn: list[Compartment] = []
        ask = self._connection.execute
        ask("PRAGMA secure_delete=ON")
        ask("PRAGMA temp_store=MEMORY")
        ask(
            "CREATE TABLE said (place INTEGER PRIMARY KEY, record TEXT NOT NULL, version INTEGER NOT NULL,"
            " statement TEXT NOT NULL, compartment TEXT NOT NULL, scope TEXT NOT NULL, matter TEXT NOT NULL,"
            " items BLOB NOT NULL)"
        )
        ask("CREATE INDEX said_by_record ON said (record)")
        for table in self._tables.values():
            # Words come folded and parted by blanks: to "ascii" every sign beyond ASCII is a letter.
            ask(f"CREATE VIRTUAL TABLE {table} USING fts5(words, content='', columnsize=0, tokenize='ascii')")

    def close(self) -> None:
        """Let all of it go."""
        with self._lock:
            self._connection.close()

    def write(self, forget: Sequence[str], rows: Sequence[Row]) -> None:
        """Forget records, then keep rows: all of it or nothing."""
        with self._lock:
            self._connection.execute("BEGIN")
            try:
                for record in forget:
                    self._forget(record)
                # In order of place: otherwise every row becomes a small index of its own, to be merged later.
                for row in sorted(rows, key=lambda one: one.place):
                    self._keep(row)
                self._connection.execute("COMMIT")
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise

    def _keep(self, row: Row) -> None:
        place = row.place
        ask = self._connection.execute
        while ask("SELECT 1 FROM said WHERE place = ?", (place,)).fetchone():
            place += 1
        ask(
            "INSERT INTO said VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                place,
                row.record,
                row.version,
                row.statement,
                row.compartment,
                row.scope,
                row.matter,
                msgspec.msgpack.encode(row.items),
            ),
        )
        ask(
            f"INSERT INTO {self._tables[row.compartment]} (rowid, words) VALUES (?, ?)",
            (place, document(row.items, (row.scope, row.matter))),
        )

    def _forget(self, record: str) -> None:
        for row in self._rows("record = ?", (record,)):
            # The index keeps no text: it forgets what it is told again, word for word.
            self._connection.execute(
                f"INSERT INTO {self._tables[row.compartment]} ({self._tables[row.compartment]}, rowid, words)"
                " VALUES ('delete', ?, ?)",
                (row.place, document(row.items, (row.scope, row.matter))),
            )
            if row.compartment not in self._worn:
                self._worn.append(row.compartment)
        self._connection.execute("DELETE FROM said WHERE record = ?", (record,))

    def wear_off(self) -> bool:
        """Write one more slice of the index anew, without what was forgotten. Returns whether more is to be done.

        A word that is deleted only gets a note that it is; the word itself goes when its page is written anew.
        """
        with self._lock:
            if not self._worn:
                return False
            table = self._tables[self._worn[0]]
            before = self._connection.total_changes
            self._connection.execute(
                f"INSERT INTO {table} ({table}, rank) VALUES ('merge', ?)", (-_PAGES_A_SLICE,)
            )
            # So the index itself says that nothing is left to merge.
            if self._connection.total_changes - before < 2:
                self._worn.pop(0)
            return bool(self._worn)

    def places(self, asked: Mapping[Compartment, str], start: int, below: int, limit: int) -> list[int]:
        """The places that meet an expression, the last ones first: from start, up to, not including, below."""
        found: list[int] = []
        for compartment, words in asked.items():
            table = self._tables[compartment]
            with self._lock:
                found += [
                    int(place)
                    for (place,) in self._connection.execute(
                        f"SELECT rowid FROM {table} WHERE {table} MATCH ? AND rowid >= ? AND rowid < ?"
                        " ORDER BY rowid DESC LIMIT ?",
                        (words, start, below, limit),
                    )
                ]
        return sorted(found, reverse=True)[:limit]

    def rows(self, places: Sequence[int]) -> list[Row]:
        """What stands at these places, in their order; one that was forgotten meanwhile is left out."""
        with self._lock:
            found = {
                row.place: row for row in self._rows(f"place IN ({','.join('?' * len(places))})", places)
            }
        return [found[place] for place in places if place in found]

    def _rows(self, where: str, values: Sequence[str | int]) -> list[Row]:
        return [
            Row(
                place=place,
                record=record,
                version=version,
                statement=statement,
                compartment=compartment,
                scope=scope,
                matter=matter,
                items=msgspec.msgpack.decode(items, type=list[Item]),
            )
            for place, record, version, statement, compartment, scope, matter, items in self._connection.execute(
                f"SELECT place, record, version, statement, compartment, scope, matter, items FROM said WHERE {where}",
                values,
            )
        ]

    def version(self, record: str) -> int:
        """Which version of a record is in the index; 0 where none is."""
        with self._lock:
            (version,) = self._connection.execute(
                "SELECT coalesce(max(version), 0) FROM said WHERE record = ?", (record,)
            ).fetchone()
        return int(version)

    def image(self) -> bytes:
        """Every byte of the database as it stands, for the proof that what was forgotten is not in it."""
        with self._lock:
            return self._connection.serialize()

    def __len__(self) -> int:
        with self._lock:
            return int(self._connection.execute("SELECT count(*) FROM said").fetchone()[0])
