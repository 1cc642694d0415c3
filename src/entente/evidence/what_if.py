"""What would change a possible link: which ground carries it, what is not told, what would speak against.

A hit is as good as what it stands on. Each sentence here is computed from the grounds, the two entities and the pinned
weights: what the sum would be if one thing turned out otherwise, and whether it would then still be a possible link.
Nothing is promised that cannot be computed: where a value's worth hangs on how rare it is, only that is said.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from entente.errors import Text
from entente.evidence.explain import TRAIT_WORDS, show_bits
from entente.evidence.features import TRAITS_COMPARED
from entente.evidence.weigh import Weights
from entente.model.entity import Entity
from entente.model.identifier import IDENTIFIER_KINDS, KIND_WORDS, Identifier, canonical
from entente.model.report import Ground

# Outcomes of identifiers that would fall if told periods did not meet.
_SAME = ("same", "misread", "partial", "transposed")
_KINDS: tuple[str, ...] = (*IDENTIFIER_KINDS, *TRAITS_COMPARED, "name", "company", "birth", "through")

# The short words of a ground, without its values; "{kind}" is the kind in words.
_OUTCOMES: dict[str, Text] = {
    "same": Text("même {kind}", "same {kind}"),
    "misread": Text("{kind} : des signes que l’on confond", "{kind}: signs that are mistaken for each other"),
    "partial": Text("{kind} : lecture partielle qui concorde", "{kind} read in part, and agreeing"),
    "transposed": Text("{kind} : deux signes intervertis", "{kind}: two signs changed places"),
    "near": Text("{kind} presque semblable", "{kind} nearly the same"),
    "hub": Text("même {kind}, partagé par beaucoup", "same {kind}, shared by many"),
    "public": Text("même {kind}, mais public", "same {kind}, but a public one"),
    "long_apart": Text("même {kind}, à plus de deux ans d’écart", "same {kind}, more than two years apart"),
    "held_apart": Text(
        "même {kind}, sur deux périodes séparées", "same {kind}, held in two separate periods"
    ),
    "outside": Text("même {kind}, hors de la période connue", "same {kind}, outside the known period"),
    "differs": Text("{kind} : deux valeurs différentes", "{kind} differs"),
}
_NAMES: dict[str, Text] = {
    "same": Text("noms concordants", "names agree"),
    "compatible": Text("noms compatibles", "names are compatible"),
    "in_part": Text("noms qui ne concordent qu’en partie", "names agree only in part"),
    "alias": Text("surnoms concordants", "nicknames agree"),
    "different": Text("noms différents", "different names"),
}
_BIRTHS: dict[str, Text] = {
    "same": Text("même date de naissance", "same date of birth"),
    "same_year": Text("dates de naissance compatibles", "dates of birth are compatible"),
    "swapped": Text("naissance : jour et mois intervertis", "birth: day and month exchanged"),
    "slip": Text("naissance : un chiffre d’écart", "birth: one digit apart"),
    "slip_year": Text("année de naissance : un chiffre d’écart", "year of birth: one digit apart"),
    "other_day": Text("même année de naissance, autre jour", "same year of birth, another day"),
    "different": Text("dates de naissance différentes", "different dates of birth"),
}
THROUGH = Text("par d’autres fiches", "through other records")
_AT_THE_TIME = Text(", détenu par les deux à la même époque", ", held by both at the time")


class WhatIf(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that would change the link. bits: the sum then; None where it cannot be said beforehand."""

    text: Text
    bits: float | None = None


def parted(code: str) -> tuple[str, str]:
    """(kind, outcome) of a ground's code; ("", code) for one that is not known here."""
    for kind in sorted(_KINDS, key=len, reverse=True):
        if code == kind:
            return kind, ""
        if code.startswith(f"{kind}_"):
            return kind, code[len(kind) + 1 :]
    return "", code


def kind_of(kind: str) -> Text:
    """A kind of ground in words; also of a newer partner's that is not known here."""
    for known in IDENTIFIER_KINDS:
        if known == kind:
            return KIND_WORDS[known]
    if kind == "name":
        return Text("nom", "name")
    if kind == "birth":
        return Text("date de naissance", "date of birth")
    return TRAIT_WORDS.get(kind) or Text(kind or "?", kind or "?")


