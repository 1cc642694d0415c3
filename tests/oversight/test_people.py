"""A person asks what is held of them: everything is searched, each record decided, and one letter goes out (ERA-5)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from entente.errors import Malformed, NotFound, NotPermitted, Text
from entente.model.moment import PartialDate
from entente.model.office_act import RecordAnswer
from entente.model.report import Wording
from entente.oversight.answers import (
    RecordFound,
    answer_of,
    check_answers,
    due_on,
    due_words,
    shipped_grounds,
)
from entente.oversight.desk import Asked
from entente.oversight.letter import REDRESS, Answering, RequestTold, letter
from entente.oversight.redact import Disclosed, redact
from entente.oversight.subject import Subject

GROUNDS = shipped_grounds()
ROJDA = Subject(names=("Rojda Delîrzad",), birth=PartialDate(1994, 5, 2), identifiers=("+33 6 39 98 05 01",))
LILLE = Answering(
    service=Text("Entente, nœud de Lille", "Entente, Lille node"),
    contact="dpo@lille.example",
    redress=REDRESS["FR"],
)
TOLD = RequestTold(
    reference="DPO-2031-004", person="Rojda Delîrzad", right="access", received_on=dt.date(2031, 9, 12)
)


@pytest.fixture
def held(shores: Any, report: Any, statement: Any, person: Any, at_work: Any) -> dict[str, str]:
    """What is kept of one person at Lille, in every place it can be; and of another who only shares a forename."""
    lille, dover = shores.lille, shores.dover
    phone = "06 39 98 05 01"

    def says(*entities: Any, text: str = "vue sur la plage", **changes: Any) -> Any:
        return (statement(entities=entities, wording=Wording(language="fr", text=text), **changes),)

    def take(officer: str, name: str, statements: Any, service: str = "FR-OLTIM", **changes: Any) -> str:
        matter = changes.get("matter", "OYAT")
        draft = report(service, name, statements=statements, recipients=(), **changes)
        return str(lille.record(draft, at_work(lille, officer, matter=matter)).header.id)

    found = {
        "own": take(
            "Marie",
            "FR-10",
            says(
                person(phone=phone, name="Rojda Delirzad", birth=PartialDate(1994, 5, 2)),
                person(phone="06 39 98 05 77", name="Haji Dlo", id="e2"),
                text="Rojda Delirzad (06 39 98 05 01) dit avoir payé Haji Dlo, joint au 06.39.98.05.77 "
                "puis au 07700 900222, sœur de Haji.",
            ),
        ),
        "helper": take(
            "Marie",
            "FR-11",
            says(person(phone=phone, name="", exempt="humanitarian", category="third_party")),
        ),
        "judicial": take(
            "Odile",
            "FR-12",
            says(person(phone=phone, name="")),
            compartment="judicial",
            purpose="investigation",
        ),
        "victim": take(
            "Aude",
            "FR-13",
            says(person(phone="", name="Delirzad Rojda", category="victim")),
            service="FR-AIDE",
            compartment="victims",
            purpose="investigation",
            matter="AIDE-7",
            regime="trafficking",
        ),
        "text": take(
            "Marie", "FR-14", says(person(phone="", name="Zana"), text="Zana parle de Rojda Delirzad au camp")
        ),
        "other": take("Marie", "FR-15", says(person(phone="06 39 98 05 88", name="Rojda Aras"))),
    }
    received = report("UK-NCA", "UK-10", phone="+33 6 39 98 05 01", name="R.", recipients=("lille",))
    row = dover.record(received, at_work(dover, "Jane"))
    shores.carry()
    return {**found, "received": str(row.header.id)}


def test_ERA_5_everything_kept_of_a_person_is_found_wherever_it_lies(
    held: dict[str, str], dpo: Any, seat_desk: Any
) -> None:
    found = seat_desk().search_subject(dpo, ROJDA)
    by_record = {one.record: one for one in found.records}
    reports = {name for name, record in held.items() if record in by_record}
    assert reports == set(held) - {"other"}
    told = {name: by_record[held[name]] for name in reports}
    assert told["own"].sure == "strong"
    assert {"birth", "name", "phone"} <= set(told["own"].agrees)
    assert told["text"].sure == "in_words"
    assert {name: one.asks for name, one in told.items()} == {
        "own": "",
        "helper": "",
        "text": "",
        "judicial": "authority",
        "victim": "victim_keeper",
        "received": "originator",
    }
    assert told["victim"].category == "victim"
    assert told["received"].keeper == "UK-NCA"
    assert told["own"].erase_by > told["own"].said_at.date()


def test_ERA_5_the_officer_is_shown_no_content_and_the_register_keeps_none(
    held: dict[str, str], dpo: Any, seat_desk: Any, shores: Any
) -> None:
    desk = seat_desk()
    found = desk.search_subject(dpo, ROJDA)
    shown = msgspec.json.encode(found).decode()
    line = desk.register(dpo, Asked(officer="DPO", act="search")).lines[0]
    assert set(line.records) == {one.record for one in found.records}
    for value in ("Rojda", "Delirzad", "Delîrzad", "1994", "39 98", "639980501", "plage", "Haji"):
        assert value not in shown
        assert value not in msgspec.json.encode(line).decode()


def test_ERA_5_what_is_erased_is_not_found_and_what_points_at_a_person_is(
    held: dict[str, str], dpo: Any, seat_desk: Any, shores: Any, at_work: Any, report: Any
) -> None:
    from entente.model.report import Amendment

    found = seat_desk().search_subject(dpo, ROJDA).records
    assert any(one.kind == "hit" and one.agrees == ("points_at",) for one in found)
    erasing = report(
        "FR-OLTIM",
        None,
        kind="amendment",
        statements=(),
        recipients=(),
        regime=None,
        amendment=Amendment(record=held["text"], act="erase", reason="demande fondée", officer="Marie"),
    )
    shores.lille.record(erasing, at_work(shores.lille, "Marie"))
    shores.lille.settle()
    after = {one.record for one in seat_desk().search_subject(dpo, ROJDA).records}
    assert held["text"] not in after
    assert held["own"] in after


def test_ERA_5_what_officers_judged_to_be_the_same_person_is_that_persons_too(
    held: dict[str, str], dpo: Any, seat_desk: Any, shores: Any, at_work: Any, report: Any
) -> None:
    from entente.model.report import Judgement, RecordRef

    assert held["other"] not in {one.record for one in seat_desk().search_subject(dpo, ROJDA).records}
    same = Judgement(
        one=RecordRef(held["other"], "e1"),
        other=RecordRef(held["own"], "e1"),
        verdict="same",
        reason="même visage",
        officer="Marie",
    )
    judging = report(
        "FR-OLTIM", None, kind="judgement", statements=(), recipients=(), regime=None, judgement=same
    )
    judged = shores.lille.record(judging, at_work(shores.lille, "Marie")).header.id
    found = {one.record: one for one in seat_desk().search_subject(dpo, ROJDA).records}
    assert found[held["other"]].agrees == ("judged_same",)
    assert found[judged].agrees == ("points_at",)


def test_ERA_5_a_search_needs_more_than_a_birth_date(dpo: Any, seat_desk: Any) -> None:
    with pytest.raises(Malformed, match="subject_unknown"):
        seat_desk().search_subject(dpo, Subject(birth=PartialDate(1994, 5, 2)))


def _answers(found: Any, held: dict[str, str], **outcomes: str) -> list[RecordAnswer]:
    """The named records as said ("refuse:ground" or an outcome), all others as not this person."""
    named = {held[name]: told for name, told in outcomes.items()}
    answers = []
    for one in found:
        outcome, _, ground = named.get(one.record, "not_this_person").partition(":")
        answers.append(RecordAnswer(record=one.record, outcome=outcome, ground=ground))  # type: ignore[arg-type]
    return answers


def test_ERA_5_each_record_is_decided_by_whom_it_is_to_decide(
    held: dict[str, str], dpo: Any, seat_desk: Any
) -> None:
    desk = seat_desk()
    found = desk.search_subject(dpo, ROJDA).records

    def decided(agreed: frozenset[str] = frozenset(), **outcomes: str) -> str:
        answers = _answers(found, held, **outcomes)
        return str(desk.answer_request(dpo, "r1", found, answers, agreed))

    for name in ("judicial", "victim", "received"):
        with pytest.raises(NotPermitted, match="keeper_not_asked"):
            decided(**{name: "disclose"})
        assert decided(frozenset({held[name]}), **{name: "disclose"}) == "disclosed"
    with pytest.raises(Malformed, match="ground_missing"):
        decided(own="refuse")
    with pytest.raises(Malformed, match="answers_incomplete"):
        desk.answer_request(dpo, "r1", found, _answers(found, held)[1:])
    assert decided() == "nothing_held"
    assert decided(own="disclose", helper="disclose_in_part") == "disclosed_in_part"
    assert decided(own="disclose", judicial="refuse:judicial_secrecy") == "disclosed"
    assert decided(own="disclose", text="refuse:rights_of_others") == "disclosed_in_part"
    assert decided(text="refuse:rights_of_others") == "refused"
    assert decided(judicial="refuse:judicial_secrecy") == "neither_confirmed_nor_denied"
    disclosed = desk.register(dpo, Asked(act="disclosure", officer="DPO", limit=20)).lines
    assert {one.to for one in disclosed} == {("request/r1",)}
    assert disclosed[0].records == ()


def test_ERA_5_who_may_read_a_record_prepares_what_is_disclosed_and_the_officer_cannot(
    held: dict[str, str], dpo: Any, seat_desk: Any, at_work: Any, shores: Any
) -> None:
    desk = seat_desk()
    (own,) = (one for one in desk.search_subject(dpo, ROJDA).records if one.record == held["own"])
    with pytest.raises(NotFound):
        desk.prepare_disclosure(dpo, own.record, own.entities, in_part=False)
    part = desk.prepare_disclosure(at_work(shores.lille, "Marie"), own.record, own.entities, in_part=False)
    written = letter(TOLD, "disclosed", LILLE, dt.date(2031, 9, 30), disclosed=[part])
    for text, mark in ((written.fr, "[autre personne]"), (written.en, "[another person]")):
        assert "06 39 98 05 01" in text
        assert mark in text
        for of_another in ("Haji", "Dlo", "05.77", "05 77", "900222"):
            assert of_another not in text
    in_part = desk.prepare_disclosure(at_work(shores.lille, "Marie"), own.record, own.entities, in_part=True)
    assert in_part.words == ()
    assert in_part.facts == part.facts


def test_ERA_5_nothing_held_and_neither_confirm_nor_deny_are_the_same_letter() -> None:
    for right in ("access", "rectification", "erasure", "restriction"):
        for authority in ("", "CNIL"):
            told = msgspec.structs.replace(TOLD, right=right, authority=authority)
            day = dt.date(2031, 9, 30)
            nothing = letter(told, "nothing_held", LILLE, day)
            # Also where whoever calls hands in the grounds and parts that must not show.
            secret = letter(
                told,
                "neither_confirmed_nor_denied",
                LILLE,
                day,
                grounds=list(GROUNDS.values()),
                disclosed=[Disclosed(record="r", facts=(Text("secret", "secret"),))],
            )
            assert nothing.fr.encode() == secret.fr.encode()
            assert nothing.en.encode() == secret.en.encode()
            assert nothing.fr != nothing.en


def test_ERA_5_two_letters_of_nothing_differ_by_reference_date_and_name_alone() -> None:
    other = msgspec.structs.replace(TOLD, reference="DPO-2031-099", person="Zana Aras")
    one = letter(TOLD, "nothing_held", LILLE, dt.date(2031, 9, 30)).text
    two = letter(other, "neither_confirmed_nor_denied", LILLE, dt.date(2031, 10, 1)).text
    changes = (
        ("DPO-2031-004", "DPO-2031-099"),
        ("Rojda Delîrzad", "Zana Aras"),
        ("30 septembre 2031", "1er octobre 2031"),
        ("30 September 2031", "1 October 2031"),
    )
    for language in ("fr", "en"):
        said = one.say(language)
        for before, after in changes:
            said = said.replace(before, after)
        assert said == two.say(language)


@pytest.mark.parametrize("answer", ["disclosed", "disclosed_in_part", "refused", "nothing_held"])
def test_ERA_5_a_letter_has_all_its_parts_and_the_same_in_both_languages(answer: Any) -> None:
    part = Disclosed(record="r", facts=(Text("téléphone : 06 39 98 05 01", "telephone: 06 39 98 05 01"),))
    written = letter(
        TOLD,
        answer,
        LILLE,
        dt.date(2031, 9, 30),
        disclosed=[part] if answer.startswith("disclosed") else [],
        grounds=[GROUNDS["rights_of_others"], GROUNDS["national_security"]] if answer == "refused" else [],
    )
    assert [one.name for one in written.paragraphs][:3] == ["head", "request", "searched"]
    assert [one.name for one in written.paragraphs][-3:] == ["standing", "redress", "contact"]
    assert len(written.fr.split("\n\n")) == len(written.en.split("\n\n")) == len(written.paragraphs)
    for text in (written.fr, written.en):
        for said in ("DPO-2031-004", "Rojda Delîrzad", "CNIL", "dpo@lille.example"):
            assert said in text
    if answer == "refused":
        assert "droits et libertés" in written.fr
        assert "to be confirmed by counsel" in written.en
        assert "national" not in written.paragraphs[3].text.en
    assert ("06 39 98 05 01" in written.fr) == answer.startswith("disclosed")


def test_ERA_5_every_ground_says_that_counsel_has_to_confirm_its_law() -> None:
    assert len(GROUNDS) >= 6
    for ground in GROUNDS.values():
        assert "à confirmer par un juriste" in ground.law_fr
        assert "to be confirmed by counsel" in ground.law_en
    # What would tell that a file is open is never said.
    assert [name for name, ground in GROUNDS.items() if ground.said] == ["rights_of_others"]


FOUND = RecordFound(
    record="r1",
    reference=None,
    version=1,
    kind="report",
    compartment="intelligence",
    compartments=("intelligence",),
    keeper="FR-OLTIM",
    node="lille",
    is_own=True,
    state="held",
    category="",
    said_at=dt.datetime(2031, 9, 12, tzinfo=dt.UTC),
    review_by=dt.date(2031, 12, 1),
    erase_by=dt.date(2031, 12, 1),
    sure="strong",
    bits=20.0,
    agrees=("phone",),
    entities=("e1",),
)


@given(
    st.lists(
        st.sampled_from(["not_this_person", *(f"refuse:{name}" for name in GROUNDS)]), min_size=1, max_size=6
    )
)
def test_ERA_5_a_refusal_that_may_not_be_named_is_never_the_answer_refused(outcomes: list[str]) -> None:
    found = [msgspec.structs.replace(FOUND, record=f"r{number}") for number in range(len(outcomes))]
    answers = []
    for one, told in zip(found, outcomes, strict=True):
        outcome, _, ground = told.partition(":")
        answers.append(RecordAnswer(record=one.record, outcome=outcome, ground=ground))  # type: ignore[arg-type]
    check_answers(found, answers, GROUNDS)
    hidden = any(one.ground and not GROUNDS[one.ground].said for one in answers)
    answer = answer_of(answers, GROUNDS)
    assert (answer == "neither_confirmed_nor_denied") == hidden
    assert answer in ("nothing_held", "refused", "neither_confirmed_nor_denied")


@pytest.mark.parametrize(
    ("received", "due"),
    [("2031-09-12", "2031-10-12"), ("2031-01-31", "2031-02-28"), ("2031-12-31", "2032-01-31")],
)
def test_ERA_5_an_answer_is_due_a_month_after_the_request(received: str, due: str) -> None:
    found = due_on(dt.date.fromisoformat(received))
    assert found.isoformat() == due
    assert due_words(found, found).en == "due today"
    assert "12 d late" in due_words(found, found + dt.timedelta(days=12)).en
    assert "dans 3 j" in due_words(found, found - dt.timedelta(days=3)).fr


def test_a_text_keeps_the_persons_own_name_where_another_shares_a_word_of_it(
    person: Callable[..., Any],
) -> None:
    own = [person(name="Rojda Delirzad", phone="06 39 98 05 01")]
    other = [person(name="Zana Delirzad", phone="06 39 98 05 77")]
    text = "Zana Delirzad et Rojda Delirzad, +33 6 39 98 05 01, chez ZANA au 0639980577"
    assert (
        redact(text, own, other, "[x]")
        == "[x] Delirzad et Rojda Delirzad, +33 6 39 98 05 01, chez [x] au [x]"
    )
    assert redact("rien à retirer le 12/09", own, other, "[x]") == "rien à retirer le 12/09"
