"""How values are said on a page: times with their zone, names in their own script, who did it.

Texts stand where they are used, both languages side by side (`t(fr, en)` in a template); what several pages say alike
is here. Nothing is decided here.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from entente.errors import Language, Text
from entente.formats.moments import day_words, short_day_words
from entente.policy.agreement import Agreement, Role

# Watches on both shores are kept in the time of their own shore; each time on a page says its zone.
ZONES = {
    "FR": ("Europe/Paris", "heure de Paris", "Paris time"),
    "UK": ("Europe/London", "heure de Londres", "London time"),
}

# "Police aux frontières (PAF)", "HM Coastguard, Dover": letters in brackets, where a service has them.
_LETTERS = re.compile(r"\(([^()]{2,12})\)$")

_BEFORE_DOUBLE = re.compile(r"(?<=\S) ([:;!?»])")
_AFTER_OPENING = re.compile("« ")

ROLE_WORDS: dict[Role, Text] = {
    "investigator": Text("enquêteur", "investigator"),
    "judicial_keeper": Text("gardien de dossier judiciaire", "keeper of judicial files"),
    "victim_keeper": Text("référent victimes", "keeper of victims’ records"),
    "watch_keeper": Text("veilleur en mer", "watch-keeper"),
    "campaign_officer": Text("chargé de prévention", "campaign officer"),
    "coordinator": Text("coordonnateur du plan", "coordinator of the plan"),
    "data_protection_officer": Text("délégué à la protection des données", "data protection officer"),
    "administrator": Text("administrateur", "administrator"),
    "service_account": Text("compte de service", "service account"),
}


def zone_of(party: str) -> ZoneInfo:
    """The time zone that a party keeps its watches in."""
    return ZoneInfo(ZONES.get(party, ZONES["FR"])[0])


def clock_time(at: dt.datetime, party: str) -> str:
    """Hours and minutes in the party's own time, with the zone's short name."""
    local = at.astimezone(zone_of(party))
    return f"{local:%H:%M} {local:%Z}"


def day(at: dt.datetime | dt.date, party: str, language: Language) -> str:
    """A day in words."""
    local = at.astimezone(zone_of(party)).date() if isinstance(at, dt.datetime) else at
    return day_words(local).say(language)


def when(at: dt.datetime, party: str, language: Language, now: dt.datetime | None = None) -> str:
    """Day and time with its zone. now: then today's time stands alone, and another day's without its year."""
    local = at.astimezone(zone_of(party))
    if now is None:
        return f"{day(at, party, language)}, {clock_time(at, party)}"
    if local.date() == now.astimezone(zone_of(party)).date():
        return clock_time(at, party)
    written = short_day_words(local.date()).say(language)
    return f"{written} {local:%H:%M}" if local.year == now.year else f"{written} {local.year}"


def time_tag(at: dt.datetime, party: str, language: Language, now: dt.datetime | None = None) -> Markup:
    """A time as HTML, readable by a machine as well."""
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        at.astimezone(dt.UTC).isoformat(timespec="seconds"),
        when(at, party, language),
        when(at, party, language, now),
    )


def service_name(agreement: Agreement, service: str, on: dt.date) -> Text:
    """A service by the name that was right on a day; its id where the agreement knows none."""
    for one in agreement.services:
        if one.id == service:
            return one.name_on(on)
    return Text(service or "?", service or "?")


def short_service(name: Text) -> Text:
    """A service as officers say it: the letters in brackets behind its name where it has any, else its name."""

    def short(written: str) -> str:
        found = _LETTERS.search(written)
        return found.group(1) if found else written

    return Text(short(name.fr), short(name.en))


def short_name(officer: str) -> str:
    """An officer's own name without the service before it ("FR-OLTIM/Ferlandier")."""
    return officer.rpartition("/")[2] or officer


def isolated(value: Any, language: str | None = None) -> Markup:
    """A run of text that may read the other way, kept to itself."""
    if language:
        return Markup('<bdi lang="{}">{}</bdi>').format(language, value)
    return Markup("<bdi>{}</bdi>").format(escape(value))


def set_french(text: str) -> str:
    """French as it is set: no line begins with a double sign, and none ends on an opening quotation mark.

    Texts are written with plain blanks wherever that is easier; here, where they are shown, the blanks become fast.
    """
    return _AFTER_OPENING.sub("«\u00a0", _BEFORE_DOUBLE.sub("\u00a0\\1", text))


def first_capital(text: str) -> str:
    """A text that begins a line: its first letter large, and nothing else of it changed."""
    return text[:1].upper() + text[1:]
