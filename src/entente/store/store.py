"""What this node keeps, behind few doors.

A promise, in words of ours and not of any database: `commit` returns when everything in the write is durable, or raises
and nothing of it is; it may be called from many threads at once. `read` answers only to an `Access` and registers what
it shows before it shows it. `follow` gives a desk every entry in order, from where it left off, with the contents of
those compartments that the desk may open. Nothing else reaches a content.
"""

from __future__ import annotations

import datetime as dt
import os
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Engine, Row, bindparam, delete, func, insert, select

from entente.errors import NotFound, Text
from entente.model.report import Compartment, Kind
from entente.model.signing import KeyRing
from entente.model.wire import VERSION, Header, Part, encode, part_value
from entente.policy.access import Access, Decision, Held
from entente.policy.agreement import Agreement
from entente.policy.decide import decide
from entente.policy.protect import purpose_of_part
from entente.store import register, tables
from entente.store.engine import WriterLock, open_engine
from entente.store.ledger import Checkpoint
from entente.store.register import DeskAccess
from entente.store.secrets import Secrets
from entente.store.vault import Vault, open_content
from entente.store.write import NewLine, Outcome, Write
from entente.store.writer import Writer, prepare

Clock = Callable[[], dt.datetime]
_CHUNK = 500
_RECORD_KNOWN = select(tables.record.c.id).where(tables.record.c.id == bindparam("value")).limit(1)
_PLACE_NAMED = select(tables.place.c.name, tables.place.c.value).where(
    tables.place.c.name == bindparam("name")
)


class EntryRow(msgspec.Struct, frozen=True):
    """One entry as it lies in the ledger."""

    seq: int
    kind: str
    signed: str
    carried: str


class RecordRow(msgspec.Struct, frozen=True, kw_only=True):
    """One version of a record as this node holds it: its header and how it came here, without contents."""

    header: Header
    header_bytes: bytes
    seq: int
    place: int
    batch: str | None
    audience: tuple[str, ...] | None
    basis: str | None
    state: str

    @property
    def is_own(self) -> bool:
        """Whether a service of this node said it."""
        return self.audience is None


class StoredPart(msgspec.Struct, frozen=True):
    """A part with the compartment it lies in."""

    compartment: Compartment
    part: Part


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """What one person may see of a record. withheld: parts that are here but not for this person, with the reason."""

    row: RecordRow
    parts: tuple[StoredPart, ...]
    withheld: tuple[Decision, ...]


