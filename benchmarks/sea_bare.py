"""A picture of hypotheses alone, while there is no other: every boat open, in order of phase. Goes when it comes."""

from __future__ import annotations

from entente.maritime.associate import associate
from entente.maritime.values import Boat, Ledger, Picture
from entente.model.sighting import PersonsOnBoard

try:
    from entente.maritime.associate import Cache
except ImportError:
    try:
        from entente.maritime.sea_evidence import Cache
    except ImportError:
        Cache = dict
_ORDER = {"none": 0, "uncertainty": 1, "alert": 2, "distress": 3}


def draw(reports, acts, at, cache=None):
    hypotheses, links = associate(reports, acts, cache)
    by_id = {report.id: report for report in reports}
    try:
        from entente.maritime.questions import next_questions

        questions = next_questions(hypotheses, links, by_id, acts)
    except ImportError:
        questions = ()

    def key(h):
        seen = [by_id[r] for r in h.reports]
        return (-max(_ORDER[r.seen.phase] for r in seen), -max(r.at for r in seen).timestamp(), h.id)

    boats = tuple(
        Boat(
            id=h.id,
            name=h.id,
            names=(),
            reports=h.reports,
            state="open",
            ledger=Ledger(said=PersonsOnBoard(), accounted=0, aboard=PersonsOnBoard()),
            callers=tuple(sorted({c for r in h.reports for c in by_id[r].seen.callers})),
            questions=tuple(q for q in questions if q.boat == h.id),
            rank=n,
        )
        for n, h in enumerate(sorted(hypotheses, key=key), start=1)
    )
    return Picture(at=at, boats=boats, links=links)
