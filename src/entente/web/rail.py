"""Where one can go: the destinations of the rail, in their order, each for the roles that it is for.

One page answers one question; what a role may not see is not in its rail. A destination that waits for a later part of
the house is not listed before it is there.
"""

from __future__ import annotations

import msgspec

from entente.errors import Text
from entente.policy.agreement import Role
from entente.web.door import ADMINISTERS, EVERYBODY, INVESTIGATES, OFFICERS, OVERSEES


class Destination(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the rail. later: on a telephone it lies behind "more"."""

    path: str
    icon: str
    text: Text
    who: frozenset[Role] = EVERYBODY
    later: bool = False


DESTINATIONS: tuple[Destination, ...] = (
    Destination(path="/", icon="new", text=Text("Nouveau", "New")),
    Destination(path="/reports", icon="report", text=Text("Fiches", "Records"), who=OFFICERS),
    Destination(path="/hits", icon="hit", text=Text("Liens possibles", "Possible links"), who=INVESTIGATES),
    Destination(path="/search", icon="search", text=Text("Recherche", "Search"), who=OFFICERS),
    Destination(
        path="/beach", icon="beach", text=Text("Sur la plage", "On the beach"), who=INVESTIGATES, later=True
    ),
    Destination(path="/warnings", icon="warning", text=Text("Alertes", "Warnings"), who=OFFICERS, later=True),
    Destination(
        path="/translations",
        icon="translate",
        text=Text("Traductions", "Translations"),
        who=OFFICERS,
        later=True,
    ),
    Destination(path="/duty", icon="duty", text=Text("Permanence", "Duty"), later=True),
    Destination(path="/oversight", icon="oversight", text=Text("Contrôle", "Oversight"), who=OVERSEES),
    Destination(
        path="/administration",
        icon="administration",
        text=Text("Administration", "Administration"),
        who=ADMINISTERS,
    ),
    Destination(
        path="/administration/agreement",
        icon="administration",
        text=Text("Accord", "Agreement"),
        who=frozenset({"coordinator"}),
    ),
    Destination(path="/help", icon="help", text=Text("Aide", "Help"), later=True),
)


def destinations_of(role: Role) -> tuple[Destination, ...]:
    """Where a role can go, in order."""
    return tuple(one for one in DESTINATIONS if role in one.who)
