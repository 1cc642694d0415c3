"""The desk for people who ask what is held of them, or that it be put right (ERA-5).

One page a request, from top to bottom: what was asked and by when, what was found in all that is kept, a decision on
each record with who must agree, and the letter in both languages before it goes. The data protection officer sees
references; what a record gives to the letter is prepared by an officer who may read it, on a page of its own.
"""

from __future__ import annotations

import datetime as dt
from hashlib import sha256
from typing import Any

import msgspec
from starlette.responses import Response

from entente.duty.rolls import DataRequest
from entente.errors import Conflict, EntenteError, Malformed, Text
from entente.model.office_act import DataRequestAgreed, DataRequestPrepared, RecordAnswer
from entente.model.report import COMPARTMENT_WORDS
from entente.oversight.answers import (
    HOW_SURE_WORDS,
    OUTCOME_WORDS,
    RecordFound,
    SubjectFound,
    due_words,
    shipped_grounds,
)
from entente.oversight.desk import Asked
from entente.oversight.letter import RIGHT_WORDS
from entente.oversight.subject import Subject
from entente.subjects import Drafted, ToPrepare, read_birth
from entente.web.door import OFFICERS, OVERSEES, Door, Visit
from entente.web.errand import Progress, send, sent_for
from entente.web.oversight import extract
from entente.web.site import status_of
from entente.web.words import set_french

AUTHORITIES = ("CNIL", "ICO")
ENTERED = ("person", "born", "identifiers", "right", "words", "authority", "language", "received_on")
ANSWER_WORDS: dict[str, Text] = {
    "disclosed": Text("communiqué", "disclosed"),
    "disclosed_in_part": Text("communiqué en partie", "disclosed in part"),
    "refused": Text("refusé", "refused"),
    "neither_confirmed_nor_denied": Text("ni confirmé ni infirmé", "neither confirmed nor denied"),
    "nothing_held": Text("rien n’est détenu", "nothing is held"),
}
WHO_AGREES: dict[str, Text] = {
    "originator": Text(
        "Fiche d’un partenaire : son émetteur en décide.", "A partner’s record: its originator decides."
    ),
    "authority": Text(
        "Dossier judiciaire : l’autorité judiciaire en décide.",
        "Judicial file: the judicial authority decides.",
    ),
    "victim_keeper": Text(
        "Fiche d’une victime : le service qui en prend soin en décide.",
        "A victim’s record: its keeper decides.",
    ),
}


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """One record as the page shows it: what was found, what was chosen, who agreed, what is prepared."""

    one: RecordFound
    chosen: str
    ground: str
    agreed: DataRequestAgreed | None
    is_asked: bool
    prepared: DataRequestPrepared | None
    typed: dict[str, str]


# -- the list and a new request ----------------------------------------------------------------------------------


def show(visit: Visit) -> Response:
    """All requests, the most pressing first."""
    node = visit.node
    requests = node.data_requests(visit.access())
    return visit.page(
        "data_requests.html",
        requests=[
            (one, node.reference_of(one), due_words(one.opened.due, visit.now.date())) for one in requests
        ],
        rights=RIGHT_WORDS,
        answers=ANSWER_WORDS,
    )


def show_new(visit: Visit) -> Response:
    """The form for a request that came."""
    typed = dict.fromkeys(ENTERED, "") | {"received_on": str(visit.now.date()), "language": visit.language}
    return _new_page(visit, typed)


def _new_page(
    visit: Visit, typed: dict[str, str], error: EntenteError | None = None, status: int = 200
) -> Response:
    return visit.page(
        "data_request_new.html",
        status,
        typed=typed,
        error=error,
        rights=RIGHT_WORDS,
        authorities=AUTHORITIES,
    )


def open_request(visit: Visit) -> Response:
    """Take a request in, and go on to it."""
    typed = {name: visit.form.one(name) for name in ENTERED}
    try:
        request = visit.node.open_data_request(
            visit.access(),
            person=typed["person"],
            born=typed["born"],
            identifiers=tuple(one.strip() for one in typed["identifiers"].splitlines() if one.strip()),
            right=typed["right"],
            words=typed["words"],
            authority=typed["authority"],
            language=typed["language"],
            received_on=_day(typed["received_on"], "received_on"),
        )
    except EntenteError as error:
        return _new_page(visit, typed, error, status_of(error))
    return visit.to(
        f"/oversight/requests/{request}",
        Text("Demande enregistrée. Cherchez maintenant.", "Request recorded. Search now."),
    )


