"""Tables as Parquet: columns with types, streamed a few rows at a time.

Every value becomes the text that an officer would have typed. Row groups before the place where an import
takes up again are never unpacked, so that resuming a large holding costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

from entente.errors import Malformed, Text
from entente.formats.cells import Limits, Row, Table, as_text, cell_too_long, name_columns
from entente.formats.fault import Fault, shown
from entente.formats.workbook import tables_missing, unreadable

BATCH_ROWS = 1024


def open_parquet(source: BinaryIO, limits: Limits) -> Table:
    """Open a Parquet file. Raises Malformed where it is damaged, Unavailable without `entente[tables]`."""
    try:
        import pyarrow as arrow
        import pyarrow.parquet as parquet
    except ImportError as error:
        raise tables_missing() from error
    source.seek(0)
    try:
        file = parquet.ParquetFile(source)
    except (arrow.ArrowException, OSError, ValueError) as error:
        raise unreadable("Parquet", error) from error
    groups = [file.metadata.row_group(number) for number in range(file.metadata.num_row_groups)]
    if any(group.total_byte_size > limits.unpacked_bytes for group in groups):
        raise Malformed(
            "table_too_large",
            Text(
                fr="Un groupe de lignes de ce fichier occupe, décompressé, plus que ce qui est admis.",
                en="A row group of this file takes, unpacked, more than is allowed.",
            ),
            Text(fr="L’écrire en groupes plus petits.", en="Write it in smaller row groups."),
        )
    columns = name_columns(file.schema_arrow.names, limits)

    def read(start: int) -> Iterator[Row | Fault]:
        before = 0
        first_group = 0
        while first_group < len(groups) and before + groups[first_group].num_rows <= start:
            before += groups[first_group].num_rows
            first_group += 1
        line = before
        try:
            batches = file.iter_batches(
                BATCH_ROWS, row_groups=range(first_group, len(groups)), use_threads=False
            )
            for batch in batches:
                cells = [_texts(arrow, column) for column in batch.columns]
                for values in zip(*cells, strict=True):
                    line += 1
                    if line > start:
                        yield _row(line, values)
        except (arrow.ArrowException, OSError, ValueError) as error:
            raise unreadable("Parquet", error) from error

    def _row(line: int, values: tuple[str | None, ...]) -> Row | Fault:
        for place, value in enumerate(values):
            if value is not None and len(value) > limits.cell_characters:
                return Fault(line, columns[place], shown(value), cell_too_long(limits))
        return Row(line, values)

    return Table(
        columns=columns,
        row_count=file.metadata.num_rows,
        read_as=Text(fr="Fichier Parquet.", en="Parquet file."),
        read=read,
    )


def _texts(arrow: Any, column: Any) -> list[str | None]:
    if arrow.types.is_timestamp(column.type):
        # Nanoseconds are finer than any Python moment; nobody saw a boat to the nanosecond.
        column = column.cast(arrow.timestamp("us", tz=column.type.tz), safe=False)
    return [as_text(value) for value in column.to_pylist()]
