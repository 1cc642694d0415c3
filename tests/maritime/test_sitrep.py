"""SITREP and MAYDAY RELAY: the layout, the same in both languages, unknown said as such, and no number broadcast."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from entente.errors import Conflict, Text
from entente.formats.masked import COVER
from entente.maritime.act_words import done_words, group
from entente.maritime.mayday_relay import READ_FIRST, MaydayRelay, mayday_relay
from entente.maritime.sitrep import DRAFT, Sitrep, sitrep
from entente.maritime.values import ActSaid, Area, Boat, Lead, Ledger, Link, Question, SeaReport
from entente.model.place import Position
from entente.model.sea_act import (
    Closed,
    CountResolved,
    Found,
    Judged,
    LeadTaken,
    QuayForm,
    QuestionAnswered,
    SeaAct,
    Searched,
    TakenOff,
    Tasked,
    Transferred,
    WarningSettled,
)
from entente.model.sighting import PersonsOnBoard, Sighting

NIGHT = dt.datetime(2031, 11, 23, 2, 47, tzinfo=dt.UTC)
NUMBER = "06 39 98 04 17"
FROM = Text("CROSS Gris-Nez", "MRCC Gris-Nez")
TO = (Text("garde-côtes de Douvres", "Dover Coastguard"),)


def service(of: str) -> Text:
    return Text(of, of)


def later(minutes: int) -> dt.datetime:
    return NIGHT + dt.timedelta(minutes=minutes)


def a_boat(**changes: Any) -> Boat:
    ledger = Ledger(
        said=PersonsOnBoard(at_least=40, at_most=50),
        accounted=12,
        aboard=PersonsOnBoard(at_least=28, at_most=38),
        missing=1,
        missing_names=("Dariush Invented",),
    )
    whole: dict[str, Any] = {
        "id": "r1",
        "name": "PK 271",
        "names": ("PK 271", "MIGRANT 7"),
        "reports": ("r1", "r2"),
        "state": "open",
        "ledger": ledger,
        "phase": "distress",
        "engine": "stopped",
        "water": "some",
        "in_water": 2,
        "children": 6,
        "colour": "gris",
        "callers": (NUMBER,),
        "position": Position(latitude=51.04, longitude=1.47667, uncertainty_m=400.0),
        "position_at": NIGHT,
        "first_at": NIGHT,
        "lead": Lead(service="FR-PREMAR", since=NIGHT, offered_to="UK-HMCG"),
        "questions": (
            Question(
                boat="r1",
                asked="children",
                text=Text("Combien d’enfants ?", "How many children?"),
                settles=Text("une ou deux", "one or two"),
                gain_bits=2.0,
            ),
        ),
        "hinders": (
            Text("28 à 38 personnes ne sont pas retrouvées", "28 to 38 persons are unaccounted for"),
        ),
        "why": (Text("des personnes sont dans l’eau", "people are in the water"),),
    } | changes
    return Boat(**whole)


def unknown_boat(**changes: Any) -> Boat:
    """Nothing is known but that somebody called."""
    nobody = PersonsOnBoard()
    return Boat(
        id="r9",
        name="PK 9",
        names=("PK 9",),
        reports=("r9",),
        state="open",
        ledger=Ledger(said=nobody, accounted=0, aboard=nobody),
        **changes,
    )


def a_log(words: str = f"Moteur en panne, appelez le {NUMBER}. Dariush est tombé à l’eau") -> list[Any]:
    return [
        SeaReport(
            id="r1",
            at=NIGHT,
            by="FR-PREMAR",
            seen=Sighting(
                words=words,
                means="call",
                callers=(NUMBER,),
                names=("Dariush Invented",),
                hull="inflatable",
                launched_from="Plage d’Ambleteuse",
                launched_at=later(-90),
                marks=("MMSI 970011234",),
            ),
        ),
        ActSaid(
            id="a1", at=later(3), by="FR-PREMAR", act=LeadTaken(officer="K", boat="r1", service="FR-PREMAR")
        ),
        ActSaid(
            id="a2",
            at=later(9),
            by="UK-HMCG",
            act=Tasked(
                officer="C",
                boat="r1",
                asset="Invented Lifeboat",
                service="UK-HMCG",
                at=later(8),
                words=f"rang {NUMBER}",
            ),
        ),
        ActSaid(
            id="a3",
            at=later(20),
            by="UK-HMCG",
            act=TakenOff(
                officer="C", boat="r1", manner="rescued", count=12, at=later(19), asset="Invented Lifeboat"
            ),
        ),
    ]


def drafted(boat: Boat | None = None, log: Any = None, **given_: Any) -> Sitrep:
    return sitrep(
        boat or a_boat(),
        a_log() if log is None else log,
        at=later(30),
        sender=FROM,
        to=TO,
        service=service,
        **given_,
    )


def relayed(boat: Boat | None = None, log: Any = None) -> MaydayRelay:
    return mayday_relay(boat or a_boat(), a_log() if log is None else log, at=later(30), station=FROM)


def figures(text: str) -> list[str]:
    return re.findall(r"\d+", text.replace(",", "."))


def test_a_sitrep_has_every_letter_of_the_manual_in_its_order() -> None:
    made = drafted(number=3)
    assert [line.letter for line in made.lines] == list("ABCDEFGHJKLMN")
    text = made.text("en").splitlines()
    assert text[0] == DRAFT.en
    assert text[2:7] == [
        "DISTRESS",
        "230317 UTC NOV 2031",
        "FROM: MRCC Gris-Nez",
        "TO: Dover Coastguard",
        "SAR SITREP NO. 3",
    ]


def test_a_sitrep_says_position_people_state_actions_and_lead_as_they_are_known() -> None:
    text = drafted().text("fr")
    for wanted in (
        "51°02.400′N 001°28.600′E (à 400 m près)",
        "40 à 50 personnes",
        "recueillies, débarquées ou retrouvées : 12",
        "28 à 38 personnes",
        "dont enfants : 6",
        "signalées manquantes : 1 (Dariush Invented)",
        "moteur arrêté, eau à bord",
        "personnes vues dans l’eau : 2",
        "FR-PREMAR (230247 UTC NOV 2031)",
        "proposée à UK-HMCG, qui ne l’a pas encore prise",
        "12 personnes secourues par Invented Lifeboat",
        "partie de Plage d’Ambleteuse, 230117 UTC NOV 2031",
        "coque : inflatable",
        "Combien d’enfants ?",
        "s’oppose à la clôture : 28 à 38 personnes",
    ):
        assert wanted in text, wanted


def test_what_nobody_knows_is_said_to_be_unknown_under_its_letter() -> None:
    made = drafted(unknown_boat(), [])
    said = {line.letter: " ".join(one.en for one in line.said) for line in made.lines}
    assert "unknown" in said["A"]
    assert said["B"] == "position unknown"
    assert "engine: unknown" in said["C"]
    assert "number of persons unknown" in said["D"]
    assert said["F"] == "no centre has taken the lead"
    assert said["G"] == "hull: unknown colour: unknown place of launch: unknown"
    assert said["H"] == "unknown; to be completed by the watch-keeper"
    assert said["J"] == "none recorded"
    assert said["K"] == "probable area: unknown areas searched: none recorded"
    assert "priority to be set by the watch-keeper" in made.priority.en
    assert {one.en for one in made.notices} >= {"No position is known.", "No phase has been declared."}


def test_an_open_boat_never_reads_as_closed_and_asks_for_rescue() -> None:
    said = {line.letter: line.said for line in drafted(unknown_boat(), []).lines}
    assert Text("secours aux personnes à bord", "rescue of the persons aboard") in said["E"]
    closed = {line.letter: line.said for line in drafted(a_boat(state="closed"), []).lines}
    assert closed["E"] == (Text("aucune", "none"),)


@pytest.mark.parametrize(
    ("links", "french", "english"),
    [
        (1, "la même embarcation qu’une autre :", "the same boat as one other:"),
        (3, "la même embarcation que 3 autres :", "the same boat as 3 others:"),
    ],
)
def test_how_many_boats_it_may_be_is_said_as_one_says_it(links: int, french: str, english: str) -> None:
    boat = a_boat(
        links=tuple(
            Link(one="a", other=f"b{number}", verdict="unresolved", bits=2.0) for number in range(links)
        )
    )
    draft = drafted(boat)
    assert french in re.sub(r"[\u00a0\u202f]", " ", draft.text("fr"))
    assert english in draft.text("en")


def test_both_languages_say_the_same_lines_with_the_same_figures() -> None:
    area = Area(
        boat="r1",
        at=later(30),
        cell_m=200.0,
        cells=(),
        within_50=(),
        within_95=(((1.3, 50.9), (1.4, 50.9), (1.4, 51.0), (1.3, 50.9)),),
        area_95_km2=61.4,
    )
    for made in (drafted(area=area, number=2), drafted(unknown_boat(), [])):
        fr, en = made.text("fr").splitlines(), made.text("en").splitlines()
        assert len(fr) == len(en)
        for one, other in zip(fr, en, strict=True):
            assert figures(one) == figures(other), (one, other)
            assert "{" not in one + other
    relay = relayed()
    for said in relay.spoken:
        assert figures(said.fr) == figures(said.en)


def test_a_telephone_number_is_covered_in_a_sitrep_unless_it_is_asked_for() -> None:
    for language in ("fr", "en"):
        bare = drafted().text(language)  # type: ignore[arg-type]
        assert "98 04" not in bare
        assert f"{COVER} 17" in bare
        assert NUMBER in drafted(with_numbers=True).text(language)  # type: ignore[arg-type]


# -- MAYDAY RELAY -----------------------------------------------------------------------------------------------------


def test_a_mayday_relay_keeps_to_the_procedure_from_the_first_word_to_over() -> None:
    spoken = [one.en for one in relayed().spoken]
    assert spoken[0] == "MAYDAY RELAY, MAYDAY RELAY, MAYDAY RELAY"
    assert spoken[1].startswith("ALL STATIONS")
    assert spoken[2] == "THIS IS MRCC Gris-Nez, MRCC Gris-Nez, MRCC Gris-Nez"
    assert spoken[3].startswith("RECEIVED AT 230247 UTC NOV 2031 THE FOLLOWING MAYDAY FROM")
    assert spoken[4] == "MAYDAY"
    assert spoken[-1] == "OVER"
    together = "\n".join(spoken)
    for wanted in (
        "POSITION: 51°02.400′N 001°28.600′E (to within 400 m), at 230247 UTC NOV 2031",
        "NATURE: engine stopped, water aboard",
        "PERSONS IN THE WATER: 2",
        "PERSONS ABOARD: 28 to 38 persons; children: 6",
        "MMSI 970011234",
    ):
        assert wanted in together, wanted
    assert relayed().text("fr").startswith(READ_FIRST.fr)
    assert relayed().spoken[-1].fr == "À VOUS"


def test_neither_a_number_nor_a_name_of_anybody_aboard_goes_out_on_the_air() -> None:
    for language in ("fr", "en"):
        text = relayed().text(language)  # type: ignore[arg-type]
        assert "39 98" not in text
        assert COVER in text
        assert "Dariush" not in text
        assert "est tombé à l’eau" in text


SPOKEN = st.lists(
    st.sampled_from(
        [NUMBER, "+33 6 39 98 04 17", "0639980417", "dariush", "INVENTED", "eau", "51.04, 1.47", "."]
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=80, deadline=None)
@given(SPOKEN, st.sampled_from([" ", ", ", "\n", " - "]))
def test_no_order_of_words_brings_a_number_or_a_name_on_the_air(words: list[str], between: str) -> None:
    text = relayed(log=a_log(between.join(words))).text("en")
    figures_ = "".join(sign for sign in text.replace("\n", "|") if sign.isdigit() or sign == "|")
    assert "39980417" not in figures_
    assert "dariush" not in text.lower()
    assert "invented" not in text.lower()


def test_a_mayday_relay_says_that_the_position_is_unknown_where_it_is() -> None:
    relay = relayed(unknown_boat(phase="distress"), [])
    assert any(one.en == "POSITION: unknown" for one in relay.spoken)
    assert any("number of persons unknown" in one.en for one in relay.spoken)
    assert any("No position is known" in one.en for one in relay.notices)
    assert not any("proceed" in one.en for one in relay.spoken)


def test_only_words_of_somebody_aboard_are_spoken_as_theirs() -> None:
    seen = Sighting(words="seen from the beach", means="patrol")
    log = [SeaReport(id="r1", at=NIGHT, by="FR-PAF", seen=seen)]
    assert not any("seen from the beach" in one.en for one in relayed(log=log).spoken)


@pytest.mark.parametrize("state", ["closed", "closed_not_acknowledged"])
def test_there_is_no_mayday_to_relay_of_a_boat_that_is_closed(state: str) -> None:
    with pytest.raises(Conflict, match="closed"):
        relayed(a_boat(state=state))


def test_the_watch_keeper_is_told_where_no_distress_was_declared() -> None:
    assert any("PAN-PAN" in one.fr for one in relayed(a_boat(phase="alert")).notices)
    assert not any("PAN-PAN" in one.fr for one in relayed().notices)


# -- acts in words ----------------------------------------------------------------------------------------------------

HERE = Position(latitude=51.0, longitude=1.4)
ACTS: tuple[SeaAct, ...] = (
    Judged(officer="K", one="a", other="b", verdict="probably_same"),
    TakenOff(officer="K", boat="a", manner="body_recovered", count=1, at=NIGHT, place="Calais"),
    Transferred(officer="K", boat="a", count=3, at=NIGHT, from_asset="A", to_asset="B"),
    QuayForm(officer="K", boat="a", place="Calais", at=NIGHT, came=11),
    Found(officer="K", boat="a", name="Zed", alive=True, at=NIGHT),
    CountResolved(officer="K", boat="a", count=33, words="two lists agree"),
    Closed(officer="K", boat="a"),
    QuestionAnswered(officer="K", boat="a", asked="phone_digits", answer="0417"),
    QuestionAnswered(officer="K", boat="a", asked="children", answer=""),
    Searched(
        officer="K",
        boat="a",
        asset="A",
        corners=(HERE, HERE, HERE),
        starts=NIGHT,
        ends=later(10),
        sweep_width_m=100.0,
        track_m=100.0,
    ),
    WarningSettled(officer="K", warning="w", outcome="launched"),
)


@pytest.mark.parametrize("act", ACTS, ids=lambda act: type(act).__name__)
def test_every_act_has_words_with_the_same_figures_in_both_languages(act: SeaAct) -> None:
    said = done_words(act, service)
    assert figures(said.fr) == figures(said.en)
    assert "0417" not in said.en, "the figures by which a caller is known are no words for others"


def test_a_group_of_date_and_time_is_in_utc_whatever_the_zone_it_was_said_in() -> None:
    paris = dt.timezone(dt.timedelta(hours=1))
    assert group(dt.datetime(2031, 11, 23, 0, 30, tzinfo=paris)) == "222330 UTC NOV 2031"
