"""The translators' pages: a queue that opens nothing, two texts side by side, and a second person for a draft."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from entente.model.report import Translation, Wording
from entente.node import Node
from entente.store import tables

ENGLISH = "the smuggling of migrants by <b>small boats</b> left before first light"
FRENCH = "le trafic illicite de migrants par petites embarcations est parti avant l’aube"


@pytest.fixture
def received(shores: Any, report: Any, statement: Any, at_work: Any) -> str:
    """A record of Dover's, one statement in English and one in French, as Lille holds it."""
    said = (
        statement(wording=Wording(language="en", text=ENGLISH)),
        statement(id="s2", wording=Wording(language="fr", text="déjà en français")),
    )
    row = shores.dover.record(
        report("UK-NCA", "UK-7", statements=said, recipients=("lille",)), at_work(shores.dover, "Jane")
    )
    shores.carry()
    record: str = row.header.id
    return record


@pytest.fixture
def desk(shores: Any, desks: Callable[..., Any]) -> Callable[..., Any]:
    def sit(officer: str = "Marie", **options: Any) -> Any:
        return desks(shores.lille, officer, **options)

    return sit


def _consultations(node: Node) -> int:
    statement = (
        select(func.count()).select_from(tables.register).where(tables.register.c.act == "consultation")
    )
    return int(node.store.rows(statement)[0][0])


def _plain(page: Any) -> str:
    """The words of a page."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))


def _draft(desk: Any, record: str) -> str:
    """A draft of Marie's, by its number."""
    desk.post(f"/translations/{record}/s1", text=FRENCH, how="draft")
    [found] = desk.node.duty.rolls.translations_of(record)
    return str(found.id)


def test_the_queue_lists_by_header_and_opens_nothing(shores: Any, desk: Any, received: str) -> None:
    marie = desk()
    before = _consultations(shores.lille)
    page = marie.get("/translations")
    assert f"/translations/{received}" in page.text
    assert "UK-7" in page.text
    assert "first light" not in page.text
    assert _consultations(shores.lille) == before
    marie.get(f"/translations/{received}")
    assert _consultations(shores.lille) == before + 1


def test_what_has_nothing_to_translate_leaves_the_queue_once_it_was_opened(
    shores: Any, report: Any, statement: Any, at_work: Any, desk: Any
) -> None:
    translated = Wording(
        language="en",
        text=ENGLISH,
        translations=(Translation(language="fr", text=FRENCH, by="person"),),
    )
    row = shores.dover.record(
        report("UK-NCA", "UK-8", statements=(statement(wording=translated),), recipients=("lille",)),
        at_work(shores.dover, "Jane"),
    )
    shores.carry()
    marie = desk()
    assert row.header.id in marie.get("/translations").text
    assert "Nothing to translate" in _plain(marie.get(f"/translations/{row.header.id}"))
    assert row.header.id not in marie.get("/translations").text


def test_a_record_stays_in_the_queue_until_all_of_it_is_translated(
    shores: Any, report: Any, statement: Any, at_work: Any, desk: Any
) -> None:
    said = tuple(
        statement(id=f"s{number}", wording=Wording(language="en", text=f"{ENGLISH} {number}"))
        for number in (1, 2)
    )
    row = shores.dover.record(
        report("UK-NCA", "UK-9", statements=said, recipients=("lille",)), at_work(shores.dover, "Jane")
    )
    shores.carry()
    record, marie = row.header.id, desk()
    marie.post(f"/translations/{record}/s1", text=FRENCH, how="final")
    marie.get(f"/translations/{record}")
    assert "something is left to translate" in _plain(marie.get("/translations"))
    marie.post(f"/translations/{record}/s2", text=FRENCH, how="final")
    marie.get(f"/translations/{record}")
    assert record not in marie.get("/translations").text


def test_the_original_and_its_known_terms_stand_beside_the_place_to_write(desk: Any, received: str) -> None:
    page = desk().get(f"/translations/{received}/s1")
    assert "&lt;b&gt;small boats&lt;/b&gt;" in page.text
    assert '<bdi lang="en">' in page.text
    assert "trafic illicite de migrants" in page.text
    assert "This is not a translation." in page.text
    assert "Waiting for translation" in _plain(page)
    # What the structured parts say, in both languages.
    assert "not yet assessed" in page.text or "not known whether the statement is complete" in page.text
    assert 'lang="fr"' in page.text


def test_fact_6_a_final_translation_says_its_translator_and_keeps_the_original(
    desk: Any, received: str
) -> None:
    marie = desk()
    answer = marie.post(f"/translations/{received}/s1", text=FRENCH, how="final")
    assert answer.status_code == 303
    page = desk("Paul").get(f"/translations/{received}")
    assert "Translated by Marie" in _plain(page)
    assert FRENCH in page.text
    assert "first light" in page.text


def test_fact_6_a_draft_waits_for_another_person_and_never_for_its_author(
    shores: Any, desk: Any, received: str
) -> None:
    marie, paul = desk(), desk("Paul")
    draft = _draft(marie, received)
    decision = f"/translations/{received}/s1/decision"
    assert "Your draft waits for a second person." in _plain(marie.get(f"/translations/{received}/s1"))
    refused = marie.post(decision, translation=draft, outcome="approved")
    assert refused.status_code == 403
    assert shores.lille.duty.rolls.translations[draft].state == "draft"
    assert f"/translations/{received}/s1" in paul.get("/translations").text.split('id="waiting"')[0]
    assert "Draft not read yet, by Marie" in _plain(paul.get(f"/translations/{received}/s1"))
    assert paul.post(decision, translation=draft, outcome="approved").status_code == 303
    assert "Translated by Marie , approved by Paul" in _plain(paul.get(f"/translations/{received}"))


def test_a_refusal_says_why_and_its_words_are_not_lost(shores: Any, desk: Any, received: str) -> None:
    draft = _draft(desk(), received)
    paul = desk("Paul")
    decision = f"/translations/{received}/s1/decision"
    page = paul.post(decision, translation=draft, outcome="refused", reason="non")
    assert page.status_code == 422
    assert 'value="non"' in page.text
    assert 'href="#reason"' in page.text
    assert (
        paul.post(decision, translation=draft, outcome="refused", reason="hors-bord oubliés").status_code
        == 303
    )
    assert "Draft refused by Paul" in _plain(paul.get(f"/translations/{received}/s1"))


def test_an_empty_translation_is_refused_with_the_choice_kept(desk: Any, received: str) -> None:
    page = desk().post(f"/translations/{received}/s1", text=" ", how="draft")
    assert page.status_code == 422
    assert 'href="#text"' in page.text
    assert re.search(r'value="draft" checked', page.text)


def test_nothing_of_a_record_that_is_not_open_to_the_asker_can_be_translated(
    desk: Any, received: str
) -> None:
    erwan = desk("Erwan", role="watch_keeper")
    assert received not in erwan.get("/translations").text
    assert erwan.get(f"/translations/{received}").status_code == 404
    assert erwan.post(f"/translations/{received}/s1", text=FRENCH, how="final").status_code == 404
    assert desk().get(f"/translations/{received}/s9").status_code == 404
