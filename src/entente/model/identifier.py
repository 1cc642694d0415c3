"""What points at a person or thing: a telephone, a plate, an engine, an account.

An identifier is what its writer wrote, bit for bit, with the country whose habits it was written in and the
time it was held; that is what gets signed. The form in which two are compared is worked out anew each time
(`canonical`) and never stored with it: when the reading of plates improves, old records are read better and
no signature breaks. An invalid identifier is kept, flagged, and compared like any other. How each kind is
read stands in `notation`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal, get_args

import msgspec

from entente.errors import Malformed, Text
from entente.model.moment import Period
from entente.model.notation import FAULT_WORDS, READERS, Canonical, fold_code, luhn_digit

__all__ = [
    "FAULT_WORDS",
    "IDENTIFIER_KINDS",
    "KIND_WORDS",
    "Canonical",
    "Identifier",
    "IdentifierKind",
    "canonical",
    "forget_canonical",
    "guess_kind",
    "read_identifier",
]

IdentifierKind = Literal[
    "phone",
    "imei",
    "plate",
    "hull",
    "engine_serial",
    "jacket_lot",
    "iban",
    "hawala_token",
    "handle",
    "document",
    "vessel_name",
    "mmsi",
    "address",
    "email",
    "banknote",
    "pseudonym",
]
IDENTIFIER_KINDS: tuple[IdentifierKind, ...] = get_args(IdentifierKind)

KIND_WORDS: dict[IdentifierKind, Text] = {
    "phone": Text("numéro de téléphone", "telephone number"),
    "imei": Text("IMEI du terminal", "IMEI of the handset"),
    "plate": Text("plaque d’immatriculation", "number plate"),
    "hull": Text("numéro d’identification de coque", "hull identification number"),
    "engine_serial": Text("numéro de série du moteur", "engine serial number"),
    "jacket_lot": Text("lot de gilets de sauvetage", "life-jacket lot"),
    "iban": Text("compte bancaire (IBAN)", "bank account (IBAN)"),
    "hawala_token": Text("jeton de hawala", "hawala token"),
    "handle": Text("nom de compte en ligne", "online handle"),
    "document": Text("numéro de document", "document number"),
    "vessel_name": Text("nom du bateau", "vessel name"),
    "mmsi": Text("MMSI", "MMSI"),
    "address": Text("adresse postale", "postal address"),
    "email": Text("adresse électronique", "e-mail address"),
    "banknote": Text("numéro de billet de banque", "banknote serial"),
    "pseudonym": Text("pseudonyme du dossier", "pseudonym of the file"),
}


class Identifier(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One identifier as it was written.

    region: the country (ISO 3166) whose habits it was written in; it decides what 06 or 07700 means.
    held: when the entity held it, where that is known. A recycled number has had several holders.
    """

    kind: IdentifierKind
    written: str
    region: str = "FR"
    held: Period | None = None


def read_identifier(kind: str, written: str, *, region: str = "FR", held: Period | None = None) -> Identifier:
    """Take an identifier as it was written, without the blanks around it.

    Raises Malformed when there is no such kind, nothing was written, or it is no text that can be stored. A
    number that is wrong is no reason: it is kept, and `canonical` flags it.
    """
    known: IdentifierKind | None = next((each for each in IDENTIFIER_KINDS if each == kind), None)
    if known is None:
        raise Malformed(
            "identifier_kind_unknown",
            Text(
                fr=f"Il n’existe pas d’identifiant de type « {kind} ».",
                en=f'There is no kind of identifier "{kind}".',
            ),
            Text(
                fr=f"Types connus : {', '.join(IDENTIFIER_KINDS)}.",
                en=f"Known kinds: {', '.join(IDENTIFIER_KINDS)}.",
            ),
        )
    kept = written.strip()
    if not kept:
        raise Malformed(
            "identifier_empty",
            Text(
                fr=f"Un identifiant est vide ({KIND_WORDS[known].fr}).",
                en=f"An identifier is empty ({KIND_WORDS[known].en}).",
            ),
            Text(
                fr="Le retirer, ou écrire ce qui a été lu, même en partie.",
                en="Leave it out, or write what was read of it, even in part.",
            ),
        )
    if any("\ud800" <= character <= "\udfff" for character in kept):
        raise Malformed(
            "identifier_not_text",
            Text(
                fr=f"Un identifiant n’est pas un texte lisible ({KIND_WORDS[known].fr}).",
                en=f"An identifier is not readable text ({KIND_WORDS[known].en}).",
            ),
            Text(fr="L’enregistrer en UTF-8 et recommencer.", en="Save it as UTF-8 and try again."),
        )
    return Identifier(kind=known, written=kept, region=region, held=held)


