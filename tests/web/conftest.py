"""Officers at the pages of a node, through the application itself, without a browser: signed in, on shift, in English.

`desks(node, officer)` gives one; two officers of one node sit at one application. All is closed when the test ends.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from entente.node import Node
from entente.serve import make_app


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

        return asyncio.run(asked())

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
