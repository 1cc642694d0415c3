"""The full-text desk: reads what the node holds, remembers its words in memory, and finds them for who may read them.

It says nothing and keeps its place in memory only: a node starts at once and its index grows behind it. What lies with
the victims' keepers is never put into it, nor what is done inside one house. What was taken to save life is, and is
found by whom it is open to, as everything else.

What a reader may not see moves nothing in the answer: neither what is found, nor its order (which knows no statistics
of words), nor how much of it there is. The rules are asked first, once for each kind of circumstances, and only then
are words; and of what is shown the store is asked again, about the record as it stands at that moment. So what was
erased or recalled is not found any more from the moment on at which the ledger says so, wherever this desk has got to.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Literal

import msgspec

from entente.errors import Malformed, Text
from entente.fulltext.memory import LAST_PLACE, Memory, Row, place_of
from entente.fulltext.said import Run, items_of, snippet
from entente.fulltext.words import NAMING, SCOPE, Term, expression, read_words
from entente.model.report import Compartment, Kind
from entente.policy.access import Access, Held
from entente.store.register import DeskAccess, check_reason, line
from entente.store.store import RecordRow, Store, StoredPart, value_of

COMPARTMENTS: tuple[Compartment, ...] = ("intelligence", "judicial", "life_saving", "prevention")
ACCESS = DeskAccess(desk="fulltext", compartments=frozenset(COMPARTMENTS))
# Rows that are opened and written together: a search waits no longer than they take.
ROWS_A_WRITE = 100
MOST_SHOWN = 200
# Slices of the index that one idle step writes anew after something was forgotten.
SLICES_A_STEP = 4
_GONE = ("erased", "recalled", "superseded")
_MARK = re.compile(r"([01])\.([0-9]{1,19})", re.ASCII)


class Asked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A question. Filters that are empty hold nothing back; days are in UTC and both belong to the question.

    party: what services of the asker's own party said, or what a partner's did. order: by rank (what names somebody or
    something before what only speaks of it, each newest first), or by time alone. before: the mark of the last row of
    the page before. There is no filter on who somebody is by birth or belief, and there will be none (CAT-8).
    """

    words: str = ""
    kinds: tuple[Kind, ...] = ()
    services: tuple[str, ...] = ()
    party: Literal["own", "partner"] | None = None
    matter: str | None = None
    compartment: Compartment | None = None
    since: dt.date | None = None
    until: dt.date | None = None
    order: Literal["rank", "time"] = "rank"
    limit: int = 50
    before: str = ""

    def __post_init__(self) -> None:
        if not 1 <= self.limit <= MOST_SHOWN:
            raise ValueError(f"a page of a search shows 1 to {MOST_SHOWN} rows")

    @property
    def has_filter(self) -> bool:
        """Whether anything but words narrows it."""
        return bool(
            self.kinds
            or self.services
            or self.party
            or self.matter
            or self.compartment
            or self.since
            or self.until
        )


class FoundRow(msgspec.Struct, frozen=True, kw_only=True):
    """One statement that was found. rank: 0 where all words stand in names and numbers, else 1. mark: for `before`."""

    row: RecordRow
    statement: str
    compartment: Compartment
    snippet: tuple[Run, ...]
    rank: int
    mark: str


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """One page. more: whether another follows. is_complete: whether all that is held had been read by then."""

    rows: tuple[FoundRow, ...]
    more: bool
    is_complete: bool


class Scope(msgspec.Struct, frozen=True):
    """Statements that differ in nothing a rule looks at, but in days and matters. row: stands for all of them."""

    mark: str
    row: RecordRow
    compartment: Compartment


