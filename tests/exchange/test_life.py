"""The life lane: nothing that a partner vouches for is refused, and nothing stands in its way."""

from __future__ import annotations

import base64
import random
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from entente.exchange.envelope import Envelope
from entente.exchange.protocol import read_page
from entente.model.signing import SigningKey
from entente.model.wire import encode

MARK = "47 people, position 51°02.4N 001°28.6E"


def deformed(forge: Any, number: int, chance: random.Random) -> Envelope:
    """A distress of Dover's that is wrong in one way or another, or newer; each says how many are in danger."""
    words = f"{MARK}, boat {number}."
    good = forge.distress(words, reference=f"UK-SAR-{number}")
    made = [
        lambda: forge.envelope(good, lane="life"),
        lambda: forge.envelope(words.encode(), lane="life"),
        lambda: forge.envelope(b"\xff\xfe" + words.encode(), lane="life"),
        lambda: forge.envelope(encode({"mayday": words}), lane="life"),
        lambda: forge.envelope(encode({"release": good, "release2": 1}), lane="life"),
        lambda: forge.envelope(good, lane="life", entente="2.0"),
        lambda: forge.envelope(forge.distress(words, entente="2.0"), lane="life", entente="2.0"),
        lambda: forge.envelope(forge.distress(words, entente="1.9", drift="NE"), lane="life", entente="1.9"),
        lambda: forge.envelope(forge.distress(words, drift="NE"), lane="life"),
        lambda: forge.envelope(forge.distress(words, purpose=None), lane="life"),
        lambda: forge.envelope(forge.distress(words, matter=None, handling=None), lane="life"),
        lambda: forge.envelope(forge.distress(words, handling=["UK SECRET"]), lane="life"),
        lambda: forge.envelope(forge.distress(words, version=-1), lane="life"),
        lambda: forge.envelope(forge.distress(words, parts=[]), lane="life"),
        lambda: forge.envelope(forge.distress(words, kind="balloon"), lane="life"),
        lambda: forge.envelope(forge.distress(words, compartment="judicial"), lane="life"),
        lambda: forge.envelope(good, lane="life", size=3),
        lambda: forge.envelope(good, lane="life", digest="0" * 64),
        lambda: forge.envelope(good, lane="life", incarnation="ffff"),
        lambda: forge.envelope(good, lane="life", recipient="haag"),
        lambda: Envelope(
            forge.envelope(good, lane="life").outer + "x", forge.envelope(good, lane="life").sealed
        ),
        lambda: Envelope(words),
        lambda: forge.envelope(chance.randbytes(60) + words.encode(), lane="life"),
    ]
    envelope: Envelope = made[number % len(made)]()
    forge.number = number
    return envelope


def shown(node: Any, access: Any) -> list[str]:
    """All that a watch-keeper sees at sea, as text; what came in base64 is opened, as the page would."""
    texts = []
    for one in node.maritime.at_sea(access, limit=1000):
        if one.raw is not None:
            mark = "base64:"
            text = one.raw.text
            if text.startswith(mark):
                text = base64.b64decode(text.removeprefix(mark)).decode("utf-8", "replace")
            texts.append(text)
        else:
            texts += [statement.wording.text for statement in one.statements]
    return texts


