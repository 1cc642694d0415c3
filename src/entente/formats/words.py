"""The words of the trade for every closed code word of a record, in both languages.

A record is signed in code words and read by two services who share no language: each code has its words here, after
docs/terms.md, or in the file of the model that owns it. Grades and handling labels are put into words as well. Nothing
here translates what a person wrote, and no reading of a grade is ever better than the issuer's own: a letter that
stands for several meanings is said as the worst of them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal, Protocol

from entente.errors import Text
from entente.model.entity import AgeBand, EntityKind, Exemption
from entente.model.grading import DerivedGrade, Grade, Scheme, information_row, show_in, source_row
from entente.model.report import Kind, Lane
from entente.model.sighting import Phase

KIND_WORDS: dict[Kind, Text] = {
    "report": Text("compte rendu", "report"),
    "sighting": Text("observation", "sighting"),
    "distress": Text("détresse", "distress"),
    "designation": Text("désignation", "designation"),
    "hit": Text("concordance", "hit"),
    "judgement": Text("appréciation d’une paire", "judgement of a pair"),
    "amendment": Text("rectification, rappel ou effacement", "correction, recall or erasure"),
    "release": Text("communication", "release"),
    "holding": Text("fonds", "holding"),
    "agreement": Text("accord", "agreement"),
    "sheet": Text("feuille commune", "shared sheet"),
    "warning": Text("avertissement", "warning"),
    "sea_act": Text("acte d’un veilleur", "act of a watch-keeper"),
    "plan_act": Text("acte sur le plan", "act on the plan"),
    "office": Text("acte du service", "act of the house"),
}
LANE_WORDS: dict[Lane, Text] = {
    "life": Text("vie", "life"),
    "urgent": Text("urgent", "urgent"),
    "routine": Text("courant", "routine"),
    "bulk": Text("en masse", "bulk"),
}
# By the keys of the exchange's ladder of receipts, which lies on a floor above this one.
STEP_WORDS: dict[str, Text] = {
    "received": Text("reçue", "received"),
    "verified": Text("vérifiée", "verified"),
    "accepted": Text("acceptée", "accepted"),
    "refused": Text("refusée", "refused"),
    "seen": Text("vue", "seen"),
    "acted_on": Text("suivie d’effet", "acted on"),
}
PHASE_WORDS: dict[Phase, Text] = {
    "none": Text("aucune phase déclarée", "no phase declared"),
    "uncertainty": Text("phase d’incertitude", "uncertainty phase"),
    "alert": Text("phase d’alerte", "alert phase"),
    "distress": Text("phase de détresse", "distress phase"),
}
# What was done is written word for word; these are the words that rescue services write as codes.
STATUS_WORDS: dict[str, Text] = {
    "recovered": Text("personnes récupérées", "persons recovered"),
    "recovered_incomplete": Text("personnes récupérées en partie", "persons recovered in part"),
}
ENTITY_WORDS: dict[EntityKind, Text] = {
    "person": Text("personne", "person"),
    "organisation": Text("organisation", "organisation"),
    "vehicle": Text("véhicule", "vehicle"),
    "boat": Text("bateau", "boat"),
    "device": Text("appareil", "device"),
    "account": Text("compte", "account"),
    "object": Text("objet", "object"),
    "place": Text("lieu", "place"),
}
ENTITIES_WORDS: dict[EntityKind, Text] = {
    "person": Text("personnes", "persons"),
    "organisation": Text("organisations", "organisations"),
    "vehicle": Text("véhicules", "vehicles"),
    "boat": Text("bateaux", "boats"),
    "device": Text("appareils", "devices"),
    "account": Text("comptes", "accounts"),
    "object": Text("objets", "objects"),
    "place": Text("lieux", "places"),
}
AGE_BAND_WORDS: dict[AgeBand, Text] = {
    "adult": Text("adulte", "adult"),
    "under_18": Text("moins de 18 ans", "under 18"),
    "disputed": Text("âge contesté", "age disputed"),
    "unknown": Text("âge non connu", "age not known"),
}
EXEMPTION_WORDS: dict[Exemption, Text] = {
    "humanitarian": Text(
        "aide humanitaire : hors des recoupements", "humanitarian help: kept out of cross-checks"
    ),
    "rescue": Text("sauvetage : hors des recoupements", "rescue: kept out of cross-checks"),
}
TraitKind = Literal["birth_place", "occupation", "make", "model", "colour", "description"]
TRAIT_WORDS: dict[TraitKind, Text] = {
    "birth_place": Text("lieu de naissance", "place of birth"),
    "occupation": Text("profession", "occupation"),
    "make": Text("marque", "make"),
    "model": Text("modèle", "model"),
    "colour": Text("couleur", "colour"),
    "description": Text("description", "description"),
}
COMPLETENESS_WORDS: dict[Literal["complete", "partial", "unknown"], Text] = {
    "complete": Text("énoncé complet", "complete statement"),
    "partial": Text("énoncé partiel", "partial statement"),
    "unknown": Text("on ne sait pas si l’énoncé est complet", "not known whether the statement is complete"),
}
CERTAINTY_WORDS: dict[Literal["certain", "probable", "possible", "unknown"], Text] = {
    "certain": Text("certain", "certain"),
    "probable": Text("probable", "probable"),
    "possible": Text("possible", "possible"),
    "unknown": Text("degré de certitude non connu", "certainty not known"),
}
SCHEME_WORDS: dict[Scheme, Text] = {
    "admiralty": Text("échelle Amirauté", "Admiralty scheme"),
    "5x5x5": Text("échelle 5x5x5", "5x5x5 scheme"),
    "3x5x2": Text("échelle 3x5x2", "3x5x2 scheme"),
    "europol": Text("échelle Europol", "Europol scheme"),
}
# One for each row of the tables of grades in docs/terms.md, in their order.
SOURCE_WORDS: tuple[Text, ...] = (
    Text("toujours fiable", "always reliable"),
    Text("généralement fiable", "mostly reliable"),
    Text("assez fiable", "fairly reliable"),
    Text("rarement fiable", "rarely reliable"),
    Text("peu sûre", "unreliable"),
    Text("non évaluable", "cannot be judged"),
)
INFORMATION_WORDS: tuple[Text, ...] = (
    Text("exactitude certaine", "accuracy not in doubt"),
    Text("connue directement par la source", "the source knows it directly"),
    Text("indirecte, recoupée", "indirect, corroborated"),
    Text("indirecte", "indirect"),
    Text("non connue", "not known"),
    Text("soupçonnée d’être fausse", "suspected to be false"),
)
# The Admiralty figures say how likely the content is true, which is not how the source came to know it; they have no
# row of their own in that table, and these are the scale's own words.
ADMIRALTY_WORDS: dict[str, Text] = {
    "1": Text("confirmée par d’autres sources", "confirmed by other sources"),
    "2": Text("probablement vraie", "probably true"),
    "3": Text("peut-être vraie", "possibly true"),
    "4": Text("douteuse", "doubtful"),
    "5": Text("improbable", "improbable"),
    "6": Text("véracité non évaluable", "truth cannot be judged"),
}


class Said(Protocol):
    """A handling label as the room that reads labels knows it: its code, and its words."""

    @property
    def code(self) -> str:
        """As it is written everywhere."""

    @property
    def text(self) -> Text:
        """What it obliges to."""


def word_of(words: Mapping[Any, Text], code: str) -> Text:
    """The words of a code. One that nobody here knows (a newer partner's) is said to be unknown, and quoted."""
    return words.get(code) or Text(f"mot inconnu ici : « {code} »", f'word not known here: "{code}"')


def joined(mark: str, texts: Iterable[Text]) -> Text:
    """Several texts in a row, both languages alike. Raises ValueError where there is none."""
    kept = tuple(texts)
    return Text(mark.join(text.fr for text in kept), mark.join(text.en for text in kept))


def handling_words(labels: Sequence[str], read: Callable[[str], Said | None]) -> tuple[Text, ...]:
    """Each label as code and obligation: "H2 · originator control: …".

    read: the reader of labels (`policy.handling.read_label`). A label that it does not know is said to be unknown.
    """
    return tuple(_label_words(written, read(written)) for written in labels)


def _label_words(written: str, label: Said | None) -> Text:
    if label is None:
        return Text(
            f"« {written} » · code de traitement inconnu ici : ce qui le porte ne se transmet pas",
            f'"{written}" · handling code not known here: what carries it is not passed on',
        )
    return Text(f"{label.code} · {label.text.fr}", f"{label.code} · {label.text.en}")


def grade_letters(grade: Grade) -> Text:
    """The two letters and their scheme: B2 (Admiralty scheme)."""
    scheme = SCHEME_WORDS[grade.scheme]
    return Text(f"{grade} ({scheme.fr})", f"{grade} ({scheme.en})")


def _meaning(grade: Grade, suspected_false: bool = False) -> Text:
    source = SOURCE_WORDS[source_row(grade)]
    if suspected_false:
        information = INFORMATION_WORDS[-1]
    elif grade.scheme == "admiralty":
        information = ADMIRALTY_WORDS[grade.information]
    else:
        information = INFORMATION_WORDS[information_row(grade)]
    return Text(
        f"source : {source.fr} ; information : {information.fr}",
        f"source: {source.en}; information: {information.en}",
    )


def grade_words(grade: Grade) -> Text:
    """A grade as its issuer gave it, and what its letters mean, each read as the worst that it may mean."""
    letters, meaning = grade_letters(grade), _meaning(grade)
    return Text(f"{letters.fr} ; {meaning.fr}", f"{letters.en}; {meaning.en}")


def grade_in_reader_scheme(grade: Grade | DerivedGrade, scheme: Scheme) -> Text:
    """A grade in the reader's scheme; where that is not the issuer's, it says what it was derived from.

    It is derived anew from the native grade, so no chain of readings improves it.
    """
    shown = show_in(grade, scheme)
    if not shown.is_derived:
        return grade_words(shown.native)
    letters, native = grade_letters(shown.grade), grade_letters(shown.native)
    meaning = _meaning(shown.grade, shown.is_flagged)
    return Text(
        f"{letters.fr} ; {meaning.fr} ; dérivée de {native.fr}",
        f"{letters.en}; {meaning.en}; derived from {native.en}",
    )


# French forms first, the one that answers for an English word in front.
_COLOURS: tuple[tuple[str, str], ...] = (
    ("noir noire noirs noires", "black"),
    ("blanc blanche blancs blanches", "white"),
    ("gris grise grises", "grey gray"),
    ("rouge rouges", "red"),
    ("bleu bleue bleus bleues", "blue"),
    ("vert verte verts vertes", "green"),
    ("jaune jaunes", "yellow"),
    ("orange", "orange"),
    ("marron brun brune", "brown"),
    ("beige", "beige"),
    ("rose roses", "pink"),
    ("violet violette", "purple"),
    ("argenté argentée argent", "silver"),
    ("doré dorée", "gold golden"),
    ("kaki", "khaki"),
)


def _folded(word: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(c))


_FRENCH = {_folded(fr): en.split()[0] for frs, en in _COLOURS for fr in frs.split()}
_ENGLISH = {_folded(en): frs.split()[0] for frs, ens in _COLOURS for en in ens.split()}
_SHADES = {"fonce": "dark", "foncee": "dark", "clair": "light", "claire": "light"}
_SHADES_FR = {"dark": "foncé", "light": "clair"}


def colour_words(written: str) -> Text:
    """A colour in both languages, its writer's word kept in the writer's own; as written where it is not known."""
    words = _folded(written).split()
    if not words:
        return Text(written or "–", written or "–")
    if words[0] in _FRENCH and (len(words) == 1 or (len(words) == 2 and words[1] in _SHADES)):
        shade = f"{_SHADES[words[1]]} " if len(words) == 2 else ""
        return Text(written, shade + _FRENCH[words[0]])
    if words[-1] in _ENGLISH and (len(words) == 1 or (len(words) == 2 and words[0] in _SHADES_FR)):
        shade = f" {_SHADES_FR[words[0]]}" if len(words) == 2 else ""
        return Text(_ENGLISH[words[-1]] + shade, written)
    return Text(written, written)
