"""What officers do at a node: record, read, search, judge, release, import. The pages and the terminal come in here.

Nothing is decided here: the door and the rules decide, the desks conclude. Each deed is registered with who, why and in
which matter, and its answer holds no more than its asker may see.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any, BinaryIO

import msgspec
from sqlalchemy import select

from entente.crosscheck.desk import CrosscheckDesk, Headline, HitShown
from entente.crosscheck.spoken import Between, Talk
from entente.errors import (
    Conflict,
    EntenteError,
    Malformed,
    NotFound,
    NotPermitted,
    Text,
    Unavailable,
)
from entente.evidence.features import Features, prepare
from entente.exchange.desk import ExchangeDesk
from entente.exchange.seat import ACCESS as EXCHANGE
from entente.fulltext.desk import FulltextDesk
from entente.holding import HoldingProgress, import_rows
from entente.house import House
from entente.maritime.desk import MaritimeDesk
from entente.model.entity import Entity
from entente.model.identifier import canonical, guess_kind, read_identifier
from entente.model.name import Name
from entente.model.report import (
    Compartment,
    Draft,
    Ground,
    Judgement,
    Lane,
    RecordRef,
    Releasing,
    Routing,
    Sheet,
    Statement,
    Verdict,
)
from entente.model.strict import convert
from entente.model.wire import PRIVATE_PARTS
from entente.policy.access import Access
from entente.policy.agreement import Agreement
from entente.policy.door import admit, check_basis, check_dates, saves_life, with_life_defaults
from entente.policy.handling import inherited_labels
from entente.policy.release import PartHeld, ReleasePlan, parse_recipient, plan_release
from entente.policy.retention import due_dates
from entente.settings import NodeSettings
from entente.store import tables
from entente.store.compose import Said, compose
from entente.store.register import RegisterAct, check_header_words, check_reason, line
from entente.store.store import Reading, RecordRow, Store, value_of
from entente.store.write import Write


class Foreseen(msgspec.Struct, frozen=True, kw_only=True):
    """What one partner's node would be given: the plan, and the transfer basis in words. parts: of the whole record."""

    node: str
    plan: ReleasePlan
    parts: tuple[str, ...]
    basis: Text | None = None


# So few entries behind, the cross-check is stepped for the one who waits.
FEW_ENTRIES = 50


