"""The floor: what no policy, agreement or haste can lower.

An ordered registry of small pure rules. Each says for which acts it speaks, whether it answers "no" or "ask
the originator first", and in which words. `rules.cedar` lies above and can only take more away. The order is
the order in which reasons are given, not one of strength: any "no" beats any "ask". A rule about the person
does not speak where no person asks (a node sending what an officer already released), one about the
destination not where none is named. A newcomer would add an exception here for one service; exceptions are
consents, and live in `Held.permissions`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, get_args

import msgspec

from entente.errors import Text
from entente.model.report import PURPOSE_WORDS, Compartment, Purpose
from entente.policy.access import Act
from entente.policy.agreement import Role
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

ACTS: frozenset[Act] = frozenset(get_args(Act))
GIVING: frozenset[Act] = frozenset({"onward_service", "onward_party", "release"})
ABROAD: frozenset[Act] = frozenset({"onward_party", "release"})


Check = Callable[[Question], bool]


class FloorRule(msgspec.Struct, frozen=True, kw_only=True):
    """One rule. check: whether it speaks against the act; then `answer` stands, in the words of `text`."""

    name: str
    acts: frozenset[Act] = ACTS
    answer: Literal["no", "ask"] = "no"
    check: Check
    text: Text


def purpose_of_part(purpose: Purpose, compartment: Compartment) -> Purpose:
    """The purpose for which one part of a record is held: what a `Held` about a part carries.

    An object seen at a rescue (an engine, a hull) is stated apart, in intelligence, and then serves
    intelligence; the caller's number stays with the rescue (PUR-3).
    """
    return "intelligence" if purpose == "life_saving" and compartment == "intelligence" else purpose


def _blank(word: str) -> bool:
    return not word.strip()


def _purpose_missing(q: Question) -> bool:
    return q.held.purpose not in PURPOSE_WORDS or (
        q.access is not None and q.access.purpose not in PURPOSE_WORDS
    )


def _matter_missing(q: Question) -> bool:
    return _blank(q.held.matter) or (q.access is not None and _blank(q.access.matter))


def _reason_missing(q: Question) -> bool:
    return q.access is not None and (_blank(q.access.reason) or _blank(q.access.officer))


def _not_seated_here(q: Question) -> bool:
    if q.access is None:
        return False
    seat = q.seat
    return seat is None or seat.node != q.access.node or seat.party != q.access.party


def _never_contents(q: Question) -> bool:
    return q.access is not None and q.access.role in ("data_protection_officer", "administrator")


def _machine_decides(q: Question) -> bool:
    return q.access is not None and q.access.role == "service_account"


def _not_in_audience(q: Question) -> bool:
    return q.access is not None and bool(q.held.audience) and q.access.service not in (q.held.audience or ())


def _compartment_closed(q: Question) -> bool:
    access, compartment = q.access, q.held.compartment
    if access is None:
        return False
    opens = q.seat.opens.get(access.role) if q.seat else None
    if opens is None:
        return True
    if q.sends_distress:
        return False  # a patrol that hears a distress sends it on; it need not open the rescue's files
    keeper = KEEPERS.get(compartment)
    if keeper is not None:
        return access.role != keeper or compartment not in opens
    # Named by the originator, a rescue service sees the one record of intelligence that was meant for it.
    return compartment not in opens and access.service not in (q.held.audience or ())


def _prevention_reads_no_intelligence(q: Question) -> bool:
    if q.access is None or q.held.compartment != "intelligence":
        return False
    return q.access.purpose in ("prevention_communication", "plan_management") or q.access.role in (
        "campaign_officer",
        "coordinator",
    )


def _life_saving_purpose(q: Question) -> bool:
    if q.access is None or q.sends_distress:
        return False
    return q.held.compartment == "life_saving" and q.access.purpose != "life_saving"


def _purpose_mismatch(q: Question) -> bool:
    if q.access is None or q.access.purpose == q.held.purpose or q.sends_distress:
        return False
    return q.access.purpose not in PURPOSES_OPEN.get(q.held.purpose, frozenset())


def _erased(q: Question) -> bool:
    return q.held.erased


def _expired(q: Question) -> bool:
    return q.held.erase_by is not None and q.day > q.held.erase_by


def _victims(q: Question) -> bool:
    return q.held.compartment == "victims"


def _judicial(q: Question) -> bool:
    return q.held.compartment == "judicial"


def _under_review(q: Question) -> bool:
    return q.held.under_review and not q.saves_life


def _unknown_label(q: Question) -> bool:
    # A record without any label did not come in by the door; should one be here, nobody knows what binds it.
    unread = bool(q.obligations.unknown) or not q.held.handling
    return unread and not q.issuer and not (q.act == "release" and q.own)


def _consented(q: Question) -> bool:
    """Whether the originator's consent is in force; a release by a recipient is onward release."""
    consents = q.held.permissions
    return q.act in consents or (q.act == "release" and "onward_party" in consents)


