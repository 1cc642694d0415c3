"""Tables as plain text: CSV and its cousins, as spreadsheets on both shores write them.

The separator, the encoding and the quoting are never said, so they are found: UTF-8 where the bytes allow
it, UTF-16 by its mark or its zeros, else the Windows encoding of a French export. Lines are counted as an
editor counts them, quoted line breaks included. A stray quotation mark must not swallow the rows that
follow it: where a row that spans several lines makes no sense, only its first line is left out and reading
goes on from the next.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import deque
from collections.abc import Iterable, Iterator
from typing import BinaryIO

import msgspec

from entente.errors import Malformed, Text
from entente.formats.cells import Limits, Row, Table, cell_too_long, fit_cells, name_columns
from entente.formats.fault import Fault, row_fault, shown

SAMPLE_CHARACTERS = 65_536
SAMPLE_ROWS = 100
# In order of preference where several fit: a semicolon is seldom there by accident, a comma often.
SEPARATORS = (";", "\t", "|", ",")
# For a table of one column: a sign that no file of this kind holds, so that commas stay inside the cell.
NO_SEPARATOR = "\x1f"
SEPARATOR_WORDS = {
    ";": Text("point-virgule", "semicolon"),
    ",": Text("virgule", "comma"),
    "\t": Text("tabulation", "tab"),
    "|": Text("barre verticale", "vertical bar"),
    NO_SEPARATOR: Text("aucun (une seule colonne)", "none (a single column)"),
}
_SEPARATOR_LINE = re.compile(r"sep=(.)\s*", re.IGNORECASE)
_ESCAPED = re.compile("[\ud800-\udfff]")
_REPLACED = re.compile("\ufffd")


class Encoding(msgspec.Struct, frozen=True):
    """How the bytes are text. is_broken: some are not, and the rows that hold them are left out."""

    name: str
    is_broken: bool
    line_count: int


class _Lines:
    """The physical lines of a file, counted; those of the row at hand are kept to be read again."""

    def __init__(self, text: io.TextIOBase, limits: Limits) -> None:
        self.text = text
        self.limits = limits
        self.number = 0  # of the last line given
        self.taken: list[str] = []  # the lines of the row at hand
        self.again: deque[str] = deque()
        self.longest = limits.cell_characters + 1_000_000

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        if len(self.taken) >= self.limits.lines_in_a_row:
            raise _RowTooTall
        line = self.again.popleft() if self.again else self.text.readline(self.longest)
        if not line:
            raise StopIteration
        self.number += 1
        self.taken.append(line)
        if len(line) >= self.longest:
            while line and not line.endswith(("\n", "\r")):
                line = self.text.readline(self.longest)
            raise _LineTooLong
        return line

    def give_back(self) -> None:
        """Read every line of the row at hand again but its first."""
        self.again.extendleft(reversed(self.taken[1:]))
        self.number -= len(self.taken) - 1


class _RowTooTall(Exception):
    """A quoted cell that does not end: most likely a stray quotation mark."""


class _LineTooLong(Exception):
    """A line beyond any table that a person made."""


def open_delimited(source: BinaryIO, limits: Limits) -> Table:
    """Open text with separators. Raises Malformed where it is no text or has no heading line."""
    encoding = find_encoding(source)
    sample = _sample(source, encoding)
    named = _SEPARATOR_LINE.fullmatch(sample.partition("\n")[0])
    separator = named[1] if named else find_separator(sample)
    lines_before = 1 if named else 0
    columns: tuple[str, ...] = ()

    def records(lines: _Lines) -> Iterator[tuple[int, list[str] | Text]]:
        """Each record with the line it begins on: its cells, or why they cannot be told apart."""
        reader = _reader(lines, separator)
        while True:
            first = lines.number + 1
            lines.taken.clear()
            try:
                cells: list[str] | None = next(reader)
            except StopIteration:
                return
            except _LineTooLong:
                yield first, cell_too_long(limits)
                continue
            except (_RowTooTall, csv.Error):
                cells = None
            if cells is None and len(lines.taken) == 1 and columns:
                cells = _literally(lines.taken[0], separator, len(columns))
            elif cells is not None and len(lines.taken) > 1 and columns and len(cells) != len(columns):
                cells = None
            if cells is None:
                yield first, _UNCLOSED
                lines.give_back()
                reader = _reader(lines, separator)
            else:
                yield first, cells

    def read(start: int) -> Iterator[Row | Fault]:
        text = _text(source, encoding)
        try:
            lines = _Lines(text, limits)
            is_headed = False
            seen = 0
            for line, cells in records(lines):
                if line <= lines_before:
                    continue
                if isinstance(cells, Text):
                    found: Row | Fault | None = row_fault(line, [_shown_line(lines)], cells)
                elif not is_headed:
                    is_headed = any(cell.strip() for cell in cells)
                    continue
                else:
                    values = [cell if cell and not cell.isspace() else None for cell in cells]
                    found = fit_cells(line, values, columns, limits)
                    if encoding.is_broken and isinstance(found, Row):
                        found = _whole(found, columns, _broken(encoding.name))
                if found is None:
                    continue
                seen += 1
                if seen > start:
                    yield found
        finally:
            # The wrapper would close the officer's file with itself.
            text.detach()

    heading_text = _text(source, encoding)
    try:
        for line, cells in records(_Lines(heading_text, limits)):
            if line <= lines_before:
                continue
            if isinstance(cells, Text):
                raise Malformed("table_heading_unreadable", cells)
            if any(cell.strip() for cell in cells):
                columns = name_columns(cells, limits)
                break
    finally:
        heading_text.detach()
    if not columns:
        name_columns((), limits)
    words = SEPARATOR_WORDS.get(separator, Text(separator, separator))
    return Table(
        columns=columns,
        row_count=max(0, encoding.line_count - 1 - lines_before),
        read_as=Text(
            fr=f"Texte en {encoding.name}, séparateur : {words.fr}.",
            en=f"Text in {encoding.name}, separator: {words.en}.",
        ),
        read=read,
    )


_UNCLOSED = Text(
    fr=(
        "Un guillemet ouvert sur cette ligne ne se referme pas, ou se referme trop loin ; la lecture "
        "reprend à la suivante."
    ),
    en=(
        "A quotation mark opened on this line is not closed, or too far on; reading goes on from the "
        "next line."
    ),
)


def _reader(lines: Iterable[str], separator: str) -> Iterator[list[str]]:
    # Strict, because a lenient reader joins two rows between two stray quotation marks and says nothing.
    return csv.reader(lines, delimiter=separator, strict=True, skipinitialspace=True)


def _literally(line: str, separator: str, width: int) -> list[str] | None:
    """A line such as `"Dédé" Martin;1989`, its quotation marks as they stand, if all its cells are there."""
    cells = line.rstrip("\r\n").split(separator)
    return cells if len(cells) == width else None


def _shown_line(lines: _Lines) -> str:
    return lines.taken[0].rstrip("\r\n") if lines.taken else ""


def _whole(row: Row, columns: tuple[str, ...], broken: re.Pattern[str]) -> Row | Fault:
    """The row, or a fault where one of its cells holds bytes that are no letters in this encoding."""
    for column, value in zip(columns, row.values, strict=True):
        if value is not None and broken.search(value):
            return Fault(
                row.line,
                column,
                shown(broken.sub("\ufffd", value)),
                Text(
                    fr=(
                        "La cellule contient des octets qui ne forment aucun caractère dans l’encodage "
                        "du fichier."
                    ),
                    en="The cell holds bytes that are no letters in the encoding of the file.",
                ),
            )
    return row


def find_encoding(source: BinaryIO) -> Encoding:
    """Read the file once and say how its bytes are text. Raises Malformed where they are none.

    One broken byte does not make a UTF-8 file a Windows one: the more frequent reading of what is not
    ASCII decides.
    """
    source.seek(0)
    head = source.read(4096)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        name = "utf-16"
    elif head[1::2].count(0) > len(head) // 4:
        name = "utf-16-le"
    elif head[0::2].count(0) > len(head) // 4:
        name = "utf-16-be"
    elif b"\0" in head:
        raise Malformed(
            "table_no_text",
            Text(
                fr="Ce fichier n’est ni un tableau ni un texte.", en="This file is neither a table nor text."
            ),
            Text(fr="Donner un fichier CSV, XLSX ou Parquet.", en="Give a CSV, XLSX or Parquet file."),
        )
    else:
        name = "utf-8-sig"
    good, broken, line_count = _count(source, name)
    if name == "utf-8-sig" and broken > good:
        name = "cp1252"
        good, broken, line_count = _count(source, name)
    return Encoding(name, broken > 0, line_count)


def _count(source: BinaryIO, name: str) -> tuple[int, int, int]:
    """Characters beyond ASCII that are whole, bytes that are no character, and lines."""
    source.seek(0)
    decoder = codecs.getincrementaldecoder(name)(_errors(name))
    good = broken = lines = 0
    last = "\n"
    while True:
        piece = source.read(1 << 20)
        text = decoder.decode(piece, not piece)
        if text:
            lines += text.count("\n") or text.count("\r")
            last = text[-1]
            if not text.isascii():
                wrong = len(_broken(name).findall(text))
                broken += wrong
                good += len(text) - len(text.encode("ascii", "ignore")) - wrong
        if not piece:
            return good, broken, lines + (last not in "\r\n")


def _errors(name: str) -> str:
    # Half a UTF-16 unit has no escape; the sign for "no letter" is then all there is to show.
    return "replace" if name.startswith("utf-16") else "surrogateescape"


def _broken(name: str) -> re.Pattern[str]:
    return _REPLACED if name.startswith("utf-16") else _ESCAPED


def _text(source: BinaryIO, encoding: Encoding) -> io.TextIOWrapper:
    source.seek(0)
    return io.TextIOWrapper(source, encoding.name, _errors(encoding.name), newline="")


def _sample(source: BinaryIO, encoding: Encoding) -> str:
    text = _text(source, encoding)
    try:
        return text.read(SAMPLE_CHARACTERS)
    finally:
        text.detach()


def find_separator(sample: str) -> str:
    """The separator under which most of the first rows are as wide as the heading; none for one column."""
    best: tuple[float, int] = (0.0, 1)
    found = NO_SEPARATOR
    for separator in SEPARATORS:
        widths = _widths(sample, separator)
        if not widths or widths[0] < 2:
            continue
        score = (sum(width == widths[0] for width in widths) / len(widths), widths[0])
        if score > best:
            best, found = score, separator
    return found


def _widths(sample: str, separator: str) -> list[int]:
    widths: list[int] = []
    lines = list(io.StringIO(sample, newline=""))
    if len(lines) > 1 and len(sample) == SAMPLE_CHARACTERS:
        lines.pop()  # cut in the middle
    try:
        for cells in csv.reader(lines, delimiter=separator, skipinitialspace=True):
            if any(cells):
                widths.append(len(cells))
            if len(widths) == SAMPLE_ROWS:
                break
    except csv.Error:
        pass
    return widths
