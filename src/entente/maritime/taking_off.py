"""Who left a boat, each person once: acts of taking off, landings, bodies and returns, told by one shore or by both.

What one shore tells and the other tells again looks like twice as many people saved, and a boat that still floats would
be closed. So what may be one event told twice counts once, and with its smaller number, until people counted ashore
show that there were more. People who were taken off and then come ashore are no second debit; people who change ships
are none either. An act cannot tell of what lies after it: where it does, its own time counts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from entente.evidence.names import romanise
from entente.maritime.identity import Match, keys_of
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
MatchOf = Callable[[ActSaid], Match]


class Taking(msgspec.Struct, frozen=True, kw_only=True):
    """One event, however often told. low: the smallest number told; high: as if each telling were an event."""

    acts: tuple[ActSaid, ...]
    low: int
    high: int
    at: dt.datetime


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
