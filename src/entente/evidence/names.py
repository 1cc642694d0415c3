"""Whether two written names may be one, across alphabets, orders and spellings.

A name is folded into tokens: romanised, lower case, no accents, no titles. Tokens meet in any order,
exactly or as a variant: same consonants (Arabic script writes few vowels, clerks hear them differently), a
slip of one letter, a short form, a pet name, an initial. This is a first form; a learned model may replace
`alike` without touching the rest. It refuses to know where a name comes from: no rule here reads, guesses
or weighs an origin (CAT-8).
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Literal, get_args

from anyascii import anyascii
from rapidfuzz.distance import OSA

from entente.evidence.pet_names import PET_NAMES

Likeness = Literal["exact", "spelling", "slip", "pet_name", "shortened", "initial", "joined"]
LIKENESSES: tuple[Likeness, ...] = get_args(Likeness)

# Words that say rank or courtesy and not who somebody is; and the legal forms of companies.
_TITLES = """
sir lord lady dame dr mr mrs ms miss mme mlle mm monsieur madame mademoiselle maitre me prof professor rev
reverend hon honourable captain capt colonel col major general gen lieutenant lt baron baroness baronet bart
bt earl viscount duke duchess count countess 1st 2nd 3rd 4th 5th 6th 7th 8th 9th 10th 11th 12th jr sr esq the
"""
_LEGAL_FORMS = "gmbh ag kg ug sarl sas sasu sa eurl sci ltd limited plc llp llc inc bv nv spa srl co"
TITLES = frozenset(_TITLES.split())
LEGAL_FORMS = frozenset(_LEGAL_FORMS.split())
VOWELS = frozenset("aeiou")
# What one script writes and another leaves out, or writes as a vowel: Arabic waw is v, w, o or u.
MUTE = frozenset("aeiouhwyv")
# Longest first: "tch" before "ch". French "ch", German "sch", English "sh" and Arabic shin meet in one sign.
SOUNDS = (
    ("tsch", "x"), ("dzh", "j"), ("tch", "x"), ("sch", "x"), ("ch", "x"), ("sh", "x"), ("zh", "j"),
    ("dj", "j"), ("kh", "k"), ("gh", "g"), ("ph", "f"), ("th", "t"), ("dh", "d"), ("ck", "k"),
    ("qu", "k"), ("ce", "s"), ("ci", "s"), ("cy", "s"), ("q", "k"), ("c", "k"),
)  # fmt: skip
# How much memory the comparisons may keep of tokens already met; `forget` empties it.
TOKENS_REMEMBERED = 200_000


@lru_cache(maxsize=TOKENS_REMEMBERED)
def romanise(written: str) -> str:
    """Lower-case ASCII letters for any script, letter by letter; says nothing of how it is pronounced."""
    if written.isascii():
        return written.lower()
    return anyascii(unicodedata.normalize("NFKC", written)).lower()


def _split(written: str) -> list[str]:
    plain = romanise(written).replace("'", "").replace("`", "").replace("’", "")
    return "".join(letter if letter.isalnum() else " " for letter in plain).split()


@lru_cache(maxsize=TOKENS_REMEMBERED)
def tokens(written: str) -> tuple[str, ...]:
    """The words of a person's name, folded, in the order written, titles left out. Never empty if a letter
    stood.
    """
    words = _split(written)
    named = tuple(word for word in words if word not in TITLES)
    return named or tuple(words)


@lru_cache(maxsize=TOKENS_REMEMBERED)
def company_tokens(written: str) -> tuple[str, ...]:
    """The words of a company's or a thing's name without its legal form."""
    words = _split(written)
    named = tuple(word for word in words if word not in LEGAL_FORMS)
    return named or tuple(words)


@lru_cache(maxsize=TOKENS_REMEMBERED)
def skeleton(token: str) -> str:
    """The consonants of one folded token, as sounds: "delirzad", "dalirzade" and دلیرزاد all give "dlrzd"."""
    sounds = token
    for letters, sound in SOUNDS:
        if letters in sounds:
            sounds = sounds.replace(letters, sound)
    bones: list[str] = []
    for place, letter in enumerate(sounds):
        if place == 0 and letter not in VOWELS:
            bones.append("v" if letter == "w" else letter)
        elif letter not in MUTE and (not bones or letter != bones[-1]):
            bones.append(letter)
    return "".join(bones) or token[:1]


def _bare(token: str) -> bool:
    """Whether it carries next to no vowels, as a letter-by-letter romanisation of Arabic or Hebrew script
    does.
    """
    return sum(letter in VOWELS for letter in token) * 5 <= len(token)


@lru_cache(maxsize=TOKENS_REMEMBERED)
def alike(one: str, other: str) -> Likeness | None:
    """How two folded tokens may be one word; None when they are not. Symmetric."""
    if one == other:
        return "exact"
    short, long = (one, other) if len(one) <= len(other) else (other, one)
    if len(short) == 1:
        return "initial" if long[0] == short else None
    bones = skeleton(one)
    if len(bones) >= 2 and bones == skeleton(other):
        distance = OSA.distance(one, other)
        if 2 * distance <= len(long) or _bare(one) or _bare(other):
            return "spelling"
    groups = PET_NAMES.get(one)
    if groups is not None:
        others = PET_NAMES.get(other)
        if others is not None and not groups.isdisjoint(others):
            return "pet_name"
    if len(short) >= 4:
        limit = 2 if len(short) >= 9 else 1
        if OSA.distance(one, other, score_cutoff=limit) <= limit:
            return "slip"
    if len(short) >= 3 and long.startswith(short):
        return "shortened"
    return None


def joined(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether leftover words are the same letters parted elsewhere: "el hadi" and "elhadi", "jean marc"
    "jeanmarc".
    """
    if len(one) == len(other) or not one or not other:
        return False
    return "".join(one) in ("".join(other), "".join(reversed(other)))


def forget() -> None:
    """Drop every remembered token: what was erased must not live on in a cache."""
    for remembered in (romanise, tokens, company_tokens, skeleton, alike):
        remembered.cache_clear()
