"""Tables are opened as officers' programs write them, and every row comes out or is named."""

from __future__ import annotations

import csv
import datetime as dt
import decimal
import io
import sys
import zipfile
from collections.abc import Sequence

import openpyxl
import pyarrow as arrow
import pyarrow.parquet as parquet
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from entente.errors import Malformed, Unavailable
from entente.formats.cells import NOT_CALCULATED, as_text
from entente.formats.delimited import find_separator
from entente.formats.table import Fault, Limits, Row, open_table

COLUMNS = ("nom", "téléphone", "observations")

# What a spreadsheet and a Parquet file can hold as text; blank-only cells count as empty everywhere.
CELLS = st.text(
    st.one_of(
        st.characters(exclude_categories=("Cc", "Cs", "Cn", "Co"), exclude_characters="="),
        st.sampled_from(';,"\n\t|سۆé'),
    ),
    max_size=12,
).map(lambda text: text.lstrip("#"))
ROWS = st.lists(st.tuples(CELLS, CELLS, CELLS).filter(lambda row: any(map(as_text, row))), max_size=12)


def delimited(
    rows: Sequence[Sequence[object]],
    separator: str = ";",
    encoding: str = "utf-8",
    columns: Sequence[str] = COLUMNS,
) -> io.BytesIO:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=separator, quoting=csv.QUOTE_ALL)
    writer.writerow(columns)
    writer.writerows(rows)
    return io.BytesIO(text.getvalue().encode(encoding))


def workbook(rows: Sequence[Sequence[object]], columns: Sequence[str] = COLUMNS) -> io.BytesIO:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(columns))
    for row in rows:
        sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out


def parquet_file(rows: Sequence[Sequence[object]], group: int = 5) -> io.BytesIO:
    columns = {name: [row[place] for row in rows] for place, name in enumerate(COLUMNS)}
    table = arrow.table({name: arrow.array(values, arrow.string()) for name, values in columns.items()})
    out = io.BytesIO()
    parquet.write_table(table, out, row_group_size=group)
    return out


def values_of(source: io.BytesIO, filename: str, start: int = 0) -> list[tuple[str | None, ...]]:
    found = []
    for row in open_table(source, filename).rows(start):
        assert isinstance(row, Row), row
        found.append(row.values)
    return found


