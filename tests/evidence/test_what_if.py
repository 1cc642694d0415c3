"""What would change a link is computed from what it stands on, and says nothing that the weights do not bear out."""

from __future__ import annotations

import re
from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from entente.errors import Text
from entente.evidence.explain import show_bits
from entente.evidence.weigh import pinned_weights
from entente.evidence.what_if import link_sentence, parted, short_words, what_would_change
from entente.model.entity import Entity
from entente.model.identifier import Identifier
from entente.model.moment import PartialDate, Period
from entente.model.name import Name
from entente.model.report import Ground

WEIGHTS = pinned_weights()
SAME_PHONE = Ground(
    code="phone_same",
    bits=20.0,
    text=Text("Même numéro de téléphone : +33639980417.", "Same telephone number: +33639980417."),
)
OTHER_BIRTH = Ground(
    code="birth_different",
    bits=-4.75,
    text=Text("Dates de naissance différentes.", "Different dates of birth."),
)


def person(held: Period | None = None, **changes: object) -> Entity:
    number = Identifier(kind="phone", written="06 39 98 04 17", held=held)
    values: dict[str, object] = {
        "id": "e1", "kind": "person", "category": "not_yet_assessed", "identifiers": (number,), "names": (Name("A B"),),
    }  # fmt: skip
    return Entity(**(values | changes))  # type: ignore[arg-type]


def said(grounds: Sequence[Ground], one: Entity | None = None, other: Entity | None = None) -> str:
    return "\n".join(one.text.en for one in what_would_change(grounds, one, other, WEIGHTS))


def test_the_one_ground_that_carries_a_link_is_named_with_what_remains_without_it() -> None:
    text = said((SAME_PHONE, OTHER_BIRTH))
    assert (
        "Without “same telephone number”, −4.75 bits would remain, fewer than the 12 of a possible link."
        in text
    )


def test_where_no_ground_carries_it_alone_that_is_said() -> None:
    handset = Ground(code="imei_same", bits=20.0, text=Text("Même IMEI.", "Same IMEI."))
    assert "No single ground carries it" in said((SAME_PHONE, handset))


def test_a_period_that_nobody_told_is_said_with_what_it_would_cost() -> None:
    text = said((SAME_PHONE,), person(), person())
    assert (
        "Neither record says when the telephone number was held; if the periods did not meet, −6 bits" in text
    )
    month = Period(start=PartialDate(2031, 9))
    assert "Only one record says when" in said((SAME_PHONE,), person(month), person())
    assert "says when" not in said((SAME_PHONE,), person(month), person(month))


def test_what_only_one_tells_is_said_with_what_a_difference_would_cost() -> None:
    text = said((SAME_PHONE,), person(birth=PartialDate(1989)), person())
    assert "Only one record tells: date of birth." in text
    assert "15.25 bits would remain, and a possible link" in text


def test_a_link_through_others_falls_with_one_of_its_steps() -> None:
    through = Ground(code="through", bits=18.0, text=Text("Par une fiche.", "Through one record."))
    assert "weakest of its steps" in said((through,))


def test_the_sentence_says_held_at_the_time_only_where_both_told_when() -> None:
    month = Period(start=PartialDate(2031, 9))
    told = link_sentence(20.0, (SAME_PHONE,), person(month), person(month))
    assert told.en == "Possible link, 20 bits: same telephone number, held by both at the time."
    assert "at the time" not in link_sentence(20.0, (SAME_PHONE,), person(month), person()).en


def test_every_weight_has_short_words_in_both_languages() -> None:
    for key in WEIGHTS.bits:
        kind, _, outcome = key.partition(".")
        if kind in ("other", "partial") or (kind == "name" and outcome not in ("different",)):
            continue
        ground = Ground(code=f"{kind}_{outcome}", bits=1.0, text=Text("«inconnu»", "«unknown»"))
        assert parted(ground.code) == (kind, outcome)
        assert "inconnu" not in short_words(ground).fr
        assert "{" not in short_words(ground).en


@given(
    st.lists(
        st.tuples(st.sampled_from([key.replace(".", "_", 1) for key in WEIGHTS.bits]), st.integers(-80, 120)),
        min_size=1,
        max_size=6,
        unique_by=lambda one: one[0],
    )
)
@settings(max_examples=100, deadline=None)
def test_the_sentence_never_says_more_than_a_possible_link_and_each_sum_is_of_the_grounds(
    drawn: list[tuple[str, int]],
) -> None:
    grounds = tuple(
        Ground(code=code, bits=quarters / 4, text=Text(f"Constat {code}.", f"Ground {code}."))
        for code, quarters in drawn
    )
    total = sum(ground.bits for ground in grounds)
    sentence = link_sentence(total, grounds)
    assert sentence.en.startswith(f"Possible link, {show_bits(total).en} bits")
    assert sentence.fr.startswith(f"Lien possible, {show_bits(total).fr} bits")
    for one in what_would_change(grounds, None, None, WEIGHTS):
        assert one.bits in {total - ground.bits for ground in grounds}
        below = "fewer than" in one.text.en
        if "would remain, " in one.text.en and one.bits is not None:
            assert below == (one.bits < WEIGHTS.hit_from_bits)
        # A French sentence keeps its signs of two parts on its line.
        assert not re.search(r" [:;?!»]|« ", one.text.fr)
