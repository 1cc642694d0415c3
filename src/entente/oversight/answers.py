"""What may be answered to a person about each record that speaks of them, and what the whole answer then is (ERA-5).

The data protection officer decides with references before them and never contents. Three decisions are not theirs
alone: a partner's record is the partner's to open, a judicial file the authority's, a victim's record its keeper's;
until they have agreed, such a record can only be refused. Where one refusal may not be named, the answer is worded so
that nobody can tell it from "nothing is held": a refusal that can be recognised tells what it refuses to tell.
"""

from __future__ import annotations

import calendar
import datetime as dt
import tomllib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Literal

import msgspec

from entente.errors import Malformed, NotPermitted, Text
from entente.formats.moments import day_words
from entente.model.office_act import RecordAnswer
from entente.model.report import Compartment, Kind

Answer = Literal["disclosed", "disclosed_in_part", "refused", "neither_confirmed_nor_denied", "nothing_held"]
HowSure = Literal["strong", "possible", "in_words"]

HOW_SURE_WORDS: dict[HowSure, Text] = {
    "strong": Text("concordance forte", "strong match"),
    "possible": Text("concordance possible, à lever", "possible match, to be resolved"),
    "in_words": Text("nom ou numéro dans un texte libre", "name or number in free text"),
}
OUTCOME_WORDS: dict[str, Text] = {
    "disclose": Text("communiquer", "disclose"),
    "disclose_in_part": Text("communiquer en partie", "disclose in part"),
    "refuse": Text("refuser", "refuse"),
    "not_this_person": Text("n’est pas cette personne", "is not this person"),
}


class RecordFound(msgspec.Struct, frozen=True, kw_only=True):
    """One record that speaks of a person, as far as the data protection officer is shown it: no content.

    entities: which of its entities; agrees: which kinds of value agree ("phone", "name", "birth"), never the values.
    keeper: the service that said it. is_own: whether of this node; else `node` decides on disclosure. category: as last
    designated, else as recorded; "" for none. bits: of the surest entity.
    """

    record: str
    reference: str | None
    version: int
    kind: Kind
    compartment: Compartment
    compartments: tuple[Compartment, ...]
    keeper: str
    node: str
    is_own: bool
    state: str
    category: str
    said_at: dt.datetime
    review_by: dt.date
    erase_by: dt.date
    sure: HowSure
    bits: float
    agrees: tuple[str, ...]
    entities: tuple[str, ...]

    @property
    def asks(self) -> Literal["", "originator", "authority", "victim_keeper"]:
        """Who must agree before it is disclosed; "" where the officer decides alone."""
        if not self.is_own:
            return "originator"
        if "victims" in self.compartments:
            return "victim_keeper"
        return "authority" if "judicial" in self.compartments else ""


class SubjectFound(msgspec.Struct, frozen=True, kw_only=True):
    """What a search over all stores gave. searched: how many record versions were read, in which compartments."""

    records: tuple[RecordFound, ...]
    searched: int
    compartments: tuple[Compartment, ...]
    at: dt.datetime


