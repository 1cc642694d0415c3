"""Two served nodes that exchange all the while, either of them killed at random moments."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from entente.api.client import LocalNode
from entente.errors import EntenteError, Text, Unavailable
from entente.model.report import LANES, RecordRef
from entente.node import Node
from entente.store import tables
from entente.store.store import value_of

NURSERY = Path(__file__).with_name("nursery.py")
OFFICER = {"lille": "Marie", "dover": "Jane"}
SERVICE = {"lille": "FR-OLTIM", "dover": "UK-NCA"}


class Asked(LocalNode):
    """A node that is asked while it runs, and never opened here where its own process is about to open it."""

    def _open_here(self) -> Node:
        raise Unavailable("node_away", Text("absent", "away"))


class Served:
    """Both nodes as processes of their own, and somebody who records at each without pause."""

    def __init__(self, root: Path, nursery: subprocess.Popen[str], report: Callable[..., Any]) -> None:
        self.root = root
        self.nursery = nursery
        self.report = report
        self.processes: dict[str, int] = {}
        self.acknowledged: dict[str, list[str]] = {"lille": [], "dover": []}
        self.is_over = threading.Event()
        self.broken: list[BaseException] = []

    def serve(self, name: str) -> None:
        assert self.nursery.stdin is not None
        assert self.nursery.stdout is not None
        self.nursery.stdin.write(f"serve {self.root / name}\n")
        self.nursery.stdin.flush()
        self.processes[name] = int(self.nursery.stdout.readline().removeprefix("child "))

    def stop(self, name: str, by: signal.Signals) -> None:
        process = self.processes.pop(name)
        os.kill(process, by)
        # What is killed lets go of the folder only once it is gone.
        while is_there(process):
            time.sleep(0.002)

    def record(self, name: str) -> None:
        with contextlib.closing(Asked(self.root / name)) as node:
            self._record(name, node)

    def _record(self, name: str, node: LocalNode) -> None:
        number = 0
        try:
            while not self.is_over.is_set():
                number += 1
                # Two records after each other speak of one line, and so do two on the other shore.
                phone = f"06 39 98 {number // 2 % 10_000 // 100:02} {number // 2 % 100:02}"
                draft = self.report(SERVICE[name], None, phone=phone, name="")
                asking = {"officer": OFFICER[name], "reason": "suivi de la filière", "matter": "OYAT"}
                try:
                    self.acknowledged[name].append(
                        node.ask("record", {"asking": asking, "draft": msgspec.to_builtins(draft)})["id"]
                    )
                except EntenteError:
                    # Away: not acknowledged, so the officer says it anew when the node is there again.
                    time.sleep(0.02)
        except BaseException as error:  # noqa: BLE001 - told by the test, not by a thread
            self.broken.append(error)

    def _status(self, name: str) -> Any:
        with contextlib.closing(Asked(self.root / name)) as node:
            return node.ask("status")

    def is_quiet(self) -> bool:
        """Whether both have read all they hold, and hold all that the other has for them, and know it."""
        try:
            told = [self._status(name) for name in self.processes]
        except EntenteError:
            return False
        return all(
            one["quiet"] and not any(any(partner["waiting"].values()) for partner in one["partners"].values())
            for one in told
        )


def is_there(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def kill_at_random_moments(
    root: Path, report: Callable[..., Any], wait: Callable[..., Any], kills: int
) -> None:
    chance = random.Random(kills)
    with subprocess.Popen(
        [sys.executable, str(NURSERY)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as nursery:
        served = Served(root, nursery, report)
        recorders = [threading.Thread(target=served.record, args=(name,)) for name in OFFICER]
        try:
            for name in OFFICER:
                served.serve(name)
                wait(LocalNode(root / name).is_running)
            for recorder in recorders:
                recorder.start()
            for _ in range(kills):
                time.sleep(chance.uniform(0.05, 0.5))
                name = chance.choice(list(OFFICER))
                served.stop(name, signal.SIGKILL)
                served.serve(name)
            time.sleep(0.3)
            served.is_over.set()
            for recorder in recorders:
                recorder.join(timeout=60)
            assert served.broken == []
            wait(served.is_quiet, 90)
        finally:
            served.is_over.set()
            for name in list(served.processes):
                served.stop(name, signal.SIGTERM)
            for recorder in recorders:
                if recorder.is_alive():
                    recorder.join(timeout=60)
    look_into_both(root, served.acknowledged, wait)


def look_into_both(root: Path, acknowledged: dict[str, list[str]], wait: Callable[..., Any]) -> None:
    for name in OFFICER:
        wait(lambda name=name: not (root / name / "serving.json").exists())
    nodes = {name: open_when_free(root / name, wait) for name in OFFICER}
    try:
        for name, other in (("lille", "dover"), ("dover", "lille")):
            here, there = nodes[name], nodes[other]
            mine = acknowledged[name]
            assert len(set(mine)) == len(mine) > 0
            for held in (here, there):
                found = Counter(row.id for row in held.store.rows(select(tables.record.c.id)))
                assert [record for record in mine if found[record] != 1] == []
            for record in mine:
                (holder,) = here.exchange.holders(record)
                assert (holder["partner"], holder["step"]) == (other, "accepted")
            # Every number of every lane was dealt with once, without a gap.
            arrivals = there.store.rows(select(tables.arrival.c.lane, tables.arrival.c.number))
            for lane in LANES:
                numbers = sorted(row.number for row in arrivals if row.lane == lane)
                assert numbers == list(range(1, len(numbers) + 1))
            assert here.verify().broken is None
            assert no_hit_twice(here) == []
        # What is linked across the water is linked on both shores.
        one, other = (
            {couple for couple in nodes[name].crosscheck.couples() if across(nodes[name], couple)}
            for name in OFFICER
        )
        assert one == other
        assert one
    finally:
        for node in nodes.values():
            node.close()


def across(node: Node, couple: tuple[RecordRef, RecordRef]) -> bool:
    rows = node.store.current(ref.record for ref in couple)
    return len({row.header.node for row in rows.values()}) == 2


def no_hit_twice(node: Node) -> list[Any]:
    rows = node.store.current(
        row.id for row in node.store.rows(select(tables.record.c.id).where(tables.record.c.kind == "hit"))
    )
    opened = node.store.stored_parts(list(rows.values()), frozenset({"intelligence"}))
    said = Counter((hit.one, hit.other) for parts in opened.values() for hit in [value_of(parts[0])])
    assert said
    return [couple for couple, times in said.items() if times > 1]


def open_when_free(folder: Path, wait: Callable[..., Any]) -> Node:
    def opened() -> Node | None:
        try:
            return Node(folder)
        except EntenteError:
            return None

    node: Node = wait(opened)
    return node


def test_kill_9_of_either_node_at_twenty_random_moments_loses_and_doubles_nothing(
    laid_out: Path, report: Callable[..., Any], wait: Callable[..., Any]
) -> None:
    kill_at_random_moments(laid_out, report, wait, 20)


@pytest.mark.campaign
@pytest.mark.timeout(3600)
def test_kill_9_of_either_node_at_random_moments_loses_and_doubles_nothing(
    laid_out: Path, report: Callable[..., Any], wait: Callable[..., Any]
) -> None:
    kill_at_random_moments(laid_out, report, wait, 200)
