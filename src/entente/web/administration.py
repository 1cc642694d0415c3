"""Administration: who works here, which programs may act, and what was done about either. Never any contents.

Each deed is an act in the ledger in the administrator's own name. What opens something (a link, a token) is on the one
page that answers the deed, and on no page after it.
"""

from __future__ import annotations

import datetime as dt
from hashlib import sha256
from typing import Any

import msgspec
from starlette.responses import Response

from entente.errors import Conflict, EntenteError, Malformed, NotFound, NotPermitted, Text
from entente.keeping import (
    let_go,
    make_enrolment,
    make_token,
    waiting_agreement,
    withdraw_token,
)
from entente.model.office_act import OfficerEntered, act_words
from entente.policy.access import Access
from entente.settings import OfficerListed
from entente.web.agreement_words import opens_words
from entente.web.door import ADMINISTERS, Door, Visit
from entente.web.site import status_of

OURS = (Conflict, Malformed, NotFound, NotPermitted)
MOST_ACTS = 200
DAYS = (30, 90, 365)
# What a program may ask for, as the door for programs names it.
SCOPES: dict[str, Text] = {
    "record": Text("enregistrer des fiches", "record"),
    "distress": Text("transmettre une détresse", "pass on a distress"),
    "read": Text("lire des fiches", "read records"),
    "search": Text("chercher", "search"),
    "hits": Text("voir les liens possibles", "see possible links"),
    "why_not": Text("voir pourquoi deux fiches ne se lient pas", "see why two records do not link"),
    "judge": Text("apprécier un lien", "judge a link"),
    "release": Text("communiquer des fiches", "release records"),
    "sea": Text("lire la mer", "read the sea"),
    "picture": Text("lire la situation en mer", "read the picture at sea"),
    "status": Text("voir l’état du nœud", "see the node’s state"),
    "refusals": Text("voir les refus", "see refusals"),
}


def access_to_administer(visit: Visit) -> Access:
    """The administrator at work: the shift's reason where one is open, else that this is administration."""
    return visit.access(
        None if visit.shift is not None else visit.say(Text("administration", "administration"))
    )


def show(visit: Visit) -> Response:
    """What there is to keep, in one page of counts and links."""
    return visit.page(
        "administration.html",
        officers=visit.node.officers(),
        services=visit.node.agreement.services_of(visit.node.store.node),
        waiting=waiting_agreement(visit.node),
        tokens=visit.site.accounts.program_tokens(),
        acts=_acts(visit)[:8],
        act_words=act_words,
        about=about,
    )


# -- acts -----------------------------------------------------------------------------------------------------------


def _acts(visit: Visit) -> list[Any]:
    visit.node.duty.catch_up()
    return visit.node.duty.rolls.administration[: -MOST_ACTS - 1 : -1]


def about(act: Any) -> str:
    """What an act is about: the officer, partner, version or program that it names."""
    if hasattr(act, "version"):
        return f"v{act.version}"
    return str(getattr(act, "label", "") or getattr(act, "name", "") or getattr(act, "node", ""))


def show_acts(visit: Visit) -> Response:
    """Every act of administration, the newest first."""
    return visit.page("administration_acts.html", acts=_acts(visit), act_words=act_words, about=about)


# -- officers -------------------------------------------------------------------------------------------------------


def show_officers(visit: Visit) -> Response:
    """Who works here."""
    return _officers_page(visit)


def _officers_page(visit: Visit, error: EntenteError | None = None) -> Response:
    entered = visit.node.duty.rolls.officers
    return visit.page(
        "administration_officers.html",
        status_of(error) if error else 200,
        officers=sorted(visit.node.officers(), key=lambda one: (one.service, one.name)),
        entered=entered,
        services=visit.node.agreement.services_of(visit.node.store.node),
        address_of=address_of,
        error=error,
        typed=visit.form,
    )


