"""Passwords, for officers without a passkey: argon2id, and a small rule against the ones that are guessed first.

No rules of composition: they make worse passwords. Length, and a count of what is one's own in it once the words, runs
of keys, years and the officer's own name are taken away; the commonest passwords of every list leave next to nothing.
An officer who does not exist takes as long to refuse as one who does. No breached list is asked over the network.
"""

from __future__ import annotations

import contextlib
import re
import threading
import unicodedata
from collections.abc import Sequence

import argon2
import msgspec
from argon2.exceptions import InvalidHashError, VerificationError

from entente.errors import Malformed, Text

SHORTEST = 12
LONGEST = 200
# What must be left of a password after known words count as two and runs and years as one.
ENOUGH_OF_ONES_OWN = 6
# Figures are a birthday or a telephone: however many there are, they count little.
MOST_BY_FIGURES = 2


class Cost(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one guess costs: the second recommended option of RFC 9106. lanes: also the threads of one check."""

    passes: int = 3
    memory_kib: int = 65_536
    lanes: int = 4


class Verdict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whether the password was right. rehashed: under the present cost, "" when what is kept already is."""

    right: bool
    rehashed: str = ""


class Passwords:
    """Hashing and checking at one cost, a few at a time: a crowd at the door must not eat the node's memory."""

    def __init__(self, cost: Cost, at_once: int = 4) -> None:
        self._hasher = argon2.PasswordHasher(
            time_cost=cost.passes, memory_cost=cost.memory_kib, parallelism=cost.lanes, type=argon2.Type.ID
        )
        self._seats = threading.BoundedSemaphore(at_once)
        # Nobody's password; its hash is what a guess for an unknown officer is measured against.
        self._nobodys = self._hasher.hash("nobody has this password")

    def make_hash(self, password: str, officer: str) -> str:
        """The hash of a new password. Raises Malformed when it is too short, too long, or among the first guessed."""
        check_new(password, officer)
        with self._seats:
            return self._hasher.hash(_normal(password))

    def verify(self, kept: str, password: str) -> Verdict:
        """Check a password against what is kept. kept: "" for an officer without one, or who does not exist.

        The same work is done in every case. Hashes of an earlier, smaller cost are quicker to refuse until each is
        made anew at the next right password: for that while time tells them from nobody's.
        """
        # Longer than any kept one: refused, after the same work.
        given = _normal(password[:LONGEST])
        with self._seats:
            right = False
            with contextlib.suppress(VerificationError, InvalidHashError):
                right = bool(self._hasher.verify(kept or self._nobodys, given))
            if not right or not kept or len(password) > LONGEST:
                return Verdict(right=False)
            again = self._hasher.hash(given) if self._hasher.check_needs_rehash(kept) else ""
        return Verdict(right=True, rehashed=again)


def check_new(password: str, officer: str) -> None:
    """Refuse a password that is too short, too long, or among the first that anybody guesses. Raises Malformed."""
    normal = _normal(password)
    if not SHORTEST <= len(normal) <= LONGEST or len(password) > LONGEST:
        raise Malformed(
            "password_length",
            Text(
                fr=f"Un mot de passe a ici de {SHORTEST} à {LONGEST} caractères.",
                en=f"A password here has {SHORTEST} to {LONGEST} characters.",
            ),
            Text(
                fr="Quatre ou cinq mots sans rapport entre eux se retiennent bien.",
                en="Four or five words that have nothing to do with each other are easily remembered.",
            ),
        )
    if own_in(normal, re.findall(r"\w{3,}", officer)) < ENOUGH_OF_ONES_OWN:
        raise Malformed(
            "password_common",
            Text(
                fr="Ce mot de passe est de ceux qu’on essaie en premier.",
                en="This password is among those that are tried first.",
            ),
            Text(
                fr="Évitez les suites de touches, les années, votre nom et les mots qu’on attend ici.",
                en="Avoid runs of keys, years, your name and words that one expects here.",
            ),
        )


def _normal(password: str) -> str:
    # The same letter typed on two keyboards may be one code point or two (RFC 8265).
    return unicodedata.normalize("NFC", password)


# What the well-known lists of leaked passwords begin with, in the two languages, and what one expects in this trade.
_LISTED = (
    "password passwort motdepasse mdp pass secret admin administrateur administrator root user login welcome bienvenue "
    "bonjour salut coucou hello letmein changeme changezmoi iloveyou jetaime jtm amour love soleil sunshine doudou "
    "chouchou loulou princess princesse monkey dragon master shadow superman batman pokemon football soccer baseball "
    "hockey liverpool arsenal chelsea marseille paris london londres france england test demo qwerty qwertz azerty "
    "computer ordinateur internet samsung trustno abc starwars freedom whatever summer winter spring autumn ete hiver "
    "printemps automne january february march april june july august september october november december janvier "
    "fevrier mars avril mai juin juillet aout septembre octobre novembre decembre monday friday lundi vendredi "
    "entente police gendarmerie border force frontiere douane douanes customs coastguard manche channel lille calais "
    "dover douvres boulogne dunkerque kent gris nez cross oltim paf nca"
)
_WORDS = tuple(_LISTED.split())
_ROWS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "azertyuiop",
    "qsdfghjklm",
    "wxcvbn",
    "qwertyuiop",
    "qwertzuiop",
    "asdfghjkl",
    "zxcvbnm",
    "yxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
    "1a2z3e4r5t6y7u8i9o0p",
    "1q2w3e4r5t6y7u8i9o0p",
    "&é\"'(-è_çà",
    '!"£$%^&*()',
    "!@#$%^&*()",
)
_RUNS = frozenset(
    row[at : at + 3] for both in _ROWS for row in (both, both[::-1]) for at in range(len(both) - 2)
)
_LOOKS_LIKE = str.maketrans(
    {"@": "a", "4": "a", "3": "e", "1": "i", "!": "i", "0": "o", "5": "s", "$": "s", "7": "t"}
)
_YEAR = re.compile(r"(?:19|20)\d\d")


