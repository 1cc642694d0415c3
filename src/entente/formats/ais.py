"""AIS as a receiver hands it on: lines of NMEA 0183 in, what was heard out, and a count of everything set aside.

A line that is damaged is never guessed at: a checksum that fails, a part that is missing or a message cut short in the
middle of its position gives no position, and is counted. The bits are read by pyais; the framing is ours (the block of
tags before a sentence, what a receiver writes behind it, and messages of several sentences, whose parts are held only
for a short while). Knows no clock: a moment comes with the line, in its tags, or from whoever heard it.
After ITU-R M.1371-5 and IEC 61162-1.
"""

from __future__ import annotations

import datetime as dt
from collections import OrderedDict
from typing import Any, Literal

import msgspec
from pyais import decode
from pyais.exceptions import AISBaseException, MissingPayloadException

from entente.model.place import Position

Device = Literal["ship", "aircraft", "station", "aid", "craft", "sart", "man_overboard", "epirb"]
# The first figures of a number say what bears it (ITU-R M.585).
_DEVICES: tuple[tuple[str, Device], ...] = (
    ("970", "sart"),
    ("972", "man_overboard"),
    ("974", "epirb"),
    ("111", "aircraft"),
    ("00", "station"),
    ("99", "aid"),
    ("98", "craft"),
)
DISTRESS_DEVICES: frozenset[Device] = frozenset({"sart", "man_overboard", "epirb"})
STATUS_ACTIVE, STATUS_TEST = 14, 15
TYPE_RESCUE = 51  # of ship: engaged in search and rescue

# A sentence has 82 signs, tags as many again; a receiver that sends more without an end sends no lines.
MOST_LINE_BYTES = 1024
# Messages of several sentences that wait for their next part, and how many lines later a part is too late: the number
# that binds them goes round after ten.
MOST_WAITING = 64
PARTS_WITHIN_LINES = 100
# Up to which bit a message must reach before its position is one. By number of message.
_POSITION_BITS = {1: 128, 2: 128, 3: 128, 9: 128, 18: 124, 19: 124, 27: 96}
_HIGH_ACCURACY_M = 10.0


