"""The letter to a person who asked what is held of them, or that it be put right, in both languages at once (ERA-5).

One structure, two languages: a paragraph exists in both or in neither. "Nothing is held" and "we may not say" are one
and the same letter, byte for byte but for reference, date and name: whoever compares two letters learns nothing, and
so every letter says that the law may restrict an answer without the answer saying so. Nothing personal stands in it
but the requester's own name and what is disclosed to them. A letter is a draft until a person has read and signed it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import msgspec

from entente.errors import Text
from entente.model.office_act import DataRight
from entente.oversight.answers import Answer, RefusalGround
from entente.oversight.redact import Disclosed

_MONTHS = (
    ("janvier", "January"),
    ("février", "February"),
    ("mars", "March"),
    ("avril", "April"),
    ("mai", "May"),
    ("juin", "June"),
    ("juillet", "July"),
    ("août", "August"),
    ("septembre", "September"),
    ("octobre", "October"),
    ("novembre", "November"),
    ("décembre", "December"),
)
RIGHT_WORDS: dict[DataRight, Text] = {
    "access": Text("l’accès à ces données", "access to these data"),
    "rectification": Text("leur rectification", "their rectification"),
    "erasure": Text("leur effacement", "their erasure"),
    "restriction": Text("la limitation de leur traitement", "the restriction of their processing"),
}
_GRANTED: dict[DataRight, Text] = {
    "access": Text(
        "Voici les données vous concernant qui vous sont communiquées :",
        "These are the data concerning you that are disclosed to you:",
    ),
    "rectification": Text(
        "Il est fait droit à votre demande de rectification pour les données suivantes :",
        "Your request for rectification is granted for the following data:",
    ),
    "erasure": Text(
        "Il est fait droit à votre demande d’effacement pour les données suivantes :",
        "Your request for erasure is granted for the following data:",
    ),
    "restriction": Text(
        "Il est fait droit à votre demande de limitation pour les données suivantes :",
        "Your request for restriction is granted for the following data:",
    ),
}
# The one answer of "nothing is held" and of "we neither confirm nor deny".
_NOTHING_TO_GIVE = Text(
    "À l’issue de ces recherches, il n’y a aucune donnée vous concernant que la loi nous oblige à vous communiquer, ni "
    "aucune mesure dont elle nous oblige à vous rendre compte. Cette réponse ne confirme ni n’infirme que des données "
    "vous concernant soient détenues.",
    "After these searches there are no data concerning you that the law obliges us to disclose to you, and no measure "
    "of which it obliges us to give you an account. This answer neither confirms nor denies that data concerning you "
    "are held.",
)
_STANDING = Text(
    "La loi permet de restreindre une réponse, en tout ou en partie, sans le dire lorsque le dire irait contre le but "
    "de la restriction. Toute lettre que nous envoyons comporte donc cette phrase, qu’il y ait eu restriction ou non.",
    "The law allows an answer to be restricted, wholly or in part, without saying so where saying so would defeat the "
    "purpose of the restriction. Every letter that we send therefore holds this sentence, "
    "whether or not there was one.",
)


class Redress(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where a person may turn: the supervisory authority and the court. To be confirmed by counsel."""

    authority: Text
    court: Text


REDRESS: dict[str, Redress] = {
    "FR": Redress(
        authority=Text(
            "la Commission nationale de l’informatique et des libertés (CNIL), 3 place de Fontenoy, TSA 80715, "
            "75334 Paris Cedex 07, France (www.cnil.fr)",
            "the Commission nationale de l’informatique et des libertés (CNIL), 3 place de Fontenoy, TSA 80715, "
            "75334 Paris Cedex 07, France (www.cnil.fr)",
        ),
        court=Text("le juge administratif", "the administrative court"),
    ),
    "UK": Redress(
        authority=Text(
            "l’Information Commissioner (ICO), Wycliffe House, Water Lane, Wilmslow, Cheshire SK9 5AF, "
            "Royaume-Uni (ico.org.uk)",
            "the Information Commissioner (ICO), Wycliffe House, Water Lane, Wilmslow, Cheshire SK9 5AF, "
            "United Kingdom (ico.org.uk)",
        ),
        court=Text(
            "la juridiction compétente (High Court ou county court ; en Écosse, Court of Session ou sheriff)",
            "the competent court (High Court or county court; in Scotland, Court of Session or sheriff)",
        ),
    ),
}


