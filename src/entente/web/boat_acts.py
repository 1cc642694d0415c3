"""What an officer does about a boat, one question a page: what it will do in a sentence, and what speaks for it beside.

Whether an act holds is decided below and by the picture, never here. An act that is refused leaves what was typed; one
that decides (a count, a closing, the lead, a verdict) is shown again where the boat changed since the page was opened,
by whomever, because it would decide on what its officer has not seen.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Callable
from typing import Any, Literal, get_args

import msgspec
from starlette.responses import Response

from entente.errors import Conflict, EntenteError, Malformed, NotFound, NotPermitted, Text
from entente.formats.summary import persons_words
from entente.maritime.act_words import MANNER_WORDS
from entente.maritime.values import ActSaid, Boat, Picture, SeaReport
from entente.model import sea_act as acts
from entente.model.place import METRES_IN_A_NAUTICAL_MILE
from entente.model.sea_act import Asked, Identified, Manner, SeaAct, SeaVerdict
from entente.web.boat_act_words import ASKED, DEEDS, VERDICT_MEANS, Deed
from entente.web.door import WATCHES, Door, Visit
from entente.web.sea_asked import count, metres, moment, names, optional_moment, place, places
from entente.web.sea_words import VERDICTS
from entente.web.site import status_of

MOST_WORDS = 4000
# What was searched was searched: an end that lies ahead by more than clocks differ is none.
CLOCKS_APART = dt.timedelta(minutes=5)


class Asking(msgspec.Struct, frozen=True, kw_only=True):
    """An act while it is made: who asks, of which boat, in which picture."""

    visit: Visit
    boat: Boat
    picture: Picture

    @property
    def officer(self) -> str:
        """Who does it, in their own name."""
        return self.visit.officer.name

    @property
    def words(self) -> str:
        """The reason, or what there is to say."""
        return self.visit.form.one("words")[:MOST_WORDS]

    @property
    def service(self) -> str:
        """The service that is named, or the officer's own."""
        return self.visit.form.one("service") or self.visit.officer.service

    def one_of(self, name: str, kind: Any) -> Any:
        """One of a few choices. Raises Malformed where none was made."""
        chosen = self.visit.form.one(name)
        if chosen not in get_args(kind):
            raise Malformed(
                "choice_missing",
                Text("Rien n’est choisi.", "Nothing is chosen."),
                Text("Choisissez une réponse.", "Choose an answer."),
            )
        return chosen

    def identified(self) -> Identified:
        """By what people were recognised: numbers ticked or typed, names, a photograph, marks."""
        form = self.visit.form
        return Identified(
            phones=names(self.visit, "phones"),
            names=names(self.visit, "names"),
            photograph=form.one("photograph")[:300],
            marks=names(self.visit, "marks"),
        )


# -- each act, out of its form ----------------------------------------------------------------------------------------


def _taken_off(asking: Asking) -> SeaAct:
    form = asking.visit.form
    return acts.TakenOff(
        officer=asking.officer,
        words=asking.words,
        boat=asking.boat.id,
        manner=asking.one_of("manner", Manner),
        count=count(asking.visit, "count"),
        at=moment(asking.visit, "at"),
        asset=form.one("asset")[:120],
        place=form.one("place")[:120],
        position=place(asking.visit, "position"),
        identified=asking.identified(),
    )


def _transferred(asking: Asking) -> SeaAct:
    form = asking.visit.form
    return acts.Transferred(
        officer=asking.officer,
        words=asking.words,
        boat=asking.boat.id,
        count=count(asking.visit, "count"),
        at=moment(asking.visit, "at"),
        from_asset=form.one("from_asset")[:120],
        to_asset=form.one("to_asset")[:120],
    )


def _found(asking: Asking) -> SeaAct:
    form = asking.visit.form
    return acts.Found(
        officer=asking.officer,
        words=asking.words,
        boat=asking.boat.id,
        name=form.one("name")[:120],
        alive=asking.one_of("alive", _YesNo) == "yes",
        at=moment(asking.visit, "at"),
        place=form.one("place")[:120],
    )


