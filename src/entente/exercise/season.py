"""The season of Ambleteuse, as the drafts that invented officers hand in, and the truth that they do not know.

`items` is what is played up to 20 November 2031, in the order of the clock; `after` is what follows (a correction, the
lapse of the transfer basis, a distress that passes all the same). A designation is an item of its own, by two named
officers. Records point at each other by reference ("FR-OLT-101"), since a node gives the id only when it records.
`links` and `decoys` are for whoever measures; nothing of them ever reaches a node.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files

import msgspec

from entente.errors import Malformed, Text
from entente.model.report import Draft
from entente.policy.access import Access
from entente.policy.agreement import Agreement, Role

PLAYED_UNTIL = dt.datetime(2031, 11, 20, 18, 0, tzinfo=dt.UTC)


class Officer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An invented person at work, with the roles held in one service."""

    id: str
    name: str
    service: str
    roles: tuple[Role, ...]


class Item(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One draft, when it is handed in, where, by whom, in which role and why."""

    at: dt.datetime
    node: str
    officer: str
    role: Role
    reason: str
    draft: Draft

    @property
    def reference(self) -> str:
        """The service's own number for it, by which the season speaks of it."""
        return self.draft.reference or ""

    @property
    def is_designation(self) -> bool:
        """Whether it gives a person a category, rather than being a record of the season's list."""
        return self.draft.kind == "designation"

    def access(self, agreement: Agreement) -> Access:
        """The officer at work on this draft. Raises Malformed for a draft without purpose or matter."""
        if self.draft.purpose is None or self.draft.matter is None:
            raise Malformed(
                "season_incomplete",
                Text(
                    fr=f"{self.reference} n’a pas de finalité ou pas d’affaire.",
                    en=f"{self.reference} has no purpose or no matter.",
                ),
            )
        return Access(
            officer=self.officer,
            service=self.draft.service,
            party=agreement.party_of(self.node),
            node=self.node,
            role=self.role,
            purpose=self.draft.purpose,
            matter=self.draft.matter,
            reason=self.reason,
        )


class Known(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who may come to know a true pair.

    clear: nodes ("lille") or services of one ("dover/UK-NCA") that may know it in clear. keepers: where any are
    named, only they among those. hit_only: nodes that may learn that there is a hit, and nothing else.
    """

    clear: tuple[str, ...] = ()
    keepers: tuple[Role, ...] = ()
    hit_only: tuple[str, ...] = ()

    @property
    def is_clear(self) -> bool:
        """Whether an investigator may know it in clear: no keeper stands before it, no shore gets a hit only."""
        return bool(self.clear) and not self.keepers and not self.hit_only


class TruePair(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Two records, by reference, that truly speak of one person or thing."""

    one: str
    other: str
    known: Known


class TrueLink(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing to be found, with every pair of records in which it shows."""

    id: str
    why: Text
    pairs: tuple[TruePair, ...]


class Decoy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Two records that look alike and are not of one person or thing."""

    id: str
    one: str
    other: str
    why: Text


class Boat(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One boat of the night, with the records that speak of it."""

    id: str
    records: tuple[str, ...]


class Season(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All of it."""

    title: Text
    officers: tuple[Officer, ...]
    items: tuple[Item, ...]
    after: tuple[Item, ...]
    links: tuple[TrueLink, ...]
    decoys: tuple[Decoy, ...]
    boats: tuple[Boat, ...]

    def everything(self) -> Iterator[Item]:
        """Every item, in the order of the clock."""
        yield from self.items
        yield from self.after

    def item(self, reference: str) -> Item:
        """The item of that reference. Raises KeyError when the season has none."""
        for item in self.everything():
            if item.reference == reference:
                return item
        raise KeyError(reference)

    def pairs(self) -> Iterator[TruePair]:
        """Every true pair, in the order of the links."""
        for link in self.links:
            yield from link.pairs


@lru_cache(maxsize=1)
def load_season() -> Season:
    """The season that ships with the program. Raises msgspec.ValidationError if its file was spoilt."""
    return msgspec.json.decode(files("entente.exercise").joinpath("season.json").read_bytes(), type=Season)
