"""Writing a record: what is typed is never lost, what is foreseen is what arrives, and one press makes one record."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import httpx
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from entente.model.entity import Entity, Trait
from entente.model.grading import Grade
from entente.model.identifier import Identifier
from entente.model.moment import PartialDate, Period
from entente.model.name import Name
from entente.model.place import Position
from entente.model.report import Draft, Statement, Translation, Wording
from entente.model.sighting import PersonsOnBoard, Sighting
from entente.store.store import value_of
from entente.web.door import Fields
from entente.web.report_again import typed_of
from entente.web.report_draft import Writer, draft_of
from entente.web.report_form import ReportTyped, edited, read_form
from entente.web.words import zone_of

WORDS = "Appel du 06 39 98 04 17. Fourgon FO-417-IU à Ambleteuse, 40 à 50 personnes."


class Form(HTMLParser):
    """The fields of one form as a browser would post them."""

    def __init__(self, page: str, ident: str) -> None:
        super().__init__()
        self.fields: list[tuple[str, str]] = []
        self._ident, self._inside, self._area, self._select = ident, False, "", ""
        self._chosen, self._first, self._text = "", None, ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        of = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = of.get("id") == self._ident
        if not self._inside:
            return
        if tag == "input" and of.get("name"):
            if of.get("type") in ("radio", "checkbox") and "checked" not in of:
                return
            self.fields.append((of["name"], of.get("value", "")))
        elif tag == "textarea":
            self._area, self._text = of["name"], ""
        elif tag == "select":
            self._select, self._chosen, self._first = of.get("name", ""), "", None
        elif tag == "option":
            self._first = of.get("value", "") if self._first is None else self._first
            if "selected" in of:
                self._chosen = of.get("value", "")

    def handle_data(self, data: str) -> None:
        if self._area:
            self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._area:
            self.fields.append((self._area, self._text))
            self._area = ""
        elif tag == "select" and self._select:
            self.fields.append((self._select, self._chosen or self._first or ""))
            self._select = ""
        elif tag == "form":
            self._inside = False


def form_of(answer: httpx.Response, ident: str = "write-form", **changes: Any) -> dict[str, Any]:
    """What the page's form would post, with some answers given."""
    found: dict[str, Any] = {}
    for name, value in Form(answer.text, ident).fields:
        if name != "csrf":
            found.setdefault(name, []).append(value)
    return found | changes


COMPLETE = {
    "s1-text": WORDS,
    "s1-basis": "fact",
    "s1-source": "B",
    "s1-information": "2",
    "regime": "smuggling",
    "handling": "H1",
    "reference": "FR-OLT-901",
}


@pytest.fixture
def desk(shores: Any, desks: Callable[..., Any]) -> Any:
    return desks(shores.lille, "Marie")


def _record_of(answer: httpx.Response) -> str:
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].rpartition("/")[2]


def test_from_words_to_a_record_on_the_other_shore_in_two_requests(desk: Any, shores: Any) -> None:
    written = form_of(desk.get("/write"), **COMPLETE, recipients=["dover/UK-NCA"])
    seen = desk.post("/write/preview", **written)
    assert seen.status_code == 200
    assert "What will they see" in seen.text
    assert 'data-part="statement/s1"' in seen.text
    assert 'data-withheld="routing"' in seen.text
    assert shores.lille.store.by_reference("FR-OLT-901") == []
    record = _record_of(desk.post("/write/send", **form_of(seen, "send-form")))
    shores.carry()
    [held] = shores.dover.store.by_reference("FR-OLT-901")
    assert held.header.id == record
    assert held.audience == ("UK-NCA",)
    assert held.header.matter == "OYAT"


def test_the_same_sheet_sent_twice_is_one_record_and_another_sheet_is_another(desk: Any, shores: Any) -> None:
    seen = desk.post("/write/preview", **form_of(desk.get("/write"), **COMPLETE))
    once = form_of(seen, "send-form")
    first, again = (_record_of(desk.post("/write/send", **once)) for _ in range(2))
    assert first == again
    other = desk.post("/write/preview", **form_of(desk.get("/write"), **COMPLETE))
    assert _record_of(desk.post("/write/send", **form_of(other, "send-form"))) != first


