"""What the plan's own codes are called, in both languages: kinds of item, fields, states, levels of a risk."""

from __future__ import annotations

from entente.errors import Text
from entente.model.plan_act import Field, ItemKind, Status

KIND_WORDS: dict[ItemKind, Text] = {
    "workshop": Text("atelier", "workshop"),
    "measure": Text("mesure", "measure"),
    "milestone": Text("jalon", "milestone"),
    "indicator": Text("indicateur", "indicator"),
    "risk": Text("risque", "risk"),
    "recommendation": Text("recommandation", "recommendation"),
    "meeting": Text("réunion", "meeting"),
    "agenda_point": Text("point de l’ordre du jour", "point of the agenda"),
    "sentence": Text("phrase du compte rendu", "sentence of the minutes"),
    "decision": Text("décision", "decision"),
    "action": Text("action à mener", "action to take"),
}
KINDS_WORDS: dict[ItemKind, Text] = {
    "workshop": Text("ateliers", "workshops"),
    "measure": Text("mesures", "measures"),
    "milestone": Text("jalons", "milestones"),
    "indicator": Text("indicateurs", "indicators"),
    "risk": Text("risques", "risks"),
    "recommendation": Text("recommandations", "recommendations"),
    "meeting": Text("réunions", "meetings"),
    "agenda_point": Text("ordre du jour", "agenda"),
    "sentence": Text("compte rendu", "minutes"),
    "decision": Text("décisions", "decisions"),
    "action": Text("actions à mener", "actions to take"),
}
STATUS_WORDS: dict[Status, Text] = {
    "planned": Text("prévue", "planned"),
    "under_way": Text("en cours", "under way"),
    "at_risk": Text("à risque", "at risk"),
    "done": Text("réalisée", "done"),
    "abandoned": Text("abandonnée", "given up"),
}
NOT_SAID = Text("état non déclaré", "no status given")
FIELD_WORDS: dict[Field, Text] = {
    "title": Text("intitulé", "title"),
    "text": Text("texte", "text"),
    "owner_FR": Text("responsable français", "French owner"),
    "owner_UK": Text("responsable britannique", "British owner"),
    "due": Text("échéance", "term"),
    "depends_on": Text("dépend de", "depends on"),
    "definition": Text("définition", "definition"),
    "unit": Text("unité", "unit"),
    "baseline": Text("valeur de départ", "baseline"),
    "target": Text("cible", "target"),
    "period": Text("période", "period"),
    "position": Text("rang", "place in the order"),
    "held_on": Text("date de la réunion", "day of the meeting"),
    "place": Text("lieu", "place"),
    "present": Text("présents", "present"),
    "source": Text("source", "source"),
    "likelihood": Text("vraisemblance", "likelihood"),
    "impact": Text("gravité", "impact"),
    "answered_by": Text("mesures qui y répondent", "measures that answer it"),
}
PARTY_WORDS: dict[str, Text] = {
    "FR": Text("partie française", "French party"),
    "UK": Text("partie britannique", "British party"),
}
LIKELIHOOD_WORDS: dict[int, Text] = {
    1: Text("très improbable", "very unlikely"),
    2: Text("peu probable", "unlikely"),
    3: Text("possible", "possible"),
    4: Text("probable", "likely"),
    5: Text("quasi certain", "almost certain"),
}
IMPACT_WORDS: dict[int, Text] = {
    1: Text("négligeable", "negligible"),
    2: Text("mineure", "minor"),
    3: Text("sensible", "noticeable"),
    4: Text("grave", "serious"),
    5: Text("critique", "critical"),
}
WITHOUT_TITLE = Text("sans intitulé", "without a title")
NOT_AGREED = Text("non convenue", "not agreed")
