"""A table of rows enters as a holding: its columns are looked at, its rows recorded, its faults listed beside it.

The node does the reading and says how far it is; what is broken off goes on from there when the same command is given
again. The list of faults is written beside the table, in both languages, as a file that a spreadsheet opens.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import Any

import msgspec

from entente.errors import Text
from entente.formats.headings import USE_WORDS
from entente.formats.mapping import Mapping as ColumnReading
from entente.model.identifier import KIND_WORDS
from entente.model.strict import convert, strict_json
from entente.terminal.arguments import UsageError
from entente.terminal.draft import grade_of
from entente.terminal.page import Page
from entente.terminal.session import DONE, Terminal, open_given, write_file


def import_table(terminal: Terminal) -> int:
    """A table enters as a holding, or its columns are only looked at."""
    asked = terminal.asked
    # A running node has a working folder of its own.
    path = str(asked.file.resolve())
    mapping = _mapping_given(asked)
    if mapping is None and (asked.propose or asked.save_mapping):
        mapping = convert(terminal.ask("mapping", {"path": path}), ColumnReading)
    if asked.save_mapping and mapping is not None:
        write_file(asked.save_mapping, msgspec.json.format(msgspec.json.encode(mapping), indent=1) + b"\n")
    if asked.propose:
        terminal.answer(mapping, _show_mapping)
        return DONE
    missing = [
        option
        for option, value in (
            ("--as holding", asked.kind),
            ("--regime", asked.regime),
            ("--handling", asked.handling),
            ("--grade", asked.grade),
        )
        if not value
    ]
    if missing:
        raise UsageError(
            "usage",
            Text(fr=f"Il manque : {', '.join(missing)}.", en=f"Missing: {', '.join(missing)}."),
            Text(
                fr="Un fonds a un régime, un code et une cotation ; aucun ne se devine.",
                en="A holding has a regime, a code and a grade; none is guessed.",
            ),
        )
    settings = terminal.settings()
    deed = {
        "asking": terminal.asking(),
        "path": path,
        "regime": asked.regime,
        "handling": asked.handling,
        "grade": grade_of(asked, settings.agreement.party_of(settings.node)),
        "recipients": asked.to,
        "lane": asked.lane,
        "mapping": mapping,
    }
    last: dict[str, Any] = {}
    for last in terminal.node().ask_lines("import", deed):
        _tell(terminal, last)
    terminal.progress_over()
    report = last.pop("report", None)
    last["faults"] = None
    if report:
        beside = asked.report or asked.file.with_name(asked.file.name + ".faults.csv")
        write_file(beside, report.encode("utf-8-sig"))
        last["faults"] = str(beside)
    terminal.answer(last, _show_import)
    return DONE


def _mapping_given(asked: argparse.Namespace) -> ColumnReading | None:
    return (
        None if asked.mapping is None else convert(strict_json(open_given(str(asked.mapping))), ColumnReading)
    )


def _tell(terminal: Terminal, line: Mapping[str, Any]) -> None:
    of = "" if line["rows_of"] is None else f" / {line['rows_of']}"
    again_fr = f" (repris à la ligne {line['resumed_from']})" if line["resumed_from"] else ""
    again_en = f" (resumed from row {line['resumed_from']})" if line["resumed_from"] else ""
    terminal.progress(
        f"{line['rows_read']}{of} lignes lues, {line['left_out']} laissées de côté{again_fr}",
        f"{line['rows_read']}{of} rows read, {line['left_out']} left out{again_en}",
    )


def _show_import(page: Page, last: Any) -> None:
    page.put(last["summary"][page.language])
    if last["resumed_from"]:
        page.put(
            page.say(
                f"Repris après la ligne {last['resumed_from']}, déjà enregistrée.",
                f"Resumed after row {last['resumed_from']}, recorded before.",
            )
        )
    if last.get("holding"):
        page.put(page.say(f"fonds {last['holding']}", f"holding {last['holding']}"), 2)
    if last["faults"]:
        page.put(
            page.say(
                f"Chaque défaut, ligne et colonne : {last['faults']}",
                f"Each fault, by line and column: {last['faults']}",
            )
        )


def _show_mapping(page: Page, mapping: ColumnReading) -> None:
    page.put(page.say("Les colonnes seraient lues ainsi :", "The columns would be read so:"))
    page.pairs(
        (
            one.column,
            (page.word(KIND_WORDS, one.identifier) if one.identifier else page.word(USE_WORDS, one.use))
            + (f" · {one.reason.say(page.language)}" if one.reason else ""),
        )
        for one in mapping.columns
    )
    page.put(
        page.say(
            "Pour changer : --save-mapping FICHIER, corrigez-le, puis --mapping FICHIER.",
            "To change it: --save-mapping FILE, mend it, then --mapping FILE.",
        )
    )
