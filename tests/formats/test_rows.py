"""Rows become entities of a statement; what cannot be read is named by line and column, and nobody is a suspect."""

from __future__ import annotations

import csv
import datetime as dt
import io
import os
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from entente.errors import Malformed
from entente.formats.fault import Unread
from entente.formats.mapping import ColumnMapping, Mapping, propose
from entente.formats.rows import RowRead, read_row, read_rows
from entente.formats.table import NOT_CALCULATED, Row, open_table
from entente.model.entity import DESIGNATED_CATEGORIES, Trait
from entente.model.identifier import IDENTIFIER_KINDS, IdentifierKind
from entente.model.moment import PartialDate, Period
from entente.model.name import Name

SHARED = Path(os.environ.get("ENTENTE_SHARED", Path(__file__).resolve().parents[3] / "shared"))


def read(columns: dict[str, str | None], **settings: str) -> RowRead | Unread:
    """One row, given as heading -> cell, by the mapping that is proposed for these headings."""
    mapping = propose(list(columns), [], **settings)
    return read_row(Row(2, tuple(columns.values())), mapping)


def good(columns: dict[str, str | None], **settings: str) -> RowRead:
    found = read(columns, **settings)
    assert isinstance(found, RowRead), found
    return found


def bad(columns: dict[str, str | None], **settings: str) -> Unread:
    found = read(columns, **settings)
    assert isinstance(found, Unread), found
    return found


def test_a_row_becomes_one_person_not_yet_assessed_with_all_that_it_says() -> None:
    found = good(
        {
            "Référence": "FR-PAF-12",
            "Nom complet": " Soran DELIRZAD ",
            "Nom en arabe": "سۆران دلیرزاد",
            "Surnom": "Haji Dlo; Le Grand",
            "Né le": "4 juin 1989",
            "Né à": "Silêmanî",
            "Profession": "chauffeur",
            "Téléphone": "06 39 98 04 17",
            "Adresse": "12 rue des Soupirants",
            "Code postal": "62100",
            "Nationalité": "inconnue",
            "Date": "18/10/2031 21:50",
            "Observations": "vu près du parking",
        }
    )
    assert (found.line, found.reference, found.words) == (2, "FR-PAF-12", "vu près du parking")
    assert found.said_at == dt.datetime(2031, 10, 18, 19, 50, tzinfo=dt.UTC)
    (person,) = found.entities
    assert (person.id, person.kind, person.category) == ("e1", "person", "not_yet_assessed")
    assert person.names == (
        Name("Soran DELIRZAD", "full"),
        Name("سۆران دلیرزاد", "native"),
        Name("Haji Dlo", "alias"),
        Name("Le Grand", "alias"),
    )
    assert person.birth == PartialDate(1989, 6, 4)
    assert person.traits == (Trait("birth_place", "Silêmanî"), Trait("occupation", "chauffeur"))
    assert [(one.kind, one.written, one.region) for one in person.identifiers] == [
        ("phone", "06 39 98 04 17", "FR"),
        ("address", "12 rue des Soupirants, 62100", "FR"),
    ]
    assert person.nationality is None


def test_what_is_nobodys_part_stands_beside_the_person() -> None:
    found = good(
        {
            "Locataire": "Thibault Vasquelin",
            "Plaque": "FO-417-IU",
            "IMEI": "001019061234567",
            "N° moteur": "HX30-8814173",
            "HIN": "XA-OYT12345A131",
            "Début de location": "08/09/2031",
            "Fin de location": "2031-09-09",
        }
    )
    held = Period(PartialDate(2031, 9, 8), PartialDate(2031, 9, 9))
    assert [(one.id, one.kind, one.category) for one in found.entities] == [
        ("e1", "person", "not_yet_assessed"),
        ("e2", "vehicle", None),
        ("e3", "device", None),
        ("e4", "boat", None),
    ]
    assert [one.kind for one in found.entities[3].identifiers] == ["engine_serial", "hull"]
    assert all(identifier.held == held for entity in found.entities for identifier in entity.identifiers)


def test_a_row_about_a_thing_is_that_thing() -> None:
    found = good({"Plaque": "FO-417-IU", "Observations": "stationné"})
    assert [(one.id, one.kind, one.category) for one in found.entities] == [("e1", "vehicle", None)]


def test_several_numbers_in_a_cell_are_several_and_a_slash_in_a_token_is_its_own() -> None:
    found = good(
        {
            "Nom": "X",
            "Tél": "06 39 98 04 17 / 06 39 98 04 18;07700 900417\n+49 30 23125 417",
            "Jeton de hawala": "K7/2290/BLEU",
        }
    )
    assert [one.written for one in found.entities[0].identifiers] == [
        "06 39 98 04 17",
        "06 39 98 04 18",
        "07700 900417",
        "+49 30 23125 417",
        "K7/2290/BLEU",
    ]


