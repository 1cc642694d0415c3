"""What a record says in its structured parts, in both languages, whatever language its words were written in.

A watch-keeper in Dover reads at once what a patrol in Ambleteuse wrote: kind, place, time, counts, things, persons with
their category, identifiers. Nothing is translated here and nothing guessed: each line is rendered from values, with the
same figures in the same order in French and English, and what a person wrote (names, numbers, makes) stays as it was
written, in its own script. Free words are not summed up; they are shown beside, with their language. Nationality is
left out on purpose (CAT-8). Words of single codes lie in `words`, days and hours in `moments`.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections import Counter
from collections.abc import Iterable

import phonenumbers

from entente.errors import Text
from entente.formats.moments import age_words, date_words, day_words, moment_words, period_words
from entente.formats.words import (
    AGE_BAND_WORDS,
    CERTAINTY_WORDS,
    COMPLETENESS_WORDS,
    ENTITIES_WORDS,
    ENTITY_WORDS,
    EXEMPTION_WORDS,
    KIND_WORDS,
    LANE_WORDS,
    PHASE_WORDS,
    SCHEME_WORDS,
    STATUS_WORDS,
    STEP_WORDS,
    TRAIT_WORDS,
    colour_words,
    grade_in_reader_scheme,
    grade_letters,
    grade_words,
    handling_words,
    joined,
    word_of,
)
from entente.model.entity import CATEGORY_WORDS, Entity, EntityKind, Trait
from entente.model.identifier import FAULT_WORDS, Identifier, canonical
from entente.model.identifier import KIND_WORDS as IDENTIFIER_WORDS
from entente.model.name import NAME_WORDS, Name, scripts_of
from entente.model.place import METRES_IN_A_NAUTICAL_MILE, Position, show
from entente.model.report import (
    BASIS_WORDS,
    COMPARTMENT_WORDS,
    PURPOSE_WORDS,
    REGIME_WORDS,
    Kind,
    Statement,
)
from entente.model.sighting import PersonsOnBoard, Sighting

__all__ = [
    "AGE_BAND_WORDS",
    "BASIS_WORDS",
    "CATEGORY_WORDS",
    "CERTAINTY_WORDS",
    "COMPARTMENT_WORDS",
    "COMPLETENESS_WORDS",
    "ENTITY_WORDS",
    "EXEMPTION_WORDS",
    "IDENTIFIER_WORDS",
    "KIND_WORDS",
    "LANE_WORDS",
    "PHASE_WORDS",
    "PURPOSE_WORDS",
    "REGIME_WORDS",
    "SCHEME_WORDS",
    "STATUS_WORDS",
    "STEP_WORDS",
    "TRAIT_WORDS",
    "age_words",
    "date_words",
    "day_words",
    "entity_summary",
    "grade_in_reader_scheme",
    "grade_letters",
    "grade_words",
    "handling_words",
    "identifier_words",
    "moment_words",
    "period_words",
    "persons_words",
    "position_words",
    "sighting_words",
    "statement_summary",
    "word_of",
]

_MARK = " · "


def statement_summary(
    statement: Statement, *, said_at: dt.datetime, kind: Kind, zone: dt.tzinfo = dt.UTC
) -> tuple[Text, ...]:
    """Short lines: what and when; where, how many; each entity and its identifiers; how sure it is.

    said_at, kind: of its record. zone: in which the hour is shown, in both languages.
    """
    lines = [joined(_MARK, (word_of(KIND_WORDS, kind), moment_words(said_at, zone=zone)))]
    if statement.sighting is not None:
        lines.append(sighting_words(statement.sighting, statement.entities))
    elif len(statement.entities) > 1:
        lines.append(joined(", ", _counted(statement.entities)))
    for entity in statement.entities:
        lines.append(entity_summary(entity))
        lines += [identifier_words(identifier) for identifier in entity.identifiers]
    lines.append(_sureness(statement))
    return tuple(_capital(line) for line in lines)


def _capital(text: Text) -> Text:
    return Text(text.fr[0].upper() + text.fr[1:], text.en[0].upper() + text.en[1:])


def _pair(name: Text, value: Text) -> Text:
    """A name and its value, with the colon of each language."""
    return Text(f"{name.fr} : {value.fr}", f"{name.en}: {value.en}")


def _counted(entities: Iterable[Entity], without: frozenset[EntityKind] = frozenset()) -> list[Text]:
    """How many of each kind of thing are spoken of: 1 boat, 2 vehicles."""
    counts = Counter(entity.kind for entity in entities if entity.kind not in without)
    found = []
    for kind in ENTITY_WORDS:
        number = counts[kind]
        words = ENTITY_WORDS[kind] if number == 1 else ENTITIES_WORDS[kind]
        if number:
            found.append(Text(f"{number} {words.fr}", f"{number} {words.en}"))
    return found


def _sureness(statement: Statement) -> Text:
    basis, day = word_of(BASIS_WORDS, statement.basis), day_words(statement.checked_on)
    grade = grade_words(statement.grade)
    return joined(
        _MARK,
        (
            basis,
            Text(f"cotation {grade.fr}", f"grade {grade.en}"),
            Text(f"vérifié le {day.fr}", f"checked on {day.en}"),
            word_of(COMPLETENESS_WORDS, statement.completeness),
            word_of(CERTAINTY_WORDS, statement.certainty),
        ),
    )


# -- a sighting -------------------------------------------------------------------------------------------------------


def persons_words(count: PersonsOnBoard | None) -> Text:
    """A count of persons as the interval that it is: 40 à 50 personnes; at least 30 persons."""
    if count is None or (count.at_least == 0 and count.at_most is None):
        return Text("nombre de personnes inconnu", "number of persons unknown")
    if count.at_most is None:
        return Text(f"au moins {_persons(count.at_least).fr}", f"at least {_persons(count.at_least).en}")
    if count.at_most == 0:
        return Text("aucune personne", "no persons")
    if count.at_least == count.at_most:
        return _persons(count.at_most)
    most = _persons(count.at_most)
    if count.at_least == 0:
        return Text(f"au plus {most.fr}", f"at most {most.en}")
    return Text(f"{count.at_least} à {most.fr}", f"{count.at_least} to {most.en}")


def _persons(number: int) -> Text:
    return Text(
        f"{number} personne{'s' if number > 1 else ''}", f"{number} person{'' if number == 1 else 's'}"
    )


def _children(number: int, among: bool) -> Text:
    if number == 0:
        return Text("aucun enfant", "no children")
    said = Text(
        f"{number} enfant{'s' if number > 1 else ''}", f"{number} {'child' if number == 1 else 'children'}"
    )
    return Text(f"dont {said.fr}", f"of whom {said.en}") if among else said


def _missing(number: int) -> Text:
    if number == 0:
        return Text("aucune personne disparue", "no person missing")
    ends = "s" if number > 1 else ""
    return Text(f"{_persons(number).fr} disparue{ends}", f"{_persons(number).en} missing")


def position_words(position: Position) -> Text:
    """Degrees and decimal minutes as said at sea, with how closely that is known, where somebody said so.

    Up to a nautical mile in metres, beyond in nautical miles, and never rounded to a closer one.
    """
    said = show(position)
    radius_m = position.uncertainty_m
    if radius_m is None:
        return Text(said, said)
    if radius_m <= METRES_IN_A_NAUTICAL_MILE:
        metres = math.ceil(radius_m)
        return Text(f"{said} (à {metres} m près)", f"{said} (to within {metres} m)")
    miles = f"{math.ceil(radius_m / METRES_IN_A_NAUTICAL_MILE * 10) / 10:.1f}"
    return Text(f"{said} (à {miles.replace('.', ',')} M près)", f"{said} (to within {miles} NM)")


_CODE = re.compile(r"[a-z]+(?:_[a-z]+)+")


def _status(written: str) -> Text:
    """What was done, in words where it is one of the known codes; else quoted, word for word."""
    known = STATUS_WORDS.get(written)
    if known is not None:
        return known
    plain = written.replace("_", " ") if _CODE.fullmatch(written) else written
    return Text(f"« {plain} »", f'"{plain}"')


def sighting_words(sighting: Sighting, entities: Iterable[Entity] = ()) -> Text:
    """One line: boats and things, persons, children, missing · phase · position · what was done.

    entities: of the same statement; they are counted. Persons among them are some of those on board and not added.
    """
    persons = sighting.persons_on_board
    how_many = [*_counted(entities, frozenset({"person"})), persons_words(persons)]
    if sighting.children is not None:
        how_many.append(_children(sighting.children, persons is not None))
    if sighting.missing is not None:
        how_many.append(_missing(sighting.missing))
    parts = [joined(", ", how_many), word_of(PHASE_WORDS, sighting.phase)]
    if sighting.position is not None:
        parts.append(position_words(sighting.position))
    else:
        parts.append(Text("position non connue", "position not known"))
    if sighting.status.strip():
        parts.append(_status(sighting.status.strip()))
    return joined(_MARK, parts)


# -- an entity --------------------------------------------------------------------------------------------------------


def entity_summary(entity: Entity) -> Text:
    """Kind, names (their own script first), category, birth, age, traits, and why it is kept out of cross-checks.

    Without its identifiers (see `identifier_words`) and without nationality.
    """
    kind = word_of(ENTITY_WORDS, entity.kind)
    own_script_first = sorted(entity.names, key=lambda name: scripts_of(name.written)[:1] in ((), ("Latn",)))
    parts = []
    if own_script_first:
        parts.append(_pair(kind, joined(", ", map(_name, own_script_first))))
    elif entity.kind in ("person", "organisation"):
        parts.append(_pair(kind, Text("nom non connu", "name not known")))
    else:
        parts.append(kind)
    if entity.category is not None:
        parts.append(_pair(Text("qualité", "category"), word_of(CATEGORY_WORDS, entity.category)))
    if entity.birth is not None:
        parts.append(_pair(Text("naissance", "birth"), date_words(entity.birth)))
    if entity.kind == "person":
        parts.append(word_of(AGE_BAND_WORDS, entity.age_band))
    parts += map(_trait, entity.traits)
    if entity.exempt is not None:
        parts.append(word_of(EXEMPTION_WORDS, entity.exempt))
    return joined(_MARK, parts)


def _name(name: Name) -> Text:
    written = name.written
    if name.kind == "full":
        return Text(written, written)
    kind = word_of(NAME_WORDS, name.kind)
    return Text(f"{written} ({kind.fr})", f"{written} ({kind.en})")


def _trait(trait: Trait) -> Text:
    value = (
        colour_words(trait.value) if trait.kind == "colour" else Text(trait.value or "–", trait.value or "–")
    )
    return _pair(word_of(TRAIT_WORDS, trait.kind), value)


# -- an identifier ----------------------------------------------------------------------------------------------------


def identifier_words(identifier: Identifier) -> Text:
    """Its kind, its value as written, its usual notation where that helps, what is odd about it, when it was held."""
    written, fault = identifier.written, canonical(identifier).fault
    value = Text(written or "–", written or "–")
    notation = _usual_notation(identifier)
    if notation:
        value = Text(f"{value.fr} (soit {notation})", f"{value.en} (that is {notation})")
    parts = [_pair(word_of(IDENTIFIER_WORDS, identifier.kind), value)]
    if fault is not None:
        parts.append(_pair(Text("à vérifier", "to be checked"), word_of(FAULT_WORDS, fault)))
    held = period_words(identifier.held)
    if held is not None:
        parts.append(Text(f"période : {held.fr}", f"held {held.en}"))
    return joined(_MARK, parts)


def _usual_notation(identifier: Identifier) -> str:
    """How the other shore would write it; empty where that is how it was written, or where nothing was read safely.

    A telephone with its country code, an account in groups of four, an account page by its name alone.
    """
    read, written = canonical(identifier), identifier.written
    if identifier.kind == "phone" and read.fault in (None, "number_not_assigned"):
        usual = phonenumbers.format_number(
            phonenumbers.parse(read.value), phonenumbers.PhoneNumberFormat.INTERNATIONAL
        )
        return "" if _bare(usual) == _bare(written) else usual
    if identifier.kind == "iban" and read.is_valid:
        usual = " ".join(read.value[place : place + 4] for place in range(0, len(read.value), 4))
        return "" if usual == written else usual
    if identifier.kind == "handle" and read.is_valid and "/" in written:
        return f"@{read.value}"
    return ""


def _bare(number: str) -> str:
    return "".join(c for c in number if c == "+" or c.isdecimal())
