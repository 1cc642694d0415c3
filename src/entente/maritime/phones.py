"""What a telephone number says of a boat, and when it says little.

One boat carries many telephones, so that a different number says next to nothing. One number heard twice says much,
unless it belongs to somebody ashore who calls for several boats: such a hub shows itself by standing in reports that no
single boat could have made. Numbers are compared by their last nine figures, whatever the prefix of the country: which
country a number is of is neither read nor weighed (CAT-8).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence

COMPARED_FIGURES = 9
# Fewer figures than these are the end of a number ("…4821"), not a number.
WHOLE_FIGURES = 7
END_FIGURES = 4


def fold_number(written: str) -> str:
    """The figures by which a number is compared; "" where too few were written to mean anything."""
    figures = "".join(str(unicodedata.digit(c)) for c in written if unicodedata.digit(c, None) is not None)
    return figures[-COMPARED_FIGURES:] if len(figures) >= END_FIGURES else ""


def is_end(number: str) -> bool:
    """Whether only the end of the number is known."""
    return len(number) < WHOLE_FIGURES


def shared(one: frozenset[str], other: frozenset[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Numbers that two have in common: whole ones, and ends that fit a number of the other."""
    whole = tuple(sorted(number for number in one & other if not is_end(number)))
    ends = set()
    for left, right in ((one, other), (other, one)):
        for end in left:
            if is_end(end) and any(number.endswith(end) for number in right):
                ends.add(end[-END_FIGURES:])
    return whole, tuple(sorted(ends))


def hubs(holders: Mapping[str, Sequence[int]], conflict: Callable[[int, int], bool]) -> frozenset[str]:
    """Numbers that speak for several boats: those of relatives ashore, of charities, of a telephone handed round.

    holders: for each number the reports that bear it, in the order of the sea. conflict: whether no one boat could have
    made two reports. Reports are parted greedily in that order, so that any two machines part alike. One report that
    stands alone against the others is a wrong number or place; two that stand together, or two that stand alone, are
    further boats.
    """
    found = set()
    for number, reports in holders.items():
        boats: list[list[int]] = []
        for report in reports:
            home = next((boat for boat in boats if not any(conflict(each, report) for each in boat)), None)
            if home is None:
                boats.append([report])
            else:
                home.append(report)
        sizes = sorted((len(boat) for boat in boats), reverse=True)
        if len(sizes) > 2 or (len(sizes) == 2 and sizes[1] > 1):
            found.add(number)
    return frozenset(found)


def show_end(number: str) -> str:
    """The last four figures, as they are read back over the telephone."""
    return number[-END_FIGURES:]
