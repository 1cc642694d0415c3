"""What the exercise tells at the terminal: what was exchanged, found and refused, each with its reason.

Everything told here was asked of the nodes by officers of the season, with the deeds that anyone may use; nothing is
known from behind their backs. What is told against the truth of the season stands in `account`.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from entente.errors import NotFound, Text
from entente.exchange.protocol import LADDER, STEP_WORDS
from entente.exercise.play import asking, played
from entente.exercise.score import MATTER, refusals
from entente.exercise.season import Item, Season
from entente.exercise.shores import NODES, Shores, other
from entente.model.report import LANES
from entente.policy.agreement import Role
from entente.terminal.show import Page
from entente.terminal.words import LANE_WORDS, show_time

# Who looks for us on each shore: an officer of the service to which most was released.
LOOKERS = {"lille": "FR-OLTIM/Ferlandier", "dover": "UK-NCA/Fairlocke"}
LOOKING: tuple[Role, ...] = ("investigator", "judicial_keeper")

Hit = dict[str, Any]


def show_bits(bits: float, page: Page) -> str:
    """Bits as a person of that language writes them."""
    return f"{bits:g}".replace(".", page.say(",", "."))


def heading(page: Page, fr: str, en: str) -> None:
    """A heading with air above it, underlined."""
    if not page.lines or page.lines[-1]:
        page.lines.append("")
    words = page.say(fr, en)
    page.put(words)
    page.put("─" * len(words))


def tell_shores(page: Page, shores: Shores, season: Season) -> None:
    """Which nodes run, and where."""
    page.put(season.title.say(page.language))
    page.blank()
    party = {"lille": "FR", "dover": "UK"}
    for node in NODES:
        page.put(f"{node:<7}{party[node]:<5}{shores.address(node):<25}{shown_path(shores.root / node)}", 2)
    page.blank()


def shown_path(path: Path) -> str:
    """A path as one would type it from here."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)


# -- exchanged --------------------------------------------------------------------------------------------------


def tell_exchanged(page: Page, shores: Shores, season: Season) -> None:
    """How much went each way, by which lane, and how far it came, as the partner's signed receipts say."""
    heading(page, "Ce qui a été échangé", "What was exchanged")
    done = played(shores.root)
    for node in NODES:
        lanes: Counter[str] = Counter()
        steps: Counter[str] = Counter()
        kept = 0
        for item in season.everything():
            if item.node != node or item.reference not in done:
                continue
            held = _holders(shores, item, done)
            kept += not held
            for one in held:
                lanes[one["lane"]] += 1
                steps[one["step"]] += 1
        mark = page.say(" ; ", "; ")
        by_lane = mark.join(f"{page.word(LANE_WORDS, lane)} {lanes[lane]}" for lane in LANES if lanes[lane])
        by_step = mark.join(
            f"{page.word(STEP_WORDS, step)} {steps[step]}" for step in ("numbered", *LADDER) if steps[step]
        )
        total = sum(lanes.values())
        page.put(
            page.say(f"{node} → {other(node)} : {total} écrits", f"{node} → {other(node)}: {total} records"),
            2,
        )
        page.pairs(
            (
                (page.say("par voie", "by lane"), by_lane),
                (page.say("où elles en sont", "how far they came"), by_step),
                (page.say("restées ici", "kept here"), str(kept)),
            ),
            4,
        )


def _holders(shores: Shores, item: Item, done: dict[str, str]) -> list[dict[str, Any]]:
    try:
        read = shores.ask(item.node, "read", {"asking": asking(item), "record": done[item.reference]})
    except NotFound:
        return []  # erased since, or past its last day
    holders: list[dict[str, Any]] = read["holders"]
    return holders


# -- found ------------------------------------------------------------------------------------------------------


