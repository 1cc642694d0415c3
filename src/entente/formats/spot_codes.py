"""Numbers of things inside a text: accounts, handsets, plates, hulls, engines, lots, tokens, documents, handles, ships.

Some prove themselves (an IBAN by its figures, a hull number by its shape); the rest are believed because of a word
before them: a code after "moteur" is an engine's, the same code after "jeton" a token. A number after "dossier",
"cote" or "facture", and a record's own reference, is nobody's identifier and is taken for nothing, which keeps it from
becoming a telephone. What was badly read ("FO-4?7-IU") is proposed as it stands.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator

from entente.formats.folded import Folded
from entente.formats.spotted import Labels, Reading, Spotted
from entente.model.identifier import Identifier, IdentifierKind, canonical
from entente.model.notation import luhn_digit

_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,5}")
_HANDLE = re.compile(r"(?<![\w@.+-])@[^\W_][\w.\-]{1,40}|(?<![\w@.+-])@_[\w.\-]{1,40}")
_PROFILE = re.compile(
    r"(?<!\w)(?:https?://)?(?:www\.)?(?:t\.me|telegram\.me|facebook\.com|instagram\.com|tiktok\.com|x\.com|twitter\.com)"
    r"/@?[\w.\-]{2,40}"
)
# Figures and letters that each country's IBAN has, for the countries that our files name.
_IBAN_LENGTHS = {
    key: int(length)
    for length, keys in {
        "15": "no",
        "16": "be",
        "18": "dk fi nl",
        "20": "at ee lt lu xk",
        "21": "ch hr li lv",
        "22": "bg de gb ge ie me rs",
        "23": "ae gi il iq",
        "24": "cz es md pk ro sa se sk tn",
        "25": "pt",
        "26": "tr",
        "27": "fr gr it mc sm",
        "28": "al az cy hu lb pl",
        "29": "ua",
        "31": "mt",
    }.items()
    for key in keys.split()
}
_IBAN_HEAD = re.compile(r"(?<![a-z0-9])([a-z]{2})[0-9?]{2}(?=[ .\-]?[a-z0-9?])")
_IMEI = re.compile(
    r"(?<![\w+-])[0-9?]{2}[ -]?[0-9?]{6}[ -]?[0-9?]{6}(?:[ -]?[0-9?]{1,3})?(?![\w?])|(?<![\w+-])[0-9]{14,17}(?!\w)"
)
_CODE = re.compile(r"(?<![\w@?-])[a-z0-9?]+(?:[-/._][a-z0-9?]+)*")
_SPACED_ENGINE = re.compile(r"(?<![\w-])[a-z]{1,4}[0-9]{0,3}[ -]{1,2}[a-z]?[0-9]{5,}(?!\w)")
_LOT = re.compile(r"(?<![\w-])[a-z]{3}[ -]?l[ -]?[0-9]{3,}(?![\w-])")
_TOKEN = re.compile(r"(?<![\w-])[a-z]{1,3}[0-9]{1,2}([ /-])[0-9]{3,}\1[a-z]{2,}(?![\w-])")
_PSEUDONYM = re.compile(r"(?<![\w-])[a-z]-[0-9]{3,4}(?![\w-])")
_PERSON = re.compile(
    r"\b(?:victim|mineur|enfant|temoin|rescape|survivor|child|minor|witness|source|pseudonym)"
)
_REFERENCE = re.compile(r"(?<![\w-])[a-z]{2}-[a-z]{2,6}-[0-9]{1,5}(?:/[a-z][0-9]{1,2})?(?![\w-])")
_FILED = re.compile(r"(?<![\w-])(?=[a-z0-9/.-]*[0-9])[a-z0-9]+(?:[-/.][a-z0-9]+)*")
_SIV = re.compile(r"(?<![\w?-])[a-z?]{2}[- .]?[0-9?]{3}[- .]?(?:[a-z?]{2}(?![\w?]|-\w)|…|\.{3}|\*)")
_GB_PLATE = re.compile(r"(?<![\w?-])[a-z?]{2}[0-9?]{2} ?[a-z?]{3}(?![\w?]|-\w)")
_OTHER_PLATE = re.compile(r"(?<![\w?-])(?=([a-z0-9?]{1,4}(?:[- ][a-z0-9?]{1,4}){0,2})(?![\w?]|-\w))")
# Small words and units that stand around a figure in a text all in capitals: "À 250 KM", "DE 417 EU".
_SMALL_WORDS = frozenset(
    re.findall(r"\w+", "de du le la et au en of to at in on by is ou a un km nm kg cv kn pm am eu ch hp")
)
_UNITS = re.compile(
    r"[0-9.]+(?:kg|cv|hp|km|nm|ch|kn|kw|min|mn|eur|gbp|pax|st|nd|rd|th|er|eme|h[0-9]*|m[0-9]?|l|g)"
)
_SHIP = re.compile(
    r"(?<!\w)(?:(?:chalutiers?|voilier|ferry|cargo|vedette|remorqueur|patrouilleur|canot|vraquier|petrolier|navires?"
    r"|vessels?|ships?|trawlers?|yacht|tanker|cutter|lifeboat|tug|mv|bateau|boat|coaster)"
    r"(?: (?:de (?:peche|plaisance|sauvetage|surveillance)|nomme|dit|named|called|baptise)){0,2}) ?"
)
_QUOTED = re.compile(r"[«\"“]\s*([^«»\"“”\n]{2,40}?)\s*[»\"”]")
_CAPITALS = re.compile(r"[^\W\d_]{2,}(?:[ '’-][^\W\d_]{2,}){0,3}")


def _valid(kind: IdentifierKind, written: str, region: str) -> bool:
    return canonical(Identifier(kind=kind, written=written, region=region)).is_valid


def _one(
    kind: IdentifierKind, start: int, end: int, rank: str, region: str, *others: IdentifierKind
) -> Spotted:
    readings = tuple(Reading(each, region) for each in (kind, *others))
    return Spotted(start=start, end=end, rank=rank, readings=readings)


def spot_codes(folded: Folded, labels: Labels, region: str) -> Iterator[Spotted]:
    """Everything of this file's kinds; of one stretch perhaps several, for `settle` to choose."""
    for spotter in (
        _addresses,
        _accounts,
        _handsets,
        _shaped,
        _references,
        _plates,
        _other_plates,
        _labelled,
        _ships,
    ):
        yield from spotter(folded, labels, region)


