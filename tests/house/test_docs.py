"""Pages that point somewhere point at something, and commands that they show can be typed.

A link to a page that moved and a command that no longer exists are the first two lies of a project's documents.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from entente.cli import build_parser
from entente.errors import EntenteError

ROOT = Path(__file__).parents[2]
PAGES = [
    *sorted(ROOT.glob("*.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted((ROOT / "vectors").glob("*.md")),
]
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
# Where a document has a title like this one, a link may lead to it by this name.
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def _anchor(heading: str) -> str:
    plain = re.sub(r"[^\w\- ]", "", heading.strip().casefold())
    return plain.replace(" ", "-")


def _anchors(page: Path) -> set[str]:
    return {_anchor(one) for one in HEADING.findall(page.read_text(encoding="utf-8"))}


def _prose(page: Path) -> str:
    return re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)


def commands_shown(page: str) -> Iterator[list[str]]:
    """Each `entente …` line of a console block, with lines that go on joined."""
    for block in re.findall(r"```console\n(.*?)```", page, re.DOTALL):
        for line in re.sub(r"\\\n\s*", " ", block).splitlines():
            words = shlex.split(line.removeprefix("$ "), comments=True) if line.startswith("$ ") else []
            while words and re.fullmatch(r"[A-Z_]+=.*", words[0]):
                words.pop(0)
            if "|" in words:
                words = words[words.index("|") + 1 :] if words[words.index("|") + 1] == "entente" else words
            for stop in ("|", ">", "&"):
                if stop in words:
                    words = words[: words.index(stop)]
            if words and words[0] in ("entente", ".venv/bin/entente"):
                yield words[1:]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(page: Path) -> None:
    lost = []
    for target in LINK.findall(_prose(page)):
        if re.match(r"https?://|mailto:", target):
            continue
        path, _, anchor = target.partition("#")
        aim = (page.parent / path).resolve() if path else page
        if not aim.exists() or (anchor and anchor not in _anchors(aim)):
            lost.append(target)
    assert lost == []


@pytest.mark.parametrize("name", ["README.md", "docs/operate.md"])
def test_every_command_that_is_shown_can_be_typed(name: str) -> None:
    shown = list(commands_shown((ROOT / name).read_text(encoding="utf-8")))
    assert len(shown) >= 4
    for words in shown:
        try:
            build_parser("en").parse_args(words)
        except EntenteError as error:
            pytest.fail(f"entente {shlex.join(words)}: {error.text.en}")


def test_a_command_that_is_none_would_be_seen() -> None:
    page = "```console\n$ entente frob --folder x\n$ ENTENTE_FOLDER=x entente status | less\n```"
    assert list(commands_shown(page)) == [["frob", "--folder", "x"], ["status"]]


def test_the_readme_begins_with_the_job_and_names_two_commands_as_the_only_set_up() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    first = readme.partition("\n## ")[0]
    assert "officer" in first
    assert "```" not in first
    assert readme.index("make demo") < readme.index("entente init")
    for other in ("pip install", "docker", "npm ", "apt"):
        assert other not in readme
