"""The door of the joint plan: who may say what of it, and what has to be said with it (PLN-3, PLN-5).

Each party names its own owners and nobody else's; a date does not move in silence; what takes something back says why.
Two things bind a party and are for its coordinator: the signature under a decision, and giving a measure up. What the
other shore lets through its own door is judged again where the plan is drawn: no door is trusted for two.
"""

from __future__ import annotations

from entente.errors import Malformed, NotPermitted, Text
from entente.model.plan_act import (
    DivergenceFlagged,
    Edited,
    EvidenceGiven,
    EvidenceWithdrawn,
    ItemReopened,
    PlanAct,
    Signed,
    StatusClaimed,
    ValueGiven,
)
from entente.model.report import Draft
from entente.policy.access import Access

# What says why: the others speak for themselves.
_TAKES_BACK = (EvidenceWithdrawn, ItemReopened, DivergenceFlagged)
SHORTEST_REASON = 4


def check_plan_act(draft: Draft, act: PlanAct, access: Access) -> None:
    """Let an act on the plan in. Raises NotPermitted or Malformed with the reason."""
    if access.role == "service_account" and not isinstance(act, ValueGiven | EvidenceGiven):
        raise NotPermitted(
            "machine_decides",
            Text(
                fr="Un compte de service ne décide de rien dans le plan : une personne le fait.",
                en="A service account decides nothing in the plan: that is a person’s act.",
            ),
        )
    if act.officer != access.officer:
        raise NotPermitted(
            "not_in_own_name", Text(fr="On agit en son propre nom.", en="One acts in one’s own name.")
        )
    if draft.compartment != "plan" or draft.statements:
        raise Malformed(
            "act_of_another_kind",
            Text(
                fr="Un acte sur le plan se range dans le plan et ne porte pas d’énoncé.",
                en="An act on the plan lies in the plan and carries no statement.",
            ),
            Text(fr="Versez les énoncés comme pièces.", en="Give statements as evidence."),
        )
    if isinstance(act, Edited):
        _check_edit(act, access)
    if isinstance(act, Signed) or (isinstance(act, StatusClaimed) and act.status == "abandoned"):
        _check_coordinator(access)
    if isinstance(act, StatusClaimed) and act.status == "done" and not act.evidence:
        raise Malformed(
            "evidence_missing",
            Text(
                fr="« Réalisée » demande au moins une pièce.",
                en='"Done" needs one piece of evidence at least.',
            ),
            Text(fr="Versez la pièce, puis déclarez.", en="Give the evidence, then claim."),
        )
    needs_reason = isinstance(act, _TAKES_BACK) or (
        isinstance(act, StatusClaimed) and act.status in ("abandoned", "at_risk")
    )
    if needs_reason:
        _check_reason(act.words)


def _check_edit(act: Edited, access: Access) -> None:
    if act.field.startswith("owner_") and act.field != f"owner_{access.party}":
        raise NotPermitted(
            "owner_of_other_party",
            Text(
                fr="Chaque partie désigne son propre responsable, et nul autre.",
                en="Each party names its own owner, and no other.",
            ),
            Text(
                fr="Demandez-le à l’autre partie ; la mesure reste « non convenue » jusque-là.",
                en='Ask the other party; the measure stays "not agreed" until then.',
            ),
        )
    if act.field == "due" and act.over:
        _check_reason(act.words)


def _check_coordinator(access: Access) -> None:
    if access.role != "coordinator":
        raise NotPermitted(
            "coordinator_only",
            Text(
                fr="Cet acte engage la partie : son coordonnateur le fait.",
                en="This act binds the party: its coordinator does it.",
            ),
        )


def _check_reason(words: str) -> None:
    if len(words.strip()) < SHORTEST_REASON:
        raise Malformed(
            "reason_missing",
            Text(fr="L’acte est sans motif.", en="The act gives no reason."),
            Text(
                fr="Dites pourquoi en une phrase ; l’autre rive la lira.",
                en="Say why in a sentence; the other shore will read it.",
            ),
        )
