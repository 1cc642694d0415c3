"""That boats are told apart as the method says: bound by officers, never across a rescue, the same in any order."""

from __future__ import annotations

import datetime as dt
import importlib.util
import random
import sys
from itertools import combinations
from pathlib import Path
from types import ModuleType

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from entente.maritime.associate import Cache, associate, association_of
from entente.maritime.values import ActSaid, Link, SeaReport
from entente.model.place import Position
from entente.model.sea_act import (
    Asked,
    Identified,
    Judged,
    QuayForm,
    QuestionAnswered,
    SeaVerdict,
    TakenOff,
)
from entente.model.sighting import PersonsOnBoard, Sighting


def _small_nights() -> ModuleType:
    """The nights beside this file: tests are no package, so the neighbour is fetched by its path."""
    name = "small_nights_of_association"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name("small_nights.py"))
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    return sys.modules[name]


small_night = _small_nights().small_night
AT = dt.datetime(2031, 10, 18, 23, 0, tzinfo=dt.UTC)
PHONE, OTHER_PHONE = "+33639981234", "+33639985678"


def report(
    key: str,
    minutes: float = 0,
    *,
    north_km: float = 0.0,
    caller: str = PHONE,
    means: str = "call",
    people: int | None = 42,
    origin: str = "",
    by: str = "FR-PREMAR",
    placed: bool = True,
    colour: str = "",
    words: str = "",
) -> SeaReport:
    return SeaReport(
        id=key,
        at=AT + dt.timedelta(minutes=minutes),
        by=by,
        seen=Sighting(
            means=means,  # type: ignore[arg-type]  # a word of the trade, as a form has it
            position=Position(latitude=51.0 + north_km / 111.2, longitude=1.6, uncertainty_m=200.0)
            if placed
            else None,
            callers=(caller,) if caller else (),
            persons_on_board=PersonsOnBoard(people, people) if people else None,
            origin=origin,
            colour=colour,
            words=words,
        ),
    )


def judged(one: str, other: str, verdict: SeaVerdict, minutes: float = 60, key: str = "") -> ActSaid:
    return ActSaid(
        id=key or f"j-{one}-{other}-{verdict}-{minutes}",
        at=AT + dt.timedelta(minutes=minutes),
        by="FR-PREMAR",
        act=Judged(officer="Aude Kerlazan", one=one, other=other, verdict=verdict, words="vu au radar"),
    )


def answered(boat: str, other: str, asked: Asked, agrees: bool | None, answer: str = "x") -> ActSaid:
    return ActSaid(
        id=f"a-{boat}-{other}-{asked}",
        at=AT + dt.timedelta(minutes=30),
        by="FR-PREMAR",
        act=QuestionAnswered(
            officer="Aude Kerlazan", boat=boat, other=other, asked=asked, answer=answer, agrees=agrees
        ),
    )


def taken_off(boat: str, minutes: float) -> ActSaid:
    at = AT + dt.timedelta(minutes=minutes)
    return ActSaid(
        id=f"t-{boat}-{minutes}",
        at=at,
        by="UK-HMCG",
        act=TakenOff(
            officer="Kittiwake, bridge", boat=boat, manner="rescued", count=20, at=at, asset="Kittiwake"
        ),
    )


def parts(reports: list[SeaReport], acts: list[ActSaid] | None = None) -> set[frozenset[str]]:
    return {frozenset(one.reports) for one in associate(reports, acts or [])[0]}


def link_between(reports: list[SeaReport], acts: list[ActSaid], one: str, other: str) -> Link | None:
    hypotheses, links = associate(reports, acts)
    home = {each: hypothesis.id for hypothesis in hypotheses for each in hypothesis.reports}
    pair = tuple(sorted((home[one], home[other])))
    return next((link for link in links if (link.one, link.other) == pair), None)


CALLS = [report("a", 0), report("b", 12, north_km=1.5), report("c", 25, north_km=3.0)]


def test_two_calls_of_one_telephone_that_fit_in_place_and_count_are_one_boat() -> None:
    assert parts(CALLS) == {frozenset("abc")}


def test_a_telephone_alone_never_merges_what_no_boat_could_have_done() -> None:
    apart = [report("a", 0), report("b", 12, north_km=40.0)]
    assert parts(apart) == {frozenset("a"), frozenset("b")}


def test_nearness_and_likeness_without_anybody_known_aboard_never_merge() -> None:
    alike = [
        report("a", 0, caller="", colour="orange", means="aircraft"),
        report("b", 4, north_km=0.2, caller="", colour="orange", means="ship"),
    ]
    assert parts(alike) == {frozenset("a"), frozenset("b")}
    link = link_between(alike, [], "a", "b")
    assert link is not None
    assert link.verdict == "probably_same"
    assert all(ground.text.fr and ground.text.en for ground in link.grounds)


