"""A night at sea on the two nodes of the demo, told at the terminal while the watches work on their pages.

Nodes that somebody else runs are used and left running; nodes started for the night run on after dawn until asked to
end. What was true of each boat is written down at dawn, for talking the night over, and told to no node.
"""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable
from pathlib import Path

from entente.errors import Language, Malformed, Text, Unavailable
from entente.exercise.demo import BAR, demo_folder
from entente.exercise.night_play import Told, is_night_played, play_night, played_night, write_truth
from entente.exercise.night_steps import NightToPlay, invented_night, retold_night
from entente.exercise.play import is_played
from entente.exercise.season import load_season
from entente.exercise.shores import NODES, Shores, is_laid_out
from entente.exercise.telling import shown_path
from entente.maritime.values import ActSaid, SeaReport
from entente.model.sea_act import sea_act_words
from entente.terminal.show import Page
from entente.terminal.words import show_time
from entente.web.sea_words import MEANS

# A night soon after the season's last day, with eleven boats: the clocks have little way to go.
USUAL_SEED = 2
_SHORES = {"gris-nez": "lille", "dover": "dover"}
_TALES = {
    "taken-for-another": Text(
        "Une embarcation appelle et appelle ; une autre, secourue tout près, est prise pour elle. La première doit "
        "rester ouverte.",
        "One boat calls and calls; another, rescued nearby, is taken for it. The first must stay open.",
    ),
    "one-or-two-boats": Text(
        "Deux rives, deux séries d’appels : une embarcation ou deux ? Un numéro relu à quai le dira.",
        "Two shores, two sets of calls: one boat or two? A number read back on the quay will say.",
    ),
}


def watch_night(
    language: Language, wait: Callable[[], None], seed: int | None, tale: str | None, speed: float
) -> None:
    """Play a night into the demo. speed: so many times as fast as life; 0: at once.

    Raises Unavailable where the season is not played: the night follows it.
    """
    if not speed >= 0:
        raise Malformed(
            "speed_below_zero",
            Text(fr="Une nuit ne se joue pas à rebours.", en="A night is not played backwards."),
            Text(fr="Donnez 0, ou un nombre au-dessus.", en="Give 0, or a number above it."),
        )
    root = demo_folder()
    if not is_laid_out(root) or not is_played(root, load_season().items):
        raise Unavailable(
            "season_not_played",
            Text(
                fr=f"La saison n’est pas encore jouée dans {root}.",
                en=f"The season is not yet played in {root}.",
            ),
            Text(fr="Lancez d’abord « make demo ».", en='Run "make demo" first.'),
        )
    to_play = retold_night(tale) if tale else invented_night(USUAL_SEED if seed is None else seed)
    page = Page(language)
    shores = Shores(root)
    were_running = shores.is_running()
    with shores:
        _tell_before(page, shores, to_play, tale)
        _flush(page)
        if is_night_played(root, to_play):
            page.put(page.say("Cette nuit est déjà jouée.", "This night is already played."), 2)
        else:
            done = play_night(to_play, shores, speed or None, _teller(language, speed))
            _tell_after(page, shores, to_play, write_truth(root, to_play, done))
        page.blank()
        if were_running:
            page.put(page.say("Les deux nœuds tournent toujours.", "Both nodes still run."))
            _flush(page)
            return
        page.put(page.say("Les deux nœuds tournent. Ctrl-C pour finir.", "Both nodes run. Ctrl-C ends them."))
        _flush(page)
        wait()


def _tell_before(page: Page, shores: Shores, to_play: NightToPlay, tale: str | None) -> None:
    title = page.say("Une nuit en mer", "A night at sea")
    page.put(f"{title} ({to_play.name})")
    page.blank()
    if tale:
        page.put(_TALES[tale].say(page.language), 2)
    else:
        page.put(
            page.say(
                f"{to_play.boats} embarcations inventées. Les signalements, les navires, les plages et les quais sont "
                "joués ; ce que la veille décide, c’est à vous.",
                f"{to_play.boats} invented boats. Reports, ships, beaches and quays are played; what the watch "
                "decides is yours.",
            ),
            2,
        )
    page.blank()
    page.put(page.say("Ouvrez les deux pages, côte à côte :", "Open both pages, side by side:"), 2)
    keepers = {"lille": "Aude Kerlazan, FR-PREMAR", "dover": "Gemma Polwhere, UK-HMCG"}
    for node in NODES:
        port = shores.address(node).rpartition(":")[2]
        page.put(f"http://{node}.localhost:{port}/sea   ({keepers[node]})", 4)
    before = played_night(shores.root, to_play.name)
    if before is not None and before.ids and not is_night_played(shores.root, to_play):
        number = len(before.ids)
        page.put(page.say(f"Reprise après {number} écrits.", f"Taken up after {number} items."), 2)
    page.blank()


def _tell_after(page: Page, shores: Shores, to_play: NightToPlay, truth: Path | None) -> None:
    page.blank()
    seen = shores.ask(
        "lille",
        "picture",
        {"officer": "FR-PREMAR/Kerlazan", "role": "watch_keeper", "matter": "SAR", "reason": "bilan de nuit"},
    )
    states = [boat["state"] for boat in seen["boats"]]
    still = sum(state in ("open", "count_disputed") for state in states)
    page.put(
        page.say(
            f"Fin : {len(states)} embarcations sur la page, dont {still} non closes, toutes nuits comprises ; "
            f"en vérité {to_play.boats} cette nuit.",
            f"Dawn: {len(states)} boats on the page, {still} of them not closed, all nights together; "
            f"in truth {to_play.boats} this night.",
        ),
        2,
    )
    if truth is not None:
        page.put(page.say("Qui était qui : ", "Who was who: ") + shown_path(truth), 2)


def _teller(language: Language, speed: float) -> Callable[[Told], None]:
    """A line for each thing said, or where all is said at once one line that moves."""
    page = Page(language)

    def show(told: Told) -> None:
        if speed:
            if told.said is not None:
                print(f"  {_hour(told.at, language)}  {_said(page, told.said)}", flush=True)
            return
        filled = BAR * told.done // max(told.of, 1)
        line = (
            f"  {'█' * filled}{'·' * (BAR - filled)} {told.done:>3}/{told.of}  {_hour(told.at, language):<24}"
        )
        is_last = told.done == told.of
        if sys.stdout.isatty():
            print(f"\r{line}", end="\n" if is_last else "", flush=True)
        elif is_last or (told.said is not None and told.done % 25 == 0):
            print(line.rstrip(), flush=True)

    return show


def _hour(at: dt.datetime, language: Language) -> str:
    return show_time(at.isoformat(), language)


def _said(page: Page, said: SeaReport | ActSaid) -> str:
    node = f"{_SHORES[said.node]:<7}"
    if isinstance(said, ActSaid):
        return f"{node}{sea_act_words(said.act).say(page.language)}"
    seen = said.seen
    words = f"{node}{MEANS[seen.means].say(page.language)}"
    if seen.persons_on_board is not None:
        least, most = seen.persons_on_board.at_least, seen.persons_on_board.at_most
        count = f"{least}" if least == most else f"{least}–{most}" if most is not None else f"{least}+"
        words += f", {count} " + page.say("personnes", "people")
    return words + (page.say(f" : « {seen.words} »", f': "{seen.words}"') if seen.words else "")


def _flush(page: Page) -> None:
    print("\n".join(page.lines), flush=True)
    page.lines.clear()
