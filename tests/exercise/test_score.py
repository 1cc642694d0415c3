"""What two nodes that played the season know: all that they may, and nothing beyond."""

from __future__ import annotations

import pytest

from entente.errors import Language
from entente.exercise.account import tell_score
from entente.exercise.score import Score
from entente.exercise.season import Season
from entente.exercise.shores import Shores
from entente.exercise.telling import tell_exchanged, tell_found, tell_refused, tell_try
from entente.terminal.show import Page


def test_every_pair_that_may_be_known_in_clear_is_known_where_it_should_be(scored: Score) -> None:
    assert scored.pairs_clear == 16
    assert [
        (pair.link, pair.one, pair.other) for pair in scored.pairs if pair.in_clear and not pair.found
    ] == []
    assert scored.pairs_clear_found == 16


def test_nothing_is_known_beyond_what_the_truth_and_the_originators_allow(scored: Score) -> None:
    assert [(pair.link, pair.leaked_to) for pair in scored.pairs if pair.leaked_to] == []
    assert scored.hits_on_unreadable_records == 0
    assert scored.pairs_leaked == 0


def test_no_decoy_is_joined_and_each_says_why(scored: Score) -> None:
    assert scored.decoys == len(scored.lures) == 11
    assert [lure.id for lure in scored.lures if lure.joined] == []
    assert all(lure.why for lure in scored.lures)


def test_what_lies_in_a_judicial_file_is_known_to_its_keeper_and_to_nobody_else(scored: Score) -> None:
    for pair in scored.pairs:
        if not pair.in_clear:
            assert all("keeper" in name for name in pair.known_to)
    assert scored.pairs_hit_only == 12
    assert scored.pairs_hit_only_found == 8


def test_no_value_of_a_victim_and_no_pair_of_two_closed_files_is_met(scored: Score) -> None:
    unknown = {pair.link for pair in scored.pairs if not pair.known_to}
    assert unknown == {"TL12", "TL15", "TL19", "TL20"}


def test_what_belongs_together_within_one_shore_is_that_shores_to_say(scored: Score) -> None:
    within = [
        pair
        for pair in scored.pairs
        if pair.in_clear and len({name.partition("/")[0] for name in pair.known_to}) == 1
    ]
    assert len(within) == 10
    assert not any(pair.leaked_to for pair in scored.pairs)


def test_the_figures_for_a_program_are_whole_numbers_under_the_agreed_names(scored: Score) -> None:
    counts = scored.counts()
    assert {
        "pairs_clear", "pairs_clear_found", "pairs_hit_only", "pairs_hit_only_found", "pairs_leaked", "decoys",
        "decoys_joined", "records_exchanged", "refused",
    } <= set(counts)  # fmt: skip
    assert all(type(value) is int for value in counts.values())
    assert counts["records_exchanged"] == 43
    assert counts["refused"] == 1


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_telling_stays_within_a_hundred_columns_and_names_everything(
    language: Language, scored: Score, on_20_november: Shores, season: Season
) -> None:
    page = Page(language)
    tell_exchanged(page, on_20_november, season)
    tell_found(page, on_20_november)
    tell_refused(page, on_20_november, season)
    tell_score(page, scored)
    assert max(len(line) for line in page.lines) <= 100
    told = "\n".join(page.lines)
    for pair in scored.pairs:
        assert f"{pair.one} ↔ {pair.other}" in told
    for lure in scored.lures:
        assert f"{lure.id}  {lure.one} / {lure.other}" in told
    assert ("double examen" if language == "fr" else "dual review") in " ".join(told.split())


@pytest.mark.parametrize("language", ["fr", "en"])
def test_three_things_to_try_are_offered(language: Language, on_20_november: Shores) -> None:
    page = Page(language)
    tell_try(page, on_20_november, may_continue=True)
    assert [line.strip()[0] for line in page.lines if line.startswith("  ") and line[2].isdigit()] == [
        "1",
        "2",
        "3",
    ]
    assert any("exercise continue" in line for line in page.lines)
