"""Who left a boat, each person once: acts of taking off, landings, bodies and returns, told by one shore or by both.

What may be one event told twice (`tellings.py`) counts once, and with its smaller number, until people counted ashore
show that there were more. People who were taken off and then come ashore are no second debit; people who change ships
are none either. An act cannot tell of what lies after it: where it does, its own time counts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from entente.maritime.identity import Match
from entente.maritime.tellings import (
    RETOLD_WITHIN,
    Taking,
    counted_ashore,
    fold_asset,
    form_of,
    happened_at,
    is_one_unasked,
    manner_of,
    may_be_one_asset,
    once_told,
    takings_of,
)
from entente.maritime.values import ActSaid
from entente.model.sea_act import QuayForm, TakenOff, Transferred

MatchOf = Callable[[ActSaid], Match]


class Carrier(msgspec.Struct, frozen=True, kw_only=True):
    """What took people, with whatever they changed over to. taken: people debited by it.

    ashore: of these known to have landed; came: when. asked: people counted on forms that say how many are missing.
    last_at: when the last of them left the boat.
    """

    assets: frozenset[str]
    takings: tuple[Taking, ...]
    taken: int
    ashore: int
    asked: int
    last_at: dt.datetime | None
    came: tuple[tuple[dt.datetime, int], ...] = ()

    def ashore_by(self, moment: dt.datetime) -> int:
        """How many of them were known to have come ashore by then."""
        return min(self.ashore, sum(count for at, count in self.came if at <= moment))


class Debits(msgspec.Struct, frozen=True, kw_only=True):
    """All people who left one boat. alive: those who came ashore or are carried there; returned: back on the beach.

    steps: (when, how many) as they left, by the smallest reading. retold: acts that count no more people. foreign: acts
    that name other people than this boat's. forms: what was filled in ashore and speaks of this boat.
    """

    carriers: tuple[Carrier, ...] = ()
    alive: int = 0
    returned: int = 0
    bodies: int = 0
    last_at: dt.datetime | None = None
    steps: tuple[tuple[dt.datetime, int], ...] = ()
    retold: frozenset[str] = frozenset()
    foreign: frozenset[str] = frozenset()
    forms: tuple[ActSaid, ...] = ()
    is_asked: bool = False

    @property
    def accounted(self) -> int:
        """People of whom it is known where they are."""
        return self.alive + self.returned + self.bodies


class _Ships:
    """Assets that people of one boat were on, joined where people changed over or two names may be of one ship."""

    def __init__(self) -> None:
        self._home: dict[str, str] = {}

    def root(self, asset: str) -> str:
        self._home.setdefault(asset, asset)
        while self._home[asset] != asset:
            asset = self._home[asset]
        return asset

    def join(self, assets: Iterable[str]) -> None:
        roots = sorted({self.root(asset) for asset in assets})
        for other in roots[1:]:
            self._home[other] = roots[0]

    def groups(self) -> list[frozenset[str]]:
        found: dict[str, set[str]] = {}
        for asset in list(self._home):
            found.setdefault(self.root(asset), set()).add(asset)
        return [frozenset(assets) for _, assets in sorted(found.items())]


def debits_of(
    acts: Sequence[ActSaid],
    match_of: MatchOf,
    *,
    by_asset: Mapping[str, Sequence[tuple[dt.datetime, str]]],
    boat: str,
) -> Debits:
    """Debit everybody who left a boat, once.

    acts: those that name this boat, in any order. match_of: what an act's identification says of whose people they are.
    by_asset: for each asset, over all boats, when it took people off and of which boat.
    """
    acts = sorted(acts, key=lambda said: (happened_at(said), said.id))
    people = [said for said in acts if isinstance(said.act, TakenOff | QuayForm)]
    foreign = frozenset(said.id for said in people if match_of(said).is_of_another)
    own = [said for said in people if said.id not in foreign]
    taken = {
        manner: takings_of([said for said in own if manner_of(said) == manner])
        for manner in ("rescued", "landed", "returned_to_beach", "body_recovered")
    }
    forms = [
        said
        for said in own
        if isinstance(said.act, QuayForm) and _speaks(said, match_of(said), own, by_asset, boat)
    ]
    moves = [said for said in acts if isinstance(said.act, Transferred) and said.act.count > 0]
    forms = once_told(forms, taken, moves)
    carriers = _carriers(taken, forms, moves, by_asset)
    shore, landed_alone, returned = _shore(taken, forms, carriers)
    if shore is not None:
        carriers.append(shore)
    bodies = sum(taking.low for taking in taken["body_recovered"])
    steps = [
        (taking.at, taking.low)
        for manner in ("rescued", "returned_to_beach", "body_recovered")
        for taking in taken[manner]
    ]
    steps += [
        (carrier.last_at, carrier.taken)
        for carrier in carriers
        if carrier.last_at and not any(manner_of(t.acts[0]) != "landed" for t in carrier.takings)
    ]
    last = [carrier.last_at for carrier in carriers if carrier.taken and carrier.last_at]
    last += [taking.at for taking in taken["body_recovered"] if taking.low]
    alive = sum(carrier.taken for carrier in carriers if carrier is not shore) + landed_alone
    return Debits(
        carriers=tuple(carriers),
        alive=alive,
        returned=returned,
        bodies=bodies,
        last_at=max(last, default=None),
        steps=tuple(sorted(steps)),
        retold=frozenset(
            said.id for takings in taken.values() for taking in takings for said in taking.acts[1:]
        ),
        foreign=foreign,
        forms=tuple(forms),
        is_asked=_is_asked(carriers, alive, returned, forms) and _each_ship_asked(carriers, forms, moves),
    )


def _speaks(
    said: ActSaid,
    match: Match,
    own: Sequence[ActSaid],
    by_asset: Mapping[str, Sequence[tuple[dt.datetime, str]]],
    boat: str,
) -> bool:
    """Whether a form is known to be of this boat's people: by what they gave, or by what brought them and no others."""
    if match.own:
        return True
    if match.of_others:
        return False
    asset = fold_asset(form_of(said).asset)
    if asset:
        boats = {of for name, told in by_asset.items() if may_be_one_asset(name, asset) for _, of in told}
        return boats == {boat}
    return any(manner_of(each) in ("landed", "returned_to_beach") for each in own)


