"""AIS over the wire: read, read again after a break, and a distress of a beacon on record within a second."""

from __future__ import annotations

import contextlib
import datetime as dt
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyais import encode_dict

from entente.ais_feed import MOST_WAITING, AisFeed, Lines, file_lines, machine_access, read_source
from entente.errors import Malformed, NotFound, Text, Unavailable
from entente.formats.ais import MOST_LINE_BYTES, AisReader
from entente.formats.ais_watch import Signal
from entente.settings import AisSettings, Listening, read_settings
from entente.store.store import value_of

NOW = dt.datetime(2031, 9, 12, 8, tzinfo=dt.UTC)


def sentence(**values: Any) -> bytes:
    (line,) = encode_dict(values, radio_channel="A", sentence_type="VDM")
    return str(line).encode() + b"\r\n"


def beacon(mmsi: int = 970011234, status: int = 14) -> bytes:
    return sentence(type=1, mmsi=mmsi, status=status, lat=51.04, lon=1.47)


SHIP = sentence(type=18, mmsi=235000456, lat=51.1, lon=1.3)


class Receiver:
    """A receiver on loopback that sends what it is told to, to whoever is connected."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.asked = 0
        self._wires: list[socket.socket] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                self._wires.append(self.socket.accept()[0])
                self.asked += 1

    def send(self, content: bytes) -> None:
        for wire in self._wires:
            wire.sendall(content)

    def hang_up(self) -> None:
        for wire in self._wires:
            wire.close()
        self._wires.clear()

    def close(self) -> None:
        # A thread that waits in `accept` is woken by this and not by closing alone.
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        self._thread.join(timeout=2)
        self.hang_up()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.close()


class Heard:
    """A feed over one source, with what it reported and said."""

    def __init__(self, source: str, report: Callable[[Signal], None] | None = None) -> None:
        self.signals: list[Signal] = []
        self.alarms: list[Text] = []
        self.source = source
        self.feed = AisFeed(
            (source,),
            report or self.signals.append,
            self.alarms.append,
            lambda: NOW,
            retry_s=0.02,
            silent_s=0.3,
        )

    def __enter__(self) -> Heard:
        self.feed.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.feed.stop()


def test_a_beacon_heard_over_tcp_is_reported_and_a_ship_is_a_contact(
    receiver: Receiver, wait: Callable[..., Any]
) -> None:
    with Heard(f"tcp://127.0.0.1:{receiver.port}") as heard:
        wait(lambda: receiver.asked)
        whole = SHIP + beacon()
        for place in range(0, len(whole), 7):  # torn apart as a network may
            receiver.send(whole[place : place + 7])
        wait(lambda: heard.signals)
        assert [one.sighting.means for one in heard.signals] == ["sart"]
        assert {one.mmsi for one in heard.feed.contacts()} == {"235000456", "970011234"}
        (state,) = heard.feed.states()
        assert (state.is_open, state.tally.messages) == (True, 2)


def test_a_receiver_that_hangs_up_is_asked_again_and_said_once(
    receiver: Receiver, wait: Callable[..., Any]
) -> None:
    with Heard(f"tcp://127.0.0.1:{receiver.port}") as heard:
        for times in (1, 2, 3):
            wait(lambda times=times: receiver.asked >= times)
            receiver.send(beacon(970000000 + times))
            wait(lambda times=times: len(heard.signals) == times)
            receiver.hang_up()
        assert len({one.cause for one in heard.signals}) == 3
        receiver.close()
        wait(lambda: not heard.feed.states()[0].is_open)
        said = len(heard.alarms)
        time.sleep(0.2)
        assert len(heard.alarms) <= said + 1, "a source that stays away is said once"


def test_a_receiver_that_falls_silent_is_asked_again(receiver: Receiver, wait: Callable[..., Any]) -> None:
    with Heard(f"tcp://127.0.0.1:{receiver.port}"):
        wait(lambda: receiver.asked >= 2)


def free_udp_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


def test_a_beacon_heard_over_udp_is_reported_once_however_often_it_is_sent(wait: Callable[..., Any]) -> None:
    port = free_udp_port()
    with Heard(f"udp://127.0.0.1:{port}") as heard:
        wait(lambda: heard.feed.states()[0].is_open)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            for _ in range(20):
                sender.sendto(b"\xff\x00 not a line\n" + SHIP + beacon().rstrip(), ("127.0.0.1", port))
            wait(lambda: heard.feed.states()[0].tally.messages == 40)
        assert len(heard.signals) == 1


def test_a_distress_that_cannot_be_recorded_is_tried_again_and_keeps_no_other_back(
    wait: Callable[..., Any],
) -> None:
    kept: list[str] = []
    tries: dict[str, int] = {}

    def report(signal: Signal) -> None:
        mark = signal.sighting.marks[0]
        tries[mark] = tries.get(mark, 0) + 1
        if mark.endswith("1") and tries[mark] < 4:
            if tries[mark] == 1:
                raise RuntimeError("a fault of ours")
            raise Unavailable("disk_full", Text("plein", "full"))
        kept.append(mark)

    heard = Heard("udp://127.0.0.1:9", report)
    heard.feed.take(heard.source, beacon(970000001))
    heard.feed.take(heard.source, beacon(970000002))
    threading.Thread(target=heard.feed._keep_reporting, daemon=True).start()
    wait(lambda: len(kept) == 2)
    assert kept == ["MMSI 970000002", "MMSI 970000001"]
    assert any("full" in one.en for one in heard.alarms)
    heard.feed.stop()


def test_what_waits_to_be_recorded_is_bounded_and_a_flood_is_said(wait: Callable[..., Any]) -> None:
    heard = Heard("udp://127.0.0.1:9")
    for number in range(600):
        heard.feed.take(heard.source, beacon(972000000 + number))
    assert len(heard.feed._due) == 500 <= MOST_WAITING
    assert len([one for one in heard.alarms if "more distresses" in one.en]) == 1


def test_a_receiver_whose_clock_is_wrong_makes_no_distress_old_or_of_tomorrow() -> None:
    heard = Heard("udp://127.0.0.1:9")

    def tagged(at: dt.datetime, line: bytes) -> bytes:
        tags = b"c:%d" % int(at.timestamp())
        found = 0
        for sign in tags:
            found ^= sign
        return b"\\" + tags + b"*%02X\\" % found + line

    for number, off_s in enumerate((-86_400, 86_400, 30, -120)):
        at = NOW + dt.timedelta(seconds=off_s)
        heard.feed.take(heard.source, tagged(at, beacon(970000000 + number)))
    assert [(one.at - NOW).total_seconds() for one in heard.feed._due] == [0, 0, 0, -120]


@settings(max_examples=80, deadline=None)
@given(st.lists(st.binary(max_size=40), max_size=12), st.lists(st.integers(1, 30), min_size=1, max_size=20))
def test_lines_come_whole_however_the_bytes_are_cut(lines: list[bytes], cuts: list[int]) -> None:
    whole = [line.replace(b"\n", b" ") for line in lines]
    content = b"".join(line + b"\n" for line in whole)
    reader, found, place = Lines(), [], 0
    for turn in range(len(content)):
        if place >= len(content):
            break
        step = cuts[turn % len(cuts)]
        found += list(reader.feed(content[place : place + step]))
        place += step
    assert found == whole


def test_a_line_without_an_end_is_dropped_and_the_next_is_read() -> None:
    reader = Lines()
    for _ in range(100):
        assert list(reader.feed(b"x" * 1000)) == []
        assert len(reader._held) <= MOST_LINE_BYTES
    assert list(reader.feed(b"x\n" + beacon())) == [beacon().rstrip(b"\n")]
    assert reader.dropped == 1


@pytest.mark.parametrize(
    "written",
    ["", "tcp://", "tcp://host", "tcp://host:port", "udp://:99", "http://host:1", "tcp://h:99999", "x"],
)
def test_a_source_that_is_none_is_refused_with_what_to_write(written: str) -> None:
    with pytest.raises(Malformed) as refused:
        read_source(written)
    assert "tcp://" in refused.value.say("fr")


def test_a_file_is_read_where_files_may_be_and_one_that_is_not_there_is_said(tmp_path: Path) -> None:
    file = tmp_path / "night.nmea"
    file.write_bytes(SHIP + beacon().rstrip())
    assert read_source(str(file), files=True).way == "file"
    assert [line.rstrip() for line in file_lines(file) if line] == [SHIP.rstrip(), beacon().rstrip()]
    with pytest.raises(NotFound):
        list(file_lines(tmp_path / "none"))


# -- at a node --------------------------------------------------------------------------------------------------------


def test_sources_stand_in_the_settings_of_the_node(laid_out: Path) -> None:
    file = laid_out / "lille" / "node.toml"
    file.write_text(
        file.read_text() + '\n[ais]\nsources = ["tcp://127.0.0.1:9"]\nservice = "FR-PREMAR"\n', "utf-8"
    )
    assert read_settings(laid_out / "lille").ais == AisSettings(
        sources=("tcp://127.0.0.1:9",), service="FR-PREMAR"
    )
    assert Listening(node="x").ais.sources == ()


def test_a_beacon_is_a_distress_of_the_watch_in_the_name_of_the_machine_and_on_both_shores(
    shores: Any, at_work: Any
) -> None:
    feed = shores.lille.ais
    source = "tcp://127.0.0.1:9"
    feed.sources, feed._readers = (read_source(source),), {source: AisReader()}
    feed.take(source, beacon(970011234, status=15))
    assert len(feed._due) == 0, "a test is no distress"
    for _ in range(3):
        feed.take(source, beacon())
    (signal,) = feed._due
    for _ in range(3):  # heard again after a restart: recorded once
        shores.lille._report_ais(signal)
    row = shores.lille.answering(signal.cause)
    assert (row.header.kind, row.header.service, row.header.compartment) == (
        "distress",
        "FR-PREMAR",
        "life_saving",
    )
    shores.carry()
    reading = shores.dover.read(at_work(shores.dover, "Claire"), row.header.id)
    (seen,) = [value_of(one).sighting for one in reading.parts if one.part.name.startswith("statement/")]
    assert (seen.means, seen.phase, seen.marks) == ("sart", "distress", ("MMSI 970011234",))
    assert seen.origin == signal.cause


def test_a_beacon_is_on_record_as_soon_as_it_is_heard(
    shores: Any, receiver: Receiver, wait: Callable[..., Any]
) -> None:
    lille = shores.lille
    feed = AisFeed((f"tcp://127.0.0.1:{receiver.port}",), lille._report_ais, lille.exchange.alarm, lille.now)
    feed.start()
    try:
        wait(lambda: receiver.asked)
        before = lille.store.size
        receiver.send(SHIP * 20 + beacon())
        wait(lambda: lille.store.size > before)
    finally:
        feed.stop()


def test_no_machine_reports_for_a_service_that_does_not_watch(shores: Any) -> None:
    node = shores.lille
    assert machine_access(node.agreement, "lille", "FR").service == "FR-PREMAR"
    with pytest.raises(Unavailable):
        machine_access(node.agreement, "lille", "FR", "FR-OLTIM")
