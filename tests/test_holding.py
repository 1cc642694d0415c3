"""A table becomes a holding: in signed batches, resumable, every row accounted for, released row by row or whole."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from entente import holding
from entente.errors import EntenteError, NotPermitted, Unavailable
from entente.exchange.envelope import open_payload, read_outer, read_payload
from entente.holding import HoldingProgress, ImportOptions
from entente.model.grading import Grade
from entente.model.wire import verify_release
from entente.node import Node
from entente.store import tables

GRADE = Grade("europol", "B", "2")


def table(rows: int, faulty: tuple[int, ...] = ()) -> bytes:
    """People of no country with telephones of nobody; faulty rows have a day that is none."""
    lines = ["Référence;Nom;Téléphone;Date"]
    for number in range(rows):
        day = "hier soir" if number in faulty else "12/09/2031"
        lines.append(
            f"R-{number};Personne {number};06 39 98 {number // 100 % 100:02} {number % 100:02};{day}"
        )
    return "\n".join(lines).encode()


def options(**changes: Any) -> ImportOptions:
    return ImportOptions(**{"regime": "smuggling", "handling": ("H1",), "grade": GRADE, **changes})


def enter(node: Node, access: Any, content: bytes, **changes: Any) -> HoldingProgress:
    """Import to the end; the last that was told."""
    *_, last = node.import_table(io.BytesIO(content), "table.csv", access, options(**changes))
    return last


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(holding, "BATCH_ROWS", 10)


def rows_held(node: Node) -> list[str]:
    """The rows' own numbers, as their statements say them."""
    from entente.store.store import value_of

    rows = [row for row in node.store.records_of(0, node.store.size) if row.header.kind == "report"]
    opened = node.store.stored_parts(rows, frozenset({"intelligence"}))
    return [
        value_of(stored).reference
        for row in rows
        for stored in opened[row.header.id, row.header.version]
        if stored.part.name == "statement/s1"
    ]


def test_every_row_is_recorded_once_or_listed_with_its_line_and_reason(
    shores: Any, at_work: Callable[..., Any]
) -> None:
    lille = shores.lille
    told = list(
        lille.import_table(
            io.BytesIO(table(35, faulty=(3, 17))), "table.csv", at_work(lille, "Marie"), options()
        )
    )
    last = told[-1]
    assert last.done
    assert (last.rows_read, last.recorded, last.left_out) == (35, 33, 2)
    assert [one.recorded for one in told] == sorted(one.recorded for one in told)
    assert sorted(rows_held(lille)) == sorted(f"R-{number}" for number in range(35) if number not in (3, 17))
    assert last.report is not None
    for line in ("5", "19"):
        assert [one for one in last.report.splitlines() if one.startswith(line) and "hier soir" in one]
    assert last.summary is not None
    assert "2" in last.summary.fr
    assert "2" in last.summary.en
    assert lille.verify().broken is None
    # One line a batch, with how many; and the holding itself is on record.
    with lille.store.engines()["ledger"].connect() as connection:
        lines = [
            json.loads(one) for one in connection.exec_driver_sql("SELECT content FROM register").scalars()
        ]
    assert sum(line["found"] for line in lines if line["act"] == "collection") == 33
    assert lille.store.count() == {"report": 33, "holding": 1}


def test_the_same_table_again_does_nothing_and_another_services_is_its_own(
    shores: Any, at_work: Callable[..., Any]
) -> None:
    lille = shores.lille
    marie = at_work(lille, "Marie")
    first = enter(lille, marie, table(25))
    size = lille.store.size
    again = enter(lille, marie, table(25))
    assert lille.store.size == size
    assert (again.recorded, again.resumed_from, again.holding) == (25, 25, first.holding)
    enter(lille, at_work(lille, "Paul"), table(25))
    assert len(rows_held(lille)) == 50
    enter(lille, at_work(lille, "Marie", matter="DUNE"), table(25))
    assert len(rows_held(lille)) == 75


