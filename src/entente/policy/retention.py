"""How long a record is kept: the day it is looked at again, and the day it is erased.

No record is without either (RET-1). The days come from a table that administrators and counsel can read as a
table; every term in it is a default to be confirmed by counsel. Where several categories meet in one record
the earliest day counts, for whoever has the shortest claim to be forgotten; keeping longer is an act of named
people (RET-3), never a default. Counted from the day on which the record was taken, not from the day of what
it tells: an old fact learned today is new here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import msgspec

from entente.errors import Text
from entente.model.entity import Category
from entente.model.report import Compartment, Kind, Purpose

TO_BE_CONFIRMED = Text(
    "Durées par défaut, à faire confirmer par un juriste.", "Default terms, to be confirmed by counsel."
)


class Term(msgspec.Struct, frozen=True):
    """Days until review and until erasure, counted from the day of taking."""

    review_days: int
    erase_days: int


YEAR = 365

# The compartment speaks first: a file's own clock, not the clock of the people in it. A judicial file and
# victims' records last until the matter is closed and appeals are spent; the erase day is a stop that a
# yearly review moves. A boat that is open, or has missing or dead, is held without term: the stop is far, the
# review close, and erasure 30 days after its closing is set when it closes.
BY_COMPARTMENT: dict[Compartment, Term] = {
    "judicial": Term(YEAR, 10 * YEAR),
    "victims": Term(YEAR, 10 * YEAR),
    "life_saving": Term(30, 10 * YEAR),
}
# Then what kind of act it is: these carry no people's contents of their own, or follow what they speak of.
BY_KIND: dict[Kind, Term] = {
    "hit": Term(90, YEAR),
    "judgement": Term(YEAR, 3 * YEAR),
    "designation": Term(3 * YEAR, 6 * YEAR),
    "amendment": Term(3 * YEAR, 3 * YEAR),
    "release": Term(3 * YEAR, 3 * YEAR),
    "agreement": Term(YEAR, 10 * YEAR),
    "sheet": Term(90, YEAR),
    "warning": Term(90, YEAR),
    # It lies with the boat that it speaks of, and the compartment says how long.
    "sea_act": Term(30, 10 * YEAR),
    # A plan is drawn from all that was said of it: one act erased early would change what the others say.
    "plan_act": Term(YEAR, 10 * YEAR),
    # As long as logs are kept by default: who was let in, who approved.
    "office": Term(YEAR, 3 * YEAR),
}
# Then the people in it, the earliest day of all.
BY_CATEGORY: dict[Category, Term] = {
    "not_yet_assessed": Term(90, 90),
    "third_party": Term(90, YEAR),
    "rescued_person": Term(90, YEAR),
    "contact": Term(YEAR, YEAR),
    "possible_victim": Term(90, 3 * YEAR),
    "victim": Term(YEAR, 10 * YEAR),
    "witness": Term(YEAR, 10 * YEAR),
    "suspect": Term(3 * YEAR, 6 * YEAR),
    "convicted": Term(3 * YEAR, 10 * YEAR),
}
# Last, where nobody is in it, what it is for.
BY_PURPOSE: dict[Purpose, Term] = {
    "life_saving": Term(30, 10 * YEAR),
    "intelligence": Term(YEAR, 3 * YEAR),
    "investigation": Term(YEAR, 6 * YEAR),
    "prosecution": Term(YEAR, 10 * YEAR),
    "prevention_communication": Term(YEAR, 2 * YEAR),
    "plan_management": Term(YEAR, 5 * YEAR),
}


def due_dates(
    kind: Kind, categories: Iterable[Category], purpose: Purpose, compartment: Compartment, said_on: dt.date
) -> tuple[dt.date, dt.date]:
    """The default days of a record: (review by, erase by), review never after erasure.

    categories: of the persons in it, none where it speaks of things only. said_on: the day it was taken here.
    """
    terms = [BY_CATEGORY[category] for category in categories]
    chosen = BY_COMPARTMENT.get(compartment) or BY_KIND.get(kind)
    if chosen:
        terms = [chosen]
    elif not terms:
        terms = [BY_PURPOSE[purpose]]
    erase = min(term.erase_days for term in terms)
    review = min(erase, *(term.review_days for term in terms))
    return said_on + dt.timedelta(days=review), said_on + dt.timedelta(days=erase)


def earlier(one: dt.date | None, other: dt.date | None) -> dt.date | None:
    """The day that a shared copy obeys: the earlier of the sender's and the holder's (RET-4), if any."""
    days = [day for day in (one, other) if day is not None]
    return min(days, default=None)
