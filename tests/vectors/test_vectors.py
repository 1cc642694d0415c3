"""Our node answers every vector as the vectors say; and the vectors are what their maker writes, to the letter."""

from __future__ import annotations

import datetime as dt
import importlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from entente.errors import EntenteError
from entente.exchange.envelope import (
    Envelope,
    SealingKey,
    open_payload,
    payload_digest,
    read_outer,
    read_payload,
)
from entente.exchange.pack import check_welcome, unpack
from entente.exchange.protocol import check_request, read_receipts
from entente.model.merkle import verify_consistency, verify_inclusion
from entente.model.signing import KeyRing
from entente.model.strict import convert, strict_json
from entente.model.wire import Release, header_digest, is_newer_minor, verify_release
from entente.policy.agreement import Agreement, Service, ServiceName

FOLDER = Path(__file__).resolve().parents[2] / "vectors"
Vector = dict[str, Any]


def _load(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def _vectors(name: str) -> list[Any]:
    return [pytest.param(vector, id=vector["name"]) for vector in _load(name)["vectors"]]


KEYS = _load("keys")
RING = KeyRing()
for key_id, key in KEYS["signing"].items():
    RING.pin(key_id, key)
OWN = SealingKey(private=bytes.fromhex(KEYS["sealing"]["dover"]["private"]))


def _agreement() -> Agreement:
    told = KEYS["agreement"]
    services = tuple(
        Service(
            id=one["id"],
            party=one["party"],
            node=one["node"],
            names=(ServiceName(fr=one["id"], en=one["id"], since=dt.date(2019, 1, 1)),),
            opens={"investigator": ("intelligence",)},
        )
        for one in told["services"]
    )
    return Agreement(
        id=told["id"], version=1, exercise=True, services=services, transfers=(), ceilings=told["ceilings"]
    )


AGREEMENT = _agreement()


def _answered(given: Any, take: Callable[[Any], Any], outcome: str) -> Any:
    """What our node took; None where it refused with the code that was expected."""
    try:
        taken = take(given)
    except EntenteError as refused:
        if refused.code != outcome:
            raise
        return None
    assert outcome == "ok", "taken, and should be refused"
    return taken


def test_the_vectors_are_what_their_maker_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    made = importlib.import_module("make_vectors").all_files(FOLDER)
    assert {path.name for path in FOLDER.iterdir()} == set(made)
    for name, text in made.items():
        assert (FOLDER / name).read_text(encoding="utf-8") == text, (
            f"{name}: run tests/vectors/make_vectors.py"
        )


def test_every_vector_has_a_name_of_its_own_a_reason_and_an_outcome() -> None:
    explained = (FOLDER / "README.md").read_text(encoding="utf-8").partition("## Every vector")[0]
    known: set[str] = set()
    for name in ("records", "batches", "envelopes", "receipts", "requests", "trees"):
        vectors = _load(name)["vectors"]
        assert len({vector["name"] for vector in vectors}) == len(vectors)
        assert all(vector["about"] for vector in vectors)
        outcomes = {vector["expected"]["outcome"] for vector in vectors}
        assert "ok" in outcomes
        known |= outcomes
    for outcome in known:
        assert f"`{outcome}`" in explained, f"the README does not explain the outcome {outcome}"


@pytest.mark.parametrize("vector", _vectors("records"))
def test_a_release_is_taken_or_refused_as_its_vector_says(vector: Vector) -> None:
    expected = vector["expected"]
    verified = _answered(
        vector["release"],
        lambda text: verify_release(convert(strict_json(text), Release), RING),
        expected["outcome"],
    )
    if verified:
        assert [part.name for part in verified.parts] == expected["parts"]
        assert verified.withheld == expected["withheld"]
        assert sorted(verified.unknown) == sorted(expected.get("unknown", []))
        assert expected.get("digest") in (None, header_digest(verified.header_bytes))


@pytest.mark.parametrize("vector", _vectors("batches"))
def test_rows_are_taken_or_refused_as_their_vector_says(vector: Vector) -> None:
    expected = vector["expected"]

    def take(text: str) -> Any:
        payload, unknown = read_payload(text.encode(), newer=False)
        return unpack(payload, RING)[0], unknown

    answer = _answered(vector["payload"], take, expected["outcome"])
    if answer:
        taken, unknown = answer
        assert [place for place, _ in taken] == expected["places"]
        assert [int(verified.header.id[-2:]) for _, verified in taken] == expected["records"]
        assert sorted(unknown) == sorted(expected.get("unknown", []))


def _open(text: str) -> Vector:
    """What Dover takes from an envelope on Lille's page, in the order in which it looks."""
    envelope = convert(strict_json(text), Envelope)
    outer, unknown = read_outer(envelope, RING, "lille")
    if outer.void:
        return {"void": True}
    content = open_payload(envelope, outer, OWN)
    payload, more = read_payload(content, newer=is_newer_minor(outer.entente))
    taken, audience, basis, _ = unpack(payload, RING)
    for _, verified in taken:
        check_welcome(verified, audience, basis, AGREEMENT, "dover")
    return {"records": len(taken), "unknown": [*unknown, *more], "payload_digest": payload_digest(content)}


@pytest.mark.parametrize("vector", _vectors("envelopes"))
def test_an_envelope_is_opened_or_refused_as_its_vector_says(vector: Vector) -> None:
    expected = vector["expected"]
    taken = _answered(vector["envelope"], _open, expected["outcome"])
    if taken:
        told = {name: value for name, value in expected.items() if name != "outcome"}
        assert taken == {**taken, **told}
        assert taken.get("unknown", []) == expected.get("unknown", [])


@pytest.mark.parametrize("vector", _vectors("receipts"))
def test_receipts_are_taken_or_refused_as_their_vector_says(vector: Vector) -> None:
    taken = _answered(
        vector["receipts"],
        lambda signed: read_receipts(signed, RING, vector["from"], "dover"),
        vector["expected"]["outcome"],
    )
    if taken:
        items = [[item.number, item.digest, item.step, item.code] for item in taken.items]
        assert items == vector["expected"]["items"]


@pytest.mark.parametrize("vector", _vectors("requests"))
def test_a_request_is_heard_or_refused_as_its_vector_says(vector: Vector) -> None:
    expected = vector["expected"]
    now = dt.datetime.fromisoformat(vector["now"])
    asked = vector["method"], vector["target"], vector["body"].encode()
    heard = _answered(
        vector["signature"],
        lambda signed: check_request(signed, RING, "dover", *asked, now),
        expected["outcome"],
    )
    if heard:
        assert heard == (expected["partner"], expected["clock_off_s"])


@pytest.mark.parametrize("vector", _vectors("trees"))
def test_a_path_shows_what_its_vector_says(vector: Vector) -> None:
    path = [bytes.fromhex(value) for value in vector["path"]]
    if "place" in vector:
        leaf, root = bytes.fromhex(vector["leaf"]), bytes.fromhex(vector["root"])
        held, wrong = verify_inclusion(leaf, vector["place"], vector["size"], path, root), "not_included"
    else:
        before, after = bytes.fromhex(vector["earlier_root"]), bytes.fromhex(vector["later_root"])
        held, wrong = (
            verify_consistency(vector["earlier"], vector["later"], before, after, path),
            "not_consistent",
        )
    assert vector["expected"]["outcome"] == ("ok" if held else wrong)
