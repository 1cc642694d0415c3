"""Telephone numbers, names and marks of people who do not exist.

Numbers come from the ranges that both countries keep for invention (06 39 98 xx xx; 07700 900xxx) and are given once a
night; when the British thousand is used up only French ones follow. Names are made of syllables and say nothing of
where anybody comes from.
"""

from __future__ import annotations

import numpy as np

_FIRST = ["Sa", "Mi", "Ro", "Ta", "Ne", "Lu", "Jo", "Ha", "Be", "Di", "Ka", "Yo", "Fe", "Zi", "Am", "Or"]
_NEXT = ["ri", "la", "mo", "ten", "vin", "sa", "do", "ne", "lim", "ra", "bel", "na", "tis", "ko", "wen", "da"]
_FAMILY = [
    "Astrel",
    "Bordun",
    "Calvey",
    "Dormat",
    "Esterin",
    "Fallow",
    "Gardel",
    "Haverin",
    "Istrel",
    "Jorvan",
    "Kestrel",
    "Lomar",
    "Marvane",
    "Nordel",
    "Orvel",
    "Pastrin",
    "Quillan",
    "Rostand",
    "Selvary",
    "Tormel",
    "Ulvern",
    "Vestrel",
    "Wardin",
    "Yelvan",
    "Zandrel",
]


class Cast:
    """Gives each number and mark once."""

    def __init__(self, random: np.random.Generator) -> None:
        self._random = random
        self._french = [int(one) for one in random.permutation(10_000)]
        self._british = [int(one) for one in random.permutation(1_000)]

    def phone(self) -> str:
        """A number as it is written internationally."""
        if self._british and self._random.random() < 0.15:
            return f"+447700900{self._british.pop():03d}"
        return f"+3363998{self._french.pop():04d}"

    def phones(self, count: int) -> tuple[str, ...]:
        """So many numbers."""
        return tuple(self.phone() for _ in range(count))

    def names(self, count: int) -> tuple[str, ...]:
        """So many people by first and family name; two people may share a first name, as people do."""
        return tuple(
            f"{self._random.choice(_FIRST)}{self._random.choice(_NEXT)} {self._random.choice(_FAMILY)}"
            for _ in range(count)
        )

    def mark(self) -> str:
        """A number on an engine. Copies are sold: one in twelve is the same few figures."""
        if self._random.random() < 0.08:
            return "HX-4040"
        return f"HX-{int(self._random.integers(10_000, 99_999))}"
