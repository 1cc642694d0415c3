"""The door: what a draft must carry before it becomes a record of this node.

Refused here with a reason, and nothing is lost: the draft stays with its writer. Every record has a purpose, a matter,
handling and (where it speaks of an offence) a regime; every person a category that is no accusation; what is said in
words of another offence than it is, is asked to be put right. Life at sea does not stop at this door: a distress takes
defaults for whatever it lacks.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import get_args

import msgspec

from entente.errors import Malformed, NotPermitted, Text
from entente.model.entity import DESIGNATED_CATEGORIES
from entente.model.report import Compartment, Draft, Kind, Purpose, Statement
from entente.model.sea_act import Closed, CountResolved, Judged, Reopened
from entente.policy.access import Access
from entente.policy.agreement import Agreement
from entente.policy.handling import check_ceiling, check_handling
from entente.policy.plan_door import check_plan_act
from entente.policy.release import parse_recipient

# Kinds that speak of an offence and so must say which (SMT-1).
# Kinds that the node itself makes (a hit), or that come with its settings (an agreement).
NOT_WRITTEN: frozenset[Kind] = frozenset({"hit", "agreement", "office"})
# A place has a name; what is longer is a report.
MAX_PLACE = 80
OFFENCE_KINDS: frozenset[Kind] = frozenset({"report", "holding", "designation"})
# "trafic d'êtres humains" names neither smuggling nor trafficking (SMT-4); within quotation marks it is quoted.
_CONFUSED = re.compile(r"trafics? d['’]êtres? humains?", re.IGNORECASE)
_QUOTED = re.compile(r"«[^»]*»|\"[^\"]*\"|“[^”]*”")


def _missing(code: str, fr: str, en: str, remedy_fr: str, remedy_en: str) -> Malformed:
    return Malformed(code, Text(fr=fr, en=en), Text(fr=remedy_fr, en=remedy_en))


def with_life_defaults(draft: Draft) -> Draft:
    """A distress or a life-saving sighting with safe values for what it does not say (SAR-1).

    A distress is H0 and whole: no code, condition or closed compartment of one of its statements keeps any of it from
    the other shore. Whoever calls it one has decided that it is to be heard.
    """
    if not saves_life(draft):
        return draft
    if draft.kind == "distress":
        draft = msgspec.structs.replace(
            draft,
            handling=("H0",),
            conditions=None,
            under_review=False,
            statements=tuple(
                msgspec.structs.replace(statement, compartment=None)
                if statement.compartment not in (None, "life_saving", "intelligence")
                else statement
                for statement in draft.statements
            ),
        )
    if draft.warning is not None:
        draft = _without_its_matter(draft)
    return msgspec.structs.replace(
        draft,
        purpose="life_saving",
        compartment="life_saving",
        matter=draft.matter or "SAR",
        handling=draft.handling or ("H0",),
        lane="life",
    )


def _without_its_matter(draft: Draft) -> Draft:
    """A sanitised warning in a header that tells nothing of the operation it came from, with a bare position."""
    warning = draft.warning
    if warning is not None and warning.position is not None:
        bare = msgspec.structs.replace(warning.position, written="")
        warning = msgspec.structs.replace(warning, position=bare)
    return msgspec.structs.replace(
        draft, warning=warning, matter=None, reference=None, regime=None, grade=None, handling=("H0",)
    )


def saves_life(draft: Draft) -> bool:
    """Whether a draft goes by the life lane: what was seen or heard of people in danger, and no act on a record."""
    return draft.kind in ("distress", "sea_act") or (
        draft.kind in ("sighting", "warning") and draft.compartment == "life_saving"
    )


def admit(draft: Draft, access: Access, agreement: Agreement) -> None:
    """Let a draft in, or raise Malformed or NotPermitted with the reason.

    Only a service of this node may record, in a compartment that its writer's role opens; machines may record, but
    neither designate nor judge nor amend.
    """
    service = agreement.service(draft.service)
    if service.node != access.node or access.service != draft.service:
        raise NotPermitted(
            "not_your_service",
            Text(
                fr=f"{access.officer} écrit pour {access.service}, pas pour {draft.service}.",
                en=f"{access.officer} writes for {access.service}, not for {draft.service}.",
            ),
        )
    if not access.reason.strip() and not saves_life(draft):
        raise _missing(
            "reason_missing", "Le motif manque.", "The reason is missing.", "Dites pourquoi.", "Say why."
        )
    if draft.kind in NOT_WRITTEN:
        raise NotPermitted(
            "kind_not_written",
            Text(
                fr=f"Une fiche « {draft.kind} » n’est écrite par aucun agent.",
                en=f'No officer writes a record of kind "{draft.kind}".',
            ),
        )
    _check_acts(draft, access)
    opens = agreement.service(access.service).opens
    if access.role not in opens:
        raise NotPermitted(
            "role_not_at_service",
            Text(
                fr=f"{access.service} ne connaît pas le rôle « {access.role} ».",
                en=f'{access.service} has no role "{access.role}".',
            ),
        )
    if not saves_life(draft):
        _check_compartments(draft, access, opens[access.role])
        check_common(draft)
    elif draft.kind == "sea_act":
        # A report of danger is anybody's to give; what is done about a boat is for those who see the picture.
        _check_compartments(draft, access, opens[access.role])
    for statement in draft.statements:
        check_statement(statement)
    check_ceiling(draft.handling, agreement.ceilings[access.party])
    for recipient in (*draft.recipients, *(draft.release.recipients if draft.release else ())):
        parse_recipient(recipient, agreement)


def check_common(draft: Draft) -> None:
    """Purpose, matter, handling, regime: what every record carries and no default may guess."""
    if draft.purpose is None:
        raise _missing(
            "purpose_missing",
            "La finalité manque : chaque fiche en déclare une et une seule.",
            "The purpose is missing: each record declares exactly one.",
            f"Choisissez parmi : {', '.join(get_args(Purpose))}.",
            f"Choose one of: {', '.join(get_args(Purpose))}.",
        )
    if not (draft.matter or "").strip():
        raise _missing(
            "matter_missing",
            "L’affaire manque.",
            "The matter is missing.",
            "Donnez le numéro de l’affaire.",
            "Give the number of the matter.",
        )
    if not draft.handling:
        raise _missing(
            "handling_missing",
            "Le code de traitement manque.",
            "The handling code is missing.",
            "Choisissez H0, H1, H2 ou H3, ou un code de votre service.",
            "Choose H0, H1, H2 or H3, or a code of your service.",
        )
    check_handling(draft.handling, draft.conditions)
    if draft.kind in OFFENCE_KINDS and draft.regime is None:
        raise _missing(
            "regime_missing",
            "Le régime manque : trafic illicite de migrants, traite des êtres humains, ou non déterminé.",
            "The regime is missing: smuggling of migrants, trafficking in human beings, or undetermined.",
            "Il n’y a pas de valeur par défaut : ce sont deux infractions différentes.",
            "There is no default: they are two different offences.",
        )
    if draft.kind in ("report", "sighting") and not draft.statements:
        raise _missing(
            "statement_missing",
            "La fiche ne dit rien.",
            "The record says nothing.",
            "Ajoutez au moins un énoncé.",
            "Add at least one statement.",
        )
    ids = [statement.id for statement in draft.statements]
    entities = [entity.id for statement in draft.statements for entity in statement.entities]
    if len(set(ids)) != len(ids) or len(set(entities)) != len(entities):
        raise _missing(
            "id_twice",
            "Deux énoncés ou deux entités portent le même identifiant.",
            "Two statements or two entities bear one id.",
            "Numérotez-les s1, s2 … et e1, e2 …",
            "Number them s1, s2 … and e1, e2 …",
        )


def check_statement(statement: Statement) -> None:
    """No accusation by report (CAT-3, CAT-4), and no word that confuses two offences (SMT-4)."""
    for entity in statement.entities:
        if entity.category in DESIGNATED_CATEGORIES:
            raise NotPermitted(
                "category_not_designated",
                Text(
                    fr=f"« {entity.category} » est un acte d’agents nommés, jamais d’une fiche ou d’un import.",
                    en=f'"{entity.category}" is an act of named officers, never of a report or an import.',
                ),
                Text(
                    fr="Écrivez « not_yet_assessed », puis désignez avec un second agent.",
                    en='Write "not_yet_assessed", then designate with a second officer.',
                ),
            )
    if _CONFUSED.search(_QUOTED.sub(" ", statement.wording.text)):
        raise _missing(
            "offences_confused",
            "« Trafic d’êtres humains » confond deux infractions.",
            '"Trafic d’êtres humains" confuses two offences.',
            "Écrivez « trafic illicite de migrants » ou « traite des êtres humains ».",
            "Write smuggling of migrants or trafficking in human beings.",
        )


def _check_compartments(draft: Draft, access: Access, opened: Sequence[Compartment]) -> None:
    for compartment in {draft.compartment, *(statement.compartment for statement in draft.statements)} - {
        None
    }:
        if compartment not in opened:
            raise NotPermitted(
                "compartment_closed",
                Text(
                    fr=f"Le rôle « {access.role} » à {access.service} n’ouvre pas ce compartiment : {compartment}.",
                    en=f'The role "{access.role}" at {access.service} does not open this compartment: {compartment}.',
                ),
            )


def _check_acts(draft: Draft, access: Access) -> None:
    """Designations, judgements, amendments and releases are acts of people, in their own name; some take two."""
    acts = {
        "designation": draft.designation,
        "judgement": draft.judgement,
        "amendment": draft.amendment,
        "release": draft.release,
        "sheet": draft.sheet,
        "warning": draft.warning,
        "sea_act": draft.sea_act,
        "plan_act": draft.plan_act,
    }
    said = {kind for kind, act in acts.items() if act is not None}
    if said != ({draft.kind} & acts.keys()):
        raise _missing(
            "act_missing" if draft.kind in acts and draft.kind not in said else "act_of_another_kind",
            f"Une fiche « {draft.kind} » dit son acte et nul autre.",
            f'A record of kind "{draft.kind}" says its own act and no other.',
            "Complétez-la, ou changez sa nature.",
            "Complete it, or change its kind.",
        )
    if draft.warning is not None or draft.sheet is not None:
        _check_told(draft, access)
    if draft.sea_act is not None:
        _check_at_sea(draft, access)
    if draft.plan_act is not None:
        check_plan_act(draft, draft.plan_act, access)
    acting = draft.designation or draft.judgement or draft.amendment or draft.release
    if acting is None:
        return
    if access.role == "service_account":
        raise NotPermitted(
            "machine_decides",
            Text(
                fr="Un compte de service ne désigne, n’apprécie, ne rectifie ni ne communique : une personne le fait.",
                en="A service account neither designates nor judges, amends nor releases: that is a person’s act.",
            ),
        )
    if acting.officer != access.officer:
        raise NotPermitted(
            "not_in_own_name",
            Text(fr="On agit en son propre nom.", en="One acts in one’s own name."),
        )
    if len(acting.reason.strip()) < 4:
        raise _missing(
            "reason_missing",
            "L’acte est sans motif.",
            "The act gives no reason.",
            "Dites pourquoi en une phrase.",
            "Say why in a sentence.",
        )
    if draft.designation is not None and draft.designation.approver.strip() in ("", access.officer):
        raise NotPermitted(
            "second_approver_missing",
            Text(
                fr="Une désignation demande une seconde personne, autre que son auteur.",
                en="A designation takes a second person, other than its author.",
            ),
        )


def _check_told(draft: Draft, access: Access) -> None:
    """A sheet and a warning are people's words in their own name; a sanitised warning says nothing beside itself."""
    told = draft.sheet or draft.warning
    if access.role == "service_account" and draft.sheet is not None:
        raise NotPermitted(
            "machine_decides",
            Text(
                fr="Un compte de service ne décide pas qui agit : une personne le fait.",
                en="A service account does not decide who acts: that is a person’s act.",
            ),
        )
    if told is not None and told.officer != access.officer:
        raise NotPermitted(
            "not_in_own_name",
            Text(fr="On agit en son propre nom.", en="One acts in one’s own name."),
        )
    sanitised = draft.warning is not None and draft.compartment == "life_saving"
    if sanitised and (draft.statements or draft.conditions or len(draft.warning.place) > MAX_PLACE):  # type: ignore[union-attr]
        raise NotPermitted(
            "warning_not_sanitised",
            Text(
                fr="Un avis expurgé dit un lieu, une fenêtre, un nombre et un degré de confiance, et rien d’autre.",
                en="A sanitised warning says a place, a window, a count and a confidence, and nothing else.",
            ),
            Text(
                fr="Gardez les énoncés pour l’alerte aux patrouilles.",
                en="Keep statements for the alert to patrols.",
            ),
        )


