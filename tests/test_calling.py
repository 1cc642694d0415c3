"""Calls: what leaves, to whom, in which order, and when it stops. Real receivers on loopback stand in for gateways."""

from __future__ import annotations

import datetime as dt
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from entente.calling import CallingSettings, Calls, Gateway, Person, Way, words_of_call
from entente.errors import Malformed, Text
from entente.model.grading import Grade
from entente.model.office_act import Called, OfficerEntered
from entente.model.report import Draft, Statement, Warning, Wording
from entente.node import Node
from entente.settings import read_settings

ADDRESS = "https://lille.example"
FIRST = Person(name="Erwan", email="erwan@premar.example", telephone="+33639980417")
BACKUP = Person(name="Nolwenn", email="nolwenn@premar.example", telephone="+33639980418", backup=True)
MAIL = Way(name="e-mail", url="mail://{email}")
SMS = Way(name="SMS", url="sms://{telephone}")
BELL = Way(name="bell", url="bell://room")
# A quarter of a second stands for the minutes in which somebody may answer.
SOON = {"backup_after_minutes": 0.25 / 60, "timeout_s": 2.0, "tries": 2, "rounds": 1}


class PlayedDuty:
    """A roster and its answers as a test sets them, and what was said of the calls."""

    def __init__(self, *people: Person) -> None:
        self.on_duty = people
        self.answered: set[str] = set()
        self.kept: list[tuple[str, str, tuple[str, ...], bool]] = []
        self.alarms: list[Text] = []

    def people(self, record: str) -> tuple[Person, ...]:
        return () if record in self.answered else self.on_duty

    def is_answered(self, record: str) -> bool:
        return record in self.answered

    def called(self, record: str, name: str, ways: tuple[str, ...], *, taken: bool) -> None:
        self.kept.append((record, name, ways, taken))

    def alarm(self, text: Text) -> None:
        self.alarms.append(text)


class Post:
    """Takes what is sent; refuses the addresses that a test names, and holds those that hang."""

    def __init__(self, refuses: tuple[str, ...] = (), hangs: tuple[str, ...] = ()) -> None:
        self.refuses, self.hangs = refuses, hangs
        self.sent: list[tuple[str, str, str]] = []

    def __call__(self, url: str, title: str, words: str) -> bool:
        if any(url.startswith(one) for one in self.hangs):
            time.sleep(5)
        if any(url.startswith(one) for one in self.refuses):
            return False
        self.sent.append((url, title, words))
        return True

    @property
    def to(self) -> list[str]:
        return [url for url, _, _ in self.sent]


Make = Callable[..., Calls]


@pytest.fixture
def make() -> Iterator[Make]:
    made: list[Calls] = []

    def start(duty: PlayedDuty, send: Any, *ways: Way, every_s: float = 0.0, **settings: Any) -> Calls:
        listed = CallingSettings(ways=ways, **{**SOON, **settings})
        calls = Calls(listed, ADDRESS, duty, send, at_most_every_s=every_s, first_pause_s=0.02)
        calls.start()
        made.append(calls)
        return calls

    yield start
    for calls in made:
        calls.stop()


# -- what leaves ----------------------------------------------------------------------------------------------------


def test_a_call_says_the_same_whatever_it_is_about() -> None:
    title, words = words_of_call(ADDRESS, is_life=True)
    assert title == "URGENT – Entente"
    assert words.splitlines() == [
        "URGENT – Entente\N{NO-BREAK SPACE}: quelque chose attend votre réponse.",
        "URGENT – Entente: something awaits your answer.",
        ADDRESS,
    ]
    assert "URGENT" not in "".join(words_of_call(ADDRESS, is_life=False))


def test_what_an_address_holds_becomes_no_setting_of_the_way() -> None:
    person = Person(name="x", email="a@b.example&to=evil@c.example", telephone="+33639980417")
    assert Way(name="m", url="mailto://h?to={email}").to(person) == (
        "mailto://h?to=a%40b.example%26to%3Devil%40c.example"
    )
    assert Way(name="s", url="jsons://h/{telephone}").to(person) == "jsons://h/%2B33639980417"


