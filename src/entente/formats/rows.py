"""A row of a table, read into what a statement can name.

A row enters whole or not at all: where a date cannot be read the row is left out and listed, for a record
with a silent hole in it would be taken for one that says less. An identifier is never a reason to leave a
row out; what looks invalid is kept as written and flagged. Whoever stands in a row is "not yet assessed":
no table knows a person's category.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Literal

import msgspec

from entente.errors import EntenteError, Text
from entente.formats.cells import NOT_CALCULATED, SPREADSHEET_ERRORS, Row, Table
from entente.formats.fault import Fault, Unread, row_fault, shown
from entente.formats.headings import ColumnUse
from entente.formats.mapping import Mapping, fit
from entente.model.entity import Entity, EntityKind, Trait
from entente.model.identifier import FAULT_WORDS, Identifier, IdentifierKind, canonical
from entente.model.moment import PartialDate, Period, read_date, read_instant
from entente.model.name import Name, NameKind

# What people write where they have nothing to write. "Null", "None" and "NA" are not here: they are
# surnames too.
BLANK_WORDS = frozenset(
    {
        "-",
        "--",
        "—",
        "–",
        "?",
        "??",
        "???",
        ".",
        "/",
        "n/a",
        "n.a.",
        "unknown",
        "not known",
        "inconnu",
        "inconnue",
    }
    | {"néant", "neant", "sans objet", "s.o.", "non communiqué", "non renseigné", "non connu", "n.c."}
)
LONGEST_BLANK_WORD = max(map(len, BLANK_WORDS))

NAME_KINDS: dict[ColumnUse, NameKind] = {
    "full_name": "full",
    "forename": "forename",
    "surname": "surname",
    "alias": "alias",
    "native_name": "native",
}
# Things that are nobody's part: in a row about a person they are entities beside him, so that two renters
# of one van are not taken for one man.
OWN_ENTITY: dict[IdentifierKind, EntityKind] = {
    "plate": "vehicle",
    "hull": "boat",
    "engine_serial": "boat",
    "vessel_name": "boat",
    "mmsi": "boat",
    "imei": "device",
    "jacket_lot": "object",
    "banknote": "object",
}
_SEVERAL = re.compile(r"\s*[;\n]\s*|\s+/\s+")
_SEVERAL_PHONES = re.compile(r"\s*[;\n,]\s*|\s+/\s+")
_ONE_TEXT: frozenset[IdentifierKind] = frozenset({"address", "vessel_name", "hawala_token"})
_SLASHED = re.compile(r"(\d{1,2})([-/.])(\d{1,2})([-/.]\d{4}.*)", re.DOTALL)
_NO_LETTERS = re.compile("[\ud800-\udfff]")
# Dates repeat within a table; what is remembered is dropped with the reader, and never grows beyond this.
REMEMBERED_DATES = 65_536


class RowRead(msgspec.Struct, frozen=True):
    """What one row says. faults: what is odd and yet kept (`is_kept`). entities: ids "e1", "e2", …."""

    line: int
    reference: str | None
    entities: tuple[Entity, ...]
    words: str
    said_at: dt.datetime | None
    faults: tuple[Fault, ...] = ()


def read_rows(table: Table, mapping: Mapping, start: int = 0) -> Iterator[RowRead | Unread]:
    """Every row of a table after the first `start`, read by a mapping that is laid over its columns.

    Raises Malformed where the table lacks a mapped column. Reading the same table again gives the same
    answers, so that an import that was broken off counts what it has and goes on from there.
    """
    reader = RowReader(fit(mapping, table.columns))
    for row in table.rows(start):
        yield reader.read(row) if isinstance(row, Row) else Unread(row.line, (row,))


def read_row(row: Row, mapping: Mapping) -> RowRead | Unread:
    """One row, by a mapping whose columns stand in the row's order. For many rows `read_rows` is quicker."""
    return RowReader(mapping).read(row)


