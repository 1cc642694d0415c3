"""What those who rescue at sea are told of an alert: a beach, a window, a number of boats, how sure; nothing else.

A sanitised warning is made anew and copies no word that an officer wrote: the beach is named and placed as our own
list of places has it, and the rest are numbers, times and one of four degrees. An alert whose place the list does not
know says so, and waits for somebody to choose one: a name that was typed may hold anything.
"""

from __future__ import annotations

import msgspec

from entente.errors import Malformed, Text
from entente.formats.gazetteer import Place, find_places, nearest, place_named
from entente.model.place import Position
from entente.model.report import Warning

# Farther than this from every place of the list, a position is not "at" any of them.
NEAR_M = 10_000.0


def sanitised(alert: Warning, *, of: str | None, to: tuple[str, ...], officer: str) -> Warning:
    """The warning for rescue. of: the record of the alert; to: the services that look; officer: who sends it now.

    Raises Malformed where the alert's place is none of the list and its position is near none.
    """
    place = known_place(alert)
    if place is None:
        raise Malformed(
            "place_not_in_list",
            Text(
                fr="Le secours ne reçoit qu’un lieu de notre liste, et celui de l’alerte n’y est pas.",
                en="Rescue is given a place of our list only, and that of the alert is not in it.",
            ),
            Text(
                fr="Choisissez la plage la plus proche dans la liste.",
                en="Choose the nearest beach from the list.",
            ),
        )
    return Warning(
        place=place.name,
        position=Position(
            latitude=place.latitude, longitude=place.longitude, uncertainty_m=place.position.uncertainty_m
        ),
        starts=alert.starts,
        ends=alert.ends,
        confidence=alert.confidence,
        boats_at_least=alert.boats_at_least,
        boats_at_most=alert.boats_at_most,
        to=to,
        of=of,
        officer=officer,
    )


def known_place(alert: Warning) -> Place | None:
    """The place of the list that an alert means: by its name, by a name within it, else by its position."""
    named = place_named(alert.place)
    if named is not None:
        return named
    found = find_places(alert.place)
    if found:
        return found[0].place
    if alert.position is None:
        return None
    bare = msgspec.structs.replace(alert.position, written="")
    near = nearest(bare, 1)
    return near[0][0] if near and near[0][1] <= NEAR_M else None


def boats_words(warning: Warning) -> Text:
    """How many boats, as the interval that it is."""
    least, most = warning.boats_at_least, warning.boats_at_most
    if most is None:
        if least == 1:
            return Text("au moins 1 embarcation", "at least 1 boat")
        return Text(f"au moins {least} embarcations", f"at least {least} boats")
    if least == most:
        ends = "" if least == 1 else "s"
        return Text(f"{least} embarcation{ends}", f"{least} boat{ends}")
    return Text(f"{least} à {most} embarcations", f"{least} to {most} boats")
