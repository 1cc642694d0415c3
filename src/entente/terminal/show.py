"""How answers are laid out for a person: aligned, calm, within a hundred columns, every number with its unit.

Takes the answers of the deeds as they are (JSON values) and gives lines. A grade is shown as its issuer gave it, with
its scheme; handling in words beside its code; hours with their zone; a hit as an assessment, with what speaks for and
against.
"""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from entente.errors import Language, Text
from entente.exchange.protocol import STEP_WORDS
from entente.model.entity import CATEGORY_WORDS
from entente.model.identifier import KIND_WORDS
from entente.model.place import Position
from entente.model.place import show as show_position
from entente.model.report import BASIS_WORDS, COMPARTMENT_WORDS, PURPOSE_WORDS, REGIME_WORDS
from entente.policy.handling import LABEL_WORDS
from entente.terminal.arguments import columns
from entente.terminal.words import (
    LANE_WORDS,
    PHASE_WORDS,
    RECORD_WORDS,
    SCHEME_WORDS,
    STATE_WORDS,
    VERDICT_WORDS,
    show_day,
    show_time,
)

Lines = list[str]


class Page:
    """Lines in one language."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self.lines: Lines = []

    def say(self, fr: str, en: str) -> str:
        """The one of two that is spoken here."""
        return Text(fr, en).say(self.language)

    def word(self, words: Mapping[Any, Text], key: str) -> str:
        """A word of the trade in this language; the code itself where nobody gave it a word."""
        return words[key].say(self.language) if key in words else key

    def put(self, text: str, indent: int = 0, hang: int | None = None) -> None:
        """A paragraph, folded. hang: how far its following lines stand in."""
        hang = indent if hang is None else hang
        for part in _unparted(safe(text), self.language).split("\n"):
            self.lines += textwrap.wrap(
                part,
                columns(),
                initial_indent=" " * indent,
                subsequent_indent=" " * hang,
                break_on_hyphens=False,
                break_long_words=True,
            ) or [""]

    def pairs(self, rows: Iterable[tuple[str, str]], indent: int = 2) -> None:
        """Names and values in two columns."""
        kept = [(name, value) for name, value in rows if value]
        width = max((len(name) for name, _ in kept), default=0) + 2
        for name, value in kept:
            self.put(name.ljust(width) + value, indent, indent + width)

    def blank(self) -> None:
        """An empty line, never two."""
        if self.lines and self.lines[-1]:
            self.lines.append("")


def _unparted(text: str, language: Language) -> str:
    """French keeps its double signs with the word beside them: no line begins with a colon."""
    if language == "en":
        return text
    return re.sub(r" (?=[:;!?»%])|(?<=«) ", "\u00a0", text)


def safe(text: str) -> str:
    """A text as a terminal may show it: what a stranger wrote must not move its cursor or turn its letters round."""
    return "".join(
        sign
        if sign == "\n"
        or unicodedata.category(sign) not in ("Cc", "Cf", "Cs", "Co")
        or sign in "\u200c\u200d"
        else "\ufffd"
        for sign in text
    )


def grade(page: Page, given: Mapping[str, str] | None) -> str:
    """A grade as its issuer gave it."""
    if not given:
        return ""
    return f"{given['source']}{given['information']} ({page.word(SCHEME_WORDS, given['scheme'])})"


def handling(page: Page, codes: Sequence[str]) -> str:
    """Codes with their words."""
    mark = page.say(" ; ", "; ")
    return mark.join(
        f"{code} · {page.word(LABEL_WORDS, code)}" if code in LABEL_WORDS else code for code in codes
    )


def name_of(record: Mapping[str, Any]) -> str:
    """What a record is called: its service's own number, or its id."""
    return str(record.get("reference") or record["id"])


def headline(page: Page, record: Mapping[str, Any]) -> str:
    """A record in one line: what, of whom, when, how sure."""
    said = [
        page.word(RECORD_WORDS, record["kind"]),
        f"{record['service']} ({record['node']})",
        show_time(record["said_at"], page.language),
    ]
    if record.get("grade"):
        said.append(page.say("cotation ", "grade ") + grade(page, record["grade"]))
    return ", ".join(said)


def record_row(page: Page, record: Mapping[str, Any], label: str = "") -> None:
    """A record in a list: name, headline, handling."""
    width = max(16, len(name_of(record)) + 2)
    lead = f"{label}{name_of(record)}".ljust(width + len(label))
    page.put(lead + headline(page, record), 2, 2 + len(lead))
    page.put(" " * len(lead) + handling(page, record["handling"]), 2, 2 + len(lead))


