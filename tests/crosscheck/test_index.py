"""Who is proposed and who is a hit, whatever the order of arrival, and what the index keeps of whom."""

from __future__ import annotations

import datetime as dt
import gc
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from entente.crosscheck.index import SOFT_CANDIDATES, STRONG_KEY_LIMIT, Index
from entente.crosscheck.resolve import Pair, resolve
from entente.evidence.compare import Features, prepare
from entente.evidence.weigh import weigh
from entente.model.entity import Entity, EntityKind, Exemption
from entente.model.identifier import Identifier, IdentifierKind
from entente.model.moment import PartialDate
from entente.model.name import Name
from entente.model.report import RecordRef

KEY = b"a key of an index, for exercises"
DAY = dt.date(2031, 9, 12)


def entity(
    record: str,
    *identifiers: tuple[IdentifierKind, str],
    name: str = "",
    year: int | None = None,
    kind: EntityKind = "person",
    exempt: Exemption | None = None,
    id: str = "e1",
) -> Features:
    made = Entity(
        id=id,
        kind=kind,
        names=(Name(name),) if name else (),
        identifiers=tuple(Identifier(kind=of, written=written) for of, written in identifiers),
        birth=None if year is None else PartialDate(year),
        category="not_yet_assessed" if kind == "person" else None,
        exempt=exempt,
    )
    return prepare(made, RecordRef(record, id), DAY)


def holding(*entities: Features) -> Index:
    index = Index(KEY)
    for each in entities:
        index.add(each)
    return index


def others(index: Index, features: Features) -> set[str]:
    return {hit.other.ref.record for hit in index.hits_for(features)}


def test_a_line_written_in_another_notation_is_a_hit_with_its_ground() -> None:
    index = holding(entity("a", ("phone", "06 39 98 04 17")), entity("x", ("phone", "06 39 98 02 26")))
    (hit,) = index.hits_for(entity("b", ("phone", "0033 639 980 417")))
    assert hit.other.ref.record == "a"
    assert hit.bits == weigh(hit.grounds) >= index.weights.hit_from_bits


def test_a_line_on_a_person_and_on_a_handset_is_the_same_line() -> None:
    index = holding(entity("a", ("phone", "06 39 98 08 19"), name="GJOKTHANA Ilir"))
    assert others(index, entity("b", ("phone", "+33 6 39 98 08 19"), kind="device")) == {"a"}


def test_a_person_in_another_alphabet_is_found_through_the_index() -> None:
    index = holding(
        entity("a", name="Soran DELIRZAD", year=1989), entity("x", name="Soran DELIZADA", year=1988)
    )
    assert others(index, entity("b", name="سۆران دلیرزاد", year=1989)) == {"a"}


def test_a_plate_read_in_part_is_found_through_the_index() -> None:
    index = holding(entity("a", ("plate", "FO-417-IU"), kind="vehicle"))
    assert others(index, entity("b", ("plate", "FO-417-?U"), kind="vehicle")) == {"a"}


def test_two_entities_of_one_record_are_never_met() -> None:
    line: tuple[IdentifierKind, str] = ("phone", "06 39 98 04 17")
    index = holding(entity("a", line), entity("a", line, kind="device", id="e2"))
    assert index.candidates(entity("a", line)) == []
    assert len(index.candidates(entity("b", line))) == 2


def test_cat_6_an_exempt_entity_is_never_held_and_never_proposed() -> None:
    aid_worker = entity("h", ("phone", "06 39 98 06 60"), name="MARCHAMBEAU Élodie", exempt="humanitarian")
    index = Index(KEY)
    assert index.add(aid_worker) is False
    assert len(index) == 0
    contact = entity("a", ("phone", "06 39 98 06 60"), kind="device")
    index.add(contact)
    assert index.hits_for(aid_worker) == []
    assert others(index, entity("b", ("phone", "06 39 98 06 60"), kind="device")) == {"a"}
    assert index.frequencies.holders("phone", "+33639980660") == 1


def test_an_entity_that_becomes_exempt_leaves_the_index() -> None:
    line: tuple[IdentifierKind, str] = ("phone", "06 39 98 06 60")
    index = holding(entity("a", line))
    index.add(entity("a", line, exempt="rescue"))
    assert others(index, entity("b", line)) == set()


