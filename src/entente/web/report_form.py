"""A report while it is being written: every field as it was typed, what was added to it, taken or left.

The form is the only memory: whatever a page shows was posted with it and is rendered back from it, so that nothing
typed is lost by an error, a reload or a button, with JavaScript or without. Nothing is judged here; an answer that
cannot be read is kept as it stands and named where the draft is made (`report_draft`). Pure: no node, no clock.
"""

from __future__ import annotations

import itertools
import re
from typing import TypeVar

import msgspec

from entente.errors import Text
from entente.model.identifier import FAULT_WORDS, IDENTIFIER_KINDS, canonical, read_identifier
from entente.web.door import Fields

_T = TypeVar("_T")
# More than anybody writes in one record, and few enough that a form never outgrows the edge.
MOST_STATEMENTS, MOST_ENTITIES, MOST_IDENTIFIERS = 20, 30, 12
_OWN_ID = re.compile(r"[a-z]{1,3}[0-9]{1,4}")


class IdentifierTyped(msgspec.Struct, frozen=True, kw_only=True):
    """One identifier of a form. since, until: the days between which it was held, as typed."""

    kind: str = "phone"
    written: str = ""
    region: str = ""
    since: str = ""
    until: str = ""


class EntityTyped(msgspec.Struct, frozen=True, kw_only=True):
    """A person or thing of a form. others: further names, apart by semicolons."""

    id: str = ""
    kind: str = "person"
    name: str = ""
    others: str = ""
    category: str = "not_yet_assessed"
    birth: str = ""
    age_band: str = "unknown"
    make: str = ""
    model: str = ""
    colour: str = ""
    description: str = ""
    identifiers: tuple[IdentifierTyped, ...] = ()


class StatementTyped(msgspec.Struct, frozen=True, kw_only=True):
    """One statement of a form. taken, refused: the suggestions in its text that were dealt with."""

    id: str = ""
    text: str = ""
    language: str = ""
    basis: str = ""
    author: str = ""
    grounds: str = ""
    source: str = ""
    information: str = ""
    scheme: str = ""
    completeness: str = "unknown"
    certainty: str = "unknown"
    checked_on: str = ""
    position: str = ""
    within_m: str = ""
    people_least: str = ""
    people_most: str = ""
    children: str = ""
    missing: str = ""
    phase: str = "none"
    taken: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    entities: tuple[EntityTyped, ...] = ()

    @property
    def is_seen(self) -> bool:
        """Whether it says anything of what was seen: where, how many."""
        told = (self.position, self.people_least, self.people_most, self.children, self.missing)
        return any(told) or self.phase != "none"


class ReportTyped(msgspec.Struct, frozen=True, kw_only=True):
    """The whole form. replaces: the record of which it is the next version."""

    kind: str = "report"
    compartment: str = ""
    regime: str = ""
    handling: tuple[str, ...] = ()
    conditions: str = ""
    recipients: tuple[str, ...] = ()
    lane: str = ""
    reference: str = ""
    said_at: str = ""
    replaces: str = ""
    under_review: str = ""
    statements: tuple[StatementTyped, ...] = (StatementTyped(id="s1"),)


_LISTS = frozenset({"handling", "recipients", "taken", "refused"})
_INNER = frozenset({"statements", "entities", "identifiers"})


def _plain(form: Fields, prefix: str, to: type[msgspec.Struct]) -> dict[str, object]:
    """The fields of one value that lie in the form under a prefix; what the form leaves out keeps its default."""
    said = set(form.names())
    return {
        field.name: form.all(f"{prefix}{field.name}")
        if field.name in _LISTS
        else form.one(f"{prefix}{field.name}")
        for field in msgspec.structs.fields(to)
        if field.name not in _INNER and f"{prefix}{field.name}" in said
    }


def read_form(form: Fields) -> ReportTyped:
    """What was posted, as it was typed."""
    names = form.names()

    def many(prefix: str, letter: str, most: int) -> list[str]:
        found = {
            int(rest.partition("-")[0])
            for name in names
            if name.startswith(f"{prefix}{letter}")
            and (rest := name[len(prefix) + 1 :]).partition("-")[0].isascii()
            and rest.partition("-")[0].isdigit()
        }
        return [f"{prefix}{letter}{number}-" for number in sorted(found)[:most]]

    statements = tuple(
        StatementTyped(
            **_plain(form, one, StatementTyped),  # type: ignore[arg-type]
            entities=tuple(
                EntityTyped(
                    **_plain(form, other, EntityTyped),  # type: ignore[arg-type]
                    identifiers=tuple(
                        IdentifierTyped(**_plain(form, last, IdentifierTyped))  # type: ignore[arg-type]
                        for last in many(other, "i", MOST_IDENTIFIERS)
                    ),
                )
                for other in many(one, "e", MOST_ENTITIES)
            ),
        )
        for one in many("", "s", MOST_STATEMENTS)
    )
    typed = ReportTyped(**_plain(form, "", ReportTyped))  # type: ignore[arg-type]
    return with_own_ids(msgspec.structs.replace(typed, statements=statements) if statements else typed)


