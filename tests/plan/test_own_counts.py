"""A node's own count is a share or a median of a month, and is there only where nothing under five lies in it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from entente.errors import Malformed
from entente.model.plan_act import Bilingual, Edited, Number, Opened, ValueGiven, Words
from entente.plan.drawing import draw
from entente.plan.indicators import shown
from entente.plan.own_counts import (
    Case,
    already_given,
    count_of,
    known_count,
    known_indicators,
    month_of,
    own_count,
)
from entente.plan.values import PlanSaid

AT = dt.datetime(2031, 4, 2, 9, tzinfo=dt.UTC)
APRIL = dt.date(2031, 4, 17)


def cases(counting: int, others: int, at: dt.datetime = AT) -> list[Case]:
    made = [Case(at=at, counts=True, amount=float(number)) for number in range(counting)]
    return made + [Case(at=at, counts=False)] * others


def said(id: str, act: Any, party: str = "FR") -> PlanSaid:
    return PlanSaid(id=id, at=AT, by=f"{party}-X", party=party, act=act)


def test_pln_6_each_count_says_what_it_is_in_both_languages_and_gives_a_share_or_a_median() -> None:
    names = [one.name for one in known_indicators()]
    assert len(set(names)) == len(names) == 8
    for one in known_indicators():
        for text in (one.title, one.definition, one.unit, one.of, one.counted, one.note):
            assert text.fr.strip()
            assert text.en.strip()
    share = own_count("hits_followed_up", cases(9, 6), APRIL)
    assert (share.value, share.numerator, share.denominator) == (60.0, 9, 15)
    assert (share.starts, share.ends) == (dt.date(2031, 4, 1), dt.date(2031, 4, 30))
    assert "15 hits, of which 9 followed up" in share.quality.en
    assert "15 concordances, dont 9 suivies" in share.quality.fr
    # Of amounts 0 to 5 the middle; the six that were not answered are not in it.
    median = own_count("answers", cases(6, 6), APRIL)
    assert (median.value, median.denominator) == (2.5, 12)


def test_pln_6_only_the_month_is_counted() -> None:
    before = dt.datetime(2031, 3, 31, 23, 59, tzinfo=dt.UTC)
    both = [*cases(5, 5), *cases(40, 0, before)]
    assert own_count("graded", both, APRIL) == own_count("graded", cases(5, 5), APRIL)
    assert month_of(dt.date(2032, 2, 3)) == (dt.date(2032, 2, 1), dt.date(2032, 2, 29))
    with pytest.raises(Malformed):
        known_count("duplicates")


@given(st.integers(0, 12), st.integers(0, 12), st.sampled_from([one.name for one in known_indicators()]))
def test_jud_8_no_own_count_is_there_with_fewer_than_five_in_any_part(
    counting: int, others: int, name: Any
) -> None:
    found = own_count(name, cases(counting, others), APRIL)
    small = any(0 < part < 5 for part in (counting, others)) or counting + others < 5
    empty = known_count(name).is_median and counting == 0
    assert (found.value is None) == (small or empty)
    if found.value is None:
        assert (found.numerator, found.denominator) == (None, None)
        # Nor does the note say what the figure does not.
        assert not any(sign.isdigit() for sign in found.quality.fr + found.quality.en)


def test_an_indicator_is_fed_from_the_count_that_its_source_names_and_from_none_while_two_stand() -> None:
    graded, hits = known_count("graded").source, known_count("hits_followed_up").source

    def source(id: str, text: Bilingual) -> PlanSaid:
        return said(id, Edited(officer="M", item="i", field="source", value=Words(text=text)))

    opened = said("i", Opened(officer="M", kind="indicator"))
    fed = draw([opened, source("a", graded)]).item("i")
    assert fed is not None
    assert count_of(fed) == known_count("graded")
    for acts in ([], [source("a", graded), source("b", hits)], [source("a", Bilingual("main", "hand"))]):
        item = draw([opened, *acts]).item("i")
        assert item is not None
        assert count_of(item) is None


def test_jud_8_one_month_is_given_once_by_each_shore_whatever_indicator_it_was_given_for() -> None:
    graded = known_count("graded")
    act = ValueGiven(
        officer="M",
        indicator="elsewhere",
        value=80,
        starts=dt.date(2031, 4, 10),
        ends=dt.date(2031, 5, 9),
        source=graded.source,
        quality=graded.source,
        is_count=False,
    )
    acts = [said("v", act)]
    for month in (4, 5):
        assert already_given(acts, graded, "FR", dt.date(2031, month, 1)) == acts[0]
    assert already_given(acts, graded, "FR", dt.date(2031, 6, 1)) is None
    assert already_given(acts, graded, "UK", APRIL) is None
    assert already_given(acts, known_count("answers"), "FR", APRIL) is None


def test_pln_2_an_indicator_says_what_it_measures_and_a_value_that_was_given_stays() -> None:
    note = Bilingual("registre", "register")
    says: dict[Any, Any] = {
        "definition": Words(text=note),
        "unit": Words(text=Bilingual("heures", "hours")),
        "baseline": Number(number=52),
        "target": Number(number=24),
        "period": Words(text=Bilingual("le mois", "the month")),
        "source": Words(text=note),
    }
    edits = [
        said(field, Edited(officer="M", item="i", field=field, value=value)) for field, value in says.items()
    ]
    drawn = draw([said("i", Opened(officer="M", kind="indicator")), *edits]).item("i")
    assert drawn is not None
    assert {field.field: field.current[0].value for field in drawn.fields} == says
    # A value without a word on where it is from, and how good it is, cannot be said at all.
    for silent in ("source", "quality"):
        value = {
            "act": "value_given",
            "officer": "M",
            "indicator": "i",
            "value": 12,
            "starts": "2031-03-01",
            "ends": "2031-03-31",
            "source": {"fr": "registre"},
            "quality": {"fr": "complet"},
        }
        assert isinstance(msgspec.convert(value, type=ValueGiven), ValueGiven)
        for nothing in ({silent: {"fr": " "}}, {silent: None}):
            with pytest.raises(msgspec.ValidationError):
                msgspec.convert(value | nothing, type=ValueGiven)
    first = ValueGiven(
        officer="M",
        indicator="i",
        value=12,
        starts=dt.date(2031, 3, 1),
        ends=dt.date(2031, 3, 31),
        source=note,
        quality=Bilingual("deux services sur trois", "two services of three"),
        is_count=False,
    )
    # Given again for the same month without a word of the first, both stand; only what names it puts it right.
    acts = [said("a", first), said("b", first), said("c", first)]
    assert [one.is_current for one in shown(acts, "i")] == [True, True, True]
    righted = msgspec.structs.replace(first, value=14, corrects=("a",))
    found = shown([*acts, said("d", righted)], "i")
    assert [(one.id, one.value, one.is_current) for one in found] == [
        ("a", 12, False),
        ("b", 12, True),
        ("c", 12, True),
        ("d", 14, True),
    ]
    assert {(one.quality.en, one.source.en, one.starts.month) for one in found} == {
        ("two services of three", "register", 3)
    }
