"""Terms of the trade are found as officers write them, and a gloss never changes a letter of the text."""

from __future__ import annotations

import unicodedata
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entente.errors import Language, Malformed
from entente.formats.glossary import NOTICE, gloss, load_glossary, read_glossary, terms_in
from entente.model.entity import CATEGORY_WORDS
from entente.model.report import REGIME_WORDS

LANGUAGES: tuple[Language, Language] = ("fr", "en")
WRITTEN = {
    language: [(written, term) for term in load_glossary() for written in term.written(language)]
    for language in LANGUAGES
}
language_of_a_text = st.sampled_from(LANGUAGES)
# Words of the list in any order among letters of several scripts, marks that stand on letters, and lone surrogates.
texts = st.lists(
    st.one_of(
        st.sampled_from([written for both in WRITTEN.values() for written, _ in both]),
        st.text(max_size=8),
        st.sampled_from(["\u0301", "\ud800", "œ", "’", "-", " ", "\n", "İ", "ß", "سۆران", "ሳሙኤል"]),
    ),
    max_size=10,
).map("".join)


def test_the_list_is_long_enough_to_help() -> None:
    assert 80 <= len(load_glossary()) <= 200


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_of_the_list_is_found_and_means_one_thing(language: Language) -> None:
    lost = []
    for written, term in WRITTEN[language]:
        [found] = terms_in(written, language)
        if (found.written, found.term) != (written.strip('«» "'), term):
            lost.append(written)
    assert lost == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_is_listed_twice(language: Language) -> None:
    counts = Counter(written.casefold() for written, _ in WRITTEN[language])
    assert [written for written, count in counts.items() if count > 1] == []


def test_no_word_runs_ahead_of_a_court() -> None:
    said = " ".join(written for both in WRITTEN.values() for written, _ in both).casefold()
    assert [
        word for word in ("trafficker", "trafiquant", "illegal", "illégal", "clandestin") if word in said
    ] == []


def test_smt_4_the_locked_words_answer_for_each_other_and_for_nothing_else() -> None:
    locked = [words for regime, words in REGIME_WORDS.items() if regime != "undetermined"]
    for words in (*locked, *(CATEGORY_WORDS[one] for one in ("suspect", "convicted", "victim", "witness"))):
        [french] = terms_in(words.fr, "fr")
        [english] = terms_in(words.en, "en")
        assert french.term == english.term
        assert (french.term.fr[0], english.term.en[0]) == (words.fr, words.en)
    assert locked[0].fr not in terms_in(locked[1].fr, "fr")[0].term.fr


@pytest.mark.parametrize("written", ["trafic d'êtres humains", "TRAFIC DE MIGRANTS"])
def test_smt_4_words_that_name_neither_offence_are_glossed_with_the_question(written: str) -> None:
    [run] = gloss(written, "fr", "en")
    assert run.note is not None
    assert "neither offence" in run.note.en


def test_smt_4_what_we_do_not_write_ourselves_is_shown_in_quotation_marks() -> None:
    [found] = terms_in("a human trafficking case", "en")
    assert found.term.fr[0] == REGIME_WORDS["trafficking"].fr
    assert found.term.en[1] == '"human trafficking"'


@pytest.mark.parametrize(
    ("language", "text", "written", "equivalent"),
    [
        ("fr", "Deux EMBARCATIONS LEGERES au large", "EMBARCATIONS LEGERES", "small boat"),
        ("fr", "le bateau taxi attend", "bateau taxi", "taxi-boat"),
        ("fr", "mise a l'eau vers 4 h", "mise a l'eau", "launch"),
        ("fr", "des bateaux–taxis", "bateaux–taxis", "taxi-boat"),
        ("fr", "l’émetteur consent", "émetteur", "originator"),
        ("fr", "12 nœuds de vent", "nœuds", "knot"),
        ("fr", "12 noeuds de vent", "noeuds", "knot"),
        ("en", "Two dinghies seen", "dinghies", "pneumatique"),
        ("en", "several launches tonight", "launches", "mise à l’eau"),
        ("en", "47 LIFE JACKETS found", "LIFE JACKETS", "gilet de sauvetage"),
        ("en", "the driver's phone", "driver", "chauffeur"),
        ("en", "left a safe\nhouse", "safe\nhouse", "lieu d’hébergement"),
    ],
)
def test_a_term_is_found_as_officers_write_it(
    language: Language, text: str, written: str, equivalent: str
) -> None:
    [found] = terms_in(text, language)
    other: Language = "en" if language == "fr" else "fr"
    assert found.written == written
    assert found.term.written(other)[0] == equivalent


