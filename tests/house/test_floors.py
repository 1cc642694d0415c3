"""The shape of the house: imports run down and never in a circle, desks are neighbours, and pure rooms stay pure.

Read from the code itself with `ast`, imports for types included: a word that two rooms need belongs one floor lower,
also when only a type hint needs it. What a person who runs a node must know (commands, options, settings, make targets)
is looked up here too, in the pages that should say it.
"""

from __future__ import annotations

import argparse
import ast
import re
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from entente.cli import build_parser
from entente.terminal.parser import commands_of

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "entente"

# Bottom floor first; what stands on one line are neighbours, and neighbours do not import each other.
FLOORS: tuple[tuple[str, ...], ...] = (
    ("errors",),
    ("model",),
    ("policy", "formats", "evidence"),
    ("store", "courier", "calling"),
    ("exchange", "crosscheck", "judicial", "maritime", "prevention", "plan", "duty", "oversight", "fulltext"),
    # What of the plan lies on a table: it reads the plan and knows no node.
    ("paper",),
    # A node is these; they lean on each other, never in a circle.
    (
        "settings",
        "holding",
        "house",
        "office",
        "ais_feed",
        "search_at_sea",
        "at_sea",
        "at_plan",
        "plan_counts",
        "plan_together",
        "plan_sheets",
        "subjects",
        "node",
        "sea_out",
        "keeping",
    ),
    ("api", "web"),
    # The running server: a node with both of its doors.
    ("serve",),
    ("terminal",),
    ("exercise",),
    ("cli",),
)
ONE_ROOM = (
    "settings",
    "holding",
    "house",
    "office",
    "ais_feed",
    "search_at_sea",
    "at_sea",
    "at_plan",
    "plan_counts",
    "plan_together",
    "plan_sheets",
    "subjects",
    "node",
    "sea_out",
    "keeping",
)
DESKS = frozenset(FLOORS[4])
PURE = frozenset(("errors", *FLOORS[1], *FLOORS[2]))
# In a desk's folder `desk.py` holds the store (where a desk has several hands, the seat that they share); its values
# any file may name, and what lies behind the store none.
HOLD_THE_STORE = ("desk", "seat")
BEHIND_THE_STORE = ("engine", "vault", "writer", "secrets", "ledger")
CLOCKS_AND_CHANCE = {
    "time": ("time", "time_ns", "monotonic", "monotonic_ns", "perf_counter", "sleep"),
    "os": ("urandom", "getrandom", "environ", "getenv", "open"),
    "datetime": ("now", "utcnow", "today"),
}
NETWORK_AND_CHANCE = re.compile(
    r"(random|secrets|socket|ssl|http|httpx|urllib(?!\.parse$)|asyncio|requests|uvicorn|starlette|sqlite3|sqlalchemy"
    r"|subprocess|threading|tempfile|shutil)\b"
)

FILES = {
    ".".join(("entente", *file.relative_to(SOURCE).with_suffix("").parts)).removesuffix(".__init__"): file
    for file in sorted(SOURCE.rglob("*.py"))
}
TREES = {name: ast.parse(file.read_text(encoding="utf-8")) for name, file in FILES.items()}


def imports(name: str) -> Iterator[tuple[str, str, int]]:
    """(module of ours, name taken from it or "", line) for each import of a module, wherever it stands."""
    for node in ast.walk(TREES[name]):
        if isinstance(node, ast.Import):
            for one in node.names:
                if one.name.split(".")[0] == "entente":
                    yield one.name, "", node.lineno
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name}: imports are written in full"
            if node.module and node.module.split(".")[0] == "entente":
                for one in node.names:
                    whole = f"{node.module}.{one.name}"
                    yield (whole, "", node.lineno) if whole in FILES else (node.module, one.name, node.lineno)


def room(module: str) -> str:
    """The room that a module lies in; "" for the house itself."""
    return module.split(".")[1] if "." in module else ""


def floor(of: str) -> int:
    """How high a room lies. Fails for one that stands in no floor."""
    return next(height for height, rooms in enumerate(FLOORS) if of in rooms)


def test_every_room_of_the_house_stands_on_a_floor() -> None:
    rooms = {room(module) for module in FILES} - {""}
    assert rooms - {each for rooms_of in FLOORS for each in rooms_of} == set()
    assert len(rooms) > 12


def test_imports_run_down_only_and_never_between_neighbours() -> None:
    wrong = []
    for module in FILES:
        if module == "entente":
            assert list(imports(module)) == []
            continue
        here = room(module)
        for other, _, line in imports(module):
            there = room(other)
            if here == there or (here in ONE_ROOM and there in ONE_ROOM):
                continue
            if floor(there) >= floor(here):
                wrong.append(f"{module}:{line} imports {other}")
    assert wrong == []


def test_no_file_imports_itself_in_a_circle() -> None:
    leans_on = {module: {other for other, _, _ in imports(module)} for module in FILES}
    try:
        order = tuple(TopologicalSorter(leans_on).static_order())
    except CycleError as error:
        pytest.fail(f"a circle: {' -> '.join(error.args[1])}")
    assert set(order) >= set(FILES)


