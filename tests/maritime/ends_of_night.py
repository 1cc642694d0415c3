"""Ends of invented nights of which the truth is known: people, who left with what, who is lost, and who is in a hurry.

A hurried officer may file, repeat, misdate and misattribute anything, and takes any number or name that stands in a log
for one that was read back; he invents nobody. People ashore are honest: who was asked says how many of theirs are not
safe, as far as they can know. Everything comes from one seed.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, field
from typing import Any

from entente.maritime.picture import draw as drawn
from entente.maritime.values import ActSaid, SeaReport
from entente.model.place import Position
from entente.model.sea_act import (
    Closed,
    ClosingAcknowledged,
    CountResolved,
    Found,
    Identified,
    Judged,
    QuayForm,
    Reopened,
    TakenOff,
    Transferred,
)
from entente.model.sighting import PersonsOnBoard, Sighting

NIGHT = dt.datetime(2031, 10, 19, 0, tzinfo=dt.UTC)
SHORES = (("FR-PREMAR", "lille", "Kerlazan"), ("UK-HMCG", "dover", "Colebourne"))
ASSETS = ("Flamant", "Kittiwake", "RNLI Dover", "Abeille Normandie", "Hélicoptère F-ZBQX")
DAWN_MIN = 720
NAMES = [
    *("Selam Gebreab", "Karwan Rasul", "Nguyen Thi Hoa", "Idrissa Kone"),
    *("Yusuf Warsame", "Blerina Hoxha", "Farhad Noorzai", "Mehret Tekle"),
    *("Osman Elbashir", "Dilovan Aziz", "Tran Van Duc", "Abdoulaye Barry"),
]
LOST = [["Rojin Sabri", "Kidane Alem"], ["Hawre Qadir", "Liban Jama"], ["Pham Minh", "Salif Toure"]]


def minute(number: float) -> dt.datetime:
    return NIGHT + dt.timedelta(minutes=number)


@dataclass
class TrueBoat:
    number: int
    people: int
    phones: list[str]
    names: list[str]
    reports: list[SeaReport] = field(default_factory=list)
    carried: list[tuple[str, int, float]] = field(default_factory=list)  # asset ("" a beach), people, minute
    back: int = 0
    bodies: int = 0
    lost: int = 0
    ends_min: float = 0.0

    @property
    def unaccounted(self) -> int:
        """People of whom nobody in truth knows where they are."""
        return self.people - self.back - self.bodies - sum(count for _, count, _ in self.carried)


class Night:
    """One invented end of a night, with its truth."""

    def __init__(self, seed: int, boats: int | None = None) -> None:
        self.random = random.Random(seed)
        self.acts: list[ActSaid] = []
        self.misheard: set[str] = set()
        # Motion is slow to weigh and only helps the machine to merge: one night in eight has it.
        self.has_places = seed % 8 == 0
        self._number = 0
        self.boats = [self._boat(number) for number in range(boats or self.random.randint(1, 3))]

    @property
    def reports(self) -> list[SeaReport]:
        return [report for boat in self.boats for report in boat.reports]

    def truth_of(self) -> dict[str, TrueBoat]:
        return {report.id: boat for boat in self.boats for report in boat.reports}

    def next_id(self, of: str) -> str:
        self._number += 1
        return f"{of}-{self._number:03d}"

    def _boat(self, number: int) -> TrueBoat:
        draw = self.random
        boat = TrueBoat(
            number,
            draw.randint(4, 60),
            [f"+33639980{number}{each}{draw.randint(0, 9)}" for each in range(draw.randint(1, 4))],
            NAMES[4 * number : 4 * number + 4],
        )
        first, spoke = draw.uniform(0, 60), draw.random() < 0.9
        for place in range(draw.randint(1, 4)):
            self.report(boat, first + place * draw.uniform(3, 20), speaks=spoke and draw.random() < 0.75)
        if draw.random() < 0.25:
            of = draw.choice(boat.reports)
            self.report(boat, draw.uniform(70, 300), echo_of=of)
        boat.ends_min = max((r.at - NIGHT).total_seconds() / 60 for r in boat.reports if not r.seen.origin)
        return boat

    def report(
        self,
        boat: TrueBoat,
        at_min: float,
        *,
        speaks: bool = True,
        echo_of: SeaReport | None = None,
        aboard: int | None = None,
        phone: str = "",
    ) -> SeaReport:
        """Somebody tells of a boat, with a count that is more or less right, or none."""
        draw = self.random
        number = boat.people if aboard is None else aboard
        said = max(1, number + round(number * draw.choice((0, 0, 0, 0, -0.05, 0.05, -0.12, 0.15))))
        count = draw.choice(
            (
                PersonsOnBoard(said, said),
                PersonsOnBoard(max(1, round(0.9 * said)), round(1.1 * said)),
                PersonsOnBoard(said),
                None,
            )
        )
        by, node, _ = draw.choice(SHORES)
        seen = Sighting(
            phase=draw.choice(("distress", "alert", "none")) if speaks else "none",
            means="relayed" if echo_of else draw.choice(("call", "message")) if speaks else "aircraft",
            persons_on_board=echo_of.seen.persons_on_board if echo_of else count,
            callers=(phone or draw.choice(boat.phones),) if speaks and not echo_of else (),
            names=(draw.choice(boat.names),) if speaks and not echo_of and draw.random() < 0.4 else (),
            origin=echo_of.id if echo_of else "",
            marks=("XA-NVX0H214E131",),
            position=Position(latitude=51.0 + 0.01 * boat.number, longitude=1.5 + 0.0002 * at_min)
            if self.has_places
            else None,
        )
        report = SeaReport(id=self.next_id(f"r{boat.number}"), at=minute(at_min), by=by, node=node, seen=seen)
        boat.reports.append(report)
        return report

    def say(
        self, act: Any, at_min: float, shore: int | None = None, known: str = "", by: str = ""
    ) -> ActSaid:
        service, node, _ = SHORES[self.random.randint(0, 1) if shore is None else shore]
        said = ActSaid(
            id=known or self.next_id("act"), at=minute(at_min), by=by or service, node=node, act=act
        )
        self.acts.append(said)
        return said

    def officer(self) -> str:
        return f"{self.random.choice(SHORES)[0]}/{self.random.choice(SHORES)[2]}"

    def of(self, boat: TrueBoat) -> str:
        return self.random.choice(boat.reports).id

    # -- what truly happens, and what is honestly written of it ---------------------------------------------------

    def takes(self, boat: TrueBoat, asset: str, count: int, at_min: float) -> TakenOff | None:
        if not count:
            return None
        boat.carried.append((asset, count, at_min))
        boat.ends_min = max(boat.ends_min, at_min)
        return TakenOff(
            officer=self.officer(),
            boat=self.of(boat),
            manner="rescued" if asset else "landed",
            count=count,
            at=minute(at_min),
            asset=asset,
            place="" if asset else "Dungeness",
        )

    def given(self, boat: TrueBoat) -> Identified:
        """What people of a boat really gave in its reports."""
        phones = sorted({phone for r in boat.reports for phone in r.seen.callers if phone in boat.phones})
        names = sorted({name for r in boat.reports for name in r.seen.names if name in boat.names})
        return Identified(phones=tuple(phones), names=tuple(names))

    def form(
        self, boat: TrueBoat, asset: str, came: int, at_min: float, *, missing: int | None, to: str = ""
    ) -> QuayForm:
        """Filled in for people of one ship, who read back their numbers and names."""
        given = self.given(boat)
        own = given if given.is_positive else Identified(names=tuple(boat.names[:2]))
        named = tuple(LOST[boat.number][: missing or 0])
        return QuayForm(
            officer=self.officer(),
            boat=to or self.of(boat),
            place="Calais" if asset else "Dungeness",
            at=minute(at_min),
            came=came,
            asset=asset,
            missing=missing,
            missing_names=named if self.random.random() < 0.5 else (),
            identified=own,
        )


# -- in a hurry ------------------------------------------------------------------------------------------------------


def hurried(seed: int) -> Night:
    """A night in which some people of one boat at least are not accounted for, and everything is tried to close it."""
    night = Night(seed)
    draw = night.random
    for boat in night.boats:
        if boat.number == 0 or draw.random() < 0.3:
            _part_of(night, boat)
        elif draw.random() < 0.4:
            _end_well(night, boat)
        else:
            _all_of(night, boat)
    target = night.boats[0]
    moves = [draw.choice(MOVES) for _ in range(draw.randint(2, 9))]
    if draw.random() < 0.7:
        _own(night, target, target)
    for move in moves:
        move(night, target, draw.choice(night.boats))
    for _ in range(draw.randint(1, 3)):
        _resolve(night, target, target)
        _close(night, target, draw.choice(night.boats))
    if draw.random() < 0.5:
        _by_the_screen(night, target)
    draw.shuffle(night.acts)
    return night


def _by_the_screen(night: Night, boat: TrueBoat) -> None:
    """He resolves the count to whatever the ledger shows, with two grounds, and closes on what the log gave."""
    shown = drawn(night.reports, night.acts, minute(DAWN_MIN))
    counted = next(each.ledger.accounted for each in shown.boats if boat.reports[0].id in each.reports)
    resolved = CountResolved(
        officer="Kerlazan", boat=boat.reports[0].id, count=counted, words="compté",
        grounds=("Lille : à bord", "Dover: aboard"),
    )  # fmt: skip
    night.say(resolved, 710)
    closed = Closed(
        officer="Kerlazan", boat=boat.reports[0].id, words="tous à terre", identified=night.given(boat)
    )
    night.say(closed, 712)


def _part_of(night: Night, boat: TrueBoat) -> None:
    """Some are taken off; the others are in the water or still aboard."""
    draw = night.random
    left = draw.randint(1, max(1, min(boat.people, draw.choice((1, 2, 3, 10, 60)))))
    rest, at_min = boat.people - left, boat.ends_min
    # In some nights people ashore are asked only where it cannot be helped.
    ships = draw.sample(ASSETS, 2)
    taken: list[TakenOff] = []
    for place, asset in enumerate(ships):
        if place and draw.random() < 0.6:
            break
        count = rest if place or draw.random() < 0.5 else draw.randint(0, rest)
        rest -= count
        at_min += draw.uniform(5, 60)
        told = night.takes(boat, asset, count, at_min)
        if told:
            taken.append(told)
        if told and draw.random() < 0.9:
            off = draw.choice((0, 0, 0, 0, 1, 2, -1)) if count > 3 else 0
            night.say(TakenOff(**{**_fields(told), "count": count + off}), at_min + 3)
    if draw.random() < 0.3:
        night.report(boat, at_min + draw.uniform(1, 90), aboard=left)
    for asset, count, taken_min in list(boat.carried):
        if draw.random() < 0.7:
            # Who left before the last ship thinks that the others were saved by it.
            knows = taken_min == at_min or draw.random() < 0.5
            missing = (boat.unaccounted if knows else 0) if draw.random() < 0.8 else None
            if not knows and len(boat.carried) < 2:
                missing = boat.unaccounted
            form = night.form(boat, asset, count, at_min + 120, missing=missing)
            night.say(form, at_min + 130)
            if missing is not None and not knows:
                # They miss nobody because they saw another ship come for the others: so whoever asks hears of it.
                for later in taken:
                    if later.asset != asset:
                        night.say(TakenOff(**{**_fields(later), "boat": form.boat}), at_min + 131)


def _all_of(night: Night, boat: TrueBoat) -> None:
    draw = night.random
    asset, at_min = draw.choice(ASSETS), boat.ends_min + draw.uniform(5, 60)
    told = night.takes(boat, asset, boat.people, at_min)
    assert told is not None
    night.say(told, at_min + 3)
    if draw.random() < 0.8:
        night.say(night.form(boat, asset, boat.people, at_min + 120, missing=0), at_min + 130)


def _fields(value: Any) -> dict[str, Any]:
    return {name: getattr(value, name) for name in value.__struct_fields__}


def _taken_acts(night: Night, boat: TrueBoat) -> list[TakenOff]:
    held = {report.id for report in boat.reports}
    return [said.act for said in night.acts if isinstance(said.act, TakenOff) and said.act.boat in held]


def _tell_again(night: Night, boat: TrueBoat, other: TrueBoat) -> None:
    """The same rescue, told once more: by whichever shore, later or earlier, under another name of the ship."""
    draw = night.random
    for act in _taken_acts(night, boat)[:1]:
        shift = draw.choice((0, 1, 10, 40, 300, -30))
        asset = draw.choice((act.asset, act.asset.upper(), f"PSP {act.asset}", "", draw.choice(ASSETS)))
        again = TakenOff(**{**_fields(act), "at": act.at + dt.timedelta(minutes=shift), "asset": asset})
        night.say(again, (again.at - NIGHT).total_seconds() / 60 + draw.choice((1, 30, 400)))


def _land_again(night: Night, boat: TrueBoat, other: TrueBoat) -> None:
    """People already taken off are told as landed."""
    draw = night.random
    for act in _taken_acts(night, boat)[:1]:
        landed = TakenOff(
            **{
                **_fields(act),
                "manner": draw.choice(("landed", "landed", "rescued")),
                "asset": draw.choice((act.asset, act.asset, "")),
                "at": act.at + dt.timedelta(minutes=100),
            }
        )
        night.say(landed, 500)


def _count_twice(night: Night, boat: TrueBoat, other: TrueBoat) -> None:
    """People change ships, and the second ship tells them as taken off too."""
    draw = night.random
    for act in _taken_acts(night, boat)[:1]:
        to = draw.choice([asset for asset in ASSETS if asset != act.asset])
        moved = draw.randint(1, max(1, act.count))
        at = act.at + dt.timedelta(minutes=15)
        if draw.random() < 0.8:
            night.say(
                Transferred(
                    officer="Kerlazan", boat=act.boat, count=moved, at=at, from_asset=act.asset, to_asset=to
                ),
                400,
            )
        night.say(TakenOff(**{**_fields(act), "asset": to, "count": moved, "at": at}), 401)


def _others_form(night: Night, boat: TrueBoat, other: TrueBoat) -> None:
    """The quay form of another boat's people, filed under this one."""
    draw = night.random
    if other is boat or not other.carried:
        return
    asset, count, at_min = other.carried[0]
    form = night.form(other, asset, count, at_min + 100, missing=0, to=night.of(boat))
    if draw.random() < 0.3 and not any(each.carried and each.carried[0][0] == asset for each in (boat,)):
        form = QuayForm(**{**_fields(form), "identified": Identified()})
    night.say(form, at_min + 140)


