"""The plan at a glance: what is late, and whose move it is; what falls to my service; a new item in a minute.

What a page shows is drawn by the plan itself, so that both shores read the same; a page says it in the reader's words
and adds nothing. What somebody enters carries a key of its own, so that a form sent twice enters one thing.
"""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Any, cast

import msgspec
from starlette.responses import Response

from entente.errors import Conflict, EntenteError, Malformed, NotFound, NotPermitted, Text
from entente.model.plan_act import Field, ItemKind, Number, Value
from entente.plan.drawing import PARTIES
from entente.plan.glance import Move, Row, glance, my_actions
from entente.plan.history import day_words
from entente.plan.late import notices, notices_of
from entente.plan.plan_words import (
    FIELD_WORDS,
    IMPACT_WORDS,
    KIND_WORDS,
    KINDS_WORDS,
    LIKELIHOOD_WORDS,
    NOT_AGREED,
    NOT_SAID,
    PARTY_WORDS,
    STATUS_WORDS,
)
from entente.plan.reading import in_place, number_of, title_of
from entente.plan.values import Plan
from entente.web.door import PLANS, Door, Visit
from entente.web.plan_typed import own_services, read_field, read_owner
from entente.web.site import status_of

BY = ("lateness", "workshop", "party")
# What may be entered under what; "" is the plan itself.
CHILDREN: dict[str, tuple[ItemKind, ...]] = {
    "": ("workshop", "measure", "meeting", "recommendation", "risk"),
    "workshop": ("measure", "risk"),
    "measure": ("milestone", "indicator", "risk"),
    "meeting": ("agenda_point", "sentence", "decision", "action"),
    "agenda_point": ("sentence", "decision", "action"),
}
# What a form asks of each kind when it is entered; all else is said on its own page.
ASKED: dict[str, tuple[Field, ...]] = {
    "workshop": ("title",),
    "measure": ("title", "due"),
    "milestone": ("title", "due"),
    "indicator": ("title", "definition", "unit", "baseline", "target"),
    "risk": ("title", "likelihood", "impact"),
    "recommendation": ("title", "source"),
    "meeting": ("title", "held_on", "place"),
    "agenda_point": ("title",),
    "sentence": ("text",),
    "decision": ("text",),
    "action": ("text", "due"),
}
IN_ORDER = frozenset({"workshop", "milestone", "agenda_point", "sentence", "decision", "action"})
OWNED = frozenset({"measure", "milestone", "action", "risk"})


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """Rows under one heading."""

    title: Text
    rows: tuple[Row, ...]


def today_of(visit: Visit) -> dt.date:
    """The day as this party has it."""
    return visit.now.date()


# -- the plan at a glance -------------------------------------------------------------------------------------------


def show(visit: Visit) -> Response:
    """All measures in three orders; a filter by whose move it is."""
    plan = visit.node.plan(visit.access())
    by = visit.query.one("by") if visit.query.one("by") in BY else BY[0]
    rows = every = glance(plan, today_of(visit))
    move = visit.query.one("move")
    if move in PARTIES:
        rows = tuple(row for row in rows if any(one.party == move for one in row.moves))
    return visit.page(
        "plan_glance.html" if visit.is_fragment else "plan.html",
        groups=_groups(rows, by),
        by=by,
        move=move if move in PARTIES else "",
        total=len(every),
        late=sum(row.is_late for row in every),
        waits=sum(bool(row.moves) and not row.is_closed for row in every),
        closed=sum(row.is_closed for row in every),
        mine=_mine(visit, plan),
        circles=plan.circles,
        waiting=len(plan.waiting),
        **words_of_plan(),
    )


def words_of_plan() -> dict[str, Any]:
    """What every page of the plan calls things."""
    return {
        "status_words": STATUS_WORDS,
        "plan_kind_words": KIND_WORDS,
        "party_words": PARTY_WORDS,
        "not_agreed": NOT_AGREED,
        "not_said": NOT_SAID,
        "parties": PARTIES,
        "field_words": FIELD_WORDS,
        "kinds_words": KINDS_WORDS,
        "day_words": day_words,
    }


def _groups(rows: tuple[Row, ...], by: str) -> list[Group]:
    heads: list[tuple[Text, tuple[Row, ...]]]
    if by == "workshop":
        titles: dict[str, Text] = {}
        for row in rows:
            titles.setdefault(row.workshop, row.workshop_title or Text("Hors atelier", "In no workshop"))
        heads = [
            (titles[one], tuple(row for row in rows if row.workshop == one))
            for one in sorted(titles, key=lambda one: (not one, titles[one].fr))
        ]
    elif by == "party":
        heads = [
            (
                Text(f"Au tour de la {PARTY_WORDS[party].fr}", f"Move of the {PARTY_WORDS[party].en}"),
                tuple(row for row in rows if any(move.party == party for move in row.moves)),
            )
            for party in PARTIES
        ]
        heads.append(
            (
                Text("Personne n’attend personne", "Nobody waits for anybody"),
                tuple(r for r in rows if not r.moves),
            )
        )
    else:
        heads = [
            (Text("En retard", "Late"), tuple(row for row in rows if row.is_late)),
            (Text("À temps", "In time"), tuple(row for row in rows if not row.is_late and not row.is_closed)),
            (Text("Achevées", "Closed"), tuple(row for row in rows if row.is_closed)),
        ]
    return [Group(title=title, rows=of) for title, of in heads if of]


# -- what falls to my service ---------------------------------------------------------------------------------------


