"""Looking into the register of a node, page by page, and taking it away with its proof."""

from __future__ import annotations

import csv
import datetime as dt
import io
import random
import sqlite3
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from entente.errors import EntenteError
from entente.model.merkle import Tree, leaf_hash
from entente.oversight.desk import Asked
from entente.oversight.extract import Chosen, as_proof, as_table, check_extract, gap_sizes
from entente.oversight.lines import RegisterLine
from entente.oversight.looking import _plain_pieces


@pytest.fixture
def worked(shores: Any, report: Callable[..., Any], at_work: Callable[..., Any]) -> Any:
    """Three days of Marie and Odile at Lille."""
    lille = shores.lille
    for day in range(3):
        for officer in ("Marie", "Odile"):
            access = at_work(lille, officer, reason=f"suivi du jour {day} « Été »")
            row = lille.record(report(reference=f"FR-{officer}-{day}"), access)
            lille.read(access, row.header.id)
            lille.settle()
            lille.search(access, "06 39 98 04 17")
        shores.clock.at += dt.timedelta(days=1)
    return lille


def test_the_newest_lines_come_first_and_pages_neither_repeat_nor_leave_out(
    worked: Any, dpo: Any, seat_desk: Any
) -> None:
    desk, seen, before, more = seat_desk(), [], None, True
    while more:
        page = desk.register(dpo, Asked(officer="Marie", before_line=before, limit=4))
        seen += [one.number for one in page.lines]
        before, more = page.lines[-1].number, page.more
    assert seen == sorted(seen, reverse=True)
    assert len(seen) == len(set(seen)) == 9


def test_every_filter_narrows_and_they_narrow_together(
    worked: Any, dpo: Any, seat_desk: Any, shores: Any
) -> None:
    desk = seat_desk()

    def found(**asked: Any) -> int:
        return len(desk.register(dpo, Asked(limit=500, **asked)).lines)

    start = dt.datetime(2031, 9, 12, 8, tzinfo=dt.UTC)
    assert found(officer="Odile") == 9
    assert found(officer="Odile", act="search") == 3
    assert found(records=("FR-Marie-1",), officer="Marie") == 4
    assert found(records=("FR-Marie-1",), act="search") == 4
    assert found(records=("FR-Marie-1",), officer="Marie", act="consultation") == 1
    assert found(words="été 2", officer="Marie") == 3
    assert found(words="ÉTÉ", act="collection") == 6
    assert found(words="100%") == 0
    day = start + dt.timedelta(days=1)
    assert found(since=day, until=day, officer="Odile") == 3
    assert found(since=start + dt.timedelta(days=9)) == 0
    assert found(service="FR-PAF") == 0
    assert found(matter="OYAT", act="collection") == 6
    assert found(matter="OYA", act="collection") == 0


def test_looking_is_registered_with_the_kinds_of_filter_and_no_value(
    worked: Any, dpo: Any, seat_desk: Any
) -> None:
    desk = seat_desk()
    desk.register(dpo, Asked(officer="Marie", words="Été"))
    looked = desk.register(dpo, Asked(officer="DPO")).lines[1]
    assert (looked.act, looked.looked_at, looked.filters) == (
        "consultation",
        "register",
        ("officer", "words"),
    )
    with sqlite3.connect(worked.store.folder / "ledger.db") as connection:
        content = connection.execute(
            "SELECT content FROM register WHERE line = ?", (looked.number,)
        ).fetchone()[0]
    connection.close()
    assert "Marie" not in content
    assert "Été" not in content


@pytest.mark.parametrize(
    "asked", [Asked(), Asked(officer="Marie"), Asked(act="search"), Asked(officer="nobody"), Asked(limit=1)]
)
def test_LOG_7_an_extract_proves_its_lines_without_the_node(
    worked: Any, dpo: Any, seat_desk: Any, asked: Asked
) -> None:
    checked = check_extract(list(seat_desk().extract(dpo, asked)))
    worked.store.ring().verify(checked.signed, node="lille")
    every = msgspec.structs.replace(asked, limit=500)
    expected = [one.number for one in seat_desk().register(dpo, every).lines if one.number < checked.size]
    assert list(checked.lines) == sorted(expected)


def test_LOG_7_whatever_is_changed_in_an_extract_is_found(worked: Any, dpo: Any, seat_desk: Any) -> None:
    rows = list(seat_desk().extract(dpo, Asked(officer="Marie")))
    chance = random.Random(7)
    for _ in range(200):
        changed = [bytearray(row) for row in rows]
        row = chance.randrange(1, len(rows))
        if chance.random() < 0.3:
            del changed[row]
        else:
            told = msgspec.json.decode(changed[row])
            if "gap" in told:
                told["roots"][chance.randrange(len(told["roots"]))] = chance.randbytes(32).hex()
            else:
                place = chance.randrange(len(told["content"]))
                told["content"] = told["content"][:place] + "#" + told["content"][place + 1 :]
                told["leaf"] = leaf_hash(told["content"].encode()).hex()
            changed[row] = bytearray(msgspec.json.encode(told))
        with pytest.raises(EntenteError, match="extract_broken"):
            check_extract([bytes(row) for row in changed])


