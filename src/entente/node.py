"""One node: opens the store, seats the desks, and steps them; what officers do passes through here.

READERS says which desk reads which kind of record, so that every consequence of a record can be seen at one glance.
Nothing is decided here: the door, the rules and the desks decide. What officers do is in `office`; this is how it runs.
"""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import msgspec

from entente.ais_feed import AisFeed, machine_access
from entente.at_sea import AtSea
from entente.courier import HOLD_S, Carrier, Held, Route, Waker, Wire, answer_digest
from entente.crosscheck.desk import CrosscheckDesk
from entente.duty.calls import Switchboard
from entente.duty.desk import DutyDesk
from entente.errors import (
    EntenteError,
    Language,
    NotPermitted,
    PeerFault,
    Text,
    Unavailable,
)
from entente.exchange.desk import ExchangeDesk
from entente.exchange.envelope import SealingKey
from entente.exchange.protocol import (
    SKEW_ALARM_S,
    Page,
    check_request,
    read_page,
    read_receipt_page,
    sign_request,
)
from entente.exchange.seat import Partner
from entente.formats.ais_watch import Signal
from entente.fulltext.desk import FulltextDesk
from entente.maritime.desk import MaritimeDesk
from entente.model.report import (
    LANES,
    Kind,
    Lane,
)
from entente.model.signing import KeyRing
from entente.model.wire import encode
from entente.office import Office
from entente.oversight.desk import OversightDesk
from entente.oversight.misuse import Flag, flag_words
from entente.plan.desk import PlanDesk
from entente.plan_counts import PlanCounts
from entente.plan_sheets import PlanSheets
from entente.policy.agreement import Agreement
from entente.settings import NodeSettings, PartnerPinned, read_settings
from entente.store.secrets import read_secrets
from entente.store.store import Store
from entente.store.verify import Proof, verify_store
from entente.store.write import NewLine, Write
from entente.subjects import Subjects

# Who reads what. The exchange numbers every own record that names recipients; a hit names none and stays.
READERS: dict[Kind, tuple[str, ...]] = {
    "report": ("exchange", "crosscheck", "fulltext"),
    "sighting": ("exchange", "crosscheck", "maritime", "fulltext"),
    "distress": ("exchange", "maritime", "duty", "fulltext"),
    "designation": ("exchange", "crosscheck"),
    "hit": ("crosscheck",),
    "judgement": ("exchange", "crosscheck"),
    "amendment": ("exchange", "crosscheck", "maritime", "duty", "fulltext", "plan"),
    "release": ("exchange",),
    "holding": ("exchange", "crosscheck"),
    "agreement": ("exchange",),
    "sheet": ("exchange", "crosscheck"),
    "warning": ("exchange", "maritime", "duty", "fulltext"),
    "sea_act": ("exchange", "maritime", "duty"),
    "plan_act": ("exchange", "plan"),
    # Never the exchange: what is done inside the house stays there.
    "office": ("duty",),
}


def reads(desk: str) -> frozenset[Kind]:
    """The kinds of record that a desk reads."""
    return frozenset(kind for kind, desks in READERS.items() if desk in desks)


RETRY_S = 0.25
# How often a desk tries an entry before it is recorded as refused.
TRIES = 3
# Above this round trip a partner is far: what is due is told to it twice.
FAR_S = 0.15
# While a partner's pages keep coming, the cross-check works in short turns: receiving goes before comparing.
TURN_S = 0.03
BUSY_S = 1.0


