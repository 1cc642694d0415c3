"""What takes two people is never done by one; what the house's acts amount to is a fold of them and nothing else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from entente.duty.rolls import Noted, Rolls
from entente.errors import Conflict, Malformed, NotFound, NotPermitted
from entente.model.office_act import (
    Answered,
    ConditionsAccepted,
    Decided,
    OfficeAct,
    Proposed,
    RosterEntered,
    RosterWithdrawn,
    ShiftClosed,
    ShiftOpened,
    Translated,
    TranslationDecided,
)
from entente.model.report import Draft, RecordRef
from entente.policy.access import Access
from entente.store import tables

MORNING = dt.datetime(2031, 9, 12, 8, tzinfo=dt.UTC)
NAMES = ("Marie", "Odile", "Paul")


# -- proposing and deciding -----------------------------------------------------------------------------------------


@pytest.fixture
def written(shores: Any, report: Callable[..., Any], at_work: Callable[..., Any]) -> RecordRef:
    """A person of whom Marie wrote at Lille, and Jane at Dover, with one telephone."""
    row = shores.lille.record(report(), at_work(shores.lille, "Marie"))
    theirs = report(service="UK-NCA", reference="UK-1", phone="+33 6 39 98 04 17", name="Hajji")
    shores.dover.record(theirs, at_work(shores.dover, "Jane"))
    shores.carry()
    return RecordRef(row.header.id, "e1")


def propose(shores: Any, access: Any, about: RecordRef, category: str = "suspect") -> str:
    done: str = shores.lille.propose(access, about, category, "s1", "seen at the wheel of the van")
    return done


def evidence(shores: Any, access: Any, proposal: str) -> tuple[str, ...]:
    found: tuple[str, ...] = shores.lille.evidence_on(access, shores.lille.proposal(access, proposal))
    return found


def decide(shores: Any, access: Any, proposal: str, outcome: str = "approved", **changes: Any) -> str:
    shown = changes.get("shown")
    done: str = shores.lille.decide_proposal(
        access,
        proposal,
        outcome,
        "the statement is a fact",
        shown if shown is not None else evidence(shores, access, proposal),
    )
    return done


def refusals(node: Any) -> list[str]:
    """Who was refused, as the register says it."""
    rows = node.store.rows(
        select(tables.register.c.content)
        .where(tables.register.c.act == "refusal")
        .order_by(tables.register.c.line)
    )
    return [msgspec.json.decode(row.content)["officer"] for row in rows]


def standing(shores: Any, about: RecordRef) -> str:
    shores.lille.settle()
    return str(shores.lille.crosscheck.persons.category(about, "OYAT"))


def test_a_proposal_changes_nothing_until_another_officer_approves_it(
    shores: Any, written: RecordRef, at_work: Callable[..., Any]
) -> None:
    marie, paul = at_work(shores.lille, "Marie"), at_work(shores.lille, "Paul")
    proposal = propose(shores, marie, written)
    assert standing(shores, written) == "not_yet_assessed"
    decide(shores, paul, proposal)
    assert standing(shores, written) == "suspect"
    found = shores.lille.proposal(marie, proposal)
    assert found.state == "approved"
    last = shores.lille.crosscheck.persons.history(written, "OYAT")[-1]
    assert (last.by.officer, last.by.approver) == ("Marie", "Paul")


def test_a_refused_proposal_changes_nothing(
    shores: Any, written: RecordRef, at_work: Callable[..., Any]
) -> None:
    proposal = propose(shores, at_work(shores.lille, "Marie"), written)
    decide(shores, at_work(shores.lille, "Paul"), proposal, "refused")
    assert standing(shores, written) == "not_yet_assessed"
    with pytest.raises(Conflict, match="already_decided"):
        decide(shores, at_work(shores.lille, "Odile"), proposal)


def test_4e_1_nobody_decides_a_proposal_of_their_own_in_whatever_role_they_come(
    shores: Any, written: RecordRef, at_work: Callable[..., Any]
) -> None:
    odile = at_work(shores.lille, "Odile", role="investigator")
    proposal = propose(shores, odile, written)
    for role in ("investigator", "judicial_keeper"):
        again = at_work(shores.lille, "Odile", role=role, purpose="intelligence")
        for outcome in ("approved", "refused"):
            with pytest.raises(NotPermitted, match="second_approver_missing"):
                decide(shores, again, proposal, outcome)
    assert standing(shores, written) == "not_yet_assessed"
    assert shores.lille.proposal(odile, proposal).state == "open"
    assert refusals(shores.lille) == ["Odile"] * 4


def test_a_suspect_rests_on_a_fact_and_on_no_assessment(
    shores: Any, report: Callable[..., Any], statement: Callable[..., Any], person: Callable[..., Any],
    at_work: Callable[..., Any],
) -> None:  # fmt: skip
    marie = at_work(shores.lille, "Marie")
    said = statement(basis="assessment", author="Marie", grounds="two calls", entities=(person(),))
    row = shores.lille.record(report(statements=(said,)), marie)
    about = RecordRef(row.header.id, "e1")
    for category in ("suspect", "convicted"):
        with pytest.raises(NotPermitted, match="basis_not_fact"):
            propose(shores, marie, about, category)
    with pytest.raises(Malformed):
        propose(shores, marie, about, "trafficker")
    with pytest.raises(NotFound):
        propose(shores, marie, RecordRef(row.header.id, "e9"), "witness")
    first = propose(shores, marie, about, "witness")
    with pytest.raises(Conflict, match="already_proposed"):
        propose(shores, marie, about, "witness")
    assert shores.lille.proposal(marie, first).what.category == "witness"


def test_4e_3_a_decision_that_did_not_have_all_evidence_before_it_is_refused(
    shores: Any, written: RecordRef, at_work: Callable[..., Any]
) -> None:
    proposal = propose(shores, at_work(shores.lille, "Marie"), written)
    paul = at_work(shores.lille, "Paul")
    whole = evidence(shores, paul, proposal)
    (hit,) = shores.lille.headlines(paul)
    assert {written.record, hit.id} < {*whole}
    for missing in whole:
        with pytest.raises(Conflict, match="evidence_not_seen"):
            decide(shores, paul, proposal, shown=tuple(one for one in whole if one != missing))
    assert standing(shores, written) == "not_yet_assessed"


def test_4e_3_what_comes_while_the_page_is_open_is_shown_before_anybody_decides(
    shores: Any, written: RecordRef, report: Callable[..., Any], at_work: Callable[..., Any],
) -> None:  # fmt: skip
    marie, paul = at_work(shores.lille, "Marie"), at_work(shores.lille, "Paul")
    proposal = propose(shores, marie, written)
    seen = evidence(shores, paul, proposal)
    # A new link, a judgement that speaks against, and the other's new category: each alone is enough.
    shores.lille.record(report(service="FR-PAF", reference="PAF-2", name="Haj", recipients=()), paul)
    shores.lille.settle()
    with pytest.raises(Conflict, match="evidence_not_seen"):
        decide(shores, paul, proposal, shown=seen)
    seen = evidence(shores, paul, proposal)
    hit = next(
        one
        for one in shores.lille.headlines(marie)
        if {one.one.header.reference, one.other.header.reference} == {"FR-1", "UK-1"}
    )
    shores.lille.judge(marie, hit.id, "different", "another man held the phone that week")
    with pytest.raises(Conflict, match="evidence_not_seen"):
        decide(shores, paul, proposal, shown=seen)
    seen = evidence(shores, paul, proposal)
    linked = next(ref for ref in (hit.one, hit.other) if ref.header.id != written.record)
    other = propose(shores, marie, RecordRef(linked.header.id, "e1"), "victim")
    decide(shores, paul, other)
    shores.lille.settle()
    with pytest.raises(Conflict, match="evidence_not_seen"):
        decide(shores, paul, proposal, shown=seen)
    decide(shores, paul, proposal)
    assert standing(shores, written) == "suspect"


def test_4e_3_a_record_that_was_corrected_meanwhile_is_read_again_before_anybody_decides(
    shores: Any, written: RecordRef, report: Callable[..., Any], statement: Callable[..., Any],
    person: Callable[..., Any], at_work: Callable[..., Any],
) -> None:  # fmt: skip
    marie, paul = at_work(shores.lille, "Marie"), at_work(shores.lille, "Paul")
    proposal = propose(shores, marie, written)
    seen = evidence(shores, paul, proposal)
    shores.lille.record(
        report(replaces=written.record, statements=(statement(entities=(person(name="Hadji"),)),)), marie
    )
    shores.lille.settle()
    with pytest.raises(Conflict, match="evidence_not_seen"):
        decide(shores, paul, proposal, shown=(*seen, *evidence(shores, paul, proposal)[2:]))


def test_4e_3_a_judgement_of_different_stays_evidence_where_its_link_has_fallen(
    shores: Any, written: RecordRef, at_work: Callable[..., Any], report: Callable[..., Any],
    statement: Callable[..., Any], person: Callable[..., Any],
) -> None:  # fmt: skip
    marie, paul = at_work(shores.lille, "Marie"), at_work(shores.lille, "Paul")
    (hit,) = shores.lille.headlines(marie)
    row = shores.lille.judge(marie, hit.id, "different", "another man held the phone that week")
    # Dover says its record anew, without the telephone: the link falls, the judgement stays.
    jane = at_work(shores.dover, "Jane")
    theirs = shores.dover.read(jane, "UK-1").row.header.id
    plain = person(phone="", name="Hajji")
    shores.dover.record(
        report(
            service="UK-NCA", reference="UK-1", replaces=theirs, statements=(statement(entities=(plain,)),)
        ),
        jane,
    )
    shores.carry()
    assert shores.lille.headlines(marie) == []
    proposal = propose(shores, marie, written)
    assert row.header.id in evidence(shores, paul, proposal)


def test_a_proposal_is_for_nobody_who_may_not_read_the_record(
    shores: Any, written: RecordRef, at_work: Callable[..., Any]
) -> None:
    proposal = propose(shores, at_work(shores.lille, "Marie"), written)
    for officer in ("Erwan", "Aude", "DPO"):
        with pytest.raises(NotFound, match="proposal_not_found"):
            shores.lille.proposal(at_work(shores.lille, officer), proposal)


def test_what_lies_in_a_judicial_file_is_decided_by_another_keeper_of_it(
    shores: Any, report: Callable[..., Any], at_work: Callable[..., Any]
) -> None:
    lille = shores.lille
    odile = at_work(lille, "Odile", role="judicial_keeper", matter="JI-7")
    row = lille.record(
        report(
            compartment="judicial", purpose="investigation", matter="JI-7", recipients=(), reference="JI-7-1"
        ),
        odile,
    )
    about = RecordRef(row.header.id, "e1")
    proposal = lille.propose(odile, about, "suspect", "s1", "named in the file by two")
    lille.enter_officer(
        msgspec.structs.replace(odile, role="administrator"),
        "Solène",
        "FR-OLTIM",
        ("investigator", "judicial_keeper"),
    )
    # An investigator of the same service does not even learn of it; her judicial role opens it.
    plain = at_work(lille, "Solène", role="investigator", matter="JI-7")
    with pytest.raises(NotFound):
        lille.proposal(plain, proposal)
    with pytest.raises(NotFound):
        lille.proposal(at_work(lille, "Marie", matter="JI-7"), proposal)
    keeper = at_work(lille, "Solène", role="judicial_keeper", matter="JI-7")
    lille.decide_proposal(
        keeper,
        proposal,
        "approved",
        "both statements are facts",
        lille.evidence_on(keeper, lille.proposal(keeper, proposal)),
    )
    lille.settle()
    history = lille.crosscheck.persons.history(about, "JI-7")
    assert (history[-1].category, history[-1].by.officer, history[-1].by.approver) == (
        "suspect",
        "Odile",
        "Solène",
    )
    made = list(lille.store.said_by(keeper, "FR-OLTIM", ("designation",), 5))
    assert [one.header.compartment for one in made] == ["judicial"]


def test_an_approval_is_recorded_where_its_record_lies_and_stays_on_this_shore(
    shores: Any, written: RecordRef, at_work: Callable[..., Any]
) -> None:
    marie, paul = at_work(shores.lille, "Marie"), at_work(shores.lille, "Paul")
    decide(shores, paul, propose(shores, marie, written))
    shores.carry()
    (made,) = shores.lille.store.said_by(marie, "FR-OLTIM", ("designation",), 5)
    assert (made.header.compartment, made.header.matter, made.header.handling) == (
        "intelligence",
        "OYAT",
        ("H1",),
    )
    assert shores.dover.store.current([made.header.id]) == {}


def test_rolls_folded_anew_are_the_rolls_that_were_there(
    shores: Any, written: RecordRef, at_work: Callable[..., Any]
) -> None:
    lille = shores.lille
    marie, paul = at_work(lille, "Marie"), at_work(lille, "Paul")
    shift = lille.open_shift(marie)
    decide(shores, paul, propose(shores, marie, written))
    propose(shores, marie, written, "contact")
    draft = lille.translate(paul, written.record, "s1", "en", "line seen on the beach", draft=True)
    lille.decide_translation(marie, draft, "approved")
    lille.enter_roster(marie, "Marie", "investigator", MORNING, MORNING + dt.timedelta(hours=8))
    lille.close_shift(marie, shift.id, "quiet", ("call Dover",))
    before = vars(lille.duty.rolls)
    assert vars(shores.reopen("lille").duty.rolls) == before


# -- the fold -------------------------------------------------------------------------------------------------------

Chain = list[OfficeAct]


def noted(number: int, act: OfficeAct, chain: int, place: int) -> Noted:
    """An act with an id that says its chain and place, whatever its number in the ledger."""
    return Noted(
        id=f"c{chain}-{place}",
        seq=number,
        at=MORNING + dt.timedelta(minutes=place),
        service="FR-OLTIM",
        act=act,
    )


@st.composite
def chains(draw: Any) -> list[Chain]:
    """Several stories that have nothing to do with each other; each begins with what the rest of it speaks of."""
    found: list[Chain] = []
    for number in range(draw(st.integers(1, 6))):
        first = f"c{number}-0"
        one, other = draw(st.permutations(NAMES))[:2]
        who = st.sampled_from((one, other))
        outcome = st.sampled_from(("approved", "refused"))
        story = draw(st.sampled_from(("proposal", "translation", "shift", "roster", "answers")))
        chain: Chain
        if story == "proposal":
            chain = [
                Proposed(
                    officer=one, about=RecordRef(f"R{number}", "e1"), matter="OYAT", category="suspect",
                    basis_statement="s1", reason="seen",
                ),
                *(
                    Decided(officer=draw(who), proposal=first, outcome=draw(outcome), reason="read")
                    for _ in range(draw(st.integers(0, 3)))
                ),
            ]  # fmt: skip
        elif story == "translation":
            chain = [
                Translated(
                    officer=one, record=f"R{number}", version=1, statement="s1", language="en", text="seen",
                    by=draw(st.sampled_from(("person", "machine"))), is_draft=draw(st.booleans()),
                ),
                *(
                    TranslationDecided(officer=draw(who), translation=first, outcome=draw(outcome))
                    for _ in range(draw(st.integers(0, 2)))
                ),
            ]  # fmt: skip
        elif story == "shift":
            # Each officer's shifts are one story: whose shift is open depends on the order among them.
            chain = [
                ShiftOpened(
                    officer=f"{one} {number}", role="investigator", matter="OYAT", reason="team review"
                ),
                *(
                    ShiftClosed(officer=f"{draw(who)} {number}", shift=first, notes=f"n{place}")
                    for place in range(draw(st.integers(0, 2)))
                ),
            ]
        elif story == "roster":
            chain = [
                RosterEntered(
                    officer=one, on_duty=other, role="investigator", starts=MORNING,
                    ends=MORNING + dt.timedelta(hours=8),
                ),
                *([RosterWithdrawn(officer=one, entry=first, reason="ill")] if draw(st.booleans()) else []),
            ]  # fmt: skip
        else:
            chain = [
                ConditionsAccepted(officer=one, record=f"R{number}"),
                Answered(officer=one, record=f"R{number}", step="seen", service="FR-OLTIM"),
                Answered(officer=other, record=f"R{number}", step="acted_on", service="FR-PAF"),
            ]
        found.append(chain)
    return found


def woven(order: Sequence[int], all_chains: Sequence[Chain]) -> list[Noted]:
    """The chains in one ledger: each keeps its own order, between them `order` decides."""
    places = [0] * len(all_chains)
    found = []
    for chain in order:
        act = all_chains[chain][places[chain]]
        found.append(noted(len(found), act, chain, places[chain]))
        places[chain] += 1
    return found


def state(acts: Sequence[Noted]) -> dict[str, Any]:
    """What a fold of these amounts to, without the ledger's own numbers."""
    rolls = Rolls()
    for one in acts:
        rolls.take(one)
    told = dict(vars(rolls))
    told["roster"] = {key: one.act for key, one in rolls.roster.items()}
    return told