def _merge(night: Night, boat: TrueBoat, other: TrueBoat) -> None:
    """An officer takes two boats for one."""
    if other is not boat:
        night.say(
            Judged(
                officer=night.officer(),
                one=night.of(boat),
                other=night.of(other),
                verdict="same",
                words="c’est la même",
            ),
            night.random.uniform(100, 600),
            shore=0,
        )


def _own(night: Night, boat: TrueBoat, other: TrueBoat) -> None:
    """Both shores rightly join the reports of the boat."""
    for report in boat.reports[1:]:
        for shore in (0, 1):
            night.say(
                Judged(officer=night.officer(), one=boat.reports[0].id, other=report.id, verdict="same"),
                200,
                shore=shore,
            )


def _resolve(night: Night, boat: TrueBoat, other: TrueBoat) -> None:
    """A count that makes it fit: what is on paper, whatever was said."""
    draw = night.random
    paper = sum(act.count for act in _taken_acts(night, boat))
    truth = sum(count for _, count, _ in boat.carried)
    night.say(
        CountResolved(
            officer=draw.choice(("Kerlazan", "Kerlazan", "Colebourne", "FR-PREMAR", "UK-HMCG/import")),
            boat=night.of(boat),
            count=draw.choice((paper, truth, boat.people, paper)),
            words=draw.choice(("compté", "compté", "counted", "")),
            grounds=draw.choice((("Lille : à bord", "Dover: aboard"), ("as", "said"), ("one",), ())),
        ),
        draw.uniform(300, 700),
    )


