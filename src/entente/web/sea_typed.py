"""One line as a watch-keeper types it while somebody speaks from a boat, read into the fields of a report.

"0639980505 5053.1N 00131.2E 47 pers 2 enf moteur arrêté eau à bord gris il y a 10 min": each thing is found by its own
rule, in French or English, in any order, and what one rule took no other rule takes. Nothing is guessed from a bare
number, and nothing is lost: the line itself is the report's words, whatever was read in it. The values are what a
person would have typed into the fields below, so that a field corrected by hand and one that was read are the same.
"""

from __future__ import annotations

import math
import re

import msgspec

from entente.errors import EntenteError
from entente.formats.folded import Folded, fold
from entente.formats.gazetteer import Place, places_in
from entente.formats.spot_counts import spot_counts, spot_positions
from entente.formats.spot_phones import spot_phones
from entente.formats.spotted import Labels, Spotted
from entente.model.place import METRES_IN_A_NAUTICAL_MILE, Position, read_position, show
from entente.model.sighting import PersonsOnBoard
from entente.web.sea_typed_words import COLOUR, MARK, NAME, NOT_THE_BOAT, RULES, SEEN_BY, WITNESSES

LONGEST_LINE = 2000
_TAKEN = "\x01"
REGION = {"FR": "FR", "UK": "GB"}


class Part(msgspec.Struct, frozen=True):
    """A stretch of the line as written, and the field that it was read into."""

    start: int
    end: int
    field: str


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """What was read. fields: as typed into the form; parts: where in the line; rest: the words that no rule took."""

    fields: dict[str, str]
    parts: tuple[Part, ...]
    rest: str


class _Reader:
    """The line while it is read: plain text in which whatever was taken no longer shows."""

    def __init__(self, text: str) -> None:
        folded = fold(text)
        self.written, self.places = folded.written, folded.places
        self.plain = folded.plain
        self.fields: dict[str, str] = {}
        self.parts: list[Part] = []

    @property
    def left(self) -> Folded:
        """What is left, with the way back to the line as written."""
        return Folded(self.written, self.plain, self.places)

    def take(self, start: int, end: int, field: str, value: str) -> None:
        """A stretch is of a field; of two values the first stands, and telephones and names are gathered."""
        if start >= end or not value:
            return
        if field in ("callers", "names", "marks") and field in self.fields:
            if value not in self.fields[field].split(", "):
                self.fields[field] += f", {value}"
        elif field in self.fields:
            return
        else:
            self.fields[field] = value
        first, last = self.left.cut(start, end)
        self.parts.append(Part(first, last, field))
        self.plain = self.plain[:start] + _TAKEN * (end - start) + self.plain[end:]

    def words(self, start: int, end: int) -> str:
        """The words as written."""
        return self.left.words(start, end).strip()

    def rule(self, field: str, value: str, pattern: re.Pattern[str]) -> bool:
        """Take the first stretch of a pattern, for a value that stands for it. Returns whether there was one."""
        found = pattern.search(self.plain) if field not in self.fields else None
        if found is None:
            return False
        self.take(found.start(), found.end(), field, value)
        return True


def read_line(text: str, *, party: str = "FR") -> Line:
    """Read a line. party: whose telephone numbers stand without a prefix. Any text will do; nothing is refused."""
    reader = _Reader(text[:LONGEST_LINE])
    region = REGION.get(party, party)
    _positions(reader, region)
    _phones(reader, region)
    _off_a_place(reader)
    _times(reader)
    _people(reader)
    _way(reader)
    _things(reader)
    _places(reader)
    _what_follows(reader)
    left = "".join(" " if sign == _TAKEN else sign for sign in reader.plain)
    rest = [reader.words(*word.span()) for word in re.finditer(r"\S+", left) if word[0].strip(".,;:-/!()")]
    parts = tuple(sorted(reader.parts, key=lambda part: (part.start, part.end)))
    return Line(fields=reader.fields, parts=parts, rest=" ".join(rest))


