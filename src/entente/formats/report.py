"""The list of what could not be read, for the officer who gave the table.

A CSV file that the spreadsheet at hand opens by a double click: semicolons, a byte-order mark, both
languages side by side. A value that would start a formula there is disarmed: what stands in a hostile table
must not run on the desk of whoever mends it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from entente.errors import Text
from entente.formats.fault import Fault

HEADINGS = (
    "ligne / line",
    "colonne / column",
    "valeur / value",
    "suite / outcome",
    "motif (fr)",
    "reason (en)",
)
LEFT_OUT = "laissée de côté / left out"
KEPT = "gardée, signalée / kept, flagged"
STARTS_A_FORMULA = ("=", "+", "-", "@")


def fault_report(faults: Iterable[Fault]) -> bytes:
    """The faults as CSV in their order, one a line, with what became of the row."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(HEADINGS)
    for fault in faults:
        writer.writerow(
            (
                fault.line,
                _disarmed(fault.column),
                _disarmed(fault.value_shown),
                KEPT if fault.is_kept else LEFT_OUT,
                fault.reason.fr,
                fault.reason.en,
            )
        )
    return text.getvalue().encode("utf-8-sig", "replace")


def _disarmed(value: str) -> str:
    return "'" + value if value.startswith(STARTS_A_FORMULA) else value


def summary(rows: int, left_out: int, flagged: int = 0) -> Text:
    """What became of a table, in a sentence or two. flagged: rows kept though something looks wrong."""
    entered = rows - left_out
    french = [
        f"{entered} {_number(entered, 'ligne lue', 'lignes lues')} sur {rows}"
        + (f", {left_out} {_number(left_out, 'laissée', 'laissées')} de côté." if left_out else ".")
    ]
    english = [
        f"{entered} of {rows} {'row' if rows == 1 else 'rows'} read"
        + (f", {left_out} left out." if left_out else ".")
    ]
    if flagged:
        french.append(
            f"{flagged} {_number(flagged, 'ligne gardée porte', 'lignes gardées portent')} un "
            "identifiant à vérifier."
        )
        english.append(f"{flagged} {'row' if flagged == 1 else 'rows'} kept with an identifier to check.")
    return Text(fr=" ".join(french), en=" ".join(english))


def _number(count: int, one: str, several: str) -> str:
    # French: zero and one are singular.
    return one if count < 2 else several
