"""Alerts and warnings: told to whom they are for, sanitised for rescue, answered, and how early that was."""

from __future__ import annotations

import datetime as dt
import re
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
import uvicorn
from hypothesis import given, settings
from hypothesis import strategies as st

from entente.errors import Malformed, NotFound
from entente.formats.warned import sanitised
from entente.model.place import Position
from entente.model.report import Draft, Warning
from entente.model.wire import encode
from entente.node import Node
from entente.policy.door import with_life_defaults
from entente.serve import make_app
from entente.store.store import value_of

PLANTED = "Zorglub"


class Desk:
    """An officer at a desk, over the node's own pages."""

    def __init__(self, node: Node, officer: str, role: str = "") -> None:
        self.client = httpx.Client(base_url=f"http://localhost:{node.settings.port}", follow_redirects=True)
        self.client.post("/sign-in/exercise", data={"officer": officer, "role": role})
        page = self.client.get("/shift").text
        self.csrf = re.search(r'name="csrf" content="([^"]+)"', page)[1]  # type: ignore[index]
        shift = {"csrf": self.csrf, "matter": f"Affaire {PLANTED}", "reason": f"suivi de {PLANTED}"}
        self.client.post("/shift", data=shift)

    def post(self, path: str, **fields: Any) -> httpx.Response:
        """Send a form as the page does."""
        return self.client.post(path, data={"csrf": self.csrf} | fields)

    def get(self, path: str) -> httpx.Response:
        """Look at a page."""
        return self.client.get(path)


@pytest.fixture
def desk(shores: Any) -> Iterator[Callable[..., Desk]]:
    """Desks on both shores, their pages on loopback; what passes between the nodes is carried by hand."""
    served: dict[str, tuple[Any, uvicorn.Server, threading.Thread]] = {}
    made: list[Desk] = []

    def sit(officer: str, node: str = "lille", role: str = "") -> Desk:
        if node not in served:
            app = make_app(shores.node(node))
            port = shores.node(node).settings.port
            server = uvicorn.Server(
                uvicorn.Config(app, port=port, log_level="critical", lifespan="off", ws="none")
            )
            thread = threading.Thread(target=server.run, daemon=True)
            thread.start()
            while not server.started:
                time.sleep(0.005)
            served[node] = (app, server, thread)
        made.append(Desk(shores.node(node), officer, role))
        return made[-1]

    yield sit
    for one in made:
        one.client.close()
    for app, server, thread in served.values():
        server.should_exit = True
        app.state.pulse.close()
        thread.join(timeout=10)
        app.state.close()


def typed(**changes: Any) -> dict[str, Any]:
    """An alert as it is typed: 12 September 2031, from 12:00 to 15:00 in Paris."""
    return {
        "once": "one",
        "place": "Plage d’Ambleteuse",
        "starts": "2031-09-12T12:00",
        "ends": "2031-09-12T15:00",
        "boats_at_least": "1",
        "boats_at_most": "3",
        "confidence": "probable",
        "words": f"Le fourgon de {PLANTED} est derrière le fort.",
        "basis": "reported",
        "source": "B",
        "information": "3",
        "handling": "H0",
        "do": "alert",
    } | changes


def record_of(answer: httpx.Response) -> str:
    assert answer.status_code == 200, answer.text
    return answer.url.path.removeprefix("/warnings/")


def warning_of(node: Node, record: str, access: Any) -> Warning:
    parts = node.read(access, record).parts
    found: Warning = next(value_of(one) for one in parts if one.part.name == "warning")
    return found


def test_an_alert_reaches_the_patrols_that_were_chosen_with_its_words_and_no_others(
    shores: Any, desk: Any, at_work: Any
) -> None:
    record = record_of(desk("Paul").post("/warnings/new", **typed(to=["FR-OLTIM", "UK-IE"])))
    shores.carry()
    ian, jane = at_work(shores.dover, "Ian"), at_work(shores.dover, "Jane")
    found = warning_of(shores.dover, record, ian)
    assert (found.place, found.boats_at_most, found.to) == ("Plage d’Ambleteuse", 3, ("FR-OLTIM", "UK-IE"))
    assert found.starts == dt.datetime(2031, 9, 12, 10, tzinfo=dt.UTC)
    with pytest.raises(NotFound):
        shores.dover.read(jane, record)
    page = desk("Ian", "dover").get(f"/warnings/{record}")
    assert PLANTED in page.text
    assert 'lang="fr"' in page.text


