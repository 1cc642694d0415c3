"""How one record is laid out: what was said, how sure it is, what was kept from its reader, and who holds it.

Takes the answers of the deeds as they are (JSON values). A grade is shown as its issuer gave it, with its scheme;
handling in words beside its code; hours with their zone, positions as they are said at sea.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from entente.exchange.protocol import STEP_WORDS
from entente.model.entity import CATEGORY_WORDS
from entente.model.identifier import KIND_WORDS
from entente.model.place import Position
from entente.model.place import show as show_position
from entente.model.report import BASIS_WORDS, COMPARTMENT_WORDS, PURPOSE_WORDS, REGIME_WORDS
from entente.terminal.page import Page as Page
from entente.terminal.page import grade, handling, headline, name_of
from entente.terminal.words import (
    ENTITY_WORDS,
    PHASE_WORDS,
    RECORD_WORDS,
    STATE_WORDS,
    VERDICT_WORDS,
    show_day,
)


def recorded(page: Page, row: Mapping[str, Any]) -> None:
    """What was just recorded, durable already."""
    page.put(
        page.say(
            f"Enregistré : {name_of(row)}, version {row['version']}.",
            f"Recorded: {name_of(row)}, version {row['version']}.",
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
    said = [page.word(ENTITY_WORDS, entity["kind"])]
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
        raw(page, value)
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


def raw(page: Page, value: Mapping[str, Any]) -> None:
    """What came and could not be read, to the letter."""
    page.put(
        page.say(
            "Reçu tel quel, illisible : personne ne l’a encore lu.",
            "As it came, unreadable: nobody has read it yet.",
        ),
        2,
    )
    page.put(value["text"], 6)


def judged(page: Page, judgement: Mapping[str, Any]) -> str:
    """A judgement: what, by whom, why."""
    verdict = page.word(VERDICT_WORDS, judgement["verdict"])
    return page.say(
        f"Tranché par {judgement['officer']} : {verdict}. {judgement['reason']}",
        f"Judged by {judgement['officer']}: {verdict}. {judgement['reason']}",
    )
