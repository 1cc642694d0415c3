"""One question, one answer, the rule that gave it: the table of handling codes and what consents change in it."""

from __future__ import annotations

import datetime as dt
import timeit
from collections.abc import Callable
from typing import get_args

import msgspec
import pytest

from entente.errors import Malformed
from entente.policy.access import Access, Act, Destination, Held
from entente.policy.agreement import Agreement
from entente.policy.decide import RULES_FAILED, decide, read_rules
from entente.policy.protect import FLOOR

Officer = Callable[..., Access]
Record = Callable[..., Held]

# What a recipient may do with what it was given, as docs/terms.md has it; H3 with its conditions accepted and silent.
TABLE: dict[Act, tuple[str, str, str, str]] = {
    #                 H0     H1     H2     H3
    "read": ("yes", "yes", "yes", "yes"),
    "lead": ("yes", "yes", "yes", "ask"),
    "onward_service": ("yes", "yes", "ask", "ask"),
    "onward_party": ("ask", "ask", "ask", "ask"),
    "court": ("yes", "ask", "ask", "ask"),
    "combine": ("yes", "yes", "yes", "yes"),
    "other_purpose": ("no", "no", "no", "no"),
    "release": ("ask", "ask", "ask", "ask"),  # by a recipient: the same as to another party
}
CODES = ("H0", "H1", "H2", "H3")
CELLS = [(act, code, row[place]) for act, row in TABLE.items() for place, code in enumerate(CODES)]


@pytest.mark.parametrize(("act", "code", "answer"), CELLS)
def test_ori_1_what_each_code_lets_a_recipient_do(
    act: Act,
    code: str,
    answer: str,
    officer: Officer,
    received: Record,
    agreement: Agreement,
    now: dt.datetime,
) -> None:
    access = officer(accepted=frozenset({"UK-NCA-201"}))
    decision = decide(access, act, received(handling=(code,)), agreement, now)
    assert (decision.answer, decision.text.fr != "", decision.text.en != "") == (answer, True, True)


def test_ori_1_the_table_above_names_every_act() -> None:
    assert set(TABLE) == set(get_args(Act))


@pytest.mark.parametrize(("act", "code", "answer"), [cell for cell in CELLS if cell[2] == "ask"])
def test_ori_1_a_consent_in_force_turns_ask_into_yes_for_that_act_alone(
    act: Act,
    code: str,
    answer: str,
    officer: Officer,
    received: Record,
    agreement: Agreement,
    now: dt.datetime,
) -> None:
    for consent in get_args(Act):
        held = received(handling=(code,), permissions=frozenset({consent}))
        lifts = consent == act and act != "release"  # consent is to pass on; releasing stays the originator's
        assert decide(officer(), act, held, agreement, now).answer == ("yes" if lifts else answer)


def test_no_consent_opens_another_purpose(
    officer: Officer, received: Record, agreement: Agreement, now: dt.datetime
) -> None:
    held = received(permissions=frozenset(get_args(Act)), conditions_allow=frozenset(get_args(Act)))
    decision = decide(officer(), "other_purpose", held, agreement, now)
    assert (decision.answer, decision.rule) == ("no", "other_purpose")


def test_written_conditions_are_accepted_before_opening_by_each_officer(
    officer: Officer, received: Record, agreement: Agreement, now: dt.datetime
) -> None:
    held = received(handling=("H3",), conditions="ne pas citer la source", permissions=frozenset({"read"}))
    before = decide(officer(), "read", held, agreement, now)
    assert (before.answer, before.rule) == ("no", "conditions_before_reading")
    assert decide(officer(accepted=frozenset({"another"})), "read", held, agreement, now).answer == "no"
    assert decide(officer(accepted=frozenset({"UK-NCA-201"})), "read", held, agreement, now).is_yes


@pytest.mark.parametrize(
    ("act", "answer"), [("lead", "yes"), ("onward_service", "yes"), ("onward_party", "ask"), ("court", "ask")]
)
def test_written_conditions_may_allow_a_lead_or_another_service_and_nothing_further(
    act: Act, answer: str, officer: Officer, received: Record, agreement: Agreement, now: dt.datetime
) -> None:
    held = received(handling=("H3",), conditions_allow=frozenset(get_args(Act)))
    accepted = officer(accepted=frozenset({held.record}))
    assert decide(accepted, act, held, agreement, now).answer == answer
    assert decide(officer(), act, held, agreement, now).answer == "ask"


def test_written_conditions_bind_although_no_label_announces_them(
    officer: Officer, received: Record, agreement: Agreement, now: dt.datetime
) -> None:
    held = received(handling=("H0",), conditions="")  # there are some; their words are not for the rules
    assert decide(officer(), "read", held, agreement, now).rule == "conditions_before_reading"
    assert decide(officer(), "court", held, agreement, now).answer == "ask"


@pytest.mark.parametrize("label", ["TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED"])
def test_an_audience_of_one_service_is_not_widened_to_its_party_without_asking(
    label: str, officer: Officer, received: Record, agreement: Agreement, now: dt.datetime
) -> None:
    assert decide(officer(), "onward_service", received(handling=(label,)), agreement, now).answer == "ask"
    assert decide(officer(), "onward_service", received(handling=("TLP:GREEN",)), agreement, now).is_yes


def test_written_conditions_do_not_lift_the_control_that_another_label_keeps(
    officer: Officer, received: Record, agreement: Agreement, now: dt.datetime
) -> None:
    held = received(handling=("H3", "H2"), conditions_allow=frozenset({"onward_service"}))
    decision = decide(officer(), "onward_service", held, agreement, now)
    assert (decision.answer, decision.rule) == ("ask", "originator_control")


