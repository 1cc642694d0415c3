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
from entente.policy import checks
from entente.policy.access import Act
from entente.policy.checks import purpose_of_part as purpose_of_part
from entente.policy.question import Question

ACTS: frozenset[Act] = frozenset(get_args(Act))
GIVING: frozenset[Act] = frozenset({"onward_service", "onward_party", "release"})

Check = Callable[[Question], bool]


class FloorRule(msgspec.Struct, frozen=True, kw_only=True):
    """One rule. check: whether it speaks against the act; then `answer` stands, in the words of `text`."""

    name: str
    acts: frozenset[Act] = ACTS
    answer: Literal["no", "ask"] = "no"
    check: Check
    text: Text


FLOOR: tuple[FloorRule, ...] = (
    FloorRule(
        name="erased",
        check=checks.erased,
        text=Text(
            "Cette fiche a été effacée ; il n’en reste que la trace de l’effacement.",
            "This record was erased; only the trace of its erasure remains.",
        ),
    ),
    FloorRule(
        name="expired",
        check=checks.expired,
        text=Text(
            "La date d’effacement de cette fiche est passée : elle ne sert plus.",
            "This record’s erase-by date has passed: it is no longer used.",
        ),
    ),
    FloorRule(
        name="purpose_missing",
        check=checks.purpose_missing,
        text=Text(
            "La finalité manque : rien ne se lit ni ne se transmet sans finalité déclarée.",
            "The purpose is missing: nothing is read or passed on without a declared purpose.",
        ),
    ),
    FloorRule(
        name="matter_missing",
        check=checks.matter_missing,
        text=Text(
            "L’affaire manque : indiquez celle dans laquelle vous travaillez.",
            "The matter is missing: say in which matter you are working.",
        ),
    ),
    FloorRule(
        name="reason_missing",
        check=checks.reason_missing,
        text=Text(
            "Le motif ou le nom de l’agent manque : le registre garde qui consulte, et pourquoi.",
            "The reason or the officer’s name is missing: the register keeps who reads, and why.",
        ),
    ),
    FloorRule(
        name="not_seated_here",
        check=checks.not_seated_here,
        text=Text(
            "Ce service n’est pas de cette partie ou n’est pas servi par ce nœud.",
            "This service is not of this party or is not served by this node.",
        ),
    ),
    FloorRule(
        name="anothers_own",
        check=checks.anothers_own,
        text=Text(
            "Cette fiche a été saisie ici par une autre partie ; elle ne vous a pas été communiquée.",
            "Another party entered this record here; it was not released to you.",
        ),
    ),
    FloorRule(
        name="never_contents",
        check=checks.never_contents,
        text=Text(
            "Le délégué à la protection des données et l’administrateur voient le registre, jamais les "
            "contenus.",
            "The data protection officer and the administrator see the register, never contents.",
        ),
    ),
    FloorRule(
        name="machine_decides",
        acts=ACTS - {"combine", "release"},
        check=checks.machine_decides,
        text=Text(
            "Un compte de service enregistre et rapproche ; il ne lit pas pour quelqu’un et ne décide de "
            "personne.",
            "A service account records and links; it does not read for anyone and decides on nobody.",
        ),
    ),
    FloorRule(
        name="not_in_audience",
        check=checks.not_in_audience,
        text=Text(
            "L’émetteur a communiqué cette fiche à d’autres services que le vôtre.",
            "The originator released this record to services other than yours.",
        ),
    ),
    FloorRule(
        name="compartment_closed",
        check=checks.compartment_closed,
        text=Text(
            "Votre fonction dans ce service n’ouvre pas ce compartiment.",
            "Your role in this service does not open this compartment.",
        ),
    ),
    FloorRule(
        name="prevention_reads_no_intelligence",
        check=checks.prevention_reads_no_intelligence,
        text=Text(
            "Ni la prévention ni la conduite du plan ne lisent le renseignement.",
            "Neither prevention nor the running of the plan reads intelligence.",
        ),
    ),
    FloorRule(
        name="life_saving_purpose",
        check=checks.life_saving_purpose,
        text=Text(
            "Ce qui a été recueilli pour sauver des vies ne sert qu’à sauver des vies.",
            "What was taken to save life is used to save life and for nothing else.",
        ),
    ),
    FloorRule(
        name="purpose_mismatch",
        check=checks.purpose_mismatch,
        text=Text(
            "Cette fiche a été confiée pour une autre finalité que la vôtre.",
            "This record was given for another purpose than yours.",
        ),
    ),
    FloorRule(
        name="victims_never_released",
        acts=GIVING | {"court"},
        check=checks.victims,
        text=Text(
            "Ce qui concerne les victimes ne quitte pas le service qui en prend soin.",
            "What concerns victims does not leave the service that cares for them.",
        ),
    ),
    FloorRule(
        name="judicial_never_released",
        acts=GIVING,
        check=checks.judicial,
        text=Text(
            "Ce qui est au dossier judiciaire ne sort que sur décision de l’autorité judiciaire.",
            "What lies in a judicial file leaves only by a decision of the judicial authority.",
        ),
    ),
    FloorRule(
        name="office_never_leaves",
        acts=GIVING | {"court"},
        check=checks.office,
        text=Text(
            "Ce qui se fait à l’intérieur du service n’en sort pas.",
            "What is done inside the house does not leave it.",
        ),
    ),
    FloorRule(
        name="under_review",
        acts=GIVING,
        check=checks.under_review,
        text=Text(
            "Un double examen est ouvert (mis en cause possible, victime possible) : rien ne part avant "
            "sa décision.",
            "A dual review is open (possible suspect, possible victim): nothing leaves before it is decided.",
        ),
    ),
    FloorRule(
        name="unknown_label",
        acts=GIVING | {"court"},
        check=checks.unknown_label,
        text=Text(
            "La fiche porte un code de traitement inconnu ici : elle ne sort pas tant que son émetteur ne dit pas "
            "à quoi il oblige.",
            "The record carries a handling label unknown here: it does not leave until its originator says what "
            "it obliges to.",
        ),
    ),
    FloorRule(
        name="destination_misnamed",
        acts=frozenset({"onward_service", "onward_party"}),
        check=checks.misnamed,
        text=Text(
            "La destination n’est pas celle que dit l’acte : un service de la même partie, ou une autre partie.",
            "The destination is not what the act says: a service of the same party, or another party.",
        ),
    ),
    FloorRule(
        name="destination_unknown",
        acts=GIVING,
        check=checks.destination_unknown,
        text=Text(
            "L’accord ne connaît pas ce destinataire à cet endroit.",
            "The agreement knows no such recipient at that place.",
        ),
    ),
    FloorRule(
        name="party_suspended",
        acts=GIVING,
        check=checks.party_suspended,
        text=Text(
            "La coopération avec cette partie est suspendue : seul passe ce qui sauve des vies.",
            "Co-operation with this party is suspended: only what saves life passes.",
        ),
    ),
    FloorRule(
        name="transfer_missing",
        acts=GIVING,
        check=checks.transfer_missing,
        text=Text(
            "L’accord ne prévoit aucune base légale de transfert vers cette partie.",
            "The agreement has no legal basis for a transfer to this party.",
        ),
    ),
    FloorRule(
        name="transfer_lapsed",
        acts=GIVING,
        check=checks.transfer_lapsed,
        text=Text(
            "La base légale des transferts vers cette partie n’est plus en vigueur : seul passe ce qui "
            "sauve des vies.",
            "The legal basis of transfers to this party has lapsed: only what saves life passes.",
        ),
    ),
    FloorRule(
        name="above_ceiling",
        acts=GIVING,
        check=checks.above_ceiling,
        text=Text(
            "La fiche est classifiée au-dessus de ce que cette partie peut recevoir.",
            "The record is classified above what this party may receive.",
        ),
    ),
    FloorRule(
        name="originator_control",
        acts=frozenset({"onward_service"}),
        answer="ask",
        check=checks.originator_control,
        text=Text(
            "L’émetteur garde le contrôle de cette fiche (H2) : demandez-lui avant de la transmettre.",
            "The originator keeps control of this record (H2): ask before passing it on.",
        ),
    ),
    FloorRule(
        name="conditions_on_onward_service",
        acts=frozenset({"onward_service"}),
        answer="ask",
        check=checks.conditions_on_service,
        text=Text(
            "Les conditions écrites ne disent pas que la fiche puisse aller à un autre service, ou vous ne les avez "
            "pas acceptées : demandez à l’émetteur.",
            "The written conditions do not say that the record may go to another service, or you have not "
            "accepted them: ask the originator.",
        ),
    ),
    FloorRule(
        name="other_matter",
        acts=frozenset({"lead"}),
        answer="ask",
        check=checks.other_matter,
        text=Text(
            "La fiche a été confiée pour une autre affaire : demandez à l’émetteur avant d’en faire une piste ici.",
            "The record was given for another matter: ask the originator before using it as a lead in this one.",
        ),
    ),
    FloorRule(
        name="onward_party",
        acts=frozenset({"onward_party"}),
        answer="ask",
        check=checks.onward_party,
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
        check=checks.court_use,
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
