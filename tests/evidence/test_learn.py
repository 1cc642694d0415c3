"""Figures are counted on pairs of known truth."""

from __future__ import annotations

import datetime as dt
from math import log2

import pytest

from entente.evidence.compare import Features, prepare
from entente.evidence.learn import learn
from entente.evidence.weigh import Frequencies, pinned_weights
from entente.model.entity import Entity
from entente.model.moment import PartialDate
from entente.model.name import Name
from entente.model.report import RecordRef

SAID = dt.date(2031, 9, 12)


def person(record: str, name: str, year: int) -> Features:
    entity = Entity(
        id="e", kind="person", category="not_yet_assessed", names=(Name(name),), birth=PartialDate(year, 6, 4)
    )
    return prepare(entity, RecordRef(record, "e"), SAID)


def test_figures_follow_how_often_an_outcome_is_met_in_either_column() -> None:
    same = [(person("a", "Ilir Gjokthana", 1997), person("b", "Ilir Gjokthana", 1997))] * 90
    slipped = [(person("a", "Ilir Gjokthana", 1997), person("b", "Ilir Gjokthana", 1957))] * 10
    others = [(person("a", "Ilir Gjokthana", 1997), person("b", "Paulette Vasquelin", 1948))] * 100
    figures = learn([*same, *slipped], others, Frequencies(), pinned_weights())
    assert figures["birth.same"] == pytest.approx(log2(0.9), abs=0.2)
    assert figures["birth.slip"] == pytest.approx(log2(10.5 / 0.5), abs=0.4)
    assert figures["birth.different"] == pytest.approx(log2(0.5 / 100.5), abs=0.4)
    assert figures["name.conflict"] < -5
    assert figures["name.exact"] == pytest.approx(0.0, abs=0.25)


def test_figures_carry_no_value_of_the_holding_they_were_learned_on() -> None:
    one, other = person("a", "Ilir Gjokthana", 1997), person("b", "Ilir Gjokthana", 1997)
    figures = learn(
        [(one, other)], [(one, person("c", "Paulette Vasquelin", 1948))], Frequencies(), pinned_weights()
    )
    assert set(figures) <= {
        f"{kind}.{outcome}"
        for kind in ("birth", "name")
        for outcome in ("same", "different", "exact", "conflict", "spelling", "slip", "initial")
    }
