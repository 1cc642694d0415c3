"""The hand that answers people whose data are held: finds what speaks of them, and checks what is decided (ERA-5).

The data protection officer is shown references, keepers, dates and how sure a match is; what a record says is read by
who may read it, and that person prepares the part that is disclosed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from entente.errors import Conflict, EntenteError, Text
from entente.model.office_act import RecordAnswer
from entente.oversight.answers import (
    Answer,
    RecordFound,
    RefusalGround,
    SubjectFound,
    answer_of,
    check_answers,
    shipped_grounds,
)
from entente.oversight.redact import Disclosed, disclosed_of
from entente.oversight.seat import ACCESS, COMPARTMENTS, Seat
from entente.oversight.subject import Match, Subject, SubjectSearch, asked_features
from entente.policy.access import Access
from entente.store.store import RecordRow, StoredPart, value_of


class People:
    """Requests of access, rectification, erasure and restriction."""

    def __init__(self, seat: Seat) -> None:
        self._seat = seat

    def search_subject(
        self, access: Access, subject: Subject, progress: Callable[[int, int], None] | None = None
    ) -> SubjectFound:
        """Which records speak of a person, in all that is kept here; references and dates, never contents.

        Reads every record, since no index holds victims, rescued people or free text. progress: (entries read, of).
        Registered as a search, with the references found and without what was asked.
        """
        self._seat.admit(access)
        now = self._seat.store.clock()
        regions = ("GB", "FR") if self._seat.store.party == "UK" else ("FR", "GB")
        search = SubjectSearch(asked_features(subject, regions, now.date()))
        searched = 0
        size = self._seat.store.size
        for first in range(0, size, 200):
            rows = [row for row in self._seat.store.records_of(first, first + 199) if row.state != "erased"]
            for start in range(0, len(rows), 500):
                for row, parts in self._opened(rows[start : start + 500]):
                    searched += 1
                    for stored in parts:
                        search.take(
                            row.header.id,
                            row.header.said_at,
                            stored.part.name,
                            _value(stored),
                            stored.part.content,
                        )
            if progress:
                progress(min(first + 200, size), size)
        matches = search.matches()
        current = self._seat.store.current([match.record for match in matches])
        beside = self._seat.parts_elsewhere(current)
        found = tuple(
            _found(match, current[match.record], beside.get(match.record, frozenset()), self._seat.store.node)
            for match in matches
        )
        self._seat.store.note(
            self._seat.line("search", access, records=[one.record for one in found], looked_at="subject")
        )
        return SubjectFound(records=found, searched=searched, compartments=COMPARTMENTS, at=now)

    def _opened(self, rows: Sequence[RecordRow]) -> Iterator[tuple[RecordRow, list[StoredPart]]]:
        parts_of = self._seat.store.open_for_desk(ACCESS, rows)
        for row in rows:
            yield row, parts_of.get((row.header.id, row.header.version), [])

    def answer_request(
        self,
        access: Access,
        request: str,
        found: Sequence[RecordFound],
        answers: Sequence[RecordAnswer],
        agreed: frozenset[str] = frozenset(),
        grounds: Mapping[str, RefusalGround] | None = None,
    ) -> Answer:
        """Check the decision on every record found and say what the whole answer is, for `letter`.

        request: the id of the request. agreed: records whose originator, authority or keeper agreed. Registered as a
        disclosure of what is disclosed. Raises as `check_answers` does, and then nothing is answered.
        """
        self._seat.admit(access)
        grounds = shipped_grounds() if grounds is None else grounds
        check_answers(found, answers, grounds, agreed)
        given = [one.record for one in answers if one.outcome in ("disclose", "disclose_in_part")]
        self._seat.store.note(self._seat.line("disclosure", access, records=given, to=[f"request/{request}"]))
        return answer_of(answers, grounds)

    def prepare_disclosure(
        self, access: Access, record: str, entities: Sequence[str], *, in_part: bool
    ) -> Disclosed:
        """For whoever may read the record, not for the data protection officer: its part about one person, redacted.

        entities: that person's, as the search found them. Read like any record: by the rules, with its line.
        """
        reading = self._seat.store.read(access, record)
        statements = [
            value_of(stored) for stored in reading.parts if stored.part.name.startswith("statement/")
        ]
        about = frozenset(entities)
        if not any(entity.id in about for one in statements for entity in one.entities):
            raise Conflict(
                "person_not_in_record",
                Text(
                    fr="Ce que vous pouvez lire de cette fiche ne parle pas de cette personne.",
                    en="What you may read of this record does not speak of that person.",
                ),
                Text(fr="Demandez à qui tient le compartiment.", en="Ask the keeper of the compartment."),
            )
        return disclosed_of(record, statements, sorted(about), in_part=in_part)


def _value(stored: StoredPart) -> Any:
    """The value of a part, or None where a newer version wrote one that is not known here; its text is read then."""
    try:
        return value_of(stored)
    except EntenteError:
        return None


def _found(match: Match, row: RecordRow, beside: frozenset[str], node: str) -> RecordFound:
    header = row.header
    compartments = {header.compartment, *(one for one in COMPARTMENTS if one in beside)}
    return RecordFound(
        record=header.id,
        reference=header.reference,
        version=header.version,
        kind=header.kind,
        compartment=header.compartment,
        compartments=tuple(one for one in COMPARTMENTS if one in compartments),
        keeper=header.service,
        node=header.node,
        is_own=header.node == node,
        state=row.state,
        category=match.category,
        said_at=header.said_at,
        review_by=header.review_by,
        erase_by=header.erase_by,
        sure=match.sure,
        bits=match.bits,
        agrees=match.agrees,
        entities=match.entities,
    )
