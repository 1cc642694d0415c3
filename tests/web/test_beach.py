"""What a telephone on a beach sends: recorded once, under its own officer, with what was tapped and nothing lost."""

from __future__ import annotations

import re
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import msgspec
import pytest
import uvicorn

from entente.errors import NotFound
from entente.model.report import Draft, Statement
from entente.node import Node
from entente.serve import make_app
from entente.store.store import value_of
from entente.web.beach_words import CHOICES


class Phone:
    """A telephone in an officer's hand, over the node's own pages."""

    def __init__(self, node: Node, officer: str, role: str = "", matter: str = "OYAT") -> None:
        self.officer = officer
        self.client = httpx.Client(base_url=f"http://localhost:{node.settings.port}", follow_redirects=True)
        self.client.post("/sign-in/exercise", data={"officer": officer, "role": role})
        if matter:
            shift = {"csrf": self.secret()["csrf"], "matter": matter, "reason": "patrouille de nuit"}
            self.client.post("/shift", data=shift)

    def secret(self) -> dict[str, Any]:
        """What the page is told of the session."""
        answer = self.client.get("/beach/secret", headers={"Accept": "application/json"})
        told: dict[str, Any] = answer.json()
        return told

    def send(self, report: dict[str, Any], **form: str) -> Any:
        """Post one report as the page does."""
        kind = "distress" if report.get("what") == "distress" else "sighting"
        fields = {
            "report": msgspec.json.encode(report).decode(),
            "id": report.get("id", ""),
            "officer": report.get("officer", self.officer),
            "kind": kind,
        }
        return self.client.post(
            "/beach/send",
            data=fields | form,
            headers={"X-CSRF": self.secret()["csrf"], "Accept": "application/json"},
        )


@pytest.fixture
def pages(shores: Any) -> Iterator[Node]:
    """Lille's pages on loopback; what passes between the nodes is carried by hand."""
    app = make_app(shores.lille)
    config = uvicorn.Config(
        app, port=shores.lille.settings.port, log_level="critical", lifespan="off", ws="none"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.005)
    yield shores.lille
    server.should_exit = True
    app.state.pulse.close()
    thread.join(timeout=10)
    app.state.close()


@pytest.fixture
def phone(pages: Node) -> Iterator[Callable[..., Phone]]:
    made: list[Phone] = []

    def hold(officer: str = "Paul", **options: Any) -> Phone:
        made.append(Phone(pages, officer, **options))
        return made[-1]

    yield hold
    for one in made:
        one.client.close()


def tapped(officer: str = "Paul", **changes: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "id": str(uuid.uuid4()),
        "officer": officer,
        "what": "group_walking",
        "age_s": 600.0,
        "language": "fr",
        "at_least": 30,
        "at_most": 50,
        "latitude": 50.8076,
        "longitude": 1.5945,
        "accuracy_m": 9.0,
    }
    return values | changes


NOWHERE = {"latitude": None, "longitude": None, "accuracy_m": None, "place": ""}


def sightings(node: Node) -> int:
    return node.store.count().get("sighting", 0)


def statements(node: Node, record: str, access: Any) -> list[Statement]:
    reading = node.read(access, record)
    return [value_of(one) for one in reading.parts if one.part.name.startswith("statement/")]


def test_what_is_tapped_is_recorded_with_its_place_its_count_and_the_time_at_which_it_was_seen(
    shores: Any, phone: Any, at_work: Any
) -> None:
    hand = phone()
    report = tapped(words="un homme distribue des gilets")
    answer = hand.send(report)
    assert answer.status_code == 200, answer.text
    assert answer.json()["number"] == f"B-{report['id'][:8].upper()}"
    row = shores.lille.store.current([answer.json()["record"]])[answer.json()["record"]]
    assert row.header.kind == "sighting"
    assert row.header.compartment == "intelligence"
    assert row.header.matter == "OYAT"
    assert row.header.handling == ("H0",)
    assert (shores.clock() - row.header.said_at).total_seconds() == 600
    first, words = statements(shores.lille, row.header.id, at_work(shores.lille, "Marie"))
    assert first.sighting is not None
    assert first.sighting.position is not None
    assert first.sighting.position.uncertainty_m == 9.0
    assert first.sighting.persons_on_board is not None
    assert first.sighting.persons_on_board.at_most == 50
    assert "Ambleteuse" in first.wording.text
    assert first.wording.translations[0].language == "en"
    assert words.wording.text == "un homme distribue des gilets"


