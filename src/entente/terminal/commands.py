"""What officers look at and judge: each command asks the node for one deed and has the answer laid out.

Nothing is decided here. A command returns its exit code: 0 done, 1 nothing found, 9 the chain does not hold; every
refusal comes as an EntenteError, and `cli` turns its class into words and a code.
"""

from __future__ import annotations

from typing import Any

from entente.maritime.desk import MATTER
from entente.terminal import found as lay_out
from entente.terminal import show
from entente.terminal.page import Page
from entente.terminal.session import CHAIN_BROKEN, DONE, NOTHING_FOUND, Terminal


def read(terminal: Terminal) -> int:
    """One record."""
    asked = terminal.asked
    deed = {"asking": terminal.asking(), "record": asked.record, "version": asked.version_number}
    terminal.answer(terminal.ask("read", deed), show.reading)
    return DONE


def search(terminal: Terminal) -> int:
    """An identifier or a name."""
    found = terminal.ask("search", {"asking": terminal.asking(), "written": terminal.asked.written})
    terminal.answer(found, lay_out.found)
    return DONE if found else NOTHING_FOUND


def hits(terminal: Terminal) -> int:
    """Possible links."""
    asked = terminal.asked
    deed = {"asking": terminal.asking(), "about": asked.about, "limit": asked.limit}
    found = terminal.ask("hits", deed)
    terminal.answer(found, lay_out.hits)
    return DONE if found else NOTHING_FOUND


def why_not(terminal: Terminal) -> int:
    """Why two records are no hit."""
    asked = terminal.asked
    found = terminal.ask("why_not", {"asking": terminal.asking(), "one": asked.one, "other": asked.other})
    terminal.answer(found, lay_out.why_not)
    return DONE if found["grounds"] else NOTHING_FOUND


def judge(terminal: Terminal) -> int:
    """A judgement of a pair."""
    asked = terminal.asked
    deed = {
        "asking": terminal.asking(asked.because),
        "hit": asked.hit,
        "verdict": asked.verdict,
        "because": asked.because,
    }
    terminal.answer(terminal.ask("judge", deed), show.recorded)
    return DONE


def release(terminal: Terminal) -> int:
    """Further recipients for what is recorded already."""
    asked = terminal.asked
    deed = {
        "asking": terminal.asking(asked.because),
        "of": asked.of,
        "recipients": asked.to,
        "because": asked.because,
        "lane": asked.lane,
    }
    terminal.answer(terminal.ask("release", deed), show.recorded)
    return DONE


def sea(terminal: Terminal) -> int:
    """Distresses and sightings at sea."""
    terminal.answer(terminal.ask("sea", terminal.asking(matter=MATTER)), lay_out.sea)
    return DONE


def refusals(terminal: Terminal) -> int:
    """What was let neither in nor out."""
    terminal.answer(terminal.ask("refusals", terminal.asking()), lay_out.refusals)
    return DONE


def status(terminal: Terminal) -> int:
    """What the node holds and what waits."""
    terminal.answer(terminal.ask("status"), lay_out.status)
    return DONE


def verify(terminal: Terminal) -> int:
    """Prove the chain."""
    terminal.progress("Vérification de la chaîne …", "Verifying the chain …")
    proof: dict[str, Any] = {}
    for line in terminal.node().ask_lines("verify"):
        if "of" in line:
            terminal.progress(
                f"{line['done']} écritures vérifiées sur {line['of']}",
                f"{line['done']} of {line['of']} entries verified",
            )
        else:
            proof = line
    terminal.progress_over()

    def proven(page: Page, found: Any) -> None:
        if found["broken"]:
            page.put(
                page.say("La chaîne est rompue. ", "The chain is broken. ") + found["broken"][page.language]
            )
            page.put(
                page.say(
                    "N’écrivez plus sur ce nœud ; gardez le dossier tel quel et comparez avec une sauvegarde.",
                    "Write no more to this node; keep its folder as it is and compare it with a backup.",
                )
            )
            return
        page.put(
            page.say(
                f"La chaîne tient : {found['entries']} écritures, {found['records']} fiches, "
                f"{found['lines']} lignes du registre, {found['contents']} contenus.",
                f"The chain holds: {found['entries']} entries, {found['records']} records, "
                f"{found['lines']} register lines, {found['contents']} contents.",
            )
        )
        page.put(page.say(f"racine {found['root']}", f"root {found['root']}"), 2)

    terminal.answer(proof, proven)
    return CHAIN_BROKEN if proof["broken"] else DONE
