"""What each command does: asks the node for one deed, running or not, and hands the answer on to be laid out.

Nothing is decided here. A command returns its exit code: 0 done, 1 nothing found, 9 the chain does not hold; every
refusal comes as an EntenteError, and `cli` turns its class into words and a code.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TextIO

import msgspec

from entente.api.client import LocalNode
from entente.errors import Language, NotFound, Text, Unavailable
from entente.formats.headings import USE_WORDS
from entente.formats.mapping import Mapping as ColumnReading
from entente.model.strict import convert, strict_json
from entente.settings import NodeSettings, read_settings
from entente.terminal import show
from entente.terminal.arguments import UsageError
from entente.terminal.draft import act_of, draft_of, grade_of, plain

DONE, NOTHING_FOUND, CHAIN_BROKEN = 0, 1, 9


class Terminal:
    """One command being done: what was asked, in which language, and where the answer goes."""

    def __init__(self, asked: argparse.Namespace, language: Language, environment: Mapping[str, str]) -> None:
        self.asked = asked
        self.language = language
        self.environment = environment
        self.out: TextIO = sys.stdout
        self.err: TextIO = sys.stderr

    # -- what every command needs ---------------------------------------------------------------------------------

    def folder(self) -> Path:
        """The node's folder, from --folder or ENTENTE_FOLDER."""
        named = self.asked.folder or self.environment.get("ENTENTE_FOLDER")
        if not named:
            raise UsageError(
                "usage",
                Text(fr="De quel nœud ? Il manque : --folder.", en="Of which node? Missing: --folder."),
                Text(
                    fr="Nommez son dossier, ou mettez ENTENTE_FOLDER dans l’environnement.",
                    en="Name its folder, or set ENTENTE_FOLDER in the environment.",
                ),
            )
        return Path(named)

    def settings(self) -> NodeSettings:
        """The node's settings, as its folder has them."""
        return read_settings(self.folder())

    def ask(self, deed: str, asked: Any = None) -> Any:
        """The node's answer to a deed."""
        return LocalNode(self.folder()).ask(deed, asked)

    def asking(self, reason: str | None = None) -> dict[str, Any]:
        """Who acts, why and in which matter. reason: where the act itself says why."""
        officer = self.asked.officer or self.environment.get("ENTENTE_OFFICER")
        if not officer:
            raise UsageError(
                "usage",
                Text(fr="Qui agit ? Il manque : --officer.", en="Who acts? Missing: --officer."),
                Text(
                    fr="Donnez votre nom, ou mettez ENTENTE_OFFICER dans l’environnement.",
                    en="Give your name, or set ENTENTE_OFFICER in the environment.",
                ),
            )
        self.asked.officer = officer
        return {
            "officer": officer,
            "reason": self.asked.reason or reason or "",
            "matter": self.asked.matter or "",
            "purpose": self.asked.purpose,
            "role": self.asked.role,
        }

    def answer(self, value: Any, lay_out: Callable[[show.Page, Any], None]) -> None:
        """Write an answer: as JSON on one line, or laid out for a person."""
        if self.asked.json:
            self.out.write(json.dumps(msgspec.to_builtins(value), ensure_ascii=False) + "\n")
        else:
            page = show.Page(self.language)
            lay_out(page, value)
            self.out.write("\n".join(page.lines) + "\n")
        self.out.flush()

    def progress(self, fr: str, en: str) -> None:
        """One line of progress, beside the answer. On a screen it takes the place of the one before."""
        line = Text(fr, en).say(self.language)
        self.err.write(f"\r\033[K{line}" if self.err.isatty() else f"{line}\n")
        self.err.flush()

    def progress_over(self) -> None:
        """End the line of progress."""
        if self.err.isatty():
            self.err.write("\n")


def open_given(written: str) -> bytes:
    """The bytes of a file that was named, or of standard input for "-". Raises NotFound."""
    if written == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(written).read_bytes()
    except OSError as error:
        raise NotFound(
            "file_not_found",
            Text(
                fr=f"Le fichier {written} ne s’ouvre pas : {_why(error).fr}.",
                en=f"The file {written} does not open: {_why(error).en}.",
            ),
        ) from error