def _carriers(
    taken: Mapping[str, list[Taking]],
    forms: Sequence[ActSaid],
    moves: Sequence[ActSaid],
    by_asset: Mapping[str, Sequence[tuple[dt.datetime, str]]],
) -> list[Carrier]:
    ships = _Ships()

    def asset_of(said: ActSaid) -> str:
        return fold_asset(getattr(said.act, "asset", ""))

    for taking in taken["rescued"]:
        ships.join(asset_of(said) for said in taking.acts)
    for said in (*(each for t in taken["landed"] for each in t.acts), *forms):
        if asset_of(said):
            ships.root(asset_of(said))
    for said in moves:
        assert isinstance(said.act, Transferred)
        ships.join((fold_asset(said.act.from_asset), fold_asset(said.act.to_asset)))
    named = [asset for group in ships.groups() for asset in group if asset]
    for place, one in enumerate(named):
        for other in named[:place]:
            if may_be_one_asset(one, other):
                ships.join((one, other))
    made = []
    for assets in ships.groups():
        rescued = [t for t in taken["rescued"] if asset_of(t.acts[0]) in assets]
        landed = [t for t in taken["landed"] if asset_of(t.acts[0]) in assets and asset_of(t.acts[0])]
        own_forms = [said for said in forms if asset_of(said) in assets and asset_of(said)]
        came, asked = counted_ashore(own_forms)
        ashore = max(came, sum(t.low for t in landed))
        takings = rescued or landed
        low = sum(t.low for t in takings) - _changed_over(rescued, moves)
        high = sum(t.high for t in takings)
        if not takings:
            low = high = came
        left = [happened_at(said) for t in rescued for said in t.acts if t.low] if ashore > low else []
        left = left or [t.at for t in rescued if t.low]
        left = left or [_left_at(said, by_asset) for t in landed for said in t.acts]
        left = left or [_left_at(said, by_asset) for said in own_forms]
        people = min(max(low, ashore), high)
        if people or takings:
            made.append(
                Carrier(
                    assets=assets,
                    takings=tuple(takings),
                    taken=people,
                    ashore=min(ashore, people),
                    asked=asked,
                    last_at=max(left, default=None),
                    came=_landings(own_forms, landed),
                )
            )
    return made


def _landings(forms: Sequence[ActSaid], landed: Sequence[Taking]) -> tuple[tuple[dt.datetime, int], ...]:
    """(when, how many) came ashore from one carrier: as counted on the quay, or as told where nobody counted."""
    first: dict[int, dt.datetime] = {}
    for said in forms:
        first[form_of(said).came] = min(first.get(form_of(said).came, happened_at(said)), happened_at(said))
    counted = sorted((at, count) for count, at in first.items())
    told = sorted((t.at, t.low) for t in landed)
    return tuple(counted if sum(n for _, n in counted) >= sum(n for _, n in told) else told)


def _left_at(said: ActSaid, by_asset: Mapping[str, Sequence[tuple[dt.datetime, str]]]) -> dt.datetime:
    """When people who came ashore had left the boat: when what brought them last took anybody off, wherever told."""
    ashore = happened_at(said)
    asset = fold_asset(getattr(said.act, "asset", ""))
    before = [
        at
        for name, told in by_asset.items()
        if asset and name and may_be_one_asset(name, asset)
        for at, _ in told
        if at <= ashore
    ]
    return max(before, default=ashore)


