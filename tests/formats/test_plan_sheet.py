"""Spreadsheets of a plan come in as services keep them: good rows enter, bad ones are named with the way out."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Sequence

import msgspec
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from entente.errors import Language, Malformed
from entente.formats.plan_cells import (
    STATE_WORDS,
    Figure,
    IndicatorRead,
    PlanRow,
    Recommendation,
    Standing,
)
from entente.formats.plan_columns import PLAN_FIELDS, guess_columns
from entente.formats.plan_row_cells import letter_of
from entente.formats.plan_sheet import PlanSheet, read_plan_sheet
from entente.formats.plan_terms import Unreadable, read_span
from entente.formats.plan_written import cells_of, headings, in_writing_order, write_rows
from entente.model.plan_act import Bilingual, Owners

FRENCH = (
    "Atelier",
    "Mesure",
    "Pilote (FR)",
    "Suppléants (FR)",
    "Pilote (UK)",
    "Jalon",
    "Échéance",
    "État",
    "Indicateur",
    "Unité",
    "Cible",
    "Valeur",
    "Période",
    "Preuve",
    "Observations",
    "N° de recommandation",
    "Suite donnée",
    "Mesures liées",
)
ENGLISH = (
    "Workstream",
    "Action",
    "Lead (FR)",
    "Deputies (FR)",
    "Lead (UK)",
    "Milestone",
    "Due date",
    "RAG status",
    "KPI",
    "Unit",
    "Target",
    "Actual",
    "Period",
    "Evidence",
    "Comments",
    "Rec no",
    "Response",
    "Linked measures",
)
SHORT = (
    "workshop",
    "measure",
    "fr",
    "fr_alt",
    "uk",
    "milestone",
    "due",
    "status",
    "indicator",
    "unit",
    "target",
    "value",
    "period",
    "evidence",
    "note",
    "number",
    "answer",
    "maps_to",
)


def line(**cells: str) -> tuple[str, ...]:
    assert set(cells) <= set(SHORT)
    return tuple(cells.get(name, "") for name in SHORT)


def as_csv(heads: Sequence[str], rows: Sequence[Sequence[str]], separator: str = ";") -> io.BytesIO:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=separator)
    writer.writerow(heads)
    writer.writerows(rows)
    return io.BytesIO(out.getvalue().encode())


def as_xlsx(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> io.BytesIO:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(heads))
    for row in rows:
        sheet.append([None if cell == "" else cell for cell in row])
    for cells in sheet.iter_rows(min_row=2):
        for cell in cells:
            if isinstance(cell.value, str):
                cell.data_type = "s"
    out = io.BytesIO()
    book.save(out)
    out.seek(0)
    return out


def read(rows: Sequence[Sequence[str]], heads: Sequence[str] = FRENCH) -> PlanSheet:
    return read_plan_sheet(as_csv(heads, rows), "plan.csv")


def said(sheet: PlanSheet) -> list[tuple[int, str, str]]:
    return [(fault.line, fault.letter, fault.code) for fault in sheet.faults]


ONE = line(
    workshop="Prévention",
    measure="Former les loueurs",
    fr="Service des Dunes",
    fr_alt="Service du Phare; Service du Môle",
    uk="Harbour Office of Wexmouth",
    milestone="Guide publié",
    due="T3 2031",
    status="en cours",
    indicator="Loueurs formés",
    unit="loueurs",
    target="40",
    value="12",
    period="T1 2031",
    evidence="Compte rendu n° 4",
    note="à revoir",
)


@pytest.mark.parametrize("heads", [FRENCH, ENGLISH])
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_one_row_comes_in_under_the_headings_of_either_shore(heads: tuple[str, ...], kind: str) -> None:
    source = as_csv(heads, [ONE]) if kind == "csv" else as_xlsx(heads, [ONE])
    sheet = read_plan_sheet(source, f"plan.{kind}")
    assert sheet.faults == ()
    assert sheet.unmapped == ()
    assert sheet.language == ("fr" if heads is FRENCH else "en")
    (row,) = sheet.rows
    titles = [row.workshop, row.measure, row.milestone, row.indicator and row.indicator.name]
    assert [getattr(title, sheet.language) for title in titles] == [
        "Prévention",
        "Former les loueurs",
        "Guide publié",
        "Loueurs formés",
    ]
    assert row.owner_FR == Owners(
        owner="Service des Dunes", alternates=("Service du Phare", "Service du Môle")
    )
    assert row.owner_UK == Owners(owner="Harbour Office of Wexmouth")
    assert row.due is not None
    assert row.due.is_period
    assert row.due.last == dt.date(2031, 9, 30)
    assert row.status == Standing("in_progress")
    assert row.indicator is not None
    assert row.indicator.value == Figure(12.0)
    assert row.indicator.period is not None
    assert row.indicator.period.first == dt.date(2031, 1, 1)
    assert (row.evidence, row.note, row.line) == ("Compte rendu n° 4", "à revoir", 2)


def test_an_officer_says_by_hand_what_a_column_is_and_that_goes_before_any_guess() -> None:
    heads, rows = ("Quoi", "Mesure", "Qui"), [("Former les loueurs", "laissé", "Service des Dunes")]
    with pytest.raises(Malformed):
        read_plan_sheet(as_csv(("Quoi", "Qui"), [("a", "b")]), "plan.csv")
    by_hand = {"Quoi": "measure_fr", "mesure": "ignore", "Qui": "owner_FR"}
    sheet = read_plan_sheet(as_csv(heads, rows), "plan.csv", by_hand=by_hand)
    assert sheet.rows[0].measure == Bilingual(fr="Former les loueurs")
    assert sheet.rows[0].owner_FR == Owners(owner="Service des Dunes")
    assert [(one.column, one.filled) for one in sheet.unmapped] == [("Mesure", 1)]
    assert all(one.is_by_hand for one in sheet.mapping)
    for wrong in ({"Nulle part": "measure_fr"}, {"Quoi": "nonsense"}, {"Quoi": "due", "Qui": "due"}):
        with pytest.raises(Malformed):
            read_plan_sheet(as_csv(heads, rows), "plan.csv", by_hand=wrong)


def test_merged_cells_come_as_blanks_and_mean_the_row_above() -> None:
    sheet = read(
        [
            line(workshop="A", measure="M1", milestone="J1"),
            line(milestone="J2", due="2031-05-01"),
            line(measure="M2", indicator="I1", value="7", period="2031"),
            line(workshop="A", milestone="J3"),
            line(workshop="B"),
            line(milestone="J4"),
            line(measure="M3"),
        ]
    )
    found = [(row.line, row.workshop, row.measure, row.milestone) for row in sheet.rows]
    a, b = Bilingual(fr="A"), Bilingual(fr="B")
    assert found == [
        (2, a, Bilingual(fr="M1"), Bilingual(fr="J1")),
        (3, a, Bilingual(fr="M1"), Bilingual(fr="J2")),
        (4, a, Bilingual(fr="M2"), None),
        (5, a, Bilingual(fr="M2"), Bilingual(fr="J3")),
        (8, b, Bilingual(fr="M3"), None),
    ]
    assert [row.inherited for row in sheet.rows] == [
        (),
        ("measure_fr", "workshop_fr"),
        ("workshop_fr",),
        ("measure_fr",),
        ("workshop_fr",),
    ]
    assert said(sheet) == [(6, "", "workshop_alone"), (7, "", "measure_above_unknown")]
    assert sheet.lines_left_out == (7,)


def test_nothing_is_hung_under_a_row_that_stayed_out() -> None:
    sheet = read(
        [
            line(workshop="A", measure="M1"),
            line(measure="M2", due="bientôt"),
            line(milestone="would be of M2"),
            line(measure="M3"),
            line(milestone="of M3"),
        ]
    )
    assert [(row.line, row.measure) for row in sheet.rows] == [
        (2, Bilingual(fr="M1")),
        (5, Bilingual(fr="M3")),
        (6, Bilingual(fr="M3")),
    ]
    assert said(sheet) == [(3, "G", "date_unreadable"), (4, "", "measure_above_unknown")]


def test_below_a_line_that_is_no_row_a_blank_workshop_is_not_guessed() -> None:
    text = "Atelier;Mesure;État\nA;M1;en cours\nB;M2;fait;de trop;encore\n;M3;en cours\nC;M4;en cours\n;M5;\n"
    sheet = read_plan_sheet(io.BytesIO(text.encode()), "plan.csv")
    assert [row.line for row in sheet.rows] == [2, 5, 6]
    assert said(sheet) == [(3, "", "row_unreadable"), (4, "", "workshop_above_unknown")]


def test_a_date_that_means_two_days_is_refused_unless_its_column_shows_the_order() -> None:
    unsure = line(measure="M1", due="03/04/2031")
    alone = read([unsure])
    assert said(alone) == [(2, "G", "date_unsure")]
    assert alone.rows == ()
    shown = read([unsure, line(measure="M2", due="18/04/2031")])
    assert shown.faults == ()
    assert [row.due and row.due.last for row in shown.rows] == [dt.date(2031, 4, 3), dt.date(2031, 4, 18)]
    mixed = read([unsure, line(measure="M2", due="18/04/2031"), line(measure="M3", due="04/18/2031")])
    assert said(mixed) == [(2, "G", "date_unsure"), (4, "G", "date_month_first")]
    assert [row.line for row in mixed.rows] == [3]
    same = read([line(measure="M1", due="04/04/2031"), line(measure="M2", due="2031-04-03")])
    assert same.faults == ()
    of_range = read([line(measure="M1", due="du 03/04/2031 au 05/06/2031")])
    assert said(of_range) == [(2, "G", "date_unsure")]
    of_indicator = read([line(measure="M1", indicator="I", value="9", period="03/04/2031")])
    assert said(of_indicator) == [(2, "M", "date_unsure")]


@pytest.mark.parametrize(
    ("written", "number", "is_percent"),
    [
        ("12,5", 12.5, False),
        ("12.5", 12.5, False),
        ("1 234", 1234.0, False),
        ("1 234,5", 1234.5, False),
        ("1,234.5", 1234.5, False),
        ("45 %", 45.0, True),
        ("-3", -3.0, False),
    ],
)
def test_figures_are_read_as_both_shores_write_them(written: str, number: float, is_percent: bool) -> None:
    sheet = read([line(measure="M", indicator="I", target=written)])
    assert sheet.rows[0].indicator is not None
    assert sheet.rows[0].indicator.target == Figure(number, is_percent)


def test_a_period_in_words_stays_words_and_a_period_that_went_wrong_is_named() -> None:
    monthly = read([line(measure="M", indicator="I", period="chaque mois")])
    assert monthly.rows[0].indicator is not None
    assert monthly.rows[0].indicator.period_words == "chaque mois"
    wrong = read([line(measure="M", indicator="I", value="7", period="04/18/2031")])
    assert said(wrong) == [(2, "M", "date_month_first")]


@pytest.mark.parametrize(
    "written",
    ["fait", "Terminée", "100 %", "done", "Complete", "closed", "✅", "Bleu", "blue", "Fait (100 %)", "clos"],
)
def test_done_in_a_sheet_is_only_ever_reported_done(written: str) -> None:
    (row,) = read([line(measure="M", status=written)]).rows
    assert row.status is not None
    assert row.status.state == "reported_done"
    assert row.status.plan_status() == "under_way"


@given(
    st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=12)
    | st.sampled_from([text.say(x) for text in STATE_WORDS.values() for x in ("fr", "en")])
)  # type: ignore[arg-type]
@settings(max_examples=80, deadline=None)
def test_no_word_of_a_sheet_makes_anything_done(written: str) -> None:
    for row in read([("M", written)], ("Mesure", "État")).rows:
        assert row.status is None or row.status.plan_status() != "done"


def test_a_recommendation_is_mapped_to_the_measures_that_answer_it() -> None:
    sheet = read(
        [
            line(measure="M1", number="R1", answer="acceptée"),
            line(number="R2", maps_to="M1; M2", status="à faire"),
            line(measure="M2"),
            line(answer="acceptée"),
        ]
    )
    first, second, third = sheet.rows
    assert first.measure == Bilingual(fr="M1")
    assert first.recommendation == Recommendation(number="R1", answer="acceptée")
    assert second.measure is None
    assert second.status == Standing("agreed")
    assert second.recommendation == Recommendation(number="R2", maps_to=("M1", "M2"))
    assert third.recommendation is None
    assert said(sheet) == [(5, "Q", "recommendation_missing")]


def test_every_bad_cell_of_a_row_is_named_and_the_row_stays_out_whole() -> None:
    sheet = read([line(measure="M", due="un jour", status="??", indicator="I", value="beaucoup")])
    assert sheet.rows == ()
    assert said(sheet) == [
        (2, "G", "date_unreadable"),
        (2, "H", "status_unknown"),
        (2, "L", "figure_unreadable"),
    ]


def test_the_letters_are_those_above_a_spreadsheet() -> None:
    assert [letter_of(place) for place in (0, 25, 26, 51, 52, 701, 702)] == [
        "A",
        "Z",
        "AA",
        "AZ",
        "BA",
        "ZZ",
        "AAA",
    ]


# --- the sheet of two hundred rows

# What is wrong, what it is called, and the letter of the column ("" for the row).
BAD: tuple[tuple[dict[str, str], str, str], ...] = (
    ({"due": "bientôt"}, "date_unreadable", "G"),
    ({"due": "12/25/2031"}, "date_month_first", "G"),
    ({"due": "03/04/2031"}, "date_unsure", "G"),
    ({"due": "01/13/1931"}, "date_month_first", "G"),
    ({"due": "15/01/1931"}, "date_unlikely", "G"),
    ({"status": "presque"}, "status_unknown", "H"),
    ({"indicator": "I", "value": "1,234"}, "figure_unsure", "L"),
    ({"indicator": "I", "value": "une dizaine"}, "figure_unreadable", "L"),
    ({"indicator": "I", "target": "#DIV/0!"}, "formula_without_value", "K"),
    ({"unit": "jours"}, "figure_without_indicator", "J"),
    ({"fr": "", "fr_alt": "Service du Phare"}, "alternates_without_owner", "D"),
    ({"answer": "acceptée"}, "recommendation_missing", "Q"),
    ({"measure": "", "milestone": "", "note": "perdue"}, "measure_missing", ""),
)
STATES = ("proposé", "en cours", "vert", "à risque", "bloqué", "fait", "abandonné", "not started", "50 %")
TERMS = ("2031-06-30", "T2 2031", "fin 2031", "juin 2031", "18/10/2031", "S1 2032", "end 2032", "H2 2031")


def two_hundred() -> tuple[list[tuple[str, ...]], dict[int, tuple[str, str]]]:
    """Rows with every class of fault three times; by line what each bad one has to be called, and where."""
    rows: list[tuple[str, ...]] = []
    expected: dict[int, tuple[str, str]] = {}
    for number in range(200):
        cells = {
            "workshop": f"Atelier {number // 50 + 1}",
            "measure": f"Mesure {number}",
            "fr": "Service des Dunes",
            "uk": "Harbour Office of Wexmouth",
            "milestone": f"Jalon {number}",
            "due": TERMS[number % len(TERMS)],
            "status": STATES[number % len(STATES)],
        }
        if number % 5 == 3 and number // 5 < 3 * len(BAD):
            wrong, code, letter = BAD[number // 5 % len(BAD)]
            cells |= wrong
            expected[number + 2] = (code, letter)
        rows.append(line(**cells))
    # Another, with nothing of its own to blame: it hangs under one that stayed out.
    rows[4] = line(milestone="suite du précédent")
    expected[6] = ("measure_above_unknown", "")
    return rows, expected


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("heads", [FRENCH, ENGLISH])
def test_of_two_hundred_rows_the_good_come_in_and_each_bad_one_is_named(
    kind: str, heads: tuple[str, ...]
) -> None:
    rows, expected = two_hundred()
    assert len(rows) == 200
    assert len(expected) == 40
    sheet = read_plan_sheet(as_csv(heads, rows) if kind == "csv" else as_xlsx(heads, rows), f"plan.{kind}")
    assert {fault.line: (fault.code, fault.letter) for fault in sheet.faults} == expected
    assert len(sheet.faults) == len(expected)
    assert sheet.lines_left_out == tuple(sorted(expected))
    assert [row.line for row in sheet.rows] == [number for number in range(2, 202) if number not in expected]
    for row in sheet.rows:
        assert row.measure is not None
        assert f"Mesure {row.line - 2}" in (row.measure.fr, row.measure.en)
    for fault in sheet.faults:
        assert (fault.column == heads[ord(fault.letter) - ord("A")]) if fault.letter else fault.column == ""
        assert fault.value_shown
        for language in ("fr", "en"):
            assert fault.reason.say(language)
            assert fault.remedy.say(language)
        assert fault.reason.fr != fault.reason.en
        assert fault.remedy.fr != fault.remedy.en


# --- what is written is read again

TITLE = st.text(st.sampled_from("abcéÉœ ß'’«»;,\"/-=+@:()&سۆ"), min_size=1, max_size=12).map(
    lambda text: f"x{' '.join(text.split())}y"
)
GUARDED = st.tuples(st.sampled_from(["", "=", "'=", "''@", "+", "-", "@", "'"]), TITLE).map("".join)
NAME = st.text(st.sampled_from("abcé ’&-,/"), min_size=1, max_size=10).map(
    lambda t: f"x{' '.join(t.split())}y"
)
BILINGUAL = st.one_of(
    st.builds(Bilingual, fr=GUARDED),
    st.builds(Bilingual, en=GUARDED),
    st.builds(Bilingual, fr=GUARDED, en=GUARDED),
)
NAMES = st.lists(NAME, max_size=3, unique=True).map(tuple)
OWNERS = st.none() | st.builds(Owners, owner=NAME, alternates=NAMES)
SPAN = st.sampled_from(
    [
        found
        for written in (*TERMS, "2031", "du 3 mai 2031 au 5 juin 2031", "fin mars 2031", "Q4 2030")
        if not isinstance(found := read_span(written), Unreadable)
    ]
)
FIGURE = st.builds(Figure, st.floats(-1e9, 1e9, allow_nan=False).map(lambda f: f + 0.0), st.booleans())
STANDING = st.sampled_from(
    [*(Standing(state) for state in STATE_WORDS), Standing("in_progress", is_at_risk=True)]
)
TEXT = st.just("") | st.lists(GUARDED, min_size=1, max_size=2).map("\n".join)
INDICATOR = st.builds(
    IndicatorRead,
    name=BILINGUAL,
    unit=st.sampled_from(["", "%", "jours"]),
    baseline=st.none() | FIGURE,
    target=st.none() | FIGURE,
    value=st.none() | FIGURE,
    period=SPAN,
) | st.builds(IndicatorRead, name=BILINGUAL, period_words=st.sampled_from(["", "mensuel"]))
RECOMMENDATION = st.builds(
    Recommendation,
    number=st.sampled_from(["R1", "12.3", "=2"]),
    text=st.none() | BILINGUAL,
    source=TEXT,
    answer=TEXT,
    maps_to=NAMES,
)
COMMON = {
    "workshop": st.none() | BILINGUAL,
    "due": st.none() | SPAN,
    "status": st.none() | STANDING,
    "evidence": TEXT,
    "depends_on": NAMES,
    "note": TEXT,
    "owner_FR": OWNERS,
    "owner_UK": OWNERS,
}
ROW = st.builds(
    PlanRow,
    measure=BILINGUAL,
    milestone=st.none() | BILINGUAL,
    indicator=st.none() | INDICATOR,
    recommendation=st.none() | RECOMMENDATION,
    **COMMON,  # type: ignore[arg-type]
) | st.builds(PlanRow, recommendation=RECOMMENDATION, **COMMON)  # type: ignore[arg-type]


def bare(rows: Sequence[PlanRow]) -> list[PlanRow]:
    return [msgspec.structs.replace(row, line=0, inherited=()) for row in rows]


@given(st.lists(ROW, min_size=1, max_size=4), st.sampled_from(["fr", "en"]))
@settings(max_examples=150, deadline=None)
def test_rows_written_as_csv_are_read_again_as_they_were(rows: list[PlanRow], language: Language) -> None:
    sheet = read_plan_sheet(io.BytesIO(write_rows(rows, language)), "plan.csv")
    assert sheet.faults == ()
    assert sheet.unmapped == ()
    assert bare(sheet.rows) == list(in_writing_order(rows))


@given(st.lists(ROW, min_size=1, max_size=3), st.sampled_from(["fr", "en"]))
@settings(max_examples=25, deadline=None)
def test_rows_written_as_a_workbook_are_read_again_as_they_were(
    rows: list[PlanRow], language: Language
) -> None:
    source = as_xlsx(headings(language), [cells_of(row, language) for row in in_writing_order(rows)])
    sheet = read_plan_sheet(source, "plan.xlsx")
    assert sheet.faults == ()
    assert bare(sheet.rows) == list(in_writing_order(rows))


@pytest.mark.parametrize("language", ["fr", "en"])
def test_our_own_headings_are_known_again(language: Language) -> None:
    mapping, left = guess_columns(headings(language))
    assert left == ()
    assert tuple(one.field for one in mapping) == PLAN_FIELDS


@pytest.mark.parametrize("written", ["=1+1", "@sum", "+33", "-x", "'=1"])
def test_nothing_that_was_typed_becomes_a_formula_in_the_sheet_of_a_reader(written: str) -> None:
    row = PlanRow(measure=Bilingual(fr=written), note=written)
    for cell in cells_of(row, "fr"):
        assert not cell.startswith(("=", "+", "-", "@"))
