"""stub"""
from __future__ import annotations
import msgspec
class Name(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    written: str
    kind: str = "full"
