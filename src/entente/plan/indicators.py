"""What an indicator shows: its values, append-only, with small numbers left out (PLN-2, PLN-6, JUD-8).

A count under five is never shown, and no two figures that are shown differ by so little that the difference tells one:
of a total and its parts, of a period within another, of a value and its correction. In doubt more is hidden.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import msgspec

from entente.errors import Text
from entente.model.plan_act import Bilingual, ValueGiven
from entente.plan.drawing import in_order, standing
from entente.plan.values import PlanSaid

FEWEST = 5
TOO_FEW = Text("non montré (petit nombre)", "not shown (small number)")


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """One value as anybody may see it. value None: a small number, or one that would tell a small number."""

    id: str
    value: float | None
    starts: dt.date
    ends: dt.date
    source: Bilingual
    quality: Bilingual
    by: str
    is_current: bool
    part_of: str = ""


def shown(said: Iterable[PlanSaid], indicator: str) -> tuple[Shown, ...]:
    """All values of an indicator in order of time, those that were corrected too. said: any acts, in any order."""
    given = {
        one.id: (one, one.act)
        for one in in_order(said)
        if isinstance(one.act, ValueGiven) and one.act.indicator == indicator
    }
    stands = standing({id: act.corrects for id, (_, act) in given.items()})
    hidden = _hidden({id: act for id, (_, act) in given.items()}, stands)
    return tuple(
        Shown(
            id=id,
            value=None if id in hidden else act.value,
            starts=act.starts,
            ends=act.ends,
            source=act.source,
            quality=act.quality,
            by=one.by,
            is_current=id in stands,
            part_of=act.part_of,
        )
        for id, (one, act) in given.items()
    )


def _hidden(values: dict[str, ValueGiven], stands: frozenset[str]) -> set[str]:
    counts = {id: act for id, act in values.items() if act.is_count}
    # A correction would tell its difference to what it corrects: of counts only the value that stands is shown.
    hidden = {id for id, act in counts.items() if act.value < FEWEST or id not in stands}
    order = sorted(counts, key=lambda id: (counts[id].value, id))
    for one in order:
        for other in order:
            if one != other and not {one, other} & hidden and _tell(counts[one], counts[other]):
                hidden.add(one)
    for total in order:
        parts = [id for id in order if counts[id].part_of == total and id in stands]
        while total not in hidden and (gone := [id for id in parts if id in hidden]):
            if len(gone) > 1 and sum(counts[id].value for id in gone) >= FEWEST:
                break
            left = [id for id in parts if id not in hidden]
            hidden.add(left[0] if left else total)
    return hidden


def _tell(one: ValueGiven, other: ValueGiven) -> bool:
    """Whether the difference of two counts is a small number of something: one lies within the other."""
    within = other.starts <= one.starts and one.ends <= other.ends
    return within and abs(one.value - other.value) < FEWEST and one.part_of == other.part_of
