"""The tables of accounts.db: who may sign in at this node, and who is signed in now.

Nothing in them opens a door by itself. What a browser or a program carries is kept as SHA-256 of many random bytes,
passwords as argon2id, and what a half-done sign-in must remember is sealed under a key that only its browser holds: a
thief of this file can neither walk in nor finish somebody else's sign-in. Times are seconds since 1970, UTC. The file
is no part of the record: it is never sent, and losing it costs every officer one enrolment and no content.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Float, Index, Integer, LargeBinary, MetaData, Table, Text

account_tables = MetaData()

password = Table(
    "password",
    account_tables,
    Column("officer", Text, primary_key=True),
    Column("hash", Text, nullable=False),
    Column("changed_at_s", Float, nullable=False),
    Column("must_change", Boolean, nullable=False),
)

# What an authenticator knows an officer by: random, so that a lost key names nobody.
handle = Table(
    "handle",
    account_tables,
    Column("officer", Text, primary_key=True),
    Column("handle", LargeBinary, nullable=False, unique=True),
)

passkey = Table(
    "passkey",
    account_tables,
    Column("credential", LargeBinary, primary_key=True),
    Column("public_key", LargeBinary, nullable=False),
    Column("counter", BigInteger, nullable=False),
    Column("officer", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("made_at_s", Float, nullable=False),
    Column("last_used_at_s", Float),
    Index("passkey_by_officer", "officer"),
)

session = Table(
    "session",
    account_tables,
    Column("id", Text, primary_key=True),
    Column("officer", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("made_at_s", Float, nullable=False),
    Column("last_seen_at_s", Float, nullable=False),
    Column("ends_at_s", Float, nullable=False),
    Column("method", Text, nullable=False),
    Column("device", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("theme", Text, nullable=False),
    Column("shift", Text, nullable=False),
    Index("session_by_officer", "officer"),
)

# One-time links by which an officer makes a first passkey or password. One an officer: a newer one replaces it.
enrolment = Table(
    "enrolment",
    account_tables,
    Column("id", Text, primary_key=True),
    Column("officer", Text, nullable=False, unique=True),
    Column("made_by", Text, nullable=False),
    Column("made_at_s", Float, nullable=False),
    Column("ends_at_s", Float, nullable=False),
)

program_token = Table(
    "program_token",
    account_tables,
    Column("id", Text, primary_key=True),
    Column("officer", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("scopes", Text, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("made_at_s", Float, nullable=False),
    Column("ends_at_s", Float, nullable=False),
    Index("program_token_by_officer", "officer"),
)

# Account and address only as short keyed digests: somebody will type a password where the name belongs.
attempt = Table(
    "attempt",
    account_tables,
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("account", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("at_s", Float, nullable=False),
    Column("succeeded", Boolean, nullable=False),
    Index("attempt_by_account", "account"),
    Index("attempt_by_address", "address"),
)

mark = Table(
    "mark",
    account_tables,
    Column("officer", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

seen = Table(
    "seen",
    account_tables,
    Column("officer", Text, primary_key=True),
    Column("record", Text, primary_key=True),
    sqlite_with_rowid=False,
)

pending = Table(
    "pending",
    account_tables,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("ends_at_s", Float, nullable=False),
    Index("pending_by_end", "ends_at_s"),
)

# What makes the digests of attempts those of this file alone.
pepper = Table(
    "pepper",
    account_tables,
    Column("name", Text, primary_key=True),
    Column("value", LargeBinary, nullable=False),
)
