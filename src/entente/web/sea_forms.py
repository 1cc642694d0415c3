"""A report at sea, written while somebody speaks: one line that is read as it is typed, and fields that it fills.

What is typed waits in the browser under an id that the browser made, and goes when it can: that id is the cause of its
record, so that what is sent twice is recorded once. A report is never refused for what it says (SAR-1): what cannot be
read goes as words, and what cannot even be put in a form goes raw. After sending the page says what the picture made
of it and, as the largest thing on it, what to ask while the caller is still on the line.
"""

from __future__ import annotations

import datetime as dt
import re
import uuid
from typing import Any

import msgspec
from starlette.responses import Response

from entente.errors import Conflict, EntenteError, Malformed, NotFound, NotPermitted, Text
from entente.formats.gazetteer import load_places
from entente.maritime.question_words import ask_text, ask_words
from entente.maritime.values import Boat, Link, Picture, Question, SeaReport
from entente.model.place import show as position_shown
from entente.model.sea_act import Asked, QuestionAnswered
from entente.store.store import RecordRow
from entente.web.door import EVERYBODY, OFFICERS, WATCHES, Door, Visit
from entente.web.kept import nobody
from entente.web.sea import listed
from entente.web.sea_asked import age_of
from entente.web.sea_fields import FIELDS, MOST_IN_A_FIELD, Said, fields_of, say
from entente.web.sea_typed import LONGEST_LINE, read_line
from entente.web.sea_words import ENGINES, MEANS, PHASES, VERDICTS, WATERS
from entente.web.site import status_of
from entente.web.words import zone_of

MOST_WORDS = 4000
# Of what came lately, so many are offered as that which a call repeats.
RECENT = 12
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
COLOURS = {
    "grey": Text("gris", "grey"),
    "black": Text("noir", "black"),
    "white": Text("blanc", "white"),
    "orange": Text("orange", "orange"),
    "red": Text("rouge", "red"),
    "blue": Text("bleu", "blue"),
    "green": Text("vert", "green"),
    "yellow": Text("jaune", "yellow"),
    "brown": Text("marron", "brown"),
}
HULLS = {
    "inflatable": Text("pneumatique", "inflatable"),
    "rigid": Text("rigide", "rigid"),
    "wooden": Text("bois", "wooden"),
    "kayak": Text("kayak", "kayak"),
}
# What was said in: those first that are heard most over the telephones of the Strait.
LANGUAGES = {
    "fr": Text("français", "French"),
    "en": Text("anglais", "English"),
    "ar": Text("arabe", "Arabic"),
    "fa": Text("persan ou dari", "Persian or Dari"),
    "ckb": Text("kurde", "Kurdish"),
    "ps": Text("pachto", "Pashto"),
    "ti": Text("tigrinya", "Tigrinya"),
    "am": Text("amharique", "Amharic"),
    "so": Text("somali", "Somali"),
    "vi": Text("vietnamien", "Vietnamese"),
    "sq": Text("albanais", "Albanian"),
    "und": Text("autre, ou non connue", "another, or not known"),
}
# Where the caller is asked yes or no; elsewhere the answer is what they say.
YES_OR_NO: frozenset[Asked] = frozenset({"sees_asset"})
WORDS: dict[str, Text] = {
    "waiting": Text("En attente, sur ce poste", "Waiting, on this machine"),
    "sending": Text("Envoi en cours", "Sending"),
    "recorded": Text("Enregistré", "Recorded"),
    "refused": Text("Refusé, gardé ici", "Refused, kept here"),
    "offline": Text(
        "Pas de réseau. Ce que vous envoyez reste ici et part dès qu’il revient. Dites-le aussi par VHF.",
        "No network. What you send stays here and goes as soon as it is back. Say it over VHF as well.",
    ),
    "signed_out": Text(
        "Votre session est fermée. Ce qui attend part quand vous vous connectez.",
        "Your session is closed. What waits goes when you sign in.",
    ),
    "no_store": Text(
        "Ce navigateur ne garde rien : sans réseau, notez sur papier.",
        "This browser keeps nothing: without a network, write on paper.",
    ),
    "kept": Text("Ce que vous aviez tapé est revenu.", "What you had typed is back."),
    "made_of_it": Text("Ce que la situation en fait", "What the picture made of it"),
    "others": Text(
        "{count} d’un autre agent ({officer}) : part quand il se connecte.",
        "{count} of another officer ({officer}): goes when they sign in.",
    ),
    "again": Text("Renvoyer", "Send again"),
    "delete": Text("Supprimer", "Delete"),
    "unread": Text("non lu, gardé dans les mots", "not read, kept in the words"),
    "quay": Text("fiche de débarquement", "quay form"),
    "report": Text("signalement", "report"),
}


