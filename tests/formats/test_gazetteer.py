"""The places of the Strait are found as officers write them, and nothing else is taken for one."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from entente.errors import Malformed
from entente.formats.gazetteer import (
    PLACE_KINDS,
    PLACE_WORDS,
    SHORES,
    find_places,
    load_places,
    nearest,
    place_named,
    read_gazetteer,
)
from entente.model.place import Position, distance_m


def names_in(text: str) -> list[tuple[str, str]]:
    return [(text[found.start : found.end], found.place.name) for found in find_places(text)]


def test_both_shores_and_the_banks_between_them_are_there() -> None:
    places = load_places()
    assert len(places) >= 90
    assert {place.shore for place in places} == set(SHORES)
    assert {place.kind for place in places} == set(PLACE_KINDS) == set(PLACE_WORDS)
    for place in places:
        # Leeds and London are inland, and named by the season.
        is_far = place.name in ("Leeds", "London")
        assert 50.0 <= place.latitude <= 51.5 or is_far, place.name
        assert -0.2 <= place.longitude <= 3.1 or is_far, place.name
        assert 0.5 <= place.within_km <= 30, place.name
    assert len({(place.name, place.kind) for place in places}) == len(places)


@pytest.mark.parametrize(
    ("one", "other", "least_km", "most_km"),
    [
        # Distances that any chart of the Strait gives, so that a slip in a degree shows.
        ("Cap Gris-Nez", "Dover", 32, 37),
        ("Calais", "Dover", 40, 45),
        ("Calais", "Boulogne-sur-Mer", 28, 33),
        ("Dunkerque", "Calais", 36, 40),
        ("Ramsgate", "Dover", 22, 26),
        ("Dungeness", "Cap Gris-Nez", 40, 46),
        ("Hastings", "Eastbourne", 20, 25),
        ("Cap Gris-Nez", "Cap Blanc-Nez", 9, 13),
        ("Ambleteuse", "Wimereux", 3, 6),
        ("Varne", "Folkestone", 13, 19),
        ("Berck", "Le Touquet", 11, 14),
    ],
)
def test_positions_agree_with_the_chart(one: str, other: str, least_km: float, most_km: float) -> None:
    first, second = place_named(one), place_named(other)
    assert first is not None
    assert second is not None
    assert least_km * 1000 <= distance_m(first.position, second.position) <= most_km * 1000


def test_a_beach_lies_beside_the_town_it_is_named_after() -> None:
    towns = {place.name: place for place in load_places() if place.kind == "town"}
    compared = 0
    for place in load_places():
        town = towns.get(place.stem)
        if place.kind in ("beach", "port") and town is not None:
            compared += 1
            assert distance_m(place.position, town.position) < 7_000, place.name
    assert compared > 20


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("vu au gris nez", [("gris nez", "Cap Gris-Nez")]),
        ("AU CAP GRIS-NEZ", [("CAP GRIS-NEZ", "Cap Gris-Nez")]),
        ("CAP GRIS\nNEZ", [("CAP GRIS\nNEZ", "Cap Gris-Nez")]),
        ("plage de l'ecluse", [("plage de l'ecluse", "Plage de l’Écluse")]),
        ("plage de l’E\u0301cluse", [("plage de l’E\u0301cluse", "Plage de l’Écluse")]),
        ("de Dunkirk à Douvres", [("Dunkirk", "Dunkerque"), ("Douvres", "Dover")]),
        ("dunes d’Ambleteuse", [("dunes d’Ambleteuse", "Plage d’Ambleteuse")]),
        (
            "Ambleteuse beach; Ambleteuse",
            [("Ambleteuse beach", "Plage d’Ambleteuse"), ("Ambleteuse", "Ambleteuse")],
        ),
        ("St. Margaret's Bay", [("St. Margaret's Bay", "St Margaret’s Bay")]),
        ("sur le banc du Varne", [("banc du Varne", "Varne")]),
        ("in Deal, on Deal beach", [("Deal", "Deal"), ("Deal beach", "Deal beach")]),
        ("Loon-Plage.", [("Loon-Plage", "Loon-Plage")]),
    ],
)
def test_a_place_is_found_however_it_is_written(text: str, found: list[tuple[str, str]]) -> None:
    assert names_in(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "a deal was done over a sandwich and rye bread",
        "Calaisien",
        "Saint-Malo",
        "Douvres-la-Délivrande",
        "appel reçu par le CROSS Gris-Nez",
        "département du Pas-de-Calais",
        "calais@exemple.fr et @calais",
        "rien ne doit hinder le secours",
        "",
    ],
)
def test_what_only_looks_like_a_place_is_not_one(text: str) -> None:
    assert names_in(text) == []


def test_the_places_that_the_season_names_are_known() -> None:
    for name in ("Lille", "Marck", "Ambleteuse", "Loon-Plage", "Gravelines", "Croydon", "Leeds"):
        assert place_named(name) is not None, name
    assert place_named("Xanadu") is None
    assert place_named("") is None


def test_every_name_of_the_list_is_found_as_the_place_it_belongs_to() -> None:
    for place in load_places():
        for name in (place.name, *place.also):
            found = find_places(f"vu à {name} ce jour")
            assert len(found) == 1, name
            assert found[0].place == place_named(name), name


def test_the_nearest_places_come_nearest_first_with_their_distance() -> None:
    here = Position(latitude=50.804, longitude=1.599)
    near = nearest(here, 3)
    assert [place.name for place, _ in near][:2] == ["Plage d’Ambleteuse", "Ambleteuse"]
    assert all(one[1] <= other[1] for one, other in itertools.pairwise(nearest(here, 50)))
    assert nearest(here, 0) == nearest(here, -1) == ()
    assert len(nearest(here, 10_000)) == len(load_places())


def test_a_place_as_position_says_how_far_from_it_the_truth_may_lie() -> None:
    for place in load_places():
        assert place.position.uncertainty_m == place.within_km * 1000
        assert place.position.written == place.name


@pytest.mark.parametrize(
    "text",
    [
        "places = 3",
        "[places]\ntown.FR = [{ name = 'X' }]",
        "[within_km]\ntown = 1\n[places]\ntown.FR = [{ name = 'X', latitude = 50, longitude = 1, colour = 'red' }]",
        "[within_km]\nwood = 1.0\n[places]\nwood.FR = [{ name = 'X', latitude = 50.0, longitude = 1.0 }]",
        "not toml at all [",
    ],
)
def test_a_list_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(Malformed) as refused:
        read_gazetteer(text)
    assert refused.value.code == "gazetteer_unreadable"


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(load_places()), max_size=6), st.sampled_from([", ", " ; ", " puis ", "\n\n"]))
def test_every_place_that_is_named_is_found_in_its_order(places: list[object], between: str) -> None:
    names = [place.name for place in places]  # type: ignore[attr-defined]
    assert [found.place.name for found in find_places(between.join(names))] == names
