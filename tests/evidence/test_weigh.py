"""Bits add up, rarity is counted, and a table of weights is read or refused."""

from __future__ import annotations

import datetime as dt
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entente.errors import Malformed
from entente.evidence.compare import Features, prepare
from entente.evidence.weigh import Frequencies, GroundFound, in_quarters, pinned_weights, read_weights, weigh
from entente.model.entity import Entity
from entente.model.identifier import Identifier
from entente.model.moment import PartialDate
from entente.model.name import Name
from entente.model.report import RecordRef

SAID = dt.date(2031, 9, 12)


def person(record: str, name: str, phone: str, year: int = 1989) -> Features:
    entity = Entity(
        id="e1",
        kind="person",
        category="not_yet_assessed",
        names=(Name(name),),
        identifiers=(Identifier(kind="phone", written=phone),),
        birth=PartialDate(year, 6, 4),
    )
    return prepare(entity, RecordRef(record, "e1"), SAID)


@given(st.lists(st.floats(-40, 40).map(in_quarters), max_size=8), st.randoms())
def test_bits_add_up_to_the_same_sum_in_any_order(bits: list[float], chance: random.Random) -> None:
    grounds = [GroundFound("phone", "same", each) for each in bits]
    shuffled = grounds[:]
    chance.shuffle(shuffled)
    assert weigh(grounds) == weigh(shuffled) == sum(round(each * 4) for each in bits) / 4


def test_no_ground_says_nothing() -> None:
    assert weigh(()) == 0.0


def test_a_value_seen_more_often_is_less_rare() -> None:
    frequencies = Frequencies()
    seen = []
    for number in range(40):
        frequencies.add(person(f"r{number}", "Soran", "0639980417"))
        seen.append(frequencies.rarity("word", "soran"))
    assert seen[-1] < seen[1]
    assert frequencies.rarity("word", "quorashvand") > seen[-1]


def test_few_consonants_are_met_by_chance_oftener_than_many() -> None:
    frequencies = Frequencies()
    assert (
        frequencies.rarity("bones", "mr")
        < frequencies.rarity("bones", "srn")
        < frequencies.rarity("bones", "dlrzd")
    )


@given(
    st.lists(
        st.tuples(st.sampled_from(["Soran", "Ilir", "Gwen Soran"]), st.sampled_from(["1", "2"])), max_size=6
    )
)
def test_what_is_taken_back_was_never_counted(written: list[tuple[str, str]]) -> None:
    frequencies = Frequencies()
    kept = person("kept", "Soran Delirzad", "0639980417")
    frequencies.add(kept)
    before = [frequencies.rarity("word", "soran"), frequencies.rarity("birth", "1989-6-4")]
    people = [person(f"r{n}", name, f"063998041{last}", 1980 + n) for n, (name, last) in enumerate(written)]
    for one in people:
        frequencies.add(one)
    for one in reversed(people):
        frequencies.remove(one)
    assert before == [frequencies.rarity("word", "soran"), frequencies.rarity("birth", "1989-6-4")]
    assert frequencies.holders("phone", "+33639980417") == 1
    assert frequencies.count("word", "ilir") == 0


def test_the_pinned_table_says_where_its_figures_come_from() -> None:
    weights = pinned_weights()
    assert weights.id
    assert "learn" in weights.provenance
    assert weights.dated >= dt.date(2026, 11, 1)


def test_every_figure_is_kept_in_quarters_so_that_sums_are_exact() -> None:
    weights = pinned_weights()
    for figures in (weights.bits, weights.most_bits):
        assert all(in_quarters(bits) == bits for bits in figures.values())


def test_a_kind_without_a_weight_of_its_own_takes_a_cautious_one() -> None:
    assert pinned_weights().of("new_kind", "same") < pinned_weights().hit_from_bits


def test_an_outcome_without_a_weight_is_refused() -> None:
    with pytest.raises(Malformed, match="ground_without_weight"):
        pinned_weights().of("phone", "felt_alike")


@pytest.mark.parametrize("written", ["id = ", 'id = "x"\nunknown = 1\n'])
def test_a_table_that_is_none_is_refused(written: str) -> None:
    with pytest.raises(Malformed, match="weights_unreadable"):
        read_weights(written)
