"""What the beach page says by itself, in both languages: its choices, and each thing that the queue may tell.

The script of the page holds no words: it is given these in the reader's language, so that what is said without a
network is said as well as the rest.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from entente.errors import Text

What = Literal["distress", "boat_on_beach", "group_walking", "launch", "boat_at_sea", "vehicle", "other"]


class Choice(msgspec.Struct, frozen=True):
    """One large button: its icon and its words."""

    icon: str
    text: Text


CHOICES: dict[What, Choice] = {
    "distress": Choice("life", Text("Danger en mer", "Danger at sea")),
    "boat_on_beach": Choice("boat", Text("Embarcation sur la plage", "Boat on the beach")),
    "group_walking": Choice("person", Text("Groupe qui marche", "Group walking")),
    "launch": Choice("beach", Text("Mise à l’eau en cours", "Launch under way")),
    "boat_at_sea": Choice("sea", Text("Embarcation en mer", "Boat at sea")),
    "vehicle": Choice("vehicle", Text("Véhicule qui dépose des gens", "Vehicle dropping people off")),
    "other": Choice("question", Text("Autre chose", "Something else")),
}

WORDS: dict[str, Text] = {
    "waiting": Text("En attente, sur ce téléphone", "Waiting, on this phone"),
    "sending": Text("Envoi en cours", "Sending"),
    "recorded": Text("Enregistrée", "Recorded"),
    "refused": Text("Refusée, gardée ici", "Refused, kept here"),
    "edit": Text("Modifier", "Edit"),
    "again": Text("Renvoyer", "Send again"),
    "delete": Text("Supprimer", "Delete"),
    "delete_sure": Text("Supprimer pour de bon", "Delete for good"),
    "keep": Text("Garder", "Keep"),
    "number": Text("n° {number}", "no. {number}"),
    "about": Text("environ {count} : {least} à {most} personnes", "about {count}: {least} to {most} people"),
    "exactly": Text("{count} personnes", "{count} people"),
    "one": Text("1 personne", "1 person"),
    "count_unknown": Text("nombre inconnu", "number unknown"),
    "fix": Text("{position}, à {metres} m près", "{position}, to within {metres} m"),
    "looking": Text("Position : recherche en cours…", "Position: looking…"),
    "no_fix": Text(
        "Pas de position : choisissez une plage, ou envoyez sans.",
        "No position: choose a beach, or send without one.",
    ),
    "no_place": Text("lieu inconnu", "place unknown"),
    "offline": Text(
        "Pas de réseau. Ce que vous envoyez reste sur ce téléphone et part dès qu’il revient.",
        "No network. What you send stays on this phone and goes as soon as it is back.",
    ),
    "signed_out": Text(
        "Votre session est finie. Vos fiches sont gardées ; connectez-vous et elles partent.",
        "Your session has ended. Your reports are kept; sign in and they go.",
    ),
    "sign_in": Text("Se connecter", "Sign in"),
    "no_shift": Text(
        "Aucun service n’est ouvert. Vos fiches sont gardées ; prenez votre service et elles partent.",
        "No shift is open. Your reports are kept; open your shift and they go.",
    ),
    "role_does_not_report": Text(
        "Votre rôle d’à présent n’écrit pas d’observation ; changez de rôle et vos fiches partent.",
        "The role you work in now writes no sightings; change role and your reports go.",
    ),
    "change_role": Text("Changer de rôle", "Change role"),
    "open_shift": Text("Prendre son service", "Open a shift"),
    "others": Text(
        "Fiches d’un autre agent, {officer}, gardées sur ce téléphone : {count}. "
        "Elles ne partent qu’en son nom, quand il se connecte.",
        "Reports of another officer, {officer}, kept on this phone: {count}. "
        "They go only in that officer’s name, when signed in.",
    ),
    "not_kept": Text(
        "Ce navigateur ne garde rien sur l’appareil : sans réseau, rien ne peut attendre ici.",
        "This browser keeps nothing on the device: without a network nothing can wait here.",
    ),
    "nobody": Text(
        "Personne ne s’est encore connecté sur ce téléphone. Ouvrez cette page une fois avec du réseau.",
        "Nobody has signed in on this phone yet. Open this page once with a network.",
    ),
    "not_gone": Text(
        "La détresse n’est pas partie de ce téléphone. Appelez de vive voix, maintenant : {call}.",
        "The distress has not left this phone. Call by voice, now: {call}.",
    ),
}
# By whom a distress is heard when no network carries it.
CALL_BY_VOICE: dict[str, Text] = {
    "FR": Text("VHF canal 16, ou le 196", "VHF channel 16, or 196"),
    "UK": Text("VHF canal 16, ou le 999 (Coastguard)", "VHF channel 16, or 999 and ask for the Coastguard"),
}
# The same as a telephone dials it: one tap where a network of voice is left when none of data is.
CALL_NUMBER: dict[str, str] = {"FR": "196", "UK": "999"}