def tell_found(page: Page, shores: Shores) -> None:
    """Each direct hit once, with its grounds and the shores that know it; what only a keeper knows apart."""
    heading(page, "Ce qui a été trouvé, et pourquoi", "What was found, and why")
    page.put(
        page.say(
            "Ce sont des appréciations d’une machine, jamais des faits : un agent dit si c’est le même.",
            "These are a machine’s assessments, never facts: an officer says whether it is the same.",
        ),
        2,
    )
    told: set[frozenset[str]] = set()
    for role in LOOKING:
        seen = {node: _hits(shores, node, role) for node in NODES}
        merged: dict[frozenset[str], Hit] = {}
        where: dict[frozenset[str], list[str]] = {}
        through: set[frozenset[str]] = set()
        for node in NODES:
            for hit in reversed(seen[node]):
                couple = frozenset((hit["one"]["reference"], hit["other"]["reference"]))
                if couple in told:
                    continue
                if hit["through"]:
                    through.add(couple)
                    continue
                merged.setdefault(couple, hit)
                where.setdefault(couple, []).append(node)
        told |= set(merged) | through
        page.blank()
        page.put(_who(page, role, len(merged)), 2)
        for couple, hit in merged.items():
            _tell_hit(page, hit, where[couple])
        through -= set(merged)
        if through:
            page.put(
                page.say(
                    f"et {len(through)} lien(s) de proche en proche, par une autre fiche.",
                    f"and {len(through)} link(s) further on, through another record.",
                ),
                4,
            )


def _who(page: Page, role: Role, number: int) -> str:
    if role == "investigator":
        return page.say(
            f"Connus des enquêteurs à qui les deux fiches ont été communiquées : {number}",
            f"Known to investigators to whom both records were released: {number}",
        )
    return page.say(
        f"Connus du seul gardien d’un dossier judiciaire, de ce côté-ci : {number}",
        f"Known only to the keeper of a judicial file, on that shore alone: {number}",
    )


def _hits(shores: Shores, node: str, role: Role) -> list[Hit]:
    found: list[Hit] = shores.ask(
        node, "hits", {"asking": _looking(_reason(node), node, role), "limit": 1000}
    )
    return found


def _reason(node: str) -> str:
    """Why the exercise looks, in the language of that shore."""
    return "Bilan de l’exercice" if node == "lille" else "Review of the exercise"


def _looking(reason: str, node: str, role: Role) -> dict[str, Any]:
    return {"officer": LOOKERS[node], "role": role, "matter": MATTER, "reason": reason}


def _tell_hit(page: Page, hit: Hit, where: Sequence[str]) -> None:
    pair = f"{hit['one']['reference']} ↔ {hit['other']['reference']}"
    page.put(f"{pair:<30}{show_bits(hit['bits'], page) + ' bits':>11}   {', '.join(where)}", 4)
    for ground in hit["grounds"]:
        page.put(Text(**ground["text"]).say(page.language), 8)


# -- refused ----------------------------------------------------------------------------------------------------


def tell_refused(page: Page, shores: Shores, season: Season) -> None:
    """What either node let neither in nor out, with the rule that spoke."""
    heading(page, "Ce qui a été refusé, et pourquoi", "What was refused, and why")
    names = {record: reference for reference, record in played(shores.root).items()}
    found = refusals(shores, season)
    for one in found:
        name = names.get(one.get("record") or "", one.get("record") or "")
        page.put(f"{name:<14}{one['node']} → {one['partner']}   {show_time(one['at'], page.language)}", 2)
        page.put(f"{Text(**one['text']).say(page.language)} ({one['code']})", 8)
    if not found:
        page.put(page.say("Rien.", "Nothing."), 2)
    kept = [
        item
        for item in season.everything()
        if item.reference in names.values() and not item.draft.recipients and not item.is_designation
    ]
    page.put(
        page.say(
            f"{len(kept)} fiches n’ont été communiquées à personne : ",
            f"{len(kept)} records were released to nobody: ",
        )
        + ", ".join(item.reference for item in kept)
        + ".",
        2,
    )


# -- what follows -----------------------------------------------------------------------------------------------


def tell_after(page: Page, shores: Shores, season: Season) -> None:
    """The correction, the transfer that fails and the distress that passes."""
    heading(page, "La suite", "What followed")
    done = played(shores.root)
    refused = {one.get("record"): one for one in refusals(shores, season)}
    for item in season.after:
        record = done[item.reference]
        page.put(f"{item.reference:<14}{show_time(item.at.isoformat(), page.language)}", 2)
        if item.draft.amendment is not None:
            _tell_erasure(page, shores, item, done[item.draft.amendment.record])
        else:
            words = item.draft.statements[0].wording
            page.put(_in(page, words), 8)
        if record in refused:
            page.put(
                page.say("Refusé : ", "Refused: ") + Text(**refused[record]["text"]).say(page.language), 8
            )
        for one in _holders(shores, item, done):
            step = page.word(STEP_WORDS, one["step"])
            page.put(f"{item.node} → {one['partner']}: {step}".replace(":", page.say(" :", ":")), 8)


def _in(page: Page, words: Any) -> str:
    """What was said, in the reader's language where somebody translated it."""
    if words.language == page.language:
        return str(words.text)
    return next(
        (str(one.text) for one in words.translations if one.language == page.language), str(words.text)
    )


