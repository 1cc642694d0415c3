"""The joint plan at two real nodes: carried, merged, refused in words, and read by those who own a measure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from entente.errors import Conflict, EntenteError, Malformed, NotFound, NotPermitted
from entente.model.plan_act import (
    Bilingual,
    Countersigned,
    Day,
    Edited,
    EvidenceGiven,
    EvidenceWithdrawn,
    ItemReopened,
    Opened,
    Owners,
    Signed,
    StatusClaimed,
    Words,
)
from entente.model.report import Amendment, Draft
from entente.store import tables


@pytest.fixture
def both(shores: Any, at_work: Callable[..., Any]) -> Any:
    """Zoé at the Zone prefecture, Leonard at the Home Office."""
    return at_work(shores.lille, "Zoé"), at_work(shores.dover, "Leonard")


def words(fr: str, en: str) -> Words:
    return Words(text=Bilingual(fr, en))


def opened(node: Any, access: Any, kind: Any = "measure", under: str = "") -> str:
    row = node.do_in_plan(access, Opened(officer=access.officer, kind=kind, under=under))
    return str(row.header.id)


def edited(node: Any, access: Any, item: str, field: Any, value: Any, why: str = "") -> str:
    """Over all that holds there now, as the pages do."""
    state = node.plan(access).item(item).field(field)
    over = tuple(held.edit for held in state.current) if state else ()
    act = Edited(officer=access.officer, item=item, field=field, value=value, over=over, words=why)
    return str(node.do_in_plan(access, act).header.id)


def agreed_measure(shores: Any, zoe: Any, leonard: Any) -> str:
    measure = opened(shores.lille, zoe)
    edited(shores.lille, zoe, measure, "title", words("Former les patrouilles", "Train the patrols"))
    edited(shores.lille, zoe, measure, "owner_FR", Owners(owner="FR-PAF"))
    shores.carry()
    edited(shores.dover, leonard, measure, "owner_UK", Owners(owner="UK-IE", alternates=("UK-NCA",)))
    shores.carry()
    return measure


def claimed(node: Any, access: Any, item: str, status: Any, *, evidence: tuple[str, ...] = ()) -> str:
    here = node.plan(access).item(item)
    act = StatusClaimed(
        officer=access.officer,
        item=item,
        status=status,
        words="as agreed at the meeting",
        evidence=evidence,
        over=tuple(one.id for one in here.claims if one.is_current),
        seen=tuple(held.edit for field in here.fields for held in field.current),
    )
    return str(node.do_in_plan(access, act).header.id)


def given(node: Any, access: Any, item: str) -> str:
    act = EvidenceGiven(
        officer=access.officer, item=item, text=Bilingual("feuille d’émargement", "sign-in sheet")
    )
    return str(node.do_in_plan(access, act).header.id)


def test_pln_1_a_measure_with_one_owner_is_not_agreed_on_either_shore(shores: Any, both: Any) -> None:
    zoe, leonard = both
    measure = opened(shores.lille, zoe)
    edited(shores.lille, zoe, measure, "owner_FR", Owners(owner="FR-PAF"))
    shores.carry()
    assert shores.dover.plan_item(leonard, measure).missing_owners == ("UK",)
    assert not shores.dover.plan_item(leonard, measure).is_agreed
    edited(shores.dover, leonard, measure, "owner_UK", Owners(owner="UK-IE"))
    shores.carry()
    assert shores.lille.plan_item(zoe, measure).is_agreed


def test_edits_made_apart_both_stand_until_an_officer_decides(shores: Any, both: Any) -> None:
    zoe, leonard = both
    measure = agreed_measure(shores, zoe, leonard)
    edited(shores.lille, zoe, measure, "title", words("Former les équipages", "Train the crews"))
    edited(shores.dover, leonard, measure, "title", words("Former tout le monde", "Train everybody"))
    shores.carry()
    here, there = shores.lille.plan(zoe), shores.dover.plan(leonard)
    assert here == there
    title = here.item(measure).field("title")
    assert title.is_conflict
    assert {one.party for one in title.current} == {"FR", "UK"}
    edited(
        shores.lille,
        zoe,
        measure,
        "title",
        words("Former les équipages", "Train the crews"),
        "agreed by phone",
    )
    shores.carry()
    settled = shores.dover.plan(leonard).item(measure).field("title")
    assert len(settled.current) == 1
    assert len(settled.before) == 3
    assert shores.lille.plan(zoe) == shores.dover.plan(leonard)


def test_pln_3_done_takes_evidence_and_the_other_shore(shores: Any, both: Any) -> None:
    zoe, leonard = both
    measure = agreed_measure(shores, zoe, leonard)
    with pytest.raises(Malformed) as bare:
        claimed(shores.lille, zoe, measure, "done")
    assert bare.value.code == "evidence_missing"
    sheet = given(shores.lille, zoe, measure)
    claim = claimed(shores.lille, zoe, measure, "done", evidence=(sheet,))
    assert not shores.lille.plan_item(zoe, measure).is_done
    with pytest.raises(NotPermitted) as own:
        shores.lille.do_in_plan(zoe, Countersigned(officer="Zoé", claim=claim))
    assert own.value.code == "own_claim"
    shores.carry()
    shores.dover.do_in_plan(leonard, Countersigned(officer="Leonard", claim=claim))
    shores.carry()
    for node, access in ((shores.lille, zoe), (shores.dover, leonard)):
        assert node.plan_item(access, measure).is_done
    shores.dover.do_in_plan(
        leonard, EvidenceWithdrawn(officer="Leonard", evidence=sheet, words="of another course")
    )
    shores.carry()
    assert not shores.lille.plan_item(zoe, measure).is_done


def test_a_claim_that_was_replaced_is_not_countersigned(shores: Any, both: Any) -> None:
    zoe, leonard = both
    measure = agreed_measure(shores, zoe, leonard)
    sheet = given(shores.lille, zoe, measure)
    old = claimed(shores.lille, zoe, measure, "done", evidence=(sheet,))
    claimed(shores.lille, zoe, measure, "under_way")
    shores.carry()
    with pytest.raises(Conflict) as late:
        shores.dover.do_in_plan(leonard, Countersigned(officer="Leonard", claim=old))
    assert late.value.code == "claim_replaced"


def test_pln_5_a_date_does_not_move_in_silence_and_no_party_names_the_owner_of_the_other(
    shores: Any, both: Any
) -> None:
    zoe, leonard = both
    measure = agreed_measure(shores, zoe, leonard)
    edited(shores.lille, zoe, measure, "due", Day(day=dt.date(2031, 11, 1)))
    with pytest.raises(Malformed) as silent:
        edited(shores.lille, zoe, measure, "due", Day(day=dt.date(2031, 12, 1)))
    assert silent.value.code == "reason_missing"
    edited(shores.lille, zoe, measure, "due", Day(day=dt.date(2031, 12, 1)), "the room is let until then")
    due = shores.lille.plan_item(zoe, measure).field("due")
    assert [one.value.day.month for one in (*due.before, *due.current)] == [11, 12]
    with pytest.raises(NotPermitted) as theirs:
        edited(shores.lille, zoe, measure, "owner_UK", Owners(owner="UK-NCA"))
    assert theirs.value.code == "owner_of_other_party"


def test_a_decision_is_signed_by_coordinators_in_the_wording_that_holds(
    shores: Any, both: Any, at_work: Callable[..., Any]
) -> None:
    zoe, leonard = both
    meeting = opened(shores.lille, zoe, "meeting")
    decision = opened(shores.lille, zoe, "decision", meeting)
    text = edited(
        shores.lille, zoe, decision, "text", words("Deux exercices par an.", "Two exercises a year.")
    )
    paul = at_work(shores.lille, "Paul")
    with pytest.raises(NotPermitted) as not_theirs:
        shores.lille.do_in_plan(paul, Signed(officer="Paul", decision=decision, text=text))
    assert not_theirs.value.code == "coordinator_only"
    shores.lille.do_in_plan(zoe, Signed(officer="Zoé", decision=decision, text=text))
    shores.carry()
    shores.dover.do_in_plan(leonard, Signed(officer="Leonard", decision=decision, text=text))
    shores.carry()
    assert shores.lille.plan_item(zoe, decision).signed_by == ("FR", "UK")
    edited(shores.lille, zoe, decision, "text", words("Trois exercices par an.", "Three exercises a year."))
    with pytest.raises(Conflict):
        shores.lille.do_in_plan(zoe, Signed(officer="Zoé", decision=decision, text=text))
    assert shores.lille.plan_item(zoe, decision).signed_by == ()


def test_what_is_not_in_the_plan_is_said_so_and_nothing_is_recorded(shores: Any, both: Any) -> None:
    zoe, _ = both
    measure = opened(shores.lille, zoe)
    size = shores.lille.store.size
    for act in (
        Opened(officer="Zoé", kind="milestone", under="nothing"),
        Edited(officer="Zoé", item="nothing", field="title", value=words("a", "b")),
        Edited(officer="Zoé", item=measure, field="title", value=words("a", "b"), over=("nothing",)),
        StatusClaimed(officer="Zoé", item=measure, status="done", evidence=("nothing",)),
        StatusClaimed(officer="Zoé", item=measure, status="under_way", over=("nothing",)),
        Countersigned(officer="Zoé", claim=measure),
        ItemReopened(officer="Zoé", claim="nothing", words="not so"),
        EvidenceWithdrawn(officer="Zoé", evidence=measure, words="not so"),
        Signed(officer="Zoé", decision="nothing", text="nothing"),
    ):
        with pytest.raises(NotFound) as absent:
            shores.lille.do_in_plan(zoe, act)
        assert absent.value.code == "not_in_plan"
    assert shores.lille.store.size == size


def test_the_plan_is_read_by_who_owns_a_measure_and_reading_it_opens_nothing_else(
    shores: Any, both: Any, at_work: Callable[..., Any]
) -> None:
    zoe, leonard = both
    agreed_measure(shores, zoe, leonard)
    for name in ("Paul", "Erwan"):
        access = at_work(shores.lille, name)
        assert shores.lille.plan(access) == shores.dover.plan(leonard)
    for name in ("Aude", "DPO"):
        with pytest.raises(NotFound):
            shores.lille.plan(at_work(shores.lille, name))
    said = shores.lille.said_of_plan(zoe)
    # Read as intelligence, an act of the plan is nothing.
    paul = at_work(shores.lille, "Paul")
    with pytest.raises(EntenteError):
        shores.lille.read(paul, said[0].id)
    lines = [
        msgspec.json.decode(one.content) for one in shores.lille.store.rows(select(tables.register.c.content))
    ]
    assert any(one.get("matter") == "PLAN" and one["officer"] == "Paul" for one in lines)


def test_nobody_writes_for_another_and_no_machine_claims(
    shores: Any, both: Any, at_work: Callable[..., Any]
) -> None:
    zoe, _ = both
    measure = opened(shores.lille, zoe)
    with pytest.raises(NotPermitted) as other:
        shores.lille.do_in_plan(zoe, Opened(officer="Leonard", kind="measure"))
    assert other.value.code == "not_in_own_name"
    feed = msgspec.structs.replace(zoe, officer="feed", role="service_account")
    with pytest.raises(EntenteError):
        shores.lille.do_in_plan(feed, StatusClaimed(officer="feed", item=measure, status="under_way"))


def test_the_plan_is_the_same_after_a_restart_and_without_what_was_erased(shores: Any, both: Any) -> None:
    zoe, leonard = both
    measure = agreed_measure(shores, zoe, leonard)
    note = edited(shores.lille, zoe, measure, "text", words("à retirer", "to be taken out"))
    before = shores.lille.plan(zoe)
    node = shores.reopen("lille")
    assert node.plan(zoe) == before
    node.record(
        Draft(
            kind="amendment",
            service="FR-ZONE",
            purpose="plan_management",
            matter="PLAN",
            compartment="plan",
            handling=("H0",),
            amendment=Amendment(record=note, act="erase", reason="names somebody", officer="Zoé"),
        ),
        msgspec.structs.replace(zoe, purpose="plan_management", matter="PLAN"),
    )
    shores.carry()
    assert node.plan(zoe).item(measure).field("text") is None
    assert shores.dover.plan(leonard) == node.plan(zoe)


def test_said_twice_under_one_cause_it_is_recorded_once(shores: Any, both: Any) -> None:
    zoe, _ = both
    act = Opened(officer="Zoé", kind="workshop")
    first = shores.lille.do_in_plan(zoe, act, "a press of a button")
    again = shores.lille.do_in_plan(zoe, act, "a press of a button")
    assert first.header.id == again.header.id
    assert len(shores.lille.plan(zoe).items) == 1
