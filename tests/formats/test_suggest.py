"""What the page reads in officers' texts: measured on the season, on clumsy texts, and on any text at all."""

from __future__ import annotations

import datetime as dt
import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from entente.errors import Malformed
from entente.exercise.season import load_season
from entente.formats.suggest import LONGEST_TEXT, Suggestion, suggest
from entente.model.identifier import Identifier, canonical
from entente.model.report import Statement

TODAY = dt.date(2031, 11, 13)


def read(text: str, region: str = "FR") -> tuple[Suggestion, ...]:
    return suggest(text, region=region, today=TODAY)


def identifiers(text: str, region: str = "FR") -> list[tuple[str, str]]:
    return [(each.identifier.kind, each.written) for each in read(text, region) if each.identifier]


def only(text: str, region: str = "FR") -> Suggestion:
    (found,) = read(text, region)
    return found


# -- the season, read as its officers would have had it read to them ---------------------------------------------------


def season_texts() -> Iterator[tuple[str, dt.date, Statement, str]]:
    """Region, day, statement and one of its texts."""
    for item in load_season().everything():
        region = "GB" if item.node == "dover" else "FR"
        for statement in item.draft.statements:
            wording = statement.wording
            for text in (wording.text, *(each.text for each in wording.translations)):
                yield region, item.at.date(), statement, text


def held_by(statement: Statement) -> set[tuple[str, str]]:
    return {
        (each.kind, canonical(each).value) for entity in statement.entities for each in entity.identifiers
    }


def stands_in(kind: str, value: str, text: str) -> bool:
    """Whether an identifier appears in a text in some notation: by its significant figures and letters."""
    bare = re.sub(r"[\W_]", "", text).casefold()
    core = value[-6:] if kind == "phone" else re.sub(r"[\W_]", "", value).casefold()
    return core in bare


def test_what_the_season_wrote_down_is_read_in_its_texts() -> None:
    there = found = 0
    missed = []
    for region, day, statement, text in season_texts():
        read_here = {
            (each.identifier.kind, canonical(each.identifier).value)
            for each in suggest(text, region=region, today=day)
            if each.identifier is not None
        }
        for kind, value in sorted(held_by(statement)):
            if stands_in(kind, value, text):
                there += 1
                found += (kind, value) in read_here
                missed += [] if (kind, value) in read_here else [(text, kind, value)]
    assert there > 80
    assert found / there >= 0.95, missed


def test_nothing_else_in_the_season_is_taken_for_an_identifier() -> None:
    proposed = right = 0
    wrong = []
    for region, day, statement, text in season_texts():
        for each in suggest(text, region=region, today=day):
            if each.identifier is not None:
                proposed += 1
                is_right = (each.identifier.kind, canonical(each.identifier).value) in held_by(statement)
                right += is_right
                wrong += [] if is_right else [(text, each.written)]
    assert proposed > 80
    assert right / proposed >= 0.95, wrong


def test_counts_read_in_the_season_are_those_that_its_officers_gave() -> None:
    compared = 0
    for region, day, statement, text in season_texts():
        given_count = statement.sighting.persons_on_board if statement.sighting else None
        counts = [each for each in suggest(text, region=region, today=day) if each.counted == "people"]
        # "32 rescued, one missing" is told as 32 to 33: a person adds up what the words keep apart.
        if given_count is None or not counts or (statement.sighting and statement.sighting.missing):
            continue
        compared += 1
        assert counts[0].count == given_count, text
    assert compared >= 10


# -- identifiers -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("region", "text", "found"),
    [
        ("FR", "tél.06.39.98.04.17/06 39 98 02 26", ["06.39.98.04.17", "06 39 98 02 26"]),
        (
            "FR",
            "06 39 98 04 17 06 39 98 02 26\n06 39 98\n08 19",
            ["06 39 98 04 17", "06 39 98 02 26", "06 39 98\n08 19"],
        ),
        ("FR", "joint au 0639980417?", ["0639980417"]),
        ("FR", "Tel 06-39-98-0?-17 (mal lu)", ["06-39-98-0?-17"]),
        ("FR", "ligne 0033 6 39 98 04 17, +33(0)639980417", ["0033 6 39 98 04 17", "+33(0)639980417"]),
        ("GB", "07700 900417 or (01632) 960123", ["07700 900417", "(01632) 960123"]),
        ("GB", "French number 06 39 98 04 17", ["06 39 98 04 17"]),
        ("FR", "appelé le 07700 900 417 depuis Calais", ["07700 900 417"]),
        ("FR", "رقم ٠٦٣٩٩٨٠٤١٧", ["٠٦٣٩٩٨٠٤١٧"]),
        ("FR", "\u202a+33 6 39 98 04 17\u202c", ["+33 6 39 98 04 17"]),
        ("FR", "06\u00a039\u202f98\u00a004\u00a017", ["06\u00a039\u202f98\u00a004\u00a017"]),
    ],
)
def test_telephones_are_read_as_they_are_written_and_two_stay_two(
    region: str, text: str, found: list[str]
) -> None:
    assert identifiers(text, region) == [("phone", each) for each in found]


