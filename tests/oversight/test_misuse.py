"""Seeded behaviour at a node, and what the data protection officer is told of it; each rule is taken away once to see
that it was needed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from entente.errors import EntenteError, NotFound, NotPermitted
from entente.oversight import misuse
from entente.oversight.desk import Asked, OversightDesk
from entente.oversight.lines import RegisterLine
from entente.oversight.misuse import KINDS, RULES, MisuseRules, Seen, Watch, flag_words, is_self
from entente.oversight.subject import Subject
from entente.store.compose import compose
from entente.store.write import Write

# Half past eleven in the evening in Lille.
NIGHT = dt.datetime(2031, 9, 12, 21, 30, tzinfo=dt.UTC)


def all_but(rule: Any) -> tuple[Any, ...]:
    return tuple(one for one in RULES if one is not rule)


def read_all(desk: OversightDesk) -> None:
    while desk.step():
        pass


def raised(desk: OversightDesk, dpo: Any) -> list[str]:
    """Which rules flagged, in the order of flags."""
    read_all(desk)
    return [flag.rule for flag in reversed(desk.flags(dpo))]


@pytest.fixture
def opened(shores: Any, report: Callable[..., Any], at_work: Callable[..., Any]) -> Callable[..., list[str]]:
    """Records that Marie took down, so many."""

    def made(number: int) -> list[str]:
        marie = at_work(shores.lille, "Marie")
        return [
            shores.lille.record(
                report(reference=f"FR-{one}", phone=f"06 39 98 04 {one + 10}"), marie
            ).header.id
            for one in range(number)
        ]

    return made


@pytest.fixture
def victim(shores: Any, report: Callable[..., Any], statement: Any, person: Any, at_work: Any) -> Any:
    """A victim's record in the matter AIDE-7, in the keeping of Aude."""
    about = statement(entities=(person(name="Rojda", phone="", category="victim"),))
    draft = report(
        "FR-AIDE",
        "FR-AIDE-1",
        compartment="victims",
        purpose="investigation",
        matter="AIDE-7",
        regime="trafficking",
        recipients=(),
        statements=(about,),
    )
    return shores.lille.record(draft, at_work(shores.lille, "Aude", matter="AIDE-7"))


def test_LOG_8_more_searches_than_work_asks_for_are_flagged_once(
    shores: Any, dpo: Any, seat_desk: Any, at_work: Any
) -> None:
    marie = at_work(shores.lille, "Marie")
    for number in range(5):
        shores.lille.search(marie, f"06 39 98 04 {number + 10}")
    assert raised(seat_desk(), dpo) == []
    for number in range(5, 12):
        shores.lille.search(marie, f"06 39 98 04 {number + 10}")
    found = raised(seat_desk(), dpo)
    assert found == ["searches_an_hour", "searches_a_day"]
    flag = seat_desk().flags(dpo)[-1]
    searched = {
        one.number for one in seat_desk().register(dpo, Asked(officer="Marie", act="search", limit=50)).lines
    }
    assert flag.found == 6
    assert len(flag.rests_on) == 6
    assert set(flag.rests_on) <= searched


def test_LOG_8_more_records_than_work_asks_for_are_flagged_and_one_opened_often_is_one(
    shores: Any, dpo: Any, seat_desk: Any, at_work: Any, opened: Any
) -> None:
    records, marie = opened(7), at_work(shores.lille, "Marie")
    for _ in range(5):
        shores.lille.read(marie, records[0])
    assert raised(seat_desk(), dpo) == []
    for record in records:
        shores.lille.read(marie, record)
    assert raised(seat_desk(), dpo) == ["records_an_hour", "records_a_day"]


def test_LOG_8_looking_at_night_is_flagged_for_whoever_is_on_no_shift(
    shores: Any, dpo: Any, seat_desk: Any, at_work: Any, opened: Any
) -> None:
    record = opened(1)[0]
    shores.clock.at = NIGHT
    shores.lille.read(at_work(shores.lille, "Marie"), record)
    shores.lille.read(at_work(shores.lille, "Odile"), record)
    shores.clock.at = NIGHT + dt.timedelta(hours=4)  # the same night, another date
    shores.lille.read(at_work(shores.lille, "Marie"), record)
    shores.clock.at = NIGHT + dt.timedelta(hours=10)
    desk = seat_desk(on_shift=lambda officer, at: officer == "Odile")
    read_all(desk)
    flags = desk.flags(dpo)
    assert [(flag.rule, flag.officer) for flag in flags] == [("out_of_hours", "Marie")]


