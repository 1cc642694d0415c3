"""`entente sea`: what is reported at sea, as the node lists it; and a night of anybody's replayed without any node.

A replay reads a file or standard input, a line of JSON at a time, and writes a picture after it, a line of JSON each.
It asks no node and signs nobody in: what stands in the file is the caller's own. What was set aside goes to standard
error, so that the pictures can be piped on.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

import msgspec

from entente.errors import NotFound, Text
from entente.maritime.replay import Replay, shown
from entente.terminal import commands
from entente.terminal.arguments import UsageError
from entente.terminal.sea_out import sea_out
from entente.terminal.session import DONE, NOTHING_FOUND, Terminal


def sea(terminal: Terminal) -> int:
    """The list at sea, or a replay."""
    asked = terminal.asked
    if asked.deed == "replay":
        return replay(terminal)
    if asked.deed != "list":
        return sea_out(terminal)
    if asked.file is not None:
        raise UsageError(
            "usage",
            Text(
                fr="Un fichier ne se donne qu’à « sea replay ».", en='A file is given to "sea replay" alone.'
            ),
        )
    return commands.sea(terminal)


def replay(terminal: Terminal) -> int:
    """Read a night and write its pictures. Returns 1 where no line named a moment."""
    asked = terminal.asked
    if asked.every < 1:
        raise UsageError(
            "usage",
            Text(fr="--every demande un nombre à partir de 1.", en="--every takes a number from 1 on."),
        )
    night = Replay()
    set_aside: dict[str, int] = {}
    told = 0
    is_written = True

    def write() -> None:
        picture = shown(night.picture(), questions=asked.questions, compact=asked.compact)
        terminal.out.write(msgspec.json.encode(picture).decode() + "\n")
        terminal.out.flush()

    with _opened(asked.file or "-") as lines:
        for line in lines:
            read = night.feed(line)
            if not read.kind:
                continue
            told += 1
            is_written = False
            for name in read.set_aside:
                set_aside[name] = set_aside.get(name, 0) + 1
            if read.kind == "raw":
                _say(
                    terminal,
                    f"ligne {read.number} illisible, gardée telle quelle",
                    f"line {read.number} cannot be read, kept raw",
                )
            if not night.has_begun or asked.last:
                continue
            if read.kind == "at" or told % asked.every == 0:
                write()
                is_written = True
    if not is_written and night.has_begun:
        write()
    for name, number in sorted(set_aside.items()):
        _say(terminal, f"mis de côté : {name} ({number} fois)", f"set aside: {name} ({number} times)")
    if night.raw:
        _say(terminal, f"{night.raw} ligne(s) illisible(s)", f"{night.raw} line(s) could not be read")
    return DONE if night.has_begun else NOTHING_FOUND


def _say(terminal: Terminal, fr: str, en: str) -> None:
    terminal.err.write(Text(fr, en).say(terminal.language) + "\n")


@contextmanager
def _opened(named: str) -> Iterator[IO[bytes]]:
    if named == "-":
        yield sys.stdin.buffer
        return
    try:
        opened = open(named, "rb")  # noqa: SIM115 - closed below, and only opening it may fail this way
    except OSError as error:
        raise NotFound(
            "file_not_found",
            Text(fr=f"Le fichier {named} ne s’ouvre pas.", en=f"The file {named} does not open."),
            Text(
                fr="Nommez un fichier de lignes JSON, ou « - » pour l’entrée standard.",
                en='Name a file of lines of JSON, or "-" for standard input.',
            ),
        ) from error
    with opened:
        yield opened
