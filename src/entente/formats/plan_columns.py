"""Which column of an action plan is what, by the heading that an officer wrote above it, in French or English.

A heading is looked up whole, small words and sides ("FR", "UK") taken out: "Nombre de mesures contrôlées" is no title
of a measure because the word stands in it. What is not recognised is named with the reason, and an officer may say by
hand what any column is. An owner whose party no heading says is left to the officer too: two sovereign owners must not
change places by a guess. The words lie in plan_columns.toml.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Literal, get_args

import msgspec

from entente.errors import Language, Malformed, Text
from entente.formats.fault import shown
from entente.formats.headings import fold_heading

PlanField = Literal[
    "workshop_fr",
    "workshop_en",
    "measure_fr",
    "measure_en",
    "owner_FR",
    "alternates_FR",
    "owner_UK",
    "alternates_UK",
    "milestone_fr",
    "milestone_en",
    "due",
    "status",
    "indicator_fr",
    "indicator_en",
    "unit",
    "baseline",
    "target",
    "value",
    "period",
    "evidence",
    "depends_on",
    "note",
    "recommendation_number",
    "recommendation_fr",
    "recommendation_en",
    "source",
    "answer",
    "maps_to",
]
PLAN_FIELDS: tuple[PlanField, ...] = get_args(PlanField)
_BY_NAME: dict[str, PlanField] = {field: field for field in PLAN_FIELDS}
IGNORE = "ignore"

Sides = Literal["", "language", "party"]
_SMALL = frozenset("de du des d la le l les un une a au aux et en the of to an and for by s".split())  # noqa: SIM905
_FRENCH = frozenset("fr fra france francais francaise francaises french vf".split())  # noqa: SIM905
_BRITISH = frozenset(
    "uk gb gbr ru eng en anglais anglaise english british britannique britanniques vo".split()  # noqa: SIM905
)
_TWO_WORDS = (("royaume", "uni"), ("united", "kingdom"), ("great", "britain"), ("grande", "bretagne"))
_AGAIN = re.compile(r" \(\d+\)$")


class ColumnChoice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one column was taken for, and why."""

    column: str
    field: PlanField
    reason: Text
    is_by_hand: bool = False


