"""Where figures of `weights.toml` come from: counted on pairs of which the truth is known.

For each kind, how often each outcome is met among pairs that are one (m) and among pairs that are not (u); a figure is
log2(m / u). Where "same" stands on the rarity of the value, rarity is u already and the figure is log2(m). Only figures
leave here, never a value: what was learned on one holding may be used on another, the holding itself may not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from math import log2

from entente.evidence.compare import compare
from entente.evidence.features import Features
from entente.evidence.weigh import Frequencies, Weights, in_quarters

Couple = tuple[Features, Features]
# Seen this often beforehand in each column, so that what was met in no pair is rare and not impossible.
SMOOTHING = 0.5
STANDS_ON_RARITY = frozenset(
    {"birth.same", "birth.same_year", "name.exact", "name.spelling", "name.slip", "name.pet_name"}
    | {"name.shortened", "name.joined"}
)


def learn(
    matched: Iterable[Couple], unmatched: Iterable[Couple], frequencies: Frequencies, weights: Weights
) -> dict[str, float]:
    """Figures for every outcome met, in bits: offsets for what stands on rarity, log2(m / u) for the rest.

    matched, unmatched: pairs known to be one and not to be one; the latter drawn at random, not from candidates.
    weights: the present table, which only decides how words of names are paired.
    """
    among_matched = _count(matched, frequencies, weights)
    among_unmatched = _count(unmatched, frequencies, weights)
    figures: dict[str, float] = {}
    for kind, outcomes in among_matched.items():
        known = set(outcomes) | set(among_unmatched.get(kind, ()))
        matched_total = sum(outcomes.values()) + SMOOTHING * len(known)
        others = among_unmatched.get(kind, Counter())
        unmatched_total = sum(others.values()) + SMOOTHING * len(known)
        for outcome in sorted(known):
            name = f"{kind}.{outcome}"
            m = (outcomes[outcome] + SMOOTHING) / matched_total
            u = (others[outcome] + SMOOTHING) / unmatched_total
            by_rarity = name in STANDS_ON_RARITY or (kind in weights.by_rarity and outcome == "same")
            figures[name] = in_quarters(log2(m) if by_rarity else log2(m / u))
    return figures


def _count(couples: Iterable[Couple], frequencies: Frequencies, weights: Weights) -> dict[str, Counter[str]]:
    counts: dict[str, Counter[str]] = {}
    for one, other in couples:
        for ground in compare(one, other, frequencies, weights):
            outcomes = counts.setdefault(ground.kind, Counter())
            if ground.kind == "name":
                outcomes.update(likeness or "conflict" for _, _, likeness in ground.parts)
            else:
                outcomes[ground.outcome] += 1
    return counts
