"""The edge of the pages: what comes in is bounded and checked here once, and every answer leaves with the same guards.

A request passes, in this order: is it meant for this host; is it small enough; whose session is it; does this door open
to that role; and, where it would change anything, was it sent from one of our own pages. Only then does a page run, in
a thread of its own. No personal value ever stands in an address: what is looked for is posted.
"""

from __future__ import annotations

import gzip
import hashlib
import hmac
import logging
import traceback
from collections.abc import Callable, Iterable
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from entente.errors import (
    Conflict,
    EntenteError,
    Language,
    Malformed,
    NotFound,
    NotPermitted,
    PeerFault,
    Text,
    Unavailable,
)
from entente.evidence.explain import show_bits
from entente.exchange.protocol import STEP_WORDS
from entente.formats.words import KIND_WORDS
from entente.model.entity import CATEGORY_WORDS
from entente.model.strict import strict_json
from entente.node import Node
from entente.policy.agreement import Role
from entente.store.account_values import Session
from entente.store.accounts import Accounts
from entente.web import words
from entente.web.door import Door, Fields, Visit
from entente.web.help_words import HELP
from entente.web.lost import nothing_here, page_above
from entente.web.pace import Pace
from entente.web.rail import Destination, destinations_of, within_reach
from entente.web.sign_in.device import device_family
from entente.web.sign_in.directory import Directory
from entente.web.sign_in.passwords import Cost, Passwords

MAX_FORM_BYTES = 2 * 1024 * 1024
MAX_FIELDS = 500
MAX_FILES = 4
COOKIE = "entente"
_LOG = logging.getLogger("entente.web")
# Errors of ours, as the pages answer them: whose fault it is says which.
STATUS: dict[type[EntenteError], int] = {
    Malformed: 422,
    NotPermitted: 403,
    NotFound: 404,
    Conflict: 409,
    PeerFault: 502,
    Unavailable: 503,
}
GUARDS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(self), camera=(), microphone=(), payment=(), usb=(), "
    "publickey-credentials-get=(self), publickey-credentials-create=(self)",
}
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".png": "image/png",
    ".webmanifest": "application/manifest+json",
    ".txt": "text/plain; charset=utf-8",
}


