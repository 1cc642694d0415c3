"""What a watch-keeper asks of a search plan: from when, with what, for how long; read from the address of the page.

The address holds no more than the sea: a moment, an asset, figures. Whatever is left empty is filled in from what is
known of the kind of asset; what cannot be read is said, and stays where it was typed.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import msgspec

from entente.errors import Malformed, Text
from entente.formats.ais_watch import Contact
from entente.maritime.search import Asset
from entente.maritime.search_assets import SearchKind, search_kinds
from entente.maritime.values import Boat
from entente.model.place import METRES_IN_A_NAUTICAL_MILE, distance_nm
from entente.model.sea_act import LookedFor
from entente.web.door import Visit
from entente.web.words import zone_of

# Offered as one presses: minutes from now.
SOON = ("0", "60", "120")
VISIBILITIES = (1, 3, 5, 10, 20)
# In the Strait haze is the rule in the months of departures; who sees farther says so.
VISIBILITY = 5
WINDS: dict[str, tuple[float, Text]] = {
    "15": (10.0, Text("jusqu’à 15 nœuds", "up to 15 knots")),
    "25": (20.0, Text("de 15 à 25 nœuds", "15 to 25 knots")),
    "40": (30.0, Text("plus de 25 nœuds", "over 25 knots")),
}
MINUTES, MOST_MINUTES = 60, 12 * 60
LONGEST_NAME = 80
FIELDS = (
    "for",
    "when",
    "hour",
    "kind",
    "asset",
    "minutes",
    "visibility",
    "wind",
    "speed",
    "sweep",
    "transit",
)
_HOUR = re.compile(r"([01]?\d|2[0-3])\s*[:h]?\s*([0-5]\d)\s*(z|utc|tu|gmt)?")


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """A plan that is asked for. heard: the ship of that name, where AIS hears it; its way there was worked out."""

    looked_for: LookedFor
    begins: dt.datetime
    kind: SearchKind
    code: str
    asset: Asset
    named: str
    minutes: int
    sweep_by_table_m: float
    heard: Contact | None = None


def looked_for(visit: Visit, boat: Boat) -> LookedFor:
    """The boat, or somebody in the water; the latter of itself where people are said to be."""
    asked = visit.query.one("for")
    if asked == "person_in_water" or (asked != "boat" and boat.in_water > 0):
        return "person_in_water"
    return "boat"


def wanted(visit: Visit, boat: Boat, contacts: tuple[Contact, ...]) -> Wanted:
    """The plan that the address asks for. Raises Malformed."""
    query, kinds = visit.query, search_kinds()
    code = query.one("kind") if query.one("kind") in kinds else next(iter(kinds))
    kind = kinds[code]
    seeks = looked_for(visit, boat)
    wind = WINDS.get(query.one("wind"), WINDS["15"])[0]
    visibility = _visibility(visit)
    by_table_m = kind.sweep_m(seeks, visibility, wind)
    minutes, speed, sweep, transit = _minutes(visit), _speed(visit), _sweep(visit), _transit(visit)
    speed_knots = kind.speed_knots if speed is None else speed
    named = query.one("asset")[:LONGEST_NAME]
    heard = _heard(named, contacts)
    if (
        not query.one("transit")
        and heard is not None
        and heard.position is not None
        and boat.position is not None
    ):
        transit = round(distance_nm(heard.position, boat.position) / speed_knots * 60)
    return Wanted(
        looked_for=seeks,
        begins=begins(visit),
        kind=kind,
        code=code,
        asset=Asset(
            name=named or visit.say(kind.name),
            sweep_width_m=by_table_m if sweep is None else sweep * METRES_IN_A_NAUTICAL_MILE,
            speed_knots=speed_knots,
            endurance_s=minutes * 60.0,
            transit_s=transit * 60.0,
            least_spacing_m=kind.least_spacing_nmi * METRES_IN_A_NAUTICAL_MILE,
        ),
        named=named,
        minutes=minutes,
        sweep_by_table_m=by_table_m,
        heard=heard,
    )


def _visibility(visit: Visit) -> int:
    return visit.query.number("visibility", VISIBILITY, least=1, most=50)


def _minutes(visit: Visit) -> int:
    return visit.query.number("minutes", MINUTES, least=1, most=MOST_MINUTES)


def _speed(visit: Visit) -> float | None:
    return _figure(visit, "speed", 250.0)


def _sweep(visit: Visit) -> float | None:
    return _figure(visit, "sweep", 20.0)


def _transit(visit: Visit) -> int:
    return visit.query.number("transit", 0, most=MOST_MINUTES)


def at_fault(visit: Visit) -> str:
    """The first field that cannot be read, by its name; the hour where each can, and the moment is too far off."""
    reads: dict[str, Callable[[Visit], object]] = {
        "hour": begins,
        "minutes": _minutes,
        "visibility": _visibility,
        "speed": _speed,
        "sweep": _sweep,
        "transit": _transit,
    }
    for name, read in reads.items():
        try:
            read(visit)
        except Malformed:
            return name
    return "hour"


def _heard(named: str, contacts: tuple[Contact, ...]) -> Contact | None:
    if not named:
        return None
    return next((one for one in contacts if named.casefold() in (one.name.casefold(), one.mmsi)), None)


def begins(visit: Visit) -> dt.datetime:
    """When the asset sets out: the moment of a link, minutes from now, or an hour that was typed. Raises Malformed."""
    query, now = visit.query, visit.now
    exact = query.one("begins")
    if exact:
        return _moment(exact)
    written = query.one("hour")
    if query.one("when") == "hour" or (written and not query.one("when")):
        return _hour(written, now, zone_of(visit.node.store.party)) if written else now
    return now + dt.timedelta(minutes=query.number("when", 0, most=24 * 60))


def _moment(written: str) -> dt.datetime:
    try:
        at = dt.datetime.fromisoformat(written)
    except ValueError as error:
        raise _unreadable(written) from error
    return at.astimezone(dt.UTC) if at.tzinfo else at.replace(tzinfo=dt.UTC)


def _hour(written: str, now: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    """An hour by the clock, the nearest to now: a plan looks ahead as well as back."""
    plain = written.strip().casefold()
    if re.match(r"20\d\d-", plain):
        return _moment(written.strip())
    found = _HOUR.fullmatch(plain)
    if found is None:
        raise _unreadable(written)
    where = dt.UTC if found[3] else zone
    at = now.astimezone(where).replace(hour=int(found[1]), minute=int(found[2]), second=0, microsecond=0)
    days = [(at.replace(tzinfo=None) + dt.timedelta(days=step)).replace(tzinfo=where) for step in (-1, 0, 1)]
    return min((day.astimezone(dt.UTC) for day in days), key=lambda day: (abs(day - now), day))


def _unreadable(written: str) -> Malformed:
    return Malformed(
        "hour_unreadable",
        Text(f"« {written[:40]} » n’est pas une heure.", f'"{written[:40]}" is no hour.'),
        Text("Écrivez 03:42 ou 03:42 UTC.", "Write 03:42 or 03:42 UTC."),
    )


def _figure(visit: Visit, name: str, most: float) -> float | None:
    """A number above zero with or without figures behind the point; None where nothing is typed. Raises Malformed."""
    written = visit.query.one(name).replace(",", ".")
    if not written:
        return None
    try:
        found = float(written)
    except ValueError:
        found = -1.0
    if not 0 < found <= most:
        raise Malformed(
            "figure_unreadable",
            Text(
                f"« {written[:20]} » n’est pas un nombre entre 0 et {most:g}.",
                f'"{written[:20]}" is no number between 0 and {most:g}.',
            ),
            Text("Laissez vide pour la valeur d’usage.", "Leave it empty for the usual figure."),
        )
    return found


def again(visit: Visit, **changed: str) -> str:
    """The query of this page with something changed."""
    kept = {name: visit.query.one(name) for name in FIELDS if visit.query.one(name)}
    return urlencode({**kept, **changed})
