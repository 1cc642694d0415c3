"""How the grounds between two boats read, in both languages, so that a watch-keeper can say them over the radio.

A ground says what was met and how much it speaks; it never tells a whole telephone number, only its end, because the
picture lies open on a desk.
"""

from __future__ import annotations

from collections.abc import Iterable

from entente.errors import Text
from entente.maritime.binding import Word
from entente.maritime.phones import show_end
from entente.maritime.sea_evidence import Found
from entente.model.report import Ground
from entente.model.sea_act import Asked, SeaVerdict

_PATTERNS: dict[str, Text] = {
    "motion.fits": Text(
        "les positions s’accordent : {one} km en {other} min, et peu d’autres embarcations alentour",
        "the positions fit: {one} km in {other} min, and few other boats about",
    ),
    "motion.strains": Text(
        "les positions s’accordent mal, ou d’autres embarcations sont aussi près : {one} km en {other} min",
        "the positions fit badly, or other boats are as near: {one} km in {other} min",
    ),
    "motion.no_way": Text(
        "aucune route n’explique les positions : {one} km en {other} min",
        "no way explains the positions: {one} km in {other} min",
    ),
    "motion.no_place": Text(
        "une position manque : ce peut être l’une des {one} embarcations connues à cette heure",
        "a position is missing: it may be any of the {one} boats known at that time",
    ),
    "phone.same": Text("même téléphone à bord (…{end})", "same telephone aboard (…{end})"),
    "phone.written_again": Text(
        "même téléphone (…{end}), noté par le même poste à quelques minutes : peut-être resté du précédent appel",
        "same telephone (…{end}), written by one desk within minutes: it may have stayed from the call before",
    ),
    "phone.relayed_once": Text(
        "même téléphone (…{end}), une fois à bord, une fois par un relais",
        "same telephone (…{end}), once aboard, once through a relay",
    ),
    "phone.relayed_twice": Text(
        "même téléphone (…{end}), deux fois par un relais",
        "same telephone (…{end}), both times through a relay",
    ),
    "phone.end": Text("mêmes derniers chiffres (…{end})", "same last figures (…{end})"),
    "phone.hub": Text(
        "même téléphone (…{end}), mais il appelle pour plusieurs embarcations",
        "same telephone (…{end}), but it calls for several boats",
    ),
    "phones.further": Text("{one} téléphones en commun", "{one} telephones in common"),
    "ashore.together": Text(
        "des numéros des deux ont été relus à terre par les gens d’une même embarcation",
        "numbers of both were read back ashore by the people of one boat",
    ),
    "named.ashore": Text(
        "la fiche qui nomme l’une porte un numéro de l’autre",
        "the form that names one bears a number of the other",
    ),
    "phone.different": Text(
        "téléphones différents ; une embarcation en porte beaucoup",
        "different telephones; one boat carries many",
    ),
    "name.whole": Text("même nom à bord : {one}", "same name aboard: {one}"),
    "name.part": Text(
        "un nom en commun : « {one} » et « {other} »", "a name in common: “{one}” and “{other}”"
    ),
    "origin.echo": Text("la même parole, relayée", "the same words, relayed"),
    "track.mmsi": Text("même émetteur AIS ({one})", "same AIS transmitter ({one})"),
    "track.asset": Text("suivies sur une même piste ({one})", "followed on one track ({one})"),
    "count.agrees": Text(
        "nombres de personnes compatibles : {one} et {other}", "counts that fit: {one} and {other}"
    ),
    "count.differs": Text(
        "nombres de personnes éloignés : {one} et {other}", "counts far apart: {one} and {other}"
    ),
    "children.same": Text("autant d’enfants : {one}", "as many children: {one}"),
    "children.near": Text("presque autant d’enfants : {one} et {other}", "nearly as many children: {one} and {other}"),
    "children.other": Text("pas autant d’enfants : {one} et {other}", "not as many children: {one} and {other}"),
    "launch.place_same": Text("même plage de départ : {one}", "same beach of departure: {one}"),
    "launch.place_other": Text(
        "plages de départ différentes : {one} et {other}", "different beaches of departure: {one} and {other}"
    ),
    "launch.time_same": Text("parties à la même heure", "left at the same time"),
    "launch.time_near": Text("parties à moins d’une heure près", "left within an hour of each other"),
    "launch.time_other": Text("parties à plus de deux heures d’écart", "left more than two hours apart"),
    "colour.grey": Text("grises toutes deux, comme la plupart", "both grey, as most are"),
    "colour.black": Text("noires toutes deux, comme beaucoup", "both black, as many are"),
    "colour.dark": Text("sombres toutes deux", "both dark"),
    "colour.rare": Text("même couleur, peu courante : {one}", "same colour, not a common one: {one}"),
    "colour.shade": Text(
        "couleurs voisines, que l’on confond la nuit : {one} et {other}",
        "colours that are confused at night: {one} and {other}",
    ),
    "colour.other": Text("couleurs différentes : {one} et {other}", "different colours: {one} and {other}"),
    "hull.same": Text("même type d’embarcation : {one}", "same type of boat: {one}"),
    "hull.other": Text("types différents : {one} et {other}", "different types: {one} and {other}"),
    "engine.same": Text("même état du moteur à la même heure", "same state of the engine at the same time"),
    "engine.other": Text(
        "un moteur tourne, l’autre non, à la même heure", "one engine runs, the other does not, at the same time"
    ),
    "water.same": Text("envahies par l’eau toutes deux", "both swamped"),
    "water.dried": Text(
        "l’une était envahie par l’eau, l’autre est sèche après", "one was swamped, the other is dry afterwards"
    ),
    "marks.same": Text(
        "même marque ({one}) : appuie, ne suffit jamais", "same mark ({one}): supports, never suffices"
    ),
    "words.alike": Text("paroles semblables : {one}", "like words: {one}"),
    "silence.gap": Text(
        "l’une s’est tue avant que l’autre ne parle", "one fell silent before the other spoke"
    ),
    "apart.seen": Text(
        "vues en même temps en deux lieux par le même moyen ({one})",
        "seen at the same time in two places by the same asset ({one})",
    ),
}  # fmt: skip

