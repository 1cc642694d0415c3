"""Who may do what to whose record, and that an attempt at what is forbidden leaves its line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from entente.errors import EntenteError, Malformed, NotFound, NotPermitted
from entente.model.report import Designation, Draft, Judgement, RecordRef
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


def test_a_number_held_last_year_and_one_word_of_a_name_are_found(
    shores: Any, report: Callable[..., Any], at_work: Callable[..., Any]
) -> None:
    marie = at_work(shores.lille, "Marie")
    shores.lille.record(report(reference="FR-1", name="Soran Delirzad"), marie)
    shores.carry()
    shores.clock.at += dt.timedelta(days=80)
    for written in ("06 39 98 04 17", "Delirzad", "soran"):
        assert [row.header.reference for row, *_ in shores.lille.search(marie, written)] == ["FR-1"], written
    with pytest.raises(Malformed):
        shores.lille.search(marie, "  ")


def test_sar_1_no_code_recipient_or_compartment_in_it_keeps_a_distress_from_the_other_shore(
    shores: Any, statement: Callable[..., Any], at_work: Callable[..., Any]
) -> None:
    erwan = at_work(shores.lille, "Erwan")
    said = {"kind": "distress", "service": "FR-PREMAR"}
    sent = [
        shores.lille.record(Draft(**said, statements=(statement(),)), erwan),
        shores.lille.record(Draft(**said, statements=(statement(),), recipients=("dover/UK-NCA",)), erwan),
        shores.lille.record(Draft(**said, statements=(statement(),), recipients=("lille",)), erwan),
        shores.lille.record(
            Draft(**said, statements=(statement(),), handling=("H3",), conditions="sur accord"), erwan
        ),
        shores.lille.record(Draft(**said, statements=(statement(compartment="judicial"),)), erwan),
    ]
    shores.carry()
    claire = at_work(shores.dover, "Claire")
    assert {row.header.id for row in sent} == {
        one.reading.row.header.id for one in shores.dover.maritime.at_sea(claire) if one.statements
    }


def test_a_flood_of_what_nobody_can_read_hides_no_distress(shores: Any, at_work: Callable[..., Any]) -> None:
    erwan = at_work(shores.lille, "Erwan")
    draft = (
        b'{"kind":"distress","service":"FR-PREMAR","statements":[{"id":"s1","basis":"reported","wording":'
        b'{"language":"fr","text":"47 personnes"},"grade":{"scheme":"admiralty","source":"B","information":"2"},'
        b'"checked_on":"2031-09-12"}]}'
    )
    row = shores.lille.distress(draft, erwan)
    for number in range(12):
        shores.lille.distress(b"rubbish %d" % number, erwan)
    shores.lille.settle()
    shown = shores.lille.maritime.at_sea(erwan, limit=5)
    assert row.header.id in {one.reading.row.header.id for one in shown}
    assert sum(one.raw is not None for one in shown) == 5


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"kind": "hit"}, "kind_not_written"),
        ({"kind": "agreement"}, "kind_not_written"),
        ({"kind": "holding"}, "holding_not_imported"),
        ({"handling": ()}, "handling_missing"),
        ({"purpose": None}, "purpose_missing"),
        ({"matter": " "}, "matter_missing"),
        ({"reference": "06 39 98 04 17"}, "header_holds_value"),
        ({"matter": "ligne 06 39 98 04 17"}, "header_holds_value"),
        ({"kind": "judgement"}, "act_missing"),
    ],
)
def test_what_no_officer_may_write_is_refused_by_the_rule_for_it(
    shores: Any, report: Callable[..., Any], at_work: Callable[..., Any], changes: dict[str, Any], code: str
) -> None:
    with pytest.raises(EntenteError) as refused:
        shores.lille.record(report(**changes), at_work(shores.lille, "Marie"))
    assert refused.value.code == code
    assert shores.lille.store.size == 0


def test_a_record_carries_the_act_of_its_kind_and_no_other(
    shores: Any, report: Callable[..., Any], at_work: Callable[..., Any], amend: Callable[..., Any]
) -> None:
    marie = at_work(shores.lille, "Marie")
    row = shores.lille.record(report(), marie)
    smuggled = msgspec.structs.replace(
        report(reference="FR-2"), amendment=amend("FR-OLTIM", row.header.id).amendment
    )
    with pytest.raises(Malformed) as refused:
        shores.lille.record(smuggled, marie)
    assert refused.value.code == "act_of_another_kind"


def test_pur_6_nobody_judges_a_pair_of_which_one_record_is_closed_to_them(
    shores: Any, report: Callable[..., Any], at_work: Callable[..., Any]
) -> None:
    marie, odile = at_work(shores.lille, "Marie"), at_work(shores.lille, "Odile")
    open_row = shores.lille.record(report(), marie)
    closed = report(reference="J-1", compartment="judicial", purpose="investigation", recipients=())
    closed_row = shores.lille.record(closed, odile)
    shores.lille.settle()
    judgement = Judgement(
        one=RecordRef(open_row.header.id, "e1"),
        other=RecordRef(closed_row.header.id, "e1"),
        verdict="same",
        reason="même ligne",
        officer="Marie",
    )
    draft = Draft(
        kind="judgement",
        service="FR-OLTIM",
        purpose="intelligence",
        matter="OYAT",
        handling=("H1",),
        recipients=("dover",),
        judgement=judgement,
    )
    with pytest.raises(NotFound):
        shores.lille.record(draft, marie)
    assert shores.lille.status()["records"] == {"report": 2}
