"""Searching: by number or name, and in all words, as two parts that are never mixed.

What is looked for is posted, never put into an address, and the register keeps that there was a search, its reason, its
matter and what it found, but not what was typed. Each look is registered, and so is each further page. What filters put
aside is counted and said, so that an empty page never passes for an empty house.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, Literal

import msgspec
from starlette.responses import Response

from entente.errors import EntenteError, Malformed, NotPermitted, Text
from entente.evidence.explain import explain
from entente.fulltext.desk import Asked, Found, FulltextDesk
from entente.fulltext.words import LONGEST_QUESTION_CHARACTERS
from entente.model.report import Ground, Kind
from entente.oversight.misuse import is_self
from entente.policy.access import Access
from entente.store.store import RecordRow
from entente.web.door import OFFICERS, Door, Visit
from entente.web.site import status_of
from entente.web.words import short_name

A_PAGE = 20
# Of what bears a number or a name; the likeliest stand first, and a longer list asks for a closer question.
MOST_NAMED = 25
MOST_PAGES = 200
KINDS: tuple[Kind, ...] = ("report", "sighting", "distress", "warning")
_NAMES = ("q", "kind", "party", "service", "matter", "since", "until")


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked, as it was typed, and what was read of it. trail: marks of the pages before this one."""

    words: str = ""
    kind: str = ""
    party: str = ""
    service: str = ""
    matter: str = ""
    since: str = ""
    until: str = ""
    before: str = ""
    trail: tuple[str, ...] = ()

    def fields(self) -> list[tuple[str, str]]:
        """What a further page is asked with: all that was typed."""
        typed = (self.words, self.kind, self.party, self.service, self.matter, self.since, self.until)
        return [(name, value) for name, value in zip(_NAMES, typed, strict=True) if value]

    @property
    def has_filter(self) -> bool:
        """Whether anything but words narrows it."""
        return bool(self.kind or self.party or self.service or self.matter or self.since or self.until)

    def asked(self) -> Asked:
        """The question for full text. Raises Malformed for a day that is none."""
        kind = [one for one in KINDS if one == self.kind]
        party: Literal["own", "partner"] | None = None
        if self.party in ("own", "partner"):
            party = "own" if self.party == "own" else "partner"
        return Asked(
            words=self.words,
            kinds=tuple(kind),
            services=(self.service,) if self.service else (),
            party=party,
            matter=self.matter or None,
            since=_day(self.since, "since"),
            until=_day(self.until, "until"),
            limit=A_PAGE,
            before=self.before,
        )


class Named(msgspec.Struct, frozen=True, kw_only=True):
    """An entity of a record that bears what was typed: why it was found, in words, and how far that goes."""

    row: RecordRow
    bits: float
    grounds: tuple[Ground, ...]


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """Both parts as the page shows them. named None: no number or name was asked. aside: put aside by filters."""

    named: tuple[Named, ...] | None = None
    more_named: int = 0
    aside: int = 0
    found: Found
    read: int = 0
    held: int = 0


def show(visit: Visit) -> Response:
    """The empty page: what can be asked, and that it is registered."""
    return _page(visit, Question())


def find(visit: Visit) -> Response:
    """Both parts of the answer, on the same page; what was typed stays whatever happens."""
    form = visit.form
    question = Question(
        words=form.one("q"),
        kind=form.one("kind"),
        party=form.one("party"),
        service=form.one("service"),
        matter=form.one("matter"),
        since=form.one("since"),
        until=form.one("until"),
        before=form.one("before"),
        trail=form.all("trail")[-MOST_PAGES:],
    )
    try:
        return _page(visit, question, answer=_answer(visit, question))
    except (Malformed, NotPermitted) as error:
        return _page(visit, question, error=error, status=status_of(error))


def _answer(visit: Visit, question: Question) -> Answer:
    node, access = visit.node, visit.access()
    asked = question.asked()
    if len(question.words) > LONGEST_QUESTION_CHARACTERS:
        raise Malformed(
            "question_too_long",
            Text(
                fr=f"Plus de {LONGEST_QUESTION_CHARACTERS} signes : aucune fiche ne se cherche ainsi.",
                en=f"More than {LONGEST_QUESTION_CHARACTERS} characters: no record is found that way.",
            ),
            Text(fr="Donnez un numéro, un nom ou quelques mots.", en="Give a number, a name or a few words."),
        )
    named: list[Named] | None = None
    aside = 0
    if question.words and not question.before and any(sign.isalnum() for sign in question.words):
        held = [
            Named(row=row, bits=bits, grounds=explain(grounds))
            for row, _, bits, grounds in node.search(access, question.words)
        ]
        named = [one for one in held if _fits(one.row, asked, access)]
        aside = len(held) - len(named)
    fulltext: FulltextDesk = node.fulltext
    found = fulltext.find(access, asked)
    if is_self(question.words, short_name(access.officer)):
        # A question for the data protection officer; nothing is said of it here.
        node.oversight.flag_self_search(access)
    read, size = fulltext.progress()
    return Answer(
        named=None if named is None else tuple(named[:MOST_NAMED]),
        more_named=max(0, len(named or ()) - MOST_NAMED),
        aside=aside,
        found=found,
        read=read,
        held=size,
    )


def _fits(row: RecordRow, asked: Asked, access: Access) -> bool:
    """Whether a record passes the filters, as the full text reads them; days are in UTC."""
    header, day = row.header, row.header.said_at.astimezone(dt.UTC).date()
    return not (
        (asked.kinds and header.kind not in asked.kinds)
        or (asked.services and header.service not in asked.services)
        or (asked.party is not None and (header.party == access.party) != (asked.party == "own"))
        or (asked.matter is not None and header.matter != asked.matter)
        or (asked.since is not None and day < asked.since)
        or (asked.until is not None and day > asked.until)
    )


def _day(written: str, name: str) -> dt.date | None:
    if not written:
        return None
    try:
        return dt.date.fromisoformat(written)
    except ValueError:
        raise Malformed(
            f"day_unreadable_{name}",
            Text(fr=f"« {written[:20]} » n’est pas un jour.", en=f"“{written[:20]}” is no day."),
            Text(fr="Écrivez année-mois-jour : 2031-11-20.", en="Write year-month-day: 2031-11-20."),
        ) from None


def _page(
    visit: Visit,
    question: Question,
    *,
    answer: Answer | None = None,
    error: EntenteError | None = None,
    status: int = 200,
) -> Response:
    values: dict[str, Any] = {
        "question": question,
        "answer": answer,
        "error": error,
        "kinds": KINDS,
        "services": _services(visit),
        "reason": visit.access().reason,
        "matter": visit.access().matter,
        "matters": _matters(visit),
    }
    return visit.page("search_found.html" if visit.is_fragment else "search.html", status, **values)


def _services(visit: Visit) -> list[str]:
    """Those that can have said something: every service of the agreement, one's own party's first."""
    own = visit.node.store.party
    services: Iterable[Any] = visit.node.agreement.services
    return [one.id for one in sorted(services, key=lambda one: (one.party != own, one.id))]


def _matters(visit: Visit) -> list[str]:
    """The matters that this service worked in lately, as its shifts say."""
    shifts = reversed(visit.node.duty.rolls.shifts.values())
    return list(dict.fromkeys(one.matter for one in shifts if one.service == visit.officer.service))[:8]


DOORS: tuple[Door, ...] = (
    Door(path="/search", does=show, who=OFFICERS, needs_shift=True),
    Door(path="/search", does=find, method="POST", who=OFFICERS, needs_shift=True, most_a_minute=60),
)
