"""Questions drawn at random: services, records, people and releases, in every combination that can be asked.

Drawn from a seed, so that a mismatch comes back. Tilted so that about one question in six is a plain yes: a question
that everything refuses tries no rule. Some agreements are lapsed, suspended or written in bad faith.
"""

from __future__ import annotations

import datetime as dt
import random
from typing import Any, get_args

import msgspec

from entente.errors import Text
from entente.model.report import Compartment, Kind, Purpose
from entente.policy.access import Access, Act, Destination, Held
from entente.policy.agreement import Agreement, Role, Service, ServiceName, TransferBasis
from entente.policy.release import PartHeld

NOW = dt.datetime(2031, 11, 20, 12, 0, tzinfo=dt.UTC)
ACTS: tuple[Act, ...] = get_args(Act)
PURPOSES: tuple[Purpose, ...] = get_args(Purpose)
COMPARTMENTS: tuple[Compartment, ...] = get_args(Compartment)
KINDS: tuple[Kind, ...] = get_args(Kind)
ROLES: tuple[Role, ...] = get_args(Role)
LABELS = (
    *("H0", "H1", "H2", "H3", "P", "C", "5x5x5:4", "5x5x5:5"),
    *("TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED"),
    *("DIFFUSION RESTREINTE", "OFFICIAL", "OFFICIAL-SENSITIVE"),
    *("H7", "SECRET", "nur für den Dienstgebrauch"),  # in no table
)
EVERYTHING: dict[Role, tuple[Compartment, ...]] = dict.fromkeys(ROLES, COMPARTMENTS)


def _service(service_id: str, party: str, node: str, **opens: tuple[Compartment, ...]) -> Service:
    name = ServiceName(fr=service_id, en=service_id, since=dt.date(2019, 1, 1))
    return Service(id=service_id, party=party, node=node, names=(name,), opens=opens)  # type: ignore[arg-type]


POLICE: dict[str, tuple[Compartment, ...]] = {
    "investigator": ("intelligence",),
    "service_account": ("intelligence",),
}
SERVICES = (
    _service("FR-PAF", "FR", "lille", **POLICE, victim_keeper=("victims",)),
    _service("FR-OLTIM", "FR", "lille", **POLICE, judicial_keeper=("intelligence", "judicial")),
    _service("FR-GN", "FR", "lille", **POLICE),
    _service("FR-PREMAR", "FR", "lille", watch_keeper=("life_saving", "plan")),
    _service("FR-ZONE", "FR", "lille", coordinator=("plan",), campaign_officer=("prevention", "plan")),
    _service("FR-MER", "FR", "brest", **POLICE, watch_keeper=("life_saving",)),
    _service("UK-NCA", "UK", "dover", **POLICE, judicial_keeper=("intelligence", "judicial")),
    _service("UK-BF", "UK", "dover", **POLICE, watch_keeper=("life_saving",)),
    _service("UK-HMCG", "UK", "dover", watch_keeper=("life_saving",)),
    _service("UK-HO", "UK", "dover", victim_keeper=("victims",), campaign_officer=("prevention",)),
    # An agreement written by mistake or in bad faith: it opens everything to everybody.
    _service("UK-LAX", "UK", "dover", **EVERYTHING),  # type: ignore[arg-type]
    _service("NL-LO", "NL", "hague", **POLICE, watch_keeper=("life_saving",)),
)
NODES = ("lille", "dover", "hague", "brest")
PARTY = {"lille": "FR", "dover": "UK", "hague": "NL", "brest": "FR"}


def _agreements() -> list[Agreement]:
    """In force, on the last day, lapsed the day before, without a basis, suspended on either side."""
    found = []
    for last_day, suspended in (
        (dt.date(2031, 12, 27), ()),
        (None, ()),
        (NOW.date(), ()),
        (NOW.date() - dt.timedelta(days=1), ()),
        (dt.date(2031, 12, 27), ("UK",)),
        (dt.date(2031, 12, 27), ("FR",)),
    ):
        transfers = tuple(
            TransferBasis(
                id=f"{giver}-{taker}",
                from_party=giver,
                to_party=taker,
                name=Text(fr="base", en="basis"),
                expires_on=last_day,
            )
            for giver, taker in (("FR", "UK"), ("UK", "FR"), ("FR", "NL"))
        )
        found.append(
            Agreement(
                id="OYAT",
                version=1,
                exercise=True,
                services=SERVICES,
                transfers=transfers,
                ceilings={"FR": "DIFFUSION RESTREINTE", "UK": "OFFICIAL-SENSITIVE", "NL": "OFFICIAL"},
                suspended=suspended,
            )
        )
    return found


AGREEMENTS = _agreements()


def _some(chance: random.Random, values: Any, most: int) -> tuple[Any, ...]:
    return tuple(chance.sample(tuple(values), chance.randint(0, most)))


def _labels(chance: random.Random) -> tuple[str, ...]:
    return (
        (chance.choice(("H0", "H0", "H1", "H2", "H3")), *_some(chance, LABELS, 1))
        if chance.random() < 0.8
        else (_some(chance, LABELS, 3))
    )