def shown(position: Position) -> str:
    """A position as the form shows it, which `read_position` reads again: 50°53.100′N 001°31.200′E."""
    return show(position)


# -- where ------------------------------------------------------------------------------------------------------------

_LATITUDE = (
    r"\d{1,2}(?:[° -] ?\d{1,2}(?:[.,]\d+)?'?(?: ?\d{1,2}(?:[.,]\d+)?\"?)?|\d{2}(?:[.,]\d+)?'?|[.,]\d+°?)"
)
_LONGITUDE = (
    r"\d{1,3}(?:[° -] ?\d{1,2}(?:[.,]\d+)?'?(?: ?\d{1,2}(?:[.,]\d+)?\"?)?|\d{2}(?:[.,]\d+)?'?|[.,]\d+°?)"
)
_LETTERED = re.compile(
    rf"(?<![\w.,+-])(?:lat\w{{0,6}}[.:= ]{{0,2}})?(?:{_LATITUDE} ?[ns]\b[ ,;/-]{{0,3}}(?:long?\w{{0,6}}[.:= ]{{0,2}})?"
    rf"{_LONGITUDE} ?[ewo]\b|[ns] ?{_LATITUDE}[ ,;/-]{{1,3}}[ewo] ?{_LONGITUDE})(?![\w.])"
)
_SPACED = re.compile(
    r"(?<![\w.,+-])\d{2}[° ]\d{1,2}[.,]\d+'?[ ,;/-]{1,3}\d{1,3}[° ]\d{1,2}[.,]\d+'?(?![\w.,]*\d)"
)
# Two decimals might be two prices anywhere else; between these degrees they are the Strait.
_DECIMAL = re.compile(r"(?<![\w.,+-])(?:49|5[0-2])\.\d{2,9}°?[ ,;/]{1,3}-?[0-3]\.\d{2,9}°?(?![\w.]|,\d)")
_WITHIN = re.compile(
    r"(?:±|\+/?-|a|within|precision|accuracy)? ?(\d+(?:[.,]\d+)?) ?(km|m|nm|nautiques?|milles?|miles?)"
    r" (?:pres|de precision|accuracy)\b"
    r"|(?:±|\+/-|within|precision|accuracy) ?(\d+(?:[.,]\d+)?) ?(km|m|nm|nautiques?|milles?|miles?)\b"
)


def _positions(reader: _Reader, region: str) -> None:
    """A position in figures or a map link; a telephone in front of it is no part of it."""
    folded = reader.left
    hidden = list(folded.plain)
    for phone in spot_phones(folded, Labels(folded.plain), region):
        if folded.plain[phone.start : phone.end].lstrip("+(").isascii() and not re.search(
            r"[.]\d{1,4}$", folded.plain[phone.start : phone.end]
        ):
            hidden[phone.start : phone.end] = _TAKEN * (phone.end - phone.start)
    for plain in ("".join(hidden), folded.plain):
        seen = Folded(folded.written, plain, folded.places)
        found = [(match.start(), match.end()) for match in _LETTERED.finditer(plain)]
        found += [(each.start, each.end) for each in spot_positions(seen)]
        found += [m.span() for pattern in (_SPACED, _DECIMAL) for m in pattern.finditer(plain)]
        for start, end in found:
            written = seen.words(start, end).strip(" ,;/-")
            try:
                position = read_position(written)
            except EntenteError:
                continue
            is_link = "://" in written or written.lower().startswith("geo:")
            reader.take(start, end, "position", shown(position) if is_link else written)
            if position.uncertainty_m:
                reader.fields["within"] = f"{position.uncertainty_m:g} m"
            break
        if "position" in reader.fields:
            break
    within = _WITHIN.search(reader.plain)
    if within is not None:
        number, unit = (within[1], within[2]) if within[1] else (within[3], within[4])
        unit = unit if unit in ("m", "km") else "nm"
        reader.take(*within.span(), "within", f"{number.replace(',', '.')} {unit}")


