"""What an indicator shows: its values, append-only, with small numbers left out (PLN-2, PLN-6, JUD-8).

A value is never overwritten: what corrects it stands beside it and says what it corrects. Of counts, those that are
shown tell no count under five, neither by themselves nor together (see `small_numbers`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import msgspec

from entente.errors import Text
from entente.model.plan_act import Bilingual, ValueGiven
from entente.plan.drawing import in_order, standing
from entente.plan.small_numbers import Cell, hidden
from entente.plan.values import PlanSaid

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
    left_out = _hidden({id: act for id, (_, act) in given.items()}, stands)
    return tuple(
        Shown(
            id=id,
            value=None if id in left_out else act.value,
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


def _hidden(values: dict[str, ValueGiven], stands: frozenset[str]) -> frozenset[str]:
    counts = {id: act for id, act in values.items() if act.is_count}
    # A correction would tell its difference to what it corrects: of counts only the value that stands is shown.
    standing_counts = {
        id: Cell(
            value=act.value,
            starts=act.starts,
            ends=act.ends,
            part_of=act.part_of,
            name=act.source.say("fr"),
        )
        for id, act in counts.items()
        if id in stands
    }
    return hidden(standing_counts) | (frozenset(counts) - stands)
