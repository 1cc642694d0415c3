"""Where something was, as it was said over a radio, typed into a log, or sent as a link.

A position is latitude, then longitude, in degrees of WGS 84, north and east above zero; never the other way
round, and always by name. What was written is kept beside it. A text that can be read in two ways is
refused rather than guessed: a hemisphere that is wrong sends a lifeboat to the wrong sea. Officers are
shown degrees and decimal minutes, which is what they say to each other.
"""

from __future__ import annotations

import math
import re
import unicodedata
from urllib.parse import parse_qs, unquote, urlsplit

import msgspec

from entente.errors import Malformed, Text

EARTH_RADIUS_M = 6_371_008.8  # mean radius of the WGS 84 ellipsoid (IUGG)
METRES_IN_A_NAUTICAL_MILE = 1852.0


class Position(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A point in degrees. uncertainty_m: radius within which it truly lies; None where nobody said."""

    latitude: float
    longitude: float
    written: str = ""
    uncertainty_m: float | None = None

    def __post_init__(self) -> None:
        # Written so that not-a-number fails too.
        if not -90 <= self.latitude <= 90:
            raise ValueError(f"a latitude lies between -90 and 90 degrees, not {self.latitude}")
        if not -180 <= self.longitude <= 180:
            raise ValueError(f"a longitude lies between -180 and 180 degrees, not {self.longitude}")
        if self.uncertainty_m is not None and not 0 <= self.uncertainty_m < math.inf:
            raise ValueError(f"an uncertainty is a distance in metres, not {self.uncertainty_m}")


def _unreadable(written: str) -> Malformed:
    shown = written if len(written) <= _LONGEST else written[:_LONGEST] + "…"
    return Malformed(
        "position_unreadable",
        Text(
            fr=f"« {shown} » ne se lit pas comme une position, ou se lit de deux façons.",
            en=f'"{shown}" cannot be read as a position, or can be read in two ways.',
        ),
        Text(
            fr="Écrire la latitude d’abord, par exemple 51°02.4N 001°28.6E ou 50.885, 1.52.",
            en="Write the latitude first, for example 51°02.4N 001°28.6E or 50.885, 1.52.",
        ),
    )


_LONGEST = 2048  # a shared map link can be long
_MARKS = str.maketrans(
    {
        "º": "°",
        "˚": "°",
        "′": "'",
        "’": "'",
        "‘": "'",
        "´": "'",
        "`": "'",
        "″": '"',
        "”": '"',
        "“": '"',
        "−": "-",
        "–": "-",
    }
)
_HEMISPHERES = (
    (re.compile(r"\b(?:NORTH|NORD)\b"), "N"),
    (re.compile(r"\b(?:SOUTH|SUD)\b"), "S"),
    (re.compile(r"\b(?:EAST|EST)\b"), "E"),
    (re.compile(r"\b(?:WEST|OUEST)\b"), "W"),
    (re.compile(r"\b(?:LATITUDE|LONGITUDE|LAT|LONG|LON)\b[.:=]?"), " "),
)
_TOKEN = re.compile(
    r"(?P<number>[+-]?\d+(?:\.\d+)?)|(?P<mark>[°'\"])|(?P<letter>[NSEWO])|(?P<gap>[\s,;:/]+)|(?P<hyphen>-)"
)
_PAIR = r"([+-]?\d{1,3}(?:\.\d+)?)\s*,\s*([+-]?\d{1,3}(?:\.\d+)?)"


def read_position(written: str) -> Position:
    """Read degrees in any of the ways they are written, a geo: address (RFC 5870) or a map link.

    Latitude comes first, unless letters of hemisphere say otherwise; O is the French west. Decimal commas are
    read where no decimal point stands beside them. Raises Malformed (`position_unreadable`).
    """
    text = unicodedata.normalize("NFKC", written.strip().translate(_MARKS)).translate(_MARKS)
    if not text or len(text) > _LONGEST:
        raise _unreadable(written)
    uncertainty_m = None
    try:
        if text.lower().startswith("geo:"):
            latitude, longitude, uncertainty_m = _geo(text)
        elif "://" in text:
            latitude, longitude = _link(text)
        else:
            latitude, longitude = _degrees(text.upper())
        return Position(
            latitude=latitude, longitude=longitude, written=written.strip(), uncertainty_m=uncertainty_m
        )
    except ValueError as error:
        raise _unreadable(written) from error


def _geo(text: str) -> tuple[float, float, float | None]:
    """geo:latitude,longitude[,altitude][;crs=wgs84][;u=metres]"""
    match = re.fullmatch(
        rf"geo:{_PAIR}(?:,[+-]?[\d.]+)?((?:;[\w-]+(?:=[^;?]*)?)*)(?:\?.*)?", text, re.IGNORECASE
    )
    if match is None:
        raise ValueError("not a geo: address")
    parameters = dict(part.lower().partition("=")[::2] for part in match[3].split(";") if part)
    if parameters.get("crs", "wgs84") != "wgs84":
        raise ValueError("another system of coordinates than WGS 84")
    uncertainty = parameters.get("u")
    return float(match[1]), float(match[2]), float(uncertainty) if uncertainty else None


def _link(text: str) -> tuple[float, float]:
    """The place that a map link points at; where it has a pin and a view, the pin."""
    parts = urlsplit(text)
    query = {name.lower(): values[-1] for name, values in parse_qs(parts.query).items()}
    if "mlat" in query and "mlon" in query:
        return float(query["mlat"]), float(query["mlon"])
    pin = re.search(r"!3d([+-]?\d+\.?\d*)!4d([+-]?\d+\.?\d*)", unquote(text))
    if pin:
        return float(pin[1]), float(pin[2])
    for name in ("q", "query", "ll", "destination", "daddr", "center"):
        pair = re.fullmatch(rf"(?:loc:)?\s*{_PAIR}\s*(?:\(.*\))?\s*", query.get(name, ""))
        if pair:
            return float(pair[1]), float(pair[2])
    view = re.search(rf"/@?{_PAIR}(?:[,/]|\Z)", unquote(parts.path))
    if view:
        return float(view[1]), float(view[2])
    osm = re.search(r"map=\d+(?:\.\d+)?/([+-]?\d+\.?\d*)/([+-]?\d+\.?\d*)", parts.fragment)
    if osm:
        return float(osm[1]), float(osm[2])
    raise ValueError("no coordinates in the link")


class _Half:
    """One of the two coordinates while it is being read."""

    def __init__(self) -> None:
        self.numbers: list[str] = []
        self.marks = ""
        self.letter = ""


def _degrees(text: str) -> tuple[float, float]:
    """Read two coordinates of one to three numbers each, with or without marks and letters."""
    for pattern, letter in _HEMISPHERES:
        text = pattern.sub(letter, text)
    text = text.replace("''", '"')
    text = re.sub(r"(?<=\d)\s*(?:DEGR[EÉ]E?S?|DEG|D)\b", "°", text)
    if not re.search(r"\d\.\d", text):
        text = re.sub(r"(?<=\d),(?=\d)", ".", text)
    if re.search(r"[NSEWO]", text):
        text = re.sub(r"(?<=\d)-(?=\d)", " ", text)  # 51-02.4N, as notices to mariners write it
    tokens: list[tuple[str, str]] = []
    place = 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            raise ValueError(f"unexpected {text[place]!r}")
        place = match.end()
        if match.lastgroup not in ("gap", "hyphen"):
            tokens.append((str(match.lastgroup), match[0]))
    letters = [value for kind, value in tokens if kind == "letter"]
    if letters:
        return _with_letters(tokens, letters)
    return _without_letters(tokens)


def _with_letters(tokens: list[tuple[str, str]], letters: list[str]) -> tuple[float, float]:
    """Each coordinate has its letter, both before their figures or both after."""
    before = tokens[0][0] == "letter"
    if len(letters) != 2 or (not before and tokens[-1][0] != "letter"):
        raise ValueError("a letter of hemisphere for each coordinate")
    halves = [_Half()]
    for kind, value in tokens:
        if kind == "letter":
            if before and halves[-1].numbers:
                halves.append(_Half())
            halves[-1].letter = value
            if not before and len(halves) == 1:
                halves.append(_Half())
        elif kind == "number":
            halves[-1].numbers.append(value)
        else:
            halves[-1].marks += value
    north = [half for half in halves if half.letter in ("N", "S")]
    east = [half for half in halves if half.letter in ("E", "W", "O")]
    if len(north) != 1 or len(east) != 1:
        raise ValueError("one of north and south, one of east and west")
    if any(number.startswith(("+", "-")) for half in halves for number in half.numbers):
        raise ValueError("a sign or a letter, not both")
    return (
        _value(_unpacked(north[0], 2)) * (-1 if north[0].letter == "S" else 1),
        _value(_unpacked(east[0], 3)) * (1 if east[0].letter == "E" else -1),
    )


def _without_letters(tokens: list[tuple[str, str]]) -> tuple[float, float]:
    """Latitude first, as many numbers for the one as for the other."""
    numbers = [value for kind, value in tokens if kind == "number"]
    if len(numbers) not in (2, 4, 6):
        raise ValueError("as many figures for the longitude as for the latitude")
    halves = [_Half(), _Half()]
    count = 0
    for kind, value in tokens:
        if kind == "number":
            halves[count * 2 // len(numbers)].numbers.append(value)
            count += 1
        else:
            halves[max(count - 1, 0) * 2 // len(numbers)].marks += value
    return _value(halves[0]), _value(halves[1])


def _unpacked(half: _Half, degree_figures: int) -> _Half:
    """Split 5102.4 or 510224 (and 00128.6, 0012836) into degrees, minutes and seconds."""
    if len(half.numbers) != 1 or half.marks:
        return half
    whole, point, rest = half.numbers[0].partition(".")
    if len(whole) == degree_figures + 2:
        half.numbers = [whole[:-2], whole[-2:] + point + rest]
    elif len(whole) == degree_figures + 4:
        half.numbers = [whole[:-4], whole[-4:-2], whole[-2:] + point + rest]
    return half


def _value(half: _Half) -> float:
    """Degrees of one coordinate. Only the last number has decimals; marks come in order or not at all."""
    if (
        not 1 <= len(half.numbers) <= 3
        or not "°'\"".startswith(half.marks)
        or len(half.marks) > len(half.numbers)
    ):
        raise ValueError("degrees, minutes and seconds")
    if (
        any("." in number for number in half.numbers[:-1])
        or len(half.numbers[0].lstrip("+-").partition(".")[0]) > 3
    ):
        raise ValueError("decimals only at the end")
    if any(number[0] in "+-" or float(number) >= 60 for number in half.numbers[1:]):
        raise ValueError("minutes and seconds lie below sixty")
    size = sum(abs(float(number)) / (1, 60, 3600)[place] for place, number in enumerate(half.numbers))
    return -size if half.numbers[0].startswith("-") else size


def _minutes(degrees: float, width: int) -> str:
    # Counted in thousandths of a minute, so that 59.9996 becomes the next degree and never 60.000.
    whole, thousandths = divmod(round(abs(degrees) * 60_000), 60_000)
    return f"{whole:0{width}d}°{thousandths // 1000:02d}.{thousandths % 1000:03d}′"


def show(position: Position) -> str:
    """Degrees and decimal minutes, as said at sea: 51°02.400′N 001°28.600′E. A thousandth is under 2 m."""
    north = "S" if round(position.latitude * 60_000) < 0 else "N"
    east = "W" if round(position.longitude * 60_000) < 0 else "E"
    return f"{_minutes(position.latitude, 2)}{north} {_minutes(position.longitude, 3)}{east}"


def distance_m(one: Position, other: Position) -> float:
    """Great-circle distance in metres on a sphere (haversine); within 0.6 % of the ellipsoid."""
    phi_one, phi_other = math.radians(one.latitude), math.radians(other.latitude)
    half_north = (phi_other - phi_one) / 2
    half_east = math.radians(other.longitude - one.longitude) / 2
    chord = math.sin(half_north) ** 2 + math.cos(phi_one) * math.cos(phi_other) * math.sin(half_east) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(math.sqrt(min(1.0, chord)))


def distance_nm(one: Position, other: Position) -> float:
    """Great-circle distance in nautical miles."""
    return distance_m(one, other) / METRES_IN_A_NAUTICAL_MILE
