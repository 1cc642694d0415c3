"""Pages of what leaves the watch: drafts of a SITREP and a MAYDAY RELAY, files for charts, and the record of a season.

A draft stands in both languages side by side, since both shores read it to each other, and nothing is sent from here:
it is read, copied or printed. What came of a warning is settled on the page of the season, by name, out of what fits.
"""

from __future__ import annotations

import datetime as dt
from typing import get_args

from starlette.responses import Response

from entente import sea_out
from entente.errors import Conflict, Language, Malformed, NotFound, NotPermitted, Text
from entente.formats.geo import MEDIA_TYPES, GeoFormat
from entente.formats.words import CERTAINTY_WORDS
from entente.maritime.foretold import OUTCOME_WORDS, Outcome
from entente.maritime.mayday_relay import MaydayRelay
from entente.maritime.sitrep import Sitrep
from entente.model.sea_act import WarningSettled
from entente.web.door import WATCHES, Door, Visit
from entente.web.warned import lasting

LANGUAGES: tuple[Language, Language] = ("fr", "en")
FORMAT_WORDS: dict[GeoFormat, Text] = {
    "geojson": Text("GeoJSON : cartes et serveurs de cartes", "GeoJSON: maps and map servers"),
    "kml": Text("KML : Google Earth et cartes d’état-major", "KML: Google Earth and staff maps"),
    "gpx": Text("GPX : traceurs et passerelles", "GPX: chart plotters and bridges"),
    "csv": Text("CSV : tableurs", "CSV: spreadsheets"),
}


def _wants_numbers(visit: Visit) -> bool:
    return visit.query.one("numbers") == "1"


def _language(visit: Visit) -> Language:
    return "fr" if visit.query.one("language", visit.language) == "fr" else "en"


