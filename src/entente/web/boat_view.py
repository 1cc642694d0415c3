"""One boat: what is known, how old that is, who leads, what to ask, and the people of it as a column down to zero.

The log holds every report and every act in order of time, each in both languages; a boat that was once called by
another name is found by it for ever. What may be done here is done at the doors of the forms, and a button stands on
the page only where its door is there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import msgspec
from starlette.responses import Response

from entente.errors import Text
from entente.evidence.explain import show_bits
from entente.formats.summary import persons_words, position_words, sighting_words
from entente.formats.words import colour_words
from entente.maritime.act_words import done_words
from entente.maritime.values import ActSaid, Boat, Ledger, Link, Picture, SeaReport
from entente.model.report import Ground
from entente.model.sea_act import sea_act_words
from entente.model.sighting import PersonsOnBoard
from entente.web.door import WATCHES, Door, Visit
from entente.web.sea import listed, services
from entente.web.sea_view import Line, line_of
from entente.web.sea_words import ENGINES, MEANS, VERDICTS, WATERS, count_short

HALF = 100.0
# A bar this long is as strong as evidence needs to be: longer ones are drawn full.
FULL_BITS = 20.0


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the log. quoted: what was said, in its own words; is_act: an officer did it."""

    id: str
    at: dt.datetime
    by: str
    kind: Text
    text: Text
    quoted: str = ""
    is_act: bool = False
    record: str = ""
    officer: str = ""


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the column of people. left: what remains aboard after it, where it changed anything."""

    at: dt.datetime
    text: Text
    change: int
    left: str
    source: str


class Joined(msgspec.Struct, frozen=True, kw_only=True):
    """A link to another boat: its name, the verdict, and each ground with its bar."""

    link: Link
    other: Boat | None
    verdict: Text
    grounds: tuple[tuple[Ground, float, float], ...]
    sum_bar: tuple[float, float]


def bar(bits: float) -> tuple[float, float]:
    """Where a bar begins and how wide it is, of two hundred from a line in the middle."""
    wide = min(HALF, abs(bits) / FULL_BITS * HALF)
    return (HALF if bits >= 0 else HALF - wide, wide)


def links_of(boat: Boat, picture: Picture) -> tuple[Joined, ...]:
    """What is held of this boat and others, the most likely first."""
    by_id = {one.id: one for one in picture.boats}
    found = [
        Joined(
            link=link,
            other=by_id.get(link.other if link.one == boat.id else link.one),
            verdict=VERDICTS[link.verdict],
            grounds=tuple((ground, *bar(ground.bits)) for ground in link.grounds),
            sum_bar=bar(link.bits),
        )
        for link in boat.links
    ]
    return tuple(sorted(found, key=lambda one: (-one.link.bits, one.link.one, one.link.other)))


def column(ledger: Ledger) -> tuple[Step, ...]:
    """The ledger's lines with what remains aboard after each debit."""
    gone = 0
    steps: list[Step] = []
    for line in ledger.lines:
        if line.change < 0:
            gone -= line.change
        least = max(0, ledger.said.at_least - gone)
        most = None if ledger.said.at_most is None else max(0, ledger.said.at_most - gone)
        steps.append(
            Step(
                at=line.at,
                text=line.text,
                change=line.change,
                left=count_short(PersonsOnBoard(at_least=least, at_most=most)) if line.change < 0 else "",
                source=line.source,
            )
        )
    return tuple(steps)


def log_of(visit: Visit, log: Sequence[SeaReport | ActSaid]) -> tuple[Entry, ...]:
    """Reports and acts as lines, the newest first."""
    service = services(visit)
    found: list[Entry] = []
    for one in log:
        record = one.id.partition("/")[0]
        if isinstance(one, SeaReport):
            means = MEANS[one.seen.means]
            echo = Text(f"{means.fr}, répète un autre", f"{means.en}, repeats another")
            found.append(
                Entry(
                    id=one.id,
                    at=one.at,
                    by=one.by,
                    kind=echo if one.seen.origin else means,
                    text=sighting_words(one.seen),
                    quoted=one.seen.words,
                    record=record,
                )
            )
        else:
            found.append(
                Entry(
                    id=one.id,
                    at=one.at,
                    by=one.by,
                    kind=sea_act_words(one.act),
                    text=done_words(one.act, service),
                    is_act=True,
                    record=record,
                    officer=one.act.officer,
                )
            )
    return tuple(found[::-1])


# The chart stands between the two parts that renew themselves.
_PARTS = {"log": "boat_log.html"}


def show(visit: Visit) -> Response:
    """One boat; or what of it renews itself."""
    access = visit.access()
    picture = listed(visit, access).picture
    named = visit.node.boat_at_sea(access, visit.parts["boat"]).id
    boat = next((one for one in picture.boats if named in (one.id, *one.reports)), None)
    if boat is None:  # the picture was drawn anew in between
        boat = visit.node.boat_at_sea(access, named)
    if boat.id != visit.parts["boat"] and not visit.is_fragment:
        return visit.to(f"/sea/boats/{boat.id}")
    log = log_of(visit, visit.node.sea_reports(access, boat.id))
    line: Line = line_of(boat, picture.at, services(visit))
    return visit.page(
        _PARTS.get(visit.query.one("part"), "boat_top.html") if visit.is_fragment else "boat.html",
        boat=boat,
        line=line,
        picture=picture,
        log=log,
        steps=column(boat.ledger),
        said=persons_words(boat.ledger.said),
        said_short=count_short(boat.ledger.said),
        left_short=count_short(boat.ledger.aboard),
        joined=links_of(boat, picture),
        position=position_words(boat.position) if boat.position is not None else None,
        engine=ENGINES[boat.engine],
        water=WATERS[boat.water],
        colour=colour_words(boat.colour) if boat.colour else None,
        named=services(visit),
        other_name=lambda other: next((one.name for one in picture.boats if other in one.reports), "?"),
        show_bits=show_bits,
    )


DOORS: tuple[Door, ...] = (Door(path="/sea/boats/{boat}", does=show, who=WATCHES, needs_shift=True),)
