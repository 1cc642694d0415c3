"""How many people, and where, inside a text.

A count is an interval, as everywhere: "une quarantaine" is not forty. Children and the missing are counted apart,
because a rescue asks for them first. Without a word for people behind it a figure is no count, so that six engines do
not become six persons. A position is only proposed where `model.place` reads it in one way.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from entente.errors import EntenteError
from entente.formats.folded import Folded
from entente.formats.spotted import Spotted
from entente.model.place import read_position
from entente.model.sighting import PersonsOnBoard

_FRENCH_TO_TWENTY = (
    "zero un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept dix-huit"
    " dix-neuf vingt"
)
_ENGLISH_TO_TWENTY = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen twenty"
)
_WORDS = {
    word: number
    for words in (_FRENCH_TO_TWENTY, _ENGLISH_TO_TWENTY)
    for number, word in enumerate(words.split())
} | {
    "une": 1,
    "trente": 30,
    "quarante": 40,
    "cinquante": 50,
    "soixante": 60,
    "quatre-vingts": 80,
    "cent": 100,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
    "a hundred": 100,
}
# How far the truth may lie on either side of a round word.
_ROUND = {
    "dizaine": (10, 2),
    "douzaine": (12, 2),
    "dozen": (12, 2),
    "quinzaine": (15, 3),
    "vingtaine": (20, 3),
    "trentaine": (30, 5),
    "quarantaine": (40, 5),
    "cinquantaine": (50, 5),
    "soixantaine": (60, 5),
    "centaine": (100, 15),
}
_TENS = r"(?:twenty|thirty|forty|fifty|sixty|vingt|trente|quarante|cinquante|soixante)"
_UNIT = (
    r"(?:et une?|une?|deux|trois|quatre|cinq|six|sept|huit|neuf|one|two|three|four|five|six|seven|eight|nine)"
)
_NUMBER = (
    rf"(?:\d{{1,4}}(?![\d.,/:h]\d)|{_TENS}[- ]{_UNIT}|"
    + "|".join(sorted((re.escape(word) for word in _WORDS), key=len, reverse=True))
    + r")"
)
_PEOPLE: dict[str, str] = {
    "children": r"(?:jeunes )?enfants?|children|child|kids?|mineurs?|mineures|minors?|bebes?|babies|baby|infants?"
    r"|nourrissons?|toddlers?",
    "missing": r"(?:personnes? |people |persons? )?(?:manquantes?|manquants?|(?:portee?s? )?disparue?s?|missing)",
    "dead": r"(?:personnes? |people |persons? )?(?:decedee?s?|morte?s?|dead|deceased|bodies)|corps sans vie|cadavres?",
    "people": r"personnes?(?: a bord)?|people(?: on board| aboard)?|persons?(?: on board| aboard)?|pax\b|pob|souls?"
    r"|migrants?|exile?e?s?|passagere?s?|passagers?|passengers?|occupante?s?|occupants|individus?|adultes?|adults?"
    r"|hommes?|femmes?|men|women|naufragee?s?|rescapee?s?|survivors?|rescued|secourue?s?|a bord|on board|aboard"
    r"|personn?es|pers\b\.?",
}
_NOUN = "(?:" + "|".join(f"(?P<{kind}>{words})" for kind, words in _PEOPLE.items()) + r")(?!\w)"
_LEAST = r"(?:au moins|plus de|at least|more than|over|minimum)"
_MOST = r"(?:au plus|au maximum|moins de|jusqu'a|at most|up to|less than|fewer than|max\.?|maximum)"
_VAGUE = (
    r"(?:environ|about|around|approximately|approx\.?|circa|pres de|nearly|almost|some|quelque|vers|~|±|\+/-)"
)
_ADJECTIVES = r"(?:(?:jeunes?|petits?|young|small|little|autres|other|more) ){0,2}"
_COUNT = re.compile(
    rf"(?<![\w.,/:@+-])(?:(?P<least>{_LEAST} )|(?P<most>{_MOST} )|(?P<vague>{_VAGUE} ?))?"
    rf"(?:(?:(?P<times>une|deux|trois|a|one|two|three|half a|une demi)[ -])?(?P<round>{'|'.join(_ROUND)})s?"
    rf"|(?:entre |between )?(?P<from>{_NUMBER})(?: ?(?:-|a|to|ou|or|et|and|/) ?(?P<to>{_NUMBER}))?)"
    rf"[ \n]{{0,2}}(?:de |d'|of )?{_ADJECTIVES}{_NOUN}(?P<after> environ\b| approximately\b| approx\b| or so\b)?"
)

_LETTERED = re.compile(
    r"(?<![\w.,])(?:lat\w{0,6}[.:= ]{1,3})?[0-9][0-9 °.,'\"-]{1,17}(?:nord|north|sud|south|n|s)\b[ ,;:/-]{0,4}"
    r"(?:long?\w{0,6}[.:= ]{1,3})?[0-9][0-9 °.,'\"-]{1,17}(?:est|east|ouest|west|e|w|o)\b"
    r"|(?<![\w.,])[ns] ?[0-9][0-9 °.,'\"-]{1,17}[ ,;:/-]{0,4}[ewo] ?[0-9](?:[0-9 °.'\"]|,(?=[0-9])){1,16}"
    r"(?:(?<=[0-9'\"°])|\b)"
)
_DEGREES = re.compile(
    r"(?<![\w.,+-])[+-]?[0-9]{1,2}°[0-9 °.,'\"]{1,16}[ ,;/]{1,3}[+-]?[0-9]{1,3}°[0-9 °.'\"]{0,16}"
)
_DECIMAL = re.compile(
    r"(?<![\w.,+-])[+-]?[0-9]{1,2}\.[0-9]{2,9}°?[ ,;/\n]{1,3}[+-]?[0-9]{1,3}\.[0-9]{2,9}°?(?![\w.]|,[0-9])"
    r"|(?<![\w.,+-])[+-]?[0-9]{1,2},[0-9]{3,9}°?[ ;/]{1,3}[+-]?[0-9]{1,3},[0-9]{3,9}°?(?![\w,]|\.[0-9])"
)
_LINK = re.compile(r"(?<!\w)(?:geo:|https?://)[^\s<>«»\"]{4,2000}")
_FEWEST_DECIMALS = 5  # of both coordinates together: two prices have four


def spot_counts(folded: Folded) -> Iterator[Spotted]:
    """Every count of people."""
    for match in _COUNT.finditer(folded.plain):
        counted = next(kind for kind in _PEOPLE if match[kind])
        interval = _interval(match)
        if interval is None:
            continue
        # "une personne", "a man": no count, only speech. One who is missing, or a child, is told all the same.
        if interval == (1, 1) and counted == "people" and not match["from"].isdigit():
            continue
        yield Spotted(
            start=match.start(),
            end=match.end(),
            rank="count",
            count=PersonsOnBoard(*interval),
            counted=counted,
        )


def _number(word: str) -> int | None:
    if word.isdecimal():
        return int(word)
    if word in _WORDS:
        return _WORDS[word]
    tens, _, unit = re.sub(r"[- ](?:et )?", " ", word).partition(" ")
    return _WORDS[tens] + _WORDS[unit] if tens in _WORDS and unit in _WORDS else None


def _interval(match: re.Match[str]) -> tuple[int, int | None] | None:
    """The least and the most that were said."""
    if match["round"]:
        middle, spread = _ROUND[match["round"]]
        said = match["times"] or "une"
        if said in ("half a", "une demi"):
            middle, spread = middle // 2, 1
        else:
            times = _WORDS.get(said, 1)
            middle, spread = middle * times, spread * times
        low, high = middle - spread, middle + spread
    else:
        one = _number(match["from"])
        two = _number(match["to"]) if match["to"] else one
        if one is None or two is None or two < one:
            return None
        low, high, middle = one, two, one
        if (match["vague"] or match["after"]) and not match["to"]:
            spread = max(1, math.ceil(one / 10))
            low, high = max(0, one - spread), one + spread
    if match["least"]:
        return middle if match["round"] else low, None
    if match["most"]:
        return 0, middle if match["round"] else high
    return low, high


def spot_positions(folded: Folded) -> Iterator[Spotted]:
    """Every position that can be read in one way only."""
    for pattern in (_LINK, _LETTERED, _DEGREES, _DECIMAL):
        for match in pattern.finditer(folded.plain):
            end = match.start() + len(match[0].rstrip(" .,;:/-\n"))
            if pattern is _LINK:
                end = match.start() + len(match[0].rstrip(".,;:)!?"))
            if (
                pattern is _DECIMAL
                and sum(map(len, re.findall(r"[.,]([0-9]+)", match[0]))) < _FEWEST_DECIMALS
            ):
                continue
            try:
                position = read_position(folded.words(match.start(), end))
            except (EntenteError, ValueError):
                continue
            yield Spotted(start=match.start(), end=end, rank="position", position=position)
