"""What a partner sends that it should not: refused in words on both sides, registered, never in the way of the next.

Everything here is signed with the partner's own key: what nobody signed does not come this far.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import msgspec
import pytest
from sqlalchemy import func, select

from entente.errors import Malformed, PeerFault
from entente.exchange.envelope import MAX_PAYLOAD_BYTES, BatchRelease, Envelope, Payload, RowRelease
from entente.exchange.protocol import ReceiptItem, ReceiptPage, Receipts, read_page
from entente.model.report import Amendment, Designation, Hit, RecordRef
from entente.model.signing import SigningKey
from entente.model.wire import encode, make_part, sign_batch
from entente.node import Node
from entente.store import tables

EMPTY = "0" * 64


def refused_here(node: Node) -> list[tuple[Any, str]]:
    """(number, code) of what the node put on record as not taken in, oldest first."""
    return [(one["number"], one["code"]) for one in reversed(node.exchange.refusals(1000))]


def assert_refused_and_passed(shores: Any, forge: Any, code: str) -> None:
    """The last message was refused with this code, and a good one behind it is taken."""
    number = forge.number
    held = shores.lille.store.count()
    assert refused_here(shores.lille)[-1] == (number, code)
    assert forge.receipts()[-1] == (number, "refused", code)
    told = shores.lille.exchange.alarms[-1]
    assert str(number) in told.fr
    assert str(number) in told.en
    assert forge.send(forge.envelope(forge.good())) == 1
    assert forge.receipts()[-1] == (number + 1, "accepted", None)
    assert shores.lille.store.count().get("report", 0) == held.get("report", 0) + 1
    assert shores.lille.verify().broken is None


def changed(text: str, place: int = -2) -> str:
    return text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]


# -- envelopes ------------------------------------------------------------------------------------------------------


def wrong_signature(forge: Any) -> Envelope:
    good = forge.envelope(forge.good())
    head, middle, signature = good.outer.split(".")
    return Envelope(f"{head}.{middle}.{changed(signature, 10)}", good.sealed)


def unknown_key(forge: Any) -> Envelope:
    return forge.envelope(forge.good(), key=SigningKey.generate("mallory/1"))


def anothers_name(forge: Any) -> Envelope:
    return forge.envelope(forge.good(), key=SigningKey.generate("dover/1"))


def own_key_of_the_receiver(forge: Any) -> Envelope:
    return forge.envelope(forge.good(), key=forge.shores.lille.store.secrets.signing)


ENVELOPES: dict[str, tuple[Callable[[Any], Envelope], str]] = {
    "no envelope at all": (lambda forge: forge.envelope(b"") and Envelope("rubbish"), "signature_unreadable"),
    "a signature changed": (wrong_signature, "signature_wrong"),
    "a key that nobody pinned": (unknown_key, "key_not_pinned"),
    "a key of the same name": (anothers_name, "signature_wrong"),
    "our own key": (own_key_of_the_receiver, "key_not_pinned"),
    "for another node": (lambda f: f.envelope(f.good(), recipient="haag"), "wrongly_addressed"),
    "from another log": (lambda f: f.envelope(f.good(), incarnation="ffff"), "wrongly_addressed"),
    "from another lane": (lambda f: _in_lane(f, "urgent"), "wrongly_addressed"),
    "from another issuer": (lambda f: f.envelope(f.good(), issuer="haag"), "issuer_wrong"),
    "a size that is too large": (lambda f: f.envelope(f.good(), size=MAX_PAYLOAD_BYTES + 1), "too_large"),
    "another size": (lambda f: f.envelope(f.good(), size=17), "digest_wrong"),
    "another digest": (lambda f: f.envelope(f.good(), digest=EMPTY), "digest_wrong"),
    "a digest that is none": (lambda f: f.envelope(f.good(), digest="x"), "unreadable"),
    "a message without a name": (lambda f: f.envelope(f.good(), message=""), "unreadable"),
    "sealed to somebody else": (lambda f: f.envelope(f.good(), to=_another_seal()), "seal_wrong"),
    "sealed with nothing": (lambda f: Envelope(f.envelope(f.good()).outer), "seal_wrong"),
    "sealed in no base64": (lambda f: Envelope(f.envelope(f.good()).outer, "€€€€"), "unreadable"),
    "a version that nobody knows": (lambda f: f.envelope(f.good(), entente="2.0"), "version_unknown"),
    "a version that is none": (lambda f: f.envelope(f.good(), entente="1.²"), "unreadable"),
    "no JSON inside": (lambda f: f.envelope(b"\x00\xff rubbish"), "unreadable"),
    "a key that stands twice": (lambda f: f.envelope(b'{"release":{},"release":{}}'), "unreadable"),
    "nothing inside": (lambda f: f.envelope(b"{}"), "unreadable"),
    "nesting without end": (lambda f: f.envelope(b"[" * 200 + b"]" * 200), "unreadable"),
}


def _in_lane(forge: Any, lane: str) -> Envelope:
    envelope: Envelope = forge.envelope(forge.good(), lane=lane)
    return envelope


def _another_seal() -> Any:
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    from entente.exchange.envelope import SealingKey

    return SealingKey(public=X25519PrivateKey.generate().public_key().public_bytes_raw())


@pytest.mark.parametrize("what", ENVELOPES)
def test_an_envelope_that_is_not_as_it_should_be_is_refused_and_the_next_one_passes(
    shores: Any, forge: Any, what: str
) -> None:
    make, code = ENVELOPES[what]
    assert forge.send(make(forge)) == 1
    assert_refused_and_passed(shores, forge, code)


# -- records --------------------------------------------------------------------------------------------------------


RECORDS: dict[str, tuple[Callable[[Any], Any], str]] = {
    "no purpose": (lambda f: f.good(purpose=None), "unreadable"),
    "a purpose that is none": (lambda f: f.good(purpose="curiosity"), "unreadable"),
    "no handling": (lambda f: f.good(handling=[]), "handling_missing"),
    "no handling field": (lambda f: f.good(handling=None), "unreadable"),
    "no matter": (lambda f: f.good(matter="  "), "matter_missing"),
    "no legal basis": (lambda f: f.good(release={"basis": " "}), "transfer_missing"),
    "classified above the ceiling": (
        lambda f: f.good(handling=["UK SECRET"]),
        "classification_above_ceiling",
    ),
    "classified in French": (
        lambda f: f.good(handling=["H1", "Très Secret"]),
        "classification_above_ceiling",
    ),
    "for a service that nobody knows": (
        lambda f: f.good(release={"audience": ("FR-XYZ",)}),
        "service_unknown",
    ),
    "for a service elsewhere": (lambda f: f.good(release={"audience": ("UK-NCA",)}), "audience_elsewhere"),
    "a judicial file": (lambda f: f.good(compartment="judicial"), "compartment_never_shared"),
    "a victim's file": (lambda f: f.good(compartment="victims"), "compartment_never_shared"),
    "a hit of its own": (lambda f: _hit(f), "kind_not_exchanged"),
    "a version beyond all tables": (lambda f: f.good(version=2**70), "unreadable"),
    "no version": (lambda f: f.good(version=0), "unreadable"),
    "a name without end": (lambda f: f.good(id="x" * 5000), "unreadable"),
    "half a sign": (lambda f: _surrogate(f), "unreadable"),
    "a time without a zone": (lambda f: f.good(said_at="2031-09-12T08:00:00"), "unreadable"),
    "said by another node": (lambda f: f.good(node="lille"), "originator_not_signer"),
    "an unknown field": (lambda f: f.good(colour="red"), "unreadable"),
    "a part that was never signed": (lambda f: _foreign_part(f), "part_not_signed"),
    "a part twice": (lambda f: _part_twice(f), "part_not_signed"),
    "a part with a short salt": (lambda f: f.release(("conditions", "x"), salts="s"), "unreadable"),
    "a part of no kind": (lambda f: f.release(("secret", "x")), "unreadable"),
    "a person without a category": (
        lambda f: f.release(("statement/s1", {"id": "s1", "entities": [{"id": "e1", "kind": "person"}]})),
        "unreadable",
    ),
}


def _hit(forge: Any) -> Any:
    refs = RecordRef("a", "e1"), RecordRef("b", "e1")
    hit = Hit(one=refs[0], other=refs[1], bits=30.0, grounds=(), rules="theirs")
    return forge.release(("hit", hit), kind="hit")


def _surrogate(forge: Any) -> Any:
    """Half of a sign, which JSON can write and no text can hold."""
    part = '["' + "s" * 22 + '","conditions","\\ud800"]'
    made = forge.release(parts=[sha256(part.encode()).hexdigest()])
    return msgspec.structs.replace(made, parts=(part,))


def _foreign_part(forge: Any) -> Any:
    good = forge.good()
    part = make_part("conditions", "mind", "t" * 22).content.decode()
    return msgspec.structs.replace(good, parts=(*good.parts, part))


def _part_twice(forge: Any) -> Any:
    good = forge.good()
    return msgspec.structs.replace(good, parts=good.parts * 2)


@pytest.mark.parametrize("what", RECORDS)
def test_a_record_that_should_not_have_left_its_node_is_refused_and_the_next_one_passes(
    shores: Any, forge: Any, what: str
) -> None:
    make, code = RECORDS[what]
    assert forge.send(forge.envelope(make(forge))) == 1
    assert_refused_and_passed(shores, forge, code)


def test_cat_3_no_partner_makes_a_suspect_by_a_statement_in_any_lane(
    shores: Any, forge: Any, statement: Any, person: Any
) -> None:
    accused = ("statement/s1", statement(entities=(person(category="suspect"),)))
    apart = ("statement/s1", statement(entities=(person(category="convicted"),), compartment="intelligence"))
    forge.send(forge.envelope(forge.release(accused)))
    assert refused_here(shores.lille) == [(1, "category_not_designated")]
    forge.number = 0
    life = forge.release(apart, kind="sighting", compartment="life_saving", purpose="life_saving")
    forge.send(forge.envelope(life, lane="life"), lane="life")
    assert shores.lille.crosscheck.persons.suspects() == 0
    assert shores.lille.store.count() == {"distress": 1}
    assert shores.reopen("lille").crosscheck.persons.suspects() == 0


# -- what contradicts what is held ----------------------------------------------------------------------------------


def test_a_record_id_of_ours_in_the_hands_of_a_partner_changes_nothing_of_ours(
    shores: Any, forge: Any, report: Callable[..., Any], at_work: Callable[..., Any]
) -> None:
    ours = shores.lille.record(report(), at_work(shores.lille, "Marie"))
    forge.send(forge.envelope(forge.good(id=ours.header.id)))
    assert_refused_and_passed(shores, forge, "version_taken")
    forge.send(forge.envelope(forge.good(id=ours.header.id, version=2, previous=EMPTY)))
    assert_refused_and_passed(shores, forge, "not_originator")
    assert shores.lille.store.versions(ours.header.id) == [ours]


def test_a_second_version_of_the_same_number_and_one_that_follows_nothing_are_refused(
    shores: Any, forge: Any
) -> None:
    first = forge.good(id="record-1")
    forge.send(forge.envelope(first))
    forge.send(forge.envelope(forge.good(id="record-1", matter="OTHER")))
    assert_refused_and_passed(shores, forge, "version_taken")
    forge.send(forge.envelope(forge.good(id="record-1", version=2, previous=EMPTY)))
    assert_refused_and_passed(shores, forge, "previous_wrong")
    assert [row.state for row in shores.lille.store.versions("record-1")] == ["held"]


@pytest.mark.parametrize("act", ["erase", "recall"])
def test_an_amendment_by_somebody_else_than_the_originator_is_refused(
    shores: Any, forge: Any, report: Callable[..., Any], at_work: Callable[..., Any], act: str
) -> None:
    marie = at_work(shores.lille, "Marie")
    ours = shores.lille.record(report(), marie).header.id
    amendment = Amendment(record=ours, act=act, reason="we would rather not", officer="Jane")  # type: ignore[arg-type]
    forge.send(forge.envelope(forge.release(("amendment", amendment), kind="amendment")))
    assert_refused_and_passed(shores, forge, "not_originator")
    assert shores.lille.read(marie, ours).row.state == "held"
    assert shores.lille.crosscheck.is_indexed(ours)


def test_two_versions_of_one_name_in_one_page_are_not_both_taken(shores: Any, forge: Any) -> None:
    one, same, other = forge.good(id="r"), forge.good(id="r"), forge.good(id="r", matter="OTHER")
    assert forge.send(*(forge.envelope(release) for release in (one, same, other))) == 3
    assert [step for _, step, _ in forge.receipts()] == ["accepted", "accepted", "refused"]
    assert refused_here(shores.lille) == [(3, "version_taken")]
    assert len(shores.lille.store.versions("r")) == 1
    assert shores.lille.verify().broken is None


def test_a_batch_whose_rows_are_held_already_is_taken_as_what_it_is(shores: Any, forge: Any) -> None:
    """As after a restored backup, when a partner says all of its bulk lane again; and with a row that contradicts."""
    rows = [forge.good(f"ROW-{number}", id=f"row-{number}") for number in range(4)]
    first = batch_of(forge, rows[:3])
    assert forge.send(forge.envelope(first, lane="bulk"), lane="bulk") == 1
    assert shores.lille.store.count()["report"] == 3
    forge.incarnation, forge.number = "aabb", 0
    assert forge.send(forge.envelope(first, lane="bulk"), lane="bulk") == 1
    assert forge.send(forge.envelope(batch_of(forge, rows), lane="bulk"), lane="bulk") == 1
    assert shores.lille.store.count()["report"] == 4
    contradicts = batch_of(forge, [forge.good("OTHER", id="row-1"), forge.good("NEW", id="row-9")])
    assert forge.send(forge.envelope(contradicts, lane="bulk"), lane="bulk") == 1
    assert refused_here(shores.lille) == [(3, "version_taken")]
    assert shores.lille.store.current(["row-9"]) == {}
    assert shores.lille.verify().broken is None


def batch_of(forge: Any, releases: list[Any]) -> Payload:
    """These records under one signature of Dover's."""
    headers = [forge.shores.dover.ring.verify(release.seal.jws)[1] for release in releases]
    jws = sign_batch("batch", "dover", headers, dt.datetime(2031, 9, 12, tzinfo=dt.UTC), forge.key)
    rows = tuple(
        RowRelease(header.decode(), release.parts) for header, release in zip(headers, releases, strict=True)
    )
    return Payload(batch=BatchRelease(entente="1.0", jws=jws, rows=rows, basis="uk-rules"))


