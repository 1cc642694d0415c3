"""What is said in codes and figures reads alike in both languages, and no code word reaches a reader."""

from __future__ import annotations

import datetime as dt
import re
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from entente.errors import Text
from entente.formats import summary
from entente.formats.summary import (
    entity_summary,
    identifier_words,
    persons_words,
    position_words,
    sighting_words,
    statement_summary,
)
from entente.model.entity import CATEGORIES, AgeBand, Entity, EntityKind, Exemption, Trait
from entente.model.grading import SCALES, Grade, Scheme
from entente.model.identifier import IDENTIFIER_KINDS, Identifier
from entente.model.moment import PartialDate, Period
from entente.model.name import NAME_KINDS, Name
from entente.model.place import Position
from entente.model.report import Basis, Kind, Statement, Wording
from entente.model.sighting import PersonsOnBoard, Phase, Sighting

MORNING = dt.datetime(2031, 11, 12, 4, 30, tzinfo=dt.UTC)
SCHEMES: tuple[Scheme, ...] = get_args(Scheme)

# -- sightings --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "french", "english"),
    [
        (None, "nombre de personnes inconnu", "number of persons unknown"),
        (PersonsOnBoard(), "nombre de personnes inconnu", "number of persons unknown"),
        (PersonsOnBoard(40, 50), "40 à 50 personnes", "40 to 50 persons"),
        (PersonsOnBoard(30), "au moins 30 personnes", "at least 30 persons"),
        (PersonsOnBoard(1), "au moins 1 personne", "at least 1 person"),
        (PersonsOnBoard(0, 12), "au plus 12 personnes", "at most 12 persons"),
        (PersonsOnBoard(47, 47), "47 personnes", "47 persons"),
        (PersonsOnBoard(0, 0), "aucune personne", "no persons"),
    ],
)
def test_persons_on_board_are_an_interval_in_words(
    count: PersonsOnBoard | None, french: str, english: str
) -> None:
    assert persons_words(count) == Text(french, english)


def test_a_position_is_never_said_to_be_closer_than_it_is() -> None:
    def said(uncertainty_m: float | None) -> str:
        return position_words(Position(latitude=51.04, longitude=1.47667, uncertainty_m=uncertainty_m)).fr

    assert said(None) == "51°02.400′N 001°28.600′E"
    assert said(499.2) == "51°02.400′N 001°28.600′E (à 500 m près)"
    assert said(5000) == "51°02.400′N 001°28.600′E (à 2,7 M près)"


def test_a_sighting_is_one_line_in_both_languages() -> None:
    seen = Sighting(
        phase="alert",
        position=Position(latitude=51.04, longitude=1.47667),
        persons_on_board=PersonsOnBoard(40, 50),
        children=3,
        missing=1,
        words="ils crient",
        status="recovered_incomplete",
    )
    boat = Entity(id="e1", kind="boat")
    assert sighting_words(seen, (boat,)) == Text(
        "1 bateau, 40 à 50 personnes, dont 3 enfants, 1 personne disparue · phase d’alerte · "
        "51°02.400′N 001°28.600′E · personnes récupérées en partie",
        "1 boat, 40 to 50 persons, of whom 3 children, 1 person missing · alert phase · "
        "51°02.400′N 001°28.600′E · persons recovered in part",
    )


def test_what_was_done_is_quoted_where_it_is_no_known_code() -> None:
    assert sighting_words(Sighting(status="remis à la PAF")).en.endswith('· "remis à la PAF"')
    assert sighting_words(Sighting(status="towed_to_port")).fr.endswith("· « towed to port »")


# -- entities and identifiers -----------------------------------------------------------------------------------------


def test_names_keep_their_script_which_comes_first() -> None:
    person = Entity(
        id="e1",
        kind="person",
        category="not_yet_assessed",
        names=(
            Name("Soran DELIRZAD"),
            Name("Haji Dlo", "alias"),
            Name("سۆران دلیرزاد", "native", "ckb"),
            Name("ሳሙኤል ተክለብርሃን", "native", "am"),
            Name("سوران دليرزاد", "full", "ar"),
        ),
        birth=PartialDate(1989),
        age_band="disputed",
        exempt="rescue",
        nationality="XX",
    )
    said = entity_summary(person)
    assert said.fr == (
        "personne : سۆران دلیرزاد (nom dans l’écriture d’origine), ሳሙኤል ተክለብርሃን (nom dans l’écriture "
        "d’origine), سوران دليرزاد, Soran DELIRZAD, Haji Dlo (surnom) · qualité : non évalué · naissance : 1989 · "
        "âge contesté · sauvetage : hors des recoupements"
    )
    assert said.en.endswith(
        "Soran DELIRZAD, Haji Dlo (alias) · category: not yet assessed · birth: 1989 · age disputed · "
        "rescue: kept out of cross-checks"
    )
    assert "XX" not in said.fr + said.en