class Store:
    """A node's folder, opened by the one process that may write it."""

    def __init__(
        self, folder: Path, secrets: Secrets, agreement: Agreement, clock: Clock, patience_s: float = 0.2
    ) -> None:
        self.folder = folder
        self.secrets = secrets
        self.agreement = agreement
        self.clock = clock
        self.node = secrets.node
        self.party = agreement.party_of(secrets.node)
        self._lock = WriterLock(folder, patience_s)
        self._vault = Vault(secrets.compartments)
        self._ledger = open_engine(folder / "ledger.db", tables.ledger_tables)
        self._keys = open_engine(folder / "keys.db", tables.key_tables)
        self._vaults: dict[Compartment, Engine] = {
            name: open_engine(folder / f"vault-{name}.db", tables.vault_tables)
            for name in sorted(self._vault.opens())
        }
        self.incarnation = self._incarnation()
        self._sweep()
        self._appended = threading.Condition()
        self._size = 0
        self._is_closing = False
        self._writer = Writer(self._ledger, self._keys, self._vaults, self._sign_checkpoint, self._wake)
        self._size = len(self._writer.entries)
        today = clock().replace(hour=0, minute=0, second=0, microsecond=0).timestamp()
        said = self.rows(select(tables.register.c.content).where(tables.register.c.at >= today))
        self._reasons = register.Reasons(row.content for row in said)
        # Whoever looks after the node hears of a flag at once; the register keeps it in any case.
        self.on_flag: Callable[[NewLine], None] = lambda flag: None

    def close(self) -> None:
        """Finish what was asked, then let go of the folder."""
        self._writer.close()
        for engine in (self._ledger, self._keys, *self._vaults.values()):
            engine.dispose()
        self._lock.release()

    # -- writing ------------------------------------------------------------------------------------------------

    def commit_soon(self, write: Write, *, life: bool = False) -> Future[Outcome]:
        """Ask for a write without waiting; contents are sealed before this returns."""
        flags = [flag for new in write.lines if (flag := self._reasons.flag(new)) is not None]
        if flags:
            write = msgspec.structs.replace(write, lines=[*write.lines, *flags])
            for flag in flags:
                self.on_flag(flag)
        return self._writer.submit(prepare(write, self._vault), life=life)

    def commit(self, write: Write, *, life: bool = False) -> Outcome:
        """Write, and return when it is durable. Raises Conflict or Unavailable, and then nothing of it is kept."""
        return self.commit_soon(write, life=life).result()

    def note(self, *lines: NewLine) -> None:
        """Write register lines and return when they are durable."""
        self.commit(Write(lines=lines))

    # -- following ----------------------------------------------------------------------------------------------

    @property
    def size(self) -> int:
        """How many entries the ledger has."""
        return self._size

    def wait(self, beyond: int, timeout_s: float) -> bool:
        """Wait until the ledger has more than `beyond` entries. Returns whether it has."""
        with self._appended:
            self._appended.wait_for(lambda: self._size > beyond or self._is_closing, timeout_s)
            return self._size > beyond

    @property
    def is_closing(self) -> bool:
        """Whether the node stops."""
        return self._is_closing

    def wake_all(self) -> None:
        """The node stops: let everything that waits for the ledger go."""
        with self._appended:
            self._is_closing = True
            self._appended.notify_all()

    def follow(self, from_seq: int, limit: int) -> list[EntryRow]:
        """Up to `limit` entries from a sequence number on, in order."""
        with self._ledger.connect() as connection:
            rows = connection.execute(
                select(tables.entry.c.seq, tables.entry.c.kind, tables.entry.c.signed, tables.entry.c.carried)
                .where(tables.entry.c.seq >= from_seq)
                .order_by(tables.entry.c.seq)
                .limit(limit)
            )
            return [EntryRow(*row) for row in rows]

    def place(self, name: str, default: str = "0") -> str:
        """How far something has come, as the last durable write of it said."""
        with self._ledger.connect() as connection:
            value = connection.scalar(select(tables.place.c.value).where(tables.place.c.name == name))
            return default if value is None else str(value)

    # -- records, without contents ------------------------------------------------------------------------------

    def records_of(
        self,
        first_seq: int,
        last_seq: int,
        *,
        kinds: frozenset[Kind] | None = None,
        compartment: Compartment | None = None,
        own: bool = False,
    ) -> list[RecordRow]:
        """The record versions that a run of entries brought, in order.

        kinds, compartment: only those; own: only what services of this node said.
        """
        wanted = (
            select(tables.record)
            .where(tables.record.c.seq.between(first_seq, last_seq))
            .order_by(tables.record.c.seq, tables.record.c.place)
        )
        if kinds is not None:
            wanted = wanted.where(tables.record.c.kind.in_(sorted(kinds)))
        if compartment is not None:
            wanted = wanted.where(tables.record.c.compartment == compartment)
        if own:
            wanted = wanted.where(tables.record.c.audience.is_(None))
        with self._ledger.connect() as connection:
            return [record_row(row) for row in connection.execute(wanted)]

    def versions(self, record: str) -> list[RecordRow]:
        """All versions of a record, oldest first; empty when unknown."""
        with self._ledger.connect() as connection:
            return [
                record_row(row)
                for row in connection.execute(
                    select(tables.record)
                    .where(tables.record.c.id == record)
                    .order_by(tables.record.c.version)
                )
            ]

    def current(self, records: Iterable[str]) -> dict[str, RecordRow]:
        """The newest version of each record that is known here."""
        found: dict[str, RecordRow] = {}
        with self._ledger.connect() as connection:
            for chunk in _chunks(list(records)):
                for row in connection.execute(
                    select(tables.record)
                    .where(tables.record.c.id.in_(chunk))
                    .order_by(tables.record.c.version)
                ):
                    read = record_row(row)
                    found[read.header.id] = read
        return found

    def known(self, records: Sequence[str]) -> set[str]:
        """Which of these records are known here, in any state."""
        return self._among(_RECORD_KNOWN, tables.record.c.id, records)

    def places_among(self, names: Sequence[str]) -> dict[str, str]:
        """Those of these places that were ever written, with their values."""
        found: dict[str, str] = {}
        with self._ledger.connect() as connection:
            if len(names) == 1:
                found.update(
                    (row.name, row.value) for row in connection.execute(_PLACE_NAMED, {"name": names[0]})
                )
            else:
                for chunk in _chunks(names):
                    rows = connection.execute(
                        select(tables.place.c.name, tables.place.c.value).where(
                            tables.place.c.name.in_(chunk)
                        )
                    )
                    found.update((row.name, row.value) for row in rows)
        return found

    def _among(self, one: Any, column: Any, values: Sequence[str]) -> set[str]:
        with self._ledger.connect() as connection:
            # A statement that is always the same is put together once; most questions are about one.
            if len(values) == 1:
                return set(connection.scalars(one, {"value": values[0]}))
            found: set[str] = set()
            for chunk in _chunks(values):
                found.update(connection.scalars(select(column).where(column.in_(chunk)).distinct()))
            return found

    def by_reference(self, reference: str) -> list[RecordRow]:
        """Records that bear a service's own number, newest version of each."""
        with self._ledger.connect() as connection:
            ids = connection.scalars(
                select(tables.record.c.id).where(tables.record.c.reference == reference).distinct()
            ).all()
        return list(self.current(ids).values())

    def received(self, access: Access, kinds: Sequence[Kind], limit: int) -> list[RecordRow]:
        """The newest records that came from partners and that one person may read: headers, nothing opened."""
        return self._readable(access, kinds, limit, tables.record.c.audience.is_not(None))

    def said_by(self, access: Access, service: str, kinds: Sequence[Kind], limit: int) -> list[RecordRow]:
        """The newest records that a service of this node said and that one person may read."""
        return self._readable(
            access, kinds, limit, tables.record.c.audience.is_(None) & (tables.record.c.service == service)
        )

    def _readable(self, access: Access, kinds: Sequence[Kind], limit: int, which: Any) -> list[RecordRow]:
        found: list[RecordRow] = []
        for kind in kinds:
            found += self._readable_of(access, kind, limit, which)
        return sorted(found, key=lambda row: (row.seq, row.place), reverse=True)[:limit]

    def _readable_of(self, access: Access, kind_of: Kind, limit: int, which: Any) -> list[RecordRow]:
        found: list[RecordRow] = []
        decided: dict[Held, bool] = {}
        before, at_once = self._size, 2 * limit
        # What this person may not read is looked past, so many at a time and so many in all.
        for _ in range(20):
            with self._ledger.connect() as connection:
                rows = [
                    record_row(row)
                    for row in connection.execute(
                        # One kind at a time, so that an index leads to the newest of it and to nothing else.
                        select(tables.record)
                        .where(
                            tables.record.c.seq < before,
                            tables.record.c.state == "held",
                            tables.record.c.kind == kind_of,
                            which,
                        )
                        .order_by(tables.record.c.seq.desc())
                        .limit(at_once)
                    )
                ]
            for row in rows:
                held = self.held(row, row.header.compartment)
                kind = held if held.conditions is not None else msgspec.structs.replace(held, record="")
                if kind not in decided:
                    decided[kind] = decide(access, "read", held, self.agreement, self.clock()).is_yes
                if decided[kind]:
                    found.append(row)
                    if len(found) == limit:
                        return found
            if len(rows) < at_once:
                break
            before = rows[-1].seq
        return found

    def count(self) -> dict[str, int]:
        """How many records of each kind are held."""
        with self._ledger.connect() as connection:
            rows = connection.execute(
                select(tables.record.c.kind, func.count())
                # Without hits: their number would tell somebody of a link in a closed file.
                .where(tables.record.c.state == "held", tables.record.c.kind.not_in(("hit", "office")))
                .group_by(tables.record.c.kind)
            )
            return {str(row[0]): int(row[1]) for row in rows}

    def rows(self, statement: Any) -> Sequence[Any]:
        """Rows of the ledger's own tables, for the desks that keep numbers there (never contents)."""
        with self._ledger.connect() as connection:
            return connection.execute(statement).all()

    # -- contents -----------------------------------------------------------------------------------------------

    def read(self, access: Access, record: str, version: int | None = None) -> Reading:
        """What one person may see of a record, registered before it is shown.

        Raises NotFound alike for what is not here and for what this person may not know of; a refusal whose existence
        may be known (conditions to accept, a purpose that does not fit) raises NotPermitted with the rule.
        """
        readings = self.read_many(access, [record], act="consultation", version=version)
        if not readings:
            raise NotFound(
                "record_not_found",
                Text(
                    fr=f"Aucune fiche « {record} » pour vous ici.", en=f'No record "{record}" for you here.'
                ),
                Text(
                    fr="Vérifiez le numéro, votre service et votre rôle.",
                    en="Check the number, your service and your role.",
                ),
            )
        return readings[0]

    def read_many(
        self,
        access: Access,
        records: Sequence[str],
        *,
        act: register.RegisterAct = "consultation",
        version: int | None = None,
        also: Sequence[str] = (),
    ) -> list[Reading]:
        """What one person may see of several records, in one register line. Unreadable ones are left out."""
        register.check_reason(access.reason)
        now = self.clock()
        rows = (
            [row for record in records for row in self.versions(record) if row.header.version == version]
            if version is not None
            else list(self.current(records).values())
        )
        order = {record: position for position, record in enumerate(records)}
        rows.sort(key=lambda row: order[row.header.id])
        parts = self.stored_parts(rows, self._vault.opens())
        readings: list[Reading] = []
        for row in rows:
            allowed: list[StoredPart] = []
            withheld: list[Decision] = []
            decisions: dict[Compartment, Decision] = {}
            for stored in parts.get((row.header.id, row.header.version), []):
                decision = decisions.get(stored.compartment)
                if decision is None:
                    decision = decide(access, "read", self.held(row, stored.compartment), self.agreement, now)
                    decisions[stored.compartment] = decision
                if decision.is_yes:
                    allowed.append(stored)
                else:
                    withheld.append(decision)
            if allowed:
                readings.append(Reading(row=row, parts=tuple(allowed), withheld=tuple(withheld)))
        shown = [reading.row.header.id for reading in readings]
        self.note(register.line(act, access, now, records=[*shown, *also], found=len(shown)))
        return readings

    def may_read(self, access: Access, row: RecordRow, compartment: Compartment | None = None) -> Decision:
        """Whether a person may read a record's own compartment; shows nothing, so registers nothing."""
        return decide(
            access,
            "read",
            self.held(row, compartment or row.header.compartment),
            self.agreement,
            self.clock(),
        )

    def held(self, row: RecordRow, compartment: Compartment) -> Held:
        """What the rules may know of a part of a record."""
        header = row.header
        return Held(
            record=header.id,
            kind=header.kind,
            party=header.party,
            service=header.service,
            purpose=purpose_of_part(header.purpose, compartment),
            matter=header.matter,
            compartment=compartment,
            handling=header.handling,
            conditions="" if header.has_conditions else None,
            audience=row.audience,
            erase_by=header.erase_by,
            erased=row.state in ("erased", "recalled"),
            under_review=header.under_review,
        )

    def open_for_desk(
        self, access: DeskAccess, rows: Sequence[RecordRow]
    ) -> dict[tuple[str, int], list[StoredPart]]:
        """The contents of records for a desk, in those compartments that it may open."""
        return self.stored_parts(rows, frozenset(access.compartments) & self._vault.opens())  # type: ignore[arg-type]

    def stored_parts(
        self, rows: Sequence[RecordRow], compartments: frozenset[Compartment]
    ) -> dict[tuple[str, int], list[StoredPart]]:
        """Contents by (record, version). Private to the store and its two doors above."""
        wanted = {(row.header.id, row.header.version) for row in rows}
        found: dict[tuple[str, int], list[StoredPart]] = {}
        if not wanted:
            return found
        whole_batches = {row.batch for row in rows if row.batch} if len(rows) > _CHUNK else set()
        for compartment in sorted(compartments):
            keys = self._fetch(
                self._keys,
                tables.content_key,
                wanted,
                whole_batches,
                tables.content_key.c.compartment == compartment,
            )
            opened = {
                (row.record, row.version): self._vault.open_key(
                    compartment, row.record, row.version, row.wrapped
                )
                for row in keys
            }
            if not opened:
                continue
            for row in self._fetch(self._vaults[compartment], tables.content, set(opened), whole_batches):
                key = opened.get((row.record, row.version))
                if key is None:
                    continue
                content = open_content(key, row.digest, row.sealed, row.record)
                name = _part_name(content)
                found.setdefault((row.record, row.version), []).append(
                    StoredPart(compartment, Part(name, content))
                )
        for parts in found.values():
            parts.sort(key=lambda stored: stored.part.name)
        return found

    def _fetch(
        self,
        engine: Engine,
        table: Any,
        wanted: set[tuple[str, int]],
        batches: set[str],
        *conditions: Any,
    ) -> list[Row[Any]]:
        found: list[Row[Any]] = []
        with engine.connect() as connection:
            for batch in batches:
                found += connection.execute(select(table).where(table.c.batch == batch, *conditions)).all()
            seen = {(row.record, row.version) for row in found} if batches else set()
            singles = sorted({record for record, version in wanted if (record, version) not in seen})
            for chunk in _chunks(singles):
                found += connection.execute(select(table).where(table.c.record.in_(chunk), *conditions)).all()
        return [row for row in found if (row.record, row.version) in wanted]

    # -- the chain ----------------------------------------------------------------------------------------------

    def roots(self) -> tuple[int, bytes, int, bytes]:
        """Entries and their root, register lines and their root."""
        return (
            len(self._writer.entries),
            self._writer.entries.root(),
            len(self._writer.lines),
            self._writer.lines.root(),
        )

    def head(self) -> str | None:
        """The newest signed checkpoint; None on an empty ledger."""
        found = self.rows(select(tables.checkpoint.c.signed).where(tables.checkpoint.c.size == -1))
        return str(found[0][0]) if found else None

    def ring(self) -> KeyRing:
        """A ring that holds this node's own key."""
        ring = KeyRing()
        ring.pin(self.secrets.signing.key_id, self.secrets.signing.public())
        return ring

    def engines(self) -> dict[str, Engine]:
        """All files by name, for `verify`, which reads everything."""
        return {
            "ledger": self._ledger,
            "keys": self._keys,
            **{f"vault-{k}": v for k, v in self._vaults.items()},
        }

    # -- inside -------------------------------------------------------------------------------------------------

    def _wake(self, size: int) -> None:
        with self._appended:
            self._size = size
            self._appended.notify_all()

    def _sign_checkpoint(self, entries: int, root: bytes, lines: int, register_root: bytes) -> str:
        return self.secrets.signing.sign(
            encode(
                Checkpoint(
                    entente=VERSION,
                    node=self.node,
                    incarnation=self.incarnation,
                    entries=entries,
                    root=root.hex(),
                    lines=lines,
                    register_root=register_root.hex(),
                    at=self.clock(),
                )
            )
        )

    def _incarnation(self) -> str:
        """A random id of this log's life, made once; a restored backup must be given a new one."""
        with self._ledger.begin() as connection:
            found = connection.scalar(
                select(tables.place.c.value).where(tables.place.c.name == "incarnation")
            )
            if found is None:
                found = os.urandom(8).hex()
                connection.execute(insert(tables.place).values(name="incarnation", value=found))
            return str(found)

    def _sweep(self) -> None:
        """After a crash: drop contents that no entry speaks of, and keys of records that the ledger calls erased."""
        with self._ledger.connect() as ledger, self._keys.connect() as keys:
            erased = set(
                ledger.scalars(select(tables.record.c.id).where(tables.record.c.state == "erased").distinct())
            )
            newest = ledger.execute(
                select(tables.record.c.id, tables.record.c.version)
                .order_by(tables.record.c.seq.desc())
                .limit(20_000)
            ).all()
            known = {(record, version) for record, version in newest}
            latest_keys = keys.execute(
                select(tables.content_key.c.record, tables.content_key.c.version)
                .order_by(tables.content_key.c.record.desc())
                .limit(20_000)
            ).all()
            doubtful = {record for record, version in latest_keys if (record, version) not in known}
            orphans = set()
            for chunk in _chunks(sorted(doubtful)):
                held = set(ledger.scalars(select(tables.record.c.id).where(tables.record.c.id.in_(chunk))))
                orphans |= set(chunk) - held
            still = set()
            for chunk in _chunks(sorted(erased)):
                still |= set(
                    keys.scalars(
                        select(tables.content_key.c.record).where(tables.content_key.c.record.in_(chunk))
                    )
                )
        for chunk in _chunks(sorted(orphans | still)):
            with self._keys.begin() as keys:
                keys.execute(delete(tables.content_key).where(tables.content_key.c.record.in_(chunk)))
            for vault in self._vaults.values():
                with vault.begin() as connection:
                    connection.execute(delete(tables.content).where(tables.content.c.record.in_(chunk)))


def _part_name(content: bytes) -> str:
    # [salt, name, value]: the name is the second text; names of ours never need escaping.
    start = content.index(b'"', content.index(b'",') + 2) + 1
    return content[start : content.index(b'"', start)].decode()


def record_row(row: Row[Any]) -> RecordRow:
    """A version of a record from its row in the ledger."""
    return RecordRow(
        header=decode_header(row.header),
        header_bytes=row.header,
        seq=row.seq,
        place=row.place,
        batch=row.batch,
        audience=None if row.audience is None else tuple(row.audience.split()),
        basis=row.basis,
        state=row.state,
    )


_header_decoder = msgspec.json.Decoder(Header)


def decode_header(content: bytes) -> Header:
    """A header that was checked when it came in, quickly."""
    try:
        return _header_decoder.decode(content)
    except msgspec.ValidationError:
        # A partner's newer minor version, taken in with its unknown fields.
        from entente.model.wire import read_header

        return read_header(content)[0]


def value_of(stored: StoredPart) -> Any:
    """The value in a stored part."""
    return part_value(stored.part.content)


def _chunks(values: Sequence[str]) -> Iterable[Sequence[str]]:
    for start in range(0, len(values), _CHUNK):
        yield values[start : start + _CHUNK]
