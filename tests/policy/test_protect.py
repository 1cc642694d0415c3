"""The floor, rule by rule, in the words of the cases that made it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import get_args

import pytest

from entente.model.report import COMPARTMENT_WORDS, PURPOSE_WORDS, Compartment, Purpose
from entente.policy.access import Access, Act, Destination, Held
from entente.policy.agreement import Agreement, Role
from entente.policy.checks import KEEPERS, PURPOSES_OPEN, purpose_of_part
from entente.policy.decide import decide

Officer = Callable[..., Access]
Record = Callable[..., Held]


def test_pur_1_nothing_is_decided_without_purpose_matter_and_reason(
    officer: Officer, received: Record, agreement: Agreement, now: dt.datetime
) -> None:
    for access, held, rule in (
        (officer(purpose=""), received(purpose=""), "purpose_missing"),
        (officer(), received(purpose="immigration"), "purpose_missing"),
        (officer(matter=" "), received(), "matter_missing"),
        (officer(), received(matter=""), "matter_missing"),
        (officer(reason="\n"), received(), "reason_missing"),
        (officer(officer=""), received(), "reason_missing"),
    ):
        for act in get_args(Act):
            decision = decide(access, act, held, agreement, now)
            assert (decision.answer, decision.rule) == ("no", rule)


@pytest.mark.parametrize("asked", PURPOSE_WORDS)
@pytest.mark.parametrize("declared", PURPOSE_WORDS)
def test_pur_1_a_record_is_read_for_its_purpose_and_intelligence_may_flow_up(
    declared: Purpose,
    asked: Purpose,
    officer: Officer,
    received: Record,
    agreement: Agreement,
    now: dt.datetime,
) -> None:
    decision = decide(officer(purpose=asked), "read", received(purpose=declared), agreement, now)
    serves = "intelligence" if declared == "life_saving" else declared  # an object stated apart at a rescue
    flows = asked == serves or (serves, asked) == ("intelligence", "investigation")
    from_prevention = asked in ("prevention_communication", "plan_management")
    assert decision.is_yes == (flows and not from_prevention)


@pytest.mark.parametrize("purpose", PURPOSE_WORDS)
def test_pur_3_what_was_taken_to_save_life_is_read_for_nothing_else(
    purpose: Purpose, officer: Officer, received: Record, lax_agreement: Agreement, now: dt.datetime
) -> None:
    watch = officer(service="FR-PREMAR", role="watch_keeper", purpose=purpose)
    held = received(compartment="life_saving", purpose=purpose)
    for act in ("read", "lead", "combine"):
        assert decide(watch, act, held, lax_agreement, now).is_yes == (purpose == "life_saving")


def test_pur_3_an_investigator_never_opens_a_distress_call_even_when_named(
    officer: Officer, received: Record, lax_agreement: Agreement, now: dt.datetime
) -> None:
    held = received(compartment="life_saving", purpose="life_saving", audience=("FR-PAF",))
    for purpose in PURPOSE_WORDS:
        assert decide(officer(purpose=purpose), "read", held, lax_agreement, now).answer == "no"


def test_pur_3_an_engine_seen_at_a_rescue_serves_intelligence_and_the_callers_number_does_not() -> None:
    assert purpose_of_part("life_saving", "intelligence") == "intelligence"
    assert purpose_of_part("life_saving", "life_saving") == "life_saving"
    assert purpose_of_part("prosecution", "intelligence") == "prosecution"


@pytest.mark.parametrize("role", get_args(Role))
@pytest.mark.parametrize("compartment", COMPARTMENT_WORDS)
def test_pur_6_a_closed_compartment_opens_for_its_keeper_alone_whatever_the_agreement_says(
    compartment: Compartment,
    role: Role,
    officer: Officer,
    recorded: Record,
    lax_agreement: Agreement,
    now: dt.datetime,
) -> None:
    purpose = "life_saving" if compartment == "life_saving" else "investigation"
    access = officer(role=role, purpose=purpose)
    held = recorded(compartment=compartment, purpose=purpose)
    decision = decide(access, "read", held, lax_agreement, now)
    keeper = KEEPERS.get(compartment)
    if compartment == "office":
        assert not decision.is_yes
    elif keeper:
        assert decision.is_yes == (role == keeper)
    elif compartment == "plan":
        # The plan holds nobody's contents, so that rescue and prevention may read it; nobody acts alone on contents.
        assert decision.is_yes == (
            role not in {"data_protection_officer", "administrator", "service_account"}
        )
    else:
        blind = {
            "data_protection_officer",
            "administrator",
            "service_account",
            "campaign_officer",
            "coordinator",
            "watch_keeper",
        }
        assert decision.is_yes == (role not in blind)


def test_pur_6_a_judicial_file_takes_intelligence_up_and_gives_nothing_down(
    officer: Officer, recorded: Record, agreement: Agreement, now: dt.datetime
) -> None:
    keeper = officer(service="FR-OLTIM", role="judicial_keeper", purpose="investigation")
    file = recorded(service="FR-OLTIM", compartment="judicial", purpose="investigation")
    assert decide(keeper, "read", recorded(), agreement, now).is_yes
    assert decide(keeper, "read", file, agreement, now).is_yes
    for act in ("onward_service", "onward_party", "release"):
        assert decide(keeper, act, file, agreement, now).rule == "judicial_never_released"
    investigator = officer(service="FR-OLTIM", purpose="investigation")
    for act in ("read", "lead", "combine"):
        assert decide(investigator, act, file, agreement, now).rule == "compartment_closed"


def test_the_agreement_may_close_what_the_floor_leaves_open(
    officer: Officer, received: Record, agreement: Agreement, now: dt.datetime
) -> None:
    watch = officer(service="FR-PREMAR", role="watch_keeper")
    assert decide(watch, "read", received(), agreement, now).rule == "compartment_closed"
    assert decide(watch, "read", received(audience=("FR-PREMAR",)), agreement, now).is_yes
    in_no_such_role = officer(service="FR-PREMAR", role="investigator")
    assert decide(in_no_such_role, "read", received(audience=("FR-PREMAR",)), agreement, now).answer == "no"


def test_a_record_for_one_service_is_closed_to_the_others_of_its_party(
    officer: Officer, received: Record, agreement: Agreement, now: dt.datetime
) -> None:
    held = received(audience=("FR-OLTIM",))
    assert decide(officer(), "read", held, agreement, now).rule == "not_in_audience"
    assert decide(officer(service="FR-OLTIM"), "read", held, agreement, now).is_yes


@pytest.mark.parametrize(
    "changes", [{"service": "FR-NOBODY"}, {"party": "UK"}, {"node": "dover"}, {"service": "UK-NCA"}]
)
def test_an_officer_who_is_not_seated_here_reads_nothing(
    changes: dict[str, str], officer: Officer, received: Record, agreement: Agreement, now: dt.datetime
) -> None:
    assert decide(officer(**changes), "read", received(), agreement, now).rule == "not_seated_here"


def test_an_erased_or_expired_record_is_used_for_nothing(
    officer: Officer, received: Record, agreement: Agreement, now: dt.datetime
) -> None:
    for act in get_args(Act):
        assert decide(officer(), act, received(erased=True), agreement, now).rule == "erased"
        yesterday = received(erase_by=now.date() - dt.timedelta(days=1))
        assert decide(officer(), act, yesterday, agreement, now).rule == "expired"
    assert decide(officer(), "read", received(erase_by=now.date()), agreement, now).is_yes


def test_a_service_account_links_and_sends_and_reads_for_nobody(
    officer: Officer, recorded: Record, lax_agreement: Agreement, now: dt.datetime
) -> None:
    machine = officer(role="service_account")
    allowed = {act for act in get_args(Act) if decide(machine, act, recorded(), lax_agreement, now).is_yes}
    assert allowed == {"combine", "release"}


def test_cat_5_a_dual_review_holds_release_and_not_a_distress(
    officer: Officer, recorded: Record, agreement: Agreement, now: dt.datetime
) -> None:
    assert decide(officer(), "release", recorded(under_review=True), agreement, now).rule == "under_review"
    assert decide(officer(), "read", recorded(under_review=True), agreement, now).is_yes
    watch = officer(service="FR-PREMAR", role="watch_keeper", purpose="life_saving")
    distress = recorded(under_review=True, compartment="life_saving", purpose="life_saving", kind="distress")
    assert decide(watch, "release", distress, agreement, now).is_yes


def test_sar_1_the_watch_sends_on_a_distress_that_a_patrol_heard_without_asking_the_patrol(
    officer: Officer, recorded: Record, agreement: Agreement, now: dt.datetime
) -> None:
    watch = officer(service="FR-PREMAR", role="watch_keeper", purpose="life_saving")
    distress = recorded(compartment="life_saving", purpose="life_saving", kind="distress", handling=("?",))
    assert distress.service != watch.service
    assert decide(watch, "release", distress, agreement, now).is_yes


def test_a_label_that_nobody_can_read_stops_release_and_court_and_not_reading(
    officer: Officer, received: Record, recorded: Record, agreement: Agreement, now: dt.datetime
) -> None:
    for handling in (("H0", "MARQUE MAISON"), ()):
        for act in ("onward_service", "onward_party", "release", "court"):
            held = received(handling=handling, permissions=frozenset({act}))
            assert decide(officer(), act, held, agreement, now).rule == "unknown_label"
        assert decide(officer(), "read", received(handling=handling), agreement, now).is_yes
        for act in ("onward_party", "release"):
            assert decide(officer(), act, recorded(handling=handling), agreement, now).rule == "unknown_label"
        assert decide(officer(), "court", recorded(handling=handling), agreement, now).is_yes


@pytest.mark.parametrize(
    ("act", "destination"),
    [
        ("onward_service", Destination(node="dover", party="UK")),
        ("onward_party", Destination(node="lille", party="FR", service="FR-OLTIM")),
    ],
)
def test_an_act_is_not_named_for_less_than_it_is(
    act: Act,
    destination: Destination,
    officer: Officer,
    received: Record,
    agreement: Agreement,
    now: dt.datetime,
) -> None:
    held = received(permissions=frozenset(get_args(Act)))
    decision = decide(officer(), act, held, agreement, now, destination=destination)
    assert decision.rule == "destination_misnamed"


def test_nothing_is_given_to_a_recipient_that_the_agreement_does_not_know_there(
    officer: Officer, received: Record, agreement: Agreement, now: dt.datetime
) -> None:
    for node, service, rule in (
        ("lille", "FR-OLTIM", "onward_service"),
        ("lille", "FR-NOBODY", "destination_unknown"),
        ("lille", "UK-NCA", "destination_unknown"),
        ("calais", None, "destination_unknown"),
    ):
        there = Destination(node=node, party="FR", service=service)
        assert decide(officer(), "onward_service", received(), agreement, now, destination=there).rule == rule


def test_a_lead_in_another_matter_is_for_the_originator_to_allow(
    officer: Officer, received: Record, recorded: Record, agreement: Agreement, now: dt.datetime
) -> None:
    elsewhere = officer(matter="GRAVELINES")
    assert decide(elsewhere, "lead", received(), agreement, now).answer == "ask"
    assert decide(elsewhere, "lead", received(permissions=frozenset({"lead"})), agreement, now).is_yes
    assert decide(elsewhere, "read", received(), agreement, now).is_yes
    assert decide(elsewhere, "lead", recorded(), agreement, now).is_yes


def test_a_record_that_another_party_entered_here_was_not_released_to_us(
    officer: Officer, recorded: Record, agreement: Agreement, now: dt.datetime
) -> None:
    held = recorded(party="NL", service="NL-KMAR")
    assert decide(officer(), "read", held, agreement, now).rule == "anothers_own"


def test_every_purpose_says_for_what_else_it_is_open() -> None:
    assert set(PURPOSES_OPEN) == set(PURPOSE_WORDS)
    assert all(purpose in opens for purpose, opens in PURPOSES_OPEN.items())


def test_what_concerns_victims_stays_out_of_court_bundles(
    officer: Officer, recorded: Record, agreement: Agreement, now: dt.datetime
) -> None:
    keeper = officer(service="FR-AIDE", role="victim_keeper", purpose="investigation")
    held = recorded(service="FR-AIDE", compartment="victims", purpose="investigation")
    assert decide(keeper, "read", held, agreement, now).is_yes
    assert decide(keeper, "court", held, agreement, now).rule == "victims_never_released"


def test_cat_5_a_review_holds_what_a_machine_would_send_and_not_an_officer_with_consent(
    officer: Officer, received: Record, agreement: Agreement, now: dt.datetime
) -> None:
    held = received(under_review=True, permissions=frozenset({"onward_party"}))
    assert decide(officer(), "onward_party", held, agreement, now).is_yes
