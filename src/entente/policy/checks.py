"""What each rule of the floor looks at: one small question a rule, answered True where the rule speaks.

The rules' order, acts and words stand in `protect`; here is only when. A check about the person is False where no
person asks (a node that carries out what an officer released), one about the destination where none is named. None
reads content, a clock or a list of exceptions.
"""

from __future__ import annotations

from entente.model.report import PURPOSE_WORDS, Compartment, Purpose
from entente.policy.agreement import Role, Service
from entente.policy.handling import classification, read_label
from entente.policy.question import Question

# For what a record may be read, beside its own purpose. All that is not here is another purpose, and refused
# (PUR-2). Intelligence may flow up into an investigation; nothing flows down, and nothing flows out of life
# saving (PUR-3).
PURPOSES_OPEN: dict[Purpose, frozenset[Purpose]] = {
    "life_saving": frozenset({"life_saving"}),
    "intelligence": frozenset({"intelligence", "investigation"}),
    "investigation": frozenset({"investigation"}),
    "prosecution": frozenset({"prosecution"}),
    "prevention_communication": frozenset({"prevention_communication"}),
    "plan_management": frozenset({"plan_management"}),
}

# Compartments with one keeper, whatever an agreement says; for intelligence the agreement's own table speaks.
KEEPERS: dict[Compartment, Role] = {
    "judicial": "judicial_keeper",
    "victims": "victim_keeper",
    "life_saving": "watch_keeper",
    "prevention": "campaign_officer",
}

SEES_NO_CONTENTS: frozenset[Role] = frozenset({"data_protection_officer", "administrator"})
PREVENTS: frozenset[Role] = frozenset({"campaign_officer", "coordinator"})


def purpose_of_part(purpose: Purpose, compartment: Compartment) -> Purpose:
    """The purpose for which one part of a record is held: what a `Held` about a part carries.

    An object seen at a rescue (an engine, a hull) is stated apart, in intelligence, and then serves
    intelligence; the caller's number stays with the rescue (PUR-3).
    """
    return "intelligence" if purpose == "life_saving" and compartment == "intelligence" else purpose


def _blank(word: str) -> bool:
    return not word.strip()


def purpose_missing(q: Question) -> bool:
    return q.held.purpose not in PURPOSE_WORDS or (
        q.access is not None and q.access.purpose not in PURPOSE_WORDS
    )


def matter_missing(q: Question) -> bool:
    return _blank(q.held.matter) or (q.access is not None and _blank(q.access.matter))


def reason_missing(q: Question) -> bool:
    return q.access is not None and (_blank(q.access.reason) or _blank(q.access.officer))


def not_seated_here(q: Question) -> bool:
    if q.access is None:
        return False
    seat = q.seat
    return seat is None or seat.node != q.access.node or seat.party != q.access.party


def anothers_own(q: Question) -> bool:
    return q.access is not None and q.own and q.held.party != q.access.party


def never_contents(q: Question) -> bool:
    return q.access is not None and q.access.role in SEES_NO_CONTENTS


def machine_decides(q: Question) -> bool:
    return q.access is not None and q.access.role == "service_account"


def not_in_audience(q: Question) -> bool:
    return q.access is not None and bool(q.held.audience) and q.access.service not in (q.held.audience or ())


def _opens(seat: Service, role: Role, compartment: Compartment, named: bool) -> bool:
    """Whether a role at a service opens a compartment. named: the originator named this very service.

    Rescue receives no intelligence but the one record that was meant for it.
    """
    granted = seat.opens.get(role)
    if granted is None:
        return False
    if compartment == "office":
        return False  # the house's own affairs: its desks fold them, no role opens them, whatever an agreement says
    if compartment == "plan":
        # Whoever owns a measure reads the plan, rescue too: no intelligence and nobody's contents lie there.
        return compartment in granted
    keeper = KEEPERS.get(compartment)
    if keeper is not None:
        return role == keeper and compartment in granted
    return named or (compartment in granted and role != "watch_keeper")


