"""A MAYDAY RELAY, drafted to be spoken: what every ship near a boat in distress hears from a shore station.

After the voice procedure of the GMDSS (ITU Radio Regulations, article 32). Whoever has a receiver hears it: neither a
telephone number nor a name of anybody aboard is in it, and a doubt leaves words out. It is made of what was last said
of the boat, unknown where nothing was, in both languages alike, and a watch-keeper reads it before it is spoken.
"""

from __future__ import annotations

import datetime as dt
import re

import msgspec

from entente.errors import Conflict, Language, Text
from entente.formats.folded import fold
from entente.formats.masked import COVER, without_numbers
from entente.formats.summary import persons_words, position_words
from entente.formats.words import colour_words
from entente.maritime.act_words import group
from entente.maritime.sitrep import Log
from entente.maritime.sitrep_lines import ENGINE_WORDS, WATER_WORDS, near_words, quoted
from entente.maritime.values import Boat, SeaReport

READ_FIRST = Text(
    "BROUILLON – à relire par le veilleur avant diffusion",
    "DRAFT – to be read by the watch-keeper before it is spoken",
)


class MaydayRelay(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A draft, a phrase a line. notices: for the watch-keeper; they are not spoken."""

    boat: str
    at: dt.datetime
    spoken: tuple[Text, ...]
    notices: tuple[Text, ...] = ()

    def text(self, language: Language) -> str:
        """What is spoken, with the word of warning on top."""
        return "\n".join([READ_FIRST.say(language), "", *(one.say(language) for one in self.spoken)]) + "\n"


def mayday_relay(boat: Boat, log: Log, *, at: dt.datetime, station: Text) -> MaydayRelay:
    """Draft it. station: who speaks. Raises Conflict for a boat that is closed: nobody is sent to look for it."""
    if boat.state in ("closed", "closed_not_acknowledged"):
        raise Conflict(
            "boat_closed",
            Text(
                f"{boat.name} est clôturée : il n’y a pas de détresse à relayer.",
                f"{boat.name} is closed: there is no distress to relay.",
            ),
            Text("Rouvrez-la si quelqu’un manque.", "Open it again if anybody is missing."),
        )
    reports = [one for one in log if isinstance(one, SeaReport)]
    spoken = [
        Text("MAYDAY RELAY, MAYDAY RELAY, MAYDAY RELAY", "MAYDAY RELAY, MAYDAY RELAY, MAYDAY RELAY"),
        Text("À TOUS, À TOUS, À TOUS", "ALL STATIONS, ALL STATIONS, ALL STATIONS"),
        Text(
            f"ICI {station.fr}, {station.fr}, {station.fr}",
            f"THIS IS {station.en}, {station.en}, {station.en}",
        ),
        _received(boat, reports),
        Text("MAYDAY", "MAYDAY"),
        *_where(boat),
        *_nature(boat),
        _persons(boat),
        *_words(boat, reports),
        _asked_for(boat),
        Text(f"HEURE DE CE MESSAGE : {group(at)}", f"TIME OF THIS MESSAGE: {group(at)}"),
        Text("À VOUS", "OVER"),
    ]
    return MaydayRelay(boat=boat.id, at=at, spoken=tuple(spoken), notices=_notices(boat))


def _asked_for(boat: Boat) -> Text:
    if boat.position is None:
        # Nobody can make for a place that is not known.
        return Text(
            "ASSISTANCE REQUISE : à tous les navires, veiller et rendre compte",
            "ASSISTANCE REQUIRED: all ships, keep a look-out and report",
        )
    return Text(
        "ASSISTANCE REQUISE : aux navires proches, faire route, veiller et rendre compte",
        "ASSISTANCE REQUIRED: ships nearby, proceed, keep a look-out and report",
    )


def _marks(reports: list[SeaReport]) -> list[str]:
    return list(dict.fromkeys(mark for one in reports for mark in one.seen.marks if mark.startswith("MMSI ")))


def _received(boat: Boat, reports: list[SeaReport]) -> Text:
    when = group(boat.first_at) if boat.first_at is not None else None
    time = Text(f" À {when}", f" AT {when}") if when else Text(" À UNE HEURE INCONNUE", " AT AN UNKNOWN TIME")
    marks = _marks(reports)
    number = f", {', '.join(marks)}" if marks else ""
    return Text(
        f"REÇU{time.fr} LE MAYDAY SUIVANT DE : petite embarcation sans nom ni indicatif connus{number}",
        f"RECEIVED{time.en} THE FOLLOWING MAYDAY FROM: small craft, name and call sign unknown{number}",
    )


def _where(boat: Boat) -> list[Text]:
    if boat.position is None:
        return [Text("POSITION : inconnue", "POSITION: unknown")]
    where, near = position_words(boat.position), near_words(boat.position)
    when = (
        Text(f"à {group(boat.position_at)}", f"at {group(boat.position_at)}")
        if boat.position_at is not None
        else Text("heure inconnue", "time unknown")
    )
    return [
        Text(f"POSITION : {where.fr}, {when.fr}", f"POSITION: {where.en}, {when.en}"),
        Text(near.fr, near.en),
    ]


def _nature(boat: Boat) -> list[Text]:
    engine, water = ENGINE_WORDS[boat.engine], WATER_WORDS[boat.water]
    said = [Text(f"NATURE : {engine.fr}, {water.fr}", f"NATURE: {engine.en}, {water.en}")]
    if boat.in_water:
        said.append(
            Text(
                f"PERSONNES DANS L’EAU : {boat.in_water}",
                f"PERSONS IN THE WATER: {boat.in_water}",
            )
        )
    if boat.colour:
        tint = colour_words(boat.colour)
        said.append(Text(f"COULEUR : {tint.fr}", f"COLOUR: {tint.en}"))
    return said


def _persons(boat: Boat) -> Text:
    many = persons_words(boat.ledger.aboard)
    among = (
        Text(f" ; enfants : {boat.children}", f"; children: {boat.children}")
        if boat.children is not None
        else None
    )
    return Text(
        f"PERSONNES À BORD : {many.fr}{among.fr if among else ''}",
        f"PERSONS ABOARD: {many.en}{among.en if among else ''}",
    )


def _words(boat: Boat, reports: list[SeaReport]) -> list[Text]:
    """The newest words of somebody aboard, without numbers and without names."""
    heard = [
        one for one in reports if one.seen.words.strip() and one.seen.means in ("call", "message", "relayed")
    ]
    if not heard:
        return []
    last = heard[-1]
    callers = {number for one in reports for number in one.seen.callers} | set(boat.callers)
    names = {name for one in reports for name in one.seen.names} | set(boat.ledger.missing_names)
    said = quoted(_without_names(without_numbers(last.seen.words, callers), names))
    return [
        Text(
            f"PAROLES DE L’APPELANT, {group(last.at)} : {said.fr}",
            f"WORDS OF THE CALLER, {group(last.at)}: {said.en}",
        )
    ]


def _without_names(text: str, names: set[str]) -> str:
    """The text with each name, and each word of one, covered: with or without accents and capitals."""
    wanted = {word for name in names for word in re.findall(r"[^\W\d_]+", fold(name).plain) if len(word) > 1}
    if not wanted:
        return text
    folded = fold(text)
    spans = [
        folded.cut(*match.span()) for match in re.finditer(r"[^\W\d_]+", folded.plain) if match[0] in wanted
    ]
    pieces, at = [], 0
    for start, end in spans:
        pieces += [text[at:start], COVER]
        at = end
    return "".join(pieces) + text[at:]


def _notices(boat: Boat) -> tuple[Text, ...]:
    said = [
        Text(
            "Diffusion publique : ni numéro de téléphone ni nom. Relisez les paroles citées.",
            "Public broadcast: neither telephone numbers nor names. Read the quoted words again.",
        )
    ]
    if boat.phase != "distress":
        said.append(
            Text(
                "La phase de détresse n’a pas été déclarée : un PAN-PAN convient peut-être.",
                "The distress phase has not been declared: a PAN-PAN may be what is called for.",
            )
        )
    if boat.position is None:
        said.append(Text("Aucune position n’est connue.", "No position is known."))
    return tuple(said)