@given(stories=chains(), data=st.data())
@settings(max_examples=80, deadline=None)
def test_the_order_of_acts_that_have_nothing_to_do_with_each_other_does_not_matter(
    stories: list[Chain], data: Any
) -> None:
    order = [number for number, chain in enumerate(stories) for _ in chain]
    other = data.draw(st.permutations(order))
    assert state(woven(order, stories)) == state(woven(other, stories))


@given(stories=chains(), data=st.data())
@settings(max_examples=80, deadline=None)
def test_no_order_of_acts_lets_an_author_decide_their_own_proposal_and_the_first_other_decides(
    stories: list[Chain], data: Any
) -> None:
    order = data.draw(st.permutations([number for number, chain in enumerate(stories) for _ in chain]))
    rolls = Rolls()
    for one in woven(order, stories):
        rolls.take(one)
    for number, chain in enumerate(stories):
        if not isinstance(chain[0], Proposed):
            continue
        found = rolls.proposals[f"c{number}-0"]
        others = [act for act in chain[1:] if isinstance(act, Decided) and act.officer != chain[0].officer]
        assert found.decided == (others[0] if others else None)
        assert found.state == (others[0].outcome if others else "open")


@given(stories=chains(), data=st.data())
@settings(max_examples=60, deadline=None)
def test_what_speaks_of_an_erased_record_falls_and_nothing_else(stories: list[Chain], data: Any) -> None:
    order = data.draw(st.permutations([number for number, chain in enumerate(stories) for _ in chain]))
    rolls = Rolls()
    for one in woven(order, stories):
        rolls.take(one)
    gone = f"R{data.draw(st.integers(0, 5))}"
    kept = {key for key, one in rolls.proposals.items() if one.what.about.record != gone}
    told = {key for key, one in rolls.translations.items() if one.record != gone}
    before = {*rolls.proposals, *rolls.translations}
    fallen = rolls.forget(gone)
    assert ({*rolls.proposals}, {*rolls.translations}) == (kept, told)
    assert fallen == before - kept - told


def test_a_crash_between_a_designation_and_its_decision_says_it_once(
    shores: Any, at_work: Callable[..., Access], report: Callable[..., Draft], monkeypatch: pytest.MonkeyPatch
) -> None:
    lille = shores.lille
    row = lille.record(report(), at_work(lille, "Marie"))
    lille.settle()
    author, second = at_work(lille, "Marie"), at_work(lille, "Paul", matter="OYAT")
    proposal = lille.propose(author, RecordRef(row.header.id, "e1"), "contact", "s1", "vu avec la ligne")
    shown = lille.evidence_on(second, lille.proposal(second, proposal))
    with monkeypatch.context() as broken:
        broken.setattr(lille, "act", lambda *given, **named: (_ for _ in ()).throw(OSError("cut")))
        with pytest.raises(OSError, match="cut"):
            lille.decide_proposal(second, proposal, "approved", "établi par le fait", shown)
    shown = lille.evidence_on(second, lille.proposal(second, proposal))
    lille.decide_proposal(second, proposal, "approved", "établi par le fait", shown)
    kinds = [one.header.kind for one in lille.store.records_of(0, lille.store.size)]
    assert kinds.count("designation") == 1
