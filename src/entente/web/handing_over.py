"""The end of a shift on one page: what is open, what the next one must know; and the shifts of one's own service.

What is open is computed and offered as counts, never as titles: everybody of the service who holds the role of the
shift reads a hand-over, and may not open each record in it. Whoever takes over acknowledges it when their shift opens.
"""

from __future__ import annotations

import msgspec
from starlette.responses import Response

from entente.duty.rolls import Shift
from entente.errors import Conflict, EntenteError, Malformed, NotFound, NotPermitted, Text
from entente.store.store import RecordRow
from entente.web.door import EVERYBODY, OFFICERS, Door, Visit
from entente.web.duty import waiting_for
from entente.web.new import news_for
from entente.web.site import status_of
from entente.web.words import service_name, short_service

MOST_SHIFTS = 30


class Open(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is open now: what it is, how much of it, where it is worked on, and its single lines."""

    code: str
    words: Text
    count: int
    is_life: bool = False
    lines: tuple[tuple[str, str], ...] = ()  # (path, what to call it)

    @property
    def said(self) -> Text:
        """As an open point of a hand-over: a count and no more."""
        return Text(f"{self.words.fr}\N{NO-BREAK SPACE}: {self.count}", f"{self.words.en}: {self.count}")


def _called(visit: Visit, row: RecordRow) -> str:
    """A record by its number; without one, by the service that said it."""
    header = row.header
    return header.reference or visit.say(
        short_service(service_name(visit.node.agreement, header.service, visit.now.date()))
    )


def what_is_open(visit: Visit) -> tuple[Open, ...]:
    """What this officer would leave behind now, life first."""
    waiting = waiting_for(visit)
    found: list[Open] = []
    for is_life, code, words in (
        (True, "distress", Text("Détresses sans réponse", "Distresses without an answer")),
        (False, "warnings", Text("Alertes sans réponse", "Warnings without an answer")),
    ):
        rows = [one for one in waiting if one.is_life == is_life]
        found.append(
            Open(
                code=code,
                words=words,
                count=len(rows),
                is_life=is_life,
                lines=tuple((one.path, _called(visit, one.row)) for one in rows),
            )
        )
    if visit.role in OFFICERS and visit.shift is not None:
        news = news_for(visit)
        found += [
            Open(
                code="hits",
                words=Text("Liens possibles à apprécier", "Possible links to judge"),
                count=len(news.hits),
                lines=tuple(
                    (
                        f"/hits/{hit.id}",
                        " – ".join(_called(visit, one) for one in (hit.one, hit.other)),
                    )
                    for hit in news.hits
                ),
            ),
            Open(
                code="proposals",
                words=Text(
                    "Propositions qui attendent une seconde personne",
                    "Proposals that wait for a second person",
                ),
                count=len(news.proposals) + len(news.mine_waiting),
                lines=tuple(
                    (f"/proposals/{one.id}", one.what.matter) for one in (*news.proposals, *news.mine_waiting)
                ),
            ),
            Open(
                code="drafts",
                words=Text("Traductions à relire", "Translations to read"),
                count=len(news.drafts),
                lines=(("/translations", visit.say(Text("Traductions", "Translations"))),),
            ),
        ]
    return tuple(one for one in found if one.count)


def show(visit: Visit, error: EntenteError | None = None) -> Response:
    """What is open, and what the next one must know."""
    shift = visit.shift
    if shift is None:
        return visit.to("/shift")
    before = visit.node.duty.rolls.shifts.get(shift.takes_over or "")
    people = [
        one
        for one in visit.node.officers()
        if one.service == shift.service and shift.role in one.roles and one.name != shift.officer
    ]
    points = visit.form.one("open_points") if error else "\n".join(before.open_points if before else ())
    return visit.page(
        "duty_hand_over.html",
        status_of(error) if error else 200,
        shift=shift,
        before=before,
        people=people,
        opens=what_is_open(visit),
        points=points,
        kept=visit.form.all("hand_on") if error else None,
        typed=visit.form,
        error=error,
    )


def hand_over(visit: Visit) -> Response:
    """End the shift with its hand-over."""
    shift, form = visit.shift, visit.form
    if shift is None:
        return visit.to("/shift")
    ticked = form.all("hand_on")
    points = tuple(visit.say(one.said) for one in what_is_open(visit) if one.code in ticked)
    points += tuple(line for line in form.one("open_points").splitlines() if line.strip())
    try:
        visit.node.close_shift(
            visit.access(), shift.id, form.one("notes"), points, form.one("handed_to") or None
        )
    except (Malformed, NotPermitted, Conflict, NotFound) as error:
        return show(visit, error)
    visit.site.accounts.set_shift(visit.token, "")
    return visit.to(
        f"/duty/shifts/{shift.id}",
        Text(
            "Votre service est fini, la relève est écrite.", "Your shift has ended, the hand-over is written."
        ),
    )


def may_see(visit: Visit, shift: Shift) -> bool:
    """Whether a hand-over is this officer's to read: their own, or of a role of theirs in their service."""
    return shift.service == visit.officer.service and (
        shift.officer == visit.officer.name or shift.role in visit.officer.roles
    )


def show_shifts(visit: Visit) -> Response:
    """The last shifts of one's own service, the newest first."""
    shifts = [shift for shift in reversed(visit.node.duty.rolls.shifts.values()) if may_see(visit, shift)]
    return visit.page("duty_shifts.html", shifts=shifts[:MOST_SHIFTS])


def show_one(visit: Visit) -> Response:
    """One shift and its hand-over. Raises NotFound for another service's."""
    shifts = visit.node.duty.rolls.shifts
    shift = shifts.get(visit.parts["shift"])
    if shift is None or not may_see(visit, shift):
        raise NotFound(
            "shift_not_found",
            Text(fr="Aucun service de ce numéro pour vous.", en="No shift of that number for you."),
        )
    return visit.page(
        "duty_shift.html",
        shift=shift,
        before=shifts.get(shift.takes_over or ""),
        after=shifts.get(shift.taken_over_by or ""),
    )


DOORS: tuple[Door, ...] = (
    Door(path="/duty/hand-over", does=show, who=EVERYBODY, needs_shift=True),
    Door(path="/duty/hand-over", does=hand_over, method="POST", who=EVERYBODY, needs_shift=True),
    Door(path="/duty/shifts", does=show_shifts, who=EVERYBODY),
    Door(path="/duty/shifts/{shift}", does=show_one, who=EVERYBODY),
)
