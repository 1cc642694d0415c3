"""How officers and callers of both shores say what becomes of a boat: its engine, its water, its colour, who saw it.

Written once for plain text: small letters, no accents. Of rules for one field the first that is there stands, so that
what does not work is asked before what works. A word that may say two things stands in no rule.
"""

from __future__ import annotations

import re

_ENGINE_WORD = r"(?:(?:le |the |leur |their )?(?:moteur|engine|motor))"
_IS = r"(?: (?:est|is|a|has|was|ne|n'a|:)){0,2} ?"


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile(r"(?<!\w)(?:" + "|".join(patterns) + r")(?!\w)")


# The first that is there stands: what is not working is asked before what works.
RULES: tuple[tuple[str, str, re.Pattern[str]], ...] = (
    ("engine", "stopped", _any(
        rf"{_ENGINE_WORD}{_IS}(?:arretee?|a l'arret|stoppee?|en panne|calee?|hs|coupee?|noyee?|morte?"
        rf"|cassee?|lachee?"
        r"|(?:ne )?(?:demarre|marche|fonctionne|tourne) (?:pas|plus)|stopped|dead|broken(?: down)?|failed"
        r"|failure|off|out"
        r"|not (?:working|running|starting)|won't start|cut out|flooded|down|stop)",
        r"(?:panne|plus) (?:de )?moteur", r"(?:engine|motor) failure", r"a la derive|derivent?|adrift|drifting",
        r"(?:panne|plus) d'essence|plus de carburant|(?:out of|no) (?:fuel|petrol)",
    )),
    ("engine", "none", _any(r"sans moteur|pas de moteur|no (?:engine|motor)|without (?:an )?(?:engine|motor)")),
    ("engine", "running", _any(
        rf"{_ENGINE_WORD}{_IS}(?:en marche|tourne|marche|fonctionne|ok|running|on|working|going)",
        r"fait route|font route|en route|under way|underway|making way",
    )),
    ("water", "dry", _any(
        r"pas d'eau(?: a bord)?|au sec|a sec|no water(?: aboard| on board| in (?:the )?boat)?|dry",
    )),
    ("water", "swamped", _any(
        r"coulent?|en train de couler|sombrent?|sinking|swamped|submergee?s?|chaviree?s?|capsized?|retournee?s?"
        r"|(?:remplie?s?|pleine?s?) d'eau|full of water|beaucoup d'eau(?: a bord)?"
        r"|eau jusqu'aux (?:genoux|hanches)"
        r"|water (?:up )?to (?:the |their )?(?:knees|waist)|degonflee?s?|deflat(?:ed|ing)",
    )),
    ("water", "some", _any(
        r"(?:de l')?eau (?:a bord|dans (?:le bateau|l'embarcation|le fond))|prend(?:s"
        r"|nent)? (?:de )?l'eau|fait eau|voie d'eau"
        r"|water (?:aboard|on board|in (?:the )?(?:boat|bottom))|tak(?:ing|es|e) (?:on |in )?water"
        r"|shipping water|leak(?:ing)?",
    )),
    ("phase", "distress", _any(r"mayday|sos|detresse|distress|au secours|help us|pan pan")),
    ("phase", "alert", _any(r"alertfa|phase d'alerte|alert phase")),
    ("phase", "uncertainty", _any(r"incerfa|incertitude|uncertainty")),
    ("hull", "rigid", _any(r"coque rigide|rigid hull|rigide|rigid|fibre|fibreglass|grp")),
    ("hull", "inflatable", _any(
        r"pneumatiques?|gonflables?|zodiacs?|semi-rigides?|inflatables?|dinghy|dinghies|rhib|rib|canot",
    )),
    ("hull", "wooden", _any(r"barque|en bois|wooden|wood")),
    ("hull", "kayak", _any(r"kayaks?|canoes?|paddle")),
    ("means", "relayed", _any(r"relayee?s?|relaie|relais|relayed?|repeats?|repete")),
    ("means", "message", _any(r"sms|textos?|whatsapp|message|text message|signal msg|par message")),
    ("means", "man_overboard", _any(r"mob beacon|balise mob")),
    ("means", "sart", _any(r"ais-sart|sart")),
    ("means", "ais", _any(r"piste ais|ais track|ais target")),
)  # fmt: skip
SEEN_BY = (
    r"(?:(?:vue?s? (?:par|depuis)|signalee?s? par|seen (?:by|from)|sighted by|reported by|by"
    r"|par) (?:un |une |le |la |l'|a |an |the )?|^)"
)
WITNESSES = (
    ("drone", r"drone|uav|uas"),
    ("aircraft", r"avion|aeronef|helico(?:ptere)?|aircraft|plane|helicopter|helo"),
    ("patrol", r"patrouille|patrol|gendarmes?|police|crs|officers on the beach"),
    (
        "ship",
        r"navire|cargo|ferry|voilier|chalutier|pecheur|vedette|patrouilleur|ship|vessel|yacht"
        r"|fishing boat|lifeboat|canot sns?m",
    ),
)
_COLOURS: dict[str, str] = {
    "grey": r"gris(?:e|es)?|gr[ea]y",
    "black": r"noire?s?|black",
    "white": r"blanc(?:s|he|hes)?|white",
    "orange": r"oranges?",
    "red": r"rouges?|red",
    "blue": r"bleue?s?|blue",
    "green": r"verte?s?|green",
    "yellow": r"jaunes?|yellow",
    "brown": r"marrons?|brune?s?|brown",
}
COLOUR = re.compile(
    r"(?<!\w)(?:" + "|".join(f"(?P<{name}>{words})" for name, words in _COLOURS.items()) + r")(?!\w)"
)
# A colour beside one of these is that of something else than the boat.
NOT_THE_BOAT = re.compile(
    r"gilets?|brassieres?|vestes?|life[- ]?(?:jackets?|vests?)|jackets?|vests?|feux?|fusees?|lights?"
    r"|flares?|smoke|fumee?s?"
    r"|fumigene|moteur|engine|motor|bouees?|tubes?|telephone"
)
MARK = re.compile(
    r"(?:marquee?|marque|immatricule|numero de coque|coque n°?|hull (?:no\.?|number|mark)|marked|marking"
    r"|engine (?:no\.?|number)|moteur n°) ?:? ?"
    r"(?P<mark>[a-z0-9][a-z0-9/-]{2,20})"
)
NAME = re.compile(
    r"(?:s'appelle|nommee?|prenom|nom|named?|called|my name is"
    r"|name is) ?:? ?(?P<name>[^\W\d_][\w'-]+(?: [^\W\d_][\w'-]+)?)"
)
