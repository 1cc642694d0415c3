"""Folding is the same for what was said and what is asked, and nothing that is typed can be wrong."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from entente.errors import Malformed
from entente.fulltext.words import (
    LONGEST_QUESTION_CHARACTERS,
    NAMING,
    Term,
    expression,
    placed_words,
    read_words,
    words_of,
)

# Signs that mean something to an index, to a keyboard or to a reader, among any others.
TYPED = st.text(
    st.one_of(
        st.sampled_from("\"'«»“”-−*^:(){}+ \t§¶¦ANDORNTE.0123’œæأٱىةـ\u0301\u064e\x00"), st.characters()
    ),
    max_size=60,
)


@pytest.fixture(scope="module")
def index() -> Iterator[sqlite3.Connection]:
    made = sqlite3.connect(":memory:")
    made.execute("CREATE VIRTUAL TABLE f USING fts5(words, content='', columnsize=0, tokenize='ascii')")
    yield made
    made.close()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Cœur", "COEUR"),
        ("l’Été", "l'ete"),
        ("Æthelred", "aethelred"),
        ("أحمد", "احمد"),
        ("إبراهيم", "ابراهيم"),
        ("آل", "ال"),
        ("مُحَمَّد", "محمد"),
        ("مـحـمـد", "محمد"),
        ("فاطمة", "فاطمه"),
        ("علی", "على"),
        ("٠٦٣٩", "0639"),
        ("Łódź", "lodz"),
        ("Straße", "STRASSE"),
        ("Grande-Synthe", "grande synthe"),
        ("Işık", "isik"),
        ("e\u0301tage", "étage"),
    ],
)
def test_what_officers_take_for_one_word_is_one(one: str, other: str) -> None:
    assert words_of(one) == words_of(other)
    assert words_of(one)


@pytest.mark.parametrize(("one", "other"), [("Dover", "Douvres"), ("محمد", "محمود"), ("06", "60")])
def test_other_words_stay_others(one: str, other: str) -> None:
    assert words_of(one) != words_of(other)


@given(TYPED)
def test_words_and_placed_words_agree_and_lie_where_they_say(text: str) -> None:
    placed = placed_words(text)
    assert [one.word for one in placed] == words_of(text)
    ends = [0]
    for one in placed:
        assert ends[-1] <= one.start < one.end <= len(text) or one.start == placed[0].start
        ends.append(one.start)
        assert one.word in "".join(words_of(text[one.start : one.end]))


@given(TYPED)
def test_folding_what_is_folded_changes_nothing(text: str) -> None:
    assert words_of(" ".join(words_of(text))) == words_of(text)


@settings(max_examples=300)
@given(TYPED)
def test_no_question_is_one_that_the_index_cannot_read(index: sqlite3.Connection, text: str) -> None:
    terms = read_words(text)
    for term in terms:
        assert term.ways
        assert all(way and all(way) for way in term.ways)
    for mark in ("", NAMING):
        if terms:
            index.execute("SELECT rowid FROM f WHERE f MATCH ?", (expression(terms, mark),)).fetchall()


@settings(max_examples=150)
@given(TYPED, st.integers(0, 10_000))
def test_every_text_is_found_by_its_own_words(index: sqlite3.Connection, text: str, chance: int) -> None:
    words = words_of(text)
    index.execute("INSERT INTO f (f) VALUES ('delete-all')")
    index.execute("INSERT INTO f (rowid, words) VALUES (1, ?)", (" ".join(words),))
    if words:
        word = words[chance % len(words)]
        assert index.execute(
            "SELECT rowid FROM f WHERE f MATCH ?", (expression([Term(((word,),))]),)
        ).fetchall() == [(1,)]


def test_the_last_word_is_begun_quoted_words_stand_in_a_row_and_a_dash_leaves_out() -> None:
    haji, ligne, without = read_words("haji « ligne bleue » -calais")
    assert (haji.ways, haji.is_prefix) == ((("haji",),), False)
    assert (ligne.ways, ligne.is_prefix) == ((("ligne", "bleue"),), False)
    assert (without.ways, without.is_without, without.is_prefix) == ((("calais",),), True, False)
    assert [term.is_prefix for term in read_words("ligne bleu")] == [False, True]
    assert [term.is_prefix for term in read_words("Grande-Synthe")] == [True]


def test_a_quotation_that_is_not_closed_goes_on_to_the_end() -> None:
    assert [term.ways for term in read_words('"la ligne')] == [(("la", "ligne"),)]


def test_one_letter_alone_begins_nothing_and_one_sign_without_blanks_does() -> None:
    assert [term.is_prefix for term in read_words("a")] == [False]
    assert [term.is_prefix for term in read_words("李")] == [True]


def test_a_number_is_looked_for_as_typed_in_one_word_and_as_its_kind_is_compared() -> None:
    (term,) = read_words("06 39 98 04 17")
    assert {("06", "39", "98", "04", "17"), ("0639980417",), ("33639980417",)} <= set(term.ways)
    assert [term.ways for term in read_words("47 12")] == [(("47",),), (("12",),)]


def test_more_than_anybody_types_is_refused() -> None:
    with pytest.raises(Malformed, match="asked_too_long"):
        read_words("a" * (LONGEST_QUESTION_CHARACTERS + 1))
    assert len(read_words("a " * (LONGEST_QUESTION_CHARACTERS // 2))) == LONGEST_QUESTION_CHARACTERS // 2


def test_the_longest_question_can_be_asked(index: sqlite3.Connection) -> None:
    terms = read_words("a " * (LONGEST_QUESTION_CHARACTERS // 2))
    assert index.execute("SELECT rowid FROM f WHERE f MATCH ?", (expression(terms),)).fetchall() == []