def test_a_batch_of_one_row_is_taken_and_verifies(shores: Any, forge: Any) -> None:
    forge.send(forge.envelope(batch_of(forge, [forge.good()]), lane="bulk"), lane="bulk")
    assert shores.lille.store.count()["report"] == 1
    assert shores.lille.verify().broken is None


@pytest.mark.parametrize("leaf", ["z" * 64, "short", ""])
def test_a_row_that_is_neither_header_nor_leaf_is_refused(shores: Any, forge: Any, leaf: str) -> None:
    batch = batch_of(forge, [forge.good(), forge.good()]).batch
    rows = (batch.rows[0], RowRelease(None, (), leaf))
    forge.send(forge.envelope(Payload(batch=msgspec.structs.replace(batch, rows=rows))))
    assert_refused_and_passed(shores, forge, "unreadable")


# -- order ----------------------------------------------------------------------------------------------------------


def test_what_is_replayed_is_taken_once_and_receipted_once(shores: Any, forge: Any) -> None:
    envelopes = [forge.envelope(forge.good(f"UK-{number}")) for number in range(3)]
    assert forge.send(*envelopes) == 3
    assert forge.send(*envelopes) == 0
    assert forge.send(envelopes[1]) == 0
    assert len(forge.receipts()) == 3
    assert shores.lille.store.count()["report"] == 3


