"""What stands under each letter of a SITREP: one function a letter, each from the boat, its reports and its acts alone.

Unknown is said as unknown and nothing is left out for being empty, since whoever reads a SITREP compares it with the
last one letter by letter. Telephone numbers go through one gate (`Bare`), also where they hide in somebody's words.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from entente.errors import Text
from entente.formats.gazetteer import nearest
from entente.formats.masked import covered, without_numbers
from entente.formats.moments import age_words
from entente.formats.summary import persons_words, position_words
from entente.formats.words import PHASE_WORDS, colour_words
from entente.maritime.act_words import ServiceWords, corners_words, done_words, group
from entente.maritime.values import ActSaid, Area, Boat, BoatState, SeaReport
from entente.model.place import METRES_IN_A_NAUTICAL_MILE, Position
from entente.model.sea_act import LeadAcknowledged, LeadOffered, LeadTaken, Searched, TakenOff, Tasked
from entente.model.sighting import Engine, Water

UNKNOWN = Text("inconnu", "unknown")
TO_WRITE = Text("à compléter par le veilleur", "to be completed by the watch-keeper")
ENGINE_WORDS: dict[Engine, Text] = {
    "unknown": Text("moteur : inconnu", "engine: unknown"),
    "none": Text("sans moteur", "no engine"),
    "stopped": Text("moteur arrêté", "engine stopped"),
    "running": Text("moteur en marche", "engine running"),
}
WATER_WORDS: dict[Water, Text] = {
    "unknown": Text("eau à bord : inconnu", "water aboard: unknown"),
    "dry": Text("pas d’eau à bord", "no water aboard"),
    "some": Text("eau à bord", "water aboard"),
    "swamped": Text("envahie par l’eau", "swamped"),
}
STATE_WORDS: dict[BoatState, Text] = {
    "open": Text("cas ouvert", "case open"),
    "count_disputed": Text("secourue, nombre contesté ; cas ouvert", "rescued, count disputed; case open"),
    "closed_not_acknowledged": Text(
        "clôturé, non encore confirmé par l’autre rive", "closed, not yet acknowledged by the other shore"
    ),
    "closed": Text("cas clôturé", "case closed"),
}
# So many of the latest reports are quoted; the rest stand in the log.
MOST_QUOTED = 5
MOST_ACTS = 20


class Bare:
    """Words without telephone numbers, unless they were asked for."""

    def __init__(self, boat: Boat, reports: Iterable[SeaReport], with_numbers: bool) -> None:
        heard = [number for one in reports for number in one.seen.callers]
        self.callers = tuple(dict.fromkeys((*boat.callers, *heard)))
        self.with_numbers = with_numbers

    def words(self, text: str) -> str:
        return text if self.with_numbers else without_numbers(text, self.callers)

    def text(self, text: Text) -> Text:
        return Text(self.words(text.fr), self.words(text.en))


def joined(mark: str, *texts: Text) -> Text:
    french = mark if mark == ", " else mark.replace(";", " ;")
    return Text(french.join(one.fr for one in texts), mark.join(one.en for one in texts))


def quoted(text: str) -> Text:
    """Somebody's words, in the marks of each language."""
    plain = " ".join(text.split())
    return Text(f"« {plain} »", f'"{plain}"')


def identity(boat: Boat, reports: Sequence[SeaReport]) -> tuple[Text, ...]:
    others = [name for name in boat.names if name != boat.name]
    said = [
        Text(
            f"petite embarcation, désignée « {boat.name} »"
            + (f" (aussi {', '.join(others)})" if others else ""),
            f'small craft, referred to as "{boat.name}"' + (f" (also {', '.join(others)})" if others else ""),
        )
    ]
    marks = tuple(dict.fromkeys(mark for one in reports for mark in one.seen.marks))
    if marks:
        said.append(
            Text(f"marques signalées : {', '.join(marks)}", f"marks reported: {', '.join(marks)}"),
        )
    said.append(Text("nom, indicatif, pavillon : inconnus", "name, call sign, flag: unknown"))
    return tuple(said)


def near_words(position: Position) -> Text:
    """How far from the nearest place of the list, with no more closeness than both have."""
    ((place, metres),) = nearest(position, 1)
    miles = f"{metres / METRES_IN_A_NAUTICAL_MILE:.1f}"
    return Text(f"à {miles.replace('.', ',')} M de {place.name}", f"{miles} NM from {place.name}")


