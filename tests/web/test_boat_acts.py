"""Acts about a boat over the application: it closes when its people are accounted for, and says kindly why not yet."""

from __future__ import annotations

import datetime as dt
import html
import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from entente.model import sea_act as acts
from entente.web.boat_act_words import DEEDS

LINE = "0639980505 5053.1N 00131.2E 2 pers moteur arrêté gris"


def later(shores: Any, minutes: int = 10) -> None:
    shores.clock.at += dt.timedelta(minutes=minutes)


def report(desk: Any, line: str = LINE) -> str:
    answer = desk.post("/sea/report", line=line, id=str(uuid.uuid4()))
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"].rpartition("/")[2])


def boat_of(desk: Any, record: str) -> Any:
    return desk.node.boat_at_sea(desk.node.access(desk.officer, "veille", matter="SAR"), record)


def said(desk: Any, record: str) -> list[Any]:
    log = desk.node.sea_reports(desk.node.access(desk.officer, "veille", matter="SAR"), record)
    return [one.act for one in log if hasattr(one, "act")]


@pytest.fixture
def erwan(shores: Any, desks: Callable[..., Any]) -> Any:
    """A watch-keeper of the French shore."""
    return desks(shores.lille, "Erwan", "watch_keeper")


def test_every_form_of_an_act_stands_in_both_languages(
    shores: Any, desks: Callable[..., Any], erwan: Any
) -> None:
    record = report(erwan)
    other = desks(shores.lille, "Erwan", "watch_keeper", "fr")
    for deed in DEEDS:
        for desk, words in ((erwan, deed.asks.en), (other, deed.asks.fr)):
            page = desk.get(f"/sea/boats/{record}/{deed.path}")
            assert page.status_code == 200
            assert re.sub(r"\s", " ", words).rstrip(" ?") in re.sub(r"\s", " ", page.text)


def test_sar_2_a_boat_closes_on_people_who_are_identified_and_says_before_what_is_missing(
    shores: Any, desks: Callable[..., Any], erwan: Any
) -> None:
    claire = desks(shores.dover, "Claire", "watch_keeper")
    record = report(erwan)
    path = f"/sea/boats/{record}"
    refused = erwan.post(f"{path}/close", words="tout le monde est à quai", marks="CIN 33")
    assert refused.status_code == 403
    assert "stays open" in refused.text
    assert "tout le monde est à quai" in refused.text
    assert "CIN 33" in refused.text
    assert boat_of(erwan, record).state == "open"
    later(shores)
    taken = erwan.post(f"{path}/taken-off", manner="rescued", count="2", asset="SNS 076", at="5 min")
    assert taken.status_code == 303
    later(shores, 40)
    quay = erwan.post(
        f"{path}/quay", came="2", asked="nobody", phones="06 39 98 05 05", place="Calais", asset="SNS 076"
    )
    assert quay.status_code == 303, quay.text
    closed = erwan.post(f"{path}/close", words="comptés à quai, numéro relu", phones="0639980505")
    assert closed.status_code == 303, closed.text
    assert boat_of(erwan, record).state == "closed_not_acknowledged"
    shores.carry()
    page = claire.get(f"{path}/acknowledge").text
    assert "comptés à quai, numéro relu" in page
    assert claire.post(f"{path}/acknowledge").status_code == 303
    shores.carry()
    assert boat_of(erwan, record).state == "closed"
    later(shores)
    assert claire.post(f"{path}/reopen", words="un appel de plus").status_code == 303
    assert boat_of(claire, record).state == "open"


def test_a_decision_on_a_boat_that_changed_meanwhile_is_shown_again_with_what_was_typed(
    erwan: Any,
) -> None:
    record = report(erwan)
    path = f"/sea/boats/{record}/count"
    standing = re.search(r'name="standing" value="(\w+)"', erwan.get(path).text)
    assert standing
    erwan.post(f"/sea/boats/{record}/taken-off", manner="rescued", count="1")
    late = erwan.post(path, count="2", words="deux appels concordent", standing=standing[1])
    assert late.status_code == 409
    assert "has changed since you opened the page" in late.text
    assert "deux appels concordent" in late.text
    newer = re.search(r'name="standing" value="(\w+)"', late.text)
    assert newer
    assert erwan.post(path, count="2", words="deux appels concordent", standing=newer[1]).status_code == 303


