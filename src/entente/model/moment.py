"""stub"""
from __future__ import annotations
import datetime as dt
import msgspec
Instant = dt.datetime
class PartialDate(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    year: int
    month: int | None = None
    day: int | None = None
class Period(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    start: PartialDate | None = None
    end: PartialDate | None = None
