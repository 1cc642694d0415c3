"""The full-text desk over real stores: what is found, by whom, and what is not found any more."""

from __future__ import annotations

import datetime as dt
import itertools
import random
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from entente.errors import EntenteError, Malformed, NotPermitted
from entente.fulltext.desk import Asked, Found, FulltextDesk
from entente.fulltext.words import read_words, words_of
from entente.model.grading import Grade
from entente.model.report import Draft, Warning, Wording
from entente.model.strict import convert
from entente.node import Node
from entente.store import tables

GRADE = Grade("europol", "B", "2")
KINDS: Any = frozenset({"report", "sighting", "distress", "warning", "amendment"})


def read_all(desk: FulltextDesk) -> FulltextDesk:
    while desk.step():
        pass
    return desk


@pytest.fixture
def desk(shores: Any) -> Iterator[FulltextDesk]:
    """Lille's."""
    made = FulltextDesk(shores.lille.store, KINDS)
    yield made
    made.close()


@pytest.fixture
def say(report: Callable[..., Any], statement: Callable[..., Any]) -> Callable[..., Any]:
    """A report in these words."""

    def saying(text: str, reference: str | None = "FR-1", service: str = "FR-OLTIM", **changes: Any) -> Any:
        said = statement(wording=Wording(language="fr", text=text), **changes.pop("statement", {}))
        return report(service, reference, **{"statements": (said,), "recipients": (), **changes})

    return saying


def references(found: Found) -> list[str | None]:
    return [one.row.header.reference for one in found.rows]


def ask(desk: FulltextDesk, access: Any, words: str = "", **changes: Any) -> list[str | None]:
    return references(desk.find(access, Asked(words=words, **changes)))


def test_finds_what_was_recorded_here_and_what_was_released_to_us(
    shores: Any, desk: FulltextDesk, say: Any, at_work: Any
) -> None:
    lille, dover = shores.lille, shores.dover
    lille.record(say("moteur gris à Wimereux"), at_work(lille, "Marie"))
    dover.record(say("moteur vert à Deal", "UK-1", "UK-NCA", recipients=("lille",)), at_work(dover, "Jane"))
    dover.record(say("moteur bleu à Deal", "UK-2", "UK-NCA"), at_work(dover, "Jane"))
    shores.carry()
    read_all(desk)
    marie = at_work(lille, "Marie")
    assert set(ask(desk, marie, "moteur")) == {"FR-1", "UK-1"}
    assert ask(desk, marie, "moteur", party="own") == ["FR-1"]
    assert ask(desk, marie, "moteur", party="partner") == ["UK-1"]
    assert ask(desk, marie, "moteur bleu") == []


def test_a_person_is_found_by_name_by_number_and_by_the_records_own_number(
    shores: Any, desk: FulltextDesk, report: Any, at_work: Any
) -> None:
    marie = at_work(shores.lille, "Marie")
    shores.lille.record(report(name="Özgür Haji", phone="06 39 98 04 17", recipients=()), marie)
    shores.lille.record(
        report(name="Cœur", phone="+33 6 39 98 04 18", reference="FR-2", recipients=()), marie
    )
    read_all(desk)
    for words in (
        "ozgur",
        "HAJI özg",
        "0639980417",
        "+33639980417",
        "06.39.98.04.17",
        "06 39 98 04 17",
        "fr-1",
        "FR1",
    ):
        assert ask(desk, marie, words) == ["FR-1"], words
    assert ask(desk, marie, "06 39 98 04 18") == ["FR-2"]
    assert ask(desk, marie, "coeur") == ["FR-2"]
    assert set(ask(desk, marie, "oyat")) == {"FR-1", "FR-2"}


def test_words_are_all_asked_for_quotes_stand_in_a_row_and_a_dash_leaves_out(
    shores: Any, desk: FulltextDesk, say: Any, at_work: Any
) -> None:
    marie = at_work(shores.lille, "Marie")
    shores.lille.record(say("le bateau gris part de Calais", "FR-1"), marie)
    shores.lille.record(say("gris comme le bateau", "FR-2"), marie)
    read_all(desk)
    assert set(ask(desk, marie, "gris bateau")) == {"FR-1", "FR-2"}
    assert ask(desk, marie, "bateau cal") == ["FR-1"]
    assert ask(desk, marie, "cal bateau") == []
    assert ask(desk, marie, "« bateau gris »") == ["FR-1"]
    assert ask(desk, marie, "bateau -calais") == ["FR-2"]
    assert set(ask(desk, marie, "-calais", kinds=("report",))) == {"FR-2"}