def test_a_call_without_a_place_is_linked_by_its_telephone_and_not_merged() -> None:
    lost = [CALLS[0], report("b", 12, placed=False)]
    assert parts(lost) == {frozenset("a"), frozenset("b")}
    link = link_between(lost, [], "a", "b")
    assert link is not None
    assert link.verdict == "probably_same"


def test_a_different_telephone_says_little_against_one_boat() -> None:
    two = [report("a", 0), report("b", 3, north_km=0.3, caller=OTHER_PHONE)]
    link = link_between(two, [], "a", "b")
    assert link is not None
    assert {ground.code: ground.bits for ground in link.grounds}["phone.different"] >= -1.0


def test_a_number_that_calls_for_several_boats_says_little() -> None:
    hub = [
        report(f"{place}{call}", 6 * call, north_km=25.0 * place + 0.8 * call, means="relayed")
        for place in range(3)
        for call in range(2)
    ]
    link = link_between([*hub, report("x", 14, north_km=1.5)], [], "00", "x")
    assert link is None or "phone.hub" in {ground.code for ground in link.grounds}


def test_an_echo_joins_its_original_and_adds_no_evidence() -> None:
    alone = [report("a", 0), report("z", 20, north_km=2.0, caller=OTHER_PHONE)]
    before = link_between(alone, [], "a", "z")
    echoes = [report(f"e{n}", 10 + n, means="relayed", origin="a", by="UK-HMCG") for n in range(10)]
    assert frozenset({"a", *(one.id for one in echoes)}) in parts([*alone, *echoes])
    after = link_between([*alone, *echoes], [], "a", "z")
    assert before is not None
    assert after is not None
    assert (after.bits, after.verdict) == (before.bits, before.verdict)


def test_echoes_of_an_original_that_never_came_are_one_voice() -> None:
    echoes = [
        report("e1", 10, origin="radio-7", means="relayed"),
        report("e2", 15, origin="radio-7", means="relayed"),
    ]
    assert parts(echoes) == {frozenset(("e1", "e2"))}


def test_reports_that_name_each_other_as_origin_do_no_harm() -> None:
    ring = [report("a", 0, origin="b"), report("b", 1, origin="a"), report("c", 2, origin="c")]
    assert parts(ring) in ({frozenset("abc")}, {frozenset("ab"), frozenset("c")})


def test_an_officers_word_binds_and_the_newest_stands() -> None:
    apart = [report("a", 0), report("b", 12, north_km=40.0, caller=OTHER_PHONE)]
    assert parts(apart, [judged("a", "b", "same")]) == {frozenset("ab")}
    assert parts(apart, [judged("a", "b", "same"), judged("b", "a", "different", 70)]) == {
        frozenset("a"),
        frozenset("b"),
    }
    assert parts(CALLS[:2], [judged("a", "b", "different")]) == {frozenset("a"), frozenset("b")}
    link = link_between(CALLS[:2], [judged("a", "b", "different")], "a", "b")
    assert link is not None
    assert (link.verdict, link.by) == ("different", "Aude Kerlazan")


@pytest.mark.parametrize("verdict", ["probably_same", "unresolved"])
def test_an_officer_who_is_not_sure_keeps_the_machine_from_merging(verdict: SeaVerdict) -> None:
    acts = [judged("a", "b", verdict)]
    assert parts(CALLS[:2], acts) == {frozenset("a"), frozenset("b")}
    link = link_between(CALLS[:2], acts, "a", "b")
    assert link is not None
    assert link.verdict == verdict


def test_an_un_merge_restores_exactly_what_the_word_alone_would_have_made() -> None:
    night = small_night(3, boats=6)
    ids = sorted(night.truth)
    one, other = ids[0], ids[-1]
    plain = associate(night.reports, [])
    merged = associate(night.reports, [judged(one, other, "same", 10)])
    undone = associate(night.reports, [judged(one, other, "same", 10), judged(one, other, "unresolved", 20)])
    assert merged[0] != plain[0]
    assert undone == associate(night.reports, [judged(one, other, "unresolved", 20)])
    assert undone[0] == plain[0]


def test_no_chain_runs_through_a_word_of_two_boats() -> None:
    acts = [judged("a", "c", "different")]
    assert not any({"a", "c"} <= part for part in parts(CALLS, acts))


