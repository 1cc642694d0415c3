"""When something was, as officers write it.

A day may be known only by its year: `PartialDate` keeps what is known and never invents the rest, and
answers with the earliest and latest day that it can mean. An instant is always aware and in UTC; a written
hour without a zone is the hour on the writer's wall. Days come before months, whatever the country, and a
year has four digits: in this trade a birth and an expiry can both be in '31. Knows no clock: "today" and
"half an hour ago" are the caller's to resolve.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
import unicodedata
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from entente.errors import Malformed, Text

# The type of every time that travels: one without its zone is refused where it is read.
Instant = Annotated[dt.datetime, msgspec.Meta(tz=True)]


def can_be_told(at: dt.datetime) -> bool:
    """Whether a time has a zone and can be said in any other: not so in the first and last hours of the calendar."""
    return at.tzinfo is not None and 1 < at.year < 9999


class PartialDate(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A day of which at least the year is known. A day without its month is refused."""

    year: int
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.year <= 9999:
            raise ValueError(f"a year lies between 1 and 9999, not {self.year}")
        if self.month is not None and not 1 <= self.month <= 12:
            raise ValueError(f"a month lies between 1 and 12, not {self.month}")
        if self.day is not None:
            if self.month is None:
                raise ValueError("a day needs its month")
            if not 1 <= self.day <= calendar.monthrange(self.year, self.month)[1]:
                raise ValueError(f"there is no day {self.day} in month {self.month} of {self.year}")

    def __str__(self) -> str:
        parts = [f"{self.year:04d}"] + [f"{part:02d}" for part in (self.month, self.day) if part is not None]
        return "-".join(parts)

    def earliest(self) -> dt.date:
        """The first day that it can mean."""
        return dt.date(self.year, self.month or 1, self.day or 1)

    def latest(self) -> dt.date:
        """The last day that it can mean."""
        month = self.month or 12
        return dt.date(self.year, month, self.day or calendar.monthrange(self.year, month)[1])

    def compatible_with(self, other: PartialDate) -> bool:
        """Whether both can mean the same day: 1989 and 4 June 1989 can."""
        return self.earliest() <= other.latest() and other.earliest() <= self.latest()


class Period(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """From one day to another, both included. None: open, or not known; either way it excludes nothing."""

    start: PartialDate | None = None
    end: PartialDate | None = None

    def __post_init__(self) -> None:
        if self.start and self.end and self.start.earliest() > self.end.latest():
            raise ValueError(f"a period that starts on {self.start} cannot end on {self.end}")

    def covers(self, day: dt.date) -> bool:
        """Whether a day may lie in it; a vague bound is read generously."""
        return (self.start is None or self.start.earliest() <= day) and (
            self.end is None or day <= self.end.latest()
        )

    def overlaps(self, other: Period) -> bool:
        """Whether some day may lie in both; a vague bound is read generously."""
        for one, two in ((self, other), (other, self)):
            if one.start and two.end and one.start.earliest() > two.end.latest():
                return False
        return True


# Without accents and full stops. "mar" is March and not "mardi": a weekday stands before the figure of the
# day.
MONTHS: dict[str, int] = {
    word: number
    for number, words in enumerate(
        (
            "janvier january janv jan",
            "fevrier february fevr fev feb",
            "mars march mar",
            "avril april avr apr",
            "mai may",
            "juin june jun",
            "juillet july juil jul",
            "aout august aou aug",
            "septembre september sept sep",
            "octobre october oct",
            "novembre november nov",
            "decembre december dec",
        ),
        start=1,
    )
    for word in words.split()
}
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_WEEKDAY = (
    r"(?:(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche"
    r"|monday|tuesday|wednesday|thursday|friday|saturday|sunday"
    r"|lun|mar|mer|jeu|ven|sam|dim|mon|tue|wed|thu|fri|sat|sun)\.?,?\s+)?"
)
_ORDINAL = r"(?:\s?er|st|nd|rd|th)?"
# What officers and forms put where a day or month is not known: 00, XX, ??, --.
_PART = r"(\d{1,2}|xx|\?\?|--)"

_DATE_SHAPES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), order)
    for pattern, order in (
        (rf"(\d{{4}})(?:([-/.]){_PART}(?:\2{_PART})?)?", "y_md"),
        (r"(\d{4})(\d{2})(\d{2})", "ymd"),
        (rf"{_PART}\s?([-/.]|\s)\s?{_PART}\s?\2\s?(\d{{4}})", "d_my"),
        (r"(\d{1,2})[-/.](\d{4})", "my"),
        (rf"(?:le\s+)?{_WEEKDAY}(\d{{1,2}}){_ORDINAL}[\s.-]*(?:of\s+)?({_MONTH})[\s.,-]*(\d{{4}})", "dmy"),
        (rf"({_MONTH})\.?\s+(\d{{1,2}}){_ORDINAL},?\s+(\d{{4}})", "mdy"),
        (rf"({_MONTH})[\s.,-]*(\d{{4}})", "my"),
    )
)
_SHORT_YEAR = re.compile(
    rf"(?:\d{{1,2}}\s?[-/.\s]\s?\d{{1,2}}\s?[-/.\s]\s?|.*(?:{_MONTH})[\s.-]*)['’]?\d{{2}}"
)
# Longer than any date; keeps a hostile text from keeping the patterns busy.
_LONGEST = 80
_MIDNIGHT = re.compile(r"(.*\d)[t ]00:00(?::00(?:\.0+)?)?")


