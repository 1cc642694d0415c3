"""The pages of the plan: entered, changed over what was seen, claimed, countersigned, decided between."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from entente.store import tables

Desks = Callable[..., Any]


@pytest.fixture
def both(shores: Any, desks: Desks) -> Any:
    """Zoé at the Zone prefecture in French, Leonard at the Home Office in English."""
    zoe = desks(shores.lille, "Zoé", "coordinator", "fr")
    leonard = desks(shores.dover, "Leonard", "coordinator", "en")
    return zoe, leonard


def entered(desk: Any, kind: str, **fields: Any) -> str:
    """An item entered by its form; its id."""
    page = desk.get(f"/plan/new/{kind}" + (f"?under={fields['under']}" if fields.get("under") else ""))
    assert page.status_code == 200, page.text
    answer = desk.post(f"/plan/new/{kind}", key=hidden(page.text, "key"), **fields)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"].rsplit("/", 1)[1])


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found[1]


def all_hidden(page: str, name: str) -> list[str]:
    return list(dict.fromkeys(re.findall(rf'name="{name}" value="([^"]*)"', page)))


def changed(desk: Any, item: str, field: str, page: str | None = None, **values: Any) -> Any:
    """A field given a value by its form; page: the form as it was read before."""
    page = page or desk.get(f"/plan/items/{item}/edit/{field}").text
    return desk.post(
        f"/plan/items/{item}/edit/{field}", key=hidden(page, "key"), over=all_hidden(page, "over"), **values
    )


def said(desk: Any, item: str, deed: str, **values: Any) -> Any:
    page = desk.get(f"/plan/items/{item}").text
    values.setdefault("over", all_hidden(page, "over"))
    values.setdefault("seen", all_hidden(page, "seen"))
    return desk.post(f"/plan/items/{item}/{deed}", key=hidden(page, "key"), **values)


def measure(shores: Any, zoe: Any, leonard: Any) -> str:
    """A measure that both own."""
    item = entered(zoe, "measure", title_fr="Former les patrouilles", due="2031-11-30", owner="FR-PAF")
    shores.carry()
    assert changed(leonard, item, "owner_UK", owner="UK-IE", alternates=["UK-NCA"]).status_code == 303
    shores.carry()
    return item


# -- entering -------------------------------------------------------------------------------------------------------


def test_a_measure_entered_in_french_stands_on_both_pages_and_asks_for_its_english(
    shores: Any, both: Any
) -> None:
    zoe, leonard = both
    item = entered(zoe, "measure", title_fr="Former les patrouilles", due="2031-11-30", owner="FR-PAF")
    shores.carry()
    here, there = zoe.get("/plan").text, leonard.get("/plan").text
    assert "Former les patrouilles" in here
    assert "non convenue" in here
    assert "[to be translated] Former les patrouilles" in there
    assert "not agreed" in there
    page = leonard.get(f"/plan/items/{item}").text
    assert "Write the English wording." in page
    assert "Name the owner for the British party." in page


def test_a_form_sent_twice_enters_one_measure(shores: Any, both: Any) -> None:
    zoe, _ = both
    key = hidden(zoe.get("/plan/new/measure").text, "key")
    first, second = (zoe.post("/plan/new/measure", key=key, title_fr="Une fois") for _ in range(2))
    assert first.headers["location"] == second.headers["location"]
    assert zoe.get("/plan").text.count("/plan/items/") == 1


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [
        ({"title_fr": "", "title_en": "", "due": "2031-11-30"}, "Dites au moins de quoi il s’agit"),
        ({"title_fr": "Bien", "due": "30 novembre"}, "n’est pas un jour"),
        ({"title_fr": "Bien", "owner": "NOBODY"}, "n’est pas un service de cette partie"),
        ({"title_fr": "x" * 2_001}, "dépasse"),
    ],
)
def test_a_form_that_is_refused_comes_back_with_all_that_was_typed(
    shores: Any, both: Any, typed: dict[str, str], refusal: str
) -> None:
    zoe, _ = both
    sent = {"title_en": "Kept words", **typed}
    answer = zoe.post("/plan/new/measure", **sent)
    assert answer.status_code == 422
    assert refusal in answer.text
    assert all(sent[name] in answer.text for name in sent if name != "owner")
    assert "Le plan est encore vide" in zoe.get("/plan").text


def test_what_belongs_nowhere_has_no_form(both: Any) -> None:
    zoe, _ = both
    item = entered(zoe, "measure", title_fr="Former")
    assert zoe.get(f"/plan/new/meeting?under={item}").status_code == 404
    assert zoe.get("/plan/new/secret").status_code == 404
    assert zoe.post("/plan/new/secret", title_fr="Rien").status_code == 404


# -- changing -------------------------------------------------------------------------------------------------------


def test_two_who_change_one_title_unseen_find_both_and_one_of_them_decides(shores: Any, both: Any) -> None:
    zoe, leonard = both
    item = measure(shores, zoe, leonard)
    read_here = zoe.get(f"/plan/items/{item}/edit/title").text
    read_there = leonard.get(f"/plan/items/{item}/edit/title").text
    assert changed(zoe, item, "title", read_here, title_fr="Former à la nuit").status_code == 303
    assert changed(leonard, item, "title", read_there, title_en="Train at night").status_code == 303
    shores.carry()
    for desk, words in ((zoe, "deux versions s’opposent"), (leonard, "two versions conflict")):
        page = desk.get(f"/plan/items/{item}").text
        assert words in page
        assert "Former à la nuit" in page
        assert "Train at night" in page
    form = zoe.get(f"/plan/items/{item}/edit/title").text
    keep = all_hidden(form, "keep")
    assert len(keep) == 2
    assert sorted(all_hidden(form, "over")) == sorted(keep)
    assert changed(zoe, item, "title", form, keep=keep[0], words="La plus claire.").status_code == 303
    shores.carry()
    for desk in both:
        assert "plan-versions" not in desk.get(f"/plan/items/{item}/edit/title").text


def test_an_edit_made_while_a_form_lay_open_is_not_replaced_unseen(shores: Any, both: Any) -> None:
    zoe, leonard = both
    item = measure(shores, zoe, leonard)
    open_form = leonard.get(f"/plan/items/{item}/edit/title").text
    assert changed(zoe, item, "title", title_fr="Autre titre", title_en="Another title").status_code == 303
    shores.carry()
    assert changed(leonard, item, "title", open_form, title_en="Mine").status_code == 303
    page = leonard.get(f"/plan/items/{item}").text
    assert "Another title" in page
    assert "Mine" in page
    assert "two versions conflict" in page


def test_a_term_moves_with_a_reason_and_its_old_day_stays_beside_it(shores: Any, both: Any) -> None:
    zoe, leonard = both
    item = measure(shores, zoe, leonard)
    refused = changed(zoe, item, "due", due="2031-12-31")
    assert refused.status_code == 422
    assert "sans motif" in refused.text
    assert "2031-12-31" in refused.text
    assert changed(zoe, item, "due", due="2031-12-31", words="Le marché a glissé.").status_code == 303
    page = zoe.get(f"/plan/items/{item}").text
    assert "31 décembre 2031" in page
    assert "<s>30 novembre 2031</s>" in page
    assert "Le marché a glissé." in page


def test_nobody_names_the_owner_of_the_other_party(shores: Any, both: Any) -> None:
    zoe, leonard = both
    item = measure(shores, zoe, leonard)
    assert f"/plan/items/{item}/edit/owner_UK" not in zoe.get(f"/plan/items/{item}").text
    answer = changed(zoe, item, "owner_UK", owner="FR-PAF")
    assert answer.status_code == 403
    assert "Chaque partie désigne son propre responsable" in answer.text


@pytest.mark.parametrize("field", ["held_on", "nonsense"])
def test_what_is_not_said_of_a_measure_has_no_form(shores: Any, both: Any, field: str) -> None:
    zoe, _ = both
    item = entered(zoe, "measure", title_fr="Former")
    assert zoe.get(f"/plan/items/{item}/edit/{field}").status_code == 404


# -- done -----------------------------------------------------------------------------------------------------------


def test_done_needs_evidence_and_the_other_sides_countersignature(shores: Any, both: Any) -> None:
    zoe, leonard = both
    item = measure(shores, zoe, leonard)
    without = said(zoe, item, "done")
    assert without.status_code == 422
    assert "Dites ce que la pièce montre" in without.text
    assert (
        said(zoe, item, "done", evidence_fr="40 patrouilles formées", reference="PAF 31-77").status_code
        == 303
    )
    shores.carry()
    here, there = zoe.get(f"/plan/items/{item}").text, leonard.get(f"/plan/items/{item}").text
    assert "tag--confirmed" not in here
    assert "/countersign" not in here
    assert "40 patrouilles formées" in there
    assert "PAF 31-77" in there
    assert "/countersign" in there
    assert said(leonard, item, "countersign", claim=hidden(there, "claim")).status_code == 303
    shores.carry()
    for desk, words in ((zoe, "réalisée, contresignée"), (leonard, "done, countersigned")):
        assert words in desk.get(f"/plan/items/{item}").text


def test_a_done_is_reopened_with_a_reason_and_evidence_withdrawn_with_one(shores: Any, both: Any) -> None:
    zoe, leonard = both
    item = measure(shores, zoe, leonard)
    said(zoe, item, "done", evidence_fr="40 patrouilles formées")
    shores.carry()
    there = leonard.get(f"/plan/items/{item}").text
    assert said(leonard, item, "reopen", claim=hidden(there, "claim"), words="").status_code == 422
    reason = "Only half of them were trained."
    assert said(leonard, item, "reopen", claim=hidden(there, "claim"), words=reason).status_code == 303
    shores.carry()
    page = zoe.get(f"/plan/items/{item}").text
    assert reason in page
    assert "tag--confirmed" not in page
    evidence = hidden(page, "evidence")
    assert said(zoe, item, "withdraw", evidence=evidence, words="La liste était fausse.").status_code == 303
    assert "retirée" in zoe.get(f"/plan/items/{item}").text


def test_a_status_is_said_and_at_risk_says_why(shores: Any, both: Any) -> None:
    zoe, leonard = both
    item = measure(shores, zoe, leonard)
    assert said(zoe, item, "status", status="at_risk").status_code == 422
    assert said(zoe, item, "status", status="at_risk", words="Sans budget.").status_code == 303
    assert said(zoe, item, "status", status="finished").status_code == 422
    assert "à risque" in zoe.get("/plan").text
    assert zoe.post(f"/plan/items/{item}/forget").status_code == 404


# -- a meeting ------------------------------------------------------------------------------------------------------


def test_minutes_stand_side_by_side_and_a_decision_is_signed_by_both(shores: Any, both: Any) -> None:
    zoe, leonard = both
    meeting = entered(zoe, "meeting", title_fr="Comité", title_en="Committee", held_on="2031-09-10")
    point = entered(zoe, "agenda_point", under=meeting, title_fr="Patrouilles", title_en="Patrols")
    point = re.findall(r'under=([^"]+)"', zoe.get(f"/plan/items/{meeting}").text)[0]
    assert point
    entered(zoe, "sentence", under=point, text_fr="La France a exposé.", text_en="France reported.")
    entered(zoe, "decision", under=point, text_fr="Former à la nuit.", text_en="Train for the night.")
    shores.carry()
    page = leonard.get(f"/plan/items/{meeting}").text
    for words in ("La France a exposé.", "France reported.", "Former à la nuit.", "not signed"):
        assert words in page
    decision = re.findall(r'id="e-([^"]+)"', page)[1]
    for desk in (zoe, leonard):
        text = hidden(desk.get(f"/plan/items/{decision}").text, "text")
        assert said(desk, decision, "sign", text=text).status_code == 303
        shores.carry()
    assert "signée par les deux" in zoe.get(f"/plan/items/{meeting}").text
    register = leonard.get("/plan/meetings").text
    assert "Train for the night." in register
    assert "both parties" in register
    text = hidden(leonard.get(f"/plan/items/{decision}").text, "texts")
    why = "“For” is not “à”."
    assert said(leonard, decision, "diverge", texts=text, words=why).status_code == 303
    assert "les deux langues divergent" not in zoe.get(f"/plan/items/{meeting}").text
    shores.carry()
    assert "les deux langues divergent" in zoe.get(f"/plan/items/{meeting}").text
    assert "signée par les deux" not in zoe.get(f"/plan/items/{meeting}").text


# -- registers ------------------------------------------------------------------------------------------------------


def test_an_indicator_shows_its_course_and_no_small_number(shores: Any, both: Any) -> None:
    zoe, leonard = both
    item = measure(shores, zoe, leonard)
    entered(zoe, "indicator", under=item, title_fr="Réponses", title_en="Answers", unit_fr="réponses")
    indicator = re.findall(
        r'/plan/items/([^"/]+)">[^<]*<bdi[^>]*>Réponses', zoe.get("/plan/indicators").text
    )[0]
    ways = {"source_fr": "Registre", "quality_fr": "Complet", "is_count": "yes"}
    for month, value in (("07", "40"), ("08", "3"), ("09", "44,5")):
        answer = said(
            zoe, indicator, "value", value=value, starts=f"2031-{month}-01", ends=f"2031-{month}-30", **ways
        )
        assert answer.status_code == 303, answer.text
    page = zoe.get(f"/plan/items/{indicator}").text
    assert "44,5" in page
    assert "non montrée (petit nombre)" in page
    assert "plan-plot" in page
    bad = said(zoe, indicator, "value", value="many", starts="2031-07-01", ends="2031-07-31", **ways)
    assert bad.status_code == 422
    assert "n’est pas un nombre" in bad.text
    nameless = said(zoe, indicator, "value", value="7", starts="2031-07-01", ends="2031-07-31")
    assert nameless.status_code == 422
    assert "source" in nameless.text


def test_an_indicator_is_fed_from_the_nodes_own_counts_and_a_small_number_is_refused(
    shores: Any, both: Any
) -> None:
    zoe, leonard = both
    item = measure(shores, zoe, leonard)
    entered(zoe, "indicator", under=item, title_fr="Fiches cotées", title_en="Graded records")
    indicator = next(one.id for one in shores.lille.planning.plan().items if one.kind == "indicator")
    assert said(zoe, indicator, "count", count="nonsense").status_code == 422
    assert said(zoe, indicator, "count", count="graded").status_code == 303
    page = zoe.get(f"/plan/items/{indicator}").text
    assert "comptes du nœud" in page
    assert f"/plan/items/{indicator}/own" in page
    before = len(shores.lille.planning.said())
    for month, words in (("2031-08", "moins de cinq"), ("2031-09", "pas terminé"), ("août", "pas un mois")):
        refused = zoe.post(f"/plan/items/{indicator}/own", month=month)
        assert refused.status_code in (409, 422)
        assert words in refused.text
    assert len(shores.lille.planning.said()) == before
    assert zoe.post(f"/plan/items/{item}/own", month="2031-08").status_code == 404


def test_risks_come_by_weight_and_a_recommendation_names_what_answers_it(shores: Any, both: Any) -> None:
    zoe, leonard = both
    item = measure(shores, zoe, leonard)
    entered(zoe, "risk", title_fr="Léger", likelihood="1", impact="2")
    entered(zoe, "risk", title_fr="Lourd", likelihood="5", impact="4")
    page = zoe.get("/plan/risks").text
    assert page.index("Lourd") < page.index("Léger")
    assert ">20<" in page
    asked = entered(zoe, "recommendation", title_fr="Former mieux", source_fr="Enquête")
    assert "sans réponse" in zoe.get("/plan/recommendations").text
    assert changed(zoe, asked, "answered_by", answered_by=[item]).status_code == 303
    assert "sans réponse" not in zoe.get("/plan/recommendations").text
    assert "Former mieux" in zoe.get(f"/plan/items/{item}").text


def test_what_waits_for_my_service_stands_on_its_page_and_not_on_anothers(
    shores: Any, both: Any, desks: Desks
) -> None:
    zoe, leonard = both
    item = measure(shores, zoe, leonard)
    said(zoe, item, "done", evidence_fr="Fait")
    shores.carry()
    assert "Claimed done by the other side" in leonard.get("/plan/mine").text
    assert "Déclarée réalisée par l’autre partie" not in zoe.get("/plan/mine").text


def test_what_waits_for_my_service_is_counted_on_the_first_page_and_opens_no_plan(
    shores: Any, both: Any, desks: Desks
) -> None:
    zoe, leonard = both
    assert "/plan/mine" not in leonard.get("/").text
    entered(zoe, "measure", title_fr="À traduire", title_en="To own")
    shores.carry()
    page = leonard.get("/").text
    assert "1 thing waits for my service" in page
    assert "To own" not in page
    watch = desks(shores.dover, "Claire", "watch_keeper")
    assert "/plan/mine" not in watch.get("/").text


def test_the_glance_orders_and_filters_without_losing_a_measure(shores: Any, both: Any) -> None:
    zoe, _leonard = both
    workshop = entered(zoe, "workshop", title_fr="Atelier un", title_en="Workshop one")
    entered(zoe, "measure", title_fr="En retard", due="2031-01-01", under=workshop)
    entered(zoe, "measure", title_fr="À temps", due="2039-01-01")
    for query in ("", "?by=workshop", "?by=party", "?by=nonsense"):
        page = zoe.get(f"/plan{query}").text
        assert "En retard</bdi>" in page, query
        assert "À temps</bdi>" in page, query
    assert "Atelier un" in zoe.get("/plan?by=workshop").text
    assert "En retard</bdi>" in zoe.get("/plan?move=UK").text


def test_a_role_without_the_plan_sees_nothing_of_it(shores: Any, both: Any, desks: Desks) -> None:
    zoe, _ = both
    item = entered(zoe, "measure", title_fr="Secret du comité")
    keeper = desks(shores.lille, "DPO", "data_protection_officer")
    for path in ("/plan", f"/plan/items/{item}", "/plan/mine", "/plan/risks"):
        answer = keeper.get(path)
        assert answer.status_code in (403, 404)
        assert "Secret du comité" not in answer.text


# -- on paper -------------------------------------------------------------------------------------------------------


def test_the_pack_of_a_meeting_and_the_status_are_papers_and_what_leaves_is_registered(
    shores: Any, both: Any
) -> None:
    zoe, _ = both
    meeting = entered(zoe, "meeting", title_fr="Comité", title_en="Committee")
    for path in (f"/plan/meetings/{meeting}/pack.pdf", "/plan/status.pdf"):
        before = taken_away(shores.lille)
        answer = zoe.get(path)
        assert answer.headers["content-type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF-")
        assert taken_away(shores.lille) == before + 1
    item = entered(zoe, "measure", title_fr="Former")
    assert zoe.get(f"/plan/meetings/{item}/pack.pdf").status_code == 404


def taken_away(node: Any) -> int:
    acts = [row.act for row in node.store.rows(select(tables.register.c.act))]
    return acts.count("disclosure")
