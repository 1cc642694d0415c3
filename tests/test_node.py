"""What officers do at a node, and what of it is registered, shown, judged and passed on."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from entente.api.deeds import DEEDS, do
from entente.errors import Conflict, EntenteError, Malformed, NotFound, NotPermitted
from entente.exchange.envelope import open_payload, read_outer, read_payload
from entente.model.report import Designation, Judgement, RecordRef
from entente.model.wire import encode, read_part

PHONE = "06 39 98 04 17"
IBAN = "FR76 9999 9000 0112 3456 7890 189"


def lines(node: Any) -> list[dict[str, Any]]:
    """The register, oldest line first."""
    with node.store.engines()["ledger"].connect() as connection:
        found = connection.exec_driver_sql("SELECT content FROM register ORDER BY line").scalars()
        return [json.loads(content) for content in found]


def asking(officer: str = "Marie", **changes: Any) -> dict[str, Any]:
    return {"officer": officer, "reason": "suivi de la filière", "matter": "OYAT", **changes}


def ask(node: Any, deed: str, asked: Any) -> list[Any]:
    """A deed as a program asks for it."""
    return [json.loads(line) for line in do(node, deed, msgspec.json.encode(asked))]


# -- the register ---------------------------------------------------------------------------------------------------


def test_log_1_each_kind_of_act_writes_its_line(
    shores: Any, report: Callable[..., Any], at_work: Callable[..., Any], amend: Callable[..., Any]
) -> None:
    lille, dover = shores.lille, shores.dover
    marie, jane = at_work(lille, "Marie"), at_work(dover, "Jane")
    row = lille.record(report(), marie)
    assert lines(lille)[-1] == {
        "at": "2031-09-12T08:00:00+00:00",
        "act": "collection",
        "role": "investigator",
        "purpose": "intelligence",
        "matter": "OYAT",
        "reason": "suivi de la filière",
        "officer": "Marie",
        "service": "FR-OLTIM",
        "records": [row.header.id],
    }
    dover.record(report("UK-NCA", "UK-1", phone="+33639980417"), jane)
    shores.carry()
    told = {line["act"]: line for line in lines(lille)}
    assert told["disclosure"]["to"] == ["dover/*"]
    assert told["disclosure"]["records"] == [row.header.id]
    # Every match run, with the number compared and the number found; never one line a candidate.
    runs = [line for line in lines(lille) if line["act"] == "combination"]
    assert [(run["compared"], run["found"]) for run in runs] == [(0, 0), (1, 1)]
    lille.read(marie, "UK-1")
    lille.search(marie, PHONE)
    lille.judge(marie, lille.hits(marie)[0].id, "same", "même ligne, même période")
    lille.record(report(replaces=row.header.id, reference="FR-1"), marie)
    erased = lille.record(amend("FR-OLTIM", row.header.id), marie)
    acts = [line["act"] for line in lines(lille)]
    for act in ("collection", "alteration", "consultation", "search", "disclosure", "combination", "erasure"):
        assert act in acts
    assert lines(lille)[-1]["records"] == [erased.header.id]
    assert [line["found"] for line in lines(lille) if line["act"] == "search"] == [2]


# What each deed is asked, and the act that its line names. A deed that is in neither table fails the test below.
TOUCHES: dict[str, tuple[Callable[[dict[str, Any]], Any], str]] = {
    "record": (lambda at: {"asking": asking(), "draft": msgspec.to_builtins(at["draft"])}, "collection"),
    "distress": (lambda at: {"asking": asking("Erwan", matter="SAR"), "content": "MAYDAY"}, "collection"),
    "sea": (lambda at: asking("Erwan", matter="SAR"), "consultation"),
    "picture": (lambda at: asking("Erwan", matter="SAR"), "consultation"),
    "sea_out": (lambda at: {"asking": asking("Erwan", matter="SAR"), "what": "csv"}, "disclosure"),
    "read": (lambda at: {"asking": asking(), "record": "FR-1"}, "consultation"),
    "search": (lambda at: {"asking": asking(), "written": PHONE}, "search"),
    "hits": (lambda at: {"asking": asking()}, "consultation"),
    "why_not": (lambda at: {"asking": asking(), "one": "FR-1", "other": "FR-2"}, "consultation"),
    "judge": (
        lambda at: {"asking": asking(), "hit": at["hit"], "verdict": "same", "because": "même ligne"},
        "collection",
    ),
    "release": (
        lambda at: {"asking": asking(), "of": "FR-1", "recipients": ["dover"], "because": "à leur demande"},
        "collection",
    ),
    "import": (
        lambda at: {
            "asking": asking(),
            "path": str(at["table"]),
            "regime": "smuggling",
            "handling": ["H1"],
            "grade": {"scheme": "europol", "source": "B", "information": "2"},
        },
        "collection",
    ),
    "refusals": (lambda at: asking(), "consultation"),
    "plan": (lambda at: asking("Zoé"), "consultation"),
    "plan_do": (
        lambda at: {
            "asking": asking("Zoé"),
            "does": {
                "plan": "acts",
                "acts": [{"act": "opened", "officer": "Zoé", "kind": "workshop"}],
            },
        },
        "collection",
    ),
}
# Who works here is no record; and a clock, a table that is looked at and a proof read none for anybody.
TOUCHES_NO_RECORD = {"mapping", "verify", "status", "clock", "officers"}


def test_log_1_no_deed_touches_a_record_without_leaving_its_line(
    shores: Any, report: Callable[..., Any], at_work: Callable[..., Any], tmp_path: Path
) -> None:
    assert set(DEEDS) == set(TOUCHES) | TOUCHES_NO_RECORD, "say of a new deed what line it leaves"
    lille = shores.lille
    marie = at_work(lille, "Marie")
    lille.record(report(), marie)
    lille.record(report(reference="FR-2"), marie)
    lille.settle()
    table = tmp_path / "table.csv"
    table.write_text("Nom;Téléphone\nHaji;06 39 98 04 18\n", encoding="utf-8")
    at = {"draft": report(reference="FR-3"), "hit": lille.hits(marie)[0].id, "table": table}
    for deed, (asked, act) in TOUCHES.items():
        before = len(lines(lille))
        ask(lille, deed, asked(at))
        new = lines(lille)[before:]
        assert act in [line["act"] for line in new], deed
        assert all(line["reason"] for line in new if "reason" in line)
    for deed in ("verify", "status"):
        ask(lille, deed, {})
    ask(lille, "mapping", {"path": str(table)})


NO_REASON = ["", "   ", "-", ".", "x", "xx", "n/a", "test", "Rien", "NONE", "ok", "motif", "Reason", "abc"]


@pytest.mark.parametrize("reason", NO_REASON)
def test_log_2_nothing_is_read_without_a_reason_that_says_something(
    shores: Any, report: Callable[..., Any], at_work: Callable[..., Any], reason: str, tmp_path: Path
) -> None:
    lille = shores.lille
    marie = at_work(lille, "Marie")
    lille.record(report(), marie)
    lille.record(report(reference="FR-2"), marie)
    lille.settle()
    table = tmp_path / "table.csv"
    table.write_text("Nom;Téléphone\nHaji;06 39 98 04 18\n", encoding="utf-8")
    at = {"draft": report(reference="FR-3"), "hit": lille.hits(marie)[0].id, "table": table}
    before = (lines(lille), lille.store.size)
    for deed in ("record", "read", "search", "hits", "why_not", "judge", "release", "import", "refusals"):
        asked = TOUCHES[deed][0](at)
        asked.get("asking", asked)["reason"] = reason
        with pytest.raises((NotPermitted, Malformed), match="reason_missing"):
            ask(lille, deed, asked)
    assert (lines(lille), lille.store.size) == before


HOLDS = [
    f"ligne {PHONE} vue hier",
    "contrôle du 0639980417",
    f"virement sur {IBAN}",
    "IMEI 490154203237518",
    "compte @passeur_calais",
    "+44 7700 900417",
    "appel au 06.39.98.04.17 le 12/09/2031",
    "appel du 06.12.11.04.17",
    "appel du 06/01/02/03/04",
]


@pytest.mark.parametrize("reason", HOLDS)
def test_log_3_a_reason_that_holds_a_value_is_refused(
    shores: Any, report: Callable[..., Any], at_work: Callable[..., Any], reason: str
) -> None:
    lille = shores.lille
    lille.record(report(), at_work(lille, "Marie"))
    before = len(lines(lille))
    for deed in ("read", "search", "hits", "record"):
        asked = TOUCHES[deed][0]({"draft": report(reference="FR-3")})
        asked["asking"]["reason"] = reason
        with pytest.raises(NotPermitted, match="reason_holds_value"):
            ask(lille, deed, asked)
    assert len(lines(lille)) == before


@pytest.mark.parametrize(
    "reason",
    ["contrôle du 12/09/2031", "fiche FR-OLT-101", "réunion du 2031-09-12, groupe 4", "matter 2031/17"],
)
def test_log_3_a_date_or_a_reference_is_no_value(
    shores: Any, at_work: Callable[..., Any], reason: str
) -> None:
    assert shores.lille.search(at_work(shores.lille, "Marie", reason=reason), PHONE) == []


def test_log_3_no_value_that_was_said_searched_judged_or_erased_is_in_any_line(
    shores: Any, report: Callable[..., Any], at_work: Callable[..., Any], amend: Callable[..., Any]
) -> None:
    lille, dover = shores.lille, shores.dover
    marie, jane = at_work(lille, "Marie"), at_work(dover, "Jane")
    record = lille.record(report(name="Qandilbaz"), marie).header.id
    dover.record(report("UK-NCA", "UK-1", phone="+33639980417", name="Qandilbaz"), jane)
    shores.carry()
    for written in (PHONE, "+33639980417", "Qandilbaz", IBAN, "HX30-8814173"):
        lille.search(marie, written)
        dover.search(jane, written)
    lille.judge(marie, lille.hits(marie)[0].id, "same", "Qandilbaz, sa ligne 06 39 98 04 17")
    lille.distress(b"MAYDAY 06 39 98 04 17", at_work(lille, "Erwan"))
    shores.carry()
    lille.record(amend("FR-OLTIM", record), marie)
    shores.carry()
    for node in (lille, dover):
        told = json.dumps(lines(node), ensure_ascii=False).casefold()
        told = "".join(sign for sign in told if sign not in " .-")
        for value in ("0639980417", "33639980417", "qandilbaz", "fr7699999000", "hx308814173", "mayday"):
            assert value not in told


# -- what is said ---------------------------------------------------------------------------------------------------


def payloads(shores: Any) -> list[Any]:
    """All releases that Lille has for Dover, opened as Dover opens them."""
    found = []
    for lane in ("life", "urgent", "routine", "bulk"):
        for envelope in shores.lille.exchange.page("dover", lane, 0).envelopes:
            outer, _ = read_outer(envelope, shores.dover.ring, "lille")
            found.append(
                read_payload(open_payload(envelope, outer, shores.dover.exchange.own), newer=False)[0].release
            )
    return found


def test_fact_3_every_statement_that_leaves_carries_grade_day_of_check_completeness_and_certainty(
    shores: Any, report: Callable[..., Any], at_work: Callable[..., Any], statement: Any
) -> None:
    lille = shores.lille
    marie = at_work(lille, "Marie")
    said = (
        statement(completeness="partial", certainty="probable"),
        statement(
            id="s2", basis="assessment", author="Marie", grounds="deux observations", certainty="possible"
        ),
        statement(id="s3", basis="reported", checked_on=dt.date(2031, 9, 1)),
    )
    lille.record(report(statements=said), marie)
    lille.record(report(reference="FR-2", recipients=("dover/UK-NCA",), lane="urgent"), marie)
    lille.distress(
        encode(report("FR-PREMAR", kind="distress", statements=(statement(),))), at_work(lille, "Erwan")
    )
    lille.settle()
    number = 0
    for release in payloads(shores):
        assert release.basis
        for part in release.parts:
            name, value = json.loads(part)[1:]
            if name.startswith("statement/"):
                number += 1
                told = read_part(part.encode())[0].value
                assert {"grade", "checked_on", "basis"} <= set(value)
                assert told.grade.source
                assert told.grade.information
                assert told.completeness in ("complete", "partial", "unknown")
                assert told.certainty in ("certain", "probable", "possible", "unknown")
    assert number == 5
    # What does not say it does not come in, so it cannot leave.
    for lacks in ("grade", "checked_on", "basis", "wording"):
        draft = msgspec.to_builtins(report())
        draft["statements"] = [
            {name: value for name, value in draft["statements"][0].items() if name != lacks}
        ]
        with pytest.raises(Malformed, match="unreadable"):
            ask(lille, "record", {"asking": asking(), "draft": draft})


def test_what_is_the_originators_own_business_never_leaves(
    shores: Any, report: Callable[..., Any], at_work: Callable[..., Any]
) -> None:
    lille, dover = shores.lille, shores.dover
    lille.record(report(), at_work(lille, "Marie"))
    shores.carry()
    assert all(
        "routing" not in part and "Marie" not in part for one in payloads(shores) for part in one.parts
    )
    reading = dover.read(at_work(dover, "Jane"), "FR-1")
    assert [stored.part.name for stored in reading.parts] == ["statement/s1"]
    assert len(reading.row.header.parts) == 2


def test_fact_5_a_hit_is_worded_as_a_possible_link_with_its_reasons_in_both_languages(
    shores: Any, report: Callable[..., Any], at_work: Callable[..., Any]
) -> None:
    lille = shores.lille
    marie = at_work(lille, "Marie")
    lille.record(report(), marie)
    lille.record(report(reference="FR-2"), marie)
    lille.settle()
    ((hit,),) = ask(lille, "hits", {"asking": asking()})
    assert hit["basis"] == "assessment"
    assert hit["headline"]["fr"].startswith("Lien possible, 26 bits")
    assert hit["headline"]["en"].startswith("Possible link, 26 bits")
    assert [(ground["text"]["fr"], ground["text"]["en"]) for ground in hit["grounds"]] == [
        ("Même numéro de téléphone : +33639980417.", "Same telephone number: +33639980417."),
        ("Surnoms concordants : « Haji » et « Haji ».", 'Nicknames agree: "Haji" and "Haji".'),
    ]
    assert sum(ground["bits"] for ground in hit["grounds"]) == hit["bits"]


@pytest.mark.parametrize(
    ("lacks", "code"),
    [
        ({"purpose": None}, "purpose_missing"),
        ({"matter": None}, "matter_missing"),
        ({"matter": " "}, "matter_missing"),
        ({"handling": ()}, "handling_missing"),
        ({"regime": None}, "regime_missing"),
        ({"handling": ("UK SECRET",)}, "classification_above_ceiling"),
        ({"recipients": ("nowhere",)}, "node_unknown"),
        ({"service": "FR-PAF"}, "not_your_service"),
    ],
)
def test_pur_1_a_record_without_purpose_matter_or_handling_is_refused_in_words_and_not_recorded(
    shores: Any, report: Callable[..., Any], at_work: Callable[..., Any], lacks: dict[str, Any], code: str
) -> None:
    lille = shores.lille
    with pytest.raises((Malformed, NotPermitted)) as refused:
        lille.record(report(**lacks), at_work(lille, "Marie"))
    assert refused.value.code == code
    assert refused.value.say("fr") != refused.value.say("en")
    assert lille.store.size == 0
    # What a rule forbids leaves a line of the attempt; what is merely incomplete leaves nothing.
    assert {one["act"] for one in lines(lille)} <= {"refusal"}


def test_smt_1_a_report_without_its_regime_is_refused_at_the_node_in_both_languages(
    shores: Any, report: Callable[..., Any], at_work: Callable[..., Any]
) -> None:
    with pytest.raises(Malformed, match="regime_missing") as refused:
        shores.lille.record(report(regime=None), at_work(shores.lille, "Marie"))
    assert "deux infractions différentes" in refused.value.say("fr")
    assert "two different offences" in refused.value.say("en")


def test_what_is_too_large_for_any_partner_is_refused_where_it_is_said(
    shores: Any, report: Callable[..., Any], at_work: Callable[..., Any], statement: Any
) -> None:
    from entente.model.report import Wording

    large = statement(wording=Wording(language="fr", text="x" * (1024 * 1024)))
    with pytest.raises(Malformed, match="too_large"):
        shores.lille.record(report(statements=(large,)), at_work(shores.lille, "Marie"))
    assert shores.lille.store.size == 0


# -- who may do what ------------------------------------------------------------------------------------------------


def designation(record: str, **changes: Any) -> Designation:
    values: dict[str, Any] = {
        "about": RecordRef(record, "e1"),
        "matter": "OYAT",
        "category": "suspect",
        "reason": "reconnu à la barre par deux agents",
        "basis_statement": "s1",
        "officer": "Marie",
        "approver": "Odile",
    }
    return Designation(**(values | changes))


def test_cat_3_a_suspect_is_made_by_two_officers_on_a_fact_and_by_nothing_else(
    shores: Any, report: Callable[..., Any], at_work: Callable[..., Any], statement: Any, person: Any
) -> None:
    lille = shores.lille
    marie = at_work(lille, "Marie")
    said = (
        statement(entities=(person(),)),
        statement(id="s2", basis="reported"),
        statement(id="s3", basis="assessment", author="Marie", grounds="deux observations"),
    )
    record = lille.record(report(statements=said), marie).header.id
    lille.settle()
    about = RecordRef(record, "e1")

    def designate(access: Any, **changes: Any) -> None:
        act = designation(record, officer=access.officer, **changes)
        lille.record(report(kind="designation", reference=None, statements=(), designation=act), access)

    size = lille.store.size
    refusals = [
        (at_work(lille, "feed"), {}, "machine_decides"),
        (marie, {"approver": "Marie"}, "second_approver_missing"),
        (marie, {"approver": " "}, "second_approver_missing"),
        (marie, {"approver": "Nobody"}, "officer_unknown"),
        (marie, {"reason": ""}, "reason_missing"),
        (marie, {"basis_statement": "s2"}, "basis_not_fact"),
        (marie, {"basis_statement": "s3"}, "basis_not_fact"),
        (marie, {"basis_statement": "s9"}, "basis_not_fact"),
        (marie, {"matter": "OTHER"}, "matter_wrong"),
        (marie, {"about": RecordRef(record, "e9")}, "person_not_found"),
        (marie, {"about": RecordRef("no such record", "e1")}, "record_not_found"),
    ]
    for access, changes, code in refusals:
        with pytest.raises(EntenteError) as refused:
            designate(access, **changes)
        assert refused.value.code == code
    accused = report(statements=(statement(entities=(person(category="suspect"),)),))
    for access in (marie, at_work(lille, "feed")):
        with pytest.raises(NotPermitted, match="category_not_designated"):
            lille.record(accused, access)
    assert lille.store.size == size
    assert lille.crosscheck.persons.suspects() == 0
    designate(marie)
    lille.settle()
    assert lille.crosscheck.persons.category(about, "OYAT") == "suspect"
    assert lille.crosscheck.persons.category(about, "OTHER") == "not_yet_assessed"
    assert shores.reopen("lille").crosscheck.persons.category(about, "OYAT") == "suspect"


def test_cat_2_one_person_may_be_suspect_in_one_matter_and_victim_in_another(
    shores: Any, report: Callable[..., Any], at_work: Callable[..., Any]
) -> None:
    lille = shores.lille
    marie = at_work(lille, "Marie")
    record = lille.record(report(), marie).header.id
    for matter, category in (("OYAT", "suspect"), ("DUNE", "victim")):
        act = designation(record, matter=matter, category=category)
        draft = report(kind="designation", matter=matter, reference=None, statements=(), designation=act)
        lille.record(draft, at_work(lille, "Marie", matter=matter))
    lille.settle()
    persons = lille.crosscheck.persons
    about = RecordRef(record, "e1")
    assert (persons.category(about, "OYAT"), persons.category(about, "DUNE")) == ("suspect", "victim")
    assert [standing.category for standing in persons.history(about, "OYAT")] == [
        "not_yet_assessed",
        "suspect",
    ]


def test_nobody_acts_on_a_record_that_the_role_does_not_open(
    shores: Any, report: Callable[..., Any], at_work: Callable[..., Any], amend: Callable[..., Any]
) -> None:
    """By way of life saving, which is admitted without question, nobody erases or releases anything else."""
    lille = shores.lille
    marie, odile, erwan = at_work(lille, "Marie"), at_work(lille, "Odile"), at_work(lille, "Erwan")
    open_ = lille.record(report(), marie).header.id
    closed = lille.record(
        report(reference="J-1", compartment="judicial", purpose="investigation", recipients=()), odile
    ).header.id
    cry = lille.distress(b"MAYDAY", erwan).header.id
    lille.settle()
    paul = at_work(lille, "Paul")
    attempts = [
        (paul, amend("FR-PAF", cry, compartment="life_saving")),
        (paul, report("FR-PAF", replaces=cry, kind="sighting", compartment="life_saving")),
    ]
    attempts += [
        (erwan, amend("FR-PREMAR", record, officer="Erwan", compartment="life_saving", kind=kind))
        for record in (open_, closed)
        for kind in ("amendment",)
    ]
    attempts += [
        (marie, amend("FR-OLTIM", closed)),
        (marie, report(replaces=closed)),
        (erwan, report("FR-PREMAR", replaces=open_, kind="sighting", compartment="life_saving")),
        (odile, report(replaces=open_, compartment="judicial", purpose="investigation")),
        (odile, amend("FR-OLTIM", open_, officer="Odile", compartment="judicial", purpose="investigation")),
    ]
    for access, draft in attempts:
        with pytest.raises((NotFound, NotPermitted), match=r"record_not_found|compartment_closed"):
            lille.record(draft, access)
    for access, record in ((erwan, open_), (marie, closed)):
        with pytest.raises((NotFound, NotPermitted)):
            lille.release(access, record, ("dover",), "à leur demande")
    assert {lille.store.current([record])[record].state for record in (open_, closed, cry)} == {"held"}
    assert lille.store.current([open_])[open_].header.version == 1


def test_a_partners_record_is_not_ours_to_amend(
    shores: Any, report: Callable[..., Any], at_work: Callable[..., Any], amend: Callable[..., Any]
) -> None:
    record = shores.dover.record(report("UK-NCA", "UK-1"), at_work(shores.dover, "Jane")).header.id
    shores.carry()
    for draft in (amend("FR-OLTIM", record), report(replaces=record)):
        with pytest.raises(NotFound, match="record_not_found"):
            shores.lille.record(draft, at_work(shores.lille, "Marie"))


def test_pur_6_what_lies_in_a_judicial_file_is_found_hit_and_read_by_its_keeper_alone(
    shores: Any, report: Callable[..., Any], at_work: Callable[..., Any]
) -> None:
    lille, dover = shores.lille, shores.dover
    odile, marie = at_work(lille, "Odile"), at_work(lille, "Marie")
    lille.record(report(), marie)
    file = report(reference="J-1", compartment="judicial", purpose="investigation", recipients=("dover",))
    judicial = lille.record(file, odile).header.id
    shores.carry()
    # Up it flows: the keeper sees the link with what lies open. Down nothing does.
    assert {row.header.reference for row, *_ in lille.search(odile, PHONE)} == {"FR-1", "J-1"}
    (hit,) = lille.hits(odile)
    lille.read(odile, "J-1")
    others = [at_work(lille, name) for name in ("Marie", "Paul", "DPO")]
    others.append(at_work(lille, "Odile", role="investigator"))
    for access in others:
        assert "J-1" not in {row.header.reference for row, *_ in lille.search(access, PHONE)}
        assert lille.hits(access) == []
        assert lille.hits(access, about=judicial) == []
        for read in (judicial, "J-1", hit.id):
            with pytest.raises(NotFound):
                lille.read(access, read)
        with pytest.raises(NotFound):
            lille.judge(access, hit.id, "same", "même ligne, même période")
    # It was named for Dover, and stays; not even that it is there is told.
    assert dover.store.current([judicial]) == {}
    assert [one["code"] for one in lille.exchange.refusals(10)] == ["judicial_never_released"]
    lille.judge(odile, hit.id, "same", "même ligne, même période")
    shores.carry()
    assert "judgement" not in dover.store.count()
    judged = [row for row in lille.store.records_of(0, 100) if row.header.kind == "judgement"]
    assert [row.header.compartment for row in judged] == ["judicial"]


def test_pur_6_a_record_that_lies_in_two_compartments_shows_a_hit_on_its_open_side_only(
    shores: Any, report: Callable[..., Any], at_work: Callable[..., Any], statement: Any, person: Any
) -> None:
    lille = shores.lille
    odile, marie = at_work(lille, "Odile", purpose="intelligence"), at_work(lille, "Marie")
    lille.record(report(reference="OPEN", phone="06 39 98 10 01", name="Ali"), marie)
    lille.record(report(reference="SECRET", phone="06 39 98 10 02", name="Karim"), marie)
    both = (
        statement(entities=(person("06 39 98 10 01", name="Ali"),)),
        statement(
            id="s2", compartment="judicial", entities=(person("06 39 98 10 02", name="Karim", id="e2"),)
        ),
    )
    lille.record(report(reference="MIXED", statements=both, recipients=()), odile)
    lille.settle()
    assert len(lille.hits(at_work(lille, "Odile"))) == 2

    def linked(access: Any) -> list[set[str | None]]:
        return [{hit.one.header.reference, hit.other.header.reference} for hit in lille.hits(access)]

    assert linked(marie) == [{"OPEN", "MIXED"}]
    assert {row.header.reference for row, *_ in lille.search(marie, "06 39 98 10 02")} == {"SECRET"}


def test_trf_2_from_the_day_after_the_lapse_only_what_saves_life_leaves(
    shores: Any, report: Callable[..., Any], at_work: Callable[..., Any]
) -> None:
    lille, dover = shores.lille, shores.dover
    marie, erwan = at_work(lille, "Marie"), at_work(lille, "Erwan")
    shores.clock.at = dt.datetime(2031, 12, 27, 22, tzinfo=dt.UTC)
    lille.record(report(reference="IN-TIME"), marie)
    shores.carry()
    lille.record(report(reference="NUMBERED"), marie)
    lille.settle()
    shores.clock.at = dt.datetime(2031, 12, 28, 8, tzinfo=dt.UTC)
    late = lille.record(report(reference="LATE"), marie).header.id
    lille.distress(b"MAYDAY, 47 people", erwan)
    shores.carry()
    assert dover.store.by_reference("IN-TIME")
    assert dover.store.by_reference("LATE") == []
    # What was numbered in time and not fetched in time does not leave either.
    assert dover.store.by_reference("NUMBERED") == []
    assert len(dover.maritime.rows()) == 1
    (refused,) = lille.exchange.refusals(10)
    assert (refused["way"], refused["code"], refused["record"]) == ("out", "transfer_lapsed", late)
    assert lille.exchange.holders(late) == []
    # The other way has its own basis, which has no last day.
    dover.record(report("UK-NCA", "UK-LATE"), at_work(dover, "Jane"))
    shores.carry()
    assert lille.store.by_reference("UK-LATE")


def test_ori_1_only_the_services_that_were_named_read_what_was_sent(
    shores: Any, report: Callable[..., Any], at_work: Callable[..., Any]
) -> None:
    lille, dover = shores.lille, shores.dover
    lille.record(report(recipients=("dover/UK-NCA",), handling=("H2",)), at_work(lille, "Marie"))
    shores.carry()
    assert dover.read(at_work(dover, "Jane"), "FR-1").row.header.handling == ("H2",)
    assert dover.search(at_work(dover, "Jane"), "+33639980417")
    for name in ("Ian", "Claire"):
        access = at_work(dover, name)
        with pytest.raises(NotFound):
            dover.read(access, "FR-1")
        assert dover.search(access, "+33639980417") == []


def test_ori_2_a_hit_and_a_judgement_carry_the_codes_of_both_records(
    shores: Any, report: Callable[..., Any], at_work: Callable[..., Any]
) -> None:
    lille, dover = shores.lille, shores.dover
    marie, jane = at_work(lille, "Marie"), at_work(dover, "Jane")
    lille.record(report(handling=("H2",)), marie)
    dover.record(report("UK-NCA", "UK-1", phone="+33639980417", handling=("H1", "TLP:AMBER")), jane)
    shores.carry()
    (hit,) = dover.hits(jane)
    assert set(dover.store.current([hit.id])[hit.id].header.handling) == {"H1", "H2", "TLP:AMBER"}
    judged = dover.judge(jane, hit.id, "unsure", "période inconnue")
    assert set(judged.header.handling) == {"H1", "H2", "TLP:AMBER"}


# -- judgements -----------------------------------------------------------------------------------------------------


def test_a_judgement_travels_to_who_holds_both_records_and_to_nobody_else(
    shores: Any, report: Callable[..., Any], at_work: Callable[..., Any]
) -> None:
    lille, dover = shores.lille, shores.dover
    marie, jane = at_work(lille, "Marie"), at_work(dover, "Jane")
    lille.record(report(recipients=("dover/UK-NCA",)), marie)
    dover.record(report("UK-NCA", "UK-1", phone="+33639980417"), jane)
    shores.carry()
    judged = lille.judge(marie, lille.hits(marie)[0].id, "same", "même ligne, même période")
    shores.carry()
    assert [one["services"] for one in lille.exchange.holders(judged.header.id)] == [["UK-NCA"]]
    (hit,) = dover.hits(jane)
    assert isinstance(hit.judgement, Judgement)
    assert (hit.judgement.verdict, hit.judgement.reason, hit.judgement.officer) == (
        "same",
        "même ligne, même période",
        "Marie",
    )
    with pytest.raises(NotFound):
        dover.read(at_work(dover, "Ian"), judged.header.id)


@pytest.mark.parametrize("recipients", [(), ("dover/UK-IE",)])
def test_a_judgement_stays_where_the_partner_does_not_hold_both(
    shores: Any, report: Callable[..., Any], at_work: Callable[..., Any], recipients: tuple[str, ...]
) -> None:
    lille, dover = shores.lille, shores.dover
    marie = at_work(lille, "Marie")
    lille.record(report(recipients=("dover/UK-NCA",)), marie)
    lille.record(report(reference="FR-2", recipients=recipients), marie)
    shores.carry()
    judged = lille.judge(marie, lille.hits(marie)[0].id, "different", "deux personnes, une ligne")
    shores.carry()
    assert lille.exchange.holders(judged.header.id) == []
    assert "judgement" not in dover.store.count()


def test_an_officer_outside_the_list_or_in_a_role_not_held_gets_no_access(shores: Any) -> None:
    with pytest.raises(NotPermitted, match="officer_unknown"):
        shores.lille.access("Nobody", "suivi", matter="OYAT")
    with pytest.raises(NotPermitted, match="role_not_held"):
        shores.lille.access("Marie", "suivi", matter="OYAT", role="judicial_keeper")


def test_a_version_goes_to_whoever_was_sent_the_one_before_and_takes_its_place(
    shores: Any, report: Callable[..., Any], at_work: Callable[..., Any]
) -> None:
    lille, dover = shores.lille, shores.dover
    marie, jane = at_work(lille, "Marie"), at_work(dover, "Jane")
    record = lille.record(report(), marie).header.id
    shores.carry()
    lille.record(report(replaces=record, phone="06 39 98 04 99", recipients=()), marie)
    shores.carry()
    for node, access in ((lille, marie), (dover, jane)):
        assert [row.state for row in node.store.versions(record)] == ["superseded", "held"]
        assert node.search(access, "+33639980417") == []
        assert [row.header.version for row, *_ in node.search(access, "+33639980499")] == [2]
        assert node.verify().broken is None
    assert [(one["version"], one["step"]) for one in lille.exchange.holders(record)] == [
        (1, "accepted"),
        (2, "accepted"),
    ]


def test_an_exercise_clock_is_set_in_an_exercise_and_nowhere_else(laid_out: Path) -> None:
    from entente.node import Node

    node = Node(laid_out / "lille")
    try:
        node.set_clock(dt.datetime(2031, 12, 28, tzinfo=dt.UTC))
        assert node.now().date() == dt.date(2031, 12, 28)
        node.close()
        node = Node(laid_out / "lille")
        assert node.now().date() == dt.date(2031, 12, 28)
        node.agreement = msgspec.structs.replace(node.agreement, exercise=False)
        with pytest.raises(NotPermitted, match="no_exercise"):
            node.set_clock(dt.datetime(2031, 1, 1, tzinfo=dt.UTC))
    finally:
        node.close()


def test_what_is_erased_is_not_erased_again(
    shores: Any, report: Callable[..., Any], at_work: Callable[..., Any], amend: Callable[..., Any]
) -> None:
    marie = at_work(shores.lille, "Marie")
    record = shores.lille.record(report(), marie).header.id
    shores.lille.record(amend("FR-OLTIM", record), marie)
    with pytest.raises(Conflict, match="record_gone"):
        shores.lille.record(amend("FR-OLTIM", record), marie)
