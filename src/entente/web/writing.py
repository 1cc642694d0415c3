"""Writing a report or a sighting: text first, then what was read in it, then what the other shore will see of it.

Everything that was typed travels with every request and comes back rendered, so the page needs no memory and loses
nothing: an error shows the form again, a button without JavaScript posts the whole of it. What will be seen is foreseen
by the rule that decides it later, before anything is recorded; from there to the durable record is one request.
"""

from __future__ import annotations

import re
import secrets
from collections import Counter, defaultdict
from typing import Any

from starlette.responses import Response

from entente.errors import Conflict, EntenteError, Malformed, NotFound, NotPermitted, Text
from entente.formats.words import (
    ADMIRALTY_WORDS,
    AGE_BAND_WORDS,
    CERTAINTY_WORDS,
    COMPLETENESS_WORDS,
    ENTITY_WORDS,
    INFORMATION_WORDS,
    PHASE_WORDS,
    SCHEME_WORDS,
    SOURCE_WORDS,
)
from entente.model.entity import CATEGORY_WORDS
from entente.model.grading import SCALES, Grade, Scheme, information_row, source_row
from entente.model.identifier import KIND_WORDS as IDENTIFIER_WORDS
from entente.model.report import BASIS_WORDS, COMPARTMENT_WORDS, REGIME_WORDS, Draft, Kind, Routing, Statement
from entente.office import Foreseen
from entente.policy.agreement import Service
from entente.policy.handling import LABELS
from entente.store.store import value_of
from entente.web.door import OFFICERS, Door, Visit
from entente.web.report_again import draft_before, typed_of
from entente.web.report_draft import (
    LANGUAGE_OF_PARTY,
    WRITTEN_CATEGORIES,
    Fault,
    Writer,
    draft_of,
)
from entente.web.report_form import ReportTyped, StatementTyped, edited, oddness, read_form
from entente.web.report_suggested import Put, leave, offered, take
from entente.web.site import status_of
from entente.web.words import zone_of

WRITTEN: tuple[Kind, ...] = ("report", "sighting")
PARTY_WORDS = {
    "FR": Text("Tous les services français", "All French services"),
    "UK": Text("Tous les services britanniques", "All United Kingdom services"),
}
# Languages in which words are noted here; any other by its code (ISO 639).
LANGUAGES = {
    "fr": Text("français", "French"),
    "en": Text("anglais", "English"),
    "ckb": Text("kurde sorani", "Sorani Kurdish"),
    "ku": Text("kurde kurmandji", "Kurmanji Kurdish"),
    "ar": Text("arabe", "Arabic"),
    "fa": Text("persan", "Persian"),
    "ps": Text("pachto", "Pashto"),
    "vi": Text("vietnamien", "Vietnamese"),
    "sq": Text("albanais", "Albanian"),
    "ti": Text("tigrigna", "Tigrinya"),
    "am": Text("amharique", "Amharic"),
    "de": Text("allemand", "German"),
    "nl": Text("néerlandais", "Dutch"),
}
BASIS_HINTS = {
    "fact": Text("Vu, entendu ou lu par la source elle-même.", "Seen, heard or read by the source itself."),
    "assessment": Text(
        "Ce que vous en concluez, avec ce sur quoi vous vous fondez.",
        "What you conclude, with what it rests on.",
    ),
    "reported": Text(
        "Ce qu’un autre a dit, sans que la source l’ait vérifié.",
        "What somebody else said, not checked by the source.",
    ),
}
# Where the door's or a rule's objection belongs in the form.
FIELD_OF_CODE = {
    "regime_missing": "regime",
    "handling_missing": "handling",
    "conditions_missing": "conditions",
    "classification_above_ceiling": "handling",
    "compartment_closed": "compartment",
    "header_holds_value": "reference",
    "offences_confused": "s1-text",
    "category_not_designated": "s1-text",
    "dates_wrong": "said_at",
    "text_too_long": "s1-text",
}
_SHEET = re.compile(r"[0-9a-f]{32}")
_NUMBERED = re.compile(r"(.*?)([0-9]{1,6})")


def writer_of(visit: Visit) -> Writer:
    """Who writes here now."""
    officer, node = visit.officer, visit.node
    zone = zone_of(node.store.party)
    return Writer(
        officer=officer.name,
        service=officer.service,
        party=node.store.party,
        matter=visit.shift.matter if visit.shift else "",
        # What is said of the plan has its own pages.
        opens=tuple(
            one for one in node.agreement.service(officer.service).opens.get(visit.role, ()) if one != "plan"
        ),
        today=visit.now.astimezone(zone).date(),
        zone=zone,
    )


def _put(writer: Writer) -> Put:
    return Put(region=writer.region, today=writer.today, zone=writer.zone)


# -- the form ---------------------------------------------------------------------------------------------------------


