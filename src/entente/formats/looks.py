"""What a column holds, judged by its values alone, for the headings that say nothing.

Only what has a shape of its own is recognised: an IBAN carries its own proof, an IMEI its check digit, a
plate its pattern. Names and places have none, and a guess there would put a stranger's words into someone's
name: such a column is left for the officer to map.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import msgspec

from entente.errors import EntenteError, Text
from entente.formats.headings import CATEGORY, ColumnUse, fold_heading
from entente.model.entity import CATEGORY_WORDS
from entente.model.identifier import KIND_WORDS, Identifier, IdentifierKind, canonical
from entente.model.moment import read_date, read_instant

# How many of the values that are not empty must look alike before a proposal rests on it.
NEEDED_SHARE = 0.8
# Births spread over generations, observations over a season or two.
BIRTH_SPREAD_YEARS = 15
SHORES = ("FR", "GB")

_PHONE = re.compile(r"(?:\+|00|0)[\d\s().\-/]{8,20}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_IBAN = re.compile(r"[A-Za-z]{2}\d{2}[A-Za-z0-9 ]{11,40}")
_PLATE = re.compile(r"(?=.*\d)(?=.*[A-Za-z])[A-Za-z0-9]{1,4}[ -]?[A-Za-z0-9]{1,4}[ -]?[A-Za-z0-9]{0,3}")
_DATE = re.compile(r"\d{1,4}[-/. ]\d{1,2}[-/. ]\d{1,4}.*")
_DAY = re.compile(r"\d{1,2}[-/. ]\d{1,2}[-/. ]\d{4}")
_TIME = re.compile(r"\d[T ]\s?(?:à )?\d{1,2}\s?[h:]", re.IGNORECASE)
_SLASHED = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.]\d{4}\b")
_CATEGORY_WORDS = frozenset(
    fold_heading(word)
    for category, text in CATEGORY_WORDS.items()
    for word in (category, text.fr, text.en, text.fr + "e", text.en + "s")
)


class Look(msgspec.Struct, frozen=True):
    """What the values look like. share: of the values seen that are not empty."""

    use: ColumnUse
    share: float
    words: Text
    identifier: IdentifierKind | None = None
    ignored: Text | None = None


def _digits(value: str) -> str:
    return "".join(sign for sign in value if sign.isdigit())


def _is_valid(kind: IdentifierKind, value: str, region: str, forgiven: tuple[str, ...] = ()) -> bool:
    found = canonical(Identifier(kind=kind, written=value.strip(), region=region))
    return found.is_valid or found.fault in forgiven


def _is_phone(value: str, region: str) -> bool:
    # A table of one shore holds numbers of the other, written as they are dialled there.
    return (
        _PHONE.fullmatch(value.strip()) is not None
        and _DAY.fullmatch(value.strip()) is None
        and any(_is_valid("phone", value, where, ("number_not_assigned",)) for where in {region, *SHORES})
    )


def _is_imei(value: str, region: str) -> bool:
    figures = _digits(value)
    return (
        len(figures) == 15 and not any(sign.isalpha() for sign in value) and _is_valid("imei", value, region)
    )


def _is_plate(value: str, region: str) -> bool:
    return _PLATE.fullmatch(value.strip()) is not None and _is_valid(
        "plate", value, region, ("plate_letters_never_issued",)
    )


_IDENTIFIER_LOOKS: tuple[tuple[IdentifierKind, Callable[[str, str], bool]], ...] = (
    ("email", lambda value, region: _EMAIL.fullmatch(value.strip()) is not None),
    (
        "iban",
        lambda value, region: _IBAN.fullmatch(value.strip()) is not None and _is_valid("iban", value, region),
    ),
    ("imei", _is_imei),
    ("hull", lambda value, region: len(value.strip()) >= 12 and _is_valid("hull", value, region)),
    ("phone", _is_phone),
    ("plate", _is_plate),
)


def _in(looks_so: Callable[[str, str], bool], region: str) -> Callable[[str], bool]:
    return lambda value: looks_so(value, region)


def read_look(values: Sequence[str], region: str) -> Look | None:
    """What most of the values look like; None where they have no shape that is known here."""
    if not values:
        return None
    categories = _share(values, lambda value: fold_heading(value) in _CATEGORY_WORDS)
    if categories >= NEEDED_SHARE / 2:
        return Look("ignore", categories, CATEGORY, ignored=CATEGORY)
    for kind, looks_so in _IDENTIFIER_LOOKS:
        share = _share(values, _in(looks_so, region))
        if share >= NEEDED_SHARE:
            return Look("identifier", share, KIND_WORDS[kind], identifier=kind)
    return _date_look(values)


def _date_look(values: Sequence[str]) -> Look | None:
    years: list[int] = []
    timed = 0
    for value in values:
        try:
            if _TIME.search(value):
                read_instant(value)
                timed += 1
            elif _DATE.fullmatch(value.strip()):
                years.append(read_date(value).year)
        except EntenteError:
            continue
    if timed / len(values) >= NEEDED_SHARE:
        return Look("said_at", timed / len(values), Text("des dates avec l’heure", "dates with a time"))
    share = len(years) / len(values)
    if share < NEEDED_SHARE:
        return None
    if max(years) - min(years) >= BIRTH_SPREAD_YEARS:
        return Look(
            "birth_date",
            share,
            Text("des dates étendues sur des générations", "dates spread over generations"),
        )
    return Look(
        "ignore",
        share,
        Text("des dates", "dates"),
        ignored=Text(
            "Ce sont des dates, mais rien ne dit de quoi : à préciser.",
            "These are dates, but nothing says of what: to be settled.",
        ),
    )


def is_month_first(values: Sequence[str]) -> bool:
    """Whether dates in figures put the month first: a second figure beyond 12, and no first one."""
    pairs = [(int(found[1]), int(found[2])) for value in values if (found := _SLASHED.match(value.strip()))]
    return any(second > 12 for _, second in pairs) and all(first <= 12 for first, _ in pairs)


def _share(values: Sequence[str], looks_so: Callable[[str], bool]) -> float:
    return sum(map(looks_so, values)) / len(values)