def test_an_import_that_a_full_disk_broke_off_goes_on_where_it_was(
    shores: Any, at_work: Callable[..., Any]
) -> None:
    lille = shores.lille
    marie = at_work(lille, "Marie")
    connection = lille.store._writer._ledger.connection
    pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
    connection.exec_driver_sql(f"PRAGMA max_page_count={pages + 12}")
    told: list[HoldingProgress] = []
    with pytest.raises(Unavailable, match="disk_full"):
        told.extend(lille.import_table(io.BytesIO(table(400)), "table.csv", marie, options()))
    acknowledged = told[-1].recorded
    assert 0 < acknowledged < 400
    assert len(rows_held(lille)) == acknowledged
    connection.exec_driver_sql("PRAGMA max_page_count=1000000")
    last = enter(lille, marie, table(400))
    assert (last.recorded, last.resumed_from) == (400, acknowledged)
    assert sorted(rows_held(lille)) == sorted(f"R-{number}" for number in range(400))
    assert lille.verify().broken is None


IMPORT = """
import io, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from entente import holding
from entente.holding import ImportOptions
from entente.model.grading import Grade
from entente.node import Node
holding.BATCH_ROWS = 10
node = Node(Path(sys.argv[1]))
access = node.access("Marie", "suivi de la filière", matter="OYAT")
options = ImportOptions(regime="smuggling", handling=("H1",), grade=Grade("europol", "B", "2"))
with open(sys.argv[2], "rb") as source:
    for told in node.import_table(source, "table.csv", access, options):
        print(told.recorded, told.resumed_from, flush=True)
node.close()
"""


def test_an_import_that_was_killed_goes_on_and_no_row_is_lost_or_doubled(
    laid_out: Path, at_work: Callable[..., Any]
) -> None:
    file = laid_out / "table.csv"
    file.write_bytes(table(1500))
    command = [sys.executable, "-c", IMPORT, str(laid_out / "lille"), str(file)]
    acknowledged = 0
    for rows in (20, 300, 700):
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as importing:
            assert importing.stdout is not None
            for line in importing.stdout:
                recorded, resumed = (int(word) for word in line.split())
                assert resumed >= acknowledged or resumed == 0
                if recorded >= rows:
                    break
            os.kill(importing.pid, signal.SIGKILL)
            acknowledged = max([recorded, *(int(one.split()[0]) for one in importing.stdout if "\n" in one)])
    node = Node(laid_out / "lille")
    try:
        assert acknowledged <= len(rows_held(node)) < 1500
        last = enter(node, at_work(node, "Marie"), table(1500))
        assert last.resumed_from >= acknowledged
        assert sorted(rows_held(node)) == sorted(f"R-{number}" for number in range(1500))
        assert node.verify().broken is None
        assert node.store.count()["holding"] == 1
    finally:
        node.close()


@pytest.mark.parametrize("lane", [None, "bulk"])
def test_a_holding_arrives_whole_by_either_lane_and_verifies_on_both_shores(
    shores: Any, at_work: Callable[..., Any], lane: str | None
) -> None:
    lille, dover = shores.lille, shores.dover
    enter(lille, at_work(lille, "Marie"), table(31), recipients=("dover",), lane=lane)
    shores.carry()
    assert sorted(rows_held(dover)) == sorted(rows_held(lille))
    assert len(rows_held(dover)) == 31
    messages = dover.exchange.arrived("lille", "routine")[1], dover.exchange.arrived("lille", "bulk")[1]
    # One by one, or a message a batch; a batch of one row is a batch too.
    assert messages == ((31, 0) if lane is None else (0, 4))
    assert "holding" not in dover.store.count()
    for node in (lille, dover):
        assert node.verify().broken is None
    found = dover.search(at_work(dover, "Jane"), "+33639980017")
    assert len(found) == 1
    for row in lille.store.records_of(0, 0):
        assert [one["step"] for one in lille.exchange.holders(row.header.id)] == ["accepted"]