@pytest.mark.parametrize(
    ("home", "text", "region", "value"),
    [
        ("FR", "06 39 98 04 17", "FR", "+33639980417"),
        ("GB", "06 39 98 04 17", "FR", "+33639980417"),
        ("FR", "07700 900417", "GB", "+447700900417"),
        ("UK", "07700 900417", "GB", "+447700900417"),
        ("FR", "le 030 23125 417 (numéro de Berlin)", "DE", "+493023125417"),
        ("GB", "030 23125 417 (a Berlin number)", "DE", "+493023125417"),
    ],
)
def test_a_number_is_taken_for_the_country_it_is_written_in(
    home: str, text: str, region: str, value: str
) -> None:
    identifier = only(text, home).identifier
    assert identifier is not None
    assert (identifier.region, canonical(identifier).value) == (region, value)


def test_a_number_of_two_countries_comes_with_the_other_as_alternative() -> None:
    found = only("noté 030 23125 417 (numéro de Berlin)")
    assert [each.region for each in found.alternatives] == ["GB"]
    assert all(each.written == found.written for each in found.alternatives)
    assert only("06 39 98 04 17").alternatives == ()


@pytest.mark.parametrize(
    ("text", "kind", "written"),
    [
        ("fourgon immat fo-4?7-iu", "plate", "fo-4?7-iu"),
        ("AB-123-CD", "plate", "AB-123-CD"),
        ("fourgon blanc FO-417-…", "plate", "FO-417-…"),
        ("a car KF99 XZR", "plate", "KF99 XZR"),
        ("plaque 1-ABC-234 (belge)", "plate", "1-ABC-234"),
        ("voiture allemande B-XY 1234", "plate", "B-XY 1234"),
        ("IMEI 35-209900-176148-1", "imei", "35-209900-176148-1"),
        ("compte fr77 9999 9004 1700 00a0 0041 712.", "iban", "fr77 9999 9004 1700 00a0 0041 712"),
        ("paid to GB75 TEST 9999 9900 0004 17 in May", "iban", "GB75 TEST 9999 9900 0004 17"),
        ("Moteur trouvé sur la plage\n(relevé : HX30-B814174)", "engine_serial", "HX30-B814174"),
        ("Yamaha, n° de série 1004417", "engine_serial", "1004417"),
        ("consecutive serials HX30-8814171 to", "engine_serial", "HX30-8814171"),
        ("plaque de coque XA-NVX0H214E131", "hull", "XA-NVX0H214E131"),
        ("gilets, lot NVX-L-2207", "jacket_lot", "NVX-L-2207"),
        ("life jackets label NVX L2207", "jacket_lot", "NVX L2207"),
        ("lot de gilets n° 2207", "jacket_lot", "2207"),
        ("le jeton K7/2290/BLEU", "hawala_token", "K7/2290/BLEU"),
        ("a code: K7 2290 bleu", "hawala_token", "K7 2290 bleu"),
        ("jeton 5577-ALMA", "hawala_token", "5577-ALMA"),
        ("annonce @manche_safe_trip.", "handle", "@manche_safe_trip"),
        ("voir https://t.me/manche_safe", "handle", "https://t.me/manche_safe"),
        ("écrire à a.b@exemple.org.", "email", "a.b@exemple.org"),
        ("passeport n° 12AB34567", "document", "12AB34567"),
        ("MMSI: 227123456", "mmsi", "227123456"),
        ("Numéro du billet photographié : 2290417", "banknote", "2290417"),
        ("Child V-0417", "pseudonym", "V-0417"),
        ("le chalutier « Marie-Stella » signale", "vessel_name", "Marie-Stella"),
        ("the vessel SEA OTTER is near", "vessel_name", "SEA OTTER"),
    ],
)
def test_each_kind_of_identifier_is_read(text: str, kind: str, written: str) -> None:
    assert (kind, written) in identifiers(text)
    assert len(identifiers(text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "né le 04/06/1989, âgé de 42 ans, entendu le 12.11.2031 à 21:50",
        "born 4 June 1989, seen 2031-10-18T21:50:00Z, DTG 182150Z OCT 31",
        "à 2,1 milles de la côte, 2.1 NM, 12 km, 250 kg, 30 cv, moteurs de 30 ch, 40 €",
        "dossier n° 2031/00123456789, fiche FR-OLT-101, record UK-NCA-201, cote D-114, exhibit D-114",
        "Appel au 196, puis au 112 et au 999",
        "LAPI A16, sortie Marck ; D-940 ; RN 42",
        "DE 417 KM À 250 EU",
        "le 06 11 2031 vers 04h30",
        "facture n° 0612345678",
        "le bateau pneumatique et un navire sans nom",
        "6 moteurs hors-bord et 6 coques, lots de 12 gilets",
        "prix 12,50 13,40 puis 1 200 euros",
        "une opération OYAT en 2031",
    ],
)
def test_dates_measures_and_numbers_of_files_are_no_identifiers(text: str) -> None:
    assert identifiers(text) == []


