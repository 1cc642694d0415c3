"""argparse in two languages: its headings, its errors, and help that stays within a hundred columns.

argparse words its errors in English wherever it finds one. They are read back here by their shape and said again in
both languages; one whose shape nobody foresaw is said to be a fault of the command line, with its own words in quotes.
"""

from __future__ import annotations

import argparse
import re
import shutil
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from entente.errors import Language, Malformed, Text

MAX_COLUMNS = 100
HEADINGS = {
    "usage": Text("emploi : ", "usage: "),
    "commands": Text("commandes\u00a0", "commands"),
    "given": Text("à donner\u00a0", "to give"),
    "options": Text("options\u00a0", "options"),
    "help": Text("montrer cette aide", "show this help"),
}
_TYPES = {
    "int": Text("un nombre entier", "a whole number"),
    "float": Text("un nombre", "a number"),
}


class UsageError(Malformed):
    """The command line itself is wrong: nothing was asked of any node."""


def columns() -> int:
    """How wide to write: as the window, at most 100."""
    return max(60, min(MAX_COLUMNS, shutil.get_terminal_size((MAX_COLUMNS, 24)).columns))


class Formatter(argparse.RawDescriptionHelpFormatter):
    """Help with our headings; what stands in a description keeps its lines."""

    language: Language = "en"

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=30, width=columns())

    def add_usage(self, usage: str | None, actions: Any, groups: Any, prefix: str | None = None) -> None:
        super().add_usage(
            usage, actions, groups, HEADINGS["usage"].say(self.language) if prefix is None else prefix
        )


class FrenchFormatter(Formatter):
    """The same in French."""

    language: Language = "fr"


class Parser(argparse.ArgumentParser):
    """A parser that raises UsageError in both languages instead of leaving the program in one."""

    def __init__(self, language: Language, **given: Any) -> None:
        super().__init__(
            add_help=False,
            allow_abbrev=False,
            formatter_class=FrenchFormatter if language == "fr" else Formatter,
            **given,
        )
        self.language = language
        self._positionals.title = HEADINGS["given"].say(language)
        self._optionals.title = HEADINGS["options"].say(language)
        self.add_argument("-h", "--help", action="help", help=HEADINGS["help"].say(language))

    def error(self, message: str) -> NoReturn:
        """Raise what argparse found wrong, with the way to the help of this command."""
        raise UsageError(
            "usage",
            read_error(message),
            Text(fr=f"Voyez « {self.prog} --help ».", en=f'See "{self.prog} --help".'),
        )


Reading = Callable[[re.Match[str]], Text]
# Each of argparse's messages by its shape, and what it means.
_SHAPES: tuple[tuple[str, Reading], ...] = (
    (
        r"the following arguments are required: (.+)",
        lambda found: Text(f"Il manque : {found[1]}.", f"Missing: {found[1]}."),
    ),
    (
        r"unrecognized arguments: (.+)",
        lambda found: Text(f"Non reconnu : {found[1]}.", f"Not recognised: {found[1]}."),
    ),
    (
        r"argument (.+?): invalid choice: '?(.*?)'?(?:, maybe you meant .*)? \(choose from (.+)\)",
        lambda found: Text(
            f"{_named(found[1]).fr} : « {found[2]} » n’existe pas ; au choix : {_list(found[3])}.",
            f'{_named(found[1]).en}: there is no "{found[2]}"; choose from: {_list(found[3])}.',
        ),
    ),
    (
        r"argument (.+?): invalid (\w+) value: '?(.*?)'?",
        lambda found: Text(
            f"{found[1]} : « {found[3]} » n’est pas {_type(found[2]).fr}.",
            f'{found[1]}: "{found[3]}" is not {_type(found[2]).en}.',
        ),
    ),
    (
        r"argument (.+?): expected (?:one argument|at least one argument|\d+ arguments?)",
        lambda found: Text(f"{found[1]} demande une valeur.", f"{found[1]} takes a value."),
    ),
    (
        r"argument (.+?): ignored explicit argument '?(.*?)'?",
        lambda found: Text(f"{found[1]} ne prend pas de valeur.", f"{found[1]} takes no value."),
    ),
    (
        r"argument (.+?): not allowed with argument (.+)",
        lambda found: Text(
            f"{found[1]} et {found[2]} ne vont pas ensemble.",
            f"{found[1]} and {found[2]} do not go together.",
        ),
    ),
    (
        r"one of the arguments (.+) is required",
        lambda found: Text(f"Donnez l’un de : {found[1]}.", f"Give one of: {found[1]}."),
    ),
)


def read_error(message: str) -> Text:
    """What argparse found wrong, in both languages."""
    for shape, reading in _SHAPES:
        found = re.fullmatch(shape, message, re.DOTALL)
        if found:
            return reading(found)
    return Text(
        fr=f"La ligne de commande ne se lit pas (« {message} »).",
        en=f'The command line cannot be read ("{message}").',
    )


def _named(argument: str) -> Text:
    return Text("commande", "command") if argument in ("COMMANDE", "COMMAND") else Text(argument, argument)


def _type(name: str) -> Text:
    return _TYPES.get(name, Text("une valeur lisible", "a value that can be read"))


def _list(choices: str) -> str:
    return choices.replace("'", "")


class Gather(argparse.Action):
    """Keeps (what, value) in the order in which it was written: a number belongs to who was named before it."""

    def __init__(self, *, what: str, option_strings: Sequence[str], dest: str, **given: Any) -> None:
        super().__init__(option_strings=option_strings, dest=dest, **given)
        self.what = what

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,
    ) -> None:
        """Add what was written to what came before."""
        before = getattr(namespace, self.dest) or []
        setattr(namespace, self.dest, [*before, (self.what, values if isinstance(values, str) else "")])
