"""What of an entity may be compared, and nothing else.

`prepare` reads an entity once into a compact value: canonical identifiers with the time they were held,
folded names, birth date, a few describing words. What is not here cannot weigh: nationality, sex, category
and free text are left behind at this door (CAT-8), so no later file needs to promise not to look at them.
"""

from __future__ import annotations

import datetime as dt

import msgspec

from entente.evidence.names import company_tokens, romanise, tokens
from entente.model.entity import Entity, EntityKind
from entente.model.identifier import Identifier, canonical
from entente.model.moment import PartialDate
from entente.model.name import Name
from entente.model.report import RecordRef

NO_BEGINNING = 0
NO_END = dt.date.max.toordinal()
# Traits that are compared, in this order; "description" is free text and is not.
TRAITS_COMPARED = ("birth_place", "occupation", "make", "model", "colour")
# A letter and the digit that it is read as on a stamped plate or a worn label.
LOOK_ALIKES = str.maketrans(
    {"B": "8", "O": "0", "Q": "0", "D": "0", "I": "1", "L": "1", "S": "5", "Z": "2", "G": "6"}
)
# Kinds that are read off metal, plastic or paper by eye.
READ_BY_EYE = frozenset({"engine_serial", "hull", "plate", "jacket_lot", "hawala_token", "imei", "document"})


class Held(msgspec.Struct, frozen=True):
    """One identifier in its canonical form. first_day, last_day: proleptic ordinals, both included.

    told: whether the time was given; else it is the day on which the record was said.
    """

    kind: str
    value: str
    look: str
    first_day: int
    last_day: int
    told: bool


class Named(msgspec.Struct, frozen=True):
    """One name: as written, and its folded words. is_alias: a nickname or trade name, weaker than a name."""

    written: str
    words: tuple[str, ...]
    is_alias: bool = False


class Features(msgspec.Struct, frozen=True):
    """All that is compared of one entity of one record. birth: year, month, day; 0 where unknown."""

    ref: RecordRef
    kind: EntityKind
    names: tuple[Named, ...] = ()
    companies: tuple[Named, ...] = ()
    identifiers: tuple[Held, ...] = ()
    birth: tuple[int, int, int] | None = None
    traits: tuple[str, ...] = ("", "", "", "", "")
    exempt: bool = False


def _day(date: PartialDate, *, latest: bool) -> int:
    if date.month is None:
        return dt.date(date.year, 12 if latest else 1, 31 if latest else 1).toordinal()
    if date.day is None:
        if not latest:
            return dt.date(date.year, date.month, 1).toordinal()
        following = dt.date(date.year + date.month // 12, date.month % 12 + 1, 1)
        return following.toordinal() - 1
    return dt.date(date.year, date.month, date.day).toordinal()


def _held(identifier: Identifier, said_day: int) -> Held | None:
    value = canonical(identifier).value
    if not value:
        return None
    look = value.upper().translate(LOOK_ALIKES) if identifier.kind in READ_BY_EYE else value
    period = identifier.held
    if period is None or (period.start is None and period.end is None):
        return Held(identifier.kind, value, look, said_day, said_day, False)
    first = NO_BEGINNING if period.start is None else _day(period.start, latest=False)
    last = NO_END if period.end is None else _day(period.end, latest=True)
    return Held(identifier.kind, value, look, first, last, True)


def _names(written: tuple[Name, ...], *, of_person: bool) -> tuple[tuple[Named, ...], tuple[Named, ...]]:
    """Names of the person, and names of companies or things beside it; parts already within a whole are
    left out.
    """
    if not written:
        return (), ()
    whole: list[Named] = []
    companies: list[Named] = []
    forenames: list[str] = []
    surnames: list[str] = []
    for name in written:
        if name.kind == "company" or not of_person:
            companies.append(Named(name.written, company_tokens(name.written)))
        elif name.kind == "forename":
            forenames.append(name.written)
        elif name.kind == "surname":
            surnames.append(name.written)
        else:
            whole.append(Named(name.written, tokens(name.written), name.kind == "alias"))
    if forenames or surnames:
        parts = " ".join((*forenames, *surnames))
        words = tokens(parts)
        if not any(not named.is_alias and set(words) <= set(named.words) for named in whole):
            whole.append(Named(parts, words))
    distinct: dict[tuple[tuple[str, ...], bool], Named] = {}
    for named in whole:
        if named.words:
            distinct.setdefault((named.words, named.is_alias), named)
    return tuple(distinct.values()), tuple(company for company in companies if company.words)


def fold_trait(written: str) -> str:
    """Letters and digits only, romanised, one blank between words."""
    plain = romanise(written)
    return " ".join("".join(letter if letter.isalnum() else " " for letter in plain).split())


def prepare(entity: Entity, ref: RecordRef, said_on: dt.date) -> Features:
    """Read an entity into what may be compared.

    said_on: the day of its record; it stands in for the time an identifier was held where none was given.
    """
    said_day = said_on.toordinal()
    held = (_held(identifier, said_day) for identifier in entity.identifiers)
    names, companies = _names(entity.names, of_person=entity.kind == "person")
    traits: tuple[str, ...] = ("", "", "", "", "")
    if entity.traits:
        first: dict[str, str] = {}
        for trait in entity.traits:
            first.setdefault(trait.kind, trait.value)
        traits = tuple(fold_trait(first[kind]) if kind in first else "" for kind in TRAITS_COMPARED)
    birth = entity.birth
    return Features(
        ref=ref,
        kind=entity.kind,
        names=names,
        companies=companies,
        identifiers=tuple(dict.fromkeys(one for one in held if one is not None)),
        birth=None if birth is None else (birth.year, birth.month or 0, birth.day or 0),
        traits=traits,
        exempt=entity.exempt is not None,
    )