def _plain(written: str) -> str:
    """Lower case, no accents, single blanks, figures of every script as 0-9. Refuses what is too long."""
    if len(written) > _LONGEST:
        raise _unreadable(written[:_LONGEST] + "…")
    folded = unicodedata.normalize("NFKD", written).casefold()
    kept = (c for c in folded if not unicodedata.combining(c))
    return " ".join("".join(str(unicodedata.decimal(c, c)) for c in kept).split())


def _unreadable(written: str) -> Malformed:
    return Malformed(
        "moment_unreadable",
        Text(
            fr=f"« {written} » n’est pas une date ni une heure que l’on puisse lire.",
            en=f'"{written}" is not a date or time that can be read.',
        ),
        Text(
            fr="Écrire par exemple 2031-10-18, 18/10/2031 (jour d’abord), octobre 2031, ou 18/10/2031 21:50.",
            en="Write for example 2031-10-18, 18/10/2031 (day first), October 2031, or 18/10/2031 21:50.",
        ),
    )


def _partial_date(plain: str) -> PartialDate | None:
    """The date that a plain text is, or None. Raises ValueError for a day that never was."""
    for shape, order in _DATE_SHAPES:
        match = shape.fullmatch(plain)
        if match is None:
            continue
        parts = dict(zip(order, match.groups(), strict=True))
        month = parts.get("m")
        numbers = {
            "year": parts["y"],
            "month": str(MONTHS[month]) if month in MONTHS else month,
            "day": parts.get("d"),
        }
        known = {name: int(part) for name, part in numbers.items() if part and part.isdigit() and int(part)}
        if "year" not in known or ("day" in known and "month" not in known):
            return None
        return PartialDate(**known)
    return None


def read_date(written: str) -> PartialDate:
    """Read a day, a month or a year: ISO, day first with figures, or with French or English month names.

    A day or month written 00, XX or ?? is not known and left out; a midnight that a spreadsheet added is
    dropped.
    Raises Malformed (`moment_unreadable`; `moment_century_unknown` for a year of two figures).
    """
    plain = _plain(written)
    midnight = _MIDNIGHT.fullmatch(plain)
    try:
        found = _partial_date(midnight[1] if midnight else plain)
    except ValueError as error:
        raise _unreadable(written) from error
    if found is not None:
        return found
    if _SHORT_YEAR.fullmatch(plain):
        raise Malformed(
            "moment_century_unknown",
            Text(
                fr=f"Le siècle de « {written} » ne se lit pas : l’année a deux chiffres.",
                en=f'The century of "{written}" cannot be told: the year has two figures.',
            ),
            Text(fr="Écrire l’année avec quatre chiffres.", en="Write the year with four figures."),
        )
    raise _unreadable(written)


# The letters of date-time groups: A to M without J are one to twelve hours ahead, N to Y behind, Z is UTC.
_ZONE_LETTERS = {letter: hours for hours, letter in enumerate("abcdefghiklm", start=1)}
_ZONE_LETTERS |= {letter: -hours for hours, letter in enumerate("nopqrstuvwxy", start=1)}
_ZONE_LETTERS["z"] = 0
# Abbreviations that the two shores use. "IST" and the like mean different hours in different places: not
# read.
_ZONE_WORDS = {"z": 0, "utc": 0, "gmt": 0, "tu": 0, "wet": 0, "bst": 1, "cet": 1, "cest": 2}
_ZONE_PLACES = {
    "heure de paris": "Europe/Paris",
    "heure francaise": "Europe/Paris",
    "paris time": "Europe/Paris",
    "heure de londres": "Europe/London",
    "heure britannique": "Europe/London",
    "london time": "Europe/London",
    "uk time": "Europe/London",
}
_LOCAL_WORDS = frozenset({"", "h", "hrs", "hours", "heures", "heure locale", "local", "local time", "lt"})

_OFFSET = re.compile(r"(?:utc|gmt)?\s?([+-])(\d{1,2})(?::?(\d{2}))?")
_GROUP = re.compile(rf"(\d{{2}})(\d{{2}})(\d{{2}})\s?([a-ik-z])\s?({_MONTH})\s?(\d{{4}}|\d{{2}})")
_CLOCK = re.compile(
    r"(?P<date>.+?)(?:\s+a\s+|\s+at\s+|,\s*|\s+|t)"
    r"(?:(?P<h>\d{1,2})\s?(?:h|:|\.)\s?(?:(?P<m>\d{2})\s?(?:(?:min|mn|m|:)\s?(?:(?P<s>\d{2})(?:[.,](?P<f>\d{1,9}))?\s?s?)?)?)?"
    r"|(?P<packed>\d{4}|\d{6})(?:\s?h(?:rs|ours)?\b)?"
    r"|(?P<h12>\d{1,2}))"
    r"\s?(?P<half>am|pm|a\.m\.|p\.m\.)?"
    r"\s?(?P<zone>[a-z][a-z ]*|(?:utc|gmt)?\s?[+-]\d{1,2}(?::?\d{2})?)?"
)


