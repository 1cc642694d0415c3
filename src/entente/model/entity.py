"""Who or what a statement speaks of, as its writer put it.

An entity lives inside one statement of one record. That two entities are one is never said here: it is a hit, an
assessment, and lies in a record of its own. A person always has a category in the record's matter, and a draft can
never say suspect or convicted: that is an act of named officers (see `Designation`).
"""

from __future__ import annotations

from typing import Literal, get_args

import msgspec

from entente.errors import Text
from entente.model.identifier import Identifier
from entente.model.moment import PartialDate
from entente.model.name import Name

EntityKind = Literal["person", "organisation", "vehicle", "boat", "device", "account", "object", "place"]

Category = Literal[
    "suspect",
    "convicted",
    "victim",
    "possible_victim",
    "witness",
    "contact",
    "rescued_person",
    "third_party",
    "not_yet_assessed",
]
CATEGORIES: tuple[Category, ...] = get_args(Category)
# Only a designation by named officers sets these; a draft, an import or a matcher that carries one is refused.
DESIGNATED_CATEGORIES: frozenset[Category] = frozenset({"suspect", "convicted"})

CATEGORY_WORDS: dict[Category, Text] = {
    "suspect": Text("mis en cause", "suspect"),
    "convicted": Text("condamné", "convicted"),
    "victim": Text("victime", "victim"),
    "possible_victim": Text("victime possible", "possible victim"),
    "witness": Text("témoin", "witness"),
    "contact": Text("contact", "contact"),
    "rescued_person": Text("personne secourue", "rescued person"),
    "third_party": Text("tiers", "third party"),
    "not_yet_assessed": Text("non évalué", "not yet assessed"),
}

# Why an entity is kept out of link rankings: help given, or rescue, is no suspicion (CESEDA L.823-9; BSAI Act s.14(6)).
Exemption = Literal["humanitarian", "rescue"]
AgeBand = Literal["adult", "under_18", "disputed", "unknown"]


class Trait(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One describing word. The list of kinds is closed: nothing here speaks of origin, belief or looks."""

    kind: Literal["birth_place", "occupation", "make", "model", "colour", "description"]
    value: str


class Entity(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A person, organisation or thing in one statement.

    id: unique within the record ("e1"). nationality: may be stored where a document gives it; no key, ground, score or
    filter reads it (CAT-8). exempt: hidden from link ranking and hits (CAT-6).
    """

    id: str
    kind: EntityKind
    names: tuple[Name, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    birth: PartialDate | None = None
    category: Category | None = None
    age_band: AgeBand = "unknown"
    exempt: Exemption | None = None
    nationality: str | None = None
    traits: tuple[Trait, ...] = ()

    def __post_init__(self) -> None:
        if not self.id:
            raise ValueError("an entity has an id of its own within its record")
        if self.kind == "person" and self.category is None:
            raise ValueError(
                f"entity {self.id} is a person and carries no category; not_yet_assessed is the category of a "
                "person on whom nobody has yet decided"
            )
        if self.kind != "person" and self.category is not None:
            raise ValueError(f"entity {self.id} is no person and can carry no category of persons")
