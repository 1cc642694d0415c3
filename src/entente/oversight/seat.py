"""What the oversight desk's hands share: the store, the door for the data protection officer alone, the lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, get_args

import msgspec
from sqlalchemy import select

from entente.errors import NotPermitted, Text
from entente.model.report import Compartment
from entente.policy.access import Access
from entente.store import tables
from entente.store.ledger import read_checkpoint
from entente.store.register import DeskAccess, RegisterAct, check_reason, line
from entente.store.store import RecordRow, Store
from entente.store.write import NewLine

ROLE = "data_protection_officer"
COMPARTMENTS: tuple[Compartment, ...] = get_args(Compartment)
ACCESS = DeskAccess(desk="oversight", compartments=frozenset(COMPARTMENTS))


class Seat:
    """Shared by whoever looks into the register, raises flags, and answers people."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def admit(self, access: Access) -> None:
        """Let the data protection officer in, with a reason. Raises NotPermitted, and registers the attempt."""
        if access.role != ROLE:
            self.store.note(line("refusal", access, self.store.clock()))
            raise NotPermitted(
                "oversight_only",
                Text(
                    fr="Ceci est réservé au délégué à la protection des données.",
                    en="This is for the data protection officer alone.",
                ),
                Text(
                    fr="Adressez-vous à lui ; la tentative est notée.",
                    en="Turn to them; the attempt is noted.",
                ),
            )
        check_reason(access.reason)

    def line(
        self,
        act: RegisterAct,
        access: Access,
        *,
        records: Sequence[str] = (),
        to: Sequence[str] = (),
        **more: Any,
    ) -> NewLine:
        """A line with what only this desk writes in it beside the usual."""
        plain = line(act, access, self.store.clock(), records=records, to=to)
        content = {**msgspec.json.decode(plain.content), **more}
        return msgspec.structs.replace(plain, content=msgspec.json.encode(content).decode())

    def lines_covered(self, checkpoint: str) -> int:
        """How many register lines a signed checkpoint of this node covers."""
        return read_checkpoint(self.store.ring().verify(checkpoint, node=self.store.node)[1]).lines

    def parts_elsewhere(self, known: Mapping[str, RecordRow]) -> dict[str, frozenset[str]]:
        """In which compartments a record has parts; the table of keys says it, and no content is opened."""
        found: dict[str, set[str]] = {}
        ids = sorted(known)
        with self.store.engines()["keys"].connect() as connection:
            for start in range(0, len(ids), 500):
                rows = connection.execute(
                    select(tables.content_key.c.record, tables.content_key.c.compartment).where(
                        tables.content_key.c.record.in_(ids[start : start + 500])
                    )
                )
                for record, compartment in rows:
                    found.setdefault(record, set()).add(compartment)
        return {record: frozenset(compartments) for record, compartments in found.items()}