def test_one_press_tells_rescue_on_both_shores_the_beach_the_window_the_boats_and_the_confidence(
    shores: Any, desk: Any, at_work: Any
) -> None:
    paul = desk("Paul")
    alert = record_of(paul.post("/warnings/new", **typed()))
    page = paul.get(f"/warnings/{alert}").text
    preview = page[page.index('id="preview"') : page.index("</dl>", page.index('id="preview"'))]
    assert PLANTED not in preview
    assert "Plage d’Ambleteuse" in preview
    for _ in range(2):  # pressed twice, told once
        paul.post(f"/warnings/{alert}/rescue", rescue=["FR-PREMAR", "UK-HMCG"])
    row = shores.lille.answering(f"rescue/{alert}")
    assert row is not None
    assert row.header.compartment == "life_saving"
    assert shores.lille.store.count()["warning"] == 2
    shores.carry()
    for node, keeper in ((shores.lille, "Erwan"), (shores.dover, "Claire")):
        found = warning_of(node, row.header.id, at_work(node, keeper))
        assert (found.of, found.boats_at_least, found.boats_at_most) == (alert, 1, 3)
        assert found.confidence == "probable"
    # Its author reads what was given, and not the rescue's own record of it.
    with pytest.raises(NotFound):
        shores.lille.read(at_work(shores.lille, "Paul"), row.header.id)


def test_no_word_of_the_alert_is_in_anything_that_rescue_receives(
    shores: Any, desk: Any, at_work: Any
) -> None:
    paul = desk("Paul")
    alert = record_of(
        paul.post(
            "/warnings/new",
            **typed(place=f"Ambleteuse, chez {PLANTED}", do="both", rescue=["FR-PREMAR", "UK-HMCG"]),
        )
    )
    row = shores.lille.answering(f"rescue/{alert}")
    shores.carry()
    for node, keeper in ((shores.lille, "Erwan"), (shores.dover, "Claire")):
        reading = node.read(at_work(node, keeper), row.header.id)
        received = reading.row.header_bytes + b"".join(one.part.content for one in reading.parts)
        assert PLANTED.encode() not in received
        assert reading.row.header.matter == "SAR"
        assert "Ambleteuse" in warning_of(node, row.header.id, at_work(node, keeper)).place
    for node, keeper in (("lille", "Erwan"), ("dover", "Claire")):
        watch = desk(keeper, node)
        whole = watch.get("/warnings").text + watch.get(f"/warnings/{row.header.id}").text
        said = whole.split('<main class="main')[1:]
        assert all(PLANTED not in one.split("</main>")[0] for one in said)


@given(
    planted=st.text(st.characters(categories=("Lu",)), min_size=4, max_size=12).map(lambda one: f"Q{one}Q"),
    place=st.sampled_from(["{} Plage de Wissant", "Ambleteuse {}", "{}"]),
    latitude=st.floats(50.7, 50.9),
    most=st.none() | st.integers(3, 40),
)
@settings(max_examples=80, deadline=None)
def test_the_sanitised_form_carries_no_word_that_was_typed(
    planted: str, place: str, latitude: float, most: int | None
) -> None:
    at = dt.datetime(2031, 9, 12, 2, tzinfo=dt.UTC)
    alert = Warning(
        place=place.format(planted),
        position=Position(latitude=latitude, longitude=1.6, written=planted),
        starts=at,
        ends=at + dt.timedelta(hours=2),
        confidence="possible",
        boats_at_least=2,
        boats_at_most=most,
        to=(planted,),
        officer=planted,
    )
    made = sanitised(alert, of="record", to=("UK-HMCG",), officer="Paul")
    draft = with_life_defaults(
        Draft(
            kind="warning",
            service="FR-PAF",
            matter=planted,
            reference=planted,
            compartment="life_saving",
            warning=made,
        )
    )
    assert planted not in encode(draft).decode()
    assert (made.starts, made.ends, made.boats_at_least, made.boats_at_most) == (
        alert.starts,
        alert.ends,
        2,
        most,
    )


def test_a_place_that_the_list_does_not_know_is_not_guessed_for_rescue(shores: Any, desk: Any) -> None:
    at = dt.datetime(2031, 9, 12, 2, tzinfo=dt.UTC)
    alert = Warning(place="chez lui", starts=at, ends=at, confidence="possible")
    with pytest.raises(Malformed) as refused:
        sanitised(alert, of=None, to=(), officer="Paul")
    assert refused.value.code == "place_not_in_list"
    answer = desk("Paul").post(
        "/warnings/new", **typed(place="derrière chez lui", do="both", rescue="UK-HMCG")
    )
    assert answer.status_code == 422
    assert "derrière chez lui" in answer.text
    assert "Zorglub est derrière le fort" in answer.text
    assert shores.lille.store.count().get("warning", 0) == 0


def test_a_sanitised_warning_written_by_hand_loses_its_matter_its_number_and_the_words_of_its_position(
    shores: Any, at_work: Any
) -> None:
    at = dt.datetime(2031, 9, 12, 12, tzinfo=dt.UTC)
    position = Position(latitude=50.8, longitude=1.6, written=PLANTED)
    draft = Draft(
        kind="warning",
        service="FR-PAF",
        compartment="life_saving",
        matter=PLANTED,
        reference=PLANTED,
        handling=("H2",),
        recipients=("dover/UK-HMCG",),
        warning=Warning(
            place="Wissant", position=position, starts=at, ends=at, confidence="certain", officer="Paul"
        ),
    )
    record = shores.lille.record(draft, at_work(shores.lille, "Paul")).header.id
    shores.carry()
    reading = shores.dover.read(at_work(shores.dover, "Claire"), record)
    received = reading.row.header_bytes + b"".join(one.part.content for one in reading.parts)
    assert PLANTED.encode() not in received
    assert reading.row.header.handling == ("H0",)


