"""What one partner may be given of a record: which parts, for which services, on which legal basis.

Release only ever removes: every part that leaves was in the original and leaves to the letter, and what is
left out is seen to be left out. The originator may release a record of any code to recipients that it names;
codes bind whoever received it. Parts are judged where they lie: one in a closed compartment stays although
its record goes. What saves life leaves without approval, basis or review. Knows nothing of networks or of how
a part is stored.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import msgspec

from entente.errors import Malformed, Text
from entente.model.report import Compartment, Lane
from entente.policy.access import Act, Decision, Destination, Held
from entente.policy.agreement import Agreement
from entente.policy.decide import decision_of
from entente.policy.protect import FLOOR, FloorRule, ask_floor, purpose_of_part
from entente.policy.question import Question, obligations_of, takers_at

VITAL_INTEREST = "vital_interest"
SAME_PARTY = "same_party"

# A record that lies here does not leave, not even with its open parts: its header would say that there is a file.
CLOSED: frozenset[Compartment] = frozenset({"judicial", "victims", "office"})

PRIVATE_PART = Decision(
    answer="no",
    rule="private_part",
    text=Text(
        "Cette partie n’est que pour l’émetteur ; elle ne quitte pas le nœud.",
        "This part is for the originator only; it does not leave the node.",
    ),
)
NOT_NAMED = Decision(
    answer="no",
    rule="not_named",
    text=Text(
        "L’émetteur n’a nommé ni cette partie ni aucun de ses services comme destinataire.",
        "The originator named neither this party nor any of its services as a recipient.",
    ),
)
NOTHING_LEFT = Decision(
    answer="no",
    rule="nothing_left",
    text=Text(
        "Aucune partie de cette fiche ne peut partir ; ses codes et compartiments les retiennent toutes.",
        "No part of this record may leave; its codes and compartments hold all of them back.",
    ),
)


class PartHeld(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One part, by name ("statement/s1"): where it lies, and whether it is for the originator's eyes only."""

    name: str
    compartment: Compartment
    private: bool = False


class Withheld(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One part that stays, the rule that keeps it, and its words for our own officer."""

    name: str
    rule: str
    text: Text


class ReleasePlan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What leaves for one node.

    audience: the services named there, in the order in which they were named; empty: the whole party.
    refused: why nothing leaves at all; None: the parts leave. basis: id of the transfer basis,
    "vital_interest", or "same_party"; None only when refused.
    """

    parts: tuple[str, ...]
    withheld: tuple[Withheld, ...]
    audience: tuple[str, ...]
    refused: Decision | None
    basis: str | None
    lane: Lane


def parse_recipient(written: str, agreement: Agreement) -> Destination:
    """Read "dover" (the whole party served there) or "dover/UK-NCA" (one service).

    Raises Malformed when the agreement knows no such node, no such service, or seats it elsewhere.
    """
    node, slash, service_id = written.strip().partition("/")
    party = agreement.party_of(node)
    if not slash:
        return Destination(node=node, party=party)
    service = agreement.service(service_id)
    if service.node != node:
        raise Malformed(
            "service_elsewhere",
            Text(
                fr=f"Le service {service_id} n’est pas servi par le nœud « {node} ».",
                en=f'The service {service_id} is not served by the node "{node}".',
            ),
            Text(fr=f"Écrivez {service.node}/{service_id}.", en=f"Write {service.node}/{service_id}."),
        )
    return Destination(node=node, party=service.party, service=service_id)


def plan_release(
    record: Held,
    parts: Sequence[PartHeld],
    recipients: Sequence[str],
    destination_node: str,
    agreement: Agreement,
    now: dt.datetime,
    *,
    own: bool,
    home: str | None = None,
    lane: Lane | None = None,
    floor: tuple[FloorRule, ...] = FLOOR,
) -> ReleasePlan:
    """What of a record leaves for one node, now (an aware time).

    recipients: all that were named, for any node. own: this node's; False: we received it and pass it on.
    home: our own party; the record's, when not given. lane: the one wished for; life is not for wishing, it
    is where life-saving records go. floor: for tests, which take one rule away.
    Raises Malformed when a recipient or the destination is unknown to the agreement.
    """
    named = [parse_recipient(written, agreement) for written in recipients]
    there = [one for one in named if one.node == destination_node]
    audience = tuple(dict.fromkeys(one.service for one in there if one.service))
    if any(one.service is None for one in there):
        audience = ()
    question = _question(record, destination_node, agreement, now, own, home or record.party)
    verdicts = {
        compartment: _judged(question, compartment, floor)
        for compartment in {record.compartment, *(part.compartment for part in parts)}
    }
    whole = verdicts[record.compartment]
    final = NOT_NAMED if not there else whole if record.compartment in CLOSED else None

    kept: list[PartHeld] = []
    withheld: list[Withheld] = []
    for part in parts:
        verdict = final or (PRIVATE_PART if part.private else verdicts[part.compartment])
        if verdict:
            withheld.append(Withheld(part.name, verdict.rule, verdict.text))
        else:
            kept.append(part)
    refused = final or (None if kept else whole or (NOTHING_LEFT if parts else None))
    return ReleasePlan(
        parts=tuple(part.name for part in kept),
        withheld=tuple(withheld),
        audience=audience,
        refused=refused,
        basis=None if refused else _basis(question, kept),
        lane=_lane(record, kept, lane),
    )


def _question(
    record: Held,
    node: str,
    agreement: Agreement,
    now: dt.datetime,
    own: bool,
    home: str,
) -> Question:
    """Release by the originator; by a recipient it is onward to a service or to a party, and the codes bind."""
    destination = Destination(node=node, party=agreement.party_of(node))
    act: Act = "release" if own else "onward_service" if destination.party == home else "onward_party"
    return Question(
        act=act,
        held=record,
        obligations=obligations_of(record),
        agreement=agreement,
        day=now.astimezone(dt.UTC).date(),
        own=own,
        issuer=own,
        home=home,
        destination=destination,
        takers=takers_at(destination, agreement),
    )


def _judged(question: Question, compartment: Compartment, floor: tuple[FloorRule, ...]) -> Decision | None:
    """What speaks against the parts that lie in one compartment of the record; None: they leave."""
    record = question.held
    if compartment != record.compartment:
        purpose = purpose_of_part(record.purpose, compartment)
        apart = msgspec.structs.replace(record, compartment=compartment, purpose=purpose)
        question = msgspec.structs.replace(question, held=apart)
    spoke = ask_floor(question, floor)
    return decision_of(spoke) if spoke else None


def _basis(question: Question, kept: Sequence[PartHeld]) -> str:
    destination = question.destination
    if destination is None or destination.party == question.home:
        return SAME_PARTY
    basis = question.agreement.basis(question.home, destination.party)
    ordinary = any(part.compartment != "life_saving" for part in kept) or not (kept or question.saves_life)
    return basis.id if basis and ordinary else VITAL_INTEREST


def _lane(record: Held, kept: Sequence[PartHeld], wished: Lane | None) -> Lane:
    """What saves life goes first, and nothing else may; then as wished, a table of rows in bulk."""
    only_life = bool(kept) and all(part.compartment == "life_saving" for part in kept)
    if record.compartment == "life_saving" or only_life:
        return "life"
    if wished is None:
        return "bulk" if record.kind == "holding" else "routine"
    return "urgent" if wished == "life" else wished
