"""Ships that AIS hears, as a layer under the boats of the picture: faint on the chart, and the same in a table.

A ship is looked at for who could help and who is in the way. It is no boat of the list, has no rank and no record, and
leaves both half an hour after it was last heard; a transmitter of distress is a report as well, and stands in the list.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
from starlette.responses import Response

from entente.errors import Text
from entente.formats.ais_watch import DEVICE_WORDS, Contact
from entente.formats.summary import position_words
from entente.web.door import WATCHES, Door, Visit
from entente.web.sea_words import age_short

KNOTS = Text("nd", "kn")
RESCUE = Text("en sauvetage", "in rescue")
TEST = Text("essai", "test")


class Ship(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the table. moves: course and speed as far as they are sent."""

    contact: Contact
    name: str
    what: Text
    moves: Text | None
    position: Text | None
    age: Text


def ship_of(contact: Contact, now: dt.datetime) -> Ship:
    """A contact as a line."""
    what = DEVICE_WORDS[contact.device]
    for holds, word in ((contact.is_rescue, RESCUE), (contact.state == "test", TEST)):
        if holds:
            what = Text(f"{what.fr}, {word.fr}", f"{what.en}, {word.en}")
    return Ship(
        contact=contact,
        name=contact.name or contact.mmsi,
        what=what,
        moves=_moves(contact),
        position=position_words(contact.position) if contact.position is not None else None,
        age=age_short(contact.at, now),
    )


def _moves(contact: Contact) -> Text | None:
    """Course and speed; None where neither is sent."""
    course = "" if contact.course_degrees is None else f"{round(contact.course_degrees) % 360:03}°"
    if contact.speed_knots is None:
        return Text(course, course) if course else None
    speed = f"{contact.speed_knots:.1f}"
    return Text(
        f"{course} {speed.replace('.', ',')} {KNOTS.fr}".strip(), f"{course} {speed} {KNOTS.en}".strip()
    )


def ship_features(contacts: tuple[Contact, ...], now: dt.datetime, visit: Visit) -> dict[str, Any]:
    """Those with a position as GeoJSON; ships that can help last, so that they lie on top."""
    found = []
    for one in sorted(contacts, key=lambda each: (each.is_rescue, each.mmsi)):
        if one.position is None:
            continue
        ship = ship_of(one, now)
        found.append(
            {
                "type": "Feature",
                "geometry": {
                    "type": "Point",
                    "coordinates": [round(one.position.longitude, 5), round(one.position.latitude, 5)],
                },
                "properties": {
                    "what": "ship",
                    "mmsi": one.mmsi,
                    "name": ship.name,
                    "words": visit.say(ship.what),
                    "moves": visit.say(ship.moves) if ship.moves is not None else "",
                    "course": one.course_degrees,
                    "is_rescue": one.is_rescue,
                    "since": one.at.astimezone(dt.UTC).isoformat(timespec="seconds"),
                },
            }
        )
    return {"type": "FeatureCollection", "features": found}


def ships_json(visit: Visit) -> Response:
    """For the chart."""
    return visit.answer(ship_features(visit.node.ships_at_sea(visit.access()), visit.now, visit))


def show(visit: Visit) -> Response:
    """The same as a table, ships that can help first, then by name."""
    contacts = visit.node.ships_at_sea(visit.access())
    ships = [ship_of(one, visit.now) for one in contacts]
    return visit.page(
        "sea_ships_table.html" if visit.is_fragment else "sea_ships.html",
        ships=sorted(
            ships, key=lambda one: (not one.contact.is_rescue, one.name.casefold(), one.contact.mmsi)
        ),
        sources=visit.node.ais.states(),
    )


DOORS: tuple[Door, ...] = (
    Door(path="/sea/ships", does=show, who=WATCHES, needs_shift=True),
    Door(path="/sea/ships.json", does=ships_json, who=WATCHES, needs_shift=True),
)
