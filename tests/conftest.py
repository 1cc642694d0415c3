"""Two nodes of two invented parties, laid out anew for each test that asks for them.

`shores` are both nodes open in this process and not running: what one has for the other is carried by hand, page by
page, through the same calls that the wire uses, so that a test can stop between any two steps. `running` are the same
with their servers and couriers on loopback. `forge` speaks with Dover's own key and keeps to none of its rules: what a
hostile partner, or one with a fault, could send. Everybody is invented; numbers are from reserved ranges.
"""

from __future__ import annotations

import datetime as dt
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import uvicorn

from entente.errors import Text
from entente.exchange.envelope import Envelope, Outer, Payload, close, payload_digest
from entente.exchange.protocol import Page
from entente.model.entity import Entity
from entente.model.grading import Grade
from entente.model.identifier import Identifier
from entente.model.name import Name
from entente.model.report import LANES, Amendment, Draft, Statement, Wording
from entente.model.wire import Release, Seal, encode, make_part
from entente.node import Node
from entente.policy.access import Access
from entente.policy.agreement import Agreement, Service, ServiceName, TransferBasis
from entente.serve import make_app
from entente.settings import Listening, OfficerListed, pin_partner, write_settings
from entente.store.compose import new_id
from entente.store.secrets import make_secrets

MORNING = dt.datetime(2031, 9, 12, 8, tzinfo=dt.UTC)
GRADE = Grade("europol", "B", "2")


def _service(name: str, node: str, opens: dict[Any, tuple[Any, ...]]) -> Service:
    names = (ServiceName(fr=name, en=name, since=dt.date(2023, 1, 1)),)
    return Service(id=name, party=name[:2], node=node, names=names, opens=opens)


def two_shores() -> Agreement:
    """Investigators, a judicial file, rescue, victims' care and a coordinator of the plan on either shore."""
    open_: dict[Any, tuple[Any, ...]] = {
        "investigator": ("intelligence", "plan"),
        "service_account": ("intelligence",),
        "data_protection_officer": (),
    }
    closed = {**open_, "judicial_keeper": ("judicial", "intelligence")}
    return Agreement(
        id="two-shores",
        version=1,
        exercise=True,
        services=(
            _service("FR-OLTIM", "lille", closed),
            _service("FR-PAF", "lille", open_),
            _service("FR-PREMAR", "lille", {"watch_keeper": ("life_saving", "plan")}),
            _service("FR-AIDE", "lille", {"victim_keeper": ("victims",)}),
            _service("FR-ZONE", "lille", {"coordinator": ("plan",)}),
            _service("UK-NCA", "dover", closed),
            _service("UK-IE", "dover", open_),
            _service("UK-HMCG", "dover", {"watch_keeper": ("life_saving", "plan")}),
            _service("UK-HO", "dover", {"coordinator": ("plan",)}),
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
                id="uk-rules", from_party="UK", to_party="FR", name=Text("règles britanniques", "UK rules")
            ),
        ),
        ceilings={"FR": "DIFFUSION RESTREINTE", "UK": "OFFICIAL-SENSITIVE"},
    )


OFFICERS: dict[str, tuple[OfficerListed, ...]] = {
    "lille": (
        OfficerListed(name="Marie", service="FR-OLTIM", roles=("investigator",)),
        OfficerListed(name="Odile", service="FR-OLTIM", roles=("judicial_keeper", "investigator")),
        OfficerListed(name="Paul", service="FR-PAF", roles=("investigator",)),
        OfficerListed(name="feed", service="FR-OLTIM", roles=("service_account",)),
        OfficerListed(name="DPO", service="FR-OLTIM", roles=("data_protection_officer",)),
        OfficerListed(name="Erwan", service="FR-PREMAR", roles=("watch_keeper",)),
        OfficerListed(name="Aude", service="FR-AIDE", roles=("victim_keeper",)),
        OfficerListed(name="Zoé", service="FR-ZONE", roles=("coordinator",)),
    ),
    "dover": (
        OfficerListed(name="Jane", service="UK-NCA", roles=("investigator",)),
        OfficerListed(name="Judith", service="UK-NCA", roles=("judicial_keeper",)),
        OfficerListed(name="Ian", service="UK-IE", roles=("investigator",)),
        OfficerListed(name="Claire", service="UK-HMCG", roles=("watch_keeper",)),
        OfficerListed(name="Leonard", service="UK-HO", roles=("coordinator",)),
    ),
}


