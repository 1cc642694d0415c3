"""A text made plain for reading, with the way back to what was written.

Officers paste from telephones, scanners and notebooks: capitals, accents in one piece or two, dashes of five kinds,
blanks that do not break, marks of writing direction nobody sees. The patterns of this room are written once, for small
letters without accents, and what they find is cut out of the text as it was written: `cut` gives those offsets, and
nothing here may be shown in place of the words themselves.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import msgspec

_PLAIN = {
    "’": "'",
    "‘": "'",
    "′": "'",
    "´": "'",
    "`": "'",
    "ʼ": "'",
    "″": '"',
    "“": '"',
    "”": '"',
    "º": "°",
    "˚": "°",
    "…": "…",
    "œ": "oe",
    "Œ": "oe",
    "æ": "ae",
    "Æ": "ae",
    "¿": "?",
    "�": "?",
    "−": "-",
}

_BLANKS = r"\s\u200b\u2060\ufeff"
_LINE_ENDS = ("\n", "\u2028", "\u2029", "\x0b", "\x0c", "\x85")
_RUN = re.compile(
    rf"(?P<blank>\s[{_BLANKS}]*)|(?P<ascii>[!-~\x00-\x08\x0e-\x1b\x7f]+)|(?P<other>[^\s\x00-\x7f]+)"
)


@lru_cache(maxsize=8192)
def _plain(character: str) -> str:
    """What one character becomes: small, without accent, a figure of any script as 0-9; nothing for what is unseen."""
    if character in _PLAIN:
        return _PLAIN[character]
    category = unicodedata.category(character)
    if category in ("Cf", "Mn", "Me"):
        return ""
    if category == "Pd":
        return "-"
    figure = unicodedata.decimal(character, None)
    if figure is not None:
        return str(figure)
    folded = unicodedata.normalize("NFKD", character).casefold()
    return "".join(c for c in folded if not unicodedata.combining(c))


class Folded(msgspec.Struct, frozen=True):
    """The plain text, and for each of its characters the place where it stood in the text as written."""

    written: str
    plain: str
    places: tuple[int, ...]

    def cut(self, start: int, end: int) -> tuple[int, int]:
        """Where a stretch of the plain text (at least one character long) stands in the text as written."""
        last = self.places[end - 1] + 1
        # An accent that stands behind its letter as a character of its own belongs to the letter.
        while last < len(self.written) and unicodedata.combining(self.written[last]):
            last += 1
        return self.places[start], last

    def words(self, start: int, end: int) -> str:
        """The words as written at a stretch of the plain text."""
        first, last = self.cut(start, end)
        return self.written[first:last]


def fold(text: str) -> Folded:
    """Make a text plain. Any text will do, and a lone surrogate stays what it is.

    A run of blanks becomes one blank, the end of a line with it, since lines break anywhere in what is pasted; an empty
    line, which ends a thought, becomes a line break.
    """
    pieces: list[str] = []
    places: list[int] = []
    for match in _RUN.finditer(text):
        start = match.start()
        if match.lastgroup == "blank":
            # One blank stands for the run.
            pieces.append("\n" if sum(map(match[0].count, _LINE_ENDS)) > 1 else " ")
            places.append(start)
        elif match.lastgroup == "ascii":
            pieces.append(match[0].lower())
            places.extend(range(start, match.end()))
        else:
            for place, character in enumerate(match[0], start=start):
                piece = _plain(character)
                pieces.append(piece)
                places.extend([place] * len(piece))
    return Folded(text, "".join(pieces), tuple(places))
