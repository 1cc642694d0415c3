"""An address that is no page: somebody reloaded the answer to a form, changed the language on it, or mistyped.

Whoever reads a page is led to the nearest one above, or told in their language that nothing is here. A program, and
whoever means another host, gets the bare number that it understands.
"""

from __future__ import annotations

from collections.abc import Iterable

from entente.errors import NotFound, Text
from entente.web.door import Door


def page_above(path: str, doors: Iterable[Door]) -> str:
    """The nearest page above an address, itself included; the first page where there is none nearer."""
    pages = [door.path.strip("/").split("/") for door in doors if door.method == "GET"]
    steps = path.strip("/").split("/")
    while steps:
        if any(_fits(steps, page) for page in pages):
            return "/" + "/".join(steps)
        steps.pop()
    return "/"


def _fits(steps: list[str], page: list[str]) -> bool:
    return len(steps) == len(page) and all(
        step and (wanted.startswith("{") or step == wanted) for step, wanted in zip(steps, page, strict=True)
    )


def nothing_here() -> NotFound:
    """What a person is told at an address that leads nowhere."""
    return NotFound(
        "page_not_found",
        Text(fr="Il n’y a pas de page à cette adresse.", en="There is no page at this address."),
        Text(
            fr="Rien n’a été fait ; allez où vous vouliez par le menu.",
            en="Nothing was done; go where you meant to by the menu.",
        ),
    )
