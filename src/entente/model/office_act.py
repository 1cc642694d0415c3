"""What is done inside one house and stays there: shifts, rosters, officers, approvals, translations, requests.

Each is a record of kind "office" in the same ledger as everything else, signed and chained, so that who let whom in,
who approved what and who was on watch can be proved later. None of it is ever released: no hand of the exchange reads
the kind. What speaks of a record (a translation, a proposal) lies in that record's own compartment and falls with it;
the rest lies in the compartment "office", which no role opens and only desks fold.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

import msgspec

from entente.errors import Text
from entente.model.entity import Category
from entente.model.moment import Instant
from entente.model.report import RecordRef


class _Act(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, tag_field="act"
):
    """Common to all: the officer who did it, in their own name."""

    officer: str


class ShiftOpened(_Act, frozen=True, kw_only=True, tag="shift_opened"):
    """An officer begins work: the reason and the matter are said once and hold for all that is read in it.

    takes_over: the shift whose hand-over this officer acknowledges.
    """

    role: str
    matter: str
    reason: str
    takes_over: str | None = None


class ShiftClosed(_Act, frozen=True, kw_only=True, tag="shift_closed"):
    """An officer ends a shift and hands on what is open. handed_to: the officer, where one is named."""

    shift: str
    notes: str = ""
    open_points: tuple[str, ...] = ()
    handed_to: str | None = None


class RosterEntered(_Act, frozen=True, kw_only=True, tag="roster_entered"):
    """Somebody is on duty from a time to a time. backup: called where the first does not answer."""

    on_duty: str
    role: str
    starts: Instant
    ends: Instant
    backup: bool = False


class RosterWithdrawn(_Act, frozen=True, kw_only=True, tag="roster_withdrawn"):
    """A roster entry no longer stands. entry: its record."""

    entry: str
    reason: str


class OfficerEntered(_Act, frozen=True, kw_only=True, tag="officer_entered"):
    """An officer works here from now on, or anew with other roles or ways to be reached."""

    name: str
    service: str
    roles: tuple[str, ...]
    email: str = ""
    telephone: str = ""


class OfficerLeft(_Act, frozen=True, kw_only=True, tag="officer_left"):
    """An officer no longer works here."""

    name: str
    reason: str


class PartnerEntered(_Act, frozen=True, kw_only=True, tag="partner_entered"):
    """A partner's identity is pinned, its fingerprint compared by voice with somebody there."""

    node: str
    key_id: str
    fingerprint: str
    address: str
    compared_with: str


class PartnerLeft(_Act, frozen=True, kw_only=True, tag="partner_left"):
    """A partner is no longer exchanged with."""

    node: str
    reason: str


class AgreementProposed(_Act, frozen=True, kw_only=True, tag="agreement_proposed"):
    """A next version of the agreement waits for a second person. content: its JSON; digest: SHA-256 of that, in hex."""

    agreement: str
    version: int
    digest: str
    content: str
    reason: str


class AgreementAdopted(_Act, frozen=True, kw_only=True, tag="agreement_adopted"):
    """The agreement in force changes, by a second person and not the one who proposed it."""

    agreement: str
    version: int
    digest: str
    proposal: str
    proposed_by: str
    reason: str


class AgreementRefused(_Act, frozen=True, kw_only=True, tag="agreement_refused"):
    """A proposed version is not adopted; its proposer may take it back in the same way."""

    proposal: str
    version: int
    reason: str


class EnrolmentMade(_Act, frozen=True, kw_only=True, tag="enrolment_made"):
    """An officer was given a one-time link to make a passkey or a password. The link itself is kept nowhere."""

    name: str


class ProgramTokenMade(_Act, frozen=True, kw_only=True, tag="program_token_made"):
    """A program may act for an officer or a service account until a day. token: its id, which opens nothing."""

    token: str
    name: str
    label: str
    scopes: tuple[str, ...]
    ends: Instant


