"""The indicators that a node knows itself: what each counts, and its value of a month (PLN-6, JUD-8).

Each is a share, or a median, of cases that the node has handed over as plain values: when, whether it counts, and how
much. A month is the only period: two that overlap could be subtracted. A value is given only where nothing under five
lies in it: not the cases, not those that count, not those that do not (none at all tells of nobody). What lies in a
judicial file or a file of victims is in no case here, so that no indicator can speak of it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Literal

import msgspec

from entente.errors import Malformed, Text
from entente.model.moment import Instant
from entente.model.plan_act import Bilingual, ValueGiven
from entente.plan.reading import texts_of
from entente.plan.small_numbers import FEWEST
from entente.plan.values import Item, PlanSaid

CountName = Literal[
    "answers",
    "data_requests",
    "hits_followed_up",
    "graded",
    "warnings_launched",
    "warning_lead",
    "boats_closed",
    "erasures",
]
FEWER = Text("moins de cinq", "fewer than five")
PERCENT = Text("%", "%")


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is counted in the month of `at`. amount: of those that count, where a median is taken."""

    at: Instant
    counts: bool
    amount: float = 0.0


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What a node counts. of, counted: what stands below and above the line; note: how far to believe the figure."""

    name: CountName
    title: Text
    definition: Text
    unit: Text
    is_median: bool
    of: Text
    counted: Text
    note: Text

    @property
    def source(self) -> Bilingual:
        """The source under which its values stand in the plan: the same words on both shores, for good."""
        return Bilingual(fr=f"comptes du nœud : {self.title.fr}", en=f"node’s own counts: {self.title.en}")


class OwnCount(msgspec.Struct, frozen=True, kw_only=True):
    """One count of one month. value None: fewer than five somewhere in it, and then none of its figures is here."""

    count: Known
    starts: dt.date
    ends: dt.date
    value: float | None
    numerator: int | None
    denominator: int | None
    quality: Text


_COUNTS = (
    Known(
        name="answers",
        title=Text("délai médian de réponse à l’autre rive", "median time to answer the other shore"),
        definition=Text(
            "Temps entre l’envoi d’une fiche adressée à un service de ce nœud et sa première réponse"
            " « suivie d’effet », médiane des fiches du mois ; les appels de détresse et les alertes en sont.",
            "Time from when a record addressed to a service of this node was said until one first answered that"
            " it acted on it, the median of the month’s records; distress calls and launch warnings are among them.",
        ),
        unit=Text("heures", "hours"),
        is_median=True,
        of=Text("fiches reçues", "records received"),
        counted=Text("suivies d’effet", "acted on"),
        note=Text(
            "Ce qui est resté sans réponse ne compte pas dans la médiane. L’heure d’envoi est celle de l’autre"
            " rive.",
            "What nobody answered does not count in the median. The hour of sending is the other shore’s.",
        ),
    ),
    Known(
        name="data_requests",
        title=Text("délai médian de réponse aux personnes", "median time to answer people about their data"),
        definition=Text(
            "Temps entre la réception d’une demande d’une personne sur ses données et la lettre de réponse,"
            " médiane des demandes reçues dans le mois.",
            "Time from when a person’s request about their data came until the letter that answered it, the"
            " median of the requests that came in the month.",
        ),
        unit=Text("jours", "days"),
        is_median=True,
        of=Text("demandes reçues", "requests received"),
        counted=Text("répondues", "answered"),
        note=Text(
            "Les demandes encore ouvertes ne comptent pas dans la médiane.",
            "Requests still open do not count in the median.",
        ),
    ),
    Known(
        name="hits_followed_up",
        title=Text("concordances suivies", "hits followed up"),
        definition=Text(
            "Part des concordances trouvées dans le mois qu’un officier a appréciées ou pour lesquelles une"
            " feuille commune est ouverte.",
            "Share of the hits found in the month that an officer judged, or for which a shared sheet is open.",
        ),
        unit=PERCENT,
        is_median=False,
        of=Text("concordances", "hits"),
        counted=Text("suivies", "followed up"),
        note=Text(
            "Sans celles des dossiers judiciaires ni celles qui sont tombées depuis ; une appréciation de"
            " l’autre rive compte.",
            "Without those in judicial files and those that have fallen since; a judgement of the other shore"
            " counts.",
        ),
    ),
    Known(
        name="graded",
        title=Text("fiches dont la source est évaluée", "records whose source is evaluated"),
        definition=Text(
            "Part des signalements et observations émis dans le mois dont la cotation évalue la source,"
            " autrement que par « ne peut être évaluée ».",
            "Share of the reports and sightings issued in the month whose grade evaluates the source otherwise"
            " than as one that cannot be judged.",
        ),
        unit=PERCENT,
        is_median=False,
        of=Text("fiches émises", "records issued"),
        counted=Text("à source évaluée", "with an evaluated source"),
        note=Text(
            "Dit que l’on cote, non que l’on cote bien. Le renseignement seul, sans les dossiers judiciaires.",
            "Says that sources are graded, not that they are graded well. Intelligence only, without judicial"
            " files.",
        ),
    ),
    Known(
        name="warnings_launched",
        title=Text("alertes de départ suivies d’un départ", "launch warnings that a launch followed"),
        definition=Text(
            "Part des alertes de départ données aux secours en mer pour le mois après lesquelles un officier a"
            " constaté un départ.",
            "Share of the launch warnings given to those who rescue at sea for the month after which an officer"
            " saw a launch.",
        ),
        unit=PERCENT,
        is_median=False,
        of=Text("alertes données", "warnings given"),
        counted=Text("suivies d’un départ constaté", "followed by a launch seen"),
        note=Text(
            "Un départ empêché, ou dont nul n’a rien dit, compte comme une alerte sans départ.",
            "A launch that was prevented, or of which nobody said anything, counts as a warning without one.",
        ),
    ),
    Known(
        name="warning_lead",
        title=Text("avance des alertes de départ", "lead time of launch warnings"),
        definition=Text(
            "Temps entre l’alerte aux secours en mer et l’ouverture de la fenêtre annoncée, médiane des alertes"
            " données avant elle.",
            "Time from the warning to those who rescue at sea until the window that it names opens, the median of"
            " those given before it.",
        ),
        unit=Text("minutes", "minutes"),
        is_median=True,
        of=Text("alertes données", "warnings given"),
        counted=Text("avant l’ouverture", "before the window"),
        note=Text(
            "Ne dit pas si un départ a suivi.",
            "Does not say whether a launch followed.",
        ),
    ),
    Known(
        name="boats_closed",
        title=Text("embarcations closes à bon droit", "boats closed rightly"),
        definition=Text(
            "Part des embarcations que les services de ce nœud ont closes dans le mois et dont la clôture tient :"
            " nul ne les a rouvertes, et rien de ce qui est venu depuis ne s’y oppose.",
            "Share of the boats that services of this node closed in the month and whose closing stands: nobody"
            " opened them again, and nothing that came since speaks against it.",
        ),
        unit=PERCENT,
        is_median=False,
        of=Text("embarcations closes", "boats closed"),
        counted=Text("dont la clôture tient", "whose closing stands"),
        note=Text(
            "Vaut au jour du compte ; une clôture peut encore tomber.",
            "Holds on the day of counting; a closing may still fall.",
        ),
    ),
    Known(
        name="erasures",
        title=Text("effacements et rappels attestés", "erasures and recalls receipted"),
        definition=Text(
            "Part des effacements et rappels du mois que tous les nœuds qui tenaient la fiche ont attestés.",
            "Share of the month’s erasures and recalls that every node which held the record has receipted.",
        ),
        unit=PERCENT,
        is_median=False,
        of=Text("effacements et rappels communiqués", "erasures and recalls sent"),
        counted=Text("attestés partout", "receipted everywhere"),
        note=Text(
            "Sans ceux d’une fiche jamais communiquée ni ceux des dossiers judiciaires.",
            "Without those of records that were never sent, and those in judicial files.",
        ),
    ),
)


def known_indicators() -> tuple[Known, ...]:
    """All that a node counts, and that an indicator of the plan may be fed from."""
    return _COUNTS


def known_count(name: str) -> Known:
    """The count of that name. Raises Malformed."""
    for one in _COUNTS:
        if one.name == name:
            return one
    raise Malformed(
        "count_unknown",
        Text(fr=f"Le nœud ne compte rien sous « {name} ».", en=f'The node counts nothing under "{name}".'),
        Text(fr="Choisissez dans la liste.", en="Choose from the list."),
    )


def count_of(indicator: Item) -> Known | None:
    """The count that an indicator is fed from, as its source says; None for one whose values are given by hand."""
    sources = texts_of(indicator, "source")
    return next((one for one in _COUNTS if sources == (one.source,)), None)


def month_of(day: dt.date) -> tuple[dt.date, dt.date]:
    """The first and last day of the month that a day lies in."""
    first = day.replace(day=1)
    after = (first + dt.timedelta(days=31)).replace(day=1)
    return first, after - dt.timedelta(days=1)


def own_count(name: CountName, cases: Iterable[Case], month: dt.date) -> OwnCount:
    """A count of the month that a day lies in (UTC). cases: of any time, in any order."""
    count, (starts, ends) = known_count(name), month_of(month)
    mine = [one for one in cases if starts <= one.at.astimezone(dt.UTC).date() <= ends]
    counted = [one for one in mine if one.counts]
    if _is_small(len(mine), len(counted), is_median=count.is_median):
        return OwnCount(
            count=count,
            starts=starts,
            ends=ends,
            value=None,
            numerator=None,
            denominator=None,
            quality=Text(
                fr=f"Non montré : {FEWER.fr} dans l’une des parts. {count.note.fr}",
                en=f"Not shown: {FEWER.en} in one of its parts. {count.note.en}",
            ),
        )
    value = _median([one.amount for one in counted]) if count.is_median else 100 * len(counted) / len(mine)
    return OwnCount(
        count=count,
        starts=starts,
        ends=ends,
        value=round(value, 1),
        numerator=len(counted),
        denominator=len(mine),
        quality=Text(
            fr=f"{len(mine)} {count.of.fr}, dont {len(counted)} {count.counted.fr}. {count.note.fr}",
            en=f"{len(mine)} {count.of.en}, of which {len(counted)} {count.counted.en}. {count.note.en}",
        ),
    )


def already_given(said: Iterable[PlanSaid], count: Known, party: str, month: dt.date) -> PlanSaid | None:
    """The value of a count that a party's node already gave for a time that touches a month, on any indicator."""
    starts, ends = month_of(month)
    return next(
        (
            one
            for one in said
            if isinstance(one.act, ValueGiven)
            and (one.party, one.act.source) == (party, count.source)
            and one.act.starts <= ends
            and starts <= one.act.ends
        ),
        None,
    )


def _is_small(of: int, counted: int, *, is_median: bool) -> bool:
    if of < FEWEST or 0 < counted < FEWEST or 0 < of - counted < FEWEST:
        return True
    # A median of nothing is no value.
    return is_median and counted == 0


def _median(amounts: list[float]) -> float:
    ordered, middle = sorted(amounts), len(amounts) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
