"""Records: those that came for my service and those that it said, and one record with all that is known of its way.

The list holds headers only and opens nothing; a record is opened on its own page, which registers it and tells its
sender that it was seen. What its originator wrote as conditions is accepted before. What may be done with a record
(correct, recall, erase, release, say that one acted on it) is done here, each with its reason.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from starlette.responses import Response

from entente.errors import Conflict, EntenteError, Malformed, NotFound, NotPermitted, Text
from entente.evidence.what_if import link_sentence
from entente.formats.summary import position_words
from entente.formats.words import COMPLETENESS_WORDS, handling_words
from entente.model.entity import Category
from entente.model.office_act import Translated
from entente.model.report import (
    COMPARTMENT_WORDS,
    PURPOSE_WORDS,
    REGIME_WORDS,
    Amendment,
    Draft,
    Kind,
    RecordRef,
    Routing,
    Statement,
)
from entente.model.wire import PRIVATE_PARTS
from entente.policy.access import Access
from entente.policy.handling import LABELS, read_label
from entente.store.store import Reading, RecordRow, value_of
from entente.web.door import INVESTIGATES, OFFICERS, Door, Visit
from entente.web.record_view import Rendering, StatementShown, statement_shown
from entente.web.record_way import basis, holders, signature
from entente.web.report_draft import SCHEME_OF_PARTY
from entente.web.site import status_of
from entente.web.writing import PARTY_WORDS, WRITTEN, part_words

LISTED: tuple[Kind, ...] = ("report", "sighting", "distress", "warning")
MOST = 60
Show = Literal["received", "own"]


# -- the list ---------------------------------------------------------------------------------------------------------


def show_list(visit: Visit) -> Response:
    """Records by their headers, newest first. Nothing is opened."""
    template = "reports_list.html" if visit.is_fragment else "reports.html"
    return visit.page(template, **_listed(visit, visit.access()))


def _listed(visit: Visit, access: Access, chosen: str = "") -> dict[str, Any]:
    wished, kind = visit.query.one("show"), visit.query.one("kind")
    kinds: tuple[Kind, ...] = tuple(one for one in LISTED if one == kind) or LISTED
    store = visit.node.store
    rows: list[RecordRow] = []
    if wished != "own":
        rows += store.received(access, kinds, MOST)
    if wished != "received":
        rows += store.said_by(access, access.service, kinds, MOST)
    if wished != "own":
        rows += _called_about(visit, access, kinds, {row.header.id for row in rows})
    rows = sorted(rows, key=lambda row: row.seq, reverse=True)[:MOST]
    own = [row.header.id for row in rows if row.is_own]
    return {
        "rows": rows,
        "shown": wished if wished in ("received", "own") else "",
        "kind": kind if kind in LISTED else "",
        "kinds": LISTED,
        "most": MOST,
        "seen": visit.site.accounts.seen(
            visit.officer.name, [row.header.id for row in rows if not row.is_own]
        ),
        "steps": visit.node.exchange.steps(own) if own else {},
        "chosen": chosen,
        "may_write": visit.role in OFFICERS,
    }


def _called_about(visit: Visit, access: Access, kinds: tuple[Kind, ...], there: set[str]) -> list[RecordRow]:
    """Distresses of this shore's own other services: a watch-keeper finds again what rang, answered or not."""
    if "distress" not in kinds:
        return []
    service, node = visit.officer.service, visit.node
    rung = [
        alarm.record
        for alarm in reversed(node.duty.alarms)
        if alarm.kind == "distress"
        and alarm.record not in there
        and (service in alarm.services if alarm.services else alarm.role == visit.role)
    ]
    rows = node.store.current(rung[:MOST]).values()
    return [row for row in rows if row.state == "held" and node.store.may_read(access, row).is_yes]


# -- one record -------------------------------------------------------------------------------------------------------


def show(visit: Visit) -> Response:
    """One record, in its newest version or an older one; or the conditions that stand before it."""
    access, record = visit.access(), visit.parts["record"]
    if visit.is_fragment:
        return visit.page("reports_list.html", **_listed(visit, access, record))
    version = visit.query.number("version", 0, most=100_000) or None
    try:
        reading = visit.node.read(access, record, version)
    except (NotPermitted, NotFound) as error:
        conditions = _conditions(visit, access, record)
        if conditions is None:
            raise error
        return conditions
    row = reading.row
    if row.header.kind == "warning":
        return visit.to(f"/warnings/{row.header.id}")
    visit.site.accounts.note_seen(visit.officer.name, [row.header.id])
    return _page(visit, access, reading)


