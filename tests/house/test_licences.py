"""What this house may stand on: every package that a running node loads, by the licence that it declares itself.

The list is not kept by hand: it is read from the lock and from the metadata of what is installed. A package under
the GPL or AGPL would put the whole node under it; one under the LGPL is let in by name, with its reason in the design
record on libraries. A package that declares nothing is read in its own licence file, and fails when that is silent.
"""

from __future__ import annotations

import importlib.metadata as metadata
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RECORD = ROOT / "docs" / "design" / "0005-libraries.md"
# Lesser GPL, used unchanged and as a library: python-stdnum checks IBANs.
LESSER_BY_NAME = frozenset({"python-stdnum"})
OPEN = re.compile(
    r"\b(MIT|MIT-0|BSD|ISC|Apache|PSF|Python Software Foundation|MPL|Mozilla Public License|Unlicense)\b"
)


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _locked() -> dict[str, str]:
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    found = [re.match(r"([A-Za-z0-9][\w.-]*)==([^\s;\\]+)", line) for line in lines]
    return {_plain(match[1]): match[2] for match in found if match}


def _asked_for() -> set[str]:
    """What pyproject.toml names for a node, its extras included; what only developers use is not loaded by a node."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = [
        *project["dependencies"],
        *(one for extra in project["optional-dependencies"].values() for one in extra),
    ]
    return {_plain(re.match(r"[\w.-]+", one)[0]) for one in named}  # type: ignore[index]


def _loaded() -> Iterator[str]:
    """Those, and all that they bring along, as far as they are installed on this machine."""
    waiting, seen = sorted(_asked_for()), set()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        try:
            needs = metadata.requires(name) or []
        except metadata.PackageNotFoundError:
            continue
        yield name
        for need in needs:
            if "extra ==" not in need:
                waiting.append(_plain(re.match(r"[\w.-]+", need)[0]))  # type: ignore[index]


def _declared(name: str) -> str:
    """A package's licence in its own words: expression, classifiers, field, else the head of its licence file."""
    about = metadata.metadata(name)
    words = about.get_all("License-Expression") or []
    words += [one for one in about.get_all("Classifier") or [] if one.startswith("License ::")]
    # Some put the whole text here; its head names it, and the rest would name others.
    words += [one[:60] for one in about.get_all("License") or []]
    if not any(words):
        for file in metadata.files(name) or []:
            if file.name.upper().startswith(("LICENSE", "LICENCE", "COPYING")):
                words.append(file.read_text(encoding="utf-8")[:200])
    return " | ".join(word for word in words if word)


def _verdict(name: str, declared: str) -> str | None:
    """Why a package may not be here; None when it may."""
    if re.search(r"\bA?GPL|(?<!Lesser )General Public License|Affero", declared):
        return f"{name}: {declared}"
    if re.search(r"\bLGPL|Lesser General Public", declared):
        return (
            None if name in LESSER_BY_NAME else f"{name} is under the LGPL and not let in by name: {declared}"
        )
    return None if OPEN.search(declared) else f"{name} declares no licence known here: {declared!r}"


def test_no_package_that_a_node_loads_is_under_the_gpl() -> None:
    loaded = list(_loaded())
    assert len(loaded) > len(_asked_for()) / 2, "hardly anything is installed: nothing was checked"
    assert [verdict for name in loaded if (verdict := _verdict(name, _declared(name)))] == []


@pytest.mark.parametrize(
    ("name", "declared"),
    [
        ("one", "GPL-3.0-or-later"),
        ("two", "License :: OSI Approved :: GNU General Public License v2 (GPLv2)"),
        ("three", "License :: OSI Approved :: GNU Affero General Public License v3"),
        ("four", "AGPL-3.0-only"),
        ("five", "LGPL-3.0-only"),
        ("six", "License :: OSI Approved :: GNU Lesser General Public License v2 or later (LGPLv2+)"),
        ("seven", ""),
    ],
)
def test_a_package_under_the_gpl_or_an_unnamed_lesser_one_is_found(name: str, declared: str) -> None:
    assert _verdict(name, declared) is not None


def test_every_package_that_the_project_asks_for_is_locked_and_has_its_reason_written() -> None:
    locked, record = _locked(), RECORD.read_text(encoding="utf-8")
    unlocked = sorted(_asked_for() - set(locked))
    unsaid = sorted(name for name in _asked_for() if f"`{name}` {locked.get(name)}" not in record)
    assert (unlocked, unsaid) == ([], [])
