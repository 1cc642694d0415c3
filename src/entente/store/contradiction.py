"""Why a write cannot stand beside what is recorded: looked up by the writer before a byte of it is written.

A cause is answered once, a version of a record is said once, a partner's number is dealt with once. Whoever is refused
here is refused alone; the others of its group are written.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, select, tuple_

from entente.errors import Conflict, Text
from entente.store import tables
from entente.store.write import NewArrival, Write

_CHUNK = 400


def contradiction(ledger: Connection, write: Write) -> Conflict | None:
    """The first thing in the ledger that a write contradicts; None when it can stand."""
    return _cause_answered(ledger, write) or _version_said(ledger, write) or _number_dealt_with(ledger, write)


def _cause_answered(ledger: Connection, write: Write) -> Conflict | None:
    causes = [entry.cause for entry in write.entries if entry.cause]
    for chunk in _chunks(causes):
        taken = ledger.scalars(select(tables.entry.c.cause).where(tables.entry.c.cause.in_(chunk))).first()
        if taken:
            return Conflict(
                "already_said",
                Text(
                    fr=f"Le registre contient déjà ce qui répond à « {taken} ».",
                    en=f'The ledger already holds what answers "{taken}".',
                ),
            )
    return None


def _version_said(ledger: Connection, write: Write) -> Conflict | None:
    # Rows of a large batch bear ids made for them; only what comes alone or nearly so can meet a version of itself.
    said = [
        (record.header.id, record.header.version)
        for entry in write.entries
        for record in (entry.records if len(entry.records) <= 100 else ())
    ]
    for chunk in _chunks(said):
        found = ledger.execute(
            select(tables.record.c.id, tables.record.c.version).where(
                tuple_(tables.record.c.id, tables.record.c.version).in_(chunk)
            )
        ).first()
        if found:
            return Conflict(
                "version_taken",
                Text(
                    fr=f"La version {found.version} de la fiche {found.id} existe déjà.",
                    en=f"Version {found.version} of record {found.id} exists already.",
                ),
                Text(fr="Relisez-la et partez d’elle.", en="Read it again and start from it."),
            )
    return None


def _number_dealt_with(ledger: Connection, write: Write) -> Conflict | None:
    lanes: dict[tuple[str, str, str], list[NewArrival]] = {}
    for arrival in write.arrivals:
        lanes.setdefault((arrival.partner, arrival.incarnation, arrival.lane), []).append(arrival)
    for (partner, incarnation, lane), arrivals in lanes.items():
        numbers = [arrival.number for arrival in arrivals]
        for chunk in _chunks(numbers):
            found = ledger.scalars(
                select(tables.arrival.c.number).where(
                    tables.arrival.c.partner == partner,
                    tables.arrival.c.incarnation == incarnation,
                    tables.arrival.c.lane == lane,
                    tables.arrival.c.number.in_(chunk),
                )
            ).first()
            if found is not None:
                return Conflict(
                    "number_taken",
                    Text(
                        fr=f"Le numéro {found} de « {partner} » est déjà traité.",
                        en=f'Number {found} of "{partner}" has been dealt with.',
                    ),
                )
    return None


def _chunks(values: Sequence[Any]) -> list[Sequence[Any]]:
    return [values[start : start + _CHUNK] for start in range(0, len(values), _CHUNK)]
