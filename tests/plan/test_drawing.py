"""The plan is a function of the set of acts: any order, nothing lost, nothing done without the other side."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from entente.model.plan_act import (
    Bilingual,
    Countersigned,
    Day,
    DivergenceFlagged,
    Edited,
    EvidenceGiven,
    EvidenceWithdrawn,
    ItemReopened,
    Items,
    Opened,
    Owners,
    Signed,
    StatusClaimed,
    Words,
)
from entente.plan.drawing import draw, standing
from entente.plan.values import PlanSaid

START = dt.datetime(2031, 3, 3, 9, tzinfo=dt.UTC)
BY = {"FR": "FR-OLTIM", "UK": "UK-NCA"}


def said(id: str, act: Any, party: str = "FR", minutes: int = 0) -> PlanSaid:
    return PlanSaid(id=id, at=START + dt.timedelta(minutes=minutes), by=BY[party], party=party, act=act)


def text(id: str, item: str, words: str, over: tuple[str, ...] = (), party: str = "FR") -> PlanSaid:
    value = Words(text=Bilingual(fr=words, en=words))
    return said(id, Edited(officer="Marie", item=item, field="text", value=value, over=over), party)


def owner(id: str, party: str, field: str) -> PlanSaid:
    value = Owners(owner=BY[party])
    return said(id, Edited(officer="Marie", item="m", field=field, value=value), party)  # type: ignore[arg-type]


def measure() -> list[PlanSaid]:
    return [
        said("m", Opened(officer="Marie", kind="measure")),
        owner("o1", "FR", "owner_FR"),
        owner("o2", "UK", "owner_UK"),
    ]


def done(
    claim: str = "c", evidence: tuple[str, ...] = ("e",), seen: tuple[str, ...] = ("o1", "o2")
) -> PlanSaid:
    return said(claim, StatusClaimed(officer="Marie", item="m", status="done", evidence=evidence, seen=seen))


EVIDENCE = said("e", EvidenceGiven(officer="Marie", item="m", text=Bilingual(fr="compte rendu")))
SIGNED = said("s", Countersigned(officer="Jane", claim="c"), "UK")


def test_a_measure_without_both_owners_is_not_agreed() -> None:
    opened, fr, uk = measure()
    assert draw([opened, fr]).items[0].missing_owners == ("UK",)
    assert draw([opened, fr, uk]).items[0].is_agreed
    theirs = draw([opened, fr, owner("x", "FR", "owner_UK")]).items[0]
    assert theirs.missing_owners == ("UK",)
    assert [one.act for one in theirs.refused] == ["x"]


def test_done_needs_evidence_and_the_other_sides_countersignature() -> None:
    whole = [*measure(), EVIDENCE, done(), SIGNED]
    assert draw(whole).items[0].is_done
    own = said("s", Countersigned(officer="Marie", claim="c"), "FR")
    other_claim = said("s", Countersigned(officer="Jane", claim="another"), "UK")
    for broken in (
        [*measure(), done(), SIGNED],
        [*measure(), EVIDENCE, done(evidence=()), SIGNED],
        [*measure(), EVIDENCE, done()],
        [*measure(), EVIDENCE, done(), own],
        [*measure(), EVIDENCE, done(), other_claim],
        [*measure()[:2], EVIDENCE, done(seen=("o1",)), SIGNED],
        [*whole, said("w", EvidenceWithdrawn(officer="Marie", evidence="e"))],
        [*whole, said("r", ItemReopened(officer="Jane", claim="c"), "UK")],
        [*whole, text("t", "m", "autre", party="UK")],
        [*whole, said("c2", StatusClaimed(officer="Jane", item="m", status="at_risk"), "UK")],
    ):
        item = draw(broken).items[0]
        assert not item.is_done
        assert item.status != "done"
        assert next(claim for claim in item.claims if claim.id == "c").hinders


def test_a_decision_edited_after_a_signature_needs_it_anew() -> None:
    acts = [said("d", Opened(officer="Marie", kind="decision")), text("t1", "d", "oui")]
    acts += [said(f"s{party}", Signed(officer="x", decision="d", text="t1"), party) for party in BY]
    assert draw(acts).items[0].signed_by == ("FR", "UK")
    assert draw([*acts, text("t2", "d", "non", ("t1",))]).items[0].signed_by == ()


def test_a_divergence_stands_until_an_edit_settles_it() -> None:
    acts = [said("d", Opened(officer="Marie", kind="sentence")), text("t1", "d", "oui")]
    acts.append(said("f", DivergenceFlagged(officer="Jane", item="d", texts=("t1",)), "UK"))
    assert draw(acts).items[0].divergences == ("f",)
    assert draw([*acts, text("t2", "d", "oui, donc", ("t1",))]).items[0].divergences == ()


def test_a_date_moves_only_with_a_reason_and_the_old_one_is_kept() -> None:
    def due(id: str, day: int, over: tuple[str, ...] = (), words: str = "") -> PlanSaid:
        value = Day(day=dt.date(2031, 4, day))
        return said(id, Edited(officer="Marie", item="j", field="due", value=value, over=over, words=words))

    first = [said("j", Opened(officer="Marie", kind="milestone")), due("d1", 1)]
    silent = draw([*first, due("d2", 9, ("d1",))]).items[0]
    assert [held.edit for held in silent.fields[0].current] == ["d1"]
    assert [one.act for one in silent.refused] == ["d2"]
    moved = draw([*first, due("d2", 9, ("d1",), "vedette en panne")]).items[0].fields[0]
    assert [held.edit for held in moved.current] == ["d2"]
    assert [held.edit for held in moved.before] == ["d1"]


def test_a_text_in_one_language_is_shown_in_both_and_marked() -> None:
    shown = Bilingual(fr="relever les balises").shown()
    assert shown.fr == "relever les balises"
    assert shown.en == "[to be translated] relever les balises"


def test_dependencies_in_a_circle_are_shown() -> None:
    acts = [said(id, Opened(officer="Marie", kind="measure")) for id in "ab"]
    for one, other in ("ab", "ba"):
        value = Items(items=(other,))
        acts.append(said("x" + one, Edited(officer="M", item=one, field="depends_on", value=value)))
    assert draw(acts).circles == (("a", "b"),)
    assert draw(acts[:-1]).circles == ()


def test_edits_that_replace_each_other_in_a_circle_do_not_vanish() -> None:
    assert standing({"a": ("b",), "b": ("a",)}) == {"a", "b"}
    assert standing({"a": ("b",), "b": ("a",), "c": ("a",)}) == {"c"}


def two_nodes(chance: random.Random) -> None:
    """Two nodes edit what they see, sometimes exchange; no edit that nobody replaced is gone."""
    first = [said(f"i{n}", Opened(officer="Marie", kind="measure")) for n in range(2)]
    held = {party: {one.id: one for one in first} for party in BY}
    replaced: set[str] = set()
    made: list[str] = []
    for step in range(chance.randrange(4, 14)):
        party = chance.choice(("FR", "UK"))
        item = f"i{chance.randrange(2)}"
        seen = draw(held[party].values()).item(item)
        assert seen is not None
        field = seen.field("text")
        over = tuple(one.edit for one in field.current) if field else ()
        act = text(f"e{step}", item, f"{party} {step}", over, party)
        replaced.update(over)
        made.append(act.id)
        held[party][act.id] = act
        if chance.random() < 0.25:
            here, there = chance.choice((("FR", "UK"), ("UK", "FR")))
            sent = [one for one in held[here].values() if chance.random() < 0.7]
            held[there].update({one.id: one for one in sent})
    whole = held["FR"] | held["UK"]
    lists = []
    for _ in range(2):
        acts = list(whole.values()) + chance.choices(list(whole.values()), k=3)
        chance.shuffle(acts)
        lists.append(draw(acts))
    assert lists[0] == lists[1]
    fields = [field for item in lists[0].items for field in item.fields]
    current = {one.edit for field in fields for one in field.current}
    before = {one.edit for field in fields for one in field.before}
    assert current == set(made) - replaced
    assert before == replaced
    for field in fields:
        for one in field.current:
            assert isinstance(one.value, Words)
            assert one.value.text.say("fr")
            assert one.value.text.say("en")


def test_random_merges_of_two_nodes_lose_no_update() -> None:
    for seed in range(200):
        two_nodes(random.Random(seed))


@pytest.mark.campaign
def test_ten_thousand_random_merges_of_two_nodes_lose_no_update() -> None:
    for seed in range(10_000):
        two_nodes(random.Random(seed))


CHOICES = st.tuples(
    st.sampled_from(("evidence", "withdraw", "claim", "sign", "reopen", "edit")),
    st.sampled_from(("FR", "UK")),
    st.integers(0, 4),
    st.booleans(),
)


@settings(max_examples=120, deadline=None)
@given(st.lists(CHOICES, max_size=14), st.randoms(use_true_random=False))
def test_every_done_in_any_reachable_state_has_evidence_and_countersignature(
    deeds: list[tuple[str, str, int, bool]], chance: random.Random
) -> None:
    acts = measure()
    for n, (deed, party, which, honest) in enumerate(deeds):
        item = draw(acts).items[0]
        of = {"claim": [c.id for c in item.claims], "evidence": list(item.evidence)}
        claim = of["claim"][which % len(of["claim"])] if of["claim"] else "none"
        proof = of["evidence"][which % len(of["evidence"])] if of["evidence"] else "none"
        now = tuple(one.edit for field in item.fields for one in field.current)
        act: Any = {
            "evidence": EvidenceGiven(officer="x", item="m", text=Bilingual(en="report")),
            "withdraw": EvidenceWithdrawn(officer="x", evidence=proof),
            "claim": StatusClaimed(
                officer="x",
                item="m",
                status="done" if honest else "at_risk",
                evidence=(proof,) if which else (),
                over=tuple(c.id for c in item.claims if c.is_current) if honest else (),
                seen=now,
            ),
            "sign": Countersigned(officer="x", claim=claim),
            "reopen": ItemReopened(officer="x", claim=claim),
            "edit": Edited(officer="x", item="m", field="text", value=Words(text=Bilingual(fr=str(n)))),
        }[deed]
        acts.append(said(f"a{n:02}", act, party, n))
    item = draw(acts).items[0]
    shuffled = acts + acts[:3]
    chance.shuffle(shuffled)
    assert draw(shuffled) == draw(acts)
    if not item.is_done:
        return
    (head,) = [claim for claim in item.claims if claim.is_current]
    raw = {one.id: one for one in acts}
    assert any(isinstance(raw[e].act, EvidenceGiven) for e in head.evidence if e in raw)
    gone = {one.act.evidence for one in acts if isinstance(one.act, EvidenceWithdrawn)}
    assert not gone & set(head.evidence)
    assert any(
        isinstance(one.act, Countersigned) and one.act.claim == head.id and one.party != head.party
        for one in acts
    )
