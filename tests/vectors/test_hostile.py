"""A partner with a good key may send anything: whatever it is, it is taken, or refused in our own words.

Every layer of a good message is bent in turn, and all that lies around it is signed and sealed anew as it should be, so
that what is wrong is not stopped at the first signature.
"""

from __future__ import annotations

import base64
import copy
import datetime as dt
import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from entente.errors import EntenteError
from entente.exchange.envelope import Envelope, SealingKey, open_payload, read_outer, read_payload
from entente.exchange.pack import check_sound, check_welcome, unpack
from entente.exchange.protocol import check_request, read_page, read_receipts
from entente.model.merkle import Tree, leaf_hash
from entente.model.signing import KeyRing, SigningKey
from entente.model.strict import convert, strict_json
from entente.model.wire import encode, is_newer_minor, part_value
from entente.policy.agreement import Agreement, Service, ServiceName

FOLDER = Path(__file__).resolve().parents[2] / "vectors"
KEYS = json.loads((FOLDER / "keys.json").read_text(encoding="utf-8"))
RING = KeyRing()
for key_id, key in KEYS["signing"].items():
    RING.pin(key_id, key)
LILLE = SigningKey.from_secret("lille/1", KEYS["signing"]["lille/1"])
OWN = SealingKey(private=bytes.fromhex(KEYS["sealing"]["dover"]["private"]))
TO_DOVER = SealingKey(public=bytes.fromhex(KEYS["sealing"]["dover"]["public"]))
NOW = dt.datetime(2031, 10, 18, 21, 50, tzinfo=dt.UTC)
AGREEMENT = Agreement(
    id="OYAT",
    version=1,
    exercise=True,
    services=tuple(
        Service(
            id=one["id"],
            party=one["party"],
            node=one["node"],
            names=(ServiceName(fr=one["id"], en=one["id"], since=dt.date(2019, 1, 1)),),
            opens={"investigator": ("intelligence",)},
        )
        for one in KEYS["agreement"]["services"]
    ),
    transfers=(),
    ceilings=KEYS["agreement"]["ceilings"],
)

