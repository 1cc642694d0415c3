"""The form of an alert: what was typed, read into a draft, or every fault of it at once with the field where it is.

The window is written in the time of the node's own shore and begins from the node's clock, which in an exercise is not
the wall's. What was typed is shown again, letter for letter, beside what is wrong with it.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from entente.errors import EntenteError, Malformed, Text
from entente.formats.gazetteer import place_named
from entente.formats.words import (
    ADMIRALTY_WORDS,
    INFORMATION_WORDS,
    SOURCE_WORDS,
)
from entente.model.grading import SCALES, Grade, Scheme, information_row, source_row
from entente.model.report import Basis, Draft, Statement, Warning, Wording
from entente.web.door import Visit
from entente.web.words import zone_of

MOST_PLACE = 80
MOST_WORDS = 4000
MOST_BOATS = 200
LONGEST_WINDOW = dt.timedelta(hours=72)
HANDLING = ("H0", "H1", "H2")
CONFIDENCES = ("certain", "probable", "possible", "unknown")
SCHEMES: dict[str, Scheme] = {"FR": "admiralty", "UK": "3x5x2"}


class Refusals(Exception):
    """Faults of a form: field -> (what is wrong, what to do)."""

    def __init__(self, faults: dict[str, tuple[Text, Text | None]]) -> None:
        super().__init__(", ".join(faults))
        self.faults = faults

    @classmethod
    def of(cls, field: str, text: Text, remedy: Text | None = None) -> Refusals:
        """One fault."""
        return cls({field: (text, remedy)})


def fields_of(visit: Visit, typed: dict[str, Any]) -> dict[str, Any]:
    """What the form shows: what was typed, else a window from now on by the node's clock."""

    def was(name: str, default: str = "") -> str:
        found = typed.get(name)
        return str(found[0]) if found else "" if typed else default

    zone = zone_of(visit.node.store.party)
    start = visit.now.astimezone(zone).replace(second=0, microsecond=0)
    start += dt.timedelta(minutes=(15 - start.minute % 15) % 15)
    scheme = SCHEMES.get(visit.node.store.party, "3x5x2")
    sources, informations = SCALES[scheme]
    return {
        "place": was("place"),
        "starts": was("starts", f"{start:%Y-%m-%dT%H:%M}"),
        "ends": was("ends", f"{start + dt.timedelta(hours=3):%Y-%m-%dT%H:%M}"),
        "boats_at_least": was("boats_at_least", "1"),
        "boats_at_most": was("boats_at_most"),
        "confidence": was("confidence", "possible"),
        "words": was("words"),
        "basis": was("basis", "reported"),
        "source": was("source", "F" if scheme == "admiralty" else "2"),
        "information": was("information", "6" if scheme == "admiralty" else "D"),
        "handling": was("handling", "H0"),
        "to": set(typed.get("to", ())),
        "rescue": set(typed.get("rescue", ())) if typed else None,
        "once": was("once") or str(uuid.uuid4()),
        "zone": f"{start:%Z}",
        "scheme": scheme,
        "sources": [
            (letter, SOURCE_WORDS[source_row(Grade(scheme, letter, informations[0]))]) for letter in sources
        ],
        "informations": [
            (
                letter,
                ADMIRALTY_WORDS[letter]
                if scheme == "admiralty"
                else INFORMATION_WORDS[information_row(Grade(scheme, sources[0], letter))],
            )
            for letter in informations
        ],
    }