def test_an_error_loses_nothing_and_names_each_field_that_wants_an_answer(desk: Any) -> None:
    written = form_of(
        desk.get("/write"), **{"s1-text": "  Vu\n\nhier\u202e <b>", "s1-position": "quelque part"}
    )
    answer = desk.post("/write/preview", **written)
    assert answer.status_code == 422
    for field in ("s1-basis", "s1-source", "s1-information", "s1-position", "regime", "handling"):
        assert f'href="#{field}"' in answer.text
        assert f'id="{field}"' in answer.text
    back = form_of(answer)
    assert back["s1-text"] == ["Vu\n\nhier\u202e <b>"]
    assert back["s1-position"] == ["quelque part"]


def test_what_a_rule_of_the_house_forbids_is_said_on_the_form_with_everything_kept(desk: Any) -> None:
    written = form_of(desk.get("/write"), **COMPLETE | {"s1-text": "un trafic d’êtres humains est soupçonné"})
    answer = desk.post("/write/preview", **written)
    assert answer.status_code == 422
    assert "confuses two offences" in answer.text
    assert form_of(answer)["s1-text"] == ["un trafic d’êtres humains est soupçonné"]


def test_suspect_cannot_be_written_not_even_by_a_forged_form(desk: Any, shores: Any) -> None:
    page = desk.post("/write", **form_of(desk.get("/write"), **COMPLETE), do="person:0")
    assert 'value="suspect"' not in page.text
    written = form_of(page, **{"s1-e1-category": "suspect", "s1-e1-name": "Haji"})
    seen = desk.post("/write/preview", **written)
    record = _record_of(desk.post("/write/send", **form_of(seen, "send-form")))
    [row] = shores.lille.store.by_reference("FR-OLT-901")
    assert row.header.id == record
    [statement] = _statements(shores.lille, record)
    assert [entity.category for entity in statement.entities] == ["not_yet_assessed"]


def _statements(node: Any, record: str) -> list[Statement]:
    rows = list(node.store.current([record]).values())
    parts = node.store.stored_parts(rows, node.store._vault.opens())[record, rows[0].header.version]
    return [value_of(one) for one in parts if one.part.name.startswith("statement/")]


def test_what_is_read_in_the_words_is_taken_where_one_says_and_left_where_one_does_not(
    desk: Any, shores: Any
) -> None:
    page = desk.post("/write", **form_of(desk.get("/write"), **COMPLETE), do="look")
    phone = _suggested(page, "06 39 98 04 17")
    page = desk.post("/write", **form_of(page, **{"do": f"take:0:{phone}", f"to-{phone}": "person"}))
    page = desk.post("/write", **form_of(page), do=f"take:0:{_suggested(page, 'FO-417-IU')}")
    page = desk.post("/write", **form_of(page), do=f"take:0:{_suggested(page, '40 à 50 personnes')}")
    page = desk.post("/write", **form_of(page), do=f"leave:0:{_suggested(page, 'Ambleteuse')}")
    seen = desk.post("/write/preview", **form_of(page))
    [statement] = _statements(
        shores.lille, _record_of(desk.post("/write/send", **form_of(seen, "send-form")))
    )
    person, van = statement.entities
    assert (person.kind, person.category, person.identifiers[0].written) == (
        "person",
        "not_yet_assessed",
        "06 39 98 04 17",
    )
    assert (van.kind, van.identifiers[0].written) == ("vehicle", "FO-417-IU")
    assert statement.sighting is not None
    assert statement.sighting.persons_on_board == PersonsOnBoard(40, 50)
    assert statement.sighting.position is None


def _suggested(page: httpx.Response, written: str) -> str:
    at = page.text.index(f">{written}</bdi>")
    found = re.search(r'value="(?:take|again):\d:([0-9a-f-]+)"', page.text[at:])
    assert found
    return found[1]


