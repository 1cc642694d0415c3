"""Who leads the rescue of a boat: taken, offered, received; and two who both took it, shown as such.

The lead never falls between two shores: an offer changes nothing until the other has taken it. When two services took
it without knowing of each other, nobody is chosen by a clock: both are named until one of them hands over.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from entente.maritime.values import ActSaid, Lead
from entente.model.sea_act import LeadAcknowledged, LeadOffered, LeadTaken


def lead_of(acts: Sequence[ActSaid]) -> Lead:
    """Who leads one boat. acts: of this boat, in any order."""
    takers: dict[str, dt.datetime] = {}
    offers = {said.id: said for said in acts if isinstance(said.act, LeadOffered)}
    answered: set[str] = set()
    offered: ActSaid | None = None
    for said in sorted(acts, key=lambda one: (one.at, one.id)):
        act = said.act
        if isinstance(act, LeadTaken) and act.service:
            if offered is not None and _to(offered) == act.service:
                # Taking what was offered is receiving it.
                takers, offered = {act.service: said.at}, None
            else:
                takers.setdefault(act.service, said.at)
        elif isinstance(act, LeadOffered) and act.service and said.id not in answered:
            offered = None if act.service in takers and len(takers) == 1 else said
        elif isinstance(act, LeadAcknowledged):
            # Clocks of two shores differ: an answer may seem older than its offer.
            offer = offers.get(act.offer)
            if offer is not None and act.service == _to(offer):
                takers = {act.service: said.at}
                answered.add(offer.id)
                offered = None if offered is None or offered.id == offer.id else offered
    order = sorted(takers, key=lambda service: (takers[service], service))
    first = order[0] if order else ""
    return Lead(
        service=first,
        since=takers.get(first),
        offered_to=_to(offered) if offered else "",
        offer=offered.id if offered else "",
        contested=tuple(order) if len(order) > 1 else (),
    )


def _to(offer: ActSaid) -> str:
    return offer.act.service if isinstance(offer.act, LeadOffered) else ""
