"""What was left out is listed for whoever mends the table, in both languages, and runs nothing on his desk."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entente.errors import Text
from entente.formats.fault import Fault, shown
from entente.formats.report import HEADINGS, fault_report, summary

REASON = Text("La date ne se lit pas.", "The date cannot be read.")


def lines(faults: list[Fault]) -> list[list[str]]:
    return list(csv.reader(io.StringIO(fault_report(faults).decode("utf-8-sig"), newline=""), delimiter=";"))


def test_the_report_names_line_column_value_outcome_and_reason_in_both_languages() -> None:
    written = lines(
        [Fault(12, "Né le", "31/02/1989", REASON), Fault(13, "IBAN", "FR76", REASON, is_kept=True)]
    )
    assert written == [
        list(HEADINGS),
        ["12", "Né le", "31/02/1989", "laissée de côté / left out", REASON.fr, REASON.en],
        ["13", "IBAN", "FR76", "gardée, signalée / kept, flagged", REASON.fr, REASON.en],
    ]


def test_the_report_opens_in_a_spreadsheet_with_its_accents() -> None:
    assert fault_report([]).startswith(b"\xef\xbb\xbf")


@given(st.text(max_size=30), st.text(max_size=30))
def test_nothing_in_a_report_starts_a_formula(column: str, value: str) -> None:
    _, row = lines([Fault(1, shown(column), shown(value), REASON)])
    assert not row[1].startswith(("=", "+", "-", "@"))
    assert not row[2].startswith(("=", "+", "-", "@"))
    assert len(row) == len(HEADINGS)


@given(st.text(max_size=200))
def test_a_shown_value_is_one_short_printable_line(value: str) -> None:
    text = shown(value)
    assert text.isprintable()
    assert len(text) <= 81


@pytest.mark.parametrize(
    ("counts", "french", "english"),
    [
        ((200, 0), "200 lignes lues sur 200.", "200 of 200 rows read."),
        ((200, 12), "188 lignes lues sur 200, 12 laissées de côté.", "188 of 200 rows read, 12 left out."),
        ((2, 1), "1 ligne lue sur 2, 1 laissée de côté.", "1 of 2 rows read, 1 left out."),
        ((1, 1), "0 ligne lue sur 1, 1 laissée de côté.", "0 of 1 row read, 1 left out."),
        (
            (3, 0, 2),
            "3 lignes lues sur 3. 2 lignes gardées portent un identifiant à vérifier.",
            "3 of 3 rows read. 2 rows kept with an identifier to check.",
        ),
    ],
)
def test_the_summary_counts_in_good_french_and_english(
    counts: tuple[int, ...], french: str, english: str
) -> None:
    assert summary(*counts) == Text(french, english)