_POINTS = {
    name: 22.5 * place
    for place, names in enumerate(
        (
            "n nord north",
            "nne",
            "ne nord-est north-east northeast",
            "ene",
            "e est east",
            "ese",
            "se sud-est south-east southeast",
            "sse",
            "s sud south",
            "ssw sso",
            "sw so sud-ouest south-west southwest",
            "wsw oso",
            "w o ouest west",
            "wnw ono",
            "nw no nord-ouest north-west northwest",
            "nnw nno",
        )
    )
    for name in names.split()
}
_POINT = "(?:" + "|".join(sorted(map(re.escape, _POINTS), key=len, reverse=True)) + ")"
_OFF = re.compile(
    rf"(?<![\w.,])(?P<far>\d{{1,2}}(?:[.,]\d+)?) ?(?:nm|nautiques?|milles?(?: nautiques?)?|miles?|m) "
    rf"(?:(?:au |a l'|dans le |to the )?(?P<point>{_POINT})|dans le (?P<true>\d{{3}})|(?P<bearing>\d{{3}})°?)"
    r" (?:de |du |d'|des |of |off |from )(?:la |l'|le )?"
)
_OFF_SHARE = 0.2  # of a distance that somebody judged by eye or by a chart


def _off_a_place(reader: _Reader) -> None:
    """ "6 nm NW de Gris-Nez": from the point that stands for the place, with what such words leave open."""
    if "position" in reader.fields:
        return
    for match in _OFF.finditer(reader.plain):
        found = next((each for each in places_in(reader.left) if each.start == match.end()), None)
        if found is None:
            continue
        degrees = _POINTS[match["point"]] if match["point"] else float(match["true"] or match["bearing"])
        far_m = float(match["far"].replace(",", ".")) * METRES_IN_A_NAUTICAL_MILE
        if degrees > 360:
            continue
        position = _from_there(found.place, degrees, far_m)
        within_m = max(found.place.within_km * 1000, far_m * _OFF_SHARE)
        reader.take(match.start(), found.end, "position", shown(position))
        reader.fields.setdefault("within", f"{round(within_m, -2):g} m")
        return


def _from_there(place: Place, degrees: float, far_m: float) -> Position:
    north = far_m * math.cos(math.radians(degrees)) / 60 / METRES_IN_A_NAUTICAL_MILE
    east = far_m * math.sin(math.radians(degrees)) / 60 / METRES_IN_A_NAUTICAL_MILE
    return Position(
        latitude=place.latitude + north,
        longitude=place.longitude + east / math.cos(math.radians(place.latitude)),
    )


_FROM = re.compile(
    r"(?:parties?|partis|parti|partent|depart|depuis la plage|mis a l'eau|mise a l'eau|lance|lancee"
    r"|embarques?|from"
    r"|left|leaving|departed|launched|launch|set off)"
    r"(?: (?:de|du|des|d'|from|at|a|sur|on|in))?(?: (?:la |l'|le |the )?(?:plage|beach|port)? ?(?:de|du"
    r"|d')?)? ?$"
)
_NEAR = re.compile(
    r"(?:au large (?:de|du|d'|des)|off|near|pres (?:de|du|d')|devant|abeam|au droit (?:de|du)"
    r"|a hauteur (?:de|du|d'))"
    r"(?: ?(?:la|le|l'|les))? ?$"
)
_TOWARDS = re.compile(
    r"(?:vers|to|for|towards?|a destination de|direction|veulent aller a|heading)(?: la| le)? ?$"
)
_NEAR_M = 3 * METRES_IN_A_NAUTICAL_MILE


def _places(reader: _Reader) -> None:
    """A place of the gazetteer: whence the boat left, or, where no position was said, what it is off."""
    for found in places_in(reader.left):
        before = reader.plain[max(0, found.start - 40) : found.start]
        near, whence = _NEAR.search(before), _FROM.search(before)
        start = found.start - len(before)
        if near is not None and "position" not in reader.fields:
            reader.take(start + near.start(), found.end, "position", shown(found.place.position))
            reader.fields.setdefault("within", f"{_NEAR_M + found.place.within_km * 1000:.0f} m")
        elif _TOWARDS.search(before) or near is not None:
            continue
        elif whence is not None:
            reader.take(start + whence.start(), found.end, "launched_from", found.place.name)
        elif found.place.kind == "beach":
            reader.take(found.start, found.end, "launched_from", found.place.name)


