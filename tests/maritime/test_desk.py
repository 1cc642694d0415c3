"""The list at sea: every report stands for itself, what nobody could read is on top, and only rescue sees it."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from entente.errors import EntenteError, NotFound
from entente.maritime.desk import BASE64_MARK
from entente.model.sighting import PersonsOnBoard, Sighting
from entente.model.wire import encode
from entente.store import tables


def test_the_list_is_newest_first_under_what_nobody_could_read(
    shores: Any, report: Callable[..., Any], at_work: Callable[..., Any], statement: Any
) -> None:
    lille = shores.lille
    erwan = at_work(lille, "Erwan")
    for number in range(3):
        seen = Sighting(phase="distress", persons_on_board=PersonsOnBoard(40, 50), words=f"boat {number}")
        said = report(
            "FR-PREMAR",
            f"S{number}",
            kind="sighting",
            compartment="life_saving",
            statements=(statement(sighting=seen),),
        )
        lille.record(said, erwan)
    lille.distress(b"\xff\x00 they drown", erwan)
    lille.settle()
    shown = lille.maritime.at_sea(erwan)
    assert [one.reading.row.header.reference for one in shown] == [None, "S2", "S1", "S0"]
    assert shown[0].raw is not None
    assert shown[0].raw.text == BASE64_MARK + base64.b64encode(b"\xff\x00 they drown").decode()
    assert shown[0].raw.why == "unreadable"
    assert shown[1].statements[0].sighting == Sighting(
        phase="distress", persons_on_board=PersonsOnBoard(40, 50), words="boat 2"
    )


def test_sar_2_two_reports_of_one_boat_stay_two(
    shores: Any, report: Callable[..., Any], at_work: Callable[..., Any]
) -> None:
    lille, dover = shores.lille, shores.dover
    erwan, claire = at_work(lille, "Erwan"), at_work(dover, "Claire")
    content = encode(report("FR-PREMAR", None, kind="distress", recipients=()))
    lille.distress(content, erwan)
    lille.distress(content, erwan)
    dover.distress(content, claire)
    shores.carry()
    assert len(lille.maritime.at_sea(erwan)) == len(dover.maritime.at_sea(claire)) == 3
    assert [row.state for row in lille.maritime.rows()] == ["held"] * 3


def test_the_list_is_what_the_ledger_says_when_the_node_opens_again(
    shores: Any, at_work: Callable[..., Any]
) -> None:
    lille = shores.lille
    for number in range(4):
        lille.distress(f"boat {number}".encode(), at_work(lille, "Erwan"))
        lille.settle()
    live = [row.header.id for row in lille.maritime.rows()]
    assert sorted(row.header.id for row in shores.reopen("lille").maritime.rows()) == sorted(live)


def test_a_raw_distress_has_safe_defaults_and_goes_to_every_partner_in_the_life_lane(
    shores: Any, at_work: Callable[..., Any]
) -> None:
    header = shores.lille.distress(b"???", at_work(shores.lille, "Erwan")).header
    assert (header.kind, header.purpose, header.compartment, header.handling, header.matter) == (
        "distress",
        "life_saving",
        "life_saving",
        ("H0",),
        "SAR",
    )
    assert (header.service, header.erase_by >= header.review_by) == ("FR-PREMAR", True)
    shores.lille.settle()
    (row,) = shores.lille.store.rows(select(tables.outgoing))
    assert (row.partner, row.lane, row.basis) == ("dover", "life", "vital_interest")


def test_who_only_saves_other_lives_may_cry_for_help_too_and_does_not_see_the_list(
    shores: Any, at_work: Callable[..., Any]
) -> None:
    lille = shores.lille
    paul = at_work(lille, "Paul")
    lille.distress(b"they drown off Wimereux", paul)
    lille.settle()
    with pytest.raises(NotFound):
        lille.maritime.at_sea(paul)
    assert len(lille.maritime.at_sea(at_work(lille, "Erwan"))) == 1


def test_a_very_long_cry_is_kept_from_its_start_and_carried(shores: Any, at_work: Callable[..., Any]) -> None:
    shores.lille.distress(b"47 people " + b"\x00" * 3_000_000, at_work(shores.lille, "Erwan"))
    shores.carry()
    (shown,) = shores.dover.maritime.at_sea(at_work(shores.dover, "Claire"))
    assert shown.raw is not None
    assert "47 people" in shown.raw.text


def test_nobody_who_is_not_listed_can_cry(shores: Any) -> None:
    with pytest.raises(EntenteError):
        shores.lille.access("Nobody", "veille", matter="SAR")
