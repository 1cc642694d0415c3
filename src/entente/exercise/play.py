"""Playing the season through two real nodes: each draft at its hour, by its officer, through the door like any other.

Both clocks are set before each step, and the next begins when both nodes are quiet, so that what is found on a day is
found on that day. What was played is written down after each acknowledged step; a run that breaks off is taken up where
it stopped, and the one step that may have been recorded but not written down is looked for on the node first.
"""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from entente.errors import NotFound
from entente.exercise.agreement import exercise_agreement
from entente.exercise.plan_of_season import Sitting
from entente.exercise.plan_play import PlanPlayed
from entente.exercise.season import Item, Season
from entente.exercise.shores import NODES, Shores
from entente.model.report import Draft, RecordRef

PLAYED = "played.json"
# (how many are done, of how many, the item now at hand)
Progress = Callable[[int, int, Item], None]


def played(root: Path) -> dict[str, str]:
    """What was played in a folder: reference of the season -> id that the node gave."""
    file = root / PLAYED
    if not file.exists():
        return {}
    found: dict[str, str] = json.loads(file.read_text("utf-8"))
    return found


def is_played(root: Path, items: Sequence[Item]) -> bool:
    """Whether all of these were played."""
    return {item.reference for item in items} <= set(played(root))


def has_continued(root: Path, season: Season) -> bool:
    """Whether something of what follows 20 November was played."""
    return any(item.reference in played(root) for item in season.after)


def asking(item: Item) -> dict[str, Any]:
    """Who hands in an item, as a deed asks it."""
    return {
        "officer": item.officer,
        "role": item.role,
        "purpose": item.draft.purpose,
        "matter": item.draft.matter,
        "reason": item.reason,
    }


def play(items: Sequence[Item], shores: Shores, progress: Progress, plan: tuple[Sitting, ...] = ()) -> None:
    """Play what was not played yet, in order. Raises with a node's own reason if it refuses a draft.

    plan: sittings over the joint plan, each played before the first item that is later.
    """
    done = played(shores.root)
    planned = PlanPlayed(plan, done)
    first = True
    for place, item in enumerate(items):
        progress(place, len(items), item)
        if item.reference in done:
            continue
        _sit(planned, item.at, shores, done)
        found = _recorded_before(item, shores) if first else None
        first = False
        if found is None:
            for node in NODES:
                shores.ask(node, "clock", {"at": item.at})
            draft = with_ids(item.draft, done)
            found = shores.ask(item.node, "record", {"asking": asking(item), "draft": draft})["id"]
        done[item.reference] = found
        _write_down(shores.root, done)
        shores.wait_until_quiet()


def _sit(planned: PlanPlayed, until: dt.datetime, shores: Shores, done: dict[str, str]) -> None:
    """Play the sittings that come before a time, one after the other: each finds what the other shore said before."""
    before = ""
    while planned.done < len(planned.sittings) and planned.sittings[planned.done].at <= until:
        number = planned.done
        sitting = planned.sittings[number]
        node = exercise_agreement().service(sitting.service).node
        if before not in ("", node):
            shores.wait_until_quiet()
        for one in NODES:
            shores.ask(one, "clock", {"at": sitting.at})
        planned.sit(number, shores, node)
        _write_down(shores.root, done)
        before = node


def with_ids(draft: Draft, ids: dict[str, str]) -> Draft:
    """The draft with the ids that the node gave, in place of the references by which the season speaks of records."""
    if draft.designation is not None:
        about = draft.designation.about
        pointed = RecordRef(ids[about.record], about.entity)
        return msgspec.structs.replace(
            draft, designation=msgspec.structs.replace(draft.designation, about=pointed)
        )
    if draft.amendment is not None:
        amended = msgspec.structs.replace(draft.amendment, record=ids[draft.amendment.record])
        return msgspec.structs.replace(draft, amendment=amended)
    return draft


def _recorded_before(item: Item, shores: Shores) -> str | None:
    """The id of an item that the node acknowledged just before an earlier run broke off; None where it did not."""
    try:
        read = shores.ask(item.node, "read", {"asking": asking(item), "record": item.reference})
    except NotFound:
        return None
    found: str = read["record"]["id"]
    return found


def _write_down(root: Path, done: dict[str, str]) -> None:
    beside = root / f"{PLAYED}.new"
    with beside.open("w", encoding="utf-8") as file:
        json.dump(done, file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())
    # In one step: a reader, or a crash, meets the old list or the new one.
    beside.replace(root / PLAYED)