def test_what_comes_out_of_order_waits_for_what_is_missing(shores: Any, forge: Any) -> None:
    first, second, third = (forge.envelope(forge.good(f"UK-{number}")) for number in range(3))
    assert forge.send(second, first, third) == 0
    assert "expected number 1, got 2" in shores.lille.exchange.alarms[-1].en
    assert forge.send(first, third, second) == 1
    assert forge.send(first, second, third) == 2
    assert [number for number, _, _ in forge.receipts()] == [1, 2, 3]
    assert shores.lille.exchange.arrived("dover", "routine") == (forge.incarnation, 3)


@pytest.mark.parametrize("number", [0, -1, 2**60, 2**70])
def test_a_number_that_is_none_does_not_stop_what_follows(shores: Any, forge: Any, number: int) -> None:
    bad = forge.envelope(forge.good(), number=number)
    forge.number = 1
    forge.send(bad)
    assert_refused_and_passed(shores, forge, "unreadable")


def test_a_page_of_a_log_without_a_name_is_not_taken_and_breaks_nothing(shores: Any, forge: Any) -> None:
    for incarnation in ("", "a/b", "a b", "é"):
        envelope = forge.envelope(forge.good(), incarnation=incarnation, number=1)
        page = msgspec.structs.replace(forge.page(envelope), incarnation=incarnation)
        with pytest.raises(Malformed):
            shores.lille.exchange.take("dover", page)
    assert shores.lille.exchange.arrived("dover", "routine") == ("", 0)
    assert shores.lille.status()["partners"]["dover"]["arrived"]["routine"] == 0


