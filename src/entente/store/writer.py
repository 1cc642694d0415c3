"""The one writer: takes what many callers ask, commits it in groups, and answers each when it is durable.

Order of durability. Keys and contents are committed first, the ledger last: a crash between leaves sealed contents that
no entry speaks of, which the next opening sweeps away, and never an entry without its content. Destruction of keys
comes after the ledger has said so: a crash between leaves keys of records that the ledger calls erased, which the next
opening destroys. Nothing is answered before its ledger commit has returned.

A write that contradicts what is recorded is refused alone. When the disk is full the whole group is rolled back and
each caller is told; nothing of it was acknowledged.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, delete, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from entente.errors import EntenteError, Text, Unavailable
from entente.model.merkle import Tree, leaf_hash
from entente.model.report import Compartment
from entente.store import tables
from entente.store.contradiction import contradiction
from entente.store.engine import Writing
from entente.store.ledger import entry_leaf, line_leaf
from entente.store.vault import Vault, seal_content
from entente.store.write import NewRecord, Outcome, Write

# Entries of one group: enough to share an fsync among many callers, few enough that a distress waits little.
GROUP_LIMIT = 64
# Rows of one group, since a batch of 10,000 is a single write.
ROW_LIMIT = 4_000


class Prepared(msgspec.Struct, frozen=True):
    """A write with its contents sealed, ready for the writer's thread; sealing is done by the caller's."""

    write: Write
    keys: list[dict[str, Any]]
    contents: dict[Compartment, list[dict[str, Any]]]
    rows: int


def prepare(write: Write, vault: Vault) -> Prepared:
    """Seal every content of a write under new keys."""
    keys: list[dict[str, Any]] = []
    contents: dict[Compartment, list[dict[str, Any]]] = {}
    rows = 0
    for entry in write.entries:
        for record in entry.records:
            rows += 1
            _seal_record(record, vault, keys, contents)
    return Prepared(write, keys, contents, rows)


def _seal_record(
    record: NewRecord,
    vault: Vault,
    keys: list[dict[str, Any]],
    contents: dict[Compartment, list[dict[str, Any]]],
) -> None:
    header = record.header
    opened: dict[Compartment, bytes] = {}
    for new in record.contents:
        key = opened.get(new.compartment)
        if key is None:
            key, wrapped = vault.new_key(new.compartment, header.id, header.version)
            opened[new.compartment] = key
            keys.append(
                {
                    "record": header.id,
                    "version": header.version,
                    "compartment": new.compartment,
                    "batch": record.batch,
                    "wrapped": wrapped,
                }
            )
        contents.setdefault(new.compartment, []).append(
            {
                "record": header.id,
                "version": header.version,
                "digest": new.digest,
                "batch": record.batch,
                "sealed": seal_content(key, new.digest, new.content),
            }
        )


class Writer:
    """One thread, one queue. `life` writes overtake all that wait."""

    def __init__(
        self,
        ledger: Engine,
        keys: Engine,
        vaults: dict[Compartment, Engine],
        sign_checkpoint: Callable[[int, bytes, int, bytes], str],
        on_commit: Callable[[int], None],
    ) -> None:
        self._ledger = Writing(ledger)
        self._keys = Writing(keys)
        self._vaults = {name: Writing(engine) for name, engine in vaults.items()}
        self._sign_checkpoint = sign_checkpoint
        self._on_commit = on_commit
        with ledger.connect() as connection:
            self.entries = Tree(connection.scalars(select(tables.entry.c.leaf).order_by(tables.entry.c.seq)))
            self.lines = Tree(
                connection.scalars(select(tables.register.c.leaf).order_by(tables.register.c.line))
            )
            self._next_out = {
                (partner, lane): top + 1
                for partner, lane, top in connection.execute(
                    select(
                        tables.outgoing.c.partner, tables.outgoing.c.lane, func.max(tables.outgoing.c.number)
                    ).group_by(tables.outgoing.c.partner, tables.outgoing.c.lane)
                )
            }
            self._next_receipt = {
                partner: top + 1
                for partner, top in connection.execute(
                    select(tables.receipt.c.partner, func.max(tables.receipt.c.number)).group_by(
                        tables.receipt.c.partner
                    )
                )
            }
        self._queue: queue.PriorityQueue[tuple[int, int, Prepared | None, Future[Outcome]]] = (
            queue.PriorityQueue()
        )
        self._doomed: list[str] = []
        self._order = 0
        self._order_lock = threading.Lock()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._thread.start()

    def submit(self, prepared: Prepared, *, life: bool = False) -> Future[Outcome]:
        """Ask for a write; the future answers when it is durable, or with the reason why it was refused."""
        future: Future[Outcome] = Future()
        with self._order_lock:
            if self._closed:
                raise Unavailable("closing", Text(fr="Le nœud s’arrête.", en="The node is stopping."))
            self._order += 1
            self._queue.put((0 if life else 1, self._order, prepared, future))
        return future

    def close(self) -> None:
        """Finish what was asked, then stop."""
        with self._order_lock:
            self._closed = True
            self._order += 1
            self._queue.put((2, self._order, None, Future()))
        self._thread.join()
        for writing in (self._ledger, self._keys, *self._vaults.values()):
            writing.close()

    def _run(self) -> None:
        stopping = False
        while not stopping:
            group: list[tuple[Prepared, Future[Outcome]]] = []
            rows = 0
            _, _, prepared, future = self._queue.get()
            while True:
                if prepared is None:
                    stopping = True
                    break
                group.append((prepared, future))
                rows += prepared.rows
                if len(group) >= GROUP_LIMIT or rows >= ROW_LIMIT:
                    break
                try:
                    _, _, prepared, future = self._queue.get_nowait()
                except queue.Empty:
                    break
            if group:
                self._write_group(group)

    def _write_group(self, group: list[tuple[Prepared, Future[Outcome]]]) -> None:
        try:
            answers = self._commit([prepared for prepared, _ in group])
        except EntenteError as error:
            for _, future in group:
                future.set_exception(error)
            return
        except Exception as error:  # noqa: BLE001 - whatever one write holds, the writer must outlive it
            if len(group) > 1 and not _is_full(error):
                # One of them is at fault; alone, only that one is refused.
                for one in group:
                    self._write_group([one])
                return
            for _, future in group:
                future.set_exception(_unavailable(error))
            return
        for (_, future), answer in zip(group, answers, strict=True):
            if isinstance(answer, EntenteError):
                future.set_exception(answer)
            else:
                future.set_result(answer)
        self._on_commit(len(self.entries))

    def _commit(self, group: list[Prepared]) -> list[Outcome | EntenteError]:
        entries, lines = len(self.entries), len(self.lines)
        next_out, next_receipt = dict(self._next_out), dict(self._next_receipt)
        try:
            answers: list[Outcome | EntenteError] = []
            kept: list[Prepared] = []
            ledger = self._ledger.begin()
            for prepared in group:
                refusal = contradiction(ledger, prepared.write)
                if refusal is not None:
                    answers.append(refusal)
                    continue
                self._write_contents(prepared)
                answers.append(self._write_ledger(ledger, prepared.write))
                kept.append(prepared)
            self._write_checkpoint(ledger)
            for vault in self._vaults.values():
                vault.commit()
            self._keys.commit()
            self._ledger.commit()
        except BaseException:
            self.entries.truncate(entries)
            self.lines.truncate(lines)
            self._next_out, self._next_receipt = next_out, next_receipt
            for writing in (self._ledger, self._keys, *self._vaults.values()):
                writing.roll_back()
            raise
        self._doomed += [record for prepared in kept for record in _erased(prepared.write)]
        try:
            self._destroy(self._doomed)
            self._doomed = []
        except (SQLAlchemyError, OSError):
            # The ledger has said it and it stands. What is left of the keys goes with the next write, or on opening.
            for writing in (self._keys, *self._vaults.values()):
                writing.roll_back()
        return answers

    def _write_contents(self, prepared: Prepared) -> None:
        # "or replace": what a crash left behind without its ledger entry may lie under the same name.
        if prepared.keys:
            self._keys.begin().execute(insert(tables.content_key).prefix_with("OR REPLACE"), prepared.keys)
        for compartment, contents in prepared.contents.items():
            self._vaults[compartment].begin().execute(
                insert(tables.content).prefix_with("OR REPLACE"), contents
            )

    def _write_ledger(self, ledger: Connection, write: Write) -> Outcome:
        seqs: list[int] = []
        entries: list[dict[str, Any]] = []
        records: list[dict[str, Any]] = []
        for entry in write.entries:
            leaf = entry_leaf(entry.signed, entry.carried)
            seq = self.entries.append(leaf)
            seqs.append(seq)
            entries.append(
                {
                    "seq": seq,
                    "kind": entry.kind,
                    "signed": entry.signed,
                    "carried": entry.carried,
                    "cause": entry.cause,
                    "leaf": leaf,
                }
            )
            records += [_record_row(record, seq) for record in entry.records]
        if entries:
            ledger.execute(insert(tables.entry), entries)
        if records:
            ledger.execute(insert(tables.record), records)
        seq = seqs[-1] if seqs else len(self.entries) - 1
        numbers = self._write_outgoing(ledger, write)
        if write.arrivals:
            ledger.execute(
                insert(tables.arrival),
                [{**msgspec.structs.asdict(new), "seq": seq} for new in write.arrivals],
            )
        for partner, signed in write.receipts:
            number = self._next_receipt.get(partner, 1)
            self._next_receipt[partner] = number + 1
            ledger.execute(insert(tables.receipt), [{"partner": partner, "number": number, "signed": signed}])
        if write.holders:
            statement = upsert(tables.holder)
            ledger.execute(
                statement.on_conflict_do_update(
                    index_elements=["record", "version", "partner"],
                    set_={
                        name: statement.excluded[name] for name in ("lane", "number", "step", "code", "at")
                    },
                ),
                [msgspec.structs.asdict(new) for new in write.holders],
            )
        for (record, version), state in write.states.items():
            statement_of_state = update(tables.record).where(tables.record.c.id == record).values(state=state)
            if version is not None:
                statement_of_state = statement_of_state.where(tables.record.c.version == version)
            ledger.execute(statement_of_state)
        if write.places:
            place = upsert(tables.place)
            ledger.execute(
                place.on_conflict_do_update(index_elements=["name"], set_={"value": place.excluded.value}),
                [{"name": name, "value": value} for name, value in write.places.items()],
            )
        lines: list[int] = []
        for new_line in write.lines:
            leaf = line_leaf(new_line.content)
            line = self.lines.append(leaf)
            lines.append(line)
            ledger.execute(
                insert(tables.register), [{**msgspec.structs.asdict(new_line), "line": line, "leaf": leaf}]
            )
        return Outcome(seqs=tuple(seqs), numbers=numbers, lines=tuple(lines))

    def _write_outgoing(self, ledger: Connection, write: Write) -> tuple[int, ...]:
        numbers: list[int] = []
        rows: list[dict[str, Any]] = []
        for new in write.outgoing:
            number = self._next_out.get((new.partner, new.lane), 1)
            self._next_out[new.partner, new.lane] = number + 1
            numbers.append(number)
            rows.append({**msgspec.structs.asdict(new), "number": number, "audience": " ".join(new.audience)})
        if rows:
            ledger.execute(insert(tables.outgoing), rows)
        return tuple(numbers)

    def _write_checkpoint(self, ledger: Connection) -> None:
        if not len(self.entries) and not len(self.lines):
            return
        signed = self._sign_checkpoint(
            len(self.entries), self.entries.root(), len(self.lines), self.lines.root()
        )
        head = upsert(tables.checkpoint)
        ledger.execute(
            head.on_conflict_do_update(index_elements=["size"], set_={"signed": head.excluded.signed}),
            [{"size": -1, "signed": signed}],
        )

    def _destroy(self, erased: list[str]) -> None:
        """Destroy keys, then contents. After a crash before this line `sweep` does it on opening."""
        if not erased:
            return
        self._keys.begin().execute(delete(tables.content_key).where(tables.content_key.c.record.in_(erased)))
        self._keys.commit()
        for vault in self._vaults.values():
            vault.begin().execute(delete(tables.content).where(tables.content.c.record.in_(erased)))
            vault.commit()
            # The deleted pages are overwritten in the file only once the log has been folded into it.
            vault.connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        self._keys.connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def _erased(write: Write) -> list[str]:
    return [record for (record, _), state in write.states.items() if state == "erased"]


def _record_row(record: NewRecord, seq: int) -> dict[str, Any]:
    header = record.header
    return {
        "id": header.id,
        "version": header.version,
        "seq": seq,
        "place": record.place,
        "kind": header.kind,
        "node": header.node,
        "service": header.service,
        "reference": header.reference,
        "compartment": header.compartment,
        "said_at": header.said_at.isoformat(),
        "batch": record.batch,
        "audience": None if record.audience is None else " ".join(record.audience),
        "basis": record.basis,
        "state": "held",
        "header": record.header_bytes,
        "leaf": leaf_hash(record.header_bytes),
    }


def _is_full(error: BaseException) -> bool:
    return "full" in str(error) or (isinstance(error, OSError) and error.errno == 28)


def _unavailable(error: BaseException) -> Unavailable:
    if _is_full(error):
        return Unavailable(
            "disk_full",
            Text(
                fr="Le disque est plein : rien de ceci n’a été enregistré ni accusé.",
                en="The disk is full: nothing of this was recorded or acknowledged.",
            ),
            Text(fr="Libérez de la place et recommencez.", en="Make room and try again."),
        )
    cause = error.orig if isinstance(error, DBAPIError) else error
    return Unavailable(
        "store_failed",
        Text(
            fr=f"L’écriture a échoué ({cause}) : rien de ceci n’a été enregistré ni accusé.",
            en=f"Writing failed ({cause}): nothing of this was recorded or acknowledged.",
        ),
        Text(fr="Voyez l’état du disque, puis recommencez.", en="Look at the disk, then try again."),
    )