def _count(asking: Asking) -> SeaAct:
    lines = asking.visit.form.exact("grounds").splitlines()
    return acts.CountResolved(
        officer=asking.officer,
        words=asking.words,
        boat=asking.boat.id,
        count=count(asking.visit, "count"),
        grounds=tuple(line.strip()[:300] for line in lines if line.strip())[:40],
    )


def _close(asking: Asking) -> SeaAct:
    return acts.Closed(
        officer=asking.officer, words=asking.words, boat=asking.boat.id, identified=asking.identified()
    )


def _acknowledge(asking: Asking) -> SeaAct:
    if not asking.boat.closing:
        raise Conflict(
            "nothing_closed",
            Text("Cette embarcation n’est pas close.", "This boat is not closed."),
            Text("Il n’y a rien à recevoir pour l’instant.", "There is nothing to acknowledge for now."),
        )
    return acts.ClosingAcknowledged(
        officer=asking.officer, words=asking.words, boat=asking.boat.id, closing=asking.boat.closing
    )


def _reopen(asking: Asking) -> SeaAct:
    return acts.Reopened(officer=asking.officer, words=asking.words, boat=asking.boat.id)


def _lead(asking: Asking) -> SeaAct:
    boat, own = asking.boat, asking.visit.officer.service
    doing = asking.one_of("doing", _Leading)
    if doing == "offer":
        if asking.service == own:
            raise Malformed(
                "service_missing",
                Text(
                    "Le service à qui la proposer n’est pas dit.", "The service to offer it to is not given."
                ),
                Text("Choisissez-le dans la liste.", "Choose it from the list."),
            )
        return acts.LeadOffered(
            officer=asking.officer, words=asking.words, boat=boat.id, service=asking.service
        )
    if doing == "receive":
        if boat.lead.offered_to != own:
            raise Conflict(
                "lead_not_offered",
                Text("La conduite ne vous est plus proposée.", "The lead is no longer offered to you."),
                Text("Voyez qui l’a, puis décidez.", "See who has it, then decide."),
            )
        return acts.LeadAcknowledged(
            officer=asking.officer, words=asking.words, boat=boat.id, offer=boat.lead.offer, service=own
        )
    return acts.LeadTaken(officer=asking.officer, words=asking.words, boat=boat.id, service=own)


def _question(asking: Asking) -> SeaAct:
    form, boat = asking.visit.form, asking.boat
    asked: Asked = asking.one_of("asked", Asked)
    known = next((one for one in boat.questions if one.asked == asked), None)
    other = known.other if known is not None else ""
    if form.one("doing") == "owe":
        return acts.QuestionOwed(
            officer=asking.officer,
            words=asking.words,
            boat=boat.id,
            asked=asked,
            service=asking.service,
            other=other,
            caller=known.caller if known is not None else "",
        )
    agrees = form.one("agrees")
    return acts.QuestionAnswered(
        officer=asking.officer,
        words=asking.words,
        boat=boat.id,
        asked=asked,
        answer=form.one("answer")[:300],
        question=known.record if known is not None else "",
        other=other,
        agrees=agrees == "yes" if agrees in ("yes", "no") else None,
    )


def _task(asking: Asking) -> SeaAct:
    asset = asking.visit.form.one("asset")[:120]
    if not asset:
        raise Malformed(
            "asset_missing",
            Text("Le moyen n’est pas nommé.", "The asset is not named."),
            Text("Écrivez son nom ou son indicatif.", "Write its name or its call sign."),
        )
    order = None
    if asking.visit.form.one("corners"):
        order = acts.SearchOrder(
            corners=places(asking.visit, "corners"),
            sweep_width_m=metres(asking.visit, "sweep", METRES_IN_A_NAUTICAL_MILE),
            track_m=metres(asking.visit, "track", METRES_IN_A_NAUTICAL_MILE),
            looked_for=_looked_for(asking),
            starts=optional_moment(asking.visit, "starts", ahead=True),
            ends=optional_moment(asking.visit, "ends", ahead=True),
        )
    return acts.Tasked(
        officer=asking.officer,
        words=asking.words,
        boat=asking.boat.id,
        asset=asset,
        service=asking.service,
        at=moment(asking.visit, "at"),
        until=optional_moment(asking.visit, "until"),
        position=place(asking.visit, "position"),
        search=order,
    )


