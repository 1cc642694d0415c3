"""The cells of one row of an action plan by field: what stands in each, and what is wrong with it.

A cell that cannot be read is named with its column and letter, the reason and the way out; the row asks for a title,
an owner or a figure and gets it, or nothing and a fault. What a spreadsheet could not calculate is no value.
"""

from __future__ import annotations

import re
from string import ascii_uppercase
from typing import TypeVar

from entente.errors import Text
from entente.formats.cells import NOT_CALCULATED, SPREADSHEET_ERRORS, Row
from entente.formats.fault import shown
from entente.formats.plan_cells import (
    Figure,
    IndicatorRead,
    Recommendation,
    SheetFault,
    read_figure,
    read_list,
)
from entente.formats.plan_columns import PlanField
from entente.formats.plan_terms import (
    Span,
    Unreadable,
    dates_in_figures,
    read_span,
    read_unsure_span,
)
from entente.model.plan_act import Bilingual, Owners

_NOTHING = re.compile(r"[\s\-‐‑‒–—/.]*")
_FIGURES: tuple[PlanField, ...] = ("baseline", "target", "value")
_OF_INDICATOR: tuple[PlanField, ...] = ("value", "target", "baseline", "unit", "period")
_OF_RECOMMENDATION: tuple[PlanField, ...] = ("answer", "source", "maps_to")
# What we write so that a spreadsheet takes it for words and calculates nothing.
_GUARDED = re.compile(r"'+[=+\-@]")
Read = TypeVar("Read")


