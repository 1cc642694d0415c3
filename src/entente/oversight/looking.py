"""The hand that looks into the register: page by page for the eye, whole for a supervisor.

Looking is itself registered, with the kinds of filter and never their values. Read in pieces by line number, so that a
long extract neither fills the memory nor keeps the ledger's log from being folded.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from typing import Any, Literal

import msgspec
from sqlalchemy import func, or_, select

from entente.errors import Text, Unavailable
from entente.oversight.extract import Chosen, as_proof, as_table
from entente.oversight.lines import RegisterLine, read_line
from entente.oversight.seat import Seat
from entente.policy.access import Access
from entente.store import tables

_CHUNK = 2_000
_REGISTER = tables.register.c
_PLAIN = re.compile(r"[^a-rt-z0-9]+")
Form = Literal["csv", "jsonl"]


class Asked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is looked for in the register; what is left empty does not narrow.

    records: ids or references of which a line names any; several for one person. words: all in the reason, any case.
    before_line: only lines with a smaller number, for the next page. limit: lines a page.
    """

    officer: str = ""
    service: str = ""
    act: str = ""
    records: tuple[str, ...] = ()
    matter: str = ""
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    words: str = ""
    before_line: int | None = None
    limit: int = 50

    @property
    def filters(self) -> tuple[str, ...]:
        """By which kinds of filter it is narrowed."""
        names = ("officer", "service", "act", "records", "matter", "since", "until", "words")
        return tuple(name for name in names if getattr(self, name))


class RegisterPage(msgspec.Struct, frozen=True):
    """Lines, newest first. more: whether there are older ones; ask with before_line = the last one's number."""

    lines: tuple[RegisterLine, ...]
    more: bool


