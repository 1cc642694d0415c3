"""A watch has no holes: where nobody stands in the roster is computed, never looked for by eye.

Values in, values out. A span is from a time up to, and not with, another; spans may overlap and come in any order. Only
those who are called first keep a watch: a backup alone is a hole.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

Span = tuple[dt.datetime, dt.datetime]


def holes(spans: Iterable[Span], since: dt.datetime, until: dt.datetime) -> list[Span]:
    """What of the time from since to until no span covers, in order."""
    found: list[Span] = []
    covered_to = since
    for starts, ends in sorted(spans):
        if starts >= until:
            break
        if starts > covered_to:
            found.append((covered_to, starts))
        covered_to = max(covered_to, ends)
    if covered_to < until:
        found.append((covered_to, until))
    return found


def within(span: Span, since: dt.datetime, until: dt.datetime) -> Span | None:
    """The part of a span that lies in a time; None where none of it does."""
    starts, ends = max(span[0], since), min(span[1], until)
    return (starts, ends) if starts < ends else None
