"""Who may do what to whose record, and that an attempt at what is forbidden leaves its line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from entente.errors import NotPermitted
from entente.model.report import Designation, Draft, RecordRef
from entente.store import tables


def lines(node: Any, act: str) -> list[dict[str, Any]]:
    found = node.store.rows(
        select(tables.register.c.content).where(tables.register.c.act == act).order_by(tables.register.c.line)
    )
    return [msgspec.json.decode(row.content) for row in found]


def test_cat_3_a_service_account_that_makes_a_suspect_is_refused_and_the_attempt_is_on_record(
    shores: Any, report: Callable[..., Any], at_work: Callable[..., Any]
) -> None:
    row = shores.lille.record(report(), at_work(shores.lille, "Marie"))
    before = shores.lille.store.size
    attempt = Draft(
        kind="designation",
        service="FR-OLTIM",
        purpose="intelligence",
        matter="OYAT",
        handling=("H1",),
        regime="smuggling",
        designation=Designation(
            about=RecordRef(row.header.id, "e1"),
            matter="OYAT",
            category="suspect",
            reason="score élevé",
            basis_statement="s1",
            officer="feed",
            approver="Marie",
        ),
    )
    with pytest.raises(NotPermitted) as refused:
        shores.lille.record(attempt, at_work(shores.lille, "feed"))
    assert refused.value.code == "machine_decides"
    assert shores.lille.store.size == before
    (line,) = lines(shores.lille, "refusal")
    assert (line["officer"], line["role"]) == ("feed", "service_account")


def test_only_the_service_that_said_it_says_it_anew_or_releases_it(
    shores: Any, report: Callable[..., Any], at_work: Callable[..., Any]
) -> None:
    row = shores.lille.record(report(recipients=()), at_work(shores.lille, "Marie"))
    paul = at_work(shores.lille, "Paul")
    with pytest.raises(NotPermitted) as refused:
        shores.lille.record(report("FR-PAF", None, replaces=row.header.id), paul)
    assert refused.value.code == "not_your_record"
    with pytest.raises(NotPermitted) as refused:
        shores.lille.release(paul, row.header.id, ("dover",), "pour nos partenaires")
    assert refused.value.code == "not_your_record"
    shores.carry()
    assert not shores.dover.store.versions(row.header.id)


def test_a_matter_that_holds_a_value_is_not_kept_in_the_register(
    shores: Any, report: Callable[..., Any], at_work: Callable[..., Any]
) -> None:
    shores.lille.record(report(), at_work(shores.lille, "Marie"))
    shores.lille.search(at_work(shores.lille, "Marie", matter="06 39 98 04 17"), "Haji")
    assert "39" not in lines(shores.lille, "search")[-1]["matter"]


def test_what_a_partner_erased_here_is_a_line_of_our_register(
    shores: Any, report: Callable[..., Any], at_work: Callable[..., Any], amend: Callable[..., Any]
) -> None:
    marie = at_work(shores.lille, "Marie")
    row = shores.lille.record(report(), marie)
    shores.carry()
    shores.lille.record(amend("FR-OLTIM", row.header.id), marie)
    shores.carry()
    assert [line["records"] for line in lines(shores.dover, "erasure")] == [[row.header.id]]


def test_a_desk_that_fails_at_one_entry_passes_over_that_one_and_no_other(
    running: Any,
    report: Callable[..., Any],
    at_work: Callable[..., Any],
    wait: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("entente.node.RETRY_S", 0.01)
    outbox_due = running.lille.exchange.step.__self__
    honest = outbox_due._due_for

    def failing(rows: Any, released: Any = None) -> Any:
        if any(row.header.reference == "FR-2" for row in rows):
            raise RuntimeError("a fault of ours")
        return honest(rows, released)

    monkeypatch.setattr(outbox_due, "_due_for", failing)
    marie = at_work(running.lille, "Marie")
    for number in range(1, 5):
        running.lille.record(report(reference=f"FR-{number}"), marie)
    wait(lambda: running.dover.store.by_reference("FR-4"))
    assert running.dover.store.by_reference("FR-1")
    assert running.dover.store.by_reference("FR-3")
    assert not running.dover.store.by_reference("FR-2")
    (refused,) = [one for one in running.lille.refusals(marie) if one["way"] == "desk"]
    assert refused["code"] == "desk_failed"


def test_log_2_the_same_reason_more_than_twenty_times_a_day_is_flagged_once(
    shores: Any, report: Callable[..., Any], at_work: Callable[..., Any]
) -> None:
    row = shores.lille.record(report(), at_work(shores.lille, "Marie", reason="premier relevé"))
    for _ in range(20):
        shores.lille.read(at_work(shores.lille, "Marie", reason="point d’équipe"), row.header.id)
    assert lines(shores.lille, "flag") == []
    shores.reopen("lille")
    for _ in range(3):
        shores.lille.read(at_work(shores.lille, "Marie", reason="Point  d’équipe"), row.header.id)
    (flag,) = lines(shores.lille, "flag")
    assert (flag["officer"], flag["rule"], flag["found"]) == ("Marie", "same_reason", 21)
    assert any("Marie" in alarm.en for alarm in shores.lille.exchange.alarms)
    shores.clock.at += dt.timedelta(days=1)
    shores.lille.read(at_work(shores.lille, "Marie", reason="point d’équipe"), row.header.id)
    assert len(lines(shores.lille, "flag")) == 1


def test_a_number_written_as_on_the_other_shore_is_found(
    shores: Any, report: Callable[..., Any], at_work: Callable[..., Any]
) -> None:
    shores.lille.record(report(), at_work(shores.lille, "Marie"))
    shores.carry()
    found = shores.dover.search(at_work(shores.dover, "Jane"), "06 39 98 04 17")
    assert [row.header.reference for row, *_ in found] == ["FR-1"]