def _looked_for(asking: Asking) -> acts.LookedFor:
    return "person_in_water" if asking.visit.form.one("looked_for") == "person_in_water" else "boat"


def _searched(asking: Asking) -> SeaAct:
    visit = asking.visit
    starts, ends = moment(visit, "starts", ahead=True), moment(visit, "ends", ahead=True)
    if ends < starts:
        raise Malformed(
            "ends_before_it_began",
            Text("La recherche finirait avant d’avoir commencé.", "The search would end before it began."),
            Text("Relisez les deux heures.", "Read both hours again."),
        )
    if ends > visit.now + CLOCKS_APART:
        raise Malformed(
            "search_not_over",
            Text("Cette recherche n’est pas finie.", "This search is not over."),
            Text(
                "Notez-la une fois faite, ou seulement ce qui l’est déjà.",
                "Record it once it is done, or only what is done already.",
            ),
        )
    return acts.Searched(
        officer=asking.officer,
        words=asking.words,
        boat=asking.boat.id,
        asset=visit.form.one("asset")[:120],
        corners=places(visit, "corners"),
        starts=starts,
        ends=ends,
        sweep_width_m=metres(visit, "sweep", METRES_IN_A_NAUTICAL_MILE),
        track_m=metres(visit, "track", METRES_IN_A_NAUTICAL_MILE),
        found=visit.form.one("found") == "yes",
        looked_for=_looked_for(asking),
    )


def _judge(asking: Asking) -> SeaAct:
    boat, other = asking.boat, asking.visit.form.one("other")
    known = {report for one in asking.picture.boats for report in one.reports}
    if other not in known:
        raise Malformed(
            "other_missing",
            Text("L’autre n’est pas choisie.", "The other one is not chosen."),
            Text("Choisissez avec quoi la comparer.", "Choose what to compare it with."),
        )
    # A report of this very boat is told from another of it: that is how two boats that were made one come apart.
    one = next((report for report in boat.reports if report != other), boat.id)
    return acts.Judged(
        officer=asking.officer,
        words=asking.words,
        one=one,
        other=other,
        verdict=asking.one_of("verdict", SeaVerdict),
    )


_YesNo = Literal["yes", "no"]
_Leading = Literal["take", "offer", "receive"]
MAKES: dict[str, Callable[[Asking], SeaAct]] = {
    "taken-off": _taken_off,
    "transfer": _transferred,
    "found": _found,
    "count": _count,
    "close": _close,
    "acknowledge": _acknowledge,
    "reopen": _reopen,
    "lead": _lead,
    "question": _question,
    "task": _task,
    "searched": _searched,
    "judge": _judge,
}
# What decides on the boat as its officer saw it: shown again where that is no longer how it stands.
DECIDES = frozenset({"count", "close", "acknowledge", "lead", "judge"})


# -- the page ---------------------------------------------------------------------------------------------------------


def _standing(boat: Boat) -> str:
    """A short mark of what a decision rests on; another mark, another state of things."""
    ledger = boat.ledger
    rests_on = (
        boat.state,
        boat.reports,
        boat.closing,
        boat.lead,
        ledger.said,
        ledger.accounted,
        ledger.missing,
        ledger.missing_names,
        ledger.resolved,
    )
    return hashlib.sha256(msgspec.json.encode(rests_on)).hexdigest()[:16]