def show(visit: Visit) -> Response:
    """The form: empty, or with the record that is to be corrected (`correct=`)."""
    writer = writer_of(visit)
    record = visit.query.one("correct")
    if record:
        return _form(visit, typed_of(_before(visit, record), writer.zone))
    kind = "sighting" if writer.saves_life or visit.query.one("kind") == "sighting" else "report"
    first = StatementTyped(
        id="s1",
        language=LANGUAGE_OF_PARTY.get(writer.party, "en"),
        checked_on=writer.today.isoformat(),
        scheme=writer.scheme,
        author=writer.officer,
    )
    typed = ReportTyped(
        kind=kind,
        compartment=writer.opens[0] if writer.opens else "intelligence",
        handling=("H0",) if writer.saves_life else (),
        reference=_next_reference(visit),
        statements=(first,),
    )
    return _form(visit, typed, is_new=True)


def change(visit: Visit) -> Response:
    """One of the form's buttons, or nothing but a look: the form as it is after it."""
    typed, writer = read_form(visit.form), writer_of(visit)
    deed, _, rest = visit.form.one("do").partition(":")
    at, _, suggestion = rest.partition(":")
    if deed in ("take", "leave", "again") and at.isascii() and at.isdigit():
        number = int(at)
        if deed == "take":
            chosen = visit.form.one(f"to-{suggestion}")
            typed = take(typed, number, suggestion, chosen, _put(writer))
        else:
            typed = leave(typed, number, suggestion, again=deed == "again")
    else:
        typed = edited(typed, visit.form.one("do"))
    return _form(visit, typed)


def suggestions(visit: Visit) -> Response:
    """What is read in the words of one statement, as a list of its own."""
    typed, writer = read_form(visit.form), writer_of(visit)
    number = visit.form.number("statement", 0, most=len(typed.statements) - 1)
    return visit.page(
        "write_suggestions.html",
        statement=typed.statements[number],
        number=number,
        offers=_offers(typed, number, writer),
    )


def _offers(typed: ReportTyped, number: int, writer: Writer) -> Any:
    try:
        return offered(typed.statements[number], typed.kind, region=writer.region, today=writer.today)
    except Malformed:
        return ()


def _form(
    visit: Visit,
    typed: ReportTyped,
    *,
    faults: tuple[Fault, ...] = (),
    error: EntenteError | None = None,
    is_new: bool = False,
    status: int = 200,
) -> Response:
    writer = writer_of(visit)
    agreement = visit.node.agreement
    partners: dict[str, list[Service]] = {}
    for one in agreement.services:
        if one.node in visit.node.exchange.partners:
            partners.setdefault(one.node, []).append(one)
    named: defaultdict[str, Text | None] = defaultdict(lambda: None)
    named.update((fault.field, fault.text) for fault in reversed(faults))
    return visit.page(
        "write_form.html" if visit.is_fragment else "write.html",
        status,
        typed=typed,
        writer=writer,
        faults=faults,
        error=error,
        error_field=FIELD_OF_CODE.get(error.code, "") if error else "",
        fault_of=named,
        is_new=is_new,
        offers=[_offers(typed, number, writer) for number in range(len(typed.statements))],
        odd=lambda identifier: oddness(identifier, writer.region),
        partners=partners,
        party_words=PARTY_WORDS,
        grades=_grade_words,
        scheme_words=SCHEME_WORDS,
        labels=[LABELS[code] for code in _labels_for(writer.party)],
        languages=LANGUAGES,
        basis_words=BASIS_WORDS,
        basis_hints=BASIS_HINTS,
        regime_words=REGIME_WORDS,
        compartment_words=COMPARTMENT_WORDS,
        entity_words=ENTITY_WORDS,
        identifier_words=IDENTIFIER_WORDS,
        age_words=AGE_BAND_WORDS,
        categories=[(one, CATEGORY_WORDS[one]) for one in reversed(WRITTEN_CATEGORIES)],
        completeness_words=COMPLETENESS_WORDS,
        certainty_words=CERTAINTY_WORDS,
        phase_words=PHASE_WORDS,
    )


def _labels_for(party: str) -> tuple[str, ...]:
    own = ("DR",) if party == "FR" else ("UK:P", "UK:C", "OFFICIAL", "OFFICIAL-SENSITIVE")
    return ("H0", "H1", "H2", "H3", *own)


def _grade_words(scheme: Scheme) -> tuple[list[tuple[str, Text]], list[tuple[str, Text]]]:
    """Each letter of a scheme with its words: of the source, of the information."""
    sources, informations = SCALES[scheme]
    return (
        [(one, SOURCE_WORDS[source_row(Grade(scheme, one, informations[0]))]) for one in sources],
        [
            (
                one,
                ADMIRALTY_WORDS[one]
                if scheme == "admiralty"
                else INFORMATION_WORDS[information_row(Grade(scheme, sources[0], one))],
            )
            for one in informations
        ],
    )


def _next_reference(visit: Visit) -> str:
    """The service's next number, after the series that it used most of late; empty where it has none yet."""
    rows = visit.node.store.said_by(visit.access(), visit.officer.service, (*WRITTEN, "distress"), 40)
    numbered = [
        (found[1], found[2])
        for row in rows
        if (found := _NUMBERED.fullmatch(row.header.reference or "")) is not None
    ]
    if not numbered:
        return ""
    series = Counter(prefix for prefix, _ in numbered).most_common(1)[0][0]
    width = max(len(number) for prefix, number in numbered if prefix == series)
    highest = max(int(number) for prefix, number in numbered if prefix == series)
    # A number may be taken by a record that this officer does not see; a gap in a series tells nothing of it.
    for number in range(highest + 1, highest + 100):
        proposed = f"{series}{number:0{width}d}"
        if not any(row.is_own for row in visit.node.store.by_reference(proposed)):
            return proposed
    return ""


