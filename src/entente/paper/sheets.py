"""What stands on each sheet of the plan: the meeting pack, and the status of the plan on one page.

Both languages come from one list with one order, so that neither can say more than the other. What does not fit on the
one page is counted and said, never dropped in silence.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from entente.errors import Text
from entente.plan.glance import Row, glance
from entente.plan.history import day_words
from entente.plan.minutes import Entry, Meeting, meeting_of
from entente.plan.plan_words import KIND_WORDS, NOT_AGREED, NOT_SAID, PARTY_WORDS, STATUS_WORDS
from entente.plan.reading import title_of
from entente.plan.risks import risks
from entente.plan.values import Item, Plan

Called = Callable[[str], Text]
Pair = dict[str, str]

MOST_LATE, MOST_NEXT, MOST_WORKSHOPS, MOST_RISKS = 8, 6, 8, 3
MOST_LETTERS = 110
NOTHING = Text("aucune", "none")
NO_DAY = Text("sans échéance", "no term")
MISSING = Text("[à écrire]", "[to be written]")
NOBODY = Text("personne", "nobody")


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """Who made a sheet and when. handling: the code under which the plan is exchanged, with its words."""

    node: str
    at: dt.datetime
    at_words: Text
    handling: Text


def pair(text: Text) -> Pair:
    """A text as a sheet takes it."""
    return {"fr": text.fr, "en": text.en}


def short(text: Text) -> Pair:
    """A text cut to what a line of the one page holds."""
    return {name: _cut(words) for name, words in pair(text).items()}


def _cut(words: str) -> str:
    return words if len(words) <= MOST_LETTERS else words[: MOST_LETTERS - 1].rstrip() + "…"


def _made(made: Made) -> dict[str, Any]:
    return {"node": made.node, "at": pair(made.at_words), "handling": pair(made.handling)}


# -- the meeting pack -----------------------------------------------------------------------------------------------


def meeting_pack(plan: Plan, item: Item, today: dt.date, made: Made, called: Called) -> dict[str, Any]:
    """A meeting for whoever sits in it: agenda, minutes in pairs, decisions, actions, and the measures that are late.

    item: the meeting. called: what a service is called.
    """
    meeting = meeting_of(plan, item)
    rows = [row for row in glance(plan, today) if row.is_late]
    return {
        "title": pair(meeting.title),
        "held_on": pair(day_words(meeting.held_on)) if meeting.held_on else None,
        "place": pair(meeting.place) if meeting.place else None,
        "present": pair(meeting.present) if meeting.present else None,
        "points": [_point(meeting, number, called) for number in range(len(meeting.points))],
        "decisions": [_entry(entry, called) for entry in meeting.of_kind("decision")],
        "actions": [_entry(entry, called) for entry in meeting.of_kind("action")],
        "late": [_row(row, called) for row in rows],
        "made": _made(made),
    }


def _point(meeting: Meeting, number: int, called: Called) -> dict[str, Any]:
    point = meeting.points[number]
    return {
        "number": point.number,
        "title": pair(point.title),
        "entries": [_entry(entry, called) for entry in point.entries],
    }


def _entry(entry: Entry, called: Called) -> dict[str, Any]:
    return {
        "number": entry.number,
        "kind": entry.kind,
        "kind_words": pair(KIND_WORDS[entry.kind]),
        "texts": [{"fr": text.fr or MISSING.fr, "en": text.en or MISSING.en} for text in entry.texts]
        or [pair(MISSING)],
        "divergent": entry.is_divergent,
        "conflict": entry.is_conflict,
        "signed_by": list(entry.signed_by),
        "signed": entry.is_signed,
        "owners": _owners(entry.owners, called),
        "due": pair(day_words(entry.due) if entry.due else NO_DAY),
        "done": entry.is_done,
    }


def _owners(owners: dict[str, tuple[str, ...]], called: Called) -> list[dict[str, Any]]:
    return [
        {"party": party, "called": pair(_all([called(one) for one in services]) if services else NOBODY)}
        for party, services in owners.items()
    ]


def _all(names: Sequence[Text]) -> Text:
    return Text(" / ".join(one.fr for one in names), " / ".join(one.en for one in names))


def _row(row: Row, called: Called) -> dict[str, Any]:
    late = row.days_late or 0
    state = STATUS_WORDS[row.status] if row.status else NOT_SAID
    return {
        "title": short(row.title),
        "owners": _owners(row.owners, called),
        "agreed": not row.missing_owners,
        "due": pair(day_words(row.due) if row.due else NO_DAY),
        "late": {"fr": f"{late} j", "en": f"{late} d"} if row.is_late else None,
        "status": pair(state if not row.missing_owners else NOT_AGREED),
        "moves": sorted({move.party for move in row.moves}),
    }


# -- the status of the plan on one page -----------------------------------------------------------------------------


def status_report(plan: Plan, today: dt.date, made: Made, called: Called) -> dict[str, Any]:
    """The plan on one page: how many measures stand where, what is late and whose move it is, what comes next."""
    rows = glance(plan, today)
    late = [row for row in rows if row.is_late]
    coming = sorted(
        (row for row in rows if row.due and row.due >= today and not row.is_closed),
        key=lambda row: (row.due or today, row.item),
    )
    heavy = [one for one in risks(plan) if not one.is_closed]
    workshops = _workshops(plan, rows)
    return {
        "counts": [
            {"words": pair(words), "number": number}
            for words, number in (
                (Text("mesures", "measures"), len(rows)),
                (
                    Text("réalisées et contresignées", "done and countersigned"),
                    sum(one.is_done for one in rows),
                ),
                (Text("en retard", "late"), len(late)),
                (Text("à risque", "at risk"), sum(one.status == "at_risk" for one in rows)),
                (Text("non convenues", "not agreed"), sum(bool(one.missing_owners) for one in rows)),
            )
        ],
        "workshops": workshops[:MOST_WORKSHOPS],
        "workshops_left": max(0, len(workshops) - MOST_WORKSHOPS),
        "late": [_row(row, called) for row in late[:MOST_LATE]],
        "late_left": max(0, len(late) - MOST_LATE),
        "next": [_row(row, called) for row in coming[:MOST_NEXT]],
        "next_left": max(0, len(coming) - MOST_NEXT),
        "risks": [{"title": short(one.title), "weight": one.weight} for one in heavy[:MOST_RISKS]],
        "risks_left": max(0, len(heavy) - MOST_RISKS),
        "parties": {party: pair(words) for party, words in PARTY_WORDS.items()},
        "made": _made(made),
    }


def _workshops(plan: Plan, rows: Sequence[Row]) -> list[dict[str, Any]]:
    titles = {item.id: title_of(item) for item in plan.items if item.kind == "workshop"}
    if any(row.workshop not in titles for row in rows):
        titles[""] = Text("Hors atelier", "In no workshop")
    made = []
    for id, title in titles.items():
        mine = [row for row in rows if (row.workshop if row.workshop in titles else "") == id]
        made.append(
            {
                "title": short(title),
                "measures": len(mine),
                "done": sum(row.is_done for row in mine),
                "late": sum(row.is_late for row in mine),
                "awaited": {
                    party: sum(any(move.party == party for move in row.moves) for row in mine)
                    for party in PARTY_WORDS
                },
            }
        )
    return made
