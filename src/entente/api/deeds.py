"""The deeds of officers as a program asks for them: JSON in, JSON out, the same whether the node runs or not.

One table names each deed, the shape of what it takes, and what does it. The terminal uses it in its own process on a
node that does not run, and over the loopback on one that does; the pages will use the same calls of `Node`.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Any, Literal

import msgspec

from entente import sea_out
from entente.crosscheck.desk import HitShown
from entente.errors import EntenteError, Language, Malformed, NotFound, Text
from entente.evidence.explain import explain, show_bits
from entente.formats.mapping import Mapping
from entente.holding import ImportOptions, proposed_mapping
from entente.model.grading import Grade
from entente.model.plan_act import PlanAct
from entente.model.report import Draft, Lane, Regime, Verdict
from entente.model.strict import convert, strict_json
from entente.model.wire import encode
from entente.node import Node
from entente.policy.access import Access
from entente.store.store import Reading, RecordRow, value_of
from entente.store.verify import Proof


class Asking(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who does a deed, why, and in which matter. role and purpose: as the officer's first role by default."""

    officer: str
    reason: str
    matter: str = ""
    purpose: str | None = None
    role: str | None = None


class RecordDeed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """draft: what is said."""

    asking: Asking
    draft: Draft


class DistressDeed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """content: what came, in whatever shape."""

    asking: Asking
    content: str


class ReadDeed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """record: its id, or its service's own number."""

    asking: Asking
    record: str
    version: int | None = None


class SearchDeed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """written: an identifier or a name, as an officer writes it."""

    asking: Asking
    written: str


class HitsDeed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """about: a record, to see its hits only."""

    asking: Asking
    about: str | None = None
    limit: int = 50


class WhyNotDeed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Two records, to hear why they are no hit."""

    asking: Asking
    one: str
    other: str


class JudgeDeed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """hit: its id."""

    asking: Asking
    hit: str
    verdict: Verdict
    because: str


class ReleaseDeed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """of: a record or holding, by id or number. recipients: "dover" or "dover/UK-NCA"."""

    asking: Asking
    of: str
    recipients: tuple[str, ...]
    because: str
    lane: Lane | None = None


class ImportDeed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """path: a file that the node's machine can read."""

    asking: Asking
    path: str
    regime: Regime
    handling: tuple[str, ...]
    grade: Grade
    recipients: tuple[str, ...] = ()
    lane: Lane | None = None
    mapping: Mapping | None = None


class MappingDeed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """path: a table whose columns are to be read."""

    path: str


class SeaOutDeed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """what: which file or draft leaves the watch. boat: its id or its name. numbers: callers in full.

    number: of the SITREP. since, until, by_month: of a season.
    """

    asking: Asking
    what: Literal["geojson", "kml", "gpx", "csv", "sitrep", "mayday", "season", "season_csv"]
    language: Language = "en"
    boat: str = ""
    number: int | None = None
    numbers: bool = False
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    by_month: bool = False


class ClockDeed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """at: the time that an exercise clock is set to."""

    at: dt.datetime


class SayOfPlan(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="plan", tag="acts"
):
    """Acts in a row, all or none; one names another before it as "@" and its place, from 0."""

    acts: tuple[PlanAct, ...]


class GiveCount(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="plan", tag="count"
):
    """The node's own count of the month that a day lies in becomes a value of an indicator."""

    indicator: str
    month: dt.date


class PlanDeed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """does: what is done with the plan. cause: done twice under one, it is done once."""

    asking: Asking
    does: SayOfPlan | GiveCount
    cause: str | None = None


class NothingAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A deed that takes nothing."""


def _access(node: Node, asking: Asking) -> Access:
    return node.access(
        asking.officer, asking.reason, matter=asking.matter, purpose=asking.purpose, role=asking.role
    )


def show_row(row: RecordRow) -> dict[str, Any]:
    """A record's header, for a program."""
    header = row.header
    return {
        "id": header.id,
        "reference": header.reference,
        "version": header.version,
        "kind": header.kind,
        "node": header.node,
        "service": header.service,
        "said_at": header.said_at,
        "purpose": header.purpose,
        "matter": header.matter,
        "compartment": header.compartment,
        "handling": header.handling,
        "grade": header.grade,
        "regime": header.regime,
        "review_by": header.review_by,
        "erase_by": header.erase_by,
        "state": row.state,
    }


