"""The tree of RFC 6962, held to the published vectors and to what its proofs are for: every change is found.

Leaves, roots, inclusion and consistency proofs are those of the Certificate Transparency project's own Merkle tests
(google/certificate-transparency, cpp/merkletree; today transparency-dev/merkle, log_verifier_test.go), which the RFC's
authors published beside it. There places count from 1; here from 0.
"""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from entente.model.merkle import EMPTY_ROOT, Tree, leaf_hash, node_hash, verify_consistency, verify_inclusion

LEAVES = [
    bytes.fromhex(written)
    for written in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    bytes.fromhex(written)
    for written in (
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    )
]
# (place, size, path)
INCLUSION = [
    (0, 1, ()),
    (
        0,
        8,
        (
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ),
    ),
    (
        5,
        8,
        (
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ),
    ),
    (2, 3, ("fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",)),
    (
        1,
        5,
        (
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ),
    ),
]
# (earlier size, later size, path)
CONSISTENCY = [
    (1, 1, ()),
    (
        1,
        8,
        (
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ),
    ),
    (
        6,
        8,
        (
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ),
    ),
    (
        2,
        5,
        (
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ),
    ),
    (
        6,
        7,
        (
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ),
    ),
]


def _tree(size: int) -> Tree:
    return Tree(leaf_hash(str(number).encode()) for number in range(size))


def _unhex(path: tuple[str, ...]) -> list[bytes]:
    return [bytes.fromhex(value) for value in path]


def _flip(value: bytes, bit: int) -> bytes:
    changed = bytearray(value)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


@pytest.mark.parametrize("size", range(9))
def test_roots_are_those_that_were_published(size: int) -> None:
    tree = Tree(leaf_hash(leaf) for leaf in LEAVES[:size])
    assert tree.root() == ROOTS[size]
    assert Tree(leaf_hash(leaf) for leaf in LEAVES).root(size) == ROOTS[size]


@pytest.mark.parametrize(("place", "size", "path"), INCLUSION)
def test_inclusion_paths_are_those_that_were_published(place: int, size: int, path: tuple[str, ...]) -> None:
    tree = Tree(leaf_hash(leaf) for leaf in LEAVES)
    assert tree.inclusion_path(place, size) == _unhex(path)
    assert verify_inclusion(leaf_hash(LEAVES[place]), place, size, _unhex(path), ROOTS[size])


@pytest.mark.parametrize(("earlier", "later", "path"), CONSISTENCY)
def test_consistency_paths_are_those_that_were_published(
    earlier: int, later: int, path: tuple[str, ...]
) -> None:
    tree = Tree(leaf_hash(leaf) for leaf in LEAVES)
    assert tree.consistency_path(earlier, later) == _unhex(path)
    assert verify_consistency(earlier, later, ROOTS[earlier], ROOTS[later], _unhex(path))


def test_an_empty_tree_is_the_hash_of_nothing_and_proves_nothing() -> None:
    assert Tree().root() == EMPTY_ROOT == sha256(b"").digest()
    assert not verify_inclusion(leaf_hash(b""), 0, 0, [], EMPTY_ROOT)
    with pytest.raises(ValueError, match="no leaf 0"):
        Tree().inclusion_path(0)
    with pytest.raises(ValueError, match="no consistency"):
        _tree(3).consistency_path(0)
    with pytest.raises(ValueError, match="3 leaves, not 4"):
        _tree(3).root(4)


def test_no_leaf_can_pass_for_an_inner_node() -> None:
    tree = _tree(2)
    assert leaf_hash(tree.leaf(0) + tree.leaf(1)) != tree.root() == node_hash(tree.leaf(0), tree.leaf(1))


def test_every_leaf_of_every_tree_shows_its_place_and_no_other() -> None:
    tree = _tree(40)
    for size in range(1, 41):
        for place in range(size):
            path = tree.inclusion_path(place, size)
            standing = [
                other
                for other in range(size)
                if verify_inclusion(tree.leaf(place), other, size, path, tree.root(size))
            ]
            assert standing == [place]


def test_every_tree_shows_each_of_its_beginnings() -> None:
    tree = _tree(40)
    for later in range(1, 41):
        for earlier in range(1, later + 1):
            path = tree.consistency_path(earlier, later)
            assert verify_consistency(earlier, later, tree.root(earlier), tree.root(later), path)


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_every_bit_flipped_in_an_inclusion_is_found(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 70))
    place = data.draw(st.integers(0, size - 1))
    tree = _tree(size)
    path = tree.inclusion_path(place)
    told = [tree.leaf(place), tree.root(), *path]
    assert verify_inclusion(told[0], place, size, told[2:], told[1])
    which = data.draw(st.integers(0, len(told) - 1))
    told[which] = _flip(told[which], data.draw(st.integers(0, 255)))
    assert not verify_inclusion(told[0], place, size, told[2:], told[1])


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_every_bit_flipped_in_a_consistency_is_found(data: st.DataObject) -> None:
    later = data.draw(st.integers(2, 70))
    earlier = data.draw(st.integers(1, later - 1))
    tree = _tree(later)
    told = [tree.root(earlier), tree.root(), *tree.consistency_path(earlier)]
    which = data.draw(st.integers(0, len(told) - 1))
    told[which] = _flip(told[which], data.draw(st.integers(0, 255)))
    assert not verify_consistency(earlier, later, told[0], told[1], told[2:])


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_a_path_that_is_cut_lengthened_or_of_another_tree_shows_nothing(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, 70))
    place = data.draw(st.integers(0, size - 1))
    tree = _tree(size)
    path, root, leaf = tree.inclusion_path(place), tree.root(), tree.leaf(place)
    assert not verify_inclusion(leaf, place, size, path[:-1], root)
    assert not verify_inclusion(leaf, place, size, [*path, root], root)
    assert not verify_inclusion(leaf, place, size, [root, *path], root)
    for wrong in (-1, size, size + place):
        assert not verify_inclusion(leaf, wrong, size, path, root)
    earlier = data.draw(st.integers(1, size - 1))
    consistency, before = tree.consistency_path(earlier), tree.root(earlier)
    assert not verify_consistency(earlier, size, before, root, consistency[:-1])
    assert not verify_consistency(earlier, size, before, root, [*consistency, root])
    assert not verify_consistency(size, earlier, root, before, consistency)
    assert not verify_consistency(0, size, EMPTY_ROOT, root, consistency)


def test_a_history_that_was_rewritten_is_consistent_with_no_earlier_root() -> None:
    honest, rewritten = _tree(20), Tree(leaf_hash(str(number or "other").encode()) for number in range(20))
    for earlier in range(1, 20):
        path = rewritten.consistency_path(earlier)
        assert not verify_consistency(earlier, 20, honest.root(earlier), rewritten.root(), path)


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 20))
@settings(max_examples=100, deadline=None)
def test_a_tree_cut_back_is_the_tree_that_it_was(size: int, cut: int, more: int) -> None:
    kept = min(size, cut)
    tree = _tree(size)
    tree.truncate(kept)
    assert (len(tree), tree.root()) == (kept, _tree(kept).root())
    for number in range(kept, kept + more):
        assert tree.append(leaf_hash(str(number).encode())) == number
    assert tree.root() == _tree(kept + more).root()
    if kept + more:
        assert tree.inclusion_path(0) == _tree(kept + more).inclusion_path(0)
