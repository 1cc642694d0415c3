"""Carries what is due between this node and its partners: wakes them, and fetches what they have.

A promise: each lane of each partner is pulled by number until it is empty, the life lane on a thread of its own that
waits for nothing else; a wake that is lost delays by one look-around and loses nothing; one partner's outage or rubbish
slows no other. What a partner's node says is believed only under its signature: an answer without one is an outage.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from hashlib import sha256

import httpx
import msgspec

from entente.errors import EntenteError, Malformed, PeerFault, Text

LOOK_AROUND_S = 5.0
# How long a question for a lane may wait at the partner for something to be due.
HOLD_S = 20
# After a failure: doubled each time, so that a short outage is short and a long one quiet. A wake ends any pause.
FIRST_PAUSE_S = 0.25
LONGEST_PAUSE_S = 30.0
# An answer that trickles for longer is an outage: the lane is asked again rather than held.
LONGEST_ANSWER_S = 120.0
MAX_ANSWER_BYTES = 160 * 1024 * 1024

Sign = Callable[[str, str, str, bytes], str]
CheckAnswer = Callable[[str, str, str, bytes], None]


class Route(msgspec.Struct, frozen=True):
    """Something to pull: a name for the log, and what pulls once and says whether there may be more."""

    name: str
    pull: Callable[[], bool]


class Wire:
    """Signed requests to one partner, and answers that are taken only under the partner's signature."""

    def __init__(self, partner: str, address: str, sign: Sign, check: CheckAnswer) -> None:
        self._partner = partner
        self._sign = sign
        self._check = check
        self._client = httpx.Client(
            base_url=address, timeout=httpx.Timeout(30.0, connect=3.0), trust_env=False
        )

    def ask(self, method: str, target: str, body: bytes = b"") -> bytes:
        """The body of a signed answer. Raises PeerFault when the partner is away, or refuses, or is not itself."""
        try:
            with self._client.stream(
                method,
                target,
                content=body,
                headers={"Entente-Signature": self._sign(self._partner, method, target, body)},
            ) as answer:
                content = bytearray()
                until = time.monotonic() + LONGEST_ANSWER_S
                for chunk in answer.iter_bytes():
                    content += chunk
                    if time.monotonic() > until:
                        raise _fault("answer_too_slow", self._partner, "trop lent", "too slow")
                    if len(content) > MAX_ANSWER_BYTES:
                        raise _fault(
                            "answer_too_large", self._partner, "une réponse sans fin", "an endless answer"
                        )
                signed = answer.headers.get("Entente-Signature", "")
                status = answer.status_code
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            name = type(error).__name__
            raise _fault(
                "partner_away", self._partner, f"injoignable ({name})", f"out of reach ({name})"
            ) from error
        if status >= 400:
            raise _fault("partner_refused", self._partner, f"refuse ({status})", f"refuses ({status})")
        self._check(signed, self._partner, target, bytes(content))
        return bytes(content)

    def close(self) -> None:
        """Hang up."""
        self._client.close()


def _fault(code: str, partner: str, fr: str, en: str) -> PeerFault:
    return PeerFault(code, Text(fr=f"« {partner} » : {fr}.", en=f'"{partner}": {en}.'))


def answer_digest(target: str, body: bytes) -> bytes:
    """What a node signs of its answer: for which question, and the digest of what it said."""
    return f"{target}\n{sha256(body).hexdigest()}".encode()


