"""The second half of proving the chain: each record stands as an entry says, and what it holds is what was said.

Each content opens and is one that its header promises, and none is missing. An erased record has no content, and that
is no break where an amendment of its originator says so. States are read at the fixed head, contents as they lie now:
the record whose content does not fit is looked up once more, at a later head. Erased since then by an amendment, it is
no break. Whoever forges such an amendment above the head hides the content until the next reading, which reads the
amendment as an entry among the others; a state alone, without one, is found at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

from sqlalchemy import func, select, tuple_

from entente.errors import EntenteError, Text
from entente.store import tables
from entente.store.snapshot import Broken, Snapshot, snapshot
from entente.store.store import RecordRow, Store, StoredPart, record_row, value_of

_CHUNK = 2_000
_ASKED_AT_ONCE = 400
_AMENDED_TO = {"erase": "erased", "recall": "recalled"}
# Hits are the machine's own, marks are the office's: they fall with what they stood on, no longer there to ask.
_FALLING = ("hit", "office")
_of = tables.record.c


def check_contents(
    store: Store, below: Snapshot, counts: dict[str, int], came: Mapping[tuple[str, int], int]
) -> None:
    """Check states and contents of all records below the head, and that there are no others.

    counts: what the entries brought; contents are counted into it. came: how many parts came of each version that a
    partner sent. Raises Broken.
    """
    _check_states(store, below)
    last = ("", 0)
    while True:
        rows = [
            record_row(row)
            for row in below.connection.execute(
                select(tables.record)
                .where(
                    _of.state != "erased",
                    (_of.id > last[0]) | ((_of.id == last[0]) & (_of.version > last[1])),
                )
                .order_by(_of.id, _of.version)
                .limit(_CHUNK)
            )
        ]
        if not rows:
            break
        last = (rows[-1].header.id, rows[-1].header.version)
        suspects: dict[tuple[str, int], Broken] = {}
        for row, parts in _opened(store, rows):
            if isinstance(parts, Broken):
                suspects[row.header.id, row.header.version] = parts
            elif not _fits(row, parts, came):
                suspects[row.header.id, row.header.version] = _content_broken(row)
            else:
                counts["contents"] += len(parts)
        _check_suspects(store, below, suspects)
    if below.connection.scalar(select(func.count()).select_from(tables.record)) != counts["records"]:
        text = Text(fr="Des fiches n’appartiennent à aucune écriture.", en="Records belong to no entry.")
        raise Broken("records", text)


def _check_suspects(store: Store, below: Snapshot, suspects: dict[tuple[str, int], Broken]) -> None:
    """Raise the first break, except of what was erased above the head because an entry there says so.

    The ledger says it before the content is destroyed: what was found gone by erasure stands as erased here, always.
    """
    if not suspects:
        return
    with snapshot(store) as later:
        said = _said(store, later, since=below.entries)
        versions = list(suspects)
        for start in range(0, len(versions), _ASKED_AT_ONCE):
            among = tuple_(_of.id, _of.version).in_(versions[start : start + _ASKED_AT_ONCE])
            for row in later.connection.execute(
                select(_of.id, _of.version, _of.node, _of.kind, _of.state).where(among, _of.state == "erased")
            ):
                if row.kind in _FALLING or (row.id, row.node, row.state) in said:
                    del suspects[row.id, row.version]
                else:
                    raise _state_broken(row)
    for broken in suspects.values():
        raise broken


def _said(store: Store, view: Snapshot, since: int = 0) -> set[tuple[str, str, str]]:
    """(record, node, state) of every amendment that stands in the ledger, from an entry on."""
    said: set[tuple[str, str, str]] = set()
    amending = (
        select(tables.record)
        .where(_of.kind == "amendment", _of.state == "held", _of.seq >= since)
        .order_by(_of.seq, _of.place)
    )
    for rows in view.connection.execute(amending.execution_options(yield_per=_CHUNK)).partitions():
        for amended_by, parts in _opened(store, [record_row(row) for row in rows]):
            if isinstance(parts, Broken):
                raise parts
            for stored in parts:
                if stored.part.name == "amendment":
                    value = value_of(stored)
                    said.add((value.record, amended_by.header.node, _AMENDED_TO.get(value.act, "")))
    return said


def _check_states(store: Store, below: Snapshot) -> None:
    """A record is erased, recalled or replaced because its originator said so in an entry, and for nothing else."""
    rows = below.connection.execute(
        select(_of.id, _of.version, _of.node, _of.state).where(_of.state != "held", _of.kind.not_in(_FALLING))
    ).all()
    if not rows:
        return
    said = _said(store, below)
    for row in rows:
        if row.state == "superseded":
            newer = select(_of.version).where(_of.id == row.id, _of.version > row.version).limit(1)
            fits = below.connection.scalar(newer) is not None
        else:
            fits = (row.id, row.node, row.state) in said
        if not fits:
            raise _state_broken(row)


def _opened(store: Store, rows: list[RecordRow]) -> Iterator[tuple[RecordRow, list[StoredPart] | Broken]]:
    """Each record with its parts, or with the break where they do not open."""
    compartments = frozenset(store.secrets.compartments)
    try:
        parts_of = store.stored_parts(rows, compartments)
    except (EntenteError, ValueError, TypeError):
        for row in rows:
            yield row, _opened_alone(store, row)
        return
    for row in rows:
        yield row, parts_of.get((row.header.id, row.header.version), [])


def _opened_alone(store: Store, row: RecordRow) -> list[StoredPart] | Broken:
    try:
        found = store.stored_parts([row], frozenset(store.secrets.compartments))
    except EntenteError as error:
        return Broken(f"record {row.header.id}", error.text)
    except (ValueError, TypeError):
        return _content_broken(row)
    return found.get((row.header.id, row.header.version), [])


def _fits(row: RecordRow, parts: list[StoredPart], came: Mapping[tuple[str, int], int]) -> bool:
    promised = set(row.header.parts)
    digests = {sha256(stored.part.content).hexdigest() for stored in parts}
    # An own record has all its parts; of a partner's, as many as were released to us.
    expected = len(promised) if row.is_own else came.get((row.header.id, row.header.version))
    return digests <= promised and len(digests) == len(parts) == expected


def _state_broken(row: Any) -> Broken:
    return Broken(
        f"record {row.id}",
        Text(
            fr=f"Fiche {row.id} : son état est « {row.state} », et aucune écriture ne le dit.",
            en=f'Record {row.id}: its state is "{row.state}", and no entry says so.',
        ),
    )


def _content_broken(row: RecordRow) -> Broken:
    return Broken(
        f"record {row.header.id}",
        Text(
            fr=f"Fiche {row.header.id} (écriture {row.seq}) : son contenu n’est pas celui qu’elle annonce.",
            en=f"Record {row.header.id} (entry {row.seq}): its content is not what it announces.",
        ),
    )
