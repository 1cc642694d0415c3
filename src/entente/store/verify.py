"""Proving the chain: reads everything that this node keeps and names the first thing that does not hold.

In the order of what leans on what: each entry is signed by a pinned key and hashes to its leaf; each header is the one
that its entry vouches for, and what the tables say of it is what it says; each register line hashes to its leaf; the
newest checkpoint is ours and covers exactly what is here; each content opens and is one that its header promises, and
none is missing. An erased record has no content, and that is no break where an amendment of its originator says so.
Numbers, receipts and holders can be told again from the signed entries and are not looked at.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from functools import partial
from hashlib import sha256
from typing import Any

import msgspec
from sqlalchemy import func, select
from sqlalchemy.exc import DatabaseError

from entente.errors import EntenteError, Text
from entente.model.merkle import Tree, leaf_hash
from entente.model.signing import KeyRing
from entente.model.strict import convert, strict_json
from entente.model.wire import Seal, open_seal, read_batch_root
from entente.store import tables
from entente.store.ledger import entry_leaf, line_leaf, read_checkpoint
from entente.store.store import Store, decode_header, value_of

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
    came: dict[tuple[str, int], int] = {}
    try:
        root = _check_entries(store, ring, counts, came, progress)
        _check_lines(store, counts)
        _check_head(store, ring, root, counts)
        _check_contents(store, counts, came)
    except _Broken as found:
        return Proof(**counts, root=root, broken=found.text, where=found.where)
    except DatabaseError as error:
        text = Text(
            fr=f"Un fichier ne se lit plus : {error.orig}.", en=f"A file can no longer be read: {error.orig}."
        )
        return Proof(**counts, root=root, broken=text, where="file")
    return Proof(**counts, root=root, broken=None, where=None)


def _entry_broken(seq: int, fr: str, en: str) -> _Broken:
    return _Broken(f"entry {seq}", Text(fr=f"Écriture {seq} : {fr}", en=f"Entry {seq}: {en}"))


def _check_entries(
    store: Store,
    ring: KeyRing,
    counts: dict[str, int],
    came: dict[tuple[str, int], int],
    progress: Callable[[int, int], None] | None,
) -> str:
    """Returns the root in hex. came: filled with how many parts came of each version that a partner sent."""
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
                leaf = _read(entry.seq, partial(entry_leaf, entry.signed, entry.carried))
                if leaf != entry.leaf:
                    raise _entry_broken(
                        entry.seq,
                        "son contenu n’est plus celui qui fut enregistré.",
                        "its content is no longer what was recorded.",
                    )
                rows = records.get(entry.seq, [])
                _read(entry.seq, partial(_check_entry, entry, rows, ring, came))
                tree.append(leaf)
                counts["entries"] += 1
                counts["records"] += len(records.get(entry.seq, []))
            if progress:
                progress(len(tree), total)
    return tree.root().hex()


def _read(seq: int, reading: Callable[[], Any]) -> Any:
    """What a reading gives; where even its shape was changed, the entry is the broken one."""
    try:
        return reading()
    except (ValueError, TypeError, KeyError, AttributeError, msgspec.MsgspecError) as error:
        said = type(error).__name__
        raise _entry_broken(
            seq, f"elle n’a plus sa forme ({said}).", f"it lost its form ({said})."
        ) from error


def _check_entry(entry: Any, rows: list[Any], ring: KeyRing, came: dict[tuple[str, int], int]) -> None:
    try:
        _, signed = ring.verify(entry.signed)
        for row in rows:
            _check_columns(entry, row)
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
            if any(row.batch != root.batch for row in rows):
                raise _columns_broken(entry.seq, rows[0].id)
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
            _check_received(entry, received, rows, came)
        elif rows or _SAYS.get(entry.kind) not in strict_json(signed):
            raise _entry_broken(
                entry.seq,
                "elle se donne pour une autre espèce d’écriture.",
                "it passes for another kind of entry.",
            )
    except EntenteError as error:
        raise _entry_broken(entry.seq, error.text.fr, error.text.en) from error


# What the signed content of each kind of entry without records says, and no other kind does.
_SAYS = {"refused": "way", "receipts": "items"}


def _columns_broken(seq: int, record: str) -> _Broken:
    return _entry_broken(
        seq,
        f"les tables disent de la fiche {record} autre chose que ce qui est signé.",
        f"the tables say of record {record} something else than what is signed.",
    )


def _check_columns(entry: Any, row: Any) -> None:
    """What is looked up by columns is what the header says, and whose it is and for whom stays as it came."""
    header = decode_header(row.header)
    stands = (
        row.id,
        row.version,
        row.kind,
        row.node,
        row.service,
        row.reference,
        row.compartment,
        row.said_at,
    )
    signed = (
        header.id,
        header.version,
        header.kind,
        header.node,
        header.service,
        header.reference,
        header.compartment,
        header.said_at.isoformat(),
    )
    is_own = entry.kind in ("record", "batch")
    if stands != signed or (row.audience is None) != is_own or (is_own and row.basis is not None):
        raise _columns_broken(entry.seq, row.id)
    if entry.kind == "record" and row.batch is not None:
        raise _columns_broken(entry.seq, row.id)


def _check_received(
    entry: Any, received: dict[str, Any], rows: list[Any], came: dict[tuple[str, int], int]
) -> None:
    batch = f"{received['sender']}/{received['message']}" if entry.kind == "received_batch" else None
    told = (" ".join(received.get("audience", ())), received.get("basis", ""), batch)
    parts = received.get("parts", [])
    if len(parts) != len(rows):
        raise _columns_broken(entry.seq, rows[0].id if rows else "–")
    for row, number in zip(rows, parts, strict=True):
        if (row.audience, row.basis, row.batch) != told:
            raise _columns_broken(entry.seq, row.id)
        came[row.id, row.version] = number


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
            if not _line_stands(row):
                raise _line_broken(row.line, "elle a été modifiée.", "it was changed.")
            counts["lines"] += 1


def _line_stands(row: Any) -> bool:
    try:
        if line_leaf(row.content) != row.leaf:
            return False
        said = msgspec.json.decode(row.content)
        at = dt.datetime.fromisoformat(said["at"]).timestamp()
        return (said["officer"], said["act"], said["service"], at) == (
            row.officer,
            row.act,
            row.service,
            row.at,
        )
    except (ValueError, TypeError, KeyError, AttributeError, msgspec.MsgspecError):
        return False


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
    if (checkpoint.node, checkpoint.incarnation) != (store.node, store.incarnation):
        raise _Broken(
            "checkpoint",
            Text(
                fr="Le point de contrôle est celui d’un autre journal.",
                en="The checkpoint is that of another log.",
            ),
        )
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


def _check_contents(store: Store, counts: dict[str, int], came: dict[tuple[str, int], int]) -> None:
    _check_states(store)
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
            _check_parts(store, rows, counts, came)
    if held != done:
        raise _Broken("records", Text(fr="Des fiches manquent.", en="Records are missing."))


_AMENDED_TO = {"erase": "erased", "recall": "recalled"}


def _check_states(store: Store) -> None:
    """A record is erased, recalled or replaced because its originator said so in an entry, and for nothing else.

    Hits are the machine's own, and a translation follows its original: they fall with what they stood on, which is no
    longer there to ask.
    """
    rows = store.rows(
        select(
            tables.record.c.id, tables.record.c.version, tables.record.c.node, tables.record.c.state
        ).where(tables.record.c.state != "held", tables.record.c.kind.not_in(("hit", "office")))
    )
    if not rows:
        return
    amending = [
        row.id
        for row in store.rows(
            select(tables.record.c.id).where(
                tables.record.c.kind == "amendment", tables.record.c.state == "held"
            )
        )
    ]
    said: set[tuple[str, str, str]] = set()
    for start in range(0, len(amending), _CHUNK):
        held = list(store.current(amending[start : start + _CHUNK]).values())
        for amended_by, parts in _opened(store, held):
            for stored in parts:
                if stored.part.name == "amendment":
                    value = value_of(stored)
                    said.add((value.record, amended_by.header.node, _AMENDED_TO.get(value.act, "")))
    for row in rows:
        newer = any(other.header.version > row.version for other in store.versions(row.id))
        fits = newer if row.state == "superseded" else (row.id, row.node, row.state) in said
        if not fits:
            raise _Broken(
                f"record {row.id}",
                Text(
                    fr=f"Fiche {row.id} : son état est « {row.state} », et aucune écriture ne le dit.",
                    en=f'Record {row.id}: its state is "{row.state}", and no entry says so.',
                ),
            )


def _opened(store: Store, rows: list[Any]) -> Iterator[tuple[Any, list[Any]]]:
    """Each record with its parts; the one whose contents do not open is named."""
    compartments = frozenset(store.secrets.compartments)
    try:
        parts_of = store.stored_parts(rows, compartments)
    except (EntenteError, ValueError, TypeError):
        for row in rows:
            try:
                yield (
                    row,
                    store.stored_parts([row], compartments).get((row.header.id, row.header.version), []),
                )
            except EntenteError as error:
                raise _Broken(f"record {row.header.id}", error.text) from error
            except (ValueError, TypeError) as error:
                raise _content_broken(row) from error
        return
    for row in rows:
        yield row, parts_of.get((row.header.id, row.header.version), [])


def _content_broken(row: Any) -> _Broken:
    return _Broken(
        f"record {row.header.id}",
        Text(
            fr=f"Fiche {row.header.id} (écriture {row.seq}) : son contenu n’est pas celui qu’elle annonce.",
            en=f"Record {row.header.id} (entry {row.seq}): its content is not what it announces.",
        ),
    )


def _check_parts(
    store: Store, rows: list[Any], counts: dict[str, int], came: dict[tuple[str, int], int]
) -> None:
    for row, parts in _opened(store, rows):
        promised = set(row.header.parts)
        digests = {sha256(stored.part.content).hexdigest() for stored in parts}
        # An own record has all its parts; of a partner's, as many as were released to us.
        expected = len(promised) if row.is_own else came.get((row.header.id, row.header.version))
        if not digests <= promised or len(digests) != len(parts) or len(digests) != expected:
            raise _content_broken(row)
        counts["contents"] += len(parts)


def _stream(connection: Any, statement: Any) -> Iterator[Any]:
    yield from connection.execution_options(stream_results=True, max_row_buffer=_CHUNK).execute(statement)
