"""How an officer proves who it is: a passkey, a password, the service's own directory, or a one-time link.

Whatever was wrong with a name and a password, the answer is the same bytes after the same work. Attempts are counted
before the proof is looked at. What a second step must remember lies in accounts.db under a cookie and is given once.
The token of a one-time link leaves the address bar at once, and is used up only when a door has been opened with it.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

import msgspec
from starlette.responses import RedirectResponse, Response

from entente.errors import EntenteError, Malformed, NotFound, NotPermitted, Text, Unavailable
from entente.store.account_values import Attempt, Enrolment, NewPasskey
from entente.web.door import Door, Visit
from entente.web.sign_in.limits import Limits, place_of, too_many, wait_s
from entente.web.sign_in.passkeys import (
    CHALLENGE_BYTES,
    Site,
    credential_in,
    registration_options,
    sign_in_options,
    verify_registration,
    verify_sign_in,
)
from entente.web.signing_in import enter, open_for, sign_in_page

# As long as accounts.db remembers a half-done sign-in.
CEREMONY_S = 300
LINK_OPEN_S = 30 * 60
LONGEST_NAME = 200


def _rule(attempts: Sequence[Attempt], now: datetime) -> float:
    return wait_s(attempts, now, Limits())


# -- password -------------------------------------------------------------------------------------------------------


def by_password(visit: Visit) -> Response:
    """Name and password. Unknown name, wrong password, officer who left: one answer."""
    accounts = visit.site.accounts
    typed = visit.form.one("officer")[:LONGEST_NAME]
    tried = accounts.attempt(typed.casefold() or "-", place_of(visit.address), _rule)
    if tried.wait_s > 0:
        return _wait(visit, tried.wait_s, typed)
    officer = _listed(visit, typed)
    kept = accounts.password(officer)
    verdict = visit.site.passwords.verify(kept.hash if officer else "", visit.form.exact("password"))
    if not officer or not verdict.right:
        return sign_in_page(visit, _wrong(), 403, typed)
    accounts.attempt_succeeded(tried.number)
    if verdict.rehashed:
        accounts.rehash(officer, kept.hash, verdict.rehashed)
    onward = open_for(visit, officer, "password")
    if kept.must_change:
        return visit.to("/account", Text("Choisissez un nouveau mot de passe.", "Choose a new password."))
    return visit.to(onward)


def _listed(visit: Visit, typed: str) -> str:
    """The officer's name as listed, however its capitals were typed; "" where nobody of that name signs in here."""
    folded = typed.casefold()
    return next(
        (
            officer.name
            for officer in visit.node.officers()
            if officer.name.casefold() == folded and officer.roles != ("service_account",)
        ),
        "",
    )


def _wrong() -> NotPermitted:
    return NotPermitted(
        "sign_in_refused",
        Text(
            fr="Ce nom et ce mot de passe ne vont pas ensemble.",
            en="This name and this password do not belong together.",
        ),
        Text(
            fr="Vérifiez les deux. Sans mot de passe ici, demandez un lien à votre administrateur.",
            en="Check both. If you have no password here, ask your administrator for a link.",
        ),
    )


def _wait(visit: Visit, seconds: float, typed: str = "") -> Response:
    error = too_many(seconds)
    response = (
        visit.refused(error, 429)
        if visit.wants_json
        else sign_in_page(visit, error, status=429, officer=typed)
    )
    response.headers["Retry-After"] = str(max(1, round(seconds)))
    return response


# -- passkey --------------------------------------------------------------------------------------------------------


def passkey_site(visit: Visit) -> Site:
    """For what passkeys are made here: the name that the pages were opened by. Raises Unavailable for a bare number."""
    host = urlsplit(visit.origin).hostname or ""
    if ":" in host or host.replace(".", "").isdigit():
        named = visit.node.settings.first_origin
        raise Unavailable(
            "passkeys_need_a_name",
            Text(
                fr="Une clé d’accès est liée à un nom, et cette adresse n’en a pas.",
                en="A passkey is bound to a name, and this address has none.",
            ),
            Text(fr=f"Ouvrez ces pages par {named}.", en=f"Open these pages by {named}."),
        )
    return Site(
        rp_id=host,
        name=f"Entente {visit.node.store.node}",
        origins=tuple(one for one in visit.site.origins if urlsplit(one).hostname == host),
    )


