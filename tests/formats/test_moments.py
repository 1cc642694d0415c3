"""Days, hours and ages read as each language writes them, and both languages show the same hour."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from entente.errors import Text
from entente.formats.moments import age_words, date_words, moment_words, period_words
from entente.model.moment import PartialDate, Period

MORNING = dt.datetime(2031, 11, 12, 4, 30, tzinfo=dt.UTC)


def test_a_moment_is_the_same_hour_in_both_languages_each_in_its_habit() -> None:
    assert moment_words(MORNING) == Text("12 novembre 2031, 04 h 30 (UTC)", "12 November 2031, 04:30 (UTC)")
    paris = moment_words(MORNING, zone=ZoneInfo("Europe/Paris"))
    assert paris == Text("12 novembre 2031, 05 h 30 (UTC+1)", "12 November 2031, 05:30 (UTC+1)")
    india = dt.timezone(dt.timedelta(hours=5, minutes=30))
    assert moment_words(MORNING, zone=india).fr == "12 novembre 2031, 10 h 00 (UTC+5:30)"


def test_a_moment_at_the_end_of_the_calendar_is_shown_where_it_stands() -> None:
    end = dt.datetime.max.replace(tzinfo=dt.UTC)
    assert moment_words(end, zone=ZoneInfo("Europe/Paris")).en == "31 December 9999, 23:59 (UTC)"
    assert moment_words(dt.datetime(2031, 11, 12)).en.endswith("(zone not known)")


@pytest.mark.parametrize(
    ("date", "french", "english"),
    [
        (PartialDate(1989), "1989", "1989"),
        (PartialDate(1989, 6), "juin 1989", "June 1989"),
        (PartialDate(1989, 6, 1), "1er juin 1989", "1 June 1989"),
    ],
)
def test_a_date_says_what_is_known_of_it_and_no_more(date: PartialDate, french: str, english: str) -> None:
    assert date_words(date) == Text(french, english)


@pytest.mark.parametrize(
    ("start", "end", "french", "english"),
    [
        ((2031, 5, 3), (2031, 6), "du 3 mai 2031 à juin 2031", "from 3 May 2031 to June 2031"),
        ((2031, 4), (2031, 8, 1), "d’avril 2031 au 1er août 2031", "from April 2031 to 1 August 2031"),
        ((2031,), None, "à partir de 2031", "from 2031"),
        (None, (2031, 10, 5), "jusqu’au 5 octobre 2031", "until 5 October 2031"),
    ],
)
def test_a_period_reads_as_one_says_it(start: Any, end: Any, french: str, english: str) -> None:
    period = Period(start and PartialDate(*start), end and PartialDate(*end))
    assert period_words(period) == Text(french, english)


def test_a_period_without_ends_says_nothing() -> None:
    assert period_words(Period()) is None
    assert period_words(None) is None


@pytest.mark.parametrize(
    ("seconds", "french", "english"),
    [
        (59, "à l’instant", "just now"),
        (359, "il y a 5 min", "5 min ago"),
        (3600, "il y a 1 h", "1 h ago"),
        (4800, "il y a 1 h 20", "1 h 20 min ago"),
        (3900, "il y a 1 h 05", "1 h 05 min ago"),
        (30 * 3600 + 60, "il y a 30 h", "30 h ago"),
        (3 * 86_400, "il y a 3 jours", "3 days ago"),
        (-300, "dans 5 min", "in 5 min"),
    ],
)
def test_an_age_counts_whole_units_that_have_passed(seconds: int, french: str, english: str) -> None:
    assert age_words(MORNING - dt.timedelta(seconds=seconds), MORNING) == Text(french, english)
