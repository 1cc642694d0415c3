"""Days, hours and ages as each language writes them.

Both languages show the same hour of the same zone, and say which: two watch-keepers read it to each other over the
telephone. A date of which only the year is known stays a year. Knows no clock: an age is between two moments that the
caller gives, and counts only whole units that have passed.
"""

from __future__ import annotations

import datetime as dt

from entente.errors import Text
from entente.model.moment import PartialDate, Period, can_be_told

_MONTHS_FR = (
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()  # noqa: SIM905
)
_MONTHS_EN = (
    "January February March April May June July August September October November December".split()  # noqa: SIM905
)


def day_words(day: dt.date) -> Text:
    """1er novembre 2031; 1 November 2031."""
    ordinal = "er" if day.day == 1 else ""
    return Text(
        f"{day.day}{ordinal} {_MONTHS_FR[day.month - 1]} {day.year}",
        f"{day.day} {_MONTHS_EN[day.month - 1]} {day.year}",
    )


_SHORT_FR = "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.".split()  # noqa: SIM905
_SHORT_EN = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()  # noqa: SIM905


def short_day_words(day: dt.date) -> Text:
    """1er nov.; 1 Nov: a day of a list, where the year is plain. Never in figures alone, which each shore orders."""
    ordinal = "er" if day.day == 1 else ""
    return Text(
        f"{day.day}{ordinal} {_SHORT_FR[day.month - 1]}",
        f"{day.day} {_SHORT_EN[day.month - 1]}",
    )


def date_words(date: PartialDate) -> Text:
    """What is known of a date, and no more: a day, a month or a year."""
    if date.day is not None:
        return day_words(date.earliest())
    if date.month is not None:
        return Text(
            f"{_MONTHS_FR[date.month - 1]} {date.year}",
            f"{_MONTHS_EN[date.month - 1]} {date.year}",
        )
    return Text(str(date.year), str(date.year))


def _zone_words(at: dt.datetime) -> Text:
    ahead = at.utcoffset()
    if ahead is None:
        return Text("fuseau non connu", "zone not known")
    minutes = round(ahead.total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    sign = "+" if minutes > 0 else "−"
    said = f"UTC{sign}{hours}" + (f":{rest:02d}" if rest else "") if minutes else "UTC"
    return Text(said, said)


def moment_words(at: dt.datetime, *, zone: dt.tzinfo = dt.UTC) -> Text:
    """12 novembre 2031, 04 h 30 (UTC+1); 12 November 2031, 04:30 (UTC+1).

    zone: where the reader's clocks hang, the same for both languages. A moment at the very ends of the calendar stays
    in its own zone.
    """
    shown = at.astimezone(zone) if can_be_told(at) else at
    day, named = day_words(shown.date()), _zone_words(shown)
    return Text(
        f"{day.fr}, {shown:%H} h {shown:%M} ({named.fr})",
        f"{day.en}, {shown:%H:%M} ({named.en})",
    )


def _of(date: PartialDate) -> str:
    """du 3 mai, de juin, d’avril, de 2031."""
    words = date_words(date).fr
    if date.day is not None:
        return f"du {words}"
    return f"d’{words}" if words[0] in "ao" else f"de {words}"


def period_words(period: Period | None) -> Text | None:
    """From when to when, both included; None where neither end is known."""
    if period is None or (period.start is None and period.end is None):
        return None
    start, end = period.start, period.end
    if start is None and end is not None:
        words = date_words(end)
        return Text(f"jusqu’{_until(end)}", f"until {words.en}")
    assert start is not None
    if end is None:
        return Text(f"à partir {_of(start)}", f"from {date_words(start).en}")
    return Text(f"{_of(start)} {_until(end)}", f"from {date_words(start).en} to {date_words(end).en}")


def _until(date: PartialDate) -> str:
    return f"{'au' if date.day is not None else 'à'} {date_words(date).fr}"


def age_words(then: dt.datetime, now: dt.datetime) -> Text:
    """How long before now something was: "il y a 5 min", "5 min ago"; "dans 5 min", "in 5 min" for what is to come."""
    seconds = int((now - then).total_seconds())
    if abs(seconds) < 60:
        return Text("à l’instant", "just now")
    length = _length(abs(seconds))
    if seconds > 0:
        return Text(f"il y a {length.fr}", f"{length.en} ago")
    return Text(f"dans {length.fr}", f"in {length.en}")


def _length(seconds: int) -> Text:
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86_400
    if hours < 1:
        return Text(f"{minutes} min", f"{minutes} min")
    if hours < 12:
        # At sea a boat drifts with every minute; half a day later nobody counts them.
        rest = minutes % 60
        return Text(
            f"{hours} h" + (f" {rest:02d}" if rest else ""),
            f"{hours} h" + (f" {rest:02d} min" if rest else ""),
        )
    if days < 2:
        return Text(f"{hours} h", f"{hours} h")
    return Text(f"{days} jours", f"{days} days")