def enter_officer(visit: Visit) -> Response:
    """Enter a new officer; a name that is taken already is not changed in passing."""
    name = visit.form.one("name")
    try:
        if any(one.name.casefold() == name.casefold() for one in visit.node.officers()):
            raise Conflict(
                "officer_listed",
                Text(fr=f"« {name} » travaille déjà ici.", en=f'"{name}" works here already.'),
                Text(fr="Ouvrez sa ligne pour changer ses rôles.", en="Open that line to change roles."),
            )
        _enter(visit, name)
    except OURS as error:
        return _officers_page(visit, error)
    return visit.to(
        address_of(name),
        Text("L’agent est inscrit ; remettez-lui un lien.", "The officer is entered; hand out a link."),
    )


def _enter(visit: Visit, name: str) -> None:
    form = visit.form
    service, email, telephone = form.one("service"), form.one("email"), form.one("telephone")
    if len(name) > 120 or not name.isprintable() or len(email) > 200 or len(telephone) > 60:
        raise Malformed(
            "officer_unfit",
            Text(
                fr="Ce nom ou ce contact est trop long ou illisible.",
                en="This name or contact is too long or unreadable.",
            ),
        )
    visit.node.enter_officer(
        access_to_administer(visit),
        name,
        service,
        tuple(dict.fromkeys(form.all("roles"))),
        email=email,
        telephone=telephone,
    )


def address_of(name: str) -> str:
    """An officer's page; a name stands in no address."""
    return f"/administration/officers/{sha256(name.encode()).hexdigest()[:16]}"


def _officer(visit: Visit) -> OfficerListed:
    for officer in visit.node.officers():
        if address_of(officer.name).endswith(visit.parts["officer"]):
            return officer
    raise NotFound(
        "officer_unknown",
        Text(fr="Cet agent ne travaille pas ici.", en="This officer does not work here."),
        Text(fr="Voyez la liste des agents.", en="See the list of officers."),
    )


def show_officer(visit: Visit) -> Response:
    """One officer: roles, contacts, ways in."""
    return _officer_page(visit)


def _officer_page(visit: Visit, error: EntenteError | None = None, link: str = "") -> Response:
    officer = _officer(visit)
    entered = visit.node.duty.rolls.officers.get(officer.name)
    accounts = visit.site.accounts
    return visit.page(
        "administration_officer.html",
        status_of(error) if error else 200,
        one=officer,
        here=address_of(officer.name),
        contacts=entered if isinstance(entered, OfficerEntered) else None,
        roles=list(visit.node.agreement.service(officer.service).opens),
        passkeys=len(accounts.passkeys_of(officer.name)),
        has_password=bool(accounts.password(officer.name).hash),
        sessions=len(accounts.sessions_of(officer.name)),
        link=link,
        error=error,
        typed=visit.form,
    )


def change_officer(visit: Visit) -> Response:
    """Change an officer's roles and contacts. Nobody takes from themselves the last administration."""
    officer = _officer(visit)
    try:
        roles = visit.form.all("roles")
        others = [
            one for one in visit.node.officers() if "administrator" in one.roles and one.name != officer.name
        ]
        if "administrator" in officer.roles and "administrator" not in roles and not others:
            raise Conflict(
                "last_administrator",
                Text(fr="Il ne resterait aucun administrateur.", en="No administrator would be left."),
                Text(fr="Inscrivez-en d’abord un autre.", en="Enter another one first."),
            )
        _enter(visit, officer.name)
    except OURS as error:
        return _officer_page(visit, error)
    return visit.to(
        address_of(officer.name),
        Text("Rôles et contacts sont changés.", "Roles and contacts are changed."),
    )


def hand_out_link(visit: Visit) -> Response:
    """A one-time link for an officer, shown on this page and never again."""
    try:
        token = make_enrolment(
            visit.node, visit.site.accounts, access_to_administer(visit), _officer(visit).name
        )
    except OURS as error:
        return _officer_page(visit, error)
    return _officer_page(visit, link=f"{visit.node.settings.first_origin}/enrol/{token}")


