"""What a watch-keeper says to a caller, word for word, and what the answer settles, in both languages.

Short, one thing at a time, for somebody who is cold and afraid and speaks neither language well. No question suggests
its answer: a caller who is asked "are you the grey boat?" says yes.
"""

from __future__ import annotations

from entente.errors import Text
from entente.model.sea_act import Asked
from entente.model.sighting import Means

_TEXTS: dict[Asked, Text] = {
    "phone_digits": Text(
        "Qui d’autre à bord a appelé ? Lisez-moi les quatre derniers chiffres de leurs téléphones.",
        "Who else aboard has called? Read me the last four digits of their telephones.",
    ),
    "names": Text(
        "Dites-moi le nom de quelqu’un d’autre à bord.", "Tell me the name of somebody else aboard."
    ),
    "persons": Text("Combien êtes-vous ? Comptez à voix haute.", "How many are you? Count aloud."),
    "children": Text("Combien d’enfants y a-t-il à bord ?", "How many children are aboard?"),
    "colour": Text("De quelle couleur est votre bateau ?", "What colour is your boat?"),
    "engine": Text("Le moteur tourne-t-il en ce moment ?", "Is the engine running now?"),
    "launched_from": Text(
        "De quelle plage, ou près de quelle ville, êtes-vous partis ?",
        "From which beach, or near which town, did you leave?",
    ),
    "position": Text(
        "Ouvrez la carte du téléphone et envoyez-moi votre position.",
        "Open the map on the telephone and send me your position.",
    ),
    "water": Text("Y a-t-il de l’eau dans le bateau ?", "Is there water in the boat?"),
}
_IN_SIGHT: dict[Means, Text] = {
    "aircraft": Text("un avion ou un hélicoptère", "an aeroplane or a helicopter"),
    "drone": Text("un drone", "a drone"),
    "ship": Text("un navire", "a ship"),
}


def ask_words(means: Means) -> Text:
    """What is in sight."""
    return _IN_SIGHT.get(means, _IN_SIGHT["aircraft"])


def ask_text(asked: Asked, in_sight: Text) -> Text:
    """The question as it is spoken. in_sight: the asset, for a question about what the caller sees."""
    if asked == "sees_asset":
        return Text(
            f"Voyez-vous ou entendez-vous {in_sight.fr} en ce moment ? De quel côté ?",
            f"Do you see or hear {in_sight.en} now? On which side?",
        )
    return _TEXTS[asked]


def settles_text(hour: str) -> Text:
    """What an answer would settle. hour: UTC, when the other boat was first told of."""
    return Text(
        f"si c’est la même embarcation que celle de {hour} UTC, ou une autre",
        f"whether it is the boat first told of at {hour} UTC, or another",
    )
