"""The spreadsheet of an action plan that a service has today, read into rows of the joint plan.

Good rows come in, bad rows are named by line, column, reason and remedy, and one never hinders the other. A row
enters whole or not at all. Merged cells come as blanks, so a blank workshop is the workshop above, and a milestone or
indicator without a measure belongs to the measure above; where the line above could not be read, nothing is guessed.
"Done" in a sheet comes in as reported done: evidence and the other side's countersignature are in no cell.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import BinaryIO

import msgspec

from entente.errors import Language, Malformed, Text
from entente.formats.plan_cells import PlanRow, SheetFault
from entente.formats.plan_columns import ColumnChoice, ColumnLeft, guess_columns, language_of
from entente.formats.plan_rows import PlanRows
from entente.formats.table import LIMITS, Limits, Row, open_table


class PlanSheet(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A sheet read: rows that come in, everything odd in the order of the lines, and what became of each column.

    A fault that `is_kept` leaves its row in; every other leaves it out. read_as: what the file was taken for. language:
    of its headings.
    """

    rows: tuple[PlanRow, ...]
    faults: tuple[SheetFault, ...]
    mapping: tuple[ColumnChoice, ...]
    unmapped: tuple[ColumnLeft, ...]
    read_as: Text
    language: Language

    @property
    def lines_left_out(self) -> tuple[int, ...]:
        """The lines that do not come in."""
        return tuple(sorted({fault.line for fault in self.faults if not fault.is_kept}))


def read_plan_sheet(
    source: BinaryIO,
    filename: str,
    *,
    by_hand: Mapping[str, str] | None = None,
    sheet: str | None = None,
    limits: Limits = LIMITS,
) -> PlanSheet:
    """Read a plan from CSV or XLSX; the first line that holds anything is the headings.

    by_hand: column → field of the plan, or "ignore"; what it does not name is guessed by its heading. sheet: of a
    workbook, the first where none is named. Raises Malformed where the file is no table, or where no column of it is a
    measure or recommendation; Unavailable without the readers of workbooks.
    """
    table = open_table(source, filename, sheet=sheet, limits=limits)
    mapping, unmapped = guess_columns(table.columns, by_hand)
    fields = {one.field for one in mapping}
    if not fields & {
        "measure_fr",
        "measure_en",
        "recommendation_fr",
        "recommendation_en",
        "recommendation_number",
    }:
        listed = ", ".join(table.columns)
        raise Malformed(
            "plan_sheet_without_titles",
            Text(
                f"Aucune colonne ne donne une mesure ou une recommandation. Colonnes lues : {listed}.",
                f"No column gives a measure or a recommendation. Columns read: {listed}.",
            ),
            Text(
                "Retirer les lignes qui précèdent les intitulés, ou indiquer à la main ce qu’est chaque colonne.",
                "Take out the lines above the headings, or say by hand what each column is.",
            ),
        )
    reader = PlanRows(table.columns, mapping)
    filled = dict.fromkeys((one.column for one in unmapped), 0)
    for row in table.rows():
        if isinstance(row, Row):
            for column, value in zip(table.columns, row.values, strict=True):
                if column in filled and value is not None:
                    filled[column] += 1
            reader.read(row)
        else:
            reader.cannot_read(row)
    return PlanSheet(
        rows=tuple(reader.rows),
        faults=tuple(sorted(reader.faults, key=lambda fault: fault.line)),
        mapping=mapping,
        unmapped=tuple(msgspec.structs.replace(one, filled=filled[one.column]) for one in unmapped),
        read_as=table.read_as,
        language=language_of(table.columns),
    )
