"""Translating: what came in the other shore's language, put into ours by a person, word beside word (FACT-6).

The queue is made of headers alone, so that looking at it opens nothing: which language a record was written in is not
known before somebody opens it, and the page says so. What was found when one was opened (nothing to translate, or
something still left) is remembered by number. The original always stands beside its translation; a draft is read by
another person than its author; a translation never leaves this house and falls with its original.
"""

from __future__ import annotations

from typing import Literal

import msgspec
from starlette.responses import Response

from entente.duty.rolls import Translation
from entente.errors import Conflict, EntenteError, Language, Malformed, NotFound, NotPermitted, Text
from entente.formats.glossary import NOTICE, GlossedRun, gloss
from entente.formats.summary import statement_summary
from entente.model.report import Kind, Statement, Wording
from entente.policy.access import Access
from entente.store.store import Reading, RecordRow, value_of
from entente.web.door import OFFICERS, Door, Visit
from entente.web.site import status_of
from entente.web.words import zone_of

# The newest records that the queue is made from, and how many lines it shows of them.
LOOKED_AT = 300
MOST = 60
KINDS: tuple[Kind, ...] = ("report", "sighting", "distress", "warning")
# The translators' own memory, beside what each officer has seen: by record and version, never by contents.
LEFT = "desk:translations"
LANGUAGE_WORDS: dict[str, Text] = {
    "fr": Text("français", "French"),
    "en": Text("anglais", "English"),
    "ar": Text("arabe", "Arabic"),
    "ku": Text("kurde", "Kurdish"),
    "ckb": Text("kurde sorani", "Sorani Kurdish"),
    "kmr": Text("kurde kurmandji", "Kurmanji Kurdish"),
    "fa": Text("persan", "Persian"),
    "ps": Text("pachto", "Pashto"),
    "sq": Text("albanais", "Albanian"),
    "vi": Text("vietnamien", "Vietnamese"),
    "am": Text("amharique", "Amharic"),
    "ti": Text("tigrigna", "Tigrinya"),
    "so": Text("somali", "Somali"),
    "tr": Text("turc", "Turkish"),
    "de": Text("allemand", "German"),
    "nl": Text("néerlandais", "Dutch"),
}


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """One translation with its words. is_older: it was made of an earlier version of the record."""

    what: Translation
    text: str
    is_older: bool = False


class Original(msgspec.Struct, frozen=True, kw_only=True):
    """One statement: its words as said, what the structured parts say in both languages, what was translated."""

    statement: Statement
    summary: tuple[Text, ...]
    needs: bool
    done: tuple[Done, ...] = ()

    @property
    def approved(self) -> Done | None:
        """The translation that stands: the last approved one of this version."""
        return next(
            (one for one in reversed(self.done) if one.what.state == "approved" and not one.is_older), None
        )

    @property
    def drafts(self) -> tuple[Done, ...]:
        """What waits for a second person."""
        return tuple(one for one in self.done if one.what.state == "draft")

    @property
    def is_left(self) -> bool:
        """Whether somebody has yet to translate it."""
        return self.needs and self.approved is None


def house_language(visit: Visit) -> Language:
    """The language that this house works in, whatever the page is shown in."""
    return "en" if visit.node.store.party == "UK" else "fr"


# -- the queue ------------------------------------------------------------------------------------------------------


class Queue(msgspec.Struct, frozen=True, kw_only=True):
    """drafts: others', for me to read; mine: my own, that wait; waiting: records; begun: those known to have more."""

    drafts: tuple[tuple[Translation, RecordRow], ...] = ()
    mine: tuple[tuple[Translation, RecordRow], ...] = ()
    waiting: tuple[RecordRow, ...] = ()
    begun: frozenset[str] = frozenset()
    more: int = 0


def _key(row: RecordRow, word: str) -> str:
    return f"{word}/{row.header.id}/{row.header.version}"


def queue_for(visit: Visit) -> Queue:
    """What waits, by header alone."""
    node, access = visit.node, visit.access()
    node.duty.catch_up()
    language = house_language(visit)
    translations = list(node.duty.rolls.translations.values())
    drafts = [one for one in translations if one.state == "draft"]
    rows = node.store.current({one.record for one in drafts})
    known = [
        (one, rows[one.record])
        for one in drafts
        if one.record in rows and node.store.may_read(access, rows[one.record]).is_yes
    ]
    received = node.store.received(access, KINDS, LOOKED_AT)
    approved = {
        (one.record, one.version)
        for one in translations
        if one.state == "approved" and one.language == language
    }
    accounts = visit.site.accounts
    plain = accounts.seen(access.officer, [_key(row, "plain") for row in received])
    left = accounts.seen(LEFT, [_key(row, "left") for row in received])
    waiting = [
        row
        for row in received
        if _key(row, "plain") not in plain
        and ((row.header.id, row.header.version) not in approved or _key(row, "left") in left)
    ]
    return Queue(
        drafts=tuple(one for one in known if one[0].officer != access.officer),
        mine=tuple(one for one in known if one[0].officer == access.officer),
        waiting=tuple(waiting[:MOST]),
        begun=frozenset(row.header.id for row in waiting if _key(row, "left") in left),
        more=max(0, len(waiting) - MOST),
    )


def show(visit: Visit) -> Response:
    """The queue."""
    return visit.page("translations.html", queue=queue_for(visit), to=LANGUAGE_WORDS[house_language(visit)])


# -- one record, one statement ----------------------------------------------------------------------------------------


