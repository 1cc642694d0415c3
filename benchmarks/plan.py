"""The joint plan: two nodes' edits merged, and how soon the plan is drawn.

`--merges` are meetings of two shores that edited one plan apart (`benchmarks.plan_merges`), a new plan every forty:
they measure the law by which each node draws its plan. `--rounds` are the same at two real nodes of the exercise, a
process each on loopback: in every round both shores say several things decided on what their own node shows, by the
door that programs use, neither having seen the other's; the two plans are asked for by that door when both are quiet.
The rival keeps the newest value by the clock.

Keys: `lost_updates`, `differing`, `structure_differs` (French and English of the minutes) and `done_without` (a done
without evidence or countersignature) over the merges; the same with `nodes_` over the rounds; `lost_by_clock`, what the
rival lost of the same edits; `draw_ms` of a plan of `--measures` with a history.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

import msgspec

from benchmarks.plan_merges import Faults, Shore, act_on, faults_of, lost_by_clock, merges
from entente.errors import Conflict
from entente.exercise.shores import Shores, lay_out
from entente.plan.drawing import draw
from entente.plan.values import Plan, PlanSaid

MEETINGS_A_PLAN = 40
COORDINATORS = {"lille": "FR-ZONE/Roquebert", "dover": "UK-HO/Ashgrave"}
PARTY = {"lille": "FR", "dover": "UK"}


def law(many: int, seed: int) -> dict[str, Any]:
    """So many meetings, a new plan every forty."""
    found, sums = Faults(), dict[str, int]()
    done = 0
    while done < many:
        times = min(MEETINGS_A_PLAN, many - done)
        faults, met = merges(seed + done, times)
        found.add(faults)
        sums = {name: sums.get(name, 0) + number for name, number in met.items()}
        done += times
        if done % 2_000 < MEETINGS_A_PLAN:
            print(f"{done} merges of {many}", file=sys.stderr, flush=True)
    return {"merges": many, **msgspec.to_builtins(found), **sums}


def at_nodes(rounds: int, seed: int) -> dict[str, Any]:
    """The same through the doors of two running nodes."""
    chance = random.Random(seed)
    found, conflicts, acts, refused, lost = Faults(), 0, 0, 0, 0
    folder = Path(tempfile.mkdtemp(prefix="entente-plan-"))
    try:
        lay_out(folder, any_port=True)
        with Shores(folder) as shores:
            asking = {
                node: {
                    "officer": officer,
                    "role": "coordinator",
                    "purpose": "plan_management",
                    "matter": "PLAN",
                    "reason": "measuring the plan",
                }
                for node, officer in COORDINATORS.items()
            }

            def seen(node: str) -> tuple[Plan, list[PlanSaid]]:
                answer = shores.ask(node, "plan", asking[node])
                return (
                    msgspec.convert(answer["plan"], Plan),
                    msgspec.convert(answer["said"], list[PlanSaid]),
                )

            for number in range(rounds):
                before = {node: seen(node)[0] for node in asking}
                for node, officer in COORDINATORS.items():
                    # Each act is decided on the plan as it was, so that the two shores never saw each other's.
                    for _ in range(chance.randrange(1, 4)):
                        act = act_on(before[node], PARTY[node], chance)
                        act = msgspec.structs.replace(act, officer=officer)
                        does = {"plan": "acts", "acts": msgspec.to_builtins([act])}
                        try:
                            shores.ask(node, "plan_do", {"asking": asking[node], "does": does})
                        except Conflict:
                            refused += (
                                1  # the node says that what it answers was replaced by the act before it
                            )
                        else:
                            acts += 1
                shores.wait_until_quiet()
                (here, held), (there, _) = (seen(node) for node in asking)
                found.add(faults_of(here, there, held))
                conflicts += sum(field.is_conflict for item in here.items for field in item.fields)
                lost = len(lost_by_clock({one.id: one for one in held}))
                if number % 20 == 19:
                    print(f"{number + 1} rounds of {rounds}", file=sys.stderr, flush=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    figures = {"rounds": rounds, **msgspec.to_builtins(found)}
    figures |= {"acts": acts, "refused": refused, "conflicts": conflicts, "lost_by_clock": lost}
    return {f"nodes_{name}": figure for name, figure in figures.items()}


def large_plan(measures: int, seed: int) -> list[PlanSaid]:
    """Acts of a plan with so many measures and all that comes with them."""
    chance = random.Random(seed)
    shore = Shore("FR", chance)
    while sum(item.kind == "measure" for item in shore.plan().items) < measures:
        shore.party = chance.choice(("FR", "UK"))
        for _ in range(50):
            shore.say(len(shore.held))
    return list(shore.held.values())


def drawn(measures: int, seed: int) -> dict[str, Any]:
    """How long a large plan takes to draw."""
    said = large_plan(measures, seed)
    took = []
    for _ in range(5):
        began = time.perf_counter()
        draw(said)
        took.append((time.perf_counter() - began) * 1000)
    return {"draw_acts": len(said), "draw_ms": round(median(took), 1)}


def main() -> None:
    """Measure and print; the last line is JSON where asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--merges", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--measures", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    figures: dict[str, Any] = law(asked.merges, asked.seed)
    if asked.rounds:
        figures |= at_nodes(asked.rounds, asked.seed)
    figures |= drawn(asked.measures, asked.seed)
    for name, figure in figures.items():
        print(f"{name:24} {figure}")
    if asked.json:
        print(json.dumps(figures))


if __name__ == "__main__":
    main()
