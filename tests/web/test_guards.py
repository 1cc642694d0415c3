"""What leaves the node and what comes at it: headers, markup, addresses, logs; and requests that no browser makes."""

from __future__ import annotations

import contextlib
import datetime as dt
import html
import re
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import httpx
import pytest
import uvicorn

from entente.exercise.shores import lay_out
from entente.model.entity import Entity
from entente.model.grading import Grade
from entente.model.identifier import Identifier
from entente.model.name import Name
from entente.model.report import Draft, Statement, Wording
from entente.node import Node
from entente.policy.agreement import Role
from entente.serve import make_app
from entente.store.account_values import SignedIn
from entente.web.doors import ALL_DOORS
from entente.web.pace import Pace
from entente.web.site import GUARDS, MAX_FORM_BYTES

PHONE, NAME, PLATE = "06 39 98 04 17", "Quenaudière", "FO 417 IU"
VALUES = (PHONE, PHONE.replace(" ", ""), "639980417", NAME, PLATE, PLATE.replace(" ", ""))
WHO: dict[Role, str] = {
    "investigator": "FR-PAF/Carvenne",
    "judicial_keeper": "FR-JIRS/Montvalher",
    "victim_keeper": "FR-OLTIM/Astruvel",
    "watch_keeper": "FR-PREMAR/Kerlazan",
    "coordinator": "FR-ZONE/Roquebert",
    "data_protection_officer": "FR-ZONE/Dussolier",
    "administrator": "FR-ZONE/Vignancour",
}


