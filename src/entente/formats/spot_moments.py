"""Hours inside a text, and the days they belong to.

"vers 04h30" means nothing without a day; it takes the one that stands beside it, else the last that the text named,
else the day of writing, and what was put in is said (`assumed`). An hour is the writer's wall clock unless a zone
stands behind it. "1h30 plus tard" and "pendant 6 h" are lengths of time and no hours.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from entente.errors import EntenteError
from entente.formats.folded import Folded
from entente.formats.spot_days import MONTH, Day, as_partial, find_days, shifted
from entente.formats.spotted import Moment, Spotted
from entente.model.moment import PartialDate, can_be_told, read_date, read_instant

ZONES = {
    "GB": "Europe/London",
    "UK": "Europe/London",
    "IE": "Europe/Dublin",
    "BE": "Europe/Brussels",
    "NL": "Europe/Amsterdam",
    "DE": "Europe/Berlin",
}
_ZONE = (
    r"(?: ?(?:z|utc|gmt|tu|bst|cest|cet)\b(?: ?[+-]\d{1,2})?"
    r"| (?:heure (?:locale|de paris|francaise|de londres|britannique)|local time|uk time|paris time|london time))"
)
# An hour as written, without the words before it. A bare "6h" is a length of time unless a word makes it an hour.
_HOUR = (
    r"(?:[01]?\d|2[0-4]) ?(?:h ?[0-5]\d(?: ?(?:min|mn))?|: ?[0-5]\d(?::[0-5]\d)?(?: ?[ap]\.?m\b\.?| ?h(?:rs)?\b)?"
    r"|\.[0-5]\d ?[ap]\.?m\b\.?| ?[ap]\.?m\b\.?)|(?:[01]\d|2[0-3])[0-5]\d ?(?:z|utc|gmt|hrs|hours|hr|h|lt)\b"
)
_LOOSE_HOUR = (
    r"(?:[01]?\d|2[0-4]) ?(?:h|heures?)\b|midi\b|minuit\b|noon\b|midnight\b|(?:[01]\d|2[0-3])[.][0-5]\d\b"
)
_ABOUT = r"(?:vers|environ|autour de|aux environs de|about|around|circa|approximately|approx\.?|~)"
_AT = (
    rf"(?:(?:a |at )?{_ABOUT} ?|a |at |des |avant |apres |depuis |entre |et |jusqu'a "
    r"|before |after |by |since |from |between |and |until )"
)
_CLOCK = re.compile(
    rf"(?<![\w.:/,-])(?P<at>{_AT})?(?P<hour>(?P<firm>{_HOUR})|(?P<loose>{_LOOSE_HOUR}))(?P<zone>{_ZONE})?(?![\w:])"
)
_JOIN = re.compile(r"[ ,\n]{0,3}(?:(?:t|le|the|on|soit) ?)?")

_GROUP = re.compile(rf"(?<!\w)\d{{6}} ?[a-ik-z] ?{MONTH} ?(?:\d{{4}}|\d{{2}})(?!\w)")
_ISO = re.compile(
    r"(?<![\w/.-])\d{4}-\d{2}-\d{2}"
    r"(?:[t ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?: ?(?:z|utc)\b|[+-]\d{2}:?\d{2})?)?(?![\w-])"
)


def spot_moments(folded: Folded, region: str, today: dt.date) -> list[Spotted]:
    """Every day and hour of the text, an hour joined to the day it stands beside."""
    zone = ZONES.get(region, "Europe/Paris")
    spotted: list[Spotted] = []
    taken: list[tuple[int, int]] = []
    for pattern in (_GROUP, _ISO):
        for match in pattern.finditer(folded.plain):
            moment = _read_whole(folded.words(*match.span()), zone)
            if moment is not None and _is_free(taken, *match.span()):
                taken.append(match.span())
                spotted.append(_spotted(*match.span(), moment))
    days: list[Day] = []
    for day in find_days(folded, today):
        if _is_free(taken, day.start, day.end):
            taken.append((day.start, day.end))
            days.append(day)
    clocks = [match for match in _CLOCK.finditer(folded.plain) if _is_hour(match, folded.plain)]
    spotted += _joined(folded, days, [m for m in clocks if _is_free(taken, *m.span("hour"))], zone, today)
    return spotted


def _is_free(taken: list[tuple[int, int]], start: int, end: int) -> bool:
    return all(end <= one or other <= start for one, other in taken[-400:])


def _spotted(start: int, end: int, moment: Moment) -> Spotted:
    return Spotted(start=start, end=end, rank="moment", moment=moment)


def _read_whole(written: str, zone: str) -> Moment | None:
    try:
        at = read_instant(written, zone=zone)
    except EntenteError:
        try:
            day = read_date(written)
        except EntenteError:
            return None
        return _span(day.earliest(), day.latest(), day, zone)
    local = at.astimezone(ZoneInfo(zone)) if can_be_told(at) else at
    return Moment(day=PartialDate(local.year, local.month, local.day), earliest=at, latest=at, has_clock=True)


def _span(first: dt.date, last: dt.date, day: PartialDate | None, zone: str, **more: object) -> Moment | None:
    """The whole of one or several days, midnight to midnight on the writer's wall."""
    try:
        opens = dt.datetime.combine(first, dt.time(), ZoneInfo(zone)).astimezone(dt.UTC)
        closes = dt.datetime.combine(last + dt.timedelta(days=1), dt.time(), ZoneInfo(zone)).astimezone(
            dt.UTC
        )
    except (ValueError, OverflowError):
        return None
    return Moment(day=day, earliest=opens, latest=closes, **more)  # type: ignore[arg-type]


