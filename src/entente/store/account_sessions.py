"""Who is signed in now, on which device and in which role.

A session is its cookie's token; the file knows only the token's digest. It ends after an hour without a sign of life,
after twelve hours in any case, when its officer signs out, and everywhere at once when `end_all` is asked. Each sign-in
and each change of role gives a new token and forgets the old one, so that a token planted before is worth nothing after
(session fixation); a change of role does not buy another twelve hours.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from entente.errors import Language, NotPermitted, Text, Unavailable
from entente.policy.agreement import Role
from entente.store import account_tables as tables
from entente.store.account_file import AccountFile, derived, digest, moment
from entente.store.account_values import Session, SessionListed, SessionOpened, SignedIn, Theme

LONGEST_SESSION = dt.timedelta(hours=12)
IDLE_SESSION = dt.timedelta(minutes=60)
# A page asks several times a second; a sign of life is written once in so long.
SIGN_OF_LIFE_S = 30.0


class Sessions(AccountFile):
    """The part of accounts.db that says who is in."""

    def __init__(
        self,
        folder: Path,
        clock: Callable[[], dt.datetime],
        chance: Callable[[int], bytes] = os.urandom,
        idle: dt.timedelta = IDLE_SESSION,
    ) -> None:
        super().__init__(folder, clock, chance)
        self._idle_s = idle.total_seconds()

    def open_session(self, who: SignedIn, instead_of: str = "") -> SessionOpened:
        """Open a session for an officer whose proof was checked. instead_of: the cookie that the browser came with."""
        now_s = self._now_s()
        with self._writing() as connection:
            connection.execute(delete(tables.session).where(tables.session.c.id == digest(instead_of)))
            self._drop_ended(connection, now_s)
            return self._insert(connection, who, now_s, now_s, now_s + LONGEST_SESSION.total_seconds())

    def session(self, token: str, *, note: bool = True) -> Session:
        """The session of a cookie, noted as alive; note: False for what a page asks by itself, with nobody there.

        Raises NotPermitted: `not_signed_in` (unknown, or ended), `session_idle`, `session_over`.
        """
        now_s = self._now_s()
        with self._reading() as connection:
            row = connection.execute(
                select(tables.session).where(tables.session.c.id == digest(token))
            ).first()
        if row is None:
            raise _not_signed_in()
        over = now_s >= row.ends_at_s
        if over or now_s - row.last_seen_at_s > self._idle_s:
            with contextlib.suppress(Unavailable):
                self.end(token)
            raise _over() if over else _idle()
        if note and now_s - row.last_seen_at_s >= SIGN_OF_LIFE_S:
            # A full disk must not sign a watch-keeper out: the session then merely ends sooner.
            with contextlib.suppress(Unavailable), self._writing() as connection:
                connection.execute(
                    update(tables.session)
                    .where(tables.session.c.id == row.id, tables.session.c.last_seen_at_s < now_s)
                    .values(last_seen_at_s=now_s)
                )
        return _session(row, token, max(now_s, row.last_seen_at_s))

    def change_role(self, token: str, role: Role) -> SessionOpened:
        """Go on in another role, under a new token; whether the officer has that role is the caller's to know."""
        held = self.session(token)
        who = SignedIn(
            officer=held.officer,
            role=role,
            method=held.method,
            device=held.device,
            language=held.language,
            theme=held.theme,
            shift=held.shift,
        )
        with self._writing() as connection:
            # Another request may have ended it since: what is gone does not come back under another name.
            gone = connection.execute(delete(tables.session).where(tables.session.c.id == held.id)).rowcount
            if not gone:
                raise _not_signed_in()
            return self._insert(
                connection, who, self._now_s(), held.made_at.timestamp(), held.ends_at.timestamp()
            )

    def set_language(self, token: str, language: Language) -> None:
        """The language of this session's pages."""
        self._set(token, language=language)

    def set_theme(self, token: str, theme: Theme) -> None:
        """Day, night, or as the device says."""
        self._set(token, theme=theme)

    def set_shift(self, token: str, shift: str) -> None:
        """The shift that this session works in; "" for none."""
        self._set(token, shift=shift)

    def end(self, token: str) -> None:
        """Sign out here. A session that has ended already stays so."""
        with self._writing() as connection:
            connection.execute(delete(tables.session).where(tables.session.c.id == digest(token)))

    def end_listed(self, officer: str, session: str) -> bool:
        """End one of an officer's own sessions by the id that `sessions_of` shows. Returns whether there was one."""
        with self._writing() as connection:
            ended = connection.execute(
                delete(tables.session).where(
                    tables.session.c.id == session, tables.session.c.officer == officer
                )
            )
            return ended.rowcount > 0

    def end_all(self, officer: str) -> int:
        """End every session of an officer, everywhere. Returns how many there were."""
        with self._writing() as connection:
            return end_all_in(connection, officer)

    def sessions_of(self, officer: str) -> list[SessionListed]:
        """An officer's sessions that are still good, the last one seen first."""
        now_s = self._now_s()
        columns = [tables.session.c[name] for name in SessionListed.__struct_fields__ if "_at" not in name]
        times = [tables.session.c[f"{name}_s"] for name in ("made_at", "last_seen_at", "ends_at")]
        with self._reading() as connection:
            rows = connection.execute(
                select(*columns, *times)
                .where(
                    tables.session.c.officer == officer,
                    tables.session.c.ends_at_s > now_s,
                    tables.session.c.last_seen_at_s >= now_s - self._idle_s,
                )
                .order_by(tables.session.c.last_seen_at_s.desc(), tables.session.c.id)
            ).all()
        return [
            SessionListed(
                id=row.id,
                officer=row.officer,
                role=row.role,
                made_at=moment(row.made_at_s),
                last_seen_at=moment(row.last_seen_at_s),
                ends_at=moment(row.ends_at_s),
                method=row.method,
                device=row.device,
            )
            for row in rows
        ]

    def _set(self, token: str, **values: str) -> None:
        with self._writing() as connection:
            connection.execute(
                update(tables.session).where(tables.session.c.id == digest(token)).values(**values)
            )

    def _drop_ended(self, connection: Connection, now_s: float) -> None:
        connection.execute(
            delete(tables.session).where(
                (tables.session.c.ends_at_s <= now_s)
                | (tables.session.c.last_seen_at_s < now_s - self._idle_s)
            )
        )

    def _insert(
        self, connection: Connection, who: SignedIn, now_s: float, made_at_s: float, ends_at_s: float
    ) -> SessionOpened:
        token = self._new_token()
        row = {
            "id": digest(token),
            "officer": who.officer,
            "role": who.role,
            "made_at_s": made_at_s,
            "last_seen_at_s": now_s,
            "ends_at_s": ends_at_s,
            "method": who.method,
            "device": who.device,
            "language": who.language,
            "theme": who.theme,
            "shift": who.shift,
        }
        kept = connection.execute(insert(tables.session).values(**row).returning(tables.session)).one()
        session = _session(kept, token, now_s)
        return SessionOpened(token=token, csrf=session.csrf, session=session)


