"""A page of the terminal: aligned, calm, within a hundred columns, and safe to show.

What a stranger wrote must not move the cursor, turn letters round or begin a line with a colon that French keeps with
its word. The small phrases that every answer has (a record in a line, a grade, codes in words) are said here once.
"""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from entente.errors import Language, Text
from entente.policy.handling import LABEL_WORDS
from entente.terminal.arguments import columns
from entente.terminal.words import RECORD_WORDS, SCHEME_WORDS, show_time


class Page:
    """Lines in one language."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self.lines: list[str] = []

    def say(self, fr: str, en: str) -> str:
        """The one of two that is spoken here."""
        return Text(fr, en).say(self.language)

    def word(self, words: Mapping[Any, Text], key: str) -> str:
        """A word of the trade in this language; the code itself where nobody gave it a word."""
        return words[key].say(self.language) if key in words else key

    def put(self, text: str, indent: int = 0, hang: int | None = None) -> None:
        """A paragraph, folded. hang: how far its following lines stand in."""
        hang = indent if hang is None else hang
        for part in _unparted(safe(text), self.language).split("\n"):
            self.lines += textwrap.wrap(
                part,
                columns(),
                initial_indent=" " * indent,
                subsequent_indent=" " * hang,
                break_on_hyphens=False,
                break_long_words=True,
            ) or [""]

    def pairs(self, rows: Iterable[tuple[str, str]], indent: int = 2) -> None:
        """Names and values in two columns."""
        kept = [(name, value) for name, value in rows if value]
        width = max((len(name) for name, _ in kept), default=0) + 2
        for name, value in kept:
            self.put(name.ljust(width) + value, indent, indent + width)

    def blank(self) -> None:
        """An empty line, never two."""
        if self.lines and self.lines[-1]:
            self.lines.append("")


def _unparted(text: str, language: Language) -> str:
    """French keeps its double signs with the word beside them: no line begins with a colon."""
    if language == "en":
        return text
    return re.sub(r" (?=[:;!?»%])|(?<=«) ", "\u00a0", text)


def safe(text: str) -> str:
    """A text as a terminal may show it: what a stranger wrote must not move its cursor or turn its letters round."""
    return "".join(
        sign
        if sign == "\n"
        or unicodedata.category(sign) not in ("Cc", "Cf", "Cs", "Co")
        or sign in "\u200c\u200d"
        else "\ufffd"
        for sign in text
    )


def grade(page: Page, given: Mapping[str, str] | None) -> str:
    """A grade as its issuer gave it."""
    if not given:
        return ""
    return f"{given['source']}{given['information']} ({page.word(SCHEME_WORDS, given['scheme'])})"


def handling(page: Page, codes: Sequence[str]) -> str:
    """Codes with their words."""
    mark = page.say(" ; ", "; ")
    return mark.join(
        f"{code} · {page.word(LABEL_WORDS, code)}" if code in LABEL_WORDS else code for code in codes
    )


def name_of(record: Mapping[str, Any]) -> str:
    """What a record is called: its service's own number, or its id."""
    return str(record.get("reference") or record["id"])


def headline(page: Page, record: Mapping[str, Any]) -> str:
    """A record in one line: what, of whom, when, how sure."""
    said = [
        page.word(RECORD_WORDS, record["kind"]),
        f"{record['service']} ({record['node']})",
        show_time(record["said_at"], page.language),
    ]
    if record.get("grade"):
        said.append(page.say("cotation ", "grade ") + grade(page, record["grade"]))
    return ", ".join(said)


def record_row(page: Page, record: Mapping[str, Any], label: str = "") -> None:
    """A record in a list: name, headline, handling."""
    width = max(16, len(name_of(record)) + 2)
    lead = f"{label}{name_of(record)}".ljust(width + len(label))
    page.put(lead + headline(page, record), 2, 2 + len(lead))
    page.put(" " * len(lead) + handling(page, record["handling"]), 2, 2 + len(lead))
