"""What speaks for and against two entities being one.

`compare` looks at each kind once and finds at most one ground of it, with its bits. It is symmetric: the
two are put in the order of their references first. An identifier counts only while it was held; a telephone
number is given out again, a van is rented again. Names speak in `compare_names`; all else here. Nothing
found is an empty tuple, not zero bits.
"""

from __future__ import annotations

from math import log2

from rapidfuzz.distance import OSA

from entente.evidence.compare_names import compare_companies, compare_names
from entente.evidence.features import TRAITS_COMPARED, Features, Held, prepare
from entente.evidence.weigh import Frequencies, GroundFound, Weights, in_quarters, pinned_weights
from entente.model.entity import EntityKind

__all__ = ["Features", "compare", "prepare"]

# Beyond this a number with no told period may have passed to another holder.
LONG_APART_DAYS = 730
GIVEN_OUT_AGAIN = frozenset({"phone"})
# A thing carries one such mark: another mark is another thing. A person has several phones and cars.
ONE_TO_A_THING: frozenset[tuple[EntityKind, str]] = frozenset(
    {("vehicle", "plate"), ("device", "imei"), ("object", "engine_serial"), ("boat", "engine_serial")}
)
UNREAD = "?"
# What a doubling of those who carry a value takes from it.
SHARED_COST_BITS = 2.0
# So many signs at the end of a serial count the pieces.
SERIAL_END = 5


def compare(
    one: Features, other: Features, frequencies: Frequencies, weights: Weights | None = None
) -> tuple[GroundFound, ...]:
    """Compare two entities kind by kind; at most one ground of each kind, identifiers first.

    frequencies: what the holding says of rarity. Returns an empty tuple when nothing can be compared.
    """
    weights = weights or pinned_weights()
    if other.ref < one.ref:
        one, other = other, one
    found: list[GroundFound] = []
    if one.identifiers and other.identifiers:
        _identifiers(one, other, frequencies, weights, found)
    if one.names and other.names:
        ground = compare_names(one.names, other.names, frequencies, weights)
        if ground is not None:
            found.append(ground)
    if one.companies and other.companies:
        ground = compare_companies(one.companies, other.companies, frequencies, weights)
        if ground is not None:
            found.append(ground)
    if one.birth is not None and other.birth is not None:
        found.append(compare_birth(one.birth, other.birth, frequencies, weights))
    for kind, left, right in zip(TRAITS_COMPARED, one.traits, other.traits, strict=True):
        if left and right:
            if left == right:
                bits = frequencies.rarity(kind, left) + weights.of(kind, "same")
                bits = min(bits, weights.most_bits.get(kind, bits))
                found.append(GroundFound(kind, "same", in_quarters(bits), left, right))
            else:
                found.append(GroundFound(kind, "differs", weights.of(kind, "differs"), left, right))
    return tuple(found)


def _identifiers(
    one: Features, other: Features, frequencies: Frequencies, weights: Weights, found: list[GroundFound]
) -> None:
    """The ground that says most for each kind of identifier that both carry, or else the one against."""
    best: dict[str, GroundFound] = {}
    for left in one.identifiers:
        for right in other.identifiers:
            if left.kind == right.kind:
                ground = _pair(left, right, one.kind, other.kind, frequencies, weights)
                if ground is not None:
                    known = best.get(left.kind)
                    if known is None or (ground.bits, ground.one, ground.other) > (
                        known.bits, known.one, known.other,
                    ):  # fmt: skip
                        best[left.kind] = ground
    found.extend(best.values())


def _pair(
    left: Held,
    right: Held,
    kind: EntityKind,
    other_kind: EntityKind,
    frequencies: Frequencies,
    weights: Weights,
) -> GroundFound | None:
    name = left.kind
    outcome = how_alike(left, right)
    if name == "address":
        return _address(left, right, frequencies, weights)
    if outcome is None:
        if kind == other_kind and (kind, name) in ONE_TO_A_THING:
            return GroundFound(name, "differs", weights.of(name, "differs"), left.value, right.value)
        return None
    bits = weights.of(name, outcome)
    if outcome == "partial":
        unread = max(left.value.count(UNREAD), right.value.count(UNREAD))
        bits = max(bits + (unread - 1) * weights.bits["partial.each"], 0.5)
    when = how_held(left, right)
    if when is not None:
        bits = min(bits, weights.of(name, when))
        return GroundFound(name, when, in_quarters(bits), left.value, right.value)
    if name == "handle" and kind == other_kind == "person":
        # Anyone may name a public account; only the account itself is found again by it.
        return GroundFound(name, "public", weights.of(name, "public"), left.value, right.value)
    holders = max(frequencies.holders(name, left.value), frequencies.holders(name, right.value))
    if holders >= weights.hub_from_holders:
        return GroundFound(name, "hub", min(bits, weights.hub_most_bits), left.value, right.value, holders)
    if holders > weights.shared_from_holders:
        bits = max(
            bits - SHARED_COST_BITS * log2(holders / weights.shared_from_holders), weights.hub_most_bits
        )
    return GroundFound(name, outcome, in_quarters(bits), left.value, right.value, holders)