def _conditions(visit: Visit, access: Access, record: str) -> Response | None:
    rows = visit.node.store.current([record]) or {
        row.header.id: row for row in visit.node.store.by_reference(record)
    }
    for found, row in rows.items():
        try:
            words = visit.node.conditions(access, found)
        except NotFound:
            continue
        return visit.page("record_conditions.html", row=row, words=words, **_listed(visit, access, found))
    return None


def _page(
    visit: Visit, access: Access, reading: Reading, *, error: EntenteError | None = None, status: int = 200
) -> Response:
    node, row = visit.node, reading.row
    header = row.header
    values = {stored.part.name: value_of(stored) for stored in reading.parts}
    statements: list[Statement] = [value for name, value in values.items() if name.startswith("statement/")]
    routing: Routing | None = values.get("routing")
    node.duty.catch_up()
    versions = node.store.versions(header.id)
    gone = versions[-1].state in ("erased", "recalled")
    newest = versions[-1].header.version == header.version
    may_amend = row.is_own and header.service == access.service and newest and not gone
    hits = node.hits(access, about=header.id, limit=20) if visit.role in INVESTIGATES else []
    return visit.page(
        "record.html",
        status,
        row=row,
        header=header,
        statements=_statements(visit, row, statements),
        raw=values.get("raw"),
        acts=_acts(values),
        routing=routing,
        conditions=values.get("conditions"),
        withheld=_withheld(reading),
        not_here=max(0, len(header.parts) - len(reading.parts) - len(reading.withheld)),
        handling=handling_words(header.handling, read_label),
        purpose_words=PURPOSE_WORDS,
        regime_words=REGIME_WORDS,
        compartment_words=COMPARTMENT_WORDS,
        holders=holders(visit, row),
        answers=node.duty.rolls.answers.get(header.id, []),
        acted=any(
            one.step == "acted_on" and one.service == access.service
            for one in node.duty.rolls.answers.get(header.id, [])
        ),
        versions=versions,
        is_newest=newest,
        signature=signature(visit, reading),
        basis=basis(visit, row),
        hits=hits,
        grounds_of={hit.id: link_sentence(hit.hit.bits, hit.hit.grounds) for hit in hits},
        may_amend=may_amend,
        may_correct=may_amend and header.kind in WRITTEN and not reading.withheld,
        may_propose=visit.role in INVESTIGATES and header.compartment != "life_saving",
        partners=_recipients(visit),
        party_words=PARTY_WORDS,
        error=error,
        position_words=position_words,
        completeness_words=COMPLETENESS_WORDS,
        typed=visit.form,
        **_listed(visit, access, header.id),
    )


def _statements(visit: Visit, row: RecordRow, statements: list[Statement]) -> list[StatementShown]:
    rolls = visit.node.duty.rolls
    record, matter = row.header.id, row.header.matter
    waiting = [
        one
        for one in rolls.translations_of(record)
        if one.language == visit.language and one.version == row.header.version and one.state != "refused"
    ]
    acts = visit.node.duty.acts([one.id for one in waiting]) if waiting else {}
    persons = visit.node.crosscheck.persons

    def standing(entity: str) -> Category | None:
        history = persons.history(RecordRef(record, entity), matter)
        return history[-1].category if history and history[-1].by is not None else None

    def translated(statement: str) -> list[Rendering]:
        found = []
        for one in waiting:
            act = acts.get(one.id)
            if one.statement == statement and isinstance(act, Translated):
                found.append(
                    Rendering(
                        text=act.text,
                        language=act.language,
                        by=act.by,
                        by_issuer=False,
                        is_draft=one.state == "draft",
                        officer=one.officer,
                        decided_by=one.decided_by,
                    )
                )
        return found

    scheme = SCHEME_OF_PARTY.get(visit.node.store.party, "europol")
    return [
        statement_shown(
            one,
            language=visit.language,
            scheme=scheme,
            translated=translated(one.id),
            standing=standing,
        )
        for one in sorted(statements, key=lambda one: (len(one.id), one.id))
    ]


def _acts(values: dict[str, Any]) -> list[tuple[str, str]]:
    """Of records that are acts: the words of their author, by the part that they stand in."""
    return [
        (name, value.reason)
        for name, value in values.items()
        if name in ("designation", "judgement", "amendment", "release") and value.reason
    ]


def _withheld(reading: Reading) -> list[Text]:
    """Why parts that are here are not for this reader: each reason once."""
    return list({(one.text.fr, one.text.en): one.text for one in reading.withheld}.values())


