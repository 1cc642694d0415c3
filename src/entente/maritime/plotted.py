"""The picture, or the log of one boat, as things that have a place, for charts and tables that leave the house.

All boats are in it, those without a position too. Telephone numbers are covered, in fields and in quoted words, unless
whoever asks may see them and asks for them; names of people aboard are never in it: a chart needs none.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from entente.errors import Text
from entente.formats.ais_watch import DEVICE_WORDS, Contact
from entente.formats.masked import covered, without_numbers
from entente.formats.placed import Field, Placed, Sheet, Track
from entente.formats.summary import persons_words
from entente.formats.words import PHASE_WORDS, colour_words
from entente.maritime.act_words import ServiceWords, done_words
from entente.maritime.sitrep_lines import ENGINE_WORDS, STATE_WORDS, UNKNOWN, WATER_WORDS
from entente.maritime.values import ActSaid, Area, Boat, Picture, SeaReport
from entente.model.moment import Instant
from entente.model.place import Position
from entente.model.sighting import Means

MEANS_WORDS: dict[Means, Text] = {
    "unknown": UNKNOWN,
    "call": Text("appel", "call"),
    "message": Text("message", "message"),
    "relayed": Text("relayé", "relayed"),
    "patrol": Text("patrouille", "patrol"),
    "ship": Text("navire", "ship"),
    "aircraft": Text("aéronef", "aircraft"),
    "drone": Text("drone", "drone"),
    "ais": Text("AIS", "AIS"),
    "sart": Text("répondeur de détresse", "distress transmitter"),
    "man_overboard": Text("balise d’homme à la mer", "man-overboard beacon"),
}


def _field(key: str, fr: str, en: str, value: Text, number: float | None = None) -> Field:
    return Field(key=key, label=Text(fr, en), value=value, number=number)


def _number(key: str, fr: str, en: str, value: float) -> Field:
    return _field(key, fr, en, Text(f"{value:g}", f"{value:g}"), float(value))


def _plain(value: str) -> Text:
    return Text(value or "–", value or "–")


def picture_sheet(
    picture: Picture,
    *,
    areas: Mapping[str, Area] | None = None,
    contacts: Iterable[Contact] = (),
    with_numbers: bool = False,
) -> Sheet:
    """All boats of a picture, with their areas where given and the contacts of AIS. with_numbers: callers in full."""
    things = [_boat(one, with_numbers) for one in picture.boats]
    for boat in picture.boats:
        area = (areas or {}).get(boat.id)
        if area is not None and area.within_95:
            things.append(_area(boat, area))
    things += [_contact(one, picture.at) for one in contacts]
    return Sheet(title=Text("Situation en mer", "Picture at sea"), at=picture.at, things=tuple(things))


def log_sheet(
    boat: Boat,
    log: Sequence[SeaReport | ActSaid],
    at: dt.datetime,
    service: ServiceWords,
    *,
    with_numbers: bool = False,
) -> Sheet:
    """One boat, each of its reports and acts, and the track of its reported positions."""
    known = tuple(dict.fromkeys((*boat.callers, *(n for one in log for n in _callers(one)))))
    things = [_boat(boat, with_numbers)]
    points: list[tuple[Position, Instant]] = []
    for one in log:
        if isinstance(one, SeaReport):
            things.append(_report(one, known, service, with_numbers))
            if one.seen.position is not None:
                points.append((one.seen.position, one.seen_at))
        else:
            things.append(_act(one, known, service, with_numbers))
    points.sort(key=lambda point: point[1])
    return Sheet(
        title=Text(f"Journal de {boat.name}", f"Log of {boat.name}"),
        at=at,
        things=tuple(things),
        tracks=(Track(id=boat.id, name=boat.name, points=tuple(points)),) if points else (),
    )


def _callers(one: SeaReport | ActSaid) -> tuple[str, ...]:
    return one.seen.callers if isinstance(one, SeaReport) else ()


def _numbers(callers: Iterable[str], with_numbers: bool) -> Field | None:
    shown = [one if with_numbers else covered(one) for one in callers]
    return _field("callers", "téléphones", "telephones", _plain(", ".join(shown))) if shown else None


def _boat(boat: Boat, with_numbers: bool) -> Placed:
    ledger = boat.ledger
    fields = [
        _number("rank", "rang", "rank", boat.rank),
        _field("state", "état", "state", STATE_WORDS[boat.state]),
        _field("phase", "phase", "phase", PHASE_WORDS[boat.phase]),
        _field("aboard", "à bord", "aboard", persons_words(ledger.aboard)),
        _number("accounted", "recueillies", "accounted for", ledger.accounted),
        _number("missing", "manquantes", "missing", ledger.missing),
        _number("in_water", "dans l’eau", "in the water", boat.in_water),
        _field("engine", "moteur", "engine", ENGINE_WORDS[boat.engine]),
        _field("water", "eau à bord", "water aboard", WATER_WORDS[boat.water]),
    ]
    if boat.children is not None:
        fields.append(_number("children", "enfants", "children", boat.children))
    if boat.colour:
        fields.append(_field("colour", "couleur", "colour", colour_words(boat.colour)))
    if boat.lead.service:
        fields.append(_field("lead", "conduite", "lead", _plain(boat.lead.service)))
    numbers = _numbers(boat.callers, with_numbers)
    if numbers is not None:
        fields.append(numbers)
    return Placed(
        id=boat.id,
        kind="boat",
        name=boat.name,
        position=boat.position,
        at=boat.position_at,
        fields=tuple(fields),
    )


def _area(boat: Boat, area: Area) -> Placed:
    size = f"{area.area_95_km2:.1f}"
    return Placed(
        id=f"{boat.id}/area",
        kind="area",
        name=f"{boat.name} 95 %",
        at=area.at,
        fields=(
            _field(
                "area_km2",
                "surface (km²)",
                "area (km²)",
                Text(size.replace(".", ","), size),
                round(area.area_95_km2, 1),
            ),
        ),
        rings=area.within_95,
    )


def _contact(one: Contact, now: Instant) -> Placed:
    fields = [
        _field("mmsi", "MMSI", "MMSI", _plain(one.mmsi)),
        _field("device", "émetteur", "transmitter", DEVICE_WORDS[one.device]),
        _number("age_s", "âge (s)", "age (s)", max(0, int((now - one.at).total_seconds()))),
    ]
    if one.course_degrees is not None:
        fields.append(_number("course_degrees", "route (°)", "course (°)", one.course_degrees))
    if one.speed_knots is not None:
        fields.append(_number("speed_knots", "vitesse (nœuds)", "speed (knots)", one.speed_knots))
    return Placed(
        id=f"ais/{one.mmsi}",
        kind="contact",
        name=one.name or f"MMSI {one.mmsi}",
        position=one.position,
        at=one.at,
        fields=tuple(fields),
    )


def _report(one: SeaReport, known: tuple[str, ...], service: ServiceWords, with_numbers: bool) -> Placed:
    seen = one.seen
    fields = [
        _field("by", "par", "by", service(one.by)),
        _field("means", "moyen", "means", MEANS_WORDS[seen.means]),
        _field("phase", "phase", "phase", PHASE_WORDS[seen.phase]),
        _field("persons", "personnes", "persons", persons_words(seen.persons_on_board)),
    ]
    if seen.words.strip():
        said = seen.words if with_numbers else without_numbers(seen.words, known)
        fields.append(_field("words", "propos", "words", _plain(" ".join(said.split()))))
    numbers = _numbers(seen.callers, with_numbers)
    if numbers is not None:
        fields.append(numbers)
    return Placed(
        id=one.id,
        kind="report",
        name=one.reference or one.id,
        position=seen.position,
        at=one.seen_at,
        fields=tuple(fields),
    )


def _act(one: ActSaid, known: tuple[str, ...], service: ServiceWords, with_numbers: bool) -> Placed:
    words = done_words(one.act, service)
    if not with_numbers:
        words = Text(without_numbers(words.fr, known), without_numbers(words.en, known))
    where = getattr(one.act, "position", None)
    return Placed(
        id=one.id,
        kind="act",
        name=one.id,
        position=where if isinstance(where, Position) else None,
        at=one.at,
        fields=(_field("by", "par", "by", service(one.by)), _field("done", "acte", "act", words)),
    )
