"""A second statement of who may do what with a record, written from the words of the table and from nothing else.

It shares no line with `entente.policy`: only the types of a question. Each clause stands beside the sentence that it
comes from. Four answers: `yes` (the text says yes plainly, and a node that refuses is wrong too), `ask` and `no` (never
yes now), `either` (the text carries both readings, or the matter is not the table's). Where the text is silent and a
yes would let something out, the stricter reading is taken and marked STRICT.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

from entente.policy.access import Access, Act, Destination, Held
from entente.policy.agreement import Agreement, Service

Answer = Literal["yes", "ask", "no", "either"]
STRICTNESS: dict[Answer, int] = {"yes": 0, "either": 1, "ask": 2, "no": 3}

# The table, column by column. "if" stands for "as conditions say, else ask"; "ack" for "after accepting".
TABLE: dict[Act, dict[str, str]] = {
    "read": {"H0": "yes", "H1": "yes", "H2": "yes", "H3": "ack"},
    "lead": {"H0": "yes", "H1": "yes", "H2": "yes", "H3": "if"},
    "onward_service": {"H0": "yes", "H1": "yes", "H2": "ask", "H3": "if"},
    "onward_party": {"H0": "ask", "H1": "ask", "H2": "ask", "H3": "ask"},
    "court": {"H0": "yes", "H1": "ask", "H2": "ask", "H3": "ask"},
    "combine": {"H0": "yes", "H1": "yes", "H2": "yes", "H3": "yes"},
    "other_purpose": {"H0": "no", "H1": "no", "H2": "no", "H3": "no"},
}
# Which column a label puts a record in. A label of audience or of ceiling adds none of the four obligations.
COLUMNS: dict[str, str] = {
    "H0": "H0",
    "H1": "H1",
    "H2": "H2",
    "H3": "H3",
    "P": "H0",
    "C": "H3",
    "5x5x5:4": "H2",
    "5x5x5:5": "H2",
    "TLP:RED": "H2",
    "TLP:CLEAR": "H0",
    "TLP:GREEN": "H0",
    "TLP:AMBER": "H0",
    "TLP:AMBER+STRICT": "H0",
    "DIFFUSION RESTREINTE": "H0",
    "OFFICIAL": "H0",
    "OFFICIAL-SENSITIVE": "H0",
}
# TLP 2.0: amber stays in the organisation (STRICT: another service is not the organisation).
AMBER = frozenset({"TLP:AMBER", "TLP:AMBER+STRICT"})
RANKS = {"OFFICIAL": 1, "DIFFUSION RESTREINTE": 2, "OFFICIAL-SENSITIVE": 2}

# "compartments, which no code opens: judicial file, victims (only the keeper), life-saving (only rescue), prevention".
KEEPERS: dict[str, frozenset[str]] = {
    "judicial": frozenset({"judicial_keeper"}),
    "victims": frozenset({"victim_keeper"}),
    "life_saving": frozenset({"watch_keeper"}),
    "prevention": frozenset({"campaign_officer"}),
    "office": frozenset(),  # "no role opens": affairs of the house
}
# Rescue receives "no intelligence on persons" (but what a service was named for it sees), prevention reads none
# (PUR-4), the coordinator steers the plan, data protection officer and administrator see "never contents".
NO_INTELLIGENCE = frozenset(
    {"watch_keeper", "campaign_officer", "data_protection_officer", "administrator", "coordinator"}
)
NEVER_CONTENTS = frozenset({"data_protection_officer", "administrator"})
# PUR-3, of data taken to save life: "later investigative use goes through JUD".
COURT_PURPOSES = frozenset({"intelligence", "investigation", "prosecution"})


def strictest(*answers: Answer) -> Answer:
    """With several labels the strictest wins."""
    return max(answers, key=STRICTNESS.__getitem__)


def _service(agreement: Agreement, service_id: str | None) -> Service | None:
    return next((service for service in agreement.services if service.id == service_id), None)


def may_open(access: Access, held: Held, agreement: Agreement) -> Answer:
    """Whether this role at this service may see into the compartment at all."""
    service = _service(agreement, access.service)
    if service is None or not _seated(access, agreement):
        return "no"
    is_open = held.compartment in service.opens[access.role]
    if held.compartment == "plan":
        return "yes" if is_open else "no"  # two owners, many services: whom the agreement names
    if held.compartment != "intelligence":
        return "yes" if is_open and access.role in KEEPERS[held.compartment] else "no"
    if access.role in ("campaign_officer", "coordinator"):
        return "no"
    if access.service in (held.audience or ()) and (access.role == "watch_keeper" or not is_open):
        return "either"  # named for this one record
    if access.role == "watch_keeper" and is_open:
        return "no"  # STRICT: "receives one picture, and no intelligence on persons", whatever an agreement opens
    if not is_open:
        return "no"
    # PUR-4 bars prevention and the plan from intelligence by role; by purpose the text carries both readings.
    return "either" if access.purpose in ("prevention_communication", "plan_management") else "yes"


def _seated(access: Access, agreement: Agreement) -> bool:
    """Whether the person works, in a role that sees contents at all, for a service that is where it says."""
    service = _service(agreement, access.service)
    if service is None or access.role in NEVER_CONTENTS or access.role not in service.opens:
        return False
    return service.party == access.party and service.node == access.node


def gone(held: Held, now: dt.datetime) -> Answer:
    """Erased or past its last day: nothing may be done. On the last day itself the text carries both readings."""
    if held.erased or (held.erase_by is not None and held.erase_by < now.date()):
        return "no"
    return "either" if held.erase_by == now.date() else "yes"


def unknown_labels(held: Held) -> bool:
    """A label that is in no table; a record without any label is taken as carrying an unknown one."""
    return not held.handling or any(label not in COLUMNS for label in held.handling)


def by_codes(act: Act, held: Held, accepted: bool) -> Answer:
    """What the table answers a recipient, over all labels of the record."""
    answers: list[Answer] = ["yes"]
    columns = {COLUMNS[label] for label in held.handling if label in COLUMNS}
    answers += [_cell(act, column, held, accepted) for column in columns]
    if held.conditions is not None:
        # STRICT: attached conditions are acknowledged first (ORI-6), whatever the label says.
        answers.append(_cell(act, "H3", held, accepted))
    if act == "onward_service" and AMBER.intersection(held.handling):
        answers.append("ask")
    answer = strictest(*answers)
    if answer == "ask" and act in held.permissions:
        answer = "yes"  # "originator's consent first", and it was given
    if unknown_labels(held) and act in ("onward_service", "onward_party"):
        # "An unknown label refuses onward release"; and "in the life lane nothing authenticated is refused".
        return "either" if held.compartment == "life_saving" else "no"
    return answer


def _cell(act: Act, column: str, held: Held, accepted: bool) -> Answer:
    """One cell of the table, with what the conditions and the acceptance say put in."""
    cell = TABLE[act][column]
    if cell == "ack":
        return "yes" if accepted else "no"
    if cell == "if":
        if act not in held.conditions_allow:
            return "ask"
        return "yes" if accepted else "ask"  # STRICT: "acknowledged before opening", so before any use
    return cell  # type: ignore[return-value]


def transfer(compartment: str, giver: str, taker: str, agreement: Agreement, now: dt.datetime) -> Answer:
    """Whether anything may cross from one party to another today (TRF-1 to TRF-3); what saves life always may."""
    if giver == taker or compartment == "life_saving":
        return "yes"
    if taker in agreement.suspended or giver in agreement.suspended:
        return "no"
    basis = agreement.basis(giver, taker)
    if basis is None or (basis.expires_on is not None and basis.expires_on < now.date()):
        return "no"
    return "yes"


def purposes(access: Access, act: Act, held: Held) -> Answer:
    """One declared purpose; another is refused under every code (PUR-2: deny by default)."""
    if act == "other_purpose":
        return "no"
    if held.purpose == "life_saving" and held.compartment == "intelligence":
        # An object seen at a rescue is a statement of its own and may be matched (PUR-3); its purpose is two things.
        answer: Answer = (
            "either" if access.purpose in ("life_saving", "intelligence", "investigation") else "no"
        )
    elif held.compartment == "life_saving":
        # Life first speaks for the watch-keeper, the declared purpose of the record against.
        answer = (
            "no" if access.purpose != "life_saving" else "yes" if held.purpose == "life_saving" else "either"
        )
    elif access.purpose == held.purpose:
        answer = "yes"
    elif held.purpose == "intelligence" and access.purpose == "investigation":
        answer = "either"  # the table: another purpose, no; PUR-6: "intelligence may flow up"
    else:
        answer = "no"
    if act == "court" and held.compartment == "life_saving":
        return "no"
    if act == "court" and held.purpose not in COURT_PURPOSES:
        return "no"  # STRICT: what was taken for rescue, prevention or the plan was not taken for a court
    return answer


def oracle(
    access: Access,
    act: Act,
    held: Held,
    agreement: Agreement,
    now: dt.datetime,
    destination: Destination | None = None,
) -> Answer:
    """What the text says of one act on one part of a record."""
    own = held.audience is None
    is_issuer = own and access.service == held.service and access.party == held.party
    life = held.compartment == "life_saving"
    opens = may_open(access, held, agreement)
    purpose = purposes(access, act, held)
    if life and act == "release" and is_issuer and _seated(access, agreement):
        # A patrol that hears a distress may send it on, whatever its files and its purpose: life first.
        opens = "either" if opens == "no" else opens
        purpose = "either" if purpose == "no" else purpose
    answers: list[Answer] = [opens, gone(held, now), purpose]
    if not all(word.strip() for word in (access.officer, access.matter, access.reason, held.matter)):
        return "no"  # "No read without an Access (who, role, purpose, matter)"; LOG-2, PUR-1
    if own and access.party != held.party:
        return "no"  # neither a recipient that the originator named nor a service of the originator's party
    if held.audience and access.service not in held.audience:
        return "no"
    if access.role == "service_account":
        # "may record, may not decide on people"; what it sends, an officer released.
        answers.append("yes" if act == "combine" else "either" if act in ("read", "release") else "no")
    if act in ("onward_service", "onward_party", "release"):
        answers.append(leaves(access, act, held, agreement, now, destination))
    if act == "court" and held.compartment == "victims":
        answers.append("no")  # STRICT: "only the keeper", and a court bundle goes to others
    if act == "release":
        # "The originator may release a record of any code to recipients that it names."
        answers.append(_release(held, own, is_issuer, life))
    elif is_issuer:
        # "codes bind what recipients do next"; the originator gives by releasing.
        answers.append("either" if act in ("onward_service", "onward_party") else "yes")
    else:
        answers.append(_recipient(access, act, held, own))
    return strictest(*answers)


def _release(held: Held, own: bool, is_issuer: bool, life: bool) -> Answer:
    answers: list[Answer] = []
    if own:
        # The originator is a service; another of its party may, on its word, or to save life.
        answers.append("yes" if is_issuer else "either" if life or "release" in held.permissions else "ask")
        if unknown_labels(held):
            answers.append("either")  # release by the originator is not onward; yet nobody can read the label
    else:
        # By a recipient it is onward release, to another party in the end: ask.
        consented = not held.permissions.isdisjoint(("release", "onward_party"))
        answers.append("no" if unknown_labels(held) else "either" if consented or life else "ask")
    if held.under_review:
        answers.append("either" if life else "no")
    return strictest(*answers)


def _recipient(access: Access, act: Act, held: Held, own: bool) -> Answer:
    answers: list[Answer] = [by_codes(act, held, held.record in access.accepted)]
    if act == "lead" and access.matter != held.matter and act not in held.permissions:
        answers.append("either" if own else "ask")  # STRICT: "in the same matter"
    if act == "court" and unknown_labels(held):
        answers.append(
            "no"
        )  # STRICT: what an unknown label forbids nobody knows; a court bundle goes to others
    return strictest(*answers)


def leaves(
    access: Access,
    act: Act,
    held: Held,
    agreement: Agreement,
    now: dt.datetime,
    destination: Destination | None,
) -> Answer:
    """What bars a part from leaving a service, whatever its code."""
    if held.compartment in ("judicial", "victims", "office"):
        return "no"  # "judicial file (only by grant), victims (only the keeper)"
    if destination is None:
        return "either"  # where nobody is named yet, transfers are for the release itself to judge
    answers: list[Answer] = ["yes"]
    if act == "onward_service" and destination.party != access.party:
        answers.append("no")
    if act == "onward_party" and destination.party == access.party:
        answers.append("either")
    if above_ceiling(held, agreement.ceilings[destination.party]):
        # Within the party it should not be here at all; "in the life lane nothing authenticated is refused".
        within = destination.party == access.party
        answers.append("either" if within or held.compartment == "life_saving" else "no")
    target = _service(agreement, destination.service)
    if not any(
        (one.node, one.party) == (destination.node, destination.party)
        and destination.service in (None, one.id)
        for one in agreement.services
    ):
        return "no"  # "recipients that it names": nobody is named so there
    if target is not None and not someone_may_open(target, held.compartment):
        answers.append(
            "either"
        )  # named all the same: the originator's word, and compartments bind the reader there
    answers.append(transfer(held.compartment, access.party, destination.party, agreement, now))
    return strictest(*answers)


def above_ceiling(held: Held, ceiling: str) -> bool:
    """ "anything above is refused at the door"."""
    return any(RANKS.get(label, 0) > RANKS[ceiling] for label in held.handling)


def someone_may_open(service: Service, compartment: str) -> bool:
    """Whether a service has anyone whom a compartment concerns."""
    return any(
        compartment in compartments
        and role not in NEVER_CONTENTS
        and (
            role not in NO_INTELLIGENCE
            if compartment == "intelligence"
            else compartment == "plan" or role in KEEPERS[compartment]
        )
        for role, compartments in service.opens.items()
    )


def oracle_keeps(
    record: Held,
    compartment: str,
    private: bool,
    recipients: tuple[str, ...],
    destination_node: str,
    agreement: Agreement,
    now: dt.datetime,
    *,
    own: bool,
    home: str,
) -> Answer:
    """What the text says of one part going to a partner's node in a release. home: the party that gives."""
    if private or compartment in ("judicial", "victims", "office"):
        return "no"
    if not any(written.partition("/")[0] == destination_node for written in recipients):
        return "no"
    life = compartment == "life_saving"
    taker = agreement.party_of(destination_node)
    answers: list[Answer] = [gone(record, now), transfer(compartment, home, taker, agreement, now)]
    if record.compartment in ("judicial", "victims", "office"):
        answers.append("no")  # the header of a closed record would leave with the part
    if life and record.compartment != "life_saving":
        answers.append("either")  # PUR-3 against, PUR-7 for
    elif record.compartment != compartment:
        answers.append("either")  # its header leaves too, and may itself be barred
    # "Life at sea first": of what would save a boat nothing below is plainly refused, and nothing plainly opened.
    held_back: Answer = "either" if life else "no"
    if record.under_review:
        answers.append(held_back)
    if unknown_labels(record):
        answers.append("either" if own else held_back)
    if above_ceiling(record, agreement.ceilings[taker]) and home != taker:
        answers.append(held_back)
    if not own:
        act: Act = "onward_service" if home == taker else "onward_party"
        answer = by_codes(act, record, True)
        consented = not record.permissions.isdisjoint(("release", "onward_party"))
        if answer == "yes":
            answer = "either"  # from hand to hand within a party, yes; a release is its originator's: the text has both
        answers.append("either" if life or consented else answer)
    return strictest(*answers)


def audience_is_right(
    audience: tuple[str, ...], recipients: tuple[str, ...], destination_node: str, agreement: Agreement
) -> bool:
    """Nobody hears of it whom the originator did not name; an empty audience is the whole party."""
    named = [written for written in recipients if written.partition("/")[0] == destination_node]
    seated = {service.id for service in agreement.services if service.node == destination_node}
    if destination_node in named:
        return seated.issuperset(audience)
    return bool(audience) and all(f"{destination_node}/{service}" in named for service in audience)