def _why(error: OSError) -> Text:
    if isinstance(error, FileNotFoundError):
        return Text("il n’existe pas", "it does not exist")
    if isinstance(error, PermissionError):
        return Text("l’accès est refusé", "access is denied")
    if isinstance(error, IsADirectoryError):
        return Text("c’est un dossier", "it is a folder")
    return Text(f"erreur {error.errno} du système", f"error {error.errno} of the system")


# -- recording ------------------------------------------------------------------------------------------------------


def record(terminal: Terminal) -> int:
    """A draft from a file or from options, or an act on a record that is there."""
    asked = terminal.asked
    acts = [name for name in ("designate", "erase", "recall") if getattr(asked, name)]
    if len(acts) + bool(asked.draft) > 1:
        raise UsageError(
            "usage",
            Text(fr="Un acte à la fois.", en="One act at a time."),
            Text(fr="Voyez « entente record --help ».", en='See "entente record --help".'),
        )
    if acts:
        return _act(terminal, acts[0])
    asking = terminal.asking()
    settings = terminal.settings()
    service = next((one.service for one in settings.officers if one.name == asking["officer"]), "")
    if asked.draft:
        draft = _draft_given(asked, service)
    else:
        if not (asked.text or asked.gathered or asked.replaces):
            raise UsageError(
                "usage",
                Text(fr="Rien à enregistrer.", en="There is nothing to record."),
                Text(
                    fr="Donnez un projet en JSON, ou --text et ce qui va avec ; voyez « entente record --help ».",
                    en='Give a draft in JSON, or --text and what goes with it; see "entente record --help".',
                ),
            )
        party = settings.agreement.party_of(settings.node)
        made = draft_of(asked, terminal.language, service, party, _today(terminal))
        if asked.replaces:
            made["replaces"] = _header(terminal, asked.replaces, asking)["id"]
        draft = plain(made)
    terminal.answer(terminal.ask("record", {"asking": asking, "draft": draft}), show.recorded)
    return DONE


def _draft_given(asked: argparse.Namespace, service: str) -> Any:
    beside = [
        option
        for option, value in (
            ("--text", asked.text),
            ("--grade", asked.grade),
            ("--handling", asked.handling),
            ("--to", asked.to),
            ("--regime", asked.regime),
            ("--replaces", asked.replaces),
            ("--person …", asked.gathered),
        )
        if value
    ]
    if beside:
        raise UsageError(
            "usage",
            Text(
                fr=f"Un projet dit tout lui-même ; en trop : {', '.join(beside)}.",
                en=f"A draft says all of it itself; too much: {', '.join(beside)}.",
            ),
            Text(fr="Mettez-le dans le projet.", en="Put it into the draft."),
        )
    draft = strict_json(open_given(asked.draft))
    if isinstance(draft, dict):
        draft.setdefault("service", service)
    return draft


def _act(terminal: Terminal, act: str) -> int:
    asked = terminal.asked
    needed = [("--because", asked.because)]
    if act == "designate":
        needed += [
            ("--about", asked.about),
            ("--basis-statement", asked.basis_statement),
            ("--approver", asked.approver),
        ]
    missing = [option for option, value in needed if not value]
    if missing:
        raise UsageError(
            "usage",
            Text(
                fr=f"Il manque à l’acte : {', '.join(missing)}.", en=f"The act lacks: {', '.join(missing)}."
            ),
            Text(fr="Voyez « entente record --help ».", en='See "entente record --help".'),
        )
    asking = terminal.asking(asked.because)
    named = asked.about.rpartition(":")[0] if act == "designate" else getattr(asked, act)
    if not named:
        raise UsageError(
            "usage",
            Text(
                fr=f"« {asked.about} » ne dit pas de quelle personne de quelle fiche.",
                en=f'"{asked.about}" does not say which person of which record.',
            ),
            Text(fr="Écrivez par exemple FR-OLT-101:e1.", en="Write for example FR-OLT-101:e1."),
        )
    about = _header(terminal, named, asking)
    settings = terminal.settings()
    service = next((one.service for one in settings.officers if one.name == asking["officer"]), "")
    draft = plain(act_of(asked, about, service))
    terminal.answer(terminal.ask("record", {"asking": asking, "draft": draft}), show.recorded)
    return DONE


