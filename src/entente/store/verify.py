"""Proving the chain: reads everything that this node keeps and names the first thing that does not hold.

In the order of what leans on what: each entry is signed by a pinned key and hashes to its leaf; each header is the one
that its entry vouches for, and what the tables say of it is what it says; each register line hashes to its leaf; the
newest checkpoint is ours and covers exactly what is here; then states and contents (`verify_contents`).
Numbers, receipts and holders can be told again from the signed entries and are not looked at.

All is read up to one fixed head (`snapshot`), so the node may go on writing: growth is no break. What is changed below
the head before the reading began is always found. What is changed after it is found now or by the next reading, never
by none: the newest checkpoint still covers it then.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError

from entente.errors import EntenteError, Text
from entente.model.merkle import Tree, leaf_hash
from entente.model.signing import KeyRing
from entente.model.strict import convert, strict_json
from entente.model.wire import Seal, open_seal, read_batch_root
from entente.store import tables
from entente.store.ledger import entry_leaf, line_leaf, read_checkpoint
from entente.store.snapshot import Broken, Snapshot, snapshot
from entente.store.store import Store, decode_header
from entente.store.verify_contents import check_contents

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


def verify_store(store: Store, ring: KeyRing, progress: Callable[[int, int], None] | None = None) -> Proof:
    """Check everything up to the head that stands when this is called; the node may go on writing meanwhile.

    ring: the keys that this node trusts, its own among them. progress: (entries done, of), in the thread of the caller.
    Returns how much lies below that head. What is appended, amended or erased above it is neither counted nor a break;
    a file that is tampered with meanwhile may be seen as it was before, and is then for the next call to find.
    """
    counts = {"entries": 0, "records": 0, "lines": 0, "contents": 0}
    root = ""
    came: dict[tuple[str, int], int] = {}
    try:
        with snapshot(store) as below:
            root = _check_entries(below, ring, counts, came, progress)
            register_root = _check_lines(below, counts)
            _check_head(store, below, ring, (root, register_root), counts)
            check_contents(store, below, counts, came)
    except Broken as found:
        return Proof(**counts, root=root, broken=found.text, where=found.where)
    except DatabaseError as error:
        text = Text(
            fr=f"Un fichier ne se lit plus : {error.orig}.", en=f"A file can no longer be read: {error.orig}."
        )
        return Proof(**counts, root=root, broken=text, where="file")
    return Proof(**counts, root=root, broken=None, where=None)


def _entry_broken(seq: int, fr: str, en: str) -> Broken:
    return Broken(f"entry {seq}", Text(fr=f"Écriture {seq} : {fr}", en=f"Entry {seq}: {en}"))


def _check_entries(
    below: Snapshot,
    ring: KeyRing,
    counts: dict[str, int],
    came: dict[tuple[str, int], int],
    progress: Callable[[int, int], None] | None,
) -> str:
    """Returns the root in hex. came: filled with how many parts came of each version that a partner sent."""
    tree = Tree()
    while True:
        entries = below.connection.execute(
            select(tables.entry)
            .where(tables.entry.c.seq >= len(tree))
            .order_by(tables.entry.c.seq)
            .limit(_CHUNK)
        ).all()
        if not entries:
            break
        records: dict[int, list[Any]] = {}
        for row in below.connection.execute(
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
            counts["records"] += len(rows)
        if progress:
            progress(len(tree), below.entries)
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


def _columns_broken(seq: int, record: str) -> Broken:
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


def _check_lines(below: Snapshot, counts: dict[str, int]) -> str:
    """Returns the register's root in hex."""
    tree = Tree()
    lines = select(tables.register).order_by(tables.register.c.line).execution_options(yield_per=_CHUNK)
    for row in below.connection.execute(lines):
        if row.line != len(tree):
            raise _line_broken(len(tree), "elle manque.", "it is missing.")
        if not _line_stands(row):
            raise _line_broken(row.line, "elle a été modifiée.", "it was changed.")
        tree.append(row.leaf)
        counts["lines"] += 1
    return tree.root().hex()


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


def _line_broken(line: int, fr: str, en: str) -> Broken:
    return Broken(
        f"line {line}", Text(fr=f"Ligne {line} du registre : {fr}", en=f"Register line {line}: {en}")
    )


def _check_head(
    store: Store, below: Snapshot, ring: KeyRing, roots: tuple[str, str], counts: dict[str, int]
) -> None:
    """roots: of the entries and of the register, in hex, as they were found."""
    if below.head is None:
        if counts["entries"] or counts["lines"]:
            raise Broken(
                "checkpoint",
                Text(fr="Le point de contrôle manque.", en="The checkpoint is missing."),
            )
        return
    try:
        checkpoint = read_checkpoint(ring.verify(below.head, node=store.node)[1])
    except EntenteError as error:
        raise Broken("checkpoint", error.text) from error
    if (checkpoint.node, checkpoint.incarnation) != (store.node, store.incarnation):
        raise Broken(
            "checkpoint",
            Text(
                fr="Le point de contrôle est celui d’un autre journal.",
                en="The checkpoint is that of another log.",
            ),
        )
    for what, known, found in (
        (Text(fr="écritures", en="entries"), checkpoint.entries, counts["entries"]),
        (Text(fr="lignes du registre", en="register lines"), checkpoint.lines, counts["lines"]),
    ):
        if known != found:
            raise Broken(
                "checkpoint",
                Text(
                    fr=f"Le point de contrôle signé couvre {known} {what.fr}, il y en a {found}.",
                    en=f"The signed checkpoint covers {known} {what.en}, there are {found}.",
                ),
            )
    if counts["entries"] < below.committed:
        raise Broken(
            "checkpoint",
            Text(
                fr=f"Ce nœud a enregistré {below.committed} écritures, il en reste {counts['entries']}.",
                en=f"This node recorded {below.committed} entries, {counts['entries']} are left.",
            ),
        )
    if (checkpoint.root, checkpoint.register_root) != roots:
        raise Broken(
            "checkpoint",
            Text(
                fr="Les écritures ne mènent pas à la racine signée : l’histoire a été réécrite.",
                en="The entries do not lead to the signed root: history was rewritten.",
            ),
        )