def number_of(report: str) -> str:
    """The number that a report bears from the first, before any node has seen it: it can be said over a radio."""
    return f"S-{report[:8].upper()}"


# -- the page ---------------------------------------------------------------------------------------------------------


def show(visit: Visit) -> Response:
    """The form, of the officer who is there."""
    return _form(visit, is_shell=False, recent=_recent(visit))


def show_shell(visit: Visit) -> Response:
    """The same form of nobody: no name, no report. It is the one that the browser keeps."""
    return _form(nobody(visit), is_shell=True, recent=[])


def _form(visit: Visit, status: int = 200, **values: Any) -> Response:
    form = visit.form
    return visit.page(
        "sea_report.html",
        status,
        typed={name: form.one(name) for name in (*FIELDS, "line", "more", "language")}
        | {"id": form.one("id") or str(uuid.uuid4())},
        fields=FIELDS,
        means=MEANS,
        engines=ENGINES,
        waters=WATERS,
        phases=PHASES,
        colours=COLOURS,
        hulls=HULLS,
        languages=LANGUAGES,
        places=[place for place in load_places() if place.kind in ("beach", "port", "town")],
        longest=LONGEST_LINE,
        most_words=MOST_WORDS,
        most=MOST_IN_A_FIELD,
        data=msgspec.json.encode(
            {
                "words": {name: visit.say(text) for name, text in WORDS.items()},
                "officer": visit.officer.name if visit.session else "",
                "zone": str(zone_of(visit.node.store.party)),
            }
        ).decode(),
        **({"error": None} | values),
    )


def _recent(visit: Visit) -> list[tuple[str, str]]:
    """The newest reports, as something that a call may repeat: (id, name of the boat, hour)."""
    if visit.role not in WATCHES or visit.shift is None:
        return []
    picture = visit.node.picture(visit.access())
    newest = sorted(
        (boat for boat in picture.boats if boat.known_at is not None and boat.state != "closed"),
        key=lambda boat: (boat.known_at, boat.id),
        reverse=True,
    )
    return [(boat.reports[-1], boat.name) for boat in newest[:RECENT]]


def read(visit: Visit) -> Response:
    """What a line says, while it is typed: the fields, where they stand in it, and what nobody could read."""
    party = visit.node.store.party
    line = visit.form.exact("line")[:LONGEST_LINE]
    found = read_line(line, party=party)
    fields = fields_of({name: visit.form.one(name) for name in visit.form.names()}, line, party)
    said = _said(visit, fields, line, "", visit.now)
    return visit.answer(
        {
            "line": line,
            "fields": found.fields,
            "parts": [[part.start, part.end, part.field] for part in found.parts],
            "names": {name: visit.say(FIELDS[name]) for name in found.fields},
            "unread": dict(said.unread),
            "position": position_shown(said.seen.position) if said.seen.position else "",
            "odd": [visit.say(one) for one in said.odd],
        }
    )


def _said(visit: Visit, fields: dict[str, str], line: str, more: str, at: dt.datetime) -> Said:
    zone = zone_of(visit.node.store.party)
    return say(fields, line, more, now=at, zone=zone, language=visit.language)


# -- sending ----------------------------------------------------------------------------------------------------------


def send(visit: Visit) -> Response:
    """Record one report, once; a script is answered with where to go on, a page goes there."""
    try:
        row, unread = _record(visit)
    except EntenteError as error:
        if visit.wants_json:
            return visit.refused(error, status_of(error))
        return _form(visit, status_of(error), error=error, is_shell=False, recent=[])
    to = f"/sea/report/{row.header.id}"
    if visit.wants_json:
        return visit.answer({"record": row.header.id, "number": row.header.reference or "", "to": to})
    if unread:
        return visit.to(
            to, Text("Enregistré ; une partie n’a pas été lue.", "Recorded; a part could not be read.")
        )
    return visit.to(to)


