"""How what was found is laid out: links with their grounds, what is at sea, refusals, the state of a node.

A link is always worded as the machine's assessment; an officer's judgement of it stands below, with its reason.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from entente.terminal.page import Page, headline, name_of, record_row
from entente.terminal.show import judged, raw, statement
from entente.terminal.words import LANE_WORDS, RECORD_WORDS, show_time


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
            raw(page, one["raw"])
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
    kinds = [f"{page.word(RECORD_WORDS, kind)} {count}" for kind, count in answer["records"].items()]
    quiet = page.say("oui", "yes") if answer["quiet"] else page.say("pas encore", "not yet")
    page.pairs(
        (
            (page.say("écritures", "entries"), str(answer["entries"])),
            (page.say("fiches", "records"), ", ".join(kinds)),
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
    for alarm, times in Counter(one[page.language] for one in answer["alarms"]).items():
        page.put(page.say("Alarme : ", "Alarm: ") + alarm + (f" (× {times})" if times > 1 else ""), 0, 4)
