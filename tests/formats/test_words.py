"""Every code of a record has the words of docs/terms.md, and no reading of a grade is better than the issuer's."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

import pytest

from entente.errors import Text
from entente.exchange.protocol import LADDER
from entente.exchange.protocol import STEP_WORDS as LADDER_WORDS
from entente.formats import summary, words
from entente.formats.words import grade_in_reader_scheme, grade_words, handling_words, word_of
from entente.model.entity import AgeBand, EntityKind, Exemption, Trait
from entente.model.grading import (
    INFORMATION_ROWS,
    SCALES,
    SOURCE_ROWS,
    Grade,
    Scheme,
    information_row,
    show_in,
    source_row,
)
from entente.model.report import Basis, Compartment, Kind, Lane, Purpose, Regime, Statement
from entente.model.sighting import Phase
from entente.policy.handling import LABELS, read_label
from entente.terminal import words as spoken

PAGE = (Path(__file__).parents[2] / "docs" / "terms.md").read_text(encoding="utf-8")
SCHEMES: tuple[Scheme, ...] = get_args(Scheme)

WORDED: list[tuple[Any, Mapping[Any, Text]]] = [
    (Kind, summary.KIND_WORDS),
    (Lane, summary.LANE_WORDS),
    (Basis, summary.BASIS_WORDS),
    (Purpose, summary.PURPOSE_WORDS),
    (Compartment, summary.COMPARTMENT_WORDS),
    (Regime, summary.REGIME_WORDS),
    (Phase, summary.PHASE_WORDS),
    (EntityKind, summary.ENTITY_WORDS),
    (EntityKind, words.ENTITIES_WORDS),
    (AgeBand, summary.AGE_BAND_WORDS),
    (Exemption, summary.EXEMPTION_WORDS),
    (Scheme, summary.SCHEME_WORDS),
    (Trait.__annotations__["kind"], summary.TRAIT_WORDS),
    (Statement.__annotations__["completeness"], summary.COMPLETENESS_WORDS),
    (Statement.__annotations__["certainty"], summary.CERTAINTY_WORDS),
]


@pytest.mark.parametrize(("known", "worded"), WORDED, ids=range(len(WORDED)))
def test_every_code_of_a_record_has_its_words_and_no_other_has(
    known: Any, worded: Mapping[Any, Text]
) -> None:
    codes = set(re.findall(r"['\"](\w+)['\"]", known)) if isinstance(known, str) else set(get_args(known))
    assert len(codes) > 1
    assert set(worded) == codes


def test_the_steps_of_a_receipt_are_those_of_the_ladder_in_its_words() -> None:
    assert tuple(summary.STEP_WORDS) == LADDER
    assert {step: LADDER_WORDS[step] for step in LADDER} == summary.STEP_WORDS


def test_the_terminal_and_the_pages_say_the_same_words() -> None:
    assert summary.LANE_WORDS == spoken.LANE_WORDS
    assert summary.PHASE_WORDS == spoken.PHASE_WORDS
    assert summary.SCHEME_WORDS == spoken.SCHEME_WORDS
    assert summary.ENTITY_WORDS == spoken.ENTITY_WORDS


def _rows(heading: str) -> list[list[str]]:
    body = PAGE.partition(f" {heading}\n")[2].partition("\n#")[0]
    lines = [line for line in body.splitlines() if line.startswith("| ") and not line.startswith("| Word")]
    return [[cell.strip(" `") for cell in line.strip("|").split("|")] for line in lines]


def test_the_kinds_and_lanes_are_called_what_the_page_of_words_calls_them() -> None:
    said = {row[0]: row for row in (*_rows("Kinds of record"), *_rows("Lanes and receipts"))}
    both: dict[str, Text] = {}
    for worded in (summary.KIND_WORDS, summary.LANE_WORDS, summary.STEP_WORDS):
        both |= {str(code): text for code, text in worded.items()}
    assert len(said) >= 20
    assert [
        code
        for code, (_, en, fr, *_) in said.items()
        if code in both and not (en.startswith(both[code].en) and fr.startswith(both[code].fr))
    ] == []


def test_the_rows_of_the_tables_of_grades_are_said_as_the_page_says_them() -> None:
    for heading, said, rows in (
        ("Source evaluation", words.SOURCE_WORDS, SOURCE_ROWS),
        ("Information assessment", words.INFORMATION_WORDS, INFORMATION_ROWS),
    ):
        assert [Text(row[1], row[0]) for row in _rows(heading)[1:]] == list(said)
        assert len(said) == len(rows)


def test_a_code_that_nobody_knows_here_is_said_to_be_unknown() -> None:
    assert word_of(summary.KIND_WORDS, "telepathy") == Text(
        "mot inconnu ici : « telepathy »", 'word not known here: "telepathy"'
    )


# -- handling and grades ----------------------------------------------------------------------------------------------


def test_labels_are_said_with_their_code_and_an_unknown_one_is_said_to_be_unknown() -> None:
    known, unknown = handling_words(("h 2", "EYES ONLY"), read_label)
    assert known == Text(f"H2 · {LABELS['H2'].text.fr}", f"H2 · {LABELS['H2'].text.en}")
    assert "« EYES ONLY » · code de traitement inconnu ici" in unknown.fr
    assert '"EYES ONLY" · handling code not known here' in unknown.en
    assert handling_words((), read_label) == ()


def test_a_grade_says_what_its_letters_mean() -> None:
    assert grade_words(Grade("admiralty", "B", "2")) == Text(
        "B2 (échelle Amirauté) ; source : généralement fiable ; information : probablement vraie",
        "B2 (Admiralty scheme); source: mostly reliable; information: probably true",
    )
    # The 1 of 3x5x2 stands for always and mostly: it is said as the lesser of the two.
    assert "mostly reliable" in grade_words(Grade("3x5x2", "1", "A")).en


def test_a_grade_of_another_scheme_names_what_it_was_derived_from() -> None:
    shown = grade_in_reader_scheme(Grade("admiralty", "B", "2"), "europol")
    # How likely the content is true says nothing of how the source knew it: a 2 is read as indirect.
    assert shown.en.startswith("B4 (Europol scheme); source: mostly reliable; information: not known")
    assert shown.fr.endswith("; dérivée de B2 (échelle Amirauté)")
    assert shown.en.endswith("; derived from B2 (Admiralty scheme)")
    own = Grade("europol", "A", "1")
    assert grade_in_reader_scheme(own, "europol") == grade_words(own)


def _rank(said: str, rows: tuple[Text, ...]) -> int:
    return next(place for place, text in enumerate(rows) if text.en == said)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("native", SCHEMES)
def test_no_reading_of_a_grade_says_better_than_the_issuer(native: Scheme, scheme: Scheme) -> None:
    for source in SCALES[native][0]:
        for information in SCALES[native][1]:
            given_grade = Grade(native, source, information)
            through = show_in(given_grade, "europol")
            for shown in (
                grade_in_reader_scheme(given_grade, scheme).en,
                grade_in_reader_scheme(through, scheme).en,
            ):
                said = re.search(r"; source: (.+?); information: (.+?)(?:;|$)", shown)
                assert said is not None
                assert _rank(said[1], words.SOURCE_WORDS) >= source_row(given_grade)
                if scheme != "admiralty":
                    assert _rank(said[2], words.INFORMATION_WORDS) >= information_row(given_grade)
                elif native != "admiralty":
                    # Likelihood is never read out of how the source knew it, but for what was corroborated.
                    corroborated = information_row(given_grade) == INFORMATION_ROWS.index(
                        "indirect_corroborated"
                    )
                    assert said[2] != "confirmed by other sources"
                    assert corroborated or said[2] in ("truth cannot be judged", "improbable")


def test_what_is_suspected_to_be_false_stays_so_in_a_scheme_without_a_letter_for_it() -> None:
    assert "suspected to be false" in grade_in_reader_scheme(Grade("admiralty", "C", "5"), "europol").en


# -- colours ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("written", ["", " ", "turquoise irisé", "foncé", "noir et blanc"])
def test_a_colour_that_is_not_known_stays_as_it_was_written(written: str) -> None:
    said = words.colour_words(written)
    assert said.fr == said.en == (written or "–")
