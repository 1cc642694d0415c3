"""The exchange desk: what is due to partners, what arrives from them, and who holds what.

Three hands share one seat: the outbox numbers and hands out, the inbox takes in, the holders keep the receipts. Only
these touch the store; envelope, protocol and pack are pure.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from sqlalchemy import select

from entente.exchange.holders import Holders
from entente.exchange.inbox import Inbox, RawDistress
from entente.exchange.outbox import Outbox
from entente.exchange.seat import Partner, Seat
from entente.model.report import Kind, Lane
from entente.model.signing import KeyRing
from entente.model.strict import convert, strict_json
from entente.store import tables
from entente.store.ledger import Refused
from entente.store.store import Store


class ExchangeDesk(Seat):
    """The seat with its three hands, as the node and the partners' wire use them."""

    def __init__(
        self,
        store: Store,
        partners: dict[str, Partner],
        ring: KeyRing,
        raw_distress: RawDistress,
        on_due: Callable[[str, Lane], None],
        reads: frozenset[Kind],
    ) -> None:
        super().__init__(store, partners, ring, on_due)
        outbox, inbox, holders = Outbox(self, reads), Inbox(self, raw_distress), Holders(self)
        self.step, self.page, self.sent_to = outbox.step, outbox.page, outbox.sent_to
        self.pass_over = outbox.pass_over
        self.arrived, self.take = inbox.arrived, inbox.take
        self.receipts_after, self.climb = holders.receipts_after, holders.climb
        self.taken_receipts, self.take_receipts = holders.taken_receipts, holders.take_receipts
        self.holders, self.pending, self.steps = holders.holders, holders.pending, holders.steps
        self.climbed = holders.climbed

    def refusals(self, limit: int) -> list[dict[str, Any]]:
        """What was let neither in nor out, newest first, as this node signed it."""
        found = self.store.rows(
            select(tables.entry.c.seq, tables.entry.c.signed)
            .where(tables.entry.c.kind == "refused")
            .order_by(tables.entry.c.seq.desc())
            .limit(limit)
        )
        return [
            {"entry": seq, **msgspec.to_builtins(convert(strict_json(self.ring.verify(signed)[1]), Refused))}
            for seq, signed in found
        ]
