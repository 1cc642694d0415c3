"""A table of rows becomes a holding: through the ledger, in signed batches, with every row accounted for.

Each row is a record of its own under its batch's signature, with its own content key. How far an import has come is
written in the same commit as the rows themselves, under the digest of the file and of the mapping: the same file again
goes on where it was broken off, and does nothing when it was done. A row that cannot be read is left out and listed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from hashlib import sha256
from typing import BinaryIO

import msgspec

from entente.errors import Malformed, NotPermitted, Text
from entente.formats.fault import Fault, Unread
from entente.formats.mapping import Mapping, propose
from entente.formats.report import fault_report, summary
from entente.formats.rows import RowRead, read_rows
from entente.formats.table import open_table
from entente.model.grading import Grade
from entente.model.report import (
    Draft,
    Holding,
    Lane,
    Purpose,
    Regime,
    Routing,
    Statement,
    Translation,
    Wording,
)
from entente.policy.access import Access
from entente.policy.agreement import Agreement
from entente.policy.door import admit
from entente.policy.retention import due_dates
from entente.store.compose import Said, compose, compose_batch
from entente.store.register import check_header_words, check_reason, line
from entente.store.store import Store
from entente.store.write import Write

# Rows under one signature and in one commit: few enough that a distress waits for no more than one of them.
BATCH_ROWS = 1_000


class ImportOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an officer says of a whole table. mapping None: as proposed. lane None: routine, one by one."""

    regime: Regime
    handling: tuple[str, ...]
    grade: Grade
    purpose: Purpose = "intelligence"
    recipients: tuple[str, ...] = ()
    lane: Lane | None = None
    mapping: Mapping | None = None


class HoldingProgress(msgspec.Struct, frozen=True, kw_only=True):
    """How far an import is. report: the fault report as CSV text, with the last one only."""

    rows_read: int
    rows_of: int | None
    recorded: int
    left_out: int
    flagged: int
    resumed_from: int
    holding: str | None = None
    done: bool = False
    summary: Text | None = None
    report: str | None = None


def proposed_mapping(source: BinaryIO, filename: str, party: str) -> Mapping:
    """How the columns of a table would be read, to be looked at, changed and saved."""
    table = open_table(source, filename)
    region, language = ("FR", "fr") if party == "FR" else ("GB", "en")
    return propose(table.columns, table.sample(200), region=region, language=language)


def import_rows(
    store: Store,
    agreement: Agreement,
    source: BinaryIO,
    filename: str,
    access: Access,
    options: ImportOptions,
) -> Iterator[HoldingProgress]:
    """Import a table, saying after each batch how far it is.

    Raises Malformed where the table or mapping cannot be read at all, NotPermitted where this officer may not record
    it, Unavailable when the disk is full; what was said to be recorded is durable then, and the import goes on from it.
    """
    _check(access, agreement, options)
    digest = _digest(source)
    mapping = options.mapping or proposed_mapping(source, filename, store.party)
    source.seek(0)
    table = open_table(source, filename)
    # By whom and for what belongs to it: another service that enters the same table enters it for itself.
    told = msgspec.json.encode([mapping, options, access.service, access.matter])
    key = f"import/{digest}/{sha256(told).hexdigest()[:24]}"
    begun = int(store.place(key))
    grade = mapping.grade or options.grade
    now = store.clock()
    # As the category of every person in a table is, so are its days.
    days = due_dates("report", ("not_yet_assessed",), options.purpose, "intelligence", now.date())
    faults: list[Fault] = []
    batch: list[RowRead] = []
    read = left_out = recorded = flagged = 0
    for row in read_rows(table, mapping):
        read += 1
        faults.extend(row.faults)
        if isinstance(row, Unread):
            left_out += 1
        else:
            flagged += bool(row.faults)
            recorded += 1
            if read > begun:
                batch.append(row)
        if len(batch) >= BATCH_ROWS:
            _record(store, batch, access, options, grade, mapping, days, key, read)
            batch = []
            yield HoldingProgress(
                rows_read=read,
                rows_of=table.row_count,
                recorded=recorded,
                left_out=left_out,
                flagged=flagged,
                resumed_from=begun,
            )
    if read > begun:
        _record(
            store,
            batch,
            access,
            options,
            grade,
            mapping,
            days,
            key,
            read,
            last=(filename, recorded, left_out),
        )
    yield HoldingProgress(
        rows_read=read,
        rows_of=read,
        recorded=recorded,
        left_out=left_out,
        flagged=flagged,
        resumed_from=begun,
        holding=store.place(f"{key}/holding", "") or None,
        done=True,
        summary=summary(read, left_out, flagged=flagged),
        report=fault_report(faults).decode("utf-8-sig") if faults else None,
    )


