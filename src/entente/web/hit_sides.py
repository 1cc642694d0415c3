"""The two sides of a possible link, ground by ground: what each record says of it, and a bar to the left or the right.

What agrees is joined by a line, what contradicts is marked, and what only one of the two tells is shown as well: a
reader must see what was not compared. The values are the ones that officers wrote, each beside the ground that read
them. Values in, values out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec

from entente.errors import Text
from entente.evidence.features import TRAITS_COMPARED, fold_trait
from entente.evidence.what_if import kind_of, parted, short_words, tells
from entente.formats.summary import date_words, entity_summary, identifier_words, period_words
from entente.formats.words import colour_words
from entente.model.entity import Entity
from entente.model.identifier import IDENTIFIER_KINDS, canonical
from entente.model.name import Name, scripts_of
from entente.model.report import Ground, RecordRef, Statement
from entente.store.store import Reading, RecordRow, value_of

HALF = 100.0
Mark = Literal["agrees", "against", "silent"]


class Value(msgspec.Struct, frozen=True, kw_only=True):
    """One value as it was written. aside: when it was held, or what kind of name it is."""

    text: Text
    is_identifier: bool = False
    language: str | None = None
    aside: Text | None = None


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One ground with what each side says of it. bits None: nothing was weighed."""

    mark: Mark
    words: Text
    left: tuple[Value, ...]
    right: tuple[Value, ...]
    bits: float | None = None
    bar_from: float = HALF
    bar_wide: float = 0.0


class SideShown(msgspec.Struct, frozen=True, kw_only=True):
    """One of the two: its record, the entity concerned as its statements have it, and what they say in structure."""

    ref: RecordRef
    row: RecordRow
    entity: Entity | None
    names: tuple[Name, ...]
    lines: tuple[Text, ...]
    statements: tuple[Statement, ...]
    withheld: int


def side_of(reading: Reading, ref: RecordRef) -> SideShown:
    """What one record says of one entity, from the statements that this reader may see."""
    said: list[Statement] = [
        value_of(stored) for stored in reading.parts if stored.part.name.startswith("statement/")
    ]
    about = tuple(one for one in said if any(entity.id == ref.entity for entity in one.entities))
    entity = merged([entity for one in about for entity in one.entities if entity.id == ref.entity])
    lines: tuple[Text, ...] = ()
    if entity is not None:
        lines = (entity_summary(entity), *(identifier_words(one) for one in entity.identifiers))
    return SideShown(
        ref=ref,
        row=reading.row,
        entity=entity,
        names=own_script_first(entity.names) if entity else (),
        lines=lines,
        statements=about,
        withheld=len(reading.withheld),
    )


def merged(entities: Sequence[Entity]) -> Entity | None:
    """One entity from all statements that speak of it, everything once and in order."""
    if not entities:
        return None
    whole = entities[0]
    for one in entities[1:]:
        whole = msgspec.structs.replace(
            whole,
            names=tuple(dict.fromkeys((*whole.names, *one.names))),
            identifiers=tuple(dict.fromkeys((*whole.identifiers, *one.identifiers))),
            traits=tuple(dict.fromkeys((*whole.traits, *one.traits))),
            birth=whole.birth or one.birth,
        )
    return whole


def own_script_first(names: Iterable[Name]) -> tuple[Name, ...]:
    """Names in their own script, then how they are read in Latin letters."""
    return tuple(sorted(names, key=lambda name: scripts_of(name.written)[:1] in ((), ("Latn",))))


def pair_lines(
    grounds: Sequence[Ground], one: Entity | None, other: Entity | None, total: float
) -> tuple[Line, ...]:
    """Each ground in its order, then what only one tells and what both tell without being weighed."""
    widest = max([abs(ground.bits) for ground in grounds] + [abs(total), 1.0])
    lines = []
    for ground in grounds:
        kind, _ = parted(ground.code)
        wide = round(abs(ground.bits) / widest * HALF, 2)
        lines.append(
            Line(
                mark="agrees" if ground.bits > 0 else "against" if ground.bits < 0 else "silent",
                words=short_words(ground, one, other),
                left=_values(kind, one, ground),
                right=_values(kind, other, ground),
                bits=ground.bits,
                bar_from=HALF if ground.bits >= 0 else HALF - wide,
                bar_wide=wide,
            )
        )
    if one is not None and other is not None:
        lines += _silent({parted(ground.code)[0] for ground in grounds}, one, other)
    return tuple(lines)


def sum_bar(grounds: Sequence[Ground], total: float) -> tuple[float, float]:
    """(from, wide) of the bar of the sum, on the scale of the others."""
    widest = max([abs(ground.bits) for ground in grounds] + [abs(total), 1.0])
    wide = round(abs(total) / widest * HALF, 2)
    return (HALF if total >= 0 else HALF - wide), wide


def _silent(weighed: set[str], one: Entity, other: Entity) -> list[Line]:
    first, second = tells(one), tells(other)
    order = (*IDENTIFIER_KINDS, "name", "birth", *TRAITS_COMPARED)
    lines = []
    for kind in (kind for kind in order if kind in first | second and kind not in weighed):
        said = kind_of(kind)
        words = (
            Text(f"{said.fr} : rien de commun, rien de contraire", f"{said.en}: nothing met, nothing against")
            if kind in first & second
            else Text(f"{said.fr} : une seule fiche en parle", f"{said.en}: only one record speaks of it")
        )
        lines.append(
            Line(mark="silent", words=words, left=_values(kind, one, None), right=_values(kind, other, None))
        )
    return lines


def _values(kind: str, entity: Entity | None, ground: Ground | None) -> tuple[Value, ...]:
    """What an entity says of a kind, narrowed to what the ground names where it does."""
    if entity is None or kind == "through":
        return ()
    if kind in IDENTIFIER_KINDS:
        of_kind = [one for one in entity.identifiers if one.kind == kind]
        if ground is not None:
            of_kind = [one for one in of_kind if canonical(one).value in ground.text.en] or of_kind
        return tuple(
            Value(
                text=Text(one.written, one.written),
                is_identifier=kind not in ("address", "vessel_name"),
                aside=period_words(one.held),
            )
            for one in of_kind
        )
    if kind in ("name", "company"):
        names = [name for name in entity.names if kind == "name" or name.kind == "company"]
        if ground is not None:
            names = [name for name in names if f'"{name.written}"' in ground.text.en] or names
        return tuple(
            Value(text=Text(name.written, name.written), language=name.language)
            for name in own_script_first(names)
        )
    if kind == "birth":
        return (Value(text=date_words(entity.birth)),) if entity.birth is not None else ()
    return tuple(
        Value(
            text=colour_words(trait.value) if kind == "colour" else Text(trait.value, trait.value),
        )
        for trait in entity.traits
        if trait.kind == kind and fold_trait(trait.value)
    )
