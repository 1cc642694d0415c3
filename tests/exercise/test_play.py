"""The season played through two real nodes: acts of people, life apart, erasure everywhere, and no step twice."""

from __future__ import annotations

import contextlib
import csv
import json
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from entente.api.client import LocalNode
from entente.errors import NotFound, NotPermitted, Unavailable
from entente.evidence.features import prepare
from entente.exercise.agreement import exercise_agreement
from entente.exercise.play import PLAYED, has_continued, is_played, play, played
from entente.exercise.season import Season
from entente.exercise.shores import NODES, Shores, is_laid_out, lay_out
from entente.model.identifier import canonical
from entente.model.report import RecordRef
from entente.node import Node

INVESTIGATOR = {
    "lille": {"officer": "FR-OLTIM/Ferlandier", "matter": "OYAT", "reason": "essai de l’exercice"},
    "dover": {"officer": "UK-NCA/Fairlocke", "matter": "OYAT", "reason": "exercise test"},
}
MACHINE = {"officer": "FR-GEND/lapi", "matter": "OYAT", "reason": "lecture de plaques"}


def _rows(file: Path, statement: str, *values: Any) -> list[Any]:
    with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        return connection.execute(statement, values).fetchall()


@pytest.fixture
def at_rest(tmp_path: Path) -> Path:
    """Both nodes laid out and not running: asked, they are opened, do the deed, settle and close."""
    lay_out(tmp_path / "season", any_port=True)
    return tmp_path / "season"


@pytest.fixture
def lille(at_rest: Path) -> Iterator[Node]:
    node = Node(at_rest / "lille")
    yield node
    node.close()


def test_all_of_the_season_was_recorded_once(on_20_november: Shores, season: Season) -> None:
    assert is_played(on_20_november.root, season.items)
    for node in NODES:
        own = [item.reference for item in season.items if item.node == node]
        found = _rows(
            on_20_november.root / node / "ledger.db",
            "select reference from record where node = ? and kind not in ('hit', 'plan_act')",
            node,
        )
        assert Counter(reference for (reference,) in found) == Counter(own)


def test_each_record_reached_whom_its_originator_named_and_nobody_else(
    on_20_november: Shores, season: Season
) -> None:
    for node in NODES:
        came = {
            reference: set(audience.split())
            for reference, audience in _rows(
                on_20_november.root / node / "ledger.db",
                "select reference, audience from record where node != ? and kind != 'plan_act'",
                node,
            )
        }
        sent = {
            item.reference: {name.partition("/")[2] for name in item.draft.recipients} - {""}
            for item in season.items
            if item.node != node and item.draft.recipients and not item.draft.under_review
        }
        assert came == sent


def test_cat_3_only_named_officers_made_the_suspects_of_the_season(
    on_20_november: Shores, season: Season
) -> None:
    designated = {item.reference for item in season.items if item.is_designation}
    found = _rows(
        on_20_november.root / "lille" / "ledger.db",
        "select reference, service from record where kind = 'designation' and node = 'lille'",
    )
    assert {reference for reference, _ in found} == {
        one for one in designated if season.item(one).node == "lille"
    }
    assert {service for _, service in found} <= {service.id for service in exercise_agreement().services}


def test_cat_3_a_service_account_cannot_make_a_suspect_and_nothing_is_recorded(
    at_rest: Path, season: Season
) -> None:
    lille = LocalNode(at_rest / "lille")
    rental = season.item("FR-LOC-004")
    asking = {"officer": rental.officer, "role": rental.role, "matter": "OYAT", "reason": rental.reason}
    record = lille.ask("record", {"asking": asking, "draft": rental.draft})["id"]
    before = lille.ask("status")
    act = season.item("FR-LOC-004/D1").draft
    assert act.designation is not None
    by_machine = msgspec.structs.replace(
        act,
        designation=msgspec.structs.replace(
            act.designation, about=RecordRef(record, "e1"), officer=MACHINE["officer"]
        ),
    )
    with pytest.raises(NotPermitted) as refused:
        lille.ask("record", {"asking": MACHINE, "draft": by_machine})
    assert refused.value.code == "machine_decides"
    accusing = msgspec.to_builtins(rental.draft)
    accusing["statements"][0]["entities"][0]["category"] = "suspect"
    with pytest.raises(NotPermitted) as refused:
        lille.ask("record", {"asking": MACHINE, "draft": accusing})
    assert refused.value.code == "category_not_designated"
    after = lille.ask("status")
    assert (after["entries"], after["records"]) == (before["entries"], before["records"])
    # The same act by two officers is recorded: it was the machine that was refused.
    by_people = msgspec.structs.replace(
        act, designation=msgspec.structs.replace(act.designation, about=RecordRef(record, "e1"))
    )
    assert lille.ask("record", {"asking": asking, "draft": by_people})["kind"] == "designation"


