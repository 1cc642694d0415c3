"""The Merkle tree of RFC 6962, over anything that is only ever appended.

One tree covers the ledger, one the register, and one each batch of rows. A root commits to every leaf and their order;
an inclusion path shows that one leaf stands under a root, a consistency path that one root is an earlier state of
another. Leaves and inner nodes are hashed with different first bytes, so that neither can pass for the other.
Hashes are 32 bytes of SHA-256.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256

EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(content: bytes) -> bytes:
    """Hash of one leaf (RFC 6962, 2.1)."""
    return sha256(b"\x00" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node (RFC 6962, 2.1)."""
    return sha256(b"\x01" + left + right).digest()


class Tree:
    """Leaf hashes in order, with every complete subtree above them kept. 64 bytes a leaf."""

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        self._levels: list[list[bytes]] = [[]]
        for leaf in leaves:
            self.append(leaf)

    def __len__(self) -> int:
        return len(self._levels[0])

    def append(self, leaf: bytes) -> int:
        """Add one leaf hash; returns its place, from 0."""
        place = len(self._levels[0])
        level, value, position = 0, leaf, place
        while True:
            if level == len(self._levels):
                self._levels.append([])
            self._levels[level].append(value)
            if position % 2 == 0:
                return place
            value = node_hash(self._levels[level][position - 1], value)
            position //= 2
            level += 1

    def truncate(self, size: int) -> None:
        """Forget all leaves from `size` on: what a writer does whose commit failed."""
        for level, values in enumerate(self._levels):
            del values[size >> level :]

    def leaf(self, place: int) -> bytes:
        """The leaf hash at a place."""
        return self._levels[0][place]

    def _subtree(self, start: int, size: int) -> bytes:
        """Root over leaves start .. start+size. Complete aligned subtrees are looked up, others put together."""
        if size == 1:
            return self._levels[0][start]
        if size & (size - 1) == 0 and start % size == 0:
            return self._levels[size.bit_length() - 1][start // size]
        left = _largest_power_of_two_below(size)
        return node_hash(self._subtree(start, left), self._subtree(start + left, size - left))

    def root(self, size: int | None = None) -> bytes:
        """Root over the first `size` leaves, all of them by default. Raises ValueError beyond the end."""
        size = len(self) if size is None else size
        if size > len(self):
            raise ValueError(f"the tree has {len(self)} leaves, not {size}")
        return self._subtree(0, size) if size else EMPTY_ROOT

    def inclusion_path(self, place: int, size: int | None = None) -> list[bytes]:
        """Sibling hashes from the leaf up (RFC 6962, 2.1.1)."""
        size = len(self) if size is None else size
        if not 0 <= place < size <= len(self):
            raise ValueError(f"no leaf {place} under {size} of {len(self)}")
        return self._path(place, 0, size)

    def _path(self, place: int, start: int, size: int) -> list[bytes]:
        if size == 1:
            return []
        left = _largest_power_of_two_below(size)
        if place < left:
            return [*self._path(place, start, left), self._subtree(start + left, size - left)]
        return [*self._path(place - left, start + left, size - left), self._subtree(start, left)]

    def consistency_path(self, earlier: int, later: int | None = None) -> list[bytes]:
        """What shows that the tree of `earlier` leaves is the beginning of that of `later` (RFC 6962, 2.1.2)."""
        later = len(self) if later is None else later
        if not 0 < earlier <= later <= len(self):
            raise ValueError(f"no consistency from {earlier} to {later} of {len(self)}")
        return self._consistency(earlier, 0, later, True)

    def _consistency(self, earlier: int, start: int, size: int, known: bool) -> list[bytes]:
        if earlier == size:
            return [] if known else [self._subtree(start, size)]
        left = _largest_power_of_two_below(size)
        if earlier <= left:
            return [*self._consistency(earlier, start, left, known), self._subtree(start + left, size - left)]
        return [
            *self._consistency(earlier - left, start + left, size - left, False),
            self._subtree(start, left),
        ]


def _largest_power_of_two_below(size: int) -> int:
    return 1 << (size - 1).bit_length() - 1


def verify_inclusion(leaf: bytes, place: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether a leaf hash stands at a place under a root (after RFC 9162, 2.1.3.2)."""
    if not 0 <= place < size:
        return False
    node, last, value = place, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if node % 2 or node == last:
            value = node_hash(sibling, value)
            while node % 2 == 0 and node:
                node >>= 1
                last >>= 1
        else:
            value = node_hash(value, sibling)
        node >>= 1
        last >>= 1
    return last == 0 and value == root


def verify_consistency(
    earlier: int, later: int, earlier_root: bytes, later_root: bytes, path: Sequence[bytes]
) -> bool:
    """Whether one root is an earlier state of another (after RFC 9162, 2.1.4.2)."""
    if earlier == later:
        return not path and earlier_root == later_root
    if not 0 < earlier < later:
        return False
    hashes = list(path)
    if earlier & (earlier - 1) == 0:
        hashes.insert(0, earlier_root)
    if not hashes:
        return False
    node, last = earlier - 1, later - 1
    while node % 2:
        node >>= 1
        last >>= 1
    first = second = hashes[0]
    for value in hashes[1:]:
        if last == 0:
            return False
        if node % 2 or node == last:
            first, second = node_hash(value, first), node_hash(value, second)
            while node % 2 == 0 and node:
                node >>= 1
                last >>= 1
        else:
            second = node_hash(second, value)
        node >>= 1
        last >>= 1
    return last == 0 and first == earlier_root and second == later_root