def test_accents_that_stand_apart_belong_to_their_letter() -> None:
    text = unicodedata.normalize("NFD", "émetteur") + " et décidé"
    [found] = terms_in(text, "fr")
    assert unicodedata.normalize("NFC", found.written) == "émetteur"


def test_of_two_terms_that_begin_alike_the_longer_counts() -> None:
    [found] = terms_in("numéro d'identification de coque relevé", "fr")
    assert found.written == "numéro d'identification de coque"
    [found] = terms_in("plaques d’immatriculation", "fr")
    assert found.term.en[0] == "number plate"


@pytest.mark.parametrize(
    "text", ["un gilet, de sauvetage", "small. Boat", "camps of refuge… launchpad", "embarcation"]
)
def test_a_sentence_mark_or_a_part_of_a_word_makes_no_term(text: str) -> None:
    assert [f.written for f in terms_in(text, "en") if f.written in ("small. Boat", "launchpad")] == []
    assert [f.written for f in terms_in(text, "fr") if " " in f.written or f.written == "embarcation"] == []


@given(texts, language_of_a_text)
def test_offsets_are_exact_in_order_and_never_overlap(text: str, language: Language) -> None:
    end = 0
    for found in terms_in(text, language):
        assert end <= found.start < found.end <= len(text)
        assert text[found.start : found.end] == found.written
        end = found.end


@given(texts, language_of_a_text, language_of_a_text)
def test_a_gloss_is_the_text_to_the_letter(text: str, language: Language, other: Language) -> None:
    runs = gloss(text, language, other)
    assert "".join(run.written for run in runs) == text
    assert all(run.written for run in runs)
    found = terms_in(text, language) if language != other else ()
    assert [run.written for run in runs if run.equivalents] == [one.written for one in found]


@pytest.mark.parametrize("language", LANGUAGES)
def test_capitals_and_plain_plurals_make_no_difference(language: Language) -> None:
    lost = []
    for listed, term in WRITTEN[language]:
        written = listed.strip('«» "')
        others = [written.upper()]
        if len(written) > 2 and written[-1] not in "sxzS":
            plural = "es" if language == "en" and written.endswith(("ch", "sh")) else "s"
            others.append(
                written[:-1] + "ies" if written.endswith(("gy", "ry", "py", "ty")) else written + plural
            )
        lost += [other for other in others if [one.term for one in terms_in(other, language)] != [term]]
    assert lost == []


def test_a_gloss_says_that_it_is_no_translation() -> None:
    assert "pas une traduction" in NOTICE.fr
    assert "not a translation" in NOTICE.en


def test_a_misleading_pair_carries_its_note() -> None:
    [run] = [run for run in gloss("placé en garde à vue hier", "fr", "en") if run.equivalents]
    assert run.equivalents == ("police custody",)
    assert run.note is not None
    assert "Rights" in run.note.en


@pytest.mark.parametrize(
    "written", ["term = 3", "[[term]]\nfr = []\nen = ['x']", "[[term]]\nfr = ['x']", "not toml"]
)
def test_a_glossary_with_one_language_missing_is_refused(written: str) -> None:
    with pytest.raises(Malformed) as refused:
        read_glossary(written)
    assert refused.value.code == "glossary_unreadable"