@pytest.mark.parametrize("what", [*CHOICES])
@pytest.mark.parametrize("far_out", [False, True], ids=["no position", "far from every beach"])
def test_whoever_does_not_know_the_place_is_heard_all_the_same(
    shores: Any, phone: Any, what: str, far_out: bool
) -> None:
    where = {"latitude": 51.0, "longitude": 1.47} if far_out else NOWHERE
    answer = phone().send(tapped(what=what, **where))
    assert answer.status_code == 200, answer.text
    row = shores.lille.store.current([answer.json()["record"]])[answer.json()["record"]]
    # Recorded as it was tapped: what is kept raw bears no number and is said now.
    assert row.header.reference == answer.json()["number"]
    assert (shores.clock() - row.header.said_at).total_seconds() == 600


def test_a_report_sent_twice_is_one_record_and_has_the_same_answer(shores: Any, phone: Any) -> None:
    hand, report = phone(), tapped()
    before = sightings(shores.lille)
    lines = shores.lille.store.roots()[0]
    first = hand.send(report)
    after = shores.lille.store.roots()[0]
    assert [hand.send(report).json(), hand.send(report).json()] == [first.json()] * 2
    assert sightings(shores.lille) == before + 1
    assert shores.lille.store.roots()[0] == after == lines + 1


def test_of_many_windows_that_send_one_report_at_the_same_time_one_records_it(
    shores: Any, at_work: Any
) -> None:
    node: Node = shores.lille
    said = {"wording": {"language": "fr", "text": "groupe"}, "basis": "fact", "id": "s1"}
    said |= {"grade": {"scheme": "europol", "source": "B", "information": "2"}, "checked_on": "2031-09-12"}
    draft = msgspec.convert(
        {
            "kind": "sighting",
            "service": "FR-PAF",
            "purpose": "intelligence",
            "matter": "OYAT",
            "handling": ["H0"],
            "regime": "undetermined",
            "statements": [said],
        },
        Draft,
    )
    paul = at_work(node, "Paul")
    found: list[str] = []
    start = threading.Barrier(8)

    def window() -> None:
        start.wait()
        found.append(node.record(draft, paul, "beach/Paul/one").header.id)

    threads = [threading.Thread(target=window) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(found) == 8
    assert len(set(found)) == 1
    assert sightings(node) == 1


def test_the_same_id_of_another_officer_is_another_report(shores: Any, phone: Any) -> None:
    same = str(uuid.uuid4())
    one = phone("Paul").send(tapped("Paul", id=same)).json()["record"]
    other = phone("Marie").send(tapped("Marie", id=same)).json()["record"]
    assert one != other


def test_one_officers_report_never_goes_in_anothers_name(shores: Any, phone: Any) -> None:
    before = sightings(shores.lille)
    answer = phone("Marie").send(tapped("Paul"))
    assert (answer.status_code, answer.json()["code"]) == (409, "other_officer")
    answer = phone("Marie").send(tapped("Marie"), officer="Paul")
    assert answer.status_code == 409
    assert sightings(shores.lille) == before


def test_without_a_shift_a_sighting_waits_and_a_distress_goes(shores: Any, phone: Any, at_work: Any) -> None:
    hand = phone(matter="")
    assert hand.secret()["has_shift"] is False
    refused = hand.send(tapped())
    assert (refused.status_code, refused.json()["code"]) == (409, "no_shift")
    answer = hand.send(tapped(what="distress", at_least=40, at_most=50))
    assert answer.status_code == 200
    row = shores.lille.store.current([answer.json()["record"]])[answer.json()["record"]]
    assert row.header.kind == "distress"
    assert row.header.compartment == "life_saving"
    (said,) = statements(shores.lille, row.header.id, at_work(shores.lille, "Erwan"))
    assert said.sighting is not None
    assert said.sighting.phase == "distress"
    shores.carry()
    (there,) = statements(shores.dover, row.header.id, at_work(shores.dover, "Claire"))
    assert there.sighting == said.sighting


@pytest.mark.parametrize(
    "broken", [{"latitude": 95.0}, {"age_s": -4.0}, {"place": "nulle part", "latitude": None}, {"surplus": 1}]
)
def test_a_distress_is_recorded_whatever_is_wrong_with_it_and_once(
    shores: Any, phone: Any, broken: dict[str, Any]
) -> None:
    hand, report = phone(), tapped(what="distress", **broken)
    before = shores.lille.store.count().get("distress", 0)
    first = hand.send(report)
    assert first.status_code == 200, first.text
    assert hand.send(report).json()["record"] == first.json()["record"]
    assert shores.lille.store.count()["distress"] == before + 1


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        ({"place": "Plage de Nulle-Part", "latitude": None, "longitude": None}, "place_unknown"),
        ({"age_s": 31 * 86_400.0}, "waited_too_long"),
        ({"at_least": 9, "at_most": 3}, "report_unreadable"),
        ({"latitude": 95.0}, "report_unreadable"),
        ({"words": "mot " * 600}, "words_too_long"),
        ({"words": "trafic d'êtres humains"}, "offences_confused"),
        ({"id": "one"}, "unreadable"),
    ],
)
def test_what_is_refused_says_why_and_what_to_do_and_is_recorded_when_it_is_mended(
    shores: Any, phone: Any, broken: dict[str, Any], code: str
) -> None:
    hand, report = phone(), tapped()
    answer = hand.send(report | broken)
    assert answer.status_code in (403, 422)
    assert code in answer.json()["code"]
    assert answer.json()["text"]
    assert answer.json()["remedy"]
    before = sightings(shores.lille)
    assert hand.send(report).status_code == 200
    assert sightings(shores.lille) == before + 1