def test_a_way_leads_only_to_whose_address_is_known() -> None:
    nobody = Person(name="x")
    assert MAIL.to(nobody) is None
    assert BELL.to(FIRST) is None
    assert BELL.to(None) == "bell://room"
    assert MAIL.to(None) is None


# -- whom, and when it stops ----------------------------------------------------------------------------------------


def test_the_first_are_called_by_every_way_and_the_backup_only_when_nobody_answers(
    make: Make, wait: Callable[..., Any]
) -> None:
    duty, post = PlayedDuty(FIRST, BACKUP), Post()
    make(duty, post, MAIL, SMS).call("r1", is_life=True)
    wait(lambda: len(duty.kept) == 1)
    assert sorted(post.to) == ["mail://erwan%40premar.example", "sms://%2B33639980417"]
    assert duty.kept == [("r1", "Erwan", ("e-mail", "SMS"), True)]
    wait(lambda: len(duty.kept) == 2)
    assert duty.kept[1][1] == "Nolwenn"
    wait(lambda: duty.alarms)
    assert "nobody answered" in duty.alarms[0].en


def test_who_answered_is_called_no_more_and_neither_is_the_backup(
    make: Make, wait: Callable[..., Any]
) -> None:
    duty, post = PlayedDuty(FIRST, BACKUP), Post()
    make(duty, post, MAIL, rounds=3).call("r1", is_life=True)
    wait(lambda: duty.kept)
    duty.answered.add("r1")
    time.sleep(0.6)
    assert post.to == ["mail://erwan%40premar.example"]
    assert duty.alarms == []


def test_a_distress_is_called_about_again_until_the_rounds_are_over(
    make: Make, wait: Callable[..., Any]
) -> None:
    duty, post = PlayedDuty(FIRST), Post()
    make(duty, post, MAIL, rounds=3, backup_after_minutes=0.05 / 60).call("r1", is_life=True)
    wait(lambda: duty.alarms)
    assert len(post.sent) == 3


def test_a_warning_is_called_about_in_one_round(make: Make, wait: Callable[..., Any]) -> None:
    duty, post = PlayedDuty(FIRST), Post()
    make(duty, post, MAIL, rounds=3, backup_after_minutes=0.05 / 60).call("r1", is_life=False)
    wait(lambda: duty.alarms)
    assert len(post.sent) == 1
    assert "URGENT" not in post.sent[0][2]


def test_where_no_way_reaches_the_first_the_backup_is_called_at_once(
    make: Make, wait: Callable[..., Any]
) -> None:
    duty, post = PlayedDuty(Person(name="Erwan"), BACKUP), Post()
    make(duty, post, MAIL, backup_after_minutes=60).call("r1", is_life=True)
    wait(lambda: post.sent, 2.0)
    assert duty.kept[0] == ("r1", "Erwan", (), False)
    wait(lambda: len(duty.kept) == 2)
    assert duty.kept[1] == ("r1", "Nolwenn", ("e-mail",), True)


def test_a_place_rings_also_where_nobody_is_on_duty_and_that_is_said(
    make: Make, wait: Callable[..., Any]
) -> None:
    duty, post = PlayedDuty(), Post()
    calls = make(duty, post, BELL, MAIL)
    calls.call("r1", is_life=True)
    wait(lambda: duty.kept)
    assert duty.kept == [("r1", "", ("bell",), True)]
    silent = PlayedDuty()
    make(silent, Post(), MAIL).call("r1", is_life=True)
    wait(lambda: silent.alarms)
    assert "nobody on duty could be called" in silent.alarms[0].en


