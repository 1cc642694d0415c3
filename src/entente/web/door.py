"""What a page is: a path, who may come in, and what it does with a visit. Every page is one line in a table of doors.

Who may not see a page is refused at its door, by role, before anything of it runs; what may be shown of a record on it
is decided again below, by the rules. A visit holds all that a page knows of its asker, and nothing comes to it from
anywhere else: the form and the query were read and bounded at the edge.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, Literal, Protocol, get_args
from urllib.parse import quote

import msgspec
from starlette.responses import RedirectResponse, Response

from entente.duty.rolls import Shift
from entente.errors import EntenteError, Language, Malformed, NotPermitted, Text
from entente.node import Node
from entente.policy.access import Access
from entente.policy.agreement import Role
from entente.settings import OfficerListed
from entente.store.account_values import Session
from entente.store.accounts import Accounts
from entente.web.sign_in.directory import Directory
from entente.web.sign_in.passwords import Passwords
from entente.web.words import set_french


class Pages(Protocol):
    """What a visit needs of the site: the node, its accounts, and somebody who writes the page."""

    node: Node
    accounts: Accounts
    origins: tuple[str, ...]

    @property
    def passwords(self) -> Passwords:
        """Who hashes and checks passwords, at what cost."""
        ...

    @property
    def directory(self) -> Directory | None:
        """The service's own directory, where one is set."""
        ...

    def render(self, template: str, visit: Visit, values: dict[str, Any]) -> str:
        """A template in the reader's language."""
        ...


EVERYBODY: frozenset[Role] = frozenset(get_args(Role)) - {"service_account"}
# Who works on contents; the others keep the house, the plan or the register.
OFFICERS: frozenset[Role] = frozenset({"investigator", "judicial_keeper", "victim_keeper", "watch_keeper"})
INVESTIGATES: frozenset[Role] = frozenset({"investigator", "judicial_keeper", "victim_keeper"})
WATCHES: frozenset[Role] = frozenset({"watch_keeper"})
OVERSEES: frozenset[Role] = frozenset({"data_protection_officer"})
# Who owns measures of the plan, or steers it; the agreement says for which of their services it opens.
PLANS: frozenset[Role] = frozenset({"coordinator", "investigator", "watch_keeper", "campaign_officer"})
ADMINISTERS: frozenset[Role] = frozenset({"administrator"})


def within(path: str) -> str:
    """A path of these pages to go on to, or "": never another host, however it is written."""
    plain = path.startswith("/") and not path.startswith(("//", "/\\"))
    return path if plain and "\\" not in path and path.isprintable() else ""


class Door(msgspec.Struct, frozen=True, kw_only=True):
    """One page or deed. who: the roles that it opens to; None: nobody has to be signed in.

    needs_shift: what is read there is read in a shift, whose reason and matter the register keeps.
    most_a_minute: how often one session may ask, where asking costs much; None: as often as it likes.
    """

    path: str
    does: Callable[[Visit], Response]
    method: Literal["GET", "POST"] = "GET"
    who: frozenset[Role] | None = EVERYBODY
    needs_shift: bool = False
    most_a_minute: int | None = None


class Fields:
    """The values of a form or a query: text, once or several times, never longer than the edge let in."""

    def __init__(
        self,
        values: list[tuple[str, str]],
        files: Mapping[str, tuple[str, bytes]] | None = None,
        said: Mapping[str, Any] | None = None,
    ) -> None:
        """said: what a script sent as JSON, whole; its texts are among the values too."""
        self._values = values
        self.files = dict(files or {})
        self.said = dict(said or {})

    def one(self, name: str, default: str = "") -> str:
        """The first value of a field, without blanks around it."""
        return next((value.strip() for key, value in self._values if key == name), default)

    def exact(self, name: str) -> str:
        """The first value of a field, sign for sign: a password may begin with a blank."""
        return next((value for key, value in self._values if key == name), "")

    def all(self, name: str) -> tuple[str, ...]:
        """All values of a field that say something, in order."""
        return tuple(value.strip() for key, value in self._values if key == name and value.strip())

    def names(self) -> list[str]:
        """The names of the fields, each once, in order."""
        return list(dict.fromkeys(key for key, _ in self._values))

    def number(self, name: str, default: int, *, least: int = 0, most: int = 1_000_000) -> int:
        """A whole number. Raises Malformed for anything else."""
        written = self.one(name)
        if not written:
            return default
        if not written.isascii() or not written.isdigit() or not least <= int(written[:9]) <= most:
            raise Malformed(
                "not_a_number",
                Text(
                    fr=f"« {written[:20]} » n’est pas un nombre entre {least} et {most}.",
                    en=f'"{written[:20]}" is no number between {least} and {most}.',
                ),
            )
        return int(written)

    def pairs(self) -> list[tuple[str, str]]:
        """Everything, as it came."""
        return list(self._values)