def short_words(ground: Ground, one: Entity | None = None, other: Entity | None = None) -> Text:
    """A ground in a few words without its values. one, other: whose told periods are looked at."""
    kind, outcome = parted(ground.code)
    if kind == "through":
        return THROUGH
    found = {"name": _NAMES, "birth": _BIRTHS}.get(kind, _OUTCOMES).get(outcome)
    if found is None or not kind:
        return ground.text
    said = kind_of(kind)
    text = Text(found.fr.format(kind=said.fr), found.en.format(kind=said.en))
    if outcome in _SAME and len(_told(kind, ground, one, other)) == 2:
        return Text(text.fr + _AT_THE_TIME.fr, text.en + _AT_THE_TIME.en)
    return text


def link_sentence(
    bits: float, grounds: Sequence[Ground], one: Entity | None = None, other: Entity | None = None
) -> Text:
    """The first sentence of a hit: a possible link, its bits, what speaks most for it and what against."""
    ordered = sorted(grounds, key=lambda ground: -ground.bits)
    against = [ground for ground in ordered if ground.bits < 0][-1:]
    spoken = [short_words(ground, one, other) for ground in ordered if ground.bits > 0][:2]
    shown = show_bits(bits)
    fr, en = "; ".join(text.fr for text in spoken), "; ".join(text.en for text in spoken)
    whole = Text(
        f"Lien possible, {shown.fr} bits : {fr.replace('; ', ' ; ')}",
        f"Possible link, {shown.en} bits: {en}",
    )
    for ground in against:
        said = short_words(ground, one, other)
        whole = Text(f"{whole.fr} ; contre : {said.fr}", f"{whole.en}; against: {said.en}")
    return Text(f"{whole.fr}.", f"{whole.en}.")


def what_would_change(
    grounds: Sequence[Ground], one: Entity | None, other: Entity | None, weights: Weights
) -> tuple[WhatIf, ...]:
    """What would change a link, the weightiest first within each kind of reason.

    First what carries it alone, then periods that nobody told, then what only one tells, then what speaks against.
    """
    total = sum(ground.bits for ground in grounds)
    if any(parted(ground.code)[0] == "through" for ground in grounds):
        return (
            WhatIf(
                text=Text(
                    "Il tombe avec le plus faible de ses maillons : un seul « différentes » suffit.",
                    "It falls with the weakest of its steps: a single “different” is enough.",
                )
            ),
        )
    found = _carried(grounds, total, weights, one, other)
    if one is not None and other is not None:
        found += _untold(grounds, total, one, other, weights)
        found += _missing(grounds, total, one, other, weights)
    found += _against(grounds, total)
    return tuple(found)


def _remains(bits: float, weights: Weights) -> Text:
    """What a sum means: above or below the bits from which we speak of a possible link."""
    shown, least = show_bits(bits), show_bits(weights.hit_from_bits)
    if bits >= weights.hit_from_bits:
        return Text(
            f"il resterait {shown.fr} bits, et un lien possible",
            f"{shown.en} bits would remain, and a possible link",
        )
    return Text(
        f"il resterait {shown.fr} bits, moins que les {least.fr} d’un lien possible",
        f"{shown.en} bits would remain, fewer than the {least.en} of a possible link",
    )


def _carried(
    grounds: Sequence[Ground], total: float, weights: Weights, one: Entity | None, other: Entity | None
) -> list[WhatIf]:
    supporting = sorted((ground for ground in grounds if ground.bits > 0), key=lambda ground: -ground.bits)
    bearing = [ground for ground in supporting if total - ground.bits < weights.hit_from_bits]
    found = []
    for ground in bearing:
        said, then = short_words(ground, one, other), _remains(total - ground.bits, weights)
        found.append(
            WhatIf(
                text=Text(f"Sans « {said.fr} », {then.fr}.", f"Without “{said.en}”, {then.en}."),
                bits=total - ground.bits,
            )
        )
    if supporting and not bearing:
        said, least = short_words(supporting[0], one, other), show_bits(total - supporting[0].bits)
        found.append(
            WhatIf(
                text=Text(
                    f"Aucun élément ne le porte seul : même sans « {said.fr} », il resterait {least.fr} bits.",
                    f"No single ground carries it: even without “{said.en}”, {least.en} bits would remain.",
                ),
                bits=total - supporting[0].bits,
            )
        )
    return found


