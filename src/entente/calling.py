"""Calls whoever is on duty, by the ways that a service has set up, and tells them nothing but that something waits.

A call leaves the house: it passes through mail servers and telephone gateways that are nobody's friend. So its words
are fixed, in both languages, with one word more where life is at risk and the address of the pages; no value, no
reference, no place. Life has a thread of its own that waits for nothing else. `call` takes what is to be called about
and returns at once; a way that fails is tried again and then said aloud once; calling goes from the first to their
backups and round again until somebody answers. What is called about at one time is one call, however much it is.
"""

from __future__ import annotations

import logging
import threading
import time
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Literal, Protocol
from urllib.parse import quote

import msgspec

from entente.errors import Text

# Something that waits is called about once in this time: a call says the same of one thing as of ten.
AT_MOST_EVERY_S = 20.0
# Before the second try, the third, …: doubled each time.
FIRST_PAUSE_S = 2.0
PLACEHOLDERS = ("{email}", "{telephone}")


class Way(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One way of calling. url: as apprise writes it, with {email} or {telephone} where an officer's own goes.

    Without either it rings a place and nobody in particular: once for each round of calls.
    """

    name: str
    url: str

    @property
    def is_shared(self) -> bool:
        """Whether it rings a place rather than a person."""
        return not any(one in self.url for one in PLACEHOLDERS)

    def to(self, person: Person | None) -> str | None:
        """Its address for a person, or for nobody; None where it does not lead there."""
        if person is None or self.is_shared:
            return self.url if person is None and self.is_shared else None
        url = self.url
        for placeholder, value in zip(PLACEHOLDERS, (person.email, person.telephone), strict=True):
            if placeholder in url and not value:
                return None
            # Quoted whole: what an address holds must not become a further setting of the way.
            url = url.replace(placeholder, quote(value, safe=""))
        return url


class CallingSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The [calling] table of node.toml. rounds: how often first and backup are called about one distress."""

    ways: tuple[Way, ...] = ()
    backup_after_minutes: float = 5.0
    timeout_s: float = 10.0
    tries: int = 3
    rounds: int = 3


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody on duty, and where they are reached; "" where that is not known."""

    name: str
    email: str = ""
    telephone: str = ""
    backup: bool = False


class Duty(Protocol):
    """Who knows the roster and the answers. Called from threads of ours, at any time."""

    def people(self, record: str) -> tuple[Person, ...]:
        """Who is on duty for this now and whose service has not answered."""
        ...

    def is_answered(self, record: str) -> bool:
        """Whether nobody need be called about this any more."""
        ...

    def called(self, record: str, name: str, ways: tuple[str, ...], *, taken: bool) -> None:
        """Keep that somebody was called, by which ways, and whether one took it. name "": a place."""
        ...

    def alarm(self, text: Text) -> None:
        """Say something to whoever looks after the node."""
        ...


# Hands one message (title, words) to one address; says whether it was taken. May block for as long as it likes.
Send = Callable[[str, str, str], bool]
Stage = Literal["first", "backup", "end"]


def words_of_call(address: str, *, is_life: bool) -> tuple[str, str]:
    """(title, words) of a call: always these, whatever it is about."""
    urgent = "URGENT – " if is_life else ""
    return (
        f"{urgent}Entente",
        f"{urgent}Entente\N{NO-BREAK SPACE}: quelque chose attend votre réponse.\n"
        f"{urgent}Entente: something awaits your answer.\n{address}",
    )


@dataclass(frozen=True)
class _Target:
    """One person by one way. name "": a place."""

    name: str
    way: str
    url: str


@dataclass(frozen=True)
class _Errand:
    """What is to be done about one record, and when. targets: of a stage begun; None: it begins now.

    reached: whom of them an earlier attempt reached."""

    record: str
    due: float
    stage: Stage = "first"
    round_: int = 1
    attempt: int = 1
    targets: tuple[_Target, ...] | None = None
    was_reached: bool = False
    reached: frozenset[str] = field(default_factory=frozenset)


class Calls:
    """The calls of one node, in two lanes: life, and the rest."""

    def __init__(
        self,
        settings: CallingSettings,
        address: str,
        duty: Duty,
        send: Send | None = None,
        *,
        at_most_every_s: float = AT_MOST_EVERY_S,
        first_pause_s: float = FIRST_PAUSE_S,
    ) -> None:
        self.settings = settings
        self._duty = duty
        self._send = send or Gateway(settings.timeout_s)
        self._lock = threading.Lock()
        self.failing: set[str] = set()
        self.lanes = {
            is_life: Lane(
                self, words_of_call(address, is_life=is_life), is_life, at_most_every_s, first_pause_s
            )
            for is_life in (True, False)
        }

    @property
    def ways(self) -> tuple[str, ...]:
        """The names of the ways that are set up; none: nobody is ever called."""
        return tuple(way.name for way in self.settings.ways)

    def ways_to(self, person: Person) -> tuple[str, ...]:
        """By which ways a person would be called."""
        return tuple(way.name for way in self.settings.ways if way.to(person) is not None)

    def call(self, record: str, *, is_life: bool) -> None:
        """Have whoever is on duty called about a record. Returns at once; a record under way is not begun twice."""
        if self.settings.ways:
            self.lanes[is_life].put(record)

    def start(self) -> None:
        """Begin to call. Where no way is set up nothing runs."""
        if self.settings.ways:
            for lane in self.lanes.values():
                lane.thread.start()

    def stop(self) -> None:
        """Call nobody any more; what was under way is taken up again by who starts the node."""
        for lane in self.lanes.values():
            lane.stop()

    # -- what a lane asks of both ----------------------------------------------------------------------------------

    @property
    def duty(self) -> Duty:
        """Who knows the roster."""
        return self._duty

    def targets(self, people: Iterable[Person], *, with_places: bool) -> tuple[_Target, ...]:
        """Everybody by every way that leads to them, and the places where that is asked."""
        found = [
            _Target(person.name, way.name, url)
            for person in people
            for way in self.settings.ways
            if (url := way.to(person)) is not None
        ]
        if with_places:
            found += [_Target("", way.name, way.url) for way in self.settings.ways if way.is_shared]
        return tuple(found)

    def send(self, targets: Iterable[_Target], title: str, words: str) -> frozenset[_Target]:
        """Send to all of them side by side, and wait for none longer than the settings say. Returns who took it."""
        taken: set[_Target] = set()

        def one(target: _Target) -> None:
            try:
                if self._send(target.url, title, words):
                    taken.add(target)
            except Exception:  # noqa: BLE001 - whatever a gateway's library raises, this way did not take the call
                logging.getLogger("entente.calling").debug("a way of calling raised an error")

        threads = [
            threading.Thread(target=one, args=(target,), name=f"call {target.way}", daemon=True)
            for target in dict.fromkeys(targets)
        ]
        for thread in threads:
            thread.start()
        until = time.monotonic() + self.settings.timeout_s
        for thread in threads:
            thread.join(max(0.0, until - time.monotonic()))
        return frozenset(taken)

    def note_way(self, way: str, *, works: bool) -> None:
        """A way took a call, or did not to the last; the second is said aloud once until it works again."""
        with self._lock:
            is_news = not works and way not in self.failing
            (self.failing.discard if works else self.failing.add)(way)
        if is_news:
            self._duty.alarm(
                Text(
                    fr=f"La voie d’appel « {way} » ne prend pas les appels ; les autres continuent.",
                    en=f'The way of calling "{way}" does not take calls; the others go on.',
                )
            )


class Lane:
    """The errands of one urgency, and the thread that runs them."""

    def __init__(
        self, calls: Calls, said: tuple[str, str], is_life: bool, at_most_every_s: float, first_pause_s: float
    ) -> None:
        self._calls, self._said, self._is_life = calls, said, is_life
        self._at_most_every_s, self._first_pause_s = at_most_every_s, first_pause_s
        self._errands: list[_Errand] = []
        self._changed = threading.Condition()
        self._stopping = False
        self._sent_at = float("-inf")
        self.thread = threading.Thread(
            target=self._run, name=f"calling {'life' if is_life else 'rest'}", daemon=True
        )

    def put(self, record: str) -> None:
        """Begin an errand."""
        with self._changed:
            if all(errand.record != record for errand in self._errands):
                due = max(time.monotonic(), self._sent_at + self._at_most_every_s)
                self._errands.append(_Errand(record, due))
                self._changed.notify()

    def stop(self) -> None:
        """Run nothing any more."""
        with self._changed:
            self._stopping = True
            self._changed.notify()
        if self.thread.is_alive():
            self.thread.join(timeout=self._calls.settings.timeout_s + 1)

    def _run(self) -> None:
        while (due := self._next()) is not None:
            try:
                again = self._turn(due)
            except Exception as error:  # noqa: BLE001 - a fault of ours must not end the calling in silence
                self._calls.duty.alarm(
                    Text(
                        fr=f"Les appels se sont arrêtés et reprennent : {type(error).__name__}",
                        en=f"The calls stopped and are taken up again: {type(error).__name__}",
                    )
                )
                pause = time.monotonic() + self._first_pause_s
                again = [replace(errand, due=pause) for errand in due]
            with self._changed:
                self._errands += again

    def _next(self) -> list[_Errand] | None:
        """Everything that is due, as soon as something is; None when it is time to stop."""
        with self._changed:
            while not self._stopping:
                now = time.monotonic()
                due = [errand for errand in self._errands if errand.due <= now]
                if due:
                    self._errands = [errand for errand in self._errands if errand.due > now]
                    return due
                soonest = min((errand.due for errand in self._errands), default=None)
                self._changed.wait(None if soonest is None else soonest - now)
            return None

    def _turn(self, due: list[_Errand]) -> list[_Errand]:
        """One call for all that is due at once. Returns what is to be done later."""
        duty = self._calls.duty
        open_now = [self._begun(errand) for errand in due if not duty.is_answered(errand.record)]
        targets = [target for errand in open_now for target in errand.targets or ()]
        if targets and any(errand.attempt == 1 for errand in open_now):
            self._sent_at = time.monotonic()
        taken = self._calls.send(targets, *self._said)
        for way in {target.way for target in taken}:
            self._calls.note_way(way, works=True)
        return [later for errand in open_now for later in self._after(errand, taken)]

    def _begun(self, errand: _Errand) -> _Errand:
        """An errand with whom it goes to now: the roster may have changed since it was put off."""
        if errand.targets is not None or errand.stage == "end":
            return errand
        people = [
            person
            for person in self._calls.duty.people(errand.record)
            if person.backup == (errand.stage == "backup")
        ]
        targets = self._calls.targets(people, with_places=errand.stage == "first")
        reachable = {target.name for target in targets}
        for person in people:
            if person.name not in reachable:
                self._calls.duty.called(errand.record, person.name, (), taken=False)
        return replace(errand, targets=targets)

    def _after(self, errand: _Errand, taken: frozenset[_Target]) -> list[_Errand]:
        """Keep what came of it, and say what comes next."""
        targets = errand.targets or ()
        names = dict.fromkeys(target.name for target in targets)
        reached = set(errand.reached)
        for name in names:
            ways = tuple(target.way for target in targets if target.name == name and target in taken)
            if ways:
                self._calls.duty.called(errand.record, name, ways, taken=True)
                reached.add(name)
        failed = tuple(target for target in targets if target not in taken)
        later: list[_Errand] = []
        if failed and errand.attempt < self._calls.settings.tries:
            pause = self._first_pause_s * 2 ** (errand.attempt - 1)
            later.append(
                replace(
                    errand,
                    due=time.monotonic() + pause,
                    attempt=errand.attempt + 1,
                    targets=failed,
                    reached=frozenset(reached),
                )
            )
        elif failed:
            for way in sorted({target.way for target in failed}):
                self._calls.note_way(way, works=False)
            for name in names:
                if name not in reached:
                    ways = tuple(target.way for target in failed if target.name == name)
                    self._calls.duty.called(errand.record, name, ways, taken=False)
        if errand.attempt == 1:
            later += self._onward(errand, bool(reached))
        return later

    def _onward(self, errand: _Errand, reached: bool) -> list[_Errand]:
        """The next stage: after a while for an answer where somebody was reached, else at once."""
        settings = self._calls.settings
        now = time.monotonic()
        then = now + settings.backup_after_minutes * 60
        was_reached = errand.was_reached or reached
        onward = replace(errand, attempt=1, targets=None, reached=frozenset(), was_reached=was_reached)
        if errand.stage == "first":
            return [replace(onward, stage="backup", due=then if reached else now)]
        if errand.stage == "end":
            self._unanswered()
            return []
        if not was_reached:
            self._unreached()
        # Where there was no backup to call, the time for an answer has passed already.
        due = then if errand.targets or not was_reached else now
        if self._is_life and errand.round_ < settings.rounds:
            return [replace(onward, stage="first", round_=errand.round_ + 1, due=due, was_reached=False)]
        return [replace(onward, stage="end", due=due)]

    def _unreached(self) -> None:
        self._calls.duty.alarm(
            Text(
                fr=f"{self._what.fr} attend, et personne de permanence n’a pu être appelé.",
                en=f"{self._what.en} waits, and nobody on duty could be called.",
            )
        )

    def _unanswered(self) -> None:
        self._calls.duty.alarm(
            Text(
                fr=f"{self._what.fr} attend toujours : personne n’a répondu aux appels.",
                en=f"{self._what.en} still waits: nobody answered the calls.",
            )
        )

    @property
    def _what(self) -> Text:
        return Text("Une détresse", "A distress") if self._is_life else Text("Une alerte", "A warning")


class Gateway:
    """The outer world, through apprise; loaded when the first call is made, since few commands ever call."""

    def __init__(self, timeout_s: float) -> None:
        self._timeout_s = timeout_s
        self._loading = threading.Lock()

    def __call__(self, url: str, title: str, words: str) -> bool:
        """Hand a message on. Its own log is silenced: it would hold addresses."""
        with self._loading, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import apprise

            logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)
            asset = apprise.AppriseAsset(app_id="Entente", app_desc="Entente", app_url="")
            way = apprise.Apprise.instantiate(url, asset=asset, suppress_exceptions=True)
        if not isinstance(way, apprise.NotifyBase):
            return False
        way.socket_connect_timeout = way.socket_read_timeout = self._timeout_s
        return bool(way.notify(body=words, title=title, notify_type=apprise.NotifyType.WARNING))
