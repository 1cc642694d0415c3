"""docs/terms.md says the words that officers are shown, and its tables are what the code answers.

A page of words that drifts from the program teaches the wrong ones. The page is read as tables under headings; what the
code knows is enumerated, never listed again here.
"""

from __future__ import annotations

import ast
import datetime as dt
import io
import json
import re
import tokenize
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

import pytest

from entente.errors import Text
from entente.exchange.protocol import STEP_WORDS
from entente.exercise.agreement import exercise_agreement
from entente.model.entity import CATEGORY_WORDS, Category
from entente.model.grading import INFORMATION, SOURCE, Scheme
from entente.model.identifier import KIND_WORDS
from entente.model.report import (
    BASIS_WORDS,
    COMPARTMENT_WORDS,
    PURPOSE_WORDS,
    REGIME_WORDS,
    Basis,
    Compartment,
    Kind,
    Lane,
    Purpose,
    Regime,
)
from entente.policy.access import Access, Act, Held
from entente.policy.agreement import Agreement, Role, Service, ServiceName
from entente.policy.checks import KEEPERS, PURPOSES_OPEN
from entente.policy.decide import decide
from entente.policy.handling import LABELS, Obligation

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "terms.md").read_text(encoding="utf-8")


def _rows(heading: str) -> list[list[str]]:
    """The cells of every table under a heading, its head and rule left out."""
    section = re.split(r"^#{2,3} ", PAGE, flags=re.MULTILINE)
    [body] = [one for one in section if one.partition("\n")[0] == heading]
    lines = [line for line in body.splitlines() if line.startswith("|")]
    return [
        [cell.strip() for cell in line.strip("|").split("|")] for line in lines if not line.startswith("|---")
    ]


def _coded(heading: str) -> dict[str, list[str]]:
    """Rows that begin with a code, by that code."""
    return {row[0].strip("`"): row[1:] for row in _rows(heading) if row[0].startswith("`")}


WORDED: list[tuple[str, Mapping[Any, Text]]] = [
    ("Categories of persons", CATEGORY_WORDS),
    ("Purposes", PURPOSE_WORDS),
    ("Compartments", COMPARTMENT_WORDS),
    ("Regimes of offence", REGIME_WORDS),
    ("Bases of a statement", BASIS_WORDS),
    ("Labels", {code: label.text for code, label in LABELS.items()}),
    ("Identifiers", KIND_WORDS),
    ("Lanes and receipts", STEP_WORDS),
]


@pytest.mark.parametrize(("heading", "words"), WORDED, ids=[heading for heading, _ in WORDED])
def test_the_page_says_the_words_that_officers_are_shown(heading: str, words: Mapping[Any, Text]) -> None:
    rows = _coded(heading)
    wrong = [
        code
        for code, text in words.items()
        if code not in rows or not (rows[code][0].startswith(text.en) and rows[code][1].startswith(text.fr))
    ]
    assert wrong == []


KNOWN: list[tuple[str, Any]] = [
    ("Kinds of record", Kind),
    ("Categories of persons", Category),
    ("Purposes", Purpose),
    ("Compartments", Compartment),
    ("Regimes of offence", Regime),
    ("Bases of a statement", Basis),
    ("Roles", Role),
    ("Obligations", Obligation),
    ("Acts", Act),
    ("Lanes and receipts", Lane),
]


@pytest.mark.parametrize(("heading", "known"), KNOWN, ids=[heading for heading, _ in KNOWN])
def test_every_word_of_the_files_stands_on_the_page_in_both_languages(heading: str, known: Any) -> None:
    rows = _coded(heading)
    assert [code for code in get_args(known) if not all(rows.get(code, ["", ""])[:2])] == []


def test_the_page_knows_no_word_that_the_code_has_forgotten() -> None:
    for heading, known in KNOWN:
        assert set(_coded(heading)) <= {
            *get_args(known),
            *(STEP_WORDS if heading.startswith("Lanes") else ()),
        }
    assert set(_coded("Labels")) == set(LABELS)


def test_the_services_of_the_exercise_stand_on_the_page_under_the_names_of_today() -> None:
    today = {service.id: service.name_on(dt.date(2031, 11, 20)) for service in exercise_agreement().services}
    assert {
        code: Text(row[1], row[0]) for code, row in _coded("The parties and their services").items()
    } == today


