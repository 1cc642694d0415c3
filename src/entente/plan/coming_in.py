"""A sheet comes into the plan: the acts that an officer would do by hand, in an order in which they can be done.

What already stands in the plan by its title is taken for the same and never opened twice; a field that already holds
what the sheet says is left alone, so that the same sheet a second time does nothing. An import decides nothing that
people decide: it settles no conflict, moves no date without a reason, names no owner of the other side, takes back no
"done" and claims none. What it leaves is said in both languages, line by line.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from entente.formats.plan_cells import PlanRow
from entente.plan.coming_acts import Acts
from entente.plan.coming_values import Importing, PlanOfImport
from entente.plan.coming_wants import Wants
from entente.plan.values import PlanSaid


def plan_import(said: Iterable[PlanSaid], rows: Sequence[PlanRow], by: Importing) -> PlanOfImport:
    """What it takes to bring rows into the plan. said: all acts on the plan so far."""
    so_far = tuple(said)
    wants = Wants(so_far, by)
    wants.open_all(rows)
    for row in rows:
        wants.take(row)
    return Acts(so_far, wants.targets, by, wants.notes).worked_out()
