"""One item of the plan on its page: what is said of it, by whom, what was said before, and what may be said next.

Every form carries the edits that its reader saw: what the other shore said in the meantime is never replaced unseen but
stands beside it as a conflict, which people decide. A refused form comes back with all that was typed.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable
from typing import Any

import msgspec
from starlette.responses import Response

from entente.errors import Conflict, EntenteError, Malformed, NotFound, NotPermitted, Text
from entente.model.plan_act import (
    Countersigned,
    Day,
    DivergenceFlagged,
    EvidenceGiven,
    EvidenceWithdrawn,
    Field,
    ItemReopened,
    Items,
    Number,
    PlanAct,
    Signed,
    StatusClaimed,
)
from entente.plan.glance import moves_of
from entente.plan.history import day_words, history_of, value_words
from entente.plan.indicators import shown
from entente.plan.minutes import meeting_of
from entente.plan.own_counts import count_of, known_indicators
from entente.plan.plan_words import FIELD_WORDS, IMPACT_WORDS, LIKELIHOOD_WORDS, STATUS_WORDS
from entente.plan.reading import above, in_place, title_of, under
from entente.plan.status import NOT_SIGNED
from entente.plan.values import FieldState, Item, Plan
from entente.web.door import PLANS, Door, Visit
from entente.web.plan import CHILDREN, OWNED, today_of, words_of_plan
from entente.web.plan_plot import plot_of
from entente.web.plan_typed import cause_of, read_text
from entente.web.plan_values import give_value
from entente.web.site import status_of
from entente.web.words import service_name, short_service

# What is said of each kind, in the order in which a person reads it. Owners come with what can be owned.
SAID_OF: dict[str, tuple[Field, ...]] = {
    "workshop": ("title", "text", "position"),
    "measure": ("title", "text", "owner_FR", "owner_UK", "due", "depends_on", "source", "position"),
    "milestone": ("title", "text", "owner_FR", "owner_UK", "due", "depends_on", "position"),
    "indicator": ("title", "definition", "unit", "baseline", "target", "period", "source"),
    "risk": ("title", "text", "likelihood", "impact", "owner_FR", "owner_UK"),
    "recommendation": ("title", "text", "source", "answered_by", "due"),
    "meeting": ("title", "held_on", "place", "present"),
    "agenda_point": ("title", "position"),
    "sentence": ("text", "position"),
    "decision": ("text", "position"),
    "action": ("text", "owner_FR", "owner_UK", "due", "position"),
}
HAS_STATUS = frozenset({"measure", "milestone", "action", "recommendation", "risk"})
PAIRED = frozenset({"sentence", "decision", "action"})
# A field means something else on these: a risk's text is the answer to it.
OF_KIND: dict[tuple[str, str], Text] = {("risk", "text"): Text("parade", "answer to it")}


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """One field of an item on its page."""

    name: str
    words: Text
    state: FieldState | None
    values: tuple[tuple[str, Text], ...]
    mine: bool


class Child(msgspec.Struct, frozen=True, kw_only=True):
    """What belongs to an item, on one line. dated: the day of its term, or None."""

    item: Item
    title: Text
    dated: Text | None


# -- looking --------------------------------------------------------------------------------------------------------


def show(visit: Visit) -> Response:
    """The item as it stands."""
    return show_again(visit)


def show_again(visit: Visit, status: int = 200, error: EntenteError | None = None, of: str = "") -> Response:
    """The item; with what was refused on top and its form open, where something was. of: which form."""
    access = visit.access()
    plan = visit.node.plan(access)
    item = visit.node.plan_item(access, visit.parts["item"])
    said = visit.node.said_of_plan(access)
    meeting = item if item.kind == "meeting" else above(plan, item, "meeting")
    evidence = {one.id: one for one in said if isinstance(one.act, EvidenceGiven) and one.act.item == item.id}
    values = shown(said, item.id) if item.kind == "indicator" else ()
    return visit.page(
        "plan_meeting.html" if item.kind == "meeting" else "plan_item.html",
        status,
        item=item,
        title=title_of(item),
        parents=_parents(plan, item),
        fields=_fields(visit, plan, item),
        moves=moves_of(plan, item, today_of(visit)),
        children=_children(plan, item),
        may_add=CHILDREN.get(item.kind, ()),
        has_status=item.kind in HAS_STATUS,
        paired=item.kind in PAIRED,
        evidence=[evidence[one] for one in item.evidence if one in evidence],
        withdrawn=[evidence[one] for one in item.evidence_withdrawn if one in evidence],
        history=history_of(plan, said, item, lambda name: _service(visit, name)),
        values=values,
        own_count=count_of(item) if item.kind == "indicator" else None,
        known_counts=known_indicators() if item.kind == "indicator" else (),
        month=(today_of(visit).replace(day=1) - dt.timedelta(days=1)).strftime("%Y-%m"),
        plot=plot_of(values, item, visit.language) if values else None,
        meeting=meeting_of(plan, meeting) if meeting is not None else None,
        meeting_id=meeting.id if meeting is not None else "",
        seen=_seen(item),
        over=[one.id for one in item.claims if one.is_current],
        claim=next((one for one in item.claims if one.is_current), None),
        awaits_us=_awaits(item, visit.node.store.party),
        wording=_wording(item),
        own=visit.node.store.party,
        is_coordinator=visit.role == "coordinator",
        key=visit.form.one("key") or secrets.token_urlsafe(12),
        typed=visit.form,
        error=error,
        error_of=of,
        today=today_of(visit),
        **words_of_plan(),
    )


def _parents(plan: Plan, item: Item) -> list[tuple[str, Text]]:
    found, met, here = list[tuple[str, Text]](), {item.id}, plan.item(item.under)
    while here is not None and here.id not in met:
        found.insert(0, (here.id, title_of(here)))
        met.add(here.id)
        here = plan.item(here.under)
    return found


def _fields(visit: Visit, plan: Plan, item: Item) -> list[Shown]:
    found = []
    for name in SAID_OF[item.kind]:
        if name.startswith("owner_") and item.kind not in OWNED:
            continue
        state = item.field(name)
        found.append(
            Shown(
                name=name,
                words=OF_KIND.get((item.kind, name), FIELD_WORDS[name]),
                state=state,
                values=tuple((held.edit, worded(visit, plan, name, held.value)) for held in state.current)
                if state
                else (),
                mine=not name.startswith("owner_") or name == f"owner_{visit.node.store.party}",
            )
        )
    return found


def worded(visit: Visit, plan: Plan, name: str, value: Any) -> Text:
    """A value as a page shows it: owners by the names of their services, a weight by its word."""
    if isinstance(value, Number) and name in ("likelihood", "impact"):
        words = LIKELIHOOD_WORDS if name == "likelihood" else IMPACT_WORDS
        return words[round(value.number)]
    return value_words(plan, value, lambda name: _service(visit, name))


def _service(visit: Visit, name: str) -> Text:
    return short_service(service_name(visit.node.agreement, name, today_of(visit)))


def _children(plan: Plan, item: Item) -> list[tuple[str, list[Child]]]:
    found = []
    for kind in (
        "measure",
        "milestone",
        "indicator",
        "risk",
        "agenda_point",
        "sentence",
        "decision",
        "action",
    ):
        below = [_child(one) for one in under(plan, item.id, kind)]
        if below:
            found.append((kind, below))
    if item.kind == "measure":
        answers = [
            _child(one)
            for one in in_place([each for each in plan.items if each.kind == "recommendation"])
            if any(
                isinstance(held.value, Items) and item.id in held.value.items
                for field in one.fields
                if field.field == "answered_by"
                for held in field.current
            )
        ]
        if answers:
            found.append(("recommendation", answers))
    return found


def _child(item: Item) -> Child:
    due = item.field("due") or item.field("held_on")
    days = [held.value.day for held in due.current if isinstance(held.value, Day)] if due else []
    return Child(item=item, title=title_of(item), dated=day_words(min(days)) if days else None)


def _seen(item: Item) -> list[str]:
    return [held.edit for field in item.fields for held in field.current]


def _awaits(item: Item, party: str) -> bool:
    """Whether a done of the other side lacks nothing but this party's countersignature."""
    claims = [one for one in item.claims if one.is_current and one.status == "done"]
    return any(one.party != party and one.hinders == (NOT_SIGNED,) for one in claims)


