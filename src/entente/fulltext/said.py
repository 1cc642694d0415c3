"""What of a statement can be found, and which piece of it is shown with the words that were found.

Only what is listed here enters the index. Nationality is not: no search, filter or order may rest on it (CAT-8).
Texts are kept as they were written, since that is what is shown; other forms of an identifier are found and not shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from entente.fulltext.words import (
    BOUNDARY,
    NAMING,
    Term,
    compact,
    placed_words,
    words_of,
)
from entente.model.identifier import canonical
from entente.model.report import Raw, Statement, Warning
from entente.model.wire import Header

SNIPPET_CHARACTERS = 240
BEFORE_THE_MATCH_CHARACTERS = 80
# A pasted page is found whole; of a longer one the place of a match is not looked for beyond this.
MOST_LOOKED_AT_CHARACTERS = 8000


class Item(msgspec.Struct, frozen=True, array_like=True):
    """One text. also: other forms of all of it. is_name: it says who or which. is_shown: a snippet may be of it."""

    text: str
    also: tuple[str, ...] = ()
    is_name: bool = False
    is_shown: bool = True


class Run(msgspec.Struct, frozen=True):
    """A piece of a snippet, and whether it is what was asked for."""

    text: str
    is_match: bool


def items_of(said: Statement | Raw | Warning, header: Header) -> list[Item]:
    """All that can be found of one statement, its wording first; the record's own words (matter, service) last."""
    if isinstance(said, Raw):
        items = [Item(said.text)]
    elif isinstance(said, Warning):
        items = [Item(said.place)]
    else:
        items = list(_items_of_statement(said))
    if header.reference:
        items.append(Item(header.reference, (compact(header.reference),), is_name=True, is_shown=False))
    items += [Item(header.matter, is_shown=False), Item(header.service, is_shown=False)]
    return [item for item in items if item.text.strip()]


def _items_of_statement(statement: Statement) -> Iterator[Item]:
    yield Item(statement.wording.text)
    for translation in statement.wording.translations:
        yield Item(translation.text)
    for entity in statement.entities:
        for name in entity.names:
            yield Item(name.written, is_name=True)
        for identifier in entity.identifiers:
            forms = dict.fromkeys((compact(identifier.written), compact(canonical(identifier).value)))
            yield Item(identifier.written, tuple(form for form in forms if form), is_name=True)
        for trait in entity.traits:
            yield Item(trait.value)
    sighting = statement.sighting
    if sighting is not None:
        yield Item(sighting.words)
        yield Item(sighting.status)
        if sighting.position is not None:
            yield Item(sighting.position.written)
    yield Item(statement.grounds or "")
    if statement.reference:
        yield Item(statement.reference, (compact(statement.reference),), is_name=True)


def document(items: Sequence[Item], marks: Sequence[str]) -> str:
    """The words of a statement as the index takes them. What names stands twice, so that names can be asked alone.

    marks: words beyond anybody's reach, by which the desk asks for those statements only that a reader may see. The
    same values give the same document: what is to be forgotten is told to the index word for word.
    """
    texts = [words for item in items for text in (item.text, *item.also) if (words := words_of(text))]
    named = [
        [NAMING + word for word in words]
        for item in items
        if item.is_name
        for text in (item.text, *item.also)
        if (words := words_of(text))
    ]
    # Between two texts stands a sign, so that no run of words is found across them.
    return f" {BOUNDARY} ".join(" ".join(words) for words in (list(marks), *texts, *named))


def snippet(items: Sequence[Item], terms: Sequence[Term]) -> tuple[Run, ...]:
    """A piece of the text in which most of what was asked stands; the first text where it stands in none."""
    asked = [term for term in terms if not term.is_without]
    chosen, most, places = "", -1, set[int]()
    for item in items:
        if item.is_shown:
            met, where = _met(item, asked)
            if met > most:
                chosen, most, places = item.text, met, where
    return _cut(chosen[:MOST_LOOKED_AT_CHARACTERS], places) if chosen else ()


def _met(item: Item, terms: Sequence[Term]) -> tuple[int, set[int]]:
    """How many of the terms stand in a text, and the places of the words that they are met by."""
    words = [placed.word for placed in placed_words(item.text[:MOST_LOOKED_AT_CHARACTERS])]
    met = 0
    places: set[int] = set()
    for term in terms:
        found: set[int] = set()
        for way in term.ways:
            found |= {
                place + more
                for place in range(len(words) - len(way) + 1)
                if _stands_at(words, place, way, term.is_prefix)
                for more in range(len(way))
            }
            if any(_stands_at([form], 0, way, term.is_prefix) for form in item.also):
                found |= set(range(len(words)))
        met += bool(found)
        places |= found
    return met, places


def _stands_at(words: Sequence[str], place: int, way: Sequence[str], is_prefix: bool) -> bool:
    if len(words) - place < len(way):
        return False
    *whole, last = way
    if any(words[place + more] != word for more, word in enumerate(whole)):
        return False
    there = words[place + len(whole)]
    return there.startswith(last) if is_prefix else there == last


def _cut(text: str, places: set[int]) -> tuple[Run, ...]:
    placed = placed_words(text)
    first = min((placed[place].start for place in places), default=0)
    start = 0
    if first > BEFORE_THE_MATCH_CHARACTERS:
        # From the start of a word; where one word fills all of it, from the match.
        start = next(
            (one.start for one in placed if first - BEFORE_THE_MATCH_CHARACTERS <= one.start <= first), first
        )
    end = min(len(text), start + SNIPPET_CHARACTERS)
    if end < len(text):
        end = max((one.end for one in placed if first < one.end <= end), default=end)
    runs: list[Run] = [Run("… ", is_match=False)] if start else []
    here = start
    for place in sorted(places):
        one = placed[place]
        if one.start < start or one.end > end:
            continue
        # An apostrophe or a blank between two words that were asked for is no gap.
        joined = runs and runs[-1].is_match and one.start - here <= 1
        if joined:
            runs[-1] = Run(runs[-1].text + text[here : one.end], is_match=True)
        else:
            if here < one.start:
                runs.append(Run(text[here : one.start], is_match=False))
            runs.append(Run(text[one.start : one.end], is_match=True))
        here = one.end
    if here < end:
        runs.append(Run(text[here:end], is_match=False))
    if end < len(text):
        runs.append(Run(" …", is_match=False))
    return tuple(runs)