def _addresses(folded: Folded, labels: Labels, region: str) -> Iterator[Spotted]:
    for match in _EMAIL.finditer(folded.plain):
        yield _one("email", *match.span(), "address", region)
    for pattern in (_HANDLE, _PROFILE):
        for match in pattern.finditer(folded.plain):
            end = match.start() + len(match[0].rstrip(".-"))
            if end - match.start() >= 3:
                yield _one("handle", match.start(), end, "address", region)


def _accounts(folded: Folded, labels: Labels, region: str) -> Iterator[Spotted]:
    plain = folded.plain
    for head in _IBAN_HEAD.finditer(plain):
        length = _IBAN_LENGTHS.get(head[1])
        if length is None:
            continue
        end, left, gap = head.end(), length - 4, 0
        while left and end < len(plain) and gap <= 2:
            sign = plain[end]
            if (sign.isascii() and sign.isalnum()) or sign == "?":
                left, gap = left - 1, 0
            elif sign in " .-\n":
                gap += 1
            else:
                break
            end += 1
        if left or plain[end : end + 1].isalnum():
            continue
        written = folded.words(head.start(), end)
        figures = sum(sign.isdigit() for sign in written)
        if _valid("iban", written, region) or figures >= length // 2:
            yield _one("iban", head.start(), end, "account", region)


def _handsets(folded: Folded, labels: Labels, region: str) -> Iterator[Spotted]:
    for match in _IMEI.finditer(folded.plain):
        code = "".join(sign for sign in match[0] if sign.isalnum() or sign == "?")
        near = labels.before(match.start())
        if near and near[0][0] == "imsi" and near[0][1] <= 12:
            yield Spotted(start=match.start(), end=match.end(), rank="nothing")
        elif any(kind == "imei" and distance <= 30 for kind, distance in near):
            yield _one("imei", *match.span(), "proven", region)
        elif (
            len(code) == 15 and code.isdecimal() and code[14] == luhn_digit(code[:14]) and len(set(code)) > 3
        ):
            yield _one("imei", *match.span(), "shape", region)