def position(boat: Boat, at: dt.datetime) -> tuple[Text, ...]:
    if boat.position is None:
        return (Text("position inconnue", "position unknown"),)
    said = [position_words(boat.position)]
    if boat.position.uncertainty_m is None:
        said.append(Text("précision : inconnue", "accuracy: unknown"))
    said.append(near_words(boat.position))
    if boat.position_at is None:
        said.append(Text("heure de la position : inconnue", "time of position: unknown"))
    else:
        age = age_words(boat.position_at, at)
        when = group(boat.position_at)
        said.append(Text(f"position de {when} ({age.fr})", f"position at {when} ({age.en})"))
    return tuple(said)


def situation(boat: Boat, reports: Sequence[SeaReport], bare: Bare) -> tuple[Text, ...]:
    said = [
        PHASE_WORDS[boat.phase],
        joined(", ", ENGINE_WORDS[boat.engine], WATER_WORDS[boat.water]),
        Text(f"personnes vues dans l’eau : {boat.in_water}", f"persons seen in the water: {boat.in_water}")
        if boat.in_water
        else Text("personnes dans l’eau : aucune signalée", "persons in the water: none reported"),
        STATE_WORDS[boat.state],
    ]
    if boat.first_at is not None:
        when = group(boat.first_at)
        said.append(Text(f"premier signalement : {when}", f"first report: {when}"))
    for one in [one for one in reports if one.seen.words.strip()][-MOST_QUOTED:]:
        words = quoted(bare.words(one.seen.words))
        said.append(Text(f"{group(one.at)} : {words.fr}", f"{group(one.at)}: {words.en}"))
    return tuple(said)


def persons(boat: Boat) -> tuple[Text, ...]:
    ledger = boat.ledger
    at_first, aboard = persons_words(ledger.said), persons_words(ledger.aboard)
    said = [
        Text(f"annoncées au départ : {at_first.fr}", f"said to have been aboard: {at_first.en}"),
        Text(
            f"recueillies, débarquées ou retrouvées : {ledger.accounted}",
            f"taken off, landed or found: {ledger.accounted}",
        ),
        Text(
            f"encore à bord ou non retrouvées : {aboard.fr}", f"still aboard or unaccounted for: {aboard.en}"
        ),
    ]
    if boat.children is not None:
        said.append(Text(f"dont enfants : {boat.children}", f"of whom children: {boat.children}"))
    if ledger.missing:
        names = f" ({', '.join(ledger.missing_names)})" if ledger.missing_names else ""
        said.append(
            Text(
                f"signalées manquantes : {ledger.missing}{names}",
                f"reported missing: {ledger.missing}{names}",
            )
        )
    if ledger.is_disputed:
        said.append(Text("le nombre est contesté", "the count is disputed"))
    if ledger.resolved is not None:
        said.append(
            Text(
                f"nombre arrêté à {ledger.resolved} par {ledger.resolved_by}",
                f"count resolved as {ledger.resolved} by {ledger.resolved_by}",
            )
        )
    return tuple(said)


def assistance(boat: Boat) -> tuple[Text, ...]:
    if boat.state in ("closed", "closed_not_acknowledged"):
        return (Text("aucune", "none"),)
    said = []
    if boat.in_water:
        said.append(Text("recherche de personnes dans l’eau", "search for persons in the water"))
    if boat.ledger.missing:
        said.append(Text("recherche des manquants", "search for the missing"))
    if boat.ledger.aboard.at_most != 0:
        said.append(Text("secours aux personnes à bord", "rescue of the persons aboard"))
    return tuple(said) or (TO_WRITE,)


def lead(boat: Boat, service: ServiceWords) -> tuple[Text, ...]:
    lead = boat.lead
    if lead.contested:
        names = [service(one) for one in lead.contested]
        both = joined(", ", *names)
        return (
            Text(
                f"conduite prise par plusieurs : {both.fr} – à régler",
                f"lead taken by several: {both.en} – to be settled",
            ),
        )
    if not lead.service:
        said = [Text("aucun centre n’a pris la conduite", "no centre has taken the lead")]
    else:
        name = service(lead.service)
        since = f" ({group(lead.since)})" if lead.since is not None else ""
        said = [Text(f"{name.fr}{since}", f"{name.en}{since}")]
    if lead.offered_to:
        name = service(lead.offered_to)
        said.append(
            Text(
                f"proposée à {name.fr}, qui ne l’a pas encore prise",
                f"offered to {name.en}, which has not taken it yet",
            )
        )
    return tuple(said)


def _last(reports: Sequence[SeaReport], field: str) -> str:
    return next((str(value) for one in reversed(reports) if (value := getattr(one.seen, field))), "")