def _day(written: str, field: str) -> dt.date:
    try:
        return dt.date.fromisoformat(written)
    except ValueError:
        raise Malformed(
            f"data_request_{field}",
            Text(fr="Ce jour ne se lit pas.", en="That day cannot be read."),
            Text(fr="Écrivez année-mois-jour : 2031-11-20.", en="Write year-month-day: 2031-11-20."),
        ) from None


# -- one request -------------------------------------------------------------------------------------------------


def show_one(visit: Visit) -> Response:
    """A request as it stands; its search alone where only that is asked for."""
    request = visit.node.data_request(visit.access(), visit.parts["request"])
    if visit.is_fragment:
        return visit.page("data_request_searching.html", errand=sent_for(visit.node, _name(request)))
    return _page(visit, request)


def _name(request: DataRequest) -> str:
    return f"subject/{request.id}"


def _found(visit: Visit, request: DataRequest) -> SubjectFound | None:
    errand = sent_for(visit.node, _name(request))
    found = errand.result if errand is not None and not errand.is_running else None
    return found if isinstance(found, SubjectFound) else None


def _page(
    visit: Visit,
    request: DataRequest,
    *,
    error: EntenteError | None = None,
    drafted: Drafted | None = None,
    said: Text | None = None,
) -> Response:
    node, found = visit.node, _found(visit, request)
    listed = node.duty.rolls.officers.get(visit.officer.name)
    return visit.page(
        "data_request.html",
        200 if error is None else status_of(error),
        request=request,
        reference=node.reference_of(request),
        due=due_words(request.opened.due, visit.now.date()),
        errand=sent_for(node, _name(request)),
        found=found,
        records=[_shown(visit, request, one, number) for number, one in enumerate(found.records)]
        if found
        else [],
        grounds=shipped_grounds(),
        rights=RIGHT_WORDS,
        outcomes=OUTCOME_WORDS,
        sure_words=HOW_SURE_WORDS,
        compartment_words=COMPARTMENT_WORDS,
        who_agrees=WHO_AGREES,
        answers=ANSWER_WORDS,
        contact=visit.form.one("contact") or (listed.email if listed else ""),
        error=error,
        drafted=drafted,
        set_french=set_french,
        mark=_mark(drafted) if drafted else "",
        done=said,
    )


def _shown(visit: Visit, request: DataRequest, one: RecordFound, number: int) -> Found:
    prepared = {act.record: act for _, act in request.prepared}
    return Found(
        one=one,
        chosen=visit.form.one(f"outcome-{number}"),
        ground=visit.form.one(f"ground-{number}"),
        agreed=next((act for act in request.agreed if act.record == one.record), None),
        is_asked=any(act.record == one.record for act in request.asked),
        prepared=prepared.get(one.record),
        typed={name: visit.form.one(f"{name}-{number}") for name in ("by", "on", "how")},
    )


def search(visit: Visit) -> Response:
    """Have everything searched; it takes its time, and the page tells how far it is."""
    access = visit.access()
    request = visit.node.data_request(access, visit.parts["request"])
    opened = request.opened
    subject = Subject(names=(opened.person,), birth=read_birth(opened.born), identifiers=opened.identifiers)

    def work(progress: Progress) -> Any:
        return visit.node.oversight.search_subject(access, subject, progress)

    send(visit.node, _name(request), work)
    return visit.to(f"/oversight/requests/{request.id}")


def _chosen_record(visit: Visit, request: DataRequest) -> tuple[int, RecordFound]:
    found = _found(visit, request)
    records = found.records if found else ()
    wanted = visit.form.one("record")
    for number, one in enumerate(records):
        if one.record == wanted:
            return number, one
    raise _search_first()


def _search_first() -> Conflict:
    return Conflict(
        "search_first",
        Text(fr="La recherche n’est plus là.", en="The search is no longer there."),
        Text(fr="Cherchez de nouveau : rien n’est décidé.", en="Search again: nothing is decided."),
    )