def test_LOG_8_the_night_begins_and_ends_on_the_wall_clock_of_the_party() -> None:
    def flagged(hour: int, zone: str) -> bool:
        watch = Watch(MisuseRules(zone=zone), lambda officer, at: False)
        at = dt.datetime(2031, 9, 12, hour, 59 if hour == 19 else 0, tzinfo=dt.UTC)
        return bool(watch.see(Seen(looked(0, at))))

    assert [flagged(hour, "Europe/Paris") for hour in (3, 4, 19, 20)] == [True, False, False, True]
    assert [flagged(hour, "Europe/London") for hour in (4, 5, 20, 21)] == [True, False, False, True]


def test_LOG_8_a_victims_record_opened_outside_its_matter_is_flagged(
    shores: Any, dpo: Any, seat_desk: Any, at_work: Any, victim: Any
) -> None:
    shores.lille.read(at_work(shores.lille, "Aude", matter="AIDE-7"), victim.header.id)
    assert raised(seat_desk(), dpo) == []
    for matter in ("OYAT", "-"):
        shores.lille.read(at_work(shores.lille, "Aude", matter=matter), victim.header.id)
        shores.clock.at += dt.timedelta(days=1)
    assert raised(seat_desk(), dpo) == ["victim_without_matter", "victim_without_matter"]


def test_LOG_8_what_lies_with_victims_inside_another_record_counts_for_whoever_can_open_it(
    shores: Any, dpo: Any, seat_desk: Any, at_work: Any, report: Any, statement: Any, person: Any
) -> None:
    told = statement(entities=(person(name="Rojda", phone="", category="victim"),), compartment="victims")
    seen = statement(id="s2", entities=(person(id="e2"),))
    lille = shores.lille
    said = lille._said(report(statements=(seen, told), recipients=()), "Marie", (), lille.now(), None)
    entry = compose(said, lille.store.secrets.signing, "lille", "FR", lille.now())
    lille.store.commit(Write(entries=[entry]))
    row = entry.records[0]
    shores.lille.read(at_work(shores.lille, "Marie", matter="ELSEWHERE"), row.header.id)
    assert raised(seat_desk(), dpo) == []
    shores.lille.read(
        at_work(shores.lille, "Aude", matter="ELSEWHERE", purpose="investigation"), row.header.id
    )
    found = seat_desk()
    read_all(found)
    assert [(flag.rule, flag.officer) for flag in found.flags(dpo)] == [("victim_without_matter", "Aude")]


def test_LOG_8_repeated_attempts_at_what_is_forbidden_are_flagged(
    shores: Any, dpo: Any, seat_desk: Any, at_work: Any
) -> None:
    marie = at_work(shores.lille, "Marie")
    desk = seat_desk()
    for _ in range(5):
        assert raised(seat_desk(), dpo) == []
        with pytest.raises(NotPermitted):
            desk.register(marie, Asked())
    assert raised(seat_desk(), dpo) == ["refusals_repeated"]


def test_LOG_8_the_same_reason_all_day_is_among_the_flags(
    shores: Any, dpo: Any, seat_desk: Any, at_work: Any, opened: Any
) -> None:
    record, marie = opened(1)[0], at_work(shores.lille, "Marie")
    for _ in range(21):
        shores.lille.read(marie, record)
    assert [flag.rule for flag in seat_desk().flags(dpo)] == ["same_reason"]


def test_LOG_8_who_searches_for_their_own_name_is_flagged_without_it(
    shores: Any, dpo: Any, seat_desk: Any, at_work: Any
) -> None:
    marie = at_work(shores.lille, "Marie")
    desk = seat_desk()
    for asked in ("Haji", "Marie"):
        shores.lille.search(marie, asked)
        if is_self(asked, marie.officer):
            desk.flag_self_search(marie)
    (flag,) = desk.flags(dpo)
    searched = desk.register(dpo, Asked(officer="Marie", act="search")).lines
    assert (flag.rule, flag.rests_on) == ("self_search", (searched[0].number,))
    content = shores.lille.store.rows(_content_of(flag.line))[0][0]
    told = msgspec.json.decode(content)
    assert set(told) == {"at", "act", "officer", "service", "rule", "found", "records", "once"}
    # The officer's name stands where the officer stands, and nowhere else.
    assert content.count("Marie") == 1


def _content_of(number: int) -> Any:
    from sqlalchemy import select

    from entente.store import tables

    return select(tables.register.c.content).where(tables.register.c.line == number)


@pytest.mark.parametrize(
    ("asked", "officer", "expected"),
    [
        ("Vasquelin Thibault", "Thibault VASQUELIN", True),
        ("thibault vasquelin 1990", "Thibault Vasquelin", True),
        ("Vasquelin", "Thibault Vasquelin", False),
        ("Thibault", "Thibault Vasquelin", False),
        ("Zoé", "Zoe", True),
        ("06 39 98 04 17", "Thibault Vasquelin", False),
        ("", "Thibault Vasquelin", False),
    ],
)
def test_LOG_8_a_search_for_oneself_is_known_by_the_whole_name(
    asked: str, officer: str, expected: bool
) -> None:
    assert is_self(asked, officer) is expected


