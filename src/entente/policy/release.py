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
from entente.policy.access import Decision, Destination, Held
from entente.policy.agreement import Agreement
from entente.policy.decide import decision_of
from entente.policy.handling import compile_labels
from entente.policy.protect import FLOOR, FloorRule, ask_floor, purpose_of_part
from entente.policy.question import Question

VITAL_INTEREST = "vital_interest"
SAME_PARTY = "same_party"

PRIVATE_PART = Text(
    "Cette partie n’est que pour l’émetteur ; elle ne quitte pas le nœud.",
    "This part is for the originator only; it does not leave the node.",
)
LIFE_SAVING_STAYS = Text(
    "Ce qui a été recueilli pour sauver des vies ne part qu’avec une fiche de sauvetage.",
    "What was taken to save life leaves only with a life-saving record.",
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
    there = [destination for destination in named if destination.node == destination_node]
    party = agreement.party_of(destination_node)
    destination = Destination(node=destination_node, party=party)
    audience: tuple[str, ...] = ()
    if all(one.service for one in there):
        audience = tuple(dict.fromkeys(one.service for one in there if one.service))

    question = Question(
        act="release",
        held=record,
        obligations=compile_labels(record.handling),
        agreement=agreement,
        day=now.astimezone(dt.UTC).date(),
        own=own,
        issuer=own,
        home=home or record.party,
        destination=destination,
    )
    chosen = _lane(record, lane)
    refused = NOT_NAMED if not there else None
    spoke = ask_floor(question, floor)
    if refused is None and spoke is not None:
        refused = decision_of(spoke)
    if refused is not None:
        stays = tuple(Withheld(part.name, refused.rule, refused.text) for part in parts)
        return ReleasePlan(
            parts=(), withheld=stays, audience=audience, refused=refused, basis=None, lane=chosen
        )

    kept: list[str] = []
    withheld: list[Withheld] = []
    verdicts: dict[Compartment, tuple[str, Text] | None] = {}
    for part in parts:
        if part.private:
            withheld.append(Withheld(part.name, "private_part", PRIVATE_PART))
            continue
        if part.compartment not in verdicts:
            verdicts[part.compartment] = _holds_back(question, part.compartment, floor)
        verdict = verdicts[part.compartment]
        if verdict:
            withheld.append(Withheld(part.name, *verdict))
        else:
            kept.append(part.name)
    refused = NOTHING_LEFT if parts and not kept else None
    return ReleasePlan(
        parts=tuple(kept),
        withheld=tuple(withheld),
        audience=audience,
        refused=refused,
        basis=None if refused else _basis(question),
        lane=chosen,
    )


def _holds_back(
    question: Question, compartment: Compartment, floor: tuple[FloorRule, ...]
) -> tuple[str, Text] | None:
    """The rule that keeps back the parts lying in one compartment of a record that may itself leave."""
    record = question.held
    if compartment == record.compartment:
        return None
    if compartment == "life_saving":
        return "life_saving_stays", LIFE_SAVING_STAYS
    apart = msgspec.structs.replace(
        record, compartment=compartment, purpose=purpose_of_part(record.purpose, compartment)
    )
    spoke = ask_floor(msgspec.structs.replace(question, held=apart), floor)
    return (spoke.name, spoke.text) if spoke else None


def _basis(question: Question) -> str:
    if question.destination is None or question.destination.party == question.home:
        return SAME_PARTY
    basis = question.agreement.basis(question.home, question.destination.party)
    # A life-saving record may carry an object stated apart, which passed on the ordinary basis.
    if question.saves_life or basis is None:
        return VITAL_INTEREST
    return basis.id


def _lane(record: Held, wished: Lane | None) -> Lane:
    """What saves life goes first, and nothing else may; then as wished, a table of rows in bulk."""
    if record.compartment == "life_saving":
        return "life"
    if wished in (None, "life"):
        return "urgent" if wished == "life" else "bulk" if record.kind == "holding" else "routine"
    return wished or "routine"
