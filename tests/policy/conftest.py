"""An agreement between two invented parties, an officer at work, and a record: each test changes what it is about.

On the French shore PAF and OLTIM investigate, OLTIM also keeps judicial files, PREMAR watches the sea, AIDE cares for
victims, INFO runs campaigns; on the British shore NCA investigates and HMCG watches the sea. `lax_agreement` is what a
careless administrator might write: every role opens everything everywhere, so that only the floor stands in the way.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, get_args

import msgspec
import pytest

from entente.errors import Text
from entente.model.report import Compartment
from entente.policy.access import Access, Held
from entente.policy.agreement import Agreement, Role, Service, ServiceName, TransferBasis

NOW = dt.datetime(2031, 11, 20, 9, 0, tzinfo=dt.UTC)


def _service(name: str, node: str, opens: dict[Role, tuple[Compartment, ...]]) -> Service:
    names = (ServiceName(fr=name, en=name, since=dt.date(2023, 1, 1)),)
    return Service(id=name, party=name[:2], node=node, names=names, opens=opens)


def _agreement() -> Agreement:
    investigates: dict[Role, tuple[Compartment, ...]] = {"investigator": ("intelligence",)}
    return Agreement(
        id="entente-exercise",
        version=1,
        exercise=True,
        services=(
            _service("FR-PAF", "lille", investigates),
            _service("FR-OLTIM", "lille", {**investigates, "judicial_keeper": ("intelligence", "judicial")}),
            _service("FR-PREMAR", "lille", {"watch_keeper": ("life_saving",)}),
            _service("FR-AIDE", "lille", {"victim_keeper": ("victims",)}),
            _service("FR-INFO", "lille", {"campaign_officer": ("prevention",)}),
            _service("UK-NCA", "dover", investigates),
            _service("UK-HMCG", "dover", {"watch_keeper": ("life_saving",)}),
            _service("NL-KMAR", "haag", investigates),
        ),
        transfers=(
            TransferBasis(
                id="adequacy-2031",
                from_party="FR",
                to_party="UK",
                name=Text("décision d’adéquation", "adequacy decision"),
                expires_on=dt.date(2031, 12, 27),
            ),
            TransferBasis(
                id="uk-regulations",
                from_party="UK",
                to_party="FR",
                name=Text("règlement britannique", "UK rules"),
            ),
        ),
        ceilings={"FR": "DR", "UK": "OFFICIAL-SENSITIVE", "NL": "OFFICIAL"},
    )


@pytest.fixture(scope="session")
def now() -> dt.datetime:
    return NOW


@pytest.fixture(scope="session")
def agreement() -> Agreement:
    return _agreement()


@pytest.fixture(scope="session")
def lax_agreement() -> Agreement:
    everything: dict[Role, tuple[Compartment, ...]] = {role: get_args(Compartment) for role in get_args(Role)}
    agreement = _agreement()
    return msgspec.structs.replace(
        agreement,
        services=tuple(msgspec.structs.replace(one, opens=everything) for one in agreement.services),
    )


@pytest.fixture(scope="session")
def officer() -> Callable[..., Access]:
    """An investigator of PAF at work on intelligence, with what a test changes."""

    def at_work(**changes: Any) -> Access:
        values: dict[str, Any] = {
            "officer": "FR-PAF/7",
            "service": "FR-PAF",
            "party": "FR",
            "node": "lille",
            "role": "investigator",
            "purpose": "intelligence",
            "matter": "OYAT",
            "reason": "ligne relevée sur la plage",
        }
        return Access(**(values | changes))

    return at_work


@pytest.fixture(scope="session")
def received() -> Callable[..., Held]:
    """A record of the NCA, released to the whole French party, with what a test changes."""

    def record(**changes: Any) -> Held:
        values: dict[str, Any] = {
            "record": "UK-NCA-201",
            "kind": "report",
            "party": "UK",
            "service": "UK-NCA",
            "purpose": "intelligence",
            "matter": "OYAT",
            "compartment": "intelligence",
            "handling": ("H0",),
            "audience": (),
            "erase_by": dt.date(2032, 11, 20),
        }
        return Held(**(values | changes))

    return record


@pytest.fixture(scope="session")
def recorded(received: Callable[..., Held]) -> Callable[..., Held]:
    """A record that PAF entered itself, with what a test changes."""

    def record(**changes: Any) -> Held:
        own = {"record": "FR-PAF-117", "party": "FR", "service": "FR-PAF", "audience": None}
        return received(**(own | changes))

    return record
