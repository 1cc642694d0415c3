"""What of a report is compared when boats are told apart.

Worked out once for each report, from it alone, and never stored: when the reading improves, old reports are read
better. There is no trait of a nationality, an ethnic group or a religion, and no text is searched for one (CAT-8): a
boat is told by where it is, who calls from it, how many it carries and what it looks like.
"""

from __future__ import annotations

import math
import re

import msgspec

from entente.evidence.names import romanise, tokens
from entente.maritime.binding import Told
from entente.maritime.phones import fold_number
from entente.maritime.values import SeaReport
from entente.model.place import METRES_IN_A_NAUTICAL_MILE
from entente.model.sighting import Sighting

# The plane on which distances are measured: the middle of the Strait, fixed, whatever the reports.
_ORIGIN_LATITUDE = 50.9
_ORIGIN_LONGITUDE = 1.5
_DEGREE_M = 111_195.0
_EAST_M = _DEGREE_M * math.cos(math.radians(_ORIGIN_LATITUDE))

# One sigma in metres where nobody said how well a place is known, and minutes by which its time may be off.
_SIGMA_M = {
    "unknown": 500.0,
    "call": 400.0,
    "message": 300.0,
    "relayed": 700.0,
    "patrol": 600.0,
    "ship": 300.0,
    "aircraft": 200.0,
    "drone": 150.0,
    "ais": 50.0,
    "sart": 200.0,
    "man_overboard": 300.0,
}
_OFF_S = {"call": 180.0, "message": 300.0, "relayed": 600.0, "unknown": 300.0, "patrol": 180.0}
_OFF_MPS = 2.0
_SAID_RADIUS_SIGMAS = 1.7  # a radius "within which it truly lies" is taken for nine in ten

# One name for each colour, whichever language it was said in; shades that are confused at night share a family.
_COLOURS = {
    "noir": "black",
    "noire": "black",
    "gris": "grey",
    "grise": "grey",
    "gray": "grey",
    "dark": "dark",
    "sombre": "dark",
    "fonce": "dark",
    "blanc": "white",
    "blanche": "white",
    "rouge": "red",
    "vert": "green",
    "verte": "green",
    "bleu": "blue",
    "bleue": "blue",
    "jaune": "yellow",
    "orange": "orange",
    "marron": "brown",
    "kaki": "green",
    "khaki": "green",
}
_COLOUR_WORDS = frozenset(_COLOURS.values())
_HULLS = {
    "pneumatique": "inflatable",
    "gonflable": "inflatable",
    "zodiac": "inflatable",
    "rib": "inflatable",
    "dinghy": "inflatable",
    "semi-rigide": "inflatable",
    "rigide": "rigid",
    "coque": "rigid",
    "barque": "rigid",
    "voilier": "sailing",
    "yacht": "sailing",
    "kayak": "kayak",
    "canoe": "kayak",
}
_WORD = re.compile(r"[a-z-]+")


class Traits(msgspec.Struct, frozen=True, kw_only=True):
    """One report, ready to be compared. key: its id, and the acts that added to it.

    at_s: unix seconds; x_m, y_m: on the plane, where it has a place; going: metres a
    second east and north over the ground. count_log, count_sigma: natural logarithm of the
    count and its spread; None where nobody counted. direct: the caller spoke from the boat, as far as anybody said.
    tracks: by what one transmitter or asset follows one boat.
    """

    id: str
    key: str
    at_s: float
    by: str
    means: str
    has_place: bool = False
    latitude: float = 0.0
    longitude: float = 0.0
    x_m: float = 0.0
    y_m: float = 0.0
    sigma_m: float = 0.0
    going: tuple[float, float] | None = None
    count_log: float | None = None
    count_sigma: float = 0.0
    count: tuple[int, int | None] = (0, None)
    children: int | None = None
    numbers: frozenset[str] = frozenset()
    direct: bool = False
    names: tuple[tuple[str, ...], ...] = ()
    origin: str = ""
    colour: str = ""
    hull: str = ""
    engine: str = "unknown"
    water: str = "unknown"
    marks: frozenset[str] = frozenset()
    tracks: frozenset[str] = frozenset()
    launched_from: str = ""
    launched_s: float | None = None
    words: frozenset[str] = frozenset()

    @property
    def order(self) -> tuple[float, str]:
        """By time seen, then by id: the one order of the sea."""
        return (self.at_s, self.id)


