"""The door to the pages, and those who try it without a right to: guessers, forgers, planted cookies."""

from __future__ import annotations

import re
from typing import Any

import pytest

from entente.errors import NotPermitted
from entente.web.door import within

PASSWORD = "tortue vapeur clavecin ourson"


def enrolled(zone: Any, officer: str = "Marie") -> Any:
    """A browser in which an officer has set a password by a link and is signed in."""
    browser = zone.browser()
    token = zone.site.accounts.make_enrolment(officer, "FR-ZONE/Administration")
    assert browser.get(f"/enrol/{token}").headers["location"] == "/enrol"
    answer = browser.post("/enrol/password", password=PASSWORD, again=PASSWORD)
    assert answer.headers["location"] == "/"
    browser.get("/account")
    return browser


def is_in(browser: Any) -> bool:
    """Whether somebody is signed in."""
    return bool(browser.get("/account").status_code == 200)


def session_of(browser: Any) -> str:
    """The cookie that a browser bears."""
    return str(browser.cookies.get("entente") or "")


# -- coming in ------------------------------------------------------------------------------------------------------


def test_an_officer_comes_in_by_name_and_password_and_goes_where_they_meant_to(zone: Any) -> None:
    enrolled(zone)
    browser = zone.browser()
    assert browser.get("/account").headers["location"] == "/sign-in"
    answer = browser.post("/sign-in/password", officer="marie", password=PASSWORD)
    assert (answer.status_code, answer.headers["location"]) == (303, "/account")
    assert is_in(browser)


def test_a_password_is_taken_sign_for_sign_with_its_blanks(zone: Any) -> None:
    browser = zone.browser()
    browser.get(f"/enrol/{zone.site.accounts.make_enrolment('Marie', 'x')}")
    browser.post("/enrol/password", password=f" {PASSWORD} ", again=f" {PASSWORD} ")
    assert zone.browser().post("/sign-in/password", officer="Marie", password=PASSWORD).status_code == 403
    answer = zone.browser().post("/sign-in/password", officer="Marie", password=f" {PASSWORD} ")
    assert answer.status_code == 303


def test_a_link_leaves_the_address_at_once_is_good_once_and_its_page_says_for_whom(zone: Any) -> None:
    token = zone.site.accounts.make_enrolment("Marie", "FR-ZONE/Administration")
    browser = zone.browser()
    first = browser.get(f"/enrol/{token}")
    assert (first.status_code, first.headers["location"]) == (303, "/enrol")
    assert first.headers["referrer-policy"] == "same-origin"
    page = browser.get("/enrol").text
    assert "Marie" in page
    assert token not in page
    differ = browser.post("/enrol/password", password=PASSWORD, again=PASSWORD + "s")
    assert differ.status_code == 422
    weak = browser.post("/enrol/password", password="calais2024calais", again="calais2024calais")
    assert weak.status_code == 422
    assert browser.post("/enrol/password", password=PASSWORD, again=PASSWORD).status_code == 303
    assert zone.browser().get(f"/enrol/{token}").status_code == 403


def test_a_link_of_an_officer_who_left_opens_nothing(zone: Any) -> None:
    token = zone.site.accounts.make_enrolment("Marie", "x")
    admin = zone.administrator()
    officers = admin.get("/administration/officers").text
    (path,) = re.findall(r'href="(/administration/officers/\w+)"><bdi>Marie<', officers)
    assert admin.post(f"{path}/let-go", reason="fin de mission").status_code == 303
    assert zone.browser().get(f"/enrol/{token}").status_code == 403


def test_a_service_account_never_comes_in_by_the_pages(zone: Any) -> None:
    assert zone.browser().post("/sign-in/exercise", officer="feed").status_code == 403
    zone.site.accounts.set_password("feed", zone.site.passwords.make_hash(PASSWORD, "feed"))
    assert zone.browser().post("/sign-in/password", officer="feed", password=PASSWORD).status_code == 403


# -- guessers -------------------------------------------------------------------------------------------------------


def test_an_unknown_name_and_a_wrong_password_are_answered_with_the_same_bytes(for_real: Any) -> None:
    enrolled(for_real)
    answers = []
    # Paul works here and has no password; Nadia is nobody's name.
    for name in ("Marie", "Paul", "Nadia"):
        answer = for_real.browser().post("/sign-in/password", officer=name, password="x" * 20)
        times = re.sub(r"<time.*?</time>", "", answer.text)
        answers.append((answer.status_code, times.replace(name, "-"), sorted(answer.headers)))
    assert answers[0] == answers[1] == answers[2]
    assert answers[0][0] == 403