def compartment_closed(q: Question) -> bool:
    if q.access is None:
        return False
    named = q.access.service in (q.held.audience or ())
    return q.seat is None or not _opens(q.seat, q.access.role, q.held.compartment, named)


def prevention_reads_no_intelligence(q: Question) -> bool:
    if q.access is None or q.held.compartment != "intelligence":
        return False
    return q.access.purpose in ("prevention_communication", "plan_management") or q.access.role in PREVENTS


def life_saving_purpose(q: Question) -> bool:
    return q.access is not None and q.held.compartment == "life_saving" and q.access.purpose != "life_saving"


def purpose_mismatch(q: Question) -> bool:
    if q.access is None:
        return False
    declared = purpose_of_part(q.held.purpose, q.held.compartment)
    return q.access.purpose != declared and q.access.purpose not in PURPOSES_OPEN.get(declared, frozenset())


def erased(q: Question) -> bool:
    return q.held.erased


def expired(q: Question) -> bool:
    return q.held.erase_by is not None and q.day > q.held.erase_by


def victims(q: Question) -> bool:
    return q.held.compartment == "victims"


def office(q: Question) -> bool:
    return q.held.compartment == "office"


def judicial(q: Question) -> bool:
    return q.held.compartment == "judicial"


def under_review(q: Question) -> bool:
    # Release waits, and all that a node would send by itself; an officer with the originator's consent does not.
    return q.held.under_review and not q.saves_life and (q.act == "release" or q.access is None)


def unknown_label(q: Question) -> bool:
    # A record without any label did not come in by the door; should one be here, nobody knows what binds it.
    if not q.obligations.unknown and q.held.handling:
        return False
    # The originator itself may not know how its partner reads "for national eyes": it too relabels before release.
    if q.act in ("onward_party", "release"):
        return not (q.own and q.saves_life)
    return not q.issuer


def _consented(q: Question) -> bool:
    """Whether the originator's consent to this act is in force."""
    return q.act in q.held.permissions


def originator_control(q: Question) -> bool:
    held_tight = "originator_control" in q.obligations.words or q.obligations.audience in (
        "amber",
        "amber_strict",
    )
    return held_tight and not q.issuer and not _consented(q)


def conditions_on_service(q: Question) -> bool:
    if "conditions" not in q.obligations.words or q.issuer or _consented(q):
        return False
    return not (q.accepted and q.act in q.held.conditions_allow)


def other_matter(q: Question) -> bool:
    return q.access is not None and q.access.matter != q.held.matter and not q.issuer and not _consented(q)


def onward_party(q: Question) -> bool:
    return not q.issuer and not _consented(q)


def court_use(q: Question) -> bool:
    bound = not q.obligations.words.isdisjoint(("court_consent", "originator_control", "conditions"))
    return bound and not q.issuer and not _consented(q)


def _crosses(q: Question) -> bool:
    """Whether this needs a legal basis of transfer; what saves life has vital interest as its own."""
    return q.destination is not None and q.destination.party != q.home and not q.saves_life


def misnamed(q: Question) -> bool:
    if q.destination is None or q.act == "release":
        return False
    return (q.act == "onward_party") == (q.destination.party == q.home)


def destination_unknown(q: Question) -> bool:
    return q.destination is not None and not q.takers


def transfer_missing(q: Question) -> bool:
    if q.destination is None or not _crosses(q):
        return False
    return q.agreement.basis(q.home, q.destination.party) is None


def transfer_lapsed(q: Question) -> bool:
    if q.destination is None or not _crosses(q):
        return False
    basis = q.agreement.basis(q.home, q.destination.party)
    return basis is not None and basis.expires_on is not None and q.day > basis.expires_on


def party_suspended(q: Question) -> bool:
    if q.destination is None or not _crosses(q):
        return False
    return q.destination.party in q.agreement.suspended or q.home in q.agreement.suspended


def above_ceiling(q: Question) -> bool:
    if q.destination is None or q.saves_life:
        return False
    ceiling = read_label(q.agreement.ceilings.get(q.destination.party, ""))
    return classification(q.held.handling) > (ceiling.classification if ceiling else 0)