def test_an_act_that_is_sent_twice_is_one_act(erwan: Any) -> None:
    record = report(erwan)
    for _ in range(2):
        erwan.post(f"/sea/boats/{record}/taken-off", manner="rescued", count="1", once="one-press")
    assert [one.count for one in said(erwan, record)] == [1]


def test_the_lead_is_offered_and_taken_across_and_never_lies_with_nobody(
    shores: Any, desks: Callable[..., Any], erwan: Any
) -> None:
    claire = desks(shores.dover, "Claire", "watch_keeper")
    record = report(erwan)
    path = f"/sea/boats/{record}/lead"
    assert erwan.post(path, doing="take").status_code == 303
    later(shores)
    assert erwan.post(path, doing="offer").status_code == 422
    assert erwan.post(path, doing="offer", service="UK-HMCG").status_code == 303
    lead = boat_of(erwan, record).lead
    assert (lead.service, lead.offered_to) == ("FR-PREMAR", "UK-HMCG")
    shores.carry()
    later(shores)
    assert "Take the lead that is offered to you" in claire.get(path).text
    assert claire.post(path, doing="receive").status_code == 303
    assert boat_of(claire, record).lead.service == "UK-HMCG"
    again = claire.post(path, doing="receive")
    assert again.status_code == 409
    assert "no longer offered to you" in again.text


def test_two_boats_are_made_one_by_a_verdict_and_come_apart_by_another(shores: Any, erwan: Any) -> None:
    one, other = report(erwan), report(erwan, "0639980517 50.95, 1.60 30 pers noir")
    assert boat_of(erwan, one).id != boat_of(erwan, other).id
    page = erwan.get(f"/sea/boats/{one}/judge?other={boat_of(erwan, other).id}").text
    assert boat_of(erwan, other).name in page
    assert erwan.post(f"/sea/boats/{one}/judge", other=other, verdict="same").status_code == 422
    same = erwan.post(f"/sea/boats/{one}/judge", other=other, verdict="same", words="même voix, même bruit")
    assert same.status_code == 303, same.text
    assert boat_of(erwan, one).id == boat_of(erwan, other).id
    later(shores)
    apart = erwan.post(
        f"/sea/boats/{one}/judge", other=other, verdict="different", words="deux voix en même temps"
    )
    assert apart.status_code == 303, apart.text
    assert boat_of(erwan, one).id != boat_of(erwan, other).id


def test_assets_searches_questions_and_people_found_are_recorded_as_said(erwan: Any) -> None:
    record = report(erwan)
    path = f"/sea/boats/{record}"
    assert erwan.post(f"{path}/task", asset="Abeille Normandie", until="", at="").status_code == 303
    corners = "50 50N 1 25E\n50 55N 1 25E\n50 55N 1 35E\n50 50N 1 35E"
    search = {
        "asset": "Abeille Normandie",
        "starts": "1 h 20",
        "ends": "10 min",
        "sweep": "0.6",
        "track": "12",
    }
    assert erwan.post(f"{path}/searched", corners="ici", **search).status_code == 422
    assert erwan.post(f"{path}/searched", corners=corners, **search).status_code == 303
    owed = erwan.post(f"{path}/question", asked="children", doing="owe", service="UK-HMCG")
    assert owed.status_code == 303, owed.text
    assert erwan.post(f"{path}/question", asked="children", doing="answer", answer="deux").status_code == 303
    assert (
        erwan.post(f"{path}/transfer", count="1", from_asset="SNS 076", to_asset="Abeille").status_code == 303
    )
    assert erwan.post(f"{path}/found", name="Rahim", alive="").status_code == 422
    assert erwan.post(f"{path}/found", name="Rahim", alive="yes", place="Calais").status_code == 303
    assert {type(one) for one in said(erwan, record)} == {
        acts.Tasked,
        acts.Searched,
        acts.QuestionOwed,
        acts.QuestionAnswered,
        acts.Transferred,
        acts.Found,
    }
    found = next(one for one in said(erwan, record) if isinstance(one, acts.Searched))
    assert len(found.corners) == 4
    assert 1100 < found.sweep_width_m < 1120


