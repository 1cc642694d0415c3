"""What the watch does at sea: report, act, look at the picture, give what saves a boat from wherever it is known.

The picture is drawn anew whenever what lies on the table changed, or a few seconds have passed (age of knowledge is
part of the order in which boats need help). Looking at it is registered: once a minute for each officer who has it
open, since a page that draws itself anew every second discloses nothing more by it.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Literal

import msgspec

from entente.ais_feed import AisFeed
from entente.duty.desk import LIFTED, DutyDesk
from entente.errors import Malformed, NotFound, NotPermitted, Text
from entente.exchange.desk import ExchangeDesk
from entente.formats.ais_watch import Contact
from entente.maritime.area import area_of
from entente.maritime.associate import Cache
from entente.maritime.desk import MATTER, Foretold, MaritimeDesk, OnTable
from entente.maritime.picture import draw
from entente.maritime.put_away import PutAway
from entente.maritime.values import ActSaid, Area, Boat, Picture, SeaReport
from entente.model.grading import Grade
from entente.model.office_act import ReviewOwed, ReviewSettled
from entente.model.place import Position
from entente.model.report import Draft, Statement, Wording
from entente.model.sea_act import Closed, SeaAct, Searched, boats_of
from entente.model.sighting import PersonsOnBoard, Sighting
from entente.policy.access import Access
from entente.search_at_sea import SearchAtSea
from entente.store.register import check_reason, line
from entente.store.store import RecordRow, Store
from entente.store.write import Write

# A picture is drawn anew after this long also where nothing came: ages grow.
FRESH_S = 5.0
# Of areas that were computed for a page, so many are kept: one for each boat of a bad night, twice.
KEPT_AREAS = 200
REGISTER_EVERY_S = 60.0
REVIEW_HOURS = 24
# Grade of what is said over a telephone to a rescue service, before anybody has judged it.
UNJUDGED = {
    "FR": Grade(scheme="admiralty", source="F", information="6"),
    "UK": Grade(scheme="3x5x2", source="2", information="D"),
}


class Review(msgspec.Struct, frozen=True, kw_only=True):
    """A disclosure to save life that somebody must look at afterwards (4E-2)."""

    id: str
    record: str
    given_at: dt.datetime
    due: dt.datetime
    officer: str
    reason: str
    outcome: str = ""
    settled_by: str = ""
    words: str = ""


class AtSea(SearchAtSea):
    """What officers do at sea, over the maritime desk."""

    store: Store
    maritime: MaritimeDesk
    duty: DutyDesk
    exchange: ExchangeDesk
    ais: AisFeed
    record: Callable[..., RecordRow]
    act: Callable[..., str]
    _clock: Callable[[], dt.datetime]

    def seat_at_sea(self) -> None:
        """Make ready; once, before anything else here."""
        self._drawing = threading.Lock()
        self._pair_cache = Cache()
        self._drawn: tuple[int, dt.datetime, Picture] | None = None
        self._areas: OrderedDict[tuple[Any, ...], Area] = OrderedDict()
        self._away = PutAway()
        self._looked: dict[tuple[str, str], dt.datetime] = {}

    # -- saying -------------------------------------------------------------------------------------------------

    def report_at_sea(
        self,
        access: Access,
        seen: Sighting,
        words: str,
        language: str,
        *,
        at: dt.datetime | None = None,
        cause: str | None = None,
        is_distress: bool = False,
        reference: str | None = None,
    ) -> RecordRow:
        """Record what was seen or heard of a boat, and send it to the other shore by the life lane.

        at: when it was made, now by default. cause: said twice under one cause, it is recorded once.
        """
        now = self._clock()
        party = self.store.party
        said_at = min(at or now, now)
        statement = Statement(
            id="s1",
            basis="reported" if seen.means in ("call", "message", "relayed", "unknown") else "fact",
            wording=Wording(language=language, text=words or "—"),
            grade=UNJUDGED.get(party, UNJUDGED["UK"]),
            checked_on=said_at.date(),
            completeness="partial",
            sighting=seen,
        )
        draft = Draft(
            kind="distress" if is_distress or seen.phase == "distress" else "sighting",
            service=access.service,
            purpose="life_saving",
            matter=MATTER,
            compartment="life_saving",
            handling=("H0",),
            statements=(statement,),
            said_at=said_at,
            reference=reference,
            recipients=self.other_shores(),
        )
        row = self.record(draft, access, cause)
        self.maritime.catch_up()
        return row

    def other_shores(self) -> tuple[str, ...]:
        """Every node that takes part: what is said at sea goes to all of them."""
        return tuple(sorted(self.exchange.partners))

    def do_at_sea(self, access: Access, act: SeaAct, cause: str | None = None) -> RecordRow:
        """Record an act about a boat, and send it to the other shore. Raises where it names no boat that is here.

        A closing that the picture would not let stand is refused at once, with what stands against it.
        """
        table = self.maritime.table()
        known = {report.id for report in table.reports} | set(table.raw)
        for named in boats_of(act):
            if named not in known:
                raise NotFound(
                    "boat_not_found",
                    Text(fr=f"Aucun signalement « {named} » ici.", en=f'No report "{named}" here.'),
                    Text(fr="Choisissez l’embarcation dans la liste.", en="Choose the boat from the list."),
                )
        if isinstance(act, Closed):
            self._check_closing(access, act, table)
        draft = Draft(
            kind="sea_act",
            service=access.service,
            purpose="life_saving",
            matter=MATTER,
            compartment="life_saving",
            handling=("H0",),
            sea_act=act,
        )
        row = self.record(draft, access, cause)
        self.maritime.catch_up()
        return row

    def _check_closing(self, access: Access, act: Closed, table: OnTable) -> None:
        now = self._clock()
        tried = ActSaid(id="tried", at=now, by=access.service, node=access.node, act=act)
        with self._drawing:
            foreseen = draw(table.reports, (*table.acts, tried), now, self._pair_cache)
        boat = next(one for one in foreseen.boats if act.boat in one.reports)
        if boat.closing != "tried":
            hinders = boat.hinders or (Text(fr="la clôture ne tient pas", en="the closing does not hold"),)
            raise NotPermitted(
                "not_all_accounted_for",
                Text(
                    fr=f"{boat.name} reste ouverte : {' ; '.join(one.fr for one in hinders)}.",
                    en=f"{boat.name} stays open: {'; '.join(one.en for one in hinders)}.",
                ),
                Text(
                    fr="Rien n’est perdu : complétez le compte des personnes, puis clôturez.",
                    en="Nothing is lost: complete the ledger of people, then close.",
                ),
            )

    # -- looking ------------------------------------------------------------------------------------------------

    def picture(self, access: Access, at: dt.datetime | None = None) -> Picture:
        """All boats, the one that most needs help first. at: as it would have been drawn then of what was said by then.

        Raises NotFound for whom the sea is not.
        """
        self._look(access)
        if at is not None:
            table = self.maritime.table()
            reports = [report for report in table.reports if report.at <= at]
            acts = [act for act in table.acts if act.at <= at]
            with self._drawing:
                return draw(reports, acts, at, self._pair_cache)
        return self.drawn()

    def drawn(self) -> Picture:
        """The picture as it stands, for whoever has already been let in."""
        now = self._clock()
        with self._drawing:
            table = self.maritime.table()
            if self._drawn is not None:
                size, drawn_at, picture = self._drawn
                if size == table.size and 0 <= (now - drawn_at).total_seconds() < FRESH_S:
                    return picture
            reports, acts = self._away.on_table(table.reports, table.acts)
            picture = draw(reports, acts, now, self._pair_cache)
            self._away.after(picture, reports, acts, now)
            picture = msgspec.structs.replace(picture, raw=table.raw)
            self._drawn = (table.size, now, picture)
            return picture

    def boat_at_sea(self, access: Access, named: str) -> Boat:
        """One boat by its id, by the id of any of its reports or acts' boats, or by any name it ever had."""
        picture = self.picture(access)
        for boat in picture.boats:
            if named == boat.id or named in boat.reports:
                return boat
        for boat in picture.boats:
            if named in boat.names:
                return boat
        raise NotFound(
            "boat_not_found",
            Text(fr=f"Aucune embarcation « {named} » ici.", en=f'No boat "{named}" here.'),
            Text(fr="Revenez à la liste.", en="Go back to the list."),
        )

    def sea_reports(self, access: Access, named: str) -> list[SeaReport | ActSaid]:
        """The log of a boat: its reports and what was done, in order of time; registered as read."""
        boat = self.boat_at_sea(access, named)
        table = self.maritime.table()
        mine = set(boat.reports)
        log: list[SeaReport | ActSaid] = [report for report in table.reports if report.id in mine]
        log += [act for act in table.acts if mine & set(boats_of(act.act))]
        log.sort(key=lambda one: (one.at, one.id))
        records = [one.id.partition("/")[0] for one in log]
        self.store.note(line("consultation", access, self._clock(), records=records, found=len(records)))
        return log

    def area(
        self, access: Access, named: str, at: dt.datetime | None = None, *, in_water: bool = False
    ) -> Area:
        """Where a boat, or somebody in the water from it, may be. Raises NotFound where no position is known."""
        boat = self.boat_at_sea(access, named)
        at = at or self._clock().replace(second=0, microsecond=0)
        table, mine = self.maritime.table(), set(boat.reports)
        reports = tuple(report for report in table.reports if report.id in mine)
        searched = tuple(
            said for said in table.acts if isinstance(said.act, Searched) and mine & set(boats_of(said.act))
        )
        # By all that it follows from and nothing else: what comes in of other boats leaves it standing.
        key = (boat.id, reports, searched, at, in_water)
        with self._drawing:
            if key in self._areas:
                return self._areas[key]
        found = area_of(reports, at, boat.id, searched=searched, person_in_water=in_water)
        with self._drawing:
            self._areas[key] = found
            while len(self._areas) > KEPT_AREAS:
                self._areas.popitem(last=False)
        return found

    def night(
        self, access: Access, since: dt.datetime, until: dt.datetime
    ) -> tuple[list[SeaReport], list[ActSaid]]:
        """What was reported and done in a time, each in order; for replay and for the night's report."""
        self._look(access)
        table = self.maritime.table()
        reports = sorted(
            (one for one in table.reports if since <= one.at <= until), key=lambda one: (one.at, one.id)
        )
        acts = sorted(
            (one for one in table.acts if since <= one.at <= until), key=lambda one: (one.at, one.id)
        )
        return reports, acts

    def at_sea_between(self, access: Access, since: dt.datetime, until: dt.datetime) -> list[Picture]:
        """Pictures of a time, one at each report or act, for plots; as each was then."""
        reports, acts = self.night(access, since, until)
        moments = sorted({one.at for one in reports} | {one.at for one in acts})
        return [self.picture(access, moment) for moment in moments]

    def ships_at_sea(self, access: Access) -> tuple[Contact, ...]:
        """What AIS heard in the last half hour, in order of number: a layer under the boats, and no record."""
        self._look(access)
        return tuple(sorted(self.ais.contacts(), key=lambda one: one.mmsi))

    def warnings_at_sea(self, access: Access) -> tuple[Foretold, ...]:
        """Launch warnings that reached the watch, oldest first."""
        self._look(access)
        return tuple(sorted(self.maritime.table().foretold, key=lambda one: (one.at, one.id)))

    def _look(self, access: Access) -> None:
        """Whether somebody may see the sea; registered, and once a minute while they look on."""
        check_reason(access.reason)
        newest = self.maritime.newest_row()
        may = (
            self.store.may_read(access, newest).is_yes
            if newest is not None
            else "life_saving" in self.store.agreement.service(access.service).opens.get(access.role, ())
        )
        now = self._clock()
        if not may:
            self.store.note(line("refusal", access, now))
            raise NotFound(
                "not_for_you",
                Text(fr="Rien ici pour votre rôle.", en="Nothing here for your role."),
                Text(
                    fr="La situation en mer est ouverte aux veilleurs, pour la sauvegarde de la vie.",
                    en="The picture at sea is open to watch-keepers, for life saving.",
                ),
            )
        looked = self._looked.get((access.officer, access.shift))
        if looked is None or not 0 <= (now - looked).total_seconds() < REGISTER_EVERY_S:
            self._looked[access.officer, access.shift] = now
            table = self.maritime.table()
            self.store.note(line("consultation", access, now, found=len(table.reports)))

    # -- what would save a boat, from wherever it is known --------------------------------------------------------

    def give_for_life(
        self,
        access: Access,
        *,
        position: Position | None,
        at: dt.datetime | None,
        persons: PersonsOnBoard | None,
        caller: str = "",
        place_words: str = "",
        reason: str = "",
    ) -> str:
        """Give place, time, count and phone into the life lane without their source, in one act (PUR-7, 4E-2).

        Any role may, from any compartment; it is reviewed afterwards, and the data protection officers of both sides
        are told. Nothing of the matter, the officer or the record it comes from goes with it.

        Returns the id of what was given.
        """
        if access.role == "service_account":
            raise NotPermitted(
                "machine_decides",
                Text(
                    fr="Une personne lève un secret pour sauver une vie ; un compte de service ne le fait pas.",
                    en="A person lifts a secret to save a life; a service account does not.",
                ),
            )
        if position is None and not place_words.strip() and not caller.strip():
            raise Malformed(
                "nothing_to_go_by",
                Text(
                    fr="Ni lieu ni téléphone : le secours n’aurait rien à suivre.",
                    en="Neither a place nor a telephone: rescue would have nothing to go by.",
                ),
                Text(fr="Donnez l’un ou l’autre.", en="Give one or the other."),
            )
        now = self._clock()
        seen = Sighting(
            phase="distress",
            position=msgspec.structs.replace(position, written="") if position is not None else None,
            position_at=at,
            persons_on_board=persons,
            callers=(caller.strip(),) if caller.strip() else (),
            words=place_words.strip(),
        )
        entry, given = self.maritime.give(seen, LIFTED, self.other_shores(), None)
        told = line("disclosure", access, now, records=[given], to=self.other_shores())
        self.store.commit(Write(entries=[entry], lines=[told]), life=True)
        owed = ReviewOwed(
            officer=access.officer,
            record=given,
            due=now + dt.timedelta(hours=REVIEW_HOURS),
            words=reason.strip() or access.reason,
        )
        self.act(access, owed, lies_in="office")
        self.maritime.catch_up()
        return given

    def reviews_owed(self, access: Access) -> list[Review]:
        """What was given to save life and must be looked at, or was: for the data protection officer, newest first."""
        if access.role != "data_protection_officer":
            raise NotFound(
                "not_for_you", Text(fr="Rien ici pour votre rôle.", en="Nothing here for your role.")
            )
        found: list[Review] = []
        rolls = self.duty.rolls
        for noted in rolls.reviews_owed.values():
            done = rolls.reviews_settled.get(noted.id)
            owed, said = noted.act, done.act if done else None
            if not isinstance(owed, ReviewOwed):
                continue
            found.append(
                Review(
                    id=noted.id,
                    record=owed.record,
                    given_at=noted.at,
                    due=owed.due,
                    officer=owed.officer,
                    reason=owed.words,
                    outcome=said.outcome if isinstance(said, ReviewSettled) else "",
                    settled_by=said.officer if isinstance(said, ReviewSettled) else "",
                    words=said.words if isinstance(said, ReviewSettled) else "",
                )
            )
        return found[::-1]

    def settle_review(
        self, access: Access, review: str, outcome: Literal["upheld", "not_justified"], words: str
    ) -> str:
        """Say afterwards whether lifting a secret was justified (4E-2): not by the one who did it."""
        owed = next((one for one in self.reviews_owed(access) if one.id == review), None)
        if owed is None:
            raise NotFound(
                "review_not_found", Text(fr="Aucune revue de ce nom.", en="No review of that name.")
            )
        if owed.officer == access.officer:
            raise NotPermitted(
                "same_person",
                Text(
                    fr="Qui a donné l’information ne revoit pas son propre acte.",
                    en="Whoever gave the information does not review their own act.",
                ),
            )
        check_reason(words)
        act = ReviewSettled(officer=access.officer, review=review, outcome=outcome, words=words.strip())
        return self.act(access, act, lies_in="office")