def test_a_partner_restored_from_a_backup_says_all_again_and_nothing_is_doubled(
    shores: Any, report: Callable[..., Any], at_work: Callable[..., Any], monkeypatch: Any
) -> None:
    lille, dover = shores.lille, shores.dover
    jane = at_work(dover, "Jane")
    for number in range(5):
        dover.record(report("UK-NCA", f"UK-{number}"), jane)
    shores.carry()
    before = lille.store.count()
    # A new life of the log: what it numbered before is numbered there as it was, under another name.
    monkeypatch.setattr(dover.store, "incarnation", "0123456789abcdef")
    dover.record(report("UK-NCA", "UK-NEW"), jane)
    shores.carry()
    assert lille.exchange.arrived("dover", "routine")[0] == "0123456789abcdef"
    assert lille.store.count()["report"] == before["report"] + 1
    assert lille.verify().broken is None
    outcomes = lille.store.rows(
        select(tables.arrival.c.outcome, func.count())
        .where(tables.arrival.c.incarnation == "0123456789abcdef")
        .group_by(tables.arrival.c.outcome)
    )
    assert dict(tuple(row) for row in outcomes) == {"accepted": 1, "duplicate": 5}


# -- pages and receipts ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\xff",
        b"[]",
        b"null",
        b'{"envelopes":[]}',
        b'{"incarnation":"a","lane":"x","envelopes":[],"more":false}',
    ],
)
def test_an_answer_that_is_no_page_is_said_so_and_nothing_is_taken(answer: bytes) -> None:
    with pytest.raises(Malformed):
        read_page(answer)


