"""Playing the plan of the season: each step by its officer, at its hour, through the node's own door.

What a step speaks of (an item, the edits that hold, a claim) is remembered from what was played before, as an officer
would have it on the page. A sitting is recorded in one go, then both nodes come to rest, then it is written down; it
has a cause, so that one that broke off is recorded once. Within it acts name each other by their place.
"""

from __future__ import annotations

from entente.errors import Conflict
from entente.exercise.plan_of_season import (
    ByHand,
    Claim,
    Countersign,
    Edit,
    Evidence,
    Flag,
    Open,
    Sign,
    Sitting,
    Step,
    value_of,
)
from entente.exercise.shores import Shores
from entente.model.plan_act import (
    Bilingual,
    Countersigned,
    DivergenceFlagged,
    Edited,
    EvidenceGiven,
    Opened,
    PlanAct,
    Signed,
    StatusClaimed,
    ValueGiven,
)
from entente.plan.desk import MATTER


def key_of(sitting: int, act: int) -> str:
    """Under which name an act stands among what was played."""
    return f"plan/{sitting}/{act}"


class PlanPlayed:
    """What is known of the plan by whoever plays it. done: what was played, by key; more is written into it."""

    def __init__(self, sittings: tuple[Sitting, ...], done: dict[str, str]) -> None:
        self.sittings = sittings
        self._recorded = done
        self._ids: dict[str, str] = {}
        self._held: dict[str, dict[str, tuple[str, ...]]] = {}
        self._over: dict[str, tuple[str, ...]] = {}
        self._claims: dict[str, tuple[str, ...]] = {}
        for number in range(self.done):
            acts = 0
            for step in sittings[number].steps:
                acts += len(self._say(sittings[number].officer, step, acts))
            self._settle([done[key_of(number, place)] for place in range(acts)])

    @property
    def done(self) -> int:
        """How many sittings were played; a sitting is written down whole."""
        return next(
            (number for number in range(len(self.sittings)) if key_of(number, 0) not in self._recorded),
            len(self.sittings),
        )

    def sit(self, number: int, shores: Shores, node: str) -> None:
        """Play one sitting at its node. Raises with the node's own reason if it refuses an act."""
        sitting = self.sittings[number]
        asking = {
            "officer": sitting.officer,
            "role": sitting.role,
            "purpose": "plan_management",
            "matter": MATTER,
            "reason": sitting.reason,
        }
        acts: list[PlanAct] = []
        for step in sitting.steps:
            acts += self._say(sitting.officer, step, len(acts))
        does = {"plan": "acts", "acts": acts}
        cause = f"{node}/{key_of(number, 0)}"
        ids = shores.ask(node, "plan_do", {"asking": asking, "does": does, "cause": cause})["ids"]
        self._settle(ids)
        self._recorded.update({key_of(number, place): id for place, id in enumerate(ids)})
        for count in sitting.counts:
            given = {"plan": "count", "indicator": self._ids[count.indicator], "month": count.month}
            try:
                shores.ask(node, "plan_do", {"asking": asking, "does": given})
            except Conflict as error:
                # A second time it was given already; a small number is what some of these are there to show.
                expected = ("count_given", "small_number") if count.is_small else ("count_given",)
                if error.code not in expected:
                    raise

    def _settle(self, ids: list[str]) -> None:
        """Put ids in the place of the places by which acts of one sitting named each other."""
        named = {f"@{place}": id for place, id in enumerate(ids)}

        def settled(held: tuple[str, ...]) -> tuple[str, ...]:
            return tuple(named.get(one, one) for one in held)

        self._ids = {name: named.get(one, one) for name, one in self._ids.items()}
        self._over = {name: settled(held) for name, held in self._over.items()}
        self._claims = {name: settled(held) for name, held in self._claims.items()}
        for fields in self._held.values():
            fields.update({field: settled(held) for field, held in fields.items()})

    def _say(self, officer: str, step: Step, place: int) -> list[PlanAct]:
        """The acts of a step, and what is known once they are said. place: of the first of them in its sitting."""
        if isinstance(step, Open):
            item = self._ids[step.name] = f"@{place}"
            under = self._ids[step.under] if step.under else ""
            self._held[step.name] = {
                field: (f"@{place + number}",) for number, field in enumerate(step.fields, start=1)
            }
            return [
                Opened(officer=officer, kind=step.kind, under=under),
                *(
                    Edited(officer=officer, item=item, field=field, value=value_of(field, written, self._ids))
                    for field, written in step.fields.items()
                ),
            ]
        act = self._act(officer, step)
        self._remember(step, f"@{place}")
        return [act]

    def _act(self, officer: str, step: Step) -> PlanAct:
        ids = self._ids
        match step:
            case Edit():
                held = self._held[step.item].get(step.field, ())
                return Edited(
                    officer=officer,
                    words=step.words,
                    item=ids[step.item],
                    field=step.field,
                    value=value_of(step.field, step.value, ids),
                    over=self._over[step.beside] if step.beside else held,
                )
            case Evidence():
                return EvidenceGiven(
                    officer=officer,
                    item=ids[step.item],
                    text=Bilingual(*step.text),
                    reference=step.reference,
                )
            case Claim():
                return StatusClaimed(
                    officer=officer,
                    words=step.words,
                    item=ids[step.item],
                    status=step.status,
                    evidence=tuple(ids[one] for one in step.evidence),
                    over=self._claims.get(step.item, ()),
                    seen=tuple(edit for edits in self._held[step.item].values() for edit in edits),
                )
            case Countersign():
                return Countersigned(officer=officer, claim=ids[step.claim])
            case Flag():
                texts = self._held[step.item]["text"]
                return DivergenceFlagged(officer=officer, words=step.words, item=ids[step.item], texts=texts)
            case Sign():
                (text,) = self._held[step.decision]["text"]
                return Signed(officer=officer, decision=ids[step.decision], text=text)
            case ByHand():
                return ValueGiven(
                    officer=officer,
                    indicator=ids[step.indicator],
                    value=step.value,
                    starts=step.starts,
                    ends=step.ends,
                    source=Bilingual(*step.source),
                    quality=Bilingual(*step.quality),
                    is_count=step.is_count,
                    corrects=tuple(ids[one] for one in step.corrects),
                )
        raise AssertionError(step)

    def _remember(self, step: Step, id: str) -> None:
        if name := getattr(step, "name", ""):
            self._ids[name] = id
        if isinstance(step, Edit):
            held = self._held[step.item]
            before = held.get(step.field, ())
            self._over[step.name] = self._over[step.beside] if step.beside else before
            # Beside another, both hold: a conflict that people decide.
            held[step.field] = (*before, id) if step.beside else (id,)
        elif isinstance(step, Claim):
            self._claims[step.item] = (id,)
