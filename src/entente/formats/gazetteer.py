"""The places of the Strait by the names that officers give them, on both shores and between.

The list is our own (`gazetteer.toml`), written by hand: which beach is meant, not where a boat is. A position out of
it always says how far from it the truth may lie, and never stands where somebody gave a position of their own. Names
are found whatever their accents, hyphens and capitals; a name that is also a common word (Deal, Sandwich) needs its
capital. Services with a place in their name (CROSS Gris-Nez) are not places.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from typing import Any, Literal, get_args

import msgspec

from entente.errors import Malformed, Text
from entente.formats.folded import Folded, fold
from entente.model.place import Position, distance_m

PlaceKind = Literal["beach", "port", "town", "bank", "headland", "anchorage"]
Shore = Literal["FR", "UK", "BE", "sea"]
PLACE_KINDS: tuple[PlaceKind, ...] = get_args(PlaceKind)
SHORES: tuple[Shore, ...] = get_args(Shore)

PLACE_WORDS: dict[PlaceKind, Text] = {
    "beach": Text("plage", "beach"),
    "port": Text("port", "harbour"),
    "town": Text("commune", "town"),
    "bank": Text("banc", "bank"),
    "headland": Text("cap ou pointe", "headland"),
    "anchorage": Text("rade, baie ou passage", "roads, bay or passage"),
}
# How a bare name is said as a place of its kind.
_SAID: dict[PlaceKind, tuple[str, ...]] = {
    "beach": (
        *(
            f"{word} {of}{{}}"
            for word in ("plage", "plages", "dunes")
            for of in ("de ", "d ", "du ", "de la ", "")
        ),
        "{} plage",
        "{} beach",
    ),
    "port": (
        "port de {}",
        "port d {}",
        "port du {}",
        "port of {}",
        "{} harbour",
        "{} port",
        "{} docks",
        "{} marina",
    ),
    "bank": ("banc de {}", "banc du {}", "banc de la {}", "banc {}", "{} bank"),
    "town": (),
    "headland": (),
    "anchorage": (),
}


class Place(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One place. within_km: how far from the point it may truly lie, for the point is indicative."""

    name: str
    kind: PlaceKind
    shore: Shore
    latitude: float
    longitude: float
    within_km: float
    also: tuple[str, ...] = ()
    stem: str = ""
    capital: bool = False

    @property
    def position(self) -> Position:
        """The point, with its uncertainty."""
        return Position(
            latitude=self.latitude,
            longitude=self.longitude,
            written=self.name,
            uncertainty_m=self.within_km * 1000,
        )


class PlaceFound(msgspec.Struct, frozen=True):
    """A place named in a text; start and end are offsets in the text as written."""

    start: int
    end: int
    place: Place


class _Names(msgspec.Struct, frozen=True):
    """Every name in plain words. None: a longer name that is no place of ours, and hides the one inside it."""

    known: dict[tuple[str, ...], Place | None]
    longest: dict[str, int]  # by first word: how many words the longest name has that starts so


_WORD = re.compile(r"[^\W_]+")
# What may stand between two words of one name.
_GAP = re.compile(r"\.?[ '-]{1,3}")
_AFTER_A_HYPHEN = frozenset(
    [
        "plage",
        "port",
        "ville",
        "centre",
        "nord",
        "sud",
        "est",
        "ouest",
        "beach",
        "harbour",
        "north",
        "south",
        "east",
        "west",
    ]
)


def _words(name: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(fold(name).plain))


def read_gazetteer(text: str) -> tuple[tuple[Place, ...], tuple[str, ...]]:
    """Read a list of places: the places, and the names that are none. Raises Malformed with the entry at fault."""
    try:
        raw = tomllib.loads(text)
        places = tuple(
            msgspec.convert(
                {"kind": kind, "shore": shore, "within_km": raw["within_km"][kind], **entry}, Place
            )
            for kind, shore, entry in _entries(raw["places"])
        )
        not_places = msgspec.convert(raw.get("not_places", []), tuple[str, ...])
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, KeyError, AttributeError, TypeError) as error:
        raise Malformed(
            "gazetteer_unreadable",
            Text(
                fr=f"La liste des lieux ne se lit pas ({error}).",
                en=f"The list of places cannot be read ({error}).",
            ),
            Text(fr="Corriger l’entrée nommée.", en="Mend the entry that is named."),
        ) from error
    return places, not_places