def _shaped(folded: Folded, labels: Labels, region: str) -> Iterator[Spotted]:
    """What its shape alone tells: hulls, lots, tokens, pseudonyms."""
    plain = folded.plain
    for match in _CODE.finditer(plain):
        code = "".join(filter(str.isalnum, match[0]))
        if len(code) == 14 and code[:2].isalpha() and _valid("hull", match[0], region):
            yield _one("hull", *match.span(), "shape", region)
    for match in _LOT.finditer(plain):
        if labels.says("jacket_lot", match.start(), 60) or folded.words(*match.span()).isupper():
            yield _one("jacket_lot", *match.span(), "shape", region)
    for match in _TOKEN.finditer(plain):
        if match[1] != " " or labels.says("hawala_token", match.start(), 60):
            yield _one("hawala_token", *match.span(), "shape", region)
    for match in _PSEUDONYM.finditer(plain):
        near = labels.before(match.start())
        is_filed = any(kind == "reference" and distance <= 12 for kind, distance in near)
        around = plain[max(0, match.start() - 40) : match.start()]
        if not is_filed and (match[0][0] == "v" or _PERSON.search(around)):
            yield _one("pseudonym", *match.span(), "shape", region)


def _references(folded: Folded, labels: Labels, region: str) -> Iterator[Spotted]:
    """Numbers of files and records: taken for nothing."""
    for match in _REFERENCE.finditer(folded.plain):
        yield Spotted(start=match.start(), end=match.end(), rank="nothing")
    for match in _FILED.finditer(folded.plain):
        near = labels.before(match.start())
        if (
            near
            and near[0][0] == "reference"
            and re.fullmatch(
                r"[ .:n°o#-]{0,8}|[ .:]{0,3}(?:numero|number|no)[ .:]{1,3}",
                folded.plain[match.start() - near[0][1] : match.start()],
            )
        ):
            yield Spotted(start=match.start(), end=match.end(), rank="nothing")


def _plates(folded: Folded, labels: Labels, region: str) -> Iterator[Spotted]:
    for pattern, where in ((_SIV, "FR"), (_GB_PLATE, "GB")):
        for match in pattern.finditer(folded.plain):
            pieces = re.split(r"[- .]+", match[0])
            if sum(sign.isalnum() for sign in match[0]) < 4 or not any(sign.isdigit() for sign in match[0]):
                continue
            if pieces[0] in _SMALL_WORDS and pieces[-1] in _SMALL_WORDS:
                continue
            is_labelled = labels.says("plate", match.start(), 60)
            if not is_labelled and (
                not folded.words(*match.span()).isupper()
                or pieces[0] in _SMALL_WORDS
                or pieces[-1] in _SMALL_WORDS
            ):
                continue
            # A plate that was read in part can be the other country's too: the writer's own is asked first.
            yield _one("plate", *match.span(), "plate", region if "?" in match[0] else where)


def _other_plates(folded: Folded, labels: Labels, region: str) -> Iterator[Spotted]:
    """Every other shape, where the text speaks of a plate or a vehicle just before it."""
    for match in _OTHER_PLATE.finditer(folded.plain):
        start, end = match.span(1)
        code = "".join(filter(str.isalnum, match[1]))
        if not 5 <= len(code) <= 8 or code.isalpha() or code.isdecimal() or _UNITS.fullmatch(match[1]):
            continue
        if not labels.says("plate", start, 40) or not folded.words(start, end).isupper():
            continue
        if any(piece in _SMALL_WORDS for piece in re.split(r"[ -]", match[1]) if len(piece) > 1):
            continue
        fault = canonical(Identifier(kind="plate", written=match[1], region=region)).fault
        if fault not in ("plate_shape", "nothing_readable"):
            yield _one("plate", start, end, "plate", region)


