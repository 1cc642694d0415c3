"""Tables as XLSX workbooks: one sheet, read and never calculated.

A workbook is a zip, and a small zip can unfold into more than the machine holds: what it announces is added
up before anything is unpacked. Formulas speak through the value that the spreadsheet last stored; where it
stored none, the cell says so rather than being empty, since an empty cell would be a loss that nobody sees.
"""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Iterator
from typing import Any, BinaryIO

from entente.errors import Malformed, Text, Unavailable
from entente.formats.cells import NOT_CALCULATED, Limits, Row, Table, as_text, fit_cells, name_columns
from entente.formats.fault import Fault, shown

# The format itself ends here; a file that numbers a row further is made to keep a reader busy.
LAST_LINE = 1_048_576
PARTS = 10_000
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_ROW = re.compile(rb"<(?:\w+:)?row[\s>/]")
_OVERLAP = 16


def open_workbook(source: BinaryIO, limits: Limits, sheet: str | None) -> Table:
    """Open one sheet, the first where none is named.

    Raises Malformed where it is damaged or too large, Unavailable without `entente[tables]`.
    """
    try:
        import openpyxl
    except ImportError as error:
        raise tables_missing() from error
    check_zip(source, limits)
    try:
        book = _open(openpyxl, source, data_only=True)
        worksheet = _worksheet(book, sheet)
        row_count, has_formulas = _scan(source, worksheet)
        # The stored values do not tell an empty cell from a formula without one; the formulas themselves do.
        formulas = _open(openpyxl, source, data_only=False) if has_formulas else None
    except Malformed:
        raise
    except Exception as error:
        # Whatever a broken zip or XML makes the reader say, the file is at fault.
        raise unreadable("XLSX", error) from error
    formula_sheet = _worksheet(formulas, worksheet.title) if formulas is not None else None

    def lines() -> Iterator[tuple[int, list[str | None]]]:
        # What a sheet says of its own size is often wrong.
        worksheet.reset_dimensions()
        cell_rows = worksheet.iter_rows()
        formula_rows: Iterator[Any] | None = None
        if formula_sheet is not None:
            formula_sheet.reset_dimensions()
            formula_rows = formula_sheet.iter_rows()
        for line, cells in enumerate(cell_rows, start=1):
            if line > LAST_LINE:
                return
            values = [as_text(cell.value) for cell in cells]
            if formula_rows is not None:
                for place, formula in enumerate(next(formula_rows, ())):
                    if (
                        formula.data_type == "f"
                        and cells[place].value is None
                        and cells[place].data_type == "n"
                    ):
                        values[place] = NOT_CALCULATED
            yield line, values

    def read(start: int) -> Iterator[Row | Fault]:
        seen = 0
        is_headed = False
        try:
            for line, values in lines():
                if not is_headed:
                    is_headed = any(values)
                    continue
                if len(values) < len(columns):
                    values.extend([None] * (len(columns) - len(values)))
                found = fit_cells(line, values, columns, limits)
                if found is None:
                    continue
                seen += 1
                if seen > start:
                    yield found
        except (zipfile.BadZipFile, SyntaxError, ValueError, KeyError, IndexError, EOFError) as error:
            raise unreadable("XLSX", error) from error

    columns: tuple[str, ...] = ()
    try:
        heading = next((values for _, values in lines() if any(values)), [])
    except (zipfile.BadZipFile, SyntaxError, ValueError, KeyError, IndexError, EOFError) as error:
        raise unreadable("XLSX", error) from error
    columns = name_columns(heading, limits)
    return Table(
        columns=columns,
        row_count=max(0, row_count - 1),
        read_as=Text(
            fr=f"Classeur XLSX, feuille « {shown(worksheet.title)} ».",
            en=f'XLSX workbook, sheet "{shown(worksheet.title)}".',
        ),
        read=read,
    )


