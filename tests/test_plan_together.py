"""Acts on the plan in a row: all of them or none, checked as if one came after the other, and once under one cause."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from entente.errors import Conflict, Malformed, NotFound, NotPermitted
from entente.model.plan_act import (
    Bilingual,
    Countersigned,
    Edited,
    EvidenceGiven,
    Opened,
    Owners,
    PlanAct,
    Signed,
    StatusClaimed,
    Words,
)


@pytest.fixture
def zoe(shores: Any, at_work: Callable[..., Any]) -> Any:
    return at_work(shores.lille, "Zoé")


def opened(kind: Any = "measure", under: str = "") -> Opened:
    return Opened(officer="Zoé", kind=kind, under=under)


def title(item: str, words: str, over: tuple[str, ...] = ()) -> Edited:
    value = Words(text=Bilingual(words, words))
    return Edited(officer="Zoé", item=item, field="title", value=value, over=over)


SHEET: list[PlanAct] = [
    opened("workshop"),
    title("@0", "Prévention"),
    opened(under="@0"),
    title("@2", "Alerter les loueurs"),
    Edited(officer="Zoé", item="@2", field="owner_FR", value=Owners(owner="FR-PAF")),
    title("@2", "Alerter tous les loueurs", over=("@3",)),
    EvidenceGiven(officer="Zoé", item="@2", text=Bilingual("lettre", "letter"), reference="@0"),
    StatusClaimed(officer="Zoé", item="@2", status="done", evidence=("@6",), seen=("@4", "@5")),
]


def test_a_row_of_acts_stands_in_the_plan_of_both_shores_in_the_order_in_which_it_was_said(
    shores: Any, zoe: Any, at_work: Callable[..., Any]
) -> None:
    ids = shores.lille.say_together(zoe, SHEET)
    assert list(ids) == sorted(ids)
    shores.carry()
    leonard = at_work(shores.dover, "Leonard")
    assert shores.dover.plan(leonard) == shores.lille.plan(zoe)
    workshop, measure = shores.lille.plan(zoe).items
    assert (workshop.id, measure.id, measure.under) == (ids[0], ids[2], ids[0])
    current = measure.field("title")
    assert [held.value.text.fr for held in (*current.before, *current.current)] == [
        "Alerter les loueurs",
        "Alerter tous les loueurs",
    ]
    assert measure.evidence == (ids[6],)
    assert measure.claims[0].evidence == (ids[6],)
    # What people wrote is theirs, also where it looks like a place in the row.
    (given,) = [one.act for one in shores.lille.said_of_plan(zoe) if one.id == ids[6]]
    assert given.reference == "@0"


@pytest.mark.parametrize(
    ("act", "error"),
    [
        (opened(under="nothing"), NotFound),
        (title("nothing", "rien"), NotFound),
        (title("@1", "un texte n’est pas un élément"), NotFound),
        (title("@2", "rien", over=("nothing",)), NotFound),
        (title("@9", "vient après"), NotFound),
        (Countersigned(officer="Zoé", claim="@7"), NotPermitted),
        (Signed(officer="Zoé", decision="@2", text="@3"), Conflict),
        (StatusClaimed(officer="Zoé", item="@2", status="done"), Malformed),
        (Edited(officer="Zoé", item="@2", field="owner_UK", value=Owners(owner="UK-IE")), NotPermitted),
        (Opened(officer="Leonard", kind="measure"), NotPermitted),
    ],
)
def test_where_one_of_a_row_is_refused_none_is_recorded(
    shores: Any, zoe: Any, act: PlanAct, error: type[Exception]
) -> None:
    size = shores.lille.store.size
    with pytest.raises(error):
        shores.lille.say_together(zoe, [*SHEET, act])
    assert shores.lille.store.size == size
    assert shores.lille.plan(zoe).items == ()


def test_a_row_that_is_sent_again_is_recorded_once(shores: Any, zoe: Any) -> None:
    first = shores.lille.say_together(zoe, SHEET, "a sheet")
    size = shores.lille.store.size
    assert shores.lille.say_together(zoe, SHEET, "a sheet") == first
    assert shores.lille.store.size == size
    assert shores.lille.say_together(zoe, SHEET, "another sheet") != first


def test_a_row_is_said_by_who_owns_a_measure_and_by_nobody_else(
    shores: Any, at_work: Callable[..., Any]
) -> None:
    aude = at_work(shores.lille, "Aude")
    with pytest.raises(NotFound):
        shores.lille.say_together(aude, [Opened(officer="Aude", kind="measure")])
    assert shores.lille.planning.said() == ()