PERIOD = {"start": {"year": 2031, "month": 2, "day": 28}, "end": {"year": 2031}}
REF = {"record": "r1", "entity": "e1"}
VALUES: dict[str, Any] = {
    "statement/s1": {
        "id": "s1",
        "basis": "assessment",
        "author": "analyst",
        "grounds": "s0",
        "wording": {
            "language": "fr",
            "text": "Six moteurs.",
            "translations": [{"language": "en", "text": "Six engines.", "by": "machine"}],
        },
        "grade": {"scheme": "admiralty", "source": "B", "information": "2"},
        "checked_on": "2031-10-18",
        "compartment": "life_saving",
        "entities": [
            {
                "id": "e1",
                "kind": "person",
                "names": [{"written": "سۆران دلیرزاد", "kind": "native", "language": "ku"}],
                "identifiers": [
                    {"kind": "phone", "written": "06 39 98 04 17", "region": "FR", "held": PERIOD}
                ],
                "birth": {"year": 1989, "month": 6},
                "category": "not_yet_assessed",
                "traits": [{"kind": "colour", "value": "grey"}],
            }
        ],
        "sighting": {
            "phase": "distress",
            "position": {"latitude": 51.04, "longitude": 1.47, "uncertainty_m": 300.0},
            "persons_on_board": {"at_least": 30, "at_most": 45},
            "children": 4,
        },
    },
    "designation": {
        "about": REF,
        "matter": "OYAT",
        "category": "suspect",
        "reason": "x",
        "basis_statement": "s1",
        "officer": "a",
        "approver": "b",
    },
    "judgement": {"one": REF, "other": REF, "verdict": "same", "reason": "x", "officer": "a"},
    "amendment": {"record": "r1", "act": "recall", "reason": "x", "officer": "a"},
    "hit": {
        "one": REF,
        "other": REF,
        "bits": 9.5,
        "grounds": [{"code": "phone", "bits": 9.5, "text": {"fr": "le même", "en": "the same"}}],
        "rules": "x",
        "through": [REF],
    },
    "conditions": "Ask first.",
    "release": {"of": "r1", "recipients": ["dover"], "reason": "x", "officer": "a", "lane": "bulk"},
    "holding": {"table": "t", "rows": 1, "left_out": 0, "cause": "c"},
    "raw": {"came_from": "a", "why": "b", "text": "c"},
}
HEADER: dict[str, Any] = {
    "entente": "1.0",
    "kind": "report",
    "id": "0192f3a0-5c00-7000-8000-000000000001",
    "version": 2,
    "node": "lille",
    "party": "FR",
    "service": "FR-PAF",
    "said_at": "2031-10-18T21:50:00Z",
    "purpose": "intelligence",
    "matter": "OYAT",
    "compartment": "intelligence",
    "handling": ["H1", "OFFICIAL"],
    "review_by": "2032-10-18",
    "erase_by": "2033-10-18",
    "previous": "ab" * 32,
    "regime": "smuggling",
    "grade": {"scheme": "europol", "source": "B", "information": "2"},
    "reference": "FR-PAF-1",
}
SCALARS: list[Any] = [
    None,
    True,
    0,
    -1,
    2**53,
    2**53 + 1,
    10**30,
    1e308,
    -0.5,
    "",
    " ",
    "x" * 300,
    "é",
    "²",
    "\ud800",
    "\x00",
    "00" * 32,
    "2031-02-30",
    "lille",
    "dover",
    "judicial",
    "TLP:RED",
    "hit",
]
# What only looks right in its place.
TIMES = [
    "2031-10-18T21:50:00",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "2031-10-18T25:00:00Z",
]
HASHES = ["é" * 64, "zz" * 32, "AB" * 32, "ab " * 22, "", "\ud800"]
LOOKALIKES: dict[Any, list[Any]] = {
    "entente": ["1.²", "1.1", "1." + "9" * 5000, "2.0", "1.x", 1.0, "1.00"],
    "at": TIMES,
    "said_at": TIMES,
    "path": [[one] for one in HASHES],
    "leaf": HASHES,
    "root": HASHES,
    "parts": [[one] for one in HASHES],
    "header": HASHES,
    "place": [-1, 2**53, 10**400, 0.5, "1"],
    "sealed": ["é", "=", "AA==", "A", "\ud800"],
}
anything = st.recursive(
    st.sampled_from(SCALARS) | st.text(max_size=6) | st.integers() | st.floats(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=5,
)


def places(holder: Any) -> list[tuple[Any, Any]]:
    """Every place in a value, as what holds it and where in that it stands."""
    found = []
    for place in sorted(holder) if isinstance(holder, dict) else range(len(holder)):
        found.append((holder, place))
        if isinstance(holder[place], dict | list):
            found += places(holder[place])
    return found


def _another(here: Any, place: Any) -> st.SearchStrategy[Any]:
    """What to put in a place: anything; or what is right but for its value, and so is looked at more closely."""
    kinds = [anything]
    if place in LOOKALIKES:
        kinds.append(st.sampled_from(LOOKALIKES[place]))
    if isinstance(here, str):
        known = [one for one in SCALARS if isinstance(one, str)]
        kinds += [st.just("\ud800"), st.sampled_from(known), st.text(max_size=9)]
    elif isinstance(here, int | float):
        kinds += [st.integers(-(2**53), 2**53), st.floats(allow_nan=False, allow_infinity=False)]
    return st.one_of(kinds[1:] * 2 + kinds)


@st.composite
def bent(draw: st.DrawFn, good: Any) -> Any:
    """A good value with one of its places changed, dropped, doubled or added to; seldom two."""
    box = [copy.deepcopy(good)]
    for _ in range(draw(st.sampled_from((1, 1, 1, 2)))):
        found = places(box)
        # The value as a whole is one place among many: bent within, it gets further.
        holder, place = draw(st.sampled_from(found[1:] or found)) if draw(st.integers(0, 9)) else found[0]
        deed = draw(st.sampled_from(("change", "change", "change", "change", "drop", "add", "wrap")))
        here = holder[place]
        if deed == "drop" and holder is not box:
            del holder[place]
        elif deed == "add" and isinstance(here, dict):
            here[draw(st.text(max_size=5) | st.sampled_from(("entente", "place", "newer")))] = draw(anything)
        elif deed == "add" and isinstance(here, list):
            here.append(copy.deepcopy(here[0]) if here and draw(st.booleans()) else draw(anything))
        elif deed == "wrap":
            holder[place] = [here]
        else:
            # A copy: what is drawn may be bent again in the next round.
            holder[place] = copy.deepcopy(draw(_another(here, place)))
    return box[0]


def written(value: Any) -> str:
    """JSON text in which halves of characters are escapes, as a hostile writer would put them."""
    return json.dumps(value, allow_nan=True)


def sign(value: Any) -> str:
    return LILLE.sign((value if isinstance(value, str) else written(value)).encode("utf-8", "surrogatepass"))


def part(name: Any, value: Any) -> str:
    return written(["0" * 32, name, value])


def header(parts: list[str], **changed: Any) -> dict[str, Any]:
    return {**HEADER, "parts": sorted(sha256(one.encode()).hexdigest() for one in parts), **changed}


def release(parts: list[str], signed: str) -> dict[str, Any]:
    return {"release": {"entente": "1.0", "seal": {"jws": signed}, "parts": parts, "basis": "FR-UK-2031"}}


def outer(payload: str) -> dict[str, Any]:
    return {
        "entente": "1.0",
        "incarnation": "f001",
        "lane": "routine",
        "number": 1,
        "issuer": "lille",
        "recipient": "dover",
        "message": "e001",
        "digest": sha256(payload.encode()).hexdigest(),
        "size": len(payload.encode()),
        "at": "2031-10-18T21:50:00Z",
    }


def envelope(payload: str, signed: str) -> dict[str, Any]:
    sealed = TO_DOVER.seal(payload.encode(), signed.encode())
    return {"outer": signed, "sealed": base64.b64encode(sealed).decode()}


PARTS = [part(name, value) for name, value in VALUES.items()]
GOOD = release(PARTS, sign(header(PARTS)))
ROWS = [written(header([one], id=f"row-{number}")) for number, one in enumerate(PARTS[:3])]
TREE = Tree(leaf_hash(row.encode()) for row in ROWS)
ROOT = {
    "entente": "1.0",
    "batch": "b1",
    "node": "lille",
    "size": 3,
    "root": TREE.root().hex(),
    "at": "2031-10-18T21:50:00Z",
}
SEAL = {
    "jws": sign(ROOT),
    "header": ROWS[1],
    "place": 1,
    "path": [value.hex() for value in TREE.inclusion_path(1)],
}
BATCH = {
    "batch": {
        "entente": "1.0",
        "jws": sign(ROOT),
        "rows": [
            {"header": ROWS[0], "parts": [PARTS[0]]},
            {"header": None, "leaf": leaf_hash(ROWS[1].encode()).hex()},
            {"header": ROWS[2], "parts": [PARTS[2]]},
        ],
        "basis": "FR-UK-2031",
        "audience": ["UK-NCA"],
    }
}


def take_payload(content: bytes, *, newer: bool) -> int:
    """What a node does with the content of a message, short of keeping it. Returns how many records it holds.

    What is taken can be written again: that is what a node does with it next.
    """
    payload, _ = read_payload(content, newer=newer)
    records, audience, basis, voucher = unpack(payload, RING)
    encode((audience, basis, voucher))
    for _, verified in records:
        encode(verified.header)
        for one in verified.parts:
            encode(one.value)
            encode(part_value(one.content))
        check_sound(verified)
        check_welcome(verified, audience, basis, AGREEMENT, "dover")
    return len(records)


def take(text: str) -> int:
    """What a node does with an envelope as it came."""
    came = convert(strict_json(text), Envelope)
    said, _ = read_outer(came, RING, "lille")
    content = open_payload(came, said, OWN)
    return take_payload(content, newer=is_newer_minor(said.entente))


def refused_in_our_own_words(deed: Callable[[], object]) -> None:
    """Only our own errors escape, and their words can be written to any screen or file."""
    try:
        deed()
    except EntenteError as error:
        error.say("fr").encode()
        error.say("en").encode()


hostile = settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))