def _close(night: Night, boat: TrueBoat, other: TrueBoat) -> None:
    draw = night.random
    given, others = night.given(boat), night.given(other)
    wrong = tuple(phone[:-1] + str((int(phone[-1]) + 1) % 10) for phone in boat.phones)
    identified = draw.choice(
        (
            given,
            given,
            others,
            Identified(phones=wrong),
            Identified(names=("Nobody Atall",)),
            Identified(marks=("XA-NVX0H214E131",)),
            Identified(photograph="relue avec trois occupants", marks=("XA-NVX0H214E131",)),
            Identified(),
        )
    )
    at_min = draw.choice((30, 100, 705, 705, 705, 5000))
    closed = night.say(
        Closed(
            officer=draw.choice(("Kerlazan", "Kerlazan", "Colebourne", "FR-PREMAR/import", "")),
            boat=night.of(draw.choice((boat, boat, other))),
            words=draw.choice(("tous à terre", "everybody safe", "everybody ashore", "")),
            identified=identified,
        ),
        at_min,
    )
    if draw.random() < 0.6:
        night.say(
            ClosingAcknowledged(officer="Colebourne", boat=night.of(boat), closing=closed.id), at_min + 10
        )


def _future(night: Night, boat: TrueBoat, other: TrueBoat) -> None:
    """People told as taken off at an hour yet to come, or by an act that is dated so."""
    draw = night.random
    for act in _taken_acts(night, boat)[:1]:
        later = TakenOff(**{**_fields(act), "count": max(1, boat.unaccounted), "at": minute(5000)})
        if draw.random() < 0.5:
            # Said at an hour that has not come, of people who were not seen.
            night.say(later, 6000)
        else:
            late = TakenOff(**{**_fields(act), "at": minute(DAWN_MIN + 600)})
            night.say(late, 300)


