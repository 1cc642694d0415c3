"""What a program may do with its token, and what it is told when it may not."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from entente.api import shapes
from entente.api.deeds import DEEDS
from entente.api.programs import Rate
from entente.api.shapes import PROGRAM_DEEDS
from entente.errors import Conflict, Text
from entente.model.report import Draft

WHY = {"reason": "suivi de la filière", "matter": "OYAT"}
THREADS = 40  # that a server gives to everything that waits
NOT_FOR_PROGRAMS = {"plan", "plan_do", "import", "mapping", "verify", "clock", "officers", "sea_out"}


def test_a_program_records_reads_and_searches_in_the_name_of_its_officer(
    asked: Any, report: Callable[..., Draft]
) -> None:
    draft = msgspec.to_builtins(report(phone="06 39 98 04 17"))
    recorded = asked.ask("record", WHY | {"draft": draft})
    assert recorded.status_code == 200, recorded.text
    assert recorded.json()["service"] == "FR-OLTIM"
    asked.node.settle()
    found = asked.ask("search", WHY | {"written": "+33 6 39 98 04 17"}).json()
    assert [one["record"]["id"] for one in found] == [recorded.json()["id"]]
    read = asked.ask("read", WHY | {"record": "FR-1"}).json()
    assert "06 39 98 04 17" in str(read["parts"])
    for act in ("collection", "search", "consultation"):
        assert [line["officer"] for line in asked.lines(act)] == ["Marie"], act
        assert asked.lines(act)[0]["reason"] == WHY["reason"]


def test_every_answer_has_the_shape_that_the_document_promises(
    asked: Any, report: Callable[..., Draft]
) -> None:
    shores = asked.shores
    marie = shores.lille.access("Marie", "suivi de la filière", matter="OYAT")
    jane = shores.dover.access("Jane", "suivi de la filière", matter="OYAT")
    own = shores.lille.record(report(), marie)
    shores.dover.record(report("UK-NCA", "UK-1", region="FR"), jane)
    shores.lille.record(report(reference="FR-2", phone="06 39 98 04 18", name="Salwa"), marie)
    shores.carry()
    keeper = asked.token("Erwan")
    distress = asked.ask("distress", {"content": "moteur arrêté"}, keeper)
    shores.carry()
    hits = asked.ask("hits", WHY)
    (hit,) = hits.json()
    answers = {
        "record": asked.ask("record", WHY | {"draft": msgspec.to_builtins(report(reference="FR-3"))}),
        "distress": distress,
        "sea": asked.ask("sea", {"reason": "veille du détroit", "matter": "SAR"}, keeper),
        "picture": asked.ask("picture", {"reason": "veille du détroit", "matter": "SAR"}, keeper),
        "read": asked.ask("read", WHY | {"record": own.header.id}),
        "search": asked.ask("search", WHY | {"written": "06 39 98 04 17"}),
        "hits": hits,
        "why_not": asked.ask("why_not", WHY | {"one": "FR-1", "other": "FR-2"}),
        "judge": asked.ask("judge", WHY | {"hit": hit["id"], "verdict": "same", "because": "même numéro"}),
        "release": asked.ask(
            "release", WHY | {"of": "FR-2", "recipients": ["dover/UK-NCA"], "because": "même loueur"}
        ),
        "refusals": asked.ask("refusals", WHY),
        "status": asked.ask("status"),
    }
    assert answers.keys() == PROGRAM_DEEDS.keys()
    for deed, answer in answers.items():
        assert answer.status_code == 200, f"{deed}: {answer.text}"
        assert answer.headers["content-type"] == "application/json"
        assert answer.headers["cache-control"] == "no-store"
        # Each type refuses a field that it does not name.
        msgspec.json.decode(answer.content, type=PROGRAM_DEEDS[deed].answer)
    assert answers["sea"].json()[0]["raw"]["text"] == "moteur arrêté"
    assert answers["read"].json()["holders"][0]["step"] == "seen" or answers["read"].json()["holders"]
    assert len(answers["search"].json()) >= 2


def test_what_only_this_machine_may_ask_has_no_door_for_programs(asked: Any) -> None:
    assert PROGRAM_DEEDS.keys() | NOT_FOR_PROGRAMS == DEEDS.keys()
    token = asked.token("Marie", *DEEDS)
    for deed in (*sorted(NOT_FOR_PROGRAMS), "constructor", "RECORD", "%2e%2e"):
        answer = asked.ask(deed, {"at": "2031-01-01T00:00:00Z", "path": "officers.toml"}, token)
        assert answer.status_code == 404, deed


def test_a_body_never_says_who_acts(asked: Any) -> None:
    for body in (
        WHY | {"officer": "Odile"},
        WHY | {"asking": {"officer": "Odile", "reason": "suivi de la filière", "matter": "OYAT"}},
        WHY | {"record": "FR-1", "asking.officer": "Odile"},
    ):
        assert asked.ask("hits", body).status_code == 400
        assert asked.ask("read", {"record": "FR-1"} | body).status_code == 400


@pytest.mark.parametrize(
    "written",
    [b"", b"Bearer", b"Basic TWFyaWU6eA==", b"Bearer entente_unknown", b"Bearer \xe9", b"Bearer a b"],
)
def test_without_a_token_that_holds_nothing_is_done(asked: Any, written: bytes) -> None:
    for deed in PROGRAM_DEEDS:
        answer = asked.client.post(f"/api/{deed}", json=WHY, headers=[(b"Authorization", written)])
        assert answer.status_code == 401, deed
        assert answer.headers["www-authenticate"] == "Bearer"
        assert answer.json()["error"]["code"] in ("token_missing", "token_refused")
    assert asked.node.store.count() == {}


def test_a_token_ends_with_its_day_its_withdrawal_and_its_officer(asked: Any) -> None:
    late = asked.token(lasts=dt.timedelta(seconds=-1))
    assert asked.ask("hits", WHY, late).status_code == 401
    token = asked.token()
    assert asked.ask("hits", WHY, token).status_code == 200
    (kept,) = [one for one in asked.accounts.program_tokens() if one.ends_at > dt.datetime.now(dt.UTC)]
    asked.accounts.withdraw_program_token(kept.id)
    assert asked.ask("hits", WHY, token).status_code == 401
    assert asked.ask("hits", WHY, asked.token("nobody")).status_code == 401


def test_a_token_opens_the_deeds_that_it_names_and_no_other(asked: Any) -> None:
    token = asked.token("Marie", "hits")
    for deed, said in PROGRAM_DEEDS.items():
        answer = asked.ask(deed, said.example, token)
        if deed == "hits":
            assert answer.status_code == 200
        else:
            assert (answer.status_code, answer.json()["error"]["code"]) == (403, "scope_missing"), deed
    assert asked.node.store.count() == {}


def test_a_program_works_in_a_role_that_its_officer_holds(asked: Any) -> None:
    assert asked.ask("hits", WHY | {"role": "investigator"}).status_code == 200
    answer = asked.ask("hits", WHY | {"role": "judicial_keeper"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "role_not_held")
    assert asked.ask("hits", WHY | {"role": "king"}).status_code == 400


def test_a_machine_s_token_records_and_decides_on_nobody(asked: Any, report: Callable[..., Draft]) -> None:
    feed = asked.token("feed")
    recorded = asked.ask("record", WHY | {"draft": msgspec.to_builtins(report())}, feed)
    assert recorded.status_code == 200
    body = {"of": recorded.json()["id"], "recipients": ["dover/UK-NCA"], "because": "même loueur"}
    answer = asked.ask("release", WHY | body, feed)
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "machine_decides")


def test_a_record_of_others_and_no_record_are_the_same_answer(
    asked: Any, report: Callable[..., Draft]
) -> None:
    odile = asked.node.access("Odile", "suivi de la filière", matter="OYAT", role="judicial_keeper")
    closed = report(reference="FR-9", compartment="judicial", purpose="investigation", recipients=())
    hidden = asked.node.record(closed, odile).header.id
    absent = hidden[:-4] + "ZZZZ"
    there, not_there = (asked.ask("read", WHY | {"record": one}) for one in (hidden, absent))
    assert there.status_code == not_there.status_code == 404
    assert there.text.replace(hidden, "") == not_there.text.replace(absent, "")


def test_an_error_says_in_both_languages_what_happened_and_what_to_do(asked: Any) -> None:
    answer = asked.ask("hits", {"reason": "x", "matter": "OYAT"})
    assert answer.status_code == 403
    said = msgspec.json.decode(answer.content, type=shapes.Refusal).error
    assert said.code == "reason_missing"
    assert said.text.fr != said.text.en
    assert said.remedy is not None


UNREADABLE = [
    b"",
    b"null",
    b"[]",
    b"{",
    b'{"reason": "suivi", "reason": "suivi"}',
    b'{"reason": "suivi de la fili\xe8re"}',
    b'{"reason": "suivi", "limit": NaN}',
    b'{"reason": "suivi", "limit": 0}',
    b'{"reason": "suivi", "limit": 99999999999999999999}',
    b'{"reason": "\\ud800"}',
    b'{"reason": ' + b"[" * 5000 + b"]" * 5000 + b"}",
    b'{"reason": "suivi", "unknown": 1}',
]


def test_what_cannot_be_read_is_refused_in_words(asked: Any) -> None:
    for body in UNREADABLE:
        answer = asked.ask("hits", body)
        assert answer.status_code == 400
        assert answer.json()["error"]["code"] == "unreadable"


def test_a_body_is_bounded_and_announced(asked: Any) -> None:
    answer = asked.ask("hits", b'{"reason": "' + b"x" * (2 * 1024 * 1024) + b'"}')
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "body_too_large")
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""):
        assert asked.ask("hits", WHY, **{"Content-Type": kind}).status_code == 415, kind


def test_other_methods_are_told_the_one_that_is_right(asked: Any) -> None:
    for method in ("GET", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"):
        answer = asked.client.request(method, "/api/hits")
        assert (answer.status_code, answer.headers["allow"]) == (405, "POST"), method
    assert asked.client.head("/api/hits").status_code == 405


def test_another_host_and_a_session_s_cookie_open_nothing(asked: Any) -> None:
    from entente.store.account_values import SignedIn

    opened = asked.accounts.open_session(
        SignedIn(officer="Marie", role="investigator", method="exercise", device="x")
    )
    asked.client.cookies.set("entente", opened.token)
    assert asked.client.post("/api/hits", json=WHY).status_code == 401
    for host in ("evil.example", "lille.localhost.evil.example", "[", "", "lille.localhost@evil.example"):
        answer = asked.ask("hits", WHY, Host=host)
        assert (answer.status_code, answer.content) == (404, b""), host
        assert asked.client.get("/api/openapi.json", headers={"Host": host}).status_code == 404


def test_who_asks_too_fast_waits_and_a_distress_never_does(asked: Any) -> None:
    asked.app.state.programs.rate = Rate(burst=8, per_second=0.001)
    token = asked.token("Erwan")
    told = [asked.ask("hits", WHY, token) for _ in range(3)]
    assert [one.status_code for one in told[:2]] == [200, 200]
    assert told[2].status_code == 429
    assert told[2].json()["error"]["code"] == "too_fast"
    assert int(told[2].headers["retry-after"]) > 0
    assert [asked.ask("distress", b"a boat", token).status_code for _ in range(5)] == [200] * 5
    assert asked.ask("hits", WHY, asked.token("Erwan")).status_code == 200  # another token has its own rate


def test_a_rate_comes_back_with_time_and_never_beyond_its_burst() -> None:
    at = [0.0]
    rate = Rate(burst=10, per_second=2, clock=lambda: at[0])
    assert rate.take("a", 10) == 0.0
    assert rate.take("a", 4) == 2.0
    at[0] = 2.0
    assert rate.take("a", 4) == 0.0
    at[0] = 1000.0
    assert rate.take("a", 10) == 0.0
    assert rate.take("a", 1) > 0


CALLS = [
    (b"Mayday 50.95 N 1.60 E", "Mayday 50.95 N 1.60 E"),
    (b"", ""),
    (b"\xff\xfe\x00", "base64:"),
    (b'{"content": "47 personnes"}', "47 personnes"),
    (b'{"content": "47 personnes", "role": "administrator", "reason": ""}', "47 personnes"),
    (b'{"content": 47}', '{"content": 47}'),
    (b"[" * 100, "[" * 100),
]


def test_a_distress_is_refused_for_no_form(asked: Any) -> None:
    for body, kept in CALLS:
        token = asked.token("Erwan")
        answer = asked.ask("distress", body, token, **{"Content-Type": "application/x-nothing"})
        assert answer.status_code == 200, answer.text
        asked.node.settle()
        seen, *_ = asked.ask("sea", {"reason": "veille du détroit", "matter": "SAR"}, token).json()
        assert seen["record"]["id"] == answer.json()["id"]
        assert seen["raw"]["text"].startswith(kept)


def test_a_distress_of_any_length_is_recorded(asked: Any) -> None:
    answer = asked.ask("distress", b"47 persons " * 500_000, asked.token("Marie"))
    assert answer.status_code == 200
    assert answer.json()["kind"] == "distress"


def test_a_distress_in_json_is_read_as_a_draft(asked: Any, statement: Callable[..., Any]) -> None:
    draft = {"kind": "distress", "service": "FR-PREMAR", "statements": [msgspec.to_builtins(statement())]}
    token = asked.token("Erwan")
    assert asked.ask("distress", draft, token).status_code == 200
    asked.node.settle()
    (seen,) = asked.ask("sea", {"reason": "veille du détroit", "matter": "SAR"}, token).json()
    assert seen["raw"] is None
    assert seen["statements"][0]["wording"]["text"] == "ligne relevée sur la plage"


def test_a_distress_passes_while_searches_hold_every_thread(
    asked: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, held = threading.Event(), threading.Semaphore(0)

    def search(*_: Any) -> list[Any]:
        held.release()
        go_on.wait(20)
        return []

    monkeypatch.setattr(asked.node, "search", search)
    asked.app.state.programs.rate = Rate(burst=1000)
    token, keeper = asked.token(), asked.token("Erwan")
    asking = [
        threading.Thread(target=asked.ask, args=("search", WHY | {"written": "Haji"}, token))
        for _ in range(THREADS)
    ]
    try:
        for one in asking:
            one.start()
            assert held.acquire(timeout=10)
        assert asked.ask("distress", b"a boat", keeper).status_code == 200
        assert all(one.is_alive() for one in asking)
    finally:
        go_on.set()
        for one in asking:
            if one.ident is not None:
                one.join()


def test_a_fault_of_ours_tells_neither_the_asker_nor_the_log_what_it_held(
    asked: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked_for = "06 39 98 04 17"

    def broken(*_: Any, **__: Any) -> Any:
        raise RuntimeError(asked_for)

    monkeypatch.setattr(asked.node, "search", broken)
    answer = asked.ask("search", WHY | {"written": "06 39 98 04 17"})
    assert (answer.status_code, answer.content) == (500, b"")
    assert "content-security-policy" in answer.headers
    logged = "".join(capsys.readouterr())
    assert "RuntimeError" in logged
    assert "06 39 98 04 17" not in logged


def test_an_error_of_each_kind_has_its_status(asked: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def taken(*_: Any, **__: Any) -> Any:
        raise Conflict("record_gone", Text(fr="effacée", en="erased"))

    monkeypatch.setattr(asked.node, "read", taken)
    answer = asked.ask("read", WHY | {"record": "FR-1"})
    assert (answer.status_code, answer.json()["error"]["remedy"]) == (409, None)
