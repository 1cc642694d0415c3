"""A secret that would save a boat: place, time, count and telephone go to rescue in one act, without source.

Open to every role, from any record and by itself (PUR-7): it asks for no approval and no second person, only for what
rescue can use. Nothing of the record, the matter or the officer goes along. The page says beforehand who will be told
and that somebody looks at it afterwards (4E-2), and that somebody decides on their own page whether it was right.
"""

from __future__ import annotations

from typing import Literal, get_args

from starlette.responses import Response

from entente.errors import Conflict, EntenteError, Malformed, NotFound, NotPermitted, Text
from entente.model.place import Position
from entente.model.place import show as position_shown
from entente.model.report import Statement
from entente.model.sighting import PersonsOnBoard
from entente.store.store import value_of
from entente.web.door import EVERYBODY, OVERSEES, Door, Visit
from entente.web.sea_asked import optional_moment
from entente.web.sea_fields import read_persons, read_place
from entente.web.sea_typed import persons as persons_typed
from entente.web.site import status_of

OUTCOMES: dict[str, Text] = {
    "upheld": Text("C’était justifié", "It was justified"),
    "not_justified": Text("Ce n’était pas justifié", "It was not justified"),
}
Outcome = Literal["upheld", "not_justified"]
NO_SHIFT = "vie en danger / life at risk"
FIELDS = ("where", "when", "persons", "phone", "why")


# -- giving -----------------------------------------------------------------------------------------------------------


def show(visit: Visit) -> Response:
    """The form; from a record, with what of it rescue could use already there to be looked at."""
    return _form(visit, _of_record(visit, visit.query.one("record")))


def _form(
    visit: Visit, typed: dict[str, str], *, error: EntenteError | None = None, status: int = 200
) -> Response:
    return visit.page(
        "secret.html",
        status,
        typed=dict.fromkeys(FIELDS, "") | typed,
        error=error,
        record=visit.form.one("record") or visit.query.one("record"),
        is_on_shift=visit.shift is not None,
    )


def _of_record(visit: Visit, record: str) -> dict[str, str]:
    """Place, count and telephone of a record that this officer may read; it is read and registered like any other."""
    if not record or visit.shift is None:
        return {}
    try:
        reading = visit.node.read(visit.access(), record)
    except (NotPermitted, NotFound, Malformed):
        return {}
    found: dict[str, str] = {}
    for one in (value_of(stored) for stored in reading.parts):
        if not isinstance(one, Statement):
            continue
        seen = one.sighting
        if seen is not None and seen.position is not None:
            found.setdefault("where", position_shown(seen.position))
        if seen is not None and seen.persons_on_board is not None:
            found.setdefault("persons", persons_typed(seen.persons_on_board))
        if seen is not None and seen.callers:
            found.setdefault("phone", seen.callers[0])
    return found


def give(visit: Visit) -> Response:
    """Give it, now. What cannot be read as a place goes as words: nothing is refused for its form."""
    form = visit.form
    typed = {name: form.one(name)[:300] for name in FIELDS}
    access = visit.access(None if visit.shift is not None else NO_SHIFT)
    try:
        position, words = _place(typed["where"])
        count, more = _persons(typed["persons"])
        if not (typed["where"] or typed["phone"]):
            more = ""
        visit.node.give_for_life(
            access,
            position=position,
            at=optional_moment(visit, "when"),
            persons=count,
            caller=typed["phone"],
            # A number alone leads nowhere: what nobody reads goes along with a place or a telephone, and not for them.
            place_words=" · ".join(one for one in (words, more) if one),
            reason=typed["why"],
        )
    except (Malformed, NotPermitted, Conflict) as error:
        return _form(visit, typed, error=error, status=status_of(error))
    return visit.to("/secret/given")


def given(visit: Visit) -> Response:
    """That rescue has it, and what comes next."""
    return visit.page("secret_given.html")


def _place(written: str) -> tuple[Position | None, str]:
    """A position, or else the words."""
    try:
        return (read_place(written), "") if written else (None, "")
    except (EntenteError, ValueError):
        return None, written


def _persons(written: str) -> tuple[PersonsOnBoard | None, str]:
    try:
        return (read_persons(written), "") if written else (None, "")
    except ValueError:
        return None, written


# -- looked at afterwards ---------------------------------------------------------------------------------------------


def reviews(visit: Visit) -> Response:
    """What was given to save life: what still waits for a look, the soonest due first, then what was looked at."""
    return _reviews(visit)


def _reviews(visit: Visit, *, error: EntenteError | None = None, status: int = 200) -> Response:
    found = visit.node.reviews_owed(visit.access())
    return visit.page(
        "secret_reviews.html",
        status,
        waiting=sorted((one for one in found if not one.outcome), key=lambda one: (one.due, one.id)),
        settled=[one for one in found if one.outcome],
        outcomes=OUTCOMES,
        error=error,
        typed=visit.form,
        at_fault=visit.parts.get("review", ""),
    )


def settle(visit: Visit) -> Response:
    """Say whether it was justified, and why."""
    outcome = visit.form.one("outcome")
    try:
        if outcome not in get_args(Outcome):
            raise Malformed(
                "choice_missing",
                Text("Vous n’avez pas dit si c’était justifié.", "You did not say whether it was justified."),
                Text("Choisissez une réponse.", "Choose an answer."),
            )
        visit.node.settle_review(
            visit.access(),
            visit.parts["review"],
            "upheld" if outcome == "upheld" else "not_justified",
            visit.form.one("words")[:4000],
        )
    except (Malformed, NotPermitted, Conflict, NotFound) as error:
        return _reviews(visit, error=error, status=status_of(error))
    return visit.to("/secret/reviews", Text("Décision enregistrée.", "Decision recorded."))


DOORS: tuple[Door, ...] = (
    Door(path="/secret", does=show, who=EVERYBODY),
    Door(path="/secret", does=give, method="POST", who=EVERYBODY),
    Door(path="/secret/given", does=given, who=EVERYBODY),
    Door(path="/secret/reviews", does=reviews, who=OVERSEES, needs_shift=True),
    Door(path="/secret/reviews/{review}", does=settle, method="POST", who=OVERSEES, needs_shift=True),
)
