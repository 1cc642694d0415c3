"""The watch at sea, at two real nodes: one table, one picture, acts in one’s own name, secrets without source."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from entente.errors import EntenteError, NotFound, NotPermitted
from entente.maritime.area import area_of
from entente.model.place import Position
from entente.model.report import Amendment, Draft
from entente.model.sea_act import (
    Closed,
    ClosingAcknowledged,
    Identified,
    Judged,
    QuayForm,
    Reopened,
    Searched,
    TakenOff,
)
from entente.model.sighting import PersonsOnBoard, Sighting
from entente.model.wire import encode

CALLER = "06 39 98 05 05"


@pytest.fixture
def watch(shores: Any, at_work: Callable[..., Any]) -> Any:
    """Erwan at Gris-Nez and Claire at Dover."""
    return at_work(shores.lille, "Erwan"), at_work(shores.dover, "Claire")


def seen(persons: int = 5, **more: Any) -> Sighting:
    values: dict[str, Any] = {
        "means": "call",
        "phase": "distress",
        "position": Position(latitude=50.9, longitude=1.5, uncertainty_m=500),
        "persons_on_board": PersonsOnBoard(at_least=persons, at_most=persons),
        "callers": (CALLER,),
        "engine": "stopped",
    }
    return Sighting(**(values | more))


def boats(node: Any, access: Any) -> Any:
    return node.picture(access).boats


def test_what_one_shore_reports_and_does_the_other_sees_as_the_same_picture(shores: Any, watch: Any) -> None:
    erwan, claire = watch
    first = shores.lille.report_at_sea(erwan, seen(), "moteur arrêté, cinq personnes", "fr")
    shores.dover.report_at_sea(
        claire,
        seen(persons=12, callers=("07700 900333",), position=Position(latitude=51.05, longitude=1.3)),
        "taking water, twelve people",
        "en",
    )
    shores.carry()
    act = TakenOff(
        officer="Claire",
        boat=first.header.id,
        manner="rescued",
        count=5,
        at=shores.clock.at,
        asset="Volunteer",
        identified=Identified(phones=(CALLER,)),
    )
    shores.dover.do_at_sea(claire, act)
    shores.carry()
    here, there = shores.lille.picture(erwan), shores.dover.picture(claire)
    assert encode(here) == encode(there)
    assert len(here.boats) == 2
    rescued = next(boat for boat in here.boats if first.header.id in boat.reports)
    assert rescued.ledger.accounted == 5
    assert rescued.state == "open"


def test_sar_2_a_boat_is_closed_on_its_people_by_one_shore_and_acknowledged_by_the_other(
    shores: Any, watch: Any
) -> None:
    erwan, claire = watch
    report = shores.lille.report_at_sea(erwan, seen(), "cinq personnes", "fr").header.id
    closing = Closed(
        officer="Erwan",
        boat=report,
        words="toutes à quai, comptées une à une",
        identified=Identified(phones=(CALLER,)),
    )
    with pytest.raises(NotPermitted, match="not_all_accounted_for"):
        shores.lille.do_at_sea(erwan, closing)
    shores.clock.at += dt.timedelta(hours=1)
    shores.lille.do_at_sea(
        erwan,
        TakenOff(
            officer="Erwan",
            boat=report,
            manner="rescued",
            count=5,
            at=shores.clock.at,
            asset="Abeille",
            identified=Identified(marks=("XA-NVX0H214E131",)),
        ),
    )
    marked = msgspec.structs.replace(closing, identified=Identified(marks=("XA-NVX0H214E131",)))
    with pytest.raises(NotPermitted, match="not_all_accounted_for"):
        shores.lille.do_at_sea(erwan, marked)
    shores.lille.do_at_sea(
        erwan,
        QuayForm(
            officer="Erwan",
            boat=report,
            place="Boulogne",
            at=shores.clock.at,
            came=5,
            missing=0,
            asset="Abeille",
            identified=Identified(phones=(CALLER,)),
        ),
    )
    shores.clock.at += dt.timedelta(minutes=5)
    closed = shores.lille.do_at_sea(erwan, closing).header.id
    shores.carry()
    assert boats(shores.dover, claire)[0].state == "closed_not_acknowledged"
    shores.dover.do_at_sea(claire, ClosingAcknowledged(officer="Claire", boat=report, closing=closed))
    shores.carry()
    assert boats(shores.lille, erwan)[0].state == boats(shores.dover, claire)[0].state == "closed"
    shores.dover.do_at_sea(claire, Reopened(officer="Claire", boat=report, words="un appel de plus"))
    shores.carry()
    assert boats(shores.lille, erwan)[0].state == "open"


def test_acts_at_sea_are_of_people_who_keep_watch_in_their_own_name(
    shores: Any, watch: Any, at_work: Callable[..., Any]
) -> None:
    erwan, _ = watch
    one = shores.lille.report_at_sea(erwan, seen(), "un", "fr").header.id
    other = shores.lille.report_at_sea(erwan, seen(callers=("06 39 98 07 07",)), "deux", "fr").header.id
    act = Judged(officer="Erwan", one=one, other=other, verdict="different", words="deux appels distincts")
    for name in ("Marie", "Odile", "feed"):
        access = at_work(shores.lille, name)
        with pytest.raises(EntenteError):
            shores.lille.do_at_sea(access, msgspec.structs.replace(act, officer=name))
    with pytest.raises(NotPermitted, match="not_in_own_name"):
        shores.lille.do_at_sea(erwan, msgspec.structs.replace(act, officer="Claire"))
    with pytest.raises(EntenteError, match="reason_missing"):
        shores.lille.do_at_sea(erwan, msgspec.structs.replace(act, words=" "))
    with pytest.raises(NotFound, match="boat_not_found"):
        shores.lille.do_at_sea(erwan, msgspec.structs.replace(act, other="nobody"))
    assert shores.lille.do_at_sea(erwan, act).header.kind == "sea_act"


def test_the_sea_is_open_to_the_watch_alone_and_looking_is_registered(
    shores: Any, watch: Any, at_work: Callable[..., Any]
) -> None:
    erwan, _ = watch
    shores.lille.report_at_sea(erwan, seen(), "cinq personnes", "fr")
    for name in ("Marie", "Odile", "DPO", "Aude", "feed"):
        with pytest.raises(EntenteError):
            shores.lille.picture(at_work(shores.lille, name))
    before = _lines(shores.lille)
    for _ in range(5):
        shores.lille.picture(erwan)
    assert len(_lines(shores.lille)) == len(before) + 1
    shores.clock.at += dt.timedelta(minutes=2)
    shores.lille.picture(erwan)
    assert len(_lines(shores.lille)) == len(before) + 2


def test_the_same_report_said_twice_is_one(shores: Any, watch: Any) -> None:
    erwan, _ = watch
    rows = [shores.lille.report_at_sea(erwan, seen(), "cinq", "fr", cause="tap/1") for _ in range(2)]
    assert rows[0].header.id == rows[1].header.id
    assert len(boats(shores.lille, erwan)) == 1


def test_the_table_is_the_same_after_a_restart_and_without_what_was_erased(shores: Any, watch: Any) -> None:
    erwan, claire = watch
    keeps = shores.lille.report_at_sea(erwan, seen(), "cinq", "fr")
    falls = shores.lille.report_at_sea(erwan, seen(callers=("06 39 98 07 07",)), "une erreur", "fr")
    shores.carry()
    before = shores.lille.picture(erwan)
    assert shores.reopen("lille").picture(erwan) == before
    amendment = Amendment(
        record=falls.header.id, act="erase", reason="saisi deux fois par erreur", officer="Erwan"
    )
    shores.lille.record(
        Draft(
            kind="amendment",
            service="FR-PREMAR",
            purpose="life_saving",
            matter="SAR",
            compartment="life_saving",
            handling=("H0",),
            amendment=amendment,
        ),
        erwan,
    )
    shores.carry()
    for node, access in ((shores.lille, erwan), (shores.dover, claire)):
        assert [boat.reports for boat in boats(node, access)] == [(keeps.header.id,)]


def test_pur_7_a_secret_that_saves_a_boat_enters_by_one_act_without_its_source(
    shores: Any, watch: Any, at_work: Callable[..., Any]
) -> None:
    erwan, claire = watch
    odile = at_work(shores.lille, "Odile", role="judicial_keeper", matter="JIRS-12")
    given = shores.lille.give_for_life(
        odile,
        position=Position(latitude=50.95, longitude=1.55, written="écoute de 23 h 12"),
        at=shores.clock.at,
        persons=PersonsOnBoard(at_least=40, at_most=50),
        caller="06 39 98 05 11",
        reason="embarcation en train de couler",
    )
    shores.carry()
    (boat,) = boats(shores.dover, claire)
    assert boat.reports == (given,)
    assert (boat.ledger.said.at_least, boat.ledger.said.at_most) == (40, 50)
    for node, access in ((shores.dover, claire), (shores.lille, erwan)):
        reading = node.read(access, given)
        # The contents as they travel are bytes, in which an accent is no longer the letter that was typed.
        shown = repr(reading) + b" ".join(one.part.content for one in reading.parts).decode()
        assert "39980511" in shown.replace(" ", "")
        for trace in ("Odile", "OLTIM", "JIRS", "écoute", "couler"):
            assert trace not in shown
        assert reading.row.header.service == "FR-PREMAR"


def test_4e_2_lifting_a_secret_is_reviewed_by_another_within_a_day_and_told_on_both_shores(
    shores: Any, at_work: Callable[..., Any]
) -> None:
    odile = at_work(shores.lille, "Odile", role="judicial_keeper", matter="JIRS-12")
    given = shores.lille.give_for_life(
        odile,
        position=None,
        at=None,
        persons=None,
        place_words="au large de Sangatte",
        reason="appel au secours",
    )
    shores.carry()
    dpo = at_work(shores.lille, "DPO", reason="revue des divulgations")
    (review,) = shores.lille.reviews_owed(dpo)
    assert (review.record, review.officer, review.outcome) == (given, "Odile", "")
    assert review.due - review.given_at <= dt.timedelta(hours=24)
    for node in (shores.lille, shores.dover):
        told = [alarm for alarm in node.duty.alarms if alarm.role == "data_protection_officer"]
        assert [alarm.record.partition("/")[0] for alarm in told] == [given]
    with pytest.raises(NotFound):
        shores.lille.settle_review(odile, review.id, "upheld", "il y avait danger")
    # Nor does the reviewer settle what they gave themselves.
    own = shores.lille.give_for_life(
        dpo, position=None, at=None, persons=None, place_words="au large de Wissant", reason="appel"
    )
    given_by_dpo = next(one for one in shores.lille.reviews_owed(dpo) if one.record == own)
    with pytest.raises(NotPermitted):
        shores.lille.settle_review(dpo, given_by_dpo.id, "upheld", "il y avait danger")
    shores.lille.settle_review(dpo, review.id, "upheld", "danger de mort avéré")
    settled = next(one for one in shores.lille.reviews_owed(dpo) if one.id == review.id)
    assert (settled.outcome, settled.settled_by) == ("upheld", "DPO")


def test_pur_3_the_numbers_of_callers_are_in_no_match_index(
    shores: Any, watch: Any, at_work: Callable[..., Any], report: Callable[..., Draft]
) -> None:
    erwan, _ = watch
    shores.lille.report_at_sea(erwan, seen(names=("Haji",)), f"rappeler le {CALLER}", "fr")
    marie = at_work(shores.lille, "Marie")
    shores.lille.record(report(phone=CALLER), marie)
    shores.carry()
    assert shores.lille.hits(marie) == []
    found = [row.header.kind for row, *_ in shores.lille.search(marie, CALLER)]
    assert found == ["report"]


def _lines(node: Any) -> list[Any]:
    from sqlalchemy import select

    from entente.store import tables

    return list(node.store.rows(select(tables.register.c.line)))


def test_an_area_follows_from_its_own_boat_alone_and_is_computed_once_for_it(
    shores: Any, watch: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    erwan, _ = watch
    node, computed = shores.lille, []

    def counting(reports: Any, at: Any, boat: str, **more: Any) -> Any:
        computed.append(boat)
        return area_of(reports, at, boat, **more)

    monkeypatch.setattr("entente.at_sea.area_of", counting)
    mine = node.report_at_sea(erwan, seen(), "moteur arrêté", "fr").header.id
    shores.clock.at += dt.timedelta(hours=1)
    at = shores.clock.at
    first = node.area(erwan, mine, at)
    # Another boat is reported: of this one nothing is known anew.
    node.report_at_sea(
        erwan, seen(callers=("06 39 98 06 06",), position=Position(latitude=51.2, longitude=1.9)), "—", "fr"
    )
    assert node.area(erwan, mine, at) is first
    assert computed == [mine]
    corners = tuple(
        Position(latitude=50.9 + north, longitude=1.5 + east)
        for north, east in ((0.02, -0.05), (0.02, 0.05), (-0.05, 0.05), (-0.05, -0.05))
    )
    searched = Searched(
        officer="Erwan",
        boat=mine,
        asset="SNS 076",
        corners=corners,
        starts=at - dt.timedelta(minutes=5),
        ends=at,
        sweep_width_m=900,
        track_m=600,
    )
    node.do_at_sea(erwan, searched)
    after = node.area(erwan, mine, at)
    assert computed == [mine, mine]
    assert after != first
    node._areas.clear()
    assert node.area(erwan, mine, at) == after