def test_each_label_is_said_to_oblige_to_what_it_compiles_to() -> None:
    said = {code: frozenset(re.findall(r"`(\w+)`", row[2])) for code, row in _coded("Labels").items()}
    assert said == {code: label.obligations.words for code, label in LABELS.items()}


def test_what_each_purpose_and_compartment_opens_is_as_the_floor_has_it() -> None:
    purposes = {code: {code, *re.findall(r"`(\w+)`", row[2])} for code, row in _coded("Purposes").items()}
    assert purposes == {purpose: set(opens) for purpose, opens in PURPOSES_OPEN.items()}
    keepers = {code: re.findall(r"`(\w+)`", row[2]) for code, row in _coded("Compartments").items()}
    assert {code: found[0] for code, found in keepers.items() if found} == KEEPERS


SCHEMES: tuple[Scheme, ...] = ("admiralty", "5x5x5", "3x5x2", "europol")


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(
    ("heading", "axis"),
    [("Source evaluation", SOURCE), ("Information assessment", INFORMATION)],
    ids=["source", "info"],
)
def test_fact_2_the_published_tables_of_grades_are_those_that_translate(
    heading: str, axis: dict[Scheme, tuple[str, ...]], scheme: Scheme
) -> None:
    rows = _rows(heading)[1:]
    assert tuple(row[2 + SCHEMES.index(scheme)].strip(" *") for row in rows) == axis[scheme]


def _decided(act: Act, code: str, *, accepted: bool, allowed: bool) -> str:
    """What the house answers a recipient in the same matter, with the conditions accepted or not, silent or not."""
    service = Service(
        id="FR-PAF",
        party="FR",
        node="lille",
        names=(ServiceName(fr="PAF", en="PAF", since=dt.date(2020, 1, 1)),),
        opens={"investigator": ("intelligence",)},
    )
    access = Access(
        officer="FR-PAF/1",
        service="FR-PAF",
        party="FR",
        node="lille",
        role="investigator",
        purpose="intelligence",
        matter="OYAT",
        reason="suite de la surveillance",
        accepted=frozenset({"r"}) if accepted else frozenset(),
    )
    held = Held(
        record="r",
        kind="report",
        party="UK",
        service="UK-NCA",
        purpose="intelligence",
        matter="OYAT",
        compartment="intelligence",
        handling=(code,),
        conditions="as written" if code == "H3" else None,
        conditions_allow=frozenset({act}) if allowed else frozenset(),
        audience=(),
    )
    agreement = Agreement(
        id="words", version=1, exercise=True, services=(service,), transfers=(), ceilings={"FR": "DR"}
    )
    return decide(access, act, held, agreement, dt.datetime(2031, 11, 20, tzinfo=dt.UTC)).answer


# How a cell of the table reads: the answer before acceptance, once accepted, and with conditions that allow the act.
CELLS = {
    "yes": ("yes", "yes", "yes"),
    "ask": ("ask", "ask", "ask"),
    "no": ("no", "no", "no"),
    "once accepted": ("no", "yes", "yes"),
    "as they say, else ask": ("ask", "ask", "yes"),
}


@pytest.mark.parametrize("act", get_args(Act))
def test_ori_1_the_published_table_of_acts_is_what_the_house_answers(act: Act) -> None:
    for place, code in enumerate(("H0", "H1", "H2", "H3")):
        cell = _coded("Acts")[act][2 + place]
        answers = (
            _decided(act, code, accepted=False, allowed=False),
            _decided(act, code, accepted=True, allowed=False),
            _decided(act, code, accepted=True, allowed=True),
        )
        assert answers == CELLS[cell], (act, code, cell)


# -- SMT-4 ------------------------------------------------------------------------------------------------------------

# The phrase that names neither offence; "trafic" that is not of migrants; "trafficking" that is not in human beings.
CONFUSED = re.compile(r"trafics?\s+d['’]\s*êtres?\s+humains?", re.IGNORECASE)
# A question mark close behind is a pattern's, since French puts a space before its own.
LOOSE = re.compile(
    r"\btrafics?\b(?!\?)(?! illicites? de migrants)|\btrafficking\b(?! in human beings)", re.IGNORECASE
)
QUOTED = re.compile(r"«[^»]*»|\"[^\"\n]*\"|“[^”]*”|`[^`\n]*`")
READ = {
    ".py",
    ".md",
    ".toml",
    ".json",
    ".cedar",
    ".cedarschema",
    ".html",
    ".js",
    ".css",
    ".txt",
    ".csv",
    ".po",
}


