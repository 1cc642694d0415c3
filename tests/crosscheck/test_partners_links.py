"""Two records of one partner are that partner's to link, until the parties agree otherwise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec


def dovers_two_and_lilles_one(shores: Any, report: Callable[..., Any], at_work: Callable[..., Any]) -> None:
    jane, marie = at_work(shores.dover, "Jane"), at_work(shores.lille, "Marie")
    shores.dover.record(report("UK-NCA", "UK-1", region="FR"), jane)
    shores.dover.record(report("UK-NCA", "UK-2", region="FR"), jane)
    shores.carry()
    shores.lille.record(report(reference="FR-1"), marie)
    shores.carry()


def linked(node: Any) -> set[frozenset[str]]:
    couples = node.crosscheck.couples()
    rows = node.store.current({ref.record for couple in couples for ref in couple})
    return {frozenset(rows[ref.record].header.reference for ref in couple) for couple in couples}


def test_a_partners_two_records_are_linked_by_the_partner_alone(
    shores: Any, report: Callable[..., Any], at_work: Callable[..., Any]
) -> None:
    dovers_two_and_lilles_one(shores, report, at_work)
    across = {frozenset({"FR-1", "UK-1"}), frozenset({"FR-1", "UK-2"})}
    assert linked(shores.lille) == across
    assert linked(shores.dover) == across | {frozenset({"UK-1", "UK-2"})}
    found = shores.lille.search(at_work(shores.lille, "Marie"), "06 39 98 04 17")
    assert {row.header.reference for row, *_ in found} == {"FR-1", "UK-1", "UK-2"}


def test_parties_may_agree_that_a_node_links_all_that_it_was_given(
    shores: Any, report: Callable[..., Any], at_work: Callable[..., Any]
) -> None:
    shores.lille.store.agreement = msgspec.structs.replace(
        shores.lille.store.agreement, links_of_one_partner=True
    )
    dovers_two_and_lilles_one(shores, report, at_work)
    assert frozenset({"UK-1", "UK-2"}) in linked(shores.lille)
