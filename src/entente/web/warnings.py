"""Beach alerts and launch warnings: to patrols in words, to rescue at sea sanitised; who saw it, and how early.

An alert lies in intelligence. From it one press makes the warning for rescue, of which the page shows beforehand every
word that rescue will see. Its author cannot read that warning afterwards, since nothing flows out of life saving: what
comes back to them is the step and the time, never an answer's words. Each is made once, however often it is pressed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, Literal

import msgspec
from starlette.responses import Response

from entente.errors import Conflict, Malformed, NotFound, NotPermitted, Text
from entente.formats.gazetteer import load_places
from entente.formats.summary import position_words
from entente.formats.warned import boats_words, known_place, sanitised
from entente.formats.words import CERTAINTY_WORDS, grade_words, handling_words
from entente.model.report import BASIS_WORDS, Draft, Statement, Warning
from entente.policy.agreement import Service
from entente.policy.handling import read_label
from entente.store.store import Reading, RecordRow, value_of
from entente.web.door import INVESTIGATES, OFFICERS, Door, Visit
from entente.web.warned import Told, lasting, left_words, told_here, told_there
from entente.web.warning_form import Refusals, alert_of, fields_of

MOST = 60
# A window that closed is of use to the next watch, not to the next month.
SHOWN_FOR = dt.timedelta(days=7)


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """One warning as its reader sees it. is_for_rescue: sanitised. is_asked: this reader's service is to look."""

    row: RecordRow
    warning: Warning
    statements: tuple[Statement, ...]
    is_for_rescue: bool
    is_asked: bool
    told_rescue: RecordRow | None


def rescue_cause(alert: str) -> str:
    """What a sanitised warning answers to: its alert is made one of once."""
    return f"rescue/{alert}"


# -- who can be told --------------------------------------------------------------------------------------------------


def patrols(visit: Visit) -> list[Service]:
    """Services that read intelligence, one's own node's first."""
    here = visit.node.store.node
    found = [
        one for one in visit.node.agreement.services if "intelligence" in one.opens.get("investigator", ())
    ]
    return sorted(found, key=lambda one: (one.node != here, one.id))


def rescuers(visit: Visit) -> list[Service]:
    """Services that rescue at sea, on both shores; those that do nothing else first."""
    found = [
        one for one in visit.node.agreement.services if "life_saving" in one.opens.get("watch_keeper", ())
    ]
    return sorted(found, key=lambda one: (not only_rescues(one), one.node != visit.node.store.node, one.id))


def only_rescues(service: Service) -> bool:
    """Whether rescue is all that a service does here: it is told unless somebody says otherwise."""
    return set(service.opens) == {"watch_keeper"}


# -- reading ----------------------------------------------------------------------------------------------------------


def _shown(visit: Visit, reading: Reading) -> Shown | None:
    values = [(stored.part.name, value_of(stored)) for stored in reading.parts]
    warning = next((value for name, value in values if name == "warning"), None)
    if not isinstance(warning, Warning):
        return None
    row = reading.row
    is_for_rescue = row.header.compartment == "life_saving"
    told = None if is_for_rescue or not row.is_own else visit.node.answering(rescue_cause(row.header.id))
    return Shown(
        row=row,
        warning=warning,
        statements=tuple(value for name, value in values if name.startswith("statement/")),
        is_for_rescue=is_for_rescue,
        is_asked=visit.officer.service in warning.to,
        told_rescue=told,
    )


def _one(visit: Visit) -> Shown:
    """The warning that the address names. Raises NotFound for everything else."""
    record = visit.parts["record"]
    row = visit.node.store.current([record]).get(record)
    if row is not None and row.header.kind == "warning":
        shown = _shown(visit, visit.node.read(visit.access(), record))
        if shown is not None:
            return shown
    raise NotFound(
        "warning_not_found",
        Text(fr="Aucune alerte de ce numéro pour vous.", en="No warning of that number for you."),
        Text(fr="Voyez la liste des alertes.", en="See the list of warnings."),
    )


