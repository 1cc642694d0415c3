"""FACT-6 at the level of deeds: the original stays, a translation says by whom, and falls with its original."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from entente.errors import Conflict, Malformed, NotFound, NotPermitted
from entente.model.office_act import Translated
from entente.model.report import Wording
from entente.node import Node
from entente.store import tables
from entente.store.store import value_of

ENGLISH = "the van left before first light with six boxed outboard engines"
FRENCH = "le fourgon est parti avant l’aube avec six moteurs hors-bord en caisse"


@pytest.fixture
def received(shores: Any, report: Any, statement: Any, at_work: Any) -> str:
    """A record of Dover's in English, as Lille holds it."""
    said = statement(wording=Wording(language="en", text=ENGLISH))
    row = shores.dover.record(
        report("UK-NCA", "UK-1", statements=(said,), recipients=("lille",)), at_work(shores.dover, "Jane")
    )
    shores.carry()
    record: str = row.header.id
    return record


def _words(node: Node, access: Any, record: str) -> Wording:
    reading = node.store.read(access, record)
    [value] = [value_of(one) for one in reading.parts if one.part.name.startswith("statement/")]
    wording: Wording = value.wording
    return wording


def _translations(node: Node, access: Any, record: str) -> list[tuple[str, str, str]]:
    """(by, state, text) of each."""
    reading = node.store.read(access, record)
    return [(one.by, one.state, text) for one, text in node.translations_of(access, reading)]


def _kept(node: Node, record: str) -> tuple[int, int]:
    """How many keys and how many contents there are of a record."""
    engines = node.store.engines()
    with engines["keys"].connect() as keys:
        key = tables.content_key
        wrapped = keys.scalar(select(func.count()).select_from(key).where(key.c.record == record))
    contents = 0
    for name, engine in engines.items():
        if name.startswith("vault-"):
            with engine.connect() as vault:
                content = tables.content
                contents += (
                    vault.scalar(select(func.count()).select_from(content).where(content.c.record == record))
                    or 0
                )
    return wrapped or 0, contents


def test_fact_6_a_translation_stands_beside_the_original_and_says_that_a_person_made_it(
    shores: Any, at_work: Any, received: str
) -> None:
    marie = at_work(shores.lille, "Marie")
    signed = shores.lille.store.current([received])[received].header_bytes
    shores.lille.translate(marie, received, "s1", "fr", FRENCH)
    assert _translations(shores.lille, marie, received) == [("person", "approved", FRENCH)]
    # What its issuer signed is untouched, word and byte.
    assert _words(shores.lille, marie, received) == Wording(language="en", text=ENGLISH)
    assert shores.lille.store.current([received])[received].header_bytes == signed


def test_fact_6_a_machines_words_are_a_draft_until_a_person_approves_them(
    shores: Any, at_work: Any, received: str
) -> None:
    node = shores.lille
    marie, paul = at_work(node, "Marie"), at_work(node, "Paul")
    row = node.store.current([received])[received]
    done = node.act(
        marie,
        # Even where it does not call itself a draft.
        Translated(
            officer="Marie",
            record=received,
            version=1,
            statement="s1",
            language="fr",
            text=FRENCH,
            by="machine",
        ),
        about=row,
        lies_in="intelligence",
    )
    assert _translations(node, paul, received) == [("machine", "draft", FRENCH)]
    node.decide_translation(paul, done, "approved")
    # Approved, it still says that a machine made it.
    assert _translations(node, paul, received) == [("machine", "approved", FRENCH)]
    assert node.duty.rolls.translations[done].decided_by == "Paul"


def test_fact_6_nobody_approves_a_draft_of_their_own_nor_decides_twice(
    shores: Any, at_work: Any, received: str
) -> None:
    node = shores.lille
    marie, paul = at_work(node, "Marie"), at_work(node, "Paul")
    draft = node.translate(marie, received, "s1", "fr", FRENCH, draft=True)
    with pytest.raises(NotPermitted, match="second_approver_missing"):
        node.decide_translation(marie, draft, "approved")
    node.decide_translation(paul, draft, "refused", "moteurs mal comptés")
    with pytest.raises(Conflict, match="already_decided"):
        node.decide_translation(paul, draft, "approved")
    assert _translations(node, paul, received) == [("person", "refused", FRENCH)]


@pytest.mark.parametrize(("language", "text"), [("en", FRENCH), ("fr", "   "), ("f", FRENCH)])
def test_fact_6_a_translation_has_words_and_another_language(
    shores: Any, at_work: Any, received: str, language: str, text: str
) -> None:
    with pytest.raises(Malformed, match="translation_empty"):
        shores.lille.translate(at_work(shores.lille, "Marie"), received, "s1", language, text)


def test_fact_6_who_may_not_read_the_original_has_nothing_of_its_translation(
    shores: Any, at_work: Any, received: str
) -> None:
    node = shores.lille
    node.translate(at_work(node, "Marie"), received, "s1", "fr", FRENCH)
    draft = node.translate(at_work(node, "Marie"), received, "s1", "fr", FRENCH, draft=True)
    erwan = at_work(node, "Erwan")
    with pytest.raises(NotFound):
        node.translate(erwan, received, "s1", "fr", FRENCH)
    with pytest.raises(NotFound):
        node.decide_translation(erwan, draft, "approved")


def test_fact_6_a_translation_does_not_leave_the_house(shores: Any, at_work: Any, received: str) -> None:
    done = shores.lille.translate(at_work(shores.lille, "Marie"), received, "s1", "fr", FRENCH)
    shores.carry()
    assert shores.lille.store.current([done])
    assert not shores.dover.store.current([done])


def _erased_with_its_translations(shores: Any, record: str, erase: Callable[[], Any], marie: Any) -> None:
    node = shores.lille
    done = [
        node.translate(marie, record, "s1", "fr", FRENCH),
        node.translate(marie, record, "s1", "fr", FRENCH, draft=True),
    ]
    assert all(_kept(node, one) == (1, 1) for one in done)
    erase()
    shores.carry()
    assert [_kept(node, one) for one in done] == [(0, 0)] * 2
    assert node.duty.rolls.translations_of(record) == []
    assert node.duty.acts(done) == {}
    # That there were translations stays provable; what they said does not.
    assert set(node.store.current(done)) == set(done)
    # And it stays so when the node opens anew and folds everything again.
    again = shores.reopen("lille")
    assert again.duty.rolls.translations_of(record) == []
    assert again.verify().broken is None


def test_fact_6_erasing_the_original_erases_what_it_was_translated_into(
    shores: Any, report: Any, statement: Any, at_work: Any, amend: Any
) -> None:
    marie = at_work(shores.lille, "Marie")
    said = statement(wording=Wording(language="en", text=ENGLISH))
    record = shores.lille.record(report(statements=(said,)), marie).header.id
    _erased_with_its_translations(
        shores, record, lambda: shores.lille.record(amend("FR-OLTIM", record), marie), marie
    )
    assert _kept(shores.lille, record) == (0, 0)


@pytest.mark.parametrize("act", ["erase", "recall"])
def test_fact_6_when_the_partner_takes_its_original_back_our_translations_go_too(
    shores: Any, at_work: Any, amend: Any, received: str, act: str
) -> None:
    jane = at_work(shores.dover, "Jane")
    _erased_with_its_translations(
        shores,
        received,
        lambda: shores.dover.record(amend("UK-NCA", received, act), jane),
        at_work(shores.lille, "Marie"),
    )
    with pytest.raises(NotFound):
        shores.lille.read(at_work(shores.lille, "Marie"), received)
    if act == "erase":
        assert _kept(shores.lille, received) == (0, 0)
