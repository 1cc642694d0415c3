"""docs/protection.md claims no more than the tests show.

A page on safeguards is read by those who cannot read the code. Each rule that it names must be somewhere in the code,
each test must exist under that name, every safeguard stands in one place of the page, and one without a test never
stands among those that hold.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "protection.md").read_text(encoding="utf-8")
SHARED = Path(os.environ.get("ENTENTE_SHARED", ROOT.parent / "shared"))
SAFEGUARD = r"(?:CAT|FACT|PUR|ORI|LOG|RET|ERA|JUD|4E|EXP|VIC|SMT|TRF|SAR|PRE|PLN)-\d+"


def _section(heading: str) -> str:
    return PAGE.partition(f"## {heading}\n")[2].partition("\n## ")[0]


def _rows(heading: str) -> list[tuple[str, list[str], list[str]]]:
    """(safeguard, rules named, tests named) of each row under a heading; the last two columns hold them."""
    lines = [line for line in _section(heading).splitlines() if re.match(rf"\| {SAFEGUARD} \|", line)]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [(row[0], re.findall(r"`(\w+)`", row[-2]), re.findall(r"`(\w+)`", row[-1])) for row in cells]


HELD, IN_PART = _rows("Held now"), _rows("Held in part")
# A safeguard that is only spoken of in the closing lines is not listed there a second time.
MISSING = re.findall(SAFEGUARD, _section("Not there yet").partition("One of these")[0])


def _written(folder: str) -> str:
    files = [file for file in sorted((ROOT / folder).rglob("*")) if file.suffix in (".py", ".cedar")]
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


def test_every_test_that_the_page_names_exists() -> None:
    defined = set(re.findall(r"^(?:async )?def (test_\w+)\(", _written("tests"), re.MULTILINE))
    named = [test for _, _, tests in [*HELD, *IN_PART] for test in tests]
    assert len(named) > 30
    assert [test for test in named if test not in defined] == []


def test_every_rule_that_the_page_names_is_in_the_code() -> None:
    code = _written("src")
    named = [rule for _, rules, _ in [*HELD, *IN_PART] for rule in rules]
    assert len(named) > 30
    assert [rule for rule in named if not re.search(rf"\b{re.escape(rule)}\b", code)] == []


def test_what_is_said_to_hold_has_a_rule_and_a_test_of_its_own_name() -> None:
    for safeguard, rules, tests in HELD:
        own = f"test_{safeguard.lower().replace('-', '_')}_"
        assert rules, safeguard
        assert any(test.startswith(own) for test in tests), safeguard


def test_no_safeguard_that_is_tested_is_said_to_be_missing() -> None:
    tests = _written("tests")
    wrong = [
        one
        for one in MISSING
        if re.search(rf"^def test_{one.lower().replace('-', '_')}_", tests, re.MULTILINE)
    ]
    assert wrong == []


def test_each_of_the_hundred_and_five_safeguards_stands_once_on_the_page() -> None:
    everywhere = Counter([one for one, _, _ in [*HELD, *IN_PART]] + MISSING)
    assert [one for one, times in everywhere.items() if times > 1] == []
    assert len(everywhere) == 105


def test_the_safeguards_of_the_page_are_those_that_are_required() -> None:
    requirements = SHARED / "requirements.md"
    if not requirements.exists():
        pytest.skip(f"no requirements.md in {SHARED}; ENTENTE_SHARED names where it is")
    required = set(
        re.findall(rf"^- \*\*({SAFEGUARD})\*\*", requirements.read_text(encoding="utf-8"), re.MULTILINE)
    )
    assert {one for one, _, _ in [*HELD, *IN_PART]} | set(MISSING) == required