def _originator_control(q: Question) -> bool:
    return "originator_control" in q.obligations.words and not q.issuer and not _consented(q)


def _onward_party(q: Question) -> bool:
    if q.issuer or (q.act == "release" and q.own):
        return False
    return not _consented(q)


def _court_use(q: Question) -> bool:
    bound = not q.obligations.words.isdisjoint(("court_consent", "originator_control", "conditions"))
    return bound and not q.issuer and not _consented(q)


def _crosses(q: Question) -> bool:
    """Whether this needs a legal basis of transfer; what saves life has vital interest as its own."""
    return q.destination is not None and q.destination.party != q.home and not q.saves_life


def _transfer_missing(q: Question) -> bool:
    if q.destination is None or not _crosses(q):
        return False
    return q.agreement.basis(q.home, q.destination.party) is None


def _transfer_lapsed(q: Question) -> bool:
    if q.destination is None or not _crosses(q):
        return False
    basis = q.agreement.basis(q.home, q.destination.party)
    return basis is not None and basis.expires_on is not None and q.day > basis.expires_on


def _party_suspended(q: Question) -> bool:
    if q.destination is None or not _crosses(q):
        return False
    return q.destination.party in q.agreement.suspended or q.home in q.agreement.suspended


def _above_ceiling(q: Question) -> bool:
    if q.destination is None or q.saves_life:
        return False
    ceiling = read_label(q.agreement.ceilings.get(q.destination.party, ""))
    return classification(q.held.handling) > (ceiling.classification if ceiling else 0)


