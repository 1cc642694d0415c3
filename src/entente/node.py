"""One node: opens the store, seats the desks, and steps them; what officers do passes through here.

READERS says which desk reads which kind of record, so that every consequence of a record can be seen at one glance.
Nothing is decided here: the door, the rules and the desks decide. The pages, the partner's wire and the terminal all
come in by these same calls.
"""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from entente.courier import Carrier, Route, Waker, Wire, answer_digest
from entente.crosscheck.desk import CrosscheckDesk, HitShown
from entente.errors import (
    Conflict,
    EntenteError,
    Malformed,
    NotFound,
    NotPermitted,
    PeerFault,
    Text,
    Unavailable,
)
from entente.evidence.features import Features, prepare
from entente.exchange.desk import ExchangeDesk
from entente.exchange.envelope import SealingKey
from entente.exchange.protocol import (
    SKEW_ALARM_S,
    ReceiptPage,
    check_request,
    read_page,
    sign_request,
)
from entente.exchange.seat import Partner
from entente.holding import HoldingProgress, import_rows
from entente.maritime.desk import MaritimeDesk
from entente.model.entity import Entity
from entente.model.identifier import guess_kind, read_identifier
from entente.model.name import Name
from entente.model.report import (
    LANES,
    Compartment,
    Draft,
    Ground,
    Judgement,
    Kind,
    Lane,
    RecordRef,
    Releasing,
    Routing,
    Statement,
    Verdict,
)
from entente.model.signing import KeyRing
from entente.model.strict import convert, strict_json
from entente.model.wire import encode
from entente.policy.access import Access
from entente.policy.agreement import Agreement
from entente.policy.door import admit, check_basis, check_dates, saves_life, with_life_defaults
from entente.policy.handling import inherited_labels
from entente.policy.retention import due_dates
from entente.settings import NodeSettings, OfficerListed, read_settings
from entente.store.compose import Said, compose
from entente.store.register import RegisterAct, check_reason, line
from entente.store.secrets import read_secrets
from entente.store.store import Reading, RecordRow, Store, value_of
from entente.store.verify import Proof, verify_store
from entente.store.write import Write

# Who reads what. The exchange numbers every own record that names recipients; a hit names none and stays.
READERS: dict[Kind, tuple[str, ...]] = {
    "report": ("exchange", "crosscheck"),
    "sighting": ("exchange", "crosscheck", "maritime"),
    "distress": ("exchange", "maritime"),
    "designation": ("exchange", "crosscheck"),
    "hit": ("crosscheck",),
    "judgement": ("exchange", "crosscheck"),
    "amendment": ("exchange", "crosscheck", "maritime"),
    "release": ("exchange",),
    "holding": ("exchange", "crosscheck"),
    "agreement": ("exchange",),
}
RETRY_S = 1.0
# How often a desk tries an entry before it is recorded as refused.
TRIES = 3
# While a partner's pages keep coming, the cross-check works in short turns: receiving goes before comparing.
TURN_S = 0.03
BUSY_S = 1.0