ASKED_WORDS: dict[Asked, Text] = {
    "phone_digits": Text("les derniers chiffres d’un autre téléphone", "the last figures of another telephone"),
    "names": Text("un nom à bord", "a name aboard"),
    "persons": Text("le nombre de personnes", "the number of people"),
    "children": Text("le nombre d’enfants", "the number of children"),
    "colour": Text("la couleur", "the colour"),
    "engine": Text("le moteur", "the engine"),
    "launched_from": Text("la plage de départ", "the beach of departure"),
    "sees_asset": Text("le moyen qui est en vue", "the asset in sight"),
    "position": Text("la position sur le téléphone", "the position on the telephone"),
    "water": Text("l’eau à bord", "the water aboard"),
}  # fmt: skip
_VERDICT_WORDS: dict[SeaVerdict, Text] = {
    "same": Text("la même embarcation", "the same boat"),
    "probably_same": Text("probablement la même embarcation", "probably the same boat"),
    "unresolved": Text("non tranché", "unresolved"),
    "different": Text("deux embarcations", "two boats"),
}


def explain(found: Iterable[Found]) -> tuple[Ground, ...]:
    """Grounds with their words, the strongest first, whichever way it speaks."""
    grounds = [Ground(code=f"{one.kind}.{one.outcome}", bits=one.bits, text=words(one)) for one in found]
    return tuple(sorted(grounds, key=lambda ground: (-abs(ground.bits), ground.code)))


def words(ground: Found) -> Text:
    """One ground as a sentence."""
    if ground.kind in ("answer", "looks"):
        asked = next(text for known, text in ASKED_WORDS.items() if known == ground.one)
        agrees = ground.outcome.endswith(".yes")
        said = f" ({ground.other})" if ground.other else ""
        return Text(
            f"interrogé sur {asked.fr}, l’appelant {'confirme' if agrees else 'dément'}{said}",
            f"asked about {asked.en}, the caller {'confirms' if agrees else 'denies'} it{said}",
        )
    pattern = _PATTERNS[f"{ground.kind}.{ground.outcome}"]
    values = {"one": ground.one, "other": ground.other, "end": show_end(ground.one)}
    return Text(pattern.fr.format(**values), pattern.en.format(**values))


def judged_ground(word: Word) -> Ground:
    """An officer's word, which binds and has no bits."""
    verdict = _VERDICT_WORDS[word.verdict]
    reason_fr = f" : {word.reason}" if word.reason else ""
    reason_en = f": {word.reason}" if word.reason else ""
    return Ground(
        code=f"judged.{word.verdict}",
        bits=0.0,
        text=Text(
            f"{word.officer} ({word.by}) a dit « {verdict.fr} »{reason_fr}",
            f"{word.officer} ({word.by}) said “{verdict.en}”{reason_en}",
        ),
    )


def through_ground() -> Ground:
    """Two that belong together because both belong to a third."""
    return Ground(
        code="through",
        bits=0.0,
        text=Text(
            "rapprochées par d’autres signalements qui tiennent aux deux",
            "brought together by other reports that hold to both",
        ),
    )
