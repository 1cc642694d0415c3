"""What arrives from partners: believed under signatures only, refused with a reason, taken once.

Everything of a page is kept in one commit, its receipts with it. What cannot be taken is recorded as refused, with the
reason, and that is a step: nothing is ever stuck. In the life lane nothing that the partner vouches for is refused: what
cannot be read is shown raw.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from sqlalchemy import select

from entente.errors import EntenteError, Malformed, NotPermitted, PeerFault, Text
from entente.exchange.envelope import (
    Envelope,
    Outer,
    open_payload,
    payload_digest,
    read_outer,
    read_payload,
)
from entente.exchange.pack import (
    Received,
    check_welcome,
    unpack,
)
from entente.exchange.protocol import (
    Page,
    ReceiptItem,
    Receipts,
    Step,
)
from entente.exchange.seat import Seat
from entente.model.merkle import Tree, leaf_hash
from entente.model.report import Lane
from entente.model.wire import VERSION, Verified, encode, header_digest, is_newer_minor
from entente.store import tables
from entente.store.write import (
    NewArrival,
    NewContent,
    NewEntry,
    NewRecord,
    Write,
)

# Makes a record of this node from bytes of a life lane that could not be read: (bytes, partner, why) -> entry.
RawDistress = Callable[[bytes, str, str], NewEntry]


class Inbox:
    """Takes pages of lanes. Each lane of a partner is pulled by one thread."""

    def __init__(self, seat: Seat, raw_distress: RawDistress) -> None:
        self._seat = seat
        self._store = seat.store
        self._ring = seat.ring
        self._raw_distress = raw_distress

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
        self._seat.partner(partner)
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
        self._seat.alarm(
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
            payload = open_payload(envelope, outer, self._seat.own)
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
        self._seat.alarm(
            Text(
                fr=f"« {partner} », voie {page.lane}, numéro {number} refusé : {error.text.fr}",
                en=f'"{partner}", lane {page.lane}, number {number} refused: {error.text.en}',
            )
        )
        entry = self._seat.refusal(
            "in", partner, page.lane, error.code, error.text, number=number, digest=digest
        )
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


class _Taken(msgspec.Struct, frozen=True):
    """What one envelope becomes in the ledger."""

    arrival: NewArrival
    receipt: ReceiptItem
    entries: list[NewEntry]
    states: dict[tuple[str, int | None], str]


def _lies_in(verified: Verified, value: Any) -> Any:
    """The compartment of a part: its own where it says one, else its record's."""
    return getattr(value, "compartment", None) or verified.header.compartment
