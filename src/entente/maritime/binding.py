"""What officers' acts say of which reports are of one boat: judgements, answers, and people taken off.

The newest word on a pair stands and the older ones are as if never said: so an un-merge restores exactly. An answer is
evidence and not a judgement. When people have been taken off a boat, the machine merges nothing into it that was seen
afterwards: it is from such a merge that a live boat goes under in a rescued one.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from entente.maritime.values import ActSaid
from entente.model.sea_act import Asked, Judged, QuayForm, QuestionAnswered, SeaVerdict, TakenOff

Pair = tuple[str, str]


class Word(msgspec.Struct, frozen=True, kw_only=True):
    """The newest judgement of a pair of reports."""

    verdict: SeaVerdict
    officer: str
    by: str
    reason: str
    at_s: float
    act: str


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """The newest answer by which a caller agreed or not with what would be true of another boat."""

    asked: Asked
    agrees: bool
    answer: str


class Bindings(msgspec.Struct, frozen=True, kw_only=True):
    """All of it, by pairs of report ids in order, and by report the first moment at which people were taken off."""

    judged: dict[Pair, Word]
    answered: dict[Pair, tuple[Answer, ...]]
    taken_off_s: dict[str, float]


def bindings_of(acts: Iterable[ActSaid]) -> Bindings:
    """Read the acts, in any order and however often each came."""
    judged: dict[Pair, Word] = {}
    answers: dict[tuple[Pair, str], Answer] = {}
    taken_off: dict[str, float] = {}
    for said in sorted({act.id: act for act in acts}.values(), key=lambda one: (one.at, one.id)):
        act = said.act
        if isinstance(act, Judged):
            if act.one != act.other:
                judged[pair_of(act.one, act.other)] = Word(
                    verdict=act.verdict,
                    officer=act.officer,
                    by=said.by,
                    reason=act.words,
                    at_s=said.at.timestamp(),
                    act=said.id,
                )
        elif isinstance(act, QuestionAnswered):
            if act.agrees is not None and act.other and act.other != act.boat:
                key = (pair_of(act.boat, act.other), act.asked)
                answers[key] = Answer(asked=act.asked, agrees=act.agrees, answer=act.answer)
        elif isinstance(act, TakenOff | QuayForm):
            at_s = act.at.timestamp()
            taken_off[act.boat] = min(at_s, taken_off.get(act.boat, at_s))
    answered: dict[Pair, tuple[Answer, ...]] = {}
    for (pair, _), answer in sorted(answers.items()):
        answered[pair] = (*answered.get(pair, ()), answer)
    return Bindings(judged=judged, answered=answered, taken_off_s=taken_off)


def pair_of(one: str, other: str) -> Pair:
    """Two reports, the smaller id first."""
    return (one, other) if one < other else (other, one)
