"""A signature vouches for exact bytes, from a pinned key, and for nothing that the message says of itself."""

from __future__ import annotations

import base64
import json
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from entente.errors import PeerFault
from entente.model.signing import KeyRing, SigningKey

LILLE, DOVER, STRANGER = (SigningKey.generate(name) for name in ("lille/1", "dover/1", "lille/2"))
RING = KeyRing()
RING.pin("lille/1", LILLE.public())
RING.pin("dover/1", DOVER.public())
SIGNED = LILLE.sign(b'{"kind":"report"}')


def _part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@given(st.binary(max_size=300))
@settings(max_examples=50, deadline=None)
def test_what_was_signed_comes_back_to_the_letter(content: bytes) -> None:
    assert RING.verify(LILLE.sign(content)) == ("lille", content)


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_what_verifies_is_what_was_signed_and_nothing_else(data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(SIGNED) - 1))
    changed = SIGNED[:place] + data.draw(st.characters(codec="utf-8")) + SIGNED[place + 1 :]
    with suppress(PeerFault):
        assert RING.verify(changed) == ("lille", b'{"kind":"report"}')


@pytest.mark.parametrize("where", ["payload", "signature"])
def test_every_bit_of_content_and_signature_counts(where: str) -> None:
    head, payload, signature = SIGNED.split(".")
    raw = base64.urlsafe_b64decode((payload if where == "payload" else signature) + "==")
    for bit in range(len(raw) * 8):
        flipped = bytearray(raw)
        flipped[bit // 8] ^= 1 << bit % 8
        text = base64.urlsafe_b64encode(bytes(flipped)).decode().rstrip("=")
        changed = f"{head}.{text}.{signature}" if where == "payload" else f"{head}.{payload}.{text}"
        with pytest.raises(PeerFault, match="signature_wrong"):
            RING.verify(changed)


@given(st.text(max_size=80))
@settings(max_examples=150, deadline=None)
def test_rubbish_is_no_signature_and_never_crashes(rubbish: str) -> None:
    for signed in (
        rubbish,
        f"{rubbish}.{rubbish}.",
        SIGNED + rubbish[:1] if rubbish else "",
        f"{SIGNED}.{rubbish}",
    ):
        with suppress(PeerFault):
            assert RING.verify(signed)[1] == b'{"kind":"report"}'


def test_a_key_speaks_only_for_the_node_that_it_was_pinned_for() -> None:
    assert RING.verify(SIGNED, node="lille")[0] == "lille"
    with pytest.raises(PeerFault, match="key_not_pinned"):
        RING.verify(SIGNED, node="dover")
    with pytest.raises(PeerFault, match="key_not_pinned"):
        RING.verify(STRANGER.sign(b"x"))
    # Dover signs and says that it is Lille.
    disguised = SigningKey.from_secret("lille/1", DOVER.secret())
    with pytest.raises(PeerFault, match="signature_wrong"):
        RING.verify(disguised.sign(b"x"))


@pytest.mark.parametrize(
    "head",
    [
        {"alg": "none", "kid": "lille/1"},
        {"alg": "HS256", "kid": "lille/1"},
        {"alg": "ES256", "kid": "lille/1"},
        {"kid": "lille/1"},
        {"alg": "Ed25519"},
        {"alg": "Ed25519", "kid": 7},
        {"alg": ["Ed25519"], "kid": "lille/1"},
        {"alg": "Ed25519", "kid": "lille/1", "crit": ["b64"], "b64": False},
        {"alg": "Ed25519", "kid": "lille/1", "crit": []},
        {"alg": "Ed25519", "kid": "lille/1", "crit": 5},
        {"alg": "Ed25519", "kid": "lille/1", "crit": None},
        {"alg": "Ed25519", "kid": "lille/1", "crit": [["b64"]]},
        ["lille/1"],
        "lille/1",
    ],
)
def test_a_message_does_not_choose_how_it_is_verified(head: object) -> None:
    _, payload, signature = SIGNED.split(".")
    with pytest.raises(PeerFault):
        RING.verify(f"{_part(head)}.{payload}.{signature}")
    with pytest.raises(PeerFault):
        RING.verify(f"{_part(head)}.{payload}.")


def test_a_key_put_away_and_fetched_signs_the_same() -> None:
    again = SigningKey.from_secret("lille/1", LILLE.secret())
    assert again.sign(b"x") == LILLE.sign(b"x")
    assert "d" not in LILLE.public()
