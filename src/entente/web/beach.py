"""On the beach: a sighting in three taps, kept on the telephone until the node has it, and recorded once.

What is tapped waits in the browser under an id that the telephone made. That id is the cause of its record, so that a
report which is sent twice, because no answer came or from two windows, is one record. A telephone's clock is not
believed: a report says how long ago it was made. Someone in danger is a distress: it needs no shift and nothing of it
is refused. The page that works without a network is one that says nothing of anybody.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import re
from typing import Any, Literal, get_args

import msgspec
from starlette.responses import Response

from entente.errors import (
    Conflict,
    EntenteError,
    Language,
    Malformed,
    Text,
)
from entente.formats.gazetteer import load_places, nearest, place_named
from entente.formats.summary import persons_words
from entente.model.entity import Entity, EntityKind
from entente.model.grading import Grade
from entente.model.place import Position
from entente.model.report import Draft, Statement, Translation, Wording
from entente.model.sighting import PersonsOnBoard, Phase, Sighting
from entente.model.strict import convert, strict_json
from entente.model.wire import encode
from entente.store.store import RecordRow
from entente.web.beach_words import CALL_BY_VOICE, CALL_NUMBER, CHOICES, WORDS, What
from entente.web.door import EVERYBODY, INVESTIGATES, Door, Visit
from entente.web.site import STATUS, Site
from entente.web.words import zone_of

# How long a report may have waited on a telephone, and how much may be written beside the taps.
LONGEST_WAIT = dt.timedelta(days=30)
MOST_WORDS = 2000
# Farther from every beach than this, a position speaks for itself.
NEAR_M = 5000.0
HANDLING = ("H0", "H1", "H2")
# What an officer saw with their own eyes, in the scheme of their own shore.
OWN_EYES = {"FR": Grade("admiralty", "B", "2"), "UK": Grade("europol", "B", "2")}
AT_SEA: frozenset[What] = frozenset({"launch", "boat_at_sea"})
_THING: dict[What, EntityKind] = {
    "boat_on_beach": "boat",
    "launch": "boat",
    "boat_at_sea": "boat",
    "vehicle": "vehicle",
    "distress": "boat",
}
_PHASE: dict[What, Phase] = {"launch": "uncertainty", "boat_at_sea": "uncertainty", "distress": "distress"}
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_IMPORTED = re.compile(r"from '\./([\w.]+)'")


class Tapped(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a telephone sends. age_s: how long ago it was tapped, by the telephone's own clock."""

    id: str
    officer: str
    what: What
    age_s: float
    language: Language
    at_least: int | None = None
    at_most: int | None = None
    latitude: float | None = None
    longitude: float | None = None
    accuracy_m: float | None = None
    place: str = ""
    words: str = ""
    handling: Literal["H0", "H1", "H2"] = "H0"
    tell: bool = False
    rescue: bool = False


def number_of(report: str) -> str:
    """The number that a report bears from the first, before any node has seen it: it can be said over a radio."""
    return f"B-{report[:8].upper()}"


# -- the page ---------------------------------------------------------------------------------------------------------


def show(visit: Visit) -> Response:
    """The page, of the officer who is there."""
    return visit.page("beach.html", is_shell=False, **_values(visit))


def show_shell(visit: Visit) -> Response:
    """The same page of nobody: no name, no shift, no secret. It is the one that a telephone keeps."""
    nobody = Visit(
        visit.site,
        path="/beach",
        parts={},
        query=visit.query,
        form=visit.form,
        token="",
        session=None,
        language=visit.language,
        address="",
        device="",
        origin=visit.origin,
        is_fragment=False,
    )
    return nobody.page("beach.html", is_shell=True, **_values(nobody))


def _values(visit: Visit) -> dict[str, Any]:
    beaches = [place for place in load_places() if place.kind == "beach"]
    own = visit.node.store.party
    return {
        "choices": CHOICES,
        "handling": HANDLING,
        "call_number": CALL_NUMBER.get(own, "112"),
        "beaches": sorted(beaches, key=lambda place: place.shore != own),
        "data": msgspec.json.encode(
            {
                "beaches": [[place.name, place.latitude, place.longitude] for place in beaches],
                "words": {name: visit.say(text) for name, text in WORDS.items()},
                "what": {name: visit.say(choice.text) for name, choice in CHOICES.items()},
                "at_sea": sorted(AT_SEA),
                "call": visit.say(CALL_BY_VOICE.get(own, Text("VHF canal 16", "VHF channel 16"))),
                "zone": str(zone_of(own)),
                "officer": visit.officer.name if visit.session else "",
                "icons": visit.site.address_of("icons.svg") if isinstance(visit.site, Site) else "",
            }
        ).decode(),
    }


def worker(visit: Visit) -> Response:
    """The browser's helper that keeps the page: its own text, the queue's beside it, and which files to keep."""
    site = visit.site
    assert isinstance(site, Site)
    # A worker of one piece runs in every browser; those that import are not everywhere.
    queue = site.files["js/beach_queue.js"][0].decode().replace("export ", "")
    files = msgspec.json.encode([site.address_of(name) for name in _files_of(site, visit)]).decode()
    text = f"const MARK = '{site.mark}';\nconst FILES = {files};\n{queue}\n"
    return Response(
        text + site.files["js/offline.js"][0].decode(),
        media_type="text/javascript; charset=utf-8",
        headers={"Cache-Control": "no-cache", "Service-Worker-Allowed": "/beach"},
    )


