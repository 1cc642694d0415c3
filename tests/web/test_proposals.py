"""A category for a person takes two officers, and the second has everything before them: 4E-1 and 4E-3 on the page."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from entente.errors import Conflict
from entente.model.identifier import Identifier
from entente.model.moment import PartialDate
from entente.model.name import Name
from entente.model.report import RecordRef


@pytest.fixture
def linked(
    shores: Any,
    report: Callable[..., Any],
    statement: Callable[..., Any],
    person: Callable[..., Any],
    at_work: Callable[..., Any],
) -> Any:
    """Two records with one telephone and one handset whose dates of birth contradict each other; judged different."""

    def said(born: int, name: str) -> Any:
        marks = (
            Identifier(kind="phone", written="06 39 98 04 17"),
            Identifier(kind="imei", written="00101904000041-5"),
        )
        one = person(identifiers=marks, names=(Name(name),), birth=PartialDate(born, 3, 14))
        return (statement(entities=(one,)),)

    marie, jane = at_work(shores.lille, "Marie"), at_work(shores.dover, "Jane")
    shores.lille.record(report(statements=said(1989, "Soran Delirzad")), marie)
    shores.dover.record(
        report(service="UK-NCA", reference="UK-1", statements=said(1964, "Soran Delirzad")), jane
    )
    shores.carry()
    (hit,) = shores.dover.headlines(jane)
    shores.dover.judge(jane, hit.id, "different", "the older man is his uncle, seen with him")
    shores.carry()
    return shores


def proposed(shores: Any, desk: Any, at_work: Callable[..., Any], category: str = "suspect") -> str:
    """The address of a proposal that an officer made on the page."""
    record = shores.lille.read(at_work(shores.lille, "Marie"), "FR-1").row.header.id
    made = desk.post(
        "/proposals",
        record=record,
        entity="e1",
        category=category,
        basis_statement="s1",
        reason="seen at the wheel of the van",
    )
    assert made.status_code == 303
    return str(made.headers["location"])


def hidden(page: str) -> list[str]:
    """What a page sends with the decision as seen."""
    return re.findall(r'name="shown" value="([^"]+)"', page)


def test_a_proposal_is_made_on_a_statement_of_the_record_and_waits(
    linked: Any, desks: Callable[..., Any], at_work: Callable[..., Any]
) -> None:
    desk = desks(linked.lille, "Marie")
    record = linked.lille.read(at_work(linked.lille, "Marie"), "FR-1").row.header.id
    form = desk.get(f"/proposals/new?record={record}&entity=e1").text
    assert "not yet assessed" in form
    assert 'value="s1"' in form
    assert desk.get(f"/proposals/new?record={record}&entity=e9").status_code == 404
    page = desk.get(proposed(linked, desk, at_work)).text
    assert "Waits for a second person" in page
    refused = desk.post(
        "/proposals", record=record, entity="e1", category="suspect", basis_statement="s1", reason="once more"
    )
    assert refused.status_code == 409
    assert "once more" in refused.text


def test_an_assessment_carries_no_suspect_and_what_was_typed_stays(
    shores: Any, report: Callable[..., Any], statement: Callable[..., Any], person: Callable[..., Any],
    desks: Callable[..., Any], at_work: Callable[..., Any],
) -> None:  # fmt: skip
    said = statement(basis="assessment", author="Marie", grounds="two calls", entities=(person(),))
    row = shores.lille.record(report(statements=(said,)), at_work(shores.lille, "Marie"))
    refused = desks(shores.lille, "Marie").post(
        "/proposals",
        record=row.header.id,
        entity="e1",
        category="suspect",
        basis_statement="s1",
        reason="kept as it was typed",
    )
    assert refused.status_code == 403
    assert "rests on a statement of fact" in refused.text
    assert "kept as it was typed" in refused.text


def test_4e_1_the_author_sees_no_button_and_a_forged_decision_of_theirs_is_refused(
    linked: Any, desks: Callable[..., Any], at_work: Callable[..., Any]
) -> None:
    desk = desks(linked.lille, "Marie")
    where = proposed(linked, desk, at_work)
    page = desk.get(where).text
    assert 'name="outcome"' not in page
    assert "Another person than you decides" in page
    other = desks(linked.lille, "Paul").get(where).text
    forged = desk.post(where, outcome="approved", reason="by my own hand", shown=hidden(other))
    assert forged.status_code == 403
    assert "A designation takes a second person" in forged.text
    assert "Waits for a second person" in desk.get(where).text


def test_4e_3_whatever_speaks_against_stands_on_the_page_before_the_button(
    linked: Any, desks: Callable[..., Any], at_work: Callable[..., Any]
) -> None:
    where = proposed(linked, desks(linked.lille, "Marie"), at_work)
    page = desks(linked.lille, "Paul").get(where).text
    button = page.index('value="approved"')
    for evidence in (
        "the older man is his uncle, seen with him",  # why an officer of the other shore judged it different
        "Judged: different",
        "different dates of birth",  # the ground against
        "bar__against",
        "same telephone number",  # the grounds for
        "Category there: not yet assessed",
        "ligne relevée sur la plage",  # the statement itself
        "The proposal rests on this statement",
    ):
        assert evidence in page, evidence
        assert page.index(evidence) < button, evidence
    sums = re.findall(r'data-sum="([^"]+)"', page)
    grounds = re.findall(r'data-bits="([^"]+)"', page)
    assert float(sums[0]) == sum(map(float, grounds))
    whole = linked.lille.evidence_on(
        at_work(linked.lille, "Paul"), linked.lille.proposal(at_work(linked.lille, "Paul"), where[-36:])
    )
    assert hidden(page) == [*whole]


def test_4e_3_a_decision_without_all_that_was_there_is_refused_and_what_is_new_is_marked(
    linked: Any, report: Callable[..., Any], desks: Callable[..., Any], at_work: Callable[..., Any]
) -> None:
    lille = linked.lille
    where = proposed(linked, desks(lille, "Marie"), at_work)
    desk = desks(lille, "Paul")
    page = desk.get(where).text
    assert "Arrived since" not in page
    lille.record(
        report(service="FR-PAF", reference="PAF-9", name="Sori", recipients=()), at_work(lille, "Paul")
    )
    lille.settle()
    late = desk.post(where, outcome="approved", reason="all of it is clear", shown=hidden(page))
    assert late.status_code == 409
    assert "Evidence for or against has arrived" in late.text
    assert "all of it is clear" in late.text
    fresh = late.text[: late.text.index("Arrived since")].rindex("<li")
    assert "PAF-9" in late.text[fresh : late.text.index("</li>", late.text.index("Arrived since")) + 4000]
    assert late.text.count("Arrived since") == 1
    assert "Waits for a second person" in desk.get(where).text
    assert desk.post(where, outcome="approved", reason="all of it is clear").status_code == 409
    done = desk.post(where, outcome="approved", reason="all of it is clear", shown=hidden(late.text))
    assert done.status_code == 303
    lille.settle()
    after = desk.get(where).text
    assert "Approved" in after
    assert 'name="outcome"' not in after


def test_4e_3_the_test_of_the_rule_fails_where_the_rule_is_gone(
    linked: Any, desks: Callable[..., Any], at_work: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    lille = linked.lille
    where = proposed(linked, desks(lille, "Marie"), at_work)
    paul = at_work(lille, "Paul")
    with pytest.raises(Conflict, match="evidence_not_seen"):
        lille.decide_proposal(paul, where[-36:], "refused", "seen nothing of it", ())
    monkeypatch.setattr(type(lille), "evidence_on", lambda *_: ())
    # Without the rule the same decision passes: it is this rule that holds it back, and no other.
    lille.decide_proposal(paul, where[-36:], "refused", "seen nothing of it", ())


def test_a_proposal_is_no_page_for_whoever_may_not_read_its_record(
    linked: Any, desks: Callable[..., Any], at_work: Callable[..., Any]
) -> None:
    where = proposed(linked, desks(linked.lille, "Marie"), at_work)
    for officer, role, status in (
        ("Erwan", "watch_keeper", 403),
        ("DPO", "data_protection_officer", 403),
        ("Aude", "victim_keeper", 404),
    ):
        desk = desks(linked.lille, officer, role)
        assert desk.get(where).status_code == status
        assert desk.post(where, outcome="refused", reason="no business of mine").status_code == status
    assert linked.lille.proposal(at_work(linked.lille, "Marie"), where[-36:]).what.about == RecordRef(
        linked.lille.read(at_work(linked.lille, "Marie"), "FR-1").row.header.id, "e1"
    )
