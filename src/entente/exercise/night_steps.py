"""An invented night as it is handed in at two nodes: when, where, by whom and as which draft each thing is said.

A report goes by the watch-keeper of the shore that heard it, an act in the name of who does it. Records bear the ids
that nodes give them, so that an act waits for what it names. Nothing here asks a node or looks at a clock.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, NamedTuple

import msgspec

from entente.errors import NotFound, Text
from entente.exercise.agreement import exercise_agreement
from entente.exercise.nights.lines import truth_line
from entente.exercise.nights.log import Entry
from entente.exercise.nights.night import night
from entente.exercise.nights.one_or_two_boats import one_or_two_boats
from entente.exercise.nights.replays import Replay
from entente.exercise.nights.taken_for_another import taken_for_another
from entente.exercise.season import Officer, load_season
from entente.maritime.values import ActSaid, SeaReport
from entente.model.grading import Grade
from entente.model.report import Draft, Statement, Wording
from entente.model.sea_act import SeaAct, boats_of

TALES: Final[Mapping[str, Callable[[], Replay]]] = {
    "taken-for-another": taken_for_another,
    "one-or-two-boats": one_or_two_boats,
}
# Which node of the exercise stands where a desk of the night was, and the service that keeps the watch there.
_SEATS = {"gris-nez": "lille", "dover": "dover"}
_WATCHES = {"lille": "FR-PREMAR", "dover": "UK-HMCG"}
_LANGUAGES = {"lille": "fr", "dover": "en"}
# As a rescue service grades what it is told on the telephone, before anybody has judged it.
_UNJUDGED = {
    "lille": Grade(scheme="admiralty", source="F", information="6"),
    "dover": Grade(scheme="3x5x2", source="2", information="D"),
}
# After so many days the moon and the sun stand alike to within a few minutes of tide, at the same hour of day.
_TIDE_AGAIN = dt.timedelta(days=59)
_DAY = dt.timedelta(days=1)
# Nobody waits at a page for the hours of an evening in which nothing is said yet.
_BEFORE = dt.timedelta(minutes=1)
# What in a report or an act names a record of the night.
_NAMES = ("boat", "boats", "one", "other", "closing", "offer", "question", "warning", "origin")


class Step(NamedTuple):
    """One report or act. at: when it reached a watch."""

    at: dt.datetime
    said: SeaReport | ActSaid


class NightToPlay(NamedTuple):
    """A night as it is played. again: after what time it may be played alike. truth: a line of JSON, "" for a tale.

    lost: acts about what nobody ever told; they are not played.
    """

    name: str
    starts: dt.datetime
    ends: dt.datetime
    again: dt.timedelta
    steps: tuple[Step, ...]
    lost: int
    boats: int
    truth: str = ""


def invented_night(seed: int) -> NightToPlay:
    """A night of the simulator, without what a watch decides in it."""
    made = night(seed)
    steps, lost = steps_of(made.entries)
    return NightToPlay(
        name=f"night-{seed}",
        starts=steps[0].at - _BEFORE,
        ends=made.dawn,
        again=_TIDE_AGAIN,
        steps=steps,
        lost=lost,
        boats=len(made.boats),
        truth=truth_line(made),
    )


def retold_night(name: str) -> NightToPlay:
    """One of the two nights that happened, with what their watches decided. Raises NotFound for another name."""
    if name not in TALES:
        raise NotFound(
            "no_such_tale",
            Text(fr=f"Aucune nuit « {name[:40]} ».", en=f'There is no night "{name[:40]}".'),
            Text(fr=f"Choisissez parmi : {', '.join(TALES)}.", en=f"Choose from: {', '.join(TALES)}."),
        )
    tale = TALES[name]()
    steps, lost = steps_of(tale.entries)
    return NightToPlay(
        name=name,
        starts=steps[0].at - _BEFORE,
        ends=steps[-1].at,
        again=_DAY,
        steps=steps,
        lost=lost,
        boats=len({entry.boat for entry in tale.entries}),
    )


def steps_of(entries: Iterable[Entry]) -> tuple[tuple[Step, ...], int]:
    """In the order in which they can be said: an act after what it names. And how many name what nobody told."""
    waiting = sorted(entries, key=lambda one: (one.arrives_s, one.said.id))
    when = {entry.said.id: entry.arrives_s for entry in waiting if isinstance(entry.said, SeaReport)}
    steps: list[tuple[float, str, SeaReport | ActSaid]] = []
    lost = 0
    for entry in waiting:
        at_s = entry.arrives_s
        if isinstance(entry.said, ActSaid):
            named = {*boats_of(entry.said.act), *_acts_named(entry.said.act)}
            if named - when.keys():
                lost += 1
                continue
            # A record has its name from the node that makes it: nobody can speak of it before.
            at_s = max([at_s, *(when[one] for one in named)])
            when[entry.said.id] = at_s
        steps.append((at_s, entry.said.id, entry.said))
    # Of one moment, reports go first, and acts in the order in which they name each other.
    steps.sort(key=lambda one: (one[0], isinstance(one[2], ActSaid)))
    return tuple(Step(dt.datetime.fromtimestamp(at_s, dt.UTC), said) for at_s, _, said in steps), lost


def _acts_named(act: SeaAct) -> tuple[str, ...]:
    named = (getattr(act, name, "") for name in ("closing", "offer", "question", "warning"))
    return tuple(one for one in named if one)


# -- as drafts ------------------------------------------------------------------------------------------------------


def watch_keeper(node: str, service: str, name: str = "") -> Officer:
    """Who of a node's watch-keepers speaks for a service of the night, by name where they are one.

    A patrol or another ship that has no watch-keeper tells the watch of its shore, which writes it down.
    """
    seated = {one.id for one in exercise_agreement().services_of(node) if "watch_keeper" in one.opens}
    keepers = [one for one in load_season().officers if one.service in seated and "watch_keeper" in one.roles]

    def fits(one: Officer) -> tuple[bool, bool, bool]:
        return one.service == service, one.name == name, one.service == _WATCHES[node]

    return max(keepers, key=fits)


def spoken(
    step: Step, later: dt.timedelta, ids: Mapping[str, str], number: str
) -> tuple[str, Officer, Draft]:
    """At which node, by whom and as what a step is said.

    later: by how much the night is moved. ids: those given so far. number: how its record may be found again.
    """
    said = step.said
    node = _SEATS[said.node]
    now = step.at + later
    if isinstance(said, ActSaid):
        act: SeaAct = told_here(said.act, later, ids)
        officer = watch_keeper(node, said.by, act.officer)
        # Who does something does it in their own name.
        act = msgspec.structs.replace(act, officer=officer.id)
        draft = Draft(
            kind="sea_act", service=officer.service, purpose="life_saving", sea_act=act, reference=number
        )
    else:
        officer = watch_keeper(node, said.by)
        seen = told_here(said.seen, later, ids)
        is_told = seen.means in ("call", "message", "relayed", "unknown")
        statement = Statement(
            id="s1",
            basis="reported" if is_told else "fact",
            wording=Wording(language=_LANGUAGES[node], text=seen.words or "—"),
            grade=_UNJUDGED[node],
            # A clock that was wrong is no date ahead of today.
            checked_on=min(said.at + later, now).date(),
            completeness="partial",
            sighting=seen,
        )
        draft = Draft(
            kind="distress" if seen.phase == "distress" else "sighting",
            service=officer.service,
            purpose="life_saving",
            statements=(statement,),
            said_at=min(said.at + later, now),
            # Two tracks of aircraft are told apart by their own numbers: ours would speak against their being one.
            reference=said.reference or (None if seen.means in ("aircraft", "drone") else number),
        )
    return (
        node,
        officer,
        msgspec.structs.replace(
            draft,
            compartment="life_saving",
            matter="SAR",
            handling=("H0",),
            recipients=tuple(other for other in _WATCHES if other != node),
        ),
    )


def told_here(value: Any, later: dt.timedelta, ids: Mapping[str, str]) -> Any:
    """The same with its times moved, and with the ids that the nodes gave in place of those of the night."""
    if isinstance(value, dt.datetime):
        return value + later
    if isinstance(value, tuple):
        return tuple(told_here(one, later, ids) for one in value)
    if not isinstance(value, msgspec.Struct):
        return value
    changed: dict[str, Any] = {}
    for name in value.__struct_fields__:
        held = getattr(value, name)
        if name in _NAMES:
            # An origin may be any word that two echoes share; what is no record's id stays.
            changed[name] = (
                tuple(ids.get(one, one) for one in held) if isinstance(held, tuple) else ids.get(held, held)
            )
        else:
            changed[name] = told_here(held, later, ids)
    return msgspec.structs.replace(value, **changed)