def _tell_erasure(page: Page, shores: Shores, item: Item, record: str) -> None:
    reference = item.draft.amendment.record if item.draft.amendment else ""
    page.put(page.say(f"Effacement de {reference}, partout.", f"Erasure of {reference}, everywhere."), 8)
    for node in NODES:
        asked = {"asking": _looking(_reason(node), node, "investigator"), "record": record}
        try:
            shores.ask(node, "read", asked)
        except NotFound:
            said = page.say("la fiche n’y est plus", "the record is gone")
        else:
            said = page.say("la fiche y est encore", "the record is still there")
        page.put(f"{node}{page.say(' : ', ': ')}{said}", 8)


# -- three things to try ----------------------------------------------------------------------------------------


def tell_try(page: Page, shores: Shores, *, may_continue: bool) -> None:
    """The pages to open, and three commands that work as they stand."""
    heading(page, "Les pages, à ouvrir dans un navigateur", "The pages, to open in a browser")
    for node in NODES:
        port = shores.address(node).rpartition(":")[2]
        page.put(f"http://{node}.localhost:{port}/", 2)
    page.put(
        page.say(
            "Choisissez un agent de l’exercice, dites une fois pourquoi vous lisez, et regardez ce qui est nouveau. "
            "Ouvrez les deux rives côte à côte : ce qui s’écrit sur l’une arrive sur l’autre.",
            "Choose an officer of the exercise, say once why you read, and look at what is new. "
            "Open both shores side by side: what is written on one arrives on the other.",
        ),
        2,
    )
    page.put(
        page.say(
            "Le plan commun est sous /plan, tenu par les coordonnateurs : Roquebert à Lille, Ashgrave à Douvres.",
            "The joint plan is under /plan, steered by the co-ordinators: Roquebert at Lille, Ashgrave at Dover.",
        ),
        2,
    )
    page.blank()
    entente = shown_path(Path(sys.argv[0])) if sys.argv[0].endswith("entente") else "entente"
    surroundings = f"ENTENTE_DEMO={shown_path(shores.root)} " if "ENTENTE_DEMO" in os.environ else ""
    heading(
        page, "Une nuit en mer, à veiller sur les pages", "A night at sea, to keep watch over on the pages"
    )
    page.put(
        page.say(
            "Ouvrez /sea sur les deux rives, en veilleurs (Kerlazan à Lille, Polwhere à Douvres), et lancez dans un "
            "autre terminal :",
            "Open /sea on both shores as watch-keepers (Kerlazan at Lille, Polwhere at Dover), and in another terminal "
            "start:",
        ),
        2,
    )
    page.lines.append(f"     {surroundings}{entente} --language {page.language} exercise watch")
    page.blank()
    heading(
        page, "Trois choses à essayer, dans un autre terminal", "Three things to try, in another terminal"
    )
    lille, dover = (shown_path(shores.root / node) for node in NODES)
    reason = page.say('"point d’équipe"', '"team review"')
    language = f"--language {page.language} "

    def who(node: str, folder: str) -> str:
        return f"--folder {folder} --officer {LOOKERS[node]} --matter {MATTER} --reason {reason}"

    tries = [
        (
            page.say("Chercher un numéro tel qu’il est écrit :", "Look for a number as it is written:"),
            f'{entente} {language}search "0033 639 980 417"',
            who("lille", lille),
        ),
        (
            page.say(
                "Voir de Douvres ce qui se rapporte à une fiche de Lille :",
                "See from Dover what bears on a record of Lille:",
            ),
            f"{entente} {language}hits --about FR-PAF-140",
            who("dover", dover),
        ),
    ]
    last = f"{surroundings}{entente} {language}exercise continue"
    tries.append(
        (
            page.say(
                "Jouer la suite : un effacement, la fin de la base de transfert, une détresse :",
                "Play the rest: an erasure, the end of the transfer basis, a distress:",
            ),
            last,
            "",
        )
        if may_continue
        else (
            page.say("Prouver la chaîne d’un nœud :", "Prove the chain of a node:"),
            f"{entente} {language}verify --folder {lille}",
            "",
        )
    )
    for number, (what, command, further) in enumerate(tries, 1):
        page.put(f"{number}. {what}", 2)
        # Lines to be copied are not folded, whatever the width.
        page.lines.append("     " + command + (" \\" if further else ""))
        if further:
            page.lines.append("       " + further)
