"""A night read line by line from whatever wrote it, with the picture after each line.

Programs that are not ours write nights too, so reading is lenient and says what it left: a field that nobody knows or
that cannot be read is set aside by name, and the rest of the report counts. A line out of which no report can be made
is raw: it stands in the picture's `raw`, is counted, and stops nothing. `docs/sea-replay.md` describes the lines.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from typing import Any, get_args

import msgspec

from entente.errors import Malformed
from entente.maritime.associate import Cache
from entente.maritime.picture import draw
from entente.maritime.values import ActSaid, Boat, Picture, SeaReport
from entente.model.moment import can_be_told, read_instant
from entente.model.place import Position, read_position
from entente.model.sea_act import SeaAct
from entente.model.sighting import PersonsOnBoard, Sighting
from entente.model.strict import convert_newer, strict_json

# What other programs call our fields.
ALIASES = {
    "persons": "persons_on_board",
    "people": "persons_on_board",
    "pob": "persons_on_board",
    "phone": "callers",
    "phones": "callers",
    "caller": "callers",
    "name": "names",
    "mark": "marks",
    "text": "words",
    "color": "colour",
    "time": "at",
    "timestamp": "at",
    "from": "by",
    "service": "by",
    "ref": "reference",
    "course": "course_degrees",
    "speed": "speed_knots",
}
_TYPES = {field.name: field.type for field in msgspec.structs.fields(Sighting)}
_ACTS: dict[str, Any] = {of.__struct_config__.tag: of for of in get_args(SeaAct)}
_OUTER = ("id", "at", "by", "node", "reference")
_LISTS = ("callers", "names", "marks")


class ReplayLine(msgspec.Struct, frozen=True):
    """What one line was. kind: "report", "act", "at", "raw" or "" for an empty one. set_aside: places not read."""

    number: int
    kind: str
    set_aside: tuple[str, ...] = ()


class Replay:
    """A night so far. Feed it lines; ask it for the picture."""

    def __init__(self) -> None:
        self._reports: dict[str, SeaReport] = {}
        self._acts: dict[str, ActSaid] = {}
        self._raw: list[str] = []
        self._cache = Cache()
        self._number = 0
        self._latest: dt.datetime | None = None
        self._asked: dt.datetime | None = None

    @property
    def raw(self) -> int:
        """How many lines could not be read."""
        return len(self._raw)

    @property
    def has_begun(self) -> bool:
        """Whether there is a moment at which a picture can be drawn."""
        return self._latest is not None

    def feed(self, line: bytes) -> ReplayLine:
        """Take one line. Never raises for what stands in it."""
        self._number += 1
        if not line.strip():
            return ReplayLine(self._number, "")
        self._asked = None
        try:
            value = strict_json(line.strip().removeprefix(b"\xef\xbb\xbf"))
            kind, set_aside = self._take(value)
        except (Malformed, ValueError, OverflowError, RecursionError):
            kind, set_aside = "raw", ()
            self._raw.append(f"line {self._number}")
        return ReplayLine(self._number, kind, set_aside)

    def picture(self) -> Picture:
        """The picture after the lines so far, at the latest moment that any of them named, or that was asked for."""
        at = self._asked or self._latest or dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
        drawn = draw(list(self._reports.values()), list(self._acts.values()), at, self._cache)
        return msgspec.structs.replace(drawn, raw=tuple(self._raw))

    def _take(self, value: Any) -> tuple[str, tuple[str, ...]]:
        if not isinstance(value, dict):
            raise ValueError("a line is an object")
        beside = tuple(str(name) for name in value if name not in ("report", "act", "at"))
        if isinstance(value.get("act"), dict):
            said, set_aside = _read_act(value["act"], self._number)
            self._acts[said.id] = said
            self._pass(said.at)
            return "act", set_aside + beside
        if isinstance(value.get("report"), dict):
            report, set_aside = read_report(value["report"], self._number, self._latest)
            set_aside += beside
        elif "at" in value and len(value) == 1:
            self._asked = read_moment(value["at"])
            self._pass(self._asked)
            return "at", ()
        elif "seen" in value or ("position" in value or "persons" in value or "words" in value):
            report, set_aside = read_report(value, self._number, self._latest)
        else:
            raise ValueError("neither a report nor an act")
        self._reports[report.id] = report
        self._pass(report.at)
        return "report", set_aside

    def _pass(self, at: dt.datetime) -> None:
        self._latest = at if self._latest is None else max(at, self._latest)


def read_moment(value: Any) -> dt.datetime:
    """An ISO time, or seconds since 1970. A time without a zone is UTC. Raises ValueError."""
    if isinstance(value, bool) or value is None:
        raise ValueError("no time")
    if isinstance(value, int | float):
        return dt.datetime.fromtimestamp(value, dt.UTC)
    if not isinstance(value, str):
        raise ValueError("no time")
    try:
        at = dt.datetime.fromisoformat(value.strip())
    except ValueError:
        at = read_instant(value, zone="UTC")
    at = at.replace(tzinfo=dt.UTC) if at.tzinfo is None else at
    if not can_be_told(at):
        raise ValueError("a time at the end of the calendar")
    return at.astimezone(dt.UTC)


def read_report(
    value: Mapping[str, Any], number: int, latest: dt.datetime | None = None
) -> tuple[SeaReport, tuple[str, ...]]:
    """A report out of an object. Returns (report, places set aside).

    number: of its line, from which a report without an id has one. latest: when a report without a time was made.
    Raises ValueError where there is neither a time nor a moment before.
    """
    set_aside: list[str] = []
    outer = {ALIASES.get(name, name): each for name, each in value.items()}
    seen_in = outer.pop("seen", None)
    inner: dict[str, Any] = {}
    if isinstance(seen_in, Mapping):
        inner = {ALIASES.get(str(name), str(name)): each for name, each in seen_in.items()}
    elif seen_in is not None:
        set_aside.append("seen")
    for name in list(outer):
        if name not in _OUTER and name not in inner:
            inner[name] = outer.pop(name)
    try:
        at = read_moment(outer.get("at", inner.pop("at", None)))
    except (ValueError, OverflowError, OSError, Malformed):
        if latest is None:
            raise ValueError("a report has a time") from None
        at = latest
        set_aside.append("at")
    seen = _read_sighting(inner, set_aside)
    known = str(outer.get("id") or "").strip()
    if not known:
        digest = hashlib.sha256(msgspec.json.encode(value, order="sorted")).hexdigest()[:12]
        known = f"line-{number}-{digest}"
    texts = {name: str(outer.get(name) or "") for name in ("by", "node", "reference")}
    return SeaReport(id=known, at=at, seen=seen, **texts), tuple(dict.fromkeys(set_aside))


def _read_sighting(value: dict[str, Any], set_aside: list[str]) -> Sighting:
    """All fields that can be read; the others are set aside by name."""
    made: dict[str, Any] = {}
    for name, given in value.items():
        if name not in _TYPES:
            set_aside.append(name)
        elif given is not None:
            try:
                one = _read_field(name, given, set_aside)
                # Each alone, so that one field that a sighting refuses takes no other with it.
                Sighting(**{name: one})
                made[name] = one
            except (ValueError, TypeError, OverflowError, OSError, Malformed, msgspec.ValidationError):
                set_aside.append(name)
    return Sighting(**made)


def _read_field(name: str, given: Any, set_aside: list[str]) -> Any:
    if name == "position":
        return _read_position(given, set_aside)
    if name == "persons_on_board":
        return _read_persons(given)
    if name in ("position_at", "launched_at"):
        return read_moment(given)
    if name in _LISTS:
        listed = given if isinstance(given, list) else [given]
        return tuple(str(each) for each in listed if isinstance(each, str | int) and str(each).strip())
    of = _TYPES[name]
    if name in ("phase", "means", "engine", "water"):
        given = str(given).strip().lower().replace(" ", "_")
    if isinstance(given, float) and given.is_integer() and name in ("children", "missing", "in_water"):
        given = int(given)
    return msgspec.convert(given, of, strict=False)


def _read_position(given: Any, set_aside: list[str]) -> Position:
    if isinstance(given, str):
        return read_position(given)
    if isinstance(given, list) and len(given) == 2:
        return Position(latitude=float(given[0]), longitude=float(given[1]))
    if not isinstance(given, Mapping):
        raise ValueError("no position")
    names = {
        "lat": "latitude",
        "lon": "longitude",
        "lng": "longitude",
        "accuracy": "uncertainty_m",
        "error_m": "uncertainty_m",
    }
    told = {names.get(name, name): each for name, each in given.items()}
    set_aside += [f"position.{name}" for name in told if name not in _POSITION]
    uncertainty = told.get("uncertainty_m")
    return Position(
        latitude=float(told["latitude"]) if "latitude" in told else float("nan"),
        longitude=float(told["longitude"]) if "longitude" in told else float("nan"),
        written=str(told.get("written") or ""),
        uncertainty_m=None if uncertainty is None else float(uncertainty),
    )


_POSITION = ("latitude", "longitude", "written", "uncertainty_m")


def _read_persons(given: Any) -> PersonsOnBoard:
    if isinstance(given, Mapping):
        least = given.get("at_least", given.get("min"))
        most = given.get("at_most", given.get("max"))
    elif isinstance(given, list) and len(given) == 2:
        least, most = given
    elif isinstance(given, str) and not given.strip().isdigit():
        parts = [int(part) for part in given.replace("–", "-").replace("..", "-").split("-")]
        least, most = parts[0], parts[-1]
    else:
        least = most = int(given)
    low = int(least or 0)
    high = None if most is None else int(most)
    if high is not None and high < low:
        low, high = high, low
    return PersonsOnBoard(low, high)


def _read_act(value: Mapping[str, Any], number: int) -> tuple[ActSaid, tuple[str, ...]]:
    told: dict[str, Any] = {"at" if name == "time" else str(name): each for name, each in value.items()}
    told.setdefault("by", "")
    if not told.get("id"):
        digest = hashlib.sha256(msgspec.json.encode(value, order="sorted")).hexdigest()[:12]
        told["id"] = f"line-{number}-{digest}"
    doing = told.pop("act", None)
    if not isinstance(doing, Mapping) or doing.get("act") not in _ACTS:
        raise ValueError("no act of ours")
    # Which act it is has been read; what is left are its own fields.
    fields = {name: each for name, each in doing.items() if name != "act"}
    act, aside_of_act = convert_newer(_zoned(fields), _ACTS[doing["act"]])
    set_aside = [name for name in told if name not in _OUTER or name == "reference"]
    said = ActSaid(
        id=str(told["id"]),
        at=read_moment(told.get("at")),
        by=str(told["by"] or ""),
        node=str(told.get("node") or ""),
        act=act,
    )
    return said, (*set_aside, *(f"act.{place.removeprefix('$.')}" for place in aside_of_act))


def _zoned(value: Any) -> Any:
    """Times of an act with their zone, wherever they stand in it."""
    if isinstance(value, Mapping):
        return {
            name: read_moment(each).isoformat()
            if name in ("at", "starts", "ends", "until") and each is not None
            else _zoned(each)
            for name, each in value.items()
        }
    return [_zoned(each) for each in value] if isinstance(value, list) else value


def shown(picture: Picture, *, questions: bool, compact: bool) -> Picture:
    """A picture as it is written out: without questions unless asked for, and in short where that is asked for."""
    boats = []
    for boat in picture.boats:
        changes: dict[str, Any] = {}
        if not questions:
            changes["questions"] = ()
        if compact:
            changes |= _in_short(boat)
        boats.append(msgspec.structs.replace(boat, **changes))
    links = picture.links
    if compact:
        links = tuple(msgspec.structs.replace(link, grounds=()) for link in links)
    return msgspec.structs.replace(picture, boats=tuple(boats), links=links)


def _in_short(boat: Boat) -> dict[str, Any]:
    ledger = msgspec.structs.replace(boat.ledger, lines=())
    return {"ledger": ledger, "links": (), "names": (boat.name,), "why": boat.why[:1]}
