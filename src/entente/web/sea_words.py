"""How the picture at sea is said on its pages: counts as intervals, phases and states in words, in both languages.

Red belongs to life at risk alone, so a tone is decided here and once: by what is known of the people, never by how old
or how uncertain a thing is. Values in, texts out; nothing here reads anything.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Literal

from entente.errors import Text
from entente.formats.summary import persons_words
from entente.maritime.values import Boat, BoatState, Lead
from entente.model.sea_act import SeaVerdict
from entente.model.sighting import Engine, Means, PersonsOnBoard, Phase, Water

# life: people in danger; due: somebody owes something; quiet: the rest; done: a person confirmed it.
Tone = Literal["life", "due", "quiet", "done"]

PHASES: dict[Phase, Text] = {
    "distress": Text("détresse", "distress"),
    "alert": Text("alerte", "alert"),
    "uncertainty": Text("incertitude", "uncertainty"),
    "none": Text("sans phase", "no phase"),
}
STATES: dict[BoatState, Text] = {
    "open": Text("ouverte", "open"),
    "count_disputed": Text("secourue, nombre discuté", "rescued, count disputed"),
    "closed_not_acknowledged": Text("close, pas encore reçue en face", "closed, not yet acknowledged"),
    "closed": Text("close, reçue en face", "closed, acknowledged"),
}
# What each group of the list is called; the live boats come first, whatever else there is.
GROUPS: dict[BoatState, Text] = {
    "open": Text("Ouvertes", "Open"),
    "count_disputed": Text("Secourues, nombre discuté", "Rescued, count disputed"),
    "closed_not_acknowledged": Text(
        "Closes, pas encore reçues par l’autre rive", "Closed, not yet acknowledged by the other shore"
    ),
    "closed": Text("Closes", "Closed"),
}
# Open still, and below the live ones: silence for days closes nothing, and no longer tells where to send a lifeboat.
OLDER = Text("Sans nouvelles depuis plus de 72 h, encore ouvertes", "Not heard of for over 72 h, still open")
VERDICTS: dict[SeaVerdict, Text] = {
    "same": Text("la même", "the same"),
    "probably_same": Text("probablement la même, comptées à part", "probably the same, counted apart"),
    "unresolved": Text("non départagées", "unresolved"),
    "different": Text("différentes", "different"),
}
MEANS: dict[Means, Text] = {
    "unknown": Text("moyen non dit", "means not stated"),
    "call": Text("appel", "call"),
    "message": Text("message", "message"),
    "relayed": Text("relayé", "relayed"),
    "patrol": Text("patrouille", "patrol"),
    "ship": Text("navire", "ship"),
    "aircraft": Text("aéronef", "aircraft"),
    "drone": Text("vu d’un drone", "drone"),
    "ais": Text("signal AIS", "AIS signal"),
    "sart": Text("balise SART", "SART beacon"),
    "man_overboard": Text("homme à la mer", "man overboard"),
}
ENGINES: dict[Engine, Text] = {
    "unknown": Text("non connu", "not known"),
    "none": Text("pas de moteur", "no engine"),
    "stopped": Text("moteur arrêté", "engine stopped"),
    "running": Text("moteur en marche", "engine running"),
}
WATERS: dict[Water, Text] = {
    "unknown": Text("non connu", "not known"),
    "dry": Text("pas d’eau à bord", "no water aboard"),
    "some": Text("de l’eau à bord", "water aboard"),
    "swamped": Text("envahie par l’eau", "swamped"),
}


def tone_of(boat: Boat) -> Tone:
    """Which tone a boat is shown in: red only while somebody in it may be losing their life."""
    if boat.state == "closed":
        return "done"
    if boat.state != "open":
        return "due"
    if boat.phase == "distress" or boat.in_water > 0 or boat.water == "swamped":
        return "life"
    return "due" if boat.phase == "alert" else "quiet"


def count_short(count: PersonsOnBoard) -> str:
    """A count as one reads it on a chart: 40–50, 12, ≥ 30, ≤ 8; "?" where nobody knows."""
    least, most = count.at_least, count.at_most
    if most is None:
        return f"≥ {least}" if least else "?"
    if least == most:
        return str(most)
    return f"{least}–{most}" if least else f"≤ {most}"


def aboard_words(boat: Boat) -> Text:
    """How many are still aboard, as an interval, and how many of those said are accounted for."""
    ledger = boat.ledger
    if not ledger.accounted and not ledger.missing:
        return persons_words(ledger.said)
    aboard = ledger.aboard
    if aboard.at_most == 0:
        left = Text("plus personne à bord", "nobody left aboard")
    elif aboard.at_least == 0 and aboard.at_most is None:
        left = Text("nombre restant inconnu", "number left unknown")
    else:
        said = persons_words(aboard)
        left = Text(f"encore {said.fr}", f"{said.en} left")
    parts = [left]
    if ledger.accounted:
        ends = "s" if ledger.accounted > 1 else ""
        parts.append(Text(f"{ledger.accounted} prise{ends} en compte", f"{ledger.accounted} accounted for"))
    if ledger.missing:
        ends = "s" if ledger.missing > 1 else ""
        parts.append(Text(f"{ledger.missing} manquante{ends}", f"{ledger.missing} missing"))
    return joined(parts)


def joined(parts: list[Text], between: str = ", ") -> Text:
    """Texts one after the other, in each language."""
    return Text(between.join(one.fr for one in parts), between.join(one.en for one in parts))


def age_short(since: dt.datetime | None, now: dt.datetime) -> Text:
    """An age as a clock face says it: 4 min, 1 h 05; a dash where nothing is known."""
    if since is None:
        return Text("—", "—")
    minutes = max(0, int((now - since).total_seconds() // 60))
    if minutes < 60:
        return Text(f"{minutes} min", f"{minutes} min")
    hours, rest = divmod(minutes, 60)
    return (
        Text(f"{hours} h {rest:02}", f"{hours} h {rest:02}")
        if hours < 48
        else Text(f"{hours // 24} j", f"{hours // 24} d")
    )


def lead_words(lead: Lead, name: Callable[[str], Text]) -> Text:
    """Who leads, to whom it is offered, or that two took it."""
    if lead.contested:
        all_ = [name(one) for one in lead.contested]
        return Text(
            f"conduite prise par {' et '.join(one.fr for one in all_)}",
            f"lead taken by both {' and '.join(one.en for one in all_)}",
        )
    if not lead.service:
        return Text("personne ne conduit", "nobody leads")
    has, offered = name(lead.service), name(lead.offered_to)
    if lead.offered_to:
        return Text(
            f"{has.fr} conduit, proposé à {offered.fr}, pas encore reçu",
            f"{has.en} leads, offered to {offered.en}, not yet taken",
        )
    return Text(f"{has.fr} conduit", f"{has.en} leads")
