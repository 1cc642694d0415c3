"""Help: what each page is for, what words, colours, codes and letters mean here, the keys, and whom to ask.

The words are those of docs/terms.md, kept beside the pages (`terms.toml`) and held equal to it by a test. Nothing on
this page is about a case: it is open to every role and without a shift. The tour of three steps is shown once.
"""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib.resources import files

import msgspec
from starlette.responses import Response

from entente.errors import Text
from entente.formats.words import INFORMATION_WORDS, SCHEME_WORDS, SOURCE_WORDS
from entente.model.grading import INFORMATION, SOURCE, Scheme
from entente.policy.agreement import Role
from entente.web.door import EVERYBODY, INVESTIGATES, OFFICERS, Door, Visit

TOUR = "tour"
_DOUBLE = re.compile(r"[ \u00a0]?([;!?»])")
HANDLING = ("H0", "H1", "H2", "H3")
# Which scheme each party's services grade in; the others are shown beside it.
OWN_SCHEME: dict[str, Scheme] = {"FR": "admiralty", "UK": "3x5x2"}
ASKED: tuple[Role, ...] = ("administrator", "data_protection_officer", "victim_keeper")
# How the cells of the table of acts are said; docs/terms.md has them in English.
CELL_WORDS: dict[str, Text] = {
    "yes": Text("oui", "yes"),
    "no": Text("non", "no"),
    "ask": Text("demander à l’émetteur", "ask the originator"),
    "once accepted": Text("une fois acceptées", "once accepted"),
    "as they say, else ask": Text("selon elles, sinon demander", "as they say, else ask"),
}
# What each destination of the rail is for, by its path; one that is not in a role's rail is not shown to it.
PAGES: dict[str, Text] = {
    "/": Text(
        "Qu’est-ce qui a besoin de moi maintenant ? La vie en mer d’abord, puis ce que je dois, puis ce qu’on me doit.",
        "What needs me now? Life at sea first, then what I owe, then what is owed to me.",
    ),
    "/reports": Text(
        "Écrire une fiche, lire celles que l’on m’a communiquées, et voir jusqu’où chacune est allée.",
        "Write a record, read those released to me, and see how far each has come.",
    ),
    "/hits": Text(
        "Ces deux-là n’en font-ils qu’un, et pourquoi ? La machine propose avec ses éléments, une personne apprécie.",
        "Are these two one, and why? The machine proposes with its grounds, a person judges.",
    ),
    "/search": Text(
        "Retrouver un numéro, un nom ou des mots, parmi ce que je peux lire. Chaque recherche est inscrite.",
        "Find a number, a name or words, among what I may read. Each search is registered.",
    ),
    "/beach": Text(
        "Une observation en trois touches, sur un téléphone, même sans réseau : elle part au retour de la liaison.",
        "A sighting in three taps, on a telephone, even without a network: it goes when the connection is back.",
    ),
    "/warnings": Text(
        "Prévenir les patrouilles et le sauvetage d’un départ probable, et voir qui l’a vu et ce qu’il en a fait.",
        "Warn patrols and rescue of a likely launch, and see who saw it and what they did.",
    ),
    "/translations": Text(
        "Mettre dans notre langue ce que l’autre rive a écrit, et relire les ébauches d’autrui.",
        "Put into our language what the other shore wrote, and read what others drafted.",
    ),
    "/duty": Text(
        "Qui est de permanence, et la relève d’un service à l’autre sur une seule page.",
        "Who is on duty, and the hand-over from shift to shift on one page.",
    ),
    "/oversight": Text(
        "Le registre de qui a lu quoi et pourquoi, ce qui ressemble à un abus, et les demandes des personnes.",
        "The register of who read what and why, what looks like misuse, and the requests of data subjects.",
    ),
    "/administration": Text(
        "Agents, services, partenaires, accord et clés. Chaque acte est inscrit au journal.",
        "Officers, services, partners, agreement and keys. Each act is in the ledger.",
    ),
    "/help": Text("Cette page.", "This page."),
}


class Term(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One word for one thing. code: the word of the files, where it has one. cells: of the table of acts."""

    en: str
    fr: str
    code: str = ""
    cells: tuple[str, ...] = ()

    @property
    def text(self) -> Text:
        """In both languages, set as each language sets its signs."""
        french = _set(self.fr)
        if "*unverified*" not in self.en:
            return Text(french, self.en)
        return Text(f"{french} (non vérifié)", self.en.replace("*unverified*", "(unverified)"))


class Section(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Terms under one heading."""

    en: str
    fr: str
    term: tuple[Term, ...]


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    section: tuple[Section, ...]


@lru_cache(maxsize=1)
def load_terms() -> tuple[Section, ...]:
    """The terms as they lie beside the pages, read once."""
    written = files("entente.web").joinpath("terms.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(written), _File).section


def _set(french: str) -> str:
    """French keeps its double signs with the word before them."""
    french = _DOUBLE.sub("\u00a0\\1", french).replace(" :", "\u00a0:")
    return french.replace("« ", "«\u00a0")


def show(visit: Visit) -> Response:
    """Everything on one page, for the one who reads it."""
    sections = load_terms()
    acts = next(section for section in sections if section.en == "Acts")
    own = OWN_SCHEME.get(visit.node.store.party, "europol")
    officers = [
        (role, [one for one in visit.node.officers() if role in one.roles])
        for role in ASKED
        if role != visit.role
    ]
    return visit.page(
        "help.html",
        pages=PAGES,
        may_search=visit.role in OFFICERS,
        may_judge=visit.role in INVESTIGATES,
        sections=[section for section in sections if section.en != "Acts"],
        acts=acts.term,
        handling=HANDLING,
        cells=CELL_WORDS,
        schemes=sorted(SCHEME_WORDS, key=lambda one: one != own),
        own_scheme=own,
        scheme_words=SCHEME_WORDS,
        grades=(
            (Text("Source", "Source"), tuple(zip(SOURCE_WORDS, _letters(SOURCE), strict=True))),
            (
                Text("Information", "Information"),
                tuple(zip(INFORMATION_WORDS, _letters(INFORMATION), strict=True)),
            ),
        ),
        officers=[(role, found) for role, found in officers if found],
    )


def _letters(axis: dict[Scheme, tuple[str, ...]]) -> list[dict[Scheme, str]]:
    """For each row of an axis its letter in each scheme."""
    rows = len(next(iter(axis.values())))
    return [{scheme: letters[row] for scheme, letters in axis.items()} for row in range(rows)]


def tour(visit: Visit) -> Response:
    """The tour was seen, or is to be shown again."""
    again = visit.form.one("again") == "yes"
    visit.site.accounts.set_mark(visit.officer.name, TOUR, "" if again else "seen")
    if visit.is_fragment:
        return Response(status_code=204)
    return visit.to("/")


DOORS: tuple[Door, ...] = (
    Door(path="/help", does=show, who=EVERYBODY),
    Door(path="/help/tour", does=tour, method="POST", who=EVERYBODY),
)
