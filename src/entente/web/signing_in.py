"""Signing in and out, the language and the theme, and the shift in which everything is read.

In an exercise its ready-made officers are one click away; anywhere else that door does not exist. How an officer proves
who it is lies in `proving`; here is the page, and what a session is once it is open: always a new one.
"""

from __future__ import annotations

from starlette.responses import Response

from entente.errors import EntenteError, Language, NotFound, NotPermitted, Text
from entente.policy.agreement import Role
from entente.store.account_values import Method, SignedIn, Theme
from entente.web.door import EVERYBODY, Door, Visit, within

THEMES: dict[str, Theme] = {"day": "day", "night": "night", "auto": "auto"}


def show(visit: Visit) -> Response:
    """The page to sign in at."""
    if visit.session is not None:
        return visit.to("/")
    return sign_in_page(visit)


def sign_in_page(
    visit: Visit, error: EntenteError | None = None, status: int = 200, officer: str = ""
) -> Response:
    """The page to sign in at, anew with what was typed where it did not succeed."""
    return visit.page(
        "sign_in.html",
        status,
        officers=_ready_made(visit),
        error=error,
        officer=officer,
        directory=visit.node.settings.directory if visit.site.directory is not None else None,
    )


def _ready_made(visit: Visit) -> list[tuple[str, list[tuple[str, tuple[Role, ...]]]]]:
    """In an exercise, its officers by service; else none."""
    if not visit.node.agreement.exercise:
        return []
    found: dict[str, list[tuple[str, tuple[Role, ...]]]] = {}
    for officer in visit.node.officers():
        roles = tuple(role for role in officer.roles if role != "service_account")
        if roles:
            found.setdefault(officer.service, []).append((officer.name, roles))
    return sorted(found.items())


def open_for(visit: Visit, officer: str, method: Method, role: Role | None = None) -> str:
    """Open a new session for an officer whose proof was checked. Returns where they meant to go."""
    listed = visit.node.officer(officer)
    roles = [one for one in listed.roles if one != "service_account"]
    if not roles:
        raise NotPermitted(
            "machine_signs_in",
            Text(fr="Un compte de service n’ouvre pas de session.", en="A service account does not sign in."),
        )
    accounts = visit.site.accounts
    opened = accounts.open_session(
        SignedIn(
            officer=listed.name,
            role=role if role in roles else roles[0],
            method=method,
            device=visit.device,
            language=visit.language,
            theme=THEMES.get(accounts.mark(listed.name, "theme"), "auto"),
        ),
        visit.token,
    )
    visit.cookies.append(("entente", opened.token, 12 * 3600))
    visit.cookies.append(("next", "", 1))
    return visit.remembered or "/"


def enter(visit: Visit, officer: str, method: Method, role: Role | None = None) -> Response:
    """Open a session for an officer whose proof was checked, and go where they meant to go."""
    return visit.to(open_for(visit, officer, method, role))


def ready_made(visit: Visit) -> Response:
    """One of the exercise's own officers comes in. Elsewhere there is no such door."""
    if not visit.node.agreement.exercise:
        raise NotFound("page_not_found", Text(fr="Il n’y a pas de page ici.", en="There is no page here."))
    role = visit.form.one("role")
    return enter(visit, visit.form.one("officer"), "exercise", role or None)  # type: ignore[arg-type]


def sign_out(visit: Visit) -> Response:
    """End the session here, or everywhere."""
    if visit.form.one("everywhere"):
        visit.site.accounts.end_all(visit.officer.name)
    else:
        visit.site.accounts.end(visit.token)
    visit.cookies.append(("entente", "", 1))
    return visit.to("/sign-in", Text(fr="Vous êtes déconnecté.", en="You are signed out."))


def set_language(visit: Visit) -> Response:
    """French or English, kept for the session and for the next sign-in on this device."""
    language: Language = "en" if visit.form.one("language") == "en" else "fr"
    visit.cookies.append(("language", language, 365 * 24 * 3600))
    if visit.session is not None:
        visit.site.accounts.set_language(visit.token, language)
    return visit.to(_back(visit))


def set_theme(visit: Visit) -> Response:
    """Day, night, or as the device says."""
    theme = THEMES.get(visit.form.one("theme"), "auto")
    visit.site.accounts.set_theme(visit.token, theme)
    visit.site.accounts.set_mark(visit.officer.name, "theme", theme)
    return visit.to(_back(visit))


def change_role(visit: Visit) -> Response:
    """Go on in another role that one holds, under a new session."""
    role = visit.form.one("role")
    if role not in visit.officer.roles or role == "service_account":
        raise NotPermitted(
            "role_not_held", Text(fr="Vous n’avez pas ce rôle.", en="You do not hold that role.")
        )
    opened = visit.site.accounts.change_role(visit.token, role)
    visit.cookies.append(("entente", opened.token, 12 * 3600))
    return visit.to("/")


def _back(visit: Visit) -> str:
    """The page that was left, when it is one of ours."""
    return within(visit.form.one("back")) or "/"


# -- the shift ------------------------------------------------------------------------------------------------------


def show_shift(visit: Visit) -> Response:
    """The shift: asked once, before anything is read."""
    rolls = visit.node.duty.rolls
    service = visit.officer.service
    waiting = [
        shift
        for shift in rolls.shifts.values()
        if shift.service == service
        and shift.role in visit.officer.roles
        and shift.closed_at is not None
        and (shift.notes or shift.open_points)
        and shift.taken_over_by is None
        and shift.officer != visit.officer.name
    ]
    # What was handed to this officer by name comes first, then the newest.
    waiting.sort(key=lambda shift: (shift.handed_to != visit.officer.name, -shift.opened_at.timestamp()))
    matters = list(
        dict.fromkeys(shift.matter for shift in reversed(rolls.shifts.values()) if shift.service == service)
    )[:6]
    return visit.page(
        "shift.html",
        shift=visit.shift,
        waiting=waiting[:3],
        matters=matters,
        next=within(visit.query.one("next")),
    )


def open_shift(visit: Visit) -> Response:
    """Open a shift with its matter and reason, and take over the one before where that is asked."""
    access = visit.node.access(
        visit.officer.name,
        visit.form.one("reason"),
        matter=visit.form.one("matter"),
        role=visit.role,
    )
    shift = visit.node.open_shift(access, visit.form.one("takes_over") or None)
    visit.site.accounts.set_shift(visit.token, shift.id)
    return visit.to(within(visit.form.one("next")) or "/")


DOORS: tuple[Door, ...] = (
    Door(path="/sign-in", does=show, who=None),
    Door(path="/sign-in/exercise", does=ready_made, method="POST", who=None),
    Door(path="/sign-out", does=sign_out, method="POST"),
    Door(path="/language", does=set_language, method="POST", who=None),
    Door(path="/theme", does=set_theme, method="POST"),
    Door(path="/role", does=change_role, method="POST"),
    Door(path="/shift", does=show_shift, who=EVERYBODY),
    Door(path="/shift", does=open_shift, method="POST", who=EVERYBODY),
)