def _meant(kind: str, ground: Ground, entity: Entity | None) -> list[Identifier]:
    """The identifiers of an entity that a ground speaks of."""
    if entity is None:
        return []
    of_kind = [one for one in entity.identifiers if one.kind == kind]
    return [one for one in of_kind if canonical(one).value in ground.text.en] or of_kind


def _told(kind: str, ground: Ground, one: Entity | None, other: Entity | None) -> list[Entity]:
    """Which of the two say when they held what a ground speaks of."""
    return [
        entity
        for entity in (one, other)
        if entity is not None and any(held.held is not None for held in _meant(kind, ground, entity))
    ]


def _untold(
    grounds: Sequence[Ground], total: float, one: Entity, other: Entity, weights: Weights
) -> list[WhatIf]:
    found = []
    for ground in grounds:
        kind, outcome = parted(ground.code)
        if kind not in IDENTIFIER_KINDS or outcome not in _SAME or ground.bits <= 0:
            continue
        told = _told(kind, ground, one, other)
        if len(told) == 2:
            continue
        then = total - ground.bits + min(ground.bits, weights.of(kind, "held_apart"))
        if then == total:
            continue
        said, remains = kind_of(kind), _remains(then, weights)
        who = (
            Text("Une seule fiche dit quand", "Only one record says when")
            if told
            else Text("Aucune fiche ne dit quand", "Neither record says when")
        )
        found.append(
            WhatIf(
                text=Text(
                    f"{who.fr} l’élément « {said.fr} » a été détenu ; "
                    f"si les périodes ne se recoupaient pas, {remains.fr}.",
                    f"{who.en} the {said.en} was held; if the periods did not meet, {remains.en}.",
                ),
                bits=then,
            )
        )
    return found


def tells(entity: Entity) -> frozenset[str]:
    """The kinds that an entity says anything of, among those that are compared."""
    found: set[str] = {one.kind for one in entity.identifiers}
    found |= {trait.kind for trait in entity.traits if trait.value}
    if any(name.kind != "company" for name in entity.names):
        found.add("name")
    if entity.birth is not None:
        found.add("birth")
    return frozenset(kind for kind in found if kind in _KINDS)


def _missing(
    grounds: Sequence[Ground], total: float, one: Entity, other: Entity, weights: Weights
) -> list[WhatIf]:
    compared = {parted(ground.code)[0] for ground in grounds}
    people = one.kind == other.kind == "person"
    asked = ("name", "birth") if people else ("plate", "engine_serial", "imei")
    first, second = tells(one), tells(other)
    found = []
    for kind in asked:
        if kind in compared or (not people and kind not in first | second):
            continue
        cost = weights.of(kind, "differs" if kind in IDENTIFIER_KINDS else "different")
        said, remains = kind_of(kind), _remains(total + cost, weights)
        who = (
            Text("Une seule fiche dit", "Only one record tells")
            if kind in first | second
            else Text("Aucune fiche ne dit", "Neither record tells")
        )
        found.append(
            WhatIf(
                text=Text(
                    f"{who.fr} : {said.fr}. Une concordance parlerait pour, d’autant plus que la valeur est rare ; "
                    f"si les deux différaient, {remains.fr}.",
                    f"{who.en}: {said.en}. Agreeing, it would speak for the link, the more the rarer it is; "
                    f"if the two differed, {remains.en}.",
                ),
                bits=total + cost,
            )
        )
    return found


def _against(grounds: Sequence[Ground], total: float) -> list[WhatIf]:
    found = []
    for ground in sorted((one for one in grounds if one.bits < 0), key=lambda one: one.bits):
        said, then = short_words(ground), show_bits(total - ground.bits)
        found.append(
            WhatIf(
                text=Text(
                    f"Si « {said.fr} » venait d’une erreur de saisie, il y aurait {then.fr} bits.",
                    f"If “{said.en}” came from a slip in writing, there would be {then.en} bits.",
                ),
                bits=total - ground.bits,
            )
        )
    return found
