"""Every door of the house in one table, so that a test can walk all of them with every role."""

from __future__ import annotations

from entente.web import account, beach, new, proving, signing_in
from entente.web.door import Door

ALL_DOORS: tuple[Door, ...] = (
    *new.DOORS,
    *beach.DOORS,
    *signing_in.DOORS,
    *proving.DOORS,
    *account.DOORS,
)