def agree(visit: Visit) -> Response:
    """Note that whoever decides on a record agreed; what else was chosen on the page stays."""
    access = visit.access()
    request = visit.node.data_request(access, visit.parts["request"])
    try:
        number, one = _chosen_record(visit, request)
        form = visit.form
        visit.node.note_agreement(
            access,
            request.id,
            one.record,
            form.one(f"by-{number}"),
            _day(form.one(f"on-{number}"), f"on-{number}"),
            form.one(f"how-{number}"),
        )
    except EntenteError as error:
        return _page(visit, request, error=error)
    return _page(
        visit,
        visit.node.data_request(access, request.id),
        said=Text("Accord noté.", "Agreement noted."),
    )


def ask(visit: Visit) -> Response:
    """Ask who may read a record to prepare what of it goes to the person."""
    access = visit.access()
    request = visit.node.data_request(access, visit.parts["request"])
    try:
        number, one = _chosen_record(visit, request)
        in_part = visit.form.one(f"outcome-{number}") == "disclose_in_part"
        visit.node.ask_to_prepare(access, request.id, one.record, one.entities, in_part=in_part)
    except EntenteError as error:
        return _page(visit, request, error=error)
    return _page(
        visit,
        visit.node.data_request(access, request.id),
        said=Text(
            "Demandé : qui peut lire la fiche le trouve sur sa page d’accueil.",
            "Asked: whoever may read the record finds it on their first page.",
        ),
    )


def _answers(visit: Visit, found: SubjectFound) -> list[RecordAnswer]:
    answers = []
    for number, one in enumerate(found.records):
        outcome = visit.form.one(f"outcome-{number}")
        ground = visit.form.one(f"ground-{number}") if outcome == "refuse" else ""
        if outcome == "disclose":
            answers.append(RecordAnswer(record=one.record, outcome="disclose"))
        elif outcome == "disclose_in_part":
            answers.append(RecordAnswer(record=one.record, outcome="disclose_in_part"))
        elif outcome == "refuse":
            answers.append(RecordAnswer(record=one.record, outcome="refuse", ground=ground))
        elif outcome == "not_this_person":
            answers.append(RecordAnswer(record=one.record, outcome="not_this_person"))
    return answers


def draft(visit: Visit) -> Response:
    """The letter as it would go, on the same page; nothing is recorded."""
    return _decide(visit, for_good=False)


def answer(visit: Visit) -> Response:
    """Answer for good: the letter is kept as it goes."""
    return _decide(visit, for_good=True)


def _decide(visit: Visit, *, for_good: bool) -> Response:
    access = visit.access()
    request = visit.node.data_request(access, visit.parts["request"])
    try:
        found = _found(visit, request)
        if found is None:
            raise _search_first()
        answers, contact = _answers(visit, found), visit.form.one("contact")
        drafted = visit.node.draft_answer(access, request.id, found, answers, contact)
        if for_good:
            if visit.form.exact("letter") != _mark(drafted):
                raise Conflict(
                    "letter_changed",
                    Text(
                        fr="La lettre n’est plus celle que vous avez lue.",
                        en="The letter is no longer the one that you read.",
                    ),
                    Text(fr="Relisez-la, puis envoyez-la.", en="Read it again, then send it."),
                )
            visit.node.decide_data_request(access, request.id, found, answers, contact)
    except EntenteError as error:
        return _page(visit, request, error=error)
    if not for_good:
        return _page(visit, request, drafted=drafted)
    return visit.to(
        f"/oversight/requests/{request.id}/letter",
        Text(
            "Réponse enregistrée. Imprimez et signez la lettre.",
            "Answer recorded. Print and sign the letter.",
        ),
    )


def _mark(drafted: Drafted) -> str:
    """Which letter was read: what the page sends back, so that no other one goes."""
    return sha256(f"{drafted.letter.fr}\n{drafted.letter.en}".encode()).hexdigest()


def show_letter(visit: Visit) -> Response:
    """The letter that went, both languages side by side, one a page on paper."""
    request = visit.node.data_request(visit.access(), visit.parts["request"])
    if request.decided is None:
        return visit.to(f"/oversight/requests/{request.id}")
    letter = request.decided.letter
    return visit.page(
        "letter.html",
        request=request,
        reference=visit.node.reference_of(request),
        answers=ANSWER_WORDS,
        french=set_french(letter.fr).split("\n\n"),
        english=letter.en.split("\n\n"),
    )


