"""What officers' acts say of which reports are of one boat: judgements, answers, and people taken off.

The newest word on a pair stands and the older ones are as if never said: so an un-merge restores exactly. An answer is
evidence and not a judgement. When people have been taken off a boat, the machine merges nothing into it that was seen
afterwards: it is from such a merge that a live boat goes under in a rescued one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

from entente.evidence.names import tokens
from entente.maritime.phones import fold_number
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


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What a caller answered of their own boat: it is known of the report that they were asked about. acts: which."""

    acts: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    colour: str = ""
    children: int | None = None
    launched_from: str = ""


class Ashore(msgspec.Struct, frozen=True, kw_only=True):
    """Numbers and names of people who came off one boat, as they were read back. boat: the report that was named."""

    act: str
    boat: str
    numbers: frozenset[str]
    names: tuple[tuple[str, ...], ...]


class Bindings(msgspec.Struct, frozen=True, kw_only=True):
    """All of it, by pairs of report ids in order, and by report the first moment at which people were taken off."""

    judged: dict[Pair, Word]
    answered: dict[Pair, tuple[Answer, ...]]
    taken_off_s: dict[str, float]
    told: dict[str, Told]
    ashore: tuple[Ashore, ...]


def bindings_of(acts: Iterable[ActSaid]) -> Bindings:
    """Read the acts, in any order and however often each came."""
    judged: dict[Pair, Word] = {}
    answers: dict[tuple[Pair, str], Answer] = {}
    taken_off: dict[str, float] = {}
    told: dict[str, Told] = {}
    ashore: list[Ashore] = []
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
            told[act.boat] = _told(told.get(act.boat, Told()), act, said.id)
            if act.agrees is not None and act.other and act.other != act.boat:
                key = (pair_of(act.boat, act.other), act.asked)
                answers[key] = Answer(asked=act.asked, agrees=act.agrees, answer=act.answer)
        elif isinstance(act, TakenOff | QuayForm):
            at_s = act.at.timestamp()
            taken_off[act.boat] = min(at_s, taken_off.get(act.boat, at_s))
            numbers = frozenset(number for one in act.identified.phones if (number := fold_number(one)))
            names = tuple(sorted({name for one in act.identified.names if (name := tokens(one))}))
            if numbers or names:
                ashore.append(Ashore(act=said.id, boat=act.boat, numbers=numbers, names=names))
    answered: dict[Pair, tuple[Answer, ...]] = {}
    for (pair, _), answer in sorted(answers.items()):
        answered[pair] = (*answered.get(pair, ()), answer)
    return Bindings(judged=judged, answered=answered, taken_off_s=taken_off, told=told, ashore=tuple(ashore))


def _told(known: Told, act: QuestionAnswered, record: str) -> Told:
    """Add an answer to what a boat is known by; the newest word on a thing stands, and numbers and names add up."""
    figures = re.findall(r"\d+", act.answer)
    numbers = tuple(number for one in re.split(r"[,;/]", act.answer) if (number := fold_number(one)))
    if act.asked == "phone_digits" and numbers:
        known = msgspec.structs.replace(known, numbers=(*known.numbers, *numbers))
    elif act.asked == "names" and act.answer.strip():
        known = msgspec.structs.replace(known, names=(*known.names, act.answer))
    elif act.asked == "colour" and act.answer.strip():
        known = msgspec.structs.replace(known, colour=act.answer)
    elif act.asked == "launched_from" and act.answer.strip():
        known = msgspec.structs.replace(known, launched_from=act.answer)
    elif act.asked == "children" and len(figures) == 1 and len(figures[0]) < 3:
        known = msgspec.structs.replace(known, children=int(figures[0]))
    else:
        return known
    return msgspec.structs.replace(known, acts=(*known.acts, record))


def pair_of(one: str, other: str) -> Pair:
    """Two reports, the smaller id first."""
    return (one, other) if one < other else (other, one)