class ColumnLeft(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A column that was taken for nothing, and why. filled: how many rows have something in it."""

    column: str
    reason: Text
    filled: int = 0


class _Concept(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    heading_fr: str
    heading_en: str
    fr: tuple[str, ...]
    en: tuple[str, ...]
    sides: Sides = ""


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    concept: dict[str, _Concept]
    status: dict[str, tuple[str, ...]]


@lru_cache(maxsize=1)
def _file() -> _File:
    written = files("entente.formats").joinpath("plan_columns.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(written), _File)


def status_words() -> dict[str, tuple[str, ...]]:
    """The words that officers put into a column of status, by what they mean."""
    return _file().status


@lru_cache(maxsize=1)
def _phrases() -> dict[tuple[str, ...], tuple[str, frozenset[str]]]:
    """Every heading, folded and without small words: its concept and the languages that write it."""
    found: dict[tuple[str, ...], tuple[str, frozenset[str]]] = {}
    for name, concept in _file().concept.items():
        for language, phrases in (
            ("fr", (*concept.fr, concept.heading_fr)),
            ("en", (*concept.en, concept.heading_en)),
        ):
            for phrase in phrases:
                key = _without_small(fold_heading(phrase).split())
                other, languages = found.get(key, (name, frozenset()))
                if other != name:
                    raise ValueError(f"{phrase!r} heads both {other} and {name}")
                found[key] = name, languages | {language}
    return found


def _without_small(tokens: Sequence[str]) -> tuple[str, ...]:
    # A heading of small words alone ("by") keeps them.
    return tuple(token for token in tokens if token not in _SMALL) or tuple(tokens)


class _Seen(msgspec.Struct, frozen=True):
    """A heading read: its concept, the side that it names, the languages that write it."""

    concept: str
    side: Literal["", "fr", "en"]
    languages: frozenset[str]


def _read(column: str) -> _Seen | None:
    """What a heading says; None where it says nothing known, or two sides at once."""
    bare = _AGAIN.sub("", column)
    whole = _read_part(bare)
    if whole is not None or "/" not in bare:
        return whole
    # "Échéance / Due date": both say the same.
    halves = [_read_part(half) for half in bare.split("/")]
    said = {(half.concept, half.side) for half in halves if half is not None}
    if None in halves or len(said) != 1:
        return None
    concept, side = said.pop()
    return _Seen(concept, side, frozenset().union(*(half.languages for half in halves if half is not None)))


def _read_part(bare: str) -> _Seen | None:
    tokens = fold_heading(bare).split()
    for first, second in _TWO_WORDS:
        for place in range(len(tokens) - 1):
            if (tokens[place], tokens[place + 1]) == (first, second):
                tokens[place : place + 2] = ["uk"]
                break
    whole = _phrases().get(_without_small(tokens))
    names_side = set(tokens) & ((_FRENCH | _BRITISH) - _SMALL) or (len(tokens) > 1 and tokens[-1] == "en")
    if whole is not None and not names_side:
        return _Seen(whole[0], "", whole[1])
    # "en" is a small word in French and a language at the end of a heading.
    sides: set[Literal["", "fr", "en"]] = set()
    rest = []
    for place, token in enumerate(tokens):
        if token in _FRENCH:
            sides.add("fr")
        elif token in _BRITISH and (token != "en" or place == len(tokens) - 1):
            sides.add("en")
        else:
            rest.append(token)
    if len(sides) > 1 or not rest:
        return None
    found = _phrases().get(_without_small(rest)) or _abbreviated(bare, rest, bool(sides))
    return None if found is None else _Seen(found[0], sides.pop() if sides else "", found[1])


def _abbreviated(column: str, tokens: Sequence[str], has_side: bool) -> tuple[str, frozenset[str]] | None:
    """ "Éch." is the beginning of "échéance"; None where it may be two. With a side, "Resp." is no "response"."""
    cut = {fold_heading(word) for word in re.findall(r"\w{2,}(?=\.)", column)}
    short = _without_small(tokens)
    if not cut & set(short):
        return None
    found: dict[str, frozenset[str]] = {}
    for phrase, (concept, languages) in _phrases().items():
        if has_side and not _file().concept[concept].sides:
            continue
        if len(phrase) == len(short) and all(
            whole == token or (token in cut and whole.startswith(token))
            for whole, token in zip(phrase, short, strict=True)
        ):
            found[concept] = found.get(concept, frozenset()) | languages
    return found.popitem() if len(found) == 1 else None


def language_of(columns: Sequence[str]) -> Language:
    """The language that most headings are written in; French where they are as many."""
    seen = [one for column in columns if (one := _read(column)) is not None]
    english = sum(one.languages == {"en"} for one in seen)
    return "en" if english > sum(one.languages == {"fr"} for one in seen) else "fr"


def guess_columns(
    columns: Sequence[str], by_hand: Mapping[str, str] | None = None
) -> tuple[tuple[ColumnChoice, ...], tuple[ColumnLeft, ...]]:
    """What each column is, and those that are nothing; both in the order of the table.

    by_hand: column → field or "ignore"; it goes before any guess. Raises Malformed where it names a column or field
    that there is not, or one field twice.
    """
    said = _said_by_hand(columns, by_hand or {})
    language = language_of(columns)
    taken = {field: column for column, field in said.items() if field != IGNORE}
    chosen: list[ColumnChoice] = []
    left: list[ColumnLeft] = []
    for column in columns:
        if column in said:
            field = said[column]
            if field == IGNORE:
                left.append(ColumnLeft(column, _ASIDE))
            else:
                chosen.append(ColumnChoice(column, _BY_NAME[field], _BY_HAND, True))
            continue
        guess = _guess(column, language)
        if isinstance(guess, Text):
            left.append(ColumnLeft(column, guess))
        elif guess in taken:
            left.append(ColumnLeft(column, _already(taken[guess])))
        else:
            taken[guess] = column
            chosen.append(ColumnChoice(column, guess, _announces(column, guess)))
    if not {"recommendation_number", "recommendation_fr", "recommendation_en"} & set(taken):
        # "Source" or "Suite" beside measures alone is anybody's guess.
        lost = [one for one in chosen if one.field in ("source", "answer", "maps_to") and not one.is_by_hand]
        chosen = [one for one in chosen if one not in lost]
        left += [ColumnLeft(one.column, _NO_RECOMMENDATION) for one in lost]
        left.sort(key=lambda one: columns.index(one.column))
    return tuple(chosen), tuple(left)


def _guess(column: str, language: Language) -> PlanField | Text:
    seen = _read(column)
    if seen is None:
        return _NOT_RECOGNISED
    sides = _file().concept[seen.concept].sides
    if sides == "party":
        if not seen.side:
            return _NO_PARTY
        return _BY_NAME[f"{seen.concept}_{'FR' if seen.side == 'fr' else 'UK'}"]
    if sides == "language":
        only = next(iter(seen.languages)) if len(seen.languages) == 1 else language
        return _BY_NAME[f"{seen.concept}_{seen.side or only}"]
    # "Note (FR)" and "Note (EN)" are two; one field cannot say which is which.
    return _BY_NAME[seen.concept] if not seen.side else _NO_SIDES


def _said_by_hand(columns: Sequence[str], by_hand: Mapping[str, str]) -> dict[str, str]:
    by_folded = {fold_heading(column): column for column in reversed(columns)}
    said: dict[str, str] = {}
    for named, field in by_hand.items():
        column = named if named in columns else by_folded.get(fold_heading(named))
        if column is None:
            raise Malformed(
                "plan_column_missing",
                Text(
                    f"Le tableau n’a pas de colonne « {shown(named)} ».",
                    f'The table has no column "{shown(named)}".',
                ),
                Text(f"Ses colonnes : {', '.join(columns)}.", f"Its columns: {', '.join(columns)}."),
            )
        if field != IGNORE and field not in PLAN_FIELDS:
            listed = ", ".join((*PLAN_FIELDS, IGNORE))
            raise Malformed(
                "plan_field_unknown",
                Text(
                    f"« {shown(field)} » n’est pas un champ du plan.",
                    f'"{shown(field)}" is no field of the plan.',
                ),
                Text(f"Les champs : {listed}.", f"The fields: {listed}."),
            )
        if column in said or (field != IGNORE and field in said.values()):
            raise Malformed(
                "plan_field_twice",
                Text(
                    f"La colonne « {shown(named)} » ou le champ {field} est indiqué deux fois.",
                    f'Column "{shown(named)}" or field {field} is named twice.',
                ),
                Text(
                    "Une colonne par champ, un champ par colonne.", "One column a field, one field a column."
                ),
            )
        said[column] = field
    return said


def field_words(field: PlanField) -> Text:
    """The heading that we write above a field, in each language; read back, it is that field."""
    concept = field.rpartition("_")[0] if field[-2:] in ("fr", "en", "FR", "UK") else field
    one = _file().concept[concept]
    side = f" ({'UK' if field[-2:] == 'UK' else field[-2:].upper()})" if one.sides else ""
    return Text(one.heading_fr + side, one.heading_en + side)


def _announces(column: str, field: PlanField) -> Text:
    words = field_words(field)
    return Text(
        f"L’intitulé « {column} » annonce : {words.fr}.",
        f'The heading "{column}" announces: {words.en}.',
    )


def _already(other: str) -> Text:
    return Text(
        f"La colonne « {other} » donne déjà ce champ ; indiquer à la main laquelle prendre.",
        f'Column "{other}" already gives this field; say by hand which one to take.',
    )


_BY_HAND = Text("Indiqué à la main.", "Said by hand.")
_ASIDE = Text("Laissée de côté à la main.", "Left aside by hand.")
_NOT_RECOGNISED = Text(
    "L’intitulé n’est pas reconnu ; indiquer à la main ce que contient la colonne si elle doit entrer.",
    "The heading is not recognised; say by hand what the column holds if it is to enter.",
)
_NO_PARTY = Text(
    "L’intitulé ne dit pas de quelle partie est ce service : écrire « (FR) » ou « (UK) », ou l’indiquer à la main.",
    'The heading does not say whose service this is: write "(FR)" or "(UK)", or say it by hand.',
)
_NO_SIDES = Text(
    "Ce champ n’a qu’une colonne et l’intitulé n’en donne qu’un côté ; indiquer à la main laquelle prendre.",
    "This field has one column and the heading gives one side of it; say by hand which one to take.",
)
_NO_RECOMMENDATION = Text(
    "Aucune colonne ne donne le numéro ou le texte d’une recommandation ; celle-ci est donc laissée de côté.",
    "No column gives the number or text of a recommendation, so this one is left aside.",
)
