"""The options of `entente record`: what is said of whom, how sure it is, to whom it goes, and the acts of officers.

Persons and things are named in the order in which they are written: what follows --person or --thing belongs to it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import get_args

from entente.model.entity import CATEGORIES, EntityKind
from entente.model.grading import SCALES
from entente.model.identifier import IDENTIFIER_KINDS
from entente.model.report import LANES, Basis, Compartment, Regime
from entente.model.sighting import Phase
from entente.terminal.arguments import Gather, Parser

Say = Callable[[str, str], str]
THINGS = tuple(kind for kind in get_args(EntityKind) if kind != "person")
# Options that are short for --identifier KIND=VALUE, with their kind.
SHORT = {"phone": "phone", "plate": "plate", "imei": "imei", "iban": "iban", "engine": "engine_serial"}
SURE = {
    "completeness": ("complete", "partial", "unknown"),
    "certainty": ("certain", "probable", "possible", "unknown"),
}


def add_record(parser: Parser, say: Say) -> None:
    """Add everything that a record may be made of."""
    parser.add_argument(
        "draft",
        nargs="?",
        metavar=say("PROJET", "DRAFT"),
        help=say(
            "un projet de fiche en JSON (- : entrée standard) ; sinon les options",
            "a draft in JSON (-: standard input); else the options",
        ),
    )
    _add_said(parser, say)
    _add_entities(parser, say)
    _add_handling(parser, say)
    _add_acts(parser, say)


def _add_said(parser: Parser, say: Say) -> None:
    group = parser.add_argument_group(say("ce qui est dit", "what is said"))
    group.add_argument(
        "--kind",
        choices=("report", "sighting", "distress"),
        metavar=say("NATURE", "KIND"),
        help=say("report (par défaut), sighting ou distress", "report (by default), sighting or distress"),
    )
    group.add_argument(
        "--text",
        metavar=say("TEXTE", "TEXT"),
        help=say("l’énoncé, dans ses mots", "the statement, in its own words"),
    )
    group.add_argument(
        "--language-of-text",
        metavar=say("CODE", "CODE"),
        help=say(
            "langue de l’énoncé ; par défaut fr en France, en ailleurs",
            "language of the statement; by default fr in France, en elsewhere",
        ),
    )
    group.add_argument(
        "--basis",
        choices=get_args(Basis),
        metavar=say("BASE", "BASIS"),
        help=say(
            "fact (fait), assessment (appréciation) ou reported (rapporté)", "fact, assessment or reported"
        ),
    )
    group.add_argument(
        "--grounds",
        metavar=say("FONDEMENT", "GROUNDS"),
        help=say("ce qui fonde une appréciation", "what an assessment rests on"),
    )
    group.add_argument(
        "--grade", metavar=say("COTE", "GRADE"), help=say("cotation, par exemple B2", "grade, for example B2")
    )
    group.add_argument(
        "--scheme",
        choices=tuple(SCALES),
        metavar=say("ÉCHELLE", "SCHEME"),
        help=say(
            "échelle de la cotation ; par défaut admiralty en France, europol ailleurs",
            "scheme of the grade; by default admiralty in France, europol elsewhere",
        ),
    )
    group.add_argument(
        "--checked-on",
        metavar=say("JOUR", "DAY"),
        help=say(
            "jour de la dernière vérification (par défaut aujourd’hui)",
            "day of the last check (by default today)",
        ),
    )
    words = {
        "completeness": ("si l’énoncé est complet : ", "whether the statement is complete: "),
        "certainty": ("à quel point c’est certain : ", "how certain it is: "),
    }
    for name, choices in SURE.items():
        group.add_argument(
            f"--{name}",
            choices=choices,
            metavar=say("MOT", "WORD"),
            help=say(*words[name]) + ", ".join(choices),
        )
    group.add_argument(
        "--said-at",
        metavar=say("HEURE", "TIME"),
        help=say("quand ce fut dit (par défaut maintenant)", "when it was said (by default now)"),
    )
    group.add_argument(
        "--position",
        metavar="POSITION",
        help=say(
            "où, comme on le dit en mer : « 51°02.4N 001°28.6E »",
            'where, as it is said at sea: "51°02.4N 001°28.6E"',
        ),
    )
    group.add_argument(
        "--persons-on-board",
        metavar=say("NOMBRE", "COUNT"),
        help=say("personnes à bord : 47, 40-50 ou 40+", "persons on board: 47, 40-50 or 40+"),
    )
    group.add_argument(
        "--phase",
        choices=get_args(Phase),
        metavar="PHASE",
        help=say("phase déclarée : ", "phase declared: ") + ", ".join(get_args(Phase)),
    )


def _add_entities(parser: Parser, say: Say) -> None:
    group = parser.add_argument_group(
        say("de qui et de quoi (dans l’ordre écrit)", "of whom and of what (in the order written)")
    )
    value = say("VALEUR", "VALUE")

    def gather(
        option: str, fr: str, en: str, metavar: str | None = value, choices: tuple[str, ...] | None = None
    ) -> None:
        more = {"nargs": 0} if metavar is None else {"metavar": metavar, "choices": choices}
        what = option.removeprefix("--")
        group.add_argument(
            option,
            dest="gathered",
            action=partial(Gather, what=SHORT.get(what, what)),  # type: ignore[arg-type]
            help=say(fr, en),
            **more,
        )

    gather("--person", "une personne : la suite parle d’elle", "a person: what follows speaks of it", None)
    gather(
        "--thing",
        "une chose : la suite parle d’elle ; " + ", ".join(THINGS),
        "a thing: what follows speaks of it; " + ", ".join(THINGS),
        say("CHOSE", "THING"),
        THINGS,
    )
    gather("--name", "un nom, dans son écriture", "a name, in its own script", say("NOM", "NAME"))
    gather("--alias", "un surnom", "an alias", say("NOM", "NAME"))
    gather("--birth", "date de naissance, même incomplète", "date of birth, even in part", "DATE")
    gather(
        "--category",
        "sa qualité (par défaut not_yet_assessed) : " + ", ".join(CATEGORIES),
        "its category (by default not_yet_assessed): " + ", ".join(CATEGORIES),
        say("QUALITÉ", "CATEGORY"),
        CATEGORIES,
    )
    gather("--phone", "un téléphone", "a telephone")
    gather("--plate", "une plaque", "a number plate")
    gather("--imei", "l’IMEI d’un terminal", "the IMEI of a handset")
    gather("--iban", "un compte bancaire", "a bank account")
    gather("--engine", "le numéro de série d’un moteur", "the serial number of an engine")
    gather(
        "--identifier",
        "tout autre identifiant : " + ", ".join(IDENTIFIER_KINDS),
        "any other identifier: " + ", ".join(IDENTIFIER_KINDS),
        say("NATURE=VALEUR", "KIND=VALUE"),
    )
    group.add_argument(
        "--region",
        metavar=say("PAYS", "COUNTRY"),
        help=say(
            "pays dont les numéros suivent l’usage (FR, GB …)",
            "country whose habits the numbers follow (FR, GB …)",
        ),
    )


def _add_handling(parser: Parser, say: Say) -> None:
    group = parser.add_argument_group(say("traitement et destinataires", "handling and recipients"))
    group.add_argument(
        "--handling",
        action="append",
        default=[],
        metavar="CODE",
        help=say(
            "code de traitement, H1 par exemple (répétable)", "handling code, H1 for example (repeatable)"
        ),
    )
    group.add_argument(
        "--conditions",
        metavar=say("TEXTE", "TEXT"),
        help=say("conditions écrites, pour H3", "written conditions, for H3"),
    )
    group.add_argument(
        "--regime",
        choices=get_args(Regime),
        metavar=say("RÉGIME", "REGIME"),
        help=say("régime de l’infraction : ", "regime of the offence: ") + ", ".join(get_args(Regime)),
    )
    group.add_argument(
        "--compartment",
        choices=get_args(Compartment),
        metavar=say("COMPARTIMENT", "COMPARTMENT"),
        help=say(
            "où elle se range : intelligence (par défaut), ", "where it lies: intelligence (by default), "
        )
        + ", ".join(get_args(Compartment)[1:]),
    )
    group.add_argument(
        "--to",
        action="append",
        default=[],
        metavar=say("DESTINATAIRE", "RECIPIENT"),
        help=say(
            "dover, ou dover/UK-NCA (répétable) ; par défaut à personne",
            "dover, or dover/UK-NCA (repeatable); by default to nobody",
        ),
    )
    group.add_argument(
        "--lane",
        choices=LANES,
        metavar=say("VOIE", "LANE"),
        help=say(
            "par quelle voie ; par défaut selon sa nature : ", "by which lane; by default as its kind goes: "
        )
        + ", ".join(LANES),
    )
    group.add_argument(
        "--reference",
        metavar=say("NUMÉRO", "NUMBER"),
        help=say("numéro que le service lui donne", "the number its service gives it"),
    )
    group.add_argument(
        "--review-by",
        metavar=say("JOUR", "DAY"),
        help=say("à réexaminer avant ce jour", "to be reviewed by this day"),
    )
    group.add_argument(
        "--erase-by",
        metavar=say("JOUR", "DAY"),
        help=say("à effacer avant ce jour", "to be erased by this day"),
    )
    group.add_argument(
        "--under-review",
        action="store_true",
        help=say(
            "victime et mis en cause peut-être : rien ne part tant que des agents n’ont pas décidé",
            "perhaps victim and suspect: nothing leaves until officers decide",
        ),
    )
    group.add_argument(
        "--replaces",
        metavar=say("FICHE", "RECORD"),
        help=say("nouvelle version de cette fiche du service", "a new version of this record of the service"),
    )


def _add_acts(parser: Parser, say: Say) -> None:
    group = parser.add_argument_group(say("actes d’agents nommés", "acts of named officers"))
    group.add_argument(
        "--designate",
        choices=CATEGORIES,
        metavar=say("QUALITÉ", "CATEGORY"),
        help=say(
            "donner une qualité à une personne dans l’affaire", "give a person a category in the matter"
        ),
    )
    group.add_argument(
        "--about",
        metavar=say("FICHE:ENTITÉ", "RECORD:ENTITY"),
        help=say(
            "de quelle personne de quelle fiche, FR-OLT-101:e1 par exemple",
            "which person of which record, FR-OLT-101:e1 for example",
        ),
    )
    group.add_argument(
        "--basis-statement",
        metavar=say("ÉNONCÉ", "STATEMENT"),
        help=say(
            "l’énoncé de fait qui la fonde, s1 par exemple",
            "the statement of fact that it rests on, s1 for example",
        ),
    )
    group.add_argument(
        "--approver",
        metavar=say("NOM", "NAME"),
        help=say("le second agent qui approuve", "the second officer who approves"),
    )
    group.add_argument(
        "--erase",
        metavar=say("FICHE", "RECORD"),
        help=say("effacer une fiche partout où elle est tenue", "erase a record wherever it is held"),
    )
    group.add_argument(
        "--recall",
        metavar=say("FICHE", "RECORD"),
        help=say("rappeler une fiche partout où elle est tenue", "recall a record wherever it is held"),
    )
    group.add_argument(
        "--because",
        metavar=say("RAISON", "GROUNDS"),
        help=say("ce qui fonde l’acte", "what the act rests on"),
    )
