"""The doors for programs: a feed, a desk's own tool or a radio room asks over the network, with a token and no cookie.

A request passes, in this order: is it meant for this host; is there such a deed; does the token hold, and for this
deed; is it within the token's rate; is the body small enough and of the deed's shape. Then the deed is done in the name
of the token's officer, by the same table as everywhere. A distress is refused for nothing but its token: whatever its
form, size or number it is recorded, in threads of its own that no search can take.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import anyio
import anyio.to_thread
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from entente.api.openapi import document
from entente.api.partner import status_of
from entente.api.shapes import PROGRAM_DEEDS, DistressAsked, ErrorSaid, ProgramDeed, Refusal
from entente.errors import EntenteError, Malformed, NotFound, NotPermitted, PeerFault, Text, Unavailable
from entente.model.strict import MAX_WHOLE, convert, strict_json
from entente.model.wire import encode
from entente.node import Node
from entente.settings import OfficerListed
from entente.store.account_values import ProgramToken
from entente.store.accounts import Accounts

MAX_BODY_BYTES = 2 * 1024 * 1024
# Of a distress that is longer this much is read; the desk says how much of it was not kept.
MAX_DISTRESS_BYTES = 1024 * 1024
DISTRESS_THREADS = 8
MOST_REASON = 1000


class Rate:
    """How fast each token may ask: `burst` at once, then `per_second`. Kept in memory; a restart forgives."""

    def __init__(
        self, burst: float = 120.0, per_second: float = 4.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.burst, self.per_second = burst, per_second
        self._clock = clock
        self._lock = threading.Lock()
        self._left: dict[str, tuple[float, float]] = {}  # token: (what is left, when that was)

    def take(self, token: str, weight: float) -> float:
        """Take so much of a token's rate: 0.0 when it was there, else the seconds until it will be."""
        now = self._clock()
        with self._lock:
            left, at = self._left.get(token, (self.burst, now))
            left = min(self.burst, left + (now - at) * self.per_second)
            if left < weight:
                self._left[token] = (left, now)
                return (weight - left) / self.per_second
            self._left[token] = (left - weight, now)
            return 0.0


class _Refused(Exception):
    """An answer other than the deed's own."""

    def __init__(self, status: int, error: EntenteError, **headers: str) -> None:
        super().__init__(error.code)
        self.status, self.error = status, error
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


class Programs:
    """The routes for programs of one node. is_ours: whether a request was meant for this host."""

    def __init__(self, node: Node, accounts: Accounts, is_ours: Callable[[Request], bool]) -> None:
        self._node, self._accounts, self._is_ours = node, accounts, is_ours
        self.rate = Rate()
        self._document = encode(document(node.store.node))
        self._life = anyio.CapacityLimiter(DISTRESS_THREADS)

    def routes(self) -> list[Route]:
        """The document, and a door for each deed."""
        return [
            Route("/api/openapi.json", _Endpoint(self._tell)),
            Route("/api/{deed}", _Endpoint(self._ask)),
        ]

    async def _tell(self, request: Request) -> Response:
        if not self._is_ours(request):
            return Response(status_code=404)
        if request.method not in ("GET", "HEAD"):
            return _refused(_wrong_method("GET, HEAD"))
        return Response(self._document, media_type="application/json", headers={"Cache-Control": "no-store"})

    async def _ask(self, request: Request) -> Response:
        if not self._is_ours(request):
            return Response(status_code=404)
        try:
            deed = PROGRAM_DEEDS.get(request.path_params["deed"])
            if deed is None:
                raise NotFound(
                    "no_such_deed",
                    Text(fr="Aucun programme ne peut demander cela.", en="No program can ask for that."),
                    Text(fr="Voyez /api/openapi.json.", en="See /api/openapi.json."),
                )
            if request.method != "POST":
                raise _wrong_method("POST")
            limiter = None if deed.weight else self._life
            officer, token = await anyio.to_thread.run_sync(self._admit, request, deed, limiter=limiter)
            wait_s = self.rate.take(token.id, deed.weight) if deed.weight else 0.0
            if wait_s > 0:
                raise _too_fast(wait_s)
            asked: Any
            if deed.weight:
                asked = await self._asked(request, deed)
            else:
                asked = _distress_in(await _body(request, MAX_DISTRESS_BYTES))
            content = await anyio.to_thread.run_sync(self._do, deed, officer, asked, limiter=limiter)
        except _Refused as refused:
            return _refused(refused)
        except EntenteError as error:
            # A partner's fault is not the asker's: 401 would send it to look for another token.
            return _refused(_Refused(502 if isinstance(error, PeerFault) else status_of(error), error))
        return Response(content, media_type="application/json", headers={"Cache-Control": "no-store"})

    def _admit(self, request: Request, deed: ProgramDeed) -> tuple[OfficerListed, ProgramToken]:
        """Whose token it is, when it opens this deed."""
        scheme, _, written = request.headers.get("authorization", "").partition(" ")
        try:
            if scheme.casefold() != "bearer" or not written.strip():
                raise NotPermitted(
                    "token_missing",
                    Text(fr="La demande ne porte pas de jeton.", en="The request bears no token."),
                    Text(fr="Authorization: Bearer …", en="Authorization: Bearer …"),
                )
            token = self._accounts.program_token(written.strip())
            officer = self._node.officer(token.officer)
        except NotPermitted as error:
            raise _Refused(401, error, WWW_Authenticate="Bearer") from error
        if deed.name not in token.scopes:
            raise NotPermitted(
                "scope_missing",
                Text(
                    fr=f"Ce jeton n’ouvre pas « {deed.name} ».", en=f'This token does not open "{deed.name}".'
                ),
                Text(fr="L’administrateur en délivre un autre.", en="The administrator gives out another."),
            )
        return officer, token

    async def _asked(self, request: Request, deed: ProgramDeed) -> Any:
        if request.headers.get("content-type", "").partition(";")[0].strip().casefold() != "application/json":
            raise _Refused(
                415,
                Malformed(
                    "not_json",
                    Text(fr="Le corps n’est pas annoncé en JSON.", en="The body is not announced as JSON."),
                    Text(fr="Content-Type: application/json", en="Content-Type: application/json"),
                ),
            )
        body = await _body(request, MAX_BODY_BYTES + 1)
        if len(body) > MAX_BODY_BYTES:
            raise _Refused(
                413,
                Malformed(
                    "body_too_large",
                    Text(
                        fr=f"Plus de {MAX_BODY_BYTES // 1024} Kio en une fois.",
                        en=f"More than {MAX_BODY_BYTES // 1024} KiB at once.",
                    ),
                    Text(
                        fr="Rien n’a été enregistré ; raccourcissez.", en="Nothing was recorded; shorten it."
                    ),
                ),
            )
        return await run_in_threadpool(lambda: convert(_whole(strict_json(body)), deed.asked))

    def _do(self, deed: ProgramDeed, officer: OfficerListed, asked: Any) -> bytes:
        if isinstance(asked, DistressAsked) and asked.role not in officer.roles:
            asked = DistressAsked(content=asked.content, reason=asked.reason, matter=asked.matter)
        return encode(deed.do(self._node, officer.name, asked))


