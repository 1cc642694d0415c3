"""A SITREP in the layout of the rescue services, drafted from what is known of a boat: letter by letter, as it is.

The letters are those of the IAMSAR Manual, volume II, appendix I; the words are ours, the same in both languages, line
by line. What nobody knows is said to be unknown; what only a person can write (weather, instructions, plans) is left to
them by name. It goes to rescue services, never by itself: every draft says first that a watch-keeper reads it before it
is sent. Telephone numbers are covered unless the watch-keeper asks for them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import msgspec

from entente.errors import Language, Text
from entente.maritime import sitrep_lines as lines
from entente.maritime.act_words import ServiceWords, group
from entente.maritime.values import ActSaid, Area, Boat, SeaReport
from entente.model.sighting import Phase

Log = Sequence[SeaReport | ActSaid]

DRAFT = Text(
    "BROUILLON – à relire par le veilleur avant envoi",
    "DRAFT – to be read by the watch-keeper before sending",
)
PRIORITY: dict[Phase, Text] = {
    "distress": Text("DÉTRESSE", "DISTRESS"),
    "alert": Text("URGENCE", "URGENCY"),
    "uncertainty": Text("URGENCE", "URGENCY"),
    "none": Text(
        "priorité à fixer par le veilleur (aucune phase déclarée)",
        "priority to be set by the watch-keeper (no phase declared)",
    ),
}


class Line(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One letter and what is said under it, a sentence each."""

    letter: str
    head: Text
    said: tuple[Text, ...]


class Sitrep(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A draft. notices: what the watch-keeper is told beside it, and does not send."""

    boat: str
    at: dt.datetime
    priority: Text
    number: int | None
    sender: Text
    to: tuple[Text, ...]
    lines: tuple[Line, ...]
    notices: tuple[Text, ...] = ()

    def text(self, language: Language) -> str:
        """The draft as it would be sent, a paragraph each, with the word of warning on top."""
        colon = " : " if language == "fr" else ": "
        number = "–" if self.number is None else str(self.number)
        said = [
            DRAFT.say(language),
            "",
            self.priority.say(language),
            group(self.at),
            Text("DE", "FROM").say(language) + colon + self.sender.say(language),
            Text("À", "TO").say(language) + colon + ", ".join(one.say(language) for one in self.to),
            f"SAR SITREP {Text('N°', 'NO.').say(language)} {number}",
        ]
        for line in self.lines:
            said += ["", f"{line.letter}. {line.head.say(language)}"]
            said += [f"   {one.say(language)}" for one in line.said]
        return "\n".join(said) + "\n"


def sitrep(
    boat: Boat,
    log: Log,
    *,
    at: dt.datetime,
    sender: Text,
    to: tuple[Text, ...],
    service: ServiceWords,
    number: int | None = None,
    area: Area | None = None,
    with_numbers: bool = False,
) -> Sitrep:
    """Draft it. log: the boat's reports and acts in order of time. with_numbers: callers in full (rescue only)."""
    reports = [one for one in log if isinstance(one, SeaReport)]
    acts = [one for one in log if isinstance(one, ActSaid)]
    bare = lines.Bare(boat, reports, with_numbers)
    said = (
        ("A", Text("IDENTITÉ DU NAVIRE EN DÉTRESSE", "IDENTITY OF CASUALTY"), lines.identity(boat, reports)),
        ("B", Text("POSITION", "POSITION"), lines.position(boat, at)),
        ("C", Text("SITUATION", "SITUATION"), lines.situation(boat, reports, bare)),
        ("D", Text("NOMBRE DE PERSONNES", "NUMBER OF PERSONS"), lines.persons(boat)),
        ("E", Text("ASSISTANCE REQUISE", "ASSISTANCE REQUIRED"), lines.assistance(boat)),
        ("F", Text("CENTRE COORDONNATEUR", "COORDINATING RCC"), lines.lead(boat, service)),
        ("G", Text("DESCRIPTION", "DESCRIPTION OF CASUALTY"), lines.description(boat, reports)),
        (
            "H",
            Text("MÉTÉO SUR ZONE", "WEATHER ON SCENE"),
            (lines.joined("; ", lines.UNKNOWN, lines.TO_WRITE),),
        ),
        ("J", Text("PREMIÈRES MESURES PRISES", "INITIAL ACTIONS TAKEN"), lines.actions(acts, service, bare)),
        ("K", Text("ZONE DE RECHERCHE", "SEARCH AREA"), lines.search(area, acts)),
        ("L", Text("CONSIGNES DE COORDINATION", "COORDINATING INSTRUCTIONS"), lines.instructions(boat, bare)),
        ("M", Text("INTENTIONS", "FUTURE PLANS"), lines.plans(boat, bare)),
        (
            "N",
            Text("AUTRES INFORMATIONS, CONCLUSION", "ADDITIONAL INFORMATION, CONCLUSION"),
            lines.more(boat, bare),
        ),
    )
    return Sitrep(
        boat=boat.id,
        at=at,
        priority=PRIORITY[boat.phase],
        number=number,
        sender=sender,
        to=to,
        lines=tuple(Line(letter=letter, head=head, said=each) for letter, head, each in said),
        notices=_notices(boat, number),
    )


def _notices(boat: Boat, number: int | None) -> tuple[Text, ...]:
    said = []
    if number is None:
        said.append(
            Text(
                "Le numéro du SITREP est à donner par le veilleur.",
                "The watch-keeper gives the SITREP its number.",
            )
        )
    if boat.position is None:
        said.append(Text("Aucune position n’est connue.", "No position is known."))
    if boat.phase == "none":
        said.append(Text("Aucune phase n’a été déclarée.", "No phase has been declared."))
    return tuple(said)
