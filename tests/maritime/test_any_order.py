"""One set of reports and acts is one picture: in any order, however often each comes, and after any partition heals.

Each seed is an invented night with rescues, judgements, closings and forged acts (`ends_of_night.py`). Both shores draw
while they are apart, each what has reached it, and keep what their caches learned from that.
"""

from __future__ import annotations

import importlib.util
import random
import sys
from pathlib import Path
from types import ModuleType

import msgspec
import pytest

from entente.maritime.associate import Cache
from entente.maritime.picture import draw


def _beside(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"order_{name}", Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


ENDS = _beside("ends_of_night")


def drawn_after(seed: int) -> set[bytes]:
    """The pictures of dawn that five tellings of one night give; one, if the order of arrival says nothing."""
    chance = random.Random(seed)
    night = ENDS.hurried(seed)
    dawn = ENDS.minute(ENDS.DAWN_MIN)
    reports, acts = list(night.reports), list(night.acts)

    def told(cache: Cache | None, times: int = 1) -> bytes:
        some, others = reports * times, acts * times
        chance.shuffle(some)
        chance.shuffle(others)
        return msgspec.json.encode(draw(some, others, dawn, cache))

    found = {told(None), told(Cache()), told(None, times=10)}
    for _ in ("Gris-Nez", "Dover"):
        cache = Cache()
        for _ in range(2):  # the link is cut, and what is known grows on this side alone
            here = [one for one in reports if chance.random() < 0.5]
            said = [one for one in acts if chance.random() < 0.5]
            draw(here, said, ENDS.minute(chance.randrange(30, ENDS.DAWN_MIN)), cache)
        found.add(told(cache))
    return found


@pytest.mark.parametrize("seed", range(40))
def test_sar_1_any_order_any_repetition_and_any_partition_give_one_picture(seed: int) -> None:
    assert len(drawn_after(seed)) == 1


@pytest.mark.campaign
@pytest.mark.timeout(3600)
def test_a_thousand_nights_are_drawn_alike_in_any_order() -> None:
    assert [seed for seed in range(1_000) if len(drawn_after(seed)) != 1] == []


def test_the_comparison_would_see_a_difference() -> None:
    night = ENDS.hurried(3)
    dawn = ENDS.minute(ENDS.DAWN_MIN)
    whole = msgspec.json.encode(draw(night.reports, night.acts, dawn))
    assert whole != msgspec.json.encode(draw(night.reports[1:], night.acts, dawn))
