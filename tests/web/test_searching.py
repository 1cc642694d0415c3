"""The search page: two parts, one register line each without the words, and nothing that the asker may not read."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from entente.model.report import Wording
from entente.node import Node
from entente.store import tables

PHONE = "06 39 98 04 17"


@pytest.fixture
def visitor(shores: Any, desks: Callable[..., Any]) -> Callable[..., Any]:
    def come(officer: str = "Marie", **options: Any) -> Any:
        return desks(shores.lille, officer, **options)

    return come


def search(desk: Any, words: str = "", **filters: str) -> Any:
    return desk.post("/search", q=words, **filters)


def lines(node: Node, act: str = "search") -> list[str]:
    """What the register holds of an act, line by line."""
    rows = node.store.rows(select(tables.register).where(tables.register.c.act == act))
    return [str(row.content) for row in rows]


def _held(shores: Any, report: Callable[..., Any], at_work: Callable[..., Any], **changes: Any) -> str:
    record: str = shores.lille.record(report(**changes), at_work(shores.lille, "Marie")).header.id
    shores.lille.settle()
    return record


def test_a_number_is_found_as_the_other_shore_writes_it_and_the_words_apart(
    shores: Any, report: Any, at_work: Any, visitor: Any
) -> None:
    record = _held(shores, report, at_work)
    page = search(visitor(), "+33 6 39 98 04 17")
    assert page.status_code == 200
    by_name, by_words = page.text.split('id="by-words"')
    assert f"/reports/{record}" in by_name
    assert "telephone number" in by_name
    assert "bits" in by_name
    assert f"/reports/{record}" in by_words


def test_the_matches_are_marked_in_a_snippet_that_cannot_write_into_the_page(
    shores: Any, report: Any, at_work: Any, statement: Any, visitor: Any
) -> None:
    said = statement(wording=Wording(language="fr", text="un <script>zodiac</script> gris sous la digue"))
    _held(shores, report, at_work, statements=(said,))
    page = search(visitor(), "zodiac")
    assert "<mark>zodiac</mark>" in page.text
    assert "<script>zodiac" not in page.text


def test_the_register_holds_that_was_searched_and_why_but_not_what(
    shores: Any, report: Any, at_work: Any, visitor: Any
) -> None:
    record = _held(shores, report, at_work)
    marie = visitor()
    before = len(lines(shores.lille))
    page = search(marie, PHONE)
    fresh = lines(shores.lille)[before:]
    # One for each part.
    assert len(fresh) == 2
    assert all("team review" in one and record in one and "OYAT" in one for one in fresh)
    assert not any("0417" in one.replace(" ", "") or PHONE in one for one in fresh)
    assert "team review" in page.text
    assert "is in the register" in page.text


def test_nothing_that_is_searched_stands_in_an_address(visitor: Any) -> None:
    marie = visitor()
    page = search(marie, "Qandilbaz")
    assert "Qandilbaz" not in "".join(re.findall(r'(?:href|action|src)="([^"]*)"', page.text))
    # Asked in an address, it is not looked for.
    assert "Qandilbaz" not in marie.get("/search?q=Qandilbaz").text


def test_what_is_not_open_to_the_asker_is_not_there_in_either_part(
    shores: Any, report: Any, at_work: Any, visitor: Any
) -> None:
    closed = report(compartment="judicial", purpose="investigation", recipients=())
    odile = at_work(shores.lille, "Odile", role="judicial_keeper")
    record = shores.lille.record(closed, odile).header.id
    shores.lille.settle()
    assert record not in search(visitor("Marie"), PHONE).text
    assert record in search(visitor("Odile", role="judicial_keeper"), PHONE).text


def test_filters_put_aside_what_they_say_and_the_page_counts_it(
    shores: Any, report: Any, at_work: Any, visitor: Any
) -> None:
    record = _held(shores, report, at_work)
    marie = visitor()
    assert (
        record
        in search(marie, PHONE, party="own", kind="report", since="2031-09-12", until="2031-09-12").text
    )
    for filters in (
        {"party": "partner"},
        {"kind": "sighting"},
        {"service": "UK-NCA"},
        {"matter": "ELSEWHERE"},
        {"since": "2031-09-13"},
        {"until": "2031-09-11"},
    ):
        page = search(marie, PHONE, **filters)
        assert record not in page.text, filters
        assert "Put aside by your filters: 1" in re.sub(r"\s+", " ", page.text)


def test_a_day_that_is_none_is_said_and_nothing_typed_is_lost(visitor: Any) -> None:
    page = search(visitor(), "Haji Dlo", since="31.02.", matter="OYAT")
    assert page.status_code == 422
    assert 'href="#since"' in page.text
    assert 'value="Haji Dlo"' in page.text
    assert 'value="OYAT"' in page.text


def test_a_search_for_nothing_is_answered_with_what_to_do(visitor: Any) -> None:
    page = search(visitor(), "  ")
    assert page.status_code == 422
    assert "error-summary" in page.text


def test_pages_follow_each_other_without_gap_or_repeat_and_lead_back(
    shores: Any, report: Any, at_work: Any, statement: Any, visitor: Any
) -> None:
    records = set()
    for number in range(45):
        said = statement(wording=Wording(language="fr", text=f"phare {number}"))
        row = shores.lille.record(
            report(reference=f"FR-{number}", statements=(said,)), at_work(shores.lille, "Marie")
        )
        records.add(row.header.id)
    shores.lille.settle()
    marie = visitor()
    seen: list[str] = []
    page = search(marie, "phare").text
    numbers = []
    while True:
        seen += re.findall(r'href="/reports/([^"]+)"', page.split('id="by-words"')[1])
        numbers.append(re.findall(r"Page (\d)", page)[0])
        forms = re.findall(r'<form method="post" action="/search" data-search>(.*?)</form>', page)
        older = [one for one in forms if "Older" in one]
        if not older:
            break
        page = marie.post("/search", **_fields(older[0])).text
    assert numbers == ["1", "2", "3"]
    assert len(seen) == len(set(seen)) == 45
    assert set(seen) == records
    newer = next(one for one in forms if "Newer" in one)
    assert re.findall(r"Page (\d)", marie.post("/search", **_fields(newer)).text) == ["2"]


def _fields(form: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'name="(?!csrf)([^"]+)" value="([^"]*)"', form):
        found.setdefault(name, []).append(value)
    return found


def test_an_index_that_is_not_ready_is_said_to_be_so(
    shores: Any, report: Any, at_work: Any, visitor: Any
) -> None:
    marie = visitor()
    shores.lille.settle()
    assert "still being built" not in search(marie, "phare").text
    shores.lille.record(report(), at_work(shores.lille, "Marie"))
    assert "still being built" in search(marie, "phare").text


def test_log_8_an_officer_who_searches_for_themself_is_flagged_and_not_told(
    shores: Any, visitor: Any
) -> None:
    paul = visitor("Paul")
    search(paul, "Marie")
    assert lines(shores.lille, "flag") == []
    page = search(paul, "paul Martin")
    [flag] = lines(shores.lille, "flag")
    assert "self_search" in flag
    assert "Martin" not in flag
    assert "oversight" not in page.text.casefold().replace("/oversight", "")


def test_a_search_takes_a_role_that_works_on_contents(visitor: Any) -> None:
    assert visitor("DPO", role="data_protection_officer").get("/search").status_code == 403
