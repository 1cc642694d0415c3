"""What comes in at the door, what is sent back with its reason, and that life is never sent back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from entente.errors import EntenteError, Malformed, NotPermitted
from entente.model.report import Amendment, Designation, Draft, Judgement, RecordRef, Wording
from entente.policy.access import Access
from entente.policy.agreement import Agreement
from entente.policy.door import (
    admit,
    check_basis,
    check_dates,
    check_statement,
    saves_life,
    with_life_defaults,
)


@pytest.fixture
def draft(statement: Callable[..., Any]) -> Callable[..., Draft]:
    """A report of PAF's that the door lets in, with what a test changes."""

    def made(**changes: Any) -> Draft:
        values: dict[str, Any] = {
            "kind": "report",
            "service": "FR-PAF",
            "purpose": "intelligence",
            "matter": "OYAT",
            "handling": ("H1",),
            "regime": "smuggling",
            "statements": (statement(),),
        }
        return Draft(**(values | changes))

    return made


def refused(draft: Draft, access: Access, agreement: Agreement) -> str | None:
    """The code with which the door sends a draft back; None when it lets it in."""
    try:
        admit(with_life_defaults(draft), access, agreement)
    except EntenteError as refusal:
        return refusal.code
    return None


LACKS: list[tuple[dict[str, Any], str]] = [
    ({"purpose": None}, "purpose_missing"),
    ({"matter": None}, "matter_missing"),
    ({"matter": "   "}, "matter_missing"),
    ({"handling": ()}, "handling_missing"),
    ({"handling": (" ",)}, "handling_missing"),
    ({"handling": ("H3",)}, "conditions_missing"),
    ({"regime": None}, "regime_missing"),
    ({"statements": ()}, "statement_missing"),
    ({"kind": "designation"}, "act_missing"),
    ({"kind": "judgement"}, "act_missing"),
    ({"kind": "amendment"}, "act_missing"),
    ({"handling": ("H1", "Secret Défense")}, "classification_above_ceiling"),
    ({"handling": ("UK TOP SECRET",)}, "classification_above_ceiling"),
    ({"compartment": "judicial"}, "compartment_closed"),
    ({"compartment": "victims"}, "compartment_closed"),
    ({"compartment": "prevention"}, "compartment_closed"),
    ({"recipients": ("nowhere",)}, "node_unknown"),
    ({"recipients": ("dover/UK-XYZ",)}, "service_unknown"),
    ({"recipients": ("dover/NL-KMAR",)}, "service_elsewhere"),
    ({"service": "FR-OLTIM"}, "not_your_service"),
    ({"service": "UK-NCA"}, "not_your_service"),
]


def test_a_whole_report_is_let_in(draft: Any, officer: Any, agreement: Agreement) -> None:
    assert refused(draft(), officer(), agreement) is None
    assert refused(draft(handling=("H3",), conditions="pas sans nous"), officer(), agreement) is None
    assert refused(draft(recipients=("dover", "dover/UK-NCA")), officer(), agreement) is None


@pytest.mark.parametrize(("lacks", "code"), LACKS)
def test_pur_1_what_lacks_something_is_sent_back_with_what_it_lacks(
    draft: Any, officer: Any, agreement: Agreement, lacks: dict[str, Any], code: str
) -> None:
    assert refused(draft(**lacks), officer(), agreement) == code


def test_a_statement_in_a_closed_compartment_is_sent_back_though_its_record_is_open(
    draft: Any, officer: Any, agreement: Agreement, statement: Any
) -> None:
    apart = (statement(), statement(id="s2", compartment="judicial"))
    assert refused(draft(statements=apart), officer(), agreement) == "compartment_closed"
    keeper = officer(service="FR-OLTIM", role="judicial_keeper", purpose="investigation")
    assert refused(draft(service="FR-OLTIM", statements=apart), keeper, agreement) is None


def test_ids_that_stand_twice_are_sent_back(
    draft: Any, officer: Any, agreement: Agreement, statement: Any, person: Any
) -> None:
    assert refused(draft(statements=(statement(), statement())), officer(), agreement) == "id_twice"
    twice = (statement(entities=(person(),)), statement(id="s2", entities=(person(),)))
    assert refused(draft(statements=twice), officer(), agreement) == "id_twice"


@pytest.mark.parametrize("kind", ["report", "holding", "designation"])
def test_smt_1_whatever_speaks_of_an_offence_says_which(
    draft: Any, officer: Any, agreement: Agreement, kind: str
) -> None:
    act = Designation(
        about=RecordRef("r", "e1"),
        matter="OYAT",
        category="suspect",
        reason="reconnu à la barre",
        basis_statement="s1",
        officer="FR-PAF/7",
        approver="FR-PAF/8",
    )
    made = draft(kind=kind, designation=act if kind == "designation" else None)
    assert refused(made, officer(), agreement) is None
    assert refused(msgspec.structs.replace(made, regime=None), officer(), agreement) == "regime_missing"
    sighting = draft(kind="sighting", regime=None)
    assert refused(sighting, officer(), agreement) is None


@pytest.mark.parametrize("category", ["suspect", "convicted"])
def test_cat_3_no_statement_makes_anybody_a_suspect_whoever_writes_it(
    draft: Any, officer: Any, agreement: Agreement, statement: Any, person: Any, category: str
) -> None:
    accused = draft(statements=(statement(entities=(person(category=category),)),))
    for access in (officer(), officer(role="service_account")):
        assert refused(accused, access, agreement) in ("category_not_designated", "role_not_at_service")
    with pytest.raises(NotPermitted, match="category_not_designated"):
        check_statement(accused.statements[0])


