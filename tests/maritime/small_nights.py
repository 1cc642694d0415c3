"""Small invented nights for the tests of association: straight ways, a turning stream, and who tells of the boats.

Not the simulator of the exercise: these have their own, simpler errors, so that laws can be tried in a second.
"""

from __future__ import annotations

import datetime as dt
import math
import random

import msgspec

from entente.maritime.values import SeaReport
from entente.model.place import Position
from entente.model.sighting import PersonsOnBoard, Sighting

BEGINS = dt.datetime(2031, 10, 18, 21, 0, tzinfo=dt.UTC)
BEACHES = (
    ("Leffrinckoucke", 51.06, 2.44),
    ("Grand-Fort-Philippe", 51.00, 2.08),
    ("Oye-Plage", 50.99, 2.03),
    ("Sangatte", 50.945, 1.75),
    ("Wissant", 50.89, 1.66),
    ("Ambleteuse", 50.81, 1.59),
    ("Hardelot", 50.64, 1.57),
    ("Berck", 50.41, 1.55),
)


class Night(msgspec.Struct, frozen=True):
    """Reports, and the boat that each is truly of."""

    reports: tuple[SeaReport, ...]
    truth: dict[str, int]


def small_night(seed: int, boats: int = 12, worse: float = 1.0, wrong_phones: float = 0.03) -> Night:
    """A night of so many boats; worse multiplies the errors of position."""
    draw = random.Random(seed)
    said: list[tuple[dt.datetime, int, Sighting]] = []
    tracks = [_track(draw) for _ in range(boats)]
    for track in tracks:
        phones = [f"+33 6 39 98 {draw.randrange(100):02d} {draw.randrange(100):02d}" for _ in range(3)]
        track["phones"] = phones
    for boat, track in enumerate(tracks):
        for _ in range(draw.randint(4, 14)):
            hours = draw.uniform(0.1, track["hours"])
            means = draw.choices(
                ("call", "message", "relayed", "aircraft", "ship", "patrol"), (6, 3, 2, 2, 1, 1)
            )[0]
            latitude, longitude = _at(track, hours)
            sigma = {"call": 350, "message": 60, "relayed": 500, "aircraft": 100, "ship": 200, "patrol": 400}[
                means
            ]
            sigma *= worse
            latitude += draw.gauss(0, sigma) / 111_200
            longitude += draw.gauss(0, sigma) / 70_000
            count = max(2, round(track["count"] * math.exp(draw.gauss(0, 0.1))))
            owner = track if draw.random() > wrong_phones else draw.choice(tracks)
            callers = (draw.choices(owner["phones"], (6, 2, 1))[0],) if means in ("call", "message") else ()
            said.append(
                (
                    track["starts"] + dt.timedelta(hours=hours),
                    boat,
                    Sighting(
                        means=means,
                        position=Position(latitude=latitude, longitude=longitude)
                        if draw.random() < 0.85
                        else None,
                        persons_on_board=PersonsOnBoard(count, count) if draw.random() < 0.7 else None,
                        callers=callers,
                        colour=track["colour"] if draw.random() < 0.4 else "",
                        children=track["children"] if draw.random() < 0.2 else None,
                        launched_from=track["beach"] if draw.random() < 0.2 else "",
                    ),
                )
            )
    said.sort(key=lambda one: (one[0], one[1]))
    reports, truth = [], {}
    for number, (at, boat, seen) in enumerate(said):
        key = f"r{seed:04d}-{number:04d}"
        truth[key] = boat
        reports.append(SeaReport(id=key, at=at, by="FR-CROSS", seen=seen))
        if draw.random() < 0.15:
            echo = f"{key}-echo"
            later = at + dt.timedelta(minutes=draw.uniform(3, 40))
            truth[echo] = boat
            relayed = msgspec.structs.replace(seen, means="relayed", origin=key, callers=("+44 7700 900123",))
            reports.append(SeaReport(id=echo, at=later, by="UK-HMCG", seen=relayed))
    return Night(tuple(reports), truth)


def _track(draw: random.Random) -> dict:
    beach, latitude, longitude = draw.choice(BEACHES)
    return {
        "beach": beach,
        "latitude": latitude,
        "longitude": longitude,
        "starts": BEGINS + dt.timedelta(hours=draw.uniform(0, 6)),
        "hours": draw.uniform(2, 6),
        "speed": draw.uniform(1.2, 2.6),
        "heading": math.radians(draw.gauss(318, 15)),
        "count": round(math.exp(draw.gauss(math.log(48), 0.35))),
        "children": draw.randrange(0, 9),
        "colour": draw.choice(("grey", "black", "black", "grey", "orange", "white")),
    }


def _at(track: dict, hours: float) -> tuple[float, float]:
    clock = (track["starts"] - BEGINS).total_seconds() / 3600
    way = track["speed"] * hours * 3600
    # A stream along 045 degrees that turns every six hours and a bit, of one metre a second at most.
    carried = (
        3600
        * 12.42
        / (2 * math.pi)
        * (math.cos(2 * math.pi * clock / 12.42) - math.cos(2 * math.pi * (clock + hours) / 12.42))
    )
    north = way * math.cos(track["heading"]) + carried * 0.7
    east = way * math.sin(track["heading"]) + carried * 0.7
    return track["latitude"] + north / 111_200, track["longitude"] + east / 70_000