def _remember(visit: Visit, kind: str, remembered: dict[str, str]) -> None:
    token = visit.site.accounts.begin_ceremony(kind, remembered)
    visit.cookies.append(("ceremony", token, CEREMONY_S))


def _recall(visit: Visit, kind: str) -> dict[str, str]:
    visit.cookies.append(("ceremony", "", 1))
    return visit.site.accounts.take_ceremony(kind, visit.brought.get("ceremony", ""))


def _proof(visit: Visit) -> bytes:
    """What the browser answered, as the JSON that it sent."""
    return msgspec.json.encode(visit.form.said.get("credential"))


def passkey_options(visit: Visit) -> Response:
    """What the browser is asked for signing in by passkey."""
    challenge = os.urandom(CHALLENGE_BYTES)
    options = sign_in_options(passkey_site(visit), challenge=challenge)
    _remember(visit, "passkey", {"challenge": challenge.hex()})
    return visit.answer({"options": options})


def by_passkey(visit: Visit) -> Response:
    """Sign in by passkey. What proves nothing gives one refusal; a counter that went back is said aloud."""
    accounts = visit.site.accounts
    remembered = _recall(visit, "passkey")
    tried = accounts.attempt("", place_of(visit.address), _rule)
    if tried.wait_s > 0:
        return _wait(visit, tried.wait_s)
    answer = _proof(visit)
    passkey = accounts.passkey(credential_in(answer))
    counter = verify_sign_in(
        answer,
        passkey_site(visit),
        challenge=bytes.fromhex(remembered["challenge"]),
        passkey=passkey,
        handle=accounts.user_handle(passkey.officer),
    )
    accounts.note_passkey_used(passkey.credential, counter)
    onward = open_for(visit, passkey.officer, "passkey")
    accounts.attempt_succeeded(tried.number)
    return visit.answer({"to": onward})


def begin_registration(visit: Visit, officer: str, kind: str) -> Response:
    """What the browser is asked for making a passkey of an officer. kind: on which page."""
    accounts = visit.site.accounts
    challenge = os.urandom(CHALLENGE_BYTES)
    options = registration_options(
        passkey_site(visit),
        officer=officer,
        handle=accounts.user_handle(officer),
        kept=[one.credential for one in accounts.passkeys_of(officer)],
        challenge=challenge,
    )
    _remember(visit, kind, {"challenge": challenge.hex(), "officer": officer})
    return visit.answer({"options": options})


def end_registration(visit: Visit, officer: str, kind: str) -> NewPasskey:
    """The passkey that the browser made, proved. Raises NotPermitted where it was begun for somebody else."""
    remembered = _recall(visit, kind)
    if remembered["officer"] != officer:
        raise NotPermitted(
            "sign_in_over",
            Text(
                fr="Cette clé d’accès était demandée pour quelqu’un d’autre.",
                en="This passkey was asked for somebody else.",
            ),
            Text(fr="Rechargez la page et recommencez.", en="Reload the page and try again."),
        )
    return verify_registration(
        _proof(visit), passkey_site(visit), challenge=bytes.fromhex(remembered["challenge"])
    )


# -- the service's directory ----------------------------------------------------------------------------------------


def depart(visit: Visit) -> Response:
    """Send the browser to the service's directory."""
    directory = visit.site.directory
    if directory is None:
        raise NotFound("page_not_found", Text(fr="Il n’y a pas de page ici.", en="There is no page here."))
    departure = directory.depart()
    _remember(visit, "directory", departure.remembered)
    return RedirectResponse(departure.url, status_code=303)


