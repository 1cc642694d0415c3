"""A category for a person takes two officers: one proposes it, another decides with everything on one page (CAT-3).

What speaks against stands before the button as what speaks for does (4E-3): the record itself, every possible link with
its grounds on both sides, what officers judged, which categories linked persons have elsewhere. What was on the page is
sent with the decision and checked against what is there then: whatever came meanwhile is shown, marked, before anybody
decides. Nobody decides a proposal of their own (4E-1).
"""

from __future__ import annotations

from typing import Literal

import msgspec
from starlette.responses import Response

from entente.crosscheck.desk import HitShown
from entente.duty.rolls import Proposal
from entente.errors import Conflict, EntenteError, Malformed, NotFound, NotPermitted, Text
from entente.evidence.what_if import link_sentence
from entente.formats.summary import statement_summary
from entente.house import MOST_EVIDENCE
from entente.model.entity import CATEGORIES
from entente.model.report import BASIS_WORDS, Judgement, RecordRef, Statement
from entente.policy.access import Access
from entente.store.store import RecordRow
from entente.web.door import INVESTIGATES, Door, Visit
from entente.web.hit_sides import Line, SideShown, pair_lines, side_of, sum_bar
from entente.web.hits import VERDICT_WORDS
from entente.web.site import status_of
from entente.web.words import zone_of


class LinkShown(msgspec.Struct, frozen=True, kw_only=True):
    """One possible link of the person, as evidence: the other side, its category there, grounds and judgement."""

    shown: HitShown
    sentence: Text
    sides: tuple[SideShown, SideShown]
    lines: tuple[Line, ...]
    bar: tuple[float, float]
    direct: tuple[Line, ...]
    other: SideShown
    category: str
    is_new: bool


class JudgedShown(msgspec.Struct, frozen=True, kw_only=True):
    """One judgement of the person with another. stands: whether its hit still stands."""

    row: RecordRow
    judgement: Judgement
    other: RecordRow | None
    category: str
    stands: bool
    is_new: bool


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """All that whoever decides has before them. ids: what the page showed, sent with the decision."""

    about: SideShown
    ids: tuple[str, ...]
    links: tuple[LinkShown, ...]
    judged: tuple[JudgedShown, ...]
    category: str
    withheld: int
    is_new: bool


# -- proposing ------------------------------------------------------------------------------------------------------


def ask(visit: Visit) -> Response:
    """The form: who, which category, on which statement of fact, and why."""
    return _ask(visit, visit.query.one("record"), visit.query.one("entity"))


def _ask(
    visit: Visit, record: str, entity: str, status: int = 200, error: EntenteError | None = None
) -> Response:
    ref = RecordRef(record, entity)
    about = side_of(visit.node.read(visit.access(), record), ref)
    if about.entity is None or about.entity.kind != "person":
        raise NotFound(
            "person_not_found",
            Text(
                fr="Cette fiche ne parle pas de cette personne.",
                en="That record does not speak of that person.",
            ),
        )
    typed = visit.form
    return visit.page(
        "proposal_new.html",
        status,
        about=about,
        statements=_said(visit, about),
        categories=CATEGORIES,
        standing=visit.node.category_of(ref),
        error=error,
        field=_field(error),
        typed={name: typed.one(name) for name in ("category", "basis_statement", "reason")},
    )


def _said(visit: Visit, about: SideShown) -> list[tuple[Statement, Text, tuple[Text, ...]]]:
    """Each statement with its basis in words and what it says in structure."""
    zone, header = zone_of(visit.node.store.party), about.row.header
    return [
        (
            one,
            BASIS_WORDS[one.basis],
            statement_summary(one, said_at=header.said_at, kind=header.kind, zone=zone),
        )
        for one in about.statements
    ]


def _field(error: EntenteError | None) -> str:
    fields = {"basis_not_fact": "basis", "category_unknown": "category", "already_proposed": "category"}
    return fields.get(error.code, "reason") if error else ""


def propose(visit: Visit) -> Response:
    """Propose; nothing changes until another officer decides."""
    form = visit.form
    record, entity = form.one("record"), form.one("entity")
    try:
        proposal = visit.node.propose(
            visit.access(),
            RecordRef(record, entity),
            form.one("category"),
            form.one("basis_statement"),
            form.one("reason"),
        )
    except (Malformed, NotPermitted, Conflict) as error:
        return _ask(visit, record, entity, status_of(error), error)
    return visit.to(
        f"/proposals/{proposal}",
        Text(
            "Proposée. Rien ne change avant qu’une autre personne ne décide.",
            "Proposed. Nothing changes until another person decides.",
        ),
    )


# -- deciding -------------------------------------------------------------------------------------------------------


def show(visit: Visit) -> Response:
    """The proposal with all its evidence; the decision below it, for another than its author."""
    return _page(visit)