class ProgramTokenWithdrawn(_Act, frozen=True, kw_only=True, tag="program_token_withdrawn"):
    """A program's token opens nothing any more."""

    token: str
    label: str
    reason: str


class KeyCompared(_Act, frozen=True, kw_only=True, tag="key_compared"):
    """Two people read a fingerprint to each other. agrees: whether both had the same."""

    node: str
    fingerprint: str
    compared_with: str
    agrees: bool


class Proposed(_Act, frozen=True, kw_only=True, tag="proposed"):
    """One officer proposes an act that takes two. what: for now, a category for a person in a matter (CAT-3)."""

    about: RecordRef
    matter: str
    category: Category
    basis_statement: str
    reason: str


class Decided(_Act, frozen=True, kw_only=True, tag="decided"):
    """Another officer decides a proposal, having seen what speaks for it and what against (4E-1, 4E-3).

    shown: the records of evidence that were on the page when the decision was taken.
    """

    proposal: str
    outcome: Literal["approved", "refused"]
    reason: str
    shown: tuple[str, ...] = ()


class Translated(_Act, frozen=True, kw_only=True, tag="translated"):
    """A statement's words in another language, beside the original that stays (FACT-6).

    by: a person or a machine. A machine's draft is shown as a draft until a person approves it.
    """

    record: str
    version: int
    statement: str
    language: str
    text: str
    by: Literal["person", "machine"]
    is_draft: bool = False


class TranslationDecided(_Act, frozen=True, kw_only=True, tag="translation_decided"):
    """A person approves a draft, or refuses it and says why."""

    translation: str
    outcome: Literal["approved", "refused"]
    reason: str = ""


class Answered(_Act, frozen=True, kw_only=True, tag="answered"):
    """A service of this node says that it saw a record addressed to it, or acted on it."""

    record: str
    step: Literal["seen", "acted_on"]
    service: str
    words: str = ""


class ConditionsAccepted(_Act, frozen=True, kw_only=True, tag="conditions_accepted"):
    """An officer read the originator's written conditions and accepts them before opening (H3, ORI-6)."""

    record: str


class Called(_Act, frozen=True, kw_only=True, tag="called"):
    """Somebody on duty was called about a record, by which ways, and whether a way took it. officer: the desk."""

    record: str
    called: str
    ways: tuple[str, ...]
    taken: bool


class ReviewOwed(_Act, frozen=True, kw_only=True, tag="review_owed"):
    """A secret was lifted to save life (PUR-7): somebody else says by a time whether that was justified (4E-2).

    record: what was given, which names no source; words: why, by the officer who gave it.
    """

    record: str
    due: Instant
    words: str


class ReviewSettled(_Act, frozen=True, kw_only=True, tag="review_settled"):
    """A data protection officer says whether lifting a secret was justified. review: the record that asked for it."""

    review: str
    outcome: Literal["upheld", "not_justified"]
    words: str


DataRight = Literal["access", "rectification", "erasure", "restriction"]


class DataRequestOpened(_Act, frozen=True, kw_only=True, tag="data_request_opened"):
    """A person, or an authority for one, asks what is held of them or asks for it to be put right (ERA-5).

    authority: "" where the person asks; else the supervisory authority that exercises the right. due: the last day.
    """

    person: str
    born: str
    identifiers: tuple[str, ...]
    right: DataRight
    words: str
    authority: str
    language: str
    received_on: dt.date
    due: dt.date


class DataRequestAgreed(_Act, frozen=True, kw_only=True, tag="data_request_agreed"):
    """Whoever decides on a record agreed to its disclosure: who, when, and how that is known. officer: who noted it."""

    request: str
    record: str
    by: str
    on: dt.date
    words: str


class DataRequestAsked(_Act, frozen=True, kw_only=True, tag="data_request_asked"):
    """Somebody who may read a record is asked to prepare what of it goes to the person.

    entities: that person's in it; in_part: their own facts alone, without the text around them.
    """

    request: str
    record: str
    entities: tuple[str, ...]
    in_part: bool = False