def part_with(visit: Visit) -> Response:
    """Let an officer go: out at once, everywhere."""
    name = _officer(visit).name
    try:
        let_go(visit.node, visit.site.accounts, access_to_administer(visit), name, visit.form.one("reason"))
    except OURS as error:
        return _officer_page(visit, error)
    return visit.to(
        "/administration/officers",
        Text(
            f"{name} ne travaille plus ici ; ses sessions sont fermées.",
            f"{name} no longer works here; the sessions are ended.",
        ),
    )


# -- services -------------------------------------------------------------------------------------------------------


def show_services(visit: Visit) -> Response:
    """The services of the agreement: their names with their days, and what each role opens."""
    return visit.page(
        "administration_services.html",
        services=visit.node.agreement.services,
        opens_words=opens_words,
        today=visit.now.date(),
    )


# -- programs -------------------------------------------------------------------------------------------------------


class TokenShown(msgspec.Struct, frozen=True, kw_only=True):
    """A token on the one page that shows it."""

    token: str
    label: str
    officer: str


def show_tokens(visit: Visit) -> Response:
    """Which programs may act."""
    return _tokens_page(visit)


def _tokens_page(visit: Visit, error: EntenteError | None = None, made: TokenShown | None = None) -> Response:
    return visit.page(
        "administration_programs.html",
        status_of(error) if error else 200,
        tokens=visit.site.accounts.program_tokens(),
        real_now=visit.session.last_seen_at if visit.session else visit.now,
        officers=sorted(visit.node.officers(), key=lambda one: one.name),
        scopes=SCOPES,
        days=DAYS,
        made=made,
        error=error,
        typed=visit.form,
    )


def hand_out_token(visit: Visit) -> Response:
    """A token for a program, shown on this page and never again."""
    form = visit.form
    try:
        token, kept = make_token(
            visit.node,
            visit.site.accounts,
            access_to_administer(visit),
            name=form.one("name"),
            label=form.one("label"),
            scopes=[one for one in form.all("scopes") if one in SCOPES],
            lasts=dt.timedelta(days=form.number("days", DAYS[1], least=1, most=366)),
        )
    except OURS as error:
        return _tokens_page(visit, error)
    return _tokens_page(visit, made=TokenShown(token=token, label=kept.label, officer=kept.officer))


def take_back_token(visit: Visit) -> Response:
    """Withdraw a program's token."""
    try:
        withdraw_token(
            visit.node,
            visit.site.accounts,
            access_to_administer(visit),
            visit.form.one("token"),
            visit.form.one("reason"),
        )
    except OURS as error:
        return _tokens_page(visit, error)
    return visit.to(
        "/administration/programs", Text("Le jeton n’ouvre plus rien.", "The token opens nothing any more.")
    )


DOORS: tuple[Door, ...] = (
    Door(path="/administration", does=show, who=ADMINISTERS),
    Door(path="/administration/acts", does=show_acts, who=ADMINISTERS),
    Door(path="/administration/officers", does=show_officers, who=ADMINISTERS),
    Door(path="/administration/officers", does=enter_officer, method="POST", who=ADMINISTERS),
    Door(path="/administration/officers/{officer}", does=show_officer, who=ADMINISTERS),
    Door(path="/administration/officers/{officer}", does=change_officer, method="POST", who=ADMINISTERS),
    Door(path="/administration/officers/{officer}/link", does=hand_out_link, method="POST", who=ADMINISTERS),
    Door(path="/administration/officers/{officer}/let-go", does=part_with, method="POST", who=ADMINISTERS),
    Door(path="/administration/services", does=show_services, who=ADMINISTERS),
    Door(path="/administration/programs", does=show_tokens, who=ADMINISTERS),
    Door(path="/administration/programs", does=hand_out_token, method="POST", who=ADMINISTERS),
    Door(path="/administration/programs/withdraw", does=take_back_token, method="POST", who=ADMINISTERS),
)
