"""Which counts may be shown, so that no count under five can be read or worked out from those that are (JUD-8).

Leaving out the small ones is not enough: a total less the other parts, a quarter less two of its months, or the counts
of two overlapping periods tell them all the same. So every count is taken as a sum of unknowns (one thing, from one end
of a period to the next) and shown only where nothing under five follows from it together with what is shown already.
The largest are shown first; in doubt more is hidden: parts that were ever named are taken to be all that there are.
What people know from elsewhere, this cannot know.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

import msgspec

FEWEST = 5
# An unknown: (what is counted, between which two ends of periods).
_Unknown = tuple[str, int]
_Sum = dict[_Unknown, Fraction]


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """One count of a period. part_of: the cell that it is a part of; "" for a count of everything.

    name: of a part, what it counts: parts of two totals under one name are one thing in two periods.
    """

    value: float
    starts: dt.date
    ends: dt.date
    part_of: str = ""
    name: str = ""


def hidden(cells: Mapping[str, Cell]) -> frozenset[str]:
    """The cells that are not shown."""
    table = _Table(cells)
    known = _Known()
    for relation in table.relations():
        known.learn(relation, Fraction(0))
    watched = [*table.everything(), *table.rests()]
    left_out = {id for id, cell in cells.items() if cell.value < FEWEST}
    order = sorted(set(cells) - left_out, key=lambda id: (-cells[id].value, id))
    while order:
        # What follows from some cells follows from more: the first that tells too much is found by halving.
        fits, tells = 0, len(order) + 1
        while tells - fits > 1:
            # All at once first: mostly nothing at all is told.
            tried = len(order) if tells > len(order) else (fits + tells) // 2
            if _tells(_shown(known, table, order[:tried])[0], watched):
                tells = tried
            else:
                fits = tried
        known, contradicting = _shown(known, table, order[:fits])
        left_out |= {*contradicting, *order[fits : fits + 1]}
        order = order[fits + 1 :]
    return frozenset(left_out)


def _shown(known: _Known, table: _Table, order: Sequence[str]) -> tuple[_Known, set[str]]:
    """What is known when these are shown too, and which of them contradict it by a few."""
    known, contradicting = known.copy(), set()
    for id in order:
        value, told = Fraction(table.cells[id].value), known.value_of(table.sum_of(id))
        if told is None:
            known.learn(table.sum_of(id), value)
        elif 0 < abs(told - value) < FEWEST:
            # Two counts of one thing that differ by a few: of more and of fewer files, say.
            contradicting.add(id)
    return known, contradicting


def _tells(known: _Known, watched: Sequence[_Sum]) -> bool:
    values = (known.value_of(one) for one in watched)
    return any(one is not None and one < FEWEST for one in values)


class _Known:
    """What follows from sums whose values are known: linear equations, each solved for an unknown of its own."""

    def __init__(self) -> None:
        self._rows: dict[_Unknown, tuple[_Sum, Fraction]] = {}

    def copy(self) -> _Known:
        made = _Known()
        made._rows = dict(self._rows)
        return made

    def learn(self, one: _Sum, value: Fraction) -> None:
        left, rest = self._reduced(one, value)
        if not left:
            return
        pivot = min(left)
        by = left[pivot]
        row: tuple[_Sum, Fraction] = {each: of / by for each, of in left.items()}, rest / by
        # Solved in all other rows too, so that one pass over a sum is enough.
        for other, (held, of_held) in list(self._rows.items()):
            if pivot in held:
                times = held[pivot]
                changed = dict(held)
                _add(changed, row[0], -times)
                self._rows[other] = changed, of_held - times * row[1]
        self._rows[pivot] = row

    def value_of(self, one: _Sum) -> Fraction | None:
        """What a sum comes to; None where that does not follow."""
        left, rest = self._reduced(one, Fraction(0))
        return None if left else -rest

    def _reduced(self, one: _Sum, value: Fraction) -> tuple[_Sum, Fraction]:
        left = dict(one)
        for each in one:
            if each in self._rows:
                row, of_row = self._rows[each]
                times = one[each]
                _add(left, row, -times)
                value -= times * of_row
        return left, value


def _add(to: _Sum, one: _Sum, times: Fraction) -> None:
    for each, of in one.items():
        found = to.get(each, Fraction(0)) + of * times
        if found:
            to[each] = found
        else:
            to.pop(each, None)


class _Table:
    """Cells as sums of unknowns: what is counted is everything, or a part of it by name, down to the last named."""

    def __init__(self, cells: Mapping[str, Cell]) -> None:
        self.cells = cells
        self.days = sorted({day for cell in cells.values() for day in _days(cell)})
        self._place = {day: number for number, day in enumerate(self.days)}
        self.parts: dict[str, list[str]] = {}
        for id in sorted(cells):
            if cells[id].part_of in cells:
                self.parts.setdefault(cells[id].part_of, []).append(id)
        self._thing: dict[str, str] = {}
        for id in cells:
            self._name(id, frozenset())
        self._parts_of_thing: dict[str, set[str]] = {}
        for total, parts in self.parts.items():
            named = {self._thing[part] for part in parts if not _is_alone(self._thing[part])}
            if named:
                self._parts_of_thing.setdefault(self._thing[total], set()).update(named)
        self._has_more = {thing for thing in self._parts_of_thing if self._is_more_than_named(thing)}

    def _name(self, id: str, met: frozenset[str]) -> str:
        """What a cell counts. A part that its name does not tell from its siblings counts a thing of its own."""
        if id not in self._thing:
            cell = self.cells[id]
            if cell.part_of not in self.cells or cell.part_of in met:
                self._thing[id] = "" if cell.part_of not in self.cells else f"#{id}"
            else:
                siblings = [self.cells[one].name for one in self.parts[cell.part_of]]
                above = self._name(cell.part_of, met | {id})
                alone = not cell.name or siblings.count(cell.name) > 1
                self._thing[id] = f"#{id}" if alone else f"{above}/{cell.name}"
        return self._thing[id]

    def _is_more_than_named(self, thing: str) -> bool:
        """Whether a total that has all parts that were ever named is not their sum."""
        return any(
            self._thing[total] == thing
            and {self._thing[part] for part in parts} == self._parts_of_thing[thing]
            and self._rest(total) != 0
            for total, parts in self.parts.items()
        )

    def _leaves(self, thing: str) -> Iterator[str]:
        below = self._parts_of_thing.get(thing)
        if below is None:
            yield thing
            return
        for part in sorted(below):
            yield from self._leaves(part)
        if thing in self._has_more:
            yield f"{thing}/+"

    def _sum(self, thing: str, first: int, last: int) -> _Sum:
        return {(leaf, number): Fraction(1) for leaf in self._leaves(thing) for number in range(first, last)}

    def sum_of(self, id: str) -> _Sum:
        """A cell as a sum of unknowns."""
        first, last = (self._place[day] for day in _days(self.cells[id]))
        return self._sum(self._thing[id], first, last)

    def everything(self) -> Iterator[_Sum]:
        """All that could be counted: each thing, from any end of a period to any other."""
        for thing in sorted({*self._thing.values(), *(f"{one}/+" for one in self._has_more)}):
            mine = {day for id in self.cells for day in _days(self.cells[id]) if self._thing[id] == thing}
            places = sorted(self._place[day] for day in mine) if _is_alone(thing) else range(len(self.days))
            for first in places:
                yield from (self._sum(thing, first, last) for last in places if last > first)

    def relations(self) -> Iterator[_Sum]:
        """A total with parts that their names do not tell apart is those, the named ones and a rest: equal to 0."""
        for total, parts in self.parts.items():
            if any(_is_alone(self._thing[part]) for part in parts):
                relation = self.sum_of(total)
                for part in parts:
                    _add(relation, self.sum_of(part), Fraction(-1))
                if self._rest(total):
                    _add(relation, {(f"rest of {total}", 0): Fraction(1)}, Fraction(-1))
                yield relation

    def rests(self) -> Iterator[_Sum]:
        """What the parts of a total leave of it."""
        for total in self.parts:
            if self._rest(total):
                rest = self.sum_of(total)
                for part in self.parts[total]:
                    _add(rest, self.sum_of(part), Fraction(-1))
                if rest:
                    yield rest

    def _rest(self, total: str) -> float:
        return self.cells[total].value - sum(self.cells[part].value for part in self.parts[total])


def _is_alone(thing: str) -> bool:
    return thing.startswith("#")


def _days(cell: Cell) -> tuple[dt.date, dt.date]:
    return cell.starts, cell.ends + dt.timedelta(days=1)
