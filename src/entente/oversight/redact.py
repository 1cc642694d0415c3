"""What of a record may stand in a letter to the person it speaks of: their own data, and nobody else's.

Made again from the statement, never a bar over text: names and numbers of other entities give way to "[another
person]", and so does any number or account that is not the person's own, since a text may name more people than its
writer listed.
A name that nobody listed is not recognised; so a person who may read the record reads the result before it goes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

import msgspec

from entente.errors import Text
from entente.evidence.names import tokens
from entente.model.entity import CATEGORY_WORDS, Entity
from entente.model.identifier import KIND_WORDS, canonical
from entente.model.name import NAME_WORDS
from entente.model.report import Statement

OTHER = Text("[autre personne]", "[another person]")
_WORD = re.compile(r"\w+(?:[’'\-]\w+)*")
# Six digits and more with separators, or an account: what could lead to somebody.
_VALUE = re.compile(r"\+?\d(?:[ .\-/()]{0,2}\d){5,}|@\w{3,}|[\w.+-]+@[\w-]+\.\w+")


class Disclosed(msgspec.Struct, frozen=True, kw_only=True):
    """What one record gives to the letter. record: its id; facts: line by line; words: its redacted text, if any."""

    record: str
    facts: tuple[Text, ...]
    words: tuple[Text, ...] = ()


def disclosed_of(
    record: str, statements: Sequence[Statement], about: Sequence[str], *, in_part: bool
) -> Disclosed:
    """The part of a record that is about one person. about: the ids of that person's entities in it.

    in_part: the person's own facts alone, without the text around them.
    """
    entities = [entity for statement in statements for entity in statement.entities]
    own = [entity for entity in entities if entity.id in about]
    others = [entity for entity in entities if entity.id not in about]
    facts = tuple(dict.fromkeys(fact for entity in own for fact in _facts(entity)))
    words: list[Text] = []
    if not in_part:
        for statement in statements:
            if any(entity.id in about for entity in statement.entities):
                words.append(_words(statement, own, others))
    return Disclosed(record=record, facts=facts, words=tuple(words))


def _facts(entity: Entity) -> Iterator[Text]:
    for name in entity.names:
        kind = NAME_WORDS[name.kind]
        yield Text(f"{kind.fr} : {name.written}", f"{kind.en}: {name.written}")
    if entity.birth is not None:
        yield Text(f"date de naissance : {entity.birth}", f"date of birth: {entity.birth}")
    for identifier in entity.identifiers:
        words = KIND_WORDS[identifier.kind]
        yield Text(f"{words.fr} : {identifier.written}", f"{words.en}: {identifier.written}")
    if entity.category is not None:
        category = CATEGORY_WORDS[entity.category]
        yield Text(f"catégorie : {category.fr}", f"category: {category.en}")


def _words(statement: Statement, own: Sequence[Entity], others: Sequence[Entity]) -> Text:
    """The text in both languages; where there is no translation by a person, the original stands and says so."""
    said = {statement.wording.language: statement.wording.text}
    said |= {one.language: one.text for one in statement.wording.translations if one.by == "person"}

    def in_language(language: str, other: str) -> str:
        if language in said:
            return redact(said[language], own, others, OTHER.fr if language == "fr" else OTHER.en)
        text = redact(statement.wording.text, own, others, other)
        return f"[{statement.wording.language}] {text}"

    return Text(in_language("fr", OTHER.fr) or "–", in_language("en", OTHER.en) or "–")


def redact(text: str, own: Sequence[Entity], others: Sequence[Entity], mark: str) -> str:
    """The text without what leads to anybody but the person's own entities; `mark` stands in its place."""
    kept = {word for entity in own for name in entity.names for word in tokens(name.written)}
    hidden = {word for entity in others for name in entity.names for word in tokens(name.written)} - kept
    own_values = {value for entity in own for value in _values(entity)}
    spans = [
        found.span()
        for value in sorted({value for entity in others for value in _values(entity)} - own_values)
        for found in _spelled(value).finditer(text)
    ]
    spans += [found.span() for found in _VALUE.finditer(text) if not _is_own(found.group(), own_values)]
    spans += [found.span() for found in _WORD.finditer(text) if hidden & set(tokens(found.group()))]
    return _without(text, spans, mark)


def _values(entity: Entity) -> Iterator[str]:
    for identifier in entity.identifiers:
        for value in (identifier.written, canonical(identifier).value):
            bare = _bare(value)
            if len(bare) >= 4:
                yield bare


def _bare(value: str) -> str:
    return "".join(sign for sign in value.casefold() if sign.isalnum())


def _spelled(bare: str) -> re.Pattern[str]:
    """The value however it is spaced."""
    return re.compile(r"[\s.\-/()]{0,2}".join(re.escape(sign) for sign in bare), re.IGNORECASE)


def _is_own(written: str, own_values: set[str]) -> bool:
    bare = _bare(written)
    # A number with and without its country's prefix ends alike; eight signs are enough to be the same.
    return any(
        bare == value or (min(len(bare), len(value)) >= 8 and bare[-8:] == value[-8:]) for value in own_values
    )


def _without(text: str, spans: Sequence[tuple[int, int]], mark: str) -> str:
    """The text with the mark for each run of spans that touch, or have nothing but blanks and dashes between them."""
    if not spans:
        return text
    runs: list[list[int]] = []
    for start, end in sorted(spans):
        if runs and not text[runs[-1][1] : start].strip(" \t-–,’'"):
            runs[-1][1] = max(runs[-1][1], end)
        else:
            runs.append([start, end])
    bounds = [0, *(edge for run in runs for edge in run), len(text)]
    kept = [text[first:end] for first, end in list(pairwise(bounds))[::2]]
    return mark.join(kept)
