"""Records on a page: the list opens nothing, the original is always there, and each deed has its reason."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select, update

from entente.model.grading import Grade
from entente.model.report import Designation, Draft, RecordRef, Translation, Wording
from entente.node import Node
from entente.store import tables

ENGLISH = "the smuggling of migrants: a van with <six> engines left before first light"
FRENCH = "le trafic illicite de migrants : un fourgon et six moteurs, parti avant l’aube"


def plain(page: Any) -> str:
    """The words of a page's own part, without its list."""
    main = page.text.partition('class="list-detail__detail')[2] or page.text
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main)))


def originals(page: Any) -> list[tuple[str, str]]:
    """(language, words) of every original on a page, as they stand in it."""
    found = re.findall(
        r'<blockquote class="[^"]*original-words" lang="(\w+)"[^>]*>(.*?)</blockquote>', page.text, re.S
    )
    return [(language, html.unescape(words)) for language, words in found]


def consultations(node: Node) -> int:
    """How many readings the register holds."""
    counted = select(func.count()).select_from(tables.register).where(tables.register.c.act == "consultation")
    return int(node.store.rows(counted)[0][0])


@pytest.fixture
def from_dover(shores: Any, report: Any, statement: Any, person: Any, at_work: Any) -> Callable[..., str]:
    def sent(reference: str = "UK-7", **changes: Any) -> str:
        said = statement(
            wording=Wording(language="en", text=ENGLISH),
            grade=Grade("3x5x2", "1", "B"),
            entities=(person("07700 900417", "GB", "سۆران دلیرزاد"),),
        )
        values = {"statements": (said,), "recipients": ("lille/FR-OLTIM",)} | changes
        row = shores.dover.record(report("UK-NCA", reference, **values), at_work(shores.dover, "Jane"))
        shores.carry()
        record: str = row.header.id
        return record

    return sent


@pytest.fixture
def desk(shores: Any, desks: Callable[..., Any]) -> Callable[..., Any]:
    def sit(officer: str = "Marie", language: str = "fr", **options: Any) -> Any:
        return desks(shores.lille, officer, language=language, **options)

    return sit


# -- FACT-6 -----------------------------------------------------------------------------------------------------------


def test_FACT_6_the_original_stands_beside_whatever_was_made_of_it(
    shores: Any, desk: Any, from_dover: Any, at_work: Any
) -> None:
    record, marie = from_dover(), desk()
    page = marie.get(f"/reports/{record}")
    assert originals(page) == [("en", ENGLISH)]
    assert "En attente de traduction" in page.text
    access = at_work(shores.lille, "Marie")
    draft = shores.lille.translate(access, record, "s1", "fr", FRENCH, draft=True)
    page = marie.get(f"/reports/{record}")
    assert originals(page) == [("en", ENGLISH)]
    assert FRENCH in plain(page)
    assert "Ébauche non relue" in plain(page)
    shores.lille.decide_translation(at_work(shores.lille, "Odile"), draft, "approved")
    page = marie.get(f"/reports/{record}")
    assert originals(page) == [("en", ENGLISH)]
    assert FRENCH in plain(page)
    assert "Traduit par Marie" in plain(page)
    assert "En attente de traduction" not in page.text
    # And in the store, word for word: a translation is an act of its own and replaces nothing.
    reading = shores.lille.read(access, record)
    assert any(ENGLISH.encode() in stored.part.content for stored in reading.parts)
    english = desk(language="en").get(f"/reports/{record}")
    assert originals(english) == [("en", ENGLISH)]


def test_FACT_6_a_machine_s_words_that_came_with_a_record_are_marked_and_wait_for_a_person(
    desk: Any, from_dover: Any, statement: Any
) -> None:
    made = Translation(language="fr", text=FRENCH, by="machine")
    said = statement(wording=Wording(language="en", text=ENGLISH, translations=(made,)))
    page = desk().get(f"/reports/{from_dover(statements=(said,))}")
    assert originals(page) == [("en", ENGLISH)]
    assert "Traduction jointe par l’émetteur, d’une machine" in plain(page)


def test_words_that_wait_are_helped_by_the_terms_of_the_trade(desk: Any, from_dover: Any) -> None:
    page = desk().get(f"/reports/{from_dover()}")
    assert "trafic illicite de migrants" in plain(page)
    assert "Aide de vocabulaire, pas une traduction" in plain(page)
    assert re.search(r'href="/translations/[\w-]+/s1"', page.text)


# -- reading ----------------------------------------------------------------------------------------------------------


