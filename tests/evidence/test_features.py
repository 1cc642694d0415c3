"""What may be compared of an entity, and what is left at the door."""

from __future__ import annotations

import ast
import datetime as dt
from pathlib import Path

import msgspec
from hypothesis import given
from hypothesis import strategies as st

import entente.crosscheck.index
import entente.crosscheck.resolve
import entente.evidence.weigh
from entente.evidence.compare import compare, prepare
from entente.evidence.features import Features
from entente.evidence.weigh import Frequencies, weigh
from entente.model.entity import CATEGORIES, Category, Entity, Trait
from entente.model.identifier import Identifier
from entente.model.moment import PartialDate, Period
from entente.model.name import Name
from entente.model.report import RecordRef

SAID = dt.date(2031, 9, 12)
# What no comparison may read of an entity, under whatever name (CAT-8); sex is not in the model and stays out.
NEVER_READ = {
    "nationality",
    "category",
    "age_band",
    "gender",
    "sex",
    "ethnicity",
    "religion",
    "region",
    "description",
}


def person(*names: str, nationality: str | None = None, category: Category = "not_yet_assessed") -> Entity:
    return Entity(
        id="e1",
        kind="person",
        names=tuple(Name(name) for name in names),
        identifiers=(Identifier(kind="phone", written="06 39 98 04 17"),),
        birth=PartialDate(1989, 6, 4),
        category=category,
        nationality=nationality,
        traits=(Trait("birth_place", "Loon-Plage"), Trait("description", "grande, veste bleue")),
    )


@given(st.sampled_from(["FR", "GB", "DE", "XA", None]), st.sampled_from(["FR", "GB", "XB", None]))
def test_cat_8_swapping_nationality_changes_no_score(one: str | None, other: str | None) -> None:
    frequencies = Frequencies()
    plain = compare(
        prepare(person("Soran DELIRZAD"), RecordRef("a", "e1"), SAID),
        prepare(person("DALIRZADE Suran"), RecordRef("b", "e1"), SAID),
        frequencies,
    )
    swapped = compare(
        prepare(person("Soran DELIRZAD", nationality=one), RecordRef("a", "e1"), SAID),
        prepare(person("DALIRZADE Suran", nationality=other), RecordRef("b", "e1"), SAID),
        frequencies,
    )
    assert swapped == plain
    assert weigh(plain) > 0


@given(st.sampled_from(sorted(CATEGORIES)))
def test_a_category_changes_no_feature(category: Category) -> None:
    ref = RecordRef("a", "e1")
    assert prepare(person("Soran", category=category), ref, SAID) == prepare(person("Soran"), ref, SAID)


def test_cat_8_no_file_that_compares_reads_origin_category_or_looks() -> None:
    rooms = [Path(entente.evidence.weigh.__file__).parent.glob("*.py")]
    files = [file for room in rooms for file in room]
    files += [Path(entente.crosscheck.index.__file__), Path(entente.crosscheck.resolve.__file__)]
    assert len(files) > 8
    for file in files:
        read = {
            node.attr
            for node in ast.walk(ast.parse(file.read_text("utf-8")))
            if isinstance(node, ast.Attribute)
        }
        assert not read & NEVER_READ, file.name


def test_cat_8_features_carry_only_what_may_be_compared() -> None:
    assert {field.name for field in msgspec.structs.fields(Features)} == {
        "ref", "kind", "names", "companies", "identifiers", "birth", "traits", "exempt",
    }  # fmt: skip


def test_free_text_is_no_feature() -> None:
    features = prepare(person("Soran"), RecordRef("a", "e1"), SAID)
    assert "veste" not in str(features)
    assert "loon plage" in features.traits


def test_the_day_of_the_record_stands_in_for_a_time_not_told() -> None:
    features = prepare(person("Soran"), RecordRef("a", "e1"), SAID)
    (held,) = features.identifiers
    assert (held.first_day, held.last_day, held.told) == (SAID.toordinal(), SAID.toordinal(), False)


def test_a_period_told_in_part_is_taken_as_wide_as_it_may_be() -> None:
    period = Period(PartialDate(2031), PartialDate(2032, 2))
    entity = Entity(
        id="v", kind="vehicle", identifiers=(Identifier(kind="plate", written="FO-417-IU", held=period),)
    )
    (held,) = prepare(entity, RecordRef("a", "v"), SAID).identifiers
    assert (held.first_day, held.last_day) == (
        dt.date(2031, 1, 1).toordinal(),
        dt.date(2032, 2, 29).toordinal(),
    )


def test_parts_of_a_name_within_the_whole_are_not_a_second_name() -> None:
    entity = Entity(
        id="e",
        kind="person",
        category="not_yet_assessed",
        names=(Name("thibault marie vasquelin"), Name("thibault", "forename"), Name("vasquelin", "surname")),
    )
    assert [name.words for name in prepare(entity, RecordRef("a", "e"), SAID).names] == [
        ("thibault", "marie", "vasquelin")
    ]
