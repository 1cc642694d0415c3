"""What a spotter saw in a text, before anyone decided which of two readings of one stretch is proposed.

Several spotters look at the same words; each says where, how firmly, and what it takes the words for. `settle` keeps
one a stretch: the firmest, then the longest. A stretch may also be taken for nothing at all, as the number of a file
is, so that no weaker reading makes a telephone of it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable

import msgspec

from entente.errors import Text
from entente.formats.gazetteer import Place
from entente.model.identifier import IdentifierKind
from entente.model.moment import Instant, PartialDate
from entente.model.place import Position
from entente.model.sighting import PersonsOnBoard

# How firm a reading is, firmest first.
RANKS = (
    "position",
    "address",
    "account",
    "nothing",
    "moment",
    "proven",
    "shape",
    "phone",
    "plate",
    "labelled",
    "count",
    "place",
    "name",
)


class Reading(msgspec.Struct, frozen=True):
    """One way to take the words for an identifier. region: whose habits they are written in."""

    kind: IdentifierKind
    region: str


class Moment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When something was, as an interval of instants.

    day: as far as it was said, or assumed; None for an interval of several days. earliest and latest are equal for a
    minute that was said. assumed: what the text left out and we put in.
    """

    day: PartialDate | None
    earliest: Instant
    latest: Instant
    is_about: bool = False
    is_birth: bool = False
    has_clock: bool = False
    assumed: tuple[str, ...] = ()  # of "day", "year"


class Spotted(msgspec.Struct, frozen=True, kw_only=True):
    """One stretch of the plain text and what it is taken for; at most one of the typed values is there."""

    start: int
    end: int
    rank: str
    readings: tuple[Reading, ...] = ()
    moment: Moment | None = None
    position: Position | None = None
    count: PersonsOnBoard | None = None
    counted: str = ""
    place: Place | None = None
    note: Text | None = None


def settle(spotted: Iterable[Spotted]) -> list[Spotted]:
    """One reading a stretch, in the order of the text; those taken for nothing stand no more."""
    by_firmness = sorted(
        spotted, key=lambda each: (RANKS.index(each.rank), each.start - each.end, each.start)
    )
    starts: list[int] = []
    kept: list[Spotted] = []
    for each in by_firmness:
        at = bisect_right(starts, each.start)
        if (at > 0 and kept[at - 1].end > each.start) or (at < len(kept) and kept[at].start < each.end):
            continue
        starts.insert(at, each.start)
        kept.insert(at, each)
    return [each for each in kept if each.rank != "nothing"]


_LABELS = {
    "engine_serial": r"moteurs?|hors-?bords?|engines?|outboards?|motors?",
    "hull": r"coques?|hulls?|cin|hin",
    "jacket_lot": r"gilets?|brassieres?|life[- ]?(?:jackets?|vests?)|lots?|batch",
    "hawala_token": r"jetons?|tokens?|hawala|code",
    "document": r"passeports?|passports?|carte (?:nationale )?d'identite|identity cards?|id cards?|cni"
    r"|titre de (?:sejour|voyage)|recepisse|permis(?: de conduire)?|driving licences?|visas?|brp|residence permits?",
    "banknote": r"billets?|banknotes?|coupures?",
    "plate": r"plaques?|plates?|immatricul\w{0,8}|registrations?|reg|vrm|vehicules?|vehicles?|fourgons?|fourgonnettes?"
    r"|vans?|voitures?|cars?|camions?|camionnettes?|lorry|lorries|trucks?|lapi|anpr",
    "mmsi": r"mmsi|ais",
    "imei": r"imei(?:sv)?",
    "imsi": r"imsi|iccid",
    "iban": r"iban|rib|comptes?|accounts?",
    "phone": r"tel(?:ephones?)?|phones?|mobiles?|portables?|gsm|whatsapp|signal|viber|lignes?|lines?|sim",
    "serial": r"series?|serials?|s/n",
    "reference": r"dossiers?|affaires?|procedures?|pv|cotes?|exhibits?|fiches?|records?|rapports?|reports?|matters?"
    r"|cases?|files?|references?|ref|factures?|invoices?|scelles?",
}
_LABEL = re.compile(
    r"(?<![\w-])(?:" + "|".join(f"(?P<{kind}>{words})" for kind, words in _LABELS.items()) + r")(?!\w)"
)
# Where a label stops speaking for what follows. A single line break is no end: lines break anywhere.
_STOP = re.compile(r"[a-z]{3}[.!?] |;|\n\s*\n")
_FARTHEST = 80


class Labels:
    """The words of a text that say what kind of number follows."""

    def __init__(self, plain: str) -> None:
        self._plain = plain
        self._found = [(m.end(), str(m.lastgroup)) for m in _LABEL.finditer(plain)]
        self._ends = [end for end, _ in self._found]

    def before(self, start: int) -> list[tuple[str, int]]:
        """What kinds were announced before a place, nearest first, each with its distance in characters."""
        at = bisect_right(self._ends, start)
        near: list[tuple[str, int]] = []
        for end, kind in reversed(self._found[max(0, at - 8) : at]):
            if start - end > _FARTHEST or _STOP.search(self._plain, end, start):
                break
            near.append((kind, start - end))
        return near

    def says(self, kind: str, start: int, within: int) -> bool:
        """Whether a kind was announced at most so many characters before a place."""
        return any(each == kind and distance <= within for each, distance in self.before(start))
