"""One event told twice: which acts may tell of the same people, and which names may be of one ship.

What one shore tells and the other tells again looks like twice as many people saved, and a boat that still floats would
be closed. So what may be one event counts once, and with its smaller number. Forms filled in ashore are read likewise:
one that differs from another in nothing but its ship is that form, written again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence

import msgspec

from entente.evidence.names import romanise
from entente.maritime.identity import keys_of
from entente.maritime.values import ActSaid
from entente.model.place import distance_m
from entente.model.sea_act import QuayForm, TakenOff, Transferred

RETOLD_WITHIN = dt.timedelta(minutes=60)
SAME_CLICK = dt.timedelta(minutes=2)
BODY_APART_M = 2_000.0
# Words that many ships and services bear; they do not make two names one ship.
COMMON = frozenset(
    (
        *("the", "le", "la", "les", "de", "du", "of", "rnli", "sns", "lifeboat", "canot"),
        *("helicopter", "helicoptere", "vessel", "navire"),
    )
)


class Taking(msgspec.Struct, frozen=True, kw_only=True):
    """One event, however often told. low: the smallest number told; high: as if each telling were an event."""

    acts: tuple[ActSaid, ...]
    low: int
    high: int
    at: dt.datetime


def happened_at(said: ActSaid) -> dt.datetime:
    """When what an act tells happened: as it says, but never after it was said."""
    told: dt.datetime = getattr(said.act, "at", said.at)
    return min(told, said.at)


def fold_asset(name: str) -> str:
    """A ship's name as it is compared; "" for none."""
    return " ".join("".join(c if c.isalnum() else " " for c in romanise(name).casefold()).split())


def may_be_one_asset(one: str, other: str) -> bool:
    """Whether two folded names may be of one ship: one is missing, or they share a word of their own."""
    if not one or not other or one == other:
        return True
    return bool({word for word in one.split() if len(word) > 2} & set(other.split()) - COMMON)


def manner_of(said: ActSaid) -> str:
    """How people left the boat, by an act of taking off; "" for any other."""
    return said.act.manner if isinstance(said.act, TakenOff) else ""


def _may_be_one_event(left: ActSaid, right: ActSaid) -> bool:
    """Whether two acts of one manner may tell of the same people."""
    one, other = left.act, right.act
    assert isinstance(one, TakenOff)
    assert isinstance(other, TakenOff)
    apart = abs(happened_at(left) - happened_at(right))
    same_shore = (left.node or left.by) == (right.node or right.by)
    assets = may_be_one_asset(fold_asset(one.asset), fold_asset(other.asset))
    if one.manner == "body_recovered":
        # The dead are found one by one: the same service counts them apart, the two shores may tell of one.
        if one.position and other.position and distance_m(one.position, other.position) > BODY_APART_M:
            return False
        names = keys_of((), one.identified.names), keys_of((), other.identified.names)
        if names[0] and names[1] and not names[0] & names[1]:
            return False
        return apart <= (SAME_CLICK if same_shore else RETOLD_WITHIN) and (assets or one.count == other.count)
    if assets and one.count == other.count:
        return True
    return not same_shore and apart <= RETOLD_WITHIN and (assets or one.count == other.count)


def _joined(items: Sequence[ActSaid], one_of: Callable[[ActSaid, ActSaid], bool]) -> list[list[ActSaid]]:
    """Items in groups, each linked to another of its group."""
    home = list(range(len(items)))

    def root(place: int) -> int:
        while home[place] != place:
            place = home[place]
        return place

    for place, item in enumerate(items):
        for before in range(place):
            if root(before) != root(place) and one_of(items[before], item):
                home[root(place)] = root(before)
    groups: dict[int, list[ActSaid]] = {}
    for place, item in enumerate(items):
        groups.setdefault(root(place), []).append(item)
    return list(groups.values())


def takings_of(acts: Sequence[ActSaid]) -> list[Taking]:
    """Events out of acts of one manner, in time order, each once."""
    made = []
    for told in _joined(acts, _may_be_one_event):
        counts = [said.act.count for said in told if isinstance(said.act, TakenOff)]
        made.append(
            Taking(
                acts=tuple(told),
                low=min(counts),
                high=sum(counts),
                at=min(happened_at(said) for said in told),
            )
        )
    return sorted(made, key=lambda taking: (taking.at, taking.acts[0].id))


def form_of(said: ActSaid) -> QuayForm:
    """What was filled in ashore."""
    assert isinstance(said.act, QuayForm)
    return said.act


def once_told(
    forms: Sequence[ActSaid], taken: Mapping[str, list[Taking]], moves: Sequence[ActSaid]
) -> list[ActSaid]:
    """Forms without those that may tell of the same people as another, for a ship or beach that nothing else tells of.

    Their words on whom they miss still count: the ledger of people reads those from every form.
    """
    told = {fold_asset(getattr(said.act, "asset", "")) for t in taken["rescued"] for said in t.acts} - {""}
    ashore = [*taken["landed"], *taken["returned_to_beach"]]
    told |= {fold_asset(getattr(said.act, "asset", "")) for t in ashore for said in t.acts}
    told |= {fold_asset(said.act.to_asset) for said in moves if isinstance(said.act, Transferred)}

    def is_told(asset: str) -> bool:
        return asset in told if not asset else any(each and may_be_one_asset(asset, each) for each in told)

    # Those whose ship or landing is told come first, then those that name a ship.
    order = sorted(
        forms,
        key=lambda said: (not is_told(fold_asset(form_of(said).asset)), not form_of(said).asset.strip()),
    )
    kept: list[ActSaid] = []
    for said in order:
        form, is_of_its_own = form_of(said), is_told(fold_asset(form_of(said).asset))
        # A form that differs from another in nothing but its ship is that form, written again.
        if not any(
            _may_be_same_people(form, form_of(other)) and not (is_of_its_own and form.at != form_of(other).at)
            for other in kept
        ):
            kept.append(said)
    ids = {said.id for said in kept}
    return [said for said in forms if said.id in ids]


def _may_be_same_people(one: QuayForm, other: QuayForm) -> bool:
    """Whether two forms may be of the same people: as many, and not known by different numbers and names."""
    if one.came != other.came or fold_asset(one.asset) == fold_asset(other.asset):
        return False
    keys = [keys_of(form.identified.phones, form.identified.names) for form in (one, other)]
    return not keys[0] or not keys[1] or bool(keys[0] & keys[1])


def counted_ashore(forms: Sequence[ActSaid]) -> tuple[int, int]:
    """(people counted ashore, of these where somebody asked who is missing). The same count by one ship is one."""
    came: dict[tuple[str, int], bool] = {}
    for said in forms:
        key = (fold_asset(form_of(said).asset), form_of(said).came)
        came[key] = came.get(key, False) or form_of(said).missing is not None
    return sum(count for _, count in came), sum(count for (_, count), asked in came.items() if asked)


def is_one_unasked(forms: Sequence[ActSaid]) -> bool:
    """Whether of some who were counted ashore nobody asked whom they miss: they may be all who know of somebody."""
    asked: dict[tuple[str, int], bool] = {}
    for said in forms:
        key = (fold_asset(form_of(said).asset), form_of(said).came)
        asked[key] = asked.get(key, not form_of(said).came) or form_of(said).missing is not None
    return not all(asked.values())
