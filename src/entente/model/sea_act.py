"""What officers do about a boat at sea: judge, take off, land, count, ask, search, lead, close.

Each is a record of kind "sea_act" in the life-saving compartment, which goes to the other shore by the life lane. A
boat is named in it by the id of any report that is held to be of it: the act belongs to whichever boat that report
belongs to when the picture is drawn, so that an act outlives every merge and un-merge. Acts are claims with a name and
a time; the picture says what follows from all of them together, in whatever order they came.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from entente.errors import Text
from entente.model.moment import Instant
from entente.model.place import Position

SeaVerdict = Literal["same", "probably_same", "unresolved", "different"]
Manner = Literal["rescued", "landed", "body_recovered", "returned_to_beach"]
# What may be asked of somebody who speaks from a boat; each settles something between two boats, or of one.
Asked = Literal[
    "phone_digits",  # the last four digits of another telephone aboard
    "names",  # the name of somebody aboard
    "persons",
    "children",
    "colour",
    "engine",
    "launched_from",
    "sees_asset",  # do you see the aircraft, ship or flare that is there now
    "position",  # where are you now, from the telephone's map
    "water",
]


# What an area is searched for: the two are seen from very different distances.
LookedFor = Literal["boat", "person_in_water"]


class _Act(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, tag_field="act"
):
    """Common to all: the officer who did it, in their own name; words: the reason, or what there is to say."""

    officer: str
    words: str = ""


class Judged(_Act, frozen=True, kw_only=True, tag="judged"):
    """An officer says of two reports whether they are of one boat. The newest word on a pair stands (un-merge)."""

    one: str
    other: str
    verdict: SeaVerdict


class Identified(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """By what the people who were found are known to be those of a boat.

    phones: numbers read back by somebody who was found, or rung and heard; names: of people found; photograph: one was
    sent and read back. marks: of hull, engine or life-jackets; they support and never suffice (SAR-2).
    """

    phones: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    photograph: str = ""
    marks: tuple[str, ...] = ()

    @property
    def is_positive(self) -> bool:
        """Whether anything here identifies people and not things."""
        return bool(self.phones or self.names or self.photograph.strip())


class TakenOff(_Act, frozen=True, kw_only=True, tag="taken_off"):
    """People left the boat: taken aboard an asset, landed with the boat, found dead, back on the beach they left.

    count: how many, counted one by one. asset: what took them; "" for a landing or a beach. place: where.
    """

    boat: str
    manner: Manner
    count: int
    at: Instant
    asset: str = ""
    place: str = ""
    position: Position | None = None
    identified: Identified = Identified()

    def __post_init__(self) -> None:
        if self.count < 0:
            raise ValueError("people are counted from zero on")


class Transferred(_Act, frozen=True, kw_only=True, tag="transferred"):
    """People who were taken off go from one asset to another. boat: theirs. They are debited once, when taken off."""

    boat: str
    count: int
    at: Instant
    from_asset: str
    to_asset: str

    def __post_init__(self) -> None:
        if self.count < 0:
            raise ValueError("people are counted from zero on")


class QuayForm(_Act, frozen=True, kw_only=True, tag="quay_form"):
    """Filled in where people come ashore: who came, who is missing, who telephoned (PUR-3, VIC-6).

    asset: what brought them. came: people counted ashore who say they were in this boat. missing: how many they miss,
    None where nobody was asked; missing_names: as they say them. identified: numbers that telephoned, names.
    """

    boat: str
    place: str
    at: Instant
    came: int
    asset: str = ""
    missing: int | None = None
    missing_names: tuple[str, ...] = ()
    identified: Identified = Identified()

    def __post_init__(self) -> None:
        if self.came < 0 or (self.missing is not None and self.missing < 0):
            raise ValueError("people are counted from zero on")


class Found(_Act, frozen=True, kw_only=True, tag="found"):
    """Somebody who was missing is found, alive or dead, by name or as one of those not named. place: where."""

    boat: str
    name: str
    alive: bool
    at: Instant
    place: str = ""


class CountResolved(_Act, frozen=True, kw_only=True, tag="count_resolved"):
    """An officer says how many people there were where reports vary, and why (SAR-3). words: the reason.

    grounds: what both shores have for it, a line each. Somebody who is missing is resolved by no count.
    """

    boat: str
    count: int
    grounds: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.count < 0:
            raise ValueError("people are counted from zero on")


class Closed(_Act, frozen=True, kw_only=True, tag="closed"):
    """A named officer closes a boat: everybody is accounted for, on evidence of who they are (SAR-2). words: why."""

    boat: str
    identified: Identified = Identified()


class ClosingAcknowledged(_Act, frozen=True, kw_only=True, tag="closing_acknowledged"):
    """The other shore has seen a closing and agrees. closing: its record."""

    boat: str
    closing: str


class Reopened(_Act, frozen=True, kw_only=True, tag="reopened"):
    """An officer opens a boat again: every closing of it before this one falls."""

    boat: str


class LeadTaken(_Act, frozen=True, kw_only=True, tag="lead_taken"):
    """A service leads the rescue of this boat from now on. service: which."""

    boat: str
    service: str


class LeadOffered(_Act, frozen=True, kw_only=True, tag="lead_offered"):
    """The lead is offered to another service; it stays where it is until that one takes it."""

    boat: str
    service: str


class LeadAcknowledged(_Act, frozen=True, kw_only=True, tag="lead_acknowledged"):
    """The service to which the lead was offered takes it. offer: the record of the offer."""

    boat: str
    offer: str
    service: str


class QuestionOwed(_Act, frozen=True, kw_only=True, tag="question_owed"):
    """Something is to be asked of a caller. service: who owes the asking. other: the boat it is to be told from."""

    boat: str
    asked: Asked
    service: str
    other: str = ""
    caller: str = ""


class QuestionAnswered(_Act, frozen=True, kw_only=True, tag="question_answered"):
    """What the caller said. question: the record that asked, or "" where it was asked unprompted.

    answer: as said; "" where none came. agrees: whether it is what would be true of `other`; None where that is open.
    """

    boat: str
    asked: Asked
    answer: str
    question: str = ""
    other: str = ""
    agrees: bool | None = None


class SearchOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """The area that an asset is to search, as it was planned: both shores see which parts are taken.

    sweep_width_m, track_m, starts, ends: as they are expected to be; what was truly searched is said afterwards
    (`Searched`).
    """

    corners: tuple[Position, ...]
    sweep_width_m: float
    track_m: float
    looked_for: LookedFor = "boat"
    starts: Instant | None = None
    ends: Instant | None = None

    def __post_init__(self) -> None:
        if len(self.corners) < 3:
            raise ValueError("an area has three corners at least")
        if self.sweep_width_m < 0 or self.track_m < 0:
            raise ValueError("a search is planned over a width and a way from zero on")


class Tasked(_Act, frozen=True, kw_only=True, tag="tasked"):
    """An asset goes to a boat or to search for it. until None: until it says otherwise. search: the area it takes."""

    boat: str
    asset: str
    service: str
    at: Instant
    until: Instant | None = None
    position: Position | None = None
    search: SearchOrder | None = None


class Searched(_Act, frozen=True, kw_only=True, tag="searched"):
    """What an asset has searched: the corners of the area, when, and how far to each side it would have seen.

    sweep_width_m: after the IAMSAR tables for what was looked for. track_m: the way made good in the area.
    found: whether anything was; a search without a find is evidence of where the boat is not. looked_for: what the
    width was for; who looks for a boat passes a person in the water unseen.
    """

    boat: str
    asset: str
    corners: tuple[Position, ...]
    starts: Instant
    ends: Instant
    sweep_width_m: float
    track_m: float
    found: bool = False
    looked_for: LookedFor = "boat"

    def __post_init__(self) -> None:
        if len(self.corners) < 3:
            raise ValueError("an area has three corners at least")
        if self.ends < self.starts or self.sweep_width_m < 0 or self.track_m < 0:
            raise ValueError("a search ends after it began, over a width and a way from zero on")


class WarningSettled(_Act, frozen=True, kw_only=True, tag="warning_settled"):
    """What came of a launch warning by morning. boats: reports of the boats that it foretold."""

    warning: str
    outcome: Literal["launched", "prevented", "nothing_seen", "not_known"]
    boats: tuple[str, ...] = ()


SeaAct = (
    Judged
    | TakenOff
    | Transferred
    | QuayForm
    | Found
    | CountResolved
    | Closed
    | ClosingAcknowledged
    | Reopened
    | LeadTaken
    | LeadOffered
    | LeadAcknowledged
    | QuestionOwed
    | QuestionAnswered
    | Tasked
    | Searched
    | WarningSettled
)

_WORDS: dict[type[Any], Text] = {
    Judged: Text("appréciation de deux signalements", "judgement of two reports"),
    TakenOff: Text("personnes sorties de l’embarcation", "people taken off the boat"),
    Transferred: Text("transfert entre moyens", "transfer between assets"),
    QuayForm: Text("fiche de débarquement", "quay form"),
    Found: Text("personne manquante retrouvée", "missing person found"),
    CountResolved: Text("nombre arrêté", "count resolved"),
    Closed: Text("clôture", "closing"),
    ClosingAcknowledged: Text("accusé de clôture", "closing acknowledged"),
    Reopened: Text("réouverture", "reopening"),
    LeadTaken: Text("conduite prise", "lead taken"),
    LeadOffered: Text("conduite proposée", "lead offered"),
    LeadAcknowledged: Text("conduite reçue", "lead received"),
    QuestionOwed: Text("question à poser", "question to ask"),
    QuestionAnswered: Text("réponse à une question", "answer to a question"),
    Tasked: Text("moyen engagé", "asset tasked"),
    Searched: Text("secteur fouillé", "area searched"),
    WarningSettled: Text("suite d’une alerte", "what came of a warning"),
}


def sea_act_words(act: SeaAct) -> Text:
    """What kind of act it is, in words."""
    return _WORDS[type(act)]


def boats_of(act: SeaAct) -> tuple[str, ...]:
    """The reports by which an act names boats."""
    if isinstance(act, Judged):
        return (act.one, act.other)
    if isinstance(act, WarningSettled):
        return act.boats
    named = (act.boat, getattr(act, "other", ""))
    return tuple(one for one in named if one)
