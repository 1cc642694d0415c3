"""Whatever is changed in a node's files, `verify` finds it and names where."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest

from entente.api.client import LocalNode
from entente.store.ledger import entry_leaf, line_leaf
from entente.store.verify import Proof

TAMPERINGS = 100


@contextmanager
def editing(folder: Path, file: str) -> Iterator[sqlite3.Connection]:
    """A thief's own editor on a file of a node that does not run."""
    connection = sqlite3.connect(folder / file)
    try:
        yield connection
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()


@pytest.fixture
def lived_in(
    shores: Any, report: Callable[..., Any], at_work: Callable[..., Any], amend: Callable[..., Any]
) -> Path:
    """Lille after a week of work with Dover, closed: reports of both, versions, an erasure, hits, a judgement, rows."""
    from entente.store.compose import compose_batch
    from entente.store.write import Write

    lille, dover = shores.lille, shores.dover
    marie, jane = at_work(lille, "Marie"), at_work(dover, "Jane")
    for number in range(6):
        row = lille.record(report(reference=f"FR-{number}", phone=f"06 39 98 04 1{number}"), marie)
        to = ("lille/FR-OLTIM",) if number % 2 else ("lille",)
        dover.record(report("UK-NCA", f"UK-{number}", phone=f"+33 6 39 98 04 1{number}", recipients=to), jane)
    lille.record(report(reference="FR-5", replaces=row.header.id, name="Haji Dlo"), marie)
    shores.carry()
    hits = lille.hits(marie)
    lille.judge(marie, hits[0].id, "same", "même ligne, même période")
    lille.record(amend("FR-OLTIM", lille.store.by_reference("FR-0")[0].header.id), marie)
    dover.record(amend("UK-NCA", dover.store.by_reference("UK-1")[0].header.id), jane)
    erwan = at_work(lille, "Erwan")
    lille.distress(b"47 people, no engine", erwan)
    said = lille._said(report(), "Marie", ("dover",), lille.now(), None)
    many = [said for _ in range(20)]
    entry = compose_batch(many, lille.store.secrets.signing, "lille", "FR", lille.now())
    lille.store.commit(Write(entries=[entry]))
    shores.carry()
    lille.read(marie, "UK-2")
    shores.carry()
    folder: Path = shores.root / "lille"
    assert lille.verify().broken is None
    lille.close()
    dover.close()
    shores.close = lambda: None
    return folder


def verified(folder: Path) -> Proof:
    """As an officer asks it of a node that does not run."""
    return msgspec.convert(LocalNode(folder).ask("verify"), Proof)


def test_a_node_that_nobody_touched_verifies_and_says_how_much_was_looked_at(lived_in: Path) -> None:
    proof = verified(lived_in)
    assert proof.broken is None
    assert proof.entries > 20
    assert proof.records > 40
    assert proof.lines > 20
    assert proof.contents > 60


def altered(value: Any, chance: random.Random) -> Any:
    """The value with one place of it changed."""
    if isinstance(value, bytes):
        place = chance.randrange(len(value))
        return value[:place] + bytes([value[place] ^ (1 << chance.randrange(8))]) + value[place + 1 :]
    place = chance.randrange(len(value))
    other = chance.choice([sign for sign in "abcXYZ019_" if sign != value[place]])
    return value[:place] + other + value[place + 1 :]


# What is changed: (file, table, column, which rows). The row is picked by chance, and one place in it.
COLUMNS = [
    ("ledger.db", "entry", "signed", "1"),
    ("ledger.db", "entry", "carried", "carried != ''"),
    ("ledger.db", "entry", "leaf", "1"),
    ("ledger.db", "entry", "kind", "1"),
    ("ledger.db", "record", "header", "1"),
    ("ledger.db", "record", "leaf", "1"),
    ("ledger.db", "record", "kind", "1"),
    ("ledger.db", "record", "service", "1"),
    ("ledger.db", "record", "compartment", "1"),
    ("ledger.db", "record", "reference", "reference is not null"),
    ("ledger.db", "record", "audience", "audience != ''"),
    ("ledger.db", "record", "state", "kind != 'hit'"),
    ("ledger.db", "register", "content", "1"),
    ("ledger.db", "register", "officer", "1"),
    ("ledger.db", "register", "leaf", "1"),
    ("ledger.db", "checkpoint", "signed", "1"),
    ("vault-intelligence.db", "content", "sealed", "1"),
    ("vault-intelligence.db", "content", "digest", "1"),
    ("keys.db", "content_key", "wrapped", "1"),
]
DELETIONS = [
    ("ledger.db", "entry"),
    ("ledger.db", "record"),
    ("ledger.db", "register"),
    ("ledger.db", "checkpoint"),
    ("vault-intelligence.db", "content"),
    ("keys.db", "content_key"),
]


