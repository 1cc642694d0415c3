"""What two nodes say to each other: hello, pages by number, receipts, wake. Values only; the wire is the courier's.

A partner pulls by number and never by time: it says how far it has come in a lane, within a log incarnation, and is
given what follows without a gap. Push only wakes. Receipts climb a ladder and each names incarnation, lane, number and
digest; one signature covers those of a page.
"""

from __future__ import annotations

import datetime as dt
from hashlib import sha256
from typing import Any, Literal, TypeVar, get_args

import msgspec

from entente.errors import PeerFault, Text
from entente.exchange.envelope import Envelope, text_of
from entente.model.moment import Instant, can_be_told
from entente.model.report import Lane
from entente.model.signing import KeyRing, SigningKey
from entente.model.strict import convert_newer, strict_json, unreadable
from entente.model.wire import VERSION, encode, read_versioned

Step = Literal["received", "verified", "accepted", "refused", "seen", "acted_on"]
LADDER: tuple[Step, ...] = get_args(Step)
STEP_WORDS: dict[str, Text] = {
    "numbered": Text(fr="en attente d’être retirée", en="waiting to be fetched"),
    "received": Text(fr="reçue", en="received"),
    "verified": Text(fr="vérifiée", en="verified"),
    "accepted": Text(fr="acceptée", en="accepted"),
    "refused": Text(fr="refusée", en="refused"),
    "withdrawn": Text(fr="retirée avant d’être remise", en="withdrawn before it was handed over"),
    "seen": Text(fr="vue", en="seen"),
    "acted_on": Text(fr="suivie d’effet", en="acted on"),
}
SKEW_ALARM_S = 300


class Hello(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who answers, which versions it speaks, and its log's present life."""

    node: str
    versions: tuple[str, ...]
    incarnation: str
    at: Instant


class Page(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What follows a number in a lane. more: whether there is more behind it."""

    incarnation: str
    lane: Lane
    envelopes: tuple[Envelope, ...]
    more: bool


def read_receipt_page(content: bytes) -> ReceiptPage:
    """A page of receipts from a partner's signed answer; fields that a newer partner adds are left aside."""
    return convert_newer(strict_json(content), ReceiptPage)[0]


def read_page(content: bytes) -> Page:
    """A page from a partner's signed answer. Raises Malformed where it is none at all.

    An envelope that is none keeps its place, as one that nobody signed: it is refused there, or in the life lane shown,
    and holds up nothing behind it. Fields that a newer partner adds around envelopes are left aside.
    """
    raw = strict_json(content)
    if isinstance(raw, dict) and isinstance(raw.get("envelopes"), list):
        raw = {**raw, "envelopes": [_as_envelope(one) for one in raw["envelopes"]]}
    return convert_newer(raw, Page)[0]


def _as_envelope(one: Any) -> dict[str, str]:
    if isinstance(one, dict) and isinstance(one.get("outer"), str) and isinstance(one.get("sealed", ""), str):
        return {"outer": one["outer"], "sealed": one.get("sealed", "")}
    return {"outer": text_of(one)}


class ReceiptItem(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """One message and the step it has come to. code: the rule that refused it."""

    number: int
    digest: str
    step: Step
    code: str | None = None


class Receipts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a recipient vouches for, of one lane of one sender's log."""

    entente: str
    node: str
    of: str
    incarnation: str
    lane: Lane
    items: tuple[ReceiptItem, ...]
    at: Instant


class ReceiptPage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Signed receipts that follow a number."""

    receipts: tuple[tuple[int, str], ...]
    more: bool


class Request(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a node signs when it asks another: the method, target and body digest, by whom, to whom and when."""

    entente: str
    issuer: str
    recipient: str
    method: str
    target: str
    digest: str
    at: Instant


Signed = TypeVar("Signed", Receipts, Request)


def sign_request(
    key: SigningKey, issuer: str, recipient: str, method: str, target: str, body: bytes, now: dt.datetime
) -> str:
    """The signature that goes with a request."""
    return key.sign(
        encode(
            Request(
                entente=VERSION,
                issuer=issuer,
                recipient=recipient,
                method=method,
                target=target,
                digest=sha256(body).hexdigest(),
                at=now,
            )
        )
    )


def check_request(
    signed: str, ring: KeyRing, node: str, method: str, target: str, body: bytes, now: dt.datetime
) -> tuple[str, float]:
    """Returns (partner that asks, seconds by which its clock is off). Raises PeerFault or Malformed.

    A request that is replayed fetches what is sealed to the partner all the same, so its age is no ground to refuse.
    """
    signer, content = ring.verify(signed)
    request = _read(content, Request)
    if (
        request.issuer != signer
        or request.recipient != node
        or request.method != method
        or request.target != target
        or request.digest != sha256(body).hexdigest()
    ):
        raise PeerFault(
            "request_not_signed",
            Text(
                fr="La signature ne correspond pas à cette demande.",
                en="The signature does not belong to this request.",
            ),
        )
    return signer, (request.at - now).total_seconds()


def _read(content: bytes, to: type[Signed]) -> Signed:
    """A signed value of the protocol; what a newer minor version adds is left aside. Raises Malformed."""
    read = read_versioned(strict_json(content), to)[0]
    if not can_be_told(read.at):
        raise unreadable("a time lies within what any clock can show")
    return read


def read_receipts(signed: str, ring: KeyRing, partner: str, node: str) -> Receipts:
    """A partner's receipts for us. Raises PeerFault or Malformed."""
    _, content = ring.verify(signed, node=partner)
    receipts = _read(content, Receipts)
    if receipts.node != partner or receipts.of != node:
        raise PeerFault(
            "receipt_not_ours",
            Text(fr="Ce reçu n’est pas pour ce nœud.", en="This receipt is not for this node."),
        )
    return receipts