def _find(night: Night, boat: TrueBoat, other: TrueBoat) -> None:
    """Somebody whom another boat missed is found, and filed under this one."""
    if other is not boat:
        # A name that stands in a record of the other boat: a report, a quay form, or the one filed just below.
        told = night.given(other).names or tuple(other.names[:1] if not night.given(other).phones else ())
        name = night.random.choice((LOST[other.number][0], *told[:1]))
        night.say(
            Found(officer="Kerlazan", boat=night.of(boat), name=name, alive=True, at=minute(300)),
            310,
        )
        night.say(
            QuayForm(
                **{
                    **_fields(night.form(other, "Kittiwake", 1, 200, missing=1)),
                    "missing_names": (LOST[other.number][0],),
                }
            ),
            210,
        )


def _reopen(night: Night, boat: TrueBoat, other: TrueBoat) -> None:
    night.say(
        Reopened(officer="Kerlazan", boat=night.of(boat), words="doute"), night.random.uniform(100, 800)
    )


def _part(night: Night, boat: TrueBoat, other: TrueBoat) -> None:
    night.say(
        Judged(officer="Kerlazan", one=night.of(boat), other=night.of(other), verdict="different"),
        night.random.uniform(100, 700),
    )


def _wrong_number(night: Night, boat: TrueBoat, other: TrueBoat) -> None:
    """A number is written down under the wrong boat, as in two reports of a hundred."""
    if other is not boat:
        night.misheard.add(night.report(boat, night.random.uniform(0, 60), phone=other.phones[0]).id)