def _record(visit: Visit) -> tuple[RecordRow, bool]:
    form = visit.form
    owner = form.one("officer")
    if owner and owner != visit.officer.name:
        raise Conflict(
            "other_officer",
            Text(
                "Ce signalement est d’un autre agent que celui qui est connecté.",
                "This report is of another officer than the one signed in.",
            ),
            Text("Son auteur se connecte, et il part.", "Its author signs in, and it goes."),
        )
    report = form.one("id")
    cause = f"sea/{visit.officer.name}/{report}" if _ID.fullmatch(report) else None
    access = visit.access(None if visit.shift is not None else "détresse en mer / distress at sea")
    line, more = form.exact("line").strip()[:LONGEST_LINE], form.exact("more").strip()[:MOST_WORDS]
    typed = {name: form.one(name) for name in (*FIELDS, "by_hand") if name in form.names()}
    fields = fields_of(typed, line, visit.node.store.party)
    if not line and not more and not any(fields.values()):
        raise Malformed(
            "nothing_said",
            Text("Rien n’est tapé : il n’y a rien à envoyer.", "Nothing is typed: there is nothing to send."),
            Text(
                "Un mot suffit : « appel » est déjà un signalement.", "One word will do: a call is a report."
            ),
        )
    at = visit.now - age_of(visit)
    said = _said(visit, fields, line, more, at)
    language = form.one("language")
    try:
        row = visit.node.report_at_sea(
            access,
            said.seen,
            said.words,
            language if _LANGUAGE.fullmatch(language) else visit.language,
            at=at,
            cause=cause,
            reference=number_of(report) if cause else None,
        )
    except (Malformed, ValueError, TypeError):
        # Whatever it is that we cannot hold, a person can read it (SAR-1).
        raw = msgspec.json.encode({"line": line, "more": more, **{k: v for k, v in fields.items() if v}})
        return visit.node.distress(raw, access, cause), True
    return row, bool(said.unread)


# -- what the picture made of it --------------------------------------------------------------------------------------


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a report. joined: the other reports of its boat; near: boats that it may be, with the verdict."""

    boat: Boat
    report: SeaReport | None
    joined: int
    near: tuple[tuple[Link, Boat], ...]
    question: Question | None
    other: Boat | None
    unread: str = ""


def made_of(picture: Picture, record: str, reports: list[SeaReport]) -> Made | None:
    """The boat that holds a report, whether others are held to be of it, and what to ask next."""
    boat = next((one for one in picture.boats if record in one.reports), None)
    if boat is None:
        return None
    by_id = {one.id: one for one in picture.boats}
    near = tuple(
        (link, by_id[other])
        for link in boat.links
        for other in ({link.one, link.other} - {boat.id})
        if other in by_id and link.verdict != "different"
    )
    question = boat.questions[0] if boat.questions else still_unknown(boat)
    report = next((one for one in reports if one.id == record), None)
    return Made(
        boat=boat,
        report=report,
        unread=unread_of(report.seen.words) if report is not None else "",
        joined=len(boat.reports) - 1,
        near=near[:4],
        question=question,
        other=by_id.get(question.other) if question is not None else None,
    )


def still_unknown(boat: Boat) -> Question | None:
    """Where no other boat asks for an answer: the first thing that rescue needs and nobody has said."""
    unknown: tuple[tuple[Asked, bool], ...] = (
        ("position", boat.position is None),
        ("persons", boat.ledger.said.at_most is None),
        ("water", boat.water == "unknown"),
        ("children", boat.children is None),
        ("engine", boat.engine == "unknown"),
        ("phone_digits", len(boat.callers) == 1),
        ("colour", not boat.colour),
    )
    asked = next((name for name, is_unknown in unknown if is_unknown), None)
    if asked is None or boat.state != "open" or not boat.callers:
        return None
    return Question(
        boat=boat.id,
        asked=asked,
        text=ask_text(asked, ask_words("aircraft")),
        settles=Text("cela n’a pas encore été dit", "nobody has said so far"),
        gain_bits=0.0,
    )


def unread_of(words: str) -> str:
    """Of a report's words, what was typed into a field and could not be read: `say` puts each on a line of its own."""
    marks = tuple(f"{name} : " for text in FIELDS.values() for name in (text.fr, text.en))
    return " · ".join(line for line in words.split("\n") if line.startswith(marks))


