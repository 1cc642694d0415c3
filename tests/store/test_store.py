"""The store's promise: durable when it returns, or refused with nothing kept; one process; closing finishes first."""

from __future__ import annotations

import resource
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, func, select

from entente.errors import Conflict, EntenteError, Unavailable
from entente.node import Node
from entente.store import tables
from entente.store.engine import Writing
from entente.store.write import Write


def writing_files(node: Node) -> dict[str, Writing]:
    """The writing connection of each file, which a test fills or breaks."""
    writer = node.store._writer
    return {"ledger": writer._ledger, "keys": writer._keys, "vault": writer._vaults["intelligence"]}


def fill_disk(node: Node, file: str) -> Callable[[], None]:
    """Leave no page to a file, so that the database itself says that it is full; returns what makes room."""
    connection = writing_files(node)[file].connection
    pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
    connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")

    def make_room() -> None:
        connection.exec_driver_sql("PRAGMA max_page_count=1000000")

    return make_room


def record_until_refused(node: Node, record: Callable[[], Any]) -> None:
    for _ in range(300):
        try:
            record()
        except Unavailable:
            return
    raise AssertionError("the disk is never full")


@pytest.mark.parametrize("file", ["ledger", "keys", "vault"])
def test_a_full_disk_refuses_in_words_and_loses_nothing_that_was_acknowledged(
    shores: Any, report: Callable[..., Any], at_work: Callable[..., Any], file: str
) -> None:
    node, access = shores.lille, at_work(shores.lille, "Marie")
    acknowledged = [node.record(report(reference=f"FR-{number}"), access).header.id for number in range(5)]
    make_room = fill_disk(node, file)
    refused: Unavailable | None = None
    for number in range(200):
        try:
            row = node.record(report(reference=f"FR-FULL-{number}"), access)
        except Unavailable as error:
            refused = error
            break
        acknowledged.append(row.header.id)
    assert refused is not None
    assert refused.code == "disk_full"
    assert "disque est plein" in refused.say("fr")
    assert "Make room" in refused.say("en")
    assert node.store.by_reference(f"FR-FULL-{number}") == []
    make_room()
    acknowledged.append(node.record(report(reference="FR-AFTER"), access).header.id)
    node = shores.reopen("lille")
    assert sorted(node.store.current(acknowledged)) == sorted(acknowledged)
    assert node.verify().broken is None
    assert node.verify().records == len(acknowledged)


def test_the_desks_keep_their_place_over_a_full_disk_and_take_up_again(
    shores: Any, report: Callable[..., Any], at_work: Callable[..., Any]
) -> None:
    node, access = shores.lille, at_work(shores.lille, "Marie")
    node.record(report(reference="FR-1"), access)
    node.record(report(reference="FR-2"), access)
    make_room = fill_disk(node, "keys")
    record_until_refused(node, lambda: node.record(report(reference=None, phone="", name=""), access))
    for _ in range(3):
        with pytest.raises(Unavailable, match="disk_full"):
            node.settle()
    assert "hit" not in node.store.count()
    make_room()
    node.settle()
    # The hit between the two is said once, although it was tried before and could not be kept.
    assert len(node.crosscheck.couples()) == 1
    assert len(node.hits(access)) == 1
    live = node.crosscheck.couples()
    assert shores.reopen("lille").crosscheck.couples() == live


WRITES_UNTIL_THE_LIMIT = """
import resource, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
import conftest
from entente.errors import Unavailable
from entente.node import Node
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
node = Node(Path(sys.argv[1]))
access = node.access("Marie", "suivi de la filière", matter="OYAT")
for number in range(3):
    print(node.record(conftest.make_report(reference=None), access).header.id)
largest = max(file.stat().st_size for file in Path(sys.argv[1]).glob("*.db*"))
resource.setrlimit(resource.RLIMIT_FSIZE, (largest + 20_000, resource.RLIM_INFINITY))
refused = 0
for number in range(400):
    try:
        print(node.record(conftest.make_report(reference=None), access).header.id)
    except Unavailable as error:
        refused += 1
        assert error.code == "store_failed", error.code
        if refused == 3:
            break
assert refused == 3
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
print(node.record(conftest.make_report(reference="FR-AFTER"), access).header.id)
node.close()
"""