def _line(number: int, **changes: Any) -> RegisterLine:
    values = {"at": dt.datetime(2031, 9, 12, tzinfo=dt.UTC), "act": "search", "officer": "M", "service": "S"}
    return RegisterLine(number=number, **(values | changes))


@given(st.integers(1, 70).flatmap(lambda size: st.tuples(st.just(size), st.sets(st.integers(0, size - 1)))))
def test_any_choice_of_lines_leads_to_the_root_of_the_whole(chosen: tuple[int, set[int]]) -> None:
    size, places = chosen
    contents = [f"line {place}" for place in range(size)]
    tree = Tree(leaf_hash(content.encode()) for content in contents)
    payload = msgspec.json.encode({"lines": size, "register_root": tree.root().hex()})
    import base64

    signed = f"e30.{base64.urlsafe_b64encode(payload).decode().rstrip('=')}.s"
    lines = [Chosen(place, contents[place], tree.leaf(place)) for place in sorted(places)]
    proof = list(as_proof("lille", signed, size, lines, lambda first, end: map(tree.leaf, range(first, end))))
    assert check_extract(proof).lines == tuple(sorted(places))


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_the_subtrees_of_a_gap_are_few_and_fill_it(first: int, length: int) -> None:
    sizes = gap_sizes(first, first + length)
    assert sum(sizes) == length
    assert len(sizes) <= 28


def test_the_table_opens_in_a_spreadsheet_and_runs_nothing_there() -> None:
    line = _line(3, reason='=HYPERLINK("x")', matter="-", records=("a", "b"), officer="Zoé; Dup")
    written = b"".join(as_table([(line, b"\x00" * 32)])).decode("utf-8")
    assert written.startswith("\ufeff")
    french, english, row = csv.reader(io.StringIO(written.removeprefix("\ufeff")))
    assert (french[3], english[3]) == ("agent", "officer")
    assert len(french) == len(english) == len(row)
    assert row[english.index("reason")] == '\'=HYPERLINK("x")'
    assert row[english.index("matter")] == "-"
    assert row[english.index("records")] == "a b"


def test_a_line_that_was_tampered_with_is_shown_as_such_and_stops_nothing(
    worked: Any, dpo: Any, seat_desk: Any
) -> None:
    with sqlite3.connect(worked.store.folder / "ledger.db") as connection:
        connection.execute("UPDATE register SET content = 'no line' WHERE line = 0")
    connection.close()
    desk = seat_desk()
    line = desk.register(dpo, Asked(before_line=1, limit=1)).lines[0]
    assert (line.number, line.readable, line.officer) == (0, False, "Marie")
    assert desk.step() > 2
    with pytest.raises(EntenteError, match="extract_broken"):
        check_extract(list(desk.extract(dpo, Asked())))


def test_a_node_of_before_the_indexes_gets_them_when_it_is_opened(shores: Any) -> None:
    file = shores.lille.store.folder / "ledger.db"

    def indexes() -> set[str]:
        with sqlite3.connect(file) as connection:
            names = {
                row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'index'")
            }
        connection.close()
        return {name for name in names if name.startswith("register_by")}

    before = indexes()
    shores.lille.close()
    with sqlite3.connect(file) as connection:
        for name in before:
            connection.execute(f"DROP INDEX {name}")
    connection.close()
    assert indexes() == set()
    shores.lille = type(shores.dover)(shores.root / "lille", shores.clock)
    assert indexes() == before == {"register_by_officer", "register_by_act", "register_by_time"}


LETTERS = st.text(alphabet='aAeEéÉçÇßsS xX19-%_"«’', min_size=1, max_size=12)


@given(LETTERS, LETTERS, LETTERS)
def test_what_the_database_looks_for_first_leaves_out_no_reason_that_holds_the_words(
    before: str, word: str, after: str
) -> None:
    reason = before + word + after
    held = [one for one in word.casefold().split() if one in reason.casefold()]
    plain = "".join(sign.lower() if sign.isascii() else sign for sign in reason)
    assert all(piece in plain for piece in _plain_pieces(" ".join(held)))


def test_a_double_s_is_found_however_it_is_written(worked: Any, dpo: Any, seat_desk: Any) -> None:
    desk = seat_desk()
    desk.register(msgspec.structs.replace(dpo, reason="Kontrolle Prinzessßtraße 12"), Asked())
    for asked in ("prinzesssstrasse", "STRASSE", "straße 12"):
        assert len(desk.register(dpo, Asked(words=asked)).lines) == 1