def test_LOG_8_what_is_done_to_save_life_is_never_flagged(
    shores: Any, dpo: Any, seat_desk: Any, at_work: Any
) -> None:
    erwan = at_work(shores.lille, "Erwan")
    shores.clock.at = NIGHT
    records = [shores.lille.distress(f"boat {number}".encode(), erwan).header.id for number in range(12)]
    for record in records * 2:
        shores.lille.read(erwan, record)
    shores.lille.settle()
    shores.lille.maritime.at_sea(erwan)
    shores.clock.at = NIGHT + dt.timedelta(hours=10)
    assert [flag for flag in raised(seat_desk(), dpo) if flag != "same_reason"] == []


def looked(number: int, at: dt.datetime, **changes: Any) -> RegisterLine:
    values: dict[str, Any] = {
        "number": number,
        "at": at,
        "act": "consultation",
        "officer": "Marie",
        "service": "FR-OLTIM",
        "role": "investigator",
        "purpose": "intelligence",
        "matter": "OYAT",
        "reason": "suivi",
    }
    return RegisterLine(**(values | changes))


def test_LOG_8_a_watch_keepers_title_covers_nothing_but_life_saving_records() -> None:
    fact = misuse.Facts(record="r", kind="report", compartments=frozenset({"intelligence"}), matter="OYAT")
    at_sea = msgspec.structs.replace(fact, compartments=frozenset({"life_saving"}))
    line = looked(0, NIGHT, role="watch_keeper", purpose="life_saving", records=("r",))
    assert Seen(line, (at_sea,)).saves_life
    assert not Seen(line, (fact,)).saves_life
    assert not Seen(line).saves_life
    assert not Seen(msgspec.structs.replace(line, role="investigator"), (at_sea,)).saves_life


