"""Evidence, in bits, that two groups of reports are of one boat.

Each kind of ground speaks once for two groups, however many reports they hold, and an echo of a word already heard does
not speak at all: repetition is not evidence. Bits are log2 of how much likelier the ground is from one boat than from
two, kept in quarters so that two machines agree. Motion is weighed against the other boats that are about, so that in a
crowded sea nearness says less.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Protocol

import msgspec

from entente.evidence.names import alike
from entente.evidence.weigh import in_quarters
from entente.maritime.phones import shared
from entente.maritime.sea_traits import Traits
from entente.maritime.sea_weights import SeaWeights

# Kinds that say who is aboard or which transmitter spoke; one of them is needed before the machine merges.
IDENTITY = frozenset(("phone", "name", "answer", "origin", "track", "ashore"))
# Grounds that support and never count as a kind of their own (SAR-2: marks are cloned).
SUPPORT_ONLY = frozenset(("marks", "words", "engine", "water", "silence"))

COUNT_SPREAD = 0.40  # of the logarithm of counts among boats
COUNT_CHANGE = 0.08  # of one boat between two who count
COUNT_GROSS = (0.25, 0.50)  # share and spread of counts that somebody guessed
COUNT_MOST, COUNT_LEAST = 2.5, -3.0
SAME_LAUNCH_S, NEAR_LAUNCH_S, OTHER_LAUNCH_S = 900.0, 2700.0, 7200.0
ENGINE_STATE_LASTS_S = 1800.0
AT_ONCE_S = 150.0
WRITTEN_AGAIN_S = 600.0
DARK = frozenset(("black", "grey", "dark", "blue", "green", "brown"))
ASSETS = frozenset(("aircraft", "drone", "ship", "ais", "patrol"))


class Found(msgspec.Struct, frozen=True):
    """One ground between two groups. one, other: what was met, as a reader knows it."""

    kind: str
    outcome: str
    bits: float
    one: str = ""
    other: str = ""


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """Reports that are weighed as one. members: places in the order of the sea; voices: those that are no echoes.

    numbers: by number whether somebody aboard called with it. counted: (middle, variance) of the logarithm of the
    count, over callers, the newest word of each; None: nobody counted.
    """

    members: tuple[int, ...]
    voices: tuple[int, ...]
    placed: tuple[int, ...]
    roots: frozenset[str]
    numbers: frozenset[str]
    direct: frozenset[str]
    names: tuple[tuple[str, ...], ...]
    marks: frozenset[str]
    tracks: frozenset[str]
    counted: tuple[float, float] | None
    count_shown: str
    children: tuple[int, ...]
    colours: tuple[str, ...]
    hulls: tuple[str, ...]
    launches: tuple[str, ...]
    launched_s: tuple[float, ...]


def group_of(members: Sequence[int], traits: Sequence[Traits], roots: Sequence[str]) -> Group:
    """Gather what the voices among some reports say. roots: whose word each report is."""
    ordered = tuple(sorted(members))
    spoken: dict[str, int] = {}
    for member in ordered:
        holder = spoken.get(roots[member])
        # The original speaks for its echoes; among echoes of an unknown original, the first.
        if holder is None or (traits[member].id == roots[member]):
            spoken[roots[member]] = member
    voices = tuple(sorted(spoken.values()))
    said = [traits[voice] for voice in voices]
    by_caller: dict[tuple[str, ...], Traits] = {}
    for one in said:
        if one.count_log is not None:
            by_caller[tuple(sorted(one.numbers)) or (one.id,)] = one
    counted, shown = None, ""
    if by_caller:
        precision = sum(1 / one.count_sigma**2 for one in by_caller.values())
        middle = sum((one.count_log or 0.0) / one.count_sigma**2 for one in by_caller.values()) / precision
        counted = (middle, 1 / precision)
        lowest = min(one.count[0] for one in by_caller.values())
        uppers = [one.count[1] for one in by_caller.values()]
        highest = None if None in uppers else max(upper for upper in uppers if upper is not None)
        shown = f"{lowest}" if lowest == highest else f"{lowest}–{'?' if highest is None else highest}"
    return Group(
        members=ordered,
        voices=voices,
        placed=tuple(voice for voice in voices if traits[voice].has_place),
        roots=frozenset(spoken),
        numbers=frozenset(number for one in said for number in one.numbers),
        direct=frozenset(
            number for one in said if one.direct or one.means == "unknown" for number in one.numbers
        ),
        names=tuple(sorted({name for one in said for name in one.names})),
        marks=frozenset(mark for one in said for mark in one.marks),
        tracks=frozenset(track for one in said for track in one.tracks),
        counted=counted,
        count_shown=shown,
        children=tuple(sorted({one.children for one in said if one.children is not None})),
        colours=tuple(sorted({one.colour for one in said} - {""})),
        hulls=tuple(sorted({one.hull for one in said} - {""})),
        launches=tuple(sorted({one.launched_from for one in said} - {""})),
        launched_s=tuple(sorted({one.launched_s for one in said if one.launched_s is not None})),
    )


def compare(
    left: Group, right: Group, traits: Sequence[Traits], roots: Sequence[str], weights: SeaWeights
) -> tuple[Found, ...]:
    """What two groups have for and against them, but for motion and acts: a function of their reports alone.

    Telephone numbers are weighed as if none were a hub; `associate` lowers those that are.
    """
    found: list[Found] = []

    def say(kind: str, outcome: str, one: str = "", other: str = "", bits: float | None = None) -> None:
        worth = weights.bits[f"{kind}.{outcome}"] if bits is None else in_quarters(bits)
        found.append(Found(kind, outcome, worth, one, other))

    _phones(left, right, traits, say)
    for outcome, one, other in _names(left.names, right.names):
        say("name", outcome, one, other)
    followed = left.tracks & right.tracks
    if followed:
        say("track", "mmsi" if any(one.isdecimal() for one in followed) else "asset", min(followed))
    elif left.marks & right.marks:
        say("marks", "same", ", ".join(sorted(left.marks & right.marks)))
    if left.counted and right.counted:
        bits = count_bits(left.counted, right.counted)
        if left.numbers & right.numbers:
            bits = min(bits, bits / 2)  # the same caller who says the same number again
        outcome = "agrees" if bits >= 0 else "differs"
        say("count", outcome, left.count_shown, right.count_shown, bits)
    _looks(left, right, say)
    _states(left, right, traits, say)
    return tuple(found)


def _phones(left: Group, right: Group, traits: Sequence[Traits], say: Say) -> None:
    whole, ends = shared(left.numbers, right.numbers)
    if whole:
        spoke = max((number in left.direct) + (number in right.direct) for number in whole)
        best = min(number for number in whole if (number in left.direct) + (number in right.direct) == spoke)
        outcome = ("relayed_twice", "relayed_once", "same")[spoke]
        if outcome == "same" and _written_again(best, left, right, traits):
            outcome = "written_again"
        say("phone", outcome, best)
        if len(whole) > 1:
            say("phones", "further", str(len(whole)))
    elif ends:
        say("phone", "end", ends[0])
    elif left.direct and right.direct:
        say("phone", "different", min(left.direct), min(right.direct))


def _written_again(number: str, left: Group, right: Group, traits: Sequence[Traits]) -> bool:
    """Whether all that two groups have of a number was written by one desk within minutes.

    The number of the last call stays on the form of the next: this is how two boats came to bear one.
    """
    bearers = [
        [traits[voice] for voice in group.voices if number in traits[voice].numbers]
        for group in (left, right)
    ]
    return all(
        one.by == other.by and abs(one.at_s - other.at_s) <= WRITTEN_AGAIN_S
        for one in bearers[0]
        for other in bearers[1]
    )


def _names(left: Sequence[tuple[str, ...]], right: Sequence[tuple[str, ...]]) -> list[tuple[str, str, str]]:
    best: tuple[int, str, str] | None = None
    for one in left:
        for other in right:
            met = sum(any(_close(word, each) for each in other) for word in one)
            whole = 2 if met >= 2 and met >= min(len(one), len(other)) else 1 if met else 0
            if whole and (best is None or whole > best[0]):
                best = (whole, " ".join(one), " ".join(other))
    if best is None:
        return []
    return [("whole" if best[0] == 2 else "part", best[1], best[2])]


@lru_cache(maxsize=50_000)
def _close(one: str, other: str) -> bool:
    return alike(one, other) in ("exact", "spelling", "slip")


def count_bits(left: tuple[float, float], right: tuple[float, float]) -> float:
    """How much likelier two counts are of one boat than of two: normal in the logarithm, with a share of guesses."""
    apart = left[0] - right[0]
    counting = left[1] + right[1] + 2 * COUNT_CHANGE**2
    share, spread = COUNT_GROSS
    same = (1 - share) * _normal(apart, counting) + share * _normal(apart, counting + spread**2)
    two = _normal(apart, counting + 2 * COUNT_SPREAD**2)
    return min(max(math.log2(same / two), COUNT_LEAST), COUNT_MOST)


def _normal(off: float, variance: float) -> float:
    return math.exp(-0.5 * off * off / variance) / math.sqrt(2 * math.pi * variance) + 1e-12


def _looks(left: Group, right: Group, say: Say) -> None:
    if left.colours and right.colours:
        both = sorted(set(left.colours) & set(right.colours))
        if both:
            rare = [colour for colour in both if colour not in ("grey", "black", "dark")]
            colour = (rare or both)[0]
            say("colour", "rare" if rare else colour, colour, colour)
        else:
            shade = any(colour in DARK for colour in left.colours) and any(
                colour in DARK for colour in right.colours
            )
            say("colour", "shade" if shade else "other", left.colours[0], right.colours[0])
    if left.hulls and right.hulls:
        both = sorted(set(left.hulls) & set(right.hulls))
        if not both:
            say("hull", "other", left.hulls[0], right.hulls[0])
        elif both != ["inflatable"]:
            say("hull", "same", both[0], both[0])
    if left.children and right.children:
        near = min(abs(one - other) for one in left.children for other in right.children)
        most = max(*left.children, *right.children)
        outcome = "same" if near == 0 else "near" if near <= max(1, 0.3 * most) else "other"
        say("children", outcome, str(left.children[0]), str(right.children[0]))
    if left.launches and right.launches:
        same = any(_one_place(one, other) for one in left.launches for other in right.launches)
        say("launch", "place_same" if same else "place_other", left.launches[0], right.launches[0])
    if left.launched_s and right.launched_s:
        near_s = min(abs(one - other) for one in left.launched_s for other in right.launched_s)
        if near_s <= SAME_LAUNCH_S:
            say("launch", "time_same")
        elif near_s <= NEAR_LAUNCH_S:
            say("launch", "time_near")
        elif near_s > OTHER_LAUNCH_S:
            say("launch", "time_other")


def _one_place(one: str, other: str) -> bool:
    left, right = one.split(), other.split()
    return any(_close(word, each) for word in left for each in right if len(word) > 3)


def _states(left: Group, right: Group, traits: Sequence[Traits], say: Say) -> None:
    """Engine and water change: only words near in time are held against each other."""
    engine: float | None = None
    water: str | None = None
    pair = ("", "")
    for one in (traits[voice] for voice in left.voices):
        for other in (traits[voice] for voice in right.voices):
            gap_s = abs(one.at_s - other.at_s)
            if gap_s > ENGINE_STATE_LASTS_S:
                continue
            if (
                gap_s <= AT_ONCE_S
                and one.means == other.means
                and one.by == other.by
                and one.means in ASSETS
                and one.has_place
                and other.has_place
                and math.hypot(one.x_m - other.x_m, one.y_m - other.y_m)
                > 4 * math.hypot(one.sigma_m, other.sigma_m)
            ):
                pair = (one.by, one.means)
            if "unknown" not in (one.engine, other.engine):
                value = 1.0 if one.engine == other.engine else -1.0
                engine = value if engine is None else max(engine, value)
            if one.water == other.water == "swamped":
                water = "same"
            elif "unknown" not in (one.water, other.water):
                earlier, later = sorted((one, other), key=lambda each: each.order)
                if (earlier.water, later.water) == ("swamped", "dry") and water is None:
                    water = "dried"
    if pair[0]:
        say("apart", "seen", *pair)
    if engine is not None:
        say("engine", "same" if engine > 0 else "other")
    if water is not None:
        say("water", water)


class Say(Protocol):
    """The shape of what the parts of `compare` speak through."""

    def __call__(
        self, kind: str, outcome: str, one: str = "", other: str = "", bits: float | None = None
    ) -> None: ...
