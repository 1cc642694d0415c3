"""From the options of `entente record` to the draft that a node takes.

Nothing is guessed that changes what is said: basis, grade, handling and regime are asked for by name, by the door where
they are missing. A number or name without --person or --thing before it belongs to a thing of its own kind, never to a
person that nobody named.
"""

from __future__ import annotations

import argparse
import datetime as dt
from typing import Any

import msgspec

from entente.errors import Language, Malformed, Text
from entente.model.grading import Grade, Scheme, read_grade
from entente.model.identifier import IdentifierKind, read_identifier
from entente.model.moment import read_date, read_instant
from entente.model.name import read_name
from entente.model.place import read_position
from entente.terminal.arguments import UsageError

SCHEME_OF_PARTY: dict[str, Scheme] = {"FR": "admiralty"}
LANGUAGE_OF_PARTY: dict[str, Language] = {"FR": "fr"}
REGION_OF_PARTY = {"FR": "FR", "UK": "GB"}
ZONE_OF_PARTY = {"FR": "Europe/Paris", "UK": "Europe/London"}
# What a number points at where nobody said whose it is.
THING_OF: dict[IdentifierKind, str] = {
    "phone": "device",
    "imei": "device",
    "plate": "vehicle",
    "hull": "boat",
    "vessel_name": "boat",
    "mmsi": "boat",
    "iban": "account",
    "hawala_token": "account",
    "handle": "account",
    "email": "account",
    "address": "place",
}


def grade_of(asked: argparse.Namespace, party: str) -> Grade | None:
    """The grade as written, in the scheme that was named or that this shore grades in."""
    if not asked.grade:
        return None
    return read_grade(asked.grade, asked.scheme or SCHEME_OF_PARTY.get(party, "europol"))


def day_of(written: str) -> dt.date:
    """A whole day. Raises Malformed for one of which only the month or year is said."""
    day = read_date(written)
    if day.earliest() != day.latest():
        raise Malformed(
            "day_incomplete",
            Text(fr=f"« {written} » n’est pas un jour entier.", en=f'"{written}" is not a whole day.'),
            Text(fr="Donnez jour, mois et année.", en="Give day, month and year."),
        )
    return day.earliest()


def draft_of(asked: argparse.Namespace, service: str, party: str, today: dt.date) -> dict[str, Any]:
    """The draft of a report, sighting or distress from options. today: by the node's own clock."""
    grade = grade_of(asked, party)
    draft: dict[str, Any] = {
        "kind": asked.kind or "report",
        "service": service,
        "purpose": asked.purpose,
        "matter": asked.matter,
        "compartment": asked.compartment or "intelligence",
        "regime": asked.regime,
        "handling": asked.handling,
        "conditions": asked.conditions,
        "grade": grade,
        "recipients": asked.to,
        "lane": asked.lane,
        "reference": asked.reference,
        "under_review": asked.under_review,
    }
    if asked.said_at:
        draft["said_at"] = read_instant(asked.said_at, zone=ZONE_OF_PARTY.get(party, "UTC"))
    for name in ("review_by", "erase_by"):
        if getattr(asked, name):
            draft[name] = day_of(getattr(asked, name))
    if asked.text or asked.gathered:
        draft["statements"] = [_statement(asked, grade, party, today)]
    return draft


def _statement(asked: argparse.Namespace, grade: Grade | None, party: str, today: dt.date) -> dict[str, Any]:
    missing = [
        option
        for option, value in (("--text", asked.text), ("--basis", asked.basis), ("--grade", grade))
        if not value
    ]
    if asked.basis == "assessment" and not asked.grounds:
        missing.append("--grounds")
    if missing:
        raise UsageError(
            "statement_incomplete",
            Text(
                fr=f"Il manque à l’énoncé : {', '.join(missing)}.",
                en=f"The statement lacks: {', '.join(missing)}.",
            ),
            Text(
                fr="Un énoncé dit s’il est fait, appréciation (avec son fondement) ou rapporté, et porte sa cotation.",
                en="A statement says whether it is fact, assessment (with its grounds) or reported, and has a grade.",
            ),
        )
    statement: dict[str, Any] = {
        "id": "s1",
        "basis": asked.basis,
        "wording": {
            "language": asked.language_of_text or LANGUAGE_OF_PARTY.get(party, "en"),
            "text": asked.text,
        },
        "grade": grade,
        "checked_on": day_of(asked.checked_on) if asked.checked_on else today,
        "completeness": asked.completeness or "unknown",
        "certainty": asked.certainty or "unknown",
        "grounds": asked.grounds,
        "author": asked.officer if asked.basis == "assessment" else None,
        "entities": entities_of(asked.gathered or [], asked.region or REGION_OF_PARTY.get(party, "FR")),
    }
    sighting = sighting_of(asked)
    if sighting:
        statement["sighting"] = sighting
    return statement


