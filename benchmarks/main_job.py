"""The main job on real input: records of two shores imported, released, exchanged, cross-checked.

Two real nodes (`entente serve`, a process each) on loopback with embedded SQLite. The records of one public table of
historical people with errors are split at random between them; each half is imported as a holding by the call that the
terminal makes, then released. Lille's half goes one by one (each record sealed, signed and verified by itself), Dover's
half in bulk. While Lille's half crosses, distress calls go the same way by the life lane and are timed. When all is
quiet, single records are timed from the call that records them to their place in the partner's ledger.

Who is who is told by the table's own column `cluster`, which no node is given. Hits are those in
force at either node (two records of one shore are linked there, two of two shores on both); precision and recall are
over all true pairs of the sample.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from pathlib import Path
from statistics import quantiles
from typing import Any

import httpx

from entente.api.client import LocalNode
from entente.crosscheck.desk import ACCESS
from entente.exercise.agreement import exercise_agreement
from entente.holding import BATCH_ROWS
from entente.node import Node
from entente.settings import Listening, OfficerListed, pin_partner, write_settings
from entente.store.secrets import make_secrets
from entente.store.store import value_of

TABLE = "data/persons/historical_figures_with_errors_50k.parquet"
GRADE = {"scheme": "europol", "source": "B", "information": "2"}
OFFICERS = {
    "lille": (
        OfficerListed(name="import", service="FR-OLTIM", roles=("investigator",)),
        OfficerListed(name="watch", service="FR-PREMAR", roles=("watch_keeper",)),
    ),
    "dover": (
        OfficerListed(name="import", service="UK-NCA", roles=("investigator",)),
        OfficerListed(name="watch", service="UK-HMCG", roles=("watch_keeper",)),
    ),
}
ASKING = {"officer": "import", "reason": "measuring the main job", "matter": "BENCH"}
WATCH = {"officer": "watch", "reason": "measuring the life lane", "matter": "SAR"}


def shared() -> Path:
    """Where the public data lies."""
    return Path(os.environ.get("ENTENTE_SHARED", Path(__file__).resolve().parents[2] / "shared"))


def free_port() -> int:
    """A port that nobody listens on now."""
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def lay_out(root: Path) -> dict[str, LocalNode]:
    """Two pinned nodes in one folder, not yet running."""
    identities: dict[str, Any] = {}
    ports = {name: free_port() for name in OFFICERS}
    for name, officers in OFFICERS.items():
        write_settings(root / name, Listening(node=name, port=ports[name]), exercise_agreement(), officers)
        identities[name] = make_secrets(root / name / "secrets", name).identity()
    for name, other in (("lille", "dover"), ("dover", "lille")):
        pin_partner(root / name, identities[other], f"http://127.0.0.1:{ports[other]}")
    return {name: LocalNode(root / name) for name in OFFICERS}


def start(nodes: dict[str, LocalNode]) -> list[subprocess.Popen[bytes]]:
    """Run both nodes as processes of their own, and wait until they answer."""
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "entente.cli", "serve", "--folder", str(node.folder)],
            stdout=subprocess.DEVNULL,
        )
        for node in nodes.values()
    ]
    deadline = time.monotonic() + 60
    while not all(node.is_running() for node in nodes.values()):
        if time.monotonic() > deadline:
            raise SystemExit("the nodes did not start")
        time.sleep(0.05)
    return running


class Watching:
    """Looks at a node's health without opening anything, as often as is asked."""

    def __init__(self, node: LocalNode) -> None:
        serving = json.loads((node.folder / "serving.json").read_text())
        self._client = httpx.Client(
            base_url=f"http://{serving['host']}:{serving['port']}", trust_env=False, timeout=60
        )

    def health(self) -> dict[str, Any]:
        """Entries, quiet, arrived numbers."""
        answer: dict[str, Any] = self._client.get("/health").json()
        return answer

    def arrived(self, partner: str, lane: str) -> int:
        """How far it has come in a partner's lane."""
        return int(self.health()["arrived"][partner][lane])

    def wait_for(self, partner: str, lane: str, number: int, pause_s: float, limit_s: float = 1800) -> float:
        """Wait until a number of a lane has arrived; returns the monotonic time at which it was seen."""
        deadline = time.monotonic() + limit_s
        while time.monotonic() < deadline:
            if self.arrived(partner, lane) >= number:
                return time.monotonic()
            time.sleep(pause_s)
        raise SystemExit(f"number {number} of {partner}/{lane} did not arrive within {limit_s} s")

    def wait_quiet(self, limit_s: float = 3600) -> None:
        """Wait until every desk has read the whole ledger."""
        deadline = time.monotonic() + limit_s
        while time.monotonic() < deadline:
            if self.health()["quiet"]:
                return
            time.sleep(0.2)
        raise SystemExit("the node did not become quiet")


def say(text: str) -> None:
    """Progress, apart from the figures."""
    print(text, file=sys.stderr, flush=True)