def own_in(password: str, names: Sequence[str]) -> int:
    """How much of a password is its owner's: each different piece counts once, however often it stands there.

    A known word counts two, a run of keys, a year or a letter one, a name of the officer nothing.
    """
    folded = _unaccented(password)
    looks = folded.translate(_LOOKS_LIKE)
    known = dict.fromkeys(_WORDS, 2) | {_unaccented(name): 0 for name in names}
    longest_first = sorted(known, key=len, reverse=True)
    pieces: dict[str, int] = {}
    at = 0
    while at < len(folded):
        word = next((each for each in longest_first if _stands(each, at, folded, looks)), "")
        if word:
            piece, worth = word, known[word]
        elif year := _YEAR.match(folded, at):
            piece, worth = year[0], 1
        else:
            piece, worth = _run(folded, at), 1
        # All runs are one piece, and so are all years: four of them in a row are still what everybody does.
        pieces["run" if len(piece) > 2 and not word else piece] = worth
        at += len(piece)
    figures = sum(worth for piece, worth in pieces.items() if piece.isdecimal())
    return sum(pieces.values()) - max(0, figures - MOST_BY_FIGURES)


def _stands(word: str, at: int, folded: str, looks: str) -> bool:
    return folded.startswith(word, at) or looks.startswith(word, at)


def _run(folded: str, at: int) -> str:
    """The run of keys, or of one letter, that begins at a place; else the one letter there."""
    end = at + 1
    while end + 1 < len(folded) and (
        folded[end - 1 : end + 2] in _RUNS or folded[end - 1] == folded[end] == folded[end + 1]
    ):
        end += 1
    return folded[at : end + 1] if end > at + 1 else folded[at]


def _unaccented(text: str) -> str:
    apart = unicodedata.normalize("NFD", text).casefold()
    return "".join(letter for letter in apart if not unicodedata.combining(letter))