def with_own_ids(typed: ReportTyped) -> ReportTyped:
    """Every statement and entity under an id that no other of the record bears; those that have one keep it.

    A correction keeps the ids of the version before: hits and designations point at them.
    """
    statements, entities = set[str](), set[str]()
    named = {one.id for one in typed.statements}
    named_entities = {entity.id for one in typed.statements for entity in one.entities}

    def own(wished: str, letter: str, used: set[str], elsewhere: set[str]) -> str:
        if not _OWN_ID.fullmatch(wished) or wished in used:
            numbers = itertools.count(1)
            wished = next(made for number in numbers if (made := f"{letter}{number}") not in used | elsewhere)
        used.add(wished)
        return wished

    return msgspec.structs.replace(
        typed,
        statements=tuple(
            msgspec.structs.replace(
                one,
                id=own(one.id, "s", statements, named),
                entities=tuple(
                    msgspec.structs.replace(entity, id=own(entity.id, "e", entities, named_entities))
                    for entity in one.entities
                ),
            )
            for one in typed.statements
        ),
    )


def with_statement(typed: ReportTyped, number: int, statement: StatementTyped) -> ReportTyped:
    """The form with one of its statements changed."""
    statements = list(typed.statements)
    statements[number] = statement
    return msgspec.structs.replace(typed, statements=tuple(statements))


def oddness(typed: IdentifierTyped, region: str) -> Text | None:
    """What is wrong with an identifier as it was typed, in words; None where nothing is. It is kept either way."""
    if not typed.written.strip() or typed.kind not in IDENTIFIER_KINDS:
        return None
    fault = canonical(read_identifier(typed.kind, typed.written, region=typed.region or region)).fault
    return FAULT_WORDS[fault] if fault else None


# -- adding and dropping ----------------------------------------------------------------------------------------------


def edited(typed: ReportTyped, deed: str) -> ReportTyped:
    """The form after one of its buttons: "statement", "person:0", "thing:0", "identifier:0:1", "drop:0:1:2".

    A button that names what is no longer there changes nothing.
    """
    what, *where = deed.split(":")
    if not all(part.isascii() and part.isdigit() for part in where):
        return typed
    at = [int(part) for part in where]
    try:
        return with_own_ids(_edited(typed, what, at))
    except IndexError:
        return typed


def _edited(typed: ReportTyped, what: str, at: list[int]) -> ReportTyped:
    replace = msgspec.structs.replace
    if what == "statement" and len(typed.statements) < MOST_STATEMENTS:
        last = typed.statements[-1]
        # A second statement is mostly of the same source; the grade is offered as it was, and stays to be chosen.
        new = StatementTyped(
            language=last.language, scheme=last.scheme, checked_on=last.checked_on, author=last.author
        )
        return replace(typed, statements=(*typed.statements, new))
    if what == "drop" and len(at) == 1:
        kept = _without(typed.statements, at[0])
        return replace(typed, statements=kept or (StatementTyped(),))
    if not at:
        return typed
    statement = typed.statements[at[0]]
    if what in ("person", "thing") and len(statement.entities) < MOST_ENTITIES:
        new_one = EntityTyped(
            kind="person" if what == "person" else "vehicle",
            identifiers=(IdentifierTyped(kind="phone" if what == "person" else "plate"),),
        )
        return with_statement(typed, at[0], replace(statement, entities=(*statement.entities, new_one)))
    if len(at) < 2:
        return typed
    entity = statement.entities[at[1]]
    if what == "identifier" and len(entity.identifiers) < MOST_IDENTIFIERS:
        changed = replace(entity, identifiers=(*entity.identifiers, IdentifierTyped()))
    elif what == "drop" and len(at) == 3:
        changed = replace(entity, identifiers=_without(entity.identifiers, at[2]))
    elif what == "drop":
        return with_statement(typed, at[0], replace(statement, entities=_without(statement.entities, at[1])))
    else:
        return typed
    entities = list(statement.entities)
    entities[at[1]] = changed
    return with_statement(typed, at[0], replace(statement, entities=tuple(entities)))


def _without(values: tuple[_T, ...], place: int) -> tuple[_T, ...]:
    values[place]  # IndexError for what is not there
    return (*values[:place], *values[place + 1 :])