def tamper(folder: Path, chance: random.Random) -> str:
    """Change one thing; returns what, for whoever reads the failure."""
    if chance.random() < 0.2:
        file, table = chance.choice(DELETIONS)
        with editing(folder, file) as db:
            rowid = chance.choice([row for (row,) in db.execute(f"SELECT rowid FROM {table}")])
            db.execute(f"DELETE FROM {table} WHERE rowid = ?", (rowid,))
        return f"deleted {table} {rowid}"
    file, table, column, which = chance.choice(COLUMNS)
    with editing(folder, file) as db:
        rows = db.execute(f"SELECT rowid, {column} FROM {table} WHERE {which}").fetchall()
        rowid, value = chance.choice(rows)
        db.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", (altered(value, chance), rowid))
    return f"{table}.{column} of {rowid}"


def restore(folder: Path, saved: dict[str, bytes]) -> None:
    for file in folder.glob("*.db*"):
        file.unlink()
    for name, content in saved.items():
        (folder / name).write_bytes(content)


def test_log_6_a_hundred_random_tamperings_are_a_hundred_found(lived_in: Path) -> None:
    chance = random.Random(6)
    saved = {file.name: file.read_bytes() for file in lived_in.glob("*.db*")}
    missed = []
    for _ in range(TAMPERINGS):
        restore(lived_in, saved)
        what = tamper(lived_in, chance)
        if verified(lived_in).broken is None:
            missed.append(what)
    assert missed == []
    restore(lived_in, saved)
    assert verified(lived_in).broken is None


def test_the_first_bad_entry_is_named_though_its_leaf_was_made_to_fit(lived_in: Path) -> None:
    with editing(lived_in, "ledger.db") as db:
        (first, one), (second, other) = db.execute(
            "SELECT seq, signed FROM entry WHERE kind = 'record' ORDER BY seq LIMIT 2"
        ).fetchall()
        for seq, signed in ((second, one), (first, other)):
            db.execute(
                "UPDATE entry SET signed = ?, leaf = ? WHERE seq = ?", (signed, entry_leaf(signed, ""), seq)
            )
    proof = verified(lived_in)
    assert proof.where == f"entry {first}"
    assert proof.broken is not None
    assert f"Entry {first}" in proof.broken.en
    assert f"Écriture {first}" in proof.broken.fr


def test_a_carried_signature_that_was_exchanged_with_its_leaf_is_seen(lived_in: Path) -> None:
    with editing(lived_in, "ledger.db") as db:
        (seq, signed, one), (_, _, other) = db.execute(
            "SELECT seq, signed, carried FROM entry WHERE kind = 'received' ORDER BY seq LIMIT 2"
        ).fetchall()
        assert one != other
        db.execute(
            "UPDATE entry SET carried = ?, leaf = ? WHERE seq = ?", (other, entry_leaf(signed, other), seq)
        )
    assert verified(lived_in).where == f"entry {seq}"


def test_a_register_line_that_was_rewritten_whole_is_seen(lived_in: Path) -> None:
    with editing(lived_in, "ledger.db") as db:
        line, content = db.execute("SELECT line, content FROM register WHERE officer = 'Marie'").fetchone()
        other = content.replace("Marie", "Denis")
        db.execute(
            "UPDATE register SET content = ?, leaf = ?, officer = 'Denis' WHERE line = ?",
            (other, line_leaf(other), line),
        )
    proof = verified(lived_in)
    assert proof.where == "checkpoint"
    assert proof.broken is not None
    assert "history was rewritten" in proof.broken.en


