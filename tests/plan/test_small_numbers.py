"""No count under five follows from what is shown: tried by whoever adds, subtracts and solves for it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from entente.model.plan_act import Bilingual, ValueGiven
from entente.plan.indicators import shown
from entente.plan.small_numbers import FEWEST, Cell, hidden
from entente.plan.values import PlanSaid

MONTHS = [dt.date(2031, month, 1) for month in range(1, 8)]
PARTS = ("beach", "port", "hinterland")


def months(first: int, last: int) -> dict[str, dt.date]:
    """From the first of one month to the end of another; both from 1."""
    return {"starts": MONTHS[first - 1], "ends": MONTHS[last] - dt.timedelta(days=1)}


def count(value: float, first: int, last: int | None = None, **changes: Any) -> Cell:
    return Cell(value=value, **months(first, last or first), **changes)


def left_out(**cells: Cell) -> set[str]:
    return set(hidden(cells))


def test_jud_8_a_small_count_is_not_shown_and_not_told_by_what_stands_around_it() -> None:
    assert left_out(a=count(4, 1), b=count(5, 2)) == {"a"}
    # A quarter less two of its months tells the third: so one more month is left out.
    assert left_out(jan=count(40, 1), feb=count(3, 2), mar=count(20, 3), all=count(63, 1, 3)) == {
        "feb",
        "mar",
    }
    # The same where nobody gave the small month at all.
    assert left_out(jan=count(40, 1), mar=count(20, 3), all=count(63, 1, 3)) == {"mar"}
    # A total less its other parts, and a total of totals.
    parts = {name: count(n, 1, part_of="t", name=name) for name, n in (("a", 3), ("b", 9), ("c", 28))}
    assert left_out(t=count(40, 1), **parts) == {"a", "b"}
    assert left_out(u=count(90, 1), t=count(40, 1, part_of="u"), s=count(50, 1, part_of="u"), **parts) >= {
        "a"
    }
    # The parts that were given leave a small rest.
    assert left_out(t=count(40, 1), b=count(37, 1, part_of="t")) == {"b"}
    # Two totals of one month that differ by a few: all files, and all but those of a judge.
    assert left_out(all=count(42, 1), open=count(40, 1)) == {"open"}
    # One part, followed from a quarter into its months.
    quarter = {
        "q": count(90, 1, 3),
        "q_port": count(43, 1, 3, part_of="q", name="port"),
        **{f"m{n}": count(30, n) for n in (1, 2, 3)},
        **{f"p{n}": count(v, n, part_of=f"m{n}", name="port") for n, v in ((1, 20), (2, 20), (3, 3))},
    }
    assert "p3" in left_out(**quarter)
    assert len({"q_port", "p1", "p2"} & left_out(**quarter)) >= 1


def test_counts_that_tell_nothing_small_are_all_shown() -> None:
    assert left_out(jan=count(40, 1), feb=count(9, 2), mar=count(20, 3), all=count(69, 1, 3)) == set()
    assert left_out(t=count(40, 1), a=count(12, 1, part_of="t"), b=count(28, 1, part_of="t")) == set()
    # Parts of one total that happen to be nearly alike tell nothing of each other.
    assert left_out(t=count(40, 1), a=count(19, 1, part_of="t"), b=count(21, 1, part_of="t")) == set()


@st.composite
def counted(draw: st.DrawFn) -> tuple[dict[str, Cell], dict[str, np.ndarray]]:
    """Counts of real things: of some months, some parts; beside each what it adds up, by part and month."""
    number = draw(st.integers(2, 4))
    things = np.array(
        draw(
            st.lists(
                st.lists(st.integers(0, 14), min_size=number, max_size=number),
                min_size=len(PARTS),
                max_size=len(PARTS),
            )
        )
    )
    cells: dict[str, Cell] = {}
    adds: dict[str, np.ndarray] = {}
    periods = st.tuples(st.integers(1, number), st.integers(1, number)).map(sorted)
    for first, last in draw(st.lists(periods, min_size=1, max_size=5, unique_by=tuple)):
        total = f"{first}-{last}"
        adds[total] = np.zeros((len(PARTS), number))
        adds[total][:, first - 1 : last] = 1
        cells[total] = count(float((things * adds[total]).sum()), first, last)
        for row, name in enumerate(PARTS):
            if draw(st.booleans()):
                part = f"{total} {name}"
                adds[part] = np.zeros((len(PARTS), number))
                adds[part][row, first - 1 : last] = 1
                value = float((things * adds[part]).sum())
                cells[part] = count(value, first, last, part_of=total, name=name)
    return cells, adds


def rank(rows: list[np.ndarray]) -> int:
    return int(np.linalg.matrix_rank(np.array([row.ravel() for row in rows]))) if rows else 0


@settings(max_examples=150, deadline=None)
@given(counted())
def test_jud_8_no_small_count_follows_from_those_that_are_shown(
    of: tuple[dict[str, Cell], dict[str, np.ndarray]],
) -> None:
    cells, adds = of
    gone = hidden(cells)
    known = [adds[id] for id in cells if id not in gone]
    for id, cell in cells.items():
        if cell.value < FEWEST:
            assert id in gone
            assert rank([*known, adds[id]]) > rank(known), id


def test_jud_8_an_indicator_shows_no_small_count_of_any_order_of_acts_nor_one_corrected_by_a_few() -> None:
    note = Bilingual(fr="registre", en="register")

    def value(id: str, number: float, first: int, last: int, **changes: Any) -> PlanSaid:
        act = ValueGiven(
            officer="M",
            indicator="i",
            value=number,
            source=note,
            quality=note,
            **months(first, last),
            **changes,
        )
        at = dt.datetime(2031, 9, 1, tzinfo=dt.UTC)
        return PlanSaid(id=id, at=at, by="FR-ZONE", party="FR", act=act)

    acts = [value("q", 63, 1, 3), value("jan", 40, 1, 1), value("feb", 3, 2, 2), value("mar", 20, 3, 3)]
    for order in (acts, acts[::-1]):
        assert {one.id: one.value for one in shown(order, "i")} == {
            "q": 63,
            "jan": 40,
            "feb": None,
            "mar": None,
        }
    # What was 63 was 61 before: shown together they would tell the two that came to it.
    again = [value("q0", 61, 1, 3), value("q", 63, 1, 3, corrects=("q0",))]
    assert {one.id: one.value for one in shown(again, "i")} == {"q0": None, "q": 63}
    # A share counts nobody: it is shown as it is.
    assert [one.value for one in shown([value("r", 3, 1, 1, is_count=False)], "i")] == [3]
