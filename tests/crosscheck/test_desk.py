"""The desk: any order of arrival, any interruption, and what is remembered is what the ledger says."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from entente.errors import Text, Unavailable
from entente.store import tables
from entente.store.store import value_of

# Who speaks of whom: two lines, three people, one of them under two names.
SAYINGS: tuple[dict[str, Any], ...] = (
    {"reference": "A", "phone": "06 39 98 04 17", "name": "Haji"},
    {"reference": "B", "phone": "0033 639 980 417", "name": "Haji Dlo"},
    {"reference": "C", "phone": "06 39 98 04 18", "name": "Karim"},
    {"reference": "D", "phone": "+33 6 39 98 04 18", "name": ""},
    {"reference": "E", "phone": "", "name": "Karim"},
    {"reference": "F", "phone": "06 39 98 04 17", "name": ""},
)


def named(node: Any, couples: Any) -> dict[frozenset[str | None], float]:
    """Couples by their services' own numbers, which are the same on every node."""
    rows = node.store.current({ref.record for couple in couples for ref in couple})
    return {
        frozenset(rows[ref.record].header.reference for ref in couple): bits
        for couple, bits in couples.items()
    }


def hits_said(node: Any) -> list[Any]:
    """Every hit that the ledger holds in force."""
    found = node.store.rows(
        select(tables.record.c.id).where(tables.record.c.kind == "hit", tables.record.c.state == "held")
    )
    rows = list(node.store.current(row.id for row in found).values())
    opened = node.store.stored_parts(rows, frozenset({"intelligence", "judicial"}))
    return [value_of(parts[0]) for parts in opened.values()]


@pytest.mark.parametrize("chance", range(6))
def test_the_order_of_arrival_does_not_change_what_is_linked(
    shores: Any, report: Callable[..., Any], at_work: Callable[..., Any], chance: int
) -> None:
    order = list(SAYINGS)
    random.Random(chance).shuffle(order)
    for node, sayings in ((shores.lille, SAYINGS), (shores.dover, order)):
        service, officer = ("FR-OLTIM", "Marie") if node is shores.lille else ("UK-NCA", "Jane")
        for saying in sayings:
            node.record(report(service, recipients=(), region="FR", **saying), at_work(node, officer))
            node.settle()
    one, other = (named(node, node.crosscheck.couples()) for node in (shores.lille, shores.dover))
    assert one == other
    assert {
        frozenset({"A", "B"}),
        frozenset({"A", "F"}),
        frozenset({"B", "F"}),
        frozenset({"C", "D"}),
    } <= set(one)
    assert frozenset({"A", "C"}) not in one


def test_what_is_remembered_is_what_is_replayed_after_every_step(
    shores: Any, report: Callable[..., Any], at_work: Callable[..., Any], amend: Callable[..., Any]
) -> None:
    marie = at_work(shores.lille, "Marie")
    ids: dict[str, str] = {}

    def say(saying: dict[str, Any]) -> None:
        ids[saying["reference"]] = shores.lille.record(report(recipients=(), **saying), marie).header.id

    def change() -> None:
        shores.lille.record(report(replaces=ids["A"], phone="06 39 98 04 18", reference="A"), marie)

    def judge() -> None:
        hit = shores.lille.hits(marie)[0]
        shores.lille.judge(marie, hit.id, "different", "deux personnes, une ligne")

    deeds: list[Callable[[], Any]] = [
        *(lambda saying=saying: say(saying) for saying in SAYINGS),  # type: ignore[misc]
        judge,
        change,
        lambda: shores.lille.record(amend("FR-OLTIM", ids["F"]), marie),
        lambda: shores.lille.record(amend("FR-OLTIM", ids["C"], act="recall"), marie),
    ]
    for deed in deeds:
        deed()
        shores.lille.settle()
        desk = shores.lille.crosscheck
        live = (desk.couples(), len(desk._general), dict(desk._links._judgements), sorted(desk._features))
        again = shores.reopen("lille").crosscheck
        assert (
            again.couples(),
            len(again._general),
            dict(again._links._judgements),
            sorted(again._features),
        ) == live
    assert live[0]


def test_what_was_said_of_a_record_is_remembered_although_the_node_stopped_right_behind_it(
    shores: Any, report: Callable[..., Any], at_work: Callable[..., Any]
) -> None:
    """A hit lies in the ledger behind what it speaks of, and behind the desk's own place."""
    lille = shores.lille
    marie = at_work(lille, "Marie")
    lille.record(report(reference="A"), marie)
    lille.record(report(reference="B"), marie)
    assert lille.crosscheck.step() == 2
    live = lille.crosscheck.couples()
    assert len(live) == 1
    lille = shores.reopen("lille")
    assert lille.crosscheck.couples() == live
    lille.settle()
    lille.record(report(reference="C"), marie)
    lille.settle()
    assert len(lille.hits(marie)) == len(hits_said(lille)) == 3
    assert len({(hit.one, hit.other) for hit in hits_said(lille)}) == 3


