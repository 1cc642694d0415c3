"""The hand that follows the register, raises flags, and keeps what became of them (LOG-8).

Its place is written in the same commit as the flags that it raises: after a crash nothing is flagged twice and nothing
is missed. What it knows of a record it knows without opening it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal

import msgspec
from sqlalchemy import func, select

from entente.errors import Malformed, NotFound, NotPermitted, Text
from entente.oversight.lines import LINE_MARK, RegisterLine, read_line
from entente.oversight.misuse import LOOKING, Facts, Flag, MisuseRules, OnShift, Rule, Seen, Watch, flag_words
from entente.oversight.seat import Seat
from entente.policy.access import Access
from entente.store import tables
from entente.store.compose import refused_by_desk
from entente.store.register import check_reason
from entente.store.write import NewLine, Write

PLACE = "oversight"
# The place is written with each flag, and else this often: more would be a write for every look.
PLACE_EVERY = 500
# How far back the register is read again on opening, to know what was done within the last day.
RECALL_S = 36 * 3600
_CHUNK = 2_000
_REGISTER = tables.register.c
Looked = Literal["lawful", "to_follow"]


class FlagShown(msgspec.Struct, frozen=True, kw_only=True):
    """A flag with what became of it. state: "open", or as whoever looked at it concluded; looked_words: why."""

    line: int
    at: dt.datetime
    rule: str
    officer: str
    service: str
    words: Text
    found: int | None
    rests_on: tuple[int, ...]
    state: Literal["open", "lawful", "to_follow"]
    looked_by: str = ""
    looked_at: dt.datetime | None = None
    looked_words: str = ""


class Flagging:
    """Follows the register, and answers for its flags. Not safe to step from two threads at once."""

    def __init__(
        self,
        seat: Seat,
        rules: MisuseRules,
        on_shift: OnShift,
        on_flag: Callable[[Flag], None],
        kinds: tuple[Rule, ...],
    ) -> None:
        self._seat = seat
        self._rules = rules
        self._on_shift = on_shift
        self._on_flag = on_flag
        self._kinds = kinds
        self._watch: Watch | None = None
        self._next = self._durable = 0

    def step(self, limit: int = 500) -> int:
        """Look at the next lines and flag what looks like misuse. Returns how many lines were read."""
        # After a failure the place is kept at each step, so that the line at fault is reached and can be stepped over.
        careful = self._watch is None
        if careful:
            self._restore()
        watch, self._watch = (
            self._watch,
            None,
        )  # where this fails, the next step begins from the register again
        if watch is None:
            return 0
        rows = self._seat.store.rows(
            select(tables.register).where(_REGISTER.line >= self._next).order_by(_REGISTER.line).limit(limit)
        )
        flags = [flag for seen in self._seen(rows) for flag in watch.see(seen)]
        if rows:
            following = rows[-1].line + 1
            if flags or careful or following - self._durable >= PLACE_EVERY:
                # A crash before this: the lines are read again. After it: they are passed, and the flags stand.
                self._seat.store.commit(
                    Write(lines=[self._flag_line(flag) for flag in flags], places={PLACE: str(following)})
                )
                self._durable = following
            self._next = following
        self._watch = watch
        for flag in flags:
            self._on_flag(flag)
        return len(rows)

    def pass_over(self) -> None:
        """Step over the line at which this desk fails again and again; it is recorded as refused."""
        at = int(self._seat.store.place(PLACE)) if self._watch is None else self._next
        store = self._seat.store
        entry = refused_by_desk(store.secrets.signing, store.node, PLACE, at, store.clock())
        store.commit(Write(entries=[entry], places={PLACE: str(at + 1)}))
        self._watch = None

    def _restore(self) -> None:
        """Read again, in silence, what was done lately before the place, and what was flagged ever."""
        self._next = self._durable = int(self._seat.store.place(PLACE))
        watch = Watch(self._rules, self._on_shift, kinds=self._kinds)
        for seen in self._seen(self._lately(self._durable)):
            watch.recall(seen)
        said = [
            read_line(row)
            for row in self._seat.store.rows(select(tables.register).where(_REGISTER.act == "flag"))
        ]
        watch.flagged = {(one.officer, one.once) for one in said if one.once}
        self._watch = watch

    def _lately(self, end: int) -> list[Any]:
        found: list[Any] = []
        while True:
            rows = self._seat.store.rows(
                select(tables.register)
                .where(_REGISTER.line < end)
                .order_by(_REGISTER.line.desc())
                .limit(_CHUNK)
            )
            found += rows
            if len(rows) < _CHUNK or rows[-1].at < found[0].at - RECALL_S:
                return found[::-1]
            end = rows[-1].line

    def _seen(self, rows: Sequence[Any]) -> Iterator[Seen]:
        """Lines with what can be known of their records without opening one."""
        lines = [read_line(row) for row in rows]
        wanted = {record for one in lines for record in one.records if one.act in LOOKING}
        wanted = {record for record in wanted if not record.startswith(LINE_MARK)}
        known = self._seat.store.current(sorted(wanted))
        beside = self._seat.parts_elsewhere(known)
        for one in lines:
            opened = self._opened_by(one)
            yield Seen(
                one,
                tuple(
                    Facts(
                        record=record,
                        kind=known[record].header.kind,
                        compartments=frozenset(
                            {known[record].header.compartment, *(beside.get(record, frozenset()) & opened)}
                        ),
                        matter=known[record].header.matter,
                    )
                    for record in dict.fromkeys(one.records)
                    if record in known
                ),
            )

    def _opened_by(self, one: RegisterLine) -> frozenset[str]:
        try:
            opens: Mapping[Any, Iterable[str]] = self._seat.store.agreement.service(one.service).opens
        except Malformed:
            return frozenset()
        return frozenset(opens.get(one.role, ()))

    def _flag_line(self, flag: Flag) -> NewLine:
        now = self._seat.store.clock()
        content = {
            "at": now.isoformat(),
            "act": "flag",
            "officer": flag.officer,
            "service": flag.service,
            "rule": flag.rule,
            "found": flag.found,
            "records": list(flag.references),
            "once": flag.once,
        }
        return NewLine(
            act="flag",
            officer=flag.officer,
            service=flag.service,
            at=now.timestamp(),
            content=msgspec.json.encode(content).decode(),
        )

    def flag_self_search(self, access: Access) -> None:
        """For the search itself, of whatever role: this officer typed their own name (see `is_self`).

        Called after the search was registered; rests on that line, and never holds what was typed. Shows nothing.
        """
        rows = self._seat.store.rows(
            select(func.max(_REGISTER.line)).where(
                _REGISTER.officer == access.officer, _REGISTER.act == "search"
            )
        )
        searched = rows[0][0]
        at = self._seat.store.clock().isoformat()
        flag = Flag(
            rule="self_search",
            officer=access.officer,
            service=access.service,
            lines=() if searched is None else (int(searched),),
            found=1,
            once=f"self_search/{at}",
        )
        self._seat.store.note(self._flag_line(flag))
        self._on_flag(flag)

    def flags(
        self, access: Access, *, only_open: bool = False, before_line: int | None = None, limit: int = 100
    ) -> tuple[FlagShown, ...]:
        """What looks like misuse, newest first, with what became of each; registered as a consultation."""
        self._seat.admit(access)
        self._seat.store.note(self._seat.line("consultation", access, looked_at="flags"))
        rows = self._seat.store.rows(
            select(tables.register).where(_REGISTER.act == "flag").order_by(_REGISTER.line.desc())
        )
        looked: dict[int, RegisterLine] = {}
        shown: list[FlagShown] = []
        for row in rows:
            one = read_line(row)
            if one.of is not None:
                looked.setdefault(one.of, one)
                continue
            state = looked.get(one.number)
            if (only_open and state) or (before_line is not None and one.number >= before_line):
                continue
            shown.append(_shown(one, state))
            if len(shown) >= limit:
                break
        return tuple(shown)

    def look_at(self, access: Access, flag_line: int, outcome: Looked, words: str) -> None:
        """Conclude on a flag, in words that hold no value; a line of its own, and a later one takes its place.

        Raises NotFound where that line is no flag, NotPermitted for a flag on oneself.
        """
        self._seat.admit(access)
        check_reason(words)
        rows = self._seat.store.rows(
            select(tables.register).where(_REGISTER.line == flag_line, _REGISTER.act == "flag")
        )
        flagged = read_line(rows[0]) if rows else None
        if flagged is None or flagged.of is not None:
            raise NotFound(
                "flag_not_found",
                Text(
                    fr=f"La ligne {flag_line} n’est pas un signalement.", en=f"Line {flag_line} is no flag."
                ),
            )
        if flagged.officer == access.officer:
            raise NotPermitted(
                "own_flag",
                Text(
                    fr="Ce signalement porte sur vous : une autre personne l’examine.",
                    en="This flag is about you: another person looks at it.",
                ),
                Text(fr="Confiez-le à votre suppléant.", en="Hand it to your deputy."),
            )
        access = msgspec.structs.replace(access, reason=words)
        self._seat.store.note(
            self._seat.line(
                "flag", access, records=[f"{LINE_MARK}{flag_line}"], of=flag_line, outcome=outcome
            )
        )


def _shown(one: RegisterLine, state: RegisterLine | None) -> FlagShown:
    concluded: Literal["open", "lawful", "to_follow"] = "open"
    if state is not None:
        concluded = "lawful" if state.outcome == "lawful" else "to_follow"
    return FlagShown(
        line=one.number,
        at=one.at,
        rule=one.rule,
        officer=one.officer,
        service=one.service,
        words=flag_words(one.rule, one.officer, one.found),
        found=one.found,
        rests_on=one.rests_on,
        state=concluded,
        looked_by=state.officer if state else "",
        looked_at=state.at if state else None,
        looked_words=state.reason if state else "",
    )