class HandClock:
    """A clock that a test moves by hand."""

    def __init__(self, at: dt.datetime = MORNING) -> None:
        self.at = at

    def __call__(self) -> dt.datetime:
        return self.at


def free_ports(number: int) -> list[int]:
    """Ports that nobody listens on; all are held until all are known."""
    held = [socket.socket() for _ in range(number)]
    for one in held:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in held]
    for one in held:
        one.close()
    return ports


def lay_out(root: Path, ports: list[int] | None = None) -> None:
    """Folders, keys and pins of both nodes."""
    ports = ports or free_ports(2)
    identities = {}
    for name, port in zip(OFFICERS, ports, strict=True):
        write_settings(root / name, Listening(node=name, port=port), two_shores(), OFFICERS[name])
        identities[name] = make_secrets(root / name / "secrets", name).identity()
    for name, other, port in (("lille", "dover", ports[1]), ("dover", "lille", ports[0])):
        pin_partner(root / name, identities[other], f"http://127.0.0.1:{port}")


class Shores:
    """Both nodes open in this process, and what passes between them by hand."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.clock = HandClock()
        lay_out(root)
        self.lille = Node(root / "lille", self.clock)
        self.dover = Node(root / "dover", self.clock)

    def reopen(self, name: str) -> Node:
        """Close one node and open it again."""
        getattr(self, name).close()
        setattr(self, name, Node(self.root / name, self.clock))
        return self.node(name)

    def node(self, name: str) -> Node:
        """A node by its name."""
        found: Node = getattr(self, name)
        return found

    def carry(self) -> None:
        """Let both nodes settle and take all that is due, receipts too, until nothing moves."""
        moved = 1
        while moved:
            moved = 0
            for here, there in ((self.lille, self.dover), (self.dover, self.lille)):
                here.settle()
                for lane in LANES:
                    incarnation, after = there.exchange.arrived(here.store.node, lane)
                    after = after if incarnation in ("", here.store.incarnation) else 0
                    page = here.exchange.page(there.store.node, lane, after)
                    moved += there.exchange.take(here.store.node, page) if page.envelopes else 0
                there.settle()
                after = here.exchange.taken_receipts(there.store.node)
                moved += here.exchange.take_receipts(
                    there.store.node, there.exchange.receipts_after(here.store.node, after)
                )

    def close(self) -> None:
        """Let go of both folders."""
        self.lille.close()
        self.dover.close()


@pytest.fixture
def shores(tmp_path: Path) -> Iterator[Shores]:
    made = Shores(tmp_path)
    yield made
    made.close()


class Running(Shores):
    """Both nodes with their servers and couriers on loopback."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self._servers: dict[str, tuple[uvicorn.Server, threading.Thread]] = {}
        self.start("lille")
        self.start("dover")

    def start(self, name: str) -> None:
        """Serve a node and start its couriers."""
        node = self.node(name)
        config = uvicorn.Config(
            make_app(node),
            port=node.settings.port,
            log_level="critical",
            lifespan="off",
            ws="none",
            timeout_graceful_shutdown=1,
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        until(lambda: server.started)
        self._servers[name] = (server, thread)
        node.start()

    def stop(self, name: str) -> None:
        """As when a node goes away: nobody answers under its address."""
        server, thread = self._servers.pop(name)
        server.should_exit = True
        thread.join(timeout=20)
        self.node(name).close()

    def back(self, name: str) -> Node:
        """The node that went away is there again."""
        setattr(self, name, Node(self.root / name, self.clock))
        self.start(name)
        return self.node(name)

    def close(self) -> None:
        for name in list(self._servers):
            self.stop(name)


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    made = Running(tmp_path)
    yield made
    made.close()


def until(holds: Callable[[], Any], within_s: float = 15.0) -> Any:
    """Wait until something holds; what held is returned."""
    end = time.monotonic() + within_s
    while not (found := holds()):
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.005)
    return found


