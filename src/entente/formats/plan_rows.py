"""The rows of an action plan, one after the other: what stands in the cells, and what the row above lends to a blank.

All rows are kept until the last has come, since one cell may tell how another was meant: "03/04/2026" is taken day
first only where its own column shows that order, and nowhere the other. A row with one bad cell stays out whole, and
every bad cell of it is named. What a row left out would have lent to those below it is then not known, and a blank
below it is refused rather than hung under a measure two lines higher.
"""

from __future__ import annotations

from collections.abc import Sequence

from entente.errors import Text
from entente.formats.cells import Row
from entente.formats.fault import Fault, Unread
from entente.formats.plan_cells import (
    PlanRow,
    SheetFault,
    read_list,
    read_standing,
)
from entente.formats.plan_columns import ColumnChoice, PlanField
from entente.formats.plan_row_cells import RowCells, letter_of
from entente.formats.plan_terms import (
    dates_in_figures,
    day_first,
    month_first,
)
from entente.model.plan_act import Bilingual

_DATES: tuple[PlanField, ...] = ("due", "period")
_OF_MEASURE: tuple[PlanField, ...] = (
    "owner_FR",
    "owner_UK",
    "due",
    "status",
    "evidence",
    "depends_on",
    "note",
)


class PlanRows:
    """Reads row by row; `rows` and `faults` are worked out when they are asked for."""

    def __init__(self, columns: Sequence[str], mapping: Sequence[ColumnChoice]) -> None:
        self._columns = tuple(columns)
        self._place = {one.field: self._columns.index(one.column) for one in mapping}
        self._given: list[Row | Fault | Unread] = []
        self._worked_out: tuple[list[PlanRow], list[SheetFault]] | None = None

    def read(self, row: Row) -> None:
        """Take the next row."""
        self._given.append(row)
        self._worked_out = None

    def cannot_read(self, row: Fault | Unread) -> None:
        """Take note that the next row is none of this table."""
        self._given.append(row)
        self._worked_out = None

    @property
    def rows(self) -> list[PlanRow]:
        """The rows that come in."""
        return self._work_out()[0]

    @property
    def faults(self) -> list[SheetFault]:
        """Everything that is odd, in the order of the lines and, within one, of the columns."""
        return self._work_out()[1]

    def _work_out(self) -> tuple[list[PlanRow], list[SheetFault]]:
        if self._worked_out is None:
            above = _Above(self._orders(), self._columns, self._place)
            for one in self._given:
                if isinstance(one, Row):
                    above.take(one)
                else:
                    above.lose(one)
            self._worked_out = above.rows, above.faults
        return self._worked_out

    def _orders(self) -> frozenset[PlanField]:
        """The columns of dates that show the day first somewhere and the month first nowhere."""
        found = set[PlanField]()
        for field in _DATES:
            place = self._place.get(field)
            dates = [
                date
                for row in self._given
                if isinstance(row, Row) and place is not None
                for date in dates_in_figures(row.values[place] or "")
            ]
            if any(map(day_first, dates)) and not any(map(month_first, dates)):
                found.add(field)
        return frozenset(found)