# -- on the quay --------------------------------------------------------------------------------------------------


def test_pur_3_the_quay_form_says_what_it_is_for_and_counts_the_living_the_missing_and_the_dead_apart(
    erwan: Any,
) -> None:
    record = report(erwan, "0639980505 5053.1N 00131.2E 12 pers")
    path = f"/sea/boats/{record}/quay"
    page = erwan.get(path).text
    assert "It is no check and no interview" in page
    assert "enters an immigration decision" in page
    assert erwan.post(path, came="", place="Calais").status_code == 422
    kept = erwan.post(path, came="9", place="", missing_names="Selam")
    assert kept.status_code == 422
    assert "Selam" in kept.text
    sent = erwan.post(
        path,
        came="9",
        place="Calais",
        asked="some",
        missing_names="Selam\nA man with a red scarf",
        bodies="1",
    )
    assert sent.status_code == 303
    form = next(one for one in said(erwan, record) if isinstance(one, acts.QuayForm))
    assert (form.came, form.missing, form.missing_names) == (9, 2, ("Selam", "A man with a red scarf"))
    dead = next(one for one in said(erwan, record) if isinstance(one, acts.TakenOff))
    assert (dead.manner, dead.count) == ("body_recovered", 1)
    boat = boat_of(erwan, record)
    assert boat.state == "open"
    assert "Selam" in boat.ledger.missing_names


def test_a_quay_form_where_nobody_was_asked_says_nothing_of_the_missing(erwan: Any) -> None:
    record = report(erwan)
    path = f"/sea/boats/{record}/quay"
    erwan.post(path, came="2", place="Calais", asked="")
    erwan.post(path, came="2", place="Calais", asked="nobody")
    assert sorted((one.missing for one in said(erwan, record)), key=str) == [0, None]


def test_the_forms_that_a_browser_keeps_name_nobody_and_no_boat(erwan: Any) -> None:
    record = report(erwan)
    for shell in ("/sea/report/shell", "/sea/quay/shell"):
        page = erwan.get(shell).text
        assert "Erwan" not in page
        assert record not in page
        assert boat_of(erwan, record).name not in page
    script = erwan.get("/sea-worker.js").text
    for name in ("css/sea-form.css", "js/sea-form.js", "js/sea-queue.js"):
        assert name in script
    assert "export " not in script


def test_a_boats_page_leads_to_every_act_and_to_what_leaves_the_watch(erwan: Any) -> None:
    record = report(erwan)
    page, boat = erwan.get(f"/sea/boats/{record}").text, f"/sea/boats/{record}"
    ways = {
        one for one in re.findall(r'href="([^"#]+)', page) if one.startswith("/sea") and "/static/" not in one
    }
    open_boat = {deed.path for deed in DEEDS} - {"acknowledge", "reopen"}
    assert {f"{boat}/{path}" for path in (*open_boat, "quay", "sitrep", "mayday")} <= ways
    assert {"/sea", "/sea/report", "/sea/night", f"/sea/export?boat={record}"} <= ways
    assert re.search(rf'<option value="{record}" selected>', erwan.get(f"/sea/export?boat={record}").text)
    asked = next(one for one in ways if one.startswith(f"{boat}/question?asked="))
    chosen = asked.rpartition("=")[2]
    assert re.search(rf'name="asked" id="a-asked-\w+" value="{chosen}" checked', erwan.get(asked).text)
    sea = set(re.findall(r'href="(/sea[^"#]*)"', erwan.get("/sea").text))
    assert {"/sea/report", "/sea/night", "/sea/season", "/sea/export", "/sea/positions", boat} <= sea


