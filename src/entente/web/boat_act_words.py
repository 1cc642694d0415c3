"""The forms of acts about a boat: what each asks, what it will do, and what is said when it is done.

An officer reads the sentence of what an act does before they do it, because some of them end a search.
"""

from __future__ import annotations

import msgspec

from entente.errors import Text
from entente.model.sea_act import Asked, SeaVerdict


class Deed(msgspec.Struct, frozen=True, kw_only=True):
    """One form. asks: its question; does: what happens when it is sent; go: the button; done: said afterwards."""

    path: str
    asks: Text
    does: Text
    go: Text
    done: Text


DEEDS: tuple[Deed, ...] = (
    Deed(
        path="taken-off",
        asks=Text("Combien de personnes ont quitté l’embarcation ?", "How many people left the boat?"),
        does=Text(
            "Elles sont retranchées du compte, sur les deux rives. L’embarcation reste ouverte : "
            "qui n’est pas compté est encore à bord.",
            "They are taken off the ledger on both shores. The boat stays open: whoever is not "
            "counted is still aboard.",
        ),
        go=Text("Enregistrer ces personnes", "Record these people"),
        done=Text(
            "Enregistré ; le compte des personnes est à jour.",
            "Recorded; the ledger of people is up to date.",
        ),
    ),
    Deed(
        path="transfer",
        asks=Text("Qui passe d’un moyen à l’autre ?", "Who goes from one asset to another?"),
        does=Text(
            "Personne n’est compté deux fois : elles étaient déjà sorties de l’embarcation.",
            "Nobody is counted twice: they had already left the boat.",
        ),
        go=Text("Enregistrer le transfert", "Record the transfer"),
        done=Text("Transfert enregistré.", "Transfer recorded."),
    ),
    Deed(
        path="found",
        asks=Text("Qui est retrouvé ?", "Who was found?"),
        does=Text(
            "Cette personne n’est plus recherchée, sur les deux rives. Vérifiez le nom avec "
            "quelqu’un qui la connaît.",
            "This person is no longer searched for, on either shore. Check the name with "
            "somebody who knows them.",
        ),
        go=Text("Enregistrer", "Record"),
        done=Text("Enregistré sur les deux rives.", "Recorded on both shores."),
    ),
    Deed(
        path="count",
        asks=Text("Combien étaient-ils ?", "How many were there?"),
        does=Text(
            "Votre nombre remplace ceux des signalements. Il ne répond d’aucune personne "
            "manquante : celle-là doit être retrouvée.",
            "Your number takes the place of the reported ones. It answers for nobody who is "
            "missing: they must be found.",
        ),
        go=Text("Arrêter ce nombre", "Settle on this number"),
        done=Text("Nombre arrêté, en votre nom.", "Count resolved, in your name."),
    ),
    Deed(
        path="close",
        asks=Text("Tout le monde est-il compté et reconnu ?", "Is everybody accounted for and identified?"),
        does=Text(
            "La recherche de cette embarcation s’arrête. L’autre rive doit encore la recevoir ; "
            "toute contradiction la rouvre.",
            "The search for this boat ends. The other shore has still to acknowledge it; any "
            "contradiction opens it again.",
        ),
        go=Text("Clore en mon nom", "Close in my name"),
        done=Text(
            "Close, pas encore reçue par l’autre rive.", "Closed, not yet acknowledged by the other shore."
        ),
    ),
    Deed(
        path="acknowledge",
        asks=Text("Recevez-vous cette clôture ?", "Do you acknowledge this closing?"),
        does=Text(
            "Vous dites pour votre rive avoir vu sur quoi elle repose, et que rien chez vous ne s’y oppose.",
            "You say for your shore that you saw what it rests on, and that nothing on your side "
            "stands against it.",
        ),
        go=Text("Recevoir la clôture", "Acknowledge the closing"),
        done=Text("Clôture reçue.", "Closing acknowledged."),
    ),
    Deed(
        path="reopen",
        asks=Text("Pourquoi la rouvrir ?", "Why open it again?"),
        does=Text(
            "Toute clôture d’avant tombe, et l’embarcation est de nouveau recherchée par les deux rives.",
            "Every closing before now falls, and both shores look for the boat again.",
        ),
        go=Text("Rouvrir", "Open it again"),
        done=Text("Rouverte sur les deux rives.", "Open again on both shores."),
    ),
    Deed(
        path="lead",
        asks=Text("Qui conduit le sauvetage ?", "Who leads the rescue?"),
        does=Text(
            "Une conduite proposée reste où elle est jusqu’à ce que l’autre service la reçoive : "
            "il y a toujours quelqu’un.",
            "A lead that is offered stays where it is until the other service takes it: there is "
            "always somebody.",
        ),
        go=Text("Enregistrer", "Record"),
        done=Text("Enregistré ; l’autre rive le voit.", "Recorded; the other shore sees it."),
    ),
    Deed(
        path="question",
        asks=Text("Que faut-il demander au bord ?", "What should be asked of those aboard?"),
        does=Text(
            "La question reste en haut de la liste jusqu’à une réponse ; une réponse peut "
            "départager deux embarcations.",
            "The question stays on top of the list until it is answered; an answer may tell two boats apart.",
        ),
        go=Text("Enregistrer", "Record"),
        done=Text("Enregistré.", "Recorded."),
    ),
    Deed(
        path="task",
        asks=Text("Quel moyen y va ?", "Which asset goes there?"),
        does=Text(
            "Les deux rives voient qu’il est engagé sur cette embarcation ; il n’en est pas "
            "prévenu par ce formulaire.",
            "Both shores see that it is tasked to this boat; the asset itself is not told by this form.",
        ),
        go=Text("Engager", "Task it"),
        done=Text("Moyen engagé.", "Asset tasked."),
    ),
    Deed(
        path="searched",
        asks=Text("Qu’est-ce qui a été fouillé ?", "What was searched?"),
        does=Text(
            "Là où l’on aurait vu, l’embarcation est moins probable ; elle n’est jamais close pour autant.",
            "Where it would have been seen the boat becomes less likely; it is never closed by that.",
        ),
        go=Text("Enregistrer la recherche", "Record the search"),
        done=Text("Recherche enregistrée.", "Search recorded."),
    ),
    Deed(
        path="judge",
        asks=Text("Est-ce la même embarcation ?", "Is it the same boat?"),
        does=Text(
            "Votre appréciation vaut pour les deux rives jusqu’à la prochaine ; elle se défait "
            "toujours, et chaque nom reste trouvable.",
            "Your verdict stands on both shores until the next one; it can always be undone, and "
            "every name is still found.",
        ),
        go=Text("Apprécier en mon nom", "Judge in my name"),
        done=Text("Appréciation enregistrée.", "Verdict recorded."),
    ),
)

