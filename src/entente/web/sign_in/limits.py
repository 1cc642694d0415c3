"""How long somebody must wait before trying to sign in again.

Pure: a list of attempts in, seconds out; accounts.db keeps the list, so that a restart forgives nothing. Two counts. Of
the account: failures from places where its officer never signed in count together, while a place where the officer did
has a count of its own. A stranger who types a watch-keeper's name all night thus slows strangers down, and not the
watch-keeper at the usual desk. Of the address: failures over all accounts, with more patience, since a whole station
may stand behind one address. Nobody is ever locked out for good: the wait grows to a quarter of an hour and no further.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
from collections.abc import Sequence

import msgspec

from entente.errors import NotPermitted, Text
from entente.store.account_values import Attempt


class Limits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many failures cost nothing, and how the wait grows: doubled by each further failure up to the longest."""

    free_of_account: int = 5
    free_of_address: int = 30
    first_wait_s: float = 2.0
    longest_wait_s: float = 900.0


def wait_s(attempts: Sequence[Attempt], now: dt.datetime, limits: Limits) -> float:
    """Seconds until the next attempt may be made; 0.0: now.

    attempts: of the account or of the address, in the order in which they were made.
    """
    usual = any(each.succeeded and each.same_account and each.same_address for each in attempts)
    of_account = _failures(attempts, usual)
    of_address = [each for each in attempts if each.same_address and not each.succeeded]
    return max(
        _left_s(of_account, limits.free_of_account, now, limits),
        _left_s(of_address, limits.free_of_address, now, limits),
    )


def _failures(attempts: Sequence[Attempt], usual: bool) -> list[Attempt]:
    """What counts against the account: at a usual place what failed there since it last succeeded; else all that
    failed, because a success elsewhere is not the stranger's."""
    if not usual:
        return [each for each in attempts if each.same_account and not each.succeeded]
    since: list[Attempt] = []
    for each in attempts:
        if each.same_account and each.same_address:
            since = [] if each.succeeded else [*since, each]
    return since


def _left_s(failures: Sequence[Attempt], free: int, now: dt.datetime, limits: Limits) -> float:
    beyond = len(failures) - free
    if beyond < 0:
        return 0.0
    # 2.0**1023 is the last that a float holds; long before it the longest wait has been reached.
    wait = min(limits.longest_wait_s, limits.first_wait_s * 2.0 ** min(beyond, 64))
    since_last_s = max(0.0, (now - failures[-1].at).total_seconds()) if failures else wait
    return max(0.0, wait - since_last_s)


def place_of(address: str) -> str:
    """What is counted as one place: an IPv4 address, or the /64 of an IPv6 address, which is one household's.

    What is no address (a socket of the machine) is a place of its own name.
    """
    try:
        read = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(read, ipaddress.IPv6Address):
        if read.ipv4_mapped is not None:
            return str(read.ipv4_mapped)
        return str(ipaddress.ip_network((read, 64), strict=False))
    return str(read)


def too_many(wait: float) -> NotPermitted:
    """What who must wait is told. wait: seconds. The same words whether the account exists or not."""
    seconds = max(1, round(wait))
    minutes = -(-seconds // 60)
    fr = f"{seconds} s" if seconds < 60 else f"{minutes} min"
    en = f"{seconds} s" if seconds < 60 else f"{minutes} min"
    return NotPermitted(
        "too_many_attempts",
        Text(
            fr=f"Trop d’essais ont échoué ; le prochain est possible dans {fr}.",
            en=f"Too many attempts failed; the next is possible in {en}.",
        ),
        Text(fr="Attendez, ou connectez-vous avec une clé d’accès.", en="Wait, or sign in with a passkey."),
    )
