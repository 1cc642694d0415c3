"""What was read in an officer's words, on its way into the form: taken or refused one by one, and put where they say.

A suggestion is offered where the structured part has a place for it; several places are offered, the one that accuses
nobody first: a number belongs to a thing until an officer says whose it is. Pure.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from entente.errors import Text
from entente.formats.suggest import Suggestion, suggest
from entente.formats.words import ENTITY_WORDS, word_of
from entente.model.entity import EntityKind
from entente.model.identifier import IdentifierKind
from entente.model.place import show
from entente.web.report_form import (
    EntityTyped,
    IdentifierTyped,
    ReportTyped,
    StatementTyped,
    with_own_ids,
    with_statement,
)

# What an identifier belongs to where nobody says whose it is: a thing, never a person that nobody named.
THING_OF: dict[IdentifierKind, EntityKind] = {
    "phone": "device",
    "imei": "device",
    "plate": "vehicle",
    "hull": "boat",
    "vessel_name": "boat",
    "mmsi": "boat",
    "iban": "account",
    "hawala_token": "account",
    "handle": "account",
    "email": "account",
    "address": "place",
}


class Offered(msgspec.Struct, frozen=True, kw_only=True):
    """A suggestion as it stands on the page. targets: where it may go (value, words), the first unless chosen."""

    suggestion: Suggestion
    state: Literal["open", "taken", "refused"]
    targets: tuple[tuple[str, Text], ...] = ()


def offered(statement: StatementTyped, kind: str, *, region: str, today: dt.date) -> tuple[Offered, ...]:
    """What is read in a statement's text, each with what became of it. Raises Malformed where the text is too long."""
    found = suggest(statement.text, region=region, today=today)
    return tuple(
        Offered(
            suggestion=one,
            state="taken"
            if one.id in statement.taken
            else "refused"
            if one.id in statement.refused
            else "open",
            targets=targets,
        )
        for one in found
        if (targets := _targets(statement, one, kind))
    )


def _labelled(entity: EntityTyped) -> Text:
    kind = word_of(ENTITY_WORDS, entity.kind)
    name = entity.name or next((one.written for one in entity.identifiers if one.written), "")
    return Text(f"{kind.fr} : {name}", f"{kind.en}: {name}") if name else Text(kind.fr, kind.en)


def _targets(statement: StatementTyped, one: Suggestion, kind: str) -> tuple[tuple[str, Text], ...]:
    """Where a suggestion may go; empty where the structured part has no place for it."""
    entities = tuple((entity.id, _labelled(entity)) for entity in statement.entities)
    person = ("person", Text("une personne à ajouter", "a person to be added"))
    if one.identifier is not None:
        thing = ENTITY_WORDS[THING_OF.get(one.identifier.kind, "object")]
        return (("own", Text(f"{thing.fr}, à part", f"{thing.en}, on its own")), *entities, person)
    if one.place is not None:
        place = ("place", Text("un lieu dont on parle", "a place spoken of"))
        seen = ("seen", Text("là où cela a été vu", "where it was seen"))
        return (seen, place) if kind == "sighting" else (place, seen)
    if one.position is not None:
        return (("seen", Text("là où cela a été vu", "where it was seen")),)
    if one.count is not None and one.counted in ("people", "children", "missing"):
        return (("seen", Text("le nombre vu", "the number seen")),)
    if one.moment is None:
        return ()
    if one.moment.is_birth:
        born = tuple(
            (f"{entity.id}", Text(f"naissance, {words.fr}", f"birth, {words.en}"))
            for entity, (_, words) in zip(statement.entities, entities, strict=True)
            if entity.kind == "person"
        )
        return (*born, person)
    when = [("said_at", Text("vu ou dit à ce moment", "seen or said then"))] if one.moment.has_clock else []
    if one.moment.day is not None:
        for entity in statement.entities:
            for place_, each in enumerate(entity.identifiers):
                if each.written:
                    when.append(
                        (
                            f"{entity.id}/{place_}/since",
                            Text(f"{each.written} : depuis", f"{each.written}: since"),
                        )
                    )
                    when.append(
                        (
                            f"{entity.id}/{place_}/until",
                            Text(f"{each.written} : jusqu’à", f"{each.written}: until"),
                        )
                    )
    # "Meet tomorrow" says nothing of when a plate was held: unless an officer says so, a day stays in the text.
    if when and not one.moment.has_clock:
        when.insert(0, ("text", Text("dans le texte seulement", "in the text only")))
    return tuple(when)