@pytest.fixture
def wait() -> Callable[..., Any]:
    return until


@pytest.fixture
def laid_out(tmp_path: Path) -> Path:
    """The folders of both nodes, nobody working in them."""
    lay_out(tmp_path)
    return tmp_path


@pytest.fixture
def at_work() -> Callable[..., Access]:
    """An officer of a node at work, on the line of the season unless told otherwise."""

    def working(node: Node, officer: str, **changes: Any) -> Access:
        rescue = node.officer(officer).roles[0] == "watch_keeper"
        values = {"reason": "suivi de la filière", "matter": "SAR" if rescue else "OYAT", **changes}
        return node.access(officer, values.pop("reason"), **values)

    return working


def make_statement(**changes: Any) -> Statement:
    values: dict[str, Any] = {
        "id": "s1",
        "basis": "fact",
        "wording": Wording(language="fr", text="ligne relevée sur la plage"),
        "grade": GRADE,
        "checked_on": MORNING.date(),
    }
    return Statement(**(values | changes))


def make_person(
    phone: str = "06 39 98 04 17", region: str = "FR", name: str = "Haji", **changes: Any
) -> Entity:
    identifiers = (Identifier(kind="phone", written=phone, region=region),) if phone else ()
    values: dict[str, Any] = {
        "id": "e1",
        "kind": "person",
        "category": "not_yet_assessed",
        "names": (Name(name, "alias"),) if name else (),
        "identifiers": identifiers,
    }
    return Entity(**(values | changes))


def make_report(service: str = "FR-OLTIM", reference: str | None = "FR-1", **changes: Any) -> Draft:
    """A report of one statement about one person; phone, region, name: that person's."""
    person = {one: changes.pop(one) for one in ("phone", "region", "name") if one in changes}
    if "statements" not in changes:
        changes["statements"] = (make_statement(entities=(make_person(**person),)),)
    values: dict[str, Any] = {
        "kind": "report",
        "service": service,
        "purpose": "intelligence",
        "matter": "OYAT",
        "handling": ("H1",),
        "regime": "smuggling",
        "reference": reference,
        "recipients": ("dover",) if service.startswith("FR") else ("lille",),
    }
    return Draft(**(values | changes))


@pytest.fixture(scope="session")
def report() -> Callable[..., Draft]:
    return make_report


@pytest.fixture(scope="session")
def statement() -> Callable[..., Statement]:
    return make_statement


@pytest.fixture(scope="session")
def person() -> Callable[..., Entity]:
    return make_person