class RowReader:
    """Reads rows by one mapping, and remembers the dates that it has read."""

    def __init__(self, mapping: Mapping) -> None:
        self.mapping = mapping
        self.width = len(mapping.columns)
        self._dates: dict[str, PartialDate | Text] = {}
        columns = list(enumerate(mapping.columns))
        self._used = [(place, one.column) for place, one in columns if one.use != "ignore"]
        is_company = mapping.kind == "organisation"
        self._names: list[tuple[int, NameKind]] = [
            (place, "company" if is_company and one.use == "full_name" else NAME_KINDS[one.use])
            for place, one in columns
            if one.use in NAME_KINDS
        ]
        self._identifiers: list[tuple[int, str, IdentifierKind]] = [
            (place, one.column, one.identifier) for place, one in columns if one.identifier is not None
        ]
        self._addresses = [(place, one.column) for place, one in columns if one.use == "address"]
        self._traits: list[tuple[int, Literal["birth_place", "occupation"]]] = [
            (place, one.use) for place, one in columns if one.use == "birth_place" or one.use == "occupation"
        ]
        self._words = [(place, one.column) for place, one in columns if one.use == "words"]
        self._birth = self._single("birth_date")
        self._nationality = self._single("nationality")
        self._reference = self._single("reference")
        self._said_at = self._single("said_at")
        self._held_from = self._single("held_from")
        self._held_to = self._single("held_to")

    def _single(self, use: ColumnUse) -> int:
        """The place of the one column of that use, -1 where there is none."""
        return next((place for place, one in enumerate(self.mapping.columns) if one.use == use), -1)

    def read(self, row: Row) -> RowRead | Unread:
        """Read one row: what it says, or why it is left out, with every reason and not only the first."""
        if len(row.values) != self.width:
            return Unread(row.line, (row_fault(row.line, row.values, _WRONG_WIDTH),))
        faults: list[Fault] = []
        cells = self._cells(row, faults)
        flags: list[Fault] = []
        birth = self._birth_date(row.line, cells, flags) if self._birth >= 0 else None
        said_at = self._instant(row.line, cells, faults) if self._said_at >= 0 else None
        held = self._held(row.line, cells, faults)
        entities = self._entities(row.line, cells, birth, held, flags)
        if not faults and not any(entity.names or entity.identifiers for entity in entities):
            is_empty = not any(row.values)
            faults.append(row_fault(row.line, row.values, _EMPTY if is_empty else _NOBODY))
        if faults:
            return Unread(row.line, tuple(faults))
        return RowRead(
            row.line,
            cells[self._reference] if self._reference >= 0 else None,
            entities,
            self._said_words(cells, flags),
            said_at,
            tuple(flags),
        )

    def _cells(self, row: Row, faults: list[Fault]) -> list[str | None]:
        """The used cells without blanks around; None where they are empty or say that nothing is known."""
        cells: list[str | None] = [None] * self.width
        for place, column in self._used:
            value = row.values[place]
            if value is None:
                continue
            value = value.strip()
            if not value or (len(value) <= LONGEST_BLANK_WORD and value.casefold() in BLANK_WORDS):
                continue
            if value[0] == "#" and (value in SPREADSHEET_ERRORS or value == NOT_CALCULATED):
                reason = _NOT_CALCULATED if value == NOT_CALCULATED else _SPREADSHEET_ERROR
                faults.append(Fault(row.line, column, value, reason))
                continue
            if not value.isascii() and _NO_LETTERS.search(value):
                faults.append(Fault(row.line, column, shown(_NO_LETTERS.sub("\ufffd", value)), _NOT_TEXT))
                continue
            cells[place] = value
        return cells

    def _date(
        self, line: int, cells: list[str | None], place: int, faults: list[Fault]
    ) -> PartialDate | None:
        value = cells[place]
        if value is None:
            return None
        found = self._dates.get(value)
        if found is None:
            if len(self._dates) >= REMEMBERED_DATES:
                self._dates.clear()
            try:
                found = read_date(self._day_first(value))
            except EntenteError as error:
                found = error.text
            self._dates[value] = found
        if isinstance(found, Text):
            faults.append(Fault(line, self.mapping.columns[place].column, shown(value), found))
            return None
        return found

    def _birth_date(self, line: int, cells: list[str | None], flags: list[Fault]) -> PartialDate | None:
        """A birth date that cannot be read is flagged and kept in the words: the person is still that person."""
        unread: list[Fault] = []
        birth = self._date(line, cells, self._birth, unread)
        flags.extend(msgspec.structs.replace(fault, is_kept=True) for fault in unread)
        return birth

    def _day_first(self, value: str) -> str:
        """The date as our reader takes it; where the table puts the month first, the two change places."""
        if self.mapping.date_order == "month_first" and (found := _SLASHED.fullmatch(value)):
            return f"{found[3]}{found[2]}{found[1]}{found[4]}"
        return value

    def _instant(self, line: int, cells: list[str | None], faults: list[Fault]) -> dt.datetime | None:
        value = cells[self._said_at]
        if value is None:
            return None
        written = self._day_first(value)
        try:
            return read_instant(written, zone=self.mapping.zone)
        except EntenteError as error:
            if error.code == "moment_without_time":
                day = read_date(written)
                if day.day is not None:
                    # Noon, because midnight in one zone is the day before in another.
                    return read_instant(f"{day}T12:00", zone=self.mapping.zone)
            faults.append(Fault(line, self.mapping.columns[self._said_at].column, shown(value), error.text))
            return None

    def _held(self, line: int, cells: list[str | None], faults: list[Fault]) -> Period | None:
        start = self._date(line, cells, self._held_from, faults) if self._held_from >= 0 else None
        end = self._date(line, cells, self._held_to, faults) if self._held_to >= 0 else None
        if start is None and end is None:
            return None
        try:
            return Period(start, end)
        except ValueError:
            column = self.mapping.columns[self._held_to].column
            faults.append(Fault(line, column, shown(f"{start} – {end}"), _ENDS_BEFORE))
            return None

    def _entities(
        self,
        line: int,
        cells: list[str | None],
        birth: PartialDate | None,
        held: Period | None,
        flags: list[Fault],
    ) -> tuple[Entity, ...]:
        kind = self.mapping.kind
        identifiers: list[Identifier] = []
        beside: dict[EntityKind, list[Identifier]] = {}
        for place, column, identifier_kind in self._identifiers:
            value = cells[place]
            if value is None:
                continue
            owner = OWN_ENTITY.get(identifier_kind, kind)
            into = identifiers if owner == kind else beside.setdefault(owner, [])
            for part in _parts(identifier_kind, value):
                into.append(self._identifier(identifier_kind, part, held, line, column, flags))
        address = ", ".join([value for place, _ in self._addresses if (value := cells[place])])
        if address:
            identifiers.append(self._identifier("address", address, held, line, self._addresses[0][1], flags))
        names = [
            Name(part, name_kind)
            for place, name_kind in self._names
            if (value := cells[place])
            for part in (_SEVERAL.split(value) if name_kind == "alias" else (value,))
            if part
        ]
        traits = [Trait(trait, value) for place, trait in self._traits if (value := cells[place])]
        nationality = cells[self._nationality] if self._nationality >= 0 else None
        entities: list[Entity] = []
        if names or identifiers or traits or birth or nationality:
            entities.append(
                Entity(
                    id="e1",
                    kind=kind,
                    names=tuple(names),
                    identifiers=tuple(identifiers),
                    birth=birth,
                    category="not_yet_assessed" if kind == "person" else None,
                    nationality=nationality,
                    traits=tuple(traits),
                )
            )
        for other, held_by_it in beside.items():
            entities.append(Entity(id=f"e{len(entities) + 1}", kind=other, identifiers=tuple(held_by_it)))
        return tuple(entities)

    def _identifier(
        self,
        kind: IdentifierKind,
        written: str,
        held: Period | None,
        line: int,
        column: str,
        flags: list[Fault],
    ) -> Identifier:
        identifier = Identifier(kind=kind, written=written, region=self.mapping.region, held=held)
        fault = canonical(identifier).fault
        if fault is not None:
            flags.append(Fault(line, column, shown(written), FAULT_WORDS[fault], is_kept=True))
        return identifier

    def _said_words(self, cells: list[str | None], flags: list[Fault]) -> str:
        kept = "\n".join(
            f"{fault.column}: {fault.value_shown}"
            for fault in flags
            if self._birth >= 0 and self._is_birth(fault)
        )
        words = self._said_in_columns(cells) if self._words else ""
        return f"{words}\n{kept}" if words and kept else words or kept

    def _is_birth(self, fault: Fault) -> bool:
        return fault.column == self.mapping.columns[self._birth].column

    def _said_in_columns(self, cells: list[str | None]) -> str:
        said = [(column, value) for place, column in self._words if (value := cells[place])]
        if len(self._words) == 1:
            return said[0][1] if said else ""
        return "\n".join(f"{column}: {value}" for column, value in said)


