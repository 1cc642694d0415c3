"""The cross-check desk: meets each record with all that is held, and says what it finds by recording it.

`fold` is silent: the index and the links are what the ledger says and nothing else. `act` speaks once for each entry;
its place in the ledger is written in the same commit as its hits, and each says which entry caused it under which
weights, so that a replay says nothing twice.

Two indexes. The general one holds what lies in intelligence; the closed one what lies in judicial files, met with both
but told only to their keepers. What was taken to save life, or from victims, is in neither.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from hashlib import blake2b
from itertools import islice, pairwise

import msgspec
from sqlalchemy import select

from entente.crosscheck.index import HitFound, Index
from entente.crosscheck.links import Couple, Link, Links, Side, couple_of
from entente.crosscheck.persons import Persons
from entente.crosscheck.resolve import Pair, resolve, through
from entente.crosscheck.spoken import Between, Spoken, Step, Talk, Word
from entente.crosscheck.viewer import Kinds, Viewer
from entente.errors import Text
from entente.evidence.compare import compare
from entente.evidence.explain import explain, show_bits
from entente.evidence.features import Features, prepare
from entente.evidence.weigh import weigh
from entente.model.report import Ground, Hit, Judgement, Kind, RecordRef, Sheet, Statement
from entente.policy.access import Access
from entente.policy.decide import decide
from entente.policy.handling import inherited_labels
from entente.policy.retention import due_dates
from entente.store import tables
from entente.store.compose import Said, compose, compose_batch, refused_by_desk
from entente.store.register import DeskAccess, check_reason, line
from entente.store.store import RecordRow, Store, StoredPart, value_of
from entente.store.write import NewEntry, NewLine, Write

ACCESS = DeskAccess(desk="crosscheck", compartments=frozenset({"intelligence", "judicial"}))
PLACE = "crosscheck"
SERVICE = "crosscheck"
# Rows of one entry that are met and recorded together.
ROWS_A_WRITE = 100
# Links through others are followed within groups of this size; larger ones are for the analyst's page.
LARGEST_GROUP = 24
# How many of the newest links a list of hits looks through for one who may see few of them.
LOOKED_AT = 2_000
# How many of the newest words said of links are looked through for the newest one that somebody may read.
LOOKED_FOR_WORDS = 50


class Bounds(msgspec.Struct, frozen=True):
    """What a link on a record inherits from it. node: whose record it is."""

    handling: tuple[str, ...]
    erase_by: dt.date
    node: str


class HitShown(msgspec.Struct, frozen=True, kw_only=True):
    """A hit for one viewer who may read both records, with the judgement in force."""

    id: str
    one: RecordRow
    other: RecordRow
    hit: Hit
    side: Side
    judgement: Judgement | None


class Headline(msgspec.Struct, frozen=True, kw_only=True):
    """A hit without its grounds, for a list."""

    id: str
    one: RecordRow
    other: RecordRow
    bits: float
    judgement: Judgement | None


class CrosscheckDesk:
    """Folds records, judgements, amendments and hits; acts on records."""

    def __init__(self, store: Store, reads: frozenset[Kind]) -> None:
        self._store = store
        # Our own hits come back as entries; they were folded when they were said, and are met with nothing.
        self._meets = reads - {"hit"}
        self._general = Index(store.secrets.index)
        self._closed = Index(_key_of_closed(store.secrets.index))
        self.rules = self._general.weights.id
        self._links = Links()
        self._features: dict[RecordRef, tuple[Features, Side]] = {}
        self._erased: set[str] = set()
        # What every link on a record inherits: its handling codes, its last day, and whose it is.
        self._bounds: dict[str, Bounds] = {}
        self.persons = Persons()
        self._kinds = Kinds()
        self._spoken = Spoken()
        self._folded = 0
        self._is_whole = False
        self.compared = 0

    # -- fold and act -------------------------------------------------------------------------------------------

    def restore(self) -> None:
        """Fold, in silence, everything that was acted on before, and every hit that was said, from nothing."""
        self._forget_all()
        seq, offset = self._place()
        while self._folded < seq:
            self._fold_range(self._folded, min(self._folded + 200, seq))
        if offset:
            for row, parts in self._opened(self._store.records_of(seq, seq, kinds=self._meets)[:offset]):
                self._add(row, parts)
        # What was said lies behind what it was said of: these hits are in the ledger and not yet passed by.
        for first in range(seq, self._store.size, 200):
            rows = self._store.records_of(first, first + 199, kinds=frozenset({"hit"}), own=True)
            for row, parts in self._opened(rows):
                self._fold(row, parts)
        self._is_whole = True

    def _forget_all(self) -> None:
        self._is_whole = False
        self._general = Index(self._store.secrets.index)
        self._closed = Index(_key_of_closed(self._store.secrets.index))
        self._links = Links()
        self._features, self._erased, self._bounds = {}, set(), {}
        self.persons = Persons()
        self._spoken, self._kinds = Spoken(), Kinds()
        self._folded = 0

    def step(self, limit: int = 100) -> int:
        """Meet what the next entries brought. Returns how many entries were read.

        When it fails, what is remembered may be ahead of the ledger: the next step begins from the ledger again.
        """
        if not self._is_whole:
            self.restore()
        self._is_whole = False
        read = self._step(limit)
        self._is_whole = True
        return read

    def _step(self, limit: int) -> int:
        seq, offset = self._place()
        entries = self._store.follow(seq, limit)
        if not entries:
            return 0
        rows_of: dict[int, list[RecordRow]] = {}
        for row in self._store.records_of(entries[0].seq, entries[-1].seq, kinds=self._meets):
            rows_of.setdefault(row.seq, []).append(row)
        short = [rows for rows in rows_of.values() if len(rows) <= ROWS_A_WRITE]
        opened = self._store.open_for_desk(ACCESS, [row for rows in short for row in rows])
        waiting: list[Write] = []
        for entry in entries:
            rows = rows_of.get(entry.seq, [])
            if len(rows) <= ROWS_A_WRITE:
                waiting.append(self._act(rows[offset:], opened, entry.seq, 0))
            else:
                self._commit(waiting, entry.seq, 0)
                waiting = []
                for start in range(offset, len(rows), ROWS_A_WRITE):
                    end = min(start + ROWS_A_WRITE, len(rows))
                    chunk = rows[start:end]
                    write = self._act(chunk, self._store.open_for_desk(ACCESS, chunk), entry.seq, start)
                    self._commit(
                        [write],
                        entry.seq if end < len(rows) else entry.seq + 1,
                        end if end < len(rows) else 0,
                    )
            offset = 0
        self._commit(waiting, entries[-1].seq + 1, 0)
        self._folded = entries[-1].seq + 1
        return len(entries)

    @property
    def folded(self) -> int:
        """How many entries of the ledger are folded."""
        return self._folded

    def pass_over(self) -> None:
        """Step over the entry at which this desk fails again and again; it is recorded as refused, and never met."""
        seq, _ = self._place()
        self._is_whole = False  # what was remembered of it is thrown away
        entry = refused_by_desk(
            self._store.secrets.signing, self._store.node, PLACE, seq, self._store.clock()
        )
        self._store.commit(
            Write(entries=[entry], places={PLACE: f"{seq + 1}/0", f"{PLACE}/refused/{seq}": "1"})
        )

    def _place(self) -> tuple[int, int]:
        seq, _, offset = self._store.place(PLACE, "0/0").partition("/")
        return int(seq), int(offset)

    def _commit(self, writes: Sequence[Write], seq: int, offset: int) -> None:
        states: dict[tuple[str, int | None], str] = {}
        for write in writes:
            states |= write.states
        self._store.commit(
            Write(
                entries=[entry for write in writes for entry in write.entries],
                lines=[new for write in writes for new in write.lines],
                states=states,
                places={PLACE: f"{seq}/{offset}"},
            )
        )

    def _fold_range(self, first: int, end: int) -> None:
        passed = self._store.places_among([f"{PLACE}/refused/{seq}" for seq in range(first, end)])
        rows = [
            row
            for row in self._store.records_of(first, end - 1)
            if f"{PLACE}/refused/{row.seq}" not in passed
        ]
        for row, parts in self._opened(rows):
            self._fold(row, parts)
        self._folded = end

    def _opened(self, rows: Sequence[RecordRow]) -> Iterator[tuple[RecordRow, list[StoredPart]]]:
        parts_of = self._store.open_for_desk(ACCESS, rows)
        for row in rows:
            yield row, parts_of.get((row.header.id, row.header.version), [])

    def _fold(self, row: RecordRow, parts: Sequence[StoredPart]) -> None:
        """What is known after this record; says nothing."""
        if row.header.kind == "hit":
            if row.state == "held" and row.is_own:
                for stored in parts:
                    if stored.part.name != "hit":
                        continue
                    hit: Hit = value_of(stored)
                    side: Side = "judicial" if stored.compartment == "judicial" else "intelligence"
                    self._remember(row.header.id, hit, side)
            return
        for stored in parts:
            if stored.part.name == "judgement":
                self._links.judge(value_of(stored))
                self._spoken.keep(row, value_of(stored))
            elif stored.part.name == "sheet":
                self._spoken.keep(row, value_of(stored))
            elif stored.part.name == "designation":
                self.persons.designate(value_of(stored), row.header.said_at)
            elif stored.part.name == "amendment":
                amendment = value_of(stored)
                if amendment.act in ("erase", "recall"):
                    self._forget(amendment.record)
        if row.header.version > 1 and row.state != "superseded":
            self._forget(row.header.id)
            self._erased.discard(row.header.id)
        self._add(row, parts)

    def _add(self, row: RecordRow, parts: Sequence[StoredPart]) -> None:
        for features, side in self._features_of(row, parts):
            self._keep(features, side)

    def _keep(self, features: Features, side: Side) -> None:
        index = self._general if side == "intelligence" else self._closed
        if index.add(features):
            self._features[features.ref] = (features, side)

    def _features_of(self, row: RecordRow, parts: Sequence[StoredPart]) -> Iterator[tuple[Features, Side]]:
        # A version that a later one replaced says nothing any more, also where it came after it by a slower lane.
        if row.state in ("erased", "recalled", "superseded") or row.header.id in self._erased:
            return
        self._bounds[row.header.id] = Bounds(row.header.handling, row.header.erase_by, row.header.node)
        for stored in parts:
            if not stored.part.name.startswith("statement/"):
                continue
            side: Side = "judicial" if stored.compartment == "judicial" else "intelligence"
            statement: Statement = value_of(stored)
            for entity in statement.entities:
                if entity.category is not None:
                    self.persons.seen(RecordRef(row.header.id, entity.id), row.header.matter, entity.category)
                if not self._kinds.knows(row.header.id, side):
                    self._kinds.keep(row.header.id, side, self._store.held(row, side))
                yield prepare(entity, RecordRef(row.header.id, entity.id), row.header.said_at.date()), side

    def _act(
        self,
        rows: Sequence[RecordRow],
        opened: Mapping[tuple[str, int], list[StoredPart]],
        seq: int,
        offset: int,
    ) -> Write:
        """Fold rows one by one, and gather what each makes this desk say."""
        said: list[Said] = []
        states: dict[tuple[str, int | None], str] = {}
        compared = 0
        met = False
        for row in rows:
            parts = opened.get((row.header.id, row.header.version), [])
            before = set(self._hits_about(row, parts))
            self._fold_acts(row, parts)
            states |= {(hit, None): "erased" for hit in before}
            for features, lies in self._features_of(row, parts):
                found, number = self._meet(features, lies)
                compared += number
                met = True
                self._keep(features, lies)
                said += [self._said(row, features, hit, where) for hit, where in found]
                for hit, where in found:
                    self._links.keep(features.ref, hit.other.ref, Link("", hit.bits, where, ()))
                if found and len(rows) < ROWS_A_WRITE:
                    said += self._said_through(row, features.ref)
        entries: list[NewEntry] = []
        lines: list[NewLine] = []
        now = self._store.clock()
        if said:
            cause = f"{PLACE}/{self.rules}/{seq}/{offset}"
            key, node, party = self._store.secrets.signing, self._store.node, self._store.party
            entry = (
                compose(said[0], key, node, party, now, cause)
                if len(said) == 1
                else compose_batch(said, key, node, party, now, cause)
            )
            entries.append(entry)
            for new, record in zip(said, entry.records, strict=True):
                said_hit: Hit = new.values[0][1]
                side: Side = "judicial" if new.compartment == "judicial" else "intelligence"
                self._remember(record.header.id, said_hit, side)
        if met:
            self.compared += compared
            about = [row.header.id for row in rows] if len(rows) <= 20 else [rows[0].batch or ""]
            lines.append(line("combination", ACCESS, now, records=about, compared=compared, found=len(said)))
        return Write(entries=entries, lines=lines, states=states)

    def _fold_acts(self, row: RecordRow, parts: Sequence[StoredPart]) -> None:
        """The acts in a record (judgement, designation, amendment, a version's end), without its entities."""
        acts = [stored for stored in parts if not stored.part.name.startswith("statement/")]
        self._fold(row, acts)

    def _hits_about(self, row: RecordRow, parts: Sequence[StoredPart]) -> Iterator[str]:
        """Hits that fall with this record: those on what it amends, and on the version that it replaces."""
        fallen = {row.header.id} if row.header.version > 1 else set()
        for stored in parts:
            if stored.part.name == "amendment":
                amendment = value_of(stored)
                if amendment.act in ("erase", "recall"):
                    fallen.add(amendment.record)
        if fallen:
            yield from self._links.about(fallen)

    # -- meeting ------------------------------------------------------------------------------------------------

    def _meet(self, features: Features, side: Side) -> tuple[list[tuple[HitFound, Side]], int]:
        if features.exempt:
            return [], 0
        own = self._bounds[features.ref.record].node

        def meets(other: RecordRef) -> bool:
            return self._may_link(own, self._bounds[other.record].node)

        open_check = self._general.check(features, meets)
        found: list[tuple[HitFound, Side]] = [(hit, side) for hit in open_check.hits]
        compared = open_check.compared
        if len(self._closed):
            closed_check = self._closed.check(features, meets)
            found += [(hit, "judicial") for hit in closed_check.hits]
            compared += closed_check.compared
        return [
            (hit, where) for hit, where in found if not self._is_settled(features.ref, hit.other.ref)
        ], compared

    def _may_link(self, one: str, other: str) -> bool:
        """Whether records of these two nodes may be linked here: two of one partner are that partner's to link."""
        return one != other or one == self._store.node or self._store.agreement.links_of_one_partner

    def _is_settled(self, one: RecordRef, other: RecordRef) -> bool:
        return self._links.is_said(one, other)

    def _said(self, row: RecordRow, features: Features, found: HitFound, side: Side) -> Said:
        one, other = couple_of(features.ref, found.other.ref)
        hit = Hit(one=one, other=other, bits=found.bits, grounds=explain(found.grounds), rules=self.rules)
        return self._said_hit(row, hit, side)

    def _said_hit(self, row: RecordRow, hit: Hit, side: Side) -> Said:
        now = self._store.clock()
        involved = {ref.record for ref in (hit.one, hit.other, *hit.through)}
        bounds = [self._bounds[record] for record in sorted(involved) if record in self._bounds]
        review_by, erase_by = due_dates("hit", (), "intelligence", side, now.date())
        # A link is kept no longer than the records it stands on, and carries the codes of all of them.
        erase_by = max(min([erase_by, *(bound.erase_by for bound in bounds)]), now.date())
        return Said(
            kind="hit",
            service=SERVICE,
            purpose="intelligence" if side == "intelligence" else "investigation",
            matter=row.header.matter,
            compartment=side,
            handling=inherited_labels(bound.handling for bound in bounds),
            said_at=now,
            review_by=min(review_by, erase_by),
            erase_by=erase_by,
            values=[("hit", hit, side)],
        )

    def _said_through(self, row: RecordRow, ref: RecordRef) -> list[Said]:
        """Links that the new ones carry further: two records known to be of one group through a third."""
        group = self._links.group(ref, LARGEST_GROUP)
        if len(group) > LARGEST_GROUP:
            return []
        pairs = [
            Pair(one, other, link.bits)
            for (one, other), link in self._links.within(group)
            if not link.through
        ]
        said: list[Said] = []
        judged = self._links.judged_within(group)
        for cluster in resolve(pairs, judged):
            if ref not in cluster.members:
                continue
            for position, one in enumerate(cluster.members):
                for other in cluster.members[position + 1 :]:
                    if one.record == other.record or (one, other) in self._links:
                        continue
                    if not self._may_link(self._bounds[one.record].node, self._bounds[other.record].node):
                        continue
                    way = through(cluster, one, other)
                    if way is None or self._speaks_against(one, other):
                        continue
                    hit = self._through_hit(one, other, way.bits, way.refs)
                    side = self._side_of(one, other, *way.refs)
                    self._links.keep(one, other, Link("", way.bits, side, way.refs))
                    said.append(self._said_hit(row, hit, side))
        return said

    def _speaks_against(self, one: RecordRef, other: RecordRef) -> bool:
        """What the two say themselves outweighs what a third says of them."""
        first, second = self._features.get(one), self._features.get(other)
        if first is None or second is None:
            return True
        index = self._closed if "judicial" in (first[1], second[1]) else self._general
        return weigh(compare(first[0], second[0], index.frequencies, index.weights)) < 0

    def _through_hit(self, one: RecordRef, other: RecordRef, bits: float, refs: tuple[RecordRef, ...]) -> Hit:
        shown = show_bits(bits)
        ground = Ground(
            code="through",
            bits=bits,
            text=Text(
                fr=f"Par {len(refs)} autre(s) fiche(s) ; le plus faible lien de la chaîne vaut {shown.fr} bits.",
                en=f"Linked through {len(refs)} other record(s); the weakest link of the chain is {shown.en} bits.",
            ),
        )
        return Hit(one=one, other=other, bits=bits, grounds=(ground,), rules=self.rules, through=refs)

    def _side_of(self, *refs: RecordRef) -> Side:
        return "judicial" if any(self._features[ref][1] == "judicial" for ref in refs) else "intelligence"

    # -- what is remembered -------------------------------------------------------------------------------------

    def _remember(self, hit_id: str, hit: Hit, side: Side) -> None:
        self._links.keep(hit.one, hit.other, Link(hit_id, hit.bits, side, hit.through))

    def _forget(self, record: str) -> None:
        self._erased.add(record)
        self._general.remove(record)
        self._closed.remove(record)
        self.persons.forget(record)
        self._bounds.pop(record, None)
        self._kinds.forget(record)
        for ref in [ref for ref in self._features if ref.record == record]:
            del self._features[ref]
        self._links.forget(record)

    # -- showing ------------------------------------------------------------------------------------------------

    def sheets(self, access: Access, hit: HitShown) -> list[tuple[RecordRow, Sheet]]:
        """What was said on a hit's shared sheet, oldest first, to one who was shown the hit."""
        said = self._open_words(access, self._spoken.of(hit.hit.one, hit.hit.other))
        return [(word.row, word.said) for word in said if isinstance(word.said, Sheet)]

    def talk(self, access: Access, hit: str) -> Talk | None:
        """What was said of a hit, without opening the hit; None where it no longer stands or is not for this person."""
        found = self._links.of(hit)
        if found is None or not self._sees(self._viewer(access), *found):
            return None
        said = self._open_words(access, self._spoken.of(*found[0]))
        return Talk(
            judged=tuple((word.row, word.said) for word in said if isinstance(word.said, Judgement)),
            sheets=tuple((word.row, word.said) for word in said if isinstance(word.said, Sheet)),
        )

    def judged_of(self, access: Access, ref: RecordRef) -> list[tuple[RecordRow, Judgement]]:
        """Every judgement of a person with any other, oldest first; also where the hit it was said of has fallen."""
        viewer = self._viewer(access)
        said = [
            word
            for word in self._spoken.about(ref)
            if isinstance(word.said, Judgement)
            and all(
                viewer.sees(one.record, self._features[one][1] if one in self._features else "intelligence")
                for one in (word.said.one, word.said.other)
            )
        ]
        return [
            (word.row, word.said)
            for word in self._open_words(access, said)
            if isinstance(word.said, Judgement)
        ]

    def newest_word(self, access: Access) -> str:
        """The newest judgement or sheet that this person may read, by its record; "" where there is none."""
        for word in islice(self._spoken.newest(), LOOKED_FOR_WORDS):
            if self._store.may_read(access, word.row).is_yes:
                return word.row.header.id
        return ""

    def _open_words(self, access: Access, words: Sequence[Word]) -> list[Word]:
        rows = self._store.current([word.row.header.id for word in words])
        return [
            word
            for word in words
            if (row := rows.get(word.row.header.id)) is not None
            and row.state == "held"
            and self._store.may_read(access, row).is_yes
        ]

    def between(self, shown: HitShown) -> Between:
        """What a hit through others stands on, for one who was shown it and may therefore read all between."""
        hit = shown.hit
        if not hit.through:
            return Between(steps=(), direct=())
        way = (hit.one, *hit.through, hit.other)
        rows = self._store.current({ref.record for ref in way})
        links = dict(self._links.within(set(way)))
        steps = []
        for one, other in pairwise(way):
            link = links.get(couple_of(one, other))
            if link is not None:
                steps.append(
                    Step(one=rows[one.record], other=rows[other.record], bits=link.bits, hit=link.hit)
                )
        first, second = self._features.get(hit.one), self._features.get(hit.other)
        if first is None or second is None:
            return Between(steps=tuple(steps), direct=())
        index = self._closed if shown.side == "judicial" else self._general
        direct = explain(compare(first[0], second[0], index.frequencies, index.weights))
        return Between(steps=tuple(steps), direct=direct)

    def headlines(self, access: Access, limit: int = 50, about: str | None = None) -> list[Headline]:
        """The hits that one person may know, newest first, by number and bits alone: nothing is opened to list them.

        Only the newest LOOKED_AT links are looked through; what lies behind is found by its record (about).
        """
        viewer = self._viewer(access)
        said = self._links.said() if about is None else iter(self._links.naming(about))
        seen = (
            (couple, link) for couple, link in islice(said, LOOKED_AT) if self._sees(viewer, couple, link)
        )
        chosen = list(islice(seen, limit))
        rows = self._store.current({ref.record for couple, _ in chosen for ref in couple})
        return [
            Headline(
                id=link.hit,
                one=rows[couple[0].record],
                other=rows[couple[1].record],
                bits=link.bits,
                judgement=self._links.judgement(*couple),
            )
            for couple, link in chosen
        ]

    def couples(self) -> dict[Couple, float]:
        """Every couple that a hit in force links, with its bits; for measuring, never shown to anybody."""
        return {couple: link.bits for couple, link in self._links.said()}

    def followed(self) -> dict[str, bool]:
        """Each hit that lies in no closed file, and whether anybody said a word of it; for counting, opens nothing."""
        return {
            link.hit: any(word.row.header.compartment == "intelligence" for word in self._spoken.of(*couple))
            for couple, link in self._links.said()
            if link.side == "intelligence"
        }

    def hits(self, access: Access, *, limit: int = 50, about: str | None = None) -> list[HitShown]:
        """The hits that one person may know: those of which both records, and all between, are open to them.

        Newest first. One register line for what is shown.
        """
        check_reason(access.reason)
        viewer = self._viewer(access)
        said = self._links.said() if about is None else iter(self._links.naming(about))
        chosen = list(
            islice(((couple, link) for couple, link in said if self._sees(viewer, couple, link)), limit)
        )
        rows = self._store.current(
            {link.hit for _, link in chosen} | {ref.record for couple, _ in chosen for ref in couple}
        )
        parts = self._store.open_for_desk(ACCESS, [rows[link.hit] for _, link in chosen if link.hit in rows])
        shown: list[HitShown] = []
        for couple, link in chosen:
            row = rows.get(link.hit)
            stored = parts.get((row.header.id, row.header.version), []) if row else []
            if not stored:
                continue
            shown.append(
                HitShown(
                    id=link.hit,
                    one=rows[couple[0].record],
                    other=rows[couple[1].record],
                    hit=value_of(stored[0]),
                    side=link.side,
                    judgement=self._links.judgement(*couple),
                )
            )
        self._store.note(
            line(
                "consultation",
                access,
                self._store.clock(),
                records=[hit.id for hit in shown],
                found=len(shown),
            )
        )
        return shown

    def _viewer(self, access: Access) -> Viewer:
        agreement, now = self._store.agreement, self._store.clock()
        return Viewer(self._kinds, lambda held: decide(access, "read", held, agreement, now).is_yes)

    def _sees(self, viewer: Viewer, couple: Couple, link: Link) -> bool:
        """Both records and all between, each where it says what it says: one record may lie in two compartments."""
        return all(
            viewer.sees(ref.record, self._features[ref][1] if ref in self._features else link.side)
            for ref in (*couple, *link.through)
        )

    def why_not(self, access: Access, one: str, other: str) -> tuple[Ground, ...]:
        """The strongest comparison of two records that is no hit, for and against; empty where nothing meets.

        Of each record only what lies open to this person is compared.
        """
        viewer = self._viewer(access)
        best: tuple[Ground, ...] = ()
        best_bits = float("-inf")
        firsts, seconds = (
            [
                features
                for ref, (features, side) in self._features.items()
                if ref.record == record and viewer.sees(record, side)
            ]
            for record in (one, other)
        )
        for first in firsts:
            for second in seconds:
                grounds = compare(first, second, self._general.frequencies, self._general.weights)
                bits = weigh(grounds)
                if grounds and bits > best_bits:
                    best, best_bits = explain(grounds), bits
        return best

    def judged(self, one: RecordRef, other: RecordRef) -> Judgement | None:
        """The judgement in force of a pair."""
        return self._links.judgement(one, other)

    def matches(self, access: Access, asked: Sequence[Features]) -> list[HitFound]:
        """What an officer's own question meets, among what the officer may read; the likeliest first.

        asked: the readings of what was typed. Whatever speaks for is shown, since the officer decides what it means.
        """
        viewer = self._viewer(access)
        opened = self._store.agreement.service(access.service).opens.get(access.role, ())
        best: dict[RecordRef, HitFound] = {}
        for index in (self._general, self._closed) if "judicial" in opened else (self._general,):
            for features in asked:
                met = {other.ref: other for other in index.candidates(features)}
                named = {other.ref: other for other in index.bearers(features)}
                for other in (met | named).values():
                    grounds = compare(features, other, index.frequencies, index.weights)
                    bits = weigh(grounds)
                    known = best.get(other.ref)
                    # One word of a name is too little for a link, and just what an officer may remember.
                    if (bits > 0 or other.ref in named) and (known is None or bits > known.bits):
                        best[other.ref] = HitFound(other, bits, grounds)
        found = [
            hit
            for hit in best.values()
            if viewer.sees(hit.other.ref.record, self._features[hit.other.ref][1])
        ]
        return sorted(found, key=lambda hit: (-hit.bits, hit.other.ref))

    def held(self) -> int:
        """How many entities are held in both indexes."""
        return len(self._features)

    def is_indexed(self, record: str) -> bool:
        """Whether any entity of a record is in an index."""
        return any(ref.record == record for ref in self._features)

    def weights_dated(self) -> str:
        """Which pinned weights speak."""
        return self.rules

    def kinds_recorded(self) -> int:
        """How many hits the ledger holds in force."""
        return len(
            self._store.rows(
                select(tables.record.c.id).where(
                    tables.record.c.kind == "hit", tables.record.c.state == "held"
                )
            )
        )


def _key_of_closed(key: bytes) -> bytes:
    """Another key than the general index's, so that a digest of one says nothing about the other."""
    return blake2b(b"closed", key=key[:64], digest_size=32).digest()