def test_sar_1_a_hundred_deformed_or_newer_distresses_of_a_partner_are_all_shown(
    shores: Any, forge: Any, at_work: Callable[..., Any]
) -> None:
    lille = shores.lille
    chance = random.Random(1)
    envelopes = []
    for number in range(1, 101):
        forge.number = number - 1
        envelopes.append(deformed(forge, number, chance))
    for start in range(0, 100, 10):
        page = read_page(encode(forge.page(*envelopes[start : start + 10], lane="life")))
        assert lille.exchange.take("dover", page) == 10
    lille.settle()
    texts = shown(lille, at_work(lille, "Erwan"))
    assert len(texts) == 100
    # Where the seal itself is broken nobody can open it; then the outside is shown, by its number.
    unseen = [
        number
        for number in range(1, 101)
        if not any(f"boat {number}." in text or f'"number":{number},' in text for text in texts)
    ]
    assert unseen == []
    assert sum(MARK in text for text in texts) > 90
    # Each has its number and a receipt, none refused; what is not understood stands on top.
    receipts = forge.receipts()
    assert [number for number, _, _ in receipts] == list(range(1, 101))
    assert {step for _, step, _ in receipts} == {"accepted"}
    raw = [one.raw is not None for one in lille.maritime.at_sea(at_work(lille, "Erwan"), limit=1000)]
    assert raw == sorted(raw, reverse=True)
    assert 0 < raw.count(False) < 100
    assert lille.exchange.arrived("dover", "life")[1] == 100
    assert lille.verify().broken is None


def test_sar_1_a_hundred_distresses_of_any_shape_handed_in_here_are_shown_on_both_shores(
    shores: Any, report: Callable[..., Any], at_work: Callable[..., Any], statement: Any
) -> None:
    lille, dover = shores.lille, shores.dover
    erwan, claire = at_work(lille, "Erwan"), at_work(dover, "Claire")
    chance = random.Random(2)
    good = report("FR-PREMAR", None, kind="distress", statements=(statement(),), recipients=())
    whole = msgspec.to_builtins(good)
    for number in range(100):
        words = f"{MARK}, boat {number}."
        said = {
            **whole,
            "statements": [{**whole["statements"][0], "wording": {"language": "en", "text": words}}],
        }
        shapes: list[bytes] = [
            encode(said),
            words.encode(),
            b"\x00\xff" + words.encode("utf-8"),
            encode({**said, "colour": "red"}),
            encode({**said, "recipients": ["nowhere"]}),
            encode({**said, "replaces": "no such record"}),
            encode({**said, "kind": "report"}),
            encode({**said, "statements": []}) + words.encode(),
            encode({**said, "amendment": {"record": "x", "act": "erase", "reason": "", "officer": ""}}),
            encode({**said, "handling": ["TRES SECRET"]}),
            encode(said).replace(b'"language":"en"', b'"language":"\\ud800"'),
            encode({**said, "reference": words}).replace(b"boat", b"\\ud800 boat"),
            encode([said]),
            b"[" * 500 + words.encode(),
            encode(said)[: -chance.randrange(1, 5)],
        ]
        lille.distress(shapes[number % len(shapes)], erwan)
    shores.carry()
    for node, access in ((lille, erwan), (dover, claire)):
        texts = shown(node, access)
        assert len(texts) == 100
        everything = "\n".join(texts)
        assert [number for number in range(100) if f"boat {number}." not in everything] == []
        assert node.verify().broken is None
    assert lille.exchange.pending("dover")["life"] == 0
    assert dover.exchange.refusals(10) == []


def test_a_distress_needs_no_reason_and_what_its_reason_holds_is_in_no_register(
    shores: Any, at_work: Callable[..., Any]
) -> None:
    lille = shores.lille
    lille.distress(b"MAYDAY", at_work(lille, "Erwan", reason=""))
    lille.distress(b"MAYDAY", at_work(lille, "Erwan", reason="appel du 06 39 98 55 21"))
    lines = lille.store.engines()["ledger"].connect
    with lines() as connection:
        content = "".join(connection.exec_driver_sql("SELECT content FROM register").scalars())
    assert "55 21" not in content
    assert content.count('"collection"') == 2


