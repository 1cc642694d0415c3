"""Two nodes on loopback: what one shore says is on the other in a moment, whatever the wire does in between."""

from __future__ import annotations

import datetime as dt
import http.server
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from entente.api.partner import MAX_BODY_BYTES
from entente.courier import Carrier, Route
from entente.errors import PeerFault, Text
from entente.exchange.protocol import LADDER, sign_request
from entente.model.wire import VERSION


def steps(node: Any, record: str) -> list[str]:
    return [holder["step"] for holder in node.exchange.holders(record)]


def test_a_record_is_carried_to_the_other_shore_and_its_receipts_climb_to_acted_on(
    running: Any, report: Callable[..., Any], at_work: Callable[..., Any], wait: Callable[..., Any]
) -> None:
    lille, dover = running.lille, running.dover
    marie, jane = at_work(lille, "Marie"), at_work(dover, "Jane")
    seen: list[str] = []
    record = lille.record(report(recipients=("dover/UK-NCA",)), marie).header.id
    wait(lambda: dover.store.by_reference("FR-1"))

    def climbs_to(step: str) -> None:
        def there() -> bool:
            seen.extend(steps(lille, record))
            return seen[-1] == step

        wait(there)

    climbs_to("accepted")
    dover.read(jane, "FR-1")
    climbs_to("seen")
    dover.record(report("UK-NCA", "UK-1", phone="+33639980417"), jane)
    (hit,) = wait(lambda: dover.hits(jane))
    dover.judge(jane, hit.id, "same", "même ligne, même période")
    climbs_to("acted_on")
    # It was seen again since; receipts never go down.
    dover.read(jane, "FR-1")
    dover.exchange.climb([record], "seen")
    wait(lambda: lille.exchange.taken_receipts("dover") >= 3)
    heights = [LADDER.index(step) for step in seen if step in LADDER]
    assert heights == sorted(heights)
    assert steps(lille, record) == ["acted_on"]
    (holder,) = lille.exchange.holders(record)
    assert (holder["partner"], holder["services"], holder["version"]) == ("dover", ["UK-NCA"], 1)


def test_what_was_judged_before_it_was_read_is_not_said_to_be_only_seen(
    shores: Any, report: Callable[..., Any], at_work: Callable[..., Any]
) -> None:
    lille, dover = shores.lille, shores.dover
    jane = at_work(dover, "Jane")
    record = lille.record(report(), at_work(lille, "Marie")).header.id
    dover.record(report("UK-NCA", "UK-1", phone="+33639980417"), jane)
    shores.carry()
    dover.judge(jane, dover.hits(jane)[0].id, "same", "même ligne, même période")
    shores.carry()
    assert steps(lille, record) == ["acted_on"]
    dover.read(jane, "FR-1")
    shores.carry()
    assert steps(lille, record) == ["acted_on"]


def test_what_is_said_while_the_partner_is_away_is_there_when_it_is_back(
    running: Any, report: Callable[..., Any], at_work: Callable[..., Any], wait: Callable[..., Any]
) -> None:
    lille = running.lille
    running.stop("dover")
    marie = at_work(lille, "Marie")
    records = [lille.record(report(reference=f"FR-{number}"), marie).header.id for number in range(20)]
    lille.distress(b"MAYDAY", at_work(lille, "Erwan"))
    wait(lambda: lille.exchange.pending("dover") == {"life": 1, "urgent": 0, "routine": 20, "bulk": 0})
    assert wait(lambda: [alarm for alarm in lille.exchange.alarms if "out of reach" in alarm.en])
    assert {step for record in records for step in steps(lille, record)} == {"numbered"}
    dover = running.back("dover")
    wait(lambda: all(steps(lille, record) == ["accepted"] for record in records), 20)
    assert dover.store.count()["report"] == 20
    assert len(dover.maritime.rows()) == 1
    wait(lambda: lille.exchange.pending("dover") == {"life": 0, "urgent": 0, "routine": 0, "bulk": 0})


