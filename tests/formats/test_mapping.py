"""A mapping is proposed from what officers write, can be kept and corrected, and never takes what may not enter."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from entente.errors import Malformed, Text
from entente.formats.headings import USE_WORDS, ColumnUse, fold_heading, read_heading
from entente.formats.mapping import (
    SINGLE_USES,
    ColumnMapping,
    Mapping,
    fit,
    from_json,
    from_toml,
    propose,
    to_json,
    to_toml,
)
from entente.formats.table import Row, open_table
from entente.model.grading import Grade
from entente.model.identifier import IDENTIFIER_KINDS

SHARED = Path(os.environ.get("ENTENTE_SHARED", Path(__file__).resolve().parents[3] / "shared"))

WORDS = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=20)
# "c…" in front, so that no generated heading happens to be one that may only be ignored.
HEADINGS = WORDS.map(lambda text: "c" + text).filter(lambda text: read_heading(text) is None)


@st.composite
def mappings(draw: st.DrawFn) -> Mapping:
    names = draw(st.lists(HEADINGS, unique=True, max_size=8))
    columns = []
    single: set[ColumnUse] = set()
    for name in names:
        use: ColumnUse = draw(st.sampled_from(list(USE_WORDS)))
        if use in SINGLE_USES & single:
            use = "ignore"
        single.add(use)
        kind = draw(st.sampled_from(IDENTIFIER_KINDS)) if use == "identifier" else None
        reason = draw(st.none() | st.builds(Text, WORDS, WORDS))
        columns.append(ColumnMapping(column=name, use=use, identifier=kind, reason=reason))
    return Mapping(
        kind=draw(st.sampled_from(["person", "vehicle", "boat"])),
        region=draw(st.sampled_from(["FR", "GB"])),
        grade=draw(st.none() | st.just(Grade("admiralty", "B", "2"))),
        date_order=draw(st.sampled_from(["day_first", "month_first"])),
        language=draw(st.sampled_from(["fr", "en"])),
        columns=tuple(columns),
    )


@given(mappings())
@settings(max_examples=150, deadline=None)
def test_a_saved_mapping_is_read_back_the_same(mapping: Mapping) -> None:
    assert from_toml(to_toml(mapping)) == mapping
    assert from_toml(to_toml(mapping).encode()) == mapping
    assert from_json(to_json(mapping)) == mapping


def uses(*columns: str, rows: tuple[tuple[str | None, ...], ...] = ()) -> list[str]:
    mapping = propose(columns, [Row(line, values) for line, values in enumerate(rows, start=2)])
    assert [one.column for one in mapping.columns] == list(columns)
    assert all(one.reason for one in mapping.columns)
    return [one.identifier or one.use for one in mapping.columns]


def test_the_columns_of_the_historical_persons_are_proposed_as_a_person_would_map_them() -> None:
    file = SHARED / "data" / "persons" / "historical_figures_with_errors_50k.parquet"
    if not file.exists():
        pytest.skip("shared data absent: set ENTENTE_SHARED to the folder that holds data/persons")
    with file.open("rb") as source:
        table = open_table(source, file.name)
        mapping = propose(table.columns, table.sample())
    assert {one.column: one.use for one in mapping.columns} == {
        "unique_id": "reference",
        "cluster": "ignore",
        "full_name": "full_name",
        "first_and_surname": "ignore",
        "first_name": "forename",
        "surname": "surname",
        "dob": "birth_date",
        "birth_place": "birth_place",
        "postcode_fake": "address",
        "gender": "ignore",
        "occupation": "occupation",
    }
    assert mapping.kind == "person"


def test_the_same_columns_are_proposed_from_their_headings_alone() -> None:
    assert uses("unique_id", "cluster", "first_and_surname", "surname", "dob", "postcode_fake", "gender") == [
        "reference",
        "ignore",
        "full_name",
        "surname",
        "birth_date",
        "address",
        "ignore",
    ]


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("Nom", "full_name"),
        ("NOM ET PRÉNOM(S)", "full_name"),
        ("Prénom", "forename"),
        ("Nom de famille", "surname"),
        ("Nom d’usage", "surname"),
        ("lastName", "surname"),
        ("Surnom", "alias"),
        ("Né(e) le", "birth_date"),
        ("Date de naissance", "birth_date"),
        ("DOB", "birth_date"),
        ("Né à", "birth_place"),
        ("Lieu de naissance", "birth_place"),
        ("Profession", "occupation"),
        ("N° de téléphone", "phone"),
        ("Tél.", "phone"),
        ("Mobile phone", "phone"),
        ("owner phone", "phone"),
        ("Immatriculation", "plate"),
        ("Plaque", "plate"),
        ("Registration date", "ignore"),
        ("IMEI", "imei"),
        ("N° IBAN", "iban"),
        ("Adresse électronique", "email"),
        ("Adresse", "address"),
        ("Code postal", "address"),
        ("Post code", "address"),
        ("N° de passeport", "document"),
        ("Nom du bateau", "vessel_name"),
        ("N° de série du moteur", "engine_serial"),
        ("Lot de gilets", "jacket_lot"),
        ("Nationalité", "nationality"),
        ("Référence", "reference"),
        ("N° PV", "reference"),
        ("Date des faits", "said_at"),
        ("Début de location", "held_from"),
        ("Jusqu'au", "held_to"),
        ("Observations", "words"),
        ("Nom du mis en cause", "full_name"),
        ("suspect phone", "phone"),
    ],
)
def test_headings_are_read_in_both_languages(heading: str, expected: str) -> None:
    assert uses(heading) == [expected]


@pytest.mark.parametrize(
    "heading",
    [
        "category",
        "Catégorie",
        "CATEGORY_OF_PERSON",
        "suspect category",
        "Suspect",
        "Mis en cause",
        "Condamné",
        "Statut",
        "victim",
        "role",
        "suspect notes",
        "Ethnicity",
        "origine ethnique",
        "Religion",
        "religion name",
        "Pays de naissance",
    ],
)
def test_categories_origin_and_belief_are_ignored_and_no_mapping_can_take_them(heading: str) -> None:
    (one,) = propose([heading], [Row(2, ("Soran Delirzad",)), Row(3, ("06 39 98 04 17",))]).columns
    assert one.use == "ignore"
    assert one.reason is not None
    with pytest.raises(ValueError, match="can only be ignored"):
        ColumnMapping(column=heading, use="words")
    with pytest.raises(Malformed):
        from_toml(f'[[columns]]\ncolumn = "{heading}"\nuse = "words"\n')


def test_a_column_of_category_words_is_ignored_under_whatever_heading() -> None:
    rows = (("mis en cause",), ("suspect",), ("témoin",), ("autre",))
    assert uses("colonne 7", rows=rows) == ["ignore"]
    reason = propose(["colonne 7"], [Row(2, row) for row in rows]).columns[0].reason
    assert reason is not None
    assert "acte d’officiers" in reason.fr


def test_nationality_is_kept_and_said_to_be_never_compared() -> None:
    reason = propose(["Nationalité"], []).columns[0].reason
    assert reason is not None
    assert "jamais comparée" in reason.fr
    assert "never compared" in reason.en


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (("06 39 98 04 17", "+33 6 39 98 04 18", "07700 900417"), "phone"),
        (("356938035643809", "490154203237518"), "imei"),
        (("FR76 3000 6000 0112 3456 7890 189", "GB82 WEST 1234 5698 7654 32"), "iban"),
        (("FO-417-IU", "AB 123 CD"), "plate"),
        (("a@exemple.fr", "b@example.org"), "email"),
        (("04/06/1989", "12/01/1961", "30/07/2004"), "birth_date"),
        (("2031-10-18 21:50", "2031-10-19 00:12"), "said_at"),
        (("18/10/2031", "19/10/2031"), "ignore"),
        (("Calais", "Lille"), "ignore"),
        (("06 39 98 04 17", "non", "oui", "peut-être"), "ignore"),
    ],
)
def test_values_speak_where_the_heading_says_nothing(values: tuple[str, ...], expected: str) -> None:
    assert uses("colonne 1", rows=tuple((value,) for value in values)) == [expected]


def test_a_bare_name_is_a_surname_beside_a_forename() -> None:
    assert uses("Nom", "Prénom") == ["surname", "forename"]
    assert uses("Nom", "Prénom", "Nom et prénom") == ["surname", "forename", "full_name"]
    assert uses("Nom de famille", "Prénom", "Nom et prénom") == ["surname", "forename", "ignore"]


def test_a_town_is_part_of_an_address_and_none_by_itself() -> None:
    assert uses("first_name", "city") == ["forename", "ignore"]
    assert uses("Adresse", "Code postal", "Ville") == ["address", "address", "address"]


def test_a_second_column_for_what_only_one_can_give_is_ignored_with_its_reason() -> None:
    mapping = propose(["id", "date de naissance", "dob"], [])
    assert [one.use for one in mapping.columns] == ["reference", "birth_date", "ignore"]
    assert mapping.columns[2].reason is not None
    assert "« date de naissance »" in mapping.columns[2].reason.fr


def test_a_table_of_things_is_no_table_of_persons() -> None:
    assert propose(["Plaque", "Observations"], []).kind == "vehicle"
    assert propose(["HIN", "Engine serial"], []).kind == "boat"
    assert propose(["Plaque", "Locataire"], []).kind == "person"


def test_month_first_dates_are_noticed_only_where_they_are_certain() -> None:
    def order(*dates: str) -> str:
        return propose(["dob"], [Row(2, (date,)) for date in dates]).date_order

    assert order("06/04/1989", "12/31/1990") == "month_first"
    assert order("06/04/1989", "05/06/1990") == "day_first"
    assert order("31/12/1989", "12/31/1990") == "day_first"


def test_a_mapping_is_laid_over_a_table_in_the_order_of_the_table() -> None:
    mapping = propose(["Nom", "Téléphone", "Religion"], [])
    laid = fit(mapping, ("TELEPHONE", "couleur", "nom"))
    assert [(one.column, one.use) for one in laid.columns] == [
        ("TELEPHONE", "identifier"),
        ("couleur", "ignore"),
        ("nom", "full_name"),
    ]
    with pytest.raises(Malformed) as refused:
        fit(mapping, ("nom", "couleur"))
    assert refused.value.code == "mapping_column_missing"
    assert "Téléphone" in refused.value.text.fr


@pytest.mark.parametrize(
    "written",
    [
        "columns = 3",
        "nonsense",
        '[[columns]]\ncolumn = "a"\nuse = "category"\n',
        '[[columns]]\ncolumn = "a"\nuse = "identifier"\n',
        '[[columns]]\ncolumn = "a"\nuse = "words"\n[[columns]]\ncolumn = "a"\nuse = "words"\n',
        '[[columns]]\ncolumn = "a"\nuse = "birth_date"\n[[columns]]\ncolumn = "b"\nuse = "birth_date"\n',
    ],
)
def test_a_mapping_that_makes_no_sense_is_refused_with_a_way_out(written: str) -> None:
    with pytest.raises(Malformed) as refused:
        from_toml(written)
    assert refused.value.code == "mapping_unreadable"
    assert refused.value.remedy is not None


@given(st.text(max_size=40))
def test_folding_a_heading_twice_changes_nothing_more(heading: str) -> None:
    assert fold_heading(fold_heading(heading)) == fold_heading(heading)


def test_a_mapping_can_be_corrected_by_hand() -> None:
    written = to_toml(propose(["colonne 1"], [])).replace('use = "ignore"', 'use = "words"')
    corrected = from_toml(written)
    assert corrected.columns[0].use == "words"
    assert msgspec.structs.replace(corrected, columns=()).columns == ()
