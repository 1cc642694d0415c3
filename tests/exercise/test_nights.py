"""The invented nights: the same for ever, people conserved, errors as promised, and nothing of the truth in a line."""

from __future__ import annotations

import datetime as dt
import os
import re
from itertools import pairwise
from pathlib import Path

import msgspec
import numpy as np
import pytest

from entente.errors import Text
from entente.exercise.nights.lines import night_lines, truth_line
from entente.exercise.nights.log import Entry
from entente.exercise.nights.night import STRESSES, Night, night
from entente.exercise.nights.numbers import FEWEST, MOST, Numbers, daily_numbers
from entente.exercise.nights.physics import ENGLAND, FRANCE, Sea, metres
from entente.exercise.nights.watch import MOST_ANSWERS, Watch
from entente.maritime.replay import Replay
from entente.maritime.values import ActSaid, Boat, Ledger, Picture, Question, SeaReport
from entente.model.sea_act import Judged, QuayForm, QuestionAnswered, TakenOff
from entente.model.sighting import PersonsOnBoard

SEEDS = range(8)
RESERVED = re.compile(r"\+(3363998\d{4}|447700900\d{3})")


@pytest.fixture(scope="module")
def nights() -> list[Night]:
    return [night(seed) for seed in SEEDS]


def test_the_same_seed_is_the_same_night_for_ever(nights: list[Night]) -> None:
    assert night(3).entries == nights[3].entries
    assert nights[3].entries != nights[4].entries


def test_nobody_is_lost_from_the_count_and_nobody_made_up(nights: list[Night]) -> None:
    for invented in nights:
        assert FEWEST <= len(invented.boats) <= MOST
        for boat in invented.boats:
            gone = sum(left.people for left in boat.left)
            assert boat.boarded == boat.aboard + boat.in_water + boat.lost + gone
            assert boat.boarded <= boat.people
            assert min(boat.aboard, boat.in_water, boat.lost) >= 0


def test_a_night_has_calls_rescues_returns_and_quay_forms(nights: list[Night]) -> None:
    manners = {left.manner for invented in nights for boat in invented.boats for left in boat.left}
    assert {"rescued", "returned_to_beach", "landed"} <= manners
    means = {report.seen.means for invented in nights for report in invented.reports}
    assert {"call", "message", "relayed", "patrol", "ship", "aircraft", "drone", "ais"} <= means
    acts = [said.act for invented in nights for said in invented.acts]
    assert any(isinstance(act, TakenOff) and act.identified.is_positive for act in acts)
    assert any(isinstance(act, QuayForm) and act.identified.is_positive for act in acts)
    assert any(isinstance(act, QuayForm) and act.missing is None for act in acts)


def test_a_ship_writes_now_and_then_the_boat_it_sought_and_took_another(nights: list[Night]) -> None:
    mistaken = [
        entry
        for invented in nights
        for entry in invented.entries
        if isinstance(entry.said, ActSaid)
        and isinstance(entry.said.act, TakenOff)
        and invented.boat_of.get(entry.said.act.boat, entry.boat) != entry.boat
    ]
    assert mistaken


def test_telephones_are_reserved_for_invention_and_more_than_two_in_a_hundred_are_wrong(
    nights: list[Night],
) -> None:
    for invented in nights:
        for report in invented.reports:
            assert all(RESERVED.fullmatch(phone) for phone in report.seen.callers)
    said = sum(invented.phones_said for invented in nights)
    assert sum(invented.phones_wrong for invented in nights) >= 0.02 * said > 0


def test_positions_are_right_stale_or_missing_and_echoes_keep_or_lose_their_origin(
    nights: list[Night],
) -> None:
    reports = [report for invented in nights for report in invented.reports]
    assert any(report.seen.position is None for report in reports)
    assert any(report.seen.position_at is not None for report in reports)
    relayed = [report for report in reports if report.seen.means == "relayed"]
    assert any(report.seen.origin for report in relayed)
    assert any(not report.seen.origin for report in relayed)


def test_reports_come_late_and_with_wrong_clocks(nights: list[Night]) -> None:
    late = [
        entry.arrives_s - entry.said.at.timestamp()
        for invented in nights
        for entry in invented.entries
        if isinstance(entry.said, SeaReport)
    ]
    assert max(late) > 3600
    assert min(late) < 0


@pytest.mark.parametrize("stress", STRESSES)
def test_a_stress_changes_what_is_told_and_never_what_happens(stress: str, nights: list[Night]) -> None:
    plain, stressed = nights[2], night(2, stress=stress)  # type: ignore[arg-type]
    assert [boat.left for boat in stressed.boats] == [boat.left for boat in plain.boats]
    assert [boat.history for boat in stressed.boats] == [boat.history for boat in plain.boats]
    assert np.array_equal(stressed.track, plain.track, equal_nan=True)
    assert (stressed.entries == plain.entries) == (stress == "none")


def test_each_stress_is_what_it_says() -> None:
    def counted(stress: str) -> Night:
        return night(5, stress=stress)  # type: ignore[arg-type]

    def told(of: Night) -> list[SeaReport]:
        return [report for report in of.reports if not report.seen.status]

    plain = counted("none")
    assert 0.35 < len(told(counted("lost"))) / len(told(plain)) < 0.65
    relayed = [sum(r.seen.means == "relayed" for r in of.reports) for of in (plain, counted("relays"))]
    assert relayed[1] > 1.4 * relayed[0]
    assert counted("phones").phones_wrong > plain.phones_wrong


