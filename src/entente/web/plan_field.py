"""One field of an item on a form of its own: what holds, what is to hold, and of a conflict which of the two.

The form carries the edits that its reader saw, so that what the other shore said in the meantime is never replaced
unseen; it comes back with all that was typed where it was refused.
"""

from __future__ import annotations

import secrets
from typing import Any

from starlette.responses import Response

from entente.errors import Conflict, EntenteError, Malformed, NotFound, NotPermitted, Text
from entente.model.plan_act import HOLDS, Day, Edited, Field, Items, Number, Owners, Words
from entente.plan.plan_words import FIELD_WORDS, IMPACT_WORDS, LIKELIHOOD_WORDS
from entente.plan.reading import in_place, title_of
from entente.plan.values import Item
from entente.web.door import PLANS, Door, Visit
from entente.web.plan import words_of_plan
from entente.web.plan_item import OF_KIND, SAID_OF, worded
from entente.web.plan_typed import cause_of, own_services, read_field
from entente.web.site import status_of


def ask_field(visit: Visit) -> Response:
    """The form for one field: what holds, and the new value; of a conflict, which holds."""
    return _ask_field(visit)


def _ask_field(visit: Visit, status: int = 200, error: EntenteError | None = None) -> Response:
    plan = visit.node.plan(visit.access())
    item = visit.node.plan_item(visit.access(), visit.parts["item"])
    name = _field_of(visit, item)
    state = item.field(name)
    held = state.current[0].value if state and len(state.current) == 1 else None
    others = [
        (one.id, title_of(one))
        for one in in_place([each for each in plan.items if each.kind in ("measure", "milestone")])
        if one.id != item.id and (name == "depends_on" or one.kind == "measure")
    ]
    return visit.page(
        "plan_field.html",
        status,
        item=item,
        title=title_of(item),
        name=name,
        holds=HOLDS[name].__name__,
        words=OF_KIND.get((item.kind, name), FIELD_WORDS[name]),
        state=state,
        current=[(one, worded(visit, plan, name, one.value)) for one in state.current] if state else [],
        before=_typed_before(visit, name, held),
        over=visit.form.all("over") or tuple(one.edit for one in state.current if state) if state else (),
        others=others,
        services=own_services(visit),
        key=visit.form.one("key") or secrets.token_urlsafe(12),
        typed=visit.form,
        error=error,
        needs_reason=name == "due" and bool(state and state.current),
        likelihood_words=LIKELIHOOD_WORDS,
        impact_words=IMPACT_WORDS,
        **words_of_plan(),
    )


def _field_of(visit: Visit, item: Item) -> Field:
    name = visit.parts["field"]
    if name not in SAID_OF[item.kind] or name not in HOLDS:
        raise NotFound(
            "no_such_field",
            Text(fr="Cela ne se dit pas d’un tel objet.", en="That is not said of such an item."),
            Text(fr="Revenez à sa page.", en="Go back to its page."),
        )
    return name


def _typed_before(visit: Visit, name: str, held: Any) -> dict[str, Any]:
    """What the form shows at first: what was typed, else what holds."""
    form = visit.form
    if visit.form.names():
        return {
            "fr": form.one(f"{name}_fr"),
            "en": form.one(f"{name}_en"),
            "one": form.one(name),
            "all": form.all(name),
            "owner": form.one("owner"),
            "alternates": form.all("alternates"),
        }
    shown_now: dict[str, Any] = {"fr": "", "en": "", "one": "", "all": (), "owner": "", "alternates": ()}
    if isinstance(held, Words):
        shown_now.update(fr=held.text.fr, en=held.text.en)
    elif isinstance(held, Day):
        shown_now["one"] = held.day.isoformat()
    elif isinstance(held, Number):
        shown_now["one"] = f"{held.number:g}"
    elif isinstance(held, Items):
        shown_now["all"] = held.items
    elif isinstance(held, Owners):
        shown_now.update(owner=held.owner, alternates=held.alternates)
    return shown_now


def set_field(visit: Visit) -> Response:
    """Give a field a value over those that were seen; or let one of two in conflict hold."""
    access = visit.access()
    try:
        item = visit.node.plan_item(access, visit.parts["item"])
        name = _field_of(visit, item)
        kept = visit.form.one("keep")
        state = item.field(name)
        chosen = (
            next((one.value for one in state.current if one.edit == kept), None) if state and kept else None
        )
        value = chosen if chosen is not None else read_field(visit, name)
        if value is None:
            raise Malformed(
                name,
                Text(fr="Rien n’est écrit.", en="Nothing is written."),
                Text(fr="Écrivez la nouvelle valeur.", en="Write the new value."),
            )
        act = Edited(
            officer=access.officer,
            item=item.id,
            field=name,
            value=value,
            over=visit.form.all("over"),
            words=visit.form.one("words"),
        )
        visit.node.do_in_plan(access, act, cause_of(visit))
    except ValueError:
        error = Malformed(
            "value",
            Text(fr="Cette valeur ne convient pas.", en="That value does not fit."),
            Text(fr="", en=""),
        )
        return _ask_field(visit, 422, error)
    except (Malformed, NotPermitted, Conflict) as refused:
        return _ask_field(visit, status_of(refused), refused)
    words = FIELD_WORDS[name]
    return visit.to(f"/plan/items/{item.id}", Text(f"Noté : {words.fr}.", f"Noted: {words.en}."))


DOORS: tuple[Door, ...] = (
    Door(path="/plan/items/{item}/edit/{field}", does=ask_field, who=PLANS, needs_shift=True),
    Door(path="/plan/items/{item}/edit/{field}", method="POST", does=set_field, who=PLANS, needs_shift=True),
)