VERDICT_MEANS: dict[SeaVerdict, Text] = {
    "same": Text("Une seule embarcation, un seul compte de personnes.", "One boat, one ledger of people."),
    "probably_same": Text(
        "Liées, mais comptées à part : aucune n’est perdue si c’est faux.",
        "Linked, but counted apart: neither is lost if this is wrong.",
    ),
    "unresolved": Text(
        "On ne sait pas : les deux restent recherchées.", "Not known: both are still searched for."
    ),
    "different": Text("Deux embarcations, deux recherches.", "Two boats, two searches."),
}

ASKED: dict[Asked, Text] = {
    "phone_digits": Text(
        "les quatre derniers chiffres d’un autre téléphone", "four digits of another telephone"
    ),
    "names": Text("le nom de quelqu’un à bord", "the name of somebody aboard"),
    "persons": Text("combien de personnes", "how many people"),
    "children": Text("combien d’enfants", "how many children"),
    "colour": Text("la couleur de l’embarcation", "the colour of the boat"),
    "engine": Text("si le moteur tourne", "whether the engine runs"),
    "launched_from": Text("d’où elle est partie", "where it left from"),
    "sees_asset": Text("si l’on voit le moyen sur place", "whether they see the asset on scene"),
    "position": Text("la position, lue sur le téléphone", "the position, read from the telephone"),
    "water": Text("s’il y a de l’eau à bord", "whether there is water aboard"),
}
