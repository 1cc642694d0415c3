"""What a node counts of itself for the plan: from what it holds, nothing of a judge's file, nothing under five."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from entente.errors import Conflict, Malformed, NotFound
from entente.model.grading import Grade
from entente.model.plan_act import Bilingual, Edited, Opened, ValueGiven, Words
from entente.model.report import Amendment, Draft, Warning
from entente.model.sea_act import Closed, Reopened, WarningSettled
from entente.model.sighting import Sighting
from entente.plan.own_counts import Case, known_count, known_indicators

SEPTEMBER = dt.date(2031, 9, 1)
OCTOBER = dt.datetime(2031, 10, 2, 8, tzinfo=dt.UTC)


def phone(number: int) -> str:
    return f"06 39 98 04 {number:02}"


def fed_from(node: Any, access: Any, name: Any) -> str:
    """A new indicator that is fed from a count."""
    item = node.do_in_plan(access, Opened(officer=access.officer, kind="indicator")).header.id
    source = Words(text=known_count(name).source)
    node.do_in_plan(access, Edited(officer=access.officer, item=item, field="source", value=source))
    return str(item)


def cases(node: Any, name: Any) -> list[tuple[bool, float]]:
    """What the node counts: whether each counts, and how much of it where it does."""
    found: list[Case] = node._cases(name)
    return sorted((one.counts, round(one.amount, 2) if one.counts else 0.0) for one in found)


@pytest.fixture
def both(shores: Any, at_work: Callable[..., Any]) -> Any:
    """Zoé at the Zone prefecture, Leonard at the Home Office."""
    return at_work(shores.lille, "Zoé"), at_work(shores.dover, "Leonard")


def reports(node: Any, access: Any, report: Any, service: str, numbers: Any, **changes: Any) -> list[str]:
    region = "FR"
    return [
        node.record(
            report(
                service,
                f"{service}-{changes.get('compartment', 'i')}-{number}",
                phone=phone(number),
                region=region,
                **changes,
            ),
            access,
        ).header.id
        for number in numbers
    ]


def test_pln_6_the_node_gives_its_own_count_with_definition_and_quality_and_both_shores_read_it(
    shores: Any, both: Any, report: Callable[..., Any], at_work: Callable[..., Any]
) -> None:
    zoe, leonard = both
    marie, jane = at_work(shores.lille, "Marie"), at_work(shores.dover, "Jane")
    reports(shores.lille, marie, report, "FR-OLTIM", range(12), recipients=("dover",))
    reports(shores.dover, jane, report, "UK-NCA", range(12), recipients=("lille",))
    shores.carry()
    hits = shores.lille.hits(marie)
    assert len(hits) == 12
    for hit in hits[:6]:
        shores.lille.judge(marie, hit.id, "different", "deux lignes, deux porteurs")
    indicator = fed_from(shores.lille, zoe, "hits_followed_up")
    with pytest.raises(Malformed) as early:
        shores.lille.own_value(zoe, indicator, SEPTEMBER)
    assert early.value.code == "month_not_over"
    shores.clock.at = OCTOBER
    shown = shores.lille.own_value(zoe, indicator, SEPTEMBER)
    assert (shown.value, shown.numerator, shown.denominator) == (50.0, 6, 12)
    row = shores.lille.give_own_value(zoe, indicator, SEPTEMBER)
    shores.carry()
    (given,) = [one for one in shores.dover.said_of_plan(leonard) if one.id == row.header.id]
    act = given.act
    assert isinstance(act, ValueGiven)
    assert (act.value, act.starts, act.ends) == (50.0, SEPTEMBER, dt.date(2031, 9, 30))
    assert act.source == known_count("hits_followed_up").source
    assert act.quality.en.startswith("12 hits, of which 6 followed up.")
    # Neither once more, nor under another indicator: what it changed by would be told.
    for again in (indicator, fed_from(shores.lille, zoe, "hits_followed_up")):
        with pytest.raises(Conflict) as twice:
            shores.lille.give_own_value(zoe, again, dt.date(2031, 9, 14))
        assert twice.value.code == "count_given"
    # The other shore counts its own.
    there = shores.dover.give_own_value(leonard, indicator, SEPTEMBER)
    shores.carry()
    assert there.header.party == "UK"


def test_jud_8_nothing_of_a_judicial_file_is_in_any_own_count_and_nothing_small_is_recorded(
    shores: Any, both: Any, report: Callable[..., Any], at_work: Callable[..., Any]
) -> None:
    zoe, _ = both
    lille = shores.lille
    marie, odile = at_work(lille, "Marie"), at_work(lille, "Odile", role="judicial_keeper", matter="JIRS")
    reports(lille, marie, report, "FR-OLTIM", range(6), recipients=())
    lille.settle()
    before = {one.name: cases(lille, one.name) for one in known_indicators()}
    assert len(before["graded"]) == 6
    # Eight records of a judge's file, on the same lines, with hits, a judgement and a record taken back.
    closed = reports(
        lille,
        odile,
        report,
        "FR-OLTIM",
        range(8),
        recipients=(),
        compartment="judicial",
        purpose="investigation",
        matter="JIRS",
    )
    reports(
        lille,
        at_work(lille, "Aude", matter="NRM"),
        report,
        "FR-AIDE",
        range(8),
        recipients=(),
        compartment="victims",
        purpose="investigation",
        matter="NRM",
    )
    lille.settle()
    (hit, *more) = lille.hits(odile)
    assert len(more) >= 5
    lille.judge(odile, hit.id, "same", "même ligne, même période")
    taken_back = Draft(
        kind="amendment",
        service="FR-OLTIM",
        purpose="investigation",
        matter="JIRS",
        compartment="judicial",
        handling=("H1",),
        amendment=Amendment(record=closed[0], act="erase", reason="erreur sur la ligne", officer="Odile"),
    )
    lille.record(taken_back, odile)
    lille.settle()
    assert {one.name: cases(lille, one.name) for one in known_indicators()} == before
    # Six records of which two say nothing of their source: fewer than five either way, so nothing is recorded.
    about = report().statements[0]
    untested = msgspec.structs.replace(about, grade=Grade("europol", "X", "4"), entities=())
    for number in range(2):
        lille.record(report(reference=f"X-{number}", statements=(untested,), recipients=()), marie)
    assert sum(not counts for counts, _ in cases(lille, "graded")) == 2
    indicator = fed_from(lille, zoe, "graded")
    shores.clock.at = OCTOBER
    shown = lille.own_value(zoe, indicator, SEPTEMBER)
    assert (shown.value, shown.numerator, shown.denominator) == (None, None, None)
    size = lille.store.size
    with pytest.raises(Conflict) as small:
        lille.give_own_value(zoe, indicator, SEPTEMBER)
    assert small.value.code == "small_number"
    assert lille.store.size == size


def test_an_answer_counts_from_when_the_other_shore_said_it_until_a_service_acted_on_it(
    shores: Any, report: Callable[..., Any], at_work: Callable[..., Any]
) -> None:
    marie, jane = at_work(shores.lille, "Marie"), at_work(shores.dover, "Jane")
    ids = reports(shores.lille, marie, report, "FR-OLTIM", range(3), recipients=("dover",))
    reports(shores.dover, jane, report, "UK-NCA", range(50, 53), recipients=())
    shores.carry()
    shores.clock.at += dt.timedelta(hours=2)
    shores.dover.answer(jane, ids[0], "seen")
    shores.dover.answer(jane, ids[1], "acted_on", "checked against ours")
    shores.clock.at += dt.timedelta(hours=3)
    shores.dover.answer(jane, ids[0], "acted_on", "line cut")
    shores.carry()
    assert cases(shores.dover, "answers") == [(False, 0.0), (True, 2.0), (True, 5.0)]
    assert cases(shores.lille, "answers") == []


def test_an_erasure_counts_once_every_node_that_held_the_record_receipted_it(
    shores: Any, report: Callable[..., Any], at_work: Callable[..., Any]
) -> None:
    marie = at_work(shores.lille, "Marie")
    sent = reports(shores.lille, marie, report, "FR-OLTIM", range(2), recipients=("dover",))
    kept = reports(shores.lille, marie, report, "FR-OLTIM", range(2, 3), recipients=())
    shores.carry()

    def amended(record: str, act: Any) -> None:
        amendment = Amendment(record=record, act=act, reason="erreur sur la ligne", officer="Marie")
        draft = Draft(
            kind="amendment",
            service="FR-OLTIM",
            purpose="intelligence",
            matter="OYAT",
            handling=("H1",),
            amendment=amendment,
        )
        shores.lille.record(draft, marie)

    amended(sent[0], "erase")
    amended(kept[0], "erase")
    shores.lille.settle()
    assert cases(shores.lille, "erasures") == [(False, 0.0)]
    shores.carry()
    amended(sent[1], "correct")
    shores.carry()
    assert cases(shores.lille, "erasures") == [(True, 0.0)]
    # What the other shore took back is its own to count.
    assert cases(shores.dover, "erasures") == []


def test_a_warning_counts_for_the_shore_that_gave_it_with_its_lead_and_what_came_of_it(
    shores: Any, at_work: Callable[..., Any]
) -> None:
    marie, erwan = at_work(shores.lille, "Marie"), at_work(shores.lille, "Erwan")
    ids = []
    for number, hours in enumerate((3, 1, -1)):
        starts = shores.clock.at + dt.timedelta(hours=hours)
        warning = Warning(
            place="Oye-Plage",
            starts=starts,
            ends=starts + dt.timedelta(hours=6),
            confidence="probable",
            to=("FR-PREMAR", "UK-HMCG"),
            officer="Marie",
        )
        draft = Draft(
            kind="warning",
            service="FR-OLTIM",
            purpose="life_saving",
            compartment="life_saving",
            matter="SAR",
            reference=f"W{number}",
            recipients=("dover",),
            warning=warning,
        )
        ids.append(shores.lille.record(draft, marie).header.id)
    shores.carry()
    shores.clock.at += dt.timedelta(hours=8)
    shores.lille.do_at_sea(erwan, WarningSettled(officer="Erwan", warning=ids[0], outcome="launched"))
    shores.lille.do_at_sea(erwan, WarningSettled(officer="Erwan", warning=ids[1], outcome="launched"))
    shores.clock.at += dt.timedelta(hours=1)
    shores.lille.do_at_sea(erwan, WarningSettled(officer="Erwan", warning=ids[1], outcome="nothing_seen"))
    shores.carry()
    assert cases(shores.lille, "warning_lead") == [(False, 0.0), (True, 60.0), (True, 180.0)]
    assert [counts for counts, _ in cases(shores.lille, "warnings_launched")] == [False, False, True]
    assert cases(shores.dover, "warning_lead") == cases(shores.dover, "warnings_launched") == []


def test_a_boat_counts_as_closed_rightly_while_nobody_opened_it_again_and_nothing_speaks_against_it(
    shores: Any, at_work: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    erwan = at_work(shores.lille, "Erwan")
    boat = shores.lille.report_at_sea(
        erwan, Sighting(means="call", phase="distress"), "moteur arrêté", "fr"
    ).header.id
    # At an open boat no closing is let in at all: this one came from a clerk who saw less than we do now.
    said = [
        *shores.lille.maritime.table().acts,
        _said("c1", Closed(officer="Erwan", boat=boat)),
        _said("c2", Closed(officer="Erwan", boat="away")),
        _said("c3", Closed(officer="Erwan", boat="opened")),
        _said("c4", Closed(officer="Claire", boat="theirs"), "dover"),
        _said("r3", Reopened(officer="Claire", boat="opened"), "dover"),
    ]
    table = msgspec.structs.replace(shores.lille.maritime.table(), acts=tuple(said))
    shores.lille.drawn()
    monkeypatch.setattr(shores.lille.maritime, "table", lambda: table)
    assert [counts for counts, _ in cases(shores.lille, "boats_closed")] == [False, False, True]


def _said(id: str, act: Any, node: str = "lille") -> Any:
    from entente.maritime.values import ActSaid

    return ActSaid(id=id, at=dt.datetime(2031, 9, 12, 9, tzinfo=dt.UTC), by="x", act=act, node=node)


def test_a_persons_request_counts_by_the_days_until_its_letter(
    shores: Any, at_work: Callable[..., Any]
) -> None:
    dpo = at_work(shores.lille, "DPO", matter="contrôle", reason="demande d’une personne")
    asked = {
        "person": "Haji Qandil",
        "born": "1990",
        "identifiers": ("06 39 98 04 17",),
        "right": "access",
        "words": "Que savez-vous de moi ?",
        "authority": "",
        "language": "fr",
    }
    shores.lille.open_data_request(dpo, **asked, received_on=dt.date(2031, 9, 10))
    assert cases(shores.lille, "data_requests") == [(False, 0.0)]


def test_an_indicator_by_hand_is_no_own_count_and_who_sees_no_plan_counts_nothing(
    shores: Any, both: Any, at_work: Callable[..., Any]
) -> None:
    zoe, _ = both
    item = shores.lille.do_in_plan(zoe, Opened(officer="Zoé", kind="indicator")).header.id
    by_hand = Words(text=Bilingual("relevé à la main", "taken by hand"))
    shores.lille.do_in_plan(zoe, Edited(officer="Zoé", item=item, field="source", value=by_hand))
    shores.clock.at = OCTOBER
    with pytest.raises(Malformed) as hand:
        shores.lille.give_own_value(zoe, item, SEPTEMBER)
    assert hand.value.code == "count_not_own"
    with pytest.raises(NotFound):
        shores.lille.own_value(at_work(shores.lille, "Aude"), item, SEPTEMBER)
