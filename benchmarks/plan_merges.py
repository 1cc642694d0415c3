"""Two shores that edit one plan apart and meet: what each says is decided on what it sees, and then they merge.

Clocks differ by up to an hour and jump. Half of the meetings are cut: some acts arrive, in any order and some of them
twice, and the rest come later. What is checked of the merged plan is worked out from the acts themselves and not by
the drawing: which edits anybody replaced knowingly, and what a done stands on. The rival keeps the newest value by the
clock, as a shared spreadsheet does.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, get_args

import msgspec

from entente.model.plan_act import (
    HOLDS,
    Bilingual,
    Countersigned,
    Day,
    DivergenceFlagged,
    Edited,
    EvidenceGiven,
    EvidenceWithdrawn,
    Field,
    ItemKind,
    ItemReopened,
    Number,
    Opened,
    Owners,
    PlanAct,
    Signed,
    Status,
    StatusClaimed,
    Value,
    Words,
)
from entente.plan.drawing import draw
from entente.plan.minutes import meeting_of, meetings, structure_of
from entente.plan.values import Item, Plan, PlanSaid

START = dt.datetime(2031, 3, 3, 9, tzinfo=dt.UTC)
SERVICES = {"FR": ("FR-PAF", "FR-OLTIM", "FR-ZONE"), "UK": ("UK-NCA", "UK-IE", "UK-HO")}
UNDER: dict[ItemKind, ItemKind | None] = {
    "workshop": None,
    "measure": "workshop",
    "milestone": "measure",
    "meeting": None,
    "agenda_point": "meeting",
    "sentence": "agenda_point",
    "decision": "agenda_point",
    "action": "agenda_point",
}
FIELDS: dict[str, tuple[Field, ...]] = {
    "workshop": ("title",),
    "measure": ("title", "text", "due", "owner_FR", "owner_UK"),
    "milestone": ("title", "due"),
    "meeting": ("title", "held_on", "place"),
    "agenda_point": ("title", "position"),
    "sentence": ("text", "position"),
    "decision": ("text", "position"),
    "action": ("text", "due", "owner_FR", "owner_UK"),
}
STATES: tuple[Status, ...] = get_args(Status)


class Shore:
    """One side: what it holds, and what its officers say next on the strength of it."""

    def __init__(self, party: str, chance: random.Random) -> None:
        self.party, self.held = party, dict[str, PlanSaid]()
        self._chance = chance
        self._skew_s = chance.uniform(-3600, 3600)
        self._said = 0

    def plan(self) -> Plan:
        """The plan as this side draws it."""
        return draw(self.held.values())

    def say(self, minute: int) -> None:
        """One more act of this side."""
        act = act_on(self.plan(), self.party, self._chance)
        at = START + dt.timedelta(minutes=minute, seconds=self._skew_s + self._chance.uniform(-600, 600))
        service = self._chance.choice(SERVICES[self.party])
        self._said += 1
        # Ids of no order: nothing may follow from them.
        id = f"{self._chance.getrandbits(48):012x}-{self.party}{self._said}"
        self.held[id] = PlanSaid(id=id, at=at, by=service, party=self.party, act=act)


def act_on(plan: Plan, party: str, chance: random.Random) -> PlanAct:
    """What an officer of a party may say of a plan, as the pages would let them."""
    officer = f"Officer {party}"
    items = list(plan.items)
    if len(items) < 6 or chance.random() < 0.12:
        return _open(items, officer, chance)
    if chance.random() < 0.4 and (act := _towards_done(items, party, officer, chance)) is not None:
        return act
    item = chance.choice(items)
    kinds: list[Any] = [_edit] * 6
    if item.kind in ("measure", "milestone", "action"):
        kinds += [_evidence, _claim, _claim, _answer, _answer, _withdraw]
    if item.kind in ("sentence", "decision"):
        kinds += [_flag]
    if item.kind == "decision":
        kinds += [_sign, _sign]
    act = chance.choice(kinds)(item, party, officer, chance)
    return act if act is not None else _edit(item, party, officer, chance)


def _towards_done(items: Sequence[Item], party: str, officer: str, chance: random.Random) -> PlanAct | None:
    """The next step of one item towards a done: otherwise hardly any would be reached among so many edits."""
    able = [one for one in items if one.kind in ("milestone", "measure", "action") and not one.is_done]
    if not able:
        return None
    item = able[0]
    claims = [one for one in item.claims if one.is_current]
    if not item.evidence:
        return _evidence(item, party, officer, chance)
    waits = [
        one for one in claims if one.status == "done" and one.party != party and not one.countersigned_by
    ]
    if len(claims) == 1 and waits:
        return Countersigned(officer=officer, claim=waits[0].id)
    missing = [one for one in item.missing_owners if one == party]
    return _edit_owner(item, party, officer, chance) if missing else _claim(item, party, officer, chance)


def _edit_owner(item: Item, party: str, officer: str, chance: random.Random) -> PlanAct:
    field: Field = "owner_FR" if party == "FR" else "owner_UK"
    state = item.field(field)
    over = tuple(held.edit for held in state.current) if state else ()
    return Edited(
        officer=officer, item=item.id, field=field, value=value_for(field, party, chance), over=over
    )


def _open(items: Sequence[Item], officer: str, chance: random.Random) -> PlanAct:
    kinds = [
        kind for kind, above in UNDER.items() if above is None or any(one.kind == above for one in items)
    ]
    kind = chance.choice(kinds)
    parents = [one.id for one in items if one.kind == UNDER[kind]]
    return Opened(officer=officer, kind=kind, under=chance.choice(parents) if parents else "")


def _edit(item: Item, party: str, officer: str, chance: random.Random) -> PlanAct:
    fields = [one for one in FIELDS[item.kind] if not one.startswith("owner_") or one == f"owner_{party}"]
    field = chance.choice(fields)
    state = item.field(field)
    over = tuple(held.edit for held in state.current) if state else ()
    words = "moved" if over else ""
    value = value_for(field, party, chance)
    return Edited(officer=officer, item=item.id, field=field, value=value, over=over, words=words)


def value_for(field: Field, party: str, chance: random.Random) -> Value:
    """Any value that a field may hold; a text often comes in one language first."""
    if HOLDS[field] is Day:
        return Day(day=START.date() + dt.timedelta(days=chance.randrange(400)))
    if HOLDS[field] is Number:
        return Number(number=float(chance.randrange(10)))
    if HOLDS[field] is Owners:
        owner, *rest = chance.sample(SERVICES[party], 2)
        return Owners(owner=owner, alternates=tuple(rest))
    number = chance.randrange(1000)
    both, own = chance.random() < 0.6, party == "FR"
    fr, en = f"mot {number}" if both or own else "", f"word {number}" if both or not own else ""
    return Words(text=Bilingual(fr, en))


def _evidence(item: Item, party: str, officer: str, chance: random.Random) -> PlanAct | None:
    return EvidenceGiven(officer=officer, item=item.id, text=Bilingual("pièce", "evidence"))


def _claim(item: Item, party: str, officer: str, chance: random.Random) -> PlanAct | None:
    status = "done" if item.evidence and chance.random() < 0.7 else chance.choice(STATES)
    return StatusClaimed(
        officer=officer,
        item=item.id,
        status=status,
        evidence=item.evidence,
        over=tuple(one.id for one in item.claims if one.is_current),
        seen=tuple(held.edit for field in item.fields for held in field.current),
        words="as it stands",
    )


def _answer(item: Item, party: str, officer: str, chance: random.Random) -> PlanAct | None:
    claims = [one for one in item.claims if one.is_current]
    theirs = [one for one in claims if one.party != party]
    if theirs and chance.random() < 0.85:
        return Countersigned(officer=officer, claim=chance.choice(theirs).id)
    return ItemReopened(officer=officer, claim=chance.choice(claims).id, words="again") if claims else None


def _withdraw(item: Item, party: str, officer: str, chance: random.Random) -> PlanAct | None:
    if not item.evidence or chance.random() < 0.6:
        return None
    return EvidenceWithdrawn(officer=officer, evidence=chance.choice(item.evidence), words="wrong")


def _texts(item: Item) -> tuple[str, ...]:
    state = item.field("text")
    return tuple(held.edit for held in state.current) if state else ()


def _flag(item: Item, party: str, officer: str, chance: random.Random) -> PlanAct | None:
    texts = _texts(item)
    if not texts or chance.random() < 0.5:
        return None
    return DivergenceFlagged(officer=officer, item=item.id, texts=texts, words="differ")


def _sign(item: Item, party: str, officer: str, chance: random.Random) -> PlanAct | None:
    texts = _texts(item)
    return Signed(officer=officer, decision=item.id, text=texts[0]) if len(texts) == 1 else None


def meet(one: Shore, other: Shore, chance: random.Random, *, is_cut: bool) -> None:
    """Give each other what the other lacks; of a cut meeting only some arrives, whatever came before it."""
    for giver, taker in ((one, other), (other, one)):
        missing = [said for id, said in giver.held.items() if id not in taker.held]
        chance.shuffle(missing)
        arriving = missing[: chance.randrange(len(missing) + 1)] if is_cut else missing
        for said in [*arriving, *chance.sample(arriving, len(arriving) // 3)]:
            taker.held[said.id] = said


class Faults(msgspec.Struct):
    """What was found wrong of merged plans; each a count over all merges."""

    lost_updates: int = 0
    differing: int = 0
    structure_differs: int = 0
    done_without: int = 0

    def add(self, other: Faults) -> None:
        """Count another's with one's own."""
        for name in self.__struct_fields__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


def faults_of(here: Plan, there: Plan, said: Iterable[PlanSaid]) -> Faults:
    """What is wrong of two plans that were drawn from the same acts. said: those acts."""
    acts = {one.id: one for one in said}
    return Faults(
        lost_updates=len(lost_updates(here, acts)),
        differing=int(msgspec.json.encode(here) != msgspec.json.encode(there)),
        structure_differs=sum(
            [line[:3] for line in structure_of(minutes, "fr")]
            != [line[:3] for line in structure_of(minutes, "en")]
            for item in meetings(here)
            for minutes in (meeting_of(here, item),)
        ),
        done_without=sum(one.is_done and not stands(one, acts) for one in here.items),
    )


def lost_updates(plan: Plan, acts: Mapping[str, PlanSaid]) -> set[str]:
    """Edits that hold no more though nobody who saw them replaced them, or that can be read nowhere."""
    edits = {id: one.act for id, one in acts.items() if isinstance(one.act, Edited)}
    replaced = {old for act in edits.values() for old in act.over}
    current, readable = set[str](), set[str]()
    for item in plan.items:
        readable.update(one.act for one in item.refused)
        current.update(one.act for one in item.refused)
        for field in item.fields:
            current.update(held.edit for held in field.current)
            readable.update(held.edit for held in (*field.current, *field.before))
    opened = {id for id, one in acts.items() if isinstance(one.act, Opened)}
    here = {id for id, act in edits.items() if act.item in opened}
    return {id for id in here if id not in readable or (id not in current and id not in replaced)}


def lost_by_clock(acts: Mapping[str, PlanSaid]) -> set[str]:
    """Edits that a rule of "the newest by the clock holds" drops though its author had not seen them."""
    edits = {id: one for id, one in acts.items() if isinstance(one.act, Edited)}
    newest: dict[tuple[str, str], PlanSaid] = {}
    for one in edits.values():
        assert isinstance(one.act, Edited)
        key = (one.act.item, one.act.field)
        if key not in newest or (one.at, one.id) > (newest[key].at, newest[key].id):
            newest[key] = one
    seen: set[str] = set()
    todo = [one.id for one in newest.values()]
    while todo:
        id = todo.pop()
        if id not in seen:
            seen.add(id)
            act = edits[id].act if id in edits else None
            todo.extend(act.over if isinstance(act, Edited) else ())
    return set(edits) - seen


def stands(item: Item, acts: Mapping[str, PlanSaid]) -> bool:
    """Whether a done rests on evidence of this item that stands, and on the other party's countersignature."""
    gone = {one.act.evidence for one in acts.values() if isinstance(one.act, EvidenceWithdrawn)}
    for claim in item.claims:
        said = acts[claim.id]
        if not claim.is_current or not isinstance(said.act, StatusClaimed) or said.act.status != "done":
            continue
        evidence = [acts.get(one) for one in said.act.evidence]
        has_evidence = bool(evidence) and all(
            one is not None
            and isinstance(one.act, EvidenceGiven)
            and one.act.item == item.id
            and one.id not in gone
            for one in evidence
        )
        is_signed = any(
            isinstance(one.act, Countersigned) and one.act.claim == claim.id and one.party != said.party
            for one in acts.values()
        )
        if has_evidence and is_signed:
            return True
    return False