def _form_again(night: Night, boat: TrueBoat, other: TrueBoat) -> None:
    """A quay form once more: as it was, later, for another ship, or with nobody missing who was missed before."""
    draw = night.random
    held = {report.id for report in boat.reports}
    forms = [said.act for said in night.acts if isinstance(said.act, QuayForm) and said.act.boat in held]
    if not forms:
        return
    form = draw.choice(forms)
    changed = draw.choice(
        (
            {},
            {"at": form.at + dt.timedelta(minutes=draw.choice((1, 60, 400)))},
            {"asset": draw.choice(ASSETS)},
            {"asset": "", "place": "Ramsgate"},
            # Who was never asked is not made to have answered: that would be invented.
            {"missing": 0 if form.missing is not None else None, "missing_names": ()},
            {"identified": Identified()},
        )
    )
    for _ in range(draw.randint(1, 3)):
        night.say(QuayForm(**{**_fields(form), **changed}), draw.uniform(200, 800))


def _late_call(night: Night, boat: TrueBoat, other: TrueBoat) -> None:
    """Those who are still out call again, before or after somebody closes."""
    if boat.unaccounted > 0:
        night.report(boat, boat.ends_min + night.random.uniform(1, 600), aboard=boat.unaccounted)


def _on_the_wire_twice(night: Night, boat: TrueBoat, other: TrueBoat) -> None:
    """The same records arrive again and again."""
    night.acts += night.random.choices(night.acts, k=5) if night.acts else []


MOVES = (
    _tell_again,
    _tell_again,
    _land_again,
    _count_twice,
    _others_form,
    _merge,
    _merge,
    _own,
    _own,
    _own,
    _resolve,
    _close,
    _future,
    _find,
    _form_again,
    _form_again,
    _late_call,
    _on_the_wire_twice,
    _reopen,
    _part,
    _wrong_number,
)


# -- with time and care ----------------------------------------------------------------------------------------------


