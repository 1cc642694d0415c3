"""By what an officer or a program comes in: passwords, passkeys, one-time links, programs' tokens.

Keeps what was proved and does not itself check a password or a signature (web/sign_in does), nor does it know who is an
officer here (officers.toml does). A new door is opened and the link that allowed it is used up in one transaction: a
crash leaves both or neither.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from entente.errors import Conflict, NotFound, NotPermitted, Text
from entente.store import account_tables as tables
from entente.store.account_file import digest, moment
from entente.store.account_sessions import Sessions, end_all_in
from entente.store.account_values import (
    Enrolment,
    NewPasskey,
    PasskeyKept,
    PasswordKept,
    ProgramToken,
)

ENROLMENT_LASTS = dt.timedelta(hours=48)
_LONGEST_LABEL = 80
# A token that is found in a log or a script says by itself what it is.
_PROGRAM_PREFIX = "entente_"


class Credentials(Sessions):
    """The part of accounts.db that says by what one may come in."""

    # -- passwords --------------------------------------------------------------------------------------------------

    def password(self, officer: str) -> PasswordKept:
        """An officer's password as kept; an empty hash where there is none, so that the asker takes as long."""
        with self._reading() as connection:
            row = connection.execute(
                select(tables.password).where(tables.password.c.officer == officer)
            ).first()
        if row is None:
            return PasswordKept(hash="")
        return PasswordKept(
            hash=row.hash, changed_at=moment(row.changed_at_s), must_change=bool(row.must_change)
        )

    def set_password(self, officer: str, hash_of_it: str, *, must_change: bool = False) -> None:
        """Keep a new password. Every session of the officer ends: a thief of the old one is put out with it."""
        with self._writing() as connection:
            self._keep_password(connection, officer, hash_of_it, must_change)

    def rehash(self, officer: str, old_hash: str, new_hash: str) -> None:
        """Keep the same password under stronger parameters, unless it was changed meanwhile. Sessions stay."""
        with self._writing() as connection:
            connection.execute(
                update(tables.password)
                .where(tables.password.c.officer == officer, tables.password.c.hash == old_hash)
                .values(hash=new_hash)
            )

    def _keep_password(
        self, connection: Connection, officer: str, hash_of_it: str, must_change: bool
    ) -> None:
        values = {"hash": hash_of_it, "changed_at_s": self._now_s(), "must_change": must_change}
        connection.execute(
            upsert(tables.password)
            .values(officer=officer, **values)
            .on_conflict_do_update(index_elements=["officer"], set_=values)
        )
        end_all_in(connection, officer)

    # -- passkeys ---------------------------------------------------------------------------------------------------

    def user_handle(self, officer: str) -> bytes:
        """The random bytes by which authenticators know an officer; made when first asked for."""
        with self._writing() as connection:
            connection.execute(
                upsert(tables.handle)
                .values(officer=officer, handle=self._chance(32))
                .on_conflict_do_nothing(index_elements=["officer"])
            )
            found = connection.scalar(
                select(tables.handle.c.handle).where(tables.handle.c.officer == officer)
            )
            assert found is not None
            return bytes(found)

    def add_passkey(self, officer: str, new: NewPasskey, label: str) -> PasskeyKept:
        """Keep a passkey whose registration was verified. Raises Conflict when its credential is kept already."""
        with self._writing() as connection:
            return self._keep_passkey(connection, officer, new, label)

    def passkey(self, credential: bytes) -> PasskeyKept:
        """A passkey by its credential. Raises NotPermitted, in the words of any passkey that does not open."""
        with self._reading() as connection:
            row = connection.execute(
                select(tables.passkey).where(tables.passkey.c.credential == credential)
            ).first()
        if row is None:
            raise NotPermitted(
                "passkey_refused",
                Text(
                    fr="Cette clé d’accès n’ouvre rien ici.",
                    en="This passkey opens nothing here.",
                ),
                Text(
                    fr="Essayez-en une autre, ou demandez un lien à l’administrateur.",
                    en="Try another, or ask the administrator for a link.",
                ),
            )
        return _passkey(row)

    def passkeys_of(self, officer: str) -> list[PasskeyKept]:
        """An officer's passkeys, oldest first."""
        with self._reading() as connection:
            rows = connection.execute(
                select(tables.passkey)
                .where(tables.passkey.c.officer == officer)
                .order_by(tables.passkey.c.made_at_s, tables.passkey.c.credential)
            ).all()
        return [_passkey(row) for row in rows]

    def note_passkey_used(self, credential: bytes, counter: int) -> None:
        """Keep the counter of a verified sign-in. Raises NotPermitted `passkey_counter` when it does not go on.

        Compared where it is written: of two devices that hold one key and come at once, only one gets in.
        A counter that is always 0 is that of an authenticator that has none.
        """
        kept = tables.passkey.c.counter
        with self._writing() as connection:
            noted = connection.execute(
                update(tables.passkey)
                .where(
                    tables.passkey.c.credential == credential,
                    (kept < counter) if counter else (kept == 0),
                )
                .values(counter=counter, last_used_at_s=self._now_s())
            )
            if noted.rowcount == 0:
                raise counter_went_back()

    def label_passkey(self, officer: str, credential: bytes, label: str) -> None:
        """Give one's own passkey another label. Raises NotFound."""
        with self._writing() as connection:
            changed = connection.execute(
                update(tables.passkey)
                .where(tables.passkey.c.credential == credential, tables.passkey.c.officer == officer)
                .values(label=_label(label))
            )
            if changed.rowcount == 0:
                raise _no_such_thing()

    def remove_passkey(self, officer: str, credential: bytes) -> None:
        """Forget one's own passkey. Raises NotFound. Sessions stay; for a stolen device ask `end_all` as well."""
        with self._writing() as connection:
            removed = connection.execute(
                delete(tables.passkey).where(
                    tables.passkey.c.credential == credential, tables.passkey.c.officer == officer
                )
            )
            if removed.rowcount == 0:
                raise _no_such_thing()

    def _keep_passkey(self, connection: Connection, officer: str, new: NewPasskey, label: str) -> PasskeyKept:
        row = connection.execute(
            upsert(tables.passkey)
            .values(
                credential=new.credential,
                public_key=new.public_key,
                counter=new.counter,
                officer=officer,
                label=_label(label),
                made_at_s=self._now_s(),
            )
            .on_conflict_do_nothing(index_elements=["credential"])
            .returning(tables.passkey)
        ).first()
        if row is None:
            raise Conflict(
                "passkey_taken",
                Text(fr="Cette clé d’accès est déjà enregistrée.", en="This passkey is registered already."),
                Text(fr="Connectez-vous avec elle.", en="Sign in with it."),
            )
        return _passkey(row)

    # -- one-time links ---------------------------------------------------------------------------------------------

    def make_enrolment(self, officer: str, made_by: str) -> str:
        """A token for the link by which an officer makes a passkey or password, good once and for 48 hours.

        An older link of the same officer ends.
        """
        token, now_s = self._new_token(), self._now_s()
        with self._writing() as connection:
            connection.execute(
                delete(tables.enrolment).where(
                    (tables.enrolment.c.officer == officer) | (tables.enrolment.c.ends_at_s <= now_s)
                )
            )
            connection.execute(
                insert(tables.enrolment).values(
                    id=digest(token),
                    officer=officer,
                    made_by=made_by,
                    made_at_s=now_s,
                    ends_at_s=now_s + ENROLMENT_LASTS.total_seconds(),
                )
            )
        return token

    def enrolment(self, token: str) -> Enrolment:
        """The link as it stands; looking does not use it up. Raises NotPermitted `link_over`."""
        with self._reading() as connection:
            return self._enrolment(connection, token)

    def enrol_passkey(self, token: str, new: NewPasskey, label: str) -> PasskeyKept:
        """Keep an officer's passkey and use the link up, both or neither. Raises NotPermitted or Conflict."""
        with self._writing() as connection:
            officer = self._use_enrolment(connection, token)
            return self._keep_passkey(connection, officer, new, label)

    def enrol_password(self, token: str, hash_of_it: str) -> str:
        """Keep an officer's password and use the link up, both or neither. Returns the officer's name."""
        with self._writing() as connection:
            officer = self._use_enrolment(connection, token)
            self._keep_password(connection, officer, hash_of_it, must_change=False)
            return officer

    def _enrolment(self, connection: Connection, token: str) -> Enrolment:
        row = connection.execute(
            select(tables.enrolment).where(tables.enrolment.c.id == digest(token))
        ).first()
        if row is None or row.ends_at_s <= self._now_s():
            raise NotPermitted(
                "link_over",
                Text(
                    fr="Ce lien a déjà servi, ou ses 48 heures sont passées.",
                    en="This link was used already, or its 48 hours are over.",
                ),
                Text(fr="Demandez-en un autre à l’administrateur.", en="Ask the administrator for another."),
            )
        return Enrolment(
            officer=row.officer,
            made_by=row.made_by,
            made_at=moment(row.made_at_s),
            ends_at=moment(row.ends_at_s),
        )

    def _use_enrolment(self, connection: Connection, token: str) -> str:
        link = self._enrolment(connection, token)
        connection.execute(delete(tables.enrolment).where(tables.enrolment.c.id == digest(token)))
        return link.officer

    # -- programs' tokens -------------------------------------------------------------------------------------------

    def make_program_token(
        self, officer: str, *, label: str, scopes: Sequence[str], lasts: dt.timedelta, made_by: str
    ) -> tuple[str, ProgramToken]:
        """A token for a program, and what is kept of it. The token is shown this once."""
        token, now_s = _PROGRAM_PREFIX + self._new_token(), self._now_s()
        with self._writing() as connection:
            row = connection.execute(
                insert(tables.program_token)
                .values(
                    id=digest(token),
                    officer=officer,
                    label=_label(label),
                    scopes=json.dumps(sorted(set(scopes))),
                    made_by=made_by,
                    made_at_s=now_s,
                    ends_at_s=now_s + lasts.total_seconds(),
                )
                .returning(tables.program_token)
            ).one()
        return token, _program_token(row)

    def program_token(self, token: str) -> ProgramToken:
        """What a program's token allows. Raises NotPermitted `token_refused`."""
        with self._reading() as connection:
            row = connection.execute(
                select(tables.program_token).where(tables.program_token.c.id == digest(token))
            ).first()
        if row is None or row.ends_at_s <= self._now_s():
            raise NotPermitted(
                "token_refused",
                Text(
                    fr="Ce jeton de programme est inconnu, retiré ou périmé.",
                    en="This program's token is unknown, withdrawn or past its day.",
                ),
                Text(fr="L’administrateur en délivre un autre.", en="The administrator gives out another."),
            )
        return _program_token(row)

    def program_tokens(self) -> list[ProgramToken]:
        """Every token that was not withdrawn, those past their day too; the newest first."""
        with self._reading() as connection:
            rows = connection.execute(
                select(tables.program_token).order_by(
                    tables.program_token.c.made_at_s.desc(), tables.program_token.c.id
                )
            ).all()
        return [_program_token(row) for row in rows]

    def withdraw_program_token(self, token_id: str) -> None:
        """Withdraw a token by its id. Raises NotFound."""
        with self._writing() as connection:
            gone = connection.execute(
                delete(tables.program_token).where(tables.program_token.c.id == token_id)
            )
            if gone.rowcount == 0:
                raise _no_such_thing()