def test_a_thing_says_its_make_and_its_colour_in_both_languages() -> None:
    van = Entity(
        id="e1",
        kind="vehicle",
        traits=(Trait("make", "Renault"), Trait("colour", "bleu foncé"), Trait("colour", "white")),
    )
    assert entity_summary(van) == Text(
        "véhicule · marque : Renault · couleur : bleu foncé · couleur : blanc",
        "vehicle · make: Renault · colour: dark blue · colour: white",
    )
    assert entity_summary(Entity(id="e1", kind="organisation")).fr == "organisation : nom non connu"


@pytest.mark.parametrize(
    ("identifier", "french", "english"),
    [
        (
            Identifier(kind="phone", written="06 39 98 04 17"),
            "numéro de téléphone : 06 39 98 04 17 (soit +33 6 39 98 04 17)",
            "telephone number: 06 39 98 04 17 (that is +33 6 39 98 04 17)",
        ),
        (
            Identifier(kind="plate", written="FO-417-IU"),
            "plaque d’immatriculation : FO-417-IU · à vérifier : "
            "lettres jamais attribuées sur une plaque (I, O, U, SS)",
            "number plate: FO-417-IU · to be checked: letters never issued on a plate (I, O, U, SS)",
        ),
        (
            Identifier(kind="iban", written="FR7699999000010000000000155"),
            "compte bancaire (IBAN) : FR7699999000010000000000155 · à vérifier : la clé de l’IBAN est fausse",
            "bank account (IBAN): FR7699999000010000000000155 · "
            "to be checked: the check digits of the IBAN are wrong",
        ),
        (
            Identifier(kind="handle", written="https://example.org/haji_dlo"),
            "nom de compte en ligne : https://example.org/haji_dlo (soit @haji_dlo)",
            "online handle: https://example.org/haji_dlo (that is @haji_dlo)",
        ),
        (
            Identifier(
                kind="imei",
                written="00101900 123456",
                held=Period(PartialDate(2031, 9, 12), PartialDate(2031, 10)),
            ),
            "IMEI du terminal : 00101900 123456 · période : du 12 septembre 2031 à octobre 2031",
            "IMEI of the handset: 00101900 123456 · held from 12 September 2031 to October 2031",
        ),
    ],
)
def test_an_identifier_says_its_kind_value_notation_fault_and_time(
    identifier: Identifier, french: str, english: str
) -> None:
    said = identifier_words(identifier)
    assert said.en.startswith(english)
    assert said.fr.startswith(french)


def test_a_number_already_in_full_is_not_said_twice() -> None:
    assert "(" not in identifier_words(Identifier(kind="phone", written="+33 (6) 39.98.04.17")).en.replace(
        "(6)", ""
    )


# -- a whole statement ------------------------------------------------------------------------------------------------


def test_a_statement_is_understood_whatever_language_it_was_written_in() -> None:
    said = statement_summary(
        Statement(
            id="s1",
            basis="fact",
            wording=Wording(language="ckb", text="بەلەمێک"),
            grade=Grade("admiralty", "B", "2"),
            checked_on=dt.date(2031, 11, 12),
            completeness="partial",
            certainty="probable",
            entities=(
                Entity(id="e1", kind="boat", identifiers=(Identifier(kind="hull", written="XA-ABC12345"),)),
            ),
            sighting=Sighting(phase="alert", persons_on_board=PersonsOnBoard(40, 50), children=3),
        ),
        said_at=MORNING,
        kind="sighting",
    )
    assert [text.fr for text in said] == [
        "Observation · 12 novembre 2031, 04 h 30 (UTC)",
        "1 bateau, 40 à 50 personnes, dont 3 enfants · phase d’alerte · position non connue",
        "Bateau",
        "Numéro d’identification de coque : XA-ABC12345 · à vérifier : "
        "n’a pas la forme d’un numéro de coque (ISO 10087)",
        "Fait · cotation B2 (échelle Amirauté) ; source : généralement fiable ; information : probablement vraie · "
        "vérifié le 12 novembre 2031 · énoncé partiel · probable",
    ]
    assert said[0].en == "Sighting · 12 November 2031, 04:30 (UTC)"
    assert said[-1].en.endswith("checked on 12 November 2031 · partial statement · probable")


