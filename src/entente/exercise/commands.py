"""The five commands of `entente exercise`, as the terminal calls them: language in, exit code out.

Errors go up to the terminal, which words them and turns each into its exit code. An end asked for with Ctrl-C is no
error: both nodes are stopped first, and the code is 0.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from entente.errors import Language, Text
from entente.exercise.account import tell_score
from entente.exercise.demo import continue_season, demo, score_season, until_asked_to_end
from entente.terminal.show import Page


def run_demo(language: Language) -> int:
    """Two nodes, the season between them, three things to try; ends with Ctrl-C."""
    with until_asked_to_end() as wait:
        try:
            demo(language, wait)
        except KeyboardInterrupt:
            print(flush=True)
    return 0


def run_continue(language: Language) -> int:
    """Play what follows 20 November 2031."""
    with until_asked_to_end():
        try:
            continue_season(language)
        except KeyboardInterrupt:
            print(flush=True)
    return 0


def run_watch(seed: int | None, tale: str | None, speed: float, language: Language) -> int:
    """Play a night at sea into the demo, for watch-keepers at their pages; ends with Ctrl-C."""
    # Read only here: no other part of the exercise waits for numpy.
    from entente.exercise.night_telling import watch_night

    with until_asked_to_end() as wait:
        try:
            watch_night(language, wait, seed, tale, speed)
        except KeyboardInterrupt:
            print(flush=True)
    return 0


def run_score(as_json: bool, language: Language) -> int:
    """Measure the season against its truth. as_json: the last line is one object of figures."""

    def say(text: Text) -> None:
        print(text.say(language), file=sys.stderr, flush=True)

    with until_asked_to_end():
        found = score_season(say)
    if as_json:
        print(json.dumps(found.counts()), flush=True)
        return 0
    page = Page(language)
    tell_score(page, found)
    print("\n".join(page.lines), flush=True)
    return 0


def run_night(seed: int | None, tale: str | None, out: str | None, truth: str | None) -> int:
    """Write an invented night at sea, or one retold, as lines that `entente sea replay` reads.

    out: a file, else standard output. truth: a file for who was who, which stands in no line.
    """
    # Read only here: no other part of the exercise waits for numpy.
    from entente.exercise.nights.lines import night_lines, replay_truth_line, truth_line
    from entente.exercise.nights.night import night
    from entente.exercise.nights.one_or_two_boats import one_or_two_boats
    from entente.exercise.nights.taken_for_another import taken_for_another

    if tale is None:
        invented = night(seed or 0)
        lines, known = night_lines(invented), truth_line(invented)
    else:
        retold = taken_for_another() if tale == "taken-for-another" else one_or_two_boats()
        lines, known = retold.lines(), replay_truth_line(retold.boat_of())
    text = "".join(f"{line}\n" for line in lines)
    if out is None:
        sys.stdout.write(text)
        sys.stdout.flush()
    else:
        Path(out).write_text(text, encoding="utf-8")
    if truth is not None:
        Path(truth).write_text(known + "\n", encoding="utf-8")
    return 0
