"""Every door of the house in one table, so that a test can walk all of them with every role."""

from __future__ import annotations

from entente.web import (
    account,
    administration,
    administration_exchange,
    beach,
    boat_view,
    data_requests,
    duty,
    handing_over,
    helping,
    hits,
    new,
    oversight,
    proposals,
    proving,
    reports,
    sea,
    searching,
    signing_in,
    translating,
    warnings,
    writing,
)
from entente.web.door import Door

ALL_DOORS: tuple[Door, ...] = (
    *new.DOORS,
    *writing.DOORS,
    *reports.DOORS,
    *sea.DOORS,
    *boat_view.DOORS,
    *hits.DOORS,
    *proposals.DOORS,
    *beach.DOORS,
    *warnings.DOORS,
    *searching.DOORS,
    *translating.DOORS,
    *duty.DOORS,
    *handing_over.DOORS,
    *helping.DOORS,
    *oversight.DOORS,
    *data_requests.DOORS,
    *signing_in.DOORS,
    *proving.DOORS,
    *account.DOORS,
    *administration.DOORS,
    *administration_exchange.DOORS,
)
