"""The cells of an action plan and the row that they make: figures, states and lists, read and written back.

What could mean two things is refused and never guessed: "1,234" is one and a bit in Calais and a thousand in Dover. No
word or colour of a sheet makes anything done: done needs evidence and the other side's countersignature, which no cell
can hold.
"""

from __future__ import annotations

import decimal
import math
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

import msgspec

from entente.errors import Language, Text
from entente.formats.fault import Fault
from entente.formats.plan_columns import PlanField, status_words
from entente.formats.plan_terms import LONGEST, Span, Unreadable, plain_of
from entente.model.plan_act import Bilingual, Owners, Status

State = Literal["proposed", "agreed", "in_progress", "blocked", "reported_done", "dropped"]
STATE_WORDS: dict[State, Text] = {
    "proposed": Text("proposée", "proposed"),
    "agreed": Text("convenue", "agreed"),
    "in_progress": Text("en cours", "in progress"),
    "blocked": Text("bloquée", "blocked"),
    "reported_done": Text(
        "déclarée faite, à justifier et à contresigner", "reported done, to be evidenced and countersigned"
    ),
    "dropped": Text("abandonnée", "dropped"),
}
AT_RISK = Text("à risque", "at risk")


class Figure(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A number of the plan; of a percentage, the number before the sign."""

    number: float
    is_percent: bool = False

    def __post_init__(self) -> None:
        if not math.isfinite(self.number):
            raise ValueError("a figure is finite")

    def say(self, language: Language) -> str:
        """As it is written in a sheet; read back, it is the same."""
        text = format(decimal.Decimal(repr(self.number)), "f")
        text = text.removesuffix(".0")
        if len(text) > LONGEST - 20:
            text = repr(self.number)
        whole, point, rest = text.partition(".")
        if language == "fr" and point and "e" not in rest:
            # Three figures behind a comma would be thousands on the other shore.
            text = f"{whole},{rest + '0' if len(rest) == 3 else rest}"
        return text + ("" if not self.is_percent else " %" if language == "fr" else "%")


class Standing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where something stands, as the sheet says."""

    state: State
    is_at_risk: bool = False

    def __post_init__(self) -> None:
        if self.is_at_risk and self.state != "in_progress":
            raise ValueError("at risk is what is in progress")

    def plan_status(self) -> Status:
        """The nearest status that an officer may claim from it: never "done"."""
        if self.state == "blocked" or self.is_at_risk:
            return "at_risk"
        if self.state == "dropped":
            return "abandoned"
        return "under_way" if self.state in ("in_progress", "reported_done") else "planned"

    def words(self) -> Text:
        """As a person reads it and as it is written in a sheet."""
        return AT_RISK if self.is_at_risk else STATE_WORDS[self.state]


# --- a row


class SheetFault(Fault, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A fault with its class, the way out, and the letter above its column in a spreadsheet ("" for a whole row)."""

    code: str
    remedy: Text
    letter: str = ""


class Recommendation(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """What an inquiry or audit asked for. maps_to: the measures that answer it, as the sheet names them."""

    number: str = ""
    text: Bilingual | None = None
    source: str = ""
    answer: str = ""
    maps_to: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.number and self.text is None:
            raise ValueError("a recommendation has a number or a text")


class IndicatorRead(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """What is measured. period: of the value, where the sheet says days; period_words: where it says only words."""

    name: Bilingual
    unit: str = ""
    baseline: Figure | None = None
    target: Figure | None = None
    value: Figure | None = None
    period: Span | None = None
    period_words: str = ""


class PlanRow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One row of a plan. line: as the officer sees it; inherited: what was taken from the row above.

    status: of the milestone where there is one, else of the measure or the recommendation. due likewise.
    """

    line: int = 0
    workshop: Bilingual | None = None
    measure: Bilingual | None = None
    owner_FR: Owners | None = None
    owner_UK: Owners | None = None
    milestone: Bilingual | None = None
    due: Span | None = None
    status: Standing | None = None
    indicator: IndicatorRead | None = None
    evidence: str = ""
    depends_on: tuple[str, ...] = ()
    note: str = ""
    recommendation: Recommendation | None = None
    inherited: tuple[PlanField, ...] = ()

    def __post_init__(self) -> None:
        if self.measure is None and self.recommendation is None:
            raise ValueError("a row has a measure or a recommendation")
        if self.measure is None and (self.milestone is not None or self.indicator is not None):
            raise ValueError("a milestone or indicator belongs to a measure")


# --- figures

_FIGURE_REMEDY = Text(
    "Écrire le nombre seul (12,5 ou 45 %) ; l’unité a sa colonne, le sens (« au moins ») va dans les observations.",
    'Write the number alone (12.5 or 45%); the unit has its column, the sense ("at least") goes into the notes.',
)


def read_figure(written: str) -> Figure | Unreadable:
    """A number with a decimal comma or point, thousands apart or not, with or without a sign of percent."""
    plain = plain_of(written)
    is_percent = plain.endswith(("%", " pct", " percent", " pour cent"))
    bare = re.sub(r"\s?(?:%|pct|percent|pour cent)$", "", plain)
    number = _number(bare) if len(bare) <= LONGEST else None
    if isinstance(number, Unreadable):
        return number
    if number is None or not math.isfinite(number):
        cut = written[:LONGEST]
        return Unreadable(
            "figure_unreadable",
            Text(
                f"« {cut} » n’est pas un nombre que l’on puisse lire.",
                f'"{cut}" is no number that can be read.',
            ),
            _FIGURE_REMEDY,
        )
    return Figure(number, is_percent)


def _number(plain: str) -> float | Unreadable | None:
    if re.fullmatch(r"[+-]?\d+(?:\.\d+)?(?:e[+-]?\d{1,3})?", plain):
        return float(plain)
    if re.fullmatch(r"[+-]?[1-9]\d{0,2},\d{3}", plain):
        return Unreadable(
            "figure_unsure",
            Text(
                f"« {plain} » est un nombre décimal en français et un millier en anglais.",
                f'"{plain}" is a thousand in English and a decimal number in French.',
            ),
            Text("Écrire 1234 ou 1,2340 (1.234).", "Write 1234 or 1.234."),
        )
    groups = r"[+-]?[1-9]\d{0,2}(?:(?P<group>[ ,.'])\d{3})(?:(?P=group)\d{3})*"
    match = re.fullmatch(rf"(?P<whole>{groups})(?:(?P<point>[.,])(?P<rest>\d+))?", plain)
    if match is not None and match["point"] != match["group"]:
        whole = re.sub(r"[ ,.']", "", match["whole"])
        return float(f"{whole}.{match['rest'] or '0'}")
    match = re.fullmatch(r"(?P<whole>[+-]?\d+),(?P<rest>\d+)", plain)
    return float(f"{match['whole']}.{match['rest']}") if match is not None else None


# --- states


@lru_cache(maxsize=1)
def _standings() -> dict[str, Standing]:
    found: dict[str, Standing] = {}
    for name, words in status_words().items():
        at_risk = name == "at_risk"
        standing = Standing(msgspec.convert("in_progress" if at_risk else name, State), at_risk)
        for word in (
            *words,
            *(() if at_risk else (STATE_WORDS[standing.state].fr, STATE_WORDS[standing.state].en)),
        ):
            key = _status_key(word)
            if found.setdefault(key, standing) != standing:
                raise ValueError(f"{word!r} means two states")
    return found


def _status_key(written: str) -> str:
    return plain_of(written).strip(" .!:;-").replace("-", " ")


def read_standing(written: str) -> Standing | Unreadable:
    """A state by its word or colour in either language, or by a percentage of advancement."""
    key = _status_key(written)
    found = _standings().get(key)
    if found is None:
        # "En cours (50 %)", "🟢 on track": what is added must not say something else.
        parts = [part.strip(" .:;") for part in re.split(r"[()/,:]|\s-\s|(?<=[^\w\s])\s", key)]
        read = [_standings().get(part) or _advanced(part) for part in parts if part]
        if read and None not in read and len({one.state for one in read if one is not None}) == 1:
            risks = any(one.is_at_risk for one in read if one is not None)
            found = Standing(next(one.state for one in read if one is not None), risks)
    if found is not None:
        return found
    listed = Text(
        "proposée, convenue, en cours, à risque, bloquée, faite, abandonnée",
        "proposed, agreed, in progress, at risk, blocked, done, dropped",
    )
    cut = written[:LONGEST]
    return Unreadable(
        "status_unknown",
        Text(f"L’état « {cut} » n’est pas connu.", f'The status "{cut}" is not known.'),
        Text(f"Écrire l’un de ces états : {listed.fr}.", f"Write one of these: {listed.en}."),
    )


def _advanced(part: str) -> Standing | None:
    match = re.fullmatch(r"(\d{1,3})\s?%", part)
    if match is None or int(match[1]) > 100:
        return None
    percent = int(match[1])
    return Standing("agreed" if not percent else "reported_done" if percent == 100 else "in_progress")


# --- lists

_SEVERAL = re.compile(r"\s*[;\n]\s*")
_SEVERAL_LOOSELY = re.compile(r"\s*,\s*|\s+/\s+")


def read_list(written: str) -> tuple[str, ...]:
    """Several names in a cell: apart by semicolons or lines; only where there are none, by commas or strokes."""
    strict = _SEVERAL.search(written) is not None
    parts = (_SEVERAL if strict else _SEVERAL_LOOSELY).split(written)
    return tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))


def write_list(items: Sequence[str]) -> str:
    """Several names in a cell. A last semicolon says that a comma belongs to a name."""
    joined = "; ".join(items)
    return joined + ";" if len(items) == 1 and _SEVERAL_LOOSELY.search(joined) else joined
