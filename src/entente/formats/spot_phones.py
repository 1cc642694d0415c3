"""Telephone numbers inside a text, and of which country each is.

Two numbers side by side stay two, because a number is taken from its 0 or + to the length that its country gives it.
A number of invented or unassigned range is a number all the same. Where it can be dialled in two countries, the
writer's own comes first, unless the way it is grouped or a word beside it ("numéro de Berlin") says otherwise; the
others are offered as alternatives.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from entente.formats.folded import Folded
from entente.formats.spotted import Labels, Reading, Spotted
from entente.model.identifier import Identifier, canonical

REGIONS = ("FR", "GB", "BE", "NL", "DE")
_RUN = re.compile(r"(?<![\w@#])(?<![a-z0-9][-_])[+(]{0,2}[0-9][0-9?()+ .\-/\n]*")
_GROUP = re.compile(r"[0-9?]+")
_APART = re.compile(r"[ .\-/()\n]{1,4}")
_GOES_ON = re.compile(r"[ .\-/]?[0-9]")
_HINTS = (
    ("DE", re.compile(r"\b(?:berlin|allemand|allemagne|german)")),
    ("GB", re.compile(r"\b(?:britanni|british|uk\b|anglais|angleterre|english|londres|london)")),
    ("BE", re.compile(r"\b(?:belge|belgi)")),
    ("NL", re.compile(r"\b(?:neerlandais|dutch|pays-bas|netherlands|hollandais)")),
    ("FR", re.compile(r"\b(?:francais|french|france\b)")),
)
# How the numbers of a country look when nothing needs to be asked.
_FIRM = {"FR": re.compile(r"0[1-9][0-9]{8}"), "GB": re.compile(r"0(?:7[0-9]{9}|[12][0-9]{9})")}
_IN_PAIRS = re.compile(r"0[1-9](?:[ .\-/\n][0-9]{2}){4}")
_IN_BRITISH_GROUPS = re.compile(
    r"0(?:7[0-9]{3}|1[0-9]{3}) ?[0-9]{6}|07[0-9]{3} [0-9]{3} ?[0-9]{3}|020 [0-9]{4} [0-9]{4}"
)
_MOST_FIGURES = 15
_POSSIBLE = (None, "number_not_assigned")


def spot_phones(folded: Folded, labels: Labels, region: str) -> Iterator[Spotted]:
    """Every telephone number, each with the readings it allows, likeliest first."""
    for run in _RUN.finditer(folded.plain):
        groups = [match.span() for match in _GROUP.finditer(folded.plain, run.start(), run.end())]
        at = 0
        while at < len(groups):
            found = _phone_from(folded, labels, region, groups, at)
            if found is None:
                at += 1
                continue
            spotted, taken = found
            yield spotted
            at += taken


def _phone_from(
    folded: Folded, labels: Labels, region: str, groups: list[tuple[int, int]], at: int
) -> tuple[Spotted, int] | None:
    """The number that starts with a group, and how many groups it takes; None where none does."""
    plain = folded.plain
    start = groups[at][0]
    before = plain[max(0, start - 2) : start]
    opened = before.endswith("(") and ")" in plain[start : start + 6]
    is_abroad = before.rstrip("(").endswith("+") or plain.startswith("00", start)
    if is_abroad and "+" in before:
        start = start - 2 if before == "+(" else start - 1
    elif opened:
        start -= 1
    is_national = plain[groups[at][0]] == "0"
    is_labelled = not (is_abroad or is_national) and labels.says("phone", start, 12)
    if not (is_abroad or is_national or is_labelled):
        return None
    if start and plain[start - 1].isalnum():
        return None
    ends = _ends(plain, groups, at)
    best: tuple[int, int, int, list[Reading]] | None = None
    for end, taken in ends:
        score, readings = _readings(folded, start, end, region, is_abroad)
        # Longest first: a shorter number must be the better one, as two French ones are better than one German.
        if readings and (best is None or score > best[0]):
            best = score, end, taken, readings
    if best is None:
        best = _odd_one(plain, start, ends, region, is_labelled or labels.says("phone", start, 12))
    if best is None:
        return None
    _, end, taken, readings = best
    return Spotted(start=start, end=end, rank="phone", readings=tuple(readings)), taken


def _odd_one(
    plain: str, start: int, ends: list[tuple[int, int]], region: str, is_labelled: bool
) -> tuple[int, int, int, list[Reading]] | None:
    """A number read in part, or one that the text calls a telephone although no country has such a one."""
    for end, taken in ends:
        if _is_partial(plain[start:end]) or (is_labelled and "?" not in plain[start:end]):
            return 0, end, taken, [Reading("phone", region)]
    return None


def _ends(plain: str, groups: list[tuple[int, int]], at: int) -> list[tuple[int, int]]:
    """Where a number that starts with a group may end, longest first, with the number of groups taken."""
    ends: list[tuple[int, int]] = []
    figures = 0
    for count, (start, end) in enumerate(groups[at : at + 9], start=1):
        if count > 1:
            gap = plain[groups[at + count - 2][1] : start]
            if not _APART.fullmatch(gap) or gap.count("\n") > 1:
                break
        figures += end - start
        if figures > _MOST_FIGURES + 2:
            break
        after = plain[end : end + 2]
        if figures >= 8 and not (after[:1].isalpha() or (after[:1] == "-" and after[1:].isalpha())):
            # "0639980417?" is a question as well as a gap.
            asked = len(plain[start:end]) - len(plain[start:end].rstrip("?"))
            if asked and not _GOES_ON.match(plain, end):
                ends.append((end - asked, count))
            ends.append((end, count))
    ends.reverse()
    return ends


def _figures(written: str) -> int:
    return sum(sign.isdigit() for sign in written)


def _is_partial(written: str) -> bool:
    """Ten places as in France, one to three of them not read, and one of those not at the end like a question mark."""
    marks = written.count("?")
    return 1 <= marks <= 3 and marks + _figures(written) == 10 and written.startswith("0")


def _readings(
    folded: Folded, start: int, end: int, region: str, is_abroad: bool
) -> tuple[int, list[Reading]]:
    """Of which countries a number can be, likeliest first, and how much speaks for the first."""
    written, plain = folded.words(start, end), folded.plain[start:end]
    if "?" in plain:
        return 0, []

    def fault(of: str) -> str | None:
        return canonical(Identifier(kind="phone", written=written, region=of)).fault

    if is_abroad:
        found = fault(region)
        return (2 if found is None else 1), [Reading("phone", region)] if found in _POSSIBLE else []
    figures = "".join(sign for sign in plain if sign.isdigit())
    is_firm = region in _FIRM and _FIRM[region].fullmatch(figures) is not None
    around = folded.plain[max(0, start - 24) : start] + " " + folded.plain[end : end + 28]
    scores: list[tuple[int, int, str]] = []
    for place, each in enumerate(dict.fromkeys((region, *REGIONS))):
        if is_firm and each != region:
            continue
        found = fault(each)
        if found not in _POSSIBLE:
            continue
        is_hinted = any(each == hinted and words.search(around) for hinted, words in _HINTS)
        is_grouped = (each == "FR" and _IN_PAIRS.fullmatch(plain) is not None) or (
            each == "GB" and _IN_BRITISH_GROUPS.fullmatch(plain) is not None
        )
        if each != region and found is not None and not (is_hinted or is_grouped):
            continue  # neither assigned there nor written as one does there
        score = 8 * is_hinted + 4 * is_grouped + 3 * (each == region) + 2 * (found is None) + 8 * is_firm
        scores.append((-score, place, each))
    scores.sort()
    return (-scores[0][0] if scores else 0), [Reading("phone", each) for _, _, each in scores[:3]]