def _file(content: bytes, name: str, media_type: str) -> Response:
    return Response(
        content,
        media_type=media_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


# -- drafts -----------------------------------------------------------------------------------------------------------


def _draft(visit: Visit, draft: Sitrep | MaydayRelay, kind: str, number: int | None = None) -> Response:
    if visit.path.endswith(".txt"):
        language = _language(visit)
        name = f"entente-{kind}-{draft.at:%Y%m%dT%H%MZ}-{language}.txt"
        return _file(draft.text(language).encode(), name, "text/plain; charset=utf-8")
    boat = visit.node.boat_at_sea(visit.access(), draft.boat)
    first: Language = visit.language
    return visit.page(
        "sea_out_draft.html",
        kind=kind,
        draft=draft,
        boat=boat,
        number=number,
        with_numbers=_wants_numbers(visit),
        texts=[(one, draft.text(one)) for one in sorted(LANGUAGES, key=lambda one: one != first)],
    )


def sitrep(visit: Visit) -> Response:
    """The draft of a SITREP. number: which one it is; numbers: callers in full."""
    number = visit.query.number("number", 0, most=9999) or None
    draft = sea_out.sitrep_for(
        visit.node,
        visit.access(),
        visit.parts["boat"],
        number=number,
        with_numbers=_wants_numbers(visit),
    )
    return _draft(visit, draft, "sitrep", number)


def mayday(visit: Visit) -> Response:
    """The draft of a MAYDAY RELAY, without numbers and names whatever is asked."""
    return _draft(visit, sea_out.mayday_for(visit.node, visit.access(), visit.parts["boat"]), "mayday")


# -- files ------------------------------------------------------------------------------------------------------------


def show_export(visit: Visit) -> Response:
    """Which file, of what, in which language."""
    picture = visit.node.picture(visit.access())
    return visit.page(
        "sea_out_export.html",
        formats=FORMAT_WORDS,
        boats=picture.boats,
        chosen=visit.query.one("boat"),
    )


def export(visit: Visit) -> Response:
    """A file of the picture, or of one boat. Raises NotFound for a format that is none of ours."""
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
    made = sea_out.export(
        visit.node,
        visit.access(),
        into,
        _language(visit),
        boat=visit.query.one("boat"),
        with_numbers=_wants_numbers(visit),
        bom=visit.query.one("bom", "1") == "1",
    )
    return _file(made.content, made.name, MEDIA_TYPES[into])


# -- the season -------------------------------------------------------------------------------------------------------


def _day(visit: Visit, name: str) -> dt.datetime | None:
    written = visit.query.one(name)
    if not written:
        return None
    try:
        return dt.datetime.combine(dt.date.fromisoformat(written), dt.time(), dt.UTC)
    except ValueError as error:
        raise Malformed(
            "date_unreadable",
            Text(fr=f"« {written[:20]} » n’est pas une date.", en=f'"{written[:20]}" is no date.'),
            Text(fr="Écrivez 2031-09-01.", en="Write 2031-09-01."),
        ) from error


def _season(visit: Visit) -> sea_out.SeasonTold:
    until = _day(visit, "until")
    if until is not None:
        until += dt.timedelta(days=1)  # the day that was named belongs to it
    return sea_out.season_for(visit.node, visit.access(), _day(visit, "since"), until)


def season(visit: Visit) -> Response:
    """The record of a season: month by month, then each warning, those that wait for an officer first."""
    return _season_page(visit)


def _season_page(visit: Visit, status: int = 200, error: Text | None = None, at: str = "") -> Response:
    told = _season(visit)
    came = sorted(told.season.came, key=lambda one: (one.outcome is not None, one.starts), reverse=False)
    return visit.page(
        "sea_out_season.html",
        status,
        told=told,
        waiting=[one for one in came if one.outcome is None],
        settled=[one for one in reversed(told.season.came) if one.outcome is not None],
        rows=(*told.season.months, told.season.whole),
        missed=[(one, told.names[one]) for one in told.season.missed],
        outcomes=OUTCOME_WORDS,
        certainty=CERTAINTY_WORDS,
        lasting=lasting,
        error=error,
        error_at=at,
        since=told.since.date(),
        until=told.until.date(),
    )


def season_csv(visit: Visit) -> Response:
    """The season as a table: warning by warning, or month by month."""
    by_month = visit.query.one("by") == "month"
    told = _season(visit)
    name = f"entente-season-{'months' if by_month else 'warnings'}-{told.until:%Y%m%d}.csv"
    return _file(sea_out.season_csv(told, _language(visit), by_month=by_month), name, MEDIA_TYPES["csv"])


def settle(visit: Visit) -> Response:
    """An officer says what came of a warning, and of which boats it spoke."""
    warning = sea_out.warning_of_season(_season(visit), visit.parts["warning"])
    outcome: Outcome | None = next((one for one in OUTCOME_WORDS if one == visit.form.one("outcome")), None)
    boats = visit.form.all("boat")
    try:
        if outcome is None:
            raise Malformed(
                "outcome_missing",
                Text(fr="Dites ce qu’il en advint.", en="Say what came of it."),
            )
        if boats and outcome != "launched":
            raise Malformed(
                "boats_without_launch",
                Text(
                    fr="Des embarcations sont cochées, et l’alerte n’aurait pas été suivie d’un départ.",
                    en="Boats are ticked, and the warning is said not to have been followed by a launch.",
                ),
                Text(fr="Choisissez l’un ou l’autre.", en="Choose one or the other."),
            )
        act = WarningSettled(
            officer=visit.officer.name,
            warning=warning,
            outcome=outcome,
            boats=boats,
            words=visit.form.one("words"),
        )
        visit.node.do_at_sea(visit.access(), act)
    except (Malformed, NotFound, NotPermitted, Conflict) as error:
        status = 422 if isinstance(error, Malformed) else 404 if isinstance(error, NotFound) else 403
        return _season_page(visit, 409 if isinstance(error, Conflict) else status, error.text, warning)
    return visit.to(
        "/sea/season", Text(fr="La suite de l’alerte est établie.", en="What came of the warning is settled.")
    )


DOORS: tuple[Door, ...] = (
    Door(path="/sea/boats/{boat}/sitrep", does=sitrep, who=WATCHES, needs_shift=True),
    Door(path="/sea/boats/{boat}/sitrep.txt", does=sitrep, who=WATCHES, needs_shift=True),
    Door(path="/sea/boats/{boat}/mayday", does=mayday, who=WATCHES, needs_shift=True),
    Door(path="/sea/boats/{boat}/mayday.txt", does=mayday, who=WATCHES, needs_shift=True),
    Door(path="/sea/export", does=show_export, who=WATCHES, needs_shift=True),
    Door(path="/sea/export/{format}", does=export, who=WATCHES, needs_shift=True),
    Door(path="/sea/season", does=season, who=WATCHES, needs_shift=True),
    Door(path="/sea/season.csv", does=season_csv, who=WATCHES, needs_shift=True),
    Door(path="/sea/season/{warning}", does=settle, method="POST", who=WATCHES, needs_shift=True),
)
