"""Passwords: right is right in every spelling of a letter, common is refused, and nobody takes as long as somebody."""

from __future__ import annotations

import statistics
import time
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from entente.errors import Malformed
from entente.web.sign_in.passwords import Cost, Passwords, check_new, own_in

# Cheap enough for many checks; the cost of a node is measured in one test below.
CHEAP = Passwords(Cost(passes=1, memory_kib=64, lanes=1))
GOOD = "marée basse tambour vélo 4"
OFFICER = "Agnès Delattre"


def test_the_right_password_opens_and_another_does_not() -> None:
    kept = CHEAP.make_hash(GOOD, OFFICER)
    assert GOOD not in kept
    assert CHEAP.verify(kept, GOOD).right
    assert not CHEAP.verify(kept, GOOD + " ").right
    assert not CHEAP.verify(kept, "").right
    assert not CHEAP.verify(kept, GOOD * 40).right


def test_one_password_typed_on_two_keyboards_is_one_password() -> None:
    kept = CHEAP.make_hash(unicodedata.normalize("NFC", GOOD), OFFICER)
    assert CHEAP.verify(kept, unicodedata.normalize("NFD", GOOD)).right


@pytest.mark.parametrize("kept", ["", "no hash at all", "$argon2id$v=19$m=64,t=1,p=1$broken"])
def test_nobody_is_let_in_by_any_password(kept: str) -> None:
    assert not CHEAP.verify(kept, GOOD).right
    assert not CHEAP.verify(kept, "nobody has this password").right


def test_a_password_is_kept_anew_when_guessing_got_cheaper() -> None:
    kept = CHEAP.make_hash(GOOD, OFFICER)
    dearer = Passwords(Cost(passes=2, memory_kib=128, lanes=1))
    assert CHEAP.verify(kept, GOOD).rehashed == ""
    assert dearer.verify(kept, "another entirely").rehashed == ""
    again = dearer.verify(kept, GOOD).rehashed
    assert "m=128,t=2" in again
    assert dearer.verify(again, GOOD).right
    assert dearer.verify(again, GOOD).rehashed == ""


def test_an_unknown_officer_is_refused_after_as_long_as_a_known_one() -> None:
    # Heavy enough that the hash and not the noise of the machine is measured.
    passwords = Passwords(Cost(passes=2, memory_kib=16_384, lanes=1))
    kept = passwords.make_hash(GOOD, OFFICER)

    def takes_s(of: str) -> float:
        begun = time.perf_counter()
        passwords.verify(of, "wrong for everybody")
        return time.perf_counter() - begun

    pairs = [(takes_s(kept), takes_s("")) for _ in range(15)]
    known, unknown = (statistics.median(times) for times in zip(*pairs, strict=True))
    assert 0.5 < unknown / known < 2


def test_the_cost_of_a_node_is_argon2id_as_rfc_9106_recommends() -> None:
    assert "$argon2id$v=19$m=65536,t=3,p=4$" in Passwords(Cost()).make_hash(GOOD, OFFICER)


@pytest.mark.parametrize("password", ["", "elevenchars", "é" * 201, "x" * 10_000])
def test_a_password_too_short_or_too_long_is_refused(password: str) -> None:
    with pytest.raises(Malformed) as refused:
        check_new(password, OFFICER)
    assert refused.value.code == "password_length"


LISTED = """
password1234 Password2031! P@ssw0rd1234 p@$$w0rdp@$$w0rd motdepasse123 MotDePasse2031! mot2passe aaaaaaaaaaaa
123456789012 1234567890123 0987654321098 azertyuiop123 azertyuiop^$ qwertyuiop12 qwertzuiop12 1q2w3e4r5t6y 1qaz2wsx3edc
azerty123456 qsdfghjklm12 abcdefghijkl abcabcabcabc abcd1234abcd 121212121212 iloveyou1234 jetaime12345 soleil123456
bonjour12345 Bonjour2031!! chouchou1234 doudoudoudou marseille13! liverpool123 football2031 Superman1234 welcome12345
Welcome@2031 admin1234567 administrator Administrateur1 changeme1234 letmein12345 trustno11111 Police2031!!
Gendarmerie62 lille2031lille Calais2031!! borderforce1 BorderForce2031 douane123456 Entente2031! Manche2031!!
Delattre2031! agnesdelattre1 AgnèsAgnès2031 dragon123456 monkey123456 Novembre2031! november2031 Janvier01012031
"""
COMMON = LISTED.split()


@pytest.mark.parametrize("password", [each for each in COMMON if len(each) >= 12])
def test_what_everybody_tries_first_is_refused(password: str) -> None:
    with pytest.raises(Malformed) as refused:
        check_new(password, OFFICER)
    assert refused.value.code == "password_common"


@pytest.mark.parametrize(
    "password",
    [
        "correcthorsebattery",
        GOOD,
        "bonjour soleil football police",
        "le chat de ma voisine",
        "x7Kq!mZ2pWv9",
        "بحر هادئ وقارب صغير",
        "海は静かで舟は小さいです",
    ],
)
def test_what_is_ones_own_is_taken(password: str) -> None:
    check_new(password, OFFICER)


@given(st.text(max_size=40), st.lists(st.text(min_size=1, max_size=8), max_size=3))
@example("´" * 12, ["́"])
def test_counting_ends_for_whatever_is_typed(password: str, names: list[str]) -> None:
    assert 0 <= own_in(password, names) <= 2 * max(1, len(password) * 4)