def _wording(item: Item) -> str:
    field = item.field("text")
    return field.current[0].edit if field and len(field.current) == 1 else ""


# -- saying ---------------------------------------------------------------------------------------------------------


def say(visit: Visit) -> Response:
    """One act on an item: a status, evidence, a countersignature, a signature, a divergence, a value."""
    deed = visit.parts["deed"]
    if deed not in DEEDS:
        raise NotFound(
            "no_such_deed",
            Text(fr="Rien de tel ne se fait ici.", en="Nothing of that kind is done here."),
            Text(fr="Revenez à la page.", en="Go back to the page."),
        )
    access = visit.access()
    item = visit.node.plan_item(access, visit.parts["item"])
    make, said = DEEDS[deed]
    try:
        act = make(visit, item)
        row = visit.node.do_in_plan(access, act, cause_of(visit))
        if deed == "done":
            _claim_done(visit, item, row.header.id)
    except (Malformed, NotPermitted, Conflict) as error:
        return show_again(visit, status_of(error), error, deed)
    return visit.to(f"/plan/items/{item.id}", said)


def _claim_done(visit: Visit, item: Item, evidence: str) -> None:
    """Claim it done on the evidence that was just given and all that stood before."""
    access, cause = visit.access(), cause_of(visit)
    act = StatusClaimed(
        officer=access.officer,
        item=item.id,
        status="done",
        evidence=tuple(dict.fromkeys((*item.evidence, evidence))),
        over=visit.form.all("over"),
        seen=visit.form.all("seen"),
        words=visit.form.one("words"),
    )
    visit.node.do_in_plan(access, act, f"{cause}/done" if cause else None)


