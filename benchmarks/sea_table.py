"""A full table at sea: how soon a new report is associated and stands on both shores' maps, and what a node weighs.

Two real nodes of the exercise (a process each) on loopback. Reports of invented nights are recorded at Lille and at
Dover in turn, by the door that programs use, until so many lie on the table; then reports are written one by one, and
timed from the moment at which one is handed in until the picture of either node holds it in a boat. The picture is
asked for through the door by which the map asks for it. Memory is what the kernel says each process holds.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sys
import tempfile
import threading
import time
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import httpx
import msgspec

from entente.exercise.nights.night import night
from entente.exercise.shores import Shores, lay_out
from entente.maritime.values import SeaReport

WATCH = {"lille": ("FR-PREMAR/Kerlazan", "FR-PREMAR"), "dover": ("UK-HMCG/Polwhere", "UK-HMCG")}


def draft_of(report: SeaReport, service: str, number: int) -> dict[str, Any]:
    """A report of an invented night as a watch-keeper of a service hands it in, now."""
    seen = report.seen
    return {
        "kind": "distress",
        "service": service,
        "said_at": report.at.isoformat(),
        "reference": f"BENCH-{number}",
        "statements": [
            {
                "id": "s1",
                "basis": "reported",
                "wording": {"language": "fr", "text": seen.words or "appel"},
                "grade": {"scheme": "admiralty", "source": "F", "information": "6"},
                "checked_on": report.at.date().isoformat(),
                "sighting": msgspec.to_builtins(seen),
            }
        ],
    }


class Watch:
    """A watch-keeper's page without a screen: asks for the picture as the map does."""

    def __init__(self, address: str, officer: str) -> None:
        self._client = httpx.Client(base_url=address, trust_env=False, timeout=60, follow_redirects=False)
        self._client.post("/sign-in/exercise", data={"officer": officer, "role": "watch_keeper"})
        page = self._client.get("/shift").text
        csrf = page.partition('name="csrf" content="')[2].partition('"')[0]
        self._client.post("/shift", data={"csrf": csrf, "matter": "SAR", "reason": "measuring the table"})

    def holds(self, record: str) -> bool:
        """Whether the map shows the boat of a report."""
        return self._client.get("/sea/picture.json", params={"boat": record}).status_code == 200

    def all(self) -> None:
        """Ask for the whole map once."""
        self._client.get("/sea/picture.json").raise_for_status()

    def until(self, record: str, began: float) -> float:
        """Seconds since `began` at which the picture holds a report."""
        while not self.holds(record):
            time.sleep(0.01)
        return time.monotonic() - began


def resident_mib(pid: int) -> float:
    """What the kernel says that a process holds in memory."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def main(arguments: list[str] | None = None) -> None:
    """Run it; the last line is one JSON object."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true", help="the last line is one JSON object")
    parser.add_argument("--reports", type=int, default=500, help="reports on the table")
    parser.add_argument("--new", type=int, default=40, help="reports that are timed")
    parser.add_argument("--seed", type=int, default=3)
    asked = parser.parse_args(arguments)
    folder = Path(tempfile.mkdtemp(prefix="entente-table-"))
    wanted = asked.reports + asked.new
    reports: list[SeaReport] = []
    seed = asked.seed
    while len(reports) < wanted:
        reports += night(seed).reports
        seed += 1
    reports = sorted(reports, key=lambda one: one.seen_at)[:wanted]
    figures: dict[str, Any] = {"reports": asked.reports, "new": asked.new}
    try:
        lay_out(folder, any_port=True)
        with Shores(folder) as shores:
            pids = {node: shores._started[node].pid for node in WATCH}
            asking = {
                node: {"officer": officer, "reason": "measuring the table", "matter": "SAR"}
                for node, (officer, _) in WATCH.items()
            }
            shores.ask("lille", "clock", {"at": reports[-1].at.isoformat()})
            shores.ask("dover", "clock", {"at": reports[-1].at.isoformat()})

            def hand_in(number: int) -> str:
                node = "lille" if number % 2 == 0 else "dover"
                draft = draft_of(reports[number], WATCH[node][1], number)
                row = shores.ask(node, "distress", {"asking": asking[node], "content": json.dumps(draft)})
                return str(row["id"])

            began = time.monotonic()
            for number in range(asked.reports):
                hand_in(number)
            while not all(shores.ask(node, "status")["quiet"] for node in WATCH):
                time.sleep(0.2)
            figures["fill_s"] = round(time.monotonic() - began, 1)
            watches = {node: Watch(shores.address(node), officer) for node, (officer, _) in WATCH.items()}
            began = time.monotonic()
            for watch in watches.values():
                watch.all()
            figures["first_picture_s"] = round(time.monotonic() - began, 2)
            own: list[float] = []
            both: list[float] = []
            chance = random.Random(asked.seed)
            for number in range(asked.reports, wanted):
                time.sleep(chance.uniform(0.2, 0.9))
                began = time.monotonic()
                record = hand_in(number)
                took: dict[str, float] = {}

                def look(node: str, record: str = record, began: float = began) -> None:
                    took[node] = watches[node].until(record, began)  # noqa: B023 - joined before the next

                threads = [threading.Thread(target=look, args=(node,)) for node in watches]
                for thread in threads:
                    thread.start()
                for thread in threads:
                    thread.join()
                own.append(min(took.values()))
                both.append(max(took.values()))
                print(f"{number}: {took}", file=sys.stderr, flush=True)
            figures["one_shore_p50_s"] = round(median(own), 3)
            figures["both_shores_p50_s"] = round(median(both), 3)
            figures["both_shores_p95_s"] = round(quantiles(both, n=20)[18], 3)
            figures["both_shores_worst_s"] = round(max(both), 3)
            figures["node_mib"] = round(max(resident_mib(pids[node]) for node in WATCH), 1)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    for name, figure in figures.items():
        print(f"{name:24} {figure}")
    if asked.json:
        print(json.dumps(figures))


if __name__ == "__main__":
    main()