def test_the_list_opens_nothing_and_a_record_is_opened_once_it_is_read(
    shores: Any, desk: Any, from_dover: Any
) -> None:
    record, marie = from_dover(), desk()
    before = consultations(shores.lille)
    listed = marie.get("/reports")
    assert "UK-7" in listed.text
    assert ENGLISH[:20] not in listed.text
    assert consultations(shores.lille) == before
    marie.get(f"/reports/{record}")
    assert consultations(shores.lille) > before
    assert marie.get("/reports").text.count("line--seen") == listed.text.count("line--seen") + 1
    shores.carry()
    assert [step for _, step, _ in shores.dover.exchange.steps([record])[record]] == ["seen"]


def test_a_list_holds_what_was_asked_for_and_what_its_reader_may_know(
    shores: Any, desk: Any, from_dover: Any, report: Any, at_work: Any
) -> None:
    from_dover()
    shores.lille.record(report(reference="FR-77"), at_work(shores.lille, "Marie"))
    marie, paul = desk(), desk("Paul")
    assert {"UK-7", "FR-77"} <= set(re.findall(r"<bdi>([^<]+)</bdi></a>", marie.get("/reports").text))
    assert "FR-77" not in marie.get("/reports?show=received").text
    assert "UK-7" not in marie.get("/reports?show=own").text
    assert "UK-7" not in marie.get("/reports?kind=sighting").text
    assert "UK-7" not in paul.get("/reports").text
    assert "<html" not in marie.get("/reports", **{"HX-Request": "true"}).text


def test_a_record_says_its_grade_in_the_reader_s_scheme_and_as_it_was_given(
    desk: Any, from_dover: Any
) -> None:
    words = plain(desk().get(f"/reports/{from_dover()}"))
    assert "B2 (échelle Amirauté)" in words
    assert "1B (échelle 3x5x2)" in words
    assert "déduite" in words
    assert "Signature de l’émetteur vérifiée" in words
    assert "Règles britanniques" in words
    assert "pas d’usage judiciaire sans accord de l’émetteur" in words


def test_a_record_that_does_not_fit_its_signature_says_so_in_red_letters(
    shores: Any, desk: Any, from_dover: Any
) -> None:
    record, other, marie = from_dover(), from_dover("UK-9"), desk()
    rows = shores.lille.store.current([record, other])
    with shores.lille.store._ledger.begin() as ledger:
        # As if somebody with the disk in their hands had put one record under another's signature.
        ledger.execute(
            update(tables.record).where(tables.record.c.id == record).values(seq=rows[other].seq, place=9)
        )
    page = marie.get(f"/reports/{record}")
    assert "La signature ne correspond pas" in plain(page)
    assert "Signature de l’émetteur vérifiée" not in plain(page)


def test_what_stays_with_the_originator_is_said_to_stay(desk: Any, from_dover: Any) -> None:
    assert "Un élément reste chez l’émetteur" in plain(desk().get(f"/reports/{from_dover()}"))


def test_names_of_the_other_direction_stand_apart(desk: Any, from_dover: Any) -> None:
    assert "<bdi>سۆران دلیرزاد</bdi>" in desk().get(f"/reports/{from_dover()}").text


def test_conditions_are_accepted_before_a_word_is_shown(shores: Any, desk: Any, from_dover: Any) -> None:
    record = from_dover(handling=("H3",), conditions="nur nach Rücksprache <1>")
    marie = desk()
    page = marie.get(f"/reports/{record}")
    assert "nur nach Rücksprache &lt;1&gt;" in page.text
    assert ENGLISH[:20] not in page.text
    assert marie.post(f"/reports/{record}/conditions").status_code == 303
    assert originals(marie.get(f"/reports/{record}")) == [("en", ENGLISH)]
    assert ENGLISH[:20] not in desk("Odile").get(f"/reports/{record}").text


def test_a_record_for_another_is_no_record(desk: Any, from_dover: Any) -> None:
    assert desk("Paul").get(f"/reports/{from_dover()}").status_code == 404
    assert desk("Paul").get("/reports/no-such-record").status_code == 404


def test_a_raw_distress_is_shown_as_it_came_and_marked(
    shores: Any, desks: Callable[..., Any], at_work: Any
) -> None:
    row = shores.dover.distress(b"MAYDAY 32 people <sinking> 51.0 1.4", at_work(shores.dover, "Claire"))
    shores.carry()
    watch = desks(shores.lille, "Erwan", "watch_keeper", language="fr")
    page = watch.get(f"/reports/{row.header.id}")
    assert "MAYDAY 32 people &lt;sinking&gt; 51.0 1.4" in page.text
    assert "Brut" in page.text
    assert "Vie en danger" in page.text


# -- doing ------------------------------------------------------------------------------------------------------------


