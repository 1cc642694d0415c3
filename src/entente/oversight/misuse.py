"""What looks like misuse of the records, read from the register line by line (LOG-8).

A flag is a question for the data protection officer and accuses nobody: it refuses nothing, stops nobody, and names
the lines that it rests on. `Watch` is a fold: the same lines give the same flags, each once a day for each officer, so
that a restart says nothing twice. Life goes first: what a watch-keeper reads to save life, and the opening of a
distress by anybody, is never counted and never out of hours. The lines hold references, so a rule knows records by
number, kind and place only.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, deque
from collections.abc import Callable, Sequence
from zoneinfo import ZoneInfo

import msgspec

from entente.errors import Text
from entente.evidence.names import tokens
from entente.oversight.lines import LINE_MARK, RegisterLine

LOOKING = frozenset({"consultation", "search", "disclosure"})
HOUR_S = 3600
# A flag names so many of its lines, the newest; how many there are stands beside them.
LINES_NAMED = 60
NO_MATTER = frozenset({"", "-"})

OnShift = Callable[[str, dt.datetime], bool]


class MisuseRules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The numbers, to be set by the data protection officer with the service. Hours are on the wall clock of `zone`.

    searches_*, records_*: more than so many by one officer are flagged; records are counted once, however often opened.
    night_from, night_until: whole hours, 22 to 6 by default. refusals_a_day: from so many refused attempts on.
    """

    searches_an_hour: int = 60
    searches_a_day: int = 250
    records_an_hour: int = 300
    records_a_day: int = 1000
    night_from: int = 22
    night_until: int = 6
    refusals_a_day: int = 5
    zone: str = "Europe/Paris"


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a record without opening it. compartments: those of its parts that the reader's role opens."""

    record: str
    kind: str
    compartments: frozenset[str]
    matter: str


class Seen(msgspec.Struct, frozen=True):
    """A line with what is known of the records in it; records that are not known here are left out."""

    line: RegisterLine
    records: tuple[Facts, ...] = ()

    @property
    def saves_life(self) -> bool:
        """Whether this was done to save life: a watch-keeper on life-saving records only, or anybody on a distress."""
        known = len(self.records) == len(set(self.line.records))
        if self.records and known and all(one.kind == "distress" for one in self.records):
            return True
        return (
            self.line.role == "watch_keeper"
            and self.line.purpose == "life_saving"
            and known
            and all(one.compartments <= {"life_saving"} for one in self.records)
        )