def test_what_is_bent_here_is_good_before() -> None:
    for name, value in VALUES.items():
        content = written(release([part(name, value)], sign(header([part(name, value)])))).encode()
        if name in ("hit", "designation", "statement/s1"):
            assert len(unpack(read_payload(content, newer=False)[0], RING)[0]) == 1
        else:
            assert take_payload(content, newer=False) == 1
    assert take_payload(written(BATCH).encode(), newer=False) == 2
    row = {"release": {"entente": "1.0", "seal": SEAL, "parts": [PARTS[1]], "basis": "x"}}
    assert take_payload(written(row).encode(), newer=False) == 1
    text = written(GOOD)
    assert take(written(envelope(text, sign(outer(text))))) == 1


@given(name=st.sampled_from(sorted(VALUES)), version=st.sampled_from(("1.0", "1.3")), data=st.data())
@hostile
def test_a_part_that_was_signed_may_hold_anything(name: str, version: str, data: st.DataObject) -> None:
    one = data.draw(
        st.just(part(name, data.draw(bent(VALUES[name])))) | bent(["0" * 32, name, 0]).map(written)
    )
    content = written(release([one], sign(header([one], entente=version)))).encode()
    refused_in_our_own_words(lambda: take_payload(content, newer=False))


@given(said=bent(header(PARTS)), version=st.sampled_from(("1.0", "1.3", None)))
@hostile
def test_a_header_that_was_signed_may_hold_anything(said: Any, version: str | None) -> None:
    if version and isinstance(said, dict):
        said["entente"] = version
    refused_in_our_own_words(lambda: take_payload(written(release(PARTS, sign(said))).encode(), newer=False))