class Heard(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One message. number: of the message (1 to 27). status: navigational, None where the message has none.

    received_at: from the receiver's own tag, None where it wrote none. text: of a safety message.
    """

    mmsi: str
    number: int
    device: Device
    position: Position | None = None
    course_degrees: float | None = None
    speed_knots: float | None = None
    status: int | None = None
    name: str = ""
    ship_type: int | None = None
    text: str = ""
    station: str = ""
    received_at: dt.datetime | None = None


class Tally(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What came of every line: lines = sentences + other + bad_checksum + overlong. A sentence ends in one of the rest.

    messages: read whole. parts: sentences that were parts of those, beyond the first. waiting: parts held now.
    incomplete: parts given up, because the others did not come. empty: without a payload. unreadable: a payload that is
    no message we know.
    """

    lines: int = 0
    other: int = 0
    overlong: int = 0
    bad_checksum: int = 0
    sentences: int = 0
    messages: int = 0
    parts: int = 0
    waiting: int = 0
    incomplete: int = 0
    empty: int = 0
    unreadable: int = 0


class _Waiting(msgspec.Struct):
    """Parts of one message, in order; since: the line that brought the last one."""

    parts: list[bytes]
    since: int
    received_at: dt.datetime | None


def device_of(mmsi: str) -> Device:
    """What bears a number, by its first figures."""
    return next((device for start, device in _DEVICES if mmsi.startswith(start)), "ship")


class AisReader:
    """Lines in, messages out. Holds parts for a short while and counts; remembers nothing of who was heard."""

    def __init__(self) -> None:
        self._counted: dict[str, int] = dict.fromkeys(Tally.__struct_fields__, 0)
        self._waiting: OrderedDict[tuple[bytes, ...], _Waiting] = OrderedDict()

    @property
    def tally(self) -> Tally:
        """What came of all lines so far."""
        return Tally(**(self._counted | {"waiting": sum(len(one.parts) for one in self._waiting.values())}))

    def _count(self, what: str, number: int = 1) -> None:
        self._counted[what] += number

    def read(self, line: bytes) -> Heard | None:
        """Take one line. Returns a message where this line completes one. Never raises for what is in a line."""
        line = line.strip(b"\r\n \t\x00")
        if not line:
            return None
        self._count("lines")
        if len(line) > MOST_LINE_BYTES:
            self._count("overlong")
            return None
        tags, sentence = _without_tags(line)
        if sentence[:1] != b"!" or sentence[3:6] not in (b"VDM", b"VDO"):
            self._count("other")
            return None
        whole = _whole(sentence)
        if whole is None:
            self._count("bad_checksum")
            return None
        self._count("sentences")
        fields = whole.split(b",")
        # Tag, how many parts, which part, the number that binds them, channel, payload, fill bits.
        if len(fields) != 7 or not (fields[1].isdigit() and fields[2].isdigit()):
            self._count("unreadable")
            return None
        received_at, station = _tagged(tags)
        parts = self._parts(fields, whole, station, received_at)
        if parts is None:
            return None
        heard = _decoded(parts.parts, station, parts.received_at or received_at)
        if isinstance(heard, str):
            self._count(heard, len(parts.parts))
            return None
        self._count("messages")
        self._count("parts", len(parts.parts) - 1)
        return heard

    def _parts(
        self, fields: list[bytes], whole: bytes, station: str, received_at: dt.datetime | None
    ) -> _Waiting | None:
        """All parts of a message once the last is there; None before."""
        count, number = int(fields[1]), int(fields[2])
        if count == 1 and number == 1:
            return _Waiting([whole], 0, received_at)
        if not 1 <= number <= count <= 9:
            self._count("unreadable")
            return None
        now = self._counted["lines"]
        self._give_up(now)
        key = (station.encode(), fields[0], fields[1], fields[3], fields[4])
        waiting = self._waiting.pop(key, None)
        if number == 1:
            if waiting is not None:
                self._count("incomplete", len(waiting.parts))
            waiting = _Waiting([whole], now, received_at)
        elif waiting is None or len(waiting.parts) != number - 1:
            # The parts of a message follow each other; one that does not may be of another message of that number.
            self._count("incomplete", 1 + (0 if waiting is None else len(waiting.parts)))
            return None
        else:
            waiting.parts.append(whole)
            waiting.since = now
        if len(waiting.parts) == count:
            return waiting
        self._waiting[key] = waiting
        if len(self._waiting) > MOST_WAITING:
            self._count("incomplete", len(self._waiting.popitem(last=False)[1].parts))
        return None

    def _give_up(self, now: int) -> None:
        while self._waiting:
            oldest = next(iter(self._waiting.values()))
            if now - oldest.since <= PARTS_WITHIN_LINES:
                return
            self._count("incomplete", len(self._waiting.popitem(last=False)[1].parts))


# -- the frame of a line ----------------------------------------------------------------------------------------------


def _checksum(content: bytes) -> int:
    found = 0
    for sign in content:
        found ^= sign
    return found


def _without_tags(line: bytes) -> tuple[bytes, bytes]:
    """(the block of tags without its backslashes, the sentence)."""
    if line[:1] != b"\\":
        return b"", line
    tags, mark, sentence = line[1:].partition(b"\\")
    return (tags, sentence) if mark else (b"", line)


def _whole(sentence: bytes) -> bytes | None:
    """The sentence up to its checksum, without what a receiver wrote behind it; None where it does not add up."""
    content, star, rest = sentence.partition(b"*")
    try:
        said = int(rest[:2], 16) if len(rest) >= 2 else -1
    except ValueError:
        return None
    if not star or _checksum(content[1:]) != said:
        return None
    return content + b"*" + rest[:2]


def _tagged(tags: bytes) -> tuple[dt.datetime | None, str]:
    """When the receiver heard it, and which receiver; nothing of a block that does not add up."""
    content, star, said = tags.partition(b"*")
    try:
        if not star or _checksum(content) != int(said, 16):
            return None, ""
        fields = dict(field.split(":", 1) for field in content.decode("ascii").split(",") if ":" in field)
        at = None
        if "c" in fields:
            seconds = int(fields["c"])
            at = dt.datetime.fromtimestamp(seconds / 1000 if seconds > 10**11 else seconds, dt.UTC)
        return at, fields.get("s", "")[:32]
    except (ValueError, OverflowError, OSError):
        return None, ""


# -- the message ------------------------------------------------------------------------------------------------------


def _decoded(parts: list[bytes], station: str, received_at: dt.datetime | None) -> Heard | str:
    """What the message says, or what to count it as."""
    try:
        read: Any = decode(*parts)
        mmsi, number = int(read.mmsi), int(read.msg_type)
    except MissingPayloadException:
        return "empty"
    except (AISBaseException, ValueError, TypeError, IndexError, AttributeError, OverflowError):
        # Bits of a stranger: whatever they do to the reader of bits, they are no message.
        return "unreadable"
    if not 0 < mmsi <= 999_999_999:
        return "unreadable"
    bits = sum(len(part.split(b",")[5]) * 6 for part in parts)
    is_placed = bits >= _POSITION_BITS.get(number, 10**9)
    written = f"{mmsi:09d}"
    status = getattr(read, "status", None) if number in (1, 2, 3, 27) else None
    ship_type = getattr(read, "ship_type", None) if number in (5, 19, 24) else None
    return Heard(
        mmsi=written,
        number=number,
        device=device_of(written),
        position=_position(read, number) if is_placed else None,
        course_degrees=_below(getattr(read, "course", None), 360.0) if is_placed else None,
        # 102.2 knots and more, 1022 of an aircraft; 63 of a message to satellites says "not known".
        speed_knots=_below(getattr(read, "speed", None), 63.0 if number == 27 else 100.0)
        if is_placed
        else None,
        status=None if status is None else int(status),
        name=_words(getattr(read, "shipname", None)),
        ship_type=int(ship_type) if isinstance(ship_type, int) else None,
        text=_words(getattr(read, "text", None)) if number in (12, 14) else "",
        station=station,
        received_at=received_at,
    )


def _position(read: Any, number: int) -> Position | None:
    """Where it says it is; None where it says that it does not know (91 and 181 degrees)."""
    latitude, longitude = getattr(read, "lat", None), getattr(read, "lon", None)
    if latitude is None or longitude is None or not (abs(latitude) <= 90 and abs(longitude) <= 180):
        return None
    is_close = bool(getattr(read, "accuracy", False)) and number != 27
    return Position(
        latitude=float(latitude),
        longitude=float(longitude),
        uncertainty_m=_HIGH_ACCURACY_M if is_close else None,
    )


def _below(value: Any, bound: float) -> float | None:
    return float(value) if isinstance(value, int | float) and 0 <= value < bound else None


def _words(value: Any) -> str:
    """Letters of the six-bit table, without the padding."""
    said = value if isinstance(value, str) else ""
    return "".join(sign for sign in said.replace("@", " ") if " " <= sign < "\x7f").strip()[:160]