# -- who calls --------------------------------------------------------------------------------------------------------


def _phones(reader: _Reader, region: str) -> None:
    folded = reader.left
    for phone in spot_phones(folded, Labels(folded.plain), region):
        reader.take(phone.start, phone.end, "callers", folded.words(phone.start, phone.end).strip())


# -- when -------------------------------------------------------------------------------------------------------------

_LENGTH = (
    r"(?:(?P<{0}h>\d{{1,2}}) ?(?:h(?:eures?|ours?|rs?)?)(?: ?(?P<{0}hm>\d{{1,2}}) ?(?:mn?|min(?:utes?|s)?)?)?"
    r"|(?P<{0}m>\d{{1,3}}) ?(?:mn|min(?:utes?|s)?|')"
    r"|(?P<{0}half>une demi-heure|1/2 ?h|half an hour)|(?P<{0}hour>une heure|an hour)"
    r"|(?P<{0}now>a l'instant|just now))"
)
_AGO = re.compile(
    rf"(?<!\w)(?:(?:il y a|ya|y a|depuis|for) (?:environ |about )?{_LENGTH.format('a')}|{_LENGTH.format('b')}"
    r" (?:ago|plus tot|earlier|old)\b|a l'instant|just now)(?!\w)"
)
_CLOCK = re.compile(
    r"(?<![\w.:/,-])(?:(?:vers|at|about|around|a|@) ?)?(?P<hour>[01]?\d|2[0-3])(?: ?h ?|:)(?P<minute>[0-5]\d)"
    r"(?P<zone> ?(?:z|utc|gmt|tu)\b)?(?![\w:.]*\d)"
    r"|(?<![\w.:/,-])(?:(?P<at>vers|at|about|around|a|@) ?)?(?P<four>(?:[01]\d"
    r"|2[0-3])[0-5]\d)(?P<zulu> ?(?:z|utc|gmt|tu|hrs?|lt)\b)?"
    r"(?![\w:.]*\d)(?!\w)"
)
_LEFT = re.compile(
    r"(?:parti[es]?s?|depart|partent|mise? a l'eau|lancee?|embarque[es]?s?|left|launched|launch|departed"
    r"|set off|from)(?!\w)"
)
_LEFT_REACH = 40


def _times(reader: _Reader) -> None:
    """How old a position is, or what its hour was; the hour or age beside a word of leaving is that of the launch."""
    for pattern in (_AGO, _CLOCK):
        for match in list(pattern.finditer(reader.plain)):
            said = _age(match) if pattern is _AGO else _hour(match)
            if not said:
                continue
            before = reader.plain[max(0, match.start() - _LEFT_REACH) : match.start()]
            field = "launched" if _LEFT.search(before) and "\x01" not in before[-3:] else "seen"
            if _LEFT.search(before.rpartition(",")[2]):
                field = "launched"
            reader.take(match.start(), match.end(), field, said)


def _age(match: re.Match[str]) -> str:
    for side in ("a", "b"):
        if match[f"{side}h"]:
            rest = match[f"{side}hm"]
            return f"{int(match[f'{side}h'])} h {int(rest):02d}" if rest else f"{int(match[f'{side}h'])} h"
        if match[f"{side}m"]:
            return f"{int(match[f'{side}m'])} min"
        if match[f"{side}half"]:
            return "30 min"
        if match[f"{side}hour"]:
            return "1 h"
    return "0 min"