def test_an_unknown_name_costs_the_same_work_as_a_wrong_password(
    zone: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrolled(zone)
    checked: list[bool] = []
    hasher = zone.site.passwords._hasher
    true = type(hasher).verify

    def verify(self: Any, kept: str, given: str) -> Any:
        checked.append(True)
        return true(self, kept, given)

    monkeypatch.setattr(type(hasher), "verify", verify)
    for name in ("Marie", "Nobody At All", "Paul"):
        zone.browser().post("/sign-in/password", officer=name, password="x" * 20)
    assert len(checked) == 3


def test_who_guesses_is_slowed_and_told_when_to_come_back_and_others_are_not(zone: Any) -> None:
    enrolled(zone)
    browser = zone.browser()
    answers = [
        browser.post(
            "/sign-in/password", officer="Marie", password=f"guess number {each}", place="198.51.100.9"
        )
        for each in range(8)
    ]
    assert [each.status_code for each in answers[:5]] == [403] * 5
    last = answers[-1]
    assert last.status_code == 429
    assert 1 <= int(last.headers["retry-after"]) <= 900
    assert "the next is possible in" in last.text
    # Even the right password waits there, and the guesses told nobody anything else.
    right = browser.post("/sign-in/password", officer="Marie", password=PASSWORD, place="198.51.100.9")
    assert right.status_code == 429
    # Another officer at another place has never heard of it.
    other = zone.browser().post("/sign-in/password", officer="Paul", password="x", place="203.0.113.4")
    assert other.status_code == 403


# -- planted and forged ---------------------------------------------------------------------------------------------


def test_each_sign_in_gives_a_new_session_and_the_planted_one_is_dead(zone: Any) -> None:
    enrolled(zone)
    thief = zone.browser()
    thief.post("/sign-in/password", officer="Marie", password=PASSWORD)
    planted = session_of(thief)
    victim = zone.browser()
    victim.cookies.set("entente", planted, domain="lille.localhost")
    victim.post("/sign-in/exercise", officer="Paul")
    # Two cookies of one name may lie in the jar; what the node gave is the new one.
    given = {cookie.value for cookie in victim.cookies.jar if cookie.name == "entente"} - {planted}
    assert len(given) == 1
    with pytest.raises(NotPermitted):
        zone.site.accounts.session(planted)
    assert not is_in(thief)
    assert zone.site.accounts.session(given.pop()).officer == "Paul"


def test_an_invented_cookie_is_never_taken_up_as_a_session(zone: Any) -> None:
    browser = zone.browser()
    browser.cookies.set("entente", "chosen-by-the-thief", domain="lille.localhost")
    browser.post("/sign-in/exercise", officer="Paul")
    with pytest.raises(NotPermitted):
        zone.site.accounts.session("chosen-by-the-thief")


def test_a_change_of_role_changes_the_session_too(zone: Any) -> None:
    browser = zone.browser().come_in("Odile")
    before = session_of(browser)
    browser.post("/role", role="investigator")
    assert session_of(browser) != before
    with pytest.raises(NotPermitted):
        zone.site.accounts.session(before)


@pytest.mark.parametrize(
    ("headers", "secret"),
    [
        ({}, ""),
        ({}, "0" * 64),
        ({"Origin": "https://elsewhere.example"}, None),
        ({"Origin": "null"}, None),
        ({"Sec-Fetch-Site": "cross-site"}, None),
        ({"Sec-Fetch-Site": "same-site"}, None),
    ],
)
def test_a_form_that_no_page_of_ours_sent_changes_nothing(
    zone: Any, headers: dict[str, str], secret: str | None
) -> None:
    browser = zone.browser().come_in("Paul")
    sent = browser.secret if secret is None else secret
    answer = browser.ask("POST", "/theme", data={"csrf": sent, "theme": "night"}, headers=headers)
    assert answer.status_code == 403
    assert zone.site.accounts.session(session_of(browser)).theme == "auto"
    script = browser.ask(
        "POST",
        "/account/passkeys/options",
        json={},
        headers={"Accept": "application/json", "X-CSRF-Token": sent, **headers},
    )
    assert (script.status_code, script.json()["code"]) == (403, "not_sent_from_here")


def test_nobody_is_signed_in_by_a_form_of_another_site(zone: Any) -> None:
    enrolled(zone)
    for headers in ({"Origin": "https://elsewhere.example"}, {"Sec-Fetch-Site": "cross-site"}):
        browser = zone.browser()
        answer = browser.ask(
            "POST", "/sign-in/password", data={"officer": "Marie", "password": PASSWORD}, headers=headers
        )
        assert answer.status_code == 403
        assert not session_of(browser)


def test_the_secret_of_one_session_opens_no_form_of_another(zone: Any) -> None:
    one, other = zone.browser().come_in("Paul"), zone.browser().come_in("Paul")
    assert one.secret != other.secret
    one.secret = other.secret
    assert one.post("/theme", theme="night").status_code == 403


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://elsewhere.example/",
        "//elsewhere.example/",
        "/\\elsewhere.example/",
        "/\t/elsewhere.example/",
        "/%5Celsewhere.example\\x",
        "javascript:alert(1)",
        "elsewhere.example",
        "",
    ],
)
def test_no_address_given_along_leads_to_another_host(zone: Any, elsewhere: str) -> None:
    assert within(elsewhere) == ""
    browser = zone.browser()
    browser.cookies.set("entente_next", elsewhere.replace("\t", ""), domain="lille.localhost")
    answer = browser.post("/sign-in/exercise", officer="Paul")
    assert answer.headers["location"] == "/"
    browser.get("/account")
    assert browser.post("/language", language="en", back=elsewhere).headers["location"] == "/"
    shift = browser.post("/shift", matter="OYAT", reason="team review", next=elsewhere)
    assert shift.headers["location"] == "/"


