"""The terminal: the same deeds as from the pages, for officers and for programs.

This file is the edge. It picks the language before anything else, finds what does the command, and turns each kind of
error into words and an exit code in one table; nothing below it knows of either. With --json errors too are JSON.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing

import msgspec

from entente.errors import (
    Conflict,
    EntenteError,
    Language,
    Malformed,
    NotFound,
    NotPermitted,
    PeerFault,
    Text,
    Unavailable,
)
from entente.policy.agreement import Agreement
from entente.settings import OfficerListed
from entente.terminal import commands, recording, sea, set_up, tables, ways_in
from entente.terminal.arguments import UsageError
from entente.terminal.page import Page
from entente.terminal.parser import build_parser
from entente.terminal.session import Terminal
from entente.terminal.words import pick_language

__all__ = ["EXIT_CODES", "build_parser", "main"]

# Each kind of error and its exit code; the first that fits. 0 done, 1 nothing found, 9 the chain is broken.
EXIT_CODES: dict[type[EntenteError], int] = {
    UsageError: 2,
    Malformed: 3,
    NotPermitted: 4,
    NotFound: 5,
    Conflict: 6,
    PeerFault: 7,
    Unavailable: 8,
}
OUR_FAULT, STOPPED, READER_GONE = 70, 130, 141


def _init(terminal: Terminal) -> int:
    return set_up.init(terminal, _invented)


def _invented(node: str) -> tuple[Agreement, tuple[OfficerListed, ...]]:
    from entente.exercise.agreement import exercise_agreement
    from entente.exercise.season import load_season

    agreement = exercise_agreement()
    seated = {service.id for service in agreement.services_of(node)}
    return agreement, tuple(
        OfficerListed(name=one.id, service=one.service, roles=one.roles)
        for one in load_season().officers
        if one.service in seated
    )


def _exercise(terminal: Terminal) -> int:
    # Read only when it is played: no other command waits for the season.
    from entente.exercise.commands import run_continue, run_demo, run_night, run_score, run_watch

    if terminal.asked.part == "demo":
        return run_demo(language=terminal.language)
    if terminal.asked.part == "continue":
        return run_continue(language=terminal.language)
    if terminal.asked.part == "night":
        asked = terminal.asked
        return run_night(asked.seed, asked.tale, asked.out, asked.truth)
    if terminal.asked.part == "watch":
        asked = terminal.asked
        return run_watch(asked.seed, asked.tale, asked.speed, language=terminal.language)
    return run_score(as_json=terminal.asked.json, language=terminal.language)


COMMANDS: dict[str, Callable[[Terminal], int]] = {
    "init": _init,
    "partner": set_up.partner,
    "officers": ways_in.officers,
    "serve": set_up.serve,
    "record": recording.record,
    "import": tables.import_table,
    "search": commands.search,
    "hits": commands.hits,
    "judge": commands.judge,
    "why-not": commands.why_not,
    "read": commands.read,
    "release": commands.release,
    "distress": recording.distress,
    "sea": sea.sea,
    "refusals": commands.refusals,
    "status": commands.status,
    "verify": commands.verify,
    "exercise": _exercise,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Do one command. Returns its exit code."""
    written = list(sys.argv[1:] if arguments is None else arguments)
    return run(written, os.environ)


def run(written: Sequence[str], environment: Mapping[str, str]) -> int:
    """Do one command in a given environment. Returns its exit code."""
    as_json = "--json" in written
    language: Language = "en"
    try:
        language = pick_language(written, environment)
        asked = build_parser(language).parse_args(list(written))
        with closing(Terminal(asked, language, environment)) as terminal:
            return COMMANDS[asked.command](terminal)
    except EntenteError as error:
        tell(error, language, as_json)
        return exit_code(error)
    except KeyboardInterrupt:
        print(Text("Arrêté.", "Stopped.").say(language), file=sys.stderr)
        return STOPPED
    except BrokenPipeError:
        # Whoever read us has read enough; what was acknowledged is durable.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return READER_GONE
    except Exception:  # noqa: BLE001 - the last edge: an officer hears words, and whoever mends it sees where
        traceback.print_exc()
        tell(
            EntenteError(
                "our_fault",
                Text(
                    "Une faute du programme a arrêté cette commande.",
                    "A fault of the program stopped this command.",
                ),
                Text(
                    "Ce qui avait été confirmé est gardé ; remettez les lignes ci-dessus à qui l’entretient.",
                    "What was acknowledged is kept; hand the lines above to whoever maintains it.",
                ),
            ),
            language,
            as_json,
        )
        return OUR_FAULT


def exit_code(error: EntenteError) -> int:
    """The exit code of a kind of error."""
    return next((code for kind, code in EXIT_CODES.items() if isinstance(error, kind)), OUR_FAULT)


def tell(error: EntenteError, language: Language, as_json: bool) -> None:
    """Say what happened and what to do, to a person or a program."""
    if as_json:
        said = {"error": {"code": error.code, "text": error.text, "remedy": error.remedy}}
        print(json.dumps(msgspec.to_builtins(said), ensure_ascii=False), file=sys.stderr)
        return
    page = Page(language)
    page.put(error.text.say(language))
    if error.remedy:
        page.put(error.remedy.say(language))
    page.put(f"({error.code})")
    print("\n".join(page.lines), file=sys.stderr)


if __name__ == "__main__":
    raise SystemExit(main())