def _hour(match: re.Match[str]) -> str:
    if match["four"]:
        if not (match["at"] or match["zulu"]):
            return ""  # a bare number of four figures may be anything
        said = f"{match['four'][:2]}:{match['four'][2:]}"
        zone = match["zulu"] or ""
    else:
        said, zone = f"{int(match['hour']):02d}:{match['minute']}", match["zone"] or ""
    return f"{said} UTC" if zone.strip() in ("z", "utc", "gmt", "tu") else said


# -- how many ---------------------------------------------------------------------------------------------------------

_SPELLED = {
    "un": 1, "une": 1, "one": 1, "a": 1, "deux": 2, "two": 2, "trois": 3, "three": 3, "quatre": 4, "four": 4,
    "cinq": 5, "five": 5, "six": 6, "sept": 7, "seven": 7, "huit": 8, "eight": 8, "neuf": 9, "nine": 9, "dix": 10,
    "ten": 10,
}  # fmt: skip
_FEW = r"(?P<n>\d{1,3}|" + "|".join(_SPELLED) + ")"
_PERSON = r"(?:personnes?|pers|people|persons?|hommes?|femmes?|enfants?|men|man|women|woman|p)\b\.? ?"
_IN_WATER = re.compile(
    rf"(?<![\w.,])(?:{_FEW} ?(?:{_PERSON})?)(?:sont |est |are |is )?(?:tombee?s? )?"
    r"(?:a l'eau|a la mer|dans l'eau|in the water|in water|overboard)(?!\w)"
)
_NOBODY_IN_WATER = re.compile(
    r"(?:aucune personne|pas de personne|nobody|no one|no people|none) (?:a l'eau|a la mer|in the water"
    r"|in water)(?!\w)"
)
_SOME_IN_WATER = re.compile(
    r"(?:personnes?|gens|quelqu'un|people|persons?|someone|somebody|men|man|hommes?) "
    r"(?:a l'eau|a la mer|dans l'eau|in the water|in water|overboard)(?!\w)"
)
_CHILDREN = re.compile(
    rf"(?<![\w.,])(?:dont |including |incl\.? |with |avec )?{_FEW} ?(?:enfants?|enfts?|enf|kids?"
    rf"|child(?:ren)?|ch|mineurs?|minors?|bebes?|babies|baby)(?!\w)"
)
_NO_CHILDREN = re.compile(
    r"(?:pas d'enfants?|aucun enfant|sans enfants?|no (?:children|kids)|without children)(?!\w)"
)
_COUNT = re.compile(
    r"(?<![\w.,:/+-])(?:pob|nb) ?:? ?(?P<pob>\d{1,3})(?: ?(?:-|a|to|/) ?(?P<pob_to>\d{1,3}))?(?!\w)"
    r"|(?<![\w.,:/+-])(?P<least>au moins |at least |plus de |more than )?(?P<low>\d{1,3})(?:(?: ?- ?| a "
    r"| to |/)(?P<high>\d{1,3}))?"
    r"(?P<open>\+)? ?(?:p|pob|pers|pax|passagers?|migrants?|occupants?)(?!\w)"
    r"|(?<![\w.,:/+-])(?P<one>\d{1,3}) ?- ?(?P<other>\d{1,3})(?![\w.,:/+-])"
)
_TAKEN_OFF = re.compile(r"(?:rescued|secouru|rescape|survivor|naufrage)")


def _people(reader: _Reader) -> None:
    _count_of(reader, "in_water", _IN_WATER, _NOBODY_IN_WATER)
    # "personne à l'eau" is somebody in the water: how many is not said, and one there is.
    reader.rule("in_water", "1", _SOME_IN_WATER)
    _count_of(reader, "children", _CHILDREN, _NO_CHILDREN)
    folded = reader.left
    for each in spot_counts(folded):
        if each.counted == "missing":
            reader.take(each.start, each.end, "missing", _least(each))
        elif each.counted == "children":
            reader.take(each.start, each.end, "children", _least(each))
        elif (
            each.counted == "people"
            and each.count is not None
            and not _TAKEN_OFF.search(folded.plain[each.start : each.end])
        ):
            reader.take(each.start, each.end, "persons", persons(each.count))
    for match in _COUNT.finditer(reader.plain):
        count = _counted(match)
        if count is not None:
            reader.take(*match.span(), "persons", persons(count))


