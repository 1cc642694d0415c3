"""The joint plan: two nodes' edits merged, and how soon the plan and its papers are made.

`--merges` are meetings of two shores that edited one plan apart (`benchmarks.plan_merges`), a new plan every forty:
they measure the law by which each node draws its plan. `--rounds` are the same at two real nodes of the exercise, a
process each on loopback: in every round both shores say several things decided on what their own node shows, by the
door that programs use, neither having seen the other's; the two plans are asked for by that door when both are quiet.
The rival keeps the newest value by the clock.

Keys: `lost_updates`, `differing`, `structure_differs` (French and English of the minutes) and `done_without` (a done
without evidence or countersignature) over the merges; the same with `nodes_` over the rounds; `lost_by_clock`, what the
rival lost of the same edits; `draw_ms` of a plan with a history. Of a plan of `--measures` and a meeting of
`--entries` lines at a running node: `pack_ms` and `status_ms`, the PDFs in both languages as a page's link gives them,
and `glance_ms`, the page of the plan; each the worst of ten.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import random
import re
import shutil
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

import httpx
import msgspec

from benchmarks.plan_merges import START, Faults, Shore, act_on, faults_of, lost_by_clock, merges
from entente.errors import Conflict
from entente.exercise.shores import Shores, lay_out
from entente.model.plan_act import Bilingual, Day, Edited, Opened, Owners, PlanAct, Words
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
                if number % 20 == 19 or number == rounds - 1:
                    print(f"{number + 1} rounds of {rounds}", file=sys.stderr, flush=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    figures = {"rounds": rounds, **msgspec.to_builtins(found)}
    figures |= {"acts": acts, "refused": refused, "conflicts": conflicts, "lost_by_clock": lost}
    return {f"nodes_{name}": figure for name, figure in figures.items()}


def at_pages(measures: int, entries: int) -> dict[str, Any]:
    """The papers and the page of a large plan, as an officer's browser asks for them."""
    folder = Path(tempfile.mkdtemp(prefix="entente-plan-"))
    node, officer = "lille", COORDINATORS["lille"]
    try:
        lay_out(folder, any_port=True)
        with Shores(folder) as shores:
            asking = {
                "officer": officer,
                "role": "coordinator",
                "purpose": "plan_management",
                "matter": "PLAN",
                "reason": "measuring the plan",
            }

            def say(acts: list[PlanAct]) -> list[str]:
                does = {"plan": "acts", "acts": msgspec.to_builtins(acts)}
                return list(shores.ask(node, "plan_do", {"asking": asking, "does": does})["ids"])

            meeting, point = say(
                [
                    Opened(officer=officer, kind="meeting"),
                    Opened(officer=officer, kind="agenda_point", under="@0"),
                ]
            )
            for number in range(measures):
                say(_written(officer, "measure", "", number, "title"))
            for number in range(entries):
                say(_written(officer, ("sentence", "decision", "action")[number % 3], point, number, "text"))
            client = httpx.Client(base_url=shores.address(node), trust_env=False, timeout=60)
            client.post("/sign-in/exercise", data={"officer": officer, "role": "coordinator"})
            found = re.search(r'name="csrf" content="([^"]+)"', client.get("/shift").text)
            assert found, "nobody is signed in"
            shift = {"csrf": found[1], "matter": "PLAN", "reason": "measuring the plan"}
            client.post("/shift", data=shift)
            figures = {"page_measures": measures, "pack_entries": entries}
            paths = {
                "pack": f"/plan/meetings/{meeting}/pack.pdf",
                "status": "/plan/status.pdf",
                "glance": "/plan",
            }
            for name, path in paths.items():
                took = []
                for _ in range(10):
                    began = time.perf_counter()
                    answer = client.get(path)
                    took.append((time.perf_counter() - began) * 1000)
                    assert answer.status_code == 200, answer.text
                figures[f"{name}_ms"] = round(max(took))
                figures[f"{name}_kib"] = len(answer.content) // 1024
            return figures
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _written(officer: str, kind: Any, under: str, number: int, field: Any) -> list[PlanAct]:
    fr = f"La partie française présente la ligne {number} et propose un relevé chaque semaine aux deux services."
    en = f"The French party presents line {number} and proposes a return to both services every week."
    day = START.date() + dt.timedelta(days=number % 600)
    acts: list[PlanAct] = [
        Opened(officer=officer, kind=kind, under=under),
        Edited(officer=officer, item="@0", field=field, value=Words(text=Bilingual(fr, en))),
    ]
    if kind in ("measure", "action"):
        acts.append(Edited(officer=officer, item="@0", field="owner_FR", value=Owners(owner="FR-PAF")))
        acts.append(Edited(officer=officer, item="@0", field="due", value=Day(day=day)))
    return acts


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
    parser.add_argument("--measures", type=int, default=200)
    parser.add_argument("--entries", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    figures: dict[str, Any] = law(asked.merges, asked.seed)
    if asked.rounds:
        figures |= at_nodes(asked.rounds, asked.seed)
    figures |= drawn(60, asked.seed)
    if asked.measures:
        figures |= at_pages(asked.measures, asked.entries)
    for name, figure in figures.items():
        print(f"{name:24} {figure}")
    if asked.json:
        print(json.dumps(figures))


if __name__ == "__main__":
    main()
