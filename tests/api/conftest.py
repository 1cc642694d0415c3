"""Lille's application on loopback, asked by programs with tokens of its officers; everybody is invented."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import msgspec
import pytest
import uvicorn
from sqlalchemy import select

from entente.api.shapes import PROGRAM_DEEDS
from entente.serve import make_app
from entente.store import tables


class Asked:
    """Lille's application, and tokens for its officers."""

    def __init__(self, shores: Any) -> None:
        self.shores, self.node = shores, shores.lille
        self.app = make_app(shores.lille)
        config = uvicorn.Config(
            self.app, port=self.node.settings.port, log_level="critical", lifespan="off", ws="none"
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        self.client = httpx.Client(
            base_url=f"http://127.0.0.1:{self.node.settings.port}",
            trust_env=False,
            timeout=30,
            transport=httpx.HTTPTransport(retries=8),
        )
        self.accounts = self.app.state.site.accounts

    def close(self) -> None:
        self.client.close()
        self.app.state.close()
        self._server.should_exit = True
        self._thread.join(timeout=20)

    def token(self, officer: str = "Marie", *scopes: str, lasts: dt.timedelta = dt.timedelta(days=1)) -> str:
        return self.accounts.make_program_token(
            officer, label="essai", scopes=scopes or tuple(PROGRAM_DEEDS), lasts=lasts, made_by="Odile"
        )[0]

    def ask(self, deed: str, body: Any = None, token: str | None = None, **headers: str) -> Any:
        token = self.token() if token is None else token
        sent = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"} | headers
        content = body if isinstance(body, bytes) else msgspec.json.encode({} if body is None else body)
        return self.client.post(f"/api/{deed}", content=content, headers=sent)

    def lines(self, act: str) -> list[Any]:
        return [
            msgspec.json.decode(row.content)
            for row in self.node.store.rows(
                select(tables.register.c.content).where(tables.register.c.act == act)
            )
        ]


@pytest.fixture
def asked(shores: Any) -> Iterator[Asked]:
    made = Asked(shores)
    yield made
    made.close()
