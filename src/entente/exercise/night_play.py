"""Playing an invented night through two real nodes: each report and act when it reached a watch, by a watch-keeper.

Both clocks go with the night, as fast as one likes, or at once. What watches decide in an invented night is not played:
whoever trains does that on the pages. What was played is written down after each acknowledged step, so that a night
that was broken off is taken up where it stopped and nothing is said twice. Clocks are never set back: a night whose
hour has passed is played later, when the tide runs alike again.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from entente.errors import NotFound
from entente.exercise.night_steps import NightToPlay, spoken
from entente.exercise.shores import NODES, Shores
from entente.maritime.values import ActSaid, SeaReport
from entente.model.report import Draft

PLAYED_NIGHTS: Final = "nights"
_LOOK_EVERY_S = 0.5


class Told(NamedTuple):
    """How far a night is. at: the exercise's clock. said: what is being said now; None while nobody says anything."""

    done: int
    of: int
    at: dt.datetime
    said: SeaReport | ActSaid | None


Progress = Callable[[Told], None]


# -- played ---------------------------------------------------------------------------------------------------------


class Played(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What was played of a night in a folder. later_s: by how much it is moved. ids: of the night -> of the nodes."""

    later_s: float
    ids: dict[str, str] = {}


def played_night(root: Path, name: str) -> Played | None:
    """What was played of a night; None where nothing was."""
    file = _file(root, name)
    return msgspec.json.decode(file.read_bytes(), type=Played) if file.exists() else None


def is_night_played(root: Path, to_play: NightToPlay) -> bool:
    """Whether all of it was."""
    done = played_night(root, to_play.name)
    return done is not None and {step.said.id for step in to_play.steps} <= done.ids.keys()


def first_later(to_play: NightToPlay, now: dt.datetime) -> dt.timedelta:
    """By how much a night must be moved so that no clock goes back."""
    late = now - to_play.starts
    if late <= dt.timedelta():
        return dt.timedelta()
    return -(-late // to_play.again) * to_play.again


def play_night(
    to_play: NightToPlay,
    shores: Shores,
    speed: float | None,
    progress: Progress,
    wait: Callable[[float], None] = time.sleep,
) -> Played:
    """Play what was not played yet. speed: so many times as fast as life; None: at once. wait: lets seconds pass.

    Raises with a node's own reason if it refuses a step.
    """
    before = played_night(shores.root, to_play.name)
    now = max(_now(shores, node) for node in NODES)
    done = before or Played(later_s=first_later(to_play, now).total_seconds())
    later, of = dt.timedelta(seconds=done.later_s), len(to_play.steps)
    if before is None:
        _write_down(shores.root, to_play, done)
        shores.wait_until_quiet()
        now = max(now, to_play.starts + later)
        _set_clocks(shores, now)
    clock = _Clock(shores, now, speed, wait)
    is_first = True
    for place, step in enumerate(to_play.steps):
        if step.said.id in done.ids:
            continue

        def show(at: dt.datetime, place: int = place) -> None:
            progress(Told(place, of, at, None))

        clock.until(step.at + later, show)
        progress(Told(place, of, clock.now, step.said))
        number = f"{to_play.name.upper()}/{place + 1:03d}"
        node, officer, draft = spoken(step, later, done.ids, number)
        asking = {
            "officer": officer.id,
            "role": "watch_keeper",
            "purpose": "life_saving",
            "matter": "SAR",
            # What saves life needs none; the same one over and over would be flagged as said without thought.
            "reason": "",
        }
        found = _recorded_before(shores, node, asking, draft) if is_first and before else None
        is_first = False
        if found is None:
            found = shores.ask(node, "record", {"asking": asking, "draft": draft})["id"]
        done.ids[step.said.id] = found
        _write_down(shores.root, to_play, done)
    clock.until(to_play.ends + later, lambda at: progress(Told(of, of, at, None)))
    shores.wait_until_quiet()
    return done


class _Clock:
    """Both nodes' clocks, gone on with as the night goes on. `now`: what they were last set to."""

    def __init__(
        self, shores: Shores, now: dt.datetime, speed: float | None, wait: Callable[[float], None]
    ) -> None:
        self.now = now
        self._shores, self._speed, self._wait = shores, speed, wait
        self._began, self._began_s = now, time.monotonic()

    def until(self, at: dt.datetime, show: Callable[[dt.datetime], None]) -> None:
        """Return when it is so late; `show` is told the time on the way."""
        while self.now < at:
            aim = at
            if self._speed is not None:
                run = dt.timedelta(seconds=(time.monotonic() - self._began_s) * self._speed)
                aim = min(at, max(self.now, self._began + run))
            _set_clocks(self._shores, aim)
            self.now = max(self.now, aim)
            show(self.now)
            if self.now < at and self._speed is not None:
                left_s = (at - self.now).total_seconds() / self._speed
                self._wait(min(left_s, _LOOK_EVERY_S))


def _set_clocks(shores: Shores, at: dt.datetime) -> None:
    for node in NODES:
        shores.ask(node, "clock", {"at": at})


def _now(shores: Shores, node: str) -> dt.datetime:
    return dt.datetime.fromisoformat(shores.ask(node, "status")["now"])


def _recorded_before(shores: Shores, node: str, asking: dict[str, str], draft: Draft) -> str | None:
    """The id of a step that the node acknowledged just before an earlier run broke off; None where it did not."""
    if draft.reference is None:
        return None
    try:
        looking = {**asking, "reason": "resuming a night of exercise"}
        read = shores.ask(node, "read", {"asking": looking, "record": draft.reference})
    except NotFound:
        return None
    found: str = read["record"]["id"]
    return found


# -- written down ---------------------------------------------------------------------------------------------------


def truth_file(root: Path, name: str) -> Path:
    """Where the truth of a played night lies, for whoever talks it over afterwards."""
    return root / PLAYED_NIGHTS / f"{name}.truth.json"


def write_truth(root: Path, to_play: NightToPlay, done: Played) -> Path | None:
    """Write down which boat each record truly was of, under the ids of the nodes. None: a tale has no such file."""
    if not to_play.truth:
        return None
    truth, later = json.loads(to_play.truth), dt.timedelta(seconds=done.later_s)
    truth["boat_of"] = {done.ids[said]: boat for said, boat in truth["boat_of"].items() if said in done.ids}
    for boat in truth["boats"]:
        for left in boat["left"]:
            left["at"] = (dt.datetime.fromisoformat(left["at"]) + later).isoformat()
    file = truth_file(root, to_play.name)
    _write(file, msgspec.json.format(msgspec.json.encode(truth), indent=1))
    return file


def _file(root: Path, name: str) -> Path:
    return root / PLAYED_NIGHTS / f"{name}.json"


def _write_down(root: Path, to_play: NightToPlay, done: Played) -> None:
    _write(_file(root, to_play.name), msgspec.json.format(msgspec.json.encode(done), indent=1))


def _write(file: Path, content: bytes) -> None:
    file.parent.mkdir(exist_ok=True)
    beside = file.with_suffix(".new")
    with beside.open("wb") as open_file:
        open_file.write(content)
        open_file.flush()
        os.fsync(open_file.fileno())
    # In one step: a reader, or a crash, meets the old list or the new one.
    beside.replace(file)