def test_suggestions_are_asked_by_post_and_remember_what_was_left(desk: Any) -> None:
    page = desk.post("/write", **form_of(desk.get("/write"), **COMPLETE), do="look")
    page = desk.post("/write", **form_of(page), do=f"leave:0:{_suggested(page, 'FO-417-IU')}")
    longer = form_of(page, **{"s1-text": f"Ce matin. {WORDS}"})
    answer = desk.post("/write/suggestions", **longer, statement="0")
    assert answer.text.count("data-state") == answer.text.count('data-state="open"') + 1
    assert 'data-state="refused"' in answer.text
    assert desk.get("/write/suggestions").status_code in (404, 405)


def test_a_number_that_is_wrong_is_kept_and_said_to_be_odd_at_once(desk: Any, shores: Any) -> None:
    page = desk.post("/write", **form_of(desk.get("/write"), **COMPLETE), do="thing:0")
    odd = form_of(page, **{"s1-e1-kind": "account", "s1-e1-i1-kind": "iban", "s1-e1-i1-written": "FR76 9999"})
    page = desk.post("/write", **odd, do="look")
    assert "Kept as it is, and flagged" in page.text
    seen = desk.post("/write/preview", **form_of(page))
    [statement] = _statements(
        shores.lille, _record_of(desk.post("/write/send", **form_of(seen, "send-form")))
    )
    assert statement.entities[0].identifiers[0].written == "FR76 9999"


def test_the_next_number_of_the_service_is_proposed(
    desk: Any, shores: Any, report: Any, at_work: Any
) -> None:
    for number in ("FR-OLT-098", "FR-OLT-099", "AUTRE-7"):
        shores.lille.record(report(reference=number), at_work(shores.lille, "Marie"))
    assert form_of(desk.get("/write"))["reference"] == ["FR-OLT-100"]


def test_a_watch_keeper_writes_for_life_and_the_other_shore_is_told_it_goes_first(
    shores: Any, desks: Callable[..., Any]
) -> None:
    watch = desks(shores.lille, "Erwan", "watch_keeper")
    page = watch.get("/write")
    assert 'name="regime"' not in page.text
    written = form_of(
        page,
        **{
            "s1-text": "Embarcation aperçue, 30 personnes",
            "s1-basis": "fact",
            "s1-source": "A",
            "s1-information": "1",
        },
        recipients=["dover"],
    )
    seen = watch.post("/write/preview", **written)
    assert "Life lane" in seen.text
    record = _record_of(watch.post("/write/send", **form_of(seen, "send-form")))
    assert shores.lille.store.current([record])[record].header.compartment == "life_saving"


def test_a_closed_file_is_foreseen_to_stay_whole_and_stays(shores: Any, desks: Callable[..., Any]) -> None:
    keeper = desks(shores.lille, "Odile", "judicial_keeper")
    written = form_of(keeper.get("/write"), **COMPLETE, recipients=["dover"], compartment="judicial")
    seen = keeper.post("/write/preview", **written)
    assert "Nothing will leave" in seen.text
    assert "data-part" not in seen.text
    _record_of(keeper.post("/write/send", **form_of(seen, "send-form")))
    shores.carry()
    assert shores.dover.store.by_reference("FR-OLT-901") == []


def test_a_correction_begins_with_what_was_said_and_changes_only_what_is_changed(
    desk: Any, shores: Any, report: Any, statement: Any, at_work: Any
) -> None:
    was = statement(
        wording=Wording(
            language="fr", text="vu", translations=(Translation(language="en", text="seen", by="person"),)
        ),
        entities=(FULL,),
    )
    row = shores.lille.record(report(reference="FR-3", statements=(was,)), at_work(shores.lille, "Marie"))
    shores.carry()
    page = desk.get(f"/write?correct={row.header.id}")
    seen = desk.post(
        "/write/preview",
        **form_of(page, **{"s1-e7-name": "x", "s1-source": "C"}) | {"s1-e1-others": "Haji; Abu X"},
    )
    assert seen.status_code == 200, seen.text
    record = _record_of(desk.post("/write/send", **form_of(seen, "send-form")))
    assert record == row.header.id
    shores.carry()
    [now] = _statements(shores.dover, record)
    assert shores.dover.store.current([record])[record].header.version == 2
    assert now.wording == was.wording
    assert now.grade == Grade("europol", "C", "2")
    kept = now.entities[0]
    assert kept.id == FULL.id
    assert kept.names == (*FULL.names, Name("Abu X", "alias"))
    assert msgspec.structs.replace(kept, names=FULL.names) == FULL


