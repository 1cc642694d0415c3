"""Which column of a table is what: proposed by the machine, decided and kept by an officer.

A mapping is a small file that can be read, corrected and used again for the next table of the same service.
It says for every column what becomes of it, and why, ignored ones included: what is left aside is left
aside in sight. It can never make a column a person's category, nor take in origin or belief; see
`headings`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Literal, get_args

import msgspec

from entente.errors import Malformed, Text
from entente.formats.cells import Row
from entente.formats.headings import USE_WORDS, ColumnUse, Heading, fold_heading, read_heading, refusal
from entente.formats.looks import is_month_first, read_look
from entente.model.entity import EntityKind
from entente.model.grading import Grade
from entente.model.identifier import KIND_WORDS, IdentifierKind

DateOrder = Literal["day_first", "month_first"]
SINGLE_USES: frozenset[ColumnUse] = frozenset(
    {"birth_date", "nationality", "reference", "said_at", "held_from", "held_to"}
)
ZONES = {"FR": "Europe/Paris", "GB": "Europe/London", "DE": "Europe/Berlin", "NL": "Europe/Amsterdam"}


class ColumnMapping(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """What one column is. identifier: its kind, where it is one. reason: why the machine proposed it."""

    column: str
    use: ColumnUse
    identifier: IdentifierKind | None = None
    reason: Text | None = None

    def __post_init__(self) -> None:
        if (self.use == "identifier") != (self.identifier is not None):
            raise ValueError(f"column {self.column!r}: an identifier has a kind, and nothing else has one")
        refused = refusal(self.column, self.use)
        if refused is not None:
            raise ValueError(f"column {self.column!r} can only be ignored: {refused.fr} / {refused.en}")


class Mapping(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """How the rows of a table become records. Its columns stand in the order of the table that it is used on.

    kind: what a row speaks of. region: whose habits the numbers follow. zone: of hours without one.
    grade: of every row; None leaves it to the import to say. language: of the words.
    """

    kind: EntityKind = "person"
    region: str = "FR"
    zone: str = "Europe/Paris"
    grade: Grade | None = None
    date_order: DateOrder = "day_first"
    language: str = "fr"
    columns: tuple[ColumnMapping, ...]

    def __post_init__(self) -> None:
        names = [column.column for column in self.columns]
        if len(set(names)) != len(names):
            raise ValueError("a mapping names each column once")
        uses = [column.use for column in self.columns]
        for use in SINGLE_USES:
            if uses.count(use) > 1:
                raise ValueError(f"only one column can be {use}")


def propose(
    columns: Sequence[str], sample_rows: Sequence[Row], *, region: str = "FR", language: str = "fr"
) -> Mapping:
    """Propose what each column is, by its heading and, where that says nothing, by the look of its values."""
    headings = [read_heading(column) for column in columns]
    values = [
        [value for row in sample_rows if place < len(row.values) and (value := row.values[place]) is not None]
        for place in range(len(columns))
    ]
    known = {heading.use for heading in headings if heading is not None}
    has_parts = {"forename", "surname"} <= known
    has_address = any(heading and heading.use == "address" and not heading.is_town for heading in headings)
    proposed: list[ColumnMapping] = []
    taken: dict[ColumnUse, str] = {}
    for column, heading, seen in zip(columns, headings, values, strict=True):
        if heading is None:
            one = _from_look(column, seen, region)
        elif heading.is_composite and has_parts:
            one = _ignored(column, _PARTS_PRESENT)
        elif heading.is_town and not has_address:
            one = _ignored(column, _TOWN_ALONE)
        elif heading.is_bare and "forename" in known and "surname" not in known:
            one = _from_heading(column, Heading("surname"))
        else:
            one = _from_heading(column, heading)
        if one.use in SINGLE_USES:
            if one.use in taken:
                one = _ignored(column, _already(taken[one.use], one.use))
            else:
                taken[one.use] = column
        proposed.append(one)
    dates = [
        value
        for one, seen in zip(proposed, values, strict=True)
        if one.use in ("birth_date", "said_at", "held_from", "held_to")
        for value in seen
    ]
    return Mapping(
        kind=_kind_of_rows(proposed),
        region=region,
        zone=ZONES.get(region, "Europe/Paris"),
        date_order="month_first" if is_month_first(dates) else "day_first",
        language=language,
        columns=tuple(proposed),
    )


_PARTS_PRESENT = Text(
    "Le prénom et le nom ont chacun leur colonne ; celle-ci les répète.",
    "Forename and surname have columns of their own; this one repeats them.",
)
_TOWN_ALONE = Text(
    "Une ville seule n’est pas une adresse : trop de gens y habitent.",
    "A town alone is no address: too many people live there.",
)
_NOT_RECOGNISED = Text(
    "Ni l’intitulé ni les valeurs ne disent ce que c’est ; à préciser si la colonne doit entrer.",
    "Neither heading nor values say what it is; to be settled if the column is to enter.",
)


def _ignored(column: str, reason: Text) -> ColumnMapping:
    return ColumnMapping(column=column, use="ignore", reason=reason)


def _already(other: str, use: ColumnUse) -> Text:
    return Text(
        fr=f"La colonne « {other} » donne déjà {USE_WORDS[use].fr}.",
        en=f'Column "{other}" already gives {USE_WORDS[use].en}.',
    )


def _from_heading(column: str, heading: Heading) -> ColumnMapping:
    if heading.ignored is not None:
        return _ignored(column, heading.ignored)
    words = KIND_WORDS[heading.identifier] if heading.identifier else USE_WORDS[heading.use]
    reason = Text(
        fr=f"L’intitulé « {column} » annonce : {words.fr}.",
        en=f'The heading "{column}" announces: {words.en}.',
    )
    return ColumnMapping(column=column, use=heading.use, identifier=heading.identifier, reason=reason)


def _from_look(column: str, values: Sequence[str], region: str) -> ColumnMapping:
    look = read_look(values, region)
    if look is None:
        return _ignored(column, _NOT_RECOGNISED)
    if look.ignored is not None:
        return _ignored(column, look.ignored)
    percent = round(100 * look.share)
    reason = Text(
        fr=f"L’intitulé ne dit rien ; {percent} % des valeurs vues ont cet aspect : {look.words.fr}.",
        en=f"The heading says nothing; {percent}% of the values seen look like this: {look.words.en}.",
    )
    return ColumnMapping(column=column, use=look.use, identifier=look.identifier, reason=reason)


def _kind_of_rows(columns: Sequence[ColumnMapping]) -> EntityKind:
    """A person, unless nothing in the table could be one."""
    uses = {column.use for column in columns}
    kinds = {column.identifier for column in columns}
    if uses & {
        "full_name",
        "forename",
        "surname",
        "alias",
        "native_name",
        "birth_date",
        "birth_place",
        "occupation",
    }:
        return "person"
    if kinds & {"phone", "document", "handle", "email", "pseudonym", "hawala_token"} or "address" in uses:
        return "person"
    own: tuple[tuple[EntityKind, set[IdentifierKind]], ...] = (
        ("vehicle", {"plate"}),
        ("boat", {"hull", "vessel_name", "mmsi", "engine_serial"}),
        ("device", {"imei"}),
        ("account", {"iban"}),
        ("object", {"jacket_lot", "banknote"}),
    )
    return next((kind for kind, identifiers in own if identifiers & kinds), "person")


def fit(mapping: Mapping, columns: Sequence[str]) -> Mapping:
    """The mapping laid over a table: its columns in the table's order, those it knows not ignored.

    Raises Malformed where the table lacks a column that the mapping uses.
    """
    by_name = {column.column: column for column in mapping.columns}
    by_folded = {fold_heading(column.column): column for column in mapping.columns}
    laid: list[ColumnMapping] = []
    used: set[str] = set()
    for column in columns:
        known = by_name.get(column) or by_folded.get(fold_heading(column))
        if known is None or known.column in used:
            laid.append(_ignored(column, _NOT_IN_MAPPING))
        else:
            used.add(known.column)
            laid.append(msgspec.structs.replace(known, column=column))
    missing = [
        column.column for column in mapping.columns if column.use != "ignore" and column.column not in used
    ]
    if missing:
        raise Malformed(
            "mapping_column_missing",
            Text(
                fr=f"Le tableau n’a pas de colonne : {', '.join(missing)}.",
                en=f"The table has no column: {', '.join(missing)}.",
            ),
            Text(
                fr=(
                    "Corriger la correspondance des colonnes, ou prendre celle qui a été faite pour ce "
                    "tableau."
                ),
                en="Correct the mapping, or take the one that was made for this table.",
            ),
        )
    return msgspec.structs.replace(mapping, columns=tuple(laid))


_NOT_IN_MAPPING = Text(
    "La correspondance enregistrée ne connaît pas cette colonne.",
    "The saved mapping does not know this column.",
)


def to_json(mapping: Mapping) -> bytes:
    """The mapping as JSON, for a program."""
    return msgspec.json.format(msgspec.json.encode(mapping), indent=2)


def to_toml(mapping: Mapping) -> str:
    """The mapping as TOML, for an officer: one table a column, with the reason beside it."""
    uses = ", ".join(get_args(ColumnUse))
    lines = [f"# use: {uses}", f"# identifier: {', '.join(KIND_WORDS)}"]
    for name in ("kind", "region", "zone", "date_order", "language"):
        lines.append(f"{name} = {_quoted(getattr(mapping, name))}")
    if mapping.grade is not None:
        parts = ", ".join(
            f"{name} = {_quoted(getattr(mapping.grade, name))}"
            for name in ("scheme", "source", "information")
        )
        lines.append(f"grade = {{ {parts} }}")
    if not mapping.columns:
        lines.append("columns = []")
    for column in mapping.columns:
        lines += ["", "[[columns]]", f"column = {_quoted(column.column)}", f"use = {_quoted(column.use)}"]
        if column.identifier is not None:
            lines.append(f"identifier = {_quoted(column.identifier)}")
        if column.reason is not None:
            lines.append(f"reason = {{ fr = {_quoted(column.reason.fr)}, en = {_quoted(column.reason.en)} }}")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    # JSON's escapes are TOML's; only DEL passes JSON unescaped and is refused by TOML.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def from_json(written: bytes | str) -> Mapping:
    """Read a mapping from JSON. Raises Malformed."""
    try:
        return msgspec.json.decode(written, type=Mapping)
    except msgspec.MsgspecError as error:
        raise _unreadable(error) from error


def from_toml(written: bytes | str) -> Mapping:
    """Read a mapping from TOML. Raises Malformed."""
    try:
        return msgspec.toml.decode(written, type=Mapping)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise _unreadable(error) from error


def _unreadable(error: Exception) -> Malformed:
    return Malformed(
        "mapping_unreadable",
        Text(
            fr=f"La correspondance des colonnes ne se lit pas : {error}.",
            en=f"The mapping of columns cannot be read: {error}.",
        ),
        Text(fr="Partir de celle que propose l’import.", en="Start from the one that the import proposes."),
    )