def merges(seed: int, times: int) -> tuple[Faults, dict[str, int]]:
    """One plan through so many meetings. Returns what was wrong, and how much of what there was to get wrong."""
    chance = random.Random(seed)
    shores = Shore("FR", chance), Shore("UK", chance)
    found, met = Faults(), {"acts": 0, "edits": 0, "conflicts": 0, "done": 0, "lost_by_clock": 0}
    for number in range(times):
        for shore in shores:
            for _ in range(chance.randrange(4)):
                shore.say(number)
        meet(*shores, chance, is_cut=chance.random() < 0.5)
        if shores[0].held.keys() != shores[1].held.keys():
            # Of a cut meeting neither side may lose what it has; what is alike is asked once both have all.
            for shore in shores:
                found.lost_updates += len(lost_updates(shore.plan(), shore.held))
            continue
        here, there = (shore.plan() for shore in shores)
        found.add(faults_of(here, there, shores[0].held.values()))
        met["conflicts"] += sum(field.is_conflict for item in here.items for field in item.fields)
        met["done"] += sum(item.is_done for item in here.items)
    held = shores[0].held | shores[1].held
    met["acts"] = len(held)
    met["edits"] = sum(isinstance(one.act, Edited) for one in held.values())
    met["lost_by_clock"] = len(lost_by_clock(held))
    return found, met
