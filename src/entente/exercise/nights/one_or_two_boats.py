"""One boat or two, after what happened on 23 November 2018; people, numbers and places are invented.

Two shores hold two sets of calls that agree in little. One ship takes nine people off, another searches on for the
second boat, until the number that called the other shore is read back on the quay by people of the first.
"""

from __future__ import annotations

import datetime as dt

from entente.exercise.nights.log import place
from entente.exercise.nights.replays import DOVER, GRIS_NEZ, LIVE, Replay, Teller
from entente.model.sea_act import (
    Closed,
    ClosingAcknowledged,
    CountResolved,
    Identified,
    Judged,
    QuayForm,
    Searched,
    TakenOff,
    Tasked,
)


def one_or_two_boats() -> Replay:
    """Two sets of calls on two shores; ships search on until a telephone read back says there is one."""
    tell = Teller("oneortwo", dt.datetime(2031, 11, 23, 2, 0, tzinfo=dt.UTC))
    french, english = "+33639984201", "+447700900242"
    here = tell.call(
        10,
        LIVE,
        GRIS_NEZ,
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
        DOVER,
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
        GRIS_NEZ,
        "Toujours sept, l’eau monte.",
        where=(51.0210, 1.5480),
        people=(7, 7),
        phone=french,
        water="some",
        phase="distress",
    )
    there_again = tell.call(
        58, LIVE, DOVER, "Still nine, they see a ship.", people=(9, 9), phone=english, phase="distress"
    )
    for minute, asset, service in ((45, "Courlis", GRIS_NEZ), (62, "Redshank", DOVER)):
        tell.act(
            minute,
            service,
            Tasked(
                officer="Aude Kerlazan" if service == GRIS_NEZ else "Harriet Colebourne",
                boat=here if service == GRIS_NEZ else there,
                asset=asset,
                service=service,
                at=tell.at(minute),
            ),
            LIVE,
        )
    scene = tell.call(
        88,
        LIVE,
        GRIS_NEZ,
        "Courlis : 9 personnes recueillies",
        where=(51.0440, 1.5790),
        people=(9, 9),
        means="ship",
        status="recovered",
        colour="white",
    )
    tell.act(
        90,
        GRIS_NEZ,
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
        DOVER,
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
        GRIS_NEZ,
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
        (216, DOVER, "Harriet Colebourne", there),
        (217, GRIS_NEZ, "Aude Kerlazan", there),
        (218, DOVER, "Harriet Colebourne", there_again),
        (219, GRIS_NEZ, "Aude Kerlazan", there_again),
        (218, GRIS_NEZ, "Aude Kerlazan", scene),
    ):
        tell.act(
            minute, by, Judged(officer=officer, one=here, other=other, verdict="same", words=words), LIVE
        )
    tell.act(
        222,
        GRIS_NEZ,
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
        GRIS_NEZ,
        Closed(
            officer="Aude Kerlazan",
            boat=here,
            words="Neuf personnes à terre, les deux numéros relus, nul ne manque.",
            identified=Identified(phones=(french, english)),
        ),
        LIVE,
    )
    tell.act(230, DOVER, ClosingAcknowledged(officer="Harriet Colebourne", boat=here, closing=closing), LIVE)
    return Replay(
        entries=tuple(tell.entries),
        moments=tell.moments(260, 10),
        live_boat=LIVE,
        live_until=tell.at(88),
        confirmed_at=tell.at(218),
    )
