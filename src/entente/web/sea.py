"""The picture at sea: who needs help first, on a chart and in a list that both shores share.

The list is the page; the chart beside it shows the same boats, and whoever has no chart (no script, no graphics, a
blocked file) has the same positions in a table. All of it comes from one picture, drawn by the node from the set of
reports and acts; this page decides nothing and closes nothing. What a script asks for (the picture and its areas as
GeoJSON, the names along the coast) goes through doors of its own, with the same roles.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import msgspec
from starlette.responses import Response

from entente.errors import Malformed, NotFound, Text
from entente.formats.gazetteer import Place, load_places
from entente.maritime.values import Area, Boat, Picture
from entente.model.sea_act import boats_of
from entente.policy.access import Access
from entente.web.door import WATCHES, Door, Visit
from entente.web.sea_view import (
    QUIET_FOR,
    Listed,
    area_features,
    as_listed,
    features,
    groups_of,
    people_open,
)
from entente.web.words import service_name, short_service

# Areas are drawn for so many boats at most, those that most need help first.
MOST_AREAS = 12
# What was last known of a boat longer ago than this bounds nothing that a chart of the Strait could show.
OLDEST_AREA = dt.timedelta(hours=36)
# Names that stand on the chart at any scale; the others come in as one looks closer.
MAJOR = frozenset(
    {
        "Dover", "Folkestone", "Ramsgate", "Hastings", "Eastbourne", "Deal", "Dungeness", "Margate", "Rye",
        "Calais", "Dunkerque", "Boulogne-sur-Mer", "Gravelines", "Le Touquet", "Wissant", "Berck", "Cap Gris-Nez",
        "Ambleteuse", "Baie de Somme", "Ostende", "Nieuport",
        "Varne", "Le Colbart", "Goodwin Sands", "Sandettié", "South Falls", "Bassurelle", "Vergoyer",
    }
)  # fmt: skip
# Too far inland to be a name along the coast, or too wide to be a point on it.
NOT_ON_CHART = frozenset(
    {"DST du pas de Calais", "Leeds", "London", "Croydon", "Lille", "Béthune", "Saint-Omer"}
)


def services(visit: Visit) -> Callable[[str], Text]:
    """Services by their short names, as they are called today."""
    agreement, today = visit.node.agreement, visit.now.date()

    def named(service: str) -> Text:
        return short_service(service_name(agreement, service, today)) if service else Text("?", "?")

    return named


def moment(visit: Visit, name: str) -> dt.datetime | None:
    """A moment asked for in the address, in UTC; None where none is. Raises Malformed."""
    written = visit.query.one(name)
    if not written:
        return None
    try:
        # "+" in an address may have become a blank on its way.
        at = dt.datetime.fromisoformat(written.replace(" ", "+") if "T" in written else written)
    except ValueError as error:
        raise Malformed(
            "moment_unreadable",
            Text(fr=f"« {written[:40]} » n’est pas un moment.", en=f'"{written[:40]}" is no moment.'),
            Text(fr="Écrivez 2031-11-24T02:30Z.", en="Write 2031-11-24T02:30Z."),
        ) from error
    return at.astimezone(dt.UTC) if at.tzinfo else at.replace(tzinfo=dt.UTC)


def listed(visit: Visit, access: Access, at: dt.datetime | None = None) -> Listed:
    """The picture as the list has it. at: as it would have been drawn then."""
    picture = visit.node.picture(access, at)
    reports, acts = visit.node.night(access, picture.at - QUIET_FOR, picture.at)
    heard = {one.id for one in reports} | {named for said in acts for named in boats_of(said.act)}
    return as_listed(picture, heard)


def shown(visit: Visit, found: Listed) -> dict[str, Any]:
    """What the templates of the list are given."""
    return {
        "picture": found.picture,
        "groups": groups_of(found.picture, services(visit), found.older),
        "people": people_open(found.picture, found.older),
        "named": services(visit),
    }


# -- pages ----------------------------------------------------------------------------------------------------------


def show(visit: Visit) -> Response:
    """The list of urgency and the chart; or the list alone, where only that is renewed."""
    found = listed(visit, visit.access())
    return visit.page("sea_list.html" if visit.is_fragment else "sea.html", **shown(visit, found))


def positions(visit: Visit) -> Response:
    """The same boats as a table of positions, for whoever has no chart."""
    found = listed(visit, visit.access())
    return visit.page("sea_positions.html", is_page=not visit.is_fragment, **shown(visit, found))


# -- what the chart asks for -------------------------------------------------------------------------------------------


def picture_json(visit: Visit) -> Response:
    """The picture as GeoJSON. at: as it would have been drawn then; boat: of one and what it is linked to."""
    access, at = visit.access(), moment(visit, "at")
    found = listed(visit, access, at)
    only = visit.query.one("boat")
    if only:
        only = boat_of(found.picture, only).id
    return visit.answer(features(found.picture, services(visit), visit.say, only=only, older=found.older))


def areas_json(visit: Visit) -> Response:
    """Where open boats may be now, half and nineteen in twenty, as GeoJSON; those that need help first."""
    access, at = visit.access(), moment(visit, "at")
    picture = visit.node.picture(access, at)
    only = visit.query.one("boat")
    wanted = [boat_of(picture, only)] if only else _heads(picture)
    asked = msgspec.structs.replace(picture, boats=tuple(wanted))
    return visit.answer(area_features(areas_of(visit, access, asked, at=at, most=MOST_AREAS)))


def _heads(picture: Picture) -> list[Boat]:
    """The most urgent boat of each row: what is probably the same would lie over it."""
    rows: dict[int | str, Boat] = {}
    for boat in picture.boats:
        if boat.state in ("open", "count_disputed"):
            rows.setdefault(boat.row or boat.id, boat)
    return list(rows.values())


def areas_of(
    visit: Visit, access: Access, picture: Picture, *, at: dt.datetime | None = None, most: int
) -> list[tuple[Boat, Area]]:
    """Where the open boats of a picture may be, those that need help first; at: None for now."""
    found: list[tuple[Boat, Area]] = []
    wanted = [
        one
        for one in picture.boats
        if one.state in ("open", "count_disputed")
        and one.position_at is not None
        and picture.at - one.position_at <= OLDEST_AREA
    ]
    for boat in wanted[:most]:
        try:
            found.append((boat, visit.node.area(access, boat.id, at)))
        except NotFound:
            continue  # nobody has said where it is
    return found


def boat_of(picture: Picture, named: str) -> Boat:
    """The boat that has an id, or a report of that id. Raises NotFound."""
    for boat in picture.boats:
        if named == boat.id or named in boat.reports:
            return boat
    raise NotFound(
        "boat_not_found",
        Text(fr="Aucune embarcation de ce nom ici.", en="No boat of that name here."),
        Text(fr="Revenez à la liste.", en="Go back to the list."),
    )


@lru_cache(maxsize=1)
def _names() -> dict[str, Any]:
    def tier(place: Place) -> int:
        if place.name in MAJOR:
            return 0
        return {"port": 1, "bank": 1, "headland": 1, "town": 2, "anchorage": 2, "beach": 3}[place.kind]

    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [place.longitude, place.latitude]},
                "properties": {
                    "name": place.name,
                    "kind": place.kind,
                    "shore": place.shore,
                    "tier": tier(place),
                },
            }
            for place in load_places()
            if place.name not in NOT_ON_CHART
        ],
    }


def names_json(visit: Visit) -> Response:
    """The names along the coast, out of the gazetteer."""
    answer = visit.answer(_names())
    answer.headers["Cache-Control"] = "private, max-age=86400"
    return answer


DOORS: tuple[Door, ...] = (
    Door(path="/sea", does=show, who=WATCHES, needs_shift=True),
    Door(path="/sea/positions", does=positions, who=WATCHES, needs_shift=True),
    Door(path="/sea/picture.json", does=picture_json, who=WATCHES, needs_shift=True),
    Door(path="/sea/areas.json", does=areas_json, who=WATCHES, needs_shift=True),
    Door(path="/sea/names.json", does=names_json, who=WATCHES),
)
