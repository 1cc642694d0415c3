"""Grades cross schemes without ever getting better, and what was given is never lost."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from entente.errors import Malformed
from entente.model.grading import SCALES, DerivedGrade, Grade, Scheme, read_grade, show_in

SCHEMES: tuple[Scheme, ...] = ("admiralty", "5x5x5", "3x5x2", "europol")
ALL_GRADES = [
    Grade(scheme, source, information)
    for scheme in SCHEMES
    for source in SCALES[scheme][0]
    for information in SCALES[scheme][1]
]
grades = st.sampled_from(ALL_GRADES)
chains = st.lists(st.sampled_from(SCHEMES), max_size=6)

# terms.md again, written from the page and not from the code: how far down its table a letter reaches. 0 is best; a
# letter that stands for several rows reaches the lowest of them.
SOURCE_REACH: dict[str, dict[str, int]] = {
    "admiralty": {"A": 0, "B": 1, "C": 2, "D": 3, "E": 4, "F": 5},
    "5x5x5": {"A": 0, "B": 1, "C": 2, "D": 4, "E": 5},
    "3x5x2": {"1": 1, "3": 4, "2": 5},
    "europol": {"A": 0, "B": 1, "C": 4, "X": 5},
}
# How the source came to know it, in the three schemes that say so.
KNOWN_REACH: dict[str, dict[str, int]] = {
    "5x5x5": {"1": 0, "2": 1, "3": 2, "4": 4, "5": 5},
    "3x5x2": {"A": 1, "B": 2, "C": 3, "D": 4, "E": 5},
    "europol": {"1": 0, "2": 1, "3": 2, "4": 4},  # unflagged; what is suspected to be false carries a flag
}


def known_reach(shown: DerivedGrade) -> int:
    return 5 if shown.is_flagged else KNOWN_REACH[shown.grade.scheme][shown.grade.information]


def shown_through(grade: Grade, chain: list[Scheme]) -> Grade | DerivedGrade:
    shown: Grade | DerivedGrade = grade
    for scheme in chain:
        shown = show_in(shown, scheme)
    return shown


@given(grades, chains, st.sampled_from(SCHEMES))
def test_a_grade_is_never_better_than_the_native_one_over_any_chain(
    native: Grade, chain: list[Scheme], last: Scheme
) -> None:
    shown = show_in(shown_through(native, chain), last)
    assert shown.grade.scheme == last
    assert SOURCE_REACH[last][shown.grade.source] >= SOURCE_REACH[native.scheme][native.source]
    if native.scheme in KNOWN_REACH and last in KNOWN_REACH:
        assert known_reach(shown) >= KNOWN_REACH[native.scheme][native.information]


@given(grades, chains, st.sampled_from(SCHEMES))
def test_a_chain_says_no_more_and_no_less_than_one_step(
    native: Grade, chain: list[Scheme], last: Scheme
) -> None:
    shown = show_in(shown_through(native, chain), last)
    assert shown == show_in(native, last)
    assert shown.native == native
    assert shown.is_derived == (last != native.scheme)


@pytest.mark.parametrize("native", [g for g in ALL_GRADES if g.scheme == "admiralty"], ids=str)
@pytest.mark.parametrize("british", ["5x5x5", "3x5x2"])
def test_fact_2_from_france_to_britain_and_back_loses_nothing(native: Grade, british: Scheme) -> None:
    there = show_in(native, british)
    assert there.native == native, "the grade as given travels beside the one that is shown"
    sent = msgspec.json.decode(msgspec.json.encode(there), type=DerivedGrade)
    assert show_in(sent, "admiralty").grade == native


@given(grades, chains)
def test_fact_2_a_grade_comes_home_unchanged_from_any_chain(native: Grade, chain: list[Scheme]) -> None:
    home = show_in(shown_through(native, chain), native.scheme)
    assert home.grade == native
    assert not home.is_derived


@pytest.mark.parametrize(
    ("native", "scheme", "expected"),
    [
        (Grade("admiralty", "B", "2"), "europol", "B4"),
        (Grade("admiralty", "C", "5"), "3x5x2", "3E"),
        (Grade("admiralty", "F", "6"), "5x5x5", "E4"),
        (Grade("5x5x5", "D", "3"), "admiralty", "E2"),
        (Grade("5x5x5", "A", "1"), "admiralty", "A6"),
        (Grade("3x5x2", "1", "A"), "admiralty", "B6"),
        (Grade("3x5x2", "1", "A"), "5x5x5", "B2"),
        (Grade("3x5x2", "2", "B"), "europol", "X3"),
        (Grade("3x5x2", "3", "C"), "europol", "C4"),
        (Grade("3x5x2", "3", "D"), "5x5x5", "D4"),
        (Grade("3x5x2", "2", "E"), "admiralty", "F5"),
        (Grade("europol", "A", "1"), "3x5x2", "1A"),
        (Grade("europol", "A", "2"), "3x5x2", "1A"),
        (Grade("europol", "B", "3"), "3x5x2", "1B"),
        (Grade("europol", "X", "4"), "3x5x2", "2D"),
        (Grade("europol", "X", "4"), "5x5x5", "E4"),
        (Grade("5x5x5", "C", "4"), "3x5x2", "3D"),
        (Grade("5x5x5", "E", "5"), "europol", "X4"),
        (Grade("europol", "C", "3"), "5x5x5", "D3"),
        (Grade("europol", "X", "1"), "admiralty", "F6"),
    ],
    ids=str,
)
def test_cells_of_the_published_table(native: Grade, scheme: Scheme, expected: str) -> None:
    assert str(show_in(native, scheme).grade) == expected


@pytest.mark.parametrize("native", ALL_GRADES, ids=str)
def test_only_what_is_suspected_to_be_false_carries_europols_flag(native: Grade) -> None:
    suspected = {"admiralty": "5", "5x5x5": "5", "3x5x2": "E", "europol": ""}[native.scheme]
    assert show_in(native, "europol").is_flagged == (native.information == suspected)
    assert not show_in(native, "5x5x5").is_flagged


def test_certainty_of_content_is_never_read_out_of_how_it_was_known() -> None:
    for native in ALL_GRADES:
        if native.scheme != "admiralty":
            assert show_in(native, "admiralty").grade.information not in "1", (
                "only confirmation by others gives a 1"
            )
        else:
            for other in ("5x5x5", "3x5x2", "europol"):
                shown = show_in(native, other).grade.information
                assert KNOWN_REACH[other][shown] >= 3, "that it is likely true does not say who saw it"


@pytest.mark.parametrize(
    ("written", "scheme", "expected"),
    [
        ("B2", "admiralty", Grade("admiralty", "B", "2")),
        ("b 2", "admiralty", Grade("admiralty", "B", "2")),
        ("1-A", "3x5x2", Grade("3x5x2", "1", "A")),
        ("x4", "europol", Grade("europol", "X", "4")),
    ],
)
def test_a_grade_is_read_in_the_scheme_of_its_issuer(written: str, scheme: Scheme, expected: Grade) -> None:
    assert read_grade(written, scheme) == expected


@pytest.mark.parametrize(
    ("written", "scheme"),
    [
        ("", "admiralty"),
        ("B", "admiralty"),
        ("B22", "admiralty"),
        ("X4", "admiralty"),
        ("A1", "3x5x2"),
        ("D2", "europol"),
    ],
)
def test_letters_that_a_scheme_does_not_have_are_refused_with_those_it_has(
    written: str, scheme: Scheme
) -> None:
    with pytest.raises(Malformed) as refusal:
        read_grade(written, scheme)
    assert refusal.value.code == "grade_unreadable"
    assert refusal.value.remedy is not None
    assert SCALES[scheme][0][0] in refusal.value.remedy.en
