"""Words as they are looked for: folded alike in what was said and in what is asked.

Capitals, accents, ligatures, the forms of alef, vowel signs and figures of other scripts are one; everything that is no
letter and no figure parts two words, apostrophes and hyphens too. Folding here is all there is: the index below takes
words as they come, so text and question can never be folded apart. A question cannot be wrong: what looks like an
operator is a word or nothing, and what is handed to the index is built from folded words alone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

import msgspec

from entente.errors import Malformed, Text
from entente.model.identifier import canonical, guess_kind, read_identifier

LONGEST_QUESTION_CHARACTERS = 400
# Signs that no folded word can hold. The index takes them for letters, so nobody who types can reach them.
NAMING, SCOPE, BOUNDARY = "¶", "§", "¦"
# What decomposition leaves apart: letters that officers of one keyboard type for those of another.
_LETTERS = {
    "œ": "oe", "æ": "ae", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "ı": "i", "þ": "th",
    "ٱ": "ا", "ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه", "ە": "ه", "ـ": "",
    "ʼ": " ", "ʹ": "", "ʻ": "", "ʽ": "", "ʾ": "", "ʿ": "", "ˈ": "",
}  # fmt: skip
_QUOTES = str.maketrans(dict.fromkeys("«»“”„‟＂", '"'))
_CHUNK = re.compile(r'(?P<without>(?<!\S)[-−–])?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')
_FIGURES = re.compile(r"[+(]{0,2}\d[\d.()-]*")
# A number said in groups: shorter ones are two numbers, longer ones no number that anybody dials or stamps.
_FEWEST_FIGURES, _MOST_FIGURES = 8, 17
_LONGEST_NUMBER_CHARACTERS = 48


class _Folding(dict[int, str]):
    """Each character folded, worked out when first met: letters, a blank where it parts words, nothing for a mark."""

    def __missing__(self, code: int) -> str:
        decomposed = unicodedata.normalize(
            "NFKD", unicodedata.normalize("NFKD", chr(code)).casefold()
        ).casefold()
        folded = "".join(map(_folded_sign, decomposed))
        self[code] = folded
        return folded


def _folded_sign(sign: str) -> str:
    known = _LETTERS.get(sign)
    if known is not None:
        return known
    category = unicodedata.category(sign)
    if category in ("Mn", "Me", "Cf"):
        return ""
    if category == "Nd":
        return str(unicodedata.decimal(sign))
    return sign if sign.isalnum() or category == "Mc" else " "


_FOLDING = _Folding()


class Placed(msgspec.Struct, frozen=True):
    """A folded word, and where in the text it stands: from start up to, not including, end."""

    word: str
    start: int
    end: int


class Term(msgspec.Struct, frozen=True):
    """One thing asked for. ways: runs of words, any one of which will do. is_prefix: the last word is only begun."""

    ways: tuple[tuple[str, ...], ...]
    is_prefix: bool = False
    is_without: bool = False


def words_of(text: str) -> list[str]:
    """The folded words of a text, in order."""
    return text.translate(_FOLDING).split()


def compact(text: str) -> str:
    """All letters and figures of a text in one word: "GE-123-KO" and "ge 123 ko" give "ge123ko"."""
    return "".join(words_of(text))


def placed_words(text: str) -> list[Placed]:
    """The same words as `words_of`, each with its place in what was written."""
    found: list[Placed] = []
    letters: list[str] = []
    start = end = 0
    for place, sign in enumerate(text):
        folded = _FOLDING[ord(sign)]
        if not folded and letters:
            end = place + 1
        for letter in folded:
            if letter != " ":
                if not letters:
                    start = place
                letters.append(letter)
                end = place + 1
            elif letters:
                found.append(Placed("".join(letters), start, end))
                letters = []
    if letters:
        found.append(Placed("".join(letters), start, end))
    return found


def read_words(written: str) -> tuple[Term, ...]:
    """What an officer typed: words are all asked for, the last one may be begun only, "so" in one run, -so not at all.

    Figures in groups are one number, and a number is also looked for in the form in which its kind is compared. Empty
    where no letter or figure stands. Raises Malformed for more than anybody types.
    """
    if len(written) > LONGEST_QUESTION_CHARACTERS:
        raise Malformed(
            "asked_too_long",
            Text(
                fr=f"La recherche dépasse {LONGEST_QUESTION_CHARACTERS} caractères.",
                en=f"The search is longer than {LONGEST_QUESTION_CHARACTERS} characters.",
            ),
            Text(fr="Gardez les mots qui distinguent.", en="Keep the words that tell it apart."),
        )
    terms: list[Term] = []
    figures: list[str] = []
    # A lone half of a sign is no text: it parts words, as any other sign that is no letter.
    text = written.encode("utf-8", "replace").decode().translate(_QUOTES)
    chunks = list(_CHUNK.finditer(text))
    for chunk in chunks:
        word = chunk["word"]
        if word and not chunk["without"] and _FIGURES.fullmatch(word):
            figures.append(word)
            continue
        terms += _numbers(figures)
        figures = []
        words = tuple(words_of(word or chunk["phrase"] or ""))
        if words:
            ways = _ways(word or chunk["phrase"], words)
            terms.append(Term(ways, is_without=chunk["without"] is not None))
    terms += _numbers(figures)
    is_open = bool(chunks) and chunks[-1]["word"] is not None and not chunks[-1]["without"]
    if terms and is_open and words_of(chunks[-1]["word"]):
        terms[-1] = msgspec.structs.replace(terms[-1], is_prefix=_may_begin(terms[-1].ways[0][-1]))
    return tuple(terms)


def _may_begin(word: str) -> bool:
    # One Latin letter begins half of all words; one sign of a script without blanks may be a name.
    return len(word) > 1 or not word.isascii()


def _numbers(chunks: Sequence[str]) -> list[Term]:
    """Figures typed with blanks between: one number where they are as many as a number has, else each for itself."""
    whole = " ".join(chunks)
    if _FEWEST_FIGURES <= sum(sign.isdigit() for sign in whole) <= _MOST_FIGURES:
        return [Term(_ways(whole, tuple(words_of(whole))))]
    return [Term(_ways(chunk, tuple(words_of(chunk)))) for chunk in chunks]


def _ways(written: str, words: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """As typed, in one word, and as an identifier of the kinds that it may be, dialled on either shore."""
    ways = {words: None}
    joined = "".join(words)
    has_figure = any(sign.isdigit() for sign in joined)
    if has_figure and len(joined) >= 6 and len(written) <= _LONGEST_NUMBER_CHARACTERS:
        ways[(joined,)] = None
        for region in ("FR", "GB"):
            for kind in guess_kind(written, region):
                value = compact(canonical(read_identifier(kind, written, region=region)).value)
                if value:
                    ways[(value,)] = None
    return tuple(ways)


def expression(terms: Sequence[Term], mark: str = "") -> str:
    """Terms for the index, all of them to be met. mark: NAMING, to ask only among what names somebody or something."""
    return " AND ".join(
        f"({' OR '.join(_run(way, term.is_prefix, mark) for way in term.ways)})" for term in terms
    )


def _run(words: Sequence[str], is_prefix: bool, mark: str) -> str:
    return '"' + " ".join(mark + word for word in words) + ('" *' if is_prefix else '"')
