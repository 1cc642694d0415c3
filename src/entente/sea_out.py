"""What leaves the watch in a file or a draft: picture, log of a boat, SITREP, MAYDAY RELAY, record of a season.

One place for the pages and the terminal, so that neither forgets whose telephone number may leave: a number goes out in
full only to a watch-keeper who asks for it, and the register keeps that it did, as it keeps that a file was made.
Nothing here sends anything to anybody.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import msgspec

from entente.errors import Language, NotFound, NotPermitted, Text
from entente.formats.geo import GeoFormat, harmless, rows_as_csv, utc, write
from entente.maritime.act_words import ServiceWords
from entente.maritime.foretold import Month, Season, season, what_came
from entente.maritime.mayday_relay import MaydayRelay, mayday_relay
from entente.maritime.plotted import log_sheet, picture_sheet
from entente.maritime.sitrep import Sitrep, sitrep
from entente.maritime.values import Area, Boat
from entente.node import Node
from entente.policy.access import Access
from entente.store.register import line

# Areas are drawn for so many boats, those that most need help first.
MOST_AREAS = 30
SEASON_DAYS = 366


class File(msgspec.Struct, frozen=True, kw_only=True):
    """One file that leaves: its name tells what and when, never whom."""

    name: str
    content: bytes


class SeasonTold(msgspec.Struct, frozen=True, kw_only=True):
    """The record of a season, with the names of the boats in it."""

    since: dt.datetime
    until: dt.datetime
    season: Season
    names: dict[str, str]


def services(node: Node) -> ServiceWords:
    """Services by the names that they bear today."""
    today = node.now().date()
    known = {one.id: one for one in node.agreement.services}

    def named(service: str) -> Text:
        return known[service].name_on(today) if service in known else Text(service or "?", service or "?")

    return named


def _check_numbers(access: Access, with_numbers: bool) -> None:
    if with_numbers and access.role != "watch_keeper":
        raise NotPermitted(
            "numbers_of_callers",
            Text(
                fr="Les téléphones des appelants ne sortent que pour un veilleur, qui les demande.",
                en="Callers’ telephones leave only for a watch-keeper who asks for them.",
            ),
            Text(fr="Demandez le fichier sans les numéros.", en="Ask for the file without the numbers."),
        )


def _note(node: Node, access: Access, boats: Sequence[Boat]) -> None:
    records = sorted({one.partition("/")[0] for boat in boats for one in boat.reports})
    node.store.note(line("disclosure", access, node.now(), records=records, found=len(records)))


def export(
    node: Node,
    access: Access,
    into: GeoFormat,
    language: Language,
    *,
    boat: str = "",
    with_numbers: bool = False,
    bom: bool = True,
) -> File:
    """The picture as it stands, or the log of one boat, in a format. Raises NotFound for whom the sea is not."""
    _check_numbers(access, with_numbers)
    picture = node.picture(access)
    if boat:
        one = node.boat_at_sea(access, boat)
        sheet = log_sheet(
            one, node.sea_reports(access, one.id), picture.at, services(node), with_numbers=with_numbers
        )
        _note(node, access, (one,))
    else:
        areas: dict[str, Area] = {}
        for one in [one for one in picture.boats if one.state == "open"][:MOST_AREAS]:
            area = _area(node, access, one)
            if area is not None:
                areas[one.id] = area
        sheet = picture_sheet(picture, areas=areas, contacts=node.ais.contacts(), with_numbers=with_numbers)
        _note(node, access, picture.boats)
    what = "boat" if boat else "sea"
    return File(
        name=f"entente-{what}-{picture.at:%Y%m%dT%H%MZ}.{into}",
        content=write(sheet, into, language, bom=bom),
    )


def _area(node: Node, access: Access, boat: Boat) -> Area | None:
    """Where it may be; None where nobody said where it was."""
    try:
        return node.area(access, boat.id)
    except NotFound:
        return None


def sitrep_for(
    node: Node, access: Access, boat: str, *, number: int | None = None, with_numbers: bool = False
) -> Sitrep:
    """Draft a SITREP of a boat, from this service to all others that rescue at sea."""
    _check_numbers(access, with_numbers)
    one = node.boat_at_sea(access, boat)
    named = services(node)
    if with_numbers:
        _note(node, access, (one,))
    rescuers = [
        each.id
        for each in node.agreement.services
        if "life_saving" in each.opens.get("watch_keeper", ()) and each.id != access.service
    ]
    return sitrep(
        one,
        node.sea_reports(access, one.id),
        at=node.now(),
        sender=named(access.service),
        to=tuple(named(each) for each in rescuers)
        or (Text("à indiquer par le veilleur", "to be named by the watch-keeper"),),
        service=named,
        number=number,
        area=_area(node, access, one),
        with_numbers=with_numbers,
    )


def mayday_for(node: Node, access: Access, boat: str) -> MaydayRelay:
    """Draft a MAYDAY RELAY of a boat. Raises Conflict for one that is closed."""
    one = node.boat_at_sea(access, boat)
    log = node.sea_reports(access, one.id)
    return mayday_relay(one, log, at=node.now(), station=services(node)(access.service))


# -- the season -------------------------------------------------------------------------------------------------------


def season_for(
    node: Node, access: Access, since: dt.datetime | None = None, until: dt.datetime | None = None
) -> SeasonTold:
    """Warnings whose window opened within a time, what came of each, and the boats first heard of in it."""
    until = until or node.now()
    since = since or until - dt.timedelta(days=SEASON_DAYS)
    picture = node.picture(access)
    reports, acts = node.night(access, since, until)
    _, later = node.night(access, until, node.now())
    warnings = [one for one in node.warnings_at_sea(access) if since <= one.warning.starts <= until]
    boats = [one for one in picture.boats if one.first_at is not None and since <= one.first_at <= until]
    # What an officer settled after the season's end belongs to it all the same.
    came = what_came(warnings, boats, reports, {one.id: one for one in (*acts, *later)}.values())
    return SeasonTold(
        since=since,
        until=until,
        season=season(came, boats),
        names={one.id: one.name for one in boats},
    )


def warning_of_season(told: SeasonTold, warning: str) -> str:
    """The record of a warning that is in the season. Raises NotFound."""
    if any(one.warning == warning for one in told.season.came):
        return warning
    raise NotFound(
        "warning_not_found",
        Text(
            fr="Aucune alerte de ce numéro dans cette saison.", en="No warning of that number in this season."
        ),
    )


_CAME: tuple[tuple[str, str], ...] = (
    ("alerte", "warning"),
    ("donnée par", "given by"),
    ("donnée le (UTC)", "given at (UTC)"),
    ("lieu", "place"),
    ("début de fenêtre (UTC)", "window opens (UTC)"),
    ("fin de fenêtre (UTC)", "window closes (UTC)"),
    ("avance (min)", "lead (min)"),
    ("embarcations annoncées, au moins", "boats foretold, at least"),
    ("embarcations annoncées, au plus", "boats foretold, at most"),
    ("suite", "outcome"),
    ("établie par", "settled by"),
    ("établie le (UTC)", "settled at (UTC)"),
    ("embarcations vues", "boats seen"),
    ("personnes, au moins", "people, at least"),
    ("personnes, au plus", "people, at most"),
)
_MONTHS: tuple[tuple[str, str], ...] = (
    ("mois", "month"),
    ("alertes", "warnings"),
    ("établies", "settled"),
    ("départ constaté", "launch seen"),
    ("départ empêché", "launch prevented"),
    ("rien vu", "nothing seen"),
    ("suite inconnue", "outcome not known"),
    ("taux de départs constatés", "share of launches seen"),
    ("taux, borne basse 95 %", "share, lower bound 95 %"),
    ("taux, borne haute 95 %", "share, upper bound 95 %"),
    ("avance médiane (min)", "median lead (min)"),
    ("données trop tard", "given too late"),
    ("embarcations annoncées, au moins", "boats foretold, at least"),
    ("embarcations annoncées, au plus", "boats foretold, at most"),
    ("embarcations vues", "boats seen"),
    ("dont annoncées", "of which foretold"),
    ("non annoncées", "not foretold"),
)


def season_csv(told: SeasonTold, language: Language, *, by_month: bool = False, bom: bool = True) -> bytes:
    """The season as a table: a line for each warning, or for each month and the whole."""
    heads = [fr if language == "fr" else en for fr, en in (_MONTHS if by_month else _CAME)]
    rows = [heads]
    if by_month:
        rows += [_month_row(one, language) for one in (*told.season.months, told.season.whole)]
        return rows_as_csv(rows, bom=bom)
    for one in told.season.came:
        rows.append(
            [
                harmless(one.warning),
                harmless(one.given_by),
                utc(one.given_at),
                harmless(one.place),
                utc(one.starts),
                utc(one.ends),
                f"{one.lead_s / 60:.0f}",
                str(one.boats_at_least),
                _or_blank(one.boats_at_most),
                one.outcome_words.say(language),
                harmless(one.settled_by),
                "" if one.settled_at is None else utc(one.settled_at),
                str(len(one.boats)) if one.outcome is not None else "",
                str(one.people.at_least) if one.boats else "",
                _or_blank(one.people.at_most) if one.boats else "",
            ]
        )
    return rows_as_csv(rows, bom=bom)


def _or_blank(number: int | None) -> str:
    return "" if number is None else str(number)


def _month_row(one: Month, language: Language) -> list[str]:
    rate = one.hit_rate
    return [
        one.month or Text("saison", "season").say(language),
        *map(str, (one.warnings, one.settled, one.launched, one.prevented, one.nothing_seen, one.not_known)),
        *(("", "", "") if rate is None else (f"{rate.share:.3f}", f"{rate.low:.3f}", f"{rate.high:.3f}")),
        "" if one.lead_median_s is None else f"{one.lead_median_s / 60:.0f}",
        str(one.late),
        str(one.foretold_least),
        _or_blank(one.foretold_most),
        str(one.boats),
        str(one.boats - one.missed),
        str(one.missed),
    ]