def description(boat: Boat, reports: Sequence[SeaReport]) -> tuple[Text, ...]:
    hull, colour = _last(reports, "hull"), boat.colour or _last(reports, "colour")
    tint = colour_words(colour) if colour else UNKNOWN
    said = [
        Text(f"coque : {hull}", f"hull: {hull}") if hull else Text("coque : inconnue", "hull: unknown"),
        Text(f"couleur : {tint.fr}", f"colour: {tint.en}"),
    ]
    place = _last(reports, "launched_from")
    if place:
        left_at = next((one.seen.launched_at for one in reversed(reports) if one.seen.launched_at), None)
        when = f", {group(left_at)}" if left_at is not None else ""
        said.append(Text(f"partie de {place}{when}", f"launched from {place}{when}"))
    else:
        said.append(Text("lieu de départ : inconnu", "place of launch: unknown"))
    return tuple(said)


_ACTIONS = (TakenOff, Tasked, Searched, LeadTaken, LeadOffered, LeadAcknowledged)


def actions(acts: Sequence[ActSaid], service: ServiceWords, bare: Bare) -> tuple[Text, ...]:
    done = [one for one in acts if isinstance(one.act, _ACTIONS)]
    said = []
    if len(done) > MOST_ACTS:
        left_out = len(done) - MOST_ACTS
        said.append(
            Text(f"{left_out} actes antérieurs au journal", f"{left_out} earlier acts in the log")
            if left_out > 1
            else Text("un acte antérieur au journal", "one earlier act in the log"),
        )
    for one in done[-MOST_ACTS:]:
        words, by = bare.text(done_words(one.act, service)), service(one.by)
        said.append(Text(f"{group(one.at)}, {by.fr} : {words.fr}", f"{group(one.at)}, {by.en}: {words.en}"))
    return tuple(said) or (Text("aucune enregistrée", "none recorded"),)


def search(area: Area | None, acts: Sequence[ActSaid]) -> tuple[Text, ...]:
    said = []
    points = [point for ring in area.within_95 for point in ring] if area is not None else []
    if area is not None and points:
        south_west = Position(latitude=min(one[1] for one in points), longitude=min(one[0] for one in points))
        north_east = Position(latitude=max(one[1] for one in points), longitude=max(one[0] for one in points))
        size = f"{area.area_95_km2:.0f}"
        corners = corners_words((south_west, north_east))
        said.append(
            Text(
                f"zone probable à 95 %, {size} km², {group(area.at)} : entre {corners}",
                f"probable area (95 %), {size} km², {group(area.at)}: between {corners}",
            )
        )
    else:
        said.append(Text("zone probable : inconnue", "probable area: unknown"))
    searched = [one.act for one in acts if isinstance(one.act, Searched)]
    for one in searched[-MOST_QUOTED:]:
        corners = corners_words(one.corners)
        when = f"{group(one.starts)} – {group(one.ends)}"
        outcome = Text("découverte", "find") if one.found else Text("rien trouvé", "nothing found")
        said.append(
            Text(
                f"fouillé par {one.asset}, {when}, {outcome.fr} : {corners}",
                f"searched by {one.asset}, {when}, {outcome.en}: {corners}",
            )
        )
    if not searched:
        said.append(Text("secteurs fouillés : aucun enregistré", "areas searched: none recorded"))
    return tuple(said)


def instructions(boat: Boat, bare: Bare) -> tuple[Text, ...]:
    asked = [
        Text(f"à demander à l’appelant : {one.fr}", f"to be asked of the caller: {one.en}")
        for one in map(bare.text, (question.text for question in boat.questions))
    ]
    return (TO_WRITE, *asked)


def plans(boat: Boat, bare: Bare) -> tuple[Text, ...]:
    stands = tuple(
        Text(f"s’oppose à la clôture : {one.fr}", f"stands against closing: {one.en}")
        for one in map(bare.text, boat.hinders)
    )
    return (TO_WRITE, *stands)


def more(boat: Boat, bare: Bare) -> tuple[Text, ...]:
    said = []
    if bare.callers:
        shown = [one if bare.with_numbers else covered(one) for one in bare.callers]
        said.append(
            Text(f"téléphones à bord : {', '.join(shown)}", f"telephones aboard: {', '.join(shown)}"),
        )
    else:
        said.append(Text("téléphones à bord : inconnus", "telephones aboard: unknown"))
    likely = [one for one in boat.links if one.verdict in ("probably_same", "unresolved")]
    if likely:
        several = len(likely) > 1
        said.append(
            Text(
                f"peut-être la même embarcation que {len(likely)} autres : comptées à part"
                if several
                else "peut-être la même embarcation qu’une autre : comptées à part",
                f"possibly the same boat as {len(likely)} others: counted apart"
                if several
                else "possibly the same boat as one other: counted apart",
            )
        )
    said += [bare.text(one) for one in boat.why]
    said.append(STATE_WORDS[boat.state])
    return tuple(said)