def test_an_invalid_identifier_is_kept_as_written_and_flagged_by_line_and_column() -> None:
    found = good({"Nom": "X", "IBAN": "FR76 9999 9000", "Plaque": "???"})
    # A plate of which nothing was seen says nothing; a number with a wrong key says what it says.
    assert [one.written for entity in found.entities for one in entity.identifiers] == ["FR76 9999 9000"]
    (flag,) = found.faults
    assert (flag.line, flag.column, flag.value_shown, flag.is_kept) == (2, "IBAN", "FR76 9999 9000", True)


@pytest.mark.parametrize(
    ("columns", "column", "value"),
    [
        ({"Nom": "X", "Date": "hier soir"}, "Date", "hier soir"),
        ({"Nom": "X", "Date": "octobre 2031"}, "Date", "octobre 2031"),
        (
            {"Nom": "X", "Plaque": "FO-417-IU", "Du": "9/9/2031", "Au": "8/9/2031"},
            "Au",
            "2031-09-09 – 2031-09-08",
        ),
        ({"Nom": "#N/A", "Tél": "06 39 98 04 17"}, "Nom", "#N/A"),
        ({"Nom": "X", "Tél": NOT_CALCULATED}, "Tél", NOT_CALCULATED),
        ({"Nom": None, "Né le": "1989"}, "", " | 1989"),
        ({"Nom": "inconnu", "Né le": "1989"}, "", "inconnu | 1989"),
        ({"Nom": None, "Tél": "  "}, "", " |   "),
    ],
)
def test_a_row_that_cannot_be_read_is_left_out_and_named_by_line_and_column(
    columns: dict[str, str | None], column: str, value: str
) -> None:
    left_out = bad(columns)
    (fault,) = left_out.faults
    assert (left_out.line, fault.line, fault.column, fault.value_shown) == (2, 2, column, value)
    assert not fault.is_kept
    assert fault.reason.fr != fault.reason.en


def test_every_reason_of_a_row_is_listed_and_not_only_the_first() -> None:
    left_out = bad({"Nom": "X", "Date": "demain", "Plaque": "FO-417-IU", "Du": "hier", "Tél": "#REF!"})
    assert [fault.column for fault in left_out.faults] == ["Tél", "Date", "Du"]


@pytest.mark.parametrize("written", ["31/02/1989", "04/06/89", "hier", "vers 1990 ?"])
def test_a_birth_date_that_cannot_be_read_is_flagged_and_kept_in_the_words(written: str) -> None:
    """The person is still that person: the row stays, and what stood in the cell is not lost."""
    found = good({"Nom": "X", "Né le": written, "Observations": "vu près du parking"})
    assert found.entities[0].birth is None
    (flag,) = found.faults
    assert (flag.line, flag.column, flag.value_shown, flag.is_kept) == (2, "Né le", written, True)
    assert flag.reason.fr != flag.reason.en
    assert written in found.words
    assert "vu près du parking" in found.words


def test_a_day_without_an_hour_is_its_noon_on_the_writers_clock() -> None:
    assert good({"Nom": "X", "Date": "18/10/2031"}).said_at == dt.datetime(2031, 10, 18, 10, tzinfo=dt.UTC)
    found = good({"Name": "X", "Date": "18/12/2031"}, region="GB").said_at
    assert found == dt.datetime(2031, 12, 18, 12, tzinfo=dt.UTC)


def test_dates_of_a_month_first_table_are_turned_and_iso_is_left_alone() -> None:
    mapping = Mapping(
        date_order="month_first",
        columns=(
            ColumnMapping(column="n", use="full_name"),
            ColumnMapping(column="b", use="birth_date"),
            ColumnMapping(column="s", use="said_at"),
        ),
    )
    for written in ("06/04/1989", "6/4/1989", "1989-06-04"):
        found = read_row(Row(2, ("X", written, "10/18/2031 21:50")), mapping)
        assert isinstance(found, RowRead)
        assert found.entities[0].birth == PartialDate(1989, 6, 4)
        assert found.said_at == dt.datetime(2031, 10, 18, 19, 50, tzinfo=dt.UTC)


def test_several_columns_of_words_keep_their_headings() -> None:
    assert good({"Nom": "X", "Observations": "a", "Notes": "b"}).words == "Observations: a\nNotes: b"