def _held(chance: random.Random, access_service: Service, purpose: Purpose, compartment: Compartment) -> Held:
    """A record that lies on this service's node: its own, or one that came from a partner."""
    own = chance.random() < 0.5
    home = access_service.node
    issuers = [service for service in SERVICES if (service.node == home) == own]
    issuer = access_service if own and chance.random() < 0.6 else chance.choice(issuers)
    if not own:
        here = [service.id for service in SERVICES if service.node == home]
        audience: tuple[str, ...] | None = chance.choice(
            ((), (access_service.id,), _some(chance, here, min(2, len(here))))
        )
    else:
        audience = None
    labels = _labels(chance)
    return Held(
        record="0190",
        kind=chance.choice(KINDS) if chance.random() < 0.3 else "report",
        party=issuer.party,
        service=issuer.id,
        purpose=purpose if chance.random() < 0.85 else chance.choice(PURPOSES),
        matter="OYAT",
        compartment=compartment,
        handling=labels,
        conditions="…" if ("H3" in labels or "C" in labels) != (chance.random() < 0.1) else None,
        conditions_allow=frozenset(_some(chance, ACTS, 3)),
        audience=audience,
        erase_by=chance.choice(
            (None, None, dt.date(2032, 1, 1), NOW.date(), NOW.date() - dt.timedelta(days=1))
        ),
        erased=chance.random() < 0.05,
        under_review=chance.random() < 0.1,
        permissions=frozenset(_some(chance, ACTS, 3)) if chance.random() < 0.4 else frozenset(),
    )


def question(chance: random.Random) -> tuple[Access, Act, Held, Agreement, Destination | None]:
    """One question, drawn so that about one in four is a plain yes and every rule gets its turn to speak."""
    service = chance.choice(SERVICES)
    role = chance.choice(tuple(service.opens)) if chance.random() < 0.9 else chance.choice(ROLES)
    opened = service.opens.get(role) or COMPARTMENTS
    compartment = chance.choice(opened) if chance.random() < 0.85 else chance.choice(COMPARTMENTS)
    fitting: dict[str, Purpose] = {
        "life_saving": "life_saving",
        "prevention": "prevention_communication",
        "plan": "plan_management",
    }
    purpose = (
        fitting.get(compartment, chance.choice(PURPOSES))
        if chance.random() < 0.9
        else chance.choice(PURPOSES)
    )
    held = _held(chance, service, purpose, compartment)
    access = Access(
        officer="Maëlle Dorvincq",
        service=service.id,
        party=service.party if chance.random() < 0.98 else chance.choice(("FR", "UK", "NL")),
        node=service.node if chance.random() < 0.98 else chance.choice(NODES),
        role=role,
        purpose=purpose,
        matter="OYAT" if chance.random() < 0.85 else "GARENNE",
        reason="shift of 20 November",
        accepted=frozenset({held.record}) if chance.random() < 0.5 else frozenset(),
    )
    if chance.random() < 0.02:
        access = msgspec.structs.replace(access, **{chance.choice(("officer", "matter", "reason")): " "})
    if chance.random() < 0.005:
        held = msgspec.structs.replace(held, matter="")
    if held.audience is None and chance.random() < 0.02:
        held = msgspec.structs.replace(held, party=chance.choice(("FR", "UK", "NL")))
    act = chance.choice(ACTS)
    destination = None
    if act in ("onward_service", "onward_party", "release") and chance.random() < 0.9:
        fitting_takers = [
            one for one in SERVICES if (one.party == service.party) == (act == "onward_service")
        ]
        target = chance.choice(fitting_takers if chance.random() < 0.7 else SERVICES)
        if act == "onward_party" and chance.random() < 0.5:
            held = msgspec.structs.replace(held, permissions=frozenset({"onward_party"}))
        destination = Destination(
            node=target.node, party=target.party, service=target.id if chance.random() < 0.7 else None
        )
        if chance.random() < 0.03:
            destination = msgspec.structs.replace(destination, node=chance.choice(NODES))
    return access, act, held, chance.choice(AGREEMENTS), destination


def planned_release(
    chance: random.Random,
) -> tuple[Held, list[PartHeld], tuple[str, ...], str, Agreement, bool, str]:
    """One release: a record with some parts, who was named, to which node, from whose hands."""
    service = chance.choice(SERVICES)
    compartment = chance.choice((*COMPARTMENTS, "intelligence", "intelligence", "life_saving"))
    held = _held(chance, service, chance.choice(PURPOSES), compartment)
    here = service.node
    if held.audience is None and chance.random() < 0.9:
        held = msgspec.structs.replace(held, handling=held.handling or ("H0",), erased=False)
    places = (compartment, compartment, *COMPARTMENTS)
    parts = [
        PartHeld(f"statement/s{number}", chance.choice(places), chance.random() < 0.15)
        for number in range(chance.randint(1, 5))
    ]
    to = chance.choice([node for node in NODES if node != here])
    every = (*NODES, *(f"{one.node}/{one.id}" for one in SERVICES))
    there = tuple(written for written in every if written.partition("/")[0] == to)
    recipients = (*_some(chance, there, 2), *_some(chance, every, 2))
    return held, parts, recipients, to, chance.choice(AGREEMENTS), held.audience is None, PARTY[here]