def test_an_older_version_is_still_read_and_says_that_it_is_older(
    shores: Any, desk: Any, report: Any, statement: Any, at_work: Any
) -> None:
    access = at_work(shores.lille, "Marie")
    first = shores.lille.record(report(reference="FR-5"), access)
    said = (statement(wording=Wording(language="fr", text="la seconde fois")),)
    shores.lille.record(report(reference="FR-5", statements=said, replaces=first.header.id), access)
    marie = desk()
    assert originals(marie.get(f"/reports/{first.header.id}")) == [("fr", "la seconde fois")]
    old = marie.get(f"/reports/{first.header.id}?version=1")
    assert originals(old) == [("fr", "ligne relevée sur la plage")]
    assert "Une version plus récente remplace celle-ci" in plain(old)
    assert "/erase" not in old.text


@pytest.mark.parametrize("act", ["recall", "erase"])
def test_what_is_taken_back_goes_from_the_other_shore_and_asks_for_a_reason(
    shores: Any, desk: Any, report: Any, at_work: Any, act: str
) -> None:
    row = shores.lille.record(
        report(handling=("H3",), conditions="ne pas citer"), at_work(shores.lille, "Marie")
    )
    shores.carry()
    marie, record = desk(), row.header.id
    refused = marie.post(f"/reports/{record}/{act}", reason="x")
    assert refused.status_code == 422
    assert "error-summary" in refused.text
    assert marie.post(f"/reports/{record}/{act}", reason="étrangère aux faits").status_code == 303
    shores.carry()
    assert (
        shores.dover.store.current([record])[record].state == {"recall": "recalled", "erase": "erased"}[act]
    )


def test_only_its_own_service_takes_a_record_back(shores: Any, desk: Any, from_dover: Any) -> None:
    record, marie = from_dover(), desk()
    assert f"/reports/{record}/erase" not in marie.get(f"/reports/{record}").text
    assert marie.post(f"/reports/{record}/erase", reason="pas la nôtre").status_code == 404
    assert shores.dover.store.current([record])[record].state == "held"


@pytest.mark.parametrize("handling", [("H1",), ("H3",)])
def test_a_release_is_foreseen_then_done_and_what_was_foreseen_arrives(
    shores: Any, desk: Any, report: Any, at_work: Any, handling: tuple[str, ...]
) -> None:
    conditions = "ne pas citer" if handling == ("H3",) else None
    row = shores.lille.record(
        report(recipients=(), handling=handling, conditions=conditions), at_work(shores.lille, "Marie")
    )
    marie, record = desk(), row.header.id
    assert marie.post(f"/reports/{record}/release", reason="utile").status_code == 422
    seen = marie.post(f"/reports/{record}/release", reason="utile à la NCA", recipients="dover/UK-NCA")
    told = set(re.findall(r'data-part="([^"]+)"', seen.text))
    shores.carry()
    assert shores.dover.store.current([record]) == {}
    done = marie.post(
        f"/reports/{record}/release", reason="utile à la NCA", recipients="dover/UK-NCA", step="send"
    )
    assert done.status_code == 303
    shores.carry()
    there = shores.dover.store.current([record])
    parts = shores.dover.store.stored_parts(list(there.values()), shores.dover.store._vault.opens())
    assert {one.part.name for one in parts[record, 1]} == told
    assert there[record].audience == ("UK-NCA",)


def test_who_acted_on_a_record_says_so_once_and_its_sender_hears_the_step_alone(
    shores: Any, desk: Any, from_dover: Any
) -> None:
    record, marie = from_dover(), desk()
    done = marie.post(f"/reports/{record}/acted", words="patrouille envoyée à l’aube")
    assert done.status_code == 303
    shores.carry()
    assert [step for _, step, _ in shores.dover.exchange.steps([record])[record]] == ["acted_on"]
    assert "patrouille envoyée à l’aube" in plain(marie.get(f"/reports/{record}"))
    assert "Votre service y a donné suite" in plain(marie.get(f"/reports/{record}"))


def test_a_person_of_a_record_stands_as_officers_designated_them_in_this_matter(
    shores: Any, desk: Any, from_dover: Any, at_work: Any, report: Any
) -> None:
    row = shores.lille.record(report(reference="FR-6"), at_work(shores.lille, "Marie"))
    marie = desk()
    assert "/proposals/new?record=" in marie.get(f"/reports/{row.header.id}").text
    shores.lille.record(
        Draft(
            kind="designation",
            service="FR-OLTIM",
            purpose="intelligence",
            matter="OYAT",
            regime="smuggling",
            handling=("H1",),
            designation=Designation(
                about=RecordRef(row.header.id, "e1"),
                matter="OYAT",
                category="suspect",
                reason="deux constats",
                basis_statement="s1",
                officer="Marie",
                approver="Odile",
            ),
        ),
        at_work(shores.lille, "Marie"),
    )
    shores.carry()
    assert "qualité : mis en cause" in plain(marie.get(f"/reports/{row.header.id}")).replace("\u00a0", " ")
    assert "par désignation, dans cette affaire" in plain(marie.get(f"/reports/{row.header.id}"))
