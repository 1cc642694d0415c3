"""Who holds what of ours, and at which step: as each partner's own signed receipts say, kept as evidence."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from entente.errors import EntenteError, Malformed, PeerFault, Text
from entente.exchange.envelope import MAX_NUMBER, payload_digest
from entente.exchange.protocol import (
    LADDER,
    ReceiptItem,
    ReceiptPage,
    Receipts,
    Step,
    read_receipts,
)
from entente.exchange.seat import Seat
from entente.model.report import LANES, Lane
from entente.model.strict import unreadable
from entente.model.wire import VERSION, encode
from entente.store import tables
from entente.store.write import (
    NewEntry,
    NewHolder,
    Write,
)

# How far up each step stands; what was withdrawn before it was handed over is held by nobody.
_HEIGHT = {"withdrawn": -1} | {step: height for height, step in enumerate(LADDER)}
_WITHDRAWN = payload_digest(b"")
# What a partner says of one record it says soon; later words are found by the highest step alone.
_RECEIPTS_LOOKED_THROUGH = 400


class Holders:
    """Receipts owed and receipts taken."""

    def __init__(self, seat: Seat) -> None:
        self._seat = seat
        self._store = seat.store
        self._ring = seat.ring

    def receipts_after(self, partner: str, after: int, limit: int = 200) -> ReceiptPage:
        """Signed receipts that this node owes a partner, after a number."""
        self._seat.partner(partner)
        rows = self._store.rows(
            select(tables.receipt.c.number, tables.receipt.c.signed)
            .where(tables.receipt.c.partner == partner, tables.receipt.c.number > after)
            .order_by(tables.receipt.c.number)
            .limit(limit + 1)
        )
        return ReceiptPage(
            receipts=tuple((number, signed) for number, signed in rows[:limit]), more=len(rows) > limit
        )

    def taken_receipts(self, partner: str) -> int:
        """How far this node has come in a partner's receipts."""
        return int(self._store.place(f"receipts/{partner}"))

    def take_receipts(self, partner: str, page: ReceiptPage) -> int:
        """Keep a partner's receipts as evidence and note who holds what. Returns how many were dealt with."""
        entries: list[NewEntry] = []
        holders: list[NewHolder] = []
        places: dict[str, str] = {}
        causes: set[str] = set()
        last = self.taken_receipts(partner)
        for number, signed in page.receipts:
            if not last < number <= MAX_NUMBER:
                continue
            last = number
            try:
                receipts = self._read(signed, partner)
            except (PeerFault, Malformed) as error:
                entries.append(
                    self._seat.refusal("in", partner, "receipts", error.code, error.text, number=number)
                )
                self._seat.alarm(error.text)
                continue
            cause = f"receipt/{partner}/{payload_digest(signed.encode())}"
            if cause not in causes and not self._is_kept(cause):
                entries.append(NewEntry(kind="receipts", signed=signed, cause=cause))
            causes.add(cause)
            if receipts.incarnation == self._store.incarnation:
                holders += self._holders_from(partner, receipts)
                name = f"receipted/{partner}/{receipts.lane}"
                known = int(places.get(name) or self._store.place(name))
                sent = self._sent(partner, receipts.lane)
                told = max((item.number for item in receipts.items if item.number <= sent), default=0)
                places[name] = str(max(known, told))
        if last == self.taken_receipts(partner):
            return 0
        places[f"receipts/{partner}"] = str(last)
        self._store.commit(Write(entries=entries, holders=self._only_upwards(holders), places=places))
        return max(1, len(entries))

    def _read(self, signed: str, partner: str) -> Receipts:
        try:
            return read_receipts(signed, self._ring, partner, self._store.node)
        except ValueError as error:
            raise unreadable(str(error)[:120]) from error

    def _is_kept(self, cause: str) -> bool:
        return bool(self._store.rows(select(tables.entry.c.seq).where(tables.entry.c.cause == cause)))

    def _holders_from(self, partner: str, receipts: Receipts) -> list[NewHolder]:
        numbers = {item.number: item for item in receipts.items if 0 < item.number <= MAX_NUMBER}
        rows = self._store.rows(
            select(tables.outgoing).where(
                tables.outgoing.c.partner == partner,
                tables.outgoing.c.lane == receipts.lane,
                tables.outgoing.c.number.between(min(numbers, default=0), max(numbers, default=0)),
            )
        )
        found: list[NewHolder] = []
        for row in rows:
            item = numbers.get(row.number)
            if item is None:
                continue
            sent = self._seat.digests.get((partner, receipts.lane, row.number))
            if sent is not None and item.digest != sent and item.step != "refused":
                self._seat.alarm(
                    Text(
                        fr=f"« {partner} » accuse réception d’autre chose que ce qui lui fut envoyé (n° {row.number}).",
                        en=f'"{partner}" acknowledges something else than what it was sent (no. {row.number}).',
                    )
                )
                continue
            for record, version in self._covered(row):
                found.append(
                    NewHolder(
                        record=record,
                        version=version,
                        partner=partner,
                        lane=receipts.lane,
                        number=row.number,
                        step="withdrawn" if item.digest == _WITHDRAWN else item.step,
                        code=item.code,
                        at=receipts.at.isoformat(),
                    )
                )
        return found

    def _covered(self, row: Any) -> list[tuple[str, int]]:
        if row.record:
            return [(row.record, row.version)]
        if row.batch:
            return [
                (record, version)
                for record, version in self._store.rows(
                    select(tables.record.c.id, tables.record.c.version).where(
                        tables.record.c.batch == row.batch
                    )
                )
            ]
        return []

    def _only_upwards(self, found: list[NewHolder]) -> list[NewHolder]:
        """Receipts climb: a step below the one that is known changes nothing."""
        best: dict[tuple[str, int, str], NewHolder] = {}
        for new in found:
            key = (new.record, new.version, new.partner)
            if key not in best or _HEIGHT[new.step] > _HEIGHT[best[key].step]:
                best[key] = new
        records = sorted({new.record for new in found})
        for start in range(0, len(records), 500):
            for row in self._store.rows(
                select(tables.holder).where(tables.holder.c.record.in_(records[start : start + 500]))
            ):
                new_one = best.get((row.record, row.version, row.partner))
                if new_one is not None and _HEIGHT[row.step] >= _HEIGHT[new_one.step]:
                    del best[row.record, row.version, row.partner]
        return list(best.values())

    def climb(self, records: Sequence[str], step: Step) -> None:
        """Tell the senders of records that they were seen here, or acted on; once each."""
        rows = self._store.rows(
            select(tables.arrival).where(
                tables.arrival.c.record.in_(records), tables.arrival.c.outcome == "accepted"
            )
        )
        for row in rows:
            name = f"{step}/{row.record}/{row.number}"
            if self._store.place(name, ""):
                continue
            receipts = Receipts(
                entente=VERSION,
                node=self._store.node,
                of=row.partner,
                incarnation=row.incarnation,
                lane=row.lane,
                items=(ReceiptItem(row.number, row.digest, step),),
                at=self._store.clock(),
            )
            self._store.commit(
                Write(
                    receipts=[(row.partner, self._store.secrets.signing.sign(encode(receipts)))],
                    places={name: "1"},
                )
            )
            self._seat.on_due(row.partner, row.lane)

    def holders(self, record: str) -> list[dict[str, Any]]:
        """Who holds an own record and at which step, as their signed receipts say; those still waiting included."""
        held = {
            (row.version, row.partner): row
            for row in self._store.rows(select(tables.holder).where(tables.holder.c.record == record))
        }
        sent = self._store.rows(select(tables.outgoing).where(tables.outgoing.c.record == record))
        answer = [
            {
                "partner": row.partner,
                "version": row.version,
                "services": row.audience.split(),
                "lane": row.lane,
                "number": row.number,
                "step": held[row.version, row.partner].step
                if (row.version, row.partner) in held
                else "numbered",
                "code": held[row.version, row.partner].code if (row.version, row.partner) in held else None,
            }
            for row in sent
        ]
        numbered = {(row.version, row.partner) for row in sent}
        answer += [
            {
                "partner": row.partner,
                "version": row.version,
                "services": [],
                "lane": row.lane,
                "number": row.number,
                "step": row.step,
                "code": row.code,
            }
            for key, row in held.items()
            if key not in numbered
        ]
        return answer

    def steps(self, records: Sequence[str]) -> dict[str, list[tuple[str, str, dt.datetime | None]]]:
        """How far each of these own records has come: (partner, step, since when) for each partner that it goes to."""
        sent = self._store.rows(
            select(tables.outgoing.c.record, tables.outgoing.c.partner)
            .where(tables.outgoing.c.record.in_(records))
            .distinct()
        )
        held = {
            (row.record, row.partner): row
            for row in self._store.rows(
                select(tables.holder)
                .where(tables.holder.c.record.in_(records))
                .order_by(tables.holder.c.version)
            )
        }
        found: dict[str, list[tuple[str, str, dt.datetime | None]]] = {}
        for record, partner in sent:
            row = held.get((record, partner))
            found.setdefault(record, []).append(
                (partner, row.step, dt.datetime.fromisoformat(row.at) if row.at else None)
                if row is not None
                else (partner, "numbered", None)
            )
        return found

    def climbed(self, record: str) -> list[tuple[str, Step, dt.datetime]]:
        """Each step that partners said of an own record, when first said: (partner, step, at), oldest first.

        Read from the signed receipts themselves, since `steps` knows only the highest. For one record at a time.
        """
        sent = {
            (row.partner, row.lane, row.number)
            for row in self._store.rows(
                select(tables.outgoing.c.partner, tables.outgoing.c.lane, tables.outgoing.c.number).where(
                    tables.outgoing.c.record == record
                )
            )
        }
        recorded = self._store.rows(select(tables.record.c.seq).where(tables.record.c.id == record))
        if not sent or not recorded:
            return []
        entries = self._store.rows(
            select(tables.entry.c.signed, tables.entry.c.cause)
            .where(tables.entry.c.seq > min(row.seq for row in recorded), tables.entry.c.kind == "receipts")
            .order_by(tables.entry.c.seq)
            .limit(_RECEIPTS_LOOKED_THROUGH)
        )
        partners = {partner for partner, _, _ in sent}
        first: dict[tuple[str, Step], dt.datetime] = {}
        for entry in entries:
            partner = (entry.cause or "").split("/")[1:2]
            if not partner or partner[0] not in partners:
                continue
            # They were verified when they were taken; a key that was let go since does not unsay them.
            with contextlib.suppress(EntenteError):
                receipts = self._read(entry.signed, partner[0])
                if receipts.incarnation != self._store.incarnation:
                    continue
                for item in receipts.items:
                    if (partner[0], receipts.lane, item.number) in sent:
                        first.setdefault((partner[0], item.step), receipts.at)
        return sorted(((partner, step, at) for (partner, step), at in first.items()), key=lambda one: one[2])

    def pending(self, partner: str) -> dict[Lane, int]:
        """How many messages of each lane a partner has not yet acknowledged."""
        answer: dict[Lane, int] = {}
        for lane in LANES:
            done = int(self._store.place(f"receipted/{partner}/{lane}"))
            answer[lane] = max(0, self._sent(partner, lane) - done)
        return answer

    def _sent(self, partner: str, lane: Lane) -> int:
        """The highest number that a partner has in a lane."""
        top = self._store.rows(
            select(tables.outgoing.c.number)
            .where(tables.outgoing.c.partner == partner, tables.outgoing.c.lane == lane)
            .order_by(tables.outgoing.c.number.desc())
            .limit(1)
        )
        return int(top[0][0]) if top else 0