def test_the_time_from_warning_to_seen_and_what_is_left_is_measured_on_both_shores(
    shores: Any, desk: Any
) -> None:
    paul = desk("Paul")
    alert = record_of(paul.post("/warnings/new", **typed(do="both", rescue=["FR-PREMAR", "UK-HMCG"])))
    row = shores.lille.answering(f"rescue/{alert}")
    shores.carry()
    shores.clock.at += dt.timedelta(minutes=7)  # 10:07 in Paris
    desk("Erwan").post(f"/warnings/{row.header.id}/answer", step="seen", words=f"{PLANTED} deux canots prêts")
    shores.clock.at += dt.timedelta(minutes=4)
    claire = desk("Claire", "dover")
    claire.get(f"/warnings/{row.header.id}")
    shores.carry()
    shores.clock.at += dt.timedelta(minutes=20)
    claire.post(f"/warnings/{row.header.id}/answer", step="acted_on", words="lifeboat briefed")
    shores.carry()
    page = paul.get(f"/warnings/{alert}").text
    told = page[page.index('id="told"') : page.index("</table>", page.index('id="told"'))]
    text = " ".join(re.sub(r"<[^>]+>", " ", told).split())
    premar, coastguard = text[text.index("FR-PREMAR") : text.index("UK-HMCG")], text[text.index("UK-HMCG") :]
    assert "7 min" in premar
    assert "1 h 53 avant la fenêtre" in premar
    assert "11 min" in coastguard
    assert "1 h 49 avant la fenêtre" in coastguard
    assert "10:31" in coastguard
    assert "deux canots" not in page


def test_an_answer_after_the_window_opened_says_so(shores: Any, desk: Any) -> None:
    alert = record_of(desk("Paul").post("/warnings/new", **typed(to="FR-OLTIM")))
    shores.clock.at += dt.timedelta(hours=2, minutes=5)
    marie = desk("Marie")
    page = marie.post(f"/warnings/{alert}/answer", step="acted_on", words="patrouille sur place").text
    assert "5 min après l’ouverture de la fenêtre" in page
    assert "patrouille sur place" in page


def test_the_watch_hears_of_it_at_once_and_only_who_is_asked_answers(shores: Any, desk: Any) -> None:
    alert = record_of(desk("Paul").post("/warnings/new", **typed(do="both", rescue="FR-PREMAR")))
    row = shores.lille.answering(f"rescue/{alert}")
    shores.lille.settle()
    erwan = desk("Erwan")
    assert f"/warnings/{row.header.id}" in erwan.get("/").text
    assert erwan.get(f"/warnings/{alert}").status_code == 404
    marie = desk("Marie")
    assert marie.get(f"/warnings/{row.header.id}").status_code == 404
    assert marie.post(f"/warnings/{alert}/answer", step="seen").status_code == 403
    assert marie.post(f"/warnings/{alert}/rescue", rescue="FR-PREMAR").status_code == 403
    assert erwan.post("/warnings/new", **typed()).status_code == 403


@pytest.mark.parametrize(
    ("broken", "field"),
    [
        ({"place": ""}, "place"),
        ({"place": "x" * 81}, "place"),
        ({"starts": "demain"}, "starts"),
        ({"ends": "2031-09-12T11:00"}, "ends"),
        ({"ends": "2031-09-19T11:00"}, "ends"),
        ({"starts": "2031-09-12T06:00", "ends": "2031-09-12T07:00"}, "ends"),
        ({"boats_at_least": "deux"}, "boats_at_least"),
        ({"boats_at_least": "4", "boats_at_most": "2"}, "boats_at_most"),
        ({"confidence": "sure"}, "confidence"),
        ({"source": "Z"}, "source"),
        ({"words": "trafic d'êtres humains"}, "words"),
        ({"handling": "H9"}, "handling"),
        ({"do": "both"}, "rescue"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(
    shores: Any, desk: Any, broken: dict[str, str], field: str
) -> None:
    answer = desk("Paul").post("/warnings/new", **typed(**broken))
    assert answer.status_code == 422
    assert f'href="#{field if field != "rescue" else "rescue-1"}"' in answer.text
    assert 'value="2031-09-12T12:00"' in answer.text or "starts" in broken
    assert shores.lille.store.count().get("warning", 0) == 0


def test_an_alert_sent_twice_is_one_record(shores: Any, desk: Any) -> None:
    paul = desk("Paul")
    first = record_of(paul.post("/warnings/new", **typed()))
    assert record_of(paul.post("/warnings/new", **typed())) == first
    assert record_of(paul.post("/warnings/new", **typed(once="two"))) != first


def test_the_preview_shows_what_would_go_and_records_nothing(shores: Any, desk: Any) -> None:
    answer = desk("Paul").post("/warnings/new", **typed(do="preview", rescue="UK-HMCG"))
    preview = answer.text[answer.text.index('id="preview"') :].split("</dl>")[0]
    assert "1 à 3 embarcations" in preview
    assert PLANTED not in preview
    assert shores.lille.store.count().get("warning", 0) == 0