ACTS: dict[str, Any] = {
    "designation": lambda **changes: Designation(
        **{
            "about": RecordRef("r", "e1"),
            "matter": "OYAT",
            "category": "suspect",
            "reason": "reconnu à la barre",
            "basis_statement": "s1",
            "officer": "FR-PAF/7",
            "approver": "FR-PAF/8",
            **changes,
        }
    ),
    "judgement": lambda **changes: Judgement(
        **{
            "one": RecordRef("r", "e1"),
            "other": RecordRef("s", "e1"),
            "verdict": "same",
            "reason": "même ligne, même période",
            "officer": "FR-PAF/7",
            **changes,
        }
    ),
    "amendment": lambda **changes: Amendment(
        **{"record": "r", "act": "erase", "reason": "étrangère aux faits", "officer": "FR-PAF/7", **changes}
    ),
}


@pytest.mark.parametrize("kind", ACTS)
def test_an_act_is_a_persons_in_their_own_name_and_with_a_reason(
    draft: Any, officer: Any, agreement: Agreement, kind: str
) -> None:
    def act(**changes: Any) -> Draft:
        made: Draft = draft(kind=kind, statements=(), **{kind: ACTS[kind](**changes)})
        return made

    assert refused(act(), officer(), agreement) is None
    assert refused(act(), officer(role="service_account"), agreement) == "machine_decides"
    assert refused(act(officer="FR-PAF/8"), officer(), agreement) == "not_in_own_name"
    assert refused(act(reason=" x "), officer(), agreement) == "reason_missing"


@pytest.mark.parametrize("approver", ["FR-PAF/7", "", "  "])
def test_4e_1_nobody_approves_their_own_designation(
    draft: Any, officer: Any, agreement: Agreement, approver: str
) -> None:
    made = draft(kind="designation", designation=ACTS["designation"](approver=approver))
    assert refused(made, officer(), agreement) == "second_approver_missing"


def test_cat_3_a_designation_rests_on_a_fact(statement: Any) -> None:
    check_basis(statement())
    for basis in (
        None,
        statement(basis="reported"),
        statement(basis="assessment", author="FR-PAF/7", grounds="deux observations"),
    ):
        with pytest.raises(NotPermitted, match="basis_not_fact"):
            check_basis(basis)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("réseau de trafic d'êtres humains", "offences_confused"),
        ("Trafics d’êtres humains à Calais", "offences_confused"),
        ("trafic d’être humain", "offences_confused"),
        ("il parle de « trafic d’êtres humains »", None),
        ('il dit "trafic d\'êtres humains"', None),
        ("trafic illicite de migrants", None),
        ("traite des êtres humains", None),
    ],
)
def test_smt_4_the_phrase_that_confuses_two_offences_is_sent_back_unless_somebody_said_it(
    draft: Any, officer: Any, agreement: Agreement, statement: Any, words: str, code: str | None
) -> None:
    said = statement(wording=Wording(language="fr", text=words))
    assert refused(draft(statements=(said,)), officer(), agreement) == code


def test_ret_1_review_comes_after_the_day_and_erasure_after_review() -> None:
    day = dt.date(2031, 9, 12)
    later, last = day + dt.timedelta(1), day + dt.timedelta(2)
    check_dates(later, last, day)
    check_dates(day, day, day)
    for review, erase in ((last, later), (day - dt.timedelta(1), last), (later, day - dt.timedelta(1))):
        with pytest.raises(Malformed, match="dates_wrong"):
            check_dates(review, erase, day)


# -- life ------------------------------------------------------------------------------------------------------------


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_sar_1_no_lack_sends_a_distress_back(data: st.DataObject) -> None:
    """Whatever is missing or blank, with any reason or none, the door lets it through with safe values."""
    purpose = data.draw(st.sampled_from([None, "life_saving", "intelligence", "prosecution"]))
    draft = Draft(
        kind="distress",
        service="FR-PREMAR",
        purpose=purpose,  # type: ignore[arg-type]
        matter=data.draw(st.sampled_from([None, "", "SAR"])),
        compartment=data.draw(st.sampled_from(["intelligence", "life_saving"])),
        handling=data.draw(st.sampled_from([(), ("H0",), ("H2",), ("unheard of",)])),
        lane=data.draw(st.sampled_from([None, "routine", "bulk"])),
    )
    access = Access(
        officer="w",
        service="FR-PREMAR",
        party="FR",
        node="lille",
        role="watch_keeper",
        purpose="life_saving",
        matter="SAR",
        reason=data.draw(st.sampled_from(["", "veille"])),
    )
    made = with_life_defaults(draft)
    admit(made, access, AGREEMENT[0])
    assert saves_life(made)
    assert (made.purpose, made.compartment, made.lane) == ("life_saving", "life_saving", "life")
    assert made.matter
    assert made.handling


AGREEMENT: list[Agreement] = []


@pytest.fixture(autouse=True, scope="module")
def _agreed(agreement: Agreement) -> None:
    AGREEMENT[:] = [agreement]


def test_life_defaults_change_nothing_that_saves_no_life(draft: Any) -> None:
    made = draft(purpose=None, matter=None, handling=())
    assert with_life_defaults(made) is made
    assert not saves_life(made)