def test_cat_4_500_rescue_records_yield_no_suspect(at_rest: Path, tmp_path: Path) -> None:
    table = tmp_path / "rescued.csv"
    with table.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["nom", "téléphone", "catégorie"])
        for number in range(500):
            writer.writerow(
                [f"SECOURU Numéro{number}", f"06 39 98 {number // 100:02d} {number % 100:02d}", "suspect"]
            )
    lille = LocalNode(at_rest / "lille")
    done = lille.ask(
        "import",
        {
            "asking": {**INVESTIGATOR["lille"], "role": "investigator"},
            "path": str(table),
            "regime": "undetermined",
            "handling": ["H1"],
            "grade": {"scheme": "admiralty", "source": "B", "information": "3"},
        },
    )
    assert done["recorded"] == 500
    assert "designation" not in lille.ask("status")["records"]
    node = Node(at_rest / "lille")
    try:
        node.settle()
        persons = node.crosscheck.persons
        assert persons.suspects() == 0
        rows = _rows(at_rest / "lille" / "ledger.db", "select id from record where kind = 'report'")
        categories = Counter(persons.category(RecordRef(record, "e1"), "OYAT") for (record,) in rows)
        assert categories == {"not_yet_assessed": 500}
    finally:
        node.close()


def test_pur_3_the_numbers_of_distress_calls_are_in_neither_match_index(lille: Node, season: Season) -> None:
    agreement = exercise_agreement()
    lille.set_clock(season.item("FR-CROSS-502").at)
    calls = [
        item for item in season.items if item.node == "lille" and item.draft.compartment == "life_saving"
    ]
    for item in (*calls, season.item("FR-GEND-510")):
        lille.record(item.draft, item.access(agreement))
    lille.settle()
    indexes = (lille.crosscheck._general, lille.crosscheck._closed)
    held = {one.value for index in indexes for features in index for one in features.identifiers}
    # The jacket lot shows that the indexes do hold what they should.
    assert held == {"NVXL2207"}
    digests = {digest for index in indexes for digest in index._carriers}
    assert digests
    for item in calls:
        for statement in item.draft.statements:
            for entity in statement.entities:
                features = prepare(
                    msgspec.structs.replace(entity, exempt=None),
                    RecordRef("asked", entity.id),
                    item.at.date(),
                )
                for index in indexes:
                    assert not index.candidates(features)
                    assert not {digest for digest, _ in index._digests(features)} & digests


def test_log_3_planted_values_are_in_no_register_line(on_20_november: Shores, season: Season) -> None:
    planted: set[str] = set()
    for item in season.items:
        for statement in item.draft.statements:
            for entity in statement.entities:
                planted |= {name.written for name in entity.names}
                planted |= {one.written for one in entity.identifiers}
                planted |= {canonical(one).value for one in entity.identifiers}
    for node in NODES:
        for value in ("0033 639 980 417", "GJOKTHANA Ilir", "FO 417 IU", "K7 2290 bleu"):
            found = on_20_november.ask(node, "search", {"asking": INVESTIGATOR[node], "written": value})
            assert found or value == "K7 2290 bleu"
    assert len(planted) > 60
    for node in NODES:
        lines = [
            content
            for (content,) in _rows(on_20_november.root / node / "ledger.db", "select content from register")
        ]
        assert Counter(json.loads(line)["act"] for line in lines)["search"] >= 4
        register = "\n".join(lines).casefold()
        assert [value for value in sorted(planted) if value.casefold() in register] == []


def test_a_reason_that_holds_a_value_is_refused(on_20_november: Shores) -> None:
    asking = {**INVESTIGATOR["dover"], "reason": "calls to 06 39 98 04 17"}
    with pytest.raises(NotPermitted) as refused:
        on_20_november.ask("dover", "search", {"asking": asking, "written": "06 39 98 04 17"})
    assert refused.value.code == "reason_holds_value"


def test_the_pilot_under_review_stayed_on_his_shore(on_20_november: Shores) -> None:
    refused = on_20_november.ask("dover", "refusals", INVESTIGATOR["dover"])
    pilot = played(on_20_november.root)["UK-IE-602"]
    assert [(one["code"], one["record"]) for one in refused] == [("under_review", pilot)]
    assert not _rows(on_20_november.root / "lille" / "ledger.db", "select 1 from record where id = ?", pilot)


