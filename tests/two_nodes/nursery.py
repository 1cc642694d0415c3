"""Starts processes that are meant to be killed: run by the tests of kill -9, never imported by them.

Reading the code takes a second, forking takes none: so this reads it once, and forks a child for each line "DEED
FOLDER" that it is given. It says the child's number, and "dead" when the child is. A child's own lines stand between.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import signal
import sys
from pathlib import Path

from entente.model.grading import Grade
from entente.model.report import Draft, Statement, Wording
from entente.node import Node
from entente.serve import serve


def say(line: str) -> None:
    os.write(1, f"{line}\n".encode())


def record(folder: Path) -> None:
    """Record in a loop and say each id that was acknowledged."""
    node = Node(folder)
    access = node.access("Marie", "suivi de la filière", matter="OYAT")
    wording = Wording(language="fr", text="ligne relevée")
    grade = Grade("europol", "B", "2")
    said = Statement(id="s1", basis="fact", wording=wording, grade=grade, checked_on=dt.date(2031, 9, 12))
    draft = Draft(
        kind="report",
        service="FR-OLTIM",
        purpose="intelligence",
        matter="OYAT",
        handling=("H1",),
        regime="smuggling",
        statements=(said,),
        recipients=("dover",),
    )
    say("open")
    while True:
        say(node.record(draft, access).header.id)
        node.settle()


DEEDS = {"record": record, "serve": serve}

# The dead are gone at once, without anybody waiting for them.
signal.signal(signal.SIGCHLD, signal.SIG_IGN)

for line in sys.stdin:
    deed, _, folder = line.strip().partition(" ")
    child = os.fork()
    if child == 0:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        try:
            DEEDS[deed](Path(folder))
        except KeyboardInterrupt:
            # Asked to stop, it has closed its node.
            os._exit(0)
        os._exit(1)
    say(f"child {child}")
    if deed == "record":
        with contextlib.suppress(ChildProcessError):
            os.waitpid(child, 0)
        say("dead")
