"""A data protection officer at Lille, and a desk of theirs with small numbers, so that a test can go beyond them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from entente.oversight.desk import OversightDesk
from entente.oversight.misuse import RULES, MisuseRules

SMALL = MisuseRules(
    searches_an_hour=5, searches_a_day=8, records_an_hour=3, records_a_day=6, refusals_a_day=5
)


@pytest.fixture
def dpo(shores: Any, at_work: Callable[..., Any]) -> Any:
    return at_work(shores.lille, "DPO", matter="contrôle", reason="contrôle mensuel du registre")


@pytest.fixture
def seat_desk(shores: Any) -> Callable[..., OversightDesk]:
    """A new desk over Lille's store, as after a restart. kinds: its rules, all of them unless told otherwise."""

    def seated(**changes: Any) -> OversightDesk:
        values = {"rules": SMALL, "kinds": RULES, **changes}
        return OversightDesk(shores.lille.store, **values)

    return seated
