"""Who may come in at this node, who is in, what each has seen, and how often somebody tried.

One file beside the others, `accounts.db`, which is no part of the record. Its ideas lie in three files: who is in
(account_sessions.py), by what one comes in (account_credentials.py), and here the way in itself: attempts, counted so
that a restart forgives none; half-done sign-ins, each good once; and the small marks of what an officer has seen.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Sequence

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from entente.errors import NotPermitted, Text
from entente.store import account_tables as tables
from entente.store.account_credentials import Credentials
from entente.store.account_file import derived, digest, moment
from entente.store.account_values import Attempt, AttemptAnswered

CEREMONY_LASTS = dt.timedelta(minutes=5)
FAILURES_KEPT = dt.timedelta(hours=24)
# Where an officer usually signs in is still known after a leave.
SUCCESSES_KEPT = dt.timedelta(days=30)
# Of half-done sign-ins the oldest make room: who asks without end must not fill the disk.
MOST_PENDING = 20_000
# Attempts that a rule looks at, the newest; more failures than this say nothing new.
MOST_ATTEMPTS = 500


class Accounts(Credentials):
    """The accounts of one node. Safe to call at once from many threads; durable when a method returns."""

    # -- attempts to sign in ----------------------------------------------------------------------------------------

    def attempt(
        self, account: str, address: str, rule: Callable[[Sequence[Attempt], dt.datetime], float]
    ) -> AttemptAnswered:
        """Ask the rule whether one may try to sign in now, and if so note the attempt as failed.

        account: as typed, "" where nobody types a name (passkeys). address: what is counted as one place.
        Noted before the proof is looked at, in one transaction with the question: a hundred guesses sent at once are
        a hundred attempts. Who may not try is not noted, so that hammering does not make it longer.
        """
        now = self._clock()
        account = self._short_digest("account", account) if account else ""
        address = self._short_digest("address", address)
        kept = tables.attempt.c
        same_account, same_address = kept.account == account, kept.address == address
        concerned = (same_account | same_address) if account else same_address
        with self._writing() as connection:
            # What lies ahead was written by a clock that has since been set back; nobody can count from it.
            connection.execute(
                delete(tables.attempt).where(
                    (~kept.succeeded & (kept.at_s < (now - FAILURES_KEPT).timestamp()))
                    | (kept.at_s < (now - SUCCESSES_KEPT).timestamp())
                    | (kept.at_s > now.timestamp() + 60)
                )
            )
            # Successes first: a flood of failures must not push out where the officer usually is.
            rows = connection.execute(
                select(kept.number, kept.at_s, kept.succeeded, kept.account, kept.address)
                .where(concerned)
                .order_by(kept.succeeded.desc(), kept.number.desc())
                .limit(MOST_ATTEMPTS)
            ).all()
            wait_s = rule(
                [
                    Attempt(
                        at=moment(row.at_s),
                        same_account=bool(account) and row.account == account,
                        same_address=row.address == address,
                        succeeded=bool(row.succeeded),
                    )
                    for row in sorted(rows, key=lambda row: row.number)
                ],
                now,
            )
            if wait_s > 0:
                return AttemptAnswered(wait_s=wait_s)
            number = connection.scalar(
                insert(tables.attempt)
                .values(account=account, address=address, at_s=now.timestamp(), succeeded=False)
                .returning(kept.number)
            )
            assert number is not None
            return AttemptAnswered(wait_s=0.0, number=number)

    def attempt_succeeded(self, number: int) -> None:
        """Say that an attempt was no failure after all. Of an account at a place only the last success is kept."""
        kept = tables.attempt.c
        with self._writing() as connection:
            row = connection.execute(
                update(tables.attempt)
                .where(kept.number == number)
                .values(succeeded=True)
                .returning(kept.account, kept.address)
            ).first()
            if row is not None:
                connection.execute(
                    delete(tables.attempt).where(
                        kept.account == row.account,
                        kept.address == row.address,
                        kept.succeeded,
                        kept.number != number,
                    )
                )

    # -- half-done sign-ins -----------------------------------------------------------------------------------------

    def begin_ceremony(self, kind: str, remembered: dict[str, str]) -> str:
        """Keep what a sign-in must remember until its second step, for five minutes. Returns the browser's token.

        Sealed under a key that only that token gives: the file alone does not tell a challenge or a verifier.
        """
        token, now_s = self._new_token(), self._now_s()
        # The key seals this once and never again, so that a nonce of zeros is met only once.
        sealed = AESGCM(derived(token, kind)).encrypt(bytes(12), json.dumps(remembered).encode(), None)
        pending = tables.pending
        with self._writing() as connection:
            connection.execute(delete(pending).where(pending.c.ends_at_s <= now_s))
            if (connection.scalar(select(func.count()).select_from(pending)) or 0) >= MOST_PENDING:
                oldest = select(pending.c.id).order_by(pending.c.ends_at_s).limit(1).scalar_subquery()
                connection.execute(delete(pending).where(pending.c.id == oldest))
            connection.execute(
                insert(pending).values(
                    id=digest(token),
                    kind=kind,
                    sealed=sealed,
                    ends_at_s=now_s + CEREMONY_LASTS.total_seconds(),
                )
            )
        return token

    def take_ceremony(self, kind: str, token: str) -> dict[str, str]:
        """What was remembered, given once: whoever comes again with the same token is refused, as is another kind."""
        pending = tables.pending
        with self._writing() as connection:
            row = connection.execute(
                delete(pending).where(pending.c.id == digest(token)).returning(pending)
            ).first()
        if row is None or row.kind != kind or row.ends_at_s <= self._now_s():
            raise NotPermitted(
                "sign_in_over",
                Text(
                    fr="Cette connexion a déjà servi, ou ses cinq minutes sont passées.",
                    en="This sign-in was used already, or its five minutes are over.",
                ),
                Text(fr="Recommencez la connexion.", en="Begin signing in again."),
            )
        remembered: dict[str, str] = json.loads(
            AESGCM(derived(token, kind)).decrypt(bytes(12), row.sealed, None)
        )
        return remembered

    # -- what each has seen -----------------------------------------------------------------------------------------

    def mark(self, officer: str, name: str) -> str:
        """What an officer's mark of that name says; "" when it was never set."""
        with self._reading() as connection:
            value = connection.scalar(
                select(tables.mark.c.value).where(
                    tables.mark.c.officer == officer, tables.mark.c.name == name
                )
            )
            return "" if value is None else str(value)

    def set_mark(self, officer: str, name: str, value: str) -> None:
        """Set an officer's mark."""
        with self._writing() as connection:
            connection.execute(
                upsert(tables.mark)
                .values(officer=officer, name=name, value=value)
                .on_conflict_do_update(index_elements=["officer", "name"], set_={"value": value})
            )

    def seen(self, officer: str, records: Iterable[str]) -> frozenset[str]:
        """Those of these records that the officer has seen."""
        asked, found = list(records), set[str]()
        with self._reading() as connection:
            for start in range(0, len(asked), 500):
                found.update(
                    connection.scalars(
                        select(tables.seen.c.record).where(
                            tables.seen.c.officer == officer,
                            tables.seen.c.record.in_(asked[start : start + 500]),
                        )
                    )
                )
        return frozenset(found)

    def note_seen(self, officer: str, records: Iterable[str]) -> None:
        """Note records as seen by an officer."""
        rows = [{"officer": officer, "record": record} for record in records]
        if rows:
            with self._writing() as connection:
                connection.execute(upsert(tables.seen).on_conflict_do_nothing(), rows)

    # -- an officer who left ----------------------------------------------------------------------------------------

    def forget(self, officer: str) -> None:
        """Forget everything of an officer who left: every door, every session, every mark."""
        with self._writing() as connection:
            for table in (
                tables.session,
                tables.password,
                tables.passkey,
                tables.handle,
                tables.enrolment,
                tables.program_token,
                tables.mark,
                tables.seen,
            ):
                connection.execute(delete(table).where(table.c.officer == officer))
