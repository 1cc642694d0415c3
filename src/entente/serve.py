"""A running node over HTTP: partners come in by `/v1`, programs of this machine by `/local` with the node's token.

While it runs, `serving.json` in the node's folder says where it listens; the terminal finds it there.
"""

from __future__ import annotations

import datetime as dt
import gc
import hmac
import json
import os
import signal
import sys
import threading
import traceback
from collections.abc import Iterator
from pathlib import Path

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import iterate_in_threadpool, run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from entente.api.deeds import do
from entente.api.partner import partner_routes, status_of
from entente.api.programs import Programs, error_body
from entente.errors import EntenteError
from entente.model.wire import encode
from entente.node import Node
from entente.store.accounts import Accounts
from entente.web.doors import ALL_DOORS
from entente.web.live import Pulse, live_route
from entente.web.sign_in.directory import Directory, DirectorySettings
from entente.web.site import GUARDS, Site

MAX_DEED_BYTES = 8 * 1024 * 1024
# What a browser with our cookies sends takes a few; one of the two servers that may lie below us counts none.
MAX_HEADER_BYTES = 64 * 1024


def make_app(node: Node) -> Starlette:
    """The node's application: partners, programs, and its officers' pages. `app.state.close()` ends its streams."""
    # Sessions end in real hours, also where an exercise keeps another clock.
    accounts = Accounts(node.folder, lambda: dt.datetime.now(dt.UTC))
    asking = httpx.Client(timeout=10.0, trust_env=False) if node.settings.directory else None
    site = Site(node, accounts, ALL_DOORS, _directory(node, asking))
    pulse = Pulse(site)
    programs = Programs(node, accounts, site.is_ours)

    async def local(request: Request) -> Response:
        if not _is_here(request):
            return Response(status_code=404)
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not hmac.compare_digest(token.encode(), node.store.secrets.local.encode()):
            return Response(status_code=401)
        body = await request.body()
        if len(body) > MAX_DEED_BYTES:
            return Response(status_code=413)
        lines = do(node, request.path_params["deed"], body)

        def first() -> tuple[int, bytes]:
            try:
                return 200, next(lines)
            except StopIteration:
                return 200, b"null"
            except EntenteError as error:
                return status_of(error), error_body(error)

        status, line = await run_in_threadpool(first)

        def rest() -> Iterator[bytes]:
            yield line + b"\n"
            try:
                for more in lines:
                    yield more + b"\n"
            except EntenteError as error:
                yield error_body(error) + b"\n"

        return StreamingResponse(
            iterate_in_threadpool(rest()), status_code=status, media_type="application/x-ndjson"
        )

    async def health(request: Request) -> Response:
        if not _is_here(request):
            return Response(status_code=404)
        return Response(encode(await run_in_threadpool(node.health)), media_type="application/json")

    pulse.on_end = node.held.tell_all

    def close() -> None:
        pulse.close()
        accounts.close()
        if asking is not None:
            asking.close()

    app = Starlette(
        routes=[
            *partner_routes(node),
            *programs.routes(),
            Route("/local/{deed}", local, methods=["POST"]),
            Route("/health", health, methods=["GET"]),
            live_route(site, pulse),
            *site.routes(),
        ],
        middleware=[Middleware(Guarded)],
        exception_handlers={404: site.lost, 405: site.lost},
    )
    app.state.site, app.state.pulse, app.state.programs, app.state.close = site, pulse, programs, close
    return app


class Guarded:
    """Every answer leaves with the same guards, also one that no page of ours made; a fault of ours tells nothing.

    The words of an error may hold a value, so neither the asker nor the log is told them: the log hears the kind of
    fault and the lines of our code that it came through.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = False

        async def guarded(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                headers = MutableHeaders(scope=message)
                for name, value in GUARDS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        if sum(len(name) + len(value) for name, value in scope["headers"]) > MAX_HEADER_BYTES:
            await Response(status_code=431)(scope, receive, guarded)
            return
        try:
            await self._app(scope, receive, guarded)
        except Exception as error:  # noqa: BLE001 - whatever it was, its words stay here
            lines = "".join(traceback.format_tb(error.__traceback__))
            sys.stderr.write(f"fault: {type(error).__name__}\n{lines}")
            if begun:
                raise ConnectionAbortedError("a fault of ours in the middle of an answer") from None
            await Response(status_code=500)(scope, receive, guarded)


def _directory(node: Node, http: httpx.Client | None) -> Directory | None:
    """The directory of a service that has one of its own."""
    listed = node.settings.directory
    if listed is None or http is None:
        return None
    return Directory(
        DirectorySettings(
            issuer=listed.issuer,
            client_id=listed.client_id,
            redirect=listed.redirect or f"{node.settings.first_origin}/sign-in/directory/back",
            secret=node.settings.directory_secret,
            claim=listed.claim,
            scopes=listed.scopes,
        ),
        http,
        lambda: dt.datetime.now(dt.UTC),
        os.urandom,
    )


def _is_here(request: Request) -> bool:
    """Whether a program of this machine asks; partners come by `/v1` and find nothing else."""
    return request.client is not None and request.client.host in ("127.0.0.1", "::1")


# Signing, sealing and the disk let go of the interpreter for microseconds at a time, and wait this long to get it back
# while the cross-check computes. Python's own 5 ms made a page of 256 signatures wait a second for itself.
SWITCH_INTERVAL_S = 0.0005
# A deed that somebody does on the stopped node is let finish.
START_PATIENCE_S = 10.0


# What is held is held for long: walking all of it again and again for cycles stops every page for a second at a hundred
# thousand records. What has lasted is set aside from the collector whenever this much more of it has come.
SET_ASIDE_EVERY = 5_000
LOOK_EVERY_S = 5.0


def _set_aside_what_lasts(node: Node, stopping: threading.Event) -> None:
    before = -SET_ASIDE_EVERY
    while not stopping.wait(LOOK_EVERY_S if before >= 0 else 0.5):
        held = node.crosscheck.held()
        if held - before >= SET_ASIDE_EVERY:
            before = held
            gc.freeze()


def serve(folder: Path) -> None:
    """Run a node until it is asked to stop (SIGINT or SIGTERM); then KeyboardInterrupt comes out of here."""
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    node = Node(folder, patience_s=START_PATIENCE_S)
    settings = node.settings
    app = make_app(node)
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        log_level="warning",
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=5,
        backlog=512,
    )
    server = uvicorn.Server(config)
    # A page that listens would keep the server from stopping.
    app.state.pulse.also_ends_when = lambda: server.should_exit
    serving = folder / "serving.json"
    stopping = threading.Event()
    try:
        told = json.dumps({"host": settings.host, "port": settings.port, "pid": os.getpid()})
        # Whole or not there: who finds half of it would take the node for one that does not run.
        beside = serving.with_suffix(".new")
        beside.write_text(told, encoding="utf-8")
        beside.replace(serving)
        # The server hands a signal on once it has stopped; as it is, SIGTERM would end us before the node is closed.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        node.start()
        threading.Thread(
            target=_set_aside_what_lasts, args=(node, stopping), name="set aside", daemon=True
        ).start()
        server.run()
    finally:
        stopping.set()
        app.state.close()
        serving.unlink(missing_ok=True)
        node.close()