class _Above:
    """What the rows read so far lend to the next one. A title None: not known, since its row stayed out."""

    def __init__(
        self, orders: frozenset[PlanField], columns: tuple[str, ...], place: dict[PlanField, int]
    ) -> None:
        self.rows: list[PlanRow] = []
        self.faults: list[SheetFault] = []
        self._orders = orders
        self._columns = columns
        self._place = place
        self._workshop: Bilingual | None = None
        self._measure: Bilingual | None = None
        self._lost_workshop = False
        self._lost_measure = False

    def lose(self, row: Fault | Unread) -> None:
        for fault in row.faults if isinstance(row, Unread) else (row,):
            self.faults.append(
                SheetFault(
                    line=fault.line,
                    column=fault.column,
                    value_shown=fault.value_shown,
                    reason=fault.reason,
                    code="row_unreadable",
                    remedy=_MEND_ROW,
                    letter=letter_of(self._columns.index(fault.column)) if fault.column else "",
                )
            )
        self._lost_workshop = self._lost_measure = True
        self._workshop = self._measure = None

    def take(self, row: Row) -> None:
        cells = RowCells(row, self._columns, self._place, self._orders)
        if cells.is_blank:
            return
        workshop, measure = cells.title("workshop"), cells.title("measure")
        read = self._row(cells, workshop, measure)
        if workshop is not None:
            is_next = workshop != self._workshop
            self._workshop, self._lost_workshop = workshop, False
            if measure is None and is_next:
                # Another workshop begins: what follows is not of the last measure of the one before.
                self._measure, self._lost_measure = None, False
        elif cells.is_bad("workshop_fr", "workshop_en"):
            self._workshop, self._lost_workshop = None, True
        if measure is not None:
            self._measure, self._lost_measure = (None, True) if read is None else (measure, False)
        elif cells.is_bad("measure_fr", "measure_en"):
            self._measure, self._lost_measure = None, True
        self.faults += sorted(
            cells.faults,
            key=lambda fault: self._columns.index(fault.column) if fault.column else -1,
        )
        if read is not None:
            self.rows.append(read)

    def _row(self, cells: RowCells, workshop: Bilingual | None, measure: Bilingual | None) -> PlanRow | None:
        milestone = cells.title("milestone")
        indicator = cells.indicator()
        recommendation = cells.recommendation()
        owners = {party: cells.owners(party) for party in ("FR", "UK")}
        due = cells.span("due")
        written = cells.text("status")
        status = cells.take("status", read_standing(written)) if written else None
        inherited: list[PlanField] = []
        if measure is None and not cells.is_bad("measure_fr", "measure_en"):
            if milestone is not None or indicator is not None:
                if workshop in (None, self._workshop) and self._measure is not None:
                    measure = self._measure
                    inherited += cells.lent("measure")
                else:
                    cells.whole(
                        "measure_above_unknown", *(_ABOVE_LOST if self._lost_measure else _NONE_ABOVE)
                    )
            elif recommendation is None:
                self._without_measure(cells, workshop)
                return None
        if measure is not None and workshop is None and cells.has("workshop"):
            if self._workshop is not None:
                workshop = self._workshop
                inherited += cells.lent("workshop")
            elif self._lost_workshop and not cells.is_bad("workshop_fr", "workshop_en"):
                cells.whole("workshop_above_unknown", *_WORKSHOP_LOST)
        if any(not fault.is_kept for fault in cells.faults):
            return None
        return PlanRow(
            line=cells.row.line,
            workshop=workshop,
            measure=measure,
            owner_FR=owners["FR"],
            owner_UK=owners["UK"],
            milestone=milestone,
            due=due,
            status=status,
            indicator=indicator,
            evidence=cells.text("evidence"),
            depends_on=read_list(cells.text("depends_on")),
            note=cells.text("note"),
            recommendation=recommendation,
            inherited=tuple(inherited),
        )

    def _without_measure(self, cells: RowCells, workshop: Bilingual | None) -> None:
        """A line of neither measure nor recommendation: the heading of a workshop, or nothing that can enter."""
        if any(not fault.is_kept for fault in cells.faults):
            return
        alone = workshop is not None and not any(cells.text(field) for field in _OF_MEASURE)
        cells.whole(
            "workshop_alone" if alone else "measure_missing", *(_ALONE if alone else _NO_MEASURE), alone
        )


# --- what is said of a bad row


_MEND_ROW = Text(
    "Corriger la ligne dans le fichier d’origine et l’importer de nouveau.",
    "Mend the row in the original file and import it again.",
)
_NO_MEASURE = (
    Text(
        "La ligne ne nomme ni mesure ni recommandation.",
        "The row names neither a measure nor a recommendation.",
    ),
    Text("Écrire l’intitulé de la mesure sur la ligne.", "Write the title of the measure on the row."),
)
_NONE_ABOVE = (
    Text(
        "La ligne ne nomme pas de mesure, et il n’y en a pas au-dessus dans cet atelier.",
        "The row names no measure, and there is none above it in this workshop.",
    ),
    Text("Écrire l’intitulé de la mesure sur la ligne.", "Write the title of the measure on the row."),
)
_ABOVE_LOST = (
    Text(
        "La ligne ne nomme pas de mesure, et celle dont elle dépend n’est pas entrée.",
        "The row names no measure, and the row it belongs to did not come in.",
    ),
    Text(
        "Corriger la ligne au-dessus, ou écrire ici l’intitulé de la mesure.",
        "Mend the row above, or write the title of the measure here.",
    ),
)
_WORKSHOP_LOST = (
    Text(
        "La ligne ne nomme pas d’atelier, et celle dont elle dépend n’a pas pu être lue.",
        "The row names no workshop, and the row it belongs to could not be read.",
    ),
    Text(
        "Corriger la ligne au-dessus, ou écrire ici l’intitulé de l’atelier.",
        "Mend the row above, or write the title of the workshop here.",
    ),
)
_ALONE = (
    Text(
        "La ligne ne porte qu’un atelier ; il vaut pour les lignes qui suivent.",
        "The row holds a workshop only; it is taken for the rows below.",
    ),
    Text("Rien à faire.", "Nothing to do."),
)