def _zone(name: str) -> dt.tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise Malformed(
            "zone_unknown",
            Text(
                fr=f"Le fuseau horaire « {name} » est inconnu de cette machine.",
                en=f'This machine does not know the time zone "{name}".',
            ),
            Text(
                fr="Écrire un nom comme Europe/Paris ; s’il est juste, installer les données tzdata.",
                en="Write a name such as Europe/Paris; if it is right, install the tzdata data.",
            ),
        ) from error


def _written_zone(plain: str, default: str) -> dt.tzinfo | None:
    """The zone that stands after an hour, the default where none does, None where it cannot be read."""
    if plain in _LOCAL_WORDS:
        return _zone(default)
    if plain in _ZONE_PLACES:
        return _zone(_ZONE_PLACES[plain])
    if plain in _ZONE_WORDS:
        return dt.timezone(dt.timedelta(hours=_ZONE_WORDS[plain]))
    offset = _OFFSET.fullmatch(plain)
    if offset is None:
        return None
    ahead = dt.timedelta(hours=int(offset[2]), minutes=int(offset[3] or 0))
    return dt.timezone(-ahead if offset[1] == "-" else ahead)


def _hour(match: re.Match[str]) -> dt.timedelta | None:
    """The time of day that a clock says, or None; 24:00 ends the day."""
    packed = match["packed"]
    if packed:
        hour, minute, second = int(packed[:2]), int(packed[2:4]), int(packed[4:] or 0)
    else:
        hour, minute, second = int(match["h"] or match["h12"]), int(match["m"] or 0), int(match["s"] or 0)
    if match["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if match["half"].startswith("p") else 0)
    elif match["h12"]:
        return None  # a bare figure after a date is no hour
    if minute > 59 or second > 59 or hour > 24 or (hour == 24 and (minute or second)):
        return None
    return dt.timedelta(
        hours=hour, minutes=minute, seconds=second, microseconds=int((match["f"] or "0").ljust(6, "0")[:6])
    )


def _wall_clock(plain: str, zone: str) -> dt.datetime | None:
    """The aware instant that a plain text is, or None. Raises ValueError or OverflowError if it never was."""
    group = _GROUP.fullmatch(plain)
    if group:
        day, hour, minute, letter, month, year = group.groups()
        # Date-time groups have two figures for the year by definition, and none is older than this century.
        full_year = int(year) + (2000 if len(year) == 2 else 0)
        offset = dt.timezone(dt.timedelta(hours=_ZONE_LETTERS[letter]))
        return dt.datetime(full_year, MONTHS[month], int(day), int(hour), int(minute), tzinfo=offset)
    match = _CLOCK.fullmatch(plain)
    if match is None:
        return None
    date, time = _partial_date(match["date"].rstrip(" ,")), _hour(match)
    suffix = (match["zone"] or "").strip()
    tzinfo: dt.tzinfo | None
    if suffix in _ZONE_LETTERS and match["packed"] and match.start("zone") == match.end("packed"):
        tzinfo = dt.timezone(
            dt.timedelta(hours=_ZONE_LETTERS[suffix])
        )  # "2150A"; in "21:50 h" the h is the hour
    else:
        tzinfo = _written_zone(suffix, zone)
    if date is None or date.day is None or time is None or tzinfo is None:
        return None
    # An hour that comes twice in autumn is read as the first (fold 0): better early than late at sea.
    # An hour that spring skips is read as a watch not yet put forward.
    return dt.datetime.combine(date.earliest(), dt.time(), tzinfo) + time


def read_instant(written: str, *, zone: str = "Europe/Paris") -> dt.datetime:
    """Read a day and hour, and return it in UTC.

    zone: where the writer's clock hangs; a zone that is written wins over it. Reads ISO,
    `1er octobre 2019 à 4h12`, `18/10/2031 21:50`, `18 Oct 2031 2150Z`, date-time groups (`182150Z OCT 31`).
    Raises Malformed (`moment_unreadable`; `moment_without_time` for a day alone; `zone_unknown`).
    """
    plain = _plain(written)
    try:
        found = _wall_clock(plain, zone)
        if found is not None:
            return found.astimezone(dt.UTC)
        day = _partial_date(plain)
    except (ValueError, OverflowError) as error:
        raise _unreadable(written) from error
    if day is None:
        raise _unreadable(written)
    raise Malformed(
        "moment_without_time",
        Text(
            fr=f"« {written} » donne un jour et pas d’heure.",
            en=f'"{written}" gives a day and no hour.',
        ),
        Text(fr="Ajouter l’heure, par exemple 21:50 ou 4h12.", en="Add the hour, for example 21:50 or 4h12."),
    )