def sighting_of(asked: argparse.Namespace) -> dict[str, Any]:
    """What was seen of a boat; empty where nothing was said of one."""
    sighting: dict[str, Any] = {}
    if asked.position:
        sighting["position"] = read_position(asked.position)
    if asked.persons_on_board:
        sighting["persons_on_board"] = _count(asked.persons_on_board)
    if asked.phase:
        sighting["phase"] = asked.phase
    return sighting


def _count(written: str) -> dict[str, Any]:
    low, dash, high = written.replace("–", "-").replace(" ", "").partition("-")
    try:
        if dash:
            return {"at_least": int(low), "at_most": int(high)}
        if low.endswith("+"):
            return {"at_least": int(low[:-1]), "at_most": None}
        return {"at_least": int(low), "at_most": int(low)}
    except ValueError as error:
        raise Malformed(
            "count_unreadable",
            Text(
                fr=f"« {written} » n’est pas un nombre de personnes.",
                en=f'"{written}" is no count of persons.',
            ),
            Text(fr="Écrivez 47, 40-50 ou 40+.", en="Write 47, 40-50 or 40+."),
        ) from error


def entities_of(gathered: list[tuple[str, str]], region: str) -> list[dict[str, Any]]:
    """Persons and things in the order in which they were written, each with what follows it."""
    entities: list[dict[str, Any]] = []

    def begin(kind: str) -> dict[str, Any]:
        entity: dict[str, Any] = {"id": f"e{len(entities) + 1}", "kind": kind, "names": [], "identifiers": []}
        if kind == "person":
            entity["category"] = "not_yet_assessed"
        entities.append(entity)
        return entity

    named: dict[str, Any] | None = None
    for what, value in gathered:
        if what in ("person", "thing"):
            named = begin(value or "person")
        elif what in ("name", "alias"):
            named = named or begin("person")
            named["names"].append(read_name(value, "alias" if what == "alias" else "full"))
        elif what in ("birth", "category"):
            if named is None or named["kind"] != "person":
                raise UsageError(
                    "whose",
                    Text(fr=f"--{what} ne suit aucune personne.", en=f"--{what} follows no person."),
                    Text(fr="Écrivez --person ou --name avant.", en="Write --person or --name before it."),
                )
            named[what] = read_date(value) if what == "birth" else value
        else:
            kind, written = _identifier(what, value)
            identifier = read_identifier(kind, written, region=region)
            whose = named or begin(THING_OF.get(identifier.kind, "object"))
            whose["identifiers"].append(identifier)
    return entities


def _identifier(what: str, value: str) -> tuple[str, str]:
    if what != "identifier":
        return what, value
    kind, equals, written = value.partition("=")
    if not equals:
        raise UsageError(
            "identifier_without_kind",
            Text(fr=f"« {value} » ne dit pas ce que c’est.", en=f'"{value}" does not say what it is.'),
            Text(
                fr="Écrivez NATURE=VALEUR, par exemple hull=FR-ABC12345.",
                en="Write KIND=VALUE, for example hull=FR-ABC12345.",
            ),
        )
    return kind.strip(), written


def act_of(asked: argparse.Namespace, about: dict[str, Any], service: str) -> dict[str, Any]:
    """The draft of a designation, an erasure or a recall. about: the header of the record that it is of.

    It lies where that record lies, under its codes and in its matter, unless the officer says otherwise.
    """
    draft: dict[str, Any] = {
        "service": service,
        "purpose": asked.purpose or about["purpose"],
        "matter": asked.matter or about["matter"],
        "compartment": asked.compartment or about["compartment"],
        "regime": asked.regime or about["regime"],
        "handling": asked.handling or about["handling"],
        "conditions": asked.conditions,
        "recipients": asked.to,
        "reference": asked.reference,
    }
    if asked.designate:
        return draft | {
            "kind": "designation",
            "designation": {
                "about": {"record": about["id"], "entity": asked.about.rpartition(":")[2]},
                "matter": draft["matter"],
                "category": asked.designate,
                "reason": asked.because,
                "basis_statement": asked.basis_statement or "",
                "officer": asked.officer,
                "approver": asked.approver or "",
            },
        }
    return draft | {
        "kind": "amendment",
        "amendment": {
            "record": about["id"],
            "act": "erase" if asked.erase else "recall",
            "reason": asked.because,
            "officer": asked.officer,
        },
    }


def plain(value: Any) -> Any:
    """A draft as JSON would have it, without what was not said."""
    return {
        name: inner
        for name, inner in msgspec.to_builtins(value, str_keys=True).items()
        if inner is not None and inner != []
    }
