"""An honest watch in an invented night: asks what the picture proposes, judges, resolves counts, closes, acknowledges.

It works from the picture that it is shown and from what people answer; the truth is used only to let a caller answer.
Callers answer three questions in ten, and now and then wrongly; no more than two answers are had of one boat. Two
reports are judged to be of one boat only where people are known again: a telephone or a full name read back, from the
boat or on the quay. A boat is closed only when nothing in the picture hinders it and its people are identified.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from entente.exercise.nights.answers import Answers
from entente.exercise.nights.boats import TrueBoat
from entente.exercise.nights.log import NODES
from entente.exercise.nights.night import Night
from entente.maritime.values import ActSaid, Boat, Picture, Question, SeaReport
from entente.model.sea_act import (
    Closed,
    ClosingAcknowledged,
    CountResolved,
    Identified,
    Judged,
    QuayForm,
    QuestionAnswered,
    SeaAct,
    TakenOff,
)

Draw = Callable[[Sequence[SeaReport], Sequence[ActSaid], dt.datetime], Picture]
_FRENCH, _ENGLISH = "FR-PREMAR", "UK-HMCG"
_OFFICERS = {_FRENCH: "Aude Kerlazan", _ENGLISH: "Harriet Colebourne"}
ANSWERS, MOST_ANSWERS = 0.30, 2


class Watch:
    """Sees the picture every so often and acts. `asked` and `answered` count questions; `acts` is what it wrote."""

    def __init__(self, night: Night, draw: Draw, every_s: float = 1800.0) -> None:
        self.night, self.draw, self.every_s = night, draw, every_s
        self.random = np.random.Generator(np.random.PCG64(np.random.SeedSequence([night.seed, 7])))
        self._answers_of = Answers(night, self.random)
        self.acts: list[ActSaid] = []
        self.asked = self.answered = 0
        self._of_phone = {phone: boat for boat in night.boats for phone in boat.phones}
        self._answers: Counter[int] = Counter()
        self._tries: Counter[tuple[str, str, str]] = Counter()
        self._judged: set[frozenset[str]] = set()
        self._to_second: list[tuple[str, str, str]] = []
        self._forms_done: set[str] = set()
        self._reports = {report.id: report for report in night.reports}

    def moments(self) -> Iterator[tuple[float, Picture]]:
        """The picture at every look, and at dawn; the watch acts after each."""
        at_s = self.night.starts_s + self.every_s
        while at_s < self.night.dawn_s:
            yield at_s, self._look(at_s)
            at_s += self.every_s
        yield self.night.dawn_s, self._look(self.night.dawn_s)

    def known(self, at_s: float) -> tuple[list[SeaReport], list[ActSaid]]:
        """What has arrived, with what the watch has said."""
        said = [entry.said for entry in self.night.entries if entry.arrives_s <= at_s]
        reports = [one for one in said if isinstance(one, SeaReport)]
        return reports, [one for one in said if isinstance(one, ActSaid)] + self.acts

    def _look(self, at_s: float) -> Picture:
        reports, acts = self.known(at_s)
        now = dt.datetime.fromtimestamp(int(at_s), dt.UTC)
        picture = self.draw(reports, acts, now)
        by_id = {report.id: report for report in reports}
        for boat in picture.boats:
            if boat.state == "closed_not_acknowledged" and self.random.random() < 0.95:
                self._acknowledge(boat, acts, at_s)
            elif boat.state in ("open", "count_disputed"):
                self._end(boat, acts, by_id, at_s)
                self._ask(boat, picture, by_id, at_s)
        self._quays(picture, by_id, acts, at_s)
        self._ring(picture, acts, at_s)
        self._second(acts, at_s)
        return picture

    def _second(self, acts: Sequence[ActSaid], at_s: float) -> None:
        """The other shore sees what was judged and, with the same grounds, agrees; or it has no time until later."""
        waiting, self._to_second = self._to_second, []
        for said in acts:
            pair = frozenset((said.act.one, said.act.other)) if isinstance(said.act, Judged) else frozenset()
            if isinstance(said.act, Judged) and pair not in self._judged:
                self._judged.add(pair)  # by whoever followed it from the air
                waiting.append((said.act.one, said.act.other, _other(_shore(said.by))))
        for one, other, by in waiting:
            if self.random.random() < 0.9:
                words = "Lu et vu : mêmes numéros." if by == _FRENCH else "Seen: the same numbers."
                act = Judged(officer=_OFFICERS[by], one=one, other=other, verdict="same", words=words)
                self._say(act, by, at_s)
            else:
                self._to_second.append((one, other, by))  # nobody had the time; it is asked for again

    def _say(self, act: SeaAct, by: str, at_s: float) -> None:
        said = hashlib.sha256(f"watch {self.night.seed}/{len(self.acts)}".encode()).hexdigest()[:16]
        at = dt.datetime.fromtimestamp(int(at_s) + 60, dt.UTC)
        self.acts.append(ActSaid(id=said, at=at, by=by, act=act, node=NODES[by]))

    def _acknowledge(self, boat: Boat, acts: Sequence[ActSaid], at_s: float) -> None:
        by = next((one.by for one in acts if one.id == boat.closing), _FRENCH)
        other = _ENGLISH if by == _FRENCH else _FRENCH
        self._say(
            ClosingAcknowledged(officer=_OFFICERS[other], boat=boat.id, closing=boat.closing), other, at_s
        )

    def _end(self, boat: Boat, acts: Sequence[ActSaid], by_id: dict[str, SeaReport], at_s: float) -> None:
        """Resolve the count where what came ashore explains what was said; close when nothing hinders."""
        held = set(boat.reports)
        forms = [one.act for one in acts if isinstance(one.act, QuayForm) and one.act.boat in held]
        taken = [one.act for one in acts if isinstance(one.act, TakenOff) and one.act.boat in held]
        known_by = [one.identified for one in forms] + [one.identified for one in taken]
        phones = sorted({phone for one in known_by for phone in one.phones})
        names = sorted({name for form in forms for name in form.identified.names})
        identified = Identified(phones=tuple(phones), names=tuple(names))
        if not identified.is_positive or not boat.ledger.accounted:
            return
        by = _ENGLISH if taken and taken[-1].asset and taken[-1].manner == "rescued" else _FRENCH
        if not boat.hinders:
            self._say(
                Closed(
                    officer=_OFFICERS[by],
                    boat=boat.id,
                    identified=identified,
                    words="Tous à terre, identifiés.",
                ),
                by,
                at_s,
            )
            return
        # What the machine joined on an answer, both shores look at before anybody closes on it.
        for one in acts:
            said = one.act
            is_joined = isinstance(said, QuestionAnswered) and said.agrees and said.boat in held
            if is_joined and isinstance(said, QuestionAnswered) and said.other in held:
                self._judge(said.boat, said.other, by, at_s)
        newest = max(forms, key=lambda form: form.at, default=None)
        ledger = boat.ledger
        came, least = ledger.accounted, ledger.said.at_least
        explains = 0.75 * least <= came <= 1.35 * (ledger.said.at_most or max(came, least))
        done = [by_id[each] for each in boat.reports if by_id[each].seen.status.startswith("recovered")]
        if done and max(done, key=lambda one: one.at).seen.status == "recovered_incomplete":
            return  # the last ship there left people behind
        nobody_missing = newest is not None and newest.missing == 0 and ledger.missing == 0
        if nobody_missing and explains and ledger.resolved != came:
            self._say(
                CountResolved(
                    officer=_OFFICERS[by],
                    boat=boat.id,
                    count=came,
                    words="Les dires variaient ; ceux qui sont à terre disent que nul ne manque.",
                    grounds=(f"{came} comptés à terre", f"{least} au moins d’après les appels"),
                ),
                by,
                at_s,
            )

    def _ask(self, boat: Boat, picture: Picture, by_id: dict[str, SeaReport], at_s: float) -> None:
        """Ring the caller with the question that would settle most."""
        for question in boat.questions[:2]:
            caller = question.caller or (boat.callers[0] if boat.callers else "")
            key = (question.boat, question.asked, question.other)
            aboard = self._of_phone.get(caller)
            if aboard is None or self._answers[aboard.number] >= MOST_ANSWERS or self._tries[key] >= 3:
                continue
            self._tries[key] += 1
            self.asked += 1
            if not aboard.need(at_s) or self.random.random() >= ANSWERS:
                continue
            self._answers[aboard.number] += 1
            self.answered += 1
            self._answer(question, aboard, picture, by_id, at_s)
            return

    def _answer(
        self, question: Question, aboard: TrueBoat, picture: Picture, by_id: dict[str, SeaReport], at_s: float
    ) -> None:
        other = next((one for one in picture.boats if question.other in one.reports), None)
        told = [by_id[each] for each in other.reports if each in by_id] if other is not None else []
        truths = {self.night.boat_of[each] for each in other.reports} if other is not None else set()
        answer, agrees = self._answers_of.said(question.asked, aboard, told, truths, at_s)
        self._say(
            QuestionAnswered(
                officer=_OFFICERS[_FRENCH],
                boat=question.boat,
                asked=question.asked,
                answer=answer,
                question=question.record,
                other=question.other,
                agrees=agrees if other is not None else None,
            ),
            _FRENCH,
            at_s,
        )
        if agrees and other is not None and question.asked == "names":
            self._judge(question.boat, question.other, _FRENCH, at_s)
        if question.asked == "phone_digits":
            ends = {one.strip() for one in answer.split(",")}
            if agrees and other is not None:
                self._judge_named(question.boat, other, ends, at_s)
            self._read_back(question.boat, ends, picture, at_s)

    def _read_back(self, asked: str, ends: set[str], picture: Picture, at_s: float) -> None:
        """One who is asked names the telephones of several calls: each that was probably theirs is."""
        by_id = {boat.id: boat for boat in picture.boats}
        for link in picture.links:
            if link.verdict == "probably_same" and asked in (link.one, link.other) and not link.by:
                other = by_id[link.other if link.one == asked else link.one]
                self._judge_named(asked, other, ends, at_s)

    def _judge_named(self, asked: str, other: Boat, ends: set[str], at_s: float) -> None:
        """Numbers are written down wrongly: who reads one back is asked whether they made that call."""
        for report in other.reports:
            named = [phone for phone in self._reports[report].seen.callers if phone[-4:] in ends]
            if named and self._did_call(named[0], report):
                self._judge(asked, report, _FRENCH, at_s)
                return

    def _judge(self, one: str, other: str, by: str, at_s: float) -> None:
        pair = frozenset((one, other))
        if len(pair) == 2 and pair not in self._judged:
            self._judged.add(pair)
            self._to_second.append((one, other, _other(by)))
            words = "Un numéro ou un nom relu, à bord ou à terre."
            self._say(
                Judged(officer=_OFFICERS[by], one=one, other=other, verdict="same", words=words), by, at_s
            )

    def _quays(
        self, picture: Picture, by_id: dict[str, SeaReport], acts: Sequence[ActSaid], at_s: float
    ) -> None:
        """Whom a ship took off is known by the numbers that its people read back ashore.

        Each who read a number back is asked whether they made the call in which it stands: numbers are misheard.
        """
        of_report = {each: boat for boat in picture.boats for each in boat.reports}
        for said in acts:
            form = said.act
            if not isinstance(form, QuayForm | TakenOff) or said.id in self._forms_done:
                continue
            scene = self.night.on_scene.get(said.id, "")
            if scene not in of_report or not form.identified.phones:
                continue
            self._forms_done.add(said.id)
            read_back = set(form.identified.phones)
            scene_boat = of_report[scene].id
            done: set[str] = {scene_boat}
            for each in sorted(of_report):
                numbers = read_back & set(by_id[each].seen.callers)
                if numbers and of_report[each].id not in done and self._did_call(sorted(numbers)[0], each):
                    done.add(of_report[each].id)
                    self._judge(scene, each, _shore(said.by), at_s)

    def _ring(self, picture: Picture, acts: Sequence[ActSaid], at_s: float) -> None:
        """Numbers of boats that are probably the one whose people stand ashore are rung there, and heard or not."""
        ashore: dict[str, tuple[str, str]] = {}
        for said in acts:
            if isinstance(said.act, QuayForm) and said.id in self.night.on_scene:
                ashore[self.night.on_scene[said.id]] = (said.id, said.by)
        by_id = {boat.id: boat for boat in picture.boats}
        for boat in picture.boats:
            scene = next((each for each in boat.reports if each in ashore), "")
            likely = [link for link in boat.links if link.verdict == "probably_same"] if scene else []
            for link in sorted(likely, key=lambda one: -one.bits)[:3]:
                other = by_id.get(link.other if link.one == boat.id else link.one)
                for phone in other.callers if other is not None else ():
                    key = (scene, "ring", phone)
                    if other is None or self._tries[key]:
                        continue
                    self._tries[key] += 1
                    owner, form = self._of_phone.get(phone), ashore[scene][0]
                    there = owner is not None and self.night.boat_of.get(form) == owner.number
                    called = next((each for each in other.reports if self._gave(each, phone)), "")
                    if there and called and self.random.random() < 0.85 and self._did_call(phone, called):
                        self._judge(scene, called, _shore(ashore[scene][1]), at_s)
                        break

    def _gave(self, report: str, phone: str) -> bool:
        said = self._reports.get(report)
        return said is not None and phone in said.seen.callers

    def _did_call(self, phone: str, report: str) -> bool:
        """Ashore, the owner of a number is asked whether they called at that time; some forget, few err."""
        owner = self._of_phone.get(phone)
        is_theirs = owner is not None and self.night.boat_of.get(report) == owner.number
        return bool(self.random.random() < (0.97 if is_theirs else 0.005))


def _other(shore: str) -> str:
    return _ENGLISH if shore == _FRENCH else _FRENCH


def _shore(service: str) -> str:
    return _FRENCH if NODES[service] == NODES[_FRENCH] else _ENGLISH