def take_extract(visit: Visit) -> Response:
    """The register lines on the records found of one person."""
    access = visit.access()
    request = visit.node.data_request(access, visit.parts["request"])
    try:
        found = _found(visit, request)
        if found is None or not found.records:
            raise _search_first()
        asked = Asked(records=tuple(one.record for one in found.records))
        return extract(visit, asked, "csv" if visit.form.one("form") == "csv" else "jsonl")
    except EntenteError as error:
        return _page(visit, request, error=error)


# -- whoever may read a record -----------------------------------------------------------------------------------


def show_preparing(visit: Visit) -> Response:
    """What of a record would go to the person, for an officer who may read it."""
    access = visit.access()
    waiting = visit.node.preparing(access, visit.parts["request"], visit.parts["record"])
    typed = {"fr": "", "en": ""}
    if waiting.asked.entities:
        disclosed = visit.node.oversight.prepare_disclosure(
            access, waiting.row.header.id, waiting.asked.entities, in_part=waiting.asked.in_part
        )
        lines = (*disclosed.facts, *(Text(f"« {one.fr} »", f"“{one.en}”") for one in disclosed.words))
        typed = {language: "\n".join(one[language] for one in _by_language(lines)) for language in typed}
    return _preparing_page(visit, waiting, typed)


def _by_language(lines: tuple[Text, ...]) -> list[dict[str, str]]:
    # One line each, so that both languages stay line beside line.
    return [{"fr": " ".join(one.fr.split()), "en": " ".join(one.en.split())} for one in lines]


def _preparing_page(
    visit: Visit, waiting: ToPrepare, typed: dict[str, str], error: EntenteError | None = None
) -> Response:
    return visit.page(
        "data_request_prepare.html",
        200 if error is None else status_of(error),
        waiting=waiting,
        reference=visit.node.reference_of(waiting.request),
        rights=RIGHT_WORDS,
        typed=typed,
        error=error,
    )


def prepare(visit: Visit) -> Response:
    """Hand what was read through to the data protection officer."""
    access = visit.access()
    request, record = visit.parts["request"], visit.parts["record"]
    typed = {"fr": visit.form.one("fr"), "en": visit.form.one("en")}
    waiting = visit.node.preparing(access, request, record)
    try:
        visit.node.prepare(access, request, record, Text(typed["fr"], typed["en"]))
    except EntenteError as error:
        return _preparing_page(visit, waiting, typed, error)
    return visit.to(
        "/", Text("Remis au délégué à la protection des données.", "Handed to the data protection officer.")
    )


_ONE = "/oversight/requests/{request}"
_PREPARE = "/prepare/{request}/{record}"
DOORS: tuple[Door, ...] = (
    Door(path="/oversight/requests", does=show, who=OVERSEES, needs_shift=True),
    Door(path="/oversight/requests/new", does=show_new, who=OVERSEES, needs_shift=True),
    Door(path="/oversight/requests/new", does=open_request, method="POST", who=OVERSEES, needs_shift=True),
    Door(path=_ONE, does=show_one, who=OVERSEES, needs_shift=True),
    Door(path=f"{_ONE}/search", does=search, method="POST", who=OVERSEES, needs_shift=True),
    Door(path=f"{_ONE}/agree", does=agree, method="POST", who=OVERSEES, needs_shift=True),
    Door(path=f"{_ONE}/ask", does=ask, method="POST", who=OVERSEES, needs_shift=True),
    Door(path=f"{_ONE}/draft", does=draft, method="POST", who=OVERSEES, needs_shift=True),
    Door(path=f"{_ONE}/answer", does=answer, method="POST", who=OVERSEES, needs_shift=True),
    Door(path=f"{_ONE}/extract", does=take_extract, method="POST", who=OVERSEES, needs_shift=True),
    Door(path=f"{_ONE}/letter", does=show_letter, who=OVERSEES, needs_shift=True),
    Door(path=_PREPARE, does=show_preparing, who=OFFICERS, needs_shift=True),
    Door(path=_PREPARE, does=prepare, method="POST", who=OFFICERS, needs_shift=True),
)