class RowCells:
    """The cells of one row by field, and what is wrong with them."""

    def __init__(
        self,
        row: Row,
        columns: tuple[str, ...],
        place: dict[PlanField, int],
        orders: frozenset[PlanField],
    ) -> None:
        self.row = row
        self.faults: list[SheetFault] = []
        self._columns = columns
        self._place = place
        self._orders = orders
        self._text: dict[PlanField, str] = {}
        for field, where in place.items():
            text = "\n".join((row.values[where] or "").strip().splitlines())
            if _GUARDED.match(text):
                text = text[1:]
            if text in SPREADSHEET_ERRORS or text == NOT_CALCULATED:
                self._fault(field, "formula_without_value", *_FORMULA)
            elif not _NOTHING.fullmatch(text):
                self._text[field] = text

    @property
    def is_blank(self) -> bool:
        return not self._text and not self.faults

    def text(self, field: PlanField) -> str:
        return self._text.get(field, "")

    def has(self, concept: str) -> bool:
        """Whether the sheet has a column for a title."""
        return bool(self.lent(concept))

    def lent(self, concept: str) -> tuple[PlanField, ...]:
        return tuple(field for field in self._place if field in (f"{concept}_fr", f"{concept}_en"))

    def is_bad(self, *fields: PlanField) -> bool:
        """Whether one of these cells has a fault that leaves the row out."""
        columns = {self._columns[self._place[field]] for field in fields if field in self._place}
        return any(fault.column in columns and not fault.is_kept for fault in self.faults)

    def take(self, field: PlanField, read: Read | Unreadable) -> Read | None:
        """What was read, or None with a fault."""
        if isinstance(read, Unreadable):
            self._fault(field, read.code, read.reason, read.remedy)
            return None
        return read

    def whole(self, code: str, reason: Text, remedy: Text, is_kept: bool = False) -> None:
        """A fault of the row as a whole."""
        beginning = shown(" | ".join(text for text in self._text.values()))
        self.faults.append(
            SheetFault(
                line=self.row.line,
                column="",
                value_shown=beginning,
                reason=reason,
                is_kept=is_kept,
                code=code,
                remedy=remedy,
            )
        )

    def _fault(self, field: PlanField, code: str, reason: Text, remedy: Text) -> None:
        where = self._place[field]
        self.faults.append(
            SheetFault(
                line=self.row.line,
                column=self._columns[where],
                value_shown=shown(self.row.values[where] or ""),
                reason=reason,
                code=code,
                remedy=remedy,
                letter=letter_of(where),
            )
        )

    def title(self, concept: str) -> Bilingual | None:
        words = {
            field[-2:]: " ".join(self.text(field).split()) for field in self.lent(concept) if self.text(field)
        }
        return Bilingual(**words) if words else None

    def owners(self, party: str) -> Owners | None:
        owner: PlanField = "owner_FR" if party == "FR" else "owner_UK"
        others: PlanField = "alternates_FR" if party == "FR" else "alternates_UK"
        name = " ".join(self.text(owner).split())
        if name:
            return Owners(owner=name, alternates=read_list(self.text(others)))
        if self.text(others) and not self.is_bad(owner):
            self._fault(others, "alternates_without_owner", *_NO_OWNER)
        return None

    def span(self, field: PlanField) -> Span | None:
        written = self.text(field)
        if not written:
            return None
        return self.take(field, (read_span if field in self._orders else read_unsure_span)(written))

    def _period(self) -> tuple[Span | None, str]:
        """Days where the sheet says days; else its own words ("monthly"), but never a date that went wrong."""
        written = self.text("period")
        if not written:
            return None, ""
        read = read_span(written)
        if isinstance(read, Unreadable) and read.code == "date_unreadable" and not dates_in_figures(written):
            return None, written
        return self.span("period"), ""

    def indicator(self) -> IndicatorRead | None:
        name = self.title("indicator")
        figures: dict[PlanField, Figure | None] = {
            field: self.take(field, read_figure(self.text(field))) if self.text(field) else None
            for field in _FIGURES
        }
        period, words = self._period()
        if name is None:
            filled = next((field for field in _OF_INDICATOR if self.text(field)), None)
            if filled is not None and not self.is_bad("indicator_fr", "indicator_en", *_OF_INDICATOR):
                self._fault(filled, "figure_without_indicator", *_NO_INDICATOR)
            return None
        return IndicatorRead(
            name=name,
            unit=self.text("unit"),
            baseline=figures["baseline"],
            target=figures["target"],
            value=figures["value"],
            period=period,
            period_words=words,
        )

    def recommendation(self) -> Recommendation | None:
        number, text = self.text("recommendation_number"), self.title("recommendation")
        if not number and text is None:
            filled = next((field for field in _OF_RECOMMENDATION if self.text(field)), None)
            names: tuple[PlanField, ...] = (
                "recommendation_number",
                "recommendation_fr",
                "recommendation_en",
            )
            if filled is not None and not self.is_bad(*names):
                self._fault(filled, "recommendation_missing", *_NO_NUMBER)
            return None
        return Recommendation(
            number=number,
            text=text,
            source=self.text("source"),
            answer=self.text("answer"),
            maps_to=read_list(self.text("maps_to")),
        )


def letter_of(place: int) -> str:
    """The letter above a column in a spreadsheet; place 0 is A."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = ascii_uppercase[rest] + letters
    return letters


# --- what is said of a bad cell


_FORMULA = (
    Text("La formule de cette cellule n’a pas de résultat.", "The formula in this cell has no result."),
    Text(
        "Ouvrir le classeur, le recalculer et l’enregistrer, ou écrire la valeur.",
        "Open the workbook, calculate and save it, or write the value.",
    ),
)
_NO_OWNER = (
    Text("Un suppléant est nommé sans responsable.", "An alternate is named without an owner."),
    Text("Nommer le responsable de la même partie.", "Name the owner of the same party."),
)
_NO_INDICATOR = (
    Text(
        "Cette cellule appartient à un indicateur, et la ligne n’en nomme aucun.",
        "This cell belongs to an indicator, and the row names none.",
    ),
    Text("Écrire le nom de l’indicateur sur la ligne.", "Write the name of the indicator on the row."),
)
_NO_NUMBER = (
    Text(
        "Cette cellule appartient à une recommandation, et la ligne n’en donne ni le numéro ni le texte.",
        "This cell belongs to a recommendation, and the row gives neither its number nor its text.",
    ),
    Text("Écrire le numéro ou le texte sur la ligne.", "Write the number or the text on the row."),
)
