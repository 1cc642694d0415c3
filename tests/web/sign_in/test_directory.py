"""Sign-in by a directory, against a small one that speaks real HTTP on loopback and can be told to lie."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import os
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import uvicorn
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from entente.errors import EntenteError, Malformed, NotPermitted, Unavailable
from entente.store.accounts import Accounts
from entente.web.sign_in.directory import Arrival, Directory, DirectorySettings

NOW = dt.datetime(2031, 11, 20, 6, 0, tzinfo=dt.UTC)
REDIRECT = "http://lille.localhost:8701/sign-in/directory"
KEYS: dict[str, Any] = {
    "RS256": RSAKey.generate_key(2048, {"kid": "rs"}),
    "ES256": ECKey.generate_key("P-256", {"kid": "es"}),
    "EdDSA": OKPKey.generate_key("Ed25519", {"kid": "ed"}),
}


class _AnyAlgorithm(JWSRegistry):
    def get_alg(self, name: str) -> Any:
        return self.algorithms[name]


class SmallDirectory:
    """An identity provider of a few lines. claims, head, key, document: what it lies about."""

    def __init__(self) -> None:
        self.issuer = ""
        self.be_honest()
        self.app = Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self.describe),
                Route("/authorise", self.authorise),
                Route("/token", self.token, methods=["POST"]),
                Route("/keys", self.keys),
            ]
        )

    def be_honest(self) -> None:
        self.codes: dict[str, dict[str, str]] = {}
        self.claims: dict[str, Any] = {}
        self.document: dict[str, Any] = {}
        self.algorithm = "RS256"
        self.key: Any = None
        self.published = [key.as_dict(private=False) for key in KEYS.values()]
        self.asked: list[str] = []

    async def describe(self, request: Request) -> Response:
        self.asked.append("document")
        said = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorise",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": True,
        }
        return JSONResponse(said | self.document)

    async def keys(self, request: Request) -> Response:
        self.asked.append("keys")
        return JSONResponse({"keys": self.published})

    async def authorise(self, request: Request) -> Response:
        asked = dict(request.query_params)
        code = os.urandom(8).hex()
        self.codes[code] = asked
        return RedirectResponse(
            f"{asked['redirect_uri']}?code={code}&state={asked['state']}&iss={self.issuer}", 302
        )

    async def token(self, request: Request) -> Response:
        self.asked.append("token")
        form = {name: str(value) for name, value in (await request.form()).items()}
        pair = base64.b64encode(b"lille:s3cret%2F").decode()
        asked = self.codes.pop(form["code"], None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest())
        if (
            asked is None
            or asked["code_challenge"] != challenge.rstrip(b"=").decode()
            or request.headers["authorization"] != f"Basic {pair}"
            or form["redirect_uri"] != asked["redirect_uri"]
        ):
            return JSONResponse({"error": "invalid_grant"}, 400)
        return JSONResponse(
            {"access_token": "a", "token_type": "Bearer", "id_token": self.sign(asked["nonce"])}
        )

    def sign(self, nonce: str) -> str:
        now = int(NOW.timestamp())
        claims = {
            "iss": self.issuer,
            "sub": "4711",
            "aud": "lille",
            "iat": now,
            "exp": now + 300,
            "nonce": nonce,
            "preferred_username": "Agnès Delattre",
        }
        claims = {name: value for name, value in (claims | self.claims).items() if value is not None}
        if self.algorithm == "none":
            parts = (b'{"alg":"none"}', jwt.json.dumps(claims).encode(), b"")
            return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)
        key = self.key or KEYS[self.algorithm]
        head = {"alg": self.algorithm, "kid": key.kid}
        return jwt.encode(head, claims, key, registry=_AnyAlgorithm())


@pytest.fixture(scope="module")
def listening_directory() -> Iterator[SmallDirectory]:
    listening = socket.create_server(("127.0.0.1", 0))
    directory = SmallDirectory()
    directory.issuer = f"http://127.0.0.1:{listening.getsockname()[1]}"
    server = uvicorn.Server(uvicorn.Config(directory.app, log_level="error", lifespan="off", ws="none"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield directory
    server.should_exit = True
    thread.join()
    listening.close()


@pytest.fixture
def small(listening_directory: SmallDirectory) -> SmallDirectory:
    listening_directory.be_honest()
    return listening_directory


class Clock:
    now = NOW

    def __call__(self) -> dt.datetime:
        return self.now


class Officer:
    """A browser that goes to the directory and back, and the node's side of it."""

    def __init__(self, small: SmallDirectory, http: httpx.Client, clock: Clock, **settings: str) -> None:
        self.http = http
        chosen = {
            "issuer": small.issuer,
            "client_id": "lille",
            "redirect": REDIRECT,
            "secret": "s3cret/",
        } | settings
        self.directory = Directory(DirectorySettings(**chosen), http, clock, os.urandom)  # type: ignore[arg-type]

    def go(self) -> tuple[dict[str, str], dict[str, str]]:
        departure = self.directory.depart()
        back = self.http.get(departure.url, follow_redirects=False).headers["location"]
        assert back.startswith(REDIRECT)
        return departure.remembered, {
            name: value[0] for name, value in parse_qs(urlsplit(back).query).items()
        }

    def sign_in(self) -> Arrival:
        return self.directory.arrive(*self.go())


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def officer(small: SmallDirectory, clock: Clock) -> Iterator[Officer]:
    with httpx.Client(trust_env=False) as http:
        yield Officer(small, http, clock)


