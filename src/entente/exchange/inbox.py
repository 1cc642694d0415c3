"""What arrives from partners: believed under signatures only, refused with a reason, taken once.

Everything of a page is kept in one commit, its receipts with it. What cannot be taken is recorded as refused, with the
reason, and that is a step: nothing is ever stuck. In the life lane nothing that the partner vouches for is refused:
what cannot be read is shown raw.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import select

from entente.errors import EntenteError, Malformed, NotPermitted, PeerFault, Text
from entente.exchange.envelope import (
    Envelope,
    Outer,
    open_payload,
    payload_digest,
    raw_of,
    read_outer,
    read_payload,
)
from entente.exchange.pack import (
    Received,
    check_sound,
    check_welcome,
    unpack,
)
from entente.exchange.protocol import (
    Page,
    ReceiptItem,
    Receipts,
    Step,
)
from entente.exchange.seat import ACCESS, Seat
from entente.model.merkle import Tree, leaf_hash
from entente.model.report import Lane
from entente.model.strict import unreadable
from entente.model.wire import VERSION, Verified, encode, header_digest, is_newer_minor
from entente.store import tables
from entente.store.register import line
from entente.store.store import RecordRow
from entente.store.write import (
    NewArrival,
    NewContent,
    NewEntry,
    NewLine,
    NewRecord,
    Write,
)

# Makes a record of this node from bytes of a life lane that could not be read: (bytes, partner, why) -> entry.
RawDistress = Callable[[bytes, str, str], NewEntry]


_INCARNATION = re.compile(r"[0-9A-Za-z]{1,64}")


class Inbox:
    """Takes pages of lanes. Each lane of a partner is pulled by one thread."""

    def __init__(self, seat: Seat, raw_distress: RawDistress) -> None:
        self._seat = seat
        self._store = seat.store
        self._ring = seat.ring
        self._raw_distress = raw_distress

    def arrived(self, partner: str, lane: Lane) -> tuple[str, int]:
        """How far this node has come in a partner's lane: (incarnation, number)."""
        incarnation, _, number = self._store.place(f"in/{partner}/{lane}", "/0").rpartition("/")
        return incarnation, int(number)

    def take(self, partner: str, page: Page) -> int:
        """Take in a page that the partner itself vouches for. Returns how many numbers were dealt with.

        Everything of the page is kept in one commit, its receipts with it: a receipt is never seen by the partner
        before what it acknowledges is durable. A crash before the commit leaves the page to be fetched again, one
        after it leaves a place behind the page, so nothing is taken twice. Raises Malformed for a page of no log.
        """
        self._seat.partner(partner)
        if not _INCARNATION.fullmatch(page.incarnation):
            raise unreadable("a page names the log that it is of")
        incarnation, last = self.arrived(partner, page.lane)
        if incarnation != page.incarnation:
            last = 0
        begun = last
        taken: list[_Taken] = []
        opened = [self._open(partner, page, envelope) for envelope in page.envelopes]
        so_far = self._before(opened)
        for one_opened in opened:
            last = self._past_what_came_early(partner, page, last, so_far)
            expected = last + 1
            one = self._take_one(partner, page, one_opened, expected, so_far)
            if one is None:
                continue
            if one.arrival.number != expected and page.lane != "life":
                self._alarm_order(partner, page.lane, expected, one.arrival.number)
                break
            taken.append(one)
            so_far.numbers.add(one.arrival.number)
            if one.arrival.number == expected:
                last = expected
        last = self._past_what_came_early(partner, page, last, so_far)
        place = {f"in/{partner}/{page.lane}": f"{page.incarnation}/{last}"}
        if not taken:
            if last > begun:
                self._store.commit(Write(places=place), life=page.lane == "life")
            return last - begun
        states = {key: state for one in taken for key, state in one.states.items()}
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
                states=states,
                lines=self._erasures(states),
                receipts=[(partner, self._store.secrets.signing.sign(encode(receipts)))],
                places=place | so_far.gone,
            ),
            life=page.lane == "life",
        )
        return len(taken)

    def _erasures(self, states: Mapping[tuple[str, int | None], str]) -> list[NewLine]:
        """What a partner recalled or had erased is a line of our register too (LOG-1)."""
        gone = sorted({record for (record, _), state in states.items() if state in _STATES.values()})
        return [line("erasure", ACCESS, self._store.clock(), records=gone)] if gone else []

    def _before(self, opened: Sequence[_Opened]) -> _SoFar:
        """What the ledger knows of the records of a page before any of them is taken, in two questions for all."""
        headers = [
            verified.header
            for one in opened
            if one.message is not None
            for _, verified in one.message.records
        ]
        held = self._store.known([header.id for header in headers]) if headers else set()
        marks = [_gone(header.node, header.id) for header in headers]
        return _SoFar({}, set(), {}, held, self._store.places_among(marks) if marks else {})

    def _past_what_came_early(self, partner: str, page: Page, last: int, so_far: _SoFar) -> int:
        """In the life lane a later number may have been taken before an earlier one came."""
        while page.lane == "life" and (last + 1 in so_far.numbers or self._is_taken(partner, page, last + 1)):
            last += 1
        return last

    def _alarm_order(self, partner: str, lane: str, expected: int, number: int) -> None:
        self._seat.alarm(
            Text(
                fr=f"« {partner} », voie {lane} : attendu le numéro {expected}, reçu {number}. On redemande.",
                en=f'"{partner}", lane {lane}: expected number {expected}, got {number}. Asking again.',
            )
        )

    def _open(self, partner: str, page: Page, envelope: Envelope) -> _Opened:
        """One envelope as far as keys and rules alone can take it; whatever is wrong with it is its error."""
        outer: Outer | None = None
        payload = b""
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
            if outer.void:
                return _Opened(envelope, outer, b"", None, None)
            payload = open_payload(envelope, outer, self._seat.own)
            read, more_unknown = read_payload(payload, newer=is_newer_minor(outer.entente))
            records, audience, basis, voucher = unpack(read, self._ring)
            unknown += more_unknown
            for _, verified in records:
                unknown += verified.unknown
                if page.lane == "life" and verified.header.compartment == "life_saving":
                    check_sound(verified)
                else:
                    check_welcome(verified, audience, basis, self._store.agreement, self._store.node)
            message = _Message(outer, records, audience, basis, voucher, unknown, read.batch is not None)
            return _Opened(envelope, outer, payload, message, None)
        except (PeerFault, Malformed, NotPermitted) as error:
            return _Opened(envelope, outer, payload, None, error)
        except (ValueError, TypeError) as error:
            # Text that is no text, a number that is none: what our readers let through, our writers do not.
            fault = unreadable(str(error)[:120].encode("ascii", "replace").decode())
            return _Opened(envelope, outer, payload, None, fault)

    def _take_one(
        self, partner: str, page: Page, opened: _Opened, expected: int, so_far: _SoFar
    ) -> _Taken | None:
        """What one envelope becomes; None for one that was dealt with before."""
        outer = opened.outer
        error = opened.error
        addressed = outer is not None and (error is None or error.code != "wrongly_addressed")
        if outer is not None and addressed:
            if outer.number < expected or (outer.number > expected and page.lane != "life"):
                return None if outer.number < expected else self._placeholder(partner, page, outer)
            if outer.number in so_far.numbers or (
                page.lane == "life" and self._is_taken(partner, page, outer.number)
            ):
                return None
            if outer.void:
                return _Taken(
                    self._arrival(partner, page, outer, "void"), self._item(outer, "accepted"), [], {}
                )
            if opened.message is not None:
                try:
                    return self._accept(partner, page, opened.message, so_far)
                except (PeerFault, Malformed, NotPermitted) as refused:
                    error = refused
                except (ValueError, TypeError) as fault:
                    error = unreadable(str(fault)[:120].encode("ascii", "replace").decode())
        if error is None:
            error = unreadable("an envelope without an outer part")
        return self._refuse(partner, page, opened.envelope, outer, opened.payload, expected, error)

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

    def _accept(self, partner: str, page: Page, message: _Message, so_far: _SoFar) -> _Taken:
        outer = message.outer
        fresh: list[NewRecord] = []
        states: dict[tuple[str, int | None], str] = {}
        known: dict[tuple[str, int], str] = {}
        gone: dict[str, str] = {}
        # Named by its sender too: no partner can give its batch the name of one of ours.
        batch = f"{partner}/{outer.message}" if message.is_batch else None
        for place, verified in message.records:
            header = verified.header
            digest = f"{header.node}/{header_digest(verified.header_bytes)}"
            if header.node == self._store.node:
                continue  # our own record come home: we hold the original
            named = (header.id, header.version)
            earlier = so_far.known.get(named) or known.get(named)
            versions = self._store.versions(header.id) if header.id in so_far.held else []
            if self._stands_already(verified, digest, earlier, versions, states):
                continue
            known[named] = digest
            mark = _gone(header.node, header.id)
            state = so_far.gone.get(mark) or so_far.amended.get(mark)
            if state:
                states[header.id, None] = state
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
                    audience=message.audience,
                    basis=message.basis,
                )
            )
            for part in verified.parts:
                if part.name == "amendment" and (state := _STATES.get(part.value.act)):
                    of_page = {**so_far.known, **known}
                    states |= self._amended(header.node, part.value.record, state, of_page, gone)
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
            audience=message.audience,
            basis=message.basis,
            parts=tuple(len(new.contents) for new in fresh),
            unknown=message.unknown,
        )
        entry = NewEntry(
            kind="received_batch" if batch else "received",
            signed=self._store.secrets.signing.sign(encode(received)),
            carried=message.voucher,
            cause=f"in/{partner}/{page.incarnation}/{page.lane}/{outer.number}",
            records=fresh,
        )
        # Only now: what is refused leaves no trace in what the rest of the page is held against.
        so_far.known.update(known)
        so_far.gone.update(gone)
        return _Taken(
            self._arrival(
                partner,
                page,
                outer,
                "accepted" if fresh else "duplicate",
                record=None if message.is_batch else message.records[0][1].header.id,
            ),
            self._item(outer, "accepted"),
            [entry],
            states,
        )

    def _stands_already(
        self,
        verified: Verified,
        digest: str,
        earlier: str | None,
        versions: Sequence[RecordRow],
        states: dict[tuple[str, int | None], str],
    ) -> bool:
        """Whether this very version is held; refuses another one under its name, and a broken line of versions.

        earlier: digest of what this page brought under the same name; versions: those held of the record.
        """
        header = verified.header
        if earlier is not None:
            if earlier != digest:
                raise _version_taken(header.version)
            return True
        for row in versions:
            if row.header.version == header.version:
                if row.header_bytes == verified.header_bytes:
                    return True
                raise _version_taken(header.version)
            if row.header.node != header.node:
                raise PeerFault(
                    "not_originator",
                    Text(
                        fr="Seul l’émetteur d’une fiche peut en donner une nouvelle version.",
                        en="Only a record's originator can give a new version of it.",
                    ),
                )
            if row.header.version > header.version:
                states[header.id, header.version] = "superseded"
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

    def _amended(
        self,
        node: str,
        record: str,
        state: str,
        of_page: dict[tuple[str, int], str],
        gone: dict[str, str],
    ) -> dict[tuple[str, int | None], str]:
        """What a partner's amendment does to what it sent us; only the originator may amend."""
        rows = self._store.versions(record)
        if not rows:
            gone[_gone(node, record)] = state
            came = any(
                known == record and digest.startswith(f"{node}/") for (known, _), digest in of_page.items()
            )
            return {(record, None): state} if came else {}
        if rows[0].header.node != node:
            raise PeerFault(
                "not_originator",
                Text(
                    fr="Seul l’émetteur d’une fiche peut la rappeler ou l’effacer.",
                    en="Only a record's originator can recall or erase it.",
                ),
            )
        return {(record, None): state}

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
        if (
            outer is not None
            and outer.number != expected
            and (page.lane != "life" or error.code == "wrongly_addressed")
        ):
            # A number that is not of this log says nothing about its own: the true message of that number may come.
            number = expected
        digest = outer.digest if outer else payload_digest(envelope.outer.encode("utf-8", "surrogatepass"))
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
            raw = payload or raw_of(envelope, self._seat.own)
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


