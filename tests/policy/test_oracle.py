"""Nothing is released against the table: a hundred thousand questions, asked of the node and of a second statement.

`oracle.py` beside this file says the table again from its words alone. Where the node says yes the oracle must allow
it; where the table says yes plainly the node must not refuse. A mismatch is printed with everything that was asked.
"""

from __future__ import annotations

import datetime as dt
import importlib.util
import random
from collections import Counter
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec
import pytest

from entente.model.report import Compartment
from entente.policy.access import Access, Act, Destination, Held
from entente.policy.agreement import Role
from entente.policy.decide import decide, load_rules
from entente.policy.protect import FLOOR
from entente.policy.release import PartHeld, plan_release


def _beside(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"policy_{name}", Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


ORACLE, QUESTIONS = _beside("oracle"), _beside("questions")
NOW, AGREEMENTS, ACTS, ROLES = QUESTIONS.NOW, QUESTIONS.AGREEMENTS, QUESTIONS.ACTS, QUESTIONS.ROLES

# A hundred thousand questions of single acts, and releases of several parts each beside them.
DECISIONS, PLANS = 100_000, 20_000

Differences = dict[str, list[str]]


def _shown(title: str, differences: Differences) -> str:
    """What to mend: each sort of mismatch, how often it came, and one question that shows it."""
    lines = [f"{title}: {sum(map(len, differences.values()))} mismatches of {len(differences)} sorts"]
    for sort, examples in sorted(differences.items(), key=lambda item: -len(item[1]))[:12]:
        lines.append(f"  {len(examples)} times: {sort}\n      {examples[0]}")
    return "\n".join(lines)


def compare_decisions(
    seed: int, cases: int, *, until_open: bool = False, **changed: Any
) -> tuple[Differences, Differences, Counter[str]]:
    """Ask the node and the oracle. Returns what was allowed against the text, refused against it, and the answers."""
    chance = random.Random(seed)
    too_open: Differences = {}
    too_closed: Differences = {}
    answers: Counter[str] = Counter()
    for _ in range(cases):
        access, act, held, agreement, destination = QUESTIONS.question(chance)
        said = decide(access, act, held, agreement, NOW, destination=destination, **changed)
        text = ORACLE.oracle(access, act, held, agreement, NOW, destination)
        answers[f"{act}: {text}"] += 1
        if said.is_yes == (text == "yes") or text == "either":
            continue
        sort = f"{act} in {held.compartment} as {access.role}: the node {said.answer} ({said.rule}), the text {text}"
        where = too_open if said.is_yes else too_closed
        basis = (agreement.suspended, agreement.transfers[0].expires_on)
        where.setdefault(sort, []).append(f"{access} {held} {destination} {basis}")
        if until_open and too_open:
            break
    return too_open, too_closed, answers


def compare_plans(
    seed: int, cases: int, *, until_open: bool = False, **changed: Any
) -> tuple[Differences, Differences, Counter[str]]:
    """The same for releases, part by part."""
    chance = random.Random(seed)
    too_open: Differences = {}
    too_closed: Differences = {}
    answers: Counter[str] = Counter()
    for _ in range(cases):
        record, parts, recipients, to, agreement, own, home = QUESTIONS.planned_release(chance)
        plan = plan_release(record, parts, recipients, to, agreement, NOW, own=own, home=home, **changed)
        asked = f"{record} {recipients} to {to} {agreement.suspended} {agreement.transfers[0].expires_on} own={own}"
        if plan.parts:
            if not ORACLE.audience_is_right(plan.audience, recipients, to, agreement):
                too_open.setdefault("an audience that nobody named", []).append(f"{plan.audience} {asked}")
            if not plan.basis:
                too_open.setdefault("a release without a basis", []).append(asked)
        for part in parts:
            text = ORACLE.oracle_keeps(
                record, part.compartment, part.private, recipients, to, agreement, NOW, own=own, home=home
            )
            answers[text] += 1
            kept = part.name in plan.parts
            if kept == (text == "yes") or text == "either":
                continue
            where = too_open if kept else too_closed
            rule = next((one.rule for one in plan.withheld if one.name == part.name), "kept")
            sort = (
                f"a part in {part.compartment} of a record in {record.compartment}: {rule}, the text {text}"
            )
            where.setdefault(sort, []).append(f"{part} {asked}")
        if until_open and too_open:
            break
    return too_open, too_closed, answers


def test_nothing_is_released_against_the_table() -> None:
    decisions = compare_decisions(20_311_120, DECISIONS)
    plans = compare_plans(20_311_018, PLANS)
    assert not decisions[0], _shown("allowed against the table", decisions[0])
    assert not plans[0], _shown("released against the table", plans[0])
    assert not decisions[1], _shown("refused although the table says yes", decisions[1])
    assert not plans[1], _shown("held back although the table says yes", plans[1])
    # The questions are worth asking: every act is plainly allowed and plainly refused many times.
    for act in set(ACTS) - {"other_purpose"}:
        assert decisions[2][f"{act}: yes"] > 100, decisions[2]
        assert decisions[2][f"{act}: no"] > 1000, decisions[2]
    assert plans[2]["yes"] > 1300, plans[2]


@pytest.mark.parametrize("rule", [rule.name for rule in FLOOR if rule.name != "purpose_missing"])
def test_the_oracle_notices_when_a_rule_of_the_floor_is_taken_away(rule: str) -> None:
    floor = tuple(one for one in FLOOR if one.name != rule)
    in_decisions, _, _ = compare_decisions(11, 20_000, until_open=True, floor=floor)
    in_plans = {} if in_decisions else compare_plans(13, 20_000, until_open=True, floor=floor)[0]
    assert in_decisions or in_plans, f"without {rule} the node still answers as the table says"


@pytest.mark.parametrize(
    "rule", [policy.id for policy in load_rules().policies.values() if policy.effect == "forbid"]
)
def test_the_oracle_notices_when_a_written_rule_is_taken_away(rule: str) -> None:
    too_open, _, _ = compare_decisions(17, 20_000, until_open=True, rules=load_rules().without(rule))
    assert too_open, f"without {rule} the node still answers as the table says"


def _plain(compartment: Compartment, role: Role, label: str, **facts: Any) -> tuple[Access, Held]:
    """A record from Lille, released to the whole party at Dover, and an officer of Dover in the same matter."""
    access = Access(
        officer="Gwen Tallismere",
        service="UK-LAX",
        party="UK",
        node="dover",
        role=role,
        purpose="investigation",
        matter="OYAT",
        reason="matter OYAT",
        accepted=frozenset({"0190"}),
    )
    held = Held(
        record="0190",
        kind="report",
        party="FR",
        service="FR-OLTIM",
        purpose="investigation",
        matter="OYAT",
        compartment=compartment,
        handling=(label,),
        conditions="not before 1 December" if label == "H3" else None,
        audience=(),
        **facts,
    )
    return access, held


OUR_OWN_PARTY = Destination(node="dover", party="UK", service="UK-NCA")
ANOTHER_PARTY = Destination(node="lille", party="FR", service="FR-PAF")
# The table, copied by hand: read, lead, onward to a service, onward to a party, court, combine, another purpose.
BY_HAND = {
    "H0": ("yes", "yes", "yes", "ask", "yes", "yes", "no"),
    "H1": ("yes", "yes", "yes", "ask", "ask", "yes", "no"),
    "H2": ("yes", "yes", "ask", "ask", "ask", "yes", "no"),
    "H3": ("yes", "ask", "ask", "ask", "ask", "yes", "no"),
}
ROWS: tuple[Act, ...] = (
    "read",
    "lead",
    "onward_service",
    "onward_party",
    "court",
    "combine",
    "other_purpose",
)


@pytest.mark.parametrize("label", BY_HAND)
def test_each_cell_of_the_table_is_answered_as_it_is_written(label: str) -> None:
    access, held = _plain("intelligence", "investigator", label)
    answers = tuple(
        decide(
            access,
            act,
            held,
            AGREEMENTS[0],
            NOW,
            destination=OUR_OWN_PARTY
            if act == "onward_service"
            else ANOTHER_PARTY
            if act == "onward_party"
            else None,
        ).answer
        for act in ROWS
    )
    assert answers == BY_HAND[label]


def test_conditions_are_accepted_before_a_record_is_opened_and_may_allow_a_lead() -> None:
    access, held = _plain("intelligence", "investigator", "H3", conditions_allow=frozenset({"lead", "court"}))
    unaccepted = msgspec.structs.replace(access, accepted=frozenset())
    assert decide(unaccepted, "read", held, AGREEMENTS[0], NOW).answer == "no"
    assert decide(access, "lead", held, AGREEMENTS[0], NOW).answer == "yes"
    # For court and another party the table says ask, whatever the conditions say.
    assert decide(access, "court", held, AGREEMENTS[0], NOW).answer == "ask"


@pytest.mark.parametrize("label", ["H0", "H1", "H2", "H3", "TLP:CLEAR"])
@pytest.mark.parametrize("compartment", ["judicial", "victims"])
def test_no_code_opens_a_judicial_file_or_a_victims_record(compartment: Compartment, label: str) -> None:
    keeper = {"judicial": "judicial_keeper", "victims": "victim_keeper"}[compartment]
    for role in ROLES:
        access, held = _plain(
            compartment, role, label, permissions=frozenset(ACTS), conditions_allow=frozenset(ACTS)
        )
        for own in (False, True):
            if own:
                held = msgspec.structs.replace(held, audience=None, party="UK", service="UK-LAX")
            for act in ACTS:
                for destination in (OUR_OWN_PARTY, ANOTHER_PARTY, None):
                    said = decide(access, act, held, AGREEMENTS[0], NOW, destination=destination)
                    leaves = act in ("onward_service", "onward_party", "release")
                    assert not (said.is_yes and (role != keeper or leaves)), f"{role} {act} own={own}: {said}"


@pytest.mark.parametrize("compartment", ["judicial", "victims"])
def test_no_part_of_a_closed_compartment_goes_with_a_release(compartment: Compartment) -> None:
    _, held = _plain("intelligence", "investigator", "H0", permissions=frozenset(ACTS))
    parts = [PartHeld("statement/s1", "intelligence"), PartHeld("statement/s2", compartment)]
    for own in (True, False):
        plan = plan_release(held, parts, ("dover",), "dover", AGREEMENTS[0], NOW, own=own, home="FR")
        assert plan.parts == ("statement/s1",)
        closed = msgspec.structs.replace(held, compartment=compartment)
        assert (
            plan_release(closed, parts, ("dover",), "dover", AGREEMENTS[0], NOW, own=own, home="FR").parts
            == ()
        )


def test_after_the_transfer_basis_lapsed_only_what_saves_life_still_leaves() -> None:
    _, held = _plain("intelligence", "investigator", "H0")
    rescue = msgspec.structs.replace(held, compartment="life_saving", purpose="life_saving", kind="distress")
    for day, leaves in ((27, True), (28, False)):
        now = dt.datetime(2031, 12, day, 22, 0, tzinfo=dt.UTC)
        for record, expected in ((held, leaves), (rescue, True)):
            parts = [PartHeld("statement/s1", record.compartment)]
            plan = plan_release(record, parts, ("dover",), "dover", AGREEMENTS[0], now, own=True, home="FR")
            assert bool(plan.parts) == expected, (day, plan)
            assert plan.basis or not plan.parts
