"""A night looked at again: the picture at any minute of it, with a slider, and the night's report with its plots.

What is shown of a minute is the picture as it would have been drawn then, of what had been said by then, so that who
looks back learns what the watch could know and not what came out later. Every figure of the report is in a table as
well as in a plot, with its source and its date.
"""

from __future__ import annotations

import datetime as dt

import msgspec
from starlette.responses import Response

from entente.errors import Malformed, Text
from entente.web.door import WATCHES, Door, Visit
from entente.web.night_figures import Figures, figures_of, moments_between
from entente.web.sea import areas_of, listed, moment, shown
from entente.web.words import clock_time, zone_of

# A night as the watch counts it, in its own shore's time.
BEGINS_H = 18
ENDS_H = 12
LONGEST = dt.timedelta(hours=48)
MOST_TICKS = 600
# The axis under the slider is drawn a thousand wide.
AXIS = 1000
# Areas cost more than pictures: of every so many moments one, and of each the boats that needed help most.
EVERY, MOST_AREAS = 4, 8


class Night(msgspec.Struct, frozen=True, kw_only=True):
    """A time that is looked at again, in whole minutes."""

    since: dt.datetime
    until: dt.datetime

    @property
    def minutes(self) -> int:
        """How long it was."""
        return max(1, int((self.until - self.since).total_seconds() // 60))

    @property
    def query(self) -> str:
        """The same as an address says it."""
        return f"from={self.since:%Y-%m-%dT%H:%M}Z&until={self.until:%Y-%m-%dT%H:%M}Z"


def night_asked(visit: Visit) -> Night:
    """The night asked for: by the evening's date, by two moments, or the last one. Raises Malformed."""
    zone, now = zone_of(visit.node.store.party), visit.now.astimezone(dt.UTC)
    since, until = moment(visit, "from"), moment(visit, "until")
    if since is None or until is None:
        evening = _evening(visit, now.astimezone(zone))
        since = dt.datetime.combine(evening, dt.time(BEGINS_H), zone).astimezone(dt.UTC)
        until = dt.datetime.combine(evening + dt.timedelta(days=1), dt.time(ENDS_H), zone).astimezone(dt.UTC)
    now = (now + dt.timedelta(seconds=59)).replace(second=0)  # what is being said this minute is part of it
    until = min(until, max(now, since + dt.timedelta(minutes=1)))
    if not dt.timedelta(0) < until - since <= LONGEST:
        raise Malformed(
            "night_too_long",
            Text(
                fr="Une nuit va d’un moment à un moment plus tard, sur deux jours au plus.",
                en="A night goes from a moment to a later one, over two days at most.",
            ),
            Text(fr="Choisissez une date.", en="Choose a date."),
        )
    return Night(since=since.replace(second=0, microsecond=0), until=until.replace(second=0, microsecond=0))


def _evening(visit: Visit, here: dt.datetime) -> dt.date:
    written = visit.query.one("night")
    if written:
        try:
            return dt.date.fromisoformat(written)
        except ValueError as error:
            raise Malformed(
                "date_unreadable",
                Text(fr=f"« {written[:20]} » n’est pas une date.", en=f'"{written[:20]}" is no date.'),
                Text(fr="Écrivez 2031-11-23.", en="Write 2031-11-23."),
            ) from error
    return here.date() if here.hour >= BEGINS_H else here.date() - dt.timedelta(days=1)


def show(visit: Visit) -> Response:
    """The night at one of its minutes; without a script the slider is sent as a form."""
    access, night = visit.access(), night_asked(visit)
    reports, acts = visit.node.night(access, night.since, night.until)
    minute = visit.query.number("minute", night.minutes, most=10_000)
    at = min(night.until, night.since + dt.timedelta(minutes=minute))

    def place(when: dt.datetime) -> float:
        return round((when - night.since).total_seconds() / 60 / night.minutes * AXIS, 1)

    party = visit.node.store.party
    hours = [night.since + dt.timedelta(hours=hour) for hour in range(1, night.minutes // 60 + 1)]
    wanted = max(1, len(hours) // 6)
    return visit.page(
        "night.html",
        night=night,
        evening=night.since.astimezone(zone_of(party)).date(),
        minute=min(minute, night.minutes),
        **shown(visit, listed(visit, access, at)),
        reports=[place(one.at) for one in reports[:MOST_TICKS]],
        acts=[place(one.at) for one in acts[:MOST_TICKS]],
        counts=(len(reports), len(acts)),
        hours=[(place(one), clock_time(one, party)[:5]) for one in hours[wanted - 1 :: wanted]],
        axis=AXIS,
        zone=clock_time(night.since, party)[6:],
    )


def picture_at(visit: Visit) -> Response:
    """The list as it was at a minute, for the slider."""
    found = listed(visit, visit.access(), moment(visit, "at") or visit.now)
    return visit.page("sea_list.html", **shown(visit, found))


def report(visit: Visit) -> Response:
    """The night's report: its figures in tables and as plots, to be printed."""
    access, night = visit.access(), night_asked(visit)
    reports, acts = visit.node.night(access, night.since, night.until)
    pictures = [visit.node.picture(access, at) for at in moments_between(night.since, night.until)]
    figures = figures_of(reports, acts, pictures)
    return visit.page(
        "night_report.html",
        night=night,
        evening=night.since.astimezone(zone_of(visit.node.store.party)).date(),
        figures=figures,
        plotted=_plotted(visit, figures),
    )


def _plotted(visit: Visit, figures: Figures) -> str:
    """The figures for the script that plots them, in the reader's language."""
    told = msgspec.to_builtins(figures)
    for told_one, one in zip(told["by_means"], figures.by_means, strict=True):
        told_one["words"] = visit.say(one.words)
    return msgspec.json.encode(told).decode()


def areas_json(visit: Visit) -> Response:
    """How large the areas of the open boats were at some moments of the night, for the last of the plots."""
    access, night = visit.access(), night_asked(visit)
    moments = moments_between(night.since, night.until)
    told = [
        {"boat": boat.name, "at": at, "km2": area.area_95_km2}
        for at in moments[EVERY - 1 :: EVERY]
        for boat, area in areas_of(visit, access, visit.node.picture(access, at), at=at, most=MOST_AREAS)
    ]
    return visit.answer({"areas": told})


DOORS: tuple[Door, ...] = (
    Door(path="/sea/night", does=show, who=WATCHES, needs_shift=True),
    Door(path="/sea/night/picture", does=picture_at, who=WATCHES, needs_shift=True),
    Door(path="/sea/night/report", does=report, who=WATCHES, needs_shift=True, most_a_minute=20),
    Door(path="/sea/night/areas.json", does=areas_json, who=WATCHES, needs_shift=True, most_a_minute=20),
)
