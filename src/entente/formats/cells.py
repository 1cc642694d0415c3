"""What every kind of table has in common once it is open: columns, rows, cells as text, and limits.

A cell is text or nothing. Dates come out as ISO and whole numbers without ".0", because a spreadsheet
stores a telephone as a number and a birthday as a moment, and neither is what the officer wrote. What a
cell means is decided later, by the mapping; here nothing is interpreted and nothing is dropped but rows
without a single value.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import decimal
import itertools
import re
from collections.abc import Callable, Iterator, Sequence

import msgspec

from entente.errors import Malformed, Text
from entente.formats.fault import Fault, row_fault, shown

# What a spreadsheet puts in place of a value it could not compute, in English and in French.
SPREADSHEET_ERRORS = frozenset(
    {"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#SPILL!", "#CALC!"}
    | {"#NUL!", "#VALEUR!", "#NOM?", "#NOMBRE!", "#PROPAGATION!"}
)
# Ours: a formula that was never calculated, so that the file holds no value for it.
NOT_CALCULATED = "#FORMULA!"
_DATA_LIKE = re.compile(r"[+]?[\d\s./:\-]{6,}")


class Row(msgspec.Struct, frozen=True):
    """One row as text. line: as an officer counts them; values: one a column, None where empty."""

    line: int
    values: tuple[str | None, ...]


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """How much a table may hold before it is refused or a row of it left out."""

    file_bytes: int = 512 * 1024 * 1024
    unpacked_bytes: int = 2 * 1024 * 1024 * 1024
    shared_text_bytes: int = 256 * 1024 * 1024  # the one part of a workbook that has to be in memory at once
    columns: int = 500
    cell_characters: int = 100_000
    lines_in_a_row: int = 200


@dataclasses.dataclass(frozen=True)
class Table:
    """An open table. Its file must stay open, and is read by one loop at a time.

    row_count: for showing progress; exact for Parquet, at least as many as there are for the others,
    None if unknown. read_as: what the file was taken for, since separator and encoding are guessed.
    """

    columns: tuple[str, ...]
    row_count: int | None
    read_as: Text
    read: Callable[[int], Iterator[Row | Fault]]

    def rows(self, start: int = 0) -> Iterator[Row | Fault]:
        """Every row after the first `start`, in order; what is no row of this table comes as a Fault."""
        return self.read(start)

    def sample(self, count: int = 200) -> list[Row]:
        """The first readable rows, for proposing a mapping."""
        return list(itertools.islice((row for row in self.rows() if isinstance(row, Row)), count))


def as_text(value: object) -> str | None:
    """A cell as text: None where it is empty or blank, ISO for dates, no ".0" behind whole numbers."""
    if value is None:
        return None
    if isinstance(value, str):
        return value if value and not value.isspace() else None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        if value != value:
            return None
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, decimal.Decimal):
        return (
            format(value.to_integral_value(), "f")
            if value == value.to_integral_value()
            else format(value, "f")
        )
    if isinstance(value, dt.datetime):
        # A spreadsheet has no dates, only moments: midnight is how it writes a day.
        is_day = value.tzinfo is None and value.time() == dt.time()
        return value.date().isoformat() if is_day else value.isoformat()
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, bytes):
        try:
            return as_text(value.decode())
        except UnicodeDecodeError:
            return value.hex()
    if isinstance(value, list | tuple):
        return as_text("; ".join(filter(None, map(as_text, value))))
    return str(value)


def name_columns(cells: Sequence[str | None], limits: Limits) -> tuple[str, ...]:
    """The columns' names from the line that heads the table; each different, none empty.

    Raises Malformed where there are too many, or where the line reads like values: taking a first row
    for headings would lose it in silence.
    """
    end = len(cells)
    while end and not cells[end - 1]:
        end -= 1
    if not any(sign.isalnum() for cell in cells[:end] for sign in cell or ""):
        raise Malformed(
            "table_empty",
            Text(fr="Le tableau est vide.", en="The table is empty."),
            Text(fr="Vérifier le fichier ou la feuille.", en="Check the file or the sheet."),
        )
    if end > limits.columns:
        raise Malformed(
            "table_too_wide",
            Text(
                fr=f"Le tableau a {end} colonnes ; {limits.columns} au plus sont admises.",
                en=f"The table has {end} columns; {limits.columns} at most are taken.",
            ),
        )
    names: list[str] = []
    seen: set[str] = set()
    for number, cell in enumerate(cells[:end], start=1):
        base = " ".join((cell or "").split())[:200]
        if _DATA_LIKE.fullmatch(base):
            raise Malformed(
                "table_without_headings",
                Text(
                    fr=(
                        f"La première ligne contient « {shown(base)} » : c’est une valeur, et non un "
                        "intitulé de colonne."
                    ),
                    en=f'The first line holds "{shown(base)}": that is a value and no column heading.',
                ),
                Text(
                    fr="Ajouter une première ligne avec l’intitulé de chaque colonne.",
                    en="Add a first line with a heading for each column.",
                ),
            )
        name = base = base or f"#{number}"
        again = 1
        while name in seen:
            again += 1
            name = f"{base} ({again})"
        seen.add(name)
        names.append(name)
    return tuple(names)


def fit_cells(
    line: int, cells: Sequence[str | None], columns: tuple[str, ...], limits: Limits
) -> Row | Fault | None:
    """The cells as a row, a fault where there are too many or too few, None where all are empty."""
    width = len(columns)
    count = len(cells)
    if count > width and not any(cells[width:]):
        cells = cells[:width]
        count = width
    if count != width:
        if not any(cells):
            return None
        plural = "s" if count > 1 else ""
        return row_fault(
            line,
            cells,
            Text(
                fr=f"La ligne a {count} cellule{plural} pour les {width} colonnes du tableau.",
                en=f"The row has {count} cell{plural} for the {width} columns of the table.",
            ),
        )
    values = tuple(cells)
    is_blank = True
    for place, value in enumerate(values):
        if value is not None:
            is_blank = False
            if len(value) > limits.cell_characters:
                return Fault(line, columns[place], shown(value), cell_too_long(limits))
    return None if is_blank else Row(line, values)


def cell_too_long(limits: Limits) -> Text:
    """The reason for which an endless cell leaves its row out."""
    return Text(
        fr=f"La cellule compte plus de {limits.cell_characters} caractères.",
        en=f"The cell has more than {limits.cell_characters} characters.",
    )
