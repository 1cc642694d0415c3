"""The exchange desk: numbers what is due to each partner, hands it out, takes in what arrives, and keeps the receipts.

Only this file of the room touches the store. Its place in the ledger is written in the same commit as what it numbered
there, so that a crash neither forgets a record nor numbers it twice. What it cannot take from a partner is recorded as
refused, with the reason, and it goes on; in the life lane nothing that the partner vouches for is refused: what cannot
be read is shown raw.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from sqlalchemy import select

from entente.errors import EntenteError, Malformed, NotPermitted, PeerFault, Text
from entente.exchange.envelope import (
    Envelope,
    Outer,
    SealingKey,
    close,
    open_payload,
    payload_digest,
    read_outer,
    read_payload,
)
from entente.exchange.pack import (
    Received,
    Refused,
    check_welcome,
    pack_batch,
    pack_release,
    unpack,
)
from entente.exchange.protocol import (
    LADDER,
    Page,
    ReceiptItem,
    ReceiptPage,
    Receipts,
    Step,
    read_receipts,
)
from entente.model.merkle import Tree, leaf_hash
from entente.model.report import LANES, Lane, Routing
from entente.model.signing import KeyRing
from entente.model.strict import convert, strict_json
from entente.model.wire import PRIVATE_PARTS, VERSION, Verified, encode, header_digest, is_newer_minor
from entente.policy.release import PartHeld, ReleasePlan, parse_recipient, plan_release
from entente.store import tables
from entente.store.register import DeskAccess, line
from entente.store.store import EntryRow, RecordRow, Store, StoredPart, value_of
from entente.store.write import (
    NewArrival,
    NewContent,
    NewEntry,
    NewHolder,
    NewOutgoing,
    NewRecord,
    Write,
)

ACCESS = DeskAccess(
    desk="exchange",
    compartments=frozenset({"intelligence", "judicial", "victims", "life_saving", "prevention"}),
)
PLACE = "exchange"
# A page is bounded by messages and by bytes, whichever comes first; at least one message always goes.
PAGE_MESSAGES = 128
PAGE_BYTES = 8 * 1024 * 1024
# Rows of a holding that are numbered in one commit.
ROWS_A_WRITE = 2_000


class Partner(msgspec.Struct, frozen=True, kw_only=True):
    """A pinned partner: its node, where it listens, and the key to seal to."""

    node: str
    address: str
    sealing: SealingKey


# Makes a record of this node from bytes of a life lane that could not be read: (bytes, partner, why) -> entry.
RawDistress = Callable[[bytes, str, str], NewEntry]


class ExchangeDesk:
    """Numbering, pages, arrivals, receipts. One thread steps it; pages and arrivals may come from others."""

    def __init__(
        self,
        store: Store,
        partners: dict[str, Partner],
        ring: KeyRing,
        raw_distress: RawDistress,
        on_due: Callable[[str, Lane], None],
    ) -> None:
        self._store = store
        self.partners = partners
        self._ring = ring
        self._own = SealingKey(private=store.secrets.sealing)
        self._raw_distress = raw_distress
        self._on_due = on_due
        self._trees: dict[str, tuple[str, Tree]] = {}
        self._digests: dict[tuple[str, str, int], str] = {}
        self.alarms: list[Text] = []

    # -- what is due --------------------------------------------------------------------------------------------

    def step(self, limit: int = 200) -> int:
        """Number what the next entries make due. Returns how many entries were read."""
        first = int(self._store.place(PLACE))
        entries = self._store.follow(first, limit)
        if not entries:
            return 0
        rows_of: dict[int, list[RecordRow]] = {}
        for row in self._store.records_of(entries[0].seq, entries[-1].seq):
            rows_of.setdefault(row.seq, []).append(row)
        due: list[NewOutgoing] = []
        refused: list[NewEntry] = []
        lines = []
        for entry in entries:
            if entry.kind not in ("record", "batch"):
                continue
            # A hit is this node's own conclusion and goes to nobody; the partner draws its own.
            rows = [row for row in rows_of.get(entry.seq, []) if row.header.kind != "hit"]
            for start in range(0, len(rows), ROWS_A_WRITE):
                chunk = rows[start : start + ROWS_A_WRITE]
                new_due, new_refused = self._due_for(chunk)
                due += new_due
                refused += new_refused
                if new_due:
                    to = sorted(
                        {f"{new.partner}/{service}" for new in new_due for service in new.audience or ("*",)}
                    )
                    named = [chunk[0].batch or ""] if len(chunk) > 100 else [row.header.id for row in chunk]
                    lines.append(
                        line(
                            "disclosure",
                            ACCESS,
                            self._store.clock(),
                            records=named,
                            found=len(new_due),
                            to=to,
                        )
                    )
        self._store.commit(
            Write(entries=refused, outgoing=due, lines=lines, places={PLACE: str(entries[-1].seq + 1)}),
            life=any(new.lane == "life" for new in due),
        )
        for partner, lane in sorted({(new.partner, new.lane) for new in due}):
            self._on_due(partner, lane)
        return len(entries)

    def _due_for(self, rows: Sequence[RecordRow]) -> tuple[list[NewOutgoing], list[NewEntry]]:
        """What a run of own records makes due, and what the rules kept here, each with its reason."""
        due: list[NewOutgoing] = []
        refused: list[NewEntry] = []
        parts_of = self._store.open_for_desk(ACCESS, rows)
        now = self._store.clock()
        whole: set[tuple[str, str]] = set()
        for row in rows:
            parts = parts_of.get((row.header.id, row.header.version), [])
            routing = _routing(parts)
            if routing is None or not routing.recipients:
                continue
            recipients, lane = routing.recipients, routing.lane
            for node in sorted({recipient.partition("/")[0] for recipient in recipients}):
                if node == self._store.node or (row.batch, node) in whole:
                    continue
                plan = self._plan(row, parts, recipients, node, lane)
                if plan.refused is not None:
                    refused.append(
                        self._refusal(
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
        return due, refused

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

    def _refusal(
        self,
        way: str,
        partner: str,
        lane: str,
        code: str,
        text: Text,
        *,
        number: int | None = None,
        record: str | None = None,
        digest: str | None = None,
    ) -> NewEntry:
        refused = Refused(
            entente=VERSION,
            node=self._store.node,
            partner=partner,
            way=way,
            lane=lane,
            code=code,
            text=text,
            at=self._store.clock(),
            number=number,
            record=record,
            digest=digest,
        )
        return NewEntry(kind="refused", signed=self._store.secrets.signing.sign(encode(refused)))

    # -- handing out --------------------------------------------------------------------------------------------

    def page(self, partner: str, lane: Lane, after: int, limit: int = PAGE_MESSAGES) -> Page:
        """What follows a number in a partner's lane, sealed to it now. Raises PeerFault for one that is not pinned."""
        to = self._partner(partner)
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
        if len(self._digests) > 200_000:
            self._digests.clear()
        self._digests[partner, lane, number] = digest

    def receipts_after(self, partner: str, after: int, limit: int = 200) -> ReceiptPage:
        """Signed receipts that this node owes a partner, after a number."""
        self._partner(partner)
        rows = self._store.rows(
            select(tables.receipt.c.number, tables.receipt.c.signed)
            .where(tables.receipt.c.partner == partner, tables.receipt.c.number > after)
            .order_by(tables.receipt.c.number)
            .limit(limit + 1)
        )
        return ReceiptPage(
            receipts=tuple((number, signed) for number, signed in rows[:limit]), more=len(rows) > limit
        )

    # -- taking in ----------------------------------------------------------------------------------------------

    def arrived(self, partner: str, lane: Lane) -> tuple[str, int]:
        """How far this node has come in a partner's lane: (incarnation, number)."""
        incarnation, _, number = self._store.place(f"in/{partner}/{lane}", "/0").partition("/")
        return incarnation, int(number)

    def take(self, partner: str, page: Page) -> int:
        """Take in a page that the partner itself vouches for. Returns how many numbers were dealt with.

        Everything of the page is kept in one commit, its receipts with it: a receipt is never seen by the partner
        before what it acknowledges is durable. A crash before the commit leaves the page to be fetched again, one
        after it leaves a place behind the page, so nothing is taken twice.
        """
        self._partner(partner)
        incarnation, last = self.arrived(partner, page.lane)
        if incarnation != page.incarnation:
            last = 0
        taken: list[_Taken] = []
        known: set[tuple[str, int]] = set()
        for envelope in page.envelopes:
            expected = last + 1
            one = self._take_one(partner, page, envelope, expected, known)
            if one is None:
                continue
            if one.arrival.number != expected and page.lane != "life":
                self._alarm_order(partner, page.lane, expected, one.arrival.number)
                break
            taken.append(one)
            if one.arrival.number == expected:
                last = expected
        if not taken:
            return 0
        receipts = Receipts(
            entente=VERSION,
            node=self._store.node,
            of=partner,
            incarnation=page.incarnation,
            lane=page.lane,
            items=tuple(one.receipt for one in taken),
            at=self._store.clock(),
        )
        self._store.commit(
            Write(
                entries=[entry for one in taken for entry in one.entries],
                arrivals=[one.arrival for one in taken],
                states={key: state for one in taken for key, state in one.states.items()},
                receipts=[(partner, self._store.secrets.signing.sign(encode(receipts)))],
                places={f"in/{partner}/{page.lane}": f"{page.incarnation}/{last}"},
            ),
            life=page.lane == "life",
        )
        return len(taken)

    def _alarm_order(self, partner: str, lane: str, expected: int, number: int) -> None:
        self.alarm(
            Text(
                fr=f"« {partner} », voie {lane} : attendu le numéro {expected}, reçu {number}. On redemande.",
                en=f'"{partner}", lane {lane}: expected number {expected}, got {number}. Asking again.',
            )
        )

    def _take_one(
        self, partner: str, page: Page, envelope: Envelope, expected: int, known: set[tuple[str, int]]
    ) -> _Taken | None:
        """What one envelope becomes; None for one that was dealt with before."""
        outer: Outer | None = None
        payload = b""
        unknown: tuple[str, ...] = ()
        try:
            outer, unknown = read_outer(envelope, self._ring, partner)
            if (outer.recipient, outer.incarnation, outer.lane) != (
                self._store.node,
                page.incarnation,
                page.lane,
            ):
                raise PeerFault(
                    "wrongly_addressed",
                    Text(
                        fr="Cette enveloppe est adressée à un autre nœud, une autre voie ou un autre journal.",
                        en="This envelope is addressed to another node, lane or log.",
                    ),
                )
            if outer.number < expected or (outer.number > expected and page.lane != "life"):
                return None if outer.number < expected else self._placeholder(partner, page, outer)
            if page.lane == "life" and self._is_taken(partner, page, outer.number):
                return None
            if outer.void:
                return _Taken(
                    self._arrival(partner, page, outer, "void"), self._item(outer, "accepted"), [], {}
                )
            payload = open_payload(envelope, outer, self._own)
            read, more_unknown = read_payload(payload, newer=is_newer_minor(outer.entente))
            records, audience, basis, voucher = unpack(read, self._ring)
            unknown += more_unknown
            for _, verified in records:
                unknown += verified.unknown
                if page.lane != "life":
                    check_welcome(verified, audience, basis, self._store.agreement, self._store.node)
            return self._accept(partner, page, outer, records, audience, basis, voucher, unknown, known)
        except (PeerFault, Malformed, NotPermitted) as error:
            return self._refuse(partner, page, envelope, outer, payload, expected, error)

    def _placeholder(self, partner: str, page: Page, outer: Outer) -> _Taken:
        return _Taken(self._arrival(partner, page, outer, "ahead"), self._item(outer, "received"), [], {})

    def _is_taken(self, partner: str, page: Page, number: int) -> bool:
        return bool(
            self._store.rows(
                select(tables.arrival.c.number).where(
                    tables.arrival.c.partner == partner,
                    tables.arrival.c.incarnation == page.incarnation,
                    tables.arrival.c.lane == page.lane,
                    tables.arrival.c.number == number,
                )
            )
        )

    def _accept(
        self,
        partner: str,
        page: Page,
        outer: Outer,
        records: list[tuple[int, Verified]],
        audience: tuple[str, ...],
        basis: str,
        voucher: str,
        unknown: tuple[str, ...],
        known: set[tuple[str, int]],
    ) -> _Taken:
        fresh: list[NewRecord] = []
        states: dict[tuple[str, int | None], str] = {}
        batch = outer.message if len(records) > 1 else None
        alone = len(records) == 1
        for place, verified in records:
            header = verified.header
            if header.node == self._store.node:
                continue  # our own record come home: we hold the original
            if alone and self._stands_already(verified, known, states):
                continue
            known.add((header.id, header.version))
            fresh.append(
                NewRecord(
                    header=header,
                    header_bytes=verified.header_bytes,
                    contents=[
                        NewContent(part.digest, _lies_in(verified, part.value), part.content)
                        for part in verified.parts
                    ],
                    place=place,
                    batch=batch,
                    audience=audience,
                    basis=basis,
                )
            )
            for part in verified.parts:
                if part.name == "amendment":
                    states |= self._amended(header.node, part.value.record, part.value.act)
        received = Received(
            entente=VERSION,
            node=self._store.node,
            sender=partner,
            incarnation=page.incarnation,
            lane=page.lane,
            number=outer.number,
            message=outer.message,
            digest=outer.digest,
            records=len(fresh),
            root=Tree(leaf_hash(new.header_bytes) for new in fresh).root().hex(),
            at=self._store.clock(),
            unknown=unknown,
        )
        entry = NewEntry(
            kind="received_batch" if batch else "received",
            signed=self._store.secrets.signing.sign(encode(received)),
            carried=voucher,
            cause=f"in/{partner}/{page.incarnation}/{page.lane}/{outer.number}",
            records=fresh,
        )
        return _Taken(
            self._arrival(
                partner,
                page,
                outer,
                "accepted" if fresh else "duplicate",
                record=records[0][1].header.id if alone else None,
            ),
            self._item(outer, "accepted"),
            [entry],
            states,
        )

    def _stands_already(
        self, verified: Verified, known: set[tuple[str, int]], states: dict[tuple[str, int | None], str]
    ) -> bool:
        """Whether this very version is held; refuses another one under its name, and a broken line of versions."""
        header = verified.header
        if (header.id, header.version) in known:
            return True
        for row in self._store.versions(header.id):
            if row.header.version == header.version:
                if row.header_bytes == verified.header_bytes:
                    return True
                raise PeerFault(
                    "version_taken",
                    Text(
                        fr=f"Une autre version {header.version} de cette fiche est déjà tenue ici.",
                        en=f"Another version {header.version} of this record is held here already.",
                    ),
                )
            if row.header.node != header.node:
                raise PeerFault(
                    "not_originator",
                    Text(
                        fr="Seul l’émetteur d’une fiche peut en donner une nouvelle version.",
                        en="Only a record's originator can give a new version of it.",
                    ),
                )
            if row.header.version == header.version - 1:
                if header.previous != header_digest(row.header_bytes):
                    raise PeerFault(
                        "previous_wrong",
                        Text(
                            fr="Cette version ne suit pas celle qui est tenue ici.",
                            en="This version does not follow the one held here.",
                        ),
                    )
                states[header.id, row.header.version] = "superseded"
        return False

    def _amended(self, node: str, record: str, act: str) -> dict[tuple[str, int | None], str]:
        """What a partner's amendment does to what it sent us; only the originator may amend."""
        rows = self._store.versions(record)
        if not rows:
            return {}
        if rows[0].header.node != node:
            raise PeerFault(
                "not_originator",
                Text(
                    fr="Seul l’émetteur d’une fiche peut la rappeler ou l’effacer.",
                    en="Only a record's originator can recall or erase it.",
                ),
            )
        state = {"erase": "erased", "recall": "recalled"}.get(act)
        return {(record, None): state} if state else {}

    def _refuse(
        self,
        partner: str,
        page: Page,
        envelope: Envelope,
        outer: Outer | None,
        payload: bytes,
        expected: int,
        error: EntenteError,
    ) -> _Taken:
        number = outer.number if outer is not None and outer.number >= expected else expected
        if page.lane != "life" and outer is not None and outer.number != expected:
            number = expected
        digest = outer.digest if outer else payload_digest(envelope.outer.encode())
        arrival = NewArrival(
            partner=partner,
            incarnation=page.incarnation,
            lane=page.lane,
            number=number,
            digest=digest,
            outcome="refused",
            code=error.code,
        )
        if page.lane == "life":
            raw = payload or envelope.outer.encode()
            entry = self._raw_distress(raw, partner, error.code)
            return _Taken(
                msgspec.structs.replace(arrival, outcome="accepted"),
                ReceiptItem(number, digest, "accepted", error.code),
                [entry],
                {},
            )
        self.alarm(
            Text(
                fr=f"« {partner} », voie {page.lane}, numéro {number} refusé : {error.text.fr}",
                en=f'"{partner}", lane {page.lane}, number {number} refused: {error.text.en}',
            )
        )
        entry = self._refusal("in", partner, page.lane, error.code, error.text, number=number, digest=digest)
        return _Taken(arrival, ReceiptItem(number, digest, "refused", error.code), [entry], {})

    def _arrival(
        self, partner: str, page: Page, outer: Outer, outcome: str, record: str | None = None
    ) -> NewArrival:
        return NewArrival(
            partner=partner,
            incarnation=page.incarnation,
            lane=page.lane,
            number=outer.number,
            digest=outer.digest,
            outcome=outcome,
            record=record,
        )

    def _item(self, outer: Outer, step: Step) -> ReceiptItem:
        return ReceiptItem(outer.number, outer.digest, step)

    # -- receipts -----------------------------------------------------------------------------------------------

    def taken_receipts(self, partner: str) -> int:
        """How far this node has come in a partner's receipts."""
        return int(self._store.place(f"receipts/{partner}"))

    def take_receipts(self, partner: str, page: ReceiptPage) -> int:
        """Keep a partner's receipts as evidence and note who holds what. Returns how many were dealt with."""
        entries: list[NewEntry] = []
        holders: list[NewHolder] = []
        last = self.taken_receipts(partner)
        for number, signed in page.receipts:
            if number <= last:
                continue
            last = number
            try:
                receipts = read_receipts(signed, self._ring, partner, self._store.node)
            except (PeerFault, Malformed) as error:
                entries.append(
                    self._refusal("in", partner, "receipts", error.code, error.text, number=number)
                )
                self.alarm(error.text)
                continue
            cause = f"receipt/{partner}/{payload_digest(signed.encode())}"
            entries.append(NewEntry(kind="receipts", signed=signed, cause=cause))
            if receipts.incarnation == self._store.incarnation:
                holders += self._holders_from(partner, receipts)
        if not entries:
            return 0
        self._store.commit(Write(entries=entries, holders=holders, places={f"receipts/{partner}": str(last)}))
        return len(entries)

    def _holders_from(self, partner: str, receipts: Receipts) -> list[NewHolder]:
        numbers = {item.number: item for item in receipts.items}
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
            sent = self._digests.get((partner, receipts.lane, row.number))
            if sent is not None and item.digest != sent and item.step != "refused":
                self.alarm(
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
                        step=item.step,
                        code=item.code,
                        at=receipts.at.isoformat(),
                    )
                )
        return self._only_upwards(found)

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
        climbing = [new for new in found if new.step in ("seen", "acted_on")]
        best: dict[tuple[str, int, str], NewHolder] = {}
        for new in found:
            key = (new.record, new.version, new.partner)
            if key not in best or LADDER.index(new.step) > LADDER.index(best[key].step):
                best[key] = new
        if len(climbing) < len(found):
            records = [new.record for new in found]
            for start in range(0, len(records), 500):
                for row in self._store.rows(
                    select(tables.holder).where(tables.holder.c.record.in_(records[start : start + 500]))
                ):
                    new_one = best.get((row.record, row.version, row.partner))
                    if new_one is not None and LADDER.index(row.step) > LADDER.index(new_one.step):
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
            self._on_due(row.partner, row.lane)

    # -- who holds what -----------------------------------------------------------------------------------------

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

    def refusals(self, limit: int) -> list[dict[str, Any]]:
        """What was let neither in nor out, newest first, as this node signed it."""
        found = self._store.rows(
            select(tables.entry.c.seq, tables.entry.c.signed)
            .where(tables.entry.c.kind == "refused")
            .order_by(tables.entry.c.seq.desc())
            .limit(limit)
        )
        return [
            {"entry": seq, **msgspec.to_builtins(convert(strict_json(self._ring.verify(signed)[1]), Refused))}
            for seq, signed in found
        ]

    def pending(self, partner: str) -> dict[Lane, int]:
        """How many messages of each lane a partner has not yet acknowledged."""
        answer: dict[Lane, int] = {}
        for lane in LANES:
            top = self._store.rows(
                select(tables.outgoing.c.number)
                .where(tables.outgoing.c.partner == partner, tables.outgoing.c.lane == lane)
                .order_by(tables.outgoing.c.number.desc())
                .limit(1)
            )
            done = self._store.rows(
                select(tables.holder.c.number)
                .where(tables.holder.c.partner == partner, tables.holder.c.lane == lane)
                .order_by(tables.holder.c.number.desc())
                .limit(1)
            )
            answer[lane] = (top[0][0] if top else 0) - (done[0][0] if done else 0)
        return answer

    def alarm(self, text: Text) -> None:
        """Something that a person should look at."""
        self.alarms.append(text)
        del self.alarms[:-200]

    def _partner(self, node: str) -> Partner:
        partner = self.partners.get(node)
        if partner is None:
            raise PeerFault(
                "partner_not_pinned",
                Text(
                    fr=f"« {node[:40]} » n’est pas un partenaire de ce nœud.",
                    en=f'"{node[:40]}" is no partner of this node.',
                ),
            )
        return partner


class _Taken(msgspec.Struct, frozen=True):
    """What one envelope becomes in the ledger."""

    arrival: NewArrival
    receipt: ReceiptItem
    entries: list[NewEntry]
    states: dict[tuple[str, int | None], str]


def _lies_in(verified: Verified, value: Any) -> Any:
    """The compartment of a part: its own where it says one, else its record's."""
    return getattr(value, "compartment", None) or verified.header.compartment


def _routing(parts: Sequence[StoredPart]) -> Routing | None:
    for stored in parts:
        if stored.part.name == "routing":
            found: Routing = value_of(stored)
            return found
    return None


__all__ = ["ACCESS", "EntryRow", "ExchangeDesk", "Partner", "parse_recipient"]