class _SoFar(msgspec.Struct, frozen=True):
    """What a page has brought so far and is not yet in the ledger: versions, numbers, amendments of what is to come.

    held, amended: which of its records the ledger knew before, and which their originator amended before they came.
    """

    known: dict[tuple[str, int], str]
    numbers: set[int]
    gone: dict[str, str]
    held: set[str]
    amended: dict[str, str]


class _Opened(msgspec.Struct, frozen=True):
    """One envelope after its signatures and the door's rules were asked: a message, a void, or why it is neither."""

    envelope: Envelope
    outer: Outer | None
    payload: bytes
    message: _Message | None
    error: EntenteError | None


class _Message(msgspec.Struct, frozen=True):
    """One message whose every signature holds."""

    outer: Outer
    records: list[tuple[int, Verified]]
    audience: tuple[str, ...]
    basis: str
    voucher: str
    unknown: tuple[str, ...]
    is_batch: bool


_STATES = {"erase": "erased", "recall": "recalled"}


def _gone(node: str, record: str) -> str:
    """Under which name the store remembers that a record which is not here was amended by its originator."""
    return f"gone/{node}/{record}"


def _version_taken(version: int) -> PeerFault:
    return PeerFault(
        "version_taken",
        Text(
            fr=f"Une autre version {version} de cette fiche est déjà tenue ici.",
            en=f"Another version {version} of this record is held here already.",
        ),
    )


def _lies_in(verified: Verified, value: Any) -> Any:
    """The compartment of a part: its own where it says one, else its record's."""
    return getattr(value, "compartment", None) or verified.header.compartment