def how_alike(left: Held, right: Held) -> str | None:
    """How two canonical values of one kind agree: same, partial, misread, transposed; None if they do not."""
    if left.value == right.value:
        return "partial" if UNREAD in left.value else "same"
    if len(left.value) != len(right.value):
        return None
    if UNREAD in left.value or UNREAD in right.value:
        return "partial" if _fits(left.value, right.value) else None
    if left.look == right.look:
        return "misread"
    if left.kind == "engine_serial" and _transposed(left.look, right.look):
        return "transposed"
    return None


def _fits(one: str, other: str) -> bool:
    """Whether two plates read in part may be one: every sign read in both is the same, and four are."""
    read = [(a, b) for a, b in zip(one, other, strict=True) if UNREAD not in (a, b)]
    return len(read) >= 4 and all(a == b for a, b in read)


def _transposed(one: str, other: str) -> bool:
    """Whether two neighbours changed places; not the last two, where the next of a delivery would look the
    same.
    """
    differing = [place for place, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
    if len(differing) != 2 or differing[1] != differing[0] + 1 or differing[1] == len(one) - 1:
        return False
    first, second = differing
    return one[first] == other[second] and one[second] == other[first]


def how_held(left: Held, right: Held) -> str | None:
    """What the times say: held_apart, outside, long_apart; None when both may have held it at one time."""
    if left.first_day <= right.last_day and right.first_day <= left.last_day:
        return None
    if left.told and right.told:
        return "held_apart"
    if left.told or right.told:
        return "outside"
    if left.kind in GIVEN_OUT_AGAIN and abs(left.first_day - right.first_day) > LONG_APART_DAYS:
        return "long_apart"
    return None


def _address(left: Held, right: Held, frequencies: Frequencies, weights: Weights) -> GroundFound:
    one, other = left.value, right.value
    when = how_held(left, right)
    if one == other:
        if when is not None:
            return GroundFound("address", when, weights.of("address", when), one, other)
        bits = frequencies.rarity("address", one) + weights.of("address", "same")
        return GroundFound(
            "address", "same", in_quarters(bits), one, other, frequencies.holders("address", one)
        )
    if len(one) >= 5 and len(other) >= 5 and OSA.distance(one, other, score_cutoff=1) <= 1:
        return GroundFound("address", "near", weights.of("address", "near"), one, other)
    return GroundFound("address", "differs", weights.of("address", "differs"), one, other)


def compare_birth(
    one: tuple[int, int, int], other: tuple[int, int, int], frequencies: Frequencies, weights: Weights
) -> GroundFound:
    """Compare two birth dates known in part. 1 January is what is written when the day is not known."""
    outcome, bits = _birth(one, other, frequencies, weights)
    return GroundFound("birth", outcome, in_quarters(bits), show_birth(one), show_birth(other))


def _birth(
    one: tuple[int, int, int], other: tuple[int, int, int], frequencies: Frequencies, weights: Weights
) -> tuple[str, float]:
    left, right = _known(one), _known(other)
    if left == right and left[2]:
        date = f"{one[0]}-{one[1]}-{one[2]}"
        return "same", frequencies.rarity("birth", date) + weights.of("birth", "same")
    if left[0] == right[0]:
        agree = all(a == b or not a or not b for a, b in zip(left[1:], right[1:], strict=True))
        if agree:
            month = 3.0 if left[1] and left[1] == right[1] else 0.0
            year_bits = frequencies.rarity("birth_year", str(one[0])) + weights.of("birth", "same_year")
            return "same_year", year_bits + month
        if left[1:] == (right[2], right[1]):
            return "swapped", weights.of("birth", "swapped")
    whole = bool(left[2] and right[2])
    written, other_written = _digits(left, whole=whole), _digits(right, whole=whole)
    if written != other_written and (
        OSA.distance(written, other_written, score_cutoff=1) <= 1 and (whole or not _neighbours(left, right))
    ):
        return (
            ("slip", weights.of("birth", "slip"))
            if whole
            else ("slip_year", weights.of("birth", "slip_year"))
        )
    if left[0] == right[0]:
        return "other_day", weights.of("birth", "other_day")
    return "different", weights.of("birth", "different")


def _known(date: tuple[int, int, int]) -> tuple[int, int, int]:
    return (date[0], 0, 0) if date[1] == 1 and date[2] == 1 else date


def _neighbours(one: tuple[int, int, int], other: tuple[int, int, int]) -> bool:
    """Two years side by side differ by one digit without any slip of the pen."""
    return abs(one[0] - other[0]) <= 1


def _digits(date: tuple[int, int, int], *, whole: bool) -> str:
    return f"{date[0]:04d}{date[1]:02d}{date[2]:02d}" if whole else f"{date[0]:04d}"


def show_birth(date: tuple[int, int, int]) -> str:
    """The date as far as it is known, in ISO order."""
    year, month, day = date
    return f"{year:04d}" + (f"-{month:02d}" if month else "") + (f"-{day:02d}" if day else "")


def consecutive(one: str, other: str) -> bool:
    """Whether two serials end in numbers that follow each other: two pieces of one delivery."""
    ends = (one[-SERIAL_END:], other[-SERIAL_END:])
    return all(end.isdigit() for end in ends) and abs(int(ends[0]) - int(ends[1])) == 1
