"""A record as its reader sees it: each statement with its words, its translation, its people and things, its grade.

The original always stands beside what was made of it (FACT-6); a grade in the reader's own scheme is marked as derived
and never better than the issuer's; what is withheld is said to be withheld. Values in, values out: who may see what was
decided where the record was read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

import msgspec

from entente.errors import Language, Text
from entente.formats.glossary import GlossedRun, gloss
from entente.formats.summary import entity_summary, identifier_words, sighting_words
from entente.formats.words import (
    CERTAINTY_WORDS,
    COMPLETENESS_WORDS,
    ENTITY_WORDS,
    grade_in_reader_scheme,
    grade_letters,
    word_of,
)
from entente.model.entity import Category, Entity, EntityKind
from entente.model.grading import Scheme, show_in
from entente.model.identifier import KIND_WORDS as IDENTIFIER_WORDS
from entente.model.identifier import Identifier
from entente.model.name import NAME_WORDS, Name, scripts_of
from entente.model.report import BASIS_WORDS, Statement

_MARK = " · "
ICONS: dict[EntityKind, str] = {
    "person": "person",
    "organisation": "company",
    "vehicle": "vehicle",
    "boat": "boat",
    "device": "device",
    "account": "account",
    "object": "plus",
    "place": "place",
}


class Rendering(msgspec.Struct, frozen=True, kw_only=True):
    """The words in the reader's language, and who put them so. by_issuer: they came signed with the record."""

    text: str
    language: str
    by: Literal["person", "machine"]
    by_issuer: bool
    is_draft: bool = False
    officer: str = ""
    decided_by: str = ""


class IdentifierShown(msgspec.Struct, frozen=True, kw_only=True):
    """An identifier: what it is, as written, and what is to be said of it."""

    kind: Text
    written: str
    notes: Text | None


class EntityShown(msgspec.Struct, frozen=True, kw_only=True):
    """A person or thing. names: (name, what kind of name), its own script first. standing: by designation, if any."""

    id: str
    is_person: bool
    icon: str
    kind: Text
    names: tuple[tuple[Name, Text | None], ...]
    rest: Text | None
    identifiers: tuple[IdentifierShown, ...]
    standing: Category | None = None


class StatementShown(msgspec.Struct, frozen=True, kw_only=True):
    """One statement, ready to be read. waiting: its words wait for a translation, and `hints` help until it comes."""

    statement: Statement
    basis: Text
    sureness: tuple[Text, ...]
    grade: Text
    native: Text | None
    seen: Text | None
    entities: tuple[EntityShown, ...]
    renderings: tuple[Rendering, ...]
    waiting: bool
    hints: tuple[GlossedRun, ...]


def statement_shown(
    statement: Statement,
    *,
    language: Language,
    scheme: Scheme,
    translated: Sequence[Rendering],
    standing: Callable[[str], Category | None],
) -> StatementShown:
    """A statement for a reader. translated: what was translated at this node; standing: of a person, by entity id."""
    wording = statement.wording
    own = tuple(
        Rendering(text=one.text, language=one.language, by=one.by, by_issuer=True)
        for one in wording.translations
        if one.language == language
    )
    foreign = wording.language != language
    renderings = (*own, *translated) if foreign else ()
    waiting = foreign and not any(not one.is_draft for one in renderings) and bool(wording.text.strip())
    hints: tuple[GlossedRun, ...] = ()
    if waiting and wording.language in ("fr", "en"):
        hints = gloss(wording.text, "fr" if wording.language == "fr" else "en", language)
    derived = show_in(statement.grade, scheme).is_derived
    return StatementShown(
        statement=statement,
        basis=word_of(BASIS_WORDS, statement.basis),
        sureness=(
            word_of(COMPLETENESS_WORDS, statement.completeness),
            word_of(CERTAINTY_WORDS, statement.certainty),
        ),
        grade=grade_in_reader_scheme(statement.grade, scheme),
        native=grade_letters(statement.grade) if derived else None,
        seen=None if statement.sighting is None else sighting_words(statement.sighting, statement.entities),
        entities=tuple(entity_shown(entity, standing(entity.id)) for entity in statement.entities),
        renderings=renderings,
        waiting=waiting,
        hints=hints if any(run.equivalents for run in hints) else (),
    )


def entity_shown(entity: Entity, standing: Category | None = None) -> EntityShown:
    """A person or thing with its names apart, so that each can stand in its own direction."""
    # Its own line says its name first; with a placeholder for it, what follows is the rest.
    bare = msgspec.structs.replace(
        entity, names=(Name("-"),), category=entity.category and (standing or entity.category)
    )
    return EntityShown(
        id=entity.id,
        is_person=entity.kind == "person",
        icon=ICONS.get(entity.kind, "plus"),
        kind=word_of(ENTITY_WORDS, entity.kind),
        names=tuple(
            (name, None if name.kind == "full" else word_of(NAME_WORDS, name.kind))
            for name in sorted(entity.names, key=lambda name: scripts_of(name.written)[:1] in ((), ("Latn",)))
        ),
        rest=_rest(entity_summary(bare)),
        identifiers=tuple(identifier_shown(one) for one in entity.identifiers),
        standing=standing,
    )


def identifier_shown(identifier: Identifier) -> IdentifierShown:
    """An identifier with its value apart: it is never broken, and never read in the wrong direction."""
    words = identifier_words(identifier)
    kind = word_of(IDENTIFIER_WORDS, identifier.kind)
    fr = _after(words.fr, kind.fr, identifier.written)
    en = _after(words.en, kind.en, identifier.written)
    return IdentifierShown(kind=kind, written=identifier.written, notes=Text(fr, en) if fr and en else None)


def _after(words: str, kind: str, written: str) -> str:
    """What follows the value in the line that says an identifier."""
    at = words.find(written, len(kind))
    return words[at + len(written) :].strip().strip("·").strip() if at >= 0 else ""


def _rest(said: Text) -> Text | None:
    fr, en = said.fr.partition(_MARK)[2], said.en.partition(_MARK)[2]
    return Text(fr, en) if fr and en else None


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One step of a timeline. state: done, the newest one confirmed by a person, or still waited for."""

    text: Text
    state: Literal["done", "confirmed", "waiting", "refused"]
    note: str = ""
    at: object = None


def ladder(
    reached: str, words: Mapping[str, Text], order: Sequence[str], at: object = None, note: str = ""
) -> tuple[Step, ...]:
    """The steps up to what was reached, and those that are still to come."""
    climbed = [step for step in order if step != "refused"]
    if reached in ("refused", "withdrawn"):
        said = words.get(reached, Text("retirée", "withdrawn"))
        return (Step(text=said, state="refused", at=at, note=note),)
    height = climbed.index(reached) if reached in climbed else -1
    return tuple(
        Step(
            text=words[step],
            state="waiting"
            if place > height
            else "confirmed"
            if step in ("seen", "acted_on") and place == height
            else "done",
            at=at if place == height else None,
            note=note if place == height else "",
        )
        for place, step in enumerate(climbed)
    )