def test_what_the_asker_may_not_see_is_neither_shown_nor_counted(
    shores: Any, desk: FulltextDesk, say: Any, statement: Any, at_work: Any
) -> None:
    lille = shores.lille
    marie, paul, odile = (at_work(lille, name) for name in ("Marie", "Paul", "Odile"))
    erwan = at_work(lille, "Erwan")
    lille.record(say("moteur de tous", "OPEN"), marie)
    lille.record(say("moteur du dossier", "FILE", compartment="judicial", purpose="investigation"), odile)
    lille.record(
        say("moteur en panne", "SAR-1", "FR-PREMAR", compartment="life_saving", kind="distress"), erwan
    )
    for_nca = say("moteur confié", "UK-1", "UK-NCA", recipients=("lille/FR-PAF",))
    shores.dover.record(for_nca, at_work(shores.dover, "Jane"))
    shores.carry()
    read_all(desk)
    for access, sees in (
        (marie, {"OPEN"}),
        (paul, {"OPEN", "UK-1"}),
        (odile, {"OPEN", "FILE"}),
        (erwan, {"SAR-1"}),
        (at_work(lille, "DPO"), set()),
        (at_work(lille, "feed"), set()),
    ):
        found = desk.find(access, Asked(words="moteur"))
        assert set(references(found)) == sees, access.officer
        assert not found.more
        one_by_one: list[str | None] = []
        before = ""
        while page := desk.find(access, Asked(words="moteur", limit=1, before=before)).rows:
            one_by_one += [page[0].row.header.reference]
            before = page[-1].mark
        assert one_by_one == references(found)