@pytest.mark.parametrize("rubbish", [None, 5, "rubbish", [], {}, {"outer": 5}, {"sealed": "x"}, [[["deep"]]]])
def test_rubbish_among_the_envelopes_of_a_page_is_refused_in_its_place(
    shores: Any, forge: Any, rubbish: Any
) -> None:
    good, forge.number = forge.envelope(forge.good("UK-1")), 2
    last = forge.envelope(forge.good("UK-2"), number=3)
    page = msgspec.json.decode(encode(forge.page(good, last)))
    page["envelopes"].insert(1, rubbish)
    assert shores.lille.exchange.take("dover", read_page(msgspec.json.encode(page))) == 3
    assert [step for _, step, _ in forge.receipts()] == ["accepted", "refused", "accepted"]
    assert refused_here(shores.lille)[0][0] == 2


def test_a_page_with_fields_of_a_newer_partner_is_read(shores: Any, forge: Any) -> None:
    page = msgspec.json.decode(encode(forge.page(forge.envelope(forge.good()))))
    page["weather"] = "fog"
    page["envelopes"][0]["colour"] = "red"
    assert shores.lille.exchange.take("dover", read_page(msgspec.json.encode(page))) == 1
    assert forge.receipts() == [(1, "accepted", None)]


def test_a_newer_minor_version_is_taken_and_what_is_unknown_in_it_is_named(shores: Any, forge: Any) -> None:
    release = forge.good(entente="1.7", colour="red")
    forge.send(forge.envelope(release, entente="1.7"))
    assert forge.receipts() == [(1, "accepted", None)]
    (entry,) = [one for one in shores.lille.store.follow(0, 50) if one.kind == "received"]
    said = msgspec.json.decode(shores.lille.ring.verify(entry.signed)[1])
    assert said["unknown"] == ["$.colour"]
    (row,) = shores.lille.store.by_reference("UK-GOOD")
    assert b'"colour":"red"' in row.header_bytes
    assert shores.lille.verify().broken is None


def forged_receipts(forge: Any, key: Any = None, **changes: Any) -> str:
    values: dict[str, Any] = {
        "entente": "1.0",
        "node": "dover",
        "of": "lille",
        "incarnation": forge.shores.lille.store.incarnation,
        "lane": "routine",
        "items": (ReceiptItem(1, EMPTY, "seen"),),
        "at": dt.datetime(2031, 9, 12, tzinfo=dt.UTC),
    }
    signed: str = (key or forge.key).sign(encode(Receipts(**(values | changes))))
    return signed


RECEIPTS: dict[str, Callable[[Any], str]] = {
    "rubbish": lambda forge: "rubbish",
    "of another key": lambda forge: forged_receipts(forge, SigningKey.generate("mallory/1")),
    "signed by ourselves": lambda forge: forged_receipts(forge, forge.shores.lille.store.secrets.signing),
    "for another node": lambda forge: forged_receipts(forge, of="haag"),
    "in another's name": lambda forge: forged_receipts(forge, node="lille"),
    "no JSON": lambda forge: forge.key.sign(b"\xff"),
    "no version": lambda forge: forged_receipts(forge, entente="1.²"),
    "unknown fields": lambda forge: forge.key.sign(b'{"entente":"1.0","x":1}'),
}