# Acts at sea that decide, and so say why: the others speak for themselves.
_DECIDE_AT_SEA = (Judged, CountResolved, Closed, Reopened)


def _check_at_sea(draft: Draft, access: Access) -> None:
    """What is done about a boat is done by a person who works in rescue, in their own name; what decides says why."""
    act = draft.sea_act
    if access.role == "service_account":
        raise NotPermitted(
            "machine_decides",
            Text(
                fr="Un compte de service ne décide d’aucune embarcation : une personne le fait.",
                en="A service account decides on no boat: that is a person’s act.",
            ),
        )
    if act is None or act.officer != access.officer:
        raise NotPermitted(
            "not_in_own_name",
            Text(fr="On agit en son propre nom.", en="One acts in one’s own name."),
        )
    if draft.statements:
        raise _missing(
            "act_of_another_kind",
            "Un acte en mer ne porte pas d’énoncé.",
            "An act at sea carries no statement.",
            "Écrivez-les dans un signalement.",
            "Write them in a report.",
        )
    if isinstance(act, _DECIDE_AT_SEA) and len(act.words.strip()) < 4:
        raise _missing(
            "reason_missing",
            "L’acte est sans motif.",
            "The act gives no reason.",
            "Dites pourquoi en une phrase.",
            "Say why in a sentence.",
        )


def check_basis(statement: Statement | None) -> None:
    """A person becomes suspect on a statement of fact, not on an assessment or hearsay (CAT-3)."""
    if statement is None or statement.basis != "fact":
        raise NotPermitted(
            "basis_not_fact",
            Text(
                fr="Une désignation repose sur un énoncé de fait de cette fiche.",
                en="A designation rests on a statement of fact in that record.",
            ),
            Text(fr="Citez l’énoncé par son identifiant.", en="Name the statement by its id."),
        )


def check_dates(review_by: dt.date, erase_by: dt.date, said_on: dt.date) -> None:
    """A record has a day to be reviewed and a day to be erased, in that order (RET-1)."""
    if not said_on <= review_by <= erase_by:
        raise _missing(
            "dates_wrong",
            "L’examen vient après le jour de la fiche, l’effacement après l’examen.",
            "Review comes after the day of the record, erasure after review.",
            "Corrigez les deux dates.",
            "Mend the two dates.",
        )
