"""Every rule is needed: for each there is a witness, a case whose answer changes when that rule alone is taken away.

The lists are not kept by hand: the floor and the Cedar file are enumerated, so that a rule which joins them without a
witness, or one that another has made idle, fails here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from importlib.resources import files
from typing import Any

import cedarpy
import msgspec
import pytest

from entente.policy.access import Access, Act, Destination, Held
from entente.policy.agreement import Agreement
from entente.policy.decide import Rules, decide, load_rules, read_rules
from entente.policy.protect import FLOOR, FloorRule
from entente.policy.release import PartHeld, plan_release

JUDICIAL = {"compartment": "judicial", "purpose": "investigation"}
RESCUE = {"compartment": "life_saving", "purpose": "life_saving"}
H3 = {"handling": ("H3",), "conditions": "ne pas citer la source"}


class Case(msgspec.Struct, kw_only=True):
    """One question. who, what: what is changed in the usual officer and record; received or recorded here."""

    act: Act = "read"
    who: dict[str, Any] = {}
    what: dict[str, Any] = {}
    own: bool = False
    node: str = ""  # a release to this node, with no person asking
    to: Destination | None = None  # a person names where it would go
    agreed: dict[str, Any] = {}
    answer: str = "no"


# Rule -> a case in which it alone stands in the way (or, for a permit, opens it), and what it answers.
WITNESSES: dict[str, Case] = {
    "erased": Case(what={"erased": True}),
    "expired": Case(what={"erase_by": dt.date(2031, 11, 19)}),
    "purpose_missing": Case(who={"purpose": ""}, what={"purpose": ""}),
    "matter_missing": Case(who={"matter": ""}),
    "reason_missing": Case(who={"reason": "  "}),
    "not_seated_here": Case(who={"party": "UK"}),
    "never_contents": Case(who={"role": "data_protection_officer"}),
    "machine_decides": Case(act="lead", who={"role": "service_account"}),
    "not_in_audience": Case(what={"audience": ("FR-OLTIM",)}),
    "compartment_closed": Case(what={"compartment": "victims"}),
    "prevention_reads_no_intelligence": Case(who={"role": "campaign_officer"}),
    "life_saving_purpose": Case(who={"role": "watch_keeper"}, what={"compartment": "life_saving"}),
    "purpose_mismatch": Case(who={"purpose": "prosecution"}),
    "victims_never_released": Case(
        act="release", own=True, who={"role": "victim_keeper"}, what={"compartment": "victims"}
    ),
    "judicial_never_released": Case(
        act="release", own=True, who={"role": "judicial_keeper", "purpose": "investigation"}, what=JUDICIAL
    ),
    "office_never_leaves": Case(own=True, node="dover", what={"compartment": "office"}),
    "under_review": Case(own=True, node="dover", what={"under_review": True}),
    "unknown_label": Case(act="onward_service", what={"handling": ("H0", "MARQUE MAISON")}),
    "party_suspended": Case(own=True, node="dover", agreed={"suspended": ("UK",)}),
    "transfer_missing": Case(own=True, node="haag"),
    "transfer_lapsed": Case(own=True, node="dover", agreed={"id": "lapsed"}),
    "above_ceiling": Case(
        own=True, node="dover", what={"handling": ("DR",)}, agreed={"ceilings": {"UK": "OFFICIAL"}}
    ),
    "originator_control": Case(act="onward_service", what={"handling": ("H2",)}, answer="ask"),
    "onward_party": Case(act="onward_party", answer="ask"),
    "anothers_own": Case(own=True, what={"party": "UK"}),
    "destination_misnamed": Case(
        act="onward_party",
        what={"permissions": frozenset({"onward_party"})},
        to=Destination(node="lille", party="FR"),
    ),
    "destination_unknown": Case(
        act="onward_service", to=Destination(node="lille", party="FR", service="FR-NOBODY")
    ),
    "conditions_on_onward_service": Case(act="onward_service", what=H3, answer="ask"),
    "other_matter": Case(act="lead", who={"matter": "GRAVELINES"}, answer="ask"),
    "court_use": Case(act="court", what={"handling": ("H1",)}, answer="ask"),
    "read": Case(answer="yes"),
    "lead": Case(act="lead", answer="yes"),
    "onward_service": Case(act="onward_service", answer="yes"),
    "court": Case(act="court", answer="yes"),
    "combine": Case(act="combine", answer="yes"),
    "release": Case(act="release", own=True, answer="yes"),
    "conditions_before_reading": Case(what=H3),
    "conditions_on_leads": Case(act="lead", what=H3, answer="ask"),
    "release_by_the_originator": Case(act="release", own=True, who={"service": "FR-OLTIM"}, answer="ask"),
    "court_purposes": Case(act="court", who={"role": "watch_keeper", "purpose": "life_saving"}, what=RESCUE),
}
# The permit and the floor's rule of the same name are two rules.
CEDAR_WITNESSES = WITNESSES | {
    "onward_party": Case(act="onward_party", what={"permissions": frozenset({"onward_party"})}, answer="yes")
}

Answering = Callable[..., tuple[str, str]]


@pytest.fixture
def answering(
    officer: Callable[..., Access],
    received: Callable[..., Held],
    recorded: Callable[..., Held],
    lax_agreement: Agreement,
    now: dt.datetime,
) -> Answering:
    """Puts a case to the rules, some of them taken away, under an agreement that opens everything to everybody."""

    def answer(
        case: Case, floor: tuple[FloorRule, ...] = FLOOR, rules: Rules | None = None
    ) -> tuple[str, str]:
        agreement = msgspec.structs.replace(lax_agreement, **case.agreed)
        held = (recorded if case.own else received)(**case.what)
        if not case.node:
            access = officer(**case.who)
            decision = decide(
                access, case.act, held, agreement, now, destination=case.to, floor=floor, rules=rules
            )
            return decision.answer, decision.rule
        at = now if agreement.id != "lapsed" else dt.datetime(2031, 12, 28, tzinfo=dt.UTC)
        parts = [PartHeld("statement/s1", held.compartment)]
        plan = plan_release(held, parts, [case.node], case.node, agreement, at, own=case.own, floor=floor)
        return (plan.refused.answer, plan.refused.rule) if plan.refused else ("yes", "")

    return answer


@pytest.mark.parametrize("rule", [rule.name for rule in FLOOR])
def test_each_rule_of_the_floor_holds_back_something_that_nothing_else_does(
    rule: str, answering: Answering
) -> None:
    case = WITNESSES[rule]
    assert answering(case) == (case.answer, rule)
    without = tuple(other for other in FLOOR if other.name != rule)
    assert len(without) == len(FLOOR) - 1
    assert answering(case, floor=without)[0] != case.answer


@pytest.mark.parametrize("policy", list(load_rules().policies))
def test_each_policy_of_the_cedar_file_changes_an_answer(policy: str, answering: Answering) -> None:
    case = CEDAR_WITNESSES[policy]
    assert answering(case) == (case.answer, policy)
    assert answering(case, rules=load_rules().without(policy))[0] != case.answer


def test_no_witness_outlives_its_rule() -> None:
    assert set(WITNESSES) == {rule.name for rule in FLOOR} | set(load_rules().policies)


def test_without_any_policy_everything_is_refused(answering: Answering) -> None:
    rules = load_rules()
    for policy in list(rules.policies):
        rules = rules.without(policy)
    for case in CEDAR_WITNESSES.values():
        if not case.node:
            assert answering(case, rules=rules)[0] == "no"


def test_no_policy_can_lower_the_floor(answering: Answering) -> None:
    all_open = read_rules('@id("open") @fr("tout") @en("all") permit (principal, action, resource);')
    for rule in FLOOR:
        case = WITNESSES[rule.name]
        assert answering(case, rules=all_open) == (case.answer, rule.name)


def test_the_policies_use_no_word_that_the_schema_does_not_know() -> None:
    folder = files("entente.policy")
    policies = folder.joinpath("rules.cedar").read_text(encoding="utf-8")
    schema = folder.joinpath("rules.cedarschema").read_text(encoding="utf-8")
    verdict = cedarpy.validate_policies(policies, schema)
    assert verdict.validation_passed, [str(error) for error in verdict.errors]
    broken = policies.replace("context.accepted", "context.accepte")
    assert not cedarpy.validate_policies(broken, schema).validation_passed


def test_every_reason_stands_in_the_file_in_both_languages() -> None:
    for policy in load_rules().policies.values():
        assert policy.text.fr != policy.text.en
    for rule in FLOOR:
        assert rule.text.fr != rule.text.en


def test_names_of_floor_rules_are_unique() -> None:
    assert len({rule.name for rule in FLOOR}) == len(FLOOR)