def _counted(match: re.Match[str]) -> PersonsOnBoard | None:
    low, high = (
        (match["pob"], match["pob_to"])
        if match["pob"]
        else (match["low"], match["high"])
        if match["low"]
        else (match["one"], match["other"])
    )
    is_open = bool(match["least"] or match["open"])
    try:
        return PersonsOnBoard(int(low), None if is_open else int(high or low))
    except ValueError:
        return None


def _least(each: Spotted) -> str:
    return str(each.count.at_least) if each.count is not None else ""


def persons(count: PersonsOnBoard) -> str:
    """A count as the form shows it: 47, 40-50, 40+."""
    if count.at_most is None:
        return f"{count.at_least}+"
    return str(count.at_least) if count.at_least == count.at_most else f"{count.at_least}-{count.at_most}"


def _count_of(reader: _Reader, field: str, some: re.Pattern[str], none: re.Pattern[str]) -> None:
    if reader.rule(field, "0", none):
        return
    match = some.search(reader.plain)
    if match is not None:
        said = match["n"]
        reader.take(*match.span(), field, said if said.isdigit() else str(_SPELLED[said]))


# -- how it goes ------------------------------------------------------------------------------------------------------

_COURSE = re.compile(
    rf"(?:cap|route|course|heading|hdg|cog)(?: au| a l'|:)? ?(?:(?P<true>\d{{1,3}})°?"
    rf"|(?P<point>{_POINT}))(?!\w)"
)
_SPEED = re.compile(r"(?<![\w.,])(?P<kn>\d{1,2}(?:[.,]\d)?) ?(?:n(?:oeu|œu)?ds?|nd|kn|kts?|knots?)(?!\w)")


def _way(reader: _Reader) -> None:
    course = _COURSE.search(reader.plain)
    if course is not None:
        degrees = float(course["true"]) if course["true"] else _POINTS[course["point"]]
        if degrees <= 360:
            reader.take(*course.span(), "course", f"{degrees:g}")
    speed = _SPEED.search(reader.plain)
    if speed is not None:
        reader.take(*speed.span(), "speed", speed["kn"].replace(",", "."))


def _things(reader: _Reader) -> None:
    for field, value, pattern in RULES:
        reader.rule(field, value, pattern)
    for means, words in WITNESSES:
        reader.rule("means", means, re.compile(rf"{SEEN_BY}(?:{words})(?!\w)"))
    for colour in COLOUR.finditer(reader.plain):
        around = reader.plain[max(0, colour.start() - 14) : colour.start()].rpartition(",")[2]
        after = reader.plain[colour.end() : colour.end() + 14].partition(",")[0]
        if NOT_THE_BOAT.search(around.strip().rpartition(" ")[2]) or NOT_THE_BOAT.match(after.strip()):
            continue
        reader.take(*colour.span(), "colour", str(colour.lastgroup))
    for mark in MARK.finditer(reader.plain):
        reader.take(mark.start(), mark.end(), "marks", reader.words(*mark.span("mark")))
    for name in NAME.finditer(reader.plain):
        written = _capitalised(reader.words(*name.span("name")))
        if written:
            end = name.start("name") + len(written)
            reader.take(name.start(), end, "names", written)


def _capitalised(written: str) -> str:
    """The words that begin with a capital, or are of a script that has none: a name, and not the verb behind it."""
    kept: list[str] = []
    for word in written.split():
        if word[0].islower():
            break
        kept.append(word)
    return " ".join(kept)


def _what_follows(reader: _Reader) -> None:
    """What is not said and follows: a number that called is a call, and a boat that sinks is in distress."""
    if reader.fields.get("callers"):
        reader.fields.setdefault("means", "call")
    if reader.fields.get("water") == "swamped" or reader.fields.get("in_water", "0") != "0":
        reader.fields["phase"] = "distress"
