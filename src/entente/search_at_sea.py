"""Where a boat, or somebody in the water from it, may be at any time, and what an asset should search for them.

A plan is worked out anew each time from what is known: it decides nothing, tells no asset and is no record. What an
officer makes of it is an act (`Tasked`, `Searched`), through the same door as every other. Reading one is registered
like reading the boat's log, and the file that leaves as a disclosure.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from entente.errors import Language, Malformed, Text
from entente.formats.geo import GeoFormat, write
from entente.maritime.desk import MaritimeDesk
from entente.maritime.search import Asset, plan
from entente.maritime.search_legs import SearchTold, in_hand, left_to_search, legs_of, spread_of, still_taken
from entente.maritime.search_words import search_sheet
from entente.maritime.values import Area, Boat
from entente.model.sea_act import LookedFor, Searched, Tasked, boats_of
from entente.policy.access import Access
from entente.store.register import line
from entente.store.store import Store

# Farther ahead nobody sends anything, and farther back the night's report says it better.
MOST_AHEAD, MOST_BACK = dt.timedelta(hours=24), dt.timedelta(hours=36)


def _minute(at: dt.datetime) -> dt.datetime:
    """The whole minute that a moment is in or comes to: never before what was reported in the same minute."""
    whole = at.replace(second=0, microsecond=0)
    return whole if whole == at else whole + dt.timedelta(minutes=1)


class SearchAtSea:
    """The deeds of searching, over the maritime desk."""

    store: Store
    maritime: MaritimeDesk
    boat_at_sea: Callable[[Access, str], Boat]
    area: Callable[..., Area]
    _clock: Callable[[], dt.datetime]

    def search_plan(
        self,
        access: Access,
        named: str,
        asset: Asset,
        begins: dt.datetime | None = None,
        *,
        looked_for: LookedFor = "boat",
    ) -> SearchTold:
        """Where it may be and what one asset should search in its time. begins: when it sets out, now by default.

        Raises Malformed for a moment too far off; NotFound for a boat that is not here.
        """
        now = self._clock()
        begins = begins or now
        if not -MOST_BACK <= begins - now <= MOST_AHEAD:
            raise Malformed(
                "moment_too_far",
                Text(
                    fr="Ce moment est à plus de 24 h devant nous ou de 36 h derrière.",
                    en="That moment is more than 24 h ahead or 36 h back.",
                ),
                Text(fr="Choisissez un moment plus proche.", en="Choose a nearer moment."),
            )
        boat = self.boat_at_sea(access, named)
        mine = set(boat.reports)
        acts = tuple(
            said
            for said in self.maritime.table().acts
            if isinstance(said.act, Searched | Tasked) and mine & set(boats_of(said.act))
        )
        on_scene = begins + dt.timedelta(seconds=min(asset.transit_s, asset.endurance_s))
        ends = max(on_scene, begins + dt.timedelta(seconds=asset.endurance_s))
        moments = sorted(map(_minute, {on_scene, on_scene + (ends - on_scene) / 2, ends}))
        areas = [self.area(access, boat.id, one, in_water=looked_for != "boat") for one in moments]
        area = areas[len(areas) // 2]
        others = in_hand(acts, now)
        taken = still_taken(others, on_scene, ends)
        found = plan(left_to_search(area, taken), [asset]).rectangles
        rectangle = found[0] if found else None
        self.store.note(
            line(
                "consultation",
                access,
                now,
                records=sorted({one.partition("/")[0] for one in (*mine, *(said.id for said in acts))}),
                found=len(areas),
            )
        )
        return SearchTold(
            boat=boat,
            at=now,
            looked_for=looked_for,
            asset=asset,
            begins=begins,
            on_scene=on_scene,
            ends=ends,
            area=area,
            spreads=tuple(spread for spread in map(spread_of, areas) if spread is not None),
            rectangle=rectangle,
            legs=legs_of(rectangle, on_scene, asset.speed_knots) if rectangle else (),
            searched=tuple(said for said in acts if isinstance(said.act, Searched)),
            in_hand=others,
            is_shared=bool(taken),
        )

    def search_file(self, access: Access, told: SearchTold, into: GeoFormat, language: Language) -> bytes:
        """A plan as a file for a chart plotter; the register keeps that it left."""
        records = sorted({one.partition("/")[0] for one in told.boat.reports})
        self.store.note(line("disclosure", access, self._clock(), records=records, found=len(records)))
        return write(search_sheet(told), into, language)
