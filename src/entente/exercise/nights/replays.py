"""Two nights that happened, retold with invented people, telephones, ships and places.

What is kept is the shape of the trap. In "a boat taken for another" (after 24 November 2021) one boat calls and calls,
another is rescued nearby, and somebody writes that it was the one that called. In "one or two boats" (after 23
November 2018) two shores hold two sets of calls, and ships search until the other shore confirms, by a telephone read
back, that there is one boat. Each is a list of reports and acts with the true boat of each.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import NamedTuple

from entente.exercise.nights.lines import lines_of
from entente.exercise.nights.log import NODES, Entry, place
from entente.maritime.values import ActSaid, SeaReport
from entente.model.sea_act import (
    Closed,
    ClosingAcknowledged,
    CountResolved,
    Identified,
    Judged,
    QuayForm,
    SeaAct,
    Searched,
    TakenOff,
    Tasked,
)
from entente.model.sighting import Means, PersonsOnBoard, Sighting

_GRIS_NEZ, _DOVER = "FR-PREMAR", "UK-HMCG"
LIVE, RESCUED = 0, 1


class Replay(NamedTuple):
    """A retold night. live_boat: the boat that must never be hidden; live_until: to what moment people are at sea.

    confirmed_at: when it became known that there is one boat. moments: when a picture is looked at.
    """

    entries: tuple[Entry, ...]
    moments: tuple[dt.datetime, ...]
    live_boat: int
    live_until: dt.datetime
    confirmed_at: dt.datetime | None = None

    def until(self, at: dt.datetime) -> tuple[list[SeaReport], list[ActSaid]]:
        """What had arrived by a moment."""
        said = [entry.said for entry in self.entries if entry.arrives_s <= at.timestamp()]
        return [one for one in said if isinstance(one, SeaReport)], [
            one for one in said if isinstance(one, ActSaid)
        ]

    def boat_of(self) -> dict[str, int]:
        """The true boat of each report."""
        return {entry.said.id: entry.boat for entry in self.entries if isinstance(entry.said, SeaReport)}

    def lines(self) -> Iterator[str]:
        """As `entente sea replay` reads it."""
        return lines_of(self.entries, self.moments)


class _Teller:
    """Writes a retold night from minutes after its beginning."""

    def __init__(self, name: str, starts: dt.datetime) -> None:
        self.name, self.starts = name, starts
        self.entries: list[Entry] = []

    def at(self, minute: float) -> dt.datetime:
        return self.starts + dt.timedelta(minutes=minute)

    def call(
        self,
        minute: float,
        boat: int,
        by: str,
        words: str,
        *,
        where: tuple[float, float] | None = None,
        aged: float | None = None,
        people: tuple[int, int] | None = None,
        phone: str = "",
        means: Means = "call",
        **seen: object,
    ) -> str:
        """A report; where: latitude and longitude; aged: how many minutes before it the boat was there."""
        sighting = Sighting(
            means=means,
            words=words,
            position=place(*where) if where else None,
            position_at=None if aged is None else self.at(minute - aged),
            persons_on_board=PersonsOnBoard(at_least=people[0], at_most=people[1]) if people else None,
            callers=(phone,) if phone else (),
            **seen,  # type: ignore[arg-type]
        )
        said = f"{self.name}-{len(self.entries):03d}"
        report = SeaReport(id=said, at=self.at(minute), by=by, seen=sighting, node=NODES[by])
        self.entries.append(Entry(self.at(minute).timestamp(), report, boat))
        return said

    def act(self, minute: float, by: str, act: SeaAct, boat: int) -> str:
        said = f"{self.name}-{len(self.entries):03d}"
        entry = ActSaid(id=said, at=self.at(minute), by=by, act=act, node=NODES[by])
        self.entries.append(Entry(self.at(minute).timestamp(), entry, boat))
        return said

    def moments(self, last: int, every: int) -> tuple[dt.datetime, ...]:
        return tuple(self.at(minute) for minute in range(every, last + 1, every))


def taken_for_another() -> Replay:
    """Call after call from one boat; another is taken off nearby, and written down as the one that called."""
    tell = _Teller("taken", dt.datetime(2031, 11, 24, 0, 30, tzinfo=dt.UTC))
    first, second, third = "+33639984101", "+33639984102", "+447700900141"
    other = "+33639984155"
    start = tell.call(
        18,
        LIVE,
        _GRIS_NEZ,
        "Nous sommes trente-trois, de l’eau entre, le moteur s’est arrêté.",
        where=(51.0570, 1.2270),
        people=(33, 33),
        phone=first,
        engine="stopped",
        water="some",
        phase="distress",
        children=1,
        colour="grey",
    )
    tell.call(
        33,
        LIVE,
        _GRIS_NEZ,
        "Position envoyée par message.",
        where=(51.0590, 1.2300),
        phone=first,
        means="message",
        phase="distress",
    )
    tell.call(
        48,
        LIVE,
        _DOVER,
        "Relayed from Gris-Nez.",
        where=(51.0570, 1.2270),
        people=(33, 33),
        phone=first,
        means="relayed",
        origin=start,
        phase="alert",
    )
    tell.call(
        61, RESCUED, _GRIS_NEZ, "Moteur en panne.", where=(51.0400, 1.2700), people=(35, 40), phone=other
    )
    tell.call(
        78,
        LIVE,
        _DOVER,
        "About forty of us, water to the knees.",
        people=(40, 40),
        phone=second,
        water="swamped",
        phase="distress",
    )
    tell.call(
        95,
        LIVE,
        _GRIS_NEZ,
        "Nous sommes dans l’eau.",
        where=(51.0720, 1.2520),
        aged=6,
        phone=first,
        water="swamped",
        in_water=8,
        phase="distress",
    )
    tell.act(
        100,
        _DOVER,
        Tasked(
            officer="Harriet Colebourne",
            boat=start,
            asset="Kittiwake",
            service=_DOVER,
            at=tell.at(100),
            until=tell.at(220),
        ),
        LIVE,
    )
    tell.call(113, LIVE, _DOVER, "They cry that it is finished.", phone=third, in_water=20, phase="distress")
    tell.call(
        131, LIVE, _GRIS_NEZ, "C’est fini.", where=(51.0800, 1.2680), aged=10, phone=first, phase="distress"
    )
    scene = tell.call(
        158,
        RESCUED,
        _DOVER,
        "Kittiwake: 35 recovered",
        where=(51.0830, 1.2880),
        people=(35, 35),
        means="ship",
        status="recovered",
        colour="grey",
    )
    # The ship was sent to the boat that called: its people are written to that boat.
    tell.act(
        160,
        _DOVER,
        TakenOff(
            officer="Callum Wetherden",
            boat=start,
            manner="rescued",
            count=35,
            at=tell.at(158),
            asset="Kittiwake",
            position=place(51.0830, 1.2880),
            identified=Identified(marks=("HX-4040",)),
        ),
        RESCUED,
    )
    # And the pressure to close: it was found there, it is quiet now, the count is near enough.
    tell.act(
        171,
        _GRIS_NEZ,
        Judged(officer="Aude Kerlazan", one=start, other=scene, verdict="same", words="C’est celle-là."),
        LIVE,
    )
    tell.act(
        172,
        _GRIS_NEZ,
        CountResolved(
            officer="Aude Kerlazan",
            boat=start,
            count=35,
            words="33 ou 35, c’est la même.",
            grounds=("33 d’après le premier appel", "35 recueillis par Kittiwake"),
        ),
        LIVE,
    )
    closing = tell.act(
        174,
        _GRIS_NEZ,
        Closed(
            officer="Aude Kerlazan",
            boat=start,
            words="Secourue par Kittiwake.",
            identified=Identified(marks=("HX-4040",)),
        ),
        LIVE,
    )
    tell.act(
        180,
        _DOVER,
        ClosingAcknowledged(officer="Harriet Colebourne", boat=start, closing=closing, words="Agreed."),
        LIVE,
    )
    tell.act(
        235,
        _DOVER,
        QuayForm(
            officer="Ros Ankerby",
            boat=start,
            place="Dover",
            at=tell.at(230),
            came=35,
            asset="Kittiwake",
            missing=0,
            identified=Identified(phones=(other,), names=("Miten Astrel",)),
        ),
        RESCUED,
    )
    again = tell.act(
        240,
        _DOVER,
        Closed(
            officer="Harriet Colebourne",
            boat=start,
            words="Everybody on Kittiwake is ashore.",
            identified=Identified(phones=(other,), names=("Miten Astrel",)),
        ),
        LIVE,
    )
    tell.act(
        244,
        _GRIS_NEZ,
        ClosingAcknowledged(officer="Aude Kerlazan", boat=start, closing=again, words="Vu."),
        LIVE,
    )
    return Replay(
        entries=tuple(tell.entries),
        moments=tell.moments(600, 20),
        live_boat=LIVE,
        live_until=tell.at(720),
    )


def one_or_two_boats() -> Replay:
    """Two sets of calls on two shores; ships search on until a telephone read back says there is one."""
    tell = _Teller("oneortwo", dt.datetime(2031, 11, 23, 2, 0, tzinfo=dt.UTC))
    french, english = "+33639984201", "+447700900242"
    here = tell.call(
        10,
        LIVE,
        _GRIS_NEZ,
        "Sept personnes, moteur arrêté, nous avons froid.",
        where=(51.0100, 1.5300),
        people=(7, 7),
        phone=french,
        engine="stopped",
        phase="alert",
        colour="white",
    )
    there = tell.call(
        26,
        LIVE,
        _DOVER,
        "Nine people, small white boat, lights to the north.",
        where=(51.0350, 1.5650),
        aged=25,
        people=(8, 9),
        phone=english,
        phase="distress",
        colour="white",
    )
    tell.call(
        41,
        LIVE,
        _GRIS_NEZ,
        "Toujours sept, l’eau monte.",
        where=(51.0210, 1.5480),
        people=(7, 7),
        phone=french,
        water="some",
        phase="distress",
    )
    tell.call(
        58, LIVE, _DOVER, "Still nine, they see a ship.", people=(9, 9), phone=english, phase="distress"
    )
    for minute, asset, service in ((45, "Courlis", _GRIS_NEZ), (62, "Redshank", _DOVER)):
        tell.act(
            minute,
            service,
            Tasked(
                officer="Aude Kerlazan" if service == _GRIS_NEZ else "Harriet Colebourne",
                boat=here if service == _GRIS_NEZ else there,
                asset=asset,
                service=service,
                at=tell.at(minute),
            ),
            LIVE,
        )
    scene = tell.call(
        88,
        LIVE,
        _GRIS_NEZ,
        "Courlis : 9 personnes recueillies",
        where=(51.0440, 1.5790),
        people=(9, 9),
        means="ship",
        status="recovered",
        colour="white",
    )
    tell.act(
        90,
        _GRIS_NEZ,
        TakenOff(
            officer="Yann Trévidel",
            boat=here,
            manner="rescued",
            count=9,
            at=tell.at(88),
            asset="Courlis",
            position=place(51.0440, 1.5790),
        ),
        LIVE,
    )
    corners = tuple(place(*each) for each in ((51.02, 1.52), (51.08, 1.56), (51.07, 1.64), (51.01, 1.60)))
    tell.act(
        190,
        _DOVER,
        Searched(
            officer="Harriet Colebourne",
            boat=there,
            asset="Redshank",
            corners=corners,
            starts=tell.at(95),
            ends=tell.at(185),
            sweep_width_m=900.0,
            track_m=48_000.0,
        ),
        LIVE,
    )
    confirmed = 215
    tell.act(
        confirmed,
        _GRIS_NEZ,
        QuayForm(
            officer="Gaël Huchedou",
            boat=here,
            place="Boulogne-sur-Mer",
            at=tell.at(210),
            came=9,
            asset="Courlis",
            missing=0,
            identified=Identified(phones=(french, english), names=("Rola Bordun",)),
        ),
        LIVE,
    )
    words = "The number that called Dover was read back ashore at Boulogne, from the same boat."
    for minute, by, officer, other in (
        (216, _DOVER, "Harriet Colebourne", there),
        (217, _GRIS_NEZ, "Aude Kerlazan", there),
        (218, _GRIS_NEZ, "Aude Kerlazan", scene),
    ):
        tell.act(
            minute, by, Judged(officer=officer, one=here, other=other, verdict="same", words=words), LIVE
        )
    tell.act(
        222,
        _GRIS_NEZ,
        CountResolved(
            officer="Aude Kerlazan",
            boat=here,
            count=9,
            words="Les appels de la côte française ne comptaient pas les deux enfants.",
            grounds=(
                "7 d’après les appels reçus au Gris-Nez",
                "8 or 9 by the calls to Dover, 9 counted ashore",
            ),
        ),
        LIVE,
    )
    closing = tell.act(
        225,
        _GRIS_NEZ,
        Closed(
            officer="Aude Kerlazan",
            boat=here,
            words="Neuf personnes à terre, les deux numéros relus, nul ne manque.",
            identified=Identified(phones=(french, english)),
        ),
        LIVE,
    )
    tell.act(230, _DOVER, ClosingAcknowledged(officer="Harriet Colebourne", boat=here, closing=closing), LIVE)
    return Replay(
        entries=tuple(tell.entries),
        moments=tell.moments(260, 10),
        live_boat=LIVE,
        live_until=tell.at(88),
        confirmed_at=tell.at(218),
    )
