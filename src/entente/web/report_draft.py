"""From a form to the draft that a node takes.

What is missing or cannot be read is named field by field, all of it at once; what only the node can judge it says when
it is asked. Nothing is guessed that changes what is said: basis, grade, handling and regime have no default. In a
correction, what the form does not show of the version before is carried over, so that correcting a name loses nothing.
Pure.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from entente.errors import EntenteError, Malformed, Text
from entente.model.entity import CATEGORIES, DESIGNATED_CATEGORIES, Entity, Trait
from entente.model.grading import Grade, Scheme
from entente.model.identifier import Identifier, read_identifier
from entente.model.moment import Period, read_date, read_instant
from entente.model.name import read_name
from entente.model.place import Position, read_position, show
from entente.model.report import Compartment, Draft, Purpose, Statement, Wording
from entente.model.sighting import PersonsOnBoard, Sighting
from entente.model.strict import convert
from entente.web.report_form import (
    EntityTyped,
    IdentifierTyped,
    ReportTyped,
    StatementTyped,
)

# Each shore grades in its own scheme and dials its own numbers.
SCHEME_OF_PARTY: dict[str, Scheme] = {"FR": "admiralty", "UK": "3x5x2"}
REGION_OF_PARTY = {"FR": "FR", "UK": "GB"}
LANGUAGE_OF_PARTY = {"FR": "fr", "UK": "en"}
# What a person may be called in a report: nobody is accused by one (CAT-3).
WRITTEN_CATEGORIES = tuple(one for one in CATEGORIES if one not in DESIGNATED_CATEGORIES)
_PURPOSES: dict[Compartment, Purpose] = {
    "life_saving": "life_saving",
    "judicial": "investigation",
    "victims": "investigation",
}
TRAITS = ("make", "model", "colour", "description")


class Fault(msgspec.Struct, frozen=True):
    """What is wrong with one field of the form, by the field's own id."""

    field: str
    text: Text


class Writer(msgspec.Struct, frozen=True, kw_only=True):
    """Who writes, for whom, when: what every draft of theirs has in common. opens: compartments of their role."""

    officer: str
    service: str
    party: str
    matter: str
    opens: tuple[Compartment, ...]
    today: dt.date
    zone: ZoneInfo

    @property
    def region(self) -> str:
        """Whose numbers a number without its country is one of."""
        return REGION_OF_PARTY.get(self.party, "FR")

    @property
    def scheme(self) -> Scheme:
        """The scheme that this shore grades in."""
        return SCHEME_OF_PARTY.get(self.party, "europol")

    @property
    def saves_life(self) -> bool:
        """Whether all that this role writes is of rescue at sea."""
        return self.opens == ("life_saving",)


class _Reading:
    """Collects faults while one form is read; a value that cannot be read is left out and named."""

    def __init__(self, writer: Writer) -> None:
        self.writer = writer
        self.faults: list[Fault] = []

    def missing(self, field: str, fr: str, en: str) -> None:
        self.faults.append(Fault(field, Text(fr, en)))

    def read(self, field: str, how: Any, *args: Any, **more: Any) -> Any:
        try:
            return how(*args, **more)
        except EntenteError as error:
            remedy = error.remedy
            text = error.text
            if remedy is not None:
                text = Text(f"{text.fr} {remedy.fr}", f"{text.en} {remedy.en}")
            self.faults.append(Fault(field, text))
        except ValueError:
            self.missing(field, "Cette réponse ne se lit pas.", "This answer cannot be read.")
        return None

    def number(self, field: str, written: str) -> int | None:
        if not written:
            return None
        if written.isascii() and written.isdigit() and len(written) < 6:
            return int(written)
        self.missing(field, f"« {written[:20]} » n’est pas un nombre.", f"“{written[:20]}” is no number.")
        return None


