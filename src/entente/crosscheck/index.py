"""Which entities that are held may be the one just said.

Held in memory and computed from the ledger, so it can be thrown away. Keys are kept only as digests under
the index's own secret key: nobody who finds them can try telephone numbers against them. Work for one
entity is bounded: a key that too many carry proposes nobody, but is shown as a hub. Exempt entities never
enter (CAT-6), and two entities of one record are never met: its writer told them apart. Two records
arriving in either order meet the same way.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from hashlib import blake2b

import msgspec

from entente.evidence.compare import compare
from entente.evidence.features import Features
from entente.evidence.keys import is_strong, keys
from entente.evidence.names import forget
from entente.evidence.weigh import Frequencies, GroundFound, Weights, pinned_weights, weigh
from entente.model.identifier import forget_canonical
from entente.model.report import RecordRef

# A key carried by more proposes nobody: what so many share says too little to compare them all.
STRONG_KEY_LIMIT = 200
SOFT_KEY_LIMIT = 400
# How many are compared with one entity beyond those that share an identifier, the likeliest first.
SOFT_CANDIDATES = 72
KEY_BYTES_LEAST = 16


class HitFound(msgspec.Struct, frozen=True):
    """Another entity that may be the same, and why. bits: the sum of the grounds'."""

    other: Features
    bits: float
    grounds: tuple[GroundFound, ...]


class Hub(msgspec.Struct, frozen=True):
    """A value that so many carry that it links nobody by itself."""

    kind: str
    value: str
    holders: int


class Checked(msgspec.Struct, frozen=True):
    """One match run. compared: with how many (the register says it); hubs: what was too common to ask."""

    hits: tuple[HitFound, ...]
    compared: int
    hubs: tuple[Hub, ...]