def _check(access: Access, agreement: Agreement, options: ImportOptions) -> None:
    check_reason(access.reason)
    check_header_words(None, access.matter)
    if options.lane == "life":
        raise NotPermitted(
            "lane_life",
            Text(
                fr="Une table ne passe pas par la voie de la vie.", en="A table does not go by the life lane."
            ),
        )
    admit(
        Draft(
            kind="holding",
            service=access.service,
            purpose=options.purpose,
            matter=access.matter,
            regime=options.regime,
            handling=options.handling,
            grade=options.grade,
            recipients=options.recipients,
        ),
        access,
        agreement,
    )


def _digest(source: BinaryIO) -> str:
    source.seek(0)
    digest = sha256()
    while block := source.read(1 << 20):
        digest.update(block)
    if source.tell() == 0:
        raise Malformed("table_empty", Text(fr="Le fichier est vide.", en="The file is empty."))
    source.seek(0)
    return digest.hexdigest()[:32]


def _record(
    store: Store,
    rows: list[RowRead],
    access: Access,
    options: ImportOptions,
    grade: Grade,
    mapping: Mapping,
    days: tuple[dt.date, dt.date],
    key: str,
    read: int,
    last: tuple[str, int, int] | None = None,
) -> None:
    now = store.clock()
    signing, node, party = store.secrets.signing, store.node, store.party
    template = Said(
        kind="report",
        service=access.service,
        purpose=options.purpose,
        matter=access.matter,
        compartment="intelligence",
        handling=options.handling,
        said_at=now,
        review_by=days[0],
        erase_by=days[1],
        values=(),
        regime=options.regime,
        grade=grade,
    )
    routing = Routing(officer=access.officer, recipients=options.recipients, lane=options.lane)
    many = [
        _with_values(
            template,
            Statement(
                id="s1",
                basis="reported",
                wording=Wording(language=mapping.language, text=row.words),
                grade=grade,
                checked_on=now.date(),
                entities=row.entities,
                reference=row.reference,
            ),
            row.said_at or now,
            routing,
        )
        for row in rows
    ]
    entries = [compose_batch(many, signing, node, party, now, f"{key}/{read}")] if many else []
    if last is not None:
        # The holding itself is on record: which table, how many rows in, how many left out; it stays here.
        filename, recorded, left_out = last
        holding = Holding(table=filename, rows=recorded, left_out=left_out, cause=key)
        entries.append(compose(_holding_said(template, access, grade, holding), signing, node, party, now))
    named = [entry.records[0].batch or entry.records[0].header.id for entry in entries]
    store.commit(
        Write(
            entries=entries,
            places={key: str(read)} | ({f"{key}/holding": entries[-1].records[0].header.id} if last else {}),
            lines=[line("collection", access, now, records=named, found=len(rows))],
        )
    )


def _with_values(template: Said, statement: Statement, said_at: dt.datetime, routing: Routing) -> Said:
    values = [("statement/s1", statement, template.compartment), ("routing", routing, template.compartment)]
    return msgspec.structs.replace(template, said_at=said_at, values=values)


def _holding_said(template: Said, access: Access, grade: Grade, holding: Holding) -> Said:
    statement = Statement(
        id="s1",
        basis="fact",
        wording=Wording(
            language="fr",
            text=f"Table « {holding.table} » : {holding.rows} lignes, {holding.left_out} laissées de côté.",
            translations=(
                Translation(
                    language="en",
                    text=f'Table "{holding.table}": {holding.rows} rows, {holding.left_out} left out.',
                    by="machine",
                ),
            ),
        ),
        grade=grade,
        checked_on=template.said_at.date(),
        author=access.officer,
    )
    made = _with_values(template, statement, template.said_at, Routing(officer=access.officer))
    return msgspec.structs.replace(
        made, kind="holding", values=[*made.values, ("holding", holding, template.compartment)]
    )
