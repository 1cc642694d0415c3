"""My account: by what I come in, where I am signed in, and how my pages look.

Everybody sees their own and nobody else's. Who finds a desk unattended must not make a door of their own: a new
passkey, or the loss of one, takes a sign-in of the last quarter of an hour, and a new password takes the old one.
"""

from __future__ import annotations

import datetime as dt

from starlette.responses import Response

from entente.errors import EntenteError, Malformed, NotFound, NotPermitted, Text
from entente.web.door import Door, Visit
from entente.web.proving import begin_registration, end_registration, twice_the_same
from entente.web.sign_in.limits import Limits, place_of, too_many, wait_s
from entente.web.signing_in import open_for

FRESH = dt.timedelta(minutes=15)


def show(visit: Visit) -> Response:
    """The page."""
    return _page(visit)


def _page(visit: Visit, error: EntenteError | None = None, status: int = 200, at: str = "") -> Response:
    accounts, officer = visit.site.accounts, visit.officer.name
    return visit.page(
        "account.html",
        status,
        error=error,
        at=at,
        passkeys=accounts.passkeys_of(officer),
        password=accounts.password(officer),
        sessions=accounts.sessions_of(officer),
        is_fresh=_is_fresh(visit),
    )


def _is_fresh(visit: Visit) -> bool:
    """Whether the officer proved who it is a short while ago; on the machine's clock, as sessions are."""
    session = visit.session
    return session is not None and session.last_seen_at - session.made_at <= FRESH


def _check_fresh(visit: Visit) -> None:
    if not _is_fresh(visit):
        raise NotPermitted(
            "sign_in_again",
            Text(
                fr="Vous êtes connecté depuis plus d’un quart d’heure.",
                en="You signed in more than a quarter of an hour ago.",
            ),
            Text(
                fr="Pour changer par quoi l’on entre, quittez puis reconnectez-vous.",
                en="To change by what one comes in, sign out and sign in again.",
            ),
        )


def passkey_options(visit: Visit) -> Response:
    """What the browser is asked for making another passkey."""
    _check_fresh(visit)
    return begin_registration(visit, visit.officer.name, "account")


def add_passkey(visit: Visit) -> Response:
    """Keep another passkey."""
    _check_fresh(visit)
    officer = visit.officer.name
    new = end_registration(visit, officer, "account")
    visit.site.accounts.add_passkey(officer, new, visit.form.one("label") or visit.device)
    visit.confirm(Text("La clé d’accès est enregistrée.", "The passkey is kept."))
    return visit.answer({"to": "/account"})


def remove_passkey(visit: Visit) -> Response:
    """Forget one of my passkeys."""
    try:
        _check_fresh(visit)
        visit.site.accounts.remove_passkey(visit.officer.name, _credential(visit))
    except (NotPermitted, NotFound) as error:
        return _page(visit, error, 403)
    return visit.to(
        "/account", Text("La clé d’accès n’ouvre plus rien.", "The passkey opens nothing any more.")
    )


def _credential(visit: Visit) -> bytes:
    try:
        return bytes.fromhex(visit.form.one("credential"))
    except ValueError:
        return b""


def change_password(visit: Visit) -> Response:
    """Set another password; the old one is asked for, and counted like a sign-in."""
    accounts, officer = visit.site.accounts, visit.officer.name
    kept = accounts.password(officer)
    try:
        if kept.hash:
            _check_old(visit, officer, kept.hash)
        else:
            _check_fresh(visit)
        hashed = visit.site.passwords.make_hash(twice_the_same(visit), officer)
    except (Malformed, NotPermitted) as error:
        return _page(visit, error, 422 if isinstance(error, Malformed) else 403, "password")
    role, method = visit.role, visit.session.method if visit.session else "password"
    accounts.set_password(officer, hashed)
    # Every session ended with the old password; this officer is here and goes on in a new one.
    open_for(visit, officer, method, role)
    return visit.to(
        "/account",
        Text(
            "Le mot de passe est changé ; vos autres sessions sont fermées.",
            "The password is changed; your other sessions are ended.",
        ),
    )


def _check_old(visit: Visit, officer: str, kept: str) -> None:
    accounts = visit.site.accounts
    tried = accounts.attempt(
        officer.casefold(), place_of(visit.address), lambda attempts, now: wait_s(attempts, now, Limits())
    )
    if tried.wait_s > 0:
        raise too_many(tried.wait_s)
    if not visit.site.passwords.verify(kept, visit.form.exact("old")).right:
        raise NotPermitted(
            "old_password_wrong",
            Text(fr="L’ancien mot de passe n’est pas celui-là.", en="That is not the old password."),
            Text(
                fr="Retapez-le, ou demandez un lien à l’administrateur.",
                en="Type it again, or ask the administrator for a link.",
            ),
        )
    accounts.attempt_succeeded(tried.number)


def end_session(visit: Visit) -> Response:
    """End one of my sessions."""
    visit.site.accounts.end_listed(visit.officer.name, visit.form.one("session"))
    return visit.to("/account", Text("La session est fermée.", "The session is ended."))


DOORS: tuple[Door, ...] = (
    Door(path="/account", does=show),
    Door(path="/account/passkeys/options", does=passkey_options, method="POST"),
    Door(path="/account/passkeys", does=add_passkey, method="POST"),
    Door(path="/account/passkeys/remove", does=remove_passkey, method="POST"),
    Door(path="/account/password", does=change_password, method="POST"),
    Door(path="/account/sessions/end", does=end_session, method="POST"),
)
