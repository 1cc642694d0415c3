"""People are counted once: whoever tells it, however often, and however they come ashore."""

from __future__ import annotations

import datetime as dt
from typing import Any

from entente.maritime.picture import draw
from entente.maritime.values import ActSaid, Ledger, SeaReport
from entente.model.sea_act import Identified, QuayForm, TakenOff, Transferred
from entente.model.sighting import PersonsOnBoard, Sighting

NIGHT = dt.datetime(2031, 10, 19, tzinfo=dt.UTC)
PHONE = "+33639980417"


def minute(number: int) -> dt.datetime:
    return NIGHT + dt.timedelta(minutes=number)


def said(
    at: int, low: int | None = None, high: int | None = None, *, known: str = "", **seen: Any
) -> SeaReport:
    count = None if low is None else PersonsOnBoard(low, high if high is not None else low)
    seen = {"means": "call", "callers": (PHONE,), "persons_on_board": count, **seen}
    # Echoes of one word are one boat by machine.
    return SeaReport(id=known or f"r{at}", at=minute(at), by="FR-PREMAR", node="lille", seen=Sighting(**seen))


def told(act: Any, at: int, known: str, *, node: str = "lille") -> ActSaid:
    return ActSaid(id=known, at=minute(at), by=node.upper(), node=node, act=act)


def off(
    at: int, count: int, asset: str = "Flamant", *, manner: Any = "rescued", node: str = "lille"
) -> ActSaid:
    act = TakenOff(officer="Kerlazan", boat="r0", manner=manner, count=count, at=minute(at), asset=asset)
    return told(act, at + 2, f"{manner}-{asset}-{at}-{node}", node=node)


def form(at: int, came: int, asset: str = "Flamant", missing: int | None = 0) -> ActSaid:
    act = QuayForm(
        officer="Kerlazan", boat="r0", place="Calais", at=minute(at), came=came, asset=asset, missing=missing,
        identified=Identified(phones=(PHONE,)),
    )  # fmt: skip
    return told(act, at, f"form-{asset}-{at}-{came}")


def ledger(reports: list[SeaReport], acts: list[ActSaid]) -> Ledger:
    """Of the boat that holds r0, with all reports joined to it."""
    from entente.model.sea_act import Judged

    same = [
        told(Judged(officer="Kerlazan", one="r0", other=each.id, verdict="same"), 1, f"same-{each.id}")
        for each in reports
        if each.id != "r0"
    ]
    picture = draw(reports, [*acts, *same], minute(700))
    return next(boat.ledger for boat in picture.boats if "r0" in boat.reports)


def test_counts_that_vary_are_an_interval_and_an_echo_counts_once() -> None:
    drawn = ledger([said(0, 40), said(5, 50), said(9, 66, origin="r5", known="echo")], [])
    assert drawn.said == PersonsOnBoard(40, 50)


def test_people_who_come_aboard_along_the_coast_raise_the_count() -> None:
    assert ledger([said(0, 20, means="patrol", callers=()), said(60, 45)], []).said == PersonsOnBoard(45, 45)


def test_a_count_said_after_some_were_taken_off_speaks_of_who_is_still_aboard() -> None:
    drawn = ledger([said(0, 40), said(90, 18)], [off(60, 22)])
    assert (drawn.said, drawn.accounted, drawn.aboard) == (
        PersonsOnBoard(40, 40),
        22,
        PersonsOnBoard(18, 18),
    )


def test_every_way_off_debits_and_a_transfer_does_not() -> None:
    moved = Transferred(
        officer="Kerlazan", boat="r0", count=5, at=minute(80), from_asset="Flamant", to_asset="Kittiwake"
    )
    acts = [
        off(30, 2, "", manner="returned_to_beach"),
        off(60, 20),
        off(70, 1, "Dover", manner="body_recovered"),
        told(moved, 82, "moved"),
    ]
    drawn = ledger([said(0, 40)], acts)
    assert (drawn.accounted, drawn.aboard) == (23, PersonsOnBoard(17, 17))
    assert [(line.change, line.text.en) for line in drawn.lines][-1] == (
        0,
        "5 moved from Flamant to Kittiwake (counted already)",
    )
    # The ship that people changed to tells them as its own: still the same people.
    assert ledger([said(0, 40)], [*acts, off(81, 5, "Kittiwake")]).accounted == 23


def test_one_rescue_told_by_both_shores_is_one_however_the_ship_is_written() -> None:
    for asset, at, count in (("Flamant", 60, 20), ("PSP FLAMANT", 64, 20), ("", 75, 20), ("Flamant", 70, 21)):
        acts = [off(60, 20), off(at, count, asset, node="dover")]
        assert ledger([said(0, 40)], acts).accounted == 20


def test_people_counted_ashore_show_that_two_tellings_were_two_rescues() -> None:
    twice = [off(60, 20), off(90, 20)]
    assert ledger([said(0, 40)], twice).accounted == 20
    assert ledger([said(0, 40)], [*twice, form(180, 40)]).accounted == 40
    assert ledger([said(0, 40)], [*twice, form(180, 20), form(200, 20)]).accounted == 20


def test_landing_people_who_were_taken_off_is_no_second_debit() -> None:
    for asset in ("Flamant", ""):
        acts = [off(60, 20), off(180, 20, asset, manner="landed")]
        assert ledger([said(0, 40)], acts).accounted == 20
    # A boat that lands by itself after some were taken off and came ashore debits the others.
    acts = [off(60, 20), form(170, 20), off(180, 20, "", manner="landed")]
    assert ledger([said(0, 40)], acts).accounted == 40


def test_people_who_landed_before_a_ships_people_were_counted_may_be_these() -> None:
    acts = [off(60, 20), off(120, 20, "", manner="landed"), form(180, 20)]
    assert ledger([said(0, 40)], acts).accounted == 20


def test_a_form_filed_again_for_no_ship_or_one_that_took_nobody_off_counts_nobody() -> None:
    for asset in ("", "Kittiwake", "Flamant"):
        acts = [off(60, 20), form(180, 20), form(190, 20, asset)]
        assert ledger([said(0, 40)], acts).accounted == 20, asset
    # Other people are a form of their own.
    assert ledger([said(0, 40)], [off(60, 20), form(180, 20), form(190, 12, "Kittiwake")]).accounted == 32


def test_an_act_cannot_tell_of_what_lies_after_it() -> None:
    act = TakenOff(officer="K", boat="r0", manner="rescued", count=20, at=minute(600), asset="Flamant")
    drawn = ledger([said(0, 40), said(90, 20)], [told(act, 60, "off")])
    assert drawn.aboard == PersonsOnBoard(20, 20)
    assert next(line for line in drawn.lines if line.source == "off").at == minute(60)


def test_lines_are_in_time_order_in_both_languages() -> None:
    drawn = ledger([said(0, 40), said(20, 41, 44)], [off(60, 20), form(180, 20, missing=None)])
    assert [line.at for line in drawn.lines] == sorted(line.at for line in drawn.lines)
    assert [(line.text.fr, line.text.en) for line in drawn.lines] == [
        ("dit : 40 à bord", "said: 40 aboard"),
        ("dit : 41 à 44 à bord", "said: 41 to 44 aboard"),
        ("20 secourues, Flamant", "20 rescued, Flamant"),
        (
            "à quai, Calais : 20 venues, personne interrogé sur les manquants",
            "on the quay, Calais: 20 came, nobody asked who is missing",
        ),
    ]
