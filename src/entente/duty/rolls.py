"""What the house's own acts amount to: officers, shifts, roster, proposals, translations, answers, requests.

Values in, values out. Each roll is a fold of acts in ledger order: thrown away and folded anew it is the same. Nothing
is decided here; an act that does not fit what stands (a shift closed twice, a decision on a proposal by its own author)
was refused before it was recorded, and one that lies in the ledger all the same changes nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

import msgspec

from entente.model.office_act import (
    AgreementAdopted,
    AgreementProposed,
    AgreementRefused,
    Answered,
    Called,
    ConditionsAccepted,
    DataRequestAgreed,
    DataRequestAsked,
    DataRequestDecided,
    DataRequestOpened,
    DataRequestPrepared,
    Decided,
    EnrolmentMade,
    KeyCompared,
    OfficeAct,
    OfficerEntered,
    OfficerLeft,
    PartnerEntered,
    PartnerLeft,
    ProgramTokenMade,
    ProgramTokenWithdrawn,
    Proposed,
    ReviewOwed,
    ReviewSettled,
    RosterEntered,
    RosterWithdrawn,
    ShiftClosed,
    ShiftOpened,
    Translated,
    TranslationDecided,
)


class Noted(msgspec.Struct, frozen=True, kw_only=True):
    """One act with its record, its ledger number, when it was done and for which service."""

    id: str
    seq: int
    at: dt.datetime
    service: str
    act: OfficeAct


class Shift(msgspec.Struct, frozen=True, kw_only=True):
    """A shift, open until it is closed. taken_over_by: the shift that acknowledged its hand-over."""

    id: str
    officer: str
    service: str
    role: str
    matter: str
    reason: str
    opened_at: dt.datetime
    takes_over: str | None = None
    closed_at: dt.datetime | None = None
    notes: str = ""
    open_points: tuple[str, ...] = ()
    handed_to: str | None = None
    taken_over_by: str | None = None


class Translation(msgspec.Struct, frozen=True, kw_only=True):
    """A translation of one statement, with how far it is. Its words lie in the vault, beside the original."""

    id: str
    record: str
    version: int
    statement: str
    language: str
    by: str
    officer: str
    at: dt.datetime
    state: str  # "draft", "approved", "refused"
    decided_by: str = ""


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """An act that waits for a second person. state: "open", "approved" or "refused"."""

    id: str
    service: str
    at: dt.datetime
    what: Proposed
    state: str = "open"
    decided: Decided | None = None
    decided_at: dt.datetime | None = None


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What a service of this node said of a record: the first time it was seen, and acted on."""

    service: str
    step: str
    officer: str
    at: dt.datetime
    words: str


class DataRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A request of a data subject, and its answer when there is one.

    agreed, asked, prepared: the last said of each record; prepared with the act's own record, which falls with it.
    """

    id: str
    at: dt.datetime
    opened: DataRequestOpened
    agreed: tuple[DataRequestAgreed, ...] = ()
    asked: tuple[DataRequestAsked, ...] = ()
    prepared: tuple[tuple[str, DataRequestPrepared], ...] = ()
    decided: DataRequestDecided | None = None
    decided_at: dt.datetime | None = None


class Rolls:
    """Everything that the acts so far amount to."""

    def __init__(self) -> None:
        self.officers: dict[str, OfficerEntered] = {}
        self.left: set[str] = set()
        self.shifts: dict[str, Shift] = {}
        self.roster: dict[str, Noted] = {}
        self.proposals: dict[str, Proposal] = {}
        self.translations: dict[str, Translation] = {}
        self.answers: dict[str, list[Answer]] = {}
        self.accepted: dict[str, set[str]] = {}
        self.calls: dict[str, list[Noted]] = {}
        self.data_requests: dict[str, DataRequest] = {}
        self.agreements: dict[str, Noted] = {}  # proposed and not refused; what is in force tells which wait
        self.administration: list[Noted] = []
        self.reviews_owed: dict[str, Noted] = {}
        self.reviews_settled: dict[str, Noted] = {}  # by the review that they settle; the first word stands

    def take(self, noted: Noted) -> None:
        """Fold one act."""
        act = noted.act
        match act:
            case ShiftOpened() | ShiftClosed():
                self._take_shift(noted, act)
            case RosterEntered():
                self.roster[noted.id] = noted
            case RosterWithdrawn():
                self.roster.pop(act.entry, None)
            case OfficerEntered():
                self.officers[act.name] = act
                self.left.discard(act.name)
                self.administration.append(noted)
            case OfficerLeft():
                self.officers.pop(act.name, None)
                self.left.add(act.name)
                self.administration.append(noted)
            case AgreementProposed():
                self.agreements[noted.id] = noted
                self.administration.append(noted)
            case AgreementRefused():
                self.agreements.pop(act.proposal, None)
                self.administration.append(noted)
            case (
                PartnerEntered()
                | PartnerLeft()
                | AgreementAdopted()
                | KeyCompared()
                | EnrolmentMade()
                | ProgramTokenMade()
                | ProgramTokenWithdrawn()
            ):
                self.administration.append(noted)
            case Proposed():
                self.proposals[noted.id] = Proposal(id=noted.id, service=noted.service, at=noted.at, what=act)
            case Decided():
                self._decide(noted, act)
            case Translated():
                self._translate(noted, act)
            case TranslationDecided():
                self._decide_translation(act)
            case Answered():
                self.answers.setdefault(act.record, []).append(
                    Answer(
                        service=act.service, step=act.step, officer=act.officer, at=noted.at, words=act.words
                    )
                )
            case ConditionsAccepted():
                self.accepted.setdefault(act.officer, set()).add(act.record)
            case Called():
                self.calls.setdefault(act.record, []).append(noted)
            case ReviewOwed():
                self.reviews_owed[noted.id] = noted
            case ReviewSettled():
                self.reviews_settled.setdefault(act.review, noted)
            case DataRequestOpened():
                self.data_requests[noted.id] = DataRequest(id=noted.id, at=noted.at, opened=act)
            case DataRequestAgreed() | DataRequestAsked() | DataRequestPrepared() | DataRequestDecided():
                self._follow_data_request(noted, act)

    def forget(self, record: str) -> set[str]:
        """A record was erased or recalled: what was translated or proposed of it falls. Returns those acts' records."""
        fallen = {
            one.id for one in self.translations.values() if one.record == record and one.state != "erased"
        }
        fallen |= {one.id for one in self.proposals.values() if one.what.about.record == record}
        for one in fallen:
            self.translations.pop(one, None)
            self.proposals.pop(one, None)
        for request in self.data_requests.values():
            gone = {id_ for id_, prepared in request.prepared if prepared.record == record}
            if gone:
                kept = tuple(one for one in request.prepared if one[0] not in gone)
                self.data_requests[request.id] = msgspec.structs.replace(request, prepared=kept)
                fallen |= gone
        return fallen

    # -- questions ----------------------------------------------------------------------------------------------

    def open_shift(self, officer: str) -> Shift | None:
        """The shift that an officer works in now."""
        return next(
            (
                shift
                for shift in reversed(self.shifts.values())
                if shift.officer == officer and shift.closed_at is None
            ),
            None,
        )

    def on_shift(self, officer: str, at: dt.datetime) -> bool:
        """Whether an officer had a shift open at a time."""
        return any(
            shift.officer == officer
            and shift.opened_at <= at
            and (shift.closed_at is None or at <= shift.closed_at)
            for shift in self.shifts.values()
        )

    def on_duty(self, at: dt.datetime) -> list[Noted]:
        """Roster entries in force at a time; first names before backups."""
        found = [
            noted
            for noted in self.roster.values()
            if isinstance(noted.act, RosterEntered) and noted.act.starts <= at < noted.act.ends
        ]
        return sorted(
            found, key=lambda noted: (isinstance(noted.act, RosterEntered) and noted.act.backup, noted.seq)
        )

    def translations_of(self, record: str, statement: str | None = None) -> list[Translation]:
        """Translations of a record's statements, oldest first."""
        return [
            one
            for one in self.translations.values()
            if one.record == record and statement in (None, one.statement)
        ]

    # -- folds --------------------------------------------------------------------------------------------------

    def _take_shift(self, noted: Noted, act: ShiftOpened | ShiftClosed) -> None:
        if isinstance(act, ShiftOpened):
            self.shifts[noted.id] = Shift(
                id=noted.id,
                officer=act.officer,
                service=noted.service,
                role=act.role,
                matter=act.matter,
                reason=act.reason,
                opened_at=noted.at,
                takes_over=act.takes_over,
            )
            before = self.shifts.get(act.takes_over or "")
            if before is not None:
                self.shifts[before.id] = msgspec.structs.replace(before, taken_over_by=noted.id)
            return
        shift = self.shifts.get(act.shift)
        if shift is not None and shift.officer == act.officer and shift.closed_at is None:
            self.shifts[shift.id] = msgspec.structs.replace(
                shift,
                closed_at=noted.at,
                notes=act.notes,
                open_points=act.open_points,
                handed_to=act.handed_to,
            )

    def _decide(self, noted: Noted, act: Decided) -> None:
        proposal = self.proposals.get(act.proposal)
        if proposal is None or proposal.state != "open" or proposal.what.officer == act.officer:
            return
        self.proposals[proposal.id] = msgspec.structs.replace(
            proposal, state=act.outcome, decided=act, decided_at=noted.at
        )

    def _translate(self, noted: Noted, act: Translated) -> None:
        draft = act.is_draft or act.by == "machine"
        self.translations[noted.id] = Translation(
            id=noted.id,
            record=act.record,
            version=act.version,
            statement=act.statement,
            language=act.language,
            by=act.by,
            officer=act.officer,
            at=noted.at,
            state="draft" if draft else "approved",
        )

    def _decide_translation(self, act: TranslationDecided) -> None:
        one = self.translations.get(act.translation)
        if one is not None and one.state == "draft":
            self.translations[one.id] = msgspec.structs.replace(
                one, state=act.outcome, decided_by=act.officer
            )

    def _follow_data_request(
        self,
        noted: Noted,
        act: DataRequestAgreed | DataRequestAsked | DataRequestPrepared | DataRequestDecided,
    ) -> None:
        request = self.data_requests.get(act.request)
        if request is None or request.decided is not None:
            return
        match act:
            case DataRequestAgreed():
                kept = tuple(one for one in request.agreed if one.record != act.record)
                request = msgspec.structs.replace(request, agreed=(*kept, act))
            case DataRequestAsked():
                waiting = tuple(one for one in request.asked if one.record != act.record)
                # What was prepared for another question is not the answer to this one.
                ready = tuple(one for one in request.prepared if one[1].record != act.record)
                request = msgspec.structs.replace(request, asked=(*waiting, act), prepared=ready)
            case DataRequestPrepared():
                ready = tuple(one for one in request.prepared if one[1].record != act.record)
                request = msgspec.structs.replace(request, prepared=(*ready, (noted.id, act)))
            case DataRequestDecided():
                request = msgspec.structs.replace(request, decided=act, decided_at=noted.at)
        self.data_requests[request.id] = request


def lead_times_s(
    starts: dt.datetime, said_at: dt.datetime, answers: Iterable[Answer]
) -> Mapping[str, tuple[float, float]]:
    """For each service that answered a warning: (seconds from warning to first answer, seconds left to the window).

    The second is below zero where the answer came after the window had begun.
    """
    first: dict[str, dt.datetime] = {}
    for answer in answers:
        first.setdefault(answer.service, answer.at)
    return {
        service: ((at - said_at).total_seconds(), (starts - at).total_seconds())
        for service, at in first.items()
    }