@pytest.mark.parametrize("what", RECEIPTS)
def test_receipts_that_are_none_are_refused_and_the_next_ones_count(
    shores: Any, forge: Any, report: Callable[..., Any], at_work: Callable[..., Any], what: str
) -> None:
    lille, dover = shores.lille, shores.dover
    record = lille.record(report(), at_work(lille, "Marie")).header.id
    lille.settle()
    entries = lille.store.size
    lille.exchange.take_receipts("dover", ReceiptPage(receipts=((1, RECEIPTS[what](forge)),), more=False))
    assert lille.store.size == entries + 1
    assert refused_here(lille)[-1][0] == 1
    assert [one["step"] for one in lille.exchange.holders(record)] == ["numbered"]
    dover.exchange.take("lille", lille.exchange.page("dover", "routine", 0))
    real = dover.exchange.receipts_after("lille", 0).receipts
    moved = ReceiptPage(receipts=tuple((number + 1, signed) for number, signed in real), more=False)
    assert lille.exchange.take_receipts("dover", moved) > 0
    assert [one["step"] for one in lille.exchange.holders(record)] == ["accepted"]


def test_a_receipt_for_something_else_than_was_sent_raises_an_alarm_and_counts_for_nothing(
    shores: Any, forge: Any, report: Callable[..., Any], at_work: Callable[..., Any]
) -> None:
    lille = shores.lille
    record = lille.record(report(), at_work(lille, "Marie")).header.id
    lille.settle()
    lille.exchange.page("dover", "routine", 0)
    lille.exchange.take_receipts("dover", ReceiptPage(receipts=((1, forged_receipts(forge)),), more=False))
    assert [one["step"] for one in lille.exchange.holders(record)] == ["numbered"]
    assert "something else than what it was sent" in lille.exchange.alarms[-1].en


def test_the_same_receipts_again_and_numbers_beyond_all_tables_hold_up_nothing(
    shores: Any, forge: Any, report: Callable[..., Any], at_work: Callable[..., Any]
) -> None:
    lille = shores.lille
    for reference in ("FR-1", "FR-2"):
        lille.record(report(reference=reference), at_work(lille, "Marie"))
    lille.settle()
    same = forged_receipts(forge)
    beyond = forged_receipts(forge, items=(ReceiptItem(2**52, EMPTY, "seen"), ReceiptItem(-5, EMPTY, "seen")))
    pages = [((1, same), (2, same)), ((3, same),), ((4, beyond),), ((2**70, same),), ((5, same),)]
    for page in pages:
        lille.exchange.take_receipts("dover", ReceiptPage(receipts=page, more=True))
    assert lille.exchange.taken_receipts("dover") == 5
    assert refused_here(lille) == []
    assert [entry.kind for entry in lille.store.follow(0, 50)] == [
        "record",
        "record",
        "record",
        "receipts",
        "receipts",
    ]
    # Of two that were sent one is receipted, whatever a partner says of numbers that it never had.
    assert lille.exchange.pending("dover")["routine"] == 1
    assert lille.verify().broken is None


def test_a_judgement_and_a_designation_of_a_partner_are_taken_as_records(shores: Any, forge: Any) -> None:
    about = RecordRef("record-1", "e1")
    designation = Designation(
        about=about,
        matter="OYAT",
        category="suspect",
        reason="found at the wheel",
        basis_statement="s1",
        officer="Jane",
        approver="Judith",
    )
    forge.send(forge.envelope(forge.release(("designation", designation), kind="designation")))
    assert forge.receipts() == [(1, "accepted", None)]
    assert shores.lille.crosscheck.persons.category(about, "OYAT") == "suspect"
    assert shores.lille.crosscheck.persons.category(about, "OTHER") == "not_yet_assessed"


def test_nobody_who_is_not_pinned_is_given_or_taken_anything(shores: Any, forge: Any) -> None:
    for ask in (
        lambda: shores.lille.exchange.page("haag", "routine", 0),
        lambda: shores.lille.exchange.receipts_after("haag", 0),
        lambda: shores.lille.exchange.take("haag", forge.page()),
    ):
        with pytest.raises(PeerFault, match="partner_not_pinned"):
            ask()
