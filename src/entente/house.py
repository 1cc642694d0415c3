"""The house's own deeds: shifts, roster, officers, proposals and their approval, translations, answers to warnings.

Each is an act in the ledger, in the name of the officer who signed in, registered like every other deed. Who may do
what stands in one table below; what takes two people is refused to one. Nothing here leaves the node.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Sequence
from typing import Literal

import msgspec

from entente.crosscheck.desk import CrosscheckDesk, HitShown
from entente.duty.desk import DutyDesk
from entente.duty.rolls import Proposal, Shift, Translation
from entente.errors import Conflict, Malformed, NotFound, NotPermitted, Text
from entente.exchange.desk import ExchangeDesk
from entente.model.entity import CATEGORIES
from entente.model.moment import Instant
from entente.model.office_act import (
    AgreementAdopted,
    AgreementProposed,
    AgreementRefused,
    Answered,
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
    ReviewSettled,
    RosterEntered,
    RosterWithdrawn,
    ShiftClosed,
    ShiftOpened,
    Translated,
    TranslationDecided,
)
from entente.model.report import (
    Compartment,
    Designation,
    Draft,
    Hit,
    Judgement,
    RecordRef,
    Statement,
)
from entente.model.strict import convert
from entente.policy.access import Access
from entente.policy.agreement import Agreement, Role
from entente.policy.door import check_basis
from entente.settings import NodeSettings, OfficerListed
from entente.store.register import DeskAccess, check_header_words, check_reason, line
from entente.store.store import Reading, RecordRow, Store, value_of

MAX_WORDS = 20_000
# Beyond this nobody has read it all; whoever is linked to so many is not decided on one page.
MOST_EVIDENCE = 1_000
_CONDITIONS = DeskAccess(
    desk="duty", compartments=frozenset({"intelligence", "judicial", "life_saving", "prevention"})
)
# Acts of this house that only some roles do; every other act is for every role but machines.
_ADMINISTERS: frozenset[Role] = frozenset({"administrator"})
_AGREES: frozenset[Role] = frozenset({"administrator", "coordinator"})
ONLY: dict[type, frozenset[Role]] = {
    OfficerEntered: _ADMINISTERS,
    OfficerLeft: _ADMINISTERS,
    PartnerEntered: _ADMINISTERS,
    PartnerLeft: _ADMINISTERS,
    KeyCompared: _ADMINISTERS,
    EnrolmentMade: _ADMINISTERS,
    ProgramTokenMade: _ADMINISTERS,
    ProgramTokenWithdrawn: _ADMINISTERS,
    AgreementProposed: _AGREES,
    AgreementAdopted: _AGREES,
    AgreementRefused: _AGREES,
    ReviewSettled: frozenset({"data_protection_officer"}),
    DataRequestOpened: frozenset({"data_protection_officer"}),
    DataRequestAgreed: frozenset({"data_protection_officer"}),
    DataRequestAsked: frozenset({"data_protection_officer"}),
    DataRequestDecided: frozenset({"data_protection_officer"}),
    # By whoever may read the record; that is asked again of the record itself.
    DataRequestPrepared: frozenset({"investigator", "judicial_keeper", "victim_keeper", "watch_keeper"}),
}


class House:
    """What officers do among themselves, over the duty desk."""

    settings: NodeSettings
    agreement: Agreement
    store: Store
    exchange: ExchangeDesk
    crosscheck: CrosscheckDesk
    duty: DutyDesk
    _clock: Callable[[], dt.datetime]
    _desk_lock: threading.RLock

    def access(
        self,
        officer: str,
        reason: str,
        *,
        matter: str,
        purpose: str | None = None,
        role: str | None = None,
        shift: str = "",
    ) -> Access:
        """An officer at work; see `Office.access`."""
        raise NotImplementedError

    def record(self, draft: Draft, access: Access, cause: str | None = None) -> RecordRow:
        """Record what an officer says; see `Office.record`."""
        raise NotImplementedError

    def hits(self, access: Access, *, limit: int = 50, about: str | None = None) -> list[HitShown]:
        """The hits that an officer may know; see `Office.hits`."""
        raise NotImplementedError

    # -- who works here -----------------------------------------------------------------------------------------

    def officers(self) -> tuple[OfficerListed, ...]:
        """Who works here now: as the node was set up, and as its administrators have entered and let go since."""
        rolls = self.duty.rolls
        listed = {
            officer.name: officer for officer in self.settings.officers if officer.name not in rolls.left
        }
        for name, entered in rolls.officers.items():
            listed[name] = convert(
                {"name": name, "service": entered.service, "roles": entered.roles}, OfficerListed
            )
        return tuple(listed.values())

    def officer(self, name: str) -> OfficerListed:
        """An officer of this node. Raises NotPermitted for one who is not listed."""
        for officer in self.officers():
            if officer.name == name:
                return officer
        raise NotPermitted(
            "officer_unknown",
            Text(fr=f"« {name} » n’est pas agent de ce nœud.", en=f'"{name}" is no officer of this node.'),
            Text(
                fr="Voyez officers.toml dans le dossier du nœud, ou la page des agents.",
                en="See officers.toml in the node's folder, or the page of officers.",
            ),
        )

    def enter_officer(
        self,
        access: Access,
        name: str,
        service: str,
        roles: tuple[str, ...],
        *,
        email: str = "",
        telephone: str = "",
    ) -> str:
        """Let an officer work here, or change what they may do. Raises Malformed where service or role is unknown."""
        seated = self.agreement.service(service)
        unknown = [role for role in roles if role not in seated.opens]
        if seated.node != self.store.node or not roles or unknown or not name.strip():
            raise Malformed(
                "officer_unfit",
                Text(
                    fr=f"{service} n’a pas sur ce nœud : {', '.join(unknown) or 'ce rôle'}.",
                    en=f"{service} does not have on this node: {', '.join(unknown) or 'this role'}.",
                ),
                Text(
                    fr=f"Ses rôles : {', '.join(seated.opens)}.", en=f"Its roles: {', '.join(seated.opens)}."
                ),
            )
        return self.act(
            access,
            OfficerEntered(
                officer=access.officer,
                name=name.strip(),
                service=service,
                roles=roles,
                email=email.strip(),
                telephone=telephone.strip(),
            ),
        )

    def let_go(self, access: Access, name: str, reason: str) -> str:
        """An officer no longer works here. The last administrator cannot be let go."""
        self.officer(name)
        others = [
            officer
            for officer in self.officers()
            if "administrator" in officer.roles and officer.name != name
        ]
        if not others:
            raise Conflict(
                "last_administrator",
                Text(fr="Il ne resterait aucun administrateur.", en="No administrator would be left."),
                Text(fr="Inscrivez-en d’abord un autre.", en="Enter another one first."),
            )
        _said(reason)
        return self.act(access, OfficerLeft(officer=access.officer, name=name, reason=reason))

    # -- shifts -------------------------------------------------------------------------------------------------

    def open_shift(self, access: Access, takes_over: str | None = None) -> Shift:
        """Begin work: reason and matter hold for all that is read until the shift is closed."""
        check_reason(access.reason)
        check_header_words(None, access.matter)
        if not access.matter.strip():
            raise Malformed(
                "matter_missing",
                Text(fr="L’affaire manque.", en="The matter is missing."),
                Text(fr="Donnez le numéro de l’affaire.", en="Give the number of the matter."),
            )
        self.duty.catch_up()
        if takes_over is not None:
            before = self.duty.rolls.shifts.get(takes_over)
            if before is None or before.closed_at is None or before.service != access.service:
                raise NotFound(
                    "shift_not_found",
                    Text(
                        fr="Aucune relève de ce service à reprendre.",
                        en="No hand-over of this service to take.",
                    ),
                )
        open_now = self.duty.rolls.open_shift(access.officer)
        if open_now is not None:
            self.close_shift(access, open_now.id)
        shift = self.act(
            access,
            ShiftOpened(
                officer=access.officer,
                role=access.role,
                matter=access.matter,
                reason=access.reason,
                takes_over=takes_over,
            ),
        )
        return self.duty.rolls.shifts[shift]

    def close_shift(
        self,
        access: Access,
        shift: str,
        notes: str = "",
        open_points: tuple[str, ...] = (),
        handed_to: str | None = None,
    ) -> str:
        """End a shift of one's own, and hand on what is open."""
        self.duty.catch_up()
        found = self.duty.rolls.shifts.get(shift)
        if found is None or found.officer != access.officer or found.closed_at is not None:
            raise NotFound(
                "shift_not_found",
                Text(fr="Ce service n’est pas ouvert à votre nom.", en="No such shift is open in your name."),
            )
        if handed_to:
            self.officer(handed_to)
        _not_too_long(notes, *open_points)
        return self.act(
            access,
            ShiftClosed(
                officer=access.officer,
                shift=shift,
                notes=notes.strip(),
                open_points=tuple(point.strip() for point in open_points if point.strip()),
                handed_to=handed_to or None,
            ),
        )

    # -- roster -------------------------------------------------------------------------------------------------

    def enter_roster(
        self, access: Access, on_duty: str, role: str, starts: Instant, ends: Instant, *, backup: bool = False
    ) -> str:
        """Put an officer of one's own service on duty for a time."""
        listed = self.officer(on_duty)
        if listed.service != access.service or role not in listed.roles:
            raise NotPermitted(
                "roster_of_own_service",
                Text(
                    fr="On inscrit au tableau les agents de son propre service, dans un rôle qu’ils ont.",
                    en="One enters officers of one’s own service, in a role that they hold.",
                ),
            )
        if not starts < ends or ends - starts > dt.timedelta(days=7):
            raise Malformed(
                "roster_times",
                Text(
                    fr="Une permanence commence avant de finir, et dure sept jours au plus.",
                    en="A duty begins before it ends, and lasts seven days at most.",
                ),
            )
        return self.act(
            access,
            RosterEntered(
                officer=access.officer, on_duty=on_duty, role=role, starts=starts, ends=ends, backup=backup
            ),
        )

    def withdraw_roster(self, access: Access, entry: str, reason: str) -> str:
        """Take an entry of one's own service off the roster."""
        self.duty.catch_up()
        noted = self.duty.rolls.roster.get(entry)
        if noted is None or noted.service != access.service:
            raise NotFound(
                "roster_entry_not_found",
                Text(
                    fr="Aucune inscription de ce service à retirer.",
                    en="No entry of this service to withdraw.",
                ),
            )
        _said(reason)
        return self.act(access, RosterWithdrawn(officer=access.officer, entry=entry, reason=reason))

    # -- what takes two people ----------------------------------------------------------------------------------

    def propose(
        self, access: Access, about: RecordRef, category: str, basis_statement: str, reason: str
    ) -> str:
        """Propose a category for a person in the matter one works in. Nothing changes until another officer decides."""
        _said(reason)
        if category not in CATEGORIES:
            raise Malformed(
                "category_unknown",
                Text(fr=f"Aucune catégorie « {category} ».", en=f'There is no category "{category}".'),
            )
        row, statements = self._own_statements(access, about.record)
        if not any(entity.id == about.entity for one in statements for entity in one.entities):
            raise NotFound(
                "person_not_found",
                Text(
                    fr="Cette fiche ne parle pas de cette personne.",
                    en="That record does not speak of that person.",
                ),
            )
        if category in ("suspect", "convicted"):
            check_basis(next((one for one in statements if one.id == basis_statement), None))
        self.duty.catch_up()
        if any(
            one.state == "open" and one.what.about == about and one.what.category == category
            for one in self.duty.rolls.proposals.values()
        ):
            raise Conflict(
                "already_proposed",
                Text(
                    fr="C’est déjà proposé, et attend une décision.", en="It is proposed already, and waits."
                ),
            )
        return self.act(
            access,
            Proposed(
                officer=access.officer,
                about=about,
                matter=row.header.matter,
                category=category,
                basis_statement=basis_statement,
                reason=reason,
            ),
            about=row,
        )

    def proposal(self, access: Access, proposal: str) -> Proposal:
        """A proposal that this officer may know of. Raises NotFound."""
        self.duty.catch_up()
        found = self.duty.rolls.proposals.get(proposal)
        row = self.store.current([found.what.about.record]).get(found.what.about.record) if found else None
        if found is None or row is None or not self.store.may_read(access, row).is_yes:
            raise NotFound(
                "proposal_not_found",
                Text(
                    fr="Aucune proposition de ce numéro pour vous.", en="No proposal of that number for you."
                ),
            )
        return found

    def decide_proposal(
        self,
        access: Access,
        proposal: str,
        outcome: Literal["approved", "refused"],
        reason: str,
        shown: tuple[str, ...],
    ) -> str:
        """Decide what another proposed, having seen the evidence (4E-3).

        shown: what was on the page; a decision on a page that did not show all of it is refused.
        """
        _said(reason)
        with self._desk_lock:  # two who decide at once: the second finds it decided
            return self._decide(access, self.proposal(access, proposal), outcome, reason, shown)

    def _decide(
        self,
        access: Access,
        found: Proposal,
        outcome: Literal["approved", "refused"],
        reason: str,
        shown: tuple[str, ...],
    ) -> str:
        what = found.what
        if what.officer == access.officer:
            self.store.note(line("refusal", access, self._clock(), records=[what.about.record]))
            raise NotPermitted(
                "second_approver_missing",
                Text(
                    fr="Une désignation demande une seconde personne, autre que son auteur.",
                    en="A designation takes a second person, other than its author.",
                ),
            )
        if found.state != "open":
            raise Conflict("already_decided", Text(fr="C’est déjà décidé.", en="It is decided already."))
        missing = {*self.evidence_on(access, found)} - {*shown}
        if missing:
            raise Conflict(
                "evidence_not_seen",
                Text(
                    fr="Des éléments pour ou contre sont arrivés, ou n’ont pas été montrés.",
                    en="Evidence for or against has arrived, or was not shown.",
                ),
                Text(fr="Relisez la page, puis décidez.", en="Read the page again, then decide."),
            )
        row = self.store.current([what.about.record])[what.about.record]
        if outcome == "approved":
            self._designate(access, found.id, what, row)
        return self.act(
            access,
            Decided(officer=access.officer, proposal=found.id, outcome=outcome, reason=reason, shown=shown),
            about=row,
        )

    def _designate(self, access: Access, proposal: str, what: Proposed, row: RecordRow) -> None:
        """Record the designation in the name of its author, approved by who decides now."""
        author = self.officer(what.officer)
        # What its author may do is asked again, now: roles change, and a record may have been amended since.
        opens = self.agreement.service(author.service).opens
        fitting = [role for role in author.roles if row.header.compartment in opens.get(role, ())]
        by = self.access(
            author.name,
            access.reason,
            matter=what.matter,
            role=fitting[0] if fitting else None,
            purpose=row.header.purpose,
        )
        self.record(
            Draft(
                kind="designation",
                service=author.service,
                purpose=row.header.purpose,
                matter=what.matter,
                compartment=row.header.compartment,
                regime=row.header.regime or "undetermined",
                handling=row.header.handling,
                designation=Designation(
                    about=what.about,
                    matter=what.matter,
                    category=what.category,
                    reason=what.reason,
                    basis_statement=what.basis_statement,
                    officer=what.officer,
                    approver=access.officer,
                ),
            ),
            by,
            # A crash between this and the decision leaves the proposal open: decided again, it is said once.
            cause=f"proposal/{proposal}",
        )

    def evidence_on(self, access: Access, proposal: Proposal) -> tuple[str, ...]:
        """Everything that the one who decides must have before them, for and against alike (4E-3).

        The record as it reads now; each hit on the person; each judgement of the person with another, also where its
        hit has fallen ("different" is evidence as well); each category that a linked person has.
        """
        about = proposal.what.about
        row = self.store.current([about.record])[about.record]
        shown = [
            hit
            for hit in self.hits(access, about=about.record, limit=MOST_EVIDENCE)
            if about in (hit.hit.one, hit.hit.other)
        ]
        judged = self.judged_of(access, about)
        standing = {
            f"{ref.record}/{ref.entity}/{self.category_of(ref)}"
            for ref in self.linked_to(about, [hit.hit for hit in shown], [one for _, one in judged])
        }
        version = [f"{about.record}/{row.header.version}"] if row.header.version > 1 else []
        hits = sorted(hit.id for hit in shown)
        return (about.record, *version, *hits, *sorted(row.header.id for row, _ in judged), *sorted(standing))

    @staticmethod
    def linked_to(
        about: RecordRef, hits: Sequence[Hit], judged: Sequence[Judgement]
    ) -> tuple[RecordRef, ...]:
        """Whoever a hit or a judgement speaks of beside one person, each once, in order."""
        named = {ref for hit in hits for ref in (hit.one, hit.other)}
        named |= {ref for one in judged for ref in (one.one, one.other)}
        return tuple(sorted(named - {about}))

    def category_of(self, ref: RecordRef) -> str:
        """The category that a person has in the matter of the record that speaks of them."""
        row = self.store.current([ref.record]).get(ref.record)
        matter = row.header.matter if row else ""
        with self._desk_lock:
            return self.crosscheck.persons.category(ref, matter)

    def judged_of(self, access: Access, about: RecordRef) -> list[tuple[RecordRow, Judgement]]:
        """Every judgement of a person with another that an officer may read, oldest first."""
        with self._desk_lock:
            return self.crosscheck.judged_of(access, about)

    # -- translations -------------------------------------------------------------------------------------------

    def translate(
        self, access: Access, record: str, statement: str, language: str, text: str, *, draft: bool = False
    ) -> str:
        """Put a statement's words into another language; the original stays, the translation says by whom (FACT-6)."""
        reading = self.store.read(access, record)
        found = next(
            (stored for stored in reading.parts if stored.part.name == f"statement/{statement}"),
            None,
        )
        if found is None:
            raise NotFound(
                "statement_not_found",
                Text(
                    fr="Cette fiche n’a pas cet énoncé pour vous.",
                    en="That record has no such statement for you.",
                ),
            )
        value: Statement = value_of(found)
        if not text.strip() or language == value.wording.language or not (2 <= len(language) <= 8):
            raise Malformed(
                "translation_empty",
                Text(
                    fr="Une traduction a des mots, dans une autre langue que l’original.",
                    en="A translation has words, in another language than the original.",
                ),
            )
        _not_too_long(text)
        return self.act(
            access,
            Translated(
                officer=access.officer,
                record=reading.row.header.id,
                version=reading.row.header.version,
                statement=statement,
                language=language,
                text=text.strip(),
                by="person",
                is_draft=draft,
            ),
            about=reading.row,
            lies_in=found.compartment,
        )

    def translations_of(self, access: Access, reading: Reading) -> list[tuple[Translation, str]]:
        """Every translation of what this reading shows, with its words, oldest first; drafts and refused ones too.

        reading: what this officer was shown of the record, and registered; nothing beyond it is opened here.
        """
        self.duty.catch_up()
        shown = {stored.part.name.removeprefix("statement/") for stored in reading.parts}
        known = [
            one for one in self.duty.rolls.translations_of(reading.row.header.id) if one.statement in shown
        ]
        acts = self.duty.acts([one.id for one in known])
        return [(one, act.text) for one in known if isinstance(act := acts.get(one.id), Translated)]

    def decide_translation(
        self, access: Access, translation: str, outcome: Literal["approved", "refused"], reason: str = ""
    ) -> str:
        """Approve a draft translation, or refuse it. Nobody approves a draft of their own."""
        self.duty.catch_up()
        found = self.duty.rolls.translations.get(translation)
        row = self.store.current([found.record]).get(found.record) if found else None
        if found is None or row is None or not self.store.may_read(access, row).is_yes:
            raise NotFound(
                "translation_not_found",
                Text(
                    fr="Aucune traduction de ce numéro pour vous.",
                    en="No translation of that number for you.",
                ),
            )
        if found.officer == access.officer:
            raise NotPermitted(
                "second_approver_missing",
                Text(
                    fr="Une autre personne relit une ébauche que son auteur.",
                    en="A draft is read by another person than its author.",
                ),
            )
        if found.state != "draft":
            raise Conflict("already_decided", Text(fr="C’est déjà décidé.", en="It is decided already."))
        lies = self.store.current([translation])[translation].header.compartment
        return self.act(
            access,
            TranslationDecided(
                officer=access.officer, translation=translation, outcome=outcome, reason=reason
            ),
            about=row,
            lies_in=lies,
        )

    # -- answers ------------------------------------------------------------------------------------------------

    def answer(self, access: Access, record: str, step: Literal["seen", "acted_on"], words: str = "") -> str:
        """Say of a record that was addressed to this service that it was seen, or acted on; its sender is told."""
        row = self.store.current([record]).get(record)
        if row is None or not self.store.may_read(access, row).is_yes:
            raise NotFound(
                "record_not_found",
                Text(fr="Cette fiche n’est pas ici pour vous.", en="That record is not here for you."),
            )
        _not_too_long(words)
        done = self.act(
            access,
            Answered(
                officer=access.officer, record=record, step=step, service=access.service, words=words.strip()
            ),
        )
        if not row.is_own:
            self.exchange.climb([record], step)
        return done

    def accept_conditions(self, access: Access, record: str) -> str:
        """Accept an originator's written conditions, which opens the record to this officer and to no other (ORI-6)."""
        self.conditions(access, record)
        return self.act(access, ConditionsAccepted(officer=access.officer, record=record))

    def conditions(self, access: Access, record: str) -> str:
        """The written conditions of a record that this officer could read once they are accepted. Raises NotFound."""
        row = self.store.current([record]).get(record)
        would = msgspec.structs.replace(access, accepted=access.accepted | {record})
        if row is None or not row.header.has_conditions or not self.store.may_read(would, row).is_yes:
            raise NotFound(
                "conditions_not_found",
                Text(
                    fr="Aucune condition écrite à accepter ici.", en="No written conditions to accept here."
                ),
            )
        parts = self.store.open_for_desk(_CONDITIONS, [row]).get((row.header.id, row.header.version), [])
        found = next((value_of(stored) for stored in parts if stored.part.name == "conditions"), None)
        if not isinstance(found, str):
            raise NotFound(
                "conditions_not_found",
                Text(
                    fr="Les conditions ne sont pas parvenues ici : demandez-les à l’émetteur.",
                    en="The conditions did not come here: ask the originator.",
                ),
            )
        self.store.note(line("consultation", access, self._clock(), records=[record]))
        return found

    # -- inside -------------------------------------------------------------------------------------------------

    def act(
        self,
        access: Access,
        act: OfficeAct,
        *,
        about: RecordRow | None = None,
        lies_in: Compartment | None = None,
    ) -> str:
        """Record an act of the house and fold it at once. about: the record it speaks of, whose codes it inherits."""
        roles = ONLY.get(type(act))
        if access.role == "service_account" or (roles is not None and access.role not in roles):
            self.store.note(line("refusal", access, self._clock()))
            raise NotPermitted(
                "not_for_this_role",
                Text(
                    fr=f"Le rôle « {access.role} » ne fait pas cela.",
                    en=f'The role "{access.role}" does not do that.',
                ),
            )
        if act.officer != access.officer:
            raise NotPermitted(
                "not_in_own_name", Text(fr="On agit en son propre nom.", en="One acts in one’s own name.")
            )
        header = about.header if about else None
        entry = self.duty.entry_of(
            act,
            access.service,
            lies_in or (header.compartment if header else "office"),
            matter=header.matter if header else access.matter or "-",
            handling=header.handling if header else ("H0",),
            erase_by=header.erase_by if header else None,
        )
        named = [header.id] if header else []
        record = entry.records[0].header.id
        done = self.duty.record(entry, line("collection", access, self._clock(), records=[record, *named]))
        self.duty.catch_up()
        return done

    def _own_statements(self, access: Access, record: str) -> tuple[RecordRow, list[Statement]]:
        reading: Reading = self.store.read(access, record)
        return reading.row, [
            value_of(stored) for stored in reading.parts if stored.part.name.startswith("statement/")
        ]


def _said(reason: str) -> None:
    if len(reason.strip()) < 4:
        raise Malformed(
            "reason_missing",
            Text(fr="L’acte est sans motif.", en="The act gives no reason."),
            Text(fr="Dites pourquoi en une phrase.", en="Say why in a sentence."),
        )


def _not_too_long(*words: str) -> None:
    if any(len(one) > MAX_WORDS for one in words):
        raise Malformed(
            "words_too_long",
            Text(fr=f"Plus de {MAX_WORDS} signes.", en=f"More than {MAX_WORDS} characters."),
            Text(fr="Abrégez, ou écrivez une fiche.", en="Shorten it, or write a record."),
        )