def recorded(page: Page, row: Mapping[str, Any]) -> None:
    """What was just recorded, durable already."""
    page.put(
        page.say(
            f"Enregistré : {name_of(row)}, version {row['version']}, écriture {row['entry']}.",
            f"Recorded: {name_of(row)}, version {row['version']}, entry {row['entry']}.",
        )
    )
    page.pairs(
        (
            (page.say("identifiant", "id"), row["id"]),
            (page.say("nature", "kind"), page.word(RECORD_WORDS, row["kind"])),
            (page.say("traitement", "handling"), handling(page, row["handling"])),
            (page.say("cotation", "grade"), grade(page, row.get("grade"))),
            (page.say("à réexaminer", "review by"), show_day(row["review_by"], page.language)),
            (page.say("à effacer", "erase by"), show_day(row["erase_by"], page.language)),
        )
    )


def reading(page: Page, answer: Mapping[str, Any]) -> None:
    """A record as its reader may see it: header, statements, what was kept from them, and who holds it."""
    row = answer["record"]
    page.put(f"{name_of(row)} · {headline(page, row)}")
    page.pairs(
        (
            (page.say("identifiant", "id"), f"{row['id']} · version {row['version']}"),
            (page.say("état", "state"), page.word(STATE_WORDS, row["state"])),
            (page.say("affaire", "matter"), row["matter"]),
            (page.say("finalité", "purpose"), page.word(PURPOSE_WORDS, row["purpose"])),
            (page.say("régime", "regime"), page.word(REGIME_WORDS, row.get("regime") or "")),
            (page.say("compartiment", "compartment"), page.word(COMPARTMENT_WORDS, row["compartment"])),
            (page.say("traitement", "handling"), handling(page, row["handling"])),
            (page.say("à réexaminer", "review by"), show_day(row["review_by"], page.language)),
            (page.say("à effacer", "erase by"), show_day(row["erase_by"], page.language)),
        )
    )
    for part in answer["parts"]:
        page.blank()
        if part["name"].startswith("statement/"):
            statement(page, part["value"])
        else:
            _other_part(page, part["name"], part["value"])
    for withheld in answer["withheld"]:
        page.blank()
        page.put(page.say("Retenu : ", "Withheld: ") + withheld["text"][page.language], 2, 4)
    if answer["parts_not_here"]:
        page.blank()
        count = answer["parts_not_here"]
        page.put(
            page.say(
                f"{count} partie{'s' * (count > 1)} de cette fiche reste{'nt' * (count > 1)} chez l’émetteur.",
                f"{count} part{'s' * (count > 1)} of this record stay{'s' * (count == 1)} with the originator.",
            ),
            2,
        )
    holders(page, answer["holders"])


def holders(page: Page, held: Sequence[Mapping[str, Any]]) -> None:
    """Who holds an own record, and at which step."""
    if not held:
        return
    page.blank()
    page.put(page.say("Tenue ailleurs :", "Held elsewhere:"), 2)
    rows = []
    for one in held:
        services = ", ".join(one["services"]) or page.say("toute la partie", "the whole party")
        step = page.word(STEP_WORDS, one["step"]) + (f" ({one['code']})" if one.get("code") else "")
        rows.append((f"{one['partner']} · {services}", f"version {one['version']}, {step}"))
    page.pairs(rows, 4)


def statement(page: Page, said: Mapping[str, Any]) -> None:
    """One statement with its basis, grade and entities."""
    given = [page.word(BASIS_WORDS, said["basis"]), grade(page, said["grade"])]
    given.append(page.say("vérifié le ", "checked on ") + show_day(said["checked_on"], page.language))
    page.put(f"{said['id']}  " + ", ".join(given), 2, 6)
    wording = said["wording"]
    page.put(f"[{wording['language']}] {wording['text']}", 6)
    for translation in wording.get("translations", ()):
        by = (
            page.say("par une machine", "by a machine")
            if translation["by"] == "machine"
            else page.say("par une personne", "by a person")
        )
        page.put(
            f"[{translation['language']}, {page.say('traduit', 'translated')} {by}] {translation['text']}", 6
        )
    if said.get("grounds"):
        page.put(
            page.say(
                f"fondé par {said['author']} sur : {said['grounds']}",
                f"{said['author']} rests it on: {said['grounds']}",
            ),
            6,
        )
    if said.get("sighting"):
        page.put(sighting(page, said["sighting"]), 6)
    for entity in said.get("entities", ()):
        page.put(_entity(page, entity), 6, 10)


