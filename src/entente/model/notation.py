"""How each kind of identifier is written, and the one form in which two of them are compared.

Every reader here takes what an officer wrote and returns a value to compare and, where something is odd,
one fault. A fault never empties the value: a clean-up that drops "invalid" numbers would erase most of a
case (numbers of networks that resell, cloned plates, misread serials). Two values are compared alike
whether or not they are valid. Nothing here repairs: that a B may be an 8 is for the cross-check to weigh,
as a ground with its price.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

import msgspec
import phonenumbers
from stdnum import iban as stdnum_iban

from entente.errors import Text

FAULT_WORDS: dict[str, Text] = {
    "nothing_readable": Text("aucun chiffre ni aucune lettre", "no letter and no figure in it"),
    "partial": Text("incomplet : des caractères manquent", "incomplete: some characters are missing"),
    "phone_letters": Text("des lettres dans un numéro de téléphone", "letters in a telephone number"),
    "phone_length": Text(
        "longueur impossible pour un numéro du pays supposé",
        "impossible length for a number of the assumed country",
    ),
    "phone_country_unknown": Text("indicatif ou pays inconnu", "unknown country or country code"),
    "number_not_assigned": Text("tranche de numéros non attribuée", "range of numbers not assigned"),
    "imei_length": Text("un IMEI a 14 à 17 chiffres", "an IMEI has 14 to 17 figures"),
    "imei_check_digit": Text("la clé de l’IMEI est fausse", "the check digit of the IMEI is wrong"),
    "plate_shape": Text("aucune forme de plaque connue", "no known shape of number plate"),
    "plate_letters_never_issued": Text(
        "lettres jamais attribuées sur une plaque (I, O, U, SS)",
        "letters never issued on a plate (I, O, U, SS)",
    ),
    "hull_shape": Text(
        "n’a pas la forme d’un numéro de coque (ISO 10087)", "not the shape of a hull number (ISO 10087)"
    ),
    "hull_letters": Text(
        "lettre I, O ou Q dans le numéro de série de la coque",
        "letter I, O or Q in the serial part of the hull number",
    ),
    "iban_shape": Text("n’a pas la forme d’un IBAN de ce pays", "not the shape of an IBAN of that country"),
    "iban_check_digits": Text("la clé de l’IBAN est fausse", "the check digits of the IBAN are wrong"),
    "mmsi_length": Text("un MMSI a neuf chiffres", "an MMSI has nine figures"),
    "handle_shape": Text("un nom de compte n’a pas de blanc", "an account name has no blank in it"),
    "email_shape": Text("n’a pas la forme d’une adresse électronique", "not the shape of an e-mail address"),
}


class Canonical(msgspec.Struct, frozen=True):
    """The form in which identifiers of one kind are compared, and what is odd about it.

    value: empty only where nothing at all could be read. fault: a key of `FAULT_WORDS`, or None.
    """

    value: str
    fault: str | None = None

    @property
    def is_valid(self) -> bool:
        """Whether nothing is odd. Information for the reader; comparing never asks it."""
        return self.fault is None


# What stands for a character that the writer could not read. "…" and "*" may stand for several.
_UNKNOWN = {"?": "?", "¿": "?", "�": "?", "*": "*", "…": "…"}
_DOTS = re.compile(r"\.{3,}")


def _characters(text: str) -> str:
    """Compatibility forms and accents folded, upper case: what the loops below look at one by one."""
    if text.isascii():
        return text.upper()
    # Upper first: it may bring accents of its own, and then a second folding would not be the same as
    # the first.
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).upper())
    return unicodedata.normalize("NFC", "".join(c for c in folded if not unicodedata.combining(c)))


def _figure(character: str) -> str:
    return str(unicodedata.decimal(character, character))


def fold_code(text: str) -> str:
    """Letters and figures only, upper case, without accents; figures of every script as 0-9."""
    folded = _characters(text)
    if folded.isascii():
        return "".join(filter(str.isalnum, folded))
    return "".join(_figure(c) for c in folded if c.isalnum())


def fold_words(text: str) -> str:
    """Words in lower case without accents or punctuation, single blanks; every script keeps its letters."""
    folded = _characters(text.casefold()).casefold()
    kept = (
        _figure(c) if c.isalnum() else c if unicodedata.category(c)[0] == "M" else " "
        for c in folded
        if unicodedata.category(c) != "Cf"
    )
    return " ".join("".join(kept).split())


def _fold_with_gaps(text: str) -> str:
    """As `fold_code`, keeping the marks ? * … where a character could not be read."""
    # Three dots become one mark before NFKC would take the mark apart again.
    marked = _DOTS.sub("…", text)
    pieces = re.split(r"([?¿�*…])", marked)
    return "".join(_UNKNOWN[piece] if piece in _UNKNOWN else fold_code(piece) for piece in pieces)


def _gaps_as_questions(text: str) -> str:
    return _fold_with_gaps(text).replace("…", "?").replace("*", "?")


def _fault_of(value: str) -> str | None:
    """The fault that any kind can have."""
    if not value.strip("?"):
        return "nothing_readable"
    return "partial" if "?" in value else None


def _code(written: str, region: str) -> Canonical:
    value = _gaps_as_questions(written)
    fault = _fault_of(value)
    return Canonical("" if fault == "nothing_readable" else value, fault)


def _words(written: str, region: str) -> Canonical:
    value = fold_words(written)
    return Canonical(value, None if value else "nothing_readable")


_PHONE_LABEL = re.compile(
    r"(?:\W*(?:t[eé]l[eé]phone|t[eé]l|phone|mobile|mob|portable|port|gsm|whatsapp|no|nr)\b|\W*n°)[\s.:°]*(?=[+(\d])",
    re.IGNORECASE,
)
# The extension rings within one house; the line is the same.
_PHONE_EXTENSION = re.compile(
    r"(?<=\d)\s*(?:;ext=|,?\s*(?:extension|ext|poste)[.:\s]*)\d{1,7}\s*", re.IGNORECASE
)


def _phone(written: str, region: str) -> Canonical:
    text = unicodedata.normalize("NFKC", written) if not written.isascii() else written
    if not text.strip("+0123456789 .-()/"):
        code = "".join(filter(str.isdigit, text))
    else:
        label = _PHONE_LABEL.match(text)
        text = text[label.end() :] if label else text
        extension = re.search(_PHONE_EXTENSION.pattern + r"\Z", text, re.IGNORECASE)
        text = text[: extension.start()] if extension else text
        code = _gaps_as_questions(text)
    fault = _fault_of(code)
    if fault == "nothing_readable":
        return Canonical("", fault)
    if fault:
        return Canonical(code, fault)
    if not code.isdecimal():
        return Canonical(code, "phone_letters")
    start = text.find("+")
    abroad = start >= 0 and not any(c.isdecimal() for c in text[:start])
    if code.startswith("00"):
        abroad, code = True, code.lstrip("0")
    if not code:
        return Canonical("00", "phone_length")
    return _dialled("+" + code if abroad else code, region)


def _dialled(number: str, region: str) -> Canonical:
    """E.164 of figures as one dials them. What fits no number of the region is kept as it was dialled."""
    try:
        parsed = phonenumbers.parse(number, None if number.startswith("+") else region)
    except phonenumbers.NumberParseException as error:
        unknown = error.error_type == phonenumbers.NumberParseException.INVALID_COUNTRY_CODE
        return Canonical(number, "phone_country_unknown" if unknown else "phone_length")
    # A length that is only possible within one town is not a number that the other shore could compare.
    if phonenumbers.is_possible_number_with_reason(parsed) != phonenumbers.ValidationResult.IS_POSSIBLE:
        return Canonical(number, "phone_length")
    value: str = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    return Canonical(value, None if phonenumbers.is_valid_number(parsed) else "number_not_assigned")


def _without_label(written: str, *labels: str) -> str:
    """What follows "IMEI:" and the like; a label alone is all that was written, and stays."""
    label = re.match(rf"\s*(?:{'|'.join(labels)})\b[\s.:°#]*(?=[^\W_])", written, flags=re.IGNORECASE)
    return written[label.end() :] if label else written


def luhn_digit(digits: str) -> str:
    """The check digit that belongs after these figures (ISO/IEC 7812-1, annex B)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        number = int(digit) * (1 if place % 2 else 2)
        total += number - 9 if number > 9 else number
    return str(-total % 10)


