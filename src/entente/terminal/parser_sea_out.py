"""The options of what leaves the watch, and of what a receiver brings, with their help in both languages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import get_args

from entente.errors import Text
from entente.formats.geo import GeoFormat
from entente.terminal.arguments import Parser

Say = Callable[[str, str], str]
SEA_OUT = ("export", "sitrep", "mayday", "season", "ais")
SEA_OUT_WORDS = Text(
    "export : un fichier pour une carte ou un tableur ; sitrep, mayday : un brouillon pour une embarcation ; "
    "season : ce qu’il advint des alertes ; ais : ce qu’apporte un récepteur",
    "export: a file for a chart or a spreadsheet; sitrep, mayday: a draft for a boat; "
    "season: what came of the warnings; ais: what a receiver brings",
)


def add_sea_out(sea: Parser, say: Say) -> None:
    """What may be said of the five deeds."""
    sea.add_argument(
        "--format",
        choices=get_args(GeoFormat),
        default="geojson",
        metavar="FORMAT",
        help=say(
            "pour export : geojson (par défaut), kml, gpx ou csv",
            "for export: geojson (by default), kml, gpx or csv",
        ),
    )
    sea.add_argument(
        "--out",
        type=Path,
        metavar=say("SORTIE", "OUTPUT"),
        help=say("le fichier à écrire, sinon la sortie standard", "the file to write, else standard output"),
    )
    sea.add_argument(
        "--numbers",
        action="store_true",
        help=say(
            "pour export et sitrep : les téléphones en entier ; le registre le garde",
            "for export and sitrep: telephones in full; the register keeps it",
        ),
    )
    sea.add_argument(
        "--number",
        type=int,
        metavar="N",
        help=say("pour sitrep : son numéro", "for sitrep: its number"),
    )
    sea.add_argument("--since", metavar=say("JOUR", "DAY"), help=say("pour season : du", "for season: from"))
    sea.add_argument("--until", metavar=say("JOUR", "DAY"), help=say("pour season : au", "for season: to"))
    sea.add_argument(
        "--csv",
        action="store_true",
        help=say("pour season : un tableau, alerte par alerte", "for season: a table, warning by warning"),
    )
    sea.add_argument(
        "--by-month",
        action="store_true",
        help=say("pour season --csv : mois par mois", "for season --csv: month by month"),
    )
    sea.add_argument(
        "--seconds",
        type=float,
        default=60.0,
        metavar="S",
        help=say(
            "pour ais d’un récepteur : combien de temps écouter (60 par défaut)",
            "for ais of a receiver: how long to listen (60 by default)",
        ),
    )
