"""What is done for people who ask what is held of them, or that it be put right (ERA-5): from request to letter.

The data protection officer opens the request, has everything searched, notes who agreed, and decides; contents are for
those who may read them. So an officer who may read a record prepares what of it goes to the person, and whoever issued
a record erases or corrects it: the data protection officer never does. Each step is an act in the ledger.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import get_args

import msgspec

from entente.duty.desk import DutyDesk
from entente.duty.rolls import DataRequest
from entente.errors import Conflict, Malformed, NotFound, Text
from entente.model.moment import PartialDate
from entente.model.office_act import (
    DataRequestAgreed,
    DataRequestAsked,
    DataRequestDecided,
    DataRequestOpened,
    DataRequestPrepared,
    DataRight,
    OfficeAct,
    RecordAnswer,
)
from entente.model.report import Compartment
from entente.oversight.answers import (
    Answer,
    SubjectFound,
    answer_of,
    check_answers,
    due_on,
    shipped_grounds,
)
from entente.oversight.desk import OversightDesk
from entente.oversight.letter import REDRESS, Answering, Letter, RequestTold, letter
from entente.oversight.redact import Disclosed
from entente.policy.access import Access
from entente.store.store import RecordRow, Store

MAX_SIGNS = 4_000
# What was found is decided within a day: later something may have come that nobody looked at.
FOUND_HOLDS_S = 24 * 3600
GIVEN = ("disclose", "disclose_in_part")


class Drafted(msgspec.Struct, frozen=True):
    """An answer with its letter, before it is sent."""

    answer: Answer
    letter: Letter


class ToPrepare(msgspec.Struct, frozen=True):
    """What of a record goes to a person, waiting for somebody who may read it."""

    request: DataRequest
    asked: DataRequestAsked
    row: RecordRow


class ToCarryOut(msgspec.Struct, frozen=True):
    """What was granted to a person, waiting for the service that issued the record."""

    request: DataRequest
    right: DataRight
    row: RecordRow


class Subjects:
    """Requests of data subjects, over the oversight desk and the acts of the house."""

    store: Store
    duty: DutyDesk
    oversight: OversightDesk
    _clock: Callable[[], dt.datetime]
    _desk_lock: threading.RLock

    def act(
        self,
        access: Access,
        act: OfficeAct,
        *,
        about: RecordRow | None = None,
        lies_in: Compartment | None = None,
    ) -> str:
        """Record an act of the house; see `House.act`."""
        raise NotImplementedError

    # -- the data protection officer ----------------------------------------------------------------------------

    def open_data_request(
        self,
        access: Access,
        *,
        person: str,
        born: str,
        identifiers: Sequence[str],
        right: str,
        words: str,
        authority: str,
        language: str,
        received_on: dt.date,
    ) -> str:
        """Take a request in. Returns its id; the last day for the answer is counted from the day it came."""
        self.oversight.admit(access)
        today = self._clock().date()
        if not any(sign.isalpha() for sign in person):
            raise _wanting("person", "Le nom de la personne manque.", "The name of the person is missing.")
        if born:
            _read_birth(born)
        if right not in get_args(DataRight):
            raise _wanting("right", "Ce qui est demandé manque.", "What is asked for is missing.")
        if received_on > today:
            raise _wanting(
                "received_on",
                "Le jour de réception est à venir.",
                "The day it was received lies in the future.",
            )
        if max(map(len, (person, words, authority, *identifiers)), default=0) > MAX_SIGNS:
            raise _wanting("words", f"Plus de {MAX_SIGNS} signes.", f"More than {MAX_SIGNS} characters.")
        chosen: DataRight = right  # type: ignore[assignment]
        return self.act(
            access,
            DataRequestOpened(
                officer=access.officer,
                person=person.strip(),
                born=born,
                identifiers=tuple(identifiers),
                right=chosen,
                words=words.strip(),
                authority=authority.strip(),
                language="en" if language == "en" else "fr",
                received_on=received_on,
                due=due_on(received_on),
            ),
        )

    def data_request(self, access: Access, request: str) -> DataRequest:
        """One request, for the data protection officer. Raises NotFound."""
        self.oversight.admit(access)
        return self._request(request)

    def data_requests(self, access: Access) -> tuple[DataRequest, ...]:
        """All requests: open ones first, the most pressing on top, then those that are answered, newest first."""
        self.oversight.admit(access)
        self.duty.catch_up()
        known = self.duty.rolls.data_requests.values()
        waiting = sorted((one for one in known if one.decided is None), key=lambda one: one.opened.due)
        done = [one for one in reversed(known) if one.decided is not None]
        return (*waiting, *done)

    def reference_of(self, request: DataRequest) -> str:
        """The number that the letter bears: node, year, and its place among the requests of that year."""
        year = request.at.year
        of_year = [one.id for one in self.duty.rolls.data_requests.values() if one.at.year == year]
        return f"{self.store.node.upper()}-{year}-{of_year.index(request.id) + 1:03d}"

    def note_agreement(
        self, access: Access, request: str, record: str, by: str, on: dt.date, words: str
    ) -> str:
        """Note that whoever decides on a record agreed to its disclosure: who, on which day, and how one knows."""
        self._open_request(access, request)
        if not by.strip() or len(words.strip()) < 4:
            raise _wanting(
                "by",
                "Qui a donné son accord, et comment, manque.",
                "Who agreed, and how, is missing.",
            )
        if on > self._clock().date():
            raise _wanting(
                "on", "Le jour de l’accord est à venir.", "The day of the agreement lies in the future."
            )
        return self.act(
            access,
            DataRequestAgreed(
                officer=access.officer,
                request=request,
                record=record,
                by=by.strip(),
                on=on,
                words=words.strip(),
            ),
        )

    def ask_to_prepare(
        self, access: Access, request: str, record: str, entities: Sequence[str], *, in_part: bool
    ) -> str:
        """Ask those who may read a record to prepare what of it goes to the person."""
        self._open_request(access, request)
        return self.act(
            access,
            DataRequestAsked(
                officer=access.officer,
                request=request,
                record=record,
                entities=tuple(entities),
                in_part=in_part,
            ),
        )

    def draft_answer(
        self, access: Access, request: str, found: SubjectFound, answers: Sequence[RecordAnswer], contact: str
    ) -> Drafted:
        """The answer and its letter as they would go, and nothing recorded. Raises as `decide_data_request` does."""
        known = self._open_request(access, request)
        now = self._clock()
        if (now - found.at).total_seconds() > FOUND_HOLDS_S:
            raise Conflict(
                "search_too_old",
                Text(fr="La recherche date de plus d’un jour.", en="The search is more than a day old."),
                Text(fr="Cherchez de nouveau, puis décidez.", en="Search again, then decide."),
            )
        if not contact.strip():
            raise _wanting(
                "contact",
                "La lettre ne dit pas comment vous joindre.",
                "The letter does not say how you are reached.",
            )
        grounds = shipped_grounds()
        check_answers(found.records, answers, grounds, _agreed(known))
        return Drafted(answer_of(answers, grounds), self._letter(known, answers, contact.strip(), now.date()))

    def decide_data_request(
        self, access: Access, request: str, found: SubjectFound, answers: Sequence[RecordAnswer], contact: str
    ) -> str:
        """Answer the person. The letter is kept as it goes; a second answer to one request is refused."""
        with self._desk_lock:
            drafted = self.draft_answer(access, request, found, answers, contact)
            known = self._request(request)
            self.oversight.answer_request(access, request, found.records, answers, _agreed(known))
            return self.act(
                access,
                DataRequestDecided(
                    officer=access.officer,
                    request=request,
                    answers=tuple(answers),
                    answer=drafted.answer,
                    letter=drafted.letter.text,
                ),
            )

    def _letter(
        self, request: DataRequest, answers: Sequence[RecordAnswer], contact: str, day: dt.date
    ) -> Letter:
        opened, grounds = request.opened, shipped_grounds()
        ready = {one.record: one for _, one in request.prepared}
        disclosed = []
        for answer in answers:
            if answer.outcome not in GIVEN:
                continue
            if answer.record not in ready:
                raise Conflict(
                    "not_prepared",
                    Text(
                        fr=f"Ce qui est communiqué de la fiche {answer.record} n’est pas encore préparé.",
                        en=f"What is disclosed of record {answer.record} is not prepared yet.",
                    ),
                    Text(
                        fr="Demandez-le au service qui peut la lire, ou attendez-le.",
                        en="Ask the service that may read it, or wait for it.",
                    ),
                )
            disclosed.append(
                Disclosed(record=answer.record, facts=_line_by_line(ready[answer.record].disclosed))
            )
        party = self.store.party
        node = self.store.node.capitalize()
        return letter(
            RequestTold(
                reference=self.reference_of(request),
                person=opened.person,
                right=opened.right,
                received_on=opened.received_on,
                authority=opened.authority,
            ),
            answer_of(answers, grounds),
            Answering(
                service=Text(f"Entente, nœud de {node}", f"Entente, {node} node"),
                contact=contact,
                redress=REDRESS.get(party, REDRESS["FR"]),
            ),
            day,
            disclosed=disclosed,
            grounds=[grounds[answer.ground] for answer in answers if answer.outcome == "refuse"],
        )

    # -- those who may read, and those who issued ---------------------------------------------------------------

    def to_prepare(self, access: Access) -> tuple[ToPrepare, ...]:
        """What waits for this officer to prepare: of their own service's records, and of those received."""
        self.duty.catch_up()
        found = [
            (request, asked)
            for request in self.duty.rolls.data_requests.values()
            if request.decided is None
            for asked in request.asked
            if asked.record not in {one.record for _, one in request.prepared}
        ]
        rows = self.store.current({asked.record for _, asked in found})
        return tuple(
            ToPrepare(request, asked, rows[asked.record])
            for request, asked in found
            if asked.record in rows and self._is_for(access, rows[asked.record])
        )

    def preparing(self, access: Access, request: str, record: str) -> ToPrepare:
        """One of these, prepared already or not. Raises NotFound alike for none and for one not for this officer."""
        known = self._request(request)
        asked = next((one for one in known.asked if one.record == record), None)
        row = self.store.current([record]).get(record)
        if asked is None or row is None or known.decided is not None or not self._is_for(access, row):
            raise NotFound(
                "nothing_to_prepare",
                Text(fr="Rien n’est à préparer ici pour vous.", en="Nothing is to be prepared here by you."),
            )
        return ToPrepare(known, asked, row)

    def prepare(self, access: Access, request: str, record: str, disclosed: Text) -> str:
        """Say what of a record goes to the person, in both languages, having read it through."""
        waiting = self.preparing(access, request, record)
        if not disclosed.fr.strip() or not disclosed.en.strip():
            raise _wanting(
                "disclosed",
                "Ce qui va à la personne manque dans une langue.",
                "What goes to the person is missing in one language.",
            )
        if max(len(disclosed.fr), len(disclosed.en)) > 5 * MAX_SIGNS:
            raise _wanting(
                "disclosed", f"Plus de {5 * MAX_SIGNS} signes.", f"More than {5 * MAX_SIGNS} characters."
            )
        header = waiting.row.header
        return self.act(
            access,
            DataRequestPrepared(
                officer=access.officer,
                request=request,
                record=record,
                version=header.version,
                disclosed=Text(disclosed.fr.strip(), disclosed.en.strip()),
            ),
            about=waiting.row,
        )

    def to_carry_out(self, access: Access) -> tuple[ToCarryOut, ...]:
        """What was granted to people and is for this officer's service to do: to erase, to correct, to restrict."""
        granted = [
            (request, answer.record)
            for request in self.duty.rolls.data_requests.values()
            if request.decided is not None and request.opened.right != "access"
            for answer in request.decided.answers
            if answer.outcome in GIVEN
        ]
        rows = self.store.current({record for _, record in granted})
        return tuple(
            ToCarryOut(request, request.opened.right, row)
            for request, record in granted
            if (row := rows.get(record)) is not None
            and row.is_own
            and self._is_for(access, row)
            and not _is_done(request, row)
        )

    def _is_for(self, access: Access, row: RecordRow) -> bool:
        own_service = not row.is_own or row.header.service == access.service
        return own_service and self.store.may_read(access, row).is_yes

    # -- inside -------------------------------------------------------------------------------------------------

    def _request(self, request: str) -> DataRequest:
        self.duty.catch_up()
        found = self.duty.rolls.data_requests.get(request)
        if found is None:
            raise NotFound(
                "data_request_not_found",
                Text(fr="Aucune demande de ce numéro.", en="There is no request of that number."),
            )
        return found

    def _open_request(self, access: Access, request: str) -> DataRequest:
        found = self.data_request(access, request)
        if found.decided is not None:
            raise Conflict(
                "already_answered",
                Text(fr="Cette demande a déjà sa réponse.", en="This request is answered already."),
                Text(fr="Une nouvelle demande en reçoit une autre.", en="A new request gets another one."),
            )
        return found