def test_pages_of_ours_are_gone_on_to(zone: Any) -> None:
    assert within("/hits/01a2?side=one") == "/hits/01a2?side=one"
    browser = zone.browser().come_in("Paul")
    assert browser.post("/language", language="en", back="/account").headers["location"] == "/account"


def test_cookies_are_for_this_host_for_requests_alone_and_not_for_scripts(zone: Any) -> None:
    answer = zone.browser().post("/sign-in/exercise", officer="Paul")
    (cookie,) = [each for each in answer.headers.get_list("set-cookie") if each.startswith("entente=")]
    parts = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert {"httponly", "path=/", "samesite=lax"} <= parts
    assert not any(part.startswith("domain") for part in parts)
    safe = zone.browser()
    safe.home = zone.home.replace("http:", "https:")
    answer = safe.post("/sign-in/exercise", officer="Paul")
    (cookie,) = [each for each in answer.headers.get_list("set-cookie") if each.startswith("__Host-entente=")]
    assert {"secure", "httponly", "path=/"} <= {part.strip().lower() for part in cookie.split(";")[1:]}


# -- passkeys, over the edge ----------------------------------------------------------------------------------------


def test_what_a_script_sends_is_read_and_bounded(zone: Any) -> None:
    browser = zone.browser()
    good = browser.script("/sign-in/passkey/options", {})
    assert good.json()["options"]["rpId"] == "lille.localhost"
    for body in (b"[]", b"{", b'{"a": 1, "a": 2}', b"\xff"):
        answer = browser.ask(
            "POST",
            "/sign-in/passkey",
            content=body,
            headers={"Content-Type": "application/json", "Accept": "application/json"},
        )
        assert answer.status_code == 422, body
        assert answer.json()["code"] == "form_unreadable"
    huge = browser.ask(
        "POST",
        "/sign-in/passkey",
        content=b'{"credential": "' + b"x" * (3 * 1024 * 1024) + b'"}',
        headers={"Content-Type": "application/json", "Accept": "application/json"},
    )
    assert huge.json()["code"] == "form_too_large"


def test_a_half_done_sign_in_is_good_once_and_in_one_browser(zone: Any) -> None:
    browser, other = zone.browser(), zone.browser()
    browser.script("/sign-in/passkey/options", {})
    proof = {"credential": {"id": "AAAA"}}
    assert other.script("/sign-in/passkey", proof).json()["code"] == "sign_in_over"
    token = browser.cookies.get("entente_ceremony")
    assert browser.script("/sign-in/passkey", proof).json()["code"] == "passkey_refused"
    browser.cookies.set("entente_ceremony", token, domain="lille.localhost")
    assert browser.script("/sign-in/passkey", proof).json()["code"] == "sign_in_over"