def split(
    table: Path, count: int | None, seed: int, root: Path
) -> tuple[dict[str, Path], dict[str, str], int]:
    """Two Parquet files with a random half each; the truth (row id -> person), and the number of true pairs."""
    import pyarrow.parquet as parquet

    rows = parquet.read_table(table)
    chance = random.Random(seed)
    clusters = rows["cluster"].to_pylist()
    chosen = list(range(rows.num_rows))
    if count is not None and count < rows.num_rows:
        # Whole persons are drawn, so that a sample has the true pairs of a smaller table and not a thinned one.
        names = sorted(set(clusters))
        chance.shuffle(names)
        of: dict[str, list[int]] = defaultdict(list)
        for place, name in enumerate(clusters):
            of[name].append(place)
        chosen = []
        for name in names:
            if len(chosen) >= count:
                break
            chosen += of[name]
        chosen = chosen[:count]
    chance.shuffle(chosen)
    half = len(chosen) // 2
    files = {}
    for name, places in (("lille", chosen[:half]), ("dover", chosen[half:])):
        files[name] = root / f"{name}.parquet"
        # The nodes get the table's own columns but not the truth.
        parquet.write_table(rows.take(places).drop_columns(["cluster"]), files[name])
    ids = rows["unique_id"].to_pylist()
    truth = {ids[place]: clusters[place] for place in chosen}
    sizes: dict[str, int] = defaultdict(int)
    for person in truth.values():
        sizes[person] += 1
    return files, truth, sum(size * (size - 1) // 2 for size in sizes.values())


def import_half(node: LocalNode, file: Path, answers: dict[str, Any]) -> None:
    """Import one half as the terminal does."""
    asked = {
        "asking": ASKING,
        "path": str(file),
        "regime": "undetermined",
        "handling": ["H1"],
        "grade": GRADE,
    }
    for progress in node.ask_lines("import", asked):
        say(f"  {node.folder.name}: {progress['recorded']} rows")
        answers[node.folder.name] = progress


def distress_draft(number: int) -> str:
    """A distress as a watch-keeper's program sends it."""
    return json.dumps(
        {
            "kind": "distress",
            "service": "FR-PREMAR",
            "reference": f"SAR-{number}",
            "statements": [
                {
                    "id": "s1",
                    "basis": "reported",
                    "wording": {"language": "fr", "text": "moteur arrêté, environ quarante personnes"},
                    "grade": {"scheme": "admiralty", "source": "B", "information": "2"},
                    "checked_on": "2031-10-19",
                    "sighting": {
                        "phase": "distress",
                        "position": {"latitude": 50.9, "longitude": 1.5},
                        "persons_on_board": {"at_least": 40},
                    },
                }
            ],
        }
    )


def life_under_load(
    nodes: dict[str, LocalNode], watching: Watching, every_s: float, stop: threading.Event
) -> list[float]:
    """Record distress calls at Lille until stopped; seconds from the call to the place in Dover's ledger."""
    taken: list[float] = []
    number = watching.arrived("lille", "life")
    while not stop.is_set():
        number += 1
        begun = time.monotonic()
        nodes["lille"].ask("distress", {"asking": WATCH, "content": distress_draft(number)})
        taken.append(watching.wait_for("lille", "life", number, 0.02, 120) - begun)
        stop.wait(every_s)
    return taken


def single_records(nodes: dict[str, LocalNode], watching: Watching, count: int) -> list[float]:
    """Record reports one at a time at Lille; seconds from the call to the place in Dover's ledger."""
    taken: list[float] = []
    number = watching.arrived("lille", "routine")
    for place in range(count):
        number += 1
        draft = {
            "kind": "report",
            "service": "FR-OLTIM",
            "purpose": "intelligence",
            "matter": "BENCH",
            "regime": "undetermined",
            "handling": ["H1"],
            "recipients": ["dover"],
            "statements": [
                {
                    "id": "s1",
                    "basis": "fact",
                    "wording": {"language": "fr", "text": "ligne relevée"},
                    "grade": GRADE,
                    "checked_on": "2031-10-19",
                    "entities": [
                        {
                            "id": "e1",
                            "kind": "person",
                            "category": "not_yet_assessed",
                            "identifiers": [
                                {"kind": "phone", "written": f"06 39 98 {place:02d} {place * 7 % 100:02d}"}
                            ],
                        }
                    ],
                }
            ],
        }
        begun = time.monotonic()
        nodes["lille"].ask("record", {"asking": ASKING, "draft": draft})
        taken.append(watching.wait_for("lille", "routine", number, 0.002, 60) - begun)
        time.sleep(0.1)
    return taken


def pairs_at(folder: Path, truth: dict[str, str]) -> set[tuple[str, str]]:
    """Hits in force at a node that has stopped, as pairs of rows: read from its ledger, since no officer sees all."""
    node = Node(folder)
    try:
        couples = node.crosscheck.couples()
        rows = list(node.store.current({ref.record for couple in couples for ref in couple}).values())
        row_of: dict[str, str] = {}
        for (record, _), parts in node.store.open_for_desk(ACCESS, rows).items():
            for stored in parts:
                if stored.part.name == "statement/s1":
                    row_of[record] = value_of(stored).reference or ""
        return {
            (min(one, other), max(one, other))
            for one, other in (
                (row_of.get(left.record, ""), row_of.get(right.record, "")) for left, right in couples
            )
            if one in truth and other in truth
        }
    finally:
        node.close()


def p95(values: list[float]) -> float:
    """The 95th percentile."""
    return quantiles(values, n=20, method="inclusive")[-1] if len(values) > 1 else values[0]


def measure(records: int | None, seed: int, singles: int, root: Path) -> dict[str, float]:
    """Run everything once; the figures by name."""
    files, truth, true_pairs = split(shared() / TABLE, records, seed, root)
    nodes = lay_out(root)
    running = start(nodes)
    try:
        watching = {name: Watching(node) for name, node in nodes.items()}
        figures: dict[str, float] = {"records": len(truth), "true_pairs": true_pairs}

        say("importing both halves …")
        answers: dict[str, Any] = {}
        begun = time.monotonic()
        threads = [
            threading.Thread(target=import_half, args=(node, files[name], answers))
            for name, node in nodes.items()
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        taken = time.monotonic() - begun
        imported = {name: int(answer["recorded"]) for name, answer in answers.items()}
        figures["imported"] = sum(imported.values())
        figures["left_out"] = sum(int(answer["left_out"]) for answer in answers.values())
        figures["imported_per_s"] = figures["imported"] / taken
        for one in watching.values():
            one.wait_quiet()
        figures["imported_and_crosschecked_per_s"] = figures["imported"] / (time.monotonic() - begun)

        say("exchanging Lille's half one by one, with distress calls beside …")
        begun = time.monotonic()
        release = {
            "asking": ASKING,
            "of": answers["lille"]["holding"],
            "recipients": ["dover"],
            "because": "measuring",
        }
        nodes["lille"].ask("release", {**release, "lane": "routine"})
        stop, life = threading.Event(), list[float]()
        calling = threading.Thread(
            target=lambda: life.extend(life_under_load(nodes, Watching(nodes["dover"]), 0.2, stop))
        )
        calling.start()
        seen = watching["dover"].wait_for("lille", "routine", imported["lille"], 0.05)
        figures["exchanged_per_s"] = imported["lille"] / (seen - begun)

        say("exchanging Dover's half in bulk …")
        before = watching["lille"].arrived("dover", "bulk")
        begun = time.monotonic()
        release = {
            "asking": ASKING,
            "of": answers["dover"]["holding"],
            "recipients": ["lille"],
            "because": "measuring",
        }
        nodes["dover"].ask("release", {**release, "lane": "bulk"})
        batches = -(-imported["dover"] // BATCH_ROWS)
        seen = watching["lille"].wait_for("dover", "bulk", before + batches, 0.05)
        figures["bulk_exchanged_per_s"] = imported["dover"] / (seen - begun)
        say("cross-checking what arrived …")
        for one in watching.values():
            one.wait_quiet()
        figures["crosschecked_after_s"] = time.monotonic() - begun
        stop.set()
        calling.join()
        figures["life_lane_under_load_p95_s"] = p95(life)
        figures["life_lane_under_load_max_s"] = max(life)
        figures["life_lane_calls"] = len(life)

        say("single records, while idle …")
        idle = single_records(nodes, watching["dover"], singles)
        figures["record_to_partner_p50_s"] = sorted(idle)[len(idle) // 2]
        figures["record_to_partner_p95_s"] = p95(idle)
        for one in watching.values():
            one.wait_quiet()
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(60)

    say("holding the hits against the truth …")
    known = [pairs_at(node.folder, truth) for node in nodes.values()]
    pairs = known[0] | known[1]
    right = sum(1 for one, other in pairs if truth[one] == truth[other])
    figures["hits"] = len(pairs)
    figures["hits_known_on_both_shores"] = len(known[0] & known[1])
    figures["pair_precision"] = right / len(pairs) if pairs else 0.0
    figures["pair_recall"] = right / true_pairs if true_pairs else 0.0
    return figures


def main() -> None:
    """Measure and print; the last line is one JSON object with --json."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--records", type=int, help="how many records to draw; all by default")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--singles", type=int, default=60, help="how many single records are timed")
    parser.add_argument("--folder", type=Path, help="where to lay the nodes; a temporary folder by default")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    if not (shared() / TABLE).exists():
        raise SystemExit(f"{TABLE} is not there: set ENTENTE_SHARED to where the shared data lies")
    root = asked.folder or Path(tempfile.mkdtemp(prefix="entente-main-job-"))
    root.mkdir(parents=True, exist_ok=True)
    try:
        figures = measure(asked.records, asked.seed, asked.singles, root)
    finally:
        if asked.folder is None:
            shutil.rmtree(root, ignore_errors=True)
    rounded = {name: round(value, 4) for name, value in figures.items()}
    if asked.json:
        print(json.dumps(rounded))
    else:
        for name, value in rounded.items():
            print(f"{name:36} {value}")


if __name__ == "__main__":
    main()
