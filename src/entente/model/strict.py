"""Reading JSON that somebody else wrote, and refusing what two readers could read differently.

Duplicate keys, NaN, numbers that not every reader can hold, half a surrogate pair, and nesting without end are refused.
Within a protocol version unknown fields are refused too; from a newer minor version they are set aside and handed on by
name, so that they can be carried and shown as unknown.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, TypeVar

import msgspec
from msgspec import inspect

from entente.errors import Malformed, Text

T = TypeVar("T")

MAX_DEPTH = 40
# Many readers keep every number as a double: beyond this two whole numbers become one (RFC 7493, 2.2).
MAX_WHOLE = 2**53
MAX_UNKNOWN_FIELDS = 100
MAX_UNKNOWN_NAME = 200
# The escape of one half of a surrogate pair. Whether its other half stands beside it only the read value tells.
_HALF = re.compile(r"\\u[dD][89a-fA-F]")


def _refuse_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return found


def _refuse_constant(word: str) -> Any:
    raise ValueError(f"{word} is no JSON")


def _whole(word: str) -> int:
    if len(word) > 17 or abs(number := int(word)) > MAX_WHOLE:
        raise ValueError("a whole number is beyond 2^53")
    return number


def _finite(word: str) -> float:
    number = float(word)
    if not math.isfinite(number):
        raise ValueError("a number is beyond all that can be held")
    return number


_DECODER = json.JSONDecoder(
    object_pairs_hook=_refuse_duplicates,
    parse_constant=_refuse_constant,
    parse_int=_whole,
    parse_float=_finite,
)


def unreadable(why: str, what: Text | None = None) -> Malformed:
    """The error for bytes that are not what they should be."""
    what = what or Text(fr="Ce message", en="This message")
    return Malformed(
        "unreadable",
        Text(fr=f"{what.fr} est illisible ({why}).", en=f"{what.en} cannot be read ({why})."),
        Text(
            fr="Rien n’a été pris ; corrigez et recommencez.", en="Nothing was taken; mend it and try again."
        ),
    )


def bytes_of(text: str) -> bytes:
    """The bytes of a text that somebody else wrote. Raises Malformed on half a surrogate pair, which has none."""
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise unreadable("half a character is no text") from error


def strict_json(content: bytes | str) -> Any:
    """The value of a JSON text. Raises Malformed on what the head of this file names, and on bad UTF-8."""
    try:
        text = content.decode("utf-8") if isinstance(content, bytes) else bytes_of(content).decode()
        value = _DECODER.decode(text)
        if _HALF.search(text):
            msgspec.json.encode(value)  # fails on what has no bytes
    except (ValueError, RecursionError) as error:
        raise unreadable(str(error)[:120]) from error
    if text.count("[") + text.count("{") > MAX_DEPTH and _depth(value) > MAX_DEPTH:
        raise unreadable(f"more than {MAX_DEPTH} levels deep")
    return value


def _depth(value: Any) -> int:
    deepest, stack = 0, [(value, 1)]
    while stack:
        here, depth = stack.pop()
        deepest = max(deepest, depth)
        if isinstance(here, dict):
            stack.extend((inner, depth + 1) for inner in here.values())
        elif isinstance(here, list):
            stack.extend((inner, depth + 1) for inner in here)
    return deepest


def convert(value: Any, to: type[T]) -> T:
    """A checked value of a model type. Raises Malformed with the place of the first thing that is wrong."""
    try:
        return msgspec.convert(value, to)
    except (msgspec.ValidationError, ValueError) as error:
        raise unreadable(str(error)[:200]) from error


def convert_newer(value: Any, to: type[T]) -> tuple[T, tuple[str, ...]]:
    """Like `convert`, for a newer minor version: unknown fields are set aside. Returns (value, their places).

    A field that is new in every item of a list is one place ("$.rows[...].colour"). Raises Malformed on more than 100.
    """
    set_aside: dict[str, None] = {}
    hashable: Any = to
    return convert(_known(value, _shape(hashable), "$", set_aside), to), tuple(set_aside)


@lru_cache(maxsize=256)
def _shape(to: Any) -> inspect.Type:
    return inspect.type_info(to)


def _known(value: Any, shape: inspect.Type, path: str, set_aside: dict[str, None]) -> Any:
    """A copy of a JSON value with no fields but those that its type names; of the others the places are noted."""
    if isinstance(shape, inspect.UnionType):
        for one in shape.types:
            value = _known(value, one, path, set_aside)
        return value
    if isinstance(value, dict) and isinstance(shape, inspect.StructType):
        types = {field.encode_name: field.type for field in shape.fields}
        for name in value:
            if name not in types:
                _set_aside(f"{path}.{name}", name, set_aside)
        return {
            name: _known(inner, types[name], f"{path}.{name}", set_aside)
            for name, inner in value.items()
            if name in types
        }
    if not isinstance(value, list):
        return value
    if isinstance(shape, inspect.ListType | inspect.VarTupleType):
        return [_known(inner, shape.item_type, f"{path}[...]", set_aside) for inner in value]
    if isinstance(shape, inspect.TupleType):
        return _by_place(value, shape.item_types, path, set_aside)
    if isinstance(shape, inspect.StructType) and shape.array_like:
        # A field that is added to a value without names stands behind the known ones.
        known = _by_place(value, [field.type for field in shape.fields], path, set_aside)
        for place in range(len(shape.fields), len(value)):
            _set_aside(f"{path}[{place}]", "", set_aside)
        return known[: len(shape.fields)]
    return value


def _by_place(
    value: list[Any], of: Sequence[inspect.Type], path: str, set_aside: dict[str, None]
) -> list[Any]:
    pairs = enumerate(zip(value, of, strict=False))
    known = [_known(inner, shape, f"{path}[{place}]", set_aside) for place, (inner, shape) in pairs]
    return known + value[len(known) :]


def _set_aside(place: str, name: str, set_aside: dict[str, None]) -> None:
    if len(name) > MAX_UNKNOWN_NAME:
        raise unreadable(f"an unknown field has a name of more than {MAX_UNKNOWN_NAME} letters")
    set_aside[place] = None
    if len(set_aside) > MAX_UNKNOWN_FIELDS:
        raise unreadable(f"more than {MAX_UNKNOWN_FIELDS} unknown fields")