@given(
    payload=bent(GOOD) | bent(BATCH) | bent({"release": {**GOOD["release"], "seal": SEAL}}),
    newer=st.booleans(),
)
@hostile
def test_a_payload_may_hold_anything(payload: Any, newer: bool) -> None:
    refused_in_our_own_words(lambda: take_payload(written(payload).encode(), newer=newer))


@given(root=bent(ROOT))
@hostile
def test_the_root_of_a_batch_may_hold_anything(root: Any) -> None:
    signed = sign(root)
    whole = {"batch": {**BATCH["batch"], "jws": signed}}
    row = {"release": {**GOOD["release"], "seal": {**SEAL, "jws": signed}}}
    for payload in (whole, row):
        refused_in_our_own_words(lambda payload=payload: take_payload(written(payload).encode(), newer=False))


@given(data=st.data())
@hostile
def test_an_envelope_may_hold_anything(data: st.DataObject) -> None:
    text = data.draw(st.just(written(GOOD)) | st.text(max_size=9) | bent(GOOD).map(written))
    said = data.draw(st.just(outer(text)) | bent(outer(text)))
    good = envelope(text, sign(said))
    came = data.draw(st.just(good) | bent(good))
    refused_in_our_own_words(lambda: take(written(came)))


@given(
    head=bent({"alg": "Ed25519", "kid": "lille/1", "typ": "x", "crit": ["b64"], "b64": True}), data=st.data()
)
@hostile
def test_anybody_may_write_any_head_of_a_signature(head: Any, data: st.DataObject) -> None:
    pieces = LILLE.sign(b"{}").split(".")
    pieces[0] = base64.urlsafe_b64encode(written(head).encode()).decode().rstrip("=")
    place = data.draw(st.integers(0, 3))
    if 0 < place < 3:
        pieces[place] = data.draw(st.text(max_size=20))
    signed = ".".join(pieces)
    refused_in_our_own_words(lambda: RING.verify(signed))


@given(data=st.data())
@hostile
def test_a_message_may_be_cut_and_filled_anywhere(data: st.DataObject) -> None:
    text = written(data.draw(st.sampled_from([GOOD, BATCH])))
    start = data.draw(st.integers(0, len(text)))
    end = min(len(text), start + data.draw(st.integers(0, 40)))
    filled = data.draw(
        st.binary(max_size=8) | st.sampled_from([b"1e999", b"\\ud800", b"NaN", b"[" * 99, b"9" * 99])
    )
    content = text[:start].encode() + filled + text[end:].encode()
    refused_in_our_own_words(lambda: take_payload(content, newer=False))


@pytest.mark.parametrize("sealed", [b"", b"\x00" * 31, b"\x00" * 48, b"\x01" + b"\x00" * 80, b"\xff" * 80])
def test_a_sealed_part_may_be_any_bytes(sealed: bytes) -> None:
    text = written(GOOD)
    came = {"outer": sign(outer(text)), "sealed": base64.b64encode(sealed).decode()}
    with pytest.raises(EntenteError, match="seal_wrong"):
        take(written(came))


ITEM = [1, "ab" * 32, "refused", "handling_missing"]
RECEIPTS = {
    "entente": "1.0",
    "node": "lille",
    "of": "dover",
    "incarnation": "f001",
    "lane": "routine",
    "items": [ITEM, [2, "ab" * 32, "seen"]],
    "at": "2031-10-18T21:50:00Z",
}
REQUEST = {
    "entente": "1.0",
    "issuer": "lille",
    "recipient": "dover",
    "method": "GET",
    "target": "/v1/hello",
    "digest": sha256(b"").hexdigest(),
    "at": "2031-10-18T21:50:00Z",
}
PAGE = {
    "incarnation": "f001",
    "lane": "routine",
    "envelopes": [{"outer": "a.b.c", "sealed": "x"}, {"outer": "d.e.f"}],
    "more": False,
}


@given(
    receipts=bent(RECEIPTS),
    request=bent(REQUEST),
    page=bent(PAGE),
    version=st.sampled_from(("1.0", "1.3", None)),
)
@hostile
def test_receipts_requests_and_pages_may_hold_anything(
    receipts: Any, request: Any, page: Any, version: str | None
) -> None:
    for said in (receipts, request):
        if version and isinstance(said, dict):
            said["entente"] = version
    refused_in_our_own_words(lambda: read_receipts(sign(receipts), RING, "lille", "dover"))
    refused_in_our_own_words(
        lambda: check_request(sign(request), RING, "dover", "GET", "/v1/hello", b"", NOW)
    )
    refused_in_our_own_words(lambda: read_page(written(page).encode()))
