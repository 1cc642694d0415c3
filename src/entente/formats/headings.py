"""What officers write above their columns, in French and English, and what it means for a record.

One table of words, read as a table: the longest phrase found in a heading decides, so that "nom du bateau"
is a boat and "nom" a person. Some columns are never taken, whatever a mapping says: origin, belief, health,
and any category of persons. A category is an act of named officers in a matter, never something that a file
brings along (CAT-3, CAT-4).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Literal

import msgspec

from entente.errors import Text
from entente.model.identifier import IdentifierKind

ColumnUse = Literal[
    "full_name",
    "forename",
    "surname",
    "alias",
    "native_name",
    "birth_date",
    "birth_place",
    "occupation",
    "identifier",
    "address",
    "nationality",
    "reference",
    "said_at",
    "held_from",
    "held_to",
    "words",
    "ignore",
]

USE_WORDS: dict[ColumnUse, Text] = {
    "full_name": Text("le nom complet", "the full name"),
    "forename": Text("le prénom", "the forename"),
    "surname": Text("le nom de famille", "the surname"),
    "alias": Text("un alias", "an alias"),
    "native_name": Text("le nom dans son écriture d’origine", "the name in its own script"),
    "birth_date": Text("la date de naissance", "the date of birth"),
    "birth_place": Text("le lieu de naissance", "the place of birth"),
    "occupation": Text("la profession", "the occupation"),
    "identifier": Text("un identifiant", "an identifier"),
    "address": Text("l’adresse", "the address"),
    "nationality": Text(
        "la nationalité (conservée, jamais comparée)", "the nationality (stored, never compared)"
    ),
    "reference": Text("la référence de la ligne", "the reference of the row"),
    "said_at": Text("le moment où cela a été dit ou vu", "when it was said or seen"),
    "held_from": Text("le début de la détention", "when it began to be held"),
    "held_to": Text("la fin de la détention", "when it ceased to be held"),
    "words": Text("un texte libre", "free text"),
    "ignore": Text("rien qui soit repris", "nothing that is taken over"),
}


class Heading(msgspec.Struct, frozen=True):
    """What a heading says of its column. ignored: why it is left aside, though it is known.

    is_composite: a name made of parts, superfluous where the parts have columns of their own. is_town:
    too coarse for an address unless one stands beside it. is_bare: "nom" alone, a surname where a
    forename stands beside it.
    """

    use: ColumnUse
    identifier: IdentifierKind | None = None
    ignored: Text | None = None
    is_composite: bool = False
    is_town: bool = False
    is_bare: bool = False


# Each phrase is folded (see `fold_heading`); "=" in front: only where it is the whole heading.
_NAMES: tuple[tuple[Heading, str], ...] = (
    (
        Heading("full_name"),
        "full name|fullname|nom complet|nom du|nom de la|nom de l|name of|person name|company"
        "|company name|societe"
        "|raison sociale|organisation|=names|=noms|=identite|=titulaire|=locataire|=conducteur"
        "|=driver|=renter|=holder"
        "|=proprietaire|=owner|=passager|=passenger|=subject|=suspect name|=victim name|=witness name",
    ),
    (Heading("full_name", is_bare=True), "=nom|=name|=nom s"),
    (
        Heading("full_name", is_composite=True),
        "nom et prenom|nom et prenoms|nom prenom|nom prenoms|prenom nom|prenom et nom|prenoms et nom"
        "|prenoms nom"
        "|first and surname|first name and surname|first and last name|first name surname"
        "|forename and surname"
        "|forename surname|name and surname|surname and forename|surname and first name|surname forename"
        "|last name first name|first name last name|nom prenom s|nom et prenom s",
    ),
    (
        Heading("forename"),
        "prenom|prenoms|prenom s|first name|firstname|first names|forename|forenames|given name"
        "|given names|givenname"
        "|christian name|=first",
    ),
    (
        Heading("surname"),
        "surname|surnames|last name|lastname|family name|familyname|nom de famille|nom de naissance"
        "|nom d usage"
        "|nom patronymique|patronyme|nom marital|maiden name|=last|=family",
    ),
    (
        Heading("alias"),
        "alias|aliases|surnom|surnoms|nickname|nicknames|aka|a k a|known as|pseudonyme|sobriquet|=dit",
    ),
    (
        Heading("native_name"),
        "native name|native script|original script|own script|ecriture d origine|nom d origine"
        "|nom original|nom natif"
        "|nom en arabe|arabic name|name in arabic",
    ),
)
_FACTS: tuple[tuple[Heading, str], ...] = (
    (
        Heading("birth_date"),
        "date of birth|birth date|birthdate|dob|d o b|date de naissance|date naissance|ne le|nee le"
        "|ne e le|ddn|born on"
        "|year of birth|birth year|annee de naissance|birthday|=naissance|=born",
    ),
    (
        Heading("birth_place"),
        "place of birth|birth place|birthplace|lieu de naissance|lieu naissance|ville de naissance"
        "|commune de naissance"
        "|town of birth|city of birth|ne a|nee a|ne e a|born in|born at|=pob",
    ),
    (
        Heading("occupation"),
        "occupation|profession|metier|job|job title|emploi|activite professionnelle|=trade",
    ),
    (
        Heading("address"),
        "address|adresse|postcode|post code|postal code|code postal|zip|zip code|domicile|residence"
        "|street|rue|voie|=cp",
    ),
    (Heading("address", is_town=True), "=ville|=city|=town|=commune|=locality|=localite|=lieu de residence"),
    (Heading("nationality"), "nationality|nationalities|nationalite|nationalites|citizenship|citoyennete"),
    (
        Heading("reference"),
        "unique id|unique identifier|identifiant|identifiant unique|reference|references|ref"
        "|numero de dossier"
        "|n de dossier|n dossier|dossier|pv|proces verbal|record id|row id|record number|case number"
        "|case no|case id"
        "|file number|crime number|urn|=id|=uid|=uuid|=key|=numero|=n|=no|=number",
    ),
    (
        Heading("said_at"),
        "date et heure|date heure|date time|datetime|timestamp|horodatage|date des faits"
        "|date du fait|date of event"
        "|event date|date de l observation|date observation|observed at|observed on|observation date"
        "|date observed"
        "|seen on|seen at|date seen|said at|said on|reported on|reported at|report date"
        "|date of report|date reported"
        "|date du rapport|date du renseignement|date of information|date de constatation|=date|=when|=quand",
    ),
    (
        Heading("held_from"),
        "held from|valid from|active from|in use since|date de debut|date debut|debut de location"
        "|debut location"
        "|rental start|start date|hire start|hired from|rented from|detenu depuis|loue du|loue le"
        "|date d activation"
        "|mise en service|=from|=depuis|=du|=since|=debut|=start",
    ),
    (
        Heading("held_to"),
        "held to|held until|valid to|valid until|active until|date de fin|date fin|fin de location"
        "|fin location"
        "|rental end|end date|hire end|hired to|rented to|loue jusqu au|jusqu au|restitue le"
        "|date de retour|return date"
        "|=to|=au|=until|=fin|=end",
    ),
    (
        Heading("words"),
        "remarks|remark|remarques|notes|comments|comment|commentaire|commentaires|observations"
        "|narrative|free text"
        "|texte|texte libre|description|resume|summary|details|circumstances|circonstances"
        "|information|informations"
        "|renseignement|renseignements|recit|declaration|=note|=observation|=text|=words|=statement",
    ),
)
_IDENTIFIERS: tuple[tuple[IdentifierKind, str], ...] = (
    (
        "phone",
        "telephone|telephones|tel|phone|phones|telephone number|phone number|phone no|tel no"
        "|mobile|mobiles|mobile phone"
        "|portable|telephone portable|gsm|msisdn|cell|cellphone|cell phone|numero d appel"
        "|numero de telephone"
        "|n de telephone|ligne telephonique|landline|whatsapp|=tph|=fixe|=ligne",
    ),
    ("imei", "imei|imei number|numero imei"),
    (
        "plate",
        "immatriculation|immat|plaque|plaques|plate|plates|plate number|licence plate"
        "|license plate|number plate"
        "|registration|registration number|registration mark|reg no|vrm|vrn|plaque d immatriculation"
        "|numero d immatriculation|=reg|=registration",
    ),
    (
        "hull",
        "hull|hull number|hull id|hull identification number|hin|coque|numero de coque|n de coque"
        "|craft identification number|numero d identification de coque",
    ),
    (
        "engine_serial",
        "engine|engine serial|engine serial number|engine number|engine no|moteur|numero moteur"
        "|numero de moteur"
        "|n moteur|numero de serie moteur|numero de serie du moteur|serie moteur|outboard serial",
    ),
    (
        "jacket_lot",
        "gilet|gilets|lot de gilets|lot gilets|life jacket|life jackets|lifejacket|lifejackets"
        "|life jacket lot"
        "|jacket lot|numero de lot|lot number|=lot",
    ),
    ("iban", "iban|bank account|compte bancaire|numero de compte|account number|rib"),
    ("hawala_token", "hawala|hawala token|jeton|jeton de hawala|token|code hawala"),
    (
        "handle",
        "handle|handles|pseudo|username|user name|screen name|nom d utilisateur|nom de compte"
        "|telegram|facebook"
        "|instagram|snapchat|tiktok|social media|online account|compte en ligne|reseau social"
        "|reseaux sociaux",
    ),
    (
        "document",
        "passport|passport number|passport no|passeport|numero de passeport|n de passeport"
        "|carte d identite|cni"
        "|numero cni|id card|id number|national id|identity document|document number|document no"
        "|numero de document"
        "|numero document|piece d identite|numero de piece|driving licence|driver licence|driver license"
        "|permis de conduire|titre de sejour|residence permit|visa|visa number|=document|=permis",
    ),
    (
        "vessel_name",
        "vessel name|boat name|ship name|name of vessel|name of boat|name of the boat"
        "|name of the vessel|nom du bateau"
        "|nom du navire|nom de l embarcation|nom bateau|nom navire|=vessel|=boat|=bateau|=navire"
        "|=embarcation",
    ),
    ("mmsi", "mmsi|mmsi number|numero mmsi"),
    (
        "email",
        "email|e mail|mail|courriel|mel|email address|e mail address|adresse mail|adresse email"
        "|adresse e mail"
        "|adresse electronique|adresse courriel",
    ),
    (
        "banknote",
        "banknote|banknotes|bank note|banknote serial|billet de banque|numero de billet|=billet|=billets",
    ),
    ("pseudonym", "pseudonym|pseudonyme du dossier|code victime|numero anonyme"),
)
_LEFT_ASIDE: tuple[tuple[Text, str], ...] = (
    (
        Text(
            "C’est un rapprochement fait par d’autres ou par une machine, et non ce que dit la ligne.",
            "It is a grouping made by others or by a machine, and not what the row says.",
        ),
        "cluster|cluster id|group|groupe|match id|match score|resolved id|score|confidence|risk score",
    ),
    (
        Text(
            "Le sexe ne sert à reconnaître personne ici et n’a pas de champ.",
            "Sex serves to recognise nobody here and has no field.",
        ),
        "gender|sex|sexe|genre|civilite|salutation|=title|=titre",
    ),
    (
        Text(
            "Cette date ou cette adresse n’est pas celle que l’on compare.",
            "Not a date or an address that is compared.",
        ),
        "registration date|date of registration|date d immatriculation|adresse ip|ip address"
        "|expiry date|date of expiry"
        "|date d expiration|engine size|engine power",
    ),
)

PROTECTED = Text(
    "L’origine, les convictions et la santé ne sont ni reprises ni comparées.",
    "Origin, belief and health are neither taken over nor compared.",
)
_PROTECTED = (
    "ethnicity|ethnie|ethnic|ethnique|race|racial|religion|religious|religieux|religieuse|faith"
    "|belief|beliefs|croyance"
    "|croyances|confession|political|politique|trade union|syndicat|sexual orientation"
    "|orientation sexuelle|health|sante"
    "|handicap|disability|biometric|biometrique|skin|couleur de peau|tribe|tribu|caste"
    "|country of birth|birth country"
    "|pays de naissance|pays d origine|country of origin|=origine|=origin"
)
CATEGORY = Text(
    "La catégorie d’une personne est un acte d’officiers désignés ; aucun fichier ne l’apporte.",
    "A person’s category is an act of named officers; no file brings it along.",
)
# A heading with one of the first says a category whatever else it says; with one of the second ("nom du
# mis en cause") it may still head names or numbers, and these are taken without the category.
_CATEGORY = "category|categorie|categories|statut penal|person status|subject status"
_CATEGORY_OF_WHOM = (
    "suspect|suspects|suspecte|suspected|mis en cause|mise en cause|condamne|condamnee|convicted"
    "|offender|victim|victime"
    "|temoin|witness|qualification|=role|=statut|=status"
)
# What may stand in a column headed by a category word, since it says who and not what he is accused of.
WHO_USES: frozenset[ColumnUse] = frozenset(
    (
        "full_name",
        "forename",
        "surname",
        "alias",
        "native_name",
        "birth_date",
        "birth_place",
        "identifier",
        "address",
        "said_at",
        "held_from",
        "held_to",
    )
)

_SPLIT = re.compile(r"[\W_]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def fold_heading(column: str) -> str:
    """A heading without accents, case or punctuation: "N° de Téléphone", "n_de_telephone" are the same."""
    plain = unicodedata.normalize("NFKD", _CAMEL.sub(" ", column).replace("°", " ").replace("º", " "))
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return " ".join(_SPLIT.split(plain.casefold())).strip()


def read_heading(column: str) -> Heading | None:
    """What a heading says its column holds; None where it says nothing that is known here."""
    folded = fold_heading(column)
    if _has(_PROTECTED, folded):
        return Heading("ignore", ignored=PROTECTED)
    if _has(_CATEGORY, folded):
        return Heading("ignore", ignored=CATEGORY)
    best: Heading | None = None
    longest = (0, 0)
    for heading, phrases in _rules():
        found = _finds(phrases, folded)
        if found > longest:
            best, longest = heading, found
    if _has(_CATEGORY_OF_WHOM, folded) and (best is None or best.use not in WHO_USES):
        return Heading("ignore", ignored=CATEGORY)
    return best


def refusal(column: str, use: ColumnUse) -> Text | None:
    """Why a column may not be used so, even where an officer says so in a mapping; None where it may."""
    if use == "ignore":
        return None
    folded = fold_heading(column)
    if _has(_PROTECTED, folded):
        return PROTECTED
    if _has(_CATEGORY, folded):
        return CATEGORY
    if use not in WHO_USES and _has(_CATEGORY_OF_WHOM, folded):
        return CATEGORY
    return None


@lru_cache(maxsize=1)
def _rules() -> tuple[tuple[Heading, tuple[tuple[str, bool], ...]], ...]:
    identifiers = tuple((Heading("identifier", kind), phrases) for kind, phrases in _IDENTIFIERS)
    aside = tuple((Heading("ignore", ignored=reason), phrases) for reason, phrases in _LEFT_ASIDE)
    return tuple(
        (heading, _phrases(phrases)) for heading, phrases in (*_NAMES, *_FACTS, *identifiers, *aside)
    )


@lru_cache(maxsize=256)
def _phrases(written: str) -> tuple[tuple[str, bool], ...]:
    """Each phrase, and whether it has to be the whole heading."""
    return tuple((phrase.lstrip("="), phrase.startswith("=")) for phrase in written.split("|"))


def _has(written: str, folded: str) -> bool:
    return _finds(_phrases(written), folded) != (0, 0)


def _finds(phrases: tuple[tuple[str, bool], ...], folded: str) -> tuple[int, int]:
    """Words and letters of the longest phrase that stands in the heading; (0, 0) for none."""
    padded = f" {folded} "
    best = (0, 0)
    for phrase, is_whole in phrases:
        if phrase == folded or (not is_whole and f" {phrase} " in padded):
            best = max(best, (phrase.count(" ") + 1, len(phrase)))
    return best