class FulltextDesk:
    """Follows the ledger in memory, and answers searches."""

    def __init__(self, store: Store, reads: frozenset[Kind]) -> None:
        self._store = store
        self._reads = reads
        self._memory = Memory(COMPARTMENTS)
        self._seq = 0
        self._passed_over = 0
        # Only ever longer, and read by searches while it grows: a scope is added last to what finds it.
        self._scopes: list[Scope] = []
        self._scope_of: dict[Held, Scope] = {}
        self._matters: dict[str, str] = {}

    # -- following ----------------------------------------------------------------------------------------------

    def step(self, limit: int = 100) -> int:
        """Put into the index what the next entries brought. Returns how many were read.

        An entry that was read in part is read again: what a record said before is forgotten when it is put in anew.
        """
        entries = self._store.follow(self._seq, limit)
        if not entries:
            self._forget_for_good()
            return 0
        rows = self._store.records_of(entries[0].seq, entries[-1].seq, kinds=self._reads)
        for start in range(0, len(rows), ROWS_A_WRITE):
            self._fold(rows[start : start + ROWS_A_WRITE])
        self._seq = entries[-1].seq + 1
        return len(entries)

    def progress(self) -> tuple[int, int]:
        """How many entries of the ledger were read, and how many there are."""
        return self._seq, self._store.size

    def pass_over(self) -> None:
        """Step over the entry at which this desk fails again and again; from now on no answer is called complete."""
        self._seq += 1
        self._passed_over += 1

    def close(self) -> None:
        """Let the index go."""
        self._memory.close()

    def _forget_for_good(self) -> None:
        for _ in range(SLICES_A_STEP):
            if not self._memory.wear_off():
                return

    def _fold(self, rows: Sequence[RecordRow]) -> None:
        parts_of = self._store.open_for_desk(ACCESS, rows)
        forget: dict[str, None] = {}
        kept: dict[str, list[Row]] = {}
        latest: dict[str, int] = {}
        for row in rows:
            header = row.header
            parts = parts_of.get((header.id, header.version), [])
            for record in _fallen(parts):
                forget[record] = None
                kept.pop(record, None)
            if row.state in _GONE or header.compartment not in COMPARTMENTS:
                continue
            known = latest.get(header.id) or self._memory.version(header.id)
            if known > header.version:
                continue
            if known:
                forget[header.id] = None
            latest[header.id] = header.version
            kept[header.id] = list(self._rows_of(row, parts))
        self._memory.write(list(forget), [one for said in kept.values() for one in said])

    def _rows_of(self, row: RecordRow, parts: Sequence[StoredPart]) -> Iterator[Row]:
        said = [stored for stored in parts if stored.part.name.startswith("statement/")]
        said += [stored for stored in parts if stored.part.name in ("raw", "warning")]
        for number, stored in enumerate(said):
            yield Row(
                place=place_of(row.header.said_at, row.header.id, number),
                record=row.header.id,
                version=row.header.version,
                statement=stored.part.name.partition("/")[2],
                compartment=stored.compartment,
                scope=self._scope(row, stored.compartment).mark,
                matter=self._matter(row.header.matter),
                items=items_of(value_of(stored), row.header),
            )

    def _scope(self, row: RecordRow, compartment: Compartment) -> Scope:
        header = msgspec.structs.replace(
            row.header, id="", matter="", erase_by=dt.date.max, reference=None, parts=(), previous=None
        )
        like = msgspec.structs.replace(
            row, header=header, header_bytes=b"", seq=0, place=0, batch=None, basis=None, state="held"
        )
        held = self._store.held(like, compartment)
        scope = self._scope_of.get(held)
        if scope is None:
            scope = Scope(f"{SCOPE}{len(self._scopes)}", like, compartment)
            self._scope_of[held] = scope
            self._scopes.append(scope)
        return scope

    def _matter(self, matter: str) -> str:
        return self._matters.setdefault(matter, f"{SCOPE}m{len(self._matters)}")

    # -- finding ------------------------------------------------------------------------------------------------

    def find(self, access: Access, asked: Asked) -> Found:
        """What one person may read of what was asked, one page of it, in one register line without the words.

        Raises NotPermitted for a reason that says nothing, Malformed where nothing is asked, or too much.
        """
        check_reason(access.reason)
        terms = read_words(asked.words)
        if all(term.is_without for term in terms) and not asked.has_filter:
            raise Malformed(
                "nothing_asked",
                Text(fr="Rien n’est demandé.", en="Nothing is asked."),
                Text(fr="Donnez un mot, ou un filtre.", en="Give a word, or a filter."),
            )
        is_complete = self._seq >= self._store.size and not self._passed_over
        rows = self._found(access, asked, terms)
        shown = rows[: asked.limit]
        self._store.note(
            line(
                "search",
                access,
                self._store.clock(),
                records=sorted({one.row.header.id for one in shown}),
                found=len(shown),
            )
        )
        return Found(rows=tuple(shown), more=len(rows) > asked.limit, is_complete=is_complete)

    def _found(self, access: Access, asked: Asked, terms: Sequence[Term]) -> list[FoundRow]:
        """One row more than the page holds, where there is one."""
        from_rank, below = _read_mark(asked.before)
        start = 0 if asked.since is None else place_of(_midnight(asked.since))
        end = LAST_PLACE
        if asked.until is not None and asked.until < dt.date.max:
            end = place_of(_midnight(asked.until + dt.timedelta(days=1)))
        open_to = self._open_to(access, asked)
        may: dict[tuple[Held, bool], bool] = {}
        found: list[FoundRow] = []
        for rank, words in _by_rank(terms, asked.order):
            if rank < from_rank or len(found) > asked.limit:
                continue
            under = min(end, below) if rank == from_rank else end
            questions = {compartment: f"{scopes}{words}" for compartment, scopes in open_to.items()}
            wanted = asked.limit + 1
            while len(found) <= asked.limit:
                places = self._memory.places(questions, start, under, wanted)
                missing = asked.limit + 1 - len(found)
                found += islice(self._shown(access, places, may, rank, terms), missing)
                if len(places) < wanted:
                    break
                under = places[-1]
                wanted = min(2 * wanted, 1000)
        return found

    def _open_to(self, access: Access, asked: Asked) -> dict[Compartment, str]:
        """For each compartment of which anything is open, what asks for just that.

        Whatever a rule looks at beyond a scope (its day of erasure, its matter, conditions that were accepted) is put
        as favourably as can be: nothing is lost here, and each record that is shown is asked about as it stands.
        """
        matter = ""
        if asked.matter is not None:
            # A matter that nobody ever recorded in has a mark that stands nowhere.
            matter = f' AND "{self._matters.get(asked.matter, f"{SCOPE}m")}"'
        marks: dict[Compartment, list[str]] = {}
        for scope in list(self._scopes):
            header = scope.row.header
            if (
                (asked.kinds and header.kind not in asked.kinds)
                or (asked.services and header.service not in asked.services)
                or (asked.party is not None and (header.party == access.party) != (asked.party == "own"))
                or asked.compartment not in (None, scope.compartment)
            ):
                continue
            best = msgspec.structs.replace(header, id=min(access.accepted, default=""), matter=access.matter)
            if self._store.may_read(
                access, msgspec.structs.replace(scope.row, header=best), scope.compartment
            ).is_yes:
                marks.setdefault(scope.compartment, []).append(f'"{scope.mark}"')
        return {compartment: f"({' OR '.join(scopes)}){matter}" for compartment, scopes in marks.items()}

    def _shown(
        self,
        access: Access,
        places: Sequence[int],
        may: dict[tuple[Held, bool], bool],
        rank: int,
        terms: Sequence[Term],
    ) -> Iterator[FoundRow]:
        """Those of these places that the person may read now. may: decisions of this question, one for each case."""
        stand = self._memory.rows(places)
        current = self._store.current({one.record for one in stand})
        for one in stand:
            row = current.get(one.record)
            if row is None or row.header.version != one.version or row.state in _GONE:
                continue
            held = msgspec.structs.replace(self._store.held(row, one.compartment), record="")
            # Written conditions are accepted record by record: that much of the record is part of the case.
            case = (held, one.record in access.accepted)
            if case not in may:
                may[case] = self._store.may_read(access, row, one.compartment).is_yes
            if may[case]:
                yield FoundRow(
                    row=row,
                    statement=one.statement,
                    compartment=one.compartment,
                    snippet=snippet(one.items, terms),
                    rank=rank,
                    mark=f"{rank}.{one.place}",
                )


