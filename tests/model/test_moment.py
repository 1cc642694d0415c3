"""Days and hours as officers write them."""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from entente.errors import Malformed
from entente.model.moment import MONTHS, PartialDate, Period, read_date, read_instant

days = st.dates(min_value=dt.date(1, 1, 1))


@st.composite
def partial_dates(draw: st.DrawFn) -> PartialDate:
    day = draw(days)
    known = draw(st.integers(1, 3))
    return PartialDate(day.year, day.month if known > 1 else None, day.day if known > 2 else None)


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("1989", "1989"),
        ("1989-06", "1989-06"),
        ("1989-06-04", "1989-06-04"),
        ("19890604", "1989-06-04"),
        ("1989-06-04 00:00:00", "1989-06-04"),
        ("04/06/1989", "1989-06-04"),
        ("4.6.1989", "1989-06-04"),
        ("04 06 1989", "1989-06-04"),
        ("06/1989", "1989-06"),
        ("1er octobre 2019", "2019-10-01"),
        ("1ᵉʳ octobre 2019", "2019-10-01"),
        ("le 1 er oct. 2019", "2019-10-01"),
        ("4 June 1989", "1989-06-04"),
        ("4th of June 1989", "1989-06-04"),
        ("June 4th, 1989", "1989-06-04"),
        ("4-Jun-1989", "1989-06-04"),
        ("juin 1989", "1989-06"),
        ("lundi 4 février 1991", "1991-02-04"),
        ("4 FEVR. 1991", "1991-02-04"),
        ("mar. 5 mars 1991", "1991-03-05"),
        ("15 août 2031", "2031-08-15"),
        ("15 aout 2031", "2031-08-15"),
        ("3 déc. 2031", "2031-12-03"),
        ("00/00/1989", "1989"),
        ("XX/06/1989", "1989-06"),
        ("1989-00-00", "1989"),
        ("٠٤/٠٦/١٩٨٩", "1989-06-04"),
    ],
)
def test_a_date_is_read_as_it_is_written(written: str, iso: str) -> None:
    assert str(read_date(written)) == iso


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("", "moment_unreadable"),
        ("hier", "moment_unreadable"),
        ("31/02/2000", "moment_unreadable"),
        ("06/25/1989", "moment_unreadable"),  # never silently month first
        ("1989-13", "moment_unreadable"),
        ("04/00/1989", "moment_unreadable"),
        ("0000", "moment_unreadable"),
        ("1 " * 60_000, "moment_unreadable"),
        ("04/06/89", "moment_century_unknown"),
        ("4 juin 89", "moment_century_unknown"),
    ],
)
def test_a_date_that_cannot_be_read_is_refused_and_not_guessed(written: str, code: str) -> None:
    with pytest.raises(Malformed) as refusal:
        read_date(written)
    assert refusal.value.code == code
    assert refusal.value.remedy is not None


@pytest.mark.parametrize(
    ("written", "utc"),
    [
        ("1er octobre 2019 à 4h12", "2019-10-01T02:12"),
        ("1er octobre 2019 à 4 h 12", "2019-10-01T02:12"),
        ("le 18 octobre 2031, 21 h 50", "2031-10-18T19:50"),
        ("18 oct. 2031 à 21h50min30s", "2031-10-18T19:50:30"),
        ("18/10/2031 21h", "2031-10-18T19:00"),
        ("18/10/2031 21:50", "2031-10-18T19:50"),
        ("18/10/2031 21:50 h", "2031-10-18T19:50"),
        ("18 October 2031 at 9:50 pm", "2031-10-18T19:50"),
        ("2031-10-18T21:50Z", "2031-10-18T21:50"),
        ("20311018T2150Z", "2031-10-18T21:50"),
        ("2031-10-18T21:50:33.25+02:00", "2031-10-18T19:50:33.250"),
        ("2031-10-18T21:50:00 -0500", "2031-10-19T02:50"),
        ("18 Oct 2031 2150Z", "2031-10-18T21:50"),
        ("18 Oct 2031 2150A", "2031-10-18T20:50"),
        ("181050Z OCT 31", "2031-10-18T10:50"),
        ("181050ZOCT31", "2031-10-18T10:50"),
        ("182150B OCT 2031", "2031-10-18T19:50"),
        ("18/10/2031 21:50 UTC+2", "2031-10-18T19:50"),
        ("18/10/2031 21:50 BST", "2031-10-18T20:50"),
        ("18/10/2031 21:50 heure de Londres", "2031-10-18T20:50"),
        ("18/10/2031 24:00", "2031-10-18T22:00"),
    ],
)
def test_an_hour_is_read_as_it_is_written_and_kept_in_utc(written: str, utc: str) -> None:
    instant = read_instant(written)
    assert instant == dt.datetime.fromisoformat(utc).replace(tzinfo=dt.UTC)
    assert instant.tzinfo is dt.UTC


def test_an_hour_without_a_zone_is_the_hour_on_the_writers_wall() -> None:
    assert read_instant("18/10/2031 21:50") - read_instant(
        "18/10/2031 21:50", zone="Europe/London"
    ) == -dt.timedelta(hours=1)
    assert read_instant("18/10/2031 21:50Z", zone="Europe/London") == read_instant("18/10/2031 21:50Z")


