"""From pairs to entities: order does not matter, officers' words bind and can be taken back."""

from __future__ import annotations

import random
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from entente.crosscheck.resolve import Pair, resolve, through
from entente.model.report import Judgement, RecordRef, Verdict


def ref(name: str) -> RecordRef:
    return RecordRef(name, "e1")


def pair(one: str, other: str, bits: float = 20.0) -> Pair:
    return Pair(ref(one), ref(other), bits)


def judged(one: str, other: str, verdict: Verdict) -> Judgement:
    return Judgement(
        one=ref(one), other=ref(other), verdict=verdict, reason="lu au dossier", officer="UK-NCA-7"
    )


def groups(pairs: list[Pair], judgements: list[Judgement] | None = None) -> list[str]:
    return [
        "".join(member.record for member in cluster.members) for cluster in resolve(pairs, judgements or [])
    ]


REFS = st.sampled_from("abcdefgh")
PAIRS = st.lists(st.builds(pair, REFS, REFS, st.integers(12, 40).map(float)), max_size=16)
JUDGEMENTS = st.lists(
    st.builds(judged, REFS, REFS, st.sampled_from(["same", "different", "unsure"])), max_size=5
)


def test_two_that_hit_a_third_belong_together_through_it() -> None:
    pairs = [pair("215", "230", 20.0), pair("215", "240", 15.75)]
    (cluster,) = resolve(pairs)
    assert cluster.members == (ref("215"), ref("230"), ref("240"))
    way = through(cluster, ref("230"), ref("240"))
    assert way is not None
    assert (way.bits, way.refs) == (15.75, (ref("215"),))


def test_no_pairs_no_clusters() -> None:
    assert resolve([]) == ()


@given(PAIRS, JUDGEMENTS, st.randoms(use_true_random=False))
def test_the_order_of_pairs_and_judgements_changes_nothing(
    pairs: list[Pair], judgements: list[Judgement], chance: random.Random
) -> None:
    before = resolve(pairs, judgements)
    turned = [Pair(each.other, each.one, each.bits) if chance.random() < 0.5 else each for each in pairs]
    spoken = judgements[:]
    chance.shuffle(turned)
    chance.shuffle(spoken)
    assert resolve(turned, spoken) == before


@given(PAIRS, JUDGEMENTS)
def test_a_judgement_of_different_is_never_overruled(pairs: list[Pair], judgements: list[Judgement]) -> None:
    homes = {
        member: number for number, one in enumerate(resolve(pairs, judgements)) for member in one.members
    }
    for judgement in judgements:
        if judgement.verdict == "different" and judgement.one != judgement.other and judgement.one in homes:
            assert homes[judgement.one] != homes.get(judgement.other)


@given(PAIRS, st.builds(judged, REFS, REFS, st.just("same")))
def test_a_judgement_of_same_joins_whatever_the_bits(pairs: list[Pair], judgement: Judgement) -> None:
    if judgement.one != judgement.other:
        assert any(
            {judgement.one, judgement.other} <= set(cluster.members)
            for cluster in resolve(pairs, [judgement])
        )


@given(PAIRS, JUDGEMENTS)
def test_members_hang_together_through_links_that_were_given(
    pairs: list[Pair], judgements: list[Judgement]
) -> None:
    given_couples = {frozenset((each.one, each.other)) for each in (*pairs, *judgements)}
    for cluster in resolve(pairs, judgements):
        assert len(cluster.links) == len(cluster.members) - 1
        assert all(frozenset((link.one, link.other)) in given_couples for link in cluster.links)
        for one, other in combinations(cluster.members, 2):
            assert through(cluster, one, other) is not None


@given(PAIRS, JUDGEMENTS)
def test_an_entity_lives_in_one_cluster_at_most(pairs: list[Pair], judgements: list[Judgement]) -> None:
    members = [member for cluster in resolve(pairs, judgements) for member in cluster.members]
    assert len(members) == len(set(members))


def test_told_apart_the_weaker_link_gives_way() -> None:
    pairs = [pair("a", "b", 30.0), pair("b", "c", 14.0)]
    assert groups(pairs, [judged("a", "c", "different")]) == ["ab"]


def test_unsure_leaves_it_to_the_bits() -> None:
    assert groups([pair("a", "b")], [judged("a", "b", "unsure")]) == ["ab"]


def test_a_judgement_taken_back_restores_the_state_before() -> None:
    pairs = [pair("a", "b"), pair("b", "c")]
    before = resolve(pairs)
    assert resolve(pairs, [judged("a", "b", "different")]) != before
    assert resolve(pairs, []) == before


def test_different_wins_over_same_of_one_pair() -> None:
    assert groups([], [judged("a", "b", "same"), judged("b", "a", "different")]) == []


def test_one_chance_link_does_not_weld_two_large_groups() -> None:
    left, right = "abcde", "vwxyz"
    pairs = [pair(*couple) for group in (left, right) for couple in combinations(group, 2)]
    assert groups([*pairs, pair("e", "v", 12.5)]) == [left, right]


def test_groups_whose_members_hit_each_other_join() -> None:
    left, right = "abcde", "vwxyz"
    pairs = [pair(*couple) for group in (left, right) for couple in combinations(group, 2)]
    across = [pair(one, other, 13.0) for one in left for other in right[:2]]
    assert groups([*pairs, *across]) == [left + right]


def test_there_is_no_way_to_one_who_is_no_member() -> None:
    (cluster,) = resolve([pair("a", "b")])
    assert through(cluster, ref("a"), ref("z")) is None
    assert through(cluster, ref("a"), ref("a")) is None
