"""Where to search for one boat, or for somebody in the water from it: the area at a moment, and legs for one asset.

A plan is a proposal with its chances said; it becomes somebody's work only by the act of an officer. What others have
searched, and what they were given and have not reported on, stands below it: two assets over the same water is how the
time is lost that somebody in it does not have. Without the map the table of legs says the same.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, get_args
from urllib.parse import urlencode

import msgspec
from starlette.responses import Response

from entente.errors import Malformed, NotFound, Text
from entente.formats.geo import MEDIA_TYPES, GeoFormat
from entente.maritime.search_assets import search_kinds
from entente.maritime.search_legs import SearchTold, area_km2, detection
from entente.maritime.search_words import LOOKED_FOR, chance, course, km2, knots, miles, plan_text
from entente.maritime.values import ActSaid, Boat
from entente.model.place import METRES_IN_A_NAUTICAL_MILE, Position, show
from entente.model.sea_act import LookedFor, Searched, SearchOrder, Tasked
from entente.web.door import WATCHES, Door, Visit
from entente.web.sea import OLDEST_AREA, services
from entente.web.sea_view import area_features
from entente.web.search_typed import (
    MINUTES,
    SOON,
    VISIBILITIES,
    VISIBILITY,
    WINDS,
    Wanted,
    again,
    at_fault,
    looked_for,
    wanted,
)
from entente.web.site import status_of

FILES: dict[GeoFormat, str] = {"gpx": "GPX", "kml": "KML", "geojson": "GeoJSON", "csv": "CSV"}
WHERE: dict[LookedFor, Text] = {
    "boat": Text("Où l’embarcation peut être", "Where the boat may be"),
    "person_in_water": Text("Où quelqu’un à la mer peut être", "Where somebody in the water may be"),
}
# Names of ships that are offered where a name is typed.
MOST_NAMES = 40


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """What was searched, or was given to somebody to search: one line of the table, and where it is recorded from."""

    asset: str
    officer: str
    service: str
    starts: dt.datetime
    ends: dt.datetime | None
    corners: tuple[Position, ...]
    km2: float
    seen: Text
    looked_for: Text
    is_done: bool
    found: bool = False
    report: str = ""


def show_page(visit: Visit) -> Response:
    """The page; with a plan where one can be made."""
    access = visit.access()
    boat = visit.node.boat_at_sea(access, visit.parts["boat"])
    contacts = visit.node.ais.contacts()
    asked: Wanted | None = None
    told: SearchTold | None = None
    error: Malformed | None = None
    try:
        asked = wanted(visit, boat, contacts)
        if _is_known(boat, asked.begins):
            told = visit.node.search_plan(
                access, boat.id, asked.asset, asked.begins, looked_for=asked.looked_for
            )
    except Malformed as refused:
        error = refused
    taken = _taken(told) if told is not None else []
    names = [*boat.assets, *(one.name for one in contacts if one.name)]
    return visit.page(
        "search_plan.html",
        200 if error is None else status_of(error),
        boat=boat,
        asked=asked,
        told=told,
        error=error,
        fault=at_fault(visit) if error is not None else "",
        looked_for=looked_for(visit, boat),
        kinds=_kinds(),
        soon=SOON,
        usual_minutes=MINUTES,
        chosen_when=_chosen_when(visit),
        visibilities=VISIBILITIES,
        visibility=visit.query.one("visibility") or str(VISIBILITY),
        winds=WINDS,
        names=sorted(dict.fromkeys(names))[:MOST_NAMES],
        towards={one: again(visit, **{"for": one}) for one in LOOKED_FOR},
        looked_words=LOOKED_FOR,
        order=told.order if told is not None else None,
        same=_same(asked) if asked is not None else "",
        text=plan_text(told, visit.language) if told is not None else "",
        drawn=_drawn(boat, told, taken) if told is not None else "",
        taken=taken,
        report=_to_report(told, told.asset.name, told.order)
        if told is not None and told.order is not None
        else "",
        once=str(uuid.uuid4()),
        iso=_iso,
        in_miles=_in_miles,
        **_words(visit),
    )


def _words(visit: Visit) -> dict[str, Any]:
    return {
        "files": FILES,
        "where": WHERE,
        "miles": miles,
        "km2": km2,
        "knots": knots,
        "chance": chance,
        "course": course,
        "show": show,
        "named": services(visit),
    }


def _kinds() -> list[tuple[str, Text]]:
    return [(code, one.name) for code, one in search_kinds().items()]


def _chosen_when(visit: Visit) -> str:
    """Which moment is ticked: an hour that somebody typed wins over none."""
    asked = visit.query.one("when")
    if visit.query.one("begins") or asked == "hour" or (visit.query.one("hour") and not asked):
        return "hour"
    return asked if asked in SOON else SOON[0]


def _is_known(boat: Boat, at: dt.datetime) -> bool:
    """Whether what is known of a boat still bounds anything at a moment."""
    return boat.position_at is not None and at - boat.position_at <= OLDEST_AREA


def _iso(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _in_miles(metres: float) -> str:
    """Nautical miles as a form takes them."""
    return f"{metres / METRES_IN_A_NAUTICAL_MILE:.3f}"


def _same(asked: Wanted) -> str:
    """The query of this very plan, whenever it is asked again."""
    return urlencode(
        {
            "for": asked.looked_for,
            "begins": _iso(asked.begins),
            "kind": asked.code,
            "asset": asked.named,
            "minutes": str(asked.minutes),
            "speed": f"{asked.asset.speed_knots:g}",
            "sweep": _in_miles(asked.asset.sweep_width_m),
            "transit": f"{asked.asset.transit_s / 60:.0f}",
        }
    )


# -- what is drawn -----------------------------------------------------------------------------------------------------


def _ring(corners: tuple[Position, ...]) -> dict[str, Any]:
    points = [[round(one.longitude, 5), round(one.latitude, 5)] for one in corners]
    return {"type": "Polygon", "coordinates": [[*points, points[0]]]}


def _drawn(boat: Boat, told: SearchTold, taken: list[Taken]) -> str:
    """Areas, legs and searched areas for the chart, as text that the page holds."""
    found = [
        _feature("done" if one.is_done else "given", _ring(one.corners), asset=one.asset) for one in taken
    ]
    if told.rectangle is not None:
        found.append(_feature("plan", _ring(told.rectangle.corners)))
        found.append(_feature("legs", _line_of(told)))
    both = {
        "areas": area_features([(boat, told.area)]),
        "search": {"type": "FeatureCollection", "features": found},
        "begins": _point(told.legs[0].begins) if told.legs else None,
    }
    return msgspec.json.encode(both).decode()


def _feature(what: str, shape: dict[str, Any], **said: Any) -> dict[str, Any]:
    return {"type": "Feature", "geometry": shape, "properties": {"what": what, **said}}


def _point(at: Position) -> list[float]:
    return [round(at.longitude, 5), round(at.latitude, 5)]


def _line_of(told: SearchTold) -> dict[str, Any]:
    points = [point for leg in told.legs for point in (_point(leg.begins), _point(leg.ends))]
    return {"type": "LineString", "coordinates": points}


# -- what was searched -------------------------------------------------------------------------------------------------


def _taken(told: SearchTold) -> list[Taken]:
    """What is in hand first, then what was searched, the newest first."""
    found: list[Taken] = []
    for said in reversed(told.in_hand):
        task = said.act
        if not isinstance(task, Tasked) or task.search is None:
            continue
        order = task.search
        starts, ends = order.starts or task.at, order.ends or task.until
        found.append(
            Taken(
                asset=task.asset,
                officer=task.officer,
                service=said.by,
                starts=starts,
                ends=ends,
                corners=order.corners,
                km2=area_km2(order),
                seen=chance(detection(order)),
                looked_for=LOOKED_FOR[order.looked_for],
                is_done=False,
                report=_to_report(told, task.asset, order),
            )
        )
    for said in sorted(told.searched, key=lambda one: (_ends(one), one.id), reverse=True):
        act = said.act
        if isinstance(act, Searched):
            found.append(
                Taken(
                    asset=act.asset,
                    officer=act.officer,
                    service=said.by,
                    starts=act.starts,
                    ends=act.ends,
                    corners=act.corners,
                    km2=area_km2(act),
                    seen=chance(detection(act)),
                    looked_for=LOOKED_FOR[act.looked_for],
                    is_done=True,
                    found=act.found,
                )
            )
    return found


def _ends(said: ActSaid) -> dt.datetime:
    return said.act.ends if isinstance(said.act, Searched) else said.at


def _to_report(told: SearchTold, asset: str, order: SearchOrder) -> str:
    """The form of what was searched, filled in with what was given; its officer corrects what came otherwise."""
    starts, ends = order.starts, order.ends
    filled_in = urlencode(
        {
            "asset": asset,
            "corners": "\n".join(show(corner) for corner in order.corners),
            "starts": f"{starts.astimezone(dt.UTC):%H:%M} UTC"
            if starts is not None and starts < told.at
            else "",
            "ends": f"{ends.astimezone(dt.UTC):%H:%M} UTC" if ends is not None and ends < told.at else "",
            "sweep": f"{order.sweep_width_m / METRES_IN_A_NAUTICAL_MILE:.2f}",
            "track": f"{order.track_m / METRES_IN_A_NAUTICAL_MILE:.1f}",
            "looked_for": order.looked_for,
        }
    )
    return f"/sea/boats/{told.boat.id}/searched?{filled_in}"


# -- files -------------------------------------------------------------------------------------------------------------


def file(visit: Visit) -> Response:
    """The plan of the same address as a file. Raises NotFound for a format that is none of ours, or without a plan."""
    access = visit.access()
    boat = visit.node.boat_at_sea(access, visit.parts["boat"])
    asked = wanted(visit, boat, visit.node.ais.contacts())
    into = next((one for one in get_args(GeoFormat) if one == visit.parts["format"]), None)
    if into is None:
        raise NotFound(
            "format_unknown",
            Text(fr="Ce format n’existe pas ici.", en="There is no such format here."),
            Text(
                fr=f"Choisissez parmi : {', '.join(get_args(GeoFormat))}.",
                en=f"Choose one of: {', '.join(get_args(GeoFormat))}.",
            ),
        )
    told = visit.node.search_plan(access, boat.id, asked.asset, asked.begins, looked_for=asked.looked_for)
    content = visit.node.search_file(access, told, into, visit.language)
    return Response(
        content,
        media_type=MEDIA_TYPES[into],
        headers={
            "Content-Disposition": f'attachment; filename="entente-search-{told.begins:%Y%m%dT%H%MZ}.{into}"'
        },
    )


DOORS: tuple[Door, ...] = (
    Door(path="/sea/boats/{boat}/search", does=show_page, who=WATCHES, needs_shift=True, most_a_minute=60),
    Door(
        path="/sea/boats/{boat}/search/{format}", does=file, who=WATCHES, needs_shift=True, most_a_minute=30
    ),
)
