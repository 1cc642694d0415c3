"""All that was ever said of one item, as dated lines that a person reads.

Nothing of it is overwritten: what an edit replaced stands beside it, and what does not count says why (PLN-3, PLN-5).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable

import msgspec

from entente.errors import Text
from entente.formats.moments import date_words
from entente.model.moment import Instant, PartialDate
from entente.model.plan_act import (
    Countersigned,
    Day,
    DivergenceFlagged,
    Edited,
    EvidenceGiven,
    EvidenceWithdrawn,
    ItemReopened,
    Items,
    Number,
    Opened,
    PlanAct,
    Signed,
    StatusClaimed,
    Value,
    ValueGiven,
    Words,
)
from entente.plan.drawing import in_order
from entente.plan.plan_words import FIELD_WORDS, KIND_WORDS, STATUS_WORDS
from entente.plan.reading import title_of
from entente.plan.values import Item, Plan, PlanSaid


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was said. before: what an edit replaced. refused: why it does not count, where it does not."""

    id: str
    at: Instant
    by: str
    party: str
    officer: str
    what: Text
    before: Text | None = None
    words: str = ""
    refused: Text | None = None


Called = Callable[[str], Text]


def _by_id(service: str) -> Text:
    return Text(service, service)


def history_of(plan: Plan, said: Iterable[PlanSaid], item: Item, called: Called = _by_id) -> tuple[Line, ...]:
    """Everything that was said of an item, oldest first. called: what a service is called, which no plan knows."""
    acts = in_order(said)
    by_id = {one.id: one for one in acts}
    refused = {one.act: one.why for one in item.refused}
    lines = []
    for one in acts:
        if one.id != item.id and _item_of(one.act, by_id) != item.id:
            continue
        lines.append(
            Line(
                id=one.id,
                at=one.at,
                by=one.by,
                party=one.party,
                officer=one.act.officer,
                what=_what(plan, one.act, by_id, called),
                before=_before(plan, one.act, by_id, called),
                words=one.act.words,
                refused=refused.get(one.id),
            )
        )
    return tuple(lines)


def day_words(day: dt.date) -> Text:
    """A day in words."""
    return date_words(PartialDate(day.year, day.month, day.day))


def value_words(plan: Plan, value: Value, called: Called = _by_id) -> Text:
    """A value as a person reads it."""
    if isinstance(value, Words):
        return value.text.shown()
    if isinstance(value, Day):
        return day_words(value.day)
    if isinstance(value, Number):
        return Text(f"{value.number:g}".replace(".", ","), f"{value.number:g}")
    if isinstance(value, Items):
        titles = [title_of(found) for one in value.items if (found := plan.item(one)) is not None]
        missing = len(value.items) - len(titles)
        fr, en = [one.fr for one in titles], [one.en for one in titles]
        if missing:
            fr.append(f"{missing} pas encore reçue{'s' if missing > 1 else ''}")
            en.append(f"{missing} not received yet")
        return Text("; ".join(fr) or "rien", "; ".join(en) or "nothing")
    owner, deputies = called(value.owner), [called(one) for one in value.alternates]
    if not deputies:
        return owner
    return Text(
        f"{owner.fr}, suppléé par {', '.join(one.fr for one in deputies)}",
        f"{owner.en}, deputised by {', '.join(one.en for one in deputies)}",
    )


def _item_of(act: PlanAct, by_id: dict[str, PlanSaid]) -> str:
    if isinstance(act, Opened):
        return ""
    if isinstance(act, Countersigned | ItemReopened | EvidenceWithdrawn):
        named = by_id.get(act.evidence if isinstance(act, EvidenceWithdrawn) else act.claim)
        return named.act.item if named and isinstance(named.act, StatusClaimed | EvidenceGiven) else ""
    if isinstance(act, Signed):
        return act.decision
    return act.indicator if isinstance(act, ValueGiven) else act.item


def _what(plan: Plan, act: PlanAct, by_id: dict[str, PlanSaid], called: Called) -> Text:
    if isinstance(act, Opened):
        kind = KIND_WORDS[act.kind]
        return Text(f"Inscrit au plan : {kind.fr}", f"Entered in the plan: {kind.en}")
    if isinstance(act, Edited):
        field, value = FIELD_WORDS[act.field], value_words(plan, act.value, called)
        return Text(f"{_first_big(field.fr)} : {value.fr}", f"{_first_big(field.en)}: {value.en}")
    if isinstance(act, EvidenceGiven):
        text = act.text.shown()
        return Text(f"Pièce versée : {text.fr}", f"Evidence given: {text.en}")
    if isinstance(act, EvidenceWithdrawn):
        given = by_id.get(act.evidence)
        text = given.act.text.shown() if given and isinstance(given.act, EvidenceGiven) else Text("—", "—")
        return Text(f"Pièce retirée : {text.fr}", f"Evidence withdrawn: {text.en}")
    if isinstance(act, StatusClaimed):
        status = STATUS_WORDS[act.status]
        return Text(f"Déclarée : {status.fr}", f"Claimed: {status.en}")
    if isinstance(act, Countersigned):
        return Text("Contresignée", "Countersigned")
    if isinstance(act, ItemReopened):
        return Text("Rouverte", "Reopened")
    if isinstance(act, DivergenceFlagged):
        return Text(
            "Signalé : le français et l’anglais ne disent pas la même chose",
            "Flagged: the French and the English do not say the same",
        )
    if isinstance(act, Signed):
        return Text("Décision signée", "Decision signed")
    starts, ends = day_words(act.starts), day_words(act.ends)
    return Text(f"Valeur, du {starts.fr} au {ends.fr}", f"Value from {starts.en} to {ends.en}")


def _before(plan: Plan, act: PlanAct, by_id: dict[str, PlanSaid], called: Called) -> Text | None:
    if not isinstance(act, Edited) or not act.over:
        return None
    olds = [
        value_words(plan, old.act.value, called)
        for one in act.over
        if (old := by_id.get(one)) is not None and isinstance(old.act, Edited)
    ]
    return Text(" / ".join(one.fr for one in olds), " / ".join(one.en for one in olds)) if olds else None


def _first_big(words: str) -> str:
    return words[:1].upper() + words[1:]