def show_reading(node: Node, reading: Reading) -> dict[str, Any]:
    """A record as its reader may see it, with who holds it where it is our own."""
    parts = [{"name": stored.part.name, "value": value_of(stored)} for stored in reading.parts]
    header = reading.row.header
    return {
        "record": show_row(reading.row),
        "parts": [part for part in parts if part["name"] != "routing" or reading.row.is_own],
        "withheld": [{"rule": decision.rule, "text": decision.text} for decision in reading.withheld],
        "parts_not_here": len(header.parts) - len(reading.parts) - len(reading.withheld),
        "holders": node.exchange.holders(header.id) if reading.row.is_own else [],
    }


def show_hit(hit: HitShown) -> dict[str, Any]:
    """A hit in bits and words; always worded as an assessment."""
    bits = show_bits(hit.hit.bits)
    return {
        "id": hit.id,
        "one": {**show_row(hit.one), "entity": hit.hit.one.entity},
        "other": {**show_row(hit.other), "entity": hit.hit.other.entity},
        "basis": "assessment",
        "bits": hit.hit.bits,
        "headline": Text(fr=f"Lien possible, {bits.fr} bits", en=f"Possible link, {bits.en} bits"),
        "grounds": hit.hit.grounds,
        "through": hit.hit.through,
        "rules": hit.hit.rules,
        "judgement": hit.judgement,
    }


def _record(node: Node, deed: RecordDeed) -> Any:
    row = node.record(deed.draft, _access(node, deed.asking))
    return show_row(row)


def _distress(node: Node, deed: DistressDeed) -> Any:
    try:
        content = deed.content.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        # Halves of signs that stand for no byte either: kept as they are, since a distress is never refused.
        content = deed.content.encode("utf-8", "surrogatepass")
    return show_row(node.distress(content, _access(node, deed.asking)))


def _sea(node: Node, asking: Asking) -> Any:
    if asking.role is None and "watch_keeper" in node.officer(asking.officer).roles:
        # Whoever keeps watch among other work looks at the sea as a watch-keeper, or sees only what drifted by.
        asking = msgspec.structs.replace(asking, role="watch_keeper")
    shown = node.maritime.at_sea(_access(node, asking))
    return [
        {"record": show_row(one.reading.row), "statements": one.statements, "raw": one.raw} for one in shown
    ]


def _picture(node: Node, asking: Asking) -> Any:
    if asking.role is None and "watch_keeper" in node.officer(asking.officer).roles:
        asking = msgspec.structs.replace(asking, role="watch_keeper")
    return node.picture(_access(node, asking))


def _sea_out(node: Node, deed: SeaOutDeed) -> Any:
    asking = deed.asking
    if asking.role is None and "watch_keeper" in node.officer(asking.officer).roles:
        asking = msgspec.structs.replace(asking, role="watch_keeper")
    access = _access(node, asking)
    if deed.what == "sitrep":
        draft = sea_out.sitrep_for(node, access, deed.boat, number=deed.number, with_numbers=deed.numbers)
        return {"draft": draft, "text": {"fr": draft.text("fr"), "en": draft.text("en")}}
    if deed.what == "mayday":
        relay = sea_out.mayday_for(node, access, deed.boat)
        return {"draft": relay, "text": {"fr": relay.text("fr"), "en": relay.text("en")}}
    if deed.what == "season":
        return sea_out.season_for(node, access, deed.since, deed.until)
    if deed.what == "season_csv":
        told = sea_out.season_for(node, access, deed.since, deed.until)
        content = sea_out.season_csv(told, deed.language, by_month=deed.by_month)
        return {"name": f"entente-season-{told.until:%Y%m%d}.csv", "content": content.decode()}
    file = sea_out.export(node, access, deed.what, deed.language, boat=deed.boat, with_numbers=deed.numbers)
    return {"name": file.name, "content": file.content.decode()}


def _read(node: Node, deed: ReadDeed) -> Any:
    return show_reading(node, node.read(_access(node, deed.asking), deed.record, deed.version))


def _search(node: Node, deed: SearchDeed) -> Any:
    return [
        {"record": show_row(row), "entity": features.ref.entity, "bits": bits, "grounds": explain(grounds)}
        for row, features, bits, grounds in node.search(_access(node, deed.asking), deed.written)
    ]


def _hits(node: Node, deed: HitsDeed) -> Any:
    access = _access(node, deed.asking)
    return [show_hit(hit) for hit in node.hits(access, limit=deed.limit, about=deed.about)]


def _why_not(node: Node, deed: WhyNotDeed) -> Any:
    grounds = node.why_not(_access(node, deed.asking), deed.one, deed.other)
    return {"grounds": grounds, "bits": sum(ground.bits for ground in grounds)}


