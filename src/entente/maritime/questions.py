"""The next best thing to ask somebody who speaks from a boat, and what the answer would settle.

For each two boats that may be one, each question that could be asked is weighed by what its answer is expected to tell,
in bits: how open the pair is, how often one boat and two would give the same answer, and how often none comes. Only a
boat with a caller aboard can be asked. Nobody is ever asked where they come from, what they believe or who took them
there: a question tells boats apart, and nothing else is built on it (CAT-8, PUR-3).
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from entente.errors import Text
from entente.maritime.question_words import ask_text, ask_words, settles_text
from entente.maritime.sea_traits import Traits, traits_of
from entente.maritime.values import ActSaid, Hypothesis, Link, Question, SeaReport
from entente.model.sea_act import Asked, QuestionAnswered, QuestionOwed

# Of one boat and of two: how often the answer is what was told of the other.
_AGREES: dict[Asked, tuple[float, float]] = {
    "phone_digits": (0.60, 0.002),
    "names": (0.55, 0.01),
    "sees_asset": (0.85, 0.15),
    "position": (0.85, 0.30),
    "children": (0.75, 0.20),
    "launched_from": (0.80, 0.25),
    "persons": (0.80, 0.45),
    "colour": (0.90, 0.40),
}
_SAYS_WHO = frozenset(("phone_digits", "names", "sees_asset"))
_COMMON_COLOURS = ("grey", "black", "dark")
_RARE_COLOUR = (0.90, 0.10)
# An asset is in sight, and a place worth comparing, for so long after it was told.
_IN_SIGHT_S = 2700.0
_PLACE_LASTS_S = 3600.0
_SURE_BITS = 7.0
_EACH_BOAT = 3
# What is worth knowing of a boat by itself, where nothing lies between it and another.
_ALONE_BITS = {"persons": 0.2, "phone_digits": 0.1, "children": 0.05}
_ASSETS = frozenset(("aircraft", "drone", "ship"))


class _Told(NamedTuple):
    """What the reports of one boat say, as far as questions need it."""

    first: Traits
    last_s: float
    numbers: frozenset[str]
    calls: tuple[str, ...]
    names: bool
    children: bool
    counted: bool
    colour: str
    launched: bool
    asset: SeaReport | None
    place_s: float | None


def next_questions(
    hypotheses: Sequence[Hypothesis],
    links: Iterable[Link],
    reports_by_id: Mapping[str, SeaReport],
    acts: Iterable[ActSaid],
) -> tuple[Question, ...]:
    """Up to three questions for each boat that somebody speaks from, those that tell most first.

    Returns them by boat in the order of the sea and then by gain. A pair on which an officer has spoken is not asked
    about, and a question that was answered is not asked again of the same pair.
    """
    told = {
        each.id: _told([reports_by_id[one] for one in each.reports if one in reports_by_id])
        for each in hypotheses
        if any(one in reports_by_id for one in each.reports)
    }
    boat_of = {report: each.id for each in hypotheses for report in each.reports}
    answered, owed = _said(acts, boat_of)
    now_s = max((one.last_s for one in told.values()), default=0.0)
    found: dict[str, dict[tuple[Asked, str], Question]] = {each: {} for each in told}
    for link in links:
        if link.by or link.verdict not in ("probably_same", "unresolved"):
            continue
        for boat, other in ((link.one, link.other), (link.other, link.one)):
            if boat not in told or other not in told or not told[boat].calls:
                continue
            for asked, gain in _worth(told[boat], told[other], link.bits, now_s):
                if (boat, asked, other) not in answered and gain > 0.005:
                    found[boat][asked, other] = _question(boat, other, asked, gain, told, owed)
    questions: list[Question] = []
    for each in hypotheses:
        if each.id not in told or not told[each.id].calls:
            continue
        mine = sorted(found[each.id].values(), key=lambda one: (-one.gain_bits, one.asked, one.other))
        mine = list(_one_of_each_pair(mine)) or list(_alone(each.id, told, answered, owed))
        questions += mine[:_EACH_BOAT]
    return tuple(questions)


def _one_of_each_pair(questions: Sequence[Question]) -> Iterator[Question]:
    """The best question of each pair, then the others: who answers one seldom answers a second."""
    seen: set[str] = set()
    later = []
    for one in questions:
        if one.other in seen:
            later.append(one)
        else:
            seen.add(one.other)
            yield one
    yield from later


def _said(
    acts: Iterable[ActSaid], boat_of: Mapping[str, str]
) -> tuple[set[tuple[str, str, str]], dict[tuple[str, str, str], tuple[str, str]]]:
    """What was answered already, and who owes which question by which act; the newest act stands."""
    answered: set[tuple[str, str, str]] = set()
    owed: dict[tuple[str, str, str], tuple[str, str]] = {}
    for said in sorted(acts, key=lambda one: (one.at, one.id)):
        act = said.act
        if not isinstance(act, QuestionAnswered | QuestionOwed):
            continue
        key = (boat_of.get(act.boat, act.boat), act.asked, boat_of.get(act.other, act.other))
        if isinstance(act, QuestionOwed):
            owed[key] = (act.service, said.id)
        elif act.answer or act.agrees is not None:
            answered.add(key)
            owed.pop(key, None)
    return answered, owed


def _told(reports: Sequence[SeaReport]) -> _Told:
    ordered = sorted(reports, key=lambda one: (one.seen_at, one.id))
    traits = [traits_of(report) for report in ordered]
    calls: dict[str, None] = {}
    for report in reversed(ordered):  # who spoke last may still have charge
        if report.seen.means in ("call", "message", "unknown"):
            calls.update(dict.fromkeys(report.seen.callers))
    assets = [report for report in ordered if report.seen.means in _ASSETS and not report.seen.status]
    placed = [one.at_s for one in traits if one.has_place]
    return _Told(
        first=traits[0],
        last_s=traits[-1].at_s,
        numbers=frozenset(number for one in traits if one.direct for number in one.numbers),
        calls=tuple(calls),
        names=any(one.names for one in traits),
        children=any(one.children is not None for one in traits),
        counted=any(one.count_log is not None for one in traits),
        colour=next((one.colour for one in reversed(traits) if one.colour), ""),
        launched=any(one.launched_from for one in traits),
        asset=assets[-1] if assets else None,
        place_s=placed[-1] if placed else None,
    )


def _worth(boat: _Told, other: _Told, bits: float, now_s: float) -> Iterator[tuple[Asked, float]]:
    """Each question that the other boat's reports could answer, with the bits that it is expected to tell."""
    bits = min(max(bits, -_SURE_BITS), _SURE_BITS)
    same = 1 / (1 + 2**-bits)
    asks: list[Asked] = []
    if other.numbers - boat.numbers:
        asks.append("phone_digits")
    if other.names:
        asks.append("names")
    if other.asset is not None and now_s - other.asset.seen_at.timestamp() <= _IN_SIGHT_S:
        asks.append("sees_asset")
    if other.place_s is not None and now_s - other.place_s <= _PLACE_LASTS_S:
        asks.append("position")
    if other.children and not boat.children:
        asks.append("children")
    if other.launched and not boat.launched:
        asks.append("launched_from")
    if other.counted and not boat.counted:
        asks.append("persons")
    if other.colour and not boat.colour:
        asks.append("colour")
    for asked in asks:
        of_one, of_two = _AGREES[asked]
        if asked == "colour" and other.colour not in _COMMON_COLOURS:
            of_one, of_two = _RARE_COLOUR
        # An answer that says who is aboard can merge two boats; a colour leaves them linked, as they were.
        worth = 1.0 if asked in _SAYS_WHO else 0.5
        yield asked, worth * information(same, of_one, of_two)


