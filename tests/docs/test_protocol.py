"""docs/protocol.md says all that another node has to know.

Whoever writes the other node reads that page and not our code. Each field that goes over the wire, each route, each
limit and each code with which something is refused must stand there, in the letters that the code uses.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest
from msgspec import inspect

from entente import errors
from entente.api.partner import MAX_BODY_BYTES, STATUS
from entente.courier import LONGEST_ANSWER_S, LOOK_AROUND_S, MAX_ANSWER_BYTES
from entente.exchange.envelope import (
    MAX_PAYLOAD_BYTES,
    BatchRelease,
    Envelope,
    Outer,
    Payload,
    RowRelease,
)
from entente.exchange.outbox import PAGE_BYTES, PAGE_MESSAGES
from entente.exchange.pack import MAX_VERSION, Received
from entente.exchange.protocol import (
    LADDER,
    SKEW_ALARM_S,
    Hello,
    Page,
    ReceiptItem,
    ReceiptPage,
    Receipts,
    Request,
)
from entente.maritime.desk import BASE64_MARK, MOST_RAW_CHARACTERS
from entente.model.report import LANES, Amendment, Designation, Judgement, Kind, Raw, Statement
from entente.model.signing import MAX_SIGNED_BYTES
from entente.model.strict import MAX_DEPTH, MAX_UNKNOWN_FIELDS, MAX_UNKNOWN_NAME
from entente.model.wire import (
    MAX_HEADER_BYTES,
    MAX_PART_BYTES,
    PART_TYPES,
    PRIVATE_PARTS,
    VERSION,
    BatchRoot,
    Header,
    Release,
    Seal,
)
from entente.settings import PartnerPinned
from entente.store.ledger import Checkpoint, Refused
from entente.store.register import RegisterAct

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "entente"
PAGE = (ROOT / "docs" / "protocol.md").read_text(encoding="utf-8")

# Each value, and the heading under which its fields stand: "reason" elsewhere on the page says nothing of this one.
SECTIONS: dict[type, str] = {
    Header: "### Header",
    Seal: "### Seal",
    BatchRoot: "### Seal",
    Release: "### Release",
    Payload: "## 4. Message",
    BatchRelease: "## 4. Message",
    RowRelease: "## 4. Message",
    Outer: "## 4. Message",
    Envelope: "## 4. Message",
    Hello: "## 5. Asking",
    Page: "## 5. Asking",
    ReceiptPage: "## 5. Asking",
    Request: "## 5. Asking",
    Receipts: "### Receipts",
    ReceiptItem: "### Receipts",
    Statement: "### Part",
    Designation: "### Part",
    Judgement: "### Part",
    Amendment: "### Part",
    Raw: "### Part",
    Checkpoint: "## 12.",
    Received: "## 12.",
    Refused: "## 12.",
}
# What this node says of itself in everything that it signs.
OF_EVERY_ENTRY = {"entente", "node", "at"}


def section(heading: str) -> str:
    """The text under a heading, up to the next one of its level or above."""
    start = PAGE.index(f"\n{heading}")
    level = len(heading) - len(heading.lstrip("#"))
    body = PAGE[start + 1 :].partition("\n")[2]
    end = re.search(rf"^#{{1,{level}}} ", body, re.MULTILINE)
    return body[: end.start()] if end else body


def words(text: str) -> set[str]:
    """Every word of the code in a text, those of lists in brackets included."""
    return set(re.findall(r"[a-z0-9_]+", " ".join(re.findall(r"`([^`]+)`", text))))


def structs_in(value: type) -> Iterator[type]:
    """A struct and all that its fields can hold."""
    seen: set[type] = set()
    waiting: list[Any] = [inspect.type_info(value)]
    while waiting:
        shape = waiting.pop()
        if isinstance(shape, inspect.StructType):
            if shape.cls not in seen:
                seen.add(shape.cls)
                waiting += [field.type for field in shape.fields]
        elif isinstance(shape, inspect.UnionType):
            waiting += shape.types
        elif isinstance(shape, inspect.VarTupleType):
            waiting.append(shape.item_type)
        elif isinstance(shape, inspect.TupleType):
            waiting += shape.item_types
    yield from seen


@pytest.mark.parametrize("value", SECTIONS, ids=lambda value: value.__name__)
def test_every_field_of_what_is_sent_or_signed_stands_where_the_page_speaks_of_it(value: type) -> None:
    named = words(section(SECTIONS[value]))
    fields = {field.encode_name for field in msgspec.structs.fields(value)}
    if value in (Received, Refused):
        fields -= OF_EVERY_ENTRY
    assert fields - named == set()


@pytest.mark.parametrize(
    "value", [Statement, Designation, Judgement, Amendment, Raw], ids=lambda v: v.__name__
)
def test_every_field_within_a_part_that_travels_stands_under_part(value: type) -> None:
    named = words(section("### Part"))
    missing = {
        f"{inner.__name__}.{field.encode_name}"
        for inner in structs_in(value)
        for field in msgspec.structs.fields(inner)
        if field.encode_name not in named
    }
    assert missing == set()


def test_every_kind_of_record_part_lane_step_and_act_is_named() -> None:
    assert set(get_args(Kind)) - words(section("### Header")) == set()
    assert set(PART_TYPES) | PRIVATE_PARTS <= words(section("### Part"))
    assert set(LANES) <= words(section("## 4. Message"))
    assert set(LADDER) <= words(section("### Receipts"))
    assert set(get_args(RegisterAct)) <= words(section("## 12."))
    identity = {field.encode_name for field in msgspec.structs.fields(PartnerPinned)} - {"address"}
    assert identity <= words(section("## 2. Bytes"))


def test_every_entry_that_a_node_writes_is_named() -> None:
    written: set[str] = set()
    for file in sorted(SOURCE.rglob("*.py")):
        for call in calls_of(ast.parse(file.read_text(encoding="utf-8")), {"NewEntry"}):
            for keyword in call.keywords:
                if keyword.arg == "kind":
                    written |= {
                        node.value
                        for node in ast.walk(keyword.value)
                        if isinstance(node, ast.Constant) and isinstance(node.value, str)
                    }
    assert {"record", "batch", "received", "refused", "receipts"} <= written
    assert written <= words(section("## 12."))


# -- codes ----------------------------------------------------------------------------------------------------------

FAMILY = {
    name
    for name, value in vars(errors).items()
    if isinstance(value, type) and issubclass(value, errors.EntenteError)
}


def calls_of(tree: ast.AST, names: set[str]) -> Iterator[ast.Call]:
    """Every call of one of these names."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func
            name = called.id if isinstance(called, ast.Name) else getattr(called, "attr", "")
            if name in names:
                yield node


