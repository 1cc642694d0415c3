"""`entente sea export | sitrep | mayday | season | ais`: what leaves the watch, and what a receiver brings.

Files and drafts are made by the node, under its rules; here they are only written where somebody wants them. `ais`
reads a receiver or a file without any node and says what is in it: nothing of it is recorded, since a node that is to
record it has its receivers in `node.toml`.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from entente.ais_feed import AisFeed, file_lines, read_source
from entente.errors import Malformed, Text
from entente.formats.ais import AisReader, Tally
from entente.formats.ais_watch import AisWatch, Contact, Signal
from entente.maritime.desk import MATTER
from entente.terminal.arguments import UsageError
from entente.terminal.page import Page
from entente.terminal.session import DONE, NOTHING_FOUND, Terminal, write_file


def sea_out(terminal: Terminal) -> int:
    """Whichever of the five was asked for."""
    return {
        "export": export,
        "sitrep": draft,
        "mayday": draft,
        "season": season,
        "ais": ais,
    }[terminal.asked.deed](terminal)


def _missing(what: Text) -> UsageError:
    return UsageError("usage", what)


def _ask(terminal: Terminal, what: str, **more: Any) -> Any:
    asked = {
        "asking": terminal.asking(matter=MATTER),
        "what": what,
        "language": terminal.language,
        "numbers": terminal.asked.numbers,
        **more,
    }
    return terminal.ask("sea_out", asked)


def _keep(terminal: Terminal, content: str) -> int:
    """The content to a file, or as it is to standard output: never dressed, so that a program can read on."""
    if terminal.asked.out is not None:
        write_file(terminal.asked.out, content.encode())
        terminal.progress(f"écrit : {terminal.asked.out}", f"written: {terminal.asked.out}")
        terminal.progress_over()
    else:
        terminal.out.write(content)
        terminal.out.flush()
    return DONE


def export(terminal: Terminal) -> int:
    """The picture, or the log of one boat, as a file."""
    asked = terminal.asked
    made = _ask(terminal, asked.format, boat=asked.file or "")
    if asked.json:
        terminal.answer(made, lambda page, value: None)
        return DONE
    return _keep(terminal, made["content"])


def draft(terminal: Terminal) -> int:
    """A SITREP or a MAYDAY RELAY of a boat, drafted."""
    asked = terminal.asked
    if not asked.file:
        raise _missing(
            Text(
                fr="De quelle embarcation ? Donnez son nom ou un signalement.",
                en="Of which boat? Give its name or a report.",
            )
        )
    more = {"number": asked.number} if asked.deed == "sitrep" else {}
    made = _ask(terminal, asked.deed, boat=asked.file, **more)
    if asked.json:
        terminal.answer(made["draft"], lambda page, value: None)
        return DONE
    return _keep(terminal, made["text"][terminal.language])


def _day(written: str | None, *, is_last: bool = False) -> str | None:
    if not written:
        return None
    try:
        day = dt.date.fromisoformat(written) + dt.timedelta(days=1 if is_last else 0)
    except ValueError as error:
        raise Malformed(
            "date_unreadable",
            Text(fr=f"« {written[:20]} » n’est pas une date.", en=f'"{written[:20]}" is no date.'),
            Text(fr="Écrivez 2031-09-01.", en="Write 2031-09-01."),
        ) from error
    return f"{day.isoformat()}T00:00:00Z"


def season(terminal: Terminal) -> int:
    """What came of the warnings of a season, in words, as JSON or as a table."""
    asked = terminal.asked
    days = {"since": _day(asked.since), "until": _day(asked.until, is_last=True)}
    if asked.csv:
        made = _ask(terminal, "season_csv", by_month=asked.by_month, **days)
        return _keep(terminal, made["content"])
    told = _ask(terminal, "season", **days)
    terminal.answer(told, _show_season)
    return DONE if told["season"]["came"] else NOTHING_FOUND


def _show_season(page: Page, told: Mapping[str, Any]) -> None:
    made = told["season"]
    for row in (*made["months"], made["whole"]):
        rate = row["hit_rate"]
        share = (
            ""
            if rate is None
            else page.say(
                f" · part de départs {rate['share']:.0%} ({rate['low']:.0%} à {rate['high']:.0%})",
                f" · share of launches {rate['share']:.0%} ({rate['low']:.0%} to {rate['high']:.0%})",
            )
        )
        page.put(
            page.say(
                f"{row['month'] or 'saison'} : {row['warnings']} alertes, {row['settled']} établies, "
                f"{row['launched']} départs constatés, {row['prevented']} empêchés, {row['nothing_seen']} rien vu"
                f"{share} · embarcations : {row['boats']}, non annoncées : {row['missed']}",
                f"{row['month'] or 'season'}: {row['warnings']} warnings, {row['settled']} settled, "
                f"{row['launched']} launches seen, {row['prevented']} prevented, {row['nothing_seen']} nothing seen"
                f"{share} · boats: {row['boats']}, not foretold: {row['missed']}",
            )
        )
    waiting = [one for one in made["came"] if one.get("outcome") is None]
    if waiting:
        page.blank()
        page.put(page.say(f"À établir : {len(waiting)}", f"To be settled: {len(waiting)}"))
        for one in waiting:
            fits = ", ".join(fit["name"] for fit in one.get("fits", ()))
            page.put(
                f"{one['warning']}  {one['place']}  {one['starts']} – {one['ends']}"
                + (f"  ← {fits}" if fits else ""),
                2,
            )


# -- what a receiver brings -------------------------------------------------------------------------------------------


class Brought(msgspec.Struct, frozen=True, kw_only=True):
    """What was in a source. seconds: how long it was listened to or read."""

    source: str
    seconds: float
    tally: Tally
    signals: tuple[Signal, ...]
    contacts: tuple[Contact, ...]


def ais(terminal: Terminal) -> int:
    """Read a file to its end, or listen to a receiver for a while, and say what is in it."""
    asked = terminal.asked
    if not asked.file:
        raise _missing(
            Text(
                fr="Quelle source ? Un fichier, tcp://hôte:port ou udp://hôte:port.",
                en="Which source? A file, tcp://host:port or udp://host:port.",
            )
        )
    source = read_source(asked.file, files=True)
    brought = _read(source.host) if source.way == "file" else _listen(asked.file, asked.seconds)
    terminal.answer(brought, _show_ais)
    return DONE if brought.tally.messages else NOTHING_FOUND


def _read(named: str) -> Brought:
    reader, watch = AisReader(), AisWatch()
    now = dt.datetime.now(dt.UTC)
    signals: list[Signal] = []
    began = time.perf_counter()
    for line in file_lines(Path(named)):
        heard = reader.read(line)
        if heard is not None:
            signal = watch.hear(heard, heard.received_at or now)
            signals += [signal] if signal is not None else []
            now = heard.received_at or now
    return Brought(
        source=named,
        seconds=time.perf_counter() - began,
        tally=reader.tally,
        signals=tuple(signals),
        contacts=watch.contacts(now),
    )


def _listen(written: str, seconds: float) -> Brought:
    signals: list[Signal] = []
    feed = AisFeed((written,), signals.append, lambda _: None, lambda: dt.datetime.now(dt.UTC))
    feed.start()
    try:
        time.sleep(max(0.0, seconds))
    finally:
        feed.stop()
    (state,) = feed.states()
    return Brought(
        source=written,
        seconds=seconds,
        tally=state.tally,
        signals=tuple(signals),
        contacts=feed.contacts(),
    )


def _show_ais(page: Page, brought: Brought) -> None:
    tally = brought.tally
    page.put(
        page.say(
            f"{tally.lines} lignes, {tally.sentences} phrases AIS, {tally.messages} messages lus",
            f"{tally.lines} lines, {tally.sentences} AIS sentences, {tally.messages} messages read",
        )
    )
    page.pairs(
        (
            (page.say("somme fausse", "checksum wrong"), str(tally.bad_checksum or "")),
            (page.say("illisibles", "unreadable"), str(tally.unreadable or "")),
            (page.say("incomplets", "incomplete"), str((tally.incomplete + tally.waiting) or "")),
            (page.say("vides", "empty"), str(tally.empty or "")),
            (page.say("autres lignes", "other lines"), str((tally.other + tally.overlong) or "")),
            (page.say("contacts", "contacts"), str(len(brought.contacts))),
            (page.say("messages par seconde", "messages a second"), _rate(brought)),
        )
    )
    for signal in brought.signals:
        page.put(f"{signal.at:%Y-%m-%d %H:%M:%S} UTC  {signal.words.say(page.language)}")
    page.blank()
    page.put(page.say("Rien n’est enregistré par cette commande.", "Nothing is recorded by this command."))


def _rate(brought: Brought) -> str:
    return f"{brought.tally.messages / brought.seconds:.0f}" if brought.seconds > 0 else ""