def test_a_row_of_another_width_is_left_out() -> None:
    assert isinstance(read_row(Row(2, ("a", "b")), propose(["Nom"], [])), Unread)


def test_a_name_that_looks_like_nothing_is_still_a_name() -> None:
    for name in ("Null", "None", "Na", "O"):
        assert good({"Nom": name}).entities[0].names[0].written == name


def csv_table(columns: list[str], rows: list[list[str]]) -> io.BytesIO:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";")
    writer.writerows([columns, *rows])
    return io.BytesIO(text.getvalue().encode("cp1252"))


def test_cat_4_five_hundred_rescued_with_a_column_that_says_suspect_yield_no_suspect() -> None:
    columns = ["Nom", "Date de naissance", "Lot de gilets", "category", "Statut", "Remarque"]
    rows = [
        [
            f"Rescapé {number}",
            f"{number % 28 + 1:02}/01/2001",
            "NVX-L-2207",
            "suspect",
            "mis en cause",
            "à bord",
        ]
        for number in range(500)
    ]
    table = open_table(csv_table(columns, rows), "secours.csv")
    mapping = propose(table.columns, table.sample())
    read_all = list(read_rows(table, mapping))
    assert len(read_all) == 500
    persons = 0
    for found in read_all:
        assert isinstance(found, RowRead)
        assert "suspect" not in found.words
        for entity in found.entities:
            persons += entity.kind == "person"
            assert entity.category not in DESIGNATED_CATEGORIES
            assert (entity.category == "not_yet_assessed") == (entity.kind == "person")
    assert persons == 500


def test_a_table_is_read_whole_with_its_faults_in_their_places() -> None:
    columns = ["Nom", "Né le"]
    source = csv_table(columns, [["A", "1989"], ["B", "hier"], ["C"], ["", "1990"], ["D", "1991"]])
    table = open_table(source, "t.csv")
    mapping = propose(table.columns, [])
    found = list(read_rows(table, mapping))
    assert [(one.line, isinstance(one, RowRead)) for one in found] == [
        (2, True),
        (3, True),
        (4, False),
        (5, False),
        (6, True),
    ]
    kept = found[1]
    assert isinstance(kept, RowRead)
    assert [(flag.column, flag.value_shown, flag.is_kept) for flag in kept.faults] == [
        ("Né le", "hier", True)
    ]
    assert list(read_rows(table, mapping, 3)) == found[3:]


def test_a_mapping_made_for_another_table_is_refused_before_any_row_is_read() -> None:
    table = open_table(csv_table(["Nom"], [["A"]]), "t.csv")
    with pytest.raises(Malformed):
        next(read_rows(table, propose(["Nom", "Téléphone"], [])))


CELL = st.none() | st.text(max_size=15)
KINDS: st.SearchStrategy[IdentifierKind] = st.sampled_from(IDENTIFIER_KINDS)


@given(st.text(max_size=15), CELL, CELL, CELL, KINDS)
@settings(max_examples=200, deadline=None)
def test_whatever_a_row_holds_it_is_read_or_named_and_its_identifier_is_never_lost(
    name: str, birth: str | None, said: str | None, number: str | None, kind: IdentifierKind
) -> None:
    mapping = Mapping(
        columns=(
            ColumnMapping(column="n", use="full_name"),
            ColumnMapping(column="b", use="birth_date"),
            ColumnMapping(column="s", use="said_at"),
            ColumnMapping(column="i", use="identifier", identifier=kind),
        )
    )
    found = read_row(Row(7, (name, birth, said, number)), mapping)
    if isinstance(found, Unread):
        assert found.faults
        assert all(fault.line == 7 and not fault.is_kept for fault in found.faults)
        return
    written = [one.written for entity in found.entities for one in entity.identifiers]
    kept = "".join("".join(written).split())
    for sign in (number or "").strip():
        if sign.isalnum() and (number or "").strip().casefold() not in ("unknown", "inconnu"):
            assert sign in kept


def test_fifty_thousand_rows_are_read_in_a_few_seconds() -> None:
    file = SHARED / "data" / "persons" / "historical_figures_with_errors_50k.parquet"
    if not file.exists():
        pytest.skip("shared data absent: set ENTENTE_SHARED to the folder that holds data/persons")
    with file.open("rb") as source:
        table = open_table(source, file.name)
        mapping = propose(table.columns, table.sample())
        began = time.process_time()
        found = list(read_rows(table, mapping))
        took_s = time.process_time() - began
    assert len(found) == table.row_count == 50_578
    assert sum(isinstance(one, RowRead) for one in found) > 47_000
    assert took_s < 5, f"{took_s:.1f} s of processor time"
