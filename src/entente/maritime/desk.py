"""The maritime desk: every distress, report and act at sea that this shore or the other has, and the picture of them.

Reports and acts are immutable; the picture is computed from the set of them (`picture.draw`) and kept nowhere. What
arrives in the life lane and cannot be read becomes a report all the same, raw, with safe defaults, marked as such, and
goes to the other shore.
"""

from __future__ import annotations

import base64
import datetime as dt
import threading
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from entente.errors import Malformed, NotFound, Text
from entente.maritime.values import ActSaid, SeaReport
from entente.model.grading import Grade
from entente.model.report import (
    Compartment,
    Draft,
    Kind,
    Raw,
    Routing,
    Statement,
    Translation,
    Warning,
    Wording,
)
from entente.model.sighting import Sighting
from entente.model.strict import convert_newer, strict_json
from entente.policy.access import Access
from entente.policy.retention import due_dates
from entente.store.compose import Said, compose, refused_by_desk
from entente.store.register import DeskAccess
from entente.store.store import Reading, RecordRow, Store, value_of
from entente.store.write import NewEntry, Write

ACCESS = DeskAccess(desk="maritime", compartments=frozenset({"life_saving"}))
MATTER = "SAR"
# What cannot be decoded as text is carried in base64 under this mark.
BASE64_MARK = "base64:"
_WITHOUT_SOURCE = Wording(
    language="fr",
    text="Renseignement donné pour sauver des vies, sans sa source.",
    translations=(
        Translation(language="en", text="Information given to save life, without its source.", by="person"),
    ),
)
# A report has an upper size like any other, and a character may take six bytes of it: the start of a message that is
# longer tells more than nothing.
MOST_RAW_CHARACTERS = 150_000


class AtSea(msgspec.Struct, frozen=True, kw_only=True):
    """One report on the watch-keeper's list. raw: what could not be read, shown as it came."""

    reading: Reading
    statements: tuple[Statement, ...]
    raw: Raw | None


class Foretold(msgspec.Struct, frozen=True, kw_only=True):
    """One launch warning that reached the watch: its record, when and by which service it was given."""

    id: str
    at: dt.datetime
    by: str
    warning: Warning


class OnTable(msgspec.Struct, frozen=True, kw_only=True):
    """All that the picture is drawn from. size: grows whenever anything here changes."""

    reports: tuple[SeaReport, ...]
    acts: tuple[ActSaid, ...]
    raw: tuple[str, ...]
    foretold: tuple[Foretold, ...]
    size: int


