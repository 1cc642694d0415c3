"""Recording from the terminal: a draft from a file, one from options, an act on a record that is there, a distress.

What is refused is refused by the node, with its reason; here is only checked that an officer did not leave half of it
out.
"""

from __future__ import annotations

import argparse
import base64
import datetime as dt
from typing import Any

from entente.errors import Text
from entente.maritime.desk import BASE64_MARK, MATTER
from entente.model.strict import strict_json
from entente.terminal import show
from entente.terminal.arguments import UsageError
from entente.terminal.draft import act_of, draft_of, plain
from entente.terminal.session import DONE, Terminal, open_given


def record(terminal: Terminal) -> int:
    """A draft from a file or from options, or an act on a record that is there."""
    asked = terminal.asked
    acts = [name for name in ("designate", "erase", "recall") if getattr(asked, name)]
    if len(acts) + bool(asked.draft) > 1:
        raise UsageError(
            "usage",
            Text(fr="Un acte à la fois.", en="One act at a time."),
            Text(fr="Voyez « entente record --help ».", en='See "entente record --help".'),
        )
    if acts:
        return _act(terminal, acts[0])
    asking = terminal.asking()
    settings = terminal.settings()
    service = next((one.service for one in settings.officers if one.name == asking["officer"]), "")
    if asked.draft:
        draft = _draft_given(asked, service)
    else:
        if not (asked.text or asked.gathered or asked.replaces):
            raise UsageError(
                "usage",
                Text(fr="Rien à enregistrer.", en="There is nothing to record."),
                Text(
                    fr="Donnez un projet en JSON, ou --text et ce qui va avec ; voyez « entente record --help ».",
                    en='Give a draft in JSON, or --text and what goes with it; see "entente record --help".',
                ),
            )
        party = settings.agreement.party_of(settings.node)
        made = draft_of(asked, service, party, _today(terminal))
        if asked.replaces:
            made["replaces"] = _header(terminal, asked.replaces, asking)["id"]
        draft = plain(made)
    terminal.answer(terminal.ask("record", {"asking": asking, "draft": draft}), show.recorded)
    return DONE


def _draft_given(asked: argparse.Namespace, service: str) -> Any:
    beside = [
        option
        for option, value in (
            ("--text", asked.text),
            ("--grade", asked.grade),
            ("--handling", asked.handling),
            ("--to", asked.to),
            ("--regime", asked.regime),
            ("--replaces", asked.replaces),
            ("--person …", asked.gathered),
        )
        if value
    ]
    if beside:
        raise UsageError(
            "usage",
            Text(
                fr=f"Un projet dit tout lui-même ; en trop : {', '.join(beside)}.",
                en=f"A draft says all of it itself; too much: {', '.join(beside)}.",
            ),
            Text(fr="Mettez-le dans le projet.", en="Put it into the draft."),
        )
    draft = strict_json(open_given(asked.draft))
    if isinstance(draft, dict):
        draft.setdefault("service", service)
    return draft


def _act(terminal: Terminal, act: str) -> int:
    asked = terminal.asked
    needed = [("--because", asked.because)]
    if act == "designate":
        needed += [
            ("--about", asked.about),
            ("--basis-statement", asked.basis_statement),
            ("--approver", asked.approver),
        ]
    missing = [option for option, value in needed if not value]
    if missing:
        raise UsageError(
            "usage",
            Text(
                fr=f"Il manque à l’acte : {', '.join(missing)}.", en=f"The act lacks: {', '.join(missing)}."
            ),
            Text(fr="Voyez « entente record --help ».", en='See "entente record --help".'),
        )
    asking = terminal.asking(asked.because)
    named = asked.about.rpartition(":")[0] if act == "designate" else getattr(asked, act)
    if not named:
        raise UsageError(
            "usage",
            Text(
                fr=f"« {asked.about} » ne dit pas de quelle personne de quelle fiche.",
                en=f'"{asked.about}" does not say which person of which record.',
            ),
            Text(fr="Écrivez par exemple FR-OLT-101:e1.", en="Write for example FR-OLT-101:e1."),
        )
    about = _header(terminal, named, asking)
    settings = terminal.settings()
    service = next((one.service for one in settings.officers if one.name == asking["officer"]), "")
    draft = plain(act_of(asked, about, service))
    terminal.answer(terminal.ask("record", {"asking": asking, "draft": draft}), show.recorded)
    return DONE


def _header(terminal: Terminal, named: str, asking: dict[str, Any]) -> dict[str, Any]:
    """The header of a record that an act is about; reading it is registered like any reading."""
    found: dict[str, Any] = terminal.ask("read", {"asking": asking, "record": named})["record"]
    return found


def _today(terminal: Terminal) -> dt.date:
    """Today by the node's clock, which in an exercise is not the machine's."""
    if terminal.asked.checked_on:
        return dt.date.min
    return dt.datetime.fromisoformat(terminal.ask("status")["now"]).date()


def distress(terminal: Terminal) -> int:
    """Whatever came, in whatever shape: it is recorded, and goes to every partner."""
    content = open_given(terminal.asked.file)
    reason = Text("détresse en mer", "distress at sea").say(terminal.language)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        # No text, and so no draft either: it travels under the mark by which the maritime desk keeps such bytes.
        text = BASE64_MARK + base64.b64encode(content).decode()
    asked = {"asking": terminal.asking(reason, matter=MATTER), "content": text}
    terminal.answer(terminal.ask("distress", asked), show.recorded)
    return DONE
