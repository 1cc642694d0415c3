"""The fields of a report at sea as typed, and the sighting that they say.

Every field may be empty, and empty is "not known". What was typed into a field and cannot be read is no reason to
refuse a report (SAR-1): it goes into the words, under the name of its field, and the page says that nobody could read
it. The same reading serves the page while somebody types, the node when a report is sent, and one that waited on a
telephone: what is "10 min ago" is counted from when it was typed.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from typing import Any, get_args
from zoneinfo import ZoneInfo

import msgspec

from entente.errors import EntenteError, Language, Text
from entente.formats.gazetteer import place_named
from entente.model.place import METRES_IN_A_NAUTICAL_MILE, Position, read_position
from entente.model.sighting import Engine, Means, PersonsOnBoard, Phase, Sighting, Water
from entente.web.sea_typed import read_line

FIELDS: dict[str, Text] = {
    "means": Text("moyen", "means"),
    "callers": Text("numéros qui appellent", "numbers that call"),
    "position": Text("position", "position"),
    "within": Text("à combien près", "to within"),
    "seen": Text("heure ou âge de la position", "hour or age of the position"),
    "persons": Text("personnes", "people"),
    "children": Text("enfants", "children"),
    "in_water": Text("personnes à l’eau", "people in the water"),
    "missing": Text("manquants", "missing"),
    "water": Text("eau à bord", "water aboard"),
    "engine": Text("moteur", "engine"),
    "phase": Text("phase", "phase"),
    "colour": Text("couleur", "colour"),
    "hull": Text("coque", "hull"),
    "marks": Text("marques", "marks"),
    "launched_from": Text("lieu de départ", "launch place"),
    "launched": Text("heure de départ", "launch time"),
    "course": Text("cap", "course"),
    "speed": Text("vitesse", "speed"),
    "names": Text("noms dits", "names said"),
    "origin": Text("répète", "repeats"),
}
# Somebody aboard speaks, or spoke to whoever tells it: a boat that calls for help is in distress until somebody says
# otherwise.
SPEAKS: frozenset[Means] = frozenset({"call", "message", "relayed", "sart", "man_overboard"})
# The Strait and its approaches with room: a position outside may be true, and is asked about.
STRAIT = (49.0, 53.0, -3.0, 5.0)
MOST_IN_A_FIELD = 300
_PLAUSIBLE_PEOPLE = 1000


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """A report as it will be recorded. unread: fields whose words nobody could read; odd: what to ask again."""

    seen: Sighting
    words: str
    unread: tuple[tuple[str, str], ...] = ()
    odd: tuple[Text, ...] = ()


def fields_of(form: Mapping[str, str], line: str, party: str) -> dict[str, str]:
    """The fields as they stand: what a person corrected, and for the rest what the line says.

    `by_hand` names the fields that a person set, also to nothing; without it (no script ran) a field that says
    something was.
    """
    read = read_line(line, party=party).fields
    by_hand = form.get("by_hand")
    names = None if by_hand is None else frozenset(by_hand.split())
    fields: dict[str, str] = {}
    for name in FIELDS:
        typed = form.get(name, "").strip()[:MOST_IN_A_FIELD]
        stands = bool(typed) if names is None else name in names
        fields[name] = typed if stands else read.get(name, "")
    return fields


def say(
    fields: Mapping[str, str], line: str, more: str, *, now: dt.datetime, zone: ZoneInfo, language: Language
) -> Said:
    """The sighting that the fields say. now: when it was typed. more: words beside the line. Never raises."""
    reading = _Reading(fields, now, zone)
    means = reading.one_of("means", Means, "unknown")
    position = reading.position()
    seen_at = reading.when("seen")
    phase = reading.phase(means)
    values: dict[str, Any] = {
        "phase": phase,
        "means": means,
        "position": position,
        "position_at": seen_at,
        "persons_on_board": reading.read("persons", read_persons),
        "children": reading.number("children"),
        "missing": reading.number("missing"),
        "in_water": reading.number("in_water"),
        "engine": reading.one_of("engine", Engine, "unknown"),
        "water": reading.one_of("water", Water, "unknown"),
        "callers": reading.several("callers"),
        "names": reading.several("names"),
        "marks": reading.several("marks"),
        "colour": fields.get("colour", "").casefold(),
        "hull": fields.get("hull", "").casefold(),
        "launched_from": reading.place("launched_from"),
        "launched_at": reading.when("launched"),
        "course_degrees": reading.read("course", _course),
        "speed_knots": reading.read("speed", _speed),
        "origin": fields.get("origin", ""),
    }
    said = [line.strip(), more.strip()]
    said += [f"{FIELDS[name].say(language)} : {words}" for name, words in reading.unread]
    words = "\n".join(one for one in said if one)
    return Said(
        seen=Sighting(words=words, **values),
        words=words,
        unread=tuple(reading.unread),
        odd=tuple(_odd(position, values["persons_on_board"], values["children"])),
    )


class _Reading:
    """The fields while they are read; what cannot be read is kept as words."""

    def __init__(self, fields: Mapping[str, str], now: dt.datetime, zone: ZoneInfo) -> None:
        self.fields, self.now, self.zone = fields, now, zone
        self.unread: list[tuple[str, str]] = []

    def read(self, name: str, reads: Callable[[str], Any]) -> Any:
        written = self.fields.get(name, "").strip()
        if not written:
            return None
        try:
            return reads(written)
        except (EntenteError, ValueError, OverflowError):
            self.unread.append((name, written))
            return None

    def number(self, name: str) -> int | None:
        found: int | None = self.read(name, _whole)
        return found

    def one_of(self, name: str, kind: Any, otherwise: str) -> Any:
        written = self.fields.get(name, "").strip()
        if written in get_args(kind):
            return written
        if written:
            self.unread.append((name, written))
        return otherwise

    def several(self, name: str) -> tuple[str, ...]:
        parts = re.split(r"[,;\n]+", self.fields.get(name, ""))
        return tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))

    def when(self, name: str) -> dt.datetime | None:
        found: dt.datetime | None = self.read(name, lambda written: read_when(written, self.now, self.zone))
        return found

    def position(self) -> Position | None:
        position: Position | None = self.read("position", read_place)
        within: float | None = self.read("within", read_distance_m)
        if position is None:
            return None
        if within is None:
            within = position.uncertainty_m
        return msgspec.structs.replace(position, uncertainty_m=within)

    def place(self, name: str) -> str:
        written = self.fields.get(name, "").strip()
        found = place_named(written) if written else None
        return found.name if found is not None else written

    def phase(self, means: Means) -> Phase:
        found: Phase = self.one_of("phase", Phase, "none")
        if found != "none" or self.fields.get("phase", "").strip() == "none":
            return found
        speaks = means in SPEAKS or bool(self.fields.get("callers", "").strip())
        return "distress" if speaks else "uncertainty"


def _odd(position: Position | None, count: PersonsOnBoard | None, children: int | None) -> list[Text]:
    found: list[Text] = []
    south, north, west, east = STRAIT
    if position is not None and not (
        south <= position.latitude <= north and west <= position.longitude <= east
    ):
        found.append(
            Text(
                "La position est loin du détroit : faites-la relire.",
                "The position is far from the Strait: have it read again.",
            )
        )
    if count is not None and children is not None and count.at_most is not None and children > count.at_most:
        found.append(
            Text("Plus d’enfants que de personnes : redemandez.", "More children than people: ask again.")
        )
    return found


# -- single values ----------------------------------------------------------------------------------------------------

_COUNT = re.compile(r"(?P<low>\d{1,4})\s*(?:(?:-|–|à|a|to|/)\s*(?P<high>\d{1,4})|(?P<open>\+))?")
_MOST = re.compile(r"(?:≤|<=|<|max\.?|au plus|at most)\s*(\d{1,4})")
_LEAST = re.compile(r"(?:≥|>=|>|min\.?|au moins|at least)\s*(\d{1,4})")


def read_persons(written: str) -> PersonsOnBoard:
    """A count as an interval: 47, 40-50, 40+, ≤ 50, ≥ 30. Raises ValueError."""
    plain = written.strip().casefold()
    if match := _MOST.fullmatch(plain):
        return PersonsOnBoard(0, int(match[1]))
    if match := _LEAST.fullmatch(plain):
        return PersonsOnBoard(int(match[1]))
    match = _COUNT.fullmatch(plain)
    if match is None:
        raise ValueError("a count, or from so many to so many")
    low = int(match["low"])
    high = None if match["open"] else int(match["high"] or low)
    if low > _PLAUSIBLE_PEOPLE:
        raise ValueError("more people than any boat holds")
    return PersonsOnBoard(low, high)


def _whole(written: str) -> int:
    if not (written.isascii() and written.isdigit() and int(written[:9]) <= _PLAUSIBLE_PEOPLE):
        raise ValueError("a whole number")
    return int(written)


_DISTANCE = re.compile(r"±?\s*(\d{1,6}(?:[.,]\d+)?)\s*(m|km|nm|nq|milles?|nautiques?)?", re.IGNORECASE)


def read_distance_m(written: str) -> float:
    """A distance in metres: 500, 500 m, 1.5 km, 2 nm. A large M is the nautical mile. Raises ValueError."""
    match = _DISTANCE.fullmatch(written.strip())
    if match is None:
        raise ValueError("a distance")
    unit = match[2] or "m"
    metres = 1.0 if unit == "m" else 1000.0 if unit.lower() == "km" else METRES_IN_A_NAUTICAL_MILE
    return float(match[1].replace(",", ".")) * metres


def read_place(written: str) -> Position:
    """A position in any notation, a map link, or a place of the gazetteer with all that its name leaves open."""
    try:
        return read_position(written)
    except EntenteError:
        line = read_line(written).fields
        if "position" in line:
            position = read_position(line["position"])
            within = read_distance_m(line["within"]) if "within" in line else position.uncertainty_m
            return msgspec.structs.replace(position, written=written, uncertainty_m=within)
        place = place_named(written)
        if place is None:
            raise
        return place.position


_AGE = re.compile(
    r"(?:il y a |ya )?(?:(?P<h>\d{1,2})\s*h(?:\s*(?P<hm>\d{1,2}))?\s*(?:min|mn)?"
    r"|(?P<m>\d{1,3})\s*(?:'|mn|min|minutes?)?)(?: ago)?"
)
_CLOCK = re.compile(
    r"(?P<hour>[01]?\d|2[0-3])(?::|h|H)(?P<minute>[0-5]\d)\s*(?P<zone>z|utc|tu|gmt)?", re.IGNORECASE
)
# An hour that would lie so far ahead is yesterday's; a minute or two ahead is another clock.
_AHEAD = dt.timedelta(minutes=10)


def read_when(written: str, now: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    """An age ("10", "10 min", "1 h 20") or an hour of the last day ("03:42", "0342 UTC"). Raises ValueError.

    A bare "2h" or "2 h 05" is an age; "02h05", written together as on a clock, is an hour.
    """
    plain = written.strip().casefold()
    if re.fullmatch(r"(?:[01]\d|2[0-3])[0-5]\d\s*(?:z|utc|tu|gmt)?", plain):
        plain = f"{plain[:2]}:{plain[2:]}"
    if (clock := _CLOCK.fullmatch(plain)) and not re.fullmatch(r"\d h \d\d", plain):
        where = dt.UTC if clock["zone"] else zone
        local = now.astimezone(where)
        at = local.replace(hour=int(clock["hour"]), minute=int(clock["minute"]), second=0, microsecond=0)
        if at.astimezone(dt.UTC) > now + _AHEAD:
            at = (at.replace(tzinfo=None) - dt.timedelta(days=1)).replace(tzinfo=where)
        return min(at.astimezone(dt.UTC), now)
    age = _AGE.fullmatch(plain)
    if age is None:
        raise ValueError("an age or an hour")
    minutes = int(age["m"]) if age["m"] else int(age["h"]) * 60 + int(age["hm"] or 0)
    return now - dt.timedelta(minutes=minutes)


def _course(written: str) -> float:
    degrees = float(re.sub(r"[°\s]", "", written).replace(",", "."))
    if not 0 <= degrees <= 360:
        raise ValueError("degrees from 0 to 360")
    return degrees


def _speed(written: str) -> float:
    knots = float(re.sub(r"\s*(?:n(?:œu|oeu)?ds?|kts?|kn|knots?)$", "", written.casefold()).replace(",", "."))
    if not 0 <= knots < 100:
        raise ValueError("knots")
    return knots