class RefusalGround(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One configured ground. said: whether a letter may name it; law: to be confirmed by counsel, and says so."""

    said: bool
    fr: str
    en: str
    law_fr: str
    law_en: str
    asked: Literal["", "originator", "authority"] = ""

    @property
    def text(self) -> Text:
        """The ground in the words of a letter."""
        return Text(self.fr, self.en)

    @property
    def law(self) -> Text:
        """Where it stands in the law of either side."""
        return Text(self.law_fr, self.law_en)


def read_grounds(written: str) -> dict[str, RefusalGround]:
    """Read the table of grounds from TOML. Raises Malformed when it is not one."""
    try:
        return msgspec.convert(tomllib.loads(written), dict[str, RefusalGround])
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise Malformed(
            "grounds_unreadable",
            Text(
                fr=f"Table des motifs de refus illisible : {error}.",
                en=f"The table of grounds cannot be read: {error}.",
            ),
        ) from error


@lru_cache(maxsize=1)
def shipped_grounds() -> dict[str, RefusalGround]:
    """The table that ships with the program."""
    return read_grounds(files("entente.oversight").joinpath("grounds.toml").read_text("utf-8"))


class RequestRules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How long an answer may take, in calendar months from the day the request came."""

    months: int = 1


def due_on(received_on: dt.date, rules: RequestRules | None = None) -> dt.date:
    """The last day for the answer: the same day of the month, or its last where it is shorter."""
    months = received_on.month - 1 + (rules or RequestRules()).months
    year, month = received_on.year + months // 12, months % 12 + 1
    return dt.date(year, month, min(received_on.day, calendar.monthrange(year, month)[1]))


def due_words(due: dt.date, today: dt.date) -> Text:
    """How long there is, for a page."""
    days, on = (due - today).days, day_words(due)
    if days < 0:
        return Text(f"en retard de {-days} j (terme : {on.fr})", f"{-days} d late (was due on {on.en})")
    if days == 0:
        return Text("à répondre aujourd’hui", "due today")
    return Text(f"à répondre dans {days} j (le {on.fr})", f"due in {days} d (on {on.en})")


def check_answers(
    found: Sequence[RecordFound],
    answers: Sequence[RecordAnswer],
    grounds: Mapping[str, RefusalGround],
    agreed: frozenset[str] = frozenset(),
) -> None:
    """Refuse an answer that leaves a record out, opens what is another's to open, or refuses without a ground.

    agreed: records whose originator, authority or keeper agreed to the disclosure.
    Raises Malformed for what is incomplete, NotPermitted for what is not this officer's to decide.
    """
    by_record = {answer.record: answer for answer in answers}
    wanted = {one.record for one in found}
    if len(by_record) != len(answers) or set(by_record) != wanted:
        raise Malformed(
            "answers_incomplete",
            Text(
                fr="Chaque fiche trouvée reçoit une décision et une seule, et aucune autre n’en reçoit.",
                en="Each record found is decided once, and no other is.",
            ),
            Text(fr="Décidez des fiches qui restent.", en="Decide on those that are left."),
        )
    for one in found:
        answer = by_record[one.record]
        if answer.outcome == "refuse" and answer.ground not in grounds:
            raise Malformed(
                "ground_missing",
                Text(
                    fr=f"Le refus de la fiche {one.record} n’a pas de motif de la liste.",
                    en=f"The refusal of record {one.record} has no ground of the list.",
                ),
                Text(fr="Choisissez-en un.", en="Choose one."),
            )
        if answer.outcome in ("disclose", "disclose_in_part") and one.asks and one.record not in agreed:
            raise _not_yours(one)


def _not_yours(one: RecordFound) -> NotPermitted:
    who = {
        "originator": Text(
            f"son émetteur, {one.keeper} ({one.node})", f"its originator, {one.keeper} ({one.node})"
        ),
        "authority": Text(
            f"l’autorité judiciaire de {one.keeper}", f"the judicial authority of {one.keeper}"
        ),
        "victim_keeper": Text(f"le service qui en prend soin, {one.keeper}", f"its keeper, {one.keeper}"),
    }[one.asks or "originator"]
    return NotPermitted(
        "keeper_not_asked",
        Text(
            fr=f"La fiche {one.record} ne se communique pas sans l’accord de qui en décide : {who.fr}.",
            en=f"Record {one.record} is not disclosed without the agreement of who decides on it: {who.en}.",
        ),
        Text(
            fr="Demandez-lui, et notez son accord ; sinon refusez avec le motif qui convient.",
            en="Ask, and note the agreement; else refuse on the ground that fits.",
        ),
    )


def answer_of(answers: Sequence[RecordAnswer], grounds: Mapping[str, RefusalGround]) -> Answer:
    """What the whole answer is, after `check_answers`.

    Refusals that may not be named never show: beside what is disclosed they are silent, alone they make an answer that
    reads as "nothing held".
    """
    about = [answer for answer in answers if answer.outcome != "not_this_person"]
    if not about:
        return "nothing_held"
    refused = [grounds[answer.ground] for answer in about if answer.outcome == "refuse"]
    if len(refused) == len(about):
        return "refused" if all(ground.said for ground in refused) else "neither_confirmed_nor_denied"
    in_part = any(answer.outcome == "disclose_in_part" for answer in about)
    return "disclosed_in_part" if in_part or any(ground.said for ground in refused) else "disclosed"