def _all(visit: Visit) -> list[Shown]:
    """The warnings that this officer may read, of the last days, in one register line."""
    node, access = visit.node, visit.access()
    since = visit.now - SHOWN_FOR
    named = [alarm.record for alarm in reversed(node.duty.alarms) if alarm.kind == "warning"]
    named += [row.header.id for row in node.store.said_by(access, access.service, ("warning",), MOST)]
    rows = node.store.current(list(dict.fromkeys(named)))
    wanted = [
        record
        for record, row in rows.items()
        if row.header.said_at >= since and row.state == "held" and node.store.may_read(access, row).is_yes
    ][:MOST]
    readings = node.store.read_many(access, wanted) if wanted else []
    found = [shown for reading in readings if (shown := _shown(visit, reading)) is not None]
    return sorted(found, key=lambda one: one.warning.starts)


def _told(visit: Visit, shown: Shown) -> list[Told]:
    """How far a warning has come with each service that it names, and, of an alert, with rescue."""
    node, row, starts = visit.node, shown.row, shown.warning.starts
    answers = node.duty.rolls.answers.get(row.header.id, [])
    found = _told_of(visit, row, shown.warning.to, starts) if row.is_own else []
    if not row.is_own:
        here = {one.id for one in node.agreement.services_of(node.store.node)}
        found = [
            told_here(one, row.header.said_at, starts, answers, with_words=True)
            for one in shown.warning.to
            if one in here
        ]
    return found


def _told_of(
    visit: Visit, row: RecordRow, services: tuple[str, ...], starts: dt.datetime, *, with_words: bool = True
) -> list[Told]:
    node, said_at = visit.node, row.header.said_at
    answers = node.duty.rolls.answers.get(row.header.id, [])
    climbed = node.exchange.climbed(row.header.id)
    found: list[Told] = []
    for service in services:
        seat = node.agreement.service(service)
        if seat.node == node.store.node:
            found.append(told_here(service, said_at, starts, answers, with_words=with_words))
        else:
            found.append(told_there(service, seat.node, said_at, starts, climbed))
    return found


def _told_rescue(visit: Visit, shown: Shown) -> list[Told]:
    """Of an alert's author: how far its sanitised form has come. By its routing alone, never by its contents."""
    row = shown.told_rescue
    if row is None:
        return []
    there = {one for holder in visit.node.exchange.holders(row.header.id) for one in holder["services"]}
    # Whom of this house it names, as the watch was called; of an old one that is forgotten, whoever may read it.
    called = next((one.services for one in visit.node.duty.alarms if one.record == row.header.id), None)
    here = visit.node.store.node
    services = tuple(
        one.id
        for one in rescuers(visit)
        if one.id in there or (one.node == here and (called is None or one.id in called))
    )
    return _told_of(visit, row, services, shown.warning.starts, with_words=False)


# -- pages ------------------------------------------------------------------------------------------------------------


def _words(visit: Visit) -> dict[str, Any]:
    said: Callable[[float], Text] = lasting
    return {
        "boats_words": boats_words,
        "certainty": CERTAINTY_WORDS,
        "basis_words": BASIS_WORDS,
        "grade_words": grade_words,
        "position_words": position_words,
        "lasting": said,
        "left_words": left_words,
        "mine": visit.officer.service,
    }


def show_list(visit: Visit) -> Response:
    """Warnings: the windows that are open or to come first, in their order; then those that closed."""
    found = _all(visit)
    template: Literal["warnings.html", "warnings_list.html"] = (
        "warnings_list.html" if visit.is_fragment else "warnings.html"
    )
    answered = {
        one.row.header.id
        for one in found
        if any(
            answer.service == visit.officer.service
            for answer in visit.node.duty.rolls.answers.get(one.row.header.id, ())
        )
    }
    return visit.page(
        template,
        coming=[one for one in found if one.warning.ends >= visit.now],
        past=[one for one in reversed(found) if one.warning.ends < visit.now],
        answered=answered,
        may_write=visit.role in INVESTIGATES,
        **_words(visit),
    )