def _open(openpyxl: Any, source: BinaryIO, *, data_only: bool) -> Any:
    with warnings.catch_warnings():
        # What the reader drops of styles and validations is nothing that we read.
        warnings.simplefilter("ignore", UserWarning)
        return openpyxl.load_workbook(source, read_only=True, data_only=data_only, keep_links=False)


def check_zip(source: BinaryIO, limits: Limits) -> None:
    """Refuse a workbook whose parts would unfold beyond the limits, before any of them is unpacked.

    The directory of a zip binds: the reader stops at the size that is announced there.
    """
    source.seek(0)
    try:
        with zipfile.ZipFile(source) as archive:
            parts = archive.infolist()
            total = sum(part.file_size for part in parts)
            in_memory = sum(
                part.file_size for part in parts if not part.filename.startswith("xl/worksheets/")
            )
            if len(parts) > PARTS or total > limits.unpacked_bytes or in_memory > limits.shared_text_bytes:
                raise Malformed(
                    "table_too_large",
                    Text(
                        fr=(
                            f"Une fois décompressé, ce classeur occuperait {total} octets : plus que ce "
                            "qui est admis."
                        ),
                        en=f"Unpacked, this workbook would take {total} bytes: more than is allowed.",
                    ),
                    Text(
                        fr="Donner le tableau en CSV ou en Parquet.", en="Give the table as CSV or Parquet."
                    ),
                )
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    with archive.open(part) as content:
                        if b"<!DOCTYPE" in content.read(4096):
                            raise unreadable("XLSX", "DOCTYPE")
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise unreadable("XLSX", error) from error


def _worksheet(book: Any, sheet: str | None) -> Any:
    names = [worksheet.title for worksheet in book.worksheets]
    if sheet is None and names:
        return book.worksheets[0]
    if sheet in names:
        return book.worksheets[names.index(sheet)]
    listed = ", ".join(names) or "–"
    raise Malformed(
        "table_no_sheet",
        Text(
            fr=f"Ce classeur n’a pas de feuille « {sheet or 1} ».",
            en=f'This workbook has no sheet "{sheet or 1}".',
        ),
        Text(fr=f"Ses feuilles : {listed}.", en=f"Its sheets: {listed}."),
    )


def _scan(source: BinaryIO, worksheet: Any) -> tuple[int, bool]:
    """How many rows the sheet's XML holds, and whether any cell of it is a formula."""
    rows = 0
    has_formulas = False
    tail = b""
    with zipfile.ZipFile(source) as archive, archive.open(worksheet._worksheet_path) as content:
        while piece := content.read(1 << 20):
            # An opening that straddles two pieces is found with the second; one wholly in the
            # overlap is counted once.
            text = tail + piece
            rows += sum(found.end() > len(tail) for found in _ROW.finditer(text))
            has_formulas = has_formulas or _FORMULA.search(text) is not None
            tail = text[-_OVERLAP:]
    return rows, has_formulas


def tables_missing() -> Unavailable:
    """What to say where the readers of spreadsheets are not installed."""
    return Unavailable(
        "tables_missing",
        Text(
            fr="Les lecteurs de classeurs et de fichiers Parquet ne sont pas installés sur ce nœud.",
            en="The readers of workbooks and Parquet files are not installed on this node.",
        ),
        Text(
            fr="Installer entente[tables], ou donner le tableau en CSV.",
            en="Install entente[tables], or give the table as CSV.",
        ),
    )


def unreadable(kind: str, error: object) -> Malformed:
    """What to say of a file that is not what it claims to be, or is damaged."""
    return Malformed(
        "table_unreadable",
        Text(
            fr=f"Ce fichier ne se lit pas comme {kind} ({shown(error)}).",
            en=f"This file cannot be read as {kind} ({shown(error)}).",
        ),
        Text(
            fr="L’ouvrir dans le logiciel d’origine, l’enregistrer de nouveau et recommencer.",
            en="Open it in the program that made it, save it again and retry.",
        ),
    )
