"""Names are folded and met across alphabets, orders and spellings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entente.evidence.names import alike, company_tokens, joined, skeleton, tokens

LETTERS = "abdefghijklmnoprstvyz"
WORDS = st.text(LETTERS, min_size=1, max_size=10)


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("VASQUELIN Thibault", ("vasquelin", "thibault")),
        ("Élodie  Marchambeau", ("elodie", "marchambeau")),
        ("T. Vasquelin", ("t", "vasquelin")),
        ("O’Brennagh-Tull, Sir Jörn", ("obrennagh", "tull", "jorn")),
        ("Sir", ("sir",)),
    ],
)
def test_a_name_is_folded_into_words_without_accents_or_titles(written: str, folded: tuple[str, ...]) -> None:
    assert tokens(written) == folded


def test_consonants_of_one_name_agree_across_spellings_and_scripts() -> None:
    native = tokens("سۆران دلیرزاد")
    assert [skeleton(word) for word in native] == [skeleton(word) for word in tokens("Soran Delirzad")]
    assert skeleton("dalirzade") == skeleton("delirzad") != skeleton("delizada")


@pytest.mark.parametrize(
    ("one", "other", "likeness"),
    [
        ("soran", "soran", "exact"),
        ("soran", "suran", "spelling"),
        ("dlyrzd", "delirzad", "spelling"),
        ("vasquelin", "vasqeulin", "spelling"),
        ("halvering", "halverung", "spelling"),
        ("harward", "harqard", "slip"),
        ("william", "bill", "pet_name"),
        ("guillaume", "willem", "pet_name"),
        ("vasque", "vasquelin", "shortened"),
        ("t", "thibault", "initial"),
        ("t", "paulette", None),
        ("john", "jane", None),
        ("delirzad", "delizada", None),
        ("thibault", "paulette", None),
    ],
)
def test_two_words_are_alike_in_the_way_a_clerk_would_say(one: str, other: str, likeness: str | None) -> None:
    assert alike(one, other) == likeness


@given(WORDS, WORDS)
def test_likeness_of_words_is_the_same_from_both_sides(one: str, other: str) -> None:
    assert alike(one, other) == alike(other, one)


@given(WORDS)
def test_a_word_is_exactly_like_itself(word: str) -> None:
    assert alike(word, word) == "exact"


def test_words_joined_or_parted_elsewhere_are_found() -> None:
    assert joined(("el", "hadi"), ("elhadi",))
    assert joined(("jeanmarc",), ("jean", "marc"))
    assert not joined(("jean",), ("marc",))


def test_a_company_is_named_without_its_legal_form() -> None:
    assert company_tokens("Halvering Freizeit & Wasser GmbH") == ("halvering", "freizeit", "wasser")
