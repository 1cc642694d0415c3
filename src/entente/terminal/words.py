"""The words of the terminal that stand in no other room, in both languages, and how it picks between them.

`pick_language` is asked before anything is parsed, because the help and the errors of the parser are themselves in one
of the two languages: what was written after --language counts first, then ENTENTE_LANGUAGE, then the machine's own
locale.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from entente.errors import Language, Malformed, Text
from entente.model.entity import EntityKind
from entente.model.grading import Scheme
from entente.model.report import Kind, Lane, Verdict
from entente.model.sighting import Phase

RECORD_WORDS: dict[Kind, Text] = {
    "report": Text("compte rendu", "report"),
    "sighting": Text("observation", "sighting"),
    "distress": Text("détresse", "distress"),
    "designation": Text("désignation", "designation"),
    "hit": Text("concordance", "hit"),
    "judgement": Text("appréciation d’une paire", "judgement"),
    "amendment": Text("rectification", "amendment"),
    "release": Text("communication", "release"),
    "holding": Text("fonds", "holding"),
    "agreement": Text("accord", "agreement"),
    "sheet": Text("feuille commune", "shared sheet"),
    "warning": Text("avertissement", "warning"),
    "sea_act": Text("acte en mer", "act at sea"),
    "plan_act": Text("acte sur le plan", "act on the plan"),
    "office": Text("acte du service", "act of the house"),
}
VERDICT_WORDS: dict[Verdict, Text] = {
    "same": Text("même entité", "same entity"),
    "different": Text("entités différentes", "different entities"),
    "unsure": Text("pas tranché", "unsure"),
}
LANE_WORDS: dict[Lane, Text] = {
    "life": Text("vie", "life"),
    "urgent": Text("urgent", "urgent"),
    "routine": Text("courant", "routine"),
    "bulk": Text("en masse", "bulk"),
}
PHASE_WORDS: dict[Phase, Text] = {
    "none": Text("aucune phase déclarée", "no phase declared"),
    "uncertainty": Text("phase d’incertitude", "uncertainty phase"),
    "alert": Text("phase d’alerte", "alert phase"),
    "distress": Text("phase de détresse", "distress phase"),
}
SCHEME_WORDS: dict[Scheme, Text] = {
    "admiralty": Text("échelle Amirauté", "Admiralty scheme"),
    "5x5x5": Text("échelle 5x5x5", "5x5x5 scheme"),
    "3x5x2": Text("échelle 3x5x2", "3x5x2 scheme"),
    "europol": Text("échelle Europol", "Europol scheme"),
}
ENTITY_WORDS: dict[EntityKind, Text] = {
    "person": Text("personne", "person"),
    "organisation": Text("organisation", "organisation"),
    "vehicle": Text("véhicule", "vehicle"),
    "boat": Text("bateau", "boat"),
    "device": Text("appareil", "device"),
    "account": Text("compte", "account"),
    "object": Text("objet", "object"),
    "place": Text("lieu", "place"),
}
STATE_WORDS: dict[str, Text] = {
    "held": Text("en vigueur", "in force"),
    "superseded": Text("remplacée par une version plus récente", "replaced by a newer version"),
    "recalled": Text("rappelée", "recalled"),
    "erased": Text("effacée", "erased"),
}
MONTHS = Text(
    "janv. févr. mars avril mai juin juil. août sept. oct. nov. déc.",
    "Jan Feb Mar Apr May June July Aug Sept Oct Nov Dec",
)


def pick_language(arguments: Sequence[str], environment: Mapping[str, str]) -> Language:
    """The language to speak. Raises Malformed for one that was asked for and is not spoken here."""
    for place, argument in enumerate(arguments):
        if argument == "--":
            break
        if argument.startswith("--language="):
            return _spoken(argument.partition("=")[2])
        if argument == "--language" and place + 1 < len(arguments):
            return _spoken(arguments[place + 1])
    if environment.get("ENTENTE_LANGUAGE"):
        return _spoken(environment["ENTENTE_LANGUAGE"])
    locale = environment.get("LC_ALL") or environment.get("LC_MESSAGES") or environment.get("LANG") or ""
    return "fr" if locale.casefold().startswith("fr") else "en"


def _spoken(written: str) -> Language:
    if written in ("fr", "en"):
        return "fr" if written == "fr" else "en"
    raise Malformed(
        "usage",
        Text(
            fr=f"La langue « {written[:20]} » n’est pas parlée ici.",
            en=f'The language "{written[:20]}" is not spoken here.',
        ),
        Text(fr="Choisissez fr ou en.", en="Choose fr or en."),
    )


def show_day(written: str, language: Language) -> str:
    """A day as people of that language write it, from ISO: 8 sept. 2031."""
    day = dt.date.fromisoformat(written)
    return f"{day.day} {MONTHS.say(language).split()[day.month - 1]} {day.year}"


def show_time(written: str, language: Language) -> str:
    """An instant with its zone, from ISO: 8 sept. 2031 08:20 UTC. Both shores read the same hour."""
    at = dt.datetime.fromisoformat(written).astimezone(dt.UTC)
    return f"{show_day(at.date().isoformat(), language)} {at:%H:%M} UTC"