class Flag(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to look at. lines: what it rests on; found: how many; once: what it is said only once for."""

    rule: str
    officer: str
    service: str
    lines: tuple[int, ...]
    found: int
    once: str

    @property
    def references(self) -> tuple[str, ...]:
        """The lines as the register names them."""
        return tuple(f"{LINE_MARK}{line}" for line in self.lines[-LINES_NAMED:])


class OfficersDay:
    """What one officer did lately: within the hour, and since midnight on the wall clock."""

    def __init__(self) -> None:
        self.day: dt.date | None = None
        self.searches: list[int] = []
        self.lines: list[int] = []
        self.records: set[str] = set()
        self.refusals: list[int] = []
        self.hour: deque[tuple[dt.datetime, int, bool, tuple[str, ...]]] = deque()
        self.hour_records: Counter[str] = Counter()

    def take(self, seen: Seen, day: dt.date) -> None:
        """Count one line more."""
        line = seen.line
        if day != self.day:
            self.day = day
            self.searches, self.lines, self.refusals, self.records = [], [], [], set()
        if line.act == "refusal":
            self.refusals.append(line.number)
        while self.hour and (line.at - self.hour[0][0]).total_seconds() > HOUR_S:
            self.hour_records -= Counter(self.hour.popleft()[3])
        if line.act not in LOOKING or seen.saves_life:
            return
        records = tuple({one for one in line.records if not one.startswith(LINE_MARK)})
        searched = line.act == "search"
        if searched:
            self.searches.append(line.number)
        if records or searched:
            self.lines.append(line.number)
        self.records.update(records)
        self.hour.append((line.at, line.number, searched, records))
        self.hour_records.update(records)


Rule = Callable[[Seen, OfficersDay, dt.datetime, MisuseRules, OnShift], list[Flag]]


def _flag(rule: str, seen: Seen, lines: Sequence[int], found: int, once: str) -> Flag:
    return Flag(
        rule=rule,
        officer=seen.line.officer,
        service=seen.line.service,
        lines=tuple(lines),
        found=found,
        once=f"{rule}/{once}",
    )


def mass_search(
    seen: Seen, day: OfficersDay, local: dt.datetime, rules: MisuseRules, on_shift: OnShift
) -> list[Flag]:
    """More searches, or more different records, than one officer's work asks for."""
    if seen.line.act not in LOOKING:
        return []
    found: list[Flag] = []
    lines = [number for _, number, _, _ in day.hour]
    searches = [number for _, number, searched, _ in day.hour if searched]
    date = local.date().isoformat()
    if len(searches) > rules.searches_an_hour:
        found.append(_flag("searches_an_hour", seen, searches, len(searches), date))
    if len(day.searches) > rules.searches_a_day:
        found.append(_flag("searches_a_day", seen, day.searches, len(day.searches), date))
    if len(day.hour_records) > rules.records_an_hour:
        found.append(_flag("records_an_hour", seen, lines, len(day.hour_records), date))
    if len(day.records) > rules.records_a_day:
        found.append(_flag("records_a_day", seen, day.lines, len(day.records), date))
    return found


def out_of_hours(
    seen: Seen, day: OfficersDay, local: dt.datetime, rules: MisuseRules, on_shift: OnShift
) -> list[Flag]:
    """Looking at night by somebody who is on no shift; once a night, named for the evening it began."""
    line = seen.line
    early, late = local.hour < rules.night_until, local.hour >= rules.night_from
    if line.act not in LOOKING or seen.saves_life or not (early or late) or on_shift(line.officer, line.at):
        return []
    evening = local.date() - dt.timedelta(days=1 if early else 0)
    return [_flag("out_of_hours", seen, [line.number], 1, evening.isoformat())]


def victim_without_matter(
    seen: Seen, day: OfficersDay, local: dt.datetime, rules: MisuseRules, on_shift: OnShift
) -> list[Flag]:
    """A victim's record opened for no matter, or for another than the record's own."""
    line = seen.line
    if line.act not in ("consultation", "disclosure"):
        return []
    return [
        _flag("victim_without_matter", seen, [line.number], 1, f"{local.date().isoformat()}/{one.record}")
        for one in seen.records
        if "victims" in one.compartments
        and (line.matter.strip() in NO_MATTER or line.matter.strip() != one.matter.strip())
    ]


def refusals_repeated(
    seen: Seen, day: OfficersDay, local: dt.datetime, rules: MisuseRules, on_shift: OnShift
) -> list[Flag]:
    """One officer again and again at what a rule forbids."""
    if seen.line.act != "refusal" or len(day.refusals) < rules.refusals_a_day:
        return []
    return [
        _flag("refusals_repeated", seen, day.refusals, len(day.refusals), local.date().isoformat()),
    ]


RULES: tuple[Rule, ...] = (mass_search, out_of_hours, victim_without_matter, refusals_repeated)

_WORDS: dict[str, tuple[str, str]] = {
    "self_search": (
        "{officer} a cherché son propre nom.",
        "{officer} searched for their own name.",
    ),
    "searches_an_hour": (
        "{officer} a fait {found} recherches en une heure.",
        "{officer} made {found} searches within one hour.",
    ),
    "searches_a_day": (
        "{officer} a fait {found} recherches en un jour.",
        "{officer} made {found} searches on one day.",
    ),
    "records_an_hour": (
        "{officer} a consulté {found} fiches différentes en une heure.",
        "{officer} looked at {found} different records within one hour.",
    ),
    "records_a_day": (
        "{officer} a consulté {found} fiches différentes en un jour.",
        "{officer} looked at {found} different records on one day.",
    ),
    "out_of_hours": (
        "{officer} a consulté de nuit sans être de service.",
        "{officer} looked at records at night without being on a shift.",
    ),
    "victim_without_matter": (
        "{officer} a ouvert la fiche d’une victime hors de l’affaire de cette fiche.",
        "{officer} opened a victim’s record outside the matter of that record.",
    ),
    "same_reason": (
        "{officer} a donné le même motif {found} fois en un jour.",
        "{officer} gave the same reason {found} times on one day.",
    ),
    "refusals_repeated": (
        "{officer} a tenté {found} fois en un jour ce qu’une règle interdit.",
        "{officer} tried {found} times on one day what a rule forbids.",
    ),
}
KINDS: tuple[str, ...] = tuple(_WORDS)


def flag_words(rule: str, officer: str, found: int | None) -> Text:
    """What a flag says, in both languages; a rule of another version by its name."""
    fr, en = _WORDS.get(rule, (f"{{officer}} : règle « {rule} ».", f'{{officer}}: rule "{rule}".'))
    told = {"officer": officer, "found": "?" if found is None else str(found)}
    return Text(fr=fr.format(**told), en=en.format(**told))


class Watch:
    """The fold over lines, in order. on_shift: whether an officer was on a shift at a time.

    flagged: (officer, once) of all that was flagged before; what is in it is not flagged again.
    """

    def __init__(
        self,
        rules: MisuseRules,
        on_shift: OnShift,
        flagged: set[tuple[str, str]] | None = None,
        kinds: tuple[Rule, ...] = RULES,
    ) -> None:
        self.rules = rules
        self.flagged = set() if flagged is None else flagged
        self._on_shift = on_shift
        self._kinds = kinds
        self._zone = ZoneInfo(rules.zone)
        self._days: dict[str, OfficersDay] = {}

    def recall(self, seen: Seen) -> None:
        """Count a line that was seen before, and ask no rule about it again."""
        self._take(seen)

    def see(self, seen: Seen) -> list[Flag]:
        """Take one line more; what it makes worth looking at, and was not flagged yet."""
        taken = self._take(seen)
        if taken is None:
            return []
        fresh: list[Flag] = []
        for rule in self._kinds:
            for flag in rule(seen, *taken, self.rules, self._on_shift):
                if (flag.officer, flag.once) not in self.flagged:
                    self.flagged.add((flag.officer, flag.once))
                    fresh.append(flag)
        return fresh

    def _take(self, seen: Seen) -> tuple[OfficersDay, dt.datetime] | None:
        """The officer's day with this line in it, and its time on the wall clock; None for what nobody did."""
        line = seen.line
        if not line.readable or line.act == "flag" or line.officer.startswith("desk:"):
            return None
        local = line.at.astimezone(self._zone)
        day = self._days.setdefault(line.officer, OfficersDay())
        day.take(seen, local.date())
        return day, local


def is_self(asked_words: str, officer_name: str) -> bool:
    """Whether what was typed is the name of who types it: all of the officer's name, in any order, letters or script.

    One word of a longer name is not enough, since many share it; beside all of the name anything else may stand.
    """
    own = set(tokens(officer_name))
    return bool(own) and own <= set(tokens(asked_words))