def sighting(page: Page, seen: Mapping[str, Any]) -> str:
    """What was seen: phase, where, how many, each with its unit."""
    said = [page.word(PHASE_WORDS, seen.get("phase", "none"))]
    if seen.get("position"):
        place = seen["position"]
        said.append(show_position(Position(latitude=place["latitude"], longitude=place["longitude"])))
        if place.get("uncertainty_m") is not None:
            said[-1] += f" ± {place['uncertainty_m']:.0f} m"
    if seen.get("persons_on_board"):
        said.append(_people(page, seen["persons_on_board"]))
    for name, fr, en in (("children", "enfants", "children"), ("missing", "disparus", "missing")):
        if seen.get(name) is not None:
            said.append(f"{seen[name]} {page.say(fr, en)}")
    said += [seen[name] for name in ("status", "words") if seen.get(name)]
    return " · ".join(said)


def _people(page: Page, count: Mapping[str, Any]) -> str:
    low, high = count.get("at_least", 0), count.get("at_most")
    number = (
        f"{low}"
        if low == high
        else page.say(f"au moins {low}", f"at least {low}")
        if high is None
        else f"{low}–{high}"
    )
    return number + page.say(" à bord", " on board")


def _entity(page: Page, entity: Mapping[str, Any]) -> str:
    kinds = {
        "person": ("personne", "person"),
        "organisation": ("organisation", "organisation"),
        "vehicle": ("véhicule", "vehicle"),
        "boat": ("bateau", "boat"),
        "device": ("appareil", "device"),
        "account": ("compte", "account"),
        "object": ("objet", "object"),
        "place": ("lieu", "place"),
    }
    said = [page.say(*kinds[entity["kind"]])]
    if entity.get("category"):
        said.append(page.word(CATEGORY_WORDS, entity["category"]))
    said += [name["written"] for name in entity.get("names", ())]
    if entity.get("birth"):
        birth = entity["birth"]
        known = [f"{birth[part]:02d}" for part in ("day", "month") if birth.get(part)]
        said.append(
            page.say("né(e) ", "born ") + "/".join([*known, str(birth["year"])]) if birth.get("year") else ""
        )
    said += [
        f"{page.word(KIND_WORDS, identifier['kind'])} {identifier['written']}"
        for identifier in entity.get("identifiers", ())
    ]
    said += [trait["value"] for trait in entity.get("traits", ())]
    return f"{entity['id']}  " + ", ".join(part for part in said if part)


def _other_part(page: Page, name: str, value: Any) -> None:
    if name == "raw":
        page.put(
            page.say(
                "Reçu tel quel, illisible : personne ne l’a encore lu.",
                "As it came, unreadable: nobody has read it yet.",
            ),
            2,
        )
        page.put(value["text"], 6)
    elif name == "routing":
        to = ", ".join(value.get("recipients", ())) or page.say("personne", "nobody")
        page.put(
            page.say(
                f"Écrite par {value['officer']}, destinée à : {to}",
                f"Written by {value['officer']}, for: {to}",
            ),
            2,
        )
    elif name == "designation":
        page.put(
            f"{page.word(CATEGORY_WORDS, value['category'])} · {value['about']['record']}:{value['about']['entity']} · "
            + page.say(
                f"{value['officer']}, approuvé par {value['approver']} : {value['reason']}",
                f"{value['officer']}, approved by {value['approver']}: {value['reason']}",
            ),
            2,
            6,
        )
    elif name == "judgement":
        page.put(judged(page, value), 2, 6)
    elif isinstance(value, dict):
        page.pairs([(key, str(inner)) for key, inner in value.items()])
    else:
        page.put(f"{name} : {value}" if page.language == "fr" else f"{name}: {value}", 2)


def judged(page: Page, judgement: Mapping[str, Any]) -> str:
    """A judgement: what, by whom, why."""
    verdict = page.word(VERDICT_WORDS, judgement["verdict"])
    return page.say(
        f"Tranché par {judgement['officer']} : {verdict}. {judgement['reason']}",
        f"Judged by {judgement['officer']}: {verdict}. {judgement['reason']}",
    )


def ground_rows(page: Page, grounds: Sequence[Mapping[str, Any]], indent: int = 4) -> None:
    """What speaks for and against, with its bits."""
    for ground in grounds:
        side = page.say("contre", "against") if ground["bits"] < 0 else page.say("pour", "for")
        lead = side.ljust(9) + bits(page, ground["bits"]).rjust(8) + "   "
        page.put(lead + ground["text"][page.language], indent, indent + len(lead))


def bits(page: Page, value: float) -> str:
    """Bits with their sign."""
    written = f"{value:+.2f}".replace("-", "−")
    return written.replace(".", ",") if page.language == "fr" else written