def test_one_corrects_the_records_of_ones_own_service_only(
    desk: Any, shores: Any, report: Any, at_work: Any
) -> None:
    row = shores.dover.record(report("UK-NCA", "UK-8"), at_work(shores.dover, "Jane"))
    shores.carry()
    assert desk.get(f"/write?correct={row.header.id}").status_code == 404


# -- laws -------------------------------------------------------------------------------------------------------------

FULL = Entity(
    id="e4",
    kind="person",
    names=(Name("سۆران دلیرزاد", "full", "ckb"), Name("Haji", "alias")),
    identifiers=(
        Identifier(
            kind="phone", written="06 39 98 04 17", region="GB", held=Period(PartialDate(2031, 5), None)
        ),
    ),
    birth=PartialDate(1989, 6),
    category="contact",
    age_band="adult",
    nationality="XX",
    traits=(Trait("occupation", "loueur"), Trait("description", "barbe")),
)
_PERSON_NAMES = st.lists(
    st.sampled_from(["Soran", "Ольга Іваненко", "ሳሙኤል", "Đặng Hồng"]), max_size=2, unique=True
)


@st.composite
def _entities(draw: Any, ident: str) -> Entity:
    kind = draw(st.sampled_from(["person", "vehicle", "boat", "account", "place"]))
    names = tuple(
        Name(one, "full" if place == 0 else "alias") for place, one in enumerate(draw(_PERSON_NAMES))
    )
    numbers = draw(
        st.lists(st.sampled_from(["06 39 98 04 17", "FO-417-IU", "pas un numéro"]), max_size=2, unique=True)
    )
    return Entity(
        id=ident,
        kind=kind,
        names=names,
        identifiers=tuple(Identifier(kind="phone", written=one, region="FR") for one in numbers),
        category=draw(st.sampled_from(["not_yet_assessed", "witness", "possible_victim"]))
        if kind == "person"
        else None,
        birth=draw(st.sampled_from([None, PartialDate(1990), PartialDate(1990, 2, 3)]))
        if kind == "person"
        else None,
    )


@st.composite
def _drafts(draw: Any) -> Draft:
    statements = []
    for number in range(1, draw(st.integers(1, 3)) + 1):
        basis = draw(st.sampled_from(["fact", "assessment", "reported"]))
        assessed = basis == "assessment"
        seen = draw(st.booleans())
        least = draw(st.integers(0, 60))
        statements.append(
            Statement(
                id=f"s{number}",
                basis=basis,
                wording=Wording(
                    language=draw(st.sampled_from(["fr", "en", "ckb"])),
                    text=draw(st.sampled_from(["vu", "a\nb", "« x »"])),
                ),
                grade=Grade("admiralty", draw(st.sampled_from("ABCDEF")), draw(st.sampled_from("123456"))),
                checked_on=draw(st.dates()),
                author="Marie" if assessed else None,
                grounds="deux appels" if assessed else None,
                certainty=draw(st.sampled_from(["certain", "probable", "possible", "unknown"])),
                entities=tuple(
                    draw(_entities(f"e{number}{place}")) for place in range(draw(st.integers(0, 2)))
                ),
                sighting=Sighting(
                    phase=draw(st.sampled_from(["none", "alert"])),
                    position=draw(
                        st.sampled_from([None, Position(latitude=50.5, longitude=1.5, uncertainty_m=300.0)])
                    ),
                    persons_on_board=PersonsOnBoard(least, draw(st.sampled_from([None, least, least + 9]))),
                    missing=draw(st.sampled_from([None, 0, 2])),
                )
                if seen
                else None,
            )
        )
    handling = draw(st.sampled_from([("H0",), ("H1", "H2"), ("H3",), ("DR",)]))
    return Draft(
        kind="report",
        service="FR-OLTIM",
        purpose="intelligence",
        matter="OYAT",
        regime=draw(st.sampled_from(["smuggling", "trafficking", "undetermined"])),
        handling=handling,
        conditions="ne pas citer" if handling == ("H3",) else None,
        grade=statements[0].grade,
        statements=tuple(statements),
        recipients=draw(
            st.sampled_from(
                [(), ("dover",), ("dover/UK-NCA",), ("dover/UK-IE", "dover/UK-NCA"), ("dover/UK-HMCG",)]
            )
        ),
        lane=draw(st.sampled_from([None, "urgent"])),
        under_review=draw(st.booleans()),
    )


