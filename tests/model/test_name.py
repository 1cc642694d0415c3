"""Names keep their script, their accents and their capitals."""

from __future__ import annotations

import unicodedata

import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from entente.errors import Malformed
from entente.model.name import NAME_KINDS, NAME_WORDS, Name, folded, read_name, scripts_of, surname_hint

NAMES = [
    ("Soran DELIRZAD", "Latn"),
    ("سۆران دلیرزاد", "Arab"),
    ("Иван Петров", "Cyrl"),
    ("יוסף לוי", "Hebr"),
    ("Γιώργος Παππάς", "Grek"),
    ("ሳሙኤል ተክለብርሃን", "Ethi"),
    ("王小明", "Hani"),
    ("김민준", "Hang"),
    ("Արամ", "Armn"),
    ("გიორგი", "Geor"),
    ("Nguyễn Văn An", "Latn"),
    ("Ａｎｎａ", "Latn"),
]


@pytest.mark.parametrize(("written", "script"), NAMES)
def test_a_name_keeps_its_script_and_says_which_it_is(written: str, script: str) -> None:
    name = read_name(f"  {written} ")
    assert name.written == written
    assert scripts_of(name.written) == (script,)
    assert msgspec.json.decode(msgspec.json.encode(name), type=Name) == name


def test_a_text_in_several_scripts_names_the_most_used_first() -> None:
    assert scripts_of("Soran (سۆ)") == ("Latn", "Arab")
    assert scripts_of("سۆران S.") == ("Arab", "Latn")
    assert scripts_of("0417 - …") == ()
    assert scripts_of("𐎀𐎁") == ("Zzzz",)


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_a_name_is_kept_bit_for_bit(written: str) -> None:
    assume(written.strip())
    name = read_name(written)
    assert name.written == written.strip()
    assert msgspec.json.decode(msgspec.json.encode(name), type=Name).written == written.strip()


@given(st.text(max_size=30))
def test_two_encodings_and_capitals_of_one_name_fold_to_the_same(text: str) -> None:
    assert folded(unicodedata.normalize("NFC", text)) == folded(unicodedata.normalize("NFD", text))
    assert folded(folded(text)) == folded(text)
    assert folded(f"  {text}\u200f ") == folded(text)


def test_folding_keeps_accents_and_scripts_apart() -> None:
    assert folded(Name("MAËLLE  Dorvincq")) == folded("Maëlle DORVINCQ")
    assert folded("Maëlle") != folded("Maelle")
    assert folded("دلیرزاد") != folded("Dalirzad")


@pytest.mark.parametrize(
    ("written", "surname"),
    [
        ("VASQUELIN Thibault", "VASQUELIN"),
        ("Soran DELIRZAD", "DELIRZAD"),
        ("DE LA TOUR Jean", "DE LA TOUR"),
        ("LE GOFF-MARTIN Anne", "LE GOFF-MARTIN"),
        ("O'NEILL Sean", "O'NEILL"),
        ("McDONALD Ronald", "McDONALD"),
        ("MARCHAMBEAU Élodie", "MARCHAMBEAU"),
        ("Élodie ÇELIK", "ÇELIK"),
        ("Dupont, Jean", "Dupont"),
        ("T. Vasquelin", None),
        ("T. VASQUELIN", None),
        ("Vasquelin Paulette", None),
        ("MARIE DUPONT", None),
        ("سۆران دلیرزاد", None),
        ("Haji", None),
    ],
)
def test_capitals_mark_a_surname_only_beside_a_name_without(written: str, surname: str | None) -> None:
    assert surname_hint(written) == surname


@pytest.mark.parametrize(
    ("written", "kind"), [("", "full"), (" \t", "alias"), ("\udcff", "full"), ("Jean", "nick")]
)
def test_an_empty_or_unreadable_name_is_refused_with_a_way_out(written: str, kind: str) -> None:
    with pytest.raises(Malformed) as refusal:
        read_name(written, kind)
    assert refusal.value.remedy is not None
    assert refusal.value.code in {"name_unreadable", "name_kind_unknown"}


def test_no_record_can_carry_a_blank_name() -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(b'{"written":"  "}', type=Name)
    assert set(NAME_WORDS) == set(NAME_KINDS)