def arrive(visit: Visit) -> Response:
    """The browser comes back from the directory, which says who it is and nothing else."""
    directory = visit.site.directory
    if directory is None:
        raise NotFound("page_not_found", Text(fr="Il n’y a pas de page ici.", en="There is no page here."))
    try:
        arrival = directory.arrive(_recall(visit, "directory"), dict(reversed(visit.query.pairs())))
        officer = _listed(visit, arrival.officer)
        if not officer:
            raise NotPermitted(
                "officer_unknown",
                Text(
                    fr="Votre annuaire vous connaît, ce nœud pas encore.",
                    en="Your directory knows you, this node does not yet.",
                ),
                Text(
                    fr="Demandez à l’administrateur de vous inscrire.",
                    en="Ask the administrator to enter you.",
                ),
            )
        return enter(visit, officer, "directory")
    except (NotPermitted, Malformed, Unavailable) as error:
        return sign_in_page(visit, error, 403)


# -- one-time links -------------------------------------------------------------------------------------------------


def open_link(visit: Visit) -> Response:
    """A one-time link: its token goes into a cookie at once and out of the address."""
    token = visit.parts["token"]
    _link(visit, token)
    visit.cookies.append(("enrol", token, LINK_OPEN_S))
    return visit.to("/enrol")


def _link(visit: Visit, token: str) -> Enrolment:
    link = visit.site.accounts.enrolment(token)
    visit.node.officer(link.officer)
    return link


def show_enrolment(visit: Visit) -> Response:
    """Make a passkey, or set a password, by a one-time link."""
    return _enrolment_page(visit)


def _enrolment_page(visit: Visit, error: EntenteError | None = None, status: int = 200) -> Response:
    link = _link(visit, visit.brought.get("enrol", ""))
    return visit.page("enrol.html", status, link=link, error=error)


def enrolment_again(visit: Visit) -> Response:
    """The page once more, for who reloads the answer to its form: that address would else read as another link."""
    return visit.to("/enrol")


def enrol_password(visit: Visit) -> Response:
    """Set a password by a link, and come in."""
    token = visit.brought.get("enrol", "")
    link = _link(visit, token)
    try:
        password = twice_the_same(visit)
        hashed = visit.site.passwords.make_hash(password, link.officer)
    except Malformed as error:
        return _enrolment_page(visit, error, 422)
    officer = visit.site.accounts.enrol_password(token, hashed)
    visit.cookies.append(("enrol", "", 1))
    open_for(visit, officer, "password")
    return visit.to("/", Text("Votre mot de passe est enregistré.", "Your password is kept."))


def twice_the_same(visit: Visit) -> str:
    """A new password, typed twice. Raises Malformed where the two differ."""
    password = visit.form.exact("password")
    if password != visit.form.exact("again"):
        raise Malformed(
            "passwords_differ",
            Text(fr="Les deux saisies diffèrent.", en="What was typed twice differs."),
            Text(fr="Retapez le mot de passe deux fois.", en="Type the password twice again."),
        )
    return password


def enrol_passkey_options(visit: Visit) -> Response:
    """What the browser is asked for making a passkey by a link."""
    return begin_registration(visit, _link(visit, visit.brought.get("enrol", "")).officer, "enrol")


def enrol_passkey(visit: Visit) -> Response:
    """Keep the passkey made by a link, and come in."""
    token = visit.brought.get("enrol", "")
    new = end_registration(visit, _link(visit, token).officer, "enrol")
    passkey = visit.site.accounts.enrol_passkey(token, new, visit.form.one("label") or visit.device)
    visit.cookies.append(("enrol", "", 1))
    open_for(visit, passkey.officer, "passkey")
    return visit.answer({"to": "/"})


DOORS: tuple[Door, ...] = (
    Door(path="/sign-in/password", does=by_password, method="POST", who=None),
    Door(path="/sign-in/passkey/options", does=passkey_options, method="POST", who=None),
    Door(path="/sign-in/passkey", does=by_passkey, method="POST", who=None),
    Door(path="/sign-in/directory", does=depart, who=None),
    Door(path="/sign-in/directory/back", does=arrive, who=None),
    Door(path="/enrol", does=show_enrolment, who=None),
    Door(path="/enrol/password", does=enrolment_again, who=None),
    Door(path="/enrol/password", does=enrol_password, method="POST", who=None),
    Door(path="/enrol/passkey/options", does=enrol_passkey_options, method="POST", who=None),
    Door(path="/enrol/passkey", does=enrol_passkey, method="POST", who=None),
    Door(path="/enrol/{token}", does=open_link, who=None),
)