def made(visit: Visit) -> Response:
    """What the picture made of a report; to whoever does not see the sea, that it was recorded and who has it."""
    return _made(visit)


def _made(visit: Visit, *, error: EntenteError | None = None, status: int = 200) -> Response:
    record = visit.parts["report"]
    found, reports = None, []
    if visit.role in WATCHES and visit.shift is not None:
        access = visit.access()
        picture = listed(visit, access).picture
        if any(record in one.reports for one in picture.boats):
            reports = [one for one in visit.node.sea_reports(access, record) if isinstance(one, SeaReport)]
        found = made_of(picture, record, reports)
    return visit.page(
        "sea_made_now.html" if visit.is_fragment else "sea_made.html",
        status,
        record=record,
        made=found,
        error=error,
        yes_or_no=YES_OR_NO,
        verdicts=VERDICTS,
        once=str(uuid.uuid4()),
        typed=visit.form,
        caller_number=" ".join(found.report.seen.callers) if found and found.report else "",
    )


def answer(visit: Visit) -> Response:
    """Record what the caller said to the question on the page, or that no answer came."""
    record, form = visit.parts["report"], visit.form
    access = visit.access()
    picture = visit.node.picture(access)
    found = made_of(picture, record, [])
    if found is None:
        raise NotFound(
            "boat_not_found",
            Text("Ce signalement n’est plus dans la situation.", "This report is no longer in the picture."),
            Text("Revenez à la mer.", "Go back to the sea."),
        )
    offered = (*found.boat.questions, found.question)
    question = next(
        (one for one in offered if one is not None and one.asked == form.one("asked")), found.question
    )
    if question is None:
        raise Conflict(
            "nothing_asked",
            Text("Rien n’est plus à demander.", "There is nothing left to ask."),
        )
    said = "" if form.one("silence") else form.one("answer")[:MOST_IN_A_FIELD]
    other = next((one for one in picture.boats if one.id == question.other), None)
    try:
        visit.node.do_at_sea(
            access,
            QuestionAnswered(
                officer=visit.officer.name,
                boat=record,
                asked=question.asked,
                answer=said,
                question=question.record,
                other=other.reports[0] if other is not None else "",
                agrees=agreeing(form.one("agrees"), question.asked, said, other),
            ),
            f"answer/{visit.officer.name}/{form.one('once')}" if form.one("once") else None,
        )
    except (Malformed, NotPermitted, Conflict) as error:
        return _made(visit, error=error, status=status_of(error))
    done = (
        Text("Réponse enregistrée.", "Answer recorded.")
        if said
        else Text("Noté : pas de réponse.", "Noted: no answer came.")
    )
    return visit.to(f"/sea/report/{record}", done)


def agreeing(by_hand: str, asked: Asked, said: str, other: Boat | None) -> bool | None:
    """Whether an answer is what would be true of the other boat: as the officer says; digits say it by themselves."""
    if by_hand in ("yes", "no"):
        return by_hand == "yes"
    digits = re.sub(r"\D", "", said)
    if asked == "phone_digits" and other is not None and len(digits) >= 4:
        ends = [re.sub(r"\D", "", caller).endswith(digits) for caller in other.callers]
        # Digits that fit no number known say nothing: there is more than one telephone in a boat.
        return True if any(ends) else None
    return None


def secret(visit: Visit) -> Response:
    """Who is signed in here now, with the session's own secret: a form that was kept has an old one or none."""
    assert visit.session is not None
    return visit.answer(
        {"officer": visit.officer.name, "csrf": visit.session.csrf, "now": visit.now.isoformat()}
    )


DOORS: tuple[Door, ...] = (
    Door(path="/sea/report", does=show, who=OFFICERS, needs_shift=True),
    Door(path="/sea/report", does=send, method="POST", who=EVERYBODY),
    Door(path="/sea/report/shell", does=show_shell, who=None),
    Door(path="/sea/line", does=read, method="POST", who=OFFICERS),
    Door(path="/sea/report/{report}", does=made, who=OFFICERS, needs_shift=True),
    Door(path="/sea/report/{report}/answer", does=answer, method="POST", who=WATCHES, needs_shift=True),
    Door(path="/sea/secret", does=secret, who=EVERYBODY),
)
