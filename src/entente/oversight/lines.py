"""One line of the register, read.

What the chain commits to are the exact bytes of a line; this is a reading of them for people, and takes any line: one
that an older version wrote, one with fields that a newer one adds, and one that was tampered with, which is shown for
what its columns say and marked. Reads, and proves nothing: `extract` and `verify` do that.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec

# What a line gives for what it rests on: other lines of the register, by number.
LINE_MARK = "register/"


class RegisterLine(msgspec.Struct, frozen=True, kw_only=True):
    """Who did what, when, why, to what. number: its place in the register, from 0.

    records: ids, or "register/12" where a line rests on others. rule, once, of, outcome: of flags (see `misuse`).
    filters: what a look into the register was narrowed by, in kinds and never in values. readable: False where its
    content no longer reads as a line; then only number, act, officer, service and at stand.
    """

    number: int
    at: dt.datetime
    act: str
    officer: str
    service: str
    role: str = ""
    purpose: str = ""
    matter: str = ""
    reason: str = ""
    records: tuple[str, ...] = ()
    to: tuple[str, ...] = ()
    compared: int | None = None
    found: int | None = None
    shift: str = ""
    rule: str = ""
    once: str = ""
    of: int | None = None
    outcome: str = ""
    looked_at: str = ""
    filters: tuple[str, ...] = ()
    readable: bool = True

    @property
    def rests_on(self) -> tuple[int, ...]:
        """The lines that this one names, by number."""
        return tuple(int(one[len(LINE_MARK) :]) for one in self.records if one.startswith(LINE_MARK))


class _Content(msgspec.Struct):
    at: dt.datetime
    act: str
    officer: str
    service: str = ""
    role: str = ""
    purpose: str = ""
    matter: str = ""
    reason: str = ""
    records: tuple[str, ...] = ()
    to: tuple[str, ...] = ()
    compared: int | None = None
    found: int | None = None
    shift: str | None = ""
    rule: str = ""
    once: str = ""
    of: int | None = None
    outcome: str = ""
    looked_at: str = ""
    filters: tuple[str, ...] = ()


_decoder = msgspec.json.Decoder(_Content)


def read_line(row: Any) -> RegisterLine:
    """A row of the register (line, act, officer, service, at, content) as a value. Never raises for its content."""
    try:
        content = _decoder.decode(row.content)
        if content.at.tzinfo is None:
            raise ValueError("a time without its zone")
    except (ValueError, TypeError, msgspec.MsgspecError):
        return RegisterLine(
            number=row.line,
            at=dt.datetime.fromtimestamp(row.at, dt.UTC),
            act=row.act,
            officer=row.officer,
            service=row.service,
            readable=False,
        )
    said = msgspec.structs.asdict(content) | {"shift": content.shift or ""}
    return RegisterLine(number=row.line, **said)