@lru_cache(maxsize=65_536)
def _canonical(kind: str, written: str, region: str) -> Canonical:
    return READERS[kind](written, region)


def canonical(identifier: Identifier) -> Canonical:
    """The form in which identifiers of its kind are compared, and what is odd about this one.

    Equal values of one kind mean the same identifier, valid or not; `?` is a character that was not seen.
    A telephone is in E.164, or, where it fits no number of its region, the figures as dialled.
    """
    return _canonical(identifier.kind, identifier.written, identifier.region)


def forget_canonical() -> None:
    """Drop every remembered reading. What was erased must not live on in the memory of a running node."""
    _canonical.cache_clear()


_TOKEN = re.compile(r"[A-Z]{1,3}\d{1,2}[\s/-]\d{3,}[\s/-][A-Z]{2,}", re.IGNORECASE)
_PSEUDONYM = re.compile(r"[A-Z]-\d{3,4}", re.IGNORECASE)
_LOT = re.compile(r"[A-Z]{3}[\s-]?L[\s-]?\d{3,}", re.IGNORECASE)


def guess_kind(written: str, region: str = "FR") -> list[IdentifierKind]:
    """What a searcher may mean by a text, most likely first; empty only for a text without letter or figure.

    A kind that the text fits without fault comes before one that it could be only in part or misread.
    """
    text, code = written.strip(), fold_code(written)
    if not code:
        return []
    if text.startswith("@") or "://" in text:
        return ["handle"]
    if "@" in text:
        return ["email", "handle"]
    digits = code.isdecimal()
    has_digit = any(character.isdecimal() for character in code)
    words = not has_digit and len(text.split()) > 1

    def fits(kind: IdentifierKind) -> bool:
        return _canonical(kind, text, region).is_valid

    phone = _canonical("phone", text, region)
    plate = _canonical("plate", text, region)
    rules: tuple[tuple[IdentifierKind, bool], ...] = (
        ("phone", text.startswith(("+", "00")) and phone.fault in (None, "number_not_assigned")),
        ("iban", fits("iban")),
        ("hull", fits("hull")),
        ("imei", digits and len(code) == 15 and code[14] in ("0", luhn_digit(code[:14]))),
        ("phone", digits and code.startswith("0") and phone.fault in (None, "number_not_assigned")),
        ("mmsi", digits and len(code) == 9),
        ("hawala_token", bool(_TOKEN.fullmatch(text))),
        ("pseudonym", bool(_PSEUDONYM.fullmatch(text))),
        ("jacket_lot", bool(_LOT.fullmatch(text))),
        ("plate", has_digit and not digits and plate.fault != "plate_shape" and 5 <= len(plate.value) <= 9),
        ("phone", digits and 7 <= len(code) <= 15),
        ("imei", digits and 14 <= len(code) <= 17),
        ("engine_serial", has_digit and len(code) >= 6),
        ("banknote", has_digit and len(code) >= 6),
        ("document", has_digit and len(code) >= 6),
        ("hull", has_digit and len(code) in (12, 14)),
        ("hawala_token", has_digit and not digits),
        ("jacket_lot", has_digit and not digits),
        ("plate", has_digit),
        ("vessel_name", words or not has_digit),
        ("handle", not words and not digits and " " not in text),
        ("address", len(text.split()) > 2),
        ("pseudonym", True),
    )
    return list(dict.fromkeys(kind for kind, applies in rules if applies))