def careful(seed: int) -> Night:
    """The end of a night in which everybody is accounted for, and both shores do what the season's evidence allows."""
    night = Night(seed)
    draw = night.random
    for boat in night.boats:
        _end_well(night, boat)
    # Two boats of which both shores know that they are two.
    for one in night.boats:
        for other in night.boats[: one.number]:
            night.say(
                Judged(
                    officer="Kerlazan", one=one.reports[0].id, other=other.reports[0].id, verdict="different"
                ),
                650,
            )
    draw.shuffle(night.acts)
    return night


def _end_well(night: Night, boat: TrueBoat) -> None:
    draw = night.random
    if not any(report.seen.callers for report in boat.reports):
        night.report(boat, boat.ends_min + 1)
        boat.ends_min += 1
    rest, at_min, dead = boat.people, boat.ends_min, 0
    if rest > 5 and draw.random() < 0.15:
        boat.back = draw.randint(1, 4)
        # Whoever turned back is not among those who were counted at sea.
        boat.people += boat.back
        back_min = min((r.at - NIGHT).total_seconds() / 60 for r in boat.reports) - 5
        back = TakenOff(
            officer="Huchedou", boat=night.of(boat), manner="returned_to_beach", count=boat.back,
            at=minute(back_min), place="Gravelines",
        )  # fmt: skip
        night.say(back, back_min + 4)
    if rest > 5 and draw.random() < 0.15:
        dead = boat.bodies = draw.randint(1, 2)
        rest -= dead
    at_sea = draw.random() < 0.85
    ships = draw.sample(ASSETS, 2) if at_sea else [""]
    for place, asset in enumerate(ships):
        count = rest if place == len(ships) - 1 or draw.random() < 0.6 else draw.randint(1, rest)
        rest -= count
        at_min += draw.uniform(5, 60)
        told = night.takes(boat, asset, count, at_min)
        if told is None:
            continue
        night.say(told, at_min + 3, shore=0)
        if draw.random() < 0.2:
            # The other shore tells it too, later and under its own name for the ship.
            again = TakenOff(**{**_fields(told), "at": told.at + dt.timedelta(minutes=draw.choice((0, 4)))})
            night.say(again, at_min + 20, shore=1)
        if draw.random() < 0.2 and asset:
            landed = TakenOff(
                **{**_fields(told), "manner": "landed", "at": minute(at_min + 90), "place": "Calais"}
            )
            night.say(landed, at_min + 95)
    last_min = at_min
    if dead:
        at_min += 10
        body = TakenOff(
            officer="Kerlazan", boat=night.of(boat), manner="body_recovered", count=dead, at=minute(at_min),
            asset="Flamant",
        )  # fmt: skip
        night.say(body, at_min + 2)
    carried = list(boat.carried)
    if len(carried) == 1 and carried[0][0] and carried[0][1] > 3 and draw.random() < 0.2:
        asset, count, _ = carried[0]
        other = draw.choice([each for each in ASSETS if each != asset])
        moved = Transferred(
            officer="Kerlazan", boat=night.of(boat), count=2, at=minute(last_min + 20), from_asset=asset,
            to_asset=other,
        )  # fmt: skip
        night.say(moved, last_min + 22)
        carried = [(asset, count - 2, last_min), (other, 2, last_min)]
    lost = draw.random() < 0.15
    for place, (asset, count, _) in enumerate(carried):
        form = night.form(boat, asset, count, at_min + 120 + 7 * place, missing=0)
        if lost:
            form = QuayForm(**{**_fields(form), "missing": 1, "missing_names": ("Selam Tesfay",)})
        night.say(form, at_min + 130)
    if lost:
        night.say(
            Found(officer="Kerlazan", boat=night.of(boat), name="Selam Tesfay", alive=True, at=minute(600)),
            610,
        )
    _own(night, boat, boat)
    night.say(
        CountResolved(
            officer="Kerlazan",
            boat=night.of(boat),
            count=boat.people,
            words="Les dires variaient ; nul ne manque à quai.",
            grounds=("Lille : comptés à quai", "Dover: as called"),
        ),
        660,
        shore=0,
    )
    closed = night.say(
        Closed(officer="Kerlazan", boat=night.of(boat), words="Tous à terre.", identified=night.given(boat)),
        670,
        shore=0,
    )
    if draw.random() < 0.8:
        night.say(
            ClosingAcknowledged(officer="Colebourne", boat=night.of(boat), closing=closed.id), 690, shore=1
        )
