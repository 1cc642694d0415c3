"""An indicator that is fed from the node's own counts: which count, and the value of a month that is over.

The count is bound by the indicator's source, the same words on both shores. What a count tells is given by an officer,
a month at a time, and a small number is neither shown nor given.
"""

from __future__ import annotations

import datetime as dt

from starlette.responses import Response

from entente.errors import Conflict, Malformed, NotFound, NotPermitted, Text
from entente.model.plan_act import Bilingual, Edited, Field, PlanAct, Words
from entente.plan.own_counts import known_count
from entente.plan.values import Item
from entente.web.door import PLANS, Door, Visit
from entente.web.plan_item import show_again
from entente.web.plan_typed import cause_of
from entente.web.site import status_of


def _indicator(visit: Visit) -> Item:
    item = visit.node.plan_item(visit.access(), visit.parts["item"])
    if item.kind != "indicator":
        raise NotFound(
            "no_indicator",
            Text(fr="Ce n’est pas un indicateur.", en="That is no indicator."),
            Text(fr="Revenez aux indicateurs.", en="Go back to the indicators."),
        )
    return item


def bind(visit: Visit) -> Response:
    """Feed the indicator from a count of the node; its definition and unit come with it where none are said."""
    access, item = visit.access(), _indicator(visit)
    try:
        known = known_count(visit.form.one("count"))
        wanted: tuple[tuple[Field, Bilingual], ...] = (
            ("source", known.source),
            ("definition", Bilingual(known.definition.fr, known.definition.en)),
            ("unit", Bilingual(known.unit.fr, known.unit.en)),
        )
        acts: list[PlanAct] = []
        for field, text in wanted:
            state = item.field(field)
            if field != "source" and state is not None:
                continue
            over = tuple(held.edit for held in state.current) if state else ()
            value = Words(text=text)
            acts.append(Edited(officer=access.officer, item=item.id, field=field, value=value, over=over))
        visit.node.say_together(access, acts, cause_of(visit))
    except (Malformed, NotPermitted, Conflict) as error:
        return show_again(visit, status_of(error), error, "bind")
    return visit.to(
        f"/plan/items/{item.id}",
        Text(
            f"Alimenté par le compte du nœud : {known.title.fr}.",
            f"Fed from the node’s own count: {known.title.en}.",
        ),
    )


def give(visit: Visit) -> Response:
    """Give the node's own count of a month."""
    access, item = visit.access(), _indicator(visit)
    try:
        try:
            month = dt.date.fromisoformat(f"{visit.form.one('month')}-01")
        except ValueError:
            raise Malformed(
                "month",
                Text(fr="Ce n’est pas un mois.", en="That is no month."),
                Text(fr="Choisissez un mois écoulé.", en="Choose a month that is over."),
            ) from None
        visit.node.give_own_value(access, item.id, month)
    except (Malformed, NotPermitted, Conflict) as error:
        return show_again(visit, status_of(error), error, "own")
    return visit.to(f"/plan/items/{item.id}", Text("Compte du nœud versé.", "The node’s own count is given."))


DOORS: tuple[Door, ...] = (
    Door(path="/plan/items/{item}/count", method="POST", does=bind, who=PLANS, needs_shift=True),
    Door(path="/plan/items/{item}/own", method="POST", does=give, who=PLANS, needs_shift=True),
)
