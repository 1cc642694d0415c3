"""Whatever a page says, it says in French and English, each set as its language is; scripts have no words of their own.

Templates are read as Jinja reads them, never as lines: text that stands outside `t(fr, en)` and `say(text)` is found in
the parts that are no expression, and in what an expression can come to. The words of `terms.toml` are those of the
docs' page of terms.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment, nodes

from entente.web.help_words import HELP
from entente.web.helping import load_terms
from entente.web.words import set_french

ROOT = Path(__file__).parents[2]
WEB = ROOT / "src" / "entente" / "web"
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))
SCRIPTS = sorted((WEB / "static" / "js").glob("*.js"))
MODULES = sorted(WEB.rglob("*.py"))

# What needs no translation: the house's name, keys and signs, units and codes that are written alike in both languages.
NAMES = re.compile(
    r"\b(?:Entente|Ctrl|Tab|Maj|Esc|bits?|FR|UK|EN|NM|MMSI|IMEI|IBAN|TLP|H[0-3]|SHA-256|Ed25519|SITREP|MAYDAY RELAY|"
    r"N|S|E|W|O|M|m|kn|h|min|s|km)\b"
)
# The same word in both languages.
ALIKE = {
    "page", "pages", "service", "services", "source", "information", "original", "type", "date", "identification",
    "administration", "description", "prevention", "documents", "position", "distance", "direction", "notes",
    "message", "messages", "suspect", "contact", "minutes", "version", "versions", "signature", "action", "actions",
    "note", "incident", "zone", "agent", "bits", "certain", "possible", "probable", "latitude",
    "longitude", "motif", "mobile", "application", "phase", "orange", "kayak",
}  # fmt: skip
# Each language's name in itself; what a macro writes into a tag or an address, which nobody reads.
MARKUP = re.compile(
    r"\b(?:Français|English)\b|[\w-]+=\"[^\"]*\"?|\b[a-z]+(?:__[a-z]+)?--[a-z-]+|https?://\S+|(?<!\S)/[a-z/?=&-]*"
)
SHOWN_ATTRIBUTES = {
    "placeholder",
    "aria-label",
    "title",
    "alt",
    "aria-description",
    "aria-valuetext",
    "label",
}
HOLE = re.compile("\ue000(\\d+)\ue001")
LETTER = re.compile(r"[^\W\d_]")
# A double sign of French with a plain blank before it, or none; times, addresses and code are written with neither.
LOOSE = re.compile(
    r"(?<=[^\s\u00a0\u202f])[ ](?=[:;!?»])|«(?![\u00a0\u202f])|(?<=[\w»)])(?=[;!?»])|(?<=[^\W\d_])(?=:(?:\s|$))"
)
TAGS = re.compile(r"(?:(?:a|button|input|select|textarea|details|summary|form|h[1-6])(?:, |$))+")
# What is kept in the browser is kept under names of ours.
KEPT = re.compile(r"entente [a-z ]+")
STRAIGHT = re.compile(r"(?<=\w)'(?=\w)")
CONFUSED = re.compile(r"trafics?\s+d['’]\s*êtres?\s+humains?", re.IGNORECASE)


def _parse(text: str) -> nodes.Template:
    return Environment(autoescape=True).parse(text)


def constants(node: nodes.Node) -> Iterator[str]:
    """The literal texts that an expression can come to, outside any call."""
    match node:
        case nodes.Const():
            if isinstance(node.value, str):
                yield node.value
        case nodes.CondExpr():
            for inner in (node.expr1, node.expr2):
                if inner is not None:
                    yield from constants(inner)
        case nodes.Or() | nodes.And() | nodes.Add():
            yield from constants(node.left)
            yield from constants(node.right)
        case nodes.Concat():
            for inner in node.nodes:
                yield from constants(inner)
        case nodes.Filter():
            if node.node is not None:
                yield from constants(node.node)


VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
# Held in their own language, as a letter in both is: they say so themselves.
DECLARED = {"fr", "en"}


class _Page(HTMLParser):
    """Collects what a template shows: its texts, and the attributes that are read aloud or seen."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.shown: list[tuple[str, str]] = []
        self._open: list[tuple[str, bool]] = []

    def _is_silent(self) -> bool:
        return any(silent for _, silent in self._open)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        silent = tag in ("code", "kbd", "script", "style") or (
            tag != "html" and values.get("lang") in DECLARED
        )
        for name, value in values.items():
            is_button = tag == "input" and values.get("type") in ("submit", "button", "reset")
            if (name in SHOWN_ATTRIBUTES or (name == "value" and is_button)) and not (
                silent or self._is_silent()
            ):
                self.shown.append((f"{tag} {name}", value))
        if tag not in VOID:
            self._open.append((tag, silent))

    def handle_endtag(self, tag: str) -> None:
        # A template may close in one branch what another opened: back to the nearest that fits.
        for place in range(len(self._open) - 1, -1, -1):
            if self._open[place][0] == tag:
                del self._open[place:]
                return

    def handle_data(self, data: str) -> None:
        if not self._is_silent():
            self.shown.append(("text", data))