def _files_of(site: Site, visit: Visit) -> list[str]:
    """The files that the page needs where there is no network: all that it names, and what its scripts import."""
    page = bytes(show_shell(visit).body).decode()
    wanted = sorted(set(re.findall(rf"/static/{site.mark}/([^\"'&#]+)", page)))
    for name in wanted:
        if name.endswith(".js") and not name.startswith("vendor/"):
            found = _IMPORTED.findall(site.files[name][0].decode())
            wanted += [f"js/{one}" for one in found if f"js/{one}" not in wanted]
    return wanted


# -- sending ----------------------------------------------------------------------------------------------------------


def secret(visit: Visit) -> Response:
    """Who is signed in here now, with the session's own secret: a page that was kept has an old one or none."""
    assert visit.session is not None
    return _json(
        {
            "officer": visit.officer.name,
            "csrf": visit.session.csrf,
            "has_shift": visit.shift is not None and visit.role in INVESTIGATES,
            "now": visit.now.isoformat(),
        }
    )


def send(visit: Visit) -> Response:
    """Record one report, once. The answer says its number, or which rule refused it and what to do."""
    written = visit.form.one("report")
    try:
        row = _record(visit, written)
    except EntenteError as error:
        status = next((status for kind, status in STATUS.items() if isinstance(error, kind)), 500)
        return _json(
            {
                "code": error.code,
                "text": visit.say(error.text),
                "remedy": visit.say(error.remedy) if error.remedy else "",
            },
            status,
        )
    return _json({"record": row.header.id, "number": row.header.reference or ""})


def _record(visit: Visit, written: str) -> RecordRow:
    tapped, fault = _read(written)
    if visit.form.one("officer") != visit.officer.name or (
        tapped is not None and tapped.officer != visit.officer.name
    ):
        raise Conflict(
            "other_officer",
            Text(
                fr="Cette fiche est d’un autre agent que celui qui est connecté.",
                en="This report is of another officer than the one signed in.",
            ),
            Text(fr="Son auteur se connecte, et elle part.", en="Its author signs in, and it goes."),
        )
    report = tapped.id if tapped is not None else visit.form.one("id")
    cause = f"beach/{visit.officer.name}/{report}" if _ID.fullmatch(report) else None
    if visit.form.one("kind") == "distress" or (tapped is not None and tapped.what == "distress"):
        return _distress(visit, tapped, written, cause)
    if tapped is None or cause is None:
        raise fault or _unreadable()
    if visit.role not in INVESTIGATES:
        raise Conflict(
            "role_does_not_report",
            Text(
                fr="Votre rôle d’à présent n’écrit pas d’observation de plage.",
                en="The role you work in now writes no sightings from a beach.",
            ),
            Text(fr="Changez de rôle ; la fiche attend.", en="Change role; the report waits."),
        )
    if visit.shift is None:
        raise Conflict(
            "no_shift",
            Text(fr="Aucun service n’est ouvert.", en="No shift is open."),
            Text(fr="Prenez votre service ; la fiche attend.", en="Open your shift; the report waits."),
        )
    access = visit.access()
    draft = draft_of(tapped, visit)
    row = visit.node.record(draft, access, cause)
    if tapped.rescue and tapped.what in AT_SEA:
        # After the sighting and under its own cause: whichever of the two a crash leaves out is made good when it is
        # sent again.
        visit.node.record(
            for_rescue(draft, tuple(sorted(visit.node.exchange.partners))), access, f"{cause}/life"
        )
    return row


def _distress(visit: Visit, tapped: Tapped | None, written: str, cause: str | None) -> RecordRow:
    """By the way of life: without a shift, in any role, and raw where it cannot be read."""
    content = written.encode("utf-8", "replace")
    if tapped is not None:
        # What does not fit is kept as it came, a slip of our own included: see `MaritimeDesk.raw_entry`.
        with contextlib.suppress(EntenteError, ValueError, TypeError):
            content = encode(draft_of(msgspec.structs.replace(tapped, what="distress"), visit))
    reason = None if visit.shift is not None else "détresse en mer / distress at sea"
    return visit.node.distress(content, visit.access(reason), cause)


def _read(written: str) -> tuple[Tapped | None, EntenteError | None]:
    try:
        return convert(strict_json(written.encode("utf-8", "replace")), Tapped), None
    except EntenteError as error:
        return None, error