def test_a_hub_is_shown_and_links_nobody() -> None:
    line: tuple[IdentifierKind, str] = ("phone", "06 39 98 06 60")
    index = holding(*(entity(f"p{number:02}", line, kind="device") for number in range(61)))
    checked = index.check(entity("new", line, kind="device"))
    assert checked.hits == ()
    assert [(hub.kind, hub.value, hub.holders) for hub in checked.hubs] == [("phone", "+33639980660", 61)]


def test_work_for_one_entity_is_bounded_however_many_share_its_values() -> None:
    line: tuple[IdentifierKind, str] = ("phone", "06 39 98 06 60")
    index = holding(
        *(entity(f"p{n}", line, name="Jean Dupond", year=1989) for n in range(STRONG_KEY_LIMIT + 50))
    )
    checked = index.check(entity("new", line, name="Jean Dupond", year=1989))
    assert checked.compared <= SOFT_CANDIDATES


def test_what_was_removed_is_never_proposed_again_and_leaves_no_trace() -> None:
    gone = entity("gone", ("phone", "06 39 98 04 17"), name="GRANDCLAUDE Yvette", year=1951)
    stays = entity("stays", ("phone", "06 39 98 02 26"), name="VASQUELIN Thibault")
    index, never = holding(stays, gone), holding(stays)
    assert index.remove("gone") == 1
    assert index.remove("gone") == 0
    assert others(index, gone) == set()
    assert index._carriers == never._carriers
    assert index.frequencies.count("word", "grandclaude") == 0
    assert RecordRef("gone", "e1") not in index
    del gone
    gc.collect()
    assert "grandclaude" not in repr([vars(index.frequencies), index._carriers, index._entries]).lower()


def test_a_later_version_takes_the_place_of_the_former() -> None:
    index = holding(entity("a", ("phone", "06 39 98 04 17")))
    index.add(entity("a", ("phone", "06 39 98 02 26")))
    assert len(index) == 1
    assert others(index, entity("b", ("phone", "06 39 98 04 17"))) == set()
    assert others(index, entity("b", ("phone", "06 39 98 02 26"))) == {"a"}


def test_keys_are_kept_only_as_digests_under_the_secret_of_the_index() -> None:
    line = entity("a", ("phone", "06 39 98 04 17"), name="Soran DELIRZAD", year=1989)
    one, other = Index(KEY), Index(KEY[::-1])
    one.add(line)
    other.add(line)
    assert all(isinstance(digest, int) for digest in one._carriers)
    assert not set(one._carriers) & set(other._carriers)


def test_an_index_without_a_proper_key_is_refused() -> None:
    with pytest.raises(ValueError, match="key of an index"):
        Index(b"short")


PEOPLE = st.lists(
    st.tuples(
        st.sampled_from(["Soran DELIRZAD", "DALIRZADE Suran", "Gwen TALLISMERE", "T. Vasquelin", ""]),
        st.sampled_from([None, 1989, 1994]),
        st.sampled_from(["06 39 98 04 17", "0033 639 980 417", "06 39 98 02 26", ""]),
    ),
    min_size=2,
    max_size=10,
)


def season(written: list[tuple[str, int | None, str]]) -> list[Features]:
    return [
        entity(f"r{number}", *((("phone", phone),) if phone else ()), name=name, year=year)
        for number, (name, year, phone) in enumerate(written)
    ]


@settings(max_examples=60, deadline=None)
@given(PEOPLE, st.randoms(use_true_random=False))
def test_the_order_of_arrival_changes_neither_hits_nor_clusters(
    written: list[tuple[str, int | None, str]], chance: random.Random
) -> None:
    entities = season(written)
    shuffled = entities[:]
    chance.shuffle(shuffled)

    def found(order: list[Features]) -> dict[tuple[RecordRef, RecordRef], float]:
        index = holding(*order)
        return {
            (min(each.ref, hit.other.ref), max(each.ref, hit.other.ref)): hit.bits
            for each in order
            for hit in index.hits_for(each)
        }

    one, other = found(entities), found(shuffled)
    assert one == other
    assert resolve(Pair(*couple, bits) for couple, bits in one.items()) == resolve(
        Pair(*couple, bits) for couple, bits in other.items()
    )


@settings(max_examples=40, deadline=None)
@given(PEOPLE)
def test_a_hit_is_found_from_both_sides(written: list[tuple[str, int | None, str]]) -> None:
    entities = season(written)
    index = holding(*entities)
    hits = {(each.ref, hit.other.ref) for each in entities for hit in index.hits_for(each)}
    assert hits == {(other, one) for one, other in hits}
