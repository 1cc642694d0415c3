"""Kinds of asset that search in the Strait: how fast, and how far to each side they are taken to see.

Figures to begin from, in `search_assets.toml` with their sources and with what has none. A watch-keeper who knows
better overtypes them; nothing here is taken for what a crew saw.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

import msgspec

from entente.errors import Text
from entente.maritime.search import AssetKind, Target, sweep_width_m
from entente.model.sea_act import LookedFor

# An inflatable of the Strait is 8 to 10 m long and low: the table's boat of 6 to 7 m is the honest choice (search.py).
TARGETS: dict[LookedFor, Target] = {"boat": "boat_6_to_7_m", "person_in_water": "person_in_water"}


class SearchKind(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One kind of asset. table: whose sweep widths; share: how much of them; why: where its width comes from.

    least_spacing_nmi: how near to each other its legs may lie.
    """

    fr: str
    en: str
    speed_knots: float
    table: AssetKind
    share: float
    least_spacing_nmi: float
    why_fr: str
    why_en: str

    @property
    def name(self) -> Text:
        """What it is called."""
        return Text(self.fr, self.en)

    @property
    def why(self) -> Text:
        """Where its sweep width comes from, and what to hold of it."""
        return Text(self.why_fr, self.why_en)

    def sweep_m(self, looked_for: LookedFor, visibility_nmi: float, wind_knots: float) -> float:
        """How wide it sees, in metres, by day, for what is looked for."""
        wide_m = sweep_width_m(
            self.table, TARGETS[looked_for], visibility_nmi=visibility_nmi, wind_knots=wind_knots
        )
        return wide_m * self.share


@cache
def search_kinds() -> dict[str, SearchKind]:
    """All kinds by their code, in the order in which they are offered."""
    written = files("entente.maritime").joinpath("search_assets.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(written), dict[str, SearchKind])
