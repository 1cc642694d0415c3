"""Telephone numbers taken out of what leaves the house: a broadcast is heard by all, and a chart is passed on.

A number that is known is covered wherever its figures stand, however they are parted; beyond that whatever looks like a
telephone number is covered too, and a doubt covers. A position, a date and an MMSI are left: the first saves the boat,
and none of them rings anybody.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from entente.formats.folded import fold
from entente.formats.spot_counts import spot_positions
from entente.formats.spot_phones import spot_phones
from entente.formats.spotted import Labels

COVER = "•••"
# So many figures at the end of a number are its own in every country, whatever stands before them.
_OWN_FIGURES = 8
_FEWEST = 8
_RUN = re.compile(r"\+?[0-9](?:[ .\-/()\u2010-\u2015]{0,3}[0-9]){7,}")
_DATE = re.compile(r"(?:[0-9]{1,2}[./\-][0-9]{1,2}[./\-][0-9]{4}|[0-9]{4}-[0-9]{2}-[0-9]{2})")
_MMSI = re.compile(r"mmsi\W{0,3}[0-9]{9}(?![0-9])")


def covered(number: str) -> str:
    """A number as the rescue services name it among themselves where it need not be rung: its last two figures."""
    figures = "".join(sign for sign in fold(number).plain if sign.isdigit())
    return f"{COVER} {figures[-2:]}" if len(figures) >= _FEWEST else COVER


def without_numbers(text: str, known: Iterable[str] = ()) -> str:
    """The text with every telephone number covered. known: numbers that are covered in whatever shape they stand."""
    folded = fold(text)
    plain = folded.plain
    left = [(one.start, one.end) for one in spot_positions(folded)]
    for pattern in (_DATE, _MMSI):
        left += [match.span() for match in pattern.finditer(plain)]
    found = [match.span() for match in _RUN.finditer(plain)]
    for region in ("FR", "GB"):
        found += [(one.start, one.end) for one in spot_phones(folded, Labels(plain), region)]
    spans = [
        span for span in found if not any(start < span[1] and span[0] < end for start, end in left)
    ] + _known(plain, known)
    return _cover(text, [folded.cut(start, end) for start, end in spans])


def _known(plain: str, known: Iterable[str]) -> list[tuple[int, int]]:
    """Where the figures of a number that we know stand, over any blanks and marks between them."""
    at = [place for place, sign in enumerate(plain) if sign.isdigit()]
    figures = "".join(plain[place] for place in at)
    spans = []
    for number in known:
        own = "".join(sign for sign in fold(number).plain if sign.isdigit())[-_OWN_FIGURES:]
        start = figures.find(own) if len(own) >= 4 else -1
        while start >= 0:
            last = at[start + len(own) - 1] + 1
            first = at[start]
            # What is dialled before them belongs to it.
            before = re.search(r"\+?[0-9]{0,4}(?:[ .\-/()]{0,2}[0-9]{0,4})?[ .\-/()]{0,2}$", plain[:first])
            spans.append((first if before is None or before[0].isspace() else before.start(), last))
            start = figures.find(own, start + 1)
    return spans


def _cover(text: str, spans: list[tuple[int, int]]) -> str:
    pieces: list[str] = []
    at = 0
    for start, end in sorted(spans):
        if end <= at:
            continue
        if start >= at:
            pieces += [text[at:start], COVER]
        at = end
    return "".join(pieces) + text[at:]