class Forge:
    """Dover's key in hands that keep to no rule: any header, any part, any envelope, in any order."""

    def __init__(self, shores: Shores) -> None:
        self.shores = shores
        self.key = shores.dover.store.secrets.signing
        self.incarnation = shores.dover.store.incarnation
        self.to = shores.dover.exchange.partners["lille"].sealing
        self.number = 0

    def release(self, *values: tuple[str, Any], salts: str = "s" * 22, **changes: Any) -> Release:
        """A record as its header says it, with parts of any name and value."""
        parts = [make_part(name, value, salts) for name, value in values]
        header: dict[str, Any] = {
            "entente": "1.0",
            "kind": "report",
            "id": new_id(MORNING),
            "version": 1,
            "node": "dover",
            "party": "UK",
            "service": "UK-NCA",
            "said_at": MORNING,
            "purpose": "intelligence",
            "matter": "OYAT",
            "compartment": "intelligence",
            "handling": ["H0"],
            "review_by": dt.date(2031, 12, 1),
            "erase_by": dt.date(2031, 12, 1),
            "parts": sorted(part.digest for part in parts),
            "regime": "smuggling",
        }
        more = changes.pop("release", {})
        raw = msgspec.json.encode(
            {name: value for name, value in (header | changes).items() if value is not None}
        )
        values_: dict[str, Any] = {
            "entente": "1.0",
            "seal": Seal(jws=self.key.sign(raw)),
            "parts": tuple(part.content.decode() for part in parts),
            "basis": "uk-rules",
        }
        return Release(**(values_ | more))

    def good(self, reference: str = "UK-GOOD", **changes: Any) -> Release:
        """A record that there is nothing to say against."""
        about = make_statement(entities=(make_person("07700 900417", "GB", reference),))
        return self.release(("statement/s1", about), reference=reference, **changes)

    def distress(self, text: str = "47 persons", **changes: Any) -> Release:
        """A distress that there is nothing to say against."""
        said = make_statement(wording=Wording(language="en", text=text))
        return self.release(
            ("statement/s1", said),
            **{
                "kind": "distress",
                "service": "UK-HMCG",
                "purpose": "life_saving",
                "matter": "SAR",
                "compartment": "life_saving",
                "regime": None,
                **changes,
            },
        )

    def envelope(
        self, content: Any, *, lane: str = "routine", key: Any = None, to: Any = None, **changes: Any
    ) -> Envelope:
        """An envelope around a release, a payload, or bytes; numbered next unless told otherwise."""
        if isinstance(content, Release):
            content = Payload(release=content)
        payload = content if isinstance(content, bytes) else encode(content)
        self.number = changes.get("number", self.number + 1)
        values: dict[str, Any] = {
            "entente": "1.0",
            "incarnation": self.incarnation,
            "lane": lane,
            "number": self.number,
            "issuer": "dover",
            "recipient": "lille",
            "message": f"m{self.number}",
            "digest": payload_digest(payload),
            "size": len(payload),
            "at": MORNING,
        }
        return close(Outer(**(values | changes)), payload, key or self.key, to or self.to)

    def page(self, *envelopes: Envelope, lane: str = "routine", incarnation: str | None = None) -> Page:
        """A page of these envelopes."""
        return Page(
            incarnation=incarnation or self.incarnation,
            lane=lane,  # type: ignore[arg-type]
            envelopes=envelopes,
            more=False,
        )

    def send(self, *envelopes: Envelope, lane: str = "routine", incarnation: str | None = None) -> int:
        """Lille takes a page of these; returns how many numbers it dealt with."""
        taken = self.shores.lille.exchange.take(
            "dover", self.page(*envelopes, lane=lane, incarnation=incarnation)
        )
        self.shores.lille.settle()
        return taken

    def receipts(self) -> list[tuple[int, str, str | None]]:
        """(number, step, code) of all that Lille receipted to Dover so far."""
        from entente.exchange.protocol import read_receipts

        page = self.shores.lille.exchange.receipts_after("dover", 0)
        found = [
            read_receipts(signed, self.shores.dover.ring, "lille", "dover") for _, signed in page.receipts
        ]
        return [(item.number, item.step, item.code) for one in found for item in one.items]


@pytest.fixture
def forge(shores: Shores) -> Forge:
    return Forge(shores)


def make_amendment(service: str, record: str, act: str = "erase", **changes: Any) -> Draft:
    """An officer of a service corrects, recalls or erases a record; by default Marie or Jane does."""
    officer = changes.pop(
        "officer", {"FR-OLTIM": "Marie", "FR-PAF": "Paul", "UK-NCA": "Jane"}.get(service, "Ian")
    )
    values: dict[str, Any] = {
        "kind": "amendment",
        "service": service,
        "purpose": "intelligence",
        "matter": "OYAT",
        "handling": ("H0",),
        "amendment": Amendment(record=record, act=act, reason="étrangère aux faits", officer=officer),  # type: ignore[arg-type]
    }
    return Draft(**(values | changes))


@pytest.fixture(scope="session")
def amend() -> Callable[..., Draft]:
    return make_amendment
