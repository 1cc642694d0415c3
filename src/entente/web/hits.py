"""Possible links: the list of those to judge, one with all that speaks for and against it, and why two are none.

A hit is worded as what it is, a machine's assessment (FACT-5), and its page answers one question: are these two one,
and why? The judgement is the officer's, with a reason; it travels to whoever holds both records, and so does the
shared sheet. What officers say comes in by itself, and reading it again is registered only when something was said.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal, get_args

import msgspec
from starlette.responses import Response

from entente.crosscheck.desk import Headline, HitShown
from entente.crosscheck.spoken import Talk
from entente.errors import Conflict, EntenteError, Malformed, NotFound, NotPermitted, Text
from entente.evidence.weigh import pinned_weights
from entente.evidence.what_if import link_sentence, what_would_change
from entente.formats.words import handling_words
from entente.model.report import Ground, Verdict
from entente.policy.handling import read_label
from entente.web.door import INVESTIGATES, Door, Visit
from entente.web.hit_sides import pair_lines, side_of, sum_bar
from entente.web.site import status_of
from entente.web.words import zone_of

MOST = 100
Choice = Literal["to_judge", "judged", "all"]
CHOICES: dict[Choice, Text] = {
    "to_judge": Text("À apprécier", "To judge"),
    "judged": Text("Appréciés", "Judged"),
    "all": Text("Tous", "All"),
}
VERDICT_WORDS: dict[Verdict, Text] = {
    "same": Text("la même", "the same"),
    "different": Text("différentes", "different"),
    "unsure": Text("incertain", "unsure"),
}
Order = Literal["bits", "newest"]


# -- the list -------------------------------------------------------------------------------------------------------


def show_list(visit: Visit) -> Response:
    """The possible links that this officer may know, by what is still to do."""
    return _list(visit, "")


def find(visit: Visit) -> Response:
    """Those of one record, by its number: posted, since people type more than numbers."""
    return _list(visit, visit.form.one("about"))


def _list(visit: Visit, about: str) -> Response:
    asked = visit.query.one("show") or visit.form.one("show")
    choice: Choice = next((one for one in CHOICES if one == asked), "all" if about else "to_judge")
    order: Order = "bits" if (visit.query.one("order") or visit.form.one("order")) == "bits" else "newest"
    known = visit.node.headlines(visit.access(), limit=MOST, about=about or None)
    hits = [one for one in known if _is_chosen(one, choice)]
    if order == "bits":
        hits.sort(key=lambda one: -one.bits)
    return visit.page(
        "hits_list.html" if visit.is_fragment else "hits.html",
        hits=hits,
        choice=choice,
        choices=CHOICES,
        order=order,
        about=about,
        more=len(known) == MOST,
        verdict_words=VERDICT_WORDS,
    )


def _is_chosen(hit: Headline, choice: Choice) -> bool:
    return choice == "all" or (choice == "judged") == (hit.judgement is not None)


# -- one hit --------------------------------------------------------------------------------------------------------


def show(visit: Visit) -> Response:
    """A possible link with all that speaks for and against it."""
    return _page(visit)


def hit_values(visit: Visit, shown: HitShown) -> dict[str, Any]:
    """Everything of one hit that a page shows: both sides, the grounds, their sum, what would change it."""
    access = visit.access()
    hit = shown.hit
    sides = [side_of(visit.node.read(access, ref.record), ref) for ref in (hit.one, hit.other)]
    one, other = sides[0].entity, sides[1].entity
    between = visit.node.between(shown)
    return {
        "shown": shown,
        "sides": sides,
        "sentence": link_sentence(hit.bits, hit.grounds, one, other),
        "lines": pair_lines(hit.grounds, one, other, hit.bits),
        "sum_bar": sum_bar(hit.grounds, hit.bits),
        "changes": what_would_change(hit.grounds, one, other, pinned_weights()),
        "between": between,
        "direct": pair_lines(between.direct, one, other, _sum(between.direct)) if between.direct else (),
        "direct_sum": _sum(between.direct),
        "handling": _handling(shown),
    }


def _sum(grounds: tuple[Ground, ...]) -> float:
    return sum(ground.bits for ground in grounds)


def _handling(shown: HitShown) -> tuple[Text, ...]:
    labels = tuple(dict.fromkeys((*shown.one.header.handling, *shown.other.header.handling)))
    return handling_words(labels, read_label)


def _page(visit: Visit, status: int = 200, error: EntenteError | None = None, field: str = "") -> Response:
    access = visit.access()
    shown = visit.node.hit(access, visit.parts["hit"])
    talk = visit.node.talk(access, shown.id)
    typed = visit.form
    last = talk.sheets[-1][1] if talk.sheets else None
    return visit.page(
        "hit.html",
        status,
        **hit_values(visit, shown),
        talk=talk,
        fallen=False,
        services=_services(visit),
        error=error,
        field=field,
        typed={name: typed.one(name) for name in ("reason", "acts", "meets_at", "words")},
        waits=typed.all("waits") if error else (last.waits if last else ()),
        last=last,
        last_meets=_local(visit, last.meets_at) if last and last.meets_at else "",
        verdict_words=VERDICT_WORDS,
        verdicts=get_args(Verdict),
    )


def _services(visit: Visit) -> list[str]:
    """Who can act on a link: the services of either shore that investigate."""
    return [
        one.id
        for one in visit.node.agreement.services
        if any(role in one.opens for role in ("investigator", "judicial_keeper"))
    ]


def show_talk(visit: Visit) -> Response:
    """What was said of the link, alone; nothing where nothing was said since (`known`)."""
    try:
        talk = visit.node.talk(visit.access(), visit.parts["hit"])
    except NotFound:
        return visit.page("hit_talk.html", talk=Talk(), fallen=True, verdict_words=VERDICT_WORDS)
    if visit.query.one("known") == talk.mark:
        return Response(status_code=204)
    return visit.page("hit_talk.html", talk=talk, fallen=False, verdict_words=VERDICT_WORDS)


def judge(visit: Visit) -> Response:
    """Same, different or unsure, and why. Another judgement takes the place of one's own."""
    hit = visit.parts["hit"]
    try:
        said = visit.form.one("verdict")
        verdict: Verdict | None = next((one for one in get_args(Verdict) if one == said), None)
        if verdict is None:
            raise Malformed(
                "verdict_missing",
                Text(fr="L’appréciation manque.", en="The judgement is missing."),
                Text(fr="Choisissez une des trois réponses.", en="Choose one of the three answers."),
            )
        if len(visit.form.one("reason")) < 4:
            raise Malformed(
                "reason_missing",
                Text(fr="L’appréciation est sans motif.", en="The judgement gives no reason."),
                Text(
                    fr="Dites pourquoi en une phrase : l’autre rive la lit.",
                    en="Say why in a sentence: the other shore reads it.",
                ),
            )
        visit.node.judge(visit.access(), hit, verdict, visit.form.one("reason"))
    except (Malformed, NotPermitted, Conflict) as error:
        return _page(visit, status_of(error), error, "reason")
    return visit.to(f"/hits/{hit}", Text("Votre appréciation est inscrite.", "Your judgement is recorded."))


