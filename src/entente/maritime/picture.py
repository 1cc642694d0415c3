"""The picture at sea: all boats, drawn from the set of reports and acts and a moment, and from nothing else.

Any order, any duplicate, any partition that heals gives the same value on both shores: everything is put in order of
time and id before it is read, and nothing is remembered from one drawing to the next but what a cache may speed up.
What speaks for safety counts once its hour has come; what speaks against it counts at once, whatever a clock says: a
reopening or somebody missing dated in the future is heard now. A report is never set aside, whatever its date.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TypeVar

import msgspec

from entente.maritime.associate import Cache, associate
from entente.maritime.closing import Held, Standing, standing_of
from entente.maritime.identity import WhoGave, keys_of
from entente.maritime.lead import lead_of
from entente.maritime.ledger_of_people import People, echoes_of, is_done, is_not_all, people_of, says_people
from entente.maritime.naming import names_in_picture, names_of
from entente.maritime.questions import next_questions
from entente.maritime.taking_off import debits_of
from entente.maritime.tellings import fold_asset, happened_at
from entente.maritime.urgency import Condition, ranked
from entente.maritime.values import ActSaid, Boat, Hypothesis, Link, Picture, Question, SeaReport
from entente.model.sea_act import (
    Closed,
    Found,
    Identified,
    Judged,
    QuayForm,
    Reopened,
    TakenOff,
    Tasked,
    WarningSettled,
)

Said = TypeVar("Said", SeaReport, ActSaid)
PHASES = ("none", "uncertainty", "alert", "distress")
# A worse phase that was said stands for so long beside newer words of a better one.
PHASE_LASTS = dt.timedelta(hours=3)
# Somebody of whom all but so few are accounted for is looked for among the rescued first.
REST_SHARE = 0.85


def draw(
    reports: Sequence[SeaReport], acts: Sequence[ActSaid], at: dt.datetime, cache: Cache | None = None
) -> Picture:
    """Draw the picture of a moment. reports, acts: in any order and however often each came.

    cache: what earlier drawings found of pairs; the same picture comes without it, more slowly.
    """
    reports = _in_order(reports)
    said = [heard for each in _in_order(acts) if (heard := _heard(each, at)) is not None]
    hypotheses, links = associate(reports, said, cache)
    by_id = {report.id: report for report in reports}
    boat_of = {report: one.id for one in hypotheses for report in one.reports}
    names = names_in_picture(one.id for one in hypotheses)
    of_boat: dict[str, list[ActSaid]] = {one.id: [] for one in hypotheses}
    for each in said:
        boat = boat_of.get(_named(each))
        if boat is not None:
            of_boat[boat].append(each)
    held_reports = {one.id: _sorted(by_id[report] for report in one.reports) for one in hypotheses}
    gave = WhoGave(held_reports)
    by_asset = _by_asset(said, boat_of)
    apart = _apart(reports, said, of_boat, cache)
    parted = _parted(said, boat_of, names)
    questions = next_questions(hypotheses, links, by_id, said)
    boats, conditions = [], {}
    elsewhere = _found_elsewhere(of_boat, gave)
    people = {
        one.id: people_of(
            held_reports[one.id],
            of_boat[one.id],
            debits_of(
                of_boat[one.id],
                lambda act, boat=one.id: gave.match(boat, _identified(act)),  # type: ignore[misc]
                by_asset=by_asset,
                boat=one.id,
            ),
            elsewhere.get(one.id, frozenset()),
        )
        for one in hypotheses
    }
    for one in hypotheses:
        held = Held(
            boat=one.id,
            reports=tuple(held_reports[one.id]),
            acts=tuple(of_boat[one.id]),
            people=people[one.id],
            components=_components(one, apart),
            parted=parted.get(one.id, ()),
        )
        standing = standing_of(held, gave, names, said)
        conditions[one.id] = _condition(one, held, people, links, names)
        boats.append(_boat(held, standing, names, links, questions, at))
    return Picture(at=at, boats=ranked(boats, conditions, links, at), links=links)


def _in_order(said: Sequence[Said]) -> list[Said]:
    """Each once, by time and then by id; of two that share an id and differ, the same one wherever it is drawn."""
    once: dict[str, Said] = {}
    for each in said:
        known = once.get(each.id)
        if known is None or (known != each and _bytes(each) < _bytes(known)):
            once[each.id] = each
    return sorted(once.values(), key=lambda one: (one.at, one.id))


def _bytes(said: SeaReport | ActSaid) -> bytes:
    return msgspec.json.encode(said)


def _sorted(reports: object) -> list[SeaReport]:
    return sorted(reports, key=lambda report: (report.seen_at, report.id))  # type: ignore[call-overload, no-any-return]


def _heard(said: ActSaid, at: dt.datetime) -> ActSaid | None:
    """An act as far as it counts now. One dated in the future counts only in what it says against safety."""
    if said.at <= at or isinstance(said.act, Reopened):
        return said
    act = said.act
    if isinstance(act, Judged) and act.verdict == "different":
        return said
    if isinstance(act, QuayForm) and (act.missing or act.missing_names):
        nobody = msgspec.structs.replace(act, came=0, asset="", identified=Identified())
        return msgspec.structs.replace(said, act=nobody)
    return None


def _named(said: ActSaid) -> str:
    return "" if isinstance(said.act, Judged | WarningSettled) else said.act.boat


def _identified(said: ActSaid) -> Identified:
    return said.act.identified if isinstance(said.act, TakenOff | QuayForm | Closed) else Identified()


def _by_asset(said: Sequence[ActSaid], boat_of: dict[str, str]) -> dict[str, list[tuple[dt.datetime, str]]]:
    """For each asset when it took people off, and of which boat."""
    found: dict[str, list[tuple[dt.datetime, str]]] = {}
    for each in said:
        if isinstance(each.act, TakenOff) and each.act.asset and each.act.boat in boat_of:
            found.setdefault(fold_asset(each.act.asset), []).append(
                (happened_at(each), boat_of[each.act.boat])
            )
    return found


def _apart(
    reports: Sequence[SeaReport],
    said: Sequence[ActSaid],
    of_boat: dict[str, list[ActSaid]],
    cache: Cache | None,
) -> dict[str, str]:
    """The boat of each report if no officer had joined any; empty where that changes nothing for any closing."""
    same = [each for each in said if isinstance(each.act, Judged) and each.act.verdict == "same"]
    if not same or not any(isinstance(each.act, TakenOff | QuayForm | Closed) for each in said):
        return {}
    joined = {each.id for each in same}
    hypotheses, _ = associate(reports, [each for each in said if each.id not in joined], cache)
    return {report: one.id for one in hypotheses for report in one.reports}


def _components(one: Hypothesis, apart: dict[str, str]) -> tuple[frozenset[str], ...]:
    parts: dict[str, set[str]] = {}
    for report in one.reports:
        parts.setdefault(apart.get(report, ""), set()).add(report)
    return tuple(frozenset(parts[key]) for key in sorted(parts))


def _found_elsewhere(of_boat: dict[str, list[ActSaid]], gave: WhoGave) -> dict[str, frozenset[str]]:
    """For each boat the acts that find, under its name, somebody whom only another boat named, misses or met."""
    missed: dict[str, set[str]] = {}
    for boat, acts in of_boat.items():
        for said in acts:
            if isinstance(said.act, QuayForm):
                met = () if gave.match(boat, said.act.identified).is_of_another else said.act.identified.names
                for key in keys_of((), (*said.act.missing_names, *met)):
                    missed.setdefault(key, set()).add(boat)
    found: dict[str, frozenset[str]] = {}
    for boat, acts in of_boat.items():
        others = set()
        for said in acts:
            if isinstance(said.act, Found) and said.act.name.strip():
                known_by = set().union(*(missed.get(key, ()) for key in keys_of((), (said.act.name,))))
                match = gave.match(boat, Identified(names=(said.act.name,)))
                if boat not in known_by and not match.own and (known_by or match.of_others):
                    others.add(said.id)
        if others:
            found[boat] = frozenset(others)
    return found


def _parted(
    said: Sequence[ActSaid], boat_of: dict[str, str], names: dict[str, str]
) -> dict[str, tuple[tuple[str, dt.datetime], ...]]:
    """For each boat those that an officer parted from it after a closing of either."""
    closed: dict[str, dt.datetime] = {}
    for each in said:
        if isinstance(each.act, Closed) and each.act.boat in boat_of:
            boat = boat_of[each.act.boat]
            closed[boat] = min(each.at, closed.get(boat, each.at))
    found: dict[str, set[tuple[str, dt.datetime]]] = {}
    for each in said:
        if not isinstance(each.act, Judged) or each.act.verdict == "same":
            continue
        pair = boat_of.get(each.act.one, ""), boat_of.get(each.act.other, "")
        if not all(pair) or pair[0] == pair[1]:
            continue
        for boat, other in (pair, pair[::-1]):
            if other in closed and each.at > closed[other]:
                found.setdefault(boat, set()).add((names[other], each.at))
    return {boat: tuple(sorted(each)) for boat, each in found.items()}


def _condition(
    one: Hypothesis,
    held: Held,
    people: dict[str, People],
    links: Sequence[Link],
    names: dict[str, str],
) -> Condition:
    mine = held.people
    settled = mine.is_reconciled and not mine.ledger.missing and not mine.still_there
    rest = (
        bool(mine.ledger.accounted)
        and not mine.still_there
        and mine.ledger.accounted >= REST_SHARE * mine.ledger.said.at_least
    )
    last_word = max((report.seen_at for report in held.reports if says_people(report)), default=None)
    twins = []
    # A guess never lowers people in the water, nor a boat that somebody said is swamped.
    is_grave = any(report.seen.in_water or report.seen.water == "swamped" for report in held.reports)
    for link in links:
        if is_grave or one.id not in (link.one, link.other) or link.verdict not in ("same", "probably_same"):
            continue
        other = people.get(link.other if link.one == one.id else link.one)
        if other is None or mine.ledger.accounted or mine.ledger.missing:
            continue
        off_at = other.debits.last_at
        if off_at is not None and (last_word is None or last_word < off_at) and not other.still_there:
            twins.append(link.other if link.one == one.id else link.one)
    newest = max(held.reports, key=lambda report: (report.seen_at, report.id))
    return Condition(
        is_said_done=is_done(newest)
        and not is_not_all(newest)
        and not mine.still_there
        and not mine.ledger.missing,
        is_settled=settled,
        is_rest=rest,
        rescued_twin=names[min(twins)] if twins else "",
        in_water_signal=any(
            report.seen.means in ("sart", "man_overboard")
            and (mine.debits.last_at is None or report.seen_at > mine.debits.last_at)
            for report in held.reports
        ),
    )


def _boat(
    held: Held,
    standing: Standing,
    names: dict[str, str],
    links: Sequence[Link],
    questions: Sequence[Question],
    at: dt.datetime,
) -> Boat:
    reports, people = held.reports, held.people
    last_at = people.debits.last_at
    live = [report for report in reports if last_at is None or report.seen_at > last_at]
    source = echoes_of(reports)
    firsthand = [report for report in reports if source[report.id].id == report.id] or list(reports)
    placed = [report for report in reports if report.seen.position is not None]
    engine = [report.seen.engine for report in reports if report.seen.engine != "unknown"]
    water = [report.seen.water for report in reports if report.seen.water != "unknown"]
    colours = [report.seen.colour for report in reports if report.seen.colour]
    newest_at = max(report.seen_at for report in reports)
    phases = [report.seen.phase for report in reports if newest_at - report.seen_at <= PHASE_LASTS]
    return Boat(
        id=held.boat,
        name=names[held.boat],
        names=names_of(names[held.boat], [report.id for report in reports]),
        reports=tuple(report.id for report in reports),
        state=standing.state,
        ledger=people.ledger,
        phase=max(phases, key=PHASES.index),
        engine=engine[-1] if engine else "unknown",
        water=water[-1] if water else "unknown",
        in_water=max((report.seen.in_water or 0 for report in live), default=0),
        children=max((r.seen.children for r in reports if r.seen.children is not None), default=None),
        colour=max(colours, key=lambda colour: (colours.count(colour), colour)) if colours else "",
        callers=tuple(dict.fromkeys(caller for report in reports for caller in report.seen.callers)),
        position=placed[-1].seen.position if placed else None,
        position_at=placed[-1].seen_at if placed else None,
        known_at=max(report.seen_at for report in firsthand),
        first_at=reports[0].seen_at,
        lead=lead_of(held.acts),
        links=tuple(link for link in links if held.boat in (link.one, link.other)),
        questions=tuple(question for question in questions if question.boat == held.boat),
        assets=_tasked(held.acts, at),
        hinders=standing.hinders,
        closing=standing.closing,
        reopened_by=standing.reopened_by,
    )


def _tasked(acts: Sequence[ActSaid], at: dt.datetime) -> tuple[str, ...]:
    """Assets that are on their way or there; the newest word on each counts."""
    newest: dict[str, Tasked] = {}
    for said in sorted(acts, key=lambda one: (one.at, one.id)):
        if isinstance(said.act, Tasked):
            newest[fold_asset(said.act.asset)] = said.act
    return tuple(sorted(task.asset for task in newest.values() if task.until is None or task.until > at))