def draft_of(
    typed: ReportTyped, writer: Writer, before: Draft | None = None
) -> tuple[Draft | None, tuple[Fault, ...]]:
    """The draft that a form makes, or None and what is wrong with which field.

    before: in a correction, the version that is replaced (see `report_again`); what the form does not show is its.
    """
    reading = _Reading(writer)
    compartment = typed.compartment or (writer.opens[0] if writer.opens else "intelligence")
    if compartment not in writer.opens:
        reading.missing(
            "compartment", "Votre rôle n’ouvre pas ce compartiment.", "Your role does not open that file."
        )
    if typed.kind not in ("report", "sighting"):
        reading.missing("kind", "Choisissez compte rendu ou observation.", "Choose report or sighting.")
    earlier = {one.id: one for one in before.statements} if before else {}
    statements = [
        made
        for place, one in enumerate(typed.statements, start=1)
        if one.text.strip() or one.entities or place == 1
        if (made := _statement(one, f"s{place}-", reading, earlier.get(one.id), typed.kind)) is not None
    ]
    at_sea = compartment == "life_saving" and typed.kind == "sighting"
    if typed.kind == "report" and typed.regime not in ("smuggling", "trafficking", "undetermined"):
        reading.missing(
            "regime",
            "Dites de quelle infraction il s’agit, ou qu’elle n’est pas déterminée.",
            "Say which offence this is of, or that it is not determined.",
        )
    if not typed.handling and not at_sea:
        reading.missing("handling", "Choisissez un code de traitement.", "Choose a handling code.")
    conditional = {"H3", "UK:C"} & set(typed.handling)
    if conditional and not typed.conditions:
        reading.missing(
            "conditions",
            "Le code annonce des conditions : écrivez-les.",
            "The code announces conditions: write them.",
        )
    said_at = (
        reading.read("said_at", read_instant, typed.said_at, zone=writer.zone.key) if typed.said_at else None
    )
    if reading.faults:
        return None, tuple(reading.faults)
    values: dict[str, Any] = {
        "kind": typed.kind,
        "service": writer.service,
        "purpose": _PURPOSES.get(compartment, "intelligence"),  # type: ignore[call-overload]
        "matter": before.matter if before else writer.matter,
        "compartment": compartment,
        "regime": typed.regime or None if typed.kind == "report" else None,
        "handling": typed.handling,
        "conditions": typed.conditions or None if conditional else None,
        "recipients": typed.recipients,
        "lane": typed.lane or None,
        "said_at": said_at,
        "reference": typed.reference or None,
        "replaces": typed.replaces or None,
        "under_review": bool(typed.under_review),
        "grade": statements[0].grade if statements else None,
    }
    try:
        draft: Draft = convert(
            {name: value for name, value in msgspec.to_builtins(values).items() if value is not None}, Draft
        )
    except Malformed as error:
        return None, (Fault("kind", error.text),)
    return msgspec.structs.replace(draft, statements=tuple(statements)), ()


def _statement(
    one: StatementTyped, prefix: str, reading: _Reading, before: Statement | None, kind: str
) -> Statement | None:
    known = len(reading.faults)
    if not one.text.strip():
        reading.missing(f"{prefix}text", "Écrivez ce qui est dit.", "Write what is said.")
    if one.basis not in ("fact", "assessment", "reported"):
        reading.missing(
            f"{prefix}basis",
            "Dites si c’est un fait, une appréciation ou un propos rapporté.",
            "Say whether this is a fact, an assessment or reported.",
        )
    if one.basis == "assessment" and not one.grounds:
        reading.missing(
            f"{prefix}grounds",
            "Une appréciation dit sur quoi elle repose.",
            "An assessment says what it rests on.",
        )
    scheme = one.scheme or reading.writer.scheme
    grade = None
    if not one.source:
        reading.missing(f"{prefix}source", "Cotez la source.", "Grade the source.")
    if not one.information:
        reading.missing(f"{prefix}information", "Cotez l’information.", "Grade the information.")
    if one.source and one.information:
        grade = reading.read(f"{prefix}source", Grade, scheme, one.source, one.information)
    checked_on = (
        reading.read(f"{prefix}checked_on", _day, one.checked_on) if one.checked_on else reading.writer.today
    )
    entities = _entities(one.entities, prefix, reading, before)
    sighting = _sighting(one, prefix, reading, before) if one.is_seen or kind == "sighting" else None
    if len(reading.faults) > known or grade is None:
        return None
    language = one.language or LANGUAGE_OF_PARTY.get(reading.writer.party, "en")
    wording = Wording(language=language, text=one.text)
    if before is not None and (before.wording.text, before.wording.language) == (one.text, language):
        wording = before.wording
    assessed = one.basis == "assessment"
    made: Statement | None = reading.read(
        f"{prefix}text",
        Statement,
        id=one.id,
        basis=one.basis,
        wording=wording,
        grade=grade,
        checked_on=checked_on,
        completeness=one.completeness if one.completeness in ("complete", "partial") else "unknown",
        certainty=one.certainty if one.certainty in ("certain", "probable", "possible") else "unknown",
        author=(one.author or reading.writer.officer) if assessed else None,
        grounds=one.grounds if assessed else None,
        entities=tuple(entities),
        sighting=sighting,
        compartment=before.compartment if before else None,
        reference=before.reference if before else None,
    )
    return made


