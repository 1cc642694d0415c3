"""Who is on duty, who is next, where the watch has a hole, who was called; and the alarm that every page shows.

A service keeps its own roster and sees where its own people are reached; of the others it sees who and by which ways,
never an address. Times are typed and shown on the party's own clock.
"""

from __future__ import annotations

import datetime as dt

import msgspec
from starlette.responses import Response

from entente.calling import Person
from entente.duty.calls import is_for_this_node
from entente.duty.rolls import Noted
from entente.duty.watch import Span, holes, within
from entente.errors import Conflict, EntenteError, Malformed, NotFound, NotPermitted, Text
from entente.model.office_act import Called, RosterEntered
from entente.policy.agreement import Service
from entente.store.store import RecordRow
from entente.web.door import EVERYBODY, OFFICERS, Door, Visit
from entente.web.site import status_of
from entente.web.words import zone_of

DAYS = 14
MOST_CALLS = 30
ALARM_LASTS = dt.timedelta(days=1)
_DAYS_FR = ("lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim.")
_DAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS_FR = (
    "janv.",
    "févr.",
    "mars",
    "avr.",
    "mai",
    "juin",
    "juil.",
    "août",
    "sept.",
    "oct.",
    "nov.",
    "déc.",
)
_MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


# -- the alarm ------------------------------------------------------------------------------------------------------

_WAITS = {
    "distress": Text("Une détresse attend", "A distress is waiting"),
    "warning": Text("Une alerte attend", "A warning is waiting"),
    "lead": Text("La conduite d’une opération vous est proposée", "The lead of a rescue is offered to you"),
    "closing": Text("Une clôture attend votre accord", "A closing waits for you to agree"),
}
_READ = {
    "distress": Text("la détresse de", "the distress of"),
    "warning": Text("l’alerte de", "the warning of"),
    "lead": Text("l’offre de", "the offer of"),
    "closing": Text("la clôture de", "the closing of"),
}


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """Something that somebody of this officer's duty must answer."""

    row: RecordRow
    is_life: bool
    kind: str = "warning"

    @property
    def path(self) -> str:
        """Where it is read."""
        if self.kind in ("lead", "closing"):
            return "/sea"
        return f"{'/reports' if self.is_life else '/warnings'}/{self.row.header.id}"

    @property
    def what(self) -> Text:
        """What waits, in words."""
        return _WAITS.get(self.kind, _WAITS["warning"])

    @property
    def of(self) -> Text:
        """The same after "read"."""
        return _READ.get(self.kind, _READ["warning"])


def waiting_for(visit: Visit) -> tuple[Waiting, ...]:
    """What rings for this officer: unanswered by their service, life first, then the newest. Opens nothing."""
    if visit.role not in OFFICERS or visit.shift is None:
        return ()
    node, access, service = visit.node, visit.access(), visit.officer.service
    answers = node.duty.rolls.answers
    asked = [
        alarm
        for alarm in reversed(node.duty.alarms)
        if is_for_this_node(alarm)
        and (service in alarm.services if alarm.services else alarm.role == visit.role)
        and not any(answer.service == service for answer in answers.get(alarm.record, ()))
    ]
    rows = node.store.current([alarm.record for alarm in asked])
    found = [
        Waiting(row=row, is_life=alarm.kind == "distress", kind=alarm.kind)
        for alarm in asked
        if (row := rows.get(alarm.record)) is not None
        and row.header.said_at >= visit.now - ALARM_LASTS
        and node.store.may_read(access, row).is_yes
    ]
    return tuple(sorted(found, key=lambda one: not one.is_life))


def show_alarm(visit: Visit) -> Response:
    """The alarm as every page shows it; empty where nothing waits."""
    return visit.page("duty_alarm.html", waiting=waiting_for(visit))


def answer(visit: Visit) -> Response:
    """ "I have it": the record is seen, its sender is told, and nobody is called any more."""
    visit.node.answer(visit.access(), visit.form.one("record"), "seen")
    if visit.is_fragment:
        return show_alarm(visit)
    return visit.to("/duty", Text("C’est noté : vous vous en chargez.", "Noted: you have it."))


# -- the page -------------------------------------------------------------------------------------------------------


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of the roster, as far as it lies in what is shown."""

    id: str
    act: RosterEntered
    span: Span
    reached: tuple[str, ...] = ()


class Post(msgspec.Struct, frozen=True, kw_only=True):
    """One role of one service: who is on duty now, who is next."""

    service: str
    role: str
    now: tuple[Listed, ...]
    next: Listed | None
    is_watch: bool

    @property
    def has_hole(self) -> bool:
        """Whether a watch is kept by nobody now, backups apart."""
        return self.is_watch and not any(not one.act.backup for one in self.now)


class RosterDay(msgspec.Struct, frozen=True, kw_only=True):
    """One day of a service's roster, hour by hour. A line without an entry is a hole in its watch."""

    date: dt.date
    lines: tuple[tuple[Span, Listed | None], ...]