def _writer(officer: str = "Marie") -> Writer:
    import datetime as dt

    return Writer(
        officer=officer,
        service="FR-OLTIM",
        party="FR",
        matter="OYAT",
        opens=("intelligence",),
        today=dt.date(2031, 9, 12),
        zone=zone_of("FR"),
    )


def _as_fields(value: Any, prefix: str = "") -> list[tuple[str, str]]:
    """A form as a browser posts what the page renders of it."""
    letters = {"statements": "s", "entities": "e", "identifiers": "i"}
    found: list[tuple[str, str]] = []
    for field in msgspec.structs.fields(type(value)):
        inner = getattr(value, field.name)
        if field.name in letters:
            for place, one in enumerate(inner, start=1):
                found += _as_fields(one, f"{prefix}{letters[field.name]}{place}-")
        elif isinstance(inner, tuple):
            found += [(f"{prefix}{field.name}", one) for one in inner]
        else:
            found.append((f"{prefix}{field.name}", inner))
    return found


@given(_drafts())
@settings(max_examples=60, deadline=None)
def test_a_form_made_of_a_draft_makes_the_same_draft_again(draft: Draft) -> None:
    typed = typed_of(draft, zone_of("FR"))
    posted = read_form(Fields(_as_fields(typed)))
    assert posted == typed
    made, faults = draft_of(posted, _writer(), draft)
    assert faults == ()
    assert made is not None
    expected = msgspec.structs.replace(
        draft,
        statements=tuple(
            msgspec.structs.replace(one, sighting=None if one.sighting == Sighting() else one.sighting)
            for one in draft.statements
        ),
    )
    assert made == expected


@given(_drafts())
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_preview_lists_exactly_the_parts_that_the_other_shore_then_holds(
    shores: Any, at_work: Any, draft: Draft
) -> None:
    access = at_work(shores.lille, "Marie")
    foreseen = {one.node: one for one in shores.lille.preview(draft, access)}
    row = shores.lille.record(draft, access)
    shores.carry()
    there = shores.dover.store.current([row.header.id])
    held = set[str]()
    if there:
        parts = shores.dover.store.stored_parts(list(there.values()), shores.dover.store._vault.opens())
        held = {one.part.name for one in parts[row.header.id, 1]}
        assert tuple(there[row.header.id].audience or ()) == foreseen["dover"].plan.audience
    told = foreseen.get("dover")
    assert held == (set(told.plan.parts) if told else set())
    if told:
        assert {one.name for one in told.plan.withheld} | held == set(told.parts)
        assert (told.plan.refused is None) == bool(there)


@given(
    st.lists(
        st.sampled_from(
            [
                "statement",
                "person:0",
                "thing:0",
                "identifier:0:0",
                "drop:0",
                "drop:0:0",
                "drop:1:0:0",
                "person:9",
                "drop:x",
                "",
                "identifier:0:0:0:0",
            ]
        ),
        max_size=30,
    )
)
@settings(max_examples=60, deadline=None)
def test_whatever_is_pressed_each_part_keeps_an_id_of_its_own(deeds: list[str]) -> None:
    typed = ReportTyped()
    for deed in deeds:
        typed = edited(typed, deed)
    assert typed.statements
    ids = [one.id for one in typed.statements]
    entities = [entity.id for one in typed.statements for entity in one.entities]
    assert len(set(ids)) == len(ids)
    assert len(set(entities)) == len(entities)
    assert all(re.fullmatch(r"[se]\d+", one) for one in (*ids, *entities))
