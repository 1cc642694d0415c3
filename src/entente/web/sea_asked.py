"""What forms of acts at sea ask alike: a count, a moment, a list of names or numbers; read once, refused in words.

Unlike a report, an act is refused where it cannot be read: people are counted on it. What was typed stays on the page.
"""

from __future__ import annotations

import datetime as dt
import re

from entente.errors import EntenteError, Malformed, Text
from entente.model.place import Position
from entente.web.door import Visit
from entente.web.sea_fields import read_place, read_when
from entente.web.words import zone_of

MOST_PEOPLE = 1000
MOST_NAMED = 200
# A moment that a page of ours filled in; it may lie ahead, where an hour that somebody types never does.
_FILLED_IN = re.compile(r"20\d\d-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d(?::[0-5]\d)?Z")
LONGEST_WAIT = dt.timedelta(days=30)


def count(visit: Visit, name: str) -> int:
    """People counted. Raises Malformed where none is given."""
    found = optional_count(visit, name)
    if found is None:
        raise Malformed(
            "count_missing",
            Text("Le nombre de personnes n’est pas dit.", "The number of people is not given."),
            Text(
                "Comptez une par une ; zéro est un nombre.", "Count one by one; nought is a number as well."
            ),
        )
    return found


def optional_count(visit: Visit, name: str) -> int | None:
    """People counted, or None where nobody said. Raises Malformed."""
    return visit.form.number(name, 0, most=MOST_PEOPLE) if visit.form.one(name) else None


def names(visit: Visit, name: str) -> tuple[str, ...]:
    """Names or numbers, one a line or between commas, from one field or several of that name."""
    written = "\n".join(visit.form.all(name))
    parts = (" ".join(part.split())[:120] for part in re.split(r"[,;\n]+", written))
    return tuple(dict.fromkeys(part for part in parts if part))[:MOST_NAMED]


def moment(visit: Visit, name: str, now: dt.datetime | None = None, *, ahead: bool = False) -> dt.datetime:
    """An age or an hour of the last day; now where nothing is typed. Raises Malformed."""
    found = optional_moment(visit, name, now, ahead=ahead)
    return found if found is not None else now or visit.now


def optional_moment(
    visit: Visit, name: str, now: dt.datetime | None = None, *, ahead: bool = False
) -> dt.datetime | None:
    """An age or an hour of the last day, or None. Raises Malformed.

    ahead: what a page filled in may lie ahead of now; otherwise it is now at the latest.
    """
    written = visit.form.one(name)
    if not written:
        return None
    try:
        if _FILLED_IN.fullmatch(written):
            found = dt.datetime.fromisoformat(written)
            return found if ahead else min(found, now or visit.now)
        return read_when(written, now or visit.now, zone_of(visit.node.store.party))
    except ValueError as error:
        raise Malformed(
            "moment_unreadable",
            Text(
                f"« {written[:40]} » n’est ni une heure ni un âge.",
                f'"{written[:40]}" is no hour and no age.',
            ),
            Text("Écrivez 03:42, 03:42 UTC, 10 min ou 1 h 20.", "Write 03:42, 03:42 UTC, 10 min or 1 h 20."),
        ) from error


def place(visit: Visit, name: str) -> Position | None:
    """A position in any notation, or None where nothing is typed. Raises Malformed."""
    written = visit.form.one(name)
    return read_place(written) if written else None


def places(visit: Visit, name: str) -> tuple[Position, ...]:
    """Positions, one a line. Raises Malformed with the line at fault."""
    lines = [line.strip() for line in visit.form.exact(name).splitlines() if line.strip()]
    try:
        found = tuple(read_place(line) for line in lines)
    except EntenteError as error:
        raise Malformed(error.code, error.text, error.remedy) from error
    if len(found) < 3:
        raise Malformed(
            "corners_missing",
            Text("Un secteur a au moins trois coins.", "An area has three corners at least."),
            Text("Écrivez une position par ligne.", "Write a position on each line."),
        )
    return found


def metres(visit: Visit, name: str, unit_m: float) -> float:
    """A length typed in a unit. Raises Malformed."""
    written = visit.form.one(name).replace(",", ".")
    try:
        found = float(written) * unit_m
    except ValueError:
        found = -1.0
    if not 0 < found < 1_000_000:
        raise Malformed(
            "length_unreadable",
            Text(f"« {written[:20]} » n’est pas une longueur.", f'"{written[:20]}" is no length.'),
            Text("Écrivez un nombre, comme 2.5.", "Write a number, such as 2.5."),
        )
    return found


def age_of(visit: Visit) -> dt.timedelta:
    """How long a form waited, by the browser's own clock; what makes no sense is none."""
    try:
        age = dt.timedelta(seconds=float(visit.form.one("age_s") or 0))
    except (ValueError, OverflowError):
        return dt.timedelta(0)
    return age if dt.timedelta(0) <= age <= LONGEST_WAIT else dt.timedelta(0)
