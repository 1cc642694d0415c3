"""The page of duty: who stands in the roster, where the watch has a hole, what rings, how a shift is handed over."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entente.duty.watch import holes, within
from entente.errors import Malformed
from entente.model.grading import Grade
from entente.model.office_act import OfficerEntered
from entente.model.report import Draft, Statement, Warning, Wording
from entente.node import Node
from entente.web.duty import local_time

Desks = Callable[..., Any]
NIGHT = {"from_day": "2031-09-12", "from_time": "20:00", "to_day": "2031-09-13", "to_time": "08:00"}


def entered(node: Node, desk: Any, **changes: str) -> Any:
    return desk.post(
        "/duty/roster", **{"on_duty": desk.officer, "role": "watch_keeper", "days": "1", **NIGHT, **changes}
    )


def distress(node: Node, access: Any, reference: str = "PREMAR-77") -> str:
    said = Statement(
        id="s1",
        basis="reported",
        wording=Wording(language="fr", text="embarcation qui prend l’eau"),
        grade=Grade("admiralty", "F", "6"),
        checked_on=dt.date(2031, 9, 12),
    )
    draft = Draft(kind="distress", service="FR-PREMAR", matter="SAR", reference=reference, statements=(said,))
    row = node.record(draft, access)
    node.settle()
    return row.header.id


def address(node: Node, name: str, service: str, **ways: str) -> None:
    """An administrator enters where somebody is reached."""
    roles = tuple(node.officer(name).roles)
    act = OfficerEntered(officer="Admin", name=name, service=service, roles=roles, **ways)
    node.duty.record(node.duty.entry_of(act, service, "office"))
    node.duty.catch_up()


# -- holes in a watch -----------------------------------------------------------------------------------------------

START = dt.datetime(2031, 9, 12, tzinfo=dt.UTC)
hours = st.integers(-30, 60).map(lambda number: START + dt.timedelta(hours=number))
spans = st.lists(st.tuples(hours, hours).map(lambda two: (min(two), max(two))), max_size=6)


@given(spans)
def test_each_hour_is_either_watched_or_in_a_hole(watch: list[tuple[dt.datetime, dt.datetime]]) -> None:
    until = START + dt.timedelta(hours=24)
    found = holes(watch, START, until)
    for number in range(24):
        at = START + dt.timedelta(hours=number, minutes=30)
        watched = any(starts <= at < ends for starts, ends in watch)
        assert watched != any(starts <= at < ends for starts, ends in found)
    assert found == sorted(found)
    assert all(START <= starts < ends <= until for starts, ends in found)


def test_what_of_a_span_lies_in_a_day() -> None:
    day = (START, START + dt.timedelta(days=1))
    assert within((START - dt.timedelta(hours=4), START + dt.timedelta(hours=8)), *day) == (
        START,
        START + dt.timedelta(hours=8),
    )
    assert within((START - dt.timedelta(hours=4), START), *day) is None


# -- the clock on the wall ------------------------------------------------------------------------------------------


def test_a_time_is_read_on_the_clock_of_the_shore() -> None:
    assert local_time("2031-11-20", "20:00", "FR") == dt.datetime(2031, 11, 20, 19, tzinfo=dt.UTC)
    assert local_time("2031-11-20", "20:00", "UK") == dt.datetime(2031, 11, 20, 20, tzinfo=dt.UTC)


def test_an_hour_that_comes_twice_begins_early_and_ends_late() -> None:
    assert local_time("2031-10-26", "02:30", "FR") == dt.datetime(2031, 10, 26, 0, 30, tzinfo=dt.UTC)
    assert local_time("2031-10-26", "02:30", "FR", later=True) == dt.datetime(
        2031, 10, 26, 1, 30, tzinfo=dt.UTC
    )


@pytest.mark.parametrize(
    ("day", "time", "code"),
    [
        ("2031-03-30", "02:30", "hour_does_not_exist"),
        ("", "20:00", "time_unreadable"),
        ("2031-02-30", "20:00", "time_unreadable"),
        ("9999-12-31", "23:59", "time_unreadable"),
        ("2031-11-20", "20:00+05:00", "time_unreadable"),
    ],
)
def test_a_time_that_is_none_is_refused(day: str, time: str, code: str) -> None:
    with pytest.raises(Malformed) as refused:
        local_time(day, time, "FR")
    assert refused.value.code == code


# -- the roster -----------------------------------------------------------------------------------------------------


def test_a_watch_that_nobody_keeps_is_shown_as_due(shores: Any, desks: Desks) -> None:
    erwan = desks(shores.lille, "Erwan", "watch_keeper")
    page = erwan.get("/duty").text
    assert "Nobody keeps watch" in page
    # From now to the end of the fourteenth day.
    assert page.count("roster__hole") == 14
    assert (
        entered(
            shores.lille, erwan, from_time="10:00", to_day="2031-09-13", to_time="10:00", days="14"
        ).status_code
        == 303
    )
    page = erwan.get("/duty").text
    assert page.count("roster__hole") == 0
    assert "Erwan" in page


def test_an_entry_as_backup_alone_leaves_the_hole(shores: Any, desks: Desks) -> None:
    erwan = desks(shores.lille, "Erwan", "watch_keeper")
    entered(shores.lille, erwan, from_time="00:00", days="1", backup="yes")
    fragment = erwan.get("/duty", **{"HX-Request": "true"}).text
    assert "backup" in fragment
    assert "Nobody keeps watch" in fragment
    assert "<html" not in fragment


def test_hours_repeat_at_the_same_time_on_the_wall_when_clocks_change(shores: Any, desks: Desks) -> None:
    erwan = desks(shores.lille, "Erwan", "watch_keeper")
    entered(shores.lille, erwan, from_day="2031-10-25", to_day="2031-10-25", to_time="22:00", days="2")
    starts = sorted(noted.act.starts for noted in shores.lille.duty.rolls.roster.values())
    assert [at.hour for at in starts] == [18, 19]


def test_what_was_typed_is_kept_when_an_entry_is_refused(shores: Any, desks: Desks) -> None:
    erwan = desks(shores.lille, "Erwan", "watch_keeper")
    answer = entered(shores.lille, erwan, to_day="2031-09-11", days="3")
    assert answer.status_code == 422
    assert "error-summary" in answer.text
    assert 'value="2031-09-11"' in answer.text
    assert re.search(r'id="days"[^>]*value="3"', answer.text)
    assert shores.lille.duty.rolls.roster == {}


def test_one_enters_and_withdraws_for_ones_own_service_only(shores: Any, desks: Desks) -> None:
    erwan, marie = desks(shores.lille, "Erwan", "watch_keeper"), desks(shores.lille, "Marie")
    assert entered(shores.lille, marie, on_duty="Erwan").status_code == 403
    entered(shores.lille, erwan)
    (entry,) = shores.lille.duty.rolls.roster
    assert marie.post("/duty/roster/withdraw", entry=entry, reason="remplacé").status_code == 404
    assert erwan.post("/duty/roster/withdraw", entry=entry, reason="x").status_code == 422
    assert erwan.post("/duty/roster/withdraw", entry=entry, reason="remplacé").status_code == 303
    assert shores.lille.duty.rolls.roster == {}


def test_addresses_are_shown_to_the_own_service_and_ways_to_all(shores: Any, desks: Desks) -> None:
    address(shores.lille, "Erwan", "FR-PREMAR", email="erwan@premar.example", telephone="06 39 98 04 17")
    erwan, marie = desks(shores.lille, "Erwan", "watch_keeper"), desks(shores.lille, "Marie")
    entered(shores.lille, erwan, from_time="08:00")
    assert "erwan@premar.example" in erwan.get("/duty").text
    for path in ("/duty", "/duty?service=FR-PREMAR"):
        other = marie.get(path).text
        assert "Erwan" in other
        assert "erwan@premar.example" not in other
        assert "0639980417" not in other


def test_where_no_way_is_set_up_the_page_says_that_nobody_would_be_called(shores: Any, desks: Desks) -> None:
    page = desks(shores.lille, "Marie").get("/duty").text
    assert "Nobody would be called" in page
    # A file's name helps whoever sets up the node, and nobody else.
    assert "Tell your administrator" in page
    assert "calling.toml" not in page


def test_a_service_of_the_other_shore_has_no_roster_here(shores: Any, desks: Desks) -> None:
    assert desks(shores.lille, "Marie").get("/duty?service=UK-HMCG").status_code == 404


# -- the alarm ------------------------------------------------------------------------------------------------------


def test_a_distress_rings_for_the_watch_until_somebody_has_it(
    shores: Any, desks: Desks, at_work: Callable[..., Any]
) -> None:
    erwan, marie = desks(shores.lille, "Erwan", "watch_keeper"), desks(shores.lille, "Marie")
    assert erwan.get("/duty/alarm").text.strip() == ""
    record = distress(shores.lille, at_work(shores.lille, "Erwan"))
    page = erwan.get("/duty/alarm").text
    assert f'data-record="{record}"' in page
    assert 'data-urgency="life"' in page
    assert "A distress is waiting" in page
    # An investigator has no watch to keep.
    assert marie.get("/duty/alarm").text.strip() == ""
    assert erwan.post("/duty/answer", record=record).status_code == 303
    assert erwan.get("/duty/alarm").text.strip() == ""
    (answer,) = shores.lille.duty.rolls.answers[record]
    assert (answer.officer, answer.step) == ("Erwan", "seen")


def test_a_warning_rings_for_the_services_it_names_and_never_in_red(
    shores: Any, desks: Desks, at_work: Callable[..., Any]
) -> None:
    marie, paul = desks(shores.lille, "Marie"), desks(shores.lille, "Paul")
    now = shores.lille.now()
    warning = Warning(
        place="Oye-Plage",
        starts=now,
        ends=now + dt.timedelta(hours=3),
        confidence="probable",
        to=("FR-PAF",),
        officer="Marie",
    )
    shores.lille.record(
        Draft(
            kind="warning",
            service="FR-OLTIM",
            purpose="intelligence",
            matter="OYAT",
            handling=("H1",),
            regime="smuggling",
            warning=warning,
        ),
        at_work(shores.lille, "Marie"),
    )
    shores.lille.settle()
    page = paul.get("/duty/alarm").text
    assert 'data-urgency="warning"' in page
    assert "life" not in page
    assert marie.get("/duty/alarm").text.strip() == ""


def test_an_alarm_is_answered_once_and_not_by_whoever_may_not_read_it(
    shores: Any, desks: Desks, at_work: Callable[..., Any]
) -> None:
    record = distress(shores.lille, at_work(shores.lille, "Erwan"))
    assert (
        desks(shores.lille, "DPO", "data_protection_officer").post("/duty/answer", record=record).status_code
        == 403
    )
    erwan = desks(shores.lille, "Erwan", "watch_keeper")
    assert erwan.post("/duty/answer", record="no-such-record").status_code == 404


def test_calls_are_shown_to_who_may_read_what_they_were_about(
    shores: Any, desks: Desks, at_work: Callable[..., Any]
) -> None:
    lille = shores.lille
    record = distress(lille, at_work(lille, "Erwan"))
    lille.duty.called(record, "Erwan", ("e-mail", "horn"), taken=True)
    lille.duty.called(record, "", ("bell",), taken=False)
    lille.duty.catch_up()
    page = desks(lille, "Erwan", "watch_keeper").get("/duty").text
    assert "e-mail, horn" in page
    assert "the room" in page
    assert "by none" in page
    assert "e-mail, horn" not in desks(lille, "DPO", "data_protection_officer").get("/duty").text


# -- handing over ---------------------------------------------------------------------------------------------------


def test_a_shift_is_handed_over_on_one_page_and_taken_over_on_the_next(
    shores: Any, desks: Desks, at_work: Callable[..., Any]
) -> None:
    lille = shores.lille
    marie, odile = desks(lille, "Marie"), desks(lille, "Odile")
    page = marie.get("/duty/hand-over").text
    assert "Odile" in page
    answer = marie.post(
        "/duty/hand-over",
        notes="Le loueur rappelle demain.",
        open_points="Relire FR-1\n\n  Attendre Douvres  ",
        handed_to="Odile",
    )
    assert answer.status_code == 303
    shift = lille.duty.rolls.shifts[answer.headers["location"].rpartition("/")[2]]
    assert shift.open_points == ("Relire FR-1", "Attendre Douvres")
    assert "Le loueur rappelle demain." in marie.get(answer.headers["location"]).text
    next_page = odile.get("/shift").text
    assert "Le loueur rappelle demain." in next_page
    assert "Attendre Douvres" in next_page
    assert "for you" in next_page
    odile.post("/shift", matter="OYAT", reason="relève de nuit", takes_over=shift.id)
    assert lille.duty.rolls.shifts[shift.id].taken_over_by == lille.duty.rolls.open_shift("Odile").id
    assert "Attendre Douvres" in odile.get("/duty/hand-over").text
    assert "taken over" in odile.get("/duty/shifts").text


def test_what_is_open_is_left_as_a_count_and_never_as_a_title(
    shores: Any, desks: Desks, at_work: Callable[..., Any]
) -> None:
    lille = shores.lille
    erwan = desks(lille, "Erwan", "watch_keeper")
    distress(lille, at_work(lille, "Erwan"), "PREMAR-88")
    page = erwan.get("/duty/hand-over").text
    assert "PREMAR-88" in page
    answer = erwan.post("/duty/hand-over", notes="", open_points="", hand_on=["distress", "hits"])
    shift = lille.duty.rolls.shifts[answer.headers["location"].rpartition("/")[2]]
    assert shift.open_points == ("Distresses without an answer: 1",)


def test_a_hand_over_that_is_refused_loses_nothing_that_was_typed(shores: Any, desks: Desks) -> None:
    marie = desks(shores.lille, "Marie")
    answer = marie.post("/duty/hand-over", notes="à savoir", open_points="un point", handed_to="Nobody")
    assert answer.status_code == 403
    assert "à savoir" in answer.text
    assert "un point" in answer.text
    assert shores.lille.duty.rolls.open_shift("Marie") is not None


def test_a_hand_over_is_read_in_its_own_service_and_role(shores: Any, desks: Desks) -> None:
    lille = shores.lille
    odile = desks(lille, "Odile", "judicial_keeper")
    answer = odile.post("/duty/hand-over", notes="pièce attendue", open_points="")
    path = answer.headers["location"]
    assert odile.get(path).status_code == 200
    for other in ("Marie", "Paul"):
        desk = desks(lille, other)
        assert desk.get(path).status_code == 404
        assert "pièce attendue" not in desk.get("/shift").text
        assert path not in desk.get("/duty/shifts").text


def test_who_has_no_shift_open_is_asked_for_one_before_handing_over(shores: Any, desks: Desks) -> None:
    marie = desks(shores.lille, "Marie")
    marie.post("/duty/hand-over", notes="", open_points="")
    answer = marie.get("/duty/hand-over")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/shift")


@pytest.mark.parametrize("path", ["/duty", "/duty/alarm", "/duty/hand-over", "/duty/shifts"])
def test_the_pages_of_duty_say_each_thing_in_either_language(
    path: str, shores: Any, desks: Desks, at_work: Callable[..., Any]
) -> None:
    distress(shores.lille, at_work(shores.lille, "Erwan"))
    pages = [
        desks(shores.lille, "Erwan", "watch_keeper", language).get(path).text for language in ("fr", "en")
    ]
    assert "détresse" in pages[0].casefold() or path == "/duty/shifts"
    assert "détresse" not in pages[1].casefold()
    assert "distress" not in re.sub(r"[a-z_]+=\"[^\"]*\"", "", pages[0]).casefold()