def test_a_number_that_is_wrong_is_proposed_with_its_fault() -> None:
    found = only("compte FR76 9999 9004 1700 00A0 0041 712")
    assert not found.is_valid
    assert found.note is not None
    assert "IBAN" in found.note.fr
    assert found.identifier == Identifier(kind="iban", written=found.written)
    assert only("AB-123-CD").note is None


def test_of_two_readings_of_one_stretch_the_firmer_is_proposed() -> None:
    # A run of sixteen figures inside an account is no handset, and a date no telephone.
    for text in ("DE16 9999 9999 0000 0004 17", "06/11/2031", "51-02.4N 001-28.6E"):
        assert len(read(text)) == 1, text


# -- moments -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "written", "earliest", "latest"),
    [
        ("vu hier soir vers 22h30", "hier soir vers 22h30", "2031-11-12T21:30", "2031-11-12T21:30"),
        ("vu hier soir", "hier soir", "2031-11-12T17:00", "2031-11-12T23:00"),
        ("la nuit dernière", "la nuit dernière", "2031-11-12T19:00", "2031-11-13T05:00"),
        ("la nuit dernière à 2h", "la nuit dernière à 2h", "2031-11-13T01:00", "2031-11-13T01:00"),
        ("le 12/11/2031 vers 04h30", "12/11/2031 vers 04h30", "2031-11-12T03:30", "2031-11-12T03:30"),
        ("le 12/11/2031", "12/11/2031", "2031-11-11T23:00", "2031-11-12T23:00"),
        ("le 12/11/31", "12/11/31", "2031-11-11T23:00", "2031-11-12T23:00"),
        ("at 0430Z", "0430Z", "2031-11-13T04:30", "2031-11-13T04:30"),
        ("182150Z OCT 31", "182150Z OCT 31", "2031-10-18T21:50", "2031-10-18T21:50"),
        ("2031-10-18T21:50:00Z", "2031-10-18T21:50:00Z", "2031-10-18T21:50", "2031-10-18T21:50"),
        ("1er octobre 2031 à 4 h 12", "1er octobre 2031 à 4 h 12", "2031-10-01T02:12", "2031-10-01T02:12"),
        ("du 8 au 15 septembre", "8 au 15 septembre", "2031-09-07T22:00", "2031-09-15T22:00"),
        ("le 18/10 vers 21h50", "18/10 vers 21h50", "2031-10-18T19:50", "2031-10-18T19:50"),
        ("between 18 and 20 October", "18 and 20 October", "2031-10-17T22:00", "2031-10-20T22:00"),
        ("demain à midi", "demain à midi", "2031-11-14T11:00", "2031-11-14T11:00"),
        ("lundi dernier", "lundi dernier", "2031-11-09T23:00", "2031-11-10T23:00"),
    ],
)
def test_moments_are_read_as_officers_write_them(text: str, written: str, earliest: str, latest: str) -> None:
    found = only(text)
    assert found.written == written
    assert found.moment is not None
    assert found.moment.earliest.strftime("%Y-%m-%dT%H:%M") == earliest
    assert found.moment.latest.strftime("%Y-%m-%dT%H:%M") == latest


