"""accounts.db: what opens a session, what ends it, what is good once only, and that the file gives nothing away."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from entente.errors import Conflict, EntenteError, NotFound, NotPermitted, Unavailable
from entente.store.account_values import Attempt, NewPasskey, SignedIn
from entente.store.accounts import Accounts


class Clock:
    """A clock that moves when told."""

    def __init__(self) -> None:
        self.now = dt.datetime(2031, 11, 20, 6, 0, tzinfo=dt.UTC)

    def __call__(self) -> dt.datetime:
        return self.now

    def wait(self, **for_so_long: float) -> None:
        self.now += dt.timedelta(**for_so_long)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def accounts(tmp_path: Path, clock: Clock) -> Iterator[Accounts]:
    opened = Accounts(tmp_path, clock)
    yield opened
    opened.close()


AGNES = SignedIn(officer="Agnès Delattre", role="investigator", method="passkey", device="Firefox · Windows")
KEY = NewPasskey(credential=b"credential-1", public_key=b"public-1", counter=0)


def code_of(excinfo: pytest.ExceptionInfo[EntenteError]) -> str:
    return excinfo.value.code


# -- sessions ---------------------------------------------------------------------------------------------------------


def test_a_session_is_found_by_its_cookie_and_by_nothing_else(accounts: Accounts) -> None:
    opened = accounts.open_session(AGNES)
    found = accounts.session(opened.token)
    assert (found.officer, found.role, found.csrf) == ("Agnès Delattre", "investigator", opened.csrf)
    for other in (opened.session.id, opened.csrf, opened.token[:-1], "", "é\ud800"):
        with pytest.raises(NotPermitted) as refused:
            accounts.session(other)
        assert code_of(refused) == "not_signed_in"


def test_a_session_ends_after_an_hour_without_a_sign_of_life(accounts: Accounts, clock: Clock) -> None:
    token = accounts.open_session(AGNES).token
    clock.wait(minutes=59)
    accounts.session(token)
    clock.wait(minutes=59)
    accounts.session(token)
    clock.wait(minutes=61)
    with pytest.raises(NotPermitted) as idle:
        accounts.session(token)
    assert code_of(idle) == "session_idle"
    clock.wait(minutes=-61)
    with pytest.raises(NotPermitted):
        accounts.session(token)


def test_a_page_that_asks_by_itself_keeps_nobody_signed_in(accounts: Accounts, clock: Clock) -> None:
    token = accounts.open_session(AGNES).token
    clock.wait(minutes=50)
    accounts.session(token, note=False)
    clock.wait(minutes=11)
    with pytest.raises(NotPermitted) as idle:
        accounts.session(token, note=False)
    assert code_of(idle) == "session_idle"


def test_a_session_that_is_used_all_day_ends_after_twelve_hours(accounts: Accounts, clock: Clock) -> None:
    token = accounts.open_session(AGNES).token
    for _ in range(23):
        clock.wait(minutes=31)
        accounts.session(token)
    clock.wait(minutes=7)
    with pytest.raises(NotPermitted) as over:
        accounts.session(token)
    assert code_of(over) == "session_over"


def test_signing_in_forgets_the_cookie_that_the_browser_came_with(accounts: Accounts) -> None:
    planted = accounts.open_session(AGNES).token
    fresh = accounts.open_session(AGNES, instead_of=planted)
    assert fresh.token != planted
    with pytest.raises(NotPermitted):
        accounts.session(planted)


def test_another_role_comes_with_another_token_and_no_longer_day(accounts: Accounts, clock: Clock) -> None:
    first = accounts.open_session(AGNES)
    accounts.set_shift(first.token, "shift-7")
    clock.wait(minutes=45)
    second = accounts.change_role(first.token, "judicial_keeper")
    assert second.token != first.token
    assert second.csrf != first.csrf
    assert second.session.ends_at == first.session.ends_at
    assert (second.session.role, second.session.shift) == ("judicial_keeper", "shift-7")
    with pytest.raises(NotPermitted):
        accounts.session(first.token)


def test_one_session_does_not_become_two_when_its_role_is_changed_twice_at_once(accounts: Accounts) -> None:
    token = accounts.open_session(AGNES).token
    gate = threading.Barrier(8)

    def change(_: int) -> bool:
        gate.wait()
        try:
            accounts.change_role(token, "watch_keeper")
        except NotPermitted:
            return False
        return True

    with ThreadPoolExecutor(8) as crowd:
        assert sum(crowd.map(change, range(8))) == 1
    assert len(accounts.sessions_of("Agnès Delattre")) == 1


def test_an_officer_who_left_is_out_everywhere_at_once(accounts: Accounts) -> None:
    tokens = [accounts.open_session(AGNES).token for _ in range(3)]
    other = accounts.open_session(
        SignedIn(officer="Ben Marsh", role="investigator", method="password", device="")
    )
    assert accounts.end_all("Agnès Delattre") == 3
    for token in tokens:
        with pytest.raises(NotPermitted):
            accounts.session(token)
    assert accounts.session(other.token).officer == "Ben Marsh"


def test_an_officer_ends_one_session_from_the_list_and_only_an_own_one(accounts: Accounts) -> None:
    here, there = accounts.open_session(AGNES), accounts.open_session(AGNES)
    assert not accounts.end_listed("Ben Marsh", there.session.id)
    assert accounts.end_listed("Agnès Delattre", there.session.id)
    assert [each.id for each in accounts.sessions_of("Agnès Delattre")] == [here.session.id]
    accounts.end(here.token)
    assert accounts.sessions_of("Agnès Delattre") == []


def test_language_theme_and_shift_stay_with_the_session_over_a_restart(
    accounts: Accounts, clock: Clock, tmp_path: Path
) -> None:
    token = accounts.open_session(AGNES).token
    accounts.set_language(token, "en")
    accounts.set_theme(token, "night")
    accounts.set_shift(token, "shift-1")
    accounts.close()
    again = Accounts(tmp_path, clock)
    found = again.session(token)
    again.close()
    assert (found.language, found.theme, found.shift) == ("en", "night", "shift-1")


def test_a_full_disk_signs_nobody_out(accounts: Accounts, clock: Clock) -> None:
    token = accounts.open_session(AGNES).token
    clock.wait(minutes=10)
    with accounts._writing() as connection:
        connection.exec_driver_sql("PRAGMA query_only=ON")
    with pytest.raises(Unavailable):
        accounts.set_mark("Agnès Delattre", "a", "b")
    assert accounts.session(token).officer == "Agnès Delattre"


# -- passwords and passkeys -------------------------------------------------------------------------------------------


def test_a_new_password_ends_the_sessions_and_a_rehash_does_not(accounts: Accounts) -> None:
    assert accounts.password("Agnès Delattre").hash == ""
    accounts.set_password("Agnès Delattre", "hash-1", must_change=True)
    token = accounts.open_session(AGNES).token
    accounts.rehash("Agnès Delattre", "hash-1", "hash-1-stronger")
    accounts.rehash("Agnès Delattre", "hash-0", "of a password changed meanwhile")
    kept = accounts.password("Agnès Delattre")
    assert (kept.hash, kept.must_change) == ("hash-1-stronger", True)
    assert accounts.session(token)
    accounts.set_password("Agnès Delattre", "hash-2")
    with pytest.raises(NotPermitted):
        accounts.session(token)


def test_a_passkey_counter_goes_on_or_is_refused(accounts: Accounts) -> None:
    accounts.add_passkey("Agnès Delattre", KEY, "Téléphone")
    accounts.note_passkey_used(KEY.credential, 5)
    for back in (5, 4, 0):
        with pytest.raises(NotPermitted) as refused:
            accounts.note_passkey_used(KEY.credential, back)
        assert code_of(refused) == "passkey_counter"
    kept = accounts.passkey(KEY.credential)
    assert kept.counter == 5
    assert kept.last_used_at is not None


def test_a_passkey_without_a_counter_may_sign_in_again_and_again(accounts: Accounts) -> None:
    accounts.add_passkey("Agnès Delattre", KEY, "Téléphone")
    accounts.note_passkey_used(KEY.credential, 0)
    accounts.note_passkey_used(KEY.credential, 0)
    assert accounts.passkey(KEY.credential).counter == 0


def test_a_credential_is_kept_once_and_only_its_officer_removes_it(accounts: Accounts) -> None:
    accounts.add_passkey("Agnès Delattre", KEY, "  Téléphone \n de service ")
    with pytest.raises(Conflict):
        accounts.add_passkey("Ben Marsh", KEY, "x")
    with pytest.raises(NotFound):
        accounts.remove_passkey("Ben Marsh", KEY.credential)
    assert [each.label for each in accounts.passkeys_of("Agnès Delattre")] == ["Téléphone de service"]
    accounts.remove_passkey("Agnès Delattre", KEY.credential)
    with pytest.raises(NotPermitted):
        accounts.passkey(KEY.credential)


def test_a_user_handle_is_random_and_stays(accounts: Accounts) -> None:
    first = accounts.user_handle("Agnès Delattre")
    assert first == accounts.user_handle("Agnès Delattre")
    assert len(first) == 32
    assert first != accounts.user_handle("Ben Marsh")


# -- links, programs' tokens ------------------------------------------------------------------------------------------


def test_an_enrolment_link_is_good_once_and_for_two_days(accounts: Accounts, clock: Clock) -> None:
    link = accounts.make_enrolment("Agnès Delattre", "Chief")
    assert accounts.enrolment(link).made_by == "Chief"
    assert accounts.enrol_passkey(link, KEY, "Clé").officer == "Agnès Delattre"
    with pytest.raises(NotPermitted) as used:
        accounts.enrol_password(link, "hash")
    assert code_of(used) == "link_over"
    late = accounts.make_enrolment("Ben Marsh", "Chief")
    clock.wait(hours=48)
    with pytest.raises(NotPermitted):
        accounts.enrol_password(late, "hash")
    assert accounts.password("Ben Marsh").hash == ""


def test_an_enrolment_that_fails_leaves_its_link_good(accounts: Accounts) -> None:
    accounts.add_passkey("Agnès Delattre", KEY, "Clé")
    link = accounts.make_enrolment("Ben Marsh", "Chief")
    with pytest.raises(Conflict):
        accounts.enrol_passkey(link, KEY, "Clé")
    assert accounts.enrol_password(link, "hash") == "Ben Marsh"


def test_a_newer_link_ends_the_older_one(accounts: Accounts) -> None:
    older, newer = (accounts.make_enrolment("Ben Marsh", "Chief") for _ in range(2))
    with pytest.raises(NotPermitted):
        accounts.enrolment(older)
    assert accounts.enrolment(newer).officer == "Ben Marsh"


def test_a_programs_token_has_scopes_an_end_and_can_be_withdrawn(accounts: Accounts, clock: Clock) -> None:
    def make() -> tuple[str, str]:
        token, kept = accounts.make_program_token(
            "anpr-feed",
            label="Lecteur A16",
            scopes=("record", "read"),
            lasts=dt.timedelta(days=30),
            made_by="Chief",
        )
        return token, kept.id

    token, token_id = make()
    assert accounts.program_token(token).scopes == ("read", "record")
    with pytest.raises(NotPermitted):
        accounts.program_token(token_id)
    accounts.withdraw_program_token(token_id)
    with pytest.raises(NotPermitted):
        accounts.program_token(token)
    token, _ = make()
    clock.wait(days=30)
    with pytest.raises(NotPermitted):
        accounts.program_token(token)


# -- attempts and half-done sign-ins ----------------------------------------------------------------------------------


def at_most(count: int) -> Callable[[Sequence[Attempt], dt.datetime], float]:
    def rule(attempts: Sequence[Attempt], now: dt.datetime) -> float:
        return 60.0 if sum(not each.succeeded for each in attempts) >= count else 0.0

    return rule


def test_a_hundred_guesses_at_once_are_a_hundred_attempts(accounts: Accounts) -> None:
    with ThreadPoolExecutor(8) as crowd:
        answers = list(crowd.map(lambda _: accounts.attempt("Agnès", "192.0.2.1", at_most(5)), range(40)))
    assert sum(answer.wait_s == 0 for answer in answers) == 5


def test_attempts_outlive_a_restart_and_not_a_day(accounts: Accounts, clock: Clock, tmp_path: Path) -> None:
    for _ in range(5):
        assert accounts.attempt("Agnès", "192.0.2.1", at_most(5)).wait_s == 0
    accounts.close()
    again = Accounts(tmp_path, clock)
    assert again.attempt("Agnès", "192.0.2.9", at_most(5)).wait_s == 60
    assert again.attempt("Ben", "192.0.2.9", at_most(5)).wait_s == 0
    clock.wait(hours=25)
    assert again.attempt("Agnès", "192.0.2.9", at_most(5)).wait_s == 0
    again.close()


def test_the_rule_hears_of_account_and_place_in_the_order_of_the_attempts(
    accounts: Accounts, clock: Clock
) -> None:
    heard: list[Attempt] = []

    def listen(attempts: Sequence[Attempt], now: dt.datetime) -> float:
        heard[:] = attempts
        return 0.0

    first = accounts.attempt("Agnès", "192.0.2.1", listen)
    accounts.attempt_succeeded(first.number)
    clock.wait(seconds=1)
    accounts.attempt("Agnès", "192.0.2.2", listen)
    clock.wait(seconds=1)
    accounts.attempt("Ben", "192.0.2.1", listen)
    accounts.attempt("Agnès", "192.0.2.1", listen)
    assert [(each.same_account, each.same_address, each.succeeded) for each in heard] == [
        (True, True, True),
        (True, False, False),
        (False, True, False),
    ]
    # Where nobody types a name only the place counts.
    accounts.attempt("", "192.0.2.2", listen)
    assert [(each.same_account, each.same_address) for each in heard] == [(False, True)]


def test_a_challenge_is_given_back_once_within_five_minutes_and_for_its_own_kind(
    accounts: Accounts, clock: Clock
) -> None:
    token = accounts.begin_ceremony("passkey", {"challenge": "c"})
    assert accounts.take_ceremony("passkey", token) == {"challenge": "c"}
    late = accounts.begin_ceremony("passkey", {"challenge": "c"})
    other = accounts.begin_ceremony("passkey", {"challenge": "c"})
    with pytest.raises(NotPermitted):
        accounts.take_ceremony("directory", other)
    clock.wait(minutes=5)
    for spent in (token, late, other, ""):
        with pytest.raises(NotPermitted) as refused:
            accounts.take_ceremony("passkey", spent)
        assert code_of(refused) == "sign_in_over"


def test_of_two_who_bring_one_challenge_at_once_one_is_refused(accounts: Accounts) -> None:
    token = accounts.begin_ceremony("passkey", {"challenge": "c"})

    def take(_: int) -> bool:
        try:
            accounts.take_ceremony("passkey", token)
        except NotPermitted:
            return False
        return True

    with ThreadPoolExecutor(8) as crowd:
        assert sum(crowd.map(take, range(16))) == 1


# -- marks, forgetting, and the file itself ---------------------------------------------------------------------------


def test_marks_and_what_was_seen_are_each_officers_own(accounts: Accounts) -> None:
    accounts.set_mark("Agnès Delattre", "seen up to", "417")
    accounts.set_mark("Agnès Delattre", "seen up to", "418")
    accounts.note_seen("Agnès Delattre", ["r1", "r2"])
    accounts.note_seen("Agnès Delattre", ["r2", "r3"])
    assert accounts.mark("Agnès Delattre", "seen up to") == "418"
    assert accounts.mark("Ben Marsh", "seen up to") == ""
    assert accounts.seen("Agnès Delattre", [f"r{n}" for n in range(1_200)]) == {"r1", "r2", "r3"}
    assert accounts.seen("Ben Marsh", ["r1"]) == frozenset()


def test_nothing_of_a_forgotten_officer_stays_in_the_files(accounts: Accounts, tmp_path: Path) -> None:
    name = "Zéphyrine Quintard"
    accounts.set_password(name, "hash")
    accounts.user_handle(name)
    accounts.add_passkey(name, KEY, "Clé")
    accounts.open_session(SignedIn(officer=name, role="investigator", method="passkey", device=""))
    accounts.make_enrolment(name, "Chief")
    accounts.make_program_token(name, label="x", scopes=(), lasts=dt.timedelta(days=1), made_by="Chief")
    accounts.set_mark(name, "a", "b")
    accounts.note_seen(name, ["r1"])
    assert name.encode() in _bytes_of(tmp_path)
    accounts.forget(name)
    accounts.close()
    assert name.encode() not in _bytes_of(tmp_path)


def test_no_token_password_or_challenge_stands_in_the_file(accounts: Accounts, tmp_path: Path) -> None:
    opened = accounts.open_session(AGNES)
    link = accounts.make_enrolment("Ben Marsh", "Chief")
    program, _ = accounts.make_program_token(
        "feed", label="x", scopes=("read",), lasts=dt.timedelta(days=1), made_by="Chief"
    )
    ceremony = accounts.begin_ceremony(
        "directory", {"verifier": "planted-verifier", "nonce": "planted-nonce"}
    )
    accounts.attempt("planted password in the name field", "198.51.100.77", at_most(5))
    secrets = [opened.token, opened.csrf, link, program, program.removeprefix("entente_"), ceremony]
    secrets += ["planted-verifier", "planted-nonce", "planted password in the name field", "198.51.100.77"]
    written = _bytes_of(tmp_path)
    assert opened.session.id.encode() in written  # the scan sees what is there
    assert [secret for secret in secrets if secret.encode() in written] == []


def test_the_file_is_its_owners_alone(accounts: Accounts, tmp_path: Path) -> None:
    assert (tmp_path / "accounts.db").stat().st_mode & 0o077 == 0


def test_a_closed_file_says_that_the_node_is_closing(accounts: Accounts) -> None:
    accounts.close()
    accounts.close()
    with pytest.raises(Unavailable):
        accounts.open_session(AGNES)
    with pytest.raises(Unavailable):
        accounts.mark("Agnès Delattre", "a")


def _bytes_of(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(folder.glob("accounts.db*")))