def test_what_waits_at_one_time_is_one_call(make: Make, wait: Callable[..., Any]) -> None:
    duty, post = PlayedDuty(FIRST), Post()
    calls = make(duty, post, MAIL, every_s=0.3, backup_after_minutes=60)
    for number in range(40):
        calls.call(f"r{number}", is_life=True)
    calls.call("r0", is_life=True)
    wait(lambda: len(duty.kept) == 40)
    # The first may leave alone; whatever came while it left goes with the second.
    assert len(post.sent) <= 2


# -- ways that fail -------------------------------------------------------------------------------------------------


def test_a_way_that_fails_is_tried_again_and_said_aloud_once(make: Make, wait: Callable[..., Any]) -> None:
    duty, post = PlayedDuty(FIRST), Post(refuses=("sms",))
    calls = make(duty, post, MAIL, SMS, backup_after_minutes=60)
    calls.call("r1", is_life=True)
    wait(lambda: duty.alarms)
    calls.call("r2", is_life=True)
    wait(lambda: len(post.sent) == 2)
    time.sleep(0.2)
    assert [text.en for text in duty.alarms] == [
        'The way of calling "SMS" does not take calls; the others go on.'
    ]
    assert calls.failing == {"SMS"}
    assert duty.kept == [("r1", "Erwan", ("e-mail",), True), ("r2", "Erwan", ("e-mail",), True)]
    post.refuses = ()
    calls.call("r3", is_life=True)
    wait(lambda: not calls.failing)


def test_who_was_reached_by_no_way_is_kept_as_not_reached(make: Make, wait: Callable[..., Any]) -> None:
    duty = PlayedDuty(FIRST)
    make(duty, Post(refuses=("mail",)), MAIL).call("r1", is_life=False)
    wait(lambda: duty.kept)
    assert duty.kept == [("r1", "Erwan", ("e-mail",), False)]


def test_a_gateway_that_hangs_holds_neither_the_others_nor_whoever_calls(
    make: Make, wait: Callable[..., Any]
) -> None:
    duty, post = PlayedDuty(FIRST), Post(hangs=("sms",))
    calls = make(duty, post, SMS, MAIL, timeout_s=2.0, tries=1)
    calls.call("r1", is_life=True)
    assert duty.kept == []
    wait(lambda: post.to == ["mail://erwan%40premar.example"])
    wait(lambda: duty.kept, 20.0)
    assert duty.kept == [("r1", "Erwan", ("e-mail",), True)]


def test_a_warning_whose_gateway_hangs_does_not_hold_a_distress(make: Make, wait: Callable[..., Any]) -> None:
    duty = PlayedDuty(FIRST)
    entered = threading.Event()
    post: list[str] = []

    def send(url: str, title: str, words: str) -> bool:
        if "URGENT" in title:
            post.append(url)
            return True
        entered.set()
        time.sleep(3)
        return True

    calls = make(duty, send, MAIL)
    calls.call("warning", is_life=False)
    assert entered.wait(2)
    calls.call("distress", is_life=True)
    wait(lambda: post, 0.5)


def test_a_fault_in_the_calling_is_said_and_the_call_is_made_all_the_same(
    make: Make, wait: Callable[..., Any]
) -> None:
    duty, post = PlayedDuty(FIRST), Post()
    faults = [OSError("disk")]
    kept = duty.called

    def called(*what: Any, **how: Any) -> None:
        if faults:
            raise faults.pop()
        kept(*what, **how)

    duty.called = called  # type: ignore[method-assign]
    make(duty, post, MAIL).call("r1", is_life=True)
    wait(lambda: duty.kept)
    assert duty.alarms[0].en == "The calls stopped and are taken up again: OSError"


# -- through real gateways ------------------------------------------------------------------------------------------