def test_an_english_evening_is_told_by_the_clock_of_dover() -> None:
    found = only("last night at 10.30pm", "GB")
    assert found.moment is not None
    assert found.moment.earliest == dt.datetime(2031, 11, 12, 22, 30, tzinfo=dt.UTC)


def test_an_hour_alone_takes_the_day_named_before_it_and_says_so() -> None:
    day, hour = read("Le 2 octobre 2031, départ. Retour vers 04h30.")
    assert day.moment is not None
    assert day.moment.assumed == ()
    assert hour.moment is not None
    assert hour.moment.is_about
    assert hour.moment.assumed == ("day",)
    assert str(hour.moment.day) == "2031-10-02"
    assert hour.note is not None
    assert "2031-10-02" in hour.note.en


def test_a_day_of_birth_is_called_one_and_lends_its_day_to_no_hour() -> None:
    birth, hour = read("VASQUELIN Thibault, né le 17 février 1994, vu à 21:50")
    assert birth.moment is not None
    assert birth.moment.is_birth
    assert birth.what.en == "date of birth"
    assert hour.moment is not None
    assert str(hour.moment.day) == "2031-11-13"


@pytest.mark.parametrize(
    "text", ["pendant 6 h", "1h30 plus tard", "il y a 2 h", "depuis 3 h", "8 h de mer", "2,1 milles"]
)
def test_a_length_of_time_is_no_hour(text: str) -> None:
    assert [each.written for each in read(text) if each.kind == "moment"] == []


# -- positions and counts ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("position 50.885, 1.520, dérive", "50.885, 1.520"),
        ("au 50°53.1N 001°31.2E cap nord", "50°53.1N 001°31.2E"),
        ("50-53.1N 001-31.2E", "50-53.1N 001-31.2E"),
        ("N50°53,1' E1°31,2'", "N50°53,1' E1°31,2'"),
        ("50° 53' 06\" N, 1° 31' 12\" E", "50° 53' 06\" N, 1° 31' 12\" E"),
        ("voir geo:50.885,1.52;u=20.", "geo:50.885,1.52;u=20"),
        ("https://www.google.com/maps?q=50.885,1.52", "https://www.google.com/maps?q=50.885,1.52"),
        ("50,885 1,520", "50,885 1,520"),
    ],
)
def test_positions_are_read_in_every_notation(text: str, written: str) -> None:
    found = only(text)
    assert (found.kind, found.written) == ("position", written)
    assert found.position is not None
    assert (round(found.position.latitude, 3), round(found.position.longitude, 3)) == (50.885, 1.520)


@pytest.mark.parametrize(
    ("text", "counted", "least", "most"),
    [
        ("une quarantaine de personnes", "people", 35, 45),
        ("UNE\nQUARANTAINE DE PERSONNES", "people", 35, 45),
        ("about 45 people", "people", 40, 50),
        ("45-50 pax", "people", 45, 50),
        ("45 personnes environ", "people", 40, 50),
        ("between 40 and 50 people aboard", "people", 40, 50),
        ("47 personnes", "people", 47, 47),
        ("about a dozen people", "people", 10, 14),
        ("plus de 60 migrants", "people", 60, None),
        ("up to 50 persons", "people", 0, 50),
        ("vingt-cinq personnes", "people", 25, 25),
        ("3 enfants", "children", 3, 3),
        ("two children", "children", 2, 2),
        ("une personne manquante", "missing", 1, 1),
        ("one person missing", "missing", 1, 1),
        ("2 disparus", "missing", 2, 2),
    ],
)
def test_people_are_counted_as_an_interval(text: str, counted: str, least: int, most: int | None) -> None:
    found = only(text)
    assert (found.kind, found.counted, found.written) == ("count", counted, text)
    assert found.count is not None
    assert (found.count.at_least, found.count.at_most) == (least, most)


@pytest.mark.parametrize(
    "text", ["6 moteurs", "une personne a dit", "the person, a man", "61 phones", "50 ans", "trois chambres"]
)
def test_what_counts_no_people_is_no_count(text: str) -> None:
    assert read(text) == ()


# -- laws --------------------------------------------------------------------------------------------------------------