def test_the_other_shore_hears_of_it_only_where_that_was_asked(shores: Any, phone: Any, at_work: Any) -> None:
    hand = phone()
    quiet = hand.send(tapped()).json()["record"]
    told = hand.send(tapped(tell=True)).json()["record"]
    shores.carry()
    jane = at_work(shores.dover, "Jane")
    assert statements(shores.dover, told, jane)
    with pytest.raises(NotFound):
        shores.dover.read(jane, quiet)


def test_rescue_hears_of_a_boat_that_leaves_and_not_of_the_officers_words(
    shores: Any, phone: Any, at_work: Any
) -> None:
    hand, report = phone(), tapped(what="launch", rescue=True, words="BANYAN conduit le fourgon")
    hand.send(report)
    hand.send(report)
    shores.carry()
    for node, keeper in ((shores.lille, "Erwan"), (shores.dover, "Claire")):
        listed = [
            one
            for one in node.maritime.at_sea(at_work(node, keeper))
            if one.reading.row.header.kind == "sighting"
        ]
        assert len(listed) == 1
        assert [one.sighting.phase for one in listed[0].statements] == ["uncertainty"]
        assert b"BANYAN" not in b"".join(one.part.content for one in listed[0].reading.parts)


def test_the_page_that_a_telephone_keeps_says_nothing_of_anybody(phone: Any) -> None:
    hand = phone()
    whole, shell = hand.client.get("/beach").text, hand.client.get("/beach/shell").text
    assert "Paul" in whole
    assert "patrouille de nuit" in whole
    assert hand.secret()["csrf"] in whole
    assert "Paul" not in shell
    assert "patrouille" not in shell
    assert hand.secret()["csrf"] not in shell
    assert 'id="step-what"' in shell


def test_the_worker_keeps_files_that_are_there_and_may_work_under_the_page_alone(phone: Any) -> None:
    hand = phone()
    answer = hand.client.get("/beach-worker.js")
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["service-worker-allowed"] == "/beach"
    assert "export " not in answer.text
    assert "import " not in answer.text.replace("important ", "")
    named = msgspec.json.decode(answer.text.split("const FILES = ")[1].split(";\n")[0])
    assert all(hand.client.get(name).status_code == 200 for name in named)
    page = hand.client.get("/beach/shell").text
    assert set(re.findall(r"/static/[^\"'&#]+", page)) <= set(named)
    assert any(name.endswith("js/beach_queue.js") for name in named)


def test_who_is_signed_out_is_told_so_in_a_way_that_the_page_understands(phone: Any) -> None:
    hand = phone()
    hand.client.post("/sign-out", data={"csrf": hand.secret()["csrf"]})
    answer = hand.client.get("/beach/secret", headers={"Accept": "application/json"})
    assert answer.status_code == 401
