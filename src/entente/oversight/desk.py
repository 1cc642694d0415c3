"""The oversight desk: the data protection officer looks into the register, is shown what looks like misuse, and answers
the people whose data are held.

Nobody else is let in, and whoever tries leaves a line. Looking is itself registered, with the kinds of filter and never
their values. Of records this desk shows references, services, dates and how sure a match is; what they say it never
shows, and who may read a record prepares what is disclosed of it. Following the register, it writes its place in the
same commit as the flags that it raises: after a crash nothing is flagged twice and nothing is missed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal, get_args

import msgspec
from sqlalchemy import func, or_, select

from entente.errors import Conflict, EntenteError, Malformed, NotFound, NotPermitted, Text, Unavailable
from entente.model.office_act import RecordAnswer
from entente.model.report import Compartment
from entente.oversight.answers import (
    Answer,
    RecordFound,
    RefusalGround,
    SubjectFound,
    answer_of,
    check_answers,
    shipped_grounds,
)
from entente.oversight.extract import Chosen, as_proof, as_table
from entente.oversight.lines import LINE_MARK, RegisterLine, read_line
from entente.oversight.misuse import RULES, Facts, Flag, MisuseRules, OnShift, Rule, Seen, Watch, flag_words
from entente.oversight.redact import Disclosed, disclosed_of
from entente.oversight.subject import Match, Subject, SubjectSearch, asked_features
from entente.policy.access import Access
from entente.store import tables
from entente.store.compose import refused_by_desk
from entente.store.ledger import read_checkpoint
from entente.store.register import DeskAccess, RegisterAct, check_reason, line
from entente.store.store import RecordRow, Store, StoredPart, value_of
from entente.store.write import NewLine, Write

ROLE = "data_protection_officer"
PLACE = "oversight"
COMPARTMENTS: tuple[Compartment, ...] = get_args(Compartment)
ACCESS = DeskAccess(desk="oversight", compartments=frozenset(COMPARTMENTS))
# The place is written with each flag, and else this often: more would be a write for every look.
PLACE_EVERY = 500
# How far back the register is read again on opening, to know what was done within the last day.
RECALL_S = 36 * 3600
_CHUNK = 2_000
_REGISTER = tables.register.c
Form = Literal["csv", "jsonl"]
Looked = Literal["lawful", "to_follow"]


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


class OversightDesk:
    """Seated once a node; `step` follows the register, all else answers the data protection officer."""

    def __init__(
        self,
        store: Store,
        rules: MisuseRules | None = None,
        on_shift: OnShift = lambda officer, at: False,
        on_flag: Callable[[Flag], None] = lambda flag: None,
        kinds: tuple[Rule, ...] = RULES,
    ) -> None:
        """rules None: the defaults, on this party's wall clock. on_flag: hears of each flag after it is durable."""
        self._store = store
        zone = "Europe/London" if store.party == "UK" else "Europe/Paris"
        self.rules = rules or MisuseRules(zone=zone)
        self._on_shift = on_shift
        self._on_flag = on_flag
        self._kinds = kinds
        self._watch: Watch | None = None
        self._next = self._durable = 0

    # -- who may, and what is left of it -------------------------------------------------------------------------

    def _admit(self, access: Access) -> None:
        if access.role != ROLE:
            self._store.note(line("refusal", access, self._store.clock()))
            raise NotPermitted(
                "oversight_only",
                Text(
                    fr="Ceci est réservé au délégué à la protection des données.",
                    en="This is for the data protection officer alone.",
                ),
                Text(
                    fr="Adressez-vous à lui ; la tentative est notée.",
                    en="Turn to them; the attempt is noted.",
                ),
            )
        check_reason(access.reason)

    def _line(
        self,
        act: RegisterAct,
        access: Access,
        *,
        records: Sequence[str] = (),
        to: Sequence[str] = (),
        **more: Any,
    ) -> NewLine:
        """A line with what only this desk writes in it beside the usual."""
        plain = line(act, access, self._store.clock(), records=records, to=to)
        content = {**msgspec.json.decode(plain.content), **more}
        return msgspec.structs.replace(plain, content=msgspec.json.encode(content).decode())

    # -- the register -------------------------------------------------------------------------------------------

    def register(self, access: Access, asked: Asked) -> RegisterPage:
        """One page of the register, newest first; registered as a consultation, with the kinds of filter."""
        self._admit(access)
        asked = self._with_ids(asked)
        self._store.note(
            self._line("consultation", access, looked_at="register", filters=list(asked.filters))
        )
        limit = max(1, min(asked.limit, 500))
        found: list[RegisterLine] = []
        for row in self._rows(asked, newest_first=True, chunk=limit + 1):
            found.append(read_line(row))
            if len(found) > limit:
                break
        return RegisterPage(tuple(found[:limit]), len(found) > limit)

    def extract(self, access: Access, asked: Asked, form: Form = "jsonl") -> Iterator[bytes]:
        """All lines that are asked for, oldest first, as they are read; before_line and limit do not count.

        csv: a table to read. jsonl: with the proof that `check_extract` holds against the signed checkpoint. Registered
        as a disclosure before the first byte.
        """
        self._admit(access)
        asked = msgspec.structs.replace(self._with_ids(asked), before_line=None)
        self._store.note(
            self._line("disclosure", access, looked_at=f"register/{form}", filters=list(asked.filters))
        )
        head = self._store.head()
        if head is None:
            raise Unavailable(
                "no_checkpoint",
                Text(fr="Le registre n’est pas encore signé.", en="The register is not signed yet."),
            )
        # Everything below the checkpoint is only ever appended to: what is read later is what it covers.
        size = read_checkpoint(self._store.ring().verify(head, node=self._store.node)[1]).lines
        asked = msgspec.structs.replace(asked, before_line=size)
        chosen = (
            Chosen(read_line(row), row.content, row.leaf)
            for row in self._rows(asked, newest_first=False, chunk=_CHUNK)
        )
        if form == "csv":
            return as_table(chosen)
        return as_proof(self._store.node, head, size, chosen, self._leaves)

    def _with_ids(self, asked: Asked) -> Asked:
        """References as officers know them become ids; what is no reference here stays as it is."""
        ids: dict[str, None] = {}
        for written in asked.records:
            named = self._store.by_reference(written)
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
            rows = self._store.rows(
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
        first, last = self._store.rows(ends)[0]
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
        if asked.matter:
            matter = msgspec.json.encode(asked.matter).decode()
            wanted = wanted.where(func.instr(_REGISTER.content, f'"matter":{matter}') > 0)
        return wanted

    def _leaves(self, first: int, end: int) -> Iterator[bytes]:
        while first < end:
            stop = min(first + 50_000, end)
            rows = self._store.rows(
                select(_REGISTER.leaf)
                .where(_REGISTER.line >= first, _REGISTER.line < stop)
                .order_by(_REGISTER.line)
            )
            for (leaf,) in rows:
                yield leaf
            first = stop

    # -- misuse -------------------------------------------------------------------------------------------------

    def step(self, limit: int = 500) -> int:
        """Look at the next lines and flag what looks like misuse. Returns how many lines were read."""
        if self._watch is None:
            self._restore()
        watch, self._watch = (
            self._watch,
            None,
        )  # where this fails, the next step begins from the register again
        if watch is None:
            return 0
        rows = self._store.rows(
            select(tables.register).where(_REGISTER.line >= self._next).order_by(_REGISTER.line).limit(limit)
        )
        flags = [flag for seen in self._seen(rows) for flag in watch.see(seen)]
        if rows:
            following = rows[-1].line + 1
            if flags or following - self._durable >= PLACE_EVERY:
                # A crash before this: the lines are read again. After it: they are passed, and the flags stand.
                self._store.commit(
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
        at = int(self._store.place(PLACE)) if self._watch is None else self._next
        entry = refused_by_desk(self._store.secrets.signing, self._store.node, PLACE, at, self._store.clock())
        self._store.commit(Write(entries=[entry], places={PLACE: str(at + 1)}))
        self._watch = None

    def _restore(self) -> None:
        """Read again, in silence, what was done lately before the place, and what was flagged ever."""
        self._next = self._durable = int(self._store.place(PLACE))
        watch = Watch(self.rules, self._on_shift, kinds=self._kinds)
        for seen in self._seen(self._lately(self._durable)):
            watch.see(seen)
        said = [
            read_line(row) for row in self._store.rows(select(tables.register).where(_REGISTER.act == "flag"))
        ]
        watch.flagged = {(one.officer, one.once) for one in said if one.once}
        self._watch = watch

    def _lately(self, end: int) -> list[Any]:
        found: list[Any] = []
        while True:
            rows = self._store.rows(
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
        wanted = {
            record
            for one in lines
            for record in one.records
            if one.act in ("consultation", "search", "disclosure")
        }
        wanted = {record for record in wanted if not record.startswith(LINE_MARK)}
        known = self._store.current(sorted(wanted))
        beside = self._parts_elsewhere(known)
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

    def _parts_elsewhere(self, known: Mapping[str, RecordRow]) -> dict[str, frozenset[str]]:
        """In which compartments a record has parts; the table of keys says it, and no content is opened."""
        found: dict[str, set[str]] = {}
        ids = sorted(known)
        with self._store.engines()["keys"].connect() as connection:
            for start in range(0, len(ids), 500):
                rows = connection.execute(
                    select(tables.content_key.c.record, tables.content_key.c.compartment).where(
                        tables.content_key.c.record.in_(ids[start : start + 500])
                    )
                )
                for record, compartment in rows:
                    found.setdefault(record, set()).add(compartment)
        return {record: frozenset(compartments) for record, compartments in found.items()}

    def _opened_by(self, one: RegisterLine) -> frozenset[str]:
        try:
            opens: Mapping[Any, Iterable[str]] = self._store.agreement.service(one.service).opens
        except Malformed:
            return frozenset()
        return frozenset(opens.get(one.role, ()))

    def _flag_line(self, flag: Flag) -> NewLine:
        now = self._store.clock()
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
        rows = self._store.rows(
            select(func.max(_REGISTER.line)).where(
                _REGISTER.officer == access.officer, _REGISTER.act == "search"
            )
        )
        searched = rows[0][0]
        at = self._store.clock().isoformat()
        flag = Flag(
            rule="self_search",
            officer=access.officer,
            service=access.service,
            lines=() if searched is None else (int(searched),),
            found=1,
            once=f"self_search/{at}",
        )
        self._store.note(self._flag_line(flag))
        self._on_flag(flag)

    def flags(
        self, access: Access, *, only_open: bool = False, before_line: int | None = None, limit: int = 100
    ) -> tuple[FlagShown, ...]:
        """What looks like misuse, newest first, with what became of each; registered as a consultation."""
        self._admit(access)
        self._store.note(self._line("consultation", access, looked_at="flags"))
        rows = self._store.rows(
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
        self._admit(access)
        check_reason(words)
        rows = self._store.rows(
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
        self._store.note(
            self._line("flag", access, records=[f"{LINE_MARK}{flag_line}"], of=flag_line, outcome=outcome)
        )

    # -- people who ask -----------------------------------------------------------------------------------------

    def search_subject(
        self, access: Access, subject: Subject, progress: Callable[[int, int], None] | None = None
    ) -> SubjectFound:
        """Which records speak of a person, in all that is kept here; references and dates, never contents.

        Reads every record, since no index holds victims, rescued people or free text. progress: (entries read, of).
        Registered as a search, with the references found and without what was asked.
        """
        self._admit(access)
        now = self._store.clock()
        regions = ("GB", "FR") if self._store.party == "UK" else ("FR", "GB")
        search = SubjectSearch(asked_features(subject, regions, now.date()))
        searched = 0
        size = self._store.size
        for first in range(0, size, 200):
            rows = [row for row in self._store.records_of(first, first + 199) if row.state != "erased"]
            for start in range(0, len(rows), 500):
                for row, parts in self._opened(rows[start : start + 500]):
                    searched += 1
                    for stored in parts:
                        search.take(
                            row.header.id,
                            row.header.said_at,
                            stored.part.name,
                            _value(stored),
                            stored.part.content,
                        )
            if progress:
                progress(min(first + 200, size), size)
        matches = search.matches()
        current = self._store.current([match.record for match in matches])
        beside = self._parts_elsewhere(current)
        found = tuple(
            _found(match, current[match.record], beside.get(match.record, frozenset()), self._store.node)
            for match in matches
        )
        self._store.note(
            self._line("search", access, records=[one.record for one in found], looked_at="subject")
        )
        return SubjectFound(records=found, searched=searched, compartments=COMPARTMENTS, at=now)

    def _opened(self, rows: Sequence[RecordRow]) -> Iterator[tuple[RecordRow, list[StoredPart]]]:
        parts_of = self._store.open_for_desk(ACCESS, rows)
        for row in rows:
            yield row, parts_of.get((row.header.id, row.header.version), [])

    def answer_request(
        self,
        access: Access,
        request: str,
        found: Sequence[RecordFound],
        answers: Sequence[RecordAnswer],
        agreed: frozenset[str] = frozenset(),
        grounds: Mapping[str, RefusalGround] | None = None,
    ) -> Answer:
        """Check the decision on every record found and say what the whole answer is, for `letter`.

        request: the id of the request. agreed: records whose originator, authority or keeper agreed. Registered as a
        disclosure of what is disclosed. Raises as `check_answers` does, and then nothing is answered.
        """
        self._admit(access)
        grounds = shipped_grounds() if grounds is None else grounds
        check_answers(found, answers, grounds, agreed)
        given = [one.record for one in answers if one.outcome in ("disclose", "disclose_in_part")]
        self._store.note(self._line("disclosure", access, records=given, to=[f"request/{request}"]))
        return answer_of(answers, grounds)

    def prepare_disclosure(
        self, access: Access, record: str, entities: Sequence[str], *, in_part: bool
    ) -> Disclosed:
        """For whoever may read the record, not for the data protection officer: its part about one person, redacted.

        entities: that person's, as the search found them. Read like any record: by the rules, with its line.
        """
        reading = self._store.read(access, record)
        statements = [
            value_of(stored) for stored in reading.parts if stored.part.name.startswith("statement/")
        ]
        about = frozenset(entities)
        if not any(entity.id in about for one in statements for entity in one.entities):
            raise Conflict(
                "person_not_in_record",
                Text(
                    fr="Ce que vous pouvez lire de cette fiche ne parle pas de cette personne.",
                    en="What you may read of this record does not speak of that person.",
                ),
                Text(fr="Demandez à qui tient le compartiment.", en="Ask the keeper of the compartment."),
            )
        return disclosed_of(record, statements, sorted(about), in_part=in_part)


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


def _value(stored: StoredPart) -> Any:
    """The value of a part, or None where a newer version wrote one that is not known here; its text is read then."""
    try:
        return value_of(stored)
    except EntenteError:
        return None


def _found(match: Match, row: RecordRow, beside: frozenset[str], node: str) -> RecordFound:
    header = row.header
    compartments = {header.compartment, *(one for one in COMPARTMENTS if one in beside)}
    return RecordFound(
        record=header.id,
        reference=header.reference,
        version=header.version,
        kind=header.kind,
        compartment=header.compartment,
        compartments=tuple(one for one in COMPARTMENTS if one in compartments),
        keeper=header.service,
        node=header.node,
        is_own=header.node == node,
        state=row.state,
        category=match.category,
        said_at=header.said_at,
        review_by=header.review_by,
        erase_by=header.erase_by,
        sure=match.sure,
        bits=match.bits,
        agrees=match.agrees,
        entities=match.entities,
    )
