"""Whether people who were found are known to be those of a boat: by a number or a name that the boat itself gave.

A mark on a hull or a life-jacket is never looked at here: marks are cloned. A number or name counts only where a report
of this boat really gave it and no other boat's report did, for one that two boats gave tells neither from the other.
What was given by another boat alone says that these are other people.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from entente.evidence.names import tokens
from entente.maritime.phones import fold_number, is_end
from entente.maritime.values import SeaReport
from entente.model.sea_act import Identified

# Words by which programs and shared accounts go; an act on people's lives is a person's.
NOT_PERSONS = frozenset(
    (
        *("service", "account", "compte", "robot", "bot", "import", "importer", "feed", "flux", "matcher"),
        *("machine", "system", "systeme", "auto", "automatic", "automatique", "daemon", "script"),
        *("none", "unknown", "inconnu"),
    )
)


class Match(msgspec.Struct, frozen=True):
    """own: keys that this boat alone gave; shared: that another gave too; of_others: that only others gave."""

    own: frozenset[str] = frozenset()
    shared: frozenset[str] = frozenset()
    of_others: frozenset[str] = frozenset()

    @property
    def is_of_another(self) -> bool:
        """Whether it speaks for another boat's people and in nothing for this one's."""
        return bool(self.of_others) and not self.own and not self.shared


def keys_of(phones: Iterable[str], names: Iterable[str]) -> frozenset[str]:
    """Numbers and names as they are compared. The mere end of a number identifies nobody."""
    numbers = (fold_number(phone) for phone in phones)
    found = {f"phone:{number}" for number in numbers if number and not is_end(number)}
    words = (" ".join(sorted(tokens(name))) for name in names)
    return frozenset(found | {f"name:{word}" for word in words if word})


class WhoGave:
    """Which boat gave which number or name, over all reports of a picture."""

    def __init__(self, boats: Mapping[str, Sequence[SeaReport]]) -> None:
        self._gave: dict[str, set[str]] = {}
        self._keys: dict[str, frozenset[str]] = {}
        for boat, reports in boats.items():
            keys: set[str] = set()
            for report in reports:
                keys |= keys_of(report.seen.callers, report.seen.names)
            self._keys[boat] = frozenset(keys)
            for key in keys:
                self._gave.setdefault(key, set()).add(boat)

    def given_by(self, boat: str) -> frozenset[str]:
        """All that the reports of a boat gave."""
        return self._keys.get(boat, frozenset())

    def match(self, boat: str, identified: Identified) -> Match:
        """What is identified, held against what this boat and the others gave."""
        own, shared, of_others = set(), set(), set()
        for key in keys_of(identified.phones, identified.names):
            gave = self._gave.get(key, set())
            if gave == {boat}:
                own.add(key)
            elif boat in gave:
                shared.add(key)
            elif gave:
                of_others.add(key)
        return Match(own=frozenset(own), shared=frozenset(shared), of_others=frozenset(of_others))


def is_person(officer: str, service: str) -> bool:
    """Whether an officer is named, and not a service or its account. service: that which recorded the act."""
    name = officer.strip()
    if not any(letter.isalpha() for letter in name) or name.casefold() == service.strip().casefold():
        return False
    own = name.rpartition("/")[2]
    words = "".join(c if c.isalnum() else " " for c in own.casefold()).split()
    return bool(words) and not any(word in NOT_PERSONS for word in words)
