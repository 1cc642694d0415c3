"""Each kind of link and each tempting false one of a season, with invented values."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from entente.evidence.compare import Features, compare, prepare
from entente.evidence.weigh import Frequencies, GroundFound, pinned_weights, weigh
from entente.model.entity import Entity, EntityKind, Trait
from entente.model.identifier import Identifier, IdentifierKind
from entente.model.moment import PartialDate, Period
from entente.model.name import Name
from entente.model.report import RecordRef

DAY = dt.date(2031, 9, 12)
HIT = pinned_weights().hit_from_bits
Written = tuple[IdentifierKind, str]


def entity(
    record: str,
    *identifiers: Written,
    kind: EntityKind = "person",
    names: tuple[Name, ...] = (),
    birth: PartialDate | None = None,
    said: dt.date = DAY,
    held: Period | None = None,
    region: str = "FR",
    traits: tuple[Trait, ...] = (),
) -> Features:
    made = Entity(
        id="e1",
        kind=kind,
        names=names,
        identifiers=tuple(
            Identifier(kind=of, written=as_, region=region, held=held) for of, as_ in identifiers
        ),
        birth=birth,
        category="not_yet_assessed" if kind == "person" else None,
        traits=traits,
    )
    return prepare(made, RecordRef(record, "e1"), said)


def season() -> Frequencies:
    """A small holding in which two dozen people with rare names are known."""
    frequencies = Frequencies()
    for number in range(24):
        frequencies.add(entity(f"r{number}", names=(Name(f"Prenom{number} Nomrare{number}"),)))
    return frequencies


def met(one: Features, other: Features) -> tuple[float, dict[str, str]]:
    grounds = compare(one, other, season())
    return weigh(grounds), {ground.kind: ground.outcome for ground in grounds}


def date(year: int, month: int, day: int) -> PartialDate:
    return PartialDate(year, month, day)


@pytest.mark.parametrize(
    ("one", "other", "kind", "outcome"),
    [
        (entity("a", ("phone", "06 39 98 04 17")), entity("b", ("phone", "0033 639 980 417")), "phone", "same"),
        (
            entity("a", ("phone", "030 23125 417"), region="DE"),
            entity("b", ("phone", "+49 30 23125417"), kind="organisation", region="GB"),
            "phone",
            "same",
        ),
        (
            entity("a", ("imei", "001019040000415"), kind="device"),
            entity("b", ("imei", "001019040000410"), kind="device"),
            "imei",
            "same",
        ),
        (
            entity("a", ("engine_serial", "HX30-8814173"), kind="object"),
            entity("b", ("engine_serial", "HX30 8814173"), kind="object"),
            "engine_serial",
            "same",
        ),
        (
            entity("a", ("engine_serial", "HX30-8814174"), kind="object"),
            entity("b", ("engine_serial", "HX30-B814174"), kind="object"),
            "engine_serial",
            "misread",
        ),
        (
            entity("a", ("hawala_token", "K7-2290-BLEU")),
            entity("b", ("hawala_token", "K7 2290 bleu")),
            "hawala_token",
            "same",
        ),
        (
            entity("a", ("handle", "@manche_safe_trip"), kind="person"),
            entity("b", ("handle", "@Manche_Safe_Trip"), kind="account"),
            "handle",
            "same",
        ),
        (
            entity("a", ("jacket_lot", "NVX-L-2207"), kind="object"),
            entity("b", ("jacket_lot", "NVX L2207"), kind="object"),
            "jacket_lot",
            "same",
        ),
        (
            entity("a", ("plate", "FO-417-IU"), kind="vehicle"),
            entity("b", ("plate", "FO-417-?U"), kind="vehicle"),
            "plate",
            "partial",
        ),
    ],
)  # fmt: skip
def test_one_thing_written_in_two_ways_is_a_hit(
    one: Features, other: Features, kind: str, outcome: str
) -> None:
    bits, outcomes = met(one, other)
    assert outcomes[kind] == outcome
    assert bits >= HIT


def test_one_person_in_two_alphabets_with_a_birth_date_known_in_part_is_a_hit() -> None:
    one = entity("a", names=(Name("Soran DELIRZAD"),), birth=PartialDate(1989))
    other = entity(
        "b", names=(Name("DALIRZADE Suran"), Name("سۆران دلیرزاد", "native")), birth=date(1989, 6, 4)
    )
    bits, outcomes = met(one, other)
    assert outcomes == {"name": "compatible", "birth": "same_year"}
    assert bits >= HIT


def test_a_near_name_with_another_year_of_birth_is_no_hit() -> None:
    near = entity(
        "c", ("phone", "07700 900882"), names=(Name("Soran DELIZADA"),), birth=date(1988, 6, 4), region="GB"
    )
    for written, birth in (("Soran DELIRZAD", PartialDate(1989)), ("DALIRZADE Suran", date(1989, 6, 4))):
        bits, _ = met(entity("a", names=(Name(written),), birth=birth), near)
        assert bits < HIT


def test_a_recycled_number_speaks_against() -> None:
    former = entity(
        "a", ("phone", "0639980417"), said=dt.date(2030, 3, 2), held=Period(None, date(2030, 12, 1))
    )
    grounds = compare(former, entity("b", ("phone", "06 39 98 04 17")), season())
    assert [(ground.kind, ground.outcome) for ground in grounds] == [("phone", "outside")]
    assert weigh(grounds) < 0


def test_a_number_seen_years_apart_is_weaker() -> None:
    now = entity("a", ("phone", "0639980417"))
    then = entity("b", ("phone", "0639980417"), said=dt.date(2027, 1, 1))
    bits, outcomes = met(now, then)
    assert outcomes == {"phone": "long_apart"}
    assert 0 < bits < met(now, entity("c", ("phone", "0639980417")))[0]


def test_one_plate_in_two_rentals_that_do_not_meet_is_no_hit() -> None:
    first = entity(
        "a", ("plate", "FO 417 IU"), held=Period(date(2031, 9, 8), date(2031, 9, 15)), kind="vehicle"
    )
    second = entity(
        "b", ("plate", "FO-417-IU"), held=Period(date(2031, 9, 16), date(2031, 9, 20)), kind="vehicle"
    )
    bits, outcomes = met(first, second)
    assert outcomes == {"plate": "held_apart"}
    assert bits <= 0


def test_a_plate_seen_within_the_rental_is_a_hit_and_outside_it_is_none() -> None:
    rental = entity(
        "a", ("plate", "FO 417 IU"), held=Period(date(2031, 9, 8), date(2031, 9, 15)), kind="vehicle"
    )
    seen = ("plate", "FO-417-IU")
    within: Written = ("plate", seen[1])
    assert met(rental, entity("b", within, kind="vehicle", said=dt.date(2031, 9, 9)))[0] >= HIT
    assert met(rental, entity("b", within, kind="vehicle", said=dt.date(2031, 9, 16)))[0] < HIT


def test_the_last_day_of_a_period_still_counts() -> None:
    rental = entity(
        "a", ("plate", "FO 417 IU"), held=Period(date(2031, 9, 8), date(2031, 9, 15)), kind="vehicle"
    )
    seen = entity("b", ("plate", "FO 417 IU"), kind="vehicle", said=dt.date(2031, 9, 15))
    assert met(rental, seen)[1] == {"plate": "same"}


def test_engines_of_one_delivery_are_different_engines() -> None:
    for last in range(1, 6):
        one = entity("a", ("engine_serial", f"HX30-881417{last}"), kind="object")
        next_one = entity("b", ("engine_serial", f"HX30-881417{last + 1}"), kind="object")
        bits, outcomes = met(one, next_one)
        assert outcomes == {"engine_serial": "differs"}
        assert bits < 0


def test_two_neighbouring_signs_exchanged_are_said_but_make_no_hit_alone() -> None:
    one = entity("a", ("engine_serial", "HX30-8814173"), kind="object")
    bits, outcomes = met(one, entity("b", ("engine_serial", "HX30-8841173"), kind="object"))
    assert outcomes == {"engine_serial": "transposed"}
    assert 0 < bits < HIT


def test_a_cloned_hull_plate_makes_no_hit_alone() -> None:
    one = entity("a", ("hull", "XA-NVX0H214E131"), kind="boat")
    bits, outcomes = met(one, entity("b", ("hull", "XA-NVX0H214E131"), kind="boat"))
    assert outcomes == {"hull": "same"}
    assert 0 < bits < HIT


def test_an_initial_is_weak_alone_and_strong_with_a_telephone() -> None:
    renter = entity(
        "a", ("phone", "06 39 98 02 26"), names=(Name("VASQUELIN Thibault"),), birth=date(1994, 2, 17)
    )
    guest = (Name("T. Vasquelin"),)
    assert met(renter, entity("b", names=guest))[0] < HIT
    assert met(renter, entity("b", ("phone", "0639980226"), names=guest))[0] > 20


def test_namesakes_in_one_hotel_are_no_hit() -> None:
    hotel = Name("Hôtel des Dunes", "company")
    one = entity("a", names=(Name("T. Vasquelin"), hotel))
    bits, outcomes = met(one, entity("b", names=(Name("Vasquelin Paulette"), hotel), birth=date(1948, 1, 12)))
    assert outcomes == {"company": "same", "name": "in_part"}
    assert bits < HIT


def test_the_name_of_a_company_alone_makes_no_hit() -> None:
    name = (Name("Halvering Freizeit & Wasser GmbH", "company"),)
    bits, _ = met(entity("a", kind="organisation", names=name), entity("b", kind="organisation", names=name))
    assert 0 < bits < HIT


def test_digits_of_a_banknote_are_no_token() -> None:
    bits, outcomes = met(
        entity("a", ("hawala_token", "K7 2290 bleu")), entity("b", ("banknote", "2290417"), kind="object")
    )
    assert (bits, outcomes) == (0, {})


def test_a_public_account_that_two_people_name_makes_no_hit() -> None:
    one = entity("a", ("handle", "@manche_safe_trip"))
    bits, outcomes = met(one, entity("b", ("handle", "@manche_safe_trip")))
    assert outcomes == {"handle": "public"}
    assert 0 < bits < HIT


def test_a_nickname_alone_makes_no_hit() -> None:
    one = entity("a", names=(Name("Haji", "alias"),))
    bits, outcomes = met(one, entity("b", names=(Name("Soran DELIRZAD"), Name("Haji Dlo", "alias"))))
    assert outcomes == {"name": "alias"}
    assert 0 < bits < HIT


def test_a_missing_nickname_speaks_neither_for_nor_against() -> None:
    one = entity("a", names=(Name("Haji", "alias"),))
    assert compare(one, entity("b", names=(Name("GJOKTHANA Ilir"),)), season()) == ()


def test_a_rare_agreement_weighs_more_than_a_common_one() -> None:
    frequencies = season()
    for number in range(200):
        frequencies.add(entity(f"s{number}", names=(Name(f"Xavier Autre{number}"),)))
    common = weigh(
        compare(entity("a", names=(Name("Xavier"),)), entity("b", names=(Name("Xavier"),)), frequencies)
    )
    rare = weigh(
        compare(entity("a", names=(Name("Quorash"),)), entity("b", names=(Name("Quorash"),)), frequencies)
    )
    assert rare > common + 3


def test_a_number_that_many_carry_is_said_to_be_a_hub_and_makes_no_hit() -> None:
    frequencies = Frequencies()
    for number in range(61):
        frequencies.add(entity(f"p{number}", ("phone", "06 39 98 06 60"), kind="device"))
    one, other = (entity(f"p{number}", ("phone", "06 39 98 06 60"), kind="device") for number in (1, 2))
    (ground,) = compare(one, other, frequencies)
    assert (ground.outcome, ground.holders) == ("hub", 61)
    assert ground.bits < HIT


def test_the_more_carry_a_number_the_less_it_says() -> None:
    frequencies = Frequencies()
    said = []
    for number in range(61):
        frequencies.add(entity(f"p{number}", ("phone", "06 39 98 06 60"), kind="device"))
        one, other = (entity(name, ("phone", "06 39 98 06 60"), kind="device") for name in "ab")
        said.append(weigh(compare(one, other, frequencies)))
    assert said == sorted(said, reverse=True)
    assert said[0] > said[30] > 0


@pytest.mark.parametrize(
    ("one", "other", "outcome"),
    [
        (date(1989, 6, 4), date(1989, 6, 4), "same"),
        (PartialDate(1989), date(1989, 6, 4), "same_year"),
        (date(1989, 1, 1), date(1989, 6, 4), "same_year"),
        (PartialDate(1989, 6), date(1989, 6, 4), "same_year"),
        (PartialDate(1989, 7), date(1989, 6, 4), "other_day"),
        (date(1989, 6, 4), date(1989, 4, 6), "swapped"),
        (date(1989, 6, 4), date(1969, 6, 4), "slip"),
        (PartialDate(1989), PartialDate(1959), "slip_year"),
        (PartialDate(1989), date(1988, 6, 4), "different"),
        (date(1989, 6, 4), date(1975, 11, 30), "different"),
        (date(1989, 6, 4), date(1989, 11, 30), "other_day"),
    ],
)  # fmt: skip
def test_birth_dates_known_in_part_are_met_as_far_as_known(
    one: PartialDate, other: PartialDate, outcome: str
) -> None:
    assert met(entity("a", birth=one), entity("b", birth=other))[1] == {"birth": outcome}


def test_the_best_of_several_numbers_speaks() -> None:
    contacts = entity("a", ("phone", "+33 6 39 98 08 19"), ("phone", "+33 6 39 98 06 60"), kind="device")
    bits, outcomes = met(contacts, entity("b", ("phone", "06 39 98 08 19"), names=(Name("GJOKTHANA Ilir"),)))
    assert outcomes == {"phone": "same"}
    assert bits >= HIT


NAMES = st.sampled_from(
    [
        "Soran DELIRZAD",
        "DALIRZADE Suran",
        "سۆران دلیرزاد",
        "T. Vasquelin",
        "Vasquelin Paulette",
        "El Hadi",
        "Elhadi",
        "Bill",
        "x",
    ]
)
IDENTIFIERS: st.SearchStrategy[Written] = st.sampled_from(
    [
        ("phone", "0639980417"), ("phone", "0639980226"), ("plate", "FO-417-IU"), ("plate", "FO-417-?U"),
        ("engine_serial", "HX30-8814173"), ("engine_serial", "HX30-8814174"), ("engine_serial", "HX30-B814174"),
        ("imei", "001019040000415"), ("handle", "@manche_safe_trip"), ("address", "62179 Loon-Plage"),
        ("address", "62179 Loon-Plaga"), ("hull", "XA-NVX0H214E131"),
    ]
)  # fmt: skip
DATES = st.builds(PartialDate, st.sampled_from([1988, 1989, 1998]), st.sampled_from([None, 1, 6]))
PERIODS = st.sampled_from(
    [None, Period(date(2031, 9, 8), date(2031, 9, 15)), Period(None, date(2030, 12, 1))]
)
TRAITS = st.sampled_from(
    [(), (Trait("occupation", "mécanicien"),), (Trait("occupation", "pêcheur"), Trait("colour", "blanc"))]
)


@st.composite
def entities(draw: st.DrawFn, record: str = "a") -> Features:
    keywords: dict[str, Any] = {
        "names": tuple(Name(name) for name in draw(st.lists(NAMES, max_size=2))),
        "birth": draw(st.none() | DATES),
        "said": draw(st.dates(dt.date(2029, 1, 1), dt.date(2031, 12, 31))),
        "held": draw(PERIODS),
        "traits": draw(TRAITS),
        "kind": draw(st.sampled_from(["person", "device", "vehicle", "object"])),
    }
    return entity(record, *draw(st.lists(IDENTIFIERS, max_size=4)), **keywords)


@settings(max_examples=300)
@given(entities("a"), entities("b"))
def test_comparing_says_the_same_from_both_sides(one: Features, other: Features) -> None:
    frequencies = season()
    assert compare(one, other, frequencies) == compare(other, one, frequencies)


@settings(max_examples=200)
@given(entities("a"), entities("b"))
def test_each_kind_speaks_at_most_once(one: Features, other: Features) -> None:
    grounds: tuple[GroundFound, ...] = compare(one, other, season())
    kinds = [ground.kind for ground in grounds]
    assert len(kinds) == len(set(kinds))
