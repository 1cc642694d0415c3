"""AIS as it comes in: lines from a receiver over TCP or UDP, contacts in memory, a distress recorded at once.

Each source has a thread that reads and one reader of its own, so that the parts of one receiver's messages never meet
those of another's; what they hear meets in one watch. A distress goes to a thread that records it and tries again until
it is kept; said again under the same cause, it is recorded once. A source that is down is asked again for ever, and one
alarm says so. Memory is bounded everywhere: a receiver that goes mad, or a stranger on the network, costs no boat.
"""

from __future__ import annotations

import datetime as dt
import socket
import threading
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import msgspec

from entente.errors import EntenteError, Malformed, NotFound, Text, Unavailable
from entente.formats.ais import MOST_LINE_BYTES, AisReader, Tally
from entente.formats.ais_watch import AisWatch, Contact, Signal
from entente.maritime.desk import MATTER
from entente.policy.access import Access
from entente.policy.agreement import Agreement

Way = Literal["tcp", "udp", "file"]
RETRY_S, MOST_RETRY_S = 1.0, 30.0
# A receiver near the Strait hears something every second; one that says nothing for so long has died without closing.
SILENT_S = 60.0
MOST_WAITING = 1000
CHUNK_BYTES = 16_384
# What a receiver's own clock may be off before ours is believed instead.
OLD, AHEAD = dt.timedelta(minutes=10), dt.timedelta(minutes=1)


class AisSource(msgspec.Struct, frozen=True):
    """Where lines come from. written: as somebody wrote it."""

    way: Way
    host: str
    port: int
    written: str


class SourceState(msgspec.Struct, frozen=True, kw_only=True):
    """How a source does. is_open: connected, or listening. heard_at: its last line."""

    source: str
    is_open: bool
    heard_at: dt.datetime | None
    tally: Tally


def read_source(written: str, *, files: bool = False) -> AisSource:
    """tcp://host:port, udp://host:port or, where files may be read, a path. Raises Malformed."""
    parts = urlsplit(written.strip())
    if parts.scheme in ("tcp", "udp"):
        try:
            if parts.hostname and parts.port:
                return AisSource(
                    "tcp" if parts.scheme == "tcp" else "udp", parts.hostname, parts.port, written
                )
        except ValueError:
            pass  # a port that is no number
    elif files and "://" not in written and written.strip():
        return AisSource("file", written.strip(), 0, written)
    raise Malformed(
        "source_unreadable",
        Text(
            fr=f"« {written} » n’est pas une source AIS.",
            en=f'"{written}" is no AIS source.',
        ),
        Text(
            fr="Écrivez tcp://hôte:port ou udp://hôte:port.",
            en="Write tcp://host:port or udp://host:port.",
        ),
    )


class Lines:
    """Bytes in, whole lines out. What has no end within the longest line is dropped up to its end, and counted."""

    def __init__(self) -> None:
        self._held = b""
        self._skips = False
        self.dropped = 0

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """The lines that a chunk completes."""
        *whole, rest = (self._held + chunk).split(b"\n")
        for line in whole:
            if self._skips:
                self._skips = False
            else:
                yield line
        self._held = rest
        if len(rest) > MOST_LINE_BYTES:
            self.dropped += 0 if self._skips else 1
            self._held, self._skips = b"", True


def file_lines(file: Path) -> Iterator[bytes]:
    """The lines of a file, a chunk at a time. Raises NotFound."""
    lines = Lines()
    try:
        with file.open("rb") as handle:
            while chunk := handle.read(CHUNK_BYTES):
                yield from lines.feed(chunk)
    except OSError as error:
        raise NotFound(
            "file_not_found",
            Text(fr=f"Le fichier {file} ne s’ouvre pas.", en=f"The file {file} does not open."),
        ) from error
    yield from lines.feed(b"\n")