def _opened(visit: Visit, access: Access) -> tuple[Reading, tuple[Original, ...]]:
    """A record with what it says, registered as a consultation; what is left of it is remembered by number."""
    reading = visit.node.read(access, visit.parts["record"])
    header = reading.row.header
    done: dict[str, list[Done]] = {}
    for what, text in visit.node.translations_of(access, reading):
        done.setdefault(what.statement, []).append(
            Done(what=what, text=text, is_older=what.version != header.version)
        )
    language = house_language(visit)
    originals = tuple(
        Original(
            statement=value,
            summary=statement_summary(
                value, said_at=header.said_at, kind=header.kind, zone=zone_of(visit.node.store.party)
            ),
            needs=_needs(value.wording, language),
            done=tuple(done.get(value.id, ())),
        )
        for value in (
            value_of(stored) for stored in reading.parts if stored.part.name.startswith("statement/")
        )
    )
    accounts = visit.site.accounts
    if any(one.is_left for one in originals):
        accounts.note_seen(LEFT, [_key(reading.row, "left")])
    else:
        accounts.note_seen(access.officer, [_key(reading.row, "plain")])
    accounts.note_seen(access.officer, [header.id])
    return reading, originals


def _needs(wording: Wording, language: str) -> bool:
    """Whether words are in another language, and did not bring a person's translation with them."""
    return (
        bool(wording.text.strip())
        and wording.language != language
        and not any(one.language == language and one.by == "person" for one in wording.translations)
    )


def show_record(visit: Visit) -> Response:
    """Every statement of a record with how far its translation is."""
    reading, originals = _opened(visit, visit.access())
    return visit.page(
        "translation_record.html",
        row=reading.row,
        originals=originals,
        to=LANGUAGE_WORDS[house_language(visit)],
        language_words=LANGUAGE_WORDS,
    )


def show_statement(visit: Visit) -> Response:
    """The original on the left, a place for its translation on the right."""
    return _desk(visit)


def translate(visit: Visit) -> Response:
    """Record a translation: final, or a draft for another person to read."""
    record, statement = visit.parts["record"], visit.parts["statement"]
    is_draft = visit.form.one("how") == "draft"
    try:
        visit.node.translate(
            visit.access(),
            record,
            statement,
            house_language(visit),
            visit.form.one("text"),
            draft=is_draft,
        )
    except (Malformed, NotPermitted, Conflict) as error:
        return _desk(visit, error=error)
    said = (
        Text("L’ébauche attend une seconde personne.", "The draft waits for a second person.")
        if is_draft
        else Text("La traduction est enregistrée à votre nom.", "The translation is recorded in your name.")
    )
    return visit.to(f"/translations/{record}", said)


def decide(visit: Visit) -> Response:
    """Approve another's draft, or refuse it and say why."""
    record = visit.parts["record"]
    outcome: Literal["approved", "refused"] = (
        "approved" if visit.form.one("outcome") == "approved" else "refused"
    )
    reason = visit.form.one("reason")
    try:
        if outcome == "refused" and len(reason) < 4:
            raise Malformed(
                "reason_missing",
                Text(fr="Le refus est sans motif.", en="The refusal gives no reason."),
                Text(
                    fr="Dites à l’auteur, en une phrase, ce qui ne va pas.",
                    en="Tell the author in a sentence what is wrong.",
                ),
            )
        visit.node.decide_translation(visit.access(), visit.form.one("translation"), outcome, reason)
    except (Malformed, NotPermitted, Conflict) as error:
        return _desk(visit, error=error)
    said = (
        Text("La traduction est approuvée.", "The translation is approved.")
        if outcome == "approved"
        else Text("L’ébauche est refusée ; son auteur le voit.", "The draft is refused; its author sees it.")
    )
    return visit.to(f"/translations/{record}", said)


def _desk(visit: Visit, *, error: EntenteError | None = None) -> Response:
    access = visit.access()
    reading, originals = _opened(visit, access)
    wanted = visit.parts["statement"]
    found = next((one for one in originals if one.statement.id == wanted), None)
    if found is None:
        raise NotFound(
            "statement_not_found",
            Text(
                fr="Cette fiche n’a pas cet énoncé pour vous.",
                en="That record has no such statement for you.",
            ),
        )
    to = house_language(visit)
    wording = found.statement.wording
    return visit.page(
        "translation.html",
        200 if error is None else status_of(error),
        row=reading.row,
        one=found,
        number=originals.index(found) + 1,
        total=len(originals),
        hints=_hints(wording, to),
        notice=NOTICE,
        to=LANGUAGE_WORDS[to],
        to_code=to,
        language_words=LANGUAGE_WORDS,
        error=error,
        typed=visit.form.one("text"),
        how=visit.form.one("how", "final"),
        reason=visit.form.one("reason"),
        me=access.officer,
    )


def _hints(wording: Wording, to: Language) -> tuple[GlossedRun, ...]:
    """The trade's terms that stand in it, each once; none for a language that the glossary does not know."""
    if wording.language not in ("fr", "en"):
        return ()
    runs = gloss(wording.text, "fr" if wording.language == "fr" else "en", to)
    return tuple({run.written.casefold(): run for run in runs if run.equivalents}.values())


DOORS: tuple[Door, ...] = (
    Door(path="/translations", does=show, who=OFFICERS, needs_shift=True),
    Door(path="/translations/{record}", does=show_record, who=OFFICERS, needs_shift=True),
    Door(path="/translations/{record}/{statement}", does=show_statement, who=OFFICERS, needs_shift=True),
    Door(
        path="/translations/{record}/{statement}",
        does=translate,
        method="POST",
        who=OFFICERS,
        needs_shift=True,
    ),
    Door(
        path="/translations/{record}/{statement}/decision",
        does=decide,
        method="POST",
        who=OFFICERS,
        needs_shift=True,
    ),
)
