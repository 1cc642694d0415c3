"""The duty desk: folds what the house says of itself, lets translations fall with their originals, has people called.

`fold` is silent. `act` speaks once for each entry that was appended since; its place lies in the ledger's own file.
What must reach a person is handed on before that place is written: after a crash it is handed on again, since twice
called is better than never. The calls are made elsewhere, in their own time; this desk says who is called about what.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Sequence

from entente.duty.rolls import Noted, Rolls
from entente.model.office_act import Called, OfficeAct, RosterEntered
from entente.model.report import Compartment, Kind, Purpose
from entente.model.sea_act import Closed, LeadOffered
from entente.policy.retention import due_dates
from entente.store.compose import Said, compose, refused_by_desk
from entente.store.register import DeskAccess
from entente.store.store import RecordRow, Store, value_of
from entente.store.write import NewEntry, NewLine, Write

ACCESS = DeskAccess(
    desk="duty",
    compartments=frozenset({"office", "intelligence", "judicial", "victims", "life_saving", "prevention"}),
)
PLACE = "duty"
MATTER = "-"
# The reference of what was given to save life without its source: the rule under which it is reviewed afterwards.
LIFTED = "4E-2"


class Alarm:
    """Something for which a person must be reached now. service: who is to act; "" for every watch."""

    def __init__(self, seq: int, record: str, kind: str, role: str, services: tuple[str, ...]) -> None:
        self.seq, self.record, self.kind, self.role, self.services = seq, record, kind, role, services


# Takes what must reach a person, and whom to call, at once; the calls themselves take their time.
Calling = Callable[["Alarm", list[str]], None]


class DutyDesk:
    """Folds the house's own acts, and looks for what must reach a person."""

    def __init__(self, store: Store, reads: frozenset[Kind]) -> None:
        self._store = store
        self._reads = reads
        self.on_alarm: Calling | None = None
        self.rolls = Rolls()
        self.alarms: list[Alarm] = []
        self._seq = 0
        # Officers fold what they have just written; the desk's own thread folds what came.
        self._folding = threading.RLock()

    def restore(self) -> None:
        """Fold everything that was acted on before, in silence."""
        with self._folding:
            self.rolls, self.alarms, self._seq = Rolls(), [], 0
            place = int(self._store.place(PLACE))
            while self._seq < place:
                self._fold(self._seq, min(self._seq + 500, place))

    def step(self, limit: int = 500) -> int:
        """Fold the next entries and do what they ask for. Returns how many were read."""
        with self._folding:
            return self._step(limit)

    def _step(self, limit: int) -> int:
        entries = self._store.follow(self._seq, limit)
        if not entries:
            return 0
        end = entries[-1].seq + 1
        fallen, alarms, found = self._fold(self._seq, end)
        if not found:
            # Nothing for this desk: its place may stay behind, and what lies between is folded again in no time.
            return len(entries)
        for alarm in alarms:
            if self.on_alarm is not None:
                self.on_alarm(alarm, self.to_call(alarm))
        self._store.commit(
            Write(states={(record, None): "erased" for record in fallen}, places={PLACE: str(end)})
        )
        return len(entries)

    def pass_over(self) -> None:
        """Step over the entry at which this desk fails again and again; it is recorded as refused."""
        entry = refused_by_desk(
            self._store.secrets.signing, self._store.node, PLACE, self._seq, self._store.clock()
        )
        self._seq += 1
        self._store.commit(Write(entries=[entry], places={PLACE: str(self._seq)}))

    @property
    def folded(self) -> int:
        """How many entries of the ledger are folded."""
        return self._seq

    def catch_up(self) -> None:
        """Fold what was appended, so that whoever wrote an act finds it done."""
        while self._seq < self._store.size and self.step():
            pass

    # -- folding ------------------------------------------------------------------------------------------------

    def _fold(self, first: int, end: int) -> tuple[set[str], list[Alarm], bool]:
        rows = self._store.records_of(first, end - 1, kinds=self._reads)
        opened = self._store.open_for_desk(
            ACCESS, [row for row in rows if row.header.kind in ("office", "amendment", "warning", "sea_act")]
        )
        fallen: set[str] = set()
        alarms: list[Alarm] = []
        for row in rows:
            parts = opened.get((row.header.id, row.header.version), [])
            if row.header.kind == "office":
                for stored in parts:
                    if stored.part.name == "act" and row.is_own and row.state == "held":
                        self.rolls.take(_noted(row, value_of(stored)))
                continue
            if row.header.kind == "amendment":
                for stored in parts:
                    if stored.part.name == "amendment" and value_of(stored).act in ("erase", "recall"):
                        fallen |= self.rolls.forget(value_of(stored).record)
                continue
            alarms += self._alarms_of(
                row, [value_of(stored) for stored in parts if stored.part.name in ("warning", "sea_act")]
            )
        self.alarms = [*self.alarms, *alarms][-200:]
        self._seq = end
        return fallen, alarms, bool(rows)

    def _alarms_of(self, row: RecordRow, acts: Sequence[object]) -> list[Alarm]:
        header = row.header
        if header.kind == "distress":
            found = [Alarm(row.seq, header.id, "distress", "watch_keeper", ())]
            if header.reference == LIFTED:
                # On both shores whoever protects data is told that a secret was lifted, and by which node.
                services = tuple(one.id for one in self._store.agreement.services_of(self._store.node))
                found.append(
                    Alarm(row.seq, f"{header.id}/{LIFTED}", "review", "data_protection_officer", services)
                )
            return found
        ours = {service.id for service in self._store.agreement.services_of(self._store.node)}
        if header.kind == "sea_act" and acts:
            return self._alarms_at_sea(row, acts[0], ours)
        if header.kind == "warning" and acts:
            to = tuple(getattr(acts[0], "to", ()))
            role = "watch_keeper" if header.compartment == "life_saving" else "investigator"
            return [Alarm(row.seq, header.id, "warning", role, tuple(one for one in to if one in ours))]
        return []

    def _alarms_at_sea(self, row: RecordRow, act: object, ours: set[str]) -> list[Alarm]:
        """A lead that is offered to a service of this node, and a closing that waits for this shore to agree."""
        if isinstance(act, LeadOffered) and act.service in ours:
            return [Alarm(row.seq, row.header.id, "lead", "watch_keeper", (act.service,))]
        if isinstance(act, Closed) and not row.is_own:
            watching = tuple(
                sorted(
                    service.id
                    for service in self._store.agreement.services_of(self._store.node)
                    if "watch_keeper" in service.opens
                )
            )
            return [Alarm(row.seq, row.header.id, "closing", "watch_keeper", watching)]
        return []

    # -- whom to call ------------------------------------------------------------------------------------------------

    def to_call(self, alarm: Alarm) -> list[str]:
        """Who is on duty for this now: of the services it is for, in the role that acts on it."""
        names: list[str] = []
        for noted in self.rolls.on_duty(self._store.clock()):
            act = noted.act
            if not isinstance(act, RosterEntered) or act.role != alarm.role:
                continue
            if alarm.services and noted.service not in alarm.services:
                continue
            if act.on_duty not in names:
                names.append(act.on_duty)
        return names

    # -- recording ----------------------------------------------------------------------------------------------

    def called(self, about: str, name: str, ways: tuple[str, ...], *, taken: bool) -> None:
        """Keep that somebody was called about a record, by which ways, and whether one of them took it."""
        act = Called(officer="desk:duty", record=about, called=name, ways=ways, taken=taken)
        self.record(self.entry_of(act, self._store.agreement.services_of(self._store.node)[0].id, "office"))

    def entry_of(
        self,
        act: OfficeAct,
        service: str,
        compartment: Compartment,
        *,
        matter: str = MATTER,
        handling: tuple[str, ...] = ("H0",),
        erase_by: dt.date | None = None,
    ) -> NewEntry:
        """An act as a signed entry. erase_by: no later than that of what it speaks of."""
        now = self._store.clock()
        purposes: dict[Compartment, Purpose] = {
            "judicial": "investigation",
            "victims": "investigation",
            "life_saving": "life_saving",
        }
        review, erase = due_dates("office", (), "plan_management", compartment, now.date())
        erase = min(erase, erase_by or erase)
        said = Said(
            kind="office",
            service=service,
            purpose=purposes.get(compartment, "plan_management"),
            matter=matter,
            compartment=compartment,
            handling=handling,
            said_at=now,
            review_by=min(review, erase),
            erase_by=erase,
            values=[("act", act, compartment)],
        )
        return compose(said, self._store.secrets.signing, self._store.node, self._store.party, now)

    def record(self, entry: NewEntry, *lines: NewLine) -> str:
        """Record an act and fold it. Returns its record id."""
        self._store.commit(Write(entries=[entry], lines=lines))
        return entry.records[0].header.id

    def acts(self, records: Sequence[str]) -> dict[str, OfficeAct]:
        """Acts by their record, opened anew from the vault; those that fell are missing."""
        rows = [row for row in self._store.current(records).values() if row.state == "held"]
        opened = self._store.open_for_desk(ACCESS, rows)
        return {
            record: value_of(stored)
            for (record, _), parts in opened.items()
            for stored in parts
            if stored.part.name == "act"
        }


def _noted(row: RecordRow, act: OfficeAct) -> Noted:
    return Noted(id=row.header.id, seq=row.seq, at=row.header.said_at, service=row.header.service, act=act)
