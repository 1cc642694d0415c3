"""The score, told: each true pair and each decoy with its reason, then the figures.

The one place where the truth of the season is shown to a person, so that it is never mistaken for what a node knows.
"""

from __future__ import annotations

from entente.exercise.score import DecoyScored, PairScored, Score
from entente.exercise.shores import NODES
from entente.exercise.telling import heading, show_bits
from entente.terminal.show import Page


def tell_score(page: Page, found: Score) -> None:
    """Each true pair and each decoy with its reason, then the account."""
    heading(page, "Paires vraies à connaître en clair", "True pairs to be known in clear")
    for pair in found.pairs:
        if pair.in_clear:
            _tell_pair(page, pair)
    heading(
        page,
        "Paires vraies réservées à un gardien, ou à une concordance sans contenu",
        "True pairs for a keeper, or for a hit without content",
    )
    for pair in found.pairs:
        if not pair.in_clear:
            _tell_pair(page, pair)
    heading(page, "Leurres", "Decoys")
    for lure in found.lures:
        _tell_decoy(page, lure)
    heading(page, "Bilan", "Account")
    page.pairs(
        (
            (page.say("en clair", "in clear"), f"{found.pairs_clear_found} / {found.pairs_clear}"),
            (
                page.say("gardien ou concordance seule", "keeper or hit only"),
                f"{found.pairs_hit_only_found} / {found.pairs_hit_only}",
            ),
            (page.say("connues au-delà", "known beyond"), f"{found.pairs_leaked}"),
            (page.say("leurres joints", "decoys joined"), f"{found.decoys_joined} / {found.decoys}"),
            (page.say("fiches échangées", "records exchanged"), f"{found.records_exchanged}"),
            (page.say("refus", "refused"), f"{found.refused}"),
        )
    )


def _tell_pair(page: Page, pair: PairScored) -> None:
    mark = "✓" if pair.found else "–"
    nodes = sorted({name.partition("/")[0] for name in pair.known_to}, key=NODES.index)
    known = ", ".join(nodes) or page.say("de personne", "to nobody")
    page.put(
        f"{mark} {pair.link}  {pair.one + ' ↔ ' + pair.other:<28} {page.say('connue : ', 'known: ')}{known}",
        2,
    )
    for text in pair.why:
        page.put(text.say(page.language), 10)
    for name in pair.leaked_to:
        page.put(page.say("FUITE : ", "LEAK: ") + name, 10)


def _tell_decoy(page: Page, lure: DecoyScored) -> None:
    mark = "✗" if lure.joined else "✓"
    verdict = page.say("joint", "joined") if lure.joined else page.say("écarté", "kept apart")
    bits = "" if lure.bits is None else f", {show_bits(lure.bits, page)} bits"
    page.put(f"{mark} {lure.id}  {lure.one + ' / ' + lure.other:<28} {verdict}{bits}", 2)
    for text in lure.why:
        page.put(text.say(page.language), 10)