def _page(
    visit: Visit, status: int = 200, error: EntenteError | None = None, seen: tuple[str, ...] | None = None
) -> Response:
    access = visit.access()
    proposal = visit.node.proposal(access, visit.parts["proposal"])
    evidence = _evidence(visit, access, proposal, seen)
    return visit.page(
        "proposal.html",
        status,
        proposal=proposal,
        evidence=evidence,
        statements=_said(visit, evidence.about),
        is_own=proposal.what.officer == access.officer,
        error=error,
        reason=visit.form.one("reason"),
        verdict_words=VERDICT_WORDS,
    )


def _evidence(visit: Visit, access: Access, proposal: Proposal, seen: tuple[str, ...] | None) -> Evidence:
    """Everything there is now. seen: what an earlier page showed; what is not among it is marked as new.

    The ids are asked first: what comes while the rest is read is then missing from them, and refused on decision.
    """
    node, about = visit.node, proposal.what.about
    ids = node.evidence_on(access, proposal)
    known = frozenset(ids if seen is None else seen)
    mine = side_of(node.read(access, about.record), about)
    hits = [
        hit
        for hit in node.hits(access, about=about.record, limit=MOST_EVIDENCE)
        if about in (hit.hit.one, hit.hit.other) and hit.id in ids
    ]
    links = [_link(visit, access, hit, about, mine, known) for hit in hits]
    # What speaks against first: nobody should have to look for it.
    links.sort(
        key=lambda link: (not any(line.mark == "against" for line in link.lines), -link.shown.hit.bits)
    )
    judged = [one for one in node.judged_of(access, about) if one[0].header.id in ids]
    stand = {frozenset((hit.hit.one, hit.hit.other)) for hit in hits}
    rows = node.store.current({ref.record for _, one in judged for ref in (one.one, one.other)})
    shown = []
    for row, judgement in judged:
        other = judgement.other if judgement.one == about else judgement.one
        shown.append(
            JudgedShown(
                row=row,
                judgement=judgement,
                other=rows.get(other.record),
                category=node.category_of(other),
                stands=frozenset((judgement.one, judgement.other)) in stand,
                is_new=row.header.id not in known,
            )
        )
    return Evidence(
        about=mine,
        ids=ids,
        links=tuple(links),
        judged=tuple(shown),
        category=node.category_of(about),
        withheld=mine.withheld + sum(link.other.withheld for link in links),
        is_new=bool({one for one in ids if one.startswith(about.record)} - known),
    )


def _link(
    visit: Visit, access: Access, hit: HitShown, about: RecordRef, mine: SideShown, known: frozenset[str]
) -> LinkShown:
    other_ref = hit.hit.other if hit.hit.one == about else hit.hit.one
    other = side_of(visit.node.read(access, other_ref.record), other_ref)
    sides = (mine, other) if hit.hit.one == about else (other, mine)
    one, two = sides[0].entity, sides[1].entity
    grounds = hit.hit.grounds
    direct = visit.node.between(hit).direct
    category = visit.node.category_of(other_ref)
    return LinkShown(
        shown=hit,
        sentence=link_sentence(hit.hit.bits, grounds, one, two),
        sides=sides,
        lines=pair_lines(grounds, one, two, hit.hit.bits),
        bar=sum_bar(grounds, hit.hit.bits),
        direct=tuple(line for line in pair_lines(direct, one, two, 0.0) if line.bits) if direct else (),
        other=other,
        category=category,
        is_new=hit.id not in known or f"{other_ref.record}/{other_ref.entity}/{category}" not in known,
    )


def decide(visit: Visit) -> Response:
    """Approve or refuse, on what the page showed; when more has come, the page comes back with it marked."""
    form = visit.form
    shown = form.all("shown")
    outcomes: dict[str, Literal["approved", "refused"]] = {"approved": "approved", "refused": "refused"}
    try:
        outcome = outcomes.get(form.one("outcome"))
        if outcome is None:
            raise Malformed(
                "outcome_missing",
                Text(fr="La décision manque.", en="The decision is missing."),
                Text(fr="Approuvez ou refusez.", en="Approve or refuse."),
            )
        visit.node.decide_proposal(
            visit.access(), visit.parts["proposal"], outcome, form.one("reason"), shown
        )
    except (Malformed, NotPermitted, Conflict) as error:
        seen = shown if error.code == "evidence_not_seen" else None
        return _page(visit, status_of(error), error, seen)
    said = {
        "approved": Text("Désignation approuvée et inscrite.", "Designation approved and recorded."),
        "refused": Text("Proposition refusée ; rien ne change.", "Proposal refused; nothing changes."),
    }
    return visit.to(f"/proposals/{visit.parts['proposal']}", said[outcome])


DOORS: tuple[Door, ...] = (
    Door(path="/proposals/new", does=ask, who=INVESTIGATES, needs_shift=True),
    Door(path="/proposals", does=propose, method="POST", who=INVESTIGATES, needs_shift=True),
    Door(path="/proposals/{proposal}", does=show, who=INVESTIGATES, needs_shift=True),
    Door(path="/proposals/{proposal}", does=decide, method="POST", who=INVESTIGATES, needs_shift=True),
)