def test_the_index_is_not_even_asked_for_what_the_asker_may_not_see(
    shores: Any, desk: FulltextDesk, say: Any, at_work: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        draft = say("moteur", f"UK-{number}", "UK-NCA", recipients=("lille/FR-PAF",))
        shores.dover.record(draft, at_work(shores.dover, "Jane"))
    shores.carry()
    read_all(desk)
    met: list[int] = []
    ask_index = desk._memory.places

    def counted(*asked: Any) -> list[int]:
        found = ask_index(*asked)
        met.append(len(found))
        return found

    monkeypatch.setattr(desk._memory, "places", counted)
    assert ask(desk, at_work(shores.lille, "Marie"), "moteur") == []
    assert sum(met) == 0
    assert len(ask(desk, at_work(shores.lille, "Paul"), "moteur")) == 5
    assert sum(met) == 5


def test_a_closed_statement_of_an_open_record_is_found_by_its_keeper_alone(
    shores: Any, desk: FulltextDesk, report: Any, statement: Any, at_work: Any
) -> None:
    lille = shores.lille
    odile = at_work(lille, "Odile")
    said = (
        statement(wording=Wording(language="fr", text="vu au large")),
        statement(id="s2", compartment="judicial", wording=Wording(language="fr", text="vu au parquet")),
    )
    lille.record(
        report(statements=said, compartment="intelligence", purpose="investigation", recipients=()), odile
    )
    read_all(desk)
    marie = at_work(lille, "Marie", purpose="investigation")
    assert [one.statement for one in desk.find(marie, Asked(words="vu")).rows] == ["s1"]
    assert {one.statement for one in desk.find(odile, Asked(words="vu")).rows} == {"s1", "s2"}
    assert desk.find(marie, Asked(words="parquet")).rows == ()


def test_pur_3_words_of_victims_are_never_in_the_index(
    shores: Any, desk: FulltextDesk, say: Any, at_work: Any
) -> None:
    lille = shores.lille
    aude = at_work(lille, "Aude")
    lille.record(
        say("zibeline", "VIC-ZOUAVE", "FR-AIDE", compartment="victims", purpose="investigation"), aude
    )
    lille.record(say("hermine"), at_work(lille, "Marie"))
    read_all(desk)
    image = desk._memory.image()
    assert b"hermine" in image
    assert b"zibeline" not in image
    assert b"zouave" not in image.lower()
    assert ask(desk, aude, "zibeline") == []


def test_cat_8_no_search_rests_on_a_nationality(
    shores: Any, desk: FulltextDesk, report: Any, statement: Any, person: Any, at_work: Any
) -> None:
    marie = at_work(shores.lille, "Marie")
    said = statement(entities=(person(nationality="zqy", name="Haji"),))
    shores.lille.record(report(statements=(said,), recipients=()), marie)
    read_all(desk)
    assert ask(desk, marie, "haji") == ["FR-1"]
    assert ask(desk, marie, "zqy") == []
    assert b"zqy" not in desk._memory.image().lower()
    fields = set(Asked.__struct_fields__)
    assert fields == {
        "words", "kinds", "services", "party", "matter", "compartment", "since", "until", "order", "limit", "before"
    }  # fmt: skip
    for word in ("nationality", "ethnicity", "religion"):
        with pytest.raises(Malformed):
            convert({"words": "haji", word: "zqy"}, Asked)


@pytest.mark.parametrize("act", ["erase", "recall"])
def test_what_is_erased_or_recalled_is_gone_before_the_desk_has_read_so(
    shores: Any, desk: FulltextDesk, say: Any, amend: Any, at_work: Any, act: str
) -> None:
    marie = at_work(shores.lille, "Marie")
    record = shores.lille.record(say("moteur zibeline"), marie).header.id
    read_all(desk)
    assert ask(desk, marie, "zibeline") == ["FR-1"]
    shores.lille.record(amend("FR-OLTIM", record, act), marie)
    assert ask(desk, marie, "zibeline") == []
    assert len(desk._memory) == 1
    read_all(desk)
    assert ask(desk, marie, "zibeline") == []
    assert len(desk._memory) == 0


def test_a_partner_that_erases_takes_its_words_back(
    shores: Any, desk: FulltextDesk, say: Any, amend: Any, at_work: Any
) -> None:
    jane = at_work(shores.dover, "Jane")
    record = shores.dover.record(say("zibeline", "UK-1", "UK-NCA", recipients=("lille",)), jane).header.id
    shores.carry()
    read_all(desk)
    marie = at_work(shores.lille, "Marie")
    assert ask(desk, marie, "zibeline") == ["UK-1"]
    shores.dover.record(amend("UK-NCA", record), jane)
    shores.carry()
    assert ask(desk, marie, "zibeline") == []


def test_no_byte_of_what_was_forgotten_stays_in_memory(
    shores: Any, desk: FulltextDesk, say: Any, amend: Any, at_work: Any
) -> None:
    marie = at_work(shores.lille, "Marie")
    for number in range(40):
        shores.lille.record(say(f"ligne {number} hermine"), marie)
        desk.step(1)
    record = shores.lille.record(say("zibeline", "FR-Z"), marie).header.id
    read_all(desk)
    assert b"zibeline" in desk._memory.image()
    shores.lille.record(amend("FR-OLTIM", record), marie)
    read_all(desk)
    for _ in range(20):
        desk.step()
    assert b"hermine" in desk._memory.image()
    # An index writes of a word what it does not share with the one before it: its end gives it away.
    assert b"ibeline" not in desk._memory.image()
    assert set(ask(desk, marie, "hermine", limit=200)) == {"FR-1"}


def test_only_the_newest_version_is_found(shores: Any, desk: FulltextDesk, say: Any, at_work: Any) -> None:
    marie = at_work(shores.lille, "Marie")
    record = shores.lille.record(say("moteur gris"), marie).header.id
    read_all(desk)
    shores.lille.record(say("moteur vert", replaces=record), marie)
    assert ask(desk, marie, "gris") == []
    read_all(desk)
    assert ask(desk, marie, "gris") == []
    assert [one.row.header.version for one in desk.find(marie, Asked(words="vert")).rows] == [2]


def test_what_is_past_its_last_day_is_not_found(
    shores: Any, desk: FulltextDesk, say: Any, at_work: Any
) -> None:
    marie = at_work(shores.lille, "Marie")
    today = shores.clock().date()
    shores.lille.record(say("moteur", erase_by=today + dt.timedelta(days=2), review_by=today), marie)
    read_all(desk)
    assert ask(desk, marie, "moteur") == ["FR-1"]
    shores.clock.at += dt.timedelta(days=3)
    assert ask(desk, marie, "moteur") == []


def test_ori_6_written_conditions_are_accepted_record_by_record(
    shores: Any, desk: FulltextDesk, say: Any, at_work: Any
) -> None:
    jane = at_work(shores.dover, "Jane")
    bound = {"handling": ("H3",), "conditions": "Pour la filière seule.", "recipients": ("lille",)}
    one, other = (
        shores.dover.record(say("moteur", reference, "UK-NCA", **bound), jane).header.id
        for reference in ("UK-1", "UK-2")
    )
    shores.carry()
    read_all(desk)
    marie = at_work(shores.lille, "Marie")
    assert ask(desk, marie, "moteur") == []
    for accepted, found in (({one}, {"UK-1"}), ({other}, {"UK-2"}), ({one, other}, {"UK-1", "UK-2"})):
        access = msgspec.structs.replace(marie, accepted=frozenset(accepted))
        assert set(ask(desk, access, "moteur")) == found


def test_names_come_before_mentions_and_the_newest_first(
    shores: Any, desk: FulltextDesk, say: Any, report: Any, at_work: Any
) -> None:
    marie = at_work(shores.lille, "Marie")
    for reference, draft in (
        ("NAMED-OLD", report(name="Haji", recipients=())),
        ("SAID-OLD", say("on parle de Haji")),
        ("NAMED-NEW", report(name="Haji", recipients=())),
        ("SAID-NEW", say("Haji, dit-on")),
    ):
        shores.lille.record(msgspec.structs.replace(draft, reference=reference), marie)
        shores.clock.at += dt.timedelta(hours=1)
    read_all(desk)
    assert ask(desk, marie, "haji") == ["NAMED-NEW", "NAMED-OLD", "SAID-NEW", "SAID-OLD"]
    assert ask(desk, marie, "haji", order="time") == ["SAID-NEW", "NAMED-NEW", "SAID-OLD", "NAMED-OLD"]
    first = desk.find(marie, Asked(words="haji", limit=3))
    assert first.more
    last = desk.find(marie, Asked(words="haji", limit=3, before=first.rows[-1].mark))
    assert (references(last), last.more) == (["SAID-OLD"], False)


def test_what_a_reader_may_not_see_changes_no_order(shores: Any, say: Any, report: Any, at_work: Any) -> None:
    lille = shores.lille
    marie, odile = at_work(lille, "Marie"), at_work(lille, "Odile")
    for number in range(6):
        words = "bateau " * (number % 3 + 1) + "moteur " * (3 - number % 3)
        lille.record(say(words, f"FR-{number}"), marie)
    before = read_all(FulltextDesk(lille.store, KINDS))
    seen = before.find(marie, Asked(words="bateau moteur"))
    for number in range(30):
        lille.record(
            say("bateau " * number + "x", f"X-{number}", compartment="judicial", purpose="investigation"),
            odile,
        )
    after = read_all(FulltextDesk(lille.store, KINDS))
    found = after.find(marie, Asked(words="bateau moteur"))
    assert [(one.row, one.mark, one.rank) for one in found.rows] == [
        (one.row, one.mark, one.rank) for one in seen.rows
    ]


def test_filters_narrow_by_kind_service_matter_day_and_compartment(
    shores: Any, desk: FulltextDesk, say: Any, at_work: Any
) -> None:
    lille = shores.lille
    marie, paul = at_work(lille, "Marie"), at_work(lille, "Paul")
    first = shores.clock().date()
    lille.record(say("moteur", "A"), marie)
    lille.record(say("moteur", "B", "FR-PAF"), paul)
    lille.record(say("moteur", "C", matter="DUNE"), at_work(lille, "Marie", matter="DUNE"))
    shores.clock.at += dt.timedelta(days=1)
    lille.record(say("moteur", "D"), marie)
    read_all(desk)
    assert ask(desk, marie, "moteur", services=("FR-PAF",)) == ["B"]
    assert ask(desk, marie, "moteur", matter="DUNE") == ["C"]
    assert ask(desk, marie, "moteur", matter="nulle part") == []
    assert ask(desk, marie, "moteur", kinds=("sighting",)) == []
    assert ask(desk, marie, "moteur", compartment="judicial") == []
    assert set(ask(desk, marie, "moteur", until=first)) == {"A", "B", "C"}
    assert ask(desk, marie, "moteur", since=first + dt.timedelta(days=1)) == ["D"]
    assert ask(desk, marie, "moteur", since=first + dt.timedelta(days=2)) == []
    assert set(ask(desk, marie, until=dt.date.max)) == {"A", "B", "C", "D"}


def test_a_message_that_could_not_be_read_is_found_by_its_words(
    shores: Any, desk: FulltextDesk, at_work: Any
) -> None:
    erwan = at_work(shores.lille, "Erwan")
    shores.lille.distress(b"47 persons off Wimereux, engine dead", erwan)
    read_all(desk)
    (found,) = desk.find(erwan, Asked(words="wimereux")).rows
    assert (found.row.header.kind, found.statement) == ("distress", "")
    assert ask(desk, at_work(shores.lille, "Marie"), "wimereux") == []


def test_a_warning_is_found_by_its_place(shores: Any, desk: FulltextDesk, at_work: Any) -> None:
    marie = at_work(shores.lille, "Marie")
    window = {"starts": shores.clock(), "ends": shores.clock() + dt.timedelta(hours=4)}
    warning = Warning(place="Oye-Plage", confidence="probable", officer="Marie", **window)
    draft = Draft(
        kind="warning",
        service="FR-OLTIM",
        purpose="intelligence",
        matter="OYAT",
        regime="smuggling",
        grade=GRADE,
        handling=("H0",),
        warning=warning,
    )
    shores.lille.record(draft, marie)
    read_all(desk)
    assert [one.row.header.kind for one in desk.find(marie, Asked(words="oye plage")).rows] == ["warning"]


def test_log_1_a_search_is_one_line_of_the_register_without_its_words(
    shores: Any, desk: FulltextDesk, say: Any, at_work: Any
) -> None:
    lille = shores.lille
    marie = at_work(lille, "Marie")
    record = lille.record(say("moteur zibeline"), marie).header.id
    read_all(desk)
    size = lille.store.size
    desk.find(marie, Asked(words="zibeline"))
    desk.find(marie, Asked(words="rhinoceros"))
    lines = [
        msgspec.json.decode(row.content)
        for row in lille.store.rows(
            select(tables.register.c.content).where(tables.register.c.act == "search")
        )
    ]
    assert [(one.get("records"), one["found"]) for one in lines] == [([record], 1), (None, 0)]
    assert "zibeline" not in str(lines)
    assert "rhinoceros" not in str(lines)
    assert lille.store.size == size
    with pytest.raises(NotPermitted, match="reason_missing"):
        desk.find(at_work(lille, "Marie", reason="-"), Asked(words="zibeline"))


def test_an_index_still_being_built_says_so(shores: Any, desk: FulltextDesk, say: Any, at_work: Any) -> None:
    marie = at_work(shores.lille, "Marie")
    for number in range(4):
        shores.lille.record(say("moteur", f"FR-{number}"), marie)
    assert desk.progress() == (0, 4)
    assert desk.step(3) == 3
    found = desk.find(marie, Asked(words="moteur"))
    assert (len(found.rows), found.is_complete, desk.progress()) == (3, False, (3, 4))
    read_all(desk)
    assert desk.find(marie, Asked(words="moteur")).is_complete
    shores.lille.record(say("moteur", "FR-4"), marie)
    desk.pass_over()
    found = desk.find(marie, Asked(words="moteur"))
    assert (len(found.rows), found.is_complete, desk.step()) == (4, False, 0)


@pytest.mark.parametrize("words", ["", "  ", "-calais", '""', "*", "?!"])
def test_nothing_asked_is_said(shores: Any, desk: FulltextDesk, at_work: Any, words: str) -> None:
    with pytest.raises(Malformed, match="nothing_asked"):
        desk.find(at_work(shores.lille, "Marie"), Asked(words=words))


@pytest.mark.parametrize("mark", ["x", "2.1", "0.", "1.99999999999999999999", "0.1 OR 1=1"])
def test_a_mark_that_is_none_is_said(shores: Any, desk: FulltextDesk, at_work: Any, mark: str) -> None:
    with pytest.raises(Malformed, match="mark_unreadable"):
        desk.find(at_work(shores.lille, "Marie"), Asked(words="moteur", before=mark))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.text(max_size=80), matter=st.none() | st.text(max_size=8))
