"""A boat closes only on people: against everything that a hurried officer tries, and for everyone who can show it.

The nights are those of `ends_of_night.py` beside this file, which knows the truth. The named rules each have a night of
their own below, told act by act.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from entente.maritime.picture import draw
from entente.maritime.values import Picture


def _beside(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"maritime_{name}", Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


ENDS = _beside("ends_of_night")
CLOSED = ("closed", "closed_not_acknowledged")


def wrongly_closed(night: Any, picture: Picture) -> list[str]:
    """Closed boats that hold a report of a boat whose people are not all accounted for.

    A report with a misheard number of another boat may lie with that one, as long as its own boat stands open.
    """
    truth = night.truth_of()
    still_open = {
        truth[report].number for boat in picture.boats if boat.state not in CLOSED for report in boat.reports
    }
    return [
        f"{boat.name} {report}: {truth[report].unaccounted} of {truth[report].people}"
        for boat in picture.boats
        if boat.state in CLOSED
        for report in boat.reports
        if truth[report].unaccounted > 0
        and not (report in night.misheard and truth[report].number in still_open)
    ]


def attempt(seed: int) -> tuple[list[str], int]:
    """(boats wrongly closed, boats closed) at the end of one hurried night."""
    night = ENDS.hurried(seed)
    picture = draw(night.reports, night.acts, ENDS.minute(ENDS.DAWN_MIN))
    return wrongly_closed(night, picture), sum(boat.state in CLOSED for boat in picture.boats)


def left_open(seed: int) -> list[str]:
    """Boats that careful officers could not close, and why."""
    night = ENDS.careful(seed)
    picture = draw(night.reports, night.acts, ENDS.minute(ENDS.DAWN_MIN))
    return [
        f"{boat.name} ({boat.state}): {[hinder.en for hinder in boat.hinders]}"
        for boat in picture.boats
        if boat.state not in CLOSED
    ]


def test_no_hurry_closes_a_boat_whose_people_are_not_accounted_for() -> None:
    found = {seed: wrong for seed in range(1_000) if (wrong := attempt(seed)[0])}
    assert found == {}


@pytest.mark.campaign
@pytest.mark.timeout(3600)
def test_ten_thousand_hurried_nights_close_no_boat_wrongly() -> None:
    found = {seed: wrong for seed in range(10_000) if (wrong := attempt(seed)[0])}
    assert found == {}


def test_what_can_be_closed_is_closed_with_care() -> None:
    found = {seed: still for seed in range(200) if (still := left_open(seed))}
    assert found == {}


@pytest.mark.campaign
@pytest.mark.timeout(3600)
def test_a_thousand_careful_nights_leave_no_boat_open() -> None:
    found = {seed: still for seed in range(1_000) if (still := left_open(seed))}
    assert found == {}


# -- the rules one by one --------------------------------------------------------------------------------------------


def _told(seed: int = 1) -> Any:
    """One boat of 33, called in twice by one number, all taken off, landed, asked, resolved, closed, acknowledged."""
    night = ENDS.Night(seed, boats=1)
    boat = night.boats[0]
    boat.people, boat.phones, boat.names = 33, ["+33639980417"], ["Selam Gebreab"]
    boat.reports.clear()
    seen = ENDS.Sighting(
        phase="distress",
        means="call",
        callers=("+33639980417",),
        persons_on_board=ENDS.PersonsOnBoard(33, 33),
    )
    boat.reports.append(
        ENDS.SeaReport(id="r0-a", at=ENDS.minute(10), by="FR-PREMAR", node="lille", seen=seen)
    )
    boat.ends_min = 10
    return night, boat


def _ended(
    night: Any, boat: Any, *, rescued: int = 33, missing: int | None = 0, phone: str = "06 39 98 04 17"
) -> None:
    taken = night.takes(boat, "Flamant", rescued, 60)
    night.say(taken, 63, shore=0, known="off")
    form = ENDS.QuayForm(
        officer="Huchedou", boat="r0-a", place="Calais", at=ENDS.minute(180), came=rescued, asset="Flamant",
        missing=missing, identified=ENDS.Identified(phones=(phone,), marks=("XA-NVX0H214E131",)),
    )  # fmt: skip
    night.say(form, 185, shore=0, known="form")
    closed = ENDS.Closed(
        officer="Kerlazan", boat="r0-a", words="Tous à terre.", identified=ENDS.Identified(phones=(phone,))
    )
    night.say(closed, 200, shore=0, known="closed")


def _boat(night: Any, at_min: float = 300) -> Any:
    picture = draw(night.reports, night.acts, ENDS.minute(at_min))
    return next(boat for boat in picture.boats if "r0-a" in boat.reports)


def test_sar_2_everybody_accounted_for_and_a_number_read_back_closes() -> None:
    night, boat = _told()
    _ended(night, boat)
    assert (_boat(night).state, _boat(night).closing) == ("closed_not_acknowledged", "closed")
    night.say(ENDS.ClosingAcknowledged(officer="Colebourne", boat="r0-a", closing="closed"), 210, shore=0)
    assert _boat(night).state == "closed_not_acknowledged", "its own shore does not acknowledge"
    night.say(ENDS.ClosingAcknowledged(officer="Colebourne", boat="r0-a", closing="closed"), 211, shore=1)
    assert _boat(night).state == "closed"


def test_sar_2_a_mark_alone_or_a_number_that_nobody_gave_never_closes() -> None:
    for phone in ("06 39 98 04 18", "0417", ""):
        night, boat = _told()
        _ended(night, boat, phone=phone)
        assert _boat(night).state == "open"
        assert "identified" in _boat(night).hinders[-1].en or "asked" in _boat(night).hinders[-1].en


def test_sar_3_thirty_three_reported_and_thirty_two_rescued_stays_open_until_resolved_with_grounds() -> None:
    night, boat = _told()
    _ended(night, boat, rescued=32)
    assert _boat(night).state == "count_disputed"
    for grounds in ((), ("one",), ("one", "ONE "), ("Lille : 32 à quai", "Dover: 33 by one call")):
        resolved = ENDS.CountResolved(
            officer="Kerlazan", boat="r0-a", count=32, words="relu", grounds=grounds
        )
        night.say(resolved, 190 + len(grounds), shore=1)
        is_enough = len({ground.strip().casefold() for ground in grounds}) > 1
        assert (_boat(night).state != "count_disputed") == is_enough


def test_vic_6_no_count_resolves_somebody_who_is_missing_until_found() -> None:
    night, boat = _told()
    _ended(night, boat, rescued=32, missing=1)
    resolved = ENDS.CountResolved(officer="Kerlazan", boat="r0-a", count=32, words="relu", grounds=("a", "b"))
    night.say(resolved, 190)
    assert _boat(night).state == "open"
    assert "1 missing" in [hinder.en for hinder in _boat(night).hinders]
    found = ENDS.Found(officer="Kerlazan", boat="r0-a", name="", alive=True, at=ENDS.minute(250))
    night.say(found, 251)
    assert _boat(night).state == "closed_not_acknowledged"


def test_nobody_asked_whom_they_miss_is_not_nobody_missing() -> None:
    night, boat = _told()
    _ended(night, boat, missing=None)
    assert _boat(night).state == "open"
    assert any("quay form" in hinder.en for hinder in _boat(night).hinders)


def test_a_call_after_the_last_rescue_opens_the_boat_again_and_says_so() -> None:
    night, boat = _told()
    _ended(night, boat)
    later = ENDS.Sighting(phase="distress", means="call", callers=("+33639980417",))
    report = ENDS.SeaReport(id="r0-z", at=ENDS.minute(230), by="UK-HMCG", node="dover", seen=later)
    boat.reports.append(report)
    night.say(ENDS.Judged(officer="Kerlazan", one="r0-a", other="r0-z", verdict="same"), 231)
    assert _boat(night).state == "open"
    assert any("r0-z" in text.en for text in _boat(night).reopened_by)


@pytest.mark.parametrize(("at_min", "is_open"), [(70, False), (80, True)])
def test_sar_2_a_call_well_after_the_last_rescue_is_of_people_still_out_whoever_reads_its_number(
    at_min: float, is_open: bool
) -> None:
    night, boat = _told()
    _ended(night, boat)
    call = ENDS.Sighting(phase="distress", means="call", callers=("+33639980417",))
    report = ENDS.SeaReport(id="r0-b", at=ENDS.minute(at_min), by="FR-PREMAR", node="lille", seen=call)
    boat.reports.append(report)
    for shore in (0, 1):
        night.say(ENDS.Judged(officer="K", one="r0-a", other="r0-b", verdict="same"), 100, shore=shore)
    assert (_boat(night).state == "open") == is_open
    seen_after = [
        text.en for text in _boat(night).hinders if "seen after the last person was taken off" in text.en
    ]
    assert bool(seen_after) == is_open


def test_sar_3_no_count_far_above_what_anybody_said_is_resolved() -> None:
    for rescued, is_open in ((50, False), (60, True)):
        night, boat = _told()
        _ended(night, boat, rescued=rescued)
        resolved = ENDS.CountResolved(
            officer="Kerlazan", boat="r0-a", count=rescued, words="relu", grounds=("Lille", "Dover")
        )
        night.say(resolved, 190)
        assert any("far more" in text.en for text in _boat(night).hinders) == is_open
        assert (_boat(night).state == "count_disputed") == is_open


def test_a_ship_whose_people_nobody_asked_keeps_the_boat_open_though_they_changed_ships() -> None:
    night, boat = _told()
    _ended(night, boat, rescued=27)
    night.say(night.takes(boat, "Kittiwake", 6, 62), 66, shore=0)
    moved = {"officer": "K", "boat": "r0-a", "at": ENDS.minute(90), "from_asset": "Flamant"}
    night.say(ENDS.Transferred(**moved, count=2, to_asset="Kittiwake"), 91)
    assert any("quay form" in text.en for text in _boat(night).hinders)
    form = ENDS.QuayForm(
        officer="Huchedou",
        boat="r0-a",
        place="Dover",
        at=ENDS.minute(170),
        came=8,
        asset="Kittiwake",
        missing=0,
    )
    night.say(form, 172)
    assert not any("quay form" in text.en for text in _boat(night).hinders)


def test_a_closing_swallows_no_report_that_one_hand_joined_to_it() -> None:
    night, boat = _told()
    _ended(night, boat)
    live = ENDS.Sighting(phase="distress", means="call", callers=("+33639980999",))
    report = ENDS.SeaReport(id="r9", at=ENDS.minute(40), by="UK-HMCG", node="dover", seen=live)
    boat.reports.append(report)
    assert _boat(night).state == "closed_not_acknowledged"
    night.say(ENDS.Judged(officer="Kerlazan", one="r0-a", other="r9", verdict="same"), 100, shore=0)
    assert "r9" in _boat(night).reports
    assert _boat(night).state == "open"
    night.say(ENDS.Judged(officer="Colebourne", one="r0-a", other="r9", verdict="same"), 110, shore=1)
    assert _boat(night).state == "closed_not_acknowledged"
    # Un-merged after the closing, the other boat is open and says from what it was parted.
    night.say(ENDS.Judged(officer="Colebourne", one="r0-a", other="r9", verdict="different"), 250, shore=1)
    picture = draw(night.reports, night.acts, ENDS.minute(300))
    other = next(each for each in picture.boats if "r9" in each.reports)
    assert other.state == "open"
    assert any(_boat(night).name in text.en for text in other.reopened_by)


def test_a_service_account_a_closing_without_words_and_a_closing_too_early_close_nothing() -> None:
    for officer, words, at_min in (
        ("FR-PREMAR/import", "tous", 200),
        ("FR-PREMAR", "tous", 200),
        ("", "tous", 200),
        ("Kerlazan", " ", 200),
        ("Kerlazan", "tous", 50),
        ("Kerlazan", "tous", 5000),
    ):
        night, boat = _told()
        _ended(night, boat)
        night.acts = [said for said in night.acts if said.id != "closed"]
        identified = ENDS.Identified(phones=("+33639980417",))
        night.say(
            ENDS.Closed(officer=officer, boat="r0-a", words=words, identified=identified), at_min, shore=0
        )
        assert _boat(night).state == "open", (officer, words, at_min)


def test_a_reopening_fells_every_closing_before_it_and_none_after() -> None:
    night, boat = _told()
    _ended(night, boat)
    night.say(ENDS.Reopened(officer="Colebourne", boat="r0-a", words="un appel"), 220, shore=1)
    assert _boat(night).state == "open"
    assert [text.en for text in _boat(night).reopened_by] == ["reopened by Colebourne: un appel"]
    again = ENDS.Closed(
        officer="Kerlazan", boat="r0-a", words="Revu.", identified=ENDS.Identified(phones=("+33639980417",))
    )
    night.say(again, 240)
    assert _boat(night).state == "closed_not_acknowledged"


def test_silence_and_time_close_nothing() -> None:
    night, _ = _told()
    assert {_boat(night, at_min).state for at_min in (20, 600, 60 * 24 * 365)} == {"open"}
