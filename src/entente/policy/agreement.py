"""What the parties agreed, as data: who takes part, under which names and when, what may cross and until when.

An agreement is written in TOML, signed by both parties' nodes and pinned in each. Services change names (a name is
valid from one day to another) and the node must show the one that was right at the time. Nothing here decides; the
rules read it.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

import msgspec

from entente.errors import Malformed, Text
from entente.model.report import Compartment

Role = Literal[
    "investigator",  # officer, analyst, patrol: intelligence of the own party and what is released to the service
    "judicial_keeper",  # the authority of a judicial file, and who works on it
    "victim_keeper",  # care of victims
    "watch_keeper",  # rescue at sea
    "campaign_officer",  # prevention
    "coordinator",  # the plan
    "data_protection_officer",  # the register, never contents
    "administrator",  # officers, services, keys; never contents
    "service_account",  # imports, matchers, feeds: may record, may not decide on people
]


class ServiceName(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A name and its days. until None: still in use."""

    fr: str
    en: str
    since: dt.date
    until: dt.date | None = None


class Service(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One service. opens: for each role it may hold, the compartments that the role opens there."""

    id: str  # "FR-OLTIM"
    party: str  # "FR"
    node: str  # "lille"
    names: tuple[ServiceName, ...]
    opens: dict[Role, tuple[Compartment, ...]]

    def name_on(self, day: dt.date) -> Text:
        """The name that was in use on a day; the earliest where the day lies before all of them."""
        for name in self.names:
            if name.since <= day and (name.until is None or day <= name.until):
                return Text(name.fr, name.en)
        first = min(self.names, key=lambda name: name.since)
        return Text(first.fr, first.en)


class TransferBasis(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The legal basis of transfers from one party to another, with its last day (TRF-1)."""

    id: str
    from_party: str
    to_party: str
    name: Text
    expires_on: dt.date | None = None


class Agreement(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All of it. ceilings: the highest classification label that may enter, a party."""

    id: str
    version: int
    exercise: bool
    services: tuple[Service, ...]
    transfers: tuple[TransferBasis, ...]
    ceilings: dict[str, str]
    suspended: tuple[str, ...] = ()  # parties with whom all but life-saving is suspended
    # Whether a node may link two records of one and the same partner. The partner links its own and tells what it
    # will; until both have agreed otherwise, that the two belong together is its own to say.
    links_of_one_partner: bool = False

    def service(self, service_id: str) -> Service:
        """The service of that id. Raises Malformed when the agreement knows none."""
        for service in self.services:
            if service.id == service_id:
                return service
        raise Malformed(
            "service_unknown",
            Text(
                fr=f"L’accord {self.id} ne connaît pas de service « {service_id} ».",
                en=f'The agreement {self.id} knows no service "{service_id}".',
            ),
        )

    def services_of(self, node: str) -> tuple[Service, ...]:
        """The services that one node serves."""
        return tuple(service for service in self.services if service.node == node)

    def party_of(self, node: str) -> str:
        """The party that a node serves. Raises Malformed when no service is seated there."""
        for service in self.services:
            if service.node == node:
                return service.party
        raise Malformed(
            "node_unknown",
            Text(
                fr=f"L’accord {self.id} ne connaît pas de nœud « {node} ».",
                en=f'The agreement {self.id} knows no node "{node}".',
            ),
        )

    def basis(self, from_party: str, to_party: str) -> TransferBasis | None:
        """The transfer basis between two parties, lapsed or not; None when they agreed none."""
        for transfer in self.transfers:
            if transfer.from_party == from_party and transfer.to_party == to_party:
                return transfer
        return None
