"""A boat taken for another, after what happened on 24 November 2021; people, numbers and places are invented.

One boat calls and calls, from two shores' networks. Another is taken off nearby by the ship that was sent to the first,
and is written down as the one that called; the count is near enough, it has fallen silent, and two desks agree to
close. Nobody of the boat that called was ever identified.
"""

from __future__ import annotations

import datetime as dt

from entente.exercise.nights.log import place
from entente.exercise.nights.replays import DOVER, GRIS_NEZ, LIVE, RESCUED, Replay, Teller
from entente.model.sea_act import (
    Closed,
    ClosingAcknowledged,
    CountResolved,
    Identified,
    Judged,
    QuayForm,
    TakenOff,
    Tasked,
)


def taken_for_another() -> Replay:
    """Call after call from one boat; another is taken off nearby, and written down as the one that called."""
    tell = Teller("taken", dt.datetime(2031, 11, 24, 0, 30, tzinfo=dt.UTC))
    first, second, third = "+33639984101", "+33639984102", "+447700900141"
    other = "+33639984155"
    start = tell.call(
        18,
        LIVE,
        GRIS_NEZ,
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
        GRIS_NEZ,
        "Position envoyée par message.",
        where=(51.0590, 1.2300),
        phone=first,
        means="message",
        phase="distress",
    )
    tell.call(
        48,
        LIVE,
        DOVER,
        "Relayed from Gris-Nez.",
        where=(51.0570, 1.2270),
        people=(33, 33),
        phone=first,
        means="relayed",
        origin=start,
        phase="alert",
    )
    tell.call(
        61, RESCUED, GRIS_NEZ, "Moteur en panne.", where=(51.0400, 1.2700), people=(35, 40), phone=other
    )
    tell.call(
        78,
        LIVE,
        DOVER,
        "About forty of us, water to the knees.",
        people=(40, 40),
        phone=second,
        water="swamped",
        phase="distress",
    )
    tell.call(
        95,
        LIVE,
        GRIS_NEZ,
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
        DOVER,
        Tasked(
            officer="Harriet Colebourne",
            boat=start,
            asset="Kittiwake",
            service=DOVER,
            at=tell.at(100),
            until=tell.at(220),
        ),
        LIVE,
    )
    tell.call(113, LIVE, DOVER, "They cry that it is finished.", phone=third, in_water=20, phase="distress")
    tell.call(
        131, LIVE, GRIS_NEZ, "C’est fini.", where=(51.0800, 1.2680), aged=10, phone=first, phase="distress"
    )
    scene = tell.call(
        158,
        RESCUED,
        DOVER,
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
        DOVER,
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
        GRIS_NEZ,
        Judged(officer="Aude Kerlazan", one=start, other=scene, verdict="same", words="C’est celle-là."),
        LIVE,
    )
    tell.act(
        172,
        GRIS_NEZ,
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
        GRIS_NEZ,
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
        DOVER,
        ClosingAcknowledged(officer="Harriet Colebourne", boat=start, closing=closing, words="Agreed."),
        LIVE,
    )
    tell.act(
        235,
        DOVER,
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
        DOVER,
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
        GRIS_NEZ,
        ClosingAcknowledged(officer="Aude Kerlazan", boat=start, closing=again, words="Vu."),
        LIVE,
    )
    return Replay(
        entries=tuple(tell.entries),
        moments=tell.moments(600, 20),
        live_boat=LIVE,
        live_until=tell.at(720),
    )
