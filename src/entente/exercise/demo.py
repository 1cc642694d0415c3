"""The demo: two nodes on this machine, the invented season between them, and three things to try.

It is laid out once, in a folder of its own. A later run starts the two nodes again and plays nothing twice; what an
interrupted run had played stays played. Both nodes run as long as this does, and end with it.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from entente.errors import Language, Text, Unavailable
from entente.exercise.plan_of_season import Sitting, load_plan
from entente.exercise.play import has_continued, is_played, play, played
from entente.exercise.score import Score, score
from entente.exercise.season import Item, load_season
from entente.exercise.shores import Shores, is_laid_out, lay_out
from entente.exercise.telling import (
    tell_after,
    tell_exchanged,
    tell_found,
    tell_refused,
    tell_shores,
    tell_try,
)
from entente.terminal.show import Page
from entente.terminal.words import show_time

DEMO_SETTING = "ENTENTE_DEMO"
USUAL_FOLDER = "demo"
BAR = 30


def demo_folder() -> Path:
    """Where the demo lives: ENTENTE_DEMO, or `demo` here."""
    return Path(os.environ.get(DEMO_SETTING) or USUAL_FOLDER)


def demo(language: Language, wait: Callable[[], None]) -> None:
    """Start, play what is left, tell what happened, then wait until asked to end."""
    season, root = load_season(), demo_folder()
    was_played = is_laid_out(root) and is_played(root, season.items)
    if not is_laid_out(root):
        _tell(
            language,
            lambda page: page.put(page.say("Mise en place de deux nœuds …", "Setting up two nodes …")),
        )
        lay_out(root)
    with Shores(root) as shores:
        _tell(language, lambda page: tell_shores(page, shores, season))
        if was_played:
            _tell(
                language,
                lambda page: page.put(
                    page.say(
                        "La saison est déjà jouée : rien ne l’est deux fois.",
                        "The season is already played: nothing is played twice.",
                    ),
                    2,
                ),
            )
        else:
            play_telling(season.items, shores, language, load_plan())
        continued = has_continued(root, season)

        def all_of_it(page: Page) -> None:
            tell_exchanged(page, shores, season)
            tell_found(page, shores)
            tell_refused(page, shores, season)
            tell_try(page, shores, may_continue=not continued)
            page.blank()
            page.put(
                page.say("Les deux nœuds tournent. Ctrl-C pour finir.", "Both nodes run. Ctrl-C ends them.")
            )

        _tell(language, all_of_it)
        wait()
        _tell(language, lambda page: page.put(page.say("Arrêt des deux nœuds …", "Stopping both nodes …")))


def continue_season(language: Language) -> None:
    """Play what follows 20 November, on the nodes that run or on nodes started for it."""
    season, root = load_season(), demo_folder()
    if not is_laid_out(root) or not is_played(root, season.items):
        raise Unavailable(
            "season_not_played",
            Text(
                fr=f"La saison n’est pas encore jouée dans {root}.",
                en=f"The season is not yet played in {root}.",
            ),
            Text(fr="Lancez d’abord « make demo ».", en='Run "make demo" first.'),
        )
    with Shores(root) as shores:
        play_telling(season.after, shores, language)
        _tell(language, lambda page: tell_after(page, shores, season))


def score_season(progress: Callable[[Text], None]) -> Score:
    """The score of the demo where it stands on 20 November, else of a season played in a folder thrown away after."""
    season, root = load_season(), demo_folder()
    if is_laid_out(root) and is_played(root, season.items) and not has_continued(root, season):
        with Shores(root) as shores:
            return score(shores, season)
    progress(
        Text(
            "Pas de démonstration au 20 novembre : la saison est jouée à part, puis effacée.",
            "No demo that stands on 20 November: the season is played aside, then deleted.",
        )
    )
    aside = Path(tempfile.mkdtemp(prefix="entente-exercise-"))
    try:
        lay_out(aside / "season", any_port=True)
        with Shores(aside / "season") as shores:
            play(season.items, shores, lambda done, of, item: None)
            return score(shores, season)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def play_telling(
    items: Sequence[Item], shores: Shores, language: Language, plan: tuple[Sitting, ...] = ()
) -> None:
    """Play with one line that moves, or with a line now and then where nobody looks."""
    page = Page(language)
    left = len(items) - sum(item.reference in played(shores.root) for item in items)
    began = time.monotonic()
    moves = sys.stdout.isatty()

    def show(done: int, of: int, item: Item | None) -> None:
        filled = BAR * done // max(of, 1)
        when = show_time(item.at.isoformat(), language) if item else ""
        text = f"  {'█' * filled}{'·' * (BAR - filled)} {done:>3}/{of}  {when:<24} {item.reference if item else '':<14}"
        if moves:
            print(f"\r{text}", end="" if item else "\n", flush=True)
        elif done % 10 == 0 or item is None:
            print(text.rstrip(), flush=True)

    play(items, shores, show, plan)
    show(len(items), len(items), None)
    seconds = f"{time.monotonic() - began:.0f}"
    page.put(page.say(f"{left} écrits joués en {seconds} s.", f"{left} items played in {seconds} s."), 2)
    print("\n".join(page.lines), flush=True)


def _tell(language: Language, telling: Callable[[Page], None]) -> None:
    page = Page(language)
    telling(page)
    print("\n".join(page.lines), flush=True)


@contextmanager
def until_asked_to_end() -> Iterator[Callable[[], None]]:
    """SIGINT and SIGTERM raise KeyboardInterrupt here, and once we wait they only end the waiting."""
    asked = threading.Event()
    waiting = threading.Event()

    def end(number: int, frame: object) -> None:
        asked.set()
        if not waiting.is_set():
            raise KeyboardInterrupt

    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}

    def wait() -> None:
        waiting.set()
        while not asked.wait(0.5):
            pass
        print(flush=True)

    try:
        yield wait
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


__all__ = ["continue_season", "demo", "demo_folder", "score_season", "until_asked_to_end"]