class Index:
    """All entities that may be met, by digested key. Not safe to call from two threads at once."""

    def __init__(self, key: bytes, weights: Weights | None = None) -> None:
        if len(key) < KEY_BYTES_LEAST:
            raise ValueError(f"the key of an index has at least {KEY_BYTES_LEAST} bytes")
        self._key = key[:64]
        self.weights = weights or pinned_weights()
        self.frequencies = Frequencies(self.weights)
        # digest -> the numbers of those who carry it; numbers are given in order of arrival and never again
        self._carriers: dict[int, list[int]] = {}
        self._entries: dict[int, Features] = {}
        self._numbers: dict[RecordRef, int] = {}
        self._records: dict[str, list[int]] = {}
        # word of a name -> the numbers of those who bear it, for what an officer asks by a single word
        self._bearers: dict[str, set[int]] = {}
        self._next = 0

    def __len__(self) -> int:
        """How many entities are held."""
        return len(self._entries)

    def __contains__(self, ref: RecordRef) -> bool:
        return ref in self._numbers

    def __iter__(self) -> Iterator[Features]:
        return iter(self._entries.values())

    def _digests(self, features: Features) -> list[tuple[int, bool]]:
        secret = self._key
        return [
            (
                int.from_bytes(blake2b(key.encode(), key=secret, digest_size=8).digest(), "big"),
                is_strong(key),
            )
            for key in keys(features)
        ]

    def add(self, features: Features) -> bool:
        """Hold an entity; the same reference again takes the place of the former. False: exempt, not held."""
        if features.ref in self._numbers:
            self._take_out(self._numbers[features.ref])
        if features.exempt:
            return False
        number = self._next
        self._next += 1
        self._entries[number] = features
        self._numbers[features.ref] = number
        self._records.setdefault(features.ref.record, []).append(number)
        self.frequencies.add(features)
        for word in _words_of(features):
            self._bearers.setdefault(word, set()).add(number)
        carriers = self._carriers
        for digest, _ in self._digests(features):
            known = carriers.get(digest)
            if known is None:
                carriers[digest] = [number]
            else:
                known.append(number)
        return True

    def remove(self, record_id: str) -> int:
        """Let go of every entity of a record, its keys and its counts; returns how many there were.

        What was remembered of words while comparing goes too: an erased name lives on in no cache.
        """
        numbers = list(self._records.get(record_id, ()))
        for number in numbers:
            self._take_out(number)
        if numbers:
            forget()
            forget_canonical()
        return len(numbers)

    def _take_out(self, number: int) -> None:
        features = self._entries.pop(number)
        del self._numbers[features.ref]
        remaining = self._records[features.ref.record]
        remaining.remove(number)
        if not remaining:
            del self._records[features.ref.record]
        self.frequencies.remove(features)
        for word in _words_of(features):
            bearers = self._bearers[word]
            bearers.discard(number)
            if not bearers:
                del self._bearers[word]
        for digest, _ in self._digests(features):
            known = self._carriers[digest]
            known.remove(number)
            if not known:
                del self._carriers[digest]

    def bearers(self, asked: Features) -> list[Features]:
        """Who has a name that holds every word of a name that is asked for, whatever else it holds."""
        words = {word for name in asked.names for word in name.words}
        if not words:
            return []
        bearing = sorted((self._bearers.get(word, set()) for word in words), key=len)
        # The words may stand in two names of one person; only those of one name answer.
        entries = self._entries
        return [
            entries[number]
            for number in sorted(set.intersection(*bearing))
            if _bears_all(entries[number], asked)
        ]

    def candidates(self, features: Features) -> list[Features]:
        """Who is worth comparing: all who share an identifier, then those who share most of a name."""
        if features.exempt:
            return []
        strong: set[int] = set()
        soft: Counter[int] = Counter()
        for digest, is_identifier in self._digests(features):
            known = self._carriers.get(digest)
            if known is None:
                continue
            if is_identifier:
                if len(known) <= STRONG_KEY_LIMIT:
                    strong.update(known)
            elif len(known) <= SOFT_KEY_LIMIT:
                soft.update(known)
        own = self._records.get(features.ref.record, ())
        strong.difference_update(own)
        for number in (*strong, *own):
            soft.pop(number, None)
        if len(soft) > SOFT_CANDIDATES:
            # Ties go by reference, not by arrival, so that the same holding proposes the same candidates.
            entries = self._entries
            least = sorted(soft.values(), reverse=True)[SOFT_CANDIDATES - 1]
            sure = [number for number, shared in soft.items() if shared > least]
            tied = sorted(
                (number for number, shared in soft.items() if shared == least),
                key=lambda number: entries[number].ref,
            )
            chosen = sure + tied[: SOFT_CANDIDATES - len(sure)]
        else:
            chosen = list(soft)
        return [self._entries[number] for number in (*strong, *chosen)]

    def hubs(self, features: Features) -> tuple[Hub, ...]:
        """Which identifiers of this entity are hubs in the holding: shown, since they propose nobody."""
        found = {
            (held.kind, held.value): self.frequencies.holders(held.kind, held.value)
            for held in features.identifiers
        }
        return tuple(
            Hub(kind, value, holders)
            for (kind, value), holders in sorted(found.items())
            if holders >= self.weights.hub_from_holders
        )

    def check(self, features: Features, meets: Callable[[RecordRef], bool] | None = None) -> Checked:
        """Meet an entity with all that is held; the strongest hit first, ties by reference.

        meets: whom it may be held against at all; None: everybody.
        """
        candidates = self.candidates(features)
        if meets is not None:
            candidates = [other for other in candidates if meets(other.ref)]
        hits: list[HitFound] = []
        least = self.weights.hit_from_bits
        for other in candidates:
            grounds = compare(features, other, self.frequencies, self.weights)
            bits = weigh(grounds)
            if bits >= least:
                hits.append(HitFound(other, bits, grounds))
        hits.sort(key=lambda hit: (-hit.bits, hit.other.ref))
        return Checked(tuple(hits), len(candidates), self.hubs(features))

    def hits_for(self, features: Features) -> list[HitFound]:
        """The hits alone."""
        return list(self.check(features).hits)


def _words_of(features: Features) -> set[str]:
    return {word for name in (*features.names, *features.companies) for word in name.words}


def _bears_all(features: Features, asked: Features) -> bool:
    """Whether one name of an entity holds every word that was asked for."""
    words = {word for name in asked.names for word in name.words}
    return bool(words) and any(words <= set(name.words) for name in (*features.names, *features.companies))