@given(ROWS, st.sampled_from(";,\t|"), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
@settings(max_examples=120, deadline=None)
def test_every_row_written_to_text_is_read_back(
    rows: list[tuple[str, ...]], separator: str, code: str
) -> None:
    source = delimited(rows, separator, code)
    assert values_of(source, "t.csv") == [tuple(map(as_text, row)) for row in rows]


@given(ROWS)
@settings(max_examples=40, deadline=None)
def test_every_row_written_to_a_workbook_is_read_back(rows: list[tuple[str, ...]]) -> None:
    assert values_of(workbook(rows), "t.xlsx") == [tuple(map(as_text, row)) for row in rows]


@given(ROWS, st.integers(0, 14))
@settings(max_examples=60, deadline=None)
def test_every_row_written_to_parquet_is_read_back_from_any_start(
    rows: list[tuple[str, ...]], start: int
) -> None:
    source = parquet_file(rows)
    table = open_table(source, "t.parquet")
    assert table.row_count == len(rows)
    assert values_of(source, "t.parquet", start) == [tuple(map(as_text, row)) for row in rows][start:]
    assert [row.line for row in table.rows(start)] == list(range(start + 1, len(rows) + 1))


@pytest.mark.parametrize("make", [delimited, workbook, parquet_file])
def test_an_import_takes_up_again_at_the_row_it_had_reached(make: object) -> None:
    rows = [(f"Personne {number}", "0639980417", "x") for number in range(30)]
    table = open_table(make(rows), "t")  # type: ignore[operator]
    everything = list(table.rows())
    for start in (0, 1, 7, 29, 30, 99):
        assert list(table.rows(start)) == everything[start:]


def test_a_french_export_in_the_windows_encoding_keeps_its_accents() -> None:
    source = delimited([("Élodie Müller", "06 39 98 04 17", "vue à l’œuvre")], encoding="cp1252")
    table = open_table(source, "export.csv")
    assert table.columns == COLUMNS
    assert "cp1252" in table.read_as.fr
    assert values_of(source, "export.csv") == [("Élodie Müller", "06 39 98 04 17", "vue à l’œuvre")]


@pytest.mark.parametrize("code", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_its_mark_is_known_by_its_zeros(code: str) -> None:
    assert values_of(delimited([("Zoé", "1", "x")], encoding=code), "t.csv") == [("Zoé", "1", "x")]


def test_one_broken_byte_costs_its_row_and_not_the_encoding_of_all() -> None:
    text = "nom;ville\nÉlodie;Fréthun\nBr\udce9tigny;Guînes\nMaëlle;Wissant\n"
    rows = list(open_table(io.BytesIO(text.encode("utf-8", "surrogateescape")), "t.csv").rows())
    assert rows[0] == Row(2, ("Élodie", "Fréthun"))
    assert isinstance(rows[1], Fault)
    assert (rows[1].line, rows[1].column, rows[1].value_shown) == (3, "nom", "Br\ufffdtigny")
    assert rows[2] == Row(4, ("Maëlle", "Wissant"))


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    source = io.BytesIO(b'nom;notes\nA;"un\ndeux\ntrois"\n\nB;quatre\r\nC;"cinq\r\nsix"\nD;sept')
    assert [(row.line, row.values) for row in open_table(source, "t.csv").rows() if isinstance(row, Row)] == [
        (2, ("A", "un\ndeux\ntrois")),
        (6, ("B", "quatre")),
        (7, ("C", "cinq\r\nsix")),
        (9, ("D", "sept")),
    ]


def test_a_ragged_row_is_a_fault_and_its_neighbours_are_read() -> None:
    rows = list(open_table(io.BytesIO(b"a;b;c\n1;2;3\n4;5\n6;7;8;9\n10;11;12;;\n"), "t.csv").rows())
    assert [type(row) for row in rows] == [Row, Fault, Fault, Row]
    assert [row.line for row in rows] == [2, 3, 4, 5]
    assert isinstance(rows[1], Fault)
    assert "2 cellules" in rows[1].reason.fr
    assert "2 cells" in rows[1].reason.en
    assert rows[1].value_shown == "4 | 5"


def test_a_stray_quotation_mark_costs_one_row_and_not_those_after_it() -> None:
    source = io.BytesIO(b'nom;notes\nA;bon\n"B;stray\nC;bon\nD;"stray\nE;bon\n')
    rows = list(open_table(source, "t.csv").rows())
    assert [(row.line, isinstance(row, Row)) for row in rows] == [
        (2, True),
        (3, False),
        (4, True),
        (5, False),
        (6, True),
    ]


def test_two_stray_quotation_marks_do_not_join_two_rows_into_one() -> None:
    source = io.BytesIO(b'nom;a;b\nA;"x;1\nB;"y;2\nC;z;3\n')
    rows = [row for row in open_table(source, "t.csv").rows() if isinstance(row, Row)]
    assert Row(4, ("C", "z", "3")) in rows
    assert all("B" not in (value or "") for row in rows if row.line == 2 for value in row.values)


def test_a_nickname_in_quotation_marks_is_kept_as_written() -> None:
    source = io.BytesIO('nom;an\n"Dédé" Martin;1989\nJean "Jo" Petit;1990\n'.encode())
    assert values_of(source, "t.csv") == [('"Dédé" Martin', "1989"), ('Jean "Jo" Petit', "1990")]


def test_a_quoted_cell_that_never_ends_is_given_up_after_its_limit() -> None:
    body = 'nom;notes\n"A;1\n' + "".join(f"p{number};2\n" for number in range(50))
    rows = list(open_table(io.BytesIO(body.encode()), "t.csv", limits=Limits(lines_in_a_row=10)).rows())
    assert isinstance(rows[0], Fault)
    assert [row.line for row in rows] == list(range(2, 53))
    assert all(isinstance(row, Row) for row in rows[1:])


def test_an_endless_line_or_cell_is_left_out_and_reading_goes_on() -> None:
    long = "x" * 2_000_000
    source = io.BytesIO(f"nom;notes\nA;{long}\nB;{'y' * 200}\nC;z\n".encode())
    rows = list(open_table(source, "t.csv", limits=Limits(cell_characters=100)).rows())
    assert [(row.line, isinstance(row, Row)) for row in rows] == [(2, False), (3, False), (4, True)]
    assert isinstance(rows[1], Fault)
    assert rows[1].column == "notes"


def test_the_line_that_names_the_separator_is_no_heading() -> None:
    table = open_table(io.BytesIO(b"sep=,\nnom,notes\nA,x;y\n"), "t.csv")
    assert table.columns == ("nom", "notes")
    assert list(table.rows()) == [Row(3, ("A", "x;y"))]


@pytest.mark.parametrize(
    ("sample", "separator"),
    [
        ("Nom, prénom;Téléphone\nVasquelin, Thibault;06\n", ";"),
        ("name,phone\nA;B,1\n", ","),
        ("a\tb\n1,5\t2,5\n", "\t"),
        ("a|b|c\n1|2|3\n", "|"),
    ],
)
def test_the_separator_is_the_one_under_which_rows_are_as_wide_as_the_heading(
    sample: str, separator: str
) -> None:
    assert find_separator(sample) == separator


def test_a_table_of_one_column_keeps_the_commas_in_its_cells() -> None:
    source = io.BytesIO(b"name\nClifford, Thomas\nDrake\n")
    assert values_of(source, "t.csv") == [("Clifford, Thomas",), ("Drake",)]


def test_headings_are_made_distinct_and_never_empty() -> None:
    table = open_table(io.BytesIO(b"tel;;tel;\n1;2;3;\n"), "t.csv")
    assert table.columns == ("tel", "#2", "tel (2)")


def test_a_table_without_headings_is_refused_rather_than_losing_its_first_row() -> None:
    with pytest.raises(Malformed) as refused:
        open_table(io.BytesIO(b"Soran Delirzad;06 39 98 04 17\nIlir;06 39 98 04 18\n"), "t.csv")
    assert refused.value.code == "table_without_headings"


def test_a_workbook_says_dates_as_days_and_numbers_without_a_tail() -> None:
    source = workbook(
        [
            (dt.datetime(1989, 6, 4), 639980417.0, 3.5),
            (dt.datetime(2031, 10, 18, 21, 50), 356938035643809, True),
            (None, None, None),
            (dt.time(4, 12), "  ", "fin"),
        ]
    )
    table = open_table(source, "t.xlsx")
    assert list(table.rows()) == [
        Row(2, ("1989-06-04", "639980417", "3.5")),
        Row(3, ("2031-10-18T21:50:00", "356938035643809", "true")),
        Row(5, ("04:12:00", None, "fin")),
    ]


def test_a_formula_speaks_through_its_stored_value_and_never_in_silence() -> None:
    source = workbook([("A", "=1+1", "x"), ("B", "=2+2", "y")])
    stored = io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(stored, "w") as new:
        for part in old.infolist():
            content = old.read(part)
            if part.filename.endswith("sheet1.xml"):
                assert content.count(b"<f>1+1</f><v />") == 1
                content = content.replace(b"<f>1+1</f><v />", b"<f>1+1</f><v>2</v>")
            new.writestr(part.filename, content)
    assert values_of(stored, "t.xlsx") == [("A", "2", "x"), ("B", NOT_CALCULATED, "y")]


def test_a_sheet_is_found_by_its_name_and_the_others_are_named_when_it_is_not() -> None:
    book = openpyxl.Workbook()
    book.create_sheet("Saisies").append(["plaque"])
    book["Saisies"].append(["FO 417 IU"])
    out = io.BytesIO()
    book.save(out)
    assert [row.line for row in open_table(out, "t.xlsx", sheet="Saisies").rows()] == [2]
    with pytest.raises(Malformed) as refused:
        open_table(out, "t.xlsx", sheet="Autre")
    assert refused.value.remedy is not None
    assert "Saisies" in refused.value.remedy.en


def test_a_workbook_that_would_unfold_beyond_the_limits_is_refused_before_it_is_opened() -> None:
    source = workbook([("A", "1", "x")])
    with zipfile.ZipFile(source, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet9.xml", b"0" * 5_000_000)
    assert len(source.getvalue()) < 100_000
    with pytest.raises(Malformed) as refused:
        open_table(source, "t.xlsx", limits=Limits(unpacked_bytes=1_000_000))
    assert refused.value.code == "table_too_large"


def test_a_workbook_with_a_document_type_is_refused() -> None:
    source = io.BytesIO()
    with zipfile.ZipFile(source, "w") as archive:
        archive.writestr("xl/workbook.xml", b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>')
    with pytest.raises(Malformed):
        open_table(source, "t.xlsx")


@pytest.mark.parametrize(
    ("content", "filename", "code"),
    [
        (b"", "vide.csv", "table_empty"),
        (b"\n;;\n", "vide.csv", "table_empty"),
        (b"PK\x03\x04" + b"\x01" * 200, "faux.xlsx", "table_unreadable"),
        (b"PAR1" + b"\x00" * 60 + b"PAR1", "faux.parquet", "table_unreadable"),
        (b"nom;an\nA;1\n", "faux.parquet", "table_unreadable"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 100, "vieux.xls", "table_unknown_format"),
        (b"\x89PNG\r\n\x1a\n" + b"abc\0" + b"z" * 100, "image.csv", "table_no_text"),
        (b"a;" * 501 + b"b\n", "large.csv", "table_too_wide"),
        (b"a;b\n" * 1000, "gros.csv", "table_too_large"),
    ],
)
def test_what_is_no_table_is_refused_with_its_reason(content: bytes, filename: str, code: str) -> None:
    with pytest.raises(Malformed) as refused:
        open_table(io.BytesIO(content), filename, limits=Limits(file_bytes=2000))
    assert refused.value.code == code


@pytest.mark.parametrize(("module", "make"), [("openpyxl", workbook), ("pyarrow", parquet_file)])
def test_without_the_readers_the_way_out_is_named(
    module: str, make: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = make([("A", "1", "x")])  # type: ignore[operator]
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(Unavailable) as refused:
        open_table(source, "t")
    assert refused.value.remedy is not None
    assert "entente[tables]" in refused.value.remedy.en


def test_typed_parquet_columns_come_out_as_an_officer_would_type_them() -> None:
    out = io.BytesIO()
    parquet.write_table(
        arrow.table(
            {
                "day": arrow.array([dt.date(1989, 6, 4), None]),
                "moment": arrow.array([1_950_000_000_000_000_001, None], arrow.timestamp("ns", tz="UTC")),
                "number": arrow.array([639980417.0, float("nan")]),
                "price": arrow.array([decimal.Decimal("12.00"), decimal.Decimal("3.10")]),
                "several": arrow.array([["0639980417", "0639980418"], []]),
            }
        ),
        out,
    )
    assert values_of(out, "t.parquet") == [
        ("1989-06-04", "2031-10-17T10:40:00+00:00", "639980417", "12", "0639980417; 0639980418"),
        (None, None, None, "3.10", None),
    ]


def test_the_file_of_the_caller_stays_open() -> None:
    source = delimited([("A", "1", "x")])
    assert len(list(open_table(source, "t.csv").rows())) == 1
    half_read = open_table(source, "t.csv").rows()
    next(half_read)
    half_read.close()  # type: ignore[attr-defined]
    assert not source.closed