class _Endpoint:
    """An endpoint that hears of every method, so that each is answered in our words."""

    def __init__(self, answer: Callable[[Request], Any]) -> None:
        self._answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            response = await self._answer(Request(scope, receive))
        except ClientDisconnect:
            return
        await response(scope, receive, send)


async def _body(request: Request, most: int) -> bytes:
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) >= most:
            break
    return bytes(content[:most])


def _distress_in(body: bytes) -> DistressAsked:
    """A distress in whatever shape it came: with its reason, or as the bare body."""
    try:
        asked = convert(strict_json(body), DistressAsked)
    except Malformed:
        return DistressAsked(content=body.decode("utf-8", "surrogateescape"))
    return DistressAsked(
        content=asked.content,
        reason=asked.reason[:MOST_REASON] or "distress",
        matter=asked.matter[:MOST_REASON] or "SAR",
        purpose=asked.purpose,
        role=asked.role,
    )


def _whole(value: Any) -> Any:
    """The same JSON with 33.0 as 33: to the JSON Schema that the document is written in they are one number."""
    if isinstance(value, dict):
        return {name: _whole(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_whole(inner) for inner in value]
    return (
        int(value) if isinstance(value, float) and value.is_integer() and abs(value) <= MAX_WHOLE else value
    )


def error_body(error: EntenteError) -> bytes:
    """An error for a program of ours: code, words and remedy in both languages."""
    return encode(Refusal(error=ErrorSaid(code=error.code, text=error.text, remedy=error.remedy)))


def _refused(refused: _Refused) -> Response:
    return Response(
        error_body(refused.error),
        status_code=refused.status,
        media_type="application/json",
        headers={"Cache-Control": "no-store"} | refused.headers,
    )


def _wrong_method(allowed: str) -> _Refused:
    return _Refused(
        405,
        Malformed(
            "method_wrong",
            Text(fr=f"On demande cela par {allowed}.", en=f"This is asked for by {allowed}."),
        ),
        Allow=allowed,
    )


def _too_fast(wait_s: float) -> _Refused:
    seconds = max(1, round(wait_s + 0.5))
    return _Refused(
        429,
        Unavailable(
            "too_fast",
            Text(fr="Ce jeton demande trop vite.", en="This token asks too fast."),
            Text(
                fr=f"Recommencez dans {seconds} s ; une détresse passe toujours.",
                en=f"Try again in {seconds} s; a distress always passes.",
            ),
        ),
        Retry_After=str(seconds),
    )
