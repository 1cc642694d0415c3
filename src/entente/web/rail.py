"""Where one can go: the destinations of the rail, in their order, each for the roles that it is for.

One page answers one question; what a role may not see is not in its rail. A destination that waits for a later part of
the house is not listed before it is there.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from entente.errors import Text
from entente.policy.agreement import Role
from entente.web.door import ADMINISTERS, EVERYBODY, INVESTIGATES, OFFICERS, OVERSEES, PLANS, WATCHES


class Destination(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the rail. reach: the lower, the sooner it is wanted on a telephone, whose bar has room for four."""

    path: str
    icon: str
    text: Text
    who: frozenset[Role] = EVERYBODY
    reach: int = 9


DESTINATIONS: tuple[Destination, ...] = (
    Destination(path="/", icon="new", text=Text("Nouveau", "New"), reach=0),
    Destination(path="/sea", icon="sea", text=Text("En mer", "Sea"), who=WATCHES, reach=0),
    Destination(path="/reports", icon="report", text=Text("Fiches", "Records"), who=OFFICERS, reach=2),
    Destination(path="/hits", icon="hit", text=Text("Liens", "Links"), who=INVESTIGATES, reach=3),
    Destination(path="/search", icon="search", text=Text("Recherche", "Search"), who=OFFICERS, reach=6),
    Destination(
        path="/beach", icon="beach", text=Text("Sur la plage", "On the beach"), who=INVESTIGATES, reach=1
    ),
    Destination(path="/warnings", icon="warning", text=Text("Alertes", "Warnings"), who=OFFICERS, reach=4),
    Destination(
        path="/translations",
        icon="translate",
        text=Text("Traductions", "Translations"),
        who=OFFICERS,
    ),
    Destination(path="/plan", icon="plan", text=Text("Plan commun", "Joint plan"), who=PLANS, reach=6),
    Destination(path="/duty", icon="duty", text=Text("Permanence", "Duty"), reach=5),
    Destination(
        path="/oversight", icon="oversight", text=Text("Contrôle", "Oversight"), who=OVERSEES, reach=1
    ),
    Destination(
        path="/administration",
        icon="administration",
        text=Text("Administration", "Administration"),
        who=ADMINISTERS,
        reach=1,
    ),
    Destination(
        path="/administration/agreement",
        icon="administration",
        text=Text("Accord", "Agreement"),
        who=frozenset({"coordinator"}),
    ),
    # Whoever learns of a boat in danger finds here what to do, whatever their role.
    Destination(
        path="/sea/report",
        icon="boat",
        text=Text("Embarcation en danger", "Boat in danger"),
        who=OFFICERS - WATCHES,
        reach=7,
    ),
    Destination(path="/secret", icon="life", text=Text("Donner ce qui sauve", "Give what saves"), reach=8),
    Destination(path="/help", icon="help", text=Text("Aide", "Help")),
)


def destinations_of(role: Role) -> tuple[Destination, ...]:
    """Where a role can go, in order."""
    return tuple(one for one in DESTINATIONS if role in one.who)


# How many fit into a telephone's bar beside "more".
WITHIN_REACH = 4


def within_reach(places: Sequence[Destination]) -> frozenset[str]:
    """Which of these stand in a telephone's bar."""
    soonest = sorted(places, key=lambda place: place.reach)[:WITHIN_REACH]
    return frozenset(place.path for place in soonest)