def _judge(node: Node, deed: JudgeDeed) -> Any:
    return show_row(node.judge(_access(node, deed.asking), deed.hit, deed.verdict, deed.because))


def _release(node: Node, deed: ReleaseDeed) -> Any:
    return show_row(
        node.release(_access(node, deed.asking), deed.of, deed.recipients, deed.because, deed.lane)
    )


def _import(node: Node, deed: ImportDeed) -> Iterator[Any]:
    content = _open(deed.path)
    options = convert(
        {
            "regime": deed.regime,
            "handling": deed.handling,
            "grade": msgspec.to_builtins(deed.grade),
            "recipients": deed.recipients,
            "lane": deed.lane,
            "mapping": None if deed.mapping is None else msgspec.to_builtins(deed.mapping),
        },
        ImportOptions,
    )
    with content as source:
        yield from node.import_table(source, Path(deed.path).name, _access(node, deed.asking), options)


def _propose(node: Node, deed: MappingDeed) -> Any:
    with _open(deed.path) as source:
        return proposed_mapping(source, Path(deed.path).name, node.store.party)


def _open(path: str) -> io.BufferedReader:
    try:
        return Path(path).open("rb")
    except OSError as error:
        raise NotFound(
            "file_not_found",
            Text(
                fr=f"Le fichier {path} ne s’ouvre pas ({error.strerror}).",
                en=f"The file {path} does not open ({error.strerror}).",
            ),
        ) from error


def _verify(node: Node, deed: NothingAsked) -> Iterator[Any]:
    """Entries done, of how many, as it goes; the proof last."""
    told: SimpleQueue[Any] = SimpleQueue()

    def prove() -> None:
        try:
            told.put(node.verify(lambda done, of: told.put({"done": done, "of": of})))
        except EntenteError as error:
            told.put(error)

    Thread(target=prove, name="verify", daemon=True).start()
    while True:
        one = told.get()
        if isinstance(one, EntenteError):
            raise one
        yield one
        if isinstance(one, Proof):
            return


def _status(node: Node, deed: NothingAsked) -> Any:
    return {**node.status(), "quiet": node.is_quiet()}


def _officers(node: Node, deed: NothingAsked) -> Any:
    return node.officers()


def _plan(node: Node, asking: Asking) -> Any:
    access = _access(node, asking)
    return {"plan": node.plan(access), "said": node.said_of_plan(access)}


def _plan_do(node: Node, deed: PlanDeed) -> Any:
    access, does = _access(node, deed.asking), deed.does
    if isinstance(does, GiveCount):
        return {"ids": [node.give_own_value(access, does.indicator, does.month).header.id]}
    return {"ids": node.say_together(access, does.acts, deed.cause)}


def _refusals(node: Node, asking: Asking) -> Any:
    return node.refusals(_access(node, asking))


def _clock(node: Node, deed: ClockDeed) -> Any:
    node.set_clock(deed.at)
    return {"now": node.now()}


# Name of a deed -> the shape of what it takes, and what does it. An iterator answers line by line, with progress.
DEEDS: dict[str, tuple[Any, Callable[[Node, Any], Any]]] = {
    "record": (RecordDeed, _record),
    "distress": (DistressDeed, _distress),
    "sea": (Asking, _sea),
    "picture": (Asking, _picture),
    "sea_out": (SeaOutDeed, _sea_out),
    "read": (ReadDeed, _read),
    "search": (SearchDeed, _search),
    "hits": (HitsDeed, _hits),
    "why_not": (WhyNotDeed, _why_not),
    "judge": (JudgeDeed, _judge),
    "release": (ReleaseDeed, _release),
    "import": (ImportDeed, _import),
    "plan": (Asking, _plan),
    "plan_do": (PlanDeed, _plan_do),
    "mapping": (MappingDeed, _propose),
    "verify": (NothingAsked, _verify),
    "status": (NothingAsked, _status),
    "officers": (NothingAsked, _officers),
    "refusals": (Asking, _refusals),
    "clock": (ClockDeed, _clock),
}


def do(node: Node, deed: str, asked: bytes) -> Iterator[bytes]:
    """Do a deed: the lines of its answer, each one JSON value. Raises EntenteError with the reason."""
    if deed not in DEEDS:
        raise Malformed(
            "no_such_deed", Text(fr=f"« {deed[:40]} » n’existe pas.", en=f'There is no "{deed[:40]}".')
        )
    shape, doing = DEEDS[deed]
    answer = doing(node, convert(strict_json(asked), shape))
    if isinstance(answer, Iterator):
        for one in answer:
            yield encode(one)
    else:
        yield encode(answer)