def _parts(kind: IdentifierKind, value: str) -> list[str]:
    """The identifiers in one cell: two telephones on two lines are two, a slash within a token is its own."""
    if kind in _ONE_TEXT:
        return [value]
    parts = [part for part in (_SEVERAL_PHONES if kind == "phone" else _SEVERAL).split(value) if part]
    return parts or [value]


_EMPTY = Text("La ligne est vide.", "The row is empty.")
_NOBODY = Text(
    "La ligne ne donne ni nom ni identifiant : on ne saurait de qui ni de quoi elle parle.",
    "The row gives neither name nor identifier: nobody could tell of whom or what it speaks.",
)
_WRONG_WIDTH = Text(
    "La ligne n’a pas autant de cellules que la correspondance a de colonnes.",
    "The row has not as many cells as the mapping has columns.",
)
_SPREADSHEET_ERROR = Text(
    "Le tableur a mis une erreur à la place de la valeur.",
    "The spreadsheet put an error in place of the value.",
)
_NOT_CALCULATED = Text(
    "La cellule contient une formule qui n’a jamais été calculée : ouvrir le classeur, "
    "l’enregistrer, recommencer.",
    "The cell holds a formula that was never calculated: open the workbook, save it, and try again.",
)
_NOT_TEXT = Text(
    "La cellule contient des octets qui ne forment aucun caractère.",
    "The cell holds bytes that are no letters.",
)
_ENDS_BEFORE = Text("La période finit avant de commencer.", "The period ends before it begins.")
