"""Oversight: what should the data protection officer look at, who looked at what, and does the chain still hold.

Flags come first, each with the lines that it rests on; then the register, by references and never by contents; then
what proves both. What is looked for is posted, and the register notes that there was a look, by which kinds of filter.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any, get_args

from starlette.responses import Response, StreamingResponse

from entente.errors import EntenteError, Malformed, NotFound, Text
from entente.formats.words import LANE_WORDS
from entente.keeping import fingerprint_of
from entente.model.report import LANES
from entente.oversight.desk import Asked, FlagShown, Form, Looked
from entente.store.ledger import read_checkpoint
from entente.web.door import OVERSEES, Door, Visit
from entente.web.errand import send, sent_for
from entente.web.oversight_words import ACT_WORDS, OUTCOME_WORDS, shown_lines
from entente.web.site import status_of
from entente.web.words import zone_of

A_PAGE = 50
# Of flags that somebody looked at already, so many stand below the open ones.
MOST_LOOKED_AT = 20
MOST_FLAGS = 200
FIELDS = ("officer", "service", "act", "records", "matter", "since", "until", "words")
PROOF = "verify"
WAYS: dict[str, Text] = {
    "in": Text("arrivée refusée", "refused on the way in"),
    "out": Text("départ refusé", "refused on the way out"),
    "desk": Text("bureau arrêté, écriture sautée", "desk stopped, entry stepped over"),
}


# -- flags -------------------------------------------------------------------------------------------------------


def show(visit: Visit) -> Response:
    """What looks like misuse, and the empty question to the register."""
    return _page(visit)


def _page(visit: Visit, status: int = 200, **values: Any) -> Response:
    """The page with flags, or with what the register answered in their place."""
    context: dict[str, Any] = {
        "flags": None,
        "looked_at": (),
        "answer": None,
        "asked": None,
        "typed": dict.fromkeys(FIELDS, ""),
        "error": None,
        "acts": ACT_WORDS,
        "outcomes": OUTCOME_WORDS,
        "officers": sorted(one.name for one in visit.node.officers()),
        "services": [one.id for one in visit.node.agreement.services],
    }
    if not values:
        flags = visit.node.oversight.flags(visit.access(), limit=MOST_FLAGS)
        context["flags"] = tuple(one for one in flags if one.state == "open")
        context["looked_at"] = tuple(one for one in flags if one.state != "open")[:MOST_LOOKED_AT]
    return visit.page("oversight.html", status, **(context | values))


def show_flag(visit: Visit) -> Response:
    """One flag: who, what, the lines that it rests on, and what became of it."""
    return _flag_page(visit)


def conclude(visit: Visit) -> Response:
    """Conclude on a flag: lawful, or to be followed up, in words."""
    outcome = next((one for one in get_args(Looked) if one == visit.form.one("outcome")), None)
    try:
        flag = _flag(visit)
        if outcome is None:
            raise Malformed(
                "outcome_missing",
                Text(fr="Votre conclusion manque.", en="Your conclusion is missing."),
                Text(fr="Licite, ou à suivre.", en="Lawful, or to follow up."),
            )
        visit.node.oversight.look_at(visit.access(), flag.line, outcome, visit.form.one("words"))
    except EntenteError as error:
        return _flag_page(visit, error=error, status=status_of(error))
    return visit.to(
        "/oversight",
        Text(
            f"Signalement {flag.line} : {OUTCOME_WORDS[outcome].fr}.",
            f"Flag {flag.line}: {OUTCOME_WORDS[outcome].en}.",
        ),
    )


def _flag(visit: Visit) -> FlagShown:
    written = visit.parts["line"]
    number = int(written[:12]) if written.isascii() and written.isdigit() else -1
    found = visit.node.oversight.flags(visit.access(), before_line=number + 1, limit=1)
    if not found or found[0].line != number:
        raise NotFound(
            "flag_not_found",
            Text(
                fr=f"La ligne {written[:12]} n’est pas un signalement.",
                en=f"Line {written[:12]} is no flag.",
            ),
        )
    return found[0]


def _flag_page(visit: Visit, error: EntenteError | None = None, status: int = 200) -> Response:
    flag = _flag(visit)
    lines = visit.node.oversight.lines(visit.access(), flag.rests_on)
    return visit.page(
        "oversight_flag.html",
        status,
        flag=flag,
        lines=shown_lines(visit.node, lines),
        error=error,
        typed=visit.form,
        outcomes=OUTCOME_WORDS,
    )


# -- the register ------------------------------------------------------------------------------------------------


def look(visit: Visit) -> Response:
    """One page of the register, newest first."""
    typed = {name: visit.form.one(name) for name in FIELDS}
    try:
        asked = _asked(visit)
        page = visit.node.oversight.register(visit.access(), asked)
    except EntenteError as error:
        return _page(visit, status_of(error), typed=typed, error=error)
    return _page(
        visit,
        typed=typed,
        asked=asked,
        answer=shown_lines(visit.node, page.lines),
        more=page.more,
        last=page.lines[-1].number if page.lines else 0,
    )


def take(visit: Visit) -> Response:
    """An extract: a table to read, or lines that prove themselves, as they are read."""
    typed = {name: visit.form.one(name) for name in FIELDS}
    form: Form = "csv" if visit.form.one("form") == "csv" else "jsonl"
    try:
        asked = _asked(visit)
        if not (asked.officer or asked.records or asked.since or asked.until):
            raise Malformed(
                "extract_too_broad",
                Text(
                    fr="Un extrait de tout le registre en dirait trop : rien ne le borne.",
                    en="An extract of the whole register would say too much: nothing bounds it.",
                ),
                Text(
                    fr="Donnez un agent, une fiche ou une période.",
                    en="Give an officer, a record or a period.",
                ),
            )
        return extract(visit, asked, form)
    except EntenteError as error:
        return _page(visit, status_of(error), typed=typed, error=error)


def extract(visit: Visit, asked: Asked, form: Form) -> Response:
    """The file itself. Registered before its first byte; raises before anything was sent."""
    content: Iterator[bytes] = visit.node.oversight.extract(visit.access(), asked, form)
    node, day = visit.node.store.node, visit.now.date()
    kinds = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl"}
    return StreamingResponse(
        content,
        media_type=kinds[form],
        headers={"Content-Disposition": f'attachment; filename="register-{node}-{day}.{form}"'},
    )


def _asked(visit: Visit) -> Asked:
    form = visit.form
    zone = zone_of(visit.node.store.party)
    since, until = _day(form.one("since"), "since"), _day(form.one("until"), "until")
    before = form.number("before", 0, most=10**9) if form.one("before") else None
    return Asked(
        officer=form.one("officer"),
        service=form.one("service"),
        act=form.one("act"),
        records=tuple(form.one("records").replace(",", " ").split())[:200],
        matter=form.one("matter"),
        since=None if since is None else dt.datetime.combine(since, dt.time.min, zone),
        until=None if until is None else dt.datetime.combine(until, dt.time.max, zone),
        words=form.one("words"),
        before_line=before,
        limit=A_PAGE,
    )


def _day(written: str, name: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(written) if written else None
    except ValueError:
        raise Malformed(
            f"day_unreadable_{name}",
            Text(fr=f"« {written[:20]} » n’est pas un jour.", en=f"“{written[:20]}” is no day."),
            Text(fr="Écrivez année-mois-jour : 2031-11-20.", en="Write year-month-day: 2031-11-20."),
        ) from None


# -- what proves it ----------------------------------------------------------------------------------------------


def show_proof(visit: Visit) -> Response:
    """Roots, signed head, the last proof, what was refused, and how far each partner has come."""
    errand = sent_for(visit.node, PROOF)
    if visit.is_fragment:
        return visit.page("oversight_proved.html", errand=errand)
    node = visit.node
    visit.node.oversight.admit(visit.access())
    entries, root, lines, register_root = node.store.roots()
    head = node.store.head()
    signed = read_checkpoint(node.store.ring().verify(head, node=node.store.node)[1]) if head else None
    return visit.page(
        "oversight_proof.html",
        errand=errand,
        entries=entries,
        root=root.hex(),
        lines=lines,
        register_root=register_root.hex(),
        head=head,
        signed=signed,
        refused=node.refusals(visit.access(), 50),
        partners=_partners(visit),
        come=node.status()["partners"],
        lanes=LANES,
        lane_words=LANE_WORDS,
        ways=WAYS,
    )


def prove(visit: Visit) -> Response:
    """Have the whole chain read again; the page tells how far that has come."""
    visit.node.oversight.admit(visit.access())
    send(visit.node, PROOF, visit.node.verify)
    return visit.to("/oversight/proof")


def _partners(visit: Visit) -> list[dict[str, str]]:
    return [
        {"node": one.node, "address": one.address, "fingerprint": fingerprint_of(one)}
        for one in visit.node.settings.partners
    ]


DOORS: tuple[Door, ...] = (
    Door(path="/oversight", does=show, who=OVERSEES, needs_shift=True),
    Door(path="/oversight/register", does=look, method="POST", who=OVERSEES, needs_shift=True),
    Door(path="/oversight/extract", does=take, method="POST", who=OVERSEES, needs_shift=True),
    Door(path="/oversight/flags/{line}", does=show_flag, who=OVERSEES, needs_shift=True),
    Door(path="/oversight/flags/{line}", does=conclude, method="POST", who=OVERSEES, needs_shift=True),
    Door(path="/oversight/proof", does=show_proof, who=OVERSEES, needs_shift=True),
    Door(path="/oversight/proof", does=prove, method="POST", who=OVERSEES, needs_shift=True),
)