class CallMade(msgspec.Struct, frozen=True, kw_only=True):
    """A call about a record that this officer may read."""

    row: RecordRow
    at: dt.datetime
    act: Called


def show(visit: Visit, error: EntenteError | None = None, of: str = "") -> Response:
    """Who is on duty. error: why what was typed was not entered; of: which form it was typed in."""
    if visit.is_fragment:
        return visit.page("duty_board.html", posts=_posts(visit), calling=visit.node.calling)
    own = visit.officer.service
    seated = {service.id: service for service in visit.node.agreement.services_of(visit.node.store.node)}
    chosen = visit.query.one("service") or own
    if chosen not in seated:
        raise NotFound(
            "service_not_found", Text(fr="Ce service n’est pas ici.", en="That service is not seated here.")
        )
    own_people = [
        one for one in visit.node.officers() if one.service == own and "service_account" not in one.roles
    ]
    kept = {noted.service for noted in visit.node.duty.rolls.roster.values()}
    kept |= {name for name, service in seated.items() if "watch_keeper" in service.opens}
    today = visit.now.astimezone(zone_of(visit.node.store.party)).date()
    return visit.page(
        "duty.html",
        status_of(error) if error else 200,
        posts=_posts(visit),
        days=_days(visit, seated[chosen]),
        chosen=chosen,
        own=own,
        rosters=sorted(kept | {own}, key=lambda name: (name != own, name)),
        people=own_people,
        roles=list(dict.fromkeys(role for one in own_people for role in one.roles)),
        reached={one.name: visit.node.calling.reached_at(one.name) for one in own_people},
        calling=visit.node.calling,
        made=_calls_made(visit),
        waiting=waiting_for(visit),
        today=today,
        tomorrow=today + dt.timedelta(days=1),
        hour=lambda at, is_end=False: _hour(at, visit, is_end=is_end),
        day_short=lambda date: visit.say(day_of_week(date)),
        typed=visit.form,
        error=error,
        error_of=of,
    )


def _hour(at: dt.datetime, visit: Visit, *, is_end: bool) -> str:
    """Hours and minutes on the party's clock; a span that ends at midnight ends at 24:00."""
    local = at.astimezone(zone_of(visit.node.store.party))
    return "24:00" if is_end and (local.hour, local.minute) == (0, 0) else f"{local:%H:%M}"


def day_of_week(date: dt.date) -> Text:
    """A day by its name and number: mer. 20 nov.; Wed 20 Nov."""
    return Text(
        f"{_DAYS_FR[date.weekday()]} {date.day}{'er' if date.day == 1 else ''} {_MONTHS_FR[date.month - 1]}",
        f"{_DAYS_EN[date.weekday()]} {date.day} {_MONTHS_EN[date.month - 1]}",
    )


def _entries(visit: Visit, service: str) -> list[tuple[Noted, RosterEntered]]:
    return [
        (noted, noted.act)
        for noted in visit.node.duty.rolls.roster.values()
        if noted.service == service and isinstance(noted.act, RosterEntered)
    ]


def _posts(visit: Visit) -> tuple[Post, ...]:
    """Each role that somebody keeps or must keep, own service first."""
    until = visit.now + dt.timedelta(days=DAYS)
    found: list[Post] = []
    for service in visit.node.agreement.services_of(visit.node.store.node):
        entries = _entries(visit, service.id)
        for role in service.opens:
            ours = sorted(
                (pair for pair in entries if pair[1].role == role and visit.now < pair[1].ends),
                key=lambda pair: (pair[1].backup, pair[1].starts),
            )
            now = tuple(_listed(visit, *pair) for pair in ours if pair[1].starts <= visit.now)
            coming = [pair for pair in ours if visit.now < pair[1].starts <= until and not pair[1].backup]
            if now or coming or role == "watch_keeper":
                found.append(
                    Post(
                        service=service.id,
                        role=role,
                        now=now,
                        next=_listed(visit, *min(coming, key=lambda pair: pair[1].starts))
                        if coming
                        else None,
                        is_watch=role == "watch_keeper",
                    )
                )
    return tuple(sorted(found, key=lambda post: (post.service != visit.officer.service, not post.is_watch)))


def _listed(visit: Visit, noted: Noted, act: RosterEntered, span: Span | None = None) -> Listed:
    calling = visit.node.calling
    at: Person = calling.reached_at(act.on_duty)
    return Listed(
        id=noted.id, act=act, span=span or (act.starts, act.ends), reached=calling.calls.ways_to(at)
    )


