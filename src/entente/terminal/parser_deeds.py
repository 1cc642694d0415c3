"""The options of the commands that read, judge and import, with their help in both languages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import get_args

from entente.model.grading import SCALES
from entente.model.report import LANES, Regime, Verdict
from entente.terminal.arguments import Parser
from entente.terminal.parser_sea_out import SEA_OUT, SEA_OUT_WORDS, add_sea_out

Say = Callable[[str, str], str]
Command = Callable[..., Parser]


def add_reading(command: Command, say: Say) -> None:
    """What is looked at and judged, and the distress that goes before everything."""
    read = command("read", "montrer une fiche", "show a record")
    read.add_argument(
        "record",
        metavar=say("FICHE", "RECORD"),
        help=say("son numéro de service ou son identifiant", "its service’s number or its id"),
    )
    read.add_argument(
        "--version-number",
        type=int,
        metavar="N",
        help=say("une version antérieure", "an earlier version"),
    )

    search = command("search", "chercher un identifiant ou un nom", "search for an identifier or a name")
    search.add_argument(
        "written",
        metavar=say("VALEUR", "VALUE"),
        help=say(
            "comme on l’écrit : « 06 39 98 04 17 », « FO 417 IU »",
            'as one writes it: "06 39 98 04 17", "FO 417 IU"',
        ),
    )

    hits = command(
        "hits",
        "montrer les liens possibles et ce qui les fonde",
        "show the possible links and what they rest on",
    )
    hits.add_argument(
        "--about",
        metavar=say("FICHE", "RECORD"),
        help=say("d’une fiche seulement", "of one record only"),
    )
    hits.add_argument(
        "--limit",
        type=int,
        default=50,
        metavar="N",
        help=say("au plus tant (50 par défaut)", "at most so many (50 by default)"),
    )

    why_not = command(
        "why-not", "dire pourquoi deux fiches ne font pas un lien", "say why two records are no hit"
    )
    why_not.add_argument("one", metavar=say("FICHE", "RECORD"), help=say("l’une", "the one"))
    why_not.add_argument("other", metavar=say("AUTRE", "OTHER"), help=say("l’autre", "the other"))

    judge = command("judge", "trancher un lien possible", "judge a possible link")
    judge.add_argument("hit", metavar=say("LIEN", "HIT"), help=say("son identifiant", "its id"))
    judge.add_argument(
        "verdict",
        choices=get_args(Verdict),
        metavar="VERDICT",
        help=say("same (même), different (différentes) ou unsure (pas tranché)", "same, different or unsure"),
    )
    judge.add_argument(
        "--because",
        required=True,
        metavar=say("RAISON", "GROUNDS"),
        help=say("ce qui fonde cet avis ; il voyage avec lui", "what this rests on; it travels with it"),
    )

    release = command(
        "release",
        "communiquer à d’autres une fiche ou un fonds déjà enregistrés",
        "release to others a record or a holding that is there already",
    )
    release.add_argument(
        "of",
        metavar=say("FICHE", "RECORD"),
        help=say("une fiche ou un fonds du service", "a record or a holding of the service"),
    )
    release.add_argument(
        "--to",
        action="append",
        default=[],
        required=True,
        metavar=say("DESTINATAIRE", "RECIPIENT"),
        help=say("dover, ou dover/UK-NCA (répétable)", "dover, or dover/UK-NCA (repeatable)"),
    )
    release.add_argument(
        "--because",
        required=True,
        metavar=say("RAISON", "GROUNDS"),
        help=say("ce qui fonde la communication", "what the release rests on"),
    )
    release.add_argument(
        "--lane",
        choices=[lane for lane in LANES if lane != "life"],
        metavar=say("VOIE", "LANE"),
        help=say(
            "par quelle voie : urgent, routine (par défaut) ou bulk",
            "by which lane: urgent, routine (by default) or bulk",
        ),
    )

    distress = command(
        "distress",
        "enregistrer une détresse, quelle que soit sa forme",
        "record a distress, whatever its shape",
    )
    distress.add_argument(
        "file",
        nargs="?",
        default="-",
        metavar=say("FICHIER", "FILE"),
        help=say(
            "ce qui est arrivé ; sans fichier, l’entrée standard", "what came; without a file, standard input"
        ),
    )

    _add_sea(command, say)
    command(
        "refusals",
        "montrer ce qui n’est ni entré ni sorti, et pourquoi",
        "show what was let neither in nor out, and why",
    )


def _add_sea(command: Command, say: Say) -> None:
    sea = command(
        "sea",
        "montrer les détresses et observations en mer, ou rejouer une nuit",
        "show the distresses and sightings at sea, or replay a night",
    )
    sea.add_argument(
        "deed",
        nargs="?",
        default="list",
        choices=("list", "replay", *SEA_OUT),
        metavar=say("ACTE", "DEED"),
        help=say(
            "list : ce qui est signalé (par défaut) ; replay : un tableau après chaque ligne d’une nuit ; "
            + SEA_OUT_WORDS.fr,
            "list: what is reported (by default); replay: a picture after each line of a night; "
            + SEA_OUT_WORDS.en,
        ),
    )
    sea.add_argument(
        "file",
        nargs="?",
        metavar=say("FICHIER", "FILE"),
        help=say(
            "pour replay : des lignes JSON (« - » ou rien : l’entrée standard) ; pour export, sitrep et mayday : "
            "l’embarcation ; pour ais : un fichier, tcp://hôte:port ou udp://hôte:port",
            'for replay: lines of JSON ("-" or nothing: standard input); for export, sitrep and mayday: the boat; '
            "for ais: a file, tcp://host:port or udp://host:port",
        ),
    )
    sea.add_argument(
        "--every",
        type=int,
        default=1,
        metavar="N",
        help=say(
            "pour replay : un tableau toutes les N lignes, et un à la fin",
            "for replay: a picture every N lines, and one at the end",
        ),
    )
    sea.add_argument(
        "--last",
        action="store_true",
        help=say("pour replay : le dernier tableau seulement", "for replay: the last picture only"),
    )
    sea.add_argument(
        "--questions",
        action="store_true",
        help=say(
            "pour replay : avec les questions à poser aux appelants",
            "for replay: with the questions to ask callers",
        ),
    )
    sea.add_argument(
        "--compact",
        action="store_true",
        help=say(
            "pour replay : sans les lignes des comptes ni ce qui fonde les liens",
            "for replay: without the lines of ledgers and the grounds of links",
        ),
    )
    add_sea_out(sea, say)


def add_import(command: Command, say: Say) -> None:
    """A table of rows."""
    table = command(
        "import", "faire entrer un tableau de lignes comme fonds", "let a table of rows enter as a holding"
    )
    file = say("FICHIER", "FILE")
    table.add_argument(
        "file", type=Path, metavar=file, help=say("un .csv, .xlsx ou .parquet", "a .csv, .xlsx or .parquet")
    )
    table.add_argument(
        "--as",
        dest="kind",
        choices=("holding",),
        metavar="holding",
        help=say("ce que le tableau devient : un fonds", "what the table becomes: a holding"),
    )
    table.add_argument(
        "--regime",
        choices=get_args(Regime),
        metavar=say("RÉGIME", "REGIME"),
        help=say("régime de toutes les lignes : ", "regime of every row: ") + ", ".join(get_args(Regime)),
    )
    table.add_argument(
        "--handling",
        action="append",
        default=[],
        metavar="CODE",
        help=say("code de traitement (répétable)", "handling code (repeatable)"),
    )
    table.add_argument(
        "--grade",
        metavar=say("COTE", "GRADE"),
        help=say("cotation de toutes les lignes, par exemple B2", "grade of every row, for example B2"),
    )
    table.add_argument(
        "--scheme",
        choices=tuple(SCALES),
        metavar=say("ÉCHELLE", "SCHEME"),
        help=say(
            "échelle de la cotation ; par défaut admiralty en France, europol ailleurs",
            "scheme of the grade; by default admiralty in France, europol elsewhere",
        ),
    )
    table.add_argument(
        "--to",
        action="append",
        default=[],
        metavar=say("DESTINATAIRE", "RECIPIENT"),
        help=say("à qui les lignes vont (répétable)", "to whom the rows go (repeatable)"),
    )
    table.add_argument(
        "--lane",
        choices=[lane for lane in LANES if lane != "life"],
        metavar=say("VOIE", "LANE"),
        help=say(
            "par quelle voie : urgent, routine (par défaut) ou bulk",
            "by which lane: urgent, routine (by default) or bulk",
        ),
    )
    table.add_argument(
        "--mapping",
        type=Path,
        metavar=file,
        help=say("lire les colonnes comme ce fichier le dit", "read the columns as this file says"),
    )
    table.add_argument(
        "--propose",
        action="store_true",
        help=say(
            "montrer seulement comment les colonnes seraient lues", "only show how the columns would be read"
        ),
    )
    table.add_argument(
        "--save-mapping",
        type=Path,
        metavar=file,
        help=say(
            "garder dans ce fichier la lecture des colonnes", "keep the reading of the columns in this file"
        ),
    )
    table.add_argument(
        "--report",
        type=Path,
        metavar=file,
        help=say(
            "où mettre la liste des défauts (par défaut à côté du tableau)",
            "where the list of faults goes (by default beside the table)",
        ),
    )