def test_a_desk_has_one_file_that_holds_the_store() -> None:
    found = [each for each in DESKS if (SOURCE / each).is_dir()]
    assert len(found) >= 3
    wrong = []
    for desk in found:
        mine = [module for module in FILES if room(module) == desk]
        # A desk that is pure so far holds no store, and needs no file that does.
        if any(room(other) == "store" for module in mine for other, _, _ in imports(module)):
            assert f"entente.{desk}.desk" in FILES
        for module in FILES:
            if room(module) != desk or module.rpartition(".")[2] in HOLD_THE_STORE:
                continue
            wrong += [
                f"{module}:{line} takes {taken} of {other}"
                for other, taken, line in imports(module)
                if room(other) == "store"
                and (taken == "Store" or other.rpartition(".")[2] in BEHIND_THE_STORE)
            ]
    assert wrong == []


def _unclean(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            taken = [one.name for one in node.names]
        elif isinstance(node, ast.ImportFrom):
            taken = [node.module or ""]
            for one in node.names:
                if one.name in CLOCKS_AND_CHANCE.get(taken[0], ()):
                    yield f"line {node.lineno}: {taken[0]}.{one.name}"
        else:
            taken = []
        yield from (f"line {node.lineno}: import {one}" for one in taken if NETWORK_AND_CHANCE.match(one))
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
            written = ast.unparse(node)
            for of, names in CLOCKS_AND_CHANCE.items():
                for name in names:
                    if re.fullmatch(rf"(?:{of}|dt\.datetime|dt\.date|datetime|date)\.{name}", written):
                        yield f"line {node.lineno}: {written}"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "open":
            yield f"line {node.lineno}: open()"


def test_pure_rooms_know_no_clock_no_chance_no_network_and_no_file_of_others() -> None:
    wrong = [
        f"{module} {what}" for module in FILES if room(module) in PURE for what in _unclean(TREES[module])
    ]
    assert wrong == []


@pytest.mark.parametrize(
    "written",
    [
        "import random",
        "from os import urandom",
        "import time\ntime.time()",
        "import datetime as dt\ndt.datetime.now(dt.UTC)",
        "import httpx",
        "open('x')",
        "from secrets import token_hex",
    ],
)
def test_the_test_of_purity_sees_what_is_not_pure(written: str) -> None:
    assert list(_unclean(ast.parse(written))) != []


def test_every_file_says_why_it_exists() -> None:
    silent = [module for module, tree in TREES.items() if not ast.get_docstring(tree)]
    assert silent == []
    short = [
        module
        for module, tree in TREES.items()
        if not FILES[module].name.startswith("__init__") and len(ast.get_docstring(tree) or "") < 60
    ]
    assert short == []


def test_no_path_of_a_machine_stands_in_the_code() -> None:
    machine = re.compile(r"(?<![\w.])/(?:work|tmp|home|root|Users)/")
    # Fails on a path that worked once on the machine of whoever wrote it.
    assert [
        module for module, file in FILES.items() if machine.search(file.read_text(encoding="utf-8"))
    ] == []


# -- what must be written down for who runs a node ------------------------------------------------------------------

OPERATE = (ROOT / "docs" / "operate.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")


def _section(command: str) -> str:
    """What operate.md says of one command."""
    return OPERATE.partition(f"\n### {command}\n")[2].partition("\n### ")[0].partition("\n## ")[0]


def test_every_command_has_a_section_and_an_example() -> None:
    for command in commands_of(build_parser("en")):
        said = _section(command)
        assert said, command
        assert re.search(rf"```console\n(?:[^`]*\n)?\$ entente (?:--\S+ )*{command}\b", said), command


def test_every_option_of_every_command_is_written_down() -> None:
    everywhere = OPERATE.partition("\n## Options of every command\n")[2].partition("\n## ")[0]
    assert everywhere
    missing = []
    for name, parser in commands_of(build_parser("en")).items():
        for action in parser._actions:
            if not action.option_strings or isinstance(action, argparse._HelpAction):
                continue
            option = action.option_strings[-1]
            if not re.search(rf"`{option}\b", _section(name) + everywhere):
                missing.append(f"{name} {option}")
    assert missing == []


def test_no_option_is_written_down_that_is_none() -> None:
    known = {
        option
        for parser in (build_parser("en"), *commands_of(build_parser("en")).values())
        for action in parser._actions
        for option in action.option_strings
    }
    written = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", OPERATE + README))
    assert written - known == set()


def test_every_setting_is_written_down() -> None:
    used = {
        node.value
        for tree in TREES.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.fullmatch(r"ENTENTE_[A-Z_]+", node.value)
    }
    assert len(used) >= 5
    written = set(re.findall(r"ENTENTE_[A-Z_]+", OPERATE))
    assert used - written == set()
    # ENTENTE_SHARED is of the tests and benchmarks.
    assert written - used == {"ENTENTE_SHARED"}


def test_every_make_target_is_written_down() -> None:
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert "demo" in targets
    assert [target for target in targets if f"`make {target}`" not in OPERATE + README] == []


def test_every_exit_code_is_written_down() -> None:
    from entente import cli

    listed = OPERATE.partition("\n## Exit codes\n")[2].partition("\n## ")[0]
    codes = {0, 1, 9, cli.OUR_FAULT, cli.STOPPED, cli.READER_GONE, *cli.EXIT_CODES.values()}
    assert {int(code) for code in re.findall(r"^\| (\d+) \|", listed, re.MULTILINE)} == codes