FLOOR: tuple[FloorRule, ...] = (
    FloorRule(
        name="erased",
        check=_erased,
        text=Text(
            "Cette fiche a été effacée ; il n’en reste que la trace de l’effacement.",
            "This record was erased; only the trace of its erasure remains.",
        ),
    ),
    FloorRule(
        name="expired",
        check=_expired,
        text=Text(
            "La date d’effacement de cette fiche est passée : elle ne sert plus.",
            "This record’s erase-by date has passed: it is no longer used.",
        ),
    ),
    FloorRule(
        name="purpose_missing",
        check=_purpose_missing,
        text=Text(
            "La finalité manque : rien ne se lit ni ne se transmet sans finalité déclarée.",
            "The purpose is missing: nothing is read or passed on without a declared purpose.",
        ),
    ),
    FloorRule(
        name="matter_missing",
        check=_matter_missing,
        text=Text(
            "L’affaire manque : indiquez celle dans laquelle vous travaillez.",
            "The matter is missing: say in which matter you are working.",
        ),
    ),
    FloorRule(
        name="reason_missing",
        check=_reason_missing,
        text=Text(
            "Le motif ou le nom de l’agent manque : le registre garde qui consulte, et pourquoi.",
            "The reason or the officer’s name is missing: the register keeps who reads, and why.",
        ),
    ),
    FloorRule(
        name="not_seated_here",
        check=_not_seated_here,
        text=Text(
            "Ce service n’est pas de cette partie ou n’est pas servi par ce nœud.",
            "This service is not of this party or is not served by this node.",
        ),
    ),
    FloorRule(
        name="never_contents",
        check=_never_contents,
        text=Text(
            "Le délégué à la protection des données et l’administrateur voient le registre, jamais les "
            "contenus.",
            "The data protection officer and the administrator see the register, never contents.",
        ),
    ),
    FloorRule(
        name="machine_decides",
        acts=ACTS - {"combine", "release"},
        check=_machine_decides,
        text=Text(
            "Un compte de service enregistre et rapproche ; il ne lit pas pour quelqu’un et ne décide de "
            "personne.",
            "A service account records and links; it does not read for anyone and decides on nobody.",
        ),
    ),
    FloorRule(
        name="not_in_audience",
        check=_not_in_audience,
        text=Text(
            "L’émetteur a communiqué cette fiche à d’autres services que le vôtre.",
            "The originator released this record to services other than yours.",
        ),
    ),
    FloorRule(
        name="compartment_closed",
        check=_compartment_closed,
        text=Text(
            "Votre fonction dans ce service n’ouvre pas ce compartiment.",
            "Your role in this service does not open this compartment.",
        ),
    ),
    FloorRule(
        name="prevention_reads_no_intelligence",
        check=_prevention_reads_no_intelligence,
        text=Text(
            "Ni la prévention ni la conduite du plan ne lisent le renseignement.",
            "Neither prevention nor the running of the plan reads intelligence.",
        ),
    ),
    FloorRule(
        name="life_saving_purpose",
        check=_life_saving_purpose,
        text=Text(
            "Ce qui a été recueilli pour sauver des vies ne sert qu’à sauver des vies.",
            "What was taken to save life is used to save life and for nothing else.",
        ),
    ),
    FloorRule(
        name="purpose_mismatch",
        check=_purpose_mismatch,
        text=Text(
            "Cette fiche a été confiée pour une autre finalité que la vôtre.",
            "This record was given for another purpose than yours.",
        ),
    ),
    FloorRule(
        name="victims_never_released",
        acts=GIVING,
        check=_victims,
        text=Text(
            "Ce qui concerne les victimes ne quitte pas le service qui en prend soin.",
            "What concerns victims does not leave the service that cares for them.",
        ),
    ),
    FloorRule(
        name="judicial_never_released",
        acts=GIVING,
        check=_judicial,
        text=Text(
            "Ce qui est au dossier judiciaire ne sort que sur décision de l’autorité judiciaire.",
            "What lies in a judicial file leaves only by a decision of the judicial authority.",
        ),
    ),
    FloorRule(
        name="under_review",
        acts=ABROAD,
        check=_under_review,
        text=Text(
            "Un double examen est ouvert (mis en cause possible, victime possible) : rien ne part avant "
            "sa décision.",
            "A dual review is open (possible suspect, possible victim): nothing leaves before it is decided.",
        ),
    ),
    FloorRule(
        name="unknown_label",
        acts=GIVING,
        check=_unknown_label,
        text=Text(
            "La fiche porte un code de traitement inconnu ici : elle n’est pas retransmise. Voyez avec "
            "l’émetteur.",
            "The record carries a handling label unknown here: it is not passed on. Ask its originator "
            "what it means.",
        ),
    ),
    FloorRule(
        name="party_suspended",
        acts=ABROAD,
        check=_party_suspended,
        text=Text(
            "La coopération avec cette partie est suspendue : seul passe ce qui sauve des vies.",
            "Co-operation with this party is suspended: only what saves life passes.",
        ),
    ),
    FloorRule(
        name="transfer_missing",
        acts=ABROAD,
        check=_transfer_missing,
        text=Text(
            "L’accord ne prévoit aucune base légale de transfert vers cette partie.",
            "The agreement has no legal basis for a transfer to this party.",
        ),
    ),
    FloorRule(
        name="transfer_lapsed",
        acts=ABROAD,
        check=_transfer_lapsed,
        text=Text(
            "La base légale des transferts vers cette partie n’est plus en vigueur : seul passe ce qui "
            "sauve des vies.",
            "The legal basis of transfers to this party has lapsed: only what saves life passes.",
        ),
    ),
    FloorRule(
        name="above_ceiling",
        acts=ABROAD,
        check=_above_ceiling,
        text=Text(
            "La fiche est classifiée au-dessus de ce que cette partie peut recevoir.",
            "The record is classified above what this party may receive.",
        ),
    ),
    FloorRule(
        name="originator_control",
        acts=frozenset({"onward_service"}),
        answer="ask",
        check=_originator_control,
        text=Text(
            "L’émetteur garde le contrôle de cette fiche (H2) : demandez-lui avant de la transmettre.",
            "The originator keeps control of this record (H2): ask before passing it on.",
        ),
    ),
    FloorRule(
        name="onward_party",
        acts=ABROAD,
        answer="ask",
        check=_onward_party,
        text=Text(
            "Cette fiche n’est pas la vôtre : son émetteur décide si elle va à une autre partie, "
            "demandez-lui.",
            "This record is not yours: its originator decides whether it goes to another party, ask.",
        ),
    ),
    FloorRule(
        name="court_use",
        acts=frozenset({"court"}),
        answer="ask",
        check=_court_use,
        text=Text(
            "Pas d’usage judiciaire sans accord de l’émetteur : demandez-lui.",
            "No use in court without the originator’s consent: ask.",
        ),
    ),
)


def rules_by_act(floor: tuple[FloorRule, ...]) -> dict[Act, tuple[FloorRule, ...]]:
    """Each act with the rules that speak of it, in the floor’s order."""
    return {act: tuple(rule for rule in floor if act in rule.acts) for act in get_args(Act)}


_BY_ACT = rules_by_act(FLOOR)


def ask_floor(question: Question, floor: tuple[FloorRule, ...] = FLOOR) -> FloorRule | None:
    """The rule of the floor that speaks: the first that says no, else the first that says ask, else None."""
    asks: FloorRule | None = None
    by_act = _BY_ACT if floor is FLOOR else rules_by_act(floor)
    for rule in by_act[question.act]:
        if rule.check(question):
            if rule.answer == "no":
                return rule
            asks = asks or rule
    return asks
