"""Labels: however they meet, the strictest of each obligation wins, and none is ever skipped."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entente.errors import Malformed, NotPermitted
from entente.policy.access import Access, Act, Held
from entente.policy.agreement import Agreement
from entente.policy.decide import decide
from entente.policy.handling import (
    AUDIENCES,
    LABEL_WORDS,
    LABELS,
    check_ceiling,
    check_handling,
    compile_labels,
    inherited_labels,
    read_label,
)

SOME_LABELS = st.lists(st.sampled_from([*LABELS, "P", "c", "tlp red", "EYES ONLY", "h 9"]), max_size=6)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("H1", "H1"),
        ("h 2", "H2"),
        ("P", "UK:P"),
        ("C", "UK:C"),
        ("UK:P", "UK:P"),
        ("3x5x2 C", "UK:C"),
        ("5x5x5:4", "5x5x5:4"),
        ("TLP:AMBER+STRICT", "TLP:AMBER+STRICT"),
        ("tlp amber strict", "TLP:AMBER+STRICT"),
        ("Diffusion restreinte", "DR"),
        ("official sensitive", "OFFICIAL-SENSITIVE"),
    ],
)
def test_labels_are_read_as_officers_write_them(written: str, code: str) -> None:
    label = read_label(written)
    assert label is not None
    assert label.code == code


@pytest.mark.parametrize("written", ["", "H4", "H1 sauf PAF", "TLP", "Н1", "5x5x5:3"])
def test_a_label_that_is_not_quite_a_known_one_is_unknown_and_keeps_its_spelling(written: str) -> None:
    assert read_label(written) is None
    assert compile_labels((written,)).unknown == (written,)


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("H0", {"purpose_bound"}),
        ("UK:P", {"purpose_bound"}),
        ("H1", {"purpose_bound", "court_consent"}),
        ("H2", {"purpose_bound", "originator_control"}),
        ("5x5x5:4", {"purpose_bound", "originator_control"}),
        ("5x5x5:5", {"purpose_bound", "originator_control"}),
        ("TLP:RED", {"originator_control"}),
        ("H3", {"purpose_bound", "conditions"}),
        ("UK:C", {"purpose_bound", "conditions"}),
        ("DR", set()),
        ("OFFICIAL", set()),
        ("OFFICIAL-SENSITIVE", set()),
    ],
)
def test_each_label_compiles_to_its_own_obligations(label: str, words: set[str]) -> None:
    assert compile_labels((label,)).words == words


def test_codes_are_not_a_scale_h3_does_not_contain_h2() -> None:
    assert "originator_control" not in compile_labels(("H3",)).words
    assert "conditions" not in compile_labels(("H2",)).words


@given(SOME_LABELS, st.randoms(use_true_random=False))
def test_order_and_repetition_of_labels_change_nothing(labels: list[str], chance: random.Random) -> None:
    again = [*labels, *labels]
    chance.shuffle(again)
    assert compile_labels(again) == compile_labels(labels)


@given(SOME_LABELS, SOME_LABELS)
def test_labels_of_two_parts_add_up_to_the_labels_together(one: list[str], other: list[str]) -> None:
    together = compile_labels([*one, *other])
    assert compile_labels(one) | compile_labels(other) == together
    assert together.words == compile_labels(one).words | compile_labels(other).words
    narrowest = max(AUDIENCES.index(compile_labels(labels).audience) for labels in (one, other))
    assert AUDIENCES.index(together.audience) == narrowest


def test_ori_2_in_ten_thousand_derivations_none_is_freer_than_any_record_it_came_from(
    officer: Callable[..., Access],
    received: Callable[..., Held],
    agreement: Agreement,
    now: dt.datetime,
) -> None:
    chance = random.Random(20311018)
    strictness = {"yes": 0, "ask": 1, "no": 2}
    acts: tuple[Act, ...] = ("read", "lead", "onward_service", "onward_party", "court", "combine")
    known = [*LABELS, "P", "C", "h1", "TLP RED", "SANS DIFFUSION"]
    leaks = 0
    for _ in range(10_000):
        sources = [tuple(chance.choices(known, k=chance.randint(1, 2))) for _ in range(chance.randint(1, 4))]
        derived = inherited_labels(sources)
        bound = compile_labels(derived)
        act = chance.choice(acts)
        answer = decide(officer(), act, received(handling=derived), agreement, now).answer
        for source in sources:
            from_source = compile_labels(source)
            before = decide(officer(), act, received(handling=source), agreement, now).answer
            leaks += not from_source.words <= bound.words
            leaks += AUDIENCES.index(from_source.audience) > AUDIENCES.index(bound.audience)
            leaks += not set(from_source.unknown) <= set(bound.unknown)
            leaks += strictness[answer] < strictness[before]
    assert leaks == 0


def test_a_derivation_of_a_derivation_still_carries_every_label() -> None:
    first = inherited_labels([("H1",), ("h 2", "TLP:GREEN")])
    assert inherited_labels([first, ("MARQUE MAISON",)]) == ("H1", "H2", "MARQUE MAISON", "TLP:GREEN")


@pytest.mark.parametrize("labels", [(), ("",), ("  ",)])
def test_the_door_refuses_a_record_without_handling(labels: tuple[str, ...]) -> None:
    with pytest.raises(Malformed) as refused:
        check_handling(labels)
    assert refused.value.code == "handling_missing"


def test_the_door_refuses_conditions_that_nobody_wrote() -> None:
    with pytest.raises(Malformed) as refused:
        check_handling(("C",), " ")
    assert refused.value.code == "conditions_missing"
    assert "conditions" in check_handling(("C",), "lecture par le chef de service seul").words


@pytest.mark.parametrize(
    "label",
    [
        "SECRET",
        "secret défense",
        "TRÈS SECRET",
        "Top Secret",
        "CONFIDENTIEL DÉFENSE",
        "NATO SECRET",
        "UK SECRET STRAP1",
        "COSMIC TOP SECRET",
        "TS",
        "UK CONFIDENTIAL",
    ],
)
@pytest.mark.parametrize("ceiling", ["DR", "OFFICIAL-SENSITIVE", "SECRET"])
def test_classification_above_the_ceiling_is_refused_at_the_door_whatever_the_ceiling_says(
    label: str, ceiling: str
) -> None:
    with pytest.raises(NotPermitted) as refused:
        check_ceiling(("H0", label), ceiling)
    assert refused.value.code == "classification_above_ceiling"


def test_a_party_may_set_its_ceiling_lower() -> None:
    check_ceiling(("H1", "OFFICIAL"), "OFFICIAL")
    with pytest.raises(NotPermitted):
        check_ceiling(("OFFICIAL-SENSITIVE",), "OFFICIAL")
    with pytest.raises(NotPermitted):
        check_ceiling(("DR",), "OFFICIAL")


def test_diffusion_restreinte_and_official_sensitive_pass_under_either_ceiling() -> None:
    for ceiling in ("DR", "OFFICIAL-SENSITIVE"):
        check_ceiling(("DR", "H1"), ceiling)
        check_ceiling(("OFFICIAL-SENSITIVE",), ceiling)
        check_ceiling(("H3", "TLP:RED"), ceiling)


def test_every_label_has_its_words_in_both_languages() -> None:
    assert set(LABEL_WORDS) == set(LABELS)
    assert all(text.fr and text.en for text in LABEL_WORDS.values())
