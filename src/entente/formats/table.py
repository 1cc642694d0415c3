"""Open a table of rows, whatever it is written in.

The bytes decide what a file is, not its name: a Parquet file called .csv is read as Parquet. The name only
serves to say clearly what is wrong with a file that is none of what it claims. Nothing here knows what a
column means.
"""

from __future__ import annotations

from typing import BinaryIO

from entente.errors import Malformed, Text
from entente.formats.cells import NOT_CALCULATED, Limits, Row, Table, as_text
from entente.formats.columnar import open_parquet
from entente.formats.delimited import open_delimited
from entente.formats.fault import Fault, Unread
from entente.formats.workbook import open_workbook, unreadable

__all__ = ["LIMITS", "NOT_CALCULATED", "Fault", "Limits", "Row", "Table", "Unread", "as_text", "open_table"]

LIMITS = Limits()
PARQUET_MARK = b"PAR1"
ZIP_MARK = b"PK\x03\x04"
OLD_OFFICE_MARK = b"\xd0\xcf\x11\xe0"


def open_table(
    source: BinaryIO, filename: str, *, sheet: str | None = None, limits: Limits = LIMITS
) -> Table:
    """Open CSV (and its cousins), XLSX or Parquet; `source` is seekable and stays open while rows are read.

    sheet: of a workbook; the first where none is named.
    Raises Malformed for a file that is no table, is damaged or goes beyond the limits; Unavailable
    where the readers of `entente[tables]` are missing. A row that cannot be read raises nothing: it
    comes as a Fault.
    """
    size = source.seek(0, 2)
    if size > limits.file_bytes:
        raise Malformed(
            "table_too_large",
            Text(
                fr=f"Ce fichier compte {size} octets ; {limits.file_bytes} au plus sont admis.",
                en=f"This file has {size} bytes; {limits.file_bytes} at most are taken.",
            ),
            Text(fr="Le partager en plusieurs fichiers.", en="Split it into several files."),
        )
    source.seek(0)
    mark = source.read(4)
    ending = filename.rpartition(".")[2].lower()
    if mark == PARQUET_MARK:
        return open_parquet(source, limits)
    if mark == ZIP_MARK and ending != "ods":
        return open_workbook(source, limits, sheet)
    if mark == OLD_OFFICE_MARK or ending in ("xls", "ods"):
        raise Malformed(
            "table_unknown_format",
            Text(
                fr="Ce fichier est un classeur d’un format qui n’est pas lu ici.",
                en="This file is a workbook in a format that is not read here.",
            ),
            Text(fr="L’enregistrer au format XLSX ou CSV.", en="Save it as XLSX or CSV."),
        )
    if ending in ("parquet", "xlsx", "xlsm"):
        raise unreadable(ending.upper() if ending != "parquet" else "Parquet", filename.rpartition("/")[2])
    return open_delimited(source, limits)
