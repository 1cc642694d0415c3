"""No person without a category, no category that runs ahead of a decision, no selector by origin or belief."""

from __future__ import annotations

from typing import get_args

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from entente.errors import Malformed
from entente.model.entity import (
    CATEGORIES,
    CATEGORY_WORDS,
    DESIGNATED_CATEGORIES,
    Category,
    Entity,
    EntityKind,
    Trait,
)
from entente.model.name import Name
from entente.model.strict import convert

THINGS = [kind for kind in get_args(EntityKind) if kind != "person"]


def test_cat_1_a_person_without_a_category_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="carries no category"):
        Entity(id="e1", kind="person", names=(Name("Soran Delizada"),))
    with pytest.raises(Malformed, match="carries no category"):
        convert({"id": "e1", "kind": "person", "names": [{"written": "Soran Delizada"}]}, Entity)
    with pytest.raises(Malformed):
        convert({"id": "e1", "kind": "person", "category": None}, Entity)
    with pytest.raises(Malformed):
        convert({"id": "e1", "kind": "person", "category": "target"}, Entity)


def test_cat_1_no_default_ever_makes_a_suspect() -> None:
    default = next(field for field in msgspec.structs.fields(Entity) if field.name == "category").default
    assert default is None, "absent is refused for a person; nothing is filled in on the quiet"
    assert "suspect" in DESIGNATED_CATEGORIES
    assert "convicted" in DESIGNATED_CATEGORIES
    assert "not_yet_assessed" not in DESIGNATED_CATEGORIES
    assert Entity(id="e1", kind="person", category="not_yet_assessed").category == "not_yet_assessed"


def test_cat_1_the_categories_are_the_nine_of_the_method_in_both_languages() -> None:
    assert set(CATEGORIES) == set(CATEGORY_WORDS)
    assert {text.en for text in CATEGORY_WORDS.values()} == {
        "suspect",
        "convicted",
        "victim",
        "possible victim",
        "witness",
        "contact",
        "rescued person",
        "third party",
        "not yet assessed",
    }
    assert len({text.fr for text in CATEGORY_WORDS.values()}) == 9


@pytest.mark.parametrize("kind", THINGS)
def test_a_thing_carries_no_category_of_persons(kind: EntityKind) -> None:
    assert Entity(id="e1", kind=kind).category is None
    for category in CATEGORIES:
        with pytest.raises(ValueError, match="no person"):
            Entity(id="e1", kind=kind, category=category)


def test_cat_7_category_and_age_band_travel_with_the_record() -> None:
    child = Entity(id="e1", kind="person", category="possible_victim", age_band="under_18")
    assert msgspec.json.decode(msgspec.json.encode(child), type=Entity) == child
    assert Entity(id="e1", kind="person", category="victim").age_band == "unknown"


@pytest.mark.parametrize(
    "kind", ["religion", "ethnicity", "belief", "origin", "skin", "looks", "nationality"]
)
def test_cat_8_no_trait_speaks_of_origin_belief_or_looks(kind: str) -> None:
    with pytest.raises(Malformed):
        convert({"kind": kind, "value": "x"}, Trait)


def test_an_entity_has_an_id_of_its_own() -> None:
    with pytest.raises(ValueError, match="id of its own"):
        Entity(id="", kind="boat")


@given(st.sampled_from(CATEGORIES), st.text(min_size=1), st.none() | st.text())
@settings(max_examples=50, deadline=None)
def test_what_is_said_of_a_person_comes_back_as_it_was_said(
    category: Category, entity_id: str, nationality: str | None
) -> None:
    person = Entity(id=entity_id, kind="person", category=category, nationality=nationality)
    assert msgspec.json.decode(msgspec.json.encode(person), type=Entity) == person
