"""What is put away from the table, so that a season does not slow the night: boats closed and agreed long ago.

Putting away changes no picture but by leaving out what was closed, acknowledged and quiet for days. An act that names
such a boat, or a report of something seen within hours of one of its own, brings it back with all that belongs to it;
so whatever anybody says later, the picture is drawn from all that could bear on it. An open boat is never put away.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence

from entente.maritime.values import ActSaid, Picture, SeaReport
from entente.model.sea_act import boats_of

QUIET_FOR = dt.timedelta(hours=72)
# Two reports further apart in time than this are never compared (see `motion`); some hours more for good measure.
BEARS_WITHIN = dt.timedelta(hours=18)


class PutAway:
    """Remembers which reports are put away. Forgotten at a restart: the first picture finds them anew."""

    def __init__(self) -> None:
        self._away: dict[str, tuple[str, ...]] = {}  # each report put away, with all reports of its boat
        self._reports_known: set[str] = set()
        self._acts_known: set[str] = set()

    def __len__(self) -> int:
        return len(self._away)

    def on_table(
        self, reports: Sequence[SeaReport], acts: Sequence[ActSaid]
    ) -> tuple[list[SeaReport], list[ActSaid]]:
        """What the picture is drawn from, after bringing back whatever something new bears on."""
        if self._away:
            self._bring_back(reports, acts)
        self._reports_known = {report.id for report in reports}
        self._acts_known = {said.id for said in acts}
        if not self._away:
            return list(reports), list(acts)
        return (
            [report for report in reports if report.id not in self._away],
            [said for said in acts if not self._is_away(said)],
        )

    def _is_away(self, said: ActSaid) -> bool:
        named = boats_of(said.act)
        return bool(named) and all(one in self._away for one in named)

    def _bring_back(self, reports: Sequence[SeaReport], acts: Sequence[ActSaid]) -> None:
        for said in acts:
            if said.id not in self._acts_known:
                for named in boats_of(said.act):
                    self._back(self._away.get(named, ()))
        new = [report for report in reports if report.id not in self._reports_known]
        if not new:
            return
        away = sorted((report.seen_at, report.id) for report in reports if report.id in self._away)
        moments = [at for at, _ in away]
        for report in new:
            first = bisect_left(moments, report.seen_at - BEARS_WITHIN)
            last = bisect_right(moments, report.seen_at + BEARS_WITHIN)
            for _, near in away[first:last]:
                self._back(self._away.get(near, ()))

    def _back(self, boat: Iterable[str]) -> None:
        for report in boat:
            self._away.pop(report, None)

    def after(
        self,
        picture: Picture,
        reports: Sequence[SeaReport],
        acts: Sequence[ActSaid],
        at: dt.datetime,
    ) -> None:
        """Put away what is closed, acknowledged, linked to nothing open and quiet, once a picture has been drawn."""
        newest: dict[str, dt.datetime] = {}
        for report in reports:
            newest[report.id] = max(report.at, report.seen_at)
        for said in acts:
            for named in boats_of(said.act):
                if named in newest:
                    newest[named] = max(newest[named], said.at)
        closed = {boat.id for boat in picture.boats if boat.state == "closed"}
        for boat in picture.boats:
            if boat.id not in closed:
                continue
            linked = {
                other
                for link in boat.links
                for other in (link.one, link.other)
                if link.verdict != "different"
            }
            if linked - closed:
                continue
            if all(at - newest[report] > QUIET_FOR for report in boat.reports):
                for report_id in boat.reports:
                    self._away[report_id] = boat.reports