def _outputs(node: nodes.Node) -> Iterator[nodes.Output]:
    """What a template writes, in its own order; a block that fills a class holds no words."""
    for child in node.iter_child_nodes():
        if isinstance(child, nodes.Output):
            yield child
        elif not (isinstance(child, nodes.Block) and child.name.endswith("_class")):
            yield from _outputs(child)


def literal(text: str) -> list[str]:
    """Words of a template that stand in one language only."""
    outputs: list[nodes.Expr] = []
    written = ""
    for output in _outputs(_parse(text)):
        for node in output.nodes:
            if isinstance(node, nodes.TemplateData):
                written += node.data
            else:
                written += f"\ue000{len(outputs)}\ue001"
                outputs.append(node)
    page = _Page()
    page.feed(written)
    page.close()
    found = []
    for where, shown in page.shown:
        filled = HOLE.sub(lambda hole: " ".join(constants(outputs[int(hole[1])])), shown)
        if LETTER.search(NAMES.sub("", MARKUP.sub("", filled))):
            found.append(f"{where}: {filled.strip()[:60]}")
    return found


def said(text: str) -> Iterator[tuple[nodes.Call, list[Any]]]:
    """Every t(…) of a template, with its arguments; None where one is no plain text."""
    for call in _parse(text).find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name == "t":
            yield call, [one.value if isinstance(one, nodes.Const) else None for one in call.args]


def unpaired(text: str) -> list[str]:
    """Calls of t that do not say one thing in two languages."""
    found = []
    for call, values in said(text):
        texts = [one for one in values if isinstance(one, str)]
        if len(call.args) != 2 or any(not one.strip() for one in texts):
            found.append(f"line {call.lineno}: {values}")
        elif len(texts) == 2 and texts[0] == texts[1] and texts[0].strip(" .:\u00a0").casefold() not in ALIKE:
            if LETTER.search(NAMES.sub("", texts[0])):
                found.append(f"line {call.lineno}: {texts[0]} is not translated")
        elif len(texts) < 2 and not all(list(constants(one)) or one is not None for one in call.args):
            found.append(f"line {call.lineno}: {values}")
    return found


def ill_set(french: str) -> list[str]:
    """Where French is not set as French is: apostrophes, and the blanks beside its double signs."""
    found = [french[max(0, one.start() - 12) : one.end() + 8] for one in STRAIGHT.finditer(french)]
    return found + [french[max(0, one.start() - 12) : one.end() + 8] for one in LOOSE.finditer(french)]


def stray(text: str) -> list[str]:
    """Double signs that stand between expressions: set as French they are wrong in English, and the other way round."""
    found = []
    for output in _parse(text).find_all(nodes.Output):
        for before, after in pairwise(output.nodes):
            is_after_words = isinstance(after, nodes.TemplateData) and not isinstance(
                before, nodes.TemplateData
            )
            if is_after_words and re.match(r"[ \u00a0\u202f]*[:;!?]\s", after.data):
                found.append(f"line {after.lineno}: {after.data.strip()[:30]}")
    return found


def texts_of(module: str) -> Iterator[tuple[int, str, str]]:
    """(line, French, English) of every Text written out in a module; what is filled in later is left open."""
    for node in ast.walk(ast.parse(module)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Text":
            named = {one.arg: one.value for one in node.keywords}
            both = [*node.args, *(named[one] for one in ("fr", "en") if one in named)]
            if len(both) == 2:
                fr, en = (_written(one) for one in both)
                if fr is not None and en is not None:
                    yield node.lineno, fr, en


def _written(node: ast.expr) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(one.value) if isinstance(one, ast.Constant) else "…" for one in node.values)
    return None