def test_both_chains_hold_after_the_season(on_20_november: Shores) -> None:
    for node in NODES:
        proof = on_20_november.ask(node, "verify")
        assert proof["broken"] is None
        assert proof["entries"] > 60


def test_the_old_holder_of_the_number_is_found_before_the_correction(
    on_20_november: Shores, season: Season, erased_record: str
) -> None:
    if has_continued(on_20_november.root, season):
        pytest.skip("what follows is already played")
    for node in NODES:
        found = on_20_november.ask(
            node, "search", {"asking": INVESTIGATOR[node], "written": "GRANDCLAUDE Yvette"}
        )
        assert erased_record in {one["record"]["id"] for one in found}


def test_era_1_the_erasure_reaches_the_partner_and_leaves_nothing_behind(
    continued: Shores, erased_record: str
) -> None:
    for node in NODES:
        folder = continued.root / node
        assert _rows(folder / "keys.db", "select 1 from content_key where record = ?", erased_record) == []
        assert _rows(
            folder / "ledger.db", "select distinct state from record where id = ?", erased_record
        ) == [("erased",)]
        for written in ("GRANDCLAUDE Yvette", "06 39 98 04 17"):
            found = continued.ask(node, "search", {"asking": INVESTIGATOR[node], "written": written})
            assert erased_record not in {one["record"]["id"] for one in found}
        with pytest.raises(NotFound):
            continued.ask(node, "read", {"asking": INVESTIGATOR[node], "record": erased_record})
    asked = {"asking": INVESTIGATOR["lille"], "record": "FR-OLT-151"}
    holders = continued.ask("lille", "read", asked)["holders"]
    assert [(one["partner"], one["step"]) for one in holders] == [("dover", "accepted")]


def test_trf_2_after_the_lapse_a_transfer_is_refused_and_a_distress_passes(continued: Shores) -> None:
    ids = played(continued.root)
    refused = {
        one["record"]: one["code"] for one in continued.ask("lille", "refusals", INVESTIGATOR["lille"])
    }
    assert refused == {ids["FR-OLT-160"]: "transfer_lapsed"}
    dover = continued.root / "dover" / "ledger.db"
    assert _rows(dover, "select 1 from record where id = ?", ids["FR-OLT-160"]) == []
    assert _rows(dover, "select state, basis from record where id = ?", ids["FR-CROSS-521"]) == [
        ("held", "vital_interest")
    ]
    watch = {"officer": "UK-HMCG/Polwhere", "matter": "SAR", "reason": "on watch"}
    assert ids["FR-CROSS-521"] in {one["record"]["id"] for one in continued.ask("dover", "sea", watch)}


def test_a_broken_off_run_is_taken_up_and_no_step_is_played_twice(at_rest: Path, season: Season) -> None:
    with Shores(at_rest) as shores:
        play(season.items[:4], shores, lambda done, of, item: None)
        shores.kill("lille")
    # As if the power had failed after the node acknowledged the last step and before it was written down.
    done = played(at_rest)
    del done[season.items[3].reference]
    (at_rest / PLAYED).write_text(json.dumps(done), encoding="utf-8")
    with Shores(at_rest) as shores:
        play(season.items[:6], shores, lambda done, of, item: None)
    for node in NODES:
        found = _rows(
            at_rest / node / "ledger.db",
            "select reference from record where node = ? and kind != 'hit'",
            node,
        )
        assert Counter(reference for (reference,) in found) == Counter(
            item.reference for item in season.items[:6] if item.node == node
        )


def test_nothing_is_laid_out_over_what_is_already_there(at_rest: Path) -> None:
    assert is_laid_out(at_rest)
    with pytest.raises(Unavailable) as refused:
        lay_out(at_rest)
    assert refused.value.code == "folder_not_empty"


def test_both_nodes_end_when_the_exercise_is_killed(at_rest: Path) -> None:
    program = (
        "import pathlib, sys, time; from entente.exercise.shores import Shores;"
        "Shores(pathlib.Path(sys.argv[1])).start(); print('up', flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(at_rest)], stdout=subprocess.PIPE, start_new_session=True
    ) as exercise:
        assert exercise.stdout is not None
        assert exercise.stdout.readline() == b"up\n"
        assert all(LocalNode(at_rest / node).is_running() for node in NODES)
        exercise.kill()
    deadline = time.monotonic() + 20
    while any((at_rest / node / "serving.json").exists() for node in NODES):
        assert time.monotonic() < deadline
        time.sleep(0.05)
