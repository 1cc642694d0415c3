"""Where an item stands: a dated history of claims, and whether a claim of done stands (PLN-3).

Done is never a state that somebody sets. It is a claim with evidence that a service of the other party countersigned,
on the very wording that still holds. What speaks against it speaks at once, whatever any clock says.
"""

from __future__ import annotations

from collections.abc import Sequence

from entente.errors import Text
from entente.model.plan_act import Countersigned, ItemReopened, StatusClaimed
from entente.plan.values import Claim, PlanSaid

NO_EVIDENCE = Text("Aucune pièce n’est versée à l’appui.", "No evidence is given for it.")
WITHDRAWN = Text("Une pièce à l’appui a été retirée.", "A piece of evidence for it was withdrawn.")
NOT_SIGNED = Text("L’autre partie n’a pas contresigné.", "The other side has not countersigned.")
REOPENED = Text("La clôture a été rouverte.", "It was reopened.")
EDITED = Text(
    "Le contenu a changé depuis : il faut une nouvelle déclaration et un nouveau contreseing.",
    "It was edited since: it needs a new claim and a new countersignature.",
)
CONTRADICTED = Text("Une autre déclaration la contredit.", "Another claim contradicts it.")
NOT_AGREED = Text(
    "La mesure n’est pas convenue : il manque un responsable.",
    "The measure is not agreed: an owner is missing.",
)


def claims_of(
    claims: Sequence[PlanSaid],
    current: frozenset[str],
    answers: Sequence[PlanSaid],
    evidence: frozenset[str],
    withdrawn: frozenset[str],
    edits: frozenset[str],
    *,
    is_agreed: bool,
) -> tuple[Claim, ...]:
    """The history of one item's status, oldest first.

    current: the claims that no other replaces. answers: countersignatures and reopenings. evidence: what was given for
    this item, withdrawn or not. edits: those that hold of it now.
    """
    made = []
    for said in claims:
        act = said.act
        assert isinstance(act, StatusClaimed)
        mine = [one for one in answers if getattr(one.act, "claim", "") == said.id]
        signed = [one for one in mine if isinstance(one.act, Countersigned) and one.party != said.party]
        hinders = []
        if act.status == "done":
            if not evidence.intersection(act.evidence):
                hinders.append(NO_EVIDENCE)
            if withdrawn.intersection(act.evidence):
                hinders.append(WITHDRAWN)
            if not signed:
                hinders.append(NOT_SIGNED)
            if any(isinstance(one.act, ItemReopened) for one in mine):
                hinders.append(REOPENED)
            if frozenset(act.seen) != edits:
                hinders.append(EDITED)
            if said.id in current and len(current) > 1:
                hinders.append(CONTRADICTED)
            if not is_agreed:
                hinders.append(NOT_AGREED)
        made.append(
            Claim(
                id=said.id,
                status=act.status,
                at=said.at,
                by=said.by,
                party=said.party,
                officer=act.officer,
                words=act.words,
                evidence=act.evidence,
                countersigned_by=tuple(sorted({one.by for one in signed})),
                is_current=said.id in current,
                hinders=tuple(hinders),
            )
        )
    return tuple(made)