def code_makers(tree: ast.AST) -> set[str]:
    """Functions that hand their first argument on as the code of an error ("_fault(code, …)")."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.args.args:
            first = node.args.args[0].arg
            for call in calls_of(node, FAMILY):
                if call.args and isinstance(call.args[0], ast.Name) and call.args[0].id == first:
                    found.add(node.name)
    return found


def codes_of(file: Path) -> set[str]:
    """Every code that a file can raise."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    makers = code_makers(tree)
    found: set[str] = set()
    for call in calls_of(tree, FAMILY | makers):
        if call.args and isinstance(call.args[0], ast.Constant):
            found.add(str(call.args[0].value))
        elif call.args and not (isinstance(call.args[0], ast.Name) and makers):
            pytest.fail(f"{file.name}:{call.lineno} raises a code that cannot be read from the code")
    return found


@pytest.mark.parametrize("room", ["exchange", "model", "courier.py", "api/partner.py"])
def test_every_code_of_a_refusal_stands_on_the_page(room: str) -> None:
    where = SOURCE / room
    files = sorted(where.glob("*.py")) if where.is_dir() else [where]
    raised = set().union(*(codes_of(file) for file in files))
    assert raised or room == "api/partner.py"
    assert raised - words(section("## 9. What is refused")) == set()


