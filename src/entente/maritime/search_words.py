"""A search plan as it is read over the radio, and as a chart plotter takes it.

The text has no more than a crew needs to begin: where, which way, how far apart, until when, and what to expect of it.
Positions are in degrees and minutes and hours in UTC, because it is read from one shore to the other.
"""

from __future__ import annotations

import datetime as dt

from entente.errors import Language, Text
from entente.formats.placed import Field, Placed, Sheet, Track
from entente.maritime.act_words import group
from entente.maritime.search_legs import SearchTold
from entente.model.place import METRES_IN_A_NAUTICAL_MILE, show
from entente.model.sea_act import LookedFor

LOOKED_FOR: dict[LookedFor, Text] = {
    "boat": Text("l’embarcation", "the boat"),
    "person_in_water": Text("une personne à la mer", "a person in the water"),
}


def miles(metres: float) -> Text:
    """Nautical miles with one figure behind the point, two below one mile."""
    written = f"{metres / METRES_IN_A_NAUTICAL_MILE:.1f}"
    if metres < METRES_IN_A_NAUTICAL_MILE:
        written = f"{metres / METRES_IN_A_NAUTICAL_MILE:.2f}"
    return Text(f"{written.replace('.', ',')} M", f"{written} NM")


def km2(size: float) -> Text:
    """A surface; with a figure behind the point where it is small."""
    written = f"{size:.0f}" if size >= 10 else f"{size:.1f}"
    return Text(f"{written.replace('.', ',')} km²", f"{written} km²")


def knots(speed: float) -> Text:
    """A speed."""
    return Text(f"{speed:g} nœuds".replace(".", ","), f"{speed:g} knots")


def chance(share: float) -> Text:
    """A chance in whole hundredths; never 0 for what may be, never 100."""
    if 0 < share < 0.005:
        return Text("moins de 1 %", "less than 1 %")
    whole = f"{min(99, round(share * 100))} %"
    return Text(whole, whole)


def course(degrees: float) -> str:
    """A course with three figures: 045°."""
    return f"{round(degrees) % 360:03}°"


def hour(at: dt.datetime) -> str:
    """An hour in UTC."""
    return f"{at.astimezone(dt.UTC):%H:%M}"


def plan_text(told: SearchTold, language: Language) -> str:
    """The plan as plain text; where nothing can be planned, that and the area."""
    fr = language == "fr"

    def say(text: Text) -> str:
        return text.say(language)

    asset, rectangle = told.asset, told.rectangle
    lines = [
        f"{'PLAN DE RECHERCHE' if fr else 'SEARCH PLAN'} – {told.boat.name} – {say(LOOKED_FOR[told.looked_for])}",
        f"{'Établi' if fr else 'Drawn'} {group(told.at)}. {'Heures UTC.' if fr else 'Hours UTC.'}",
        "",
    ]
    for spread in told.spreads:
        lines.append(
            f"{hour(spread.at)}  {'plus probable' if fr else 'likeliest'} {show(spread.likeliest)}, "
            f"50 % {say(km2(spread.within_50_km2))}, 95 % {say(km2(spread.within_95_km2))}"
        )
    if rectangle is None:
        lines += ["", "Aucun secteur proposé." if fr else "No area proposed."]
        return "\n".join(lines) + "\n"
    width, speed = say(miles(asset.sweep_width_m)), say(knots(asset.speed_knots))
    lines += [
        "",
        f"{asset.name}{' :' if fr else ':'} {speed}, {'balayage' if fr else 'sweep width'} {width}, "
        f"{hour(told.on_scene)}–{hour(told.ends)}",
        "Secteur" if fr else "Area",
        *(f"  {show(corner)}" for corner in rectangle.corners),
        f"{len(told.legs)} {'branches, écartement' if fr else 'legs, spacing'} {say(miles(rectangle.spacing_m))}",
    ]
    for leg in told.legs:
        lines.append(
            f"{leg.number:>3}  {hour(leg.begins_at)}  {show(leg.begins)} > {show(leg.ends)}  "
            f"{course(leg.course_degrees)}  {say(miles(leg.length_m))}"
        )
    is_there, seen, found = (
        say(chance(one)) for one in (rectangle.containment, rectangle.pod, rectangle.pos)
    )
    if fr:
        lines.append(f"Dans le secteur {is_there} ; vu s’il y est {seen} ; trouvé {found}")
    else:
        lines.append(f"In the area {is_there}; seen if there {seen}; found {found}")
    lines.append(
        "Indicatif. Le moyen n’en est pas prévenu." if fr else "Indicative. The asset is not told of it."
    )
    return "\n".join(lines) + "\n"


def search_sheet(told: SearchTold) -> Sheet:
    """The plan with its areas, for formats that leave: the legs as a track with the hours foreseen."""
    things = []
    for share, rings in ((50, told.area.within_50), (95, told.area.within_95)):
        if rings:
            things.append(
                Placed(
                    id=f"{told.boat.id}/{share}",
                    kind="area",
                    name=f"{told.boat.name} {share} %",
                    at=told.area.at,
                    rings=rings,
                )
            )
    points = tuple(
        point for leg in told.legs for point in ((leg.begins, leg.begins_at), (leg.ends, leg.ends_at))
    )
    if told.rectangle is not None and told.legs:
        spacing = miles(told.rectangle.spacing_m)
        things.append(
            Placed(
                id=f"{told.boat.id}/search",
                kind="search",
                name=f"{told.asset.name} 1",
                position=told.legs[0].begins,
                at=told.on_scene,
                fields=(
                    Field(
                        key="course",
                        label=Text("premier cap", "first course"),
                        value=Text(*[course(told.legs[0].course_degrees)] * 2),
                    ),
                    Field(key="spacing", label=Text("écartement", "spacing"), value=spacing),
                ),
            )
        )
        things.append(
            Placed(
                id=f"{told.boat.id}/search/area",
                kind="search",
                name=told.asset.name,
                at=told.on_scene,
                rings=(tuple((one.longitude, one.latitude) for one in told.rectangle.corners),),
            )
        )
    name = told.boat.name
    return Sheet(
        title=Text(f"Plan de recherche de {name}", f"Search plan for {name}"),
        at=told.at,
        things=tuple(things),
        tracks=(Track(id=f"{told.boat.id}/search", name=told.asset.name, points=points),) if points else (),
    )