def counter_went_back() -> NotPermitted:
    """The error for a passkey whose counter does not go on: somebody may hold a copy of it."""
    return NotPermitted(
        "passkey_counter",
        Text(
            fr="Le compteur de cette clé d’accès est revenu en arrière : il en existe peut-être une copie.",
            en="The counter of this passkey went back: there may be a copy of it.",
        ),
        Text(
            fr="Prévenez l’administrateur, retirez cette clé et faites-en une autre.",
            en="Tell the administrator, remove this passkey and make another.",
        ),
    )


def _passkey(row: Any) -> PasskeyKept:
    return PasskeyKept(
        credential=bytes(row.credential),
        public_key=bytes(row.public_key),
        counter=row.counter,
        officer=row.officer,
        label=row.label,
        made_at=moment(row.made_at_s),
        last_used_at=None if row.last_used_at_s is None else moment(row.last_used_at_s),
    )


def _program_token(row: Any) -> ProgramToken:
    return ProgramToken(
        id=row.id,
        officer=row.officer,
        label=row.label,
        scopes=tuple(json.loads(row.scopes)),
        made_by=row.made_by,
        made_at=moment(row.made_at_s),
        ends_at=moment(row.ends_at_s),
    )


def _label(label: str) -> str:
    return " ".join(label.split())[:_LONGEST_LABEL]


def _no_such_thing() -> NotFound:
    return NotFound(
        "not_found",
        Text(
            fr="Il n’y a rien de ce nom dans ce compte.", en="There is nothing of that name in this account."
        ),
    )
