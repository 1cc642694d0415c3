"""What two readers could read differently is refused; what is newer is set aside by name; nothing else escapes."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from entente.errors import Malformed
from entente.model.grading import Grade
from entente.model.strict import MAX_DEPTH, convert, convert_newer, strict_json

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


class Inner(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    colour: str


class Outer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    inner: Inner | None = None
    many: tuple[Inner, ...] = ()
    grade: Grade | None = None


class Rung(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    number: int
    step: str


class Climb(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    steps: tuple[Rung, ...]


class Pairs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    pairs: tuple[tuple[Inner, Outer], ...]


@given(JSON)
@settings(deadline=None)
def test_what_was_written_is_what_is_read(value: Any) -> None:
    assert strict_json(json.dumps(value)) == value
    assert strict_json(json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")) == value


@pytest.mark.parametrize(
    "written",
    [
        '{"a": 1, "a": 1}',
        '{"a": 1, "\\u0061": 2}',
        '[{"outer": {"b": 0, "c": 1, "b": 0}}]',
        "NaN",
        "[Infinity]",
        '{"bits": -Infinity}',
        "",
        "{",
        '{"a": 1} {"a": 1}',
        "[1,]",
        "{'a': 1}",
        "\ufeff{}",
        "01",
        '"a\nb"',
        "9" * 5000,
    ],
)
def test_what_two_readers_could_read_differently_is_refused(written: str) -> None:
    with pytest.raises(Malformed) as refused:
        strict_json(written)
    assert refused.value.code == "unreadable"
    assert strict_json("{}") == {}


@pytest.mark.parametrize("content", [b"\xff{}", b'"\xc3\x28"', b'"\xed\xa0\x80"', "{}".encode("utf-16")])
def test_bytes_that_are_not_utf_8_are_refused(content: bytes) -> None:
    with pytest.raises(Malformed, match="unreadable"):
        strict_json(content)


@pytest.mark.parametrize(
    "number", ["1e999", "-1e999", "9007199254740993", "-9007199254740993", "1" + "0" * 40]
)
def test_a_number_that_not_every_reader_holds_is_refused(number: str) -> None:
    with pytest.raises(Malformed, match="unreadable"):
        strict_json(f'{{"bits": [{number}]}}')
    assert strict_json("[9007199254740992, -9007199254740992, 1e300]") == [2**53, -(2**53), 1e300]


@pytest.mark.parametrize(
    "written",
    [
        '{"parts": ["\\ud800"]}',
        '{"\\uDFFF": 1}',
        '["\\udea4\\ud83d"]',
        '[{"a": ["\\ud83d \\udea4"]}]',
        '"\ud800"',
        '{"\udfff": 1}',
    ],
)
def test_half_a_character_is_no_text(written: str) -> None:
    with pytest.raises(Malformed, match="unreadable"):
        strict_json(written)


def test_a_whole_character_written_in_two_halves_is_text() -> None:
    assert strict_json('{"\\ud83d\\udea4": 1}') == {"\U0001f6a4": 1}
    assert strict_json('"\\\\ud800"') == "\\ud800", "a backslash that is itself escaped escapes nothing"


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
def test_nesting_ends_at_the_published_depth(opening: str, closing: str) -> None:
    def nested(levels: int) -> str:
        return opening * (levels - 1) + "[]" + closing * (levels - 1)

    assert strict_json(nested(MAX_DEPTH)) is not None
    for levels in (MAX_DEPTH + 1, 500, 100_000):
        with pytest.raises(Malformed, match="unreadable"):
            strict_json(nested(levels))


def test_many_brackets_side_by_side_are_not_deep() -> None:
    assert len(strict_json("[" + ",".join(["[]"] * 5000) + "]")) == 5000


@given(st.binary(max_size=60) | st.text(max_size=60))
@settings(deadline=None)
def test_rubbish_is_refused_and_never_crashes(content: bytes | str) -> None:
    with suppress(Malformed):
        strict_json(content)


@pytest.mark.parametrize(
    "value",
    [
        {"name": "boat", "speed": 3},
        {"name": "boat", "inner": {"colour": "grey", "shade": 1}},
        {"name": 3},
        {},
        [],
        {"name": "boat", "grade": {"scheme": "admiralty", "source": "Z", "information": "1"}},
    ],
)
def test_within_a_version_an_unknown_field_or_a_wrong_value_is_refused(value: Any) -> None:
    with pytest.raises(Malformed, match="unreadable"):
        convert(value, Outer)


def test_of_a_newer_version_unknown_fields_are_set_aside_and_named() -> None:
    value = {
        "name": "boat",
        "speed": 3,
        "inner": {"colour": "grey", "shade": {"deep": [1]}},
        "many": [{"colour": "red", "tone": 1}, {"colour": "blue"}, {"colour": "white", "tone": 2}],
    }
    before = json.dumps(value)
    read, unknown = convert_newer(value, Outer)
    assert read == Outer("boat", Inner("grey"), (Inner("red"), Inner("blue"), Inner("white")))
    assert set(unknown) == {"$.speed", "$.inner.shade", "$.many[...].tone"}
    assert json.dumps(value) == before, "what came is left as it came"


def test_a_field_that_is_new_in_each_of_ten_thousand_rows_is_one_unknown_field() -> None:
    value = {"name": "boat", "many": [{"colour": "grey", "tone": 1}] * 10_000}
    read, unknown = convert_newer(value, Outer)
    assert len(read.many) == 10_000
    assert unknown == ("$.many[...].tone",)


def test_what_a_newer_version_puts_behind_a_value_without_names_is_set_aside() -> None:
    value = {"steps": [[1, "seen"], [2, "seen", "new"], [3, "seen", "new", {"newer": 1}]]}
    read, unknown = convert_newer(value, Climb)
    assert read == Climb((Rung(1, "seen"), Rung(2, "seen"), Rung(3, "seen")))
    assert unknown == ("$.steps[...][2]", "$.steps[...][3]")
    with pytest.raises(Malformed, match="unreadable"):
        convert(value, Climb)


def test_in_a_pair_each_place_knows_its_own_fields() -> None:
    value = {"pairs": [[{"colour": "red", "name": "x"}, {"name": "boat", "colour": "red"}]]}
    read, unknown = convert_newer(value, Pairs)
    assert read == Pairs(((Inner("red"), Outer("boat")),))
    assert unknown == ("$.pairs[...][0].name", "$.pairs[...][1].colour")


@pytest.mark.parametrize(
    "value",
    [
        {"name": 3, "speed": 3},
        {"speed": 3},
        {"name": "boat", "inner": {"shade": 1}},
        {"name": "boat", **{f"field{number}": 0 for number in range(200)}},
        {"name": "boat", "x" * 201: 0},
        {"name": "boat", "inner": [1]},
        {"name": "boat", "many": {"colour": "red"}},
    ],
)
def test_a_newer_version_may_add_but_not_change_or_drop(value: Any) -> None:
    with pytest.raises(Malformed, match="unreadable"):
        convert_newer(value, Outer)


@given(st.dictionaries(st.text(st.characters(codec="utf-8"), max_size=200), JSON, max_size=4))
@settings(deadline=None)
def test_whatever_a_newer_version_adds_what_we_know_is_read_the_same(extra: dict[str, Any]) -> None:
    extra = {name: value for name, value in extra.items() if name not in ("name", "inner", "many", "grade")}
    read, unknown = convert_newer({**extra, "name": "boat"}, Outer)
    assert read == Outer("boat")
    assert len(unknown) == len(extra)