def test_any_text_is_a_safe_question(
    shores: Any, desk: FulltextDesk, say: Any, at_work: Any, words: str, matter: str | None
) -> None:
    marie = at_work(shores.lille, "Marie")
    if not shores.lille.store.size:
        shores.lille.record(say("moteur AND OR NEAR"), marie)
        read_all(desk)
    try:
        desk._found(marie, Asked(words=words, matter=matter), read_words(words))
    except EntenteError as error:
        pytest.fail(error.code)


@pytest.mark.parametrize("chance", range(4))
def test_replay_equals_live_and_neither_shows_what_the_store_would_not(
    shores: Any, say: Any, report: Any, amend: Any, at_work: Any, chance: int
) -> None:
    """Random recording, rewriting, recalling and erasing on both shores, read now and then, or all at the end."""
    draw = random.Random(chance)
    lille, dover = shores.lille, shores.dover
    live = FulltextDesk(lille.store, KINDS)
    officers = {"FR-OLTIM": (lille, "Marie"), "FR-PAF": (lille, "Paul"), "UK-NCA": (dover, "Jane")}
    held: list[tuple[str, str]] = []
    for number in range(45):
        service = draw.choice(list(officers))
        node, officer = officers[service]
        access = at_work(node, officer)
        mine = [record for of, record in held if of == service]
        deed = draw.random()
        words = " ".join(draw.choices(["moteur", "bateau", "gris", "vert", "Haji"], k=4))
        to = draw.choice([("lille",), ("lille/FR-PAF",), ()]) if node is dover else ()
        if deed < 0.55 or not mine:
            held.append(
                (service, node.record(say(words, f"N-{number}", service, recipients=to), access).header.id)
            )
        elif deed < 0.75:
            record = draw.choice(mine)
            node.record(say(words, f"N-{number}", service, recipients=to, replaces=record), access)
        else:
            record = draw.choice(mine)
            held.remove((service, record))
            node.record(amend(service, record, draw.choice(["erase", "recall"])), access)
        shores.clock.at += dt.timedelta(minutes=draw.choice([0, 5]))
        if draw.random() < 0.3:
            shores.carry()
        if draw.random() < 0.4:
            live.step(draw.choice([1, 3, 100]))
    shores.carry()
    read_all(live)
    anew = read_all(FulltextDesk(lille.store, KINDS))
    assert len(anew._memory) == len(live._memory) > 0
    for officer in ("Marie", "Paul", "Odile", "Erwan"):
        access = at_work(lille, officer)
        for words in ("moteur", "haji", "bateau gri", '"gris vert"', "moteur -haji"):
            found = [desk.find(access, Asked(words=words, limit=200)) for desk in (live, anew)]
            assert found[0] == found[1]
            assert all(lille.store.may_read(access, one.row).is_yes for one in found[0].rows)
            assert set(references(found[0])) == said_by_the_store(lille, access, words)


def said_by_the_store(node: Node, access: Any, words: str) -> set[str | None]:
    """The slow way: everything that is held, decided one by one, and its text looked through."""
    asked = words_of(words)
    everything = node.store.current(
        {row.header.id for row in node.store.records_of(0, node.store.size, kinds=frozenset({"report"}))}
    )
    found: set[str | None] = set()
    for row in everything.values():
        if not node.store.may_read(access, row).is_yes:
            continue
        for stored in node.store.stored_parts([row], frozenset({row.header.compartment})).get(
            (row.header.id, row.header.version), []
        ):
            if not stored.part.name.startswith("statement/"):
                continue
            stands = words_of(msgspec.json.decode(stored.part.content)[2]["wording"]["text"])
            if words == "moteur -haji":
                met = "moteur" in stands and "haji" not in stands
            elif words == '"gris vert"':
                met = ("gris", "vert") in itertools.pairwise(stands)
            else:
                met = all(
                    any(one.startswith(word) if word is asked[-1] else one == word for one in stands)
                    for word in asked
                )
            if met:
                found.add(row.header.reference)
    return found