class Visit:
    """One request of one person, with all that a page may know of it."""

    def __init__(
        self,
        site: Pages,
        *,
        path: str,
        parts: Mapping[str, str],
        query: Fields,
        form: Fields,
        token: str,
        session: Session | None,
        language: Language,
        address: str,
        device: str,
        origin: str,
        is_fragment: bool,
        said: str = "",
        remembered: str = "",
        brought: Mapping[str, str] | None = None,
        wants_json: bool = False,
    ) -> None:
        self.site = site
        self.node = site.node
        self.path, self.parts, self.query, self.form = path, parts, query, form
        self.token, self.session, self.language = token, session, language
        self.address, self.device, self.origin = address, device, origin
        self.is_fragment = is_fragment
        self.said = said
        self.remembered = within(remembered)
        self.brought = dict(brought or {})  # other cookies of ours, by name
        self.wants_json = wants_json
        self.now: dt.datetime = site.node.now()
        self.cookies: list[tuple[str, str, int]] = []  # name, value, seconds it lasts
        self._officer: OfficerListed | None = None

    def again(self, session: Session) -> Visit:
        """The same visitor now, with their session as it stands."""
        return Visit(
            self.site,
            path=self.path,
            parts=self.parts,
            query=self.query,
            form=self.form,
            token=self.token,
            session=session,
            language=session.language,
            address=self.address,
            device=self.device,
            origin=self.origin,
            is_fragment=self.is_fragment,
        )

    # -- who ----------------------------------------------------------------------------------------------------

    @property
    def officer(self) -> OfficerListed:
        """Who is signed in. Raises NotPermitted where nobody is, or where they no longer work here."""
        if self._officer is None:
            if self.session is None:
                raise NotPermitted(
                    "not_signed_in",
                    Text(fr="Personne n’est connecté ici.", en="Nobody is signed in here."),
                    Text(fr="Connectez-vous.", en="Sign in."),
                )
            self._officer = self.node.officer(self.session.officer)
        return self._officer

    @property
    def role(self) -> Role:
        """The role that is worked in now: the session's, as long as the officer still holds it."""
        officer = self.officer
        if self.session is None or self.session.role not in officer.roles:
            return officer.roles[0]
        return self.session.role

    @property
    def shift(self) -> Shift | None:
        """The shift that is open, in the role that is worked in now."""
        shift = self.node.duty.rolls.open_shift(self.officer.name)
        return shift if shift is not None and shift.role == self.role else None

    def access(self, reason: str | None = None) -> Access:
        """Who reads, for what: the shift says it. reason: for one act that gives its own.

        Raises NotPermitted `no_shift` where no shift is open and no reason is given.
        """
        shift = self.shift
        if shift is None and reason is None:
            raise NotPermitted(
                "no_shift",
                Text(
                    fr="Aucun service n’est ouvert : on ne lit pas sans motif ni affaire.",
                    en="No shift is open: nothing is read without a reason and a matter.",
                ),
                Text(
                    fr="Prenez votre service ; on ne vous le demande qu’une fois.",
                    en="Open your shift; you are asked once.",
                ),
            )
        return self.node.access(
            self.officer.name,
            reason or (shift.reason if shift else ""),
            matter=shift.matter if shift else "-",
            role=self.role,
            shift=shift.id if shift and reason is None else "",
        )

    # -- answers ------------------------------------------------------------------------------------------------

    def say(self, text: Text) -> str:
        """A text in the reader's language."""
        said = text.say(self.language)
        return set_french(said) if self.language == "fr" else said

    def page(self, template: str, /, status: int = 200, **values: Any) -> Response:
        """A whole page, or its fragment where only that was asked for (the template decides by `visit.is_fragment`)."""
        return Response(
            self.site.render(template, self, values),
            status_code=status,
            media_type="text/html; charset=utf-8",
        )

    def confirm(self, said: Text) -> None:
        """Let the next page begin by saying what was done."""
        self.cookies.append(("said", quote(self.say(said)[:300]), 30))

    def to(self, path: str, said: Text | None = None) -> Response:
        """Go on to another page, which begins by saying what was done."""
        if said is not None:
            self.confirm(said)
        response = RedirectResponse(path, status_code=303)
        return response

    def answer(self, value: Any, status: int = 200) -> Response:
        """A value for a script of ours."""
        return Response(msgspec.json.encode(value), status_code=status, media_type="application/json")

    def refused(self, error: EntenteError, status: int) -> Response:
        """An error as a page, or as JSON where a script asked: what happened, why it matters, what to do."""
        if self.wants_json:
            told = {"code": error.code, "text": self.say(error.text)}
            if error.remedy is not None:
                told["remedy"] = self.say(error.remedy)
            return self.answer(told, status)
        return self.page("refused.html", status, error=error)
