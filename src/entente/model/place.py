"""stub"""
from __future__ import annotations
import msgspec
class Position(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    latitude: float
    longitude: float
    written: str = ""
    uncertainty_m: float | None = None