def hits(page: Page, found: Sequence[Mapping[str, Any]]) -> None:
    """Possible links, each with both records and what it rests on; worded as the machine's assessment."""
    if not found:
        page.put(page.say("Aucun lien possible pour vous ici.", "No possible link for you here."))
    for hit in found:
        page.blank()
        page.put(
            hit["headline"][page.language]
            + page.say(" (appréciation de la machine)", " (an assessment by the machine)")
        )
        page.put(page.say(f"lien {hit['id']}", f"hit {hit['id']}"), 2)
        for side in ("one", "other"):
            record_row(page, hit[side])
        ground_rows(page, hit["grounds"])
        if hit["through"]:
            through = ", ".join(dict.fromkeys(ref["record"] for ref in hit["through"]))
            page.put(page.say(f"par : {through}", f"through: {through}"), 4)
        if hit.get("judgement"):
            page.put(judged(page, hit["judgement"]), 4, 8)
        else:
            page.put(page.say("Pas encore tranché.", "Not yet judged."), 4)


def found(page: Page, answer: Sequence[Mapping[str, Any]]) -> None:
    """What a search found."""
    if not answer:
        page.put(page.say("Rien trouvé, pour vous, ici.", "Nothing found, for you, here."))
    for one in answer:
        record_row(page, one["record"])
        ground_rows(page, one["grounds"])


def why_not(page: Page, answer: Mapping[str, Any]) -> None:
    """Why two records are no hit."""
    if not answer["grounds"]:
        page.put(
            page.say(
                "Ces deux fiches n’ont rien à comparer : aucun identifiant ni nom du même genre.",
                "These two records have nothing to compare: no identifier or name of one kind.",
            )
        )
        return
    page.put(page.say("Ce qui parle pour et contre :", "What speaks for and against:"))
    ground_rows(page, answer["grounds"], 2)
    page.put(
        page.say(
            f"en tout   {bits(page, answer['bits'])} bits", f"in all    {bits(page, answer['bits'])} bits"
        ),
        2,
    )


def sea(page: Page, answer: Sequence[Mapping[str, Any]]) -> None:
    """Distresses and sightings at sea, what nobody could read on top."""
    if not answer:
        page.put(page.say("Rien en mer.", "Nothing at sea."))
    for one in answer:
        page.blank()
        page.put(f"{name_of(one['record'])} · {headline(page, one['record'])}")
        if one.get("raw"):
            _other_part(page, "raw", one["raw"])
        for said in one["statements"]:
            statement(page, said)


def refusals(page: Page, answer: Sequence[Mapping[str, Any]]) -> None:
    """What was let neither in nor out."""
    if not answer:
        page.put(page.say("Rien n’a été refusé.", "Nothing was refused."))
    for one in answer:
        way = page.say("vers", "to") if one["way"] == "out" else page.say("de", "from")
        lead = f"{show_time(one['at'], page.language)}  {way} {one['partner']}, {page.word(LANE_WORDS, one['lane'])}"
        if one.get("number") is not None:
            lead += page.say(f", n° {one['number']}", f", no. {one['number']}")
        page.put(lead)
        page.put(f"{one['code']} · {one['text'][page.language]}", 4)
        if one.get("record"):
            page.put(page.say(f"fiche {one['record']}", f"record {one['record']}"), 4)


def status(page: Page, answer: Mapping[str, Any]) -> None:
    """What the node holds and what waits."""
    page.put(
        page.say(
            f"{answer['node']} ({answer['party']}), {show_time(answer['now'], 'fr')}",
            f"{answer['node']} ({answer['party']}), {show_time(answer['now'], 'en')}",
        )
    )
    quiet = page.say("oui", "yes") if answer["quiet"] else page.say("pas encore", "not yet")
    page.pairs(
        (
            (page.say("écritures", "entries"), str(answer["entries"])),
            (page.say("lignes du registre", "register lines"), str(answer["register_lines"])),
            (page.say("racine", "root"), answer["root"]),
            (page.say("tout lu par les bureaux", "all read by the desks"), quiet),
        )
    )
    for partner, known in answer["partners"].items():
        page.blank()
        page.put(page.say(f"Partenaire {partner}", f"Partner {partner}"))
        rows = []
        for lane, arrived in known["arrived"].items():
            waiting = known["waiting"].get(lane, 0)
            rows.append(
                (
                    page.word(LANE_WORDS, lane),
                    page.say(
                        f"{arrived} arrivés, {waiting} en attente chez nous",
                        f"{arrived} arrived, {waiting} waiting here",
                    ),
                )
            )
        page.pairs(rows)
    for alarm in answer["alarms"]:
        page.put(page.say("Alarme : ", "Alarm: ") + alarm[page.language], 0, 4)
