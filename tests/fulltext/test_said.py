"""What of a statement can be found, and what is shown of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from entente.fulltext.said import SNIPPET_CHARACTERS, Item, Run, document, items_of, snippet
from entente.fulltext.words import read_words, words_of
from entente.model.entity import Trait
from entente.model.identifier import Identifier
from entente.model.report import Translation, Wording
from entente.model.sighting import Sighting


class Head:
    """A header as far as the items look at it."""

    reference = "FR-OLT-101"
    matter = "OYAT"
    service = "FR-OLTIM"


def text_of(runs: tuple[Run, ...]) -> str:
    return "".join(run.text for run in runs)


def test_all_that_was_said_of_somebody_is_there_and_nationality_is_not(
    statement: Callable[..., Any], person: Callable[..., Any]
) -> None:
    said = statement(
        wording=Wording(
            language="fr",
            text="vu à la plage",
            translations=(Translation(language="en", text="seen at the beach", by="person"),),
        ),
        entities=(
            person(
                nationality="QZ",
                traits=(Trait("occupation", "pêcheur"),),
                identifiers=(Identifier(kind="phone", written="06 39 98 04 17"),),
            ),
        ),
        sighting=Sighting(words="coque grise", status="recovered"),
    )
    words = document(items_of(said, Head()), ("§0",)).split()  # type: ignore[arg-type]
    assert {
        "plage",
        "beach",
        "pecheur",
        "haji",
        "¶haji",
        "0639980417",
        "33639980417",
        "grise",
        "oyat",
    } <= set(words)
    assert {"recovered", "oltim", "101", "§0"} <= set(words)
    assert "qz" not in words
    assert "¶plage" not in words


def test_no_run_of_words_goes_from_one_text_into_the_next() -> None:
    assert document([Item("rouge"), Item("bleue")], ("§0",)) == "§0 ¦ rouge ¦ bleue"


def test_a_snippet_is_of_the_text_in_which_most_was_found_and_marks_it() -> None:
    items = [Item("rien ici"), Item("le bateau gris d’Haji à Calais"), Item("Haji", is_name=True)]
    runs = snippet(items, read_words("haji cal"))
    assert text_of(runs) == "le bateau gris d’Haji à Calais"
    assert [run.text for run in runs if run.is_match] == ["Haji", "Calais"]


def test_an_identifier_that_is_found_by_another_form_is_marked_as_it_was_written() -> None:
    items = [Item("dit"), Item("06.39.98.04.17", ("0639980417", "33639980417"), is_name=True)]
    assert snippet(items, read_words("+33 6 39 98 04 17")) == (Run("06.39.98.04.17", is_match=True),)


def test_a_match_far_into_a_text_is_shown_with_what_stands_around_it() -> None:
    runs = snippet([Item("mot " * 300 + "Haji " + "mot " * 300)], read_words("haji"))
    assert [run.text for run in runs if run.is_match] == ["Haji"]
    assert runs[0].text.startswith("…")
    assert len(text_of(runs)) <= SNIPPET_CHARACTERS + 4


@given(st.lists(st.text(max_size=500), min_size=1, max_size=3), st.text(max_size=20))
def test_a_snippet_says_nothing_but_what_was_said(texts: list[str], asked: str) -> None:
    runs = snippet([Item(text) for text in texts], read_words(asked))
    shown = text_of(runs).removeprefix("… ").removesuffix(" …")
    assert any(shown in text for text in texts)
    wanted = [term for term in read_words(asked) if not term.is_without]
    for run in runs:
        if run.is_match:
            assert wanted
            assert words_of(run.text)
