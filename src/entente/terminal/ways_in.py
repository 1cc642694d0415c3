"""The first way in: a one-time link for an officer, made by whoever operates the node.

A fresh node has nobody who could sign in to let the first administrator in, and one whose administrator lost every key
has nobody either. Whoever can write the node's folder can do this; afterwards links are made on the page of officers,
where each is an act in the ledger.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from entente.errors import NotFound, Text
from entente.store.accounts import Accounts
from entente.terminal.page import Page
from entente.terminal.session import DONE, Terminal

MADE_BY = "entente officers enrol"


def officers(terminal: Terminal) -> int:
    """Make a link for an officer, and say it once."""
    settings, name = terminal.settings(), terminal.asked.name
    listed = terminal.ask("officers")
    found = next((one for one in listed if one["name"].casefold() == name.casefold()), None)
    if found is None or found["roles"] == ["service_account"]:
        raise NotFound(
            "officer_unknown",
            Text(fr=f"« {name} » n’est pas agent de ce nœud.", en=f'"{name}" is no officer of this node.'),
            Text(
                fr="Inscrivez-le dans officers.toml, relancez le nœud, puis recommencez.",
                en="List the officer in officers.toml, restart the node, then try again.",
            ),
        )
    accounts = Accounts(terminal.folder(), lambda: dt.datetime.now(dt.UTC))
    try:
        token = accounts.make_enrolment(found["name"], MADE_BY)
        ends_at = accounts.enrolment(token).ends_at
    finally:
        accounts.close()
    link = {"officer": found["name"], "link": f"{settings.first_origin}/enrol/{token}", "ends_at": ends_at}

    def lay_out(page: Page, made: Any) -> None:
        page.put(
            page.say(
                f"Lien de première connexion de {found['name']}, bon une fois et pendant 48 heures :",
                f"Link for a first sign-in of {found['name']}, good once and for 48 hours:",
            )
        )
        # To be copied as it is: folding it would change it.
        page.lines.append(link["link"])
        page.put(
            page.say(
                "Qui l’ouvre entre au nom de cet agent : remettez-le par une voie sûre. Le nœud doit tourner.",
                "Whoever opens it comes in under that name: hand it over by a safe way. The node has to run.",
            )
        )

    terminal.answer(link, lay_out)
    return DONE
