"""Every record has a day of review and a day of erasure, the earliest that anyone in it may claim."""

from __future__ import annotations

import datetime as dt
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entente.model.entity import CATEGORIES, Category
from entente.model.report import Compartment, Kind, Purpose
from entente.policy.retention import BY_CATEGORY, BY_PURPOSE, due_dates, earlier

TAKEN = dt.date(2031, 10, 19)
EVERYTHING = st.tuples(
    st.sampled_from(get_args(Kind)),
    st.lists(st.sampled_from(CATEGORIES), max_size=4),
    st.sampled_from(get_args(Purpose)),
    st.sampled_from(get_args(Compartment)),
    st.dates(min_value=dt.date(2000, 1, 1), max_value=dt.date(2100, 1, 1)),
)


@given(EVERYTHING)
def test_ret_1_no_record_is_without_its_two_days_and_review_comes_first(
    record: tuple[Kind, list[Category], Purpose, Compartment, dt.date],
) -> None:
    review, erase = due_dates(*record)
    assert record[-1] < review <= erase


@given(EVERYTHING, st.sampled_from(CATEGORIES))
def test_one_more_person_never_lengthens_a_record_that_has_people(
    record: tuple[Kind, list[Category], Purpose, Compartment, dt.date], category: Category
) -> None:
    kind, categories, purpose, compartment, day = record
    before = due_dates(kind, [*categories, "convicted"], purpose, compartment, day)
    after = due_dates(kind, [*categories, "convicted", category], purpose, compartment, day)
    assert after[0] <= before[0]
    assert after[1] <= before[1]


@pytest.mark.parametrize(
    ("categories", "review_days", "erase_days"),
    [
        (["not_yet_assessed"], 90, 90),
        (["contact"], 365, 365),
        (["suspect"], 3 * 365, 6 * 365),
        (["suspect", "contact"], 365, 365),
        (["suspect", "not_yet_assessed"], 90, 90),
        ([], 365, 3 * 365),
    ],
)
def test_ret_2_the_defaults_of_the_table(
    categories: list[Category], review_days: int, erase_days: int
) -> None:
    review, erase = due_dates("report", categories, "intelligence", "intelligence", TAKEN)
    assert (review, erase) == (TAKEN + dt.timedelta(review_days), TAKEN + dt.timedelta(erase_days))


def test_ret_2_an_open_boat_is_looked_at_after_thirty_days_and_not_erased_for_its_people() -> None:
    review, erase = due_dates("distress", ["rescued_person"], "life_saving", "life_saving", TAKEN)
    assert review == dt.date(2031, 11, 18)
    assert erase.year == 2041


def test_ret_2_a_judicial_file_keeps_its_own_clock() -> None:
    _, erase = due_dates("report", ["not_yet_assessed"], "investigation", "judicial", TAKEN)
    assert erase.year == 2041


def test_the_table_names_every_category_and_every_purpose() -> None:
    assert set(BY_CATEGORY) == set(CATEGORIES)
    assert set(BY_PURPOSE) == set(get_args(Purpose))


def test_ret_4_a_shared_copy_obeys_the_earlier_day() -> None:
    assert earlier(TAKEN, dt.date(2032, 1, 1)) == TAKEN
    assert earlier(None, TAKEN) == TAKEN
    assert earlier(None, None) is None