def traits_of(report: SeaReport) -> Traits:
    """Read a report for comparing."""
    seen = report.seen
    place: dict[str, float | bool] = {}
    if seen.position is not None:
        where = seen.position
        if where.uncertainty_m is None:
            sigma_m = _SIGMA_M[seen.means]
        else:
            sigma_m = max(where.uncertainty_m / _SAID_RADIUS_SIGMAS, 30.0)
        off_s = 60.0 if seen.position_at is not None else _OFF_S.get(seen.means, 60.0)
        place = {
            "has_place": True,
            "latitude": where.latitude,
            "longitude": where.longitude,
            "x_m": (where.longitude - _ORIGIN_LONGITUDE) * _EAST_M,
            "y_m": (where.latitude - _ORIGIN_LATITUDE) * _DEGREE_M,
            "sigma_m": math.hypot(sigma_m, off_s * _OFF_MPS),
        }
    count_log, count_sigma, count = _count(report)
    marks = frozenset(re.sub(r"[^A-Z0-9]", "", mark.upper()) for mark in seen.marks) - {""}
    return Traits(
        id=report.id,
        key=report.id,
        at_s=report.seen_at.timestamp(),
        by=report.by,
        means=seen.means,
        going=_going(seen),
        count_log=count_log,
        count_sigma=count_sigma,
        count=count,
        children=seen.children,
        numbers=frozenset(number for one in seen.callers if (number := fold_number(one))),
        direct=seen.means in ("call", "message"),
        names=tuple(sorted({folded for one in seen.names if (folded := tokens(one))})),
        origin=seen.origin,
        colour=_colour(seen.colour),
        hull=_word_of(seen.hull, _HULLS),
        engine=seen.engine,
        water=seen.water,
        marks=marks,
        tracks=_tracks(report, marks),
        launched_from=" ".join(tokens(seen.launched_from)),
        launched_s=seen.launched_at.timestamp() if seen.launched_at else None,
        words=frozenset(word for word in _WORD.findall(romanise(seen.words)) if len(word) > 3),
        **place,  # type: ignore[arg-type]  # five floats and a yes, by name
    )


def with_answers(traits: Traits, told: Told) -> Traits:
    """A report with what a caller of its boat answered later. Answers outdo what was said before, but add numbers."""
    if not told.acts:
        return traits
    return msgspec.structs.replace(
        traits,
        key="|".join((traits.id, *told.acts)),
        numbers=traits.numbers | frozenset(told.numbers) - {""},
        names=tuple(sorted({*traits.names, *(name for one in told.names if (name := tokens(one)))})),
        colour=_colour(told.colour) or traits.colour,
        children=traits.children if told.children is None else told.children,
        launched_from=" ".join(tokens(told.launched_from)) or traits.launched_from,
    )


def _count(report: SeaReport) -> tuple[float | None, float, tuple[int, int | None]]:
    said = report.seen.persons_on_board
    if said is None or (said.at_least == 0 and said.at_most is None):
        return None, 0.0, (0, None)
    if said.at_most is None:
        return math.log(max(said.at_least, 1) * 1.15), 0.35, (said.at_least, None)
    if said.at_most == 0:
        return None, 0.0, (0, 0)
    if said.at_least == 0:
        return math.log(max(said.at_most * 0.6, 1.0)), 0.6, (0, said.at_most)
    middle = (said.at_least + said.at_most) / 2
    half = (said.at_most - said.at_least) / 2
    # People in a boat are counted in the dark; and a few are counted worse than many, in proportion.
    sigma = math.hypot(0.13, half / middle / 1.5, 0.5 / middle)
    return math.log(middle), sigma, (said.at_least, said.at_most)


def _going(seen: Sighting) -> tuple[float, float] | None:
    if seen.course_degrees is None or seen.speed_knots is None:
        return None
    course = math.radians(seen.course_degrees)
    speed = seen.speed_knots * METRES_IN_A_NAUTICAL_MILE / 3600
    return speed * math.sin(course), speed * math.cos(course)


def _tracks(report: SeaReport, marks: frozenset[str]) -> frozenset[str]:
    """By what one transmitter or one asset follows one boat: its MMSI, or the asset's own name for the track."""
    if report.seen.means in ("ais", "sart"):
        return frozenset(mark for mark in marks if len(mark) == 9 and mark.isdecimal())
    if report.seen.means in ("aircraft", "drone") and report.reference:
        return frozenset((f"{report.seen.means} {report.reference}",))
    return frozenset()


def _colour(written: str) -> str:
    words = _WORD.findall(romanise(written))
    known = [_COLOURS.get(word, word) for word in words]
    known = [word for word in known if word in _COLOUR_WORDS]
    return known[0] if known else " ".join(words)


def _word_of(written: str, folded: dict[str, str]) -> str:
    words = _WORD.findall(romanise(written))
    return next((folded[word] for word in words if word in folded), words[0] if words else "")