def _fallen(parts: Sequence[StoredPart]) -> Iterator[str]:
    """The records that these parts erase or recall."""
    for stored in parts:
        if stored.part.name == "amendment":
            amendment = value_of(stored)
            if amendment.act in ("erase", "recall"):
                yield amendment.record


def _by_rank(terms: Sequence[Term], order: str) -> list[tuple[int, str]]:
    """What follows the scopes in the question of each rank, in order."""
    wanted = [term for term in terms if not term.is_without]
    without = "".join(f" NOT {expression([term])}" for term in terms if term.is_without)
    if not wanted:
        return [(1, without)]
    anywhere = expression(wanted)
    if order == "time":
        return [(1, f" AND {anywhere}{without}")]
    named = expression(wanted, NAMING)
    return [(0, f" AND {named}{without}"), (1, f" AND {anywhere} NOT ({named}){without}")]


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), dt.UTC)


def _read_mark(mark: str) -> tuple[int, int]:
    """(rank, place) of the last row that was shown; before everything where none was."""
    if not mark:
        return 0, LAST_PLACE
    read = _MARK.fullmatch(mark)
    if read is None:
        raise Malformed(
            "mark_unreadable",
            Text(
                fr="Cette suite de recherche n’est pas lisible.", en="This mark of a search cannot be read."
            ),
            Text(fr="Reprenez la recherche du début.", en="Begin the search again."),
        )
    return int(read[1]), min(int(read[2]), LAST_PLACE)
