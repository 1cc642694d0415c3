"""The node's own counts for the plan: gathered from what it holds, as dates and figures, and given as values (PLN-6).

Nothing is opened to count: headers, what desks remember, receipts. No judicial file and no file of victims is looked
at. A value is given by an officer, once a month and count for each shore, so that it can be subtracted from nothing;
what cannot be shown is not recorded either, since the plan goes to the other shore whole.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterator

import msgspec
from sqlalchemy import select

from entente.crosscheck.desk import CrosscheckDesk
from entente.duty.desk import DutyDesk
from entente.errors import Conflict, Malformed, Text
from entente.exchange.desk import ExchangeDesk
from entente.maritime.desk import MaritimeDesk
from entente.maritime.values import Picture
from entente.model.grading import SOURCE_ROWS, Grade, source_row
from entente.model.plan_act import Bilingual, PlanAct, ValueGiven
from entente.model.report import Compartment
from entente.model.sea_act import Closed, Reopened, WarningSettled
from entente.plan.own_counts import (
    FEWER,
    Case,
    CountName,
    OwnCount,
    already_given,
    count_of,
    known_count,
    month_of,
    own_count,
)
from entente.plan.values import Item, PlanSaid
from entente.policy.access import Access
from entente.policy.agreement import Agreement
from entente.store import tables
from entente.store.store import RecordRow, Store, record_row

# Of what may be counted. Judicial files and those of victims are not among them, whatever the count (JUD-8).
COUNTED: tuple[Compartment, ...] = ("intelligence", "life_saving", "prevention")
CLOSED_STATES = ("closed", "closed_not_acknowledged")


class PlanCounts:
    """What the node counts for the plan, over its desks."""

    agreement: Agreement
    store: Store
    crosscheck: CrosscheckDesk
    maritime: MaritimeDesk
    duty: DutyDesk
    exchange: ExchangeDesk
    _desk_lock: threading.RLock
    _clock: Callable[[], dt.datetime]

    def plan_item(self, access: Access, item: str) -> Item:
        """One item of the plan; see `AtPlan.plan_item`."""
        raise NotImplementedError

    def said_of_plan(self, access: Access) -> tuple[PlanSaid, ...]:
        """All that was said of the plan; see `AtPlan.said_of_plan`."""
        raise NotImplementedError

    def do_in_plan(self, access: Access, act: PlanAct, cause: str | None = None) -> RecordRow:
        """Record an act on the plan; see `AtPlan.do_in_plan`."""
        raise NotImplementedError

    def drawn(self) -> Picture:
        """The picture at sea; see `AtSea.drawn`."""
        raise NotImplementedError

    # -- for officers -------------------------------------------------------------------------------------------

    def own_value(self, access: Access, indicator: str, month: dt.date) -> OwnCount:
        """What an indicator's own count comes to in the month that a day lies in. month: one that is over.

        Raises Malformed for an indicator whose values are given by hand, or a month that is not over.
        """
        count = count_of(self.plan_item(access, indicator))
        if count is None:
            raise Malformed(
                "count_not_own",
                Text(
                    fr="Cet indicateur n’est alimenté par aucun compte du nœud.",
                    en="No count of the node feeds this indicator.",
                ),
                Text(
                    fr="Saisissez la valeur, ou choisissez un compte comme source.",
                    en="Enter the value by hand, or choose a count as its source.",
                ),
            )
        if month_of(month)[1] >= self._clock().date():
            raise Malformed(
                "month_not_over",
                Text(fr="Le mois n’est pas terminé.", en="The month is not over."),
                Text(fr="Donnez la valeur d’un mois écoulé.", en="Give the value of a month that is over."),
            )
        return own_count(count.name, self._cases(count.name), month)

    def give_own_value(self, access: Access, indicator: str, month: dt.date) -> RecordRow:
        """Record the node's own count of a month as a value of an indicator, with how many stand behind it.

        Raises Conflict where a small number would be told, or where this count of that month was given already.
        """
        found = self.own_value(access, indicator, month)
        party = self.store.party
        if already_given(self.said_of_plan(access), found.count, party, month) is not None:
            raise Conflict(
                "count_given",
                Text(
                    fr="Ce compte est déjà donné pour ce mois ; un second en dirait la différence.",
                    en="This count was given for that month already; a second would tell the difference.",
                ),
                Text(
                    fr="Corrigez la valeur à la main, avec son motif, si elle est fausse.",
                    en="Correct the value by hand, with the reason, if it is wrong.",
                ),
            )
        if found.value is None:
            raise Conflict(
                "small_number",
                Text(
                    fr=f"Ce compte n’est pas donné : {FEWER.fr} dans l’une de ses parts.",
                    en=f"This count is not given: {FEWER.en} in one of its parts.",
                ),
                Text(fr="Rien n’est enregistré.", en="Nothing is recorded."),
            )
        act = ValueGiven(
            officer=access.officer,
            indicator=indicator,
            value=found.value,
            starts=found.starts,
            ends=found.ends,
            source=found.count.source,
            quality=Bilingual(found.quality.fr, found.quality.en),
            # A share or a median: what stands behind it was looked at before it was given.
            is_count=False,
        )
        return self.do_in_plan(access, act, f"own/{party}/{found.count.name}/{found.starts}")

    # -- gathering ----------------------------------------------------------------------------------------------

    def _cases(self, name: CountName) -> list[Case]:
        gather: dict[CountName, Callable[[], Iterator[Case]]] = {
            "answers": self._answered,
            "data_requests": self._data_requests,
            "hits_followed_up": self._hits,
            "graded": self._graded,
            "warnings_launched": lambda: self._warnings(is_lead=False),
            "warning_lead": lambda: self._warnings(is_lead=True),
            "boats_closed": self._closings,
            "erasures": self._erasures,
        }
        return list(gather[known_count(name).name]())

    def _answered(self) -> Iterator[Case]:
        kinds = ("report", "sighting", "distress", "warning")
        table = tables.record
        rows = self._rows(table.c.kind.in_(kinds), table.c.audience.is_not(None))
        for row in rows:
            acted = [
                one.at for one in self.duty.rolls.answers.get(row.header.id, ()) if one.step == "acted_on"
            ]
            hours = (min(acted) - row.header.said_at).total_seconds() / 3600 if acted else 0.0
            # A clock of the other shore that is ahead of ours makes no answer earlier than its question.
            yield Case(at=row.header.said_at, counts=bool(acted), amount=max(hours, 0.0))

    def _data_requests(self) -> Iterator[Case]:
        for one in list(self.duty.rolls.data_requests.values()):
            came = dt.datetime.combine(one.opened.received_on, dt.time(), dt.UTC)
            days = (one.decided_at.date() - one.opened.received_on).days if one.decided_at else 0
            yield Case(at=came, counts=one.decided_at is not None, amount=float(days))

    def _hits(self) -> Iterator[Case]:
        with self._desk_lock:
            followed = self.crosscheck.followed()
        for id, row in self.store.current(list(followed)).items():
            if row.state == "held" and row.header.compartment in COUNTED:
                yield Case(at=row.header.said_at, counts=followed[id])

    def _graded(self) -> Iterator[Case]:
        table = tables.record
        for row in self._rows(
            table.c.kind.in_(("report", "sighting")),
            table.c.audience.is_(None),
            table.c.compartment != "life_saving",
        ):
            yield Case(at=row.header.said_at, counts=_is_evaluated(row.header.grade))

    def _warnings(self, *, is_lead: bool) -> Iterator[Case]:
        table = self.maritime.table()
        settled: dict[str, tuple[dt.datetime, str, bool]] = {}
        for said in table.acts:
            if isinstance(said.act, WarningSettled):
                word = (said.at, said.id, said.act.outcome == "launched")
                # The newest word of an officer stands.
                settled[said.act.warning] = max(settled.get(said.act.warning, word), word)
        for one in table.foretold:
            if self.agreement.service(one.by).party != self.store.party:
                continue
            minutes = (one.warning.starts - one.at).total_seconds() / 60
            if is_lead:
                yield Case(at=one.warning.starts, counts=minutes > 0, amount=minutes)
            else:
                yield Case(at=one.warning.starts, counts=one.id in settled and settled[one.id][2])

    def _closings(self) -> Iterator[Case]:
        acts = self.maritime.table().acts
        reopened = {said.act.boat for said in acts if isinstance(said.act, Reopened)}
        closed: dict[str, dt.datetime] = {}
        for said in acts:
            if isinstance(said.act, Closed) and said.node in ("", self.store.node):
                closed[said.act.boat] = min(closed.get(said.act.boat, said.at), said.at)
        # A boat that is not on the table any more was closed, agreed on and quiet for days.
        fallen = {
            report
            for boat in self.drawn().boats
            if boat.state not in CLOSED_STATES
            for report in (boat.id, *boat.reports)
        }
        for boat, at in closed.items():
            yield Case(at=at, counts=boat not in fallen and boat not in reopened)

    def _erasures(self) -> Iterator[Case]:
        # The register tells which amendments took something back, so that none has to be opened.
        lines = self.store.rows(select(tables.register.c.content).where(tables.register.c.act == "erasure"))
        named = {record for (content,) in lines for record in _named(content)}
        own = [
            row
            for row in self.store.current(sorted(named)).values()
            if row.is_own and row.header.kind == "amendment" and row.header.compartment in COUNTED
        ]
        steps = self.exchange.steps([row.header.id for row in own])
        for row in own:
            if sent := steps.get(row.header.id):
                done = all(step in ("accepted", "seen", "acted_on") for _, step, _ in sent)
                yield Case(at=row.header.said_at, counts=done)

    def _rows(self, *which: object) -> Iterator[RecordRow]:
        """The records that are held, the newest version of each, in no file that is closed."""
        table = tables.record
        wanted = select(table).where(table.c.state == "held", table.c.compartment.in_(COUNTED), *which)  # type: ignore[arg-type]
        for row in self.store.rows(wanted):
            yield record_row(row)


class _Line(msgspec.Struct, frozen=True):
    """Of a line of the register, the records that it names."""

    records: tuple[str, ...] = ()


def _named(content: str) -> tuple[str, ...]:
    return msgspec.json.decode(content, type=_Line).records


def _is_evaluated(grade: Grade | None) -> bool:
    return grade is not None and source_row(grade) != SOURCE_ROWS.index("cannot_be_judged")


__all__ = ["COUNTED", "PlanCounts"]