def _look(visit: Visit) -> tuple[Boat, Picture]:
    access = visit.access()
    boat = visit.node.boat_at_sea(access, visit.parts["boat"])
    return boat, visit.node.picture(access)


def _page(visit: Visit, deed: Deed, *, error: EntenteError | None = None, status: int = 200) -> Response:
    boat, picture = _look(visit)
    log = visit.node.sea_reports(visit.access(), boat.id)
    chosen = visit.form.one("other") or visit.query.one("other")
    by_id = {one.id: one for one in picture.boats}
    other = next((one for one in picture.boats if chosen == one.id or chosen in one.reports), None)
    return visit.page(
        "boat_act.html",
        status,
        deed=deed,
        boat=boat,
        # What a search plan fills in comes with its link, and stands as if typed.
        typed=visit.form if visit.form.names() else visit.query,
        error=error,
        standing=_standing(boat),
        once=visit.form.one("once") or str(uuid.uuid4()),
        reports=[one for one in log if isinstance(one, SeaReport)],
        closed_by=next((one for one in log if isinstance(one, ActSaid) and one.id == boat.closing), None),
        chosen=chosen,
        other=other if other is not None and other.id != boat.id else None,
        link=next(
            (link for link in boat.links if other is not None and other.id in (link.one, link.other)), None
        ),
        others=[
            (one, next((link for link in boat.links if one.id in (link.one, link.other)), None))
            for one in picture.boats
            if one.id != boat.id and one.state != "closed"
        ],
        by_id=by_id,
        own=visit.officer.service,
        watches=[
            one.id
            for one in visit.node.agreement.services
            if "life_saving" in one.opens.get("watch_keeper", ())
        ],
        manners=MANNER_WORDS,
        asked=ASKED,
        asked_first=next((one for one in ASKED if one == visit.query.one("asked")), ""),
        verdicts=VERDICTS,
        verdict_means=VERDICT_MEANS,
        persons_words=persons_words,
    )


def _showing(deed: Deed) -> Callable[[Visit], Response]:
    def show(visit: Visit) -> Response:
        return _page(visit, deed)

    return show


def _doing(deed: Deed) -> Callable[[Visit], Response]:
    def done(visit: Visit) -> Response:
        boat, picture = _look(visit)
        try:
            sent = visit.form.one("standing")
            if deed.path in DECIDES and sent and sent != _standing(boat):
                raise Conflict(
                    "boat_changed",
                    Text(
                        "Cette embarcation a changé depuis que vous avez ouvert la page.",
                        "This boat has changed since you opened the page.",
                    ),
                    Text(
                        "Voici comment elle est à présent ; ce que vous aviez tapé est là. S’il "
                        "tient toujours, renvoyez.",
                        "Here is how it stands now; what you typed is there. If it still holds, "
                        "send it again.",
                    ),
                )
            act = MAKES[deed.path](Asking(visit=visit, boat=boat, picture=picture))
            once = visit.form.one("once")[:64]
            visit.node.do_at_sea(visit.access(), act, f"act/{visit.officer.name}/{once}" if once else None)
        except (Malformed, NotPermitted, Conflict, NotFound) as error:
            return _page(visit, deed, error=error, status=status_of(error))
        except ValueError:
            unread = Malformed(
                "act_unreadable",
                Text("Ce qui est tapé ne se lit pas.", "What is typed cannot be read."),
                Text("Relisez les champs.", "Look at the fields again."),
            )
            return _page(visit, deed, error=unread, status=422)
        return visit.to(f"/sea/boats/{boat.id}", deed.done)

    return done


DOORS: tuple[Door, ...] = tuple(
    door
    for deed in DEEDS
    for door in (
        Door(path=f"/sea/boats/{{boat}}/{deed.path}", does=_showing(deed), who=WATCHES, needs_shift=True),
        Door(
            path=f"/sea/boats/{{boat}}/{deed.path}",
            does=_doing(deed),
            method="POST",
            who=WATCHES,
            needs_shift=True,
        ),
    )
)