def mine(visit: Visit) -> Response:
    """All that waits for this officer's service, the most pressing first."""
    plan = visit.node.plan(visit.access())
    moves = [(move, title_of(item)) for move in _mine(visit, plan) if (item := plan.item(move.item))]
    told = notices_of(
        notices(plan, today_of(visit), visit.node.coordinators_of_plan()),
        visit.officer.service,
        is_coordinator=visit.role == "coordinator",
    )
    return visit.page(
        "plan_mine.html",
        moves=moves,
        told=[(one, title_of(item)) for one in told if (item := plan.item(one.item))],
        **words_of_plan(),
    )


def _mine(visit: Visit, plan: Plan) -> tuple[Move, ...]:
    return my_actions(
        plan,
        visit.node.store.party,
        visit.officer.service,
        today_of(visit),
        is_coordinator=visit.role == "coordinator",
    )


# -- entering -------------------------------------------------------------------------------------------------------


def ask(visit: Visit) -> Response:
    """The form for a new item."""
    return _ask(visit, visit.parts["kind"], visit.query.one("under"))


def _ask(
    visit: Visit, kind: str, under: str, status: int = 200, error: EntenteError | None = None
) -> Response:
    plan = visit.node.plan(visit.access())
    parents = in_place([one for one in plan.items if kind in CHILDREN.get(one.kind, ())])
    parent = plan.item(under) if under else None
    if kind not in KIND_WORDS or (under and (parent is None or kind not in CHILDREN.get(parent.kind, ()))):
        raise NotFound(
            "not_in_plan",
            Text(fr="Rien de tel ne s’inscrit ici.", en="Nothing of that kind is entered here."),
            Text(fr="Revenez au plan.", en="Go back to the plan."),
        )
    names = ("under", "title_fr", "title_en", "text_fr", "text_en", "due", "held_on", "owner", "alternates")
    more = (
        "definition_fr",
        "definition_en",
        "unit_fr",
        "unit_en",
        "place_fr",
        "place_en",
        "source_fr",
        "source_en",
    )
    figures = ("baseline", "target", "likelihood", "impact")
    return visit.page(
        "plan_add.html",
        status,
        kind=kind,
        parent=parent,
        parent_title=title_of(parent) if parent else None,
        parents=[(one.id, title_of(one)) for one in parents],
        at_top=kind in CHILDREN[""],
        asked=ASKED[kind],
        owned=kind in OWNED,
        services=own_services(visit),
        party=visit.node.store.party,
        key=visit.form.one("key") or secrets.token_urlsafe(12),
        typed_alternates=visit.form.all("alternates"),
        typed={name: visit.form.one(name) for name in (*names, *more, *figures)},
        under=visit.form.one("under") or under,
        error=error,
        likelihood_words=LIKELIHOOD_WORDS,
        impact_words=IMPACT_WORDS,
        **words_of_plan(),
    )


def add(visit: Visit) -> Response:
    """Enter an item with what was typed of it."""
    kind, form = visit.parts["kind"], visit.form
    if kind not in ASKED:
        return _ask(visit, kind, "")
    under = form.one("under")
    try:
        fields = [*_typed(visit, kind), *_at_the_end(visit, kind, under)]
        item = visit.node.open_in_plan(
            visit.access(),
            cast(ItemKind, kind),
            under,
            fields,
            cause=f"plan/{visit.officer.name}/{form.one('key')}",
        )
    except (Malformed, NotPermitted, Conflict) as error:
        return _ask(visit, kind, under, status_of(error), error)
    back = (
        under if kind not in ("workshop", "measure", "meeting", "recommendation", "risk") and under else item
    )
    word = KIND_WORDS[kind]  # type: ignore[index]
    return visit.to(
        f"/plan/items/{back}",
        Text(f"Inscrit au plan : {word.fr}.", f"Entered in the plan: {word.en}."),
    )


def _at_the_end(visit: Visit, kind: str, under: str) -> list[tuple[Field, Value]]:
    """Behind those that stand under the same item, since minutes are written in the order in which things were said."""
    if kind not in IN_ORDER:
        return []
    plan = visit.node.plan(visit.access())
    places = [number_of(one, "position") or 0.0 for one in plan.items if one.under == under]
    return [("position", Number(number=max(places, default=0.0) + 1))]


def _typed(visit: Visit, kind: str) -> list[tuple[Field, Value]]:
    form, found = visit.form, list[tuple[Field, Value]]()
    for name in ASKED[kind]:
        value = read_field(visit, name)
        if value is not None:
            found.append((name, value))
    wanted: Field = ASKED[kind][0]
    if not any(name == wanted for name, _ in found):
        raise Malformed(
            wanted,
            Text(
                fr="Dites au moins de quoi il s’agit, en une langue.",
                en="Say what it is, in one language at least.",
            ),
            Text(
                fr="L’autre langue peut venir ensuite ; elle est réclamée jusque-là.",
                en="The other language may follow; it is asked for until then.",
            ),
        )
    if kind in OWNED and form.one("owner"):
        party_field: Field = "owner_FR" if visit.node.store.party == "FR" else "owner_UK"
        found.append((party_field, read_owner(visit)))
    return found


DOORS: tuple[Door, ...] = (
    Door(path="/plan", does=show, who=PLANS, needs_shift=True),
    Door(path="/plan/mine", does=mine, who=PLANS, needs_shift=True),
    Door(path="/plan/new/{kind}", does=ask, who=PLANS, needs_shift=True),
    Door(path="/plan/new/{kind}", method="POST", does=add, who=PLANS, needs_shift=True),
)
