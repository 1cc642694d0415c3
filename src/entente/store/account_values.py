"""What accounts.db holds, as values: sessions, passkeys, links, programs' tokens and attempts to sign in.

A token is handed out once, by the call that makes it, and is in no value that is read back later. The secret against
forged forms is computed from the cookie's token, so that only the session's own request can know it.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

import msgspec

from entente.errors import Language
from entente.policy.agreement import Role

Method = Literal["passkey", "password", "directory", "exercise"]
Theme = Literal["auto", "day", "night"]


class PasswordKept(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An officer's password as it is kept. hash: "" when the officer has none, or there is no such officer."""

    hash: str
    changed_at: dt.datetime | None = None
    must_change: bool = False


class PasskeyKept(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A passkey of an officer. last_used_at None: never yet."""

    credential: bytes
    public_key: bytes
    counter: int
    officer: str
    label: str
    made_at: dt.datetime
    last_used_at: dt.datetime | None = None


class NewPasskey(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a registration that was verified gives; the officer's name comes from who asked for it."""

    credential: bytes
    public_key: bytes
    counter: int


class SignedIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who came in, and how. device: the family of the browser in words, never its whole name or an address."""

    officer: str
    role: Role
    method: Method
    device: str
    language: Language = "fr"
    theme: Theme = "auto"
    shift: str = ""


class SessionListed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A session as its officer sees it among others. id opens nothing; it only says which one to end."""

    id: str
    officer: str
    role: Role
    made_at: dt.datetime
    last_seen_at: dt.datetime
    ends_at: dt.datetime
    method: Method
    device: str


class Session(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A session at work, as a request with its cookie finds it. shift: "" when none is open."""

    id: str
    officer: str
    role: Role
    made_at: dt.datetime
    last_seen_at: dt.datetime
    ends_at: dt.datetime
    method: Method
    device: str
    csrf: str
    language: Language
    theme: Theme
    shift: str


class SessionOpened(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new session. token: for the cookie, given this once."""

    token: str
    csrf: str
    session: Session


class Enrolment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A one-time link as it stands: for whom, made by whom."""

    officer: str
    made_by: str
    made_at: dt.datetime
    ends_at: dt.datetime


class ProgramToken(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a program may do and for how long. officer: an officer's or a service account's name."""

    id: str
    officer: str
    label: str
    scopes: tuple[str, ...]
    made_by: str
    made_at: dt.datetime
    ends_at: dt.datetime


class Attempt(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One attempt to sign in, as the rule of limits sees it: is it of the account, of the address, did it succeed."""

    at: dt.datetime
    same_account: bool
    same_address: bool
    succeeded: bool


class AttemptAnswered(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """wait_s 0: try now, and say with `number` that it succeeded. Above: come back after so many seconds."""

    wait_s: float
    number: int = 0