def _status(visit: Visit, item: Item) -> PlanAct:
    status = visit.form.one("status")
    if status not in STATUS_WORDS:
        raise Malformed(
            "status",
            Text(fr="Dites où en est la chose.", en="Say where it stands."),
            Text(fr="Choisissez dans la liste.", en="Choose from the list."),
        )
    return StatusClaimed(
        officer=visit.officer.name,
        item=item.id,
        status=status,
        evidence=item.evidence if status == "done" else (),
        over=visit.form.all("over"),
        seen=visit.form.all("seen"),
        words=visit.form.one("words"),
    )


def _evidence(visit: Visit, item: Item) -> PlanAct:
    text = read_text(visit, "evidence")
    if text is None:
        raise Malformed(
            "evidence",
            Text(fr="Dites ce que la pièce montre.", en="Say what the evidence shows."),
            Text(fr="Une phrase suffit, dans une langue.", en="One sentence is enough, in one language."),
        )
    return EvidenceGiven(
        officer=visit.officer.name, item=item.id, text=text, reference=visit.form.one("reference")
    )


def _withdraw(visit: Visit, item: Item) -> PlanAct:
    return EvidenceWithdrawn(
        officer=visit.officer.name, evidence=visit.form.one("evidence"), words=visit.form.one("words")
    )


def _countersign(visit: Visit, item: Item) -> PlanAct:
    return Countersigned(
        officer=visit.officer.name, claim=visit.form.one("claim"), words=visit.form.one("words")
    )


def _reopen(visit: Visit, item: Item) -> PlanAct:
    return ItemReopened(
        officer=visit.officer.name, claim=visit.form.one("claim"), words=visit.form.one("words")
    )


def _diverge(visit: Visit, item: Item) -> PlanAct:
    return DivergenceFlagged(
        officer=visit.officer.name,
        item=item.id,
        texts=visit.form.all("texts"),
        words=visit.form.one("words"),
    )


def _sign(visit: Visit, item: Item) -> PlanAct:
    return Signed(
        officer=visit.officer.name,
        decision=item.id,
        text=visit.form.one("text"),
        words=visit.form.one("words"),
    )


DEEDS: dict[str, tuple[Callable[[Visit, Item], PlanAct], Text]] = {
    "status": (_status, Text("État noté ; l’autre rive le lit.", "Status noted; the other shore reads it.")),
    "evidence": (_evidence, Text("Pièce versée.", "Evidence given.")),
    "done": (
        _evidence,
        Text(
            "Déclarée réalisée, avec la pièce ; à l’autre partie de contresigner.",
            "Claimed done, with the evidence; the other side is to countersign.",
        ),
    ),
    "withdraw": (_withdraw, Text("Pièce retirée.", "Evidence withdrawn.")),
    "countersign": (_countersign, Text("Contresignée.", "Countersigned.")),
    "reopen": (_reopen, Text("Rouverte.", "Reopened.")),
    "diverge": (
        _diverge,
        Text("Signalé : les deux langues divergent.", "Flagged: the two languages diverge."),
    ),
    "sign": (_sign, Text("Décision signée.", "Decision signed.")),
    "value": (give_value, Text("Valeur versée.", "Value given.")),
}

DOORS: tuple[Door, ...] = (
    Door(path="/plan/items/{item}", does=show, who=PLANS, needs_shift=True),
    Door(path="/plan/items/{item}/{deed}", method="POST", does=say, who=PLANS, needs_shift=True),
)
