"""Every door of the house in one table, so that a test can walk all of them with every role."""

from __future__ import annotations

from entente.web import new, signing_in
from entente.web.door import Door

ALL_DOORS: tuple[Door, ...] = (
    *new.DOORS,
    *signing_in.DOORS,
)
