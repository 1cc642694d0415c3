"""One picture of the boats at sea, measured on invented nights whose truth is known.

The nights (`entente.exercise.nights`) have a physics and errors of their own; an honest watch sees the picture every
half hour, asks what is proposed, judges, closes. Half of the nights are plain; under each stress lies a tenth: position
errors three times as large, half of the reports lost, relays doubled, forwarded and wrong telephones, all of these
together. The rivals of `benchmarks.sea_rivals` get the same reports. Keys, over all nights where nothing else is said:

masked_boats: true boats with people at sea, told of at least once, that at some look or at dawn had no open hypothesis
    of their own. Its own is one in which no other boat has more reports; one that two boats share evenly is given to
    one of them. masked_boats_bound: the upper 95 % bound (Clopper-Pearson) of their share in live_boats.
wrong_closures: true boats that own a closed hypothesis (also evenly with another) while people are at sea with them or
    lost and not found. wrong_closures_bound: likewise, in closings.
auto_merge_precision: of pairs of reports that the machine alone holds to be of one boat at dawn (judgements of
    officers left out), the share that is; merge_precision_with_officers: of those in one hypothesis with them.
hypotheses_per_boat: hypotheses at dawn to true boats told of; rows_per_boat: rows of the list, in which hypotheses that
    are probably one stand together and are counted apart; answered_per_boat: answered questions to boats.
identity_f1: over pairs of reports in one hypothesis, or in two that a link holds to be the same or probably the same.
area95_coverage: share of areas within whose 95 % the true boat lay that owns the hypothesis, while people are at sea
    with it; drawn every two and a half hours for a few open hypotheses of whatever age and purity.
rightly_closed_share: of boats that could be closed on the evidence an hour before dawn (all counted off, the people of
    each ship asked, somebody identified by what the boat had given, nobody missing: `sea_score.closable`), the share
    that has a closed hypothesis of its own; reports of it that were never joined to that one count in
    open_at_dawn_per_boat.
open_at_dawn_per_boat: open hypotheses at dawn to boats told of, those truly still at sea included.
neediest_rank_median, neediest_rank_p95: row in the list of the boat that truly most needed help when somebody last saw
    each or spoke from it (people in the water, swamped, stopped with water, stopped, under way with water, under way);
    the best among equals. neediest_unseen_rank_*: by the truth of the moment, of which nobody may have told.
seconds_per_night: processor time of all pictures of a night.
Plain nights count for the quality keys (precision, hypotheses, identity, area, closed, rank); `all_nights` and
`by_stress` hold the same keys for the others, and `rivals` for them on the plain nights.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from benchmarks.sea_rivals import by_nearest, by_radius, views
from benchmarks.sea_score import Scorer, Tally, View, view_of
from entente.exercise.nights.log import moment
from entente.exercise.nights.night import STRESSES, Stress, night
from entente.exercise.nights.numbers import Numbers, daily_numbers
from entente.exercise.nights.watch import Watch
from entente.maritime.area import area_of
from entente.maritime.associate import Cache, associate
from entente.maritime.picture import draw
from entente.model.sea_act import Judged

TABLE = "data/arrivals/uk_small_boats_daily.csv"
SAFETY = (
    "masked_boats",
    "masked_boats_bound",
    "live_boats",
    "wrong_closures",
    "wrong_closures_bound",
    "closings",
)
# Areas are drawn at every fifth look, for so many open boats.
AREAS_EVERY, AREAS_AT_ONCE = 5, 2
# Of ten nights, five are plain.
SHARES: tuple[Stress, ...] = (
    "none",
    "position",
    "none",
    "lost",
    "none",
    "relays",
    "none",
    "phones",
    "none",
    "all",
)


def numbers() -> Numbers:
    """The daily table where it lies beside the project, else the built-in distribution."""
    shared = Path(os.environ.get("ENTENTE_SHARED", Path(__file__).resolve().parents[2] / "shared"))
    table = shared / TABLE
    if not table.is_file():
        return Numbers()
    with table.open(encoding="utf-8", newline="") as lines:
        return daily_numbers(lines)


def measure(asked: tuple[int, Stress]) -> tuple[Stress, Tally, dict[str, Tally]]:
    """One night under one stress: ours, and the rivals."""
    seed, stress = asked
    invented = night(seed, numbers(), stress)
    cache = Cache()
    watch = Watch(invented, lambda reports, acts, at: draw(reports, acts, at, cache))
    scorer = Scorer(invented)
    began, spent_s, moments, shown = time.process_time(), 0.0, [], None
    for at_s, picture in watch.moments():
        shown = view_of(picture)
        spent_s += time.process_time() - began
        scorer.look(shown, at_s)
        moments.append(at_s)
        if len(moments) % AREAS_EVERY == 0:
            _areas(scorer, watch, shown, at_s)
        began = time.process_time()
    assert shown is not None
    reports, acts = watch.known(invented.dawn_s)
    alone, _ = associate(reports, [act for act in acts if not isinstance(act.act, Judged)], cache)
    scorer.auto(one.reports for one in alone)
    ours = scorer.dawn(shown)
    ours.cpu_s = spent_s
    ours.asked, ours.answered = watch.asked, watch.answered
    rivals = {}
    for name, joins in (("radius", by_radius), ("nearest", by_nearest)):
        scorer = Scorer(invented)
        began = time.process_time()
        seen = views(invented, joins, moments)
        for at_s, view in zip(moments, seen, strict=True):
            scorer.look(view, at_s)
        scorer.auto(group.reports for group in seen[-1].groups)
        rivals[name] = scorer.dawn(seen[-1])
        rivals[name].cpu_s = time.process_time() - began
    return stress, ours, rivals


def _areas(scorer: Scorer, watch: Watch, view: View, at_s: float) -> None:
    """The areas of a few open boats, chosen by their ids and not by how well they are known."""
    by_id = {report.id: report for report in watch.known(at_s)[0]}
    still_open = [group for group in view.groups if not group.closing]
    for group in sorted(still_open, key=lambda group: group.id[::-1])[:AREAS_AT_ONCE]:
        area = area_of([by_id[each] for each in group.reports], moment(at_s), group.id)
        scorer.area(area, group, at_s)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="One picture of the boats at sea, on invented nights.")
    parser.add_argument("--nights", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0, help="of the first night")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--stress", choices=STRESSES, help="all nights under this one")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    work = [
        (asked.seed + place, asked.stress or SHARES[place % len(SHARES)]) for place in range(asked.nights)
    ]
    by_stress: dict[str, Tally] = {}
    rivals: dict[str, Tally] = {"radius": Tally(), "nearest": Tally()}
    whole = Tally()
    began = time.monotonic()
    with ProcessPoolExecutor(asked.jobs, mp_context=get_context("spawn")) as crew:
        for done, (stress, ours, theirs) in enumerate(crew.map(measure, work), start=1):
            whole.add(ours)
            by_stress.setdefault(stress, Tally()).add(ours)
            if stress == (asked.stress or "none"):
                for name, tally in theirs.items():
                    rivals[name].add(tally)
            if not asked.json:
                print(f"\r{done}/{asked.nights}", end="", file=sys.stderr, flush=True)
    found = figures(whole, by_stress, rivals, asked.stress or "none")
    found |= {"numbers": numbers().source, "wall_s": round(time.monotonic() - began, 1)}
    if asked.json:
        print(json.dumps(found))
        return
    print(file=sys.stderr)
    for name, value in found.items():
        print(f"{name}: {json.dumps(value, indent=1) if isinstance(value, dict | list) else value}")


def figures(
    whole: Tally, by_stress: dict[str, Tally], rivals: dict[str, Tally], plain: str
) -> dict[str, Any]:
    """The keys: safety over all nights, quality over the plain ones."""
    over_all = whole.figures()
    quality = by_stress.get(plain, whole).figures()
    return (
        {name: value for name, value in quality.items() if name not in SAFETY}
        | {name: over_all[name] for name in (*SAFETY, "nights", "boats", "seconds_per_night")}
        | {
            "all_nights": over_all,
            "by_stress": {name: tally.figures() for name, tally in sorted(by_stress.items())},
            "rivals": {name: tally.figures() for name, tally in rivals.items()},
            "masked_at": whole.masked_at[:50],
            "wrong_at": whole.wrong_at[:50],
        }
    )


if __name__ == "__main__":
    main()