def test_writes_that_fail_on_the_disk_itself_are_refused_and_what_was_acknowledged_stays(
    laid_out: Path,
) -> None:
    folder = laid_out / "lille"
    tests = Path(__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-c", WRITES_UNTIL_THE_LIMIT, str(folder), str(tests)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    acknowledged = done.stdout.split()
    node = Node(folder)
    try:
        assert len(acknowledged) > 3
        assert sorted(node.store.current(acknowledged)) == sorted(acknowledged)
        assert [row.header.id for row in node.store.by_reference("FR-AFTER")] == acknowledged[-1:]
        assert node.verify().broken is None
        # What lay in the vault without an entry was swept away on opening.
        with node.store.engines()["keys"].connect() as keys:
            kept = keys.scalar(select(func.count()).select_from(tables.content_key))
        assert kept == node.verify().records
    finally:
        node.close()
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY


def test_a_second_process_on_the_folder_is_refused_until_the_first_has_ended(laid_out: Path) -> None:
    folder = laid_out / "lille"
    node = Node(folder)
    other = f"from pathlib import Path; from entente.node import Node; Node(Path({str(folder)!r})).close()"
    refused = subprocess.run([sys.executable, "-c", other], capture_output=True, text=True, check=False)
    assert refused.returncode == 1
    assert "node_in_use" in refused.stderr
    with pytest.raises(Conflict, match="node_in_use"):
        Node(folder)
    node.close()
    assert subprocess.run([sys.executable, "-c", other], capture_output=True, check=False).returncode == 0


def test_what_was_asked_before_closing_is_finished_and_what_comes_after_is_refused(
    laid_out: Path, report: Callable[..., Any], at_work: Callable[..., Any]
) -> None:
    node = Node(laid_out / "lille")
    access = at_work(node, "Marie")
    acknowledged: list[str] = []
    refused: list[EntenteError] = []

    def record() -> None:
        while not refused:
            try:
                acknowledged.append(node.record(report(reference=None), access).header.id)
            except Unavailable as error:
                refused.append(error)

    recorders = [threading.Thread(target=record) for _ in range(4)]
    for recorder in recorders:
        recorder.start()
    while len(acknowledged) < 20:
        pass
    node.store._writer.close()
    for recorder in recorders:
        recorder.join()
    assert {error.code for error in refused} == {"closing"}
    node.store.close = lambda: None  # type: ignore[method-assign]
    for engine in node.store.engines().values():
        engine.dispose()
    node.store._lock.release()
    again = Node(laid_out / "lille")
    assert sorted(again.store.current(acknowledged)) == sorted(acknowledged)
    assert again.verify().broken is None
    again.close()


def test_a_write_that_fails_alone_is_refused_alone(
    shores: Any, report: Callable[..., Any], at_work: Callable[..., Any]
) -> None:
    """Many write at once and share one commit; one of them breaks the database's own rules."""
    node, access = shores.lille, at_work(shores.lille, "Marie")
    with ThreadPoolExecutor(16) as many:
        futures = []
        for number in range(60):
            futures.append(many.submit(node.record, report(reference=f"FR-{number}"), access))
            if number % 10 == 0:
                futures.append(many.submit(node.store.commit, Write(places={f"n{number}": 2**70})))  # type: ignore[dict-item]
        answers = [future.exception() for future in futures]
    refused = [error for error in answers if error is not None]
    assert {getattr(error, "code", error) for error in refused} == {"store_failed"}
    assert len(refused) == 6
    assert node.store.count()["report"] == 60
    assert node.verify().broken is None


def test_what_the_ledger_said_stands_although_the_keys_could_not_be_destroyed_at_once(
    shores: Any, report: Callable[..., Any], at_work: Callable[..., Any], amend: Callable[..., Any]
) -> None:
    node, access = shores.lille, at_work(shores.lille, "Marie")
    kept = node.record(report(reference="FR-1"), access).header.id
    fails = [True]

    def refuse(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if fails[0] and statement.startswith("DELETE FROM content"):
            raise OSError(5, "the disk does not answer")

    event.listen(node.store.engines()["vault-intelligence"], "before_cursor_execute", refuse)
    entries = node.store.size
    erasing = node.record(amend("FR-OLTIM", kept), access)
    assert node.store.size == entries + 1
    assert node.store.current([kept])[kept].state == "erased"
    assert erasing.header.kind == "amendment"
    fails[0] = False
    node.record(report(reference="FR-2"), access)
    with node.store.engines()["vault-intelligence"].connect() as vault:
        left = vault.scalar(
            select(func.count()).select_from(tables.content).where(tables.content.c.record == kept)
        )
    assert left == 0
    assert node.verify().broken is None


def test_a_desk_sees_what_is_acknowledged_and_never_what_is_not(
    shores: Any, report: Callable[..., Any], at_work: Callable[..., Any]
) -> None:
    node, access = shores.lille, at_work(shores.lille, "Marie")
    size = node.store.size
    row = node.record(report(), access)
    assert node.store.follow(size, 10)[0].seq == row.seq == size
    make_room = fill_disk(node, "ledger")
    record_until_refused(node, lambda: node.record(report(reference=None), access))
    size = node.store.size
    with pytest.raises(Unavailable, match="disk_full"):
        node.record(report(reference=None), access)
    assert node.store.size == size
    assert node.store.follow(size, 10) == []
    make_room()
