"""Two real nodes on this machine that played the season, once for all tests of this room.

The score is taken on 20 November, before anything of what follows; `continued` then plays the rest on the same nodes.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from entente.exercise.plan_of_season import load_plan
from entente.exercise.play import play, played
from entente.exercise.score import Score, score
from entente.exercise.season import Season, load_season
from entente.exercise.shores import Shores, lay_out


@pytest.fixture(scope="session")
def season() -> Season:
    return load_season()


@pytest.fixture(scope="session")
def on_20_november(season: Season, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shores]:
    root: Path = tmp_path_factory.mktemp("exercise") / "season"
    lay_out(root, any_port=True)
    with Shores(root) as shores:
        play(season.items, shores, lambda done, of, item: None, load_plan())
        yield shores


@pytest.fixture(scope="session")
def scored(on_20_november: Shores, season: Season) -> Score:
    return score(on_20_november, season)


@pytest.fixture(scope="session")
def erased_record(on_20_november: Shores) -> str:
    """The id of the record that is erased in what follows."""
    return played(on_20_november.root)["FR-PAF-118"]


@pytest.fixture(scope="session")
def continued(on_20_november: Shores, scored: Score, season: Season) -> Shores:
    play(season.after, on_20_november, lambda done, of, item: None)
    return on_20_november