class Carrier:
    """A thread that pulls routes whenever it is woken, and looks around by itself now and then."""

    def __init__(self, name: str, routes: list[Route], on_fault: Callable[[str, EntenteError], None]) -> None:
        self._routes = routes
        self._on_fault = on_fault
        self._woken = threading.Event()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name=f"courier {name}", daemon=True)

    def start(self) -> None:
        """Begin; the first look around comes at once."""
        self._woken.set()
        self._thread.start()

    def wake(self) -> None:
        """There is something, or may be."""
        self._woken.set()

    def stop(self, *, wait: bool = True) -> None:
        """Finish the page in hand and end. wait: False for one whose question lies with the partner."""
        self._stopping = True
        self._woken.set()
        if wait and self._thread.is_alive():
            self._thread.join(timeout=35)

    def _run(self) -> None:
        pause = LOOK_AROUND_S
        in_a_row = 0
        while not self._stopping:
            self._woken.wait(pause)
            self._woken.clear()
            if self._stopping:
                return
            failed = False
            again = True
            while again and not self._stopping:
                again = False
                for route in self._routes:
                    try:
                        again = route.pull() or again
                    except (PeerFault, Malformed) as error:
                        failed = True
                        self._on_fault(route.name, error)
                    except EntenteError as error:
                        # Ours: a full disk, or the node is stopping. The page stays with the partner.
                        failed = True
                        self._on_fault(route.name, error)
                    except Exception as error:  # noqa: BLE001 - whatever a partner sends, the lane must outlive it
                        failed = True
                        self._on_fault(route.name, _of_ours(error))
                if failed:
                    break
            if failed:
                in_a_row += 1
                pause = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2.0 ** min(in_a_row - 1, 10))
            else:
                in_a_row = 0
                pause = LOOK_AROUND_S


def _of_ours(error: Exception) -> EntenteError:
    """A fault of this program in words; where it happened is for its writers, and holds no content."""
    said = type(error).__name__
    return EntenteError(
        "fault_of_ours",
        Text(
            fr=f"Ce nœud n’a pas su lire une réponse ({said}) ; il réessaie.",
            en=f"This node could not read an answer ({said}); it tries again.",
        ),
    )


class Held:
    """Questions of partners that wait here for something to be due: they are answered when it is, not before.

    Whoever waits listens first and looks then, so that nothing falls between; each lane of each partner waits apart,
    and is told from any thread.
    """

    def __init__(self) -> None:
        self._waiting: dict[tuple[str, str], set[tuple[asyncio.AbstractEventLoop, asyncio.Event]]] = {}
        self._lock = threading.Lock()
        self.has_ended = False

    @contextlib.contextmanager
    def listening(self, partner: str, lane: str) -> Iterator[asyncio.Event]:
        """Hear of what becomes due in a lane, from now on."""
        event = asyncio.Event()
        one = (asyncio.get_running_loop(), event)
        with self._lock:
            self._waiting.setdefault((partner, lane), set()).add(one)
        try:
            yield event
        finally:
            with self._lock:
                self._waiting[partner, lane].discard(one)

    def tell(self, partner: str, lane: str) -> bool:
        """Something is due. Returns whether a question waited for it."""
        with self._lock:
            waiting = list(self._waiting.get((partner, lane), ()))
        told = False
        for loop, event in waiting:
            with contextlib.suppress(RuntimeError):  # its server is gone
                loop.call_soon_threadsafe(event.set)
                told = True
        return told

    def tell_all(self) -> None:
        """The server stops: whoever waits is answered with what there is."""
        self.has_ended = True
        with self._lock:
            everyone = list(self._waiting)
        for partner, lane in everyone:
            self.tell(partner, lane)


class Waker:
    """A thread that tells one partner, at most once at a time, that there is something in these lanes."""

    def __init__(self, name: str, tell: Callable[[list[str]], None]) -> None:
        self._tell = tell
        self._lanes: set[str] = set()
        self._condition = threading.Condition()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name=f"waker {name}", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def due(self, lane: str) -> None:
        """Something is due in a lane."""
        with self._condition:
            self._lanes.add(lane)
            self._condition.notify()

    def stop(self) -> None:
        """End; what was not told is found by the partner's own look around."""
        with self._condition:
            self._stopping = True
            self._condition.notify()
        if self._thread.is_alive():
            self._thread.join(timeout=35)

    def _run(self) -> None:
        while True:
            with self._condition:
                self._condition.wait_for(lambda: self._lanes or self._stopping)
                if self._stopping:
                    return
                lanes, self._lanes = sorted(self._lanes), set()
            try:
                self._tell(lanes)
            except Exception:  # noqa: BLE001 - whatever goes wrong with a wake, the next one must go out
                # A wake is a courtesy: the partner looks around by itself. A short pause keeps an outage quiet.
                time.sleep(0.2)
