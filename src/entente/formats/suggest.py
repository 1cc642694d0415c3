"""What a page reads in an officer's own words, to be accepted or refused one by one.

The text stays the officer's: nothing here writes into it, fills a gap, or decides. Each suggestion says where it
stands, letter for letter, what it is taken for, and what is odd or assumed about it; a number that is wrong is proposed
as it was written, with its fault. Of several readings of one stretch one is proposed and the others are kept as
alternatives. What nobody reads here is simply written by hand, so a doubtful guess is left out rather than made.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from functools import partial
from typing import Literal

import msgspec

from entente.errors import EntenteError, Malformed, Text
from entente.formats.folded import Folded, fold
from entente.formats.gazetteer import PLACE_WORDS, Place, places_in
from entente.formats.spot_codes import spot_codes
from entente.formats.spot_counts import spot_counts, spot_positions
from entente.formats.spot_moments import spot_moments
from entente.formats.spot_phones import spot_phones
from entente.formats.spotted import Labels, Moment, Reading, Spotted, settle
from entente.model.identifier import FAULT_WORDS, KIND_WORDS, Identifier, canonical, read_identifier
from entente.model.place import Position
from entente.model.sighting import PersonsOnBoard

__all__ = ["LONGEST_TEXT", "Counted", "Moment", "Suggestion", "SuggestionKind", "suggest"]

SuggestionKind = Literal["identifier", "place", "position", "moment", "count"]
Counted = Literal["people", "children", "missing", "dead"]
LONGEST_TEXT = 100_000

_BIRTH = Text("date de naissance", "date of birth")
_DAY = Text("date", "date")
_HOUR = Text("date et heure", "date and time")
_POSITION = Text("position", "position")
_COUNTED: dict[str, tuple[Counted, Text]] = {
    "people": ("people", Text("nombre de personnes", "number of people")),
    "children": ("children", Text("nombre d’enfants", "number of children")),
    "missing": ("missing", Text("nombre de personnes disparues", "number of people missing")),
    "dead": ("dead", Text("nombre de personnes décédées", "number of people dead")),
}


class Suggestion(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing read in a text. Of identifier, place, position, moment and count the one of its kind is there.

    id: the same for the same words while other parts of the text change, so that what was refused stays refused.
    start, end: offsets in the text; they cut out `written`. what: what it is taken for. is_valid, note: False where
    the identifier has a fault, and the fault in words; a note without a fault says what was assumed.
    alternatives: other readings of an identifier, likeliest first.
    """

    id: str
    kind: SuggestionKind
    start: int
    end: int
    written: str
    what: Text
    identifier: Identifier | None = None
    alternatives: tuple[Identifier, ...] = ()
    place: Place | None = None
    position: Position | None = None
    moment: Moment | None = None
    count: PersonsOnBoard | None = None
    counted: Counted | None = None
    is_valid: bool = True
    note: Text | None = None


def suggest(text: str, *, region: str, today: dt.date) -> tuple[Suggestion, ...]:
    """Read a text in French or English, and propose what it holds, in its order and without overlap.

    region: the writer's country ("FR", "GB"; "UK" is read as "GB"): whose numbers and whose clock. today: the day of
    writing, for "hier soir". An empty answer means that nothing was recognised. Raises Malformed for a text longer
    than LONGEST_TEXT characters, and for no other.
    """
    if len(text) > LONGEST_TEXT:
        raise Malformed(
            "text_too_long",
            Text(
                fr=f"Le texte a {len(text)} caractères : au-delà de {LONGEST_TEXT}, rien n’y est proposé.",
                en=f"The text has {len(text)} characters: beyond {LONGEST_TEXT} nothing is suggested in it.",
            ),
            Text(fr="Le partager en plusieurs énoncés.", en="Divide it into several statements."),
        )
    where = "GB" if region.upper() == "UK" else region.upper()
    folded = fold(text)
    labels = Labels(folded.plain)
    spotted: list[Spotted] = [
        *spot_positions(folded),
        *spot_codes(folded, labels, where),
        *spot_moments(folded, where, today),
        *spot_phones(folded, labels, where),
        *spot_counts(folded),
        *places_spotted(folded),
    ]
    seen: dict[str, int] = {}
    suggestions = []
    for each in settle(spotted):
        made = _suggestion(folded, each, seen)
        if made is not None:
            suggestions.append(made)
    return tuple(suggestions)


def places_spotted(folded: Folded) -> list[Spotted]:
    """The places of the gazetteer that a text names, on the plain text's own offsets."""
    return [
        Spotted(start=found.start, end=found.end, rank="place", place=found.place)
        for found in places_in(folded)
    ]


def _suggestion(folded: Folded, spotted: Spotted, seen: dict[str, int]) -> Suggestion | None:
    start, end = folded.cut(spotted.start, spotted.end)
    while start < end and folded.written[start].isspace():
        start += 1
    while end > start and folded.written[end - 1].isspace():
        end -= 1
    written = folded.written[start:end]

    def made(kind: SuggestionKind, what: Text, **value: object) -> Suggestion:
        return Suggestion(
            id=_id(kind, written, seen),
            kind=kind,
            start=start,
            end=end,
            written=written,
            what=what,
            **value,  # type: ignore[arg-type]
        )

    if spotted.readings:
        read = [each for each in map(partial(_read, written), spotted.readings) if each is not None]
        if not read:
            return None
        fault = canonical(read[0]).fault
        return made(
            "identifier",
            KIND_WORDS[read[0].kind],
            identifier=read[0],
            alternatives=tuple(read[1:]),
            is_valid=fault is None,
            note=FAULT_WORDS[fault] if fault else None,
        )
    if spotted.place is not None:
        return made("place", PLACE_WORDS[spotted.place.kind], place=spotted.place)
    if spotted.position is not None:
        return made("position", _POSITION, position=spotted.position)
    if spotted.moment is not None:
        moment = spotted.moment
        what = _BIRTH if moment.is_birth else _HOUR if moment.has_clock else _DAY
        return made("moment", what, moment=moment, note=_assumed(moment))
    counted, what = _COUNTED[spotted.counted]
    return made("count", what, count=spotted.count, counted=counted)


def _read(written: str, reading: Reading) -> Identifier | None:
    """The identifier of one reading; None for words that cannot be stored, as a lone surrogate cannot."""
    try:
        return read_identifier(reading.kind, written, region=reading.region)
    except EntenteError:
        return None


def _assumed(moment: Moment) -> Text | None:
    if not moment.assumed or (moment.day is None and "day" in moment.assumed):
        return None
    if "day" in moment.assumed:
        return Text(fr=f"jour supposé : {moment.day}", en=f"day assumed: {moment.day}")
    year = moment.latest.year if moment.day is None else moment.day.year
    return Text(fr=f"année supposée : {year}", en=f"year assumed: {year}")


def _id(kind: str, written: str, seen: dict[str, int]) -> str:
    """Short, the same for the same words, and without them: it travels in forms and logs."""
    words = " ".join(written.split()).casefold()
    digest = hashlib.blake2s(f"{kind} {words}".encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()
    seen[digest] = seen.get(digest, 0) + 1
    return f"{digest}-{seen[digest]}"
