"""The desk of the joint plan: every act on it that this shore or the other recorded, and the plan drawn from them.

Acts are immutable; the plan is computed from the set of them and kept nowhere. An act that was recalled or erased
leaves the table, and the plan is drawn without it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from entente.model.report import Kind
from entente.plan.drawing import draw
from entente.plan.values import Plan, PlanSaid
from entente.store.compose import refused_by_desk
from entente.store.register import DeskAccess
from entente.store.store import RecordRow, Store, value_of
from entente.store.write import Write

ACCESS = DeskAccess(desk="plan", compartments=frozenset({"plan"}))
MATTER = "PLAN"


class PlanDesk:
    """Folds what lies in the compartment of the plan."""

    def __init__(self, store: Store, reads: frozenset[Kind]) -> None:
        self._store = store
        self._reads = reads
        self._said: dict[str, PlanSaid] = {}
        self._seq = 0
        self._changes = 0
        self._drawn: tuple[int, Plan] | None = None
        self._folding = threading.RLock()
        self.on_change: Callable[[], None] | None = None

    def step(self, limit: int = 500) -> int:
        """Fold the next entries. Returns how many were read."""
        with self._folding:
            entries = self._store.follow(self._seq, limit)
            if not entries:
                return 0
            first, last = entries[0].seq, entries[-1].seq
            rows = self._store.records_of(first, last, kinds=self._reads, compartment="plan")
            amended = self._store.records_of(first, last, kinds=self._reads & {"amendment"})
            changed = self._fold([row for row in rows if row.header.kind == "plan_act"])
            changed |= bool(amended) and self._forget()
            self._seq = last + 1
            self._changes += int(changed)
        if changed and self.on_change is not None:
            self.on_change()
        return len(entries)

    def catch_up(self) -> None:
        """Fold what was appended, so that whoever wrote finds it in the plan."""
        while self._seq < self._store.size and self.step():
            pass

    def _fold(self, rows: Sequence[RecordRow]) -> bool:
        current = self._store.current([row.header.id for row in rows])
        held = [row for row in current.values() if row.state == "held"]
        opened = self._store.open_for_desk(ACCESS, held)
        for row in held:
            header = row.header
            for one in opened.get((header.id, header.version), []):
                if one.part.name == "plan_act":
                    self._said[header.id] = PlanSaid(
                        id=header.id,
                        at=header.said_at,
                        by=header.service,
                        party=self._store.agreement.service(header.service).party,
                        act=value_of(one),
                    )
        return bool(held)

    def _forget(self) -> bool:
        """What was recalled or erased leaves the table: after an amendment the ledger is asked what still stands."""
        standing = {id for id, row in self._store.current(sorted(self._said)).items() if row.state == "held"}
        gone = set(self._said) - standing
        for id in gone:
            del self._said[id]
        return bool(gone)

    @property
    def changes(self) -> int:
        """How often the plan has changed since the node started."""
        return self._changes

    def said(self) -> tuple[PlanSaid, ...]:
        """All acts, in no order that means anything."""
        with self._folding:
            return tuple(self._said.values())

    def plan(self) -> Plan:
        """The plan as it stands."""
        with self._folding:
            if self._drawn is None or self._drawn[0] != self._changes:
                self._drawn = (self._changes, draw(self._said.values()))
            return self._drawn[1]

    def newest_row(self) -> RecordRow | None:
        """The header of the newest act, for asking whether somebody may see the plan at all."""
        with self._folding:
            newest = next(reversed(self._said), None)
        return self._store.current([newest])[newest] if newest is not None else None

    def pass_over(self) -> None:
        """Step over the entry at which the plan cannot be folded; it is recorded as refused, and shows in an alarm."""
        entry = refused_by_desk(
            self._store.secrets.signing, self._store.node, "plan", self._seq, self._store.clock()
        )
        self._store.commit(Write(entries=[entry]))
        self._seq += 1