_LENGTH_OF_TIME = re.compile(r"(?:pendant|durant|pour|for|il y a|en|toutes les|duree de|during|depuis) $")
_LENGTH_AFTER = re.compile(r" (?:plus tard|later|de (?:mer|route|trajet|traversee)|d'attente|apres|after)\b")


def _is_hour(match: re.Match[str], plain: str) -> bool:
    """Whether it is an hour of the day and no length of time, and no figure of something else."""
    before = plain[max(0, match.start() - 14) : match.start()]
    bare = plain[max(0, match.start("hour") - 14) : match.start("hour")]
    if _LENGTH_OF_TIME.search(before) or bare.endswith("il y a "):
        return False
    if _LENGTH_AFTER.match(plain, match.end()):
        return False
    if match["firm"]:
        return True
    written = match["loose"]
    if written[0].isalpha():
        return True
    return match["at"] is not None and match["at"].strip() not in ("from", "since", "depuis")


def _clock(match: re.Match[str], folded: Folded, day: dt.date, zone: str) -> dt.datetime | None:
    written = match["hour"].strip()
    named = {"midi": "12:00", "noon": "12:00", "minuit": "00:00", "midnight": "00:00"}.get(written, written)
    packed = re.fullmatch(r"(\d{4}) ?(z|utc|gmt|hrs|hours|hr|h|lt)", named)
    if packed:
        suffix = packed[2] if packed[2] in ("z", "utc", "gmt") else ""
        named = f"{packed[1][:2]}:{packed[1][2:]} {suffix}".strip()
    elif re.fullmatch(r"\d{1,2} ?(?:h|heures?)", named):
        named = f"{int(re.sub(r'[^0-9]', '', named)):02d}:00"
    elif re.fullmatch(r"\d{1,2} ?[ap]\.?m\.?", named):
        named = named.replace(".", "")
    named = re.sub(r": ", ":", re.sub(r" ?h ?(?=\d)", ":", named))
    named = re.sub(r" ?(?:min|mn|hrs|h)$", "", named).replace("a.m.", "am").replace("p.m.", "pm").rstrip(".")
    try:
        return read_instant(
            f"{day.isoformat()} {named}{' ' + match['zone'].strip() if match['zone'] else ''}", zone=zone
        )
    except EntenteError:
        return None


def _joined(
    folded: Folded, days: list[Day], clocks: list[re.Match[str]], zone: str, today: dt.date
) -> Iterator[Spotted]:
    """Days and hours together where they stand together; an hour alone takes the last day that was named."""
    days.sort(key=lambda each: each.start)
    events = sorted(
        [(day.start, 0, n) for n, day in enumerate(days)] + [(m.start(), 1, n) for n, m in enumerate(clocks)]
    )
    lone: set[int] = set(range(len(days)))
    named: Day | None = None
    for place, (_, is_clock, number) in enumerate(events):
        if not is_clock:
            if not days[number].is_birth and days[number].first == days[number].last:
                named = days[number]
            continue
        match = clocks[number]
        start, end = match.span()
        beside: int | None = None
        for step in (-1, 1):
            if not 0 <= place + step < len(events) or events[place + step][1]:
                continue
            near = events[place + step][2]
            day = days[near]
            gap = (day.end, start) if step < 0 else (end, day.start)
            if (
                near in lone
                and day.first == day.last
                and not day.is_birth
                and gap[0] <= gap[1]
                and _JOIN.fullmatch(folded.plain, *gap)
            ):
                beside = near
                break
        chosen = days[beside] if beside is not None else named
        base = chosen.first if chosen else today
        at = _clock(match, folded, base, zone)
        if at is None:
            continue
        if chosen is not None and chosen.hours is not None and at < _at(chosen, zone):
            # "la nuit dernière à 2 h" is the day after the evening it began with.
            later = shifted(base, 1)
            moved = (
                _clock(match, folded, later, zone)
                if later and chosen.hours[0] + chosen.hours[1] > 24
                else None
            )
            if moved is not None and later is not None:
                base, at = later, moved
        assumed = (() if beside is not None else ("day",)) + (chosen.assumed if chosen else ())
        if beside is not None:
            lone.discard(beside)
            start, end = (
                min(start, chosen.start if chosen else start),
                max(end, chosen.end if chosen else end),
            )
        elif match["at"] and not match["at"].startswith(("vers", "env", "about", "around", "circa", "~")):
            start = match.start("hour")
        about = re.search(_ABOUT, match["at"] or "") is not None
        yield _spotted(
            start,
            end,
            Moment(
                day=as_partial(base), earliest=at, latest=at, is_about=about, has_clock=True, assumed=assumed
            ),
        )
    for number in sorted(lone):
        moment = _whole_day(days[number], folded.plain, zone)
        if moment is not None:
            yield _spotted(days[number].start, days[number].end, moment)


def _at(day: Day, zone: str) -> dt.datetime:
    hours = day.hours or (0, 24)
    return dt.datetime.combine(day.first, dt.time(), ZoneInfo(zone)) + dt.timedelta(hours=hours[0])


def _whole_day(day: Day, plain: str, zone: str) -> Moment | None:
    if day.hours is None:
        return _span(day.first, day.last, day.day, zone, assumed=day.assumed, is_birth=day.is_birth)
    try:
        opens = _at(day, zone).astimezone(dt.UTC)
        closes = (_at(day, zone) + dt.timedelta(hours=day.hours[1])).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None
    return Moment(day=day.day, earliest=opens, latest=closes, assumed=day.assumed)
