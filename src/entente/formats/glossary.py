"""The trade's terms, found in a text in one language, with their equivalents in the other.

A help for who translates by hand, and for who reads before the translation is there. It is no translation and says so
(`NOTICE`): it knows single terms, not sentences, and a word beside another may mean something else. The list is our own
(`glossary.toml`) and keeps to the locked words of docs/terms.md. A text comes out cut in runs that together are the
text to the letter; whatever is written, nothing is raised.
"""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise

import msgspec

from entente.errors import Language, Malformed, Text

NOTICE = Text(
    "Aide de vocabulaire : quelques termes connus et leurs équivalents. Ce n’est pas une traduction.",
    "Vocabulary aid: some known terms and their equivalents. This is not a translation.",
)


class Term(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing and what officers write for it; the word that we use stands first. note: where the pair misleads."""

    fr: tuple[str, ...]
    en: tuple[str, ...]
    note: Text | None = None

    def __post_init__(self) -> None:
        if not self.fr or not self.en:
            raise ValueError("a term has a word in French and one in English")

    def written(self, language: Language) -> tuple[str, ...]:
        """Its words in one language."""
        return self.fr if language == "fr" else self.en


class TermFound(msgspec.Struct, frozen=True):
    """A term in a text. start, end: characters of the text as it is; written: what stands there."""

    start: int
    end: int
    written: str
    term: Term


class GlossedRun(msgspec.Struct, frozen=True):
    """A piece of a text, to the letter. equivalents: of the term that it is, empty for what is between terms."""

    written: str
    equivalents: tuple[str, ...] = ()
    note: Text | None = None


class _Word(msgspec.Struct, frozen=True):
    start: int
    end: int
    key: str


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    term: tuple[Term, ...]


# Words of a term as keys, the longest sequence first, by their first word.
_Index = Mapping[str, tuple[tuple[tuple[str, ...], Term], ...]]


@lru_cache(maxsize=8192)
def _folded(character: str) -> str:
    """A character without accent and case: œ is oe; what is only a mark is nothing."""
    plain = unicodedata.normalize("NFKD", character).casefold().replace("œ", "oe").replace("æ", "ae")
    return "".join(c for c in plain if c.isalnum())


def _singular(word: str, language: Language) -> str:
    """A word without the plain mark of its plural. Not always a word: only good for comparing with another such."""
    if len(word) < (3 if language == "en" else 4) or word.endswith("ss"):
        return word
    if language == "en":
        if word.endswith("ies"):
            return word[:-3] + "y"
        # launches and caches end alike: the e goes from both, and from cache itself.
        word = word.removesuffix("s")
        return word[:-1] if word.endswith(("che", "she", "sse", "xe")) else word
    return word[:-1] if word.endswith(("s", "x")) else word


def _words(text: str, language: Language) -> list[_Word]:
    """The words of a text with their places. Marks that stand on a letter belong to its word."""
    found: list[_Word] = []
    start, key = -1, ""
    for place, character in enumerate(text):
        folded = _folded(character)
        if folded:
            start = place if start < 0 else start
            key += folded
        elif start >= 0 and unicodedata.category(character)[0] != "M":
            found.append(_Word(start, place, _singular(key, language)))
            start, key = -1, ""
    if start >= 0:
        found.append(_Word(start, len(text), _singular(key, language)))
    return found


def _parts_words(between: str) -> bool:
    """Whether what stands between two words may stand inside one term: blanks, a hyphen, an apostrophe."""
    return len(between) <= 3 and all(
        character.isspace() or character in "'’ʼ" or unicodedata.category(character) == "Pd"
        for character in between
    )


def read_glossary(written: str) -> tuple[Term, ...]:
    """Terms from TOML. Raises Malformed (`glossary_unreadable`) when it is not a list of terms in both languages."""
    try:
        return msgspec.convert(tomllib.loads(written), _File).term
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise Malformed(
            "glossary_unreadable",
            Text(f"Le glossaire ne se lit pas : {error}", f"The glossary cannot be read: {error}"),
            Text(
                "Chaque [[term]] a une liste fr et une liste en, et au besoin une note dans les deux langues.",
                "Each [[term]] has a list fr and a list en, and where needed a note in both languages.",
            ),
        ) from error


@lru_cache(maxsize=1)
def load_glossary() -> tuple[Term, ...]:
    """The terms that come with this house, read at the first question and never again."""
    return read_glossary(files("entente.formats").joinpath("glossary.toml").read_text(encoding="utf-8"))


def _index(terms: Iterable[Term], language: Language) -> _Index:
    by_first: dict[str, dict[tuple[str, ...], Term]] = {}
    for term in terms:
        for written in term.written(language):
            keys = tuple(word.key for word in _words(written, language))
            if keys:
                by_first.setdefault(keys[0], {}).setdefault(keys, term)
    return {
        first: tuple(sorted(found.items(), key=lambda item: -len(item[0])))
        for first, found in by_first.items()
    }


@lru_cache(maxsize=2)
def _house_index(language: Language) -> _Index:
    return _index(load_glossary(), language)


def terms_in(text: str, language: Language) -> tuple[TermFound, ...]:
    """The terms that a text in a language has, in order and never overlapping; of two that begin alike the longer.

    Capitals, accents, hyphens, the kind of apostrophe and plain plurals make no difference.
    """
    index, words = _house_index(language), _words(text, language)
    found: list[TermFound] = []
    place = 0
    while place < len(words):
        for keys, term in index.get(words[place].key, ()):
            run = words[place : place + len(keys)]
            if tuple(word.key for word in run) == keys and all(
                _parts_words(text[one.end : two.start]) for one, two in pairwise(run)
            ):
                start, end = run[0].start, run[-1].end
                found.append(TermFound(start, end, text[start:end], term))
                place += len(keys)
                break
        else:
            place += 1
    return tuple(found)


def gloss(text: str, from_language: Language, to_language: Language) -> tuple[GlossedRun, ...]:
    """The text in runs, each known term with its equivalents in the other language beside it.

    The runs together are the text, to the letter. Into the same language there is nothing to say: one run. No
    translation; show `NOTICE` with it.
    """
    if from_language == to_language:
        return (GlossedRun(text),) if text else ()
    runs: list[GlossedRun] = []
    place = 0
    for one in terms_in(text, from_language):
        if one.start > place:
            runs.append(GlossedRun(text[place : one.start]))
        runs.append(GlossedRun(one.written, one.term.written(to_language), one.term.note))
        place = one.end
    if place < len(text):
        runs.append(GlossedRun(text[place:]))
    return tuple(runs)