def spoken(script: str) -> list[str]:
    """Words for people in a script: they belong to the document, which has them in the reader's language."""
    code = re.sub(r"/\*.*?\*/", " ", script, flags=re.DOTALL)
    code = re.sub(r"(^|[\s;{}(),])//[^\n]*", r"\1", code)
    # What a script throws is for who mends it.
    code = re.sub(r"new Error\([^)]*\)", " ", code)
    found = []
    for one in re.finditer(r"'((?:[^'\\\n]|\\.)*)'|\"((?:[^\"\\\n]|\\.)*)\"|`((?:[^`\\]|\\.)*)`", code):
        value = re.sub(r"\$\{[^}]*\}", " ", next(part for part in one.groups() if part is not None))
        is_selector = re.search(r"[#\[\]=<>(){}]|^\.|\.[a-z]|::?[a-z]|, \.|--", value) or TAGS.fullmatch(
            value
        )
        words = re.search(r"[^\W\d_]{2,}[,.]? [^\W\d_]{2,}", value)
        if (words and not is_selector and not KEPT.fullmatch(value)) or re.search(r"[À-ÿ’«»]", value):
            found.append(value[:60])
    for one in re.finditer(
        r"(?:\.(?:textContent|innerText|title|placeholder|alt|ariaLabel)\s*=|\b(?:alert|confirm|prompt)\(|"
        r"setAttribute\(\s*'(?:aria-label|title|alt|placeholder)'\s*,)\s*(['\"`])(.*?)\1",
        code,
    ):
        if LETTER.search(NAMES.sub("", re.sub(r"\$\{[^}]*\}", " ", one[2]))):
            found.append(one[2][:60])
    return found


# -- the pages ---------------------------------------------------------------------------------------------------------


def _ids(files: list[Path]) -> list[str]:
    return [file.name for file in files]


@pytest.mark.parametrize("file", TEMPLATES, ids=_ids(TEMPLATES))
def test_nothing_on_a_page_stands_in_one_language_only(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert literal(text) == []
    assert unpaired(text) == []


@pytest.mark.parametrize("file", TEMPLATES, ids=_ids(TEMPLATES))
def test_the_french_of_a_page_is_set_as_french(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    french = [values[0] for _, values in said(text) if values and isinstance(values[0], str)]
    assert [fault for one in french for fault in ill_set(set_french(one))] == []
    assert stray(text) == []


@pytest.mark.parametrize("file", MODULES, ids=_ids(MODULES))
def test_the_texts_of_the_pages_modules_are_in_both_languages_and_well_set(file: Path) -> None:
    found = list(texts_of(file.read_text(encoding="utf-8")))
    assert [(line, fault) for line, fr, _ in found for fault in ill_set(set_french(fr))] == []
    assert [(line, fr) for line, fr, en in found if bool(fr.strip()) != bool(en.strip())] == []
    assert [
        (line, fr)
        for line, fr, en in found
        if fr == en
        and LETTER.search(NAMES.sub("", fr.replace("…", "")))
        and fr.strip(" .").casefold() not in ALIKE
    ] == []


@pytest.mark.parametrize("file", SCRIPTS, ids=_ids(SCRIPTS))
def test_a_script_has_no_words_of_its_own(file: Path) -> None:
    assert spoken(file.read_text(encoding="utf-8")) == []


def test_smt_4_no_page_and_no_text_of_one_confuses_the_two_offences() -> None:
    wrong = []
    for file in (*TEMPLATES, *SCRIPTS, *MODULES):
        for match in CONFUSED.finditer(re.sub(r"«[^»]*»", " ", file.read_text(encoding="utf-8"))):
            wrong.append(f"{file.name}: {match[0]}")
    assert wrong == []


# -- the words ---------------------------------------------------------------------------------------------------------


def _page_of_terms() -> dict[str, list[list[str]]]:
    page = (ROOT / "docs" / "terms.md").read_text(encoding="utf-8")
    found: dict[str, list[list[str]]] = {}
    for section in re.split(r"^#{2,3} ", page, flags=re.MULTILINE):
        rows = [line.strip("|").split("|") for line in section.splitlines() if line.startswith("|")]
        found[section.partition("\n")[0]] = [[cell.strip() for cell in row] for row in rows]
    return found


def test_the_help_page_says_the_words_of_the_page_of_terms_to_the_letter() -> None:
    page = _page_of_terms()
    for section in load_terms():
        rows = [
            row for row in page[section.en] if row[0] not in ("Word", "Use") and not row[0].startswith("---")
        ]
        if section.en == "Working words":
            expected = [("", row[0], row[1], ()) for row in rows]
        elif section.en == "Acts":
            expected = [(row[0].strip("`"), row[1], row[2], tuple(row[3:])) for row in rows]
        else:
            expected = [(row[0].strip("`"), row[1], row[2], ()) for row in rows]
        assert [(one.code, one.en, one.fr, one.cells) for one in section.term] == expected, section.en


def test_the_help_page_leaves_out_no_section_that_has_words_in_both_languages() -> None:
    worded = {
        heading
        for heading, rows in _page_of_terms().items()
        if rows and ({"English", "French"} <= set(rows[0]) or rows[0][:2] == ["Use", "French"])
    }
    # Services are data of the agreement, shown under their names where they stand.
    assert worded - {"The parties and their services"} == {section.en for section in load_terms()}


def test_every_field_that_a_page_explains_is_explained_in_both_languages() -> None:
    asked = {
        name
        for file in TEMPLATES
        for name in re.findall(r"help_on\(\s*'(\w+)'", file.read_text(encoding="utf-8"))
    }
    assert asked <= set(HELP)
    assert [name for name, text in HELP.items() if min(len(text.fr), len(text.en)) < 30] == []


# -- the finder itself -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "<p>Bonjour</p>",
        '<input placeholder="Votre nom">',
        "<button aria-label=\"Close\">{{ t('Fermer', 'Close') }}</button>",
        "<p>{{ 'open' if door else 'shut' }}</p>",
        "<p>{{ name or 'nobody' }}</p>",
        "{% if x %}<b>yes</b>{% endif %}",
        '<input type="submit" value="Send">',
        "{% macro one() %}<i>said</i>{% endmacro %}",
        '<p lang="en">Dear</p><p>reader</p>',
        "<html lang='en'><p>reader</p></html>",
    ],
)
def test_a_word_in_one_language_is_found_wherever_it_stands(text: str) -> None:
    assert literal(text) != []