class DataRequestPrepared(_Act, frozen=True, kw_only=True, tag="data_request_prepared"):
    """What of a record goes to the person, in both languages, read through by somebody who may read the record."""

    request: str
    record: str
    version: int
    disclosed: Text


class RecordAnswer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What the answer says of one record. ground: the configured ground of a refusal."""

    record: str
    outcome: Literal["disclose", "disclose_in_part", "refuse", "not_this_person"]
    ground: str = ""


class DataRequestDecided(_Act, frozen=True, kw_only=True, tag="data_request_decided"):
    """The data protection officer's answer. letter: what was sent, in both languages."""

    request: str
    answers: tuple[RecordAnswer, ...]
    answer: Literal[
        "disclosed", "disclosed_in_part", "refused", "neither_confirmed_nor_denied", "nothing_held"
    ]
    letter: Text


OfficeAct = (
    ShiftOpened
    | ShiftClosed
    | RosterEntered
    | RosterWithdrawn
    | OfficerEntered
    | OfficerLeft
    | PartnerEntered
    | PartnerLeft
    | AgreementProposed
    | AgreementAdopted
    | AgreementRefused
    | KeyCompared
    | EnrolmentMade
    | ProgramTokenMade
    | ProgramTokenWithdrawn
    | Proposed
    | Decided
    | Translated
    | TranslationDecided
    | Answered
    | ConditionsAccepted
    | Called
    | ReviewOwed
    | ReviewSettled
    | DataRequestOpened
    | DataRequestAgreed
    | DataRequestAsked
    | DataRequestPrepared
    | DataRequestDecided
)

_WORDS: dict[type[Any], Text] = {
    ShiftOpened: Text("prise de service", "shift opened"),
    ShiftClosed: Text("fin de service", "shift closed"),
    RosterEntered: Text("inscription au tableau de service", "entry in the roster"),
    RosterWithdrawn: Text("retrait du tableau de service", "withdrawal from the roster"),
    OfficerEntered: Text("agent inscrit", "officer entered"),
    OfficerLeft: Text("agent parti", "officer left"),
    PartnerEntered: Text("partenaire épinglé", "partner pinned"),
    PartnerLeft: Text("partenaire retiré", "partner withdrawn"),
    AgreementProposed: Text("version de l’accord proposée", "version of the agreement proposed"),
    AgreementAdopted: Text("accord adopté", "agreement adopted"),
    AgreementRefused: Text("version de l’accord écartée", "version of the agreement refused"),
    EnrolmentMade: Text("lien de première connexion remis", "link for a first sign-in handed out"),
    ProgramTokenMade: Text("jeton de programme remis", "program’s token handed out"),
    ProgramTokenWithdrawn: Text("jeton de programme retiré", "program’s token withdrawn"),
    KeyCompared: Text("empreinte comparée", "fingerprint compared"),
    Proposed: Text("proposition", "proposal"),
    Decided: Text("décision sur une proposition", "decision on a proposal"),
    Translated: Text("traduction", "translation"),
    TranslationDecided: Text("décision sur une traduction", "decision on a translation"),
    Answered: Text("réponse à un avis", "answer to a warning"),
    ConditionsAccepted: Text("conditions acceptées", "conditions accepted"),
    Called: Text("appel de la permanence", "call to whoever is on duty"),
    ReviewOwed: Text("revue après divulgation pour sauver une vie", "review after a disclosure to save life"),
    ReviewSettled: Text("revue faite", "review done"),
    DataRequestOpened: Text("demande d’une personne concernée", "request of a data subject"),
    DataRequestAgreed: Text("accord à une communication", "agreement to a disclosure"),
    DataRequestAsked: Text("communication à préparer", "disclosure to prepare"),
    DataRequestPrepared: Text("communication préparée", "disclosure prepared"),
    DataRequestDecided: Text("réponse à une personne concernée", "answer to a data subject"),
}


def act_words(act: OfficeAct) -> Text:
    """What kind of act it is, in words."""
    return _WORDS[type(act)]
