"""What is new for me: what needs this officer now, what they owe, what is owed to them, and nothing else.

The list holds references and headlines only, so that looking at it opens nothing; what is opened from it is registered
where it is opened. It renews itself when the ledger grows.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

import msgspec
from starlette.responses import Response

from entente.crosscheck.desk import Headline
from entente.duty.rolls import Proposal, Translation
from entente.policy.access import Access
from entente.store.store import RecordRow
from entente.subjects import ToCarryOut, ToPrepare
from entente.web.door import EVERYBODY, INVESTIGATES, OFFICERS, PLANS, Door, Visit

MOST = 30


class Owed(msgspec.Struct, frozen=True, kw_only=True):
    """Something of ours that is on its way: to whom, and the step that it has come to."""

    row: RecordRow
    partner: str
    step: str
    at: dt.datetime | None


class News(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that stands on the page, already decided for its reader."""

    alarms: tuple[RecordRow, ...] = ()
    hits: tuple[Headline, ...] = ()
    received: tuple[RecordRow, ...] = ()
    seen: frozenset[str] = frozenset()
    proposals: tuple[Proposal, ...] = ()
    mine_waiting: tuple[Proposal, ...] = ()
    drafts: tuple[Translation, ...] = ()
    data_requests: int = 0
    to_prepare: tuple[ToPrepare, ...] = ()
    to_carry_out: tuple[ToCarryOut, ...] = ()
    owed: tuple[Owed, ...] = ()
    spoken: str = ""  # the newest judgement or sheet, so that an open hit renews itself
    at_sea: int = 0  # grows with whatever is said at sea, for whom the sea is open

    in_plan: int = 0  # what the joint plan expects of this officer's service

    @property
    def unseen(self) -> int:
        """How many things were not yet opened."""
        lines = [row.header.id for row in (*self.alarms, *self.received)]
        return len([one for one in lines if one not in self.seen]) + len(self.hits) + len(self.proposals)

    def mark(self) -> str:
        """Changes when anything on the page does."""
        return "/".join(
            [
                *(row.header.id for row in (*self.alarms, *self.received)),
                *(hit.id for hit in self.hits),
                *sorted(self.seen),
                *(one.id for one in (*self.proposals, *self.mine_waiting)),
                *(one.id for one in self.drafts),
                *(f"{one.row.header.id}{one.partner}{one.step}" for one in self.owed),
                str(self.data_requests),
                *(f"{one.request.id}{one.row.header.id}" for one in self.to_prepare),
                *(f"{one.request.id}{one.row.header.id}" for one in self.to_carry_out),
                self.spoken,
                str(self.at_sea),
                str(self.in_plan),
            ]
        )


def news_for(visit: Visit) -> News:
    """What is new for the officer who visits, in the role and shift of now."""
    if visit.role not in OFFICERS:
        open_requests = [one for one in visit.node.duty.rolls.data_requests.values() if one.decided is None]
        return News(
            data_requests=len(open_requests) if visit.role == "data_protection_officer" else 0,
            in_plan=_in_plan(visit),
        )
    if visit.shift is None:
        # Nothing is read without a shift; but that somebody is in danger is told to whoever is signed in.
        alarms = _alarms(visit, visit.access("alerte / alarm"))
        seen = visit.site.accounts.seen(visit.officer.name, [row.header.id for row in alarms])
        return News(alarms=alarms, seen=seen)
    node, access = visit.node, visit.access()
    rolls = node.duty.rolls
    alarms = _alarms(visit, access)
    received = tuple(node.store.received(access, ("report", "sighting"), MOST))
    seen = visit.site.accounts.seen(visit.officer.name, [row.header.id for row in (*alarms, *received)])
    hits: tuple[Headline, ...] = ()
    if visit.role in INVESTIGATES:
        hits = tuple(hit for hit in node.headlines(access, limit=MOST) if hit.judgement is None)
    proposals = [one for one in rolls.proposals.values() if one.state == "open"]
    about = node.store.current({one.what.about.record for one in proposals})
    known = [
        one
        for one in proposals
        if (row := about.get(one.what.about.record)) is not None and node.store.may_read(access, row).is_yes
    ]
    return News(
        alarms=alarms,
        hits=hits,
        received=received,
        seen=seen,
        proposals=tuple(one for one in known if one.what.officer != access.officer),
        mine_waiting=tuple(one for one in known if one.what.officer == access.officer),
        drafts=tuple(_drafts(visit, access)),
        owed=tuple(
            Owed(row=row, partner=partner, step=step, at=at)
            for row, partner, step, at in node.owed(access, MOST)
        ),
        to_prepare=node.to_prepare(access),
        to_carry_out=node.to_carry_out(access),
        spoken=node.newest_word(access) if visit.role in INVESTIGATES else "",
        at_sea=node.maritime.changes if visit.role == "watch_keeper" else 0,
        in_plan=_in_plan(visit),
    )


def _in_plan(visit: Visit) -> int:
    return visit.node.awaited_in_plan(visit.access()) if visit.role in PLANS and visit.shift else 0


def _alarms(visit: Visit, access: Access) -> tuple[RecordRow, ...]:
    """Distress and warnings of the last day that this officer may read, the newest first."""
    node = visit.node
    wanted = [alarm.record for alarm in reversed(node.duty.alarms)][:MOST]
    rows = node.store.current(wanted)
    since = visit.now - dt.timedelta(days=1)
    return tuple(
        rows[record]
        for record in wanted
        if record in rows
        and rows[record].header.said_at >= since
        and node.store.may_read(access, rows[record]).is_yes
    )


def _drafts(visit: Visit, access: Access) -> list[Translation]:
    drafts = [
        one
        for one in visit.node.duty.rolls.translations.values()
        if one.state == "draft" and one.officer != access.officer
    ]
    rows = visit.node.store.current({one.record for one in drafts})
    return [
        one
        for one in drafts
        if one.record in rows and visit.node.store.may_read(access, rows[one.record]).is_yes
    ][:MOST]


def show(visit: Visit) -> Response:
    """The page, or its list alone where only that is renewed."""
    if visit.role in OFFICERS and visit.shift is None:
        return visit.to("/shift")
    template: Literal["new.html", "new_list.html"] = "new_list.html" if visit.is_fragment else "new.html"
    return visit.page(template, news=news_for(visit))


DOORS: tuple[Door, ...] = (Door(path="/", does=show, who=EVERYBODY),)