def information(same: float, yes_if_same: float, yes_if_two: float) -> float:
    """Mutual information, in bits, of "one boat" and a yes or no: what an answer is expected to tell."""
    yes = same * yes_if_same + (1 - same) * yes_if_two
    before = _open(same)
    after = 0.0
    for share, kept in ((yes, same * yes_if_same), (1 - yes, same * (1 - yes_if_same))):
        if share > 0:
            after += share * _open(kept / share)
    return max(before - after, 0.0)


def _open(chance: float) -> float:
    if chance <= 0 or chance >= 1:
        return 0.0
    return -chance * math.log2(chance) - (1 - chance) * math.log2(1 - chance)


def _question(
    boat: str,
    other: str,
    asked: Asked,
    gain: float,
    told: Mapping[str, _Told],
    owed: Mapping[tuple[str, str, str], tuple[str, str]],
) -> Question:
    service, record = owed.get((boat, asked, other), ("", ""))
    asset = told[other].asset
    words = ask_words(asset.seen.means if asset is not None else "aircraft")
    return Question(
        boat=boat,
        asked=asked,
        text=ask_text(asked, words),
        settles=settles_text(_hour(told[other].first.at_s)),
        gain_bits=round(gain * 256) / 256,
        other=other,
        caller=told[boat].calls[0],
        owed_by=service,
        record=record,
    )


def _alone(
    boat: str,
    told: Mapping[str, _Told],
    answered: set[tuple[str, str, str]],
    owed: Mapping[tuple[str, str, str], tuple[str, str]],
) -> Iterator[Question]:
    """What is not known of a boat by itself."""
    mine = told[boat]
    unknown: list[tuple[Asked, Text]] = []
    if not mine.counted:
        unknown.append(
            ("persons", Text("combien de personnes il faut sauver", "how many people there are to save"))
        )
    if len(mine.numbers) < 2:
        unknown.append(
            (
                "phone_digits",
                Text(
                    "à quelle embarcation tiendra le prochain appel",
                    "to which boat the next call will belong",
                ),
            )
        )
    if not mine.children:
        unknown.append(("children", Text("combien d’enfants sont à bord", "how many children are aboard")))
    for asked, settles in unknown:
        if (boat, asked, "") not in answered:
            service, record = owed.get((boat, asked, ""), ("", ""))
            yield Question(
                boat=boat,
                asked=asked,
                text=ask_text(asked, ask_words("aircraft")),
                settles=settles,
                gain_bits=_ALONE_BITS[asked],
                caller=mine.calls[0],
                owed_by=service,
                record=record,
            )


def _hour(at_s: float) -> str:
    return dt.datetime.fromtimestamp(at_s, dt.UTC).strftime("%H:%M")
