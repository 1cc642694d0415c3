"""After an erasure nothing of what was erased is left, on either shore, in any byte of any file."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from entente.model.report import Wording
from entente.node import Node
from entente.store import tables

PHONE = "06 39 98 77 31"
CANONICAL = "+33639987731"
NAME = "Qandilbaz"
WORDS = "vu près du canal avec Qandilbaz"


def kept_of(node: Node, record: str) -> tuple[int, int]:
    """How many keys and how many contents a node still has of a record."""
    engines = node.store.engines()
    with engines["keys"].connect() as keys:
        wrapped = keys.scalar(
            select(func.count()).select_from(tables.content_key).where(tables.content_key.c.record == record)
        )
    contents = 0
    for name, engine in engines.items():
        if name.startswith("vault-"):
            with engine.connect() as vault:
                contents += (
                    vault.scalar(
                        select(func.count())
                        .select_from(tables.content)
                        .where(tables.content.c.record == record)
                    )
                    or 0
                )
    return wrapped or 0, contents


def sealed_of(node: Node, record: str) -> list[bytes]:
    """The wrapped keys and sealed contents that are to be destroyed, as they lie in the files."""
    engines = node.store.engines()
    found: list[bytes] = []
    with engines["keys"].connect() as keys:
        found += keys.scalars(
            select(tables.content_key.c.wrapped).where(tables.content_key.c.record == record)
        )
    with engines["vault-intelligence"].connect() as vault:
        found += vault.scalars(select(tables.content.c.sealed).where(tables.content.c.record == record))
    return found


def traces(values: list[str]) -> dict[bytes, str]:
    """What must be found nowhere: each value as text, and as the plain hashes that anybody could try."""
    found: dict[bytes, str] = {}
    for value in values:
        for encoding in ("utf-8", "utf-16-le"):
            found[value.encode(encoding)] = f"{value} in clear"
        for name in ("sha256", "sha1", "md5", "blake2b", "blake2s", "sha512"):
            digest = hashlib.new(name, value.encode()).digest()
            found[digest[:16]] = f"{name} of {value}"
            found[digest.hex()[:32].encode()] = f"{name} of {value} in hex"
    return found


def scan(folder: Path, wanted: dict[bytes, str]) -> list[str]:
    """Every file of a folder that holds any of these."""
    found = []
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            content = file.read_bytes()
            found += [f"{what} in {file.name}" for trace, what in wanted.items() if trace in content]
    return found


def test_an_erased_record_leaves_no_byte_no_key_and_no_hit_on_either_shore(
    shores: Any,
    report: Callable[..., Any],
    at_work: Callable[..., Any],
    amend: Callable[..., Any],
    statement: Any,
    person: Any,
) -> None:
    lille, dover = shores.lille, shores.dover
    marie, jane = at_work(lille, "Marie"), at_work(dover, "Jane")
    about = statement(
        wording=Wording(language="fr", text=WORDS),
        entities=(person(PHONE, name=NAME),),
    )
    record = lille.record(report(reference="FR-118", statements=(about,)), marie).header.id
    dover.record(report("UK-NCA", "UK-1", phone="0033 639 987 731", name=""), jane)
    shores.carry()
    assert len(lille.hits(marie)) == len(dover.hits(jane)) == 1
    assert lille.search(marie, PHONE)
    assert dover.search(jane, CANONICAL)
    dover.read(jane, "FR-118")
    shores.carry()
    sealed = {sealed: "what was sealed" for node in (lille, dover) for sealed in sealed_of(node, record)}
    assert len(sealed) == 5

    erasing = lille.record(amend("FR-OLTIM", record), marie).header.id
    shores.carry()

    for node, access in ((lille, marie), (dover, jane)):
        assert kept_of(node, record) == (0, 0)
        assert node.store.current([record])[record].state == "erased"
        assert node.hits(access) == []
        assert node.crosscheck.couples() == {}
        assert not node.crosscheck.is_indexed(record)
        assert [row.header.reference for row, *_ in node.search(access, CANONICAL)] == ["UK-1"]
        assert node.verify().broken is None
    assert [(one["partner"], one["step"]) for one in lille.exchange.holders(erasing)] == [
        ("dover", "accepted")
    ]
    shores.close()
    shores.close = lambda: None

    wanted = traces([PHONE, CANONICAL, CANONICAL[1:], "639987731", NAME, NAME.lower(), WORDS]) | sealed
    assert scan(shores.root, wanted) == []


def test_the_scan_finds_what_is_there(tmp_path: Path) -> None:
    digest = hashlib.sha256(CANONICAL.encode())
    for name, content in (
        ("a", CANONICAL.encode()),
        ("b", digest.digest()),
        ("c", digest.hexdigest().encode()),
    ):
        (tmp_path / name).write_bytes(b"before" + content + b"behind")
    assert len(scan(tmp_path, traces([CANONICAL]))) == 3


def test_an_erasure_that_overtakes_its_record_still_erases_it(
    shores: Any, report: Callable[..., Any], at_work: Callable[..., Any], amend: Callable[..., Any]
) -> None:
    """Lanes do not wait for each other: what was fetched before and is taken in after an erasure is not held."""
    lille, dover = shores.lille, shores.dover
    marie = at_work(lille, "Marie")
    record = lille.record(report(lane="urgent"), marie).header.id
    lille.settle()
    fetched = lille.exchange.page("dover", "urgent", 0)
    lille.record(amend("FR-OLTIM", record), marie)
    lille.settle()
    dover.exchange.take("lille", lille.exchange.page("dover", "routine", 0))
    dover.exchange.take("lille", fetched)
    dover.settle()
    assert dover.store.current([record])[record].state == "erased"
    assert kept_of(dover, record) == (0, 0)
    assert not dover.crosscheck.is_indexed(record)
    assert dover.verify().broken is None


def test_what_was_erased_before_it_was_fetched_leaves_as_a_void_and_nobody_is_said_to_hold_it(
    shores: Any, report: Callable[..., Any], at_work: Callable[..., Any], amend: Callable[..., Any]
) -> None:
    lille, dover = shores.lille, shores.dover
    marie = at_work(lille, "Marie")
    record = lille.record(report(), marie).header.id
    lille.settle()
    lille.record(amend("FR-OLTIM", record), marie)
    shores.carry()
    assert dover.store.current([record]) == {}
    assert [one["step"] for one in lille.exchange.holders(record)] == ["withdrawn"]
    assert lille.exchange.pending("dover") == {"life": 0, "urgent": 0, "routine": 0, "bulk": 0}


def test_keys_that_a_crash_left_behind_an_erasure_are_destroyed_on_opening(
    shores: Any,
    report: Callable[..., Any],
    at_work: Callable[..., Any],
    amend: Callable[..., Any],
    monkeypatch: Any,
) -> None:
    lille = shores.lille
    marie = at_work(lille, "Marie")
    record = lille.record(report(), marie).header.id
    monkeypatch.setattr(lille.store._writer, "_destroy", lambda doomed: None)
    lille.record(amend("FR-OLTIM", record), marie)
    assert kept_of(lille, record) == (1, 2)
    lille = shores.reopen("lille")
    assert kept_of(lille, record) == (0, 0)
    assert lille.verify().broken is None


def test_a_recalled_record_is_read_by_nobody_and_its_hits_fall(
    shores: Any, report: Callable[..., Any], at_work: Callable[..., Any], amend: Callable[..., Any]
) -> None:
    lille, dover = shores.lille, shores.dover
    marie, jane = at_work(lille, "Marie"), at_work(dover, "Jane")
    record = lille.record(report(), marie).header.id
    dover.record(report("UK-NCA", "UK-1", phone="+33639980417"), jane)
    shores.carry()
    assert dover.hits(jane)
    lille.record(amend("FR-OLTIM", record, act="recall"), marie)
    shores.carry()
    for node, access in ((lille, marie), (dover, jane)):
        assert node.hits(access) == []
        assert [row.header.reference for row, *_ in node.search(access, "+33639980417")] == ["UK-1"]
        assert node.verify().broken is None