def end_all_in(connection: Connection, officer: str) -> int:
    """End an officer's sessions within a transaction that does more."""
    return connection.execute(delete(tables.session).where(tables.session.c.officer == officer)).rowcount


def _session(row: Any, token: str, last_seen_at_s: float) -> Session:
    return Session(
        id=row.id,
        officer=row.officer,
        role=row.role,
        made_at=moment(row.made_at_s),
        last_seen_at=moment(last_seen_at_s),
        ends_at=moment(row.ends_at_s),
        method=row.method,
        device=row.device,
        csrf=derived(token, "forms").hex(),
        language=row.language,
        theme=row.theme,
        shift=row.shift,
    )


_SIGN_IN_AGAIN = Text(
    fr="Connectez-vous de nouveau ; ce que vous aviez tapé est resté dans cette page.",
    en="Sign in again; what you had typed is still in this page.",
)


def _not_signed_in() -> NotPermitted:
    return NotPermitted(
        "not_signed_in",
        Text(
            fr="Personne n’est connecté ici, ou la session a été fermée.",
            en="Nobody is signed in here, or the session was ended.",
        ),
        Text(fr="Connectez-vous.", en="Sign in."),
    )


def _idle() -> NotPermitted:
    return NotPermitted(
        "session_idle",
        Text(
            fr="La session s’est fermée parce que rien ne s’y passait plus.",
            en="The session ended because nothing happened in it any more.",
        ),
        _SIGN_IN_AGAIN,
    )


def _over() -> NotPermitted:
    return NotPermitted(
        "session_over",
        Text(
            fr="La session a duré douze heures et se ferme.",
            en="The session lasted twelve hours and ends.",
        ),
        _SIGN_IN_AGAIN,
    )