def show(visit: Visit) -> Response:
    """One warning: what it says, who saw it, and what there is to do."""
    return _page(visit, _one(visit))


def _page(visit: Visit, shown: Shown, status: int = 200, error: Any = None) -> Response:
    record = shown.row.header.id
    visit.site.accounts.note_seen(visit.officer.name, [record])
    is_author = shown.row.is_own and shown.row.header.service == visit.officer.service
    preview: Warning | None = None
    if not shown.is_for_rescue and is_author and shown.told_rescue is None:
        place = known_place(shown.warning)
        preview = (
            None if place is None else sanitised(shown.warning, of=record, to=(), officer=visit.officer.name)
        )
    own = visit.node.duty.rolls.answers.get(record, ())
    steps = {answer.step for answer in own if answer.service == visit.officer.service}
    template: Literal["warning.html", "warning_told.html"] = (
        "warning_told.html" if visit.is_fragment else "warning.html"
    )
    return visit.page(
        template,
        status,
        shown=shown,
        told=_told(visit, shown),
        told_rescue=_told_rescue(visit, shown) if is_author else [],
        preview=preview,
        may_tell_rescue=is_author and not shown.is_for_rescue and shown.told_rescue is None,
        rescuers=rescuers(visit),
        only_rescues=only_rescues,
        handling=handling_words(shown.row.header.handling, read_label),
        steps=steps,
        error=error,
        **_words(visit),
    )


def show_new(visit: Visit) -> Response:
    """The form of an alert."""
    return _form(visit, {})


def _form(
    visit: Visit,
    typed: dict[str, Any],
    status: int = 200,
    refusals: Refusals | None = None,
    preview: Warning | None = None,
) -> Response:
    return visit.page(
        "warning_new.html",
        status,
        form=fields_of(visit, typed),
        refusals=refusals,
        preview=preview,
        patrols=patrols(visit),
        rescuers=rescuers(visit),
        only_rescues=only_rescues,
        places=load_places(),
        **_words(visit),
    )


# -- deeds ------------------------------------------------------------------------------------------------------------


def write(visit: Visit) -> Response:
    """Give the alert to patrols, or to patrols and rescue; or first show what rescue would see."""
    typed = {name: visit.form.all(name) for name in visit.form.names()}
    do = visit.form.one("do")
    try:
        draft = alert_of(visit, tuple(one.id for one in patrols(visit)))
        rescue = _rescuers_named(visit)
        made = None
        if do in ("preview", "both") and draft.warning is not None:
            made = sanitised(draft.warning, of=None, to=rescue, officer=visit.officer.name)
            if do == "both" and not rescue:
                raise Refusals.of(
                    "rescue", Text(fr="Choisissez qui prévenir en mer.", en="Choose whom to tell at sea.")
                )
        if do == "preview":
            return _form(visit, typed, preview=made)
        row = visit.node.record(draft, visit.access(), f"alert/{visit.officer.name}/{visit.form.one('once')}")
        if do == "both":
            _tell_rescue(visit, row, draft.warning, rescue)
    except Refusals as refusals:
        return _form(visit, typed, 422, refusals)
    except (Malformed, NotPermitted, Conflict) as error:
        status = 403 if isinstance(error, NotPermitted) else 409 if isinstance(error, Conflict) else 422
        field = "place" if error.code == "place_not_in_list" else "words"
        return _form(visit, typed, status, Refusals.of(field, error.text, error.remedy))
    told = (
        Text(
            fr="L’alerte est donnée, et le secours en mer prévenu.",
            en="The alert is given, and rescue at sea told.",
        )
        if do == "both"
        else Text(fr="L’alerte est donnée aux patrouilles.", en="The alert is given to patrols.")
    )
    return visit.to(f"/warnings/{row.header.id}", told)