@pytest.mark.parametrize(
    "text",
    [
        "<p>{{ t('Bonjour', 'Good morning') }}</p>",
        "<p class=\"soft{{ ' line--life' if life }}\">{{ say(text) }}</p>",
        '<input value="{{ typed }}" name="words" type="hidden">',
        "<p>{{ kind }} · 12 bits</p>",
        "<kbd>Ctrl</kbd> <code>rule_name</code>",
        "{# a remark of ours #}",
        "{% if kind == 'report' %}{{ t('a', 'b') }}{% endif %}",
        '<article lang="en" aria-label="Letter in English"><p>Dear reader,</p></article>',
    ],
)
def test_what_is_said_in_both_or_is_no_word_stands(text: str) -> None:
    assert literal(text) == []


@pytest.mark.parametrize("text", ["{{ t('Oui') }}", "{{ t('Oui', '') }}", "{{ t('Bonjour', 'Bonjour') }}"])
def test_a_text_that_lacks_a_language_is_found(text: str) -> None:
    assert unpaired(text) != []


@pytest.mark.parametrize(
    "french",
    ["l'heure", "Motif : x", "Motif: x", "vraiment ?", "« oui »", "vrai?", "un; deux", "«\u00a0oui »"],
)
def test_french_that_is_not_set_as_french_is_found(french: str) -> None:
    assert ill_set(french) != []


@pytest.mark.parametrize(
    "french",
    [
        "l’heure",
        "Motif\u00a0: x",
        "vraiment\u202f?",
        "«\u00a0oui\u00a0»",
        "à 12:30",
        "https://x.example/",
        "Motif\u00a0:",
    ],
)
def test_french_that_is_set_as_french_stands(french: str) -> None:
    assert ill_set(french) == []


@pytest.mark.parametrize(
    "script",
    [
        "box.textContent = 'Gone';",
        "const said = 'It is not sent yet';",
        "alert('no');",
        'button.setAttribute("x", `Envoyé à ${n}`);',
        "one.title = `Sent ${n}`;",
    ],
)
def test_a_script_that_speaks_is_found(script: str) -> None:
    assert spoken(script) != []


@pytest.mark.parametrize(
    "script",
    [
        "document.querySelector('.line .line__title a');",
        "x.textContent = box.dataset.said; // a remark, with words of ours",
        "count.textContent = ` ${at} / ${all}`;",
        "box.querySelectorAll('input:checked, [data-x]');",
    ],
)
def test_a_script_that_takes_its_words_from_the_page_stands(script: str) -> None:
    assert spoken(script) == []


@pytest.mark.parametrize(
    ("written", "as_set"),
    [
        ("Motif : x", "Motif\u00a0: x"),
        ("vu ; « oui » ?", "vu\u00a0; «\u00a0oui\u00a0»\u00a0?"),
        ("à 12:30", "à 12:30"),
        ("déjà\u202f?", "déjà\u202f?"),
    ],
)
def test_french_is_set_as_french_where_it_is_shown(written: str, as_set: str) -> None:
    assert set_french(written) == as_set
    assert set_french(as_set) == as_set
    assert ill_set(set_french(written)) == []