def share(visit: Visit) -> Response:
    """Say on the shared sheet who acts, who waits and when they meet."""
    hit, form = visit.parts["hit"], visit.form
    try:
        visit.node.share_sheet(
            visit.access(),
            hit,
            form.one("acts"),
            form.all("waits"),
            _moment(visit, form.one("meets_at")),
            form.one("words"),
        )
    except (Malformed, NotPermitted, Conflict) as error:
        return _page(visit, status_of(error), error, "acts")
    return visit.to(
        f"/hits/{hit}",
        Text("La feuille commune est à jour sur les deux rives.", "The shared sheet is said on both shores."),
    )


def _moment(visit: Visit, written: str) -> dt.datetime | None:
    if not written:
        return None
    try:
        local = dt.datetime.fromisoformat(written).replace(tzinfo=zone_of(visit.node.store.party))
        return local.astimezone(dt.UTC)
    except (ValueError, OverflowError) as error:
        raise Malformed(
            "meeting_unreadable",
            Text(fr="La date de la rencontre est illisible.", en="The date of the meeting cannot be read."),
            Text(fr="Écrivez un jour et une heure.", en="Write a day and an hour."),
        ) from error


def _local(visit: Visit, at: dt.datetime) -> str:
    return f"{at.astimezone(zone_of(visit.node.store.party)):%Y-%m-%dT%H:%M}"


# -- why two are none -----------------------------------------------------------------------------------------------


class Compared(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to "why are these two no link"."""

    one: str
    other: str
    grounds: tuple[Ground, ...]
    bits: float
    least: float
    lines: tuple[Any, ...]
    sum_bar: tuple[float, float]


def ask_why(visit: Visit) -> Response:
    """The question: two records, by their numbers."""
    return visit.page("hits_why.html", compared=None, error=None, one="", other="")


def why(visit: Visit) -> Response:
    """What speaks for and against two records being of one, where it is not enough or not told."""
    one, other = visit.form.one("one"), visit.form.one("other")
    try:
        if not one or not other or one == other:
            raise Malformed(
                "two_records",
                Text(fr="Il faut deux fiches différentes.", en="Two different records are needed."),
                Text(fr="Donnez leurs deux numéros.", en="Give both their numbers."),
            )
        grounds = visit.node.why_not(visit.access(), one, other)
    except (Malformed, NotPermitted, NotFound) as error:
        return visit.page("hits_why.html", status_of(error), compared=None, error=error, one=one, other=other)
    bits = _sum(grounds)
    compared = Compared(
        one=one,
        other=other,
        grounds=grounds,
        bits=bits,
        least=pinned_weights().hit_from_bits,
        lines=pair_lines(grounds, None, None, bits),
        sum_bar=sum_bar(grounds, bits),
    )
    return visit.page("hits_why.html", compared=compared, error=None, one=one, other=other)


DOORS: tuple[Door, ...] = (
    Door(path="/hits", does=show_list, who=INVESTIGATES, needs_shift=True),
    Door(path="/hits", does=find, method="POST", who=INVESTIGATES, needs_shift=True),
    Door(path="/hits/why", does=ask_why, who=INVESTIGATES, needs_shift=True),
    Door(path="/hits/why", does=why, method="POST", who=INVESTIGATES, needs_shift=True, most_a_minute=60),
    Door(path="/hits/{hit}", does=show, who=INVESTIGATES, needs_shift=True),
    Door(path="/hits/{hit}/talk", does=show_talk, who=INVESTIGATES, needs_shift=True),
    Door(path="/hits/{hit}/judgement", does=judge, method="POST", who=INVESTIGATES, needs_shift=True),
    Door(path="/hits/{hit}/sheet", does=share, method="POST", who=INVESTIGATES, needs_shift=True),
)
