"""Possible links on a page: worded as assessments, their sum exact, judged by people, told on both shores."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest

from entente.model.identifier import Identifier
from entente.model.name import Name

LILLE_WRITES = "06 39 98 04 17"
DOVER_WRITES = "+33 6 39 98 04 17"


@pytest.fixture
def linked(shores: Any, report: Callable[..., Any], at_work: Callable[..., Any]) -> Any:
    """Both shores, with one telephone in a record of each, and the link that both have said of it."""
    shores.lille.record(report(phone=LILLE_WRITES), at_work(shores.lille, "Marie"))
    theirs = report(service="UK-NCA", reference="UK-1", phone=DOVER_WRITES, name="Hajji")
    shores.dover.record(theirs, at_work(shores.dover, "Jane"))
    shores.carry()
    return shores


def hit_at(node: Any, access: Any) -> str:
    """The one link that a node said."""
    (found,) = node.headlines(access)
    return str(found.id)


def test_a_link_begins_as_a_possible_link_and_never_says_that_two_are_one(
    linked: Any, desks: Callable[..., Any], at_work: Callable[..., Any]
) -> None:
    hit = hit_at(linked.lille, at_work(linked.lille, "Marie"))
    for language, first, not_a_fact in (
        ("en", "Possible link, ", "A machine’s assessment, not a fact"),
        ("fr", "Lien possible, ", "Appréciation d’une machine, pas un fait"),
    ):
        page = desks(linked.lille, "Marie", language=language).get(f"/hits/{hit}").text
        heading = re.search(r"<h1>(.*?)</h1>", page, re.S)
        assert heading is not None
        assert heading[1].startswith(first)
        assert not_a_fact in page


def test_the_sum_shown_is_exactly_the_bits_of_the_hit_and_of_its_grounds(
    linked: Any, desks: Callable[..., Any], at_work: Callable[..., Any]
) -> None:
    access = at_work(linked.lille, "Marie")
    hit = linked.lille.hit(access, hit_at(linked.lille, access))
    page = desks(linked.lille, "Marie").get(f"/hits/{hit.id}").text
    grounds = [float(bits) for bits in re.findall(r'data-bits="([^"]+)"', page)]
    (shown,) = re.findall(r'data-sum="([^"]+)">([^<]+)<', page)
    assert sorted(grounds) == sorted(ground.bits for ground in hit.hit.grounds)
    assert float(shown[0]) == sum(grounds) == hit.hit.bits
    assert shown[1] == f"+{hit.hit.bits:.2f}".rstrip("0").rstrip(".") + " bits"


def test_each_side_shows_what_its_own_officer_wrote(
    linked: Any, desks: Callable[..., Any], at_work: Callable[..., Any]
) -> None:
    page = (
        desks(linked.dover, "Jane").get(f"/hits/{hit_at(linked.dover, at_work(linked.dover, 'Jane'))}").text
    )
    rows = re.findall(r'<tr class="pair__agrees">(.*?)</tr>', page, re.S)
    (phone,) = [row for row in rows if "telephone" in row]
    assert LILLE_WRITES in phone
    assert DOVER_WRITES in phone
    assert "FR-1" in page
    assert "UK-1" in page
    assert "Haji" in page
    assert "Hajji" in page


def test_a_judgement_needs_a_reason_and_keeps_what_was_typed(
    linked: Any, desks: Callable[..., Any], at_work: Callable[..., Any]
) -> None:
    desk = desks(linked.lille, "Marie")
    access = at_work(linked.lille, "Marie")
    hit = hit_at(linked.lille, access)
    refused = desk.post(f"/hits/{hit}/judgement", verdict="same", reason="")
    assert refused.status_code == 422
    assert "error-summary" in refused.text
    refused = desk.post(f"/hits/{hit}/judgement", verdict="perhaps", reason="the same line, seen by two")
    assert refused.status_code == 422
    assert "the same line, seen by two" in refused.text
    assert linked.lille.headlines(access)[0].judgement is None


def test_a_judgement_and_its_undoing_are_seen_on_the_other_shore_with_who_and_of_which_service(
    linked: Any, desks: Callable[..., Any], at_work: Callable[..., Any]
) -> None:
    lille, dover = desks(linked.lille, "Marie"), desks(linked.dover, "Jane")
    here = hit_at(linked.lille, at_work(linked.lille, "Marie"))
    there = hit_at(linked.dover, at_work(linked.dover, "Jane"))
    assert (
        dover.post(f"/hits/{there}/judgement", verdict="same", reason="heard him say it").status_code == 303
    )
    linked.carry()
    page = lille.get(f"/hits/{here}").text
    assert "heard him say it" in page
    assert "Jane" in page
    assert "UK-NCA" in page
    assert "Judged: the same" in page
    assert here in lille.get("/hits?show=judged").text
    assert here not in lille.get("/hits?show=to_judge").text
    linked.clock.at += dt.timedelta(minutes=5)
    dover.post(f"/hits/{there}/judgement", verdict="different", reason="another man carried the phone")
    linked.carry()
    page = lille.get(f"/hits/{here}/talk", **{"HX-Request": "true"}).text
    assert page.index("another man carried the phone") < page.index("heard him say it")
    assert "in force" in page
    assert "replaced" in page
    (found,) = linked.lille.headlines(at_work(linked.lille, "Marie"))
    assert found.judgement is not None
    assert found.judgement.verdict == "different"


def test_the_shared_sheet_says_on_both_shores_who_acts_who_waits_and_when_they_meet(
    linked: Any, desks: Callable[..., Any], at_work: Callable[..., Any]
) -> None:
    lille, dover = desks(linked.lille, "Marie"), desks(linked.dover, "Jane")
    here = hit_at(linked.lille, at_work(linked.lille, "Marie"))
    there = hit_at(linked.dover, at_work(linked.dover, "Jane"))
    said = lille.post(
        f"/hits/{here}/sheet",
        acts="FR-OLTIM",
        waits=["UK-NCA", "UK-IE"],
        meets_at="2031-09-14T10:30",
        words="we ask the operator first",
    )
    assert said.status_code == 303
    linked.carry()
    page = dover.get(f"/hits/{there}/talk", **{"HX-Request": "true"}).text
    assert "we ask the operator first" in page
    assert "Marie" in page
    assert "UK-NCA, UK-IE" in page
    # Half past ten in Paris is half past nine in London.
    assert "09:30 BST" in page
    late = lille.post(f"/hits/{here}/sheet", acts="FR-OLTIM", meets_at="tomorrow", words="kept words")
    assert late.status_code == 422
    assert "kept words" in late.text


def test_what_was_said_is_asked_anew_but_read_only_where_something_came(
    linked: Any, desks: Callable[..., Any], at_work: Callable[..., Any]
) -> None:
    desk = desks(linked.lille, "Marie")
    hit = hit_at(linked.lille, at_work(linked.lille, "Marie"))
    live = re.search(r'data-live="([^"]+)"', desk.get(f"/hits/{hit}").text)
    assert live is not None
    assert desk.get(live[1], **{"HX-Request": "true"}).status_code == 204
    desk.post(f"/hits/{hit}/judgement", verdict="unsure", reason="one call is not enough")
    fresh = desk.get(live[1], **{"HX-Request": "true"})
    assert fresh.status_code == 200
    assert "one call is not enough" in fresh.text


def test_a_link_that_fell_says_so_on_a_page_left_open(
    linked: Any, desks: Callable[..., Any], at_work: Callable[..., Any], amend: Callable[..., Any]
) -> None:
    desk, access = desks(linked.lille, "Marie"), at_work(linked.lille, "Marie")
    hit = hit_at(linked.lille, access)
    own = linked.lille.read(access, "FR-1").row.header.id
    linked.lille.record(amend("FR-OLTIM", own), access)
    linked.carry()
    assert "no longer stands" in desk.get(f"/hits/{hit}/talk", **{"HX-Request": "true"}).text
    assert desk.get(f"/hits/{hit}").status_code == 404


def test_a_link_is_for_nobody_who_may_not_read_both(
    linked: Any, desks: Callable[..., Any], at_work: Callable[..., Any]
) -> None:
    hit = hit_at(linked.lille, at_work(linked.lille, "Marie"))
    for officer, role, status in (("Erwan", "watch_keeper", 403), ("DPO", "data_protection_officer", 403)):
        desk = desks(linked.lille, officer, role)
        for path in (f"/hits/{hit}", f"/hits/{hit}/talk", "/hits", "/hits/why"):
            assert desk.get(path).status_code == status
        assert desk.post(f"/hits/{hit}/judgement", verdict="same", reason="no business").status_code == status


def test_a_link_through_others_shows_its_way_by_references(
    shores: Any, report: Callable[..., Any], person: Callable[..., Any], statement: Callable[..., Any],
    desks: Callable[..., Any], at_work: Callable[..., Any],
) -> None:  # fmt: skip
    lille, access = shores.lille, at_work(shores.lille, "Marie")
    both = person(
        identifiers=(
            Identifier(kind="phone", written="06 39 98 04 17"),
            Identifier(kind="phone", written="06 39 98 04 18"),
        ),
        names=(Name("Haji", "alias"),),
    )
    lille.record(report(reference="FR-A", phone="06 39 98 04 17", name=""), access)
    lille.record(report(reference="FR-C", phone="06 39 98 04 18", name=""), access)
    lille.settle()
    lille.record(report(reference="FR-B", statements=(statement(entities=(both,)),)), access)
    lille.settle()
    desk = desks(lille, "Marie")
    (through,) = [one for one in lille.hits(access) if one.hit.through]
    page = desk.get(f"/hits/{through.id}").text
    way = page[page.index('id="way"') : page.index('id="changes"')]
    assert way.count("FR-B") == 2
    assert "FR-A" in way
    assert "FR-C" in way
    assert through.hit.through[0].record not in re.sub(r'href="[^"]*"', "", way)


def test_two_records_that_are_no_link_say_what_is_missing(
    shores: Any,
    report: Callable[..., Any],
    person: Callable[..., Any],
    statement: Callable[..., Any],
    desks: Callable[..., Any],
    at_work: Callable[..., Any],
) -> None:
    lille, access = shores.lille, at_work(shores.lille, "Marie")
    for reference, phone, name in (
        ("FR-A", "06 39 98 04 17", "Soran Delirzad"),
        ("FR-B", "06 39 98 04 18", "Ludger Wiemannsfelde"),
    ):
        one = person(phone=phone, names=(Name(name),))
        lille.record(report(reference=reference, statements=(statement(entities=(one,)),)), access)
    lille.settle()
    desk = desks(lille, "Marie")
    page = desk.post("/hits/why", one="FR-A", other="FR-B")
    assert page.status_code == 200
    assert "Different names" in page.text
    assert "fewer than" in page.text
    assert desk.post("/hits/why", one="FR-A", other="FR-A").status_code == 422
    unknown = desk.post("/hits/why", one="FR-A", other="FR-NO")
    assert unknown.status_code == 404
    assert "FR-NO" in unknown.text


def test_a_list_about_a_record_holds_its_links_and_no_other(
    linked: Any, report: Callable[..., Any], desks: Callable[..., Any], at_work: Callable[..., Any]
) -> None:
    access = at_work(linked.lille, "Marie")
    hit = hit_at(linked.lille, access)
    linked.lille.record(report(reference="FR-2", phone="06 39 98 05 55", name=""), access)
    linked.lille.settle()
    desk = desks(linked.lille, "Marie")
    assert hit in desk.post("/hits", about="FR-1").text
    assert hit not in desk.post("/hits", about="FR-2").text
