"""One command being done: what was asked, in which language, of which node, and where the answer goes.

The answer goes to standard output, in words or as one line of JSON; progress goes beside it, to standard error, so that
a program reads the answer alone.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TextIO

import msgspec

from entente.api.client import LocalNode
from entente.errors import Language, NotFound, Text, Unavailable
from entente.settings import NodeSettings, read_settings
from entente.terminal.arguments import UsageError
from entente.terminal.page import Page

DONE, NOTHING_FOUND, CHAIN_BROKEN = 0, 1, 9


class Terminal:
    """One command being done: what was asked, in which language, and where the answer goes."""

    def __init__(self, asked: argparse.Namespace, language: Language, environment: Mapping[str, str]) -> None:
        self.asked = asked
        self.language = language
        self.environment = environment
        self.out: TextIO = sys.stdout
        self.err: TextIO = sys.stderr
        self._node: LocalNode | None = None

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

    def node(self) -> LocalNode:
        """The node that is asked, running or not."""
        if self._node is None:
            self._node = LocalNode(self.folder())
        return self._node

    def ask(self, deed: str, asked: Any = None) -> Any:
        """The node's answer to a deed."""
        return self.node().ask(deed, asked)

    def close(self) -> None:
        """Let go of the node."""
        if self._node is not None:
            self._node.close()
            self._node = None

    def asking(self, reason: str = "", matter: str = "") -> dict[str, Any]:
        """Who acts, why and in which matter. reason: where the act itself says why; matter: where nobody said."""
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
            "reason": self.asked.reason or reason,
            "matter": self.asked.matter or matter,
            "purpose": self.asked.purpose,
            "role": self.asked.role,
        }

    def answer(self, value: Any, lay_out: Callable[[Page, Any], None]) -> None:
        """Write an answer: as JSON on one line, or laid out for a person."""
        if self.asked.json:
            self.out.write(json.dumps(msgspec.to_builtins(value), ensure_ascii=False) + "\n")
        else:
            page = Page(self.language)
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


def write_file(file: Path, content: bytes) -> None:
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