class Looking:
    """The register as the data protection officer reads it."""

    def __init__(self, seat: Seat) -> None:
        self._seat = seat

    def register(self, access: Access, asked: Asked) -> RegisterPage:
        """One page of the register, newest first; registered as a consultation, with the kinds of filter."""
        self._seat.admit(access)
        asked = self._with_ids(asked)
        self._seat.store.note(
            self._seat.line("consultation", access, looked_at="register", filters=list(asked.filters))
        )
        limit = max(1, min(asked.limit, 500))
        found: list[RegisterLine] = []
        for row in self._rows(asked, newest_first=True, chunk=limit + 1):
            found.append(read_line(row))
            if len(found) > limit:
                break
        return RegisterPage(tuple(found[:limit]), len(found) > limit)

    def lines(self, access: Access, numbers: Sequence[int]) -> tuple[RegisterLine, ...]:
        """Some lines by their numbers, oldest first: those that a flag rests on; registered as a consultation."""
        self._seat.admit(access)
        self._seat.store.note(
            self._seat.line("consultation", access, looked_at="register", filters=["numbers"])
        )
        rows = self._seat.store.rows(
            select(tables.register).where(_REGISTER.line.in_(numbers[:500])).order_by(_REGISTER.line)
        )
        return tuple(read_line(row) for row in rows)

    def extract(self, access: Access, asked: Asked, form: Form = "jsonl") -> Iterator[bytes]:
        """All lines that are asked for, oldest first, as they are read; before_line and limit do not count.

        csv: a table to read. jsonl: with the proof that `check_extract` holds against the signed checkpoint. Registered
        as a disclosure before the first byte.
        """
        self._seat.admit(access)
        asked = msgspec.structs.replace(self._with_ids(asked), before_line=None)
        self._seat.store.note(
            self._seat.line("disclosure", access, looked_at=f"register/{form}", filters=list(asked.filters))
        )
        head = self._seat.store.head()
        if head is None:
            raise Unavailable(
                "no_checkpoint",
                Text(fr="Le registre n’est pas encore signé.", en="The register is not signed yet."),
            )
        # Everything below the checkpoint is only ever appended to: what is read later is what it covers.
        size = self._seat.lines_covered(head)
        asked = msgspec.structs.replace(asked, before_line=size)
        rows = self._rows(asked, newest_first=False, chunk=_CHUNK)
        if form == "csv":
            return as_table((read_line(row), row.leaf) for row in rows)
        chosen = (Chosen(row.line, row.content, row.leaf) for row in rows)
        return as_proof(self._seat.store.node, head, size, chosen, self._leaves)

    def _with_ids(self, asked: Asked) -> Asked:
        """References as officers know them become ids; what is no reference here stays as it is."""
        ids: dict[str, None] = {}
        for written in asked.records:
            named = self._seat.store.by_reference(written)
            ids |= dict.fromkeys([written, *(row.header.id for row in named)])
        return msgspec.structs.replace(asked, records=tuple(ids))

    def _rows(self, asked: Asked, *, newest_first: bool, chunk: int) -> Iterator[Any]:
        """Rows of the register that answer, read in pieces: no read holds the ledger's log from being folded."""
        bounds = self._bounds(asked)
        if bounds is None:
            return
        first, last = bounds
        wanted, words = self._wanted(asked), asked.words.casefold().split()
        while first <= last:
            order = _REGISTER.line.desc() if newest_first else _REGISTER.line
            rows = self._seat.store.rows(
                wanted.where(_REGISTER.line.between(first, last)).order_by(order).limit(chunk)
            )
            for row in rows:
                if _answers(row, asked, words):
                    yield row
            if len(rows) < chunk:
                return
            if newest_first:
                last = rows[-1].line - 1
            else:
                first = rows[-1].line + 1

    def _bounds(self, asked: Asked) -> tuple[int, int] | None:
        """First and last line that may answer; exact also where a clock was once set back."""
        ends = select(func.min(_REGISTER.line), func.max(_REGISTER.line))
        if asked.since is not None or asked.until is not None:
            least = asked.since.timestamp() if asked.since else float("-inf")
            most = asked.until.timestamp() if asked.until else float("inf")
            ends = ends.where(_REGISTER.at.between(least, most))
        first, last = self._seat.store.rows(ends)[0]
        if first is None:
            return None
        return int(first), int(last) if asked.before_line is None else min(int(last), asked.before_line - 1)

    def _wanted(self, asked: Asked) -> Any:
        wanted = select(tables.register)
        if asked.officer:
            wanted = wanted.where(_REGISTER.officer == asked.officer)
        if asked.act:
            wanted = wanted.where(_REGISTER.act == asked.act)
        if asked.service:
            wanted = wanted.where(_REGISTER.service == asked.service)
        # Added to nothing, so that the index of times does not take the place of the order of lines.
        if asked.since is not None:
            wanted = wanted.where(_REGISTER.at + 0.0 >= asked.since.timestamp())
        if asked.until is not None:
            wanted = wanted.where(_REGISTER.at + 0.0 <= asked.until.timestamp())
        if asked.records:
            wanted = wanted.where(
                or_(*(func.instr(_REGISTER.content, f'"{record}"') > 0 for record in asked.records))
            )
        for piece in _plain_pieces(asked.words):
            wanted = wanted.where(_REGISTER.content.contains(piece, autoescape=True))
        if asked.matter:
            matter = msgspec.json.encode(asked.matter).decode()
            wanted = wanted.where(func.instr(_REGISTER.content, f'"matter":{matter}') > 0)
        return wanted

    def _leaves(self, first: int, end: int) -> Iterator[bytes]:
        while first < end:
            stop = min(first + 50_000, end)
            rows = self._seat.store.rows(
                select(_REGISTER.leaf)
                .where(_REGISTER.line >= first, _REGISTER.line < stop)
                .order_by(_REGISTER.line)
            )
            for (leaf,) in rows:
                yield leaf
            first = stop


def _plain_pieces(words: str) -> list[str]:
    """What the database can look for by itself, whose capitals are ASCII alone: the longest such piece of each word.

    Split at each s too, which may be half of a ß. What it finds is looked at again.
    """
    pieces = (max(_PLAIN.split(word), key=len) for word in words.casefold().split())
    return [piece for piece in pieces if len(piece) >= 2]


def _answers(row: Any, asked: Asked, words: Sequence[str]) -> bool:
    """Whether a row answers beyond what the database could tell."""
    if not (words or asked.records or asked.matter):
        return True
    one = read_line(row)
    reason = one.reason.casefold()
    return (
        all(word in reason for word in words)
        and (not asked.records or not set(asked.records).isdisjoint(one.records))
        and (not asked.matter or one.matter == asked.matter)
    )