@pytest.mark.parametrize(("table", "column"), [("entry", "seq"), ("register", "line")])
def test_a_tail_that_was_cut_off_is_seen(lived_in: Path, table: str, column: str) -> None:
    with editing(lived_in, "ledger.db") as db:
        (last,) = db.execute(f"SELECT max({column}) FROM {table}").fetchone()
        db.execute(f"DELETE FROM {table} WHERE {column} > ?", (last - 2,))
        if table == "entry":
            db.execute("DELETE FROM record WHERE seq > ?", (last - 2,))
    proof = verified(lived_in)
    assert proof.where == "checkpoint"
    assert proof.broken is not None
    assert "covers" in proof.broken.en


def test_an_older_checkpoint_in_the_place_of_the_newest_is_seen(
    shores: Any, report: Callable[..., Any], at_work: Callable[..., Any]
) -> None:
    lille = shores.lille
    lille.record(report(), at_work(lille, "Marie"))
    older = lille.store.head()
    lille.record(report(reference="FR-2"), at_work(lille, "Marie"))
    lille.close()
    with editing(shores.root / "lille", "ledger.db") as db:
        db.execute("UPDATE checkpoint SET signed = ?", (older,))
    assert verified(shores.root / "lille").where == "checkpoint"
    with editing(shores.root / "lille", "ledger.db") as db:
        db.execute("DELETE FROM checkpoint")
    assert verified(shores.root / "lille").where == "checkpoint"
    lille.close = lambda: None


def test_contents_that_changed_places_are_seen_and_their_record_is_named(lived_in: Path) -> None:
    with editing(lived_in, "ledger.db") as db:
        one, other = (
            record
            for (record,) in db.execute(
                "SELECT id FROM record WHERE kind = 'report' AND audience IS NULL AND state = 'held' LIMIT 2"
            )
        )
    with editing(lived_in, "vault-intelligence.db") as db:
        sealed = [
            db.execute("SELECT rowid, sealed FROM content WHERE record = ?", (record,)).fetchone()
            for record in (one, other)
        ]
        db.execute("UPDATE content SET sealed = ? WHERE rowid = ?", (sealed[0][1], sealed[1][0]))
        db.execute("UPDATE content SET sealed = ? WHERE rowid = ?", (sealed[1][1], sealed[0][0]))
    proof = verified(lived_in)
    assert proof.where in (f"record {one}", f"record {other}")
    assert proof.broken is not None


def test_a_record_that_was_made_to_look_erased_is_seen(lived_in: Path) -> None:
    """Who cannot rewrite the ledger may hope to make a record vanish by the state in which it stands."""
    with editing(lived_in, "ledger.db") as db:
        (record,) = db.execute("SELECT id FROM record WHERE reference = 'FR-2'").fetchone()
        db.execute("UPDATE record SET state = 'erased' WHERE id = ?", (record,))
    for file, table in (("vault-intelligence.db", "content"), ("keys.db", "content_key")):
        with editing(lived_in, file) as db:
            db.execute(f"DELETE FROM {table} WHERE record = ?", (record,))
    proof = verified(lived_in)
    assert proof.where == f"record {record}"
    assert proof.broken is not None
    assert "no entry says so" in proof.broken.en


def test_a_record_that_was_opened_to_services_it_was_not_sent_to_is_seen(
    shores: Any, report: Callable[..., Any], at_work: Callable[..., Any]
) -> None:
    shores.lille.record(report(recipients=("dover/UK-NCA",)), at_work(shores.lille, "Marie"))
    shores.carry()
    shores.dover.close()
    with editing(shores.root / "dover", "ledger.db") as db:
        seq, audience = db.execute("SELECT seq, audience FROM record").fetchone()
        assert audience == "UK-NCA"
        db.execute("UPDATE record SET audience = ''")
    assert verified(shores.root / "dover").where == f"entry {seq}"
    shores.dover.close = lambda: None


def test_a_file_that_is_no_longer_a_database_page_by_page_is_named_and_not_a_crash(lived_in: Path) -> None:
    file = lived_in / "vault-intelligence.db"
    content = file.read_bytes()
    file.write_bytes(content[:4096] + bytes(len(content) - 4096))
    proof = verified(lived_in)
    assert proof.where == "file"
