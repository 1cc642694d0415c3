"""Where people come ashore: who came, who is missing, who telephoned; filled in on a quay, with or without a network.

It serves one thing, to know whether everybody who was aboard is ashore or still to be found (PUR-3), and the page says
so to whoever fills it in. The dead are counted apart and never as people who came (VIC-6). What is typed waits in the
telephone under an id of its own, and is recorded once.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec
from starlette.responses import Response

from entente.errors import Conflict, EntenteError, Malformed, NotFound, NotPermitted, Text
from entente.formats.gazetteer import load_places
from entente.formats.summary import persons_words
from entente.maritime.values import Boat
from entente.model.sea_act import Identified, QuayForm, TakenOff
from entente.web.door import EVERYBODY, WATCHES, Door, Visit
from entente.web.kept import helper_script, nobody
from entente.web.sea_asked import age_of, count, moment, names, optional_count
from entente.web.sea_forms import WORDS, number_of, show_shell
from entente.web.site import status_of
from entente.web.words import zone_of

_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
FIELDS = (
    "came",
    "missing",
    "missing_names",
    "bodies",
    "phones",
    "names",
    "asset",
    "place",
    "at",
    "words",
    "asked",
)


def show(visit: Visit) -> Response:
    """The form for one boat."""
    boat = visit.node.boat_at_sea(visit.access(), visit.parts["boat"])
    return _page(visit, boat)


def shell(visit: Visit) -> Response:
    """The same form of nobody, for no boat in particular: the address says which."""
    return _page(nobody(visit), None, is_shell=True)


def _page(
    visit: Visit,
    boat: Boat | None,
    *,
    is_shell: bool = False,
    error: EntenteError | None = None,
    status: int = 200,
) -> Response:
    values: dict[str, Any] = {
        "boat": boat,
        "persons_words": persons_words,
        "is_shell": is_shell,
        "error": error,
        "typed": {name: visit.form.one(name) for name in FIELDS},
        "places": [place for place in load_places() if place.kind in ("port", "beach")],
        "data": msgspec.json.encode(
            {
                "words": {name: visit.say(text) for name, text in WORDS.items()},
                "officer": visit.officer.name if visit.session else "",
                "zone": str(zone_of(visit.node.store.party)),
            }
        ).decode(),
    }
    return visit.page("quay.html", status, **values)


def send(visit: Visit) -> Response:
    """Record the form, once; the dead that were brought in are an act of their own beside it."""
    boat: Boat | None = None
    try:
        if visit.role not in WATCHES:
            raise Conflict(
                "role_does_not_report",
                Text(
                    "Votre rôle d’à présent ne tient pas la veille en mer.",
                    "The role you work in now keeps no watch at sea.",
                ),
                Text("Changez de rôle ; la fiche attend.", "Change role; the form waits."),
            )
        if (owner := visit.form.one("officer")) and owner != visit.officer.name:
            raise Conflict(
                "other_officer",
                Text(
                    "Cette fiche est d’un autre agent que celui qui est connecté.",
                    "This form is of another officer than the one signed in.",
                ),
                Text("Son auteur se connecte, et elle part.", "Its author signs in, and it goes."),
            )
        access = visit.access(None if visit.shift is not None else "débarquement / landing")
        boat = visit.node.boat_at_sea(access, visit.parts["boat"])
        form, dead = _acts(visit, boat)
        sent = visit.form.one("id")
        cause = f"quay/{visit.officer.name}/{sent}" if _ID.fullmatch(sent) else None
        row = visit.node.do_at_sea(access, form, cause)
        if dead is not None:
            # Under its own cause: whichever of the two a crash leaves out is made good when it is sent again.
            visit.node.do_at_sea(access, dead, f"{cause}/dead" if cause else None)
    except (Malformed, NotPermitted, Conflict, NotFound) as error:
        if visit.wants_json or boat is None:
            return visit.refused(error, status_of(error))
        return _page(visit, boat, error=error, status=status_of(error))
    to = f"/sea/boats/{boat.id}"
    done = Text("Fiche enregistrée ; l’autre rive l’a aussi.", "Form recorded; the other shore has it too.")
    if visit.wants_json:
        visit.confirm(done)
        return visit.answer({"record": row.header.id, "number": number_of(sent) if cause else "", "to": to})
    return visit.to(to, done)


def _acts(visit: Visit, boat: Boat) -> tuple[QuayForm, TakenOff | None]:
    at = moment(visit, "at", visit.now - age_of(visit))
    missing = optional_count(visit, "missing")
    missing_names = names(visit, "missing_names")
    if visit.form.one("asked") == "nobody" and missing is None and not missing_names:
        missing = 0
    place = visit.form.one("place")[:120]
    if not place:
        raise Malformed(
            "place_missing",
            Text("Le lieu n’est pas dit.", "The place is not given."),
            Text("Écrivez le quai ou le port.", "Write the quay or the harbour."),
        )
    asset = visit.form.one("asset")[:120]
    form = QuayForm(
        officer=visit.officer.name,
        words=visit.form.one("words")[:4000],
        boat=boat.id,
        place=place,
        at=at,
        came=count(visit, "came"),
        asset=asset,
        missing=max(missing or 0, len(missing_names)) if missing is not None or missing_names else None,
        missing_names=missing_names,
        identified=Identified(phones=names(visit, "phones"), names=names(visit, "names")),
    )
    bodies = optional_count(visit, "bodies") or 0
    dead = TakenOff(
        officer=visit.officer.name,
        boat=boat.id,
        manner="body_recovered",
        count=bodies,
        at=at,
        asset=asset,
        place=place,
    )
    return form, dead if bodies else None


def worker(visit: Visit) -> Response:
    """The browser's helper that keeps both forms, this one and that of a report."""
    return helper_script(
        visit,
        queue="js/sea-queue.js",
        script="js/sea-offline.js",
        pages=(show_shell(visit), shell(visit)),
        scope="/sea/",
    )


DOORS: tuple[Door, ...] = (
    Door(path="/sea/quay/shell", does=shell, who=None),
    Door(path="/sea/boats/{boat}/quay", does=show, who=WATCHES, needs_shift=True),
    Door(path="/sea/boats/{boat}/quay", does=send, method="POST", who=EVERYBODY),
    Door(path="/sea-worker.js", does=worker, who=None),
)
