"""What was done about a boat, in one line of words in each language: for a SITREP, a log on a chart, a table.

Says what the act says and draws no conclusion: that people were counted is here, whether a boat may close is not.
Telephone numbers by which people were identified are not said, only that there were some; names of services are asked
of whoever knows them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from entente.errors import Text
from entente.model.place import Position, show
from entente.model.sea_act import (
    CountResolved,
    Found,
    Judged,
    LeadAcknowledged,
    LeadOffered,
    LeadTaken,
    Manner,
    QuayForm,
    QuestionAnswered,
    QuestionOwed,
    SeaAct,
    Searched,
    SeaVerdict,
    TakenOff,
    Tasked,
    Transferred,
    WarningSettled,
    sea_act_words,
)

ServiceWords = Callable[[str], Text]

MANNER_WORDS: dict[Manner, Text] = {
    "rescued": Text("secourues", "rescued"),
    "landed": Text("débarquées à terre", "landed ashore"),
    "body_recovered": Text("retrouvées mortes", "found dead"),
    "returned_to_beach": Text("revenues à la plage", "back on the beach"),
}
VERDICT_WORDS: dict[SeaVerdict, Text] = {
    "same": Text("une même embarcation", "one boat"),
    "probably_same": Text("probablement une même embarcation", "probably one boat"),
    "unresolved": Text("non tranché", "unresolved"),
    "different": Text("deux embarcations", "two boats"),
}
_MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]


def group(at: dt.datetime) -> str:
    """A moment as rescue services write it in both languages: 230247 UTC NOV 2031."""
    utc = at.astimezone(dt.UTC)
    return f"{utc:%d%H%M} UTC {_MONTHS[utc.month - 1]} {utc.year}"


def persons(count: int) -> Text:
    """1 personne, 12 personnes; 1 person, 12 persons."""
    return Text(f"{count} personne{'s' if count > 1 else ''}", f"{count} person{'' if count == 1 else 's'}")


def corners_words(corners: tuple[Position, ...]) -> str:
    """The corners of an area, in degrees and decimal minutes."""
    return " ; ".join(show(one) for one in corners)


def done_words(act: SeaAct, service: ServiceWords) -> Text:
    """One act in one line, its officer's own words at the end where there are some."""
    said = _done(act, service)
    words = " ".join(act.words.split())
    return Text(f"{said.fr} – « {words} »", f'{said.en} – "{words}"') if words else said


def _by(asset: str) -> Text:
    return Text(f" par {asset}", f" by {asset}") if asset else Text(" ", " ")


def _done(act: SeaAct, service: ServiceWords) -> Text:
    kind = sea_act_words(act)
    match act:
        case TakenOff():
            many, how, by = persons(act.count), MANNER_WORDS[act.manner], _by(act.asset)
            place = f", {act.place}" if act.place else ""
            return Text(
                f"{many.fr} {how.fr}{by.fr.rstrip()}{place}", f"{many.en} {how.en}{by.en.rstrip()}{place}"
            )
        case Transferred():
            many = persons(act.count)
            return Text(
                f"transfert de {many.fr}, de {act.from_asset} à {act.to_asset}",
                f"transfer of {many.en}, from {act.from_asset} to {act.to_asset}",
            )
        case QuayForm():
            many = persons(act.came)
            missing = (
                Text("manquants non demandés", "missing not asked")
                if act.missing is None
                else Text(f"{act.missing} signalées manquantes", f"{act.missing} said to be missing")
            )
            return Text(
                f"fiche de débarquement à {act.place} : {many.fr}, {missing.fr}",
                f"quay form at {act.place}: {many.en}, {missing.en}",
            )
        case Found():
            how = Text("en vie", "alive") if act.alive else Text("sans vie", "dead")
            who = act.name or "–"
            return Text(f"{who} : manquant retrouvé {how.fr}", f"{who}: missing person found {how.en}")
        case CountResolved():
            return Text(f"nombre arrêté à {act.count}", f"count resolved as {act.count}")
        case LeadTaken() | LeadOffered() | LeadAcknowledged():
            name = service(act.service)
            return Text(f"{kind.fr} : {name.fr}", f"{kind.en}: {name.en}")
        case QuestionOwed():
            name = service(act.service)
            return Text(f"question à poser par {name.fr}", f"question to be asked by {name.en}")
        case QuestionAnswered():
            if not act.answer:
                return Text("question restée sans réponse", "question left without an answer")
            if act.asked == "phone_digits":
                return Text(
                    "chiffres d’un téléphone donnés en réponse", "figures of a telephone given in answer"
                )
            return Text(f"réponse : « {act.answer} »", f'answer: "{act.answer}"')
        case Tasked():
            until = f" – {group(act.until)}" if act.until is not None else ""
            where = f", {show(act.position)}" if act.position is not None else ""
            name = service(act.service)
            fr = f"{act.asset} engagé par {name.fr}, {group(act.at)}{until}{where}"
            en = f"{act.asset} tasked by {name.en}, {group(act.at)}{until}{where}"
            if act.search is None:
                return Text(fr, en)
            corners = corners_words(act.search.corners)
            return Text(f"{fr}, secteur à fouiller : {corners}", f"{en}, area to search: {corners}")
        case Searched():
            outcome = Text("découverte", "find") if act.found else Text("sans résultat", "nothing found")
            where = corners_words(act.corners)
            when = f"{group(act.starts)} – {group(act.ends)}"
            return Text(
                f"secteur fouillé par {act.asset}, {when}, {outcome.fr} : {where}",
                f"area searched by {act.asset}, {when}, {outcome.en}: {where}",
            )
        case Judged():
            verdict = VERDICT_WORDS[act.verdict]
            return Text(f"{kind.fr} : {verdict.fr}", f"{kind.en}: {verdict.en}")
        case WarningSettled():
            return kind
        case _:
            return kind