def _entries(by_kind: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for kind, by_shore in by_kind.items():
        for shore, entries in by_shore.items():
            for entry in entries:
                yield kind, shore, entry


@lru_cache(maxsize=1)
def _gazetteer() -> tuple[tuple[Place, ...], tuple[str, ...]]:
    return read_gazetteer(files("entente.formats").joinpath("gazetteer.toml").read_text(encoding="utf-8"))


def load_places() -> tuple[Place, ...]:
    """Every place of the list that comes with this house, in its order."""
    return _gazetteer()[0]


@lru_cache(maxsize=1)
def _names() -> _Names:
    places, not_places = _gazetteer()
    known: dict[tuple[str, ...], Place | None] = {}
    for place in places:
        for name in (place.name, *place.also):
            known.setdefault(_words(name), place)
    # What is only derived gives way to every name that somebody wrote down.
    for place in places:
        if place.stem:
            stem = " ".join(_words(place.stem))
            for said in _SAID[place.kind]:
                known.setdefault(tuple(said.format(stem).split()), place)
    for name in not_places:
        known[_words(name)] = None
    longest: dict[str, int] = {}
    for words in known:
        longest[words[0]] = max(longest.get(words[0], 0), len(words))
    return _Names(known, longest)


def place_named(name: str) -> Place | None:
    """The place of that name or spelling, or None."""
    words = _words(name)
    return _names().known.get(words) if words else None


def nearest(position: Position, limit: int = 5) -> tuple[tuple[Place, float], ...]:
    """The places nearest to a position, with the distance in metres to the point that stands for each."""
    measured = [(place, distance_m(position, place.position)) for place in load_places()]
    return tuple(sorted(measured, key=lambda each: (each[1], each[0].name))[: max(0, limit)])


def find_places(text: str) -> list[PlaceFound]:
    """The places named in a text, in its order and without overlap; of two names the longer."""
    folded = fold(text)
    return [PlaceFound(*folded.cut(each.start, each.end), each.place) for each in places_in(folded)]


def places_in(folded: Folded) -> list[PlaceFound]:
    """As `find_places`, with offsets in the plain text."""
    names, plain = _names(), folded.plain
    words = list(_WORD.finditer(plain))
    found: list[PlaceFound] = []
    at = 0
    while at < len(words):
        longest = names.longest.get(words[at][0], 0)
        taken = 1
        spelled: list[str] = []
        best: tuple[int, Place | None] | None = None
        for count in range(1, longest + 1):
            if at + count > len(words):
                break
            if count > 1 and not _GAP.fullmatch(
                plain, words[at + count - 2].end(), words[at + count - 1].start()
            ):
                break
            spelled.append(words[at + count - 1][0])
            if tuple(spelled) in names.known:
                best = count, names.known[tuple(spelled)]
        if best is not None and _stands_alone(plain, words, at, best[0]):
            taken, place = best
            start, end = words[at].start(), words[at + taken - 1].end()
            needs_capital = place is not None and place.capital and taken == 1
            if place is not None and (not needs_capital or folded.words(start, end)[0].isupper()):
                found.append(PlaceFound(start, end, place))
        at += taken
    return found


def _stands_alone(plain: str, words: list[re.Match[str]], at: int, count: int) -> bool:
    """Whether a name is not the piece of a longer one: Saint-Valery is, and Douvres-la-Délivrande."""
    start, end = words[at].start(), words[at + count - 1].end()
    before, after_it = plain[max(0, start - 1) : start], plain[end : end + 1]
    if before in ("@", "_", "#") or after_it in ("@", "_"):
        return False
    if before == "-" and plain[start - 2 : start - 1].isalpha():
        return False
    after = words[at + count] if at + count < len(words) else None
    return not (
        after is not None
        and after.start() == end + 1
        and plain[end] == "-"
        and after[0].isalpha()
        and after[0] not in _AFTER_A_HYPHEN
    )