def _days(visit: Visit, service: Service) -> tuple[RosterDay, ...]:
    """The coming days of a service, from the midnight of its own shore."""
    zone = zone_of(visit.node.store.party)
    first = visit.now.astimezone(zone).date()
    entries = _entries(visit, service.id)
    watch = [(act.starts, act.ends) for _, act in entries if act.role == "watch_keeper" and not act.backup]
    found: list[RosterDay] = []
    for number in range(DAYS):
        date = first + dt.timedelta(days=number)
        starts = dt.datetime.combine(date, dt.time(), zone).astimezone(dt.UTC)
        ends = dt.datetime.combine(date + dt.timedelta(days=1), dt.time(), zone).astimezone(dt.UTC)
        listed = [
            _listed(visit, noted, act, span)
            for noted, act in entries
            if (span := within((act.starts, act.ends), starts, ends)) is not None
        ]
        # What has passed of today is no hole that anybody can fill.
        empty = holes(watch, max(starts, visit.now), ends) if "watch_keeper" in service.opens else []
        lines: list[tuple[Span, Listed | None]] = [(one.span, one) for one in listed]
        lines += [(hole, None) for hole in empty]
        lines.sort(key=lambda line: (line[0], line[1] is not None and line[1].act.backup))
        found.append(RosterDay(date=date, lines=tuple(lines)))
    return tuple(found)


def _calls_made(visit: Visit) -> tuple[CallMade, ...]:
    """The last calls about records that this officer may read. Opens nothing."""
    if visit.shift is None:
        return ()
    calls = visit.node.duty.rolls.calls
    rows = visit.node.store.current(list(calls))
    access = visit.access()
    found = [
        CallMade(row=rows[record], at=noted.at, act=noted.act)
        for record, noteds in calls.items()
        if record in rows and visit.node.store.may_read(access, rows[record]).is_yes
        for noted in noteds
        if isinstance(noted.act, Called)
    ]
    return tuple(sorted(found, key=lambda call: call.at, reverse=True)[:MOST_CALLS])


# -- the roster -----------------------------------------------------------------------------------------------------


def enter(visit: Visit) -> Response:
    """Put somebody of one's own service on duty, once or at the same hours of several days."""
    form = visit.form
    try:
        access = visit.access(form.one("reason") or None)
        starts = local_time(form.one("from_day"), form.one("from_time"), visit.node.store.party)
        # Where the hour comes twice, the later end: a watch rather overlaps than leaves a hole.
        ends = local_time(form.one("to_day"), form.one("to_time"), visit.node.store.party, later=True)
        zone = zone_of(visit.node.store.party)
        for number in range(form.number("days", 1, least=1, most=DAYS)):
            visit.node.enter_roster(
                access,
                form.one("on_duty"),
                form.one("role"),
                _days_later(starts, number, zone),
                _days_later(ends, number, zone),
                backup=form.one("backup") == "yes",
            )
    except (Malformed, NotPermitted, Conflict, NotFound) as error:
        return show(visit, error, "enter")
    return visit.to("/duty", Text("C’est inscrit au tableau.", "Entered in the roster."))


def withdraw(visit: Visit) -> Response:
    """Take an entry of one's own service off the roster, and say why."""
    reason = visit.form.one("reason")
    try:
        visit.node.withdraw_roster(visit.access(reason or None), visit.form.one("entry"), reason)
    except (Malformed, NotPermitted, Conflict, NotFound) as error:
        return show(visit, error, visit.form.one("entry"))
    return visit.to("/duty", Text("C’est retiré du tableau.", "Withdrawn from the roster."))


def local_time(day: str, time: str, party: str, *, later: bool = False) -> dt.datetime:
    """A day and a time as a form gives them, on the party's clock. Raises Malformed for an hour that day does not have.

    later: of an hour that comes twice, when clocks go back, the second.
    """
    zone = zone_of(party)
    try:
        clock = dt.datetime.combine(dt.date.fromisoformat(day), dt.time.fromisoformat(time))
        if clock.tzinfo is not None or not 2000 <= clock.year <= 2100:
            raise ValueError
    except ValueError as error:
        raise Malformed(
            "time_unreadable",
            Text(
                fr="Il manque un jour et une heure, ou ils sont illisibles.",
                en="A day and a time are missing, or cannot be read.",
            ),
            Text(fr="Par exemple 20/11/2031, 20:00.", en="For example 20/11/2031, 20:00."),
        ) from error
    at = clock.replace(tzinfo=zone, fold=int(later)).astimezone(dt.UTC)
    if at.astimezone(zone).replace(tzinfo=None) != clock:
        raise Malformed(
            "hour_does_not_exist",
            Text(
                fr="Cette heure n’existe pas ce jour-là : les horloges avancent.",
                en="That hour does not exist on that day: the clocks go forward.",
            ),
        )
    return at


def _days_later(at: dt.datetime, days: int, zone: dt.tzinfo) -> dt.datetime:
    """The same hour on the wall, some days later."""
    local = at.astimezone(zone)
    return (local + dt.timedelta(days=days)).astimezone(dt.UTC) if days else at


DOORS: tuple[Door, ...] = (
    Door(path="/duty", does=show, who=EVERYBODY),
    Door(path="/duty/roster", does=enter, method="POST", who=EVERYBODY),
    Door(path="/duty/roster/withdraw", does=withdraw, method="POST", who=EVERYBODY),
    Door(path="/duty/alarm", does=show_alarm, who=EVERYBODY),
    Door(path="/duty/answer", does=answer, method="POST", who=OFFICERS),
)
