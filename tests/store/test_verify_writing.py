"""A node that keeps writing is proved up to the head it had when it was asked: growth is no break, tampering is one.

What happens at one place of the reading is done from its own progress, so that nothing rests on luck; the rest is done
by a thread that records, imports, amends and erases as fast as it can.
"""

from __future__ import annotations

import io
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from entente.holding import ImportOptions
from entente.model.grading import Grade
from entente.node import Node
from entente.store.ledger import line_leaf

READINGS = 20


@pytest.fixture
def kept(shores: Any, report: Any, at_work: Any) -> list[str]:
    """Records of Lille that nobody erases but the test."""
    marie = at_work(shores.lille, "Marie")
    return [str(shores.lille.record(report(reference=f"FR-K{n}"), marie).header.id) for n in range(6)]


@pytest.fixture
def writing(report: Any, at_work: Any, amend: Any) -> Callable[[Node], Any]:
    """Somebody who records, imports, replaces, erases and reads without a pause, until the block ends."""

    @contextmanager
    def working(node: Node) -> Iterator[None]:
        marie, stop = at_work(node, "Marie"), threading.Event()
        done: list[str] = []
        faults: list[BaseException] = []

        def one_round(number: int) -> None:
            records = [
                node.record(report(reference=f"FR-{number}-{place}"), marie).header.id for place in range(3)
            ]
            node.record(report(reference=f"FR-{number}-0", replaces=records[0], name="Haji Dlo"), marie)
            node.read(marie, records[1])
            done.extend(records)
            # One that was just replaced, and one from long ago, below the head of a reading that is under way.
            for place in (-3, len(done) // 2):
                node.record(amend("FR-OLTIM", done.pop(place)), marie)
            lines = "\n".join(f"{number}/{row};Personne {row};12/09/2031" for row in range(20))
            chosen = ImportOptions(regime="smuggling", handling=("H1",), grade=Grade("europol", "B", "2"))
            content = io.BytesIO(f"Référence;Nom;Date\n{lines}".encode())
            list(node.import_table(content, f"{number}.csv", marie, chosen))
            node.settle()

        def run() -> None:
            number = 0
            try:
                while not stop.is_set():
                    number += 1
                    one_round(number)
            except BaseException as fault:  # noqa: BLE001 - told by the block's end
                faults.append(fault)

        thread = threading.Thread(target=run, name="officer")
        thread.start()
        try:
            assert node.store.wait(node.store.size + 20, 20), faults
            yield
        finally:
            stop.set()
            thread.join(timeout=60)
        assert faults == []

    return working


def test_a_node_that_keeps_writing_is_never_called_broken(shores: Any, kept: Any, writing: Any) -> None:
    lille = shores.lille
    proofs, grown = [], []
    with writing(lille):
        for _ in range(READINGS):
            lille.store.wait(lille.store.size + 4, 20)
            proofs.append(lille.verify())
            grown.append(lille.store.size - proofs[-1].entries)
    assert [proof.where for proof in proofs] == [None] * READINGS
    sizes = [proof.entries for proof in proofs]
    assert sizes == sorted(sizes)
    assert sizes[-1] > READINGS * 4
    assert sum(size > 0 for size in grown) > READINGS // 2, "hardly anything was written meanwhile"
    whole = lille.verify()
    assert whole.broken is None
    assert (whole.entries, whole.root) == (lille.store.roots()[0], lille.store.roots()[1].hex())


def once(deed: Callable[[], Any]) -> Callable[[int, int], None]:
    """A progress that does something when the entries have been read, once."""
    left = [deed]
    return lambda done, of: left.pop()() if left else None


def test_what_is_written_after_the_head_is_neither_counted_nor_a_break(
    shores: Any, kept: list[str], report: Any, at_work: Any, amend: Any
) -> None:
    lille = shores.lille
    marie = at_work(lille, "Marie")
    entries, root, lines, _ = lille.store.roots()

    def meanwhile() -> None:
        lille.record(report(reference="FR-K1", replaces=kept[1], name="Haji Dlo"), marie)
        lille.record(amend("FR-OLTIM", kept[1]), marie)
        lille.record(amend("FR-OLTIM", kept[0]), marie)
        lille.record(amend("FR-OLTIM", kept[2], act="recall"), marie)
        lille.read(marie, kept[3])

    proof = lille.verify(once(meanwhile))
    assert proof.broken is None
    assert (proof.entries, proof.root, proof.lines) == (entries, root.hex(), lines)
    later = lille.verify()
    assert later.broken is None
    assert later.entries == entries + 4


@contextmanager
def thief(node: Node, file: str) -> Iterator[sqlite3.Connection]:
    """An editor on a file of a node that runs, and goes on running."""
    connection = sqlite3.connect(node.store.folder / file, timeout=30)
    try:
        yield connection
        connection.commit()
    finally:
        connection.close()


def change_entry(node: Node, record: str) -> str:
    with thief(node, "ledger.db") as db:
        (seq,) = db.execute("SELECT seq FROM record WHERE id = ?", (record,)).fetchone()
        db.execute("UPDATE entry SET carried = 'x' WHERE seq = ?", (seq,))
    return f"entry {seq}"


def rewrite_line(node: Node, record: str) -> str:
    with thief(node, "ledger.db") as db:
        line, content = db.execute("SELECT line, content FROM register WHERE officer = 'Marie'").fetchone()
        content = content.replace("Marie", "Denis")
        db.execute(
            "UPDATE register SET content = ?, leaf = ?, officer = 'Denis' WHERE line = ?",
            (content, line_leaf(content), line),
        )
    return "checkpoint"


def drop_content(node: Node, record: str) -> str:
    with thief(node, "vault-intelligence.db") as db:
        db.execute("DELETE FROM content WHERE record = ?", (record,))
    return f"record {record}"


def make_look_erased(node: Node, record: str) -> str:
    with thief(node, "ledger.db") as db:
        db.execute("UPDATE record SET state = 'erased' WHERE id = ?", (record,))
    with thief(node, "keys.db") as db:
        db.execute("DELETE FROM content_key WHERE record = ?", (record,))
    return f"record {record}"


def add_record(node: Node, record: str) -> str:
    with thief(node, "ledger.db") as db:
        columns = [name for _, name, *_ in db.execute("PRAGMA table_info(record)")]
        row = dict(
            zip(columns, db.execute("SELECT * FROM record WHERE id = ?", (record,)).fetchone(), strict=True)
        )
        row |= {"id": "nobody", "seq": 10**9, "state": "erased", "kind": "hit"}
        marks = ", ".join(f":{name}" for name in columns)
        db.execute(f"INSERT INTO record VALUES ({marks})", row)
    return "records"


TAMPERINGS = [change_entry, rewrite_line, drop_content, make_look_erased, add_record]


@pytest.mark.parametrize("tampering", TAMPERINGS)
def test_tampering_below_the_head_is_found_while_the_node_writes(
    shores: Any, kept: list[str], writing: Any, tampering: Callable[[Node, str], str]
) -> None:
    with writing(shores.lille):
        assert shores.lille.verify().broken is None
        where = tampering(shores.lille, kept[3])
        assert [shores.lille.verify().where for _ in range(3)] == [where] * 3


@pytest.mark.parametrize("tampering", TAMPERINGS)
def test_tampering_during_a_reading_is_found_by_it_or_by_the_next(
    shores: Any, kept: list[str], tampering: Callable[[Node, str], str]
) -> None:
    where: list[str] = []
    found = shores.lille.verify(once(lambda: where.append(tampering(shores.lille, kept[3])))).where
    # Contents are read as they lie, so a record that lost its own is missed at once, whatever its state says.
    assert found == (where[0] if tampering in (drop_content, make_look_erased) else None)
    assert shores.lille.verify().where == where[0]


def test_entries_that_this_node_wrote_and_that_went_with_their_checkpoint_are_missed(
    shores: Any, kept: list[str], report: Any, at_work: Any
) -> None:
    lille = shores.lille
    older = lille.store.head()
    entries, _, lines, _ = lille.store.roots()
    lille.record(report(reference="FR-LAST"), at_work(lille, "Marie"))
    with thief(lille, "ledger.db") as db:
        db.execute("DELETE FROM entry WHERE seq >= ?", (entries,))
        db.execute("DELETE FROM record WHERE seq >= ?", (entries,))
        db.execute("DELETE FROM register WHERE line >= ?", (lines,))
        db.execute("UPDATE checkpoint SET signed = ?", (older,))
    assert lille.verify().where == "checkpoint"
