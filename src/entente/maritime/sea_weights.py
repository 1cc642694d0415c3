"""The pinned table of what each ground is worth at sea, in bits.

Figures are data, dated and named, so that a service can see which table spoke and why each figure is what it is
(`docs/design/0015-association-at-sea.md`). A ground without a figure is a fault of ours and stops the program.
"""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files

import msgspec


class SeaWeights(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Thresholds, the sea's own numbers, and bits by "kind.outcome". Field names say what each is."""

    id: str
    merge_from_bits: float
    merge_identity_from_bits: float
    merge_motion_from_bits: float
    merge_second_from_bits: float
    merge_twice_from_bits: float
    merge_worst_ground_bits: float
    link_from_bits: float
    link_a_doubling_bits: float
    unresolved_from_bits: float
    unseen_boats_per_km2: float
    counted_again_share: float
    company_share: float
    bits: dict[str, float]


def read_weights(written: str) -> SeaWeights:
    """Read a table from TOML."""
    return msgspec.convert(tomllib.loads(written), SeaWeights)


@lru_cache(maxsize=1)
def pinned_weights() -> SeaWeights:
    """The table that ships with the program."""
    return read_weights(files("entente.maritime").joinpath("weights_at_sea.toml").read_text("utf-8"))
