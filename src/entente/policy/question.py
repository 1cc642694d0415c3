"""The question that the floor answers: one act, one record, who acts, on which day, to where.

Gathered once, before any rule looks: whether the record is the node's own, whether who acts is its originator
(whom handling codes do not bind), and what its labels add up to. A person may ask, or a node that carries out
what an officer already released; then `access` is None and the rules about persons are silent.
"""

from __future__ import annotations

import datetime as dt

import msgspec

from entente.errors import Malformed
from entente.policy.access import Access, Act, Destination, Held
from entente.policy.agreement import Agreement, Service
from entente.policy.handling import Obligations, compile_labels


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """All that a floor rule may look at.

    own: the record was entered on this node. issuer: who acts is the originator itself, whom codes do not
    bind. seat: the service of the agreement that the person names; None when it knows none. home: the party
    that acts. takers: the services to which it would go. day: in UTC.
    """

    act: Act
    held: Held
    obligations: Obligations
    agreement: Agreement
    day: dt.date
    own: bool
    issuer: bool
    home: str
    access: Access | None = None
    seat: Service | None = None
    destination: Destination | None = None
    takers: tuple[Service, ...] = ()

    @property
    def saves_life(self) -> bool:
        """Whether this lies in life saving, which waits for no basis, review or suspension (SAR-1, TRF-2)."""
        return self.held.compartment == "life_saving"

    @property
    def accepted(self) -> bool:
        """Whether a person asks who has accepted the written conditions of this record."""
        return self.access is not None and self.held.record in self.access.accepted


def obligations_of(held: Held) -> Obligations:
    """What the labels oblige to; written conditions bind also where no label announces them (ORI-6)."""
    obligations = compile_labels(held.handling)
    if held.conditions is None or "conditions" in obligations.words:
        return obligations
    return obligations | Obligations(words=frozenset({"conditions"}))


def takers_at(destination: Destination, agreement: Agreement) -> tuple[Service, ...]:
    """The services that a destination means; none where the agreement does not know it as it is written."""
    return tuple(
        service
        for service in agreement.services_of(destination.node)
        if service.party == destination.party and destination.service in (None, service.id)
    )


def ask_about(
    access: Access,
    act: Act,
    held: Held,
    agreement: Agreement,
    day: dt.date,
    destination: Destination | None = None,
) -> Question:
    """The question that a person at work puts."""
    try:
        seat: Service | None = agreement.service(access.service)
    except Malformed:
        seat = None
    own = held.audience is None
    return Question(
        act=act,
        held=held,
        obligations=obligations_of(held),
        agreement=agreement,
        day=day,
        own=own,
        issuer=own and held.service == access.service and held.party == access.party,
        home=access.party,
        access=access,
        seat=seat,
        destination=destination,
        takers=takers_at(destination, agreement) if destination else (),
    )
