"""Who may meet whom: keys of one thing agree across its spellings."""

from __future__ import annotations

import datetime as dt

import pytest

from entente.evidence.compare import prepare
from entente.evidence.keys import is_strong, keys
from entente.model.entity import Entity, EntityKind, Trait
from entente.model.identifier import Identifier, IdentifierKind
from entente.model.moment import PartialDate
from entente.model.name import Name
from entente.model.report import RecordRef


def keyed(
    *names: Name,
    identifiers: tuple[tuple[IdentifierKind, str], ...] = (),
    birth: PartialDate | None = None,
    kind: EntityKind = "person",
    nationality: str | None = None,
    traits: tuple[Trait, ...] = (),
) -> set[str]:
    entity = Entity(
        id="e",
        kind=kind,
        names=names,
        identifiers=tuple(Identifier(kind=of, written=written) for of, written in identifiers),
        birth=birth,
        category="not_yet_assessed" if kind == "person" else None,
        nationality=nationality,
        traits=traits,
    )
    return set(keys(prepare(entity, RecordRef("r", "e"), dt.date(2031, 9, 12))))


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("phone", "06 39 98 04 17", "0033 639 980 417"),
        ("plate", "FO 417 IU", "fo-417-iu"),
        ("plate", "FO-417-IU", "FO-417-?U"),
        ("plate", "FO-417-IU", "FO-417-??"),
        ("plate", "FO-417-IU", "F0-417-IU"),
        ("engine_serial", "HX30-8814174", "HX30-B814174"),
        ("engine_serial", "HX30-8814173", "HX30-8841173"),
        ("imei", "001019040000415", "001019040000410"),
        ("handle", "@manche_safe_trip", "@Manche_Safe_Trip"),
        ("hawala_token", "K7-2290-BLEU", "K7/2290/bleu"),
    ],
)
def test_one_identifier_in_two_spellings_shares_a_key(kind: IdentifierKind, one: str, other: str) -> None:
    shared = keyed(identifiers=((kind, one),), kind="object") & keyed(
        identifiers=((kind, other),), kind="object"
    )
    assert shared
    assert all(is_strong(key) for key in shared)


def test_a_phone_gives_one_key_in_its_international_form() -> None:
    assert keyed(identifiers=(("phone", "06 39 98 04 17"),)) == {"phone:+33639980417"}


def test_a_person_in_two_alphabets_shares_a_key() -> None:
    assert keyed(Name("Soran DELIRZAD")) & keyed(Name("سۆران دلیرزاد", "native"))


def test_words_in_another_order_share_every_key() -> None:
    assert keyed(Name("VASQUELIN Thibault")) == keyed(Name("Thibault Vasquelin"))


def test_an_initial_meets_the_name_beside_an_address() -> None:
    home: tuple[tuple[IdentifierKind, str], ...] = (("address", "62179 Loon-Plage"),)
    assert any(
        key.startswith("name:")
        for key in keyed(Name("T. Vasquelin"), identifiers=home)
        & keyed(Name("VASQUELIN Thibault"), identifiers=home)
    )


def test_cat_8_nationality_gives_no_key() -> None:
    assert keyed(Name("Soran DELIRZAD"), nationality="XA") == keyed(Name("Soran DELIRZAD"), nationality="FR")


def test_a_nickname_gives_no_key() -> None:
    assert keyed(Name("Haji", "alias")) == set()


def test_keys_come_in_one_order_whatever_the_order_of_hashes() -> None:
    entity = Entity(
        id="e",
        kind="person",
        category="not_yet_assessed",
        names=(Name("Gwen Marie Tallismere"),),
        identifiers=(Identifier(kind="phone", written="06 39 98 04 17"),),
        birth=PartialDate(1989, 6, 4),
        traits=(Trait("birth_place", "Croydon"),),
    )
    found = keys(prepare(entity, RecordRef("r", "e"), dt.date(2031, 9, 12)))
    assert found[0] == "phone:+33639980417"
    assert found[1:4] == ("name:gn+mr", "name:gn+tlsmr", "name:mr+tlsmr")
    assert len(found) == len(set(found))
