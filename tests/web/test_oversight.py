"""The page of the data protection officer: seeded behaviour becomes a flag to look at, the register answers by
references, an extract proves itself, and nobody else comes in.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from entente.errors import NotPermitted
from entente.oversight.desk import Asked
from entente.oversight.extract import check_extract
from entente.store import tables

# Half past eleven in the evening in Lille.
NIGHT = dt.datetime(2031, 9, 12, 21, 30, tzinfo=dt.UTC)


@pytest.fixture
def officer(shores: Any, desks: Callable[..., Any]) -> Any:
    return desks(shores.lille, "DPO", role="data_protection_officer")


@pytest.fixture
def record(shores: Any, report: Any, at_work: Any) -> str:
    lille = shores.lille
    return str(lille.record(report(reference="FR-OLT-9"), at_work(lille, "Marie")).header.id)


def flags_on(page: str) -> dict[str, str]:
    """Line and words of each flag in the list of open ones."""
    listed = page.split('id="flags"')[1].split("</section>")[0].split("<details")[0]
    return dict(re.findall(r'href="/oversight/flags/(\d+)">([^<]+)<', listed))


def test_log_8_seeded_behaviour_comes_to_the_page_of_the_officer_who_closes_each_flag(
    shores: Any,
    desks: Any,
    officer: Any,
    at_work: Any,
    record: str,
    report: Any,
    statement: Any,
    person: Any,
) -> None:
    lille = shores.lille
    assert flags_on(officer.get("/oversight").text) == {}
    marie = at_work(lille, "Marie")
    desks(lille, "Marie").post("/search", q="Marie")
    for number in range(61):
        lille.search(at_work(lille, "Paul"), f"06 39 98 {number // 100:02} {number % 100:02}")
    about = statement(entities=(person(name="Rojda", phone="", category="victim"),))
    victim = lille.record(
        report(
            "FR-AIDE",
            "FR-AIDE-1",
            compartment="victims",
            purpose="investigation",
            matter="AIDE-7",
            regime="trafficking",
            recipients=(),
            statements=(about,),
        ),
        at_work(lille, "Aude", matter="AIDE-7"),
    )
    lille.read(at_work(lille, "Aude", matter="AIDE-7"), victim.header.id)
    lille.read(at_work(lille, "Aude", matter="OYAT"), victim.header.id)
    for _ in range(5):
        with pytest.raises(NotPermitted):
            lille.oversight.register(marie, Asked())
    shores.clock.at = NIGHT
    lille.open_shift(at_work(lille, "Odile", matter="OYAT"))
    lille.read(at_work(lille, "Odile"), record)
    lille.read(at_work(lille, "Paul"), record)
    lille.settle()

    shown = flags_on(officer.get("/oversight").text)
    assert sorted(shown.values()) == [
        "Aude opened a victim’s record outside the matter of that record.",
        "Marie searched for their own name.",
        "Marie tried 5 times on one day what a rule forbids.",
        "Paul gave the same reason 21 times on one day.",
        "Paul looked at records at night without being on a shift.",
        "Paul made 61 searches within one hour.",
    ]
    # As alarms too, for whoever runs the node.
    assert any("61" in one["en"] for one in lille.status()["alarms"])

    for number, (line, words) in enumerate(sorted(shown.items())):
        page = officer.get(f"/oversight/flags/{line}").text
        assert words in page
        assert ("<table" in page) == ("same reason" not in words), "the lines that it rests on"
        path = f"/oversight/flags/{line}"
        missing = officer.post(path, words="asked the officer, shown why")
        assert (missing.status_code, "asked the officer, shown why" in missing.text) == (422, True)
        outcome = "lawful" if number else "to_follow"
        done = officer.post(path, outcome=outcome, words="asked the officer, shown why")
        assert done.status_code == 303
    after = officer.get("/oversight").text
    assert flags_on(after) == {}
    assert after.count("asked the officer, shown why") == 6
    assert "to follow up" in after
    lille.settle()
    assert flags_on(officer.get("/oversight").text) == {}, "what was looked at is flagged again"


def test_a_reason_with_a_number_does_not_close_a_flag_and_what_was_typed_stays(
    shores: Any, desks: Any, officer: Any
) -> None:
    desks(shores.lille, "Marie").post("/search", q="Marie")
    (line,) = flags_on(officer.get("/oversight").text)
    answer = officer.post(
        f"/oversight/flags/{line}", outcome="lawful", words="she dialled 06 39 98 04 17 herself"
    )
    assert answer.status_code == 403
    assert "she dialled 06 39 98 04 17 herself" in answer.text
    assert list(flags_on(officer.get("/oversight").text)) == [line]


def test_the_register_answers_by_references_and_pages_by_line(
    shores: Any, officer: Any, record: str, at_work: Any
) -> None:
    lille = shores.lille
    for _ in range(60):
        lille.read(at_work(lille, "Marie"), record)
    first = officer.post("/oversight/register", officer="Marie", records="FR-OLT-9", act="consultation").text
    numbers = re.findall(r'<th scope="row" data-label="Line">(\d+)', first)
    assert len(numbers) == 50
    assert "FR-OLT-9" in first
    assert "looked at one record" in first
    assert "CEST" in first
    assert "06 39 98 04 17" not in first
    last = re.findall(r'name="before" value="(\d+)"', first)[0]
    assert last == numbers[-1]
    older = officer.post(
        "/oversight/register", officer="Marie", records="FR-OLT-9", act="consultation", before=last
    ).text
    assert len(re.findall(r'<th scope="row" data-label="Line">(\d+)', older)) == 10
    looked = [
        msgspec.json.decode(row.content)
        for row in lille.store.rows(select(tables.register).where(tables.register.c.officer == "DPO"))
    ]
    assert {"officer", "act", "records"} == {name for one in looked for name in one.get("filters", ())}


def test_a_line_leads_to_the_shift_that_says_who_and_why(shores: Any, desks: Any, officer: Any) -> None:
    desks(shores.lille, "Marie").post("/search", q="Zana")
    page = officer.post("/oversight/register", officer="Marie", act="search").text
    (shift,) = set(re.findall(r'href="#shift-([^"]+)"', page))
    below = page.split(f'id="shift-{shift}"')[1]
    assert "Marie" in below
    assert "team review" in below


def test_an_extract_is_a_table_or_proves_itself_and_is_refused_in_words_where_nothing_bounds_it(
    shores: Any, officer: Any, record: str, at_work: Any
) -> None:
    lille = shores.lille
    lille.read(at_work(lille, "Marie"), record)
    table = officer.post("/oversight/extract", records="FR-OLT-9", form="csv")
    assert table.headers["content-type"].startswith("text/csv")
    assert "attachment" in table.headers["content-disposition"]
    assert table.headers["x-content-type-options"] == "nosniff"
    assert record in table.text
    proof = officer.post("/oversight/extract", officer="Marie", form="jsonl")
    checked = check_extract(proof.content.splitlines())
    assert len(checked.lines) == 2
    assert lille.store.ring().verify(checked.signed, node="lille")
    broad = officer.post("/oversight/extract", act="consultation", matter="OYAT", form="csv")
    assert broad.status_code == 422
    assert "Give an officer, a record or a period." in broad.text
    assert 'value="OYAT"' in broad.text


def test_the_chain_is_read_from_the_page_and_a_changed_line_is_named(
    shores: Any, officer: Any, record: str, wait: Any
) -> None:
    def proved() -> str:
        assert officer.post("/oversight/proof").status_code == 303

        def back() -> str:
            said: str = officer.get("/oversight/proof", **{"HX-Request": "true"}).text
            return "" if "data-running" in said else said

        return str(wait(back))

    assert "The chain holds" in proved()
    with shores.lille.store.engines()["ledger"].begin() as connection:
        connection.execute(
            tables.register.update().where(tables.register.c.line == 0).values(content='{"act":"none"}')
        )
    assert "The chain is broken" in proved()
    whole = officer.get("/oversight/proof").text
    assert "Dover" in whole
    assert re.search(r"(?:[0-9a-f]{4} ){7}[0-9a-f]{4}", whole), "the partner's fingerprint"


def test_a_chain_that_grows_while_it_is_read_is_said_to_hold_after_one_reading(
    shores: Any, officer: Any, monkeypatch: Any, record: str, at_work: Any, wait: Any
) -> None:
    lille = shores.lille
    plain, readings = lille.verify, []

    def read_while_somebody_looks(progress: Any) -> Any:
        def look(done: int, of: int) -> None:
            lille.read(at_work(lille, "Marie"), record)
            progress(done, of)

        readings.append(1)
        return plain(look)

    monkeypatch.setattr(lille, "verify", read_while_somebody_looks)
    officer.post("/oversight/proof")

    def back() -> str:
        said: str = officer.get("/oversight/proof", **{"HX-Request": "true"}).text
        return "" if "data-running" in said else said

    assert "The chain holds" in str(wait(back))
    assert len(readings) == 1


def test_nobody_but_the_data_protection_officer_comes_in(shores: Any, desks: Any) -> None:
    marie = desks(shores.lille, "Marie")
    for path in ("/oversight", "/oversight/proof", "/oversight/requests", "/oversight/flags/1"):
        assert marie.get(path).status_code == 403
    assert marie.post("/oversight/extract", officer="Marie", form="csv").status_code == 403


def test_following_the_register_goes_on_by_itself_while_the_node_runs(
    running: Any, at_work: Any, wait: Any
) -> None:
    lille = running.lille
    marie = at_work(lille, "Marie")
    for _ in range(5):
        with pytest.raises(NotPermitted):
            lille.oversight.register(marie, Asked())
    wait(lambda: any("5" in one["en"] and "Marie" in one["en"] for one in lille.status()["alarms"]))
