"""How much each piece of evidence says, in bits, and what the holding itself says of rarity.

After Fellegi and Sunter (1969): a ground is worth log2 of how much likelier it is among records of one and
the same than among records of two. Where agreement depends on the value, a rare one says more
(`Frequencies`). Adding bits assumes the grounds independent given the truth; names and birth nearly are,
telephone and account are not quite. Bits are kept in quarters: their sum is exact in any order and equal on
two machines.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files
from math import log2

import msgspec

from entente.errors import Malformed, Text
from entente.evidence.features import TRAITS_COMPARED, Features
from entente.evidence.names import skeleton

BITS_STEP = 0.25
# Fewer consonants are met by chance oftener: so many bits less for each that is missing to five.
LONG_BONES = 5
BONE_BITS = 1.25


def in_quarters(bits: float) -> float:
    """Bits rounded to the step in which they are kept."""
    return round(bits / BITS_STEP) * BITS_STEP


class GroundFound(msgspec.Struct, frozen=True):
    """One kind of agreement or disagreement between two entities, and its bits.

    kind: what was compared ("phone", "name", "birth"…); outcome: what was found ("same", "held_apart"…).
    one, other: the values met, as a reader knows them. holders: how many entities of the holding carry the
    value. parts: for names, how each pair of words agrees.
    """

    kind: str
    outcome: str
    bits: float
    one: str = ""
    other: str = ""
    holders: int = 0
    parts: tuple[tuple[str, str, str], ...] = ()


class Weights(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Pinned, dated data: which rules spoke is written on every hit.

    hit_from_bits: at or above it a pair is a hit. bits: "kind.outcome" -> bits, or the offset to the bits
    of rarity for a kind in `by_rarity`. most_bits: a ceiling for a kind. hub_from_holders: a value carried
    by so many says little.
    """

    id: str
    dated: dt.date
    provenance: str
    hit_from_bits: float
    hub_from_holders: int
    hub_most_bits: float
    shared_from_holders: int
    by_rarity: frozenset[str]
    bits: dict[str, float]
    most_bits: dict[str, float]
    assumed_rarity_bits: dict[str, float]

    def of(self, kind: str, outcome: str) -> float:
        """The bits of an outcome; a kind without a weight of its own takes that of "other"."""
        found = self.bits.get(f"{kind}.{outcome}")
        if found is None:
            found = self.bits.get(f"other.{outcome}")
        if found is None:
            raise Malformed(
                "ground_without_weight",
                Text(
                    fr=f"Le constat {kind}.{outcome} n’a pas de poids dans la table {self.id}.",
                    en=f"The ground {kind}.{outcome} has no weight in the table {self.id}.",
                ),
                Text(
                    fr="Donnez-lui un poids dans la table, ou apprenez-le avec evidence/learn.py.",
                    en="Give it a weight in the table, or learn one with evidence/learn.py.",
                ),
            )
        return found


@lru_cache(maxsize=1)
def pinned_weights() -> Weights:
    """The table that ships with the program."""
    return read_weights(files("entente.evidence").joinpath("weights.toml").read_text("utf-8"))


def read_weights(written: str) -> Weights:
    """Read a table of weights from TOML. Raises Malformed when it is not one."""
    try:
        return msgspec.convert(tomllib.loads(written), Weights)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise Malformed(
            "weights_unreadable",
            Text(
                fr=f"Table de poids illisible : {error}.", en=f"The table of weights cannot be read: {error}."
            ),
        ) from error


def weigh(grounds: Iterable[GroundFound]) -> float:
    """Sum the evidence that two entities are one.

    grounds: what `compare` found, at most one of each kind, in any order.
    Returns bits (log2 of the odds, before any prior): 0.0 says nothing, below zero speaks against.
    """
    return sum(ground.bits for ground in grounds)


class Frequencies:
    """How many entities of the holding carry each value: exact counts, kept in memory and nowhere else.

    A rarity in bits mixes the count with a prior of `PRIOR_ENTITIES` imagined entities, so that in a small
    holding an unknown name is not taken for unique. Exempt entities are not counted.
    """

    PRIOR_ENTITIES = 1000.0

    def __init__(self, weights: Weights | None = None) -> None:
        assumed = (weights or pinned_weights()).assumed_rarity_bits
        self._imagined = {kind: self.PRIOR_ENTITIES / 2.0**bits for kind, bits in assumed.items()}
        self._counts: dict[str, Counter[str]] = {kind: Counter() for kind in assumed}
        self._totals: Counter[str] = Counter()
        self._holders: Counter[tuple[str, str]] = Counter()

    def add(self, features: Features) -> None:
        """Count an entity's values, each once."""
        self._step(features, 1)

    def remove(self, features: Features) -> None:
        """Take back exactly what `add` counted; a value that nobody carries any more is forgotten."""
        self._step(features, -1)

    def _step(self, features: Features, step: int) -> None:
        for kind, values in counted(features):
            self._totals[kind] += step
            counts = self._counts[kind]
            for value in values:
                counts[value] += step
                if counts[value] <= 0:
                    del counts[value]
        for one in {(held.kind, held.value) for held in features.identifiers}:
            self._holders[one] += step
            if self._holders[one] <= 0:
                del self._holders[one]

    def holders(self, kind: str, value: str) -> int:
        """How many entities carry this identifier."""
        return self._holders.get((kind, value), 0)

    def count(self, kind: str, value: str) -> int:
        """How many entities carry this value of a kind that is weighed by rarity."""
        return self._counts[kind].get(value, 0)

    def rarity(self, kind: str, value: str) -> float:
        """Bits of agreeing by chance on this value: log2 of one over the share of entities that carry it.

        One carrier is left out of the count: of two who agree, the one does not make the other commoner.
        """
        count = max(self._counts[kind].get(value, 0) - 1, 0)
        imagined = self._imagined[kind]
        if kind == "bones" and len(value) < LONG_BONES:
            imagined *= 2.0 ** (BONE_BITS * (LONG_BONES - len(value)))
        return log2((self._totals[kind] + self.PRIOR_ENTITIES) / (count + imagined))


def counted(features: Features) -> list[tuple[str, set[str]]]:
    """The values of an entity that are weighed by how rare they are, by kind."""
    found: list[tuple[str, set[str]]] = []
    if features.names:
        words = {word for name in features.names for word in name.words}
        found.append(("word", words))
        found.append(("bones", {skeleton(word) for word in words}))
    if features.companies:
        found.append(("company", {word for name in features.companies for word in name.words}))
    if features.birth is not None:
        year, month, day = features.birth
        found.append(("birth_year", {str(year)}))
        if month and day:
            found.append(("birth", {f"{year}-{month}-{day}"}))
    for kind, value in zip(TRAITS_COMPARED, features.traits, strict=True):
        if value:
            found.append((kind, {value}))
    addresses = {held.value for held in features.identifiers if held.kind == "address"}
    if addresses:
        found.append(("address", addresses))
    return found


__all__ = ["Frequencies", "GroundFound", "Weights", "in_quarters", "pinned_weights", "weigh"]
