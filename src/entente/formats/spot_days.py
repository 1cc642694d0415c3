"""Days inside a text, as officers write them, told against the day of writing.

In figures, in words, with the year left out, as a stretch ("du 8 au 15 septembre"), or only as "hier soir". What was
put in is said (`assumed`), so that the officer sees it before accepting. A day of birth is told apart: it must not
become the day of a crossing. What reads dates is `model.moment`; this file finds where they stand.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from entente.errors import EntenteError
from entente.formats.folded import Folded
from entente.model.moment import MONTHS, PartialDate, read_date

MONTH = "(?:" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")\b\.?"
_WEEKDAYS = (
    ("lundi", "monday"),
    ("mardi", "tuesday"),
    ("mercredi", "wednesday"),
    ("jeudi", "thursday"),
    ("vendredi", "friday"),
    ("samedi", "saturday"),
    ("dimanche", "sunday"),
)
_WEEKDAY = "(?:" + "|".join(each for words in _WEEKDAYS for each in words) + ")"
_FIGURES = re.compile(
    r"(?<![\w/.-])(?:\d{1,2}([-/.])\d{1,2}\1(?:\d{4}|\d{2})|(?<=le )\d{2} \d{2} (?:19|20)\d{2})(?![\w]|[-/.]\d)"
)
# "le 18/10": without the word before it, it may be a share or a score.
_WITHOUT_YEAR = re.compile(
    r"(?<!\w)(?:le|du|au|on|of|the|from|to) (?P<day>\d{1,2})/(?P<month>\d{1,2})(?![\w/]|[.,-]\d)"
)
_RANGE = re.compile(
    rf"(?<![\w/.-])(?P<one>\d{{1,2}})(?:er)?(?: (?P<m1>{MONTH}))? ?(?:au|a|et le|et|and|to|until|-) ?"
    rf"(?P<two>\d{{1,2}})(?:er|st|nd|rd|th)?"
    rf" (?:of )?(?P<month>{MONTH})(?: (?P<year>(?:19|20)\d{{2}})\b)?"
)
_DAY = re.compile(
    rf"(?<![\w/.-])(?:{_WEEKDAY},? )?(?:the )?(?P<day>\d{{1,2}}) ?(?:er|st|nd|rd|th)?[ .-]?(?:of )?(?P<month>{MONTH})"
    rf"(?:[ .,-]{{1,2}}(?P<year>(?:19|20)\d{{2}})\b)?"
)
_MONTH_FIRST = re.compile(
    rf"(?<!\w)(?P<month>{MONTH}) (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<year>(?:19|20)\d{{2}})(?!\w)"
)
_MONTH_YEAR = re.compile(rf"(?<!\w)(?P<month>{MONTH}) (?P<year>(?:19|20)\d{{2}})(?!\w)")
_YEAR = re.compile(
    r"(?<!\w)(?:nee?s? en|born(?: in)?|en|in|depuis|since|annee|year) (?P<year>(?:19|20)\d{2})(?![\w/-]|[.,]\d)"
)
_BIRTH = re.compile(
    r"(?:\bnee?s?\b|\bborn\b|\bnaissance\b|\bdob\b|\bd\.o\.b)[ .:(]{0,3}(?:le |on |the |in |en |du )?(?:date )?$"
)

# Days told from today, and the part of the day: from how many days back, from which hour, for how many hours.
_TOLD: tuple[tuple[str, int, int, int], ...] = (
    (r"avant[- ]hier soir|(?:the )?evening before last", -2, 18, 6),
    (r"la nuit d'avant[- ]hier|(?:the )?night before last", -2, 20, 10),
    (r"avant[- ]hier|(?:the )?day before yesterday", -2, 0, 24),
    (r"hier matin|yesterday morning", -1, 5, 7),
    (r"hier (?:dans l')?apres[- ]midi|yesterday afternoon", -1, 12, 6),
    (r"hier (?:en )?soiree|hier (?:au )?soir|yesterday evening", -1, 18, 6),
    (r"la nuit derniere|hier (?:dans la )?nuit|last night|overnight", -1, 20, 10),
    (r"hier|yesterday", -1, 0, 24),
    # Said in the morning it is the night that ends, said in the evening the one that begins.
    (r"cette nuit", 0, -4, 34),
    (r"tonight", 0, 18, 12),
    (r"ce matin|this morning", 0, 0, 12),
    (r"cet apres[- ]midi|this afternoon", 0, 12, 6),
    (r"ce soir|this evening", 0, 18, 6),
    (r"aujourd'hui|today", 0, 0, 24),
    (r"demain matin|tomorrow morning", 1, 0, 12),
    (r"demain soir|tomorrow (?:evening|night)", 1, 18, 6),
    (r"demain|tomorrow", 1, 0, 24),
)
_RELATIVE = re.compile(
    r"(?<![\w-])(?:" + "|".join(f"(?P<r{n}>{words})" for n, (words, *_) in enumerate(_TOLD)) + r")(?!\w)"
)
_LAST_WEEKDAY = re.compile(
    rf"(?<!\w)(?:(?P<fr>{_WEEKDAY}) (?:dernier|passe)|last (?P<en>{_WEEKDAY}))"
    r"(?: (?P<part>soir|matin|night|evening|morning))?(?!\w)"
)


class Day:
    """A day, or days, found in the text, before an hour is joined to it."""

    def __init__(
        self,
        start: int,
        end: int,
        first: dt.date,
        last: dt.date,
        day: PartialDate | None,
        assumed: tuple[str, ...] = (),
        *,
        hours: tuple[int, int] | None = None,
        is_birth: bool = False,
    ) -> None:
        self.start, self.end, self.first, self.last, self.day = start, end, first, last, day
        self.assumed, self.hours, self.is_birth = assumed, hours, is_birth


def _is_birth(plain: str, start: int) -> bool:
    return _BIRTH.search(plain, max(0, start - 24), start) is not None


def find_days(folded: Folded, today: dt.date) -> Iterator[Day]:
    """The days of a text, the most explicit spellings first."""
    plain = folded.plain
    for match in _FIGURES.finditer(plain):
        is_birth = _is_birth(plain, match.start())
        assumed: tuple[str, ...] = ()
        try:
            day = read_date(folded.words(*match.span()))
        except EntenteError:
            recent = None if is_birth else _of_these_years(match[0], today)
            if recent is None:
                continue
            day, assumed = recent, ("year",)
        yield Day(*match.span(), day.earliest(), day.latest(), day, assumed, is_birth=is_birth)
    for match in _WITHOUT_YEAR.finditer(plain):
        try:
            day = _latest_such(int(match["day"]), int(match["month"]), today)
        except ValueError:
            continue
        yield Day(match.start("day"), match.end(), day.earliest(), day.latest(), day, ("year",))
    for match in _RANGE.finditer(plain):
        found = _range(match, today)
        if found is not None:
            yield found
    for pattern in (_MONTH_FIRST, _DAY, _MONTH_YEAR, _YEAR):
        for match in pattern.finditer(plain):
            found = _worded(match, plain, today)
            if found is not None:
                yield found
    for match in _RELATIVE.finditer(plain):
        _, back, hour, length = _TOLD[int(str(match.lastgroup)[1:])]
        day_of = shifted(today, back)
        if day_of is not None:
            hours = None if length == 24 else (hour, length)
            yield Day(*match.span(), day_of, day_of, as_partial(day_of), hours=hours)
    for match in _LAST_WEEKDAY.finditer(plain):
        said = match["fr"] or match["en"]
        which = next(n for n, words in enumerate(_WEEKDAYS) if said in words)
        day_of = shifted(today, -((today.weekday() - which - 1) % 7 + 1))
        if day_of is not None:
            part = match["part"]
            hours = None if not part else (5, 7) if part in ("matin", "morning") else (18, 6)
            yield Day(*match.span(), day_of, day_of, as_partial(day_of), hours=hours)


def _of_these_years(written: str, today: dt.date) -> PartialDate | None:
    """A date whose year has two figures, where it lies about today; the century of any other is not ours to guess."""
    parts = re.fullmatch(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{2})", written)
    if parts is None:
        return None
    try:
        day = dt.date(today.year // 100 * 100 + int(parts[3]), int(parts[2]), int(parts[1]))
    except ValueError:
        return None
    return as_partial(day) if -5 * 366 <= (day - today).days <= 366 else None


def as_partial(day: dt.date) -> PartialDate:
    return PartialDate(day.year, day.month, day.day)


def shifted(day: dt.date, days: int) -> dt.date | None:
    try:
        return day + dt.timedelta(days=days)
    except OverflowError:
        return None


def _month(match: re.Match[str], group: str = "month") -> int:
    return MONTHS[match[group].rstrip(".")]


def _worded(match: re.Match[str], plain: str, today: dt.date) -> Day | None:
    """A day with its month in words, a month of a year, or a year alone."""
    groups = match.groupdict()
    start = match.start() if "month" in groups else match.start("year")
    number = int(groups["day"]) if groups.get("day") else None
    try:
        if groups.get("year"):
            day = PartialDate(int(groups["year"]), _month(match) if "month" in groups else None, number)
            assumed: tuple[str, ...] = ()
        else:
            assert number is not None
            day, assumed = _latest_such(number, _month(match), today), ("year",)
    except ValueError:
        return None
    return Day(
        start, match.end(), day.earliest(), day.latest(), day, assumed, is_birth=_is_birth(plain, start)
    )


def _latest_such(day: int, month: int, today: dt.date) -> PartialDate:
    """A day without its year: the last one that has been, or one within the next four weeks. Raises ValueError."""
    for year in range(today.year + 1, today.year - 5, -1):
        try:
            found = dt.date(year, month, day)
        except ValueError:
            continue
        if (found - today).days <= 28:
            return as_partial(found)
    raise ValueError("no such day")


def _range(match: re.Match[str], today: dt.date) -> Day | None:
    try:
        month = _month(match)
        last = (
            PartialDate(int(match["year"]), month, int(match["two"]))
            if match["year"]
            else _latest_such(int(match["two"]), month, today)
        )
        first = PartialDate(last.year, _month(match, "m1") if match["m1"] else month, int(match["one"]))
    except ValueError:
        return None
    if first.earliest() > last.earliest():
        return None
    assumed = () if match["year"] else ("year",)
    return Day(*match.span(), first.earliest(), last.latest(), None, assumed)