def test_an_hour_that_comes_twice_is_the_earlier_one_and_a_written_zone_decides() -> None:
    assert read_instant("26/10/2031 02:30") == dt.datetime(2031, 10, 26, 0, 30, tzinfo=dt.UTC)
    assert read_instant("26/10/2031 02:30 CET") == dt.datetime(2031, 10, 26, 1, 30, tzinfo=dt.UTC)


def test_an_hour_that_spring_skips_is_read_as_a_watch_not_yet_put_forward() -> None:
    assert read_instant("30/03/2031 02:30") == dt.datetime(2031, 3, 30, 1, 30, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("written", "zone", "code"),
    [
        ("18/10/2031", "Europe/Paris", "moment_without_time"),
        ("18/10/2031 21", "Europe/Paris", "moment_unreadable"),
        ("18/10/2031 25:00", "Europe/Paris", "moment_unreadable"),
        ("18/10/2031 13 pm", "Europe/Paris", "moment_unreadable"),
        ("octobre 2031 21:50", "Europe/Paris", "moment_unreadable"),
        ("18/10/2031 21:50 EST", "Europe/Paris", "moment_unreadable"),
        ("4h12", "Europe/Paris", "moment_unreadable"),
        ("0001-01-01T00:00+05:00", "Europe/Paris", "moment_unreadable"),
        ("18/10/2031 21:50", "Europe/Ys", "zone_unknown"),
        ("18/10/2031 21:50", "../etc/passwd", "zone_unknown"),
    ],
)
def test_an_hour_that_cannot_be_read_is_refused_with_a_way_out(written: str, zone: str, code: str) -> None:
    with pytest.raises(Malformed) as refusal:
        read_instant(written, zone=zone)
    assert refusal.value.code == code
    assert refusal.value.remedy is not None


@pytest.mark.parametrize(
    "parts", [(0,), (10000,), (1989, 0), (1989, 13), (1989, 2, 29), (1989, None, 4), (1989, 6, 0)]
)
def test_a_day_that_never_was_is_no_value(parts: tuple[int | None, ...]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  the words are for people, the refusal is the law
        PartialDate(*parts)  # type: ignore[arg-type]
    encoded = msgspec.json.encode(dict(zip(("year", "month", "day"), parts, strict=False)))
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(encoded, type=PartialDate)


def test_a_year_is_compatible_with_each_of_its_days_and_no_other() -> None:
    assert PartialDate(1989).compatible_with(PartialDate(1989, 6, 4))
    assert PartialDate(1989, 6, 4).compatible_with(PartialDate(1989, 6))
    assert not PartialDate(1988, 6, 4).compatible_with(PartialDate(1989, 6, 4))
    assert not PartialDate(1989, 5).compatible_with(PartialDate(1989, 6, 4))


@given(partial_dates())
def test_a_date_shown_is_read_back_the_same(date: PartialDate) -> None:
    assert read_date(str(date)) == date
    assert msgspec.json.decode(msgspec.json.encode(date), type=PartialDate) == date


@given(days, st.sampled_from(sorted(MONTHS)))
def test_a_date_with_its_month_in_words_is_the_one_in_figures(day: dt.date, word: str) -> None:
    day = day.replace(month=MONTHS[word], day=min(day.day, 28))
    assert read_date(f"{day.day} {word.upper()} {day.year:04d}") == PartialDate(day.year, day.month, day.day)


@given(partial_dates(), partial_dates())
def test_compatible_means_that_some_day_fits_both(one: PartialDate, other: PartialDate) -> None:
    # Two dates share a day exactly when what both know agrees.
    agree = all(
        a == b or a is None or b is None
        for a, b in ((one.year, other.year), (one.month, other.month), (one.day, other.day))
    )
    assert one.compatible_with(other) == other.compatible_with(one) == agree


@given(
    st.datetimes(
        min_value=dt.datetime(1970, 1, 1), max_value=dt.datetime(2100, 1, 1), timezones=st.just(dt.UTC)
    )
)
def test_an_instant_in_iso_is_read_back_the_same(instant: dt.datetime) -> None:
    assert read_instant(instant.isoformat()) == instant
    minute = instant.replace(second=0, microsecond=0)
    assert read_instant(minute.strftime("%d/%m/%Y %H:%MZ")) == minute
    assert read_instant(minute.strftime("%d%H%MZ %b %Y")) == minute


@given(days, st.one_of(st.none(), partial_dates()), st.one_of(st.none(), partial_dates()))
def test_a_period_covers_its_first_and_last_day(
    day: dt.date, start: PartialDate | None, end: PartialDate | None
) -> None:
    if start and end and start.earliest() > end.latest():
        start, end = end, start
    period = Period(start, end)
    if start:
        assert period.covers(start.earliest())
        assert not (start.earliest() > dt.date.min and period.covers(start.earliest() - dt.timedelta(days=1)))
    if end:
        assert period.covers(end.latest())
        assert not (end.latest() < dt.date.max and period.covers(end.latest() + dt.timedelta(days=1)))
    single = PartialDate(day.year, day.month, day.day)
    assert period.covers(day) == period.overlaps(Period(single, single))


def test_periods_that_touch_overlap_and_a_recycled_number_has_two_that_do_not() -> None:
    old = Period(None, PartialDate(2030, 12, 1))
    new = Period(PartialDate(2031, 9, 12))
    assert not old.overlaps(new)
    assert not new.overlaps(old)
    assert Period(PartialDate(2030, 12, 1)).overlaps(old)
    assert Period().overlaps(old)
    with pytest.raises(ValueError, match="cannot end"):
        Period(PartialDate(2031), PartialDate(2030))