def test_what_the_door_asks_of_the_agreement_and_the_node_of_an_answer_stands_on_the_page() -> None:
    named = words(section("## 9. What is refused"))
    assert {"classification_above_ceiling", "service_unknown", "answer_not_signed", "wrong_lane"} <= named
    by_policy = codes_of(SOURCE / "policy" / "handling.py") | codes_of(SOURCE / "policy" / "agreement.py")
    assert {"classification_above_ceiling", "service_unknown"} <= by_policy
    assert {"answer_not_signed", "wrong_lane"} <= codes_of(SOURCE / "node.py")


def test_no_code_stands_on_the_page_that_nothing_raises() -> None:
    tables = re.findall(r"^\| ((?:`\w+`(?:, )?)+) \|", section("## 9. What is refused"), re.MULTILINE)
    named = words(" ".join(tables))
    assert len(named) > 20
    raised: set[str] = set()
    for room in ("exchange", "model", "policy"):
        for file in sorted((SOURCE / room).glob("*.py")):
            tree = ast.parse(file.read_text(encoding="utf-8"))
            raised |= {
                node.value
                for node in ast.walk(tree)
                if isinstance(node, ast.Constant) and isinstance(node.value, str)
            }
    assert named - raised == set()


def test_a_code_that_is_missing_would_be_seen(tmp_path: Path) -> None:
    file = tmp_path / "made.py"
    file.write_text(
        "def _fault(code, fr, en):\n    return PeerFault(code, Text(fr=fr, en=en))\n"
        "def one():\n    raise Malformed('made_up', None)\n"
        "def two():\n    raise _fault('handed_on', '', '')\n"
    )
    assert codes_of(file) == {"made_up", "handed_on"}
    assert not codes_of(file) & words(PAGE)


# -- routes and limits ----------------------------------------------------------------------------------------------


def test_every_route_for_partners_and_every_status_stands_on_the_page() -> None:
    tree = ast.parse((SOURCE / "api" / "partner.py").read_text(encoding="utf-8"))
    routes = {
        (call.args[1].value, call.args[0].value)
        for call in calls_of(tree, {"route"})
        if isinstance(call.args[0], ast.Constant) and isinstance(call.args[1], ast.Constant)
    }
    # A lane may let its question wait, and so has a route of its own making.
    routes |= {
        ("GET", call.args[0].value)
        for call in calls_of(tree, {"Route"})
        if isinstance(call.args[0], ast.Constant)
    }
    assert len(routes) == 4
    listed = {
        (method, path.partition("?")[0])
        for method, path in re.findall(r"^\| `(GET|POST) ([^`]+)` \|", section("## 5. Asking"), re.MULTILINE)
    }
    assert listed == routes
    statuses = {
        int(one)
        for one in re.findall(r"^\| ([0-9, ]+) \|", section("## 5. Asking"), re.MULTILINE)
        for one in one.split(", ")
    }
    assert statuses == {*STATUS.values(), 413}


def test_every_limit_is_the_one_in_force() -> None:
    limits = section("## 11. Limits")
    kib, mib = 1024, 1024 * 1024
    for said in (
        f"{MAX_HEADER_BYTES // kib} KiB; {MAX_PART_BYTES // mib} MiB; {MAX_PAYLOAD_BYTES // mib} MiB",
        f"| anything signed | {MAX_SIGNED_BYTES // mib} MiB |",
        f"{MAX_DEPTH} levels",
        f"{MAX_UNKNOWN_FIELDS}; {MAX_UNKNOWN_NAME}",
        f"{PAGE_MESSAGES} messages or {PAGE_BYTES // mib} MiB",
        f"{MAX_ANSWER_BYTES // mib} MiB, {LONGEST_ANSWER_S:.0f} s",
        f"| a body of a request | {MAX_BODY_BYTES // kib} KiB |",
    ):
        assert said in limits
    assert f"{MAX_VERSION:,}" in section("### Header")
    assert f"cut at {MOST_RAW_CHARACTERS:,} letters" in section("## 7. The life lane")
    assert f"`{BASE64_MARK}`" in section("## 7. The life lane")
    assert f"every {LOOK_AROUND_S:.0f} s" in section("## 5. Asking")
    assert f"{SKEW_ALARM_S} s" in section("## 5. Asking")
    assert f"`{VERSION}`" in section("## 8. Versions")
