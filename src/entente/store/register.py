"""The register: who looked at what, when, why, and to whom it went. References only, never values.

One line a search, one a match run with the number compared, one a disclosure to a person. The reason is always kept,
since French decrees ask for the motif (LOG-2), and a reason that itself holds a value is refused (LOG-3).
"""

from __future__ import annotations

import contextlib
import datetime as dt
import re
import threading
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec

from entente.errors import NotPermitted, Text
from entente.policy.access import Access
from entente.store.write import NewLine

RegisterAct = Literal[
    "collection",
    "alteration",
    "consultation",
    "search",
    "disclosure",
    "combination",
    "erasure",
    "refusal",
    "flag",
]

# Six digits with only separators between them: a number, an account or a serial; a date has separators of its own.
_VALUE = re.compile(r"\+?\d(?:[ .\-/]?\d){6,}|@\w{3,}")
# A file has a number of its own ("JIRS-2031-417"); nine digits and more are a telephone, an account, a document.
_NUMBER = re.compile(r"\+?\d(?:[ .\-/]?\d){8,}|@\w{3,}")
# A real day of a real month, standing alone: "06.39.98" within a number is none.
_DATE = re.compile(
    r"(?<!\d)(?<!\d[./-])"
    r"(?:\d{4}[./-](?:0?[1-9]|1[0-2])[./-](?:0?[1-9]|[12]\d|3[01])"
    r"|(?:0?[1-9]|[12]\d|3[01])[./-](?:0?[1-9]|1[0-2])[./-](?:\d{4}|\d{2}))"
    r"(?![./-]?\d)"
)
_EMPTY_REASONS = frozenset(
    {"", "-", ".", "x", "xx", "n/a", "na", "test", "rien", "none", "ok", "motif", "reason"}
)


# What the register keeps in the place of a reason or a matter that holds a value (a distress is refused for nothing).
NOT_KEPT = "non gardé, contient une valeur / not kept, holds a value"


# The same words more often than this on one day are no reason any more.
SAME_REASON_A_DAY = 20


class DeskAccess(msgspec.Struct, frozen=True, kw_only=True):
    """The door for desks, which fold the ledger: named, bound to compartments, and registered run by run."""

    desk: str
    compartments: frozenset[str]


def check_reason(reason: str) -> None:
    """Refuse a reason that says nothing or that holds a value. Raises NotPermitted."""
    if reason.strip().casefold() in _EMPTY_REASONS or len(reason.strip()) < 4:
        raise NotPermitted(
            "reason_missing",
            Text(fr="Le motif manque ou ne dit rien.", en="The reason is missing or says nothing."),
            Text(
                fr="Dites en quelques mots pourquoi vous consultez ; le registre le garde.",
                en="Say in a few words why you look; the register keeps it.",
            ),
        )
    if _holds_value(reason):
        raise NotPermitted(
            "reason_holds_value",
            Text(
                fr="Le motif contient un numéro ou un compte ; le registre ne garde que des références.",
                en="The reason holds a number or an account; the register keeps references only.",
            ),
            Text(fr="Citez la fiche, pas la valeur.", en="Name the record, not the value."),
        )


def check_header_words(reference: str | None, matter: str | None) -> None:
    """Refuse a value where a record's own number or its matter stands: headers outlive erasure. Raises NotPermitted."""
    if any(_NUMBER.search(words or "") for words in (reference, matter)):
        raise NotPermitted(
            "header_holds_value",
            Text(
                fr="La référence ou l’affaire contient un numéro : elle survivrait à l’effacement.",
                en="The reference or the matter holds a number: it would outlive erasure.",
            ),
            Text(
                fr="Donnez le numéro du dossier, et la valeur dans un énoncé.",
                en="Give the number of the file, and the value in a statement.",
            ),
        )


def _holds_value(reason: str) -> bool:
    return _VALUE.search(_DATE.sub(" ", reason)) is not None


class Reasons:
    """How often each officer has given one and the same reason on one day: boiler-plate is flagged, once a day (LOG-2).

    said: the register's lines of that day so far. Flagged and not refused: whoever reads is in the middle of something,
    and the reason of a long shift may well be one; a person looks at it.
    """

    def __init__(self, said: Iterable[str]) -> None:
        self._counts: Counter[tuple[str, str, dt.date]] = Counter()
        self._lock = threading.Lock()
        for content in said:
            # A line that was tampered with is for `verify` to name; it must not keep the node from opening.
            with contextlib.suppress(ValueError, KeyError, AttributeError, TypeError):
                self._count(content)

    def _count(self, content: str) -> tuple[dict[str, str], int]:
        stands: dict[str, str] = msgspec.json.decode(content)
        reason = " ".join(stands.get("reason", "").casefold().split())
        # A shift says its reason once, when it is opened; what is read in it repeats it and says nothing new.
        if not reason or stands.get("shift"):
            return stands, 0
        key = (stands["officer"], reason, dt.datetime.fromisoformat(stands["at"]).date())
        self._counts[key] += 1
        return stands, self._counts[key]

    def flag(self, new: NewLine) -> NewLine | None:
        """The line that flags this one, when it is the first beyond what one day may hold; else None."""
        with self._lock:
            stands, count = self._count(new.content)
        if count != SAME_REASON_A_DAY + 1:
            return None
        flagged = {
            "at": stands["at"],
            "act": "flag",
            "officer": new.officer,
            "service": new.service,
            "rule": "same_reason",
            "found": count,
        }
        return NewLine(
            act="flag",
            officer=new.officer,
            service=new.service,
            at=new.at,
            content=msgspec.json.encode(flagged).decode(),
        )


def line(
    act: RegisterAct,
    access: Access | DeskAccess,
    now: dt.datetime,
    *,
    records: Sequence[str] = (),
    compared: int | None = None,
    found: int | None = None,
    to: Sequence[str] = (),
) -> NewLine:
    """A line for what an officer or a desk did. compared: how many were compared in a match run."""
    content: dict[str, object] = {"at": now.isoformat(), "act": act}
    if isinstance(access, DeskAccess):
        officer, service = f"desk:{access.desk}", ""
    else:
        officer, service = access.officer, access.service
        content |= {
            "role": access.role,
            "purpose": access.purpose,
            "matter": NOT_KEPT if _NUMBER.search(access.matter) else access.matter,
            "reason": NOT_KEPT if _holds_value(access.reason) else access.reason,
        }
        if access.shift:
            content["shift"] = access.shift
    content |= {"officer": officer, "service": service}
    if records:
        content["records"] = list(records)
    if to:
        content["to"] = list(to)
    if compared is not None:
        content["compared"] = compared
    if found is not None:
        content["found"] = found
    return NewLine(
        act=act,
        officer=officer,
        service=service,
        at=now.timestamp(),
        content=msgspec.json.encode(content).decode(),
    )
