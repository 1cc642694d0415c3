"""What is due to each partner: numbered in its lane without gaps, and handed out sealed when it asks.

The outbox's place in the ledger is written in the same commit as what it numbered there, so that a crash neither
forgets a record nor numbers it twice. What is released is decided twice: when it is numbered, and again when it is
handed out, since a record may have been erased or a basis lapsed in between; such a slot becomes a signed void.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from sqlalchemy import select

from entente.exchange.envelope import (
    Envelope,
    Outer,
    close,
    payload_digest,
)
from entente.exchange.pack import (
    pack_batch,
    pack_release,
)
from entente.exchange.protocol import (
    Page,
)
from entente.exchange.seat import ACCESS, Seat
from entente.model.merkle import Tree
from entente.model.report import Holding, Kind, Lane, Releasing, Routing
from entente.model.wire import PRIVATE_PARTS, VERSION
from entente.policy.release import PartHeld, ReleasePlan, parse_recipient, plan_release
from entente.store import tables
from entente.store.compose import refused_by_desk
from entente.store.register import line
from entente.store.store import RecordRow, StoredPart, value_of
from entente.store.write import (
    NewEntry,
    NewOutgoing,
    Write,
)

PLACE = "exchange"
# A page is bounded by messages and by bytes, whichever comes first; at least one message always goes.
PAGE_MESSAGES = 256
PAGE_BYTES = 8 * 1024 * 1024
# Rows of a holding that are numbered in one commit.
ROWS_A_WRITE = 2_500


class Outbox:
    """Numbering and pages. One thread steps it; pages may be asked for by many."""

    def __init__(self, seat: Seat, reads: frozenset[Kind]) -> None:
        self._seat = seat
        self._reads = reads
        self._store = seat.store
        self._ring = seat.ring
        self._trees: dict[str, tuple[str, Tree]] = {}

    def step(self, limit: int = 200) -> int:
        """Number what the next entries make due. Returns how many entries were read."""
        first = int(self._store.place(PLACE))
        entries = self._store.follow(first, limit)
        if not entries:
            return 0
        rows_of: dict[int, list[RecordRow]] = {}
        # A hit is this node's own conclusion: it is not read here, goes to nobody, and the partner draws its own.
        for row in self._store.records_of(entries[0].seq, entries[-1].seq, kinds=self._reads, own=True):
            rows_of.setdefault(row.seq, []).append(row)
        waiting = Write()
        for entry in entries:
            rows = rows_of.get(entry.seq, [])
            if entry.kind not in ("record", "batch") or not rows:
                continue
            if rows[0].header.kind == "release" or len(rows) > ROWS_A_WRITE:
                # Long runs are numbered chunk by chunk; what a crash had numbered already is passed over.
                self._commit(waiting, entry.seq)
                waiting = Write()
                for chunk, routing in self._long_run(rows):
                    self._commit(self._due_for(self._not_yet_due(chunk, routing), routing), entry.seq)
            else:
                waiting = _joined(waiting, self._due_for(rows))
        self._commit(waiting, entries[-1].seq + 1)
        return len(entries)

    def pass_over(self) -> None:
        """Step over the entry at which numbering fails again and again; it is recorded as refused and goes nowhere."""
        seq = int(self._store.place(PLACE))
        entry = refused_by_desk(
            self._store.secrets.signing, self._store.node, PLACE, seq, self._store.clock()
        )
        self._store.commit(Write(entries=[entry], places={PLACE: str(seq + 1)}))

    def _commit(self, write: Write, place: int) -> None:
        lanes = sorted({(new.partner, new.lane) for new in write.outgoing})
        write = msgspec.structs.replace(write, places={PLACE: str(place)})
        self._store.commit(write, life=any(lane == "life" for _, lane in lanes))
        for partner, lane in lanes:
            self._seat.on_due(partner, lane)

    def _long_run(self, rows: list[RecordRow]) -> Iterator[tuple[list[RecordRow], Routing | None]]:
        """The rows that an entry makes due, in chunks: its own, or those of what an officer released."""
        routing: Routing | None = None
        if rows[0].header.kind == "release":
            parts = self._store.open_for_desk(ACCESS, rows).get((rows[0].header.id, 1), [])
            releasing: Releasing | None = next(
                (value_of(stored) for stored in parts if stored.part.name == "release"), None
            )
            if releasing is None:
                return
            routing = Routing(officer=releasing.officer, recipients=releasing.recipients, lane=releasing.lane)
            rows = self._released(releasing.of)
        for start in range(0, len(rows), ROWS_A_WRITE):
            yield rows[start : start + ROWS_A_WRITE], routing

    def _released(self, record: str) -> list[RecordRow]:
        row = self._store.current([record]).get(record)
        if row is None or row.header.kind != "holding":
            return [row] if row is not None else []
        parts = self._store.open_for_desk(ACCESS, [row]).get((row.header.id, row.header.version), [])
        holding: Holding | None = next(
            (value_of(stored) for stored in parts if stored.part.name == "holding"), None
        )
        if holding is None:
            return [row]
        seqs = self._store.rows(
            select(tables.entry.c.seq)
            .where(tables.entry.c.cause.startswith(f"{holding.cause}/"))
            .order_by(tables.entry.c.seq)
        )
        return [row for (seq,) in seqs for row in self._store.records_of(seq, seq)]

    def _not_yet_due(self, rows: list[RecordRow], routing: Routing | None) -> list[RecordRow]:
        """Without those that are numbered already for the same audience: released twice is sent once."""
        if routing is None:
            return rows
        to = {parse_recipient(recipient, self._store.agreement).node for recipient in routing.recipients}
        done: set[tuple[str, str]] = set()
        ids = [row.header.id for row in rows]
        batches = sorted({row.batch for row in rows if row.batch})
        for start in range(0, len(ids), 500):
            done |= {
                (record, f"{partner}/{audience}")
                for record, partner, audience in self._store.rows(
                    select(
                        tables.outgoing.c.record, tables.outgoing.c.partner, tables.outgoing.c.audience
                    ).where(tables.outgoing.c.record.in_(ids[start : start + 500]))
                )
            }
        if routing.lane == "bulk" and batches:
            done |= {
                (batch, f"{partner}/{audience}")
                for batch, partner, audience in self._store.rows(
                    select(
                        tables.outgoing.c.batch, tables.outgoing.c.partner, tables.outgoing.c.audience
                    ).where(tables.outgoing.c.batch.in_(batches))
                )
            }
        wanted = {
            f"{node}/{' '.join(_services(routing.recipients, node))}"
            for node in to
            if node != self._store.node
        }
        return [
            row
            for row in rows
            if any((row.header.id, one) not in done and (row.batch or "", one) not in done for one in wanted)
        ]

    def _due_for(self, rows: Sequence[RecordRow], released: Routing | None = None) -> Write:
        """What a run of own records makes due, and what the rules kept here, each with its reason.

        released: by whom and to whom a later act released them; None: as each was recorded.
        """
        due: list[NewOutgoing] = []
        refused: list[NewEntry] = []
        parts_of = self._store.open_for_desk(ACCESS, rows)
        now = self._store.clock()
        whole: set[tuple[str, str]] = set()
        for row in rows:
            parts = parts_of.get((row.header.id, row.header.version), [])
            routing = released or _routing(parts)
            if routing is None or not routing.recipients:
                continue
            recipients, lane = routing.recipients, routing.lane
            for node in sorted({recipient.partition("/")[0] for recipient in recipients}):
                if node == self._store.node or (row.batch, node) in whole:
                    continue
                plan = self._plan(row, parts, recipients, node, lane)
                if plan.refused is not None:
                    refused.append(
                        self._seat.refusal(
                            "out", node, plan.lane, plan.refused.rule, plan.refused.text, record=row.header.id
                        )
                    )
                    continue
                bulk = row.batch if plan.lane == "bulk" else None
                if bulk:
                    whole.add((bulk, node))
                due.append(
                    NewOutgoing(
                        partner=node,
                        lane=plan.lane,
                        message=os.urandom(12).hex(),
                        record=None if bulk else row.header.id,
                        version=None if bulk else row.header.version,
                        batch=bulk,
                        audience=plan.audience,
                        basis=plan.basis or "",
                        at=now.isoformat(),
                    )
                )
        lines = []
        if due:
            to = sorted({f"{new.partner}/{service}" for new in due for service in new.audience or ("*",)})
            named = [rows[0].batch or ""] if len(rows) > 100 else [row.header.id for row in rows]
            lines.append(line("disclosure", ACCESS, now, records=named, found=len(due), to=to))
        return Write(outgoing=due, entries=refused, lines=lines)

    def _plan(
        self,
        row: RecordRow,
        parts: Sequence[StoredPart],
        recipients: Sequence[str],
        node: str,
        lane: Lane | None,
    ) -> ReleasePlan:
        # A record whose last day has passed, or that was erased, plans to nothing; so does one under review.
        return plan_release(
            self._store.held(row, row.header.compartment),
            [
                PartHeld(
                    stored.part.name, stored.compartment, stored.part.name.partition("/")[0] in PRIVATE_PARTS
                )
                for stored in parts
            ],
            recipients,
            node,
            self._store.agreement,
            self._store.clock(),
            own=row.is_own,
            home=self._store.party,
            lane=lane,
        )

    def page(self, partner: str, lane: Lane, after: int, limit: int = PAGE_MESSAGES) -> Page:
        """What follows a number in a partner's lane, sealed to it now. Raises PeerFault for one that is not pinned."""
        to = self._seat.partner(partner)
        rows = self._store.rows(
            select(tables.outgoing)
            .where(
                tables.outgoing.c.partner == partner,
                tables.outgoing.c.lane == lane,
                tables.outgoing.c.number > after,
            )
            .order_by(tables.outgoing.c.number)
            .limit(min(limit, PAGE_MESSAGES) + 1)
        )
        more = len(rows) > min(limit, PAGE_MESSAGES)
        rows = rows[: min(limit, PAGE_MESSAGES)]
        records = self._store.current({row.record for row in rows if row.record})
        exact = {
            (row.record, row.version): next(
                (
                    version
                    for version in self._store.versions(row.record)
                    if version.header.version == row.version
                ),
                None,
            )
            if records[row.record].header.version != row.version
            else records[row.record]
            for row in rows
            if row.record
        }
        parts_of = self._store.open_for_desk(ACCESS, [row for row in exact.values() if row is not None])
        envelopes: list[Envelope] = []
        size = 0
        for row in rows:
            held = exact.get((row.record, row.version))
            payload = self._payload(row, held, parts_of)
            if envelopes and payload is not None and size + len(payload) > PAGE_BYTES:
                more = True
                break
            size += len(payload or b"")
            outer = Outer(
                entente=VERSION,
                incarnation=self._store.incarnation,
                lane=lane,
                number=row.number,
                issuer=self._store.node,
                recipient=partner,
                message=row.message,
                digest=payload_digest(payload or b""),
                size=len(payload or b""),
                at=self._store.clock(),
                void=payload is None,
            )
            self._remember_digest(partner, lane, row.number, outer.digest)
            envelopes.append(close(outer, payload or b"", self._store.secrets.signing, to.sealing))
        return Page(incarnation=self._store.incarnation, lane=lane, envelopes=tuple(envelopes), more=more)

    def _payload(
        self, row: Any, held: RecordRow | None, parts_of: dict[tuple[str, int], list[StoredPart]]
    ) -> bytes | None:
        """The bytes that one slot holds now; None when it was withdrawn (erased, recalled, lapsed since)."""
        audience = tuple(row.audience.split())
        recipients = [f"{row.partner}/{service}" for service in audience] or [row.partner]
        if row.batch:
            return self._batch_payload(row, audience, recipients)
        if held is None:
            return None
        parts = parts_of.get((held.header.id, held.header.version), [])
        plan = self._plan(held, parts, recipients, row.partner, row.lane)
        if plan.refused is not None:
            return None
        kept = [stored for stored in parts if stored.part.name in plan.parts]
        signed, tree = self._seal_of(held)
        return pack_release(held, signed, tree, kept, audience, row.basis)

    def _batch_payload(self, row: Any, audience: tuple[str, ...], recipients: list[str]) -> bytes | None:
        found = self._store.rows(
            select(tables.record.c.seq).where(tables.record.c.batch == row.batch).limit(1)
        )
        if not found:
            return None
        rows = self._store.records_of(found[0][0], found[0][0])
        parts_of = self._store.open_for_desk(ACCESS, rows)
        released: list[tuple[RecordRow, Sequence[StoredPart] | None]] = []
        for held in rows:
            parts = parts_of.get((held.header.id, held.header.version), [])
            plan = self._plan(held, parts, recipients, row.partner, "bulk")
            keep = None if plan.refused else [stored for stored in parts if stored.part.name in plan.parts]
            released.append((held, keep))
        if all(parts is None for _, parts in released):
            return None
        signed, _ = self._seal_of(rows[0])
        return pack_batch(signed, released, audience, row.basis)

    def _seal_of(self, row: RecordRow) -> tuple[str, Tree | None]:
        """The signature that vouches for an own record, and the tree of its batch where it is a row of one."""
        if row.batch is None:
            return self._store.follow(row.seq, 1)[0].signed, None
        if row.batch not in self._trees:
            if len(self._trees) > 8:
                self._trees.clear()
            leaves = self._store.rows(
                select(tables.record.c.leaf)
                .where(tables.record.c.seq == row.seq)
                .order_by(tables.record.c.place)
            )
            self._trees[row.batch] = (
                self._store.follow(row.seq, 1)[0].signed,
                Tree(leaf for (leaf,) in leaves),
            )
        return self._trees[row.batch]

    def _remember_digest(self, partner: str, lane: str, number: int, digest: str) -> None:
        if len(self._seat.digests) > 200_000:
            self._seat.digests.clear()
        self._seat.digests[partner, lane, number] = digest

    def sent_to(self, record: str) -> tuple[str, ...]:
        """Everybody to whom any version of an own record was sent, as recipients."""
        batches = self._store.rows(
            select(tables.record.c.batch).where(
                tables.record.c.id == record, tables.record.c.batch.is_not(None)
            )
        )
        rows = self._store.rows(
            select(tables.outgoing.c.partner, tables.outgoing.c.audience).where(
                (tables.outgoing.c.record == record)
                | tables.outgoing.c.batch.in_([batch for (batch,) in batches])
            )
        )
        found: list[str] = []
        for partner, audience in rows:
            found += [f"{partner}/{service}" for service in audience.split()] or [partner]
        return tuple(sorted(set(found)))


def _routing(parts: Sequence[StoredPart]) -> Routing | None:
    for stored in parts:
        if stored.part.name == "routing":
            found: Routing = value_of(stored)
            return found
    return None


def _joined(one: Write, other: Write) -> Write:
    return Write(
        entries=[*one.entries, *other.entries],
        outgoing=[*one.outgoing, *other.outgoing],
        lines=[*one.lines, *other.lines],
    )


def _services(recipients: Sequence[str], node: str) -> list[str]:
    """The services named at a node, in order; none where the whole party is named."""
    named = [recipient.partition("/") for recipient in recipients if recipient.partition("/")[0] == node]
    return (
        list(dict.fromkeys(service for _, _, service in named)) if all(slash for _, slash, _ in named) else []
    )