@pytest.mark.parametrize("fails", range(6))
def test_a_crash_or_a_failure_between_any_two_commits_says_nothing_twice_and_forgets_nothing(
    shores: Any, report: Callable[..., Any], at_work: Callable[..., Any], monkeypatch: Any, fails: int
) -> None:
    """Rows of one entry are met in several commits; the one that fails is made again, by this node or the next."""
    from entente.crosscheck import desk
    from entente.store.compose import compose_batch
    from entente.store.write import Write

    monkeypatch.setattr(desk, "ROWS_A_WRITE", 4)
    lille = shores.lille
    marie = at_work(lille, "Marie")
    phones = ["06 39 98 04 17", "06 39 98 04 18", "06 39 98 04 19"]
    many = [
        lille._said(
            report(reference=f"R{number}", phone=phone, recipients=()), "Marie", (), lille.now(), None
        )
        for number, phone in enumerate(itertools.islice(itertools.cycle(phones), 18))
    ]
    lille.record(report(reference="FIRST", recipients=()), marie)
    lille.store.commit(
        Write(entries=[compose_batch(many, lille.store.secrets.signing, "lille", "FR", lille.now())])
    )
    commit, told = lille.store.commit, [0]

    def failing(write: Any, **how: Any) -> Any:
        if "crosscheck" in write.places:
            told[0] += 1
            if told[0] == fails + 1:
                raise Unavailable("disk_full", Text("plein", "full"))
        return commit(write, **how)

    monkeypatch.setattr(lille.store, "commit", failing)

    def step_on() -> None:
        while lille.crosscheck.step():
            pass

    with pytest.raises(Unavailable):
        step_on()
    if fails % 2:
        monkeypatch.undo()
        monkeypatch.setattr(desk, "ROWS_A_WRITE", 4)
        lille = shores.reopen("lille")
    lille.settle()
    said = [(hit.one, hit.other) for hit in hits_said(lille)]
    assert len(said) == len(set(said))
    # Seven of one line, six of another, six of the third: each line's records are linked, all to all.
    expected = 7 * 6 // 2 + 6 * 5 // 2 * 2
    assert len([couple for couple in said if not _through(lille, couple)]) == expected
    assert lille.crosscheck.couples().keys() == set(said)
    assert shores.reopen("lille").crosscheck.couples().keys() == set(said)
    assert shores.lille.verify().broken is None


def _through(node: Any, couple: Any) -> bool:
    return bool(dict(node.crosscheck._links.said())[couple].through)


def test_an_erased_record_leaves_no_link_through_which_others_hang(
    shores: Any, report: Callable[..., Any], at_work: Callable[..., Any], amend: Callable[..., Any]
) -> None:
    lille = shores.lille
    marie = at_work(lille, "Marie")
    ids = {
        saying["reference"]: lille.record(report(recipients=(), **saying), marie).header.id
        for saying in SAYINGS
    }
    lille.settle()
    assert any(ids["B"] in (ref.record for ref in couple) for couple in lille.crosscheck.couples())
    lille.record(amend("FR-OLTIM", ids["B"]), marie)
    lille.settle()
    for hit in hits_said(lille):
        assert ids["B"] not in {ref.record for ref in (hit.one, hit.other, *hit.through)}
    assert not lille.crosscheck.is_indexed(ids["B"])
    assert all(ids["B"] != key[0].record for key in lille.crosscheck.persons._standing)


def test_a_judgement_that_two_are_different_stands_beside_the_hit_and_binds_what_follows(
    shores: Any, report: Callable[..., Any], at_work: Callable[..., Any]
) -> None:
    """The hit is what a machine found and stays as it was found; the officer's word is shown with it."""
    lille = shores.lille
    marie = at_work(lille, "Marie")
    for saying in SAYINGS[:2]:
        lille.record(report(recipients=(), **saying), marie)
    lille.settle()
    (hit,) = lille.hits(marie)
    lille.judge(marie, hit.id, "different", "le frère, sur la même ligne")
    lille.settle()
    (after,) = lille.hits(marie)
    assert after.judgement is not None
    assert after.judgement.verdict == "different"
    lille.judge(marie, hit.id, "same", "vérifié avec le service émetteur")
    lille.settle()
    for reopened in (False, True):
        node = shores.reopen("lille") if reopened else lille
        judged = node.crosscheck.judged(hit.hit.one, hit.hit.other)
        assert judged is not None
        assert judged.verdict == "same"
        assert node.hits(marie)[0].judgement == judged
    assert len(hits_said(shores.lille)) == 1


def test_pur_3_what_was_taken_to_save_life_or_from_victims_is_in_no_index(
    shores: Any, report: Callable[..., Any], at_work: Callable[..., Any]
) -> None:
    lille = shores.lille
    lille.record(report(reference="OPEN", recipients=()), at_work(lille, "Marie"))
    call = report("FR-PREMAR", "SAR-1", kind="distress", compartment="life_saving", recipients=())
    care = report("FR-AIDE", "VIC-1", compartment="victims", purpose="investigation", recipients=())
    erwan, aude = at_work(lille, "Erwan"), at_work(lille, "Aude")
    for draft, access in ((call, erwan), (care, aude)):
        record = lille.record(draft, access).header.id
        lille.settle()
        assert not lille.crosscheck.is_indexed(record)
    assert hits_said(lille) == []
    assert [row.header.reference for row, *_ in lille.search(at_work(lille, "Marie"), "+33639980417")] == [
        "OPEN"
    ]
    assert lille.search(erwan, "+33639980417") == []


def test_a_hit_that_a_partner_claims_to_have_found_is_not_ours(
    shores: Any, forge: Any, report: Callable[..., Any], at_work: Callable[..., Any]
) -> None:
    from entente.model.report import Hit, RecordRef

    lille = shores.lille
    record = lille.record(report(), at_work(lille, "Marie")).header.id
    hit = Hit(one=RecordRef(record, "e1"), other=RecordRef("z", "e1"), bits=99.0, grounds=(), rules="theirs")
    forge.send(forge.envelope(forge.release(("hit", hit), kind="hit")))
    forge.send(forge.envelope(forge.release(("hit", hit))))
    assert lille.crosscheck.couples() == {}
    assert shores.reopen("lille").crosscheck.couples() == {}
