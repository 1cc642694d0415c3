"""The plan leaves the node as data: whole for a service's own use, and a public extract that says less.

The extract is made of a list of what it may hold and nothing else: which measures are agreed, in which workshop, by
when, and whether they are done. No owner, officer, reason, evidence, risk, figure or moved date is in it; a measure
that is not agreed, or whose title is in conflict, is not yet anything to tell.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec

from entente.errors import Text
from entente.formats.plan_cells import Figure, IndicatorRead, PlanRow, Recommendation
from entente.formats.plan_terms import Span
from entente.model.plan_act import Bilingual, Owners
from entente.plan.plan_words import STATUS_WORDS
from entente.plan.reading import (
    above,
    conflicts_of,
    day_of,
    in_place,
    items_of,
    number_of,
    owners_of,
    texts_of,
    under,
)
from entente.plan.values import Item, Plan

VERSION = 1
PUBLIC_STATUS = {True: Text("réalisée", "done"), False: Text("en cours", "under way")}


class PublicMeasure(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All that the public is told of one measure."""

    workshop_fr: str
    workshop_en: str
    measure_fr: str
    measure_en: str
    status_fr: str
    status_en: str
    due: dt.date | None


def whole(plan: Plan) -> dict[str, Any]:
    """The plan as data: every item with what holds of it now. Of a field in conflict all values are there."""
    return {
        "entente_plan": VERSION,
        "items": [
            {
                "id": item.id,
                "kind": item.kind,
                "under": item.under,
                "status": item.status,
                "is_done": item.is_done,
                "missing_owners": list(item.missing_owners),
                "signed_by": list(item.signed_by),
                "fields": {
                    field.field: [msgspec.to_builtins(held.value) for held in field.current]
                    for field in item.fields
                },
            }
            for item in plan.items
        ],
    }


def rows(plan: Plan) -> list[tuple[PlanRow, Text | None]]:
    """The plan as rows of a sheet that the import reads, each with the words of its status."""
    made: list[tuple[PlanRow, Text | None]] = []
    for item in in_place([one for one in plan.items if one.kind == "measure"]):
        title = _text(item)
        if title is None:
            continue
        above_it = above(plan, item, "workshop")
        base = PlanRow(
            workshop=_text(above_it) if above_it else None,
            measure=title,
            owner_FR=_owner(item, "FR"),
            owner_UK=_owner(item, "UK"),
            due=_term(item),
            depends_on=_named(plan, item, "depends_on"),
        )
        made.append((base, _status(item)))
        for milestone in under(plan, item.id, "milestone"):
            name = _text(milestone)
            if name is not None:
                row = PlanRow(workshop=base.workshop, measure=title, milestone=name, due=_term(milestone))
                made.append((row, _status(milestone)))
        for indicator in under(plan, item.id, "indicator"):
            name = _text(indicator)
            if name is not None:
                read = IndicatorRead(
                    name=name,
                    unit=(texts_of(indicator, "unit") or (Bilingual("-"),))[0].say("fr").strip("-"),
                    baseline=_figure(indicator, "baseline"),
                    target=_figure(indicator, "target"),
                )
                made.append((PlanRow(workshop=base.workshop, measure=title, indicator=read), None))
    for item in in_place([one for one in plan.items if one.kind == "recommendation"]):
        text = _text(item)
        if text is not None:
            asked = Recommendation(
                text=text,
                source=(texts_of(item, "source") or (Bilingual("-"),))[0].say("fr").strip("-"),
                maps_to=_named(plan, item, "answered_by"),
            )
            made.append((PlanRow(recommendation=asked), _status(item)))
    return made


def public(plan: Plan) -> tuple[PublicMeasure, ...]:
    """What the public may read of the plan, by workshop and term."""
    told = []
    for item in plan.items:
        titles = texts_of(item, "title")
        if item.kind != "measure" or not item.is_agreed or len(titles) != 1 or not titles[0].is_paired:
            continue
        workshop = above(plan, item, "workshop")
        names = texts_of(workshop, "title") if workshop else ()
        name = names[0] if len(names) == 1 else None
        told.append(
            PublicMeasure(
                workshop_fr=name.fr if name else "",
                workshop_en=name.en if name else "",
                measure_fr=titles[0].fr,
                measure_en=titles[0].en,
                status_fr=PUBLIC_STATUS[item.is_done].fr,
                status_en=PUBLIC_STATUS[item.is_done].en,
                due=None if "due" in conflicts_of(item) else day_of(item),
            )
        )
    return tuple(sorted(told, key=lambda one: (one.workshop_fr, one.due or dt.date.max, one.measure_fr)))


def _text(item: Item) -> Bilingual | None:
    found = texts_of(item, "title") or texts_of(item, "text")
    return found[0] if found else None


def _owner(item: Item, party: str) -> Owners | None:
    found = owners_of(item, party)
    return found[0] if len(found) == 1 else None


def _term(item: Item) -> Span | None:
    day = day_of(item)
    return Span(kind="day", first=day, last=day) if day else None


def _status(item: Item) -> Text | None:
    return STATUS_WORDS[item.status] if item.status else None


def _figure(item: Item, name: Any) -> Figure | None:
    number = number_of(item, name)
    return None if number is None else Figure(number)


def _named(plan: Plan, item: Item, name: Any) -> tuple[str, ...]:
    titles = [_text(found) for one in items_of(item, name) if (found := plan.item(one)) is not None]
    return tuple(title.fr or title.en for title in titles if title is not None)
