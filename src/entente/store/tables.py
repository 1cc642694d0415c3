"""The tables, in three groups that never share a file: ledger, content keys, and a vault for each compartment.

The ledger outlives erasure and holds nothing personal. The vaults hold sealed contents, the keys file what opens them:
whoever takes one without the other takes nothing, and a destroyed key is an erased content wherever copies of the vault
may lie. Written in SQLAlchemy Core so that a grown-up store can follow with the same statements.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    event,
    text,
)
from sqlalchemy.schema import CreateIndex

ledger_tables = MetaData()
key_tables = MetaData()
vault_tables = MetaData()

# One row an entry, in order, only ever appended. leaf = leaf_hash(signed + "\n" + carried).
entry = Table(
    "entry",
    ledger_tables,
    Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("signed", Text, nullable=False),
    Column("carried", Text, nullable=False),
    Column("cause", Text, unique=True),
    Column("leaf", LargeBinary, nullable=False),
)

# One row a version of a record, with the exact header that its originator vouches for.
record = Table(
    "record",
    ledger_tables,
    Column("id", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("place", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("node", Text, nullable=False),
    Column("service", Text, nullable=False),
    Column("reference", Text),
    Column("compartment", Text, nullable=False),
    Column("said_at", Text, nullable=False),
    Column("batch", Text),
    Column("audience", Text),
    Column("basis", Text),
    Column("state", Text, nullable=False),
    Column("header", LargeBinary, nullable=False),
    Column("leaf", LargeBinary, nullable=False),
    Index("record_by_seq", "seq", "place"),
    # What came from partners, and what each service said, newest first.
    Index(
        "record_received_of_kind",
        "kind",
        "seq",
        sqlite_where=text("audience IS NOT NULL"),
        postgresql_where=text("audience IS NOT NULL"),
    ),
    Index("record_by_service_and_kind", "service", "kind", "seq"),
    Index("record_by_reference", "reference"),
)

# What goes to each partner, numbered without gaps in each lane. number is given by the writer.
outgoing = Table(
    "outgoing",
    ledger_tables,
    Column("partner", Text, primary_key=True),
    Column("lane", Text, primary_key=True),
    Column("number", BigInteger, primary_key=True),
    Column("message", Text, nullable=False),
    Column("record", Text),
    Column("version", Integer),
    Column("batch", Text),
    Column("audience", Text, nullable=False),
    Column("basis", Text, nullable=False),
    Column("at", Text, nullable=False),
    Index("outgoing_by_record", "record"),
)

# What came from each partner, by its own numbers: nothing is taken twice.
arrival = Table(
    "arrival",
    ledger_tables,
    Column("partner", Text, primary_key=True),
    Column("incarnation", Text, primary_key=True),
    Column("lane", Text, primary_key=True),
    Column("number", BigInteger, primary_key=True),
    Column("digest", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("code", Text),
    Column("record", Text),
    Column("seq", BigInteger, nullable=False),
    Index("arrival_by_record", "record"),
)

# Receipts that we owe a partner, numbered like everything that it pulls.
receipt = Table(
    "receipt",
    ledger_tables,
    Column("partner", Text, primary_key=True),
    Column("number", BigInteger, primary_key=True),
    Column("signed", Text, nullable=False),
)

# Who holds what of ours, at which step, as its own signed receipts say.
holder = Table(
    "holder",
    ledger_tables,
    Column("record", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("partner", Text, primary_key=True),
    Column("lane", Text, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("step", Text, nullable=False),
    Column("code", Text),
    Column("at", Text, nullable=False),
)

place = Table(
    "place",
    ledger_tables,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

checkpoint = Table(
    "checkpoint",
    ledger_tables,
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("signed", Text, nullable=False),
)

# One line a search, a match run, a disclosure. References, never values.
register = Table(
    "register",
    ledger_tables,
    Column("line", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("act", Text, nullable=False),
    Column("officer", Text, nullable=False),
    Column("service", Text, nullable=False),
    Column("at", Float, nullable=False),
    Column("content", Text, nullable=False),
    Column("leaf", LargeBinary, nullable=False),
    # Who did what, and when: one officer or one day among ten million lines is asked for by people who wait.
    Index("register_by_officer", "officer", "line"),
    Index("register_by_act", "act", "line"),
    Index("register_by_time", "at", "line"),
)


@event.listens_for(ledger_tables, "after_create")
def _complete(target: Any, connection: Any, **_: Any) -> None:
    """Indexes come with new tables only; a node of before them gets them when it is opened next."""
    indexes = {*register.indexes, *record.indexes, *arrival.indexes}
    for index in sorted(indexes, key=lambda one: str(one.name)):
        connection.execute(CreateIndex(index, if_not_exists=True))


# The key of each content: one for each record version and compartment, wrapped under the compartment's key.
content_key = Table(
    "content_key",
    key_tables,
    Column("record", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("compartment", Text, primary_key=True),
    Column("batch", Text),
    Column("wrapped", LargeBinary, nullable=False),
    Index("content_key_by_batch", "batch"),
)

content = Table(
    "content",
    vault_tables,
    Column("record", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("digest", Text, primary_key=True),
    Column("batch", Text),
    Column("sealed", LargeBinary, nullable=False),
    Index("content_by_batch", "batch"),
)
