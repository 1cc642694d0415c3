"""Passkeys in a real browser: Chromium with a virtual authenticator, a tiny site on loopback, this house's ceremonies.

The site binds them as the pages do: the challenge is remembered in accounts.db under a token in a cookie, taken once.
The last answer that a browser gave is kept by the test, which then plays it again, elsewhere and with a copied key.
"""

from __future__ import annotations

import base64
import contextlib
import datetime as dt
import json
import os
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page, sync_playwright
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from entente.errors import EntenteError, Malformed, NotPermitted
from entente.store.account_values import PasskeyKept
from entente.store.accounts import Accounts
from entente.web.sign_in.passkeys import (
    Site,
    credential_in,
    registration_options,
    sign_in_options,
    verify_registration,
    verify_sign_in,
)

OFFICER = "Agnès Delattre"
SCRIPTS = Path(__file__).parents[3] / "src" / "entente" / "web" / "static" / "js"


class SmallSite:
    """What the pages will do, in as few lines as show the ceremonies. answers: the last that the browser gave."""

    def __init__(self, accounts: Accounts, site: Site) -> None:
        self.accounts = accounts
        self.site = site
        self.answers: dict[str, bytes] = {}
        self.app = Starlette(
            routes=[
                Route("/", lambda request: HTMLResponse("<!doctype html><title>Entente</title>")),
                Mount("/js", StaticFiles(directory=SCRIPTS)),
                Route("/register/options", self.register_options, methods=["POST"]),
                Route("/register/finish", self.register_finish, methods=["POST"]),
                Route("/sign-in/options", self.sign_in_options, methods=["POST"]),
                Route("/sign-in/finish", self.sign_in_finish, methods=["POST"]),
            ]
        )

    def _remember(self, options: dict[str, Any], kind: str, challenge: bytes) -> Response:
        token = self.accounts.begin_ceremony(kind, {"challenge": challenge.hex()})
        response = JSONResponse({"options": options})
        response.set_cookie("ceremony", token, httponly=True, samesite="strict")
        return response

    async def register_options(self, request: Request) -> Response:
        challenge = os.urandom(32)
        kept = [each.credential for each in self.accounts.passkeys_of(OFFICER)]
        handle = self.accounts.user_handle(OFFICER)
        options = registration_options(
            self.site, officer=OFFICER, handle=handle, kept=kept, challenge=challenge
        )
        return self._remember(options, "register", challenge)

    async def sign_in_options(self, request: Request) -> Response:
        challenge = os.urandom(32)
        return self._remember(sign_in_options(self.site, challenge=challenge), "sign in", challenge)

    async def register_finish(self, request: Request) -> Response:
        assert request.headers["x-csrf-token"] == "planted"
        said = json.loads(await request.body())
        self.answers["register"] = json.dumps(said["credential"]).encode()
        try:
            self.register(request.cookies["ceremony"], said["label"])
        except EntenteError as error:
            return JSONResponse({"code": error.code}, 403)
        return JSONResponse({})

    async def sign_in_finish(self, request: Request) -> Response:
        self.answers["sign in"] = json.dumps(json.loads(await request.body())["credential"]).encode()
        try:
            return JSONResponse({"officer": self.sign_in(request.cookies["ceremony"])})
        except EntenteError as error:
            return JSONResponse({"code": error.code}, 403)

    def register(self, ceremony: str, label: str) -> None:
        challenge = bytes.fromhex(self.accounts.take_ceremony("register", ceremony)["challenge"])
        new = verify_registration(self.answers["register"], self.site, challenge=challenge)
        self.accounts.add_passkey(OFFICER, new, label)

    def sign_in(self, ceremony: str) -> str:
        challenge = bytes.fromhex(self.accounts.take_ceremony("sign in", ceremony)["challenge"])
        return self.prove(challenge)

    def prove(self, challenge: bytes) -> str:
        answer = self.answers["sign in"]
        passkey = self.accounts.passkey(credential_in(answer))
        counter = verify_sign_in(
            answer,
            self.site,
            challenge=challenge,
            passkey=passkey,
            handle=self.accounts.user_handle(passkey.officer),
        )
        self.accounts.note_passkey_used(passkey.credential, counter)
        return passkey.officer


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        pytest.skip("no Chromium on this machine: passkeys were NOT tried in a real browser")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[SmallSite]:
    listening = socket.create_server(("127.0.0.1", 0))
    origin = f"http://lille.localhost:{listening.getsockname()[1]}"
    accounts = Accounts(tmp_path, lambda: dt.datetime.now(dt.UTC))
    small = SmallSite(accounts, Site(rp_id="lille.localhost", name="Entente Lille", origins=(origin,)))
    server = uvicorn.Server(uvicorn.Config(small.app, log_level="error", lifespan="off", ws="none"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield small
    server.should_exit = True
    thread.join()
    listening.close()
    accounts.close()


class Device:
    """A page with a virtual authenticator behind it."""

    def __init__(self, browser: Browser, small: SmallSite, *, verified: bool = True) -> None:
        self.page: Page = browser.new_page()
        self.page.goto(small.site.origins[0])
        self._wire = self.page.context.new_cdp_session(self.page)
        self._wire.send("WebAuthn.enable")
        self.authenticator = self._wire.send(
            "WebAuthn.addVirtualAuthenticator",
            {
                "options": {
                    "protocol": "ctap2",
                    "transport": "internal",
                    "hasResidentKey": True,
                    "hasUserVerification": True,
                    "isUserVerified": verified,
                    "automaticPresenceSimulation": True,
                }
            },
        )["authenticatorId"]

    def register(self) -> dict[str, Any]:
        return dict(
            self.page.evaluate(
                "(async () => (await import('/js/passkeys.js')).register("
                "'/register/options', '/register/finish', 'planted', {label: 'Poste 4'}))()"
            )
        )

    def sign_in(self) -> dict[str, Any]:
        return dict(
            self.page.evaluate(
                "(async () => (await import('/js/passkeys.js')).signIn('/sign-in/options', '/sign-in/finish'))()"
            )
        )

    def credential(self) -> dict[str, Any]:
        found = self._wire.send("WebAuthn.getCredentials", {"authenticatorId": self.authenticator})
        return dict(found["credentials"][0])

    def copy_with_counter(self, counter: int) -> None:
        held = self.credential()
        wanted = {"authenticatorId": self.authenticator}
        self._wire.send("WebAuthn.clearCredentials", wanted)
        self._wire.send("WebAuthn.addCredential", {**wanted, "credential": {**held, "signCount": counter}})


@pytest.fixture
def device(browser: Browser, served: SmallSite) -> Iterator[Device]:
    made = Device(browser, served)
    yield made
    made.page.close()


def test_an_officer_registers_a_passkey_and_signs_in_without_typing_a_name(
    device: Device, served: SmallSite
) -> None:
    assert device.register() == {"ok": True}
    assert [each.label for each in served.accounts.passkeys_of(OFFICER)] == ["Poste 4"]
    assert device.sign_in() == {"ok": True, "officer": OFFICER}
    first = served.accounts.passkeys_of(OFFICER)[0]
    assert device.sign_in() == {"ok": True, "officer": OFFICER}
    assert served.accounts.passkeys_of(OFFICER)[0].counter > first.counter > 0


def test_what_the_authenticator_gives_back_does_not_name_the_officer(
    device: Device, served: SmallSite
) -> None:
    device.register()
    handle = base64.b64decode(device.credential()["userHandle"])
    assert handle == served.accounts.user_handle(OFFICER)
    device.sign_in()
    assert OFFICER.encode() not in served.answers["sign in"]


def test_a_device_that_holds_a_passkey_already_makes_no_second_one(device: Device) -> None:
    device.register()
    assert device.register() == {"ok": False, "code": "passkey_already_here"}


def test_a_passkey_that_is_known_nowhere_here_opens_nothing(device: Device, served: SmallSite) -> None:
    device.register()
    served.accounts.remove_passkey(OFFICER, served.accounts.passkeys_of(OFFICER)[0].credential)
    assert device.sign_in() == {"ok": False, "code": "passkey_refused"}


def test_a_holder_who_is_not_recognised_gets_no_further_than_the_device(
    browser: Browser, served: SmallSite
) -> None:
    stranger = Device(browser, served, verified=False)
    assert stranger.register() == {"ok": False, "code": "passkey_cancelled"}
    stranger.page.close()


def test_an_answer_that_is_played_again_is_refused(device: Device, served: SmallSite) -> None:
    device.register()
    device.sign_in()
    spent = next(each["value"] for each in device.page.context.cookies() if each["name"] == "ceremony")
    with pytest.raises(NotPermitted) as again:
        served.sign_in(spent)
    assert again.value.code == "sign_in_over"
    # Nor does it fit a challenge that is new.
    with pytest.raises(NotPermitted) as elsewhere:
        served.prove(os.urandom(32))
    assert elsewhere.value.code == "passkey_refused"
    with pytest.raises(NotPermitted):
        served.register(spent, "x")


def test_an_answer_given_at_another_address_is_refused(device: Device, served: SmallSite) -> None:
    true_site = served.site
    elsewhere = ("https://lille.example",)
    served.site = Site(rp_id=true_site.rp_id, name=true_site.name, origins=elsewhere)
    assert device.register() == {"ok": False, "code": "passkey_refused"}
    served.site = Site(rp_id=true_site.rp_id, name=true_site.name, origins=elsewhere + true_site.origins)
    device.page.reload()
    device.copy_with_counter(1)
    served.accounts.add_passkey(
        OFFICER,
        verify_registration(served.answers["register"], true_site, challenge=_challenge(served, "register")),
        "Poste 4",
    )
    assert device.sign_in()["ok"]
    served.site = Site(rp_id=true_site.rp_id, name=true_site.name, origins=elsewhere)
    assert device.sign_in() == {"ok": False, "code": "passkey_refused"}


def test_an_answer_for_another_site_or_another_officer_is_refused(device: Device, served: SmallSite) -> None:
    device.register()
    device.sign_in()
    kept = served.accounts.passkeys_of(OFFICER)[0]
    fresh = PasskeyKept(
        credential=kept.credential,
        public_key=kept.public_key,
        counter=0,
        officer=OFFICER,
        label="",
        made_at=kept.made_at,
    )
    challenge, handle = _challenge(served, "sign in"), served.accounts.user_handle(OFFICER)
    answer = served.answers["sign in"]
    assert (
        verify_sign_in(answer, served.site, challenge=challenge, passkey=fresh, handle=handle) == kept.counter
    )
    dover = Site(rp_id="dover.localhost", name="Entente", origins=served.site.origins)
    with pytest.raises(NotPermitted):
        verify_sign_in(answer, dover, challenge=challenge, passkey=fresh, handle=handle)
    with pytest.raises(NotPermitted):
        verify_sign_in(answer, served.site, challenge=challenge, passkey=fresh, handle=os.urandom(32))


def test_a_copied_key_is_noticed_by_its_counter(device: Device, served: SmallSite) -> None:
    device.register()
    for _ in range(3):
        assert device.sign_in()["ok"]
    device.copy_with_counter(1)
    assert device.sign_in() == {"ok": False, "code": "passkey_counter"}
    device.copy_with_counter(40)
    assert device.sign_in()["ok"]


def _challenge(served: SmallSite, kind: str) -> bytes:
    client = json.loads(served.answers[kind])["response"]["clientDataJSON"]
    challenge: str = json.loads(base64.urlsafe_b64decode(client + "=="))["challenge"]
    return base64.urlsafe_b64decode(challenge + "==")


SITE = Site(rp_id="lille.localhost", name="Entente", origins=("http://lille.localhost",))
SOMEBODYS = PasskeyKept(
    credential=b"c",
    public_key=b"k",
    counter=0,
    officer=OFFICER,
    label="",
    made_at=dt.datetime(2031, 11, 20, tzinfo=dt.UTC),
)
letters = st.text("ABCab01-_=é", max_size=40)
shaped = st.fixed_dictionaries(
    {
        "id": letters,
        "rawId": letters,
        "type": st.sampled_from(["public-key", "x"]),
        "response": st.fixed_dictionaries(
            dict.fromkeys(
                ("clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"),
                letters,
            )
        ),
    }
)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | letters,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(letters, inner, max_size=3),
)


@given(st.binary(max_size=60) | (shaped | anything).map(lambda value: json.dumps(value).encode()))
def test_whatever_is_sent_instead_of_an_answer_is_refused_in_our_words(answer: bytes) -> None:
    with pytest.raises(EntenteError):
        verify_registration(answer, SITE, challenge=b"c")
    with pytest.raises(EntenteError):
        verify_sign_in(answer, SITE, challenge=b"c", passkey=SOMEBODYS, handle=b"h")
    with contextlib.suppress(Malformed):
        assert isinstance(credential_in(answer), bytes)