PIECES = st.sampled_from(
    [
        "06 39 98 04 17",
        "+33 6 39 98",
        "FO-4?7-IU",
        "FR77 9999 9004 1700 00A0 0041 712",
        "HX30-8814173",
        "moteur ",
        "IMEI 001019040000415",
        "12/11/2031",
        "31/02/2031",
        "0001-01-01",
        "9999-12-31T23:59Z",
        "hier soir vers 25h30",
        "29 février",
        "51-02.4N 001-28.6E",
        "quarantaine de personnes",
        "E\u0301cluse",
        "Gris-Nez",
        "@",
        "«",
        "https://[",
        "geo:50.9,1.5",
        "\ud800",
        "\u202e",
        "ሰላም",
        "سۆران",
        "😀",
        "ﬁ",
        "½",
        "²",
        "\n\n",
        "…",
        "??",
    ]
)
ANY_TEXT: st.SearchStrategy[str] = st.one_of(
    st.text(st.characters(), max_size=120),
    st.lists(st.one_of(PIECES, st.text(st.characters(), max_size=6)), max_size=12).map("".join),
    st.lists(PIECES, max_size=12).map(" ".join),
)


@settings(max_examples=400, deadline=None)
@given(ANY_TEXT, st.sampled_from(["FR", "GB", "UK", "BE", "DE", "NL", "??", ""]))
def test_any_text_is_read_and_every_offset_cuts_out_what_is_shown(text: str, region: str) -> None:
    found = suggest(text, region=region, today=TODAY)
    at = 0
    for each in found:
        assert at <= each.start < each.end <= len(text)
        assert text[each.start : each.end] == each.written
        assert each.written.strip() == each.written
        at = each.end
        values: list[Any] = [each.identifier, each.place, each.position, each.moment, each.count]
        assert [value is not None for value in values].count(True) == 1
        assert getattr(each, each.kind) is not None
        assert each.is_valid or each.note is not None
        if each.identifier is not None:
            assert each.identifier.written == each.written
            assert each.is_valid == canonical(each.identifier).is_valid
        if each.moment is not None:
            assert each.moment.earliest <= each.moment.latest
            assert each.moment.earliest.tzinfo is not None
    assert len({each.id for each in found}) == len(found)
    assert suggest(text, region=region, today=TODAY) == found


@settings(max_examples=60, deadline=None)
@given(PIECES, st.sampled_from([dt.date.min, dt.date.max, dt.date(2032, 2, 29), dt.date(1, 3, 1)]))
def test_any_day_can_be_the_day_of_writing(piece: str, today: dt.date) -> None:
    for text in (
        piece,
        f"{piece} hier soir vers 22h30, demain, lundi dernier, du 8 au 15 mai, 12/11/31, 29 février",
    ):
        for each in suggest(text, region="FR", today=today):
            assert text[each.start : each.end] == each.written


@given(st.sampled_from(["Bonjour. ", "Vu à Calais. ", "12 personnes. ", "\n\n"]))
def test_a_suggestion_keeps_its_id_while_other_words_change(before: str) -> None:
    text = "ligne 06 39 98 04 17, plaque AB-123-CD"
    ids = {each.id for each in read(text)}
    assert ids <= {each.id for each in read(before + text)}


def test_an_id_tells_nothing_of_the_number_and_tells_two_mentions_apart() -> None:
    one, other = read("06 39 98 04 17 ; encore 06 39 98 04 17")
    assert one.id != other.id
    assert "0417" not in one.id


@pytest.mark.parametrize(
    "piece",
    [
        "ligne 06 39 98 04 17, FO-417-IU, hier soir vers 22h30, 47 personnes à Gris-Nez. ",
        "0 ",
        "06 ",
        "0456 ",
        "+3 ",
        "0?",
        "a@",
        "1-",
        "fr76 ",
        "n 50 ",
        "50.1, ",
        "moteur hx30-",
        "du 8 au ",
        "plage de la ",
        "MV AB ",
        "«",
        "?",
        " ",
        "é",
    ],
)
@pytest.mark.parametrize("region", ["FR", "GB"])
def test_no_ten_thousand_characters_hold_the_reader_up(piece: str, region: str) -> None:
    text = (piece * 10_000)[:10_000]
    took = []
    for _ in range(2):
        began = time.perf_counter()
        read(text, region)
        took.append(time.perf_counter() - began)
    # Read in some hundredths of a second; a pattern that tries every way takes minutes.
    assert min(took) < 5


def test_a_text_beyond_any_report_is_refused_aloud() -> None:
    with pytest.raises(Malformed) as refused:
        read("a" * (LONGEST_TEXT + 1))
    assert refused.value.code == "text_too_long"
    assert read("a" * LONGEST_TEXT) == ()
