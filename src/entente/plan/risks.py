"""The register of risks, the heaviest first, and what waits for what."""

from __future__ import annotations

import msgspec

from entente.errors import Text
from entente.plan.plan_words import IMPACT_WORDS, LIKELIHOOD_WORDS
from entente.plan.reading import items_of, number_of, owners_of, text_of, title_of
from entente.plan.values import Item, Plan


class Risk(msgspec.Struct, frozen=True, kw_only=True):
    """One risk. weight: likelihood times impact, from 1 to 25; None where one of the two is not said or in conflict."""

    item: str
    under: str
    title: Text
    answer: Text | None
    likelihood: Text | None
    impact: Text | None
    weight: int | None
    owners: dict[str, tuple[str, ...]]
    is_closed: bool


def risks(plan: Plan) -> tuple[Risk, ...]:
    """All risks: the open before the closed, those that nobody has weighed on top, then the heaviest."""
    found = [_risk(item) for item in plan.items if item.kind == "risk"]
    return tuple(
        sorted(found, key=lambda one: (one.is_closed, one.weight is not None, -(one.weight or 0), one.item))
    )


def _risk(item: Item) -> Risk:
    likelihood, impact = number_of(item, "likelihood"), number_of(item, "impact")
    return Risk(
        item=item.id,
        under=item.under,
        title=title_of(item),
        answer=text_of(item, "text"),
        likelihood=LIKELIHOOD_WORDS[round(likelihood)] if likelihood else None,
        impact=IMPACT_WORDS[round(impact)] if impact else None,
        weight=round(likelihood) * round(impact) if likelihood and impact else None,
        owners={party: tuple(one.owner for one in owners_of(item, party)) for party in ("FR", "UK")},
        is_closed=item.is_done or item.status == "abandoned",
    )


def waiting(plan: Plan) -> tuple[tuple[Item, tuple[Item, ...]], ...]:
    """What waits for something that is not done, each with what it waits for."""
    found = []
    for item in plan.items:
        if item.is_done or item.status == "abandoned":
            continue
        open_ones = tuple(
            other
            for one in items_of(item, "depends_on")
            if (other := plan.item(one)) is not None and not other.is_done
        )
        if open_ones:
            found.append((item, open_ones))
    return tuple(found)
