"""Writes `vectors/`: messages good and bad, each with what a node must answer, to build the other node by.

    .venv/bin/python tests/vectors/make_vectors.py

What is expected is written here by hand and never asked of our code; `test_vectors.py` asks our code whether it agrees.
All chance is fixed (keys and salts come from published words) but the sealing of envelopes, whose ciphertext HPKE draws
anew each time: one that still opens to the same content is kept as it stands in the file. So a second run changes
nothing, and a difference in `git diff vectors/` is a change of the protocol.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from make_batches import batches, trees
from make_envelopes import envelopes
from make_parts import keys
from make_records import records
from make_talk import receipts, requests

FOLDER = Path(__file__).resolve().parents[2] / "vectors"
MARKER = "<!-- From here on written by tests/vectors/make_vectors.py. -->"


def kept_sealed(folder: Path) -> dict[str, str]:
    """The sealed parts that stand in the file, by name."""
    file = folder / "envelopes.json"
    if not file.exists():
        return {}
    return {
        vector["name"]: vector["as_sealed"]
        for vector in json.loads(file.read_text(encoding="utf-8"))["vectors"]
        if "as_sealed" in vector
    }


def all_files(folder: Path) -> dict[str, str]:
    """Name of each file with its text."""
    made: dict[str, Any] = {
        "keys.json": keys(),
        "records.json": {"about": "Releases of one record.", "vectors": records()},
        "batches.json": {"about": "Rows of a signed batch.", "vectors": batches()},
        "envelopes.json": {"about": "Messages to Dover.", "vectors": envelopes(kept_sealed(folder))},
        "receipts.json": {"about": "Receipts of Lille for Dover.", "vectors": receipts()},
        "requests.json": {"about": "Requests of Lille to Dover.", "vectors": requests()},
        "trees.json": {"about": "Merkle trees after RFC 6962.", "vectors": trees()},
    }
    written = {name: json.dumps(value, ensure_ascii=False, indent=1) + "\n" for name, value in made.items()}
    return {**written, "README.md": described(folder, made)}


def described(folder: Path, made: dict[str, Any]) -> str:
    """The README: its hand-written part as it stands, and one line for each vector."""
    head, marker, _ = (folder / "README.md").read_text(encoding="utf-8").partition(MARKER)
    lines = [head + marker]
    for name, value in made.items():
        if "vectors" in value:
            lines += [
                "",
                f"## Every vector of `{name}`",
                "",
                "| Vector | What it is | Outcome |",
                "|---|---|---|",
            ]
            lines += [
                f"| `{one['name']}` | {one['about']} | `{one['expected']['outcome']}` |"
                for one in value["vectors"]
            ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write all files."""
    FOLDER.mkdir(exist_ok=True)
    for name, text in all_files(FOLDER).items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