class Node:
    """A running node. Close it; what was acknowledged is durable whether or not you do."""

    def __init__(self, folder: Path, clock: Callable[[], dt.datetime] | None = None) -> None:
        self.folder = folder
        self.settings: NodeSettings = read_settings(folder)
        self._clock_shift = 0.0
        self._clock = clock or self._now
        secrets = read_secrets(folder / "secrets", self.settings.node)
        self.agreement: Agreement = self.settings.agreement
        self.store = Store(folder, secrets, self.agreement, self._clock)
        self._clock_shift = float(self.store.place("clock", "0"))
        self.ring: KeyRing = self.store.ring()
        partners: dict[str, Partner] = {}
        for pinned in self.settings.partners:
            self.ring.pin(pinned.key_id, pinned.signing)
            partners[pinned.node] = Partner(
                node=pinned.node,
                address=pinned.address,
                sealing=SealingKey(public=bytes.fromhex(pinned.sealing)),
            )
        self.maritime = MaritimeDesk(self.store)
        self.exchange = ExchangeDesk(self.store, partners, self.ring, self.maritime.raw_entry, self._on_due)
        self.crosscheck = CrosscheckDesk(self.store)
        self._desk_lock = threading.RLock()
        self._threads: list[threading.Thread] = []
        self._carriers: dict[str, list[Carrier]] = {}
        self._wakers: dict[str, Waker] = {}
        self._wires: list[Wire] = []
        self._stopping = threading.Event()
        self._last_fault: dict[str, str] = {}
        self._full_page_at = float("-inf")
        self._ahead: dict[tuple[str, str], tuple[str, Future[bytes]]] = {}
        self._fetching = ThreadPoolExecutor(max_workers=8, thread_name_prefix="fetching")
        for name, fold in (("crosscheck", self.crosscheck.restore), ("maritime", self._fold_maritime)):
            try:
                fold()
            except EntenteError as error:
                self._alarm_desk(name, error.text)
            except Exception as error:  # noqa: BLE001 - a damaged file must not keep the node from opening
                # Distress goes on, and `verify` names what was changed; the desk itself tries again.
                self._alarm_desk(name, Text(fr=type(error).__name__, en=type(error).__name__))

    def _fold_maritime(self) -> None:
        while self.maritime.step():
            pass

    # -- running ------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Step the desks whenever something is appended, and carry what is due."""
        for name, step in self._steps():
            thread = threading.Thread(
                target=self._follow, args=(name, step), name=f"desk {name}", daemon=True
            )
            thread.start()
            self._threads.append(thread)
        for partner in self.exchange.partners.values():
            self._seat_courier(partner)

    def close(self) -> None:
        """Stop the couriers, then the desks, then the store."""
        self._stopping.set()
        self.store.wake_all()
        for carriers in self._carriers.values():
            for carrier in carriers:
                carrier.stop()
        for waker in self._wakers.values():
            waker.stop()
        for thread in self._threads:
            thread.join(timeout=35)
        self._fetching.shutdown(wait=True, cancel_futures=True)
        for wire in self._wires:
            wire.close()
        self.store.close()

    def settle(self) -> None:
        """Step every desk until none has anything to read; for a node that does not run, and for tests."""
        while any([step() for _, step in self._steps()]):
            pass

    def _steps(self) -> tuple[tuple[str, Callable[[], int]], ...]:
        return (
            ("maritime", self.maritime.step),
            ("exchange", self.exchange.step),
            ("crosscheck", self._step_crosscheck),
        )

    def _step_crosscheck(self) -> int:
        busy = time.monotonic() - self._full_page_at < BUSY_S
        if busy:
            self._stopping.wait(TURN_S)
        with self._desk_lock:
            return self.crosscheck.step(25 if busy else 100)

    def _follow(self, name: str, step: Callable[[], int]) -> None:
        """A follower that fails keeps its place, says so, and takes up again.

        An entry at which it fails again and again is recorded as refused, with the reason, and that is a step: one
        record that cannot be taken does not keep all that come after it from anybody.
        """
        size = -1
        failures = 0
        while not self._stopping.is_set():
            try:
                if step() == 0:
                    self.store.wait(size, 1.0)
                    size = self.store.size
                failures = 0
                continue
            except Unavailable as error:
                # The disk, not the entry: it is asked again until there is room.
                self._alarm_desk(name, error.text)
            except EntenteError as error:
                self._alarm_desk(name, error.text)
                failures += 1
            except Exception as error:  # noqa: BLE001 - a fault of ours must not end the desk in silence
                self._alarm_desk(name, Text(fr=repr(error), en=repr(error)))
                failures += 1
            self._stopping.wait(RETRY_S)
            if failures >= TRIES:
                failures = 0
                self._pass_over(name)

    def _pass_over(self, name: str) -> None:
        """Step over the one entry at which a desk fails, and say so for good."""
        try:
            if name == "exchange":
                self.exchange.pass_over()
            elif name == "crosscheck":
                with self._desk_lock:
                    self.crosscheck.pass_over()
        except EntenteError as error:
            self._alarm_desk(name, error.text)

    def _alarm_desk(self, name: str, text: Text) -> None:
        if not self._stopping.is_set():
            self.exchange.alarm(
                Text(
                    fr=f"Le bureau « {name} » s’est arrêté et réessaie : {text.fr}",
                    en=f'The desk "{name}" stopped and tries again: {text.en}',
                )
            )

    # -- the courier's two ends ---------------------------------------------------------------------------------

    def _seat_courier(self, partner: Partner) -> None:
        def wire() -> Wire:
            made = Wire(partner.node, partner.address, self._sign_request, self._check_answer)
            self._wires.append(made)
            return made

        life_wire, wire_of_rest, waking = wire(), wire(), wire()
        life = [Route(f"{partner.node}/life", lambda: self._pull(life_wire, partner.node, "life"))]
        rest = [
            Route(f"{partner.node}/{lane}", lambda lane=lane: self._pull(wire_of_rest, partner.node, lane))  # type: ignore[misc]
            for lane in LANES
            if lane != "life"
        ]
        rest.insert(
            0, Route(f"{partner.node}/receipts", lambda: self._pull_receipts(wire_of_rest, partner.node))
        )
        self._carriers[partner.node] = [
            Carrier(f"{partner.node} life", life, self._on_fault),
            Carrier(f"{partner.node} rest", rest, self._on_fault),
        ]
        self._wakers[partner.node] = Waker(partner.node, lambda lanes: self._wake(waking, lanes))
        self._wakers[partner.node].start()
        for carrier in self._carriers[partner.node]:
            carrier.start()

    def _sign_request(self, partner: str, method: str, target: str, body: bytes) -> str:
        return sign_request(
            self.store.secrets.signing, self.store.node, partner, method, target, body, self._clock()
        )

    def _check_answer(self, signed: str, partner: str, target: str, body: bytes) -> None:
        _, content = self.ring.verify(signed, node=partner)
        if content != answer_digest(target, body):
            raise PeerFault(
                "answer_not_signed",
                Text(
                    fr=f"La réponse de « {partner} » n’est pas celle qu’il a signée.",
                    en=f'The answer of "{partner}" is not the one it signed.',
                ),
            )

    def _pull(self, wire: Wire, partner: str, lane: Lane) -> bool:
        incarnation, after = self.exchange.arrived(partner, lane)
        answer = self._ahead_or_asked(wire, partner, lane, incarnation, after)
        page = read_page(answer)
        if page.lane != lane:
            raise PeerFault(
                "wrong_lane",
                Text(
                    fr=f"« {partner} » répond d’une autre voie.", en=f'"{partner}" answers from another lane.'
                ),
            )
        if page.more:
            self._full_page_at = time.monotonic()
            self._ask_ahead(wire, partner, lane, page.incarnation, after + len(page.envelopes))
        taken = self.exchange.take(partner, page)
        if taken:
            # The sender may see at once how far its record has come.
            self._due_receipts(partner)
        return page.more and taken > 0

    def _ask_ahead(self, wire: Wire, partner: str, lane: Lane, incarnation: str, after: int) -> None:
        """Fetch the page that will be wanted next while this one is taken in; pulled by number, it can be no other."""
        target = _page_target(lane, incarnation, after)
        self._ahead[partner, lane] = (target, self._fetching.submit(wire.ask, "GET", target))

    def _ahead_or_asked(self, wire: Wire, partner: str, lane: Lane, incarnation: str, after: int) -> bytes:
        target = _page_target(lane, incarnation, after)
        ahead = self._ahead.pop((partner, lane), None)
        if ahead is not None and ahead[0] == target:
            return ahead[1].result()
        return wire.ask("GET", target)

    def _pull_receipts(self, wire: Wire, partner: str) -> bool:
        after = self.exchange.taken_receipts(partner)
        page = convert(strict_json(wire.ask("GET", f"/v1/receipts?after={after}")), ReceiptPage)
        taken = self.exchange.take_receipts(partner, page)
        return page.more and taken > 0

    def _wake(self, wire: Wire, lanes: list[str]) -> None:
        wire.ask("POST", "/v1/wake", encode(lanes))

    def _due_receipts(self, partner: str) -> None:
        if partner in self._wakers:
            self._wakers[partner].due("receipts")

    def _on_due(self, partner: str, lane: Lane) -> None:
        if partner in self._wakers:
            self._wakers[partner].due(lane)

    def _on_fault(self, route: str, error: EntenteError) -> None:
        said = f"{error.code}"
        if self._last_fault.get(route) != said and not self._stopping.is_set():
            self.exchange.alarm(error.text)
        self._last_fault[route] = said

    def woken(self, partner: str, lanes: list[str]) -> None:
        """A partner says that there is something in these lanes."""
        carriers = self._carriers.get(partner, [])
        for carrier, is_life in zip(carriers, (True, False), strict=False):
            if any((lane == "life") == is_life for lane in lanes):
                carrier.wake()

    def asked_by(self, signed: str, method: str, target: str, body: bytes) -> str:
        """Which partner asks, by its signature. A clock that is far off alarms and stops nothing."""
        partner, skew_s = check_request(
            signed, self.ring, self.store.node, method, target, body, self._clock()
        )
        if abs(skew_s) > SKEW_ALARM_S and self._last_fault.get(f"skew/{partner}") is None:
            self._last_fault[f"skew/{partner}"] = "skew"
            self.exchange.alarm(
                Text(
                    fr=f"L’horloge de « {partner} » s’écarte de {abs(skew_s):.0f} s de la nôtre.",
                    en=f'The clock of "{partner}" is {abs(skew_s):.0f} s off ours.',
                )
            )
        return partner

    # -- the clock ----------------------------------------------------------------------------------------------

    def _now(self) -> dt.datetime:
        return dt.datetime.fromtimestamp(time.time() + self._clock_shift, dt.UTC)

    def now(self) -> dt.datetime:
        """The node's clock: an exercise clock in an exercise."""
        return self._clock()

    def set_clock(self, to: dt.datetime) -> None:
        """Move an exercise clock; it runs on from there. Raises NotPermitted outside an exercise."""
        if not self.agreement.exercise:
            raise NotPermitted(
                "no_exercise",
                Text(
                    fr="L’horloge ne se règle que dans un exercice.",
                    en="The clock can be set only in an exercise.",
                ),
            )
        self._clock_shift = to.timestamp() - time.time()
        self.store.commit(Write(places={"clock": repr(self._clock_shift)}))

    # -- who works here -----------------------------------------------------------------------------------------

    def officer(self, name: str) -> OfficerListed:
        """An officer of this node. Raises NotPermitted for one who is not listed."""
        for officer in self.settings.officers:
            if officer.name == name:
                return officer
        raise NotPermitted(
            "officer_unknown",
            Text(fr=f"« {name} » n’est pas agent de ce nœud.", en=f'"{name}" is no officer of this node.'),
            Text(
                fr="Voyez officers.toml dans le dossier du nœud.",
                en="See officers.toml in the node's folder.",
            ),
        )

    def access(
        self, officer: str, reason: str, *, matter: str, purpose: str | None = None, role: str | None = None
    ) -> Access:
        """An officer at work. role: the officer's first one by default; purpose: what that role works for."""
        listed = self.officer(officer)
        chosen = role or listed.roles[0]
        if chosen not in listed.roles:
            raise NotPermitted(
                "role_not_held",
                Text(
                    fr=f"{officer} n’a pas le rôle « {chosen} ».",
                    en=f'{officer} does not hold the role "{chosen}".',
                ),
                Text(
                    fr=f"Ses rôles : {', '.join(listed.roles)}.", en=f"Roles held: {', '.join(listed.roles)}."
                ),
            )
        purposes = {
            "watch_keeper": "life_saving",
            "judicial_keeper": "investigation",
            "victim_keeper": "investigation",
        }
        return convert(
            {
                "officer": officer,
                "service": listed.service,
                "party": self.store.party,
                "node": self.store.node,
                "role": chosen,
                "purpose": purpose or purposes.get(chosen, "intelligence"),
                "matter": matter,
                "reason": reason,
            },
            Access,
        )

    # -- what officers do ---------------------------------------------------------------------------------------

    def record(self, draft: Draft, access: Access) -> RecordRow:
        """Record what an officer says. Returns when it is durable; raises with the reason when it is refused."""
        draft = with_life_defaults(draft)
        if not saves_life(draft):
            check_reason(access.reason)
        admit(draft, access, self.agreement)
        now = self._clock()
        previous: RecordRow | None = None
        recipients = draft.recipients
        if draft.replaces:
            previous = self._own_current(draft.replaces, draft, access)
            recipients = tuple(sorted({*recipients, *self.exchange.sent_to(draft.replaces)}))
        states: dict[tuple[str, int | None], str] = {}
        act: RegisterAct = "alteration" if previous else "collection"
        if draft.designation is not None:
            self._check_designation(draft, access)
        if draft.amendment is not None:
            target = self._own_current(draft.amendment.record, draft, access)
            recipients = tuple(sorted({*recipients, *self.exchange.sent_to(target.header.id)}))
            state = {"erase": "erased", "recall": "recalled"}.get(draft.amendment.act)
            if state:
                states[target.header.id, None] = state
                act = "erasure"
        if draft.release is not None:
            self._own_current(draft.release.of, draft, access)
        if previous is not None:
            states[previous.header.id, previous.header.version] = "superseded"
        said = self._said(draft, access.officer, recipients, now, previous)
        entry = compose(said, self.store.secrets.signing, self.store.node, self.store.party, now)
        record = entry.records[0]
        self.store.commit(
            Write(entries=[entry], states=states, lines=[line(act, access, now, records=[record.header.id])]),
            life=saves_life(draft),
        )
        return self.store.current([record.header.id])[record.header.id]

    def _said(
        self,
        draft: Draft,
        officer: str,
        recipients: tuple[str, ...],
        now: dt.datetime,
        previous: RecordRow | None,
    ) -> Said:
        categories = [
            entity.category
            for statement in draft.statements
            for entity in statement.entities
            if entity.category is not None
        ]
        purpose = draft.purpose or "life_saving"
        review_by, erase_by = due_dates(draft.kind, categories, purpose, draft.compartment, now.date())
        review_by, erase_by = draft.review_by or review_by, draft.erase_by or erase_by
        check_dates(review_by, erase_by, now.date())
        where = draft.compartment
        values: list[tuple[str, Any, Any]] = [
            (f"statement/{statement.id}", statement, statement.compartment or where)
            for statement in draft.statements
        ]
        acts = (
            ("designation", draft.designation),
            ("judgement", draft.judgement),
            ("amendment", draft.amendment),
            ("release", draft.release),
        )
        values += [(name, value, where) for name, value in acts if value is not None]
        if draft.conditions:
            values.append(("conditions", draft.conditions, where))
        values.append(("routing", Routing(officer=officer, recipients=recipients, lane=draft.lane), where))
        return Said(
            kind=draft.kind,
            service=draft.service,
            purpose=purpose,
            matter=draft.matter or "",
            compartment=where,
            handling=draft.handling,
            said_at=draft.said_at or now,
            review_by=review_by,
            erase_by=erase_by,
            values=values,
            id=previous.header.id if previous else None,
            version=previous.header.version + 1 if previous else 1,
            previous=previous.header_bytes if previous else None,
            regime=draft.regime,
            grade=draft.grade or (draft.statements[0].grade if draft.statements else None),
            reference=draft.reference,
            has_conditions=draft.conditions is not None,
            under_review=draft.under_review,
        )

    def _own_current(self, record: str, draft: Draft, access: Access) -> RecordRow:
        """The newest version of an own record that is still held, for an act on it.

        The act lies where the record lies, in a compartment that its writer's role opens: else a watch-keeper could
        erase a judicial file by way of life saving.
        """
        row = self.store.current([record]).get(record)
        opened = self.agreement.service(access.service).opens.get(access.role, ())
        if (
            row is None
            or not row.is_own
            or row.header.kind == "hit"
            or row.header.compartment != draft.compartment
            or row.header.compartment not in opened
        ):
            raise NotFound(
                "record_not_found",
                Text(fr=f"Aucune fiche « {record} » de ce nœud.", en=f'No record "{record}" of this node.'),
                Text(
                    fr="Seul l’émetteur rectifie ; demandez-le lui.",
                    en="Only the originator amends; ask it to.",
                ),
            )
        if row.state in ("erased", "recalled"):
            raise Conflict(
                "record_gone",
                Text(
                    fr=f"La fiche {record} est déjà effacée ou rappelée.",
                    en=f"Record {record} is erased or recalled.",
                ),
            )
        return row

    def _check_designation(self, draft: Draft, access: Access) -> None:
        designation = draft.designation
        if designation is None:
            return
        self.officer(designation.approver)
        if designation.matter != draft.matter:
            raise Malformed(
                "matter_wrong",
                Text(
                    fr="La désignation vaut dans l’affaire de sa fiche, et dans nulle autre.",
                    en="A designation holds in the matter of its record and in no other.",
                ),
            )
        reading = self.store.read(access, designation.about.record)
        statements = [
            value_of(stored) for stored in reading.parts if stored.part.name.startswith("statement/")
        ]
        found: Statement | None = next(
            (one for one in statements if one.id == designation.basis_statement), None
        )
        if draft.designation is not None and designation.category in ("suspect", "convicted"):
            check_basis(found)
        if not any(entity.id == designation.about.entity for one in statements for entity in one.entities):
            raise NotFound(
                "person_not_found",
                Text(
                    fr="Cette fiche ne parle pas de cette personne.",
                    en="That record does not speak of that person.",
                ),
            )

    def distress(self, content: bytes, access: Access) -> RecordRow:
        """Record a distress, whatever shape it has: what cannot be read is kept raw and goes to every partner."""
        draft, _, why = self.maritime.read_draft(content)
        everyone = tuple(sorted(self.exchange.partners))
        if draft is not None:
            try:
                return self.record(
                    msgspec.structs.replace(
                        draft, service=access.service, recipients=draft.recipients or everyone
                    ),
                    access,
                )
            except Unavailable:
                raise
            except EntenteError as error:
                why = error.code
            except ValueError:
                # Text that is no text (a lone half of a sign): it cannot be signed as it stands, and is kept raw.
                why = "unreadable"
        entry = self.maritime.raw_entry(content, access.officer, why, service=access.service, tell=everyone)
        record = entry.records[0].header.id
        self.store.commit(
            Write(entries=[entry], lines=[line("collection", access, self._clock(), records=[record])]),
            life=True,
        )
        return self.store.current([record])[record]

    def read(self, access: Access, record: str, version: int | None = None) -> Reading:
        """Show a record, by its id or its service's own number, and tell its sender that it was seen."""
        found = record
        if not self.store.current([record]):
            named = [
                row for row in self.store.by_reference(record) if self.store.may_read(access, row).is_yes
            ]
            if named:
                found = named[0].header.id
        reading = self.store.read(access, found, version)
        if not reading.row.is_own:
            self.exchange.climb([found], "seen")
        return reading

    def search(self, access: Access, written: str) -> list[tuple[RecordRow, Features, float, Any]]:
        """Records that carry an identifier or a name, among what the officer may read. Registered without the value."""
        check_reason(access.reason)
        now = self._clock()
        asked = self._asked(written, now.date())
        with self._desk_lock:
            found = self.crosscheck.matches(access, asked)
        rows = self.store.current([hit.other.ref.record for hit in found])
        shown = [(rows[hit.other.ref.record], hit.other, hit.bits, hit.grounds) for hit in found]
        self.store.note(
            line(
                "search", access, now, records=sorted({row.header.id for row, *_ in shown}), found=len(shown)
            )
        )
        return shown

    def _asked(self, written: str, today: dt.date) -> list[Features]:
        """What was typed, read in every way that it can be: identifiers first, then a name."""
        region = {"FR": "FR", "UK": "GB"}.get(self.store.party, "FR")
        ref = RecordRef("", "")
        readings = [
            Entity(id="q", kind="object", identifiers=(read_identifier(kind, written, region=region),))
            for kind in guess_kind(written, region)
        ]
        if not any(character.isdigit() for character in written):
            readings.append(
                Entity(id="q", kind="person", names=(Name(written),), category="not_yet_assessed")
            )
        return [prepare(entity, ref, today) for entity in readings]

    def hits(self, access: Access, *, limit: int = 50, about: str | None = None) -> list[HitShown]:
        """The hits that an officer may know, newest first."""
        if about:
            named = self.store.by_reference(about)
            about = named[0].header.id if named else about
        with self._desk_lock:
            return self.crosscheck.hits(access, limit=limit, about=about)

    def why_not(self, access: Access, one: str, other: str) -> tuple[Ground, ...]:
        """What speaks for and against two records that an officer may both read; empty where they do not meet."""
        rows = [self.read(access, record).row for record in (one, other)]
        with self._desk_lock:
            return self.crosscheck.why_not(rows[0].header.id, rows[1].header.id)

    def judge(self, access: Access, hit: str, verdict: Verdict, reason: str) -> RecordRow:
        """Say of a hit: same, different or unsure, and why. It binds the machine and travels to who holds both."""
        with self._desk_lock:
            shown = self.crosscheck.hits(access, about=hit)
        if not shown:
            raise NotFound(
                "hit_not_found",
                Text(fr=f"Aucun rapprochement « {hit} » pour vous ici.", en=f'No hit "{hit}" for you here.'),
            )
        found = shown[0]
        now = self._clock()
        one, other = found.one, found.other
        compartment: Compartment = found.side
        draft = Draft(
            kind="judgement",
            service=access.service,
            purpose="investigation" if compartment == "judicial" else "intelligence",
            matter=access.matter,
            compartment=compartment,
            handling=inherited_labels([one.header.handling, other.header.handling]),
            recipients=() if compartment == "judicial" else self._holders_of_both(one, other),
            said_at=now,
            judgement=Judgement(
                one=found.hit.one,
                other=found.hit.other,
                verdict=verdict,
                reason=reason,
                officer=access.officer,
            ),
        )
        row = self.record(draft, access)
        self.exchange.climb([record.header.id for record in (one, other) if not record.is_own], "acted_on")
        return row

    def release(
        self, access: Access, of: str, recipients: tuple[str, ...], because: str, lane: Lane | None = None
    ) -> RecordRow:
        """Release a record, or all rows of a holding, to further recipients. Release decides again for each."""
        named = [row for row in self.store.by_reference(of) if row.is_own]
        found = named[0] if named else self.store.current([of]).get(of)
        header = None if found is None else found.header
        draft = Draft(
            kind="release",
            service=access.service,
            purpose="intelligence",
            matter=access.matter,
            compartment="intelligence" if header is None else header.compartment,
        )
        header = self._own_current(of if header is None else header.id, draft, access).header
        draft = msgspec.structs.replace(
            draft,
            purpose=header.purpose,
            matter=header.matter,
            handling=header.handling,
            release=Releasing(
                of=header.id, recipients=recipients, reason=because, officer=access.officer, lane=lane
            ),
        )
        return self.record(draft, access)

    def _holders_of_both(self, one: RecordRow, other: RecordRow) -> tuple[str, ...]:
        """Who holds both records of a pair elsewhere: those alone may learn what was judged of them."""

        def holders(row: RecordRow) -> set[str]:
            return set(self.exchange.sent_to(row.header.id)) if row.is_own else {row.header.node}

        first, second = holders(one), holders(other)
        both = set()
        for left in first:
            for right in second:
                if left == right or left.startswith(f"{right}/"):
                    both.add(left)
                elif right.startswith(f"{left}/"):
                    both.add(right)
        return tuple(sorted(both))

    def refusals(self, access: Access, limit: int = 200) -> list[dict[str, Any]]:
        """What this node let neither in nor out, and why, newest first: references and rules, no contents."""
        check_reason(access.reason)
        found = self.exchange.refusals(limit)
        self.store.note(line("consultation", access, self._clock(), found=len(found)))
        return found

    def import_table(
        self, source: BinaryIO, filename: str, access: Access, options: Any
    ) -> Iterator[HoldingProgress]:
        """Import a table as a holding, with progress; see `holding`."""
        return import_rows(self.store, self.agreement, source, filename, access, options)

    def verify(self, progress: Callable[[int, int], None] | None = None) -> Proof:
        """Prove the chain of this node."""
        return verify_store(self.store, self.ring, progress)

    def status(self) -> dict[str, Any]:
        """What the node holds, what waits, and what a person should look at; no contents."""
        entries, root, lines, _ = self.store.roots()
        return {
            "node": self.store.node,
            "party": self.store.party,
            "now": self._clock().isoformat(),
            "entries": entries,
            "root": root.hex(),
            "register_lines": lines,
            "records": self.store.count(),
            "indexed_to": self.store.place("crosscheck", "0/0"),
            "numbered_to": self.store.place("exchange"),
            "partners": {
                name: {
                    "waiting": self.exchange.pending(name),
                    "arrived": {lane: self.exchange.arrived(name, lane)[1] for lane in LANES},
                }
                for name in self.exchange.partners
            },
            "alarms": [{"fr": text.fr, "en": text.en} for text in self.exchange.alarms[-20:]],
        }

    def health(self) -> dict[str, Any]:
        """Whether the node answers, how long its ledger is, and how far it has come in each partner's lanes."""
        return {
            "node": self.store.node,
            "entries": self.store.size,
            "quiet": self.is_quiet(),
            "arrived": {
                name: {lane: self.exchange.arrived(name, lane)[1] for lane in LANES}
                for name in self.exchange.partners
            },
        }

    def is_quiet(self) -> bool:
        """Whether every desk has read the whole ledger."""
        size = self.store.size
        return (
            self.store.place("exchange") == str(size) and self.store.place("crosscheck", "0/0") == f"{size}/0"
        )


def _page_target(lane: Lane, incarnation: str, after: int) -> str:
    return f"/v1/lanes/{lane}?after={after}&incarnation={incarnation}"