def _changed_over(rescued: Sequence[Taking], moves: Sequence[ActSaid]) -> int:
    """People whom a ship may have told as taken off the boat though they came to it from another ship."""
    into: dict[str, tuple[dt.datetime, int]] = {}
    told = {
        (fold_asset(said.act.from_asset), fold_asset(said.act.to_asset), said.act.count): happened_at(said)
        for said in moves
        if isinstance(said.act, Transferred)
    }
    for (_, to_asset, count), at in sorted(told.items()):
        before = into.get(to_asset, (at, 0))
        into[to_asset] = (min(before[0], at), before[1] + count)
    twice = 0
    for asset, (first, count) in into.items():
        after = sum(
            taking.low
            for taking in rescued
            if any(
                fold_asset(said.act.asset) == asset and happened_at(said) >= first - RETOLD_WITHIN
                for said in taking.acts
                if isinstance(said.act, TakenOff)
            )
        )
        twice += min(after, count)
    return twice


def _shore(
    taken: Mapping[str, list[Taking]], forms: Sequence[ActSaid], carriers: Sequence[Carrier]
) -> tuple[Carrier | None, int, int]:
    """People who came ashore with no ship named: (as a carrier, landed beside those taken off, back on the beach)."""
    landed = [t for t in taken["landed"] if not fold_asset(getattr(t.acts[0].act, "asset", ""))]
    back = taken["returned_to_beach"]
    unnamed = [said for said in forms if not fold_asset(form_of(said).asset)]
    if not landed and not back and not unnamed:
        return None, 0, 0
    came, asked = counted_ashore(unnamed)
    told = [*landed, *back]
    low, high = sum(t.low for t in told), sum(t.high for t in told)
    people = min(max(low, came), high) if told else came
    returned = min(sum(t.low for t in back), people)
    # Whoever was taken off and is not known to be ashore before may be among those who landed from nowhere.
    first = min((t.at for t in landed if t.low), default=None)
    at_sea = sum(
        carrier.taken - (carrier.ashore_by(first) if first else carrier.ashore) for carrier in carriers
    )
    alone = max(0, people - returned - at_sea)
    left = [t.at for t in told if t.low] or [happened_at(said) for said in unnamed]
    return (
        Carrier(
            assets=frozenset(),
            takings=tuple(told),
            taken=alone + returned,
            ashore=people,
            asked=asked,
            last_at=max(left, default=None),
        ),
        alone,
        returned,
    )


def _each_ship_asked(carriers: Sequence[Carrier], forms: Sequence[ActSaid], moves: Sequence[ActSaid]) -> bool:
    """Whether people of each ship that took anybody off were asked, and not only those of a ship joined to it.

    Whoever was on one ship does not know whom those on the other miss. A ship whose people all came from, or all went
    to, another needs no asking of its own; a form may name one ship by both its names.
    """
    asked = {fold_asset(form_of(said).asset) for said in forms if form_of(said).missing is not None} - {""}
    moved = {
        (fold_asset(said.act.from_asset), fold_asset(said.act.to_asset), said.act.count)
        for said in moves
        if isinstance(said.act, Transferred)
    }
    told: dict[str, set[int]] = {}
    for carrier in carriers:
        for taking in carrier.takings:
            for said in taking.acts:
                if isinstance(said.act, TakenOff) and said.act.manner == "rescued" and said.act.count:
                    told.setdefault(fold_asset(said.act.asset), set()).add(said.act.count)
    for asset, counts in told.items():
        came = sum(count for _, to_asset, count in moved if to_asset == asset)
        gone = sum(count for from_asset, _, count in moved if from_asset == asset)
        alone = sum(counts) - max(came, gone)
        if asset and alone > 0 and not any(may_be_one_asset(asset, each) for each in asked):
            return False
    return True


def _is_asked(carriers: Sequence[Carrier], alive: int, returned: int, forms: Sequence[ActSaid]) -> bool:
    """Whether of each ship's people enough were asked who is missing, so that one who is would have been missed."""
    if not alive and not returned:
        return True  # nobody came back who could be asked
    if not any(form_of(said).missing is not None for said in forms):
        return False
    if is_one_unasked(forms):
        return False
    spare = sum(carrier.asked for carrier in carriers if not carrier.assets)
    short = 0
    for carrier in carriers:
        if carrier.assets:
            short += max(0, (carrier.taken + 1) // 2 - carrier.asked)
        else:
            # Who came ashore in the boat itself speaks for no ship.
            spare -= max(0, (carrier.ashore if carrier.takings else carrier.taken) - returned)
    return short <= max(0, spare)
