"""Who tells of boats, and how wrongly: people aboard, relatives ashore, charities, patrols, ships, aircraft and drones.

A call may give a position that is right, coarse, stale with or without its age, grossly wrong, or none; a count that
varies; the number of another telephone or a misheard digit (more than 2 % of numbers are wrong). The other shore
repeats what it heard, with its origin or without; a relative calls for several boats with one number. Each error is
drawn from `Errors`, which a stress multiplies; the world itself stays the same under every stress.
"""

from __future__ import annotations

import math

import numpy as np

from entente.exercise.nights.boats import COLOURS, Fleet, TrueBoat, at_place
from entente.exercise.nights.cast import Cast
from entente.exercise.nights.log import Log, moment, place
from entente.exercise.nights.physics import degrees
from entente.model.moment import Instant
from entente.model.place import Position
from entente.model.sea_act import Judged
from entente.model.sighting import Engine, Means, PersonsOnBoard, Phase, Sighting, Water

FRENCH_DESK, ENGLISH_DESK = "FR-PREMAR", "UK-HMCG"
_CONFUSED = {"grey": "black", "black": "grey", "blue": "black", "green": "grey", "white": "grey"}


class Callers:
    """Writes what is told of the boats, a minute after the other."""

    def __init__(
        self,
        random: np.random.Generator,
        log: Log,
        fleet: Fleet,
        cast: Cast,
        starts_s: float,
        *,
        position_errors: float = 1.0,
        wrong_phones: float = 0.04,
        forwarded: float = 0.3,
    ) -> None:
        self.random, self.log, self.fleet, self.starts_s = random, log, fleet, starts_s
        self.errors, self.wrong_phones, self.forwarded = position_errors, wrong_phones, forwarded
        self._last_number = ""
        self.phones_said = self.phones_wrong = 0
        self._last_of_track: dict[str, str] = {}
        self._runs: list[tuple[str, int, float, float, str]] = []  # asset, boat, next, until, track
        self._relatives: dict[int, str] = {}
        # Drawn for every boat whatever the stress, so that the night stays the same night.
        for boat in fleet.boats:
            number, chance, shared = cast.phone(), random.random(), random.random()
            if chance < 0.3:
                same = [k for k in self._relatives if fleet.boats[k].wave == boat.wave]
                self._relatives[boat.number] = self._relatives[same[0]] if same and shared < 0.5 else number

    def step(self, at_s: float) -> None:
        """What is told in this minute."""
        for boat in self.fleet.boats:
            if abs(at_s - boat.launched_s) < 30 and self.random.random() < 0.25:
                self._seen(boat, at_s, "patrol", "FR-GEND", 250.0, "")
            if not boat.afloat:
                continue
            self._aboard(boat, at_s)
            if self._chance(0.04):
                self._seen(boat, at_s, "ship", self._desk(boat, at_s), 450.0, "")
            relative = self._relatives.get(boat.number)
            if relative and at_s > boat.launched_s + 3600 and self._chance(0.3):
                self._relative(boat, at_s, relative)
        self._sorties(at_s)

    def _chance(self, an_hour: float) -> bool:
        return bool(self.random.random() < an_hour / 60.0)

    def _desk(self, boat: TrueBoat, at_s: float) -> str:
        east, north = at_place(self.fleet.track, self.starts_s, boat.number, at_s)
        over = (-east * 0.77 + north * 0.64 - 9_000) / 9_000.0
        return ENGLISH_DESK if self.random.random() < 1 / (1 + math.exp(-2 * over)) else FRENCH_DESK

    def _aboard(self, boat: TrueBoat, at_s: float) -> None:
        an_hour = {"motor": 0.8, "stopped": 2.6, "swamped": 6.0}[boat.state] + (
            0.8 if boat.water == "some" else 0
        )
        if not self._chance(an_hour * min(1.6, 0.4 + 0.3 * len(boat.callers))):
            return
        # One or two people do most of the calling.
        weights = 0.55 ** np.arange(len(boat.callers))
        caller = str(self.random.choice(boat.callers, p=weights / weights.sum()))
        means: Means = "call" if self.random.random() < 0.85 else "message"
        desk = self._desk(boat, at_s)
        seen = self._told(boat, at_s, means, caller)
        first = self.log.report(at_s, desk, seen, boat.number)
        boat.known_s = min(boat.known_s, at_s)
        self._echoes(boat, at_s, first, seen, desk)

    def _told(self, boat: TrueBoat, at_s: float, means: Means, caller: str) -> Sighting:
        """What somebody aboard says, with what the watch-keeper hears of it."""
        draw = self.random
        position, position_at = self._position(boat, at_s, 0.62)
        water: Water = boat.water if draw.random() < 0.6 else "unknown"  # type: ignore[assignment]
        if water == "some" and draw.random() < 0.15:
            water = "swamped"
        engine: Engine = "unknown"
        if draw.random() < 0.65:
            engine = "running" if (boat.state == "motor") == (draw.random() < 0.93) else "stopped"
        phase: Phase = "uncertainty"
        if boat.state == "swamped" or boat.in_water:
            phase = "distress"
        elif boat.state == "stopped" or boat.water != "dry":
            phase = "alert" if draw.random() < 0.6 else "distress"
        names = tuple(str(one) for one in draw.choice(boat.names, 1)) if draw.random() < 0.14 else ()
        launched = boat.beach if draw.random() < 0.3 else ""
        return Sighting(
            phase=phase,
            position=position,
            position_at=position_at,
            persons_on_board=self._count(boat, 0.72, 0.09),
            children=self._children(boat, 0.35),
            means=means,
            callers=self._number(caller) if draw.random() < (0.95 if means == "call" else 1.0) else (),
            names=names,
            engine=engine,
            water=water,
            in_water=boat.in_water if boat.in_water and draw.random() < 0.8 else None,
            colour=self._colour(boat, 0.4, 0.93),
            hull=boat.hull if draw.random() < 0.3 else "",
            launched_from=launched,
            launched_at=moment(boat.launched_s + float(draw.normal(0, 1500)))
            if draw.random() < 0.15
            else None,
            words="Moteur en panne, nous dérivons." if engine == "stopped" else "",
        )

    def _position(
        self, boat: TrueBoat, at_s: float, given: float, stale_s: float = 600.0
    ) -> tuple[Position | None, Instant | None]:
        """A place that somebody reads from a telephone, and when the boat was there if they say it."""
        draw = self.random
        is_given, kind, is_stale = draw.random() < given, draw.random(), draw.random() < 0.4
        age_s = float(min(draw.exponential(stale_s), 5400)) if is_stale else 0.0
        age_said, off, tells = draw.random() < 0.6, draw.normal(0, 1, 2), draw.random() < 0.5
        if not is_given:
            return None, None
        age_s = min(age_s, max(0.0, at_s - boat.launched_s))
        east, north = at_place(self.fleet.track, self.starts_s, boat.number, at_s - age_s)
        spread = (120.0 if kind < 0.7 else 700.0) * self.errors
        latitude, longitude = degrees(east + off[0] * spread, north + off[1] * spread)
        if kind > 0.985:  # a digit misread: a tenth of a degree, or ten minutes
            latitude += 0.1 if off[0] > 0 else -0.1
        elif kind > 0.6:  # to the tenth of a minute
            latitude, longitude = round(latitude * 600) / 600, round(longitude * 600) / 600
        said = place(latitude, longitude, spread * 2 if tells else None)
        return said, moment(at_s - age_s) if is_stale and age_said else None

    def _count(self, boat: TrueBoat, given: float, spread: float) -> PersonsOnBoard | None:
        draw = self.random
        is_given, factor, kind, width = (
            draw.random() < given,
            draw.normal(1, spread),
            draw.random(),
            draw.random(),
        )
        there = boat.aboard + boat.in_water
        if not is_given or there == 0:
            return None
        said = max(1, round(there * (factor if kind > 0.03 else 0.6 if factor < 1 else 1.6)))
        if kind < 0.45:
            said = max(5, 5 * round(said / 5))
        if width < 0.35:
            return PersonsOnBoard(
                at_least=max(1, said - round(said * 0.1)), at_most=said + round(said * 0.1) + 1
            )
        if width < 0.42:
            return PersonsOnBoard(at_least=max(1, round(said * 0.85)))
        return PersonsOnBoard(at_least=said, at_most=said)

    def _children(self, boat: TrueBoat, given: float) -> int | None:
        is_given, wrong, more = self.random.random() < given, self.random.random(), self.random.random() < 0.5
        return max(0, boat.children + ((1 if more else -1) if wrong < 0.25 else 0)) if is_given else None

    def _colour(self, boat: TrueBoat, given: float, right: float) -> str:
        is_given, sees, other = self.random.random() < given, self.random.random(), self.random.random()
        if not is_given:
            return ""
        if sees < right:
            return boat.colour
        return _CONFUSED[boat.colour] if other < 0.8 else str(self.random.choice(COLOURS))

    def _number(self, right: str) -> tuple[str, ...]:
        """The number as it is written down."""
        chance, figure, place_of = (
            self.random.random(),
            self.random.integers(1, 10),
            self.random.integers(1, 4),
        )
        said = right
        if chance < self.wrong_phones / 2 and self._last_number:
            said = self._last_number
        elif chance < self.wrong_phones:
            at = len(right) - int(place_of)
            said = right[:at] + str((int(right[at]) + int(figure)) % 10) + right[at + 1 :]
        self.phones_said += 1
        self.phones_wrong += said != right
        self._last_number = right
        return (said,)

    def _echoes(self, boat: TrueBoat, at_s: float, first: str, seen: Sighting, desk: str) -> None:
        """The other shore, or a charity, repeats the call; now and then twice, now and then as if it were its own."""
        draw = self.random
        is_echoed, keeps_origin, twice = draw.random() < 0.2, draw.random() < 0.75, draw.random() < 0.3
        delays, loses_age, alters = draw.uniform(240, 2400, 3), draw.random() < 0.3, draw.random() < 0.2
        if not is_echoed:
            return
        other = ENGLISH_DESK if desk == FRENCH_DESK else FRENCH_DESK
        echo = _echo(seen, self.log.seen[first].seen_at, first if keeps_origin else "", loses_age, alters)
        for number, delay in enumerate(delays):
            extra = "" if number == 0 or (number == 1 and twice) else "relays"
            self.log.report(at_s + float(delay), other, echo, boat.number, extra=extra)

    def _relative(self, boat: TrueBoat, at_s: float, number: str) -> None:
        """Somebody ashore, with a pin that was sent to them; their own number is often written as a caller's."""
        position, position_at = self._position(boat, at_s, 0.5, stale_s=2400.0)
        names = (
            tuple(str(one) for one in self.random.choice(boat.names, 1)) if self.random.random() < 0.5 else ()
        )
        as_caller, aboard = self.random.random(), self.random.random() < 0.35
        callers = (number,) if as_caller < self.forwarded else (boat.callers[0],) if aboard else ()
        self.phones_said += bool(callers)
        self.phones_wrong += callers == (number,)
        seen = Sighting(
            phase="alert" if boat.state != "motor" else "uncertainty",
            position=position,
            position_at=position_at,
            persons_on_board=self._count(boat, 0.5, 0.16),
            children=self._children(boat, 0.2),
            means="relayed",
            callers=callers,
            names=names,
            launched_from=boat.beach if self.random.random() < 0.4 else "",
        )
        self.log.report(at_s, self._desk(boat, at_s), seen, boat.number)
        boat.known_s = min(boat.known_s, at_s)

    def _seen(
        self,
        boat: TrueBoat,
        at_s: float,
        means: Means,
        by: str,
        error_m: float,
        track: str,
        truth: int | None = None,
    ) -> None:
        """Somebody outside sees it, in the dark more or less."""
        draw = self.random
        east, north = at_place(self.fleet.track, self.starts_s, boat.number, at_s)
        before = at_place(self.fleet.track, self.starts_s, boat.number, at_s - 300)
        off = draw.normal(0, error_m * self.errors, 2)
        way_east, way_north = (east - before[0]) / 300.0, (north - before[1]) / 300.0
        speed = float(max(0.0, math.hypot(way_east, way_north) * 1.944 + draw.normal(0, 0.4)))
        course = float((math.degrees(math.atan2(way_east, way_north)) + draw.normal(0, 12)) % 360)
        tracks = bool(track) or (means == "ship" and draw.random() < 0.5)
        seen = Sighting(
            phase="distress" if boat.state == "swamped" else "uncertainty",
            position=place(
                *degrees(east + off[0], north + off[1]), error_m * 2 if draw.random() < 0.7 else None
            ),
            persons_on_board=self._count(boat, 0.5 if means == "patrol" else 0.6, 0.15),
            means=means,
            colour=self._colour(boat, 0.5, 0.85),
            hull=boat.hull if draw.random() < 0.5 else "",
            engine=("running" if boat.state == "motor" else "stopped") if track else "unknown",
            in_water=boat.in_water if boat.in_water and draw.random() < 0.7 else None,
            launched_from=boat.beach if means == "patrol" else "",
            launched_at=moment(at_s) if means == "patrol" else None,
            course_degrees=round(course, 0) if tracks else None,
            speed_knots=round(speed, 1) if tracks else None,
            words=f"Piste {track}" if track else "",
        )
        said = self.log.report(at_s, by, seen, boat.number, reference=track)
        if track:
            self._last_of_track[track] = said
        boat.known_s = min(boat.known_s, at_s)

    def _sorties(self, at_s: float) -> None:
        """An aircraft or a drone follows a boat for a while; rarely it takes up the sister beside it unawares."""
        afloat = [boat.number for boat in self.fleet.boats if boat.afloat]
        if afloat and self._chance(0.11 * len(afloat)):
            drone = self.random.random() < 0.5
            name = f"{'MILAN' if drone else 'HERON'}-{int(self.random.integers(1, 4))}"
            until = at_s + float(self.random.uniform(1200, 4200))
            track = f"{name} P{int(self.random.integers(10, 99))}"
            self._runs.append(
                ("drone" if drone else "aircraft", int(self.random.choice(afloat)), at_s, until, track)
            )
        for index, (means, number, due, until, track) in enumerate(self._runs):
            boat = self.fleet.boats[number]
            if at_s < due or due > until:
                continue
            if not boat.afloat:
                self._runs[index] = (means, number, until + 1, until, track)
                self._watched_rescue(boat, track, at_s)
                continue
            swaps = self.random.random() < 0.02
            if swaps and boat.sister >= 0 and self.fleet.boats[boat.sister].afloat:
                number = boat.sister
            seen_by: Means = "drone" if means == "drone" else "aircraft"
            self._seen(self.fleet.boats[number], at_s, seen_by, self._desk(boat, at_s), 90.0, track)
            again = due + float(self.random.uniform(420, 900))
            self._runs[index] = (means, number, again, until, track)

    def _watched_rescue(self, boat: TrueBoat, track: str, at_s: float) -> None:
        """Whoever followed a boat from the air until a ship took its people off saw that the two are one."""
        scenes = [
            each
            for _, each in self.log.of_boat.get(boat.number, ())
            if self.log.seen[each].seen.status == "recovered"
        ]
        last = self._last_of_track.get(track)
        sees = self.random.random() < 0.8
        if scenes and last is not None and sees:
            words = f"{track}: followed until its people were taken off."
            act = Judged(
                officer="Harriet Colebourne", one=last, other=scenes[-1], verdict="same", words=words
            )
            self.log.act(at_s + 600, ENGLISH_DESK, act, boat.number)


def _echo(seen: Sighting, seen_at: Instant, origin: str, loses_age: bool, alters: bool) -> Sighting:
    """A repeated call: the same words from another desk."""
    count = seen.persons_on_board
    if alters and count is not None and count.at_most is not None:
        count = PersonsOnBoard(at_least=max(1, count.at_least - 2), at_most=count.at_most + 3)
    return Sighting(
        phase=seen.phase,
        position=seen.position,
        position_at=None if seen.position is None or loses_age else seen_at,
        persons_on_board=count,
        children=seen.children,
        means="relayed",
        callers=seen.callers,
        names=seen.names,
        origin=origin,
        engine=seen.engine,
        water=seen.water,
        in_water=seen.in_water,
        colour=seen.colour,
        launched_from=seen.launched_from,
        launched_at=seen.launched_at,
    )