def draft_of(tapped: Tapped, visit: Visit) -> Draft:
    """What was tapped, as a draft of its officer. Raises Malformed with what to mend."""
    if not 0 <= tapped.age_s <= LONGEST_WAIT.total_seconds():
        raise Malformed(
            "waited_too_long",
            Text(
                fr="Cette fiche attend depuis plus de trente jours, ou l’horloge du téléphone a changé.",
                en="This report has waited for more than thirty days, or the telephone’s clock was changed.",
            ),
            Text(
                fr="Modifiez-la : elle prendra l’heure d’à présent.", en="Edit it: it takes the time of now."
            ),
        )
    if len(tapped.words) > MOST_WORDS:
        raise Malformed(
            "words_too_long",
            Text(fr=f"Plus de {MOST_WORDS} signes.", en=f"More than {MOST_WORDS} characters."),
            Text(fr="Abrégez.", en="Shorten it."),
        )
    try:
        count = (
            None
            if tapped.at_least is None
            else PersonsOnBoard(at_least=tapped.at_least, at_most=tapped.at_most)
        )
        position, near = _where(tapped)
    except ValueError as error:
        raise _unreadable() from error
    said_at = visit.now - dt.timedelta(seconds=tapped.age_s)
    grade = OWN_EYES.get(visit.node.store.party, OWN_EYES["UK"])
    label, said = CHOICES[tapped.what].text, persons_words(count)
    place = f", {near}" if near else ""
    text = Text(f"{label.fr}{place}. {_capital(said.fr)}.", f"{label.en}{place}. {_capital(said.en)}.")
    other: Language = "en" if tapped.language == "fr" else "fr"
    thing = _THING.get(tapped.what)
    first = Statement(
        id="s1",
        basis="fact",
        wording=Wording(
            language=tapped.language,
            text=text.say(tapped.language),
            # Both texts come from one table that people wrote.
            translations=(Translation(language=other, text=text.say(other), by="person"),),
        ),
        grade=grade,
        checked_on=said_at.date(),
        completeness="partial",
        certainty="certain",
        entities=(Entity(id="e1", kind=thing),) if thing else (),
        sighting=Sighting(phase=_PHASE.get(tapped.what, "none"), position=position, persons_on_board=count),
    )
    words = tapped.words.strip()
    more = (
        msgspec.structs.replace(
            first, id="s2", wording=Wording(language=tapped.language, text=words), entities=(), sighting=None
        ),
    )
    return Draft(
        kind="distress" if tapped.what == "distress" else "sighting",
        service=visit.officer.service,
        purpose="life_saving" if tapped.what == "distress" else "intelligence",
        matter=None if tapped.what == "distress" or visit.shift is None else visit.shift.matter,
        compartment="life_saving" if tapped.what == "distress" else "intelligence",
        regime=None if tapped.what == "distress" else "undetermined",
        handling=("H0",) if tapped.what == "distress" else (tapped.handling,),
        grade=grade,
        statements=(first, *(more if words else ())),
        recipients=tuple(sorted(visit.node.exchange.partners)) if tapped.tell else (),
        said_at=said_at,
        reference=number_of(tapped.id),
    )


def for_rescue(draft: Draft, recipients: tuple[str, ...]) -> Draft:
    """Of a boat that leaves or is at sea, what rescue needs: what, where, how many; none of the officer's own words."""
    return Draft(
        kind="sighting",
        service=draft.service,
        purpose="life_saving",
        compartment="life_saving",
        handling=("H0",),
        statements=draft.statements[:1],
        recipients=recipients,
        said_at=draft.said_at,
    )


def _where(tapped: Tapped) -> tuple[Position | None, str]:
    """Where it was, with how closely that is known, and the beach it is near to."""
    if tapped.latitude is not None and tapped.longitude is not None:
        position = Position(
            latitude=tapped.latitude, longitude=tapped.longitude, uncertainty_m=tapped.accuracy_m
        )
        found = [
            place for place, metres in nearest(position, 12) if metres <= NEAR_M and place.kind == "beach"
        ]
        return position, found[0].name if found else ""
    if not tapped.place:
        return None, ""
    place = place_named(tapped.place)
    if place is None:
        raise Malformed(
            "place_unknown",
            Text(
                fr=f"« {tapped.place[:60]} » n’est pas dans la liste des plages.",
                en=f'"{tapped.place[:60]}" is not in the list of beaches.',
            ),
            Text(fr="Choisissez-la dans la liste.", en="Choose it from the list."),
        )
    return place.position, place.name


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _unreadable() -> Malformed:
    return Malformed(
        "report_unreadable",
        Text(fr="Cette fiche ne se lit pas.", en="This report cannot be read."),
        Text(fr="Modifiez-la, puis renvoyez-la.", en="Edit it, then send it again."),
    )


def _json(value: dict[str, Any], status: int = 200) -> Response:
    return Response(msgspec.json.encode(value), status_code=status, media_type="application/json")


DOORS: tuple[Door, ...] = (
    Door(path="/beach", does=show, who=INVESTIGATES, needs_shift=True),
    Door(path="/beach/shell", does=show_shell, who=None),
    Door(path="/beach-worker.js", does=worker, who=None),
    # What was kept on a telephone is sent in whatever role its officer works now; a distress goes in all of them.
    Door(path="/beach/secret", does=secret, who=EVERYBODY),
    Door(path="/beach/send", does=send, method="POST", who=EVERYBODY),
)

assert set(CHOICES) == set(get_args(What))
