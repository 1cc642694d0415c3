"""The maritime desk: every distress and life-saving report that this shore or the other has, newest first.

Reports are immutable and each stands for itself: nothing here merges, closes or refuses. What arrives in the life lane
and cannot be read becomes a report all the same, raw, with safe defaults, marked as such, and goes to the other shore.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence

import msgspec

from entente.errors import Malformed, NotFound, Text
from entente.model.report import Compartment, Draft, Kind, Raw, Routing, Statement
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
# A report has an upper size like any other, and a character may take six bytes of it: the start of a message that is
# longer tells more than nothing.
MOST_RAW_CHARACTERS = 150_000


class AtSea(msgspec.Struct, frozen=True, kw_only=True):
    """One report on the watch-keeper's list. raw: what could not be read, shown as it came."""

    reading: Reading
    statements: tuple[Statement, ...]
    raw: Raw | None


class MaritimeDesk:
    """Folds what is in the life-saving compartment, and makes a report of what cannot be read."""

    def __init__(self, store: Store, reads: frozenset[Kind]) -> None:
        self._store = store
        self._reads = reads
        self._reports: list[str] = []
        self._known: set[str] = set()
        self._seq = 0

    def step(self, limit: int = 500) -> int:
        """Fold the next entries; says nothing. Returns how many were read."""
        entries = self._store.follow(self._seq, limit)
        if not entries:
            return 0
        for row in self._store.records_of(
            entries[0].seq, entries[-1].seq, kinds=self._reads, compartment="life_saving"
        ):
            if row.header.id not in self._known:
                self._known.add(row.header.id)
                self._reports.append(row.header.id)
        self._seq = entries[-1].seq + 1
        return len(entries)

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
