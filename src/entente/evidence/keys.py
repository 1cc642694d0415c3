"""The keys under which an entity can be met again: two that share none are never compared.

A key is plain text here and is digested under the index's own key before it is kept. Identifiers give a key
each; names give keys of words and of consonants, alone only beside something else (a birth year, a place,
an address), since a forename alone would meet half the holding. A nickname or an origin gives none.
"""

from __future__ import annotations

from itertools import combinations

from entente.evidence.compare import UNREAD
from entente.evidence.features import Features, Held
from entente.evidence.names import skeleton

# Longer names are rare and their pairs many; the first words carry who it is.
WORDS_KEYED = 5


def keys(features: Features) -> tuple[str, ...]:
    """The blocking keys of one entity, in a fixed order, each once. Identifiers come first."""
    found: dict[str, None] = {}
    for held in features.identifiers:
        for key in _identifier_keys(held):
            found[key] = None
    bones = _bones(features)
    addresses = [held.value for held in features.identifiers if held.kind == "address"]
    for pair in _name_pairs(features):
        found[pair] = None
    beside = [f"address:{address}" for address in addresses]
    if features.birth is not None:
        year, month, day = features.birth
        beside.append(f"year:{year}")
        if month and day and (month, day) != (1, 1):
            found[f"birth:{year}-{month}-{day}"] = None
            beside.append(f"day:{month}-{day}")
    if features.traits[0]:
        beside.append(f"place:{features.traits[0]}")
    if features.traits[1]:
        beside.append(f"work:{features.traits[1]}")
    for bone in bones:
        for other in beside:
            found[f"name:{bone}+{other}"] = None
    for company in features.companies:
        found["company:" + " ".join(sorted(set(company.words)))] = None
    return tuple(found)


def is_strong(key: str) -> bool:
    """Whether it names an identifier: such a candidate is compared before all that only names propose."""
    return not key.startswith(("name", "birth:", "company:", "address:"))


def _identifier_keys(held: Held) -> list[str]:
    """The value itself; for what is read by eye also the form in which look-alike signs are one."""
    if UNREAD in held.value or held.kind == "plate":
        quarters = [
            f"{held.kind}~{place}:{held.value[place : place + 4]}"
            for place in range(len(held.value) - 3)
            if UNREAD not in held.value[place : place + 4]
        ]
        return (
            quarters
            if UNREAD in held.value
            else [f"{held.kind}:{held.value}", f"{held.kind}:{held.look}", *quarters]
        )
    found = [f"{held.kind}:{held.value}"]
    if held.look != held.value:
        found.append(f"{held.kind}:{held.look}")
    if held.kind == "engine_serial":
        found.append(f"{held.kind}~sorted:{''.join(sorted(held.look))}")
    return found


def _bones(features: Features) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for name in features.names:
        if not name.is_alias:
            for word in name.words[:WORDS_KEYED]:
                if len(word) > 1:
                    found[skeleton(word)] = None
    return tuple(found)


def _name_pairs(features: Features) -> list[str]:
    """Each two words of a name, by their consonants; a name of one word by that word."""
    found: list[str] = []
    for name in features.names:
        if name.is_alias:
            continue
        bones = sorted({skeleton(word) for word in name.words[:WORDS_KEYED] if len(word) > 1})
        if len(bones) == 1:
            found.append(f"name:{bones[0]}")
        found.extend(f"name:{one}+{other}" for one, other in combinations(bones, 2))
    return found