def _day(written: str) -> dt.date:
    return dt.date.fromisoformat(written)


def _sighting(one: StatementTyped, prefix: str, reading: _Reading, before: Statement | None) -> Sighting:
    seen = before.sighting if before and before.sighting else Sighting()
    position: Position | None = None
    if one.position:
        position = reading.read(f"{prefix}position", read_position, one.position)
        within = reading.number(f"{prefix}within_m", one.within_m)
        if position is not None and within is not None:
            position = msgspec.structs.replace(position, uncertainty_m=float(within))
        if seen.position is not None and one.position == show(seen.position):
            # As it was: its own writing and its figures, not those of our rounding.
            position = msgspec.structs.replace(
                seen.position, uncertainty_m=position.uncertainty_m if position else None
            )
    least = reading.number(f"{prefix}people_least", one.people_least)
    most = reading.number(f"{prefix}people_most", one.people_most)
    persons = None
    if least is not None or most is not None:
        if most is not None and (least or 0) > most:
            reading.missing(
                f"{prefix}people_most",
                "« Au plus » est inférieur à « au moins ».",
                "“At most” is below “at least”.",
            )
        else:
            persons = PersonsOnBoard(least or 0, most)
    phase = one.phase if one.phase in ("uncertainty", "alert", "distress") else "none"
    return msgspec.structs.replace(
        seen,
        phase=phase,
        position=position,
        persons_on_board=persons,
        children=reading.number(f"{prefix}children", one.children),
        missing=reading.number(f"{prefix}missing", one.missing),
    )


def _entities(
    typed: Sequence[EntityTyped], prefix: str, reading: _Reading, before: Statement | None
) -> list[Entity]:
    earlier = {entity.id: entity for entity in before.entities} if before else {}
    return [
        made
        for place, one in enumerate(typed, start=1)
        if (made := _entity(one, f"{prefix}e{place}-", reading, earlier.get(one.id))) is not None
    ]


def _entity(one: EntityTyped, prefix: str, reading: _Reading, before: Entity | None) -> Entity | None:
    known = {name.written: name for name in before.names} if before else {}
    written = [part.strip() for part in (one.name, *one.others.split(";")) if part.strip()]
    names = [
        known.get(each)
        or reading.read(f"{prefix}name", read_name, each, "full" if place == 0 and one.name else "alias")
        for place, each in enumerate(written)
    ]
    identifiers = _identifiers(one.identifiers, prefix, reading, before)
    traits = [trait for trait in (before.traits if before else ()) if trait.kind not in TRAITS]
    traits += [Trait(kind, value) for kind in TRAITS if (value := getattr(one, kind))]  # type: ignore[arg-type]
    birth = reading.read(f"{prefix}birth", read_date, one.birth) if one.birth else None
    if any(name is None for name in names):
        return None
    is_person = one.kind == "person"
    category = one.category if one.category in WRITTEN_CATEGORIES else "not_yet_assessed"
    # A mind apart from what the form shows: exemption and nationality stay as they were.
    kept = {"exempt": before.exempt, "nationality": before.nationality} if before else {}
    made: Entity | None = reading.read(
        f"{prefix}kind",
        convert,
        msgspec.to_builtins(
            {
                "id": one.id,
                "kind": one.kind,
                "names": names,
                "identifiers": identifiers,
                "birth": birth if is_person else None,
                "category": category if is_person else None,
                "age_band": one.age_band if is_person else "unknown",
                "traits": traits,
                **kept,
            }
        ),
        Entity,
    )
    return made


def _identifiers(
    typed: Iterable[IdentifierTyped], prefix: str, reading: _Reading, before: Entity | None
) -> list[Identifier]:
    earlier: dict[tuple[str, str], Identifier] = (
        {(one.kind, one.written): one for one in before.identifiers} if before else {}
    )
    found = []
    for place, one in enumerate(typed, start=1):
        if not one.written.strip():
            continue
        where = f"{prefix}i{place}-"
        start = reading.read(f"{where}since", read_date, one.since) if one.since else None
        end = reading.read(f"{where}until", read_date, one.until) if one.until else None
        held = reading.read(f"{where}since", Period, start, end) if start or end else None
        was = earlier.get((one.kind, one.written))
        region = one.region or (was.region if was else reading.writer.region)
        made = reading.read(
            f"{where}written", read_identifier, one.kind, one.written, region=region, held=held
        )
        if made is not None:
            found.append(made)
    return found