def test_words_of_officers_that_contradict_each_other_leave_two_boats_and_say_so() -> None:
    acts = [judged("a", "c", "different", 60), judged("a", "b", "same", 61), judged("b", "c", "same", 62)]
    found = parts(CALLS, acts)
    assert not any({"a", "c"} <= part for part in found)
    home = {each: part for part in found for each in part}
    assert home["b"] is not home["a"] or home["b"] is not home["c"]
    link = link_between(CALLS, acts, "a", "c")
    assert link is not None
    assert link.verdict == "different"


def test_the_machine_never_merges_what_was_seen_after_people_were_taken_off() -> None:
    assert parts(CALLS, [taken_off("b", 20)]) == {frozenset("ab"), frozenset("c")}
    form = QuayForm(
        officer="Gaël Huchedou",
        boat="a",
        place="Calais",
        at=AT + dt.timedelta(minutes=20),
        came=42,
        identified=Identified(phones=(PHONE,)),
    )
    acts = [ActSaid(id="q", at=AT + dt.timedelta(minutes=25), by="FR-PREMAR", act=form)]
    assert parts(CALLS, acts) == {frozenset("ab"), frozenset("c")}
    link = link_between(CALLS, acts, "a", "c")
    assert link is not None
    assert link.verdict == "probably_same"
    assert parts(CALLS, [*acts, judged("a", "c", "same")]) == {frozenset("abc")}


def test_numbers_read_back_ashore_by_people_of_one_boat_bring_their_calls_together() -> None:
    calls = [report("a", 0), report("b", 15, north_km=1.5, caller=OTHER_PHONE)]
    form = QuayForm(
        officer="Gaël Huchedou",
        boat="elsewhere",
        place="Calais",
        at=AT + dt.timedelta(hours=3),
        came=42,
        identified=Identified(phones=(PHONE, OTHER_PHONE)),
    )
    said = ActSaid(id="q", at=AT + dt.timedelta(hours=3), by="FR-PREMAR", act=form)
    assert len(parts(calls)) == 2
    assert len(parts(calls, [said])) == 1


def test_what_a_caller_answers_weighs_between_two_boats() -> None:
    two = [report("a", 0), report("b", 12, north_km=1.5, caller="", means="aircraft")]
    assert len(parts(two)) == 2
    assert len(parts(two, [answered("a", "b", "sees_asset", True)])) == 1
    no = link_between(two, [answered("a", "b", "sees_asset", False)], "a", "b")
    assert no is not None
    assert no.verdict in ("different", "unresolved")


def test_a_beach_or_a_colour_that_a_caller_confirms_merges_nothing() -> None:
    two = [report("a", 0), report("b", 12, north_km=1.5, caller="", means="patrol")]
    acts = [answered("a", "b", asked, True) for asked in ("launched_from", "colour", "children", "persons")]
    assert len(parts(two, acts)) == 2


def test_the_last_digits_that_a_caller_reads_out_are_known_again() -> None:
    calls = [report("a", 0), report("b", 15, north_km=1.8, caller=OTHER_PHONE)]
    before = link_between(calls, [], "a", "b")
    after = link_between(calls, [answered("a", "", "phone_digits", None, "56 78")], "a", "b")
    assert before is not None
    assert after is None or after.bits > before.bits + 3


def test_one_answer_may_name_several_telephones() -> None:
    one = report("a", 0, caller="+33639981234")
    others = [
        report("b", 6, caller="+33639985678"),
        report("c", 12, caller="+33639989012"),
        report("d", 18, caller="+33639983456"),
    ]
    acts = [answered("a", "", "phone_digits", None, "5678, 9012")]
    before, after = (
        {key: link.bits for key in "bcd" if (link := link_between([one, *others], said, "a", key))}
        for said in ([], acts)
    )
    assert after["b"] > before["b"] + 3
    assert after["c"] > before["c"] + 3
    assert after["d"] <= before["d"]
    # The ends of numbers bring no machine to merge: they agree by chance too often.
    assert parts([one, *others], acts) == {frozenset(key) for key in "abcd"}