def _agreed(request: DataRequest) -> frozenset[str]:
    return frozenset(one.record for one in request.agreed)


def _line_by_line(said: Text) -> tuple[Text, ...]:
    """Line beside line where both languages have as many; else the whole at once."""
    french = [one.strip() for one in said.fr.splitlines() if one.strip()]
    english = [one.strip() for one in said.en.splitlines() if one.strip()]
    if len(french) == len(english):
        return tuple(Text(fr, en) for fr, en in zip(french, english, strict=True))
    return (Text("\n".join(french), "\n".join(english)),)


def _is_done(request: DataRequest, row: RecordRow) -> bool:
    """Whether what was granted has happened to the record since."""
    if row.state in ("erased", "recalled"):
        return True
    since: Mapping[str, bool] = {
        "rectification": request.decided_at is not None and row.header.said_at > request.decided_at,
        "restriction": row.header.under_review,
    }
    return since.get(request.opened.right, False)


def read_birth(written: str) -> PartialDate | None:
    """A birth date as it was written ("1994", "1994-05", "1994-05-02"); None where none was given."""
    return _read_birth(written) if written else None


def _read_birth(written: str) -> PartialDate:
    pieces = written.split("-")
    try:
        if len(pieces) > 3 or len(pieces[0]) != 4:
            raise ValueError(written)
        return PartialDate(*(int(piece) for piece in pieces))
    except (ValueError, TypeError) as error:
        raise _wanting(
            "born",
            "La date de naissance ne se lit pas : année, mois et jour, comme 1994-05-02.",
            "The birth date cannot be read: year, month and day, like 1994-05-02.",
        ) from error


def _wanting(field: str, fr: str, en: str) -> Malformed:
    return Malformed(f"data_request_{field}", Text(fr=fr, en=en))