class Site:
    """The pages of one node: its doors, its words, its accounts."""

    def __init__(
        self, node: Node, accounts: Accounts, doors: Iterable[Door], directory: Directory | None = None
    ) -> None:
        self.node = node
        self.accounts = accounts
        self.directory = directory
        self.doors = tuple(doors)
        self.origins = _origins(node)
        self.pace = Pace()
        self.files = _static_files()
        # One mark for all: style sheets find their fonts beside them.
        self.mark = hashlib.sha256(b"".join(content for content, _, _ in self.files.values())).hexdigest()[
            :12
        ]
        self._templates = Environment(
            loader=PackageLoader("entente.web", "templates"),
            autoescape=select_autoescape(default=True),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        # Jinja's own makes small letters of the rest: of IMEI, of IBAN, of a name.
        self._templates.filters["capitalize"] = words.first_capital

    @cached_property
    def passwords(self) -> Passwords:
        """Made when first asked for: the hash of nobody's password costs as much as any."""
        return Passwords(Cost())

    # -- words --------------------------------------------------------------------------------------------------

    def render(self, template: str, visit: Visit, values: dict[str, Any]) -> str:
        """A template with the reader's language, the node's zone and who reads it."""
        language, party = visit.language, self.node.store.party
        now = visit.now

        def say(text: Text | str) -> str:
            said = text if isinstance(text, str) else text.say(language)
            return words.set_french(said) if language == "fr" else said

        context: dict[str, Any] = {
            "visit": visit,
            "site": self,
            "language": language,
            "now": now,
            "t": lambda fr, en: words.set_french(fr) if language == "fr" else en,
            "say": say,
            "csrf": visit.session.csrf if visit.session else "",
            "when": lambda at: words.time_tag(at, party, language),
            "when_short": lambda at: words.time_tag(at, party, language, now),
            "day": lambda at: words.day(at, party, language),
            "service": lambda name: words.service_name(self.node.agreement, name, now.date()).say(language),
            "service_short": lambda name: words.short_service(
                words.service_name(self.node.agreement, name, now.date())
            ).say(language),
            "role_words": lambda role: words.ROLE_WORDS[role].say(language),
            "short_name": words.short_name,
            "isolated": words.isolated,
            "static": self.address_of,
            "bits": lambda number: say(show_bits(number)) + (" bits"),
            "kind_words": KIND_WORDS,
            "step_words": STEP_WORDS,
            "category_words": CATEGORY_WORDS,
            "field_help": HELP,
        }
        return self._templates.get_template(template).render(context | values)

    def address_of(self, name: str) -> str:
        """Where a file of ours lies: its address changes when its bytes do."""
        if name not in self.files:
            raise LookupError(f"no file of ours is called {name}")
        return f"/static/{self.mark}/{name}"

    def places(self, role: Role) -> tuple[Destination, ...]:
        """Where a role can go: what it may see and what is there."""
        there = {door.path for door in self.doors}
        return tuple(place for place in destinations_of(role) if place.path in there)

    def within_reach(self, places: tuple[Destination, ...]) -> frozenset[str]:
        """Which of these stand in a telephone's bar."""
        return within_reach(places)

    # -- routes -------------------------------------------------------------------------------------------------

    def routes(self) -> list[BaseRoute]:
        """Every door as a route, and our files."""
        return [
            Route("/static/{mark}/{name:path}", self._static, methods=["GET"]),
            *(Route(door.path, self._opening(door), methods=[door.method]) for door in self.doors),
        ]

    async def lost(self, request: Request, error: Exception) -> Response:
        """Answer at an address without a page: a person is led on, a program told the number alone."""
        status = error.status_code if isinstance(error, HTTPException) else 404
        reads = request.method == "GET" and "text/html" in request.headers.get("accept", "")
        if not reads or not self.is_ours(request):
            return Response(status_code=status, headers=getattr(error, "headers", None))
        if status == 405:
            return RedirectResponse(page_above(request.url.path, self.doors), status_code=303)
        visit = await run_in_threadpool(self._visit, request, Fields([]))
        return self._guarded(visit.refused(nothing_here(), status), visit, request)

    async def _static(self, request: Request) -> Response:
        found = self.files.get(request.path_params["name"])
        if found is None or request.path_params["mark"] != self.mark:
            return Response(status_code=404)
        content, packed, kind = found
        headers = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"} | GUARDS
        # Files alone are packed: a page holds the session's own secret beside what its reader typed, and the length of
        # the two packed together would tell of the secret.
        if packed and "gzip" in request.headers.get("accept-encoding", ""):
            return Response(packed, media_type=kind, headers=headers | {"Content-Encoding": "gzip"})
        return Response(content, media_type=kind, headers=headers)

    def _opening(self, door: Door) -> Callable[[Request], Any]:
        async def opened(request: Request) -> Response:
            if not self.is_ours(request):
                return Response(status_code=404)
            fault: EntenteError | None = None
            try:
                form = await self._read_form(request) if door.method == "POST" else Fields([])
            except EntenteError as error:
                form, fault = Fields([]), error
            visit = await run_in_threadpool(self._visit, request, form)
            response = await run_in_threadpool(self._enter, door, visit, request, fault)
            return self._guarded(response, visit, request)

        return opened

    def is_ours(self, request: Request) -> bool:
        """Whether a request was meant for this node's pages: another name leading here (rebinding) opens nothing."""
        try:
            host = urlsplit(f"//{request.headers.get('host', '')}").hostname
        except ValueError:  # no host is written like that ("[")
            return False
        return host in {urlsplit(origin).hostname for origin in self.origins}

    async def _read_form(self, request: Request) -> Fields:
        length = request.headers.get("content-length", "")
        if not length.isdigit():
            raise Malformed(
                "length_missing",
                Text(fr="La requête ne dit pas sa longueur.", en="The request does not say how long it is."),
            )
        if int(length) > MAX_FORM_BYTES:
            raise Malformed(
                "form_too_large",
                Text(
                    fr=f"Plus de {MAX_FORM_BYTES // 1024} Kio en une fois.",
                    en=f"More than {MAX_FORM_BYTES // 1024} KiB at once.",
                ),
                Text(fr="Rien n’a été enregistré ; raccourcissez.", en="Nothing was recorded; shorten it."),
            )
        if request.headers.get("content-type", "").partition(";")[0].strip() == "application/json":
            return await _read_json(request)
        try:
            read = await request.form(
                max_files=MAX_FILES, max_fields=MAX_FIELDS, max_part_size=MAX_FORM_BYTES
            )
        except (HTTPException, ValueError, ClientDisconnect) as error:
            raise _unreadable() from error
        values: list[tuple[str, str]] = []
        uploads: dict[str, tuple[str, bytes]] = {}
        for name, value in read.multi_items():
            if isinstance(value, UploadFile):
                uploads[name] = (value.filename or "", await value.read())
                await value.close()
            else:
                values.append((name, value.replace("\r\n", "\n")))
        return Fields(values, uploads)

    def _visit(self, request: Request, form: Fields) -> Visit:
        token = request.cookies.get(self.cookie_name(request), "")
        session: Session | None = None
        if token:
            try:
                session = self.accounts.session(token)
                self.node.officer(session.officer)
            except NotPermitted:
                session = None
        language: Language = session.language if session else _language_of(request)
        return Visit(
            self,
            path=request.url.path,
            parts=dict(request.path_params),
            query=Fields(list(request.query_params.multi_items())),
            form=form,
            token=token,
            session=session,
            language=language,
            address=request.client.host if request.client else "",
            device=device_family(request.headers.get("user-agent", "")),
            origin=f"{request.url.scheme}://{request.headers.get('host', '')}",
            is_fragment=request.headers.get("hx-request") == "true",
            said=unquote(request.cookies.get("entente_said", ""))[:300],
            remembered=unquote(request.cookies.get("entente_next", "")),
            brought={
                name.removeprefix("entente_"): value
                for name, value in request.cookies.items()
                if name.startswith("entente_")
            },
            wants_json=request.headers.get("accept", "").startswith("application/json"),
        )

    def _enter(self, door: Door, visit: Visit, request: Request, fault: EntenteError | None) -> Response:
        try:
            if door.who is not None and visit.session is None:
                return self._ask_to_sign_in(visit, request)
            if door.who is not None and visit.role not in door.who:
                raise NotPermitted(
                    "page_not_for_role",
                    Text(
                        fr="Cette page n’est pas ouverte à votre rôle.",
                        en="This page is not open to your role.",
                    ),
                    Text(
                        fr="Changez de rôle si vous en avez plusieurs, ou demandez à qui l’a.",
                        en="Change role if you hold several, or ask somebody who has it.",
                    ),
                )
            if door.method == "POST":
                self._check_sent_from_here(visit, request, door)
            if fault is not None:
                raise fault
            if door.needs_shift and visit.shift is None:
                return visit.to(f"/shift?next={visit.path}" if door.method == "GET" else "/shift")
            if door.most_a_minute is not None and visit.session is not None:
                wait_s = self.pace.wait_s(visit.session.id, door.path, door.most_a_minute)
                if wait_s > 0:
                    return self._too_often(visit, wait_s)
            return door.does(visit)
        except EntenteError as error:
            return visit.refused(error, status_of(error))
        except Exception as error:  # noqa: BLE001 - whatever went wrong, its reader is told what to do
            return self._fault_of_ours(visit, error)

    def _too_often(self, visit: Visit, wait_s: float) -> Response:
        seconds = round(wait_s + 0.5)
        said = Unavailable(
            "too_often",
            Text(
                fr="Trop de demandes en une minute ; celle-ci n’a pas été faite.",
                en="Too many requests in one minute; this one was not done.",
            ),
            Text(fr=f"Attendez {seconds} s, puis recommencez.", en=f"Wait {seconds} s, then try again."),
        )
        answer = visit.refused(said, 429)
        answer.headers["Retry-After"] = str(seconds)
        return answer

    def _fault_of_ours(self, visit: Visit, error: Exception) -> Response:
        """A page that failed says so. The log keeps where and never what: an error's own words may hold a value."""
        where = [
            f"{Path(frame.filename).name}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(error.__traceback__)
            if "entente" in frame.filename or frame.filename.endswith(".html")
        ]
        _LOG.error("fault of ours: %s at %s", type(error).__name__, " < ".join(reversed(where)))
        said = Unavailable(
            "fault_of_ours",
            Text(
                fr="Cette page a échoué par notre faute ; ce que vous faisiez n’est peut-être pas enregistré.",
                en="This page failed by a fault of ours; what you were doing may not be recorded.",
            ),
            Text(
                fr="Regardez avant de recommencer ; si cela dure, prévenez l’administrateur.",
                en="Look before you do it again; if it lasts, tell the administrator.",
            ),
        )
        return visit.refused(said, 500)

    def _ask_to_sign_in(self, visit: Visit, request: Request) -> Response:
        if request.headers.get("accept", "").startswith("application/json") or visit.is_fragment:
            return Response(status_code=401)
        response = RedirectResponse("/sign-in", status_code=303)
        if request.method == "GET":
            visit.cookies.append(("next", quote(visit.path), 600))  # a cookie is no place for é
        return response

    def _check_sent_from_here(self, visit: Visit, request: Request, door: Door) -> None:
        """A deed comes from a page of ours: its origin is ours, and it bears the session's own secret."""
        origin = request.headers.get("origin", "")
        site = request.headers.get("sec-fetch-site", "same-origin")
        headers = request.headers
        sent = visit.form.one("csrf") or headers.get("x-csrf", "") or headers.get("x-csrf-token", "")
        ours = site in ("same-origin", "none") and (not origin or origin == visit.origin)
        needs_secret = visit.session is not None and door.who is not None
        if not ours or (
            needs_secret
            and not hmac.compare_digest(sent.encode(), (visit.session.csrf if visit.session else "").encode())
        ):
            raise NotPermitted(
                "not_sent_from_here",
                Text(
                    fr="Cette demande ne vient pas d’une de nos pages, ou votre session a changé depuis.",
                    en="This request does not come from one of our pages, or your session changed since.",
                ),
                Text(fr="Revenez à la page, et recommencez.", en="Go back to the page and try again."),
            )

    # -- answers ------------------------------------------------------------------------------------------------

    def cookie_name(self, request: Request) -> str:
        """Where the connection is safe the cookie's own name forbids other hosts to set it."""
        return f"__Host-{COOKIE}" if request.url.scheme == "https" else COOKIE

    def _guarded(self, response: Response, visit: Visit, request: Request) -> Response:
        for name, value in GUARDS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("Vary", "Cookie, Accept-Language, HX-Request")
        safe = request.url.scheme == "https"
        for name, value, lasts in visit.cookies:
            response.set_cookie(
                self.cookie_name(request) if name == COOKIE else f"entente_{name}",
                value,
                max_age=lasts or None,
                path="/",
                secure=safe,
                httponly=True,
                samesite="lax",
            )
        if visit.said and response.status_code == 200 and not visit.is_fragment:
            response.delete_cookie("entente_said", path="/")
        return response


async def _read_json(request: Request) -> Fields:
    """What a script of ours sent: one object, whose length was checked before."""
    try:
        said = strict_json(await request.body())
    except (ClientDisconnect, Malformed) as error:
        raise _unreadable() from error
    if not isinstance(said, dict) or len(said) > MAX_FIELDS:
        raise _unreadable()
    return Fields([(name, value) for name, value in said.items() if isinstance(value, str)], said=said)


def _unreadable() -> Malformed:
    return Malformed(
        "form_unreadable",
        Text(fr="Le formulaire est illisible.", en="The form cannot be read."),
        Text(fr="Rien n’a été enregistré ; recommencez.", en="Nothing was recorded; try again."),
    )


def status_of(error: EntenteError) -> int:
    """The HTTP status of an error on a page."""
    return next((status for kind, status in STATUS.items() if isinstance(error, kind)), 500)


def _origins(node: Node) -> tuple[str, ...]:
    port = node.settings.port
    here = (
        f"http://{name}:{port}"
        for name in (f"{node.store.node}.localhost", "localhost", "127.0.0.1", "[::1]")
    )
    return (*node.settings.origins, *here)


def _static_files() -> dict[str, tuple[bytes, bytes, str]]:
    """Our files by name: (bytes, the same packed, type). Read once; there are few and they are small."""
    root = Path(str(files("entente.web").joinpath("static")))
    found: dict[str, tuple[bytes, bytes, str]] = {}
    for file in sorted(root.rglob("*")):
        kind = _TYPES.get(file.suffix)
        if file.is_file() and kind:
            content = file.read_bytes()
            packed = b"" if file.suffix in (".woff2", ".png") else gzip.compress(content, 9, mtime=0)
            found[file.relative_to(root).as_posix()] = (content, packed, kind)
    return found


def _language_of(request: Request) -> Language:
    chosen = request.cookies.get("entente_language")
    if chosen in ("fr", "en"):
        return "fr" if chosen == "fr" else "en"
    first = request.headers.get("accept-language", "").strip().casefold()
    return "en" if first.startswith("en") else "fr"
