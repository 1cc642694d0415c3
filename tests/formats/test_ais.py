"""AIS: what is read of a receiver's lines, what is set aside and counted, and when it becomes a distress."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyais import encode_dict

from entente.formats.ais import AisReader, Heard, Tally, device_of
from entente.formats.ais_watch import (
    KEPT_FOR,
    MOST_CONTACTS,
    MOST_SIGNALS_A_WINDOW,
    UPDATE_EVERY_S,
    AisWatch,
    Signal,
    layer,
    state_of,
)
from entente.model.place import Position

NIGHT = dt.datetime(2031, 11, 23, 2, 0, 0, tzinfo=dt.UTC)
SAMPLES = Path(os.environ.get("ENTENTE_SHARED", Path(__file__).parents[3] / "shared")) / "data" / "ais"


def sentence(**values: Any) -> bytes:
    """One message in one sentence, as a receiver hands it on."""
    (line,) = encode_dict(values, radio_channel="A", sentence_type="VDM")
    return str(line).encode()


def sart(mmsi: int = 970011234, status: int = 14, **values: Any) -> bytes:
    where: dict[str, Any] = {"lat": 51.04, "lon": 1.47, "course": 200.0, "speed": 1.2}
    return sentence(type=1, mmsi=mmsi, status=status, **(where | values))


def checked(content: bytes) -> bytes:
    """A sentence or a block of tags with its checksum."""
    found = 0
    for sign in content.lstrip(b"!"):
        found ^= sign
    return content + b"*%02X" % found


def heard(line: bytes) -> Heard:
    read = AisReader().read(line)
    assert read is not None
    return read


def adds_up(tally: Tally) -> bool:
    """Every line is counted in one place, and so is every sentence."""
    return (
        tally.lines == tally.sentences + tally.other + tally.bad_checksum + tally.overlong
        and tally.sentences
        == tally.messages + tally.parts + tally.waiting + tally.incomplete + tally.empty + tally.unreadable
    )


# -- reading ----------------------------------------------------------------------------------------------------------


def test_a_position_of_class_a_and_of_class_b_is_read_in_degrees_knots_and_true_course() -> None:
    a = heard(sentence(type=1, mmsi=228000123, status=0, lat=50.9725, lon=1.8531, course=33.5, speed=12.4))
    assert a.position is not None
    assert a.position.latitude == pytest.approx(50.9725, abs=1e-5)
    assert a.position.longitude == pytest.approx(1.8531, abs=1e-5)
    assert (a.course_degrees, a.speed_knots, a.status, a.device) == (33.5, 12.4, 0, "ship")
    b = heard(sentence(type=18, mmsi=235000456, lat=51.1, lon=-1.25, course=270.0, speed=6.0))
    assert b.position is not None
    assert b.position.longitude == pytest.approx(-1.25, abs=1e-5)
    assert (b.status, b.course_degrees) == (None, 270.0)


def test_what_a_ship_does_not_know_of_itself_is_not_known_and_never_a_number() -> None:
    read = heard(sentence(type=1, mmsi=228000123, status=0, lat=91, lon=181, course=360, speed=102.3))
    assert (read.position, read.course_degrees, read.speed_knots) == (None, None, None)


@pytest.mark.parametrize("signs", range(1, 22))
def test_a_message_cut_short_within_its_position_gives_no_position(signs: int) -> None:
    fields = sart().split(b",")
    fields[5] = fields[5][:signs]
    line = checked(b",".join((*fields[:6], b"0")))
    read = AisReader().read(line)
    assert read is None or read.position is None


def test_a_line_whose_checksum_fails_is_set_aside_and_counted() -> None:
    reader = AisReader()
    good = sart()
    for place in range(7, len(good) - 3):
        broken = good[:place] + (b"0" if good[place : place + 1] != b"0" else b"1") + good[place + 1 :]
        assert reader.read(broken) is None
    assert reader.tally.bad_checksum == len(good) - 10
    assert reader.tally.messages == 0
    assert adds_up(reader.tally)


def test_a_message_of_two_sentences_is_whole_when_both_came_in_order_and_not_before() -> None:
    lines = [
        str(one).encode()
        for one in encode_dict(
            {"type": 5, "mmsi": 228000123, "shipname": "ABEILLE INVENTEE", "ship_type": 51},
            radio_channel="A",
            sentence_type="VDM",
            seq_id=3,
        )
    ]
    assert len(lines) == 2
    reader = AisReader()
    assert reader.read(lines[0]) is None
    assert reader.tally.waiting == 1
    read = reader.read(lines[1])
    assert read is not None
    assert (read.name, read.ship_type) == ("ABEILLE INVENTEE", 51)
    # Its second half alone, and its second half before the first, are no message.
    assert reader.read(lines[1]) is None
    assert reader.read(lines[0]) is None
    assert reader.tally.messages == 1
    assert adds_up(reader.tally)


def test_of_three_parts_one_that_is_lost_takes_the_message_with_it() -> None:
    reader = AisReader()
    for number in (1, 3):
        assert reader.read(checked(b"!AIVDM,3,%d,5,A,55?MbV02;H;s,0" % number)) is None
    assert (reader.tally.messages, reader.tally.incomplete, reader.tally.waiting) == (0, 2, 0)
    assert adds_up(reader.tally)


def test_a_part_that_comes_a_hundred_lines_late_belongs_to_another_message() -> None:
    lines = [
        str(one).encode()
        for one in encode_dict(
            {"type": 5, "mmsi": 228000123, "shipname": "A"}, radio_channel="A", sentence_type="VDM", seq_id=3
        )
    ]
    reader = AisReader()
    reader.read(lines[0])
    for _ in range(101):
        reader.read(sart())
    assert reader.read(lines[1]) is None
    assert reader.tally.incomplete == 2
    assert adds_up(reader.tally)


def test_tags_before_a_sentence_say_when_and_by_whom_it_was_heard_and_lie_only_where_they_add_up() -> None:
    tags = checked(b"s:gris-nez,c:%d" % int(NIGHT.timestamp()))
    read = heard(b"\\" + tags + b"\\" + sart())
    assert (read.received_at, read.station) == (NIGHT, "gris-nez")
    in_milliseconds = checked(b"c:%d" % (int(NIGHT.timestamp()) * 1000))
    assert heard(b"\\" + in_milliseconds + b"\\" + sart()).received_at == NIGHT
    broken = heard(b"\\" + tags.replace(b"gris", b"gros") + b"\\" + sart())
    assert (broken.received_at, broken.station) == (None, "")
    assert broken.position is not None


def test_what_a_receiver_writes_behind_a_sentence_does_no_harm() -> None:
    assert heard(sart() + b",s28089,d-103,T39.44,1242958962").mmsi == "970011234"
    assert heard(sart() + b"\r\n").mmsi == "970011234"


@pytest.mark.parametrize(
    ("mmsi", "device"),
    [
        ("970011234", "sart"),
        ("972011234", "man_overboard"),
        ("974011234", "epirb"),
        ("111228001", "aircraft"),
        ("002275000", "station"),
        ("992271234", "aid"),
        ("982271234", "craft"),
        ("228000123", "ship"),
        ("971011234", "ship"),
    ],
)
def test_the_first_figures_say_what_bears_a_number(mmsi: str, device: str) -> None:
    assert device_of(mmsi) == device


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.binary(max_size=90),
            st.builds(
                lambda count, number, bound, payload, fill: checked(
                    b"!AIVDM,%d,%d,%d,A,%s,%d" % (count, number, bound, payload, fill)
                ),
                st.integers(0, 12),
                st.integers(0, 12),
                st.integers(0, 9),
                st.binary(max_size=70).map(lambda raw: bytes(48 + sign % 72 for sign in raw)),
                st.integers(0, 7),
            ),
            st.just(sart()),
        ),
        max_size=30,
    )
)
def test_whatever_comes_down_the_wire_nothing_is_raised_and_every_line_is_counted_once(
    lines: list[bytes],
) -> None:
    reader, watch = AisReader(), AisWatch()
    for line in lines:
        read = reader.read(line)
        if read is not None:
            watch.hear(read, NIGHT)
    assert adds_up(reader.tally)


def test_parts_that_never_end_are_bounded() -> None:
    reader = AisReader()
    for number in range(500):
        tags = checked(b"s:%d" % number)
        reader.read(b"\\" + tags + b"\\" + checked(b"!AIVDM,2,1,1,A,55?MbV02;H;s,0"))
    assert reader.tally.waiting <= 64
    assert adds_up(reader.tally)


# -- what becomes of it -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mmsi", "means"), [(970011234, "sart"), (972011234, "man_overboard"), (974011234, "sart")]
)
def test_an_active_transmitter_is_a_distress_at_once(mmsi: int, means: str) -> None:
    signal = AisWatch().hear(heard(sart(mmsi)), NIGHT)
    assert signal is not None
    seen = signal.sighting
    assert (seen.phase, seen.means, seen.marks) == ("distress", means, (f"MMSI {mmsi}",))
    assert seen.position is not None
    assert seen.position.latitude == pytest.approx(51.04, abs=1e-5)
    assert str(mmsi) in signal.words.fr
    assert str(mmsi) in signal.words.en


@pytest.mark.parametrize("mmsi", [970011234, 972011234, 974011234])
def test_a_test_is_no_distress_and_the_real_thing_after_it_is(mmsi: int) -> None:
    watch = AisWatch()
    kind = {970: "SART", 972: "MOB", 974: "EPIRB"}[mmsi // 1_000_000]
    assert watch.hear(heard(sart(mmsi, status=15)), NIGHT) is None
    assert watch.hear(heard(sentence(type=14, mmsi=mmsi, text=f"{kind} TEST")), NIGHT) is None
    assert [one.state for one in watch.contacts(NIGHT)] == ["test"]
    assert watch.hear(heard(sart(mmsi, status=14)), NIGHT) is not None


@pytest.mark.parametrize("status", [status for status in range(16) if status != 15])
def test_a_transmitter_of_distress_that_does_not_say_that_it_is_tested_is_believed(status: int) -> None:
    assert state_of(heard(sart(status=status))) == "active"


def test_an_active_transmitter_without_a_position_is_reported_and_again_as_soon_as_it_has_one() -> None:
    watch = AisWatch()
    first = watch.hear(heard(sentence(type=14, mmsi=970011234, text="SART ACTIVE")), NIGHT)
    assert first is not None
    assert first.sighting.position is None
    assert "non donnée" in first.words.fr
    second = watch.hear(heard(sart()), NIGHT + dt.timedelta(seconds=4))
    assert second is not None
    assert second.sighting.position is not None
    assert second.cause != first.cause


def test_a_text_after_a_position_is_of_that_position_and_its_age() -> None:
    watch = AisWatch()
    watch.hear(heard(sart()), NIGHT)
    later = NIGHT + dt.timedelta(minutes=6)
    told = watch.hear(heard(sentence(type=14, mmsi=970011234, text="SART ACTIVE")), later)
    assert told is not None
    assert told.sighting.position is not None
    assert told.sighting.position_at == NIGHT


def test_a_transmitter_that_calls_for_an_hour_makes_twelve_reports_and_not_hundreds() -> None:
    watch = AisWatch()
    signals = [
        signal
        for second in range(0, 3600, 2)
        if (signal := watch.hear(heard(sart()), NIGHT + dt.timedelta(seconds=second))) is not None
    ]
    assert len(signals) == 3600 // UPDATE_EVERY_S == 12
    assert len({one.cause for one in signals}) == 12


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 3000), min_size=1, max_size=40), st.integers(0, 40))
def test_two_nodes_that_hear_one_transmitter_make_echoes_of_one_word(seconds: list[int], lost: int) -> None:
    message = heard(sart())

    def causes(times: list[int]) -> set[str]:
        watch = AisWatch()
        made = [watch.hear(message, NIGHT + dt.timedelta(seconds=at)) for at in times]
        return {one.cause for one in made if isinstance(one, Signal)}

    here, there = causes(seconds), causes(list(reversed(seconds)))
    assert here == there == {one for one in here if one.startswith("ais/970011234/")}
    assert causes(seconds[lost:]) <= here
    # After a restart nothing is said under another cause.
    assert causes(seconds + seconds) == here


def test_each_of_many_transmitters_is_reported_on_its_own() -> None:
    watch = AisWatch()
    signals = [watch.hear(heard(sart(mmsi=972000000 + number)), NIGHT) for number in range(60)]
    assert len({one.cause for one in signals if one is not None}) == 60


def test_a_forged_flood_is_bounded_and_said_to_be() -> None:
    watch = AisWatch()
    made = sum(
        watch.hear(heard(sart(mmsi=972000000 + number)), NIGHT) is not None
        for number in range(MOST_SIGNALS_A_WINDOW + 25)
    )
    assert (made, watch.held_back) == (MOST_SIGNALS_A_WINDOW, 25)
    after = NIGHT + dt.timedelta(seconds=UPDATE_EVERY_S)
    assert watch.hear(heard(sart(mmsi=970099999)), after) is not None


def test_a_ship_that_sends_the_status_of_a_transmitter_is_looked_at_and_no_distress() -> None:
    signal = AisWatch().hear(heard(sart(mmsi=228000123)), NIGHT)
    assert signal is not None
    assert (signal.sighting.phase, signal.sighting.means) == ("alert", "ais")


def test_ships_are_contacts_with_a_name_and_an_age_and_never_a_report() -> None:
    watch = AisWatch()
    assert watch.hear(heard(sentence(type=18, mmsi=235000456, lat=51.1, lon=1.3)), NIGHT) is None
    named = heard(sentence(type=24, mmsi=235000456, partno=0, shipname="INVENTED"))
    assert watch.hear(named, NIGHT + dt.timedelta(minutes=5)) is None
    now = NIGHT + dt.timedelta(minutes=10)
    (one,) = layer(watch.contacts(now), now)
    assert (one["name"], one["age_s"], one["is_rescue"]) == ("INVENTED", 600, False)


def test_assets_that_rescue_are_told_from_ships() -> None:
    watch = AisWatch()
    watch.hear(heard(sentence(type=9, mmsi=111228001, lat=51.1, lon=1.3)), NIGHT)
    for line in encode_dict(
        {"type": 5, "mmsi": 228000123, "shipname": "SNS INVENTEE", "ship_type": 51},
        radio_channel="A",
        sentence_type="VDM",
        seq_id=1,
    ):
        reader = reader if line[9] != "1" else AisReader()  # noqa: F821 - the first part makes it
        read = reader.read(str(line).encode())
    assert read is not None
    watch.hear(read, NIGHT)
    assert [one.is_rescue for one in watch.contacts(NIGHT)] == [True, True]


def test_a_ship_is_forgotten_after_half_an_hour_and_their_number_is_bounded() -> None:
    watch = AisWatch()
    base = Heard(mmsi="", number=18, device="ship", position=Position(latitude=51, longitude=1))
    watch.hear(heard(sart()), NIGHT)
    for number in range(MOST_CONTACTS + 50):
        watch.hear(
            Heard(mmsi=f"{235000000 + number}", number=18, device="ship", position=base.position), NIGHT
        )
    held = watch.contacts(NIGHT)
    assert len(held) == MOST_CONTACTS
    assert any(one.mmsi == "970011234" for one in held), "a distress does not give way to ships"
    assert watch.contacts(NIGHT + KEPT_FOR + dt.timedelta(seconds=1)) == ()


# -- real receivers' lines --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "sentences", "messages"), [("gpsd_sample.aivdm", 118, 102), ("pyais_sample.txt", 898, 778)]
)
def test_real_lines_are_read_or_counted(name: str, sentences: int, messages: int) -> None:
    file = SAMPLES / name
    if not file.exists():
        pytest.skip(f"the sample {name} is not here; set ENTENTE_SHARED")
    lines = file.read_bytes().splitlines()
    assert sum(line.startswith(b"!") for line in lines) == sentences
    reader, watch = AisReader(), AisWatch()
    for line in lines:
        read = reader.read(line)
        if read is not None:
            watch.hear(read, NIGHT)
    tally = reader.tally
    assert (tally.sentences, tally.messages, tally.unreadable) == (sentences, messages, 0)
    assert adds_up(tally)
