"""The grounds of a possible link, in words that an analyst or a court can follow.

One sentence a ground, for and against alike, in French and English from one structure; the bits shown add
up to exactly the bits of the hit. What is said here is what a machine found alike and how far that goes: an
assessment, worded as one (FACT-5). It never says that two are one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from entente.errors import Text
from entente.evidence.compare import consecutive
from entente.evidence.weigh import GroundFound, weigh
from entente.model.identifier import IDENTIFIER_KINDS, KIND_WORDS
from entente.model.report import Ground

TRAIT_WORDS: dict[str, Text] = {
    "birth_place": Text("lieu de naissance", "place of birth"),
    "occupation": Text("profession", "occupation"),
    "make": Text("marque", "make"),
    "model": Text("modèle", "model"),
    "colour": Text("couleur", "colour"),
    "company": Text("nom de société ou d’établissement", "name of a company or place of business"),
}
LIKENESS_WORDS: dict[str, Text] = {
    "exact": Text("identique", "the same"),
    "spelling": Text("mêmes consonnes", "same consonants"),
    "slip": Text("une lettre d’écart", "a slip of one letter or two"),
    "pet_name": Text("forme familière ou voisine", "a pet name or kindred form"),
    "shortened": Text("forme abrégée", "shortened"),
    "initial": Text("initiale compatible", "a fitting initial"),
    "joined": Text("mots soudés ou séparés", "joined or parted words"),
    "": Text("différent", "different"),
}
# "{kind}" is the kind in words, "{one}" and "{other}" the values, "{holders}" how many carry it.
OUTCOME_WORDS: dict[str, Text] = {
    "same": Text("Même {kind} : {one}.", "Same {kind}: {one}."),
    "misread": Text(
        "{Kind} : {one} et {other} ne diffèrent que par des signes que l’on confond à la lecture.",
        "{Kind}: {one} and {other} differ only in signs that are mistaken for each other.",
    ),
    "partial": Text(
        "{Kind}, lecture partielle : {one} et {other} concordent sur les signes lus.",
        "{Kind} read in part: {one} and {other} agree in every sign that was read.",
    ),
    "transposed": Text(
        "{Kind} : {one} et {other} diffèrent par deux signes voisins intervertis.",
        "{Kind}: {one} and {other} differ by two neighbouring signs that changed places.",
    ),
    "near": Text(
        "{Kind} presque semblable : {one} et {other}.", "{Kind} nearly the same: {one} and {other}."
    ),
    "hub": Text(
        "Même {kind} : {one}, mais {holders} entités y sont rattachées ; une valeur aussi partagée dit peu.",
        "Same {kind}: {one}, but {holders} entities carry it; shared by so many, it says little.",
    ),
    "public": Text(
        "Même {kind} : {one}, mais un compte public peut être cité par n’importe qui.",
        "Same {kind}: {one}, but anyone may name a public account.",
    ),
    "long_apart": Text(
        "Même {kind} : {one}, mais à plus de deux ans d’écart ; le titulaire a pu changer.",
        "Same {kind}: {one}, but seen more than two years apart; it may have changed hands.",
    ),
    "held_apart": Text(
        "Même {kind} : {one}, mais sur deux périodes qui ne se recoupent pas.",
        "Same {kind}: {one}, but held in two periods that do not meet.",
    ),
    "outside": Text(
        "Même {kind} : {one}, mais hors de la période connue de l’autre côté ; le titulaire a pu changer.",
        "Same {kind}: {one}, but outside the period known on the other side; it may have changed hands.",
    ),
    "differs": Text(
        "{Kind} : deux valeurs différentes, {one} et {other}.", "{Kind} differs: {one} and {other}."
    ),
}
NAME_WORDS: dict[str, Text] = {
    "same": Text("Noms concordants : « {one} » et « {other} »", 'Names agree: "{one}" and "{other}"'),
    "compatible": Text(
        "Noms compatibles : « {one} » et « {other} »", 'Names are compatible: "{one}" and "{other}"'
    ),
    "in_part": Text(
        "Noms qui ne concordent qu’en partie : « {one} » et « {other} »",
        'Names agree only in part: "{one}" and "{other}"',
    ),
    "alias": Text("Surnoms concordants : « {one} » et « {other} »", 'Nicknames agree: "{one}" and "{other}"'),
    "different": Text("Noms différents : « {one} » et « {other} »", 'Different names: "{one}" and "{other}"'),
}
BIRTH_WORDS: dict[str, Text] = {
    "same": Text("Même date de naissance : {one}.", "Same date of birth: {one}."),
    "same_year": Text(
        "Dates de naissance compatibles, connues en partie : {one} et {other}.",
        "Dates of birth are compatible, known in part: {one} and {other}.",
    ),
    "swapped": Text(
        "Dates de naissance au jour et au mois intervertis : {one} et {other}.",
        "Dates of birth with day and month exchanged: {one} and {other}.",
    ),
    "slip": Text(
        "Dates de naissance à un chiffre d’écart : {one} et {other}.",
        "Dates of birth one digit apart: {one} and {other}.",
    ),
    "slip_year": Text(
        "Années de naissance à un chiffre d’écart : {one} et {other}.",
        "Years of birth one digit apart: {one} and {other}.",
    ),
    "other_day": Text(
        "Même année de naissance, autre jour : {one} et {other}.",
        "Same year of birth, another day: {one} and {other}.",
    ),
    "different": Text(
        "Dates de naissance différentes : {one} et {other}.", "Different dates of birth: {one} and {other}."
    ),
}
CONSECUTIVE = Text(
    " Numéros qui se suivent : deux pièces d’un même lot.",
    " The numbers follow each other: two pieces of one lot.",
)


class HasGrounds(Protocol):
    """What `headline` reads of a hit."""

    @property
    def grounds(self) -> Sequence[GroundFound]: ...


def explain(found: Iterable[GroundFound]) -> tuple[Ground, ...]:
    """Each ground in words, the weightiest first; their bits add up to exactly what `weigh` says."""
    ordered = sorted(found, key=lambda ground: (-abs(ground.bits), ground.kind, ground.outcome))
    return tuple(
        Ground(code=f"{ground.kind}_{ground.outcome}", bits=ground.bits, text=words(ground))
        for ground in ordered
    )


def words(ground: GroundFound) -> Text:
    """One ground as a sentence."""
    if ground.kind == "name":
        return _name(ground)
    if ground.kind == "birth":
        return _filled(BIRTH_WORDS[ground.outcome], ground, Text("date de naissance", "date of birth"))
    text = _filled(OUTCOME_WORDS[ground.outcome], ground, kind_words(ground.kind))
    if (
        ground.kind == "engine_serial"
        and ground.outcome == "differs"
        and consecutive(ground.one, ground.other)
    ):
        return Text(text.fr + CONSECUTIVE.fr, text.en + CONSECUTIVE.en)
    return text


def kind_words(kind: str) -> Text:
    """A kind of ground in words."""
    for known in IDENTIFIER_KINDS:
        if known == kind:
            return KIND_WORDS[known]
    return TRAIT_WORDS[kind]


def _filled(pattern: Text, ground: GroundFound, kind: Text) -> Text:
    def fill(written: str, said: str) -> str:
        return written.format(
            kind=said,
            Kind=said[0].upper() + said[1:],
            one=ground.one,
            other=ground.other,
            holders=ground.holders,
        )

    return Text(fill(pattern.fr, kind.fr), fill(pattern.en, kind.en))


def _name(ground: GroundFound) -> Text:
    whole = _filled(NAME_WORDS[ground.outcome], ground, Text("nom", "name"))
    told = [part for part in ground.parts if part[2] != "exact"]
    if not told:
        return Text(whole.fr + ".", whole.en + ".")
    fr = " ; ".join(f"{one} / {other} : {LIKENESS_WORDS[likeness].fr}" for one, other, likeness in told)
    en = "; ".join(f"{one} / {other}: {LIKENESS_WORDS[likeness].en}" for one, other, likeness in told)
    return Text(f"{whole.fr} ({fr}).", f"{whole.en} ({en}).")


def show_bits(bits: float) -> Text:
    """Bits to the quarter, without idle zeros, with each language's decimal sign."""
    plain = f"{bits:.2f}".rstrip("0").rstrip(".")
    return Text(plain.replace("-", "−").replace(".", ","), plain.replace("-", "−"))


def headline(hit: HasGrounds) -> Text:
    """One line for a hit: a possible link, its bits, and what speaks most for it and against it."""
    bits = show_bits(weigh(hit.grounds))
    spoken = [words(ground) for ground in _weightiest(hit.grounds)]
    fr = " ".join(text.fr for text in spoken)
    en = " ".join(text.en for text in spoken)
    return Text(
        f"Lien possible, {bits.fr} bits : {_lowered(fr)}", f"Possible link, {bits.en} bits: {_lowered(en)}"
    )


def _weightiest(grounds: Iterable[GroundFound]) -> list[GroundFound]:
    """The two that speak most for the link and the one that speaks most against it."""
    ordered = sorted(grounds, key=lambda ground: (-ground.bits, ground.kind))
    supporting = [ground for ground in ordered if ground.bits > 0][:2]
    return supporting + [ground for ground in ordered if ground.bits < 0][-1:]


def _lowered(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:] if not sentence[:2].isupper() else sentence