class Node(Office, AtSea, PlanSheets, PlanCounts, Subjects):
    """A running node. Close it; what was acknowledged is durable whether or not you do."""

    def __init__(
        self,
        folder: Path,
        clock: Callable[[], dt.datetime] | None = None,
        patience_s: float = 0.2,
    ) -> None:
        self.folder = folder
        self.settings: NodeSettings = read_settings(folder)
        self._clock_shift = 0.0
        self._clock = clock or self._now
        secrets = read_secrets(folder / "secrets", self.settings.node)
        self.agreement: Agreement = self.settings.agreement
        self.store = Store(folder, secrets, self.agreement, self._clock, patience_s)
        self._clock_shift = float(self.store.place("clock", "0"))
        self.ring: KeyRing = self.store.ring()
        # What came from a partner is proved by its key, also after it left.
        for pinned in (*self.settings.partners_left, *self.settings.partners):
            self.ring.pin(pinned.key_id, pinned.signing)
        partners = {pinned.node: _partner(pinned) for pinned in self.settings.partners}
        self.maritime = MaritimeDesk(self.store, reads("maritime"))
        self.exchange = ExchangeDesk(
            self.store, partners, self.ring, self.maritime.raw_entry, self._on_due, reads("exchange")
        )
        self.crosscheck = CrosscheckDesk(self.store, reads("crosscheck"))
        self.planning = PlanDesk(self.store, reads("plan"))
        self.fulltext = FulltextDesk(self.store, reads("fulltext"))
        self.duty = DutyDesk(self.store, reads("duty"))
        self.calling = Switchboard(
            self.duty, self.settings.calling, self.settings.first_origin, self.exchange.alarm, self._clock
        )
        self.duty.on_alarm = self.calling.take
        self.oversight = OversightDesk(
            self.store, None, lambda officer, at: self.duty.rolls.on_shift(officer, at), self._on_misuse
        )
        self.store.on_flag = self._on_flag
        self._desk_lock = threading.RLock()
        self.seat_at_sea()
        self.seat_at_plan()
        self.ais = AisFeed(self.settings.ais.sources, self._report_ais, self.exchange.alarm, self._clock)
        self._threads: list[threading.Thread] = []
        self._carriers: dict[str, list[Carrier]] = {}
        self._wakers: dict[str, Waker] = {}
        self._holding: dict[str, list[Carrier]] = {}
        self._round_trip_s: dict[str, float] = {}
        self._taking: set[tuple[str, str]] = set()
        self._take_locks: dict[tuple[str, str], threading.Lock] = {}
        # Questions of partners that wait here.
        self.held = Held()
        self._wires: list[Wire] = []
        self._stopping = threading.Event()
        self._last_fault: dict[str, str] = {}
        self._full_page_at = float("-inf")
        self._ahead: dict[tuple[str, str], tuple[str, Future[bytes]]] = {}
        self._fetching = ThreadPoolExecutor(max_workers=8, thread_name_prefix="fetching")
        for name, fold in (
            ("duty", self.duty.restore),
            ("crosscheck", self.crosscheck.restore),
            ("maritime", self._fold_maritime),
            ("plan", self.planning.catch_up),
        ):
            try:
                fold()
            except EntenteError as error:
                self._alarm_desk(name, error.text)
            except Exception as error:  # noqa: BLE001 - a damaged file must not keep the node from opening
                # Distress goes on, and `verify` names what was changed; the desk itself tries again.
                self._alarm_desk(name, Text(fr=type(error).__name__, en=type(error).__name__))

    def _report_ais(self, signal: Signal) -> None:
        """A distress that a receiver heard, in the machine's name; said again under its cause, it is recorded once."""
        access = machine_access(self.agreement, self.store.node, self.store.party, self.settings.ais.service)
        language: Language = "fr" if self.store.party == "FR" else "en"
        words = signal.words.say(language)
        try:
            self.report_at_sea(access, signal.sighting, words, language, at=signal.at, cause=signal.cause)
        except Unavailable:
            raise
        except EntenteError:
            # Whatever a rule has against its form, a distress is kept and goes on, raw.
            self.distress(words.encode(), access, signal.cause)

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
        self.ais.start()
        self.calling.start(
            lambda records: {name: row.header.said_at for name, row in self.store.current(records).items()}
        )

    def close(self) -> None:
        """Stop the calls and the couriers, then the desks, then the store."""
        self._stopping.set()
        self.ais.stop()
        self.calling.stop()
        self.store.wake_all()
        for carriers in self._carriers.values():
            for carrier in carriers:
                carrier.stop()
        for waiting in (one for held in self._holding.values() for one in held):
            waiting.stop(wait=False)
        for waker in self._wakers.values():
            waker.stop()
        for thread in self._threads:
            thread.join(timeout=35)
        self._fetching.shutdown(wait=True, cancel_futures=True)
        for wire in self._wires:
            wire.close()
        self.fulltext.close()
        self.store.close()

    def settle(self) -> None:
        """Step every desk until none has anything to read; for a node that does not run, and for tests."""
        while sum(step() for _, step in self._steps()):
            pass

    def _steps(self) -> tuple[tuple[str, Callable[..., int]], ...]:
        return (
            ("maritime", self.maritime.step),
            ("duty", self._step_duty),
            ("fulltext", self.fulltext.step),
            ("plan", self.planning.step),
            ("exchange", self.exchange.step),
            ("crosscheck", self._step_crosscheck),
            ("oversight", self._step_oversight),
        )

    def _step_duty(self, limit: int = 500) -> int:
        return self.duty.step(limit)

    def _step_oversight(self, limit: int = 500) -> int:
        # It reads the register and nobody waits for it: while pages come in it looks only now and then.
        if time.monotonic() - self._full_page_at < BUSY_S:
            self._stopping.wait(RETRY_S)
        return self.oversight.step(limit)

    def _step_crosscheck(self, limit: int = 100) -> int:
        busy = time.monotonic() - self._full_page_at < BUSY_S
        if busy:
            self._stopping.wait(TURN_S)
        with self._desk_lock:
            return self.crosscheck.step(min(limit, 25) if busy else limit)

    def _follow(self, name: str, step: Callable[..., int]) -> None:
        """A follower that fails keeps its place, says so, and takes up again.

        An entry at which it fails again and again is recorded as refused, with the reason, and that is a step: one
        record that cannot be taken does not keep all that come after it from anybody.
        """
        size = -1
        failures = 0
        while not self._stopping.is_set():
            try:
                # After a failure one entry at a time, so that the one at fault fails alone and is the one stepped over.
                if (step(1) if failures else step()) == 0:
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
                # Its name alone: the words of an error may hold a value.
                self._alarm_desk(name, Text(fr=type(error).__name__, en=type(error).__name__))
                failures += 1
            self._stopping.wait(RETRY_S)
            if failures >= TRIES and self._pass_over(name):
                failures = 0

    def _pass_over(self, name: str) -> bool:
        """Step over the one entry at which a desk fails, and say so for good. Returns whether that could be said."""
        try:
            with self._desk_lock:
                {
                    "exchange": self.exchange.pass_over,
                    "crosscheck": self.crosscheck.pass_over,
                    "maritime": self.maritime.pass_over,
                    "duty": self.duty.pass_over,
                    "fulltext": self.fulltext.pass_over,
                    "plan": self.planning.pass_over,
                    "oversight": self.oversight.pass_over,
                }[name]()
        except EntenteError as error:
            self._alarm_desk(name, error.text)
            return False
        return True

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
        # One question for each lane that people wait for lies with the partner, and is answered when something is due:
        # half a round trip instead of one and a half. Bulk can wait for a wake.
        held = {lane: wire() for lane in LANES if lane != "bulk"}
        self._holding[partner.node] = [
            Carrier(
                f"{partner.node} held {lane}",
                [
                    Route(
                        f"{partner.node}/{lane}",
                        lambda lane=lane: self._pull_held(held[lane], partner.node, lane),  # type: ignore[misc]
                    )
                ],
                self._on_fault,
            )
            for lane in held
        ]
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
        for carrier in (*self._carriers[partner.node], *self._holding[partner.node]):
            carrier.start()

    def seat_partner(self, pinned: PartnerPinned) -> None:
        """Exchange with a partner from now on, or anew at another address; its file is written already."""
        self.unseat_partner(pinned.node)
        partner = _partner(pinned)
        self.ring.pin(pinned.key_id, pinned.signing)
        # A new table, since desks may be walking through the old one.
        self.exchange.partners = {**self.exchange.partners, pinned.node: partner}
        self.settings = msgspec.structs.replace(
            self.settings,
            partners=(*(one for one in self.settings.partners if one.node != pinned.node), pinned),
        )
        if self._threads and not self._stopping.is_set():
            self._seat_courier(partner)

    def unseat_partner(self, name: str) -> None:
        """Exchange with a partner no more: nothing is fetched from it, and it is answered nothing."""
        gone = tuple(one for one in self.settings.partners if one.node == name)
        self.exchange.partners = {
            node: partner for node, partner in self.exchange.partners.items() if node != name
        }
        self.settings = msgspec.structs.replace(
            self.settings,
            partners=tuple(one for one in self.settings.partners if one.node != name),
            partners_left=(*self.settings.partners_left, *gone),
        )
        for carrier in (*self._carriers.pop(name, ()), *self._holding.pop(name, ())):
            carrier.stop(wait=False)
        waker = self._wakers.pop(name, None)
        if waker is not None:
            waker.stop()

    def adopt(self, agreement: Agreement) -> None:
        """Work under another version of the agreement from now on; its file is written already.

        Everybody asks the store or the node for it at each decision and keeps no copy.
        """
        self.settings = msgspec.structs.replace(self.settings, agreement=agreement)
        self.store.agreement = agreement
        self.agreement = agreement

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

    def _pull_held(self, wire: Wire, partner: str, lane: Lane) -> bool:
        """Ask for what follows, and let the question wait there. Returns whether to ask again at once."""
        asked_at = time.monotonic()
        incarnation, after = self.exchange.arrived(partner, lane)
        answer = wire.ask("GET", f"{_page_target(lane, incarnation, after)}&hold={HOLD_S}")
        if self._stopping.is_set():
            return False
        page = read_page(answer)
        if page.envelopes:
            self._taking.add((partner, lane))
            try:
                self._take_page(wire, partner, lane, page, after)
                while self._pull(wire, partner, lane, is_held=True):
                    pass
            finally:
                self._taking.discard((partner, lane))
            return True
        # A partner that does not let questions wait answers at once: then it is looked at now and then, and woken.
        return time.monotonic() - asked_at > HOLD_S / 2

    def _pull(self, wire: Wire, partner: str, lane: Lane, *, is_held: bool = False) -> bool:
        if not is_held and (partner, lane) in self._taking:
            return False  # another hand takes from this lane, and goes on until it is empty
        incarnation, after = self.exchange.arrived(partner, lane)
        answer = self._ahead_or_asked(wire, partner, lane, incarnation, after)
        return self._take_page(wire, partner, lane, read_page(answer), after)

    def _take_page(self, wire: Wire, partner: str, lane: Lane, page: Page, after: int) -> bool:
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
        with self._take_locks.setdefault((partner, lane), threading.Lock()):
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
        asked_at = time.monotonic()
        page = read_receipt_page(wire.ask("GET", f"/v1/receipts?after={after}"))
        took_s = time.monotonic() - asked_at
        self._round_trip_s[partner] = min(took_s, self._round_trip_s.get(partner, took_s) * 1.2)
        taken = self.exchange.take_receipts(partner, page)
        return page.more and taken > 0

    def _wake(self, wire: Wire, lanes: list[str]) -> None:
        wire.ask("POST", "/v1/wake", encode(lanes))

    def _due_receipts(self, partner: str) -> None:
        if partner in self._wakers:
            self._wakers[partner].due("receipts")

    def _on_due(self, partner: str, lane: Lane) -> None:
        # A question that waits is answered now, and needs no wake; but on a long way an answer that is lost is not
        # missed for half a second, and a wake beside it comes by another connection.
        is_far = self._round_trip_s.get(partner, 0.0) > FAR_S
        if (not self.held.tell(partner, lane) or is_far) and partner in self._wakers:
            self._wakers[partner].due(lane)

    def _on_flag(self, flag: NewLine) -> None:
        self.exchange.alarm(
            Text(
                fr=f"{flag.officer} a donné plus de 20 fois le même motif aujourd’hui ; à regarder.",
                en=f"{flag.officer} gave the same reason more than 20 times today; to be looked at.",
            )
        )

    def _on_misuse(self, flag: Flag) -> None:
        self.exchange.alarm(flag_words(flag.rule, flag.officer, flag.found))

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
        # One that left is known by its key, and is none of ours any more.
        self.exchange.partner(partner)
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

    # -- proving and showing -----------------------------------------------------------------------------------

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
        """Whether the node answers and has read all, and how far it has come in each partner's lanes."""
        return {
            "node": self.store.node,
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
            self.store.place("exchange") == str(size)
            and self.duty.folded == size
            and self.store.place("crosscheck", "0/0") == f"{size}/0"
        )


def _partner(pinned: PartnerPinned) -> Partner:
    return Partner(
        node=pinned.node, address=pinned.address, sealing=SealingKey(public=bytes.fromhex(pinned.sealing))
    )


def _page_target(lane: Lane, incarnation: str, after: int) -> str:
    return f"/v1/lanes/{lane}?after={after}&incarnation={incarnation}"
