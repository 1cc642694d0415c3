"""How two people's names agree, word by word.

Every way in which one is named is met with every way in which the other is; the pair that says most speaks.
Within a pair the words meet best first, each once: what is left on both sides contradicts, what is left on
one side only is a name that somebody did not write. A nickname alone never makes a hit, and its absence
never speaks against one.
"""

from __future__ import annotations

from entente.evidence.features import Named
from entente.evidence.names import Likeness, alike, joined, skeleton
from entente.evidence.weigh import Frequencies, GroundFound, Weights, in_quarters

Parts = tuple[tuple[str, str, str], ...]
# A likeness never costs: at its weakest it says next to nothing.
LEAST_LIKENESS_BITS = 0.5


def compare_names(
    ones: tuple[Named, ...], others: tuple[Named, ...], frequencies: Frequencies, weights: Weights
) -> GroundFound | None:
    """The ground of the names; None when only nicknames met and they do not agree."""
    best: tuple[float, Parts, Named, Named] | None = None
    for one in ones:
        for other in others:
            bits, parts = align(one.words, other.words, frequencies, weights)
            if one.is_alias or other.is_alias:
                if not any(likeness for _, _, likeness in parts):
                    continue
                bits = max(min(bits, weights.most_bits["alias"]), 0.0)
            if best is None or (bits, parts) > (best[0], best[1]):
                best = (bits, parts, one, other)
    if best is None:
        return None
    bits, parts, one, other = best
    agreed = sum(1 for _, _, likeness in parts if likeness)
    if not agreed:
        bits = weights.of("name", "different")
    outcome = (
        "different" if not agreed
        else "alias" if one.is_alias or other.is_alias
        else "same" if agreed == len(parts) and all(likeness == "exact" for _, _, likeness in parts)
        else "compatible" if all(likeness or not (left and right) for left, right, likeness in parts)
        else "in_part"
    )  # fmt: skip
    bits = min(bits, weights.most_bits["name"])
    return GroundFound("name", outcome, in_quarters(bits), one.written, other.written, 0, parts)


def align(
    ones: tuple[str, ...], others: tuple[str, ...], frequencies: Frequencies, weights: Weights
) -> tuple[float, Parts]:
    """Bits of two sequences of folded words, and how the words met: (one, other, likeness or "")."""
    bits = 0.0
    parts: list[tuple[str, str, str]] = []
    exact = weights.bits["name.exact"]
    left, right = list(ones), list(others)
    for word in ones:
        if word in right and len(word) > 1:
            right.remove(word)
            left.remove(word)
            bits += max(frequencies.rarity("word", word) + exact, LEAST_LIKENESS_BITS)
            parts.append((word, word, "exact"))
    while left and right:
        met = [
            (word_bits(one, other, likeness, frequencies, weights), one, other, likeness)
            for one in left
            for other in right
            if (likeness := alike(one, other)) is not None
        ]
        if not met:
            break
        said, one, other, likeness = max(met)
        left.remove(one)
        right.remove(other)
        bits += said
        parts.append((one, other, likeness))
    if left and right and joined(tuple(left), tuple(right)):
        words = left if len(left) > len(right) else right
        said = max((frequencies.rarity("word", word) for word in words), default=0.0)
        bits += max(said + weights.bits["name.joined"], LEAST_LIKENESS_BITS)
        parts.append((" ".join(left), " ".join(right), "joined"))
        left, right = [], []
    conflicts = min(len(left), len(right))
    extras = abs(len(left) - len(right))
    bits += conflicts * weights.bits["name.conflict"] + extras * weights.bits["name.extra"]
    for place in range(conflicts):
        parts.append((left[place], right[place], ""))
    return bits, tuple(parts)


def word_bits(one: str, other: str, likeness: Likeness, frequencies: Frequencies, weights: Weights) -> float:
    """Bits of two words alike in this way; the commoner of the two decides how rare the agreement is."""
    offset = weights.bits[f"name.{likeness}"]
    if likeness == "initial":
        return offset
    if likeness == "spelling":
        rarity = frequencies.rarity("bones", skeleton(one))
    else:
        rarity = min(frequencies.rarity("word", one), frequencies.rarity("word", other))
    return max(rarity + offset, LEAST_LIKENESS_BITS)


def compare_companies(
    ones: tuple[Named, ...], others: tuple[Named, ...], frequencies: Frequencies, weights: Weights
) -> GroundFound | None:
    """Agreement of two companies' or things' names: weak, and silent when they differ."""
    best: GroundFound | None = None
    for one in ones:
        for other in others:
            common = set(one.words) & set(other.words)
            if not common or len(common) < min(len(set(one.words)), len(set(other.words))):
                continue
            bits = sum(frequencies.rarity("company", word) for word in sorted(common))
            bits = min(bits + weights.of("company", "same"), weights.most_bits["company"])
            if best is None or bits > best.bits:
                best = GroundFound("company", "same", in_quarters(bits), one.written, other.written)
    return best