@pytest.mark.parametrize("code", CODES)
def test_codes_do_not_bind_the_service_that_issued_the_record(
    code: str, officer: Officer, recorded: Record, agreement: Agreement, now: dt.datetime
) -> None:
    for act in get_args(Act):
        expected = "no" if act == "other_purpose" else "yes"
        assert decide(officer(), act, recorded(handling=(code,)), agreement, now).answer == expected


def test_another_service_of_the_same_party_reads_and_asks_the_issuer_for_court_and_release(
    officer: Officer, recorded: Record, agreement: Agreement, now: dt.datetime
) -> None:
    colleague, held = officer(service="FR-OLTIM"), recorded(handling=("H1",))
    assert decide(colleague, "read", held, agreement, now).is_yes
    assert decide(colleague, "court", held, agreement, now).answer == "ask"
    assert decide(colleague, "onward_party", held, agreement, now).answer == "ask"
    release = decide(colleague, "release", held, agreement, now)
    assert (release.answer, release.rule) == ("ask", "release_by_the_originator")


def test_a_no_of_the_rules_outweighs_an_ask_of_the_floor(
    officer: Officer, received: Record, agreement: Agreement, now: dt.datetime
) -> None:
    watch = officer(service="FR-PREMAR", role="watch_keeper", purpose="life_saving")
    held = received(compartment="life_saving", purpose="life_saving", handling=("H1",))
    decision = decide(watch, "court", held, agreement, now)
    assert (decision.answer, decision.rule) == ("no", "court_purposes")


def test_a_no_of_the_floor_outweighs_an_ask_that_stands_before_it(
    officer: Officer, received: Record, agreement: Agreement, now: dt.datetime
) -> None:
    held = received(handling=("H2", "MARQUE MAISON"))
    for floor in (FLOOR, FLOOR[::-1]):
        decision = decide(officer(), "onward_service", held, agreement, now, floor=floor)
        assert (decision.answer, decision.rule) == ("no", "unknown_label")


def test_with_a_destination_named_the_transfer_basis_is_asked_for_too(
    officer: Officer, recorded: Record, agreement: Agreement, now: dt.datetime
) -> None:
    dover = Destination(node="dover", party="UK")
    held = recorded(erase_by=None)
    late = dt.datetime(2031, 12, 28, tzinfo=dt.UTC)
    assert decide(officer(), "release", held, agreement, now, destination=dover).is_yes
    assert decide(officer(), "release", held, agreement, late, destination=dover).rule == "transfer_lapsed"


def test_a_policy_that_fails_refuses_instead_of_being_skipped(
    officer: Officer, received: Record, agreement: Agreement, now: dt.datetime
) -> None:
    rules = read_rules(
        '@id("read") @fr("oui") @en("yes") permit (principal, action, resource);'
        '@id("broken") @answer("no") @fr("non") @en("no") '
        "forbid (principal, action, resource) when { context.forgotten };"
    )
    assert decide(officer(), "read", received(), agreement, now, rules=rules) == RULES_FAILED


@pytest.mark.parametrize(
    "text",
    [
        "permit (principal, action",
        "permit (principal, action, resource);",
        '@id("a") @fr("oui") permit (principal, action, resource);',
        '@id("a") @fr("non") @en("no") forbid (principal, action, resource);',
        '@id("a") @answer("yes") @fr("non") @en("no") forbid (principal, action, resource);',
        '@id("a") @fr("o") @en("y") permit (principal, action, resource);' * 2,
    ],
)
def test_a_policy_without_its_name_words_or_answer_is_not_read(text: str) -> None:
    with pytest.raises(Malformed) as refused:
        read_rules(text)
    assert refused.value.code == "rules_unreadable"


def test_the_same_question_has_the_same_answer_fresh_or_remembered(
    officer: Officer, received: Record, agreement: Agreement, now: dt.datetime
) -> None:
    held = received(handling=("H2",))
    first = [decide(officer(), act, held, agreement, now) for act in get_args(Act)]
    assert [decide(officer(), act, held, agreement, now) for act in get_args(Act)] == first


def test_a_decision_is_quick_enough_to_be_asked_for_every_part_of_every_record(
    officer: Officer, received: Record, agreement: Agreement, now: dt.datetime
) -> None:
    access, held = officer(), received()
    decide(access, "read", held, agreement, now)
    best = (
        min(timeit.repeat(lambda: decide(access, "read", held, agreement, now), number=200, repeat=10)) / 200
    )
    assert best < 100e-6, f"{best * 1e6:.0f} µs a remembered decision"


def test_the_day_is_counted_in_utc(officer: Officer, received: Record, agreement: Agreement) -> None:
    held = received(erase_by=dt.date(2031, 11, 20))
    east = dt.timezone(dt.timedelta(hours=2))
    assert decide(officer(), "read", held, agreement, dt.datetime(2031, 11, 21, 1, tzinfo=east)).is_yes
    assert (
        decide(officer(), "read", held, agreement, dt.datetime(2031, 11, 21, 3, tzinfo=east)).rule
        == "expired"
    )


def test_values_of_a_decision_cannot_be_changed_after_it_was_given(
    officer: Officer, received: Record, agreement: Agreement, now: dt.datetime
) -> None:
    decision = decide(officer(), "court", received(handling=("H1",)), agreement, now)
    with pytest.raises(AttributeError):
        decision.answer = "yes"  # type: ignore[misc]
    assert msgspec.json.decode(msgspec.json.encode(decision))["rule"] == "court_use"
