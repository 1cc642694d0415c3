"""What a statement must carry to be one: its basis, its grade, its author where it judges, its words as said."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
import pytest

from entente.errors import Malformed
from entente.model.entity import Entity
from entente.model.grading import Grade
from entente.model.report import BASIS_WORDS, REGIME_WORDS, Draft, Statement, Translation, Wording
from entente.model.strict import convert
from entente.model.wire import make_part, read_part

SALT = "0" * 22
STATEMENT: dict[str, Any] = {
    "id": "s1",
    "basis": "reported",
    "wording": {"language": "fr", "text": "Deux hommes chargent six moteurs."},
    "grade": {"scheme": "admiralty", "source": "B", "information": "2"},
    "checked_on": "2031-10-18",
}


def _arrives(**changed: Any) -> Statement:
    """The statement as a partner's node would read it from the wire."""
    part, _ = read_part(make_part("statement/s1", {**STATEMENT, **changed}, SALT).content)
    statement: Statement = part.value
    return statement


def test_fact_1_an_assessment_names_author_and_grounds() -> None:
    for missing in (
        {},
        {"author": "Maëlle Dorvincq"},
        {"grounds": "two phones, one handset"},
        {"author": "", "grounds": "two phones"},
        {"author": "Maëlle Dorvincq", "grounds": ""},
    ):
        with pytest.raises(Malformed, match="names its author"):
            _arrives(basis="assessment", **missing)
        with pytest.raises(ValueError, match="names its author"):
            Statement(
                id="s1",
                basis="assessment",
                wording=Wording(language="fr", text="x"),
                grade=Grade("admiralty", "B", "2"),
                checked_on=dt.date(2031, 10, 18),
                **missing,
            )
    said = _arrives(basis="assessment", author="Maëlle Dorvincq", grounds="two phones, one handset")
    assert (said.author, said.grounds) == ("Maëlle Dorvincq", "two phones, one handset")


@pytest.mark.parametrize("basis", ["certain", "intelligence", "", None, "FACT"])
def test_fact_1_each_statement_is_a_fact_an_assessment_or_reported(basis: str | None) -> None:
    with pytest.raises(Malformed):
        _arrives(basis=basis)
    assert {_arrives(basis=known).basis for known in ("fact", "reported")} == {"fact", "reported"}
    assert set(BASIS_WORDS) == {"fact", "assessment", "reported"}


@pytest.mark.parametrize("field", ["basis", "wording", "grade", "checked_on"])
def test_fact_3_no_statement_travels_without_basis_words_grade_and_date_of_check(field: str) -> None:
    bare = {name: value for name, value in STATEMENT.items() if name != field}
    with pytest.raises(Malformed, match=field):
        read_part(make_part("statement/s1", bare, SALT).content)


def test_fact_3_completeness_and_certainty_are_unknown_until_someone_says_so() -> None:
    said = _arrives()
    assert (said.completeness, said.certainty) == ("unknown", "unknown")
    for field in ("completeness", "certainty"):
        with pytest.raises(Malformed):
            _arrives(**{field: "100 %"})


def test_fact_6_a_translation_keeps_the_original_and_says_who_made_it() -> None:
    original = "Ils ont appelé « Haji Dlo », au 06 39 98 04 17."
    wording = Wording(
        language="fr",
        text=original,
        translations=(
            Translation(language="en", text="They called 'Haji Dlo', on 06 39 98 04 17.", by="machine"),
            Translation(language="en", text="They rang “Haji Dlo” on 06 39 98 04 17.", by="person"),
        ),
    )
    again = msgspec.json.decode(msgspec.json.encode(wording), type=Wording)
    assert again == wording
    assert (again.language, again.text) == ("fr", original)
    assert [translation.by for translation in again.translations] == ["machine", "person"]
    for unsaid in ({}, {"by": None}, {"by": "nobody"}):
        with pytest.raises(Malformed):
            convert({"language": "en", "text": "They rang.", **unsaid}, Translation)


def test_fact_6_there_is_no_translation_without_the_words_that_were_said() -> None:
    with pytest.raises(Malformed, match="text"):
        convert(
            {"language": "fr", "translations": [{"language": "en", "text": "x", "by": "person"}]}, Wording
        )


def test_smt_1_the_regime_is_a_field_of_its_own_without_a_default() -> None:
    assert Draft(kind="report", service="FR-PAF").regime is None
    assert set(REGIME_WORDS) == {"smuggling", "trafficking", "undetermined"}
    assert REGIME_WORDS["smuggling"].fr == "trafic illicite de migrants"
    assert REGIME_WORDS["trafficking"].fr == "traite des êtres humains"
    for loose in ("traffic", "trafic", "trafic d’êtres humains", ""):
        with pytest.raises(Malformed):
            convert({"kind": "report", "service": "FR-PAF", "regime": loose}, Draft)


def test_a_draft_says_nothing_that_its_writer_did_not_say() -> None:
    bare = Draft(kind="report", service="FR-PAF")
    assert (bare.purpose, bare.matter, bare.handling, bare.grade, bare.recipients) == (
        None,
        None,
        (),
        None,
        (),
    )
    assert msgspec.json.decode(msgspec.json.encode(bare)) == {"kind": "report", "service": "FR-PAF"}


def test_a_statement_with_a_person_without_category_does_not_arrive() -> None:
    with pytest.raises(Malformed, match="category"):
        _arrives(entities=[{"id": "e1", "kind": "person"}])
    person = _arrives(entities=[{"id": "e1", "kind": "person", "category": "not_yet_assessed"}]).entities
    assert person == (Entity(id="e1", kind="person", category="not_yet_assessed"),)