def _recipients(visit: Visit) -> dict[str, list[str]]:
    partners: dict[str, list[str]] = {}
    for one in visit.node.agreement.services:
        if one.node in visit.node.exchange.partners:
            partners.setdefault(one.node, []).append(one.id)
    return partners


# -- what may be done with it -----------------------------------------------------------------------------------------


def _doing(does: Callable[[Visit, Access, Reading], Response]) -> Callable[[Visit], Response]:
    """A deed on a record that its officer may read; where it is refused the record stands there again, and says why."""

    def done(visit: Visit) -> Response:
        access, record = visit.access(), visit.parts["record"]
        reading = visit.node.read(access, record)
        try:
            return does(visit, access, reading)
        except (Malformed, NotPermitted, NotFound, Conflict) as error:
            return _page(visit, access, reading, error=error, status=status_of(error))

    return done


def _amend(visit: Visit, access: Access, reading: Reading, act: Literal["recall", "erase"]) -> Response:
    header = reading.row.header
    written = (value_of(one) for one in reading.parts if one.part.name == "conditions")
    visit.node.record(
        Draft(
            kind="amendment",
            service=access.service,
            purpose=header.purpose,
            matter=header.matter,
            compartment=header.compartment,
            regime=header.regime,
            handling=header.handling,
            # What is under written conditions stays under them, and so does what is said of it.
            conditions=next(written, None),
            amendment=Amendment(
                record=header.id, act=act, reason=visit.form.one("reason"), officer=access.officer
            ),
        ),
        access,
    )
    said = {
        "recall": Text(
            "La fiche est rappelée ; ceux qui la tiennent en sont avertis et en rendent compte.",
            "The record is recalled; whoever holds it is told, and answers for it.",
        ),
        "erase": Text(
            "La fiche est effacée ici ; l’effacement va à tous ceux qui la tiennent.",
            "The record is erased here; the erasure goes to all who hold it.",
        ),
    }
    return visit.to("/reports", said[act])


def recall(visit: Visit, access: Access, reading: Reading) -> Response:
    """Recall an own record from wherever it is held."""
    return _amend(visit, access, reading, "recall")


def erase(visit: Visit, access: Access, reading: Reading) -> Response:
    """Erase an own record here and wherever it is held."""
    return _amend(visit, access, reading, "erase")


def release(visit: Visit, access: Access, reading: Reading) -> Response:
    """First what further recipients would see; sent from there, it is released."""
    row = reading.row
    to = visit.form.all("recipients")
    if not to:
        raise Malformed(
            "recipients_missing",
            Text("Vous n’avez nommé personne.", "You named nobody."),
            Text("Cochez au moins un destinataire.", "Tick at least one recipient."),
        )
    if visit.form.one("step") == "send":
        visit.node.release(access, row.header.id, to, visit.form.one("reason"))
        return visit.to(
            f"/reports/{row.header.id}",
            Text(
                "La fiche est communiquée ; elle est en route.", "The record is released; it is on its way."
            ),
        )
    return visit.page(
        "record_release.html",
        row=row,
        foreseen=visit.node.preview_release(access, row.header.id, to),
        to=to,
        reason=visit.form.one("reason"),
        part_words=part_words,
        party_words=PARTY_WORDS,
        party_of=visit.node.agreement.party_of,
        labels=LABELS,
        private=PRIVATE_PARTS,
    )


def act_on(visit: Visit, access: Access, reading: Reading) -> Response:
    """Say of a record that came here that one acted on it; its sender is told the step, not the words."""
    record = reading.row.header.id
    visit.node.answer(access, record, "acted_on", visit.form.one("words"))
    return visit.to(
        f"/reports/{record}",
        Text("L’émetteur saura qu’il y est donné suite.", "The originator will know that it was acted on."),
    )


def accept_conditions(visit: Visit) -> Response:
    """Accept the originator's written conditions, and read."""
    record = visit.parts["record"]
    visit.node.accept_conditions(visit.access(), record)
    return visit.to(f"/reports/{record}", Text("Conditions acceptées.", "Conditions accepted."))


DOORS: tuple[Door, ...] = (
    Door(path="/reports", does=show_list, who=OFFICERS, needs_shift=True),
    Door(path="/reports/{record}", does=show, who=OFFICERS, needs_shift=True),
    Door(
        path="/reports/{record}/conditions",
        does=accept_conditions,
        method="POST",
        who=OFFICERS,
        needs_shift=True,
    ),
    *(
        Door(
            path=f"/reports/{{record}}/{name}",
            does=_doing(does),
            method="POST",
            who=OFFICERS,
            needs_shift=True,
        )
        for name, does in (("recall", recall), ("erase", erase), ("release", release), ("acted", act_on))
    ),
)
