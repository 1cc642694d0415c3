"""A secret that would save a boat, over the application: given in one act, without source, and looked at afterwards."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from entente.model.place import Position
from entente.model.report import Draft
from entente.model.sighting import PersonsOnBoard, Sighting


def given(shores: Any, node: str) -> list[Any]:
    return list(shores.node(node).maritime.table().reports)


def test_pur_7_a_judicial_record_gives_place_time_count_and_phone_and_nothing_else_in_one_act(
    shores: Any,
    desks: Callable[..., Any],
    report: Callable[..., Draft],
    statement: Callable[..., Any],
    at_work: Callable[..., Any],
) -> None:
    odile = desks(shores.lille, "Odile", "judicial_keeper")
    seen = Sighting(position=Position(latitude=50.9, longitude=1.6), persons_on_board=PersonsOnBoard(40, 50))
    secret = report(
        compartment="judicial",
        purpose="investigation",
        reference="PV 2031/118",
        statements=(statement(sighting=seen),),
        recipients=(),
    )
    access = at_work(shores.lille, "Odile", role="judicial_keeper")
    row = shores.lille.record(secret, access)
    record = odile.get(f"/reports/{row.header.id}").text
    assert f'href="/secret?record={row.header.id}"' in record
    page = odile.get(f"/secret?record={row.header.id}").text
    assert "50°54.000′N 001°36.000′E" in page
    assert 'value="40-50"' in page
    assert "within 24 hours" in page
    done = odile.post(
        "/secret", where="50.9, 1.6", persons="40-50", phone="0639980505", when="10 min", why="écoute"
    )
    assert done.status_code == 303
    assert "Rescue at sea has it" in odile.get("/secret/given").text
    shores.carry()
    for node in ("lille", "dover"):
        (seen_there,) = given(shores, node)
        assert seen_there.seen.callers == ("0639980505",)
        assert seen_there.seen.persons_on_board == PersonsOnBoard(40, 50)
        assert seen_there.by == "FR-PREMAR"
        said = repr(seen_there)
        assert not re.search(r"Odile|OLTIM|PV 2031|écoute|OYAT", said)


def test_4e_2_what_was_given_is_looked_at_by_the_data_protection_officer_and_by_nobody_else(
    shores: Any, desks: Callable[..., Any]
) -> None:
    marie = desks(shores.lille, "Marie")
    assert marie.get("/secret/reviews").status_code == 403
    marie.post("/secret", where="au large de Wissant", why="un informateur l’a dit")
    officer = desks(shores.lille, "DPO", "data_protection_officer")
    page = officer.get("/secret/reviews").text
    assert "un informateur l’a dit" in page
    assert "Marie" in page
    review = re.search(r'action="/secret/reviews/([^"]+)"', page)
    assert review
    path = f"/secret/reviews/{review[1]}"
    undecided = officer.post(path, words="assez clair")
    assert undecided.status_code == 422
    assert "assez clair" in undecided.text
    assert officer.post(path, outcome="upheld", words="une vie était en danger").status_code == 303
    after = officer.get("/secret/reviews").text
    assert "une vie était en danger" in after
    assert 'action="/secret/reviews/' not in after


def test_nothing_to_go_by_is_said_and_what_was_typed_stays(shores: Any, desks: Callable[..., Any]) -> None:
    marie = desks(shores.lille, "Marie")
    refused = marie.post("/secret", persons="une foule")
    assert refused.status_code == 422
    assert 'value="une foule"' in refused.text
    odd = marie.post("/secret", where="Wissant", when="tantôt", persons="30")
    assert odd.status_code == 422
    assert 'value="tantôt"' in odd.text
    assert 'value="30"' in odd.text