class Office(House):
    """The deeds of officers, over an open store and its seated desks."""

    settings: NodeSettings
    agreement: Agreement
    store: Store
    exchange: ExchangeDesk
    crosscheck: CrosscheckDesk
    maritime: MaritimeDesk
    fulltext: FulltextDesk
    _desk_lock: threading.RLock
    _clock: Callable[[], dt.datetime]

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
        """An officer at work. role: the officer's first one by default; purpose: what that role works for."""
        listed = self.officer(officer)
        chosen = role or listed.roles[0]
        if chosen not in listed.roles:
            raise NotPermitted(
                "role_not_held",
                Text(
                    fr=f"{officer} n’a pas le rôle « {chosen} ».",
                    en=f'{officer} does not hold the role "{chosen}".',
                ),
                Text(
                    fr=f"Ses rôles : {', '.join(listed.roles)}.", en=f"Roles held: {', '.join(listed.roles)}."
                ),
            )
        purposes = {
            "watch_keeper": "life_saving",
            "judicial_keeper": "investigation",
            "victim_keeper": "investigation",
        }
        return convert(
            {
                "officer": officer,
                "service": listed.service,
                "party": self.store.party,
                "node": self.store.node,
                "role": chosen,
                "purpose": purpose or purposes.get(chosen, "intelligence"),
                "matter": matter,
                "reason": reason,
                "accepted": sorted(self.duty.rolls.accepted.get(officer, ())),
                "shift": shift,
            },
            Access,
        )

    # -- what officers do ---------------------------------------------------------------------------------------

    def record(self, draft: Draft, access: Access, cause: str | None = None) -> RecordRow:
        """Record what an officer says. Returns when it is durable; raises with the reason when it is refused.

        cause: what this answers to, where a sender may ask again because no answer came: said twice, it is recorded
        once, and the first record is returned.
        """
        if cause is not None and (said_before := self.answering(cause)) is not None:
            return said_before
        draft = with_life_defaults(draft)
        if draft.kind in ("distress", "sea_act"):
            # Whoever else is named, every other shore hears of it, all of it.
            everyone = tuple(sorted(self.exchange.partners))
            draft = msgspec.structs.replace(draft, recipients=everyone)
        if not saves_life(draft):
            check_reason(access.reason)
            check_header_words(draft.reference, draft.matter)
        try:
            admit(draft, access, self.agreement)
            if draft.kind == "holding":
                raise NotPermitted(
                    "holding_not_imported",
                    Text(
                        fr="Un fonds entre par l’import d’une table.",
                        en="A holding enters by importing a table.",
                    ),
                )
        except NotPermitted:
            # An attempt at what a rule forbids is on record too: by whom, when and why; not what was tried.
            self.store.note(line("refusal", access, self._clock()))
            raise
        now = self._clock()
        previous: RecordRow | None = None
        recipients = draft.recipients
        if draft.replaces:
            previous = self._own_current(draft.replaces, draft, access)
            recipients = tuple(sorted({*recipients, *self.exchange.sent_to(draft.replaces)}))
        states: dict[tuple[str, int | None], str] = {}
        act: RegisterAct = "alteration" if previous else "collection"
        if draft.designation is not None:
            self._check_designation(draft, access)
        if draft.amendment is not None:
            target = self._own_current(draft.amendment.record, draft, access)
            recipients = tuple(sorted({*recipients, *self.exchange.sent_to(target.header.id)}))
            state = {"erase": "erased", "recall": "recalled"}.get(draft.amendment.act)
            if state:
                states[target.header.id, None] = state
                act = "erasure"
        if draft.release is not None:
            self._own_current(draft.release.of, draft, access)
        if draft.judgement is not None:
            recipients = self._judged_for(draft, draft.judgement.one, draft.judgement.other, access)
        if draft.sheet is not None:
            recipients = self._judged_for(draft, draft.sheet.one, draft.sheet.other, access)
        if previous is not None:
            states[previous.header.id, previous.header.version] = "superseded"
        said = self._said(draft, access.officer, recipients, now, previous)
        entry = compose(said, self.store.secrets.signing, self.store.node, self.store.party, now, cause)
        record = entry.records[0]
        written = Write(
            entries=[entry], states=states, lines=[line(act, access, now, records=[record.header.id])]
        )
        return self._commit_once(written, life=saves_life(draft))

    def answering(self, cause: str) -> RecordRow | None:
        """The record that was made in answer to a cause, as it stands now; None when there is none."""
        found = self.store.rows(select(tables.entry.c.seq).where(tables.entry.c.cause == cause))
        made = self.store.records_of(found[0].seq, found[0].seq) if found else []
        return self.store.current([made[0].header.id])[made[0].header.id] if made else None

    def _commit_once(self, written: Write, *, life: bool) -> RecordRow:
        """Commit one entry. Of two that answer one cause at the same time the first is kept, and returned to both."""
        entry = written.entries[0]
        record = entry.records[0].header.id
        try:
            self.store.commit(written, life=life)
        except Conflict as error:
            first = self.answering(entry.cause) if entry.cause else None
            if error.code != "already_said" or first is None:
                raise
            return first
        return self.store.current([record])[record]

    def preview(self, draft: Draft, access: Access) -> tuple[Foreseen, ...]:
        """What each partner would be given of a draft, and why not the rest. Nothing is recorded, and nobody is told.

        It is refused for the same reasons as `record`. A correction goes to all who hold the version before.
        """
        draft = with_life_defaults(draft)
        if not saves_life(draft):
            check_reason(access.reason)
            check_header_words(draft.reference, draft.matter)
        admit(draft, access, self.agreement)
        recipients, previous = draft.recipients, None
        if draft.kind == "distress":
            recipients = tuple(sorted(self.exchange.partners))
        if draft.replaces:
            previous = self._own_current(draft.replaces, draft, access)
            recipients = tuple(sorted({*recipients, *self.exchange.sent_to(draft.replaces)}))
        said = self._said(draft, access.officer, recipients, self._clock(), previous)
        entry = compose(said, self.store.secrets.signing, self.store.node, self.store.party, self._clock())
        made = entry.records[0]
        row = RecordRow(
            header=made.header,
            header_bytes=made.header_bytes,
            seq=-1,
            place=0,
            batch=None,
            audience=None,
            basis=None,
            state="held",
        )
        parts = [(name, compartment) for name, _, compartment in said.values]
        return self._foreseen(row, parts, recipients, draft.lane)

    def preview_release(
        self, access: Access, of: str, recipients: tuple[str, ...], lane: Lane | None = None
    ) -> tuple[Foreseen, ...]:
        """What further recipients would be given of a record that is there already: names of parts, nothing opened."""
        found = self.store.current([of]).get(of)
        compartment = found.header.compartment if found else "intelligence"
        act = Releasing(of=of, recipients=recipients, reason="-", officer=access.officer, lane=lane)
        draft = Draft(kind="release", service=access.service, compartment=compartment, release=act)
        row = self._own_current(of, draft, access)
        held = self.store.open_for_desk(EXCHANGE, [row]).get((row.header.id, row.header.version), [])
        return self._foreseen(
            row, [(stored.part.name, stored.compartment) for stored in held], recipients, lane
        )

    def _foreseen(
        self,
        row: RecordRow,
        parts: Sequence[tuple[str, Compartment]],
        recipients: tuple[str, ...],
        lane: Lane | None,
    ) -> tuple[Foreseen, ...]:
        """As the exchange will decide it when the record is numbered, by the same rule over the same values."""
        held = [
            PartHeld(name, compartment, name.partition("/")[0] in PRIVATE_PARTS)
            for name, compartment in parts
        ]
        found = []
        for node in sorted({parse_recipient(one, self.agreement).node for one in recipients}):
            if node == self.store.node:
                continue
            plan = plan_release(
                self.store.held(row, row.header.compartment),
                held,
                recipients,
                node,
                self.agreement,
                self._clock(),
                own=True,
                home=self.store.party,
                lane=lane,
            )
            basis = self.agreement.basis(self.store.party, self.agreement.party_of(node))
            found.append(
                Foreseen(
                    node=node,
                    plan=plan,
                    parts=tuple(name for name, _ in parts),
                    basis=basis.name if basis is not None and basis.id == plan.basis else None,
                )
            )
        return tuple(found)

    def _said(
        self,
        draft: Draft,
        officer: str,
        recipients: tuple[str, ...],
        now: dt.datetime,
        previous: RecordRow | None,
    ) -> Said:
        categories = [
            entity.category
            for statement in draft.statements
            for entity in statement.entities
            if entity.category is not None
        ]
        purpose = draft.purpose or "life_saving"
        review_by, erase_by = due_dates(draft.kind, categories, purpose, draft.compartment, now.date())
        review_by, erase_by = draft.review_by or review_by, draft.erase_by or erase_by
        check_dates(review_by, erase_by, now.date())
        where = draft.compartment
        values: list[tuple[str, Any, Any]] = [
            (f"statement/{statement.id}", statement, statement.compartment or where)
            for statement in draft.statements
        ]
        acts = (
            ("designation", draft.designation),
            ("judgement", draft.judgement),
            ("amendment", draft.amendment),
            ("release", draft.release),
            ("sheet", draft.sheet),
            ("warning", draft.warning),
            ("sea_act", draft.sea_act),
            ("plan_act", draft.plan_act),
        )
        values += [(name, value, where) for name, value in acts if value is not None]
        if draft.conditions:
            values.append(("conditions", draft.conditions, where))
        values.append(("routing", Routing(officer=officer, recipients=recipients, lane=draft.lane), where))
        return Said(
            kind=draft.kind,
            service=draft.service,
            purpose=purpose,
            matter=draft.matter or "",
            compartment=where,
            handling=draft.handling,
            said_at=draft.said_at or now,
            review_by=review_by,
            erase_by=erase_by,
            values=values,
            id=previous.header.id if previous else None,
            version=previous.header.version + 1 if previous else 1,
            previous=previous.header_bytes if previous else None,
            regime=draft.regime,
            grade=draft.grade or (draft.statements[0].grade if draft.statements else None),
            reference=draft.reference,
            has_conditions=draft.conditions is not None,
            under_review=draft.under_review,
        )

    def _own_current(self, record: str, draft: Draft, access: Access) -> RecordRow:
        """The newest version of an own record that is still held, for an act on it.

        The act lies where the record lies, in a compartment that its writer's role opens: else a watch-keeper could
        erase a judicial file by way of life saving.
        """
        row = self.store.current([record]).get(record)
        opened = self.agreement.service(access.service).opens.get(access.role, ())
        if (
            row is None
            or not row.is_own
            or row.header.kind == "hit"
            or row.header.compartment != draft.compartment
            or row.header.compartment not in opened
        ):
            raise NotFound(
                "record_not_found",
                Text(fr=f"Aucune fiche « {record} » de ce nœud.", en=f'No record "{record}" of this node.'),
                Text(
                    fr="Seul l’émetteur rectifie ; demandez-le lui.",
                    en="Only the originator amends; ask it to.",
                ),
            )
        if row.header.service != access.service and (draft.replaces or draft.release):
            raise NotPermitted(
                "not_your_record",
                Text(
                    fr=f"La fiche est de {row.header.service} : lui seul la récrit ou la communique.",
                    en=f"The record is of {row.header.service}: it alone says it anew or releases it.",
                ),
                Text(fr="Demandez-le à ce service.", en="Ask that service."),
            )
        if row.state in ("erased", "recalled"):
            raise Conflict(
                "record_gone",
                Text(
                    fr=f"La fiche {record} est déjà effacée ou rappelée.",
                    en=f"Record {record} is erased or recalled.",
                ),
            )
        return row

    def _check_designation(self, draft: Draft, access: Access) -> None:
        designation = draft.designation
        if designation is None:
            return
        self.officer(designation.approver)
        if designation.matter != draft.matter:
            raise Malformed(
                "matter_wrong",
                Text(
                    fr="La désignation vaut dans l’affaire de sa fiche, et dans nulle autre.",
                    en="A designation holds in the matter of its record and in no other.",
                ),
            )
        reading = self.store.read(access, designation.about.record)
        statements = [
            value_of(stored) for stored in reading.parts if stored.part.name.startswith("statement/")
        ]
        found: Statement | None = next(
            (one for one in statements if one.id == designation.basis_statement), None
        )
        if draft.designation is not None and designation.category in ("suspect", "convicted"):
            check_basis(found)
        if not any(entity.id == designation.about.entity for one in statements for entity in one.entities):
            raise NotFound(
                "person_not_found",
                Text(
                    fr="Cette fiche ne parle pas de cette personne.",
                    en="That record does not speak of that person.",
                ),
            )

    def distress(self, content: bytes, access: Access, cause: str | None = None) -> RecordRow:
        """Record a distress, whatever shape it has: what cannot be read is kept raw and goes to every partner.

        cause: as in `record`.
        """
        if cause is not None and (said_before := self.answering(cause)) is not None:
            return said_before
        draft, _, why = self.maritime.read_draft(content)
        everyone = tuple(sorted(self.exchange.partners))
        if draft is not None:
            try:
                return self.record(msgspec.structs.replace(draft, service=access.service), access, cause)
            except Unavailable:
                raise
            except EntenteError as error:
                why = error.code
            except ValueError:
                # Text that is no text (a lone half of a sign): it cannot be signed as it stands, and is kept raw.
                why = "unreadable"
        entry = self.maritime.raw_entry(content, access.officer, why, service=access.service, tell=everyone)
        entry = msgspec.structs.replace(entry, cause=cause)
        kept = line("collection", access, self._clock(), records=[entry.records[0].header.id])
        return self._commit_once(Write(entries=[entry], lines=[kept]), life=True)

    def read(self, access: Access, record: str, version: int | None = None) -> Reading:
        """Show a record, by its id or its service's own number, and tell its sender that it was seen."""
        found = record
        if not self.store.current([record]):
            named = [
                row for row in self.store.by_reference(record) if self.store.may_read(access, row).is_yes
            ]
            if named:
                found = named[0].header.id
        reading = self.store.read(access, found, version)
        if not reading.row.is_own:
            self.exchange.climb([found], "seen")
        return reading

    def search(self, access: Access, written: str) -> list[tuple[RecordRow, Features, float, Any]]:
        """Records that carry an identifier or a name, among what the officer may read. Registered without the value."""
        check_reason(access.reason)
        now = self._clock()
        asked = self._asked(written, now.date())
        with self._desk_lock:
            found = self.crosscheck.matches(access, asked)
        rows = self.store.current([hit.other.ref.record for hit in found])
        shown = [(rows[hit.other.ref.record], hit.other, hit.bits, hit.grounds) for hit in found]
        self.store.note(
            line(
                "search", access, now, records=sorted({row.header.id for row, *_ in shown}), found=len(shown)
            )
        )
        return shown

    def _asked(self, written: str, today: dt.date) -> list[Features]:
        if not any(sign.isalnum() for sign in written):
            raise Malformed(
                "nothing_asked",
                Text(fr="Rien n’est demandé.", en="Nothing is asked."),
                Text(fr="Donnez un identifiant ou un nom.", en="Give an identifier or a name."),
            )
        return [_at_any_time(features) for features in self._readings(written, today)]

    def _readings(self, written: str, today: dt.date) -> list[Features]:
        """What was typed, read in every way that it can be: identifiers first, then a name."""
        # A number without its country is meant as it is dialled here, or on the other shore.
        regions = ("GB", "FR") if self.store.party == "UK" else ("FR", "GB")
        ref = RecordRef("", "")
        read = {
            (kind, canonical(identifier).value): identifier
            for region in regions
            for kind in guess_kind(written, region)
            for identifier in (read_identifier(kind, written, region=region),)
        }
        readings = [Entity(id="q", kind="object", identifiers=(identifier,)) for identifier in read.values()]
        if not any(character.isdigit() for character in written):
            readings.append(
                Entity(id="q", kind="person", names=(Name(written),), category="not_yet_assessed")
            )
        return [prepare(entity, ref, today) for entity in readings]

    def hits(self, access: Access, *, limit: int = 50, about: str | None = None) -> list[HitShown]:
        """The hits that an officer may know, newest first."""
        if about:
            named = self.store.by_reference(about)
            about = named[0].header.id if named else about
        with self._desk_lock:
            return self.crosscheck.hits(access, limit=limit, about=about)

    def headlines(self, access: Access, *, limit: int = 50, about: str | None = None) -> list[Headline]:
        """The hits that an officer may know, newest first, by number alone: nothing is opened, nothing registered.

        about: a record by its id or its service's own number; those it takes part in.
        """
        if about:
            named = [row for row in self.store.by_reference(about) if self.store.may_read(access, row).is_yes]
            about = named[0].header.id if named else about
        with self._desk_lock:
            return self.crosscheck.headlines(access, limit, about)

    def hit(self, access: Access, hit: str) -> HitShown:
        """One hit, opened and registered. Raises NotFound alike for none and for one not for this officer."""
        with self._desk_lock:
            shown = [one for one in self.crosscheck.hits(access, about=hit) if one.id == hit]
        if not shown:
            raise _no_hit(hit)
        return shown[0]

    def talk(self, access: Access, hit: str) -> Talk:
        """What officers of both shores said of a hit: judgements, and the shared sheet. Raises NotFound."""
        with self._desk_lock:
            said = self.crosscheck.talk(access, hit)
        if said is None:
            raise _no_hit(hit)
        shown = [row.header.id for row, _ in (*said.judged, *said.sheets)]
        if shown:
            self.store.note(
                line("consultation", access, self._clock(), records=shown[-50:], found=len(shown))
            )
        return said

    def newest_word(self, access: Access) -> str:
        """The newest judgement or sheet that an officer may read, by its record: says that one came, and not what."""
        with self._desk_lock:
            return self.crosscheck.newest_word(access)

    def between(self, shown: HitShown) -> Between:
        """What a hit through others stands on, for one to whom it was shown."""
        with self._desk_lock:
            return self.crosscheck.between(shown)

    def owed(self, access: Access, limit: int = 30) -> list[tuple[RecordRow, str, str, dt.datetime | None]]:
        """What this service sent, and how far it has come: (record, partner, step, since), newest first."""
        rows = self.store.said_by(
            access, access.service, ("report", "sighting", "warning", "distress"), limit
        )
        steps = self.exchange.steps([row.header.id for row in rows])
        return [
            (row, partner, step, at) for row in rows for partner, step, at in steps.get(row.header.id, ())
        ]

    def why_not(self, access: Access, one: str, other: str) -> tuple[Ground, ...]:
        """What speaks for and against two records that an officer may both read; empty where they do not meet."""
        rows = [self.read(access, record).row for record in (one, other)]
        with self._desk_lock:
            return self.crosscheck.why_not(access, rows[0].header.id, rows[1].header.id)

    def judge(self, access: Access, hit: str, verdict: Verdict, reason: str) -> RecordRow:
        """Say of a hit: same, different or unsure, and why. It binds the machine and travels to who holds both."""
        with self._desk_lock:
            shown = self.crosscheck.hits(access, about=hit)
        if not shown:
            raise _no_hit(hit)
        found = shown[0]
        now = self._clock()
        one, other = found.one, found.other
        compartment: Compartment = found.side
        draft = Draft(
            kind="judgement",
            service=access.service,
            purpose="investigation" if compartment == "judicial" else "intelligence",
            matter=access.matter,
            compartment=compartment,
            handling=inherited_labels([one.header.handling, other.header.handling]),
            recipients=() if compartment == "judicial" else self._holders_of_both(one, other),
            said_at=now,
            judgement=Judgement(
                one=found.hit.one,
                other=found.hit.other,
                verdict=verdict,
                reason=reason,
                officer=access.officer,
            ),
        )
        row = self.record(draft, access)
        self.exchange.climb([record.header.id for record in (one, other) if not record.is_own], "acted_on")
        self._fold_said()
        return row

    def _fold_said(self) -> None:
        """Let whoever said something of a link find it said, unless the desk is far behind: then it comes by itself."""
        with self._desk_lock, contextlib.suppress(EntenteError):  # its follower tries again, and alarms
            if self.store.size - self.crosscheck.folded <= FEW_ENTRIES:
                self.crosscheck.step()

    def share_sheet(
        self,
        access: Access,
        hit: str,
        acts: str,
        waits: tuple[str, ...],
        meets_at: dt.datetime | None,
        words: str,
    ) -> RecordRow:
        """Say on a hit's shared sheet who acts, who waits and when they meet; it travels to who holds both records."""
        with self._desk_lock:
            shown = self.crosscheck.hits(access, about=hit)
        if not shown:
            raise _no_hit(hit)
        found = shown[0]
        for service in (acts, *waits):
            self.agreement.service(service)
        closed = found.side == "judicial"
        draft = Draft(
            kind="sheet",
            service=access.service,
            purpose="investigation" if closed else "intelligence",
            matter=access.matter,
            compartment=found.side,
            handling=inherited_labels([found.one.header.handling, found.other.header.handling]),
            sheet=Sheet(
                one=found.hit.one,
                other=found.hit.other,
                acts=acts,
                waits=waits,
                meets_at=meets_at,
                words=words,
                officer=access.officer,
            ),
        )
        row = self.record(draft, access)
        self._fold_said()
        return row

    def release(
        self, access: Access, of: str, recipients: tuple[str, ...], because: str, lane: Lane | None = None
    ) -> RecordRow:
        """Release a record, or all rows of a holding, to further recipients. Release decides again for each."""
        named = [row for row in self.store.by_reference(of) if row.is_own]
        found = named[0] if named else self.store.current([of]).get(of)
        header = None if found is None else found.header
        draft = Draft(
            kind="release",
            service=access.service,
            purpose="intelligence",
            matter=access.matter,
            compartment="intelligence" if header is None else header.compartment,
        )
        row = self._own_current(of if header is None else header.id, draft, access)
        header = row.header
        held = self.store.open_for_desk(EXCHANGE, [row]).get((header.id, header.version), [])
        draft = msgspec.structs.replace(
            draft,
            purpose=header.purpose,
            matter=header.matter,
            handling=header.handling,
            conditions=next((value_of(one) for one in held if one.part.name == "conditions"), None),
            release=Releasing(
                of=header.id, recipients=recipients, reason=because, officer=access.officer, lane=lane
            ),
        )
        return self.record(draft, access)

    def _judged_for(
        self, draft: Draft, first: RecordRef, second: RecordRef, access: Access
    ) -> tuple[str, ...]:
        """To whom a judgement or a sheet goes.

        One judges only what one may read, in the stricter compartment of the two.
        """
        rows = self.store.current([first.record, second.record])
        if len(rows) < 2 or not all(self.store.may_read(access, row).is_yes for row in rows.values()):
            raise NotFound(
                "record_not_found",
                Text(
                    fr="Une des deux fiches n’est pas ici pour vous.",
                    en="One of the two records is not here for you.",
                ),
            )
        one, other = rows.values()
        closed = "judicial" in (one.header.compartment, other.header.compartment)
        if closed != (draft.compartment == "judicial"):
            raise NotPermitted(
                "compartment_wrong",
                Text(
                    fr="L’appréciation se range où se range la plus fermée des deux fiches.",
                    en="A judgement lies where the more closed of the two records lies.",
                ),
            )
        return () if closed else self._holders_of_both(one, other)

    def _holders_of_both(self, one: RecordRow, other: RecordRow) -> tuple[str, ...]:
        """Who holds both records of a pair elsewhere: those alone may learn what was judged of them."""

        def holders(row: RecordRow) -> set[str]:
            return set(self.exchange.sent_to(row.header.id)) if row.is_own else {row.header.node}

        first, second = holders(one), holders(other)
        both = set()
        for left in first:
            for right in second:
                if left == right or left.startswith(f"{right}/"):
                    both.add(left)
                elif right.startswith(f"{left}/"):
                    both.add(right)
        return tuple(sorted(both))

    def refusals(self, access: Access, limit: int = 200) -> list[dict[str, Any]]:
        """What this node let neither in nor out, and why, newest first: references and rules, no contents."""
        check_reason(access.reason)
        found = self.exchange.refusals(limit)
        self.store.note(line("consultation", access, self._clock(), found=len(found)))
        return found

    def import_table(
        self, source: BinaryIO, filename: str, access: Access, options: Any
    ) -> Iterator[HoldingProgress]:
        """Import a table as a holding, with progress; see `holding`."""
        return import_rows(self.store, self.agreement, source, filename, access, options)


def _no_hit(hit: str) -> NotFound:
    return NotFound(
        "hit_not_found",
        Text(fr=f"Aucun rapprochement « {hit} » pour vous ici.", en=f'No hit "{hit}" for you here.'),
        Text(
            fr="Une de ses fiches a pu être rectifiée, rappelée ou effacée.",
            en="One of its records may have been corrected, recalled or erased.",
        ),
    )


def _at_any_time(features: Features) -> Features:
    """A question is not of today: it meets whatever was held at any time, and the answer says when."""
    held = tuple(
        msgspec.structs.replace(
            one, first_day=dt.date.min.toordinal(), last_day=dt.date.max.toordinal(), told=True
        )
        for one in features.identifiers
    )
    return msgspec.structs.replace(features, identifiers=held)