class Put(msgspec.Struct, frozen=True, kw_only=True):
    """Where things are put: the writer's country, day and clock."""

    region: str
    today: dt.date
    zone: ZoneInfo


def leave(typed: ReportTyped, number: int, suggestion: str, *, again: bool = False) -> ReportTyped:
    """Refuse a suggestion, or (again) have one offered anew that was dealt with."""
    if not 0 <= number < len(typed.statements):
        return typed
    statement = typed.statements[number]
    taken = tuple(one for one in statement.taken if one != suggestion)
    refused = tuple(one for one in statement.refused if one != suggestion)
    changed = msgspec.structs.replace(
        statement, taken=taken, refused=refused if again else (*refused, suggestion)
    )
    return with_statement(typed, number, changed)


def take(typed: ReportTyped, number: int, suggestion: str, target: str, put: Put) -> ReportTyped:
    """Put what an officer accepted where they said. What is no longer in the text changes nothing."""
    if not 0 <= number < len(typed.statements):
        return typed
    statement = typed.statements[number]
    found = next(
        (
            one
            for one in offered(statement, typed.kind, region=put.region, today=put.today)
            if one.suggestion.id == suggestion
        ),
        None,
    )
    if found is None:
        return typed
    chosen = target if target in {value for value, _ in found.targets} else found.targets[0][0]
    statement = msgspec.structs.replace(
        statement,
        taken=(*statement.taken, suggestion),
        refused=tuple(other for other in statement.refused if other != suggestion),
    )
    if chosen == "said_at" and found.suggestion.moment is not None:
        local = found.suggestion.moment.earliest.astimezone(put.zone)
        typed = msgspec.structs.replace(typed, said_at=f"{local:%Y-%m-%dT%H:%M}")
    return with_own_ids(with_statement(typed, number, _put(statement, found.suggestion, chosen)))


def _put(statement: StatementTyped, one: Suggestion, chosen: str) -> StatementTyped:
    replace = msgspec.structs.replace
    if one.identifier is not None:
        written = IdentifierTyped(
            kind=one.identifier.kind, written=one.identifier.written, region=one.identifier.region
        )
        kind = "person" if chosen == "person" else THING_OF.get(one.identifier.kind, "object")
        return _into(
            statement,
            chosen,
            EntityTyped(kind=kind),
            lambda entity: replace(
                entity, identifiers=(*(each for each in entity.identifiers if each.written), written)
            ),
        )
    if one.place is not None and chosen == "place":
        return replace(
            statement, entities=(*statement.entities, EntityTyped(kind="place", name=one.place.name))
        )
    position = one.place.position if one.place is not None else one.position
    if position is not None:
        within = "" if position.uncertainty_m is None else str(round(position.uncertainty_m))
        return replace(statement, position=show(position), within_m=within)
    if one.count is not None:
        least, most = (
            str(one.count.at_least),
            "" if one.count.at_most is None else str(one.count.at_most),
        )
        if one.counted == "people":
            return replace(statement, people_least=least, people_most=most)
        return replace(statement, **{str(one.counted): least})
    if one.moment is None or one.moment.day is None or chosen in ("said_at", "text"):
        return statement
    day = str(one.moment.day)
    entity_id, slash, rest = chosen.partition("/")
    if slash:
        place, _, end = rest.partition("/")
        return _into(statement, entity_id, EntityTyped(), lambda entity: _held(entity, int(place), end, day))
    return _into(statement, chosen, EntityTyped(), lambda entity: replace(entity, birth=day))


def _held(entity: EntityTyped, place: int, end: str, day: str) -> EntityTyped:
    identifiers = list(entity.identifiers)
    identifiers[place] = msgspec.structs.replace(identifiers[place], **{end: day})
    return msgspec.structs.replace(entity, identifiers=tuple(identifiers))


def _into(
    statement: StatementTyped,
    entity_id: str,
    new: EntityTyped,
    change: Callable[[EntityTyped], EntityTyped],
) -> StatementTyped:
    entities = [change(entity) if entity.id == entity_id else entity for entity in statement.entities]
    if entity_id not in {entity.id for entity in statement.entities}:
        entities.append(change(new))
    return msgspec.structs.replace(statement, entities=tuple(entities))