def _rescuers_named(visit: Visit) -> tuple[str, ...]:
    known = {one.id for one in rescuers(visit)}
    return tuple(one for one in visit.form.all("rescue") if one in known)


def _tell_rescue(visit: Visit, alert: RecordRow, warning: Warning | None, to: tuple[str, ...]) -> RecordRow:
    """Record the sanitised form of an alert, for services that rescue. Made once of each alert."""
    if warning is None or not to:
        raise Malformed(
            "nobody_to_tell",
            Text(fr="Personne n’est choisi en mer.", en="Nobody at sea is chosen."),
            Text(fr="Cochez au moins un service.", en="Tick at least one service."),
        )
    here = visit.node.store.node
    seats = {one: visit.node.agreement.service(one).node for one in to}
    draft = Draft(
        kind="warning",
        service=visit.officer.service,
        compartment="life_saving",
        recipients=tuple(f"{node}/{service}" for service, node in seats.items() if node != here),
        warning=sanitised(warning, of=alert.header.id, to=to, officer=visit.officer.name),
    )
    return visit.node.record(draft, visit.access(), rescue_cause(alert.header.id))


def tell_rescue(visit: Visit) -> Response:
    """One press: the sanitised warning of an alert of one's own service."""
    shown = _one(visit)
    row = shown.row
    if shown.is_for_rescue or not row.is_own or row.header.service != visit.officer.service:
        raise NotPermitted(
            "not_your_record",
            Text(
                fr="Seul le service qui a donné l’alerte en prévient le secours.",
                en="Only the service that gave the alert tells rescue of it.",
            ),
            Text(fr="Demandez-le à ce service.", en="Ask that service."),
        )
    try:
        _tell_rescue(visit, row, shown.warning, _rescuers_named(visit))
    except Malformed as error:
        return _page(visit, shown, 422, error)
    return visit.to(
        f"/warnings/{row.header.id}",
        Text(fr="Le secours en mer est prévenu.", en="Rescue at sea has been told."),
    )


def answer(visit: Visit) -> Response:
    """Say that it was seen, or acted on, for one's service; its sender is told the step."""
    shown = _one(visit)
    step = visit.form.one("step")
    if step not in ("seen", "acted_on"):
        raise Malformed("step_unknown", Text(fr="Cette réponse n’existe pas.", en="There is no such answer."))
    if not shown.is_asked:
        raise NotPermitted(
            "not_asked",
            Text(fr="Votre service n’en est pas destinataire.", en="It is not addressed to your service."),
        )
    try:
        visit.node.answer(
            visit.access(),
            shown.row.header.id,
            "seen" if step == "seen" else "acted_on",
            visit.form.one("words"),
        )
    except Malformed as error:
        return _page(visit, shown, 422, error)
    return visit.to(
        f"/warnings/{shown.row.header.id}",
        Text(fr="C’est dit à l’émetteur : vue.", en="Its sender is told: seen.")
        if step == "seen"
        else Text(fr="C’est dit à l’émetteur : suivie d’effet.", en="Its sender is told: acted on."),
    )


DOORS: tuple[Door, ...] = (
    Door(path="/warnings", does=show_list, who=OFFICERS, needs_shift=True),
    Door(path="/warnings/new", does=show_new, who=INVESTIGATES, needs_shift=True),
    Door(path="/warnings/new", does=write, method="POST", who=INVESTIGATES, needs_shift=True),
    Door(path="/warnings/{record}", does=show, who=OFFICERS, needs_shift=True),
    Door(
        path="/warnings/{record}/rescue", does=tell_rescue, method="POST", who=INVESTIGATES, needs_shift=True
    ),
    Door(path="/warnings/{record}/answer", does=answer, method="POST", who=OFFICERS, needs_shift=True),
)