def refused(officer: Officer) -> str:
    with pytest.raises(EntenteError) as error:
        officer.sign_in()
    return error.value.code


@pytest.mark.parametrize("algorithm", ["RS256", "PS256", "ES256", "EdDSA", "Ed25519"])
def test_an_officer_signs_in_by_the_directory(
    small: SmallDirectory, officer: Officer, algorithm: str
) -> None:
    small.algorithm = algorithm
    small.key = {"PS256": KEYS["RS256"], "Ed25519": KEYS["EdDSA"]}.get(algorithm)
    found = officer.sign_in()
    assert (found.officer, found.issuer, found.subject) == ("Agnès Delattre", small.issuer, "4711")


def test_nothing_secret_travels_in_the_address(officer: Officer) -> None:
    departure = officer.directory.depart()
    asked = parse_qs(urlsplit(departure.url).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["scope"] == ["openid profile"]
    assert departure.remembered["verifier"] not in departure.url
    assert "s3cret" not in departure.url
    assert len({departure.remembered[name] for name in ("state", "nonce", "verifier")}) == 3


@pytest.mark.parametrize(
    "lie",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "dover"},
        {"aud": None},
        {"aud": ["lille", "dover"]},
        {"aud": "dover", "azp": "lille"},
        {"aud": ["lille", "dover"], "azp": "dover"},
        {"exp": int(NOW.timestamp()) - 61},
        {"exp": None},
        {"exp": float("nan")},
        {"iat": int(NOW.timestamp()) + 61},
        {"nbf": int(NOW.timestamp()) + 61},
        {"iss": "https://evil.example"},
        {"iss": None},
        {"sub": None},
    ],
)
def test_a_token_with_one_wrong_claim_opens_nothing(
    small: SmallDirectory, officer: Officer, lie: dict[str, Any]
) -> None:
    small.claims = lie
    assert refused(officer) == "directory_refused"
    small.claims = {}
    assert officer.sign_in()


def test_an_unsigned_token_opens_nothing(small: SmallDirectory, officer: Officer) -> None:
    small.algorithm = "none"
    assert refused(officer) == "directory_refused"


def test_a_token_signed_with_a_shared_secret_opens_nothing(small: SmallDirectory, officer: Officer) -> None:
    small.algorithm = "HS256"
    for kid in ("rs", "shared"):
        small.key = OctKey.generate_key(256, {"kid": kid})
        small.published.append(small.key.as_dict(private=True))
        assert refused(officer) == "directory_refused"


def test_a_token_signed_by_a_key_that_is_not_published_opens_nothing(
    small: SmallDirectory, officer: Officer
) -> None:
    for kid in ("rs", "unknown"):
        small.key = RSAKey.generate_key(2048, {"kid": kid})
        assert refused(officer) == "directory_refused"


