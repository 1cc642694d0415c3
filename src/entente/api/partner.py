"""What a partner's node may ask: hello, a page of a lane, receipts, and to wake us.

Every request and every answer is signed; what is sealed inside is for the partner alone. A partner hears which rule
spoke and no more.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from entente.courier import HOLD_S, answer_digest
from entente.errors import Conflict, EntenteError, Malformed, NotFound, NotPermitted, PeerFault, Unavailable
from entente.exchange.protocol import Hello, Page
from entente.model.report import LANES, Lane
from entente.model.strict import strict_json
from entente.model.wire import VERSION, encode
from entente.node import Node

# Each kind of error and its answer, in one place for the whole api.
STATUS: dict[type[EntenteError], int] = {
    Malformed: 400,
    PeerFault: 401,
    NotPermitted: 403,
    NotFound: 404,
    Conflict: 409,
    Unavailable: 503,
}
MAX_BODY_BYTES = 64 * 1024


def status_of(error: EntenteError) -> int:
    """The HTTP status of an error."""
    return next((status for kind, status in STATUS.items() if isinstance(error, kind)), 500)


Answer = Callable[[Node, str, Request, bytes], Any]


def partner_routes(node: Node) -> list[Route]:
    """The routes for partners."""

    def route(path: str, method: str, answer: Answer) -> Route:
        async def endpoint(request: Request) -> Response:
            body = await _body(request)
            return await run_in_threadpool(_answer, node, answer, request, method, body)

        return Route(path, endpoint, methods=[method])

    async def lane_or_held(request: Request) -> Response:
        """A page; an empty one waits, where that was asked for, until something is due or the time is over."""
        hold_s = min(_seconds(request.query_params.get("hold", "0")), HOLD_S)
        body = await _body(request)
        lane = request.path_params["lane"]
        if not hold_s or lane not in LANES:
            return await run_in_threadpool(_answer, node, _page, request, "GET", body)
        until = asyncio.get_running_loop().time() + hold_s
        # Nobody listens in another's name: who asks is known by the signature, before anything waits.
        partner = await run_in_threadpool(_asker, node, request, body)
        with node.held.listening(partner or "", lane) as due:
            while True:
                due.clear()
                answer, is_empty = await run_in_threadpool(_answered, node, _page, request, "GET", body)
                left = until - asyncio.get_running_loop().time()
                if partner is None or not is_empty or left <= 0 or node.held.has_ended:
                    return answer
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(due.wait(), left)

    return [
        route("/v1/hello", "GET", _hello),
        Route("/v1/lanes/{lane}", lane_or_held, methods=["GET"]),
        route("/v1/receipts", "GET", _receipts),
        route("/v1/wake", "POST", _wake),
    ]


def _seconds(written: str) -> int:
    return int(written) if written.isascii() and written.isdigit() and len(written) < 4 else 0


def _asker(node: Node, request: Request, body: bytes) -> str | None:
    """Who asks, where the signature holds."""
    target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    try:
        return node.asked_by(request.headers.get("Entente-Signature", ""), "GET", target, body)
    except EntenteError:
        return None


async def _body(request: Request) -> bytes:
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > MAX_BODY_BYTES:
            break
    return bytes(content)


def _answer(node: Node, answer: Answer, request: Request, method: str, body: bytes) -> Response:
    return _answered(node, answer, request, method, body)[0]


def _answered(
    node: Node, answer: Answer, request: Request, method: str, body: bytes
) -> tuple[Response, bool]:
    """The signed answer, and whether it is a page with nothing on it."""
    target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    try:
        if len(body) > MAX_BODY_BYTES:
            return Response(status_code=413), False
        partner = node.asked_by(request.headers.get("Entente-Signature", ""), method, target, body)
        found = answer(node, partner, request, body)
        content = encode(found)
    except EntenteError as error:
        # The partner hears the code; the words are for our own people.
        refusal = encode({"code": error.code})
        return Response(refusal, status_code=status_of(error), media_type="application/json"), False
    signed = node.store.secrets.signing.sign(answer_digest(target, content))
    response = Response(content, media_type="application/json", headers={"Entente-Signature": signed})
    return response, isinstance(found, Page) and not found.envelopes


def _hello(node: Node, partner: str, request: Request, body: bytes) -> Hello:
    return Hello(node=node.store.node, versions=(VERSION,), incarnation=node.store.incarnation, at=node.now())


def _page(node: Node, partner: str, request: Request, body: bytes) -> Any:
    lane = _lane(request.path_params["lane"])
    after = _number(request.query_params.get("after", "0"))
    if request.query_params.get("incarnation", "") not in ("", node.store.incarnation):
        # Its place is in a log that no longer is: it begins again, and takes nothing twice.
        after = 0
    return node.exchange.page(partner, lane, after)


def _receipts(node: Node, partner: str, request: Request, body: bytes) -> Any:
    return node.exchange.receipts_after(partner, _number(request.query_params.get("after", "0")))


def _wake(node: Node, partner: str, request: Request, body: bytes) -> dict[str, str]:
    lanes = strict_json(body)
    node.woken(partner, [lane for lane in lanes if isinstance(lane, str)] if isinstance(lanes, list) else [])
    return {}


def _lane(written: str) -> Lane:
    for lane in LANES:
        if lane == written:
            return lane
    raise unreadable_number(written)


def _number(written: str) -> int:
    if not (written.isascii() and written.isdigit()) or len(written) > 18:
        raise unreadable_number(written)
    return int(written)


def unreadable_number(written: str) -> Malformed:
    """The error for a number or lane that is none."""
    from entente.model.strict import unreadable

    return unreadable(f"{written[:40]!r} is no number or lane")
