"""Proving the chain: reads everything that this node keeps and names the first thing that does not hold.

In the order of what leans on what: the newest checkpoint is ours and covers exactly what is here; each entry is signed
by a pinned key and hashes to its leaf; each header is the one that its entry vouches for; each register line hashes to
its leaf; each content opens and is one that its header promises. An erased record has no content, and that is no break.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import Any

import msgspec
from sqlalchemy import func, select

from entente.errors import EntenteError, Text
from entente.model.merkle import Tree, leaf_hash
from entente.model.signing import KeyRing
from entente.model.strict import convert, strict_json
from entente.model.wire import Seal, open_seal, read_batch_root
from entente.store import tables
from entente.store.ledger import entry_leaf, line_leaf, read_checkpoint
from entente.store.store import Store

_CHUNK = 2_000


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """What was found. broken: the first thing that does not hold, in words; None when all does."""

    entries: int
    records: int
    lines: int
    contents: int
    root: str
    broken: Text | None
    where: str | None


class _Broken(Exception):
    def __init__(self, where: str, text: Text) -> None:
        super().__init__(text.en)
        self.where = where
        self.text = text


def verify_store(store: Store, ring: KeyRing, progress: Callable[[int, int], None] | None = None) -> Proof:
    """Check everything. ring: the keys that this node trusts, its own among them. progress: (done, of)."""
    counts = {"entries": 0, "records": 0, "lines": 0, "contents": 0}
    root = ""
    try:
        root = _check_entries(store, ring, counts, progress)
        _check_lines(store, counts)
        _check_head(store, ring, root, counts)
        _check_contents(store, counts)
    except _Broken as found:
        return Proof(**counts, root=root, broken=found.text, where=found.where)
    return Proof(**counts, root=root, broken=None, where=None)


def _entry_broken(seq: int, fr: str, en: str) -> _Broken:
    return _Broken(f"entry {seq}", Text(fr=f"Écriture {seq} : {fr}", en=f"Entry {seq}: {en}"))


def _check_entries(
    store: Store, ring: KeyRing, counts: dict[str, int], progress: Callable[[int, int], None] | None
) -> str:
    tree = Tree()
    total = store.size
    with store.engines()["ledger"].connect() as connection:
        while True:
            entries = connection.execute(
                select(tables.entry)
                .where(tables.entry.c.seq >= len(tree))
                .order_by(tables.entry.c.seq)
                .limit(_CHUNK)
            ).all()
            if not entries:
                break
            records: dict[int, list[Any]] = {}
            for row in connection.execute(
                select(tables.record)
                .where(tables.record.c.seq.between(entries[0].seq, entries[-1].seq))
                .order_by(tables.record.c.seq, tables.record.c.place)
            ):
                records.setdefault(row.seq, []).append(row)
            for entry in entries:
                if entry.seq != len(tree):
                    raise _entry_broken(len(tree), "elle manque.", "it is missing.")
                leaf = entry_leaf(entry.signed, entry.carried)
                if leaf != entry.leaf:
                    raise _entry_broken(
                        entry.seq,
                        "son contenu n’est plus celui qui fut enregistré.",
                        "its content is no longer what was recorded.",
                    )
                _check_entry(entry, records.get(entry.seq, []), ring)
                tree.append(leaf)
                counts["entries"] += 1
                counts["records"] += len(records.get(entry.seq, []))
            if progress:
                progress(len(tree), total)
    return tree.root().hex()


def _check_entry(entry: Any, rows: list[Any], ring: KeyRing) -> None:
    try:
        _, signed = ring.verify(entry.signed)
        for row in rows:
            if leaf_hash(row.header) != row.leaf:
                raise _entry_broken(
                    entry.seq,
                    f"l’en-tête de la fiche {row.id} a été modifié.",
                    f"the header of record {row.id} was changed.",
                )
        if entry.kind == "record":
            if len(rows) != 1 or rows[0].header != signed:
                raise _entry_broken(
                    entry.seq,
                    "la fiche n’est pas celle qui fut signée.",
                    "the record is not the one that was signed.",
                )
        elif entry.kind == "batch":
            root = read_batch_root(signed)
            if root.size != len(rows) or Tree(row.leaf for row in rows).root().hex() != root.root:
                raise _entry_broken(
                    entry.seq,
                    "ses lignes ne sont pas celles qui furent signées.",
                    "its rows are not those signed.",
                )
        elif entry.kind in ("received", "received_batch"):
            received = strict_json(signed)
            if (
                received["records"] != len(rows)
                or Tree(row.leaf for row in rows).root().hex() != received["root"]
            ):
                raise _entry_broken(
                    entry.seq,
                    "ce qui fut reçu n’est plus ce qui est tenu.",
                    "what was received is no longer what is held.",
                )
            _check_voucher(entry, rows, ring)
    except EntenteError as error:
        raise _entry_broken(entry.seq, error.text.fr, error.text.en) from error


def _check_voucher(entry: Any, rows: list[Any], ring: KeyRing) -> None:
    """The originator's own signature over what came from a partner."""
    if entry.kind == "received":
        seal = convert(strict_json(entry.carried), Seal)
        _, header = open_seal(seal, ring)
        if rows and rows[0].header != header:
            raise _entry_broken(
                entry.seq,
                "l’en-tête n’est pas celui que l’émetteur a signé.",
                "the header is not the one that its originator signed.",
            )
    else:
        ring.verify(entry.carried)


