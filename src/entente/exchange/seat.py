"""What the exchange desk's hands share: the store, the pinned partners and keys, alarms and refusals."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from entente.errors import PeerFault, Text
from entente.exchange.envelope import SealingKey
from entente.model.report import Lane
from entente.model.signing import KeyRing
from entente.model.wire import VERSION, encode
from entente.store.ledger import Refused
from entente.store.register import DeskAccess
from entente.store.store import Store
from entente.store.write import NewEntry

ACCESS = DeskAccess(
    desk="exchange",
    compartments=frozenset({"intelligence", "judicial", "victims", "life_saving", "prevention", "plan"}),
)


class Partner(msgspec.Struct, frozen=True, kw_only=True):
    """A pinned partner: its node, where it listens, and the key to seal to."""

    node: str
    address: str
    sealing: SealingKey


class Seat:
    """Shared by the outbox, the inbox and the holders of one node."""

    def __init__(
        self, store: Store, partners: dict[str, Partner], ring: KeyRing, on_due: Callable[[str, Lane], None]
    ) -> None:
        self.store = store
        self.partners = partners
        self.ring = ring
        self.on_due = on_due
        self.own = SealingKey(private=store.secrets.sealing)
        self.alarms: list[Text] = []
        # What was sent under which number, while this process lives, to hold receipts against.
        self.digests: dict[tuple[str, str, int], str] = {}

    def alarm(self, text: Text) -> None:
        """Something that a person should look at."""
        self.alarms.append(text)
        del self.alarms[:-200]

    def partner(self, node: str) -> Partner:
        partner = self.partners.get(node)
        if partner is None:
            raise PeerFault(
                "partner_not_pinned",
                Text(
                    fr=f"« {node[:40]} » n’est pas un partenaire de ce nœud.",
                    en=f'"{node[:40]}" is no partner of this node.',
                ),
            )
        return partner

    def refusal(
        self,
        way: str,
        partner: str,
        lane: str,
        code: str,
        text: Text,
        *,
        number: int | None = None,
        record: str | None = None,
        digest: str | None = None,
    ) -> NewEntry:
        refused = Refused(
            entente=VERSION,
            node=self.store.node,
            partner=partner,
            way=way,
            lane=lane,
            code=code,
            text=text,
            at=self.store.clock(),
            number=number,
            record=record,
            digest=digest,
        )
        return NewEntry(kind="refused", signed=self.store.secrets.signing.sign(encode(refused)))
