"""Which boat needs help most, and why, in one order for both shores.

Live boats stand above those of which only the count is in dispute, that somebody says were taken off, or that are
probably one already rescued, and these above closed ones. None ever leaves the list. Boats that are probably one stand
together in one row, where the most urgent of them is: a row hides nothing and keeps a night readable. Among live boats
people in the water weigh most, then water aboard, then what was said and how many there are. Of a boat that made way
and was in no distress, old news weighs less than new; a boat in distress of which nothing is heard does not sink:
silence is no rescue. A pure function of the picture and a moment, in whole points, so that two machines agree.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import msgspec

from entente.errors import Text
from entente.maritime.ledger_of_people import children_words, missing_words, people_words
from entente.maritime.values import Boat, Link

LIVE, DOUBTFUL, CLOSED_UNSEEN, CLOSED = 3000.0, 2000.0, 1000.0, 0.0
PHASE_POINTS = {"none": 0.0, "uncertainty": 5.0, "alert": 15.0, "distress": 35.0}
# A report at sea grows old within minutes; beyond this it does not grow older.
OLDEST = dt.timedelta(hours=3)
# What made way and was in no distress loses so much an hour, for so long.
STALE_POINTS_AN_HOUR, STALE_HOURS = 25.0, 4.0
# Old news takes points off: this much keeps the sum above nought, and order among the stale.
AT_REST = STALE_POINTS_AN_HOUR * STALE_HOURS


class Condition(msgspec.Struct, frozen=True, kw_only=True):
    """What urgency must know beside the boat. is_live: nothing known says that its people are safe.

    is_settled: everybody is accounted for, though nobody has closed it. rescued_twin: the name of a rescued boat that
    this one probably is. in_water_signal: a transmitter of somebody in the water or a raft spoke. is_said_done: the
    newest word of it is that everybody was taken off or came ashore, but nobody has counted them.
    """

    is_settled: bool = False
    is_rest: bool = False
    rescued_twin: str = ""
    in_water_signal: bool = False
    is_said_done: bool = False


def ranked(
    boats: Sequence[Boat], conditions: Mapping[str, Condition], links: Sequence[Link], at: dt.datetime
) -> tuple[Boat, ...]:
    """The boats in the order in which they need help, each with its rank, its row, its points and why.

    Boats of one row follow each other; a row stands where the most urgent boat in it would stand alone.
    """
    row_of = rows_of([boat.id for boat in boats], links)
    judged = []
    for boat in boats:
        points, why = urgency_of(boat, conditions.get(boat.id, Condition()), at)
        judged.append((points, why, boat))
    judged.sort(key=lambda one: (-one[0], one[2].first_at or at, one[2].id))
    rows: dict[str, list[tuple[float, tuple[Text, ...], Boat]]] = {}
    for one in judged:
        rows.setdefault(row_of[one[2].id], []).append(one)
    ordered = ((row, one) for row, inside in enumerate(rows.values(), start=1) for one in inside)
    return tuple(
        msgspec.structs.replace(boat, rank=rank, row=row, urgency=points, why=why)
        for rank, (row, (points, why, boat)) in enumerate(ordered, start=1)
    )


def rows_of(boats: Sequence[str], links: Sequence[Link]) -> dict[str, str]:
    """For each boat the smallest id among those that are, link by link, probably the same."""
    above = {boat: boat for boat in boats}

    def head(boat: str) -> str:
        while above[boat] != boat:
            above[boat] = above[above[boat]]
            boat = above[boat]
        return boat

    for link in links:
        if link.verdict in ("same", "probably_same") and link.one in above and link.other in above:
            one, other = sorted((head(link.one), head(link.other)))
            above[other] = one
    return {boat: head(boat) for boat in boats}


def urgency_of(boat: Boat, condition: Condition, at: dt.datetime) -> tuple[float, tuple[Text, ...]]:
    """(points, why): the first reason weighs most."""
    if boat.state == "closed":
        return CLOSED, (Text("clôturée, vue par l’autre rive", "closed, seen by the other shore"),)
    if boat.state == "closed_not_acknowledged":
        return CLOSED_UNSEEN, (
            Text("clôturée, pas encore vue par l’autre rive", "closed, not yet seen by the other shore"),
        )
    grounds = _grounds(boat, condition, at)
    within = sum(points for points, _ in grounds)
    why = tuple(text for points, text in sorted(grounds, key=lambda one: -one[0]) if points > 0)
    tier = LIVE
    if boat.state == "count_disputed":
        tier, first = DOUBTFUL, Text("secourue, nombre en litige", "rescued, count disputed")
    elif condition.is_settled:
        tier, first = DOUBTFUL, Text("tous comptés, pas encore clôturée", "all accounted for, not yet closed")
    elif condition.rescued_twin:
        tier = DOUBTFUL
        first = Text(
            f"probablement {condition.rescued_twin}, déjà secourue",
            f"probably {condition.rescued_twin}, rescued already",
        )
    elif condition.is_said_done:
        tier = DOUBTFUL
        first = Text(
            "dite secourue ou à terre, personne comptée", "said to be rescued or ashore, nobody counted"
        )
    if tier != LIVE:
        why = (first,) if condition.is_settled else (first, *why)
        # What is doubtful still is in its own order, after those that only wait for a signature.
        within = within / 2 if not condition.is_settled else 0.0
    return tier + round(min(max(within + AT_REST, 0.0), 900.0)), why or (
        Text("rien n’est dit de son état", "nothing is said of its state"),
    )


def _grounds(boat: Boat, condition: Condition, at: dt.datetime) -> list[tuple[float, Text]]:
    """Points and words, one for each thing that makes it urgent."""
    found: list[tuple[float, Text]] = []
    if boat.in_water:
        people = people_words(boat.in_water)
        found.append(
            (
                120.0 + 2 * min(boat.in_water, 30),
                Text(f"{people.fr} à l’eau", f"{boat.in_water} in the water"),
            )
        )
    elif condition.in_water_signal:
        found.append((110.0, Text("une balise dit : homme à la mer", "a beacon says: man overboard")))
    if boat.water == "swamped":
        found.append((80.0, Text("embarcation submergée", "boat swamped")))
    elif boat.water == "some":
        found.append((40.0, Text("de l’eau à bord", "water aboard")))
    if boat.ledger.missing:
        found.append(
            (
                60.0 + 2 * min(boat.ledger.missing, 20),
                missing_words(boat.ledger.missing),
            )
        )
    points = PHASE_POINTS[boat.phase]
    if points:
        found.append((points, _PHASES[boat.phase]))
    if boat.engine in ("stopped", "none"):
        found.append((20.0, Text("moteur arrêté", "engine stopped")))
    if boat.children:
        found.append(
            (
                5.0 + min(boat.children, 10) / 2,
                children_words(boat.children),
            )
        )
    found += _people_grounds(boat)
    found += _knowledge_grounds(boat, at)
    if condition.is_rest:
        found.append((-60.0, Text("le gros est secouru", "most are rescued")))
    return found


_PHASES = {
    "uncertainty": Text("phase d’incertitude", "uncertainty phase"),
    "alert": Text("phase d’alerte", "alert phase"),
    "distress": Text("phase de détresse", "distress phase"),
}


def _people_grounds(boat: Boat) -> list[tuple[float, Text]]:
    aboard = boat.ledger.aboard
    if aboard.at_most is None and not aboard.at_least:
        if boat.ledger.accounted:
            return []
        # Of an unknown number one thinks as of a usual boat.
        return [(6.0, Text("nombre de personnes inconnu", "number of people unknown"))]
    many = aboard.at_least if aboard.at_most is None else (aboard.at_least + aboard.at_most) / 2
    if not many:
        return []
    least = aboard.at_least or 0
    said = (
        Text(f"au moins {least} à bord", f"at least {least} aboard")
        if aboard.at_most is None or least
        else Text(f"jusqu’à {aboard.at_most} à bord", f"up to {aboard.at_most} aboard")
    )
    return [(min(many, 100) / 4, said)]


def _knowledge_grounds(boat: Boat, at: dt.datetime) -> list[tuple[float, Text]]:
    found: list[tuple[float, Text]] = []
    grave = bool(boat.in_water) or boat.water == "swamped" or bool(boat.ledger.missing)
    if boat.known_at is not None:
        age = max(at - boat.known_at, dt.timedelta(0))
        minutes = int(min(age, OLDEST).total_seconds() // 60)
        if grave or boat.phase == "distress":
            if minutes >= 10:
                found.append(
                    (
                        minutes / 36,
                        Text(f"sans nouvelle depuis {minutes} min", f"nothing heard for {minutes} min")
                        if age < OLDEST
                        else Text("sans nouvelle depuis 3 h ou plus", "nothing heard for 3 h or more"),
                    )
                )
        else:
            hours = min(age.total_seconds() / 3600, STALE_HOURS)
            found.append((-STALE_POINTS_AN_HOUR * hours, Text("nouvelles anciennes", "old news")))
    if not boat.assets and (grave or boat.phase == "distress"):
        found.append((5.0, Text("aucun moyen engagé", "no asset tasked")))
    return found
