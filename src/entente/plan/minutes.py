"""A meeting as it is written down: agenda, minutes in paired sentences, decisions signed by both, actions (PLN-4).

The French and the English are two faces of one sentence with one id and one number, never two documents that drift
apart. A sentence without its other half, or whose halves were said to differ, is shown as such in both languages.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

import msgspec

from entente.errors import Language, Text
from entente.model.plan_act import Bilingual
from entente.plan.reading import above, day_of, in_place, owners_of, text_of, texts_of, title_of
from entente.plan.values import Item, Plan

Kind = Literal["sentence", "decision", "action"]
KINDS: tuple[Kind, ...] = ("sentence", "decision", "action")


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One numbered line under a point: a sentence, a decision or an action, in both languages.

    texts: its wordings, more than one in a conflict. needs: languages that are missing.
    """

    id: str
    number: str
    kind: Kind
    texts: tuple[Bilingual, ...]
    needs: tuple[Language, ...]
    is_divergent: bool
    is_conflict: bool
    signed_by: tuple[str, ...]
    is_signed: bool
    owners: dict[str, tuple[str, ...]]
    due: dt.date | None
    is_done: bool

    def say(self, language: Language) -> str:
        """What stands in the minutes in one language; several wordings one after the other."""
        return " / ".join(text.say(language) for text in self.texts)


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """One point of the agenda with what was said, decided and agreed to do under it. id "": said under no point."""

    id: str
    number: str
    title: Text
    entries: tuple[Entry, ...]


class Meeting(msgspec.Struct, frozen=True, kw_only=True):
    """A meeting with all that was written down."""

    id: str
    title: Text
    held_on: dt.date | None
    place: Text | None
    present: Text | None
    points: tuple[Point, ...]

    def of_kind(self, kind: Kind) -> tuple[Entry, ...]:
        """All entries of a kind in the order of the minutes."""
        return tuple(entry for point in self.points for entry in point.entries if entry.kind == kind)


def meetings(plan: Plan) -> tuple[Item, ...]:
    """All meetings, the newest first; those without a day on top, since they are to be held."""
    held = [item for item in plan.items if item.kind == "meeting"]
    return tuple(
        sorted(held, key=lambda item: (day_of(item, "held_on") or dt.date.max, item.id), reverse=True)
    )


def meeting_of(plan: Plan, meeting: Item) -> Meeting:
    """A meeting, drawn from the plan."""
    inside = [item for item in plan.items if above(plan, item, "meeting") == meeting]
    points = in_place([item for item in inside if item.kind == "agenda_point"])
    made = [
        _point(plan, point.id, str(number), title_of(point), [one for one in inside if one.under == point.id])
        for number, point in enumerate(points, start=1)
    ]
    of_points = {point.id for point in points}
    loose = [one for one in inside if one.under not in of_points and one.kind in KINDS]
    if loose:
        title = Text("Hors de l’ordre du jour", "Outside the agenda")
        made.append(_point(plan, "", str(len(points) + 1), title, loose))
    return Meeting(
        id=meeting.id,
        title=title_of(meeting),
        held_on=day_of(meeting, "held_on"),
        place=text_of(meeting, "place"),
        present=text_of(meeting, "present"),
        points=tuple(made),
    )


def decisions(plan: Plan) -> tuple[tuple[Item, Entry], ...]:
    """The register of decisions, those of the newest meeting first, each with its meeting."""
    return tuple(
        (meeting, entry)
        for meeting in meetings(plan)
        for entry in meeting_of(plan, meeting).of_kind("decision")
    )


def structure_of(meeting: Meeting, language: Language) -> tuple[tuple[str, str, str, bool], ...]:
    """The skeleton of the minutes in one language: (number, kind, id, whether words stand there)."""
    found: list[tuple[str, str, str, bool]] = []
    for point in meeting.points:
        found.append((point.number, "point", point.id, bool(point.title.say(language))))
        found += [
            (entry.number, entry.kind, entry.id, bool(entry.say(language)) or not entry.texts)
            for entry in point.entries
        ]
    return tuple(found)


def _point(plan: Plan, id: str, number: str, title: Text, items: list[Item]) -> Point:
    kept = in_place([item for item in items if item.kind in KINDS])
    return Point(
        id=id,
        number=number,
        title=title,
        entries=tuple(_entry(item, f"{number}.{place}") for place, item in enumerate(kept, start=1)),
    )


def _entry(item: Item, number: str) -> Entry:
    texts = texts_of(item, "text") or texts_of(item, "title")
    both: tuple[Language, Language] = ("fr", "en")
    needs = tuple(one for one in both if any(not getattr(text, one).strip() for text in texts))
    return Entry(
        id=item.id,
        number=number,
        kind=item.kind,  # type: ignore[arg-type]
        texts=texts,
        needs=needs,
        is_divergent=bool(item.divergences),
        is_conflict=len(texts) > 1,
        signed_by=item.signed_by,
        # A wording in one language, or one whose halves differ, is nothing that two parties can have agreed on.
        is_signed=len(item.signed_by) == 2 and len(texts) == 1 and not needs and not item.divergences,
        owners={party: tuple(one.owner for one in owners_of(item, party)) for party in ("FR", "UK")},
        due=day_of(item),
        is_done=item.is_done,
    )
