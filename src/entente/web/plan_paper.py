"""The plan on paper: the pack of a meeting and the status on one page, in both languages, to print or to send.

Each is registered as something that leaves the node. The moment on the sheet is the party's own, as on its pages.
"""

from __future__ import annotations

from starlette.responses import Response

from entente.errors import NotFound, Text
from entente.formats.words import handling_words
from entente.paper.setting import pdf
from entente.paper.sheets import Made, meeting_pack, status_report
from entente.plan.history import day_words
from entente.policy.handling import read_label
from entente.web.door import PLANS, Door, Visit
from entente.web.plan import today_of
from entente.web.words import service_name, short_service


def _made(visit: Visit) -> Made:
    day = day_words(today_of(visit))
    (label,) = handling_words(("H0",), read_label)
    return Made(
        node=visit.node.store.node,
        at=visit.now,
        at_words=Text(f"{day.fr}, {visit.now:%H:%M}", f"{day.en}, {visit.now:%H:%M}"),
        handling=label,
    )


def _called(visit: Visit, service: str) -> Text:
    return short_service(service_name(visit.node.agreement, service, today_of(visit)))


def _answer(sheet: bytes, name: str) -> Response:
    return Response(
        sheet,
        media_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}.pdf"'},
    )


def status(visit: Visit) -> Response:
    """The status of the plan on one page."""
    plan = visit.node.take_plan_away(visit.access())
    day = today_of(visit)
    values = status_report(plan, day, _made(visit), lambda one: _called(visit, one))
    return _answer(pdf("status", values, visit.now), f"entente-plan-{day.isoformat()}")


def pack(visit: Visit) -> Response:
    """The pack of one meeting. Raises NotFound for what is none."""
    access = visit.access()
    item = visit.node.plan_item(access, visit.parts["item"])
    if item.kind != "meeting":
        raise NotFound(
            "no_meeting",
            Text(fr="Ce n’est pas une réunion.", en="That is no meeting."),
            Text(fr="Revenez aux réunions du plan.", en="Go back to the meetings of the plan."),
        )
    plan, day = visit.node.take_plan_away(access), today_of(visit)
    values = meeting_pack(plan, item, day, _made(visit), lambda one: _called(visit, one))
    return _answer(pdf("meeting", values, visit.now), f"entente-meeting-{day.isoformat()}")


DOORS: tuple[Door, ...] = (
    Door(path="/plan/status.pdf", does=status, who=PLANS, needs_shift=True),
    Door(path="/plan/meetings/{item}/pack.pdf", does=pack, who=PLANS, needs_shift=True),
)
