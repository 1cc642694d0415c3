"""What officers do with the joint plan: look at it, say something of it, and have it carried to the other shore.

Whoever owns a measure reads the plan, in whatever role they work: reading it is plan management, registered as such
and once a minute for each officer, and opens nothing else. A thing that the plan refuses (the other party's owner, a
countersignature of one's own claim) is refused here, before it is recorded, in the words in which the plan would.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import msgspec

from entente.errors import Conflict, NotFound, NotPermitted, Text
from entente.exchange.desk import ExchangeDesk
from entente.model.plan_act import (
    Countersigned,
    DivergenceFlagged,
    Edited,
    EvidenceGiven,
    EvidenceWithdrawn,
    ItemReopened,
    Opened,
    PlanAct,
    Signed,
    StatusClaimed,
    ValueGiven,
)
from entente.model.report import Draft
from entente.plan.desk import MATTER, PlanDesk
from entente.plan.glance import my_actions
from entente.plan.values import Item, Plan, PlanSaid
from entente.policy.access import Access
from entente.store.register import check_reason, line
from entente.store.store import RecordRow, Store

REGISTER_EVERY_S = 60.0


def _not_here(what: str) -> NotFound:
    return NotFound(
        "not_in_plan",
        Text(fr=f"« {what} » n’est pas dans le plan.", en=f'"{what}" is not in the plan.'),
        Text(
            fr="Revenez au plan : ce qui vient d’être dit y est peut-être déjà sous une autre forme.",
            en="Go back to the plan: what was said since may stand there in another form.",
        ),
    )


class AtPlan:
    """What officers do with the plan, over its desk."""

    store: Store
    planning: PlanDesk
    exchange: ExchangeDesk
    record: Callable[..., RecordRow]
    _clock: Callable[[], dt.datetime]

    def seat_at_plan(self) -> None:
        """Make ready; once, before anything else here."""
        self._awaited: dict[tuple[int, dt.date, str, bool], int] = {}
        self._looked_at_plan: dict[tuple[str, str], dt.datetime] = {}

    # -- looking ------------------------------------------------------------------------------------------------

    def plan(self, access: Access) -> Plan:
        """The plan as it stands. Raises NotFound for whom it is not."""
        self._look_at_plan(access)
        return self.planning.plan()

    def plan_item(self, access: Access, item: str) -> Item:
        """One item of the plan. Raises NotFound where none has that id."""
        found = self.plan(access).item(item)
        if found is None:
            raise _not_here(item)
        return found

    def said_of_plan(self, access: Access) -> tuple[PlanSaid, ...]:
        """All that was said of the plan, oldest first: what history and indicators are drawn from."""
        self._look_at_plan(access)
        return tuple(sorted(self.planning.said(), key=lambda one: (one.at, one.id)))

    def take_plan_away(self, access: Access) -> Plan:
        """The plan for paper or a file that leaves the node: registered as such, each time."""
        plan = self.plan(access)
        self.store.note(line("disclosure", _for_plan(access), self._clock(), found=len(plan.items)))
        return plan

    def may_see_plan(self, access: Access) -> bool:
        """Whether the plan is open to this officer; shows nothing, so registers nothing."""
        mine = _for_plan(access)
        newest = self.planning.newest_row()
        if newest is not None:
            return self.store.may_read(mine, newest).is_yes
        return "plan" in self.store.agreement.service(access.service).opens.get(access.role, ())

    def awaited_in_plan(self, access: Access) -> int:
        """How many things of the plan wait for this officer's service. Shows none of them, so registers nothing."""
        if not self.may_see_plan(access):
            return 0
        asked = (
            self.planning.changes,
            self._clock().date(),
            access.service,
            access.role == "coordinator",
        )
        found = self._awaited.get(asked)
        if found is None:
            moves = my_actions(
                self.planning.plan(), access.party, access.service, asked[1], is_coordinator=asked[3]
            )
            # What was counted of an older plan is asked for no more.
            self._awaited = {one: many for one, many in self._awaited.items() if one[:2] == asked[:2]}
            found = self._awaited[asked] = len(moves)
        return found

    def coordinators_of_plan(self) -> dict[str, tuple[str, ...]]:
        """The services that coordinate for each party, as the agreement has it."""
        found: dict[str, list[str]] = {}
        for one in self.store.agreement.services:
            if "plan" in one.opens.get("coordinator", ()):
                found.setdefault(one.party, []).append(one.id)
        return {party: tuple(sorted(services)) for party, services in found.items()}

    def _look_at_plan(self, access: Access) -> None:
        check_reason(access.reason)
        mine, now = _for_plan(access), self._clock()
        if not self.may_see_plan(access):
            self.store.note(line("refusal", mine, now))
            raise NotFound(
                "not_for_you",
                Text(fr="Rien ici pour votre rôle.", en="Nothing here for your role."),
                Text(
                    fr="Le plan est ouvert à ceux dont le service y tient une mesure.",
                    en="The plan is open to those whose service owns a measure in it.",
                ),
            )
        looked = self._looked_at_plan.get((access.officer, access.shift))
        if looked is None or not 0 <= (now - looked).total_seconds() < REGISTER_EVERY_S:
            self._looked_at_plan[access.officer, access.shift] = now
            self.store.note(line("consultation", mine, now, found=len(self.planning.plan().items)))

    # -- saying -------------------------------------------------------------------------------------------------

    def do_in_plan(self, access: Access, act: PlanAct, cause: str | None = None) -> RecordRow:
        """Record an act on the plan and send it to the other shores. said twice under one cause, recorded once.

        Raises NotFound where it speaks of nothing that is here, NotPermitted or Conflict where the plan would not
        count it.
        """
        mine = _for_plan(access)
        if not self.may_see_plan(access):
            self._look_at_plan(access)
        self._check_named(act, mine)
        row = self.record(_draft(access, act, tuple(sorted(self.exchange.partners))), mine, cause)
        self.planning.catch_up()
        return row

    def _check_named(self, act: PlanAct, access: Access) -> None:
        plan = self.planning.plan()
        said = {one.id: one for one in self.planning.said()}
        if isinstance(act, Opened):
            if act.under and plan.item(act.under) is None:
                raise _not_here(act.under)
        elif isinstance(act, Countersigned | ItemReopened):
            claim = said.get(act.claim)
            if claim is None or not isinstance(claim.act, StatusClaimed):
                raise _not_here(act.claim)
            if isinstance(act, Countersigned):
                _check_other_side(claim, access)
                self._check_counts(plan, claim)
        elif isinstance(act, EvidenceWithdrawn):
            if not isinstance(getattr(said.get(act.evidence), "act", None), EvidenceGiven):
                raise _not_here(act.evidence)
        elif isinstance(act, Signed):
            self._check_signature(plan, act)
        elif isinstance(act, ValueGiven):
            if plan.item(act.indicator) is None:
                raise _not_here(act.indicator)
        elif plan.item(act.item) is None:
            raise _not_here(act.item)
        if isinstance(act, StatusClaimed):
            item = plan.item(act.item)
            assert item is not None
            if strange := set(act.evidence) - set(item.evidence):
                raise _not_here(sorted(strange)[0])
        if isinstance(act, Edited | StatusClaimed | DivergenceFlagged):
            self._check_seen(plan, act)

    @staticmethod
    def _check_counts(plan: Plan, claim: PlanSaid) -> None:
        """A countersignature under a claim that something newer replaced would count for nothing."""
        assert isinstance(claim.act, StatusClaimed)
        item = plan.item(claim.act.item)
        drawn = next((one for one in item.claims if one.id == claim.id), None) if item else None
        if drawn is None or not drawn.is_current:
            raise Conflict(
                "claim_replaced",
                Text(
                    fr="Une déclaration plus récente a pris la place de celle-ci.",
                    en="A newer claim took the place of this one.",
                ),
                Text(fr="Relisez la mesure.", en="Read the measure again."),
            )

    @staticmethod
    def _check_signature(plan: Plan, act: Signed) -> None:
        decision = plan.item(act.decision)
        if decision is None:
            raise _not_here(act.decision)
        field = decision.field("text")
        if field is None or [held.edit for held in field.current] != [act.text]:
            raise Conflict(
                "wording_changed",
                Text(
                    fr="Le texte n’est plus celui que vous avez lu, ou deux textes s’opposent.",
                    en="The wording is no longer the one that you read, or two of them conflict.",
                ),
                Text(fr="Relisez la décision avant de signer.", en="Read the decision again before signing."),
            )

    @staticmethod
    def _check_seen(plan: Plan, act: Edited | StatusClaimed | DivergenceFlagged) -> None:
        """Nobody replaces what is not here: over and seen name edits and claims of this very item."""
        item = plan.item(act.item)
        assert item is not None
        edits = {held.edit for field in item.fields for held in (*field.current, *field.before)}
        named = {
            *(act.over if isinstance(act, Edited) else ()),
            *(act.seen if isinstance(act, StatusClaimed) else ()),
            *(act.texts if isinstance(act, DivergenceFlagged) else ()),
        }
        claims = set(act.over) - {one.id for one in item.claims} if isinstance(act, StatusClaimed) else set()
        if unknown := (named - edits) | claims:
            raise _not_here(sorted(unknown)[0])


def _check_other_side(claim: PlanSaid, access: Access) -> None:
    if claim.party == access.party:
        raise NotPermitted(
            "own_claim",
            Text(
                fr="On ne contresigne pas la déclaration de sa propre partie : l’autre rive le fait.",
                en="Nobody countersigns a claim of their own party: the other shore does.",
            ),
        )


def _draft(access: Access, act: PlanAct, recipients: tuple[str, ...]) -> Draft:
    return Draft(
        kind="plan_act",
        service=access.service,
        purpose="plan_management",
        matter=MATTER,
        compartment="plan",
        handling=("H0",),
        plan_act=act,
        recipients=recipients,
    )


def _for_plan(access: Access) -> Access:
    """The same officer, at work on the plan: no other purpose opens it and it opens no other."""
    return msgspec.structs.replace(access, purpose="plan_management", matter=MATTER)