def test_no_trait_says_where_anybody_comes_from_or_what_they_believe() -> None:
    from entente.maritime.sea_traits import Traits
    from entente.maritime.sea_weights import pinned_weights

    named = " ".join((*Traits.__struct_fields__, *Sighting.__struct_fields__, *pinned_weights().bits)).lower()
    for word in ("nation", "ethnic", "religio", "origin_country", "language", "race", "tribe", "citizen"):
        assert word not in named
    told = [
        [report("a", 0), report("b", 9, north_km=1.0, caller=caller, words=words)]
        for caller, words in (("+33639985678", ""), ("+447700900678", "all of one nation and faith"))
    ]
    assert associate(told[0], []) == associate(told[1], [])


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.randoms(use_true_random=False))
def test_any_order_and_any_repetition_give_the_identical_answer(seed: int, draw: random.Random) -> None:
    night = small_night(seed, boats=4)
    ids = sorted(night.truth)
    acts = [
        judged(*draw.sample(ids, 2), draw.choice(("same", "different", "unresolved", "probably_same")), n)
        for n in range(4)
    ]
    acts.append(taken_off(draw.choice(ids), 200))
    reports = list(night.reports)
    whole = association_of(reports, acts)
    again = reports + draw.choices(reports, k=len(reports))
    draw.shuffle(again)
    shuffled = acts + acts
    draw.shuffle(shuffled)
    assert association_of(again, shuffled) == whole


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000), st.randoms(use_true_random=False))
def test_a_cache_changes_nothing_however_it_was_filled(seed: int, draw: random.Random) -> None:
    night = small_night(seed, boats=4)
    reports, cache = list(night.reports), Cache()
    draw.shuffle(reports)
    for size in (len(reports) // 3, 2 * len(reports) // 3, len(reports)):
        assert association_of(reports[:size], [], cache) == association_of(reports[:size], [])


def test_two_reports_under_one_id_are_one_and_the_same_one_in_any_order_and_with_any_cache() -> None:
    twin = report("c", 25, north_km=40.0, caller=OTHER_PHONE)
    whole = associate([*CALLS, twin], [])
    assert associate([twin, *CALLS], []) == whole
    for first in ([*CALLS], [*CALLS[:2], twin]):
        cache = Cache()
        associate(first, [], cache)
        assert associate([*CALLS, twin], [], cache) == whole


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000), st.randoms(use_true_random=False))
def test_what_officers_say_is_two_boats_is_never_one(seed: int, draw: random.Random) -> None:
    night = small_night(seed, boats=4)
    pairs = list(combinations(sorted(night.truth), 2))
    acts = [judged(*pair, "different", n) for n, pair in enumerate(draw.sample(pairs, 8))]
    home = {each: one.id for one in associate(night.reports, acts)[0] for each in one.reports}
    for said in acts:
        assert isinstance(said.act, Judged)
        assert home[said.act.one] != home[said.act.other]


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000))
def test_hypotheses_part_the_reports_and_are_called_after_their_first(seed: int) -> None:
    night = small_night(seed, boats=5)
    by_id = {one.id: one for one in night.reports}
    hypotheses, links = associate(night.reports, [])
    held = [each for one in hypotheses for each in one.reports]
    assert sorted(held) == sorted(by_id)
    for one in hypotheses:
        assert one.id == min(one.reports, key=lambda each: (by_id[each].seen_at, each))
    ids = {one.id for one in hypotheses}
    assert all(link.one < link.other and {link.one, link.other} <= ids for link in links)
    assert all(ground.bits * 4 == round(ground.bits * 4) for link in links for ground in link.grounds)
    assert [(link.one, link.other) for link in links] == sorted({(link.one, link.other) for link in links})


def test_probably_the_same_boat_is_said_of_every_two_of_a_boat() -> None:
    night = small_night(11, boats=8)
    _, links = associate(night.reports, [])
    linked = {(link.one, link.other) for link in links if link.verdict == "probably_same"}
    for (one, other), (third, fourth) in combinations(sorted(linked), 2):
        if one == third and other != fourth:
            assert (min(other, fourth), max(other, fourth)) in linked


def test_the_machine_merges_almost_no_two_boats_and_links_most_of_each() -> None:
    merged = right = linked = linked_right = true = 0
    for seed in range(500, 510):
        night = small_night(seed)
        hypotheses, links = associate(night.reports, [])
        home = {each: one.id for one in hypotheses for each in one.reports}
        probable = {(link.one, link.other) for link in links if link.verdict == "probably_same"}
        for one, other in combinations(sorted(night.truth), 2):
            same = night.truth[one] == night.truth[other]
            pair = tuple(sorted((home[one], home[other])))
            together = pair[0] == pair[1]
            merged, right = merged + together, right + (together and same)
            together = together or pair in probable
            linked, linked_right, true = linked + together, linked_right + (together and same), true + same
    assert merged > 300
    assert right / merged > 0.995
    precision, recall = linked_right / linked, linked_right / true
    assert 2 * precision * recall / (precision + recall) > 0.78


def test_everything_said_can_travel_as_json() -> None:
    whole = association_of(small_night(1, boats=5).reports, [])
    assert msgspec.json.decode(msgspec.json.encode(whole), type=type(whole)) == whole