BEHAVIOUR: dict[str, list[Seen]] = {
    "mass_search": [
        Seen(looked(number, NIGHT.replace(hour=9, minute=number // 4), act="search")) for number in range(61)
    ],
    "out_of_hours": [Seen(looked(0, NIGHT))],
    "victim_without_matter": [
        Seen(
            looked(0, NIGHT.replace(hour=9), records=("r",), matter="-"),
            (misuse.Facts(record="r", kind="report", compartments=frozenset({"victims"}), matter="A"),),
        )
    ],
    "refusals_repeated": [Seen(looked(number, NIGHT.replace(hour=9), act="refusal")) for number in range(5)],
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_LOG_8_each_rule_is_needed(rule: Any) -> None:
    def flagged(kinds: tuple[Any, ...]) -> int:
        watch = Watch(MisuseRules(), lambda officer, at: False, kinds=kinds)
        return sum(len(watch.see(seen)) for seen in BEHAVIOUR[rule.__name__])

    assert flagged(RULES) == 1
    assert flagged(all_but(rule)) == 0


def test_LOG_8_a_restart_after_any_line_flags_nothing_twice_and_misses_nothing(
    shores: Any, dpo: Any, seat_desk: Any, at_work: Any, opened: Any, victim: Any
) -> None:
    records, marie, aude = opened(4), at_work(shores.lille, "Marie"), at_work(shores.lille, "Aude")
    for record in records:
        shores.lille.read(marie, record)
    shores.lille.read(aude, victim.header.id)
    for number in range(7):
        shores.lille.search(marie, f"06 39 98 04 {number + 10}")
    shores.clock.at = NIGHT
    shores.lille.read(marie, records[0])
    shores.clock.at = NIGHT + dt.timedelta(hours=10)
    size = len(seat_desk().register(dpo, Asked(limit=500)).lines)
    for _ in range(size + 10):
        seat_desk().step(1)  # each a desk of its own, that knows only what is durable
    found = raised(seat_desk(), dpo)
    assert sorted(found) == ["out_of_hours", "records_an_hour", "searches_an_hour", "victim_without_matter"]


def test_a_desk_that_fails_at_a_line_comes_to_it_again_and_can_step_over(
    shores: Any, dpo: Any, seat_desk: Any, at_work: Any, opened: Any
) -> None:
    record = opened(1)[0]
    shores.clock.at = NIGHT

    def breaks(officer: str, at: dt.datetime) -> bool:
        if officer == "Marie":
            raise RuntimeError("the roster cannot be read")
        return False

    shores.lille.read(at_work(shores.lille, "Marie"), record)
    shores.lille.read(at_work(shores.lille, "Odile"), record)
    desk = seat_desk(on_shift=breaks)
    with pytest.raises(RuntimeError):
        desk.step()
    assert desk.step(1) == 1  # what Marie took down
    for _ in range(2):
        with pytest.raises(RuntimeError):
            desk.step(1)
    desk.pass_over()
    read_all(desk)
    assert {flag.officer for flag in desk.flags(dpo)} == {"Odile"}
    assert shores.lille.verify().broken is None


def test_looking_at_a_flag_is_an_act_with_its_own_line(
    shores: Any, dpo: Any, seat_desk: Any, at_work: Any, opened: Any
) -> None:
    record = opened(1)[0]
    shores.clock.at = NIGHT
    shores.lille.read(at_work(shores.lille, "Marie"), record)
    shores.clock.at = NIGHT + dt.timedelta(hours=10)
    desk = seat_desk()
    read_all(desk)
    (flag,) = desk.flags(dpo)
    assert flag.state == "open"
    with pytest.raises(NotPermitted):
        desk.look_at(dpo, flag.line, "lawful", "-")
    with pytest.raises(NotPermitted):
        desk.look_at(dpo, flag.line, "lawful", "voir 06 39 98 04 17")
    desk.look_at(dpo, flag.line, "to_follow", "Marie est invitée à s’expliquer")
    assert desk.flags(dpo)[0].state == "to_follow"
    desk.look_at(dpo, flag.line, "lawful", "astreinte oubliée au tableau")
    (flag,) = desk.flags(dpo)
    assert (flag.state, flag.looked_by, flag.looked_words) == (
        "lawful",
        "DPO",
        "astreinte oubliée au tableau",
    )
    assert desk.flags(dpo, only_open=True) == ()
    with pytest.raises(NotFound):
        desk.look_at(dpo, flag.rests_on[0], "lawful", "ceci n’est pas un signalement")
    assert shores.lille.verify().broken is None


def test_nobody_concludes_on_a_flag_about_themselves(
    shores: Any, dpo: Any, seat_desk: Any, opened: Any
) -> None:
    opened(1)
    shores.clock.at = NIGHT
    desk = seat_desk()
    desk.register(dpo, Asked())
    shores.clock.at = NIGHT + dt.timedelta(hours=10)
    read_all(desk)
    (flag,) = desk.flags(dpo)
    with pytest.raises(NotPermitted, match="own_flag"):
        desk.look_at(dpo, flag.line, "lawful", "je travaillais tard")


@pytest.mark.parametrize("officer", ["Marie", "Odile", "Erwan", "Aude", "feed"])
def test_nobody_but_the_data_protection_officer_is_let_in_and_each_attempt_is_kept(
    shores: Any, dpo: Any, seat_desk: Any, at_work: Any, officer: str
) -> None:
    desk, access = seat_desk(), at_work(shores.lille, officer)
    attempts: tuple[Callable[[], Any], ...] = (
        lambda: desk.register(access, Asked()),
        lambda: desk.extract(access, Asked()),
        lambda: desk.flags(access),
        lambda: desk.look_at(access, 0, "lawful", "cela va bien"),
        lambda: desk.search_subject(access, Subject(names=("Haji Dlo",))),
        lambda: desk.answer_request(access, "r", (), ()),
    )
    for attempt in attempts:
        with pytest.raises(EntenteError, match="oversight_only"):
            attempt()
    kept = desk.register(dpo, Asked(officer=officer, act="refusal")).lines
    assert len(kept) == len(attempts)


@pytest.mark.parametrize("rule", [*KINDS, "of_a_later_version"])
def test_every_flag_has_words_in_both_languages(rule: str) -> None:
    words = flag_words(rule, "Marie", 7)
    assert "Marie" in words.fr
    assert "Marie" in words.en
    assert words.fr != words.en


@given(
    st.lists(
        st.tuples(st.integers(0, 200), st.sampled_from(["search", "consultation", "refusal"])), max_size=60
    )
)
def test_the_same_lines_give_the_same_flags_wherever_the_reading_pauses(steps: list[tuple[int, str]]) -> None:
    at = NIGHT
    lines = []
    for number, (minutes, act) in enumerate(steps):
        at += dt.timedelta(minutes=minutes)
        lines.append(
            Seen(looked(number, at, act=act, records=(f"r{number}",) if act == "consultation" else ()))
        )
    rules = MisuseRules(
        searches_an_hour=3, searches_a_day=5, records_an_hour=3, records_a_day=5, refusals_a_day=3
    )

    def told(flagged: set[tuple[str, str]] | None) -> list[str]:
        watch = Watch(rules, lambda officer, at: False, flagged)
        return [flag.once for seen in lines for flag in watch.see(seen)]

    first = told(None)
    assert len(set(first)) == len(first)
    assert told({("Marie", once) for once in first}) == []
