"""Whatever two parties say of a measure, in any order: what is done has evidence and the other side's countersignature.

The machine says acts on both sides, lets some arrive late, and asks of every state that it reaches. What a done
needs is worked out from the acts themselves, so that the rule is not tried against itself.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from entente.model.plan_act import (
    Bilingual,
    Countersigned,
    Day,
    Edited,
    EvidenceGiven,
    EvidenceWithdrawn,
    ItemReopened,
    Opened,
    Owners,
    StatusClaimed,
)
from entente.plan.drawing import draw
from entente.plan.values import Item, PlanSaid

START = dt.datetime(2031, 3, 3, 9, tzinfo=dt.UTC)
BY = {"FR": "FR-PAF", "UK": "UK-NCA"}
parties = st.sampled_from(["FR", "UK"])
places = st.integers(0, 99)


class Plans(RuleBasedStateMachine):
    """One measure; all that was said of it, and what of that has arrived."""

    @initialize(owners=st.sampled_from([("FR",), ("FR", "UK"), ("FR", "UK"), ("FR", "UK")]))
    def begin(self, owners: tuple[str, ...]) -> None:
        self.said: list[PlanSaid] = []
        self.late: list[PlanSaid] = []
        self._say("FR", Opened(officer="FR", kind="measure"), "m")
        for party in owners:
            field: Any = f"owner_{party}"
            self._say(party, Edited(officer=party, item="m", field=field, value=Owners(owner=BY[party])))

    def _say(self, party: str, act: Any, id: str = "", is_late: bool = False) -> None:
        number = len(self.said) + len(self.late)
        at = START + dt.timedelta(minutes=number)
        one = PlanSaid(id=id or f"a{number}", at=at, by=BY[party], party=party, act=act)
        (self.late if is_late else self.said).append(one)

    @property
    def item(self) -> Item:
        return draw(self.said).items[0]

    def _of(self, kind: type[Any]) -> list[PlanSaid]:
        return [one for one in self.said if isinstance(one.act, kind)]

    @rule(party=parties, is_late=st.booleans())
    def give_evidence(self, party: str, is_late: bool) -> None:
        self._say(party, EvidenceGiven(officer=party, item="m", text=Bilingual("pièce")), is_late=is_late)

    @rule(party=parties, place=places)
    def withdraw(self, party: str, place: int) -> None:
        given = self._of(EvidenceGiven)
        if given:
            act = EvidenceWithdrawn(officer=party, evidence=given[place % len(given)].id, words="fausse")
            self._say(party, act)

    @rule(party=parties, status=st.sampled_from(["done", "done", "done", "under_way", "abandoned"]),
          knows=st.booleans(), names=st.booleans())  # fmt: skip
    def claim(self, party: str, status: Any, knows: bool, names: bool) -> None:
        item = self.item
        act = StatusClaimed(
            officer=party,
            item="m",
            status=status,
            evidence=item.evidence if names else (),
            over=tuple(one.id for one in item.claims if one.is_current) if knows else (),
            seen=tuple(held.edit for field in item.fields for held in field.current) if knows else (),
        )
        self._say(party, act)

    @rule(party=parties)
    def finish(self, party: str) -> None:
        """All that a done needs, in its order: what comes after it is what may go wrong."""
        self.give_evidence(party, is_late=False)
        self.claim(party, "done", knows=True, names=True)
        self.countersign("UK" if party == "FR" else "FR", 0, is_late=False)

    @rule(party=parties, place=places, is_late=st.booleans())
    def countersign(self, party: str, place: int, is_late: bool) -> None:
        claims = self._of(StatusClaimed)
        if claims:
            newest = claims[-1 - place % min(2, len(claims))]
            self._say(party, Countersigned(officer=party, claim=newest.id), is_late=is_late)

    @rule(party=parties, place=places)
    def reopen(self, party: str, place: int) -> None:
        claims = self._of(StatusClaimed)
        if claims:
            newest = claims[-1 - place % min(2, len(claims))]
            act = ItemReopened(officer=party, claim=newest.id, words="pas encore")
            self._say(party, act)

    @rule(party=parties, place=places)
    def move_the_term(self, party: str, place: int) -> None:
        if place >= 30:
            return
        field = self.item.field("due")
        over = tuple(held.edit for held in field.current) if field else ()
        value = Day(day=START.date() + dt.timedelta(days=place))
        self._say(party, Edited(officer=party, item="m", field="due", value=value, over=over, words="glisse"))

    @rule()
    def arrive(self) -> None:
        self.said += self.late
        self.late = []

    @invariant()
    def done_has_evidence_and_the_other_sides_countersignature(self) -> None:
        if not getattr(self, "said", None):
            return
        item = self.item
        assert item.is_done == (item.status == "done")
        if not item.is_done:
            return
        acts = {one.id: one for one in self.said}
        gone = {one.act.evidence for one in self._of(EvidenceWithdrawn)}
        (claim,) = [one for one in item.claims if one.is_current]
        said = acts[claim.id]
        assert said.act.status == "done"
        assert said.act.evidence
        for one in said.act.evidence:
            assert isinstance(acts[one].act, EvidenceGiven)
            assert one not in gone
        signed = [one for one in self._of(Countersigned) if one.act.claim == claim.id]
        assert any(one.party != said.party for one in signed)
        assert not any(one.act.claim == claim.id for one in self._of(ItemReopened))
        assert item.is_agreed


TestPlans = Plans.TestCase
TestPlans.settings = settings(max_examples=150, stateful_step_count=25, deadline=None)


def test_the_machine_reaches_a_done() -> None:
    machine = Plans()
    machine.begin(("FR", "UK"))
    machine.give_evidence("FR", False)
    machine.claim("FR", "done", True, True)
    machine.countersign("FR", 0, False)
    assert not machine.item.is_done
    machine.countersign("UK", 0, False)
    assert machine.item.is_done
    machine.done_has_evidence_and_the_other_sides_countersignature()
