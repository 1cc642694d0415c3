"""The plan, drawn from the set of acts and from nothing else.

Any order, any duplicate, any partition that heals gives the same value on both shores. Every field keeps all values
that no other edit replaced: one is the rule, several are a conflict that people see and an officer settles by an edit
over all of them. Times order what is shown and decide nothing: an author replaces what was seen, not what is older.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from entente.errors import Text
from entente.model.plan_act import (
    Countersigned,
    DivergenceFlagged,
    Edited,
    EvidenceGiven,
    EvidenceWithdrawn,
    ItemReopened,
    Items,
    Opened,
    Signed,
    StatusClaimed,
    ValueGiven,
)
from entente.plan.status import claims_of
from entente.plan.values import FieldState, Holding, Item, Plan, PlanSaid, Refused

PARTIES = ("FR", "UK")
NOT_YOURS = Text(
    "Seul un service de cette partie désigne son responsable.",
    "Only a service of that party names its owner.",
)
MOVED_IN_SILENCE = Text(
    "Une échéance ne se déplace pas sans motif ; l’ancienne date reste.",
    "A date does not move without a reason; the old date stays.",
)


def draw(said: Iterable[PlanSaid]) -> Plan:
    """Draw the plan. said: in any order and however often each came."""
    acts = in_order(said)
    of_item: dict[str, list[PlanSaid]] = {one.id: [] for one in acts if isinstance(one.act, Opened)}
    # What speaks of a claim or of evidence belongs to the item of that.
    item_of = {one.id: one.act.item for one in acts if isinstance(one.act, StatusClaimed | EvidenceGiven)}
    waiting = []
    for one in acts:
        if isinstance(one.act, Opened):
            continue
        named = _item_named(one, item_of)
        if named in of_item:
            of_item[named].append(one)
        else:
            waiting.append(one.id)
    opened = [one for one in acts if isinstance(one.act, Opened)]
    items = tuple(_item(one, of_item[one.id]) for one in sorted(opened, key=lambda one: one.id))
    return Plan(items=items, waiting=tuple(sorted(waiting)), circles=_circles(items))


def in_order(said: Iterable[PlanSaid]) -> list[PlanSaid]:
    """Each once, by time and then by id; of two that share an id and differ, the same one wherever it is drawn."""
    once: dict[str, PlanSaid] = {}
    for each in said:
        known = once.get(each.id)
        if known is None or (known != each and msgspec.json.encode(each) < msgspec.json.encode(known)):
            once[each.id] = each
    return sorted(once.values(), key=lambda one: (one.at, one.id))


def standing(over: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """Those that no other replaces. over: for each what it says it replaces.

    Edits that replace each other in a circle, which no honest author makes, all stand: nothing may vanish by it.
    """
    reached: dict[str, set[str]] = {}
    for one in over:
        found: set[str] = set()
        todo = [each for each in over[one] if each in over]
        while todo:
            each = todo.pop()
            if each not in found:
                found.add(each)
                todo.extend(below for below in over[each] if below in over)
        reached[one] = found
    return frozenset(
        one for one in over if all(by in reached[one] for by in over if one in reached[by] and by != one)
    )


def _item_named(one: PlanSaid, item_of: Mapping[str, str]) -> str:
    act = one.act
    if isinstance(act, Countersigned | ItemReopened):
        return item_of.get(act.claim, "")
    if isinstance(act, EvidenceWithdrawn):
        return item_of.get(act.evidence, "")
    if isinstance(act, Signed):
        return act.decision
    if isinstance(act, ValueGiven):
        return act.indicator
    return "" if isinstance(act, Opened) else act.item


def _refusal(one: PlanSaid, act: Edited) -> Text | None:
    if act.field.startswith("owner_") and act.field != f"owner_{one.party}":
        return NOT_YOURS
    if act.field == "due" and act.over and not act.words.strip():
        return MOVED_IN_SILENCE
    return None


def _item(opened: PlanSaid, acts: Sequence[PlanSaid]) -> Item:
    assert isinstance(opened.act, Opened)
    refused, edits = [], {}
    for one in acts:
        if isinstance(one.act, Edited):
            why = _refusal(one, one.act)
            if why is None:
                edits[one.id] = (one, one.act)
            else:
                refused.append(Refused(act=one.id, why=why))
    fields = _fields(list(edits.values()))
    now = frozenset(held.edit for field in fields for held in field.current)
    texts = [field.current for field in fields if field.field == "text"]
    evidence = frozenset(one.id for one in acts if isinstance(one.act, EvidenceGiven))
    withdrawn = frozenset(one.act.evidence for one in acts if isinstance(one.act, EvidenceWithdrawn))
    missing = _missing_owners(fields) if opened.act.kind == "measure" else ()
    claims = [one for one in acts if isinstance(one.act, StatusClaimed)]
    current = standing({one.id: one.act.over for one in claims if isinstance(one.act, StatusClaimed)})
    history = claims_of(
        claims,
        current,
        [one for one in acts if isinstance(one.act, Countersigned | ItemReopened)],
        evidence,
        withdrawn,
        now,
        is_agreed=not missing,
    )
    heads = [claim for claim in history if claim.is_current]
    done = len(heads) == 1 and heads[0].status == "done" and not heads[0].hinders
    # Of a done that does not stand, work is under way: nobody reads "done" off a claim.
    claimed = heads[0].status if len(heads) == 1 else None
    return Item(
        id=opened.id,
        kind=opened.act.kind,
        under=opened.act.under,
        fields=fields,
        status="under_way" if claimed == "done" and not done else claimed,
        is_done=done,
        claims=history,
        evidence=tuple(sorted(evidence - withdrawn)),
        evidence_withdrawn=tuple(sorted(evidence & withdrawn)),
        missing_owners=missing,
        divergences=tuple(
            one.id
            for one in acts
            if isinstance(one.act, DivergenceFlagged) and now.intersection(one.act.texts)
        ),
        signed_by=_signed_by(acts, texts[0] if texts else ()),
        refused=tuple(refused),
    )


def _fields(edits: Sequence[tuple[PlanSaid, Edited]]) -> tuple[FieldState, ...]:
    by_field: dict[str, list[tuple[PlanSaid, Edited]]] = {}
    for one, act in edits:
        by_field.setdefault(act.field, []).append((one, act))
    made = []
    for field in sorted(by_field):
        stands = standing({one.id: act.over for one, act in by_field[field]})
        held = [
            Holding(
                edit=one.id,
                value=act.value,
                at=one.at,
                by=one.by,
                party=one.party,
                officer=act.officer,
                words=act.words,
            )
            for one, act in by_field[field]
        ]
        made.append(
            FieldState(
                field=field,
                current=tuple(one for one in held if one.edit in stands),
                before=tuple(one for one in held if one.edit not in stands),
            )
        )
    return tuple(made)


def _missing_owners(fields: Sequence[FieldState]) -> tuple[str, ...]:
    owned = {field.field for field in fields if len(field.current) == 1}
    return tuple(party for party in PARTIES if f"owner_{party}" not in owned)


def _signed_by(acts: Sequence[PlanSaid], texts: Sequence[Holding]) -> tuple[str, ...]:
    """The parties that signed the one wording that holds; nobody signed a wording in conflict."""
    if len(texts) != 1:
        return ()
    return tuple(
        sorted({one.party for one in acts if isinstance(one.act, Signed) and one.act.text == texts[0].edit})
    )


def _circles(items: Sequence[Item]) -> tuple[tuple[str, ...], ...]:
    """Items that wait for each other in a circle, each circle once; shown, since refusing one would hide it."""
    needs: dict[str, set[str]] = {}
    for item in items:
        field = item.field("depends_on")
        for held in field.current if field else ():
            if isinstance(held.value, Items):
                needs.setdefault(item.id, set()).update(held.value.items)
    reached: dict[str, set[str]] = {}
    for one in needs:
        todo, found = list(needs[one]), set[str]()
        while todo:
            each = todo.pop()
            if each not in found:
                found.add(each)
                todo.extend(needs.get(each, ()))
        reached[one] = found
    return tuple(
        sorted(
            {
                tuple(sorted(two for two in reached[one] if one in reached.get(two, ())))
                for one in needs
                if one in reached[one]
            }
        )
    )