class Served:
    """Lille on loopback with a record that names somebody, and a browser's worth of each officer."""

    def __init__(self, root: Path) -> None:
        lay_out(root, any_port=True)
        self.node = Node(root / "lille")
        person = Entity(
            id="e1",
            kind="person",
            category="not_yet_assessed",
            names=(Name(NAME),),
            identifiers=(
                Identifier(kind="phone", written=PHONE),
                Identifier(kind="plate", written=PLATE),
            ),
        )
        said = Statement(
            id="s1",
            basis="fact",
            wording=Wording(language="fr", text=f"{NAME} appelle du {PHONE}, fourgon {PLATE}"),
            grade=Grade("europol", "B", "2"),
            checked_on=dt.date(2031, 9, 12),
            entities=(person,),
        )
        draft = Draft(
            kind="report",
            service="FR-PAF",
            purpose="intelligence",
            matter="OYAT",
            handling=("H1",),
            regime="smuggling",
            reference="FR-INT-1",
            statements=(said,),
        )
        for role in WHO:
            self.node.open_shift(self.access(role))
        self.record = self.node.record(draft, self.access("investigator")).header.id
        self.node.settle()
        self.app = make_app(self.node)
        port = self.node.settings.port
        config = uvicorn.Config(
            self.app, port=port, log_level="warning", access_log=False, lifespan="off", ws="none"
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        while not self._server.started:
            time.sleep(0.01)
        self.port, self.host = port, f"127.0.0.1:{port}"

    def access(self, role: Role) -> Any:
        matter = {"watch_keeper": "SAR", "judicial_keeper": "JIRS-7"}.get(role, "OYAT")
        return self.node.access(WHO[role], "suivi de la filière", matter=matter, role=role)

    def browser(self, role: Role | None = None) -> httpx.Client:
        """A browser, signed in as a role's officer; its secret for forms is its header X-CSRF."""
        client = httpx.Client(base_url=f"http://{self.host}", trust_env=False, timeout=30)
        client.headers["Accept-Language"] = "en"
        if role is not None:
            opened = self.app.state.site.accounts.open_session(
                SignedIn(officer=WHO[role], role=role, method="exercise", device="x", language="en")
            )
            client.cookies.set("entente", opened.token, domain="127.0.0.1")
            client.headers["X-CSRF"] = opened.csrf
        return client

    def raw(self, sent: bytes) -> tuple[int, bytes]:
        """What is answered to these bytes: (status, 0 where the line was cut; everything)."""
        got = b""
        # A server that waits for the rest, or cuts the line while we speak, has not answered.
        with (
            socket.create_connection(("127.0.0.1", self.port), timeout=1) as line,
            contextlib.suppress(ConnectionError, TimeoutError),
        ):
            line.sendall(sent)
            while chunk := line.recv(65536):
                got += chunk
        found = re.match(rb"HTTP/1.1 (\d\d\d)", got)
        return (int(found[1]) if found else 0), got

    def close(self) -> None:
        self.app.state.close()
        self._server.should_exit = True
        self._thread.join(timeout=20)
        self.node.close()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    made = Served(tmp_path_factory.mktemp("guards") / "shores")
    yield made
    made.close()


def _pages(served: Served) -> Iterator[tuple[str, Role | None, httpx.Response]]:
    """Every page that can be looked at, by each role it is for, in its ordinary state."""
    for role in (None, *WHO):
        with served.browser(role) as browser:
            for door in ALL_DOORS:
                if door.method == "GET" and (role in door.who if door.who and role else door.who is None):
                    path = re.sub(r"\{statement\}", "s1", door.path)
                    path = re.sub(r"\{\w+\}", served.record, path)
                    yield path, role, browser.get(path)


def test_every_answer_carries_the_guards(served: Served) -> None:
    static = served.app.state.site.address_of("css/base.css")
    with served.browser() as nobody, served.browser("investigator") as officer:
        answers = [
            officer.get("/"),
            officer.get(f"/reports/{served.record}"),
            officer.get("/reports/nowhere"),
            officer.get("/administration"),
            officer.post("/search", data={"written": PHONE}),
            officer.post("/search", data={"csrf": "no"}, headers={"X-CSRF": "no"}),
            nobody.get("/"),
            nobody.get("/sign-in"),
            nobody.get("/live"),
            nobody.get(static),
            nobody.get("/static/0/css/base.css"),
            nobody.get("/nowhere"),
            nobody.get("/sign-in", headers={"Host": "evil.example"}),
            nobody.request("DELETE", "/search"),
            nobody.get("/health"),
            nobody.post("/local/status"),
            nobody.get("/v1/hello"),
            nobody.get("/api/openapi.json"),
            nobody.post("/api/hits"),
            nobody.get("/api/nowhere"),
        ]
    for answer in answers:
        for name, value in GUARDS.items():
            assert answer.headers.get(name) == value, (answer.request.url, name)
        kept = answer.headers["cache-control"]
        assert kept == "no-store" or (answer.request.url.path == static and "immutable" in kept)
        assert "server" not in answer.headers or "/" not in answer.headers["server"]
    policy = GUARDS["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy


def test_no_page_holds_a_script_or_a_style_of_its_own(served: Served) -> None:
    looked = 0
    for path, role, page in _pages(served):
        if not page.headers.get("content-type", "").startswith("text/html"):
            continue
        where = (path, role)
        assert page.status_code < 500, where
        assert not re.search(r"<[^>]*\sstyle\s*=", page.text), where
        assert not re.search(r"<style\b", page.text), where
        assert not re.search(r"<[a-z][^>]*\son[a-z]+\s*=", page.text), where
        assert not re.search(r"(href|src|action)\s*=\s*[\"']?\s*(javascript|data|vbscript):", page.text), (
            where
        )
        for script in re.findall(r"<script\b([^>]*)>(.*?)</script>", page.text, re.DOTALL):
            assert re.search(r"\ssrc=", script[0]) or 'type="application/json"' in script[0], where
            assert script[1].strip() == "" or 'type="application/json"' in script[0], where
        assert not re.search(r"hx-on|hx-vals=.js:|hx-headers=.js:", page.text), where
        looked += 1
    assert looked > 60


def test_no_address_on_any_page_holds_a_personal_value(served: Served) -> None:
    walked = 0
    with served.browser("investigator") as officer:
        for written in (PHONE, NAME, PLATE):
            found = officer.post("/search", data={"written": written, "q": written, "words": written})
            assert found.status_code == 200, found.text[:500]
            walked += _addresses_hold_nothing("/search", found)
            again = officer.post(
                "/search", data={"written": written, "q": written}, headers={"HX-Request": "true"}
            )
            walked += _addresses_hold_nothing("/search", again)
    for path, _, page in _pages(served):
        walked += _addresses_hold_nothing(path, page)
    assert walked > 500


def _addresses_hold_nothing(path: str, page: httpx.Response) -> int:
    addresses = re.findall(
        r"(?:href|src|action|formaction|data-live|hx-(?:get|post|push-url))\s*=\s*\"([^\"]*)\"", page.text
    )
    addresses += [
        page.headers[name] for name in ("location", "hx-push-url", "hx-redirect") if name in page.headers
    ]
    for address in addresses:
        told = unquote(html.unescape(address)).replace("+", " ")
        for value in VALUES:
            assert value.casefold() not in told.casefold(), (path, told)
    return len(addresses)


def test_a_search_is_found_and_leaves_no_word_in_the_log(
    served: Served, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    with served.browser("investigator") as officer:
        found = officer.post("/search", data={"written": PHONE, "q": PHONE, "words": PHONE})
        assert "FR-INT-1" in found.text
        officer.get(f"/reports/{served.record}")
        officer.get(f"/search?q={PHONE}")
        officer.post("/nowhere", data={"q": PHONE})
    served.raw(b"GET /" + PHONE.encode().replace(b" ", b"") + b" NONSENSE\r\n\r\n")
    logged = "".join(capfd.readouterr()) + caplog.text
    for value in VALUES:
        assert value not in logged


def test_a_form_is_bounded_in_every_direction(served: Served) -> None:
    with served.browser("investigator") as officer:
        tries: dict[str, dict[str, Any]] = {
            "too long": {"content": b"words=" + b"x" * (MAX_FORM_BYTES + 1)},
            "a long field": {"files": {"words": (None, b"x" * (MAX_FORM_BYTES + 1))}},
            "too many fields": {"files": [(f"f{number}", (None, b"x")) for number in range(501)]},
            "too many files": {"files": [(f"f{number}", ("f", b"x")) for number in range(5)]},
            "no length": {"content": iter([b"words=x"])},
            "no boundary": {"content": b"x", "headers": {"Content-Type": "multipart/form-data"}},
            "half a part": {
                "content": b"--b\r\nContent-Disposition: form-data",
                "headers": {"Content-Type": "multipart/form-data; boundary=b"},
            },
            "no JSON": {"content": b"{", "headers": {"Content-Type": "application/json"}},
            "a list": {"content": b"[]", "headers": {"Content-Type": "application/json"}},
        }
        for name, sent in tries.items():
            headers = {"Content-Type": "application/x-www-form-urlencoded"} if "content" in sent else {}
            answer = officer.post("/search", **(sent | {"headers": headers | sent.get("headers", {})}))
            assert 400 <= answer.status_code < 500, (name, answer.status_code)
            assert NAME not in answer.text
        many = officer.post("/search", data={f"f{number}": "x" for number in range(600)})
        assert 400 <= many.status_code < 500


def test_what_no_browser_sends_is_met_with_words_or_silence(served: Served) -> None:
    ours = b"Host: " + served.host.encode()
    get, post = b"GET /sign-in HTTP/1.1", b"POST /language HTTP/1.1"
    form = b"Content-Type: application/x-www-form-urlencoded"
    odd: dict[str, tuple[list[bytes], set[int]]] = {
        "a huge header": ([get, ours, b"X: " + b"x" * 200_000], {400, 431}),
        "a huge cookie": ([get, ours, b"Cookie: entente=" + b"x" * 30_000], {200, 400, 431}),
        "odd cookies": ([b"GET / HTTP/1.1", ours, b"Cookie: entente=\xe9%00;=;entente_said=%ff"], {303}),
        "bad percents": ([b"GET /reports/%zz%ff%00 HTTP/1.1", ours], {303, 400, 404}),
        "letters in a path": ([b"GET /reports/%C3%A9%E2%80%AE%0d%0aX:%20y HTTP/1.1", ours], {303}),
        "bad percents in a query": ([b"GET /sign-in?x=%zz&%ff=%00 HTTP/1.1", ours], {200}),
        "NUL in a path": ([b"GET /sign-in\x00 HTTP/1.1", ours], {400, 404}),
        "no host": ([get], {400, 404}),
        "two hosts": ([get, ours, b"Host: evil.example"], {200, 400, 404}),
        "another host": ([get, b"Host: evil.example"], {404}),
        "half an address": ([get, b"Host: ["], {400, 404}),
        "another host in the line": (
            [b"GET http://evil.example/sign-in HTTP/1.1", b"Host: evil.example"],
            {400, 404},
        ),
        "no method": ([b"BREW /sign-in HTTP/1.1", ours], {400, 405}),
        "a length below nothing": ([post, ours, b"Content-Length: -1"], {400}),
        "a length of other figures": ([post, ours, b"Content-Length: \xb2"], {400}),
        "two lengths": ([post, ours, b"Content-Length: 1", b"Content-Length: 2"], {400}),
        "a length and pieces": (
            [post, ours, b"Content-Length: 5", b"Transfer-Encoding: chunked"],
            {400, 422, 0},
        ),
        "less than it said": ([post, ours, form, b"Content-Length: 9"], {0, 400, 422}),
    }
    for name, (lines, fine) in odd.items():
        whole = b"\r\n".join([*lines, b"Connection: close", b"", b"lang"[: 4 * lines[0].startswith(b"POST")]])
        status, said = served.raw(whole)
        assert status in fine, (name, status, said[:300])
        assert b"Traceback" not in said
        with served.browser() as browser:
            assert browser.get("/health").status_code == 200, name


def test_an_odd_id_is_no_id(served: Served) -> None:
    with served.browser("investigator") as officer:
        for written in (
            "%00",
            "%ff",
            "%F0%9F%9A%A4",
            "..%2f..%2fetc",
            "'%20or%201=1--",
            "x" * 4000,
            "%E2%80%AE",
        ):
            for path in ("/reports/", "/hits/", "/translations/", "/warnings/"):
                answer = officer.get(path + written)
                assert answer.status_code in (400, 404, 422), (path, written, answer.status_code)
        for words in ("\x00", "%", "'\"--", "(" * 500, "a" * 100_000, "\u202e" + NAME, "*", 'NEAR("a" "b")'):
            answer = officer.post("/search", data={"written": words, "q": words, "words": words})
            assert answer.status_code < 500, words[:20]


def test_no_path_leads_out_of_our_files(served: Served) -> None:
    mark = served.app.state.site.mark
    host = f"Host: {served.host}\r\nConnection: close\r\n\r\n".encode()
    for path in (
        "../site.py",
        "css/../../site.py",
        "..%2fsite.py",
        "%2e%2e/%2e%2e/serve.py",
        "/etc/passwd",
        "css/base.css%00.png",
        "css\\base.css",
        "",
        "css",
    ):
        status, said = served.raw(f"GET /static/{mark}/{path} HTTP/1.1\r\n".encode() + host)
        assert status in (400, 404), (path, status)
        assert b"from __future__" not in said


def test_other_methods_do_nothing_and_a_look_at_the_head_is_a_look(served: Served) -> None:
    before = served.node.store.size
    with served.browser("investigator") as officer:
        for door in ALL_DOORS:
            if "{" in door.path:
                continue
            for method in ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"):
                answer = officer.request(method, door.path)
                assert answer.status_code == 405, (method, door.path)
                assert NAME not in answer.text
        for path in ("/", "/sign-in", "/search"):
            answer = officer.head(path)
            assert answer.status_code in (200, 303), path
            assert answer.content == b""
    assert served.node.store.size == before


def test_the_session_s_cookie_is_kept_from_scripts_and_other_sites(served: Served) -> None:
    with served.browser() as browser:
        answer = browser.post("/sign-in/exercise", data={"officer": WHO["investigator"]})
        cookies = answer.headers.get_list("set-cookie")
        assert any(one.startswith("entente=") for one in cookies)
        for one in cookies:
            assert "httponly" in one.casefold(), one
            assert "samesite=lax" in one.casefold() or "samesite=strict" in one.casefold(), one
            assert "path=/" in one.casefold()
            assert "domain" not in one.casefold()


def test_who_searches_too_often_is_asked_to_wait_and_another_is_not(served: Served) -> None:
    with served.browser("judicial_keeper") as hasty, served.browser("victim_keeper") as calm:
        asked = dict.fromkeys(("written", "q", "words"), "Ambleteuse")
        told = [hasty.post("/search", data=asked) for _ in range(61)]
        assert {one.status_code for one in told[:60]} == {200}
        assert told[60].status_code == 429
        assert int(told[60].headers["retry-after"]) > 0
        assert "Wait" in told[60].text
        assert hasty.get("/search").status_code == 200
        assert calm.post("/search", data=asked).status_code == 200


def test_a_pace_is_of_one_session_at_one_door_within_one_minute() -> None:
    at = [0.0]
    pace = Pace(lambda: at[0])
    assert [pace.wait_s("a", "/search", 2) for _ in range(3)] == [0.0, 0.0, 60.0]
    assert pace.wait_s("b", "/search", 2) == pace.wait_s("a", "/hits/why", 2) == 0.0
    at[0] = 59.0
    assert pace.wait_s("a", "/search", 2) == 1.0
    at[0] = 60.0
    assert pace.wait_s("a", "/search", 2) == 0.0


def test_no_door_of_life_at_sea_has_a_pace() -> None:
    paced = {door.path for door in ALL_DOORS if door.most_a_minute is not None}
    assert "/search" in paced
    assert not [path for path in paced if path.startswith(("/beach", "/warnings", "/duty", "/write"))]
