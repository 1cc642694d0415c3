"""The rows of a plan written out, under the headings and in the words that the import reads.

What is written and read again is the same rows, in either language. Nothing that somebody typed may become a formula in
the spreadsheet of whoever opens the file: an apostrophe goes before it, and is taken off on reading. A row of a measure
without a workshop goes before all that have one, for a blank below a workshop means the workshop above.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

from entente.errors import Language, Text
from entente.formats.plan_cells import PlanRow, write_list
from entente.formats.plan_columns import PLAN_FIELDS, PlanField, field_words
from entente.model.plan_act import Bilingual, Owners

_FORMULA = re.compile(r"'*[=+\-@]")
_FIGURES: tuple[PlanField, ...] = ("baseline", "target", "value")


def headings(language: Language) -> tuple[str, ...]:
    """The headings of all fields, in the order of PLAN_FIELDS."""
    return tuple(field_words(field).say(language) for field in PLAN_FIELDS)


def in_writing_order(rows: Iterable[PlanRow]) -> tuple[PlanRow, ...]:
    """Measures without a workshop first; else as they came."""
    return tuple(sorted(rows, key=lambda row: row.measure is None or row.workshop is not None))


def cells_of(row: PlanRow, language: Language, status: Text | None = None) -> tuple[str, ...]:
    """One row as cells, in the order of PLAN_FIELDS. status: words to write instead of the row's own."""
    indicator, recommendation = row.indicator, row.recommendation
    cells: dict[PlanField, str] = {
        "due": row.due.say(language) if row.due else "",
        "evidence": row.evidence,
        "depends_on": write_list(row.depends_on),
        "note": row.note,
        **_owners(row.owner_FR, "owner_FR", "alternates_FR"),
        **_owners(row.owner_UK, "owner_UK", "alternates_UK"),
        **_title(row.workshop, "workshop_fr", "workshop_en"),
        **_title(row.measure, "measure_fr", "measure_en"),
        **_title(row.milestone, "milestone_fr", "milestone_en"),
    }
    words = status or (row.status.words() if row.status else None)
    cells["status"] = words.say(language) if words else ""
    if indicator is not None:
        cells |= _title(indicator.name, "indicator_fr", "indicator_en")
        cells["unit"] = indicator.unit
        for field, figure in zip(
            _FIGURES, (indicator.baseline, indicator.target, indicator.value), strict=True
        ):
            cells[field] = figure.say(language) if figure else ""
        cells["period"] = indicator.period.say(language) if indicator.period else indicator.period_words
    if recommendation is not None:
        cells |= _title(recommendation.text, "recommendation_fr", "recommendation_en")
        cells["recommendation_number"] = recommendation.number
        cells["source"] = recommendation.source
        cells["answer"] = recommendation.answer
        cells["maps_to"] = write_list(recommendation.maps_to)
    return tuple(_guarded(cells.get(field, ""), field) for field in PLAN_FIELDS)


def _title(title: Bilingual | None, fr: PlanField, en: PlanField) -> dict[PlanField, str]:
    return {} if title is None else {fr: title.fr, en: title.en}


def _owners(owners: Owners | None, owner: PlanField, others: PlanField) -> dict[PlanField, str]:
    return {} if owners is None else {owner: owners.owner, others: write_list(owners.alternates)}


def _guarded(text: str, field: PlanField) -> str:
    return f"'{text}" if field not in _FIGURES and _FORMULA.match(text) else text


def write_table(heads: Sequence[str], lines: Iterable[Sequence[str]], language: Language) -> bytes:
    """A CSV as the spreadsheets of one shore open it: semicolons in French, commas in English, marked as UTF-8."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";" if language == "fr" else ",")
    writer.writerow(heads)
    writer.writerows(lines)
    return out.getvalue().encode("utf-8-sig")


def write_rows(rows: Iterable[PlanRow], language: Language) -> bytes:
    """Rows as CSV, in the order of `in_writing_order`."""
    return write_table(
        headings(language), [cells_of(row, language) for row in in_writing_order(rows)], language
    )