def _header(terminal: Terminal, named: str, asking: dict[str, Any]) -> dict[str, Any]:
    """The header of a record that an act is about; reading it is registered like any reading."""
    found: dict[str, Any] = terminal.ask("read", {"asking": asking, "record": named})["record"]
    return found


def _today(terminal: Terminal) -> dt.date:
    """Today by the node's clock, which in an exercise is not the machine's."""
    if terminal.asked.checked_on:
        return dt.date.min
    return dt.datetime.fromisoformat(terminal.ask("status")["now"]).date()


def distress(terminal: Terminal) -> int:
    """Whatever came, in whatever shape: it is recorded, and goes to every partner."""
    content = open_given(terminal.asked.file)
    reason = Text("détresse en mer", "distress at sea").say(terminal.language)
    asked = {
        "asking": terminal.asking(reason),
        "content": content.decode("utf-8", "surrogateescape"),
    }
    # Bytes that are no text travel as escapes, which only this way of writing JSON keeps to the letter.
    written = msgspec.Raw(json.dumps(asked, ensure_ascii=True).encode("ascii"))
    terminal.answer(terminal.ask("distress", written), show.recorded)
    return DONE


# -- reading --------------------------------------------------------------------------------------------------------


def read(terminal: Terminal) -> int:
    """One record."""
    asked = terminal.asked
    deed = {"asking": terminal.asking(), "record": asked.record, "version": asked.version_number}
    terminal.answer(terminal.ask("read", deed), show.reading)
    return DONE


def search(terminal: Terminal) -> int:
    """An identifier or a name."""
    found = terminal.ask("search", {"asking": terminal.asking(), "written": terminal.asked.written})
    terminal.answer(found, show.found)
    return DONE if found else NOTHING_FOUND


def hits(terminal: Terminal) -> int:
    """Possible links."""
    asked = terminal.asked
    deed = {"asking": terminal.asking(), "about": asked.about, "limit": asked.limit}
    found = terminal.ask("hits", deed)
    terminal.answer(found, show.hits)
    return DONE if found else NOTHING_FOUND


def why_not(terminal: Terminal) -> int:
    """Why two records are no hit."""
    asked = terminal.asked
    found = terminal.ask("why_not", {"asking": terminal.asking(), "one": asked.one, "other": asked.other})
    terminal.answer(found, show.why_not)
    return DONE if found["grounds"] else NOTHING_FOUND


def judge(terminal: Terminal) -> int:
    """A judgement of a pair."""
    asked = terminal.asked
    deed = {
        "asking": terminal.asking(asked.because),
        "hit": asked.hit,
        "verdict": asked.verdict,
        "because": asked.because,
    }
    terminal.answer(terminal.ask("judge", deed), show.recorded)
    return DONE


def sea(terminal: Terminal) -> int:
    """Distresses and sightings at sea."""
    terminal.answer(terminal.ask("sea", terminal.asking()), show.sea)
    return DONE


def refusals(terminal: Terminal) -> int:
    """What was let neither in nor out."""
    terminal.answer(terminal.ask("refusals", terminal.asking()), show.refusals)
    return DONE


def status(terminal: Terminal) -> int:
    """What the node holds and what waits."""
    terminal.answer(terminal.ask("status"), show.status)
    return DONE