def _before(visit: Visit, record: str) -> Draft:
    """The version that is to be replaced. Raises NotFound where it is not this officer's to say anew."""
    reading = visit.node.read(visit.access(), record)
    if not reading.row.is_own or reading.row.header.kind not in WRITTEN or reading.withheld:
        raise NotFound(
            "record_not_found",
            Text(
                fr="Cette fiche n’est pas à récrire ici, ou pas toute à vous.",
                en="This record is not to be said anew here, or not all of it is open to you.",
            ),
            Text(fr="Demandez-le à qui l’a écrite.", en="Ask whoever wrote it."),
        )
    values = {stored.part.name: value_of(stored) for stored in reading.parts}
    statements: list[Statement] = [value for name, value in values.items() if name.startswith("statement/")]
    routing: Routing | None = values.get("routing")
    return draft_before(reading.row.header, statements, routing, values.get("conditions"))


# -- what will they see -----------------------------------------------------------------------------------------------


def _draft(visit: Visit, typed: ReportTyped) -> tuple[Draft | None, tuple[Fault, ...]]:
    before = _before(visit, typed.replaces) if typed.replaces else None
    return draft_of(typed, writer_of(visit), before)


def preview(visit: Visit) -> Response:
    """What each recipient will see, and why not the rest; or the form again, with all that is wrong."""
    typed = read_form(visit.form)
    try:
        draft, faults = _draft(visit, typed)
        if draft is None:
            return _form(visit, typed, faults=faults, status=422)
        foreseen = visit.node.preview(draft, visit.access())
    except (Malformed, NotPermitted, NotFound, Conflict) as error:
        return _form(visit, typed, error=error, status=status_of(error))
    return visit.page("write_preview.html", **_preview_values(visit, typed, draft, foreseen))


def _preview_values(
    visit: Visit, typed: ReportTyped, draft: Draft, foreseen: tuple[Foreseen, ...]
) -> dict[str, Any]:
    words = {f"statement/{one.id}": one for one in draft.statements}
    return {
        "typed": typed,
        "draft": draft,
        "foreseen": foreseen,
        "statements": words,
        "part_words": part_words,
        "party_words": PARTY_WORDS,
        "party_of": visit.node.agreement.party_of,
        "kept": [(name, value) for name, value in visit.form.pairs() if name not in ("csrf", "do", "sheet")],
        # One sheet, one record: sent twice, because no answer came or a finger slipped, it is recorded once.
        "sheet": secrets.token_hex(16),
        "labels": LABELS,
        "regime_words": REGIME_WORDS,
    }


def part_words(name: str) -> Text:
    """What a part of a record is, by its name, for who may not read it."""
    kind, _, ident = name.partition("/")
    number = ident.removeprefix("s")
    words = {
        "statement": Text(f"Énoncé {number}", f"Statement {number}"),
        "conditions": Text("Conditions écrites", "Written conditions"),
        "routing": Text("Qui l’a écrite et à qui elle va", "Who wrote it and to whom it goes"),
        "raw": Text("Le message tel qu’il est arrivé", "The message as it came"),
    }
    return words.get(kind, Text("Autre élément de la fiche", "Another part of the record"))


def send(visit: Visit) -> Response:
    """Record it. When this answers it is durable, and on its way to whom it names."""
    typed = read_form(visit.form)
    try:
        draft, faults = _draft(visit, typed)
        if draft is None:
            return _form(visit, typed, faults=faults, status=422)
        sheet = visit.form.one("sheet")
        cause = f"write/{visit.officer.name}/{sheet}" if _SHEET.fullmatch(sheet) else None
        row = visit.node.record(draft, visit.access(), cause)
    except (Malformed, NotPermitted, NotFound, Conflict) as error:
        return _form(visit, typed, error=error, status=status_of(error))
    to = (
        Text("Elle est en route.", "It is on its way.")
        if draft.recipients
        else Text("Elle reste ici.", "It stays here.")
    )
    kept = Text("La fiche est enregistrée.", "The record is kept.")
    return visit.to(f"/reports/{row.header.id}", Text(f"{kept.fr} {to.fr}", f"{kept.en} {to.en}"))


DOORS: tuple[Door, ...] = (
    Door(path="/write", does=show, who=OFFICERS, needs_shift=True),
    Door(path="/write", does=change, method="POST", who=OFFICERS, needs_shift=True),
    Door(path="/write/suggestions", does=suggestions, method="POST", who=OFFICERS, needs_shift=True),
    Door(path="/write/preview", does=preview, method="POST", who=OFFICERS, needs_shift=True),
    Door(path="/write/send", does=send, method="POST", who=OFFICERS, needs_shift=True),
)
