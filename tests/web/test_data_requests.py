"""A request through the pages, from the person's words to the letter: searched, decided record by record, agreed to by
whoever decides, prepared by whoever may read, and answered in both languages by a letter whose shape tells nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from entente.errors import NotPermitted
from entente.model.moment import PartialDate
from entente.model.report import Amendment, Draft, Wording
from entente.oversight.extract import check_extract

ROJDA = {
    "person": "Rojda Delîrzad",
    "born": "1994-05-02",
    "identifiers": "+33 6 39 98 05 01",
    "right": "access",
    "words": "Que savez-vous de moi ?",
    "language": "fr",
    "received_on": "2031-09-12",
}


@pytest.fixture
def officer(shores: Any, desks: Callable[..., Any]) -> Any:
    return desks(shores.lille, "DPO", role="data_protection_officer")


@pytest.fixture
def held(shores: Any, report: Any, statement: Any, person: Any, at_work: Any) -> dict[str, str]:
    """One report of ours on the person, and one that Dover sent."""
    lille, dover = shores.lille, shores.dover
    about = person(phone="06 39 98 05 01", name="Rojda Delirzad", birth=PartialDate(1994, 5, 2))
    other = person(phone="06 39 98 05 77", name="Haji Dlo", id="e2")
    text = "Rojda Delirzad (06 39 98 05 01) dit avoir payé Haji Dlo au 06.39.98.05.77."
    said = statement(entities=(about, other), wording=Wording(language="fr", text=text))
    own = lille.record(
        report("FR-OLTIM", "FR-OLT-151", statements=(said,), recipients=()), at_work(lille, "Marie")
    )
    received = report("UK-NCA", "UK-NCA-77", phone="+33 6 39 98 05 01", name="R.", recipients=("lille",))
    theirs = dover.record(received, at_work(dover, "Jane"))
    shores.carry()
    return {"own": str(own.header.id), "theirs": str(theirs.header.id)}


def opened(officer: Any, **changes: str) -> str:
    answer = officer.post("/oversight/requests/new", **(ROJDA | changes))
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def searched(officer: Any, path: str, wait: Any) -> str:
    assert officer.post(f"{path}/search").status_code == 303
    wait(lambda: "data-running" not in officer.get(path, **{"HX-Request": "true"}).text)
    return str(officer.get(path).text)


def places(page: str) -> dict[str, int]:
    """Which record stands in which place of the form."""
    return {
        reference: int(number)
        for number, reference in re.findall(r'<h3 id="record-(\d+)">[^<]*<bdi>([^<]+)</bdi>', page)
    }


def letters(page: str) -> tuple[str, str]:
    """The French and the English letter, as text."""
    page = re.sub(r'<div class="only-print.*?</div>', "", page)
    found = re.findall(r'<article class="letter" lang="(?:fr|en)"[^>]*>(.*?)</article>', page, re.DOTALL)
    french, english = (re.sub(r"<[^>]+>", "\n", one.replace("&#39;", "’")) for one in found)
    return french, english


def answered(officer: Any, path: str, **fields: str) -> str:
    fields["contact"] = "dpo@lille.example"
    draft = officer.post(f"{path}/draft", **fields)
    assert draft.status_code == 200, re.findall(r"error-title\">([^<]+)", draft.text)
    mark = re.findall(r'name="letter" value="([0-9a-f]{64})"', draft.text)[0]
    assert officer.post(f"{path}/answer", letter="0" * 64, **fields).status_code == 409
    done = officer.post(f"{path}/answer", letter=mark, **fields)
    assert done.status_code == 303, re.findall(r"error-title\">([^<]+)", done.text)
    assert letters(draft.text)[0].split() == letters(officer.get(f"{path}/letter").text)[0].split()
    return str(officer.get(f"{path}/letter").text)


def test_era_5_a_request_goes_from_the_persons_words_to_the_letter_in_both_languages(
    shores: Any, desks: Any, officer: Any, held: dict[str, str], wait: Any
) -> None:
    path = opened(officer)
    assert "due in 30 d" in officer.get(path).text
    page = searched(officer, path, wait)
    at = places(page)
    own, theirs = at["FR-OLT-151"], at["UK-NCA-77"]
    assert "06.39.98.05.77" not in page, "the officer is shown no content"
    assert "A partner’s record: its originator decides." in page

    # What is the partner's to open is not opened before they agree, and what was chosen stays.
    fields = {f"outcome-{number}": "not_this_person" for number in at.values()}
    fields |= {f"outcome-{own}": "disclose", f"outcome-{theirs}": "disclose_in_part"}
    refused = officer.post(f"{path}/draft", contact="dpo@lille.example", **fields)
    assert (refused.status_code, "originator" in refused.text) == (403, True)
    assert re.search(rf'id="outcome-{own}-disclose" value="disclose" checked', refused.text)
    agreement = {f"by-{theirs}": "UK-NCA, data protection", f"on-{theirs}": "2031-09-12"}
    short = officer.post(f"{path}/agree", record=held["theirs"], **agreement, **fields)
    assert short.status_code == 422
    agreement[f"how-{theirs}"] = "signed letter of this morning"
    agreed = officer.post(f"{path}/agree", record=held["theirs"], **agreement, **fields)
    assert "signed letter of this morning" in agreed.text
    (request,) = shores.lille.duty.rolls.data_requests.values()
    assert [(one.record, one.by) for one in request.agreed] == [(held["theirs"], "UK-NCA, data protection")]

    # What goes to the person is prepared by somebody who may read the record, and not by the officer.
    unprepared = officer.post(f"{path}/draft", contact="dpo@lille.example", **fields)
    assert (unprepared.status_code, "is not prepared yet" in unprepared.text) == (409, True)
    marie = desks(shores.lille, "Marie")
    prepare = f"/prepare/{request.id}/{held['own']}"
    assert marie.get(prepare).status_code == 404
    for record in held.values():
        assert officer.post(f"{path}/ask", record=record, **fields).status_code == 200
    assert f'href="{prepare}"' in marie.get("/").text
    assert officer.get(prepare).status_code == 403
    for record in held.values():
        written = marie.get(f"/prepare/{request.id}/{record}").text
        french, english = (
            re.findall(rf'<textarea id="{language}"[^>]*>(.*?)</textarea>', written, re.DOTALL)[0]
            for language in ("fr", "en")
        )
        assert "Haji" not in french
        done = marie.post(f"/prepare/{request.id}/{record}", fr=french, en=english)
        assert done.status_code == 303
    assert f'href="{prepare}"' not in marie.get("/").text

    letter = answered(officer, path, **fields)
    french, english = letters(letter)
    assert "Voici les données vous concernant" in french
    assert "These are the data concerning you" in english
    assert "[autre personne]" in french
    assert "[another person]" in english
    assert "date of birth: 1994-05-02" in english
    for text in (french, english):
        assert "LILLE-2031-001" in text
        assert "FR-OLT-151" not in text
        assert "Haji" not in text
        assert "CNIL" in text
    kept = shores.lille.duty.rolls.data_requests[request.id].decided
    assert kept is not None
    assert kept.answer == "disclosed_in_part"
    assert "dpo@lille.example" in kept.letter.fr
    assert officer.post(f"{path}/draft", **fields).status_code == 409, "a second answer to one request"


def test_era_5_nothing_held_and_what_may_not_be_said_are_one_and_the_same_letter(
    officer: Any, held: dict[str, str], wait: Any
) -> None:
    none = opened(officer, person="Zana Hêvîdar", identifiers="", born="")
    page = searched(officer, none, wait)
    assert "Nothing is held of this person." in page
    nothing = letters(answered(officer, none))

    some = opened(officer)
    at = places(searched(officer, some, wait))
    fields = {f"outcome-{number}": "refuse" for number in at.values()}
    without = officer.post(f"{some}/draft", contact="dpo@lille.example", **fields)
    assert (without.status_code, "has no ground of the list" in without.text) == (422, True)
    fields |= {f"ground-{number}": "prejudice_to_investigation" for number in at.values()}
    neither = letters(answered(officer, some, **fields))

    def bare(text: str) -> str:
        return re.sub(r"LILLE-2031-\d+|Rojda Delîrzad|Zana Hêvîdar", "*", text)

    assert tuple(map(bare, nothing)) == tuple(map(bare, neither))
    assert "ne confirme ni n’infirme" in neither[0]


def test_era_5_a_granted_erasure_is_for_the_service_that_issued_the_record_to_carry_out(
    shores: Any, desks: Any, officer: Any, held: dict[str, str], wait: Any, at_work: Any
) -> None:
    path = opened(officer, right="erasure", authority="CNIL")
    at = places(searched(officer, path, wait))
    fields = {f"outcome-{number}": "not_this_person" for number in at.values()}
    fields[f"outcome-{at['FR-OLT-151']}"] = "disclose"
    officer.post(f"{path}/ask", record=held["own"], **fields)
    marie, paul = desks(shores.lille, "Marie"), desks(shores.lille, "Paul")
    request = path.rpartition("/")[2]
    assert f"/prepare/{request}/" not in paul.get("/").text, "another service of the same node"
    marie.post(f"/prepare/{request}/{held['own']}", fr="nom : Rojda Delirzad", en="name: Rojda Delirzad")
    french, english = letters(answered(officer, path, **fields))
    assert "CNIL nous a saisis pour vous" in french
    assert "Your request for erasure is granted" in english
    line = "A person’s erasure was granted: erase"
    assert line in marie.get("/").text
    assert line not in paul.get("/").text
    assert line not in officer.get("/").text
    erase = Draft(
        kind="amendment",
        service="FR-OLTIM",
        purpose="intelligence",
        matter="OYAT",
        compartment="intelligence",
        regime="smuggling",
        handling=("H1",),
        amendment=Amendment(record=held["own"], act="erase", reason="erasure granted", officer="Marie"),
    )
    shores.lille.record(erase, at_work(shores.lille, "Marie"))
    shores.lille.settle()
    assert line not in marie.get("/").text


def test_the_register_lines_on_the_records_of_one_person_can_be_taken_away(
    officer: Any, held: dict[str, str], wait: Any
) -> None:
    path = opened(officer)
    early = officer.post(f"{path}/extract", form="jsonl")
    assert early.status_code == 409
    searched(officer, path, wait)
    proof = officer.post(f"{path}/extract", form="jsonl")
    assert check_extract(proof.content.splitlines()).lines
    assert held["own"] in proof.text
    assert "Rojda" not in proof.text


def test_a_request_that_is_not_whole_is_refused_in_words_and_keeps_what_was_typed(officer: Any) -> None:
    for changes, words in (
        ({"born": "2 May 94"}, "The birth date cannot be read"),
        ({"right": ""}, "What is asked for is missing"),
        ({"received_on": "2031-12-01"}, "lies in the future"),
        ({"person": " "}, "The name of the person is missing"),
    ):
        answer = officer.post("/oversight/requests/new", **(ROJDA | changes))
        assert answer.status_code == 422
        assert words in answer.text
        assert "Que savez-vous de moi ?" in answer.text


def test_only_the_data_protection_officer_decides_on_requests(shores: Any, desks: Any, officer: Any) -> None:
    path = opened(officer)
    marie = desks(shores.lille, "Marie")
    assert marie.get(path).status_code == 403
    assert marie.post(f"{path}/draft").status_code == 403
    with pytest.raises(NotPermitted):
        shores.lille.data_requests(shores.lille.access("Marie", "a look at requests", matter="OYAT"))