class MaritimeDesk:
    """Folds what is in the life-saving compartment, and makes a report of what cannot be read."""

    def __init__(self, store: Store, reads: frozenset[Kind]) -> None:
        self._store = store
        self._reads = reads
        self._reports: list[str] = []
        self._known: set[str] = set()
        self._seq = 0
        # What the picture is drawn from, by record; a later version takes the place of the one before.
        self._seen: dict[str, tuple[SeaReport, ...]] = {}
        self._acts: dict[str, ActSaid] = {}
        self._raw: dict[str, dt.datetime] = {}
        self._foretold: dict[str, Foretold] = {}
        self._changes = 0
        self._folding = threading.RLock()
        self.on_change: Callable[[], None] | None = None

    def step(self, limit: int = 500) -> int:
        """Fold the next entries; says nothing. Returns how many were read."""
        with self._folding:
            entries = self._store.follow(self._seq, limit)
            if not entries:
                return 0
            rows = self._store.records_of(
                entries[0].seq, entries[-1].seq, kinds=self._reads, compartment="life_saving"
            )
            amended = self._store.records_of(
                entries[0].seq, entries[-1].seq, kinds=self._reads & {"amendment"}
            )
            changed = self._fold(rows) | self._forget(amended)
            for row in rows:
                if row.header.kind in ("distress", "sighting") and row.header.id not in self._known:
                    self._known.add(row.header.id)
                    self._reports.append(row.header.id)
            self._seq = entries[-1].seq + 1
            self._changes += int(changed)
        if changed and self.on_change is not None:
            self.on_change()
        return len(entries)

    def catch_up(self) -> None:
        """Fold what was appended, so that whoever wrote finds it on the table."""
        while self._seq < self._store.size and self.step():
            pass

    def _fold(self, rows: Sequence[RecordRow]) -> bool:
        current = self._store.current([row.header.id for row in rows])
        rows = [row for row in current.values() if row.state == "held"]
        opened = self._store.open_for_desk(ACCESS, rows)
        for row in rows:
            header = row.header
            values = [(one.part.name, value_of(one)) for one in opened.get((header.id, header.version), [])]
            self._drop(header.id)
            if header.kind in ("distress", "sighting"):
                self._take_report(row, values)
            for name, value in values:
                if name == "sea_act":
                    self._acts[header.id] = ActSaid(
                        id=header.id, at=header.said_at, by=header.service, node=header.node, act=value
                    )
                elif name == "warning":
                    self._foretold[header.id] = Foretold(
                        id=header.id, at=header.said_at, by=header.service, warning=value
                    )
        return bool(rows)

    def _take_report(self, row: RecordRow, values: Sequence[tuple[str, object]]) -> None:
        header = row.header
        reports: list[SeaReport] = []
        for name, value in values:
            if name == "raw":
                self._raw[header.id] = header.said_at
            if not isinstance(value, Statement) or (reports and value.sighting is None):
                continue
            seen = value.sighting or Sighting()
            words = seen.words or value.wording.text
            # One record is one report, and its name the record's; what it says beside that bears its statement's too.
            place = f"{header.id}/{value.id}" if reports else header.id
            reports.append(
                SeaReport(
                    id=place,
                    at=header.said_at,
                    by=header.service,
                    node=header.node,
                    reference=header.reference or "",
                    seen=_as_distress(
                        msgspec.structs.replace(seen, words=words), is_distress=header.kind == "distress"
                    ),
                )
            )
        if reports:
            self._seen[header.id] = tuple(reports)

    def _forget(self, amended: Sequence[RecordRow]) -> bool:
        """What was recalled or erased leaves the table: after an amendment the ledger is asked what still stands."""
        if not amended:
            return False
        known = {*self._seen, *self._acts, *self._raw, *self._foretold}
        standing = {
            record for record, row in self._store.current(sorted(known)).items() if row.state == "held"
        }
        gone = [self._drop(record) for record in sorted(known - standing)]
        return any(gone)

    def _drop(self, record: str) -> bool:
        held: tuple[dict[str, Any], ...] = (self._seen, self._acts, self._raw, self._foretold)
        return any(table.pop(record, None) is not None for table in held)

    @property
    def changes(self) -> int:
        """How often what lies on the table has changed since the node started."""
        return self._changes

    def table(self) -> OnTable:
        """What lies on the table now, in no order that means anything."""
        with self._folding:
            return OnTable(
                reports=tuple(report for reports in self._seen.values() for report in reports),
                acts=tuple(self._acts.values()),
                raw=tuple(sorted(self._raw, key=lambda record: (self._raw[record], record))),
                foretold=tuple(self._foretold.values()),
                size=self._changes,
            )

    def pass_over(self) -> None:
        """Step over the entry at which the list cannot be folded; it is recorded as refused, and shows in an alarm."""
        entry = refused_by_desk(
            self._store.secrets.signing, self._store.node, "maritime", self._seq, self._store.clock()
        )
        self._store.commit(Write(entries=[entry]))
        self._seq += 1

    def read_draft(self, content: bytes) -> tuple[Draft | None, tuple[str, ...], str]:
        """Read a distress as handed in: (draft or None, fields set aside, why not). Never refuses."""
        try:
            draft, set_aside = convert_newer(strict_json(content), Draft)
        except Malformed as error:
            return None, (), error.code
        if draft.kind not in ("distress", "sighting") or not draft.statements:
            return None, (), "not_a_distress"
        return draft, set_aside, ""

    def raw_entry(
        self,
        content: bytes,
        came_from: str,
        why: str,
        *,
        service: str | None = None,
        tell: Sequence[str] = (),
    ) -> NewEntry:
        """A report of this node around bytes that could not be read. tell: nodes to which it goes."""
        now = self._store.clock()
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError:
            text = BASE64_MARK + base64.b64encode(content).decode()
        if len(text) > MOST_RAW_CHARACTERS:
            why = f"{why}, {len(text) - MOST_RAW_CHARACTERS} more characters not kept"
        raw = Raw(came_from=came_from, why=why, text=text[:MOST_RAW_CHARACTERS])
        review_by, erase_by = due_dates("distress", (), "life_saving", "life_saving", now.date())
        values: list[tuple[str, object, Compartment]] = [("raw", raw, "life_saving")]
        if tell:
            routing = Routing(officer=came_from, recipients=tuple(tell), lane="life")
            values.append(("routing", routing, "life_saving"))
        said = Said(
            kind="distress",
            service=service or self._rescue_service(),
            purpose="life_saving",
            matter=MATTER,
            compartment="life_saving",
            handling=("H0",),
            said_at=now,
            review_by=review_by,
            erase_by=erase_by,
            values=values,
        )
        return compose(said, self._store.secrets.signing, self._store.node, self._store.party, now)

    def give(
        self, seen: Sighting, reference: str, tell: Sequence[str], cause: str | None
    ) -> tuple[NewEntry, str]:
        """A distress in the voice of this node's rescue service, with no trace of where it is known from (PUR-7).

        Returns (the entry, its record). tell: nodes to which it goes.
        """
        now = self._store.clock()
        statement = Statement(
            id="s1",
            basis="reported",
            wording=_WITHOUT_SOURCE,
            grade=Grade(scheme="europol", source="X", information="4"),
            checked_on=now.date(),
            completeness="partial",
            sighting=seen,
        )
        service = self._rescue_service()
        review_by, erase_by = due_dates("distress", (), "life_saving", "life_saving", now.date())
        said = Said(
            kind="distress",
            service=service,
            purpose="life_saving",
            matter=MATTER,
            compartment="life_saving",
            handling=("H0",),
            said_at=now,
            review_by=review_by,
            erase_by=erase_by,
            values=[
                ("statement/s1", statement, "life_saving"),
                ("routing", Routing(officer=service, recipients=tuple(tell), lane="life"), "life_saving"),
            ],
            reference=reference,
            grade=statement.grade,
        )
        entry = compose(said, self._store.secrets.signing, self._store.node, self._store.party, now, cause)
        return entry, entry.records[0].header.id

    def newest_row(self) -> RecordRow | None:
        """The header of the newest report on the table, for asking whether somebody may see the sea at all."""
        with self._folding:
            newest = next(reversed(self._seen), None)
        return self._store.current([newest])[newest] if newest is not None else None

    def _rescue_service(self) -> str:
        """The service of this node that keeps watch; a distress belongs to it until somebody says otherwise."""
        services = self._store.agreement.services_of(self._store.node)
        for service in services:
            if "watch_keeper" in service.opens:
                return service.id
        return services[0].id

    def at_sea(self, access: Access, limit: int = 200) -> list[AtSea]:
        """The list for a watch-keeper, newest first, in one register line. Raises NotFound for whom it is not.

        limit: how many of those that could not be read are shown; a flood of them hides none that could be read.
        """
        rows = self._store.current(self._reports)
        newest = [rows[report] for report in reversed(self._reports) if report in rows]
        raw = [row for row in newest if row.header.kind == "distress" and row.header.grade is None][limit:]
        hidden = {row.header.id for row in raw}
        chosen = [row.header.id for row in newest if row.header.id not in hidden]
        readings = self._store.read_many(access, chosen)
        if chosen and not readings:
            raise NotFound(
                "not_for_you",
                Text(fr="Rien ici pour votre rôle.", en="Nothing here for your role."),
                Text(
                    fr="La liste en mer est ouverte aux veilleurs, pour la sauvegarde de la vie.",
                    en="The list at sea is open to watch-keepers, for life saving.",
                ),
            )
        shown: list[AtSea] = []
        for reading in readings:
            values = [(stored.part.name, value_of(stored)) for stored in reading.parts]
            shown.append(
                AtSea(
                    reading=reading,
                    statements=tuple(value for name, value in values if name.startswith("statement/")),
                    raw=next((value for name, value in values if name == "raw"), None),
                )
            )
        # What nobody could read yet stands on top: a person must.
        return sorted(shown, key=lambda one: one.raw is None)

    def rows(self) -> list[RecordRow]:
        """Headers of all that is on the list, for counting."""
        return list(self._store.current(self._reports).values())


def _as_distress(seen: Sighting, *, is_distress: bool) -> Sighting:
    """A record of kind distress is one, whatever its statement says of the phase."""
    if is_distress and seen.phase == "none":
        return msgspec.structs.replace(seen, phase="distress")
    return seen
