"""What a handling label obliges its reader to.

A label compiles into atomic obligations; where several labels meet, each obligation that any of them carries
is there, and the narrowest audience counts, because a reader cannot unsee the rest. So order, repetition and
grouping of labels change nothing, and whatever is derived from several records inherits the labels of all. A
label that nobody here can read is never skipped: it stays, named, and the floor refuses to pass on what
carries it. Classification above the parties' ceiling does not enter at all. Source of the table:
docs/terms.md.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Literal

import msgspec

from entente.errors import Malformed, NotPermitted, Text

Obligation = Literal["purpose_bound", "court_consent", "originator_control", "conditions"]
# Narrowest last. "unstated": no label spoke of an audience.
Audience = Literal["unstated", "clear", "green", "amber", "amber_strict", "red"]
AUDIENCES: tuple[Audience, ...] = ("unstated", "clear", "green", "amber", "amber_strict", "red")


class Obligations(msgspec.Struct, frozen=True, kw_only=True):
    """What labels add up to. unknown: the labels that could not be read, as written, sorted."""

    words: frozenset[Obligation] = frozenset()
    audience: Audience = "unstated"
    unknown: tuple[str, ...] = ()

    def __or__(self, other: Obligations) -> Obligations:
        """Both together: every obligation of either, and the narrower audience."""
        return Obligations(
            words=self.words | other.words,
            audience=max(self.audience, other.audience, key=AUDIENCES.index),
            unknown=tuple(sorted({*self.unknown, *other.unknown})),
        )


class Label(msgspec.Struct, frozen=True, kw_only=True):
    """One label that this house can read. classification: 0 for none, 1 OFFICIAL, 2 restricted."""

    code: str
    obligations: Obligations
    text: Text
    classification: int = 0


def _label(
    code: str, fr: str, en: str, *words: Obligation, audience: Audience = "unstated", level: int = 0
) -> Label:
    obligations = Obligations(words=frozenset(words), audience=audience)
    return Label(code=code, obligations=obligations, text=Text(fr, en), classification=level)


_LABELS = (
    _label("H0", "finalité limitée", "purpose bound", "purpose_bound"),
    _label(
        "H1",
        "pas d’usage judiciaire sans accord de l’émetteur",
        "no use in court without the originator’s consent",
        "purpose_bound",
        "court_consent",
    ),
    _label(
        "H2",
        "contrôle de l’émetteur : pas de retransmission par un destinataire sans son accord",
        "originator control: no onward release by a recipient without consent",
        "purpose_bound",
        "originator_control",
    ),
    _label(
        "H3",
        "conditions écrites, acceptées avant ouverture",
        "written conditions, accepted before opening",
        "purpose_bound",
        "conditions",
    ),
    _label("UK:P", "finalité limitée", "purpose bound", "purpose_bound"),
    _label(
        "UK:C",
        "conditions écrites, acceptées avant ouverture",
        "written conditions, accepted before opening",
        "purpose_bound",
        "conditions",
    ),
    _label(
        "5x5x5:4",
        "contrôle de l’émetteur (échelle 5x5x5, code 4)",
        "originator control (5x5x5, code 4)",
        "purpose_bound",
        "originator_control",
    ),
    _label(
        "5x5x5:5",
        "contrôle de l’émetteur (échelle 5x5x5, code 5)",
        "originator control (5x5x5, code 5)",
        "purpose_bound",
        "originator_control",
    ),
    _label("TLP:CLEAR", "destinataires : sans limite", "audience: no limit", audience="clear"),
    _label("TLP:GREEN", "destinataires : la communauté", "audience: the community", audience="green"),
    _label(
        "TLP:AMBER",
        "destinataires : le service et ceux pour qui il travaille, selon le besoin d’en connaître",
        "audience: the organisation and those it serves, who need to know",
        audience="amber",
    ),
    _label(
        "TLP:AMBER+STRICT",
        "destinataires : le service seul, selon le besoin d’en connaître",
        "audience: the organisation alone, who need to know",
        audience="amber_strict",
    ),
    _label(
        "TLP:RED",
        "destinataires : ceux qui l’ont reçu, personne d’autre",
        "audience: those who were given it and nobody else",
        "originator_control",
        audience="red",
    ),
    _label("OFFICIAL", "OFFICIAL (classification britannique)", "OFFICIAL (UK classification)", level=1),
    _label(
        "OFFICIAL-SENSITIVE",
        "OFFICIAL-SENSITIVE (classification britannique)",
        "OFFICIAL-SENSITIVE (UK classification)",
        level=2,
    ),
    _label(
        "DR", "Diffusion Restreinte (mention française)", "Diffusion Restreinte (French marking)", level=2
    ),
)
LABELS: dict[str, Label] = {label.code: label for label in _LABELS}
LABEL_WORDS: dict[str, Text] = {label.code: label.text for label in _LABELS}


def _folded(written: str) -> str:
    """A label without accents, case, blanks and punctuation: what two officers mean by the same word."""
    plain = unicodedata.normalize("NFKD", written).upper()
    return "".join(letter for letter in plain if letter.isalnum())


_SPELLINGS: dict[str, str] = {_folded(code): code for code in LABELS} | {
    "P": "UK:P",
    "C": "UK:C",
    "3X5X2P": "UK:P",
    "3X5X2C": "UK:C",
    "DIFFUSIONRESTREINTE": "DR",
}
# Any marking with such a word lies above every ceiling. It also refuses a harmless "secret professionnel",
# rather than tell one secret from another by its spelling.
_ABOVE_WORDS = ("SECRET", "CONFIDENTIAL", "CONFIDENTIEL")
_ABOVE_SHORT = frozenset({"TS", "TSD", "SD", "CD", "CTS", "NS", "NC"})
_HIGHEST = 2


@lru_cache(maxsize=1024)
def read_label(written: str) -> Label | None:
    """The label that was meant ("h 1", "UK P", "tlp amber strict"); None when this house does not know it."""
    code = _SPELLINGS.get(_folded(written))
    return LABELS[code] if code else None


@lru_cache(maxsize=4096)
def _compiled(labels: tuple[str, ...]) -> Obligations:
    together = Obligations()
    for written in labels:
        label = read_label(written)
        together |= label.obligations if label else Obligations(unknown=(written,))
    return together


def compile_labels(labels: Iterable[str]) -> Obligations:
    """What several labels together oblige to; the same in any order and however often one is repeated.

    No label at all yields no obligation; the door (`check_handling`) lets no such record in.
    """
    return _compiled(tuple(labels))


def inherited_labels(labels: Iterable[Sequence[str]]) -> tuple[str, ...]:
    """The labels of what is made of several records (extract, link): all of theirs, each once (ORI-2)."""
    found: dict[str, str] = {}
    for written in sorted({written for one in labels for written in one}):
        label = read_label(written)
        found.setdefault(label.code if label else written, label.code if label else written)
    return tuple(found)


def check_handling(labels: Sequence[str], conditions: str | None = None) -> Obligations:
    """What a record that enters is bound by.

    Raises Malformed when it carries no label, or a label that announces written conditions and none are
    written.
    """
    if not any(label.strip() for label in labels):
        raise Malformed(
            "handling_missing",
            Text(
                fr="Cette fiche ne porte aucun code de traitement : nul ne saurait ce qu’il peut en faire.",
                en="This record carries no handling code: nobody would know what may be done with it.",
            ),
            Text(fr="Indiquez-en un, par exemple H1.", en="Give one, for example H1."),
        )
    obligations = compile_labels(labels)
    if "conditions" in obligations.words and not (conditions and conditions.strip()):
        raise Malformed(
            "conditions_missing",
            Text(
                fr="Le code annonce des conditions écrites, et aucune n’est écrite.",
                en="The handling code announces written conditions, and none are written.",
            ),
            Text(
                fr="Écrivez les conditions, ou choisissez un autre code.",
                en="Write them, or choose another code.",
            ),
        )
    return obligations


def classification(labels: Iterable[str]) -> int:
    """The highest classification among labels: 0 none, 1 OFFICIAL, 2 restricted, 3 anything above."""
    highest = 0
    for written in labels:
        label = read_label(written)
        if label:
            highest = max(highest, label.classification)
        elif _lies_above(written):
            highest = _HIGHEST + 1
    return highest


def _lies_above(written: str) -> bool:
    folded = _folded(written)
    return folded in _ABOVE_SHORT or any(word in folded for word in _ABOVE_WORDS)


def check_ceiling(labels: Iterable[str], ceiling: str) -> None:
    """Refuse at the door what is classified above a party's ceiling.

    ceiling: the label that `Agreement.ceilings` names. One that cannot be read lets only unclassified records
    in, and none, whatever it says, lets in anything above Diffusion Restreinte or OFFICIAL-SENSITIVE.
    Raises NotPermitted("classification_above_ceiling").
    """
    limit = read_label(ceiling)
    if classification(labels) > (limit.classification if limit else 0):
        raise NotPermitted(
            "classification_above_ceiling",
            Text(
                fr=f"Cette fiche est classifiée au-dessus de ce qui peut entrer ici (plafond : {ceiling}).",
                en=f"This record is classified above what may enter here (ceiling: {ceiling}).",
            ),
            Text(
                fr="Ne la saisissez pas ; prévenez votre officier de sécurité si elle a déjà été copiée.",
                en="Do not enter it; tell your security officer if it has already been copied.",
            ),
        )
