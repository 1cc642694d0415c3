"""What is late and whose move it is; minutes with one structure in two languages; a history that keeps what was."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any, get_args

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
    Field,
    ItemKind,
    Items,
    Number,
    Opened,
    Owners,
    Signed,
    Status,
    StatusClaimed,
    Words,
)
from entente.plan.drawing import draw
from entente.plan.glance import glance, my_actions
from entente.plan.history import history_of
from entente.plan.minutes import decisions, meeting_of, meetings, structure_of
from entente.plan.plan_words import (
    FIELD_WORDS,
    IMPACT_WORDS,
    KIND_WORDS,
    KINDS_WORDS,
    LIKELIHOOD_WORDS,
    STATUS_WORDS,
)
from entente.plan.risks import risks, waiting
from entente.plan.values import PlanSaid

START = dt.datetime(2031, 3, 3, 9, tzinfo=dt.UTC)
TODAY = dt.date(2031, 9, 12)
BY = {"FR": "FR-ZONE", "UK": "UK-HO"}


class Saying:
    """Builds acts one after the other, each a minute later."""

    def __init__(self) -> None:
        self.acts: list[PlanSaid] = []

    def __call__(self, act: Any, party: str = "FR") -> str:
        id = f"a{len(self.acts):03}"
        at = START + dt.timedelta(minutes=len(self.acts))
        self.acts.append(PlanSaid(id=id, at=at, by=BY[party], party=party, act=act))
        return id

    def open(self, kind: Any, title: str = "", under: str = "") -> str:
        item = self(Opened(officer="Zoé", kind=kind, under=under))
        if title:
            self.edit(item, "title", Words(text=Bilingual(fr=f"{title} (fr)", en=f"{title} (en)")))
        return item

    def edit(
        self, item: str, field: Any, value: Any, party: str = "FR", over: tuple[str, ...] = (), why: str = ""
    ) -> str:
        return self(Edited(officer="Zoé", item=item, field=field, value=value, over=over, words=why), party)

    def measure(self, title: str, due: dt.date | None = None, under: str = "") -> str:
        item = self.open("measure", title, under)
        self.edit(item, "owner_FR", Owners(owner="FR-PAF"))
        self.edit(item, "owner_UK", Owners(owner="UK-IE", alternates=("UK-NCA",)), "UK")
        if due:
            self.edit(item, "due", Day(day=due))
        return item

    def claim_done(self, item: str, party: str = "FR") -> str:
        evidence = self(
            EvidenceGiven(officer="Zoé", item=item, text=Bilingual(fr="pièce", en="paper")), party
        )
        here = draw(self.acts).item(item)
        assert here is not None
        return self(
            StatusClaimed(
                officer="Zoé",
                item=item,
                status="done",
                evidence=(evidence,),
                over=tuple(one.id for one in here.claims if one.is_current),
                seen=tuple(held.edit for field in here.fields for held in field.current),
            ),
            party,
        )


@pytest.fixture
def say() -> Saying:
    return Saying()


def kinds(say: Saying, item: str) -> list[tuple[str, str]]:
    row = next(row for row in glance(draw(say.acts), TODAY) if row.item == item)
    return [(move.kind, move.party) for move in row.moves]


def test_every_code_of_the_plan_has_words_in_both_languages() -> None:
    for codes, worded in (
        (ItemKind, KIND_WORDS),
        (ItemKind, KINDS_WORDS),
        (Field, FIELD_WORDS),
        (Status, STATUS_WORDS),
    ):
        assert set(get_args(codes)) == set(worded)
    for worded in (KIND_WORDS, KINDS_WORDS, FIELD_WORDS, STATUS_WORDS, LIKELIHOOD_WORDS, IMPACT_WORDS):
        for code, text in worded.items():  # type: ignore[attr-defined]
            assert text.fr
            assert text.en
            assert "_" not in text.fr + text.en, code


def test_the_latest_measure_stands_first_and_the_closed_last(say: Saying) -> None:
    early = say.measure("early", TODAY - dt.timedelta(days=30))
    closed = say.measure("closed", TODAY - dt.timedelta(days=90))
    calm = say.measure("calm", TODAY + dt.timedelta(days=90))
    late = say.measure("late", TODAY - dt.timedelta(days=3))
    claim = say.claim_done(closed)
    say(Countersigned(officer="Leonard", claim=claim), "UK")
    rows = glance(draw(say.acts), TODAY)
    assert [row.item for row in rows] == [early, late, calm, closed]
    assert [row.days_late for row in rows] == [30, 3, -90, 90]
    assert [row.is_late for row in rows] == [True, True, False, False]
    assert rows[-1].moves == ()


def test_whose_move_it_is_follows_from_what_was_said(say: Saying) -> None:
    calm = say.measure("calm")
    assert kinds(say, calm) == []
    lonely = say.open("measure", "lonely")
    say.edit(lonely, "owner_FR", Owners(owner="FR-PAF"))
    assert kinds(say, lonely) == [("name_owner", "UK")]
    claimed = say.measure("claimed")
    claim = say.claim_done(claimed)
    assert kinds(say, claimed) == [("countersign", "UK")]
    say(Countersigned(officer="Leonard", claim=claim), "UK")
    assert kinds(say, claimed) == []
    say.edit(claimed, "text", Words(text=Bilingual(fr="autre", en="other")))
    assert kinds(say, claimed) == [("claim_again", "FR")]
    contested = say.measure("contested")
    for words in ("un", "deux"):
        say.edit(contested, "text", Words(text=Bilingual(fr=words, en=words)))
    assert kinds(say, contested) == [("decide", "FR"), ("decide", "UK")]
    half = say.measure("half")
    say.edit(half, "text", Words(text=Bilingual(fr="seulement")))
    assert kinds(say, half) == [("translate", "UK")]
    near = say.measure("near", TODAY + dt.timedelta(days=7))
    assert kinds(say, near) == [("near", "FR"), ("near", "UK")]
    assert kinds(say, say.measure("far", TODAY + dt.timedelta(days=8))) == []


def test_what_falls_to_a_service_is_on_its_list_and_on_no_other(say: Saying) -> None:
    claimed = say.measure("claimed")
    say.claim_done(claimed)
    late = say.measure("late", TODAY - dt.timedelta(days=2))
    lonely = say.open("measure", "lonely")
    say.edit(lonely, "owner_FR", Owners(owner="FR-PAF"))
    plan = draw(say.acts)

    def mine(party: str, service: str, *, coordinator: bool = False) -> list[tuple[str, str]]:
        found = my_actions(plan, party, service, TODAY, is_coordinator=coordinator)
        return [(move.kind, move.item) for move in found]

    assert mine("UK", "UK-IE") == [("late", late), ("countersign", claimed)]
    # Whoever stands in for the owner has the same to do; another service nothing.
    assert mine("UK", "UK-NCA") == mine("UK", "UK-IE")
    assert mine("UK", "UK-BF") == []
    assert mine("FR", "FR-PAF") == [("late", late)]
    assert mine("UK", "UK-HO", coordinator=True) == [
        ("late", late),
        ("countersign", claimed),
        ("name_owner", lonely),
    ]


def test_what_a_measure_waits_for_is_shown_until_it_is_done(say: Saying) -> None:
    first, second = say.measure("first"), say.measure("second")
    say.edit(second, "depends_on", Items(items=(first, "never arrived")))
    row = next(row for row in glance(draw(say.acts), TODAY) if row.item == second)
    assert row.waits_for == (first, "never arrived")
    assert [(one.id, [other.id for other in others]) for one, others in waiting(draw(say.acts))] == [
        (second, [first])
    ]
    claim = say.claim_done(first)
    say(Countersigned(officer="Leonard", claim=claim), "UK")
    assert waiting(draw(say.acts)) == ()


def test_risks_come_by_weight_and_what_nobody_weighed_on_top(say: Saying) -> None:
    def risk(title: str, likelihood: int, impact: int) -> str:
        item = say.open("risk", title)
        if likelihood:
            say.edit(item, "likelihood", Number(number=likelihood))
            say.edit(item, "impact", Number(number=impact))
        return item

    small, heavy, unknown = risk("small", 1, 2), risk("heavy", 4, 5), risk("unknown", 0, 0)
    found = risks(draw(say.acts))
    assert [one.item for one in found] == [unknown, heavy, small]
    assert [one.weight for one in found] == [None, 20, 2]
    with pytest.raises(ValueError, match="from 1 to 5"):
        risk("beyond", 6, 1)


def minutes(say: Saying) -> tuple[str, str, str]:
    """A meeting with one point, one sentence and one decision."""
    meeting = say.open("meeting", "Lille")
    say.edit(meeting, "held_on", Day(day=dt.date(2031, 9, 30)))
    point = say.open("agenda_point", "patrols", meeting)
    sentence = say.open("sentence", "", point)
    say.edit(sentence, "text", Words(text=Bilingual(fr="On en parle.", en="It is discussed.")))
    decision = say.open("decision", "", point)
    say.edit(decision, "text", Words(text=Bilingual(fr="Deux par an.", en="Two a year.")))
    return meeting, sentence, decision


def test_pln_4_minutes_are_pairs_with_ids_and_a_decision_is_signed_by_both_in_one_wording(
    say: Saying,
) -> None:
    meeting, sentence, decision = minutes(say)

    def drawn() -> Any:
        plan = draw(say.acts)
        return meeting_of(plan, plan.item(meeting))  # type: ignore[arg-type]

    (point,) = drawn().points
    assert [(one.number, one.id, one.kind) for one in point.entries] == [
        ("1.1", sentence, "sentence"),
        ("1.2", decision, "decision"),
    ]
    assert structure_of(drawn(), "fr") == structure_of(drawn(), "en")
    plan = draw(say.acts)
    text = plan.item(decision).field("text").current[0].edit  # type: ignore[union-attr]
    say(Signed(officer="Zoé", decision=decision, text=text))
    assert not decisions(draw(say.acts))[0][1].is_signed
    say(Signed(officer="Leonard", decision=decision, text=text), "UK")
    assert decisions(draw(say.acts))[0][1].is_signed
    flagged = say(
        DivergenceFlagged(officer="Leonard", item=decision, texts=(text,), words="not the same"), "UK"
    )
    entry = decisions(draw(say.acts))[0][1]
    assert entry.is_divergent
    assert not entry.is_signed
    assert flagged in draw(say.acts).item(decision).divergences  # type: ignore[union-attr]
    # A new wording takes away the divergence, and the signatures with it.
    say.edit(decision, "text", Words(text=Bilingual(fr="Trois.", en="Three.")), over=(text,))
    entry = decisions(draw(say.acts))[0][1]
    assert not entry.is_divergent
    assert entry.signed_by == ()


def test_a_wording_in_one_language_is_signed_by_nobody(say: Saying) -> None:
    meeting = say.open("meeting", "Lille")
    decision = say.open("decision", "", meeting)
    text = say.edit(decision, "text", Words(text=Bilingual(fr="Deux par an.")))
    for party in ("FR", "UK"):
        say(Signed(officer="Zoé", decision=decision, text=text), party)
    entry = decisions(draw(say.acts))[0][1]
    assert entry.needs == ("en",)
    assert not entry.is_signed
    assert "[to be translated]" in entry.say("en")


WORD = st.text(alphabet="abc é", max_size=6)


@given(st.randoms(use_true_random=False), st.lists(st.tuples(WORD, WORD), max_size=12))
@settings(max_examples=60, deadline=None)
def test_pln_7_whatever_is_said_the_minutes_have_one_structure_in_both_languages(
    chance: random.Random, texts: list[tuple[str, str]]
) -> None:
    say = Saying()
    parents = [say.open("meeting", "m")]
    for fr, en in texts:
        kind = chance.choice(("agenda_point", "sentence", "decision", "action"))
        item = say.open(kind, "", chance.choice(parents))
        if fr.strip() or en.strip():
            for _ in range(chance.choice((1, 1, 2))):
                say.edit(item, chance.choice(("text", "title")), Words(text=Bilingual(fr=fr, en=en)))
        if chance.random() < 0.3:
            say.edit(item, "position", Number(number=chance.randint(0, 5)))
        if kind == "agenda_point":
            parents.append(item)
    shuffled = list(say.acts)
    chance.shuffle(shuffled)
    plan = draw(shuffled)
    for item in meetings(plan):
        drawn = meeting_of(plan, item)
        assert structure_of(drawn, "fr") == structure_of(drawn, "en")
        entries = [entry.id for point in drawn.points for entry in point.entries]
        assert len(entries) == len(set(entries))
        assert set(entries) == {
            one.id for one in plan.items if one.kind in ("sentence", "decision", "action")
        }


def test_a_history_keeps_what_was_and_why_and_what_does_not_count(say: Saying) -> None:
    item = say.measure("one", dt.date(2031, 11, 1))
    old = draw(say.acts).item(item).field("due").current[0].edit  # type: ignore[union-attr]
    say.edit(item, "due", Day(day=dt.date(2031, 12, 1)), over=(old,), why="the room is let")
    silent = say.edit(item, "due", Day(day=dt.date(2032, 1, 1)), "UK", over=(old,))
    other = say.measure("other")
    plan = draw(say.acts)
    lines = history_of(plan, say.acts, plan.item(item))  # type: ignore[arg-type]
    assert [line.id for line in lines] == sorted(line.id for line in lines)
    assert other not in {line.id for line in lines}
    moved = next(line for line in lines if line.words == "the room is let")
    assert moved.before is not None
    assert (moved.before.en, moved.what.en) == ("1 November 2031", "Term: 1 December 2031")
    refused = next(line for line in lines if line.id == silent)
    assert refused.refused is not None
    assert len(lines) == 7
