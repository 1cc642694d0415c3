"""Reading JSON that somebody else wrote, and refusing what two readers could read differently.

Duplicate keys, NaN, and nesting without end are refused. Within a protocol version unknown fields are refused too; from
a newer minor version they are set aside and handed on by name, so that they can be carried and shown as unknown.
"""

from __future__ import annotations

import json
import re
from typing import Any, TypeVar

import msgspec

from entente.errors import Malformed, Text

T = TypeVar("T")

MAX_DEPTH = 40
_UNKNOWN_FIELD = re.compile(r"unknown field `(?P<field>[^`]*)`(?: - at `(?P<path>[^`]*)`)?")


def _refuse_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return found


def _refuse_constant(word: str) -> Any:
    raise ValueError(f"{word} is no JSON")


_DECODER = json.JSONDecoder(object_pairs_hook=_refuse_duplicates, parse_constant=_refuse_constant)


def unreadable(why: str, what: Text | None = None) -> Malformed:
    """The error for bytes that are not what they should be."""
    what = what or Text(fr="Ce message", en="This message")
    return Malformed(
        "unreadable",
        Text(fr=f"{what.fr} est illisible ({why}).", en=f"{what.en} cannot be read ({why})."),
        Text(fr="Rien n’a été pris ; corrigez et recommencez.", en="Nothing was taken; mend it and try again."),
    )


def strict_json(content: bytes | str) -> Any:
    """The value of a JSON text. Raises Malformed on duplicate keys, NaN, bad UTF-8, or more than 40 levels."""
    try:
        text = content.decode("utf-8") if isinstance(content, bytes) else content
        value = _DECODER.decode(text)
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
    """Like `convert`, for a newer minor version: unknown fields are set aside. Returns (value, their places)."""
    set_aside: list[str] = []
    for _ in range(100):
        try:
            return msgspec.convert(value, to), tuple(set_aside)
        except (msgspec.ValidationError, ValueError) as error:
            found = _UNKNOWN_FIELD.search(str(error))
            if not found:
                raise unreadable(str(error)[:200]) from error
            path = found["path"] or "$"
            value = _without(value, _steps(path), found["field"])
            set_aside.append(f"{path}.{found['field']}")
    raise unreadable("more than 100 unknown fields")


def _steps(path: str) -> list[str | int]:
    steps: list[str | int] = []
    for name, place in re.findall(r"\.([^.\[\]]+)|\[(\d+|\.\.\.)\]", path):
        if name:
            steps.append(name)
        else:
            steps.append(-1 if place == "..." else int(place))
    return steps


def _without(value: Any, steps: list[str | int], field: str) -> Any:
    """A copy of a JSON value without one field at a place; step -1 means every place of a list."""
    if not steps:
        return {name: inner for name, inner in value.items() if name != field} if isinstance(value, dict) else value
    step, rest = steps[0], steps[1:]
    if isinstance(value, dict) and isinstance(step, str) and step in value:
        return {**value, step: _without(value[step], rest, field)}
    if isinstance(value, list) and isinstance(step, int):
        return [
            _without(inner, rest, field) if step in (-1, place) else inner for place, inner in enumerate(value)
        ]
    return value
