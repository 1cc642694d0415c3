"""What was closed long ago leaves the table, never what is open, and comes back when something new bears on it."""

from __future__ import annotations

import datetime as dt

from entente.maritime.put_away import PutAway
from entente.maritime.values import ActSaid, Boat, BoatState, Ledger, Picture, SeaReport
from entente.model.sea_act import Reopened
from entente.model.sighting import PersonsOnBoard, Sighting

NIGHT = dt.datetime(2031, 10, 19, 1, tzinfo=dt.UTC)
LATER = NIGHT + dt.timedelta(days=5)


def report(name: str, at: dt.datetime = NIGHT) -> SeaReport:
    return SeaReport(id=name, at=at, by="FR-PREMAR", seen=Sighting())


def boat(name: str, state: BoatState) -> Boat:
    nobody = PersonsOnBoard(at_least=0, at_most=0)
    ledger = Ledger(said=nobody, accounted=0, aboard=nobody)
    return Boat(id=name, name=name, names=(name,), reports=(name,), state=state, ledger=ledger)


def put(*boats: Boat, at: dt.datetime = LATER) -> tuple[PutAway, list[SeaReport]]:
    reports = [report(one.id) for one in boats]
    away = PutAway()
    away.on_table(reports, [])
    away.after(Picture(at=at, boats=boats), reports, [], at)
    return away, reports


def test_only_what_is_closed_and_acknowledged_and_quiet_is_put_away() -> None:
    states: tuple[BoatState, ...] = ("open", "count_disputed", "closed_not_acknowledged", "closed")
    away, reports = put(*(boat(state, state) for state in states))
    left, _ = away.on_table(reports, [])
    assert [one.id for one in left] == ["open", "count_disputed", "closed_not_acknowledged"]
    young, reports = put(boat("closed", "closed"), at=NIGHT + dt.timedelta(hours=71))
    assert young.on_table(reports, [])[0] == reports


def test_an_act_that_names_it_brings_it_back() -> None:
    away, reports = put(boat("closed", "closed"))
    assert away.on_table(reports, [])[0] == []
    act = ActSaid(
        id="a", at=LATER, by="FR-PREMAR", act=Reopened(officer="Erwan", boat="closed", words="un appel")
    )
    assert away.on_table(reports, [act]) == (reports, [act])


def test_a_late_report_from_the_same_hours_brings_it_back_and_one_of_tonight_does_not() -> None:
    away, reports = put(boat("closed", "closed"))
    tonight = report("tonight", LATER)
    assert away.on_table([*reports, tonight], [])[0] == [tonight]
    late = SeaReport(
        id="late", at=LATER, by="UK-HMCG", seen=Sighting(position_at=NIGHT + dt.timedelta(hours=2))
    )
    assert away.on_table([*reports, tonight, late], [])[0] == [*reports, tonight, late]
