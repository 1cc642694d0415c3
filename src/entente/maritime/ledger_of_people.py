"""How many people a boat carries, who left it, who is missing, and whether anything says that somebody is still there.

Counts are intervals and vary with who counts; an echo counts with the word that it repeats, once. A count said after
some had been taken off speaks of who was still aboard. Nothing is subtracted that was not seen: silence takes nobody
off. Where reports vary an officer may say the number, with reasons, once people ashore have been asked whom they miss;
somebody who is missing is resolved by no number.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import msgspec

from entente.errors import Text
from entente.maritime.identity import is_person, keys_of
from entente.maritime.phones import fold_number
from entente.maritime.taking_off import Debits
from entente.maritime.tellings import fold_asset, happened_at
from entente.maritime.values import ActSaid, Ledger, LedgerLine, SeaReport
from entente.model.sea_act import CountResolved, Found, QuayForm, TakenOff, Transferred
from entente.model.sighting import PersonsOnBoard

# What a report is told with when it speaks of people already saved, in the words that the two shores log.
DONE = ("recover", "rescued", "landed", "returned", "secouru", "récupér", "débarqu", "retour")
NOT_ALL = ("incomplete", "partial", "incompl", "partiel", "missing", "manqu")
FOUND_TWICE_WITHIN = dt.timedelta(minutes=60)
# Clocks of a telephone, a ship and a desk differ by this much; a later call is of people who are still out.
CALLED_MEANWHILE = dt.timedelta(minutes=15)
LEAST_GROUNDS = 2
# Callers count people badly in the dark, but not so badly.
LEAST_SHARE = 0.75
MOST_SHARE, MOST_MORE = 1.5, 5


class People(msgspec.Struct, frozen=True, kw_only=True):
    """A ledger with what closing must know beside it.

    still_there: reports seen after the last debit that say people are aboard or in the water. is_reconciled: as many
    are accounted for as there were, by every report or by an officer's reasoned number. resolving: why a number that an
    officer gave does not stand. is_asked: people ashore were asked whom they miss.
    """

    ledger: Ledger
    debits: Debits
    still_there: tuple[SeaReport, ...] = ()
    is_reconciled: bool = False
    resolving: tuple[Text, ...] = ()
    unsettled_since: dt.datetime | None = None
    is_seen_empty: bool = False


def is_done(report: SeaReport) -> bool:
    """Whether a report tells what was done and counts people already saved."""
    status = report.seen.status.casefold()
    return any(word in status for word in DONE)


def is_not_all(report: SeaReport) -> bool:
    """Whether it says that not all were saved."""
    status = report.seen.status.casefold()
    return any(word in status for word in NOT_ALL) or bool(report.seen.in_water or report.seen.missing)


def says_people(report: SeaReport) -> bool:
    """Whether a report says that somebody is aboard or in the water. What only shows a hull does not."""
    seen = report.seen
    if seen.in_water or seen.missing:
        return True
    if is_done(report):
        return is_not_all(report)
    if seen.persons_on_board is not None:
        return seen.persons_on_board.at_most != 0
    return bool(
        seen.children
        or seen.phase in ("alert", "distress")
        or seen.means in ("call", "message", "relayed", "sart", "man_overboard")
    )


def is_empty(report: SeaReport) -> bool:
    """Whether a report says that nobody is aboard, and nobody in the water."""
    count = report.seen.persons_on_board
    return count is not None and count.at_most == 0 and not report.seen.in_water and not report.seen.missing


def echoes_of(reports: Sequence[SeaReport]) -> dict[str, SeaReport]:
    """For each report by id the one whose word it repeats; itself where it repeats none that is here."""
    by_id = {report.id: report for report in reports}
    by_reference: dict[str, SeaReport] = {}
    for report in reports:
        if report.reference and report.reference not in by_reference:
            by_reference[report.reference] = report
    first: dict[str, SeaReport] = {}
    source: dict[str, SeaReport] = {}
    for report in reports:
        said, met = report, {report.id}
        while said.seen.origin:
            origin = said.seen.origin
            before = by_id.get(origin) or by_reference.get(origin) or first.setdefault(origin, said)
            if before.id in met:
                break
            met.add(before.id)
            said = before
        source[report.id] = said
    return source


def people_of(
    reports: Sequence[SeaReport],
    acts: Sequence[ActSaid],
    debits: Debits,
    found_elsewhere: frozenset[str] = frozenset(),
) -> People:
    """Draw up the ledger of one boat. reports, acts: of this boat, each in order of time and then of id.

    found_elsewhere: acts that find somebody whom another boat misses or named.
    """
    source = echoes_of(reports)
    totals = _totals(reports, source, debits)
    said = _hull(totals)
    missing, names, missing_since = _missing(reports, acts, found_elsewhere)
    still_there = tuple(
        report
        for report in reports
        if _is_after(report, source[report.id], debits, acts) and says_people(report)
    )
    resolved, by, resolving = _resolved(acts, reports, source, totals, debits, missing)
    accounted = debits.accounted
    aboard = _less(said if resolved is None else PersonsOnBoard(resolved, resolved), accounted)
    is_reconciled = resolved is not None or (
        said.at_most is not None and accounted > 0 and said.at_most == accounted
    )
    ledger = Ledger(
        said=said,
        accounted=accounted,
        aboard=aboard,
        missing=missing,
        missing_names=names,
        resolved=resolved,
        resolved_by=by,
        is_disputed=bool(accounted) and not is_reconciled,
        lines=_lines(reports, acts, debits, source),
    )
    told = [report.at for report in still_there]
    if not is_reconciled:
        told += [report.at for report, _, _ in totals]
    return People(
        ledger=ledger,
        debits=debits,
        still_there=still_there,
        is_reconciled=is_reconciled,
        resolving=resolving,
        unsettled_since=max([*told, *missing_since], default=None),
        is_seen_empty=bool(debits.last_at)
        and any(
            is_empty(report) and report.seen_at >= debits.last_at for report in reports if debits.last_at
        ),
    )


Total = tuple[SeaReport, int, int | None]


def _totals(reports: Sequence[SeaReport], source: dict[str, SeaReport], debits: Debits) -> list[Total]:
    """Each independent count, with those added who had been taken off before it was said."""
    found: list[Total] = []
    for report in reports:
        count = report.seen.persons_on_board
        if count is None or count.at_most == 0:
            continue
        first = source[report.id]
        if first.id != report.id and first.seen.persons_on_board is not None:
            continue
        before = 0
        if not is_done(report):
            seen_at = min(report.seen_at, first.seen_at)
            before = sum(number for at, number in debits.steps if at < seen_at)
        missing = (report.seen.missing or 0) if is_done(report) else 0
        most = None if count.at_most is None else count.at_most + before + missing
        found.append((report, count.at_least + before + missing, most))
    return found


def _hull(totals: Sequence[Total]) -> PersonsOnBoard:
    """How many there were, over all counts.

    What was counted on a beach before the crossing, or while some were saved, is no fewest where a later count is
    higher: people come aboard along the coast. It still is a most.
    """
    if not totals:
        return PersonsOnBoard()
    at_sea = [total for total in totals if total[0].seen.means != "patrol" and not is_done(total[0])]
    speaking = at_sea or list(totals)
    least = min(low for _, low, _ in speaking)
    if not at_sea:
        least = max(low for _, low, _ in totals)
    mosts = [most for _, _, most in totals if most is not None]
    highest = max(low for _, low, _ in totals)
    if not mosts:
        return PersonsOnBoard(least, None)
    most = max(*mosts, highest)
    return PersonsOnBoard(min(least, most), most)


def _less(count: PersonsOnBoard, accounted: int) -> PersonsOnBoard:
    most = None if count.at_most is None else max(0, count.at_most - accounted)
    return PersonsOnBoard(max(0, count.at_least - accounted), most)


def _is_after(report: SeaReport, first: SeaReport, debits: Debits, acts: Sequence[ActSaid]) -> bool:
    """Whether a report speaks of a moment after the last debit. An echo speaks of the moment that it repeats."""
    if debits.last_at is None:
        return True
    seen_at = min(report.seen_at, first.seen_at)
    if seen_at < debits.last_at or (seen_at == debits.last_at and not is_not_all(report)):
        return False
    return not _is_caller_ashore(report, acts, debits)


def _is_caller_ashore(report: SeaReport, acts: Sequence[ActSaid], debits: Debits) -> bool:
    """Whether all who spoke in a call were met ashore after it: then the call came while they were being taken off."""
    seen = report.seen
    callers = {fold_number(caller) for caller in seen.callers}
    if not callers or seen.means not in ("call", "message") or seen.in_water or seen.missing:
        return False
    if seen.persons_on_board is not None and seen.persons_on_board.at_least:
        return False
    if not debits.last_at or report.seen_at - debits.last_at > CALLED_MEANWHILE:
        return False
    met: set[str] = set()
    for said in debits.forms:
        if isinstance(said.act, QuayForm) and happened_at(said) > report.seen_at:
            met |= {fold_number(phone) for phone in said.act.identified.phones}
    return callers <= met


def _missing(
    reports: Sequence[SeaReport], acts: Sequence[ActSaid], found_elsewhere: frozenset[str]
) -> tuple[int, tuple[str, ...], list[dt.datetime]]:
    """(how many are missing, their names as said, when it was said). Found acts take each from it once."""
    named: dict[str, str] = {}
    counted: dict[str, int] = {}
    since: list[dt.datetime] = []
    for said in acts:
        # What speaks of somebody missing counts from whatever form: also from one that may be another boat's.
        if not isinstance(said.act, QuayForm) or not (said.act.missing or said.act.missing_names):
            continue
        since.append(said.at)
        keys = {next(iter(keys_of((), (name,))), name): name for name in said.act.missing_names}
        for key, name in keys.items():
            named.setdefault(key, name)
        place = fold_asset(said.act.asset) or fold_asset(said.act.place)
        counted[place] = max(counted.get(place, 0), (said.act.missing or 0) - len(keys))
    told = [report for report in reports if report.seen.missing]
    since += [report.at for report in told]
    unnamed = sum(number for number in counted.values() if number > 0)
    unnamed = max(unnamed, max((report.seen.missing or 0 for report in told), default=0) - len(named))
    found_names: set[str] = set()
    found_unnamed: list[tuple[str, str, dt.datetime]] = []
    for said in acts:
        if not isinstance(said.act, Found):
            continue
        key = next(iter(keys_of((), (said.act.name,))), "")
        shore, at = said.node or said.by, happened_at(said)
        if key and key in found_names:
            continue
        if key:
            found_names.add(key)
        elif any(other != shore and abs(then - at) <= FOUND_TWICE_WITHIN for _, other, then in found_unnamed):
            continue
        if key in named:
            del named[key]
        elif unnamed > 0 and said.id not in found_elsewhere:
            unnamed -= 1
        if not key:
            found_unnamed.append((said.id, shore, at))
    return len(named) + max(0, unnamed), tuple(sorted(named.values())), since


def _resolved(
    acts: Sequence[ActSaid],
    reports: Sequence[SeaReport],
    source: dict[str, SeaReport],
    totals: Sequence[Total],
    debits: Debits,
    missing: int,
) -> tuple[int | None, str, tuple[Text, ...]]:
    """(the number that stands, who gave it, why the newest one does not)."""
    newest = next((said for said in reversed(acts) if isinstance(said.act, CountResolved)), None)
    if newest is None or not isinstance(newest.act, CountResolved):
        return None, "", ()
    act, against = newest.act, []
    grounds = {" ".join(line.split()).casefold() for line in act.grounds} - {""}
    if not act.words.strip() or len(grounds) < LEAST_GROUNDS:
        against.append(
            Text(
                "le nombre arrêté demande une raison et ce qui le fonde sur les deux rives",
                "a resolved count asks for a reason and for what both shores have for it",
            )
        )
    if not is_person(act.officer, newest.by):
        against.append(
            Text(
                "le nombre n’est pas arrêté par un officier nommé",
                "the count is not resolved by a named officer",
            )
        )
    if act.count != debits.accounted:
        against.append(
            Text(
                f"nombre arrêté à {act.count}, mais le compte des personnes localisées est de {debits.accounted}",
                f"count resolved to {act.count}, but it is known of {debits.accounted} where they are",
            )
        )
    if missing:
        against.append(
            Text("aucun nombre n’efface une personne manquante", "no count resolves somebody who is missing")
        )
    if not debits.is_asked:
        against.append(
            Text(
                "aux gens débarqués de chaque moyen nul n’a demandé qui manque (fiche de débarquement)",
                "people landed from each ship have not been asked who is missing (quay form)",
            )
        )
    spoken = [low for report, low, _ in totals if not is_done(report)]
    fewest = min(spoken, default=0)
    if act.count < LEAST_SHARE * fewest:
        against.append(
            Text(
                f"bien moins que ce que dit tout signalement ({fewest}) : d’autres sont peut-être ailleurs",
                f"far less than what every report says ({fewest}): others may be elsewhere",
            )
        )
    most = max((low if high is None else high for _, low, high in totals), default=0)
    if most and act.count > MOST_SHARE * most + MOST_MORE:
        against.append(
            Text(
                f"bien plus que ce que dit tout signalement ({most}) : des gens d’une autre embarcation, peut-être",
                f"far more than what any report says ({most}): people of another boat, perhaps",
            )
        )
    later = [
        low
        for report, low, _ in totals
        if source[report.id].at > newest.at and low > act.count and not is_done(report)
    ]
    if later:
        against.append(
            Text(
                f"dit depuis : au moins {people_words(max(later)).fr}",
                f"said since then: at least {people_words(max(later)).en}",
            )
        )
    if against:
        return None, "", tuple(against)
    return act.count, act.officer, ()


def count_words(count: PersonsOnBoard) -> Text:
    """ "33", "40 à 50", "au moins 30"; "nombre inconnu" where nobody said."""
    if count.at_most is None:
        if not count.at_least:
            return Text("nombre inconnu", "number not known")
        return Text(f"au moins {count.at_least}", f"at least {count.at_least}")
    if count.at_least == count.at_most:
        return Text(str(count.at_least), str(count.at_least))
    return Text(f"{count.at_least} à {count.at_most}", f"{count.at_least} to {count.at_most}")


def people_words(number: int) -> Text:
    """ "1 personne", "2 personnes"."""
    return Text(f"{number} personne{_s(number)}", "1 person" if number == 1 else f"{number} people")


def _s(number: int) -> str:
    return "s" if number > 1 else ""


def missing_words(number: int) -> Text:
    """ "1 personne manquante", "2 personnes manquantes"."""
    return Text(f"{people_words(number).fr} manquante{_s(number)}", f"{number} missing")


def children_words(number: int) -> Text:
    """ "1 enfant", "2 enfants"."""
    return Text(f"{number} enfant{_s(number)}", "1 child" if number == 1 else f"{number} children")


# French in the singular and the plural; English is alike.
_MANNERS = {
    "rescued": ("secourue", "secourues", "rescued"),
    "landed": ("débarquée", "débarquées", "landed"),
    "body_recovered": ("retrouvée morte", "retrouvées mortes", "found dead"),
    "returned_to_beach": ("revenue à la plage", "revenues à la plage", "back on the beach"),
}


def _lines(
    reports: Sequence[SeaReport], acts: Sequence[ActSaid], debits: Debits, source: dict[str, SeaReport]
) -> tuple[LedgerLine, ...]:
    """All that speaks of people, in order of time. What counts nobody more says why."""
    changes: dict[str, int] = {}
    for carrier in debits.carriers:
        for taking in carrier.takings:
            changes[taking.acts[0].id] = -taking.low
    made: list[tuple[dt.datetime, str, LedgerLine]] = []

    def put(at: dt.datetime, of: str, fr: str, en: str, change: int = 0) -> None:
        made.append((at, of, LedgerLine(source=of, at=at, text=Text(fr, en), change=change)))

    for report in reports:
        count = report.seen.persons_on_board
        if count is not None:
            said = count_words(count)
            echo = source[report.id].id != report.id
            put(
                report.seen_at,
                report.id,
                f"dit : {said.fr} à bord" + (" (écho, compté une fois)" if echo else ""),
                f"said: {said.en} aboard" + (" (an echo, counts once)" if echo else ""),
                0 if echo else count.at_least,
            )
        if report.seen.missing:
            put(
                report.seen_at,
                f"{report.id}",
                f"dit : {missing_words(report.seen.missing).fr}",
                f"said: {report.seen.missing} missing",
            )
    for each in acts:
        act, at = each.act, happened_at(each)
        if isinstance(act, TakenOff):
            one, several, english = _MANNERS[act.manner]
            by = f", {act.asset}" if act.asset else f", {act.place}" if act.place else ""
            why: Text | None = None
            change = changes.get(each.id, 0)
            if act.manner == "body_recovered" and each.id not in debits.retold:
                change = -act.count
            if each.id in debits.foreign:
                change, why = 0, Text(" (personnes d’une autre embarcation)", " (people of another boat)")
            elif each.id in debits.retold:
                change, why = 0, Text(" (peut-être le même fait)", " (may be the same event)")
            elif not change and act.count:
                why = Text(" (déjà comptées)", " (counted already)")
            put(
                at,
                each.id,
                f"{act.count} {several if act.count > 1 else one}{by}{why.fr if why else ''}",
                f"{act.count} {english}{by}{why.en if why else ''}",
                change,
            )
        elif isinstance(act, QuayForm):
            missing = _missing_words(act)
            note = Text(" (autre embarcation)", " (another boat)") if each.id in debits.foreign else None
            put(
                at,
                each.id,
                f"à quai, {act.place or '—'} : {act.came} venue{_s(act.came)}{missing.fr}{note.fr if note else ''}",
                f"on the quay, {act.place or '—'}: {act.came} came{missing.en}{note.en if note else ''}",
            )
        elif isinstance(act, Transferred):
            put(
                at,
                each.id,
                f"{act.count} passée{_s(act.count)} de {act.from_asset} à {act.to_asset} (déjà comptées)",
                f"{act.count} moved from {act.from_asset} to {act.to_asset} (counted already)",
            )
        elif isinstance(act, Found):
            alive = Text("en vie", "alive") if act.alive else Text("morte", "dead")
            named = act.name or Text("une personne manquante", "somebody missing")
            who = Text(named, named) if isinstance(named, str) else named
            put(at, each.id, f"retrouvée : {who.fr}, {alive.fr}", f"found: {who.en}, {alive.en}")
        elif isinstance(act, CountResolved):
            put(
                at,
                each.id,
                f"nombre arrêté à {act.count} par {act.officer} : {act.words}",
                f"count resolved to {act.count} by {act.officer}: {act.words}",
            )
    return tuple(line for _, _, line in sorted(made, key=lambda one: (one[0], one[1], one[2].text.en)))


def _missing_words(form: QuayForm) -> Text:
    if form.missing is None and not form.missing_names:
        return Text(", personne interrogé sur les manquants", ", nobody asked who is missing")
    number = max(form.missing or 0, len(form.missing_names))
    if not number:
        return Text(", nul ne manque", ", nobody missing")
    named = f" ({', '.join(form.missing_names)})" if form.missing_names else ""
    words = missing_words(number)
    return Text(f", {words.fr}{named}", f", {words.en}{named}")
