"""What may be asked at the terminal: every command and every option, with its help in French and in English.

One function makes the whole parser in one language, so that a test can set the two side by side. What does a command
stands in `commands`; here are only its words. The many options of `record` have a file of their own.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any, get_args

from entente.errors import Language, Text
from entente.model.report import Purpose
from entente.policy.agreement import Role
from entente.terminal.arguments import HEADINGS, Parser
from entente.terminal.parser_deeds import add_import, add_reading
from entente.terminal.parser_record import add_record

Say = Callable[[str, str], str]


def build_parser(language: Language) -> Parser:
    """The whole parser, in one language."""

    def say(fr: str, en: str) -> str:
        return Text(fr, en).say(language)

    parser = Parser(
        language,
        prog="entente",
        description=say(
            "Échanger, recouper et relire les fiches de ce nœud, qu’il tourne ou non.",
            "Exchange, cross-check and read the records of this node, whether it runs or not.",
        ),
        epilog=say(
            "0 fait · 1 rien trouvé · 2 ligne de commande · 3 mal formé · 4 interdit par une règle\n"
            "5 introuvable · 6 contradiction · 7 faute du partenaire · 8 impossible maintenant · 9 chaîne rompue\n"
            "Chaque commande a sa propre aide : entente COMMANDE --help",
            "0 done · 1 nothing found · 2 command line · 3 malformed · 4 forbidden by a rule\n"
            "5 not found · 6 conflict · 7 fault of the partner · 8 not possible now · 9 chain broken\n"
            "Each command has its own help: entente COMMAND --help",
        ),
    )
    parser.add_argument(
        "--version",
        action="version",
        version=f"entente {version('entente')}",
        help=say("dire la version", "say the version"),
    )
    _add_language(parser, say)
    commands = parser.add_subparsers(
        dest="command",
        required=True,
        metavar=say("COMMANDE", "COMMAND"),
        title=HEADINGS["commands"].say(language),
    )

    def command(name: str, fr: str, en: str, *, asking: bool = True, folder: bool = True) -> Parser:
        made: Parser = commands.add_parser(
            name, help=say(fr, en), description=say(fr, en) + ".", language=language
        )
        _add_common(made, say, folder=folder)
        if asking:
            _add_asking(made, say)
        return made

    _add_set_up(command, say)
    add_record(command("record", "enregistrer ce qu’un agent dit", "record what an officer says"), say)
    add_reading(command, say)
    add_import(command, say)
    _add_exercise(command, say, language)
    return parser


Command = Callable[..., Parser]


def _add_language(parser: argparse.ArgumentParser, say: Say) -> None:
    parser.add_argument(
        "--language",
        choices=("fr", "en"),
        default=argparse.SUPPRESS,
        help=say(
            "langue de l’aide et des réponses (sinon ENTENTE_LANGUAGE, puis celle de la machine)",
            "language of help and answers (else ENTENTE_LANGUAGE, then the machine’s)",
        ),
    )


def _add_common(parser: Parser, say: Say, *, folder: bool) -> None:
    _add_language(parser, say)
    if folder:
        parser.add_argument(
            "--folder",
            type=Path,
            metavar=say("DOSSIER", "FOLDER"),
            help=say("dossier du nœud (sinon ENTENTE_FOLDER)", "the node’s folder (else ENTENTE_FOLDER)"),
        )
    parser.add_argument(
        "--json",
        action="store_true",
        help=say(
            "répondre en JSON, pour un programme ; les erreurs aussi, sur la sortie d’erreur",
            "answer in JSON, for a program; errors too, on standard error",
        ),
    )


def _add_asking(parser: Parser, say: Say) -> None:
    parser.add_argument(
        "--officer",
        metavar=say("NOM", "NAME"),
        help=say("qui agit (sinon ENTENTE_OFFICER)", "who acts (else ENTENTE_OFFICER)"),
    )
    parser.add_argument(
        "--reason",
        metavar=say("MOTIF", "REASON"),
        help=say(
            "pourquoi, en quelques mots ; le registre le garde", "why, in a few words; the register keeps it"
        ),
    )
    parser.add_argument(
        "--matter",
        metavar=say("AFFAIRE", "MATTER"),
        help=say("dans quelle affaire", "in which matter"),
    )
    parser.add_argument(
        "--purpose",
        choices=get_args(Purpose),
        metavar=say("FINALITÉ", "PURPOSE"),
        help=say("pour quelle finalité : ", "for which purpose: ") + ", ".join(get_args(Purpose)),
    )
    parser.add_argument(
        "--role",
        choices=get_args(Role),
        metavar=say("RÔLE", "ROLE"),
        help=say("dans quel rôle, sinon le premier de l’agent", "in which role, else the officer’s first"),
    )


def _add_set_up(command: Command, say: Say) -> None:
    init = command("init", "préparer un nouveau nœud", "set up a new node", asking=False, folder=False)
    init.add_argument(
        "new_folder",
        type=Path,
        metavar=say("DOSSIER", "FOLDER"),
        help=say("où il s’installe", "where it goes"),
    )
    init.add_argument(
        "--node",
        required=True,
        metavar=say("NOM", "NAME"),
        help=say("son nom dans l’accord, par exemple lille", "its name in the agreement, for example lille"),
    )
    init.add_argument(
        "--agreement",
        type=Path,
        metavar=say("FICHIER", "FILE"),
        help=say("l’accord des parties (.toml ou .json)", "the parties’ agreement (.toml or .json)"),
    )
    init.add_argument(
        "--exercise",
        action="store_true",
        help=say(
            "prendre l’accord et les agents inventés de l’exercice",
            "take the exercise’s invented agreement and officers",
        ),
    )
    init.add_argument(
        "--officers",
        type=Path,
        metavar=say("FICHIER", "FILE"),
        help=say(
            "qui travaille ici (.toml, comme officers.toml)", "who works here (.toml, like officers.toml)"
        ),
    )
    init.add_argument(
        "--port",
        type=int,
        default=8701,
        metavar="PORT",
        help=say("port où il écoute (8701 par défaut)", "port it listens on (8701 by default)"),
    )

    partner = command(
        "partner",
        "montrer sa propre identité, ou épingler celle d’un partenaire",
        "show the own identity, or pin a partner’s",
        asking=False,
    )
    partner.add_argument(
        "deed",
        choices=("show", "pin"),
        metavar=say("ACTE", "DEED"),
        help=say(
            "show : la sienne, à remettre ; pin : celle du partenaire",
            "show: the own one, to hand over; pin: the partner’s",
        ),
    )
    partner.add_argument(
        "identity",
        nargs="?",
        type=Path,
        metavar=say("IDENTITÉ", "IDENTITY"),
        help=say(
            "pour pin : le fichier remis par le partenaire", "for pin: the file that the partner handed over"
        ),
    )
    partner.add_argument(
        "--address",
        metavar="URL",
        help=say("pour pin : où le partenaire écoute", "for pin: where the partner listens"),
    )

    officers = command(
        "officers",
        "donner à un agent de ce nœud un lien de première connexion",
        "give an officer of this node a link for a first sign-in",
        asking=False,
    )
    officers.add_argument(
        "deed",
        choices=("enrol",),
        metavar=say("ACTE", "DEED"),
        help=say("enrol : faire le lien, bon une fois", "enrol: make the link, good once"),
    )
    officers.add_argument(
        "name",
        metavar=say("NOM", "NAME"),
        help=say("l’agent, tel qu’il est inscrit", "the officer, as listed"),
    )

    command("serve", "faire tourner le nœud jusqu’à Ctrl-C", "run the node until Ctrl-C", asking=False)
    command(
        "status",
        "dire ce que le nœud tient et ce qui attend",
        "say what the node holds and what waits",
        asking=False,
    )
    command(
        "verify",
        "prouver la chaîne, ou nommer la première rupture",
        "prove the chain, or name the first break",
        asking=False,
    )


def _add_exercise(command: Command, say: Say, language: Language) -> None:
    exercise = command(
        "exercise",
        "jouer la saison inventée sur deux nœuds, ou une nuit inventée en mer",
        "play the invented season on two nodes, or an invented night at sea",
        asking=False,
        folder=False,
    )
    exercise.add_argument(
        "part",
        choices=("demo", "continue", "score", "watch", "night"),
        metavar=say("PARTIE", "PART"),
        help=say(
            "demo : jusqu’au 20 novembre ; continue : la suite ; score : ce qui fut trouvé ; watch : une nuit en mer à "
            "veiller sur les pages ; night : une nuit en mer, écrite",
            "demo: up to 20 November; continue: the rest; score: what was found; watch: a night at sea to keep watch "
            "over on the pages; night: a night at sea, written down",
        ),
    )
    exercise.add_argument(
        "--seed",
        type=int,
        metavar="N",
        help=say("pour watch et night : quelle nuit", "for watch and night: which night"),
    )
    exercise.add_argument(
        "--tale",
        choices=("taken-for-another", "one-or-two-boats"),
        help=say(
            "pour watch et night : une nuit qui a eu lieu, redite avec des gens inventés",
            "for watch and night: one that happened, retold with invented people",
        ),
    )
    exercise.add_argument(
        "--speed",
        type=float,
        default=60.0,
        metavar="N",
        help=say(
            "pour watch : combien de fois plus vite que la vie (60 par défaut) ; 0 : d’un coup",
            "for watch: how many times faster than life (60 by default); 0: at once",
        ),
    )
    exercise.add_argument(
        "--out",
        metavar=say("FICHIER", "FILE"),
        help=say(
            "pour night : où écrire les lignes (par défaut, la sortie standard)",
            "for night: where to write the lines (by default, standard output)",
        ),
    )
    exercise.add_argument(
        "--truth",
        metavar=say("FICHIER", "FILE"),
        help=say(
            "pour night : où écrire de quelle embarcation est chaque ligne",
            "for night: where to write of which boat each line is",
        ),
    )


def commands_of(parser: argparse.ArgumentParser) -> dict[str, Any]:
    """Each command by name with its own parser, as one sees them from outside."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            return dict(action.choices)
    return {}