def test_boats_stay_in_the_strait_and_off_the_land(nights: list[Night]) -> None:
    for invented in nights:
        east, north = invented.track[..., 0].ravel(), invented.track[..., 1].ravel()
        at_sea = np.abs(east) < 70_000
        assert at_sea.mean() > 0.99
        assert FRANCE.offing(east[at_sea], north[at_sea]).min() > -4_000
        assert ENGLAND.offing(east[at_sea], north[at_sea]).min() > -1_500


def test_the_stream_turns_with_the_tide_and_stays_below_five_knots() -> None:
    starts = dt.datetime(2031, 11, 1, tzinfo=dt.UTC).timestamp()
    sea = Sea(np.random.Generator(np.random.PCG64(1)), starts, starts + 86_400)
    east, north = metres(51.0, 1.45)
    along = []
    for hour in np.arange(0, 24.84, 0.5):
        flows = sea.water(np.array([east]), np.array([north]), starts + hour * 3600)
        assert np.hypot(*flows)[0] < 2.6
        along.append(float(flows[0][0] + flows[1][0]))
    turns = sum((one > 0) != (other > 0) for one, other in pairwise(along))
    assert turns in (3, 4, 5)


def test_how_many_boats_follows_the_daily_table_and_says_where_it_is_missing() -> None:
    header = "full_date,n_year,migrants_arrived,boats_arrived"
    table = daily_numbers([header, "x,2024,600,10", "x,2019,600,10", "x,2024,100,3", "x,2024,,"])
    assert table.days == ((10, 60.0),)
    assert Numbers().source == "built-in"
    with pytest.raises(ValueError, match="eight boats"):
        daily_numbers([header, "x,2024,100,3"])


def test_the_public_table_of_daily_numbers_can_be_read() -> None:
    shared = Path(os.environ.get("ENTENTE_SHARED", Path(__file__).resolve().parents[3] / "shared"))
    file = shared / "data" / "arrivals" / "uk_small_boats_daily.csv"
    if not file.is_file():
        pytest.skip("the table of daily numbers is not beside the project")
    with file.open(encoding="utf-8", newline="") as lines:
        table = daily_numbers(lines)
    assert len(table.days) > 100
    assert all(20 < people < 90 for _, people in table.days)


def test_every_line_of_a_night_is_read_by_the_replay_and_none_says_the_truth(nights: list[Night]) -> None:
    replay, kinds = Replay(), set()
    for line in night_lines(nights[2]):
        read = replay.feed(line.encode())
        assert not read.set_aside
        kinds.add(read.kind)
    assert kinds == {"report", "act", "at"}
    assert replay.raw == 0
    known = msgspec.json.decode(truth_line(nights[2]))
    assert set(known["boat_of"]) == {entry.said.id for entry in nights[2].entries}


def test_arrivals_are_in_order_and_ids_are_given_once(nights: list[Night]) -> None:
    for invented in nights:
        arrivals = [entry.arrives_s for entry in invented.entries]
        assert arrivals == sorted(arrivals)
        assert len({entry.said.id for entry in invented.entries}) == len(invented.entries)


def _every_report_alone(
    reports: list[SeaReport], acts: list[ActSaid], at: dt.datetime, asked: str = "phone_digits"
) -> Picture:
    """A tracker that joins nothing and asks everybody about everybody."""
    boats = []
    for place, report in enumerate(reports):
        other = reports[place - 1].id
        question = Question(
            boat=report.id,
            asked=asked,  # type: ignore[arg-type]
            text=Text("?", "?"),
            settles=Text("?", "?"),
            gain_bits=1.0,
            other=other,
        )
        ledger = Ledger(said=PersonsOnBoard(), accounted=0, aboard=PersonsOnBoard())
        callers = report.seen.callers
        boats.append(
            Boat(
                id=report.id,
                name="",
                names=(),
                reports=(report.id,),
                state="open",
                ledger=ledger,
                callers=callers,
                questions=(question,) if other != report.id else (),
            )
        )
    return Picture(at=at, boats=tuple(boats))


def test_the_watch_has_at_most_two_answers_of_a_boat_and_three_in_ten_are_answered(
    nights: list[Night],
) -> None:
    asked = answered = 0
    for invented in nights[:3]:
        watch = Watch(invented, _every_report_alone)  # type: ignore[arg-type]
        for _ in watch.moments():
            pass
        answers = [said.act for said in watch.acts if isinstance(said.act, QuestionAnswered)]
        assert len(answers) == watch.answered <= MOST_ANSWERS * len(invented.boats)
        asked, answered = asked + watch.asked, answered + watch.answered
    assert 0 < answered < 0.4 * asked


def test_the_watch_judges_two_reports_the_same_and_is_hardly_ever_wrong(nights: list[Night]) -> None:
    right = wrong = 0
    for invented in nights[:3]:
        watch = Watch(invented, _every_report_alone)  # type: ignore[arg-type]
        for _ in watch.moments():
            pass
        for said in watch.acts:
            if isinstance(said.act, Judged):
                is_right = invented.boat_of[said.act.one] == invented.boat_of[said.act.other]
                right, wrong = right + is_right, wrong + (not is_right)
    assert right > 20
    assert wrong <= 0.02 * right


def test_an_entry_that_a_stress_adds_is_not_in_the_plain_night(nights: list[Night]) -> None:
    extra: list[Entry] = [entry for invented in nights for entry in invented.entries if entry.extra]
    assert extra == []
