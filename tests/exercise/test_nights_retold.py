"""Two nights that happened, retold: the boat that calls is never hidden, and two stay two until somebody is known."""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest

from entente.exercise.nights.one_or_two_boats import one_or_two_boats
from entente.exercise.nights.replays import LIVE, Replay
from entente.exercise.nights.taken_for_another import taken_for_another
from entente.maritime import replay as reading
from entente.maritime.picture import draw
from entente.maritime.values import Boat, Picture
from entente.model.sea_act import Closed, Judged


def _at(tale: Replay, at: dt.datetime) -> Picture:
    return draw(*tale.until(at), at)


def _own(picture: Picture, tale: Replay, boat: int) -> list[Boat]:
    """Boats of the picture in which most reports are of a true boat."""
    boat_of = tale.boat_of()
    return [
        one
        for one in picture.boats
        if 2 * sum(boat_of[each] == boat for each in one.reports) > len(one.reports)
    ]


def test_the_boat_that_was_taken_for_another_is_open_in_every_picture_until_the_end() -> None:
    tale = taken_for_another()
    claims = [
        entry
        for entry in tale.entries
        if getattr(entry.said, "act", None) and isinstance(entry.said.act, Closed)
    ]  # type: ignore[union-attr]
    assert len(claims) == 2
    looked = 0
    for at in tale.moments:
        mine = _own(_at(tale, at), tale, LIVE)
        assert mine, f"hidden at {at}"
        assert any(boat.state == "open" for boat in mine), f"closed at {at}"
        looked += 1
    assert looked == 30


def test_the_boat_that_calls_from_the_water_is_never_below_the_one_that_was_rescued() -> None:
    tale = taken_for_another()
    for at in tale.moments:
        picture = _at(tale, at)
        by_rank = sorted(picture.boats, key=lambda boat: boat.rank)
        assert by_rank[0] in _own(picture, tale, LIVE), f"buried at {at}"


def test_it_says_in_words_why_the_boat_cannot_be_closed() -> None:
    tale = taken_for_another()
    picture = _at(tale, tale.moments[-1])
    open_boats = [boat for boat in _own(picture, tale, LIVE) if boat.state == "open"]
    assert any(boat.hinders for boat in open_boats)
    assert all(text.fr and text.en for boat in open_boats for text in boat.hinders)


@pytest.mark.parametrize("without", ["judged", "resolved", "form"])
def test_no_part_of_the_pressure_alone_hides_it(without: str) -> None:
    tale = taken_for_another()
    tags = {"judged": "judged", "resolved": "count_resolved", "form": "quay_form"}
    at = tale.moments[-1]
    reports, acts = tale.until(at)
    kept = [said for said in acts if type(said.act).__struct_config__.tag != tags[without]]
    assert len(kept) < len(acts)
    picture = draw(reports, kept, at)
    assert any(boat.state == "open" for boat in _own(picture, tale, LIVE))


def test_two_sets_of_calls_stay_two_boats_until_the_other_shore_confirms_one() -> None:
    tale = one_or_two_boats()
    assert tale.confirmed_at is not None
    calls = {
        by: {
            entry.said.id
            for entry in tale.entries
            if getattr(entry.said, "seen", None) and entry.said.by == by
        }
        for by in ("FR-PREMAR", "UK-HMCG")
    }
    for at in tale.moments:
        picture = _at(tale, at)
        homes = {
            by: {boat.id for boat in picture.boats for each in boat.reports if each in calls[by]}
            for by in calls
        }
        both_told = all(homes.values())
        if at < tale.confirmed_at and both_told:
            assert not homes["FR-PREMAR"] & homes["UK-HMCG"], f"merged at {at}"
            english = [boat for boat in picture.boats if boat.id in homes["UK-HMCG"]]
            assert any(boat.state == "open" for boat in english), f"closed at {at}"
    last = _at(tale, tale.moments[-1])
    assert len(last.boats) == 1


def test_the_one_boat_is_closed_once_both_numbers_were_read_back_and_the_other_shore_agrees() -> None:
    tale = one_or_two_boats()
    last = _at(tale, tale.moments[-1])
    assert [boat.state for boat in last.boats] == ["closed"]
    judged = [entry for entry in tale.entries if isinstance(getattr(entry.said, "act", None), Judged)]
    without = [entry.said for entry in tale.entries if entry not in judged]
    apart = draw(
        [said for said in without if hasattr(said, "seen")],
        [said for said in without if hasattr(said, "act")],
        tale.moments[-1],
    )
    assert len(apart.boats) > 1


@pytest.mark.parametrize("tale", [taken_for_another(), one_or_two_boats()], ids=["taken", "one-or-two"])
def test_a_retold_night_is_read_from_its_lines_as_it_was_told(tale: Replay) -> None:
    night = reading.Replay()
    for line in tale.lines():
        read = night.feed(line.encode())
        assert read.kind in ("report", "act", "at")
        assert not read.set_aside
    assert night.picture() == _at(tale, tale.moments[-1])
    assert "nationality" not in "".join(tale.lines())
    for line in tale.lines():
        for phone in msgspec.json.decode(line).get("report", {}).get("seen", {}).get("callers", ()):
            assert phone.startswith(("+3363998", "+447700900"))
