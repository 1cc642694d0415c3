"""The terms of an action plan: days and periods, read as officers of both shores write them and written back.

A term like "T3 2026" or "fin 2026" is kept as the period that it is, with its last day, and is marked as one. Days
come before months; a date that only the other order explains is refused, and "mi-2026" too, since no two people mean
the same day by it.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Literal

import msgspec

from entente.errors import EntenteError, Language, Text
from entente.formats.folded import fold
from entente.formats.moments import date_words
from entente.model.moment import PartialDate, read_date

# A plan of this century; anything else is a slip of the hand.
FIRST_YEAR, LAST_YEAR = 2000, 2099
LONGEST = 60
SpanKind = Literal["day", "month", "quarter", "half", "year", "end_of_month", "end_of_year", "range"]


class Unreadable(msgspec.Struct, frozen=True):
    """Why a cell cannot be read, and what to write instead. code: the class of the fault."""

    code: str
    reason: Text
    remedy: Text


class Span(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """From a day to a day, both included, as the sheet said it. A term falls on the last day."""

    kind: SpanKind
    first: dt.date
    last: dt.date

    def __post_init__(self) -> None:
        if self.last < self.first or (self.kind == "day" and self.first != self.last):
            raise ValueError("a span ends after it began, and a day is one day")

    @property
    def is_period(self) -> bool:
        """Whether the sheet gave no day: the last day was read into it."""
        return self.kind != "day"

    def say(self, language: Language) -> str:
        """As it is written in a sheet; read back, it is the same."""
        french, year = language == "fr", self.last.year
        if self.kind == "day":
            return self.last.isoformat()
        if self.kind == "month":
            return date_words(PartialDate(year, self.last.month)).say(language)
        if self.kind == "quarter":
            return f"{'T' if french else 'Q'}{(self.last.month + 2) // 3} {year}"
        if self.kind == "half":
            return f"{'S' if french else 'H'}{(self.last.month + 5) // 6} {year}"
        if self.kind == "year":
            return str(year)
        end = "fin" if french else "end"
        if self.kind == "end_of_year":
            return f"{end} {year}"
        if self.kind == "end_of_month":
            return f"{end} {date_words(PartialDate(year, self.last.month)).say(language)}"
        return f"{self.first.isoformat()} {'au' if french else 'to'} {self.last.isoformat()}"

    def read_as(self) -> Text:
        """What was read, for the officer who checks it."""
        if not self.is_period:
            return Text(self.say("fr"), self.say("en"))
        day = self.last.isoformat()
        return Text(
            f"{self.say('fr')} : période, dernier jour {day}", f"{self.say('en')}: a period, last day {day}"
        )


def plain_of(written: str) -> str:
    return " ".join(fold(written).plain.split())


def _month_end(year: int, month: int) -> dt.date:
    return PartialDate(year, month).latest()


def _months(kind: SpanKind, year: int, first: int, last: int) -> Span:
    return Span(kind=kind, first=dt.date(year, first, 1), last=_month_end(year, last))


_YEAR = r"(?:de\s)?['’]?(?P<year>\d{4}|\d{2})"
_RANKS = {"1": 1, "2": 2, "3": 3, "4": 4, "i": 1, "ii": 2, "iii": 3, "iv": 4}
_RANKS |= {"premier": 1, "deuxieme": 2, "second": 2, "troisieme": 3, "quatrieme": 4}
_RANKS |= {"first": 1, "third": 3, "fourth": 4}
_RANK = r"(?P<rank>premier|deuxieme|second|troisieme|quatrieme|first|third|fourth|iii|ii|iv|i|[1-4])"
_NTH = rf"{_RANK}\s?(?:er|eme|e|nd|st|rd|th)?\s?"
_SHAPES: tuple[tuple[str, SpanKind, int], ...] = (
    (rf"(?:t|q|trim\.?|trimestre|quarter)\s?{_RANK}[\s/.-]*{_YEAR}", "quarter", 3),
    (rf"{_NTH}(?:t|q|trim\.?|trimestre|quarter)(?:\sof)?[\s/.-]*{_YEAR}", "quarter", 3),
    (r"(?P<year>\d{4})[\s/.-]*(?:t|q)\s?(?P<rank>[1-4])", "quarter", 3),
    (rf"(?:s|h|sem\.?|semestre|half)\s?(?P<rank>[12])[\s/.-]*{_YEAR}", "half", 6),
    (rf"{_NTH}(?:s|h|sem\.?|semestre|half)(?:\sof)?[\s/.-]*{_YEAR}", "half", 6),
    (rf"(?:annee|year|en|in)\s{_YEAR}", "year", 12),
    (
        rf"(?:fin|end|end of|by end|by the end of|d'ici fin|d'ici la fin de|fin d'annee|year end)\s{_YEAR}",
        "end_of_year",
        0,
    ),
)
_SPANS = tuple((re.compile(pattern), kind, months) for pattern, kind, months in _SHAPES)
_END_OF = re.compile(
    r"(?:fin|end(?: of)?|by (?:the )?end(?: of)?|d'ici (?:la )?fin)\s(?:de\s|d')?(?P<rest>.+)"
)
_RANGE = re.compile(
    r"(?:(?:du|from|de)\s)?(?P<first>.{4,30}?)(?:\s(?:au|a|to|until)\s|\s-+\s|\s?(?:->|→)\s?)(?P<last>.{4,30})"
)
_SHORT_YEAR = re.compile(r"(?P<start>.*[-/.\s])'?(?P<year>\d{2})")
_HOUR = re.compile(r"(\d{4}-\d{2}-\d{2})[t ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?")
_SERIAL = re.compile(r"(\d{5})(?:[.,]\d+)?")
_NUMERIC = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{2}|\d{4})")
_IN_FIGURES = re.compile(r"(?<![\d/.-])\d{1,2}([-/.])\d{1,2}\1(?:\d{4}|\d{2})(?![\d/-])")
_OPENING = re.compile(r"^(?:le|by|pour le|avant le|d'ici le|before|on)\s(?=.*\d)")


def read_span(written: str) -> Span | Unreadable:
    """A day, or a period with its last day, from a cell of terms or periods."""
    plain = plain_of(written)
    if len(plain) > LONGEST:
        return _no_date(written)
    found = _span(_OPENING.sub("", plain)) or _range(plain)
    if found is None:
        return _impossible(written) if month_first(written) else _no_date(written)
    if not FIRST_YEAR <= found.first.year <= found.last.year <= LAST_YEAR:
        return Unreadable(
            "date_unlikely",
            Text(
                f"L’année {found.last.year} n’est pas celle d’un plan.", f"No plan runs in {found.last.year}."
            ),
            Text("Vérifier l’année.", "Check the year."),
        )
    return found


def month_first(written: str) -> bool:
    """Whether a date in figures can only be read with the month first."""
    match = _NUMERIC.fullmatch(plain_of(written))
    return match is not None and int(match[1]) <= 12 < int(match[2]) <= 31


def is_day_unsure(written: str) -> bool:
    """Whether a date in figures is another day with the month first."""
    match = _NUMERIC.fullmatch(plain_of(written))
    return (
        match is not None
        and match[1].zfill(2) != match[2].zfill(2)
        and max(int(match[1]), int(match[2])) <= 12
    )


def dates_in_figures(written: str) -> list[str]:
    """Every date in figures that a cell holds, alone or as an end of a range."""
    return [match[0] for match in _IN_FIGURES.finditer(plain_of(written[:200]))]


def day_first(date: str) -> bool:
    """Whether a date in figures can only be read with the day first."""
    match = _NUMERIC.fullmatch(date)
    return match is not None and int(match[2]) <= 12 < int(match[1]) <= 31


def read_unsure_span(written: str) -> Span | Unreadable:
    """As `read_span`, in a column that shows no order: what means two days is refused."""
    read = read_span(written)
    if isinstance(read, Unreadable) or not any(map(is_day_unsure, dates_in_figures(written))):
        return read
    cut = written[:LONGEST]
    return Unreadable(
        "date_unsure",
        Text(
            f"« {cut} » est un jour avec le jour d’abord, un autre avec le mois d’abord ; rien dans la colonne ne dit"
            " lequel.",
            f'"{cut}" is one day with the day first and another with the month first; nothing in the column says'
            " which.",
        ),
        Text(
            "Écrire le mois en lettres, ou l’année d’abord (2026-10-08).",
            "Write the month as a word, or the year first (2026-10-08).",
        ),
    )


def _span(plain: str) -> Span | None:
    for shape, kind, months in _SPANS:
        if (match := shape.fullmatch(plain)) is not None:
            year = int(match["year"]) + (2000 if len(match["year"]) == 2 else 0)
            if not 1 <= year <= 9999:
                return None
            if kind == "end_of_year":
                return _months(kind, year, 12, 12)
            last = months * _RANKS[match["rank"]] if "rank" in match.re.groupindex else months
            return _months(kind, year, last - months + 1, last) if last <= 12 else None
    if (match := _SERIAL.fullmatch(plain)) is not None:
        # Days since the last of 1899, which is how a spreadsheet counts them.
        return _day(dt.date(1899, 12, 30) + dt.timedelta(days=int(match[1])))
    if (match := _END_OF.fullmatch(plain)) is not None:
        month = _date(match["rest"])
        if month is None or month.day is not None or month.month is None:
            return None
        last_day = month.latest()
        # The last ten days or so: nobody means the first of a month by its end.
        return Span(kind="end_of_month", first=last_day.replace(day=21), last=last_day)
    date = _date(plain)
    if date is None:
        return None
    if date.day is not None:
        return _day(date.earliest())
    kind_of: SpanKind = "month" if date.month is not None else "year"
    return Span(kind=kind_of, first=date.earliest(), last=date.latest())


def _day(day: dt.date) -> Span:
    return Span(kind="day", first=day, last=day)


def _date(plain: str) -> PartialDate | None:
    """A date; a year of two figures is of this century, since nobody plans for another."""
    plain = _HOUR.sub(r"\1", plain)
    for text in (
        plain,
        _SHORT_YEAR.sub(r"\g<start>20\g<year>", plain) if _SHORT_YEAR.fullmatch(plain) else None,
    ):
        if text is not None:
            try:
                return read_date(text)
            except EntenteError:
                continue
    return None


def _range(plain: str) -> Span | None:
    match = _RANGE.fullmatch(plain)
    if match is None:
        return None
    first, last = _span(match["first"]), _span(match["last"])
    if first is None or last is None or last.last < first.first:
        return None
    return Span(kind="range", first=first.first, last=last.last)


_DATE_REMEDY = Text(
    "Écrire par exemple 18/10/2026, 18 octobre 2026, T3 2026 ou fin 2026.",
    "Write for example 18/10/2026, 18 October 2026, Q3 2026 or end 2026.",
)


def _no_date(written: str) -> Unreadable:
    cut = written[:LONGEST]
    return Unreadable(
        "date_unreadable",
        Text(f"« {cut} » n’est pas une date que l’on puisse lire.", f'"{cut}" is no date that can be read.'),
        _DATE_REMEDY,
    )


def _impossible(written: str) -> Unreadable:
    return Unreadable(
        "date_month_first",
        Text(
            f"« {written} » n’existe pas avec le jour d’abord : le mois y est sans doute le premier.",
            f'"{written}" does not exist with the day first: the month probably stands first.',
        ),
        Text("Écrire le jour, puis le mois, puis l’année.", "Write the day, then the month, then the year."),
    )