def _imei(written: str, region: str) -> Canonical:
    code = _gaps_as_questions(_without_label(written, "imei", "imeisv"))
    fault = _fault_of(code)
    if fault == "nothing_readable":
        return Canonical("", fault)
    if not 14 <= len(code) <= 17 or not code.replace("?", "0").isdecimal():
        return Canonical(code, fault or "imei_length")
    # 14 figures name the handset. The 15th is a check digit by hand and 0 on the network; the 16-figure form
    # puts two figures of software version there, the 17-figure form both.
    if fault is None and len(code) in (15, 17) and code[14] not in ("0", luhn_digit(code[:14])):
        fault = "imei_check_digit"
    return Canonical(code[:14], fault)


_SIV = re.compile(r"[A-Z?]{2}[0-9?]{3}[A-Z?]{2}")
_GB_NOW = re.compile(r"[A-Z?]{2}[0-9?]{2}[A-Z?]{3}")
_PLATES = re.compile(
    "|".join(
        (
            r"[0-9?]{1,4}[A-Z?]{1,3}(?:[0-9?]{2}|2[AB]|9[78][0-9?])",  # France until 2009
            r"[A-Z?][0-9?]{1,3}[A-Z?]{3}|[A-Z?]{3}[0-9?]{1,3}[A-Z?]",  # Great Britain with a year letter
            r"[A-Z?]{1,3}[0-9?]{1,4}|[0-9?]{1,4}[A-Z?]{1,3}",  # Great Britain without, Northern Ireland
            r"[A-Z?]{2,5}[0-9?]{1,4}[EH]?",  # Germany
            r"(?=.*[0-9])(?=.*[A-Z])[A-Z0-9?]{6}",  # the Netherlands
            r"[0-9?][A-Z?]{3}[0-9?]{3}",  # Belgium
        )
    )
)


