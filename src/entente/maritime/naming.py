"""What a boat is called over the radio, and how a name that was once said still finds it.

A name is two letters and three figures, made from the id of the report that founded the boat: no counter, so that both
shores give the same name without asking each other. Every report has a name of its own that way, and a boat answers to
those of all its reports: whoever wrote down a name before a merge or an un-merge finds the boat that holds that report
now. Two boats of one picture with one name are told apart by a third letter, which their ids give too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence

from entente.maritime.values import Boat, Picture

# Without I, O and Q, which are heard or read as figures.
LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"


def name_of(report: str) -> str:
    """The radio name that a report gives: "PK 271"."""
    return _whole(report)[:6]


def long_name_of(report: str) -> str:
    """The same with the letter that tells it from another of that name: "PK 271 D"."""
    return _whole(report)


def _whole(report: str) -> str:
    number = int.from_bytes(hashlib.sha256(report.encode("utf-8", "surrogatepass")).digest()[:8], "big")
    number, figures = divmod(number, 1000)
    letters = ""
    for _ in range(3):
        number, letter = divmod(number, len(LETTERS))
        letters += LETTERS[letter]
    return f"{letters[:2]} {figures:03d} {letters[2]}"


def names_in_picture(founders: Iterable[str]) -> dict[str, str]:
    """The name of each boat by its founding report, told apart where two would be called alike."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    for founder in sorted(set(founders)):
        name = name_of(founder)
        if name in taken:
            name = long_name_of(founder)
        number = 2
        while name in taken:
            name, number = f"{long_name_of(founder)}{number}", number + 1
        taken.add(name)
        names[founder] = name
    return names


def names_of(own: str, reports: Sequence[str]) -> tuple[str, ...]:
    """Every name by which a boat or a report of it can ever have been called, its own first."""
    ever = [own]
    for report in reports:
        ever += [name_of(report), long_name_of(report)]
    return tuple(dict.fromkeys(ever))


def resolve(picture: Picture, named: str) -> Boat | None:
    """The boat that a name, a report's id or a boat's id stands for now; None where it stands for none here.

    Where an old name would fit two boats, the one that needs help more is meant.
    """
    said = _folded(named)
    for boat in picture.boats:
        if named == boat.id or named in boat.reports:
            return boat
    for boat in picture.boats:
        if _folded(boat.name) == said:
            return boat
    for boat in picture.boats:
        if any(_folded(name) == said for name in boat.names):
            return boat
    return None


def _folded(name: str) -> str:
    return "".join(name.split()).upper()


def named_pairs(names: Mapping[str, str], ids: Iterable[str]) -> str:
    """The names of some boats, in order, for a sentence."""
    return ", ".join(sorted(names[each] for each in ids if each in names))
