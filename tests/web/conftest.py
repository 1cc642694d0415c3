"""Officers at the pages of a node, through the application itself, without a browser: signed in, on shift, in English.

`desks(node, officer)` gives one; two officers of one node sit at one application. All is closed when the test ends.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from entente.node import Node
from entente.policy.agreement import Service, ServiceName
from entente.serve import make_app
from entente.settings import Listening, OfficerListed, read_settings, write_settings
from entente.web.sign_in.passwords import Cost, Passwords


class Desk:
    """One officer's browser, without one."""

    def __init__(self, app: Any, node: Node, officer: str, role: str, language: str) -> None:
        self.node, self.officer, self._app = node, officer, app
        self._home = f"http://127.0.0.1:{node.settings.port}"
        self._language = language
        self._cookies = httpx.Cookies()
        self._ask("POST", "/sign-in/exercise", data={"officer": officer, "role": role})
        self.csrf = self._csrf()
        matter = "SAR" if role == "watch_keeper" else "OYAT"
        self.post("/shift", matter=matter, reason="team review")

    def _csrf(self) -> str:
        found = re.search(r'name="csrf" content="([^"]+)"', self.get("/shift").text)
        assert found, "nobody is signed in"
        return found[1]

    def _ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        async def asked() -> httpx.Response:
            async with httpx.AsyncClient(
                transport=httpx.ASGITransport(app=self._app),
                base_url=self._home,
                headers={"Accept-Language": self._language},
                cookies=self._cookies,
            ) as http:
                answer = await http.request(method, path, **options)
                self._cookies = http.cookies
                return answer

        # In a thread of its own: a browser of another test may keep a loop in this one.
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(lambda: asyncio.run(asked())).result()

    def get(self, path: str, **headers: str) -> httpx.Response:
        """A page."""
        return self._ask("GET", path, headers=headers)

    def post(self, path: str, **values: Any) -> httpx.Response:
        """A form sent from a page of ours; a list is a field that comes several times."""
        return self._ask("POST", path, data={"csrf": self.csrf, **values})


@pytest.fixture
def desks() -> Iterator[Callable[..., Desk]]:
    apps: dict[int, Any] = {}

    def sit(node: Node, officer: str, role: str = "investigator", language: str = "en") -> Desk:
        if id(node) not in apps:
            apps[id(node)] = make_app(node)
        return Desk(apps[id(node)], node, officer, role, language)

    yield sit
    for app in apps.values():
        app.state.close()


class Browser:
    """A browser of nobody's, as far as cookies and headers go. secret: what its last page bears."""

    def __init__(self, app: Any, home: str) -> None:
        self._app, self.home = app, home
        self.cookies = httpx.Cookies()
        self.secret = ""

    def ask(self, method: str, path: str, *, place: str = "192.0.2.7", **options: Any) -> httpx.Response:
        """One request as it stands; redirects are not followed."""

        async def asked() -> httpx.Response:
            transport = httpx.ASGITransport(app=self._app, client=(place, 40000))
            async with httpx.AsyncClient(
                transport=transport, base_url=self.home, cookies=self.cookies
            ) as http:
                answer = await http.request(method, path, **options)
                self.cookies = http.cookies
                return answer

        # In a thread of its own: a browser of another test may keep a loop in this one.
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(lambda: asyncio.run(asked())).result()

    def get(self, path: str, **headers: str) -> httpx.Response:
        """A page."""
        answer = self.ask("GET", path, headers={"Accept-Language": "en", **headers})
        found = re.search(r'name="csrf" content="([^"]+)"', answer.text)
        self.secret = found[1] if found else self.secret
        return answer

    def post(self, path: str, files: Any = None, place: str = "192.0.2.7", **values: Any) -> httpx.Response:
        """A form sent from the last page."""
        return self.ask(
            "POST",
            path,
            data={"csrf": self.secret, **values},
            files=files,
            place=place,
            headers={"Accept-Language": "en", "Origin": self.home, "Sec-Fetch-Site": "same-origin"},
        )

    def script(self, path: str, body: Any, **headers: str) -> httpx.Response:
        """What a script of ours sends."""
        return self.ask(
            "POST",
            path,
            json=body,
            headers={"Accept": "application/json", "X-CSRF-Token": self.secret, **headers},
        )

    def come_in(self, officer: str, role: str = "") -> Browser:
        """Through the exercise's own door."""
        self.post("/sign-in/exercise", officer=officer, role=role)
        self.get("/account")
        return self


class Zone:
    """Lille with a service that keeps the house, its application, and as many browsers as a test opens."""

    def __init__(self, folder: Path, clock: Any, *, exercise: bool = True) -> None:
        settings = read_settings(folder)
        keeping: dict[Any, tuple[Any, ...]] = {"administrator": (), "coordinator": ()}
        names = (ServiceName(fr="Préfecture de zone", en="Zone prefecture", since=dt.date(2010, 1, 1)),)
        zone = Service(id="FR-ZONE", party="FR", node="lille", names=names, opens=keeping)
        agreement = msgspec.structs.replace(
            settings.agreement, services=(*settings.agreement.services, zone), exercise=exercise
        )
        officers = (
            *settings.officers,
            OfficerListed(name="FR-ZONE/Administration", service="FR-ZONE", roles=("administrator",)),
            OfficerListed(name="FR-ZONE/Coordination", service="FR-ZONE", roles=("coordinator",)),
        )
        listening = Listening(node="lille", port=settings.port)
        write_settings(folder, listening, agreement, officers)
        self.folder = folder
        self.node = Node(folder, clock)
        self.app = make_app(self.node)
        self.site = self.app.state.site
        # The same rules at a price that a test can pay.
        self.site.passwords = Passwords(Cost(passes=1, memory_kib=8, lanes=1))

    @property
    def home(self) -> str:
        """The name that passkeys are bound to."""
        return f"http://lille.localhost:{self.node.settings.port}"

    def browser(self) -> Browser:
        """A new browser."""
        return Browser(self.app, self.home)

    def administrator(self) -> Browser:
        """A browser in which the administrator is signed in."""
        return self.browser().come_in("FR-ZONE/Administration")

    def close(self) -> None:
        """Close all of it."""
        self.app.state.close()
        self.node.close()


@pytest.fixture
def zone(laid_out: Path) -> Iterator[Zone]:
    made = Zone(laid_out / "lille", None)
    yield made
    made.close()


@pytest.fixture
def for_real(laid_out: Path) -> Iterator[Zone]:
    """The same node, not in an exercise."""
    made = Zone(laid_out / "lille", None, exercise=False)
    yield made
    made.close()


@pytest.fixture
def zone_of() -> Callable[..., Zone]:
    """The same over a folder in which a node has worked already; whoever asks closes it."""
    return Zone