@pytest.fixture
def webhook() -> Iterator[tuple[int, list[tuple[str, dict[str, str], dict[str, Any]]]]]:
    """A receiver of webhooks on loopback: its port, and (path, headers, body) of what it got."""
    got: list[tuple[str, dict[str, str], dict[str, Any]]] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.append((self.path, dict(self.headers), json.loads(body)))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *said: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield server.server_port, got
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def mailbox() -> Iterator[tuple[int, list[str]]]:
    """As much of a mail server as takes a letter: its port, and the letters."""
    letters: list[str] = []
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                line, _ = listening.accept()
            except OSError:
                return
            with line, line.makefile("rb") as said:
                line.sendall(b"220 mail.example\r\n")
                while command := said.readline().strip().upper():
                    if command == b"DATA":
                        line.sendall(b"354 go on\r\n")
                        letter = b""
                        while (row := said.readline()) != b".\r\n":
                            letter += row
                        letters.append(letter.decode())
                    line.sendall(b"221 bye\r\n" if command == b"QUIT" else b"250 mail.example\r\n")

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield listening.getsockname()[1], letters
    listening.shutdown(socket.SHUT_RDWR)
    listening.close()
    thread.join(timeout=2)


def test_a_mail_leaves_with_the_fixed_words_and_nothing_else(mailbox: tuple[int, list[str]]) -> None:
    port, letters = mailbox
    url = Way(name="m", url=f"mailto://127.0.0.1:{port}?from=watch@premar.example&to={{email}}&format=text")
    filled = url.to(FIRST)
    assert filled is not None
    assert Gateway(3.0)(filled, *words_of_call(ADDRESS, is_life=True))
    assert "erwan@premar.example" in letters[0]
    assert "Apprise" not in letters[0]


def test_an_address_that_no_gateway_understands_takes_no_call() -> None:
    assert not Gateway(1.0)("nonsense://x", "Entente", "words")
    assert not Gateway(0.5)("json://127.0.0.1:9/call", "Entente", "words")


DISTRESS = "BOAT-2 prend l’eau au nord-ouest du cap Gris-Nez, appel du 06 39 98 04 17"


def _with_ways(folder: Path, port: int, *, changes: str = "") -> None:
    with (folder / "node.toml").open("a") as file:
        file.write(
            f'\n[calling]\n{changes}\n[[calling.ways]]\nname = "bell"\nurl = "json://127.0.0.1:{port}/bell"\n'
        )
    (folder / "secrets" / "calling.toml").write_text(
        f'[[ways]]\nname = "SMS"\nurl = "json://127.0.0.1:{port}/sms/{{telephone}}"\n'
    )


def _on_duty(node: Node, access: Any) -> None:
    """Erwan stands in the roster, and the desk knows his telephone."""
    now = node.now()
    act = OfficerEntered(
        officer="Admin",
        name="Erwan",
        service="FR-PREMAR",
        roles=("watch_keeper",),
        telephone="+33 6 39 98 04 17",
    )
    node.duty.record(node.duty.entry_of(act, "FR-PREMAR", "office"))
    node.duty.catch_up()
    node.enter_roster(
        access, "Erwan", "watch_keeper", now - dt.timedelta(hours=1), now + dt.timedelta(hours=8)
    )


def test_a_distress_calls_the_watch_by_a_real_webhook_and_no_word_of_it_leaves(
    laid_out: Path,
    webhook: tuple[int, list[Any]],
    at_work: Callable[..., Any],
    wait: Callable[..., Any],
) -> None:
    port, got = webhook
    _with_ways(laid_out / "lille", port)
    node = Node(laid_out / "lille")
    try:
        erwan = at_work(node, "Erwan")
        _on_duty(node, erwan)
        node.start()
        row = node.record(_distress(matter="SAR-CALAIS", reference="PREMAR-77"), erwan)
        wait(lambda: len(got) == 2)
        assert sorted(path for path, _, _ in got) == ["/bell", "/sms/+33639980417"]
        for _, headers, body in got:
            said = json.dumps(body, ensure_ascii=False) + json.dumps(headers)
            assert "URGENT" in body["message"]
            for secret in ("BOAT", "Gris-Nez", "0417", "SAR-CALAIS", "PREMAR-77", row.header.id, "Erwan"):
                assert secret not in said
        wait(lambda: len(node.duty.rolls.calls.get(row.header.id, ())) == 2)
        kept = [noted.act for noted in node.duty.rolls.calls[row.header.id]]
        assert {(act.called, act.ways, act.taken) for act in kept if isinstance(act, Called)} == {
            ("", ("bell",), True),
            ("Erwan", ("SMS",), True),
        }
        node.answer(erwan, row.header.id, "seen")
        assert node.calling.is_answered(row.header.id)
    finally:
        node.close()


