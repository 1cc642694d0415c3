"""Grounds in words: an assessment in both languages, and bits that add up."""

from __future__ import annotations

import re

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from entente.errors import Text
from entente.evidence import explain as room
from entente.evidence.explain import explain, headline, show_bits, words
from entente.evidence.weigh import GroundFound, in_quarters, pinned_weights, weigh

# Words that would turn an assessment into a fact (FACT-5).
CERTAIN = re.compile(
    r"\b(fact|facts|fait|faits|proven|proves|prouvé|prouve|confirmed|confirmé|certain|certaine|certainly|"
    r"is the same person|est la même personne|établi|identified as|identifié comme)\b",
    re.IGNORECASE,
)
# How the names met lies in a ground of its own; these figures are no outcomes.
NO_OUTCOMES = {"partial.each"}
NAME_OUTCOMES = ("same", "compatible", "in_part", "alias", "different")


class Found(msgspec.Struct, frozen=True):
    """A hit as `headline` reads it."""

    grounds: tuple[GroundFound, ...]


def every_ground() -> list[GroundFound]:
    """One ground of each outcome that the pinned table weighs."""
    found = [
        GroundFound(
            "name", outcome, 2.5, "Soran", "Suran", 0, (("soran", "suran", "spelling"), ("x", "y", ""))
        )
        for outcome in NAME_OUTCOMES
    ]
    for figure in pinned_weights().bits:
        kind, outcome = figure.split(".")
        if figure not in NO_OUTCOMES and kind != "name":
            found.append(GroundFound("plate" if kind == "other" else kind, outcome, 1.25, "one", "other"))
    found.append(GroundFound("phone", "hub", 3.0, "+33639980660", "+33639980660", 61))
    return found


@pytest.mark.parametrize("ground", every_ground(), ids=lambda ground: f"{ground.kind}_{ground.outcome}")
def test_every_ground_that_has_a_weight_has_words_in_both_languages(ground: GroundFound) -> None:
    text = words(ground)
    assert text.fr != text.en
    for said in (text.fr, text.en):
        assert said.endswith(".")
        assert "{" not in said


@pytest.mark.parametrize("ground", every_ground(), ids=lambda ground: f"{ground.kind}_{ground.outcome}")
def test_fact_5_no_wording_of_a_link_claims_a_fact(ground: GroundFound) -> None:
    text = headline(Found((ground,)))
    assert text.fr.startswith("Lien possible, ")
    assert text.en.startswith("Possible link, ")
    for said in (text.fr, text.en, words(ground).fr, words(ground).en):
        assert not CERTAIN.search(said), said


def test_a_headline_gives_the_bits_and_what_speaks_for_and_against() -> None:
    found = Found(
        (
            GroundFound("phone", "same", 20.0, "+33639980417", "+33639980417", 2),
            GroundFound("birth", "different", -4.75, "1989", "1975"),
            GroundFound("occupation", "differs", -1.5, "a", "b"),
        )
    )
    assert headline(found) == Text(
        fr="Lien possible, 13,75 bits : même numéro de téléphone : +33639980417. "
        "Dates de naissance différentes : 1989 et 1975.",
        en="Possible link, 13.75 bits: same telephone number: +33639980417. Different dates of birth: 1989 and 1975.",
    )


def test_engines_that_follow_each_other_are_said_to_be_of_one_delivery() -> None:
    text = words(GroundFound("engine_serial", "differs", -10.0, "HX308814173", "HX308814174"))
    assert "follow each other" in text.en
    assert "se suivent" in text.fr
    assert (
        "follow" not in words(GroundFound("engine_serial", "differs", -10.0, "HX308814173", "HX308814199")).en
    )


def test_a_hub_is_said_to_be_one() -> None:
    text = words(GroundFound("phone", "hub", 3.0, "+33639980660", "+33639980660", 61))
    assert "61" in text.fr
    assert "61 entities" in text.en


@given(st.lists(st.sampled_from(every_ground()), unique=True), st.floats(-20, 20).map(in_quarters))
def test_the_bits_shown_add_up_to_exactly_the_score(grounds: list[GroundFound], bits: float) -> None:
    grounds = [*grounds, GroundFound("email", "same", bits, "a", "a")]
    explained = explain(grounds)
    assert sum(ground.bits for ground in explained) == weigh(grounds)
    assert len(explained) == len(grounds)
    assert len({ground.code for ground in explained}) == len({(one.kind, one.outcome) for one in grounds})


def test_the_weightiest_ground_comes_first_whether_for_or_against() -> None:
    explained = explain(
        [
            GroundFound("occupation", "same", 5.0, "a", "a"),
            GroundFound("imei", "differs", -10.0, "a", "b"),
            GroundFound("phone", "same", 20.0, "a", "a"),
        ]
    )
    assert [ground.code for ground in explained] == ["phone_same", "imei_differs", "occupation_same"]


@pytest.mark.parametrize(
    ("bits", "fr", "en"),
    [(20.0, "20", "20"), (-4.75, "−4,75", "−4.75"), (0.5, "0,5", "0.5"), (0.0, "0", "0")],
)
def test_bits_are_shown_with_the_decimal_sign_of_the_language(bits: float, fr: str, en: str) -> None:
    assert show_bits(bits) == Text(fr, en)


def test_french_words_keep_french_typography() -> None:
    tables = (room.OUTCOME_WORDS, room.NAME_WORDS, room.BIRTH_WORDS, room.LIKENESS_WORDS, room.TRAIT_WORDS)
    for table in tables:
        for text in table.values():
            assert "'" not in text.fr
            assert '"' not in text.fr
