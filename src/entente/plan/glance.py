"""The plan at a glance: what is late, and whose move it is.

One row a measure (or milestone, or action). Whose move it is follows from the plan alone, so that both shores read the
same: an owner missing, two wordings to choose between, a claim that waits for the other side, a term that passed.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

import msgspec

from entente.errors import Text
from entente.model.plan_act import Status
from entente.plan.drawing import PARTIES
from entente.plan.plan_words import FIELD_WORDS, PARTY_WORDS
from entente.plan.reading import (
    above,
    conflicts_of,
    day_of,
    items_of,
    owners_above,
    owners_of,
    texts_of,
    title_of,
    under,
)
from entente.plan.status import NOT_SIGNED
from entente.plan.values import Claim, Item, Plan

MoveKind = Literal[
    "decide", "name_owner", "countersign", "claim_again", "late", "near", "sign", "translate", "settle"
]
ORDER: tuple[MoveKind, ...] = (
    "late",
    "countersign",
    "sign",
    "decide",
    "settle",
    "name_owner",
    "claim_again",
    "near",
    "translate",
)
NEAR_DAYS = 7


class Move(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody has to do next. party: whose move; services: the owners that it falls to, none where any may."""

    kind: MoveKind
    item: str
    party: str
    text: Text
    services: tuple[str, ...] = ()
    due: dt.date | None = None


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One measure as the glance shows it. days_late: below zero before its term, None without one."""

    item: str
    title: Text
    workshop: str
    workshop_title: Text | None
    owners: dict[str, tuple[str, ...]]
    missing_owners: tuple[str, ...]
    due: dt.date | None
    days_late: int | None
    status: Status | None
    is_done: bool
    moves: tuple[Move, ...]
    milestones: int
    milestones_done: int
    conflicts: tuple[str, ...]
    waits_for: tuple[str, ...]

    @property
    def is_late(self) -> bool:
        """Whether its term has passed and it is neither done nor given up."""
        return bool(self.days_late and self.days_late > 0) and not self.is_closed

    @property
    def is_closed(self) -> bool:
        """Whether nothing is expected of it any more."""
        return self.is_done or self.status == "abandoned"


def glance(plan: Plan, at: dt.date) -> tuple[Row, ...]:
    """All measures, the latest first, then those that somebody has to move, then by term."""
    rows = [row_of(plan, item, at) for item in plan.items if item.kind == "measure"]

    def key(row: Row) -> tuple[bool, int, bool, dt.date, str]:
        late = row.days_late or 0 if row.is_late else 0
        return (row.is_closed, -late, not row.moves, row.due or dt.date.max, row.item)

    return tuple(sorted(rows, key=key))


def row_of(plan: Plan, item: Item, at: dt.date) -> Row:
    """One item as the glance shows it. at: today."""
    due = day_of(item)
    workshop = above(plan, item, "workshop")
    milestones = under(plan, item.id, "milestone")
    return Row(
        item=item.id,
        title=title_of(item),
        workshop=workshop.id if workshop else "",
        workshop_title=title_of(workshop) if workshop else None,
        owners={party: tuple(one.owner for one in owners_of(item, party)) for party in PARTIES},
        missing_owners=item.missing_owners,
        due=due,
        days_late=(at - due).days if due else None,
        status=item.status,
        is_done=item.is_done,
        moves=moves_of(plan, item, at),
        milestones=len(milestones),
        milestones_done=sum(one.is_done for one in milestones),
        conflicts=conflicts_of(item),
        waits_for=tuple(
            one
            for one in items_of(item, "depends_on")
            if (other := plan.item(one)) is None or not other.is_done
        ),
    )


def moves_of(plan: Plan, item: Item, at: dt.date) -> tuple[Move, ...]:
    """All that somebody has to do about one item, the most pressing first; empty where nobody waits for anybody."""
    found = [*_between_people(plan, item), *_claims(plan, item), *_decisions(item), *_terms(plan, item, at)]
    found += [
        Move(
            kind="name_owner",
            item=item.id,
            party=party,
            text=Text(
                f"Désigner le responsable pour la {PARTY_WORDS[party].fr}.",
                f"Name the owner for the {PARTY_WORDS[party].en}.",
            ),
        )
        for party in item.missing_owners
    ]
    return tuple(sorted(found, key=lambda move: (ORDER.index(move.kind), move.party, move.text.en)))


def _everyone(plan: Plan, item: Item, party: str) -> tuple[str, ...]:
    owners = owners_above(plan, item, party)
    return tuple(sorted({each for one in owners for each in (one.owner, *one.alternates)}))


def _for_both(plan: Plan, item: Item, kind: MoveKind, text: Text, due: dt.date | None = None) -> list[Move]:
    return [
        Move(kind=kind, item=item.id, party=party, text=text, services=_everyone(plan, item, party), due=due)
        for party in PARTIES
    ]


def _between_people(plan: Plan, item: Item) -> list[Move]:
    found = []
    if fields := conflicts_of(item):
        words = [FIELD_WORDS[one] for one in fields]  # type: ignore[index]
        text = Text(
            f"Deux versions s’opposent : {', '.join(one.fr for one in words)}. Choisir.",
            f"Two versions conflict: {', '.join(one.en for one in words)}. Choose.",
        )
        found += _for_both(plan, item, "decide", text)
    if item.divergences:
        text = Text(
            "Le français et l’anglais ne disent pas la même chose.",
            "The French and the English do not say the same.",
        )
        found += _for_both(plan, item, "settle", text)
    missing = {
        language
        for name in ("title", "text")
        for text in texts_of(item, name)
        for language in ("fr", "en")
        if not getattr(text, language).strip()
    }
    for language, party in (("fr", "FR"), ("en", "UK")):
        if language in missing:
            found.append(
                Move(
                    kind="translate",
                    item=item.id,
                    party=party,
                    text=Text(
                        "Écrire le texte français." if party == "FR" else "Écrire le texte anglais.",
                        "Write the French wording." if party == "FR" else "Write the English wording.",
                    ),
                    services=_everyone(plan, item, party),
                )
            )
    return found


def _claims(plan: Plan, item: Item) -> list[Move]:
    found = []
    for claim in item.claims:
        if not claim.is_current or claim.status != "done" or not claim.hinders:
            continue
        other = next((party for party in PARTIES if party != claim.party), "")
        if claim.hinders == (NOT_SIGNED,):
            found.append(
                Move(
                    kind="countersign",
                    item=item.id,
                    party=other,
                    text=Text(
                        "Déclarée réalisée par l’autre partie : contresigner, ou dire pourquoi non.",
                        "Claimed done by the other side: countersign, or say why not.",
                    ),
                    services=_everyone(plan, item, other),
                )
            )
        else:
            found.append(_claim_again(plan, item, claim))
    return found


def _claim_again(plan: Plan, item: Item, claim: Claim) -> Move:
    hinders = [one for one in claim.hinders if one != NOT_SIGNED]
    return Move(
        kind="claim_again",
        item=item.id,
        party=claim.party,
        text=Text(
            f"La déclaration « réalisée » ne tient pas : {' '.join(one.fr for one in hinders)}",
            f'The claim "done" does not stand: {" ".join(one.en for one in hinders)}',
        ),
        services=_everyone(plan, item, claim.party),
    )


def _decisions(item: Item) -> list[Move]:
    """A decision whose one wording holds waits for each party that has not signed it."""
    if item.kind != "decision" or item.divergences or "text" in conflicts_of(item):
        return []
    if len(texts_of(item, "text")) != 1:
        return []
    text = Text(
        "Signer la décision, ou en proposer un autre texte.", "Sign the decision, or propose another text."
    )
    return [
        Move(kind="sign", item=item.id, party=party, text=text)
        for party in PARTIES
        if party not in item.signed_by
    ]


def _terms(plan: Plan, item: Item, at: dt.date) -> list[Move]:
    due = day_of(item)
    if due is None or item.is_done or item.status == "abandoned":
        return []
    days = (at - due).days
    if days > 0:
        text = Text(
            f"Échéance dépassée de {days} jour{'s' if days > 1 else ''}.",
            f"Its term passed {days} day{'s' if days > 1 else ''} ago.",
        )
        return _for_both(plan, item, "late", text, due)
    if days >= -NEAR_DAYS:
        if days == 0:
            text = Text("Échéance aujourd’hui.", "Its term is today.")
        else:
            text = Text(
                f"Échéance dans {-days} jour{'s' if days < -1 else ''}.",
                f"Its term is in {-days} day{'s' if days < -1 else ''}.",
            )
        return _for_both(plan, item, "near", text, due)
    return []


def my_actions(
    plan: Plan, party: str, service: str, at: dt.date, *, is_coordinator: bool
) -> tuple[Move, ...]:
    """All that falls to one service, the most pressing first.

    What names services is theirs; what names none (an owner to name, a decision to sign) and what falls to a party
    without an owner is the coordinator's, who also sees what is late.
    """
    found = []
    for item in plan.items:
        for move in moves_of(plan, item, at):
            mine = service in move.services or (
                is_coordinator and (not move.services or move.kind in _RAISED)
            )
            if move.party == party and mine:
                found.append(move)
    return tuple(
        sorted(
            found, key=lambda move: (ORDER.index(move.kind), move.due or dt.date.max, move.item, move.text.en)
        )
    )


# What a coordinator sees whoever owns it: it binds the party, or it is late.
_RAISED: frozenset[MoveKind] = frozenset({"late", "countersign", "sign", "decide"})
