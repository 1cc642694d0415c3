"""What leaves for a partner: some of the parts, for the services that were named, on a basis that stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from entente.errors import Malformed
from entente.model.report import Compartment
from entente.policy.access import Held
from entente.policy.agreement import Agreement
from entente.policy.release import PartHeld, ReleasePlan, parse_recipient, plan_release

Record = Callable[..., Held]
ONE = (PartHeld("statement/s1", "intelligence"),)
AFTER_LAPSE = dt.datetime(2031, 12, 28, 8, 0, tzinfo=dt.UTC)


def _plan(record: Held, agreement: Agreement, now: dt.datetime, **changes: Any) -> ReleasePlan:
    values: dict[str, Any] = {"parts": ONE, "recipients": ("dover",), "own": True}
    values |= changes
    return plan_release(
        record,
        values.pop("parts"),
        values.pop("recipients"),
        values.pop("node", "dover"),
        agreement,
        now,
        **values,
    )


def _refusal(plan: ReleasePlan) -> tuple[str, str]:
    assert plan.refused is not None
    assert plan.parts == ()
    assert plan.basis is None
    return plan.refused.answer, plan.refused.rule


@pytest.mark.parametrize("code", ["H0", "H1", "H2", "H3", "UK:C", "TLP:RED"])
def test_the_originator_releases_a_record_of_any_code_to_whom_it_names(
    code: str, recorded: Record, agreement: Agreement, now: dt.datetime
) -> None:
    plan = _plan(recorded(handling=(code,)), agreement, now, recipients=("dover/UK-NCA",))
    assert plan == ReleasePlan(
        parts=("statement/s1",),
        withheld=(),
        audience=("UK-NCA",),
        refused=None,
        basis="adequacy-2031",
        lane="routine",
    )


def test_a_party_named_as_a_whole_outweighs_one_of_its_services(
    recorded: Record, agreement: Agreement, now: dt.datetime
) -> None:
    assert _plan(recorded(), agreement, now, recipients=("dover/UK-NCA", "dover")).audience == ()
    twice = ("dover/UK-NCA", "haag", "dover/UK-HMCG", "dover/UK-NCA")
    assert _plan(recorded(), agreement, now, recipients=twice).audience == ("UK-NCA", "UK-HMCG")


@pytest.mark.parametrize("recipients", [(), ("haag",), ("lille/FR-OLTIM",)])
def test_nothing_leaves_for_a_node_that_was_not_named(
    recipients: tuple[str, ...], recorded: Record, agreement: Agreement, now: dt.datetime
) -> None:
    for compartment in ("intelligence", "life_saving"):
        plan = _plan(recorded(compartment=compartment), agreement, now, recipients=recipients)
        assert _refusal(plan) == ("no", "not_named")


def test_parts_in_closed_compartments_and_private_parts_stay_and_say_why(
    recorded: Record, agreement: Agreement, now: dt.datetime
) -> None:
    parts = (
        PartHeld("statement/s1", "intelligence"),
        PartHeld("statement/s2", "judicial"),
        PartHeld("statement/s3", "victims"),
        PartHeld("statement/s4", "life_saving"),
        PartHeld("statement/s5", "prevention"),
        PartHeld("officer", "intelligence", private=True),
    )
    plan = _plan(recorded(), agreement, now, parts=parts)
    assert plan.parts == ("statement/s1", "statement/s4", "statement/s5")
    assert [(part.name, part.rule) for part in plan.withheld] == [
        ("statement/s2", "judicial_never_released"),
        ("statement/s3", "victims_never_released"),
        ("officer", "private_part"),
    ]


@pytest.mark.parametrize("compartment", ["judicial", "victims"])
def test_a_record_in_a_closed_compartment_never_leaves_not_even_its_open_parts(
    compartment: str, recorded: Record, agreement: Agreement, now: dt.datetime
) -> None:
    for own in (True, False):
        held = recorded(compartment=compartment, permissions=frozenset({"release", "onward_party"}))
        assert _refusal(_plan(held, agreement, now, own=own)) == ("no", f"{compartment}_never_released")


def test_a_record_all_of_whose_parts_stay_does_not_leave_as_an_empty_shell(
    recorded: Record, agreement: Agreement, now: dt.datetime
) -> None:
    plan = _plan(recorded(), agreement, now, parts=(PartHeld("statement/s1", "judicial"),))
    assert _refusal(plan) == ("no", "nothing_left")
    assert [part.rule for part in plan.withheld] == ["judicial_never_released"]


@pytest.mark.parametrize("code", ["H0", "H1", "H2", "H3"])
def test_a_recipient_asks_the_originator_before_it_passes_a_record_on(
    code: str, received: Record, agreement: Agreement, now: dt.datetime
) -> None:
    asked = _plan(received(handling=(code,)), agreement, now, own=False, home="FR")
    assert _refusal(asked) == ("ask", "onward_party")
    consented = received(handling=(code,), permissions=frozenset({"onward_party"}))
    assert _plan(consented, agreement, now, own=False, home="FR").parts == ("statement/s1",)
    other_consent = received(handling=(code,), permissions=frozenset({"onward_service", "court"}))
    assert _refusal(_plan(other_consent, agreement, now, own=False, home="FR")) == ("ask", "onward_party")


def test_an_unknown_label_is_not_passed_on_by_a_recipient_even_with_consent(
    received: Record, agreement: Agreement, now: dt.datetime
) -> None:
    held = received(handling=("H0", "MARQUE MAISON"), permissions=frozenset({"onward_party"}))
    assert _refusal(_plan(held, agreement, now, own=False, home="FR")) == ("no", "unknown_label")


def test_trf_2_after_the_lapse_only_what_saves_life_passes(recorded: Record, agreement: Agreement) -> None:
    last_day = dt.datetime(2031, 12, 27, 23, 59, tzinfo=dt.UTC)
    assert _plan(recorded(), agreement, last_day).basis == "adequacy-2031"
    assert _refusal(_plan(recorded(), agreement, AFTER_LAPSE)) == ("no", "transfer_lapsed")
    distress = recorded(kind="distress", purpose="life_saving", compartment="life_saving")
    plan = _plan(distress, agreement, AFTER_LAPSE, parts=(PartHeld("statement/s1", "life_saving"),))
    assert (plan.parts, plan.basis, plan.lane) == (("statement/s1",), "vital_interest", "life")


def test_trf_1_no_transfer_without_a_basis_and_none_is_needed_within_a_party(
    recorded: Record, agreement: Agreement, now: dt.datetime
) -> None:
    haag = _plan(recorded(), agreement, now, recipients=("haag",), node="haag")
    assert _refusal(haag) == ("no", "transfer_missing")
    at_home = _plan(recorded(), agreement, AFTER_LAPSE, recipients=("lille/FR-OLTIM",), node="lille")
    assert at_home.basis == "same_party"


def test_trf_3_suspension_of_either_party_stops_all_but_what_saves_life(
    recorded: Record, agreement: Agreement, now: dt.datetime
) -> None:
    distress = recorded(purpose="life_saving", compartment="life_saving")
    for party in ("FR", "UK"):
        suspended = msgspec.structs.replace(agreement, suspended=(party,))
        assert _refusal(_plan(recorded(), suspended, now)) == ("no", "party_suspended")
        saved = _plan(distress, suspended, now, parts=(PartHeld("statement/s1", "life_saving"),))
        assert saved.refused is None


def test_sar_1_a_distress_needs_no_approval_and_is_refused_for_nothing(
    recorded: Record, agreement: Agreement
) -> None:
    everything_against = msgspec.structs.replace(agreement, suspended=("FR", "UK"), transfers=(), ceilings={})
    distress = recorded(
        kind="distress",
        purpose="life_saving",
        compartment="life_saving",
        handling=("H2", "DR", "MARQUE MAISON"),
        under_review=True,
    )
    parts = (PartHeld("statement/s1", "life_saving"), PartHeld("raw", "life_saving"))
    plan = _plan(distress, everything_against, AFTER_LAPSE, parts=parts)
    assert (plan.parts, plan.refused, plan.lane) == (("statement/s1", "raw"), None, "life")


def test_an_object_stated_apart_in_a_rescue_leaves_only_on_an_ordinary_basis(
    recorded: Record, agreement: Agreement, now: dt.datetime
) -> None:
    rescue = recorded(purpose="life_saving", compartment="life_saving")
    parts = (PartHeld("statement/s1", "life_saving"), PartHeld("statement/s2", "intelligence"))
    assert _plan(rescue, agreement, now, parts=parts).parts == ("statement/s1", "statement/s2")
    late = _plan(rescue, agreement, AFTER_LAPSE, parts=parts)
    assert late.parts == ("statement/s1",)
    assert [(part.name, part.rule) for part in late.withheld] == [("statement/s2", "transfer_lapsed")]


def test_what_saves_life_leaves_a_record_that_must_itself_stay(
    recorded: Record, agreement: Agreement
) -> None:
    parts = (PartHeld("statement/s1", "intelligence"), PartHeld("statement/s2", "life_saving"))
    plan = _plan(recorded(under_review=True), agreement, AFTER_LAPSE, parts=parts)
    assert (plan.parts, plan.basis, plan.lane) == (("statement/s2",), "vital_interest", "life")
    assert [(part.name, part.rule) for part in plan.withheld] == [("statement/s1", "under_review")]


def test_a_recipient_passes_on_within_its_party_as_the_codes_say(
    received: Record, agreement: Agreement, now: dt.datetime
) -> None:
    within = {"recipients": ("lille/FR-OLTIM",), "node": "lille", "own": False, "home": "FR"}
    for code, rule in (("H2", "originator_control"), ("H3", "conditions_on_onward_service")):
        assert _refusal(_plan(received(handling=(code,)), agreement, now, **within)) == ("ask", rule)
    for code in ("H0", "H1"):
        assert _plan(received(handling=(code,)), agreement, now, **within).parts == ("statement/s1",)
    assert _refusal(_plan(received(under_review=True), agreement, now, **within)) == ("no", "under_review")


def test_an_unread_label_holds_the_originator_too(
    recorded: Record, agreement: Agreement, now: dt.datetime
) -> None:
    held = recorded(handling=("H1", "SPÉCIAL FRANCE"))
    assert _refusal(_plan(held, agreement, now)) == ("no", "unknown_label")


def test_cat_5_a_dual_review_holds_release(recorded: Record, agreement: Agreement, now: dt.datetime) -> None:
    assert _refusal(_plan(recorded(under_review=True), agreement, now)) == ("no", "under_review")


def test_a_record_above_the_partners_ceiling_does_not_leave(
    recorded: Record, agreement: Agreement, now: dt.datetime
) -> None:
    low = msgspec.structs.replace(agreement, ceilings={"UK": "OFFICIAL"})
    assert _plan(recorded(handling=("H1", "DR")), agreement, now).refused is None
    assert _refusal(_plan(recorded(handling=("H1", "DR")), low, now)) == ("no", "above_ceiling")


def test_only_what_saves_life_travels_in_the_life_lane(
    recorded: Record, agreement: Agreement, now: dt.datetime
) -> None:
    assert _plan(recorded(), agreement, now, lane="life").lane == "urgent"
    assert _plan(recorded(), agreement, now, lane="urgent").lane == "urgent"
    assert _plan(recorded(kind="holding"), agreement, now).lane == "bulk"
    distress = recorded(compartment="life_saving", purpose="life_saving")
    assert _plan(distress, agreement, now, lane="bulk").lane == "life"


COMPARTMENTS = st.sampled_from(get_args(Compartment))


@given(
    parts=st.lists(st.tuples(COMPARTMENTS, st.booleans()), max_size=6),
    compartment=COMPARTMENTS,
    own=st.booleans(),
    consented=st.booleans(),
    late=st.booleans(),
)
def test_release_only_removes_and_accounts_for_every_part(
    parts: list[tuple[Compartment, bool]],
    compartment: Compartment,
    own: bool,
    consented: bool,
    late: bool,
    recorded: Record,
    agreement: Agreement,
    now: dt.datetime,
) -> None:
    held = recorded(compartment=compartment, permissions=frozenset({"onward_party"} if consented else ()))
    given_parts = [
        PartHeld(f"statement/s{place}", lies, private) for place, (lies, private) in enumerate(parts)
    ]
    plan = _plan(held, agreement, AFTER_LAPSE if late else now, parts=given_parts, own=own)
    names = [part.name for part in given_parts]
    assert [name for name in names if name in plan.parts] == list(plan.parts)
    assert sorted([*plan.parts, *(part.name for part in plan.withheld)]) == sorted(names)
    by_name = {part.name: part for part in given_parts}
    for name in plan.parts:
        assert not by_name[name].private
        assert by_name[name].compartment not in ("judicial", "victims")
        assert by_name[name].compartment == "life_saving" or not late
    assert (plan.basis is None) == (plan.refused is not None)


def test_a_recipient_is_read_as_a_node_or_a_service_seated_there(agreement: Agreement) -> None:
    whole = parse_recipient("dover", agreement)
    assert (whole.node, whole.party, whole.service) == ("dover", "UK", None)
    assert parse_recipient(" dover/UK-NCA ", agreement).service == "UK-NCA"


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("calais", "node_unknown"),
        ("", "node_unknown"),
        ("dover/", "service_unknown"),
        ("dover/UK-XX", "service_unknown"),
        ("dover/FR-PAF", "service_elsewhere"),
    ],
)
def test_a_recipient_that_the_agreement_does_not_know_is_refused(
    written: str, code: str, recorded: Record, agreement: Agreement, now: dt.datetime
) -> None:
    with pytest.raises(Malformed) as refused:
        parse_recipient(written, agreement)
    assert refused.value.code == code
    with pytest.raises(Malformed):
        _plan(recorded(), agreement, now, recipients=("dover", written))