class AisFeed:
    """All sources of one node. Start it, ask it for contacts, stop it."""

    def __init__(
        self,
        sources: tuple[str, ...],
        report: Callable[[Signal], None],
        alarm: Callable[[Text], None],
        clock: Callable[[], dt.datetime],
        *,
        retry_s: float = RETRY_S,
        silent_s: float = SILENT_S,
    ) -> None:
        """report: records a distress; what it raises is tried again. Raises Malformed for a source that is none."""
        self.sources = tuple(read_source(one) for one in sources)
        self._report, self._alarm, self._clock = report, alarm, clock
        self._retry_s, self._silent_s = retry_s, silent_s
        self._watch = AisWatch()
        self._readers = {one.written: AisReader() for one in self.sources}
        self._open: dict[str, bool] = {}
        self._heard_at: dict[str, dt.datetime] = {}
        self._lock = threading.Lock()
        self._due: deque[Signal] = deque()
        self._is_due = threading.Condition(self._lock)
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []
        self.lost = 0  # signals that found no room to wait

    def start(self) -> None:
        """Read all sources, until `stop`."""
        if not self.sources or self._threads:
            return
        self._threads = [
            threading.Thread(target=self._keep_reading, args=(one,), name=f"ais {one.written}", daemon=True)
            for one in self.sources
        ]
        self._threads.append(threading.Thread(target=self._keep_reporting, name="ais reports", daemon=True))
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Read no more. What was heard and not yet recorded is tried once more by its thread, and then left."""
        self._stopping.set()
        with self._lock:
            self._is_due.notify_all()
        for thread in self._threads:
            thread.join(timeout=5)

    def contacts(self) -> tuple[Contact, ...]:
        """Ships, assets and beacons of the last half hour."""
        with self._lock:
            return self._watch.contacts(self._clock())

    def states(self) -> list[SourceState]:
        """How each source does."""
        with self._lock:
            return [
                SourceState(
                    source=one.written,
                    is_open=self._open.get(one.written, False),
                    heard_at=self._heard_at.get(one.written),
                    tally=self._readers[one.written].tally,
                )
                for one in self.sources
            ]

    # -- reading ------------------------------------------------------------------------------------------------

    def take(self, source: str, line: bytes) -> None:
        """Take one line of a source. A distress in it waits to be recorded."""
        now = self._clock()
        with self._lock:
            self._heard_at[source] = now
            heard = self._readers[source].read(line)
            if heard is None:
                return
            at = heard.received_at
            if at is None or not now - OLD <= at <= now + AHEAD:
                at = now
            held_back = self._watch.held_back
            signal = self._watch.hear(heard, min(at, now))
            is_flood = held_back == 0 and self._watch.held_back > 0
            if signal is not None:
                if len(self._due) >= MOST_WAITING:
                    self.lost += 1
                else:
                    self._due.append(signal)
                    self._is_due.notify()
        if is_flood or (signal is not None and self.lost == 1):
            self._alarm(
                Text(
                    fr="L’AIS annonce plus de détresses qu’on n’en enregistre : regardez la carte.",
                    en="AIS announces more distresses than are recorded: look at the map.",
                )
            )

    def _keep_reading(self, source: AisSource) -> None:
        pause_s = self._retry_s
        was_told = False
        while not self._stopping.is_set():
            try:
                self._read_udp(source) if source.way == "udp" else self._read_tcp(source)
                pause_s = self._retry_s
            except OSError:
                pass
            if self._opened(source, False):
                pause_s, was_told = self._retry_s, False
            if self._stopping.is_set():
                return
            if not was_told:
                was_told = True
                self._alarm(
                    Text(
                        fr=f"La source AIS {source.written} ne répond pas ; elle est redemandée.",
                        en=f"The AIS source {source.written} does not answer; it is asked again.",
                    )
                )
            self._stopping.wait(pause_s)
            pause_s = min(pause_s * 2, MOST_RETRY_S)

    def _opened(self, source: AisSource, is_open: bool) -> bool:
        """Note how a source does. Returns how it did before."""
        with self._lock:
            before = self._open.get(source.written, False)
            self._open[source.written] = is_open
            return before

    def _read_tcp(self, source: AisSource) -> None:
        with socket.create_connection((source.host, source.port), timeout=10) as wire:
            # Short, so that a node that closes need not wait; the longer silence is counted in these.
            wire.settimeout(min(1.0, self._silent_s))
            self._opened(source, True)
            lines, silent_s = Lines(), 0.0
            while not self._stopping.is_set():
                try:
                    chunk = wire.recv(CHUNK_BYTES)
                except TimeoutError:
                    silent_s += min(1.0, self._silent_s)
                    if silent_s >= self._silent_s:
                        return
                    continue
                if not chunk:
                    return
                silent_s = 0.0
                for line in lines.feed(chunk):
                    self.take(source.written, line)

    def _read_udp(self, source: AisSource) -> None:
        family = socket.AF_INET6 if ":" in source.host else socket.AF_INET
        with socket.socket(family, socket.SOCK_DGRAM) as wire:
            wire.bind((source.host, source.port))
            wire.settimeout(1.0)
            self._opened(source, True)
            while not self._stopping.is_set():
                try:
                    datagram = wire.recv(65_535)
                except TimeoutError:
                    continue
                for line in datagram.split(b"\n"):
                    self.take(source.written, line)

    # -- recording ----------------------------------------------------------------------------------------------

    def _keep_reporting(self) -> None:
        pause_s = self._retry_s
        while True:
            with self._lock:
                while not self._due and not self._stopping.is_set():
                    self._is_due.wait(1.0)
                if not self._due:
                    return
                signal = self._due[0]
            failed: Text | None = None
            try:
                self._report(signal)
            except EntenteError as error:
                failed = error.text
            except Exception as error:  # noqa: BLE001 - a fault of ours must not end the reports of all others
                failed = Text(type(error).__name__, type(error).__name__)
            with self._lock:
                self._due.popleft()
                if failed is not None:
                    # Behind the others: one that cannot be recorded keeps none of them back.
                    self._due.append(signal)
            if failed is None:
                pause_s = self._retry_s
                continue
            self._alarm(
                Text(
                    fr=f"Une détresse AIS n’est pas encore enregistrée : {failed.fr}",
                    en=f"A distress heard by AIS is not recorded yet: {failed.en}",
                )
            )
            if self._stopping.is_set():
                return
            self._stopping.wait(pause_s)
            pause_s = min(pause_s * 2, MOST_RETRY_S)


# -- in whose name ----------------------------------------------------------------------------------------------------


def machine_access(agreement: Agreement, node: str, party: str, service: str = "") -> Access:
    """Who records what a receiver heard: the machine, for a service of this node that watches at sea.

    Raises Unavailable where no service of this node does.
    """
    watching = [
        one
        for one in agreement.services_of(node)
        if "life_saving" in one.opens.get("watch_keeper", ()) and service in ("", one.id)
    ]
    if not watching:
        raise Unavailable(
            "nobody_watches",
            Text(
                fr="Aucun service de ce nœud ne veille en mer : la source AIS n’a pas de destinataire.",
                en="No service of this node watches at sea: the AIS source has nobody to report for.",
            ),
            Text(fr="Nommez-le dans [ais] de node.toml.", en="Name it in [ais] of node.toml."),
        )
    seat = watching[0]
    return Access(
        officer=f"AIS {seat.id}",
        service=seat.id,
        party=party,
        node=node,
        role="service_account" if "service_account" in seat.opens else "watch_keeper",
        purpose="life_saving",
        matter=MATTER,
        reason="AIS",
    )
