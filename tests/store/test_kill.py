"""What was acknowledged is there after kill -9, once, and the chain holds."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from entente.node import Node

NURSERY = Path(__file__).parents[1] / "two_nodes" / "nursery.py"
KILLS = 12


def record_until_killed(nursery: subprocess.Popen[str], folder: Path, after_s: float) -> list[str]:
    """The ids acknowledged by a recorder that is killed so long after it opened the node."""
    assert nursery.stdin is not None
    assert nursery.stdout is not None
    nursery.stdin.write(f"record {folder}\n")
    nursery.stdin.flush()
    child = 0
    said: list[str] = []
    while "open" not in said or not child:
        line = nursery.stdout.readline().strip()
        child = int(line.removeprefix("child ")) if line.startswith("child ") else child
        said.append(line)
    time.sleep(after_s)
    os.kill(child, signal.SIGKILL)
    while (line := nursery.stdout.readline().strip()) != "dead":
        said.append(line)
    return [line for line in said if line != "open" and not line.startswith("child ")]


def test_what_was_acknowledged_survives_kill_9_at_a_random_moment(laid_out: Path) -> None:
    chance = random.Random(2031)
    folder = laid_out / "lille"
    acknowledged: list[str] = []
    with subprocess.Popen(
        [sys.executable, str(NURSERY)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as nursery:
        for _ in range(KILLS):
            acknowledged += record_until_killed(nursery, folder, chance.uniform(0.0, 0.12))
    node = Node(folder)
    try:
        node.settle()
        assert len(set(acknowledged)) == len(acknowledged) > KILLS
        assert sorted(node.store.current(acknowledged)) == sorted(acknowledged)
        assert all(len(node.store.versions(record)) == 1 for record in acknowledged)
        proof = node.verify()
        assert proof.broken is None
        # What a kill met between the disk and the answer may be there beside; one a kill at most.
        assert len(acknowledged) <= proof.records <= len(acknowledged) + KILLS
        # Each is numbered for the partner, once.
        assert all(len(node.exchange.holders(record)) == 1 for record in acknowledged)
        assert node.exchange.pending("dover")["routine"] == proof.records
    finally:
        node.close()