def _plate(written: str, region: str) -> Canonical:
    marked = _fold_with_gaps(written)
    value = marked.replace("…", "?").replace("*", "?")
    fixed = (_GB_NOW, _SIV) if region == "GB" else (_SIV, _GB_NOW)
    open_ends = [mark for mark in marked if mark in "…*"]
    if len(open_ends) == 1 and not any(shape.fullmatch(value) for shape in fixed):
        # "FO-417-…" says that the rest was not seen. Where a shape of fixed length fits, its length is known.
        stretched = marked.replace(open_ends[0], "?" * max(1, 8 - len(marked)))
        if any(shape.fullmatch(stretched) for shape in fixed):
            value = stretched
    fault = _fault_of(value)
    if fault == "nothing_readable":
        return Canonical("", fault)
    if fault is None and _SIV.fullmatch(value):
        letters = value[:2] + " " + value[5:]
        fault = "plate_letters_never_issued" if set("IOU") & set(letters) or "SS" in letters else None
    elif fault is None and not (_GB_NOW.fullmatch(value) or _PLATES.fullmatch(value)):
        fault = "plate_shape"
    return Canonical(value, fault)


# Country, maker, serial, month, year, model year; American hulls lack the country.
_HULL = re.compile(r"(?:[A-Z]{2})?[A-Z0-9]{3}[A-Z0-9]{5}[A-L][0-9][0-9]{2}")


def _hull(written: str, region: str) -> Canonical:
    value = _gaps_as_questions(_without_label(written, "cin", "hin", "win"))
    fault = _fault_of(value)
    if fault == "nothing_readable":
        return Canonical("", fault)
    if fault is None and not _HULL.fullmatch(value):
        fault = "hull_shape"
    elif fault is None and set("IOQ") & set(value[-9:-4]):
        fault = "hull_letters"
    return Canonical(value, fault)


_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")


def _iban(written: str, region: str) -> Canonical:
    value = _gaps_as_questions(_without_label(written, "iban"))
    fault = _fault_of(value)
    if fault == "nothing_readable":
        return Canonical("", fault)
    if fault is None and not _IBAN.fullmatch(value):
        fault = "iban_shape"
    elif fault is None and not stdnum_iban.is_valid(value):
        rest = int("".join(str(int(c, 36)) for c in value[4:] + value[:4])) % 97
        fault = "iban_shape" if rest == 1 else "iban_check_digits"
    return Canonical(value, fault)


def _mmsi(written: str, region: str) -> Canonical:
    value = _gaps_as_questions(_without_label(written, "mmsi"))
    fault = _fault_of(value)
    if fault == "nothing_readable":
        return Canonical("", fault)
    if fault is None and not (len(value) == 9 and value.isdecimal()):
        fault = "mmsi_length"
    return Canonical(value, fault)


def _on_screen(text: str) -> str:
    """Small letters in compatibility form, without the marks of writing direction that copying brings."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return unicodedata.normalize("NFKC", "".join(c for c in folded if unicodedata.category(c) != "Cf"))


# An address of an account page: host, one path segment, nothing after it.
_PROFILE = re.compile(r"(?:https?://)?(?:[\w-]+\.)+[a-z]{2,}/@?([^/?#\s]+)/?", re.IGNORECASE)


def _handle(written: str, region: str) -> Canonical:
    text = _on_screen(written).strip()
    profile = _PROFILE.fullmatch(text)
    name = " ".join((profile[1] if profile else text).lstrip("@ ").split())
    if not any(c.isalnum() for c in name):
        return Canonical("", "nothing_readable")
    return Canonical(name, "handle_shape" if " " in name else None)


_EMAIL = re.compile(r"[^\s@<>()]+@(?:[^\s@<>().]+\.)+[^\s@<>().]{2,}")


def _email(written: str, region: str) -> Canonical:
    value = _on_screen("".join(_on_screen(written).split())).removeprefix("mailto:").strip("<>")
    if not any(c.isalnum() for c in value):
        return Canonical("", "nothing_readable")
    return Canonical(value, None if _EMAIL.fullmatch(value) else "email_shape")


READERS: dict[str, Callable[[str, str], Canonical]] = {
    "phone": _phone,
    "imei": _imei,
    "plate": _plate,
    "hull": _hull,
    "engine_serial": _code,
    "jacket_lot": _code,
    "iban": _iban,
    "hawala_token": _code,
    "handle": _handle,
    "document": _code,
    "vessel_name": _words,
    "mmsi": _mmsi,
    "address": _words,
    "email": _email,
    "banknote": _code,
    "pseudonym": _code,
}