class Answering(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who answers. contact: how the data protection officer is reached, the same in both languages."""

    service: Text
    contact: str
    redress: Redress


class RequestTold(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a letter says of the request. authority: "" where the person asked, else who asked for them."""

    reference: str
    person: str
    right: DataRight
    received_on: dt.date
    authority: str = ""


class Paragraph(msgspec.Struct, frozen=True):
    """One paragraph; name is the same in both languages and tells what stands there."""

    name: str
    text: Text


class Letter(msgspec.Struct, frozen=True):
    """The whole, paragraph by paragraph."""

    paragraphs: tuple[Paragraph, ...]

    @property
    def text(self) -> Text:
        """Both languages, a blank line between paragraphs."""
        return Text(
            "\n\n".join(one.text.fr for one in self.paragraphs),
            "\n\n".join(one.text.en for one in self.paragraphs),
        )

    @property
    def fr(self) -> str:
        """The French letter."""
        return self.text.fr

    @property
    def en(self) -> str:
        """The English letter."""
        return self.text.en


def letter(
    asked: RequestTold,
    answer: Answer,
    answering: Answering,
    answered_on: dt.date,
    *,
    disclosed: Sequence[Disclosed] = (),
    grounds: Sequence[RefusalGround] = (),
) -> Letter:
    """Write the letter.

    disclosed: the redacted parts, from those who keep the records (see `redact`). grounds: of all refusals; those that
    may not be said are left out here, whoever hands them in.
    """
    paragraphs = [
        _head(asked, answering, answered_on),
        _request(asked),
        _searched(),
        *_answer(asked.right, answer, disclosed, grounds),
        Paragraph("standing", _STANDING),
        _redress(answering),
        Paragraph(
            "contact",
            Text(
                f"Le délégué à la protection des données vous répond à : {answering.contact}",
                f"The data protection officer can be reached at: {answering.contact}",
            ),
        ),
    ]
    return Letter(tuple(paragraphs))


def _date(day: dt.date) -> Text:
    french, english = _MONTHS[day.month - 1]
    number = "1er" if day.day == 1 else str(day.day)
    return Text(f"{number} {french} {day.year}", f"{day.day} {english} {day.year}")


def _head(asked: RequestTold, answering: Answering, answered_on: dt.date) -> Paragraph:
    day, service = _date(answered_on), answering.service
    return Paragraph(
        "head",
        Text(
            f"{service.fr}\nRéférence : {asked.reference}\nLe {day.fr}\nConcerne : {asked.person}",
            f"{service.en}\nReference: {asked.reference}\n{day.en}\nConcerning: {asked.person}",
        ),
    )


def _request(asked: RequestTold) -> Paragraph:
    day, right = _date(asked.received_on), RIGHT_WORDS[asked.right]
    if asked.authority:
        fr = f"{asked.authority} nous a saisis pour vous d’une demande, reçue le {day.fr}, qui porte sur"
        en = f"{asked.authority} put a request to us on your behalf, received on {day.en}, concerning"
    else:
        fr = f"Vous nous avez adressé une demande, reçue le {day.fr}, qui porte sur"
        en = f"You put a request to us, received on {day.en}, concerning"
    return Paragraph(
        "request",
        Text(
            f"{fr} les données à caractère personnel vous concernant : {right.fr}.",
            f"{en} the personal data that concern you: {right.en}.",
        ),
    )


def _searched() -> Paragraph:
    return Paragraph(
        "searched",
        Text(
            "Tous les fonds tenus ici ont été interrogés : ce que nos services ont recueilli et ce qui leur a été "
            "communiqué, quel que soit le compartiment. La recherche a porté sur le nom, la date de naissance et les "
            "identifiants donnés avec la demande.",
            "All that is kept here was searched: what our services took down and what was given to them, whatever the "
            "compartment. The search was made by name, date of birth and the identifiers given with the request.",
        ),
    )


def _answer(
    right: DataRight, answer: Answer, disclosed: Sequence[Disclosed], grounds: Sequence[RefusalGround]
) -> list[Paragraph]:
    if answer in ("nothing_held", "neither_confirmed_nor_denied"):
        return [Paragraph("answer", _NOTHING_TO_GIVE)]
    found: list[Paragraph] = []
    if answer != "refused":
        found.append(Paragraph("answer", _GRANTED[right]))
        found += [Paragraph("disclosed", _disclosed(one)) for one in disclosed]
    said = list(dict.fromkeys(ground for ground in grounds if ground.said))
    if said:
        fr = "\n".join(f"– {ground.fr} ({ground.law_fr})" for ground in said)
        en = "\n".join(f"– {ground.en} ({ground.law_en})" for ground in said)
        found.append(
            Paragraph(
                "grounds",
                Text(
                    f"Il n’est pas fait droit au reste de votre demande, ou à sa totalité, au motif que :\n{fr}",
                    f"The rest of your request, or all of it, is refused on the ground that:\n{en}",
                ),
            )
        )
    return found


def _disclosed(one: Disclosed) -> Text:
    """Facts line by line, then the text; the record's own number stays inside the house."""
    lines = [*one.facts, *(Text(f"« {text.fr} »", f'"{text.en}"') for text in one.words)]
    if not lines:
        return Text("– (aucune donnée propre)", "– (no data of your own)")
    return Text("\n".join(f"– {text.fr}" for text in lines), "\n".join(f"– {text.en}" for text in lines))


def _redress(answering: Answering) -> Paragraph:
    authority, court = answering.redress.authority, answering.redress.court
    return Paragraph(
        "redress",
        Text(
            f"Vous pouvez demander à l’autorité de contrôle d’exercer vos droits pour vous et de vérifier la licéité "
            f"du traitement, ou lui adresser une réclamation : {authority.fr}. Vous pouvez aussi saisir {court.fr}.",
            f"You may ask the supervisory authority to exercise your rights for you and to check that the processing "
            f"is lawful, or complain to it: {authority.en}. You may also go to {court.en}.",
        ),
    )
