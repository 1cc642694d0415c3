"""Invented nights played through two real nodes: all of it once, in order, by watch-keepers; no clock goes back."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entente.errors import Malformed, NotFound
from entente.exercise.agreement import exercise_agreement
from entente.exercise.night_play import (
    Played,
    Told,
    first_later,
    is_night_played,
    play_night,
    played_night,
    write_truth,
)
from entente.exercise.night_steps import (
    NightToPlay,
    invented_night,
    retold_night,
    spoken,
    told_here,
    watch_keeper,
)
from entente.exercise.night_telling import watch_night
from entente.exercise.shores import NODES, Shores, lay_out
from entente.maritime.values import ActSaid, SeaReport
from entente.model.sea_act import Judged, boats_of
from entente.model.sighting import Sighting
from entente.policy.access import Access
from entente.policy.door import admit

WATCHES = {"lille": "FR-PREMAR/Kerlazan", "dover": "UK-HMCG/Polwhere"}


def silent(told: Told) -> None:
    """Nobody looks on."""


@pytest.fixture(scope="module")
def coasts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shores]:
    """Two nodes on which nothing was played yet."""
    root: Path = tmp_path_factory.mktemp("night") / "two"
    lay_out(root, any_port=True)
    with Shores(root) as shores:
        yield shores


@pytest.fixture(scope="module")
def quiet_night() -> NightToPlay:
    return invented_night(34)


def pictures(shores: Shores) -> list[dict[str, Any]]:
    shores.wait_until_quiet()
    return [
        shores.ask(
            node,
            "picture",
            {"officer": officer, "role": "watch_keeper", "matter": "SAR", "reason": "night of exercise"},
        )
        for node, officer in WATCHES.items()
    ]


def records(shores: Shores) -> int:
    said = shores.ask("lille", "status")["records"]
    return sum(said.get(kind, 0) for kind in ("sighting", "distress", "sea_act"))


# -- as drafts ------------------------------------------------------------------------------------------------------


def test_an_act_is_said_after_every_report_and_act_that_it_names(quiet_night: NightToPlay) -> None:
    for night in (quiet_night, retold_night("taken-for-another"), retold_night("one-or-two-boats")):
        said: set[str] = set()
        for step in night.steps:
            if isinstance(step.said, ActSaid):
                named = {*boats_of(step.said.act), getattr(step.said.act, "closing", "")} - {""}
                assert named <= said
            said.add(step.said.id)
        assert [step.at for step in night.steps] == sorted(step.at for step in night.steps)
        assert len(said) + night.lost == len(night.steps) + night.lost > 10


def test_each_thing_is_said_by_a_watch_keeper_of_its_shore_in_their_own_name(
    quiet_night: NightToPlay,
) -> None:
    agreement = exercise_agreement()
    ids = {step.said.id: f"id-{place}" for place, step in enumerate(quiet_night.steps)}
    shores_heard = set()
    for place, step in enumerate(quiet_night.steps):
        node, officer, draft = spoken(step, dt.timedelta(), ids, f"N/{place}")
        access = Access(
            officer=officer.id,
            service=officer.service,
            party=agreement.party_of(node),
            node=node,
            role="watch_keeper",
            purpose="life_saving",
            matter="SAR",
            reason="",
        )
        admit(draft, access, agreement)
        assert draft.recipients == tuple(set(NODES) - {node})
        assert draft.said_at is None or draft.said_at <= step.at
        shores_heard.add(node)
    assert shores_heard == set(NODES)


def test_a_patrol_without_a_watch_keeper_tells_the_watch_of_its_shore() -> None:
    assert watch_keeper("lille", "FR-GEND").id == "FR-PREMAR/Kerlazan"
    assert watch_keeper("lille", "FR-PREMAR", "Gaël Huchedou").id == "FR-PREMAR/Huchedou"
    assert watch_keeper("dover", "UK-BF", "Ros Ankerby").id == "UK-BF/Ankerby"
    assert watch_keeper("dover", "UK-HMCG", "Harriet Colebourne").id == "UK-HMCG/Polwhere"


def test_what_names_a_record_names_the_one_that_the_node_made_and_other_words_stay() -> None:
    act = Judged(officer="x", one="a", other="b", verdict="same", words="a and b")
    assert told_here(act, dt.timedelta(), {"a": "1", "b": "2"}) == Judged(
        officer="x", one="1", other="2", verdict="same", words="a and b"
    )
    at = dt.datetime(2031, 11, 24, 3, tzinfo=dt.UTC)
    moved = told_here(Sighting(origin="a shared word", position_at=at), dt.timedelta(days=59), {"a": "1"})
    assert moved == Sighting(origin="a shared word", position_at=at + dt.timedelta(days=59))


@given(hours=st.floats(min_value=-20_000, max_value=20_000))
def test_a_night_never_begins_before_now_and_never_waits_longer_than_it_must(hours: float) -> None:
    tale = retold_night("one-or-two-boats")
    now = tale.starts + dt.timedelta(hours=hours)
    later = first_later(tale, now)
    assert tale.starts + later >= now
    assert later >= dt.timedelta()
    assert later % tale.again == dt.timedelta()
    assert later == dt.timedelta() or tale.starts + later - now < tale.again


def test_a_tale_that_nobody_tells_and_a_speed_below_zero_are_refused() -> None:
    with pytest.raises(NotFound):
        retold_night("two-or-three-boats")
    for speed in (-1.0, float("nan")):
        with pytest.raises(Malformed):
            watch_night("en", lambda: None, None, None, speed)


# -- played ---------------------------------------------------------------------------------------------------------


def test_a_night_that_is_broken_off_is_taken_up_and_both_shores_see_it_alike(coasts: Shores) -> None:
    tale = retold_night("taken-for-another")
    before = records(coasts)

    def stop_at_seven(told: Told) -> None:
        if told.done == 7 and told.said is not None:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        play_night(tale, coasts, None, stop_at_seven)
    # As if the power had failed after the node had the seventh and before that was written down.
    file = coasts.root / "nights" / f"{tale.name}.json"
    written = json.loads(file.read_text())
    assert len(written["ids"]) == 7
    del written["ids"][tale.steps[6].said.id]
    file.write_text(json.dumps(written))
    assert not is_night_played(coasts.root, tale)
    done = play_night(tale, coasts, None, silent)
    assert is_night_played(coasts.root, tale)
    assert set(done.ids) == {step.said.id for step in tale.steps}
    assert records(coasts) - before == len(tale.steps) == len(set(done.ids.values()))
    here, there = pictures(coasts)
    assert [(boat["id"], boat["state"]) for boat in here["boats"]] == [
        (boat["id"], boat["state"]) for boat in there["boats"]
    ]
    # Two closings and an agreement were played; the boat that called is open all the same.
    first = done.ids[tale.steps[0].said.id]
    [calling] = [boat for boat in here["boats"] if first in boat["reports"]]
    assert calling["state"] in ("open", "count_disputed")


def test_a_night_goes_as_fast_as_it_is_asked_to_and_its_clocks_only_forwards(coasts: Shores) -> None:
    tale = retold_night("one-or-two-boats")
    waits: list[float] = []
    moments: list[dt.datetime] = []
    done = play_night(tale, coasts, 20_000, lambda told: moments.append(told.at), waits.append)
    assert moments == sorted(moments)
    assert waits
    assert max(waits) <= 0.5
    later = dt.timedelta(seconds=done.later_s)
    for node in NODES:
        now = dt.datetime.fromisoformat(coasts.ask(node, "status")["now"])
        assert tale.ends + later <= now < tale.ends + later + dt.timedelta(minutes=2)
    here, there = pictures(coasts)
    first = done.ids[tale.steps[0].said.id]
    for picture in (here, there):
        [one] = [boat for boat in picture["boats"] if first in boat["reports"]]
        # A telephone read back on the quay: one boat, and its people are ashore.
        assert one["state"] == "closed"
    assert played_night(coasts.root, tale.name) == done


def test_the_truth_of_a_night_is_written_under_the_ids_of_the_nodes(
    quiet_night: NightToPlay, tmp_path: Path
) -> None:
    ids = {step.said.id: f"id-{place}" for place, step in enumerate(quiet_night.steps)}
    moved = Played(later_s=dt.timedelta(days=59).total_seconds(), ids=ids)
    file = write_truth(tmp_path, quiet_night, moved)
    assert file is not None
    truth = json.loads(file.read_text())
    assert len(truth["boats"]) == quiet_night.boats
    reports = {ids[step.said.id] for step in quiet_night.steps if isinstance(step.said, SeaReport)}
    assert set(truth["boat_of"]) <= set(ids.values())
    assert len(set(truth["boat_of"]) & reports) > 50
    left = [dt.datetime.fromisoformat(one["at"]) for boat in truth["boats"] for one in boat["left"]]
    assert min(left) >= quiet_night.starts + dt.timedelta(days=59)