@contextmanager
def false_partner(port: int, answer: Callable[[http.server.BaseHTTPRequestHandler], None]) -> Iterator[None]:
    """Somebody else under the partner's address."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer(self)

        def do_POST(self) -> None:
            answer(self)

        def log_message(self, *_: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def with_status(status: int) -> Callable[[http.server.BaseHTTPRequestHandler], None]:
    def answer(handler: http.server.BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return answer


def with_body(body: bytes, **headers: str) -> Callable[[http.server.BaseHTTPRequestHandler], None]:
    def answer(handler: http.server.BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


PAGE = b'{"incarnation":"aa","lane":"life","envelopes":[],"more":true}'
FALSE = {
    "refuses": (with_status(500), "refuses (500)"),
    "has forgotten us": (with_status(404), "refuses (404)"),
    "is redirected": (with_status(302), "signature"),
    "answers rubbish": (with_body(b"\xff\xfe rubbish"), "signature"),
    "signs nothing": (with_body(PAGE), "signature"),
    "signs with rubbish": (with_body(PAGE, Entente_Signature="a.b.c"), "signature"),
    "compresses rubbish": (with_body(b"rubbish", Content_Encoding="gzip"), "out of reach"),
    "hangs up": (lambda handler: handler.connection.close(), "out of reach"),
}


@pytest.mark.parametrize("what", FALSE)
def test_a_partner_that_is_not_itself_is_waited_for_and_said_so(
    running: Any, report: Callable[..., Any], at_work: Callable[..., Any], wait: Callable[..., Any], what: str
) -> None:
    lille = running.lille
    port = running.dover.settings.port
    running.stop("dover")
    answer, said = FALSE[what]
    with false_partner(port, answer):
        record = lille.record(report(), at_work(lille, "Marie")).header.id
        lille.woken("dover", ["life", "routine"])
        wait(lambda: [alarm for alarm in lille.exchange.alarms if said in alarm.en])
        wait(lambda: steps(lille, record) == ["numbered"])
    assert lille.store.count() == {"report": 1}
    assert steps(lille, record) == ["numbered"]
    running.back("dover")
    running.dover.record(report("UK-NCA", "UK-1"), at_work(running.dover, "Jane"))
    wait(lambda: lille.store.by_reference("UK-1"), 20)
    wait(lambda: steps(lille, record) == ["accepted"], 20)


def test_a_partner_that_is_slow_in_one_lane_holds_up_no_distress(
    running: Any,
    report: Callable[..., Any],
    at_work: Callable[..., Any],
    wait: Callable[..., Any],
    monkeypatch: Any,
) -> None:
    lille, dover = running.lille, running.dover
    page = dover.exchange.page

    is_over = threading.Event()

    def slow(partner: str, lane: str, after: int) -> Any:
        if lane != "life":
            is_over.wait(30)
        return page(partner, lane, after)

    monkeypatch.setattr(dover.exchange, "page", slow)
    dover.record(report("UK-NCA", "UK-1"), at_work(dover, "Jane"))
    time.sleep(0.2)
    dover.distress(b"MAYDAY", at_work(dover, "Claire"))
    try:
        wait(lambda: lille.maritime.rows())
        assert lille.store.by_reference("UK-1") == []
    finally:
        is_over.set()


def test_a_lane_outlives_whatever_its_pulling_throws() -> None:
    thrown: list[BaseException] = [
        ValueError("what nobody foresaw"),
        PeerFault("partner_away", Text("absent", "away")),
        RecursionError(),
    ]
    said: list[str] = []
    pulled = threading.Event()

    def pull() -> bool:
        if thrown:
            raise thrown.pop(0)
        pulled.set()
        return False

    carrier = Carrier("test", [Route("dover/life", pull)], lambda route, error: said.append(error.code))
    carrier.start()
    assert pulled.wait(10)
    carrier.stop()
    assert said == ["fault_of_ours", "partner_away", "fault_of_ours"]


def ask(
    running: Any, method: str, target: str, *, signed: str | None = None, body: bytes = b""
) -> httpx.Response:
    address = f"http://127.0.0.1:{running.lille.settings.port}"
    headers = {} if signed is None else {"Entente-Signature": signed}
    return httpx.request(method, address + target, headers=headers, content=body, trust_env=False)


def sign(running: Any, method: str, target: str, body: bytes = b"", **changes: Any) -> str:
    dover = running.dover
    values = {
        "issuer": "dover",
        "recipient": "lille",
        "method": method,
        "target": target,
        "body": body,
        **changes,
    }
    return sign_request(
        dover.store.secrets.signing,
        values["issuer"],
        values["recipient"],
        values["method"],
        values["target"],
        values["body"],
        values.get("now", dover.now()),
    )


def test_only_a_pinned_partner_that_signs_this_very_request_is_answered(running: Any) -> None:
    target = "/v1/lanes/routine?after=0"
    good = ask(running, "GET", target, signed=sign(running, "GET", target))
    assert good.status_code == 200
    for signed, status in (
        (None, 401),
        ("rubbish", 401),
        (sign(running, "GET", "/v1/lanes/bulk?after=0"), 401),
        (sign(running, "POST", target), 401),
        (sign(running, "GET", target, recipient="dover"), 401),
        (sign(running, "GET", target, issuer="lille"), 401),
        (sign(running, "GET", target, body=b"x"), 401),
        (running.dover.store.secrets.signing.sign(b"{}"), 400),
    ):
        answer = ask(running, "GET", target, signed=signed)
        assert answer.status_code == status
        assert set(answer.json()) == {"code"}, "a partner hears the rule and no more"
    assert ask(running, "GET", "/v1/hello", signed=sign(running, "GET", "/v1/hello")).json()["versions"] == [
        VERSION
    ]


@pytest.mark.parametrize(
    "target",
    [
        "/v1/lanes/life?after=-1",
        "/v1/lanes/life?after=x",
        "/v1/lanes/life?after=%C2%B2",
        "/v1/lanes/life?after=" + "9" * 30,
        "/v1/lanes/none?after=0",
        "/v1/receipts?after=1.5",
    ],
)
def test_a_question_that_is_none_is_answered_with_its_code(running: Any, target: str) -> None:
    answer = ask(running, "GET", target, signed=sign(running, "GET", target))
    assert answer.status_code == 400
    assert answer.json() == {"code": "unreadable"}


def test_a_request_that_is_too_large_is_not_read_to_its_end(running: Any) -> None:
    body = b" " * (MAX_BODY_BYTES + 1)
    answer = ask(running, "POST", "/v1/wake", signed=sign(running, "POST", "/v1/wake", body), body=body)
    assert answer.status_code == 413


def test_a_clock_that_is_far_off_alarms_and_stops_nothing(running: Any) -> None:
    late = running.dover.now() + dt.timedelta(minutes=7)
    target = "/v1/lanes/life?after=0"
    assert ask(running, "GET", target, signed=sign(running, "GET", target, now=late)).status_code == 200
    assert "420 s off" in running.lille.exchange.alarms[-1].en


def test_the_pages_of_this_machine_open_only_to_its_token(running: Any) -> None:
    for token in ("x", "wrong", running.dover.store.secrets.local):
        answer = httpx.post(
            f"http://127.0.0.1:{running.lille.settings.port}/local/status",
            headers={"Authorization": f"Bearer {token}"},
            content=b"{}",
            trust_env=False,
        )
        assert answer.status_code == 401
