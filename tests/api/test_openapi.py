"""The document that programs are given, held against the running node by schemathesis: every check, every deed.

A check that is not made of a deed stands in NOT_MADE with the reason; there is no other exception.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from entente.api.openapi import document
from entente.api.programs import Rate
from entente.api.shapes import PROGRAM_DEEDS

# What is not checked: the deed, the check, and why. All others are made of everything.
NOT_MADE = {
    # A draft's rules ask more than its shape: an assessment names its author, a person carries a
    # category, a position lies on earth. JSON Schema says none of it, and the door says which it was (400).
    "record": ("positive_data_acceptance",),
    # "---" is a text and holds nothing that could be searched. What a letter is differs between JSON Schema's readers,
    # so the shape does not say it, and Arabic names are not shut out by a pattern.
    "search": ("positive_data_acceptance",),
    # Whether a recipient takes part the agreement says, which the parties change and the document does not hold.
    "release": ("positive_data_acceptance",),
    # Takes any body of any type, by design: there is no wrong one, so none can be rejected.
    "distress": ("negative_data_rejection",),
}

# Seen by watch-keepers alone: tried with the token of one.
SEA = "/api/picture"
NO_HIT = PROGRAM_DEEDS["judge"].example["hit"]


def _config(max_examples: int) -> str:
    lines = [
        "[generation]",
        f"max-examples = {max_examples}",
        'database = "none"',
    ]
    for deed, checks in NOT_MADE.items():
        lines += ["[[operations]]", f'include-operation-id = "{deed}"']
        lines += [f"checks.{check}.enabled = false" for check in checks]
    return "\n".join(lines)


def _plant(asked: Any, report: Callable[..., Any]) -> str:
    """Record what the examples of the document speak of. Returns the id of the hit between them."""
    shores = asked.shores
    for node, officer, draft in (
        (shores.lille, "Marie", report(reference="FR-OLT-101")),
        (shores.dover, "Jane", report("UK-NCA", "UK-NCA-201", region="FR")),
    ):
        node.record(draft, node.access(officer, "contrat du loueur", matter="OYAT"))
    shores.carry()
    marie = shores.lille.access("Marie", "contrat du loueur", matter="OYAT")
    (hit,) = shores.lille.headlines(marie)
    return str(hit.id)


def _run(asked: Any, report: Callable[..., Any], folder: Path, max_examples: int, *options: str) -> str:
    # From a file, since a document's own address is not tried; its example of a hit names one that is there.
    told = asked.client.get("/api/openapi.json").text
    assert told.count(NO_HIT) == 1
    (folder / "openapi.json").write_text(told.replace(NO_HIT, _plant(asked, report)), encoding="utf-8")
    return _schemathesis(asked, folder, max_examples, *options)


def _schemathesis(asked: Any, folder: Path, max_examples: int, *options: str, officer: str = "Marie") -> str:
    asked.app.state.programs.rate = Rate(burst=1e9)
    (folder / "schemathesis.toml").write_text(_config(max_examples), encoding="utf-8")
    token = asked.token(officer)
    done = subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(folder / "schemathesis.toml")),
            *("run", "openapi.json", "--url", str(asked.client.base_url), "--no-color"),
            *("-H", f"Authorization: Bearer {token}", "--continue-on-failure", *options),
        ],
        cwd=folder,
        env={**os.environ, "NO_PROXY": "127.0.0.1"},
        capture_output=True,
        text=True,
        timeout=3600,
        check=False,
    )
    assert token not in done.stdout
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-2000:]
    return done.stdout


def test_the_node_keeps_every_promise_of_its_document(
    asked: Any, report: Callable[..., Any], tmp_path: Path
) -> None:
    same = ("--seed", "2031", "--generation-deterministic")
    said = _run(asked, report, tmp_path, 12, *same, "--exclude-path", SEA)
    assert f"Tested: {len(PROGRAM_DEEDS) + 1}\n" in said, said
    assert "FAILURES" not in said
    assert "Missing test data" not in said, said


def test_the_node_keeps_every_promise_of_its_document_to_a_watch_keeper(asked: Any, tmp_path: Path) -> None:
    (tmp_path / "openapi.json").write_text(asked.client.get("/api/openapi.json").text, encoding="utf-8")
    said = _schemathesis(asked, tmp_path, 12, "--include-path", SEA, officer="Erwan")
    assert "Tested: 1\n" in said, said
    assert "FAILURES" not in said
    assert "Missing test data" not in said, said


@pytest.mark.campaign
@pytest.mark.timeout(3600)
def test_the_node_keeps_every_promise_of_its_document_at_length(
    asked: Any, report: Callable[..., Any], tmp_path: Path
) -> None:
    assert "FAILURES" not in _run(asked, report, tmp_path, 400)


def test_the_document_is_served_as_it_is_made(asked: Any) -> None:
    answer = asked.client.get("/api/openapi.json")
    assert answer.json() == json.loads(json.dumps(document("lille")))
    assert answer.headers["content-type"] == "application/json"
    assert len(answer.content) < 200_000
