"""What is new arrives by itself: one quiet stream of events a page, for as long as its session lasts.

The stream says that something changed for this officer and never what: the page then asks for its own list, through its
own door. One thread waits for the ledger on behalf of all; each page hears of what concerns it at most a few times a
second, however fast the ledger grows.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Callable

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from entente.errors import EntenteError
from entente.web.door import Fields, Visit
from entente.web.new import News, news_for
from entente.web.site import GUARDS, Site

HEARTBEAT_S = 15.0
# A page is told no more often than this, whatever comes in.
AT_MOST_EVERY_S = 0.2
MOST_STREAMS = 500


class Pulse:
    """One thread that waits for the ledger, and every stream that waits for it."""

    def __init__(self, site: Site) -> None:
        self._store = site.node.store
        self._waiting: set[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = set()
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self.also_ends_when: Callable[[], bool] = lambda: False
        self.on_end: Callable[[], None] = lambda: None
        self._thread = threading.Thread(target=self._run, name="pulse", daemon=True)
        self._thread.start()

    @property
    def is_stopping(self) -> bool:
        """Whether the node is closing."""
        return self._stopping.is_set() or self._store.is_closing or self.also_ends_when()

    def close(self) -> None:
        """End every stream, so that the server may stop."""
        self._stopping.set()
        self._tell()

    def _run(self) -> None:
        size = self._store.size
        while not self.is_stopping:
            if self._store.wait(size, 0.5):
                size = self._store.size
                self._tell()
        self._tell()
        self.on_end()

    def _tell(self) -> None:
        with self._lock:
            waiting = list(self._waiting)
        for loop, event in waiting:
            with contextlib.suppress(RuntimeError):  # its loop was closed under it
                loop.call_soon_threadsafe(event.set)

    def listen(self) -> asyncio.Event | None:
        """An event that is set when the ledger grows; None when too many listen."""
        with self._lock:
            if len(self._waiting) >= MOST_STREAMS:
                return None
            event = asyncio.Event()
            self._waiting.add((asyncio.get_running_loop(), event))
            return event

    def leave(self, event: asyncio.Event) -> None:
        """No longer listen."""
        with self._lock:
            self._waiting = {(loop, one) for loop, one in self._waiting if one is not event}


def live_route(site: Site, pulse: Pulse) -> Route:
    """The stream as a route of its own, since it does not end when it has answered."""

    async def live(request: Request) -> Response:
        if not site.is_ours(request):
            return Response(status_code=404)
        visit = await run_in_threadpool(site._visit, request, Fields([]))
        if visit.session is None:
            return Response(status_code=401, headers=GUARDS)
        event = pulse.listen()
        if event is None:
            return Response(status_code=503, headers=GUARDS)
        return StreamingResponse(
            _stream(site, visit, pulse, event),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"} | GUARDS,
        )

    return Route("/live", live, methods=["GET"])


def _look(site: Site, visit: Visit) -> tuple[str, bytes] | None:
    """(mark, what the page is told) now; None when the session has ended."""
    try:
        session = site.accounts.session(visit.token, note=False)
        again = visit.again(session)
        news = news_for(again)
    except EntenteError:
        return None
    return news.mark(), _told(again, news)


def _told(visit: Visit, news: News) -> bytes:
    life = [row for row in news.alarms if row.header.id not in news.seen]
    return msgspec.json.encode(
        {
            "unseen": news.unseen,
            "life": len([row for row in life if row.header.kind == "distress"]),
            "warnings": len([row for row in life if row.header.kind == "warning"]),
        }
    )


async def _stream(site: Site, visit: Visit, pulse: Pulse, event: asyncio.Event) -> AsyncIterator[bytes]:
    mark = ""
    try:
        yield b"retry: 1000\n\n"
        while not pulse.is_stopping:
            event.clear()
            looked = await run_in_threadpool(_look, site, visit)
            if looked is None:
                yield b"event: ended\ndata: {}\n\n"
                return
            if looked[0] != mark:
                mark = looked[0]
                yield b"event: new\ndata: " + looked[1] + b"\n\n"
            await asyncio.sleep(AT_MOST_EVERY_S)
            try:
                await asyncio.wait_for(event.wait(), HEARTBEAT_S)
            except TimeoutError:
                yield b": still here\n\n"
    finally:
        pulse.leave(event)