def _texts(name: str, content: str) -> Iterator[tuple[str, bool]]:
    """What a file says, without the quotation marks that belong to its format; and whether people are shown it."""
    if name.endswith(".py"):
        tree = ast.parse(content)
        docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr):
                yield "".join(str(part.value) for part in node.values if isinstance(part, ast.Constant)), True
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value, id(node) not in docstrings
        for token in tokenize.generate_tokens(io.StringIO(content).readline):
            if token.type == tokenize.COMMENT:
                yield token.string, False
    elif name.endswith(".json"):
        # Data is somebody's words; only the phrase that is nobody's offence is kept out of it.
        for text in _strings(json.loads(content)):
            yield text, False
    elif name.endswith(".toml"):
        for text in _strings(tomllib.loads(content)):
            yield text, True
    elif name.endswith(".cedar"):
        for match in re.finditer(r'"((?:[^"\\]|\\.)*)"|//(.*)', content):
            yield match[1] or match[2] or "", match[1] is not None
    else:
        yield content, True


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)


def confusions(name: str, content: str) -> list[str]:
    """Where a file names an offence by words that are not the locked ones, outside quotation marks."""
    found: list[str] = []
    for text, is_shown in _texts(name, content):
        own_words = QUOTED.sub(" ", text)
        found += [match[0] for match in CONFUSED.finditer(own_words)]
        # A single word is a code of the files, not a sentence; among ourselves, in comments, short words will do.
        if is_shown and " " in text.strip():
            found += [own_words[match.start() : match.start() + 40] for match in LOOSE.finditer(own_words)]
    return found


def test_smt_4_the_two_offences_have_one_name_each_in_each_language() -> None:
    locked = {
        "smuggling": Text("trafic illicite de migrants", "smuggling of migrants"),
        "trafficking": Text("traite des êtres humains", "trafficking in human beings"),
        "undetermined": Text("non déterminé", "undetermined"),
    }
    assert locked == REGIME_WORDS


def test_smt_4_nothing_that_the_project_says_confuses_the_two_offences() -> None:
    files = [
        file
        for folder in ("src", "docs")
        for file in sorted((ROOT / folder).rglob("*"))
        if file.suffix in READ and file.is_file()
    ] + sorted(ROOT.glob("*.md"))
    assert len(files) > 50
    found = {
        str(file.relative_to(ROOT)): confusions(file.name, file.read_text(encoding="utf-8")) for file in files
    }
    assert {name: said for name, said in found.items() if said} == {}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.md", "Lutte contre le trafic d’êtres humains."),
        ("page.md", "TRAFIC D'ÊTRES HUMAINS"),
        ("page.md", "le trafic\nd'êtres humains"),
        ("words.py", 'WORD = Text("trafic d\'êtres humains", "smuggling of migrants")'),
        ("words.py", "# against trafic d'êtres humains"),
        ("words.py", 'say = f"{count} cas de trafic d’êtres humains"'),
        ("words.json", '{"fr": ["un trafic d’êtres humains"]}'),
        ("words.toml", 'fr = "un trafic d’êtres humains"'),
        ("rules.cedar", '@fr("contre le trafic d’êtres humains")'),
        ("page.md", "saisies liées au trafic de la côte"),
        ("page.md", "a drive against trafficking on the coast"),
    ],
)
def test_smt_4_words_that_confuse_are_found_wherever_they_are_written(name: str, content: str) -> None:
    assert confusions(name, content) != []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.md", "Le procès-verbal dit « trafic d’êtres humains »."),
        ("words.py", "SAID = '\"Trafic d’êtres humains\" confuses two offences.'"),
        ("words.py", 'REGIME = "trafficking"'),
        ("words.py", "# smuggling or trafficking: the writer says which"),
        ("season.json", '{"en": "possible victim (trafficking indicators)"}'),
        ("page.md", "trafic illicite de migrants et traite des êtres humains"),
    ],
)
def test_smt_4_quotations_codes_and_the_locked_words_stand(name: str, content: str) -> None:
    assert confusions(name, content) == []