def test_each_row_alone_carries_the_path_to_the_one_signature(
    shores: Any, at_work: Callable[..., Any]
) -> None:
    lille, dover = shores.lille, shores.dover
    enter(lille, at_work(lille, "Marie"), table(13), recipients=("dover/UK-NCA",))
    lille.settle()
    places = []
    for envelope in lille.exchange.page("dover", "routine", 0).envelopes:
        outer, _ = read_outer(envelope, dover.ring, "lille")
        release = read_payload(open_payload(envelope, outer, dover.exchange.own), newer=False)[0].release
        assert release is not None
        assert release.seal.header is not None
        verified = verify_release(release, dover.ring)
        assert (verified.withheld, release.audience, release.basis) == (1, ("UK-NCA",), "adequacy-2031")
        places.append(release.seal.place)
        if release.seal.path:
            wrong = msgspec.structs.replace(release.seal, path=("00" * 32, *release.seal.path[1:]))
            with pytest.raises(EntenteError):
                verify_release(msgspec.structs.replace(release, seal=wrong), dover.ring)
    assert sorted(places) == sorted([*range(10), *range(3)])


def test_a_holding_is_released_later_to_further_recipients_once(
    shores: Any, at_work: Callable[..., Any]
) -> None:
    lille, dover = shores.lille, shores.dover
    marie = at_work(lille, "Marie")
    last = enter(lille, marie, table(25))
    shores.carry()
    assert rows_held(dover) == []
    for _ in range(2):
        lille.release(marie, last.holding, ("dover/UK-NCA",), "à leur demande", "bulk")
        shores.carry()
        assert len(rows_held(dover)) == 25
    assert dover.exchange.arrived("lille", "bulk")[1] == 3
    assert dover.search(at_work(dover, "Jane"), "+33639980017")
    assert dover.search(at_work(dover, "Ian"), "+33639980017") == []


def test_an_erased_row_leaves_its_batch_and_the_others_still_verify(
    shores: Any, at_work: Callable[..., Any], amend: Callable[..., Any]
) -> None:
    lille, dover = shores.lille, shores.dover
    marie = at_work(lille, "Marie")
    last = enter(lille, marie, table(10))
    lille.settle()
    (found,) = lille.search(marie, "+33639980004")
    lille.record(amend("FR-OLTIM", found[0].header.id), marie)
    lille.release(marie, last.holding, ("dover",), "à leur demande", "bulk")
    shores.carry()
    assert sorted(rows_held(dover)) == sorted(f"R-{number}" for number in range(10) if number != 4)
    for node in (lille, dover):
        assert node.verify().broken is None
    assert dover.store.current([found[0].header.id]) == {}


def test_a_table_goes_by_no_life_lane_and_says_no_suspect(shores: Any, at_work: Callable[..., Any]) -> None:
    lille = shores.lille
    with pytest.raises(NotPermitted, match="lane_life"):
        enter(lille, at_work(lille, "Marie"), table(3), lane="life")
    with pytest.raises(NotPermitted, match="compartment_closed"):
        enter(lille, at_work(lille, "Erwan", purpose="intelligence"), table(3))
    assert lille.store.size == 0
    content = b"Nom;Statut;category\nX;mis en cause;suspect\n"
    enter(lille, at_work(lille, "feed"), content)
    lille.settle()
    assert lille.crosscheck.persons.suspects() == 0


def test_a_distress_overtakes_a_table_that_is_being_entered(shores: Any, at_work: Callable[..., Any]) -> None:
    """What is asked for life goes before all that waits for the writer."""
    from concurrent.futures import ThreadPoolExecutor

    lille = shores.lille
    erwan, marie = at_work(lille, "Erwan"), at_work(lille, "Marie")
    sent = 0
    with ThreadPoolExecutor(1) as other:
        entering = other.submit(enter, lille, marie, table(1200))
        while not entering.done():
            lille.distress(b"MAYDAY", erwan)
            sent += 1
            time.sleep(0.02)
        entering.result()
    assert sent > 2
    kinds = [row.kind for row in lille.store.rows(select(tables.entry.c.kind).order_by(tables.entry.c.seq))]
    assert kinds.index("record") < len(kinds) - 1