def test_guessed_passkeys_are_counted_like_passwords(zone: Any) -> None:
    browser = zone.browser()
    codes = []
    for _ in range(34):
        browser.script("/sign-in/passkey/options", {})
        answer = browser.script("/sign-in/passkey", {"credential": {"id": "AAAA"}})
        codes.append((answer.status_code, answer.json()["code"]))
    assert codes[0] == (403, "passkey_refused")
    assert codes[-1] == (429, "too_many_attempts")


def test_by_a_bare_number_no_passkey_is_asked_for(zone: Any) -> None:
    browser = zone.browser()
    browser.home = f"http://127.0.0.1:{zone.node.settings.port}"
    answer = browser.script("/sign-in/passkey/options", {})
    assert (answer.status_code, answer.json()["code"]) == (503, "passkeys_need_a_name")


# -- leaving --------------------------------------------------------------------------------------------------------


def test_an_officer_let_go_is_out_at_once_everywhere_and_stays_out(zone: Any) -> None:
    one = enrolled(zone)
    two = zone.browser()
    two.post("/sign-in/password", officer="Marie", password=PASSWORD)
    assert is_in(one)
    assert is_in(two)
    admin = zone.administrator()
    (path,) = re.findall(
        r'href="(/administration/officers/\w+)"><bdi>Marie<', admin.get("/administration/officers").text
    )
    assert admin.post(f"{path}/let-go", reason="fin de mission").status_code == 303
    assert not is_in(one)
    assert not is_in(two)
    assert zone.browser().post("/sign-in/password", officer="Marie", password=PASSWORD).status_code == 403
    assert zone.browser().post("/sign-in/exercise", officer="Marie").status_code == 403


def test_signing_out_everywhere_ends_every_session_and_signing_out_here_only_this_one(zone: Any) -> None:
    first, second, third = (zone.browser().come_in("Paul") for _ in range(3))
    first.post("/sign-out")
    assert [is_in(each) for each in (first, second, third)] == [False, True, True]
    second.post("/sign-out", everywhere="yes")
    assert [is_in(each) for each in (second, third)] == [False, False]


def test_one_session_is_ended_from_another_and_nobody_elses(zone: Any) -> None:
    mine, also_mine, theirs = (zone.browser().come_in(who) for who in ("Paul", "Paul", "Odile"))
    listed = {one.id for one in zone.site.accounts.sessions_of("Paul")}
    here = zone.site.accounts.session(session_of(mine)).id
    (other,) = listed - {here}
    (foreign,) = (one.id for one in zone.site.accounts.sessions_of("Odile"))
    mine.post("/account/sessions/end", session=foreign)
    assert is_in(theirs)
    mine.post("/account/sessions/end", session=other)
    assert not is_in(also_mine)
    assert is_in(mine)


def test_a_new_password_takes_the_old_one_and_ends_the_other_sessions(zone: Any) -> None:
    browser = enrolled(zone)
    other = zone.browser()
    other.post("/sign-in/password", officer="Marie", password=PASSWORD)
    new = "girafe moulin corbeau parapluie"
    wrong = browser.post("/account/password", old="not that one at all", password=new, again=new)
    assert wrong.status_code == 403
    assert is_in(other)
    assert browser.post("/account/password", old=PASSWORD, password=new, again=new).status_code == 303
    assert is_in(browser)
    assert not is_in(other)
    assert zone.browser().post("/sign-in/password", officer="Marie", password=new).status_code == 303


# -- outside an exercise --------------------------------------------------------------------------------------------


def test_outside_an_exercise_its_door_is_neither_shown_nor_there(for_real: Any) -> None:
    browser = for_real.browser()
    page = browser.get("/sign-in").text
    assert "/sign-in/exercise" not in page
    assert "Marie" not in page
    for officer in ("Marie", "FR-ZONE/Administration", "nobody"):
        assert browser.post("/sign-in/exercise", officer=officer).status_code == 404
    assert not session_of(browser)


def test_without_a_directory_there_is_no_way_to_it(zone: Any) -> None:
    browser = zone.browser()
    assert "/sign-in/directory" not in browser.get("/sign-in").text
    assert browser.get("/sign-in/directory").status_code == 404
    assert browser.get("/sign-in/directory/back?code=x&state=y").status_code == 404
