"""A release only removes: what is left verifies under the originator's own signature, and nothing can be put to it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from contextlib import suppress
from hashlib import sha256
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from entente.errors import EntenteError, Malformed, PeerFault
from entente.model.entity import Entity
from entente.model.grading import Grade
from entente.model.merkle import Tree, leaf_hash
from entente.model.report import Statement, Wording
from entente.model.signing import KeyRing, SigningKey
from entente.model.wire import (
    MAX_HEADER_BYTES,
    MAX_PART_BYTES,
    Header,
    Part,
    Release,
    Seal,
    encode,
    header_digest,
    is_newer_minor,
    make_part,
    open_seal,
    part_value,
    read_batch_root,
    read_header,
    read_part,
    row_seal,
    sign_batch,
    sign_header,
    verify_release,
)

KEY, PARTNER = SigningKey.generate("lille/1"), SigningKey.generate("dover/1")
RING = KeyRing()
RING.pin("lille/1", KEY.public())
RING.pin("dover/1", PARTNER.public())
AT = dt.datetime(2031, 10, 18, 21, 50, tzinfo=dt.UTC)


def _salt(number: int) -> str:
    return sha256(f"salt {number}".encode()).hexdigest()[:32]


def _statement(number: int, text: str = "Deux hommes chargent six moteurs.") -> Part:
    value = Statement(
        id=f"s{number}",
        basis="reported",
        wording=Wording(language="fr", text=text),
        grade=Grade("admiralty", "B", "2"),
        checked_on=dt.date(2031, 10, 18),
        entities=(Entity(id=f"e{number}", kind="person", category="not_yet_assessed"),),
    )
    return make_part(f"statement/s{number}", value, _salt(number))


def _header(parts: Sequence[Part], **changed: Any) -> Header:
    said: dict[str, Any] = {
        "entente": "1.0",
        "kind": "report",
        "id": "0192f3a0-0000-7000-8000-000000000001",
        "version": 1,
        "node": "lille",
        "party": "FR",
        "service": "FR-PAF",
        "said_at": AT,
        "purpose": "intelligence",
        "matter": "OYAT",
        "compartment": "intelligence",
        "handling": ("H1",),
        "review_by": dt.date(2032, 10, 18),
        "erase_by": dt.date(2033, 10, 18),
        "parts": tuple(sorted(part.digest for part in parts)),
    }
    return Header(**{**said, **changed})


def _release(parts: Sequence[Part], given_: Sequence[Part] | None = None, **changed: Any) -> Release:
    _, seal = sign_header(_header(parts, **changed), KEY)
    texts = tuple(part.content.decode() for part in (parts if given_ is None else given_))
    return Release(entente="1.0", seal=seal, parts=texts, basis="FR-UK")


PARTS = tuple(_statement(number) for number in range(5))
WHOLE = _release(PARTS)


def _with(release: Release, *parts: str) -> Release:
    return msgspec.structs.replace(release, parts=parts)


def _signed(raw: dict[str, Any]) -> Release:
    """A release whose header Lille signed as it stands, whatever it says."""
    return Release(entente="1.0", seal=Seal(jws=KEY.sign(json.dumps(raw).encode())), parts=(), basis="x")


RAW_HEADER: dict[str, Any] = msgspec.to_builtins(_header(PARTS))


def test_what_was_said_arrives_to_the_letter() -> None:
    verified = verify_release(WHOLE, RING)
    assert verified.header == _header(PARTS)
    assert [part.content for part in verified.parts] == [part.content for part in PARTS]
    assert [part.value for part in verified.parts] == [part.value for part in PARTS]
    assert (verified.withheld, verified.unknown) == (0, ())
    assert header_digest(verified.header_bytes) == sha256(encode(verified.header)).hexdigest()


@given(st.text(max_size=200), st.text(st.characters(codec="ascii"), min_size=22, max_size=40))
@settings(max_examples=80, deadline=None)
def test_reading_a_part_undoes_making_it(text: str, salt: str) -> None:
    part = make_part("statement/s1", _statement(1, text).value, salt)
    read, unknown = read_part(part.content)
    assert (read, unknown, read.digest) == (part, (), part.digest)
    assert part_value(part.content) == part.value


@given(st.lists(st.sampled_from(PARTS), unique_by=lambda part: part.name))
@settings(max_examples=60, deadline=None)
def test_any_selection_of_the_parts_still_bears_the_originators_signature(kept: list[Part]) -> None:
    verified = verify_release(_with(WHOLE, *(part.content.decode() for part in kept)), RING)
    assert [part.content for part in verified.parts] == [part.content for part in kept]
    assert verified.withheld == len(PARTS) - len(kept)
    assert header_digest(verified.header_bytes) == header_digest(encode(_header(PARTS)))


def test_a_part_that_was_not_signed_is_refused() -> None:
    added = make_part("statement/s9", _statement(9).value, _salt(9))
    with pytest.raises(PeerFault, match="part_not_signed"):
        verify_release(_with(WHOLE, *WHOLE.parts, added.content.decode()), RING)


def test_a_part_given_twice_is_refused() -> None:
    with pytest.raises(PeerFault, match="part_not_signed"):
        verify_release(_with(WHOLE, WHOLE.parts[0], WHOLE.parts[0]), RING)


def test_the_same_words_under_another_salt_are_another_part() -> None:
    resalted = make_part(PARTS[0].name, PARTS[0].value, _salt(99))
    with pytest.raises(PeerFault, match="part_not_signed"):
        verify_release(_with(WHOLE, resalted.content.decode()), RING)


def test_a_part_written_with_another_space_is_another_part() -> None:
    spaced = json.dumps(json.loads(WHOLE.parts[0]), ensure_ascii=False)
    assert json.loads(spaced) == json.loads(WHOLE.parts[0])
    with pytest.raises(PeerFault, match="part_not_signed"):
        verify_release(_with(WHOLE, spaced), RING)


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_no_letter_of_a_part_can_be_changed(data: st.DataObject) -> None:
    text = WHOLE.parts[0]
    place = data.draw(st.integers(0, len(text) - 1))
    letter = data.draw(st.characters(codec="utf-8").filter(lambda one: one != text[place]))
    with pytest.raises(PeerFault, match="part_not_signed"):
        verify_release(_with(WHOLE, text[:place] + letter + text[place + 1 :]), RING)


def test_two_signed_parts_under_one_name_are_refused() -> None:
    twins = (_statement(1), make_part("statement/s1", _statement(1, "Autre chose.").value, _salt(2)))
    with pytest.raises(Malformed, match="one name"):
        verify_release(_release(twins), RING)
    assert verify_release(_release(twins, twins[:1]), RING).withheld == 1


def test_a_digest_tells_nothing_without_its_salt() -> None:
    with pytest.raises(Malformed, match="128 bits"):
        read_part(make_part("statement/s1", _statement(1).value, "short").content)
    assert (
        make_part("conditions", "none", _salt(1)).digest != make_part("conditions", "none", _salt(2)).digest
    )


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{}",
        b'"x"',
        b'["0000000000000000000000","conditions"]',
        b'["0000000000000000000000","conditions","x","y"]',
        b'[7,"conditions","x"]',
        b'["0000000000000000000000",7,"x"]',
        b'["0000000000000000000000","secret","x"]',
        b'["0000000000000000000000","conditions",7]',
        b'["0000000000000000000000","statement/s1",{"id":"s1","id":"s1"}]',
        b'["0000000000000000000000","conditions",NaN]',
        b'["0000000000000000000000","conditions",' + b"[" * 200 + b"]" * 200 + b"]",
        b'["0000000000000000000000","conditions","' + b"x" * MAX_PART_BYTES + b'"]',
    ],
)
def test_a_part_that_is_not_one_is_refused_with_a_reason(content: bytes) -> None:
    with pytest.raises(Malformed, match="unreadable"):
        read_part(content)
    signed = (Part("x", content),)
    with pytest.raises(Malformed, match="unreadable"):
        verify_release(_release(signed), RING)


def test_a_record_is_its_signers_own() -> None:
    _, seal = sign_header(_header(PARTS, node="dover"), KEY)
    with pytest.raises(PeerFault, match="originator_not_signer"):
        verify_release(Release(entente="1.0", seal=seal, parts=(), basis="x"), RING)
    _, forged = sign_header(_header(PARTS), SigningKey.generate("lille/1"))
    with pytest.raises(PeerFault, match="signature_wrong"):
        verify_release(Release(entente="1.0", seal=forged, parts=(), basis="x"), RING)
    # A partner who passes it on leaves the originator's signature as it is.
    passed_on = msgspec.structs.replace(WHOLE, parts=WHOLE.parts[:1], basis="UK-NL")
    assert verify_release(passed_on, RING).header.node == "lille"


@pytest.mark.parametrize("field", sorted(set(RAW_HEADER)))
def test_every_field_of_a_header_is_signed(field: str) -> None:
    head, _, signature = WHOLE.seal.jws.split(".")
    changed = {**RAW_HEADER, field: "changed"}
    other = KEY.sign(json.dumps(changed).encode()).split(".")[1]
    with pytest.raises(PeerFault, match="signature_wrong"):
        verify_release(msgspec.structs.replace(WHOLE, seal=Seal(jws=f"{head}.{other}.{signature}")), RING)


@pytest.mark.parametrize(
    "field",
    sorted(field.name for field in msgspec.structs.fields(Header) if field.required),
)
def test_pur_1_a_header_without_one_of_its_fields_is_refused(field: str) -> None:
    bare = {name: value for name, value in RAW_HEADER.items() if name != field}
    with pytest.raises(Malformed, match="unreadable"):
        verify_release(_signed(bare), RING)
    with pytest.raises(Malformed, match="unreadable"):
        verify_release(_signed({**RAW_HEADER, field: None}), RING)


def test_a_header_with_a_key_twice_is_refused() -> None:
    text = json.dumps(RAW_HEADER)
    twice = text.replace('"matter"', '"purpose": "prosecution", "matter"', 1)
    release = Release(entente="1.0", seal=Seal(jws=KEY.sign(twice.encode())), parts=(), basis="x")
    with pytest.raises(Malformed, match="a key stands twice"):
        verify_release(release, RING)


def test_a_header_that_is_too_large_is_refused() -> None:
    with pytest.raises(Malformed, match="256 KiB"):
        read_header(b" " * (MAX_HEADER_BYTES + 1))


def test_an_unknown_field_is_refused_within_a_version_and_carried_from_a_newer_one() -> None:
    with pytest.raises(Malformed, match="unknown field"):
        verify_release(_signed({**RAW_HEADER, "priority": 1}), RING)
    verified = verify_release(_signed({**RAW_HEADER, "entente": "1.7", "priority": 1}), RING)
    assert verified.unknown == ("$.priority",)
    assert verified.header.matter == "OYAT"
    assert b'"priority"' in verified.header_bytes, "carried on as it was signed"


def test_a_newer_version_may_bring_parts_and_fields_that_are_shown_as_unknown() -> None:
    value = {**msgspec.to_builtins(PARTS[0].value), "mood": "calm"}
    parts = (make_part("statement/s0", value, _salt(0)), make_part("drone/d1", {"height_m": 60}, _salt(1)))
    release = _release(parts, entente="1.1")
    verified = verify_release(release, RING)
    assert verified.parts[0].value == PARTS[0].value
    assert verified.parts[1].value == {"height_m": 60}
    assert set(verified.unknown) == {"$.mood", "drone/d1"}
    with pytest.raises(Malformed, match="unreadable"):
        verify_release(_release(parts), RING)


@pytest.mark.parametrize("version", ["2.0", "0.9", "10.0"])
def test_another_major_version_is_refused_in_words_that_say_so(version: str) -> None:
    with pytest.raises(Malformed, match="version_unknown") as refused:
        verify_release(_signed({**RAW_HEADER, "entente": version}), RING)
    assert version in refused.value.text.en
    assert version in refused.value.text.fr
    assert refused.value.remedy is not None


@pytest.mark.parametrize("version", ["", "1", "1.", ".1", "one.two", "1.0.0", "-1.0", 1.0, None, ["1.0"]])
def test_what_is_no_version_is_refused(version: Any) -> None:
    with pytest.raises(Malformed, match="unreadable"):
        verify_release(_signed({**RAW_HEADER, "entente": version}), RING)


@pytest.mark.parametrize(
    "version", ["1.²", "²", "1.٣", "1." + "9" * 5000, "9" * 5000 + ".0", "1.0\n", "1.00000"]
)
def test_a_version_that_only_looks_like_a_number_is_refused(version: str) -> None:
    with pytest.raises(Malformed, match="unreadable"):
        is_newer_minor(version)


@pytest.mark.parametrize("written", ["2031-10-18T21:50:00", "2031-10-18", 1950000000])
def test_a_time_without_its_zone_is_refused(written: Any) -> None:
    with pytest.raises(Malformed, match="unreadable"):
        verify_release(_signed({**RAW_HEADER, "said_at": written}), RING)
    with pytest.raises(Malformed, match="unreadable"):
        read_batch_root(json.dumps({**RAW_ROOT, "at": written}).encode())


def test_half_a_character_in_a_part_or_a_row_is_refused() -> None:
    with pytest.raises(Malformed, match="unreadable"):
        verify_release(_with(WHOLE, "\ud800"), RING)
    with pytest.raises(Malformed, match="unreadable"):
        verify_release(_row(1, header="\ud800"), RING)


@pytest.mark.parametrize("release", ["alone", "row"])
def test_a_release_itself_is_of_a_version_that_is_known(release: str) -> None:
    good = WHOLE if release == "alone" else _row(1)
    assert verify_release(msgspec.structs.replace(good, entente="1.9"), RING) == verify_release(good, RING)
    with pytest.raises(Malformed, match="version_unknown"):
        verify_release(msgspec.structs.replace(good, entente="2.0"), RING)
    with pytest.raises(Malformed, match="unreadable"):
        verify_release(msgspec.structs.replace(good, entente="one"), RING)


def test_a_newer_part_names_itself_in_few_letters() -> None:
    named = make_part("drone/" + "d" * 300, {"height_m": 60}, _salt(1))
    with pytest.raises(Malformed, match="unreadable"):
        verify_release(_release((named,), entente="1.1"), RING)


def test_a_field_that_is_new_in_each_of_many_parts_is_named_once() -> None:
    parts = [
        make_part(part.name, {**msgspec.to_builtins(part.value), "mood": "calm"}, _salt(number))
        for number, part in enumerate(PARTS)
    ]
    assert verify_release(_release(parts, entente="1.1"), RING).unknown == ("$.mood",)


# ---- Rows of a batch ---------------------------------------------------------------------------------------------

ROWS = [
    encode(_header((part,), id=f"0192f3a0-0000-7000-8000-00000000010{number}"))
    for number, part in enumerate(PARTS)
]
TREE = Tree(leaf_hash(row) for row in ROWS)
BATCH = sign_batch("b1", "lille", ROWS, AT, KEY)


RAW_ROOT: dict[str, Any] = {
    "entente": "1.0",
    "batch": "b1",
    "node": "lille",
    "size": len(ROWS),
    "root": TREE.root().hex(),
    "at": "2031-10-18T21:50:00Z",
}


def _row(number: int, **changed: Any) -> Release:
    seal = msgspec.structs.replace(row_seal(BATCH, ROWS[number], number, TREE), **changed)
    return Release(entente="1.0", seal=seal, parts=(PARTS[number].content.decode(),), basis="FR-UK")


@pytest.mark.parametrize("place", range(len(ROWS)))
def test_each_row_of_a_batch_verifies_alone(place: int) -> None:
    verified = verify_release(_row(place), RING)
    assert verified.header_bytes == ROWS[place]
    assert verified.parts[0].value == PARTS[place].value
    assert open_seal(_row(place).seal, RING) == ("lille", ROWS[place])


def test_a_row_stands_only_in_its_own_place_with_its_own_path() -> None:
    good = _row(1).seal
    flipped = f"{int(good.path[0][0], 16) ^ 1:x}{good.path[0][1:]}"
    for changed in (
        {"place": 2},
        {"place": -1},
        {"place": len(ROWS)},
        {"path": good.path[:-1]},
        {"path": (*good.path, good.path[0])},
        {"path": _row(2).seal.path},
        {"path": (flipped, *good.path[1:])},
        {"header": ROWS[2].decode()},
        {"header": good.header + " " if good.header else ""},
    ):
        with pytest.raises(PeerFault, match="row_not_in_batch"):
            verify_release(_row(1, **changed), RING)


@pytest.mark.parametrize("version", ["1.1", "1.9999"])
def test_a_batch_of_a_newer_minor_version_is_read_like_a_header(version: str) -> None:
    newer = {**RAW_ROOT, "entente": version, "colour": "blue"}
    assert verify_release(_row(1, jws=KEY.sign(json.dumps(newer).encode())), RING).header_bytes == ROWS[1]


def test_a_batch_of_another_version_or_with_an_unknown_field_is_refused() -> None:
    for changed, code in (
        ({"entente": "2.0"}, "version_unknown"),
        ({"entente": "1.x"}, "unreadable"),
        ({"entente": None}, "unreadable"),
        ({"colour": "blue"}, "unreadable"),
    ):
        with pytest.raises(Malformed, match=code):
            read_batch_root(json.dumps({**RAW_ROOT, **changed}).encode())


@pytest.mark.parametrize("place", range(2))
def test_a_hash_has_one_spelling(place: int) -> None:
    path = list(_row(1).seal.path)
    for spelt in (path[place].upper() + " ", f" {path[place]}", "AB" * 32, "é" * 64):
        with pytest.raises(Malformed, match="unreadable"):
            verify_release(_row(1, path=(*path[:place], spelt, *path[place + 1 :])), RING)


@pytest.mark.parametrize("changed", [{"place": None}, {"path": ("zz",)}, {"path": ("a",)}])
def test_a_row_without_a_place_or_with_an_unreadable_path_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(Malformed, match="unreadable"):
        verify_release(_row(1, **changed), RING)


def test_a_batch_is_its_signers_own() -> None:
    others = sign_batch("b1", "dover", ROWS, AT, KEY)
    with pytest.raises(Malformed, match="batch's own node"):
        verify_release(_row(1, jws=others), RING)
    partners = sign_batch("b1", "dover", ROWS, AT, PARTNER)
    with pytest.raises(PeerFault, match="originator_not_signer"):
        verify_release(_row(1, jws=partners), RING)


def test_a_batchs_signature_is_no_record_and_a_records_no_batch() -> None:
    with pytest.raises(Malformed, match="unreadable"):
        verify_release(Release(entente="1.0", seal=Seal(jws=BATCH), parts=(), basis="x"), RING)
    with pytest.raises(Malformed, match="unreadable"):
        verify_release(_row(1, jws=WHOLE.seal.jws), RING)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(sorted(RAW_HEADER)) | st.text(max_size=5), inner, max_size=4)
        ),
        max_leaves=8,
    ),
    st.sampled_from(sorted(RAW_HEADER)),
)
@settings(max_examples=150, deadline=None)
def test_whatever_a_partner_signs_is_taken_or_refused_in_our_own_words(value: Any, field: str) -> None:
    for raw in (value, {**RAW_HEADER, field: value}):
        with suppress(EntenteError):
            verify_release(_signed(raw), RING)