def test_a_new_key_of_the_directory_is_learnt_and_made_up_names_do_not_hammer_it(
    small: SmallDirectory, officer: Officer, clock: Clock
) -> None:
    officer.sign_in()
    small.key = RSAKey.generate_key(2048, {"kid": "new"})
    small.published.append(small.key.as_dict(private=False))
    for _ in range(5):
        assert refused(officer) == "directory_refused"
    assert small.asked.count("keys") == 1
    clock.now = NOW + dt.timedelta(seconds=31)
    assert officer.sign_in()
    assert small.asked.count("keys") == 2


def test_an_answer_is_good_once(small: SmallDirectory, officer: Officer, tmp_path: Path) -> None:
    accounts = Accounts(tmp_path, lambda: NOW)
    remembered, answer = officer.go()
    token = accounts.begin_ceremony("directory", remembered)
    assert officer.directory.arrive(accounts.take_ceremony("directory", token), answer)
    with pytest.raises(NotPermitted) as state_again:
        accounts.take_ceremony("directory", token)
    assert state_again.value.code == "sign_in_over"
    accounts.close()
    # The directory itself takes a code once.
    with pytest.raises(NotPermitted) as code_again:
        officer.directory.arrive(remembered, answer)
    assert code_again.value.code == "directory_refused"


def test_an_answer_for_another_browser_never_reaches_the_directory(
    small: SmallDirectory, officer: Officer
) -> None:
    mine, _ = officer.go()
    _, anothers = officer.go()
    for answer in (anothers, {**anothers, "state": ""}, {"code": anothers["code"]}):
        with pytest.raises(NotPermitted):
            officer.directory.arrive(mine, answer)
    # A code of another sign-in with my own state: the verifier does not fit.
    assert "token" not in small.asked
    with pytest.raises(NotPermitted):
        officer.directory.arrive(mine, {**anothers, "state": mine["state"]})


def test_one_directory_cannot_answer_for_another(small: SmallDirectory, officer: Officer) -> None:
    remembered, answer = officer.go()
    for mixed in ({**answer, "iss": "https://evil.example"}, {k: v for k, v in answer.items() if k != "iss"}):
        with pytest.raises(NotPermitted):
            officer.directory.arrive(remembered, mixed)
    with pytest.raises(NotPermitted):
        officer.directory.arrive({**remembered, "issuer": "https://evil.example"}, answer)
    assert "token" not in small.asked
    assert officer.directory.arrive(remembered, answer)


def test_a_refusal_by_the_directory_is_a_refusal(officer: Officer) -> None:
    remembered, answer = officer.go()
    with pytest.raises(NotPermitted):
        officer.directory.arrive(remembered, {**answer, "error": "access_denied"})


@pytest.mark.parametrize(
    "document",
    [
        {"issuer": "https://evil.example"},
        {"code_challenge_methods_supported": ["plain"]},
        {"token_endpoint": "http://idp.example/token"},
        {"jwks_uri": "file:///keys"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"token_endpoint": None},
    ],
)
def test_a_directory_that_describes_itself_wrongly_is_not_used(
    small: SmallDirectory, officer: Officer, document: dict[str, Any]
) -> None:
    small.document = document
    with pytest.raises(Malformed) as wrong:
        officer.directory.depart()
    assert wrong.value.code == "directory_unreadable"


def test_a_directory_that_is_away_is_said_to_be_away(small: SmallDirectory, clock: Clock) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with httpx.Client(trust_env=False) as http, pytest.raises(Unavailable):
        Officer(small, http, clock, issuer=f"http://127.0.0.1:{port}").directory.depart()


def test_the_claim_that_names_the_officer_is_a_setting(small: SmallDirectory, clock: Clock) -> None:
    with httpx.Client(trust_env=False) as http:
        by_number = Officer(small, http, clock, claim="matricule")
        assert refused(by_number) == "directory_claim_missing"
        small.claims = {"matricule": "FR-1187"}
        assert by_number.sign_in().officer == "FR-1187"
        by_mail = Officer(small, http, clock, claim="email")
        small.claims = {"email": "agnes@police.example"}
        assert refused(by_mail) == "directory_claim_missing"
        small.claims = {"email": "agnes@police.example", "email_verified": True}
        assert by_mail.sign_in().officer == "agnes@police.example"