def alert_of(visit: Visit, patrols: tuple[str, ...]) -> Draft:
    """The alert that was typed, for patrols. Raises Refusals with every fault."""
    faults: dict[str, tuple[Text, Text | None]] = {}
    form = visit.form
    place = form.one("place")
    if not place or len(place) > MOST_PLACE:
        faults["place"] = (
            Text(
                fr="Le lieu manque, ou dépasse 80 signes.",
                en="The place is missing, or longer than 80 characters.",
            ),
            Text(fr="Choisissez une plage de la liste.", en="Choose a beach from the list."),
        )
    starts, ends = _instant(visit, "starts", faults), _instant(visit, "ends", faults)
    if starts is not None and ends is not None and not starts < ends <= starts + LONGEST_WINDOW:
        faults["ends"] = (
            Text(
                fr="La fenêtre finit après son début, et dure 72 heures au plus.",
                en="The window ends after it begins, and lasts 72 hours at most.",
            ),
            None,
        )
    elif ends is not None and ends <= visit.now:
        faults["ends"] = (
            Text(fr="Cette fenêtre est déjà passée.", en="That window is over already."),
            Text(fr="Pour ce qui a eu lieu, écrivez une fiche.", en="For what has happened, write a report."),
        )
    least = _number(visit, "boats_at_least", 1, faults)
    most = _number(visit, "boats_at_most", None, faults)
    if least is not None and most is not None and most < least:
        faults["boats_at_most"] = (
            Text(
                fr="Le plus grand nombre est au-dessous du plus petit.",
                en="The highest number is below the lowest.",
            ),
            None,
        )
    confidence = form.one("confidence")
    if confidence not in CONFIDENCES:
        faults["confidence"] = (Text(fr="Dites à quel point c’est sûr.", en="Say how sure it is."), None)
    if form.one("handling", "H0") not in HANDLING:
        faults["handling"] = (Text(fr="Ce code n’existe pas ici.", en="There is no such code here."), None)
    words = form.one("words")
    if len(words) > MOST_WORDS:
        faults["words"] = (
            Text(fr=f"Plus de {MOST_WORDS} signes.", en=f"More than {MOST_WORDS} characters."),
            None,
        )
    statements: tuple[Statement, ...] = ()
    if words and not faults:
        try:
            statements = (_statement(visit, words),)
        except (ValueError, EntenteError):
            faults["source"] = (Text(fr="Cette cotation n’existe pas.", en="There is no such grade."), None)
    if faults or starts is None or ends is None or least is None:
        raise Refusals(faults)
    named = place_named(place)
    to = tuple(one for one in form.all("to") if one in patrols)
    here = visit.node.store.node
    seats = {one: visit.node.agreement.service(one).node for one in to}
    shift = visit.shift
    return Draft(
        kind="warning",
        service=visit.officer.service,
        purpose="intelligence",
        matter=shift.matter if shift else None,
        compartment="intelligence",
        regime="undetermined",
        handling=(form.one("handling", "H0"),),
        lane="urgent",
        statements=statements,
        recipients=tuple(f"{node}/{service}" for service, node in seats.items() if node != here),
        warning=Warning(
            place=place,
            position=named.position if named else None,
            starts=starts,
            ends=ends,
            confidence=confidence,  # type: ignore[arg-type]
            boats_at_least=least,
            boats_at_most=most,
            to=to,
            officer=visit.officer.name,
        ),
    )


def _statement(visit: Visit, words: str) -> Statement:
    scheme = SCHEMES.get(visit.node.store.party, "3x5x2")
    basis: Basis = "fact" if visit.form.one("basis") == "fact" else "reported"
    confidence = visit.form.one("confidence")
    return Statement(
        id="s1",
        basis=basis,
        wording=Wording(language=visit.language, text=words),
        grade=Grade(scheme, visit.form.one("source"), visit.form.one("information")),
        checked_on=visit.now.date(),
        completeness="partial",
        certainty=confidence,  # type: ignore[arg-type]
    )


def _instant(visit: Visit, name: str, faults: dict[str, tuple[Text, Text | None]]) -> dt.datetime | None:
    """A day and hour in the time of this shore. An hour that comes twice in autumn is the first: early, not late."""
    try:
        written = dt.datetime.fromisoformat(visit.form.one(name))
        if written.tzinfo is None:
            written = written.replace(tzinfo=zone_of(visit.node.store.party))
        return written.astimezone(dt.UTC)
    except (ValueError, OverflowError):
        faults[name] = (
            Text(fr="Ce jour et cette heure ne se lisent pas.", en="That day and hour cannot be read."),
            Text(fr="Par exemple 2031-10-19T04:00.", en="For example 2031-10-19T04:00."),
        )
        return None


def _number(
    visit: Visit, name: str, default: int | None, faults: dict[str, tuple[Text, Text | None]]
) -> int | None:
    if not visit.form.one(name):
        return default
    try:
        return visit.form.number(name, 1, least=1, most=MOST_BOATS)
    except Malformed as error:
        faults[name] = (error.text, error.remedy)
        return None