def verify(terminal: Terminal) -> int:
    """Prove the chain."""
    terminal.progress("Vérification de la chaîne …", "Verifying the chain …")
    proof: dict[str, Any] = {}
    for line in LocalNode(terminal.folder()).ask_lines("verify"):
        if "of" in line:
            terminal.progress(
                f"{line['done']} écritures vérifiées sur {line['of']}",
                f"{line['done']} of {line['of']} entries verified",
            )
        else:
            proof = line
    terminal.progress_over()

    def lay_out(page: show.Page, found: Any) -> None:
        if found["broken"]:
            page.put(
                page.say("La chaîne est rompue. ", "The chain is broken. ") + found["broken"][page.language]
            )
            page.put(
                page.say(
                    "N’écrivez plus sur ce nœud ; gardez le dossier tel quel et comparez avec une sauvegarde.",
                    "Write no more to this node; keep its folder as it is and compare it with a backup.",
                )
            )
            return
        page.put(
            page.say(
                f"La chaîne tient : {found['entries']} écritures, {found['records']} fiches, "
                f"{found['lines']} lignes du registre, {found['contents']} contenus.",
                f"The chain holds: {found['entries']} entries, {found['records']} records, "
                f"{found['lines']} register lines, {found['contents']} contents.",
            )
        )
        page.put(page.say(f"racine {found['root']}", f"root {found['root']}"), 2)

    terminal.answer(proof, lay_out)
    return CHAIN_BROKEN if proof["broken"] else DONE


# -- tables ---------------------------------------------------------------------------------------------------------


def import_table(terminal: Terminal) -> int:
    """A table enters as a holding, or its columns are only looked at."""
    asked = terminal.asked
    # A running node has a working folder of its own.
    path = str(asked.file.resolve())
    mapping = _mapping_given(asked)
    if mapping is None and (asked.propose or asked.save_mapping):
        mapping = convert(terminal.ask("mapping", {"path": path}), ColumnReading)
    if asked.save_mapping and mapping is not None:
        _write(asked.save_mapping, msgspec.json.format(msgspec.json.encode(mapping), indent=1) + b"\n")
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
    for last in LocalNode(terminal.folder()).ask_lines("import", deed):
        _tell(terminal, last)
    terminal.progress_over()
    report = last.pop("report", None)
    last["faults"] = None
    if report:
        beside = asked.report or asked.file.with_name(asked.file.name + ".faults.csv")
        _write(beside, report.encode("utf-8-sig"))
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


def _show_import(page: show.Page, last: Any) -> None:
    page.put(last["summary"][page.language])
    if last["resumed_from"]:
        page.put(
            page.say(
                f"Repris après la ligne {last['resumed_from']}, déjà enregistrée.",
                f"Resumed after row {last['resumed_from']}, recorded before.",
            )
        )
    if last["faults"]:
        page.put(
            page.say(
                f"Chaque défaut, ligne et colonne : {last['faults']}",
                f"Each fault, by line and column: {last['faults']}",
            )
        )


def _show_mapping(page: show.Page, mapping: ColumnReading) -> None:
    page.put(page.say("Les colonnes seraient lues ainsi :", "The columns would be read so:"))
    page.pairs(
        (
            one.column,
            (one.identifier or page.word(USE_WORDS, one.use))
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


def _write(file: Path, content: bytes) -> None:
    """Write a file beside and move it into place, so that none is ever half there."""
    try:
        half = file.with_name(file.name + ".part")
        half.write_bytes(content)
        os.replace(half, file)
    except OSError as error:
        raise Unavailable(
            "file_not_written",
            Text(
                fr=f"Le fichier {file} ne s’écrit pas : {_why(error).fr}.",
                en=f"The file {file} cannot be written: {_why(error).en}.",
            ),
        ) from error


# -- the exercise ---------------------------------------------------------------------------------------------------


def exercise(terminal: Terminal) -> int:
    """Play the season, go on with it, or say what was found of it."""
    from entente.exercise import commands

    parts: dict[str, Callable[..., int | None]] = {
        "demo": commands.run_demo,
        "continue": commands.run_continue,
        "score": commands.run_score,
    }
    return parts[terminal.asked.part](as_json=terminal.asked.json, language=terminal.language) or DONE
