"""How long one waits before the next attempt: strangers longer and longer, the officer at the usual desk not."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entente.store.account_values import Attempt
from entente.web.sign_in.limits import Limits, place_of, too_many, wait_s

NOW = dt.datetime(2031, 11, 20, 6, 0, tzinfo=dt.UTC)
LIMITS = Limits()


def tried(
    ago_s: float, *, succeeded: bool = False, same_account: bool = True, same_address: bool = True
) -> Attempt:
    return Attempt(
        at=NOW - dt.timedelta(seconds=ago_s),
        same_account=same_account,
        same_address=same_address,
        succeeded=succeeded,
    )


def test_the_first_mistakes_cost_nothing() -> None:
    assert wait_s([], NOW, LIMITS) == 0
    assert wait_s([tried(0)] * 4, NOW, LIMITS) == 0
    assert wait_s([tried(0)] * 5, NOW, LIMITS) == 2


def test_the_wait_doubles_and_stops_at_a_quarter_of_an_hour() -> None:
    waits = [wait_s([tried(0)] * count, NOW, LIMITS) for count in range(5, 16)]
    assert waits == [2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]
    assert wait_s([tried(0)] * 10_000, NOW, LIMITS) == 900


def test_waiting_is_enough() -> None:
    assert wait_s([tried(10)] * 8, NOW, LIMITS) == 6
    assert wait_s([tried(16)] * 8, NOW, LIMITS) == 0


def test_a_right_password_at_the_usual_place_wipes_what_failed_there() -> None:
    assert wait_s([*[tried(9)] * 9, tried(8, succeeded=True), *[tried(1)] * 4], NOW, LIMITS) == 0


def test_a_stranger_who_types_the_name_all_night_does_not_keep_the_officer_out() -> None:
    stranger = [tried(1, same_address=False)] * 400
    assert wait_s([tried(80_000, succeeded=True), *stranger], NOW, LIMITS) == 0
    # Nor does the officer's sign-in at the desk give the stranger a fresh start.
    desk = tried(1, succeeded=True, same_address=False)
    assert wait_s([*[tried(1)] * 20, desk], NOW, LIMITS) == 899


def test_many_strangers_at_many_places_share_one_count() -> None:
    assert wait_s([tried(0, same_address=False)] * 7, NOW, LIMITS) == 8


def test_one_place_that_tries_many_names_waits_too() -> None:
    sprayed = [tried(0, same_account=False)] * 30
    assert wait_s(sprayed[:29], NOW, LIMITS) == 0
    assert wait_s(sprayed, NOW, LIMITS) == 2
    # A valid account of one's own does not wipe it.
    assert wait_s([*sprayed, tried(0, same_account=False, succeeded=True)], NOW, LIMITS) == 2


attempts = st.lists(
    st.builds(
        tried,
        ago_s=st.floats(-50, 90_000),
        succeeded=st.booleans(),
        same_account=st.booleans(),
        same_address=st.booleans(),
    ),
    max_size=60,
)


@given(attempts)
def test_no_wait_is_longer_than_the_longest(before: list[Attempt]) -> None:
    assert 0 <= wait_s(before, NOW, LIMITS) <= LIMITS.longest_wait_s


@given(attempts, st.booleans())
def test_one_more_failure_never_makes_the_wait_shorter(before: list[Attempt], same_account: bool) -> None:
    after = [*before, tried(0, same_account=same_account)]
    assert wait_s(after, NOW, LIMITS) >= wait_s([*before], NOW, LIMITS) - 50


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:bbbb::9", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("testclient", "testclient"),
        ("", ""),
    ],
)
def test_a_place_is_an_address_or_a_household(address: str, place: str) -> None:
    assert place_of(address) == place


def test_who_must_wait_is_told_how_long_in_both_languages() -> None:
    assert "45 s" in too_many(44.6).say("fr")
    assert "15 min" in too_many(899.2).say("en")