def _distress(**changes: Any) -> Draft:
    said = Statement(
        id="s1",
        basis="reported",
        wording=Wording(language="fr", text=DISTRESS),
        grade=Grade("admiralty", "F", "6"),
        checked_on=dt.date(2031, 9, 12),
    )
    return Draft(
        **{"kind": "distress", "service": "FR-PREMAR", "matter": "SAR", "statements": (said,), **changes}
    )


def test_a_distress_that_nobody_was_called_about_is_called_about_when_the_node_starts(
    laid_out: Path,
    webhook: tuple[int, list[Any]],
    at_work: Callable[..., Any],
    wait: Callable[..., Any],
) -> None:
    port, got = webhook
    _with_ways(laid_out / "lille", port)
    node = Node(laid_out / "lille")
    erwan = at_work(node, "Erwan")
    node.record(_distress(), erwan)
    node.settle()
    node.close()
    assert got == []
    node = Node(laid_out / "lille")
    try:
        node.start()
        wait(lambda: [path for path, _, _ in got] == ["/bell"])
    finally:
        node.close()


def test_a_warning_to_the_other_shore_calls_nobody_here(
    laid_out: Path, webhook: tuple[int, list[Any]], at_work: Callable[..., Any]
) -> None:
    port, got = webhook
    _with_ways(laid_out / "lille", port)
    node = Node(laid_out / "lille")
    try:
        node.start()
        now = node.now()
        warning = Warning(
            place="Oye-Plage",
            starts=now,
            ends=now + dt.timedelta(hours=3),
            confidence="probable",
            to=("UK-HMCG",),
            officer="Marie",
        )
        draft = Draft(
            kind="warning",
            service="FR-OLTIM",
            purpose="intelligence",
            matter="OYAT",
            handling=("H1",),
            regime="smuggling",
            warning=warning,
            recipients=("dover",),
        )
        node.record(draft, at_work(node, "Marie"))
        node.settle()
        time.sleep(0.3)
        assert got == []
    finally:
        node.close()


# -- how it is set up -----------------------------------------------------------------------------------------------


def test_ways_with_passwords_lie_apart_from_the_settings(laid_out: Path) -> None:
    _with_ways(laid_out / "lille", 9, changes="backup_after_minutes = 2.5")
    calling = read_settings(laid_out / "lille").calling
    assert [way.name for way in calling.ways] == ["bell", "SMS"]
    assert calling.backup_after_minutes == 2.5


def test_two_ways_of_one_name_and_a_setting_that_is_none_are_refused(laid_out: Path) -> None:
    _with_ways(laid_out / "lille", 9)
    secret = laid_out / "lille" / "secrets" / "calling.toml"
    secret.write_text(secret.read_text().replace("SMS", "bell"))
    with pytest.raises(Malformed, match="setting_unreadable"):
        read_settings(laid_out / "lille")
    secret.write_text('[[ways]]\nname = "x"\naddress = "y"\n')
    with pytest.raises(Malformed):
        read_settings(laid_out / "lille")


def test_where_no_way_is_set_up_nothing_runs_and_nobody_is_called(
    make: Make, wait: Callable[..., Any]
) -> None:
    duty, post = PlayedDuty(FIRST), Post()
    calls = make(duty, post)
    calls.call("r1", is_life=True)
    assert not any(lane.thread.is_alive() for lane in calls.lanes.values())
    assert (post.sent, duty.kept, duty.alarms) == ([], [], [])
