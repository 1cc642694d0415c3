"""Sheets of the plan: one structure in both languages, one page for the status, officers' words as they are."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from benchmarks.plan import large_plan
from hypothesis import given, settings
from hypothesis import strategies as st

from entente.errors import Text, Unavailable
from entente.model.plan_act import Bilingual, Day, Edited, Number, Opened, Value, Words
from entente.paper.setting import pages, pdf
from entente.paper.sheets import MOST_LATE, Made, meeting_pack, status_report
from entente.plan.drawing import draw
from entente.plan.minutes import meetings
from entente.plan.values import Plan, PlanSaid

AT = dt.datetime(2031, 11, 20, 8, tzinfo=dt.UTC)
TODAY = AT.date()
MADE = Made(
    node="lille",
    at=AT,
    at_words=Text("20 novembre 2031, 09:00", "20 November 2031, 09:00"),
    handling=Text("H0 finalité limitée", "H0 purpose bound"),
)
HOSTILE = '#panic("x") $a$ [b] @c <d> \\e *f* _g_ `h` // i /* j ~ — é « » “q” {{k}} %'


def called(service: str) -> Text:
    return Text(service, service)


class Said:
    """Acts on a plan, one after the other."""

    def __init__(self) -> None:
        self.acts: list[PlanSaid] = []

    def say(self, act: Any) -> str:
        id = f"a{len(self.acts):04}"
        self.acts.append(PlanSaid(id=id, at=AT, by="FR-ZONE", party="FR", act=act))
        return id

    def add(self, kind: Any, under: str = "", **fields: Value) -> str:
        item = self.say(Opened(officer="Zoé", kind=kind, under=under))
        for field, value in fields.items():
            self.say(Edited(officer="Zoé", item=item, field=field, value=value))  # type: ignore[arg-type]
        return item

    def plan(self) -> Plan:
        return draw(self.acts)


def words(fr: str, en: str) -> Words:
    return Words(text=Bilingual(fr, en))


def meeting(text: str = "Former les patrouilles.") -> tuple[Plan, Any]:
    said = Said()
    one = said.add("meeting", title=words("Comité", "Committee"), held_on=Day(day=TODAY))
    point = said.add("agenda_point", one, title=words("Patrouilles", "Patrols"), position=Number(number=1))
    said.add("sentence", point, text=words(text, text), position=Number(number=1))
    said.add("decision", point, text=words(text, text), position=Number(number=2))
    said.add("action", point, text=words(text, text), position=Number(number=3))
    plan = said.plan()
    return plan, plan.item(one)


def sides(value: Any, language: str) -> Any:
    """The structure of what stands on a sheet in one language: everything but the other language's words."""
    if isinstance(value, dict) and set(value) == {"fr", "en"}:
        return bool(value[language])
    if isinstance(value, dict):
        return {name: sides(one, language) for name, one in value.items()}
    return [sides(one, language) for one in value] if isinstance(value, list) else value


@pytest.mark.parametrize("seed", range(4))
def test_french_and_english_stand_on_every_sheet_in_one_structure(seed: int) -> None:
    plan = draw(large_plan(8, seed))
    values = [status_report(plan, TODAY, MADE, called)]
    values += [meeting_pack(plan, one, TODAY, MADE, called) for one in meetings(plan)]
    for one in values:
        assert sides(one, "fr") == sides(one, "en")


def test_a_pack_holds_all_that_was_said_decided_and_agreed_to_do() -> None:
    plan, item = meeting()
    pack = meeting_pack(plan, item, TODAY, MADE, called)
    (point,) = pack["points"]
    assert [entry["kind"] for entry in point["entries"]] == ["sentence", "decision", "action"]
    assert [entry["number"] for entry in pack["decisions"]] == ["1.2"]
    assert [entry["number"] for entry in pack["actions"]] == ["1.3"]


@pytest.mark.parametrize("sheet", ["meeting", "status"])
def test_a_sheet_is_a_pdf_and_the_same_values_give_the_same_bytes(sheet: Any) -> None:
    plan, item = meeting(HOSTILE)
    if sheet == "meeting":
        values = meeting_pack(plan, item, TODAY, MADE, called)
    else:
        values = status_report(plan, TODAY, MADE, called)
    first, second = pdf(sheet, values, AT), pdf(sheet, values, AT)
    assert first == second
    assert first.startswith(b"%PDF-")


@given(st.text(min_size=1, max_size=200).filter(str.strip))
@settings(max_examples=25, deadline=None)
def test_words_of_officers_never_break_a_sheet(text: str) -> None:
    plan, item = meeting(text)
    assert pages("meeting", meeting_pack(plan, item, TODAY, MADE, called), AT)


def test_words_of_officers_are_no_markup() -> None:
    """What a word would do as markup it does not do: the sheet is the same as with harmless letters in its place."""
    plan, item = meeting("#pagebreak() #pagebreak() #pagebreak()")
    assert len(pages("meeting", meeting_pack(plan, item, TODAY, MADE, called), AT)) == 1


@pytest.mark.parametrize("long", [False, True])
def test_the_status_of_two_hundred_measures_stands_on_one_page_and_says_what_it_leaves_out(
    long: bool,
) -> None:
    said = Said()
    for number in range(12):
        said.add(
            "workshop", title=words(f"Atelier {number} {'x ' * 80 if long else ''}", f"Workshop {number}")
        )
    for number in range(200):
        due = Day(day=TODAY + dt.timedelta(days=number - 100))
        title = f"Mesure {number} " + ("très longue " * 30 if long else "")
        said.add("measure", title=words(title, title), due=due)
    values = status_report(said.plan(), TODAY, MADE, called)
    assert values["late_left"] == 100 - MOST_LATE
    assert values["counts"][0]["number"] == 200
    assert len(pages("status", values, AT)) == 1


def test_an_empty_plan_has_a_page_of_its_own() -> None:
    assert len(pages("status", status_report(draw([]), TODAY, MADE, called), AT)) == 1


def test_a_node_without_the_extra_says_what_to_ask_for(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(Unavailable) as refused:
        pdf("status", status_report(draw([]), TODAY, MADE, called), AT)
    assert re.search("paper", refused.value.remedy.en if refused.value.remedy else "")
