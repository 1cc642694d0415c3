"""stub"""
from __future__ import annotations
import msgspec
from entente.model.moment import Period
class Identifier(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    kind: str
    written: str
    region: str = "FR"
    held: Period | None = None
