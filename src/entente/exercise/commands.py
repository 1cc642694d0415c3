"""The three commands of `entente exercise`, as the terminal calls them: language in, exit code out.

Errors go up to the terminal, which words them and turns each into its exit code. An end asked for with Ctrl-C is no
error: both nodes are stopped first, and the code is 0.
"""

from __future__ import annotations

import json
import sys

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