written_texts = st.one_of(
    st.sampled_from(
        ["سۆران دلیرزاد", "ሳሙኤል", "محمد", "06 39 98 04 17", "07700 900417", "FO-417-IU", "XA-ABC12345D031"]
    ),
    st.text(st.characters(exclude_characters="_", exclude_categories=["Cs"]), min_size=1, max_size=12).filter(
        str.strip
    ),
)
partial_dates = st.one_of(
    st.builds(PartialDate, st.integers(1, 9999)),
    st.builds(PartialDate, st.integers(1, 9999), st.integers(1, 12)),
    st.builds(PartialDate, st.integers(1, 9999), st.integers(1, 12), st.integers(1, 28)),
)
periods = st.tuples(st.none() | partial_dates, st.none() | partial_dates).map(
    lambda ends: (
        Period(ends[1], ends[0])
        if ends[0] and ends[1] and ends[0].earliest() > ends[1].latest()
        else Period(*ends)
    )
)
identifiers = st.builds(
    Identifier,
    kind=st.sampled_from(IDENTIFIER_KINDS),
    written=written_texts,
    region=st.sampled_from(["FR", "GB", "DE"]),
    held=st.none() | periods,
)
entity_kinds = st.sampled_from(get_args(EntityKind))


@st.composite
def entities(draw: st.DrawFn) -> Entity:
    """Any entity that the model lets be."""
    kind = draw(entity_kinds)
    return Entity(
        id="e1",
        kind=kind,
        names=tuple(draw(st.lists(st.builds(Name, written_texts, st.sampled_from(NAME_KINDS)), max_size=2))),
        identifiers=tuple(draw(st.lists(identifiers, max_size=2))),
        birth=draw(st.none() | partial_dates),
        category=draw(st.sampled_from(CATEGORIES)) if kind == "person" else None,
        age_band=draw(st.sampled_from(get_args(AgeBand))),
        exempt=draw(st.none() | st.sampled_from(get_args(Exemption))),
        traits=tuple(
            draw(
                st.lists(
                    st.builds(Trait, st.sampled_from(tuple(summary.TRAIT_WORDS)), written_texts), max_size=2
                )
            )
        ),
    )


@st.composite
def sightings(draw: st.DrawFn) -> Sighting:
    """Any sighting, in part or in whole."""
    low = draw(st.integers(0, 90))
    most = draw(st.none() | st.integers(low, 120))
    place = st.builds(
        Position,
        latitude=st.floats(-90, 90),
        longitude=st.floats(-180, 180),
        uncertainty_m=st.none() | st.floats(0, 1e5),
    )
    return Sighting(
        phase=draw(st.sampled_from(get_args(Phase))),
        position=draw(st.none() | place),
        persons_on_board=draw(st.none() | st.just(PersonsOnBoard(low, most))),
        children=draw(st.none() | st.integers(0, 20)),
        missing=draw(st.none() | st.integers(0, 20)),
        status=draw(st.sampled_from(["", *summary.STATUS_WORDS, "towed_to_port", "au port"])),
    )


grades = st.sampled_from(SCHEMES).flatmap(
    lambda scheme: st.builds(
        Grade, st.just(scheme), st.sampled_from(SCALES[scheme][0]), st.sampled_from(SCALES[scheme][1])
    )
)
statements = st.builds(
    Statement,
    id=st.just("s1"),
    basis=st.sampled_from(get_args(Basis)),
    wording=st.just(Wording(language="fr", text="dit")),
    grade=grades,
    checked_on=st.dates(),
    completeness=st.sampled_from(tuple(summary.COMPLETENESS_WORDS)),
    certainty=st.sampled_from(tuple(summary.CERTAINTY_WORDS)),
    author=st.just("Marie"),
    grounds=st.just("vu"),
    entities=st.lists(entities(), max_size=2).map(tuple),
    sighting=st.none() | sightings(),
)
summaries = st.builds(
    statement_summary,
    statements,
    said_at=st.datetimes(timezones=st.just(dt.UTC)),
    kind=st.sampled_from(get_args(Kind)),
    zone=st.sampled_from([dt.UTC, dt.timezone(dt.timedelta(hours=1))]),
)


@settings(max_examples=150)
@given(summaries)
def test_no_code_word_reaches_a_reader(said: tuple[Text, ...]) -> None:
    for text in said:
        for spoken_text in (text.fr, text.en):
            assert not re.search(r"[A-Za-z]_|_[A-Za-z]", spoken_text), spoken_text
            assert "None" not in spoken_text


@settings(max_examples=150)
@given(summaries)
def test_both_languages_hold_the_same_figures_in_the_same_order(said: tuple[Text, ...]) -> None:
    for text in said:
        assert re.findall(r"\d+", text.fr) == re.findall(r"\d+", text.en)


@settings(max_examples=150)
@given(statements)
def test_what_a_person_wrote_stands_in_both_languages_to_the_letter(statement: Statement) -> None:
    said = statement_summary(statement, said_at=MORNING, kind="report")
    french, english = "\n".join(text.fr for text in said), "\n".join(text.en for text in said)
    for entity in statement.entities:
        for written in (
            *(name.written for name in entity.names),
            *(identifier.written for identifier in entity.identifiers),
        ):
            assert written in french
            assert written in english
    if statement.sighting and statement.sighting.position:
        where = position_words(statement.sighting.position)
        assert where.fr in french
        assert where.en in english