def test_a_closed_boat_offers_what_may_still_be_done_with_it(
    shores: Any, desks: Callable[..., Any], erwan: Any
) -> None:
    claire = desks(shores.dover, "Claire", "watch_keeper")
    record = report(erwan)
    path = f"/sea/boats/{record}"
    later(shores)
    erwan.post(f"{path}/taken-off", manner="rescued", count="2", asset="SNS 076", at="5 min")
    later(shores, 40)
    erwan.post(f"{path}/quay", came="2", asked="nobody", phones="0639980505", place="Calais", asset="SNS 076")
    assert (
        erwan.post(f"{path}/close", words="comptés à quai, numéro relu", phones="0639980505").status_code
        == 303
    )
    shores.carry()
    page = claire.get(path).text
    assert f'button--primary" href="{path}/acknowledge"' in page
    assert f'href="{path}/reopen"' in page
    assert f'href="{path}/close"' not in page


@pytest.mark.parametrize(("officer", "role"), [("Marie", "investigator"), ("Odile", "judicial_keeper")])
def test_whoever_learns_of_a_boat_in_danger_finds_what_to_do_on_every_page(
    shores: Any, desks: Callable[..., Any], officer: str, role: str
) -> None:
    desk = desks(shores.lille, officer, role)
    for path in ("/", "/reports"):
        ways = set(re.findall(r'class="rail__link" href="([^"]+)"', desk.get(path).text))
        assert {"/sea/report", "/secret"} <= ways
        assert "/sea" not in ways


@pytest.mark.parametrize(
    ("act", "typed"),
    [
        ("taken-off", {"manner": "rescued", "count": "une dizaine", "asset": "SNS 076"}),
        ("taken-off", {"count": "3", "asset": "SNS 076"}),
        ("transfer", {"count": "", "from_asset": "SNS 076", "to_asset": "VOLUNTEER"}),
        ("found", {"name": "Abdi", "at": "tantôt"}),
        ("count", {"count": "beaucoup", "words": "deux appels"}),
        ("lead", {"words": "je la prends"}),
        ("question", {"answer": "vert, dit deux fois"}),
        ("task", {"asset": "", "words": "au plus vite", "position": "50.9, 1.5"}),
        ("searched", {"asset": "SNS 076", "corners": "50.9, 1.5\n50.8, 1.4", "sweep": "1", "track": "2"}),
        ("judge", {"other": "nobody", "words": "autre couleur", "verdict": "different"}),
        ("quay", {"came": "plusieurs", "place": "Calais", "names": "Abdi"}),
    ],
)
def test_what_cannot_be_read_is_refused_in_words_and_stays_on_the_page(
    erwan: Any, act: str, typed: dict[str, str]
) -> None:
    record = report(erwan)
    before = len(said(erwan, record))
    refused = erwan.post(f"/sea/boats/{record}/{act}", **typed)
    assert refused.status_code == 422, refused.text[:200]
    assert 'id="errors"' in refused.text
    for words in typed.values():
        assert all(one in html.unescape(refused.text) for one in words.splitlines()), words
    assert len(said(erwan, record)) == before


def test_every_act_asks_for_a_watch_keeper(shores: Any, desks: Callable[..., Any], erwan: Any) -> None:
    record = report(erwan)
    marie = desks(shores.lille, "Marie")
    for path in (*(deed.path for deed in DEEDS), "quay"):
        assert marie.get(f"/sea/boats/{record}/{path}").status_code == 403
        # A quay form may have waited on a telephone for an officer who by now works in another role: it waits on.
        refused = 409 if path == "quay" else 403
        assert marie.post(f"/sea/boats/{record}/{path}", words="x").status_code == refused
    assert erwan.get("/sea/boats/nobody/close").status_code == 404