def test_what_comes_early_in_the_life_lane_is_shown_at_once_and_never_again(
    shores: Any, forge: Any, at_work: Callable[..., Any]
) -> None:
    lille = shores.lille
    envelopes = [forge.envelope(forge.distress(f"boat {number}"), lane="life") for number in range(1, 301)]
    late = envelopes.pop(0)
    for start in range(0, 299, 128):
        forge.send(*envelopes[start : start + 128], lane="life")
    assert len(lille.maritime.rows()) == 299
    assert lille.exchange.arrived("dover", "life")[1] == 0
    # The one that was missing comes; the place moves behind all that came before it.
    assert forge.send(late, *envelopes[:127], lane="life") == 1
    assert lille.exchange.arrived("dover", "life")[1] == 300
    assert forge.send(*envelopes, lane="life") == 0
    assert len(lille.maritime.rows()) == 300
    assert lille.verify().broken is None


def test_one_envelope_twice_in_a_page_of_the_life_lane_is_shown_once(shores: Any, forge: Any) -> None:
    one, other = (forge.envelope(forge.distress(f"boat {number}"), lane="life") for number in (1, 2))
    assert forge.send(other, other, one, one, other, lane="life") == 2
    assert len(shores.lille.maritime.rows()) == 2
    assert shores.lille.exchange.arrived("dover", "life")[1] == 2


def test_rubbish_in_the_life_lane_takes_a_number_that_is_free(shores: Any, forge: Any) -> None:
    early = forge.envelope(forge.distress("boat 1"), lane="life", number=1)
    forge.send(early, lane="life")
    assert forge.send(Envelope("a cry"), Envelope("another cry"), early, lane="life") == 2
    third = forge.envelope(forge.distress("boat 4"), lane="life", number=4)
    assert forge.send(third, lane="life") == 1
    assert [number for number, _, _ in forge.receipts()] == [1, 2, 3, 4]
    assert len(shores.lille.maritime.rows()) == 4


def test_what_is_no_rescue_does_not_come_in_by_the_life_lane(
    shores: Any, forge: Any, at_work: Callable[..., Any]
) -> None:
    """The lane is no way around the door: a report in it that the door refuses becomes a cry nobody could read."""
    lille = shores.lille
    forge.send(forge.envelope(forge.good(handling=["UK SECRET"]), lane="life"), lane="life")
    assert lille.store.count() == {"distress": 1}
    assert not lille.crosscheck.is_indexed(lille.maritime.rows()[0].header.id)
    forge.send(forge.envelope(forge.good("UK-OK"), lane="life"), lane="life")
    (row,) = lille.store.by_reference("UK-OK")
    assert row.header.compartment == "intelligence"
    assert [one.reading.row.header.kind for one in lille.maritime.at_sea(at_work(lille, "Erwan"))] == [
        "distress"
    ]


def test_a_cry_that_nobody_signed_is_still_shown_when_the_page_is_the_partners(
    shores: Any, forge: Any, at_work: Callable[..., Any]
) -> None:
    forge.send(
        forge.envelope(forge.distress(MARK), lane="life", key=SigningKey.generate("dover/1")), lane="life"
    )
    assert MARK in shown(shores.lille, at_work(shores.lille, "Erwan"))[0]


def test_a_distress_is_on_the_other_shore_while_a_holding_is_on_its_way(
    running: Any, report: Callable[..., Any], at_work: Callable[..., Any], wait: Callable[..., Any]
) -> None:
    lille, dover = running.lille, running.dover
    marie = at_work(lille, "Marie")
    for number in range(60):
        lille.record(report(reference=f"FR-{number}", phone="", name=""), marie)
    lille.distress(MARK.encode(), at_work(lille, "Erwan"))
    wait(lambda: dover.maritime.rows(), 2.0)
    wait(lambda: dover.store.count().get("report") == 60)


@pytest.mark.parametrize("officer", ["Marie", "Odile", "Paul", "Aude"])
def test_pur_3_who_keeps_no_watch_sees_nothing_at_sea(
    shores: Any, at_work: Callable[..., Any], officer: str
) -> None:
    shores.lille.distress(MARK.encode(), at_work(shores.lille, "Erwan"))
    shores.carry()
    from entente.errors import NotFound

    with pytest.raises(NotFound):
        shores.lille.maritime.at_sea(at_work(shores.lille, officer))
