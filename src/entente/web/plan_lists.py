"""The registers drawn from the plan: meetings, decisions, risks and what waits for what, indicators, recommendations.

Each is the plan itself under one heading; nothing is kept twice. A decision counts as agreed when both signed the one
wording in two languages, and the register says so of each.
"""

from __future__ import annotations

from starlette.responses import Response

from entente.plan.history import day_words
from entente.plan.indicators import shown
from entente.plan.minutes import decisions, meetings
from entente.plan.reading import day_of, items_of, number_of, text_of, title_of
from entente.plan.risks import risks, waiting
from entente.plan.values import Plan
from entente.web.door import PLANS, Door, Visit
from entente.web.plan import words_of_plan


def show_meetings(visit: Visit) -> Response:
    """All meetings, the newest first, and the register of decisions."""
    plan = visit.node.plan(visit.access())
    return visit.page(
        "plan_meetings.html",
        meetings=[
            (
                one,
                title_of(one),
                day_words(held) if (held := day_of(one, "held_on")) else None,
                text_of(one, "place"),
            )
            for one in meetings(plan)
        ],
        decisions=[(meeting, title_of(meeting), entry) for meeting, entry in decisions(plan)],
        **words_of_plan(),
    )


def show_risks(visit: Visit) -> Response:
    """The register of risks, and what waits for something that is not done."""
    plan = visit.node.plan(visit.access())
    return visit.page(
        "plan_risks.html",
        risks=[(one, _title(plan, one.under)) for one in risks(plan)],
        waiting=[
            (one, title_of(one), [(each, title_of(each)) for each in open]) for one, open in waiting(plan)
        ],
        circles=[
            [(one, title_of(item)) for one in circle if (item := plan.item(one))] for circle in plan.circles
        ],
        **words_of_plan(),
    )


def show_indicators(visit: Visit) -> Response:
    """All indicators, each with its newest value beside where it began and where it is to go."""
    access = visit.access()
    plan, said = visit.node.plan(access), visit.node.said_of_plan(access)
    lines = []
    for item in plan.items:
        if item.kind != "indicator":
            continue
        standing = [one for one in shown(said, item.id) if one.is_current]
        newest = max(standing, key=lambda one: (one.ends, one.id)) if standing else None
        lines.append(
            (
                item,
                title_of(item),
                text_of(item, "unit"),
                number_of(item, "baseline"),
                number_of(item, "target"),
                newest,
                _title(plan, item.under),
            )
        )
    return visit.page("plan_indicators.html", lines=lines, **words_of_plan())


def show_recommendations(visit: Visit) -> Response:
    """What inquiries and audits asked, and the measures that answer it; those that nothing answers on top."""
    plan = visit.node.plan(visit.access())
    lines = []
    for item in plan.items:
        if item.kind == "recommendation":
            answers = [found for one in items_of(item, "answered_by") if (found := plan.item(one))]
            lines.append(
                (item, title_of(item), text_of(item, "source"), [(one, title_of(one)) for one in answers])
            )
    lines.sort(key=lambda line: (bool(line[3]), line[0].id))
    return visit.page("plan_recommendations.html", lines=lines, **words_of_plan())


def _title(plan: Plan, id: str) -> tuple[str, object] | None:
    item = plan.item(id)
    return (item.id, title_of(item)) if item else None


DOORS: tuple[Door, ...] = (
    Door(path="/plan/meetings", does=show_meetings, who=PLANS, needs_shift=True),
    Door(path="/plan/risks", does=show_risks, who=PLANS, needs_shift=True),
    Door(path="/plan/indicators", does=show_indicators, who=PLANS, needs_shift=True),
    Door(path="/plan/recommendations", does=show_recommendations, who=PLANS, needs_shift=True),
)