def _check_lines(store: Store, counts: dict[str, int]) -> None:
    with store.engines()["ledger"].connect() as connection:
        for row in _stream(connection, select(tables.register).order_by(tables.register.c.line)):
            if row.line != counts["lines"]:
                raise _line_broken(counts["lines"], "elle manque.", "it is missing.")
            stands = msgspec.json.decode(row.content)
            if line_leaf(row.content) != row.leaf or (stands["officer"], stands["act"]) != (
                row.officer,
                row.act,
            ):
                raise _line_broken(row.line, "elle a été modifiée.", "it was changed.")
            counts["lines"] += 1


def _line_broken(line: int, fr: str, en: str) -> _Broken:
    return _Broken(
        f"line {line}", Text(fr=f"Ligne {line} du registre : {fr}", en=f"Register line {line}: {en}")
    )


def _check_head(store: Store, ring: KeyRing, root: str, counts: dict[str, int]) -> None:
    head = store.head()
    if head is None:
        if counts["entries"] or counts["lines"]:
            raise _Broken(
                "checkpoint",
                Text(fr="Le point de contrôle manque.", en="The checkpoint is missing."),
            )
        return
    try:
        checkpoint = read_checkpoint(ring.verify(head, node=store.node)[1])
    except EntenteError as error:
        raise _Broken("checkpoint", error.text) from error
    with store.engines()["ledger"].connect() as connection:
        register = Tree(connection.scalars(select(tables.register.c.leaf).order_by(tables.register.c.line)))
    for what, known, found in (
        (Text(fr="écritures", en="entries"), checkpoint.entries, counts["entries"]),
        (Text(fr="lignes du registre", en="register lines"), checkpoint.lines, counts["lines"]),
    ):
        if known != found:
            raise _Broken(
                "checkpoint",
                Text(
                    fr=f"Le point de contrôle signé couvre {known} {what.fr}, il y en a {found}.",
                    en=f"The signed checkpoint covers {known} {what.en}, there are {found}.",
                ),
            )
    if checkpoint.root != root or checkpoint.register_root != register.root().hex():
        raise _Broken(
            "checkpoint",
            Text(
                fr="Les écritures ne mènent pas à la racine signée : l’histoire a été réécrite.",
                en="The entries do not lead to the signed root: history was rewritten.",
            ),
        )


def _check_contents(store: Store, counts: dict[str, int]) -> None:
    with store.engines()["ledger"].connect() as connection:
        held = connection.scalar(
            select(func.count()).select_from(tables.record).where(tables.record.c.state != "erased")
        )
        done = 0
        last = ("", 0)
        while True:
            ids = [
                (row.id, row.version)
                for row in connection.execute(
                    select(tables.record.c.id, tables.record.c.version)
                    .where(
                        tables.record.c.state != "erased",
                        (tables.record.c.id > last[0])
                        | ((tables.record.c.id == last[0]) & (tables.record.c.version > last[1])),
                    )
                    .order_by(tables.record.c.id, tables.record.c.version)
                    .limit(_CHUNK)
                )
            ]
            if not ids:
                break
            last = ids[-1]
            wanted = set(ids)
            rows = [
                row
                for record in dict.fromkeys(record for record, _ in ids)
                for row in store.versions(record)
                if (row.header.id, row.header.version) in wanted
            ]
            done += len(rows)
            _check_parts(store, rows, counts)
    if held != done:
        raise _Broken("records", Text(fr="Des fiches manquent.", en="Records are missing."))


def _check_parts(store: Store, rows: list[Any], counts: dict[str, int]) -> None:
    try:
        parts_of = store.stored_parts(rows, frozenset(store.secrets.compartments))
    except EntenteError as error:
        raise _Broken("contents", error.text) from error
    for row in rows:
        parts = parts_of.get((row.header.id, row.header.version), [])
        promised = set(row.header.parts)
        digests = [sha256(stored.part.content).hexdigest() for stored in parts]
        # An own record has all its parts; of a partner's, those that were released to us.
        if not set(digests) <= promised or (row.is_own and set(digests) != promised):
            raise _Broken(
                f"record {row.header.id}",
                Text(
                    fr=f"Fiche {row.header.id} (écriture {row.seq}) : son contenu n’est pas celui qu’elle annonce.",
                    en=f"Record {row.header.id} (entry {row.seq}): its content is not what it announces.",
                ),
            )
        counts["contents"] += len(parts)


def _stream(connection: Any, statement: Any) -> Iterator[Any]:
    yield from connection.execution_options(stream_results=True, max_row_buffer=_CHUNK).execute(statement)
