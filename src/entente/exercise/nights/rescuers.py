"""Ships that go out, take off whom they find, and bring them ashore; and what is written down of it.

An asset is sent to where a boat was last told to be and takes off the boat that lies nearest when it gets there, which
now and then is another. It may be full before all are off; people change ships; the count in the dark is a little wrong
now and then, the one on the quay is not. On the quay most people can say who telephoned and who is missing, some only
hours later. Boats that reach a beach by themselves are found there, or not, with their people, or without.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from entente.exercise.nights.boats import Fleet, Left, TrueBoat
from entente.exercise.nights.log import Log, moment, place
from entente.exercise.nights.physics import degrees, metres
from entente.model.sea_act import Identified, Manner, QuayForm, TakenOff, Tasked, Transferred
from entente.model.sighting import PersonsOnBoard, Sighting

_FRENCH = (
    ("Courlis", 50.727, 1.585),
    ("Sterne", 50.970, 1.845),
    ("Tadorne", 51.050, 2.365),
    ("Pluvier", 50.88, 1.45),
)
_ENGLISH = (
    ("Kittiwake", 51.115, 1.325),
    ("Redshank", 51.115, 1.325),
    ("Sandpiper", 50.915, 0.975),
    ("Dunlin", 51.330, 1.425),
    ("Turnstone", 51.115, 1.325),
    ("Whimbrel", 51.115, 1.325),
    ("Gannet", 51.02, 1.20),
    ("Fulmar", 51.115, 1.325),
    ("Plover", 50.915, 0.975),
    ("Avocet", 51.115, 1.325),
)
_QUAYS = {
    "FR-PREMAR": (
        ("Boulogne-sur-Mer", 50.727, 1.585),
        ("Calais", 50.970, 1.845),
        ("Dunkerque", 51.050, 2.365),
    ),
    "UK-HMCG": (("Dover", 51.115, 1.325), ("Ramsgate", 51.330, 1.425), ("Dungeness", 50.915, 0.985)),
}
_SIGHT_M = 3_000.0


@dataclass(slots=True)
class Party:
    """People of one boat aboard an asset. named: the report by which the asset speaks of it; on_scene: its own."""

    boat: int
    count: int
    named: str
    on_scene: str


@dataclass(slots=True)
class Asset:
    """A ship. doing: idle, going, taking, to_quay, unloading."""

    name: str
    service: str
    base: tuple[float, float]
    speed: float
    capacity: int
    east: float = 0.0
    north: float = 0.0
    doing: str = "idle"
    target: int = -1
    alongside: int = -1
    since_s: float = 0.0
    until_s: float = 0.0
    quay: str = ""
    aim: tuple[float, float] = (0.0, 0.0)
    parties: list[Party] = field(default_factory=list)

    @property
    def free(self) -> int:
        """Places left."""
        return self.capacity - sum(party.count for party in self.parties)


def _assets(random: np.random.Generator, boats: int) -> list[Asset]:
    english = _ENGLISH[: min(len(_ENGLISH), 3 + boats // 5)]
    found = []
    for service, crowd in (("FR-PREMAR", _FRENCH), ("UK-HMCG", english)):
        for name, latitude, longitude in crowd:
            base = metres(latitude, longitude)
            speed = float(random.uniform(8.5, 13.0))
            capacity = int(random.integers(60, 135))
            found.append(Asset(name, service, base, speed, capacity, *base))
    return found


class Rescuers:
    """All assets of a night."""

    def __init__(self, random: np.random.Generator, log: Log, fleet: Fleet, boats: list[TrueBoat]) -> None:
        self.random, self.log, self.fleet, self.boats = random, log, fleet, boats
        self.assets = _assets(random, len(boats))
        self._ashore: set[int] = set()
        self._errors: dict[tuple[int, int], tuple[float, float]] = {}
        self.on_scene: dict[str, str] = {}  # of each act, the report that its ship or beach made on the spot

    def step(self, at_s: float) -> None:
        """Every minute: go, take, land; every five, decide."""
        if int(at_s // 60) % 5 == 0:
            for asset in self.assets:
                if asset.doing == "idle":
                    self._send(asset, at_s)
        for asset in self.assets:
            getattr(self, f"_{asset.doing}")(asset, at_s)
        for boat in self.boats:
            if boat.state in ("landed", "beached") and boat.number not in self._ashore:
                self._ashore.add(boat.number)
                self._came_ashore(boat, at_s)

    def _where(self, number: int) -> tuple[float, float]:
        return float(self.fleet.east[number]), float(self.fleet.north[number])

    def _thought(self, number: int, at_s: float) -> tuple[float, float]:
        """Where a boat is thought to be: off by a mile or so, anew every twenty minutes."""
        key = (number, int(at_s // 1200))
        if key not in self._errors:
            spread = 500.0 if self.random.random() < 0.8 else 2_200.0
            east, north = self.random.normal(0, spread, 2)
            self._errors[key] = (float(east), float(north))
        east, north = self._where(number)
        return east + self._errors[key][0], north + self._errors[key][1]

    @staticmethod
    def _need(boat: TrueBoat) -> int:
        return 3 if boat.in_water or boat.state == "swamped" else 2 if boat.state == "stopped" else 1

    def _send(self, asset: Asset, at_s: float) -> None:
        sent = {one.target for one in self.assets if one.doing in ("going", "taking")}
        best: tuple[float, int] | None = None
        for boat in self.boats:
            if not boat.afloat or boat.known_s > at_s or (boat.number in sent and self._need(boat) < 3):
                continue
            east, north = self._where(boat.number)
            over = -east * 0.77 + north * 0.64 > 9_000  # beyond the middle of the Strait
            need = self._need(boat)
            if asset.service == "FR-PREMAR" and (over or need == 1):
                continue  # who makes way is watched there, and taken off only where they ask
            if asset.service == "UK-HMCG" and ((not over and need < 3) or (need == 1 and boat.goes_on)):
                continue
            away = math.hypot(east - asset.east, north - asset.north)
            score = away - need * 9_000
            if away < 45_000 and (best is None or score < best[0]):
                best = (score, boat.number)
        if best is not None:
            asset.target, asset.doing, asset.since_s = best[1], "going", at_s
            named = self.log.known(asset.target, at_s)
            if named:
                tasked = Tasked(
                    officer="Aude Kerlazan" if asset.service == "FR-PREMAR" else "Harriet Colebourne",
                    boat=named[-1],
                    asset=asset.name,
                    service=asset.service,
                    at=moment(at_s),
                )
                self.log.act(at_s, asset.service, tasked, asset.target)

    def _idle(self, asset: Asset, at_s: float) -> None:
        """Nothing to do."""

    def _going(self, asset: Asset, at_s: float) -> None:
        aim = self._thought(asset.target, at_s)
        away = self._sail(asset, aim)
        if away > 1_200 and self.boats[asset.target].afloat:
            return
        near = [boat.number for boat in self.boats if boat.afloat]
        near.sort(key=lambda number: self._away(asset, number))
        taken = {one.alongside for one in self.assets if one.doing == "taking"}
        near = [number for number in near if number not in taken]
        if near and self._away(asset, near[0]) < _SIGHT_M:
            asset.doing, asset.alongside, asset.since_s = "taking", near[0], at_s
            people = self.boats[near[0]].aboard + self.boats[near[0]].in_water
            asset.until_s = at_s + 420 + 20.0 * min(people, asset.free)
            self.boats[near[0]].escorted = True
        elif not self.boats[asset.target].afloat or at_s - asset.since_s > 3 * 3600:
            asset.doing = "to_quay" if asset.parties else "idle"

    def _away(self, asset: Asset, number: int) -> float:
        east, north = self._where(number)
        return math.hypot(east - asset.east, north - asset.north)

    def _sail(self, asset: Asset, aim: tuple[float, float]) -> float:
        east, north = aim[0] - asset.east, aim[1] - asset.north
        away = math.hypot(east, north)
        share = min(1.0, asset.speed * 60.0 / away) if away else 1.0
        asset.east += east * share
        asset.north += north * share
        return away * (1 - share)

    def _taking(self, asset: Asset, at_s: float) -> None:
        boat = self.boats[asset.alongside]
        asset.east, asset.north = self._where(boat.number)
        if at_s < asset.until_s and boat.afloat:
            return
        if boat.afloat and asset.free > 0:
            self._taken_off(asset, boat, at_s)
        boat.escorted = boat.afloat
        more = asset.free >= 35 and self.random.random() < 0.6
        asset.doing = "idle" if more else "to_quay"
        if more:
            self._send(asset, at_s)
            if asset.doing == "idle":
                asset.doing = "to_quay"
        if asset.doing == "to_quay":
            if self.random.random() < 0.08:
                self._transfer(asset, at_s)
            quays = _QUAYS[asset.service]
            nearest = min(quays, key=lambda one: math.dist(metres(one[1], one[2]), (asset.east, asset.north)))
            asset.quay, asset.aim = nearest[0], metres(nearest[1], nearest[2])

    def _taken_off(self, asset: Asset, boat: TrueBoat, at_s: float) -> None:
        """What the ship reports of itself, and the act; in a quarter of cases under the name of the boat it sought."""
        draw = self.random
        count = boat.take(min(asset.free, boat.aboard + boat.in_water), at_s, "rescued", asset.name)
        rest = boat.aboard + boat.in_water
        said = max(1, count + (int(draw.choice((-2, -1, 1))) if draw.random() < 0.03 else 0))
        here = degrees(*(np.array((asset.east, asset.north)) + draw.normal(0, 40, 2)))
        from_ais = draw.random() < 0.2
        seen = Sighting(
            phase="alert" if rest else "none",
            status="recovered_incomplete" if rest else "recovered",
            position=place(*here, 100.0),
            persons_on_board=PersonsOnBoard(at_least=said + rest, at_most=said + rest) if not rest else None,
            means="ais" if from_ais else "ship",
            colour=boat.colour if draw.random() < 0.8 else "",
            hull=boat.hull,
            marks=(boat.mark,) if draw.random() < 0.3 else (),
            words=f"{asset.name} : {said} personnes recueillies",
        )
        on_scene = self.log.report(at_s, asset.service, seen, boat.number)
        sought = self.log.known(asset.target, at_s)
        named = on_scene
        if sought and draw.random() < 0.25:
            named = str(draw.choice(sought))
        if not rest:
            boat.state = "empty"
        phones = self._phones(boat, 0.25)
        taken = TakenOff(
            officer="Yann Trévidel" if asset.service == "FR-PREMAR" else "Callum Wetherden",
            boat=named,
            manner="rescued",
            count=said,
            at=moment(at_s),
            asset=asset.name,
            position=place(*here),
            identified=Identified(phones=phones, marks=seen.marks),
        )
        self.on_scene[self.log.act(at_s, asset.service, taken, boat.number)] = on_scene
        asset.parties.append(Party(boat.number, count, named, on_scene))
        if boat.lost and draw.random() < 0.5:
            self._bodies(asset, boat, named, at_s)

    def _bodies(self, asset: Asset, boat: TrueBoat, named: str, at_s: float) -> None:
        """Some of the dead are found beside the boat."""
        count = int(self.random.integers(1, boat.lost + 1))
        boat.lost -= count
        boat.left.append(Left(count, at_s, "body_recovered", asset.name))
        boat.note(at_s)
        act = TakenOff(
            officer="Yann Trévidel" if asset.service == "FR-PREMAR" else "Callum Wetherden",
            boat=named,
            manner="body_recovered",
            count=count,
            at=moment(at_s),
            asset=asset.name,
            position=place(*degrees(asset.east, asset.north)),
        )
        self.log.act(at_s, asset.service, act, boat.number)

    def _phones(self, boat: TrueBoat, chance: float) -> tuple[str, ...]:
        """Numbers that people read back: those that called are asked for first."""
        if self.random.random() >= chance:
            return ()
        called = [one for one in boat.callers if self.random.random() < 0.9]
        silent = [one for one in boat.phones[len(boat.callers) :] if self.random.random() < 0.3]
        return tuple(called + silent[:4])

    def _transfer(self, asset: Asset, at_s: float) -> None:
        near = [
            one
            for one in self.assets
            if one is not asset and one.doing in ("idle", "to_quay") and one.free > 5
        ]
        near = [one for one in near if math.dist((one.east, one.north), (asset.east, asset.north)) < 15_000]
        if not near or not asset.parties:
            return
        party, other = asset.parties[-1], near[0]
        moved = min(party.count, other.free)
        act = Transferred(
            officer="Yann Trévidel" if asset.service == "FR-PREMAR" else "Callum Wetherden",
            boat=party.named,
            count=moved,
            at=moment(at_s),
            from_asset=asset.name,
            to_asset=other.name,
        )
        self.log.act(at_s, asset.service, act, party.boat)
        other.parties.append(Party(party.boat, moved, party.named, party.on_scene))
        party.count -= moved
        if other.doing == "idle":
            quay = _QUAYS[other.service][0]
            other.doing, other.quay, other.aim = "to_quay", quay[0], metres(quay[1], quay[2])

    def _to_quay(self, asset: Asset, at_s: float) -> None:
        if not asset.quay:
            quay = _QUAYS[asset.service][0]
            asset.quay, asset.aim = quay[0], metres(quay[1], quay[2])
        if self._sail(asset, asset.aim) > 50:
            return
        asset.doing, asset.until_s = "unloading", at_s + float(self.random.uniform(1200, 2700))

    def _unloading(self, asset: Asset, at_s: float) -> None:
        if at_s < asset.until_s:
            return
        for party in asset.parties:
            if party.count:
                self._form(self.boats[party.boat], party, asset.name, asset.quay, asset.service, at_s)
        asset.parties, asset.doing, asset.quay = [], "idle", ""

    def _form(self, boat: TrueBoat, party: Party, asset: str, quay: str, service: str, at_s: float) -> None:
        """The form where people come ashore. Who read back a number that called is known by that call's report."""
        draw = self.random
        is_asked, knows = draw.random() < 0.9, draw.random() < 0.92
        identified = Identified(
            phones=self._phones(boat, 0.93),
            names=tuple(one for one in boat.names if draw.random() < 0.5) if draw.random() < 0.7 else (),
        )
        named = self._of_the_call(identified, party.named, at_s)
        officer = "Gaël Huchedou" if service == "FR-PREMAR" else "Callum Wetherden"
        form = QuayForm(
            officer=officer,
            boat=named,
            place=quay,
            at=moment(at_s),
            came=party.count,
            asset=asset,
            missing=boat.lost if is_asked and knows else None,
            missing_names=boat.names[: min(boat.lost, 2)]
            if is_asked and knows and draw.random() < 0.5
            else (),
            identified=identified,
        )
        wait_s = float(draw.uniform(60, 1500))
        self.on_scene[self.log.act(at_s + wait_s, service, form, boat.number)] = party.on_scene
        if form.missing is None or not identified.is_positive:
            # Asked again later in the night, when people have slept and somebody who speaks with them has come.
            later_s = at_s + wait_s + float(draw.uniform(1800, 7200))
            again = QuayForm(
                officer=officer,
                boat=self._of_the_call(Identified(phones=boat.callers), named, at_s),
                place=quay,
                at=moment(later_s),
                came=party.count,
                asset=asset,
                missing=boat.lost,
                missing_names=form.missing_names,
                identified=Identified(phones=boat.callers, names=identified.names),
            )
            if draw.random() < 0.8:
                self.on_scene[self.log.act(later_s, service, again, boat.number)] = party.on_scene

    def _of_the_call(self, identified: Identified, named: str, at_s: float) -> str:
        """The report in which most of the numbers stand that were read back ashore; else the name given at sea."""
        read_back = set(identified.phones)
        found: dict[int, list[str]] = {}
        for boat, reports in self.log.of_boat.items():
            for arrives_s, each in reports:
                if arrives_s <= at_s and read_back & set(self.log.seen[each].seen.callers):
                    found.setdefault(boat, []).append(each)
        if not found or self.random.random() >= 0.8:
            return named
        return max(found.values(), key=len)[-1]

    def _came_ashore(self, boat: TrueBoat, at_s: float) -> None:
        """A patrol on the beach where a boat lands: everybody met, some, or an empty boat, or nothing."""
        draw = self.random
        landed = boat.state == "landed"
        service = "UK-HMCG" if landed else "FR-GEND"
        count = boat.left[-1].people if boat.left else 0
        chance, finds_s = draw.random(), float(draw.uniform(300, 2400))
        east, north = self._where(boat.number)
        here = place(*degrees(east, north), 200.0)
        if not boat.met and chance < 0.4:
            return
        met = count if boat.met and chance < 0.8 else int(count * chance) if boat.met else 0
        seen = Sighting(
            phase="none",
            status="landed" if landed else "returned_to_beach",
            position=here,
            persons_on_board=PersonsOnBoard(at_least=met, at_most=met if met == count else None)
            if met
            else None,
            means="patrol",
            colour=boat.colour,
            hull=boat.hull,
            words="" if met else "Embarcation vide sur la plage",
        )
        found = self.log.report(at_s + finds_s, service, seen, boat.number)
        if not met:
            return
        manner: Manner = "landed" if landed else "returned_to_beach"
        identified = Identified(phones=self._phones(boat, 0.3 if landed else 0.2))
        taken = TakenOff(
            officer="Ros Ankerby" if landed else "Gaël Huchedou",
            boat=found,
            manner=manner,
            count=met,
            at=moment(at_s + finds_s),
            place="Kent" if landed else boat.beach,
            position=here,
            identified=identified,
        )
        self.on_scene[self.log.act(at_s + finds_s + 120, service, taken, boat.number)] = found
        party = Party(boat.number, met, found, found)
        if landed:
            self._form(boat, party, "", "Dover", service, at_s + finds_s + 3600)
        elif draw.random() < 0.6:
            self._form(boat, party, "", boat.beach, service, at_s + finds_s + 900)