def _labelled(folded: Folded, labels: Labels, region: str) -> Iterator[Spotted]:
    """Codes that only the words before them explain; the nearest word that the code fits decides."""
    plain = folded.plain
    for match in _SPACED_ENGINE.finditer(plain):
        if labels.says("engine_serial", match.start(), 40) and re.match(r"[a-z]+[0-9 -]", match[0]):
            word = re.match(r"[a-z]+", match[0])
            if word and word[0] not in _SMALL_WORDS and folded.words(*match.span()).isupper():
                yield _one("engine_serial", *match.span(), "labelled", region)
    for match in _CODE.finditer(plain):
        written = match[0].rstrip("?._-/")
        code = "".join(filter(str.isalnum, written))
        figures = sum(sign.isdigit() for sign in code)
        if figures < 3 or len(code) < 4 or _UNITS.fullmatch(written):
            continue
        start, end = match.start(), match.start() + len(written)
        near = labels.before(start)
        kind = next((kind for kind, distance in near if _fits(kind, code, figures, distance, near)), None)
        if kind is not None:
            yield _one(_KINDS[kind], start, end, "labelled", region)
        elif (
            figures >= 6
            and code[0].isalpha()
            and 8 <= len(code) <= 20
            and folded.words(start, end).isupper()
            and "/" not in written
            and "." not in written
        ):
            yield _one("engine_serial", start, end, "labelled", region, "document", "banknote")


_KINDS: dict[str, IdentifierKind] = {
    "engine_serial": "engine_serial",
    "serial": "engine_serial",
    "hull": "hull",
    "jacket_lot": "jacket_lot",
    "hawala_token": "hawala_token",
    "document": "document",
    "banknote": "banknote",
    "mmsi": "mmsi",
}


def _fits(kind: str, code: str, figures: int, distance: int, near: list[tuple[str, int]]) -> bool:
    """Whether a code can be what a word so far before it announces."""
    is_mixed = not code.isdecimal()
    if kind == "engine_serial":
        is_serial = any(each == "serial" and far <= 25 for each, far in near)
        return figures >= 4 and len(code) >= 6 and (is_mixed or is_serial) and len(code) <= 20
    if kind == "serial":
        other = any(
            each in ("hull", "banknote", "document", "jacket_lot") and far <= 30 for each, far in near
        )
        return distance <= 20 and not other and figures >= 4 and len(code) >= 5
    if kind == "hull":
        return distance <= 30 and 10 <= len(code) <= 16 and figures >= 4 and is_mixed
    if kind == "jacket_lot":
        return distance <= (40 if is_mixed else 10) and figures >= 3
    if kind == "hawala_token":
        return distance <= 30 and is_mixed
    if kind == "document":
        return distance <= 40 and figures >= 4 and 6 <= len(code) <= 14
    if kind == "banknote":
        return figures >= 5 and 6 <= len(code) <= 14
    return kind == "mmsi" and distance <= 25 and code.isdecimal() and len(code) == 9


def _ships(folded: Folded, labels: Labels, region: str) -> Iterator[Spotted]:
    """A name in quotation marks, or in capitals of its own, straight after the word for a ship."""
    written = folded.written
    for match in _SHIP.finditer(folded.plain):
        if match.end() >= len(folded.plain):
            continue
        at = folded.places[match.end()]
        name = _QUOTED.match(written, at)
        span = name.span(1) if name else None
        if span is None:
            capitals = _CAPITALS.match(written, at)
            if capitals is None or not match[0].endswith(" "):
                continue
            words: list[str] = []
            for word in re.split(r"(?<=[ '’-])", capitals[0]):
                if not (word.strip(" '’-").isupper() and len(word.strip(" '’-")) >= 2):
                    break
                words.append(word)
            length = len("".join(words).rstrip(" '’-"))
            # A text all in capitals says nothing by its capitals.
            if length < 4 or folded.written[:at].isupper():
                continue
            span = at, at + length
        start, end = _plain_span(folded, *span)
        if end > start:
            yield _one("vessel_name", start, end, "name", region)


def _plain_span(folded: Folded, start: int, end: int) -> tuple[int, int]:
    """The stretch of the plain text that stands for a stretch of the text as written."""
    return bisect_left(folded.places, start), bisect_left(folded.places, end)
