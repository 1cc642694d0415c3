"""A night as lines of JSON, in the order of arrival, as `entente sea replay` reads them.

A line is {"report": …}, {"act": …}, or {"at": …} where a picture is asked for. The truth is written beside it, in a
file of its own, and never into these lines.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from entente.exercise.nights.log import Entry, moment
from entente.exercise.nights.night import Night
from entente.maritime.values import SeaReport


def lines_of(entries: Iterable[Entry], looks: Iterable[dt.datetime] = ()) -> Iterator[str]:
    """What was said, a line each, with a line for each moment at which a picture is asked for."""
    waiting = sorted(looks)
    for entry in sorted(entries, key=lambda one: (one.arrives_s, one.said.id)):
        while waiting and waiting[0].timestamp() < entry.arrives_s:
            yield _line({"at": waiting.pop(0)})
        yield _line({"report" if isinstance(entry.said, SeaReport) else "act": entry.said})
    for at in waiting:
        yield _line({"at": at})


def night_lines(night: Night, every_s: float = 1800.0) -> Iterator[str]:
    """A whole invented night with a picture every half hour and at dawn."""
    looks = int((night.dawn_s - night.starts_s) // every_s)
    moments = [moment(night.starts_s + place * every_s) for place in range(1, looks + 1)]
    return lines_of(night.entries, [*moments[:-1], night.dawn])


def truth_line(night: Night) -> str:
    """Who was who, for whoever measures: the boat of each report and act, and what became of its people."""
    boats = [
        {
            "boat": boat.number,
            "boarded": boat.boarded,
            "lost": boat.lost,
            "at_sea": boat.aboard + boat.in_water,
            "left": [
                {"people": one.people, "at": moment(one.at_s), "manner": one.manner} for one in boat.left
            ],
        }
        for boat in night.boats
    ]
    return _line({"boat_of": night.boat_of, "boats": boats})


def replay_truth_line(boat_of: Mapping[str, int]) -> str:
    """Who was who in a night that is retold."""
    return _line({"boat_of": boat_of})


def _line(value: object) -> str:
    return msgspec.json.encode(value).decode()
