"""A name, in the letters in which it was given.

What was written stays as it is, accents, capitals and script; nothing is transliterated here, because every
transliteration throws something away and the next reader may know better. This file only tells which
scripts a name is in, folds what is the same text under two encodings, and reads the capitals that officers
put on surnames. Whether two names may belong to one person is for the cross-check.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import lru_cache
from typing import Literal, get_args

import msgspec

from entente.errors import Malformed, Text

NameKind = Literal["full", "alias", "native", "company", "forename", "surname"]
NAME_KINDS: tuple[NameKind, ...] = get_args(NameKind)

NAME_WORDS: dict[NameKind, Text] = {
    "full": Text("nom complet", "full name"),
    "alias": Text("surnom", "alias"),
    "native": Text("nom dans l’écriture d’origine", "name in its native script"),
    "company": Text("raison sociale", "company name"),
    "forename": Text("prénom", "forename"),
    "surname": Text("nom de famille", "surname"),
}


class Name(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One name as it was written. language: ISO 639, where the writer said it; it is never guessed."""

    written: str
    kind: NameKind = "full"
    language: str | None = None

    def __post_init__(self) -> None:
        if not self.written.strip():
            raise ValueError("a name has at least one character; an unknown name is left out")


def read_name(written: str, kind: str = "full", *, language: str | None = None) -> Name:
    """Take a name as it was written, without the blanks around it. Raises Malformed when it is empty."""
    known: NameKind | None = next((each for each in NAME_KINDS if each == kind), None)
    if known is None:
        raise Malformed(
            "name_kind_unknown",
            Text(fr=f"Il n’existe pas de nom de type « {kind} ».", en=f'There is no kind of name "{kind}".'),
            Text(fr=f"Types connus : {', '.join(NAME_KINDS)}.", en=f"Known kinds: {', '.join(NAME_KINDS)}."),
        )
    kept = written.strip()
    if not kept or any("\ud800" <= character <= "\udfff" for character in kept):
        raise Malformed(
            "name_unreadable",
            Text(fr="Un nom est vide ou n’est pas un texte.", en="A name is empty or is no text."),
            Text(
                fr="Laisser de côté un nom inconnu ; enregistrer le texte en UTF-8.",
                en="Leave an unknown name out; save the text as UTF-8.",
            ),
        )
    return Name(kept, known, language)


# The first word of a character's Unicode name, and its script in ISO 15924. Han is Hani: one character
# alone does not
# say whether its writer uses the simplified or the traditional form.
_SCRIPTS = {
    "LATIN": "Latn",
    "ARABIC": "Arab",
    "CYRILLIC": "Cyrl",
    "HEBREW": "Hebr",
    "GREEK": "Grek",
    "ETHIOPIC": "Ethi",
    "CJK": "Hani",
    "HIRAGANA": "Hira",
    "KATAKANA": "Kana",
    "HANGUL": "Hang",
    "ARMENIAN": "Armn",
    "GEORGIAN": "Geor",
    "DEVANAGARI": "Deva",
    "BENGALI": "Beng",
    "GURMUKHI": "Guru",
    "GUJARATI": "Gujr",
    "TAMIL": "Taml",
    "TELUGU": "Telu",
    "KANNADA": "Knda",
    "MALAYALAM": "Mlym",
    "SINHALA": "Sinh",
    "THAI": "Thai",
    "LAO": "Laoo",
    "KHMER": "Khmr",
    "MYANMAR": "Mymr",
    "TIBETAN": "Tibt",
    "MONGOLIAN": "Mong",
    "SYRIAC": "Syrc",
    "THAANA": "Thaa",
    "TIFINAGH": "Tfng",
    "NKO": "Nkoo",
    "VAI": "Vaii",
    "ADLAM": "Adlm",
}


@lru_cache(maxsize=4096)
def _script_of(character: str) -> str | None:
    """The script of one letter, Zzzz where the table does not have it, None for what is no letter."""
    if not character.isalpha() or unicodedata.category(character) == "Lm":
        return None
    return _SCRIPTS.get(unicodedata.name(character, "").split(" ")[0], "Zzzz")


def scripts_of(text: str) -> tuple[str, ...]:
    """The scripts of its letters as ISO 15924 codes, the most used first; empty where there is no letter."""
    if text.isascii():
        return ("Latn",) if any(map(str.isalpha, text)) else ()
    counted = Counter(script for c in unicodedata.normalize("NFKC", text) if (script := _script_of(c)))
    return tuple(sorted(counted, key=lambda script: (-counted[script], script)))


def folded(name: Name | str) -> str:
    """The same for texts that differ only in encoding, capitals or blanks. Accents and script stay.

    Marks of writing direction go, as no reader sees them; so does the joiner of Persian keyboards.
    """
    written = name.written if isinstance(name, Name) else name
    # Folding capitals may leave letters and marks apart again, so what was composed is composed once more.
    text = unicodedata.normalize("NFC", unicodedata.normalize("NFC", written).casefold())
    return " ".join("".join(c for c in text if unicodedata.category(c) != "Cf").split())


_PREFIX = re.compile(r"(?:Mc|Mac|O['’]|D['’])(?=[A-Z])")


def _is_capital_word(word: str) -> bool:
    """VASQUELIN, LE, GOFF-MARTIN, McDONALD; not T., J.-P. or a number."""
    bare = _PREFIX.sub("", word.strip(",;"))
    return "." not in bare and sum(map(str.isalpha, bare)) >= 2 and bare.isupper()


def surname_hint(written: str) -> str | None:
    """The surname, where the writer marked it: in capitals beside a name that is not, or before a comma.

    "VASQUELIN Thibault" and "Thibault VASQUELIN" both mark VASQUELIN. None where all or nothing is in
    capitals, and in scripts without them.
    """
    before, comma, after = written.partition(",")
    if comma and before.strip() and after.strip():
        return before.strip()
    words = written.split()
    marked = [_is_capital_word(word) for word in words]
    if True not in marked or not any(any(map(str.islower, word)) for word in words):
        return None
    first = marked.index(True)
    last = next((place for place in range(first, len(words)) if not marked[place]), len(words))
    return " ".join(words[first:last])
